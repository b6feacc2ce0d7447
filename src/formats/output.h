/*
 * Where the decoders of this project's own write (block.c, lzfse.c): literals from the input, matches
 * copied from what was written before. What does not fit, or reaches in front of the start, sets bad
 * and writes nothing.
 */
#ifndef ASSAY_FORMATS_OUTPUT_H
#define ASSAY_FORMATS_OUTPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "util/cursor.h"

struct output {
	uint8_t *p; /* borrowed; room bytes */
	size_t n, room;
	bool bad;
};

static inline void put_literals(struct output *o, struct cursor *c, size_t n)
{
	const uint8_t *p;

	if (!n)
		return;
	p = n <= o->room - o->n ? cursor_take(c, n) : NULL;
	if (!p) {
		o->bad = true;
		return;
	}
	memcpy(o->p + o->n, p, n);
	o->n += n;
}

static inline void put_match(struct output *o, size_t distance, size_t n)
{
	if (distance == 0 || distance > o->n || n > o->room - o->n) {
		o->bad = true;
		return;
	}
	for (size_t i = 0; i < n; i++, o->n++)
		o->p[o->n] = o->p[o->n - distance];
}

#endif
