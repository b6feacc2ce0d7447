/*
 * Files made of lines: Dockerfiles, crontabs, udev rules, PAM stacks, apt's configuration, gem
 * specifications, and plain lists. Lines that begin with # say nothing.
 */
#include "read/entries_int.h"
#include "util/buf.h"

struct lines {
	struct maker *m;
	struct str rest;
};

static bool next(struct lines *l, struct str *ret)
{
	while (str_line(&l->rest, ret)) {
		if (!maker_step(l->m, ret->len + 16))
			return false;
		*ret = str_trim(*ret);
		if (ret->len && ret->p[0] != '#')
			return true;
	}
	return false;
}

/* Lines that end in a backslash go on in the next; joined by a blank. *ret_len: as written. */
static bool next_logical(struct lines *l, struct str *ret, size_t *ret_at, size_t *ret_len)
{
	struct str line;
	struct buf b;

	if (!next(l, &line))
		return false;
	*ret = line;
	*ret_at = maker_at(l->m, line, 0);
	*ret_len = line.len;
	if (line.p[line.len - 1] != '\\')
		return true;
	buf_init(&b, 256 << 10);
	while (line.len && line.p[line.len - 1] == '\\') {
		buf_add_str(&b, str_part(line, 0, line.len - 1));
		buf_add_char(&b, ' ');
		if (!next(l, &line))
			line = STR_NONE;
	}
	buf_add_str(&b, line);
	if (line.p)
		*ret_len = maker_at(l->m, line, *ret_at) + line.len - *ret_at;
	*ret = arena_str(l->m->arena, buf_str(&b));
	buf_release(&b);
	return true;
}

/* The first word, and what stands behind it. */
static struct str first_word(struct str s, struct str *ret_rest)
{
	size_t i = 0;

	while (i < s.len && s.p[i] != ' ' && s.p[i] != '\t')
		i++;
	*ret_rest = str_trim(str_part(s, i, s.len));
	return str_part(s, 0, i);
}

void entries_lines(struct maker *m)
{
	struct lines l = {m, m->text};
	struct str line;

	while (next(&l, &line))
		maker_put(m, STR("line"), line, maker_at(m, line, 0), line.len, false);
}

/* --- Dockerfiles --- */

/* RUN <<EOF: the lines until the mark are the script. */
static struct str here_document(struct lines *l, struct str command, size_t *len)
{
	size_t mark = str_find_z(command, "<<"), at, from;
	struct str word, line, rest;

	if (mark == SIZE_MAX)
		return STR_NONE;
	word = first_word(str_part(command, mark + 2, command.len), &rest);
	if (str_starts(word, "-"))
		word = str_part(word, 1, word.len);
	if (word.len > 2 && (word.p[0] == '"' || word.p[0] == '\''))
		word = str_part(word, 1, word.len - 2);
	if (!word.len)
		return STR_NONE;
	from = at = maker_at(l->m, l->rest, l->m->text.len);
	while (str_line(&l->rest, &line) && maker_step(l->m, line.len + 16)) {
		if (str_equal(str_trim(line), word))
			break;
		at = maker_at(l->m, line, at) + line.len;
	}
	*len = at - from;
	return str_part(l->m->text, from, at - from);
}

static struct str upper(struct arena *a, struct str s)
{
	struct str copy = arena_str(a, s);

	for (size_t i = 0; i < copy.len; i++)
		if (copy.p[i] >= 'a' && copy.p[i] <= 'z')
			((char *)(uintptr_t)copy.p)[i] -= 32;
	return copy;
}

void entries_docker(struct maker *m)
{
	struct lines l = {m, m->text};
	struct str line, rest, word, script;
	size_t at, len;

	while (next_logical(&l, &line, &at, &len)) {
		word = upper(m->arena, first_word(line, &rest));
		while (str_starts(rest, "--"))
			(void)first_word(rest, &rest);
		if (str_starts(rest, "[") && rest.p >= m->text.p && rest.p <= m->text.p + m->text.len) {
			if (maker_enter(m, word)) {
				(void)entries_literal_at(m, maker_at(m, rest, at));
				maker_leave(m);
			}
			continue;
		}
		if ((script = here_document(&l, rest, &len)).len)
			maker_put(m, word, script, maker_at(m, script, at), len, true);
		else
			maker_put(m, word, rest, at, len, false);
	}
}

/* --- clocks --- */

static bool is_assignment(struct str line)
{
	size_t i = 0;

	while (i < line.len && ((line.p[i] >= 'A' && line.p[i] <= 'Z') || (line.p[i] >= 'a' && line.p[i] <= 'z') ||
				line.p[i] == '_'))
		i++;
	return i && i < line.len && str_starts(str_trim(str_part(line, i, line.len)), "=");
}

static bool is_user(struct str word)
{
	for (size_t i = 0; i < word.len; i++)
		if (!((word.p[i] >= 'a' && word.p[i] <= 'z') || (word.p[i] >= '0' && word.p[i] <= '9') ||
			    word.p[i] == '_' || word.p[i] == '-'))
			return false;
	return word.len > 0 && word.len <= 32;
}

