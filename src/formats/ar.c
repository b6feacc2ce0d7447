/*
 * ar: static libraries and Debian packages.
 *
 * 0 "!<arch>\n", then members on even offsets:
 *   0 name[16]  16 mtime[12]  28 uid[6]  34 gid[6]  40 mode[8] (octal)  48 size[10]  58 "`\n"
 * Long names: "/123" counts into the member "//" (GNU), "#1/12" puts 12 bytes of name in front of
 * the content (BSD). "/" and "/SYM64/" list symbols: a count, as many offsets (big-endian u32 or
 * u64), as many names ending in NUL.
 */
#include "formats/archive.h"

enum { AR_MAGIC_BYTES = 8, AR_HEADER_BYTES = 60, AR_NAME_MAX_BYTES = 4096 };

struct ar {
	struct archive *a;
	struct cursor c;
	struct str long_names;
};

struct ar_member {
	struct entry e;
	uint64_t header_at, data_at, size; /* content, without a BSD name */
	uint64_t stated;                   /* as the header says */
};

static int ar_probe(struct cursor head, uint64_t total_bytes)
{
	const uint8_t *p = cursor_peek(&head, AR_MAGIC_BYTES);

	if (!p || (memcmp(p, "!<arch>\n", 8) && memcmp(p, "!<thin>\n", 8)))
		return 0;
	return 64;
}

static uint64_t field_number(struct str field, int base, bool *ok)
{
	uint64_t v = 0;

	field = str_trim(field);
	if (field.len && !str_to_u64(field, base, &v))
		*ok = false;
	return v;
}

/* Offsets and names must fill the member, else it is a hiding place and stays unexplained. */
static bool symbols_fill(struct str body, size_t word)
{
	struct cursor c = cursor_of(body.p, body.len);
	uint64_t n = word == 8 ? cursor_u64be(&c) : cursor_u32be(&c);

	cursor_skip(&c, cursor_count(&c, n, word) * word);
	for (uint64_t i = 0; i < n && cursor_ok(&c); i++)
		(void)cursor_zstr(&c, body.len);
	return cursor_ok(&c) && cursor_left(&c) < 8;
}

static struct str long_name(struct ar *r, struct str digits, bool *ok)
{
	uint64_t at = field_number(digits, 10, ok);
	struct str rest;
	size_t end;

	if (!*ok || at >= r->long_names.len) {
		*ok = false;
		return STR_NONE;
	}
	rest = str_part(r->long_names, (size_t)at, AR_NAME_MAX_BYTES);
	end = str_find_z(rest, "\n");
	rest = str_part(rest, 0, end == SIZE_MAX ? rest.len : end);
	return str_ends(rest, "/") ? str_part(rest, 0, rest.len - 1) : rest;
}

/* Settles the name; a BSD name is taken off the content. */
static bool member_name(struct ar *r, struct ar_member *m, struct str raw)
{
	bool ok = true;
	uint64_t n;

	while (raw.len && raw.p[raw.len - 1] == ' ')
		raw.len--;
	m->e.name = raw;
	if (str_starts(raw, "#1/")) {
		n = field_number(str_part(raw, 3, raw.len), 10, &ok);
		if (!ok || n > m->size || n > AR_NAME_MAX_BYTES)
			return false;
		m->e.name = str_view(r->c.base + m->data_at, (size_t)n);
		while (m->e.name.len && m->e.name.p[m->e.name.len - 1] == 0)
			m->e.name.len--;
		m->data_at += n;
		m->size -= n;
	} else if (raw.len > 1 && raw.p[0] == '/' && raw.p[1] >= '0' && raw.p[1] <= '9') {
		struct str name = long_name(r, str_part(raw, 1, raw.len), &ok);

		if (ok)
			m->e.name = name;
	} else if (raw.len > 1 && raw.p[0] != '/' && raw.p[raw.len - 1] == '/') {
		m->e.name.len--;
	}
	return ok;
}

/* False at the end and where no header stands. */
static bool member_header(struct ar *r, struct ar_member *m, struct str *ret_name)
{
	struct cursor h = cursor_part(&r->c, r->c.pos, AR_HEADER_BYTES);
	struct str f[6];
	static const size_t widths[6] = {16, 12, 6, 6, 8, 10};
	bool ok = true, numbers = true;
	const uint8_t *end;

	for (int i = 0; i < 6; i++)
		f[i] = cursor_str(&h, widths[i]);
	end = cursor_take(&h, 2);
	if (!end || end[0] != '`' || end[1] != '\n')
		return false;
	memset(m, 0, sizeof(*m));
	m->header_at = r->c.pos;
	m->data_at = m->header_at + AR_HEADER_BYTES;
	m->stated = field_number(f[5], 10, &ok);
	m->e.mtime = (int64_t)field_number(f[1], 10, &numbers);
	m->e.uid = field_number(f[2], 10, &numbers);
	m->e.gid = field_number(f[3], 10, &numbers);
	m->e.mode = (uint32_t)field_number(f[4], 8, &numbers) & 07777;
	if (!numbers)
		archive_odd(r->a, "ar-number-damaged", m->header_at, f[0]);
	*ret_name = f[0];
	return ok;
}

