/*
 * 7z (7zFormat.txt of the LZMA SDK).
 *
 * 0 "7z\xbc\xaf\x27\x1c"  6 version u8[2]  8 CRC of the next 20 bytes  12 offset of the header
 * behind byte 32, u64  20 its size u64  28 its CRC
 * Packed streams follow, then the header: a tree of properties, each an id byte; numbers have one
 * to nine bytes, the first one's leading ones say how many follow. The header may itself be packed
 * (id 0x17), several times. A folder is a small graph of coders over packed streams; it gives one
 * stream in which the files stand one behind the other.
 *
 * Coders are run by liblzma (LZMA, LZMA2, Delta and the branch filters, ARM64 too), zlib, libbz2
 * and our own BCJ2. What has no reader (PPMd, AES, ...) is a child with a reason.
 */
#include "formats/archive.h"
#include "util/escape.h"

#include <lzma.h>
#include <zlib.h>

enum {
	SIGNATURE_BYTES = 32,
	HEADER_MAX_BYTES = 64 << 20,
	HEADER_MAX_LAYERS = 4,
	CODERS_MAX = 8,
	STREAMS_MAX = 16, /* of a folder */
	LINK_MAX_BYTES = 4096,
	NAME_MAX_UNITS = 8192,
};

enum property {
	P_END, P_HEADER, P_ARCHIVE, P_ADDITIONAL, P_MAIN, P_FILES, P_PACK, P_UNPACK, P_SUBSTREAMS,
	P_SIZE, P_CRC, P_FOLDER, P_UNPACK_SIZE, P_NUM_UNPACK, P_EMPTY_STREAM, P_EMPTY_FILE, P_ANTI,
	P_NAMES, P_CTIME, P_ATIME, P_MTIME, P_ATTRIBUTES, P_COMMENT, P_ENCODED
};

enum { M_COPY = 0, M_DELTA = 3, M_LZMA2 = 0x21, M_LZMA = 0x030101, M_BCJ2 = 0x0303011b,
       M_PPMD = 0x030401, M_DEFLATE = 0x040108, M_DEFLATE64 = 0x040109, M_BZIP2 = 0x040202,
       M_AES = 0x06f10701 };

struct coder {
	uint64_t method;
	unsigned n_in, n_out, first_in, first_out;
	struct str props;
};

struct bond {
	uint64_t in, out;
};

struct folder {
	struct coder coders[CODERS_MAX];
	struct bond bonds[STREAMS_MAX];
	uint64_t packed_in[STREAMS_MAX]; /* which in-stream each packed stream feeds */
	uint64_t unpacked[STREAMS_MAX];  /* bytes of each out-stream */
	unsigned n_coders, n_in, n_out, n_bonds, n_packed;
	size_t first_packed; /* index into streams.packed */
	uint64_t n_files;    /* substreams */
	uint32_t crc;
	bool has_crc;
};

struct piece {
	uint64_t size;
	uint32_t crc;
	bool has_crc;
};

/* What a "streams" property says: packed bytes, folders over them, files inside folders. */
struct streams {
	uint64_t packed_at;
	uint64_t *packed, *packed_offset;
	size_t n_packed;
	struct folder *folders;
	size_t n_folders;
	struct piece *pieces;
	size_t n_pieces;
};

struct file {
	struct str name; /* UTF-16LE as it stands */
	bool no_stream, empty_file, anti, has_attributes;
	uint32_t attributes;
	int64_t mtime;
};

struct sevenzip {
	struct archive *a;
	struct cursor c; /* the container */
	struct streams main;
	struct file *files;
	size_t n_files;
	/* the folder that is being read */
	size_t folder, left_in_folder, next_piece;
	uint64_t at_in_folder;
	struct stream *stream;
	struct source source;
	bool source_open, source_bad;
	enum status bad_how;
	const char *bad_why;
	bool encrypted_header;
};

static int sevenzip_probe(struct cursor head, uint64_t total_bytes)
{
	const uint8_t *p = cursor_peek(&head, SIGNATURE_BYTES);

	return p && memcmp(p, "7z\xbc\xaf\x27\x1c", 6) == 0 ? 48 : 0;
}

/* ---- reading the header ---- */

static uint64_t number(struct cursor *c)
{
	uint8_t first = cursor_u8(c);
	uint64_t v = 0;

	for (int i = 0; i < 8; i++) {
		if (!(first & (0x80 >> i)))
			return v | (uint64_t)(first & ((0x80 >> i) - 1)) << (8 * i);
		v |= (uint64_t)cursor_u8(c) << (8 * i);
	}
	return v;
}

/* A count whose items take at least one bit or byte of the header each. */
static size_t count(struct cursor *c)
{
	uint64_t n = number(c);

	if (n > c->len) {
		c->bad = true;
		c->pos = c->len;
		return 0;
	}
	return (size_t)n;
}

/* Bits, most significant first; *all: the whole is true and nothing is stored. */
struct bits {
	struct cursor c;
	uint8_t byte, mask;
	bool all;
};

