/*
 * The screen: verdict first, then why, then what was not seen, then what to do. It must fit a
 * terminal of 100 columns and some 40 lines, and nothing in it may come from a sample unescaped.
 */
#include <inttypes.h>
#include <math.h>
#include <stdarg.h>

#include "report/amount.h"
#include "report/phrases.h"
#include "report/report.h"
#include "util/arena.h"
#include "util/escape.h"

enum {
	COLUMNS = 100,
	TITLE_COLUMN = 4,    /* findings: what it does */
	SUBJECT_COLUMN = 33, /* ... with what */
	LIST_ITEMS = 5,      /* of blind spots, breaks, dependencies */
	FULL_PLACES = 3,     /* with the reason and the decoded text */
};

struct page {
	struct report_out *out;
	struct arena arena; /* for this page */
	size_t columns;
	bool colour;
	const struct document *d;
};

/* ---- text and its width ---------------------------------------------------------------------- */

/* How many columns a terminal gives a character. Good enough to align by, not a full table. */
static size_t cp_columns(uint32_t cp)
{
	if ((cp >= 0x300 && cp < 0x370) || (cp >= 0x20D0 && cp < 0x2100))
		return 0;
	if ((cp >= 0x1100 && cp <= 0x115F) || (cp >= 0x2E80 && cp <= 0xA4CF) ||
		(cp >= 0xAC00 && cp <= 0xD7A3) || (cp >= 0xF900 && cp <= 0xFAFF) ||
		(cp >= 0xFE30 && cp <= 0xFE6F) || (cp >= 0xFF00 && cp <= 0xFF60) ||
		(cp >= 0x1F300 && cp <= 0x1FAFF) || (cp >= 0x20000 && cp <= 0x3FFFD))
		return 2;
	return 1;
}

static size_t str_columns(struct str s)
{
	size_t n = 0;

	for (size_t i = 0; i < s.len;)
		n += cp_columns(utf8_next(s, &i));
	return n;
}

/* How many bytes of s fill at most `columns` columns. */
static size_t fit(struct str s, size_t columns)
{
	size_t used = 0;

	for (size_t i = 0; i < s.len;) {
		size_t at = i;

		used += cp_columns(utf8_next(s, &i));
		if (used > columns)
			return at;
	}
	return s.len;
}

/* Every text passes here before it is laid out. */
static struct str safe(struct page *p, struct str raw, size_t max)
{
	return escape_text(&p->arena, raw, max);
}

static struct str cut(struct page *p, struct str s, size_t columns)
{
	if (str_columns(s) <= columns)
		return s;
	return arena_printf(&p->arena, "%.*s…", (int)fit(s, columns - 1), s.p);
}

/* The end of a name tells more than its beginning: "…!/resources/app.asar!/main.js". */
static struct str cut_front(struct page *p, struct str s, size_t columns)
{
	size_t all = str_columns(s), from;

	if (all <= columns)
		return s;
	from = fit(s, all - columns + 1);
	while (from < s.len && ((uint8_t)s.p[from] & 0xC0) == 0x80)
		from++;
	for (size_t i = from; i < s.len && i < from + columns / 3; i++) {
		if (s.p[i] == '/') { /* rather at a step of the path */
			from = i;
			break;
		}
	}
	return arena_printf(&p->arena, "…%.*s", STR_ARG(str_part(s, from, s.len)));
}

static struct str member_text(struct page *p, struct str raw, size_t columns)
{
	return cut_front(p, phrase_member(&p->arena, p->d, raw), columns);
}

static void put(struct page *p, struct str s)
{
	report_put(p->out, s);
}

static void put_z(struct page *p, const char *z)
{
	report_put_z(p->out, z);
}

static void spaces(struct page *p, size_t n)
{
	while (n--)
		put_z(p, " ");
}

static void paint(struct page *p, const char *code, struct str s)
{
	if (p->colour)
		put_z(p, code);
	put(p, s);
	if (p->colour)
		put_z(p, "\033[0m");
}

/*
 * Escaped text in words, from column `at` (where the line stands) to the right edge, further
 * lines from column `hang`. At most `lines` lines; then "…".
 */
