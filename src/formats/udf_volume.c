/*
 * UDF volumes (ECMA-167 3rd edition, OSTA UDF 1.02 to 2.60). Numbers little-endian.
 *
 * A descriptor begins with a tag: 0 number u16  2 version u16  4 sum of the other 15 bytes u8  6 serial u16
 *   8 CRC-16 u16  10 bytes it covers, from 16 on, u16  12 its block u32
 * Anchor (2), in block 256, the last one or 256 in front of it: 16 bytes, 20 block of the descriptors, 24 and
 *   28 the same for their copy. The descriptors, a block each:
 *   5 partition: 16 sequence u32  22 its number u16  56 { bytes, block } of tables and bitmaps of free space, five
 *     188 first block u32  192 blocks u32
 *   6 logical volume: 16 sequence u32  212 block bytes u32  248 address of the file set  264 bytes of maps u32
 *     268 maps u32  432 bytes, block of the integrity sequence  440 maps: u8 kind, u8 bytes; kind 1: 4 number u16;
 *     kind 2: 5 "*UDF ..." 23  36 .. 38 number u16; sparable: 42 tables u8 44 their bytes u32 48 blocks u32[4];
 *     metadata: 40 block of its file u32, 44 of the copy, 48 of its bitmap
 *   8 end
 * Sparing table: 48 entries u16  56 { block u32, stands at u32 } each; one that is not in use says ffffffff or
 *   fffffff0. An address: 0 bytes u32 (the top two bits: kind)  4 block u32  8 partition reference u16.
 */
#include "formats/udf.h"

enum {
	TAG_ANCHOR = 2, TAG_PARTITION = 5, TAG_VOLUME = 6, TAG_END = 8, TAG_INTEGRITY = 9,
	DESCRIPTOR_BYTES = 512, SEQUENCE_MAX = 64, ANCHOR_BLOCK = 256, ANCHORS_MAX = 512,
	FREE_TABLES = 5, FREE_TABLES_AT = 56, SPARING_AT = 56, SPARING_IN_USE_BELOW = 0xff,
};

/* What one sequence of descriptors says. */
struct sequence {
	uint64_t volume_at; /* 0: none */
	uint32_t volume_serial;
	struct {
		uint64_t at;
		uint32_t serial;
		uint16_t number;
	} partitions[UDF_PARTITIONS_MAX];
	size_t n_partitions;
	bool ended;
};

/* CRC-16 of X.25's polynomial, from zero, highest bit first. */
static uint16_t crc16(const uint8_t *p, size_t n)
{
	uint16_t crc = 0;

	for (size_t i = 0; i < n; i++) {
		crc ^= (uint16_t)(p[i] << 8);
		for (int bit = 0; bit < 8; bit++)
			crc = (uint16_t)(crc & 0x8000 ? crc << 1 ^ 0x1021 : crc << 1);
	}
	return crc;
}

uint16_t udf_tag(struct udf *u, struct cursor c)
{
	const uint8_t *p = cursor_peek(&c, UDF_TAG_BYTES);
	uint16_t number, crc, covered;
	uint8_t sum = 0;

	if (!p || archive_step(u->a, 1) != STATUS_OK)
		return 0;
	for (int i = 0; i < UDF_TAG_BYTES; i++)
		sum = (uint8_t)(sum + (i == 4 ? 0 : p[i]));
	if (sum != p[4])
		return 0;
	number = cursor_u16le(&c);
	cursor_skip(&c, 6);
	crc = cursor_u16le(&c);
	covered = cursor_u16le(&c);
	cursor_skip(&c, 4);
	if (cursor_left(&c) < covered || archive_step(u->a, covered / 16) != STATUS_OK)
		return 0;
	return crc16(p + UDF_TAG_BYTES, covered) == crc ? number : 0;
}

static uint16_t tag_at(struct udf *u, uint64_t at, uint64_t bytes)
{
	return udf_tag(u, cursor_clip(&u->c, at, bytes));
}

struct udf_address udf_long_address(struct cursor *c)
{
	struct udf_address x = {.bytes = cursor_u32le(c)};

	x.block = cursor_u32le(c);
	x.partition = cursor_u16le(c);
	cursor_skip(c, 6);
	return x;
}

