/*
 * [MS-CFB], little-endian. Header, 512 bytes:
 *
 *	 0  8   D0 CF 11 E0 A1 B1 1A E1
 *	24  u16 minor, u16 major (3 or 4), u16 0xFFFE, u16 log2 of a sector (9 or 12), u16 6
 *	40  u32 sectors of the directory (version 4), u32 of the FAT, u32 first of the directory
 *	56  u32 smallest stream outside the mini stream, u32 first sector and u32 sectors of the mini FAT
 *	68  u32 first and u32 number of further DIFAT sectors, 109 x u32 sectors of the FAT
 *
 * Sector n stands at (n + 1) << shift. The FAT has a u32 a sector: the next one of its chain. A
 * directory entry has 128 bytes: UTF-16 name[32], u16 bytes of the name, u8 type, u8 colour, u32
 * left, right, child, clsid, u32 state, 2 x u64 time, u32 first sector, u64 size. Entry 0 is the
 * root, whose stream holds the mini stream in 64-byte sectors chained by the mini FAT.
 */
#include "formats/ole.h"

#include "util/escape.h"

enum { HEADER_BYTES = 512, DIFAT_IN_HEADER = 109, ENTRY_BYTES = 128, STEPS_A_SECTOR = 1 };

#define END_OF_CHAIN 0xfffffffeu
#define NO_ENTRY 0xffffffffu
#define LAST_SECTOR 0xfffffffau

static uint64_t sector_at(const struct ole *o, uint32_t n)
{
	return ((uint64_t)n + 1) << o->shift;
}

/* A sector becomes somebody's. False when there is none or it has an owner already. */
static bool own(struct ole *o, uint32_t n, const char *what)
{
	if (n >= o->n_sectors)
		return false;
	if (o->owned[n]) {
		archive_odd_z(o->a, "ole-sector-shared", sector_at(o, n), what);
		return false;
	}
	o->owned[n] = true;
	return true;
}

static void damage(struct ole *o, const char *code, uint64_t at, const char *detail)
{
	o->a->damaged = true;
	archive_odd_z(o->a, code, at, detail);
}

/* A sector of a table; these are whole, whatever they hold. */
static struct cursor sector(struct ole *o, uint32_t n)
{
	struct cursor c = cursor_clip(&o->in, sector_at(o, n), (uint64_t)1 << o->shift);

	if (c.len < (size_t)1 << o->shift)
		damage(o, "ole-truncated", sector_at(o, n), "the file ends inside a table");
	return c;
}

static uint32_t next_of(const struct ole *o, uint32_t n)
{
	return n < o->n_fat ? o->fat[n] : NO_ENTRY;
}

/* One sector of the FAT. */
static enum status fat_sector(struct ole *o, uint32_t n)
{
	struct cursor c;
	uint32_t per = 1u << (o->shift - 2), used = 0, free_from;

	TRY(archive_step(o->a, per / 16 + 1));
	if (!own(o, n, "FAT")) {
		damage(o, "ole-fat-damaged", n, "a sector of the FAT is missing or used twice");
		return STATUS_OK;
	}
	c = sector(o, n);
	for (; used < per && o->n_fat < o->n_sectors; used++)
		o->fat[o->n_fat++] = cursor_u32le(&c);
	for (free_from = used; free_from < per && cursor_u32le(&c) == NO_ENTRY; free_from++)
		;
	/* Rows for sectors that the file does not have are free, or a hiding place. */
	archive_region(o->a, sector_at(o, n), (uint64_t)(free_from == per ? per : used) * 4,
		"table");
	return STATUS_OK;
}

