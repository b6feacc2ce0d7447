/* RAR of both generations, from our own writer: stored, packed, links, names, encrypted, sets, damage. */
#include "maker.h"

#include "../../make/rar.h"

static uint8_t text[70000];

static struct buf old_archive(void)
{
	struct buf b;

	maker_fill(text, sizeof(text), 9);
	buf_init(&b, 1 << 20);
	rar4_start(&b, 0);
	rar4_stored(&b, 0x74, 0, "sub\\a.txt", 9, 0100640, "hello", 5);
	rar4_stored(&b, 0x74, 0, "b.txt", 5, 0100644, text, sizeof(text));
	rar4_stored(&b, 0x74, 0xe0, "sub", 3, 040755, "", 0);
	rar4_stored(&b, 0x74, 0, "link", 4, 0120777, "b.txt", 5);
	rar4_end(&b);
	return b;
}

static struct buf new_archive(void)
{
	static const char link[] = "\x0a\5\1\0\5a.txt!"; /* bytes, kind 5, Unix link, flags, name */
	struct rar5_made m = {.type = 2, .name = "link", .extra = link, .n_extra = 11};
	struct buf b;

	maker_fill(text, sizeof(text), 9);
	buf_init(&b, 1 << 20);
	rar5_start(&b);
	rar5_stored(&b, "a.txt", "hello", 5);
	rar5_packed(&b, "packed.txt", text, sizeof(text));
	rar5_stored(&b, "between", "x", 1);
	rar5_packed(&b, "second.txt", text + 100, 1000);
	rar5_block(&b, &m, "", 0);
	rar5_end(&b);
	return b;
}

static void test_generation_4(void **state)
{
	struct buf b = old_archive();
	struct recorder r;
	struct format_claim claims[4];

	assert_true(format_probe(cursor_of(b.p, b.len), b.len, claims) > 0);
	assert_int_equal(claims[0].id, FORMAT_RAR);
	recorder_open(&r, FORMAT_RAR, b.p, b.len, "x.rar");
	assert_int_equal(r.status, STATUS_OK);
	assert_int_equal(r.n_oddities, 0);
	assert_int_equal(recorder_uncovered(&r), 0);
	recorder_expect(&r, "sub\\a.txt", "hello", 5);
	assert_int_equal(recorder_child(&r, "sub\\a.txt")->e.mode, 0640);
	assert_true(recorder_child(&r, "b.txt")->e.mtime > 1600000000);
	recorder_expect(&r, "b.txt", text, sizeof(text));
	assert_int_equal(recorder_child(&r, "sub")->e.type, ENTRY_DIR);
	assert_string_equal(recorder_child(&r, "link")->e.link.p, "b.txt");
	recorder_release(&r);
	buf_release(&b);
}

static void test_generation_5(void **state)
{
	struct buf b = new_archive();
	struct recorder r;

	recorder_open(&r, FORMAT_RAR, b.p, b.len, "x.rar");
	assert_int_equal(r.status, STATUS_OK);
	assert_int_equal(r.n_oddities, 0);
	assert_int_equal(recorder_uncovered(&r), 0);
	recorder_expect(&r, "a.txt", "hello", 5);
	recorder_expect(&r, "packed.txt", text, sizeof(text));
	recorder_expect(&r, "between", "x", 1);
	recorder_expect(&r, "second.txt", text + 100, 1000);
	assert_string_equal(recorder_child(&r, "link")->e.link.p, "a.txt");
	assert_int_equal(recorder_child(&r, "link")->e.type, ENTRY_SYMLINK);
	recorder_release(&r);
	buf_release(&b);
}

/* The second half of a name: bytes on a page, two bytes, a run of the first half. */
static void test_names(void **state)
{
	static const char name[] = "abcd\0\x04\x6c" "\x16" "\x38\x04" "z\2";
	struct recorder r;
	struct buf b;

	buf_init(&b, 1 << 16);
	rar4_start(&b, 0);
	rar4_stored(&b, 0x74, 0x200, name, sizeof(name) - 1, 0100644, "x", 1);
	rar4_end(&b);
	recorder_open(&r, FORMAT_RAR, b.p, b.len, "x.rar");
	assert_int_equal(r.status, STATUS_OK);
	/* 01: 0x416 (page 4), 10: 0x438, 11: ... */
	assert_memory_equal(r.children[0].e.name.p, "\xd0\x96\xd0\xb8", 4);
	recorder_release(&r);
	buf_release(&b);
}

