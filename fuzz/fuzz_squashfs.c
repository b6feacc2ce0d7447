/*
 * Who controls these bytes: whoever made the release; a snap is a SquashFS image, an AppImage carries
 * one. Blocks are stored here, so that mutations reach the tables; the compressions are blocks of
 * fuzz_block.
 */
#include "container.h"
#include "tool_seeds.h"

#include "util/buf.h"

static void put(struct buf *b, uint64_t v, int bytes)
{
	for (int i = 0; i < bytes; i++)
		buf_add_char(b, (char)(v >> 8 * i));
}

static void put_meta(struct buf *b, const struct buf *content)
{
	put(b, 0x8000 | content->len, 2);
	buf_add(b, content->p, content->len);
}

static void put_head(struct buf *b, unsigned kind, unsigned number)
{
	put(b, kind, 2);
	put(b, 0644, 2);
	put(b, 0, 4);
	put(b, 1700000000, 4);
	put(b, number, 4);
}

static void put_line(struct buf *b, unsigned offset, unsigned kind, const char *name)
{
	put(b, offset, 2);
	put(b, 0, 2);
	put(b, kind, 2);
	put(b, strlen(name) - 1, 2);
	buf_add_z(b, name);
}

/* A folder with a file of one block and a tail, a link and a folder; ids, fragments, attributes. */
void fuzz_seeds(void (*run)(const void *bytes, size_t n))
{
	struct buf b, inodes, lines, m;
	uint64_t at[6];

	buf_init(&b, 1 << 20);
	buf_init(&inodes, 1 << 16);
	buf_init(&lines, 1 << 16);
	buf_init(&m, 1 << 16);
	for (int i = 0; i < 96; i++)
		buf_add_char(&b, 0);
	for (int i = 0; i < 4096 + 50; i++)
		buf_add_char(&b, (char)(i * 7));
	put_head(&inodes, 9, 1); /* at 0: 4096 + 10 bytes */
	put(&inodes, 96, 8);
	put(&inodes, 4096 + 10, 8);
	put(&inodes, 0, 8);
	put(&inodes, 2, 4);
	put(&inodes, 0, 4);
	put(&inodes, 20, 4);
	put(&inodes, 0, 4);
	put(&inodes, 4096 | 1 << 24, 4);
	put_head(&inodes, 3, 2); /* at 60 */
	put(&inodes, 1, 4);
	put(&inodes, 4, 4);
	buf_add_z(&inodes, "file");
	put_head(&inodes, 1, 3); /* at 88: the inner folder, empty */
	put(&inodes, 0, 4);
	put(&inodes, 2, 4);
	put(&inodes, 3, 2);
	put(&inodes, 0, 2);
	put(&inodes, 4, 4);
	put_head(&inodes, 1, 4); /* at 120: the root */
	put(&lines, 3, 4);
	put(&lines, 0, 4);
	put(&lines, 1, 4);
	put_line(&lines, 0, 2, "file");
	put_line(&lines, 88, 1, "in");
	put_line(&lines, 60, 3, "link");
	put_line(&lines, 0, 2, "twin");
	put(&inodes, 0, 4);
	put(&inodes, 3, 4);
	put(&inodes, lines.len + 3, 2);
	put(&inodes, 0, 2);
	put(&inodes, 5, 4);
	at[2] = b.len;
	put_meta(&b, &inodes);
	at[3] = b.len;
	put_meta(&b, &lines);
	put(&m, 96 + 4096, 8);
	put(&m, 50 | 1 << 24, 4);
	put(&m, 0, 4);
	at[4] = b.len + 2 + m.len;
	put_meta(&b, &m);
	put(&b, at[4] - 2 - m.len, 8);
	buf_clear(&m);
	put(&m, 1000, 4);
	at[0] = b.len + 2 + m.len;
	put_meta(&b, &m);
	put(&b, at[0] - 2 - m.len, 8);
	buf_clear(&m);
	put(&m, 0, 2); /* user. */
	put(&m, 1, 2);
	buf_add_z(&m, "x");
	put(&m, 2, 4);
	buf_add_z(&m, "ab");
	at[5] = b.len;
	put_meta(&b, &m);
	buf_clear(&m);
	put(&m, 0, 8);
	put(&m, 1, 4);
	put(&m, 11, 4);
	put_meta(&b, &m);
	at[1] = b.len;
	put(&b, at[5], 8);
	put(&b, 1, 4);
	put(&b, 0, 4);
	put(&b, at[1] - 2 - m.len, 8);
	buf_clear(&m);
	put(&m, 0x73717368, 4);
	put(&m, 4, 4);
	put(&m, 1700000000, 4);
	put(&m, 4096, 4);
	put(&m, 1, 4);
	put(&m, 1, 2);
	put(&m, 12, 2);
	put(&m, 0, 2);
	put(&m, 1, 2);
	put(&m, 4, 2);
	put(&m, 0, 2);
	put(&m, 120, 8);
	put(&m, b.len, 8);
	put(&m, at[0], 8);
	put(&m, at[1], 8);
	put(&m, at[2], 8);
	put(&m, at[3], 8);
	put(&m, at[4], 8);
	put(&m, UINT64_MAX, 8);
	memcpy(b.p, m.p, 96);
	FUZZ_CHECK(!b.full && m.len == 96);
	run(b.p, b.len);
	run(b.p, b.len * 3 / 4);
	buf_release(&b);
	buf_release(&inodes);
	buf_release(&lines);
	buf_release(&m);
	tool_seed("mkdir -p seeds t/d; head -c 9000 \"$ASSAY_SOURCE_ROOT/fuzz/fuzz_squashfs.c\" >t/text; ln -s text t/link; mkfifo t/fifo\n"
		  "for c in gzip lzo xz lz4 zstd lzma; do mksquashfs t seeds/$c -noappend -quiet -no-progress -all-root -b 4096 -comp $c; done\n"
		  "mksquashfs t seeds/plain -noappend -quiet -no-progress -noI -noD -noF -no-fragments -p 'n c 600 0 0 1 3' -p 'm b 600 0 0 8 0'\n", run);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	return container_check(FORMAT_SQUASHFS, bytes, n);
}
