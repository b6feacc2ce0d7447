/* Payloads: round trip, every truncation, every flipped bit, every limit from both sides. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "wire_again.h"

static struct buf one, two;

static int set_up(void **state)
{
	buf_init(&one, 4 << 20);
	buf_init(&two, 4 << 20);
	return 0;
}

static int tear_down(void **state)
{
	buf_release(&one);
	buf_release(&two);
	return 0;
}

/* The one frame in `one`. */
static struct cursor payload(enum frame_type want)
{
	enum frame_type type;
	struct cursor c;
	size_t used;

	assert_int_equal(frame_take(buf_str(&one), &type, &c, &used), STATUS_OK);
	assert_int_equal(type, want);
	assert_int_equal(used, one.len);
	return c;
}

static bool again(enum frame_type type, struct cursor c)
{
	buf_clear(&two);
	return wire_again(type, c, &two);
}

/* The frame in `one` reads and writes the same; shorter, longer or altered it is refused, or is
 * another value that put writes just so. */
static void check(enum frame_type type)
{
	struct cursor c = payload(type);
	uint8_t *bytes = (uint8_t *)one.p + FRAME_HEADER_BYTES;
	size_t n = cursor_left(&c);
	unsigned refused = 0;

	assert_true(again(type, c));
	assert_int_equal(one.len, two.len);
	assert_memory_equal(one.p, two.p, one.len);
	for (size_t cut = 0; cut < n && type != FRAME_DATA; cut++)
		assert_false(again(type, cursor_of(bytes, cut)));
	for (size_t bit = 0; bit < n * 8; bit++) {
		bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
		if (again(type, c)) {
			assert_int_equal(one.len, two.len);
			assert_memory_equal(one.p, two.p, one.len);
		} else {
			refused++;
		}
		bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
	}
	assert_true(refused > 0 || type == FRAME_DATA || type == FRAME_JOB);
	if (type != FRAME_DATA) {
		assert_true(buf_add_char(&one, 0));
		assert_false(again(type, cursor_of(one.p + FRAME_HEADER_BYTES, n + 1)));
	}
	buf_clear(&one);
}

static void test_container(void **state)
{
	struct wire_container v = {.format = FORMAT_ZIP, .damaged = true, .n_claims = 3,
		.claims = {{FORMAT_ZIP, 64}, {FORMAT_PE, 16}, {FORMAT_N - 1, 1}}};
	struct wire_container got;
	struct cursor c;

	assert_true(wire_container_put(&one, &v));
	c = payload(FRAME_CONTAINER);
	assert_true(wire_container_get(&c, &got));
	assert_int_equal(got.format, FORMAT_ZIP);
	assert_true(got.damaged);
	assert_int_equal(got.n_claims, 3);
	assert_int_equal(got.claims[1].id, FORMAT_PE);
	assert_int_equal(got.claims[1].bits, 16);
	check(FRAME_CONTAINER);
	v.n_claims = 9; /* more than there are */
	v.claims[0].bits = -1;
	v.claims[2].bits = 1 << 20;
	assert_true(wire_container_put(&one, &v));
	c = payload(FRAME_CONTAINER);
	assert_true(wire_container_get(&c, &got));
	assert_int_equal(got.n_claims, WIRE_CLAIMS);
	assert_int_equal(got.claims[0].bits, 0);
	assert_int_equal(got.claims[2].bits, UINT16_MAX);
	check(FRAME_CONTAINER);
	v.format = FORMAT_N;
	assert_true(wire_container_put(&one, &v));
	c = payload(FRAME_CONTAINER);
	assert_false(wire_container_get(&c, &got));
	buf_clear(&one);
}

static struct entry sample_entry(void)
{
	return (struct entry){.name = STR("usr/bin/x\0y\xff"), .link = STR("../z"),
		.type = ENTRY_SYMLINK, .origin = ORIGIN_GAP, .flags = ENTRY_SPAN | ENTRY_ENCRYPTED,
		.mode = 04755, .uid = 1000, .gid = UINT64_MAX, .mtime = -1,
		.size_bytes = UINT64_MAX,
		.span_offset = UINT64_MAX - 5, .span_bytes = 5};
}

