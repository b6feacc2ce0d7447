#include "scan/scan.h"

#include <errno.h>
#include <fcntl.h>
#include <fts.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "confine/pool.h"
#include "confine/wire.h"
#include "scan/child.h"
#include "scan/gather.h"

enum {
	BATCH_FILES = 64,
	GATHER_BYTES = 64 << 20,
	CHILD_DATA_BYTES = 256 << 20,
	SHOWN_BYTES = 4096,
};

/* One range of a file and what was said about it. Hits are taken over at each mark. */
struct range {
	struct scan *scan;
	uint32_t file, index; /* index in the file */
	uint64_t from, to;
	struct arena held;    /* hits since the last mark */
	struct scan_hit *hits;
	size_t n_hits, hits_room;
	struct scan_mark mark;
	const struct silences *times; /* NULL: not said yet */
	bool marked, ended;
	enum job_outcome outcome;
};

/* What only the scan itself knows of a file. */
struct file {
	struct scan_file said;
	char *path;
	int fd;
	size_t first_range, n_ranges; /* of scan->ranges, kept for line numbers */
	uint64_t *line_starts;        /* lines before each range; UINT64_MAX: not known */
	bool sniffed;
	enum job_outcome digest_outcome;
};

struct scan {
	struct scan_options o;
	struct scan_shared shared;
	struct arena arena;
	struct zygote *zygote;
	struct gather *gather;
	struct file *files;
	size_t n_files, files_room;
	struct scan_file *said; /* after the run */
	struct range *ranges;   /* of the batch */
	size_t n_ranges, ranges_room;
	struct scan_stray_line *strays;
	size_t n_strays, strays_room;
	struct scan_gap *gaps;
	size_t n_gaps, gaps_room;
	uint64_t all_bytes, done_bytes, hits;
	enum status trouble; /* first failure inside a callback */
	char error[512];
};

