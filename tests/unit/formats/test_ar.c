/* ar: Debian packages, static libraries of both name styles, and damage. */
#include "maker.h"

#include "util/buf.h"

static void put_member(struct buf *b, const char *name, const char *size, const char *text)
{
	assert_true(buf_printf(b, "%-16s%-12s%-6s%-6s%-8s%-10s`\n", name, "1700000000", "7", "8",
			       "100644", size));
	buf_add_z(b, text);
	if (strlen(text) % 2)
		buf_add_z(b, "\n");
}

static struct buf new_ar(void)
{
	struct buf b;

	buf_init(&b, 1 << 20);
	buf_add_z(&b, "!<arch>\n");
	return b;
}

static void test_names(void **state)
{
	struct buf b = new_ar();
	struct recorder r;

	put_member(&b, "//", "22", "a_long_name_of_gnu.o/\n");
	put_member(&b, "debian-binary", "4", "2.0\n");
	put_member(&b, "gnu.o/", "3", "gnu");
	put_member(&b, "/0", "4", "long");
	put_member(&b, "#1/8", "11", "bsd.o\0\0\0"); /* the rest follows, NULs stop put_member */
	b.len -= 5 + 1;
	buf_add(&b, "bsd.o\0\0\0bsd\n", 12);
	recorder_open(&r, FORMAT_AR, b.p, b.len, "x.a");
	assert_int_equal(r.status, STATUS_OK);
	assert_int_equal(r.n_children, 4);
	assert_int_equal(r.n_oddities, 0);
	recorder_expect(&r, "debian-binary", "2.0\n", 4);
	recorder_expect(&r, "gnu.o", "gnu", 3);
	recorder_expect(&r, "a_long_name_of_gnu.o", "long", 4);
	recorder_expect(&r, "bsd.o", "bsd", 3);
	assert_int_equal(r.children[0].e.mode, 0644);
	assert_int_equal(r.children[0].e.uid, 7);
	assert_int_equal(r.children[0].e.gid, 8);
	assert_int_equal(r.children[0].e.mtime, 1700000000);
	assert_int_equal(recorder_uncovered(&r), 0);
	recorder_release(&r);
	buf_release(&b);
}

static void test_damage(void **state)
{
	struct buf b = new_ar();
	struct recorder r;

	put_member(&b, "first", "1", "1");
	put_member(&b, "second", "4294967295", "short");
	recorder_open(&r, FORMAT_AR, b.p, b.len, "x.a");
	assert_int_equal(r.status, STATUS_DAMAGED);
	recorder_expect(&r, "first", "1", 1);
	assert_int_equal(recorder_child(&r, "second")->how, STATUS_DAMAGED);
	recorder_release(&r);
	buf_release(&b);
	b = new_ar();
	put_member(&b, "first", "1", "1");
	buf_add_z(&b, "junk that is not a header, but sixty bytes and more of it are here");
	recorder_open(&r, FORMAT_AR, b.p, b.len, "x.a");
	assert_int_equal(r.status, STATUS_DAMAGED);
	assert_int_equal(recorder_odd(&r, "ar-header-damaged"), 1);
	assert_int_equal(recorder_uncovered(&r), 66);
	recorder_release(&r);
	buf_release(&b);
	/* a name outside the table: kept as stated */
	b = new_ar();
	put_member(&b, "/99", "1", "1");
	recorder_open(&r, FORMAT_AR, b.p, b.len, "x.a");
	assert_int_equal(recorder_odd(&r, "ar-name-damaged"), 1);
	recorder_expect(&r, "/99", "1", 1);
	recorder_release(&r);
	buf_release(&b);
}

