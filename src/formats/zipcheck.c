/*
 * Zip (APPNOTE.TXT 6.3.10): both directories, read apart and compared.
 *
 * Local header "PK\3\4":    4 need  6 flags  8 method  10 time  12 date  14 crc  18 packed u32
 *                           22 size u32  26 name u16  28 extra u16  30 name, extra, data
 * Descriptor "PK\7\8"?:     crc, packed, size (u32 or u64 each); the signature is optional
 * Central header "PK\1\2":  4 made by  6 need  8 flags  10 method  12 time  14 date  16 crc
 *                           20 packed  24 size  28 name u16  30 extra u16  32 comment u16  34 disk
 *                           36 internal  38 external u32  42 offset of the local header u32
 * Zip64 end "PK\6\6":       4 size u64 ... 32 entries u64  40 bytes u64  48 offset u64
 * Zip64 locator "PK\6\7":   4 disk  8 offset of the zip64 end u64  16 disks
 * End "PK\5\6":             4 disk  6 disk  8 here u16  10 entries u16  12 bytes u32  16 offset u32
 *                           20 comment u16
 *
 * Which of the two directories a reader believes differs from program to program, so every
 * difference is said. Comments and extra fields without a known meaning stay unexplained and are
 * looked at as gaps.
 */
#include "formats/zip_int.h"
#include "util/hash.h"

#include <stdlib.h>
#include <string.h>

enum {
	TAIL_BYTES = (64 << 10) + ZIP_END_BYTES,
	EXTRA_ZIP64 = 0x0001,
	EXTRA_TIME = 0x5455,
	EXTRA_UNICODE_PATH = 0x7075,
	EXTRA_SHORT_BYTES = 64,
	LOCATOR_BYTES = 20,
	END64_BYTES = 56,
};

static bool sign_at(const struct zip *z, uint64_t at, uint8_t third, uint8_t fourth)
{
	const uint8_t *p;

	if (at > z->c.len || z->c.len - at < 4)
		return false;
	p = z->c.base + at;
	return p[0] == 'P' && p[1] == 'K' && p[2] == third && p[3] == fourth;
}

static struct cursor view(const struct zip *z, uint64_t at)
{
	struct cursor c = cursor_of(z->c.base, z->c.len);

	cursor_seek(&c, at);
	return c;
}

/* ---- extra fields ---- */

struct extra {
	uint64_t packed, size, offset; /* in: as the header says; out: as zip64 says */
	bool is64, damaged, has_time;
	int64_t mtime;
	struct str unicode_path;
};

static bool extra_is_known(uint16_t id)
{
	static const uint16_t known[] = {
		0x0001, 0x0007, 0x0008, 0x0009, 0x000a, 0x000d, 0x0017, 0x0065, 0x2605, 0x334d,
		0x5455, 0x5855, 0x6375, 0x7075, 0x756e, 0x7855, 0x7875, 0x9901, 0xa220, 0xcafe,
		0xd935};

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (known[i] == id)
			return true;
	return false;
}

/* Only the fields that the header marks as too large stand there, in this order. */
static void extra_zip64(struct extra *x, struct cursor f)
{
	x->is64 = true;
	if (x->size == UINT32_MAX)
		x->size = cursor_u64le(&f);
	if (x->packed == UINT32_MAX)
		x->packed = cursor_u64le(&f);
	if (x->offset == UINT32_MAX)
		x->offset = cursor_u64le(&f);
	x->damaged |= !cursor_ok(&f);
}

static void extra_one(struct extra *x, uint16_t id, struct cursor f)
{
	if (id == EXTRA_ZIP64) {
		extra_zip64(x, f);
	} else if (id == EXTRA_TIME) {
		if (cursor_u8(&f) & 1)
			x->mtime = (int32_t)cursor_u32le(&f);
		x->has_time = cursor_ok(&f) && x->mtime;
	} else if (id == EXTRA_UNICODE_PATH) {
		cursor_skip(&f, 5);
		x->unicode_path = cursor_str(&f, cursor_left(&f));
	}
}