static void wrap(struct page *p, struct str text, size_t at, size_t hang, size_t edge, size_t lines)
{
	bool first = true; /* on this line */
	size_t line = 1;

	text = str_trim(text);
	while (text.len) {
		struct str word = text;
		size_t blank = str_find(text, STR(" "));
		size_t wide;

		if (blank != SIZE_MAX)
			word.len = blank;
		wide = str_columns(word);
		if (!first && at + 1 + wide > edge) {
			if (line++ == lines) {
				put_z(p, " …");
				break;
			}
			put_z(p, "\n");
			spaces(p, hang);
			at = hang;
			first = true;
		}
		if (!first) {
			put_z(p, " ");
			at++;
		}
		if (at + wide > edge) { /* longer than a line: cut it where the line ends */
			size_t one = 0, room = fit(word, edge > at ? edge - at : 1);

			utf8_next(word, &one);
			word.len = room ? room : one;
			wide = str_columns(word);
		}
		put(p, word);
		at += wide;
		first = false;
		text = str_part(text, word.len, text.len);
		while (text.len && text.p[0] == ' ')
			text = str_part(text, 1, text.len);
	}
	put_z(p, "\n");
}

static void paragraph(struct page *p, struct str text, size_t lines)
{
	spaces(p, 2);
	wrap(p, text, 2, 2, p->columns, lines);
}

__attribute__((format(printf, 2, 3)))
static void sentence(struct page *p, const char *format, ...)
{
	va_list args;
	char *text = NULL;
	int n;

	va_start(args, format);
	n = vasprintf(&text, format, args);
	va_end(args);
	if (n < 0) {
		p->out->failed = true;
		return;
	}
	spaces(p, 2);
	wrap(p, str_view(text, (size_t)n), 2, 4, p->columns, 6);
	free(text);
}

/* ---- the first lines ------------------------------------------------------------------------- */

static const char *verdict_colour(enum verdict v)
{
	switch (v) {
	case VERDICT_CLEAN:
		return "\033[1;32m";
	case VERDICT_UNKNOWN:
		return "\033[1;36m";
	case VERDICT_REVIEW:
		return "\033[1;33m";
	default:
		return "\033[1;31m";
	}
}

static void heading(struct page *p, const struct document *d)
{
	const char *name = verdict_name(d->verdict);
	char word[16];
	double times;
	size_t n = 0;

	for (; name[n] && n < sizeof(word) - 1; n++)
		word[n] = (char)(name[n] - 'a' + 'A');
	paint(p, verdict_colour(d->verdict), str_view(word, n));
	put_z(p, "   ");
	put(p, phrase_title(&p->arena, d));
	put_z(p, "        probability ");
	put_z(p, amount_probability(d->probability).text);
	/* At one in a thousand even strong evidence leaves room for doubt: say what it is beside that. */
	times = d->probability * (1 + exp(-d->base_log_odds));
	if (times >= 1.5 && d->probability <= 0.999)
		put(p, arena_printf(&p->arena, ", %.0f times the base rate", times));
	put_z(p, "\n");
}

static struct str place_text(struct page *p, const struct doc_where *w, size_t columns)
{
	if (w->line == 0)
		return member_text(p, w->member, columns);
	return arena_printf(&p->arena, "%.*s:%" PRIu32,
		STR_ARG(member_text(p, w->member, columns - 8)), w->line);
}

/* A fix release: the good news is about NEW, the bad news comes first. */
static void old_suspect(struct page *p, const struct document *d)
{
	const struct doc_finding *f;
	struct str line;

	if (d->old_suspect.n == 0)
		return;
	f = &d->old_suspect.items[0];
	line = arena_printf(&p->arena, "OLD looks tampered: %.*s %.*s %.*s (%.*s, %.*s)%s",
		STR_ARG(phrase_name(&p->arena, &d->old)), STR_ARG(safe(p, d->old.version, 60)),
		STR_ARG(safe(p, f->title, 200)), STR_ARG(safe(p, f->id, 20)),
		STR_ARG(place_text(p, &f->where, 50)),
		d->old_suspect.n > 1 ? ", and more" : "");
	if (p->colour)
		put_z(p, "\033[1;31m");
	wrap(p, line, 0, 2, p->columns, 3);
	if (p->colour)
		put_z(p, "\033[0m");
}

