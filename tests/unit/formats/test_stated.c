/* Containers whose manifest states what is in them, and signatures beside what they sign. */
#include "maker.h"

#include "formats/signature.h"
#include "util/buf.h"

static char zipkin[PATH_MAX];

static int enter(void **state)
{
	const char *root = getenv("ASSAY_SOURCE_ROOT");

	snprintf(zipkin, sizeof(zipkin), "%s/tests/make/zipkin.py", root ? root : ".");
	return maker_enter(state);
}

static uint8_t big[200000];

static void make_tree(void)
{
	maker_fill(big, sizeof(big), 5);
	RUN("rm", "-rf", "tree");
	RUN("mkdir", "-p", "tree/pkg/sub folder");
	maker_write("tree/pkg/big", big, sizeof(big));
	maker_write("tree/pkg/one.py", "one = 1\n", 8);
	maker_write("tree/pkg/sub folder/a, b.txt", "a comma", 7);
	maker_write("tree/pkg/none", "", 0);
	maker_write("tree/pkg/a-name-that-is-so-long-that-a-line-of-a-manifest-has-to-be-continued-below.txt", "x", 1);
}

/* Swaps a member's bytes for others of the same length where they are stored as they are. */
static size_t odd_after(const char *kind, const char *change, const char *code)
{
	struct maker_file f;
	struct recorder r;
	size_t n;

	make_tree();
	RUN("python3", zipkin, kind, "tree", "x.zip");
	RUN("sh", "-c", change);
	maker_open(&r, "x.zip", FORMAT_ZIP, &f);
	n = recorder_odd(&r, code);
	assert_int_equal(r.n_oddities, n); /* and nothing else is said */
	assert_int_equal(recorder_uncovered(&r), 0);
	recorder_release(&r);
	free(f.p);
	return n;
}

static void test_clean(void **state)
{
	static const char *const kinds[] = {"wheel", "jar", "appx", "apk"};

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		assert_int_equal(odd_after(kinds[i], "true", "manifest"), 0);
}

static void test_changed(void **state)
{
	static const char *const kinds[] = {"wheel", "jar", "appx"};

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		assert_int_equal(odd_after(kinds[i], "echo 'one = 2' > tree/pkg/one.py; cd tree; zip -q ../x.zip pkg/one.py",
					   "manifest-digest-differs"), 1);
		assert_int_equal(odd_after(kinds[i], "echo more > tree/pkg/more.py; cd tree; zip -q ../x.zip pkg/more.py",
					   "manifest-member-extra"), 1);
		assert_int_equal(odd_after(kinds[i], "zip -qd x.zip pkg/one.py", "manifest-member-missing"), 1);
		/* only the last of several blocks */
		assert_int_equal(odd_after(kinds[i], "printf x | dd of=tree/pkg/big bs=1 seek=199999 conv=notrunc 2>&-; cd tree; "
					   "zip -q ../x.zip pkg/big", "manifest-digest-differs"), 1);
	}
	/* a manifest that the signature file does not state */
	assert_int_equal(odd_after("jar", "mkdir m; cd m; unzip -q ../x.zip META-INF/MANIFEST.MF; printf 'X: y\\r\\n' >> "
				   "META-INF/MANIFEST.MF; zip -q ../x.zip META-INF/MANIFEST.MF; cd ..; rm -r m",
				   "manifest-digest-differs"), 1);
}

/* An archive of two installed packages, and a jar without digests: nothing is expected of other files. */
static void test_innocent(void **state)
{
	struct maker_file f;
	struct recorder r;

	make_tree();
	RUN("mkdir", "-p", "tree/META-INF", "tree/a-1.dist-info", "tree/b-2.dist-info");
	maker_write("tree/META-INF/MANIFEST.MF", "Manifest-Version: 1.0\r\nMain-Class: a.B\r\n\r\n", 42);
	maker_write("tree/a-1.dist-info/RECORD", "pkg/one.py,,\n../../bin/a,sha256=AAAA,1\n__pycache__/a.pyc,,\n", 57);
	maker_write("tree/b-2.dist-info/RECORD", "pkg/none,,0\n", 12);
	RUN("sh", "-c", "rm -f x.zip; cd tree && zip -qr ../x.zip .");
	maker_open(&r, "x.zip", FORMAT_ZIP, &f);
	assert_int_equal(recorder_odd(&r, "manifest-member-extra"), 0);
	assert_int_equal(recorder_odd(&r, "manifest-member-missing"), 0);
	assert_int_equal(recorder_odd(&r, "manifest-damaged"), 1); /* AAAA is no SHA-256 */
	recorder_release(&r);
	free(f.p);
}

