/* Lock files: other bytes under the same name and version, and the many ways in which rows just move. */
#include "unit/read/member.h"

#include "read/locked.h"
#include "read/readers.h"

static struct member *read_lock(const char *path, const char *old, const char *new_)
{
	struct member *m = member_make(path, old ? str_of(old) : STR_NONE, str_of(new_));

	assert_true(reader_lockfile.claim(&m->in) > 50);
	assert_int_equal(reader_lockfile.read(&m->in), STATUS_OK);
	assert_int_equal(m->covered[COVER_PARSED], m->in.new_.len);
	return m;
}

static void expect(
	const char *path, const char *old, const char *new_, const char *key, const char *value)
{
	struct member *m = read_lock(path, old, new_);

	for (size_t i = 0; i < m->n_facts && (!key || m->n_facts != 1); i++)
		print_error("%.*s %.*s\n", STR_ARG(m->facts[i].key), STR_ARG(m->facts[i].value));
	assert_int_equal(m->n_facts, key ? 1 : 0);
	if (key) {
		assert_int_equal(m->facts[0].kind, FACT_LOCK);
		assert_str(m->facts[0].key, key);
		assert_str(m->facts[0].value, value);
		assert_true(m->facts[0].line > 0);
	}
	member_free(m);
}

#define V3(rows)                                                                                   \
	"{\"name\":\"x\",\"lockfileVersion\":3,\"packages\":{\"\":{\"name\":\"x\"}," rows "}}"
#define REG "https://registry.example/"
#define ROW(name, version, integrity)                                                              \
	"\"node_modules/" name "\":{\"version\":\"" version "\",\"resolved\":\"" REG name          \
	"/-/" name "-" version ".tgz\",\"integrity\":\"" integrity "\"}"

static void npm(void **state)
{
	static const char old[] = V3(
		ROW("a", "1.0.0", "sha512-AAA") "," ROW("b", "2.0.0", "sha512-BBB"));

	expect("package-lock.json", old,
		V3(ROW("a", "1.0.0", "sha512-ZZZ") "," ROW("b", "2.0.0", "sha512-BBB")),
		"integrity-changed", "a@1.0.0");
	/* moved, upgraded, added, with a second digest, by another mirror: nothing */
	expect("package-lock.json", old,
		V3(ROW("b", "2.0.0", "sha512-BBB") "," ROW("a", "1.0.0", "sha512-AAA")), NULL,
		NULL);
	expect("package-lock.json", old,
		V3(ROW("a", "1.0.1", "sha512-A1") "," ROW("b", "2.0.0", "sha512-BBB")), NULL, NULL);
	expect("package-lock.json", old,
		V3(ROW("a", "1.0.0", "sha512-AAA") "," ROW("b", "2.0.0", "sha512-BBB") "," ROW(
			"c", "3.0.0", "sha512-C")),
		NULL, NULL);
	expect("package-lock.json", old,
		V3(ROW("a", "1.0.0", "sha1-aaa sha512-AAA") "," ROW("b", "2.0.0", "sha512-BBB")),
		NULL, NULL);
	expect("package-lock.json", V3(ROW("a", "1.0.0", "sha1-aaa")),
		V3(ROW("a", "1.0.0", "sha512-AAA")), NULL, NULL);
	expect("package-lock.json", old,
		V3("\"node_modules/a\":{\"version\":\"1.0.0\",\"resolved\":\"https://mirror.test/a/-/a-1.0.0.tgz\",\"integrity\":\"sha512-AAA\"}," ROW(
			"b", "2.0.0", "sha512-BBB")),
		NULL, NULL);
	/* the digest went away, the bytes come from elsewhere */
	expect("package-lock.json", old,
		V3("\"node_modules/a\":{\"version\":\"1.0.0\",\"resolved\":\"https://registry.example/a/-/a-1.0.0.tgz\"}," ROW(
			"b", "2.0.0", "sha512-BBB")),
		"integrity-lost", "a@1.0.0");
	expect("package-lock.json", old,
		V3(ROW("a", "1.0.0", "sha512-AAA") "," ROW("b", "2.0.0",
			"sha512-BBB") ","
				      "\"node_modules/c\":{\"version\":\"1.0.0\",\"resolved\":\"git+ssh://git@git.test/c.git#abc\"}"),
		"source-new", "c@1.0.0");
	expect("package-lock.json", old,
		V3("\"node_modules/a\":{\"version\":\"1.0.0\",\"resolved\":\"https://registry.example/evil/-/evil-1.0.0.tgz\",\"integrity\":\"sha512-AAA\"}," ROW(
			"b", "2.0.0", "sha512-BBB")),
		"name-differs", "a@1.0.0");
	/* an alias says so */
	expect("package-lock.json", old,
		V3(ROW("a", "1.0.0", "sha512-AAA") "," ROW("b", "2.0.0",
			"sha512-BBB") ","
				      "\"node_modules/c\":{\"name\":\"real\",\"version\":\"1.0.0\",\"resolved\":\"" REG
				      "real/-/real-1.0.0.tgz\",\"integrity\":\"sha512-R\"}"),
		NULL, NULL);
	/* scopes, nesting, links, the project itself */
	expect("package-lock.json", old,
		V3(ROW("a", "1.0.0", "sha512-AAA") "," ROW("b", "2.0.0",
			"sha512-BBB") ","
				      "\"node_modules/b/node_modules/@s/c\":{\"version\":\"1.0.0\",\"resolved\":\"" REG
				      "@s/c/-/c-1.0.0.tgz\",\"integrity\":\"sha512-R\"},"
				      "\"packages/own\":{\"version\":\"1.0.0\"},\"node_modules/own\":{\"link\":true,\"resolved\":\"packages/own\"}"),
		NULL, NULL);
	/* the first lock file has nothing to be compared with */
	expect("package-lock.json", NULL, old, NULL, NULL);
}