/* A symbol table that is none is a place to hide things: left to be looked at. */
static void test_symbols(void **state)
{
	struct buf b = new_ar();
	struct recorder r;

	buf_printf(&b, "%-16s%-12s%-6s%-6s%-8s%-10s`\n", "/", "0", "0", "0", "0", "12");
	buf_add(&b, "\0\0\0\1\0\0\0\110sym\0", 12);
	put_member(&b, "m.o/", "1", "1");
	recorder_open(&r, FORMAT_AR, b.p, b.len, "x.a");
	assert_int_equal(r.n_oddities, 0);
	assert_int_equal(r.n_children, 1);
	assert_int_equal(recorder_uncovered(&r), 0);
	recorder_release(&r);
	b.p[8 + 60] = 4; /* a count of 2^26 */
	recorder_open(&r, FORMAT_AR, b.p, b.len, "x.a");
	assert_int_equal(recorder_odd(&r, "ar-symbols-damaged"), 1);
	assert_true(recorder_uncovered(&r) > 0);
	recorder_release(&r);
	buf_release(&b);
}

static void test_thin(void **state)
{
	struct recorder r;

	recorder_open(&r, FORMAT_AR, "!<thin>\n", 8, "x.a");
	assert_int_equal(r.status, STATUS_UNSUPPORTED);
	recorder_release(&r);
}

static void test_real_makers(void **state)
{
	static const char control[] = "Package: x\nVersion: 1\nArchitecture: all\n"
				      "Maintainer: a <a@a.example>\nDescription: x\n";
	struct maker_file f;
	struct recorder r;

	RUN("mkdir", "-p", "pkg/DEBIAN", "pkg/usr/share/x");
	maker_write("pkg/DEBIAN/control", control, sizeof(control) - 1);
	maker_write("pkg/usr/share/x/y", "content", 7);
	RUN("chmod", "-R", "go-w", "pkg");
	RUN("dpkg-deb", "--root-owner-group", "-Zxz", "-b", "pkg", "x.deb");
	maker_open(&r, "x.deb", FORMAT_AR, &f);
	assert_int_equal(r.status, STATUS_OK);
	assert_int_equal(r.n_children, 3);
	recorder_expect(&r, "debian-binary", "2.0\n", 4);
	assert_non_null(recorder_child(&r, "control.tar.xz"));
	{
		struct recorder_child *data = recorder_child(&r, "data.tar.xz");
		struct recorder inner;

		assert_non_null(data);
		recorder_open(&inner, FORMAT_XZ, data->data, data->n_data, "data.tar.xz");
		recorder_expect(&inner, "./usr/share/x/y", "content", 7);
		recorder_release(&inner);
	}
	assert_int_equal(recorder_uncovered(&r), 0);
	recorder_release(&r);
	free(f.p);
	maker_write("a_name_that_is_longer_than_sixteen.txt", "long", 4);
	RUN("rm", "-f", "x.a");
	RUN("ar", "rc", "x.a", "a_name_that_is_longer_than_sixteen.txt", "pkg/usr/share/x/y");
	maker_open(&r, "x.a", FORMAT_AR, &f);
	recorder_expect(&r, "a_name_that_is_longer_than_sixteen.txt", "long", 4);
	recorder_expect(&r, "y", "content", 7);
	assert_int_equal(recorder_uncovered(&r), 0);
	recorder_release(&r);
	free(f.p);
}

static void test_hostile(void **state)
{
	struct buf b = new_ar();

	put_member(&b, "//", "22", "a_long_name_of_gnu.o/\n");
	put_member(&b, "/0", "4", "long");
	put_member(&b, "#1/3", "6", "bsdtxt");
	maker_check_cuts(FORMAT_AR, (uint8_t *)b.p, b.len, 1);
	maker_check_flips(FORMAT_AR, (uint8_t *)b.p, b.len, 1);
	maker_check_sink_failures(FORMAT_AR, (uint8_t *)b.p, b.len);
	maker_check_budgets(FORMAT_AR, (uint8_t *)b.p, b.len, false);
	buf_release(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names),	    cmocka_unit_test(test_damage),
		cmocka_unit_test(test_symbols),	    cmocka_unit_test(test_thin),
		cmocka_unit_test(test_real_makers), cmocka_unit_test(test_hostile),
	};

	return cmocka_run_group_tests(tests, maker_enter, maker_leave);
}
