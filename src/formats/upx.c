/*
 * Programs packed by UPX, unpacked here as far as their own checks say that it is right; nothing is
 * run.
 *
 * PE: near the end of the headers 32 bytes: "UPX!", u8 version, format, method, level, u32 Adler-32
 * unpacked and packed, u32 bytes unpacked and packed, u32, u8 filter, u8, u8, u8; the packed image
 * follows. ELF: behind the program headers u32, "UPX!", u16, u8, u8; u32, u32, u32; then blocks {
 * u32 unpacked, u32 packed, u8 method, u8 filter, u8, u8, data } up to one of 0 bytes; a block that
 * did not get smaller is stored.
 *
 * Methods: 2 to 4 NRV2B, 5 to 7 NRV2D, 8 to 10 NRV2E, their bits in words of 32, 8 or 16; 14 LZMA
 * with two bytes of properties; 15 deflate. NRV: a 1 and a literal, or a distance and a length in
 * bits that alternate with "more" bits, the low byte of the distance among the literals. Calls that
 * a filter changed stay changed: what the image names does not depend on them.
 */
#include <stdlib.h>
#include <zlib.h>

#include "formats/program.h"

enum { HEAD_PE = 4096, HEAD_ELF = 1024, PACK_HEADER = 32, BLOCK_HEADER = 12, UNPACKED_MAX =
	256 << 20, BLOCKS_MAX = 4096 };
enum { M_LZMA = 14, M_DEFLATE = 15 };

/* --- NRV --- */

struct nrv {
	struct cursor c;
	uint8_t *out;
	size_t n, at;
	unsigned width; /* of a word of bits: 8, 16, 32 */
	uint32_t word;
	unsigned left;
};

static unsigned bit(struct nrv *d)
{
	if (d->left == 0) {
		d->word = d->width == 8 ? cursor_u8(&d->c) : d->width == 16 ? cursor_u16le(&d->c)
			: cursor_u32le(&d->c);
		d->left = d->width;
	}
	d->left--;
	return d->word >> d->left & 1;
}

/* A number whose bits alternate with a bit that says whether it is complete. */
static uint32_t number(struct nrv *d, uint32_t v)
{
	do
		v = v * 2 + bit(d);
	while (!bit(d) && cursor_ok(&d->c) && v < 1u << 30);
	return v;
}

/* The distance of D and E: two more bits a round. */
static uint32_t distance(struct nrv *d)
{
	uint32_t v = 1;

	for (;;) {
		v = v * 2 + bit(d);
		if (bit(d) || !cursor_ok(&d->c) || v >= 1u << 28)
			return v;
		v = (v - 1) * 2 + bit(d);
	}
}

static uint32_t length_b(struct nrv *d, uint32_t far)
{
	uint32_t n = bit(d);

	n = n * 2 + bit(d);
	if (n == 0)
		n = number(d, 1) + 2;
	return n + (far > 0xd00) + 1;
}

static uint32_t length_d(struct nrv *d, uint32_t first, uint32_t far)
{
	uint32_t n = first * 2 + bit(d);

	if (n == 0)
		n = number(d, 1) + 2;
	return n + (far > 0x500) + 1;
}

static uint32_t length_e(struct nrv *d, uint32_t first, uint32_t far)
{
	uint32_t n;

	if (first)
		n = 1 + bit(d);
	else if (bit(d))
		n = 3 + bit(d);
	else
		n = number(d, 1) + 3;
	return n + (far > 0x500) + 1;
}

static bool copy(struct nrv *d, uint32_t far, uint32_t n)
{
	if (far == 0 || far > d->at || n > d->n - d->at)
		return false;
	for (; n; n--, d->at++)
		d->out[d->at] = d->out[d->at - far];
	return true;
}

/* True when exactly n bytes came out and all that was packed was used. */
static bool nrv_unpack(struct cursor packed, unsigned method, uint8_t *out, size_t n)
{
	static const unsigned widths[] = {32, 8, 16};
	struct nrv d = {.c = packed, .out = out, .n = n, .width = widths[(method - 2) % 3]};
	unsigned kind = (method - 2) / 3; /* 0 B, 1 D, 2 E */
	uint32_t last = 1;

	while (cursor_ok(&d.c)) {
		uint32_t far, first = 0, len;

		if (bit(&d)) {
			if (d.at == n)
				return false;
			out[d.at++] = cursor_u8(&d.c);
			continue;
		}
		far = kind == 0 ? number(&d, 1) : distance(&d);
		if (far == 2) {
			far = last;
			first = kind ? bit(&d) : 0;
		} else {
			uint32_t raw = (far - 3) << 8 | cursor_u8(&d.c);

			if (raw == UINT32_MAX)
				return d.at == n && cursor_ok(&d.c) && cursor_left(&d.c) == 0;
			if (far < 3)
				return false;
			first = kind ? ~raw & 1 : 0;
			far = (kind ? raw >> 1 : raw) + 1;
			last = far;
		}
		len = kind == 0 ? length_b(&d, far) : kind == 1 ? length_d(&d, first, far)
			: length_e(&d, first, far);
		if (!copy(&d, far, len))
			return false;
	}
	return false;
}

/* --- blocks --- */

static bool stream_unpack(struct stream *s, uint8_t *out, size_t n)
{
	size_t have = 0, got;
	bool ok;

	while (s && have < n && (got = stream_read(s, out + have, n - have)) > 0)
		have += got;
	ok = s && have == n;
	stream_close(s);
	return ok;
}

