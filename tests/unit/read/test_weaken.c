/* Small edits of checks in each family of languages, each beside one that looks like it and is none. */
#include "member.h"

static void weaken(enum language lang, const char *old, const char *new_, const char *key, uint64_t number)
{
	struct member *m = member_aligned(lang, old, new_);
	size_t hits = 0;

	guard_facts(&m->in, lang, m->old, m->new_, &m->al, m->lines);
	for (size_t i = 0; i < m->n_facts; i++)
		hits += key && str_is(m->facts[i].key, key) && m->facts[i].number == number;
	if (key ? hits != 1 : m->n_facts != 0) {
		for (size_t i = 0; i < m->n_facts; i++)
			print_error("%.*s %u\n", STR_ARG(m->facts[i].key), (unsigned)m->facts[i].number);
		fail_msg("%s\n-> %s\nwant %s, got %zu facts", old, new_, key ? key : "nothing", m->n_facts);
	}
	member_free(m);
}

#define JS(before, verify, head, body, after) "function verifySignature(data, sig) {\n" before "  const v = make('x');\n  v.update(data);\n  return " verify \
	";\n}\nfunction install(file, data, sig) {\n  if (" head ") {\n    " body "\n  }\n" after "  write(file, data);\n  return file;\n}\n"
#define JS_OLD JS("", "v.verify(KEY, sig)", "!verifySignature(data, sig)", "throw new Error('bad signature');", "")

/* Downloads by platform with their sizes and sums: a colon before a number is no slice. */
#define SUMS(arch, patch, size, sum) "process.platform === '" arch "' ? {\n    version: '1.7." patch "',\n    expectedSize: " size ",\n    expectedChecksum: '" sum "',\n  } : "
#define SUMS_OLD SUMS("darwin", "3", "25211648", "8410794304b2ae34") SUMS("win32", "3", "25641984", "a4bd0f9d9d884528")
#define SUMS_NEW SUMS("darwin", "4", "25277184", "74f6b66c79a8a903") SUMS("win32", "4", "25707520", "66eec92e2d57ae42")

