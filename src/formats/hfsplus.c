/*
 * HFS Plus (Apple TN1150). All numbers big-endian.
 *
 * 1024: 0 "H+" or "HX"  40 bytes a block u32  44 blocks u32; forks of 80 bytes at 112 allocation, 192
 * extents, 272 catalog, 352 attributes, 432 start-up: size u64, clump u32, blocks u32, 8 extents of
 * { first block u32, blocks u32 }. The same again 1024 bytes in front of the end.
 *
 * A tree's node: 0 next u32  4 previous u32  8 kind i8 (-1 leaf, 1 header)  10 records u16; offsets of
 * records count back from its end. The header's record at 14: 10 first leaf u32, 18 node bytes u16.
 * Catalog key: bytes u16, parent u32, name (u16 n, n UTF-16). Folder: 0 kind 1  8 id u32. File: 0 kind 2
 * 8 id u32  88 data fork  168 resource fork. Both: 16 changed u32 (since 1904)  32 owner u32  36 group u32
 * 41 owner's flags u8  42 mode u16  44 special u32; a file 48 type, 52 creator. Extents key: bytes u16,
 * fork u8, pad, file u32, first u32; then 8 extents.
 *
 * A hard link is a file of type "hlnk", creator "hfs+": the content is "iNode" and its special number in
 * a folder of the system. Attributes key: bytes u16, pad u16, file u32, first u32, name (u16 n, n UTF-16);
 * 0 kind u32 (0x10 here: 12 bytes u32, 16 the value). Files that the file system compresses (owner's flag
 * 0x20) have one called com.apple.decmpfs, see decmpfs.c; of the others nothing is read.
 */
#include <stdlib.h>

#include "formats/archive.h"
#include "formats/decmpfs.h"
#include "util/buf.h"
#include "util/escape.h"

enum {
	HEADER_AT = 1024, HEADER_BYTES = 512, FORK_BYTES = 80, EXTENTS_A_RECORD = 8, NODE_MAX_BYTES = 32768,
	KIND_FOLDER = 1, KIND_FILE = 2, ROOT_FOLDER = 2, PATH_DEPTH_MAX = 100, PATH_MAX_BYTES = 8192, EXTENTS_MAX = 1 << 20,
	FILE_BYTES = 248, FOLDER_BYTES = 88, FLAG_COMPRESSED = 0x20, LINK_MAX_BYTES = 4096, CATALOG_FILE = 4, ATTRIBUTES_FILE = 8,
	ATTRIBUTE_HERE = 0x10,
};
static const int64_t since_1904 = 2082844800;

struct extent {
	uint32_t first, blocks;
};

struct fork {
	uint64_t bytes;
	struct extent *extents;
	size_t n, room;
};

/* More extents of a file than its record holds. */
struct overflow {
	uint32_t file, first;
	uint8_t fork;
	struct extent extents[EXTENTS_A_RECORD];
};

struct folder {
	uint32_t id, parent;
	struct str name;
};

/* How a file is compressed. */
struct packing {
	uint32_t file;
	bool elsewhere; /* the attribute is not in its record */
	struct cursor value;
};

struct hfs {
	struct archive *a;
	struct cursor c;
	uint32_t block_bytes, n_blocks;
	struct overflow *overflows; /* sorted */
	size_t n_overflows, room_overflows;
	struct folder *folders; /* sorted by id */
	size_t n_folders, room_folders;
	struct packing *packings; /* sorted by file */
	size_t n_packings, room_packings;
	struct decmpfs decmpfs;
	const struct fork *resources; /* of the file that is unpacked */
	struct fork kept[2];          /* room for the forks of one file after the other */
};

/* ---- forks ---- */

