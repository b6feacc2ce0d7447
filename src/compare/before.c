/* What stood in OLD in the place of something of NEW, by the lines around it that both have. */
#include "compare/before.h"

#include <string.h>

#include "util/hash.h"

enum { OLD_BYTES_MAX = 4 << 20, OLD_LINES_MAX = 1 << 16, LINE_BYTES_MAX = 2000, LINES_AROUND = 32 };

struct before_line {
	uint64_t hash;     /* 0 = free */
	uint32_t from, to; /* of OLD, without the break */
	bool twice;        /* stands in OLD more than once: says nothing about places */
};

/* More than the brackets that stand everywhere. */
static bool says_something(struct str text)
{
	size_t n = 0;

	for (size_t i = 0; i < text.len && n < 3; i++)
		n += text.p[i] > ' ' && !strchr("{}()[];,", text.p[i]);
	return n == 3;
}

/* A line that says where it is. */
static bool is_anchor(struct str line)
{
	return line.len <= LINE_BYTES_MAX && says_something(line);
}

static uint64_t hash_of(struct str line)
{
	line = str_trim(line); /* what was only indented is the same line */
	return fast_hash(line.p, line.len, 0) | 1;
}

static struct before_line *slot_of(const struct before *b, uint64_t hash)
{
	size_t at = (size_t)(hash >> 1) & (b->size - 1);

	while (b->lines[at].hash && b->lines[at].hash != hash)
		at = (at + 1) & (b->size - 1);
	return &b->lines[at];
}

static void make(struct before *b)
{
	struct str rest = str_view(b->old.base, b->old.len), line;
	size_t n = 0;

	b->made = true;
	if (!b->old.base || b->old.len > OLD_BYTES_MAX || memchr(b->old.base, 0, b->old.len))
		return;
	while (str_line(&rest, &line))
		n += is_anchor(line);
	if (!n || n > OLD_LINES_MAX)
		return;
	for (b->size = 64; b->size < n * 2; b->size *= 2)
		;
	b->lines = ARENA_ARRAY(b->arena, b->size, struct before_line);
	rest = str_view(b->old.base, b->old.len);
	while (str_line(&rest, &line)) {
		struct before_line *l;

		if (!is_anchor(line))
			continue;
		l = slot_of(b, hash_of(line));
		l->twice = l->hash != 0;
		l->hash = hash_of(line);
		l->from = (uint32_t)(line.p - (const char *)b->old.base);
		l->to = l->from + (uint32_t)line.len;
	}
}

/* The line of NEW around a byte, without its break. */
static struct str line_around(struct str text, size_t at)
{
	size_t from = at, to = at;

	while (from && text.p[from - 1] != '\n' && at - from <= LINE_BYTES_MAX)
		from--;
	while (to < text.len && text.p[to] != '\n' && to - at <= LINE_BYTES_MAX)
		to++;
	if (to > from && text.p[to - 1] == '\r')
		to--;
	return str_part(text, from, to - from);
}

static const struct before_line *anchor_of(const struct before *b, struct str line)
{
	const struct before_line *l;

	if (!is_anchor(line))
		return NULL;
	l = slot_of(b, hash_of(line));
	return l->hash && !l->twice ? l : NULL;
}

/* Where in OLD the text above (or below) a line of NEW ends (or begins); false when nothing says it. */
static bool edge(const struct before *b, struct str text, struct str line, bool above, size_t *ret)
{
	for (int i = 0; i < LINES_AROUND; i++) {
		size_t from = (size_t)(line.p - text.p), to = from + line.len;
		const struct before_line *l;

		if (above ? from == 0 : to >= text.len) { /* the file's own edge */
			*ret = above ? 0 : b->old.len;
			return true;
		}
		if (!above && text.p[to] == '\r')
			to++;
		if (above ? text.p[from - 1] != '\n' : to >= text.len || text.p[to] != '\n')
			return false; /* a line without an end: no lines here */
		if (!above && to + 1 >= text.len) {
			*ret = b->old.len;
			return true;
		}
		line = line_around(text, above ? from - 1 : to + 1);
		l = anchor_of(b, line);
		if (l) {
			*ret = above ? l->to : l->from;
			return true;
		}
	}
	return false;
}

struct str before_of(struct before *b, uint64_t offset, uint64_t length, size_t max)
{
	struct str text = str_view(b->new_.base, b->new_.len), first, last, found;
	size_t from, to;

	if (!b->made)
		make(b);
	if (!b->size || offset >= text.len || length > text.len - offset)
		return STR_NONE;
	first = line_around(text, (size_t)offset);
	last = length > 1 ? line_around(text, (size_t)(offset + length - 1)) : first;
	if (anchor_of(b, first)) /* the place itself is not new */
		return STR_NONE;
	if (!edge(b, text, first, true, &from) || !edge(b, text, last, false, &to) || from >= to || to - from > max * 2)
		return STR_NONE;
	found = str_view(b->old.base + from, to - from);
	while (found.len && (found.p[0] == '\n' || found.p[0] == '\r'))
		found = str_part(found, 1, found.len);
	found = str_part(found, 0, str_trim(found).len ? (size_t)(str_trim(found).p - found.p) + str_trim(found).len : 0);
	return found.len <= max && says_something(found) ? found : STR_NONE;
}
