/*
 * LZFSE: blocks, numbers little-endian. 0 mark, 4 bytes decoded u32, then
 *   "bvx-" the bytes as they are
 *   "bvxn" 8 packed bytes u32; an LZVN stream
 *   "bvx2" 8 three u64 of bit fields, from the lowest bit:
 *	    literals 20, their bytes 20, matches 20, literal bits + 7: 3
 *	    four literal states 10 each, bytes of matches 20, match bits + 7: 3
 *	    header bytes 32, state of lengths 10, of matches 10, of distances 10
 *	  32 frequencies of 20 lengths, 20 matches, 64 distances, 256 literals, each 2 to 14 bits
 *	  then the literals' stream and the matches' stream, both read from their ends backwards
 *   "bvx$" the end. "bvx1" (tables as they are) is what encoders hold in memory and do not write.
 *
 * A stream is coded by states (finite state entropy): state s of a table gives a symbol, a number of
 * bits and a base; the next state is the base plus those bits. A symbol of a length, match or distance
 * stands for a range; further bits say which of it. Distance 0 repeats the last one.
 *
 * LZVN: instructions L (literals) M (match) D (distance), bits from the highest:
 *   LLMMM111 u16le D  |  LLMMM110 D as before  |  LLMMMDDD D low 8: M + 3 each; L is 2 bits
 *   101LLMMM u16le: low 2 bits of M, then D: M + 3
 *   1110LLLL literals, 0 means next byte + 16  |  1111MMMM match, 0 means next byte + 16
 *   06 is the end, 0e and 16 are nothing; what L = 0 leaves of ...110, 70 to 7f and d0 to df are none.
 */
#include "formats/lzfse.h"

enum {
	L_SYMBOLS = 20, M_SYMBOLS = 20, D_SYMBOLS = 64, LITERAL_SYMBOLS = 256,
	SYMBOLS = L_SYMBOLS + M_SYMBOLS + D_SYMBOLS + LITERAL_SYMBOLS,
	L_STATES = 64, M_STATES = 64, D_STATES = 256, LITERAL_STATES = 1024,
	LITERALS_MAX = 40000, MATCHES_MAX = 10000, /* of a block, by the format */
	HEADER_BYTES = 32, REPEATED = 16, /* symbols below stand for themselves */
};

static uint32_t mark(const char *s)
{
	return (uint32_t)s[0] | (uint32_t)s[1] << 8 | (uint32_t)s[2] << 16 | (uint32_t)s[3] << 24;
}

/* ---- a stream read from its end ---- */

struct back {
	const uint8_t *p;
	size_t bytes, bits; /* left in front */
	bool bad;
};

static uint32_t take(struct back *b, unsigned n)
{
	uint64_t word = 0;
	size_t from, shift;

	if (n > b->bits) {
		b->bad = true;
		b->bits = 0;
		return 0;
	}
	b->bits -= n;
	from = b->bits / 8;
	shift = b->bits % 8;
	for (size_t i = 0; i < 5 && from + i < b->bytes; i++) /* n is 26 at most */
		word |= (uint64_t)b->p[from + i] << (8 * i);
	return (uint32_t)(word >> shift) & ((1u << n) - 1);
}

/* spare: how many bits at the end are none of the stream's, 0 to 7. */
static struct back back_of(struct cursor *c, size_t bytes, unsigned spare)
{
	struct back b = {.p = cursor_take(c, bytes), .bytes = bytes};

	b.bad = !b.p || 8 * bytes < spare;
	b.bits = b.bad ? 0 : 8 * bytes - spare;
	return b;
}

/* ---- tables of states ---- */

struct state {
	uint8_t bits, more; /* bits of the next state; further bits of the value */
	uint16_t symbol, next;
	uint32_t value;
};

static unsigned log2_of(unsigned x)
{
	unsigned n = 0;

	while (x >>= 1)
		n++;
	return n;
}

