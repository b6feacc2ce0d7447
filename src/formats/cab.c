/*
 * Windows cabinets ([MS-CAB]):
 *   0 "MSCF"  8 u32 bytes of the cabinet  16 u32 offset of the files  24 u8 minor  25 u8 major
 *   26 u16 folders  28 u16 files  30 u16 flags (1: a cabinet before, 2: one after, 4: reserved areas)
 *   32 u16 set  34 u16 number in the set
 *   [36 u16 reserved in the header, u8 in each folder, u8 in each block, the header's bytes]
 *   [names of the cabinet and disk before] [and after], each ending in NUL
 * folder: u32 offset of its blocks, u16 blocks, u16 method (low 4 bits; LZX: window in bits 8-12)
 * file:   u32 bytes, u32 offset in the folder's content, u16 folder (fffd.. : continued from or in another
 *         cabinet), u16 date, u16 time, u16 attributes, name NUL
 * block:  u32 sum, u16 packed bytes, u16 unpacked bytes, reserved, data
 * The reserved area of a signed cabinet names a PKCS#7 signature behind its end.
 */
#include <stdlib.h>

#include "formats/archive.h"
#include "formats/cab.h"

enum {
	HEADER_BYTES = 36,
	FOLDER_BYTES = 8,
	FILE_BYTES = 16,
	BLOCK_BYTES = 8,
	FLAG_BEFORE = 1,
	FLAG_AFTER = 2,
	FLAG_RESERVED = 4,
	FOLDER_CONTINUED = 0xfffd, /* and above */
	NAME_MAX_BYTES = 4096,
	SIGNATURE_BYTES = 20,
};

struct cab_folder {
	enum cab_method method;
	unsigned window_bits;
	struct cab_block *blocks;
	size_t n, room;
	uint64_t bytes; /* unpacked */
	bool cut;       /* blocks are missing or leave the cabinet */
};

struct cab_file {
	uint64_t offset, size;
	uint32_t folder, order;
	struct str name;
	int64_t mtime;
};

struct cab {
	struct archive *a;
	struct cursor c; /* the cabinet */
	uint16_t n_folders, n_files, flags;
	uint8_t folder_reserved, block_reserved;
	uint64_t files_at;
	struct cab_folder *folders;
	struct cab_file *files;
	size_t n_read, n_blocks; /* files; blocks of all folders */
};

static int cab_probe(struct cursor head, uint64_t total_bytes)
{
	const uint8_t *p = cursor_take(&head, 4);
	uint32_t zero = cursor_u32le(&head);
	uint32_t size = cursor_u32le(&head);

	if (!p || !cursor_ok(&head) || memcmp(p, "MSCF", 4) || zero)
		return 0;
	return size == total_bytes ? 96 : 64;
}

/* ---- the directory ---- */

/* 1980-01-01 plus fields of a FAT file system, as if in UTC. */
static int64_t time_of(unsigned date, unsigned clock)
{
	unsigned year = 1980 + (date >> 9), month = date >> 5 & 15, day = date & 31;
	/* days since 1970-03-01, years beginning in March */
	unsigned y = month <= 2 ? year - 1 : year, m = month <= 2 ? month + 9 : month - 3;
	int64_t days;

	if (month < 1 || month > 12 || day < 1)
		return 0;
	days = 365 * (int64_t)y + y / 4 - y / 100 + y / 400 + (153 * m + 2) / 5 + day - 1 - 719468;
	return days * 86400 + (clock >> 11) * 3600 + (clock >> 5 & 63) * 60 + (clock & 31) * 2;
}

/* The reserved area is a child; a signature behind the end that it names is one, too. */
static enum status reserved(struct cab *r, uint64_t at, uint64_t bytes, uint64_t end)
{
	struct cursor c = cursor_part(&r->c, at, bytes);
	struct entry e = {.name = STR("[reserved]"),
			  .type = ENTRY_FILE,
			  .origin = ORIGIN_GAP,
			  .flags = ENTRY_SPAN,
			  .size_bytes = bytes,
			  .span_offset = at,
			  .span_bytes = bytes};
	uint64_t signature_at, signature_bytes;

