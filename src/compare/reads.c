/* Reader jobs: which members go to which child, and what comes back. */
#include <stdlib.h>

#include "compare/compare.h"
#include "compare/reader_child.h"
#include "confine/wire.h"

enum {
	BATCH_BYTES = 1 << 20,     /* of old and new members together */
	INNOCUOUS_BYTES = 256 << 10, /* a larger member gets a child of its own */
	COVERS_KEPT = 64, /* reasons of one member */
	PATH_BYTES = 2048, /* the end of it, which says what it is; a batch of them fits a description */
	FACTS_HELD_BYTES = 256 << 20, /* texts of all facts of a release ... */
	FACTS_FREE_BYTES = 64 << 10,  /* ... but as much for each member */
	BESIDE_BYTES = 192 << 20,     /* of all children that read beside each other ... */
	BESIDE_LEAST_BYTES = 48 << 20, /* ... but as much for each; who needs more is asked again, alone */
};

_Static_assert(READER_BATCH_MEMBERS * (PATH_BYTES + 128) < ZYGOTE_DESCRIPTION_BYTES,
	"the description of a batch always fits");

struct batch {
	struct analysis *a;
	struct delta *d;
	struct member **members;
	size_t n;
	size_t current; /* n = none yet */
	size_t finished; /* members before this one are complete */
	bool cut;       /* the child ended before its time */
	bool alone;     /* it had all the memory that a child may have */
	enum job_outcome outcome;
};

static bool get_unit(struct batch *b, struct member *m, struct cursor *payload)
{
	struct unit u;

	if (!wire_unit_get(payload, &u))
		return false;
	if (m->n_units >= UNITS_PER_MEMBER)
		return false;
	u.name = arena_str(&b->a->arena, u.name);
	u.shape = arena_str(&b->a->arena, u.shape);
	*ARENA_PUSH(&b->a->arena, m->units, m->n_units, m->room_units) = u;
	return true;
}

static bool get_fact(struct batch *b, struct member *m, struct cursor *payload)
{
	struct arena *a = &b->a->arena;
	struct fact f;

	if (!wire_fact_get(payload, &f) || m->n_facts >= FACTS_PER_MEMBER)
		return false;
	if (f.unit != FACT_NO_UNIT && f.unit >= m->n_units)
		return false;
	if (m->held_bytes > m->may_hold_bytes) {
		m->capped = true;
		return true;
	}
	m->held_bytes += sizeof(f) + f.key.len + f.value.len + f.detail.len + f.excerpt.len + f.before.len;
	f.key = arena_str(a, f.key);
	f.value = arena_str(a, f.value);
	f.detail = arena_str(a, f.detail);
	f.excerpt = arena_str(a, f.excerpt);
	f.before = arena_str(a, f.before);
	*ARENA_PUSH(a, m->facts, m->n_facts, m->room_facts) = f;
	m->capped |= m->n_facts == FACTS_PER_MEMBER;
	return true;
}

static bool get_cover(struct batch *b, struct member *m, struct cursor *payload)
{
	struct wire_cover c;

	if (!wire_cover_get(payload, &c))
		return false;
	if (c.bytes > m->new_->size_bytes - (m->cover[0] + m->cover[1] + m->cover[2]))
		return false; /* more than there is */
	m->cover[c.grade] += c.bytes;
	m->capped |= c.grade == COVER_BLIND && !c.bytes;
	if (c.why.len && m->n_covers++ < COVERS_KEPT)
		m->why[c.grade] = arena_str(&b->a->arena, c.why);
	return true;
}

static bool batch_frame(void *user, enum frame_type type, struct cursor *payload)
{
	struct batch *b = user;
	struct member *m = b->current < b->n ? b->members[b->current] : NULL;
	struct wire_job job;
	struct wire_done done;

	switch (type) {
	case FRAME_JOB:
		if (!wire_job_get(payload, &job) || job.index != (m ? b->current + 1 : 0) ||
		    job.index >= b->n)
			return false;
		b->finished = b->current = job.index;
		return true;
	case FRAME_UNIT:
		return m && get_unit(b, m, payload);
	case FRAME_FACT:
		return m && get_fact(b, m, payload);
	case FRAME_COVER:
		return m && get_cover(b, m, payload);
	case FRAME_DONE:
		if (!wire_done_get(payload, &done) || b->current != b->n - 1)
			return false;
		b->finished = b->n;
		b->a->steps += done.steps;
		return true;
	default:
		return false;
	}
}

