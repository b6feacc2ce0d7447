/*
 * cpio: the forms of SVR4 with and without sums, of POSIX.1-1997, and the old binary ones.
 *
 * newc, crc: 0 "070701" or "070702", then 13 times 8 hexadecimal digits: inode, mode, uid, gid,
 *            links, mtime, file size, device (2), special device (2), name size (NUL included), sum.
 *            110 bytes. Header with name, and content, are filled up to a multiple of 4. The sum
 *            ("070702" only) adds up the bytes of the content.
 * odc:       0 "070707", octal digits: device, inode, mode, uid, gid, links, special device (6
 *            each), mtime (11), name size (6), file size (11). 76 bytes, nothing is filled up.
 * binary:    13 16-bit words of either byte order: 070707, device, inode, mode, uid, gid, links,
 *            special device, mtime (high, low), name size, file size (high, low). 26 bytes; filled
 *            up to a multiple of 2.
 * stripped:  0 "07070X", 8 hexadecimal digits: which file of an RPM's header follows.
 *
 * A member named "TRAILER!!!" is the last. The kernel reads further archives behind it (initramfs).
 * Of hard links newc stores the content once, with the last of them.
 */
#include "formats/cpio.h"

enum {
	NEWC_BYTES = 110,
	ODC_BYTES = 76,
	BINARY_BYTES = 26,
	NAME_MAX_BYTES = 32 << 10,
	LINK_MAX_BYTES = 4096,
};

enum kind { KIND_NONE, KIND_NEWC, KIND_CRC, KIND_ODC, KIND_LITTLE, KIND_BIG, KIND_STRIPPED };

struct head {
	enum kind kind;
	size_t bytes;
	unsigned align;
	uint64_t device, inode, mode, uid, gid, links, mtime, name_bytes, size, sum;
	uint32_t index;
};

/* A hard link whose content comes later. */
struct waiting {
	struct waiting *next;
	uint64_t device, inode;
	struct entry e;
};

struct cpio {
	struct archive *a;
	struct source *s;
	const struct cpio_watch *watch;
	struct waiting *waiting;
	uint64_t sum;
	uint64_t from; /* position of the source where this archive begins: what alignment counts from */
};

static bool hex(struct cursor *c, uint64_t *ret)
{
	return str_to_u64(cursor_str(c, 8), 16, ret);
}

static bool octal(struct cursor *c, size_t n, uint64_t *ret)
{
	return str_to_u64(str_trim(cursor_str(c, n)), 8, ret);
}

static bool newc_head(struct cursor *c, struct head *h)
{
	uint64_t skip;
	bool ok = hex(c, &h->inode) && hex(c, &h->mode) && hex(c, &h->uid) && hex(c, &h->gid) &&
		  hex(c, &h->links) && hex(c, &h->mtime) && hex(c, &h->size);
	uint64_t major = 0, minor = 0;

	ok = ok && hex(c, &major) && hex(c, &minor) && hex(c, &skip) && hex(c, &skip);
	ok = ok && hex(c, &h->name_bytes) && hex(c, &h->sum);
	h->device = major << 32 | minor;
	h->bytes = NEWC_BYTES;
	h->align = 4;
	return ok;
}

static bool odc_head(struct cursor *c, struct head *h)
{
	uint64_t skip;

	h->bytes = ODC_BYTES;
	h->align = 1;
	return octal(c, 6, &h->device) && octal(c, 6, &h->inode) && octal(c, 6, &h->mode) &&
	       octal(c, 6, &h->uid) && octal(c, 6, &h->gid) && octal(c, 6, &h->links) &&
	       octal(c, 6, &skip) && octal(c, 11, &h->mtime) && octal(c, 6, &h->name_bytes) &&
	       octal(c, 11, &h->size);
}

static bool binary_head(struct cursor *c, struct head *h)
{
	uint64_t w[13];

	for (int i = 0; i < 13; i++)
		w[i] = h->kind == KIND_BIG ? cursor_u16be(c) : cursor_u16le(c);
	h->device = w[1];
	h->inode = w[2];
	h->mode = w[3];
	h->uid = w[4];
	h->gid = w[5];
	h->links = w[6];
	h->mtime = w[8] << 16 | w[9];
	h->name_bytes = w[10];
	h->size = w[11] << 16 | w[12];
	h->bytes = BINARY_BYTES;
	h->align = 2;
	return cursor_ok(c);
}