static void summary(struct page *p, const struct document *d)
{
	put_z(p, "\n");
	if (d->summary.len)
		paragraph(p, safe(p, d->summary, 1200), 6);
	for (size_t i = 0; i < d->notes.n && i < LIST_ITEMS; i++) {
		struct str note = safe(p, d->notes.items[i], 400);
		bool ends = note.len && note.p[note.len - 1] == '.';

		sentence(p, "%.*s%s", STR_ARG(note), ends ? "" : ".");
	}
	put_z(p, "\n");
}

/* ---- findings -------------------------------------------------------------------------------- */

static bool same_place(const struct doc_finding *a, const struct doc_finding *b)
{
	return str_equal(a->where.member, b->where.member) &&
	       (a->where.line == b->where.line ||
		       (a->where.unit.len && str_equal(a->where.unit, b->where.unit)));
}

static struct str joined(struct page *p, struct doc_strings s, size_t max_each)
{
	struct buf b;
	struct str kept;

	buf_init(&b, 8192);
	for (size_t i = 0; i < s.n && i < 8; i++) {
		if (i)
			buf_add_char(&b, ' ');
		buf_add_str(&b, safe(p, s.items[i], max_each));
	}
	kept = arena_str(&p->arena, buf_str(&b));
	buf_release(&b);
	return kept;
}

/* The one thing beside the title: what it touches, or how the data goes, or the text itself. */
static struct str subject(struct page *p, const struct doc_finding *f)
{
	struct str flow = joined(p, f->flow, 120), what = safe(p, f->subject, 160);

	if (flow.len && what.len && !str_has(flow, "  "))
		return arena_printf(&p->arena, "%.*s (%.*s)", STR_ARG(flow), STR_ARG(what));
	if (flow.len)
		return flow;
	if (what.len)
		return what;
	return cut(p, safe(p, f->evidence, 300), 96);
}

static void finding_row(struct page *p, const struct doc_finding *f)
{
	struct str what = safe(p, f->title, 100), attack = joined(p, f->attack, 16);
	size_t at = TITLE_COLUMN + str_columns(what), wide = str_columns(attack);
	size_t edge = p->columns - (wide ? wide + 2 : 0);
	struct str sub = subject(p, f), head;

	spaces(p, TITLE_COLUMN);
	put(p, what);
	if (at + 2 > SUBJECT_COLUMN) {
		spaces(p, 2);
		at += 2;
	} else {
		spaces(p, SUBJECT_COLUMN - at);
		at = SUBJECT_COLUMN;
	}
	if (edge < at + 16 && sub.len) { /* no room beside the title */
		put_z(p, "\n");
		spaces(p, SUBJECT_COLUMN);
		at = SUBJECT_COLUMN;
	}
	/* The first line leaves room for the ids at the right edge; the rest follows below it. */
	head = sub;
	if (at + str_columns(sub) > edge) {
		size_t stop = fit(sub, edge > at ? edge - at : 0);

		head.len = stop;
		while (head.len && head.p[head.len - 1] != ' ')
			head.len--;
		if (head.len == 0)
			head.len = stop;
	}
	put(p, str_trim(head));
	at += str_columns(str_trim(head));
	if (wide) {
		spaces(p, at < edge + 2 ? edge + 2 - at : 2);
		paint(p, "\033[2m", attack);
	}
	put_z(p, "\n");
	sub = str_trim(str_part(sub, head.len, sub.len));
	if (sub.len) {
		spaces(p, SUBJECT_COLUMN);
		wrap(p, sub, SUBJECT_COLUMN, SUBJECT_COLUMN, p->columns, 2);
	}
}

static void labelled(struct page *p, const char *name, struct str text, size_t lines)
{
	if (text.len == 0)
		return;
	spaces(p, TITLE_COLUMN);
	put_z(p, name);
	spaces(p, SUBJECT_COLUMN - TITLE_COLUMN - str_columns(str_of(name)));
	wrap(p, text, SUBJECT_COLUMN, SUBJECT_COLUMN, p->columns, lines);
}