/* Reads [at, at+n); explains known fields in the regions when asked to. */
static void extra_read(const struct zip *z, uint64_t at, size_t n, struct extra *x, bool explain)
{
	struct cursor c = cursor_clip(&z->c, at, n);

	while (cursor_left(&c) >= 4) {
		uint64_t field_at = at + c.pos;
		uint16_t id = cursor_u16le(&c), length = cursor_u16le(&c);
		struct cursor f;

		if (length > cursor_left(&c))
			return;
		f = cursor_part(&c, c.pos, length);
		cursor_skip(&c, length);
		extra_one(x, id, f);
		if (explain && extra_is_known(id) &&
		    (length <= EXTRA_SHORT_BYTES || id == EXTRA_UNICODE_PATH))
			archive_region(z->a, field_at, 4 + (uint64_t)length, "member");
	}
}

/* ---- the end record ---- */

struct end {
	uint64_t at, n, dir_bytes, dir_offset, dir_end;
	bool is64;
};

static bool end64_read(const struct zip *z, uint64_t at, struct end *ret)
{
	struct cursor c = view(z, at);

	if (!sign_at(z, at, 6, 6))
		return false;
	cursor_skip(&c, 32);
	ret->n = cursor_u64le(&c);
	ret->dir_bytes = cursor_u64le(&c);
	ret->dir_offset = cursor_u64le(&c);
	ret->dir_end = at;
	ret->is64 = true;
	return cursor_ok(&c);
}

/* Large archives say it in a record in front of the end record; that one's numbers hold. */
static void end64(struct zip *z, struct end *e)
{
	struct end wide = *e;
	struct cursor c;
	uint64_t at;

	if (e->at < LOCATOR_BYTES || !sign_at(z, e->at - LOCATOR_BYTES, 6, 7))
		return;
	c = view(z, e->at - LOCATOR_BYTES + 8);
	at = cursor_u64le(&c);
	if (!end64_read(z, at, &wide) &&
	    (e->at < LOCATOR_BYTES + END64_BYTES ||
	     !end64_read(z, e->at - LOCATOR_BYTES - END64_BYTES, &wide)))
		return;
	if ((e->n != 0xffff && e->n != wide.n) ||
	    (e->dir_bytes != UINT32_MAX && e->dir_bytes != wide.dir_bytes) ||
	    (e->dir_offset != UINT32_MAX && e->dir_offset != wide.dir_offset))
		archive_odd_z(z->a, "zip-two-ends", e->at, "zip64 end record differs");
	*e = wide;
}

static bool end_read(struct zip *z, uint64_t at, struct end *ret)
{
	struct cursor c = view(z, at);
	uint16_t disk, dir_disk, comment;

	if (!sign_at(z, at, 5, 6))
		return false;
	memset(ret, 0, sizeof(*ret));
	cursor_skip(&c, 4);
	disk = cursor_u16le(&c);
	dir_disk = cursor_u16le(&c);
	(void)cursor_u16le(&c);
	ret->n = cursor_u16le(&c);
	ret->dir_bytes = cursor_u32le(&c);
	ret->dir_offset = cursor_u32le(&c);
	comment = cursor_u16le(&c);
	ret->at = ret->dir_end = at;
	if (!cursor_ok(&c) || comment > cursor_left(&c))
		return false;
	if ((disk && disk != 0xffff) || (dir_disk && dir_disk != 0xffff))
		archive_odd_z(z->a, "zip-multi-disk", at, NULL);
	end64(z, ret);
	return true;
}

/* Where does the directory stand? In front of the end record, or where the record says; both are
 * the same unless something was put in front of the archive. */
static bool place_directory(struct zip *z, const struct end *e)
{
	uint64_t before = e->dir_bytes <= e->dir_end ? e->dir_end - e->dir_bytes : UINT64_MAX;
	bool empty = e->n == 0 && e->dir_bytes == 0;
	bool at_before = before != UINT64_MAX && (empty || sign_at(z, before, 1, 2));
	bool at_stated = sign_at(z, e->dir_offset, 1, 2) && e->dir_offset < e->dir_end;

	if (!at_before && !at_stated)
		return false;
	if (at_before && at_stated && before != e->dir_offset)
		archive_odd_z(z->a, "zip-two-directories", e->dir_offset, NULL);
	z->dir_at = at_before ? before : e->dir_offset;
	z->base = z->dir_at > e->dir_offset && !empty ? z->dir_at - e->dir_offset : 0;
	z->end_at = e->at;
	z->dir_end = e->dir_end;
	z->n_stated = e->n;
	z->has_dir = true;
	archive_region(z->a, e->at, ZIP_END_BYTES, "end");
	if (e->is64) {
		archive_region(z->a, e->dir_end, END64_BYTES, "end");
		archive_region(z->a, e->at - LOCATOR_BYTES, LOCATOR_BYTES, "end");
	}
	return true;
}

