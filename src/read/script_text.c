/*
 * A script as the program that runs it takes its bytes: where lines end, what stray zero bytes are, which part of a
 * file is code, which letters stand for others. Lines stay where they are.
 */
#include <stdlib.h>
#include <utf8proc.h>

#include "read/pylex.h"
#include "read/script.h"

/* For these a carriage return alone ends a line, and with it a comment. */
static bool ends_at_return(enum language lang)
{
	return language_is_js(lang) || lang == LANGUAGE_PYTHON || lang == LANGUAGE_PHP || lang == LANGUAGE_POWERSHELL;
}

/* Line feeds in place of returns that stand alone; the same text where there are none. */
static struct str with_line_feeds(struct arena *a, enum language lang, struct str text)
{
	char *out = NULL;

	for (size_t at = 0; ends_at_return(lang) && at < text.len; at++) {
		const char *p = memchr(text.p + at, '\r', text.len - at);

		if (!p)
			break;
		at = (size_t)(p - text.p);
		if (at + 1 < text.len && p[1] == '\n')
			continue;
		if (!out) {
			out = arena_alloc(a, text.len);
			memcpy(out, text.p, text.len);
		}
		out[at] = '\n';
	}
	return out ? str_view(out, text.len) : text;
}

/* Of a .pth file the lines that begin with "import" are run, the others are paths: they turn blank. */
static struct str script_of_pth(struct arena *a, struct str text)
{
	char *out = arena_alloc(a, text.len + 1);
	struct str rest = text, line;

	memset(out, ' ', text.len);
	while (str_line(&rest, &line)) {
		size_t at = (size_t)(line.p - text.p);

		if (str_starts(line, "import ") || str_starts(line, "import\t"))
			memcpy(out + at, line.p, line.len);
		if (at + line.len < text.len)
			out[at + line.len] = '\n';
	}
	return str_view(out, text.len);
}

/*
 * Zero bytes: shells read on as if they were not there, so words close up and the line is filled with blanks at its
 * end. Elsewhere they part words at most.
 */
static struct str without_zeros(struct arena *a, enum language lang, struct str text)
{
	size_t to = 0, gone = 0;
	char *out;

	if (!text.p || !memchr(text.p, 0, text.len))
		return text;
	out = arena_alloc(a, text.len);
	for (size_t i = 0; i < text.len; i++) {
		if (!text.p[i] && lang == LANGUAGE_SHELL) {
			gone++;
			continue;
		}
		for (; text.p[i] == '\n' && gone; gone--)
			out[to++] = ' ';
		out[to++] = text.p[i] ? text.p[i] : ' ';
	}
	for (; gone; gone--)
		out[to++] = ' ';
	return str_view(out, text.len);
}

struct str script_lines(struct arena *a, enum language lang, struct str text)
{
	return without_zeros(a, lang, with_line_feeds(a, lang, text));
}

/*
 * Python takes names in their compatible form: letters of another width, style or script that stand for plain ones
 * are those. A name that becomes shorter is filled up with blanks.
 */
static struct str script_of_python(struct arena *a, struct str text)
{
	char *out = NULL;
	struct pylex lx;
	struct token t;

	pylex_init(&lx, text, false);
	while (pylex_next(&lx, &t)) {
		utf8proc_uint8_t *plain = NULL;
		utf8proc_ssize_t n;
		bool ascii = true;

		for (size_t i = 0; i < t.len && ascii; i++)
			ascii = !(text.p[t.at + i] & 0x80);
		if (t.kind != TOKEN_IDENT || ascii)
			continue;
		n = utf8proc_map((const utf8proc_uint8_t *)text.p + t.at, (utf8proc_ssize_t)t.len, &plain,
			UTF8PROC_STABLE | UTF8PROC_COMPAT | UTF8PROC_COMPOSE);
		if (n > 0 && (size_t)n <= t.len && memcmp(plain, text.p + t.at, (size_t)n)) {
			if (!out) {
				out = arena_alloc(a, text.len);
				memcpy(out, text.p, text.len);
			}
			memset(out + t.at, ' ', t.len);
			memcpy(out + t.at, plain, (size_t)n);
		}
		free(plain);
	}
	return out ? str_view(out, text.len) : text;
}

struct str script_code(struct arena *a, struct str path, enum language lang, struct str text)
{
	if (!text.p)
		return text;
	if (script_is_page(path))
		text = script_of_page(a, text);
	if (str_ends_nocase(path, ".pth"))
		text = script_of_pth(a, text);
	if (lang == LANGUAGE_PHP)
		text = script_of_php(a, text);
	if (lang == LANGUAGE_POWERSHELL)
		text = script_of_powershell(a, text);
	if (lang == LANGUAGE_PYTHON)
		text = script_of_python(a, text);
	return text;
}
