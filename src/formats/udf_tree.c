/*
 * Directories and files of a UDF volume. After a tag (udf_volume.c), numbers little-endian:
 *
 * File set (256): 400 address of the root  464 address of the system's streams
 * File entry (261): 20 strategy u16 (4)  27 type u8 (4 folder, 5 file, 6 7 device, 9 pipe, 10 socket, 12 link, 13 streams)
 *   34 flags u16 (0..2: how its extents are written; 40 set-user, 80 set-group, 100 sticky)  36 user u32  40 group u32
 *   44 rights u32 (x w r and two more: 0 others, 5 group, 10 owner)  56 bytes u64  84 time of change  168 bytes of
 *   attributes u32  172 bytes of extents u32  176 the attributes, then the extents
 * Extended (266): the same to 64, then 92 time  152 address of its streams  208 212 216 for 168 172 176
 * Extents: 0 { bytes u32, block u32 } in the same partition, 1 addresses of 16 bytes, 3 the content itself. The top two
 *   bits of the bytes: 0 content, 1 and 2 zeros, 3 more extents there: (258) 20 bytes u32, 24 extents
 * Name (257): 18 flags u8 (2 folder, 4 deleted, 8 the folder above)  19 bytes of the name u8  20 address  36 bytes u16
 *   between, 38, then the name; filled up to 4
 * Text: 08 and Latin-1, 10 and UTF-16BE. A link is parts { kind u8, bytes u8, u16, text }: 1 2 the root, 3 "..", 4 ".",
 *   5 a name. Time: 0 zone u16 (12 bits of minutes, signed)  2 year u16, month, day, hour, minute, second u8
 */
#include "formats/udf.h"
#include "util/buf.h"
#include "util/escape.h"

enum {
	TAG_SET = 256, TAG_NAME = 257, TAG_EXTENTS = 258, TAG_FILE = 261, TAG_FILE_EXTENDED = 266,
	TYPE_FOLDER = 4, TYPE_DEVICE = 6, TYPE_CHARACTERS = 7, TYPE_PIPE = 9, TYPE_SOCKET = 10, TYPE_LINK = 12, TYPE_STREAMS = 13,
	NAME_DELETED = 4, NAME_ABOVE = 8, NAME_BYTES = 38, SET_BYTES = 512,
	EXTENTS_SHORT = 0, EXTENTS_LONG = 1, EXTENTS_HERE = 3,
	PIECE_CONTENT = 0, PIECE_MORE = 3,
	DEPTH_MAX = 64, PATH_MAX_BYTES = 32 << 10, LINK_MAX_BYTES = 16 << 10, TEXT_MAX_BYTES = 32 << 10, STRATEGY = 4, EXTENTS_MAX = 1 << 20,
};

struct node {
	struct udf_file file;
	struct udf_address streams;
	uint8_t type;
};

/* ---- numbers and texts ---- */

static int64_t time_read(struct cursor c)
{
	uint16_t zone = cursor_u16le(&c) & 0xfff;
	int64_t year = cursor_u16le(&c), minutes = zone & 0x800 ? (int64_t)zone - 0x1000 : zone;
	const uint8_t *p = cursor_take(&c, 5);
	int64_t y, m, days;

	if (!p || year < 1 || p[0] < 1 || p[0] > 12 || p[1] < 1)
		return 0;
	y = p[0] <= 2 ? year - 1 : year;
	m = p[0] <= 2 ? p[0] + 9 : p[0] - 3;
	days = 365 * y + y / 4 - y / 100 + y / 400 + (153 * m + 2) / 5 + p[1] - 1 - 719468;
	return days * 86400 + p[2] * 3600 + p[3] * 60 + p[4] - (minutes == -2047 ? 0 : minutes * 60);
}

static void text_add(struct buf *b, struct cursor c)
{
	uint8_t kind = cursor_u8(&c);

	while (cursor_left(&c) >= (kind == 8 ? 1 : 2)) {
		uint32_t v = kind == 8 ? cursor_u8(&c) : cursor_u16be(&c);

		if (kind != 8 && v >> 10 == 0x36 && cursor_left(&c) >= 2 && cursor_peek(&c, 1)[0] >> 2 == 0x37)
			v = 0x10000 + ((v & 0x3ff) << 10) + (cursor_u16be(&c) & 0x3ffu);
		utf8_put(b, v);
	}
}

