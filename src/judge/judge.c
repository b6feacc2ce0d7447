#include "judge/judge.h"

#include <math.h>
#include <stdlib.h>

#include "provenance/approval.h"
#include "util/escape.h"

/*
 * What counts how much:
 *	- the strongest finding of each kind counts once, however often it was planted
 *	- findings of one flow (same unit, same sink) count once; the others add a fifth
 *	- supporting findings count where a carrying finding stands in the same unit
 *	- weak carrying findings, and supporting ones that stand alone, together at most ALONE_NATS:
 *	  many small oddities are what a big ordinary release looks like
 *
 * The sum over the kinds is full + min(ALONE_NATS, sum of what weak exceeds full by), where full is
 * the strongest finding of the kind that counts by itself and weak the strongest that does not. Both
 * only grow with more findings, and so does the sum: nothing that is added elsewhere lowers it.
 */
/* Sums in another order differ in their last bits: a threshold must not hang on that. */
static const double ROUNDING = 1e-9;
static const double WEAK_NATS = 2.5;
static const double ALONE_NATS = 3.0;
static const double CARRIES_NATS = 2.0;
static const double FLOW_AGAIN = 0.2;

static struct str path_of(const struct finding *f)
{
	return f->member && f->member->new_ ? f->member->new_->path : STR_NONE;
}

static int by_strength(const void *x, const void *y)
{
	const struct judged *a = x, *b = y;
	const struct finding *f = a->finding, *g = b->finding;
	int d;

	if (f->strength != g->strength)
		return f->strength > g->strength ? -1 : 1;
	if (f->weight != g->weight)
		return f->weight > g->weight ? -1 : 1;
	d = strcmp(f->kind->id, g->kind->id);
	if (!d)
		d = str_cmp(path_of(f), path_of(g));
	if (!d)
		d = (int)((f->fact ? f->fact->offset : 0) > (g->fact ? g->fact->offset : 0)) -
		    (int)((f->fact ? f->fact->offset : 0) < (g->fact ? g->fact->offset : 0));
	if (!d)
		d = str_cmp(f->subject, g->subject);
	return d;
}

/* Rule, member and the normalised place: survives line shifts, not a change of what it rests on. */
static struct str fingerprint_of(struct arena *a, const struct finding *f)
{
	struct sha256_state *s = sha256_open();
	struct sha256 h;
	struct str path = path_of(f);

	if (!s)
		abort();
	sha256_begin(s);
	sha256_add(s, f->kind->id, strlen(f->kind->id) + 1);
	sha256_add(s, path.p, path.len);
	sha256_add(s, "", 1);
	sha256_add(s, f->subject.p, f->subject.len);
	sha256_add(s, "", 1);
	for (size_t i = 0; i < f->evidence.len; i++)
		if (f->evidence.p[i] != ' ' && f->evidence.p[i] != '\t' && f->evidence.p[i] != '\n')
			sha256_add(s, f->evidence.p + i, 1);
	h = sha256_end(s);
	sha256_close(s);
	return str_part(sha256_str(a, &h), 0, 32);
}

static struct str sink_of(const struct finding *f)
{
	size_t at;

	if (!f->fact || f->fact->kind != FACT_FLOW)
		return STR_NONE;
	at = str_find_z(f->fact->key, ">");
	return at == SIZE_MAX ? STR_NONE : str_part(f->fact->key, at + 1, f->fact->key.len);
}

/* What one decoded text reaches, by one way: several calls at the end of it are one event. */
static bool same_text(const struct finding *f, const struct finding *g)
{
	return f->fact && g->fact && f->member && f->member == g->member && f->n_flow > 1 && g->n_flow > 1 &&
	       str_starts(f->fact->key, "data>") && str_starts(g->fact->key, "data>") && str_equal(f->flow[0], g->flow[0]) &&
	       str_equal(f->flow[1], g->flow[1]);
}

static bool same_flow(const struct finding *f, const struct finding *g)
{
	if (same_text(f, g))
		return true;
	return f->member && f->member == g->member && f->unit && f->unit == g->unit &&
	       sink_of(f).len && str_equal(sink_of(f), sink_of(g));
}

static bool installs(const struct finding *f)
{
	return strncmp(f->kind->behaviour, "install/", 8) == 0;
}

