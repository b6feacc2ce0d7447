/*
 * NSIS installers: finding the installer behind its stub, unpacking its header, handing out the
 * script as text and every data block under the names that the script gives it. The layout stands
 * in nsis.h, that of the header in nsis_header.c.
 *
 * Children: "[stub].exe" (the program in front, a span), "[install script].nsi" (derived text), then
 * the data blocks in the order in which they stand. A block that several instructions write comes
 * once, its further names are hard links to the first. A block that no instruction names comes as
 * "[data N]". Behind the installer only the certificate table of the PE is accounted for.
 */
#include <zlib.h>

#include "formats/nsis.h"

enum {
	FIRST_BYTES = 28,
	SECTOR = 512,
	PIECE_BYTES = 64 << 10,
	SECTIONS_MAX = 96,
	STUB_SEARCH_BYTES = 64 << 10, /* how far behind the sections probe_whole() looks */
};

struct pe_ends {
	bool is_pe, has_ndata; /* .ndata: the section that every NSIS stub has */
	uint64_t sections_end;
	uint64_t certificates_at, certificates_bytes;
};

struct nsis {
	struct open_in *in;
	struct sink *sink;
	struct pe_ends pe;
	uint64_t first_at; /* of the first header */
	uint32_t flags, header_bytes;
	uint64_t end;      /* of the data, CRC excluded */
	bool solid, stored;
	enum nsis_method method;
	uint64_t data_at;  /* not solid: where offsets count from */
	struct nsis_stream *stream; /* solid: behind the header */
	struct nsis_header header;
	struct nsis_script script;
	struct nsis_want *wants; /* by offset */
	size_t n_wants, next_want;
	uint64_t n_unnamed;
	bool damaged, limit, numbering_known;
	uint8_t *piece; /* PIECE_BYTES */
};

/* --- the stub --- */

static struct pe_ends pe_ends_read(struct cursor c)
{
	struct pe_ends e = {0};
	uint32_t at, n_directories;
	uint16_t n_sections, optional_bytes, magic;
	size_t optional_at;

	if (cursor_u16le(&c) != 0x5a4d)
		return e;
	cursor_seek(&c, 60);
	at = cursor_u32le(&c);
	cursor_seek(&c, at);
	if (cursor_u32le(&c) != 0x4550)
		return e;
	cursor_skip(&c, 2);
	n_sections = cursor_u16le(&c);
	cursor_skip(&c, 12);
	optional_bytes = cursor_u16le(&c);
	cursor_skip(&c, 2);
	optional_at = c.pos;
	magic = cursor_u16le(&c);
	if (!cursor_ok(&c) || (magic != 0x10b && magic != 0x20b))
		return e;
	cursor_seek(&c, optional_at + (magic == 0x20b ? 108 : 92));
	n_directories = cursor_u32le(&c);
	cursor_skip(&c, 4 * 8);
	if (n_directories > 4) {
		e.certificates_at = cursor_u32le(&c);
		e.certificates_bytes = cursor_u32le(&c);
	}
	cursor_seek(&c, optional_at + optional_bytes);
	for (unsigned i = 0; i < n_sections && i < SECTIONS_MAX && cursor_ok(&c); i++) {
		struct str name = cursor_str(&c, 8);
		uint32_t raw_bytes, raw_at;

		cursor_skip(&c, 8);
		raw_bytes = cursor_u32le(&c);
		raw_at = cursor_u32le(&c);
		cursor_skip(&c, 16);
		if (!cursor_ok(&c))
			break;
		e.has_ndata = e.has_ndata || str_equal(name, str_view(".ndata\0\0", 8));
		if (raw_bytes && (uint64_t)raw_at + raw_bytes > e.sections_end)
			e.sections_end = (uint64_t)raw_at + raw_bytes;
	}
	e.is_pe = e.sections_end > 0;
	return e;
}