/* ---- extents ---- */

static void extent_add(struct udf *u, struct udf_extent e)
{
	struct udf_extents *x = &u->extents;
	struct udf_extent *last = x->n ? &x->list[x->n - 1] : NULL;

	x->bytes += e.bytes;
	if (last && last->zeros == e.zeros && (e.zeros || last->at + last->bytes == e.at))
		last->bytes += e.bytes;
	else
		*ARENA_PUSH(u->a->in->arena, x->list, x->n, x->room) = e;
}

static void wrong(struct udf_file *f, enum status how, const char *why)
{
	if (f->how != STATUS_OK)
		return;
	f->how = how;
	f->why = why;
}

/* What an address stands for, in one piece or (in a metadata partition) in several. */
static enum status piece_add(struct udf *u, struct udf_file *f, struct udf_address where)
{
	uint64_t left = where.bytes, at, there;

	while (left) {
		TRY(archive_step(u->a, 1));
		if (u->extents.n >= EXTENTS_MAX) {
			wrong(f, STATUS_DAMAGED, "in more pieces than any file");
			return STATUS_OK;
		}
		if (!udf_place(u, &where, &at, &there) || !there) {
			wrong(f, STATUS_DAMAGED, "its blocks lie outside the volume");
			return STATUS_OK;
		}
		there = there < left ? there : left;
		if (there > u->c.len - at) {
			there = u->c.len - at;
			wrong(f, STATUS_DAMAGED, "image ends inside this member");
			left = there;
		}
		extent_add(u, (struct udf_extent){at, there, false});
		left -= there;
		where.block += (uint32_t)(there / u->block_bytes);
	}
	return STATUS_OK;
}

/* One list of extents; *more is where it goes on. */
static enum status extents_list(struct udf *u, struct udf_file *f, struct cursor c, bool is_long, uint16_t partition,
				struct udf_address *more)
{
	while (cursor_left(&c) >= (is_long ? 16 : 8)) {
		struct udf_address x = {.partition = partition};
		unsigned kind;

		TRY(archive_step(u->a, 1));
		if (is_long) {
			x = udf_long_address(&c);
		} else {
			x.bytes = cursor_u32le(&c);
			x.block = cursor_u32le(&c);
		}
		kind = x.bytes >> 30;
		x.bytes &= 0x3fffffff;
		if (!x.bytes)
			return STATUS_OK;
		if (kind == PIECE_MORE) {
			*more = x;
			return STATUS_OK;
		}
		if (kind == PIECE_CONTENT)
			TRY(piece_add(u, f, x));
		else
			extent_add(u, (struct udf_extent){0, x.bytes, true});
	}
	return STATUS_OK;
}

static enum status extents_read(struct udf *u, struct udf_file *f, struct cursor c, bool is_long, uint16_t partition)
{
	struct udf_address more = {0};
	struct place_set seen = {0};
	uint64_t at, there;
	uint32_t bytes;

	TRY(extents_list(u, f, c, is_long, partition, &more));
	while (more.bytes) {
		TRY(archive_step(u->a, 16));
		c = cursor_of(NULL, 0);
		if (udf_place(u, &more, &at, &there))
			c = cursor_clip(&u->c, at, more.bytes < there ? more.bytes : there);
		if (udf_tag(u, c) != TAG_EXTENTS || !place_set_add(u->a->in->arena, &seen, at)) {
			wrong(f, STATUS_DAMAGED, "the list of its blocks is damaged");
			return STATUS_OK;
		}
		cursor_seek(&c, 20);
		bytes = cursor_u32le(&c);
		c = cursor_part(&c, 24, bytes);
		archive_region(u->a, at, 24 + c.len, "directory");
		more = (struct udf_address){0};
		if (!cursor_ok(&c))
			wrong(f, STATUS_DAMAGED, "the list of its blocks is damaged");
		TRY(extents_list(u, f, c, is_long, partition, &more));
	}
	return STATUS_OK;
}

