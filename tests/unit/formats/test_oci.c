/* Container images as umoci and skopeo make them, and gems. */
#include "maker.h"

/* l: a layout with one image of one layer. */
static void make_layout(const char *text)
{
	RUN("rm", "-rf", "l", "app", "x.tar");
	RUN("mkdir", "app");
	maker_write("app/main.js", text, strlen(text));
	RUN("umoci", "init", "--layout", "l");
	RUN("umoci", "new", "--image", "l:v1");
	RUN("umoci", "insert", "--rootless", "--image", "l:v1", "app", "/app");
	RUN("umoci", "config", "--image", "l:v1", "--config.entrypoint", "/app/run", "--config.entrypoint", "a b",
	    "--config.cmd", "serve", "--config.env", "A=b", "--config.user", "1000", "--config.exposedports", "80/tcp");
	RUN("umoci", "gc", "--layout", "l");
}

static void pack_layout(struct recorder *r, struct maker_file *f)
{
	RUN("tar", "cf", "x.tar", "-C", "l", ".");
	maker_open(r, "x.tar", FORMAT_TAR, f);
}

static bool has_line(struct recorder *r, const char *line)
{
	struct recorder_child *c = recorder_child(r, "[image]");
	struct str rest, l;

	assert_non_null(c);
	assert_int_equal(c->e.origin, ORIGIN_DERIVED);
	rest = str_view(c->data, c->n_data);
	while (str_line(&rest, &l))
		if (str_is(l, line))
			return true;
	return false;
}

static void expect_lines(struct recorder *r)
{
	assert_true(has_line(r, "entrypoint /app/run 'a b'"));
	assert_true(has_line(r, "cmd serve"));
	assert_true(has_line(r, "env A=b"));
	assert_true(has_line(r, "user 1000"));
	assert_true(has_line(r, "expose 80/tcp"));
}

static void test_layout(void **state)
{
	struct maker_file f;
	struct recorder r;

	make_layout("console.log(1)\n");
	pack_layout(&r, &f);
	assert_int_equal(r.status, STATUS_OK);
	assert_int_equal(r.n_oddities, 0);
	assert_non_null(recorder_child(&r, "[layer 1]"));
	assert_non_null(recorder_child(&r, "[image config]"));
	assert_non_null(recorder_child(&r, "[image manifest]"));
	expect_lines(&r);
	assert_int_equal(recorder_uncovered(&r), 0);
	/* one byte of the layer: its digest is not what the manifest states */
	{
		uint64_t at = recorder_child(&r, "[layer 1]")->e.span_offset;

		recorder_release(&r);
		f.p[at + 60] ^= 1;
		recorder_open(&r, FORMAT_TAR, f.p, f.n, "x.tar");
		assert_int_equal(recorder_odd(&r, "manifest-digest-differs"), 1);
	}
	recorder_release(&r);
	free(f.p);
	/* a blob that nothing names, and one that is missing */
	make_layout("console.log(1)\n");
	RUN("sh", "-c", "cd l/blobs/sha256; echo more > m; mv m $(sha256sum m | cut -d' ' -f1)");
	pack_layout(&r, &f);
	assert_int_equal(recorder_odd(&r, "image-blob-unnamed"), 1);
	assert_int_equal(recorder_odd(&r, "manifest-digest-differs"), 0);
	recorder_release(&r);
	free(f.p);
	RUN("sh", "-c", "for x in l/blobs/sha256/*; do case $(head -c 1 $x) in '{' | m) ;; *) rm $x;; esac; done");
	pack_layout(&r, &f);
	assert_non_null(recorder_child(&r, "[image 1 layer 1]"));
	assert_int_equal(recorder_child(&r, "[image 1 layer 1]")->how, STATUS_UNSUPPORTED); /* nobody has seen it */
	assert_int_equal(recorder_odd(&r, "manifest-member-missing"), 1);
	recorder_release(&r);
	free(f.p);
}

