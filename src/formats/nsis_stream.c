/*
 * The decoders as NSIS frames them: raw deflate, LZMA1 with 5 property bytes in front (some builds
 * put a byte before that says whether an x86 filter is on), and bzip2 blocks without the file's
 * header, block magic, checksums and randomising: each block begins with the byte 0x31, the end is
 * the byte 0x17, both unaligned. libbz2 cannot read that, so the last one is decoded here (after
 * Seward's description of the format).
 */
#include <lzma.h>
#include <zlib.h>

#include "formats/nsis.h"

enum {
	FEED_BYTES = 1 << 30,
	BZ_BLOCK_MAX = 900000,
	BZ_GROUPS = 6,
	BZ_SYMBOLS = 258,
	BZ_LENGTH_MAX = 20
};

struct bz_table {
	uint32_t limit[BZ_LENGTH_MAX + 2], base[BZ_LENGTH_MAX + 2];
	uint16_t sorted[BZ_SYMBOLS];
	unsigned shortest;
};

struct bz {
	const uint8_t *p;
	size_t n, pos;
	uint64_t bits;
	unsigned n_bits;
	bool bad;
	uint32_t *tt; /* BZ_BLOCK_MAX */
	uint8_t selectors[32768];
	struct bz_table tables[BZ_GROUPS];
	/* the block that is being given out */
	uint32_t left, at;
	unsigned run;   /* equal bytes seen in a row, 4 = the next byte is a count */
	unsigned again; /* how often `last` is still to be given */
	uint8_t last;
};

struct nsis_stream {
	enum nsis_method method;
	const uint8_t *p;
	size_t n, fed;
	bool ended, z_live, lz_live;
	enum status how;
	const char *why;
	z_stream z;
	lzma_stream lz;
	struct bz *bz;
};

static bool lzma_like(struct cursor c)
{
	const uint8_t *p = cursor_peek(&c, 7);

	return p && p[0] == 0x5d && p[1] == 0 && p[2] == 0 && p[5] == 0 && (p[6] & 0x80) == 0;
}

enum nsis_method nsis_method_of(struct cursor block)
{
	const uint8_t *p = cursor_peek(&block, 2);
	struct cursor rest = block;

	if (lzma_like(block))
		return NSIS_LZMA;
	cursor_skip(&rest, 1);
	if (p && p[0] <= 1 && lzma_like(rest))
		return NSIS_LZMA_X86;
	if (p && p[0] == 0x31 && p[1] < 14)
		return NSIS_BZIP2;
	return NSIS_DEFLATE;
}

const char *nsis_method_name(enum nsis_method m)
{
	switch (m) {
	case NSIS_STORED: return "stored";
	case NSIS_DEFLATE: return "deflate";
	case NSIS_LZMA: return "lzma";
	case NSIS_LZMA_X86: return "lzma with filter byte";
	case NSIS_BZIP2: return "bzip2";
	}
	return "unknown";
}

static size_t stream_end(struct nsis_stream *s, enum status how, const char *why)
{
	s->ended = true;
	s->how = how;
	s->why = why;
	return 0;
}

/* --- bzip2 --- */

static uint32_t bz_bits(struct bz *b, unsigned n)
{
	while (b->n_bits < n) {
		if (b->pos >= b->n) {
			b->bad = true;
			return 0;
		}
		b->bits = b->bits << 8 | b->p[b->pos++];
		b->n_bits += 8;
	}
	b->n_bits -= n;
	return (uint32_t)(b->bits >> b->n_bits) & (uint32_t)((1ull << n) - 1);
}

static bool bz_table_make(struct bz_table *t, const uint8_t *lengths, unsigned n)
{
	unsigned counts[BZ_LENGTH_MAX + 2] = {0}, at = 0;
	uint32_t code = 0;

	for (unsigned i = 0; i < n; i++)
		counts[lengths[i]]++;
	t->shortest = BZ_LENGTH_MAX;
	for (unsigned len = 1; len <= BZ_LENGTH_MAX; len++) {
		if (counts[len] && t->shortest > len)
			t->shortest = len;
		t->base[len] = at - code; /* wraps on purpose: sorted index = code + base */
		for (unsigned i = 0; i < n; i++)
			if (lengths[i] == len)
				t->sorted[at++] = (uint16_t)i;
		code += counts[len];
		t->limit[len] = code; /* first code that is longer */
		code <<= 1;
	}
	return at == n;
}