/* Fills t[0..n_states); false where frequencies do not add up to it. */
static bool states_fill(struct state *t, unsigned n_states, const uint16_t *frequency, unsigned n_symbols)
{
	unsigned at = 0;

	for (unsigned symbol = 0; symbol < n_symbols; symbol++) {
		unsigned f = frequency[symbol], k, wide;

		if (!f)
			continue;
		if (f > n_states - at)
			return false;
		k = log2_of(n_states) - log2_of(f);
		wide = (2 * n_states >> k) - f; /* so many of its states take k bits, the others one less */
		for (unsigned j = 0; j < f; j++) {
			struct state *s = &t[at++];

			s->symbol = (uint16_t)symbol;
			s->bits = (uint8_t)(j < wide ? k : k - 1);
			s->next = (uint16_t)(j < wide ? ((f + j) << k) - n_states : (j - wide) << (k - 1));
		}
	}
	return at == n_states;
}

/* What each symbol stands for: the first of a range, and how many bits choose within it. */
static void values_fill(struct state *t, unsigned n_states, const uint8_t *more)
{
	uint32_t first[D_SYMBOLS] = {0};

	for (unsigned i = 1; i < D_SYMBOLS && more[i - 1] != UINT8_MAX; i++)
		first[i] = first[i - 1] + (1u << more[i - 1]);
	for (unsigned i = 0; i < n_states; i++) {
		t[i].more = more[t[i].symbol];
		t[i].value = first[t[i].symbol];
	}
}

static uint16_t symbol_next(const struct state *t, uint16_t *state, struct back *b)
{
	const struct state *s = &t[*state];

	*state = (uint16_t)(s->next + take(b, s->bits));
	return s->symbol;
}

static uint32_t value_next(const struct state *t, uint16_t *state, struct back *b)
{
	const struct state *s = &t[*state];

	*state = (uint16_t)(s->next + take(b, s->bits));
	return s->value + take(b, s->more);
}

/* ---- "bvx2" ---- */

struct block {
	uint32_t n_literals, literal_bytes, n_matches, match_bytes, header_bytes;
	unsigned literal_spare, match_spare;
	uint16_t literal_state[4], l_state, m_state, d_state;
	uint16_t frequency[SYMBOLS];
};

static uint32_t field(uint64_t word, unsigned at, unsigned bits)
{
	return (uint32_t)(word >> at & ((UINT64_C(1) << bits) - 1));
}

static bool header_read(struct block *b, struct cursor *c)
{
	uint64_t first = cursor_u64le(c), second = cursor_u64le(c), third = cursor_u64le(c);

	b->n_literals = field(first, 0, 20);
	b->literal_bytes = field(first, 20, 20);
	b->n_matches = field(first, 40, 20);
	b->literal_spare = 7 - field(first, 60, 3);
	for (unsigned i = 0; i < 4; i++)
		b->literal_state[i] = (uint16_t)field(second, 10 * i, 10);
	b->match_bytes = field(second, 40, 20);
	b->match_spare = 7 - field(second, 60, 3);
	b->header_bytes = field(third, 0, 32);
	b->l_state = (uint16_t)field(third, 32, 10);
	b->m_state = (uint16_t)field(third, 42, 10);
	b->d_state = (uint16_t)field(third, 52, 10);
	return cursor_ok(c) && b->n_literals <= LITERALS_MAX && b->n_literals % 4 == 0 &&
	       b->n_matches <= MATCHES_MAX && b->l_state < L_STATES && b->m_state < M_STATES &&
	       b->d_state < D_STATES && b->header_bytes >= HEADER_BYTES;
}

/*
 * One frequency by its lowest bits: 00 is 0, 10 is 1; 001 2, 101 3; 00011 to 11011 4 to 7; 0111 and
 * 4 bits: 8 more than those; 1111 and 10 bits: 24 more than those.
 */
