/*
 * Inno Setup installers. Resource RCDATA 11111 of the loader, from 5.1.5 on:
 *
 *	 0  12  "rDlPtS" CD E6 D7 7B 0B 2A
 *	12  u32 version 1: u32 bytes of all, u32 place of the packed setup program, u32 bytes and u32 CRC of it
 *	        unpacked, u32 place of the header, u32 place of the data, u32 CRC-32 of all before
 *	        version 2: the same with u64 places and sizes, u32 padding before the CRC
 *
 * Header: 64 bytes "Inno Setup Setup Data (6.2.2) (u)", in later versions more, then two blocks:
 * u32 CRC of what follows here, u32 bytes, u8 packed; the bytes are pieces of u32 CRC and at most
 * 4096 bytes; packed is LZMA with 5 bytes of properties. The second block lists locations: i32
 * first and last part, u32 (later u64) place of the chunk in the data, u64 place in the chunk, u64
 * bytes, u64 bytes of the chunk as it stands, digest, times, version, flags. A chunk is "zlb" 1A
 * and what it holds.
 */
#include <lzma.h>
#include <stdlib.h>
#include <zlib.h>

#include "formats/inno.h"
#include "formats/install_lines.h"
#include "util/hash.h"

enum { TABLE_BYTES = 44, TABLE_BYTES_2 = 64, ID_BYTES = 64, PIECE_BYTES = 4096, SEARCH_BYTES = 512,
	BLOCK_MAX = 64 << 20, FILE_MAX = 128 << 20, LOADER_RESOURCE = 11111 };

struct table {
	uint64_t at, program_at, header_at, data_at, end;
};

/* Sizes of a location and where in it things stand. */
struct location_form {
	uint8_t bytes, place_bytes, digest_bytes;
};

static const struct location_form forms[] = {{74, 4, 20}, {75, 4, 20}, {86, 4, 32}, {87, 4, 32},
	{90, 8, 32}, {91, 8, 32}};

struct location {
	uint64_t chunk, at, bytes, chunk_bytes;
	const uint8_t *digest;
	size_t digest_bytes, index;
};

struct inno {
	struct program *p;
	struct archive *a;
	struct table t;
	struct inno_version v;
	struct location *locations;
	size_t n_locations;
	struct str *names;
};

static bool crc_is(const struct cursor *c, uint64_t at, size_t n, uint32_t want)
{
	struct cursor part = cursor_part(c, at, n);

	return cursor_ok(&part) && (uint32_t)crc32(crc32(0, NULL, 0), part.base, (uInt)n) == want;
}

static bool table_read(struct program *p, struct table *t)
{
	struct cursor c;
	uint32_t version;
	bool wide;
	size_t bytes;

	if (p->kind != FORMAT_PE || !program_resource(p, 10, LOADER_RESOURCE, &c, &t->at))
		return false;
	if (c.len < TABLE_BYTES || memcmp(c.base, "rDlPtS\xcd\xe6\xd7\x7b\x0b\x2a", 12))
		return false;
	cursor_skip(&c, 12);
	version = cursor_u32le(&c);
	wide = version == 2;
	bytes = wide ? TABLE_BYTES_2 : TABLE_BYTES;
	t->end = wide ? cursor_u64le(&c) : cursor_u32le(&c);
	t->program_at = wide ? cursor_u64le(&c) : cursor_u32le(&c);
	cursor_skip(&c, 8);
	t->header_at = wide ? cursor_u64le(&c) : cursor_u32le(&c);
	t->data_at = wide ? cursor_u64le(&c) : cursor_u32le(&c);
	if (wide)
		cursor_skip(&c, 4);
	return (version == 1 || version == 2) && cursor_ok(&c) && crc_is(&c, 0, bytes - 4,
		cursor_u32le(&c));
}

static bool inno_find(struct program *p)
{
	struct table t;

	return table_read(p, &t);
}

