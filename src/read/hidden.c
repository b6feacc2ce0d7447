/*
 * Where new code stands says something when the place was chosen so that nobody looks there. One
 * pass over the tokens of NEW; strings are tokens, so blanks inside them are nobody's hiding place.
 */
#include "read/lexer.h"
#include "util/escape.h"

enum {
	FAR_COLUMN = 200,
	FAR_BLANKS = 100,
	TAB_COLUMNS = 8,
	BLANK_LINES = 50,
	INVISIBLE_RUN = 8,
	DENSE_LINE_BYTES = 1000,
	READABLE_COLUMNS = 120,
	APPENDED_TOKENS = 20,
	HIDDEN_FACTS = 64, /* of each kind in one member */
};

struct hide {
	struct read_in *in;
	enum language lang;
	struct str text;
	const struct align *al;
	const struct line_index *lines;
	size_t shift;
	uint32_t n_far, n_blank, n_bidi, n_invisible, n_comment, n_dense;
	size_t old_bidi, new_bidi, old_invisible, new_invisible;
};

static void hidden_emit(struct hide *h, const char *key, size_t from, size_t to, uint64_t number,
	uint32_t *count)
{
	struct fact f = {.kind = FACT_HIDDEN, .unit = FACT_NO_UNIT, .key = str_of(key), .number = number};

	if ((*count)++ >= HIDDEN_FACTS)
		return;
	f.line = line_of(h->lines, from, NULL);
	f.offset = from + h->shift;
	f.length = to - from;
	f.excerpt = str_part(h->text, from, to - from < FACT_EXCERPT_BYTES ? to - from : FACT_EXCERPT_BYTES);
	read_fact(h->in, &f);
}

static struct span fresh_around(const struct align *al, size_t at)
{
	for (size_t lo = 0, hi = al->n_fresh; lo < hi;) {
		size_t mid = lo + (hi - lo) / 2;

		if (al->fresh[mid].to <= at)
			lo = mid + 1;
		else if (al->fresh[mid].from > at)
			hi = mid;
		else
			return al->fresh[mid];
	}
	return (struct span){at, at};
}

/* --- far to the right, after blank lines --- */

/* In shell a comment is a token; a comment far to the right is nobody's code. */
static bool is_comment_mark(const struct hide *h, const struct token *t)
{
	return h->lang == LANGUAGE_SHELL && t->kind == TOKEN_PUNCT && t->sub == '#';
}

/* The white space that ends at `at` and begins behind the last token or comment. */
static void gap_check(struct hide *h, size_t last_end, const struct token *t)
{
	size_t blanks = 0, columns = 0, newlines = 0, i = t->at;
	uint32_t column;

	if (t->at - last_end < BLANK_LINES && t->at - last_end < FAR_BLANKS / TAB_COLUMNS)
		return;
	for (; i > last_end; i--) {
		char c = h->text.p[i - 1];

		if (c == '\n')
			newlines++;
		else if (c != ' ' && c != '\t' && c != '\r' && c != '\v' && c != '\f' && (uint8_t)c < 0x80)
			break;
		if (newlines == 0 && c != '\r') {
			blanks += c == '\t' ? TAB_COLUMNS : 1;
			columns += c == '\t' ? TAB_COLUMNS - 1 : 0;
		}
	}
	if (t->kind == TOKEN_NEWLINE || is_comment_mark(h, t))
		return;
	line_of(h->lines, t->at, &column);
	if (column + columns > FAR_COLUMN && blanks >= (h->al->minified_new ? 2 : 1) * FAR_BLANKS)
		hidden_emit(h, "far-right", t->at, fresh_around(h->al, t->at).to, column, &h->n_far);
	if (newlines > BLANK_LINES)
		hidden_emit(h, "blank-run", t->at, fresh_around(h->al, t->at).to, newlines - 1, &h->n_blank);
}

/* --- characters that show nothing or turn the line round --- */

