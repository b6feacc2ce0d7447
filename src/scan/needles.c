#include "scan/needles.h"

#include <stdlib.h>

/* Of one class of lengths: q bytes are looked at, every `stride` places. */
struct lane_kind {
	unsigned least, grams, stride;
};

/* A text of length n has n - grams + 1 places; at least `stride` of them must exist. */
static const struct lane_kind lane_kinds[NEEDLE_LANES] = {
	{11, 8, 4}, {8, 6, 3}, {5, 4, 2}, {1, 1, 1}};

enum {
	SAMPLE_BITS = 16,
	FILTER_BITS_MIN = 15, /* 4 KiB */
	FILTER_BITS_MAX = 24, /* 2 MiB */
	FILTER_SPARE_BITS = 5, /* 32 bits of filter for each entry */
};

struct entry {
	uint32_t hash; /* upper half */
	uint32_t text;
	uint32_t offset; /* of the looked-at bytes in the text */
};

struct lane {
	unsigned grams, stride;
	unsigned filter_shift, bucket_shift;
	uint64_t *filter;
	uint32_t *buckets; /* first entry, one more than there are buckets */
	struct entry *entries;
	size_t n;
};

struct needles {
	struct lane lanes[NEEDLE_LANES];
	const struct str *texts; /* in lower case */
	size_t longest;
};

/* ---- words of bytes ------------------------------------------------------------------------------ */

static inline uint64_t load(const char *p)
{
	uint64_t v;

	memcpy(&v, p, sizeof(v));
	return v;
}

/* The same where fewer than eight bytes are left; zeros behind the end. */
static uint64_t load_end(const char *p, size_t n)
{
	char bytes[8] = {0};

	memcpy(bytes, p, n < 8 ? n : 8);
	return load(bytes);
}

/* Letters of either case become equal; so do a few other bytes, which the comparison tells apart. */
static inline uint64_t mix(uint64_t v, unsigned grams)
{
	v |= UINT64_C(0x2020202020202020);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
	v >>= 64 - 8 * grams;
#else
	v <<= 64 - 8 * grams;
#endif
	return v * UINT64_C(0x9e3779b97f4a7c15);
}

static inline char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
}

static bool equal_lower(const char *p, struct str text)
{
	for (size_t i = 0; i < text.len; i++)
		if (lower(p[i]) != text.p[i])
			return false;
	return true;
}

/* ---- building ------------------------------------------------------------------------------------ */

static uint64_t mix_at(struct str s, size_t at, unsigned grams)
{
	return mix(load_end(s.p + at, s.len - at), grams);
}

/* How often the bytes at each place of the sample occur there, roughly. */
static uint32_t *sample_counts(struct arena *a, struct str sample, unsigned grams)
{
	uint32_t *counts = ARENA_ARRAY(a, (size_t)1 << SAMPLE_BITS, uint32_t);

	for (size_t i = 0; i + 8 <= sample.len; i++)
		counts[mix(load(sample.p + i), grams) >> (64 - SAMPLE_BITS)]++;
	return counts;
}

/* The first of `stride` places whose most common bytes are the least common. */
static size_t rarest_window(const struct lane *l, struct str text, const uint32_t *counts)
{
	size_t places = text.len - l->grams + 1, best = 0;
	uint32_t least = UINT32_MAX;

	for (size_t i = 0; i + l->stride <= places; i++) {
		uint32_t most = 0;

		for (size_t k = 0; k < l->stride; k++) {
			uint32_t c = counts[mix_at(text, i + k, l->grams) >> (64 - SAMPLE_BITS)];

			most = c > most ? c : most;
		}
		if (most < least) {
			least = most;
			best = i;
		}
	}
	return best;
}

static int by_hash(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;

	if (x->hash != y->hash)
		return x->hash < y->hash ? -1 : 1;
	return x->text < y->text ? -1 : x->text > y->text;
}

static unsigned bits_for(size_t n, unsigned least, unsigned most)
{
	unsigned bits = least;

	while (bits < most && ((size_t)1 << bits) < n)
		bits++;
	return bits;
}

