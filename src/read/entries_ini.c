/*
 * Sections of NAME=VALUE lines, as systemd units, desktop entries and Python's configparser write them:
 * "section/name". A value goes on in the next line after a backslash (systemd) or where that line is
 * indented (configparser); such lines are also items, "section/name/[]".
 */
#include "read/entries_int.h"
#include "util/buf.h"

struct ini {
	struct maker *m;
	struct str rest, line;
	bool more; /* `line` holds a line that nobody has taken */
	bool indented;
};

static bool next(struct ini *x)
{
	if (x->more) {
		x->more = false;
		return true;
	}
	return str_line(&x->rest, &x->line) && maker_step(x->m, x->line.len + 16);
}

static bool is_indented(struct str line)
{
	return line.len && (line.p[0] == ' ' || line.p[0] == '\t') && str_trim(line).len;
}

static bool is_comment(struct str line)
{
	return line.len && (line.p[0] == '#' || line.p[0] == ';');
}

static size_t separator(struct str line)
{
	for (size_t i = 0; i < line.len; i++)
		if (line.p[i] == '=' || (line.p[i] == ':' && i + 1 < line.len && line.p[i + 1] == ' '))
			return i;
	return SIZE_MAX;
}

/* The lines that belong to a value: after a backslash, or indented. */
static void value_lines(struct ini *x, struct str name, struct str first)
{
	struct maker *m = x->m;
	size_t from = maker_at(m, first, 0), to = from + first.len;
	struct str part = first;
	struct buf whole;
	bool single = true;

	buf_init(&whole, 256 << 10);
	for (;;) {
		bool goes_on = part.len && part.p[part.len - 1] == '\\';

		if (goes_on)
			part = str_part(part, 0, part.len - 1);
		buf_add_str(&whole, part);
		if (!next(x))
			break;
		if (!goes_on && !(x->indented && is_indented(x->line))) {
			x->more = true;
			break;
		}
		if (single && !goes_on && str_trim(part).len && maker_enter(m, name)) {
			maker_put(m, STR("[]"), str_trim(part), from, part.len, false);
			maker_leave(m);
		}
		single = false;
		part = str_trim(x->line);
		to = maker_at(m, part, to) + part.len;
		if (is_comment(part)) {
			part = STR_NONE;
			continue;
		}
		if (!goes_on && maker_enter(m, name)) {
			maker_put(m, STR("[]"), part, maker_at(m, part, from), part.len, false);
			maker_leave(m);
		}
		buf_add_char(&whole, goes_on ? ' ' : '\n');
	}
	maker_put(m, name, single ? str_trim(first) : arena_str(m->arena, str_trim(buf_str(&whole))), from,
		to - from, !single);
	buf_release(&whole);
}

void entries_ini(struct maker *m, bool indented)
{
	struct ini x = {.m = m, .rest = m->text, .indented = indented};
	bool inside = false;

	while (next(&x)) {
		struct str line = str_trim(x.line);
		size_t eq;

		if (!line.len || is_comment(line))
			continue;
		if (line.p[0] == '[' && line.p[line.len - 1] == ']') {
			if (inside)
				maker_leave(m);
			inside = maker_enter(m, str_part(line, 1, line.len - 2));
			if (!inside)
				return;
			maker_group(m);
			continue;
		}
		eq = separator(line);
		if (eq == SIZE_MAX && !inside && !m->out->n)
			continue; /* a title */
		if (eq == SIZE_MAX || eq == 0) {
			m->out->damaged = true;
			continue;
		}
		value_lines(&x, str_trim(str_part(line, 0, eq)), str_trim(str_part(line, eq + 1, line.len)));
	}
}