static struct bits bits_of(struct cursor *c, size_t n)
{
	struct bits b = {.c = cursor_part(c, c->pos, (n + 7) / 8)};

	cursor_skip(c, (n + 7) / 8);
	return b;
}

static struct bits bits_or_all(struct cursor *c, size_t n)
{
	if (cursor_u8(c))
		return (struct bits){.all = true};
	return bits_of(c, n);
}

static bool bit(struct bits *b)
{
	bool v;

	if (b->all)
		return true;
	if (!b->mask) {
		b->byte = cursor_u8(&b->c);
		b->mask = 0x80;
	}
	v = b->byte & b->mask;
	b->mask >>= 1;
	return v;
}

static bool bad(struct cursor *c)
{
	c->bad = true;
	c->pos = c->len;
	return false;
}

static bool read_pack(struct sevenzip *z, struct cursor *c, struct streams *s)
{
	uint64_t offset = 0;
	uint8_t id;

	s->packed_at = number(c);
	s->n_packed = count(c);
	s->packed = ARENA_ARRAY(z->a->in->arena, s->n_packed + 1, uint64_t);
	s->packed_offset = ARENA_ARRAY(z->a->in->arena, s->n_packed + 1, uint64_t);
	while ((id = cursor_u8(c)) != P_END && cursor_ok(c)) {
		if (id == P_SIZE) {
			for (size_t i = 0; i < s->n_packed; i++) {
				s->packed[i] = number(c);
				s->packed_offset[i] = offset;
				if (s->packed[i] > z->c.len - offset)
					return bad(c);
				offset += s->packed[i];
			}
		} else if (id == P_CRC) {
			struct bits b = bits_or_all(c, s->n_packed);

			for (size_t i = 0; i < s->n_packed; i++)
				if (bit(&b))
					(void)cursor_u32le(c);
		} else {
			return bad(c);
		}
	}
	return cursor_ok(c) && s->packed_at <= z->c.len - SIGNATURE_BYTES &&
	       offset <= z->c.len - SIGNATURE_BYTES - s->packed_at;
}

static bool read_coder(struct cursor *c, struct folder *f, struct coder *k)
{
	uint8_t flags = cursor_u8(c);
	unsigned n_id = flags & 15;
	uint64_t n_in = 1, n_out = 1;

	if (n_id > 8 || flags & 0x80)
		return bad(c);
	for (unsigned i = 0; i < n_id; i++)
		k->method = k->method << 8 | cursor_u8(c);
	if (flags & 0x10) {
		n_in = number(c);
		n_out = number(c);
	}
	if (n_in > STREAMS_MAX - f->n_in || n_out > STREAMS_MAX - f->n_out)
		return bad(c);
	k->n_in = (unsigned)n_in;
	k->n_out = (unsigned)n_out;
	k->first_in = f->n_in;
	k->first_out = f->n_out;
	f->n_in += k->n_in;
	f->n_out += k->n_out;
	if (flags & 0x20) {
		uint64_t n = number(c);

		k->props = cursor_str(c, n > SIZE_MAX ? SIZE_MAX : (size_t)n);
	}
	return cursor_ok(c);
}

static bool in_is_bound(const struct folder *f, uint64_t in)
{
	for (unsigned i = 0; i < f->n_bonds; i++)
		if (f->bonds[i].in == in)
			return true;
	return false;
}

static bool read_folder(struct cursor *c, struct folder *f)
{
	uint64_t n = number(c);

	if (n == 0 || n > CODERS_MAX)
		return bad(c);
	for (f->n_coders = 0; f->n_coders < n; f->n_coders++)
		if (!read_coder(c, f, &f->coders[f->n_coders]))
			return false;
	if (f->n_out == 0 || f->n_out - 1 > f->n_in)
		return bad(c);
	f->n_bonds = f->n_out - 1;
	for (unsigned i = 0; i < f->n_bonds; i++) {
		f->bonds[i].in = number(c);
		f->bonds[i].out = number(c);
		if (f->bonds[i].in >= f->n_in || f->bonds[i].out >= f->n_out)
			return bad(c);
	}
	f->n_packed = f->n_in - f->n_bonds;
	if (f->n_packed == 1) {
		for (unsigned i = 0; i < f->n_in; i++)
			if (!in_is_bound(f, i))
				f->packed_in[0] = i;
		return cursor_ok(c);
	}
	for (unsigned i = 0; i < f->n_packed; i++) {
		f->packed_in[i] = number(c);
		if (f->packed_in[i] >= f->n_in)
			return bad(c);
	}
	return cursor_ok(c);
}

/* The out-stream that feeds nothing is what the folder gives. */
static uint64_t folder_out(const struct folder *f)
{
	for (unsigned out = 0; out < f->n_out; out++) {
		bool bound = false;

		for (unsigned i = 0; i < f->n_bonds; i++)
			bound |= f->bonds[i].out == out;
		if (!bound)
			return out;
	}
	return 0;
}

