#include "unpack/unpack.h"

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "confine/wire.h"
#include "formats/xml.h"
#include "unpack/directory.h"
#include "unpack/names.h"
#include "unpack/opener_child.h"
#include "util/escape.h"

enum {
	MEMBER_MEMORY_BYTES = 8 << 20, /* a larger member goes to the scratch file as it comes */
	FORGET_BYTES = 1 << 20,        /* smaller ones are kept even when nothing will read them */
	READ_BYTES = 256 << 10,
	LINK_BYTES = 4096,
	TREE_HELD_BYTES = 128 << 20, /* what the members of one release take here, all stages together */
	TWINS_OPENED = 4,           /* containers of one content in one release; more say nothing new */
};

/* ---- in the child ---- */

struct opener_state {
	struct opener_job job;
	struct cursor bytes;
};

static enum status opener_prepare(struct child_env *env)
{
	struct opener_state *st = ARENA_NEW(&env->arena, struct opener_state);
	struct cursor c = env->description;

	env->user = st;
	if (!opener_job_get(&c, &st->job))
		return STATUS_DAMAGED;
	return child_map(env, st->job.offset, st->job.length, &st->bytes);
}

static void opener_write(void *user, struct buf *out)
{
	child_write(user, out);
}

static enum status opener_child_run(struct child_env *env)
{
	struct opener_state *st = env->user;
	struct buf out;

	buf_init(&out, 4 << 20);
	opener_run(&st->job, st->bytes, &env->arena, &out, opener_write, env);
	child_write(env, &out);
	buf_release(&out);
	return STATUS_OK;
}

const struct zygote_role unpack_opener_role = {"opener", opener_prepare, opener_child_run};

/* ---- in the parent ---- */

struct opening {
	struct analysis *a;
	struct tree *t;
	struct node *container;
	struct node *child; /* being received; NULL between children */
	struct entry entry; /* its strings are gone; numbers only */
	struct sha256_state *sha;
	struct buf bytes;     /* the member so far, up to MEMBER_MEMORY_BYTES */
	bool spilled;         /* ... after which it stands in the scratch file */
	bool dropped;         /* over the member budget: hashed no more */
	uint64_t spill_at, received;
	struct names names;
	uint64_t spanned;   /* stored content so far, counted each time it is named */
	uint64_t accounted; /* end of the last span */
	bool untiled;       /* the spans do not cover the container exactly once */
	bool over;          /* it was stopped: more than the release may have */
	enum status how;
	enum format_id claimed;
};

/* Once more than the release may have. */
static bool over_budget(const struct opening *o)
{
	return o->t->n_nodes > o->a->limits.members || o->t->expanded_bytes > o->a->limits.bytes ||
	       o->t->held_bytes > TREE_HELD_BYTES;
}

static bool is_static_library(const struct node *container)
{
	const struct node *first = container->first_child;

	return container->format == FORMAT_AR && first && !str_is(first->name, "debian-binary");
}

/* Which of the two a consumer gets is its own affair: with other content, that is two readings. */
static void name_twice(struct opening *o, struct node *n)
{
	struct str plain = str_part(n->name, 0, str_rfind_char(n->name, '#'));
	struct node *first = names_find(&o->names, plain);
	bool same = first && first->type == n->type &&
		    (n->type == ENTRY_FILE ? node_same_bytes(first, n) : str_equal(first->link, n->link));

	if (first && n->type == ENTRY_DIR && first->type == ENTRY_DIR)
		return;
	/* A linker takes every object of a static library, whatever they are called. */
	if (is_static_library(o->container))
		return;
	/* An installer's sections carry one name for several machines. */
	same |= o->container->format == FORMAT_NSIS;
	tree_oddity(&o->a->arena, o->container,
		same ? STR("duplicate-name") : STR("duplicate-name-differs"), 0, plain);
}

