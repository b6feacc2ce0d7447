/* A growable byte buffer with a ceiling. Owned by its holder; release it. */
#ifndef ASSAY_UTIL_BUF_H
#define ASSAY_UTIL_BUF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "util/str.h"

struct buf {
	char *p;
	size_t len, room, max_bytes;
	bool full; /* something did not fit (ceiling or memory); sticky */
};

void buf_init(struct buf *b, size_t max_bytes);
void buf_release(struct buf *b);
void buf_clear(struct buf *b); /* keeps the memory */

/* All append; false (and b->full) when the ceiling or memory does not allow it, nothing appended. */
bool buf_add(struct buf *b, const void *p, size_t n);
bool buf_add_str(struct buf *b, struct str s);
bool buf_add_z(struct buf *b, const char *z);
bool buf_add_char(struct buf *b, char c);
bool buf_printf(struct buf *b, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Room for n more bytes to be written by the caller, who then adds n to len; NULL if full. */
char *buf_reserve(struct buf *b, size_t n);

static inline struct str buf_str(const struct buf *b)
{
	return str_view(b->p, b->len);
}

#endif