static bool read_folders(struct sevenzip *z, struct cursor *c, struct streams *s)
{
	size_t packed = 0;

	s->n_folders = count(c);
	if (cursor_u8(c) != 0)
		return bad(c); /* stored elsewhere: nobody writes that */
	if (archive_step(z->a, s->n_folders) != STATUS_OK)
		return bad(c);
	/* A folder takes at least two bytes, so a lying count cannot ask for much memory. */
	if (s->n_folders > cursor_left(c) / 2 + 1)
		return bad(c);
	s->folders = ARENA_ARRAY(z->a->in->arena, s->n_folders + 1, struct folder);
	for (size_t i = 0; i < s->n_folders; i++) {
		struct folder *f = &s->folders[i];

		if (!read_folder(c, f))
			return false;
		f->first_packed = packed;
		f->n_files = 1;
		packed += f->n_packed;
		if (packed > s->n_packed)
			return bad(c);
	}
	return true;
}

static bool read_unpack(struct sevenzip *z, struct cursor *c, struct streams *s)
{
	uint8_t id;

	if (cursor_u8(c) != P_FOLDER || !read_folders(z, c, s))
		return bad(c);
	while ((id = cursor_u8(c)) != P_END && cursor_ok(c)) {
		if (id == P_UNPACK_SIZE) {
			for (size_t i = 0; i < s->n_folders; i++)
				for (unsigned k = 0; k < s->folders[i].n_out; k++)
					s->folders[i].unpacked[k] = number(c);
		} else if (id == P_CRC) {
			struct bits b = bits_or_all(c, s->n_folders);

			for (size_t i = 0; i < s->n_folders; i++) {
				s->folders[i].has_crc = bit(&b);
				if (s->folders[i].has_crc)
					s->folders[i].crc = cursor_u32le(c);
			}
		} else {
			return bad(c);
		}
	}
	return cursor_ok(c);
}

/* Sizes of all but the last file of a folder are stored; the last one is what remains. */
static bool read_sizes(struct cursor *c, struct streams *s, bool stored)
{
	size_t at = 0;

	for (size_t i = 0; i < s->n_folders; i++) {
		struct folder *f = &s->folders[i];
		uint64_t left = f->unpacked[folder_out(f)];

		for (uint64_t k = 0; k < f->n_files; k++, at++) {
			bool last = k + 1 == f->n_files;
			uint64_t size = last ? left : stored ? number(c) : 0;

			if (size > left)
				return bad(c);
			s->pieces[at].size = size;
			left -= size;
			if (f->n_files == 1) {
				s->pieces[at].crc = f->crc;
				s->pieces[at].has_crc = f->has_crc;
			}
		}
	}
	return cursor_ok(c);
}

/* CRCs of the files whose folder does not already have it. */
static void read_piece_crcs(struct cursor *c, struct streams *s)
{
	size_t n = 0, at = 0;
	struct bits b;

	for (size_t i = 0; i < s->n_folders; i++)
		if (s->folders[i].n_files != 1 || !s->folders[i].has_crc)
			n += (size_t)s->folders[i].n_files;
	b = bits_or_all(c, n);
	for (size_t i = 0; i < s->n_folders; i++) {
		const struct folder *f = &s->folders[i];
		bool known = f->n_files == 1 && f->has_crc;

		for (uint64_t k = 0; k < f->n_files; k++, at++) {
			if (known || !bit(&b))
				continue;
			s->pieces[at].has_crc = true;
			s->pieces[at].crc = cursor_u32le(c);
		}
	}
}

static bool pieces_make(struct sevenzip *z, struct cursor *c, struct streams *s)
{
	uint64_t n = 0;

	for (size_t i = 0; i < s->n_folders; i++) {
		if (s->folders[i].n_files > c->len + s->n_folders - n)
			return bad(c); /* each of them takes a byte of the header */
		n += s->folders[i].n_files;
	}
	s->n_pieces = (size_t)n;
	s->pieces = ARENA_ARRAY(z->a->in->arena, s->n_pieces + 1, struct piece);
	return true;
}

static bool read_substreams(struct sevenzip *z, struct cursor *c, struct streams *s)
{
	uint8_t id = cursor_u8(c);

	if (id == P_NUM_UNPACK) {
		for (size_t i = 0; i < s->n_folders; i++)
			s->folders[i].n_files = number(c);
		id = cursor_u8(c);
	}
	if (!pieces_make(z, c, s) || !read_sizes(c, s, id == P_SIZE))
		return false;
	if (id == P_SIZE)
		id = cursor_u8(c);
	while (id != P_END && cursor_ok(c)) {
		if (id != P_CRC)
			return bad(c);
		read_piece_crcs(c, s);
		id = cursor_u8(c);
	}
	return cursor_ok(c);
}

static bool read_streams(struct sevenzip *z, struct cursor *c, struct streams *s)
{
	bool has_pieces = false;
	uint8_t id;

	memset(s, 0, sizeof(*s));
	while ((id = cursor_u8(c)) != P_END && cursor_ok(c)) {
		bool ok;

		switch (id) {
		case P_PACK: ok = read_pack(z, c, s); break;
		case P_UNPACK: ok = read_unpack(z, c, s); break;
		case P_SUBSTREAMS:
			ok = read_substreams(z, c, s);
			has_pieces = true;
			break;
		default: ok = bad(c);
		}
		if (!ok)
			return false;
	}
	if (!has_pieces && cursor_ok(c))
		return pieces_make(z, c, s) && read_sizes(c, s, false);
	return cursor_ok(c);
}