static enum status fat_read(struct ole *o, struct cursor *header, uint32_t first_difat,
	uint32_t n_fat)
{
	uint32_t per = (1u << (o->shift - 2)) - 1, seen = 0;

	for (unsigned i = 0; i < DIFAT_IN_HEADER; i++) {
		uint32_t n = cursor_u32le(header);

		if (n <= LAST_SECTOR && seen < n_fat) {
			TRY(fat_sector(o, n));
			seen++;
		}
	}
	while (first_difat <= LAST_SECTOR && seen < n_fat) {
		struct cursor c;

		if (!own(o, first_difat, "DIFAT")) {
			damage(o, "ole-fat-damaged", 68, "the chain of the DIFAT is broken");
			return STATUS_OK;
		}
		archive_region(o->a, sector_at(o, first_difat), (uint64_t)1 << o->shift, "table");
		c = sector(o, first_difat);
		for (uint32_t i = 0; i < per; i++) {
			uint32_t n = cursor_u32le(&c);

			if (n <= LAST_SECTOR && seen < n_fat) {
				TRY(fat_sector(o, n));
				seen++;
			}
		}
		first_difat = cursor_u32le(&c);
	}
	if (seen < n_fat)
		damage(o, "ole-fat-damaged", 44, "the FAT has fewer sectors than the header says");
	return STATUS_OK;
}

/*
 * Owns a chain of at most `most` sectors and lists it. *ret_whole is false when it breaks, meets a
 * sector that has an owner, or ends early. Each sector is owned once, so loops end by themselves.
 */
static enum status chain_own(struct ole *o, uint32_t first, uint32_t most, const char *what,
	uint32_t **ret,
	uint32_t *ret_n, bool *ret_whole)
{
	uint32_t *list = NULL, n = first;
	size_t count = 0, room = 0;

	while (n <= LAST_SECTOR && count < most) {
		TRY(archive_step(o->a, STEPS_A_SECTOR));
		if (!own(o, n, what))
			break;
		*ARENA_PUSH(o->a->in->arena, list, count, room) = n;
		n = next_of(o, n);
	}
	*ret = list;
	*ret_n = (uint32_t)count;
	*ret_whole = count == most || n == END_OF_CHAIN;
	return STATUS_OK;
}

static enum status mini_fat_read(struct ole *o, uint32_t first, uint32_t n_stated)
{
	uint32_t per = 1u << (o->shift - 2), *list, n;
	bool whole;

	if (first > LAST_SECTOR || n_stated == 0)
		return STATUS_OK;
	TRY(chain_own(o, first, n_stated < o->n_sectors ? n_stated : o->n_sectors, "mini FAT",
		&list, &n, &whole));
	if (!whole || n != n_stated)
		damage(o, "ole-mini-fat-damaged", 60, "the chain of the mini FAT is broken");
	o->mini_fat = ARENA_ARRAY(o->a->in->arena, (size_t)n * per + 1, uint32_t);
	for (uint32_t i = 0; i < n; i++) {
		struct cursor c = sector(o, list[i]);

		TRY(archive_step(o->a, per / 16 + 1));
		archive_region(o->a, sector_at(o, list[i]), (uint64_t)1 << o->shift, "table");
		for (uint32_t k = 0; k < per; k++)
			o->mini_fat[o->n_mini_fat++] = cursor_u32le(&c);
	}
	return STATUS_OK;
}

static void entry_read(struct ole *o, struct cursor c, struct ole_entry *e)
{
	uint16_t bytes;

	for (int i = 0; i < OLE_NAME_UNITS; i++)
		e->units[i] = cursor_u16le(&c);
	bytes = cursor_u16le(&c);
	e->n_units = bytes / 2 > OLE_NAME_UNITS ? OLE_NAME_UNITS : bytes / 2;
	while (e->n_units && e->units[e->n_units - 1] == 0)
		e->n_units--;
	e->type = cursor_u8(&c);
	cursor_skip(&c, 1);
	e->left = cursor_u32le(&c);
	e->right = cursor_u32le(&c);
	e->child = cursor_u32le(&c);
	for (int i = 0; i < 16; i++)
		e->clsid[i] = cursor_u8(&c);
	cursor_skip(&c, 4 + 16);
	e->start = cursor_u32le(&c);
	e->size = cursor_u64le(&c);
	if (o->shift == 9)
		e->size &= 0xffffffffu; /* the upper half may be anything in version 3 */
	if (!cursor_ok(&c))
		e->type = OLE_UNUSED;
}

