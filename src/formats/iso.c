/*
 * ISO 9660 images (ECMA-119), with Rock Ridge, Joliet, zisofs and El Torito:
 *   sectors 0..15 belong to the system (boot code of a disk that is also a CD)
 *   from sector 16 descriptors: 0 u8 type (0 boot, 1 primary, 2 supplementary, 255 end)  1 "CD001"  6 u8 1
 *     volumes: 80 both32 sectors  88 escape sequences ("%/@", "%/C", "%/E": Joliet)  128 both16 2048
 *       132 both32 bytes of the path table  140 u32le, 144, 148 u32be, 152 its sectors  156 the root's record
 *     El Torito: 7 "EL TORITO SPECIFICATION"  71 u32le sector of the catalogue
 *   catalogue, entries of 32 bytes: 01 (checked), then 88 or 00: u8 media, u16 segment, u8 system, u8, u16 count
 *     of 512 bytes, u32 sector; 90, 91: a header of more entries, u16 at 2 says how many
 *
 * Up to three directories of the same files (one of UDF, see udf.h): who reads which depends on the system. The one with the fuller names is
 * delivered; what only the other one shows comes as well, and is said.
 */
#include <stdlib.h>

#include "formats/iso_int.h"
#include "formats/udf.h"

enum {
	FIRST_DESCRIPTOR = 16,
	DESCRIPTORS_MAX = 64,
	DEPTH_MAX = 64,
	PATH_MAX_BYTES = 32 << 10,
	TREES = 2,
	BOOT_ENTRY_BYTES = 32,
	BOOT_ENTRIES_MAX = 64,
	MODE_TYPE = 0170000,
	MODE_LINK = 0120000,
	ZISOFS_HEADER_BYTES = 16,
	FREE_AREA_AT = 883,
	FREE_AREA_BYTES = 512,
};

enum which { TREE_PLAIN, TREE_JOLIET };

struct iso_file {
	struct str path, link;
	struct iso_record r; /* of the first extent; size: of all */
	bool scattered;      /* its extents do not follow each other */
	struct iso_record *more; /* further extents, when scattered */
	size_t n_more, room_more;
	enum entry_type type;
};

struct iso_tree {
	bool present;
	struct iso_names names;
	bool rock_ridge;
	struct iso_record root;
	struct iso_file *files;
	size_t n, room;
	struct place_set seen; /* directories: each is read once, so that no loop is walked twice */
};

struct iso {
	struct archive *a;
	struct cursor c;
	struct iso_tree trees[TREES];
	uint64_t catalogue_at; /* 0: none */
	bool udf, other_blocks;
};

static int iso_probe(struct cursor head, uint64_t total_bytes)
{
	const uint8_t *p;

	cursor_seek(&head, FIRST_DESCRIPTOR * ISO_SECTOR);
	p = cursor_peek(&head, 7);
	if (!p)
		return 0;
	return memcmp(p + 1, "CD001\1", 6) == 0 ? 48 : 0;
}

/* ---- directories ---- */

static enum entry_type type_of(const struct iso_record *r)
{
	if (r->child_at || r->flags & ISO_FLAG_DIRECTORY)
		return ENTRY_DIR;
	if (r->has_mode && (r->mode & MODE_TYPE) == MODE_LINK)
		return ENTRY_SYMLINK;
	return ENTRY_FILE;
}

/* A further extent of the file before it. */
static void file_goes_on(struct iso *x, struct iso_file *f, const struct iso_record *r)
{
	if (r->at != f->r.at + f->r.size)
		f->scattered = true;
	*ARENA_PUSH(x->a->in->arena, f->more, f->n_more, f->room_more) = *r;
	f->r.size += r->size;
}