static void member_forget(struct member *m)
{
	m->n_units = m->n_facts = 0;
	m->n_covers = 0;
	m->held_bytes = 0;
	m->capped = false;
	memset(m->cover, 0, sizeof(m->cover));
	memset(m->why, 0, sizeof(m->why));
}

static void batch_ended(void *user, enum job_outcome outcome)
{
	struct batch *b = user;

	b->outcome = outcome;
	b->cut = outcome != OUTCOME_DONE;
	if (outcome == OUTCOME_GARBLED || outcome == OUTCOME_FORBIDDEN)
		b->finished = 0; /* nothing of it can be believed */
	else if (b->cut && b->finished >= b->n)
		b->finished = 0; /* it failed when all was said: which of them did it? */
}

/* Text beside what a container names, before it or behind it, is run under the name of the whole file. */
static bool is_text_around(const struct node *n)
{
	return n->origin == ORIGIN_GAP && n->format == FORMAT_TEXT && n->parent && str_starts(n->name, "[gap at ");
}

static struct str reader_path(const struct node *n)
{
	struct str path;

	if (is_text_around(n))
		n = n->parent;
	path = n->path.len ? node_plain_path(n) : n->name;
	return path.len > PATH_BYTES ? str_part(path, path.len - PATH_BYTES, PATH_BYTES) : path;
}

static enum status put_member(struct analysis *a, struct delta *d, struct batch *b, uint32_t index,
	struct buf *desc)
{
	struct member *m = b->members[index];
	struct reader_job job = {
		.index = index,
		.path = reader_path(m->new_),
		.new_bytes = m->new_->size_bytes,
		.format = m->new_->format,
		.hints = m->hints,
		.max_steps = a->limits.steps,
	};

	TRY(unpack_bytes(a, d->new_, m->new_, &job.new_offset));
	if (m->old && m->old->has_sha256 && (m->what & MEMBER_CHANGED) &&
	    unpack_bytes(a, d->old, m->old, &job.old_offset) == STATUS_OK) {
		job.has_old = true;
		job.old_bytes = m->old->size_bytes;
		job.old_format = m->old->format;
	}
	reader_job_put(desc, &job);
	return STATUS_OK;
}

/* One job for a batch; members whose bytes are gone were sorted out before. */
static enum status batch_job(struct analysis *a, struct delta *d, struct batch *b, uint64_t memory_bytes,
	struct pool_job *ret)
{
	struct frame_out f;
	struct buf desc;
	enum status s = STATUS_OK;

	buf_init(&desc, ZYGOTE_DESCRIPTION_BYTES);
	f = (struct frame_out){.buf = &desc};
	frame_u32(&f, (uint32_t)b->n);
	for (size_t i = 0; i < b->n && s == STATUS_OK; i++)
		s = put_member(a, d, b, (uint32_t)i, &desc);
	if (s == STATUS_OK && desc.full)
		s = STATUS_NOMEM;
	*ret = (struct pool_job){
		.desc = {
			.role = ROLE_READER,
			.limits = confine_default_limits(),
			.budget = {.max_steps = a->limits.steps},
			.description = arena_str(&a->arena, buf_str(&desc)),
		},
		.input_fd = scratch_read_fd(a->scratch),
		.user = b,
		.frame = batch_frame,
		.ended = batch_ended,
	};
	ret->desc.limits.data_bytes = memory_bytes;
	buf_release(&desc);
	return s;
}

/* Bytes that nobody graded were not seen, whatever the reader meant. */
static void member_settle(struct member *m)
{
	uint64_t seen = m->cover[COVER_PARSED] + m->cover[COVER_SHALLOW] + m->cover[COVER_BLIND];

	if (seen >= m->new_->size_bytes)
		return;
	m->cover[COVER_BLIND] += m->new_->size_bytes - seen;
	if (!m->why[COVER_BLIND].len)
		m->why[COVER_BLIND] = STR("not read to its end");
}

static void attacked(struct analysis *a, struct node *n)
{
	for (const struct oddity *o = n->oddities; o; o = o->next)
		if (str_is(o->code, "reader-attack"))
			return;
	tree_oddity(&a->arena, n, STR("reader-attack"), 0, STR_NONE);
}