static enum status fail(struct scan *s, enum status how, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

static enum status fail(struct scan *s, enum status how, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(s->error, sizeof(s->error), format, args);
	va_end(args);
	return how;
}

const char *scan_error(const struct scan *s)
{
	return s ? s->error : "out of memory";
}

/* ---- opening ------------------------------------------------------------------------------------- */

enum status scan_open(const struct scan_options *o, struct scan **ret)
{
	struct scan *s = calloc(1, sizeof(*s));
	struct zygote_setup setup = {.roles = scan_roles(), .n_roles = SCAN_ROLE_N,
		.flags = o->unconfined ? ZYGOTE_UNCONFINED : 0};
	enum status status;
	long n = sysconf(_SC_NPROCESSORS_ONLN);

	*ret = s;
	if (!s)
		return STATUS_NOMEM;
	s->o = *o;
	arena_init(&s->arena, 0);
	if (!s->o.jobs)
		s->o.jobs = n > 0 && n < 64 ? (unsigned)n : 2;
	if (!s->o.range_bytes)
		s->o.range_bytes = SCAN_RANGE_BYTES;
	if (!s->o.line_max)
		s->o.line_max = LINE_MAX_BYTES;
	s->gather = gather_new(o->gather_bytes ? o->gather_bytes : GATHER_BYTES, o->spool_folder);
	if (!s->gather)
		return STATUS_NOMEM;
	s->shared.indicators = o->indicators;
	s->shared.matcher = matcher_new(&s->arena, o->indicators);
	s->shared.zone = o->zone;
	s->shared.order = o->order;
	TRY(zone_open(STR("UTC"), &s->shared.utc));
	scan_share(&s->shared);
	status = zygote_start(&s->zygote, &setup);
	if (status == STATUS_DENIED)
		return fail(s, status,
			"this kernel offers no seccomp filter, so foreign files cannot be read in a "
			"confined process; --unconfined reads them without");
	if (status != STATUS_OK)
		return fail(s, status, "the process that reads foreign files could not be started");
	return STATUS_OK;
}

void scan_close(struct scan *s)
{
	if (!s)
		return;
	zygote_stop(s->zygote);
	zone_close(s->shared.utc);
	gather_free(s->gather);
	for (size_t i = 0; i < s->n_files; i++)
		if (s->files[i].fd >= 0)
			close(s->files[i].fd);
	arena_release(&s->arena);
	free(s);
}

const char *scan_confinement(const struct scan *s)
{
	return zygote_confinement(s->zygote)->text;
}

/* ---- files --------------------------------------------------------------------------------------- */

static struct file *add_file(struct scan *s, const char *path, const char *shown)
{
	struct file *f = ARENA_PUSH(&s->arena, s->files, s->n_files, s->files_room);

	*f = (struct file){.fd = -1};
	f->path = (char *)(uintptr_t)arena_str(&s->arena, str_of(path)).p;
	f->said.name = arena_str(&s->arena, str_part(str_of(shown), 0, SHOWN_BYTES));
	f->said.source = s->o.source ? str_of(s->o.source) : f->said.name;
	f->said.read = READ_NOTHING;
	f->said.total.covers = INTERVAL_UNKNOWN;
	return f;
}

static void not_read(struct scan *s, struct file *f, const char *why)
{
	f->said.read = READ_NOTHING;
	f->said.why = arena_str(&s->arena, str_of(why));
}

static void look_at(struct scan *s, struct file *f, const struct stat *st)
{
	if (!S_ISREG(st->st_mode)) {
		not_read(s, f, "no regular file");
		return;
	}
	f->said.size_bytes = (uint64_t)st->st_size;
	f->said.written_us = (int64_t)st->st_mtim.tv_sec * TIME_SECOND + st->st_mtim.tv_nsec / 1000;
	s->all_bytes += f->said.size_bytes;
}

static int by_name(const FTSENT **a, const FTSENT **b)
{
	return strcmp((*a)->fts_name, (*b)->fts_name);
}

static enum status add_folder(struct scan *s, const char *path, const char *shown)
{
	char *roots[] = {(char *)(uintptr_t)path, NULL};
	FTS *tree = fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR, by_name);
	size_t skip = strlen(path);
	FTSENT *e;

	if (!tree)
		return fail(s, STATUS_IO, "%s", strerror(errno));
	while ((e = fts_read(tree))) {
		struct str name;
		struct file *f;

		if (e->fts_info == FTS_D || e->fts_info == FTS_DP)
			continue;
		name = arena_printf(&s->arena, "%s%s", shown, e->fts_path + skip);
		f = add_file(s, e->fts_path, name.p);
		if (e->fts_info == FTS_F)
			look_at(s, f, e->fts_statp);
		else if (e->fts_info == FTS_SL || e->fts_info == FTS_SLNONE)
			not_read(s, f, "a link, which is not followed");
		else if (e->fts_errno)
			not_read(s, f, strerror(e->fts_errno));
		else
			not_read(s, f, "no regular file");
	}
	fts_close(tree);
	return STATUS_OK;
}

enum status scan_add(struct scan *s, const char *path, const char *shown)
{
	struct stat st;
	struct file *f;

	if (stat(path, &st) == 0 && S_ISDIR(st.st_mode))
		return add_folder(s, path, shown);
	f = add_file(s, path, shown);
	if (stat(path, &st) != 0)
		not_read(s, f, strerror(errno));
	else
		look_at(s, f, &st);
	return STATUS_OK;
}

/* ---- jobs ---------------------------------------------------------------------------------------- */

static struct job_desc describe(struct scan *s, unsigned role, const struct scan_job *j)
{
	struct job_desc d = {.role = role, .limits = confine_default_limits()};
	struct buf b;

	buf_init(&b, ZYGOTE_DESCRIPTION_BYTES);
	(void)scan_job_put(&b, j);
	d.description = arena_str(&s->arena, buf_str(&b));
	buf_release(&b);
	d.limits.data_bytes = CHILD_DATA_BYTES;
	/* the last resort: a byte in a microsecond, and as if it were packed a hundred times */
	d.limits.cpu_seconds = 120 + (uint32_t)(j->file_bytes >> 20 < 1 << 24 ? j->file_bytes >> 18 : 1 << 26);
	return d;
}