static struct iso_file *file_add(struct iso *x, struct iso_tree *t, struct str folder,
				 const struct iso_record *r)
{
	struct iso_file *f = ARENA_PUSH(x->a->in->arena, t->files, t->n, t->room);

	f->r = *r;
	f->type = type_of(r);
	f->link = r->link;
	f->path = archive_path(x->a, folder, r->name);
	t->rock_ridge |= r->rock_ridge;
	return f;
}

static enum status directory(struct iso *x, struct iso_tree *t, struct str path, uint64_t at, uint64_t bytes,
			     unsigned depth);

static enum status record(struct iso *x, struct iso_tree *t, struct str path, const struct iso_record *r,
			  bool *goes_on, unsigned depth)
{
	struct iso_file *f;
	uint64_t at = r->child_at ? r->child_at : r->at, size = r->size;

	if (r->numbers_differ)
		archive_odd(x->a, "iso-numbers-differ", r->at, r->name);
	if (r->relocated || str_is(r->name, ".") || str_is(r->name, ".."))
		return STATUS_OK;
	if (*goes_on && t->n) {
		f = &t->files[t->n - 1];
		file_goes_on(x, f, r);
	} else {
		f = file_add(x, t, path, r);
	}
	*goes_on = r->flags & ISO_FLAG_MORE && f->type == ENTRY_FILE;
	if (f->type != ENTRY_DIR)
		return STATUS_OK;
	if (r->child_at) { /* its own first record says how long it is */
		struct cursor c = cursor_clip(&x->c, at, ISO_SECTOR);
		struct iso_record self;

		size = iso_record_read(x->a, &t->names, &c, &self) ? self.size : 0;
	}
	return directory(x, t, f->path, at, size, depth + 1);
}

static enum status directory(struct iso *x, struct iso_tree *t, struct str path, uint64_t at, uint64_t bytes,
			     unsigned depth)
{
	struct cursor c = cursor_clip(&x->c, at, bytes);
	bool goes_on = false;

	if (bytes == 0 || !place_set_add(x->a->in->arena, &t->seen, at))
		return STATUS_OK;
	if (depth > DEPTH_MAX || path.len > PATH_MAX_BYTES) {
		x->a->limit_why = "folders inside folders";
		return STATUS_LIMIT;
	}
	if (!cursor_ok(&c) || c.len < bytes) {
		x->a->damaged = true;
		archive_odd(x->a, "iso-directory-outside", at, path);
	}
	while (cursor_left(&c) > 0) {
		struct iso_record r;
		size_t from = c.pos;

		TRY(archive_step(x->a, 2));
		if (c.base[c.pos] == 0) { /* records do not cross sectors */
			cursor_seek(&c, (c.pos / ISO_SECTOR + 1) * ISO_SECTOR < c.len
						? (c.pos / ISO_SECTOR + 1) * ISO_SECTOR : c.len);
			continue;
		}
		if (!iso_record_read(x->a, &t->names, &c, &r)) {
			x->a->damaged = true;
			archive_odd(x->a, "iso-record-damaged", at + from, path);
			break;
		}
		archive_region(x->a, at + from, c.pos - from, "directory");
		TRY(record(x, t, path, &r, &goes_on, depth));
	}
	return STATUS_OK;
}

static enum status tree_read(struct iso *x, struct iso_tree *t)
{
	struct cursor root = cursor_clip(&x->c, t->root.at, ISO_SECTOR);

	if (!t->present)
		return STATUS_OK;
	if (!t->names.joliet)
		iso_names_detect(root, &t->names);
	return directory(x, t, STR_NONE, t->root.at, t->root.size, 0);
}

/* ---- members ---- */

static void entry_fill(const struct iso_file *f, struct str path, struct entry *e)
{
	*e = (struct entry){
		.name = path,
		.link = f->link,
		.type = f->type,
		.origin = ORIGIN_MEMBER,
		.mode = f->r.has_mode ? f->r.mode & 07777 : 0,
		.uid = f->r.uid,
		.gid = f->r.gid,
		.mtime = f->r.mtime,
		.size_bytes = f->type == ENTRY_FILE ? f->r.size : 0,
	};
}

