#include "assay.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/accept.h"
#include "lib/document.h"
#include "lib/lock.h"
#include "lib/rules.h"
#include "provenance/approval.h"
#include "read/user_rules.h"
#include "report/report.h"

/* Above what two releases at the edge of their budgets hold. */
#define ARENA_MAX_BYTES ((size_t)3 << 30)

struct assay {
	struct assay_options options;
	struct zygote *zygote;
	struct accepted *accepted;
	struct sha256 rules_digest; /* of the user's rules */
	char error[512];
	struct assay_stats stats;
};

struct assay_result {
	struct analysis analysis; /* owns the arena that the document lives in */
	struct document *document;
};

void assay_options_init(struct assay_options *o)
{
	memset(o, 0, sizeof(*o));
	o->base_rate = 0.001;
	o->now_utc = (int64_t)time(NULL);
}

static const struct zygote_role *roles(void)
{
	static struct zygote_role all[ROLE_N];

	all[ROLE_OPENER] = unpack_opener_role;
	all[ROLE_READER] = compare_reader_role;
	all[ROLE_LOCK] = lock_role;
	return all;
}

static enum assay_status fail(struct assay *a, enum status s, const char *text)
{
	snprintf(a->error, sizeof(a->error), "%s", text);
	return (enum assay_status)s;
}

enum assay_status assay_open(const struct assay_options *o, struct assay **ret)
{
	struct assay *a = calloc(1, sizeof(*a));
	struct zygote_setup setup = {
		.roles = roles(),
		.n_roles = ROLE_N,
		.warm_up = unpack_warm_up,
		.flags = o->unconfined ? ZYGOTE_UNCONFINED : 0,
	};
	enum status s;

	*ret = a;
	if (!a)
		return ASSAY_NOMEM;
	a->options = *o;
	if (!(o->base_rate > 0 && o->base_rate < 1))
		return fail(a, STATUS_USAGE, "the base rate must lie between 0 and 1");
	if (!a->options.jobs) {
		long n = sysconf(_SC_NPROCESSORS_ONLN);

		a->options.jobs = n > 0 && n < 64 ? (unsigned)n : 2;
	}
	if (o->accept_file) {
		s = accepted_load(o->accept_file, o->now_utc, &a->accepted, a->error, sizeof(a->error));
		if (s != STATUS_OK)
			return (enum assay_status)s;
	}
	s = rules_load(o->rules_files, o->n_rules_files, &a->rules_digest, a->error, sizeof(a->error));
	if (s == STATUS_OK)
		s = zygote_start(&a->zygote, &setup); /* it takes the rules along */
	user_rules_clear();
	if (a->error[0])
		return (enum assay_status)s;
	if (s == STATUS_DENIED)
		return fail(a, s, "this kernel offers no seccomp filter, so foreign files cannot be read in a "
				  "confined process; --unconfined reads them without");
	if (s != STATUS_OK)
		return fail(a, s, "the process that reads foreign files could not be started");
	return ASSAY_OK;
}

void assay_close(struct assay *a)
{
	if (!a)
		return;
	zygote_stop(a->zygote);
	accepted_free(a->accepted);
	free(a);
}

static void apply_limits(struct analysis *x, const struct assay_options *o)
{
	x->limits = limits_default();
	if (o->limit_bytes)
		x->limits.bytes = o->limit_bytes;
	if (o->limit_members)
		x->limits.members = o->limit_members;
	if (o->limit_depth)
		x->limits.depth = o->limit_depth;
	if (o->limit_steps)
		x->limits.steps = o->limit_steps;
	if (o->limit_memory)
		x->limits.memory_bytes = o->limit_memory;
	if (x->limits.member_bytes > x->limits.bytes)
		x->limits.member_bytes = x->limits.bytes;
}

static void on_progress(void *user, const char *what, uint64_t done, uint64_t all)
{
	struct assay *a = user;
	struct assay_progress p = {.stage = what, .done = done, .total = all};

	if (a->options.progress)
		a->options.progress(a->options.user, &p);
}

static bool is_accepted(void *user, struct str fingerprint)
{
	return accepted_has(user, fingerprint);
}

