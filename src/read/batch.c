#include "read/batch.h"

#include "read/place.h"
#include "read/readers.h"
#include "read/sh_int.h"
#include "read/shell_command.h"
#include "util/base64.h"
#include "util/buf.h"

enum { VARIABLES_MAX = 4096, LINE_BYTES = 64 << 10, NESTED_MAX = 8, WORDS_MAX = 128, TEXT_MAX = 4 << 20 };

struct variable {
	struct str name, value;
};

struct batch {
	struct arena *arena;
	struct budget *budget;
	struct variable *variables;
	size_t n, room;
	bool spelled; /* the present line took a part of a variable */
	bool limit;
	unsigned depth;
};

/* --- variables --- */

/* What every machine has: spelling with their letters is older than scripts that hide. */
static const struct variable machine[] = {
	{{"comspec", 7}, {"C:\\Windows\\system32\\cmd.exe", 27}},
	{{"programfiles", 12}, {"C:\\Program Files", 16}},
	{{"systemroot", 10}, {"C:\\Windows", 10}},
	{{"windir", 6}, {"C:\\Windows", 10}},
	{{"public", 6}, {"C:\\Users\\Public", 15}},
	{{"os", 2}, {"Windows_NT", 10}},
	{{"pathext", 7}, {".COM;.EXE;.BAT;.CMD;.VBS;.VBE;.JS;.JSE;.WSF;.WSH;.MSC", 54}},
	{{"systemdrive", 11}, {"C:", 2}},
};

static bool variable_get(const struct batch *x, struct str name, struct str *ret)
{
	for (size_t i = x->n; i > 0; i--)
		if (str_equal_nocase(x->variables[i - 1].name, name)) {
			*ret = x->variables[i - 1].value;
			return true;
		}
	return false;
}

static bool machine_get(struct str name, struct str *ret)
{
	for (size_t i = 0; i < sizeof(machine) / sizeof(machine[0]); i++)
		if (str_equal_nocase(machine[i].name, name)) {
			*ret = machine[i].value;
			return true;
		}
	return false;
}

static void variable_set(struct batch *x, struct str name, struct str value)
{
	for (size_t i = 0; i < x->n; i++)
		if (str_equal_nocase(x->variables[i].name, name)) {
			x->variables[i].value = value;
			return;
		}
	if (x->n >= VARIABLES_MAX) {
		x->limit = true;
		return;
	}
	*ARENA_PUSH(x->arena, x->variables, x->n, x->room) = (struct variable){arena_str(x->arena, name), value};
}