static void test_blind(void **state)
{
	static const char key[] = "\2\1\0"; /* bytes, kind 1 */
	struct rar5_made locked = {.type = 2, .name = "locked", .extra = key, .n_extra = 3, .size = 4};
	struct rar5_made split = {.type = 2, .flags = 16, .name = "split", .size = 9};
	struct rar5_made late = {.type = 2, .packing = 1u << 7 | 1, .name = "late", .size = 4};
	struct rar5_made note = {.type = 3, .name = "CMT", .size = 7, .crc = (uint32_t)crc32_z(0, (const Bytef *)"comment", 7)};
	struct recorder r;
	struct buf b;

	buf_init(&b, 1 << 16);
	rar5_start(&b);
	rar5_block(&b, &locked, "????", 4);
	rar5_block(&b, &split, "half", 4);
	rar5_block(&b, &late, "????", 4);
	rar5_block(&b, &note, "comment", 7);
	rar5_end(&b);
	recorder_open(&r, FORMAT_RAR, b.p, b.len, "x.rar");
	assert_int_equal(r.status, STATUS_OK);
	assert_true(recorder_child(&r, "locked")->e.flags & ENTRY_ENCRYPTED);
	assert_int_equal(recorder_child(&r, "locked")->how, STATUS_UNSUPPORTED);
	assert_int_equal(recorder_child(&r, "split")->how, STATUS_UNSUPPORTED);
	assert_int_equal(recorder_child(&r, "late")->how, STATUS_UNSUPPORTED);
	recorder_expect(&r, "[service CMT]", "comment", 7);
	assert_int_equal(recorder_child(&r, "[service CMT]")->e.origin, ORIGIN_GAP);
	recorder_release(&r);
	buf_release(&b);
	/* headers that are encrypted themselves, in both generations */
	for (int old = 0; old < 2; old++) {
		buf_init(&b, 1 << 16);
		if (old) {
			rar4_start(&b, 0x80);
		} else {
			rar5_start(&b);
			rar5_small(&b, 4, 0);
		}
		buf_add_z(&b, "nobody can read this");
		recorder_open(&r, FORMAT_RAR, b.p, b.len, "x.rar");
		assert_int_equal(r.n_children, 1);
		assert_true(r.children[0].e.flags & ENTRY_ENCRYPTED);
		assert_int_equal(recorder_uncovered(&r), 0);
		recorder_release(&r);
		buf_release(&b);
	}
}

static void test_contradictions(void **state)
{
	struct buf b = new_archive();
	struct recorder r;
	uint8_t *at = memmem(b.p, b.len, "packed.txt", 10);

	/* a header that is not what its sum says; a content that is not */
	assert_non_null(at);
	at[0] = 'P';
	recorder_open(&r, FORMAT_RAR, b.p, b.len, "x.rar");
	assert_int_equal(r.status, STATUS_DAMAGED);
	assert_int_equal(recorder_odd(&r, "rar-header-damaged"), 1);
	recorder_expect(&r, "between", "x", 1);
	recorder_expect(&r, "second.txt", text + 100, 1000);
	recorder_release(&r);
	at[0] = 'p';
	at[200] ^= 1;
	recorder_open(&r, FORMAT_RAR, b.p, b.len, "x.rar");
	assert_int_equal(r.status, STATUS_DAMAGED);
	assert_int_equal(recorder_child(&r, "packed.txt")->how, STATUS_DAMAGED);
	recorder_release(&r);
	buf_release(&b);
}

static void test_damage(void **state)
{
	for (int old = 0; old < 2; old++) {
		struct buf b = old ? old_archive() : new_archive();
		const uint8_t *p = (const uint8_t *)b.p;

		for (size_t cut = 9; cut < b.len; cut += 409) {
			struct recorder r;

			recorder_open(&r, FORMAT_RAR, p, cut, "x");
			assert_int_equal(r.status, STATUS_DAMAGED);
			recorder_release(&r);
		}
		maker_check_cuts(FORMAT_RAR, p, b.len, 1009);
		maker_check_flips(FORMAT_RAR, p, b.len, 2003);
		maker_check_flips(FORMAT_RAR, p, 160, 1);
		maker_check_sink_failures(FORMAT_RAR, p, b.len);
		maker_check_budgets(FORMAT_RAR, p, b.len, !old);
		buf_release(&b);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_generation_4),
		cmocka_unit_test(test_generation_5),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_blind),
		cmocka_unit_test(test_contradictions),
		cmocka_unit_test(test_damage),
	};

	return cmocka_run_group_tests(tests, maker_enter, maker_leave);
}