/* The arena's memory ran out: unwind to the entry. Nothing between here and there owns anything but
 * the arena, descriptors of the analysis and children that the zygote ends. */
static void out_of_memory(void *user)
{
	longjmp(*(jmp_buf *)user, 1);
}

static enum status open_history(struct assay *a, struct analysis *x)
{
	x->history = ARENA_ARRAY(&x->arena, a->options.n_history + 1, struct tree *);
	for (size_t i = 0; i < a->options.n_history; i++) {
		struct tree *t[SIDE_N];

		TRY(unpack_releases(x, (const char *const[SIDE_N]){a->options.history[i], NULL}, t));
		x->history[x->n_history++] = t[SIDE_OLD];
	}
	return STATUS_OK;
}

/* Asked of the descriptors that are analysed, so that both answers are about the same bytes. */
static enum status ask_ledger(struct assay *a, struct analysis *x, struct tree *const trees[SIDE_N],
	const char *const paths[SIDE_N])
{
	const char *const proofs[SIDE_N] = {a->options.old_proof, a->options.new_proof};

	for (int side = 0; side < SIDE_N && a->options.trust_file; side++) {
		struct approval *answer = ARENA_NEW(&x->arena, struct approval);
		struct approval_question q = {.trust = a->options.trust_file, .proof = proofs[side],
			.more = a->options.more_proofs, .path = paths[side], .of_old = side == SIDE_OLD, .now_utc = a->options.now_utc};
		struct str why;

		if (!trees[side])
			continue;
		q.fd = trees[side]->is_directory ? -1 : trees[side]->input_fd;
		if (approval_ask(&x->arena, &q, answer, &why) != STATUS_OK)
			return analysis_fail(x, STATUS_USAGE, "%.*s", STR_ARG(why));
		x->approval[side] = answer;
	}
	return STATUS_OK;
}

static bool lost_something(const struct member *m)
{
	for (size_t i = 0; i < m->n_facts; i++)
		if (m->facts[i].kind == FACT_LOST_REACH ||
		    (m->facts[i].kind == FACT_HOOK && (m->facts[i].flags & FACT_REMOVED)))
			return true;
	return false;
}

/* Marks as read, so that nobody reads them, the members of OLD that lost nothing that reached out.
 * False when none is left. */
static bool leave_what_may_be_bad(const struct delta *d, struct delta *back)
{
	bool any = false;

	for (size_t i = 0; i < back->n_members; i++) {
		struct member *m = &back->members[i];
		const struct member *forth = m->old ? delta_member(d, m->old) : NULL;

		if (!m->new_)
			continue; /* new in NEW: OLD has nothing to answer for */
		if (m->what & MEMBER_ADDED) /* NEW dropped it whole */
			any |= m->new_->format == FORMAT_TEXT;
		else if (forth && (lost_something(forth) || str_ends(m->new_->path, "package.json")))
			any |= lost_something(forth);
		else
			m->read = true;
	}
	return any;
}

/* A check that OLD lacks, a safeguard that NEW sets: the other way round they are lost, and every release that
 * hardens something has them. */
static bool took_something_away(const struct judgement *back)
{
	double sum = 0;

	for (size_t i = 0; i < back->n_findings; i++)
		if (strncmp(back->findings[i].finding->kind->behaviour, "weaken/", 7) != 0)
			sum += back->findings[i].counted;
	return sum >= JUDGE_TAMPERED_NATS;
}

enum { SUSPECT_MAX_BYTES = 8 << 20 };

/*
 * Would OLD be called tampered if it had come after NEW? Then NEW may be the release that mends it.
 * Only the parts that differ are read, the other way round, and only when they are few.
 */
static enum status suspect_old(struct assay *a, struct analysis *x, const struct delta *d,
	struct judgement **ret, struct delta **ret_delta)
{
	struct behaviours *b;
	uint64_t bytes = 0;

