/* Asks every query about every member, and who is compared with whom. */
#include "behaviour/query.h"

#include "behaviour/across.h"
#include "behaviour/aside.h"
#include "behaviour/dormant.h"
#include "behaviour/moved.h"
#include "behaviour/named.h"
#include "provenance/approval.h"

struct finding *query_add(struct query *q, unsigned number, enum finding_strength strength,
	double weight, struct member *m, const struct fact *f)
{
	struct finding *x = ARENA_PUSH(&q->a->arena, q->b->items, q->b->n, q->b->room);

	x->kind = finding_kind(number);
	x->strength = strength;
	x->weight = strength == FINDING_NOTE ? 0 : weight;
	x->member = m;
	x->fact = f;
	x->why = str_of(x->kind->why);
	if (f && m && f->unit != FACT_NO_UNIT && f->unit < m->n_units)
		x->unit = &m->units[f->unit];
	if (f) {
		x->subject = f->value;
		x->evidence = f->excerpt;
		x->before = f->before;
	}
	return x;
}

double finding_weight(unsigned number)
{
	return finding_kind(number)->weight;
}

static enum status fact_findings(struct query *q, struct member *m, const struct fact *f)
{
	if (f->flags & FACT_OF_OLD)
		return STATUS_OK;
	if ((f->flags & FACT_REMOVED) && f->kind != FACT_GUARD_LOST)
		return STATUS_OK;
	switch (f->kind) {
	case FACT_TRUST:
		return trust_findings(q, m, f);
	case FACT_EXE:
	case FACT_EXE_IMPORT:
	case FACT_EXE_EXPORT:
	case FACT_EXE_SECTION:
	case FACT_EXE_OVERLAY:
	case FACT_EXE_SIGNER:
	case FACT_EXE_STRINGS:
		executable_findings(q, m, f);
		break;
	case FACT_DEP_ADDED:
	case FACT_DEP_CHANGED:
		return dependency_findings(q, m, f);
	case FACT_LOCK:
		query_add(q, 27, FINDING_CARRYING,
			str_is(f->key, "integrity-changed") ? finding_weight(27) : 3.0, m, f);
		break;
	case FACT_KIND:
		/* A release that is another kind of file as a whole shows less (AS-0031): the same cause, and often the wrong file. */
		if (m->new_ == q->d->new_->root && m->new_->blind.len)
			query_add(q, 36, FINDING_SUPPORTING, finding_weight(36) * 0.2, m, f);
		else if (!q->b->first || (str_has(f->value, "->") && m->new_ != q->d->new_->root))
			query_add(q, 36, FINDING_CARRYING, finding_weight(36), m, f);
		break;
	case FACT_APPENDED:
		query_add(q, 35, FINDING_CARRYING, finding_weight(35) * (f->value.len ? 1.3 : 0.5), m, f);
		break;
	default:
		return code_fact_findings(q, m, f);
	}
	return STATUS_OK;
}

static void name_from_facts(struct query *q)
{
	for (size_t i = 0; i < q->d->n_members; i++) {
		struct member *m = &q->d->members[i];

		if (!m->new_ || !(str_is(m->new_->path, "package/package.json") ||
				  str_is(m->new_->path, "package.json") ||
				  str_ends(m->new_->path, "control.tar.xz!/control") ||
				  str_ends(m->new_->path, "control.tar.zst!/control") ||
				  str_ends(m->new_->path, "control.tar.gz!/control") ||
				  str_ends(m->new_->path, "app.asar!/package.json") ||
				  str_is(m->new_->path, "[rpm header].txt") ||
				  str_is(str_basename(m->new_->path), "PackageInfo")))
			continue;
		for (size_t k = 0; k < m->n_facts; k++) {
			const struct fact *f = &m->facts[k];
			struct release_name *r = f->flags & FACT_OF_OLD ? &q->b->old : &q->b->new_;

			if (f->kind != FACT_MANIFEST || !f->value.len || (f->flags & FACT_REMOVED))
				continue;
			if (str_is(f->key, "name"))
				r->name = f->value;
			else if (str_is(f->key, "version"))
				r->version = f->value;
		}
	}
}