static void test_child(void **state)
{
	struct entry v = sample_entry(), got;
	struct cursor c;

	assert_true(wire_child_put(&one, &v));
	c = payload(FRAME_CHILD);
	assert_true(wire_child_get(&c, &got));
	assert_true(str_equal(got.name, v.name) && str_equal(got.link, v.link));
	assert_int_equal(got.type, ENTRY_SYMLINK);
	assert_int_equal(got.origin, ORIGIN_GAP);
	assert_int_equal(got.flags, ENTRY_SPAN | ENTRY_ENCRYPTED);
	assert_int_equal(got.mode, 04755);
	assert_true(got.uid == 1000 && got.gid == UINT64_MAX && got.mtime == -1);
	assert_true(got.size_bytes == UINT64_MAX);
	assert_true(got.span_offset == UINT64_MAX - 5 && got.span_bytes == 5);
	check(FRAME_CHILD);
	v.span_bytes = 6; /* past the end of numbers */
	assert_true(wire_child_put(&one, &v));
	c = payload(FRAME_CHILD);
	assert_false(wire_child_get(&c, &got));
	buf_clear(&one);
	v.flags = 0xffffff00; /* nothing that exists, and so no span */
	v.mode = UINT32_MAX;
	assert_true(wire_child_put(&one, &v));
	c = payload(FRAME_CHILD);
	assert_true(wire_child_get(&c, &got));
	assert_int_equal(got.flags, 0);
	assert_int_equal(got.mode, 07777);
	assert_true(got.span_offset == 0 && got.span_bytes == 0);
	buf_clear(&one);
}

static void test_child_ranges(void **state)
{
	struct entry v = sample_entry(), got;
	struct cursor c;

	v.type = ENTRY_TYPE_N;
	assert_true(wire_child_put(&one, &v));
	c = payload(FRAME_CHILD);
	assert_false(wire_child_get(&c, &got));
	buf_clear(&one);
	v = sample_entry();
	v.origin = ORIGIN_N;
	assert_true(wire_child_put(&one, &v));
	c = payload(FRAME_CHILD);
	assert_false(wire_child_get(&c, &got));
	buf_clear(&one);
}

static void test_names(void **state)
{
	static char name[FRAME_NAME_BYTES + 1];
	struct entry v = {.name = {name, FRAME_NAME_BYTES}}, got;
	struct cursor c;

	assert_true(wire_child_put(&one, &v));
	c = payload(FRAME_CHILD);
	assert_true(wire_child_get(&c, &got));
	assert_int_equal(got.name.len, FRAME_NAME_BYTES);
	buf_clear(&one);
	v.name.len++;
	assert_true(wire_child_put(&one, &v)); /* cut */
	c = payload(FRAME_CHILD);
	assert_true(wire_child_get(&c, &got));
	assert_int_equal(got.name.len, FRAME_NAME_BYTES);
	buf_clear(&one);
}

static void test_data(void **state)
{
	static char much[WIRE_DATA_BYTES + 1];
	struct cursor c;
	struct str got;

	assert_true(wire_data_put(&one, "abc", 3));
	c = payload(FRAME_DATA);
	assert_true(wire_data_get(&c, &got) && str_is(got, "abc"));
	check(FRAME_DATA);
	assert_true(wire_data_put(&one, "", 0));
	c = payload(FRAME_DATA);
	assert_true(wire_data_get(&c, &got) && got.len == 0);
	buf_clear(&one);
	assert_true(wire_data_put(&one, much, WIRE_DATA_BYTES));
	c = payload(FRAME_DATA);
	assert_true(wire_data_get(&c, &got) && got.len == WIRE_DATA_BYTES);
	buf_clear(&one);
	assert_false(wire_data_put(&one, much, WIRE_DATA_BYTES + 1));
	assert_int_equal(one.len, 0);
}

static void test_child_end(void **state)
{
	struct wire_child_end v = {.status = STATUS_UNSUPPORTED, .looks_like = FORMAT_RAR,
		.size_bytes = 1ull << 40, .why = STR("method \x1b[31m 99")};
	struct wire_child_end got;
	struct cursor c;

	assert_true(wire_child_end_put(&one, &v));
	c = payload(FRAME_CHILD_END);
	assert_true(wire_child_end_get(&c, &got));
	assert_int_equal(got.status, STATUS_UNSUPPORTED);
	assert_int_equal(got.looks_like, FORMAT_RAR);
	assert_true(got.size_bytes == 1ull << 40);
	assert_true(str_is(got.why, "method ?[31m 99")); /* no control byte crosses in a label */
	check(FRAME_CHILD_END);
	v.status = STATUS_N;
	assert_true(wire_child_end_put(&one, &v));
	c = payload(FRAME_CHILD_END);
	assert_false(wire_child_end_get(&c, &got));
	buf_clear(&one);
}

static void test_labels(void **state)
{
	static char text[WIRE_WHY_BYTES + 1];
	struct wire_child_end v = {.why = {text, WIRE_WHY_BYTES + 1}}, got;
	struct cursor c;

	for (size_t i = 0; i < sizeof(text); i++)
		text[i] = 'a';
	assert_true(wire_child_end_put(&one, &v));
	c = payload(FRAME_CHILD_END);
	assert_true(wire_child_end_get(&c, &got));
	assert_int_equal(got.why.len, WIRE_WHY_BYTES);
	buf_clear(&one);
}