static void npm_of_version_1(void **state)
{
	static const char old[] =
		"{\"lockfileVersion\":1,\"dependencies\":{\"a\":{\"version\":\"1.0.0\",\"resolved\":\"" REG
		"a/-/a-1.0.0.tgz\","
		"\"integrity\":\"sha1-aaa=\",\"dependencies\":{\"b\":{\"version\":\"1.0.0\",\"integrity\":\"sha512-B\"}}}}}";

	expect("npm-shrinkwrap.json", old,
		"{\"lockfileVersion\":1,\"dependencies\":{\"a\":{\"version\":\"1.0.0\",\"resolved\":\"" REG
		"a/-/a-1.0.0.tgz\","
		"\"integrity\":\"sha1-aaa=\",\"dependencies\":{\"b\":{\"version\":\"1.0.0\",\"integrity\":\"sha512-X\"}}}}}",
		"integrity-changed", "b@1.0.0");
	/* the same rows in the newer layout */
	expect("npm-shrinkwrap.json", old,
		V3(ROW("a", "1.0.0", "sha1-aaa=") "," ROW("b", "1.0.0", "sha512-B")), NULL, NULL);
}

static void yarn(void **state)
{
	static const char old[] =
		"# yarn lockfile v1\n\n\n\"@s/a@^1.0.0\", \"@s/a@^1.1.0\":\n  version \"1.2.0\"\n"
		"  resolved \"" REG
		"@s/a/-/a-1.2.0.tgz#0123\"\n  integrity sha512-AAA==\n  dependencies:\n    b \"^2.0.0\"\n\n"
		"b@^2.0.0:\n  version \"2.0.1\"\n  resolved \"" REG
		"b/-/b-2.0.1.tgz#4567\"\n  integrity sha512-BBB==\n";
	char changed[sizeof(old)];

	memcpy(changed, old, sizeof(old));
	memcpy(strstr(changed, "sha512-AAA"), "sha512-QQQ", 10);
	expect("package/yarn.lock", old, changed, "integrity-changed", "@s/a@1.2.0");
	expect("package/yarn.lock", old, old, NULL, NULL);
	expect("yarn.lock", old,
		"b@^2.0.0, b@^2.0.1:\n  version \"2.0.2\"\n  resolved \"" REG
		"b/-/b-2.0.2.tgz#4567\"\n  integrity sha512-CCC==\n",
		NULL, NULL);
	expect("yarn.lock", old,
		"b@^2.0.0:\n  version \"2.0.1\"\n  resolved \"" REG
		"b/-/b-2.0.1.tgz#4567\"\n  integrity sha512-BBB==\n\n"
		"\"c@git+https://git.test/c\":\n  version \"1.0.0\"\n  resolved \"git+https://git.test/c#77\"\n",
		"source-new", "c@1.0.0");
}

static void yarn_of_version_2(void **state)
{
#define BERRY(key, sum)                                                                            \
	"__metadata:\n  version: 8\n  cacheKey: " key "\n\n\"a@npm:^1.0.0\":\n  version: 1.0.0\n"  \
	"  resolution: \"a@npm:1.0.0\"\n  checksum: " sum                                          \
	"\n  languageName: node\n  linkType: hard\n"
	expect("yarn.lock", BERRY("10", "10/aaaa"), BERRY("10", "10/bbbb"), "integrity-changed",
		"a@1.0.0");
	expect("yarn.lock", BERRY("8", "aaaa"), BERRY("10", "bbbb"), NULL,
		NULL); /* packed differently */
	expect("yarn.lock", BERRY("10", "10/aaaa"), BERRY("10", "10/aaaa"), NULL, NULL);
}

