#include "util/csv.h"

struct csv csv_of(struct str text)
{
	if (str_starts(text, "\xEF\xBB\xBF"))
		text = str_part(text, 3, text.len);
	return (struct csv){.rest = text, .next_line = 1};
}

static enum status wrong(struct csv *c, enum status status, const char *why)
{
	c->wrong = why;
	return status;
}

/* A field in quotes, without them; *i stands behind the closing one. */
static enum status quoted(struct csv *c, struct arena *a, size_t *i, struct str *ret)
{
	struct str s = c->rest;
	size_t from = *i + 1, n = 0, end;
	char *p;

	for (end = from;; end++) {
		if (end >= s.len)
			return wrong(c, STATUS_DAMAGED, "a quote is never closed");
		if (s.p[end] == '\n')
			c->next_line++;
		if (s.p[end] != '"')
			continue;
		if (end + 1 < s.len && s.p[end + 1] == '"')
			end++;
		else
			break;
	}
	p = arena_alloc(a, end - from + 1);
	for (size_t k = from; k < end; k++) {
		p[n++] = s.p[k];
		k += s.p[k] == '"';
	}
	*ret = str_view(p, n);
	*i = end + 1;
	if (*i < s.len && s.p[*i] != ',' && s.p[*i] != '\n' && s.p[*i] != '\r')
		return wrong(c, STATUS_DAMAGED, "something stands behind a closing quote");
	return STATUS_OK;
}

static enum status plain(struct csv *c, size_t *i, struct str *ret)
{
	struct str s = c->rest;
	size_t from = *i;

	for (; *i < s.len && s.p[*i] != ',' && s.p[*i] != '\n'; (*i)++)
		if (s.p[*i] == '"')
			return wrong(c, STATUS_DAMAGED, "a quote in the middle of a field");
	*ret = str_part(s, from, *i - from);
	return STATUS_OK;
}

/* Takes "\n" or "\r\n"; the end of the text counts. */
static bool at_end(struct csv *c, size_t *i)
{
	struct str s = c->rest;
	size_t k = *i;

	if (k < s.len && s.p[k] == '\r')
		k++;
	if (k < s.len && s.p[k] != '\n')
		return false;
	if (k < s.len)
		c->next_line++;
	*i = k < s.len ? k + 1 : s.len;
	return true;
}

static void skip_empty(struct csv *c)
{
	size_t i = 0;

	while (i < c->rest.len && (c->rest.p[i] == '\n' || c->rest.p[i] == '\r'))
		c->next_line += c->rest.p[i++] == '\n';
	c->rest = str_part(c->rest, i, c->rest.len);
}

enum status csv_next(struct csv *c, struct arena *a, struct str ret[CSV_COLUMNS], size_t *ret_n)
{
	size_t i = 0, n = 0;

	*ret_n = 0;
	skip_empty(c);
	if (c->rest.len == 0)
		return STATUS_NOT_FOUND;
	c->line = c->next_line;
	for (;;) {
		if (n == CSV_COLUMNS)
			return wrong(c, STATUS_LIMIT, "too many columns");
		if (i < c->rest.len && c->rest.p[i] == '"')
			TRY(quoted(c, a, &i, &ret[n]));
		else
			TRY(plain(c, &i, &ret[n]));
		n++;
		if (i < c->rest.len && c->rest.p[i] == ',') {
			i++;
			continue;
		}
		if (at_end(c, &i))
			break;
		return wrong(c, STATUS_DAMAGED, "a lone carriage return");
	}
	if (n && ret[n - 1].len && ret[n - 1].p[ret[n - 1].len - 1] == '\r')
		ret[n - 1].len--;
	c->rest = str_part(c->rest, i, c->rest.len);
	*ret_n = n;
	return STATUS_OK;
}
