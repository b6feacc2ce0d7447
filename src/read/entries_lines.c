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

/* --- logrotate: scripts between a word and "endscript" --- */

void entries_logrotate(struct maker *m)
{
	static const char *const opening[] = {"prerotate", "postrotate", "firstaction", "lastaction", "preremove"};
	struct lines l = {m, m->text};
	struct str line;
	bool inside = false;

	while (next(&l, &line)) {
		if (str_is(line, "endscript"))
			inside = false;
		else if (inside)
			maker_put(m, STR("script"), line, maker_at(m, line, 0), line.len, false);
		for (size_t i = 0; i < sizeof(opening) / sizeof(opening[0]); i++)
			inside |= str_is(line, opening[i]);
	}
}

/* --- what systemd makes of lists: files that it writes, users that it adds --- */

enum { FIELDS_MAX = 7 };

/* Words, the last of them with all that is left; quoted ones whole. Returns how many. */
static unsigned fields_of(struct str line, struct str field[FIELDS_MAX])
{
	unsigned n = 0;

	while (line.len && n < FIELDS_MAX) {
		size_t end = line.p[0] == '"' ? str_find_z(str_part(line, 1, line.len), "\"") : SIZE_MAX;

		if (n + 1 == FIELDS_MAX) {
			field[n++] = line;
		} else if (end != SIZE_MAX) {
			field[n++] = str_part(line, 1, end);
			line = str_trim(str_part(line, end + 2, line.len));
		} else {
			field[n++] = first_word(line, &line);
		}
	}
	return n;
}

/* As one word of a shell. */
static struct str quoted(struct arena *a, struct str s)
{
	struct buf b;
	struct str ret;

	buf_init(&b, 256 << 10);
	buf_add_char(&b, '\'');
	for (size_t i = 0; i < s.len; i++) {
		if (s.p[i] == '\'')
			buf_add_z(&b, "'\\'");
		buf_add_char(&b, s.p[i]);
	}
	buf_add_char(&b, '\'');
	ret = arena_str(a, buf_str(&b));
	buf_release(&b);
	return ret;
}

static struct str tmpfiles_command(struct arena *a, struct str field[FIELDS_MAX], unsigned n)
{
	struct str path = quoted(a, field[1]), with = n == FIELDS_MAX ? quoted(a, field[6]) : STR_NONE;

	switch (field[0].p[0]) {
	case 'f':
	case 'F':
	case 'w':
		if (with.len)
			return arena_printf(a, "printf %.*s > %.*s", STR_ARG(with), STR_ARG(path));
		break;
	case 'L':
		return with.len ? arena_printf(a, "ln -s %.*s %.*s", STR_ARG(with), STR_ARG(path)) : STR_NONE;
	case 'C':
		return with.len ? arena_printf(a, "cp -r %.*s %.*s", STR_ARG(with), STR_ARG(path)) : STR_NONE;
	case 'd':
	case 'D':
	case 'v':
	case 'm':
	case 'z':
	case 'Z': break;
	default: return STR_NONE;
	}
	if (n < 3 || str_starts(field[2], "-"))
		return STR_NONE;
	while (field[2].len && strchr("~:", field[2].p[0]))
		field[2] = str_part(field[2], 1, field[2].len);
	return arena_printf(a, "chmod %.*s %.*s", STR_ARG(field[2]), STR_ARG(path));
}

void entries_tmpfiles(struct maker *m)
{
	struct lines l = {m, m->text};
	struct str line, field[FIELDS_MAX], command;

	while (next(&l, &line)) {
		unsigned n = fields_of(line, field);

		command = n < 2 ? STR_NONE : tmpfiles_command(m->arena, field, n);
		if (command.len)
			maker_put(m, STR("command"), command, maker_at(m, line, 0), line.len, true);
	}
}

/* u NAME ID COMMENT HOME SHELL; m NAME GROUP. */
void entries_sysusers(struct maker *m)
{
	struct lines l = {m, m->text};
	struct str line, field[FIELDS_MAX];

	while (next(&l, &line)) {
		struct str command = STR_NONE;

		if (fields_of(line, field) < 3)
			continue;
		if (field[0].p[0] == 'u' && (str_is(field[2], "0") || str_starts(field[2], "0:")))
			command = arena_printf(m->arena, "useradd -o -u 0 %.*s", STR_ARG(quoted(m->arena, field[1])));
		else if (field[0].p[0] == 'm')
			command = arena_printf(m->arena, "usermod -a -G %.*s %.*s", STR_ARG(quoted(m->arena, field[2])),
				STR_ARG(quoted(m->arena, field[1])));
		if (command.len)
			maker_put(m, STR("command"), command, maker_at(m, line, 0), line.len, true);
	}
}

void entries_inittab(struct maker *m)
{
	struct lines l = {m, m->text};
	struct str line;

	while (next(&l, &line)) {
		size_t colon = 0;

		for (unsigned n = 0; n < 3 && colon != SIZE_MAX; n++) {
			colon = str_find_z(line, ":");
			line = str_part(line, colon == SIZE_MAX ? line.len : colon + 1, line.len);
		}
		if (line.len)
			maker_put(m, STR("command"), line, maker_at(m, line, 0), line.len, false);
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