static void expect_signer(const struct recorder_child *c, enum signature_scheme scheme, const char *subject)
{
	struct arena a;
	struct budget b = {.max_steps = 1 << 20};
	struct signature s;

	assert_non_null(c);
	arena_init(&a, 0);
	assert_int_equal(signature_read(&a, &b, cursor_of(c->data, c->n_data), &s), STATUS_OK);
	assert_int_equal(s.scheme, scheme);
	assert_int_equal(s.key_sha256.len, 64);
	assert_true(str_has(s.subject, subject));
	for (size_t cut = 0; cut < c->n_data; cut += 3) /* any answer, but one */
		(void)!signature_read(&a, &b, cursor_of(c->data, cut), &s);
	arena_release(&a);
}

static void test_signatures(void **state)
{
	struct maker_file f;
	struct recorder r;

	make_tree();
	RUN("python3", zipkin, "jar", "tree", "x.zip", "Example Makers");
	maker_open(&r, "x.zip", FORMAT_ZIP, &f);
	expect_signer(recorder_child(&r, "META-INF/EXAMPLE.RSA"), SIGNATURE_PKCS7, "Example Makers");
	recorder_release(&r);
	free(f.p);
	RUN("python3", zipkin, "appx", "tree", "x.zip");
	maker_open(&r, "x.zip", FORMAT_ZIP, &f);
	expect_signer(recorder_child(&r, "AppxSignature.p7x"), SIGNATURE_PKCS7, "Helpdesk Example Corp");
	recorder_release(&r);
	free(f.p);
	RUN("python3", zipkin, "apk", "tree", "x.apk");
	maker_open(&r, "x.apk", FORMAT_ZIP, &f);
	assert_int_equal(r.n_oddities, 0);
	expect_signer(recorder_child(&r, "[apk signing block]"), SIGNATURE_APK, "Helpdesk Example Corp");
	recorder_release(&r);
	free(f.p);
	RUN("python3", zipkin, "crx", "tree", "x.crx");
	maker_open(&r, "x.crx", FORMAT_CRX, &f);
	assert_int_equal(r.status, STATUS_OK);
	assert_int_equal(r.n_children, 2);
	assert_int_equal(recorder_uncovered(&r), 0);
	expect_signer(recorder_child(&r, "[crx header]"), SIGNATURE_CRX, "");
	{
		struct recorder inner;

		recorder_open(&inner, FORMAT_ZIP, r.children[1].data, r.children[1].n_data, "content.zip");
		recorder_expect(&inner, "pkg/one.py", "one = 1\n", 8);
		recorder_release(&inner);
	}
	recorder_release(&r);
	maker_check_flips(FORMAT_CRX, f.p, 40, 1);
	free(f.p);
}

static void test_hostile(void **state)
{
	static const char *const kinds[] = {"wheel", "jar", "appx"};
	struct maker_file f;

	RUN("rm", "-rf", "less");
	RUN("mkdir", "less");
	maker_write("less/a", "a", 1);
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		RUN("python3", zipkin, kinds[i], "less", "less.zip");
		f = maker_read("less.zip");
		maker_check_flips(FORMAT_ZIP, f.p, f.n, 23);
		maker_check_cuts(FORMAT_ZIP, f.p, f.n, 41);
		maker_check_budgets(FORMAT_ZIP, f.p, f.n, true);
		free(f.p);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_clean),	   cmocka_unit_test(test_changed),
		cmocka_unit_test(test_innocent),   cmocka_unit_test(test_signatures),
		cmocka_unit_test(test_hostile),
	};

	return cmocka_run_group_tests(tests, enter, maker_leave);
}
