#include "scan/child.h"

#include <stdlib.h>

#include "confine/wire.h"
#include "formats/stream.h"
#include "logs/query.h"
#include "logs/shape.h"
#include "logs/sniff.h"
#include "scan/frames.h"
#include "scan/table.h"
#include "util/hash.h"

enum {
	HEAD_BYTES = 256 << 10,   /* of a compressed file, for the sniff */
	SAMPLE_BYTES = 256 << 10, /* of the text, for the needles */
	MARK_BYTES = 64 << 20,    /* text between two marks */
	OUT_BYTES = 8 << 20,
	FLUSH_BYTES = 512 << 10,
	STRAYS_MAX = 100,         /* said of one range; the rest is counted */
	SCRATCH_KEPT_BYTES = 1 << 20,
};

static struct scan_shared shared_by_fork;

void scan_share(const struct scan_shared *shared)
{
	shared_by_fork = *shared;
}

/* ---- one range ----------------------------------------------------------------------------------- */

struct ranging {
	const struct scan_shared *shared;
	const struct scan_job *job;
	const struct log_format *format;
	struct log_state *state;
	struct needles *needles;
	const struct lure *lures;
	size_t n_lures;
	struct scan_table *table;
	struct arena scratch;
	struct scan_mark mark;
	struct silences silences;
	struct buf *out;
	void (*flush)(void *user, struct buf *out);
	void *user;
	/* of the block that is being read */
	struct str text;
	uint64_t offset;
	bool drained; /* hits were said before a mark */
	size_t *wanted;
	size_t n_wanted, wanted_room;
};

static void flush_some(struct ranging *r)
{
	if (r->out->len > FLUSH_BYTES)
		r->flush(r->user, r->out);
}

static void say_hit(void *user, const struct scan_hit *h)
{
	struct ranging *r = user;

	(void)scan_hit_put(r->out, h);
	flush_some(r);
}

static void say_mark(struct ranging *r)
{
	scan_table_drain(r->table, say_hit, r);
	r->drained = false;
	(void)scan_mark_put(r->out, &r->mark);
	r->flush(r->user, r->out);
}

static void say_stray(struct ranging *r, uint32_t indicator, enum stray_why why, struct str line,
	uint64_t number)
{
	if (r->mark.strays++ >= STRAYS_MAX)
		return;
	(void)scan_stray_put(r->out, &(struct scan_stray){indicator, why, r->mark.lines + number,
					     r->offset + (uint64_t)(line.p - r->text.p), line});
	flush_some(r);
}

/* ---- times --------------------------------------------------------------------------------------- */

/* A date without a year is the last one of its name before the file was written. */
static int year_before(const struct time_text *t, int64_t file_us)
{
	struct civil file;

	if (file_us <= 0)
		return 0;
	file = civil_of(file_us / TIME_SECOND);
	if (t->civil.month * 32 + t->civil.day > file.month * 32 + file.day + 1)
		return file.year - 1;
	return file.year;
}

static bool place_time(const struct ranging *r, struct str raw, struct interval *ret)
{
	const struct scan_shared *s = r->shared;
	struct time_context about = {.zone = r->format->zone ? s->utc : s->zone, .order = s->order};
	struct time_text t;
	struct time_set set;

	*ret = INTERVAL_UNKNOWN;
	if (!raw.len || time_read(raw, &t) != STATUS_OK)
		return false;
	if (!t.has_year)
		about.year = year_before(&t, r->job->file_us);
	if (time_place(&t, &about, &set) != STATUS_OK)
		return false;
	*ret = time_hull(&set);
	return true;
}

/* When the record was written, or, for a list of what lies on a machine, not later than the list. */
static struct interval record_time(struct ranging *r, const struct log_record *rec)
{
	struct interval t;

	if (!rec->time.len && r->format->of_one_host && r->job->file_us > 0)
		return (struct interval){TIME_UNKNOWN_LO, r->job->file_us};
	if (!place_time(r, rec->time, &t))
		r->mark.untimed++;
	return t;
}

