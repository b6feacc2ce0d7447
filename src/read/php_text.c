/*
 * A PHP file as code alone: what stands outside of <?php ... ?> turns blank, lines and offsets stay. A
 * comment that begins with # begins with // afterwards, so that the tokeniser of the family knows it.
 */
#include "read/script.h"

static bool starts_nocase(struct str s, size_t at, const char *word)
{
	struct str part = str_part(s, at, strlen(word));

	return str_equal_nocase(part, str_of(word));
}

static size_t line_comment(struct str s, size_t at)
{
	while (at < s.len && s.p[at] != '\n' && !str_starts(str_part(s, at, 2), "?>"))
		at++;
	return at;
}

static size_t quoted(struct str s, size_t at)
{
	char quote = s.p[at++];

	for (; at < s.len && s.p[at] != quote; at++)
		at += s.p[at] == '\\' && at + 1 < s.len;
	return at < s.len ? at + 1 : at;
}

/* <<<NAME, <<<'NAME': to the line that begins with the name. */
static size_t here_document(struct str s, size_t at)
{
	size_t from = at + 3, to;
	struct str name, rest, line;

	while (from < s.len && strchr(" \t'\"", s.p[from]))
		from++;
	for (to = from; to < s.len && ((s.p[to] | 32) >= 'a' && (s.p[to] | 32) <= 'z' ? true : s.p[to] == '_' || (s.p[to] >= '0' && s.p[to] <= '9')); to++)
		;
	name = str_part(s, from, to - from);
	if (!name.len)
		return at + 3;
	rest = str_part(s, to, s.len);
	(void)str_line(&rest, &line);
	while (str_line(&rest, &line)) {
		struct str trimmed = str_trim(line);

		if (trimmed.len >= name.len && str_equal(str_part(trimmed, 0, name.len), name))
			return (size_t)(trimmed.p - s.p) + name.len;
	}
	return s.len;
}

/* Code from `at` to behind its ?>; copied to out. */
static size_t code(struct str s, size_t at, char *out)
{
	size_t from = at;

	while (at < s.len) {
		char c = s.p[at], d = at + 1 < s.len ? s.p[at + 1] : 0;

		if (c == '?' && d == '>')
			break;
		if (c == '#' && d != '[') {
			size_t end = line_comment(s, at);

			memcpy(out + from, s.p + from, at - from);
			if (end == s.len || s.p[end] == '\n') {
				memcpy(out + at, s.p + at, end - at);
				out[at] = '/';
				if (end > at + 1)
					out[at + 1] = '/';
				else
					out[at] = ' ';
			}
			from = at = end;
		} else if (c == '/' && d == '/') {
			size_t end = line_comment(s, at);

			if (end < s.len && s.p[end] != '\n') { /* ?> ends it, and what follows it on this line is no comment */
				memcpy(out + from, s.p + from, at - from);
				from = end;
			}
			at = end;
		} else if (c == '/' && d == '*') {
			size_t end = str_find_z(str_part(s, at + 2, s.len), "*/");

			at = end == SIZE_MAX ? s.len : at + 2 + end + 2;
		} else if (c == '\'' || c == '"' || c == '`') {
			at = quoted(s, at);
		} else if (c == '<' && str_starts(str_part(s, at, 3), "<<<")) {
			at = here_document(s, at);
		} else {
			at++;
		}
	}
	memcpy(out + from, s.p + from, at - from);
	if (at < s.len) { /* ?> ends a statement */
		out[at] = ';';
		at += 2;
	}
	return at;
}

struct str script_of_php(struct arena *a, struct str file)
{
	char *out = arena_alloc(a, file.len + 1);
	size_t at = 0;

	for (size_t i = 0; i < file.len; i++)
		out[i] = file.p[i] == '\n' ? '\n' : ' ';
	while (at < file.len) {
		size_t open = str_find_z(str_part(file, at, file.len), "<?");

		if (open == SIZE_MAX)
			break;
		at += open;
		if (starts_nocase(file, at, "<?php"))
			at = code(file, at + 5, out);
		else if (starts_nocase(file, at, "<?="))
			at = code(file, at + 3, out);
		else if (starts_nocase(file, at, "<?xml"))
			at += 5;
		else
			at = code(file, at + 2, out);
	}
	return str_view(out, file.len);
}
