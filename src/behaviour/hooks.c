/* What runs by itself at installation or by its place, and when anything else of a release runs. */
#include "behaviour/query.h"

#include "behaviour/commands.h"
#include "behaviour/hook_idle.h"
#include "behaviour/named.h"

/* The member of NEW that a hook's command names, seen from the folder of its manifest. */
static struct node *hook_target(struct query *q, const struct node *manifest, struct str file)
{
	struct str dir = manifest->path;
	size_t slash = str_rfind_char(dir, '/');
	static const char *const tails[] = {"", ".js", ".cjs", ".mjs", "/index.js"};

	if (!file.len)
		return NULL;
	dir = slash == SIZE_MAX ? STR_NONE : str_part(dir, 0, slash + 1);
	if (str_starts(file, "./"))
		file = str_part(file, 2, file.len);
	for (size_t i = 0; i < sizeof(tails) / sizeof(tails[0]); i++) {
		struct str path = arena_printf(&q->a->arena, "%.*s%.*s%s", STR_ARG(dir), STR_ARG(file),
			tails[i]);
		struct node *n = delta_find(q->d, path);

		if (n && n->type == ENTRY_FILE)
			return n;
	}
	return NULL;
}

void hooks_collect(struct query *q)
{
	for (size_t i = 0; i < q->d->n_members; i++) {
		struct member *m = &q->d->members[i];

		for (size_t k = 0; k < m->n_facts; k++) {
			const struct fact *f = &m->facts[k];
			struct hook *h;

			if (f->kind != FACT_HOOK || (f->flags & FACT_REMOVED) || !m->new_)
				continue;
			h = ARENA_PUSH(&q->a->arena, q->hooks, q->n_hooks, q->room_hooks);
			h->member = m;
			h->fact = f;
			h->target = hook_target(q, m->new_, f->detail);
			h->fresh = !(f->flags & FACT_OF_OLD);
		}
	}
}

const struct hook *hook_of(const struct query *q, const struct node *n)
{
	for (size_t i = 0; i < q->n_hooks; i++)
		if (q->hooks[i].target == n)
			return &q->hooks[i];
	return NULL;
}

static bool hook_of_package(struct str key)
{
	return str_starts(key, "deb:") || str_starts(key, "rpm:") || str_starts(key, "pkg:");
}

/* An expansion in a build description asks something of the machine: what it does counts by itself. */
static bool is_build_question(const struct member *m)
{
	return str_ends(m->new_->path, ".gyp") || str_ends(m->new_->path, ".gypi");
}

static bool had_hooks(const struct query *q)
{
	for (size_t i = 0; i < q->n_hooks; i++)
		if (!q->hooks[i].fresh || (q->hooks[i].fact->flags & FACT_CHANGED_VALUE))
			return true;
	return false;
}

/* What a package manager runs at install time, or when the table says. */
static struct str hook_runs(const struct hook *h)
{
	struct str at = when_it_runs(h->member->new_->path);

	return at.len && !str_starts(h->fact->key, "npm:") && !str_starts(h->fact->key, "deb:")
		? at
		: STR("when the package is installed");
}

/* A library, module or setting that other programs load without having asked for it. */
static void forced_load(struct query *q, const struct hook *h)
{
	struct finding *x = query_add(q, 55, FINDING_CARRYING, q->b->first ? 1.5 : finding_weight(55), h->member, h->fact);

	x->runs = hook_runs(h);
	x->evidence = h->fact->value;
}

void hook_findings(struct query *q)
{
	for (size_t i = 0; i < q->n_hooks; i++) {
		struct hook *h = &q->hooks[i];
		double w = finding_weight(15);
		struct finding *x;
		struct str word;
		bool idle = false;

		if (!h->fresh)
			continue;
		if (str_starts(h->fact->key, "load:")) {
			forced_load(q, h);
			continue;
		}
		if (hook_of_package(h->fact->key))
			w = 1.0; /* packages gain maintainer scripts all the time: what they do counts */
		else if (hook_is_customary(h->fact->value) || is_build_question(h->member) || hook_moves_files(h->fact->value))
			w = 1.5;
		else if (h->target && hook_is_idle(h->fact->value, h->fact->detail, delta_member(q->d, h->target)))
			idle = true, w = 2.0;
		else if (h->fact->flags & FACT_CHANGED_VALUE)
			w = 3.0;
		else if (had_hooks(q))
			w = 4.0;
		else if (!str_starts(h->fact->key, "npm:"))
			w = 3.0;
		if (q->b->first)
			w = 1.0;
		if (command_kind(h->fact->value, &word) == COMMAND_INSTALLS && !q->b->first)
			query_add(q, 1, FINDING_CARRYING, 4.0, h->member, h->fact)->runs = hook_runs(h);
		x = query_add(q, 15, FINDING_CARRYING, w, h->member, h->fact);
		x->subject = arena_printf(&q->a->arena, "%.*s: %.*s", STR_ARG(h->fact->key),
			STR_ARG(h->fact->value));
		x->runs = hook_runs(h);
		x->evidence = h->fact->value;
		if (h->target && !h->target->mate && !q->b->first && !idle) {
			x = query_add(q, 16, FINDING_CARRYING, finding_weight(16), h->member, h->fact);
			x->subject = h->target->path;
			x->why = STR("The file that the new hook runs is new as well.");
		}
	}
}

/* A new hook that runs a member which did not change: it is judged with the hook, as if new. */
enum status hooks_read_old_targets(struct query *q)
{
	for (size_t i = 0; i < q->n_hooks; i++) {
		struct hook *h = &q->hooks[i];
		struct member *m;

		if (!h->fresh || !h->target || delta_member(q->d, h->target))
			continue;
		TRY(compare_read_unchanged(q->a, q->d, h->target,
			READ_HINT_HOOK | named_hint_of_command(h->fact->value, h->fact->detail), &m));
		if (!m)
			continue;
		m->what = MEMBER_CHANGED;
		delta_add_member(q->a, q->d, m);
		/* the table may have moved: find the manifests again */
		for (size_t k = 0; k < q->n_hooks; k++)
			q->hooks[k].member = delta_member(q->d, q->hooks[k].member->new_);
	}
	return STATUS_OK;
}

struct str query_runs_when(struct query *q, struct member *m, const struct fact *f)
{
	struct str at;

	if (hook_of(q, m->new_))
		return STR("when the package is installed");
	at = when_it_runs(m->new_->path);
	if (at.len && (!f || (f->flags & FACT_TOP_LEVEL) || place_runs_itself(m->new_->path)))
		return at;
	if (f && (f->flags & FACT_TOP_LEVEL))
		return STR("when the module is loaded");
	return at.len ? at : STR("when it is called");
}

bool has_new_hook(const struct query *q)
{
	for (size_t i = 0; i < q->n_hooks; i++)
		if (q->hooks[i].fresh && !hook_is_customary(q->hooks[i].fact->value))
			return true;
	return false;
}