static void lane_index(struct arena *a, struct lane *l)
{
	unsigned bits = bits_for(l->n << FILTER_SPARE_BITS, FILTER_BITS_MIN, FILTER_BITS_MAX);
	unsigned bucket_bits = bits_for(l->n, 4, 20);
	size_t buckets = (size_t)1 << bucket_bits, at = 0;

	if (l->n)
		qsort(l->entries, l->n, sizeof(l->entries[0]), by_hash);
	l->filter_shift = 64 - bits;
	l->bucket_shift = 32 - bucket_bits;
	l->filter = ARENA_ARRAY(a, ((size_t)1 << bits) / 64, uint64_t);
	l->buckets = ARENA_ARRAY(a, buckets + 1, uint32_t);
	for (size_t b = 0; b < buckets; b++) {
		l->buckets[b] = (uint32_t)at;
		while (at < l->n && l->entries[at].hash >> l->bucket_shift == b)
			at++;
	}
	l->buckets[buckets] = (uint32_t)l->n;
}

static inline bool filter_has(const struct lane *l, uint64_t h)
{
	uint64_t bit = h >> l->filter_shift;

	return l->filter[bit >> 6] >> (bit & 63) & 1;
}

static void lane_fill(struct arena *a, struct needles *s, unsigned which, const uint32_t *members,
	size_t n, struct str sample)
{
	struct lane *l = &s->lanes[which];
	const uint32_t *counts;
	size_t at = 0;

	counts = sample_counts(a, sample, l->grams);
	l->n = n * l->stride;
	l->entries = ARENA_ARRAY(a, l->n + 1, struct entry);
	for (size_t i = 0; i < n; i++) {
		struct str text = s->texts[members[i]];
		size_t window = rarest_window(l, text, counts);

		for (size_t k = 0; k < l->stride; k++) {
			uint64_t h = mix_at(text, window + k, l->grams);

			l->entries[at++] = (struct entry){(uint32_t)(h >> 32), members[i],
				(uint32_t)(window + k)};
		}
	}
	lane_index(a, l);
	for (size_t i = 0; i < n; i++) {
		struct str text = s->texts[members[i]];
		size_t window = rarest_window(l, text, counts);

		for (size_t k = 0; k < l->stride; k++) {
			uint64_t bit = mix_at(text, window + k, l->grams) >> l->filter_shift;

			l->filter[bit >> 6] |= UINT64_C(1) << (bit & 63);
		}
	}
}

static unsigned lane_of(size_t len)
{
	unsigned lane = 0;

	while (len < lane_kinds[lane].least)
		lane++;
	return lane;
}

struct sorted {
	struct str text;
	uint32_t index;
};

static int by_text(const void *a, const void *b)
{
	const struct sorted *x = a, *y = b;
	int c = str_cmp(x->text, y->text);

	return c ? c : x->index < y->index ? -1 : x->index > y->index;
}

static struct str lower_copy(struct arena *a, struct str s)
{
	char *p = arena_alloc(a, s.len + 1);

	for (size_t i = 0; i < s.len; i++)
		p[i] = lower(s.p[i]);
	return str_view(p, s.len);
}

struct needles *needles_build(struct arena *a, const struct str *texts, size_t n, struct str sample)
{
	struct needles *s = ARENA_NEW(a, struct needles);
	struct str *copies = ARENA_ARRAY(a, n + 1, struct str);
	struct sorted *sorted = ARENA_ARRAY(a, n + 1, struct sorted);
	uint32_t *members[NEEDLE_LANES];
	size_t counts[NEEDLE_LANES] = {0}, shortest = NEEDLE_MAX_BYTES;

	s->texts = copies;
	for (size_t i = 0; i < n; i++) {
		copies[i] = lower_copy(a, texts[i]);
		sorted[i] = (struct sorted){copies[i], (uint32_t)i};
	}
	if (n)
		qsort(sorted, n, sizeof(sorted[0]), by_text);
	for (unsigned k = 0; k < NEEDLE_LANES; k++)
		members[k] = ARENA_ARRAY(a, n + 1, uint32_t);
	for (size_t i = 0; i < n; i++) {
		size_t len = sorted[i].text.len;
		unsigned lane;

		if (i && str_equal(sorted[i].text, sorted[i - 1].text))
			continue;
		lane = lane_of(len);
		members[lane][counts[lane]++] = sorted[i].index;
		s->longest = len > s->longest ? len : s->longest;
		shortest = len < shortest ? len : shortest;
	}
	for (unsigned k = 0; k < NEEDLE_LANES; k++) {
		s->lanes[k] = (struct lane){.grams = lane_kinds[k].grams, .stride = lane_kinds[k].stride};
		if (k == NEEDLE_LANES - 1) /* as many bytes as the shortest of them has */
			s->lanes[k].grams = (unsigned)(shortest < 4 ? shortest : 4);
		if (counts[k])
			lane_fill(a, s, k, members[k], counts[k], sample);
	}
	return s;
}