static void fork_add(struct hfs *h, struct fork *f, struct cursor *c, uint64_t *ret_blocks)
{
	for (int i = 0; i < EXTENTS_A_RECORD; i++) {
		struct extent e = {cursor_u32be(c), 0};

		e.blocks = cursor_u32be(c);
		if (!e.blocks)
			continue;
		*ret_blocks += e.blocks;
		*ARENA_PUSH(h->a->in->arena, f->extents, f->n, f->room) = e;
	}
}

static int overflow_cmp(const void *x, const void *y)
{
	const struct overflow *a = x, *b = y;

	if (a->file != b->file)
		return a->file < b->file ? -1 : 1;
	if (a->fork != b->fork)
		return a->fork - b->fork;
	return a->first < b->first ? -1 : a->first > b->first;
}

/* Adds what the extents tree knows about this fork, from the block where the record ends. */
static void fork_overflow(struct hfs *h, struct fork *f, uint32_t file, uint8_t kind, uint64_t have, uint64_t want)
{
	struct overflow key = {.file = file, .fork = kind};

	while (have < want) {
		const struct overflow *o;
		uint64_t before = have;

		key.first = (uint32_t)have;
		o = h->n_overflows ? bsearch(&key, h->overflows, h->n_overflows, sizeof(*o), overflow_cmp) : NULL;
		for (int i = 0; o && i < EXTENTS_A_RECORD && o->extents[i].blocks; i++) {
			*ARENA_PUSH(h->a->in->arena, f->extents, f->n, f->room) = o->extents[i];
			have += o->extents[i].blocks;
		}
		if (have == before || f->n > EXTENTS_MAX)
			return;
	}
}

static struct fork fork_read(struct hfs *h, struct cursor c, uint32_t file, uint8_t kind, struct fork *room)
{
	struct fork f = {.extents = room ? room->extents : NULL, .room = room ? room->room : 0};
	uint64_t blocks, have = 0;

	f.bytes = cursor_u64be(&c);

	(void)cursor_u32be(&c);
	blocks = cursor_u32be(&c);
	fork_add(h, &f, &c, &have);
	fork_overflow(h, &f, file, kind, have, blocks);
	if (room)
		*room = f;
	return f;
}

/* The next contiguous piece of a fork; false at its end or (ret->bad) where it leaves the volume. */
struct piece {
	size_t i;
	uint64_t left;
	bool bad;
	const uint8_t *p;
	size_t n;
	uint64_t at;
};

static bool piece_next(const struct hfs *h, const struct fork *f, struct piece *x)
{
	uint64_t at, n;

	if (!x->left)
		return false;
	if (x->i == f->n) {
		x->bad = true;
		return false;
	}
	at = (uint64_t)f->extents[x->i].first * h->block_bytes;
	n = (uint64_t)f->extents[x->i].blocks * h->block_bytes;
	x->i++;
	n = n < x->left ? n : x->left;
	if (at > h->c.len || n > h->c.len - at) {
		x->bad = true;
		return false;
	}
	x->at = at;
	x->p = h->c.base + at;
	x->n = (size_t)n;
	x->left -= n;
	return true;
}

/* A whole fork in one piece, copied if it has to be; empty (and *ret_st) if it cannot be had. Without
 * `what` nothing of it is explained by that. */
static struct cursor fork_whole(struct hfs *h, const struct fork *f, const char *what, enum status *ret_st)
{
	struct piece x = {.left = f->bytes};
	uint8_t *copy;
	size_t at = 0;

	*ret_st = STATUS_DAMAGED;
	if (!f->bytes || f->bytes > h->c.len)
		return cursor_of(NULL, 0);
	if (f->n == 1 && piece_next(h, f, &x) && !x.left) {
		if (what)
			archive_region(h->a, x.at, x.n, what);
		*ret_st = STATUS_OK;
		return cursor_of(x.p, x.n);
	}
	*ret_st = archive_step(h->a, f->bytes / 64);
	if (*ret_st != STATUS_OK)
		return cursor_of(NULL, 0);
	copy = arena_alloc(h->a->in->arena, (size_t)f->bytes);
	x = (struct piece){.left = f->bytes};
	while (piece_next(h, f, &x)) {
		if (what)
			archive_region(h->a, x.at, x.n, what);
		memcpy(copy + at, x.p, x.n);
		at += x.n;
	}
	*ret_st = x.bad ? STATUS_DAMAGED : STATUS_OK;
	return x.bad ? cursor_of(NULL, 0) : cursor_of(copy, at);
}

