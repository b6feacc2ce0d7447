/* What the release newly asks package managers for. */
#include "behaviour/query.h"

/*
 * Texts that are looked for in a side, all of them at once: a manifest may ask for as many as it likes, and each
 * look passes over the whole release.
 */
struct asked {
	struct str *texts;
	bool *found;
	size_t n, room, n_slots;
	uint32_t *slots; /* a text's number and one more, 0 for none */
};

enum { LOADED = 1, USED = 2 };

struct dependency_asked {
	struct asked old, new_;
	uint8_t *loads; /* of new_: how changed code imports it */
};

static uint32_t *asked_slot(const struct asked *s, struct str text)
{
	size_t at = fast_hash(text.p ? text.p : "", text.len, 11) % s->n_slots;

	while (s->slots[at] && !str_equal(s->texts[s->slots[at] - 1], text))
		at = (at + 1) % s->n_slots;
	return &s->slots[at];
}

static void asked_add(struct arena *a, struct asked *s, struct str text)
{
	if (text.len)
		*ARENA_PUSH(a, s->texts, s->n, s->room) = text;
}

static enum status asked_look(struct query *q, struct asked *s, const struct tree *t, const struct node *const *not_in, size_t n_not_in)
{
	s->n_slots = 2 * s->n + 1;
	s->slots = ARENA_ARRAY(&q->a->arena, s->n_slots, uint32_t);
	s->found = ARENA_ARRAY(&q->a->arena, s->n + 1, bool);
	for (size_t i = 0; i < s->n; i++) {
		uint32_t *slot = asked_slot(s, s->texts[i]);

		if (!*slot)
			*slot = (uint32_t)i + 1;
	}
	return compare_mentions(q->a, t, s->texts, s->n, not_in, n_not_in, s->found);
}

static bool asked_found(const struct asked *s, struct str text)
{
	uint32_t *slot = text.len ? asked_slot(s, text) : NULL;

	return slot && *slot && s->found[*slot - 1];
}

static void dependency_note(struct query *q, const struct fact *f, const char *state)
{
	struct dependency *d = ARENA_PUSH(&q->a->arena, q->b->dependencies, q->b->n_dependencies,
		q->b->room_dependencies);

	d->name = f->key;
	d->spec = f->value;
	d->state = str_of(state);
}

/* "@acme/x" for "@acme/y" or for "acme": the publisher's own. */
static bool own_scope(const struct query *q, struct str dependency)
{
	size_t slash = str_find_z(dependency, "/");
	struct str scope = slash == SIZE_MAX ? STR_NONE : str_part(dependency, 1, slash - 1);
	struct str name = q->b->new_.name;

	if (!scope.len || dependency.p[0] != '@')
		return false;
	return str_equal(scope, name) ||
	       (name.len > scope.len + 2 && name.p[0] == '@' &&
		       str_equal(str_part(name, 1, scope.len), scope) && name.p[scope.len + 1] == '/');
}

/* A sister package: its name begins as this one's does, and it is asked for in this one's own version. */
static bool in_lockstep(const struct query *q, const struct fact *f)
{
	struct str name = q->b->new_.name, spec = f->value;
	size_t end = str_find_z(name, "-");

	if (end == SIZE_MAX)
		end = name.len;
	while (spec.len && (spec.p[0] == '^' || spec.p[0] == '~' || spec.p[0] == '='))
		spec = str_part(spec, 1, spec.len);
	return end >= 4 && str_equal(str_part(f->key, 0, end), str_part(name, 0, end)) && str_equal(spec, q->b->new_.version);
}

/* Of a scope: registries give one to one owner, who was trusted where the release before named it. */
static struct str scope_of(struct query *q, struct str dependency)
{
	size_t slash = str_find_z(dependency, "/");

	if (slash == SIZE_MAX || slash < 2 || dependency.p[0] != '@')
		return STR_NONE;
	return arena_printf(&q->a->arena, "\"%.*s/", STR_ARG(str_part(dependency, 0, slash)));
}

static struct str spec_quoted(struct query *q, const struct fact *f)
{
	return arena_printf(&q->a->arena, "\"%.*s\"", STR_ARG(f->value));
}

static bool is_manifest(struct str path)
{
	struct str base = str_basename(path);

	return str_is(base, "package.json") || str_is(base, "package-lock.json") || str_is(base, "npm-shrinkwrap.json") ||
	       str_is(base, "yarn.lock") || str_is(base, "pnpm-lock.yaml") || str_ends_nocase(base, ".md");
}

/* Is it loaded by changed code, and only for what it does when it is loaded? */
static bool only_loaded(const struct query *q, struct str name)
{
	uint32_t *slot = name.len ? asked_slot(&q->asked->new_, name) : NULL;

	return slot && *slot && q->asked->loads[*slot - 1] == LOADED;
}

static void loads_note(struct query *q)
{
	struct dependency_asked *x = q->asked;

	x->loads = ARENA_ARRAY(&q->a->arena, x->new_.n + 1, uint8_t);
	for (size_t i = 0; i < q->d->n_members; i++)
		for (size_t k = 0; k < q->d->members[i].n_facts; k++) {
			const struct fact *f = &q->d->members[i].facts[k];
			uint32_t *slot;

			if (f->kind != FACT_IMPORT || f->flags & (FACT_OF_OLD | FACT_REMOVED) || !f->key.len)
				continue;
			slot = asked_slot(&x->new_, f->key);
			if (*slot)
				x->loads[*slot - 1] |= str_is(f->detail, IMPORT_FOR_EFFECT) ? LOADED : USED;
		}
}

