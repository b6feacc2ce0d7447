/* asar: archives by the real packer, and small hand-made ones for what a packer never does. */
#include "unit/formats/recorder.h"

#include <stdio.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "util/buf.h"

static struct str file_read(struct arena *a, const char *path)
{
	FILE *f = fopen(path, "rb");
	struct buf b;
	struct str s;
	char part[65536];
	size_t n;

	if (!f)
		return STR_NONE;
	buf_init(&b, 256 << 20);
	while ((n = fread(part, 1, sizeof(part), f)) > 0)
		buf_add(&b, part, n);
	fclose(f);
	s = arena_str(a, buf_str(&b));
	buf_release(&b);
	return s;
}

/* header text -> archive with `data` behind it */
static struct str asar_make(struct arena *a, const char *json, const char *data)
{
	size_t n = strlen(json), padded = (n + 3) & ~(size_t)3, m = strlen(data);
	char *p = arena_alloc(a, 16 + padded + m);
	uint32_t head[4] = {4, (uint32_t)padded + 8, (uint32_t)padded + 4, (uint32_t)n};

	for (size_t i = 0; i < 16; i++)
		p[i] = (char)(head[i / 4] >> (8 * (i % 4)));
	memcpy(p + 16, json, n);
	memcpy(p + 16 + padded, data, m);
	return str_view(p, 16 + padded + m);
}

static void open_made(struct recorder *r, struct arena *a, const char *json, const char *data)
{
	struct str s = asar_make(a, json, data);

	recorder_open(r, FORMAT_ASAR, s.p, s.len, "x.asar");
}

static void plain(void **state)
{
	struct arena a;
	struct recorder r;

	arena_init(&a, 0);
	open_made(&r, &a,
		"{\"files\":{\"lib\":{\"files\":{\"a.js\":{\"size\":3,\"offset\":\"2\"}}},"
		"\"b\":{\"size\":2,\"offset\":\"0\",\"executable\":true},\"l\":{\"link\":\"lib/a.js\"},"
		"\"n.node\":{\"size\":9,\"unpacked\":true}}}",
		"hiabc");
	assert_int_equal(r.status, STATUS_OK);
	assert_int_equal(r.n_children, 5);
	recorder_expect(&r, "lib/a.js", "abc", 3);
	recorder_expect(&r, "b", "hi", 2);
	assert_int_equal(recorder_child(&r, "b")->e.mode, 0755);
	assert_int_equal(recorder_child(&r, "lib/a.js")->e.mode, 0644);
	assert_int_equal(recorder_child(&r, "lib")->e.type, ENTRY_DIR);
	assert_true(str_is(recorder_child(&r, "l")->e.link, "lib/a.js"));
	assert_int_equal(recorder_child(&r, "n.node")->e.flags, ENTRY_UNPACKED);
	assert_int_equal(recorder_child(&r, "n.node")->how, STATUS_UNSUPPORTED);
	assert_int_equal(r.n_oddities, 0);
	assert_int_equal(recorder_uncovered(&r), 0);
	recorder_release(&r);
	arena_release(&a);
}

static void strange(void **state)
{
	static const struct {
		const char *json, *data, *code;
	} rows[] = {
		{"{\"files\":{\"a\":{\"size\":2,\"offset\":\"0\"},\"b\":{\"size\":2,\"offset\":\"1\"}}}",
			"abc", "asar-overlap"},
		{"{\"files\":{\"a\":{\"size\":2,\"offset\":\"1\"}}}", "abc", "asar-gap"},
		{"{\"files\":{\"a\":{\"size\":2,\"offset\":\"0\"}}}", "abc", "asar-trailing-data"},
		{"{\"files\":{\"a\":{\"size\":2,\"offset\":\"9\"}}}", "abc", "asar-offset-outside"},
		{"{\"files\":{\"a\":{\"size\":9,\"offset\":\"0\"}}}", "abc", "asar-offset-outside"},
		{"{\"files\":{\"..\":{\"files\":{\"a\":{\"size\":3,\"offset\":\"0\"}}}}}", "abc",
			"asar-unsafe-name"},
		{"{\"files\":{\"../a\":{\"size\":3,\"offset\":\"0\"}}}", "abc", "asar-unsafe-name"},
		{"{\"files\":{\"a\":{\"size\":3,\"offset\":\"0\"},\"a\":{\"size\":2,\"offset\":\"0\"}}}",
			"abc", "asar-duplicate-key"},
		{"{\"files\":{\"a\":{\"size\":3,\"offset\":\"0\",\"note\":\"hidden\"}}}", "abc",
			"asar-unknown-key"},
		{"{\"files\":{\"a\":{\"size\":3,\"offset\":0}}}", "abc", "asar-malformed-entry"},
		{"{\"files\":{\"a\":{\"size\":-3,\"offset\":\"0\"}}}", "abc",
			"asar-malformed-entry"},
		{"{\"files\":{\"a\":{\"link\":\"../../etc/x\"}}}", "", "asar-link-outside"},
		{"{\"files\":{\"a\":7}}", "", "asar-malformed-entry"},
		{"{\"files\":{\"a\":{\"size\":3,\"offset\":\"0\",\"integrity\":{\"algorithm\":\"SHA256\",\"hash\":"
		 "\"00\",\"blockSize\":4194304,\"blocks\":[]}}}}",
			"abc", "asar-integrity-malformed"},
		{"{\"files\":{\"a\":{\"size\":3,\"offset\":\"0\",\"integrity\":{\"algorithm\":\"SHA256\",\"hash\":"
		 "\"aa7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad\",\"blockSize\":4194304,"
		 "\"blocks\":[\"aa7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad\"]}}}}",
			"abc", "asar-integrity-mismatch"},
		{"{\"files\":{\"b\":{\"size\":0,\"offset\":\"0\"},\"a\":{\"size\":3,\"offset\":\"0\",\"integrity\":"
		 "{\"algorithm\":\"SHA256\",\"hash\":\"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad\","
		 "\"blockSize\":4194304,\"blocks\":[\"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad\"]}}}}",
			"abc", "asar-integrity-missing"},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct arena a;
		struct recorder r;

		arena_init(&a, 0);
		open_made(&r, &a, rows[i].json, rows[i].data);
		if (recorder_odd(&r, rows[i].code) != 1)
			print_error("row %zu: %s\n", i, rows[i].code);
		assert_int_equal(recorder_odd(&r, rows[i].code), 1);
		recorder_release(&r);
		arena_release(&a);
	}
}