static uint16_t frequency_of(uint32_t bits, unsigned *ret_n)
{
	if (!(bits & 1))
		return *ret_n = 2, (uint16_t)(bits >> 1 & 1);
	if (!(bits & 2))
		return *ret_n = 3, (uint16_t)(2 + (bits >> 2 & 1));
	if (!(bits & 4))
		return *ret_n = 5, (uint16_t)(4 + (bits >> 3 & 3));
	if (!(bits & 8))
		return *ret_n = 8, (uint16_t)(8 + (bits >> 4 & 15));
	return *ret_n = 14, (uint16_t)(24 + (bits >> 4 & 1023));
}

static bool frequencies_read(struct block *b, struct cursor c)
{
	uint64_t held = 0;
	unsigned n = 0;

	for (unsigned i = 0; i < SYMBOLS; i++) {
		unsigned used;

		for (; n <= 56 && cursor_left(&c); n += 8)
			held |= (uint64_t)cursor_u8(&c) << n;
		b->frequency[i] = frequency_of((uint32_t)held, &used);
		if (used > n)
			return false;
		held >>= used;
		n -= used;
	}
	return n < 8 && !cursor_left(&c);
}

static const uint8_t l_more[L_SYMBOLS + 1] = {[REPEATED] = 2, 3, 5, 8, UINT8_MAX};
static const uint8_t m_more[M_SYMBOLS + 1] = {[REPEATED] = 3, 5, 8, 11, UINT8_MAX};
static const uint8_t d_more[D_SYMBOLS] = {
	0, 0, 0, 0, 1, 1, 1, 1, 2,  2,	2,  2,	3,  3,	3,  3,	4,  4,	4,  4,	5,  5,	5,  5,	6,  6,	6,  6,	7,  7,	7,  7,
	8, 8, 8, 8, 9, 9, 9, 9, 10, 10, 10, 10, 11, 11, 11, 11, 12, 12, 12, 12, 13, 13, 13, 13, 14, 14, 14, 14, 15, 15, 15, 15,
};

struct tables {
	struct state l[L_STATES], m[M_STATES], d[D_STATES], literal[LITERAL_STATES];
};

static bool tables_fill(struct tables *t, const struct block *b)
{
	const uint16_t *f = b->frequency;

	if (b->n_literals && !states_fill(t->literal, LITERAL_STATES, f + L_SYMBOLS + M_SYMBOLS + D_SYMBOLS, LITERAL_SYMBOLS))
		return false;
	if (!b->n_matches)
		return true;
	if (!states_fill(t->l, L_STATES, f, L_SYMBOLS) || !states_fill(t->m, M_STATES, f + L_SYMBOLS, M_SYMBOLS) ||
	    !states_fill(t->d, D_STATES, f + L_SYMBOLS + M_SYMBOLS, D_SYMBOLS))
		return false;
	values_fill(t->l, L_STATES, l_more);
	values_fill(t->m, M_STATES, m_more);
	values_fill(t->d, D_STATES, d_more);
	return true;
}

static void matches_give(struct output *o, struct block *b, const struct tables *t, struct back *s, struct cursor literals)
{
	uint32_t distance = 0;

	for (uint32_t i = 0; i < b->n_matches && !o->bad; i++) {
		uint32_t l = value_next(t->l, &b->l_state, s), m = value_next(t->m, &b->m_state, s),
			 d = value_next(t->d, &b->d_state, s);

		o->bad |= s->bad;
		distance = d ? d : distance;
		put_literals(o, &literals, l);
		if (m)
			put_match(o, distance, m);
	}
}

