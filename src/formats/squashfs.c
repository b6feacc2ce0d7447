/*
 * SquashFS 4.0: snaps, AppImages, live systems. Superblock and tables: squashfs_table.c. An inode is
 * named by (offset of its metadata block << 16 | offset inside):
 *
 *  0 kind u16  2 mode u16  4 user u16  6 group u16 (indexes of ids)  8 time u32  12 number u32
 * 16 and then, by kind (those from 8 on may have extended attributes):
 *	1 folder    block u32, links u32, size u16, offset u16, parent u32
 *	8           links u32, size u32, block u32, parent u32, indexes u16, offset u16, attributes u32
 *	2 file      blocks at u32, fragment u32, offset in it u32, size u32, block sizes u32[]
 *	9           blocks at u64, size u64, holes u64, links u32, fragment u32, offset u32,
 *		    attributes u32, block sizes u32[]
 *	3, 10 link  links u32, size u32, target, (10) attributes u32
 *	4, 5, 11, 12 devices, 6, 7, 13, 14 pipes and sockets
 * A folder's lines: headers of (lines - 1) u32, block u32, number u32, each with lines of offset u16,
 * number s16, kind u16, (name bytes - 1) u16, name. A folder's size counts 3 more than there are.
 *
 * Extended attributes become one derived child, a line each. What no inode names is a gap.
 */
#include "formats/squashfs.h"

#include "util/buf.h"
#include "util/escape.h"

enum {
	KIND_FOLDER = 1, KIND_FILE, KIND_LINK, KIND_BLOCK_DEVICE, KIND_CHAR_DEVICE, KIND_FIFO,
	KIND_SOCKET, KIND_LONG_FOLDER, KIND_LONG_FILE, KIND_LONG_LINK, KIND_LONG_SOCKET = 14,
	DEPTH_MAX = 200,
	PATH_MAX_BYTES = 8192,
	LINK_MAX_BYTES = 65536,
	NAME_MAX_BYTES = 256,
	HEADER_LINES_MAX = 256,
	ATTRIBUTES_MAX = 256,
	ATTRIBUTE_VALUE_BYTES = 64,
	ATTRIBUTE_ELSEWHERE = 0x100,
	ATTRIBUTES_TEXT_BYTES = 4 << 20,
};

struct inode {
	uint16_t kind, mode;
	uint32_t uid, gid;
	uint32_t time, links, fragment, fragment_offset, attributes;
	uint64_t size, blocks_at;
	uint64_t folder_block;
	uint16_t folder_offset;
	struct squash_reader rest; /* behind the fixed part: block sizes, a link's target */
	bool bad;
};

struct seen {
	uint64_t ref; /* 0 = empty: the reference of the first inode is stored as 1 + itself */
	struct str path;
};

struct walk {
	struct squash *q;
	struct seen *seen; /* folders and files with several names, by reference */
	size_t n_seen, room_seen;
	struct buf attributes; /* the text of the derived child */
};

/* ---- inodes ---- */

static void inode_folder(struct squash_reader *r, struct inode *i)
{
	if (i->kind == KIND_FOLDER) {
		i->folder_block = squash_u32(r);
		i->links = squash_u32(r);
		i->size = squash_u16(r);
		i->folder_offset = squash_u16(r);
		return;
	}
	i->links = squash_u32(r);
	i->size = squash_u32(r);
	i->folder_block = squash_u32(r);
	squash_bytes(r, NULL, 4 + 2);
	i->folder_offset = squash_u16(r);
	i->attributes = squash_u32(r);
}

static void inode_file(struct squash_reader *r, struct inode *i)
{
	if (i->kind == KIND_FILE) {
		i->blocks_at = squash_u32(r);
		i->fragment = squash_u32(r);
		i->fragment_offset = squash_u32(r);
		i->size = squash_u32(r);
		return;
	}
	i->blocks_at = squash_u64(r);
	i->size = squash_u64(r);
	squash_bytes(r, NULL, 8);
	i->links = squash_u32(r);
	i->fragment = squash_u32(r);
	i->fragment_offset = squash_u32(r);
	i->attributes = squash_u32(r);
}

