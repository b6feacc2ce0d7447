/*
 * The attribute com.apple.decmpfs, numbers little-endian: 0 "fpmc"  4 kind u32  8 bytes decoded u64
 *   16 content, of the kinds 1, 3, 7, 9 and 11. Of 4, 8, 10 and 12 it stands in the resource fork.
 *
 * Kinds: 1 as it is; 3 and 4 zlib, 7 and 8 LZVN, 9 and 10 stored, 11 and 12 LZFSE. Others (5 stands
 * for a file elsewhere, 13 and 14 LZBITMAP) have no reader. Each piece that did not shrink begins
 * with a byte that no packed one begins with: zlib xF, LZVN 06, stored any, LZFSE any but "b".
 *
 * The fork, in pieces of 64 KiB decoded:
 *   kind 4: big-endian 0 data u32 (from the start)  4 map u32  8 data bytes u32  12 map bytes u32; at the
 *     data: u32be bytes, then (and from here offsets count) u32 pieces, { u32 offset, u32 bytes } each
 *   others: u32 offsets of the pieces and of their end; the first is also the length of this list
 */
#include "formats/decmpfs.h"

#include "formats/block.h"

enum {
	HEAD_BYTES = 16, PIECE_BYTES = 64 << 10, ATTRIBUTE_MAX_BYTES = 4 << 20, FORK_HEAD_BYTES = 16,
	KIND_PLAIN = 1, KIND_ZLIB_FORK = 4, KIND_LAST = 12,
};

enum method { METHOD_NONE, METHOD_PLAIN, METHOD_ZLIB, METHOD_LZVN, METHOD_STORED, METHOD_LZFSE };

/* By kind; the odd ones stand in the attribute. */
static const uint8_t methods[KIND_LAST + 1] = {
	[1] = METHOD_PLAIN, [3] = METHOD_ZLIB, [4] = METHOD_ZLIB, [7] = METHOD_LZVN, [8] = METHOD_LZVN,
	[9] = METHOD_STORED, [10] = METHOD_STORED, [11] = METHOD_LZFSE, [12] = METHOD_LZFSE,
};

struct job {
	struct decmpfs *d;
	enum method method;
	uint64_t bytes; /* of the whole file */
	enum status how;
	const char *why;
};

static bool head_read(struct cursor c, uint32_t *ret_kind, uint64_t *ret_bytes)
{
	const uint8_t *mark = cursor_take(&c, 4);

	*ret_kind = cursor_u32le(&c);
	*ret_bytes = cursor_u64le(&c);
	return cursor_ok(&c) && memcmp(mark, "fpmc", 4) == 0;
}

uint64_t decmpfs_bytes(struct cursor attribute)
{
	uint64_t bytes;
	uint32_t kind;

	return head_read(attribute, &kind, &bytes) ? bytes : UINT64_MAX;
}

bool decmpfs_in_resources(struct cursor attribute)
{
	uint64_t bytes;
	uint32_t kind;

	return head_read(attribute, &kind, &bytes) && kind <= KIND_LAST && methods[kind] && kind % 2 == 0;
}

static enum status wrong(struct job *j, enum status how, const char *why)
{
	j->how = how;
	j->why = why;
	return how == STATUS_LIMIT ? how : STATUS_OK;
}

/* ---- a piece ---- */

static bool did_not_shrink(enum method method, uint8_t first)
{
	switch (method) {
	case METHOD_ZLIB: return (first & 15) == 15;
	case METHOD_LZVN: return first == 0x06;
	case METHOD_LZFSE: return first != 'b';
	default: return true;
	}
}

static enum status decoded(struct job *j, struct cursor c, size_t want)
{
	struct decmpfs *d = j->d;
	enum block_kind kind = j->method == METHOD_ZLIB ? BLOCK_ZLIB : j->method == METHOD_LZVN ? BLOCK_LZVN : BLOCK_LZFSE;
	size_t n = 0;
	enum status st;

	if (d->room_bytes < want) {
		d->room_bytes = want < PIECE_BYTES ? PIECE_BYTES : want;
		d->room = arena_alloc(d->a->in->arena, d->room_bytes);
	}
	st = block_decode(kind, c.base, c.len, d->room, want, &n);
	if (st == STATUS_NOMEM)
		return st;
	if (st != STATUS_OK || n != want)
		(void)wrong(j, STATUS_DAMAGED, "a compressed piece is damaged");
	return n ? archive_data(d->a, d->room, n) : STATUS_OK;
}