bool udf_place(const struct udf *u, const struct udf_address *where, uint64_t *ret_at, uint64_t *ret_bytes)
{
	const struct udf_partition *p = &u->partitions[where->partition < u->n_partitions ? where->partition : 0];
	uint64_t from = (uint64_t)where->block * u->block_bytes;
	size_t low = 0, high;

	if (where->partition >= u->n_partitions || p->kind == UDF_UNKNOWN)
		return false;
	if (p->kind == UDF_PLAIN) {
		*ret_at = p->at + from;
		*ret_bytes = from < p->bytes ? p->bytes - from : 0;
		return from < p->bytes && *ret_at < u->c.len;
	}
	if (from >= p->file.bytes)
		return false;
	for (high = p->file.n; high - low > 1;) {
		size_t middle = low + (high - low) / 2;

		*(p->starts[middle] <= from ? &low : &high) = middle;
	}
	from -= p->starts[low];
	*ret_at = p->file.list[low].at + from;
	*ret_bytes = p->file.list[low].bytes - from;
	return !p->file.list[low].zeros && *ret_at < u->c.len;
}

/* ---- the sequence ---- */

static void sequence_partition(struct sequence *s, struct cursor c, uint64_t at)
{
	uint32_t serial;
	uint16_t number;
	size_t i;

	cursor_seek(&c, 16);
	serial = cursor_u32le(&c);
	cursor_skip(&c, 2);
	number = cursor_u16le(&c);
	for (i = 0; i < s->n_partitions && s->partitions[i].number != number; i++)
		;
	if (i == UDF_PARTITIONS_MAX || (i < s->n_partitions && serial < s->partitions[i].serial))
		return;
	s->partitions[i].at = at;
	s->partitions[i].serial = serial;
	s->partitions[i].number = number;
	s->n_partitions += i == s->n_partitions;
}

static void sequence_read(struct udf *u, uint64_t at, uint64_t bytes, struct sequence *s)
{
	for (uint64_t i = 0; i < SEQUENCE_MAX && (i + 1) * u->block_bytes <= bytes && !s->ended; i++) {
		uint64_t here = at + i * u->block_bytes;
		uint16_t number = tag_at(u, here, u->block_bytes);
		struct cursor c = cursor_clip(&u->c, here, u->block_bytes);
		uint32_t serial;

		if (!number || number > TAG_INTEGRITY) /* what is damaged, or was never written, ends it */
			return;
		archive_region(u->a, here, DESCRIPTOR_BYTES, "descriptor");
		cursor_seek(&c, 16);
		serial = cursor_u32le(&c);
		if (number == TAG_PARTITION) {
			sequence_partition(s, c, here);
		} else if (number == TAG_VOLUME && (!s->volume_at || serial >= s->volume_serial)) {
			s->volume_at = here;
			s->volume_serial = serial;
		}
		s->ended = number == TAG_END;
	}
}

/* ---- what it says ---- */

/* Tables that say which blocks are free; what is in them is no content. */
static void free_tables(struct udf *u, struct cursor partition, uint64_t base)
{
	cursor_seek(&partition, FREE_TABLES_AT);
	for (int i = 0; i < FREE_TABLES; i++) {
		uint64_t bytes = cursor_u32le(&partition) & 0x3fffffff, at = base + (uint64_t)cursor_u32le(&partition) * u->block_bytes;

		if (bytes && tag_at(u, at, bytes))
			archive_region(u->a, at, bytes, "table");
	}
}

static void partition_plain(struct udf *u, const struct sequence *s, uint16_t number, struct udf_partition *p)
{
	for (size_t i = 0; i < s->n_partitions; i++) {
		struct cursor c = cursor_clip(&u->c, s->partitions[i].at, DESCRIPTOR_BYTES);
		uint64_t blocks;

		if (s->partitions[i].number != number)
			continue;
		cursor_seek(&c, 188);
		p->at = (uint64_t)cursor_u32le(&c) * u->block_bytes;
		blocks = cursor_u32le(&c);
		p->bytes = blocks * u->block_bytes;
		p->kind = UDF_PLAIN;
		free_tables(u, c, p->at);
		if (p->at > u->c.len || p->bytes > u->c.len - p->at) {
			archive_odd_z(u->a, "udf-cut", u->c.len, NULL);
			u->a->damaged = true;
		}
	}
}

/* Blocks that stand elsewhere because theirs went bad: nothing on an image that was written once. */
static bool sparing_moves(struct udf *u, struct cursor map)
{
	uint8_t tables;
	uint64_t bytes, at, n;
	struct cursor c;

	cursor_seek(&map, 42);
	tables = cursor_u8(&map);
	cursor_skip(&map, 1);
	bytes = cursor_u32le(&map);
	for (int i = 0; i < tables && i < 4; i++) {
		at = (uint64_t)cursor_u32le(&map) * u->block_bytes;
		c = cursor_clip(&u->c, at, bytes);
		cursor_seek(&c, 48);
		n = cursor_u16le(&c);
		cursor_seek(&c, SPARING_AT);
		n = cursor_count(&c, n, 8);
		if (!cursor_ok(&c) || archive_step(u->a, n) != STATUS_OK)
			return true;
		archive_region(u->a, at, SPARING_AT + 8 * n, "table");
		for (uint64_t k = 0; k < n; k++) {
			bool used = cursor_u32le(&c) >> 24 < SPARING_IN_USE_BELOW;

			cursor_skip(&c, 4);
			if (used)
				return true;
		}
	}
	return false;
}

