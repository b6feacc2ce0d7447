#include "lib/document.h"

#include <math.h>

#include "assay.h"
#include "provenance/approval.h"

static struct str text(const char *z)
{
	return str_of(z);
}

static struct doc_release release_of(struct analysis *a, const struct tree *t,
	const struct release_name *name, const char *path)
{
	struct doc_release r = {
		.path = arena_str(&a->arena, text(path)),
		.sha256 = sha256_str(&a->arena, &t->sha256),
		.size_bytes = t->size_bytes,
		.name = name->name,
		.version = name->version,
		.kind = name->kind,
	};

	if (t->is_directory)
		r.kind = STR("directory");
	else if (str_is(r.kind, "file") && t->root->format != FORMAT_NONE)
		r.kind = text(format_name(t->root->format));
	return r;
}

static struct doc_strings words_of(struct analysis *a, const char *spaced)
{
	struct doc_strings d = {0};
	struct str *items = NULL, rest = text(spaced);
	size_t room = 0;

	while (rest.len) {
		size_t sp = str_find_z(rest, " ");
		struct str one = str_part(rest, 0, sp == SIZE_MAX ? rest.len : sp);

		if (one.len)
			*ARENA_PUSH(&a->arena, items, d.n, room) = one;
		rest = sp == SIZE_MAX ? STR_NONE : str_part(rest, sp + 1, rest.len);
	}
	d.items = items;
	return d;
}

static struct doc_finding finding_of(struct analysis *a, const struct delta *d, const struct judged *j)
{
	const struct finding *f = j->finding;
	struct doc_finding x = {
		.id = text(f->kind->id),
		.fingerprint = j->fingerprint,
		.behaviour = f->behaviour.len ? f->behaviour : text(f->kind->behaviour),
		.title = text(f->kind->title),
		.attack = words_of(a, f->kind->attack),
		.runs = f->runs,
		.flow = {f->flow, f->n_flow},
		.evidence = f->evidence,
		.before = f->before,
		.decoded = {f->decoded, f->n_decoded},
		.why = f->why,
		.weight = round(j->counted * 100) / 100,
		.strong = f->strength == FINDING_CARRYING,
		.subject = f->subject,
	};

	if (f->member && f->member->new_)
		x.where.member = tree_display(&a->arena, d->new_, f->member->new_);
	if (f->unit) {
		static const char *const changes[] = {"added", "changed", "moved", "removed"};

		x.where.unit = f->unit->name;
		x.where.shape = f->unit->shape;
		x.where.line = f->unit->line;
		x.where.offset = f->unit->offset;
		x.where.length = f->unit->length;
		x.place = arena_printf(&a->arena, "%s, %llu bytes", changes[f->unit->change],
			(unsigned long long)f->unit->length);
	}
	if (f->fact) {
		if (f->fact->line)
			x.where.line = f->fact->line;
		if (f->fact->length) {
			x.where.offset = f->fact->offset;
			x.where.length = f->fact->length;
		}
	}
	return x;
}

static bool worth_saying(const struct judged *j)
{
	return j->counted > 0 || j->accepted || j->finding->strength == FINDING_CARRYING;
}

static int by_count(const void *x, const void *y)
{
	const struct judged *a = x, *b = y;

	if (a->counted != b->counted)
		return a->counted > b->counted ? -1 : 1;
	return 0;
}

/* Strongest contribution first; equals stay in the judge's order (insertion sort is stable, and the
 * list of what counts is short). */
static void order_findings(struct judged *list, size_t n)
{
	for (size_t i = 1; i < n; i++) {
		struct judged x = list[i];
		size_t k = i;

		while (k > 0 && by_count(&x, &list[k - 1]) < 0) {
			list[k] = list[k - 1];
			k--;
		}
		list[k] = x;
	}
}

enum { FINDINGS_IN_DOCUMENT = 500 };

static struct doc_findings findings_of(struct analysis *a, const struct delta *d,
	const struct judgement *j)
{
	struct judged *list = ARENA_ARRAY(&a->arena, j->n_findings + 1, struct judged);
	struct doc_finding *items;
	size_t n = 0;

	for (size_t i = 0; i < j->n_findings; i++)
		if (worth_saying(&j->findings[i]) && n < FINDINGS_IN_DOCUMENT)
			list[n++] = j->findings[i];
	order_findings(list, n);
	items = ARENA_ARRAY(&a->arena, n + 1, struct doc_finding);
	for (size_t i = 0; i < n; i++)
		items[i] = finding_of(a, d, &list[i]);
	return (struct doc_findings){items, n};
}

