/* A store in a PostgreSQL database; its tables lie in the first schema of the search path. */
#include <dlfcn.h>
#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store/backend.h"
#include "util/buf.h"

enum { KEPT_MAX = 64, VALUES_MAX = 64, NUMBER_BYTES = 32, TEXT_MAX = 1 << 28 };

/* The types that columns of ours have: see catalog/pg_type of the server. */
enum { TYPE_INT8 = 20, TYPE_INT2 = 21, TYPE_INT4 = 23, TYPE_FLOAT8 = 701 };

#define CALLS(X)                                                                                   \
	X(connectdb) X(finish) X(status) X(errorMessage) X(parameterStatus) X(setClientEncoding)   \
	X(setNoticeProcessor) X(exec) X(prepare) X(sendQueryPrepared) X(setSingleRowMode)          \
	X(getResult) X(resultStatus) X(resultErrorField) X(cmdStatus) X(clear) X(nfields) X(ftype) \
	X(getisnull) X(getvalue) X(getlength)

static struct {
	bool found;
#define X(name) __typeof__(PQ##name) *name;
	CALLS(X)
#undef X
} lib;

struct postgresql_store {
	PGconn *connection;
	char *kept[KEPT_MAX]; /* SQL of the statement "s<index>" */
	size_t n_kept;
	bool open;            /* a statement is in the middle of its rows */
	PGresult *result;     /* its row */
};

