/* What is written here is laid out in rar_blocks.c. */
#include "formats/rar_decode.h"

#include <archive.h>
#include <archive_entry.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "util/buf.h"

enum {
	HEADER_ROOM_BYTES = 256,
	/* flags of generation 4 that say how a file is packed: solid, dictionary */
	V4_FLAGS_KEPT = 0x10 | 0xe0,
	V4_LARGE = 0x100,
	V4_HAS_DATA = 0x8000,
	V4_SOLID = 8,
};

struct rar_decoder {
	unsigned generation;
	bool solid;
	const struct rar_packed *files;
	size_t n, next; /* the file whose header or data is given next */
	struct archive *reader;
	struct buf header; /* what is given at the moment */
	enum { GIVES_MARK, GIVES_HEADER, GIVES_DATA, GIVES_END, GIVES_NOTHING } gives;
	bool begun;
	enum status how;
};

static void u16(struct buf *b, unsigned v)
{
	buf_add_char(b, (char)v);
	buf_add_char(b, (char)(v >> 8));
}

static void u32(struct buf *b, uint64_t v)
{
	u16(b, v & 0xffff);
	u16(b, v >> 16 & 0xffff);
}

static void number(struct buf *b, uint64_t v)
{
	for (; v >> 7; v >>= 7)
		buf_add_char(b, (char)((v & 0x7f) | 0x80));
	buf_add_char(b, (char)v);
}

/* ---- generation 4: the sum stands in front of what it is of ---- */

static void v4_close(struct buf *b, size_t from)
{
	unsigned sum;

	b->p[from + 5] = (char)(b->len - from);
	b->p[from + 6] = (char)((b->len - from) >> 8);
	sum = (unsigned)crc32_z(0, (const Bytef *)b->p + from + 2, b->len - from - 2);
	b->p[from] = (char)sum;
	b->p[from + 1] = (char)(sum >> 8);
}

static size_t v4_begin(struct buf *b, unsigned type, unsigned flags)
{
	size_t from = b->len;

	u16(b, 0);
	buf_add_char(b, (char)type);
	u16(b, flags);
	u16(b, 0);
	return from;
}

static void v4_mark(struct rar_decoder *d)
{
	size_t from;

	buf_add(&d->header, "Rar!\x1a\7\0", 7);
	from = v4_begin(&d->header, 0x73, d->solid ? V4_SOLID : 0);
	u16(&d->header, 0);
	u32(&d->header, 0);
	v4_close(&d->header, from);
}

static void v4_file(struct rar_decoder *d, const struct rar_packed *f)
{
	unsigned flags = (unsigned)(f->packing >> 16) & V4_FLAGS_KEPT;
	struct buf *b = &d->header;
	size_t from = v4_begin(b, 0x74, flags | V4_LARGE | V4_HAS_DATA);

	u32(b, f->packed);
	u32(b, f->size);
	buf_add_char(b, 3);
	u32(b, f->crc);
	u32(b, 0x58210000);
	buf_add_char(b, (char)(f->packing >> 8));
	buf_add_char(b, (char)f->packing);
	u16(b, 8);
	u32(b, 0100644);
	u32(b, f->packed >> 32);
	u32(b, f->size >> 32);
	buf_printf(b, "%08zx", d->next & 0xffffffff);
	v4_close(b, from);
}

/* ---- generation 5: sum, length, the rest ---- */

static void v5_put(struct buf *out, const struct buf *body)
{
	struct buf sized;

	buf_init(&sized, HEADER_ROOM_BYTES);
	number(&sized, body->len);
	buf_add(&sized, body->p, body->len);
	u32(out, crc32_z(0, (const Bytef *)sized.p, sized.len));
	buf_add(out, sized.p, sized.len);
	buf_release(&sized);
}

static void v5_mark(struct rar_decoder *d)
{
	struct buf b;

	buf_init(&b, HEADER_ROOM_BYTES);
	buf_add(&d->header, "Rar!\x1a\7\1\0", 8);
	number(&b, 1);
	number(&b, 0);
	number(&b, d->solid ? 4 : 0);
	v5_put(&d->header, &b);
	buf_release(&b);
}