static enum status pass(struct iso *x, struct cursor part)
{
	TRY(archive_spend(x->a, part.len));
	return archive_data(x->a, part.base, part.len);
}

static enum status scattered(struct iso *x, const struct iso_file *f, const struct entry *e)
{
	uint64_t first = f->r.size;
	bool cut = false;

	for (size_t i = 0; i < f->n_more; i++)
		first -= f->more[i].size;
	TRY(archive_child(x->a, e));
	for (size_t i = 0; i <= f->n_more; i++) {
		uint64_t at = i ? f->more[i - 1].at : f->r.at, n = i ? f->more[i - 1].size : first;
		struct cursor part = cursor_clip(&x->c, at, n);

		cut |= part.len < n;
		archive_region(x->a, at, n, "member");
		if (part.len)
			TRY(pass(x, part));
	}
	return archive_child_end(x->a, cut ? STATUS_DAMAGED : STATUS_OK, cut ? "image ends inside this member" : NULL);
}

/* One block of a zisofs file: zlib data, or nothing for zeros. */
static enum status zisofs_block(struct iso *x, struct cursor packed, uint64_t bytes, const char **ret_wrong)
{
	static const uint8_t zeros[1 << 16];
	struct stream *stream;
	struct source s;
	const uint8_t *p;
	uint64_t got = 0;
	size_t n;

	if (packed.len == 0) {
		for (; got < bytes; got += n) {
			n = bytes - got < sizeof(zeros) ? (size_t)(bytes - got) : sizeof(zeros);
			TRY(archive_spend(x->a, n));
			TRY(archive_data(x->a, zeros, n));
		}
		return STATUS_OK;
	}
	stream = stream_open(STREAM_ZLIB, packed.base, packed.len);
	source_of_stream(&s, x->a, stream);
	while ((n = source_take(&s, bytes - got, &p)) > 0) {
		enum status st = archive_data(x->a, p, n);

		got += n;
		if (st == STATUS_OK)
			continue;
		stream_close(stream);
		return st;
	}
	(void)source_peek(&s, 1); /* so that the sum is looked at */
	stream_close(stream);
	if (s.how != STATUS_OK || got != bytes)
		*ret_wrong = s.how == STATUS_LIMIT ? x->a->limit_why : "zisofs block damaged";
	return s.how == STATUS_LIMIT ? STATUS_LIMIT : STATUS_OK;
}

/* 0 u8[8] 37 e4 53 96 c9 db d6 07, 8 u32 bytes, 12 u8 header / 4, 13 u8 log2 of a block, then a u32 for each
 * block where it begins, and one where the last ends. Little-endian. */
static enum status zisofs_content(struct iso *x, struct cursor packed, uint64_t bytes, const char **ret_wrong)
{
	struct cursor c = packed;
	const uint8_t *magic = cursor_take(&c, 8);
	uint64_t stated = cursor_u32le(&c), header = cursor_u8(&c) * 4u, at, n;
	uint8_t log = cursor_u8(&c);

	if (!cursor_ok(&c) || memcmp(magic, "\x37\xe4\x53\x96\xc9\xdb\xd6\x07", 8) || log < 12 || log > 20 ||
	    header < ZISOFS_HEADER_BYTES || stated != bytes) {
		*ret_wrong = "zisofs header damaged";
		return STATUS_OK;
	}
	cursor_seek(&c, header);
	n = (bytes + (1u << log) - 1) >> log;
	if (cursor_count(&c, n + 1, 4) != n + 1) {
		*ret_wrong = "zisofs header damaged";
		return STATUS_OK;
	}
	at = cursor_u32le(&c);
	for (uint64_t i = 0; i < n && !*ret_wrong; i++) {
		uint64_t next = cursor_u32le(&c), left = bytes - (i << log);
		struct cursor part = next >= at ? cursor_part(&packed, at, next - at) : cursor_of(NULL, 0);

		TRY(archive_step(x->a, 1));
		if (next < at || !cursor_ok(&part))
			*ret_wrong = "zisofs block outside";
		else
			TRY(zisofs_block(x, part, left < 1u << log ? left : 1u << log, ret_wrong));
		at = next;
	}
	return STATUS_OK;
}

