/*
 * Whole scans in real children: the answer does not depend on ranges, jobs, memory or packing, and
 * nothing is lost: what cannot be read is counted and said.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
/* cmocka wants the four above first */
#include <cmocka.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include <zlib.h>

#include "report/scan.h"

enum { LINES = 4000, LONGEST = 4096 };

static const char list[] = "path\t/dl/agent-10.0.9.exe\tdelivered\t10.0.9\t5000\n"
			   "host\tc2.ember.example\tbeaconed\n"
			   "sha256\t00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff\n";

static char folder[] = "assay-scan-XXXXXX"; /* below the build folder */

static void write_file(const char *name, const void *p, size_t n)
{
	char path[200];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	f = fopen(path, "wb");
	assert_non_null(f);
	assert_int_equal(fwrite(p, 1, n, f), n);
	assert_int_equal(fclose(f), 0);
}

static void write_gzip(const char *name, const void *p, size_t n)
{
	char path[200];
	gzFile f;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	f = gzopen(path, "wb1");
	assert_non_null(f);
	assert_int_equal(gzwrite(f, p, (unsigned)n), (int)n);
	assert_int_equal(gzclose(f), Z_OK);
}

/* What every run is held against: the answer as JSON, without the lines that name the file. */
struct answer {
	struct buf json;
	enum status status;
	struct scan_file file; /* the first; its texts are gone */
};

struct how {
	uint64_t range_bytes;
	unsigned jobs;
	size_t gather_bytes;
	const char *format;
};

static struct answer ask(const char *name, struct how how)
{
	struct answer ret = {.status = STATUS_OK};
	struct indicators set = {0};
	struct arena a;
	char path[200];
	unsigned line;
	const char *why;
	struct scan_options o = {.indicators = &set, .jobs = how.jobs, .range_bytes = how.range_bytes,
		.line_max = LONGEST, .gather_bytes = how.gather_bytes, .spool_folder = folder,
		.source = "web"};
	struct scan *s;
	struct scan_shown shown = {.indicators = &set};
	struct report_out out;
	size_t n;

	arena_init(&a, 0);
	assert_true(indicators_read(&set, &a, STR(list), &line, &why));
	o.format = how.format ? log_format_named(str_of(how.format)) : NULL;
	assert_int_equal(scan_open(&o, &s), STATUS_OK);
	snprintf(path, sizeof(path), "%s/%s", folder, name);
	assert_int_equal(scan_add(s, path, "log"), STATUS_OK);
	ret.status = scan_run(s);
	ret.file = scan_files(s, &n)[0];
	buf_init(&ret.json, 64 << 20);
	out = report_to_buf(&ret.json);
	shown.scan = s;
	assert_int_equal(report_scan_jsonl(&shown, &out), STATUS_OK);
	scan_close(s);
	arena_release(&a);
	return ret;
}

/* From the first line of an observation on: what names the file and its packing comes before. */
static struct str body(const struct answer *x)
{
	struct str s = buf_str(&x->json);
	size_t at = str_find_z(s, "\n");

	return str_part(s, at + 1, s.len);
}

/* The file of an observation is its digest, which differs for what is packed. */
static void without_digests(struct buf *b)
{
	for (size_t at = 0; at + 73 < b->len; at++)
		if (memcmp(b->p + at, "\"file\": \"", 9) == 0)
			memset(b->p + at + 9, 'x', 64);
}

/* An access log with a bit of everything; ends without a line feed. */
static struct buf make_log(void)
{
	struct buf b;

	buf_init(&b, 8 << 20);
	for (int i = 0; i < LINES; i++) {
		bool hit = i % 37 == 5;

		if (i % 500 == 77)
			buf_add(&b, "no\0log\n", 7);
		if (i % 1000 == 99) {
			for (int k = 0; k < LONGEST + 1 + 500 * (i / 1000); k++)
				buf_add_char(&b, (char)('a' + k % 26));
			buf_add_z(&b, i > 2000 ? "agent-10.0.9.exe\n" : "\n");
		}
		if (i % 900 == 33)
			buf_add_z(&b, "broken agent-10.0.9.exe \x1b[2J =cmd|calc\n");
		buf_printf(&b, "198.51.100.%d - - [%02d/Sep/2022:%02d:%02d:%02d +0200] \"GET %s HTTP/1.1\" %d %d "
			       "\"-\" \"updater/%d\"%s",
			i % 50, 26 + i * 20 / 86400, i * 20 / 3600 % 24, i * 20 / 60 % 60, i * 20 % 60,
			hit ? i % 2 ? "/dl/agent-10.0.9.exe" : "/dl/%61gent-10.0.9.exe" : "/index.html",
			i % 3 == 0 ? 206 : 200, i % 4 ? 5000 : 100, i % 7, i == LINES - 1 ? "" : "\n");
	}
	assert_false(b.full);
	return b;
}