static bool is_name(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

static bool number(struct str s, long *ret)
{
	bool minus = s.len && s.p[0] == '-';
	long v = 0;

	s = str_trim(minus ? str_part(s, 1, s.len) : s);
	if (!s.len || s.len > 6)
		return false;
	for (size_t i = 0; i < s.len; i++) {
		if (s.p[i] < '0' || s.p[i] > '9')
			return false;
		v = v * 10 + (s.p[i] - '0');
	}
	*ret = minus ? -v : v;
	return true;
}

/* "~from,count" of a value; negative numbers count from its end. */
static struct str substring(struct str value, struct str how)
{
	size_t comma = str_find_z(how, ",");
	long from = 0, count = (long)value.len, len = (long)value.len;

	if (!number(str_part(how, 0, comma == SIZE_MAX ? how.len : comma), &from))
		return STR_NONE;
	if (comma != SIZE_MAX && !number(str_part(how, comma + 1, how.len), &count))
		return STR_NONE;
	from = from < 0 ? len + from : from;
	from = from < 0 ? 0 : from > len ? len : from;
	count = count < 0 ? len - from + count : count;
	count = count < 0 ? 0 : count > len - from ? len - from : count;
	return str_part(value, (size_t)from, (size_t)count);
}

static struct str replaced(struct batch *x, struct str value, struct str from, struct str to)
{
	struct str ret;
	struct buf b;

	if (!from.len)
		return value;
	buf_init(&b, LINE_BYTES);
	for (size_t i = 0; i < value.len;)
		if (str_equal_nocase(str_part(value, i, from.len), from)) {
			buf_add_str(&b, to);
			i += from.len;
		} else {
			buf_add_char(&b, value.p[i++]);
		}
	ret = arena_str(x->arena, buf_str(&b));
	buf_release(&b);
	return ret;
}

/* A variable that the script never set, as a shell writes it. */
static void put_unknown(struct buf *b, struct str name)
{
	buf_add_z(b, "\x01");
	for (size_t i = 0; i < name.len; i++)
		buf_add_char(b, is_name(name.p[i]) ? name.p[i] : '_');
	buf_add_z(b, "\x02");
}

/* The inside of %...% or !...!: NAME, NAME:~1,2, NAME:a=b. */
static void put_variable(struct batch *x, struct buf *b, struct str inside)
{
	size_t colon = str_find_z(inside, ":");
	struct str name = str_part(inside, 0, colon == SIZE_MAX ? inside.len : colon), value;
	struct str how = colon == SIZE_MAX ? STR_NONE : str_part(inside, colon + 1, inside.len);
	bool known = variable_get(x, name, &value);

	if (!known && how.len)
		known = machine_get(name, &value);
	if (!known) {
		put_unknown(b, name);
		return;
	}
	if (str_starts(how, "~")) {
		value = substring(value, str_part(how, 1, how.len));
		x->spelled = true;
	} else if (how.len) {
		size_t eq = str_find_z(how, "=");

		if (eq != SIZE_MAX)
			value = replaced(x, value, str_part(how, 0, eq), str_part(how, eq + 1, how.len));
		x->spelled = true;
	}
	buf_add_str(b, value);
}

/* %NAME%, !NAME!, %1, %~dp0, %%i; "%%" is one sign. */
static struct str expanded(struct batch *x, struct str line)
{
	struct str ret;
	struct buf b;

	if (!memchr(line.p ? line.p : "", '%', line.len) && !memchr(line.p ? line.p : "", '!', line.len))
		return line;
	buf_init(&b, LINE_BYTES);
	for (size_t i = 0; i < line.len; i++) {
		char c = line.p[i], d = i + 1 < line.len ? line.p[i + 1] : 0;
		struct str rest = str_part(line, i + 1, line.len);
		size_t end;

		if (c == '%' && d == '%' && i + 2 < line.len && (is_name(line.p[i + 2]) || line.p[i + 2] == '~')) {
			size_t at = i + 2 + (line.p[i + 2] == '~');
			struct str value;

			while (at + 1 < line.len && line.p[i + 2] == '~' && strchr("fdpnxsatz", line.p[at]) && is_name(line.p[at + 1]))
				at++;
			if (at < line.len && variable_get(x, arena_printf(x->arena, "%%%c", line.p[at]), &value))
				buf_add_str(&b, value);
			else
				put_unknown(&b, STR("ITEM"));
			i = at;
		} else if (c == '%' && (d == '*' || (d >= '0' && d <= '9'))) {
			put_unknown(&b, d == '0' ? STR("0") : STR("ARGUMENT"));
			i++;
		} else if (c == '%' && d == '~') {
			size_t at = i + 2;

			while (at < line.len && is_name(line.p[at]) && !(line.p[at] >= '0' && line.p[at] <= '9'))
				at++;
			buf_add_z(&b, "./");
			i = at;
		} else if ((c == '%' || c == '!') && (end = str_find_z(rest, c == '%' ? "%" : "!")) != SIZE_MAX && end &&
			(is_name(rest.p[0]) || rest.p[0] == '=') && !str_has(str_part(rest, 0, end), " ")) {
			put_variable(x, &b, str_part(rest, 0, end));
			i += end + 1;
		} else if (c == '%' && d == '%') {
			buf_add_char(&b, '%');
			i++;
		} else {
			buf_add_char(&b, c);
		}
	}
	x->limit |= b.full;
	ret = arena_str(x->arena, buf_str(&b));
	buf_release(&b);
	return ret;
}

/* --- words --- */

struct words {
	struct str at[WORDS_MAX]; /* without their quotes */
	size_t n;
};

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == ',' || c == ';' || c == '=';
}

static void split(struct batch *x, struct str s, struct words *w)
{
	w->n = 0;
	for (size_t i = 0; i < s.len && w->n < WORDS_MAX;) {
		bool quoted = false;
		struct buf b;

		if (s.p[i] == ' ' || s.p[i] == '\t') {
			i++;
			continue;
		}
		buf_init(&b, LINE_BYTES);
		for (; i < s.len && (quoted || !(s.p[i] == ' ' || s.p[i] == '\t')); i++)
			if (s.p[i] == '"')
				quoted = !quoted;
			else
				buf_add_char(&b, s.p[i]);
		w->at[w->n++] = arena_str(x->arena, buf_str(&b));
		buf_release(&b);
	}
}

