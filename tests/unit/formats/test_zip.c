/* Zip: real makers, and archives built byte by byte whose two directories disagree. */
#include "maker.h"

#include <zlib.h>

#include "util/buf.h"

enum { STORED = 0, DEFLATE = 8, DESCRIPTOR = 1 << 3, ENCRYPTED = 1 << 0 };

/* One member; the central directory and the local header may be told different things. */
struct part {
	const char *name, *local_name; /* local_name NULL: the same */
	const char *text;
	uint16_t method, local_method_plus; /* added to the local one */
	uint16_t flags, local_flags;        /* local_flags are toggled */
	int32_t size_plus, local_size_plus, crc_plus;
	bool no_central, no_local, reuse_first_local;
	uint32_t attributes;
	uint8_t host;
	struct str local_extra, central_extra, comment;
	/* filled in */
	uint32_t local_at, packed;
};

static void u16(struct buf *b, unsigned v)
{
	uint8_t p[2] = {(uint8_t)v, (uint8_t)(v >> 8)};

	assert_true(buf_add(b, p, 2));
}

static void u32(struct buf *b, uint32_t v)
{
	u16(b, v & 0xffff);
	u16(b, v >> 16);
}

static void u64(struct buf *b, uint64_t v)
{
	u32(b, (uint32_t)v);
	u32(b, (uint32_t)(v >> 32));
}

static size_t deflated(const char *text, uint8_t *out, size_t room)
{
	z_stream z = {0};
	size_t n;

	assert_int_equal(deflateInit2(&z, 9, Z_DEFLATED, -15, 9, 0), Z_OK);
	z.next_in = (Bytef *)(uintptr_t)text;
	z.avail_in = (uInt)strlen(text);
	z.next_out = out;
	z.avail_out = (uInt)room;
	assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
	n = z.total_out;
	deflateEnd(&z);
	return n;
}

static uint32_t part_crc(const struct part *p)
{
	return (uint32_t)crc32(0, (const Bytef *)p->text, (uInt)strlen(p->text)) +
	       (uint32_t)p->crc_plus;
}

static void put_local(struct buf *b, struct part *p)
{
	const char *name = p->local_name ? p->local_name : p->name;
	uint8_t data[4096];
	uint32_t n = (uint32_t)strlen(p->text), size = n + (uint32_t)p->size_plus;
	unsigned flags = p->flags ^ p->local_flags;
	bool later = flags & DESCRIPTOR;

	memcpy(data, p->text, n);
	p->packed = p->method == DEFLATE ? (uint32_t)deflated(p->text, data, sizeof(data)) : n;
	p->local_at = (uint32_t)b->len;
	buf_add(b, "PK\3\4", 4);
	u16(b, 20);
	u16(b, flags);
	u16(b, p->method + p->local_method_plus);
	u16(b, 0x6000);
	u16(b, 0x5821); /* 2024-01-01 12:00 */
	u32(b, later ? 0 : part_crc(p));
	u32(b, later ? 0 : p->packed);
	u32(b, later ? 0 : size + (uint32_t)p->local_size_plus);
	u16(b, (unsigned)strlen(name));
	u16(b, (unsigned)p->local_extra.len);
	buf_add_z(b, name);
	buf_add_str(b, p->local_extra);
	buf_add(b, data, p->packed);
	if (later) {
		buf_add(b, "PK\7\10", 4);
		u32(b, part_crc(p));
		u32(b, p->packed);
		u32(b, size);
	}
}

static void put_central(struct buf *b, const struct part *p, uint32_t local_at)
{
	buf_add(b, "PK\1\2", 4);
	u16(b, (unsigned)(p->host << 8) | 20);
	u16(b, 20);
	u16(b, p->flags);
	u16(b, p->method);
	u16(b, 0x6000);
	u16(b, 0x5821);
	u32(b, part_crc(p));
	u32(b, p->packed);
	u32(b, (uint32_t)strlen(p->text) + (uint32_t)p->size_plus);
	u16(b, (unsigned)strlen(p->name));
	u16(b, (unsigned)p->central_extra.len);
	u16(b, (unsigned)p->comment.len);
	u16(b, 0);
	u16(b, 0);
	u32(b, p->attributes);
	u32(b, local_at);
	buf_add_z(b, p->name);
	buf_add_str(b, p->central_extra);
	buf_add_str(b, p->comment);
}

