/*
 * Before every grammar (-include): their scanners ask malloc() and its kin and do not look at what they
 * get. They ask what ts_set_allocator() has set instead, as the runtime does.
 */
#ifndef ASSAY_GRAMMAR_MEMORY_H
#define ASSAY_GRAMMAR_MEMORY_H

#include <stdlib.h>

extern void *(*ts_current_malloc)(size_t n);
extern void *(*ts_current_calloc)(size_t n, size_t each);
extern void *(*ts_current_realloc)(void *p, size_t n);
extern void (*ts_current_free)(void *p);

#define malloc ts_current_malloc
#define calloc ts_current_calloc
#define realloc ts_current_realloc
#define free ts_current_free

#endif
