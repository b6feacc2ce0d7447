/* A store in one file. The journal is a rollback journal: at rest there is nothing but the file. */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store/backend.h"
#include "util/buf.h"

/* "ASSY": in the head of our files, so that we never write into somebody else's. */
enum { APPLICATION_ID = 0x41535359, BUSY_MS = 30000, KEPT_MAX = 64 };

/* Every call of the library that is used; found when the first store is opened. */
#define CALLS(X)                                                                                   \
	X(open_v2) X(close_v2) X(errmsg) X(extended_errcode) X(extended_result_codes)              \
	X(busy_timeout) X(db_config) X(exec) X(free) X(prepare_v3) X(reset) X(clear_bindings)      \
	X(finalize) X(step) X(bind_null) X(bind_int64) X(bind_double) X(bind_text)                 \
	X(column_count) X(column_type) X(column_int64) X(column_double) X(column_text)             \
	X(column_bytes) X(db_readonly) X(limit)

static struct {
	bool found;
#define X(name) __typeof__(sqlite3_##name) *name;
	CALLS(X)
#undef X
} lib;

struct kept {
	char *sql;
	sqlite3_stmt *statement;
};

struct sqlite_store {
	sqlite3 *db;
	sqlite3_stmt *open; /* of kept[], in the middle of its rows */
	struct kept kept[KEPT_MAX];
	size_t n_kept;
};