static void tick(void *user)
{
	struct scan *s = user;

	if (s->o.progress)
		s->o.progress(s->o.user, s->done_bytes, s->all_bytes, s->hits);
}

static enum status run_jobs(struct scan *s, struct pool_job *jobs, size_t n)
{
	struct pool_limits limits = {.max_running = s->o.jobs, .wall_ms = UINT32_MAX / 2,
		.interrupted = s->o.interrupted, .tick = tick, .tick_user = s};
	enum status status = pool_run(s->zygote, jobs, n, &limits);

	if (s->trouble != STATUS_OK)
		return fail(s, s->trouble, "what was found could not be kept: %s",
			status_name(s->trouble));
	if (status == STATUS_IO)
		return fail(s, status, "the reader processes are gone");
	if (status == STATUS_LIMIT)
		return fail(s, STATUS_IO, "no file descriptors left to start a reader (ulimit -n)");
	if (status == STATUS_DENIED)
		return fail(s, status, "the kernel refused to confine a reader, so nothing was read; "
				       "--unconfined reads without");
	return status;
}

/* ---- what is it? --------------------------------------------------------------------------------- */

struct file_job {
	struct scan *scan;
	struct file *file;
};

static bool sniff_frame(void *user, enum frame_type type, struct cursor *payload)
{
	struct file_job *j = user;
	struct scan_file *f = &j->file->said;
	struct scan_sniff sn;
	struct wire_done done;
	size_t n;
	const struct log_format *const *list = log_formats(&n);

	if (type == FRAME_DONE)
		return wire_done_get(payload, &done);
	if (type != FRAME_SCAN_SNIFF || !scan_sniff_get(payload, &sn) || sn.format > n || sn.second > n)
		return false;
	j->file->sniffed = true;
	f->packing = sn.packing;
	f->charset = sn.charset;
	f->format = sn.format ? list[sn.format - 1] : NULL;
	f->score = sn.score;
	f->second = sn.second ? list[sn.second - 1] : NULL;
	if (j->scan->o.format) {
		f->format = j->scan->o.format;
		f->score = 100;
		f->second = NULL;
	}
	if (sn.empty)
		f->read = READ_WHOLE;
	else if (!f->format)
		not_read(j->scan, j->file, sn.binary ? "binary data, no log" : "no known format of logs");
	return true;
}

static void sniff_ended(void *user, enum job_outcome outcome)
{
	struct file_job *j = user;

	if (outcome == OUTCOME_DONE && j->file->sniffed)
		return;
	j->file->said.format = NULL;
	not_read(j->scan, j->file, job_outcome_name(outcome));
}

static bool digest_frame(void *user, enum frame_type type, struct cursor *payload)
{
	struct file_job *j = user;
	struct scan_digest d;
	struct wire_done done;

	if (type == FRAME_DONE)
		return wire_done_get(payload, &done);
	if (type != FRAME_SCAN_DIGEST || !scan_digest_get(payload, &d))
		return false;
	memcpy(j->file->said.sha256.b, d.sha256, sizeof(d.sha256));
	j->file->said.has_sha256 = d.bytes == j->file->said.size_bytes ||
				   d.bytes + 3 == j->file->said.size_bytes;
	return true;
}

static void digest_ended(void *user, enum job_outcome outcome)
{
	struct file_job *j = user;

	j->file->digest_outcome = outcome;
	j->file->said.has_sha256 &= outcome == OUTCOME_DONE;
}

/* ---- ranges -------------------------------------------------------------------------------------- */

/* What a mark vouches for becomes part of the result. */
static bool take_over(struct range *r, const struct scan_mark *m)
{
	struct scan *s = r->scan;
	struct arena fresh;

	if (m->text_bytes < r->mark.text_bytes || m->lines < r->mark.lines ||
		m->file_bytes < r->mark.file_bytes)
		return false;
	for (size_t i = 0; i < r->n_hits; i++) {
		struct gathered g = {.file = r->file, .range = r->index, .hit = r->hits[i]};
		enum status status = gather_add(s->gather, &g);

		if (status != STATUS_OK && s->trouble == STATUS_OK)
			s->trouble = status;
	}
	arena_release(&r->held);
	arena_init(&fresh, 0);
	r->held = fresh;
	r->hits = NULL;
	r->n_hits = r->hits_room = 0;
	s->done_bytes += m->file_bytes - r->mark.file_bytes;
	s->hits += m->hits - r->mark.hits;
	r->mark = *m;
	r->mark.why = arena_str(&s->arena, m->why);
	r->marked = true;
	return s->trouble == STATUS_OK;
}

