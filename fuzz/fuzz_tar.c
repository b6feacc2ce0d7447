/* Who controls these bytes: whoever made the release; an npm package is a tar behind gzip. */
#include "container.h"
#include "tool_seeds.h"

#include "util/buf.h"

static void put(struct buf *b, const char *name, char type, const char *magic, const char *data,
		size_t n)
{
	static const char zeros[512];
	char h[512] = {0};
	unsigned sum = 0;

	snprintf(h, 100, "%s", name);
	memcpy(h + 100, "0000644\0" "0001750\0" "0001750", 23);
	snprintf(h + 124, 12, "%011zo", n);
	memcpy(h + 136, "14524770400", 11);
	memset(h + 148, ' ', 8);
	h[156] = type;
	memcpy(h + 257, magic, 8);
	for (int i = 0; i < 512; i++)
		sum += (uint8_t)h[i];
	snprintf(h + 148, 8, "%06o", sum);
	buf_add(b, h, 512);
	buf_add(b, data, n);
	buf_add(b, zeros, (512 - n % 512) % 512);
}

void fuzz_seeds(void (*run)(const void *bytes, size_t n))
{
	static const char pax[] = "31 path=a name in an extension\n11 size=12\n24 comment=nothing here\n";
	static const char map[] = "1\n0\n5\n";
	char sparse[512] = {0};
	struct buf b;

	memcpy(sparse, map, sizeof(map));
	buf_init(&b, 1 << 20);
	put(&b, "package/a.js", '0', "ustar\00000", "let a = 1;\n", 11);
	put(&b, "pax", 'x', "ustar\00000", pax, sizeof(pax) - 1);
	put(&b, "b", '0', "ustar\00000", "twelve bytes", 12);
	put(&b, "link", '2', "ustar\00000", "", 0);
	put(&b, "./@LongLink", 'L', "ustar  \0", "a long name", 11);
	put(&b, "c", '0', "ustar  \0", "", 0);
	put(&b, "sparse", 'S', "ustar  \0", "data", 4);
	put(&b, "p", 'x', "ustar\00000", "22 GNU.sparse.major=1\n22 GNU.sparse.minor=0\n"
	    "26 GNU.sparse.realsize=99\n", 70);
	put(&b, "s", '0', "ustar\00000", sparse, 512);
	run(b.p, b.len);
	buf_add(&b, sparse + 100, 400);
	buf_add(&b, sparse + 100, 400);
	buf_add(&b, sparse + 100, 400);
	put(&b, "after the end", '0', "\0\0\0\0\0\0\0\0", "x", 1);
	run(b.p, b.len);
	buf_release(&b);
	tool_seed("mkdir -p seeds t/usr/d; head -c 2000 \"$ASSAY_SOURCE_ROOT/fuzz/fuzz_tar.c\" >t/usr/text; ln -s text t/usr/link; ln t/usr/text t/usr/twin\n"
		  "touch t/usr/.wh.gone; truncate -s 20000 t/usr/d/hole; echo x >>t/usr/d/hole; for f in v7 oldgnu gnu ustar posix; do tar --format=$f $(test $f = v7 -o $f = ustar || echo -S) -cf seeds/$f t; done; rm t/usr/.wh.gone\n"
		  "export PYTHONPATH=\"$ASSAY_SOURCE_ROOT/tests/make\"; python3 -Bc \"import containers, os; containers.oci(os.path.abspath('t'), 'seeds/oci'); containers.docker(os.path.abspath('t'), 'seeds/docker')\"\n"
		  "tar -cf data.tar t; gzip -9n data.tar; echo '--- !ruby/object:Gem::Specification' | gzip -9n >metadata.gz\n"
		  "(printf -- '---\\nSHA256:\\n'; sha256sum data.tar.gz metadata.gz | sed 's/\\([^ ]*\\)  \\(.*\\)/  \\2: \\1/'; printf 'SHA512:\\n  a: b\\n') | gzip -9n >checksums.yaml.gz\n"
		  "tar -cf seeds/gem data.tar.gz metadata.gz checksums.yaml.gz\n"
		  "bsdtar --format=pax -cf seeds/bsd t\n", run);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	return container_check(FORMAT_TAR, bytes, n);
}
