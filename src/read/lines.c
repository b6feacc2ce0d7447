#include "read/align.h"

struct line_index {
	struct str text;
	size_t *starts; /* offset of each line's first byte */
	size_t n;
};

/* Offset of the next line feed at or after `at`; the length of the text if there is none. */
static size_t line_end(struct str text, size_t at)
{
	const char *p = at < text.len ? memchr(text.p + at, '\n', text.len - at) : NULL;

	return p ? (size_t)(p - text.p) : text.len;
}

struct line_index *line_index_make(struct arena *a, struct str text)
{
	struct line_index *ix = ARENA_NEW(a, struct line_index);
	size_t n = 1;

	for (size_t at = 0; (at = line_end(text, at)) < text.len; at++)
		n++;
	ix->text = text;
	ix->starts = ARENA_ARRAY(a, n, size_t);
	ix->n = n;
	n = 1;
	for (size_t at = 0; (at = line_end(text, at)) < text.len; at++)
		ix->starts[n++] = at + 1;
	return ix;
}

uint32_t line_of(const struct line_index *ix, size_t offset, uint32_t *ret_column)
{
	size_t lo = 0, hi = ix->n;

	while (hi - lo > 1) {
		size_t mid = lo + (hi - lo) / 2;

		if (ix->starts[mid] <= offset)
			lo = mid;
		else
			hi = mid;
	}
	if (ret_column) {
		size_t column = offset - ix->starts[lo] + 1;

		*ret_column = column > UINT32_MAX ? UINT32_MAX : (uint32_t)column;
	}
	return lo + 1 > UINT32_MAX ? UINT32_MAX : (uint32_t)(lo + 1);
}
