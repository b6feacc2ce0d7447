/*
 * Python's marshal, as far as directories of archives use it: numbers, texts, tuples, lists, dicts, None.
 * A walk with a stack of its own; nothing is built.
 */
#ifndef ASSAY_FORMATS_MARSHAL_H
#define ASSAY_FORMATS_MARSHAL_H

#include "util/arena.h"
#include "util/budget.h"
#include "util/cursor.h"

enum { MARSHAL_DEPTH = 8 };

enum marshal_kind {
	MARSHAL_END,    /* of the sequence that is open */
	MARSHAL_OPEN,   /* tuple, list: n items follow; dict: pairs until its end */
	MARSHAL_NUMBER,
	MARSHAL_TEXT,
	MARSHAL_OTHER,  /* None, True, ... */
	MARSHAL_BAD,    /* damaged, or a kind that is not read */
};

struct marshal_item {
	enum marshal_kind kind;
	int64_t number;
	struct str text;
	uint32_t n; /* items of what was opened; UINT32_MAX: until the end is marked */
};

struct marshal {
	struct cursor c;
	struct arena *arena;
	struct budget *budget;
	struct marshal_item *refs; /* what later references name: numbers and texts */
	size_t n_refs, room_refs;
	uint32_t left[MARSHAL_DEPTH]; /* items of each open sequence */
	unsigned depth;
};

/* The next item in the order of the bytes. BAD stays BAD. */
struct marshal_item marshal_next(struct marshal *m);

#endif