/* When it runs, why it is odd here, what it says once decoded: of the strongest at this place. */
static void finding_detail(struct page *p, const struct doc_finding *f)
{
	labelled(p, "runs", safe(p, f->runs, 200), 2);
	labelled(p, "because", safe(p, f->why, 300), 2);
	if (f->decoded.n)
		labelled(p, "decoded", safe(p, f->decoded.items[f->decoded.n - 1], 240), 3);
	else if (f->subject.len || f->flow.n)
		labelled(p, "in the text", safe(p, f->evidence, 180), 2);
	labelled(p, "before", safe(p, f->before, 180), 2);
}

static void place_line(struct page *p, const struct doc_finding *f)
{
	struct str place = place_text(p, &f->where, 64);
	struct str about = f->place.len ? f->place : f->where.unit;
	size_t at = 2 + str_columns(place) + 3;

	spaces(p, 2);
	paint(p, "\033[1m", place);
	if (about.len) {
		spaces(p, 3);
		wrap(p, safe(p, about, 200), at, 6, p->columns, 2);
	} else {
		put_z(p, "\n");
	}
}

/* A statement and the function inside it, three calls in one function: what they tell alike is said once. */
static bool says_again(struct page *p, const struct doc_findings *list, size_t k)
{
	const struct doc_finding *f = &list->items[k];

	for (size_t i = 0; i < k; i++) {
		const struct doc_finding *before = &list->items[i];

		if (str_equal(before->id, f->id) &&
			str_equal(before->where.member, f->where.member) &&
			str_equal(subject(p, before), subject(p, f)) &&
			(same_place(before, f) ||
				(before->where.offset < f->where.offset + f->where.length &&
					f->where.offset < before->where.offset + before->where.length)))
			return true;
	}
	return false;
}

static void findings(struct page *p, const struct doc_findings *list)
{
	bool shown[TEXT_FINDINGS] = {false};
	size_t n = list->n < TEXT_FINDINGS ? list->n : TEXT_FINDINGS, places = 0;

	for (size_t i = 0; i < n; i++)
		shown[i] = says_again(p, list, i);
	for (size_t i = 0; i < n; i++) {
		if (shown[i])
			continue;
		place_line(p, &list->items[i]);
		for (size_t k = i; k < n; k++) {
			if (shown[k] || !same_place(&list->items[i], &list->items[k]))
				continue;
			shown[k] = true;
			finding_row(p, &list->items[k]);
		}
		if (places++ < FULL_PLACES)
			finding_detail(p, &list->items[i]);
	}
	if (list->n > n)
		sentence(p, "and %s more (--format json lists all).", amount_count(list->n - n).text);
}

/* ---- what else ------------------------------------------------------------------------------- */

static void changes(struct page *p, const struct document *d)
{
	sentence(p, "%.*s.", STR_ARG(phrase_changes(&p->arena, d)));
}

/* Named when they are few: what a careful reader would ask next. */
static void changed_names(struct page *p, const struct document *d)
{
	const struct doc_strings *lists[] = {&d->delta.changed, &d->delta.added, &d->delta.removed};
	static const char *const words[] = {"Changed", "Added", "Removed"};

	if (d->findings.n || d->is_inspect)
		return;
	for (size_t i = 0; i < 3; i++) {
		struct buf b;

		if (lists[i]->n == 0 || lists[i]->n > 2 * LIST_ITEMS)
			continue;
		buf_init(&b, 1 << 16);
		for (size_t k = 0; k < lists[i]->n; k++) {
			buf_printf(&b, "%s%.*s", k ? ", " : "",
				STR_ARG(member_text(p, lists[i]->items[k], 60)));
		}
		sentence(p, "%s: %.*s.", words[i], STR_ARG(buf_str(&b)));
		buf_release(&b);
	}
}

static void signer(struct page *p, const struct document *d)
{
	struct str s = phrase_signer(&p->arena, d);

	if (s.len)
		sentence(p, "%.*s.", STR_ARG(s));
}