static bool first_header_at(const struct cursor *c, uint64_t at)
{
	struct cursor h = cursor_part(c, at, FIRST_BYTES);
	uint32_t flags = cursor_u32le(&h), sig = cursor_u32le(&h);
	const uint8_t *name = cursor_take(&h, 12);

	return name && (flags & ~15u) == 0 && sig == 0xdeadbeefu &&
		memcmp(name, "NullsoftInst", 12) == 0;
}

/* The installer looks for its header at every multiple of 512 from the front, and so do we. */
static bool first_header_find(const struct cursor *c, uint64_t from, uint64_t to, uint64_t *ret_at)
{
	for (uint64_t at = from / SECTOR * SECTOR; at < to && at < c->len; at += SECTOR)
		if (first_header_at(c, at)) {
			*ret_at = at;
			return true;
		}
	return false;
}

static int nsis_probe(struct cursor head, uint64_t total_bytes)
{
	struct pe_ends e = pe_ends_read(head);
	uint64_t at;

	if (!e.is_pe)
		return 0;
	if (first_header_find(&head, SECTOR, head.len, &at))
		return 200;
	/* The header lies deeper than we see; the stub has its own mark. */
	if (e.has_ndata && e.sections_end >= head.len &&
		total_bytes > e.sections_end + FIRST_BYTES + SECTOR)
		return 100;
	return 0;
}

static int nsis_probe_whole(struct cursor whole)
{
	struct pe_ends e = pe_ends_read(whole);
	uint64_t at;

	if (!e.is_pe || e.sections_end >= whole.len)
		return 0;
	return first_header_find(&whole, e.sections_end, e.sections_end + STUB_SEARCH_BYTES, &at)
		? 200
		: 0;
}

/* --- what is said --- */

static void odd(struct nsis *n, const char *code, uint64_t offset, const char *detail)
{
	n->sink->oddity(n->sink, code, offset, str_of(detail));
}

static void span(struct nsis *n, uint64_t from, uint64_t to, const char *what)
{
	if (to > n->in->bytes.len)
		to = n->in->bytes.len;
	if (to > from)
		n->sink->span(n->sink, from, to - from, what);
}

static enum status child(struct nsis *n, const struct entry *e, enum status how, const char *why)
{
	n->damaged = n->damaged || how == STATUS_DAMAGED;
	TRY(n->sink->child_begin(n->sink, e));
	return n->sink->child_end(n->sink, how, how == STATUS_OK ? "" : why);
}

/* Passes on n bytes that were unpacked, spending for them. */
static enum status give(struct nsis *n, const uint8_t *p, size_t len)
{
	if (!budget_bytes(n->in->budget, len) || !budget_step(n->in->budget, len / 64 + 1)) {
		n->limit = true;
		return STATUS_LIMIT;
	}
	return len ? n->sink->child_data(n->sink, p, len) : STATUS_OK;
}

/* --- the header --- */

/* Unpacks exactly want bytes into the arena; NULL if there are fewer. */
static uint8_t *unpack(struct nsis *n, struct nsis_stream *s, size_t want)
{
	uint8_t *p = arena_alloc(n->in->arena, want ? want : 1);
	size_t have = 0, got;

	if (!budget_bytes(n->in->budget, want) || !budget_step(n->in->budget, want / 64 + 1)) {
		n->limit = true;
		return NULL;
	}
	while (have < want && (got = nsis_stream_read(s, p + have, want - have)) > 0)
		have += got;
	return have == want ? p : NULL;
}

static bool header_try(struct nsis *n, const uint8_t *p)
{
	enum status s;

	if (!p)
		return false;
	s = nsis_header_read(&n->header, cursor_of(p, n->header_bytes), n->in->budget);
	n->limit = n->limit || s == STATUS_LIMIT;
	return s == STATUS_OK;
}

static bool header_stored(struct nsis *n, struct cursor data)
{
	uint32_t len = cursor_u32le(&data);

	if (len != n->header_bytes || !cursor_peek(&data, len))
		return false;
	n->data_at = n->first_at + FIRST_BYTES + 4 + len;
	n->method = NSIS_STORED;
	n->stored = true;
	return header_try(n, data.base + 4);
}

