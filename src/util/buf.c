#include "util/buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void buf_init(struct buf *b, size_t max_bytes)
{
	memset(b, 0, sizeof(*b));
	b->max_bytes = max_bytes;
}

void buf_release(struct buf *b)
{
	free(b->p);
	b->p = NULL;
	b->len = b->room = 0;
}

void buf_clear(struct buf *b)
{
	b->len = 0;
	b->full = false;
}

char *buf_reserve(struct buf *b, size_t n)
{
	size_t want;
	char *p;

	if (b->len > b->max_bytes || n > b->max_bytes - b->len) {
		b->full = true;
		return NULL;
	}
	if (n <= b->room - b->len)
		return b->p + b->len;
	want = b->room ? b->room : 256;
	while (want < b->len + n)
		want = want > b->max_bytes / 2 ? b->max_bytes : want * 2;
	p = realloc(b->p, want);
	if (!p) {
		b->full = true;
		return NULL;
	}
	b->p = p;
	b->room = want;
	return p + b->len;
}

bool buf_add(struct buf *b, const void *p, size_t n)
{
	char *at = n ? buf_reserve(b, n) : NULL;

	if (n == 0)
		return true;
	if (!at)
		return false;
	memcpy(at, p, n);
	b->len += n;
	return true;
}

bool buf_add_str(struct buf *b, struct str s)
{
	return buf_add(b, s.p, s.len);
}

bool buf_add_z(struct buf *b, const char *z)
{
	return buf_add(b, z, strlen(z));
}

bool buf_add_char(struct buf *b, char c)
{
	return buf_add(b, &c, 1);
}

bool buf_printf(struct buf *b, const char *format, ...)
{
	va_list args;
	char *at;
	int n;

	va_start(args, format);
	n = vsnprintf(NULL, 0, format, args);
	va_end(args);
	if (n < 0)
		return false;
	at = buf_reserve(b, (size_t)n + 1);
	if (!at)
		return false;
	va_start(args, format);
	vsnprintf(at, (size_t)n + 1, format, args);
	va_end(args);
	b->len += (size_t)n;
	return true;
}