static bool got_child(struct opening *o, struct cursor *payload)
{
	struct entry e;
	struct node *n;

	if (o->child || !wire_child_get(payload, &e))
		return false;
	if ((e.flags & ENTRY_SPAN) && (e.span_offset > o->container->size_bytes ||
				       e.span_bytes > o->container->size_bytes - e.span_offset))
		return false;
	/* Members may name the same bytes, but each time they are read. */
	if (e.flags & ENTRY_SPAN) {
		uint64_t free_bytes = o->container->size_bytes - o->spanned;
		uint64_t more = e.span_bytes > free_bytes ? e.span_bytes - free_bytes : 0;

		o->spanned += e.span_bytes - more;
		o->t->expanded_bytes += more;
	}
	e.name = name_taken(&o->a->arena, o->container, e.name);
	n = tree_add(&o->a->arena, o->t, o->container,
		tree_alias_of(&o->a->arena, o->container, e.name));
	if (names_add(&o->names, &o->a->arena, o->container, n, &e) != STATUS_OK)
		return false;
	n->link = e.link.len ? escape_text(&o->a->arena, e.link, LINK_BYTES) : STR_NONE;
	o->t->held_bytes += n->link.len;
	n->origin = e.origin;
	n->flags = e.flags;
	n->mode = e.mode;
	n->uid = e.uid;
	n->gid = e.gid;
	n->mtime = e.mtime;
	o->child = n;
	o->entry = e;
	o->spilled = o->dropped = false;
	o->received = 0;
	buf_clear(&o->bytes);
	sha256_begin(o->sha);
	o->over |= over_budget(o);
	return !o->over;
}

static void spill(struct opening *o)
{
	struct scratch *st = o->a->scratch;

	o->spilled = scratch_reserve(st, o->t->side, o->a->limits.member_bytes, &o->spill_at) == STATUS_OK &&
		     scratch_put(st, o->spill_at, o->bytes.p, o->bytes.len) == STATUS_OK;
	o->dropped = !o->spilled;
}

static void keep_data(struct opening *o, struct str data)
{
	if (o->dropped || data.len > o->a->limits.member_bytes - o->received) {
		o->dropped = true;
		return;
	}
	sha256_add(o->sha, data.p, data.len);
	if (!o->spilled && o->received + data.len > MEMBER_MEMORY_BYTES)
		spill(o);
	if (o->spilled) {
		if (scratch_put(o->a->scratch, o->spill_at + o->received, data.p, data.len) != STATUS_OK)
			o->dropped = true;
	} else if (!o->dropped && !buf_add_str(&o->bytes, data)) {
		o->dropped = true;
	}
	o->received += data.len;
}

static bool got_data(struct opening *o, struct cursor *payload)
{
	struct str data;

	if (!o->child || (o->entry.flags & ENTRY_SPAN) || !wire_data_get(payload, &data))
		return false;
	keep_data(o, data);
	o->t->expanded_bytes += data.len; /* kept or not: it took the child's time and ours */
	o->over |= over_budget(o);
	return !o->over;
}

static int tree_fd(const struct analysis *a, const struct tree *t, enum place place)
{
	return place == PLACE_INPUT ? t->input_fd : scratch_read_fd(a->scratch);
}

/* Stored content: the parent reads it where it lies. */
static void read_span(struct opening *o, struct node *n)
{
	static _Thread_local char block[READ_BYTES];
	int fd = tree_fd(o->a, o->t, o->container->place);
	uint64_t done = 0;

	n->place = o->container->place;
	n->offset = o->container->offset + o->entry.span_offset;
	while (done < o->entry.span_bytes) {
		uint64_t want = o->entry.span_bytes - done;
		ssize_t k = pread(fd, block, want < sizeof(block) ? (size_t)want : sizeof(block),
			(off_t)(n->offset + done));

		if (k < 0 && errno == EINTR)
			continue;
		if (k <= 0)
			break;
		sha256_add(o->sha, block, (size_t)k);
		done += (uint64_t)k;
	}
	n->size_bytes = done;
	n->partial = done < o->entry.span_bytes;
	if (n->partial)
		tree_blind(n, STR("the file changed while it was read"), o->entry.span_bytes - done);
	n->marks |= NODE_KEPT;
}

