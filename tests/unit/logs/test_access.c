/* Access logs of nginx and Apache. */
#include "lines.h"

#include "logs/query.h"
#include "logs/shape.h"

#define TIME "[27/Sep/2022:10:11:12 +0000]"
#define COMBINED "192.0.2.1 - - " TIME " \"GET /a%20b?q=1 HTTP/1.1\" 200 512 \"-\" \"agent \\\"x\\\" 1\""

static void test_combined(void **state)
{
	struct reader *x = reader_new("combined");

	assert_int_equal(reader_line(x, COMBINED), LINE_RECORD);
	assert_str(x->r.time, "27/Sep/2022:10:11:12 +0000");
	assert_str(x->r.who[WHO_IP], "192.0.2.1");
	assert_str(x->r.who[WHO_USER_AGENT], "agent \\\"x\\\" 1");
	assert_string_equal(reader_thing(x, WHAT_PATH), "/a%20b?q=1");
	assert_int_equal(x->r.status, 200);
	assert_int_equal(x->r.bytes, 512);
	assert_false(x->r.failed);
	assert_int_equal(reader_line(x, "h.example:443 2001:db8::1 - kim " TIME " \"GET / HTTP/2.0\" 404 -"),
		LINE_RECORD);
	assert_str(x->r.who[WHO_IP], "2001:db8::1");
	assert_str(x->r.who[WHO_USER], "kim");
	assert_string_equal(reader_thing(x, WHAT_HOST), "h.example");
	assert_true(x->r.failed);
	assert_int_equal(reader_line(x, "192.0.2.1 - - " TIME " \"HEAD /a HTTP/1.1\" 200 0"), LINE_RECORD);
	assert_true(x->r.failed);
	assert_int_equal(reader_line(x, "192.0.2.1 - - " TIME " \"-\" 408 -"), LINE_RECORD);
	reader_free(x);
}

static void test_not_one(void **state)
{
	static const char *const lines[] = {
		"hello", "192.0.2.1 - - " TIME " GET / HTTP/1.1 200 5", "192.0.2.1 - - " TIME " \"GET / 200 5",
		"192.0.2.1 - - [27/Sep/2022] \"GET / HTTP/1.1\" 200 5",
		"192.0.2.1 - - " TIME " \"GET / HTTP/1.1\" ok 5", "192.0.2.1 - - " TIME " \"GET /\001 HTTP/1.1\" 200 5",
	};
	struct reader *x = reader_new("combined");

	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
		assert_int_equal(reader_line(x, lines[i]), LINE_UNREADABLE);
	assert_int_equal(reader_line(x, ""), LINE_ASIDE);
	reader_free(x);
}

static enum log_line no_line(void *user, struct str line, uint64_t number, bool is_wanted)
{
	struct reader *x = user;

	return x->f->parse(x->f, NULL, &x->a, line, NULL);
}

/* The quick look and the parser agree, wherever a byte is changed or lost. */
static void test_quick(void **state)
{
	struct reader *x = reader_new("combined");
	static const char line[] = COMBINED;
	const size_t none = SIZE_MAX;
	unsigned quickly = 0;

	for (size_t at = 0; at < sizeof(line) - 1; at++) {
		for (int how = 0; how < 4; how++) {
			struct shape_walk w = {.format = x->f, .scratch = &x->a, .wanted = &none,
				.line = no_line, .user = x, .at_end = true};
			struct shape_count count = {0};
			char text[2 * sizeof(line)];
			size_t n = sizeof(line) - 1;

			/* the first record is parsed in any case */
			memcpy(text, line, n);
			text[n++] = '\n';
			memcpy(text + n, line, sizeof(line) - 1);
			if (how < 3)
				text[n + at] = "\0\" "[how];
			n += how < 3 ? sizeof(line) - 1 : at;
			assert_int_equal(shape_lines(&w, str_view(text, n), &count), n);
			n -= sizeof(line);
			if (count.unreadable == 0 && n) {
				quickly++;
				assert_int_not_equal(x->f->parse(x->f, NULL, &x->a,
						str_view(text + sizeof(line), n), NULL), LINE_UNREADABLE);
			}
			if (n)
				assert_int_equal(count.lines, 2);
		}
	}
	assert_true(quickly > 50);
	reader_free(x);
}

/* What an address says about who asks; what it is not sure about it leaves. */
static void test_query(void **state)
{
	struct reader *x = reader_new("combined");

	assert_int_equal(reader_line(x, "192.0.2.1 - - " TIME " \"GET /a?v=1&LICENSE_key=L-1&agent=7f&x HTTP/1.1\" 200 1"),
		LINE_RECORD);
	query_who(&x->r);
	assert_str(x->r.who[WHO_LICENCE], "L-1");
	assert_str(x->r.who[WHO_AGENT_ID], "7f");
	assert_int_equal(x->r.who[WHO_ACCOUNT].len, 0);
	assert_int_equal(reader_line(x, "192.0.2.1 - - " TIME " \"GET /licence=9?licence=%41&licences=2&account= HTTP/1.1\" 200 1"),
		LINE_RECORD);
	query_who(&x->r);
	assert_int_equal(x->r.who[WHO_LICENCE].len, 0);
	assert_int_equal(x->r.who[WHO_ACCOUNT].len, 0);
	reader_free(x);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_combined),
		cmocka_unit_test(test_not_one),
		cmocka_unit_test(test_quick),
		cmocka_unit_test(test_query),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