static void same_version_finding(struct query *q)
{
	size_t content = 0;

	if (q->b->first || q->d->same_bytes || !q->b->new_.version.len || !q->b->old.version.len ||
	    !str_equal(q->b->new_.version, q->b->old.version) ||
	    !str_equal(q->b->new_.name, q->b->old.name))
		return;
	for (size_t i = 0; i < q->d->n_members; i++)
		content += !!(q->d->members[i].what & (MEMBER_ADDED | MEMBER_REMOVED | MEMBER_CHANGED));
	if (content)
		query_add(q, 41, FINDING_CARRYING, finding_weight(41), NULL, NULL)->subject = q->b->new_.version;
}

static bool approved(const struct approval *x)
{
	return x && (x->status == ASSAY_VERIFY_OK || x->status == ASSAY_VERIFY_NOT_REBUILT);
}

static void approval_finding(struct query *q)
{
	const struct approval *x = q->a->approval[SIDE_NEW];
	bool before = approved(q->a->approval[SIDE_OLD]);
	double weight = x ? approval_doubt(x, before) : 0;
	struct finding *f;

	if (!(weight > 0))
		return;
	f = query_add(q, 60, FINDING_CARRYING, weight, NULL, NULL);
	f->evidence = x->why;
	if (before)
		f->why = STR("The release before stood in the publisher's ledger with its approvals.");
}

static struct release_name name_of_tree(struct arena *a, const struct tree *t)
{
	struct release_name r = name_from_file(a, t->label);

	if (t->is_directory)
		r.version = STR_NONE; /* people name folders as they like: only a manifest says a version */
	return r;
}

/* What a layer above hides is in no container: it is told, and carries nothing. */
static void hidden_findings(struct behaviours *b)
{
	for (size_t i = 0; i < b->n; i++) {
		struct finding *x = &b->items[i];

		if (!x->member || !x->member->new_ || !(x->member->new_->marks & NODE_HIDDEN))
			continue;
		x->strength = x->strength == FINDING_CARRYING ? FINDING_SUPPORTING : x->strength;
		x->runs = STR("never: a layer above hides this file");
	}
}

enum status behaviour_find(struct analysis *a, struct delta *d, struct behaviours **ret)
{
	struct behaviours *b = ARENA_NEW(&a->arena, struct behaviours);
	struct query q = {.a = a, .d = d, .b = b};

	*ret = b;
	b->first = !d->old || d->unrelated;
	b->new_ = name_of_tree(&a->arena, d->new_);
	if (d->old)
		b->old = name_of_tree(&a->arena, d->old);
	name_from_facts(&q);
	/* One product under its own name, however much of it was rewritten. */
	if (d->unrelated && b->new_.name.len && str_equal(b->old.name, b->new_.name))
		b->first = d->unrelated = false;
	b->step = d->old ? version_step(b->old.version, b->new_.version) : STEP_UNKNOWN;
	TRY(named_read(&q));
	if (!b->first)
		TRY(dormant_read(a, d));
	hooks_collect(&q);
	TRY(hooks_read_old_targets(&q));
	TRY(across_join(a, d));
	TRY(moved_mark(&q));
	TRY(hosts_look(&q));
	hook_findings(&q);
	for (size_t i = 0; i < d->n_members; i++) {
		struct member *m = &d->members[i];

		if (!m->new_)
			continue;
		for (size_t k = 0; k < m->n_facts; k++)
			TRY(fact_findings(&q, m, &m->facts[k]));
		if (dormant_woken(m))
			query_add(&q, 13, FINDING_SUPPORTING, 1.5, m, NULL)->why =
				STR("It lay in the release before, where nothing loaded it.");
		if (!b->first && hook_of(&q, m->new_) && (m->what & (MEMBER_CHANGED | MEMBER_ADDED)) &&
		    m->n_units && !hook_of(&q, m->new_)->fresh)
			query_add(&q, 16, FINDING_SUPPORTING, finding_weight(16), m, NULL)->runs =
				STR("when the package is installed");
	}
	TRY(shape_findings(&q));
	TRY(first_way_finding(&q));
	hidden_findings(b);
	TRY(aside_weigh(a, d, b));
	same_version_finding(&q);
	approval_finding(&q);
	return STATUS_OK;
}