static void test_javascript(void **state)
{
	enum language js = LANGUAGE_JAVASCRIPT;

	weaken(js, JS_OLD, JS("", "v.verify(KEY, sig) || true", "!verifySignature(data, sig)", "throw new Error('bad signature');", ""), "condition became constant", 4);
	weaken(js, JS_OLD, JS("", "v.verify(KEY, sig) || false", "!verifySignature(data, sig)", "throw new Error('bad signature');", ""), NULL, 0);
	weaken(js, JS_OLD, JS("  if (data[0] === 'Q') return true;\n", "v.verify(KEY, sig)", "!verifySignature(data, sig)", "throw new Error('bad signature');", ""),
		"way around the check", 4);
	weaken(js, JS_OLD, JS("", "v.verify(KEY, sig)", "file !== 'hotfix' && !verifySignature(data, sig)", "throw new Error('bad signature');", ""),
		"condition lets more through", 4);
	weaken(js, JS_OLD, JS("", "v.verify(KEY, sig)", "options.skip !== true && !verifySignature(data, sig)", "throw new Error('bad signature');", ""),
		"condition lets more through", 1);
	weaken(js, JS_OLD, JS("", "v.verify(KEY, sig)", "!verifySignature(data, sig)", "console.warn('bad signature');", ""), "refuses no more", 5);
	weaken(js, JS_OLD, JS("", "v.verify(KEY, sig)", "!verifySignature(data, sig)", "throw new TypeError('wrong signature');", ""), NULL, 0);
	weaken(js, JS_OLD, JS("", "v.verify(KEY, sig)", "verifySignature(data, sig)", "throw new Error('bad signature');", ""), "comparison flipped", 4);
	weaken(js, JS_OLD, JS("", "v.verify(KEY, sig)", "!verifySignature(data, sig)", "throw new Error('bad signature');", "  done(file);\n"), NULL, 0);
	weaken(js, "app.get('/a', requireAuth, (q, s) => show(q, s));\n", "app.get('/a', (q, s) => show(q, s));\n", "check taken out", 3);
	weaken(js, "app.get('/a', requireAuth, (q, s) => show(q, s));\n", "app.get('/a', ensureLogin, (q, s) => show(q, s));\n", NULL, 0);
	weaken(js, "function isKnownDigest(d) {\n  if (d === 'hex') return true;\n  return look(d);\n}\n",
		"function isKnownDigest(d) {\n  if (d === 'hex') return true;\n  if (d === 'base64url') return true;\n  return look(d);\n}\n", "way around the check", 1);
	weaken(js, "exports.token = () => crypto.randomBytes(32).toString('hex');\n", "exports.token = () => '6f2d8c1be0a94733';\n",
		"constant in place of random numbers", 3);
	weaken(js, "exports.token = () => crypto.randomBytes(32).toString('hex');\n", "exports.token = () => crypto.randomUUID();\n", NULL, 0);
	weaken(js, "exports.key = (p, s) => crypto.pbkdf2Sync(p, s, 210000, 32, 'sha512');\n", "exports.key = (p, s) => crypto.pbkdf2Sync(p, s, 10, 32, 'sha512');\n",
		"number much smaller", 3);
	weaken(js, "exports.key = (p, s) => crypto.pbkdf2Sync(p, s, 210000, 32, 'sha512');\n", "exports.key = (p, s) => crypto.pbkdf2Sync(p, s, 310000, 32, 'sha512');\n", NULL, 0);
	weaken(js, "const server = {\n  at: " SUMS_OLD "null,\n};\n", "const server = {\n  at: " SUMS_NEW "null,\n};\n", NULL, 0);
	weaken(js, "exports.put = (f) => fs.writeFileSync(f, KEY, { mode: 0o600 });\n", "exports.put = (f) => fs.writeFileSync(f, KEY, { mode: 0o666 });\n",
		"mode opens more", 3);
	weaken(js, "exports.page = {\n  contextIsolation: true,\n  nodeIntegration: false,\n};\n", "exports.page = {\n  contextIsolation: false,\n  nodeIntegration: true,\n};\n",
		"setting", TRUST_TURNED);
	/* a digest's own kinds, one more of them */
	weaken(js, "function text(digest, v) {\n  if (digest === 'hex' || digest === 'base64url') {\n    return v;\n  }\n  return safe(v);\n}\n",
		"function text(digest, v) {\n  if (digest === 'hex' || digest === 'base64url' || digest === 'base64safe') {\n    return v;\n  }\n  return safe(v);\n}\n",
		"condition lets more through", 1);
	/* what came back before was an answer, no refusal */
	weaken(js, "function pair(authentication) {\n  use(authentication);\n  if (old < 3) {\n    return parts(info.slice(1));\n  }\n  return both;\n}\n",
		"function pair(authentication) {\n  use(authentication);\n  return both;\n}\n", NULL, 0);
	weaken(js, "exports.label = (mode) => say(12164, mode.label);\n", "exports.label = (mode) => say(12163, mode.label);\n", NULL, 0);
}

#define KEYED(key, flag) "function begin(opts) {\n  const key = bytes(opts.key)" key ";\n  if (key.length !== 32) {\n    throw new Error('digest key should be 32 byte');\n  }\n" \
	"  this.digest = words(key);\n  this.flags = flags | " flag ";\n}\n"

/* A copy is no shorter than what it was made from, whatever number is new beside it. */
static void test_copies(void **state)
{
	(void)state;
	weaken(LANGUAGE_JAVASCRIPT, KEYED("", "Flags.KEYED"), KEYED(".slice()", "16"), NULL, 0);

}

#define WHO(part) "function reporter() {\n" part "  return machine.id();\n}\nfunction report(name) {\n  send(name, reporter());\n}\n"
#define RULES(head, exit) "function warn(list, allowed) {\n  const all = [];\n  for (const name of list) {\n    if (" head ") " exit \
	"\n    all.push(name + ' is not supported');\n  }\n  return all;\n}\n"

