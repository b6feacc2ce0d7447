/*
 * Zip, and with it jar and whl: local records one behind the other from the first byte on, the
 * directory, its end, nothing else, and both accounts of a member agree.
 */
#include "normal/normal_int.h"

#include <zlib.h>

#include "util/cursor.h"

enum {
	END_BYTES = 22,
	LOCAL_MARK = 0x04034B50,
	CENTRAL_MARK = 0x02014B50,
	END_MARK = 0x06054B50,
	DESCRIPTOR_MARK = 0x08074B50,
	FLAG_LEVEL = 6,
	FLAG_DESCRIPTOR = 8,
	FLAG_UTF8 = 1 << 11,
	STORED = 0,
	DEFLATED = 8,
	VERSION_MAX = 20, /* folders and deflate */
	HOST_UNIX = 3,
	ATTRIBUTE_ARCHIVE = 0x20,
	UNIX_KIND = 0xF0000000,
	UNIX_LINK = 0xA0000000,
};

struct member {
	uint16_t made, needs, flags, method, internal;
	uint32_t when, crc, packed, size, attributes, at;
	struct str name, extra, comment;
};

static bool read_central(struct cursor *c, struct member *m)
{
	uint16_t name, extra, comment, disk;

	if (cursor_u32le(c) != CENTRAL_MARK)
		return false;
	m->made = cursor_u16le(c);
	m->needs = cursor_u16le(c);
	m->flags = cursor_u16le(c);
	m->method = cursor_u16le(c);
	m->when = cursor_u32le(c);
	m->crc = cursor_u32le(c);
	m->packed = cursor_u32le(c);
	m->size = cursor_u32le(c);
	name = cursor_u16le(c);
	extra = cursor_u16le(c);
	comment = cursor_u16le(c);
	disk = cursor_u16le(c);
	m->internal = cursor_u16le(c);
	m->attributes = cursor_u32le(c);
	m->at = cursor_u32le(c);
	m->name = cursor_str(c, name);
	m->extra = cursor_str(c, extra);
	m->comment = cursor_str(c, comment);
	return cursor_ok(c) && disk == 0 && name > 0;
}

/* Records of "id, length, data"; times and owners are known, anything else stays. */
static bool mix_extra(struct mix *mix, struct str extra)
{
	struct cursor c = cursor_of(extra.p, extra.len);

	while (cursor_left(&c)) {
		uint16_t id = cursor_u16le(&c), n = cursor_u16le(&c);
		struct str data = cursor_str(&c, n);
		int which = NORMAL_NEVER;

		if (!cursor_ok(&c))
			return false;
		if (id == 0x5455 || id == 0x000A) /* extended times, NTFS times */
			which = NORMAL_TIMES;
		else if (id == 0x7875) /* Unix user and group */
			which = NORMAL_OWNERS;
		else if (id == 0xCAFE && n == 0) /* "a jar begins here" */
			which = NORMAL_PACKING;
		mix_u64(mix, which, id);
		mix_str(mix, which, data);
	}
	return true;
}

/* What the local record has for itself. */
struct local {
	uint16_t needs;
	struct str packed, extra;
};

/* It must say the same and be followed by its data; *ret_end is behind all of it. */
static bool read_local(struct str bytes, const struct member *m, struct local *ret,
	uint64_t *ret_end)
{
	struct cursor c = cursor_of(bytes.p, bytes.len);
	bool later = m->flags & FLAG_DESCRIPTOR, agree;
	uint32_t when, crc, packed, size;
	uint16_t name, extra;

	cursor_seek(&c, m->at);
	agree = cursor_u32le(&c) == LOCAL_MARK;
	ret->needs = cursor_u16le(&c);
	agree &= cursor_u16le(&c) == m->flags;
	agree &= cursor_u16le(&c) == m->method;
	when = cursor_u32le(&c);
	crc = cursor_u32le(&c);
	packed = cursor_u32le(&c);
	size = cursor_u32le(&c);
	name = cursor_u16le(&c);
	extra = cursor_u16le(&c);
	agree &= when == m->when && str_equal(cursor_str(&c, name), m->name);
	ret->extra = cursor_str(&c, extra);
	ret->packed = cursor_str(&c, m->packed);
	if (!cursor_ok(&c) || !agree)
		return false;
	if (later && crc == 0 && packed == 0 && size == 0) {
		/* What comes later says it, with or without a mark in front. */
		bool marked = cursor_left(&c) >= 4 && memcmp(c.base + c.pos, "PK\7\10", 4) == 0;

		cursor_skip(&c, marked ? 4 : 0);
		crc = cursor_u32le(&c);
		packed = cursor_u32le(&c);
		size = cursor_u32le(&c);
	} else if (later) {
		return false;
	}
	*ret_end = c.pos;
	return cursor_ok(&c) && crc == m->crc && packed == m->packed && size == m->size;
}

static bool is_link(const struct member *m)
{
	return m->made >> 8 == HOST_UNIX && (m->attributes & UNIX_KIND) == UNIX_LINK;
}

static bool content_form(struct normal *n, const struct member *m, struct str content,
	struct item *item)
{
	struct normal_form inside;