static bool header_block(struct nsis *n, struct cursor data)
{
	uint32_t len = cursor_u32le(&data);
	struct cursor block;
	struct nsis_stream *s;
	bool ok;

	if (!(len & 0x80000000u))
		return false;
	len &= 0x7fffffff;
	block = cursor_part(&data, 4, len);
	if (!cursor_ok(&block) || len > (uint64_t)n->header_bytes + SECTOR)
		return false;
	n->method = nsis_method_of(block);
	n->data_at = n->first_at + FIRST_BYTES + 4 + len;
	s = nsis_stream_open(n->method, block.base, block.len);
	ok = s && header_try(n, unpack(n, s, n->header_bytes));
	nsis_stream_close(s);
	return ok;
}

static bool header_solid(struct nsis *n, struct cursor data)
{
	struct cursor len;
	uint8_t *p;

	n->method = nsis_method_of(data);
	n->stream = nsis_stream_open(n->method, data.base, data.len);
	if (!n->stream)
		return false;
	p = unpack(n, n->stream, 4);
	len = cursor_of(p, p ? 4 : 0);
	if (p && cursor_u32le(&len) == n->header_bytes &&
		header_try(n, unpack(n, n->stream, n->header_bytes))) {
		n->solid = true;
		return true;
	}
	nsis_stream_close(n->stream);
	n->stream = NULL;
	return false;
}

static bool header_load(struct nsis *n)
{
	struct cursor data = cursor_part(
		&n->in->bytes, n->first_at + FIRST_BYTES, n->end - n->first_at - FIRST_BYTES);

	if (n->header_bytes > NSIS_HEADER_MAX) {
		odd(n, "nsis-header-too-large", n->first_at + 20, "");
		n->limit = true;
		return false;
	}
	return header_stored(n, data) || header_block(n, data) || header_solid(n, data);
}

/* --- data blocks --- */

static int want_cmp(const void *x, const void *y)
{
	const struct nsis_want *a = x, *b = y;

	if (a->offset != b->offset)
		return a->offset < b->offset ? -1 : 1;
	return a->order < b->order ? -1 : a->order > b->order;
}

/* One block, wherever its bytes come from: part of the file, a stream of its own, or the next
 * `left` bytes of the solid stream. */
struct block {
	uint64_t offset, next; /* in the data area */
	uint64_t file_at;      /* not solid: of the bytes */
	uint64_t length;       /* as stored */
	bool packed;
	struct nsis_stream *stream;
	uint64_t left;         /* solid: still to come */
};

/* False at the end of the data, or when the next length makes no sense (then damaged is set). */
static bool block_next(struct nsis *n, uint64_t offset, struct block *b)
{
	uint8_t raw[4];
	struct cursor c;
	size_t have = 0, got;
	uint32_t len;

	*b = (struct block){.offset = offset};
	if (n->solid) {
		while (have < 4 && (got = nsis_stream_read(n->stream, raw + have, 4 - have)) > 0)
			have += got;
		if (have == 0)
			return false;
		c = cursor_of(raw, have);
		len = cursor_u32le(&c);
		b->left = b->length = len;
	} else {
		uint64_t left = n->end - n->data_at;

		if (offset >= left)
			return false;
		c = cursor_clip(&n->in->bytes, n->data_at + offset, 4);
		len = cursor_u32le(&c);
		b->packed = len >> 31 && !n->stored;
		b->length = b->packed ? len & 0x7fffffff : len;
		b->file_at = n->data_at + offset + 4;
		if (cursor_ok(&c) && b->length > left - offset - 4) {
			odd(n, "nsis-block-outside", n->data_at + offset,
				"a block is longer than the installer");
			n->damaged = true;
			return false;
		}
	}
	if (!cursor_ok(&c)) {
		n->damaged = true;
		return false;
	}
	b->next = offset + 4 + b->length;
	return true;
}