static enum status partition_metadata(struct udf *u, struct cursor map, struct udf_partition *p)
{
	struct udf_address entry = {.partition = u->n_partitions};
	struct udf_file file;
	uint32_t copy;
	uint64_t at, left;

	cursor_seek(&map, 40);
	entry.block = cursor_u32le(&map);
	copy = cursor_u32le(&map);
	u->n_partitions++; /* its file counts in the partition itself */
	TRY(udf_entry_read(u, &entry, &file));
	if (file.how != STATUS_OK)
		return STATUS_DAMAGED;
	p->file = u->extents;
	u->extents = (struct udf_extents){0}; /* these stay */
	entry.block = copy;
	if (udf_place(u, &entry, &at, &left) && tag_at(u, at, u->block_bytes))
		archive_region(u->a, at, u->block_bytes, "table");
	p->starts = ARENA_ARRAY(u->a->in->arena, p->file.n + 1, uint64_t);
	for (size_t i = 0; i < p->file.n; i++)
		p->starts[i + 1] = p->starts[i] + p->file.list[i].bytes;
	u->n_partitions--;
	p->kind = UDF_METADATA;
	return p->file.n ? STATUS_OK : STATUS_DAMAGED;
}

static enum status map_read(struct udf *u, const struct sequence *s, struct cursor map)
{
	struct udf_partition *p = &u->partitions[u->n_partitions];
	uint8_t kind = cursor_u8(&map);
	const uint8_t *name;

	*p = (struct udf_partition){.kind = UDF_UNKNOWN};
	cursor_seek(&map, kind == 1 ? 4 : 38);
	partition_plain(u, s, cursor_u16le(&map), p);
	cursor_seek(&map, 5);
	name = cursor_take(&map, 23);
	if (p->kind == UDF_UNKNOWN)
		return STATUS_DAMAGED;
	if (kind == 1)
		return STATUS_OK;
	if (kind != 2 || !name) {
		u->unsupported = "UDF: a partition of an unknown kind";
	} else if (!memcmp(name, "*UDF Metadata Partition", 23)) {
		return partition_metadata(u, map, p);
	} else if (!memcmp(name, "*UDF Sparable Partition", 23)) {
		if (sparing_moves(u, map))
			u->unsupported = "UDF: blocks that were moved";
	} else {
		u->unsupported = "UDF: a virtual partition, as on disks that are written bit by bit";
	}
	return u->unsupported ? STATUS_UNSUPPORTED : STATUS_OK;
}

static enum status volume_read(struct udf *u, const struct sequence *s)
{
	struct cursor c = cursor_clip(&u->c, s->volume_at, u->block_bytes), maps;
	uint32_t block_bytes, n, bytes;
	uint64_t sequence_bytes, sequence_at;

	cursor_seek(&c, 212);
	block_bytes = cursor_u32le(&c);
	cursor_seek(&c, 248);
	u->root_set = udf_long_address(&c);
	bytes = cursor_u32le(&c);
	n = cursor_u32le(&c);
	cursor_seek(&c, 432);
	sequence_bytes = cursor_u32le(&c);
	sequence_at = (uint64_t)cursor_u32le(&c) * u->block_bytes;
	maps = cursor_part(&c, 440, bytes);
	if (!cursor_ok(&maps) || block_bytes != u->block_bytes || n == 0 || n > UDF_PARTITIONS_MAX)
		return STATUS_DAMAGED;
	for (uint64_t i = 0; i * u->block_bytes < sequence_bytes; i++) { /* its state when it was last written */
		if (tag_at(u, sequence_at + i * u->block_bytes, u->block_bytes) != TAG_INTEGRITY)
			break;
		archive_region(u->a, sequence_at + i * u->block_bytes, DESCRIPTOR_BYTES, "descriptor");
	}
	if (tag_at(u, sequence_at + u->block_bytes, u->block_bytes) == TAG_END)
		archive_region(u->a, sequence_at + u->block_bytes, DESCRIPTOR_BYTES, "descriptor");
	for (uint32_t i = 0; i < n; i++) {
		const uint8_t *head = cursor_peek(&maps, 2);
		struct cursor map = cursor_part(&maps, maps.pos, head ? head[1] : 1);

		if (!head || head[1] < 2 || !cursor_ok(&map))
			return STATUS_DAMAGED;
		TRY(map_read(u, s, map));
		u->n_partitions++;
		cursor_skip(&maps, head[1]);
	}
	return STATUS_OK;
}