static bool is_override(uint32_t c)
{
	return (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
}

/* Scripts whose ordinary text holds such controls. */
static bool is_right_to_left(uint32_t c)
{
	return (c >= 0x590 && c <= 0x8ff) || (c >= 0xfb1d && c <= 0xfdff) || (c >= 0xfe70 && c <= 0xfefc);
}

struct odd_chars {
	size_t overrides, invisible, longest_run, first_override, first_invisible;
	bool right_to_left;
};

static struct odd_chars odd_chars_of(struct str s)
{
	struct odd_chars o = {0};
	size_t run = 0;

	for (size_t pos = 0; pos < s.len;) {
		size_t at = pos;
		uint32_t c;

		if ((uint8_t)s.p[pos] < 0x80) {
			pos++;
			run = 0;
			continue;
		}
		c = utf8_next(s, &pos);
		o.right_to_left |= is_right_to_left(c);
		if (is_override(c) && o.overrides++ == 0)
			o.first_override = at;
		if (!utf8_is_invisible(c)) {
			run = 0;
			continue;
		}
		if (o.invisible++ == 0)
			o.first_invisible = at;
		if (++run > o.longest_run)
			o.longest_run = run;
	}
	return o;
}

static bool has_high_byte(struct str s)
{
	for (size_t i = 0; i < s.len; i++)
		if ((uint8_t)s.p[i] >= 0x80)
			return true;
	return false;
}

static void chars_check(struct hide *h, const struct token *t)
{
	struct str s = token_text(h->text, t);
	bool text = t->kind == TOKEN_STRING || t->kind == TOKEN_TEMPLATE || t->kind == TOKEN_COMMENT ||
		t->kind == TOKEN_REGEX || h->lang == LANGUAGE_TEXT || h->lang == LANGUAGE_SHELL;
	struct odd_chars o;

	if (!has_high_byte(s))
		return;
	o = odd_chars_of(s);
	if (o.overrides && !(text && o.right_to_left) && h->new_bidi > h->old_bidi)
		hidden_emit(h, "bidi", t->at + o.first_override, (size_t)t->at + t->len, o.overrides, &h->n_bidi);
	if (h->new_invisible > h->old_invisible && (o.longest_run >= INVISIBLE_RUN || (!text && o.invisible)))
		hidden_emit(h, "invisible", t->at + o.first_invisible, (size_t)t->at + t->len, o.invisible,
			&h->n_invisible);
}

/* --- minified code in a readable file --- */

static bool is_readable(struct str text)
{
	size_t lines = 0, short_lines = 0;
	struct str rest = text, line;

	while (str_line(&rest, &line)) {
		if (line.len == 0)
			continue;
		lines++;
		short_lines += line.len <= READABLE_COLUMNS;
	}
	return lines >= 5 && short_lines * 10 >= lines * 9;
}

struct dense { /* the fresh tokens of one line */
	size_t line_end, from, to;
	uint32_t calls, code, tokens;
};

static void dense_flush(struct hide *h, struct dense *d)
{
	if (d->to - d->from > DENSE_LINE_BYTES && d->calls >= 5 && d->code * 4 > d->tokens)
		hidden_emit(h, "minified-in-source", d->from, d->to, d->to - d->from, &h->n_dense);
	*d = (struct dense){0};
}

static void dense_add(struct hide *h, struct dense *d, const struct token *t)
{
	if (t->at >= d->line_end) {
		const char *nl = memchr(h->text.p + t->at, '\n', h->text.len - t->at);

		dense_flush(h, d);
		d->line_end = nl ? (size_t)(nl - h->text.p) : h->text.len;
		d->from = t->at;
	}
	d->to = (size_t)t->at + t->len;
	d->tokens++;
	d->code += t->kind == TOKEN_IDENT || t->kind == TOKEN_KEYWORD || t->kind == TOKEN_WORD;
	d->calls += t->kind == TOKEN_PUNCT && t->sub == '(';
}

/* --- behind the end --- */

static bool has_map_mark(struct str s)
{
	return str_has(s, "sourceMappingURL=") || str_has(s, "# sourceURL=");
}

/* Where OLD ended: behind its last matched token in NEW, if OLD ended in something final. */
static size_t end_of_old(const struct hide *h, struct str old)
{
	const struct align_run *r = h->al->n_runs ? &h->al->runs[h->al->n_runs - 1] : NULL;
	struct str tail;

	if (!r || h->al->n_lost || r->moved)
		return SIZE_MAX;
	tail = str_trim(str_part(old, r->old_to, old.len - r->old_to));
	if (has_map_mark(tail))
		return r->new_to;
	if (h->al->minified_new && (tail.len == 0 || str_is(tail, ";")))
		return r->new_to;
	return SIZE_MAX;
}

static void after_end(struct hide *h, struct str old)
{
	size_t end = old.p ? end_of_old(h, old) : SIZE_MAX;
	const struct span *last = h->al->n_fresh ? &h->al->fresh[h->al->n_fresh - 1] : NULL;
	struct jslex lx;
	struct token t;
	uint32_t n = 0, count = 0;

	if (!last || end == SIZE_MAX || last->from < end)
		return;
	/* What a compiler wrote ends in the same mark as before: nothing stands behind it. */
	if (!has_map_mark(str_part(h->text, end, last->from - end)) && has_map_mark(str_part(h->text, last->to, h->text.len)))
		return;
	jslex_init(&lx, str_part(h->text, last->from, last->to - last->from), false);
	while (n < APPENDED_TOKENS && jslex_next(&lx, &t))
		n++;
	if (n >= APPENDED_TOKENS)
		hidden_emit(h, "after-end", last->from, last->to, last->to - last->from, &count);
}

static struct str old_text(const struct read_in *in)
{
	return in->has_old && in->old.base ? str_view(in->old.base, in->old.len) : STR_NONE;
}

void hidden_facts(struct read_in *in, enum language lang, struct str text, const struct align *al,
	const struct line_index *lines)
{
	struct hide h = {in, lang, text, al, lines, text_shift(in->new_, text), .n_far = 0};
	struct str old = old_text(in);
	struct odd_chars now = odd_chars_of(text), then = odd_chars_of(old);
	bool readable = old.p && !al->minified_old && is_readable(old);
	struct dense dense = {0};
	struct lexer lx;
	struct token t;
	size_t last_end = 0;

	h.new_bidi = now.overrides;
	h.old_bidi = then.overrides;
	h.new_invisible = now.invisible;
	h.old_invisible = then.invisible;
	lexer_init(&lx, lang, text, true);
	while (lexer_next(&lx, &t)) {
		bool fresh = align_is_fresh(al, t.at, (size_t)t.at + t.len);

		if (t.kind == TOKEN_COMMENT && !(t.flags & TOKEN_HTML)) {
			chars_check(&h, &t); /* only counted against OLD: comments are never fresh */
		} else if (fresh) {
			gap_check(&h, last_end, &t);
			chars_check(&h, &t);
			if (t.flags & TOKEN_HTML)
				hidden_emit(&h, "comment-code", t.at, (size_t)t.at + t.len, t.len, &h.n_comment);
			else if (readable && lang != LANGUAGE_TEXT)
				dense_add(&h, &dense, &t);
		}
		last_end = (size_t)t.at + t.len;
	}
	dense_flush(&h, &dense);
	if (language_is_js(lang))
		after_end(&h, old);
}
