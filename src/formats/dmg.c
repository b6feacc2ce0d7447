/*
 * Apple disk images (UDIF). All numbers big-endian.
 *
 * The last 512 bytes: 0 "koly"  4 version  8 bytes of it  24 data fork u64  32 its length u64  216 property
 * list u64  224 its length u64  296 code signature u64  304 its length u64.
 * The property list: resource-fork, blkx: an array of { Name, Data (base64) }. Data is a table:
 *   0 "mish"  8 first sector u64  16 sectors u64  24 data offset u64  64 checksum: kind u32 (2 = CRC-32),
 *   bits u32, value  200 entries u32, then 40 bytes each:
 *   0 kind u32  8 first sector u64 (of the table)  16 sectors u64  24 offset u64  32 bytes u64
 * Kinds: 0 and 2 zeros, 1 stored, 0x80000004 ADC, 5 zlib, 6 bzip2, 7 LZFSE, 8 xz; 0x7ffffffe a comment,
 * 0xffffffff the end. A sector is 512 bytes. Each table is one partition, which is one child.
 */
#include <zlib.h>

#include "formats/archive.h"
#include "formats/block.h"
#include "formats/xml.h"
#include "util/base64.h"
#include "util/buf.h"

enum {
	KOLY_BYTES = 512, SECTOR_BYTES = 512, MISH_BYTES = 204, ENTRY_BYTES = 40,
	CHUNK_MAX_BYTES = 2 << 20, /* writers use 256 KiB to 1 MiB */ PARTITIONS_MAX = 128, CHECKSUM_CRC32 = 2,
};
enum chunk_kind {
	CHUNK_ZERO = 0, CHUNK_STORED = 1, CHUNK_IGNORE = 2,
	CHUNK_COMMENT = 0x7ffffffe,
};
#define CHUNK_ADC 0x80000004u
#define CHUNK_ZLIB 0x80000005u
#define CHUNK_BZIP2 0x80000006u
#define CHUNK_LZFSE 0x80000007u
#define CHUNK_XZ 0x80000008u
#define CHUNK_END 0xffffffffu

struct partition {
	struct str name, table;
};

struct dmg {
	struct archive *a;
	struct cursor c;
	uint64_t koly_at, data_at, data_bytes, xml_at, xml_bytes, sign_at, sign_bytes;
	struct partition *partitions;
	size_t n_partitions, room;
	/* while the list is read */
	bool in_blkx, failed;
	struct str key;
	struct partition next;
	unsigned depth, blkx_depth;
	/* the partition under way */
	uint8_t *packed; /* decoded chunk */
	uint32_t crc;
	enum status how;
	const char *why;
};

static bool koly_read(struct dmg *d)
{
	struct cursor k;

	if (d->c.len < KOLY_BYTES)
		return false;
	d->koly_at = d->c.len - KOLY_BYTES;
	k = cursor_part(&d->c, d->koly_at, KOLY_BYTES);
	if (memcmp(k.base, "koly", 4) != 0)
		return false;
	cursor_seek(&k, 24);
	d->data_at = cursor_u64be(&k);
	d->data_bytes = cursor_u64be(&k);
	cursor_seek(&k, 216);
	d->xml_at = cursor_u64be(&k);
	d->xml_bytes = cursor_u64be(&k);
	cursor_seek(&k, 296);
	d->sign_at = cursor_u64be(&k);
	d->sign_bytes = cursor_u64be(&k);
	return true;
}

/* ---- the property list ---- */

static void on_begin(void *user, const char *name, const char *const *attributes)
{
	struct dmg *d = user;

	(void)attributes;
	d->depth++;
	if (!strcmp(name, "array") && str_is(d->key, "blkx") && !d->in_blkx) {
		d->in_blkx = true;
		d->blkx_depth = d->depth;
	}
	if (!strcmp(name, "dict"))
		d->next = (struct partition){0};
}

