/*
 * Bump allocation, freed whole. One arena per analysis (and one per job in a child); nobody frees
 * single values. Allocation failure or passing the ceiling is fatal to the analysis, not a NULL
 * that each caller has to check: arena_alloc() calls the arena's `exhausted` hook, which must not
 * return (a child exits with a status the parent reports; the library unwinds to its entry).
 */
#ifndef ASSAY_UTIL_ARENA_H
#define ASSAY_UTIL_ARENA_H

#include <stddef.h>
#include <stdint.h>

#include "util/str.h"

struct arena_page;

struct arena {
	struct arena_page *pages;
	char *next, *end;
	size_t used_bytes;                 /* handed to the system, in total */
	size_t max_bytes;                  /* 0 = no ceiling */
	void (*exhausted)(void *user);     /* must not return; NULL = abort() */
	void *user;
};

void arena_init(struct arena *a, size_t max_bytes);
void arena_release(struct arena *a); /* frees everything; the arena may be used again */

/* Zeroed, aligned for any type. Never NULL. */
void *arena_alloc(struct arena *a, size_t bytes);
/* n items of item_bytes each; overflow counts as exhaustion. */
void *arena_array(struct arena *a, size_t n, size_t item_bytes);
#define ARENA_NEW(a, type) ((type *)arena_alloc((a), sizeof(type)))
#define ARENA_ARRAY(a, n, type) ((type *)arena_array((a), (n), sizeof(type)))

/* A copy, also terminated by a NUL that len does not count. */
struct str arena_str(struct arena *a, struct str s);
/* In lower case, ASCII only; s itself when it is. */
struct str arena_lower(struct arena *a, struct str s);
struct str arena_printf(struct arena *a, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/*
 * Grows an array that lives in the arena: makes room for one more item and returns the new slot
 * (zeroed). *items, *n and *room belong to the caller and start as NULL, 0, 0.
 */
void *arena_push(struct arena *a, void *items_ptr, size_t *n, size_t *room, size_t item_bytes);
#define ARENA_PUSH(a, items, n, room) \
	((__typeof__(items))arena_push((a), &(items), &(n), &(room), sizeof(*(items))))

#endif