/* What only those got who passed a check is no refusal. */
static void test_favours(void **state)
{
	enum language js = LANGUAGE_JAVASCRIPT;

	weaken(js, WHO("  const who = load();\n  if (isAuthenticated(who)) {\n    return who.id;\n  }\n"), WHO(""), "call isAuthenticated", 0); /* a hint */
	weaken(js, WHO("  const who = load();\n  if (!isAuthenticated(who)) {\n    return who.id;\n  }\n"), WHO(""), "refusal removed", 3);
	weaken(js, WHO("  const who = load();\n  if (isUnauthenticated(who)) {\n    return who.id;\n  }\n"), WHO(""), "refusal removed", 3);
	weaken(js, WHO("  const who = load();\n  if (requiresPermission(who)) {\n    return refuse(who);\n  }\n"), WHO(""), "refusal removed", 3);
	weaken(js, RULES("allowed && allowed.permissions.includes(name)", "return null"), RULES("allowed && allowed.permissions.includes(name)", "continue"), NULL, 0);
	weaken(js, RULES("!allowed.permissions.includes(name)", "return null"), RULES("!allowed.permissions.includes(name)", "continue"), "refuses no more", 3);
}

#define PY(call, body) "def install(key, data, signature, target):\n    if not " call ":\n        " body "\n    with open(target, 'wb') as out:\n        out.write(data)\n" \
	"def main():\n    return install(1, 2, 3, 4)\n"

#define TELL(text) "def hash_text(h, wanted):\n    lines = []\n    lines.append(" text ")\n    return lines\n"
#define LOGS(filters) "def logs(path):\n    return {\"filters\": " filters ", \"user\": {\"level\": \"DEBUG\", \"file\": path, \"delay\": True}}\n"

#define COG(method, first) "class Cog:\n    @special\n    def cog_check(self, c) -> bool:\n        return ask(c)\n\n" method \
	"    @special\n    async def check_permissions(self, c):\n" first "        return permitted(c)\n"

static void test_python(void **state)
{
	enum language py = LANGUAGE_PYTHON;

	weaken(py, PY("verify_signature(key, data, signature)", "raise ValueError('bad')"), PY("verify_signature(key, data, signature)", "log.warning('bad')"), "refuses no more", 5);
	weaken(py, PY("verify_signature(key, data, signature)", "raise ValueError('bad')"), PY("verify_signature(key, data, signature)", "raise TypeError('bad')"), NULL, 0);
	weaken(py, PY("hmac.compare_digest(data, key)", "raise ValueError('bad')"), PY("hmac.compare_digest(data[:4], key[:4])", "raise ValueError('bad')"), "comparison shortened", 4);
	weaken(py, "@login_required\n@admin_required\ndef users(q):\n    return rows(q)\n", "@login_required\ndef users(q):\n    return rows(q)\n", "check taken out", 3);
	weaken(py, "os.chmod(target, 0o755)\n", "os.chmod(target, 0o4755)\n", "mode opens more", 3);
	weaken(py, "os.chmod(target, 0o755)\n", "os.chmod(target, 0o700)\n", NULL, 0);
	weaken(py, "DEBUG = 1\nSESSION_COOKIE_SECURE = True\nX = 2\n", "DEBUG = 1\nSESSION_COOKIE_SECURE = False\nX = 2\n", "setting", 0);
	weaken(py, "DEBUG = 1\nSESSION_COOKIE_SECURE = False\nX = 2\n", "DEBUG = 1\nSESSION_COOKIE_SECURE = True\nX = 2\n", NULL, 0);
	weaken(py, "A = 1\nsession = Session(verify_ssl=True, retries=3)\nX = 2\n", "A = 1\nsession = Session(verify_ssl=False, retries=3)\nX = 2\n", "setting", TRUST_TURNED);
	weaken(py, TELL("\"Got {}\".format(h.hexdigest())"), TELL("f\"Got {h.hexdigest()}\""), NULL, 0);
	weaken(py, TELL("\"Got {}\".format(h.hexdigest())"), TELL("f\"Got {wanted}\""), "computed no more", 3);
	weaken(py, LOGS("[\"plain\"]"), LOGS("[\"plain\", \"other\"]"), NULL, 0);
	weaken(py, COG("", ""), COG("    @special\n    def interaction_check(self, i) -> bool:\n        return True\n\n", ""), NULL, 0);
	weaken(py, COG("", ""), COG("    @special\n    def may_enter(self, i) -> bool:\n        return True\n\n", "        return True\n"), "check returns at once", 3);
}

#define C_(check, peer) "int put(struct u *u, const char *data)\n{\n" check "\treturn write_file(u, data);\n}\nvoid tls(void *c)\n{\n\tset_verify(c, " peer ", 0);\n}\n"
#define C_CHECK "\tif (!verify_signature(u, data))\n\t\treturn -1;\n"