static size_t block_read(struct nsis *n, struct block *b, uint8_t *out, size_t room)
{
	size_t got;

	if (n->solid) {
		got = nsis_stream_read(n->stream, out, b->left < room ? (size_t)b->left : room);
		b->left -= got;
		return got;
	}
	if (!b->stream)
		b->stream = nsis_stream_open(b->packed ? n->method : NSIS_STORED,
			n->in->bytes.base + b->file_at, (size_t)b->length);
	return b->stream ? nsis_stream_read(b->stream, out, room) : 0;
}

/* How the reading of a block ended, and why. */
static enum status block_end(struct nsis *n, struct block *b, const char **ret_why)
{
	enum status how = STATUS_OK;

	*ret_why = "";
	if (n->solid && b->left) {
		how = nsis_stream_how(n->stream) == STATUS_LIMIT ? STATUS_LIMIT : STATUS_DAMAGED;
		*ret_why = "the compressed data ends before this file does";
	} else if (!n->solid && !b->stream) {
		how = STATUS_LIMIT;
		*ret_why = "out of memory";
	} else if (!n->solid) {
		how = nsis_stream_how(b->stream);
		*ret_why = nsis_stream_why(b->stream);
	}
	nsis_stream_close(b->stream);
	b->stream = NULL;
	n->damaged = n->damaged || how == STATUS_DAMAGED;
	n->limit = n->limit || how == STATUS_LIMIT;
	return how;
}

static enum status block_pass(struct nsis *n, struct block *b)
{
	size_t got;

	while ((got = block_read(n, b, n->piece, PIECE_BYTES)) > 0)
		TRY(give(n, n->piece, got));
	return STATUS_OK;
}

static enum status file_give(
	struct nsis *n, struct block *b, const struct nsis_want *want, struct str name)
{
	struct entry e = {.name = name, .mtime = want ? want->mtime : 0, .size_bytes = UINT64_MAX};
	const char *why = "";
	enum status s, how;

	if (n->solid || !b->packed)
		e.size_bytes = b->length;
	if (!n->solid && !b->packed) {
		e.flags = ENTRY_SPAN;
		e.span_offset = b->file_at;
		e.span_bytes = b->length;
		return child(n, &e, STATUS_OK, "");
	}
	TRY(n->sink->child_begin(n->sink, &e));
	s = block_pass(n, b);
	how = block_end(n, b, &why);
	if (s == STATUS_LIMIT && n->limit) {
		TRY(n->sink->child_end(
			n->sink, STATUS_LIMIT, "the budget for unpacked bytes is used up"));
		return s;
	}
	TRY(s);
	return n->sink->child_end(n->sink, how, why);
}

/* --- the uninstaller: the stub with other icons, and a second installer behind it --- */

static void icons_patch(struct nsis *n, uint8_t *stub, struct cursor icons)
{
	while (cursor_left(&icons) > 8) {
		uint32_t len = cursor_u32le(&icons), at = cursor_u32le(&icons);
		const uint8_t *p;

		if (len == 0)
			return;
		p = cursor_take(&icons, len);
		if (!p || at > n->first_at || len > n->first_at - at) {
			odd(n, "nsis-uninstaller-icons", n->first_at,
				"the icon table does not fit the stub");
			n->damaged = true;
			return;
		}
		memcpy(stub + at, p, len);
	}
}

static bool icons_load(struct nsis *n, struct block *b, struct cursor *ret)
{
	size_t room = (size_t)n->first_at + 4096, have = 0,
	       got; /* icons replace parts of the stub */
	uint8_t *p = arena_alloc(n->in->arena, room);
	const char *why;

	while (have < room && (got = block_read(n, b, p + have, room - have)) > 0)
		have += got;
	*ret = cursor_of(p, have);
	while (n->solid && b->left && (got = block_read(n, b, n->piece, PIECE_BYTES)) > 0)
		if (!budget_step(n->in->budget, got / 64 + 1))
			break;
	return budget_bytes(n->in->budget, have) && block_end(n, b, &why) == STATUS_OK;
}