/* ---- file entries ---- */

static uint32_t mode_of(uint32_t rights, uint16_t flags)
{
	return (rights >> 10 & 7) << 6 | (rights >> 5 & 7) << 3 | (rights & 7) | (flags >> 6 & 1) << 11 | (flags >> 7 & 1) << 10 |
	       (flags >> 8 & 1) << 9;
}

static enum entry_type type_of(uint8_t type)
{
	switch (type) {
	case TYPE_FOLDER:
	case TYPE_STREAMS: return ENTRY_DIR;
	case TYPE_DEVICE:
	case TYPE_CHARACTERS: return ENTRY_DEVICE;
	case TYPE_PIPE: return ENTRY_FIFO;
	case TYPE_SOCKET: return ENTRY_OTHER;
	case TYPE_LINK: return ENTRY_SYMLINK;
	default: return ENTRY_FILE;
	}
}

/* What stands behind the fixed part: attributes, then extents. */
static enum status node_extents(struct udf *u, struct cursor c, uint64_t at, uint64_t head, uint16_t flags, uint16_t partition,
				struct node *x)
{
	uint64_t attributes, extents;

	cursor_seek(&c, head - 8);
	attributes = cursor_u32le(&c);
	extents = cursor_u32le(&c);
	c = cursor_part(&c, head + attributes, extents);
	if (!cursor_ok(&c)) {
		wrong(&x->file, STATUS_DAMAGED, "its entry is damaged");
		return STATUS_OK;
	}
	if ((flags & 7) == EXTENTS_HERE) {
		archive_region(u->a, at, head + attributes, "directory");
		extent_add(u, (struct udf_extent){at + head + attributes, extents, false});
		return STATUS_OK;
	}
	archive_region(u->a, at, head + attributes + extents, "directory");
	if ((flags & 7) <= EXTENTS_LONG)
		return extents_read(u, &x->file, c, (flags & 7) == EXTENTS_LONG, partition);
	wrong(&x->file, STATUS_UNSUPPORTED, "UDF: extents of an unknown kind");
	return STATUS_OK;
}

/* Cuts the extents to the bytes that are stated; a file whose extents are too few is damaged. */
static void content_settle(struct udf_extents *x, struct udf_file *f)
{
	uint64_t left = f->bytes;

	if (x->bytes < f->bytes)
		wrong(f, STATUS_DAMAGED, "its blocks are too few");
	for (size_t i = 0; i < x->n; i++) {
		x->list[i].bytes = x->list[i].bytes < left ? x->list[i].bytes : left;
		left -= x->list[i].bytes;
	}
	while (x->n && !x->list[x->n - 1].bytes)
		x->n--;
	x->bytes = f->bytes - left;
	f->at = x->n && !x->list[0].zeros ? x->list[0].at : 0;
}

static enum status node_read(struct udf *u, const struct udf_address *where, struct node *x)
{
	struct cursor c = cursor_of(NULL, 0), time;
	struct udf_file *f = &x->file;
	uint64_t at = 0, there;
	uint16_t number, strategy, flags;
	uint32_t rights;
	bool extended;

	*x = (struct node){.file = {.entry = *where}};
	u->extents.n = 0;
	u->extents.bytes = 0;
	if (udf_place(u, where, &at, &there))
		c = cursor_clip(&u->c, at, u->block_bytes < there ? u->block_bytes : there);
	number = udf_tag(u, c);
	extended = number == TAG_FILE_EXTENDED;
	if (!extended && number != TAG_FILE) {
		wrong(f, STATUS_DAMAGED, "its entry is damaged");
		return u->a->limit_why ? STATUS_LIMIT : STATUS_OK;
	}
	cursor_seek(&c, 20);
	strategy = cursor_u16le(&c);
	cursor_skip(&c, 5);
	x->type = cursor_u8(&c);
	f->type = type_of(x->type);
	cursor_skip(&c, 6);
	flags = cursor_u16le(&c);
	f->uid = cursor_u32le(&c);
	f->gid = cursor_u32le(&c);
	rights = cursor_u32le(&c);
	f->mode = mode_of(rights, flags);
	cursor_skip(&c, 8);
	f->bytes = cursor_u64le(&c);
	time = cursor_part(&c, extended ? 92 : 84, 12);
	f->mtime = time_read(time);
	if (extended) {
		cursor_seek(&c, 152);
		x->streams = udf_long_address(&c);
	}
	if (strategy != STRATEGY) {
		wrong(f, STATUS_UNSUPPORTED, "UDF: entries for media that are written once");
		return STATUS_OK;
	}
	if (f->type != ENTRY_FILE && f->type != ENTRY_DIR && f->type != ENTRY_SYMLINK) {
		f->bytes = 0;
		archive_region(u->a, at, extended ? 216 : 176, "directory");
		return STATUS_OK;
	}
	TRY(node_extents(u, c, at, extended ? 216 : 176, flags, where->partition, x));
	content_settle(&u->extents, f);
	return STATUS_OK;
}