static unsigned bz_symbol(struct bz *b, const struct bz_table *t, unsigned n)
{
	unsigned len = t->shortest;
	uint32_t code = bz_bits(b, len);

	while (!b->bad && code >= t->limit[len]) {
		if (++len > BZ_LENGTH_MAX) {
			b->bad = true;
			return 0;
		}
		code = code << 1 | bz_bits(b, 1);
	}
	code += t->base[len];
	if (b->bad || code >= n) {
		b->bad = true;
		return 0;
	}
	return t->sorted[code];
}

static unsigned bz_alphabet(struct bz *b, uint8_t used[256])
{
	uint32_t rows = bz_bits(b, 16);
	unsigned n = 0;

	for (unsigned i = 0; i < 16; i++) {
		uint32_t row = rows & (0x8000u >> i) ? bz_bits(b, 16) : 0;

		for (unsigned k = 0; k < 16; k++)
			if (row & (0x8000u >> k))
				used[n++] = (uint8_t)(i * 16 + k);
	}
	return n;
}

static bool bz_lengths(struct bz *b, uint8_t *lengths, unsigned n)
{
	unsigned len = bz_bits(b, 5);

	for (unsigned i = 0; i < n; i++) {
		for (;;) {
			if (b->bad || len < 1 || len > BZ_LENGTH_MAX)
				return false;
			if (!bz_bits(b, 1))
				break;
			len = bz_bits(b, 1) ? len - 1 : len + 1;
		}
		lengths[i] = (uint8_t)len;
	}
	return !b->bad;
}

static unsigned bz_tables(struct bz *b, unsigned n_symbols, unsigned *ret_n_selectors)
{
	uint8_t order[BZ_GROUPS], lengths[BZ_SYMBOLS];
	unsigned n_groups = bz_bits(b, 3), n_selectors = bz_bits(b, 15);

	if (n_groups < 2 || n_groups > BZ_GROUPS || n_selectors < 1)
		return 0;
	for (unsigned i = 0; i < n_groups; i++)
		order[i] = (uint8_t)i;
	for (unsigned i = 0; i < n_selectors && !b->bad; i++) {
		unsigned k = 0;
		uint8_t v;

		while (bz_bits(b, 1))
			if (++k >= n_groups)
				return 0;
		v = order[k];
		memmove(order + 1, order, k);
		order[0] = b->selectors[i] = v;
	}
	for (unsigned i = 0; i < n_groups; i++)
		if (!bz_lengths(b, lengths, n_symbols) ||
			!bz_table_make(&b->tables[i], lengths, n_symbols))
			return 0;
	*ret_n_selectors = n_selectors;
	return b->bad ? 0 : n_groups;
}

static void bz_to_front(uint8_t *list, unsigned at)
{
	uint8_t v = list[at];

	memmove(list + 1, list, at);
	list[0] = v;
}

/* The symbols of one block: run lengths in bijective base 2, moves to front, end of block. */
static bool bz_symbols(struct bz *b, uint8_t *list, unsigned n_symbols, unsigned n_selectors,
	uint32_t counts[256], uint32_t *ret_n)
{
	uint32_t n = 0, run = 0, weight = 1;
	unsigned selector = 0, left = 0;

	for (;;) {
		unsigned sym;

		if (left == 0) {
			if (selector >= n_selectors)
				return false;
			selector++;
			left = 50;
		}
		left--;
		sym = bz_symbol(b, &b->tables[b->selectors[selector - 1]], n_symbols);
		if (b->bad)
			return false;
		if (sym <= 1) {
			if (weight > BZ_BLOCK_MAX)
				return false;
			run += weight << sym;
			weight <<= 1;
			continue;
		}
		if (run > BZ_BLOCK_MAX - n)
			return false;
		counts[list[0]] += run;
		for (; run; run--)
			b->tt[n++] = list[0];
		weight = 1;
		if (sym == n_symbols - 1)
			break;
		if (n >= BZ_BLOCK_MAX)
			return false;
		bz_to_front(list, sym - 1);
		counts[list[0]]++;
		b->tt[n++] = list[0];
	}
	*ret_n = n;
	return true;
}