/* ---- trees ---- */

typedef enum status record_fn(struct hfs *h, struct cursor key, struct cursor data); /* a function type */

/* Calls record() for each record of each leaf, in order. */
static enum status tree_walk(struct hfs *h, struct cursor tree, record_fn *record)
{
	struct cursor c = tree;
	uint32_t node, bytes;
	uint64_t walked = 0;

	cursor_seek(&c, 14 + 10);
	node = cursor_u32be(&c);
	(void)cursor_u32be(&c);
	bytes = cursor_u16be(&c);
	if (!cursor_ok(&c) || bytes < 512 || bytes > NODE_MAX_BYTES || (bytes & (bytes - 1)))
		return STATUS_DAMAGED;
	while (node) {
		struct cursor n = cursor_part(&tree, (uint64_t)node * bytes, bytes), key, data;
		uint16_t records;

		if (!cursor_ok(&n) || walked++ > tree.len / bytes)
			return STATUS_DAMAGED; /* outside, or round in circles */
		node = cursor_u32be(&n);
		(void)cursor_u32be(&n);
		if (cursor_u8(&n) != 0xff)
			return STATUS_DAMAGED;
		cursor_skip(&n, 1);
		records = cursor_u16be(&n);
		if (records > (bytes - 14) / 4)
			return STATUS_DAMAGED;
		TRY(archive_step(h->a, 2 + 2 * (uint64_t)records));
		for (unsigned i = 0; i < records; i++) {
			struct cursor o = n;
			uint16_t from, to, n_key;

			cursor_seek(&o, bytes - 2 * (i + 2));
			to = cursor_u16be(&o);
			from = cursor_u16be(&o);
			if (from < 14 || to <= from)
				return STATUS_DAMAGED;
			data = cursor_part(&n, from, (uint64_t)to - from);
			n_key = cursor_u16be(&data);
			key = cursor_part(&data, 2, n_key);
			data = cursor_part(&data, 2u + n_key + (n_key & 1u), data.len >= 2u + n_key + (n_key & 1u) ? data.len - 2u - n_key - (n_key & 1u) : 1);
			if (!cursor_ok(&key) || !cursor_ok(&data))
				return STATUS_DAMAGED;
			TRY(record(h, key, data));
		}
	}
	return STATUS_OK;
}

static enum status overflow_record(struct hfs *h, struct cursor key, struct cursor data)
{
	struct overflow o = {.fork = cursor_u8(&key)};

	cursor_skip(&key, 1);
	o.file = cursor_u32be(&key);
	o.first = cursor_u32be(&key);
	for (int i = 0; i < EXTENTS_A_RECORD; i++) {
		o.extents[i].first = cursor_u32be(&data);
		o.extents[i].blocks = cursor_u32be(&data);
	}
	if (cursor_ok(&key) && cursor_ok(&data))
		*ARENA_PUSH(h->a->in->arena, h->overflows, h->n_overflows, h->room_overflows) = o;
	return STATUS_OK;
}

/* ---- names ---- */

static struct str name_of(struct hfs *h, struct cursor *key)
{
	uint64_t n = cursor_u16be(key);
	struct buf b;
	struct str s;