/* False when the record has no time that can be read. */
static bool cover(struct ranging *r, const struct log_record *rec)
{
	struct interval t;

	if (!place_time(r, rec->time, &t))
		return false;
	if (!interval_known(r->mark.covers))
		r->mark.covers = t;
	else
		r->mark.covers = interval_hull(r->mark.covers, t);
	return true;
}

/* ---- lines --------------------------------------------------------------------------------------- */

static enum complete complete_of(const struct log_record *rec, const struct indicator *i)
{
	if (i->size_bytes && rec->range_all && rec->range_from)
		return COMPLETE_PARTIAL;
	if (i->size_bytes && rec->has_bytes && rec->status != 304)
		return rec->bytes >= i->size_bytes ? COMPLETE_YES : COMPLETE_PARTIAL;
	return rec->status == 206 ? COMPLETE_PARTIAL : COMPLETE_UNKNOWN;
}

static const enum observation_key key_of_who[WHO_N] = {
	[WHO_IP] = OBSERVATION_IP,
	[WHO_USER] = OBSERVATION_USER,
	[WHO_HOST] = OBSERVATION_HOST,
	[WHO_AGENT_ID] = OBSERVATION_AGENT_ID,
	[WHO_ACCOUNT] = OBSERVATION_ACCOUNT,
	[WHO_LICENCE] = OBSERVATION_LICENCE,
	[WHO_USER_AGENT] = OBSERVATION_USER_AGENT,
	[WHO_DOMAIN] = OBSERVATION_DOMAIN,
};

static void add_who(struct ranging *r, const struct log_record *rec, struct scan_hit *h)
{
	bool any = false;

	for (unsigned i = 0; i < WHO_N; i++) {
		struct str s = str_is(rec->who[i], "-") ? STR_NONE : rec->who[i];

		h->who[key_of_who[i]] = str_part(s, 0, SCAN_WHO_BYTES);
		any |= s.len > 0;
	}
	if (!any && r->format->of_one_host)
		h->who[OBSERVATION_HOST] = r->job->host;
}

/* A record that names indicators: one hit for each. */
static void say_record(struct ranging *r, struct log_record *rec, struct str line,
	uint64_t number)
{
	uint32_t which[MATCHES_MAX];
	unsigned n = matcher_ask(r->shared->matcher, &r->scratch, rec, which);
	struct scan_hit h = {
		.count = 1,
		.line = r->mark.lines + number,
		.offset = r->offset + (uint64_t)(line.p - r->text.p),
		.raw_time = str_part(rec->time, 0, SCAN_TIME_BYTES),
		.bytes = rec->has_bytes ? rec->bytes : 0,
		.has_bytes = rec->has_bytes,
		.status = (uint32_t)rec->status,
	};

	if (!n)
		return;
	r->mark.hits++;
	h.first = h.last = record_time(r, rec);
	query_who(rec);
	add_who(r, rec, &h);
	for (unsigned i = 0; i < n; i++) {
		const struct indicator *one = &r->shared->indicators->all[which[i]];

		h.indicator = which[i];
		h.stage = match_stage(one, rec->act);
		h.complete = complete_of(rec, one);
		if (h.stage == STAGE_DELIVERED && rec->failed) {
			r->mark.refused++;
			continue;
		}
		while (!scan_table_add(r->table, &h)) {
			scan_table_drain(r->table, say_hit, r);
			r->drained = true;
		}
	}
}

/* A lure that begins in the first `within` bytes of a line that could not be read. */
static bool lure_in(const struct ranging *r, struct str line, size_t within, uint32_t *ret)
{
	for (unsigned lane = 0; lane < NEEDLE_LANES; lane++) {
		struct needle_find f;
		size_t at = 0;

		if (!needles_next(r->needles, lane, line, &at, &f) || f.at >= within)
			continue;
		*ret = r->lures[f.text].indicator;
		return true;
	}
	return false;
}

