/*
 * Tokens without a grammar: a name becomes the number of its first appearance, except behind a dot, where
 * it is somebody else's name and stays; a literal becomes its kind; signs stay, comments do not. Of the tokens
 * the SHA-256.
 */
#include "read/shape.h"

#include "util/buf.h"
#include "util/hash.h"

enum { NAMES_MAX = 512 };

struct shaping {
	struct str rest;
	struct buf out;
	struct str names[NAMES_MAX];
	unsigned n_names, n_tokens;
};

static bool is_name(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '$' ||
	       (unsigned char)c >= 0x80;
}

static unsigned number_of(struct shaping *s, struct str name)
{
	for (unsigned i = 0; i < s->n_names; i++)
		if (str_equal(s->names[i], name))
			return i;
	if (s->n_names < NAMES_MAX)
		s->names[s->n_names++] = name;
	return s->n_names - 1;
}

static void take_name(struct shaping *s, bool is_member)
{
	size_t n = 0;
	struct str name;

	while (n < s->rest.len && is_name(s->rest.p[n]))
		n++;
	name = str_part(s->rest, 0, n);
	s->rest = str_part(s->rest, n, s->rest.len);
	if (name.p[0] >= '0' && name.p[0] <= '9')
		buf_add_z(&s->out, "#");
	else if (is_member)
		buf_add_str(&s->out, name);
	else
		buf_printf(&s->out, "n%u", number_of(s, name));
	buf_add_char(&s->out, ' ');
}

/* A quote that does not end is a sign. */
static void take_quoted(struct shaping *s, char quote)
{
	size_t n = 1;

	while (n < s->rest.len && s->rest.p[n] != quote && (s->rest.p[n] != '\n' || quote == '`'))
		n += s->rest.p[n] == '\\' ? 2 : 1;
	if (n < s->rest.len && s->rest.p[n] == quote) {
		buf_add_z(&s->out, "s ");
		s->rest = str_part(s->rest, n + 1, s->rest.len);
		return;
	}
	buf_add_char(&s->out, quote);
	s->rest = str_part(s->rest, 1, s->rest.len);
}

/* Bytes of a comment in one of the usual ways, 0: none begins here. Languages in which these mean something
 * else lose the rest of the line, in every copy alike. */
static size_t comment(struct str s, bool line_begins)
{
	size_t end;

	if (str_starts(s, "/*")) {
		end = str_find_z(s, "*/");
		return end == SIZE_MAX ? s.len : end + 2;
	}
	if (!str_starts(s, "//") && !(str_starts(s, "# ") && line_begins))
		return 0;
	end = str_find_z(s, "\n");
	return end == SIZE_MAX ? s.len : end;
}

struct str code_shape(struct arena *a, struct str code)
{
	struct shaping s = {.rest = code};
	struct str ret = STR_NONE;
	char before = 0;
	bool blank = true; /* the byte before is one */

	if (code.len > SHAPE_BYTES_MAX || memchr(code.p ? code.p : "", '\0', code.len))
		return STR_NONE;
	buf_init(&s.out, SHAPE_BYTES_MAX * 6);
	while (s.rest.len) {
		char c = s.rest.p[0];

		size_t aside = (unsigned char)c <= ' ' ? 1 : comment(s.rest, blank);

		blank = (unsigned char)c <= ' ';
		if (aside) {
			s.rest = str_part(s.rest, aside, s.rest.len);
			continue;
		}
		s.n_tokens++;
		if (is_name(c)) {
			take_name(&s, before == '.');
		} else if (c == '"' || c == '\'' || c == '`') {
			take_quoted(&s, c);
		} else {
			buf_add_char(&s.out, c);
			s.rest = str_part(s.rest, 1, s.rest.len);
		}
		before = c;
	}
	if (s.n_tokens >= SHAPE_TOKENS_MIN && !s.out.full) {
		struct sha256 h = sha256_of(s.out.p, s.out.len);

		ret = str_part(sha256_str(a, &h), 0, SHAPE_HEX);
	}
	buf_release(&s.out);
	return ret;
}
