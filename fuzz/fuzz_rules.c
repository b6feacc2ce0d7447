/*
 * Who controls these bytes: whoever hands a file of rules over, and behind a byte 0xff whoever wrote what they are held
 * against. The first line is the name of the file. Truths: what was refused has a reason; what was taken says the same of
 * a text twice, and all is forgotten afterwards.
 */
#include "reader_truths.h"

#include <string.h>

#include "read/readers.h"
#include "read/user_rules.h"
#include "tool_seeds.h"

static const struct {
	const char *word, *path;
	const struct reader *reader;
} languages[] = {{"typescript", "x.ts", &reader_javascript}, {"javascript", "x.js", &reader_javascript}, {"python", "x.py", &reader_python},
	{"php", "x.php", &reader_php}, {"ruby", "x.rb", &reader_ruby}, {"powershell", "x.ps1", &reader_powershell}, {"go", "x.go", &reader_go}, {"", "x.c", &reader_c}};

static uint64_t said(struct str name, struct cursor text)
{
	size_t i = 0;

	while (!str_has(name, languages[i].word))
		i++;
	return reader_once(languages[i].reader, languages[i].path, text, false, text);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	const uint8_t *line = n ? memchr(bytes, '\n', n) : NULL, *mark = n ? memchr(bytes, 0xff, n) : NULL;
	struct str name = str_view((const char *)bytes, line ? (size_t)(line - bytes) : 0), rules;
	struct cursor text = {0};
	char error[256] = "";

	if (!line || n > 4096 || (mark && mark < line))
		return 0;
	rules = str_view((const char *)line + 1, (size_t)((mark ? mark : bytes + n) - line - 1));
	if (mark)
		text = cursor_of(mark + 1, n - (size_t)(mark + 1 - bytes));
	if (user_rules_add(name, rules, error, sizeof(error)) != STATUS_OK)
		FUZZ_CHECK(*error);
	else
		FUZZ_CHECK(said(name, text) == said(name, text));
	user_rules_clear();
	return 0;
}

static void seed(void (*run)(const void *bytes, size_t n), const char *name, const char *rules, const char *text)
{
	char bytes[4096];
	int n = snprintf(bytes, sizeof(bytes), "%s\n%s\xff%s", name, rules, text);

	FUZZ_CHECK(n > 0 && (size_t)n < sizeof(bytes));
	run(bytes, (size_t)n);
}

static const char calls[] =
	"((call_expression function: (member_expression property: (property_identifier) @name)) @source (#eq? @name \"readAll\") (#set! source file)"
	" (#set! behaviour \"exfil/payroll\"))\n((call_expression function: (member_expression object: (identifier) @object property:"
	" (property_identifier) @name) arguments: (arguments . (_) . (_) @sink)) (#not-eq? @object \"car\") (#match? @name \"^(publish|emit)$\")"
	" (#set! sink net))\n((call_expression function: (identifier) @name) @sanitizer (#any-of? @name \"redact\" \"summarize\"))\n"
	"((call_expression arguments: (arguments (string) @name)) @source (#eq? @name \"ask\") (#set! source env))\n";

static const char text[] = "const bus = require('a'), pay = require('b');\nbus.publish('x', pay.readAll());\n"
			   "car.emit('x', pay.readAll());\nbus.emit('x', redact(pay.readAll()));\nbus.emit('x', pay('ask'));\n";

void fuzz_seeds(void (*run)(const void *bytes, size_t n))
{
	static const char *const wrong[] = {"(call_expression\n  function: (nothing) @source)", "(a: (_) @source)", "(identifier) @source)", "",
		"((identifier) @source (#eq? @b \"a\"))", "((identifier) @source (#set! source secrets))", "(identifier) @source",
		"((identifier) @sink (#set! sink nowhere))", "(identifier) @sink", "(identifier) @name", "((identifier) @sanitizer (#set! a))",
		"((identifier) @sanitizer (#near? @sanitizer \"a\"))", "((identifier) @sanitizer (#match? @sanitizer \"(a\"))", "(string (call_expression) @sink)",
		"((identifier) @sanitizer (#eq? \"a\" \"b\"))", "((identifier) @sanitizer (#eq? @sanitizer @sanitizer))", "((identifier) @sanitizer (#set! a b))",
		"((identifier) @source (#set! source env) (#set! behaviour \"Payroll\"))", "((_) @sanitizer (#match? @sanitizer \"^a\") (#match? @sanitizer \"^a\"))"};

	seed(run, "own.javascript.scm", calls, text);
	seed(run, "typescript.scm", calls, text);
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		seed(run, "javascript.scm", wrong[i], text);
	tool_seed("mkdir seeds; for l in javascript typescript python php powershell ruby go c bash; do for f in 1 2 3; do echo $l.scm >seeds/$l$f; done\n"
		  "echo '(call_expression function: (identifier) @source (#eq? @source \"ask\") (#set! kind \"network\"))' >>seeds/${l}1\n"
		  "echo '((identifier) @sanitizer (#match? @sanitizer \"^clean\"))' >>seeds/${l}2; echo '(' >>seeds/${l}3; done\n", run);
	literal_seeds("", "read/test_user_rules.c", run);
}
