#include "logs/shape.h"

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

enum { CHUNK = 64, SCRATCH_BYTES = 4 << 20 };

bool has_control(struct str line)
{
	for (size_t i = 0; i < line.len; i++)
		if ((unsigned char)line.p[i] < 0x20 && line.p[i] != '\t')
			return true;
	return false;
}

/* Bit i: byte i is the mark or below 0x20. */
#if defined(__SSE2__)
static inline uint64_t events(const char *p, char mark)
{
	const __m128i m = _mm_set1_epi8(mark), low = _mm_set1_epi8(0x1f);
	uint64_t bits = 0;

#pragma GCC unroll 4
	for (int i = 0; i < 4; i++) {
		__m128i v = _mm_loadu_si128((const __m128i *)(const void *)(p + 16 * i));
		__m128i hit = _mm_or_si128(_mm_cmpeq_epi8(v, m),
			_mm_cmpeq_epi8(_mm_max_epu8(v, low), low));

		bits |= (uint64_t)(uint32_t)_mm_movemask_epi8(hit) << (16 * i);
	}
	return bits;
}
#else
static inline uint64_t events(const char *p, char mark)
{
	uint64_t bits = 0;

	for (int i = 0; i < CHUNK; i++)
		bits |= (uint64_t)(p[i] == mark || (unsigned char)p[i] < 0x20) << i;
	return bits;
}
#endif

struct walk {
	const struct shape_walk *is;
	struct shape_count *count;
	struct str block;
	struct line_marks m;
	size_t begin;
	const size_t *wanted; /* the next one */
	uint64_t number;
	bool first_seen;
};

static enum log_line judge(struct walk *w, struct str line, size_t end)
{
	const struct shape_walk *is = w->is;
	bool wanted = *w->wanted < end;
	enum log_line what;

	while (*w->wanted < end)
		w->wanted++;
	if (!wanted && w->first_seen && !is->careful && is->format->quick &&
		is->format->quick(&w->m))
		return LINE_RECORD;
	if (wanted || !w->first_seen) {
		what = is->line(is->user, line, w->number, wanted);
		w->first_seen |= what == LINE_RECORD;
	} else {
		struct log_record unused = {0};

		what = is->format->parse(is->format, is->state, is->scratch, line,
			is->careful ? &unused : NULL);
	}
	if (is->scratch->used_bytes > SCRATCH_BYTES)
		arena_release(is->scratch);
	return what;
}

static void line_ends(struct walk *w, size_t end)
{
	struct line_marks *m = &w->m;
	struct str line = str_part(w->block, w->begin, end - w->begin);
	enum log_line is;

	if (line.len && line.p[line.len - 1] == '\r')
		line.len--;
	m->line = line;
	is = judge(w, line, end + 1);
	w->count->unreadable += is == LINE_UNREADABLE;
	w->count->asides += is == LINE_ASIDE;
	w->count->records += is == LINE_RECORD;
	w->count->lines++;
	w->number++;
	m->n = 0;
	m->control = false;
	w->begin = end + 1;
}

static inline void event(struct walk *w, size_t at)
{
	char c = w->block.p[at];
	struct line_marks *m = &w->m;

	if (c == '\n') {
		/* inside quotes it belongs to the record */
		if (w->is->format->records != RECORDS_CSV || m->n % 2 == 0)
			line_ends(w, at);
	} else if (c == w->is->format->mark) {
		if (m->n < 2)
			m->at[m->n] = at - w->begin;
		m->n++;
	} else if (c != '\t' && !(c == '\r' && at + 1 < w->block.len && w->block.p[at + 1] == '\n')) {
		m->control = true;
	}
}

size_t shape_lines(const struct shape_walk *is, struct str block, struct shape_count *count)
{
	struct walk w = {.is = is, .count = count, .block = block, .wanted = is->wanted};
	char mark = is->format->mark;
	size_t at = 0;

	for (; at + CHUNK <= block.len; at += CHUNK)
		for (uint64_t bits = events(block.p + at, mark); bits; bits &= bits - 1)
			event(&w, at + (size_t)__builtin_ctzll(bits));
	for (; at < block.len; at++)
		if (block.p[at] == mark || (unsigned char)block.p[at] < 0x20)
			event(&w, at);
	if (w.begin < block.len && is->at_end)
		line_ends(&w, block.len);
	return w.begin < block.len ? w.begin : block.len;
}
