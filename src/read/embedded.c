#include "read/embedded.h"

#include "read/place.h"
#include "read/script.h"
#include "util/buf.h"

enum { CODE_MAX = 8 << 20 };

struct piece {
	size_t from; /* in the joined code */
	const struct embedded *source;
};

/* Stands between the analyser and the caller: places in the joined code become places in the member. */
struct relay {
	struct read_out out; /* first */
	struct read_in *in;  /* the caller's */
	struct str text, code;
	size_t shift;
	const struct line_index *lines; /* of the text */
	struct piece *pieces;
	size_t n;
};

static const struct piece *piece_at(const struct relay *r, uint64_t offset)
{
	size_t lo = 0, hi = r->n;

	while (hi - lo > 1) {
		size_t mid = lo + (hi - lo) / 2;

		if (r->pieces[mid].from <= offset)
			lo = mid;
		else
			hi = mid;
	}
	return &r->pieces[lo];
}

static void place_in_member(const struct relay *r, uint64_t *offset, uint64_t *length, uint32_t *line)
{
	const struct piece *p = piece_at(r, *offset);
	const struct embedded *e = p->source;
	size_t inside = *offset > p->from ? (size_t)*offset - p->from : 0, at, len;
	bool verbatim = e->len >= e->code.len && inside <= e->len &&
		str_equal(str_part(r->text, e->at, e->code.len), e->code);
	uint32_t number = line_of(r->lines, e->at, NULL);

	if (e->own_lines)
		for (size_t i = 0; i < inside && i < e->code.len; i++)
			number += e->code.p[i] == '\n';
	at = verbatim ? e->at + inside : e->at;
	len = verbatim && *length < e->len - inside ? (size_t)*length : verbatim ? e->len - inside : e->len;
	place_of(r->in, r->text, r->shift, at, len, offset, length);
	*line = number;
}

static uint32_t on_unit(struct read_out *o, const struct unit *u)
{
	struct relay *r = (struct relay *)o;
	struct unit x = *u;
	uint32_t i;

	x.name = piece_at(r, u->offset)->source->name;
	place_in_member(r, &x.offset, &x.length, &x.line);
	i = read_unit(r->in, &x);
	o->n_units = r->in->out->n_units;
	return i;
}

static void on_fact(struct read_out *o, const struct fact *f)
{
	struct relay *r = (struct relay *)o;
	struct fact x = *f;

	if (f->line)
		place_in_member(r, &x.offset, &x.length, &x.line);
	else
		x.offset = x.length = 0;
	read_fact(r->in, &x);
	o->n_facts = r->in->out->n_facts;
}

static void on_cover(struct read_out *o, enum cover_grade grade, uint64_t bytes, const char *why)
{
	(void)o;
	(void)grade;
	(void)bytes;
	(void)why; /* whoever reads the member says how far it was seen */
}

/* All pieces, a line break between them. pieces may be NULL. */
static struct str joined(
	struct arena *a, const struct embedded *list, size_t n, struct piece *pieces, size_t *ret_n)
{
	struct str s;
	struct buf b;

	buf_init(&b, CODE_MAX);
	for (size_t i = 0; i < n && !b.full; i++) {
		if (!list[i].code.len)
			continue;
		if (pieces)
			pieces[(*ret_n)++] = (struct piece){b.len, &list[i]};
		buf_add_str(&b, list[i].code);
		buf_add_char(&b, '\n');
	}
	s = b.full ? STR_NONE : arena_str(a, buf_str(&b));
	buf_release(&b);
	return s;
}

static enum status analyse(struct read_in *in, struct relay *r, enum language lang, struct str old)
{
	struct read_in alone = *in;
	struct align al;
	struct unit_span *units = NULL;
	size_t n_units = 0;
	struct line_index *lines = line_index_make(in->arena, r->code);

	alone.out = &r->out;
	alone.new_ = cursor_of(r->code.p, r->code.len);
	alone.old = cursor_of(old.p, old.len);
	alone.has_old = old.p != NULL;
	alone.format = alone.old_format = FORMAT_TEXT;
	TRY(align_texts(&alone, lang, old, r->code, &al));
	TRY(align_units(&alone, lang, r->code, old, &al, &units, &n_units));
	if (!al.n_fresh)
		return STATUS_OK;
	if (lang == LANGUAGE_SHELL)
		return sh_analyse(&alone, r->code, 0, old, &al, units, n_units, lines);
	return js_analyse(&alone, lang, r->code, 0, old, &al, units, n_units, lines);
}

enum status embedded_read(struct read_in *in, struct str text, size_t shift, enum language lang,
	const struct embedded *now, size_t n_now, const struct embedded *before, size_t n_before)
{
	struct relay r = {.out = {on_unit, on_fact, on_cover, in->out->n_units, in->out->n_facts},
		.in = in, .text = text, .shift = shift};
	struct str old;
	enum status s;

	r.pieces = ARENA_ARRAY(in->arena, n_now + 1, struct piece);
	r.code = joined(in->arena, now, n_now, r.pieces, &r.n);
	if (!r.n)
		return STATUS_OK;
	old = n_before ? joined(in->arena, before, n_before, NULL, NULL) : STR_NONE;
	if (r.code.p && lang == LANGUAGE_POWERSHELL) {
		r.code = script_of_powershell(in->arena, r.code);
		old = old.p ? script_of_powershell(in->arena, old) : old;
	}
	if (!r.code.p || !budget_step(in->budget, text.len / 16 + r.code.len / 16 + 1))
		return STATUS_LIMIT;
	if (old.p && str_equal(old, r.code))
		return STATUS_OK;
	r.lines = line_index_make(in->arena, text);
	s = analyse(in, &r, lang, old);
	return s == STATUS_DAMAGED ? STATUS_OK : s;
}