/* Once, for all that is new. */
static enum status dependencies_ask(struct query *q)
{
	struct dependency_asked *x = ARENA_NEW(&q->a->arena, struct dependency_asked);
	const struct node **manifests = ARENA_ARRAY(&q->a->arena, q->d->new_->n_nodes + 1, const struct node *);
	size_t n = 0;

	q->asked = x;
	for (size_t i = 0; i < q->d->n_members; i++)
		for (size_t k = 0; k < q->d->members[i].n_facts; k++) {
			const struct fact *f = &q->d->members[i].facts[k];

			if (f->kind != FACT_DEP_ADDED)
				continue;
			asked_add(&q->a->arena, &x->new_, f->key);
			asked_add(&q->a->arena, &x->old, f->key);
			asked_add(&q->a->arena, &x->old, scope_of(q, f->key));
			asked_add(&q->a->arena, &x->old, spec_quoted(q, f));
		}
	for (size_t i = 0; i < q->d->new_->n_nodes; i++)
		if (is_manifest(q->d->new_->nodes[i]->path))
			manifests[n++] = q->d->new_->nodes[i];
	TRY(asked_look(q, &x->new_, q->d->new_, manifests, n));
	loads_note(q);
	return asked_look(q, &x->old, q->d->old, NULL, 0);
}

enum status dependency_findings(struct query *q, struct member *m, const struct fact *f)
{
	struct finding *x;
	bool found, known;

	if (f->kind == FACT_DEP_CHANGED) {
		if (str_is(f->detail, "source") || str_is(f->detail, "alias")) {
			x = query_add(q, 26, FINDING_CARRYING, finding_weight(26), m, f);
			x->subject = arena_printf(&q->a->arena, "%.*s %.*s", STR_ARG(f->key),
				STR_ARG(f->value));
			x->runs = when_it_runs(m->new_->path);
		}
		return STATUS_OK;
	}
	dependency_note(q, f, "new, not fetched");
	if (q->b->first || (!m->old && str_has(m->new_->path, "node_modules/")))
		return STATUS_OK; /* a bundled package that is new needs what it always needed */
	if (!q->asked)
		TRY(dependencies_ask(q));
	if (str_has(f->value, "://") || str_starts(f->value, "git") || str_starts(f->value, "file:") ||
	    str_starts(f->value, "npm:")) {
		/* asked for from the very same place already, say by its makers alone */
		known = asked_found(&q->asked->old, spec_quoted(q, f));
		query_add(q, 26, FINDING_CARRYING, known || str_is(f->detail, "devDependencies") ? 1.0 : finding_weight(26) + 1.1, m, f)->subject = f->key;
	}
	if (!str_is(f->detail, "dependencies") && !str_is(f->detail, "optionalDependencies"))
		return STATUS_OK;
	{
		struct str near = package_resembles(f->key);

		if (near.len) {
			x = query_add(q, 53, FINDING_CARRYING, finding_weight(53) * (q->b->step == STEP_MAJOR || own_scope(q, f->key) ? 1 : 1.6), m, f);
			x->subject = arena_printf(&q->a->arena, "%.*s (resembles %.*s)", STR_ARG(f->key),
				STR_ARG(near));
		}
	}
	found = asked_found(&q->asked->new_, f->key);
	known = asked_found(&q->asked->old, f->key);
	for (size_t i = 0; i < q->n_hooks && !found; i++)
		found = str_find(q->hooks[i].fact->value, f->key) != SIZE_MAX; /* a hook runs it */
	if (!found && !f->number && str_is(f->detail, "dependencies") && !str_starts(f->key, "@types/")) {
		bool own = asked_found(&q->asked->old, scope_of(q, f->key)) || own_scope(q, f->key) || in_lockstep(q, f);

		x = query_add(q, 24, FINDING_CARRYING,
			q->b->step == STEP_MAJOR || own || known || package_is_established(f->key) ? 2.0 : finding_weight(24),
			m, f);
		x->subject = arena_printf(&q->a->arena, "%.*s@%.*s", STR_ARG(f->key), STR_ARG(f->value));
		x->runs = STR("its own hooks run when the package is installed");
	} else if (q->b->step == STEP_PATCH || q->b->step == STEP_SAME) {
		bool loaded = !known && str_is(f->detail, "dependencies") && !own_scope(q, f->key) && !in_lockstep(q, f) &&
			       !package_is_established(f->key) && !str_has(f->key, "polyfill") && only_loaded(q, f->key);
		x = query_add(q, 25, loaded ? FINDING_CARRYING : FINDING_SUPPORTING, loaded ? 5.6 : finding_weight(25), m, f);
		if (loaded)
			x->why = STR("A new dependency is loaded for what it does when it is loaded: nothing of it is used.");
		x->subject = arena_printf(&q->a->arena, "%.*s@%.*s", STR_ARG(f->key), STR_ARG(f->value));
	}
	return STATUS_OK;
}