static void test_oddity(void **state)
{
	static char much[FRAME_TEXT_BYTES + 1];
	struct wire_oddity v = {.code = STR("zip-names-differ"), .offset = UINT64_MAX,
		.detail = STR("a\0\xff")};
	struct wire_oddity got;
	struct cursor c;

	assert_true(wire_oddity_put(&one, &v));
	c = payload(FRAME_ODDITY);
	assert_true(wire_oddity_get(&c, &got));
	assert_true(str_is(got.code, "zip-names-differ") && str_equal(got.detail, v.detail));
	assert_true(got.offset == UINT64_MAX);
	check(FRAME_ODDITY);
	v.code = STR("Odd_Code !");
	v.detail = str_view(much, sizeof(much));
	assert_true(wire_oddity_put(&one, &v));
	c = payload(FRAME_ODDITY);
	assert_true(wire_oddity_get(&c, &got));
	assert_true(str_is(got.code, "-dd--ode--"));
	assert_int_equal(got.detail.len, FRAME_TEXT_BYTES);
	buf_clear(&one);
	v = (struct wire_oddity){0};
	assert_true(wire_oddity_put(&one, &v));
	c = payload(FRAME_ODDITY);
	assert_true(wire_oddity_get(&c, &got) && str_is(got.code, "unnamed"));
	buf_clear(&one);
}

static void test_alias(void **state)
{
	struct wire_alias v = {STR("fil0A1B"), STR("INSTALLDIR/a\0b.js")}, got;
	struct cursor c;

	assert_true(wire_alias_put(&one, &v));
	c = payload(FRAME_ALIAS);
	assert_true(wire_alias_get(&c, &got));
	assert_true(str_equal(got.name, v.name) && str_equal(got.becomes, v.becomes));
	check(FRAME_ALIAS);
}

static void test_span(void **state)
{
	struct wire_span v = {.offset = UINT64_MAX - 7, .length = 7, .what = STR("local header")};
	struct wire_span got;
	struct cursor c;

	assert_true(wire_span_put(&one, &v));
	c = payload(FRAME_SPAN);
	assert_true(wire_span_get(&c, &got));
	assert_true(got.offset == v.offset && got.length == 7 && str_is(got.what, "local header"));
	check(FRAME_SPAN);
	v.length = 8;
	assert_true(wire_span_put(&one, &v));
	c = payload(FRAME_SPAN);
	assert_false(wire_span_get(&c, &got));
	buf_clear(&one);
}

static void test_job(void **state)
{
	struct wire_job v = {0x01020304}, got;
	struct cursor c;

	assert_true(wire_job_put(&one, &v));
	c = payload(FRAME_JOB);
	assert_true(wire_job_get(&c, &got) && got.index == 0x01020304);
	check(FRAME_JOB);
}

static void test_unit(void **state)
{
	struct unit v = {.change = UNIT_MOVED, .line = 41, .offset = 5, .length = UINT64_MAX - 5,
		.name = STR("statement at 41:3001")};
	struct unit got;
	struct cursor c;

	assert_true(wire_unit_put(&one, &v));
	c = payload(FRAME_UNIT);
	assert_true(wire_unit_get(&c, &got));
	assert_int_equal(got.change, UNIT_MOVED);
	assert_int_equal(got.line, 41);
	assert_true(got.offset == 5 && got.length == UINT64_MAX - 5);
	assert_true(str_is(got.name, "statement at 41:3001"));
	check(FRAME_UNIT);
	v.change = UNIT_CHANGE_N;
	assert_true(wire_unit_put(&one, &v));
	c = payload(FRAME_UNIT);
	assert_false(wire_unit_get(&c, &got));
	buf_clear(&one);
}

static struct fact sample_fact(void)
{
	return (struct fact){.kind = FACT_FLOW, .flags = FACT_NEW_SOURCE | FACT_SILENT, .unit = 7,
		.line = 41, .offset = 90121, .length = 1912, .number = 3, .key = STR("net>code"),
		.value = STR("cdn.example"), .detail = STR("http.get -> callback body"),
		.excerpt = STR("\x1b]8;;\x00"), .before = STR("\x00old")};
}

static void assert_fact(const struct fact *v, bool want)
{
	struct fact got;
	struct cursor c;

	assert_true(wire_fact_put(&one, v));
	c = payload(FRAME_FACT);
	assert_int_equal(wire_fact_get(&c, &got), want);
	buf_clear(&one);
}