	buf_init(&b, 4096);
	n = cursor_count(key, n, 2);
	for (uint64_t i = 0; i < n; i++) {
		uint32_t cp = cursor_u16be(key);

		if (cp >= 0xd800 && cp < 0xdc00 && i + 1 < n) {
			uint32_t low = cursor_u16be(key);

			i++;
			cp = low >= 0xdc00 && low < 0xe000 ? 0x10000 + ((cp - 0xd800) << 10) + (low - 0xdc00) : 0xfffd;
		}
		/* What is a slash here is a colon to programs. */
		utf8_put(&b, cp == '/' ? ':' : cp);
	}
	s = arena_str(h->a->in->arena, buf_str(&b));
	buf_release(&b);
	return s;
}

static int folder_cmp(const void *x, const void *y)
{
	const struct folder *a = x, *b = y;

	return a->id < b->id ? -1 : a->id > b->id;
}

static enum status folder_record(struct hfs *h, struct cursor key, struct cursor data)
{
	struct folder f = {.parent = cursor_u32be(&key)};
	uint16_t kind = cursor_u16be(&data);

	if (kind != KIND_FOLDER)
		return STATUS_OK;
	f.name = name_of(h, &key);
	cursor_seek(&data, 8);
	f.id = cursor_u32be(&data);
	if (cursor_ok(&data) && cursor_ok(&key))
		*ARENA_PUSH(h->a->in->arena, h->folders, h->n_folders, h->room_folders) = f;
	return STATUS_OK;
}

static int packing_cmp(const void *x, const void *y)
{
	const struct packing *a = x, *b = y;

	return a->file < b->file ? -1 : a->file > b->file;
}

static enum status attribute_record(struct hfs *h, struct cursor key, struct cursor data)
{
	struct packing p = {0};
	uint32_t bytes;

	cursor_skip(&key, 2);
	p.file = cursor_u32be(&key);
	cursor_skip(&key, 4);
	if (!str_is(name_of(h, &key), "com.apple.decmpfs"))
		return STATUS_OK;
	p.elsewhere = cursor_u32be(&data) != ATTRIBUTE_HERE;
	cursor_skip(&data, 8);
	bytes = cursor_u32be(&data);
	p.value = cursor_part(&data, data.pos, p.elsewhere ? 0 : bytes);
	if (!cursor_ok(&p.value))
		return STATUS_DAMAGED;
	*ARENA_PUSH(h->a->in->arena, h->packings, h->n_packings, h->room_packings) = p;
	return STATUS_OK;
}

/* "a/b/name"; what leads nowhere, round in circles or further than any system goes is "?/name". */
static struct str path_of(struct hfs *h, uint32_t parent, struct str name)
{
	struct arena *a = h->a->in->arena;
	const struct folder *above[PATH_DEPTH_MAX];
	unsigned depth = 0;
	size_t bytes = name.len;
	struct buf b;
	struct str path;

	for (; parent != ROOT_FOLDER; parent = above[depth++]->parent) {
		struct folder key = {.id = parent};
		const struct folder *f = h->n_folders ? bsearch(&key, h->folders, h->n_folders, sizeof(key), folder_cmp) : NULL;

		if (!f || depth == PATH_DEPTH_MAX || bytes + f->name.len + 1 > PATH_MAX_BYTES)
			return arena_printf(a, "?/%.*s", STR_ARG(name));
		bytes += f->name.len + 1;
		above[depth] = f;
	}
	buf_init(&b, PATH_MAX_BYTES + name.len);
	while (depth) {
		buf_add_str(&b, above[--depth]->name);
		buf_add_char(&b, '/');
	}
	buf_add_str(&b, name);
	path = arena_str(a, buf_str(&b));
	buf_release(&b);
	return path;
}

/* ---- members ---- */

struct attributes {
	uint16_t mode;
	uint32_t uid, gid, special, type, creator;
	uint8_t owner_flags;
	int64_t mtime;
};

static struct attributes attributes_read(struct cursor data)
{
	struct attributes x = {0};