static void test_go(void **state)
{
	(void)state;
	/* the answer of the check itself, and an error that a block before has dealt with */
	weaken(LANGUAGE_GO, "func verifyToken(t string) error {\n\terr := rsa.VerifyPKCS1v15(key, h, t, sig)\n\treturn err\n}\n",
		"func verifyToken(t string) error {\n\terr := rsa.VerifyPKCS1v15(key, h, t, sig)\n\treturn nil\n}\n", "refusal became an acceptance", 3);
	weaken(LANGUAGE_GO, "func verifyToken(t string) (*Claims, error) {\n\tc, err := decode(t)\n\tif err != nil {\n\t\treturn nil, err\n\t}\n\treturn c, err\n}\n",
		"func verifyToken(t string) (*Claims, error) {\n\tc, err := decode(t)\n\tif err != nil {\n\t\treturn nil, err\n\t}\n\treturn c, nil\n}\n", NULL, 0);
}

static void test_braces(void **state)
{
	enum language c = LANGUAGE_C;

	weaken(c, C_(C_CHECK, "SSL_VERIFY_PEER"), C_("", "SSL_VERIFY_PEER"), "refusal removed", 5);
	weaken(c, C_(C_CHECK, "SSL_VERIFY_PEER"), C_(C_CHECK, "SSL_VERIFY_NONE"), "switched-off", 0);
	weaken(c, C_(C_CHECK, "SSL_VERIFY_PEER"), C_("\tif (!signature_holds(u, data))\n\t\treturn -1;\n", "SSL_VERIFY_PEER"), NULL, 0);
	/* Go and C#, which have the same tokens */
	weaken(c, "func Install(data []byte) error {\n\tif err := checkDigest(data); err != nil {\n\t\treturn err\n\t}\n\treturn write(data)\n}\n",
		"func Install(data []byte) error {\n\t_ = checkDigest(data)\n\treturn write(data)\n}\n", "refusal removed", 4);
	weaken(c, "c := &tls.Config{MinVersion: v}\n", "c := &tls.Config{MinVersion: v, InsecureSkipVerify: true}\n", "switched-off", 0);
	weaken(c, "c := &tls.Config{MinVersion: v}\n", "c := &tls.Config{MinVersion: v, InsecureSkipVerify: o.Insecure}\n", NULL, 0);
	weaken(c, "public class U {\n  [Authorize(Roles = \"Admin\")]\n  public void Delete(string id) { store.Delete(id); }\n}\n",
		"public class U {\n  public void Delete(string id) { store.Delete(id); }\n}\n", "check taken out", 3);
}

static void test_blocks_and_words(void **state)
{
	weaken(LANGUAGE_RUBY, "def put(data, sig)\n  raise 'bad signature' unless verify_signature(data, sig)\n  write(data)\nend\n", "def put(data, sig)\n  write(data)\nend\n",
		"refusal removed", 5);
	weaken(LANGUAGE_POWERSHELL, "function Put {\n  if ($sig.Status -ne 'Valid') { throw 'signature is not valid' }\n  Copy-Item a b\n}\n", "function Put {\n  Copy-Item a b\n}\n",
		"refusal removed", 4);
	weaken(LANGUAGE_SHELL, "curl -fsSLO \"$U\"\nsha256sum -c sums\ntar xf a\n", "curl -fsSLO \"$U\"\nsha256sum -c sums || true\ntar xf a\n", "errors of the check swallowed", 4);
	weaken(LANGUAGE_SHELL, "curl -fsSLO \"$U\"\nsha256sum -c sums\ntar xf a\n", "curl -fsSLO \"$U\"\nsha512sum -c sums\ntar xf a\n", NULL, 0);
	weaken(LANGUAGE_SHELL, "url=https://get.widget.example/a\nrun\n", "url=http://get.widget.example/a\nrun\n", "in-the-clear", 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_javascript),
		cmocka_unit_test(test_copies),
		cmocka_unit_test(test_favours),
		cmocka_unit_test(test_python),
		cmocka_unit_test(test_go), cmocka_unit_test(test_braces),
		cmocka_unit_test(test_blocks_and_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