static bool read_names(struct sevenzip *z, struct cursor *c)
{
	if (cursor_u8(c) != 0)
		return bad(c);
	for (size_t i = 0; i < z->n_files; i++) {
		const uint8_t *p = c->base + c->pos;
		size_t n = 0;

		while (cursor_u16le(c) != 0)
			n += 2;
		if (!cursor_ok(c))
			return false;
		z->files[i].name = str_view(p, n);
	}
	return cursor_left(c) == 0 || bad(c); /* more names than files: others number them in another way */
}

/* 100 ns since 1601 */
static int64_t file_time(uint64_t v)
{
	return v ? (int64_t)(v / 10000000) - 11644473600 : 0;
}

static void read_file_values(struct sevenzip *z, struct cursor *c, uint8_t id)
{
	struct bits b = bits_or_all(c, z->n_files);

	if (cursor_u8(c) != 0) {
		bad(c);
		return;
	}
	for (size_t i = 0; i < z->n_files && cursor_ok(c); i++) {
		struct file *f = &z->files[i];

		if (!bit(&b))
			continue;
		if (id == P_MTIME) {
			f->mtime = file_time(cursor_u64le(c));
		} else {
			f->attributes = cursor_u32le(c);
			f->has_attributes = true;
		}
	}
}

/* One bit for each file without a stream. */
static void read_empty_bits(struct sevenzip *z, struct cursor *c, uint8_t id)
{
	size_t n = 0;
	struct bits b;

	for (size_t i = 0; i < z->n_files; i++)
		n += z->files[i].no_stream;
	b = bits_of(c, n);
	for (size_t i = 0; i < z->n_files; i++) {
		if (!z->files[i].no_stream)
			continue;
		if (id == P_EMPTY_FILE)
			z->files[i].empty_file = bit(&b);
		else
			z->files[i].anti = bit(&b);
	}
}

static void read_file_property(struct sevenzip *z, uint8_t id, struct cursor c)
{
	struct bits b;

	switch (id) {
	case P_EMPTY_STREAM:
		b = bits_of(&c, z->n_files);
		for (size_t i = 0; i < z->n_files; i++)
			z->files[i].no_stream = bit(&b);
		break;
	case P_EMPTY_FILE:
	case P_ANTI: read_empty_bits(z, &c, id); break;
	case P_NAMES: read_names(z, &c); break;
	case P_MTIME:
	case P_ATTRIBUTES: read_file_values(z, &c, id); break;
	default: break; /* times we do not keep, padding, comments */
	}
	if (!cursor_ok(&c)) {
		z->a->damaged = true;
		archive_odd_z(z->a, "7z-header-damaged", id, NULL);
	}
}

static enum status read_files(struct sevenzip *z, struct cursor *c)
{
	uint8_t id;

	z->n_files = count(c);
	if (z->n_files > z->a->in->budget->max_members) {
		z->a->limit_why = "too many members";
		return STATUS_LIMIT;
	}
	TRY(archive_step(z->a, z->n_files));
	z->files = ARENA_ARRAY(z->a->in->arena, z->n_files + 1, struct file);
	while ((id = cursor_u8(c)) != P_END && cursor_ok(c)) {
		uint64_t n = number(c);
		struct cursor part = cursor_part(c, c->pos, n);

		cursor_skip(c, n);
		if (cursor_ok(c))
			read_file_property(z, id, part);
	}
	return cursor_ok(c) ? STATUS_OK : STATUS_DAMAGED;
}

static enum status read_header(struct sevenzip *z, struct cursor *c)
{
	uint8_t id;

	while ((id = cursor_u8(c)) != P_END && cursor_ok(c)) {
		struct streams ignored;

		switch (id) {
		case P_ARCHIVE:
			while (cursor_u8(c) != P_END && cursor_ok(c))
				cursor_skip(c, number(c));
			break;
		case P_ADDITIONAL:
			if (!read_streams(z, c, &ignored))
				return STATUS_DAMAGED;
			break;
		case P_MAIN:
			if (!read_streams(z, c, &z->main))
				return STATUS_DAMAGED;
			break;
		case P_FILES: TRY(read_files(z, c)); break;
		default: return STATUS_DAMAGED;
		}
	}
	return cursor_ok(c) ? STATUS_OK : STATUS_DAMAGED;
}

/* ---- decoding a folder ---- */

static uint64_t filter_of(uint64_t method)
{
	switch (method) {
	case M_DELTA: return LZMA_FILTER_DELTA;
	case 4:
	case 0x03030103: return LZMA_FILTER_X86;
	case 5:
	case 0x03030205: return LZMA_FILTER_POWERPC;
	case 6:
	case 0x03030401: return LZMA_FILTER_IA64;
	case 7:
	case 0x03030501: return LZMA_FILTER_ARM;
	case 8:
	case 0x03030701: return LZMA_FILTER_ARMTHUMB;
	case 9:
	case 0x03030805: return LZMA_FILTER_SPARC;
	case 10: return LZMA_FILTER_ARM64;
	case M_LZMA2: return LZMA_FILTER_LZMA2;
	case M_LZMA: return LZMA_FILTER_LZMA1;
	default: return LZMA_VLI_UNKNOWN;
	}
}

