/*
 * A directory record (ECMA-119, 9.1):
 *   0 u8 bytes of the record  1 u8 sectors of attributes  2 both32 first sector  10 both32 bytes
 *   18 u8[7] time (years since 1900, month, day, hour, minute, second, quarters from UTC)  25 u8 flags
 *   26 u8[6] interleaving, volume  32 u8 bytes of the name  33 name, filled up to even
 *   then the system use area (SUSP, IEEE P1281; Rock Ridge, IEEE P1282), entries of u16 signature,
 *   u8 bytes, u8 version:
 *   SP be ef, u8 skip   CE both32 sector, offset, bytes (the area goes on there)   ST (it ends)
 *   PX both32 mode, links, uid, gid   NM u8 flags (1: goes on), name   SL u8 flags, parts
 *   CL both32 sector of the directory   RE (this one is shown elsewhere)
 *   ZF "pz", u8, u8, both32 bytes unpacked
 */
#include "formats/iso_int.h"
#include "util/buf.h"

enum {
	RECORD_MIN_BYTES = 34,
	CONTINUATIONS_MAX = 64,
	TEXT_MAX_BYTES = 32 << 10,
	PART_CONTINUES = 1,
	PART_HERE = 2,
	PART_UP = 4,
	PART_ROOT = 8,
};

uint32_t iso_both32(struct cursor *c, bool *differ)
{
	uint32_t little = cursor_u32le(c), big = cursor_u32be(c);

	*differ |= little != big;
	return little;
}

static int64_t time_of(const uint8_t *p)
{
	unsigned year = 1900u + p[0], y = p[1] <= 2 ? year - 1 : year;
	unsigned m = p[1] <= 2 ? p[1] + 9u : p[1] - 3u;
	int64_t days;

	if (p[1] < 1 || p[1] > 12 || p[2] < 1)
		return 0;
	days = 365 * (int64_t)y + y / 4 - y / 100 + y / 400 + (153 * m + 2) / 5 + p[2] - 1 - 719468;
	return days * 86400 + p[3] * 3600 + p[4] * 60 + p[5] - (int8_t)p[6] * 900;
}

/* ---- Rock Ridge ---- */

struct area {
	struct archive *a;
	struct iso_record *r;
	struct buf name, link;
	bool link_part_open; /* the part goes on in the next entry */
	struct cursor next;  /* where the area goes on */
};

/* A link in parts: "..", names, the root. */
static void link_entry(struct area *x, struct cursor *c)
{
	cursor_skip(c, 1);
	while (cursor_left(c) >= 2) {
		uint8_t flags = cursor_u8(c), n = cursor_u8(c);
		struct str part = cursor_str(c, n);

		if (x->link.len && !x->link_part_open && x->link.p[x->link.len - 1] != '/')
			buf_add_char(&x->link, '/');
		if (flags & PART_ROOT)
			buf_add_char(&x->link, '/');
		else
			buf_add_str(&x->link, flags & PART_UP ? STR("..") : flags & PART_HERE ? STR(".") : part);
		x->link_part_open = flags & PART_CONTINUES;
	}
}

static void continuation(struct area *x, struct cursor *c)
{
	bool differ = false;
	uint64_t sector = iso_both32(c, &differ), offset = iso_both32(c, &differ);
	uint64_t bytes = iso_both32(c, &differ);

	x->r->numbers_differ |= differ;
	x->next = cursor_part(&x->a->in->bytes, sector * ISO_SECTOR + offset, bytes);
	if (!cursor_ok(&x->next)) {
		x->a->damaged = true;
		return;
	}
	archive_region(x->a, sector * ISO_SECTOR + offset, bytes, "directory");
}

static void attributes_entry(struct area *x, struct cursor *c)
{
	struct iso_record *r = x->r;

	r->mode = iso_both32(c, &r->numbers_differ);
	(void)iso_both32(c, &r->numbers_differ);
	r->uid = iso_both32(c, &r->numbers_differ);
	r->gid = iso_both32(c, &r->numbers_differ);
	r->has_mode = cursor_ok(c);
}

static void zisofs_entry(struct area *x, struct cursor *c)
{
	const uint8_t *algorithm = cursor_take(c, 4);

	x->r->unpacked_bytes = iso_both32(c, &x->r->numbers_differ);
	x->r->zisofs = cursor_ok(c) && algorithm[0] == 'p' && algorithm[1] == 'z';
}

/* False at the end of the area. */
static bool entry(struct area *x, struct cursor *c)
{
	const uint8_t *head = cursor_left(c) >= 4 ? cursor_peek(c, 4) : NULL;
	struct cursor body;

	if (!head || head[2] < 4 || head[2] > cursor_left(c))
		return false;
	body = cursor_part(c, c->pos + 4, head[2] - 4u);
	cursor_skip(c, head[2]);
	if (memcmp(head, "ST", 2) == 0)
		return false;
	if (memcmp(head, "CE", 2) == 0) {
		continuation(x, &body);
	} else if (memcmp(head, "PX", 2) == 0) {
		attributes_entry(x, &body);
	} else if (memcmp(head, "NM", 2) == 0) {
		cursor_skip(&body, 1);
		buf_add_str(&x->name, cursor_str(&body, cursor_left(&body)));
	} else if (memcmp(head, "SL", 2) == 0) {
		link_entry(x, &body);
	} else if (memcmp(head, "CL", 2) == 0) {
		x->r->child_at = (uint64_t)iso_both32(&body, &x->r->numbers_differ) * ISO_SECTOR;
	} else if (memcmp(head, "RE", 2) == 0) {
		x->r->relocated = true;
	} else if (memcmp(head, "ZF", 2) == 0) {
		zisofs_entry(x, &body);
	}
	return true;
}