	if (jar_is_signature(m->name, content))
		item->taken_off_by = NORMAL_JAR_SIGNATURE;
	if (str_is(m->name, "META-INF/MANIFEST.MF") && jar_manifest(n, content, &item->form))
		return true;
	if (is_link(m))
		normal_plain(content, &inside);
	else
		normal_bytes(n, content, &inside);
	item->form = inside;
	return true;
}

static bool read_content(struct normal *n, const struct member *m, struct str packed,
	struct item *item)
{
	struct buf content;
	bool ok = true;

	buf_init(&content, NORMAL_BYTES_MAX);
	if (m->method == STORED) {
		ok = m->packed == m->size &&
		     (uint32_t)crc32_z(0, (const uint8_t *)packed.p, packed.len) == m->crc &&
		     content_form(n, m, packed, item);
	} else {
		ok = normal_unpack(n, STREAM_DEFLATE, packed, &content) && content.len == m->size &&
		     (uint32_t)crc32_z(0, (const uint8_t *)content.p, content.len) == m->crc &&
		     content_form(n, m, buf_str(&content), item);
	}
	buf_release(&content);
	return ok;
}

static bool all_ascii(struct str s)
{
	for (size_t i = 0; i < s.len; i++)
		if ((uint8_t)s.p[i] >= 0x80)
			return false;
	return true;
}

static bool add_member(struct normal *n, struct str bytes, const struct member *m,
	struct items *items, uint64_t *at)
{
	struct local local;
	struct item *item;
	struct mix mix;

	if (m->at != *at || m->flags & ~(FLAG_LEVEL | FLAG_DESCRIPTOR | FLAG_UTF8) ||
		(m->method != STORED && m->method != DEFLATED) || m->needs > VERSION_MAX ||
		!read_local(bytes, m, &local, at) || local.needs > VERSION_MAX)
		return normal_refuse(n, "zip: a member of a rare kind, or whose two accounts differ");
	item = items_add(n, items, m->name, str_ends(m->name, "/") && m->size == 0);
	if (!item)
		return false;
	if (!read_content(n, m, local.packed, item))
		return normal_refuse(n, "zip: a content that is not what is said about it");
	mix_begin(&mix, "zip member");
	mix_str(&mix, NORMAL_NEVER, m->name);
	mix_str(&mix, NORMAL_NEVER, m->comment);
	mix_u64(&mix, NORMAL_NEVER, m->made >> 8);
	mix_u64(&mix, NORMAL_NEVER, m->attributes & ~(uint32_t)ATTRIBUTE_ARCHIVE);
	mix_u64(&mix, NORMAL_PACKING, m->attributes);
	mix_u64(&mix, NORMAL_NEVER, m->internal);
	mix_u64(&mix, NORMAL_NEVER, all_ascii(m->name) ? 0 : m->flags & FLAG_UTF8);
	mix_u64(&mix, NORMAL_TIMES, m->when);
	mix_u64(&mix, NORMAL_PACKING, m->flags);
	mix_u64(&mix, NORMAL_PACKING, m->method);
	mix_u64(&mix, NORMAL_PACKING, m->made);
	mix_u64(&mix, NORMAL_PACKING, m->needs);
	mix_u64(&mix, NORMAL_PACKING, local.needs);
	mix_str(&mix, NORMAL_PACKING, local.packed);
	if (!mix_extra(&mix, m->extra) || !mix_extra(&mix, local.extra))
		return normal_refuse(n, "zip: extra fields that cannot be read");
	mix_form(&mix, &item->form);
	mix_end(&mix, &item->form);
	return true;
}

bool normal_zip(struct normal *n, struct str bytes, struct normal_form *ret)
{
	struct cursor c = cursor_of(bytes.p, bytes.len), end, dir;
	struct items items = {.n = 0};
	uint16_t here, total;
	uint32_t dir_bytes, dir_at;
	uint64_t at = 0;
	struct mix m;

	if (bytes.len < END_BYTES || memcmp(bytes.p, "PK", 2) != 0)
		return false;
	end = cursor_part(&c, bytes.len - END_BYTES, END_BYTES);
	if (cursor_u32le(&end) != END_MARK || cursor_u32le(&end) != 0)
		return normal_refuse(n, "zip: something behind its end, or a rare kind");
	here = cursor_u16le(&end);
	total = cursor_u16le(&end);
	dir_bytes = cursor_u32le(&end);
	dir_at = cursor_u32le(&end);
	if (here != total || total == UINT16_MAX || cursor_u16le(&end) != 0 ||
		(uint64_t)dir_at + dir_bytes != bytes.len - END_BYTES)
		return normal_refuse(n, "zip: a directory that does not fit");
	dir = cursor_part(&c, dir_at, dir_bytes);
	while (cursor_left(&dir)) {
		struct member one;

		if (!read_central(&dir, &one))
			return normal_refuse(n, "zip: a directory that cannot be read");
		if (!add_member(n, bytes, &one, &items, &at))
			return false;
	}
	if (at != dir_at || items.n != total)
		return normal_refuse(n, "zip: bytes between members, or members that are not named");
	mix_begin(&m, "zip");
	items_mix(n, &items, &m);
	mix_end(&m, ret);
	return true;
}