static enum status zisofs(struct iso *x, const struct iso_file *f, struct entry *e)
{
	const char *wrong = NULL;
	enum status st;

	e->size_bytes = f->r.unpacked_bytes;
	archive_region(x->a, f->r.at, f->r.size, "member");
	TRY(archive_child(x->a, e));
	st = zisofs_content(x, cursor_clip(&x->c, f->r.at, f->r.size), f->r.unpacked_bytes, &wrong);
	if (st != STATUS_OK && !x->a->limit_why)
		return st; /* the sink's */
	TRY(archive_child_end(x->a, st != STATUS_OK ? st : wrong ? STATUS_DAMAGED : STATUS_OK, wrong));
	return st;
}

static enum status member(struct iso *x, const struct iso_file *f, struct str path)
{
	struct cursor part = cursor_clip(&x->c, f->r.at, f->r.size);
	struct entry e;
	bool cut = !cursor_ok(&part) || part.len < f->r.size;

	entry_fill(f, path, &e);
	TRY(archive_step(x->a, 1 + path.len / 64));
	if (f->type != ENTRY_FILE || f->r.size == 0)
		return archive_bare_child(x->a, &e, STATUS_OK, NULL);
	if (f->r.zisofs && !f->scattered)
		return zisofs(x, f, &e);
	if (f->scattered)
		return scattered(x, f, &e);
	if (cut && !part.len)
		return archive_bare_child(x->a, &e, STATUS_DAMAGED, "its bytes lie outside the image");
	archive_region(x->a, f->r.at, part.len, "member");
	e.flags |= ENTRY_SPAN;
	e.span_offset = f->r.at;
	e.span_bytes = part.len;
	/* Many names may stand for the same bytes; each time costs. */
	if (archive_spend_stored(x->a, part.len) != STATUS_OK) {
		e.flags &= ~(uint32_t)ENTRY_SPAN;
		TRY(archive_bare_child(x->a, &e, STATUS_LIMIT, x->a->limit_why));
		return STATUS_LIMIT;
	}
	return archive_bare_child(x->a, &e, cut ? STATUS_DAMAGED : STATUS_OK,
				  cut ? "image ends inside this member" : NULL);
}

/* ---- two trees and more ---- */

struct place {
	uint64_t at, size;
	struct str path;
};

struct places {
	struct place *by_place, *by_path; /* the same ones, sorted */
	size_t n;
};

static int by_place(const void *x, const void *y)
{
	const struct place *a = x, *b = y;

	if (a->at != b->at)
		return a->at < b->at ? -1 : 1;
	return a->size < b->size ? -1 : a->size > b->size;
}

static int by_path(const void *x, const void *y)
{
	const struct place *a = x, *b = y;

	return str_cmp(a->path, b->path);
}

static void places_add(struct places *p, uint64_t at, uint64_t size, struct str path)
{
	p->by_place[p->n] = p->by_path[p->n] = (struct place){at, size, path};
	p->n++;
}

static struct places places_begin(struct iso *x, size_t room)
{
	return (struct places){ARENA_ARRAY(x->a->in->arena, room + 1, struct place),
			       ARENA_ARRAY(x->a->in->arena, room + 1, struct place), 0};
}

static void places_sort(struct places *p)
{
	qsort(p->by_place, p->n, sizeof(*p->by_place), by_place);
	qsort(p->by_path, p->n, sizeof(*p->by_path), by_path);
}

/* Where the contents of a tree stand. */
static struct places places(struct iso *x, const struct iso_tree *t)
{
	struct places p = places_begin(x, t->n);