static void approval(struct page *p, const struct document *d)
{
	struct str s = phrase_approval(&p->arena, d);

	if (s.len)
		sentence(p, "%.*s.", STR_ARG(s));
}

static void breaks(struct page *p, const struct document *d)
{
	size_t n = d->provenance.n_breaks;

	for (size_t i = 0; i < n && i < LIST_ITEMS; i++) {
		const struct doc_break *b = &d->provenance.breaks[i];
		struct str o = safe(p, b->old_value, 100), w = safe(p, b->new_value, 100);

		sentence(p, "Continuity: %.*s%s%.*s%s%.*s%s%.*s.", STR_ARG(safe(p, b->what, 100)),
			b->member.len ? " in " : "",
			STR_ARG(b->member.len ? member_text(p, b->member, 60) : STR_NONE),
			o.len ? ", " : "",
			STR_ARG(o), w.len ? " → " : "", STR_ARG(w));
	}
	if (n > LIST_ITEMS)
		sentence(p, "Continuity: and %s more.", amount_count(n - LIST_ITEMS).text);
}

static void dependencies(struct page *p, const struct document *d)
{
	size_t n = d->coverage.n_dependencies;

	for (size_t i = 0; i < n && i < LIST_ITEMS; i++) {
		const struct doc_dependency *x = &d->coverage.dependencies[i];

		sentence(p, "Dependency: %.*s %.*s%s%.*s.", STR_ARG(safe(p, x->name, 100)),
			STR_ARG(safe(p, x->spec, 100)), x->state.len ? ", " : "",
			STR_ARG(safe(p, x->state, 100)));
	}
	if (n > LIST_ITEMS)
		sentence(p, "Dependencies: and %s more.", amount_count(n - LIST_ITEMS).text);
}

static void not_seen(struct page *p, const struct document *d)
{
	size_t n = d->coverage.n_blind;

	for (size_t i = 0; i < n && i < LIST_ITEMS; i++) {
		const struct doc_blind *b = &d->coverage.blind[i];
		sentence(p, "Not seen: %.*s: %.*s, %s.", STR_ARG(member_text(p, b->member, 60)),
			STR_ARG(safe(p, b->reason, 200)), amount_size(b->size_bytes).text);
	}
	if (n > LIST_ITEMS)
		sentence(p, "Not seen: and %s more.", amount_count(n - LIST_ITEMS).text);
}

static void coverage(struct page *p, const struct document *d)
{
	struct str seen = phrase_seen(&p->arena, d);

	if (seen.len)
		sentence(p, "%.*s.", STR_ARG(seen));
	if (d->accepted)
		sentence(p, "%s %s accepted by your list, not counted here.",
			amount_count(d->accepted).text,
			d->accepted == 1 ? "finding was" : "findings were");
	if (str_has(d->confinement, "none") || str_has(d->confinement, "unconfined"))
		sentence(p, "Read without confinement: %.*s.",
			STR_ARG(safe(p, d->confinement, 100)));
	if (!d->repeatable)
		sentence(p, "A part was stopped by the clock: another run may see more or less.");
}

/* ---- what to do ------------------------------------------------------------------------------ */

static void next_steps(struct page *p, const struct document *d)
{
	struct str usual = phrase_next(&p->arena, d);

	if (usual.len)
		sentence(p, "Next: %.*s.", STR_ARG(usual));
}

void report_text(const struct document *d, struct text_style style, struct report_out *out)
{
	struct page p = {.out = out, .d = d, .colour = style.colour};

	p.columns = style.columns == 0 ? COLUMNS : style.columns < 40 ? 40 : style.columns;
	arena_init(&p.arena, 0);
	old_suspect(&p, d);
	heading(&p, d);
	summary(&p, d);
	findings(&p, &d->findings);
	changes(&p, d);
	changed_names(&p, d);
	signer(&p, d);
	approval(&p, d);
	breaks(&p, d);
	dependencies(&p, d);
	not_seen(&p, d);
	coverage(&p, d);
	next_steps(&p, d);
	arena_release(&p.arena);
}