/* Where carrying findings stand, sorted by member and offset: is a supporting one beside them? */
struct spot {
	const struct member *member;
	uint64_t from, to; /* the whole member when the finding has no unit */
	uint64_t reach;    /* the largest `to` of this member so far */
};

struct spots {
	struct spot *list;
	size_t n;
	bool install; /* something carrying runs at install time */
};

static struct spot spot_of(const struct finding *f)
{
	if (!f->unit)
		return (struct spot){f->member, 0, UINT64_MAX, 0};
	return (struct spot){f->member, f->unit->offset, f->unit->offset + f->unit->length, 0};
}

static int by_spot(const void *x, const void *y)
{
	const struct spot *a = x, *b = y;

	if (a->member != b->member)
		return (uintptr_t)a->member < (uintptr_t)b->member ? -1 : 1;
	return a->from < b->from ? -1 : a->from > b->from;
}

static struct spots spots_of(struct analysis *a, const struct judged *list, size_t n)
{
	struct spots p = {.list = ARENA_ARRAY(&a->arena, n + 1, struct spot)};

	for (size_t i = 0; i < n; i++) {
		const struct finding *f = list[i].finding;

		if (f->strength != FINDING_CARRYING || f->weight < CARRIES_NATS)
			continue;
		p.install |= installs(f);
		if (f->member)
			p.list[p.n++] = spot_of(f);
	}
	if (p.n)
		qsort(p.list, p.n, sizeof(*p.list), by_spot);
	for (size_t i = 0; i < p.n; i++) {
		struct spot *x = &p.list[i];

		x->reach = x->to;
		if (i && p.list[i - 1].member == x->member && p.list[i - 1].reach > x->reach)
			x->reach = p.list[i - 1].reach;
	}
	return p;
}