static void put_end(struct buf *b, unsigned n, uint32_t bytes, uint32_t offset, const char *comment)
{
	buf_add(b, "PK\5\6", 4);
	u32(b, 0);
	u16(b, n);
	u16(b, n);
	u32(b, bytes);
	u32(b, offset);
	u16(b, (unsigned)strlen(comment));
	buf_add_z(b, comment);
}

static void put_zip(struct buf *b, struct part *parts, size_t n, const char *comment)
{
	size_t base = b->len, dir;
	unsigned stated = 0;

	for (size_t i = 0; i < n; i++)
		if (!parts[i].no_local)
			put_local(b, &parts[i]);
	dir = b->len;
	for (size_t i = 0; i < n; i++) {
		if (parts[i].no_central)
			continue;
		if (parts[i].no_local)
			parts[i].packed = parts[0].packed;
		put_central(b, &parts[i],
			    parts[i].reuse_first_local ? parts[0].local_at - (uint32_t)base
			    : parts[i].no_local	       ? 0x7ffffff
						       : parts[i].local_at - (uint32_t)base);
		stated++;
	}
	put_end(b, stated, (uint32_t)(b->len - dir), (uint32_t)(dir - base), comment);
}

static void open_parts(struct recorder *r, struct buf *b, struct part *parts, size_t n)
{
	buf_init(b, 16 << 20);
	put_zip(b, parts, n, "");
	recorder_open(r, FORMAT_ZIP, b->p, b->len, "x.zip");
}

#define OPEN(r, b, ...)                                                                            \
	struct part parts[] = {__VA_ARGS__};                                                       \
	open_parts((r), (b), parts, sizeof(parts) / sizeof(parts[0]))

static void test_plain(void **state)
{
	struct recorder r;
	struct buf b;

	OPEN(&r, &b, {.name = "dir/", .text = ""},
	     {.name = "dir/stored", .text = "stored text"},
	     {.name = "deflated", .text = "text text text text", .method = DEFLATE},
	     {.name = "later", .text = "text with descriptor", .method = DEFLATE,
	      .flags = DESCRIPTOR},
	     {.name = "run.sh", .text = "#!", .host = 3, .attributes = 0104755u << 16},
	     {.name = "link", .text = "../target", .host = 3, .attributes = 0120777u << 16});
	assert_int_equal(r.status, STATUS_OK);
	assert_int_equal(r.n_oddities, 0);
	assert_int_equal(r.n_children, 6);
	assert_int_equal(recorder_uncovered(&r), 0);
	assert_int_equal(r.children[0].e.type, ENTRY_DIR);
	recorder_expect(&r, "dir/stored", "stored text", 11);
	assert_int_equal(r.children[1].e.flags, ENTRY_SPAN);
	assert_int_equal(r.children[1].e.mtime, 1704110400);
	recorder_expect(&r, "deflated", "text text text text", 19);
	recorder_expect(&r, "later", "text with descriptor", 20);
	assert_int_equal(recorder_child(&r, "run.sh")->e.mode, 04755);
	assert_int_equal(recorder_child(&r, "link")->e.type, ENTRY_SYMLINK);
	assert_true(str_is(recorder_child(&r, "link")->e.link, "../target"));
	recorder_release(&r);
	buf_release(&b);
}

static void test_names_differ(void **state)
{
	struct recorder r;
	struct buf b;

	OPEN(&r, &b, {.name = "good.js", .local_name = "evil.js", .text = "1"});
	assert_int_equal(recorder_odd(&r, "zip-names-differ"), 1);
	assert_string_equal(r.oddities[0].detail, "evil.js");
	recorder_expect(&r, "good.js", "1", 1);
	recorder_release(&r);
	buf_release(&b);
}

/* A name in Unicode beside a plain one has to be the same name. */
static void test_unicode_path(void **state)
{
	struct recorder r;
	struct buf b;

	OPEN(&r, &b,
	     {.name = "good.js",
	      .text = "1",
	      .central_extra = str_view("\x75\x70\x0c\0\1....evil.js", 16)});
	assert_int_equal(recorder_odd(&r, "zip-names-differ"), 1);
	recorder_release(&r);
	buf_release(&b);
}