/* ---- anchors ---- */

struct anchor {
	uint64_t at[2], bytes[2];
};

static bool anchor_read(struct udf *u, uint64_t block, struct anchor *ret)
{
	struct cursor c = cursor_clip(&u->c, block * u->block_bytes, DESCRIPTOR_BYTES);

	if (udf_tag(u, c) != TAG_ANCHOR)
		return false;
	cursor_seek(&c, 12);
	if (cursor_u32le(&c) != block)
		return false;
	for (int i = 0; i < 2; i++) {
		ret->bytes[i] = cursor_u32le(&c);
		ret->at[i] = (uint64_t)cursor_u32le(&c) * u->block_bytes;
	}
	archive_region(u->a, block * u->block_bytes, DESCRIPTOR_BYTES, "descriptor");
	return true;
}

static bool anchors_read(struct udf *u, struct anchor *ret)
{
	uint64_t blocks = u->c.len / u->block_bytes;
	uint64_t places[] = {ANCHOR_BLOCK, blocks - 1, blocks - 1 - ANCHOR_BLOCK, 512};
	unsigned found = 0;

	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		struct anchor x;

		if (places[i] >= blocks || (i && places[i] == ANCHOR_BLOCK) || !anchor_read(u, places[i], &x))
			continue;
		if (found++ && memcmp(&x, ret, sizeof(x)) != 0) {
			archive_odd_z(u->a, "udf-anchors-differ", places[i] * u->block_bytes, NULL);
			u->a->damaged = true;
			continue;
		}
		*ret = x;
	}
	/* some makers fill up the end with copies */
	for (uint64_t block = blocks - 1; found && block > ANCHOR_BLOCK && blocks - block < ANCHORS_MAX; block--) {
		struct anchor x;

		if (!anchor_read(u, block, &x))
			break;
	}
	if (found == 1 && ret->at[1] + ret->bytes[1] > u->c.len - u->block_bytes) {
		archive_odd_z(u->a, "udf-cut", u->c.len, NULL); /* the second one stands behind the second sequence */
		u->a->damaged = true;
	}
	return found > 0;
}

/* Two copies of the same sequence: what the first does not say, the other one may. */
static enum status sequences_read(struct udf *u, const struct anchor *x)
{
	struct sequence s[2] = {0};

	for (int i = 0; i < 2; i++)
		sequence_read(u, x->at[i], x->bytes[i], &s[i]);
	for (int i = 0; i < 2; i++) {
		if (s[i].ended && s[i].volume_at)
			continue;
		archive_odd_z(u->a, "udf-descriptors-damaged", x->at[i], NULL);
		u->a->damaged = true;
	}
	if (s[0].volume_at && s[1].volume_at) {
		struct cursor a = cursor_part(&u->c, s[0].volume_at + UDF_TAG_BYTES, DESCRIPTOR_BYTES - UDF_TAG_BYTES);
		struct cursor b = cursor_part(&u->c, s[1].volume_at + UDF_TAG_BYTES, DESCRIPTOR_BYTES - UDF_TAG_BYTES);
		bool differ = s[0].n_partitions != s[1].n_partitions || !cursor_ok(&a) || !cursor_ok(&b) ||
			      memcmp(a.base + 4, b.base + 4, a.len - 4) != 0;

		for (size_t i = 0; i < s[0].n_partitions && !differ; i++) {
			a = cursor_part(&u->c, s[0].partitions[i].at, DESCRIPTOR_BYTES);
			b = cursor_part(&u->c, s[1].partitions[i].at, DESCRIPTOR_BYTES);
			differ = !cursor_ok(&a) || !cursor_ok(&b) || memcmp(a.base + 20, b.base + 20, DESCRIPTOR_BYTES - 20) != 0;
		}
		if (differ) {
			archive_odd_z(u->a, "udf-descriptors-differ", x->at[1], NULL);
			u->a->damaged = true;
		}
	}
	if (!s[0].volume_at && !s[1].volume_at)
		return STATUS_DAMAGED;
	return volume_read(u, s[0].volume_at ? &s[0] : &s[1]);
}

enum status udf_volume_read(struct udf *u)
{
	static const uint16_t sizes[] = {2048, 512, 4096, 1024, 8192, 16384, 32768};
	struct anchor x = {0};

	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		u->block_bytes = sizes[i];
		if (u->c.len >= 2 * (uint64_t)sizes[i] && anchors_read(u, &x))
			return sequences_read(u, &x);
	}
	return STATUS_DAMAGED;
}