static void on_end(void *user, const char *name, struct str text)
{
	struct dmg *d = user;
	struct arena *a = d->a->in->arena;

	if (!strcmp(name, "key")) {
		d->key = arena_str(a, text);
	} else if (d->in_blkx && !strcmp(name, "string") && (str_is(d->key, "Name") || str_is(d->key, "CFName"))) {
		d->next.name = arena_str(a, text);
	} else if (d->in_blkx && !strcmp(name, "data") && str_is(d->key, "Data")) {
		struct buf plain; /* indented with tabs */

		buf_init(&plain, text.len + 1);
		for (size_t i = 0; i < text.len; i++)
			if (text.p[i] != '\t')
				buf_add_char(&plain, text.p[i]);
		d->failed |= !base64_decode(a, buf_str(&plain), &d->next.table);
		buf_release(&plain);
	} else if (d->in_blkx && !strcmp(name, "dict") && d->next.table.len && d->n_partitions < PARTITIONS_MAX) {
		*ARENA_PUSH(a, d->partitions, d->n_partitions, d->room) = d->next;
		d->next = (struct partition){0};
	} else if (d->in_blkx && !strcmp(name, "array") && d->depth == d->blkx_depth) {
		d->in_blkx = false;
		d->key = STR_NONE;
	}
	d->depth--;
}

static enum status list_read(struct dmg *d)
{
	struct cursor part = cursor_part(&d->c, d->xml_at, d->xml_bytes);
	struct xml_handler h = {on_begin, on_end, d};
	enum status st;

	if (!cursor_ok(&part) || !part.len)
		return STATUS_DAMAGED;
	st = xml_read(d->a->in->budget, str_view(part.base, part.len), &h);
	if (st == STATUS_LIMIT)
		d->a->limit_why = "steps";
	archive_region(d->a, d->xml_at, d->xml_bytes, "header");
	return st == STATUS_OK && d->failed ? STATUS_DAMAGED : st;
}

/* ---- partitions ---- */

static void fail(struct dmg *d, enum status how, const char *why)
{
	if (d->how != STATUS_OK)
		return;
	d->how = how;
	d->why = why;
}

static enum status give(struct dmg *d, const uint8_t *p, size_t n)
{
	d->crc = (uint32_t)crc32_z(d->crc, p, n);
	return archive_data(d->a, p, n);
}

static enum status zeros(struct dmg *d, uint64_t n)
{
	static const uint8_t none[65536];

	while (n) {
		size_t k = n < sizeof(none) ? (size_t)n : sizeof(none);

		TRY(archive_spend(d->a, k));
		TRY(archive_step(d->a, 16));
		TRY(give(d, none, k));
		n -= k;
	}
	return STATUS_OK;
}

struct chunk {
	uint32_t kind;
	uint64_t sectors, offset, bytes;
};

static enum status packed(struct dmg *d, const struct chunk *k, enum block_kind kind, struct cursor part)
{
	size_t room = (size_t)(k->sectors * SECTOR_BYTES), n;
	enum status st;

	if (!d->packed)
		d->packed = arena_alloc(d->a->in->arena, CHUNK_MAX_BYTES);
	TRY(archive_step(d->a, 64 + (room + part.len) / 64));
	TRY(archive_spend(d->a, room));
	st = block_decode(kind, part.base, part.len, d->packed, room, &n);
	if (st == STATUS_NOMEM)
		return st;
	if (st == STATUS_OK && n < room)
		st = STATUS_DAMAGED;
	if (st != STATUS_OK)
		fail(d, st == STATUS_LIMIT ? STATUS_LIMIT : STATUS_DAMAGED, st == STATUS_LIMIT ? "dictionary over the memory limit" : "a chunk is damaged");
	return n ? give(d, d->packed, n) : STATUS_OK;
}