static void test_same_answer(void **state)
{
	static const struct how hows[] = {
		{LONGEST, 1, 0, NULL}, {LONGEST, 4, 0, NULL}, {3 * LONGEST, 2, 0, NULL},
		{0, 2, 1 << 10, NULL}, {LONGEST, 3, 1, NULL},
	};
	struct buf log = make_log();
	struct answer first;

	write_file("access", log.p, log.len);
	first = ask("access", (struct how){0});
	assert_int_equal(first.file.read, READ_WHOLE);
	assert_int_equal(first.file.total.lines, LINES + 8 + 4 + 5);
	assert_int_equal(first.file.total.too_long, 4);
	assert_int_equal(first.file.total.unreadable, 8 + 4 + 5);
	assert_int_equal(first.file.total.hits, (LINES - 6) / 37 + 1);
	assert_int_equal(first.file.total.strays, 5 + 2);
	assert_true(first.file.has_sha256);
	assert_true(str_has(buf_str(&first.json), "\"complete\": \"partial\""));
	assert_true(str_has(buf_str(&first.json), "\"complete\": \"yes\""));
	for (size_t i = 0; i < sizeof(hows) / sizeof(hows[0]); i++) {
		struct answer again = ask("access", hows[i]);

		assert_int_equal(again.json.len, first.json.len);
		assert_memory_equal(again.json.p, first.json.p, first.json.len);
		buf_release(&again.json);
	}
	buf_release(&first.json);
	buf_release(&log);
}

/* A line of the 31st of February is counted and said, and what else is known of its actor stays known. */
static void test_untimed(void **state)
{
	static const char *const times[] = {"27/Sep/2022:10:00:00", "31/Feb/2022:10:00:01", "27/Sep/2022:11:00:00",
		"27/Sep/2022:12:00:00", "99/Sep/2022:10:00:00"};
	static const char timed[] = "\"first\": {\"lo\": \"2022-09-27T08:00:00Z\", \"hi\": \"2022-09-27T08:00:00.999999Z\"}, "
				    "\"last\": {\"lo\": \"2022-09-27T10:00:00Z\", \"hi\": \"2022-09-27T10:00:00.999999Z\"}";
	struct answer first, again;
	struct buf b;

	buf_init(&b, 1 << 20);
	for (int i = 0; i < 200; i++) /* more than one range */
		buf_printf(&b, "198.51.100.7 - - [%s +0200] \"GET %s HTTP/1.1\" 200 5000 \"-\" \"x\"\n",
			times[i % 5], i < 100 ? "/index.html" : "/dl/agent-10.0.9.exe");
	write_file("untimed", b.p, b.len);
	first = ask("untimed", (struct how){0});
	assert_int_equal(first.file.total.hits, 100);
	assert_int_equal(first.file.total.untimed, 40);
	assert_true(str_has(buf_str(&first.json), timed));
	assert_true(str_has(buf_str(&first.json), "\"count\": 60"));
	assert_true(str_has(buf_str(&first.json), "\"count\": 40"));
	again = ask("untimed", (struct how){LONGEST, 3, 1, NULL});
	assert_int_equal(again.json.len, first.json.len);
	assert_memory_equal(again.json.p, first.json.p, first.json.len);
	buf_release(&again.json);
	buf_release(&first.json);
	buf_release(&b);
}

