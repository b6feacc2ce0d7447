#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <jansson.h>
#include <math.h>

#include "assay.h"
#include "report/json_out.h"
#include "sample.h"
#include "util/escape.h"

static json_t *parse(const struct document *d, unsigned flags)
{
	size_t n;
	char *text = assay_json(d, flags, &n);
	json_error_t error;
	json_t *v;

	assert_non_null(text);
	assert_int_equal(strlen(text), n);
	assert_int_equal(text[n - 1], '\n');
	v = json_loadb(text, n, JSON_REJECT_DUPLICATES, &error);
	if (!v)
		fail_msg("%d:%d: %s", error.line, error.column, error.text);
	free(text);
	return v;
}

static void assert_keys(json_t *object, const char *const *keys)
{
	const char *key;
	json_t *value;

	json_object_foreach(object, key, value) {
		assert_non_null(*keys);
		assert_string_equal(key, *keys);
		keys++;
	}
	assert_null(*keys);
}

static void keys_stand_in_the_order_of_the_contract(void **state)
{
	struct document d = sample_document();
	json_t *v = parse(&d, 0), *f;

	assert_keys(v, (const char *const[]){"schema", "assay", "rules", "old", "new", "verdict",
			"probability", "evidence", "base_log_odds", "summary", "findings", "delta",
			"provenance", "coverage", "old_suspect", "accepted", "confinement",
			"repeatable", "cost", NULL});
	f = json_array_get(json_object_get(v, "findings"), 0);
	assert_keys(f, (const char *const[]){"id", "fingerprint", "behaviour", "title", "attack",
			"where", "runs", "flow", "untrusted", "why", "weight", NULL});
	assert_keys(json_object_get(f, "where"),
		(const char *const[]){"member", "unit", "line", "offset", "length", NULL});
	assert_keys(json_object_get(v, "delta"), (const char *const[]){"identical", "added",
			"removed", "changed", "renamed", "attributes", "digests", NULL});
	assert_keys(json_object_get(v, "coverage"), (const char *const[]){"parsed_bytes",
			"shallow_bytes", "blind_bytes", "blind", "dependencies", NULL});
	json_decref(v);
}

static void inspect_has_no_old_and_no_delta(void **state)
{
	struct document d = sample_document();
	json_t *v;

	d.is_inspect = true;
	v = parse(&d, 0);
	assert_string_equal(json_string_value(json_object_get(v, "schema")), "assay.inspect.v1");
	assert_null(json_object_get(v, "old"));
	assert_null(json_object_get(v, "delta"));
	json_decref(v);
}

static void one_line_says_the_same(void **state)
{
	struct document d = sample_document();
	json_t *wide = parse(&d, 0), *one = parse(&d, ASSAY_ONE_LINE);
	char *text = assay_json(&d, ASSAY_ONE_LINE, NULL);

	assert_non_null(text);
	assert_true(json_equal(wide, one));
	assert_ptr_equal(strchr(text, '\n'), text + strlen(text) - 1);
	free(text);
	json_decref(wide);
	json_decref(one);
}

static void nothing_at_all_is_a_document(void **state)
{
	struct document d = {0};
	json_t *v = parse(&d, 0);

	assert_string_equal(json_string_value(json_object_get(v, "verdict")), "clean");
	json_decref(v);
}