static void keep_received(struct opening *o, struct node *n)
{
	n->size_bytes = o->received;
	if (o->dropped) {
		tree_blind(n, STR("over budget: larger than one member may be"), o->received);
		n->place = PLACE_NONE;
		return;
	}
	n->place = PLACE_SCRATCH;
	n->marks |= NODE_KEPT;
	if (o->spilled) {
		n->offset = o->spill_at;
		scratch_settle(o->a->scratch, o->t->side, o->spill_at, o->a->limits.member_bytes,
			o->received);
	} else if (scratch_append(o->a->scratch, o->t->side, o->bytes.p, o->bytes.len, &n->offset) !=
		   STATUS_OK) {
		tree_blind(n, STR("the scratch file is full"), o->received);
		n->marks &= ~(uint32_t)NODE_KEPT;
		n->place = PLACE_NONE;
	}
}

static bool may_contain(enum format_id id)
{
	const struct format *f = format_by_id(id);

	/* A program may carry an installer or data behind it; only a look at the whole tells. */
	return f && (f->open || id == FORMAT_PE);
}

static bool got_child_end(struct opening *o, struct cursor *payload)
{
	struct wire_child_end end;
	struct node *n = o->child;

	if (!n || !wire_child_end_get(payload, &end))
		return false;
	o->child = NULL;
	/* A folder, device or link with content: some consumers see the content, so do we. */
	if (o->received || o->dropped || o->entry.span_bytes)
		n->type = ENTRY_FILE;
	if (n->type == ENTRY_FILE) {
		if (o->entry.flags & ENTRY_SPAN)
			read_span(o, n);
		else
			keep_received(o, n);
		n->sha256 = sha256_end(o->sha);
		n->has_sha256 = !o->dropped;
		n->format = end.looks_like;
	}
	if (end.status == STATUS_DAMAGED)
		n->damaged = true;
	if (end.status != STATUS_OK && !(n->flags & ENTRY_UNPACKED)) {
		uint64_t stated = o->entry.size_bytes;
		struct str why = end.why.len ? arena_str(&o->a->arena, end.why)
					     : str_of(status_name(end.status));

		tree_blind(n, why,
			stated != UINT64_MAX && stated > n->size_bytes ? stated - n->size_bytes : 1);
		/* Damage that takes no byte away (a wrong checksum) leaves a content to compare. */
		n->partial |= end.status != STATUS_DAMAGED || stated != n->size_bytes;
	}
	n->partial |= (n->flags & ENTRY_ENCRYPTED) != 0;
	if (n->copy)
		name_twice(o, n);
	if (n->flags & ENTRY_ENCRYPTED)
		tree_blind(n, STR("encrypted"),
			o->entry.size_bytes != UINT64_MAX && o->entry.size_bytes ? o->entry.size_bytes : 1);
	if (may_contain(n->format))
		n->marks |= NODE_CONTAINER;
	return true;
}

static bool got_span(struct opening *o, struct cursor *payload)
{
	struct wire_span s;

	if (!wire_span_get(payload, &s))
		return false;
	if (s.offset != o->accounted || s.length > o->container->size_bytes - o->accounted)
		o->untiled = true;
	else
		o->accounted += s.length;
	return true;
}

static bool got_container(struct opening *o, struct cursor *payload)
{
	struct wire_container c;
	const struct format *f;

	if (o->claimed || o->container->first_child || !wire_container_get(payload, &c))
		return false;
	f = format_by_id(c.format);
	o->container->format = c.format; /* what only its name promised, it need not be */
	o->claimed = c.format;
	if (f && f->open)
		o->container->marks |= NODE_OPENED;
	for (uint32_t i = 0; i < c.n_claims; i++) {
		const struct format *g = format_by_id(c.claims[i].id);

		if (!f || !g || g == f || c.claims[i].bits < 16 || !g->open || !f->open)
			continue;
		if (g->id == FORMAT_PE_OVERLAY || g->id == FORMAT_PE)
			continue; /* an installer is a program with data behind it */
		tree_oddity(&o->a->arena, o->container, STR("polyglot"), 0, str_of(g->name));
	}
	return true;
}