/* "... (6.2.2) (u)"; builds since 6.0 are all Unicode. */
static bool version_read(struct inno *o)
{
	struct cursor c = cursor_part(&o->p->whole, o->t.header_at, ID_BYTES), d;
	struct str s = cursor_zstr(&c, ID_BYTES);
	size_t open = str_find_z(s, "(");
	bool ok = true, more = true;

	if (!str_starts(s, "Inno Setup Setup Data (") || open == SIZE_MAX)
		return false;
	o->v.text = s;
	d = cursor_of(s.p, s.len);
	cursor_seek(&d, open + 1);
	o->v.major = (unsigned)cursor_dec(&d, 4, &ok);
	cursor_skip(&d, 1);
	o->v.minor = (unsigned)cursor_dec(&d, 4, &ok);
	cursor_skip(&d, 1);
	o->v.patch = (unsigned)cursor_dec(&d, 4, &more);
	o->v.unicode = str_has(s, "(u)") || o->v.major >= 6;
	return ok;
}

/* The header of a block at `at`: its size may have 4 or 8 bytes. */
static bool block_header(const struct cursor *whole, uint64_t at, uint64_t *ret_bytes,
	bool *ret_packed, size_t *ret_head)
{
	for (size_t n = 5; n <= 9; n += 4) {
		struct cursor c = cursor_part(whole, at, 4 + n);
		uint32_t crc = cursor_u32le(&c);

		if (!cursor_ok(&c) || !crc_is(whole, at + 4, n, crc))
			continue;
		*ret_bytes = n == 9 ? cursor_u64le(&c) : cursor_u32le(&c);
		*ret_packed = cursor_u8(&c) != 0;
		*ret_head = 4 + n;
		return *ret_bytes > 0 && *ret_bytes <= whole->len - at - *ret_head;
	}
	return false;
}

/* Everything that the stream gives, in the arena; what comes before its end counts where the end has no mark. */
static enum status unpack(struct archive *a, struct cursor in, struct cursor *ret)
{
	struct stream *stream;
	struct buf b;
	size_t n;
	char *room;

	*ret = (struct cursor){.bad = true};
	if (in.len < 6)
		return STATUS_OK;
	stream = stream_open_lzma1(in.base, UINT64_MAX, in.base + 5, in.len - 5);
	if (!stream)
		return STATUS_NOMEM;
	buf_init(&b, BLOCK_MAX);
	while ((room = buf_reserve(&b, PIECE_BYTES)) &&
		(n = stream_read(stream, (uint8_t *)room, PIECE_BYTES)) > 0) {
		b.len += n;
		if (archive_spend(a, n) != STATUS_OK || archive_step(a, n / 64 + 1) != STATUS_OK)
			break;
	}
	if (!a->limit_why && (stream_how(stream) == STATUS_OK ||
			stream_used(stream) == in.len - 5)) {
		struct str s = arena_str(a->in->arena, buf_str(&b));

		*ret = cursor_of(s.p, s.len);
	}
	stream_close(stream);
	buf_release(&b);
	return a->limit_why ? STATUS_LIMIT : STATUS_OK;
}

/* One block; *ret is bad when it does not prove itself. *ret_end: behind it. */
static enum status block_read(struct inno *o, uint64_t at, struct cursor *ret, uint64_t *ret_end)
{
	uint64_t bytes = 0;
	bool packed = false;
	size_t head = 0, n = 0;
	uint8_t *p;
	struct cursor c;

	*ret = (struct cursor){.bad = true};
	if (!block_header(&o->p->whole, at, &bytes, &packed, &head) || bytes > BLOCK_MAX)
		return STATUS_OK;
	TRY(archive_step(o->a, bytes / 64 + 1));
	p = arena_alloc(o->a->in->arena, (size_t)bytes + 1);
	c = cursor_part(&o->p->whole, at + head, bytes);
	while (cursor_left(&c) > 4) {
		uint32_t crc = cursor_u32le(&c);
		size_t piece = cursor_left(&c) < PIECE_BYTES ? cursor_left(&c) : PIECE_BYTES;

		if (!crc_is(&c, c.pos, piece, crc))
			return STATUS_OK;
		memcpy(p + n, cursor_take(&c, piece), piece);
		n += piece;
	}
	*ret_end = at + head + bytes;
	archive_region(o->a, at, head + bytes, "header");
	if (!packed) {
		*ret = cursor_of(p, n);
		return STATUS_OK;
	}
	return unpack(o->a, cursor_of(p, n), ret);
}

