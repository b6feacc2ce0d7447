/*
 * SquashFS 4.0, little-endian: superblock, tables, blocks. (Documentation/filesystems/squashfs.rst)
 *
 *  0 "hsqs"  4 inodes u32  8 time u32  12 block size u32  16 fragments u32  20 compression u16
 * 22 log2 of the block u16  24 flags u16  26 ids u16  28 version u16 u16  32 root inode u64
 * 40 bytes used u64  48 ids  56 attributes  64 inodes  72 folders  80 fragments  88 export (u64 each)
 *
 * Compression: 1 gzip (zlib), 2 lzma, 3 lzo, 4 xz, 5 lz4, 6 zstd. Flag 0x400: its options stand in a
 * metadata block behind the superblock. A metadata block is a u16 (low 15 bits: bytes in the image,
 * bit 15: stored) and up to 8 KiB of content. Inodes and folders are such blocks one behind the other;
 * ids, fragments, export and attributes are lists of u64 that point at blocks. A table of attributes
 * begins with u64 where the pairs begin, u32 how many, u32 0.
 *
 * Blocks are explained when something names them. What nothing names is a gap.
 */
#include "formats/squashfs.h"

enum {
	FLAG_OPTIONS = 0x400,
	META_STORED = 0x8000,
	STEPS_A_BLOCK = 64,
	ID_BYTES = 4,
	FRAGMENT_BYTES = 16,
	EXPORT_BYTES = 8,
	ATTRIBUTE_BYTES = 16,
};

static enum status stop(struct squash *q, enum status why)
{
	if (q->stopped == STATUS_OK)
		q->stopped = why;
	return why;
}

static bool spend(struct squash *q, uint64_t steps)
{
	if (q->stopped == STATUS_OK && archive_step(q->a, steps) == STATUS_OK)
		return true;
	stop(q, STATUS_LIMIT);
	return false;
}

/* ---- blocks ---- */

/* Decodes what stands at `from` into a slot whose room is `room`. */
static void fill(struct squash *q, struct squash_cached *s, uint64_t from, size_t n, bool stored,
		 size_t room)
{
	struct cursor part = cursor_part(&q->c, from, n);

	if (!s->p)
		s->p = arena_alloc(q->a->in->arena, room);
	s->n = 0;
	s->how = STATUS_LIMIT;
	if (!spend(q, STEPS_A_BLOCK + room / 64))
		return;
	s->how = STATUS_DAMAGED;
	if (!cursor_ok(&part))
		return;
	s->how = block_decode(stored ? BLOCK_STORED : q->packing, part.base, part.len, s->p, room,
			      &s->n);
	if (s->how == STATUS_NOMEM)
		stop(q, STATUS_NOMEM);
	archive_region(q->a, from, n, "member");
}

static const struct squash_cached *meta(struct squash *q, uint64_t at)
{
	struct squash_cached *s = &q->meta[(at ^ at >> 13) % SQUASH_META_SLOTS];
	struct cursor c = q->c;
	uint16_t word;

	if (s->at == at)
		return s;
	cursor_seek(&c, at);
	word = cursor_u16le(&c);
	if (!cursor_ok(&c) || at < SQUASH_SUPER_BYTES)
		return NULL;
	s->at = at;
	s->used = 2 + (uint64_t)(word & (META_STORED - 1));
	archive_region(q->a, at, 2, "member");
	fill(q, s, at + 2, word & (META_STORED - 1), word & META_STORED, SQUASH_META_BYTES);
	return s;
}

struct squash_reader squash_at(struct squash *q, uint64_t table, uint64_t block, size_t offset)
{
	return (struct squash_reader){.q = q,
				      .at = block <= UINT64_MAX - table ? table + block : 0,
				      .pos = offset};
}

void squash_bytes(struct squash_reader *r, void *to, size_t n)
{
	uint8_t *out = to;

	while (n && !r->bad) {
		const struct squash_cached *s = meta(r->q, r->at);
		size_t k;

		if (!s || s->how != STATUS_OK || s->n == 0 || r->pos > s->n) {
			r->bad = true;
			break;
		}
		if (r->pos == s->n) {
			r->at += s->used;
			r->pos = 0;
			continue;
		}
		k = s->n - r->pos < n ? s->n - r->pos : n;
		if (out) {
			memcpy(out, s->p + r->pos, k);
			out += k;
		}
		r->pos += k;
		n -= k;
	}
	if (n && out)
		memset(out, 0, n);
}

uint16_t squash_u16(struct squash_reader *r)
{
	uint8_t b[2] = {0};
	struct cursor c = cursor_of(b, sizeof(b));

	squash_bytes(r, b, sizeof(b));
	return cursor_u16le(&c);
}

uint32_t squash_u32(struct squash_reader *r)
{
	uint8_t b[4] = {0};
	struct cursor c = cursor_of(b, sizeof(b));

	squash_bytes(r, b, sizeof(b));
	return cursor_u32le(&c);
}

uint64_t squash_u64(struct squash_reader *r)
{
	uint8_t b[8] = {0};
	struct cursor c = cursor_of(b, sizeof(b));

	squash_bytes(r, b, sizeof(b));
	return cursor_u64le(&c);
}

enum status squash_block(struct squash *q, uint64_t at, uint32_t size, size_t *ret_n)
{
	struct squash_cached s = {.p = q->block};

	fill(q, &s, at, size & (SQUASH_BLOCK_STORED - 1), size & SQUASH_BLOCK_STORED, q->block_bytes);
	*ret_n = s.n;
	return s.how;
}

/* ---- tables ---- */

