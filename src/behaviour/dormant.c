/*
 * A file that lay in OLD and that nothing there loaded does nothing. When NEW loads it, it runs for the
 * first time: it is read whole and judged as if it had come with the line that loads it.
 */
#include "behaviour/dormant.h"

#include "behaviour/modules.h"

enum { ROUNDS = 4, ASLEEP_MAX = 64 };

struct sleepers {
	struct analysis *a;
	struct delta *d;
	struct node *list[ASLEEP_MAX]; /* unchanged files that a new line loads; those before `from` are settled */
	size_t n, from;
};

void loaded_as(struct arena *a, struct str path, struct str needles[LOADED_WAYS])
{
	static const char quotes[] = {'\'', '"', '`'};
	struct str base = str_basename(path), stem = base;
	struct str folder = str_basename(str_part(path, 0, path.len > base.len ? path.len - base.len - 1 : 0));
	size_t dot = str_rfind_char(base, '.');
	struct str own;

	if (dot != SIZE_MAX && dot > 0)
		stem = str_part(base, 0, dot);
	own = stem;
	if (str_is(stem, "index")) /* is loaded by the name of its folder */
		base = stem = folder;
	for (size_t i = 0; i < sizeof(quotes); i++) {
		needles[2 * i] = arena_printf(a, "/%.*s%c", STR_ARG(stem), quotes[i]);
		needles[2 * i + 1] = arena_printf(a, "/%.*s%c", STR_ARG(base), quotes[i]);
	}
	needles[6] = arena_printf(a, "%.*s/%.*s", STR_ARG(folder), STR_ARG(own));
	needles[7] = arena_printf(a, "%.*s.%.*s", STR_ARG(folder), STR_ARG(own));
}

static bool any(const bool *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (list[i])
			return true;
	return false;
}

/* Reads those that nothing in OLD named. */
static enum status wake(struct sleepers *s)
{
	size_t n = (s->n - s->from) * LOADED_WAYS;
	struct str *needles = ARENA_ARRAY(&s->a->arena, n + 1, struct str);
	bool *found = ARENA_ARRAY(&s->a->arena, n + 1, bool);

	for (size_t i = s->from; i < s->n; i++)
		loaded_as(&s->a->arena, s->list[i]->path, needles + (i - s->from) * LOADED_WAYS);
	TRY(compare_mentions(s->a, s->d->old, needles, n, NULL, 0, found));
	for (; s->from < s->n; s->from++, found += LOADED_WAYS) {
		struct member *m;

		if (any(found, LOADED_WAYS))
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