static void v5_file(struct rar_decoder *d, const struct rar_packed *f)
{
	struct buf b;

	buf_init(&b, HEADER_ROOM_BYTES);
	number(&b, 2);
	number(&b, 2); /* data follow */
	number(&b, f->packed);
	number(&b, f->has_crc ? 4 : 0);
	number(&b, f->size);
	number(&b, 0100644);
	if (f->has_crc)
		u32(&b, f->crc);
	number(&b, f->packing);
	number(&b, 1);
	number(&b, 8);
	buf_printf(&b, "%08zx", d->next & 0xffffffff);
	v5_put(&d->header, &b);
	buf_release(&b);
}

static void end_mark(struct rar_decoder *d)
{
	struct buf b;

	if (d->generation == 4) {
		v4_close(&d->header, v4_begin(&d->header, 0x7b, 0x4000));
		return;
	}
	buf_init(&b, HEADER_ROOM_BYTES);
	number(&b, 5);
	number(&b, 0);
	number(&b, 0);
	v5_put(&d->header, &b);
	buf_release(&b);
}

/* ---- the reader's input ---- */

static la_ssize_t input(struct archive *a, void *user, const void **ret)
{
	struct rar_decoder *d = user;
	bool old = d->generation == 4;

	buf_clear(&d->header);
	switch (d->gives) {
	case GIVES_MARK:
		if (old)
			v4_mark(d);
		else
			v5_mark(d);
		break;
	case GIVES_HEADER:
		if (old)
			v4_file(d, &d->files[d->next]);
		else
			v5_file(d, &d->files[d->next]);
		d->gives = GIVES_DATA;
		*ret = d->header.p;
		return (la_ssize_t)d->header.len;
	case GIVES_DATA:
		*ret = d->files[d->next].p;
		d->next++;
		d->gives = d->next < d->n ? GIVES_HEADER : GIVES_END;
		return (la_ssize_t)d->files[d->next - 1].packed;
	case GIVES_END:
		end_mark(d);
		d->gives = GIVES_NOTHING;
		*ret = d->header.p;
		return (la_ssize_t)d->header.len;
	case GIVES_NOTHING: return 0;
	}
	d->gives = d->n ? GIVES_HEADER : GIVES_END;
	*ret = d->header.p;
	return (la_ssize_t)d->header.len;
}

struct rar_decoder *rar_decoder_open(unsigned generation, bool solid, const struct rar_packed *files, size_t n)
{
	struct rar_decoder *d = calloc(1, sizeof(*d));

	if (!d)
		return NULL;
	d->generation = generation;
	d->solid = solid;
	d->files = files;
	d->n = n;
	buf_init(&d->header, 2 * HEADER_ROOM_BYTES);
	d->reader = archive_read_new();
	if (!d->reader) {
		rar_decoder_close(d);
		return NULL;
	}
	return d;
}

void rar_decoder_close(struct rar_decoder *d)
{
	if (!d)
		return;
	if (d->reader)
		archive_read_free(d->reader);
	buf_release(&d->header);
	free(d);
}

/* Once it failed inside a file, the reader finds no further one. */
void rar_decoder_next(struct rar_decoder *d)
{
	struct archive_entry *e;
	int r = ARCHIVE_OK;

	if (!d->begun) {
		r = d->generation == 4 ? archive_read_support_format_rar(d->reader)
				       : archive_read_support_format_rar5(d->reader);
		if (r == ARCHIVE_OK)
			r = archive_read_open(d->reader, d, NULL, input, NULL);
		if (r != ARCHIVE_OK)
			d->how = STATUS_DAMAGED;
		d->begun = true;
	}
	if (d->how != STATUS_OK)
		return;
	r = archive_read_next_header(d->reader, &e);
	if (r != ARCHIVE_OK && r != ARCHIVE_WARN)
		d->how = STATUS_DAMAGED;
}

size_t rar_decoder_read(struct rar_decoder *d, uint8_t *out, size_t room)
{
	la_ssize_t n;

	if (d->how != STATUS_OK)
		return 0;
	do
		n = archive_read_data(d->reader, out, room);
	while (n == ARCHIVE_RETRY);
	if (n < 0)
		d->how = STATUS_DAMAGED;
	return n > 0 ? (size_t)n : 0;
}

enum status rar_decoder_how(const struct rar_decoder *d)
{
	return d->how;
}