	cursor_seek(&data, 16);
	x.mtime = (int64_t)cursor_u32be(&data) - since_1904;
	cursor_seek(&data, 32);
	x.uid = cursor_u32be(&data);
	x.gid = cursor_u32be(&data);
	cursor_skip(&data, 1);
	x.owner_flags = cursor_u8(&data);
	x.mode = cursor_u16be(&data);
	x.special = cursor_u32be(&data);
	x.type = cursor_u32be(&data);
	x.creator = cursor_u32be(&data);
	return x;
}

static enum entry_type type_of(const struct attributes *x)
{
	switch (x->mode >> 12) {
	case 0xa: return ENTRY_SYMLINK;
	case 0x1: return ENTRY_FIFO;
	case 0x2:
	case 0x6: return ENTRY_DEVICE;
	case 0xc: return ENTRY_OTHER;
	default: return ENTRY_FILE;
	}
}

static enum status link_give(struct hfs *h, const struct fork *f, struct entry *e)
{
	enum status st;
	struct cursor target = f->bytes <= LINK_MAX_BYTES ? fork_whole(h, f, "member", &st) : cursor_of(NULL, 0);

	e->link = str_view(target.base, target.len);
	return archive_bare_child(h->a, e, target.len ? STATUS_OK : STATUS_DAMAGED, target.len ? NULL : "the target is missing");
}

static enum status fork_give(struct hfs *h, const struct fork *f, struct entry *e)
{
	struct piece x = {.left = f->bytes};

	e->size_bytes = f->bytes;
	if (f->n == 1 && piece_next(h, f, &x) && !x.left) {
		if (archive_spend_stored(h->a, x.n) != STATUS_OK) { /* many names may stand for the same bytes */
			TRY(archive_bare_child(h->a, e, STATUS_LIMIT, h->a->limit_why));
			return STATUS_LIMIT;
		}
		e->flags = ENTRY_SPAN;
		e->span_offset = x.at;
		e->span_bytes = x.n;
		archive_region(h->a, x.at, x.n, "member");
		return archive_bare_child(h->a, e, STATUS_OK, NULL);
	}
	x = (struct piece){.left = f->bytes};
	TRY(archive_child(h->a, e));
	while (piece_next(h, f, &x)) {
		enum status st = archive_spend_stored(h->a, x.n);

		if (st == STATUS_OK)
			st = archive_step(h->a, 1 + x.n / 64);
		if (st != STATUS_OK) {
			TRY(archive_child_end(h->a, STATUS_LIMIT, h->a->limit_why));
			return st;
		}
		archive_region(h->a, x.at, x.n, "member");
		TRY(archive_data(h->a, x.p, x.n));
	}
	return archive_child_end(h->a, x.bad ? STATUS_DAMAGED : STATUS_OK, x.bad ? "its blocks lie outside, or are too few" : NULL);
}

static void resources_used(void *user, uint64_t offset, uint64_t n)
{
	struct hfs *h = user;

	if (h->resources->n == 1)
		archive_region(h->a, (uint64_t)h->resources->extents[0].first * h->block_bytes + offset, n, "member");
}

/* A file that the file system compresses. */
static enum status packed_give(struct hfs *h, const struct packing *p, const struct fork *resources, struct entry *e)
{
	struct decmpfs *d = &h->decmpfs;
	enum status how = STATUS_OK, st = STATUS_OK;
	const char *why;

	e->size_bytes = decmpfs_bytes(p->value);
	d->attribute = p->value;
	d->resources = decmpfs_in_resources(p->value) ? fork_whole(h, resources, resources->n == 1 ? NULL : "member", &st)
						      : cursor_of(NULL, 0);
	if (st == STATUS_LIMIT)
		return st;
	h->resources = resources;
	TRY(archive_child(h->a, e));
	st = decmpfs_content(d, &how, &why);
	if (st != STATUS_OK && how != STATUS_LIMIT)
		return st;
	TRY(archive_child_end(h->a, how, why));
	return st;
}