enum status udf_entry_read(struct udf *u, const struct udf_address *entry, struct udf_file *ret)
{
	struct node x;

	TRY(node_read(u, entry, &x));
	*ret = x.file;
	return STATUS_OK;
}

/* The content that was read last in one piece, copied if it has to be; bad if it cannot be had. */
static enum status content_whole(struct udf *u, struct cursor *ret)
{
	const struct udf_extents *x = &u->extents;
	uint8_t *copy;
	size_t n = 0;

	*ret = cursor_of(NULL, 0);
	for (size_t i = 0; i < x->n; i++)
		if (!x->list[i].zeros)
			archive_region(u->a, x->list[i].at, x->list[i].bytes, "directory");
	if (x->n == 1 && !x->list[0].zeros) {
		*ret = cursor_part(&u->c, x->list[0].at, x->list[0].bytes);
		return STATUS_OK;
	}
	u->folder_bytes += x->bytes;
	ret->bad = u->folder_bytes > u->c.len; /* all together they are no larger than the image */
	if (!x->n || ret->bad)
		return STATUS_OK;
	TRY(archive_step(u->a, x->bytes / 64));
	copy = arena_alloc(u->a->in->arena, (size_t)x->bytes);
	for (size_t i = 0; i < x->n; i++) {
		const struct udf_extent *e = &x->list[i];

		if (e->zeros)
			memset(copy + n, 0, (size_t)e->bytes);
		else
			memcpy(copy + n, u->c.base + e->at, (size_t)e->bytes);
		n += (size_t)e->bytes;
	}
	*ret = cursor_of(copy, n);
	return STATUS_OK;
}

/* ---- folders ---- */

static enum status link_read(struct udf *u, struct udf_file *f)
{
	struct cursor c;
	struct buf b;

	if (f->bytes > LINK_MAX_BYTES) {
		wrong(f, STATUS_DAMAGED, "the target is too long");
		return STATUS_OK;
	}
	TRY(content_whole(u, &c));
	buf_init(&b, TEXT_MAX_BYTES);
	while (cursor_left(&c) >= 4) {
		uint8_t kind = cursor_u8(&c), n = cursor_u8(&c);
		struct cursor name;

		cursor_skip(&c, 2);
		name = cursor_clip(&c, c.pos, n);
		cursor_skip(&c, name.len);
		if (b.len && b.p[b.len - 1] != '/')
			buf_add_char(&b, '/');
		if (kind <= 2)
			buf_add_char(&b, '/');
		else if (kind <= 4)
			buf_add_str(&b, kind == 3 ? STR("..") : STR("."));
		else
			text_add(&b, name);
	}
	f->link = arena_str(u->a->in->arena, buf_str(&b));
	buf_release(&b);
	if (!f->link.len)
		wrong(f, STATUS_DAMAGED, "the target is missing");
	return STATUS_OK;
}

static enum status node_add(struct udf *u, struct str path, const struct udf_address *where, unsigned depth);

/* The name at c; moves behind it. False when it is damaged. */
static enum status name_read(struct udf *u, struct cursor *c, struct str folder, unsigned depth, bool *ret_good)
{
	struct cursor x = cursor_part(c, c->pos, cursor_left(c)), name;
	uint8_t flags, n;
	uint16_t between;
	struct udf_address where;
	struct buf b;
	struct str path;

