#include "lib/lock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "confine/wire.h"
#include "read/locked.h"
#include "util/escape.h"

enum { LOCK_BYTES_MAX = 256 << 20, FLUSH_BYTES = 256 << 10 };

/* ---- in the child ---- */

struct reading {
	struct child_env *env;
	struct cursor bytes;
	uint64_t max_steps;
	struct buf out;
	uint64_t n;
};

static enum status prepare(struct child_env *env)
{
	struct reading *r = ARENA_NEW(&env->arena, struct reading);
	struct cursor c = env->description;
	uint64_t size = cursor_u64le(&c);

	env->user = r;
	r->env = env;
	r->max_steps = cursor_u64le(&c);
	return cursor_ok(&c) ? child_map(env, 0, size, &r->bytes) : STATUS_DAMAGED;
}

/* A row crosses as a fact: ecosystem, name and version, where from, digest. */
static bool put_row(void *user, const struct locked *row)
{
	struct reading *r = user;
	struct fact f = {.kind = FACT_LOCK, .unit = FACT_NO_UNIT, .key = str_of(row->ecosystem),
		.line = row->line, .excerpt = row->integrity, .detail = row->source};

	f.value = arena_printf(&r->env->arena, "%.*s\n%.*s", STR_ARG(str_part(row->name, 0, 900)),
		STR_ARG(str_part(row->version, 0, 900)));
	if (r->n++ >= LOCKED_ROWS_MAX)
		return false;
	wire_fact_put(&r->out, &f);
	if (r->out.len > FLUSH_BYTES)
		child_write(r->env, &r->out);
	return true;
}

static enum status run(struct child_env *env)
{
	struct reading *r = env->user;
	struct budget budget = {.max_steps = r->max_steps, .max_bytes = LOCK_BYTES_MAX,
		.max_members = 1, .max_depth = 64};
	struct read_in in = {.new_ = r->bytes, .arena = &env->arena, .budget = &budget};
	const char *why = "";
	enum status s;

	buf_init(&r->out, 4 << 20);
	s = locked_read(&in, put_row, r, &why);
	if (s == STATUS_OK && r->n > LOCKED_ROWS_MAX)
		s = STATUS_LIMIT;
	wire_cover_put(&r->out, &(struct wire_cover){s == STATUS_OK ? COVER_PARSED : COVER_BLIND,
		r->bytes.len, str_of(why)});
	wire_done_put(&r->out, &(struct wire_done){.status = s, .steps = budget.steps, .members = 1});
	child_write(env, &r->out);
	buf_release(&r->out);
	return STATUS_OK;
}

const struct zygote_role lock_role = {"lock", prepare, run};

/* ---- in the parent ---- */

struct received {
	struct str ecosystem, name, version, integrity, source;
	uint32_t line;
};

struct receiving {
	struct arena *arena;
	struct received *rows;
	size_t n, room;
	struct str why;
	enum status how;
	enum job_outcome outcome;
};

static const char *known_ecosystem(struct str s)
{
	static const char *const all[] = {"npm", "pypi", "cargo", "gem", "go", "maven"};

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		if (str_is(s, all[i]))
			return all[i];
	return NULL;
}

static bool got_row(struct receiving *r, struct cursor *payload)
{
	struct fact f;
	size_t cut;

	if (!wire_fact_get(payload, &f) || f.kind != FACT_LOCK || !known_ecosystem(f.key) ||
		r->n > LOCKED_ROWS_MAX)
		return false;
	cut = str_find_z(f.value, "\n");
	if (cut == SIZE_MAX)
		return false;
	*ARENA_PUSH(r->arena, r->rows, r->n, r->room) = (struct received){
		.ecosystem = str_of(known_ecosystem(f.key)),
		.name = escape_text(r->arena, str_part(f.value, 0, cut), 1000),
		.version = escape_text(r->arena, str_part(f.value, cut + 1, f.value.len), 1000),
		.integrity = escape_text(r->arena, f.excerpt, 400),
		.source = escape_text(r->arena, f.detail, 1000),
		.line = f.line};
	return true;
}