static bool take_hit(struct range *r, struct cursor *payload)
{
	struct scan_hit h;

	if (!scan_hit_get(payload, &h) || h.indicator >= r->scan->o.indicators->n)
		return false;
	for (unsigned i = 0; i < OBSERVATION_KEYS; i++)
		h.who[i] = arena_str(&r->held, h.who[i]);
	h.raw_time = arena_str(&r->held, h.raw_time);
	*ARENA_PUSH(&r->held, r->hits, r->n_hits, r->hits_room) = h;
	return true;
}

static bool take_stray(struct range *r, struct cursor *payload)
{
	struct scan *s = r->scan;
	struct scan_stray stray;

	if (!scan_stray_get(payload, &stray) || stray.indicator >= s->o.indicators->n)
		return false;
	stray.excerpt = arena_str(&s->arena, stray.excerpt);
	*ARENA_PUSH(&s->arena, s->strays, s->n_strays, s->strays_room) =
		(struct scan_stray_line){r->file, ((uint64_t)r->index << 40) | stray.line, stray};
	return true;
}

static bool take_times(struct range *r, struct cursor *payload)
{
	struct silences *t = ARENA_NEW(&r->scan->arena, struct silences);
	bool first = !r->times;

	r->times = t;
	return first && r->marked && scan_times_get(payload, &r->scan->arena, t);
}

static bool range_frame(void *user, enum frame_type type, struct cursor *payload)
{
	struct range *r = user;
	struct scan_mark m;
	struct wire_done done;

	switch (type) {
	case FRAME_SCAN_HIT:
		return take_hit(r, payload);
	case FRAME_SCAN_STRAY:
		return take_stray(r, payload);
	case FRAME_SCAN_MARK:
		return scan_mark_get(payload, &m) && take_over(r, &m);
	case FRAME_SCAN_TIMES:
		return take_times(r, payload);
	case FRAME_DONE:
		return wire_done_get(payload, &done) && r->marked;
	default:
		return false;
	}
}

static void range_ended(void *user, enum job_outcome outcome)
{
	struct range *r = user;

	r->ended = true;
	r->outcome = outcome;
	arena_release(&r->held);
	r->hits = NULL;
	r->n_hits = 0;
}

static uint32_t format_index(const struct log_format *f)
{
	size_t n;
	const struct log_format *const *list = log_formats(&n);
	uint32_t i = 0;

	while (i < n && list[i] != f)
		i++;
	return i;
}

/* "web-07.log.gz" is of web-07, as far as anybody says. */
static struct str host_of_file(struct str name)
{
	struct str base = str_basename(name);
	size_t dot = str_find_z(base, ".");

	return dot == SIZE_MAX || dot == 0 ? base : str_part(base, 0, dot);
}

static bool in_one_piece(const struct scan_file *f)
{
	return f->packing != PACKING_NONE || f->charset != CHARSET_UTF8 || f->format->sequential ||
	       f->format->records != RECORDS_LINES;
}

static void cut(struct scan *s, uint32_t index)
{
	struct file *f = &s->files[index];
	uint64_t size = f->said.size_bytes, step = in_one_piece(&f->said) ? size : s->o.range_bytes;

	f->first_range = s->n_ranges;
	for (uint64_t at = 0; at < size; at += step) {
		struct range *r = ARENA_PUSH(&s->arena, s->ranges, s->n_ranges, s->ranges_room);

		*r = (struct range){.scan = s, .file = index, .index = (uint32_t)f->n_ranges++,
			.from = at, .to = size - at < step ? size : at + step};
		r->mark.covers = INTERVAL_UNKNOWN;
		arena_init(&r->held, 0);
	}
}

