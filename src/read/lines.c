/*
 * Where lines begin, for a text that may be nothing but line feeds: of each block of 256 bytes the line it begins in
 * and where that line begins; what is inside the block is counted when somebody asks.
 */
#include "read/align.h"

#include <string.h>

enum { BLOCK_BYTES = 256 };

struct block {
	uint32_t line;  /* 0-based: of the block's first byte */
	uint32_t start; /* where that line begins */
};

struct line_index {
	struct str text;
	struct block *blocks;
};

struct line_index *line_index_make(struct arena *a, struct str text)
{
	struct line_index *ix = ARENA_NEW(a, struct line_index);
	size_t n = text.len / BLOCK_BYTES + 1;
	struct block at = {0, 0};

	ix->text = text;
	ix->blocks = ARENA_ARRAY(a, n, struct block);
	for (size_t i = 0; i < n; i++) {
		size_t from = i * BLOCK_BYTES, to = i + 1 < n ? from + BLOCK_BYTES : text.len;

		ix->blocks[i] = at;
		while (from < to) {
			const char *p = memchr(text.p + from, '\n', to - from);

			if (!p)
				break;
			from = (size_t)(p - text.p) + 1;
			at.line++;
			at.start = (uint32_t)from;
		}
	}
	return ix;
}

uint32_t line_of(const struct line_index *ix, size_t offset, uint32_t *ret_column)
{
	size_t to = offset < ix->text.len ? offset : ix->text.len, from = to / BLOCK_BYTES * BLOCK_BYTES;
	struct block at = ix->blocks[from / BLOCK_BYTES];

	while (from < to) {
		const char *p = memchr(ix->text.p + from, '\n', to - from);

		if (!p)
			break;
		from = (size_t)(p - ix->text.p) + 1;
		at.line++;
		at.start = (uint32_t)from;
	}
	if (ret_column) {
		size_t column = offset - at.start + 1;

		*ret_column = column > UINT32_MAX ? UINT32_MAX : (uint32_t)column;
	}
	return at.line + 1;
}