	for (size_t i = 0; i < t->n; i++)
		if (t->files[i].type == ENTRY_FILE && t->files[i].r.size)
			places_add(&p, t->files[i].r.at, t->files[i].r.size, t->files[i].path);
	places_sort(&p);
	return p;
}

/* What stands there is not what the other tree shows: another content, another length, or the content of
 * another name. */
static bool differs(struct iso *x, const struct places *other, const struct place *f, bool *ret_unknown)
{
	const struct place *named = bsearch(f, other->by_path, other->n, sizeof(*f), by_path);

	*ret_unknown = !bsearch(f, other->by_place, other->n, sizeof(*f), by_place);
	if (!*ret_unknown && (!named || by_place(named, f) == 0))
		return false;
	archive_odd(x->a, "iso-trees-differ", f->at, f->path);
	return true;
}

/* What this tree shows and the other one does not. */
static enum status differences(struct iso *x, const struct iso_tree *t, const struct places *other, const char *name, bool deliver)
{
	for (size_t i = 0; i < t->n; i++) {
		const struct iso_file *f = &t->files[i];
		struct place p = {f->r.at, f->r.size, f->path};
		bool unknown;

		if (f->type != ENTRY_FILE || f->r.size == 0 || !differs(x, other, &p, &unknown) || !unknown || !deliver)
			continue;
		TRY(member(x, f, arena_printf(x->a->in->arena, "[%s]/%.*s", name, STR_ARG(f->path))));
	}
	return STATUS_OK;
}

/* The same for a UDF volume of the same image, which is what many systems look at first. */
static enum status udf_differences(struct iso *x, const struct iso_tree *t)
{
	struct places here = places(x, t), there;
	struct udf u;
	enum status st = udf_read(&u, x->a);

	if (u.unsupported || st == STATUS_DAMAGED) {
		struct entry e = {.name = STR("[UDF volume]"), .type = ENTRY_FILE, .origin = ORIGIN_MEMBER, .size_bytes = UINT64_MAX};

		TRY(archive_bare_child(x->a, &e, u.unsupported ? STATUS_UNSUPPORTED : STATUS_DAMAGED,
				       u.unsupported ? u.unsupported : "the UDF volume is damaged"));
	} else {
		TRY(st);
	}
	there = places_begin(x, u.n_files);
	for (size_t i = 0; i < u.n_files; i++) {
		const struct udf_file *f = &u.files[i];
		struct place p = {f->at, f->bytes, f->path};
		bool unknown;

		if (f->how != STATUS_OK)
			TRY(udf_member(&u, f, arena_printf(x->a->in->arena, "[udf]/%.*s", STR_ARG(f->path))));
		if (f->type != ENTRY_FILE || f->bytes == 0)
			continue;
		places_add(&there, p.at, p.size, p.path);
		if (f->how == STATUS_OK && differs(x, &here, &p, &unknown) && unknown)
			TRY(udf_member(&u, f, arena_printf(x->a->in->arena, "[udf]/%.*s", STR_ARG(f->path))));
	}
	places_sort(&there);
	return u.n_files ? differences(x, t, &there, "", false) : STATUS_OK;
}

static enum status members(struct iso *x)
{
	struct iso_tree *plain = &x->trees[TREE_PLAIN], *joliet = &x->trees[TREE_JOLIET];
	bool by_joliet = joliet->present && joliet->n && !plain->rock_ridge;
	struct iso_tree *first = by_joliet ? joliet : plain, *second = by_joliet ? plain : joliet;
	struct places known;

	for (size_t i = 0; i < first->n; i++)
		TRY(member(x, &first->files[i], first->files[i].path));
	if (second->present && first->present) {
		known = places(x, first);
		TRY(differences(x, second, &known, by_joliet ? "iso9660" : "joliet", true));
		known = places(x, second);
		TRY(differences(x, first, &known, "", false));
	}
	return x->udf ? udf_differences(x, first) : STATUS_OK;
}

