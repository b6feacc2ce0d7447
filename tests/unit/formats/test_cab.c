/* Cabinets: stored and MSZIP from gcab, LZX and oddities from our own writer, sets, signatures, damage. */
#include "maker.h"

#include "../../make/cab.h"

static uint8_t text[100000];

static struct maker_file pack(bool zip)
{
	maker_fill(text, sizeof(text), 5);
	RUN("mkdir", "-p", "sub");
	maker_write("a.txt", "hello", 5);
	maker_write("sub/b.txt", text, sizeof(text));
	maker_write("empty", "", 0);
	RUN("rm", "-f", "t.cab");
	if (zip)
		RUN("gcab", "-cz", "t.cab", "a.txt", "sub/b.txt", "empty");
	else
		RUN("gcab", "-c", "t.cab", "a.txt", "sub/b.txt", "empty");
	return maker_read("t.cab");
}

static void test_real_maker(void **state)
{
	for (int zip = 0; zip < 2; zip++) {
		struct maker_file f = pack(zip);
		struct recorder r;

		free(f.p);
		maker_open(&r, "t.cab", FORMAT_CAB, &f);
		assert_int_equal(r.status, STATUS_OK);
		assert_int_equal(r.n_children, 3);
		assert_int_equal(r.n_oddities, 0);
		assert_int_equal(recorder_uncovered(&r), 0);
		recorder_expect(&r, "a.txt", "hello", 5);
		recorder_expect(&r, "sub\\b.txt", text, sizeof(text));
		recorder_expect(&r, "empty", "", 0);
		assert_true(recorder_child(&r, "a.txt")->e.mtime > 1600000000);
		recorder_release(&r);
		free(f.p);
	}
}

/* The directory lists files in any order; the content is read forwards all the same. */
static void test_lzx(void **state)
{
	struct cab_made m;
	struct recorder r;
	struct buf b;

	maker_fill(text, sizeof(text), 6);
	buf_init(&b, 1 << 20);
	cab_make_begin(&m);
	cab_make_folder(&m, 3 | 16 << 8, 1);
	cab_make_lzx(&m, text, 32768);
	cab_make_file(&m, "second", 20000, 10000, 0);
	cab_make_file(&m, "first", 10000, 0, 0);
	cab_make_end(&m, &b);
	recorder_open(&r, FORMAT_CAB, b.p, b.len, "x.cab");
	assert_int_equal(r.status, STATUS_OK);
	recorder_expect(&r, "first", text, 10000);
	recorder_expect(&r, "second", text + 10000, 20000);
	/* what no file names is there as well */
	assert_int_equal(r.n_children, 3);
	assert_int_equal(r.children[2].e.origin, ORIGIN_GAP);
	assert_int_equal(r.children[2].n_data, 2768);
	recorder_release(&r);
	maker_check_cuts(FORMAT_CAB, (uint8_t *)b.p, b.len, 601);
	maker_check_flips(FORMAT_CAB, (uint8_t *)b.p, 300, 3);
	buf_release(&b);
}

static void test_oddities(void **state)
{
	struct cab_made m;
	struct recorder r;
	struct buf b;

	buf_init(&b, 1 << 20);
	cab_make_begin(&m);
	cab_make_folder(&m, 0, 1);
	cab_make_block(&m, "0123456789", 10, 10);
	cab_make_folder(&m, 2 | 18 << 8, 1); /* Quantum */
	cab_make_block(&m, "??", 2, 10);
	cab_make_folder(&m, 0, 1); /* that no file names */
	cab_make_block(&m, "hidden", 6, 6);
	cab_make_file(&m, "all", 10, 0, 0);
	cab_make_file(&m, "part", 4, 3, 0);
	cab_make_file(&m, "beyond", 10, 5, 0);
	cab_make_file(&m, "packed", 10, 0, 1);
	cab_make_file(&m, "elsewhere", 10, 0, 0xfffe);
	cab_make_end(&m, &b);
	recorder_open(&r, FORMAT_CAB, b.p, b.len, "x.cab");
	recorder_expect(&r, "all", "0123456789", 10);
	recorder_expect(&r, "part", "3456", 4);
	assert_int_equal(recorder_child(&r, "beyond")->how, STATUS_DAMAGED);
	assert_int_equal(recorder_child(&r, "beyond")->n_data, 5);
	assert_int_equal(recorder_child(&r, "packed")->how, STATUS_UNSUPPORTED);
	assert_int_equal(recorder_child(&r, "elsewhere")->how, STATUS_UNSUPPORTED);
	assert_int_equal(recorder_odd(&r, "cab-overlap"), 2);
	assert_int_equal(r.status, STATUS_UNSUPPORTED);
	/* the folder without a file: its names would be in another cabinet of the set */
	recorder_release(&r);
	buf_release(&b);
	cab_make_begin(&m);
	buf_init(&b, 1 << 20);
	cab_make_folder(&m, 0, 1);
	cab_make_block(&m, "hidden", 6, 6);
	cab_make_end(&m, &b);
	recorder_open(&r, FORMAT_CAB, b.p, b.len, "x.cab");
	assert_int_equal(r.n_children, 1);
	assert_int_equal(r.children[0].e.origin, ORIGIN_GAP);
	assert_memory_equal(r.children[0].data, "hidden", 6);
	recorder_release(&r);
	buf_release(&b);
}

