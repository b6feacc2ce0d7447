/* What leaves a member, or comes in through an import, is said as an end; nothing else is. */
#include "read/js_case.h"

struct row {
	const char *name, *text;
	const char *key;
	const char *ports; /* the first two lines of the detail */
};

static const struct row rows[] = {
	{"argument", "const s = require('./s');\ns.post(JSON.stringify(process.env));", "env>argument", "\n./s\tpost\t0\n"},
	{"argument of what was imported by name", "import { post as p } from '../s.js';\np('a', process.env);", "env>argument", "\n../s.js\tpost\t1\n"},
	{"parameter", "exports.run = function (a, command) { require('child_process').exec(command); };", "param>exec", "run\t1\tcommand\n\n"},
	{"parameter of the module itself", "module.exports = (url) => eval(url);", "param>code", "\t0\turl\n\n"},
	{"parameter of a declared export", "export function go(code) { new Function(code)(); }", "param>code", "go\t0\tcode\n\n"},
	{"parameter by a later list", "function go(code) { eval(code); }\nexport { go as start };", "param>code", "start\t0\tcode\n\n"},
	{"parameter of a method", "class A { go(code) { eval(code); } }\nmodule.exports = { A };", "param>code", "A.go\t0\tcode\n\n"},
	{"parameter that is taken apart", "exports.go = ({ code }) => { eval(code); };", "param>code", "go\t0\tcode\n\n"},
	{"result", "exports.all = () => process.env;", "env>export", "\nall()\n"},
	{"result of a promise", "export async function load() { const r = await fetch('https://a.example/'); return r.text(); }", "net>export", "\nload()\n"},
	{"value", "exports.text = Object.assign({}, process.env);", "env>export", "\ntext\n"},
	{"handed to a callback", "exports.load = (done) => { fetch('https://a.example/').then(r => r.text()).then(t => done(t)); };", "net>export", "\nload@0.0\n"},
	{"what a call gives", "const f = require('./f');\neval(f.load());", "import>code", "./f\tload()\n\n"},
	{"what a callback gets", "require('./f').load((got) => { eval(got); });", "import>code", "./f\tload@0.0\n\n"},
	{"what a module gives by itself", "import text from './f.js';\neval(text);", "import>code", "./f.js\t\n\n"},
	{"passed on", "const f = require('./f'), s = require('./s');\ns.post(f.all());", "import>argument", "./f\tall()\n./s\tpost\t0\n"},
	{"re-exported", "export { a as b } from './f.js';", "alias", "./f.js\ta\nb\n"},
	{"all re-exported", "export * from './f.js';", "alias", "./f.js\t\n*\n"},
	{"re-exported under one name", "export * as f from './f.js';", "alias", "./f.js\t\nf\n"},
	{"re-exported by a store", "exports.f = require('./f').a;", "alias", "./f\ta\nf\n"},
};

static const struct row none[] = {
	{"a module of somebody else", "const s = require('sender');\ns.post(JSON.stringify(process.env));", "env>argument", NULL},
	{"a function that is not exported", "function run(c) { eval(c); }\nrun('1');", "param>code", NULL},
	{"only assumed", "const s = require('./s');\ns.post(unknown(process.env));", "env>argument", NULL},
	{"a count", "const s = require('./s');\ns.post(Object.keys(process.env).length);", "env>argument", NULL},
};

static const struct fact *end_of(const struct js_case *c, const struct row *r)
{
	for (size_t i = 0; i < c->n; i++)
		if (c->facts[i].kind == FACT_END && str_is(c->facts[i].key, r->key) && (!r->ports || str_starts(c->facts[i].detail, r->ports)))
			return &c->facts[i];
	return NULL;
}

static void ends_are_said(void **state)
{
	int missed = 0;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct js_case *c = js_case_run(rows[i].text);

		if (!end_of(c, &rows[i])) {
			print_message("missed: %s\n", rows[i].name);
			js_case_print(c);
			missed++;
		}
		js_case_free(c);
	}
	assert_int_equal(missed, 0);
}

static void others_are_not(void **state)
{
	int wrong = 0;

	(void)state;
	for (size_t i = 0; i < sizeof(none) / sizeof(*none); i++) {
		struct js_case *c = js_case_run(none[i].text);

		if (end_of(c, &none[i])) {
			print_message("said: %s\n", none[i].name);
			wrong++;
		}
		js_case_free(c);
	}
	assert_int_equal(wrong, 0);
}

/* What stood there before is an end, but not a new one. */
static void news_is_told(void **state)
{
	const char *old = "const s = require('./s');\nexports.run = (c) => { eval(c); };\n";
	struct js_case *c = js_case_pair(old, "const s = require('./s');\nexports.run = (c) => { eval(c); };\ns.post(process.env);\n");
	const struct fact *before = end_of(c, &(struct row){"", "", "param>code", "run\t0\tc\n\n"});
	const struct fact *now = end_of(c, &(struct row){"", "", "env>argument", "\n./s\tpost\t0\n"});

	(void)state;
	assert_non_null(before);
	assert_non_null(now);
	assert_false(before->flags & (FACT_NEW_SINK | FACT_CHANGED_VALUE));
	assert_true(now->flags & FACT_NEW_SOURCE);
	js_case_free(c);
}

/* Bundles of classes hold such objects. */
static void an_object_may_be_its_own_constructor(void **state)
{
	struct js_case *c = js_case_run("function A() {}\nvar a = new A();\na.constructor = a;\nmodule.exports = a;\nrequire('child_process').exec('ls');\n");

	(void)state;
	assert_int_equal(c->status, STATUS_OK);
	js_case_free(c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ends_are_said),
		cmocka_unit_test(others_are_not),
		cmocka_unit_test(news_is_told),
		cmocka_unit_test(an_object_may_be_its_own_constructor),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