static void test_methods_and_sizes_differ(void **state)
{
	struct recorder r;
	struct buf b;

	OPEN(&r, &b, {.name = "method", .text = "1", .local_method_plus = 8},
	     {.name = "size", .text = "12", .local_size_plus = 5},
	     {.name = "flag", .text = "123", .local_flags = ENCRYPTED},
	     {.name = "long", .text = "text", .method = DEFLATE, .size_plus = -2},
	     {.name = "crc", .text = "text", .method = DEFLATE, .crc_plus = 1},
	     {.name = "crc stored", .text = "text", .crc_plus = 1});
	assert_int_equal(recorder_odd(&r, "zip-methods-differ"), 1);
	assert_int_equal(recorder_odd(&r, "zip-sizes-differ"), 2);
	assert_int_equal(recorder_odd(&r, "zip-encrypted-differs"), 1);
	assert_int_equal(recorder_odd(&r, "zip-crc"), 2);
	assert_int_equal(r.status, STATUS_DAMAGED);
	/* delivered whole all the same */
	assert_int_equal(recorder_child(&r, "long")->n_data, 4);
	assert_int_equal(recorder_child(&r, "long")->how, STATUS_DAMAGED);
	assert_int_equal(recorder_child(&r, "crc")->n_data, 4);
	assert_int_equal(recorder_child(&r, "crc")->how, STATUS_DAMAGED);
	assert_int_equal(recorder_child(&r, "crc stored")->how, STATUS_DAMAGED);
	recorder_release(&r);
	buf_release(&b);
}

static void test_hidden_and_missing(void **state)
{
	struct recorder r;
	struct buf b;

	OPEN(&r, &b, {.name = "shown", .text = "1"},
	     {.name = "hidden", .text = "hidden text hidden text", .method = DEFLATE,
	      .no_central = true},
	     {.name = "hidden later", .text = "more text", .method = DEFLATE, .flags = DESCRIPTOR,
	      .no_central = true},
	     {.name = "hidden stored", .text = "plain", .flags = DESCRIPTOR, .no_central = true},
	     {.name = "ghost", .text = "2", .no_local = true}, {.name = "last", .text = "3"});
	assert_int_equal(recorder_odd(&r, "zip-entry-hidden"), 3);
	assert_int_equal(recorder_odd(&r, "zip-local-missing"), 1);
	recorder_expect(&r, "hidden", "hidden text hidden text", 23);
	recorder_expect(&r, "hidden later", "more text", 9);
	recorder_expect(&r, "hidden stored", "plain", 5);
	assert_int_equal(recorder_child(&r, "hidden")->e.origin, ORIGIN_GAP);
	assert_int_equal(recorder_child(&r, "last")->e.origin, ORIGIN_MEMBER);
	assert_int_equal(recorder_child(&r, "ghost")->how, STATUS_DAMAGED);
	recorder_release(&r);
	buf_release(&b);
}

static void test_overlap(void **state)
{
	struct part parts[200];
	char names[200][16];
	struct recorder r;
	struct buf b;

	for (int i = 0; i < 200; i++) {
		snprintf(names[i], sizeof(names[i]), "m%d", i);
		parts[i] = (struct part){.name = names[i], .text = "the one body", .method = DEFLATE,
					 .no_local = i > 0, .reuse_first_local = true};
	}
	open_parts(&r, &b, parts, 200);
	assert_int_equal(r.n_children, 200);
	assert_int_equal(recorder_odd(&r, "zip-overlap"), 1);
	assert_int_equal(recorder_odd(&r, "zip-names-differ"), 199);
	recorder_release(&r);
	/* each time costs, stored content too */
	recorder_init(&r);
	r.budget.max_bytes = 12 * 50;
	recorder_run(&r, format_by_id(FORMAT_ZIP), b.p, b.len, "x.zip");
	assert_int_equal(r.status, STATUS_LIMIT);
	assert_int_equal(r.n_children, 51);
	recorder_release(&r);
	buf_release(&b);
}