static void pnpm(void **state)
{
	static const char v9[] =
		"lockfileVersion: '9.0'\n\nimporters:\n\n  .:\n    dependencies:\n      a:\n        specifier: ^1\n"
		"        version: 1.0.0\n\npackages:\n\n  '@s/b@2.0.0':\n    resolution: {integrity: sha512-BBB==}\n"
		"    engines: {node: '>=10'}\n\n  a@1.0.0:\n    resolution: {integrity: sha512-AAA==}\n\nsnapshots:\n\n  a@1.0.0: {}\n";
	static const char v6[] =
		"lockfileVersion: '6.0'\n\npackages:\n\n  /@s/b@2.0.0:\n    resolution: {integrity: sha512-BBB==}\n"
		"    dev: true\n\n  /a@1.0.0(react@18.0.0):\n    resolution: {integrity: sha512-AAA==}\n";
	char changed[sizeof(v9)];

	memcpy(changed, v9, sizeof(v9));
	memcpy(strstr(changed, "sha512-BBB"), "sha512-QQQ", 10);
	expect("pnpm-lock.yaml", v9, changed, "integrity-changed", "@s/b@2.0.0");
	expect("pnpm-lock.yaml", v6, v9, NULL, NULL);
	expect("pnpm-lock.yaml", v6,
		"lockfileVersion: '6.0'\n\npackages:\n\n  /@s/b@2.0.0:\n    resolution:\n      integrity: sha512-BBB==\n"
		"      tarball: https://files.test/b.tgz\n",
		NULL, NULL);
}

/* Everybody's rows come from another mirror: one habit, not one row. */
static void mirror_switch(void **state)
{
	expect("package-lock.json",
		V3(ROW("a", "1.0.0", "sha512-A") "," ROW("b", "1.0.0", "sha512-B")),
		V3("\"node_modules/a\":{\"version\":\"1.0.1\",\"resolved\":\"https://mirror.test/a/-/a-1.0.1.tgz\",\"integrity\":\"sha512-A1\"},"
		   "\"node_modules/b\":{\"version\":\"1.0.1\",\"resolved\":\"https://mirror.test/b/-/b-1.0.1.tgz\",\"integrity\":\"sha512-B1\"}"),
		NULL, NULL);
}

static void malformed(void **state)
{
	static const char *const texts[] = {"{", "{}", "{\"packages\":7}",
		"{\"packages\":{\"node_modules/a\":7}}", "{\"dependencies\":{\"a\":[]}}"};
	struct member *m;

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		m = member_make("package-lock.json", STR(V3(ROW("a", "1.0.0", "sha512-A"))),
			str_of(texts[i]));
		(void)!reader_lockfile.read(&m->in);
		assert_int_equal(m->n_facts, 0);
		member_free(m);
	}
	m = member_make("yarn.lock", STR_NONE,
		STR("a\n  version\n  resolved\nb:\n  version \"\n@:\n  version 1\n"));
	(void)!reader_lockfile.read(&m->in);
	member_free(m);
}

/* n rows and 2n rows: the work is counted in steps. */
static void linear(void **state)
{
	uint64_t steps[2];

	for (int round = 0; round < 2; round++) {
		struct buf b;
		struct member *m;

		buf_init(&b, 64 << 20);
		buf_add_z(&b, "{\"packages\":{\"\":{}");
		for (int i = 0; i < 4000 << round; i++)
			buf_printf(&b,
				",\"node_modules/p%d\":{\"version\":\"1.0.0\",\"integrity\":\"sha512-%d\"}",
				i, i);
		buf_add_z(&b, "}}");
		m = member_make("package-lock.json", buf_str(&b), buf_str(&b));
		assert_int_equal(reader_lockfile.read(&m->in), STATUS_OK);
		steps[round] = m->budget.steps;
		member_free(m);
		buf_release(&b);
	}
	assert_true(steps[1] < steps[0] * 26 / 10);
}

static bool line_add(void *user, const struct locked *row)
{
	struct buf *lines = user;

	buf_printf(lines, "%.*s:%u ", STR_ARG(row->name), row->line);
	return true;
}

/* Where rows stand: also the one whose name is written in another way, which has no place, and those behind it. */
static void places(void **state)
{
	struct member *m = member_make("package-lock.json", STR_NONE, STR("{\"packages\":{\n\"\":{},\n"
		"\"node_modules/a\":{\"version\":\"1.0.0\"},\n"
		"\"node_modules/\\u0062\":{\"version\":\"1.0.0\"},\n"
		"\"node_modules/c\" :{\"version\":\"1.0.0\"}}}\n"));
	struct buf lines;
	const char *why;

	buf_init(&lines, 1000);
	assert_int_equal(lockfile_rows(&m->in, LOCK_NPM, line_add, &lines, &why), STATUS_OK);
	assert_str(buf_str(&lines), "a:3 b:0 c:5 ");
	buf_release(&lines);
	member_free(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(npm),
		cmocka_unit_test(npm_of_version_1),
		cmocka_unit_test(yarn),
		cmocka_unit_test(yarn_of_version_2),
		cmocka_unit_test(pnpm),
		cmocka_unit_test(mirror_switch),
		cmocka_unit_test(malformed),
		cmocka_unit_test(linear),
		cmocka_unit_test(places),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