static const char *method_why(uint64_t method)
{
	switch (method) {
	case M_AES: return "encrypted";
	case M_PPMD: return "7z method PPMd";
	case M_DEFLATE64: return "7z method Deflate64";
	case 11: return "7z filter RISC-V";
	case 0x04f71101: return "7z method zstd";
	default: return "7z method or chain without a reader";
	}
}

static bool folder_is_encrypted(const struct folder *f)
{
	for (unsigned i = 0; i < f->n_coders; i++)
		if (f->coders[i].method == M_AES)
			return true;
	return false;
}

static const struct coder *coder_of_out(const struct folder *f, uint64_t out)
{
	for (unsigned i = 0; i < f->n_coders; i++)
		if (out - f->coders[i].first_out < f->coders[i].n_out)
			return &f->coders[i];
	return NULL;
}

/* Where does an in-stream come from? A packed stream (view) or the out-stream of a coder. */
static bool in_is_packed(const struct sevenzip *z, const struct streams *s, const struct folder *f,
			 uint64_t in, struct str *ret_view)
{
	for (unsigned i = 0; i < f->n_packed; i++) {
		size_t k = f->first_packed + i;
		struct cursor c;

		if (f->packed_in[i] != in)
			continue;
		c = cursor_part(&z->c, SIGNATURE_BYTES + s->packed_at + s->packed_offset[k],
				s->packed[k]);
		*ret_view = str_view(c.base, c.len);
		return true;
	}
	return false;
}

static const struct coder *in_coder(const struct folder *f, uint64_t in, uint64_t *ret_out)
{
	for (unsigned i = 0; i < f->n_bonds; i++) {
		if (f->bonds[i].in == in) {
			*ret_out = f->bonds[i].out;
			return coder_of_out(f, f->bonds[i].out);
		}
	}
	return NULL;
}

/* One coder without filters in front of it. */
static struct stream *open_single(const struct coder *k, uint64_t out_bytes, struct str packed)
{
	const uint8_t *p = (const uint8_t *)packed.p;
	struct stream_filter f = {filter_of(k->method), (const uint8_t *)k->props.p, k->props.len};

	switch (k->method) {
	case M_COPY: return stream_open(STREAM_COPY, p, packed.len);
	case M_DEFLATE: return stream_open(STREAM_DEFLATE, p, packed.len);
	case M_BZIP2: return stream_open(STREAM_BZIP2, p, packed.len);
	default: return stream_open_chain(&f, 1, out_bytes, p, packed.len);
	}
}

/*
 * Follows simple coders (one in, one out) from the out-stream down to a packed stream. *ret_why
 * says why there is no stream, if it is not memory.
 */
static struct stream *open_chain(const struct sevenzip *z, const struct streams *s,
				 const struct folder *f, uint64_t out, const char **ret_why)
{
	struct stream_filter filters[CODERS_MAX];
	const struct coder *k = coder_of_out(f, out);
	uint64_t out_bytes = f->unpacked[out];
	size_t n = 0;

	while (k && n < CODERS_MAX) {
		uint64_t below;
		struct str packed;
		bool single = k->method == M_COPY || k->method == M_DEFLATE || k->method == M_BZIP2;

		*ret_why = method_why(k->method);
		if (k->n_in != 1 || k->n_out != 1 ||
		    (filter_of(k->method) == LZMA_VLI_UNKNOWN && !single) || (single && n > 0))
			return NULL;
		filters[n++] = (struct stream_filter){filter_of(k->method),
						      (const uint8_t *)k->props.p, k->props.len};
		if (in_is_packed(z, s, f, k->first_in, &packed)) {
			*ret_why = NULL;
			if (n == 1)
				return open_single(k, out_bytes, packed);
			return stream_open_chain(filters, n, f->unpacked[k->first_out],
						 (const uint8_t *)packed.p, packed.len);
		}
		if (single)
			return NULL;
		k = in_coder(f, k->first_in, &below);
	}
	*ret_why = method_why(UINT64_MAX);
	return NULL;
}

static struct stream *open_input(const struct sevenzip *z, const struct streams *s,
				 const struct folder *f, uint64_t in, const char **ret_why)
{
	struct str packed;
	uint64_t out;

	if (in_is_packed(z, s, f, in, &packed))
		return stream_open(STREAM_COPY, (const uint8_t *)packed.p, packed.len);
	*ret_why = method_why(UINT64_MAX);
	return in_coder(f, in, &out) ? open_chain(z, s, f, out, ret_why) : NULL;
}