/* ---- boot images ---- */

static uint64_t image_bytes(uint8_t media, uint16_t count)
{
	switch (media & 15) {
	case 1: return 1200 << 10;
	case 2: return 1440 << 10;
	case 3: return 2880 << 10;
	default: return count * 512ull;
	}
}

static enum status boot_image(struct iso *x, struct cursor entry, unsigned index)
{
	struct entry e = {.type = ENTRY_FILE, .origin = ORIGIN_MEMBER, .flags = ENTRY_SPAN};
	uint8_t media;
	uint16_t count;
	struct cursor part;
	uint64_t at;

	cursor_skip(&entry, 1);
	media = cursor_u8(&entry);
	cursor_skip(&entry, 4);
	count = cursor_u16le(&entry);
	at = (uint64_t)cursor_u32le(&entry) * ISO_SECTOR;
	part = cursor_clip(&x->c, at, image_bytes(media, count));
	if (!cursor_ok(&part) || !part.len) {
		x->a->damaged = true;
		archive_odd_z(x->a, "iso-boot-outside", at, NULL);
		return STATUS_OK;
	}
	e.name = arena_printf(x->a->in->arena, "[boot image %u]", index);
	e.span_offset = at;
	e.span_bytes = e.size_bytes = part.len;
	archive_region(x->a, at, part.len, "boot image");
	TRY(archive_spend(x->a, part.len));
	return archive_bare_child(x->a, &e, STATUS_OK, NULL);
}

static enum status boot_catalogue(struct iso *x)
{
	struct cursor c = cursor_clip(&x->c, x->catalogue_at, ISO_SECTOR);
	unsigned images = 0;
	size_t i;

	if (!x->catalogue_at)
		return STATUS_OK;
	if (!cursor_ok(&c) || c.len < 2 * BOOT_ENTRY_BYTES) {
		x->a->damaged = true;
		return STATUS_OK;
	}
	for (i = 1; i < BOOT_ENTRIES_MAX && (i + 1) * BOOT_ENTRY_BYTES <= c.len; i++) {
		struct cursor entry = cursor_part(&c, i * BOOT_ENTRY_BYTES, BOOT_ENTRY_BYTES);
		uint8_t kind = entry.base[0];

		if (kind == 0x88 || (kind == 0 && i == 1))
			TRY(boot_image(x, entry, images++));
		else if (kind != 0x90 && kind != 0x91 && kind != 0x44)
			break;
	}
	archive_region(x->a, x->catalogue_at, i * BOOT_ENTRY_BYTES, "boot catalogue");
	return STATUS_OK;
}

/* ---- descriptors ---- */

static bool is_joliet(const uint8_t *sector)
{
	return memcmp(sector + 88, "%/@", 3) == 0 || memcmp(sector + 88, "%/C", 3) == 0 ||
	       memcmp(sector + 88, "%/E", 3) == 0;
}

static void path_tables(struct iso *x, struct cursor c)
{
	bool differ = false;
	uint64_t bytes;

	cursor_seek(&c, 132);
	bytes = iso_both32(&c, &differ);
	for (int i = 0; i < 4; i++) {
		uint64_t sector = i < 2 ? cursor_u32le(&c) : cursor_u32be(&c);

		if (sector)
			archive_region(x->a, sector * ISO_SECTOR, bytes, "path table");
	}
}

/* The part that programs may use as they like is looked at, unless it is blank. */
static void volume_regions(struct iso *x, const uint8_t *sector)
{
	uint64_t at = (uint64_t)(sector - x->c.base);
	const uint8_t *p = sector + FREE_AREA_AT;
	bool blank = (p[0] == 0 || p[0] == ' ') && memcmp(p, p + 1, FREE_AREA_BYTES - 1) == 0;

	archive_region(x->a, at, FREE_AREA_AT + (blank ? FREE_AREA_BYTES : 0), "descriptor");
}