/* File types that some system has; others are no header. */
static bool type_known(uint64_t mode)
{
	switch (mode >> 12) {
	case 0: /* a trailer has no mode */
	case 1:
	case 2:
	case 4:
	case 6:
	case 8:
	case 9: /* network special, of HP-UX */
	case 10:
	case 12: return true;
	default: return false;
	}
}

/* A header at p; false when none stands there. */
static bool head_read(const uint8_t *p, size_t n, struct head *h)
{
	struct cursor c = cursor_of(p, n);
	bool ok = false;

	memset(h, 0, sizeof(*h));
	if (n < CPIO_STRIPPED_BYTES)
		return false;
	if (memcmp(p, "07070", 5) == 0) {
		cursor_skip(&c, 6);
		h->kind = p[5] == '1'	? KIND_NEWC
			  : p[5] == '2' ? KIND_CRC
			  : p[5] == '7' ? KIND_ODC
			  : p[5] == 'X' ? KIND_STRIPPED
					: KIND_NONE;
		if (h->kind == KIND_STRIPPED) {
			uint64_t index = 0;

			ok = hex(&c, &index);
			h->index = (uint32_t)index;
			h->bytes = CPIO_STRIPPED_BYTES;
			h->align = 4;
			return ok;
		}
		ok = h->kind == KIND_ODC ? odc_head(&c, h) : h->kind && newc_head(&c, h);
	} else if (p[0] == 0xc7 && p[1] == 0x71) {
		h->kind = KIND_LITTLE;
		ok = binary_head(&c, h);
	} else if (p[0] == 0x71 && p[1] == 0xc7) {
		h->kind = KIND_BIG;
		ok = binary_head(&c, h);
	}
	return ok && cursor_ok(&c) && h->name_bytes > 0 && h->name_bytes <= NAME_MAX_BYTES &&
	       h->mode >> 16 == 0 && type_known(h->mode);
}

int cpio_head_bits(const uint8_t *p, size_t n)
{
	struct head h;

	if (!head_read(p, n, &h))
		return 0;
	if (h.kind == KIND_STRIPPED)
		return 48;
	if (h.kind != KIND_LITTLE && h.kind != KIND_BIG)
		return 60;
	/* Two bytes of magic are weak: the name must end where it says, and not before. */
	if (h.name_bytes > n - h.bytes || h.name_bytes < 2)
		return 0;
	return memchr(p + h.bytes, 0, n - h.bytes) == p + h.bytes + h.name_bytes - 1 ? 32 : 0;
}

static int cpio_probe(struct cursor head, uint64_t total_bytes)
{
	int bits = cpio_head_bits(head.base, head.len);

	/* Cut short or damaged in its first header it is still an archive, and said to be damaged. */
	if (!bits && head.len >= 6 && memcmp(head.base, "07070", 5) == 0 &&
	    memchr("127", head.base[5], 3))
		return 40;
	return bits;
}

/* ---- members ---- */

static enum entry_type type_of(uint64_t mode)
{
	switch (mode >> 12) {
	case 1: return ENTRY_FIFO;
	case 2:
	case 6: return ENTRY_DEVICE;
	case 4: return ENTRY_DIR;
	case 8: return ENTRY_FILE;
	case 10: return ENTRY_SYMLINK;
	case 12: return ENTRY_OTHER;
	default: return ENTRY_FILE;
	}
}

/* The next n bytes are the archive's own. False when the content ends before. */
static bool explained(struct cpio *r, uint64_t n)
{
	if (!r->s->stream)
		archive_region(r->a, (uint64_t)(r->s->p - r->a->in->bytes.base), n, "header");
	return source_skip(r->s, n);
}

/* Fills up to a multiple of `align`; bytes other than zero are handed out. */
static enum status padding(struct cpio *r, unsigned align)
{
	uint64_t at = r->s->pos - r->from, n = (align - at % align) % align, missing;
	const uint8_t *p = source_peek(r->s, (size_t)n);

	for (uint64_t i = 0; p && i < n; i++) {
		if (p[i] == 0)
			continue;
		archive_odd_z(r->a, "cpio-padding", r->s->pos, NULL);
		return source_gap(r->s, n, &missing);
	}
	(void)explained(r, p ? n : r->s->left);
	return STATUS_OK;
}

static void on_content(void *user, const uint8_t *p, size_t n)
{
	struct cpio *r = user;

	for (size_t i = 0; i < n; i++)
		r->sum += p[i];
	if (r->watch && r->watch->content)
		r->watch->content(r->watch->user, p, n);
}