	*ret = NULL;
	for (size_t i = 0; i < d->n_members; i++)
		if (d->members[i].old && !(d->members[i].what & MEMBER_COPIED))
			bytes += d->members[i].old->size_bytes;
	if (bytes > SUSPECT_MAX_BYTES)
		return STATUS_OK;
	TRY(compare_trees(x, d->new_, d->old, ret_delta));
	if (!leave_what_may_be_bad(d, *ret_delta))
		return STATUS_OK;
	TRY(compare_read(x, *ret_delta));
	TRY(behaviour_find(x, *ret_delta, &b));
	TRY(judge_run(x, *ret_delta, b, a->options.base_rate, NULL, NULL, ret));
	if ((*ret)->verdict != VERDICT_TAMPERED || !took_something_away(*ret))
		*ret = NULL;
	return STATUS_OK;
}

static enum status stages(struct assay *a, struct analysis *x, const char *const paths[SIDE_N],
	struct document **ret)
{
	struct tree *trees[SIDE_N] = {NULL, NULL};
	struct delta *d;
	struct behaviours *b;
	struct judgement *j, *suspect = NULL;
	struct delta *back = NULL;
	const struct confine_report *held = zygote_confinement(a->zygote);
	enum status s;

	s = open_history(a, x);
	if (s == STATUS_OK)
		s = unpack_releases(x, paths, trees);
	if (s == STATUS_OK)
		s = ask_ledger(a, x, trees, paths);
	if (s == STATUS_OK)
		s = compare_trees(x, trees[SIDE_OLD], trees[SIDE_NEW], &d);
	if (s == STATUS_OK && !d->same_bytes)
		s = compare_read(x, d);
	if (s == STATUS_OK)
		s = behaviour_find(x, d, &b);
	if (s == STATUS_OK)
		s = judge_run(x, d, b, a->options.base_rate, a->accepted ? is_accepted : NULL,
			a->accepted, &j);
	if (s == STATUS_OK && d->old && !d->same_bytes && !d->unrelated && j->verdict < VERDICT_REVIEW)
		s = suspect_old(a, x, d, &suspect, &back);
	if (s == STATUS_OK)
		*ret = document_make(x, d, b, j, suspect, back, paths,
			a->options.unconfined ? STR("none (--unconfined)")
					      : arena_str(&x->arena, str_of(held->text)));
	return s;
}

/* ---- every member of one release ------------------------------------------------------------- */

struct visit {
	assay_take_member take;
	void *user;
};

static enum status visit_node(struct analysis *x, struct tree *t, struct node *n, const struct visit *v)
{
	struct assay_member m = {.fd = -1, .seen = !n->blind.len && !n->damaged && !n->partial};
	char hex[65] = "";

	if (n->type == ENTRY_DIR || n->type == ENTRY_SYMLINK || n->type == ENTRY_HARDLINK)
		return STATUS_OK;
	if (n->has_sha256)
		sha256_hex(&n->sha256, hex);
	m.name = tree_display(&x->arena, t, n).p;
	m.sha256 = hex;
	m.size_bytes = n->size_bytes;
	if (n->size_bytes && n->size_bytes <= x->limits.member_bytes &&
		unpack_bytes(x, t, n, &m.offset) == STATUS_OK)
		m.fd = scratch_read_fd(x->scratch);
	else if (n->size_bytes)
		m.seen = false;
	return v->take(v->user, &m) ? STATUS_OK : STATUS_INTERRUPTED;
}

static enum status visit(struct analysis *x, const char *const paths[SIDE_N], const struct visit *v)
{
	struct tree *trees[SIDE_N] = {NULL, NULL};

	TRY(unpack_releases(x, paths, trees));
	for (size_t i = 0; i < trees[SIDE_NEW]->n_nodes; i++)
		TRY(visit_node(x, trees[SIDE_NEW], trees[SIDE_NEW]->nodes[i], v));
	return STATUS_OK;
}

