#include "behaviour/moved.h"

#include "behaviour/dormant.h"
#include "compare/stood.h"

enum {
	PIECES = 256,
	WHOLE_BYTES = 1200, /* of a unit that is looked for whole; of a longer one what stands around the fact */
	BEFORE_BYTES = 300,
	AFTER_BYTES = 200,
	SINK_BYTES = 400,
};

static bool is_script(const struct node *n)
{
	return str_ends_nocase(n->path, ".js") || str_ends_nocase(n->path, ".mjs") || str_ends_nocase(n->path, ".cjs");
}

/* What runs by its place or by a hook, or lay in OLD and was never loaded, is new wherever it stood. What runs when it is
 * loaded may have waited in a function before. */
static bool member_may_move(struct query *q, const struct member *m)
{
	return m->new_ && m->what & (MEMBER_ADDED | MEMBER_CHANGED) && is_script(m->new_) && !(m->hints & READ_HINT_HOOK) &&
		!dormant_woken(m) && !hook_of(q, m->new_) && !place_runs_itself(m->new_->path);
}

static bool may_move(const struct member *m, const struct fact *f)
{
	if (f->flags & (FACT_OF_OLD | FACT_REMOVED | FACT_TOP_LEVEL | FACT_DECODED_ARG) || f->unit == FACT_NO_UNIT || f->unit >= m->n_units)
		return false;
	return f->kind == FACT_UNRESOLVED || (f->kind == FACT_FLOW && f->flags & FACT_NEW_SINK);
}

static bool word_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '$';
}

/* The unit, or what stands around the fact in it: from behind the end of a statement to the end of a word. */
static struct str piece_of(struct query *q, const struct member *m, const struct fact *f)
{
	const struct unit *u = &m->units[f->unit];
	uint64_t from = u->offset, to = u->offset + u->length, end = f->offset + (f->length < SINK_BYTES ? f->length : SINK_BYTES);
	struct str s;
	size_t cut = 0;

	if (u->length <= WHOLE_BYTES)
		return compare_text(q->a, q->d->new_, m->new_, from, (size_t)u->length);
	if (f->offset < from || end > to)
		return STR_NONE;
	if (f->offset - from > BEFORE_BYTES)
		from = f->offset - BEFORE_BYTES;
	if (to - end > AFTER_BYTES)
		to = end + AFTER_BYTES;
	s = compare_text(q->a, q->d->new_, m->new_, from, (size_t)(to - from));
	if (from != u->offset) {
		while (cut < s.len && !strchr(";{}", s.p[cut]))
			cut++;
		if (cut >= f->offset - from)
			return STR_NONE;
		s = str_part(s, cut + 1, s.len);
	}
	while (s.len && word_char(s.p[s.len - 1]))
		s.len--;
	return s;
}

/* "sessionStorage.getItem", "process.env, each": is the source named in the piece? Over members it is not. */
static bool holds_source(struct str piece, struct str detail)
{
	struct str line = STR_NONE;
	size_t dot, n = 0;

	if (!str_line(&detail, &line) || str_has(line, ": "))
		return false;
	dot = str_rfind_char(line, '.');
	line = dot == SIZE_MAX ? line : str_part(line, dot + 1, line.len);
	while (n < line.len && word_char(line.p[n]))
		n++;
	return n >= 3 && str_find(piece, str_part(line, 0, n)) != SIZE_MAX;
}

static void settle(struct fact *f, struct str piece)
{
	if (f->kind == FACT_FLOW) {
		f->flags &= ~(unsigned)FACT_NEW_SINK;
		if (holds_source(piece, f->detail))
			f->flags &= ~(unsigned)FACT_NEW_SOURCE;
	}
	if (!(f->flags & (FACT_NEW_SINK | FACT_NEW_SOURCE)))
		f->flags |= FACT_OF_OLD;
}

enum status moved_mark(struct query *q)
{
	struct piece *pieces = ARENA_ARRAY(&q->a->arena, PIECES, struct piece);
	struct fact **facts = ARENA_ARRAY(&q->a->arena, PIECES, struct fact *);
	size_t n = 0;

	if (q->b->first)
		return STATUS_OK;
	for (size_t i = 0; i < q->d->n_members && n < PIECES; i++) {
		struct member *m = &q->d->members[i];

		if (!member_may_move(q, m))
			continue;
		for (size_t k = 0; k < m->n_facts && n < PIECES; k++) {
			if (!may_move(m, &m->facts[k]))
				continue;
			facts[n] = &m->facts[k];
			pieces[n++] = (struct piece){.text = piece_of(q, m, &m->facts[k])};
		}
	}
	if (!n)
		return STATUS_OK;
	TRY(compare_stood(q->a, q->d, pieces, n));
	for (size_t i = 0; i < n; i++)
		if (pieces[i].stood)
			settle(facts[i], pieces[i].text);
	return STATUS_OK;
}