static enum log_line read_line(void *user, struct str line, uint64_t number, bool is_wanted)
{
	struct ranging *r = user;
	struct log_record rec = {0};
	enum log_line is = r->format->parse(r->format, r->state, &r->scratch, line, &rec);
	uint32_t indicator;

	if (is == LINE_RECORD && is_wanted && !rec.gone)
		say_record(r, &rec, line, number);
	else if (is == LINE_RECORD)
		cover(r, &rec);
	else if (is == LINE_UNREADABLE && is_wanted && lure_in(r, line, line.len, &indicator))
		say_stray(r, indicator, STRAY_UNREADABLE, line, number);
	return is;
}

/* ---- blocks -------------------------------------------------------------------------------------- */

static void want(struct ranging *r, size_t at)
{
	if (r->n_wanted + 1 >= r->wanted_room) {
		r->wanted_room = r->wanted_room ? 2 * r->wanted_room : 1024;
		r->wanted = reallocarray(r->wanted, r->wanted_room, sizeof(r->wanted[0]));
		if (!r->wanted)
			r->scratch.exhausted(r->scratch.user);
	}
	r->wanted[r->n_wanted++] = at;
}

static size_t next_line(struct str text, size_t at)
{
	const char *feed = memchr(text.p + at, '\n', text.len - at);

	return feed ? (size_t)(feed - text.p) + 1 : text.len;
}

static int by_place(const void *a, const void *b)
{
	size_t x = *(const size_t *)a, y = *(const size_t *)b;

	return (x > y) - (x < y);
}

/* Places of the block whose lines are to be read, one a line and lane. */
static void find_wanted(struct ranging *r, struct str text)
{
	size_t at;

	r->n_wanted = 0;
	for (unsigned lane = 0; lane < NEEDLE_LANES; lane++) {
		struct needle_find f;

		at = 0;
		while (needles_next(r->needles, lane, text, &at, &f)) {
			want(r, f.at);
			at = next_line(text, f.at);
		}
	}
	for (at = 0; r->n_lures && disguise_next(r->format, text, &at);) {
		want(r, at);
		at = next_line(text, at);
	}
	want(r, SIZE_MAX);
	if (r->n_wanted)
		qsort(r->wanted, r->n_wanted, sizeof(r->wanted[0]), by_place);
}

static void read_piece(struct ranging *r, const struct block *b)
{
	uint32_t indicator;

	if (lure_in(r, str_view(b->text.p, b->text.len + b->beyond), b->text.len, &indicator))
		say_stray(r, indicator, STRAY_TOO_LONG, b->text, 0);
	if (b->begins) {
		r->mark.lines++;
		r->mark.unreadable++;
		r->mark.too_long++;
	}
}

/* The last record of the text, for its time. */
static void cover_end(struct ranging *r, struct str text)
{
	for (int tries = 0; tries < 16 && text.len; tries++) {
		struct str body = str_part(text, 0, text.len - (text.p[text.len - 1] == '\n'));
		size_t feed = str_rfind_char(body, '\n');
		struct str line = feed == SIZE_MAX ? body : str_part(body, feed + 1, body.len);
		struct log_record rec = {0};

		if (r->format->parse(r->format, r->state, &r->scratch, str_trim(line), &rec) == LINE_RECORD &&
			cover(r, &rec))
			return;
		text = feed == SIZE_MAX ? STR_NONE : str_part(text, 0, feed + 1);
	}
}

static bool line_time(void *user, struct str line, struct interval *ret)
{
	struct ranging *r = user;
	struct log_record rec = {0};

	return r->format->parse(r->format, r->state, &r->scratch, line, &rec) == LINE_RECORD &&
	       place_time(r, rec.time, ret);
}

/* Lists of what lies somewhere have no silence, and records of other shapes are no lines. */
static bool has_silences(const struct log_format *f)
{
	return !f->of_one_host && (f->records == RECORDS_LINES || f->records == RECORDS_JSON);
}