static bool unpack(struct cursor packed, unsigned method, uint8_t *out, size_t n)
{
	/* a dictionary of 256 MiB: never more than the output */
	uint8_t props[5] = {0, 0, 0, 0, 16};
	unsigned lc, lp, pb;

	if (packed.len == n) {
		memcpy(out, packed.base, n);
		return true;
	}
	if (method >= 2 && method <= 10)
		return nrv_unpack(packed, method, out, n);
	if (method == M_DEFLATE)
		return stream_unpack(stream_open(STREAM_DEFLATE, packed.base, packed.len), out, n);
	if (method != M_LZMA || packed.len < 3)
		return false;
	pb = packed.base[0] & 7;
	lp = packed.base[1] >> 4;
	lc = packed.base[1] & 15;
	props[0] = (uint8_t)((pb * 5 + lp) * 9 + lc);
	for (int i = 1; i < 5; i++)
		props[i] = (uint8_t)((n < 4096 ? 4096 : n) >> (8 * (i - 1)));
	return pb < 5 && lp < 5 && lc < 9 && stream_unpack(stream_open_lzma1(props, n,
		packed.base + 2, packed.len - 2), out, n);
}

struct packed {
	uint64_t at; /* of the mark */
	bool elf;
};

static bool upx_find_mark(struct program *p, struct packed *k)
{
	struct cursor head = cursor_clip(&p->whole, 0, p->kind == FORMAT_ELF ? HEAD_ELF : HEAD_PE);
	size_t at = p->kind == FORMAT_PE || p->kind == FORMAT_ELF ? str_find_z(str_view(head.base,
		head.len), "UPX!") : SIZE_MAX;

	*k = (struct packed){.at = at, .elf = p->kind == FORMAT_ELF};
	return at != SIZE_MAX;
}

static bool upx_find(struct program *p)
{
	struct packed k;

	return upx_find_mark(p, &k);
}

static uint32_t adler(const uint8_t *p, size_t n)
{
	return (uint32_t)adler32_z(adler32(0, NULL, 0), p, n);
}

/* The image of a PE into *out (malloc); false when its checks do not hold. */
static bool image_unpack(const struct program *p, uint64_t at, uint8_t **out, size_t *ret_n)
{
	struct cursor c = cursor_clip(&p->whole, at, UINT64_MAX), packed;
	uint32_t sum, packed_sum, n, n_packed;
	unsigned method;

	cursor_skip(&c, 6);
	method = cursor_u8(&c);
	cursor_skip(&c, 1);
	sum = cursor_u32le(&c);
	packed_sum = cursor_u32le(&c);
	n = cursor_u32le(&c);
	n_packed = cursor_u32le(&c);
	packed = cursor_part(&p->whole, at + PACK_HEADER, n_packed);
	if (!cursor_ok(&c) || !cursor_ok(&packed) || n == 0 || n > UNPACKED_MAX ||
			adler(packed.base, packed.len) != packed_sum)
		return false;
	*out = malloc(n);
	*ret_n = n;
	return *out && unpack(packed, method, *out, n) && adler(*out, n) == sum;
}

/* All blocks of an ELF, one behind the other: its headers, then what is loaded. */
static bool blocks_unpack(const struct program *p, uint64_t at, uint8_t **out, size_t *ret_n)
{
	struct cursor c = cursor_clip(&p->whole, at + 8 + 12, UINT64_MAX);

	*ret_n = 0;
	for (int i = 0; i < BLOCKS_MAX; i++) {
		uint32_t n = cursor_u32le(&c), n_packed = cursor_u32le(&c);
		struct cursor packed;
		unsigned method;
		uint8_t *more;

		if (cursor_ok(&c) && n == 0)
			return *ret_n > 0;
		method = cursor_u8(&c);
		cursor_skip(&c, 3);
		packed = cursor_part(&c, c.pos, n_packed);
		cursor_skip(&c, n_packed);
		if (!cursor_ok(&c) || n_packed > n || n > UNPACKED_MAX - *ret_n)
			return false;
		more = realloc(*out, *ret_n + n);
		if (!more)
			return false;
		*out = more;
		if (!unpack(packed, method, more + *ret_n, n))
			return false;
		*ret_n += n;
	}
	return false;
}

static enum status upx_open(struct program *p, struct archive *a)
{
	struct entry e = {.name = STR("[unpacked]"), .origin = ORIGIN_DERIVED, .size_bytes =
		UINT64_MAX};
	struct packed k;
	uint8_t *out = NULL;
	size_t n = 0;
	enum status st;

	if (!upx_find_mark(p, &k))
		return STATUS_OK;
	TRY(archive_step(a, p->whole.len / 16 + 1));
	if (!(k.elf ? blocks_unpack(p, k.at, &out, &n) : image_unpack(p, k.at, &out, &n))) {
		free(out);
		return archive_bare_child(a, &e, STATUS_UNSUPPORTED,
			"packed by UPX in a way that cannot be undone here");
	}
	e.size_bytes = n;
	st = archive_child(a, &e);
	if (st == STATUS_OK && archive_spend(a, n) != STATUS_OK) {
		free(out);
		TRY(archive_child_end(a, STATUS_LIMIT, a->limit_why));
		return STATUS_LIMIT;
	}
	if (st == STATUS_OK)
		st = archive_data(a, out, n);
	free(out);
	TRY(st);
	return archive_child_end(a, STATUS_OK, "");
}

const struct carrier carrier_upx = {"UPX", upx_find, upx_open};
