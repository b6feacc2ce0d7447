#include "cli/lines.h"

#include <errno.h>
#include <unistd.h>

enum { READ_BYTES = 64 << 10 };

void lines_open(struct lines *l, int fd)
{
	*l = (struct lines){.fd = fd};
	buf_init(&l->held, LINES_MAX_BYTES + READ_BYTES);
}

void lines_close(struct lines *l)
{
	buf_release(&l->held);
}

static struct str held(const struct lines *l)
{
	return str_part(buf_str(&l->held), l->at, l->held.len);
}

/* The rest of a line that is too long is dropped as it comes. */
static bool skip(struct lines *l)
{
	size_t end = str_find(held(l), STR("\n"));

	if (end == SIZE_MAX && !l->end) {
		buf_clear(&l->held);
		l->at = 0;
		return false;
	}
	l->at = end == SIZE_MAX ? l->held.len : l->at + end + 1;
	l->skipping = false;
	return true;
}

bool lines_take(struct lines *l, struct line *ret)
{
	struct str rest;
	size_t end;

	if (l->skipping && !skip(l))
		return false;
	rest = held(l);
	end = str_find(rest, STR("\n"));
	*ret = (struct line){0};
	if (end == SIZE_MAX && rest.len < LINES_MAX_BYTES && (!l->end || rest.len == 0))
		return false;
	l->number++;
	if (end == SIZE_MAX && rest.len >= LINES_MAX_BYTES) {
		l->skipping = true;
		ret->too_long = true;
		return true;
	}
	ret->text = str_part(rest, 0, end);
	l->at += ret->text.len + (end != SIZE_MAX);
	ret->too_long = ret->text.len >= LINES_MAX_BYTES;
	if (ret->too_long)
		ret->text = STR_NONE;
	else if (str_ends(ret->text, "\r"))
		ret->text.len--;
	return true;
}

bool lines_done(const struct lines *l)
{
	return l->end && l->at == l->held.len;
}

void lines_fill(struct lines *l)
{
	size_t left = l->held.len - l->at;
	char *room;
	ssize_t n;

	if (l->end)
		return;
	if (left)
		memmove(l->held.p, l->held.p + l->at, left);
	l->held.len = left;
	l->at = 0;
	room = buf_reserve(&l->held, READ_BYTES);
	if (!room) {
		l->end = l->failed = true;
		return;
	}
	n = read(l->fd, room, READ_BYTES);
	if (n < 0 && errno == EINTR)
		return;
	l->failed = n < 0;
	l->end = n <= 0;
	if (n > 0)
		l->held.len += (size_t)n;
}