/* Takes the icon block and the one behind it; *ret_next is the offset behind both. */
static enum status uninstaller_give(
	struct nsis *n, struct block *icons_block, const struct nsis_want *want, uint64_t *ret_next)
{
	struct entry e = {.name = want->name, .size_bytes = UINT64_MAX};
	struct cursor icons;
	struct block b;
	uint8_t *stub;
	enum status s, how = STATUS_DAMAGED;
	const char *why = "the uninstaller's data is not where the script says";
	bool ok = icons_load(n, icons_block, &icons);

	*ret_next = icons_block->next;
	TRY(n->sink->child_begin(n->sink, &e));
	if (!ok || !block_next(n, icons_block->next, &b)) {
		n->damaged = true;
		return n->sink->child_end(n->sink, STATUS_DAMAGED, why);
	}
	*ret_next = b.next;
	stub = arena_alloc(n->in->arena, (size_t)n->first_at + 1);
	memcpy(stub, n->in->bytes.base, (size_t)n->first_at);
	icons_patch(n, stub, icons);
	s = give(n, stub, (size_t)n->first_at);
	if (s == STATUS_OK)
		s = block_pass(n, &b);
	how = block_end(n, &b, &why);
	if (s == STATUS_LIMIT && n->limit) {
		TRY(n->sink->child_end(
			n->sink, STATUS_LIMIT, "the budget for unpacked bytes is used up"));
		return s;
	}
	TRY(s);
	if (!n->solid)
		span(n, n->data_at + b.offset, n->data_at + b.next, "uninstaller");
	return n->sink->child_end(n->sink, how, why);
}

/* Further names of a block that was given out already. */
static enum status links_give(struct nsis *n, size_t first, size_t last)
{
	for (size_t i = first + 1; i < last; i++) {
		struct entry e = {.name = n->wants[i].name, .link = n->wants[first].name,
			.type = ENTRY_HARDLINK, .mtime = n->wants[i].mtime};

		/* A plug-in is written again before each call: the same name is no second file. */
		if (str_equal(n->wants[i].name, n->wants[i - 1].name) || str_equal(e.name, e.link))
			continue;
		if (!budget_step(n->in->budget, 4))
			return STATUS_LIMIT;
		TRY(child(n, &e, STATUS_OK, ""));
	}
	return STATUS_OK;
}

/* A name whose offset points between the blocks. */
static enum status stray_give(struct nsis *n, const struct nsis_want *want)
{
	struct entry e = {.name = want->name, .mtime = want->mtime, .size_bytes = UINT64_MAX};
	struct block b;

	odd(n, "nsis-offset-between-blocks", want->offset,
		"a file is read from inside another block");
	n->damaged = true;
	if (!n->solid && block_next(n, want->offset, &b))
		return file_give(n, &b, want, want->name);
	return child(n, &e, STATUS_DAMAGED, "its offset does not point to a block");
}

static enum status block_give(struct nsis *n, struct block *b, uint64_t *ret_next)
{
	size_t first = n->next_want, last = first;
	const struct nsis_want *want = NULL;
	struct str name;

	*ret_next = b->next;
	while (last < n->n_wants && n->wants[last].offset == b->offset)
		last++;
	n->next_want = last;
	if (!n->solid)
		span(n, n->data_at + b->offset, n->data_at + b->next,
			first < last && n->wants[first].kind == NSIS_WANT_UNINSTALLER
				? "uninstaller"
				: "member");
	if (first < last) {
		want = &n->wants[first];
		name = want->name;
		if (want->kind == NSIS_WANT_UNINSTALLER)
			TRY(uninstaller_give(n, b, want, ret_next));
		else
			TRY(file_give(n, b, want, name));
		return links_give(n, first, last);
	}
	name = arena_printf(n->in->arena, "[data %llu]", (unsigned long long)++n->n_unnamed);
	if (n->numbering_known)
		n->sink->oddity(n->sink, "nsis-unnamed-data", b->offset, name);
	return file_give(n, b, NULL, name);
}