/* A word as the shell's: slashes for paths, unknown variables as its own, everything else quoted. */
static void put_word(struct buf *b, struct str word)
{
	buf_add_char(b, '"');
	for (size_t i = 0; i < word.len; i++) {
		char c = word.p[i];

		if (c == '\x01')
			buf_add_z(b, "${");
		else if (c == '\x02')
			buf_add_char(b, '}');
		else if (c == '\\')
			buf_add_char(b, '/');
		else if (c == '"' || c == '$' || c == '`')
			buf_printf(b, "\\%c", c);
		else
			buf_add_char(b, c);
	}
	buf_add_char(b, '"');
}

static void put_words(struct buf *b, const struct words *w, size_t from)
{
	for (size_t i = from; i < w->n; i++) {
		if (i > from)
			buf_add_char(b, ' ');
		put_word(b, w->at[i]);
	}
}

/* The program without its folder and ".exe", in lower case. */
static struct str program_of(struct arena *a, struct str word)
{
	struct str s = word;

	for (size_t i = 0; i < word.len; i++)
		if (word.p[i] == '\\' || word.p[i] == '/')
			s = str_part(word, i + 1, word.len);
	if (str_ends_nocase(s, ".exe") || str_ends_nocase(s, ".com"))
		s.len -= 4;
	s = arena_str(a, s);
	for (size_t i = 0; i < s.len; i++)
		if (s.p[i] >= 'A' && s.p[i] <= 'Z')
			((char *)(uintptr_t)s.p)[i] += 32;
	return s;
}

static bool is(struct str word, const char *z)
{
	return str_equal_nocase(word, str_of(z));
}

/* --- what the system brings, as the shell's own --- */

static void put_fetch(struct buf *b, struct str url, struct str file)
{
	buf_add_z(b, "curl -o ");
	put_word(b, file);
	buf_add_char(b, ' ');
	put_word(b, url);
}

static size_t url_at(const struct words *w)
{
	for (size_t i = 1; i < w->n; i++)
		if (str_has(w->at[i], "://"))
			return i;
	return 0;
}

static bool put_certutil(struct buf *b, const struct words *w)
{
	size_t url = url_at(w);

	if (url && url + 1 < w->n) {
		put_fetch(b, w->at[url], w->at[url + 1]);
		return true;
	}
	for (size_t i = 1; i + 2 < w->n; i++) {
		if (!str_has_nocase(w->at[i], "decode"))
			continue;
		buf_add_z(b, str_has_nocase(w->at[i], "hex") ? "xxd -r -p < " : "base64 -d < ");
		put_word(b, w->at[w->n - 2]);
		buf_add_z(b, " > ");
		put_word(b, w->at[w->n - 1]);
		return true;
	}
	return false;
}

/* 'a','b' or (a -OutFile b) of a download that PowerShell is given. */
static bool put_powershell_fetch(struct batch *x, struct buf *b, struct str code)
{
	size_t url = str_find_z(code, "http"), end, file;
	struct str to;

	if (url == SIZE_MAX)
		return false;
	for (end = url; end < code.len && !strchr("'\" ,)(;\t", code.p[end]); end++)
		;
	file = str_find_nocase(code, "-outfile");
	file = file == SIZE_MAX ? str_find_nocase(code, "-destination") : file;
	if (file != SIZE_MAX)
		while (file < code.len && code.p[file] != ' ')
			file++;
	else if (str_has_nocase(code, "downloadfile"))
		file = end;
	else
		return false;
	while (file < code.len && strchr("'\" ,\t", code.p[file]))
		file++;
	to = str_part(code, file, code.len);
	for (file = 0; file < to.len && !strchr("'\",);", to.p[file]) && to.p[file] != ' '; file++)
		;
	put_fetch(b, str_part(code, url, end - url), replaced(x, str_part(to, 0, file), STR("$env:"), STR("")));
	/* What it starts behind that. */
	end = str_find_nocase(code, "start-process");
	if (end != SIZE_MAX) {
		struct str run = str_trim(str_part(code, end + 13, code.len));

		while (run.len && strchr("'\" ", run.p[0]))
			run = str_part(run, 1, run.len);
		for (end = 0; end < run.len && !strchr("'\";)", run.p[end]); end++)
			;
		buf_add_z(b, "\n");
		put_word(b, replaced(x, str_part(run, 0, end), STR("$env:"), STR("")));
	}
	return true;
}

