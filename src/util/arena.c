#include "util/arena.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ARENA_PAGE_BYTES = 64 << 10, ARENA_ALIGN = 16 };

struct arena_page {
	struct arena_page *older;
	_Alignas(16) char bytes[];
};

void arena_init(struct arena *a, size_t max_bytes)
{
	memset(a, 0, sizeof(*a));
	a->max_bytes = max_bytes;
}

void arena_release(struct arena *a)
{
	struct arena_page *p = a->pages;

	while (p) {
		struct arena_page *older = p->older;

		free(p);
		p = older;
	}
	a->pages = NULL;
	a->next = a->end = NULL;
	a->used_bytes = 0;
}

static void arena_exhausted(struct arena *a)
{
	if (a->exhausted)
		a->exhausted(a->user);
	abort();
}

static struct arena_page *arena_page(struct arena *a, size_t bytes)
{
	struct arena_page *p;

	if (bytes > SIZE_MAX / 2 || (a->max_bytes && bytes > a->max_bytes - a->used_bytes))
		arena_exhausted(a);
	p = calloc(1, sizeof(*p) + bytes);
	if (!p) {
		arena_exhausted(a);
		abort();
	}
	a->used_bytes += bytes;
	return p;
}

void *arena_alloc(struct arena *a, size_t bytes)
{
	struct arena_page *p;
	char *at;

	if (bytes > SIZE_MAX - ARENA_ALIGN)
		arena_exhausted(a);
	bytes = (bytes + !bytes + ARENA_ALIGN - 1) & ~(size_t)(ARENA_ALIGN - 1); /* never NULL, also for none */
	if (bytes <= (size_t)(a->end - a->next)) {
		at = a->next;
		a->next += bytes;
		return at;
	}
	if (bytes > ARENA_PAGE_BYTES / 4) { /* own page, behind the current one */
		p = arena_page(a, bytes);
		if (a->pages) {
			p->older = a->pages->older;
			a->pages->older = p;
		} else {
			a->pages = p;
		}
		return p->bytes;
	}
	p = arena_page(a, ARENA_PAGE_BYTES);
	p->older = a->pages;
	a->pages = p;
	a->next = p->bytes + bytes;
	a->end = p->bytes + ARENA_PAGE_BYTES;
	return p->bytes;
}

void *arena_array(struct arena *a, size_t n, size_t item_bytes)
{
	if (item_bytes && n > SIZE_MAX / item_bytes)
		arena_exhausted(a);
	return arena_alloc(a, n * item_bytes);
}

struct str arena_str(struct arena *a, struct str s)
{
	char *copy = arena_alloc(a, s.len + 1);

	if (s.len)
		memcpy(copy, s.p, s.len);
	return str_view(copy, s.len);
}

struct str arena_printf(struct arena *a, const char *format, ...)
{
	va_list args, again;
	char *text;
	int n;

	va_start(args, format);
	va_copy(again, args);
	n = vsnprintf(NULL, 0, format, args);
	va_end(args);
	if (n < 0)
		n = 0;
	text = arena_alloc(a, (size_t)n + 1);
	vsnprintf(text, (size_t)n + 1, format, again);
	va_end(again);
	return str_view(text, (size_t)n);
}

void *arena_push(struct arena *a, void *items_ptr, size_t *n, size_t *room, size_t item_bytes)
{
	void *items;

	memcpy(&items, items_ptr, sizeof(items));
	if (*n == *room) {
		size_t wider = *room ? *room * 2 : 8;
		void *copy = arena_array(a, wider, item_bytes);

		if (*n)
			memcpy(copy, items, *n * item_bytes);
		items = copy;
		*room = wider;
		memcpy(items_ptr, &items, sizeof(items));
	}
	return (char *)items + item_bytes * (*n)++;
}

struct str arena_lower(struct arena *a, struct str s)
{
	char *p;
	size_t i = 0;

	while (i < s.len && !(s.p[i] >= 'A' && s.p[i] <= 'Z'))
		i++;
	if (i == s.len)
		return s;
	p = arena_alloc(a, s.len + 1);
	for (size_t k = 0; k < s.len; k++)
		p[k] = (char)(s.p[k] >= 'A' && s.p[k] <= 'Z' ? s.p[k] + 32 : s.p[k]);
	return (struct str){p, s.len};
}
