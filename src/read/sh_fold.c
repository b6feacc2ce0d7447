/*
 * What a shell word amounts to: quotes and escapes taken off, variables of the script put in, parts
 * and substitutions of strings done, command substitutions asked for. And the decoders of the
 * programs that scripts decode with. Nothing is run; all work is linear in what it reads and makes.
 */
#include <stdlib.h>
#include <zlib.h>

#include "read/sh_int.h"
#include "util/buf.h"
#include "util/escape.h"

enum { NAME_BYTES = 200 };

const char *sh_source_name(unsigned bit)
{
	static const char *const names[] = {"net", "env", "cred", "file", "host", "data", "arg"};

	return bit < sizeof(names) / sizeof(names[0]) ? names[bit] : "dyn";
}

/* --- values --- */

void sh_val_taint(struct sh_val *v, const struct sh_val *more)
{
	v->from |= more->from;
	v->fresh |= more->fresh;
	if (more->layers > v->layers) {
		v->layers = more->layers;
		v->scheme = more->scheme;
	}
	if (!v->origin.len)
		v->origin = more->origin;
	if (!v->steps.len)
		v->steps = more->steps;
}

/*
 * Behind the text of a value there may be room that it shares with its copies; who holds all that was written
 * goes on there, anybody else takes a copy. What a script prints would else be copied with each command.
 */
struct sh_room {
	size_t used, size;
	char text[];
};

static bool val_append(struct sh_fold *f, struct sh_val *v, struct str more)
{
	size_t n = v->s.len + more.len;
	struct sh_room *r = v->room;

	if (!r || v->s.p != r->text || r->used != v->s.len || n > r->size) {
		if (!budget_step(f->budget, n / 64))
			return false;
		r = arena_alloc(f->arena, sizeof(*r) + 2 * n);
		r->size = 2 * n;
		memcpy(r->text, v->s.p, v->s.len);
	} else if (!budget_step(f->budget, more.len / 64)) {
		return false;
	}
	memcpy(r->text + v->s.len, more.p, more.len);
	r->used = n;
	v->room = r;
	v->s = str_view(r->text, n);
	return true;
}

void sh_val_join(struct sh_fold *f, struct sh_val *v, const struct sh_val *more)
{
	size_t room = v->constant && more->constant ? SH_VALUE_BYTES : SH_UNKNOWN_BYTES;
	size_t n = v->s.len + more->s.len;

	v->constant = v->constant && more->constant && n <= room;
	sh_val_taint(v, more);
	if (!v->s.len) {
		v->s = more->s;
	} else if (more->s.len && (n > room || !val_append(f, v, more->s))) {
		v->constant = false;
	}
	if (!v->constant && v->s.len > SH_UNKNOWN_BYTES)
		v->s.len = SH_UNKNOWN_BYTES;
}

/* --- decoders --- */