static struct stream *open_bcj2(const struct sevenzip *z, const struct streams *s,
				const struct folder *f, const struct coder *k, uint64_t out_bytes,
				const char **ret_why)
{
	struct stream *in[3] = {NULL, NULL, NULL};
	struct str choice = STR_NONE;

	if (k->n_in != 4 || k->n_out != 1 ||
	    !in_is_packed(z, s, f, k->first_in + 3, &choice)) {
		*ret_why = method_why(UINT64_MAX);
		return NULL;
	}
	for (unsigned i = 0; i < 3; i++) {
		in[i] = open_input(z, s, f, k->first_in + i, ret_why);
		if (!in[i] && *ret_why) {
			for (unsigned j = 0; j < i; j++)
				stream_close(in[j]);
			return NULL;
		}
	}
	return stream_open_bcj2(in[0], in[1], in[2], (const uint8_t *)choice.p, choice.len,
				out_bytes);
}

/* NULL with a reason: no reader. NULL without: no memory. */
static struct stream *folder_open(const struct sevenzip *z, const struct streams *s,
				  const struct folder *f, const char **ret_why)
{
	uint64_t out = folder_out(f);
	const struct coder *k = coder_of_out(f, out);

	*ret_why = NULL;
	if (folder_is_encrypted(f)) {
		*ret_why = method_why(M_AES);
		return NULL;
	}
	if (k && k->method == M_BCJ2)
		return open_bcj2(z, s, f, k, f->unpacked[out], ret_why);
	return open_chain(z, s, f, out, ret_why);
}

static void folder_region(struct sevenzip *z, const struct streams *s, const struct folder *f,
			  const char *what)
{
	for (unsigned i = 0; i < f->n_packed; i++) {
		size_t k = f->first_packed + i;

		archive_region(z->a, SIGNATURE_BYTES + s->packed_at + s->packed_offset[k],
			       s->packed[k], what);
	}
}

/* ---- the header, unpacked as often as it was packed ---- */

static enum status header_unpack(struct sevenzip *z, struct cursor *c)
{
	struct streams s;
	const struct folder *f;
	struct stream *stream;
	const char *why;
	uint64_t size;
	uint8_t *p;
	size_t n = 0, got;

	if (!read_streams(z, c, &s) || s.n_folders == 0)
		return STATUS_DAMAGED;
	f = &s.folders[0];
	size = f->unpacked[folder_out(f)];
	folder_region(z, &s, f, "header");
	z->encrypted_header = folder_is_encrypted(f);
	if (size > HEADER_MAX_BYTES)
		return STATUS_LIMIT;
	TRY(archive_spend(z->a, size));
	stream = folder_open(z, &s, f, &why);
	if (!stream)
		return why ? STATUS_UNSUPPORTED : STATUS_NOMEM;
	p = arena_alloc(z->a->in->arena, (size_t)size + 1);
	while (n < size && (got = stream_read(stream, p + n, (size_t)size - n)) > 0)
		n += got;
	stream_close(stream);
	if (f->has_crc && (uint32_t)crc32_z(0, p, n) != f->crc) {
		archive_odd_z(z->a, "7z-header-crc", 0, NULL);
		z->a->damaged = true;
	}
	*c = cursor_of(p, n);
	return n == size ? STATUS_OK : STATUS_DAMAGED;
}

static enum status header_find(struct sevenzip *z)
{
	struct cursor c = z->c;
	uint32_t start_crc, crc;
	uint64_t offset, size;
	struct cursor h;

	cursor_seek(&c, 8);
	start_crc = cursor_u32le(&c);
	offset = cursor_u64le(&c);
	size = cursor_u64le(&c);
	crc = cursor_u32le(&c);
	if (!cursor_ok(&c))
		return STATUS_DAMAGED;
	if ((uint32_t)crc32(0, z->c.base + 12, 20) != start_crc) {
		archive_odd_z(z->a, "7z-start-crc", 8, NULL);
		z->a->damaged = true;
	}
	if (size == 0)
		return STATUS_OK; /* an empty archive */
	if (offset > z->c.len - SIGNATURE_BYTES)
		return STATUS_DAMAGED;
	h = cursor_part(&z->c, SIGNATURE_BYTES + offset, size);
	if (!cursor_ok(&h))
		return STATUS_DAMAGED;
	archive_region(z->a, SIGNATURE_BYTES + offset, size, "header");
	if ((uint32_t)crc32_z(0, h.base, h.len) != crc) {
		archive_odd_z(z->a, "7z-header-crc", SIGNATURE_BYTES + offset, NULL);
		z->a->damaged = true;
	}
	for (int layer = 0; layer <= HEADER_MAX_LAYERS; layer++) {
		uint8_t id = cursor_u8(&h);

		if (id == P_HEADER)
			return read_header(z, &h);
		if (id != P_ENCODED)
			return STATUS_DAMAGED;
		TRY(header_unpack(z, &h));
	}
	return STATUS_LIMIT;
}

/* ---- delivering ---- */

static struct str name_utf8(struct sevenzip *z, struct str wide, char *room)
{
	struct cursor c = cursor_of(wide.p, wide.len);
	struct buf b;
	size_t n;