/* Units nest (a statement that holds the function): any overlap will do. */
static bool carried(const struct spots *p, const struct finding *f)
{
	struct spot at = spot_of(f);
	size_t lo = 0, hi = p->n;

	if (p->install && str_is(f->runs, "when the package is installed"))
		return true;
	if (!f->member)
		return false;
	while (lo < hi) { /* the first that begins behind the end of `at` */
		size_t mid = (lo + hi) / 2;
		const struct spot *x = &p->list[mid];

		if (x->member == at.member ? x->from <= at.to
					   : (uintptr_t)x->member < (uintptr_t)at.member)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo && p->list[lo - 1].member == at.member && p->list[lo - 1].reach >= at.from;
}

struct tally { /* one kind */
	double full, weak;
	struct judged *full_from, *weak_from;
};

static void tally_full(struct tally *t, struct judged *x, double w)
{
	if (w > t->full) {
		t->full = w;
		t->full_from = x;
	}
}

static void tally_weak(struct tally *t, struct judged *x, double w)
{
	if (w > t->weak) {
		t->weak = w;
		t->weak_from = x;
	}
}

static bool flow_counted(const struct tally *kinds, size_t n_kinds, const struct finding *f)
{
	for (size_t k = 0; k < n_kinds; k++)
		if ((kinds[k].full_from && same_flow(f, kinds[k].full_from->finding)) ||
		    (kinds[k].weak_from && same_flow(f, kinds[k].weak_from->finding)))
			return true;
	return false;
}

static double sum_tallies(struct tally *kinds, size_t n_kinds)
{
	double sum = 0, alone = 0;

	for (size_t k = 0; k < n_kinds; k++) {
		struct tally *t = &kinds[k];
		double more = t->weak > t->full ? t->weak - t->full : 0;

		if (more > ALONE_NATS - alone)
			more = ALONE_NATS - alone;
		alone += more;
		sum += t->full + more;
		if (t->full_from)
			t->full_from->counted = t->full;
		if (t->weak_from)
			t->weak_from->counted += more;
	}
	return sum;
}

/* list: strongest first. Sets what each finding counts; returns the sum. */
static double sum_evidence(struct analysis *a, struct judged *list, size_t n)
{
	size_t n_kinds;
	const struct finding_kind *first = finding_kinds(&n_kinds);
	struct tally *kinds = ARENA_ARRAY(&a->arena, n_kinds, struct tally);
	struct spots spots = spots_of(a, list, n);

	for (size_t i = 0; i < n; i++) {
		const struct finding *f = list[i].finding;
		struct tally *t = &kinds[f->kind - first];
		double w = f->weight;

		list[i].counted = 0;
		if (f->strength == FINDING_NOTE || w <= t->full)
			continue; /* it could not add anything */
		if (f->strength == FINDING_SUPPORTING) {
			if (carried(&spots, f))
				tally_full(t, &list[i], w);
			else
				tally_weak(t, &list[i], w);
			continue;
		}
		if (flow_counted(kinds, n_kinds, f))
			w *= FLOW_AGAIN;
		if (w < WEAK_NATS)
			tally_weak(t, &list[i], w);
		else
			tally_full(t, &list[i], w);
	}
	return sum_tallies(kinds, n_kinds);
}

/* ---- what was seen ---- */

static void blind_spot(struct analysis *a, struct judgement *j, const struct tree *t,
	const struct node *n, struct str reason, uint64_t bytes)
{
	*ARENA_PUSH(&a->arena, j->blind, j->n_blind, j->room_blind) =
		(struct blind_spot){tree_display(&a->arena, t, n), reason, bytes};
	j->blind_bytes += bytes;
}

static bool unchanged(const struct node *n)
{
	return n->mate && node_same_bytes(n, n->mate);
}

static bool known_in_old(const struct delta *d, const struct node *n)
{
	const struct member *m = delta_member(d, n);

	return unchanged(n) || (m && (m->what & MEMBER_COPIED));
}

static void see(struct analysis *a, const struct delta *d, struct judgement *j)
{
	for (size_t i = 0; i < d->new_->n_nodes; i++) {
		const struct node *n = d->new_->nodes[i];

		if (n->blind.len && !known_in_old(d, n))
			blind_spot(a, j, d->new_, n, n->blind, n->blind_bytes);
	}
	for (size_t i = 0; i < d->n_members; i++) {
		const struct member *m = &d->members[i];

		if (!m->new_ || !m->read)
			continue;
		if (m->new_->marks & NODE_OPENED)
			continue; /* its members are counted, not the wrapping */
		j->parsed_bytes += m->cover[COVER_PARSED];
		j->shallow_bytes += m->cover[COVER_SHALLOW];
		if (m->new_->blind.len)
			continue; /* said already */
		if (m->cover[COVER_BLIND])
			blind_spot(a, j, d->new_, m->new_, m->why[COVER_BLIND], m->cover[COVER_BLIND]);
		else if (m->capped)
			blind_spot(a, j, d->new_, m->new_, STR("more was found in it than is kept"), 1);
	}
}

/* ---- words ---- */

static void note(struct analysis *a, struct judgement *j, struct str text)
{
	*ARENA_PUSH(&a->arena, j->notes, j->n_notes, j->room_notes) = text;
}

static void count_changes(const struct delta *d, size_t *added, size_t *changed, size_t *removed)
{
	*added = *changed = *removed = 0;
	for (size_t i = 0; i < d->n_members; i++) {
		*added += !!(d->members[i].what & MEMBER_ADDED);
		*changed += !!(d->members[i].what & MEMBER_CHANGED);
		*removed += !!(d->members[i].what & MEMBER_REMOVED);
	}
}

static struct str summary_of(struct analysis *a, const struct delta *d, const struct behaviours *b,
	const struct judgement *j)
{
	static const char *const steps[] = {"", "with an unchanged version number", "as a patch release would",
		"as a minor release would", "as a major release would", "going back to a lower version"};
	size_t added, changed, removed, places = 0;
	const struct finding *top = j->n_findings ? j->findings[0].finding : NULL;

	count_changes(d, &added, &changed, &removed);
	if (d->same_bytes)
		return STR("The two releases are the same bytes.");
	if (j->verdict >= VERDICT_REVIEW && top) {
		const struct node *seen = NULL;

		for (size_t i = 0; i < j->n_findings; i++) {
			const struct member *m = j->findings[i].finding->member;

			if (j->findings[i].counted >= 1 && m && m->new_ != seen) {
				seen = m->new_;
				places++;
			}
		}
		return arena_printf(&a->arena, "%s that %s%s.",
			b->first ? "It holds something" : "Something was changed",
			top->kind->title,
			places > 1 ? ", with more of the kind in other members" : "");
	}
	if (!d->old)
		return j->verdict == VERDICT_UNKNOWN
			       ? STR("Nothing suspicious was found in what could be seen; a part could not "
				     "be looked at.")
			       : STR("Nothing suspicious found, no earlier release to compare with.");
	if (j->verdict == VERDICT_UNKNOWN)
		return STR("Nothing bad was seen, but a part that changed could not be looked at.");
	return arena_printf(&a->arena, "What changed is like an ordinary release%s%s: %zu added, %zu changed, "
				       "%zu removed.",
		b->step >= STEP_PATCH ? ", " : "", b->step >= STEP_PATCH ? steps[b->step] : "", added,
		changed, removed);
}

static void notes_of(struct analysis *a, const struct delta *d, const struct behaviours *b,
	struct judgement *j)
{
	size_t added, changed, removed;

	count_changes(d, &added, &changed, &removed);
	if (d->same_bytes)
		note(a, j, STR("Same bytes as OLD, which was not judged"));
	else if (d->old && !added && !changed && !removed && !d->unrelated)
		note(a, j, STR("Repacked only: the same members in another wrapping"));
	if (b->step == STEP_DOWN)
		note(a, j, STR("NEW has the lower version: judged as asked, in this direction"));
	if (d->unrelated)
		note(a, j, STR("OLD looks like another product: judged as a first release"));
	if (j->verdict == VERDICT_CLEAN && d->old && !d->same_bytes)
		note(a, j, STR("Compared with OLD, which was not judged itself"));
	if (j->verdict == VERDICT_CLEAN && j->shallow_bytes > j->parsed_bytes && j->shallow_bytes)
		note(a, j, STR("Most of what changed was seen shallowly: by structure, imports and strings"));
}

/* Log of the likelihood ratio of so much evidence. */
static double worth(double evidence)
{
	return JUDGE_WORTH_OF_NONE + JUDGE_WORTH_OF_NAT * evidence;
}

enum status judge_run(struct analysis *a, const struct delta *d, const struct behaviours *b,
	double base_rate, bool (*accepted)(void *user, struct str fingerprint), void *user,
	struct judgement **ret)
{
	struct judgement *j = ARENA_NEW(&a->arena, struct judgement);
	struct judged *counted;
	size_t n_counted = 0;
	double raw;

	*ret = j;
	j->n_findings = b->n;
	j->findings = ARENA_ARRAY(&a->arena, b->n + 1, struct judged);
	counted = ARENA_ARRAY(&a->arena, b->n + 1, struct judged);
	for (size_t i = 0; i < b->n; i++) {
		j->findings[i].finding = &b->items[i];
		j->findings[i].fingerprint = fingerprint_of(&a->arena, &b->items[i]);
		j->findings[i].accepted = accepted && accepted(user, j->findings[i].fingerprint);
		j->n_accepted += j->findings[i].accepted;
	}
	qsort(j->findings, j->n_findings, sizeof(*j->findings), by_strength);
	/* Once with everything, once without what the user accepted: an acceptance never lowers
	 * `tampered` below `review`. */
	memcpy(counted, j->findings, b->n * sizeof(*counted));
	raw = sum_evidence(a, counted, b->n);
	for (size_t i = 0; i < j->n_findings; i++)
		if (!j->findings[i].accepted)
			counted[n_counted++] = j->findings[i];
	j->evidence = sum_evidence(a, counted, n_counted);
	for (size_t i = 0, k = 0; i < j->n_findings; i++)
		if (!j->findings[i].accepted)
			j->findings[i].counted = counted[k++].counted;
	see(a, d, j);
	/* Its author alone cannot make it; yet who is approved may still be wrong: never below review. */
	j->evidence -= approval_credit(a->approval[SIDE_NEW]);
	if (j->evidence < 0)
		j->evidence = 0;
	if (j->evidence + ROUNDING >= JUDGE_TAMPERED_NATS)
		j->verdict = VERDICT_TAMPERED;
	else if (j->evidence + ROUNDING >= JUDGE_REVIEW_NATS || raw + ROUNDING >= JUDGE_TAMPERED_NATS)
		j->verdict = VERDICT_REVIEW;
	else if (j->n_blind && !d->same_bytes)
		j->verdict = VERDICT_UNKNOWN;
	if (d->same_bytes)
		j->verdict = VERDICT_CLEAN;
	j->base_log_odds = log(base_rate / (1 - base_rate));
	j->probability = 1 / (1 + exp(-(j->base_log_odds + worth(j->evidence))));
	j->summary = summary_of(a, d, b, j);
	notes_of(a, d, b, j);
	return STATUS_OK;
}