static void test_two_ends(void **state)
{
	struct part one[] = {{.name = "a", .text = "1"}}, two[] = {{.name = "b", .text = "2"}};
	struct recorder r;
	struct buf b;
	size_t dir, at;

	/* one archive behind the other: the second opens, the first is a gap that opens by itself */
	buf_init(&b, 1 << 20);
	put_zip(&b, one, 1, "");
	at = b.len;
	put_zip(&b, two, 1, "");
	recorder_open(&r, FORMAT_ZIP, b.p, b.len, "x.zip");
	assert_int_equal(r.n_children, 1);
	recorder_expect(&r, "b", "2", 1);
	assert_int_equal(recorder_odd(&r, "zip-prefix-data"), 1);
	assert_true(recorder_uncovered(&r) > 0);
	recorder_release(&r);
	/* two end records over one list: the later one is in the comment of the earlier one */
	buf_clear(&b);
	put_local(&b, &one[0]);
	put_local(&b, &two[0]);
	dir = b.len;
	put_central(&b, &one[0], one[0].local_at);
	put_central(&b, &two[0], two[0].local_at);
	at = b.len - dir;
	put_end(&b, 2, (uint32_t)at, (uint32_t)dir, "1234567890123456789012");
	b.len -= 22;
	put_end(&b, 1, (uint32_t)at / 2, (uint32_t)dir, "");
	recorder_open(&r, FORMAT_ZIP, b.p, b.len, "x.zip");
	assert_true(recorder_odd(&r, "zip-two-ends") > 0);
	assert_non_null(recorder_child(&r, "a"));
	assert_non_null(recorder_child(&r, "b"));
	recorder_release(&r);
	buf_release(&b);
}

static void test_duplicates(void **state)
{
	struct recorder r;
	struct buf b;

	OPEN(&r, &b, {.name = "same", .text = "1"}, {.name = "other", .text = "2"},
	     {.name = "same", .text = "3"});
	assert_int_equal(recorder_odd(&r, "zip-duplicate-name"), 1);
	assert_int_equal(r.n_children, 3);
	recorder_release(&r);
	buf_release(&b);
}

/* Comments and unknown extra fields are left to be looked at; known ones are explained. */
static void test_comments_and_extras(void **state)
{
	struct recorder r;
	struct buf b;

	buf_init(&b, 1 << 20);
	{
		struct part parts[] = {
			{.name = "a", .text = "1", .comment = STR("member comment"),
			 .local_extra = str_view("UT\x05\0\1\0\0\0\1ZZ\4\0load", 17),
			 .central_extra = str_view("UT\x05\0\1\0\xe1\x0b\x5e", 9)}};

		put_zip(&b, parts, 1, "archive comment");
	}
	recorder_open(&r, FORMAT_ZIP, b.p, b.len, "x.zip");
	assert_int_equal(r.status, STATUS_OK);
	assert_int_equal(r.children[0].e.mtime, 1577836800);
	/* 14 + 15 and "ZZ", 4, 'load' */
	assert_int_equal(recorder_uncovered(&r), 14 + 15 + 7);
	recorder_release(&r);
	buf_release(&b);
}

static void test_zip64(void **state)
{
	struct part p = {.name = "wide", .text = "content", .method = DEFLATE};
	struct recorder r;
	struct buf b;
	size_t dir, end64;

	buf_init(&b, 1 << 20);
	put_local(&b, &p);
	dir = b.len;
	put_central(&b, &p, 0xffffffff);
	/* sizes and offset move into the extra field */
	memset(b.p + dir + 20, 0xff, 8);
	b.p[dir + 30] = 28;
	u16(&b, 1);
	u16(&b, 24);
	u64(&b, 7);
	u64(&b, p.packed);
	u64(&b, 0);
	end64 = b.len;
	buf_add(&b, "PK\6\6", 4);
	u64(&b, 44);
	u16(&b, 45);
	u16(&b, 45);
	u64(&b, 0);
	u64(&b, 1);
	u64(&b, 1);
	u64(&b, end64 - dir);
	u64(&b, dir);
	buf_add(&b, "PK\6\7", 4);
	u32(&b, 0);
	u64(&b, end64);
	u32(&b, 1);
	put_end(&b, 0xffff, 0xffffffff, 0xffffffff, "");
	recorder_open(&r, FORMAT_ZIP, b.p, b.len, "x.zip");
	assert_int_equal(r.status, STATUS_OK);
	recorder_expect(&r, "wide", "content", 7);
	assert_int_equal(recorder_uncovered(&r), 0);
	recorder_release(&r);
	/* an extra field too short for what the header wants from it */
	b.p[dir + 46 + 4 + 2] = 8;
	recorder_open(&r, FORMAT_ZIP, b.p, b.len, "x.zip");
	assert_int_equal(recorder_odd(&r, "zip-zip64-damaged"), 1);
	recorder_release(&r);
	/* the small record states other numbers than the wide one */
	b.p[b.len - 12] = 3;
	b.p[b.len - 11] = 0;
	recorder_open(&r, FORMAT_ZIP, b.p, b.len, "x.zip");
	assert_true(recorder_odd(&r, "zip-two-ends") > 0);
	recorder_release(&r);
	buf_release(&b);
}