/* -EncodedCommand: UTF-16 in base64. */
static struct str powershell_encoded(struct batch *x, const struct words *w)
{
	for (size_t i = 1; i + 1 < w->n; i++) {
		struct str o = w->at[i], text;
		char *p;
		size_t n = 0;

		if (o.len < 2 || (o.p[0] != '-' && o.p[0] != '/') || (o.p[1] | 32) != 'e' || is(o, "-ep") ||
			str_has_nocase(o, "executionp") || str_has_nocase(o, "ex"))
			continue;
		if (w->at[i + 1].len < 16 || !base64_decode(x->arena, w->at[i + 1], &text))
			continue;
		p = arena_alloc(x->arena, text.len + 1);
		for (size_t k = 0; k < text.len; k++)
			if (text.p[k])
				p[n++] = text.p[k];
		return str_view(p, n);
	}
	return STR_NONE;
}

static bool put_powershell(struct batch *x, struct buf *b, const struct words *w)
{
	struct str code = powershell_encoded(x, w);
	struct buf all;
	bool put;

	if (code.len) { /* its decoding is a step of its own */
		buf_add_z(b, "echo ");
		put_word(b, code);
		buf_add_z(b, " # encoded command\n");
	} else {
		buf_init(&all, LINE_BYTES);
		for (size_t i = 1; i < w->n; i++) {
			buf_add_str(&all, w->at[i]);
			buf_add_char(&all, ' ');
		}
		code = arena_str(x->arena, buf_str(&all));
		buf_release(&all);
	}
	if (str_has_nocase(code, "iex") || str_has_nocase(code, "invoke-expression")) {
		size_t url = str_find_z(code, "http"), end = url;

		while (url != SIZE_MAX && end < code.len && !strchr("'\" ,)(;\t", code.p[end]))
			end++;
		if (url != SIZE_MAX && (str_has_nocase(code, "download") || str_has_nocase(code, "iwr") ||
					       str_has_nocase(code, "irm") || str_has_nocase(code, "invoke-"))) {
			buf_add_z(b, "curl -s ");
			put_word(b, str_part(code, url, end - url));
			buf_add_z(b, " | sh");
			return true;
		}
	}
	put = put_powershell_fetch(x, b, code);
	return put;
}

static struct str value_of(const struct words *w, const char *option)
{
	for (size_t i = 1; i + 1 < w->n; i++)
		if (is(w->at[i], option))
			return w->at[i + 1];
	return STR_NONE;
}

/* What starts by itself from now on is what the place is given. */
static bool put_persist(struct batch *x, struct buf *b, struct str command, struct str place)
{
	buf_add_z(b, "echo ");
	put_word(b, command);
	buf_add_z(b, " > ");
	put_word(b, replaced(x, place, STR("\\"), STR("/")));
	return true;
}

/* True when the command was written; otherwise it is one like any other. */
static bool put_known(struct batch *x, struct buf *b, struct str program, const struct words *w)
{
	size_t url;

	if (is(program, "certutil"))
		return put_certutil(b, w);
	if (is(program, "bitsadmin") && (url = url_at(w)) && url + 1 < w->n) {
		put_fetch(b, w->at[url], w->at[url + 1]);
		return true;
	}
	if (is(program, "powershell") || is(program, "pwsh"))
		return put_powershell(x, b, w);
	if ((is(program, "mshta") || is(program, "msiexec") || is(program, "regsvr32") || is(program, "rundll32") ||
		    is(program, "wmic") || is(program, "cscript") || is(program, "wscript")) &&
		(url = url_at(w)) != 0) {
		size_t from = str_find_z(w->at[url], "http");

		buf_add_z(b, "curl -s ");
		put_word(b, str_part(w->at[url], from == SIZE_MAX ? 0 : from, w->at[url].len));
		buf_add_z(b, " | sh # ");
		buf_add_str(b, program);
		return true;
	}
	if (is(program, "reg") && w->n > 2 && is(w->at[1], "add") && str_has_nocase(w->at[2], "currentversion\\run"))
		return put_persist(x, b, value_of(w, "/d"),
			arena_printf(x->arena, "%.*s/%.*s", STR_ARG(w->at[2]), STR_ARG(value_of(w, "/v"))));
	if (is(program, "schtasks") && w->n > 1 && is(w->at[1], "/create"))
		return put_persist(x, b, value_of(w, "/tr"),
			arena_printf(x->arena, "C:/Windows/System32/Tasks/%.*s", STR_ARG(value_of(w, "/tn"))));
	if ((is(program, "copy") || is(program, "xcopy") || is(program, "move") || is(program, "ren")) && w->n > 2) {
		struct words named = {.n = 0};

		for (size_t i = 1; i < w->n; i++)
			if (w->at[i].len && w->at[i].p[0] != '/')
				named.at[named.n++] = w->at[i];
		buf_add_z(b, is(program, "move") || is(program, "ren") ? "mv " : "cp ");
		put_words(b, &named, 0);
		return true;
	}
	return false;
}