static void find_directory(struct zip *z)
{
	uint64_t size = z->c.len, stop = size > TAIL_BYTES ? size - TAIL_BYTES : 0;
	struct end e;

	if (size < ZIP_END_BYTES)
		return;
	for (uint64_t at = size - ZIP_END_BYTES + 1; at-- > stop;)
		if (sign_at(z, at, 5, 6) && end_read(z, at, &e) && place_directory(z, &e))
			return;
}

/* ---- the directory ---- */

/* Days since 1970 of a date of the proleptic Gregorian calendar. */
static int64_t days_since_1970(int year, int month, int day)
{
	int y = month <= 2 ? year - 1 : year;
	int shifted = month > 2 ? month - 3 : month + 9;
	int64_t era = y / 400, of_era = y - era * 400;
	int64_t of_year = (153 * shifted + 2) / 5 + day - 1;

	return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

static int64_t dos_time(uint16_t time, uint16_t date)
{
	int month = date >> 5 & 15, day = date & 31;

	if (month < 1 || month > 12 || day < 1)
		return 0;
	return days_since_1970(1980 + (date >> 9), month, day) * 86400 + (time >> 11) * 3600 +
	       (time >> 5 & 63) * 60 + (time & 31) * 2;
}

static void central_extra(struct zip *z, struct zip_entry *e, uint64_t at, size_t n,
			  uint64_t offset)
{
	struct extra x = {.packed = e->packed, .size = e->size, .offset = offset};

	extra_read(z, at, n, &x, true);
	if (x.damaged)
		archive_odd(z->a, "zip-zip64-damaged", e->central_at, e->name);
	e->packed = x.packed;
	e->size = x.size;
	e->local_at = x.offset;
	if (x.has_time)
		e->mtime = x.mtime;
	if (!x.unicode_path.len || str_equal(x.unicode_path, e->name))
		return;
	/* A name in another character set has its UTF-8 form here; a plain one has no need of it. */
	for (size_t i = 0; i < e->name.len; i++)
		if ((uint8_t)e->name.p[i] >= 0x80)
			return;
	archive_odd(z->a, "zip-names-differ", e->central_at, x.unicode_path);
}

/* One line of the directory; *ret_next is where the next one may stand. */
static bool central_read(struct zip *z, uint64_t at, struct zip_entry *e, uint64_t *ret_next)
{
	struct cursor c = view(z, at);
	uint16_t made, time, date, name, extra, comment;
	uint32_t offset;

	if (at >= z->dir_end || !sign_at(z, at, 1, 2))
		return false;
	memset(e, 0, sizeof(*e));
	cursor_skip(&c, 4);
	made = cursor_u16le(&c);
	cursor_skip(&c, 2);
	e->flags = cursor_u16le(&c);
	e->method = cursor_u16le(&c);
	time = cursor_u16le(&c);
	date = cursor_u16le(&c);
	e->crc = cursor_u32le(&c);
	e->packed = cursor_u32le(&c);
	e->size = cursor_u32le(&c);
	name = cursor_u16le(&c);
	extra = cursor_u16le(&c);
	comment = cursor_u16le(&c);
	cursor_skip(&c, 4);
	e->attributes = cursor_u32le(&c);
	offset = cursor_u32le(&c);
	e->name = cursor_str(&c, name);
	e->central_at = at;
	e->host = (uint8_t)(made >> 8);
	e->mtime = dos_time(time, date);
	*ret_next = c.pos + (uint64_t)extra + comment;
	if (!cursor_ok(&c) || *ret_next > z->dir_end)
		return false;
	archive_region(z->a, at, ZIP_CENTRAL_BYTES + (uint64_t)name, "member");
	central_extra(z, e, c.pos, extra, offset);
	return true;
}

/* A first pass counts, so that memory fits what really stands there. */
static size_t central_count(const struct zip *z)
{
	uint64_t at = z->dir_at;
	size_t n = 0;

	while (at < z->dir_end && sign_at(z, at, 1, 2) && z->dir_end - at >= ZIP_CENTRAL_BYTES) {
		struct cursor c = view(z, at + 28);

		at += ZIP_CENTRAL_BYTES + (uint64_t)cursor_u16le(&c);
		at += cursor_u16le(&c);
		at += cursor_u16le(&c);
		n++;
	}
	return n;
}

enum status zip_read_directory(struct zip *z)
{
	uint64_t at;
	size_t room;

	find_directory(z);
	if (!z->has_dir) {
		archive_odd_z(z->a, "zip-no-directory", z->c.len, NULL);
		z->a->damaged = true;
		return STATUS_OK;
	}
	room = central_count(z);
	TRY(archive_step(z->a, room));
	if (room > z->a->in->budget->max_members) {
		z->a->limit_why = "too many members";
		return STATUS_LIMIT;
	}
	z->entries = ARENA_ARRAY(z->a->in->arena, room + 1, struct zip_entry);
	at = z->dir_at;
	while (z->n_entries < room && central_read(z, at, &z->entries[z->n_entries], &at))
		z->n_entries++;
	if ((z->n_entries & 0xffff) != (z->n_stated & 0xffff))
		archive_odd_z(z->a, "zip-count-differs", z->end_at, NULL);
	if (at < z->dir_end && !sign_at(z, at, 5, 5)) {
		archive_odd_z(z->a, "zip-directory-damaged", at, NULL);
		z->a->damaged = true;
	}
	return STATUS_OK;
}

/* ---- local headers ---- */

struct local {
	uint16_t flags, method;
	uint32_t crc;
	uint64_t packed, size, data_at;
	struct str name;
	uint64_t extra_at;
	size_t n_extra;
};

static bool local_read(const struct zip *z, uint64_t at, struct local *l)
{
	struct extra x = {0};
	struct cursor c = view(z, at);
	uint16_t name;

	if (!sign_at(z, at, 3, 4))
		return false;
	cursor_skip(&c, 6);
	l->flags = cursor_u16le(&c);
	l->method = cursor_u16le(&c);
	cursor_skip(&c, 4);
	l->crc = cursor_u32le(&c);
	x.packed = cursor_u32le(&c);
	x.size = cursor_u32le(&c);
	name = cursor_u16le(&c);
	l->n_extra = cursor_u16le(&c);
	l->name = cursor_str(&c, name);
	l->extra_at = c.pos;
	cursor_skip(&c, l->n_extra);
	l->data_at = c.pos;
	if (!cursor_ok(&c))
		return false;
	extra_read(z, l->extra_at, l->n_extra, &x, false);
	l->packed = x.packed;
	l->size = x.size;
	return true;
}

void zip_local_region(struct zip *z, uint64_t at)
{
	struct extra x = {0};
	struct local l;

	if (!local_read(z, at, &l))
		return;
	archive_region(z->a, at, ZIP_LOCAL_BYTES + (uint64_t)l.name.len, "member");
	extra_read(z, l.extra_at, l.n_extra, &x, true);
}

/* With a descriptor the numbers stand behind the data; what the header does not know is zero. */
static bool sizes_differ(const struct zip_entry *e, const struct local *l)
{
	bool later = l->flags & ZIP_FLAG_DESCRIPTOR;

	if (later && l->packed == UINT32_MAX)
		return false; /* zip64 with a descriptor */
	return (l->packed != e->packed && !(later && l->packed == 0)) ||
	       (l->size != e->size && !(later && l->size == 0)) ||
	       (l->crc != e->crc && !(later && l->crc == 0));
}

static void compare_local(struct zip *z, const struct zip_entry *e, const struct local *l)
{
	if (!str_equal(l->name, e->name))
		archive_odd(z->a, "zip-names-differ", e->local_at, l->name);
	if (l->method != e->method)
		archive_odd(z->a, "zip-methods-differ", e->local_at, e->name);
	if ((l->flags ^ e->flags) & ZIP_FLAG_ENCRYPTED)
		archive_odd(z->a, "zip-encrypted-differs", e->local_at, e->name);
	if (sizes_differ(e, l))
		archive_odd(z->a, "zip-sizes-differ", e->local_at, e->name);
}

/* Offsets count from the first byte of the archive; some writers count from the file's. */
static uint64_t local_place(const struct zip *z, const struct zip_entry *e)
{
	return e->local_at <= UINT64_MAX - z->base && sign_at(z, e->local_at + z->base, 3, 4) ? e->local_at + z->base
											     : e->local_at;
}

bool zip_locate(const struct zip *z, struct zip_entry *e)
{
	struct local l;

	if (!local_read(z, local_place(z, e), &l))
		return false;
	e->data_at = l.data_at;
	return e->packed <= z->c.len - l.data_at;
}

void zip_check_local(struct zip *z, struct zip_entry *e)
{
	struct local l;

	e->local_at = local_place(z, e);
	if (!local_read(z, e->local_at, &l)) {
		archive_odd(z->a, "zip-local-missing", e->central_at, e->name);
		return;
	}
	e->has_local = true;
	e->data_at = l.data_at;
	e->fits = e->packed <= z->c.len - l.data_at;
	compare_local(z, e, &l);
	zip_local_region(z, e->local_at);
}

void zip_check_descriptor(struct zip *z, const struct zip_entry *e)
{
	uint64_t at = e->data_at + e->packed;

	if (!(e->flags & ZIP_FLAG_DESCRIPTOR) || !e->fits)
		return;
	for (int form = 0; form < 4; form++) {
		bool is_signed = form < 2, wide = form & 1;
		struct cursor c = view(z, at);
		uint32_t crc;
		uint64_t packed, size;

		if (is_signed && !sign_at(z, at, 7, 8))
			continue;
		cursor_skip(&c, is_signed ? 4 : 0);
		crc = cursor_u32le(&c);
		packed = wide ? cursor_u64le(&c) : cursor_u32le(&c);
		size = wide ? cursor_u64le(&c) : cursor_u32le(&c);
		if (!cursor_ok(&c) || crc != e->crc || packed != e->packed || size != e->size)
			continue;
		archive_region(z->a, at, c.pos - at, "member");
		return;
	}
	/* Writers of directories and of empty files may leave it out. */
	if (e->packed || sign_at(z, at, 7, 8))
		archive_odd(z->a, "zip-descriptor-differs", at, e->name);
}

/* ---- the whole ---- */

static int u64_cmp(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

void zip_check_duplicates(struct zip *z)
{
	uint64_t *hashes = ARENA_ARRAY(z->a->in->arena, z->n_entries + 1, uint64_t);
	size_t n = 0;

	for (size_t i = 0; i < z->n_entries; i++)
		hashes[i] = fast_hash(z->entries[i].name.p, z->entries[i].name.len, 0);
	qsort(hashes, z->n_entries, sizeof(*hashes), u64_cmp);
	for (size_t i = 1; i < z->n_entries; i++)
		n += hashes[i] == hashes[i - 1];
	if (n)
		archive_odd(z->a, "zip-duplicate-name", z->dir_at,
			    arena_printf(z->a->in->arena, "%zu", n));
}

void zip_check_ends(struct zip *z)
{
	uint64_t size = z->c.len, stop = size > TAIL_BYTES ? size - TAIL_BYTES : 0;
	size_t i = z->a->n_regions;

	if (!z->has_dir || size < ZIP_END_BYTES)
		return;
	for (uint64_t at = size - ZIP_END_BYTES + 1; at-- > stop;) {
		while (i > 0 && z->a->regions[i - 1].offset > at)
			i--;
		if (i > 0 && at - z->a->regions[i - 1].offset < z->a->regions[i - 1].length)
			continue;
		if (at != z->end_at && sign_at(z, at, 5, 6))
			archive_odd_z(z->a, "zip-two-ends", at, NULL);
	}
}

bool zip_next_local(struct zip *z, uint64_t *at, uint64_t stop, struct zip_entry *ret)
{
	while (*at < stop) {
		const uint8_t *p = memmem(z->c.base + *at, stop - *at, "PK\3\4", 4);
		struct local l;
		uint64_t here;

		if (!p) {
			*at = stop;
			return false;
		}
		here = (uint64_t)(p - z->c.base);
		*at = here + 4;
		if (!local_read(z, here, &l) || l.name.len == 0 || l.data_at > stop)
			continue;
		*ret = (struct zip_entry){.name = l.name,
					  .packed = l.packed,
					  .size = l.size,
					  .local_at = here,
					  .data_at = l.data_at,
					  .crc = l.crc,
					  .flags = l.flags,
					  .method = l.method,
					  .has_local = true,
					  .hidden = true};
		ret->size_unknown = l.flags & ZIP_FLAG_DESCRIPTOR && l.packed == 0;
		if (ret->size_unknown || ret->packed > stop - l.data_at) {
			/* With a lying length the data ends where something known begins. */
			ret->size_unknown = true;
			ret->packed = stop - l.data_at;
		}
		ret->fits = true;
		return true;
	}
	return false;
}