static void test_reserved_and_signature(void **state)
{
	static char area[20];
	struct cab_made m;
	struct recorder r;
	struct buf b;

	buf_init(&b, 1 << 20);
	cab_make_begin(&m);
	m.flags = 4;
	m.reserved = area;
	m.n_reserved = sizeof(area);
	cab_make_folder(&m, 0, 1);
	cab_make_block(&m, "hello", 5, 5);
	cab_make_file(&m, "a", 5, 0, 0);
	cab_make_end(&m, &b);
	recorder_open(&r, FORMAT_CAB, b.p, b.len, "x.cab");
	assert_int_equal(r.status, STATUS_OK);
	assert_int_equal(recorder_child(&r, "[reserved]")->e.origin, ORIGIN_GAP);
	recorder_release(&r);
	/* 4: where the signature is, 8: its length */
	b.p[40 + 4] = (char)b.len;
	b.p[40 + 8] = 9;
	buf_add(&b, "signature", 9);
	recorder_open(&r, FORMAT_CAB, b.p, b.len, "x.cab");
	assert_int_equal(r.status, STATUS_OK);
	recorder_expect(&r, "[signature]", "signature", 9);
	recorder_expect(&r, "a", "hello", 5);
	assert_int_equal(recorder_uncovered(&r), 0);
	recorder_release(&r);
	/* without it being named, it is data behind the end */
	b.p[40 + 8] = 0;
	recorder_open(&r, FORMAT_CAB, b.p, b.len, "x.cab");
	assert_int_equal(recorder_uncovered(&r), 9);
	recorder_release(&r);
	buf_release(&b);
}

static void test_damage(void **state)
{
	for (int zip = 0; zip < 2; zip++) {
		struct maker_file f = pack(zip);

		for (size_t cut = 1; cut < f.n; cut += 997) {
			struct recorder r;

			recorder_open(&r, FORMAT_CAB, f.p, cut, "x");
			assert_int_equal(r.status, STATUS_DAMAGED);
			recorder_release(&r);
		}
		maker_check_cuts(FORMAT_CAB, f.p, f.n, 1999);
		maker_check_flips(FORMAT_CAB, f.p, f.n, 3001);
		maker_check_flips(FORMAT_CAB, f.p, 200, 1);
		maker_check_sink_failures(FORMAT_CAB, f.p, f.n);
		maker_check_budgets(FORMAT_CAB, f.p, f.n, true);
		/* content that no longer is what its sum says */
		f.p[f.n - 3] ^= 1;
		{
			struct recorder r;

			recorder_open(&r, FORMAT_CAB, f.p, f.n, "x");
			assert_int_equal(r.status, STATUS_DAMAGED);
			recorder_release(&r);
		}
		free(f.p);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_real_maker),
		cmocka_unit_test(test_lzx),
		cmocka_unit_test(test_oddities),
		cmocka_unit_test(test_reserved_and_signature),
		cmocka_unit_test(test_damage),
	};

	return cmocka_run_group_tests(tests, maker_enter, maker_leave);
}