static enum status member_deliver(struct ar *r, struct ar_member *m, bool cut)
{
	m->e.type = ENTRY_FILE;
	m->e.origin = ORIGIN_MEMBER;
	m->e.flags = ENTRY_SPAN;
	m->e.size_bytes = m->size;
	m->e.span_offset = m->data_at;
	m->e.span_bytes = cut ? r->c.len - m->data_at : m->size;
	archive_region(r->a, m->data_at, m->e.span_bytes, "member");
	return archive_bare_child(r->a, &m->e, cut ? STATUS_DAMAGED : STATUS_OK,
				  cut ? "archive ends inside this member" : NULL);
}

/* Tables of the archive itself are explained, not delivered. True if it was one. */
static bool member_is_table(struct ar *r, const struct ar_member *m, struct str raw)
{
	struct str body = str_view(r->c.base + m->data_at, (size_t)m->size);

	if (str_is(str_trim(raw), "//")) {
		r->long_names = body;
	} else if (str_is(str_trim(raw), "/") || str_is(str_trim(raw), "/SYM64/")) {
		if (!symbols_fill(body, str_is(str_trim(raw), "/") ? 4 : 8)) {
			archive_odd_z(r->a, "ar-symbols-damaged", m->header_at, NULL);
			return true;
		}
	} else {
		return false;
	}
	archive_region(r->a, m->data_at, m->size, "table");
	return true;
}

static enum status member(struct ar *r, bool *ret_more)
{
	struct ar_member m;
	struct str raw;
	bool cut;

	*ret_more = false;
	if (!member_header(r, &m, &raw)) {
		r->a->damaged = true;
		archive_odd_z(r->a, "ar-header-damaged", r->c.pos, NULL);
		return STATUS_OK;
	}
	archive_region(r->a, m.header_at, AR_HEADER_BYTES, "header");
	cut = m.stated > r->c.len - m.data_at;
	m.size = cut ? r->c.len - m.data_at : m.stated;
	cursor_seek(&r->c, m.data_at + m.size);
	*ret_more = !cut && cursor_left(&r->c) > 0;
	if (*ret_more && m.stated % 2) {
		if (*cursor_peek(&r->c, 1) == '\n')
			archive_region(r->a, r->c.pos, 1, "padding");
		(void)cursor_u8(&r->c);
		*ret_more = cursor_left(&r->c) > 0;
	}
	if (member_is_table(r, &m, raw))
		return STATUS_OK;
	if (!member_name(r, &m, raw)) {
		r->a->damaged = true;
		archive_odd(r->a, "ar-name-damaged", m.header_at, raw);
	} else if (m.data_at > m.header_at + AR_HEADER_BYTES) {
		archive_region(r->a, m.header_at + AR_HEADER_BYTES,
			       m.data_at - m.header_at - AR_HEADER_BYTES, "header");
	}
	return member_deliver(r, &m, cut);
}

/* A Debian package begins with its version, and holds what it installs and how. */
static void check_package(struct ar *r, struct cursor whole)
{
	static const char *const parts[] = {"control.tar", "data.tar"};
	struct str text = str_view(whole.base, whole.len);

	if (!str_starts(str_part(text, AR_MAGIC_BYTES, text.len), "debian-binary"))
		return;
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		if (!str_has(text, parts[i])) {
			r->a->damaged = true;
			archive_odd(r->a, "deb-part-missing", 0, str_of(parts[i]));
		}
}

static enum status ar_open(struct open_in *in)
{
	struct archive a;
	struct ar r = {.a = &a, .c = in->bytes};
	bool more = in->bytes.len > AR_MAGIC_BYTES;

	archive_begin(&a, in);
	archive_region(&a, 0, AR_MAGIC_BYTES, "header");
	if (in->bytes.len < AR_MAGIC_BYTES || memcmp(in->bytes.base, "!<arch>\n", 8)) {
		archive_regions_tell(&a);
		return STATUS_UNSUPPORTED; /* a thin archive only names files elsewhere */
	}
	cursor_seek(&r.c, AR_MAGIC_BYTES);
	while (more) {
		enum status st = member(&r, &more);

		if (st != STATUS_OK && st != STATUS_LIMIT)
			return st;
		if (st == STATUS_LIMIT) {
			archive_regions_tell(&a);
			return st;
		}
	}
	check_package(&r, in->bytes);
	archive_regions_tell(&a);
	return a.damaged ? STATUS_DAMAGED : STATUS_OK;
}

const struct format format_ar = {
	.id = FORMAT_AR,
	.name = "ar",
	.summary = "ar archive: static libraries, Debian packages",
	.head_bytes = AR_MAGIC_BYTES,
	.probe = ar_probe,
	.open = ar_open,
};