/* The name, in the arena; empty when the content ends first. */
static struct str name_take(struct cpio *r, const struct head *h)
{
	char *copy = arena_alloc(r->a->in->arena, h->name_bytes + 1);
	size_t have = 0;

	while (have < h->name_bytes) {
		const uint8_t *p;
		size_t n = source_take(r->s, h->name_bytes - have, &p);

		if (n == 0)
			return STR_NONE;
		memcpy(copy + have, p, n);
		have += n;
	}
	while (have && !copy[have - 1])
		have--;
	return str_view(copy, have);
}

/* Where the link at hand leads, which is its content; empty when too long for a link, or cut. */
static struct str link_target(struct cpio *r, const struct entry *e)
{
	size_t n = e->size_bytes <= LINK_MAX_BYTES ? (size_t)e->size_bytes : 0;
	const uint8_t *p = source_peek(r->s, n);

	return p && n ? arena_str(r->a->in->arena, str_view(p, n)) : STR_NONE;
}

static enum status link_child(struct cpio *r, struct entry *e)
{
	uint64_t n = e->size_bytes;

	e->link = link_target(r, e);
	if (!e->link.len) { /* its content is looked at */
		e->type = ENTRY_FILE;
		return source_child(r->s, e, n);
	}
	e->size_bytes = 0;
	(void)explained(r, n);
	return archive_bare_child(r->a, e, STATUS_OK, NULL);
}

/* The links to this file that came before it. */
static enum status waiting_release(struct cpio *r, const struct head *h, struct str target)
{
	struct waiting **at = &r->waiting;

	while (*at) {
		struct waiting *w = *at;

		TRY(archive_step(r->a, 1));
		if (w->inode != h->inode || w->device != h->device) {
			at = &w->next;
			continue;
		}
		*at = w->next;
		w->e.type = ENTRY_HARDLINK;
		w->e.link = target;
		TRY(archive_bare_child(r->a, &w->e, STATUS_OK, NULL));
	}
	return STATUS_OK;
}

/* Links whose content never came are empty files. */
static enum status waiting_end(struct cpio *r)
{
	while (r->waiting) {
		struct waiting *w = r->waiting;

		r->waiting = w->next;
		TRY(archive_bare_child(r->a, &w->e, STATUS_OK, NULL));
	}
	return STATUS_OK;
}

static void waiting_add(struct cpio *r, const struct head *h, const struct entry *e)
{
	struct waiting *w = ARENA_NEW(r->a->in->arena, struct waiting);

	w->device = h->device;
	w->inode = h->inode;
	w->e = *e;
	w->next = r->waiting;
	r->waiting = w;
}

static enum status content(struct cpio *r, const struct head *h, struct entry *e)
{
	uint64_t size = e->size_bytes;

	if (e->type == ENTRY_SYMLINK)
		return link_child(r, e);
	if (e->type == ENTRY_FILE && size == 0 && h->links > 1) {
		waiting_add(r, h, e);
		return STATUS_OK;
	}
	if (e->type != ENTRY_FILE && size == 0)
		return archive_bare_child(r->a, e, STATUS_OK, NULL);
	e->type = ENTRY_FILE; /* a folder or device with content: it is looked at */
	r->sum = 0;
	r->s->watch = on_content;
	r->s->watch_user = r;
	TRY(source_child(r->s, e, size));
	r->s->watch = NULL;
	if (h->kind == KIND_CRC && (uint32_t)r->sum != (uint32_t)h->sum) {
		archive_odd(r->a, "cpio-sum-differs", r->s->pos, e->name);
		r->a->damaged = true;
	}
	return r->waiting ? waiting_release(r, h, e->name) : STATUS_OK;
}

static void entry_fill(const struct head *h, struct str name, struct entry *e)
{
	*e = (struct entry){
		.name = name,
		.type = type_of(h->mode),
		.origin = ORIGIN_MEMBER,
		.mode = (uint32_t)h->mode & 07777,
		.uid = h->uid,
		.gid = h->gid,
		.mtime = (int64_t)h->mtime,
		.size_bytes = h->size,
	};
}

/* What the watcher does not know is still handed out; without a name and length nothing can be. */
static bool known(struct cpio *r, const struct head *h, struct entry *e)
{
	const struct cpio_watch *w = r->watch;
	bool stripped = h->kind == KIND_STRIPPED;

	if (w && w->member && w->member(w->user, stripped ? h->index : UINT32_MAX, e))
		return true;
	return !stripped;
}