/* What a reader that did not come back leaves: nothing but the reason. */
static void member_lost(struct analysis *a, struct member *m, enum job_outcome outcome)
{
	member_forget(m);
	m->outcome = outcome;
	m->cover[COVER_BLIND] = m->new_->size_bytes ? m->new_->size_bytes : 1;
	m->why[COVER_BLIND] = str_of(job_outcome_name(outcome));
	if (outcome == OUTCOME_CLOCK || outcome == OUTCOME_NOT_STARTED)
		a->repeatable = false;
	if (outcome == OUTCOME_FORBIDDEN)
		attacked(a, m->new_);
}

static bool wants_read(const struct member *m)
{
	const struct node *n = m->new_;

	if (m->read || !n || n->type != ENTRY_FILE || !n->has_sha256 || !(n->marks & NODE_KEPT))
		return false;
	if (!(m->what & (MEMBER_ADDED | MEMBER_CHANGED)) || (m->what & MEMBER_COPIED))
		return false;
	if (n->marks & NODE_SKIPPED)
		return false;
	if (!(n->marks & NODE_OPENED))
		return true;
	/* The program in front of an installer is read as a program. */
	return n->format == FORMAT_NSIS || n->format == FORMAT_PE_OVERLAY;
}

static uint64_t member_bytes(const struct member *m)
{
	return m->new_->size_bytes + (m->old && (m->what & MEMBER_CHANGED) ? m->old->size_bytes : 0);
}

/* The memory of a child while others run beside it. Whether it was enough changes nothing in the result. */
static uint64_t memory_beside(const struct analysis *a, size_t n)
{
	uint64_t running = n < a->jobs ? n : a->jobs, share;

	if (running <= 1)
		return a->limits.memory_bytes;
	share = BESIDE_BYTES / running;
	share = share > BESIDE_LEAST_BYTES ? share : BESIDE_LEAST_BYTES;
	return share < a->limits.memory_bytes ? share : a->limits.memory_bytes;
}

/* Beside each other with a share of the memory, or one after the other with all of it. */
static enum status run_batches(struct analysis *a, struct delta *d, struct batch *batches, size_t n, bool alone)
{
	struct pool_limits limits = analysis_pool_limits(a);
	uint64_t memory_bytes = alone ? a->limits.memory_bytes : memory_beside(a, n);
	struct pool_job *jobs = ARENA_ARRAY(&a->arena, n + 1, struct pool_job);
	enum status s;

	if (alone)
		limits.max_running = 1;
	for (size_t i = 0; i < n; i++) {
		batches[i].alone = memory_bytes == a->limits.memory_bytes;
		s = batch_job(a, d, &batches[i], memory_bytes, &jobs[i]);
		if (s != STATUS_OK)
			return analysis_fail(a, s, "the scratch file could not be written: %s",
				status_name(s));
	}
	s = pool_run(a->zygote, jobs, n, &limits);
	return analysis_pool_end(a, s);
}

static struct batch batch_make(struct analysis *a, struct delta *d, struct member **members, size_t n)
{
	return (struct batch){.a = a, .d = d, .members = members, .n = n, .current = n};
}

/*
 * Members of batches that were cut short, each again in a child of its own: beside each other first, and one after the
 * other those that need more memory than a share.
 */
static enum status run_again(struct analysis *a, struct delta *d, struct batch *batches, size_t n)
{
	struct batch *again[2] = {NULL, NULL}; /* beside each other, alone */
	size_t n_again[2] = {0, 0}, room[2] = {0, 0};

	for (size_t i = 0; i < n; i++) {
		struct batch *b = &batches[i];

		if (!b->cut)
			continue;
		/* Whatever it does when it is asked again, alone: one of these tried. */
		if (b->outcome == OUTCOME_FORBIDDEN)
			attacked(a, b->members[b->current < b->n ? b->current : 0]->new_);
		for (size_t k = b->finished; k < b->n; k++) {
			bool more = b->outcome == OUTCOME_NOMEM && !b->alone && (b->n == 1 || k == b->current);

			if (b->n == 1 && !more) {
				member_lost(a, b->members[0], b->outcome);
				continue;
			}
			member_forget(b->members[k]);
			*ARENA_PUSH(&a->arena, again[more], n_again[more], room[more]) = batch_make(a, d, &b->members[k], 1);
		}
	}
	for (int alone = 0; alone < 2; alone++) {
		if (!n_again[alone])
			continue;
		TRY(run_batches(a, d, again[alone], n_again[alone], alone));
		TRY(run_again(a, d, again[alone], n_again[alone]));
	}
	return STATUS_OK;
}

