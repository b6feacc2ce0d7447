/*
 * PyInstaller one-file programs. Behind or inside the boot program a package that ends in a cookie,
 * big-endian:
 *
 *	 0  8   "MEI" 0C 0B 0A 0B 0E
 *	 8  u32 bytes of the package (cookie included), u32 offset and u32 bytes of the directory
 *	20  u32 Python version, 64 bytes name of its library
 *
 * Directory, one entry behind the other: u32 bytes of the entry, u32 offset, u32 packed, u32
 * unpacked size, u8 packed (zlib), u8 kind, name ending in zeros. Kinds: s script and m, M module
 * (marshalled code), z the archive of modules, b library, x data, o option, d dependency, n link.
 *
 * Archive of modules: "PYZ\0", 4 bytes magic of .pyc files, u32 offset (big-endian) of a marshalled
 * list of (name, (kind, offset, bytes)) or a dict of the same; each module is zlib. Modules and
 * scripts come out as .pyc files, with the header that such files have.
 */
#include <zlib.h>

#include "formats/marshal.h"
#include "formats/program.h"

enum { COOKIE_BYTES = 88, ENTRY_BYTES = 18, PYC_HEADER_BYTES = 16, NAME_BYTES = 4096, FOUND_MAX =
	16 };

static const char magic[8] = {'M', 'E', 'I', 014, 013, 012, 013, 016};

struct package {
	struct cursor whole; /* of the package */
	uint64_t at;         /* in the program */
	struct cursor toc;
	uint64_t toc_at, cookie_at;
	uint8_t pyc_magic[4];
	bool has_magic;
};

static bool cookie(const struct program *p, uint64_t at, struct package *k)
{
	struct cursor c = cursor_clip(&p->whole, at, COOKIE_BYTES);
	uint64_t bytes, toc, toc_bytes, end = at + COOKIE_BYTES;

	cursor_skip(&c, 8);
	bytes = cursor_u32be(&c);
	toc = cursor_u32be(&c);
	toc_bytes = cursor_u32be(&c);
	cursor_skip(&c, 68);
	if (!cursor_ok(&c) || bytes < COOKIE_BYTES || bytes > end || toc > bytes ||
			toc_bytes > bytes - toc)
		return false;
	memset(k, 0, sizeof(*k));
	k->at = end - bytes;
	k->whole = cursor_part(&p->whole, k->at, bytes);
	k->toc = cursor_part(&k->whole, toc, toc_bytes);
	k->toc_at = k->at + toc;
	k->cookie_at = at;
	return true;
}

/* From the end, as the boot program looks; not inside of what surely is code. */
static bool package_find(struct program *p, struct package *k)
{
	struct cursor seen = p->whole;
	uint64_t from = p->kind == FORMAT_PE ? p->pe.overlay_offset : 0, at;

	if (p->kind == FORMAT_PE && !p->pe.overlay_bytes)
		return false;
	for (int i = 0; i < FOUND_MAX && program_find_last(&seen, from, magic, sizeof(magic),
			&at); i++) {
		if (cookie(p, at, k))
			return true;
		seen.len = (size_t)at;
	}
	return false;
}

static bool pyinstaller_find(struct program *p)
{
	struct package k;

	return package_find(p, &k);
}

/* A child of zlib data, with a header in front when it is code. */
static enum status module_give(struct package *k, struct archive *a, struct entry *e,
	struct cursor packed, bool code)
{
	uint8_t head[PYC_HEADER_BYTES] = {0};
	struct stream *stream = NULL;
	struct source s;
	const uint8_t *p;
	uint64_t came = 0;
	uint32_t sum = (uint32_t)adler32(0, NULL, 0);
	enum status st = STATUS_OK;
	size_t n;

	TRY(archive_child(a, e));
	if (packed.len < 6 || (packed.base[0] & 15) != 8)
		return archive_child_end(a, STATUS_DAMAGED, "not zlib data");
	if (code && k->has_magic) {
		memcpy(head, k->pyc_magic, 4);
		TRY(archive_data(a, head, sizeof(head)));
	}
	stream = stream_open(STREAM_DEFLATE, packed.base + 2, packed.len - 2);
	source_of_stream(&s, a, stream);
	while (st == STATUS_OK && (n = source_take(&s, UINT64_MAX, &p)) > 0) {
		came += n;
		sum = (uint32_t)adler32_z(sum, p, n);
		st = archive_data(a, p, n);
	}
	if (st == STATUS_OK && s.how == STATUS_OK) {
		struct cursor tail = cursor_clip(&packed, 2 + stream_used(stream), 4);

		if (cursor_u32be(&tail) != sum || (e->size_bytes != UINT64_MAX &&
				came != e->size_bytes)) {
			s.how = STATUS_DAMAGED;
			s.why = "size or checksum differs";
		}
	}
	stream_close(stream);
	TRY(st);
	TRY(archive_child_end(a, s.how, s.how == STATUS_OK ? "" : s.why));
	return s.how == STATUS_LIMIT ? STATUS_LIMIT : STATUS_OK;
}

/* One tuple (name, (kind, offset, bytes)) or a pair of a dict; false at the end or when it is none. */
static bool module_next(struct marshal *m, bool pairs, struct str *ret_name, int64_t v[3])
{
	struct marshal_item item = marshal_next(m);

	if (!pairs) {
		if (item.kind != MARSHAL_OPEN)
			return false;
		item = marshal_next(m);
	}
	if (item.kind != MARSHAL_TEXT)
		return false;
	*ret_name = item.text;
	if (marshal_next(m).kind != MARSHAL_OPEN)
		return false;
	for (int i = 0; i < 3; i++) {
		item = marshal_next(m);
		v[i] = item.number;
		if (item.kind != MARSHAL_NUMBER && (i > 0 || item.kind == MARSHAL_BAD))
			return false;
	}
	return marshal_next(m).kind == MARSHAL_END && (pairs ||
		marshal_next(m).kind == MARSHAL_END);
}

