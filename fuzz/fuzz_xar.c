/* Who controls these bytes: whoever made the package. The first byte says whether the rest is an archive, or
 * the table of one, which is packed here: a fuzzer gets nowhere behind zlib. */
#include "container.h"
#include "tool_seeds.h"

#include <zlib.h>

#include "util/buf.h"

static void u64be(struct buf *b, uint64_t v)
{
	for (int i = 56; i >= 0; i -= 8)
		buf_add_char(b, (char)(v >> i));
}

static void archive(struct buf *b, const void *toc, size_t n)
{
	uLongf packed = compressBound(n);
	char *room;

	buf_add(b, "xar!\0\x1c\0\1", 8);
	u64be(b, 0);
	u64be(b, n);
	buf_add(b, "\0\0\0\1", 4);
	room = buf_reserve(b, packed + 64);
	if (!room || compress2((Bytef *)room, &packed, toc, n, 1) != Z_OK)
		return;
	for (int i = 0; i < 8; i++)
		b->p[8 + i] = (char)((uint64_t)packed >> 8 * (7 - i));
	b->len += packed;
	buf_add(b, "0123456789abcdefghijhello, heap<script>x()</script>", 51);
}

void fuzz_seeds(void (*run)(const void *bytes, size_t n))
{
	static const char toc[] =
		"\1<xar><toc><checksum style=\"sha1\"><offset>0</offset><size>20</size></checksum>"
		"<signature style=\"RSA\"><offset>20</offset><size>5</size><KeyInfo><X509Data><X509Certificate>Zmlyc3Q="
		"</X509Certificate></X509Data></KeyInfo></signature>"
		"<file id=\"1\"><name>sub</name><type>directory</type><mode>0755</mode><mtime>2026-01-01T00:00:00Z</mtime>"
		"<file id=\"2\"><name>a</name><type>file</type><data><length>5</length><offset>20</offset><size>5</size>"
		"<encoding style=\"application/octet-stream\"/><archived-checksum style=\"sha1\">"
		"aaf4c61ddcc5e8a2dabede0f3b482cd9aea9434d</archived-checksum></data><ea id=\"0\"><name>com.x</name>"
		"<offset>25</offset><length>2</length><size>2</size></ea></file>"
		"<file id=\"3\"><name>l</name><type>symlink</type><link type=\"file\">a</link></file></file>"
		"<file id=\"4\"><name>Distribution</name><data><length>20</length><offset>31</offset><size>20</size>"
		"<encoding style=\"application/octet-stream\"/></data></file></toc></xar>";
	struct buf b;

	run(toc, sizeof(toc) - 1);
	buf_init(&b, 1 << 20);
	buf_add_char(&b, '\0');
	{
		struct buf whole;

		buf_init(&whole, 1 << 20);
		archive(&whole, toc + 1, sizeof(toc) - 2);
		buf_add(&b, whole.p, whole.len);
		buf_release(&whole);
	}
	run(b.p, b.len);
	buf_release(&b);
	tool_seed("mkdir -p seeds t/d; echo hello >t/a; ln -s a t/link; ln t/a t/twin; cp \"$ASSAY_SOURCE_ROOT/fuzz/fuzz_xar.c\" t/d/text\n"
		  "for c in none gzip bzip2 xz lzma; do for s in none md5 sha1; do\n"
		  "bsdtar --format=xar --options \"compression=$c,toc-checksum=$s,checksum=$s\" -C t -cf seeds/$c$s .; done; done\n"
		  "PYTHONPATH=\"$ASSAY_SOURCE_ROOT/tests/make\" python3 -Bc \"import containers; containers.pkg('t', 'seeds/pkg')\"\n", run);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	struct buf b;

	if (n == 0 || n > 1 << 18)
		return 0;
	if (n >= 4 && memcmp(bytes, "xar!", 4) == 0)
		return container_check(FORMAT_XAR, bytes, n);
	if (bytes[0] == 0)
		return container_check(FORMAT_XAR, bytes + 1, n - 1);
	buf_init(&b, 1 << 20);
	archive(&b, bytes + 1, n - 1);
	container_check(FORMAT_XAR, (const uint8_t *)b.p, b.len);
	buf_release(&b);
	return 0;
}