/* An entry that is not used holds nothing; its three links may say "none". */
static bool entry_blank(struct cursor c)
{
	for (size_t i = 0; i < c.len; i++)
		if (c.base[i] != 0 && !(c.base[i] == 0xff && i >= 68 && i < 80))
			return false;
	return true;
}

static enum status directory_read(struct ole *o, uint32_t first)
{
	uint32_t *list, n, per = 1u << (o->shift - 7);
	size_t room = 0;
	bool whole;

	TRY(chain_own(o, first, o->n_sectors, "directory", &list, &n, &whole));
	if (!whole)
		damage(o, "ole-directory-damaged", 48, "the chain of the directory is broken");
	for (uint32_t i = 0; i < n; i++) {
		TRY(archive_step(o->a, per));
		for (uint32_t k = 0; k < per; k++) {
			uint64_t at = sector_at(o, list[i]) + k * (uint64_t)ENTRY_BYTES;
			struct cursor c = cursor_clip(&o->in, at, ENTRY_BYTES);
			struct ole_entry *e = ARENA_PUSH(o->a->in->arena, o->entries,
				o->n_entries, room);

			entry_read(o, c, e);
			if (e->type != OLE_UNUSED || entry_blank(c))
				archive_region(o->a, at, ENTRY_BYTES, "directory");
		}
	}
	return STATUS_OK;
}

/* Marks what the trees of siblings below the root hold; each entry is visited once. */
static enum status directory_walk(struct ole *o)
{
	uint32_t *stack = NULL;
	size_t n = 0, room = 0;

	if (!o->n_entries || o->entries[0].type != OLE_ROOT) {
		damage(o, "ole-directory-damaged", 48, "there is no root");
		return STATUS_OK;
	}
	o->entries[0].reached = true;
	o->entries[0].parent = NO_ENTRY;
	if (o->entries[0].child != NO_ENTRY) {
		*ARENA_PUSH(o->a->in->arena, stack, n, room) = o->entries[0].child;
		if (o->entries[0].child < o->n_entries)
			o->entries[o->entries[0].child].parent = 0;
	}
	while (n) {
		uint32_t at = stack[--n], kin[3];
		struct ole_entry *e;

		TRY(archive_step(o->a, 1));
		if (at >= o->n_entries || o->entries[at].reached ||
				o->entries[at].type == OLE_UNUSED) {
			damage(o, "ole-directory-damaged", 48,
				"a sibling is missing or stands in a circle");
			continue;
		}
		e = &o->entries[at];
		e->reached = true;
		kin[0] = e->right;
		kin[1] = e->left;
		kin[2] = e->type == OLE_STORAGE ? e->child : NO_ENTRY;
		for (int i = 0; i < 3; i++) {
			if (kin[i] == NO_ENTRY)
				continue;
			if (kin[i] < o->n_entries && !o->entries[kin[i]].reached)
				o->entries[kin[i]].parent = i == 2 ? at : e->parent;
			*ARENA_PUSH(o->a->in->arena, stack, n, room) = kin[i];
		}
	}
	for (size_t i = 1; i < o->n_entries; i++)
		if (o->entries[i].type != OLE_UNUSED && !o->entries[i].reached)
			archive_odd_z(o->a, "ole-entry-orphaned", i, "no storage lists this entry");
	return STATUS_OK;
}

static enum status mini_stream_read(struct ole *o)
{
	uint64_t bytes = (uint64_t)1 << o->shift, want;
	bool whole;

	if (!o->n_entries || o->entries[0].type != OLE_ROOT || o->entries[0].size == 0)
		return STATUS_OK;
	want = (o->entries[0].size + bytes - 1) / bytes;
	TRY(chain_own(o, o->entries[0].start, want < o->n_sectors ? (uint32_t)want : o->n_sectors,
		"mini stream",
		&o->mini_sectors, &o->n_mini_sectors, &whole));
	if (o->n_mini_sectors < want)
		damage(o, "ole-mini-stream-damaged", 0, "the mini stream ends early");
	o->mini_owned = ARENA_ARRAY(o->a->in->arena,
		((size_t)o->n_mini_sectors << (o->shift - 6)) + 1, bool);
	return STATUS_OK;
}