static bool opener_frame(void *user, enum frame_type type, struct cursor *payload)
{
	struct opening *o = user;
	struct wire_oddity odd;
	struct wire_alias alias;
	struct wire_done done;

	switch (type) {
	case FRAME_CONTAINER:
		return got_container(o, payload);
	case FRAME_CHILD:
		return got_child(o, payload);
	case FRAME_DATA:
		return got_data(o, payload);
	case FRAME_CHILD_END:
		return got_child_end(o, payload);
	case FRAME_SPAN:
		return got_span(o, payload);
	case FRAME_ALIAS:
		if (!wire_alias_get(payload, &alias))
			return false;
		tree_alias(&o->a->arena, o->t, o->container, alias.name, alias.becomes);
		o->over |= over_budget(o);
		return !o->over;
	case FRAME_ODDITY:
		if (!wire_oddity_get(payload, &odd))
			return false;
		tree_oddity(&o->a->arena, o->container, odd.code, odd.offset, odd.detail);
		return true;
	case FRAME_DONE:
		if (o->child || !wire_done_get(payload, &done))
			return false;
		o->how = done.status;
		o->t->steps += done.steps;
		return true;
	default:
		return false;
	}
}

static void opener_ended(void *user, enum job_outcome outcome)
{
	struct opening *o = user;
	struct node *n = o->container;
	uint64_t unseen = n->n_children ? 1 : n->size_bytes ? n->size_bytes : 1;

	if (o->child) { /* cut off in the middle of a member */
		o->child->size_bytes = o->received;
		o->child->partial = true;
		tree_blind(o->child, o->over ? STR("over budget") : str_of(job_outcome_name(outcome)), 1);
		o->child = NULL;
	}
	if (outcome == OUTCOME_CLOCK || outcome == OUTCOME_NOT_STARTED)
		o->a->repeatable = false;
	if (outcome == OUTCOME_FORBIDDEN)
		tree_oddity(&o->a->arena, n, STR("reader-attack"), 0, STR_NONE);
	if (o->over)
		tree_blind(n, STR("over budget"), unseen);
	else if (outcome != OUTCOME_DONE)
		tree_blind(n, str_of(job_outcome_name(outcome)), n->size_bytes ? n->size_bytes : 1);
	else if (o->how == STATUS_LIMIT)
		tree_blind(n, STR("over budget"), unseen);
	else if (o->how == STATUS_UNSUPPORTED)
		tree_blind(n, STR("a variant of the format that has no reader"), unseen);
	else if (o->how != STATUS_OK)
		tree_blind(n, STR("damaged: it ends early or contradicts itself"), unseen);
	else if ((n->marks & NODE_OPENED) && (o->untiled || o->accounted != n->size_bytes))
		tree_blind(n, STR("not every byte is accounted for"), 1);
	if (o->how == STATUS_DAMAGED || (outcome != OUTCOME_DONE && !o->over))
		n->damaged = true;
	sha256_close(o->sha);
	buf_release(&o->bytes);
	names_release(&o->names);
}

/* ---- level by level ---- */

struct level {
	struct node **nodes; /* containers to open, of both sides */
	enum side *sides;
	size_t n, room_nodes, room_sides, n_sides;
};

static void level_add(struct analysis *a, struct level *l, enum side side, struct node *n)
{
	*ARENA_PUSH(&a->arena, l->nodes, l->n, l->room_nodes) = n;
	*ARENA_PUSH(&a->arena, l->sides, l->n_sides, l->room_sides) = side;
}

static int by_sha(const void *x, const void *y)
{
	return sha256_cmp(&(*(struct node *const *)x)->sha256, &(*(struct node *const *)y)->sha256);
}

/* The nodes of a tree sorted by content, for "does the other side have these bytes?" */
static struct node **sha_index(struct analysis *a, const struct tree *t, size_t *ret_n)
{
	struct node **index = ARENA_ARRAY(&a->arena, t->n_nodes + 1, struct node *);
	size_t n = 0;

