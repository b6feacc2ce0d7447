#include "logs/records.h"

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

enum { CHUNK = 64 };

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
	struct record_judge judge;
	struct shape_count *count;
	struct str block;
	struct line_marks m;
	size_t begin;
};

static void line_ends(struct walk *w, size_t end)
{
	const struct log_format *f = w->judge.is->format;
	struct line_marks *m = &w->m;
	struct str line = str_part(w->block, w->begin, end - w->begin);
	enum log_line is;

	if (line.len && line.p[line.len - 1] == '\r')
		line.len--;
	m->line = line;
	is = record_judge(&w->judge, line, end + 1, f->quick && f->quick(m));
	w->count->unreadable += is == LINE_UNREADABLE;
	w->count->asides += is == LINE_ASIDE;
	w->count->records += is == LINE_RECORD;
	w->count->lines++;
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
		if (w->judge.is->format->records != RECORDS_CSV || m->n % 2 == 0)
			line_ends(w, at);
	} else if (c == w->judge.is->format->mark) {
		if (m->n < 2)
			m->at[m->n] = at - w->begin;
		m->n++;
	} else if (c != '\t' && !(c == '\r' && at + 1 < w->block.len && w->block.p[at + 1] == '\n')) {
		m->control = true;
	}
}

size_t shape_lines(const struct shape_walk *is, struct str block, struct shape_count *count)
{
	struct walk w = {.judge = {.is = is, .wanted = is->wanted}, .count = count, .block = block};
	char mark = is->format->mark;
	size_t at = 0;

	if (is->format->records == RECORDS_JSON || is->format->records == RECORDS_XML)
		return records_walk(is, block, count);
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