	*ret_good = udf_tag(u, x) == TAG_NAME;
	if (u->a->limit_why)
		return STATUS_LIMIT;
	cursor_seek(&x, 18);
	flags = cursor_u8(&x);
	n = cursor_u8(&x);
	where = udf_long_address(&x);
	between = cursor_u16le(&x);
	name = cursor_part(&x, NAME_BYTES + (uint64_t)between, n);
	*ret_good &= cursor_ok(&name);
	cursor_skip(c, (NAME_BYTES + (uint64_t)between + n + 3) / 4 * 4);
	if (!*ret_good || flags & (NAME_DELETED | NAME_ABOVE))
		return STATUS_OK;
	buf_init(&b, PATH_MAX_BYTES + TEXT_MAX_BYTES);
	buf_add_str(&b, folder);
	if (folder.len)
		buf_add_char(&b, '/');
	text_add(&b, name);
	path = arena_str(u->a->in->arena, buf_str(&b));
	buf_release(&b);
	TRY(archive_step(u->a, path.len / 64));
	return node_add(u, path, &where, depth);
}

static enum status folder_read(struct udf *u, const struct udf_file *f, struct str path, unsigned depth)
{
	struct cursor c;
	bool good = true;

	if (depth > DEPTH_MAX || path.len > PATH_MAX_BYTES) {
		u->a->limit_why = "folders inside folders";
		return STATUS_LIMIT;
	}
	TRY(content_whole(u, &c));
	while (cursor_left(&c) && good)
		TRY(name_read(u, &c, path, depth, &good));
	if (!good || f->how == STATUS_DAMAGED || c.bad) {
		archive_odd(u->a, "udf-folder-damaged", f->at, path);
		u->a->damaged = true;
	}
	return STATUS_OK;
}

/* A file, or a folder and all in it; then its streams. The root has no path. */
static enum status node_add(struct udf *u, struct str path, const struct udf_address *where, unsigned depth)
{
	struct arena *arena = u->a->in->arena;
	struct node x;

	TRY(node_read(u, where, &x));
	x.file.path = path;
	if (x.file.type == ENTRY_SYMLINK && x.file.how == STATUS_OK)
		TRY(link_read(u, &x.file));
	if (path.len)
		*ARENA_PUSH(arena, u->files, u->n_files, u->room_files) = x.file;
	else if (x.file.how != STATUS_OK || x.file.type != ENTRY_DIR)
		return x.file.how == STATUS_OK ? STATUS_DAMAGED : x.file.how;
	if (x.file.type != ENTRY_DIR && !x.streams.bytes)
		return STATUS_OK;
	if (!place_set_add(arena, &u->folders, (uint64_t)where->partition << 32 | where->block))
		return STATUS_OK;
	if (x.file.type == ENTRY_DIR && x.file.how != STATUS_UNSUPPORTED)
		TRY(folder_read(u, &x.file, path, depth));
	if (!x.streams.bytes)
		return STATUS_OK;
	return node_add(u, arena_printf(arena, "%.*s%s[streams]", STR_ARG(path), path.len ? "/" : ""), &x.streams, depth + 1);
}

enum status udf_tree_read(struct udf *u)
{
	struct cursor c = cursor_of(NULL, 0);
	struct udf_address root, streams;
	uint64_t at, there;

	if (udf_place(u, &u->root_set, &at, &there))
		c = cursor_clip(&u->c, at, SET_BYTES);
	if (udf_tag(u, c) != TAG_SET)
		return STATUS_DAMAGED;
	archive_region(u->a, at, SET_BYTES, "descriptor");
	if (udf_tag(u, cursor_clip(&u->c, at + u->block_bytes, SET_BYTES)) == 8) /* there are no more sets */
		archive_region(u->a, at + u->block_bytes, SET_BYTES, "descriptor");
	cursor_seek(&c, 400);
	root = udf_long_address(&c);
	cursor_seek(&c, 464);
	streams = udf_long_address(&c);
	TRY(node_add(u, STR_NONE, &root, 0));
	return streams.bytes ? node_add(u, STR("[streams]"), &streams, 1) : STATUS_OK;
}