static void volume(struct iso *x, const uint8_t *sector, enum which which)
{
	struct iso_tree *t = &x->trees[which];
	struct cursor c = cursor_of(sector, ISO_SECTOR);
	struct iso_names plain = {.joliet = false};

	volume_regions(x, sector);
	path_tables(x, c);
	cursor_seek(&c, 80);
	if ((uint64_t)cursor_u32le(&c) * ISO_SECTOR > x->c.len) {
		x->a->damaged = true;
		archive_odd_z(x->a, "iso-cut", x->c.len, NULL);
	}
	cursor_seek(&c, 128);
	x->other_blocks |= cursor_u16le(&c) != ISO_SECTOR;
	cursor_seek(&c, 156);
	if (t->present) {
		archive_odd_z(x->a, "iso-two-volumes", (uint64_t)(sector - x->c.base), NULL);
		x->a->damaged = true;
		return;
	}
	t->names.joliet = which == TREE_JOLIET;
	t->present = iso_record_read(x->a, &plain, &c, &t->root);
	if (!t->present)
		x->a->damaged = true;
}

static void descriptors(struct iso *x)
{
	for (unsigned i = 0; i < DESCRIPTORS_MAX; i++) {
		uint64_t at = (uint64_t)(FIRST_DESCRIPTOR + i) * ISO_SECTOR;
		struct cursor c = cursor_part(&x->c, at, ISO_SECTOR);
		const uint8_t *p = c.base;

		if (!cursor_ok(&c)) {
			x->a->damaged = true;
			return;
		}
		if (memcmp(p + 1, "BEA01", 5) == 0 || memcmp(p + 1, "NSR0", 4) == 0 || memcmp(p + 1, "TEA01", 5) == 0) {
			x->udf = true;
			archive_region(x->a, at, ISO_SECTOR, "descriptor");
			continue;
		}
		if (memcmp(p + 1, "CD001", 5))
			return;
		if (p[0] == 255 || p[0] == 0)
			archive_region(x->a, at, p[0] ? 7 : 75, "descriptor");
		if (p[0] == 0 && memcmp(p + 7, "EL TORITO SPECIFICATION", 23) == 0) {
			cursor_seek(&c, 71);
			x->catalogue_at = (uint64_t)cursor_u32le(&c) * ISO_SECTOR;
		} else if (p[0] == 1) {
			volume(x, p, TREE_PLAIN);
		} else if (p[0] == 2 && is_joliet(p)) {
			volume(x, p, TREE_JOLIET);
		}
	}
}

static enum status image(struct iso *x)
{
	descriptors(x);
	if (x->other_blocks)
		return STATUS_UNSUPPORTED;
	if (!x->trees[TREE_PLAIN].present)
		return STATUS_DAMAGED;
	for (int i = 0; i < TREES; i++)
		TRY(tree_read(x, &x->trees[i]));
	TRY(members(x));
	return boot_catalogue(x);
}

static enum status iso_open(struct open_in *in)
{
	struct archive a;
	struct iso x = {.a = &a, .c = in->bytes};
	enum status st;

	archive_begin(&a, in);
	st = image(&x);
	if (st != STATUS_OK && st != STATUS_LIMIT && st != STATUS_DAMAGED && st != STATUS_UNSUPPORTED)
		return st;
	archive_regions_tell(&a);
	if (st == STATUS_OK && a.limit_why)
		return STATUS_LIMIT;
	return st == STATUS_OK && a.damaged ? STATUS_DAMAGED : st;
}

const struct format format_iso = {
	.id = FORMAT_ISO,
	.name = "iso",
	.summary = "ISO 9660 image: Rock Ridge, Joliet and UDF held against it, zisofs, boot images",
	.head_bytes = FIRST_DESCRIPTOR * ISO_SECTOR + 7,
	.probe = iso_probe,
	.open = iso_open,
};