static enum status blocks_give(struct nsis *n)
{
	struct block b;
	uint64_t at = 0;

	for (;;) {
		while (n->next_want < n->n_wants && n->wants[n->next_want].offset < at)
			TRY(stray_give(n, &n->wants[n->next_want++]));
		if (!block_next(n, at, &b))
			break;
		if (!budget_step(n->in->budget, 8))
			return STATUS_LIMIT;
		TRY(block_give(n, &b, &at));
		if (n->limit)
			return STATUS_LIMIT;
		if (n->solid && b.left) /* the stream broke inside this block */
			break;
	}
	for (; n->next_want < n->n_wants; n->next_want++) {
		struct entry e = {.name = n->wants[n->next_want].name, .size_bytes = UINT64_MAX};

		TRY(child(n, &e, STATUS_DAMAGED, "its data lies behind the end"));
	}
	return STATUS_OK;
}

/* --- the whole --- */

static enum status script_give(struct nsis *n)
{
	struct entry e = {.name = STR("[install script].nsi"), .origin = ORIGIN_DERIVED};
	enum status s = nsis_script_read(&n->script, &n->header, n->in->arena, n->in->budget), t;
	struct str text = buf_str(&n->script.text);

	e.size_bytes = text.len;
	n->limit = n->limit || s == STATUS_LIMIT;
	t = n->sink->child_begin(n->sink, &e);
	for (size_t at = 0; t == STATUS_OK && at < text.len; at += PIECE_BYTES)
		t = give(n, (const uint8_t *)text.p + at,
			text.len - at < PIECE_BYTES ? text.len - at : PIECE_BYTES);
	if (t == STATUS_LIMIT && n->limit)
		s = t;
	if (t == STATUS_OK || n->limit)
		TRY(n->sink->child_end(n->sink, s,
			s == STATUS_OK ? "" : "the script is longer than the budget allows"));
	if (n->script.n_wants)
		qsort(n->script.wants, n->script.n_wants, sizeof(*n->script.wants), want_cmp);
	n->wants = n->script.wants;
	n->n_wants = n->script.n_wants;
	return t;
}

static enum status stub_give(struct nsis *n)
{
	struct entry e = {.name = STR("[stub].exe"), .flags = ENTRY_SPAN};

	e.span_bytes = e.size_bytes = n->first_at;
	span(n, 0, n->first_at, "stub");
	return child(n, &e, STATUS_OK, "");
}

/* The CRC covers the file from the second sector to its own place; signing changes the first. */
static void crc_check(struct nsis *n)
{
	struct cursor c = cursor_part(&n->in->bytes, n->end, 4);
	uint32_t want = cursor_u32le(&c);
	uLong have = crc32(0, NULL, 0);

	if (n->flags & 4)
		return;
	if (!cursor_ok(&c)) {
		odd(n, "nsis-truncated", n->in->bytes.len, "the checksum is missing");
		n->damaged = true;
		return;
	}
	for (uint64_t at = SECTOR; at < n->end; at += 1 << 30)
		have = crc32(have, n->in->bytes.base + at,
			(uInt)(n->end - at < 1 << 30 ? n->end - at : 1 << 30));
	if ((uint32_t)have != want)
		odd(n, "nsis-crc-mismatch", n->end,
			"the bytes are not those that the installer was built with");
	span(n, n->end, n->end + 4, "checksum");
}

/* WIN_CERTIFICATE: u32 length, u16 revision, u16 type, DER. Only what the DER states is explained;
 * bytes hidden behind it become a gap. */