static void inode_read(struct squash *q, uint64_t ref, struct inode *i)
{
	struct squash_reader r = squash_at(q, q->inodes_at, ref >> 16, ref & 0xffff);
	uint16_t user, group;

	memset(i, 0, sizeof(*i));
	i->kind = squash_u16(&r);
	i->mode = squash_u16(&r);
	user = squash_u16(&r);
	group = squash_u16(&r);
	i->time = squash_u32(&r);
	squash_bytes(&r, NULL, 4);
	i->links = 1;
	i->attributes = i->fragment = (uint32_t)SQUASH_NONE;
	if (i->kind == KIND_FOLDER || i->kind == KIND_LONG_FOLDER) {
		inode_folder(&r, i);
	} else if (i->kind == KIND_FILE || i->kind == KIND_LONG_FILE) {
		inode_file(&r, i);
	} else {
		i->links = squash_u32(&r);
		if (i->kind == KIND_LINK || i->kind == KIND_LONG_LINK)
			i->size = squash_u32(&r);
	}
	i->rest = r;
	i->bad = r.bad || i->kind < KIND_FOLDER || i->kind > KIND_LONG_SOCKET;
	if (!i->bad) {
		i->uid = squash_id(q, user);
		i->gid = squash_id(q, group);
	}
}

static enum entry_type type_of(const struct inode *i)
{
	switch (i->kind > KIND_SOCKET ? i->kind - KIND_SOCKET : i->kind) {
	case KIND_FOLDER: return ENTRY_DIR;
	case KIND_FILE: return ENTRY_FILE;
	case KIND_LINK: return ENTRY_SYMLINK;
	case KIND_BLOCK_DEVICE:
	case KIND_CHAR_DEVICE: return ENTRY_DEVICE;
	case KIND_FIFO: return ENTRY_FIFO;
	default: return ENTRY_OTHER;
	}
}

/* ---- what was seen before ---- */

static size_t seen_place(const struct walk *w, uint64_t key)
{
	size_t i = (size_t)(key * 0x9e3779b97f4a7c15u >> 20) % w->room_seen;

	while (w->seen[i].ref && w->seen[i].ref != key)
		i = (i + 1) % w->room_seen;
	return i;
}

/* The path under which the reference was met before; else remembers this one and returns NULL. */
static const struct str *seen_before(struct walk *w, uint64_t ref, struct str path)
{
	uint64_t key = ref + 1;
	size_t at;

	if (w->n_seen * 2 >= w->room_seen) {
		struct seen *old = w->seen;
		size_t room = w->room_seen;

		w->room_seen = room ? room * 2 : 256;
		w->seen = ARENA_ARRAY(w->q->a->in->arena, w->room_seen, struct seen);
		for (size_t i = 0; i < room; i++)
			if (old[i].ref)
				w->seen[seen_place(w, old[i].ref)] = old[i];
	}
	at = seen_place(w, key);
	if (w->seen[at].ref)
		return &w->seen[at].path;
	w->seen[at] = (struct seen){key, path};
	w->n_seen++;
	return NULL;
}

/* ---- extended attributes ---- */

static void attribute_value(struct walk *w, struct squash_reader r, bool elsewhere)
{
	uint32_t n = squash_u32(&r);
	uint8_t value[ATTRIBUTE_VALUE_BYTES];
	size_t shown;

	if (elsewhere) {
		uint64_t ref = squash_u64(&r);

		r = squash_at(w->q, w->q->pairs_at, ref >> 16, ref & 0xffff);
		n = squash_u32(&r);
	}
	shown = n < sizeof(value) ? n : sizeof(value);
	squash_bytes(&r, value, shown);
	for (size_t i = 0; i < shown && !r.bad; i++)
		buf_printf(&w->attributes, "%02x", value[i]);
	buf_printf(&w->attributes, "%s\n", r.bad ? " (damaged)" : n > shown ? ".." : "");
}