/* ---- looking ------------------------------------------------------------------------------------- */

static bool confirm(const struct needles *s, const struct lane *l, struct str in, size_t at,
	uint64_t h, struct needle_find *ret)
{
	uint32_t hash = (uint32_t)(h >> 32);
	size_t b = hash >> l->bucket_shift;

	for (uint32_t i = l->buckets[b]; i < l->buckets[b + 1]; i++) {
		const struct entry *e = &l->entries[i];
		struct str text = s->texts[e->text];

		if (e->hash != hash || e->offset > at || text.len > in.len - (at - e->offset) ||
			!equal_lower(in.p + at - e->offset, text))
			continue;
		*ret = (struct needle_find){at - e->offset, e->text};
		return true;
	}
	return false;
}

/*
 * Four looks a round while eight bytes can be read at each. Inlined once for each kind of lane, so
 * that strides and shifts are constants.
 */
static inline __attribute__((always_inline)) bool look(const struct needles *s, const struct lane *l,
	unsigned grams, unsigned stride, struct str in, size_t *at, struct needle_find *ret)
{
	size_t p = *at, safe = in.len < 8 ? 0 : in.len - 7;
	const struct lane lane = *l;

	while (p + 3 * (size_t)stride < safe) {
		uint64_t h[4];
		bool any = false;

#pragma GCC unroll 4
		for (unsigned i = 0; i < 4; i++) {
			h[i] = mix(load(in.p + p + i * stride), grams);
			any |= filter_has(&lane, h[i]);
		}
		if (__builtin_expect(any, 0)) {
			for (unsigned i = 0; i < 4; i++) {
				if (!filter_has(&lane, h[i]) ||
					!confirm(s, l, in, p + i * stride, h[i], ret))
					continue;
				*at = p + (i + 1) * stride;
				return true;
			}
		}
		p += 4 * (size_t)stride;
	}
	for (; p < in.len; p += stride) {
		uint64_t h = mix(load_end(in.p + p, in.len - p), grams);

		if (!filter_has(&lane, h) || !confirm(s, l, in, p, h, ret))
			continue;
		*at = p + stride;
		return true;
	}
	*at = in.len;
	return false;
}

static inline __attribute__((always_inline)) bool look_lane(const struct needles *s, unsigned lane,
	struct str in, size_t *at, struct needle_find *ret)
{
	const struct lane *l = &s->lanes[lane];

	switch (lane) {
	case 0:
		return look(s, l, lane_kinds[0].grams, lane_kinds[0].stride, in, at, ret);
	case 1:
		return look(s, l, lane_kinds[1].grams, lane_kinds[1].stride, in, at, ret);
	case 2:
		return look(s, l, lane_kinds[2].grams, lane_kinds[2].stride, in, at, ret);
	default:
		return look(s, l, l->grams, lane_kinds[3].stride, in, at, ret);
	}
}

#if defined(__x86_64__)
/* Shifts by a variable are one instruction instead of three: 1.6 times as fast. */
__attribute__((target("bmi2"))) static bool look_bmi2(const struct needles *s, unsigned lane,
	struct str in, size_t *at, struct needle_find *ret)
{
	return look_lane(s, lane, in, at, ret);
}
#endif

static bool look_any(const struct needles *s, unsigned lane, struct str in, size_t *at,
	struct needle_find *ret)
{
	return look_lane(s, lane, in, at, ret);
}

bool needles_next(const struct needles *s, unsigned lane, struct str in, size_t *at,
	struct needle_find *ret)
{
	if (!s->lanes[lane].n) {
		*at = in.len;
		return false;
	}
#if defined(__x86_64__)
	if (__builtin_cpu_supports("bmi2"))
		return look_bmi2(s, lane, in, at, ret);
#endif
	return look_any(s, lane, in, at, ret);
}

size_t needles_longest(const struct needles *s)
{
	return s->longest;
}
