/*
 * Every other format: lines as its programs write them (names are reserved ones), what they must say,
 * and that its own files are recognised as of this format and no other.
 */
#include "lines.h"
#include "samples.h"

#include "logs/columns.h"
#include "logs/shape.h"
#include "logs/sniff.h"
#include "util/buf.h"

static void add(struct buf *b, const char *name, struct str value)
{
	if (value.len)
		buf_printf(b, "%s%s=%.*s", b->len ? ";" : "", name, STR_ARG(value));
}

static void describe(const struct log_record *r, struct buf *b)
{
	static const char *const who[WHO_N] = {
		"ip", "user", "host", "agent_id", "account", "licence", "user_agent", "domain"};
	static const char *const what[WHAT_N] = {"hash", "path", "url", "host", "ip", "file", "registry",
		"service", "package", "version"};
	char number[32];

	add(b, "time", r->time);
	for (unsigned i = 0; i < WHO_N; i++)
		add(b, who[i], r->who[i]);
	for (unsigned i = 0; i < r->n_things; i++)
		add(b, what[r->things[i].what], r->things[i].text);
	if (r->status) {
		snprintf(number, sizeof(number), "%d", r->status);
		add(b, "status", str_of(number));
	}
	if (r->has_bytes) {
		snprintf(number, sizeof(number), "%u", (unsigned)r->bytes);
		add(b, "bytes", str_of(number));
	}
	if (r->act != ACT_DELIVERED && r->act != ACT_CONTACTED)
		buf_printf(b, ";act=%d", (int)r->act);
	else if (r->act == ACT_CONTACTED && str_has(buf_str(b), "file="))
		buf_printf(b, ";act=%d", (int)r->act);
}

struct reading {
	struct reader *x;
	struct buf last;
	unsigned records;
};

static enum log_line read_line(void *user, struct str line, uint64_t number, bool is_wanted)
{
	struct reading *r = user;
	struct log_record rec = {0};
	enum log_line is = r->x->f->parse(r->x->f, r->x->st, &r->x->a, line, &rec);

	if (is == LINE_RECORD) {
		r->records++;
		buf_clear(&r->last);
		describe(&rec, &r->last);
	}
	return is;
}

static struct str without_mark(const char *text)
{
	struct str s = str_of(text);

	return str_starts(s, "\xef\xbb\xbf") ? str_part(s, 3, s.len) : s;
}

static struct shape_count read_all(const struct sample *s, struct str text, struct reading *r)
{
	size_t *wanted = calloc(text.len + 2, sizeof(*wanted)), n = 0;
	struct shape_count count = {0};
	struct shape_walk w = {.wanted = wanted, .line = read_line, .user = r, .at_end = true};
	size_t used;

	assert_non_null(wanted);
	r->x = reader_new(s->format);
	r->x->st = log_state_new(&r->x->a, r->x->f);
	buf_init(&r->last, 1 << 20);
	for (size_t i = 0; i < text.len; i++)
		wanted[n++] = i;
	wanted[n] = SIZE_MAX;
	w.format = r->x->f;
	w.state = r->x->st;
	w.scratch = &r->x->a;
	used = shape_lines(&w, text, &count);
	assert_true(used <= text.len);
	free(wanted);
	return count;
}

static void test_says(void **state)
{
	for (size_t i = 0; i < SAMPLES; i++) {
		const struct sample *s = &samples[i];
		struct reading r = {.records = 0};
		struct shape_count count = read_all(s, without_mark(s->text), &r);

		if (!str_is(buf_str(&r.last), s->says))
			fail_msg("%s says %.*s\ninstead of %s", s->format, STR_ARG(buf_str(&r.last)), s->says);
		if (r.records != s->records || count.unreadable)
			fail_msg("%s: %u records, %u unreadable", s->format, r.records,
				(unsigned)count.unreadable);
		buf_release(&r.last);
		reader_free(r.x);
	}
}

static void test_recognised(void **state)
{
	size_t n;
	const struct log_format *const *list = log_formats(&n);

	for (size_t i = 0; i < SAMPLES; i++) {
		const struct sample *s = &samples[i];
		struct arena a;
		struct log_guess g;

		arena_init(&a, 0);
		g = log_sniff(&a, without_mark(s->text), true);
		if (!g.format || strcmp(g.format->name, s->format) != 0 || g.second)
			fail_msg("%s is taken for %s (%u), then %s (%u)", s->format,
				g.format ? g.format->name : "nothing", g.score,
				g.second ? g.second->name : "nothing", g.second_score);
		arena_release(&a);
	}
	for (size_t i = 0; i < n; i++) {
		bool has_sample = false;

		for (size_t k = 0; k < SAMPLES; k++)
			has_sample |= strcmp(samples[k].format, list[i]->name) == 0;
		if (!has_sample && !str_starts(str_of(list[i]->name), "declared-"))
			fail_msg("%s has no sample here", list[i]->name);
	}
}