static enum status chunk_give(struct dmg *d, const struct chunk *k)
{
	struct cursor part = cursor_part(&d->c, d->data_at <= UINT64_MAX - k->offset ? d->data_at + k->offset : UINT64_MAX, k->bytes);

	if (k->kind == CHUNK_ZERO || k->kind == CHUNK_IGNORE)
		return k->sectors > UINT64_MAX / SECTOR_BYTES ? (fail(d, STATUS_DAMAGED, "a chunk is larger than any disk"), STATUS_OK)
							      : zeros(d, k->sectors * SECTOR_BYTES);
	if (!cursor_ok(&part)) {
		fail(d, STATUS_DAMAGED, "a chunk lies outside the image");
		return STATUS_OK;
	}
	archive_region(d->a, d->data_at + k->offset, k->bytes, "member");
	if (k->kind == CHUNK_STORED) {
		if (k->bytes != k->sectors * SECTOR_BYTES)
			fail(d, STATUS_DAMAGED, "a stored chunk has another size");
		TRY(archive_spend(d->a, part.len));
		TRY(archive_step(d->a, part.len / 64));
		return part.len ? give(d, part.base, part.len) : STATUS_OK;
	}
	if (k->sectors == 0 || k->sectors > CHUNK_MAX_BYTES / SECTOR_BYTES) {
		fail(d, STATUS_DAMAGED, "a chunk is larger than writers make them");
		return STATUS_OK;
	}
	switch (k->kind) {
	case CHUNK_ADC: return packed(d, k, BLOCK_ADC, part);
	case CHUNK_ZLIB: return packed(d, k, BLOCK_ZLIB, part);
	case CHUNK_BZIP2: return packed(d, k, BLOCK_BZIP2, part);
	case CHUNK_XZ: return packed(d, k, BLOCK_XZ, part);
	case CHUNK_LZFSE: return packed(d, k, BLOCK_LZFSE, part);
	default: fail(d, STATUS_UNSUPPORTED, "a chunk of an unknown kind"); return STATUS_OK;
	}
}

static enum status table_give(struct dmg *d, struct cursor t)
{
	uint64_t sectors, at = 0, base, n;
	uint32_t sum_kind, sum;

	cursor_seek(&t, 16);
	sectors = cursor_u64be(&t);
	base = cursor_u64be(&t);
	cursor_seek(&t, 64);
	sum_kind = cursor_u32be(&t);
	(void)cursor_u32be(&t);
	sum = cursor_u32be(&t);
	cursor_seek(&t, MISH_BYTES - 4);
	n = cursor_u32be(&t);
	n = cursor_count(&t, n, ENTRY_BYTES);
	for (uint64_t i = 0; i < n && d->how == STATUS_OK; i++) {
		struct cursor e = cursor_part(&t, MISH_BYTES + i * ENTRY_BYTES, ENTRY_BYTES);
		struct chunk k = {.kind = cursor_u32be(&e)};
		uint64_t first;

		(void)cursor_u32be(&e);
		first = cursor_u64be(&e);
		k.sectors = cursor_u64be(&e);
		k.offset = cursor_u64be(&e);
		k.bytes = cursor_u64be(&e);
		if (k.kind == CHUNK_COMMENT)
			continue;
		if (k.kind == CHUNK_END)
			break;
		if (first != at)
			fail(d, STATUS_DAMAGED, "chunks leave a hole or overlap");
		if (k.offset > UINT64_MAX - base)
			fail(d, STATUS_DAMAGED, "a chunk lies outside the image");
		else
			k.offset += base;
		if (d->how == STATUS_OK)
			TRY(chunk_give(d, &k));
		at = k.sectors > UINT64_MAX - at ? UINT64_MAX : at + k.sectors;
	}
	if (!cursor_ok(&t))
		fail(d, STATUS_DAMAGED, "the table is cut short");
	else if (at != sectors)
		fail(d, STATUS_DAMAGED, "chunks are more or fewer than stated");
	else if (sum_kind == CHECKSUM_CRC32 && sum != d->crc)
		fail(d, STATUS_DAMAGED, "checksum differs");
	return STATUS_OK;
}