static void integrity_by_blocks(void **state)
{
	/* sha256 of "abc", "ab", "c" */
	static const char json[] =
		"{\"files\":{\"a\":{\"size\":3,\"offset\":\"0\",\"integrity\":{\"algorithm\":\"SHA256\",\"hash\":"
		"\"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad\",\"blockSize\":2,\"blocks\":["
		"\"fb8e20fc2e4c3f248c60c39bd652f3c1347298bb977b8b4d5903b85055620603\","
		"\"%s\"]}}}}";
	static const char good[] =
		"2e7d2c03a9507ae265ecf5b5356885a53393a2029d241394997265a1a25aefc6";
	static const char bad[] =
		"2e7d2c03a9507ae265ecf5b5356885a53393a2029d241394997265a1a25aefc7";
	struct arena a;
	struct recorder r;

	arena_init(&a, 0);
	open_made(&r, &a, arena_printf(&a, json, good).p, "abc");
	assert_int_equal(r.n_oddities, 0);
	assert_int_equal(r.status, STATUS_OK);
	recorder_release(&r);
	open_made(&r, &a, arena_printf(&a, json, bad).p, "abc");
	assert_int_equal(recorder_odd(&r, "asar-integrity-mismatch"), 1);
	recorder_expect(&r, "a", "abc", 3);
	recorder_release(&r);
	arena_release(&a);
}

static void deep(void **state)
{
	struct arena a;
	struct recorder r;
	struct buf b;

	arena_init(&a, 0);
	buf_init(&b, 1 << 20);
	for (int i = 0; i < 400; i++)
		buf_add_z(&b, "{\"files\":{\"d\":");
	buf_add_z(&b, "{\"size\":0,\"offset\":\"0\"}");
	for (int i = 0; i < 400; i++)
		buf_add_z(&b, "}}");
	buf_add_char(&b, '\0');
	open_made(&r, &a, b.p, "");
	assert_int_equal(r.status, STATUS_LIMIT);
	assert_int_equal(recorder_odd(&r, "asar-too-deep"), 1);
	recorder_release(&r);
	buf_release(&b);
	arena_release(&a);
}

/* Whatever single byte changes and wherever the end is, the reading ends in one of the clean ways. */
static void damaged(void **state)
{
	static const char json[] =
		"{\"files\":{\"d\":{\"files\":{\"a.js\":{\"size\":3,\"offset\":\"2\"}}},\"b\":{\"size\":2,"
		"\"offset\":\"0\",\"integrity\":{\"algorithm\":\"SHA256\",\"hash\":"
		"\"8f434346648f6b96df89dda901c5176b10a6d83961dd3c1ac88b59b2dc327aa4\",\"blockSize\":4194304,\"blocks\":["
		"\"8f434346648f6b96df89dda901c5176b10a6d83961dd3c1ac88b59b2dc327aa4\"]}},\"l\":{\"link\":\"b\"}}}";
	struct arena a;
	struct str whole;
	char *copy;

	arena_init(&a, 0);
	whole = asar_make(&a, json, "hiabc");
	copy = arena_alloc(&a, whole.len);
	for (size_t cut = 0; cut < whole.len; cut++) {
		struct recorder r;
		char *exact = malloc(cut ? cut : 1); /* so that a read past the end is seen */

		memcpy(exact, whole.p, cut);
		recorder_open(&r, FORMAT_ASAR, exact, cut, "x");
		assert_int_not_equal(r.status, STATUS_OK);
		recorder_release(&r);
		free(exact);
	}
	for (size_t bit = 0; bit < whole.len * 8; bit++) {
		struct recorder r;

		memcpy(copy, whole.p, whole.len);
		copy[bit / 8] = (char)(copy[bit / 8] ^ (1 << (bit % 8)));
		recorder_open(&r, FORMAT_ASAR, copy, whole.len, "x");
		recorder_release(&r);
	}
	arena_release(&a);
}