static bool find_library(void)
{
	void *library = lib.found ? NULL : dlopen("libsqlite3.so.0", RTLD_NOW | RTLD_LOCAL);
	void *symbol;

	if (lib.found || !library)
		return lib.found;
#define X(name)                                                                                    \
	symbol = dlsym(library, "sqlite3_" #name);                                                 \
	if (!symbol)                                                                               \
		return false;                                                                      \
	memcpy(&lib.name, &symbol, sizeof(symbol));
	CALLS(X)
#undef X
	lib.found = true;
	return true;
}

static enum status failed(struct store *s)
{
	struct sqlite_store *q = s->db;
	int code = lib.extended_errcode(q->db) & 0xFF;

	switch (code) {
	case SQLITE_NOTADB:
	case SQLITE_CORRUPT:
		return store_fail(s, STATUS_DAMAGED, "the store is damaged or no store: %s",
			lib.errmsg(q->db));
	case SQLITE_FULL:
		return store_fail(s, STATUS_IO, "no room left for the store; nothing was changed");
	case SQLITE_BUSY:
		return store_fail(s, STATUS_IO, "another process holds the store");
	case SQLITE_READONLY:
	case SQLITE_PERM:
	case SQLITE_CANTOPEN:
		return store_fail(s, STATUS_DENIED, "the store: %s", lib.errmsg(q->db));
	case SQLITE_NOMEM:
		return store_fail(s, STATUS_NOMEM, "out of memory");
	default:
		return store_fail(s, STATUS_IO, "the store: %s", lib.errmsg(q->db));
	}
}

static enum status script(struct store *s, const char *sql)
{
	struct sqlite_store *q = s->db;

	return lib.exec(q->db, sql, NULL, NULL, NULL) == SQLITE_OK ? STATUS_OK : failed(s);
}

static void stop(struct store *s)
{
	struct sqlite_store *q = s->db;

	if (!q->open)
		return;
	lib.reset(q->open);
	lib.clear_bindings(q->open);
	q->open = NULL;
}

/* Statements are few and used again and again: they stay prepared. */
static sqlite3_stmt *prepared(struct store *s, const char *sql)
{
	struct sqlite_store *q = s->db;
	struct kept *k;

	for (size_t i = 0; i < q->n_kept; i++)
		if (strcmp(q->kept[i].sql, sql) == 0)
			return q->kept[i].statement;
	if (q->n_kept == KEPT_MAX) {
		k = &q->kept[--q->n_kept];
		lib.finalize(k->statement);
		free(k->sql);
	}
	k = &q->kept[q->n_kept];
	k->sql = strdup(sql);
	if (!k->sql || lib.prepare_v3(q->db, sql, -1, SQLITE_PREPARE_PERSISTENT, &k->statement,
			       NULL) != SQLITE_OK) {
		free(k->sql);
		(void)!failed(s);
		return NULL;
	}
	q->n_kept++;
	return k->statement;
}

static int bind(sqlite3_stmt *statement, int at, const struct store_value *v)
{
	switch (v->kind) {
	case STORE_INTEGER:
		return lib.bind_int64(statement, at, v->integer);
	case STORE_REAL:
		return lib.bind_double(statement, at, v->real);
	case STORE_TEXT:
		if (v->text.len > INT32_MAX)
			return SQLITE_TOOBIG;
		return lib.bind_text(statement, at, v->text.p ? v->text.p : "", (int)v->text.len,
			SQLITE_STATIC);
	default:
		return lib.bind_null(statement, at);
	}
}

static enum status start(struct store *s, const char *sql, const struct store_value *values, size_t n)
{
	struct sqlite_store *q = s->db;

	stop(s);
	q->open = prepared(s, sql);
	if (!q->open)
		return s->why[0] ? STATUS_IO : STATUS_NOMEM;
	for (size_t i = 0; i < n; i++)
		if (bind(q->open, (int)i + 1, &values[i]) != SQLITE_OK)
			return failed(s);
	return STATUS_OK;
}

static void column(sqlite3_stmt *statement, int at, struct store_value *ret)
{
	*ret = (struct store_value){STORE_NULL};
	switch (lib.column_type(statement, at)) {
	case SQLITE_INTEGER:
		*ret = store_integer(lib.column_int64(statement, at));
		break;
	case SQLITE_FLOAT:
		ret->kind = STORE_REAL;
		ret->real = lib.column_double(statement, at);
		break;
	case SQLITE_TEXT:
	case SQLITE_BLOB: {
		const unsigned char *text = lib.column_text(statement, at);

		*ret = store_text(str_view(text, (size_t)lib.column_bytes(statement, at)));
		break;
	}
	default:
		break;
	}
}

static enum status row(struct store *s, struct store_value *ret, size_t n)
{
	struct sqlite_store *q = s->db;

	switch (lib.step(q->open)) {
	case SQLITE_ROW:
		break;
	case SQLITE_DONE:
		return STATUS_NOT_FOUND;
	default:
		return failed(s);
	}
	if (n > (size_t)lib.column_count(q->open))
		return store_fail(s, STATUS_USAGE, "a statement has fewer columns than asked for");
	for (size_t i = 0; i < n; i++)
		column(q->open, (int)i, &ret[i]);
	return STATUS_OK;
}

static enum status begin(struct store *s, bool write, bool alone)
{
	(void)alone; /* one who writes is alone */
	return script(s, write ? "BEGIN IMMEDIATE" : "BEGIN");
}

static enum status end(struct store *s, bool commit)
{
	stop(s);
	return script(s, commit ? "COMMIT" : "ROLLBACK");
}

static enum status has_table(struct store *s, const char *name, bool *ret)
{
	struct store_value v = store_text(str_of(name));

	return store_run(s, "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = $1", &v, 1,
		ret);
}

/* ---- opening --------------------------------------------------------------------------------- */

static bool takes(const char *where)
{
	(void)where;
	return true;
}

/* Folders above the file, for us alone. */
static enum status make_folders(struct store *s, const char *path)
{
	char part[4096];
	size_t n = strlen(path);

	if (n >= sizeof(part))
		return store_fail(s, STATUS_USAGE, "the path of the store is too long");
	for (size_t i = 1; i < n; i++) {
		if (path[i] != '/')
			continue;
		memcpy(part, path, i);
		part[i] = '\0';
		if (mkdir(part, 0700) != 0 && errno != EEXIST)
			return store_fail(s, STATUS_IO, "%.200s: %s", part, strerror(errno));
	}
	return STATUS_OK;
}

/* It holds names of victims: nobody else may read it. */
static enum status make_file(struct store *s, const char *path)
{
	int fd;

	TRY(make_folders(s, path));
	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (fd < 0)
		return store_fail(s, STATUS_IO, "%s", strerror(errno));
	close(fd);
	return STATUS_OK;
}

static enum status number_of(struct store *s, const char *sql, int64_t *ret)
{
	struct store_value v;
	enum status status = store_start(s, sql, NULL, 0);

	if (status == STATUS_OK)
		status = store_row(s, &v, 1);
	store_stop(s);
	*ret = status == STATUS_OK && v.kind == STORE_INTEGER ? v.integer : 0;
	return status;
}

/* Ours, or as empty as we would have made it: then whoever may make one goes on with it. */
static enum status check_owner(struct store *s, enum store_mode mode)
{
	int64_t id, tables;

	TRY(number_of(s, "PRAGMA application_id", &id));
	TRY(number_of(s, "SELECT count(*) FROM sqlite_master", &tables));
	if (id == APPLICATION_ID)
		return STATUS_OK;
	if (id != 0 || tables != 0)
		return store_fail(s, STATUS_DAMAGED, "a database, but not a store of assay");
	if (mode != STORE_MAKE)
		return store_fail(s, STATUS_NOT_FOUND, "there is no store");
	return s->can_write ? script(s, "PRAGMA application_id = 1095979865") : STATUS_OK;
}
_Static_assert(APPLICATION_ID == 1095979865, "the pragma says the same number");

static enum status set_up(struct store *s)
{
	struct sqlite_store *q = s->db;

	lib.extended_result_codes(q->db, 1);
	lib.busy_timeout(q->db, BUSY_MS);
	/* A file may have been prepared by somebody: its schema is data, it runs nothing. */
	lib.db_config(q->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	lib.db_config(q->db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
	lib.db_config(q->db, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, NULL);
	lib.db_config(q->db, SQLITE_DBCONFIG_ENABLE_VIEW, 0, NULL);
	lib.limit(q->db, SQLITE_LIMIT_ATTACHED, 0);
	s->can_write = !lib.db_readonly(q->db, "main");
	/* EXTRA: also the folder is synced once the journal is gone, so that a commit lasts. */
	return script(s, "PRAGMA synchronous = EXTRA; PRAGMA cache_size = -16000; "
			 "PRAGMA temp_store = MEMORY; PRAGMA cell_size_check = ON");
}

static enum status open_file(struct store *s, const char *path)
{
	struct sqlite_store *q = s->db;
	int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE;
	char plain[4200];

	/* ":memory:" is a file like any other here. */
	snprintf(plain, sizeof(plain), "%s%s", path[0] == '/' ? "" : "./", path);
	if (lib.open_v2(plain, &q->db, flags, NULL) == SQLITE_OK)
		return STATUS_OK;
	if (!q->db)
		return store_fail(s, STATUS_NOMEM, "out of memory");
	return failed(s);
}

static enum status sqlite_open(struct store *s, const char *where, enum store_mode mode)
{
	struct stat st;
	bool there = stat(where, &st) == 0;

	if (!find_library())
		return store_fail(s, STATUS_UNSUPPORTED, "libsqlite3.so.0 cannot be loaded");
	s->db = calloc(1, sizeof(struct sqlite_store));
	if (!s->db)
		return store_fail(s, STATUS_NOMEM, "out of memory");
	if (!there && mode != STORE_MAKE)
		return store_fail(s, errno == ENOENT ? STATUS_NOT_FOUND : STATUS_IO, "%s",
			errno == ENOENT ? "there is no store" : strerror(errno));
	if (there && !S_ISREG(st.st_mode))
		return store_fail(s, STATUS_USAGE, "not a file");
	if (!there)
		TRY(make_file(s, where));
	TRY(open_file(s, where));
	TRY(set_up(s));
	return check_owner(s, mode);
}

static void sqlite_shut(struct store *s)
{
	struct sqlite_store *q = s->db;

	if (!q)
		return;
	for (size_t i = 0; i < q->n_kept; i++) {
		lib.finalize(q->kept[i].statement);
		free(q->kept[i].sql);
	}
	if (q->db)
		lib.close_v2(q->db);
	free(q);
}

const struct store_backend store_sqlite = {
	.name = "sqlite",
	.takes = takes,
	.open = sqlite_open,
	.close = sqlite_shut,
	.begin = begin,
	.end = end,
	.script = script,
	.start = start,
	.row = row,
	.stop = stop,
	.has_table = has_table,
};