/* --- commands --- */

static void commands(struct batch *x, struct buf *b, struct str s);

static size_t skip_blanks(struct str s, size_t i)
{
	while (i < s.len && (is_blank(s.p[i]) || s.p[i] == '@' || s.p[i] == '(' || s.p[i] == ')'))
		i++;
	return i;
}

/* The word at the front, in one piece with its quotes; *ret_end behind it. */
static struct str front_word(struct str s, size_t at, size_t *ret_end)
{
	size_t i = at;
	bool quoted = false;

	while (i < s.len && (quoted || (s.p[i] != ' ' && s.p[i] != '\t' && s.p[i] != '('))) {
		quoted ^= s.p[i] == '"';
		i++;
	}
	*ret_end = i;
	return str_part(s, at, i - at);
}

/* set NAME=VALUE, set "NAME=VALUE", set /p and /a. */
static void set(struct batch *x, struct buf *b, struct str rest)
{
	size_t eq;
	struct str name, value;

	rest = str_trim(rest);
	if (str_starts(rest, "/")) {
		size_t end;
		bool ask = str_starts(rest, "/p") || str_starts(rest, "/P");

		(void)front_word(rest, 0, &end);
		rest = str_trim(str_part(rest, end, rest.len));
		if (ask && (eq = str_find_z(rest, "=")) != SIZE_MAX)
			variable_set(x, str_trim(str_part(rest, 0, eq)), STR("\x01" "ARGUMENT\x02"));
		return;
	}
	if (rest.len > 1 && rest.p[0] == '"') {
		size_t last = str_rfind_char(rest, '"');

		rest = str_part(rest, 1, last > 0 ? last - 1 : 0);
	}
	eq = str_find_z(rest, "=");
	if (eq == SIZE_MAX)
		return;
	name = str_trim(str_part(rest, 0, eq));
	value = str_part(rest, eq + 1, rest.len);
	if (name.len)
		variable_set(x, name, arena_str(x->arena, value));
	(void)b;
}

/* for ... %%i in (SET) do COMMAND: with /f the output of a command becomes the item. */
static void loop(struct batch *x, struct buf *b, struct str rest)
{
	size_t in = str_find_nocase(rest, " in "), open, close, item = str_find_z(rest, "%"), act;
	struct str list, name = STR_NONE;

	open = in == SIZE_MAX ? in : str_find_z(str_part(rest, in, rest.len), "(");
	if (open == SIZE_MAX)
		return;
	open += in;
	act = str_find_nocase(str_part(rest, open, rest.len), ") do ");
	if (act == SIZE_MAX)
		return;
	close = open + act;
	list = str_trim(str_part(rest, open + 1, close - open - 1));
	while (item != SIZE_MAX && item < rest.len && rest.p[item] == '%')
		item++;
	if (item < in)
		name = arena_printf(x->arena, "%%%c", rest.p[item]);
	if (list.len > 2 && (list.p[0] == '\'' || list.p[0] == '`')) {
		buf_add_z(b, "ITEM=$(");
		commands(x, b, str_part(list, 1, list.len - 2));
		buf_add_z(b, ")\n");
		if (name.len)
			variable_set(x, name, STR("\x01" "ITEM\x02"));
	} else if (name.len) {
		size_t end;

		variable_set(x, name, arena_str(x->arena, front_word(list, 0, &end)));
	}
	commands(x, b, expanded(x, str_part(rest, close + 5, rest.len)));
}