/* Cut at every byte and with every byte turned over: no crash, and no bytes used that are not there. */
static void test_damaged(void **state)
{
	for (size_t i = 0; i < SAMPLES; i++) {
		const struct sample *s = &samples[i];
		struct str text = without_mark(s->text);
		char *copy = malloc(text.len);

		assert_non_null(copy);
		for (size_t at = 0; at < text.len; at++) {
			for (int how = 0; how < 2; how++) {
				struct reading r = {.records = 0};

				memcpy(copy, text.p, text.len);
				copy[at] = (char)(copy[at] ^ (how ? 0x80 : 0x05));
				(void)read_all(s, str_view(copy, how ? at : text.len), &r);
				buf_release(&r.last);
				reader_free(r.x);
			}
		}
		free(copy);
	}
}

/* What a line may hold to trouble whoever reads it: it is a record or unreadable, and nothing else. */
static void test_hostile(void **state)
{
	size_t n;
	const struct log_format *const *list = log_formats(&n);
	static const char odd[] = "\0\0\0=cmd|' /C calc'!A0\x1b]0;x\x07\xff\xfe\xc3\x28";
	struct buf lines[6];

	for (size_t i = 0; i < 6; i++)
		buf_init(&lines[i], 4 << 20);
	for (int i = 0; i < 100000; i++) { /* 10^5 columns, 10^5 deep */
		buf_add_z(&lines[0], "x,");
		buf_add_z(&lines[1], "{\"a\":");
		buf_add_char(&lines[2], '[');
		buf_add_char(&lines[3], '"');
		buf_add_z(&lines[4], "<Event>");
	}
	buf_add(&lines[5], odd, sizeof(odd) - 1);
	for (size_t i = 0; i < n; i++) {
		for (size_t k = 0; k < 6; k++) {
			struct sample s = {.format = list[i]->name};
			struct reading r = {.records = 0};
			struct shape_count count;

			if (str_starts(str_of(s.format), "declared-"))
				continue;
			count = read_all(&s, buf_str(&lines[k]), &r);
			assert_true(count.lines == count.unreadable + count.asides + count.records);
			assert_int_equal(count.records, 0);
			buf_release(&r.last);
			reader_free(r.x);
		}
	}
	for (size_t i = 0; i < 6; i++)
		buf_release(&lines[i]);
}

static void say(void *user, struct str path, struct str value)
{
	buf_printf(user, "%.*s=%.*s;", STR_ARG(path), STR_ARG(value));
}

static void test_json(void **state)
{
	static const char *const good[][2] = {
		{"{\"a\":{\"b\":[1,{\"c\":\"x\\u00e4\\ud83d\\ude00\\n\"}]},\"d\":true,\"e\":null}",
			"a.b=1;a.b.c=x\xc3\xa4\xf0\x9f\x98\x80\n;d=true;"},
		{"{}", ""}, {"[]", ""}, {"-1.5e3", "=-1.5e3;"}, {" [ [ ] , { } ] ", ""},
		{"{\"a\":[],\"b\":2}", "b=2;"},
	};
	static const char *const bad[] = {"", "{", "{\"a\"}", "{\"a\":}", "[1,]", "{\"a\":1,}", "\"\\x\"",
		"\"\\u12\"", "truth", "{\"a\":1}}", "[1 2]", "\"a\nb\"", "{1:2}", "[}", "{]"};

	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		struct arena a;
		struct buf b;

		arena_init(&a, 0);
		buf_init(&b, 1000);
		assert_true(json_each(&a, str_of(good[i][0]), say, &b));
		assert_true(str_is(buf_str(&b), good[i][1]));
		assert_true(json_valid(str_of(good[i][0])));
		buf_release(&b);
		arena_release(&a);
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(json_valid(str_of(bad[i])));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_says),
		cmocka_unit_test(test_recognised),
		cmocka_unit_test(test_damaged),
		cmocka_unit_test(test_hostile),
		cmocka_unit_test(test_json),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