static void attributes_note(struct walk *w, const struct inode *i, struct str path)
{
	static const char *const spaces[] = {"user", "trusted", "security"};
	struct squash *q = w->q;
	struct squash_reader list, pair;
	struct cursor c = q->c;
	uint64_t ref;
	uint32_t n;

	if (i->attributes >= q->n_attributes)
		return;
	cursor_seek(&c, q->attributes_at + 16);
	cursor_skip(&c, (uint64_t)i->attributes * 16 / SQUASH_META_BYTES * 8);
	list = (struct squash_reader){.q = q, .at = cursor_u64le(&c),
				      .pos = (size_t)i->attributes * 16 % SQUASH_META_BYTES};
	ref = squash_u64(&list);
	n = squash_u32(&list);
	pair = squash_at(q, q->pairs_at, ref >> 16, ref & 0xffff);
	pair.bad |= list.bad;
	for (uint32_t k = 0; k < n && k < ATTRIBUTES_MAX && !pair.bad; k++) {
		uint16_t kind = squash_u16(&pair), n_name = squash_u16(&pair);
		char name[NAME_MAX_BYTES] = "";
		struct str shown;
		uint32_t bytes;
		struct squash_reader value;

		squash_bytes(&pair, name, n_name < sizeof(name) ? n_name : sizeof(name));
		squash_bytes(&pair, NULL, n_name > sizeof(name) ? n_name - sizeof(name) : 0);
		shown = escape_text(q->a->in->arena, str_view(name, n_name < sizeof(name) ? n_name : sizeof(name)),
				    sizeof(name));
		value = pair;
		bytes = squash_u32(&pair);
		squash_bytes(&pair, NULL, bytes);
		buf_printf(&w->attributes, "%.*s: %s.%.*s = ", STR_ARG(escape_text(q->a->in->arena, path, PATH_MAX_BYTES)),
			   (kind & 0xff) < 3 ? spaces[kind & 0xff] : "unknown", STR_ARG(shown));
		attribute_value(w, value, kind & ATTRIBUTE_ELSEWHERE);
	}
	if (pair.bad)
		archive_odd(q->a, "squashfs-attributes-damaged", q->pairs_at, path);
}

static enum status attributes_deliver(struct walk *w)
{
	struct archive *a = w->q->a;
	struct entry e = {.name = STR("[extended attributes]"), .type = ENTRY_FILE, .origin = ORIGIN_DERIVED,
			  .size_bytes = w->attributes.len};

	if (!w->attributes.len)
		return STATUS_OK;
	TRY(archive_spend(a, w->attributes.len));
	TRY(archive_child(a, &e));
	TRY(archive_data(a, w->attributes.p, w->attributes.len));
	return archive_child_end(a, w->attributes.full ? STATUS_LIMIT : STATUS_OK,
				 w->attributes.full ? "more attributes than are listed" : NULL);
}

/* ---- content ---- */

static enum status zeros(struct archive *a, uint64_t n)
{
	static const uint8_t none[4096];

	while (n) {
		size_t k = n < sizeof(none) ? (size_t)n : sizeof(none);

		TRY(archive_data(a, none, k));
		n -= k;
	}
	return STATUS_OK;
}

static enum status file_block(struct squash *q, const struct inode *i, uint64_t at, uint32_t size,
			      uint64_t want, enum status *ret_how)
{
	size_t n = 0;

	*ret_how = STATUS_OK;
	TRY(archive_spend(q->a, want));
	if (size == 0)
		return zeros(q->a, want);
	*ret_how = squash_block(q, at, size, &n);
	if (n > want || (n < want && *ret_how == STATUS_OK))
		*ret_how = STATUS_DAMAGED;
	n = n < want ? n : (size_t)want;
	return n ? archive_data(q->a, q->block, n) : STATUS_OK;
}

static enum status file_tail(struct squash *q, const struct inode *i, uint64_t want,
			     enum status *ret_how)
{
	const struct squash_cached *f = squash_fragment(q, i->fragment, ret_how);

	TRY(archive_spend(q->a, want));
	if (!f)
		return STATUS_OK;
	if (i->fragment_offset > f->n || want > f->n - i->fragment_offset) {
		*ret_how = *ret_how == STATUS_OK ? STATUS_DAMAGED : *ret_how;
		want = i->fragment_offset > f->n ? 0 : f->n - i->fragment_offset;
	}
	return want ? archive_data(q->a, f->p + i->fragment_offset, (size_t)want) : STATUS_OK;
}

/* The bytes of a file into the child that is open; *ret_how is about them. */
static enum status file_content(struct squash *q, struct inode *i, enum status *ret_how)
{
	bool has_tail = i->fragment != (uint32_t)SQUASH_NONE;
	uint64_t left = i->size, at = i->blocks_at;