struct lists {
	struct str *added, *removed, *changed;
	size_t n_added, n_removed, n_changed, room_added, room_removed, room_changed;
	struct doc_rename *renamed;
	size_t n_renamed, room_renamed;
	struct doc_attribute *attributes;
	size_t n_attributes, room_attributes;
	struct doc_digest *digests;
	size_t n_digests, room_digests;
};

static bool has_digest(const struct member *m)
{
	return (m->what & (MEMBER_ADDED | MEMBER_CHANGED)) && m->new_ && m->new_->has_sha256 &&
	       !m->new_->partial;
}

static struct doc_delta delta_of(struct analysis *a, const struct delta *d)
{
	struct arena *ar = &a->arena;
	struct lists l = {0};

	for (size_t i = 0; i < d->n_members; i++) {
		const struct member *m = &d->members[i];
		struct str name = m->new_ ? tree_display(ar, d->new_, m->new_)
					  : tree_display(ar, d->old, m->old);

		if (m->what & MEMBER_ADDED)
			*ARENA_PUSH(ar, l.added, l.n_added, l.room_added) = name;
		if (m->what & MEMBER_REMOVED)
			*ARENA_PUSH(ar, l.removed, l.n_removed, l.room_removed) = name;
		if (m->what & MEMBER_CHANGED)
			*ARENA_PUSH(ar, l.changed, l.n_changed, l.room_changed) = name;
		if ((m->what & MEMBER_RENAMED) && m->old)
			*ARENA_PUSH(ar, l.renamed, l.n_renamed, l.room_renamed) =
				(struct doc_rename){tree_display(ar, d->old, m->old), name};
		if (m->what & MEMBER_ATTRIBUTES)
			*ARENA_PUSH(ar, l.attributes, l.n_attributes, l.room_attributes) =
				(struct doc_attribute){name, m->attributes};
		if (has_digest(m))
			*ARENA_PUSH(ar, l.digests, l.n_digests, l.room_digests) = (struct doc_digest){
				name, sha256_str(ar, &m->new_->sha256), m->new_->size_bytes};
	}
	return (struct doc_delta){
		.identical = d->identical,
		.added = {l.added, l.n_added},
		.removed = {l.removed, l.n_removed},
		.changed = {l.changed, l.n_changed},
		.renamed = l.renamed,
		.n_renamed = l.n_renamed,
		.attributes = l.attributes,
		.n_attributes = l.n_attributes,
		.digests = l.digests,
		.n_digests = l.n_digests,
	};
}

static const struct fact *signer_fact(const struct member *m, bool old)
{
	for (size_t k = 0; m && k < m->n_facts; k++) {
		const struct fact *f = &m->facts[k];

		if (f->kind == FACT_EXE_SIGNER && str_is(f->key, "subject") &&
		    !!(f->flags & FACT_OF_OLD) == old)
			return f;
	}
	return NULL;
}

/* The outermost program's signer, as stated. */
static void signers_of(const struct delta *d, struct document *doc)
{
	const struct member *m = delta_member(d, d->new_->root);
	const struct fact *n = signer_fact(m, false), *o = signer_fact(m, true);

	if (n)
		doc->provenance.new = (struct doc_signer){
			.is_signed = true, .kind = STR("authenticode"), .subject = n->value};
	if (o)
		doc->provenance.old = (struct doc_signer){
			.is_signed = true, .kind = STR("authenticode"), .subject = o->value};
}

static struct doc_approval approval_of(const struct approval *x)
{
	if (!x)
		return (struct doc_approval){.asked = false};
	return (struct doc_approval){.asked = true, .status = (int)x->status, .approvers = x->approvers,
		.approvers_need = x->approvers_need, .builders = x->builders, .rebuilt = x->rebuilt,
		.why = x->status == ASSAY_VERIFY_OK ? STR_NONE : x->why};
}

static void breaks_of(struct analysis *a, const struct delta *d, const struct judgement *j,
	struct document *doc)
{
	struct doc_break *items = NULL;
	size_t n = 0, room = 0;

	for (size_t i = 0; i < j->n_findings; i++) {
		const struct finding *f = j->findings[i].finding;

		if (strncmp(f->kind->behaviour, "continuity/", 11) != 0)
			continue;
		*ARENA_PUSH(&a->arena, items, n, room) = (struct doc_break){
			.what = text(f->kind->title),
			.member = f->member && f->member->new_
					  ? tree_display(&a->arena, d->new_, f->member->new_)
					  : STR_NONE,
			.new_value = f->subject,
		};
	}
	doc->provenance.breaks = items;
	doc->provenance.n_breaks = n;
}

enum { TRACES_MAX = 500 };