	for (size_t i = 0; i < t->n_nodes; i++)
		if (t->nodes[i]->has_sha256 && !t->nodes[i]->partial)
			index[n++] = t->nodes[i];
	qsort(index, n, sizeof(*index), by_sha);
	*ret_n = n;
	return index;
}

static bool index_has(struct node **index, size_t n, const struct node *wanted)
{
	return n && !wanted->partial && bsearch(&wanted, index, n, sizeof(*index), by_sha) != NULL;
}

static unsigned depth_of(const struct node *n)
{
	unsigned d = 0;

	for (; n->parent; n = n->parent)
		d++;
	return d;
}

/* A child stops where we would: it holds its directory whole before it names the first member. */
static uint64_t members_left(const struct limits *l, const struct tree *t)
{
	uint64_t stated = l->members > t->n_nodes ? l->members - t->n_nodes : 0;
	uint64_t held = t->held_bytes < TREE_HELD_BYTES ? TREE_HELD_BYTES - t->held_bytes : 0;
	uint64_t fit = held / TREE_NODE_BYTES + 1;

	return stated < fit ? stated : fit;
}

static struct opener_job job_for(const struct analysis *a, const struct tree *t, const struct node *n)
{
	const struct limits *l = &a->limits;

	return (struct opener_job){
		.offset = n->offset,
		.length = n->size_bytes,
		.name = n->parent ? n->name : t->label,
		.max_steps = l->steps,
		.max_bytes = l->bytes > t->expanded_bytes ? l->bytes - t->expanded_bytes : 0,
		.max_members = members_left(l, t),
		.is_root = !n->parent,
	};
}

static enum status opening_make(struct analysis *a, struct tree *t, struct node *n, struct opening *o,
	struct pool_job *ret)
{
	struct opener_job job = job_for(a, t, n);
	struct buf desc;
	bool full;

	*o = (struct opening){.a = a, .t = t, .container = n, .sha = sha256_open()};
	buf_init(&o->bytes, MEMBER_MEMORY_BYTES + FRAME_MAX_BYTES);
	buf_init(&desc, ZYGOTE_DESCRIPTION_BYTES);
	opener_job_put(&desc, &job);
	*ret = (struct pool_job){
		.desc = {
			.role = ROLE_OPENER,
			.limits = confine_default_limits(),
			.budget = {.max_steps = job.max_steps},
			.description = arena_str(&a->arena, buf_str(&desc)),
		},
		.input_fd = tree_fd(a, t, n->place),
		.user = o,
		.frame = opener_frame,
		.ended = opener_ended,
	};
	ret->desc.limits.data_bytes = a->limits.memory_bytes;
	full = desc.full;
	buf_release(&desc);
	return !o->sha || full ? STATUS_NOMEM : STATUS_OK;
}

/* Opens containers [from, to) of the level; *ret_over when one of them was stopped by the budget. */
static enum status open_some(struct analysis *a, struct tree *trees[SIDE_N], const struct level *l,
	size_t from, size_t to, bool *ret_over)
{
	size_t n = to - from;
	struct pool_job *jobs = ARENA_ARRAY(&a->arena, n, struct pool_job);
	struct opening *openings = ARENA_ARRAY(&a->arena, n, struct opening);
	struct pool_limits limits = analysis_pool_limits(a);
	enum status s = STATUS_OK;

	for (size_t i = 0; i < n && s == STATUS_OK; i++)
		s = opening_make(a, trees[l->sides[from + i]], l->nodes[from + i], &openings[i], &jobs[i]);
	if (s == STATUS_OK)
		s = pool_run(a->zygote, jobs, n, &limits);
	for (size_t i = 0; i < n; i++) {
		*ret_over |= openings[i].over;
		if (s != STATUS_OK && openings[i].sha && !jobs[i].desc.job) { /* never started */
			sha256_close(openings[i].sha);
			buf_release(&openings[i].bytes);
		}
	}
	return analysis_pool_end(a, s);
}