static void test_packed(void **state)
{
	struct buf log = make_log(), wide;
	struct answer plain, packed;

	write_file("access", log.p, log.len);
	write_gzip("access.gz", log.p, log.len);
	buf_init(&wide, 8 << 20);
	buf_add(&wide, "\xff\xfe", 2);
	for (size_t i = 0; i < log.len; i++) {
		buf_add_char(&wide, log.p[i]);
		buf_add_char(&wide, '\0');
	}
	write_file("access.utf16", wide.p, wide.len);
	plain = ask("access", (struct how){0});
	without_digests(&plain.json);
	for (int i = 0; i < 2; i++) {
		packed = ask(i ? "access.utf16" : "access.gz", (struct how){0});
		without_digests(&packed.json);
		assert_int_equal(packed.file.read, READ_WHOLE);
		assert_int_equal(packed.file.packing, i ? PACKING_NONE : PACKING_GZIP);
		/* what is counted in bytes of the file differs in the last line alone */
		assert_int_equal(packed.file.total.lines, plain.file.total.lines);
		assert_int_equal(packed.file.total.unreadable, plain.file.total.unreadable);
		assert_int_equal(packed.file.total.hits, plain.file.total.hits);
		if (!i)
			assert_memory_equal(body(&packed).p, body(&plain).p, body(&plain).len - 300);
		buf_release(&packed.json);
	}
	buf_release(&plain.json);
	buf_release(&wide);
	buf_release(&log);
}

/* A packed log that ends in the middle: what came before counts, and the rest is said. */
static void test_cut_short(void **state)
{
	struct buf log = make_log();
	struct answer x;
	char from[200], to[200], bytes[1 << 16];
	FILE *f;
	size_t n;

	write_gzip("access.gz", log.p, log.len);
	snprintf(from, sizeof(from), "%s/access.gz", folder);
	snprintf(to, sizeof(to), "%s/cut.gz", folder);
	f = fopen(from, "rb");
	n = fread(bytes, 1, sizeof(bytes), f);
	fclose(f);
	write_file("cut.gz", bytes, n / 2);
	x = ask("cut.gz", (struct how){0});
	assert_int_equal(x.file.read, READ_PART);
	assert_true(x.file.total.lines > 100);
	assert_true(str_has(buf_str(&x.json), "\"files_not_whole\": 1"));
	buf_release(&x.json);
	buf_release(&log);
}

static void test_no_log(void **state)
{
	struct answer x;

	write_file("empty", "", 0);
	x = ask("empty", (struct how){0});
	assert_int_equal(x.file.read, READ_WHOLE);
	buf_release(&x.json);
	write_file("prose", "Dear all,\nthis is a letter.\n", 28);
	x = ask("prose", (struct how){0});
	assert_int_equal(x.file.read, READ_NOTHING);
	buf_release(&x.json);
	write_file("binary", "\x7f" "ELF\0\0\0\0\0\0\0\0", 12);
	x = ask("binary", (struct how){0});
	assert_int_equal(x.file.read, READ_NOTHING);
	buf_release(&x.json);
	x = ask("missing", (struct how){0});
	assert_int_equal(x.file.read, READ_NOTHING);
	buf_release(&x.json);
}

/* One line as long as you like: ASSAY_LONG_LINE_MB=1000 for what the issue names. */
static void test_long_line(void **state)
{
	const char *wanted = getenv("ASSAY_LONG_LINE_MB");
	size_t mb = wanted ? (size_t)strtoul(wanted, NULL, 10) : 3;
	char path[200];
	static char part[1 << 20];
	struct answer x;
	FILE *f;

	memset(part, 'x', sizeof(part));
	memcpy(part + 5000, "agent-10.0.9.exe", 16);
	snprintf(path, sizeof(path), "%s/long", folder);
	f = fopen(path, "wb");
	for (size_t i = 0; i < mb; i++)
		assert_int_equal(fwrite(part, 1, sizeof(part), f), sizeof(part));
	fclose(f);
	x = ask("long", (struct how){.format = "combined", .jobs = 2});
	assert_int_equal(x.file.read, READ_WHOLE);
	assert_int_equal(x.file.total.lines, 1);
	assert_int_equal(x.file.total.too_long, 1);
	assert_int_equal(x.file.total.strays, mb);
	buf_release(&x.json);
	unlink(path);
}

static int make_folder(void **state)
{
	return mkdtemp(folder) ? 0 : -1;
}

static int remove_folder(void **state)
{
	static const char *const names[] = {"access", "access.gz", "access.utf16", "cut.gz", "empty",
		"prose", "binary", "untimed"};
	char path[200];

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		snprintf(path, sizeof(path), "%s/%s", folder, names[i]);
		unlink(path);
	}
	return rmdir(folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_same_answer),
		cmocka_unit_test(test_untimed),
		cmocka_unit_test(test_packed),
		cmocka_unit_test(test_cut_short),
		cmocka_unit_test(test_no_log),
		cmocka_unit_test(test_long_line),
	};

	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