static struct scan_job job_of(const struct scan *s, const struct file *f, uint64_t from, uint64_t to)
{
	return (struct scan_job){
		.from = from,
		.to = to,
		.file_bytes = f->said.size_bytes,
		.format = f->said.format ? format_index(f->said.format) : 0,
		.packing = f->said.packing,
		.charset = f->said.charset,
		.line_max = (uint32_t)s->o.line_max,
		.file_us = f->said.written_us,
		.host = host_of_file(f->said.name),
	};
}

/* ---- totals -------------------------------------------------------------------------------------- */

static void add_mark(struct scan_mark *sum, const struct scan_mark *m)
{
	sum->text_bytes += m->text_bytes;
	sum->file_bytes += m->file_bytes;
	sum->lines += m->lines;
	sum->unreadable += m->unreadable;
	sum->too_long += m->too_long;
	sum->aside += m->aside;
	sum->hits += m->hits;
	sum->refused += m->refused;
	sum->strays += m->strays;
	sum->untimed += m->untimed;
	if (!interval_known(m->covers))
		return;
	sum->covers = interval_known(sum->covers) ? interval_hull(sum->covers, m->covers) : m->covers;
}

static bool range_whole(const struct range *r)
{
	return r->ended && r->outcome == OUTCOME_DONE && r->marked && r->mark.how == STATUS_OK;
}

static void say_blind(struct scan *s, struct file *f, const struct range *r)
{
	const char *why = !r->ended ? "stopped before it was read"
			  : r->outcome != OUTCOME_DONE
				  ? (s->o.interrupted && *s->o.interrupted ? "stopped while it was read"
									   : job_outcome_name(r->outcome))
				  : r->mark.why.len ? r->mark.why.p
						    : status_name(r->mark.how);

	if (f->said.why.len)
		return;
	f->said.why = arena_printf(&s->arena, "%s, from byte %llu on", why,
		(unsigned long long)(r->from + r->mark.file_bytes));
}

/* Of all its ranges that were read to their end; what lies between two of them was not read. */
static void join_times(struct scan *s, struct file *f)
{
	struct silences *all;
	const struct silences *only = NULL;
	unsigned n = 0;

	for (size_t i = 0; i < f->n_ranges; i++) {
		const struct range *r = &s->ranges[f->first_range + i];

		if (!r->times || r->times->first == TIME_UNKNOWN_LO)
			continue;
		only = r->times;
		n++;
	}
	f->said.times = only;
	if (n < 2)
		return;
	all = ARENA_NEW(&s->arena, struct silences);
	silences_begin(all, &s->arena);
	for (size_t i = 0; i < f->n_ranges; i++)
		if (s->ranges[f->first_range + i].times)
			silences_join(all, s->ranges[f->first_range + i].times);
	f->said.times = all;
}

static void settle(struct scan *s, struct file *f)
{
	uint64_t lines = 0;
	bool known = true, whole = true, any = false;

	f->line_starts = ARENA_ARRAY(&s->arena, f->n_ranges + 1, uint64_t);
	for (size_t i = 0; i < f->n_ranges; i++) {
		const struct range *r = &s->ranges[f->first_range + i];

		f->line_starts[i] = known ? lines : UINT64_MAX;
		add_mark(&f->said.total, &r->mark);
		lines += r->mark.lines;
		any |= r->marked;
		if (range_whole(r))
			continue;
		known = whole = false;
		say_blind(s, f, r);
	}
	join_times(s, f);
	f->said.read = whole ? READ_WHOLE : any ? READ_PART : READ_NOTHING;
	if (whole && f->said.total.strays == 0 && f->said.second)
		return;
}

/* ---- the run ------------------------------------------------------------------------------------- */