/* Children arrive as processes run; in the list they stand in the order of their containers. */
static void level_order(struct tree *trees[SIDE_N], const size_t from[SIDE_N], const struct level *l)
{
	size_t at[SIDE_N] = {from[SIDE_OLD], from[SIDE_NEW]};

	for (size_t i = 0; i < l->n; i++) {
		struct tree *t = trees[l->sides[i]];

		for (struct node *c = l->nodes[i]->first_child; c; c = c->next) {
			c->index = (uint32_t)at[l->sides[i]];
			t->nodes[at[l->sides[i]]++] = c;
		}
	}
}

/*
 * All at once, as most releases are far below their budget. Where the containers of a level are too
 * much together, what each of them said depends on which came first: all of it is taken back and they
 * are opened one after the other, so that the answer is the same for any number of processes.
 */
static enum status open_level(struct analysis *a, struct tree *trees[SIDE_N], struct level *l)
{
	struct node *before = ARENA_ARRAY(&a->arena, l->n, struct node);
	struct tree trees_before[SIDE_N] = {{0}};
	size_t from[SIDE_N] = {0, 0};
	bool over = false;

	for (int side = 0; side < SIDE_N; side++) {
		if (!trees[side])
			continue;
		trees_before[side] = *trees[side];
		from[side] = trees[side]->n_nodes;
	}
	for (size_t i = 0; i < l->n; i++)
		before[i] = *l->nodes[i];
	TRY(open_some(a, trees, l, 0, l->n, &over));
	if (over && l->n > 1) {
		for (size_t i = 0; i < l->n; i++)
			*l->nodes[i] = before[i];
		for (int side = 0; side < SIDE_N; side++) {
			if (!trees[side])
				continue;
			trees[side]->n_nodes = from[side];
			trees[side]->expanded_bytes = trees_before[side].expanded_bytes;
			trees[side]->held_bytes = trees_before[side].held_bytes;
			trees[side]->steps = trees_before[side].steps;
		}
		for (size_t i = 0; i < l->n; i++)
			TRY(open_some(a, trees, l, i, i + 1, &over));
	}
	level_order(trees, from, l);
	return STATUS_OK;
}

/* Not only may: what turns out to be none is read as a leaf, every one of them. */
static bool surely_contains(const struct node *n)
{
	const struct format *f = format_by_id(n->format);

	return f && f->open;
}

static bool contains_itself(const struct node *n)
{
	const struct node *above = n->parent;

	while (above && !node_same_bytes(above, n))
		above = above->parent;
	return above != NULL;
}

/* A layer of OLD is opened though NEW has it too: what NEW's other layers hold lies over its files. */
static bool lies_below(enum side side, const struct node *n)
{
	return side == SIDE_OLD && (n->flags & ENTRY_LAYER);
}

static int by_name(const void *x, const void *y)
{
	return str_cmp((*(struct node *const *)x)->name, (*(struct node *const *)y)->name);
}

/* What NEW's opened layers hold, by name. */
static struct node **layer_index(struct analysis *a, const struct tree *t, size_t *ret_n)
{
	struct node **index = ARENA_ARRAY(&a->arena, t->n_nodes + 1, struct node *);

	*ret_n = 0;
	for (size_t i = 0; i < t->n_nodes; i++)
		if (t->nodes[i]->parent && (t->nodes[i]->parent->flags & ENTRY_LAYER))
			index[(*ret_n)++] = t->nodes[i];
	qsort(index, *ret_n, sizeof(*index), by_name);
	return index;
}