static enum status partition_give(struct dmg *d, const struct partition *p)
{
	struct cursor t = cursor_of(p->table.p, p->table.len);
	struct entry e = {.name = p->name, .type = ENTRY_FILE, .origin = ORIGIN_MEMBER, .size_bytes = UINT64_MAX};
	enum status st;

	d->crc = 0;
	d->how = STATUS_OK;
	d->why = NULL;
	TRY(archive_child(d->a, &e));
	if (t.len < MISH_BYTES || memcmp(t.base, "mish", 4) != 0) {
		fail(d, STATUS_DAMAGED, "no table of chunks");
		st = STATUS_OK;
	} else {
		st = table_give(d, t);
	}
	if (st == STATUS_LIMIT && d->a->limit_why) {
		TRY(archive_child_end(d->a, STATUS_LIMIT, d->a->limit_why));
		return STATUS_LIMIT;
	}
	TRY(st);
	return archive_child_end(d->a, d->how, d->why);
}

static enum status signature_give(struct dmg *d)
{
	struct cursor part = cursor_part(&d->c, d->sign_at, d->sign_bytes);
	struct entry e = {.name = STR("[code signature]"), .type = ENTRY_FILE, .origin = ORIGIN_MEMBER, .flags = ENTRY_SPAN,
			  .size_bytes = d->sign_bytes, .span_offset = d->sign_at, .span_bytes = d->sign_bytes};

	if (!d->sign_bytes || !cursor_ok(&part) || d->sign_at + d->sign_bytes > d->koly_at)
		return STATUS_OK;
	archive_region(d->a, d->sign_at, d->sign_bytes, "member");
	return archive_bare_child(d->a, &e, STATUS_OK, NULL);
}

static enum status dmg_open(struct open_in *in)
{
	struct archive a;
	struct dmg d = {.a = &a, .c = in->bytes};
	enum status st;

	archive_begin(&a, in);
	if (!koly_read(&d)) {
		archive_region(&a, 0, 4, "header");
		archive_regions_tell(&a);
		return STATUS_DAMAGED;
	}
	archive_region(&a, d.koly_at, KOLY_BYTES, "end");
	st = list_read(&d);
	if (st == STATUS_DAMAGED || (st == STATUS_OK && !d.n_partitions)) {
		archive_odd_z(&a, "dmg-list-damaged", d.xml_at, NULL);
		a.damaged = true;
		st = STATUS_OK;
	}
	for (size_t i = 0; i < d.n_partitions && st == STATUS_OK; i++)
		st = partition_give(&d, &d.partitions[i]);
	if (st == STATUS_OK)
		st = signature_give(&d);
	if (st != STATUS_OK && st != STATUS_LIMIT)
		return st;
	archive_regions_tell(&a);
	return st != STATUS_OK ? st : a.damaged ? STATUS_DAMAGED : STATUS_OK;
}

static int dmg_probe(struct cursor head, uint64_t total_bytes)
{
	(void)head;
	(void)total_bytes;
	return 0; /* the mark stands at the end */
}

static int dmg_probe_tail(struct cursor tail, uint64_t total_bytes)
{
	const uint8_t *p;

	if (tail.len < KOLY_BYTES || total_bytes < KOLY_BYTES)
		return 0;
	p = tail.base + tail.len - KOLY_BYTES;
	return memcmp(p, "koly\0\0\0\4\0\0\2\0", 12) == 0 ? 96 : 0;
}

const struct format format_dmg = {
	.id = FORMAT_DMG,
	.name = "dmg",
	.summary = "Apple disk image: stored, ADC, zlib, bzip2, LZFSE, xz",
	.head_bytes = 0,
	.probe = dmg_probe,
	.probe_tail = dmg_probe_tail,
	.open = dmg_open,
};
