/* Who controls these bytes: whoever made the release; a disk image is opened as it comes. */
#include "container.h"
#include "tool_seeds.h"

#include "util/buf.h"

static void put(struct buf *b, uint64_t v, int bytes)
{
	while (bytes-- > 0)
		buf_add_char(b, (char)(v >> 8 * bytes));
}

static void zeros(struct buf *b, size_t n)
{
	while (n-- > 0)
		buf_add_char(b, 0);
}

static void base64(struct buf *to, const struct buf *from)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

	for (size_t i = 0; i + 2 < from->len; i += 3) {
		uint32_t v = (uint32_t)(uint8_t)from->p[i] << 16 | (uint32_t)(uint8_t)from->p[i + 1] << 8 | (uint8_t)from->p[i + 2];

		for (int s = 18; s >= 0; s -= 6)
			buf_add_char(to, digits[v >> s & 63]);
	}
}

/* One partition: a stored sector, an ADC one, zeros. */
void fuzz_seeds(void (*run)(const void *bytes, size_t n))
{
	static const uint32_t chunks[][4] = {{1, 0, 1, 512}, {0x80000004u, 1, 1, 18}, {0, 2, 3, 0}, {0xffffffffu, 5, 0, 0}};
	struct buf b, table;
	size_t data, xml, at = 0;

	buf_init(&b, 1 << 16);
	buf_init(&table, 1 << 16);
	for (int i = 0; i < 512; i++)
		buf_add_char(&b, (char)i);
	buf_add(&b, "\x80" "a\x7f\0\0\x7f\0\0\x7f\0\0\x7f\0\0\x7f\0\0\x7f", 18);
	data = b.len;
	buf_add_z(&table, "mish");
	put(&table, 1, 4);
	put(&table, 0, 8);
	put(&table, 5, 8);
	put(&table, 0, 8);
	zeros(&table, 204 - 4 - table.len);
	put(&table, 4, 4);
	for (int i = 0; i < 4; i++) {
		put(&table, chunks[i][0], 4);
		put(&table, 0, 4);
		put(&table, chunks[i][1], 8);
		put(&table, chunks[i][2], 8);
		put(&table, at, 8);
		put(&table, chunks[i][3], 8);
		at += chunks[i][3];
	}
	zeros(&table, 3);
	buf_add_z(&b, "<plist><dict><key>resource-fork</key><dict><key>blkx</key><array><dict><key>Name</key><string>p</string>"
		      "<key>Data</key><data>");
	base64(&b, &table);
	buf_add_z(&b, "</data></dict></array></dict></dict></plist>");
	xml = b.len - data;
	buf_add(&b, "koly\0\0\0\4\0\0\2\0\0\0\0\1", 16);
	put(&b, 0, 8);
	put(&b, 0, 8);
	put(&b, data, 8);
	zeros(&b, 216 - 40);
	put(&b, data, 8);
	put(&b, xml, 8);
	zeros(&b, 512 - 232);
	run(b.p, b.len);
	buf_release(&b);
	buf_release(&table);
	tool_seed("mkdir seeds; (cat \"$ASSAY_SOURCE_ROOT/fuzz/fuzz_dmg.c\" /bin/true; head -c 9000 /dev/zero) | head -c 30720 >v\n"
		  "for k in stored adc zlib bzip2 lzfse xz mixed; do python3 \"$ASSAY_SOURCE_ROOT/tests/make/dmg.py\" $k v seeds/$k; done\n", run);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	if (n >= FORMAT_TAIL_BYTES)
		FUZZ_CHECK(format_probe_tail(cursor_of(bytes + n - FORMAT_TAIL_BYTES, FORMAT_TAIL_BYTES), n).bits >= 0);
	return container_check(FORMAT_DMG, bytes, n);
}
