/* rpm: a package from rpmbuild with every kind of script, the header against the payload, damage. */
#include "maker.h"

#include "util/buf.h"

static const char spec[] =
	"Name: sample\nVersion: 1.2\nRelease: 3\nEpoch: 1\nSummary: A sample\nLicense: MIT\n"
	"BuildArch: noarch\nVendor: Sample Example\nRequires: bash >= 4\n"
	"%description\nTwo\nlines.\n"
	"%install\n"
	"mkdir -p %{buildroot}/usr/bin\n"
	"printf 'true\\n' > %{buildroot}/usr/bin/sample\n"
	"chmod 755 %{buildroot}/usr/bin/sample\n"
	"ln %{buildroot}/usr/bin/sample %{buildroot}/usr/bin/twin\n"
	"ln -s sample %{buildroot}/usr/bin/link\n"
	"%files\n%attr(4755, root, root) /usr/bin/sample\n/usr/bin/twin\n/usr/bin/link\n"
	"%ghost /var/log/sample.log\n"
	"%pre\necho pre\n%post\necho post\n%preun -p /bin/bash\necho preun\n"
	"%postun -p /sbin/ldconfig\n%pretrans -p <lua>\nprint('x')\n%posttrans\necho posttrans\n"
	"%verifyscript\necho verify\n"
	"%triggerin -- bash\necho in\n%triggerun -- bash, zsh > 3\necho un\n"
	"%filetriggerin -- /usr/lib\ncat\n%transfiletriggerpostun -- /usr/share\ncat\n";

static struct maker_file build(const char *payload)
{
	char topdir[PATH_MAX + 20], io[80];

	assert_non_null(getcwd(topdir, PATH_MAX));
	memmove(topdir + 8, topdir, strlen(topdir) + 1);
	memcpy(topdir, "_topdir ", 8);
	memcpy(topdir + strlen(topdir), "/top", 5);
	snprintf(io, sizeof(io), "_binary_payload %s", payload);
	maker_write("sample.spec", spec, sizeof(spec) - 1);
	RUN("rpmbuild", "-bb", "--quiet", "--define", topdir, "--define", io, "sample.spec");
	return maker_read("top/RPMS/noarch/sample-1.2-3.noarch.rpm");
}

static void expect_text(struct recorder *r, const char *name, const char *text)
{
	recorder_expect(r, name, text, strlen(text));
	assert_int_equal(recorder_child(r, name)->e.origin, ORIGIN_DERIVED);
}

static void check_package(const struct maker_file *f)
{
	struct recorder r;
	struct recorder_child *header;
	struct format_claim claims[4];

	assert_true(format_probe(cursor_of(f->p, 4096), f->n, claims) > 0);
	assert_int_equal(claims[0].id, FORMAT_RPM);
	recorder_open(&r, FORMAT_RPM, f->p, f->n, "sample.rpm");
	assert_int_equal(r.status, STATUS_OK);
	assert_int_equal(r.n_oddities, 0);
	assert_int_equal(recorder_uncovered(&r), 0);
	expect_text(&r, "[scriptlets]/pre", "#!/bin/sh\necho pre\n");
	expect_text(&r, "[scriptlets]/post", "#!/bin/sh\necho post\n");
	expect_text(&r, "[scriptlets]/preun", "#!/bin/bash\necho preun\n");
	expect_text(&r, "[scriptlets]/postun", "#!/bin/sh\n/sbin/ldconfig\n");
	expect_text(&r, "[scriptlets]/pretrans", "#!<lua>\nprint('x')\n");
	expect_text(&r, "[scriptlets]/posttrans", "#!/bin/sh\necho posttrans\n");
	expect_text(&r, "[scriptlets]/verify", "#!/bin/sh\necho verify\n");
	expect_text(&r, "[scriptlets]/triggerin-0", "#!/bin/sh\necho in\n");
	expect_text(&r, "[scriptlets]/triggerun-1", "#!/bin/sh\necho un\n");
	expect_text(&r, "[scriptlets]/filetriggerin-0", "#!/bin/sh\ncat\n");
	expect_text(&r, "[scriptlets]/transfiletriggerpostun-0", "#!/bin/sh\ncat\n");
	header = recorder_child(&r, "[rpm header].txt");
	assert_non_null(header);
	assert_non_null(memmem(header->data, header->n_data, "Name: sample\nVersion: 1:1.2-3\n", 30));
	assert_non_null(memmem(header->data, header->n_data, "\nVendor: Sample Example\n", 24));
	assert_non_null(memmem(header->data, header->n_data, "\nRequires: bash >= 4\n", 21));
	assert_non_null(memmem(header->data, header->n_data, "\nDescription: Two\n lines.\n", 26));
	assert_non_null(memmem(header->data, header->n_data, "\nTrigger: triggerun 1, by zsh\n", 30));
	assert_non_null(memmem(header->data, header->n_data, "\nGhost: /var/log/sample.log\n", 28));
	assert_null(memmem(header->data, header->n_data, "\nTag ", 5));
	assert_null(memmem(header->data, header->n_data, "Signature", 9));
	recorder_expect(&r, "./usr/bin/twin", "true\n", 5);
	assert_int_equal(recorder_child(&r, "./usr/bin/sample")->e.type, ENTRY_HARDLINK);
	assert_string_equal(recorder_child(&r, "./usr/bin/link")->e.link.p, "sample");
	assert_int_equal(r.n_children, 15);
	recorder_release(&r);
}