static void test_no_end(void **state)
{
	struct part parts[] = {{.name = "a", .text = "first first first", .method = DEFLATE},
			       {.name = "b", .text = "second"}};
	struct recorder r;
	struct buf b;

	buf_init(&b, 1 << 20);
	put_local(&b, &parts[0]);
	put_local(&b, &parts[1]);
	recorder_open(&r, FORMAT_ZIP, b.p, b.len, "x.zip");
	assert_int_equal(r.status, STATUS_DAMAGED);
	assert_int_equal(recorder_odd(&r, "zip-no-directory"), 1);
	recorder_expect(&r, "a", "first first first", 17);
	recorder_expect(&r, "b", "second", 6);
	assert_int_equal(r.children[0].e.origin, ORIGIN_MEMBER);
	recorder_release(&r);
	buf_release(&b);
}

/* The flag without encryption: some programs read on, so do we. */
static void test_encrypted_flag_that_lies(void **state)
{
	struct recorder r;
	struct buf b;

	OPEN(&r, &b, {.name = "a", .text = "plain", .flags = ENCRYPTED},
	     {.name = "b", .text = "plain plain plain", .method = DEFLATE, .flags = ENCRYPTED});
	recorder_expect(&r, "a", "plain", 5);
	recorder_expect(&r, "b", "plain plain plain", 17);
	assert_int_equal(recorder_odd(&r, "zip-encrypted-differs"), 2);
	recorder_release(&r);
	buf_release(&b);
}

static void test_folder_with_content(void **state)
{
	struct recorder r;
	struct buf b;

	OPEN(&r, &b, {.name = "folder/", .text = "content of a folder"});
	assert_int_equal(r.children[0].e.type, ENTRY_FILE);
	recorder_expect(&r, "folder/", "content of a folder", 19);
	recorder_release(&r);
	buf_release(&b);
}

/* Bytes behind the end of the deflate data, inside the member's length. */
static void test_slack(void **state)
{
	struct part p = {.name = "a", .text = "text text text", .method = DEFLATE};
	struct recorder r;
	struct buf b;
	size_t dir;

	buf_init(&b, 1 << 20);
	put_local(&b, &p);
	buf_add_z(&b, "slack");
	b.p[18] = (char)(b.p[18] + 5);
	p.packed += 5;
	dir = b.len;
	put_central(&b, &p, 0);
	put_end(&b, 1, (uint32_t)(b.len - dir), (uint32_t)dir, "");
	recorder_open(&r, FORMAT_ZIP, b.p, b.len, "x.zip");
	recorder_expect(&r, "a", "text text text", 14);
	assert_int_equal(recorder_odd(&r, "zip-data-slack"), 1);
	assert_int_equal(recorder_uncovered(&r), 5);
	recorder_release(&r);
	buf_release(&b);
}

static void expect_file(struct recorder *r, const char *name)
{
	struct maker_file f = maker_read(name);

	recorder_expect(r, name, f.p, f.n);
	free(f.p);
}