/* Each text field in turn is the worst there is; the document stays valid and harmless to print. */
static void hostile_text_breaks_nothing(void **state)
{
	struct document d = sample_document();
	struct doc_finding f = sample_findings[0];
	struct str bad = hostile_text();
	struct doc_strings list = {&bad, 1};
	struct doc_rename r = {bad, bad};
	struct doc_attribute at = {bad, bad};
	struct doc_blind blind = {bad, bad, 1};
	char *text;
	size_t n;
	json_t *v;

	f.title = f.id = f.runs = f.why = f.evidence = f.where.member = f.where.unit = bad;
	f.flow = f.decoded = f.attack = list;
	d.findings = (struct doc_findings){&f, 1};
	d.summary = d.new.name = d.new.path = d.old.version = d.confinement = bad;
	d.delta.added = d.delta.removed = d.delta.changed = d.notes = list;
	d.delta.renamed = &r;
	d.delta.attributes = &at;
	d.coverage.blind = &blind;
	d.provenance.new.subject = bad;
	v = parse(&d, 0);
	assert_int_equal(json_array_size(json_object_get(v, "findings")), 1);
	json_decref(v);
	text = assay_json(&d, 0, &n);
	assert_non_null(text);
	assert_true(utf8_valid(str_view(text, n)));
	for (size_t i = 0; i < n;) {
		uint32_t cp = utf8_next(str_view(text, n), &i);

		assert_true(cp == '\n' || (cp >= 0x20 && cp != 0x7f));
		assert_false(cp >= 0x80 && cp < 0xa0);
		assert_false(utf8_is_invisible(cp));
	}
	/* Once decoded the value is as harmless: no escape of JSON brings a control byte back. */
	for (size_t i = 0; i < n; i++)
		if (text[i] == '\\')
			assert_non_null(memchr("\"\\nt", text[++i], 4));
	assert_non_null(strstr(text, "\\\\u{202e}"));
	assert_non_null(strstr(text, "\\\\x1b[2J"));
	free(text);
}

static const char *real_text(double x)
{
	static char text[64];
	struct buf b;
	struct report_out out;
	struct json_out j;

	buf_init(&b, sizeof(text) - 1);
	out = report_to_buf(&b);
	jout_begin(&j, &out, true);
	jout_real(&j, x);
	snprintf(text, sizeof(text), "%.*s", STR_ARG(buf_str(&b)));
	buf_release(&b);
	return text;
}

static void numbers_are_rounded_the_same_everywhere(void **state)
{
	assert_string_equal(real_text(0), "0.0");
	assert_string_equal(real_text(1), "1.0");
	assert_string_equal(real_text(0.9978123456), "0.997812");
	assert_string_equal(real_text(-6.906754778648554), "-6.906755");
	assert_string_equal(real_text(-0.25), "-0.25");
	assert_string_equal(real_text(9.1), "9.1");
	assert_string_equal(real_text(INFINITY), "1000000000000.0");
	assert_string_equal(real_text(NAN), "null");
}

static void an_error_is_one_line(void **state)
{
	struct buf b;
	struct report_out out;
	json_error_t error;
	json_t *v;

	buf_init(&b, 1 << 16);
	out = report_to_buf(&b);
	report_json_error(STR("a"), hostile_text(), STR("b: no such file"), &out);
	assert_ptr_equal(memchr(b.p, '\n', b.len), b.p + b.len - 1);
	v = json_loadb(b.p, b.len, JSON_REJECT_DUPLICATES, &error);
	assert_non_null(v);
	assert_string_equal(json_string_value(json_object_get(v, "error")), "b: no such file");
	json_decref(v);
	buf_release(&b);
}

static bool put_some(void *user, const void *p, size_t n)
{
	size_t *room = user;

	if (n > *room)
		return false;
	*room -= n;
	return true;
}

static void a_full_disk_is_noticed(void **state)
{
	struct document d = sample_document();

	for (size_t room = 0; room < 3000; room += 97) {
		size_t left = room;
		struct report_out out = {put_some, &left, false};

		report_json(&d, 0, &out);
		assert_true(out.failed);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keys_stand_in_the_order_of_the_contract),
		cmocka_unit_test(inspect_has_no_old_and_no_delta),
		cmocka_unit_test(one_line_says_the_same),
		cmocka_unit_test(nothing_at_all_is_a_document),
		cmocka_unit_test(hostile_text_breaks_nothing),
		cmocka_unit_test(numbers_are_rounded_the_same_everywhere),
		cmocka_unit_test(an_error_is_one_line),
		cmocka_unit_test(a_full_disk_is_noticed),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