void entries_cron(struct maker *m, bool with_user)
{
	struct lines l = {m, m->text};
	struct str line, rest, after;

	while (next(&l, &line)) {
		unsigned fields = line.p[0] == '@' ? 1 : 5;

		if (is_assignment(line)) {
			maker_put(m, STR("environment"), line, maker_at(m, line, 0), line.len, false);
			continue;
		}
		for (rest = line; fields; fields--)
			(void)first_word(rest, &rest);
		if (with_user && is_user(first_word(rest, &after)) && after.len)
			rest = after;
		if (rest.len)
			maker_put(m, STR("command"), rest, maker_at(m, rest, 0), rest.len, false);
		else
			m->out->damaged = true;
	}
}

/* --- udev: KEY{attribute}=="value", ... --- */

void entries_udev(struct maker *m)
{
	struct lines l = {m, m->text};
	struct str line;
	size_t at, len;

	while (next_logical(&l, &line, &at, &len)) {
		size_t i = 0;

		maker_group(m);
		while (i < line.len) {
			size_t from = i, end;
			struct str key, value;

			while (i < line.len && line.p[i] != '"')
				i++;
			key = str_trim(str_part(line, from, i - from));
			end = i < line.len ? str_find_z(str_part(line, i + 1, line.len), "\"") : SIZE_MAX;
			if (end == SIZE_MAX)
				break;
			value = str_part(line, i + 1, end);
			i += end + 2;
			while (key.len && strchr("=+-:! \t", key.p[key.len - 1]))
				key.len--;
			while (key.len && strchr(", \t", key.p[0]))
				key = str_part(key, 1, key.len);
			if (key.len)
				maker_put(m, key, value, maker_at(m, value, at), value.len, false);
		}
	}
}

/* --- PAM: type control module arguments --- */

void entries_pam(struct maker *m)
{
	struct lines l = {m, m->text};
	struct str line, rest;

	while (next(&l, &line)) {
		(void)first_word(line, &rest);
		if (str_starts(rest, "[")) {
			size_t end = str_find_z(rest, "]");

			rest = end == SIZE_MAX ? STR_NONE : str_trim(str_part(rest, end + 1, rest.len));
		} else {
			(void)first_word(rest, &rest);
		}
		if (rest.len)
			maker_put(m, STR("module"), rest, maker_at(m, rest, 0), rest.len, false);
	}
}

/* --- apt.conf: Name::Name "value"; Name { "value"; "value"; }; --- */

void entries_apt(struct maker *m)
{
	struct str s = m->text;
	size_t i = 0, name_at = 0;
	struct str name = STR_NONE;
	unsigned inside = 0;

	while (i < s.len && maker_step(m, 4)) {
		char c = s.p[i];

		if (c == '#' || (c == '/' && i + 1 < s.len && s.p[i + 1] == '/')) {
			while (i < s.len && s.p[i] != '\n')
				i++;
		} else if (c == '"') {
			size_t end = str_find_z(str_part(s, i + 1, s.len), "\"");
			struct str v = str_part(s, i + 1, end == SIZE_MAX ? s.len : end);

			maker_put(m, name, v, i + 1, v.len, false);
			i += v.len + 2;
		} else if (c == '{') {
			if (!maker_enter(m, name))
				return;
			inside++;
			name = STR_NONE;
			i++;
		} else if (c == '}') {
			if (inside) {
				maker_leave(m);
				inside--;
			}
			name = STR_NONE;
			i++;
		} else if (c == ';') {
			name = STR_NONE;
			i++;
		} else if (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
			i++;
		} else {
			for (name_at = i; i < s.len && !strchr(" \t\r\n\"{};", s.p[i]); i++)
				;
			name = str_part(s, name_at, i - name_at);
		}
	}
}

/* --- gem specifications: what a line says about the object, without running any of it --- */

static bool is_name(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

void entries_gemspec(struct maker *m)
{
	struct lines l = {m, m->text};
	struct str line;

	while (next(&l, &line)) {
		size_t dot = str_find_z(line, "."), i;
		struct str name, value;

		if (dot == SIZE_MAX || !dot)
			continue;
		for (i = dot + 1; i < line.len && is_name(line.p[i]); i++)
			;
		name = str_part(line, dot + 1, i - dot - 1);
		for (i = 0; i < dot && is_name(line.p[i]); i++)
			;
		if (i != dot || !name.len)
			continue;
		value = str_trim(str_part(line, dot + 1 + name.len, line.len));
		while (value.len && strchr("=(<+ \t", value.p[0]))
			value = str_part(value, 1, value.len);
		while (value.len && strchr("); \t", value.p[value.len - 1]))
			value.len--;
		if (value.len)
			maker_put(m, name, value, maker_at(m, value, 0), value.len, false);
	}
}
