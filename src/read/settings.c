#include "read/settings.h"

#include <string.h>

enum { KEY_PART_MIN = 32 /* "x" of a JSON Web Key; other names of one letter say nothing */ };

static bool name_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '.';
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static size_t skip_blanks(struct str s, size_t i)
{
	while (i < s.len && is_blank(s.p[i]))
		i++;
	return i;
}

/* The value that begins at i, without its quotes; *ret_end behind it. */
static struct str value_at(struct str s, size_t i, size_t *ret_end)
{
	size_t from;

	i = skip_blanks(s, i);
	if (i < s.len && (s.p[i] == '\n' || s.p[i] == '\r')) { /* a list of YAML: its first value */
		size_t next = i;

		while (next < s.len && (is_blank(s.p[next]) || s.p[next] == '\n' || s.p[next] == '\r'))
			next++;
		if (str_starts(str_part(s, next, 2), "- "))
			i = skip_blanks(s, next + 2);
	}
	if (i < s.len && (s.p[i] == '[' || s.p[i] == '(')) /* the first of a list stands for it */
		i = skip_blanks(s, i + 1);
	if (i < s.len && (s.p[i] == '"' || s.p[i] == '\'' || s.p[i] == '`')) {
		char q = s.p[i];

		for (from = ++i; i < s.len && s.p[i] != q && s.p[i] != '\n'; i++)
			;
		*ret_end = i < s.len ? i + 1 : i;
		return str_part(s, from, i - from);
	}
	for (from = i; i < s.len && !strchr("\n\r,;}>#])", s.p[i]); i++)
		;
	*ret_end = i;
	return str_trim(str_part(s, from, i - from));
}

/* <key>NAME</key> <true/> or <string>VALUE</string> */
static struct str plist_value(struct str s, size_t i, size_t *ret_end)
{
	size_t from, to;

	while (i < s.len && (is_blank(s.p[i]) || s.p[i] == '\n' || s.p[i] == '\r'))
		i++;
	from = i + 1;
	if (i >= s.len || s.p[i] != '<')
		return STR_NONE;
	for (to = from; to < s.len && name_char(s.p[to]); to++)
		;
	*ret_end = to;
	if (str_starts(str_part(s, to, 2), "/>"))
		return str_part(s, from, to - from);
	from = to + 1;
	for (to = from; to < s.len && s.p[to] != '<' && s.p[to] != '\n'; to++)
		;
	*ret_end = to;
	return str_trim(str_part(s, from, to - from));
}

/* Does the name at i stand first on its line? */
static bool opens_line(struct str s, size_t i)
{
	while (i > 0 && is_blank(s.p[i - 1]))
		i--;
	return i == 0 || s.p[i - 1] == '\n';
}

static bool in_comment(struct str s, size_t i)
{
	while (i > 0 && s.p[i - 1] != '\n')
		i--;
	i = skip_blanks(s, i);
	return i < s.len && (s.p[i] == '#' || s.p[i] == ';' || str_starts(str_part(s, i, 2), "//"));
}

void settings_read(struct arena *a, struct str text, struct setting **ret, size_t *ret_n)
{
	struct setting *list = NULL;
	size_t n = 0, room = 0;

	text = str_part(text, 0, SETTINGS_TEXT_MAX);
	for (size_t i = 0; i < text.len && n < SETTINGS_MAX;) {
		size_t from = i, end, to;
		struct str v = STR_NONE;

		if (text.p[i] == '\n' && i + 1 < text.len && in_comment(text, i + 1)) {
			for (i++; i < text.len && text.p[i] != '\n'; i++)
				;
			continue;
		}
		if (!name_char(text.p[i])) {
			i++;
			continue;
		}
		for (; i < text.len && name_char(text.p[i]); i++)
			;
		to = end = i;
		if (str_starts(str_part(text, i, 6), "</key>")) {
			v = plist_value(text, i + 6, &end);
		} else {
			size_t p = i < text.len && (text.p[i] == '"' || text.p[i] == '\'') ? i + 1 : i;
			size_t q = skip_blanks(text, p);

			if (q < text.len && (text.p[q] == '=' || text.p[q] == ':') && !(q + 1 < text.len && (text.p[q + 1] == '=' || text.p[q + 1] == '/')))
				v = value_at(text, q + 1, &end);
			else if (p == i && q > p && opens_line(text, from))
				v = value_at(text, q, &end);
		}
		if ((to - from < 2 && !(from && (text.p[from - 1] == '"') && v.len >= KEY_PART_MIN)) || end == to)
			continue;
		*ARENA_PUSH(a, list, n, room) = (struct setting){str_part(text, from, to - from), v, from};
		/* values of a sentence or an object may hold names themselves */
		i = v.len && end > to && v.len < 200 && !memchr(v.p, '=', v.len) && !memchr(v.p, ':', v.len) ? end : to;
	}
	*ret = list;
	*ret_n = n;
}

bool setting_is(struct str name, const char *folded)
{
	size_t k = 0;

	for (size_t i = 0; i < name.len; i++) {
		char c = name.p[i];

		if (c == '_' || c == '-' || c == '.')
			continue;
		if (!folded[k] || (c >= 'A' && c <= 'Z' ? c + 32 : c) != folded[k])
			return false;
		k++;
	}
	return !folded[k];
}