/* Bytes of the block that are done with; 0: more of the record is needed. */
static size_t read_block(struct ranging *r, const struct block *b)
{
	struct shape_count count = {0};
	struct shape_walk w = {.format = r->format, .state = r->state, .scratch = &r->scratch,
		.line = read_line, .user = r, .at_end = b->at_end};
	size_t used;

	r->text = b->text;
	r->offset = b->offset;
	if (b->piece) {
		read_piece(r, b);
		return b->text.len;
	}
	find_wanted(r, b->text);
	w.wanted = r->wanted;
	used = shape_lines(&w, b->text, &count);
	r->mark.lines += count.lines;
	r->mark.unreadable += count.unreadable;
	r->mark.aside += count.asides;
	if (b->at_end)
		cover_end(r, b->text);
	if (has_silences(r->format))
		silences_look(&r->silences, &(struct silence_reader){line_time, r}, str_part(b->text, 0, used));
	if (r->scratch.used_bytes > SCRATCH_KEPT_BYTES)
		arena_release(&r->scratch);
	return used;
}

/* A record that does not end within the longest length: its first line counts as too long. */
static size_t give_up(struct ranging *r, const struct block *b)
{
	struct block line = *b;

	line.text = str_part(b->text, 0, next_line(b->text, 0));
	line.begins = true;
	r->text = b->text;
	r->offset = b->offset;
	read_piece(r, &line);
	return line.text.len;
}

static void needles_for(struct ranging *r, struct arena *a, struct str sample)
{
	struct str *texts;

	r->lures = matcher_lures(a, r->shared->indicators, r->format, &r->n_lures);
	texts = ARENA_ARRAY(a, r->n_lures + 1, struct str);
	for (size_t i = 0; i < r->n_lures; i++)
		texts[i] = r->lures[i].text;
	r->needles = needles_build(a, texts, r->n_lures, sample);
}

static void read_blocks(struct ranging *r, struct arena *a, struct blocks *blocks)
{
	uint64_t marked = 0;
	size_t least = BLOCK_BYTES < r->job->line_max ? BLOCK_BYTES : r->job->line_max;
	size_t size = least;
	struct block b;

	while (blocks_next(blocks, size, &b)) {
		size_t used;

		used = read_block(r, &b);
		if (!used && b.text.len < r->job->line_max && size < r->job->line_max && !b.at_end) {
			size *= 2;
			continue;
		}
		if (!used)
			used = give_up(r, &b);
		size = least;
		blocks_take(blocks, used);
		r->mark.text_bytes += used;
		r->mark.file_bytes = blocks_read_bytes(blocks);
		if (r->mark.text_bytes - marked < MARK_BYTES && !r->drained)
			continue;
		marked = r->mark.text_bytes;
		say_mark(r);
	}
}

void scan_range(const struct scan_shared *shared, const struct scan_job *j, struct cursor bytes,
	bool mapped, struct arena *a, struct buf *out, void (*flush)(void *user, struct buf *out),
	void *user)
{
	size_t n_formats;
	struct blocks_in in = {
		.bytes = bytes,
		.bytes_from = j->from ? j->from - 1 : 0,
		.from = j->from,
		.to = j->to,
		.file_bytes = j->file_bytes,
		.packing = j->packing,
		.charset = j->charset,
		.line_max = j->line_max,
		.mapped = mapped,
	};
	struct ranging r = {
		.shared = shared,
		.job = j,
		.format = log_formats(&n_formats)[j->format],
		.mark.covers = INTERVAL_UNKNOWN,
		.out = out,
		.flush = flush,
		.user = user,
	};
	struct blocks *blocks = blocks_open(a, &in);
	const char *why;

	arena_init(&r.scratch, 0);
	r.scratch.exhausted = a->exhausted;
	r.scratch.user = a->user;
	if (!blocks)
		a->exhausted(a->user);
	r.state = log_state_new(a, r.format);
	r.table = scan_table_new(a);
	silences_begin(&r.silences, a);
	needles_for(&r, a, blocks_peek(blocks, SAMPLE_BYTES));
	read_blocks(&r, a, blocks);
	r.mark.how = blocks_how(blocks, &why);
	r.mark.why = str_of(why);
	r.mark.file_bytes = blocks_read_bytes(blocks);
	say_mark(&r);
	(void)scan_times_put(r.out, &r.silences);
	r.flush(r.user, r.out);
	blocks_close(blocks);
	arena_release(&r.scratch);
	free(r.wanted);
}