/* --- locations --- */

static bool location_read(const struct inno *o, struct cursor block,
	const struct location_form *f, size_t i, struct location *l)
{
	struct cursor c = cursor_part(&block, i * f->bytes, f->bytes), mark;
	uint64_t room = o->p->whole.len - o->t.data_at;
	uint32_t first = cursor_u32le(&c), last = cursor_u32le(&c);

	l->chunk = f->place_bytes == 8 ? cursor_u64le(&c) : cursor_u32le(&c);
	l->at = cursor_u64le(&c);
	l->bytes = cursor_u64le(&c);
	l->chunk_bytes = cursor_u64le(&c);
	l->digest = cursor_take(&c, f->digest_bytes);
	l->digest_bytes = f->digest_bytes;
	l->index = i;
	if (!cursor_ok(&c) || first || last || l->chunk > room || room - l->chunk < 4 ||
			l->chunk_bytes > room - l->chunk - 4 ||
		l->bytes > (uint64_t)1 << 40 || l->at > (uint64_t)1 << 40)
		return false;
	mark = cursor_part(&o->p->whole, o->t.data_at + l->chunk, 4);
	return cursor_ok(&mark) && memcmp(mark.base, "zlb\x1a", 4) == 0;
}

static int by_place(const void *x, const void *y)
{
	const struct location *a = x, *b = y;

	if (a->chunk != b->chunk)
		return a->chunk < b->chunk ? -1 : 1;
	if (a->at != b->at)
		return a->at < b->at ? -1 : 1;
	return a->index < b->index ? -1 : a->index > b->index;
}

/* The form in which every row makes sense; none: the version is not known. */
static enum status locations_read(struct inno *o, struct cursor block)
{
	if (!cursor_ok(&block) || block.len == 0 || o->t.data_at == 0 ||
			o->t.data_at >= o->p->whole.len)
		return STATUS_OK;
	for (size_t k = 0; k < sizeof(forms) / sizeof(forms[0]) && !o->n_locations; k++) {
		size_t n = block.len / forms[k].bytes, i = 0;

		if (block.len % forms[k].bytes)
			continue;
		TRY(archive_step(o->a, n + 1));
		o->locations = ARENA_ARRAY(o->a->in->arena, n, struct location);
		while (i < n && location_read(o, block, &forms[k], i, &o->locations[i]))
			i++;
		if (i == n)
			o->n_locations = n;
	}
	if (o->n_locations)
		qsort(o->locations, o->n_locations, sizeof(*o->locations), by_place);
	return STATUS_OK;
}

/* --- chunks --- */

/* A decoder for the chunk; NULL when its packing is not one of those that are known. */
static struct stream *chunk_stream(struct cursor c, uint64_t bytes)
{
	struct stream_filter f = {.props = c.base, .n_props = 5, .id = LZMA_FILTER_LZMA1};

	if (c.len == bytes)
		return stream_open(STREAM_COPY, c.base, c.len);
	if (c.len > 3 && memcmp(c.base, "BZh", 3) == 0)
		return stream_open(STREAM_BZIP2, c.base, c.len);
	if (c.len > 6 && c.base[0] == 0x78 && ((c.base[0] << 8 | c.base[1]) % 31) == 0)
		return stream_open(STREAM_DEFLATE, c.base + 2, c.len - 2);
	if (c.len > 2 && c.base[0] <= 40 && (c.base[1] == 1 || c.base[1] >= 0xe0)) {
		f.n_props = 1;
		f.id = LZMA_FILTER_LZMA2;
		return stream_open_chain(&f, 1, bytes, c.base + 1, c.len - 1);
	}
	if (c.len > 6 && c.base[0] < 225 && c.base[5] == 0)
		return stream_open_chain(&f, 1, bytes, c.base + 5, c.len - 5);
	return NULL;
}

