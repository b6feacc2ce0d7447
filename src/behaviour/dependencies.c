/* What the release newly asks package managers for. */
#include "behaviour/query.h"

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

/* Of a scope that the release before named already: registries give a scope to one owner, who was trusted then. */
static enum status known_scope(struct query *q, struct str dependency, bool *ret)
{
	size_t slash = str_find_z(dependency, "/");
	struct str scope;

	*ret = false;
	if (slash == SIZE_MAX || slash < 2 || dependency.p[0] != '@')
		return STATUS_OK;
	scope = arena_printf(&q->a->arena, "\"%.*s/", STR_ARG(str_part(dependency, 0, slash)));
	return compare_mentions(q->a, q->d->old, &scope, 1, NULL, 0, ret);
}

/* Is it loaded by changed code, and only for what it does when it is loaded? */
static bool only_loaded(const struct query *q, struct str name)
{
	bool loaded = false;

	for (size_t i = 0; i < q->d->n_members; i++) {
		const struct member *m = &q->d->members[i];

		for (size_t k = 0; k < m->n_facts; k++) {
			const struct fact *f = &m->facts[k];

			if (f->kind != FACT_IMPORT || f->flags & (FACT_OF_OLD | FACT_REMOVED) || !str_equal(f->key, name))
				continue;
			if (!str_is(f->detail, IMPORT_FOR_EFFECT))
				return false;
			loaded = true;
		}
	}
	return loaded;
}

enum status dependency_findings(struct query *q, struct member *m, const struct fact *f)
{
	struct finding *x;
	bool found = false, known = false;

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
	if (str_has(f->value, "://") || str_starts(f->value, "git") || str_starts(f->value, "file:") ||
	    str_starts(f->value, "npm:")) {
		struct str quoted = arena_printf(&q->a->arena, "\"%.*s\"", STR_ARG(f->value));

		/* asked for from the very same place already, say by its makers alone */
		TRY(compare_mentions(q->a, q->d->old, &quoted, 1, NULL, 0, &known));
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
	{
		const struct node **manifests = ARENA_ARRAY(&q->a->arena, q->d->new_->n_nodes + 1,
			const struct node *);
		size_t n = 0;

		for (size_t i = 0; i < q->d->new_->n_nodes; i++) {
			struct node *c = q->d->new_->nodes[i];
			struct str base = str_basename(c->path);

			if (str_is(base, "package.json") || str_is(base, "package-lock.json") ||
			    str_is(base, "npm-shrinkwrap.json") || str_is(base, "yarn.lock") ||
			    str_is(base, "pnpm-lock.yaml") || str_ends_nocase(base, ".md"))
				manifests[n++] = c;
		}
		TRY(compare_mentions(q->a, q->d->new_, &f->key, 1, manifests, n, &found));
	}
	TRY(compare_mentions(q->a, q->d->old, &f->key, 1, NULL, 0, &known));
	for (size_t i = 0; i < q->n_hooks && !found; i++)
		found = str_find(q->hooks[i].fact->value, f->key) != SIZE_MAX; /* a hook runs it */
	if (!found && !f->number && str_is(f->detail, "dependencies") && !str_starts(f->key, "@types/")) {
		bool own;

		TRY(known_scope(q, f->key, &own));
		own |= own_scope(q, f->key) || in_lockstep(q, f);
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