/* ---- jobs ---------------------------------------------------------------------------------------- */

bool scan_job_put(struct buf *b, const struct scan_job *j)
{
	struct frame_out f = {.buf = b};

	frame_u64(&f, j->from);
	frame_u64(&f, j->to);
	frame_u64(&f, j->file_bytes);
	frame_u32(&f, j->format);
	frame_u8(&f, (uint8_t)j->packing);
	frame_u8(&f, (uint8_t)j->charset);
	frame_u32(&f, j->line_max);
	frame_u64(&f, (uint64_t)j->file_us);
	frame_str(&f, j->host, SCAN_WHO_BYTES);
	return !b->full;
}

static bool scan_job_get(struct cursor *c, struct scan_job *ret)
{
	size_t n;

	ret->from = cursor_u64le(c);
	ret->to = cursor_u64le(c);
	ret->file_bytes = cursor_u64le(c);
	ret->format = cursor_u32le(c);
	ret->packing = (enum packing)cursor_u8(c);
	ret->charset = (enum charset)cursor_u8(c);
	ret->line_max = cursor_u32le(c);
	ret->file_us = (int64_t)cursor_u64le(c);
	ret->host = frame_get_str(c, SCAN_WHO_BYTES);
	(void)log_formats(&n);
	return cursor_ok(c) && ret->from <= ret->to && ret->to <= ret->file_bytes && ret->format < n;
}

struct job_state {
	struct scan_job job;
	struct cursor bytes;
};

/* The bytes of a job: the whole file, or the range with the line that goes on behind it. */
static enum status job_prepare(struct child_env *env, bool whole)
{
	struct job_state *st = ARENA_NEW(&env->arena, struct job_state);
	struct cursor c = env->description;
	struct scan_job *j = &st->job;
	uint64_t from, to;

	env->user = st;
	if (!scan_job_get(&c, j))
		return STATUS_DAMAGED;
	from = whole || !j->from ? 0 : j->from - 1;
	to = j->file_bytes - j->to < (uint64_t)j->line_max + 1 ? j->file_bytes
								: j->to + j->line_max + 1;
	return child_map(env, from, (whole ? j->file_bytes : to) - from, &st->bytes);
}

static enum status prepare_range(struct child_env *env)
{
	struct cursor c = env->description;
	struct scan_job j;

	if (!scan_job_get(&c, &j))
		return STATUS_DAMAGED;
	return job_prepare(env, j.packing != PACKING_NONE || j.charset != CHARSET_UTF8);
}

static enum status prepare_whole(struct child_env *env)
{
	return job_prepare(env, true);
}

static void write_frames(void *user, struct buf *out)
{
	child_write(user, out);
}

static enum status finish(struct child_env *env, struct buf *out)
{
	(void)wire_done_put(out, &(struct wire_done){.status = STATUS_OK});
	child_write(env, out);
	buf_release(out);
	return STATUS_OK;
}

static enum status run_range(struct child_env *env)
{
	struct job_state *st = env->user;
	struct buf out;

	buf_init(&out, OUT_BYTES);
	scan_range(&shared_by_fork, &st->job, st->bytes, true, &env->arena, &out, write_frames, env);
	return finish(env, &out);
}