static bool find_library(void)
{
	void *library = lib.found ? NULL : dlopen("libpq.so.5", RTLD_NOW | RTLD_LOCAL);
	void *symbol;

	if (lib.found || !library)
		return lib.found;
#define X(name)                                                                                    \
	symbol = dlsym(library, "PQ" #name);                                                       \
	if (!symbol)                                                                               \
		return false;                                                                      \
	memcpy(&lib.name, &symbol, sizeof(symbol));
	CALLS(X)
#undef X
	lib.found = true;
	return true;
}

/* Its messages have several lines; the first says it. */
static enum status failed(struct store *s, const PGresult *result)
{
	struct postgresql_store *p = s->db;
	const char *why = result ? lib.resultErrorField(result, PG_DIAG_MESSAGE_PRIMARY) : NULL;
	const char *code = result ? lib.resultErrorField(result, PG_DIAG_SQLSTATE) : NULL;

	if (!why)
		why = lib.errorMessage(p->connection);
	if (code && strcmp(code, "53100") == 0)
		return store_fail(s, STATUS_IO,
			"no room left for the store; nothing was changed");
	if (code && strncmp(code, "42501", 5) == 0)
		return store_fail(s, STATUS_DENIED, "the store: %.*s", (int)strcspn(why, "\n"), why);
	return store_fail(s, STATUS_IO, "the store: %.*s", (int)strcspn(why, "\n"), why);
}

/* ---- statements ------------------------------------------------------------------------------ */

static void stop(struct store *s)
{
	struct postgresql_store *p = s->db;

	if (p->result)
		lib.clear(p->result);
	p->result = NULL;
	while (p->open) {
		PGresult *rest = lib.getResult(p->connection);

		p->open = rest != NULL;
		if (rest)
			lib.clear(rest);
	}
}

/* Without values, of our own text; `tag` (may be NULL): what the server must call it. */
static enum status command(struct store *s, const char *sql, const char *tag)
{
	struct postgresql_store *p = s->db;
	PGresult *result = lib.exec(p->connection, sql);
	ExecStatusType kind = lib.resultStatus(result);
	enum status status = STATUS_OK;

	if (kind != PGRES_COMMAND_OK && kind != PGRES_TUPLES_OK)
		status = failed(s, result);
	else if (tag && strcmp(lib.cmdStatus(result), tag) != 0)
		status = store_fail(s, STATUS_IO, "the store has taken the change back");
	lib.clear(result);
	return status;
}

/* Text compares byte by byte here too, whatever the database's own order is. */
static enum status script(struct store *s, const char *sql)
{
	struct buf b;
	enum status status;

	buf_init(&b, 1 << 20);
	while (*sql) {
		const char *type = strstr(sql, " TEXT");

		if (!type) {
			buf_add_z(&b, sql);
			break;
		}
		buf_add(&b, sql, (size_t)(type - sql));
		buf_add_z(&b, " TEXT COLLATE \"C\"");
		sql = type + strlen(" TEXT");
	}
	status = buf_add_char(&b, '\0') ? command(s, b.p, NULL) : STATUS_NOMEM;
	buf_release(&b);
	return status;
}

/* The number of the prepared statement; KEPT_MAX: see s->why. */
static size_t prepared(struct store *s, const char *sql)
{
	struct postgresql_store *p = s->db;
	PGresult *result;
	char name[16];
	bool ok;

	for (size_t i = 0; i < p->n_kept; i++)
		if (strcmp(p->kept[i], sql) == 0)
			return i;
	if (p->n_kept == KEPT_MAX) {
		if (command(s, "DEALLOCATE ALL", NULL) != STATUS_OK)
			return KEPT_MAX;
		while (p->n_kept)
			free(p->kept[--p->n_kept]);
	}
	snprintf(name, sizeof(name), "s%zu", p->n_kept);
	result = lib.prepare(p->connection, name, sql, 0, NULL);
	ok = lib.resultStatus(result) == PGRES_COMMAND_OK;
	if (!ok)
		(void)!failed(s, result);
	lib.clear(result);
	p->kept[p->n_kept] = ok ? strdup(sql) : NULL;
	if (ok && !p->kept[p->n_kept])
		(void)!store_fail(s, STATUS_NOMEM, "out of memory");
	return p->kept[p->n_kept] ? p->n_kept++ : KEPT_MAX;
}

/* Each value as text with a NUL behind it, where all of them are in `b`. */
static bool as_text(struct buf *b, const struct store_value *values, size_t n, size_t at[VALUES_MAX])
{
	for (size_t i = 0; i < n; i++) {
		at[i] = b->len;
		if (values[i].kind == STORE_INTEGER)
			buf_printf(b, "%lld", (long long)values[i].integer);
		else if (values[i].kind == STORE_REAL)
			buf_printf(b, "%.17g", values[i].real);
		else if (values[i].kind == STORE_TEXT)
			buf_add_str(b, values[i].text);
		buf_add_char(b, '\0');
	}
	return !b->full;
}

static enum status send(struct store *s, size_t number, const struct store_value *values, size_t n)
{
	struct postgresql_store *p = s->db;
	const char *pointers[VALUES_MAX];
	size_t at[VALUES_MAX];
	char name[16];
	struct buf b;
	bool ok;

	buf_init(&b, TEXT_MAX);
	if (n > VALUES_MAX || !as_text(&b, values, n, at)) {
		buf_release(&b);
		return store_fail(s, STATUS_LIMIT, "the store: values are too large");
	}
	for (size_t i = 0; i < n; i++)
		pointers[i] = values[i].kind == STORE_NULL ? NULL : b.p + at[i];
	snprintf(name, sizeof(name), "s%zu", number);
	ok = lib.sendQueryPrepared(p->connection, name, (int)n, pointers, NULL, NULL, 0) == 1;
	buf_release(&b);
	if (!ok)
		return failed(s, NULL);
	p->open = true;
	lib.setSingleRowMode(p->connection);
	return STATUS_OK;
}

static enum status start(struct store *s, const char *sql, const struct store_value *values, size_t n)
{
	size_t number;

	stop(s);
	number = prepared(s, sql);
	return number == KEPT_MAX ? STATUS_IO : send(s, number, values, n);
}

static void column(const PGresult *result, int at, struct store_value *ret)
{
	const char *text = lib.getvalue(result, 0, at);

	*ret = (struct store_value){STORE_NULL};
	if (lib.getisnull(result, 0, at))
		return;
	switch (lib.ftype(result, at)) {
	case TYPE_INT8:
	case TYPE_INT4:
	case TYPE_INT2:
		*ret = store_integer(strtoll(text, NULL, 10));
		break;
	case TYPE_FLOAT8:
		ret->kind = STORE_REAL;
		ret->real = strtod(text, NULL);
		break;
	default:
		*ret = store_text(str_view(text, (size_t)lib.getlength(result, 0, at)));
		break;
	}
}

static enum status row(struct store *s, struct store_value *ret, size_t n)
{
	struct postgresql_store *p = s->db;

	if (p->result)
		lib.clear(p->result);
	p->result = p->open ? lib.getResult(p->connection) : NULL;
	if (!p->result) {
		p->open = false;
		return STATUS_NOT_FOUND;
	}
	switch (lib.resultStatus(p->result)) {
	case PGRES_SINGLE_TUPLE:
		break;
	case PGRES_COMMAND_OK:
	case PGRES_TUPLES_OK: /* none are left */
		return row(s, ret, n);
	default:
		return failed(s, p->result);
	}
	if (n > (size_t)lib.nfields(p->result))
		return store_fail(s, STATUS_USAGE, "a statement has fewer columns than asked for");
	for (size_t i = 0; i < n; i++)
		column(p->result, (int)i, &ret[i]);
	return STATUS_OK;
}

static enum status begin(struct store *s, bool write, bool alone)
{
	if (!write)
		return command(s, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", NULL);
	TRY(command(s, "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE", NULL));
	/* Whoever migrates holds this number. */
	return alone ? command(s, "SELECT pg_advisory_xact_lock(1095979865)", NULL) : STATUS_OK;
}

/* A transaction that failed answers COMMIT with ROLLBACK and no error. */
static enum status end(struct store *s, bool commit)
{
	stop(s);
	return commit ? command(s, "COMMIT", "COMMIT") : command(s, "ROLLBACK", NULL);
}

static enum status has_table(struct store *s, const char *name, bool *ret)
{
	struct store_value v = store_text(str_of(name));

	return store_run(s, "SELECT 1 WHERE to_regclass($1) IS NOT NULL", &v, 1, ret);
}

/* ---- opening --------------------------------------------------------------------------------- */

static bool takes(const char *where)
{
	return strncmp(where, "postgresql://", 13) == 0 || strncmp(where, "postgres://", 11) == 0;
}

static void no_notices(void *user, const char *text)
{
	(void)user;
	(void)text;
}

static enum status set_up(struct store *s)
{
	struct postgresql_store *p = s->db;
	const char *encoding = lib.parameterStatus(p->connection, "server_encoding");

	if (!encoding || strcmp(encoding, "UTF8") != 0)
		return store_fail(s, STATUS_UNSUPPORTED, "the database does not hold UTF-8");
	lib.setNoticeProcessor(p->connection, no_notices, NULL);
	if (lib.setClientEncoding(p->connection, "UTF8") != 0)
		return failed(s, NULL);
	/* What is acknowledged lasts, whatever the server's own settings are. */
	return command(s, "SET synchronous_commit = on; SET lock_timeout = '30s'; "
			  "SET extra_float_digits = 1; SET standard_conforming_strings = on",
		NULL);
}

static enum status postgresql_open(struct store *s, const char *where, enum store_mode mode)
{
	struct postgresql_store *p;

	(void)mode; /* the database is there or not; tables are made when they are missing */
	if (!find_library())
		return store_fail(s, STATUS_UNSUPPORTED, "libpq.so.5 cannot be loaded");
	p = s->db = calloc(1, sizeof(*p));
	if (!p)
		return store_fail(s, STATUS_NOMEM, "out of memory");
	p->connection = lib.connectdb(where);
	if (!p->connection)
		return store_fail(s, STATUS_NOMEM, "out of memory");
	if (lib.status(p->connection) != CONNECTION_OK)
		return failed(s, NULL);
	return set_up(s);
}

static void postgresql_shut(struct store *s)
{
	struct postgresql_store *p = s->db;

	if (!p)
		return;
	while (p->n_kept)
		free(p->kept[--p->n_kept]);
	if (p->connection)
		lib.finish(p->connection);
	free(p);
}

const struct store_backend store_postgresql = {
	.name = "postgresql",
	.takes = takes,
	.open = postgresql_open,
	.close = postgresql_shut,
	.begin = begin,
	.end = end,
	.script = script,
	.start = start,
	.row = row,
	.stop = stop,
	.has_table = has_table,
};