static int run(const char *const argv[])
{
	pid_t pid = fork();
	int st = -1;

	if (pid == 0) {
		execvp(argv[0], (char *const *)(uintptr_t)argv);
		_exit(127);
	}
	waitpid(pid, &st, 0);
	return WIFEXITED(st) ? WEXITSTATUS(st) : -1;
}

static const char packer[] =
	"const fs=require('fs');const asar=require(process.argv[1]+'/node_modules/@electron/asar');"
	"const d=process.argv[2]+'/d';fs.mkdirSync(d+'/sub/deep',{recursive:true});"
	"fs.writeFileSync(d+'/empty','');fs.writeFileSync(d+'/main.js','console.log(1)\\n');"
	"fs.writeFileSync(d+'/sub/deep/x',Buffer.alloc(4194304,7));"
	"fs.writeFileSync(d+'/sub/big',Buffer.alloc(8388613,9));"
	"fs.writeFileSync(d+'/run.sh','#!/bin/sh\\n',{mode:0o755});fs.symlinkSync('main.js',d+'/ln.js');"
	"fs.writeFileSync(d+'/n.node','native');"
	"asar.createPackageWithOptions(d,process.argv[2]+'/t.asar',{unpack:'*.node'})"
	".catch(e=>{console.error(e);process.exit(1)});";

/* The packer that everybody uses, on files whose sizes lie at and around its block size. */
static void real_packer(void **state)
{
	const char *root = getenv("ASSAY_SOURCE_ROOT");
	char dir[] = "/tmp/assay-asar-XXXXXX";
	struct arena a;
	struct recorder r;
	struct str s;
	const char *const argv[] = {"node", "-e", packer, root, dir, NULL};
	const char *const clean[] = {"rm", "-rf", dir, NULL};
	char *copy;

	assert_non_null(root);
	assert_non_null(mkdtemp(dir));
	assert_int_equal(run(argv), 0);
	arena_init(&a, 0);
	s = file_read(&a, arena_printf(&a, "%s/t.asar", dir).p);
	assert_true(s.len > 12 << 20);
	recorder_open(&r, FORMAT_ASAR, s.p, s.len, "t.asar");
	assert_int_equal(r.status, STATUS_OK);
	assert_int_equal(r.n_oddities, 0);
	assert_int_equal(recorder_uncovered(&r), 0);
	recorder_expect(&r, "main.js", "console.log(1)\n", 15);
	recorder_expect(&r, "empty", "", 0);
	assert_int_equal(recorder_child(&r, "sub/big")->n_data, 8388613);
	assert_int_equal(recorder_child(&r, "sub/deep/x")->n_data, 4194304);
	assert_int_equal(recorder_child(&r, "run.sh")->e.mode, 0755);
	assert_int_equal(recorder_child(&r, "n.node")->e.flags, ENTRY_UNPACKED);
	assert_true(str_is(recorder_child(&r, "ln.js")->e.link, "main.js"));
	copy = arena_alloc(&a, s.len);
	memcpy(copy, s.p, s.len);
	copy[recorder_child(&r, "sub/big")->e.span_offset + 5000000] ^= 1; /* second block */
	recorder_release(&r);
	recorder_open(&r, FORMAT_ASAR, copy, s.len, "t.asar");
	assert_int_equal(recorder_odd(&r, "asar-integrity-mismatch"), 1);
	recorder_release(&r);
	arena_release(&a);
	run(clean);
}

static void probe(void **state)
{
	struct format_claim claims[4];
	struct arena a;
	struct str s;

	arena_init(&a, 0);
	s = asar_make(&a, "{\"files\":{}}", "");
	assert_true(format_probe(cursor_of(s.p, s.len), s.len, claims) >= 1);
	assert_int_equal(claims[0].id, FORMAT_ASAR);
	assert_int_equal(format_by_id(FORMAT_ASAR)
				 ->probe(cursor_of("\4\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0{", 17), 17),
		0);
	arena_release(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(probe),
		cmocka_unit_test(plain),
		cmocka_unit_test(strange),
		cmocka_unit_test(integrity_by_blocks),
		cmocka_unit_test(deep),
		cmocka_unit_test(damaged),
		cmocka_unit_test(real_packer),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