	*ret_how = STATUS_OK;
	while (left && *ret_how == STATUS_OK && !(has_tail && left < q->block_bytes)) {
		uint64_t want = left < q->block_bytes ? left : q->block_bytes;
		uint32_t size = squash_u32(&i->rest);

		if (i->rest.bad) {
			*ret_how = STATUS_DAMAGED;
			return STATUS_OK;
		}
		TRY(file_block(q, i, at, size, want, ret_how));
		at += size & (SQUASH_BLOCK_STORED - 1);
		left -= want;
	}
	if (left && *ret_how == STATUS_OK)
		TRY(file_tail(q, i, left, ret_how));
	return STATUS_OK;
}

static enum status deliver_file(struct walk *w, struct inode *i, struct entry *e)
{
	struct archive *a = w->q->a;
	enum status st, how;

	TRY(archive_child(a, e));
	st = file_content(w->q, i, &how);
	if (w->q->stopped != STATUS_OK)
		st = w->q->stopped;
	if (st == STATUS_LIMIT && a->limit_why) {
		TRY(archive_child_end(a, STATUS_LIMIT, a->limit_why));
		return STATUS_LIMIT;
	}
	TRY(st);
	return archive_child_end(a, how, how == STATUS_OK ? NULL : how == STATUS_LIMIT ? "dictionary over the memory limit"
								: "a block is damaged or missing");
}

static enum status deliver_link(struct walk *w, struct inode *i, struct entry *e)
{
	struct archive *a = w->q->a;
	size_t n = i->size < LINK_MAX_BYTES ? (size_t)i->size : LINK_MAX_BYTES;
	char *target = arena_alloc(a->in->arena, n + 1);

	TRY(archive_step(a, n / 64));
	squash_bytes(&i->rest, target, n);
	if (i->kind == KIND_LONG_LINK)
		i->attributes = squash_u32(&i->rest);
	e->link = str_view(target, n);
	return archive_bare_child(a, e, i->rest.bad || n < i->size ? STATUS_DAMAGED : STATUS_OK,
				  i->rest.bad || n < i->size ? "the target is cut short" : NULL);
}

static enum status deliver(struct walk *w, struct inode *i, uint64_t ref, struct str path)
{
	struct entry e = {.name = path, .type = type_of(i), .origin = ORIGIN_MEMBER, .mode = i->mode & 07777u,
			  .uid = i->uid, .gid = i->gid, .mtime = i->time, .size_bytes = i->size};
	const struct str *first;

	if (i->bad)
		return archive_bare_child(w->q->a, &e, STATUS_DAMAGED, "the inode is damaged or missing");
	attributes_note(w, i, path);
	if (e.type == ENTRY_SYMLINK)
		return deliver_link(w, i, &e);
	if (e.type != ENTRY_FILE) {
		e.size_bytes = 0;
		return archive_bare_child(w->q->a, &e, STATUS_OK, NULL);
	}
	first = i->links > 1 ? seen_before(w, ref, path) : NULL;
	if (first) {
		e.type = ENTRY_HARDLINK;
		e.link = *first;
		e.size_bytes = 0;
		return archive_bare_child(w->q->a, &e, STATUS_OK, NULL);
	}
	return deliver_file(w, i, &e);
}

/* ---- folders ---- */

/* One folder under way. */
struct folder {
	struct squash_reader r;
	uint64_t left;  /* bytes of lines */
	uint32_t lines; /* of the present header */
	uint64_t block; /* of their inodes */
	struct str path;
};

static void folder_begin(struct squash *q, const struct inode *i, struct str path, struct folder *f)
{
	*f = (struct folder){.r = squash_at(q, q->folders_at, i->folder_block, i->folder_offset),
			     .left = i->size > 3 ? i->size - 3 : 0,
			     .path = path};
}

/* The next line; false at the end or (f->r.bad) where it is damaged. */
static bool folder_next(struct folder *f, char name[NAME_MAX_BYTES], size_t *ret_n, uint64_t *ret_ref)
{
	uint16_t offset, n;

	if (f->lines == 0) {
		if (f->left < 12)
			return false;
		f->lines = squash_u32(&f->r) + 1;
		f->block = squash_u32(&f->r);
		squash_bytes(&f->r, NULL, 4);
		f->left -= 12;
		if (f->r.bad || f->lines == 0 || f->lines > HEADER_LINES_MAX) {
			f->r.bad = true;
			return false;
		}
	}
	offset = squash_u16(&f->r);
	squash_bytes(&f->r, NULL, 4);
	n = squash_u16(&f->r);
	if (f->r.bad || n >= NAME_MAX_BYTES || f->left < 8u + n + 1u) {
		f->r.bad = true;
		return false;
	}
	squash_bytes(&f->r, name, (size_t)n + 1);
	f->left -= 8u + n + 1u;
	f->lines--;
	*ret_n = (size_t)n + 1;
	*ret_ref = f->block << 16 | offset;
	return !f->r.bad;
}