/* Where entry `index` stands in a table whose u64 pointers begin at `list`. */
static struct squash_reader table_entry(struct squash *q, uint64_t list, uint64_t index, size_t bytes)
{
	uint64_t at = index * bytes;
	struct cursor c = q->c;
	struct squash_reader r = {.q = q, .pos = (size_t)(at % SQUASH_META_BYTES)};

	cursor_seek(&c, list);
	cursor_skip(&c, at / SQUASH_META_BYTES * 8);
	r.at = cursor_u64le(&c);
	r.bad = !cursor_ok(&c);
	return r;
}

/* The pointers of a table, and every block of it: entries that nothing uses are explained too. */
static void table_explain(struct squash *q, uint64_t list, uint64_t n, size_t bytes)
{
	uint64_t blocks = (n * bytes + SQUASH_META_BYTES - 1) / SQUASH_META_BYTES;
	struct cursor c = q->c;

	if (list == UINT64_MAX || n == 0)
		return;
	cursor_seek(&c, list);
	blocks = cursor_count(&c, blocks, 8);
	archive_region(q->a, list, blocks * 8, "header");
	for (uint64_t i = 0; i < blocks && spend(q, 1); i++)
		(void)meta(q, cursor_u64le(&c));
}

uint32_t squash_id(struct squash *q, uint16_t index)
{
	struct squash_reader r;

	if (index >= q->n_ids)
		return 0;
	r = table_entry(q, q->ids_at, index, ID_BYTES);
	return squash_u32(&r);
}

const struct squash_cached *squash_fragment(struct squash *q, uint32_t index, enum status *ret_how)
{
	struct squash_cached *s = &q->fragments[index % SQUASH_FRAGMENT_SLOTS];
	struct squash_reader r;
	uint64_t at;
	uint32_t size;

	*ret_how = STATUS_DAMAGED;
	if (index >= q->n_fragments)
		return NULL;
	r = table_entry(q, q->fragments_at, index, FRAGMENT_BYTES);
	at = squash_u64(&r);
	size = squash_u32(&r);
	if (r.bad || at == 0)
		return NULL;
	if (s->at != at) {
		s->at = at;
		fill(q, s, at, size & (SQUASH_BLOCK_STORED - 1), size & SQUASH_BLOCK_STORED,
		     q->block_bytes);
	}
	*ret_how = s->how;
	return s;
}

/* ---- the superblock ---- */

static bool packing_of(uint16_t id, enum block_kind *ret)
{
	static const enum block_kind kinds[] = {BLOCK_ZLIB, BLOCK_LZMA, BLOCK_LZO,
						BLOCK_XZ,   BLOCK_LZ4,	BLOCK_ZSTD};

	if (id < 1 || id > sizeof(kinds) / sizeof(kinds[0]))
		return false;
	*ret = kinds[id - 1];
	return true;
}

static void attributes_begin(struct squash *q)
{
	struct cursor c = q->c;

	if (q->attributes_at == UINT64_MAX)
		return;
	cursor_seek(&c, q->attributes_at);
	q->pairs_at = cursor_u64le(&c);
	q->n_attributes = cursor_u32le(&c);
	if (!cursor_ok(&c)) {
		q->n_attributes = 0;
		return;
	}
	archive_region(q->a, q->attributes_at, 12, "header");
	table_explain(q, q->attributes_at + 16, q->n_attributes, ATTRIBUTE_BYTES);
}

enum status squash_begin(struct squash *q, struct archive *a, const char **ret_why)
{
	struct cursor c = a->in->bytes;
	uint16_t packing, flags, major, minor, log;

	memset(q, 0, sizeof(*q));
	q->a = a;
	q->c = a->in->bytes;
	cursor_skip(&c, 4);
	q->n_inodes = cursor_u32le(&c);
	cursor_skip(&c, 4);
	q->block_bytes = cursor_u32le(&c);
	q->n_fragments = cursor_u32le(&c);
	packing = cursor_u16le(&c);
	log = cursor_u16le(&c);
	flags = cursor_u16le(&c);
	q->n_ids = cursor_u16le(&c);
	major = cursor_u16le(&c);
	minor = cursor_u16le(&c);
	q->root = cursor_u64le(&c);
	q->used = cursor_u64le(&c);
	q->ids_at = cursor_u64le(&c);
	q->attributes_at = cursor_u64le(&c);
	q->inodes_at = cursor_u64le(&c);
	q->folders_at = cursor_u64le(&c);
	q->fragments_at = cursor_u64le(&c);
	q->export_at = cursor_u64le(&c);
	archive_region(a, 0, SQUASH_SUPER_BYTES, "header");
	*ret_why = NULL;
	if (!cursor_ok(&c))
		*ret_why = "superblock cut short";
	else if (major != 4 || minor != 0)
		*ret_why = "SquashFS of another version than 4.0";
	else if (!packing_of(packing, &q->packing))
		*ret_why = "unknown compression";
	else if (log < 12 || log > 20 || q->block_bytes != 1u << log)
		*ret_why = "block size out of range";
	if (*ret_why)
		return STATUS_UNSUPPORTED;
	q->block = arena_alloc(a->in->arena, q->block_bytes);
	if (flags & FLAG_OPTIONS)
		(void)meta(q, SQUASH_SUPER_BYTES);
	table_explain(q, q->ids_at, q->n_ids, ID_BYTES);
	table_explain(q, q->fragments_at, q->n_fragments, FRAGMENT_BYTES);
	table_explain(q, q->export_at, q->n_inodes, EXPORT_BYTES);
	attributes_begin(q);
	return STATUS_OK;
}