enum status ole_parse(struct ole *o, struct archive *a)
{
	struct cursor c = cursor_clip(&a->in->bytes, 0, HEADER_BYTES);
	const uint8_t *magic = cursor_take(&c, 8);
	uint16_t major, order, shift, mini_shift;
	uint32_t n_fat, first_dir, first_mini, n_mini, first_difat;
	uint64_t size = a->in->bytes.len;

	memset(o, 0, sizeof(*o));
	o->a = a;
	o->in = a->in->bytes;
	cursor_skip(&c, 18);
	major = cursor_u16le(&c);
	order = cursor_u16le(&c);
	shift = cursor_u16le(&c);
	mini_shift = cursor_u16le(&c);
	cursor_skip(&c, 10);
	n_fat = cursor_u32le(&c);
	first_dir = cursor_u32le(&c);
	cursor_skip(&c, 4);
	o->cutoff = cursor_u32le(&c);
	first_mini = cursor_u32le(&c);
	n_mini = cursor_u32le(&c);
	first_difat = cursor_u32le(&c);
	cursor_skip(&c, 4);
	if (!magic || !cursor_ok(&c) || memcmp(magic, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 8) ||
			order != 0xfffe ||
		(shift != 9 && shift != 12) || mini_shift != 6)
		return STATUS_UNSUPPORTED;
	if ((major == 4) != (shift == 12))
		archive_odd_z(a, "ole-version-odd", 26, "version and size of a sector disagree");
	if (o->cutoff != 4096)
		archive_odd_z(a, "ole-cutoff-odd", 56, NULL);
	o->shift = shift;
	size = size > ((uint64_t)1 << shift) ? size - ((uint64_t)1 << shift) : 0;
	size = (size + ((uint64_t)1 << shift) - 1) >> shift;
	o->n_sectors = size > LAST_SECTOR ? LAST_SECTOR : (uint32_t)size;
	archive_region(a, 0, HEADER_BYTES, "header");
	TRY(archive_step(a, o->n_sectors / 64 + 1));
	o->owned = ARENA_ARRAY(a->in->arena, (size_t)o->n_sectors + 1, bool);
	o->fat = ARENA_ARRAY(a->in->arena, (size_t)o->n_sectors + 1, uint32_t);
	TRY(fat_read(o, &c, first_difat, n_fat));
	TRY(directory_read(o, first_dir));
	TRY(directory_walk(o));
	TRY(mini_fat_read(o, first_mini, n_mini));
	TRY(mini_stream_read(o));
	return STATUS_OK;
}

/* [offset, offset + bytes) of the file belongs to the stream next. */
static void run_add(struct ole *o, struct ole_stream *s, size_t *room, uint64_t offset,
	uint64_t bytes)
{
	struct ole_run *last = s->n_runs ? &s->runs[s->n_runs - 1] : NULL;

	if (offset >= o->in.len)
		bytes = 0;
	else if (bytes > o->in.len - offset)
		bytes = o->in.len - offset;
	if (bytes == 0)
		return;
	s->bytes += bytes;
	if (last && last->offset + last->bytes == offset)
		last->bytes += bytes;
	else
		*ARENA_PUSH(o->a->in->arena, s->runs, s->n_runs, *room) = (struct ole_run){offset,
			bytes};
}

/* Where mini sector n stands in the file; false when there is none or it is somebody's. */
static bool mini_own(struct ole *o, uint32_t n, uint64_t *ret_offset)
{
	unsigned per = o->shift - 6;

	if ((n >> per) >= o->n_mini_sectors || o->mini_owned[n])
		return false;
	o->mini_owned[n] = true;
	*ret_offset = sector_at(o,
		o->mini_sectors[n >> per]) + (uint64_t)(n & ((1u << per) - 1)) * OLE_MINI_BYTES;
	return true;
}