	buf_init(&b, 4 * NAME_MAX_UNITS);
	for (int i = 0; cursor_left(&c) >= 2 && i < NAME_MAX_UNITS; i++) {
		uint32_t u = cursor_u16le(&c);
		struct cursor ahead = c;
		uint32_t low = cursor_u16le(&ahead);

		if (u >= 0xd800 && u < 0xdc00 && cursor_ok(&ahead) && low >= 0xdc00 && low < 0xe000) {
			u = 0x10000 + ((u - 0xd800) << 10) + (low - 0xdc00);
			c = ahead;
		}
		utf8_put(&b, u);
	}
	if (cursor_left(&c) >= 2)
		archive_odd_z(z->a, "7z-name-large", 0, NULL);
	n = b.len;
	if (n)
		memcpy(room, b.p, n);
	buf_release(&b);
	return str_view(room, n);
}

static void entry_fill(struct sevenzip *z, const struct file *f, char *name_room, struct entry *e)
{
	bool unix_mode = f->has_attributes && f->attributes & 0x8000;
	uint32_t mode = f->attributes >> 16;

	memset(e, 0, sizeof(*e));
	e->name = name_utf8(z, f->name, name_room);
	e->type = ENTRY_FILE;
	e->origin = ORIGIN_MEMBER;
	e->mtime = f->mtime;
	e->mode = unix_mode ? mode & 07777 : 0;
	if (f->anti)
		e->type = ENTRY_OTHER;
	else if (f->no_stream && !f->empty_file)
		e->type = ENTRY_DIR;
	else if (unix_mode && (mode & 0xf000) == 0xa000)
		e->type = ENTRY_SYMLINK;
}

static void folder_leave(struct sevenzip *z)
{
	stream_close(z->stream);
	z->stream = NULL;
	z->source_open = z->source_bad = false;
}

/* Moves to the folder that holds the next file and opens it. False when there is none. */
static bool folder_enter(struct sevenzip *z)
{
	const struct folder *f;
	const char *why = NULL;

	while (z->left_in_folder == 0) {
		folder_leave(z);
		if (z->folder >= z->main.n_folders)
			return false;
		z->left_in_folder = (size_t)z->main.folders[z->folder++].n_files;
		z->at_in_folder = 0;
	}
	if (z->source_open || z->source_bad)
		return true;
	f = &z->main.folders[z->folder - 1];
	folder_region(z, &z->main, f, "packed");
	z->stream = folder_open(z, &z->main, f, &why);
	if (!z->stream && why) {
		z->source_bad = true;
		z->bad_how = STATUS_UNSUPPORTED;
		z->bad_why = why;
		return true;
	}
	source_of_stream(&z->source, z->a, z->stream);
	z->source_open = true;
	return true;
}

/* Content that stands unpacked in the file is a span. */
static bool piece_is_stored(const struct sevenzip *z, const struct piece *p, uint64_t *ret_offset)
{
	const struct folder *f = &z->main.folders[z->folder - 1];
	uint64_t before = z->at_in_folder;
	size_t k = f->first_packed;

	if (f->n_coders != 1 || f->coders[0].method != M_COPY || f->n_packed != 1)
		return false;
	if (before > z->main.packed[k] || p->size > z->main.packed[k] - before)
		return false;
	*ret_offset = SIGNATURE_BYTES + z->main.packed_at + z->main.packed_offset[k] + before;
	return true;
}

static enum status piece_stored(struct sevenzip *z, struct entry *e, const struct piece *p,
				uint64_t offset)
{
	bool ok = !p->has_crc ||
		  (uint32_t)crc32_z(0, z->c.base + offset, (size_t)p->size) == p->crc;

	e->flags |= ENTRY_SPAN;
	e->span_offset = offset;
	e->span_bytes = p->size;
	return archive_bare_child(z->a, e, ok ? STATUS_OK : STATUS_DAMAGED,
				  ok ? NULL : "CRC differs");
}

/* Why a piece came out short; everything behind it in this folder is lost with it. */
static void piece_short(struct sevenzip *z)
{
	z->source_bad = true;
	z->source_open = false;
	z->bad_how = z->source.how == STATUS_OK ? STATUS_DAMAGED : z->source.how;
	z->bad_why = z->source.how == STATUS_OK ? "folder ends before" : z->source.why;
}

static enum status piece_decoded(struct sevenzip *z, const struct entry *e, const struct piece *p)
{
	uint64_t left = p->size;
	uint32_t crc = 0;
	const uint8_t *data;
	size_t n;

	TRY(archive_child(z->a, e));
	while (left > 0 && (n = source_take(&z->source, left, &data)) > 0) {
		TRY(archive_data(z->a, data, n));
		crc = (uint32_t)crc32_z(crc, data, n);
		left -= n;
	}
	if (left) {
		piece_short(z);
		if (z->bad_how == STATUS_NOMEM)
			return STATUS_NOMEM;
		TRY(archive_child_end(z->a, z->bad_how, z->bad_why));
		return z->a->limit_why ? STATUS_LIMIT : STATUS_OK;
	}
	if (p->has_crc && crc != p->crc)
		return archive_child_end(z->a, STATUS_DAMAGED, "CRC differs");
	return archive_child_end(z->a, STATUS_OK, NULL);
}