/* Each match gives a byte and each literal but three of padding is used, so that work follows the output. */
static bool block_give(struct output *o, struct cursor *c)
{
	struct block b;
	struct tables t;
	uint8_t literals[LITERALS_MAX];
	struct back s;

	if (!header_read(&b, c) || b.n_literals > o->room - o->n + 3 || b.n_matches > o->room - o->n)
		return false;
	memset(b.frequency, 0, sizeof(b.frequency));
	if (b.header_bytes > HEADER_BYTES) {
		const uint8_t *p = cursor_take(c, b.header_bytes - HEADER_BYTES);

		if (!p || !frequencies_read(&b, cursor_of(p, b.header_bytes - HEADER_BYTES)))
			return false;
	}
	if (!tables_fill(&t, &b))
		return false;
	s = back_of(c, b.literal_bytes, b.literal_spare);
	for (uint32_t i = 0; i < b.n_literals && !s.bad; i++)
		literals[i] = (uint8_t)symbol_next(t.literal, &b.literal_state[i % 4], &s);
	if (s.bad)
		return false;
	s = back_of(c, b.match_bytes, b.match_spare);
	if (s.bad)
		return false;
	matches_give(o, &b, &t, &s, cursor_of(literals, b.n_literals));
	return !o->bad;
}

/* ---- LZVN ---- */

enum { LZVN_MATCH_MIN = 3, LZVN_LONG = 16 };

/* L literals and a match in one instruction; false where there is no such instruction. */
static bool lzvn_both(struct output *o, struct cursor *c, uint8_t b, size_t *distance)
{
	size_t l = b >> 6, m = (b >> 3 & 7) + LZVN_MATCH_MIN;

	if (b >= 0xa0 && b < 0xc0) {
		uint16_t word = cursor_u16le(c);

		l = b >> 3 & 3;
		m = ((size_t)(b & 7) << 2 | (word & 3)) + LZVN_MATCH_MIN;
		*distance = word >> 2;
	} else if ((b & 0xf0) == 0x70 || (b & 0xf0) == 0xd0) {
		return false;
	} else if ((b & 7) == 7) {
		*distance = cursor_u16le(c);
	} else if ((b & 7) == 6) {
		if (!l)
			return false;
	} else {
		*distance = (size_t)(b & 7) << 8;
		*distance |= cursor_u8(c);
	}
	put_literals(o, c, l);
	put_match(o, *distance, m);
	return true;
}

enum status lzvn_decode(struct output *o, struct cursor c)
{
	size_t distance = 0;

	while (cursor_left(&c) && !o->bad) {
		uint8_t b = cursor_u8(&c);

		if (b == 0x06)
			return STATUS_OK;
		if (b == 0x0e || b == 0x16)
			continue;
		if (b >= 0xf0)
			put_match(o, distance, b & 15 ? b & 15u : (size_t)cursor_u8(&c) + LZVN_LONG);
		else if (b >= 0xe0)
			put_literals(o, &c, b & 15 ? b & 15u : (size_t)cursor_u8(&c) + LZVN_LONG);
		else if (!lzvn_both(o, &c, b, &distance))
			return STATUS_DAMAGED;
		if (!cursor_ok(&c))
			return STATUS_DAMAGED;
	}
	return STATUS_DAMAGED;
}

/* ---- blocks ---- */

static bool lzvn_block(struct output *o, struct cursor *c)
{
	size_t n = cursor_u32le(c);
	const uint8_t *p = cursor_take(c, n);

	return p && lzvn_decode(o, cursor_of(p, n)) == STATUS_OK;
}

enum status lzfse_decode(struct output *o, struct cursor c)
{
	while (cursor_left(&c)) {
		uint32_t kind = cursor_u32le(&c);
		uint64_t bytes, before = o->n;
		struct output part = *o;
		bool good;

		if (kind == mark("bvx$"))
			return cursor_ok(&c) ? STATUS_OK : STATUS_DAMAGED;
		bytes = cursor_u32le(&c);
		if (!cursor_ok(&c) || bytes > o->room - o->n)
			return STATUS_DAMAGED;
		part.room = (size_t)(before + bytes);
		if (kind == mark("bvx-")) {
			put_literals(&part, &c, (size_t)bytes);
			good = !part.bad;
		} else if (kind == mark("bvxn")) {
			good = lzvn_block(&part, &c);
		} else {
			good = kind == mark("bvx2") && block_give(&part, &c);
		}
		o->n = part.n;
		if (!good || part.n != part.room)
			return STATUS_DAMAGED;
	}
	return STATUS_DAMAGED;
}
