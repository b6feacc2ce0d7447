#include "read/align.h"

struct line_index {
	struct str text;
	size_t *starts; /* offset of each line's first byte */
	size_t n;
};

struct line_index *line_index_make(struct arena *a, struct str text)
{
	struct line_index *ix = ARENA_NEW(a, struct line_index);
	const char *p = text.p, *end = text.p + text.len;
	size_t n = 1;

	for (; text.len && (p = memchr(p, '\n', (size_t)(end - p))) != NULL; p++)
		n++;
	ix->text = text;
	ix->starts = ARENA_ARRAY(a, n, size_t);
	ix->n = n;
	n = 1;
	for (p = text.p; text.len && (p = memchr(p, '\n', (size_t)(end - p))) != NULL; p++)
		ix->starts[n++] = (size_t)(p - text.p) + 1;
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