static enum status file_give(struct hfs *h, uint32_t id, bool compressed, const struct fork *data, const struct fork *resources,
			     struct entry *e)
{
	struct packing key = {.file = id};
	const struct packing *p = compressed && h->n_packings ? bsearch(&key, h->packings, h->n_packings, sizeof(key), packing_cmp) : NULL;
	struct str name = e->name;

	if (p && !p->elsewhere)
		TRY(packed_give(h, p, resources, e));
	else if (compressed && !data->bytes)
		TRY(archive_bare_child(h->a, e, STATUS_UNSUPPORTED, "compressed by the file system, and how stands elsewhere"));
	if (p && !p->elsewhere && data->bytes) { /* systems of before would read that */
		archive_odd(h->a, "hfs-two-contents", 0, name);
		e->name = arena_printf(h->a->in->arena, "%.*s/..namedfork/data", STR_ARG(name));
	}
	if (data->bytes || !compressed)
		TRY(fork_give(h, data, e));
	if (!resources->bytes || (p && decmpfs_in_resources(p->value)))
		return STATUS_OK;
	e->name = arena_printf(h->a->in->arena, "%.*s/..namedfork/rsrc", STR_ARG(name));
	e->flags = 0;
	return fork_give(h, resources, e);
}

static enum status file_record(struct hfs *h, struct cursor key, struct cursor data)
{
	uint32_t parent = cursor_u32be(&key), id;
	struct entry e = {.type = ENTRY_FILE, .origin = ORIGIN_MEMBER};
	struct cursor c = data;
	struct attributes x = attributes_read(data);
	struct fork main_fork, resources;
	uint16_t kind = cursor_u16be(&c);

	if (kind != KIND_FILE && kind != KIND_FOLDER)
		return STATUS_OK;
	if (parent == 1 || data.len < (kind == KIND_FILE ? FILE_BYTES : FOLDER_BYTES))
		return STATUS_OK; /* the volume's own folder */
	e.name = path_of(h, parent, name_of(h, &key));
	e.mode = x.mode & 07777u;
	e.uid = x.uid;
	e.gid = x.gid;
	e.mtime = x.mtime;
	TRY(archive_step(h->a, 2 + e.name.len / 64));
	if (kind == KIND_FOLDER) {
		e.type = ENTRY_DIR;
		return archive_bare_child(h->a, &e, STATUS_OK, NULL);
	}
	cursor_seek(&c, 8);
	id = cursor_u32be(&c);
	main_fork = fork_read(h, cursor_part(&data, 88, FORK_BYTES), id, 0, &h->kept[0]);
	resources = fork_read(h, cursor_part(&data, 168, FORK_BYTES), id, 0xff, &h->kept[1]);
	TRY(archive_step(h->a, (main_fork.n + resources.n) / 8));
	e.type = type_of(&x);
	if (x.type == 0x686c6e6b && x.creator == 0x6866732b) {
		e.type = ENTRY_HARDLINK;
		e.link = arena_printf(h->a->in->arena, "iNode%u", x.special);
		return archive_bare_child(h->a, &e, STATUS_OK, NULL);
	}
	if (e.type == ENTRY_SYMLINK)
		return link_give(h, &main_fork, &e);
	if (e.type != ENTRY_FILE)
		return archive_bare_child(h->a, &e, STATUS_OK, NULL);
	return file_give(h, id, x.owner_flags & FLAG_COMPRESSED, &main_fork, &resources, &e);
}

/* ---- the volume ---- */

static struct cursor special(struct hfs *h, uint64_t at, uint32_t file, enum status *ret_st)
{
	struct fork f = fork_read(h, cursor_part(&h->c, HEADER_AT + at, FORK_BYTES), file, 0, NULL);

	*ret_st = STATUS_OK;
	return f.bytes ? fork_whole(h, &f, "table", ret_st) : cursor_of(NULL, 0);
}

/* A tree that the catalog can be read without. */
static enum status second_tree(struct hfs *h, uint64_t at, uint32_t file, record_fn *record)
{
	enum status st;
	struct cursor tree = special(h, at, file, &st);