static void traces_of(struct analysis *a, const struct delta *d, struct document *doc)
{
	struct doc_trace *items = NULL;
	size_t n = 0, room = 0;

	for (size_t i = 0; i < d->n_members; i++) {
		const struct member *m = &d->members[i];

		for (size_t k = 0; m->new_ && k < m->n_facts && n < TRACES_MAX; k++)
			if (m->facts[k].kind == FACT_TRACE)
				*ARENA_PUSH(&a->arena, items, n, room) = (struct doc_trace){
					tree_display(&a->arena, d->new_, m->new_), m->facts[k].key, m->facts[k].value};
	}
	doc->provenance.traces = items;
	doc->provenance.n_traces = n;
}

/* Everything that can change a verdict: the table of findings and their weights. */
static struct str rules_digest(struct analysis *a)
{
	struct sha256_state *s = sha256_open();
	const struct finding_kind *k;
	struct sha256 h;
	size_t n;

	if (!s)
		abort();
	k = finding_kinds(&n);
	sha256_begin(s);
	for (size_t i = 0; i < n; i++) {
		struct str row = arena_printf(&a->arena, "%s %s %.3f\n", k[i].id, k[i].behaviour,
			k[i].weight);

		sha256_add(s, row.p, row.len);
	}
	sha256_add(s, ASSAY_VERSION, sizeof(ASSAY_VERSION));
	if (a->user_rules.len)
		sha256_add(s, a->user_rules.p, a->user_rules.len);
	h = sha256_end(s);
	sha256_close(s);
	return arena_printf(&a->arena, "sha256:%.*s", STR_ARG(sha256_str(&a->arena, &h)));
}

static uint64_t count_leaves(const struct tree *t)
{
	uint64_t n = 0;

	for (size_t i = 0; i < t->n_nodes; i++)
		n += node_is_leaf(t->nodes[i]);
	return n;
}

struct document *document_make(struct analysis *a, const struct delta *d, const struct behaviours *b,
	const struct judgement *j, const struct judgement *suspect, const struct delta *back,
	const char *const paths[SIDE_N], struct str confinement)
{
	struct document *doc = ARENA_NEW(&a->arena, struct document);
	struct doc_blind *blind = ARENA_ARRAY(&a->arena, j->n_blind + 1, struct doc_blind);
	struct doc_dependency *deps =
		ARENA_ARRAY(&a->arena, b->n_dependencies + 1, struct doc_dependency);

	doc->is_inspect = !d->old;
	doc->assay_version = STR(ASSAY_VERSION);
	doc->rules = rules_digest(a);
	if (d->old)
		doc->old = release_of(a, d->old, &b->old, paths[SIDE_OLD]);
	doc->new = release_of(a, d->new_, &b->new_, paths[SIDE_NEW]);
	doc->verdict = j->verdict;
	doc->probability = j->probability;
	doc->evidence = j->evidence;
	doc->base_log_odds = j->base_log_odds;
	doc->summary = j->summary;
	doc->findings = findings_of(a, d, j);
	if (d->old)
		doc->delta = delta_of(a, d);
	doc->n_members = count_leaves(d->new_);
	signers_of(d, doc);
	doc->provenance.old_approval = approval_of(a->approval[SIDE_OLD]);
	doc->provenance.new_approval = approval_of(a->approval[SIDE_NEW]);
	breaks_of(a, d, j, doc);
	traces_of(a, d, doc);
	doc->coverage.parsed_bytes = j->parsed_bytes;
	doc->coverage.shallow_bytes = j->shallow_bytes;
	doc->coverage.blind_bytes = j->blind_bytes;
	for (size_t i = 0; i < j->n_blind; i++)
		blind[i] = (struct doc_blind){j->blind[i].member, j->blind[i].reason,
			j->blind[i].size_bytes};
	doc->coverage.blind = blind;
	doc->coverage.n_blind = j->n_blind;
	for (size_t i = 0; i < b->n_dependencies; i++)
		deps[i] = (struct doc_dependency){b->dependencies[i].name, b->dependencies[i].spec,
			b->dependencies[i].state};
	doc->coverage.dependencies = deps;
	doc->coverage.n_dependencies = b->n_dependencies;
	if (suspect)
		doc->old_suspect = findings_of(a, back, suspect);
	doc->accepted = j->n_accepted;
	doc->confinement = confinement;
	doc->repeatable = a->repeatable;
	doc->cost.bytes_read = a->bytes_read;
	doc->cost.bytes_analysed = a->bytes_analysed;
	doc->cost.members_parsed = a->members_parsed;
	doc->cost.steps = a->steps + d->new_->steps + (d->old ? d->old->steps : 0);
	doc->notes = (struct doc_strings){j->notes, j->n_notes};
	return doc;
}
