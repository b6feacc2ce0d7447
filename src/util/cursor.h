/*
 * A window on foreign bytes that cannot be left. Sticky: the first short read sets `bad` and moves
 * to the end; from then on numbers read as 0 and views as NULL, so a header can be read whole and
 * checked once with cursor_ok(). Bounds are tested by subtraction only.
 */
#ifndef ASSAY_UTIL_CURSOR_H
#define ASSAY_UTIL_CURSOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "util/str.h"

struct cursor {
	const uint8_t *base; /* borrowed; must outlive the cursor */
	size_t len, pos;     /* always pos <= len */
	bool bad;            /* set by the first short read, stays set */
};

struct cursor cursor_of(const void *base, size_t len);

static inline bool cursor_ok(const struct cursor *c)
{
	return !c->bad;
}

static inline size_t cursor_left(const struct cursor *c)
{
	return c->len - c->pos;
}

uint8_t cursor_u8(struct cursor *c);
uint16_t cursor_u16le(struct cursor *c);
uint32_t cursor_u32le(struct cursor *c);
uint64_t cursor_u64le(struct cursor *c);
uint16_t cursor_u16be(struct cursor *c);
uint32_t cursor_u32be(struct cursor *c);
uint64_t cursor_u64be(struct cursor *c);

/* A view of the next n bytes, or NULL (and bad). n == 0 gives a non-NULL view if the base is. */
const uint8_t *cursor_take(struct cursor *c, size_t n);
/* The same without moving and without going bad: NULL if there are fewer than n. */
const uint8_t *cursor_peek(const struct cursor *c, size_t n);
struct str cursor_str(struct cursor *c, size_t n); /* {NULL,0} when short */
void cursor_skip(struct cursor *c, uint64_t n);
void cursor_seek(struct cursor *c, uint64_t pos); /* absolute; bad when beyond the end */

/* n if n items of item_bytes fit in what is left (by division), else 0 and bad. */
uint64_t cursor_count(struct cursor *c, uint64_t n, size_t item_bytes);
/* A cursor confined to [off, off+len) of c (from its base, not its position). Outside: empty, bad. */
struct cursor cursor_part(const struct cursor *c, uint64_t off, uint64_t len);
/* Like cursor_part, but cut at the end of c instead of bad when only the length is too large. */
struct cursor cursor_clip(const struct cursor *c, uint64_t off, uint64_t len);
/* The string up to the next NUL within max bytes; moves past the NUL. Bad when there is none. */
struct str cursor_zstr(struct cursor *c, size_t max);
/* Unsigned decimal digits, 1..max_digits (<= 19) of them; *ok is false when there is no digit. */
uint64_t cursor_dec(struct cursor *c, int max_digits, bool *ok);

/* Unsigned number in text, whole string, base 8, 10 or 16; false on anything else or overflow. */
bool str_to_u64(struct str s, int base, uint64_t *ret_value);

#endif
