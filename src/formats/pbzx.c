/*
 * Payloads of macOS packages: 0 "pbzx", 4 u64 bytes of a chunk once unpacked, then chunks: u64 bytes
 * unpacked, u64 bytes packed, an xz stream; or the plain bytes where packing did not help. Big-endian.
 */
#include <stdlib.h>

#include "formats/codecs.h"

enum { MAGIC_BYTES = 4, CHUNK_MAX_BYTES = 1 << 30 };

struct pbzx {
	struct codec base; /* first */
	struct cursor c;
	struct stream *chunk; /* being read; NULL between chunks */
	uint64_t chunk_at, chunk_bytes, stated, given;
};

static size_t damaged(struct pbzx *z, const char *why)
{
	return codec_end(&z->base, STATUS_DAMAGED, why);
}

static void chunk_begin(struct pbzx *z)
{
	const uint8_t *p;

	if (cursor_left(&z->c) == 0) {
		codec_end(&z->base, STATUS_OK, NULL);
		return;
	}
	z->stated = cursor_u64be(&z->c);
	z->chunk_bytes = cursor_u64be(&z->c);
	z->chunk_at = z->c.pos;
	if (!cursor_ok(&z->c) || z->chunk_bytes > CHUNK_MAX_BYTES || z->stated > CHUNK_MAX_BYTES) {
		damaged(z, "pbzx chunk damaged");
		return;
	}
	p = z->c.base + z->c.pos;
	z->given = 0;
	z->base.frames++;
	/* A cut chunk gives what is there. */
	cursor_skip(&z->c, z->chunk_bytes);
	z->chunk = stream_open(z->chunk_bytes == z->stated ? STREAM_COPY : STREAM_XZ, p,
			       cursor_ok(&z->c) ? (size_t)z->chunk_bytes : z->c.len - (size_t)z->chunk_at);
	if (!z->chunk)
		codec_end(&z->base, STATUS_NOMEM, "out of memory");
}

static void chunk_end(struct pbzx *z)
{
	enum status how = stream_how(z->chunk);
	const char *why = stream_why(z->chunk);
	uint64_t used = stream_used(z->chunk);

	z->base.used = z->chunk_at + used;
	stream_close(z->chunk);
	z->chunk = NULL;
	if (how != STATUS_OK)
		codec_end(&z->base, how, why);
	else if (!cursor_ok(&z->c))
		damaged(z, "compressed data cut short");
	else if (z->given != z->stated || used != z->chunk_bytes)
		damaged(z, "pbzx sizes differ");
}

static size_t pbzx_read(struct codec *c, uint8_t *out, size_t room)
{
	struct pbzx *z = (struct pbzx *)c;

	while (!c->ended) {
		size_t n = z->chunk ? stream_read(z->chunk, out, room) : 0;

		z->given += n;
		if (n)
			return n;
		if (z->chunk)
			chunk_end(z);
		else
			chunk_begin(z);
	}
	return 0;
}

static void pbzx_close(struct codec *c)
{
	stream_close(((struct pbzx *)c)->chunk);
	free(c);
}

struct codec *pbzx_open(const uint8_t *p, size_t n)
{
	struct pbzx *z = calloc(1, sizeof(*z));

	if (!z)
		return NULL;
	z->base.read = pbzx_read;
	z->base.close = pbzx_close;
	z->c = cursor_of(p, n);
	cursor_skip(&z->c, MAGIC_BYTES + 8);
	z->base.used = z->c.pos;
	if (!cursor_ok(&z->c))
		damaged(z, "pbzx header cut short");
	return &z->base;
}