static bool on_frame(void *user, enum frame_type type, struct cursor *payload)
{
	struct receiving *r = user;
	struct wire_cover cover;
	struct wire_done done;

	switch (type) {
	case FRAME_FACT:
		return got_row(r, payload);
	case FRAME_COVER:
		if (!wire_cover_get(payload, &cover))
			return false;
		r->why = arena_str(r->arena, cover.why);
		return true;
	case FRAME_DONE:
		if (!wire_done_get(payload, &done))
			return false;
		r->how = done.status;
		return true;
	default:
		return false;
	}
}

static void on_end(void *user, enum job_outcome outcome)
{
	((struct receiving *)user)->outcome = outcome;
}

static enum status ask_child(struct analysis *a, int fd, uint64_t size, struct receiving *r)
{
	struct pool_limits limits = analysis_pool_limits(a);
	struct pool_job job = {
		.desc = {.role = ROLE_LOCK, .limits = confine_default_limits(),
			.budget = {.max_steps = a->limits.steps}},
		.input_fd = fd,
		.user = r,
		.frame = on_frame,
		.ended = on_end,
	};
	struct frame_out f;
	struct buf desc;

	buf_init(&desc, ZYGOTE_DESCRIPTION_BYTES);
	f = (struct frame_out){.buf = &desc};
	frame_u64(&f, size);
	frame_u64(&f, a->limits.steps);
	job.desc.description = arena_str(&a->arena, buf_str(&desc));
	job.desc.limits.data_bytes = a->limits.memory_bytes;
	buf_release(&desc);
	return analysis_pool_end(a, pool_run(a->zygote, &job, 1, &limits));
}

static char *copy(char **at, struct str s)
{
	char *to = *at;

	memcpy(to, s.p, s.len);
	to[s.len] = '\0';
	*at += s.len + 1;
	return to;
}

/* Rows and their strings in one piece. */
static enum status hand_over(const struct receiving *r, struct assay_locked **ret_rows, size_t *ret_n)
{
	size_t bytes = (r->n + 1) * sizeof(struct assay_locked);
	struct assay_locked *rows;
	char *at;

	for (size_t i = 0; i < r->n; i++)
		bytes += r->rows[i].name.len + r->rows[i].version.len + r->rows[i].integrity.len +
			 r->rows[i].source.len + 4;
	rows = malloc(bytes);
	if (!rows)
		return STATUS_NOMEM;
	at = (char *)(rows + r->n + 1);
	for (size_t i = 0; i < r->n; i++)
		rows[i] = (struct assay_locked){.ecosystem = known_ecosystem(r->rows[i].ecosystem),
			.name = copy(&at, r->rows[i].name),
			.version = copy(&at, r->rows[i].version),
			.integrity = copy(&at, r->rows[i].integrity),
			.source = copy(&at, r->rows[i].source),
			.line = r->rows[i].line};
	*ret_rows = rows;
	*ret_n = r->n;
	return STATUS_OK;
}

static enum status read_open(struct analysis *a, const char *path, int fd, struct receiving *r)
{
	struct stat st;

	if (fstat(fd, &st) != 0)
		return analysis_fail(a, STATUS_IO, "%s: %s", path, strerror(errno));
	if (!S_ISREG(st.st_mode))
		return analysis_fail(a, STATUS_USAGE, "%s: not a file", path);
	if (st.st_size > LOCK_BYTES_MAX)
		return analysis_fail(a, STATUS_LIMIT, "%s: larger than a lock file may be", path);
	TRY(ask_child(a, fd, (uint64_t)st.st_size, r));
	if (r->outcome != OUTCOME_DONE)
		return analysis_fail(a, STATUS_DAMAGED, "%s: %s", path, job_outcome_name(r->outcome));
	if (r->how != STATUS_OK)
		return analysis_fail(a, r->how == STATUS_UNSUPPORTED ? STATUS_USAGE : r->how,
			"%s: %.*s", path, STR_ARG(r->why.len ? r->why : STR("not readable")));
	return STATUS_OK;
}

enum status lock_rows(struct analysis *a, const char *path, struct assay_locked **ret_rows,
	size_t *ret_n)
{
	struct receiving r = {.arena = &a->arena, .outcome = OUTCOME_NOT_STARTED};
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	enum status s;

	if (fd < 0)
		return analysis_fail(a, errno == ENOENT ? STATUS_NOT_FOUND : STATUS_IO, "%s: %s", path,
			strerror(errno));
	s = read_open(a, path, fd, &r);
	close(fd);
	return s == STATUS_OK ? hand_over(&r, ret_rows, ret_n) : s;
}