static enum status run_digest(struct child_env *env)
{
	enum { PART_BYTES = 1 << 20 };
	struct job_state *st = env->user;
	struct blocks_in in = {.bytes = st->bytes, .to = st->bytes.len, .file_bytes = st->bytes.len,
		.line_max = PART_BYTES, .mapped = true};
	struct blocks *blocks = blocks_open(&env->arena, &in);
	struct sha256_state *sha = sha256_open();
	struct scan_digest d = {.bytes = 0};
	struct sha256 sum;
	struct block b;
	struct buf out;

	if (!blocks || !sha)
		return STATUS_NOMEM;
	sha256_begin(sha);
	if (st->bytes.len >= 3 && memcmp(st->bytes.base, "\xef\xbb\xbf", 3) == 0)
		sha256_add(sha, st->bytes.base, 3); /* blocks pass over it */
	while (blocks_next(blocks, PART_BYTES, &b)) {
		sha256_add(sha, b.text.p, b.text.len);
		d.bytes += b.text.len;
		blocks_take(blocks, b.text.len);
	}
	sum = sha256_end(sha);
	sha256_close(sha);
	memcpy(d.sha256, sum.b, sizeof(d.sha256));
	buf_init(&out, OUT_BYTES);
	(void)scan_digest_put(&out, &d);
	return finish(env, &out);
}

/* The first text of a file, whatever it is packed in. */
static struct str head_text(struct arena *a, struct cursor bytes, struct scan_sniff *s, bool *ret_whole)
{
	struct str head = str_view(bytes.base, bytes.len);
	struct blocks_in in = {.bytes = cursor_clip(&bytes, 0, HEAD_BYTES), .line_max = SNIFF_BYTES};
	struct blocks *blocks;
	struct block b;

	s->packing = packing_of(head);
	s->charset = s->packing == PACKING_NONE ? charset_of(head) : CHARSET_UTF8;
	in.packing = s->packing;
	in.to = in.file_bytes = in.bytes.len;
	in.charset = s->charset;
	blocks = blocks_open(a, &in);
	if (!blocks || !blocks_next(blocks, SNIFF_BYTES, &b))
		return STR_NONE;
	if (s->packing != PACKING_NONE && charset_of(b.text) != CHARSET_UTF8) {
		s->charset = charset_of(b.text);
		blocks_close(blocks);
		in.charset = s->charset;
		blocks = blocks_open(a, &in);
		if (!blocks || !blocks_next(blocks, SNIFF_BYTES, &b))
			return STR_NONE;
	}
	*ret_whole = b.at_end && in.bytes.len == bytes.len;
	return b.text;
}

static enum status run_sniff(struct child_env *env)
{
	struct job_state *st = env->user;
	struct scan_sniff s = {.empty = st->bytes.len == 0};
	struct log_guess g = {0};
	struct buf out;
	bool whole = false;
	struct str head = s.empty ? STR_NONE : head_text(&env->arena, st->bytes, &s, &whole);
	size_t n;
	const struct log_format *const *list = log_formats(&n);

	if (head.len)
		g = log_sniff(&env->arena, head, whole);
	s.binary = !g.format && head.len && memchr(head.p, '\0', head.len);
	for (size_t i = 0; i < n; i++) {
		if (g.format == list[i])
			s.format = (uint32_t)i + 1;
		if (g.second == list[i])
			s.second = (uint32_t)i + 1;
	}
	s.score = g.score;
	s.second_score = g.second_score;
	buf_init(&out, OUT_BYTES);
	(void)scan_sniff_put(&out, &s);
	return finish(env, &out);
}

const struct zygote_role *scan_roles(void)
{
	static const struct zygote_role roles[SCAN_ROLE_N] = {
		[SCAN_ROLE_SNIFF] = {"sniff", prepare_whole, run_sniff},
		[SCAN_ROLE_DIGEST] = {"digest", prepare_whole, run_digest},
		[SCAN_ROLE_RANGE] = {"scan", prepare_range, run_range},
	};

	return roles;
}