static void test_docker(void **state)
{
	struct maker_file f;
	struct recorder r;

	make_layout("console.log(1)\n");
	RUN("rm", "-f", "d.tar");
	RUN("skopeo", "--insecure-policy", "copy", "-q", "oci:l:v1", "docker-archive:d.tar:app:v1");
	maker_open(&r, "d.tar", FORMAT_TAR, &f);
	assert_int_equal(r.status, STATUS_OK);
	assert_int_equal(r.n_oddities, 0);
	assert_non_null(recorder_child(&r, "[layer 1]"));
	expect_lines(&r);
	recorder_release(&r);
	/* the same with one byte of the layer changed: diff_id of the configuration */
	{
		uint8_t *p = memmem(f.p, f.n, "console.log(1)", 14);

		assert_non_null(p);
		p[12] = '2';
		recorder_open(&r, FORMAT_TAR, f.p, f.n, "d.tar");
		assert_int_equal(recorder_odd(&r, "manifest-digest-differs"), 1);
		recorder_release(&r);
	}
	free(f.p);
}

static void test_gem(void **state)
{
	struct maker_file f;
	struct recorder r;

	RUN("sh", "-c", "rm -rf g; mkdir g; cd g; echo 'name: x' | gzip -n > metadata.gz; echo a > a; tar czf data.tar.gz a; rm a; "
	    "(echo ---; echo SHA256:; for x in metadata.gz data.tar.gz; do echo \"  $x: $(sha256sum $x | cut -d' ' -f1)\"; "
	    "done) | gzip -n > checksums.yaml.gz; tar cf ../x.gem metadata.gz data.tar.gz checksums.yaml.gz");
	maker_open(&r, "x.gem", FORMAT_TAR, &f);
	assert_int_equal(r.n_oddities, 0);
	assert_int_equal(r.n_children, 3);
	recorder_release(&r);
	free(f.p);
	RUN("sh", "-c", "cd g; echo 'name: y' | gzip -n > metadata.gz; tar cf ../x.gem metadata.gz data.tar.gz checksums.yaml.gz");
	maker_open(&r, "x.gem", FORMAT_TAR, &f);
	assert_int_equal(recorder_odd(&r, "manifest-digest-differs"), 1);
	recorder_release(&r);
	free(f.p);
}

/* A tar that happens to hold files of these names is a tar. */
static void test_innocent(void **state)
{
	struct maker_file f;
	struct recorder r;

	RUN("rm", "-rf", "t");
	RUN("mkdir", "t");
	maker_write("t/manifest.json", "[{\"name\": \"x\"}, 3]", 18);
	maker_write("t/index.json", "{\"manifests\": [{\"digest\": 7}, null, {\"digest\": \"sha256:00\"}]}", 61);
	maker_write("t/oci-layout", "{}", 2);
	RUN("tar", "cf", "x.tar", "-C", "t", "manifest.json", "index.json", "oci-layout");
	maker_open(&r, "x.tar", FORMAT_TAR, &f);
	assert_int_equal(r.status, STATUS_OK);
	assert_null(recorder_child(&r, "[image]"));
	assert_non_null(recorder_child(&r, "manifest.json"));
	recorder_release(&r);
	free(f.p);
}

static void test_hostile(void **state)
{
	struct maker_file f;

	make_layout("x\n");
	RUN("tar", "cf", "x.tar", "-C", "l", ".");
	f = maker_read("x.tar");
	maker_check_flips(FORMAT_TAR, f.p, f.n, 37);
	maker_check_sink_failures(FORMAT_TAR, f.p, f.n);
	maker_check_budgets(FORMAT_TAR, f.p, f.n, true);
	free(f.p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_layout), cmocka_unit_test(test_docker),	cmocka_unit_test(test_gem),
		cmocka_unit_test(test_innocent), cmocka_unit_test(test_hostile),
	};

	return cmocka_run_group_tests(tests, maker_enter, maker_leave);
}