static bool digest_fits(const struct location *l, const uint8_t *p, size_t n)
{
	uint8_t have[32];

	return hash_digest(l->digest_bytes == 20 ? "SHA1" : "SHA256", p, n, have) &&
		memcmp(have, l->digest, l->digest_bytes) == 0;
}

/* As it was before the compiler: calls are made relative again where the digest says so. */
static enum status file_give(struct inno *o, const struct location *l, uint8_t *p, size_t n)
{
	struct entry e = {.size_bytes = l->bytes, .name = o->names[l->index]};
	bool complete = n == l->bytes;
	enum status how = complete ? STATUS_OK : STATUS_DAMAGED;

	if (!e.name.len)
		e.name = arena_printf(o->a->in->arena, "[file %zu]", l->index + 1);
	TRY(archive_child(o->a, &e));
	if (complete && !digest_fits(l, p, n)) {
		uint8_t *q = malloc(n + 1);

		how = STATUS_DAMAGED;
		for (int flip = 1; q && flip >= 0 && how != STATUS_OK; flip--) {
			memcpy(q, p, n);
			inno_calls_restore(q, n, flip != 0);
			if (digest_fits(l, q, n)) {
				memcpy(p, q, n);
				how = STATUS_OK;
			}
		}
		free(q);
	}
	TRY(n ? archive_data(o->a, p, n) : STATUS_OK);
	return archive_child_end(o->a, how, how == STATUS_OK ? ""
		: "it is not what its digest says");
}

static enum status file_closed(struct inno *o, const struct location *l, const char *why)
{
	struct entry e = {.size_bytes = l->bytes, .name = o->names[l->index]};

	if (!e.name.len)
		e.name = arena_printf(o->a->in->arena, "[file %zu]", l->index + 1);
	return archive_bare_child(o->a, &e, STATUS_UNSUPPORTED, why);
}

/* Reads n bytes at the place `at` of the chunk; *ret_n: how many came. */
static enum status chunk_take(struct inno *o, struct source *s, uint64_t at, uint8_t *p, size_t n,
	size_t *ret_n)
{
	const uint8_t *from;
	size_t got;

	*ret_n = 0;
	if (at < s->pos || !source_skip(s, at - s->pos))
		return s->how == STATUS_LIMIT ? STATUS_LIMIT : STATUS_OK;
	while (*ret_n < n && (got = source_take(s, n - *ret_n, &from)) > 0) {
		memcpy(p + *ret_n, from, got);
		*ret_n += got;
		TRY(archive_step(o->a, got / 64 + 1));
	}
	return s->how == STATUS_LIMIT ? STATUS_LIMIT : STATUS_OK;
}

/* Locations [from, to) of one chunk. */
static enum status chunk_open(struct inno *o, size_t from, size_t to)
{
	const struct location *first = &o->locations[from], *last = &o->locations[to - 1];
	struct cursor c = cursor_part(&o->p->whole, o->t.data_at + first->chunk + 4,
		first->chunk_bytes);
	struct stream *stream = chunk_stream(c, last->at + last->bytes);
	struct source s;
	enum status st = STATUS_OK;

	archive_region(o->a, o->t.data_at + first->chunk, first->chunk_bytes + 4, "member");
	if (stream)
		source_of_stream(&s, o->a, stream);
	for (size_t i = from; i < to && st == STATUS_OK; i++) {
		const struct location *l = &o->locations[i];
		uint8_t *p = stream && l->bytes <= FILE_MAX ? malloc((size_t)l->bytes + 1) : NULL;
		size_t came = 0;

		if (!p) {
			st = file_closed(o, l, stream ? "larger than is held"
				: "packed or encrypted in a way that is not known");
			continue;
		}
		st = chunk_take(o, &s, l->at, p, (size_t)l->bytes, &came);
		if (st == STATUS_OK)
			st = file_give(o, l, p, came);
		free(p);
	}
	stream_close(stream);
	return st;
}

static enum status data_open(struct inno *o)
{
	struct entry e = {.name = STR("[setup data]")};