/* One line of a folder; a folder among them is put onto the stack. */
static enum status walk_line(struct walk *w, struct folder *stack, size_t *depth, uint64_t ref,
			     struct str path)
{
	struct squash *q = w->q;
	struct inode i;

	TRY(archive_step(q->a, 4 + path.len / 64));
	inode_read(q, ref, &i);
	TRY(deliver(w, &i, ref, path));
	if (i.bad || type_of(&i) != ENTRY_DIR)
		return STATUS_OK;
	if (seen_before(w, ref, path)) {
		archive_odd(q->a, "squashfs-folder-twice", q->folders_at, path);
		return STATUS_OK;
	}
	if (*depth >= DEPTH_MAX || path.len >= PATH_MAX_BYTES) {
		q->a->limit_why = "folders inside folders";
		return STATUS_LIMIT;
	}
	folder_begin(q, &i, path, &stack[(*depth)++]);
	return STATUS_OK;
}

static enum status walk_tree(struct walk *w)
{
	struct squash *q = w->q;
	struct arena *arena = q->a->in->arena;
	struct folder *stack = ARENA_ARRAY(arena, DEPTH_MAX + 1, struct folder);
	size_t depth = 1;
	struct inode root;

	inode_read(q, q->root, &root);
	if (root.bad || type_of(&root) != ENTRY_DIR) {
		archive_odd_z(q->a, "squashfs-no-root", q->inodes_at, NULL);
		q->a->damaged = true;
		return STATUS_OK;
	}
	(void)seen_before(w, q->root, STR_NONE);
	attributes_note(w, &root, STR("."));
	folder_begin(q, &root, STR_NONE, &stack[0]);
	while (depth && q->stopped == STATUS_OK) {
		struct folder *f = &stack[depth - 1];
		char name[NAME_MAX_BYTES];
		uint64_t ref;
		size_t n;

		if (folder_next(f, name, &n, &ref)) {
			TRY(walk_line(w, stack, &depth, ref, archive_path(q->a, f->path, str_view(name, n))));
			continue;
		}
		if (f->r.bad) {
			archive_odd(q->a, "squashfs-folder-damaged", q->folders_at, f->path);
			q->a->damaged = true;
		}
		depth--;
	}
	return q->stopped;
}

static enum status squashfs_open(struct open_in *in)
{
	struct squash *q = ARENA_NEW(in->arena, struct squash);
	struct archive a;
	struct walk w = {.q = q};
	const char *why;
	enum status st;

	archive_begin(&a, in);
	st = squash_begin(q, &a, &why);
	if (st != STATUS_OK) {
		archive_odd_z(&a, "squashfs-unsupported", 0, why);
		archive_regions_tell(&a);
		return st;
	}
	buf_init(&w.attributes, ATTRIBUTES_TEXT_BYTES);
	st = walk_tree(&w);
	if (st == STATUS_OK)
		st = attributes_deliver(&w);
	buf_release(&w.attributes);
	if (st != STATUS_OK && st != STATUS_LIMIT)
		return st;
	if (q->used > in->bytes.len)
		a.damaged = true;
	archive_regions_tell(&a);
	return st != STATUS_OK ? st : a.damaged ? STATUS_DAMAGED : STATUS_OK;
}

static int squashfs_probe(struct cursor head, uint64_t total_bytes)
{
	uint32_t magic = cursor_u32le(&head);
	uint16_t log, major;

	cursor_seek(&head, 22);
	log = cursor_u16le(&head);
	cursor_seek(&head, 28);
	major = cursor_u16le(&head);
	if (!cursor_ok(&head) || (magic != 0x73717368 && magic != 0x68737173))
		return 0;
	return magic == 0x73717368 && major == 4 && log >= 12 && log <= 20 ? 56 : 32;
}

const struct format format_squashfs = {
	.id = FORMAT_SQUASHFS,
	.name = "squashfs",
	.summary = "SquashFS image: snap, AppImage, live system",
	.head_bytes = 30,
	.probe = squashfs_probe,
	.open = squashfs_open,
};