/* Passes on `want` bytes out of the packed ones; says what is wrong in j. */
static enum status piece(struct job *j, struct cursor c, uint64_t want)
{
	if (archive_step(j->d->a, 4 + (want + c.len) / 64) != STATUS_OK || archive_spend(j->d->a, want) != STATUS_OK)
		return wrong(j, STATUS_LIMIT, j->d->a->limit_why);
	if (!c.len)
		return want ? wrong(j, STATUS_DAMAGED, "a compressed piece is missing") : STATUS_OK;
	if (j->method != METHOD_PLAIN) {
		if (!did_not_shrink(j->method, c.base[0]))
			return decoded(j, c, (size_t)want);
		c = cursor_part(&c, 1, c.len - 1);
	}
	if (c.len != want)
		(void)wrong(j, STATUS_DAMAGED, "a stored piece has another length");
	return c.len ? archive_data(j->d->a, c.base, c.len < want ? c.len : (size_t)want) : STATUS_OK;
}

/* ---- the fork ---- */

static uint64_t piece_bytes(const struct job *j, uint64_t i)
{
	uint64_t left = j->bytes - i * PIECE_BYTES;

	return left < PIECE_BYTES ? left : PIECE_BYTES;
}

static enum status fork_piece(struct job *j, uint64_t at, uint64_t n, uint64_t i)
{
	struct decmpfs *d = j->d;
	struct cursor c = cursor_part(&d->resources, at, n);

	if (!cursor_ok(&c))
		return wrong(j, STATUS_DAMAGED, "a compressed piece lies outside");
	d->used(d->user, at, n);
	return piece(j, c, piece_bytes(j, i));
}

static enum status fork_of_zlib(struct job *j, uint64_t n)
{
	struct decmpfs *d = j->d;
	struct cursor c = d->resources;
	uint64_t data = cursor_u32be(&c), map = cursor_u32be(&c), map_bytes, base;
	uint32_t stated;

	(void)cursor_u32be(&c);
	map_bytes = cursor_u32be(&c);
	base = data + 4;
	cursor_seek(&c, base);
	stated = cursor_u32le(&c);
	if (!cursor_ok(&c) || stated != n || cursor_count(&c, n, 8) != n)
		return wrong(j, STATUS_DAMAGED, "the list of compressed pieces is damaged");
	d->used(d->user, 0, FORK_HEAD_BYTES);
	d->used(d->user, map, map_bytes);
	d->used(d->user, data, 8 + 8 * n);
	for (uint64_t i = 0; i < n && j->how == STATUS_OK; i++) {
		uint64_t at = base + cursor_u32le(&c), bytes = cursor_u32le(&c);

		TRY(fork_piece(j, at, bytes, i));
	}
	return STATUS_OK;
}

static enum status fork_of_offsets(struct job *j, uint64_t n)
{
	struct decmpfs *d = j->d;
	struct cursor c = d->resources;
	uint64_t at = cursor_u32le(&c);

	if (!cursor_ok(&c) || at != 4 * (n + 1) || cursor_count(&c, n, 4) != n)
		return wrong(j, STATUS_DAMAGED, "the list of compressed pieces is damaged");
	d->used(d->user, 0, at);
	for (uint64_t i = 0; i < n && j->how == STATUS_OK; i++) {
		uint64_t next = cursor_u32le(&c);

		if (next < at)
			return wrong(j, STATUS_DAMAGED, "the list of compressed pieces is damaged");
		TRY(fork_piece(j, at, next - at, i));
		at = next;
	}
	return STATUS_OK;
}

static enum status content(struct job *j)
{
	struct decmpfs *d = j->d;
	uint64_t n;
	uint32_t kind;

	if (!head_read(d->attribute, &kind, &j->bytes))
		return wrong(j, STATUS_DAMAGED, "what says how the file is compressed is damaged");
	j->method = kind <= KIND_LAST ? methods[kind] : METHOD_NONE;
	if (j->method == METHOD_NONE)
		return wrong(j, STATUS_UNSUPPORTED, "compressed by the file system in a way that has no reader");
	if (kind % 2) {
		if (j->bytes > ATTRIBUTE_MAX_BYTES)
			return wrong(j, STATUS_UNSUPPORTED, "compressed by the file system, larger than an attribute holds");
		return piece(j, cursor_part(&d->attribute, HEAD_BYTES, d->attribute.len - HEAD_BYTES), j->bytes);
	}
	n = j->bytes / PIECE_BYTES + (j->bytes % PIECE_BYTES != 0);
	return kind == KIND_ZLIB_FORK ? fork_of_zlib(j, n) : fork_of_offsets(j, n);
}

enum status decmpfs_content(struct decmpfs *d, enum status *ret_how, const char **ret_why)
{
	struct job j = {.d = d};
	enum status st = content(&j);

	*ret_how = j.how;
	*ret_why = j.why;
	return st;
}