static bool bz_block(struct bz *b)
{
	uint8_t list[256];
	uint32_t counts[256] = {0}, origin = bz_bits(b, 24), n = 0, sum = 0;
	unsigned n_used = bz_alphabet(b, list), n_selectors = 0;

	if (b->bad || n_used == 0 || !bz_tables(b, n_used + 2, &n_selectors) ||
	    !bz_symbols(b, list, n_used + 2, n_selectors, counts, &n) || origin >= n)
		return false;
	for (unsigned i = 0; i < 256; i++) {
		uint32_t c = counts[i];

		counts[i] = sum;
		sum += c;
	}
	for (uint32_t i = 0; i < n; i++)
		b->tt[counts[b->tt[i] & 0xff]++] |= i << 8;
	b->at = b->tt[origin] >> 8;
	b->left = n;
	b->run = 0;
	b->again = 0;
	return true;
}

static size_t bz_give(struct bz *b, uint8_t *out, size_t room)
{
	size_t n = 0;

	while (n < room) {
		uint8_t v;

		if (b->again) {
			size_t k = b->again < room - n ? b->again : room - n;

			memset(out + n, b->last, k);
			n += k;
			b->again -= (unsigned)k;
			continue;
		}
		if (b->left == 0)
			break;
		b->at = b->tt[b->at];
		v = (uint8_t)b->at;
		b->at >>= 8;
		b->left--;
		if (b->run == 4) {
			b->again = v;
			b->run = 0;
			continue;
		}
		b->run = b->run && v == b->last ? b->run + 1 : 1;
		b->last = v;
		out[n++] = v;
	}
	return n;
}

static size_t bzip2_read(struct nsis_stream *s, uint8_t *out, size_t room)
{
	struct bz *b = s->bz;

	for (;;) {
		size_t n = bz_give(b, out, room);
		uint32_t mark;

		if (n)
			return n;
		mark = bz_bits(b, 8);
		s->fed = b->pos;
		if (b->bad)
			return stream_end(s, STATUS_DAMAGED, "bzip2 data ends early");
		if (mark == 0x17)
			return stream_end(s, STATUS_OK, "");
		if (mark != 0x31 || !bz_block(b))
			return stream_end(s, STATUS_DAMAGED, "bzip2 block is malformed");
		s->fed = b->pos;
	}
}

/* --- the others --- */

static size_t deflate_read(struct nsis_stream *s, uint8_t *out, size_t room)
{
	s->z.next_out = out;
	s->z.avail_out = room > FEED_BYTES ? FEED_BYTES : (uInt)room;
	for (;;) {
		size_t feed = s->n - s->fed < FEED_BYTES ? s->n - s->fed : FEED_BYTES, got;
		int rc;

		s->z.next_in = (Bytef *)(uintptr_t)(s->p + s->fed);
		s->z.avail_in = (uInt)feed;
		rc = inflate(&s->z, Z_NO_FLUSH);
		s->fed += feed - s->z.avail_in;
		got = (size_t)(s->z.next_out - out);
		if (rc == Z_STREAM_END)
			stream_end(s, STATUS_OK, "");
		else if (rc != Z_OK && rc != Z_BUF_ERROR)
			stream_end(s, rc == Z_MEM_ERROR ? STATUS_LIMIT : STATUS_DAMAGED,
				"deflate data is malformed");
		else if (got == 0 && s->fed >= s->n)
			stream_end(s, STATUS_DAMAGED, "deflate data ends early");
		else if (got == 0)
			continue;
		return got;
	}
}

/* LZMA without an end mark just stops with its input: that is an end like any other. */
static size_t lzma_read(struct nsis_stream *s, uint8_t *out, size_t room)
{
	lzma_ret rc;
	size_t got;

	s->lz.next_out = out;
	s->lz.avail_out = room;
	s->lz.next_in = s->p + s->fed;
	s->lz.avail_in = s->n - s->fed;
	do
		rc = lzma_code(&s->lz, LZMA_RUN);
	while (rc == LZMA_OK && s->lz.avail_out && s->lz.avail_in);
	if (rc == LZMA_OK && s->lz.avail_out)
		rc = lzma_code(&s->lz, LZMA_FINISH);
	s->fed = s->n - s->lz.avail_in;
	got = room - s->lz.avail_out;
	if (rc == LZMA_STREAM_END || (rc == LZMA_BUF_ERROR && got == 0) ||
	    (rc == LZMA_OK && got == 0))
		stream_end(s, STATUS_OK, "");
	else if (rc != LZMA_OK && rc != LZMA_BUF_ERROR)
		stream_end(s,
			rc == LZMA_MEM_ERROR || rc == LZMA_MEMLIMIT_ERROR ? STATUS_LIMIT
									  : STATUS_DAMAGED,
			"lzma data is malformed");
	return got;
}