/* In a layer that both sides have only that is looked into which NEW has again, in another layer. */
static void shut_what_stays(struct analysis *a, struct tree *trees[SIDE_N], size_t from, struct node **index, size_t n_index)
{
	struct tree *old = trees[SIDE_OLD];
	struct node **again = NULL;
	size_t n_again = 0;

	for (size_t i = from; i < old->n_nodes; i++) {
		struct node *n = old->nodes[i];

		if (!(n->marks & NODE_CONTAINER) || !n->parent || !lies_below(SIDE_OLD, n->parent) || !index_has(index, n_index, n->parent))
			continue;
		if (!again)
			again = layer_index(a, trees[SIDE_NEW], &n_again);
		if (!n_again || !bsearch(&n, again, n_again, sizeof(*again), by_name))
			n->marks = (n->marks & ~(uint32_t)NODE_CONTAINER) | NODE_SKIPPED;
	}
}

/* Containers among the nodes added since `from`; those with the same bytes on the other side are
 * skipped, and so are those that this side has opened often enough; those too deep are blind. */
static void next_level(struct analysis *a, struct tree *trees[SIDE_N], const size_t from[SIDE_N],
	struct level *l)
{
	for (int side = 0; side < SIDE_N; side++) {
		struct tree *t = trees[side], *other = trees[!side];
		struct node **index = NULL;
		size_t n_index = 0;

		if (!t)
			continue;
		if (other)
			index = sha_index(a, other, &n_index);
		if (other && side == SIDE_OLD)
			shut_what_stays(a, trees, from[side], index, n_index);
		for (size_t i = from[side]; i < t->n_nodes; i++) {
			struct node *n = t->nodes[i];

			if (!(n->marks & NODE_CONTAINER) || !(n->marks & NODE_KEPT))
				continue;
			if (index_has(index, n_index, n) && !lies_below((enum side)side, n)) {
				n->marks |= NODE_SKIPPED;
				if (n->place == PLACE_SCRATCH && n->size_bytes > FORGET_BYTES) {
					scratch_forget(a->scratch, n->offset, n->size_bytes);
					n->marks &= ~(uint32_t)NODE_KEPT;
					n->place = PLACE_NONE;
				}
			} else if (contains_itself(n)) {
				tree_blind(n, STR("it contains itself"), n->size_bytes);
			} else if (surely_contains(n) && tree_twins(&a->arena, t, n) > TWINS_OPENED) {
				n->marks |= NODE_SKIPPED;
			} else if (depth_of(n) >= a->limits.depth) {
				tree_blind(n, STR("over budget: containers inside containers"),
					n->size_bytes);
			} else {
				level_add(a, l, (enum side)side, n);
			}
		}
	}
}

static enum status hash_input(struct analysis *a, struct tree *t)
{
	static _Thread_local char block[READ_BYTES];
	struct sha256_state *sha = sha256_open();
	uint64_t done = 0;

	if (!sha)
		return STATUS_NOMEM;
	sha256_begin(sha);
	for (;;) {
		ssize_t k = pread(t->input_fd, block, sizeof(block), (off_t)done);

		if (k < 0 && errno == EINTR)
			continue;
		if (k < 0) {
			sha256_close(sha);
			return analysis_fail(a, STATUS_IO, "%.*s: %s", STR_ARG(t->path), strerror(errno));
		}
		if (k == 0)
			break;
		sha256_add(sha, block, (size_t)k);
		done += (uint64_t)k;
	}
	t->root->sha256 = t->sha256 = sha256_end(sha);
	t->root->has_sha256 = true;
	t->root->size_bytes = t->size_bytes = done;
	t->root->place = PLACE_INPUT;
	t->root->marks = NODE_KEPT | NODE_CONTAINER;
	a->bytes_read += done;
	sha256_close(sha);
	return STATUS_OK;
}

bool unpack_is_program(const struct tree *t)
{
	static const char magic[][5] = {"\x7f""ELF", "\xcf\xfa\xed\xfe", "\xce\xfa\xed\xfe", "\xca\xfe\xba\xbe",
		"\xfe\xed\xfa\xcf", "\xfe\xed\xfa\xce"};
	char head[4];

	if (t->is_directory || pread(t->input_fd, head, sizeof(head), 0) != sizeof(head))
		return false;
	for (size_t i = 0; i < sizeof(magic) / sizeof(magic[0]); i++)
		if (memcmp(head, magic[i], sizeof(head)) == 0)
			return true;
	return memcmp(head, "MZ", 2) == 0;
}

