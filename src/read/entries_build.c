/*
 * Recipes of builds, as commands of a shell: make, CMake, m4. Only what runs a command or gives one a
 * value is taken; what decides the order is not followed. References are rewritten as a shell writes
 * them ("$(CC)" and "${CC}" are variables, "$(shell date)" is "$(date)"), so that one reader follows
 * values through all of them.
 */
#include "read/entries_int.h"
#include "util/buf.h"

enum { COMMAND_BYTES = 64 << 10 };

static bool is_name(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

static bool all_name(struct str s)
{
	for (size_t i = 0; i < s.len; i++)
		if (!is_name(s.p[i]))
			return false;
	return s.len && !(s.p[0] >= '0' && s.p[0] <= '9');
}

static void put_built(struct maker *m, const char *key, struct buf *b, size_t at, size_t len, bool own_lines)
{
	struct str s = str_trim(buf_str(b));

	if (b->full)
		m->out->limit = true;
	if (s.len)
		maker_put(m, str_of(key), arena_str(m->arena, s), at, len, own_lines);
}

/* --- make --- */

/* The parenthesis that closes the one at `open`; the end if none does. */
static size_t closing(struct str s, size_t open)
{
	char a = s.p[open], z = a == '(' ? ')' : '}';
	size_t depth = 0;

	for (size_t i = open; i < s.len; i++) {
		depth += s.p[i] == a;
		if (s.p[i] == z && --depth == 0)
			return i;
	}
	return s.len;
}

/* What a shell would be given: make's references as the shell's own. */
static void make_command(struct buf *b, struct str s, unsigned depth)
{
	for (size_t i = 0; i < s.len; i++) {
		char d = i + 1 < s.len ? s.p[i + 1] : 0;
		struct str inner;
		size_t end;

		if (s.p[i] != '$' || !d) {
			buf_add_char(b, s.p[i]);
			continue;
		}
		if (d == '$') {
			buf_add_char(b, '$');
			i++;
			continue;
		}
		if (d != '(' && d != '{') { /* $@ $< $X */
			buf_add_z(b, "${MAKE_");
			buf_add_char(b, is_name(d) ? d : '_');
			buf_add_char(b, '}');
			i++;
			continue;
		}
		end = closing(s, i + 1);
		inner = str_part(s, i + 2, end > i + 2 ? end - i - 2 : 0);
		if (str_is(inner, "SHELL")) {
			buf_add_z(b, "sh"); /* make's own, whatever the environment says */
		} else if (all_name(inner)) {
			buf_add_z(b, "${");
			buf_add_str(b, inner);
			buf_add_char(b, '}');
		} else if (str_starts(inner, "shell ") && depth < 16) {
			buf_add_z(b, "$(");
			make_command(b, str_part(inner, 6, inner.len), depth + 1);
			buf_add_char(b, ')');
		} else {
			buf_add_z(b, "${MAKE_FUNCTION}");
		}
		i = end;
	}
}

/* NAME = value: for the commands that use it. A value that asks the shell is a command itself. */
static void make_assignment(struct maker *m, struct str line, size_t at)
{
	size_t eq = str_find_z(line, "="), end = eq;
	struct str name, value;
	struct buf b;

	if (eq == SIZE_MAX)
		return;
	while (end && strchr(":+?! \t", line.p[end - 1]))
		end--;
	name = str_trim(str_part(line, 0, end));
	if (str_starts(name, "export "))
		name = str_trim(str_part(name, 7, name.len));
	value = str_trim(str_part(line, eq + 1, line.len));
	if (!all_name(name) || !value.len)
		return;
	buf_init(&b, COMMAND_BYTES);
	buf_add_str(&b, name);
	if (eq && line.p[eq - 1] == '!') { /* NAME != command */
		buf_add_z(&b, "=$(");
		make_command(&b, value, 0);
		buf_add_char(&b, ')');
	} else {
		buf_add_z(&b, "=\"");
		make_command(&b, value, 0);
		for (size_t i = 0, n = 0; i < b.len; i++) { /* quotes of the value would end ours */
			n += b.p[i] == '"';
			if (b.p[i] == '"' && n > 1 && !str_has(value, "$(shell"))
				b.p[i] = '\'';
		}
		buf_add_char(&b, '"');
	}
	put_built(m, str_has(value, "$(shell") || str_has(buf_str(&b), "=$(") ? "shell" : "variable", &b, at,
		line.len, false);
	buf_release(&b);
}

static bool make_shell_call(struct str line)
{
	return str_has(line, "$(shell ") || str_has(line, "${shell ");
}

/* A logical line: with those that a backslash continues. Views where it is one line. */
static bool make_line(struct maker *m, struct str *rest, struct str *ret, size_t *ret_at, size_t *ret_len)
{
	struct str line;
	struct buf b;

	if (!str_line(rest, &line) || !maker_step(m, line.len + 16))
		return false;
	*ret_at = maker_at(m, line, 0);
	*ret_len = line.len;
	*ret = line;
	if (!line.len || line.p[line.len - 1] != '\\')
		return true;
	buf_init(&b, COMMAND_BYTES);
	while (line.len && line.p[line.len - 1] == '\\') {
		buf_add_str(&b, str_part(line, 0, line.len - 1));
		buf_add_z(&b, "\\\n");
		if (!str_line(rest, &line) || !maker_step(m, line.len + 16))
			line = STR_NONE;
	}
	buf_add_str(&b, line);
	if (line.p)
		*ret_len = maker_at(m, line, *ret_at) + line.len - *ret_at;
	*ret = arena_str(m->arena, buf_str(&b));
	buf_release(&b);
	return true;
}

void entries_make(struct maker *m)
{
	struct str rest = m->text, line;
	size_t at, len;
	struct buf b;

	buf_init(&b, COMMAND_BYTES);
	while (make_line(m, &rest, &line, &at, &len)) {
		struct str s = str_trim(line);

		if (!s.len || s.p[0] == '#')
			continue;
		if (line.p[0] == '\t') {
			while (s.len && strchr("@-+", s.p[0]))
				s = str_part(s, 1, s.len);
			buf_clear(&b);
			make_command(&b, s, 0);
			put_built(m, "recipe", &b, at, len, true);
		} else if (make_shell_call(s) && !str_has(s, "=")) { /* $(shell x), $(info $(shell x)) */
			size_t call = str_find_z(s, "$(shell ");

			call = call == SIZE_MAX ? str_find_z(s, "${shell ") : call;
			buf_clear(&b);
			make_command(&b, str_part(s, call, closing(s, call + 1) - call + 1), 0);
			put_built(m, "shell", &b, at, len, false);
		} else {
			make_assignment(m, s, at);
		}
	}
	buf_release(&b);
}

/* --- CMake --- */

struct cmake {
	struct maker *m;
	struct str s;
	size_t at;
};

/* One argument; false at the closing parenthesis or the end. *ret_quoted: it is no keyword. */
static bool cmake_argument(struct cmake *c, struct str *ret, bool *ret_quoted)
{
	struct str s = c->s;
	size_t from;

	while (c->at < s.len) {
		char x = s.p[c->at];

		if (x == ' ' || x == '\t' || x == '\n' || x == '\r' || x == ';') {
			c->at++;
		} else if (x == '#') {
			while (c->at < s.len && s.p[c->at] != '\n')
				c->at++;
		} else {
			break;
		}
	}
	*ret_quoted = c->at < s.len && s.p[c->at] == '"';
	if (c->at >= s.len || s.p[c->at] == ')')
		return false;
	if (*ret_quoted) {
		for (from = ++c->at; c->at < s.len && s.p[c->at] != '"'; c->at++)
			c->at += s.p[c->at] == '\\' && c->at + 1 < s.len;
		*ret = str_part(s, from, c->at - from);
		c->at += c->at < s.len;
		if (str_has(*ret, "\\\"")) {
			struct str copy = arena_str(c->m->arena, *ret);
			char *p = (char *)(uintptr_t)copy.p;
			size_t n = 0;

			for (size_t i = 0; i < copy.len; i++)
				if (p[i] != '\\' || i + 1 == copy.len || p[i + 1] != '"')
					p[n++] = p[i];
			*ret = str_view(p, n);
		}
		return true;
	}
	if (str_starts(str_part(s, c->at, 2), "[[")) {
		size_t end = str_find_z(str_part(s, c->at, s.len), "]]");

		*ret_quoted = true;
		*ret = str_part(s, c->at + 2, end == SIZE_MAX ? s.len : end - 2);
		c->at = end == SIZE_MAX ? s.len : c->at + end + 2;
		return true;
	}
	for (from = c->at; c->at < s.len && !strchr(" \t\r\n;)\"#", s.p[c->at]); c->at++)
		if (s.p[c->at] == '(') { /* groups in conditions */
			c->at++;
			break;
		}
	*ret = str_part(s, from, c->at - from);
	return true;
}

static bool is_keyword(struct str s)
{
	for (size_t i = 0; i < s.len; i++)
		if (!(s.p[i] >= 'A' && s.p[i] <= 'Z') && s.p[i] != '_')
			return false;
	return s.len >= 4;
}

static bool runs_commands(struct str name)
{
	static const char *const names[] = {"execute_process", "add_custom_command", "add_custom_target",
		"exec_program", "externalproject_add", "fetchcontent_declare", "add_test", "install", "file"};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (str_equal_nocase(name, str_of(names[i])))
			return true;
	return false;
}

/* The words behind each keyword, as one command line: "execute_process/COMMAND". */
static void cmake_words(struct cmake *c, struct str name, size_t at)
{
	struct str keyword = STR("COMMAND"), word;
	struct joined j;
	struct buf b;
	bool quoted, more;

	buf_init(&b, COMMAND_BYTES);
	joined_begin(&j, &b);
	if (str_equal_nocase(name, STR("file")))
		keyword = STR_NONE;
	do {
		size_t from = c->at;

		more = cmake_argument(c, &word, &quoted) && maker_step(c->m, 16);
		if (more && (quoted || !is_keyword(word))) {
			joined_add(&j, word, maker_at(c->m, word, from), word.len);
			continue;
		}
		if (keyword.len)
			joined_put(c->m, &j, keyword, at, c->at);
		joined_begin(&j, &b);
		keyword = more ? word : STR_NONE;
	} while (more);
	buf_release(&b);
}

/* set(NAME value): for the commands that use it. */
static void cmake_set(struct cmake *c, size_t at)
{
	struct str name, value;
	bool quoted;

	if (!cmake_argument(c, &name, &quoted) || !all_name(name) || !cmake_argument(c, &value, &quoted))
		return;
	maker_put(c->m, STR("variable"),
		arena_printf(c->m->arena, "%.*s=\"%.*s\"", STR_ARG(name),
			STR_ARG(str_has(value, "\"") ? STR("") : value)),
		at, c->at - at, false);
}

void entries_cmake(struct maker *m)
{
	struct cmake c = {m, m->text, 0};

	while (c.at < c.s.len && maker_step(m, 8)) {
		size_t from = c.at, name_end;
		struct str name, unused;
		bool quoted;

		if (c.s.p[c.at] == '#') {
			while (c.at < c.s.len && c.s.p[c.at] != '\n')
				c.at++;
			continue;
		}
		if (!is_name(c.s.p[c.at])) {
			c.at++;
			continue;
		}
		while (c.at < c.s.len && is_name(c.s.p[c.at]))
			c.at++;
		name_end = c.at;
		while (c.at < c.s.len && (c.s.p[c.at] == ' ' || c.s.p[c.at] == '\t'))
			c.at++;
		if (c.at >= c.s.len || c.s.p[c.at] != '(')
			continue;
		c.at++;
		name = str_part(c.s, from, name_end - from);
		if (str_equal_nocase(name, STR("set"))) {
			cmake_set(&c, from);
		} else if (runs_commands(name) && maker_enter(m, name)) {
			maker_group(m);
			cmake_words(&c, name, from);
			maker_leave(m);
		}
		while (cmake_argument(&c, &unused, &quoted) && maker_step(m, 8))
			;
		c.at += c.at < c.s.len;
	}
}

/* --- m4 --- */

/*
 * The whole file as a script: brackets are m4's quotes and go, the parentheses and commas of macro
 * calls end commands, "$1" of a macro's body is a letter of a name. What configure will be is written
 * by programs that we do not run; this is what their input says.
 */
/* Where the argument that begins at `at` ends: its comma or parenthesis, outside of brackets. */
static size_t m4_argument(struct str s, size_t at)
{
	size_t brackets = 0, parens = 0;

	for (; at < s.len; at++) {
		char c = s.p[at];

		if (c == '[')
			brackets++;
		else if (c == ']' && brackets)
			brackets--;
		else if (!brackets && c == '(')
			parens++;
		else if (!brackets && ((c == ')' && !parens--) || (c == ',' && !parens)))
			break;
	}
	return at;
}

static void m4_script(struct maker *m, struct str s, struct buf *b, unsigned depth);

/* AC_CONFIG_COMMANDS(tag, commands, before): what stands last runs first. Returns where it ends. */
static size_t m4_config_commands(struct maker *m, struct str s, size_t open, struct buf *b, unsigned depth)
{
	size_t tag = m4_argument(s, open + 1), commands, before;

	if (tag >= s.len || s.p[tag] != ',')
		return open;
	commands = m4_argument(s, tag + 1);
	before = commands < s.len && s.p[commands] == ',' ? m4_argument(s, commands + 1) : commands;
	buf_add_char(b, '\n');
	if (before > commands)
		m4_script(m, str_part(s, commands + 1, before - commands - 1), b, depth + 1);
	buf_add_char(b, '\n');
	m4_script(m, str_part(s, tag + 1, commands - tag - 1), b, depth + 1);
	buf_add_char(b, '\n');
	return before;
}

static void m4_script(struct maker *m, struct str s, struct buf *b, unsigned depth)
{
	static const char config[] = "AC_CONFIG_COMMANDS(";
	unsigned calls = 0;
	bool single = false;

	for (size_t i = 0; i < s.len && maker_step(m, 1); i++) {
		char c = s.p[i], before = i ? s.p[i - 1] : ' ';

		if (c == 'd' && str_starts(str_part(s, i, 3), "dnl") && !is_name(before)) {
			while (i + 1 < s.len && s.p[i + 1] != '\n')
				i++;
			continue;
		}
		if (c == 'A' && depth < 4 && str_starts(str_part(s, i, sizeof(config) - 1), config)) {
			i = m4_config_commands(m, s, i + sizeof(config) - 2, b, depth);
			continue;
		}
		if (c == '\'' && before != '\\')
			single = !single;
		if (c == '\n')
			single = false;
		if (c == '[' || c == ']')
			continue;
		if (c == '$' && i + 1 < s.len && s.p[i + 1] >= '1' && s.p[i + 1] <= '9')
			continue;
		if (c == '(' && !single && is_name(before) && before >= 'A') { /* NAME( */
			calls++;
			buf_add_char(b, ';');
		} else if (calls && !single &&
			(c == ')' || (c == ',' && (i + 1 >= s.len || strchr(" \n\t[", s.p[i + 1]))))) {
			calls -= c == ')';
			buf_add_char(b, ';');
		} else {
			buf_add_char(b, c);
		}
	}
}

void entries_m4(struct maker *m)
{
	struct buf b;

	buf_init(&b, ENTRIES_TEXT_MAX);
	m4_script(m, m->text, &b, 0);
	put_built(m, "script", &b, 0, m->text.len, true);
	buf_release(&b);
}