	if (!bytes || !cursor_ok(&c))
		return STATUS_OK;
	archive_region(r->a, at, bytes, "reserved");
	cursor_skip(&c, 4);
	signature_at = cursor_u32le(&c);
	signature_bytes = cursor_u32le(&c);
	if (bytes != SIGNATURE_BYTES || signature_at != end || signature_bytes == 0 ||
	    signature_bytes > r->a->in->bytes.len - end)
		return archive_bare_child(r->a, &e, STATUS_OK, NULL);
	archive_region(r->a, signature_at, signature_bytes, "signature");
	e.name = STR("[signature]");
	e.origin = ORIGIN_MEMBER;
	e.span_offset = signature_at;
	e.span_bytes = e.size_bytes = signature_bytes;
	return archive_bare_child(r->a, &e, STATUS_OK, NULL);
}

static enum status header(struct cab *r)
{
	struct cursor c = r->a->in->bytes;
	uint64_t size, at;
	uint16_t header_reserved = 0;
	int names = 0;

	cursor_seek(&c, 8);
	size = cursor_u32le(&c);
	cursor_seek(&c, 16);
	r->files_at = cursor_u32le(&c);
	cursor_seek(&c, 26);
	r->n_folders = cursor_u16le(&c);
	r->n_files = cursor_u16le(&c);
	r->flags = cursor_u16le(&c);
	cursor_seek(&c, HEADER_BYTES);
	archive_region(r->a, 0, HEADER_BYTES, "header");
	if (!cursor_ok(&c))
		return STATUS_DAMAGED;
	if (size > c.len) {
		r->a->damaged = true;
		archive_odd_z(r->a, "cab-cut", c.len, NULL);
		size = c.len;
	}
	r->c = cursor_part(&r->a->in->bytes, 0, size);
	if (r->flags & FLAG_RESERVED) {
		header_reserved = cursor_u16le(&c);
		r->folder_reserved = cursor_u8(&c);
		r->block_reserved = cursor_u8(&c);
		archive_region(r->a, HEADER_BYTES, 4, "header");
		TRY(reserved(r, c.pos, header_reserved, size));
		cursor_skip(&c, header_reserved);
	}
	names = (r->flags & FLAG_BEFORE ? 2 : 0) + (r->flags & FLAG_AFTER ? 2 : 0);
	at = c.pos;
	for (int i = 0; i < names; i++)
		(void)cursor_zstr(&c, NAME_MAX_BYTES);
	archive_region(r->a, at, c.pos - at, "header");
	cursor_seek(&r->c, c.pos);
	return cursor_ok(&c) && cursor_ok(&r->c) ? STATUS_OK : STATUS_DAMAGED;
}