/* if [/i] [not] CONDITION COMMAND: the condition is passed over. */
static size_t behind_condition(struct str s, size_t at)
{
	size_t end;
	struct str w = front_word(s, at, &end);

	while (is(w, "/i") || is(w, "not")) {
		at = skip_blanks(s, end);
		w = front_word(s, at, &end);
	}
	if (is(w, "exist") || is(w, "defined") || is(w, "errorlevel")) {
		(void)front_word(s, skip_blanks(s, end), &end);
		return end;
	}
	if (str_has(w, "=="))
		return end;
	at = skip_blanks(s, end);
	w = front_word(s, at, &end);
	if (str_starts(w, "==") || is(w, "equ") || is(w, "neq") || is(w, "lss") || is(w, "leq") || is(w, "gtr") || is(w, "geq"))
		(void)front_word(s, skip_blanks(s, end), &end);
	return end;
}

/* Redirections go behind, as the shell's. The rest is the command. */
static struct str without_redirects(struct batch *x, struct str s, struct buf *redirects)
{
	struct str ret;
	bool quoted = false;
	struct buf b;

	buf_init(&b, LINE_BYTES);
	for (size_t i = 0; i < s.len; i++) {
		char c = s.p[i];

		quoted ^= c == '"';
		if (quoted || (c != '>' && c != '<')) {
			buf_add_char(&b, c);
			continue;
		}
		if (b.len && b.p[b.len - 1] >= '0' && b.p[b.len - 1] <= '9' && (b.len == 1 || b.p[b.len - 2] == ' '))
			buf_printf(redirects, " %c", b.p[--b.len]);
		else
			buf_add_char(redirects, ' ');
		buf_add_char(redirects, c);
		if (i + 1 < s.len && s.p[i + 1] == '>') {
			buf_add_char(redirects, '>');
			i++;
		}
		if (i + 1 < s.len && s.p[i + 1] == '&') {
			buf_add_str(redirects, str_part(s, i + 1, 2));
			i += 2;
			continue;
		}
		for (i++; i < s.len && s.p[i] == ' '; i++)
			;
		{
			size_t end;
			struct str file = front_word(s, i, &end);
			struct words w;

			split(x, file, &w);
			if (w.n)
				put_word(redirects, is(w.at[0], "nul") ? STR("/dev/null") : w.at[0]);
			i = end ? end - 1 : 0;
		}
	}
	ret = arena_str(x->arena, buf_str(&b));
	buf_release(&b);
	return ret;
}

static void simple(struct batch *x, struct buf *b, struct str s)
{
	struct words w;
	struct str program;
	struct buf redirects;
	size_t from = 0;
	bool background = false;

	buf_init(&redirects, LINE_BYTES);
	s = without_redirects(x, s, &redirects);
	split(x, s, &w);
	if (!w.n) {
		buf_release(&redirects);
		return;
	}
	program = program_of(x->arena, w.at[0]);
	if (is(program, "call") && w.n > 1) {
		from = 1;
	} else if (is(program, "start")) {
		background = true;
		for (from = 1; from < w.n && (w.at[from].len == 0 || w.at[from].p[0] == '/'); from++)
			;
		if (from == 1 && w.n > 2 && str_has(str_part(s, 0, 8), "\"")) /* start "title" program */
			from = 2;
	}
	if (from && from < w.n) {
		memmove(w.at, w.at + from, (w.n - from) * sizeof(w.at[0]));
		w.n -= from;
		program = program_of(x->arena, w.at[0]);
	}
	if (is(program, "echo") || str_starts(program, "echo.")) {
		struct str text = str_trim(str_part(s, 4, s.len));

		buf_add_z(b, "echo ");
		put_word(b, text);
	} else if (!put_known(x, b, program, &w)) {
		bool path = str_has(w.at[0], "\\") || str_has(w.at[0], "/") || str_has(w.at[0], "\x01") ||
			str_ends_nocase(w.at[0], ".exe") || str_ends_nocase(w.at[0], ".bat") || str_ends_nocase(w.at[0], ".cmd");

		if (sh_class_of(program) != SH_PLAIN || !path)
			buf_add_str(b, program);
		else
			put_word(b, w.at[0]);
		buf_add_char(b, ' ');
		put_words(b, &w, 1);
	}
	buf_add_str(b, buf_str(&redirects));
	if (background)
		buf_add_z(b, " &");
	buf_release(&redirects);
}