static enum status member(struct cpio *r, const struct head *h, bool *ret_trailer)
{
	struct entry e;
	struct str name = STR_NONE;

	(void)explained(r, h->bytes);
	if (h->kind != KIND_STRIPPED) {
		uint64_t at = (uint64_t)(r->s->p - r->a->in->bytes.base);

		name = name_take(r, h);
		if (!name.len) {
			r->a->damaged = true;
			archive_odd_z(r->a, "cpio-name-damaged", r->s->pos, NULL);
		}
		if (!r->s->stream)
			archive_region(r->a, at, h->name_bytes, "header");
	}
	TRY(padding(r, h->align));
	*ret_trailer = str_is(name, "TRAILER!!!") && h->size == 0;
	if (*ret_trailer)
		return STATUS_OK;
	entry_fill(h, name, &e);
	if (e.type == ENTRY_SYMLINK)
		e.link = link_target(r, &e);
	if (!known(r, h, &e)) {
		archive_odd_z(r->a, "cpio-index-unknown", r->s->pos, NULL);
		r->a->damaged = true;
		return STATUS_OK;
	}
	TRY(content(r, h, &e));
	if (r->watch && r->watch->end)
		r->watch->end(r->watch->user);
	return padding(r, h->align);
}

/* Behind the trailer: zeros are usual; another archive is read as part of this one. */
static enum status after_end(struct cpio *r, bool *ret_more)
{
	uint64_t missing;
	const uint8_t *p;

	while ((p = source_peek(r->s, 1)) && *p == 0) {
		size_t n = 1;

		while (n < r->s->left && p[n] == 0)
			n++;
		(void)explained(r, n);
	}
	*ret_more = false;
	if (!p)
		return STATUS_OK;
	archive_odd_z(r->a, "cpio-data-after-end", r->s->pos, NULL);
	p = source_peek(r->s, CPIO_STRIPPED_BYTES);
	if (p && cpio_head_bits(p, r->s->left)) {
		r->from = r->s->pos;
		*ret_more = true;
		return STATUS_OK;
	}
	return source_gap(r->s, UINT64_MAX, &missing);
}

/* The header that begins here: the end of the content may come before the longest kind's end. */
static bool head_next(struct cpio *r, struct head *h)
{
	const uint8_t *p = source_peek(r->s, CPIO_HEAD_BYTES);
	size_t n = p ? CPIO_HEAD_BYTES : r->s->left;

	return head_read(r->s->p, n, h) && h->bytes <= n;
}

static enum status no_header(struct cpio *r)
{
	uint64_t missing;

	archive_odd_z(r->a, r->s->left ? "cpio-header-damaged" : "cpio-no-end", r->s->pos, NULL);
	r->a->damaged = true;
	return source_gap(r->s, UINT64_MAX, &missing);
}

static enum status archives(struct cpio *r)
{
	struct head h;
	bool more = true, trailer = false;

	while (more) {
		TRY(archive_step(r->a, 1));
		if (!head_next(r, &h))
			return no_header(r);
		TRY(member(r, &h, &trailer));
		if (trailer)
			TRY(after_end(r, &more));
	}
	return STATUS_OK;
}

enum status cpio_read(struct archive *a, struct source *s, const struct cpio_watch *watch)
{
	struct cpio r = {.a = a, .s = s, .watch = watch, .from = s->pos};
	enum status st = archives(&r);

	s->watch = NULL;
	if (st != STATUS_OK)
		return st;
	return waiting_end(&r);
}

static enum status cpio_open(struct open_in *in)
{
	struct archive a;
	struct source s;
	enum status st;

	archive_begin(&a, in);
	source_of_bytes(&s, &a, in->bytes.base, in->bytes.len);
	st = cpio_read(&a, &s, NULL);
	if (st != STATUS_OK && st != STATUS_LIMIT)
		return st;
	archive_regions_tell(&a);
	return st != STATUS_OK ? st : a.damaged ? STATUS_DAMAGED : STATUS_OK;
}

const struct format format_cpio = {
	.id = FORMAT_CPIO,
	.name = "cpio",
	.summary = "cpio archive: newc, with sums, odc, old binary; initramfs",
	.head_bytes = CPIO_HEAD_BYTES,
	.probe = cpio_probe,
	.open = cpio_open,
};