/* A link's target is its content. */
static enum status piece_link(struct sevenzip *z, struct entry *e, const struct piece *p)
{
	char target[LINK_MAX_BYTES];
	size_t have = 0;
	const uint8_t *data;
	uint64_t offset;
	size_t n;

	if (piece_is_stored(z, p, &offset)) {
		e->link = str_view(z->c.base + offset, (size_t)p->size);
		return archive_bare_child(z->a, e, STATUS_OK, NULL);
	}
	while (have < p->size && (n = source_take(&z->source, p->size - have, &data)) > 0) {
		memcpy(target + have, data, n);
		have += n;
	}
	e->link = str_view(target, have);
	if (have < p->size)
		piece_short(z);
	return archive_bare_child(z->a, e, have < p->size ? STATUS_DAMAGED : STATUS_OK,
				  have < p->size ? "folder ends before" : NULL);
}

static enum status piece_deliver(struct sevenzip *z, struct entry *e)
{
	const struct piece *p;
	uint64_t offset;
	enum status st;

	if (!folder_enter(z))
		return archive_bare_child(z->a, e, STATUS_DAMAGED, "no packed stream for it");
	p = &z->main.pieces[z->next_piece];
	e->size_bytes = p->size;
	if (z->source_bad) {
		if (folder_is_encrypted(&z->main.folders[z->folder - 1]))
			e->flags |= ENTRY_ENCRYPTED;
		st = archive_bare_child(z->a, e, z->bad_how, z->bad_why);
	} else if (e->type == ENTRY_SYMLINK && p->size <= LINK_MAX_BYTES) {
		st = piece_link(z, e, p);
	} else {
		if (e->type == ENTRY_SYMLINK)
			e->type = ENTRY_FILE;
		st = piece_is_stored(z, p, &offset) ? piece_stored(z, e, p, offset)
						    : piece_decoded(z, e, p);
	}
	z->next_piece++;
	z->left_in_folder--;
	z->at_in_folder += p->size;
	return st;
}

/* Packed streams that no file names. */
static enum status rest_deliver(struct sevenzip *z)
{
	while (z->next_piece < z->main.n_pieces) {
		struct entry e = {.type = ENTRY_FILE, .origin = ORIGIN_GAP};

		e.name = arena_printf(z->a->in->arena, "[stream %zu]", z->next_piece);
		archive_odd(z->a, "7z-stream-without-name", 0, e.name);
		TRY(piece_deliver(z, &e));
	}
	return STATUS_OK;
}

static enum status deliver(struct sevenzip *z)
{
	char *name_room = arena_alloc(z->a->in->arena, 4 * NAME_MAX_UNITS);

	for (size_t i = 0; i < z->n_files; i++) {
		struct entry e;

		entry_fill(z, &z->files[i], name_room, &e);
		if (z->files[i].no_stream)
			TRY(archive_bare_child(z->a, &e, STATUS_OK, NULL));
		else
			TRY(piece_deliver(z, &e));
	}
	return rest_deliver(z);
}

/* Names and all are behind a password: one child stands for what cannot be seen. */
static enum status deliver_encrypted(struct sevenzip *z)
{
	struct entry e = {.name = STR("[encrypted]"),
			  .type = ENTRY_FILE,
			  .origin = ORIGIN_MEMBER,
			  .flags = ENTRY_ENCRYPTED,
			  .size_bytes = z->c.len};

	archive_odd_z(z->a, "7z-encrypted-header", 0, NULL);
	archive_region(z->a, 0, z->c.len, "packed");
	TRY(archive_bare_child(z->a, &e, STATUS_UNSUPPORTED, "encrypted"));
	return STATUS_UNSUPPORTED;
}

static enum status sevenzip_open(struct open_in *in)
{
	struct archive a;
	struct sevenzip z = {.a = &a, .c = in->bytes};
	uint64_t overlap, at;
	enum status st;

	archive_begin(&a, in);
	archive_region(&a, 0, SIGNATURE_BYTES, "header");
	st = header_find(&z);
	if (st == STATUS_UNSUPPORTED && z.encrypted_header)
		st = deliver_encrypted(&z);
	else if (st == STATUS_OK)
		st = deliver(&z);
	folder_leave(&z);
	if (st == STATUS_IO || st == STATUS_NOMEM)
		return st;
	overlap = archive_regions_settle(&a, &at);
	if (overlap && st != STATUS_UNSUPPORTED)
		archive_odd_z(&a, "7z-overlap", at, NULL);
	archive_regions_tell(&a);
	return st != STATUS_OK ? st : a.damaged ? STATUS_DAMAGED : STATUS_OK;
}

const struct format format_sevenzip = {
	.id = FORMAT_SEVENZIP,
	.name = "7z",
	.summary = "7-Zip archive: LZMA, LZMA2, bzip2, deflate, branch filters, BCJ2",
	.head_bytes = SIGNATURE_BYTES,
	.probe = sevenzip_probe,
	.open = sevenzip_open,
};