static enum status open_path(struct analysis *a, enum side side, const char *path, struct tree **ret)
{
	struct tree *t = ARENA_NEW(&a->arena, struct tree);
	struct str label = str_of(path);
	struct stat st;

	while (label.len > 1 && label.p[label.len - 1] == '/')
		label.len--;
	t->side = side;
	t->input_fd = -1;
	t->before = a->opened;
	a->opened = t;
	t->path = arena_str(&a->arena, str_of(path));
	t->label = escape_name(&a->arena, str_basename(label));
	t->root = tree_add(&a->arena, t, NULL, t->label);
	*ret = t;
	t->input_fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	if (t->input_fd < 0)
		return analysis_fail(a, errno == ENOENT || errno == ENOTDIR ? STATUS_NOT_FOUND
					: errno == EACCES || errno == EPERM ? STATUS_DENIED
									    : STATUS_IO,
			"%s: %s", path, strerror(errno));
	if (fstat(t->input_fd, &st) != 0)
		return analysis_fail(a, STATUS_IO, "%s: %s", path, strerror(errno));
	if (S_ISDIR(st.st_mode)) {
		enum status s;

		t->is_directory = true;
		t->root->type = ENTRY_DIR;
		t->root->format = FORMAT_DIRECTORY;
		t->root->marks = NODE_OPENED;
		s = directory_read(a, t, t->input_fd);
		return s == STATUS_IO ? analysis_fail(a, s, "%s: reading the folder failed", path) : s;
	}
	if (!S_ISREG(st.st_mode))
		return analysis_fail(a, STATUS_USAGE, "%s: neither a file nor a folder", path);
	TRY(hash_input(a, t));
	if ((uint64_t)st.st_size != t->size_bytes)
		return analysis_fail(a, STATUS_IO, "%s: changed while it was read", path);
	return STATUS_OK;
}

enum status unpack_releases(struct analysis *a, const char *const paths[SIDE_N],
	struct tree *ret_trees[SIDE_N])
{
	size_t from[SIDE_N] = {0, 0};

	ret_trees[SIDE_OLD] = ret_trees[SIDE_NEW] = NULL;
	for (int side = 0; side < SIDE_N; side++)
		if (paths[side])
			TRY(open_path(a, (enum side)side, paths[side], &ret_trees[side]));
	for (;;) {
		struct level l = {0};

		next_level(a, ret_trees, from, &l);
		for (int side = 0; side < SIDE_N; side++)
			from[side] = ret_trees[side] ? ret_trees[side]->n_nodes : 0;
		if (!l.n)
			return STATUS_OK;
		if (a->progress)
			a->progress(a->progress_user, "opening", 0, 0);
		TRY(open_level(a, ret_trees, &l));
	}
}

void unpack_close(struct tree *t)
{
	if (t && t->input_fd >= 0)
		close(t->input_fd);
	if (t)
		t->input_fd = -1;
}

void unpack_close_all(struct analysis *a)
{
	for (struct tree *t = a->opened; t; t = t->before)
		unpack_close(t);
	a->opened = NULL;
}

enum status unpack_bytes(struct analysis *a, struct tree *t, struct node *n, uint64_t *ret_offset)
{
	uint64_t copied;

	if (!(n->marks & NODE_KEPT))
		return STATUS_NOT_FOUND;
	if (n->place == PLACE_INPUT) {
		TRY(scratch_copy(a->scratch, t->side, t->input_fd, n->offset, n->size_bytes, ret_offset,
			&copied));
		if (copied < n->size_bytes)
			return STATUS_DAMAGED;
		n->place = PLACE_SCRATCH;
		n->offset = *ret_offset;
	}
	*ret_offset = n->offset;
	return STATUS_OK;
}

void unpack_warm_up(void)
{
	confine_warm_up();
	xml_warm_up();
	json_object_seed(0); /* random, so that nobody can aim at its hash tables; needs a system call */
}