bool sh_decode_base32(struct arena *a, struct str s, struct str *ret)
{
	char *out = arena_alloc(a, s.len + 1);
	uint32_t bits = 0, n_bits = 0;
	size_t n = 0;

	for (size_t i = 0; i < s.len; i++) {
		char c = s.p[i];
		int d = c >= 'A' && c <= 'Z' ? c - 'A' : c >= '2' && c <= '7' ? c - '2' + 26 : -1;

		if (c == '=' || c == '\n' || c == '\r' || c == ' ')
			continue;
		if (d < 0)
			return false;
		bits = bits << 5 | (uint32_t)d;
		n_bits += 5;
		if (n_bits >= 8) {
			n_bits -= 8;
			out[n++] = (char)(bits >> n_bits);
		}
	}
	*ret = str_view(out, n);
	return n > 0;
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 32;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool sh_decode_hex(struct arena *a, struct str s, struct str *ret)
{
	char *out = arena_alloc(a, s.len / 2 + 1);
	int high = -1;
	size_t n = 0;

	for (size_t i = 0; i < s.len; i++) {
		int d = hex_digit(s.p[i]);

		if (s.p[i] == '\n' || s.p[i] == '\r' || s.p[i] == ' ' || s.p[i] == ':')
			continue;
		if (d < 0)
			return false;
		if (high < 0) {
			high = d;
		} else {
			out[n++] = (char)(high << 4 | d);
			high = -1;
		}
	}
	*ret = str_view(out, n);
	return n > 0;
}

static size_t number_at(struct str s, size_t at, int base, size_t max, uint32_t *ret)
{
	size_t n = 0;

	*ret = 0;
	while (n < max && at + n < s.len) {
		int d = hex_digit(s.p[at + n]);

		if (d < 0 || d >= base)
			break;
		*ret = *ret * (uint32_t)base + (uint32_t)d;
		n++;
	}
	return n;
}

struct str sh_decode_escapes(struct arena *a, struct str s, bool *ret_any)
{
	static const char plain[] = "n\nt\tr\r\\\\a\ab\bf\fv\v'\'\"\"e\x1b" "E\x1b";
	struct buf b;
	struct str ret;

	buf_init(&b, s.len * 4 + 16);
	for (size_t i = 0; i < s.len; i++) {
		uint32_t v;
		size_t n;
		char c;

		if (s.p[i] != '\\' || i + 1 >= s.len) {
			buf_add_char(&b, s.p[i]);
			continue;
		}
		c = s.p[++i];
		if (c == 'x' && (n = number_at(s, i + 1, 16, 2, &v)) > 0) {
			buf_add_char(&b, (char)v);
			*ret_any = true;
			i += n;
		} else if ((c == 'u' || c == 'U') && (n = number_at(s, i + 1, 16, c == 'u' ? 4 : 8, &v)) > 0) {
			utf8_put(&b, v);
			*ret_any = true;
			i += n;
		} else if ((n = number_at(s, i, 8, c == '0' ? 4 : 3, &v)) > 0) {
			buf_add_char(&b, (char)v);
			*ret_any = true;
			i += n - 1;
		} else {
			const char *hit = NULL;

			for (const char *p = plain; *p && !hit; p += 2)
				hit = *p == c ? p + 1 : NULL;
			if (!hit)
				buf_add_char(&b, '\\');
			buf_add_char(&b, hit ? *hit : c);
		}
	}
	ret = arena_str(a, buf_str(&b));
	buf_release(&b);
	return ret;
}

bool sh_decode_gzip(struct arena *a, struct str s, struct str *ret)
{
	z_stream z = {.next_in = (Bytef *)(uintptr_t)s.p, .avail_in = (uInt)s.len};
	struct buf b;
	int r = Z_OK;

	if (s.len > SH_VALUE_BYTES || s.len < 4 || inflateInit2(&z, 15 + 32) != Z_OK)
		return false;
	buf_init(&b, SH_VALUE_BYTES);
	while (r == Z_OK) {
		char *p = buf_reserve(&b, 16384);

		if (!p)
			break;
		z.next_out = (Bytef *)p;
		z.avail_out = 16384;
		r = inflate(&z, Z_NO_FLUSH);
		b.len += 16384 - z.avail_out;
		if (r == Z_BUF_ERROR)
			break;
	}
	inflateEnd(&z);
	*ret = arena_str(a, buf_str(&b));
	buf_release(&b);
	return r == Z_STREAM_END;
}

/* a-z becomes all letters; classes and escapes as tr knows them. */
static struct str tr_set(struct arena *a, struct str s)
{
	struct buf b;
	struct str ret;
	bool any;

	if (str_is(s, "[:upper:]"))
		s = STR("A-Z");
	else if (str_is(s, "[:lower:]"))
		s = STR("a-z");
	s = sh_decode_escapes(a, s, &any);
	buf_init(&b, 4096);
	for (size_t i = 0; i < s.len; i++) {
		if (i + 2 < s.len && s.p[i + 1] == '-' && (uint8_t)s.p[i + 2] >= (uint8_t)s.p[i]) {
			for (int c = (uint8_t)s.p[i]; c <= (uint8_t)s.p[i + 2]; c++)
				buf_add_char(&b, (char)c);
			i += 2;
		} else {
			buf_add_char(&b, s.p[i]);
		}
	}
	ret = arena_str(a, buf_str(&b));
	buf_release(&b);
	return ret;
}

struct str sh_decode_tr(struct arena *a, struct str s, struct str set1, struct str set2, bool delete)
{
	char *out = arena_alloc(a, s.len + 1);
	int map[256];
	size_t n = 0;

	set1 = tr_set(a, set1);
	set2 = tr_set(a, set2);
	for (int i = 0; i < 256; i++)
		map[i] = i;
	for (size_t i = 0; i < set1.len; i++) {
		if (delete)
			map[(uint8_t)set1.p[i]] = -1;
		else if (set2.len)
			map[(uint8_t)set1.p[i]] = (uint8_t)set2.p[i < set2.len ? i : set2.len - 1];
	}
	for (size_t i = 0; i < s.len; i++)
		if (map[(uint8_t)s.p[i]] >= 0)
			out[n++] = (char)map[(uint8_t)s.p[i]];
	return str_view(out, n);
}

struct str sh_decode_rev(struct arena *a, struct str s)
{
	char *out = arena_alloc(a, s.len + 1);
	struct str rest = s, line;

	while (str_line(&rest, &line)) {
		size_t at = (size_t)(line.p - s.p);

		for (size_t i = 0; i < line.len; i++)
			out[at + i] = line.p[line.len - 1 - i];
		if (at + line.len < s.len)
			out[at + line.len] = '\n';
	}
	return str_view(out, s.len);
}

/* --- words --- */

struct folding {
	struct sh_fold *f;
	struct buf out;
	struct sh_val v;
};

static void put(struct folding *w, struct str s)
{
	size_t room = w->v.constant ? SH_VALUE_BYTES : SH_UNKNOWN_BYTES;

	if (w->out.len + s.len > room || !buf_add_str(&w->out, s))
		w->v.constant = false;
}

static void put_val(struct folding *w, const struct sh_val *v, bool quoted)
{
	size_t from = w->out.len;

	sh_val_taint(&w->v, v);
	w->v.constant = w->v.constant && v->constant && budget_step(w->f->budget, v->s.len / 64);
	w->v.is_command |= v->is_command;
	put(w, v->s);
	for (size_t i = from; !quoted && i < w->out.len; i++)
		if (w->out.p[i] == ' ' || w->out.p[i] == '\t' || w->out.p[i] == '\n')
			w->out.p[i] = SH_SPLIT;
}

static bool is_name_char(char c, bool first)
{
	return c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (!first && c >= '0' && c <= '9');
}

static size_t name_length(struct str s)
{
	size_t n = 0;

	while (n < s.len && n < NAME_BYTES && is_name_char(s.p[n], n == 0))
		n++;
	return n;
}

/* A variable the script never sets: unknown, or the secrets and blanks that its name says. */
static struct sh_val unknown_variable(struct arena *a, struct str name)
{
	struct sh_val v = {.s = arena_printf(a, "$%.*s", STR_ARG(name))};

	if (str_is(name, "IFS"))
		return (struct sh_val){.s = STR(" "), .constant = true};
	v.origin = v.s;
	if (sh_env_is_secret(name))
		v.from = SH_FROM_CRED;
	else if (name.len && ((name.p[0] >= '0' && name.p[0] <= '9') || name.p[0] == '@' || name.p[0] == '*'))
		v.from = SH_FROM_ARG;
	return v;
}

static struct sh_val variable(struct folding *w, struct str name)
{
	const struct sh_val *known = w->f->variable(w->f->sh, name);

	return known ? *known : unknown_variable(w->f->arena, name);
}

static struct str replaced(struct folding *w, struct str s, struct str from, struct str to, bool all)
{
	struct buf b;
	struct str ret;
	size_t at;

	buf_init(&b, SH_VALUE_BYTES);
	while (from.len && (at = str_find(s, from)) != SIZE_MAX) {
		buf_add_str(&b, str_part(s, 0, at));
		buf_add_str(&b, to);
		s = str_part(s, at + from.len, s.len);
		if (!all)
			break;
	}
	buf_add_str(&b, s);
	w->v.constant = w->v.constant && !b.full;
	ret = arena_str(w->f->arena, buf_str(&b));
	buf_release(&b);
	return ret;
}

static bool has_glob(struct str s)
{
	return s.p && (memchr(s.p, '*', s.len) || memchr(s.p, '?', s.len) || memchr(s.p, '[', s.len));
}

/* :offset:length */
static bool slice(struct sh_val *v, struct str spec)
{
	uint64_t off, len = v->s.len;
	size_t colon = str_find_z(spec, ":");
	bool from_end;
	struct str first = str_trim(str_part(spec, 0, colon == SIZE_MAX ? spec.len : colon));

	from_end = first.len > 1 && first.p[0] == '-';
	if (!str_to_u64(str_part(first, from_end, first.len), 10, &off))
		return false;
	if (from_end)
		off = off > v->s.len ? 0 : v->s.len - off;
	if (colon != SIZE_MAX && !str_to_u64(str_trim(str_part(spec, colon + 1, spec.len)), 10, &len))
		return false;
	v->s = off > v->s.len ? STR("") : str_part(v->s, (size_t)off, (size_t)len);
	return true;
}

static void change_case(struct folding *w, struct sh_val *v, bool upper, bool all)
{
	char *p = (char *)(uintptr_t)arena_str(w->f->arena, v->s).p;

	for (size_t i = 0; i < v->s.len && (all || i == 0); i++)
		if (upper ? (p[i] >= 'a' && p[i] <= 'z') : (p[i] >= 'A' && p[i] <= 'Z'))
			p[i] ^= 32;
	v->s = str_view(p, v->s.len);
}

static struct sh_val part_value(struct folding *w, struct str text)
{
	return sh_fold_word(w->f, text, 0, text.len, true);
}

/* The inside of ${...}. */
static struct sh_val parameter(struct folding *w, struct str in)
{
	bool indirect = in.len > 1 && in.p[0] == '!', length = in.len > 1 && in.p[0] == '#';
	struct str name, rest;
	struct sh_val v;
	size_t n;

	if (indirect || length)
		in = str_part(in, 1, in.len);
	n = name_length(in);
	if (n == 0 && in.len)
		n = 1;
	name = str_part(in, 0, n);
	rest = str_part(in, n, in.len);
	if (rest.len && rest.p[0] == '[') { /* an element: name[2] is a variable of its own here */
		size_t end = str_find_z(rest, "]");

		if (end != SIZE_MAX) {
			struct sh_val index = part_value(w, str_part(rest, 1, end - 1));

			if (index.constant && !str_is(index.s, "@") && !str_is(index.s, "*"))
				name = arena_printf(w->f->arena, "%.*s[%.*s]", STR_ARG(name), STR_ARG(index.s));
			rest = str_part(rest, end + 1, rest.len);
		}
	}
	v = variable(w, name);
	if (indirect && v.constant && v.s.len < NAME_BYTES)
		v = variable(w, v.s);
	if (length) {
		v.s = v.constant ? arena_printf(w->f->arena, "%zu", v.s.len) : v.s;
		return v;
	}
	if (!rest.len)
		return v;
	if (rest.p[0] == ':' && rest.len > 1 && strchr("-=+?", rest.p[1]))
		rest = str_part(rest, 1, rest.len);
	if (rest.p[0] == '-' || rest.p[0] == '=') {
		struct sh_val other = part_value(w, str_part(rest, 1, rest.len));

		if (w->f->variable(w->f->sh, name))
			return v;
		sh_val_taint(&other, &v);
		other.constant = false; /* it may be set from outside; its text is the likely one */
		return other;
	}
	if (rest.p[0] == '+')
		return part_value(w, str_part(rest, 1, rest.len));
	if (!v.constant)
		return v;
	if (rest.p[0] == ':' && slice(&v, str_part(rest, 1, rest.len)))
		return v;
	if (rest.p[0] == '^' || rest.p[0] == ',') {
		change_case(w, &v, rest.p[0] == '^', rest.len > 1 && rest.p[1] == rest.p[0]);
		return v;
	}
	if (rest.p[0] == '/') {
		bool all = rest.len > 1 && rest.p[1] == '/';
		struct str spec = str_part(rest, all ? 2 : 1, rest.len);
		size_t slash = str_find_z(spec, "/");
		struct sh_val from = part_value(w, str_part(spec, 0, slash == SIZE_MAX ? spec.len : slash));
		struct sh_val to = slash == SIZE_MAX ? (struct sh_val){.s = STR(""), .constant = true} :
			part_value(w, str_part(spec, slash + 1, spec.len));

		if (from.constant && to.constant && !has_glob(from.s)) {
			v.s = replaced(w, v.s, from.s, to.s, all);
			return v;
		}
	}
	if (rest.p[0] == '#' || rest.p[0] == '%') {
		bool front = rest.p[0] == '#';
		struct sh_val cut = part_value(w, str_part(rest, rest.len > 1 && rest.p[1] == rest.p[0] ? 2 : 1, rest.len));

		if (cut.constant && !has_glob(cut.s) && cut.s.len <= v.s.len) {
			struct str edge = front ? str_part(v.s, 0, cut.s.len) : str_part(v.s, v.s.len - cut.s.len, cut.s.len);

			if (str_equal(edge, cut.s))
				v.s = front ? str_part(v.s, cut.s.len, v.s.len) : str_part(v.s, 0, v.s.len - cut.s.len);
			return v;
		}
	}
	v.constant = false;
	return v;
}

/* $ at text[i]; returns where it ends. */
static size_t dollar(struct folding *w, struct str text, size_t i, size_t to, bool quoted)
{
	struct arena *a = w->f->arena;
	size_t end = sh_quoted_end(text, i), n;
	struct sh_val v;
	bool any = false;

	if (end > to)
		end = to;
	if (i + 1 >= to) {
		put(w, STR("$"));
		return i + 1;
	}
	if (text.p[i + 1] == '\'' && !quoted) {
		struct str inner = str_part(text, i + 2, end > i + 3 ? end - i - 3 : 0);

		put(w, sh_decode_escapes(a, inner, &any));
		if (any && w->v.layers == 0) {
			w->v.layers = 1;
			w->v.scheme = "escape";
		}
		return end;
	}
	if (text.p[i + 1] == '"' && !quoted)
		return i + 1;
	if (text.p[i + 1] == '(') {
		if (i + 2 < to && text.p[i + 2] == '(') {
			put(w, str_part(text, i, end - i));
			w->v.constant = false;
			return end;
		}
		v = w->f->substitute(w->f->sh, str_part(text, i + 2, end > i + 3 ? end - i - 3 : 0), i + 2, false);
		put_val(w, &v, quoted);
		return end;
	}
	if (text.p[i + 1] == '{') {
		v = parameter(w, str_part(text, i + 2, end > i + 3 ? end - i - 3 : 0));
		put_val(w, &v, quoted);
		return end;
	}
	n = name_length(str_part(text, i + 1, to - i - 1));
	if (n == 0 && strchr("0123456789@*#?$!-", text.p[i + 1]))
		n = 1;
	if (n == 0) {
		put(w, STR("$"));
		return i + 1;
	}
	v = variable(w, str_part(text, i + 1, n));
	put_val(w, &v, quoted);
	return i + 1 + n;
}

static size_t backtick(struct folding *w, struct str text, size_t i, size_t to, bool quoted)
{
	size_t end = i + 1;
	struct sh_val v;
	struct buf b;

	buf_init(&b, to - i + 1);
	for (; end < to && text.p[end] != '`'; end++) {
		if (text.p[end] == '\\' && end + 1 < to && strchr("`\\$", text.p[end + 1]))
			end++;
		buf_add_char(&b, text.p[end]);
	}
	v = w->f->substitute(w->f->sh, arena_str(w->f->arena, buf_str(&b)), i + 1, false);
	buf_release(&b);
	put_val(w, &v, quoted);
	return end < to ? end + 1 : to;
}

/* Inside of double quotes or a here-document; ends at the quote unless `all`. */
static size_t double_quoted(struct folding *w, struct str text, size_t i, size_t to, bool all)
{
	while (i < to && (all || text.p[i] != '"')) {
		char c = text.p[i];

		if (c == '\\' && i + 1 < to) {
			if (text.p[i + 1] == '\n')
				;
			else if (strchr("$`\"\\", text.p[i + 1]))
				buf_add_char(&w->out, text.p[i + 1]);
			else
				put(w, str_part(text, i, 2));
			i += 2;
		} else if (c == '$') {
			i = dollar(w, text, i, to, true);
		} else if (c == '`') {
			i = backtick(w, text, i, to, true);
		} else {
			size_t from = i;

			while (i < to && text.p[i] != '\\' && text.p[i] != '$' && text.p[i] != '`' && (all || text.p[i] != '"'))
				i++;
			put(w, str_part(text, from, i - from));
		}
	}
	return i;
}

static size_t unquoted(struct folding *w, struct str text, size_t from, size_t i, size_t to)
{
	char c = text.p[i];

	if (c == '\\') {
		if (i + 1 < to && text.p[i + 1] != '\n')
			buf_add_char(&w->out, text.p[i + 1]);
		return i + 2;
	}
	if (c == '\'') {
		const char *end = memchr(text.p + i + 1, '\'', to - i - 1);
		size_t stop = end ? (size_t)(end - text.p) : to;

		put(w, str_part(text, i + 1, stop - i - 1));
		return stop + 1;
	}
	if (c == '"')
		return double_quoted(w, text, i + 1, to, false) + 1;
	if (c == '$')
		return dollar(w, text, i, to, false);
	if (c == '`')
		return backtick(w, text, i, to, false);
	if ((c == '<' || c == '>') && i == from && i + 1 < to && text.p[i + 1] == '(') {
		struct sh_val v = w->f->substitute(w->f->sh, str_part(text, i + 2, to > i + 3 ? to - i - 3 : 0), i + 2, true);

		v.is_command = c == '<';
		v.constant = false; /* the word is a file name; the value is what is in it */
		put_val(w, &v, true);
		return to;
	}
	if (c == '~' && i == from && (i + 1 == to || text.p[i + 1] == '/')) {
		put(w, STR("~"));
		return i + 1;
	}
	buf_add_char(&w->out, c);
	return i + 1;
}

struct sh_val sh_fold_word(struct sh_fold *f, struct str text, size_t from, size_t to, bool heredoc)
{
	struct folding w = {.f = f, .v = {.constant = true}};

	if (to > text.len)
		to = text.len;
	if (f->depth >= SH_WORD_DEPTH || !budget_step(f->budget, 1 + (to - from) / 64)) {
		f->too_deep |= f->depth >= SH_WORD_DEPTH;
		w.v.constant = false;
		w.v.s = str_part(text, from, to - from < 256 ? to - from : 256);
		return w.v;
	}
	f->depth++;
	buf_init(&w.out, SH_VALUE_BYTES);
	if (heredoc)
		double_quoted(&w, text, from, to, true);
	else
		for (size_t i = from; i < to;)
			i = unquoted(&w, text, from, i, to);
	f->depth--;
	if (w.out.full)
		w.v.constant = false;
	w.v.s = buf_str(&w.out);
	if (!w.v.constant && w.v.s.len > SH_UNKNOWN_BYTES)
		w.v.s.len = SH_UNKNOWN_BYTES;
	w.v.s = arena_str(f->arena, w.v.s);
	buf_release(&w.out);
	return w.v;
}