static uint32_t sum_of(const uint8_t *p, size_t n, uint32_t sum)
{
	for (; n >= 4; p += 4, n -= 4)
		sum ^= (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
	/* the rest, first byte highest */
	for (uint32_t rest = 0; n > 0; p++, n--) {
		rest = rest << 8 | *p;
		if (n == 1)
			sum ^= rest;
	}
	return sum;
}

static bool block_read(struct cab *r, struct cursor *c, struct cab_block *b)
{
	size_t at = c->pos, header = BLOCK_BYTES + r->block_reserved;
	uint32_t sum = cursor_u32le(c);

	b->packed = cursor_u16le(c);
	b->unpacked = cursor_u16le(c);
	cursor_skip(c, r->block_reserved);
	b->p = cursor_take(c, b->packed);
	if (!b->p)
		return false;
	archive_region(r->a, at, BLOCK_BYTES, "header");
	/* what is reserved stays unexplained, so that it is looked at */
	archive_region(r->a, at + header, b->packed, "member");
	b->sum_differs = sum && sum != sum_of(c->base + at + 4, header - 4, sum_of(b->p, b->packed, 0));
	return true;
}

static enum status folder_read(struct cab *r, struct cab_folder *f)
{
	size_t at = r->c.pos;
	uint64_t blocks_at = cursor_u32le(&r->c);
	uint16_t n = cursor_u16le(&r->c), method = cursor_u16le(&r->c);
	struct cursor c = r->c;

	cursor_skip(&r->c, r->folder_reserved);
	if (!cursor_ok(&r->c))
		return STATUS_DAMAGED;
	archive_region(r->a, at, FOLDER_BYTES, "header");
	f->method = (enum cab_method)(method & 15);
	f->window_bits = method >> 8 & 31;
	cursor_seek(&c, blocks_at);
	/* Folders may share blocks; yet all together have no more than would fit if none did. */
	while (f->n < n && cursor_ok(&c) && r->n_blocks < r->c.len / BLOCK_BYTES) {
		struct cab_block b = {0};

		if (!block_read(r, &c, &b))
			break;
		TRY(archive_step(r->a, 1 + b.packed / 64u));
		*ARENA_PUSH(r->a->in->arena, f->blocks, f->n, f->room) = b;
		f->bytes += b.unpacked;
		r->n_blocks++;
	}
	f->cut = f->n < n;
	r->a->damaged |= f->cut;
	return STATUS_OK;
}

static enum status file_read(struct cab *r, struct cursor *c, struct cab_file *f)
{
	size_t at = c->pos;
	uint16_t date, clock;

	f->size = cursor_u32le(c);
	f->offset = cursor_u32le(c);
	f->folder = cursor_u16le(c);
	date = cursor_u16le(c);
	clock = cursor_u16le(c);
	cursor_skip(c, 2);
	f->name = cursor_zstr(c, NAME_MAX_BYTES);
	f->mtime = time_of(date, clock);
	f->order = (uint32_t)r->n_read;
	if (!cursor_ok(c))
		return STATUS_DAMAGED;
	archive_region(r->a, at, c->pos - at, "header");
	return archive_step(r->a, 1);
}

static enum status directory(struct cab *r)
{
	struct cursor c;

	r->folders = ARENA_ARRAY(r->a->in->arena, r->n_folders + 1u, struct cab_folder);
	for (unsigned i = 0; i < r->n_folders; i++)
		TRY(folder_read(r, &r->folders[i]));
	c = r->c;
	cursor_seek(&c, r->files_at);
	r->files = ARENA_ARRAY(r->a->in->arena, r->n_files + 1u, struct cab_file);
	for (; r->n_read < r->n_files; r->n_read++)
		TRY(file_read(r, &c, &r->files[r->n_read]));
	return STATUS_OK;
}

/* ---- members ---- */

static int by_place(const void *x, const void *y)
{
	const struct cab_file *a = x, *b = y;

	if (a->folder != b->folder)
		return a->folder < b->folder ? -1 : 1;
	if (a->offset != b->offset)
		return a->offset < b->offset ? -1 : 1;
	return a->order < b->order ? -1 : 1;
}

static void entry_fill(const struct cab_file *f, struct entry *e)
{
	*e = (struct entry){.name = f->name,
			    .type = ENTRY_FILE,
			    .origin = ORIGIN_MEMBER,
			    .mtime = f->mtime,
			    .size_bytes = f->size};
}

/* A folder's content as it is read forwards. */
struct reading {
	struct stream *stream;
	struct source s;
};

static void reading_begin(struct cab *r, const struct cab_folder *f, struct reading *d)
{
	stream_close(d->stream);
	d->stream = stream_open_codec(cab_folder_open(f->method, f->window_bits, f->blocks, f->n));
	source_of_stream(&d->s, r->a, d->stream);
}

/* The content of one file; what lies before it and belongs to none is handed out as well. */
static enum status file_child(struct cab *r, const struct cab_folder *folder, struct reading *d,
			      const struct cab_file *f)
{
	struct entry e;
	uint64_t missing;

	entry_fill(f, &e);
	if (f->offset < d->s.pos && f->size) {
		archive_odd(r->a, "cab-overlap", r->files_at, f->name);
		reading_begin(r, folder, d);
		if (!source_skip(&d->s, f->offset))
			return archive_bare_child(r->a, &e, STATUS_DAMAGED, "outside its folder");
	} else if (f->offset > d->s.pos) {
		TRY(source_gap(&d->s, f->offset - d->s.pos, &missing));
	}
	return source_child(&d->s, &e, f->size);
}

static enum status folder_children(struct cab *r, uint32_t index, struct cab_file *files, size_t n)
{
	struct cab_folder *f = &r->folders[index];
	struct reading d = {0};
	enum status st = STATUS_OK;
	uint64_t missing;

	reading_begin(r, f, &d);
	for (size_t i = 0; i < n && st == STATUS_OK; i++)
		st = file_child(r, f, &d, &files[i]);
	if (st == STATUS_OK && source_peek(&d.s, 1))
		st = source_gap(&d.s, UINT64_MAX, &missing);
	if (st == STATUS_OK && d.s.how != STATUS_OK) {
		r->a->damaged |= d.s.how == STATUS_DAMAGED;
		st = d.s.how == STATUS_DAMAGED ? STATUS_OK : d.s.how;
	}
	stream_close(d.stream);
	return st;
}

/* Parts of them stand in other cabinets of the set. */
static enum status continued(struct cab *r, const struct cab_file *f)
{
	struct entry e;

	entry_fill(f, &e);
	return archive_bare_child(r->a, &e, STATUS_UNSUPPORTED, "continued in another cabinet");
}

static enum status members(struct cab *r)
{
	enum status worst = STATUS_OK;

	if (r->n_read)
		qsort(r->files, r->n_read, sizeof(*r->files), by_place);
	for (size_t i = 0; i < r->n_read;) {
		struct cab_file *f = &r->files[i];
		size_t n = 1;
		enum status st;

		if (f->folder >= r->n_folders) {
			bool other = f->folder >= FOLDER_CONTINUED;

			r->a->damaged |= !other;
			TRY(continued(r, f));
			worst = other ? STATUS_UNSUPPORTED : worst;
			i++;
			continue;
		}
		while (i + n < r->n_read && f[n].folder == f->folder)
			n++;
		st = folder_children(r, f->folder, f, n);
		if (st != STATUS_OK && st != STATUS_UNSUPPORTED)
			return st;
		worst = st != STATUS_OK ? st : worst;
		i += n;
	}
	return worst;
}

/* Folders that no file names still hold something. */
static enum status unnamed(struct cab *r)
{
	for (uint32_t i = 0; i < r->n_folders; i++) {
		bool named = false;

		TRY(archive_step(r->a, 1 + r->n_read));
		for (size_t k = 0; k < r->n_read; k++)
			named |= r->files[k].folder == i || r->files[k].folder >= FOLDER_CONTINUED;
		if (!named && r->folders[i].n)
			TRY(folder_children(r, i, NULL, 0));
	}
	return STATUS_OK;
}

static enum status cabinet(struct cab *r)
{
	enum status read, st;

	TRY(header(r));
	read = directory(r);
	if (read != STATUS_OK && read != STATUS_DAMAGED)
		return read;
	st = members(r);
	if (st != STATUS_OK && st != STATUS_UNSUPPORTED)
		return st;
	TRY(unnamed(r));
	return read != STATUS_OK ? read : st;
}

static enum status cab_open(struct open_in *in)
{
	struct archive a;
	struct cab r = {.a = &a};
	enum status st;

	archive_begin(&a, in);
	st = cabinet(&r);
	if (st != STATUS_OK && st != STATUS_LIMIT && st != STATUS_DAMAGED && st != STATUS_UNSUPPORTED)
		return st;
	archive_regions_tell(&a);
	if (st == STATUS_OK && a.limit_why)
		return STATUS_LIMIT;
	return st == STATUS_OK && a.damaged ? STATUS_DAMAGED : st;
}

const struct format format_cab = {
	.id = FORMAT_CAB,
	.name = "cab",
	.summary = "Windows cabinet: stored, MSZIP, LZX; signature and reserved areas",
	.head_bytes = 16,
	.probe = cab_probe,
	.open = cab_open,
};