static void test_payloads(void **state)
{
	static const char *const kinds[] = {"w9.gzdio", "w2.xzdio", "w9.bzdio", "w3.zstdio", "w.ufdio",
					    "w2.lzdio"};

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		struct maker_file f = build(kinds[i]);

		check_package(&f);
		free(f.p);
	}
}

static void test_digests(void **state)
{
	struct maker_file f = build("w.ufdio");
	uint8_t *at = memmem(f.p, f.n, "Sample Example", 14);
	struct recorder r;

	/* a text of the header that no longer is what was signed */
	assert_non_null(at);
	*at = 's';
	recorder_open(&r, FORMAT_RPM, f.p, f.n, "x");
	assert_int_equal(recorder_odd(&r, "rpm-digest-differs"), 1);
	assert_string_equal(r.oddities[0].detail, "the header");
	recorder_release(&r);
	*at = 'S';
	/* a file's content: its own digest and the payload's */
	at = f.p + f.n - 4;
	while (memcmp(--at, "true\n", 5))
		continue;
	*at = 'T';
	recorder_open(&r, FORMAT_RPM, f.p, f.n, "x");
	assert_int_equal(recorder_odd(&r, "rpm-digest-differs"), 2);
	recorder_release(&r);
	free(f.p);
}

/* What is in the payload under another name, with another mode, or not at all. */
static void test_header_against_payload(void **state)
{
	struct maker_file f = build("w.ufdio");
	uint8_t *at = memmem(f.p, f.n, "./usr/bin/twin", 14);
	struct recorder r;

	assert_non_null(at);
	at[13] = 'N';
	recorder_open(&r, FORMAT_RPM, f.p, f.n, "x");
	assert_int_equal(recorder_odd(&r, "rpm-file-unlisted"), 1);
	assert_int_equal(recorder_odd(&r, "rpm-file-missing"), 1);
	assert_non_null(recorder_child(&r, "./usr/bin/twiN"));
	recorder_release(&r);
	at[13] = 'n';
	at[-110 + 6 + 8 + 7] ^= 1; /* the last digit of its mode */
	recorder_open(&r, FORMAT_RPM, f.p, f.n, "x");
	assert_int_equal(recorder_odd(&r, "rpm-files-differ"), 1);
	recorder_release(&r);
	free(f.p);
}

/* Headers that lie about themselves. */
static void test_hostile_headers(void **state)
{
	struct maker_file f = build("w9.gzdio");
	struct recorder r;

	/* 2^32 - 1 entries; a store of 4 GiB; an offset far outside */
	memset(f.p + 96 + 8, 0xff, 4);
	recorder_open(&r, FORMAT_RPM, f.p, f.n, "x");
	assert_int_equal(r.status, STATUS_DAMAGED);
	assert_true(recorder_uncovered(&r) > 0);
	recorder_release(&r);
	free(f.p);
	f = build("w9.gzdio");
	memset(f.p + 96 + 12, 0xff, 4);
	recorder_open(&r, FORMAT_RPM, f.p, f.n, "x");
	assert_int_equal(r.status, STATUS_DAMAGED);
	recorder_release(&r);
	free(f.p);
	f = build("w9.gzdio");
	memset(f.p + 96 + 16 + 16 + 8, 0x7f, 4);
	recorder_open(&r, FORMAT_RPM, f.p, f.n, "x");
	assert_int_equal(r.status, STATUS_DAMAGED);
	assert_int_equal(recorder_odd(&r, "rpm-tag-damaged"), 1);
	recorder_release(&r);
	free(f.p);
}

static void test_damage(void **state)
{
	struct maker_file f = build("w9.gzdio");

	for (size_t cut = 1; cut < f.n; cut += 37) {
		struct recorder r;

		recorder_open(&r, FORMAT_RPM, f.p, cut, "x");
		assert_int_equal(r.status, STATUS_DAMAGED);
		recorder_release(&r);
	}
	maker_check_flips(FORMAT_RPM, f.p, f.n, 29);
	maker_check_sink_failures(FORMAT_RPM, f.p, f.n);
	maker_check_budgets(FORMAT_RPM, f.p, f.n, true);
	free(f.p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_payloads),
		cmocka_unit_test(test_digests),
		cmocka_unit_test(test_header_against_payload),
		cmocka_unit_test(test_hostile_headers),
		cmocka_unit_test(test_damage),
	};

	return cmocka_run_group_tests(tests, maker_enter, maker_leave);
}