static void open_file(struct scan *s, struct file *f)
{
	f->fd = open(f->path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (f->fd < 0)
		not_read(s, f, strerror(errno));
}

static enum status sniff_batch(struct scan *s, size_t from, size_t to)
{
	struct pool_job *jobs = ARENA_ARRAY(&s->arena, to - from + 1, struct pool_job);
	struct file_job *who = ARENA_ARRAY(&s->arena, to - from + 1, struct file_job);
	size_t n = 0;

	for (size_t i = from; i < to; i++) {
		struct file *f = &s->files[i];
		struct scan_job j;

		if (!f->said.why.len)
			open_file(s, f);
		if (f->fd < 0)
			continue;
		j = job_of(s, f, 0, 0);
		who[n] = (struct file_job){s, f};
		jobs[n] = (struct pool_job){describe(s, SCAN_ROLE_SNIFF, &j), f->fd, &who[n],
			sniff_frame, sniff_ended};
		n++;
	}
	return run_jobs(s, jobs, n);
}

/* The digest first: it takes as long as the ranges beside it. */
static enum status read_batch(struct scan *s, size_t from, size_t to)
{
	struct pool_job *jobs;
	struct file_job *who = ARENA_ARRAY(&s->arena, to - from + 1, struct file_job);
	size_t n = 0;

	s->n_ranges = 0;
	for (size_t i = from; i < to; i++)
		if (s->files[i].fd >= 0 && s->files[i].said.format)
			cut(s, (uint32_t)i);
	jobs = ARENA_ARRAY(&s->arena, s->n_ranges + to - from + 1, struct pool_job);
	for (size_t i = from; i < to; i++) {
		struct file *f = &s->files[i];
		struct scan_job j = job_of(s, f, 0, 0);

		if (f->fd < 0)
			continue;
		who[i - from] = (struct file_job){s, f};
		if (!s->o.no_digests)
			jobs[n++] = (struct pool_job){describe(s, SCAN_ROLE_DIGEST, &j), f->fd,
				&who[i - from], digest_frame, digest_ended};
		for (size_t k = 0; k < f->n_ranges; k++) {
			struct range *r = &s->ranges[f->first_range + k];

			j = job_of(s, f, r->from, r->to);
			jobs[n++] = (struct pool_job){describe(s, SCAN_ROLE_RANGE, &j), f->fd, r,
				range_frame, range_ended};
		}
	}
	return run_jobs(s, jobs, n);
}

static enum status run_batch(struct scan *s, size_t from, size_t to)
{
	enum status status = sniff_batch(s, from, to);

	if (status == STATUS_OK)
		status = read_batch(s, from, to);
	for (size_t i = from; i < to; i++) {
		struct file *f = &s->files[i];

		if (f->fd >= 0) {
			close(f->fd);
			f->fd = -1;
			if (f->n_ranges)
				settle(s, f);
			else if (!f->said.why.len && f->said.size_bytes)
				not_read(s, f, "stopped before it was read");
		}
	}
	return status;
}

static int by_place(const void *a, const void *b)
{
	const struct scan_stray_line *x = a, *y = b;

	if (x->file != y->file)
		return x->file < y->file ? -1 : 1;
	if (x->stray.offset != y->stray.offset)
		return x->stray.offset < y->stray.offset ? -1 : 1;
	return 0;
}

static uint64_t absolute_line(const struct file *f, uint32_t range, uint64_t line)
{
	uint64_t before = range < f->n_ranges && f->line_starts ? f->line_starts[range] : UINT64_MAX;

	return before == UINT64_MAX ? 0 : before + line + 1;
}

/* The gaps of the source whose first file this is. */
static void find_gaps(struct scan *s, size_t first)
{
	struct str source = s->files[first].said.source;
	struct silence_file *files = ARENA_ARRAY(&s->arena, s->o.source ? s->n_files : 1, struct silence_file);
	struct silence_gap *gaps;
	size_t n = 0, n_gaps;

	for (size_t i = first; i < (s->o.source ? s->n_files : first + 1); i++)
		if (s->files[i].said.times)
			files[n++] = (struct silence_file){s->files[i].said.times, s->files[i].said.total.lines};
	n_gaps = silence_gaps(&s->arena, files, n, &gaps);
	for (size_t i = 0; i < n_gaps; i++)
		*ARENA_PUSH(&s->arena, s->gaps, s->n_gaps, s->gaps_room) = (struct scan_gap){source, gaps[i]};
}

static void finish(struct scan *s)
{
	if (s->n_strays)
		qsort(s->strays, s->n_strays, sizeof(s->strays[0]), by_place);
	if (s->n_strays > SCAN_STRAYS)
		s->n_strays = SCAN_STRAYS;
	for (size_t i = 0; i < s->n_strays; i++) {
		struct scan_stray_line *l = &s->strays[i];

		l->line = absolute_line(&s->files[l->file], (uint32_t)(l->line >> 40), l->stray.line);
	}
	for (size_t i = 0; i < s->n_files && (i == 0 || !s->o.source); i++)
		find_gaps(s, i);
	s->said = ARENA_ARRAY(&s->arena, s->n_files + 1, struct scan_file);
	for (size_t i = 0; i < s->n_files; i++)
		s->said[i] = s->files[i].said;
}

enum status scan_run(struct scan *s)
{
	enum status status = STATUS_OK;

	for (size_t i = 0; i < s->n_files && status == STATUS_OK; i += BATCH_FILES)
		status = run_batch(s, i, s->n_files - i < BATCH_FILES ? s->n_files : i + BATCH_FILES);
	for (size_t i = 0; i < s->n_files; i++) {
		struct scan_file *f = &s->files[i].said;

		if (f->read == READ_NOTHING && !f->why.len && f->size_bytes)
			not_read(s, &s->files[i], "stopped before it was read");
		else if (!f->size_bytes && !f->why.len)
			f->read = READ_WHOLE;
	}
	finish(s);
	return status;
}

/* ---- the result ---------------------------------------------------------------------------------- */

const struct scan_file *scan_files(const struct scan *s, size_t *ret_n)
{
	*ret_n = s->n_files;
	return s->said;
}

const struct scan_stray_line *scan_strays(const struct scan *s, size_t *ret_n)
{
	*ret_n = s->n_strays;
	return s->strays;
}

const struct scan_gap *scan_gaps(const struct scan *s, size_t *ret_n)
{
	*ret_n = s->n_gaps;
	return s->gaps;
}

static struct utc_span span_of(struct interval t)
{
	return (struct utc_span){t.lo == TIME_UNKNOWN_LO ? UTC_UNKNOWN : t.lo,
		t.hi == TIME_UNKNOWN_HI ? UTC_UNKNOWN : t.hi};
}

struct telling {
	struct scan *s;
	enum status (*each)(void *user, const struct observation *o, size_t index);
	void *user;
};

static enum status tell(void *user, const struct gathered *g)
{
	struct telling *t = user;
	const struct file *f = &t->s->files[g->file];
	const struct indicator *i = &t->s->o.indicators->all[g->hit.indicator];
	char hex[65];
	struct observation o = {
		.source = f->said.source,
		.file = f->said.name,
		.indicator = i->id,
		.stage = str_of(stage_name(g->hit.stage)),
		.release = i->release,
		.line = absolute_line(f, g->range, g->hit.line),
		.offset = g->hit.offset,
		.time_text = g->hit.raw_time,
		.first = span_of(g->hit.first),
		.last = span_of(g->hit.last),
		.bytes = g->hit.has_bytes && g->hit.bytes <= INT64_MAX ? (int64_t)g->hit.bytes : -1,
		.status = g->hit.status ? (int64_t)g->hit.status : -1,
		.complete = str_of(complete_name(g->hit.complete)),
		.mode = str_of(g->hit.stage == STAGE_DELIVERED ? "pull" : "unknown"),
		.count = g->hit.count,
	};

	if (f->said.has_sha256) {
		sha256_hex(&f->said.sha256, hex);
		o.file = str_of(hex);
	}
	for (unsigned k = 0; k < OBSERVATION_KEYS; k++)
		o.keys[k] = g->hit.who[k];
	return t->each(t->user, &o, g->file);
}

enum status scan_observations(struct scan *s,
	enum status (*each)(void *user, const struct observation *o, size_t index), void *user)
{
	struct telling t = {s, each, user};

	return gather_each(s->gather, tell, &t);
}