static enum status read_members(struct analysis *a, struct delta *d, struct member **list, size_t n)
{
	struct batch *batches = NULL;
	size_t n_batches = 0, room = 0;
	uint64_t all_bytes = 0;

	for (size_t i = 0; i < n;) {
		uint64_t bytes = 0;
		size_t k = i;

		while (k < n && k - i < READER_BATCH_MEMBERS) {
			uint64_t more = member_bytes(list[k]);

			if (k > i && (more > INNOCUOUS_BYTES || bytes + more > BATCH_BYTES))
				break;
			bytes += more;
			k++;
			if (more > INNOCUOUS_BYTES)
				break;
		}
		*ARENA_PUSH(&a->arena, batches, n_batches, room) = batch_make(a, d, list + i, k - i);
		i = k;
	}
	for (size_t i = 0; i < n; i++)
		all_bytes += list[i]->new_->size_bytes;
	for (size_t i = 0; i < n; i++) {
		struct member *m = list[i];
		double share = all_bytes ? (double)m->new_->size_bytes / (double)all_bytes : 0;

		m->read = true;
		m->may_hold_bytes = FACTS_FREE_BYTES + (uint64_t)(share * FACTS_HELD_BYTES);
		a->members_parsed++;
		a->bytes_analysed += m->new_->size_bytes;
	}
	TRY(run_batches(a, d, batches, n_batches, false));
	TRY(run_again(a, d, batches, n_batches));
	for (size_t i = 0; i < n; i++)
		member_settle(list[i]);
	return STATUS_OK;
}

enum status compare_read(struct analysis *a, struct delta *d)
{
	struct member **list = ARENA_ARRAY(&a->arena, d->n_members + 1, struct member *);
	size_t n = 0;

	for (size_t i = 0; i < d->n_members; i++)
		if (wants_read(&d->members[i]))
			list[n++] = &d->members[i];
	if (a->progress)
		a->progress(a->progress_user, "reading what changed", 0, n);
	return read_members(a, d, list, n);
}

enum status compare_read_unchanged(struct analysis *a, struct delta *d, struct node *n,
	uint32_t hints, struct member **ret)
{
	struct member *m;

	*ret = NULL;
	if (!n || n->type != ENTRY_FILE || !(n->marks & NODE_KEPT) || !n->has_sha256)
		return STATUS_OK;
	m = ARENA_NEW(&a->arena, struct member);
	m->new_ = n;
	m->old = n->mate;
	m->hints = hints;
	TRY(read_members(a, d, &m, 1));
	*ret = m;
	return STATUS_OK;
}

enum status compare_read_as(struct analysis *a, struct delta *d, struct node *n, uint32_t hints, struct member **ret)
{
	const struct member *known = delta_member(d, n);
	struct member *m;

	if (!known) {
		TRY(compare_read_unchanged(a, d, n, hints, ret));
		if (*ret)
			(*ret)->what = MEMBER_CHANGED;
		return STATUS_OK;
	}
	*ret = NULL;
	if (!known->read || n->type != ENTRY_FILE || !(n->marks & NODE_KEPT))
		return STATUS_OK;
	m = ARENA_NEW(&a->arena, struct member);
	*m = (struct member){.old = known->old, .new_ = n, .what = known->what, .attributes = known->attributes, .hints = known->hints | hints};
	TRY(read_members(a, d, &m, 1));
	*ret = m;
	return STATUS_OK;
}

enum status compare_read_ends(struct analysis *a, struct delta *d, enum side side, struct node *const *nodes, size_t n,
	struct member *ret)
{
	struct delta view = side == SIDE_NEW ? *d : (struct delta){.new_ = d->old};
	struct member **list = ARENA_ARRAY(&a->arena, n + 1, struct member *);
	size_t n_list = 0;

	for (size_t i = 0; i < n; i++) {
		struct node *mate = nodes[i]->mate;
		bool changed = side == SIDE_NEW && mate && !node_same_bytes(nodes[i], mate);

		ret[i] = (struct member){.new_ = nodes[i], .old = changed ? mate : NULL, .what = changed ? MEMBER_CHANGED : MEMBER_ADDED,
			.hints = READ_HINT_ENDS};
		if (nodes[i]->type == ENTRY_FILE && nodes[i]->marks & NODE_KEPT && nodes[i]->has_sha256)
			list[n_list++] = &ret[i];
	}
	return n_list ? read_members(a, &view, list, n_list) : STATUS_OK;
}