static void certificates_account(struct nsis *n)
{
	struct cursor c = cursor_clip(
			      &n->in->bytes, n->pe.certificates_at, n->pe.certificates_bytes),
		      d;
	uint64_t len = 0, body;
	uint8_t first;

	if (n->pe.certificates_bytes == 0 || !cursor_ok(&c))
		return;
	if (n->pe.certificates_at < n->end) {
		odd(n, "nsis-certificates-inside", n->pe.certificates_at,
			"the certificate table lies inside the installer");
		return;
	}
	cursor_skip(&c, 8);
	d = c;
	if (cursor_u8(&d) == 0x30) {
		first = cursor_u8(&d);
		body = first;
		if (first & 0x80) {
			body = 0;
			for (int i = 0; i < (first & 0x7f) && i < 4; i++)
				body = body << 8 | cursor_u8(&d);
		}
		len = cursor_ok(&d) ? (d.pos + body + 7) & ~(uint64_t)7 : 0;
	}
	if (len == 0 || len > c.len) {
		odd(n, "nsis-certificates-malformed", n->pe.certificates_at, "");
		len = 8;
	}
	span(n, n->pe.certificates_at, n->pe.certificates_at + len, "certificate");
}

static enum status installer_give(struct nsis *n)
{
	if (!header_load(n)) {
		odd(n, "nsis-header-unreadable", n->first_at + FIRST_BYTES,
			n->limit ? "over the limit" : "no known packing fits");
		n->damaged = true;
		return STATUS_OK;
	}
	if (n->header.odd_entries) {
		n->sink->oddity(n->sink, "nsis-opcodes-unknown", n->first_at,
			arena_printf(n->in->arena,
				"%llu of %zu instructions do not fit any known numbering",
				(unsigned long long)n->header.odd_entries, n->header.n_entries));
		n->damaged = true;
	}
	n->numbering_known = n->header.odd_entries == 0;
	TRY(script_give(n));
	if (n->limit)
		return STATUS_LIMIT;
	if (n->solid)
		span(n, n->first_at, n->end, "solid data");
	else
		span(n, n->first_at, n->data_at, "header");
	return blocks_give(n);
}

static enum status nsis_open(struct open_in *in)
{
	struct nsis *n = ARENA_NEW(in->arena, struct nsis);
	struct cursor c;
	uint32_t follows;
	enum status s;

	n->in = in;
	n->sink = in->sink;
	n->pe = pe_ends_read(in->bytes);
	if (!budget_step(in->budget, in->bytes.len / SECTOR + 1))
		return STATUS_LIMIT;
	if (!n->pe.is_pe || !first_header_find(&in->bytes, SECTOR, in->bytes.len, &n->first_at))
		return STATUS_UNSUPPORTED;
	c = cursor_part(&in->bytes, n->first_at, FIRST_BYTES);
	n->flags = cursor_u32le(&c);
	cursor_skip(&c, 16);
	n->header_bytes = cursor_u32le(&c);
	follows = cursor_u32le(&c);
	n->end = n->first_at + follows;
	if (follows < FIRST_BYTES + 4 || n->end > in->bytes.len) {
		odd(n, "nsis-truncated", in->bytes.len, "the file ends before the installer does");
		n->damaged = true;
		n->end = in->bytes.len;
	} else if (!(n->flags & 4)) {
		n->end -= 4;
	}
	n->piece = arena_alloc(in->arena, PIECE_BYTES);
	s = stub_give(n);
	if (s == STATUS_OK)
		s = installer_give(n);
	if (s == STATUS_OK) {
		if (!n->damaged || n->end < in->bytes.len)
			crc_check(n);
		certificates_account(n);
	}
	nsis_stream_close(n->stream);
	buf_release(&n->script.text);
	if (s != STATUS_OK)
		return s;
	return n->limit ? STATUS_LIMIT : n->damaged ? STATUS_DAMAGED : STATUS_OK;
}

extern const struct format format_nsis;
const struct format format_nsis = {
	.id = FORMAT_NSIS,
	.name = "nsis",
	.summary = "NSIS installer: files and the install script",
	.head_bytes = FORMAT_HEAD_BYTES,
	.probe = nsis_probe,
	.probe_whole = nsis_probe_whole,
	.open = nsis_open,
};