	if (!o->n_locations) {
		e.size_bytes = o->p->whole.len - o->t.data_at;
		return archive_bare_child(o->a, &e, STATUS_UNSUPPORTED,
			"the list of files is of a version that has no reader");
	}
	for (size_t i = 0; i < o->n_locations;) {
		size_t to = i + 1;

		while (to < o->n_locations && o->locations[to].chunk == o->locations[i].chunk)
			to++;
		TRY(chunk_open(o, i, to));
		i = to;
	}
	return STATUS_OK;
}

/* --- the whole --- */

static enum status text_give(struct archive *a, const char *name, struct str text)
{
	struct entry e = {.name = str_of(name), .origin = ORIGIN_DERIVED, .size_bytes = text.len};

	TRY(archive_child(a, &e));
	if (archive_spend(a, text.len) != STATUS_OK) {
		TRY(archive_child_end(a, STATUS_LIMIT, a->limit_why));
		return STATUS_LIMIT;
	}
	TRY(text.len ? archive_data(a, text.p, text.len) : STATUS_OK);
	return archive_child_end(a, STATUS_OK, "");
}

static enum status header_open(struct inno *o, struct buf *text)
{
	struct cursor header = {.bad = true}, locations = {.bad = true}, code = {.bad = true};
	uint64_t at = o->t.header_at + ID_BYTES, end = 0, bytes;
	size_t head;
	bool packed;

	archive_region(o->a, o->t.header_at, ID_BYTES, "header");
	install_line(text, "Installer");
	install_arg(text, o->v.text);
	install_line_end(text);
	/* Later versions have more in front of the first block, which is known by its checksum. */
	for (int i = 0; i < SEARCH_BYTES && !block_header(&o->p->whole, at, &bytes, &packed,
			&head); i++)
		at++;
	TRY(block_read(o, at, &header, &end));
	if (cursor_ok(&header)) {
		archive_region(o->a, o->t.header_at + ID_BYTES, at - o->t.header_at - ID_BYTES,
			"header");
		TRY(block_read(o, end, &locations, &end));
	} else {
		o->a->damaged = true;
		archive_odd_z(o->a, "inno-header-unreadable", at,
			"encrypted, damaged or of an unknown version");
	}
	TRY(locations_read(o, locations));
	o->names = ARENA_ARRAY(o->a->in->arena, o->n_locations + 1, struct str);
	if (cursor_ok(&header))
		TRY(inno_lines(o->a, &o->v, header, o->names, o->n_locations, text, &code));
	TRY(text_give(o->a, "[install script].iss", buf_str(text)));
	return cursor_ok(&code) ? text_give(o->a, "[compiled code]", str_view(code.base,
		code.len)) : STATUS_OK;
}

/* The setup program itself, packed like a header block. */
static enum status program_give(struct inno *o)
{
	struct cursor c;
	uint64_t end;

	TRY(block_read(o, o->t.program_at, &c, &end));
	if (!cursor_ok(&c))
		return STATUS_OK; /* stays a part of what is left over, which is looked at */
	return text_give(o->a, "[setup].exe", str_view(c.base, c.len));
}

static enum status inno_open(struct program *p, struct archive *a)
{
	struct inno o = {.p = p, .a = a};
	struct buf text;
	enum status st;

	if (!table_read(p, &o.t))
		return STATUS_OK;
	archive_region(a, o.t.at, TABLE_BYTES, "header");
	if (!version_read(&o)) {
		struct entry e = {.name = STR("[setup data]"), .size_bytes = p->pe.overlay_bytes};

		archive_odd_z(a, "inno-header-unreadable", o.t.header_at,
			"no version where the loader says");
		return archive_bare_child(a, &e, STATUS_UNSUPPORTED,
			"a variant of Inno Setup that has no reader");
	}
	buf_init(&text, 64 << 20);
	st = header_open(&o, &text);
	buf_release(&text);
	TRY(st);
	TRY(program_give(&o));
	return data_open(&o);
}

const struct carrier carrier_inno = {"Inno Setup", inno_find, inno_open};
