#include "compare/reader_child.h"

#include "compare/before.h"
#include "compare/compare.h"
#include "confine/wire.h"
#include "read/shape.h"

enum { FLUSH_BYTES = 256 << 10 };
#define FULL_WHY "more was found in it than is kept"

struct reader_out {
	struct read_out base; /* first: the readers hand it back to us */
	struct buf *buf;
	struct cursor text; /* NEW */
	struct before before;
	struct arena *arena;
	void (*flush)(void *user, struct buf *out);
	void *user;
	uint64_t covered;
	bool full; /* it had more to say than is kept, and this was said */
};

bool reader_job_put(struct buf *b, const struct reader_job *job)
{
	struct frame_out f = {.buf = b};

	frame_u32(&f, job->index);
	frame_u8(&f, job->has_old);
	frame_u64(&f, job->old_offset);
	frame_u64(&f, job->old_bytes);
	frame_u64(&f, job->new_offset);
	frame_u64(&f, job->new_bytes);
	frame_u16(&f, (uint16_t)job->old_format);
	frame_u16(&f, (uint16_t)job->format);
	frame_u32(&f, job->hints);
	frame_u64(&f, job->max_steps);
	frame_str(&f, job->path, FRAME_TEXT_BYTES);
	return !b->full;
}

bool reader_job_get(struct cursor *c, struct reader_job *ret)
{
	ret->index = cursor_u32le(c);
	ret->has_old = cursor_u8(c) != 0;
	ret->old_offset = cursor_u64le(c);
	ret->old_bytes = cursor_u64le(c);
	ret->new_offset = cursor_u64le(c);
	ret->new_bytes = cursor_u64le(c);
	ret->old_format = (enum format_id)cursor_u16le(c);
	ret->format = (enum format_id)cursor_u16le(c);
	ret->hints = cursor_u32le(c);
	ret->max_steps = cursor_u64le(c);
	ret->path = frame_get_str(c, FRAME_TEXT_BYTES);
	return cursor_ok(c);
}

static void out_flush(struct reader_out *o)
{
	if (o->buf->len > FLUSH_BYTES)
		o->flush(o->user, o->buf);
}

static uint32_t on_unit(struct read_out *base, const struct unit *u)
{
	struct reader_out *o = (struct reader_out *)base;
	struct unit shaped = *u;

	if (base->n_units >= UNITS_PER_MEMBER)
		return UNITS_PER_MEMBER - 1;
	if (u->change == UNIT_ADDED || u->change == UNIT_CHANGED) {
		struct cursor code = cursor_clip(&o->text, u->offset, u->length);

		shaped.shape = code_shape(o->arena, str_view(code.base, code.len));
	}
	wire_unit_put(o->buf, &shaped);
	out_flush(o);
	return base->n_units++;
}

static void on_fact(struct read_out *base, const struct fact *f)
{
	struct reader_out *o = (struct reader_out *)base;
	struct fact shown = *f;

	if (base->n_facts >= FACTS_PER_MEMBER) {
		if (!o->full) /* no bytes, but it has to be said */
			wire_cover_put(o->buf, &(struct wire_cover){COVER_BLIND, 0, STR(FULL_WHY)});
		o->full = true;
		return;
	}
	if (f->length && !(f->flags & FACT_OF_OLD))
		shown.before = before_of(&o->before, f->offset, f->length, FACT_EXCERPT_BYTES);
	wire_fact_put(o->buf, &shown);
	out_flush(o);
	base->n_facts++;
}

static void on_cover(struct read_out *base, enum cover_grade grade, uint64_t bytes, const char *why)
{
	struct reader_out *o = (struct reader_out *)base;

	o->covered += bytes;
	wire_cover_put(o->buf, &(struct wire_cover){grade, bytes, str_of(why ? why : "")});
	out_flush(o);
}

uint64_t reader_run(const struct reader_job *job, struct cursor old, struct cursor new_,
	struct arena *arena, struct buf *out, void (*flush)(void *user, struct buf *out), void *user)
{
	struct budget budget = {
		.max_steps = job->max_steps,
		.max_bytes = (uint64_t)256 << 20,
		.max_members = 1 << 20,
		.max_depth = 64,
	};
	struct reader_out o = {
		.base = {on_unit, on_fact, on_cover, 0, 0},
		.buf = out,
		.text = new_,
		.before = {.arena = arena, .old = job->has_old ? old : (struct cursor){0}, .new_ = new_},
		.arena = arena,
		.flush = flush,
		.user = user,
	};
	struct read_in in = {
		.path = job->path,
		.old = old,
		.new_ = new_,
		.has_old = job->has_old,
		.format = job->format,
		.old_format = job->old_format,
		.hints = job->hints,
		.arena = arena,
		.budget = &budget,
		.out = &o.base,
	};
	enum status s;

	wire_job_put(out, &(struct wire_job){job->index});
	s = read_member(&in);
	/* What no reader graded was not seen. */
	if (o.covered < new_.len)
		on_cover(&o.base, COVER_BLIND, new_.len - o.covered,
			s == STATUS_LIMIT ? "over budget" : "not read to its end");
	return budget.steps;
}

struct reader_state {
	struct reader_job jobs[READER_BATCH_MEMBERS];
	struct cursor old[READER_BATCH_MEMBERS], new_[READER_BATCH_MEMBERS];
	uint32_t n;
};

static enum status reader_prepare(struct child_env *env)
{
	struct reader_state *st = ARENA_NEW(&env->arena, struct reader_state);
	struct cursor c = env->description;

	env->user = st;
	st->n = cursor_u32le(&c);
	if (st->n > READER_BATCH_MEMBERS)
		return STATUS_DAMAGED;
	for (uint32_t i = 0; i < st->n; i++) {
		struct reader_job *j = &st->jobs[i];

		if (!reader_job_get(&c, j))
			return STATUS_DAMAGED;
		TRY(child_map(env, j->old_offset, j->old_bytes, &st->old[i]));
		TRY(child_map(env, j->new_offset, j->new_bytes, &st->new_[i]));
	}
	return STATUS_OK;
}

static void reader_write(void *user, struct buf *out)
{
	child_write(user, out);
}

static enum status reader_child_run(struct child_env *env)
{
	struct reader_state *st = env->user;
	struct wire_done done = {.status = STATUS_OK, .members = st->n};
	struct buf out;

	buf_init(&out, 4 << 20);
	for (uint32_t i = 0; i < st->n; i++) {
		struct arena arena; /* one member's memory is free before the next begins */

		arena_init(&arena, 0);
		arena.exhausted = env->arena.exhausted;
		arena.user = env->arena.user;
		done.steps += reader_run(&st->jobs[i], st->old[i], st->new_[i], &arena, &out,
			reader_write, env);
		arena_release(&arena);
	}
	wire_done_put(&out, &done);
	child_write(env, &out);
	buf_release(&out);
	return STATUS_OK;
}

const struct zygote_role compare_reader_role = {"reader", reader_prepare, reader_child_run};