static struct str module_path(struct arena *arena, struct str name, bool package)
{
	char *p = arena_alloc(arena, name.len + 32);
	size_t n = 0;

	memcpy(p, "[modules]/", 10);
	n = 10;
	for (size_t i = 0; i < name.len && i < NAME_BYTES; i++)
		p[n++] = name.p[i] == '.' ? '/' : name.p[i];
	memcpy(p + n, package ? "/__init__.pyc" : ".pyc", package ? 13 : 4);
	return str_view(p, n + (package ? 13 : 4));
}

static enum status modules_damaged(struct archive *a, uint64_t at)
{
	a->damaged = true;
	archive_odd_z(a, "pyinstaller-modules-damaged", at, NULL);
	return STATUS_OK;
}

/* The archive of modules, stored at `pyz` of the program. */
static enum status modules_open(struct program *p, struct archive *a, struct package *k,
	struct cursor pyz, uint64_t at)
{
	struct marshal m = {.arena = p->arena, .budget = p->budget};
	struct cursor c = pyz;
	struct marshal_item head;
	uint32_t toc;
	bool pairs;

	cursor_skip(&c, 8);
	toc = cursor_u32be(&c);
	m.c = cursor_clip(&pyz, toc, UINT64_MAX);
	head = marshal_next(&m);
	if (!cursor_ok(&c) || head.kind != MARSHAL_OPEN)
		return modules_damaged(a, at);
	archive_region(a, at, c.pos, "header");
	pairs = head.n == UINT32_MAX;
	for (uint32_t i = 0; i < head.n; i++) {
		struct entry e = {.size_bytes = UINT64_MAX};
		struct str name;
		struct cursor packed;
		int64_t v[3];

		if (!module_next(&m, pairs, &name, v)) {
			if (pairs && cursor_ok(&m.c) && m.depth == 0)
				break;
			return modules_damaged(a, at + toc);
		}
		e.name = module_path(p->arena, name, v[0] == 1 || v[0] == 3);
		packed = cursor_part(&pyz, (uint64_t)v[1], (uint64_t)v[2]);
		if (!cursor_ok(&packed)) {
			TRY(archive_bare_child(a, &e, STATUS_DAMAGED,
				"it lies outside the archive"));
			continue;
		}
		archive_region(a, at + (uint64_t)v[1], packed.len, "member");
		TRY(module_give(k, a, &e, packed, true));
	}
	archive_region(a, at + toc, m.c.pos, "directory");
	return STATUS_OK;
}

static enum status entry_open(struct program *p, struct archive *a, struct package *k)
{
	uint32_t bytes = cursor_u32be(&k->toc), offset = cursor_u32be(&k->toc), packed =
		cursor_u32be(&k->toc),
		 size = cursor_u32be(&k->toc);
	uint8_t is_packed = cursor_u8(&k->toc), kind = cursor_u8(&k->toc);
	struct entry e = {.size_bytes = size};
	struct cursor data;
	bool code = kind == 's' || kind == 'm' || kind == 'M';

	e.name = cursor_str(&k->toc, bytes >= ENTRY_BYTES ? bytes - ENTRY_BYTES : SIZE_MAX);
	while (e.name.len && e.name.p[e.name.len - 1] == 0)
		e.name.len--;
	if (!cursor_ok(&k->toc) || e.name.len > NAME_BYTES) {
		a->damaged = true;
		archive_odd_z(a, "pyinstaller-directory-damaged", k->toc_at, NULL);
		k->toc.bad = true;
		return STATUS_OK;
	}
	e.name = arena_printf(p->arena, "[package]/%.*s%s", STR_ARG(e.name), code ? ".pyc" : "");
	if (kind == 'o' || (kind == 'd' && size == 0)) { /* an option is its name */
		e.size_bytes = 0;
		return archive_bare_child(a, &e, STATUS_OK, "");
	}
	data = cursor_part(&k->whole, offset, packed);
	if (!cursor_ok(&data))
		return archive_bare_child(a, &e, STATUS_DAMAGED, "it lies outside the package");
	if (kind == 'z' && !is_packed)
		return modules_open(p, a, k, data, k->at + offset);
	if (!is_packed)
		return program_span(a, e.name, k->at + offset, packed);
	archive_region(a, k->at + offset, packed, "member");
	return module_give(k, a, &e, data, code);
}

/* The magic of .pyc files stands in the archive of modules, which may come later. */
static void magic_find(struct package *k)
{
	struct str whole = str_view(k->whole.base, k->whole.len);
	size_t at = str_find(whole, str_view("PYZ", 4));

	if (at == SIZE_MAX || whole.len - at < 8)
		return;
	memcpy(k->pyc_magic, whole.p + at + 4, 4);
	k->has_magic = true;
}

static enum status pyinstaller_open(struct program *p, struct archive *a)
{
	struct package k;

	if (!package_find(p, &k))
		return STATUS_OK;
	TRY(archive_step(a, k.whole.len / 64 + 1));
	magic_find(&k);
	archive_region(a, k.toc_at, k.toc.len, "directory");
	archive_region(a, k.cookie_at, COOKIE_BYTES, "header");
	while (cursor_ok(&k.toc) && cursor_left(&k.toc) > 0)
		TRY(entry_open(p, a, &k));
	return STATUS_OK;
}

const struct carrier carrier_pyinstaller = {"PyInstaller", pyinstaller_find, pyinstaller_open};