/* cmd /c COMMAND: what stands behind is a line of its own. */
static bool nested(struct batch *x, struct buf *b, struct str s)
{
	size_t end, at;
	struct str first = front_word(s, 0, &end), program;
	struct words w;

	split(x, first, &w);
	program = w.n ? program_of(x->arena, w.at[0]) : STR_NONE;
	if (!is(program, "cmd") && !is(program, "\x01" "COMSPEC\x02"))
		return false;
	for (at = skip_blanks(s, end); at < s.len && s.p[at] == '/'; at = skip_blanks(s, end)) {
		struct str option = front_word(s, at, &end);

		if (is(option, "/c") || is(option, "/k") || is(option, "/r")) {
			struct str inner = str_trim(str_part(s, end, s.len));

			if (inner.len > 1 && inner.p[0] == '"' && inner.p[inner.len - 1] == '"')
				inner = str_part(inner, 1, inner.len - 2);
			commands(x, b, inner);
			return true;
		}
	}
	return false;
}

static void command(struct batch *x, struct buf *b, struct str s)
{
	size_t at = skip_blanks(s, 0), end;
	struct str word;

	s = str_trim(str_part(s, at, s.len));
	while (s.len && s.p[s.len - 1] == ')')
		s = str_trim(str_part(s, 0, s.len - 1));
	word = front_word(s, 0, &end);
	if (!s.len || s.p[0] == ':' || is(word, "rem") || is(word, "goto") || is(word, "setlocal") || is(word, "endlocal"))
		return;
	if (is(word, "set"))
		set(x, b, str_part(s, end, s.len));
	else if (is(word, "for"))
		loop(x, b, str_part(s, end, s.len));
	else if (is(word, "if"))
		commands(x, b, str_part(s, behind_condition(s, skip_blanks(s, end)), s.len));
	else if (is(word, "else"))
		commands(x, b, str_part(s, end, s.len));
	else if (!nested(x, b, s))
		simple(x, b, s);
}

/* COMMAND & COMMAND, &&, ||, |; carets make the next sign ordinary. */
static void commands(struct batch *x, struct buf *b, struct str s)
{
	bool quoted = false;
	struct buf one;

	if (x->depth >= NESTED_MAX || !budget_step(x->budget, s.len / 8 + 4)) {
		x->limit = true;
		return;
	}
	x->depth++;
	buf_init(&one, LINE_BYTES);
	if (str_starts(s, "for ") || str_starts(s, "FOR ")) { /* its command may hold separators */
		command(x, b, s);
		s = STR_NONE;
	}
	for (size_t i = 0; i < s.len; i++) {
		char c = s.p[i], d = i + 1 < s.len ? s.p[i + 1] : 0;

		quoted ^= c == '"';
		if (c == '^' && !quoted && d) {
			buf_add_char(&one, d);
			i++;
		} else if (!quoted && (c == '&' || c == '|') && !(c == '&' && one.len && one.p[one.len - 1] == '>')) {
			command(x, b, buf_str(&one));
			buf_clear(&one);
			buf_add_z(b, c == '|' && d != '|' ? " | " : "\n");
			i += d == c;
		} else {
			buf_add_char(&one, c);
		}
	}
	command(x, b, arena_str(x->arena, buf_str(&one)));
	buf_release(&one);
	x->depth--;
}

struct str batch_command(struct arena *a, struct budget *budget, struct str line)
{
	struct batch x = {.arena = a, .budget = budget};
	struct str ret;
	struct buf b;

	buf_init(&b, LINE_BYTES);
	commands(&x, &b, expanded(&x, line));
	ret = arena_str(a, buf_str(&b));
	buf_release(&b);
	return ret;
}

/* A line with those that a caret continues. */
static bool next_line(
	struct arena *a, struct str *rest, struct str *ret, const char **ret_from, size_t *ret_written)
{
	struct str line;
	const char *from;

	if (!str_line(rest, &line))
		return false;
	*ret_from = from = line.p;
	*ret = line;
	while (line.len && line.p[line.len - 1] == '^' && rest->len) {
		struct str more;

		if (!str_line(rest, &more))
			break;
		*ret = arena_printf(a, "%.*s%.*s", STR_ARG(str_part(*ret, 0, ret->len - 1)), STR_ARG(more));
		line = more;
	}
	*ret_written = (size_t)(line.p + line.len - from);
	return true;
}