static void test_real_makers(void **state)
{
	static const char *const methods[] = {"copy", "deflate", "bzip2", "lzma"};
	static uint8_t big[200000];
	struct maker_file f;
	struct recorder r;
	char option[32];

	maker_fill(big, sizeof(big), 1);
	RUN("mkdir", "-p", "tree/sub");
	maker_write("tree/big", big, sizeof(big));
	maker_write("tree/sub/\xc3\xbc", "u\n", 2);
	RUN("chmod", "755", "tree/sub/\xc3\xbc");
	RUN("ln", "-sf", "../big", "tree/sub/link");
	RUN("zip", "-qry", "a.zip", "tree");
	maker_open(&r, "a.zip", FORMAT_ZIP, &f);
	assert_int_equal(r.status, STATUS_OK);
	assert_int_equal(r.n_oddities, 0);
	assert_int_equal(recorder_uncovered(&r), 0);
	expect_file(&r, "tree/big");
	expect_file(&r, "tree/sub/\xc3\xbc");
	assert_int_equal(recorder_child(&r, "tree/sub/\xc3\xbc")->e.mode, 0755);
	assert_true(str_is(recorder_child(&r, "tree/sub/link")->e.link, "../big"));
	recorder_release(&r);
	free(f.p);
	for (size_t i = 0; i < sizeof(methods) / sizeof(methods[0]); i++) {
		snprintf(option, sizeof(option), "-mm=%s", methods[i]);
		RUN("rm", "-f", "m.zip");
		RUN("7zz", "a", "-tzip", option, "m.zip", "tree/big");
		maker_open(&r, "m.zip", FORMAT_ZIP, &f);
		assert_int_equal(r.status, STATUS_OK);
		assert_int_equal(recorder_uncovered(&r), 0);
		expect_file(&r, "tree/big");
		recorder_release(&r);
		free(f.p);
	}
	RUN("bsdtar", "--format=zip", "-cf", "bsd.zip", "tree");
	maker_open(&r, "bsd.zip", FORMAT_ZIP, &f);
	assert_int_equal(r.status, STATUS_OK);
	expect_file(&r, "tree/big");
	recorder_release(&r);
	free(f.p);
}

static void test_unread_methods(void **state)
{
	static uint8_t big[20000];
	struct maker_file f;
	struct recorder r;

	maker_fill(big, sizeof(big), 1);
	maker_write("big", big, sizeof(big));
	RUN("7zz", "a", "-tzip", "-mm=deflate64", "d64.zip", "big");
	maker_open(&r, "d64.zip", FORMAT_ZIP, &f);
	assert_int_equal(r.children[0].how, STATUS_UNSUPPORTED);
	assert_string_equal(r.children[0].why, "zip method 9");
	recorder_release(&r);
	free(f.p);
	RUN("zip", "-qP", "secret", "enc.zip", "big");
	RUN("7zz", "a", "-tzip", "-psecret", "-mem=AES256", "aes.zip", "big");
	for (int i = 0; i < 2; i++) {
		maker_open(&r, i ? "aes.zip" : "enc.zip", FORMAT_ZIP, &f);
		assert_int_equal(r.children[0].how, STATUS_UNSUPPORTED);
		assert_string_equal(r.children[0].why, "encrypted");
		assert_int_equal(r.children[0].e.flags, ENTRY_ENCRYPTED);
		assert_int_equal(recorder_odd(&r, "zip-encrypted"), 1);
		recorder_release(&r);
		free(f.p);
	}
}

static void test_hostile(void **state)
{
	struct part parts[] = {
		{.name = "a", .text = "first first first", .method = DEFLATE},
		{.name = "b", .text = "second", .flags = DESCRIPTOR},
		{.name = "c", .text = "hidden", .method = DEFLATE, .no_central = true},
		{.name = "l", .text = "target", .host = 3, .attributes = 0120777u << 16}};
	struct buf b;

	buf_init(&b, 1 << 20);
	put_zip(&b, parts, 4, "comment");
	maker_check_cuts(FORMAT_ZIP, (uint8_t *)b.p, b.len, 1);
	maker_check_flips(FORMAT_ZIP, (uint8_t *)b.p, b.len, 1);
	maker_check_sink_failures(FORMAT_ZIP, (uint8_t *)b.p, b.len);
	maker_check_budgets(FORMAT_ZIP, (uint8_t *)b.p, b.len, true);
	buf_release(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_plain),
		cmocka_unit_test(test_names_differ),
		cmocka_unit_test(test_unicode_path),
		cmocka_unit_test(test_methods_and_sizes_differ),
		cmocka_unit_test(test_hidden_and_missing),
		cmocka_unit_test(test_overlap),
		cmocka_unit_test(test_two_ends),
		cmocka_unit_test(test_duplicates),
		cmocka_unit_test(test_comments_and_extras),
		cmocka_unit_test(test_zip64),
		cmocka_unit_test(test_no_end),
		cmocka_unit_test(test_encrypted_flag_that_lies),
		cmocka_unit_test(test_folder_with_content),
		cmocka_unit_test(test_slack),
		cmocka_unit_test(test_real_makers),
		cmocka_unit_test(test_unread_methods),
		cmocka_unit_test(test_hostile),
	};

	return cmocka_run_group_tests(tests, maker_enter, maker_leave);
}