static enum assay_status run(struct assay *a, const char *const paths[SIDE_N],
	const struct visit *visitor, struct assay_result **ret)
{
	struct assay_result *volatile r = calloc(1, sizeof(*r));
	const char *why = "";
	jmp_buf unwind;
	enum status s;

	*ret = NULL;
	a->error[0] = '\0';
	if (!r)
		return ASSAY_NOMEM;
	if (!a->zygote) {
		free(r);
		return fail(a, STATUS_USAGE, "assay_open() did not succeed");
	}
	arena_init(&r->analysis.arena, ARENA_MAX_BYTES);
	r->analysis.arena.exhausted = out_of_memory;
	r->analysis.arena.user = &unwind;
	r->analysis.zygote = a->zygote;
	if (a->options.n_rules_files)
		r->analysis.user_rules = str_view(&a->rules_digest, sizeof(a->rules_digest));
	r->analysis.jobs = a->options.jobs;
	r->analysis.repeatable = true;
	r->analysis.interrupted = a->options.interrupted;
	r->analysis.progress = on_progress;
	r->analysis.progress_user = a;
	apply_limits(&r->analysis, &a->options);
	s = scratch_open(&r->analysis.scratch, &why);
	if (s != STATUS_OK) {
		snprintf(a->error, sizeof(a->error), "%s: no scratch file can be made there (%s); set TMPDIR to "
						     "a folder with room",
			why, strerror(errno));
	} else if (setjmp(unwind)) {
		pool_abandon();
		s = STATUS_NOMEM;
		snprintf(a->error, sizeof(a->error), "out of memory");
	} else {
		s = visitor ? visit(&r->analysis, paths, visitor)
			    : stages(a, &r->analysis, paths, &r->document);
		if (s != STATUS_OK)
			snprintf(a->error, sizeof(a->error), "%s",
				r->analysis.error[0] ? r->analysis.error : status_name(s));
	}
	unpack_close_all(&r->analysis);
	scratch_close(r->analysis.scratch);
	r->analysis.scratch = NULL;
	if (s != STATUS_OK) {
		assay_result_free(r);
		return (enum assay_status)s;
	}
	*ret = r;
	return ASSAY_OK;
}

enum assay_status assay_diff(struct assay *a, const char *old_path, const char *new_path,
	struct assay_result **ret)
{
	return run(a, (const char *const[SIDE_N]){old_path, new_path}, NULL, ret);
}

enum assay_status assay_inspect(struct assay *a, const char *path, struct assay_result **ret)
{
	return run(a, (const char *const[SIDE_N]){NULL, path}, NULL, ret);
}

enum assay_status assay_members(struct assay *a, const char *path, assay_take_member take, void *user)
{
	struct visit v = {take, user};
	struct assay_result *r = NULL;
	enum assay_status s = run(a, (const char *const[SIDE_N]){NULL, path}, &v, &r);

	assay_result_free(r);
	return s;
}

enum assay_status assay_lock_rows(struct assay *a, const char *path, struct assay_locked **ret_rows,
	size_t *ret_n)
{
	struct analysis x = {.zygote = a->zygote, .jobs = 1, .repeatable = true,
		.interrupted = a->options.interrupted};
	jmp_buf unwind;
	volatile enum status s;

	*ret_rows = NULL;
	*ret_n = 0;
	a->error[0] = '\0';
	if (!a->zygote)
		return fail(a, STATUS_USAGE, "assay_open() did not succeed");
	arena_init(&x.arena, ARENA_MAX_BYTES);
	x.arena.exhausted = out_of_memory;
	x.arena.user = &unwind;
	apply_limits(&x, &a->options);
	if (setjmp(unwind)) {
		pool_abandon();
		s = STATUS_NOMEM;
		snprintf(a->error, sizeof(a->error), "out of memory");
	} else {
		s = lock_rows(&x, path, ret_rows, ret_n);
		if (s != STATUS_OK)
			snprintf(a->error, sizeof(a->error), "%s", x.error[0] ? x.error : status_name(s));
	}
	arena_release(&x.arena);
	return (enum assay_status)s;
}

void assay_result_free(struct assay_result *r)
{
	if (!r)
		return;
	arena_release(&r->analysis.arena);
	free(r);
}

const char *assay_error(const struct assay *a)
{
	return a->error;
}

void assay_stats(const struct assay *a, struct assay_stats *ret)
{
	*ret = a->stats;
}

const struct document *assay_result_document(const struct assay_result *r)
{
	return r->document;
}