static enum status take_mini(struct ole *o, const struct ole_entry *e, struct ole_stream *s)
{
	uint64_t left = e->size, offset = 0;
	uint32_t n = e->start;
	size_t room = 0;

	while (left && n <= LAST_SECTOR) {
		uint64_t part = left < OLE_MINI_BYTES ? left : OLE_MINI_BYTES;

		TRY(archive_step(o->a, STEPS_A_SECTOR));
		if (!mini_own(o, n, &offset)) {
			archive_odd_z(o->a, "ole-sector-shared", n, "mini stream");
			break;
		}
		run_add(o, s, &room, offset, part);
		left -= part;
		n = n < o->n_mini_fat ? o->mini_fat[n] : NO_ENTRY;
	}
	return STATUS_OK;
}

static enum status take_sectors(struct ole *o, const struct ole_entry *e, struct ole_stream *s)
{
	uint64_t left = e->size, bytes = (uint64_t)1 << o->shift;
	uint32_t n = e->start;
	size_t room = 0;

	while (left && n <= LAST_SECTOR) {
		uint64_t part = left < bytes ? left : bytes;

		TRY(archive_step(o->a, STEPS_A_SECTOR));
		if (!own(o, n, "stream"))
			break;
		run_add(o, s, &room, sector_at(o, n), part);
		left -= part;
		n = next_of(o, n);
	}
	return STATUS_OK;
}

enum status ole_take(struct ole *o, const struct ole_entry *e, struct ole_stream *ret)
{
	*ret = (struct ole_stream){.how = STATUS_OK, .why = ""};
	TRY(e->size < o->cutoff ? take_mini(o, e, ret) : take_sectors(o, e, ret));
	for (size_t i = 0; i < ret->n_runs; i++)
		archive_region(o->a, ret->runs[i].offset, ret->runs[i].bytes, "stream");
	if (ret->bytes < e->size) {
		ret->how = STATUS_DAMAGED;
		ret->why = "its chain of sectors ends early";
		o->a->damaged = true;
	}
	return STATUS_OK;
}

enum status ole_bytes(struct ole *o, const struct ole_stream *s, struct cursor *ret)
{
	uint8_t *p;
	size_t at = 0;

	*ret = cursor_of("", 0);
	if (s->n_runs == 1)
		*ret = cursor_part(&o->in, s->runs[0].offset, s->runs[0].bytes);
	if (s->n_runs <= 1)
		return STATUS_OK;
	TRY(archive_step(o->a, s->bytes / 64 + 1));
	p = arena_alloc(o->a->in->arena, (size_t)s->bytes + 1);
	for (size_t i = 0; i < s->n_runs; i++) {
		memcpy(p + at, o->in.base + s->runs[i].offset, (size_t)s->runs[i].bytes);
		at += (size_t)s->runs[i].bytes;
	}
	*ret = cursor_of(p, at);
	return STATUS_OK;
}

static bool is_zero(const uint8_t *p, uint64_t n)
{
	return n == 0 || (p[0] == 0 && memcmp(p, p + 1, (size_t)n - 1) == 0);
}

struct ole_stream ole_left_over(struct ole *o)
{
	struct ole_stream s = {.why = ""};
	uint64_t at = 0;
	size_t room = 0, n;

	archive_regions_settle(o->a, NULL);
	n = o->a->n_regions;
	for (size_t i = 0; i <= n; i++) {
		uint64_t to = i < n ? o->a->regions[i].offset : o->in.len;

		if (to > at && !is_zero(o->in.base + at, to - at))
			run_add(o, &s, &room, at, to - at);
		if (i < n)
			at = o->a->regions[i].offset + o->a->regions[i].length;
	}
	for (size_t i = 0; i < s.n_runs; i++)
		archive_region(o->a, s.runs[i].offset, s.runs[i].bytes, "left over");
	return s;
}