static void rock_ridge(struct archive *a, const struct iso_names *names, struct cursor c, struct iso_record *r)
{
	struct area x = {.a = a, .r = r};

	buf_init(&x.name, TEXT_MAX_BYTES);
	buf_init(&x.link, TEXT_MAX_BYTES);
	cursor_skip(&c, names->skip);
	for (int i = 0; i < CONTINUATIONS_MAX; i++) {
		x.next = cursor_of(NULL, 0);
		while (entry(&x, &c))
			if (archive_step(a, 1) != STATUS_OK)
				break;
		if (!x.next.base)
			break;
		c = x.next;
	}
	if (x.name.len) {
		r->name = arena_str(a->in->arena, buf_str(&x.name));
		r->rock_ridge = true;
	}
	r->link = arena_str(a->in->arena, buf_str(&x.link));
	buf_release(&x.name);
	buf_release(&x.link);
}

void iso_names_detect(struct cursor root, struct iso_names *names)
{
	const uint8_t *p = cursor_peek(&root, RECORD_MIN_BYTES + 7);

	names->susp = p && p[0] >= RECORD_MIN_BYTES + 7 && memcmp(p + RECORD_MIN_BYTES, "SP\7\1\xbe\xef", 6) == 0;
	names->skip = names->susp ? p[RECORD_MIN_BYTES + 6] : 0;
}

/* ---- plain names ---- */

static void utf8_add(struct buf *b, uint32_t c)
{
	if (c < 0x80) {
		buf_add_char(b, (char)c);
	} else if (c < 0x800) {
		buf_add_char(b, (char)(0xc0 | c >> 6));
		buf_add_char(b, (char)(0x80 | (c & 63)));
	} else if (c < 0x10000) {
		buf_add_char(b, (char)(0xe0 | c >> 12));
		buf_add_char(b, (char)(0x80 | (c >> 6 & 63)));
		buf_add_char(b, (char)(0x80 | (c & 63)));
	} else {
		buf_add_char(b, (char)(0xf0 | c >> 18));
		buf_add_char(b, (char)(0x80 | (c >> 12 & 63)));
		buf_add_char(b, (char)(0x80 | (c >> 6 & 63)));
		buf_add_char(b, (char)(0x80 | (c & 63)));
	}
}

static struct str joliet_name(struct archive *a, struct str raw)
{
	struct cursor c = cursor_of(raw.p, raw.len);
	struct str name;
	struct buf b;

	buf_init(&b, TEXT_MAX_BYTES);
	while (cursor_left(&c) >= 2) {
		uint32_t v = cursor_u16be(&c);

		if (v >> 10 == 0x36 && cursor_left(&c) >= 2 && cursor_peek(&c, 1)[0] >> 2 == 0x37)
			v = 0x10000 + ((v & 0x3ff) << 10) + (cursor_u16be(&c) & 0x3ffu);
		utf8_add(&b, v);
	}
	name = arena_str(a->in->arena, buf_str(&b));
	buf_release(&b);
	return name;
}

/* "NAME.EXT;1" is NAME.EXT to everybody, "NAME.;1" is NAME. */
static struct str without_version(struct str name)
{
	size_t semicolon = str_rfind_char(name, ';');

	if (semicolon != SIZE_MAX)
		name = str_part(name, 0, semicolon);
	return str_ends(name, ".") ? str_part(name, 0, name.len - 1) : name;
}

bool iso_record_read(struct archive *a, const struct iso_names *names, struct cursor *c,
		     struct iso_record *ret)
{
	uint8_t bytes = c->pos < c->len ? c->base[c->pos] : 0, name_bytes, attributes;
	struct cursor r = cursor_part(c, c->pos, bytes);
	const uint8_t *time;
	struct str raw;

	memset(ret, 0, sizeof(*ret));
	cursor_skip(c, bytes);
	if (bytes < RECORD_MIN_BYTES || !cursor_ok(c))
		return false;
	cursor_skip(&r, 1);
	attributes = cursor_u8(&r);
	ret->at = ((uint64_t)iso_both32(&r, &ret->numbers_differ) + attributes) * ISO_SECTOR;
	ret->size = iso_both32(&r, &ret->numbers_differ);
	time = cursor_take(&r, 7);
	ret->mtime = time ? time_of(time) : 0;
	ret->flags = cursor_u8(&r);
	cursor_skip(&r, 6);
	name_bytes = cursor_u8(&r);
	raw = cursor_str(&r, name_bytes);
	if (!cursor_ok(&r) || name_bytes == 0)
		return false;
	if (name_bytes == 1 && (uint8_t)raw.p[0] <= 1)
		ret->name = raw.p[0] ? STR("..") : STR(".");
	else
		ret->name = without_version(names->joliet ? joliet_name(a, raw) : raw);
	if (r.pos % 2)
		cursor_skip(&r, r.pos < r.len);
	if (names->susp)
		rock_ridge(a, names, cursor_part(&r, r.pos, cursor_left(&r)), ret);
	return true;
}
