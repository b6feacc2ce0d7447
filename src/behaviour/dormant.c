/*
 * A file that lay in OLD and that nothing there loaded does nothing. When NEW loads it, it runs for the
 * first time: it is read whole and judged as if it had come with the line that loads it.
 */
#include "behaviour/dormant.h"

#include "behaviour/modules.h"

enum { ROUNDS = 4, ASLEEP_MAX = 64, WAYS = 6 };

struct sleepers {
	struct analysis *a;
	struct delta *d;
	struct node *list[ASLEEP_MAX]; /* unchanged files that a new line loads; those before `from` are settled */
	size_t n, from;
};

/* As something that is loaded is named: behind a slash, before a quote. */
static void needles_of(struct sleepers *s, const struct node *n, struct str needles[WAYS])
{
	static const char quotes[WAYS / 2] = {'\'', '"', '`'};
	struct str base = str_basename(n->path), stem = base;
	size_t dot = str_rfind_char(base, '.');

	if (dot != SIZE_MAX && dot > 0)
		stem = str_part(base, 0, dot);
	for (size_t i = 0; i < WAYS / 2; i++) {
		needles[2 * i] = arena_printf(&s->a->arena, "/%.*s%c", STR_ARG(stem), quotes[i]);
		needles[2 * i + 1] = arena_printf(&s->a->arena, "/%.*s%c", STR_ARG(base), quotes[i]);
	}
}

/* Reads those that nothing in OLD named. */
static enum status wake(struct sleepers *s)
{
	size_t n = (s->n - s->from) * WAYS;
	struct str *needles = ARENA_ARRAY(&s->a->arena, n + 1, struct str);
	bool *found = ARENA_ARRAY(&s->a->arena, n + 1, bool);

	for (size_t i = s->from; i < s->n; i++)
		needles_of(s, s->list[i], needles + (i - s->from) * WAYS);
	TRY(compare_mentions(s->a, s->d->old, needles, n, NULL, 0, found));
	for (; s->from < s->n; s->from++, found += WAYS) {
		struct member *m;

		if (found[0] || found[1] || found[2] || found[3] || found[4] || found[5])
			continue;
		TRY(compare_read_unchanged(s->a, s->d, s->list[s->from], 0, &m));
		if (!m)
			continue;
		m->what = MEMBER_CHANGED;
		delta_add_member(s->a, s->d, m);
	}
	return STATUS_OK;
}

static void note(struct sleepers *s, struct node *n)
{
	if (!n || !n->mate || !node_same_bytes(n, n->mate) || delta_member(s->d, n) || s->n == ASLEEP_MAX ||
		str_starts(str_basename(n->path), "index.")) /* is loaded by the name of its folder */
		return;
	for (size_t i = 0; i < s->n; i++)
		if (s->list[i] == n)
			return;
	s->list[s->n++] = n;
}

enum status dormant_read(struct analysis *a, struct delta *d)
{
	struct sleepers s = {.a = a, .d = d};
	struct module_index x = module_index_of(a, d, SIDE_NEW);
	struct str none = STR_NONE;
	size_t from = 0;

	for (int round = 0; round < ROUNDS && from < d->n_members; round++) {
		size_t to = d->n_members;

		for (size_t i = from; i < to; i++) {
			const struct member *m = &d->members[i];

			for (size_t k = 0; m->new_ && k < m->n_facts; k++) {
				const struct fact *f = &m->facts[k];

				if (f->kind == FACT_IMPORT && !(f->flags & FACT_OF_OLD) && str_starts(f->key, ".") &&
					module_language(m->new_->path) != MODULE_PYTHON) /* names them without quotes */
					note(&s, module_find(&a->arena, &x, m->new_->path, f->key, &none));
			}
		}
		if (s.from < s.n)
			TRY(wake(&s));
		from = to;
	}
	return STATUS_OK;
}