static void lzma_begin(struct nsis_stream *s)
{
	bool filtered = false;
	lzma_filter lzma = {.id = LZMA_FILTER_LZMA1}, chain[3];
	size_t n = 0;

	if (s->method == NSIS_LZMA_X86 && s->n)
		filtered = s->p[s->fed++] != 0;
	if (s->n - s->fed < 5 || lzma_properties_decode(&lzma, NULL, s->p + s->fed, 5) != LZMA_OK) {
		stream_end(s, STATUS_DAMAGED, "lzma properties are malformed");
		return;
	}
	s->fed += 5;
	if (((lzma_options_lzma *)lzma.options)->dict_size > NSIS_DICTIONARY_MAX) {
		free(lzma.options);
		stream_end(s, STATUS_LIMIT, "lzma dictionary is larger than 128 MiB");
		return;
	}
	if (filtered)
		chain[n++] = (lzma_filter){.id = LZMA_FILTER_X86};
	chain[n++] = lzma;
	chain[n] = (lzma_filter){.id = LZMA_VLI_UNKNOWN};
	s->lz = (lzma_stream)LZMA_STREAM_INIT;
	if (lzma_raw_decoder(&s->lz, chain) != LZMA_OK)
		stream_end(s, STATUS_LIMIT, "no memory for the lzma dictionary");
	else
		s->lz_live = true;
	free(lzma.options);
}

static bool bzip2_begin(struct nsis_stream *s)
{
	s->bz = calloc(1, sizeof(*s->bz));
	if (!s->bz)
		return false;
	s->bz->p = s->p;
	s->bz->n = s->n;
	s->bz->tt = calloc(BZ_BLOCK_MAX, sizeof(*s->bz->tt));
	return s->bz->tt != NULL;
}

struct nsis_stream *nsis_stream_open(enum nsis_method m, const uint8_t *p, size_t n)
{
	struct nsis_stream *s = calloc(1, sizeof(*s));

	if (!s)
		return NULL;
	s->method = m;
	s->p = p;
	s->n = n;
	s->why = "";
	if (m == NSIS_LZMA || m == NSIS_LZMA_X86) {
		lzma_begin(s);
	} else if (m == NSIS_DEFLATE) {
		s->z_live = inflateInit2(&s->z, -15) == Z_OK;
		if (!s->z_live)
			stream_end(s, STATUS_LIMIT, "no memory for deflate");
	} else if (m == NSIS_BZIP2 && !bzip2_begin(s)) {
		stream_end(s, STATUS_LIMIT, "no memory for bzip2");
	}
	return s;
}

size_t nsis_stream_read(struct nsis_stream *s, uint8_t *out, size_t room)
{
	size_t n;

	if (s->ended || room == 0)
		return 0;
	switch (s->method) {
	case NSIS_DEFLATE: return deflate_read(s, out, room);
	case NSIS_LZMA:
	case NSIS_LZMA_X86: return lzma_read(s, out, room);
	case NSIS_BZIP2: return bzip2_read(s, out, room);
	case NSIS_STORED: break;
	}
	n = s->n - s->fed < room ? s->n - s->fed : room;
	if (n == 0)
		return stream_end(s, STATUS_OK, "");
	memcpy(out, s->p + s->fed, n);
	s->fed += n;
	return n;
}

enum status nsis_stream_how(const struct nsis_stream *s)
{
	return s->how;
}

const char *nsis_stream_why(const struct nsis_stream *s)
{
	return s->why;
}

uint64_t nsis_stream_used(const struct nsis_stream *s)
{
	return s->fed;
}

void nsis_stream_close(struct nsis_stream *s)
{
	if (!s)
		return;
	if (s->z_live)
		inflateEnd(&s->z);
	if (s->lz_live)
		lzma_end(&s->lz);
	if (s->bz)
		free(s->bz->tt);
	free(s->bz);
	free(s);
}