	if (tree.len)
		st = tree_walk(h, tree, record);
	if (st != STATUS_DAMAGED)
		return st;
	archive_odd_z(h->a, "hfs-tree-damaged", 0, file == ATTRIBUTES_FILE ? "attributes" : "extents");
	h->a->damaged = true;
	return STATUS_OK;
}

static enum status hfs_read(struct hfs *h)
{
	struct cursor c = cursor_part(&h->c, HEADER_AT, HEADER_BYTES), tree;
	enum status st;

	cursor_seek(&c, 40);
	h->block_bytes = cursor_u32be(&c);
	h->n_blocks = cursor_u32be(&c);
	archive_region(h->a, HEADER_AT, HEADER_BYTES, "header");
	if (!cursor_ok(&c) || h->block_bytes < 512 || h->block_bytes & (h->block_bytes - 1))
		return STATUS_DAMAGED;
	if ((uint64_t)h->n_blocks * h->block_bytes > h->c.len)
		h->a->damaged = true; /* cut, be it where no file stands */
	if (h->c.len >= 2 * HEADER_AT + HEADER_BYTES && memcmp(h->c.base + h->c.len - HEADER_AT, h->c.base + HEADER_AT, 2) == 0)
		archive_region(h->a, h->c.len - HEADER_AT, HEADER_BYTES, "header");
	(void)special(h, 112, 6, &st);
	(void)special(h, 432, 7, &st);
	TRY(second_tree(h, 192, 3, overflow_record));
	if (h->n_overflows)
		qsort(h->overflows, h->n_overflows, sizeof(*h->overflows), overflow_cmp);
	TRY(second_tree(h, 352, ATTRIBUTES_FILE, attribute_record));
	if (h->n_packings)
		qsort(h->packings, h->n_packings, sizeof(*h->packings), packing_cmp);
	tree = special(h, 272, CATALOG_FILE, &st);
	TRY(st);
	if (!tree.len)
		return STATUS_DAMAGED;
	TRY(tree_walk(h, tree, folder_record));
	if (h->n_folders)
		qsort(h->folders, h->n_folders, sizeof(*h->folders), folder_cmp);
	return tree_walk(h, tree, file_record);
}

static enum status hfs_open(struct open_in *in)
{
	struct archive a;
	struct hfs h = {.a = &a, .c = in->bytes, .decmpfs = {.a = &a, .used = resources_used}};
	enum status st;

	h.decmpfs.user = &h;
	archive_begin(&a, in);
	st = hfs_read(&h);
	if (st == STATUS_DAMAGED) {
		archive_odd_z(&a, "hfs-catalog-damaged", 0, NULL);
		a.damaged = true;
		st = STATUS_OK;
	}
	if (st != STATUS_OK && st != STATUS_LIMIT)
		return st;
	archive_regions_tell(&a);
	return st != STATUS_OK ? st : a.damaged ? STATUS_DAMAGED : STATUS_OK;
}

static int hfs_probe(struct cursor head, uint64_t total_bytes)
{
	uint16_t mark, version;
	uint32_t block;

	(void)total_bytes;
	cursor_seek(&head, HEADER_AT);
	mark = cursor_u16be(&head);
	version = cursor_u16be(&head);
	cursor_seek(&head, HEADER_AT + 40);
	block = cursor_u32be(&head);
	if (!cursor_ok(&head) || (mark != 0x482b && mark != 0x4858) || (version != 4 && version != 5))
		return 0;
	return block >= 512 && block <= 1 << 20 && !(block & (block - 1)) ? 56 : 0;
}

const struct format format_hfsplus = {
	.id = FORMAT_HFSPLUS,
	.name = "hfsplus",
	.summary = "HFS Plus volume: inside Apple disk images",
	.head_bytes = HEADER_AT + HEADER_BYTES,
	.probe = hfs_probe,
	.open = hfs_open,
};