void batch_lower(struct arena *a, struct budget *budget, struct str text, struct batch_script *ret)
{
	struct batch x = {.arena = a, .budget = budget};
	struct str rest = text, line;
	const char *from;
	size_t written;
	struct buf b;

	memset(ret, 0, sizeof(*ret));
	buf_init(&b, LINE_BYTES);
	while (!x.limit && next_line(a, &rest, &line, &from, &written)) {
		size_t at = (size_t)(from - text.p);
		struct str code;

		if (!budget_step(budget, line.len / 8 + 2)) {
			x.limit = true;
			break;
		}
		x.spelled = false;
		buf_clear(&b);
		commands(&x, &b, expanded(&x, str_trim(line)));
		x.limit |= b.full;
		code = str_trim(buf_str(&b));
		if (x.spelled)
			*ARENA_PUSH(a, ret->spelled, ret->n_spelled, ret->room_spelled) = (struct span){at, at + written};
		if (code.len)
			*ARENA_PUSH(a, ret->pieces, ret->n, ret->room) = (struct embedded){.code = arena_str(a, code),
				.name = STR("command"), .at = at, .len = written};
	}
	ret->limit = x.limit;
	buf_release(&b);
}

/* --- the reader --- */

static int batch_claim(const struct read_in *in)
{
	return str_ends_nocase(in->path, ".bat") || str_ends_nocase(in->path, ".cmd") ? 80 : 0;
}

/* New lines of the kind that command_facts() knows, and those that are spelled from parts. */
static void line_facts(struct read_in *in, struct str text, size_t shift, const struct batch_script *now,
	const struct align *al, const struct line_index *lines)
{
	for (size_t i = 0; i < now->n; i++) {
		const struct embedded *e = &now->pieces[i];
		struct unit u = {.change = in->has_old ? UNIT_CHANGED : UNIT_ADDED, .name = STR("command"),
			.line = line_of(lines, e->at, NULL)};
		struct fact f = {.flags = FACT_TOP_LEVEL | FACT_CONSTANT, .line = u.line, .excerpt = str_part(str_part(text, e->at, e->len), 0, FACT_EXCERPT_BYTES)};
		bool spelled = false;

		if (!align_is_fresh(al, e->at, e->at + e->len))
			continue;
		for (size_t k = 0; k < now->n_spelled && !spelled; k++)
			spelled = now->spelled[k].from == e->at;
		place_of(in, text, shift, e->at, e->len, &u.offset, &u.length);
		f.offset = u.offset;
		f.length = u.length;
		f.unit = read_unit(in, &u);
		(void)command_facts(in, str_part(text, e->at, e->len), &f);
		if (!spelled)
			continue;
		f.kind = FACT_DECODED;
		f.key = STR("concat");
		f.value = e->code;
		f.number = 1;
		read_fact(in, &f);
	}
}

static enum status batch_read(struct read_in *in)
{
	struct batch_script now, before = {0};
	struct str text, old = STR_NONE;
	struct read_in alone = *in;
	struct line_index *lines;
	size_t shift, unused;
	struct align al;
	enum status s;

	if (!read_text(in->arena, in->new_, &text, &shift))
		return STATUS_UNSUPPORTED;
	if (!in->has_old || !read_text(in->arena, in->old, &old, &unused)) {
		alone.has_old = false;
		old = STR_NONE;
	}
	if (text.len > TEXT_MAX || old.len > TEXT_MAX)
		return STATUS_LIMIT;
	s = align_texts(&alone, LANGUAGE_TEXT, old, text, &al);
	lines = line_index_make(in->arena, text);
	hidden_facts(&alone, LANGUAGE_TEXT, text, &al, lines);
	if (old.p)
		batch_lower(in->arena, in->budget, old, &before);
	batch_lower(in->arena, in->budget, text, &now);
	line_facts(&alone, text, shift, &now, &al, lines);
	if (s == STATUS_OK)
		s = embedded_read(&alone, text, shift, LANGUAGE_SHELL, now.pieces, now.n, before.pieces, before.n);
	if (now.limit || before.limit)
		s = STATUS_LIMIT;
	read_cover(in, s == STATUS_LIMIT ? COVER_BLIND : COVER_PARSED, in->new_.len,
		s == STATUS_LIMIT ? "over budget" : "");
	return s;
}

const struct reader reader_batch = {
	"batch", "batch files of Windows, as commands of a shell", batch_claim, batch_read};