static void test_fact(void **state)
{
	struct fact v = sample_fact(), got;
	struct cursor c;

	assert_true(wire_fact_put(&one, &v));
	c = payload(FRAME_FACT);
	assert_true(wire_fact_get(&c, &got));
	assert_int_equal(got.kind, FACT_FLOW);
	assert_int_equal(got.flags, FACT_NEW_SOURCE | FACT_SILENT);
	assert_int_equal(got.unit, 7);
	assert_int_equal(got.line, 41);
	assert_true(got.offset == 90121 && got.length == 1912 && got.number == 3);
	assert_true(str_equal(got.key, v.key) && str_equal(got.value, v.value));
	assert_true(str_equal(got.detail, v.detail) && str_equal(got.excerpt, v.excerpt) && str_equal(got.before, v.before));
	check(FRAME_FACT);
}

static void test_fact_ranges(void **state)
{
	struct fact v = sample_fact();

	v.kind = FACT_NONE;
	assert_fact(&v, false);
	v.kind = FACT_N;
	assert_fact(&v, false);
	v.kind = FACT_N - 1;
	assert_fact(&v, true);
	v.unit = UNITS_PER_MEMBER - 1;
	assert_fact(&v, true);
	v.unit = UNITS_PER_MEMBER;
	assert_fact(&v, false);
	v.unit = FACT_NO_UNIT;
	assert_fact(&v, true);
	v.offset = UINT64_MAX;
	assert_fact(&v, false);
	v.length = 0;
	assert_fact(&v, true);
}

static void test_fact_texts(void **state)
{
	static char much[FACT_VALUE_BYTES + 1];
	struct str long_text = {much, sizeof(much)};
	struct fact v = {.kind = FACT_CALL, .key = long_text, .value = long_text,
		.detail = long_text, .excerpt = long_text, .before = long_text}, got;
	struct cursor c;

	assert_true(wire_fact_put(&one, &v));
	c = payload(FRAME_FACT);
	assert_true(wire_fact_get(&c, &got));
	assert_int_equal(got.key.len, FACT_KEY_BYTES);
	assert_int_equal(got.value.len, FACT_VALUE_BYTES);
	assert_int_equal(got.detail.len, FACT_DETAIL_BYTES);
	assert_int_equal(got.excerpt.len, FACT_EXCERPT_BYTES);
	assert_int_equal(got.before.len, FACT_EXCERPT_BYTES);
	/* one byte over the limit, written by somebody else */
	one.p[FRAME_HEADER_BYTES + 38]++;
	c = payload(FRAME_FACT);
	assert_false(wire_fact_get(&c, &got));
	buf_clear(&one);
}

static void test_cover(void **state)
{
	struct wire_cover v = {.grade = COVER_BLIND, .bytes = UINT64_MAX, .why = STR("encrypted")};
	struct wire_cover got;
	struct cursor c;

	assert_true(wire_cover_put(&one, &v));
	c = payload(FRAME_COVER);
	assert_true(wire_cover_get(&c, &got));
	assert_true(got.grade == COVER_BLIND && got.bytes == UINT64_MAX);
	assert_true(str_is(got.why, "encrypted"));
	check(FRAME_COVER);
	v.grade = COVER_N;
	assert_true(wire_cover_put(&one, &v));
	c = payload(FRAME_COVER);
	assert_false(wire_cover_get(&c, &got));
	buf_clear(&one);
}

static void test_done(void **state)
{
	struct wire_done v = {STATUS_LIMIT, 1, UINT64_MAX, 3}, got;
	struct cursor c;

	assert_true(wire_done_put(&one, &v));
	c = payload(FRAME_DONE);
	assert_true(wire_done_get(&c, &got));
	assert_int_equal(got.status, STATUS_LIMIT);
	assert_true(got.steps == 1 && got.bytes == UINT64_MAX && got.members == 3);
	check(FRAME_DONE);
}

static void test_no_room(void **state)
{
	struct fact v = sample_fact();
	struct buf small;

	buf_init(&small, 64);
	assert_true(wire_job_put(&small, &(struct wire_job){1}));
	assert_false(wire_fact_put(&small, &v));
	assert_int_equal(small.len, FRAME_HEADER_BYTES + 4);
	assert_true(small.full);
	buf_release(&small);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_container),
		cmocka_unit_test(test_child),
		cmocka_unit_test(test_child_ranges),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_data),
		cmocka_unit_test(test_child_end),
		cmocka_unit_test(test_labels),
		cmocka_unit_test(test_oddity),
		cmocka_unit_test(test_alias),
		cmocka_unit_test(test_span),
		cmocka_unit_test(test_job),
		cmocka_unit_test(test_unit),
		cmocka_unit_test(test_fact),
		cmocka_unit_test(test_fact_ranges),
		cmocka_unit_test(test_fact_texts),
		cmocka_unit_test(test_cover),
		cmocka_unit_test(test_done),
		cmocka_unit_test(test_no_room),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
