#include "store/backend.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The first that takes a name has it; a file takes whatever is left. */
static const struct store_backend *const backends[] = {&store_postgresql, &store_sqlite};

enum status store_fail(struct store *s, enum status status, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(s->why, sizeof(s->why), format, args);
	va_end(args);
	return status;
}

enum status store_open(const char *where, enum store_mode mode, struct store **ret,
	char ret_why[STORE_WHY_BYTES])
{
	struct store *s = calloc(1, sizeof(*s));
	enum status status;

	*ret = NULL;
	if (!s) {
		snprintf(ret_why, STORE_WHY_BYTES, "out of memory");
		return STATUS_NOMEM;
	}
	for (size_t i = 0; i < sizeof(backends) / sizeof(backends[0]) && !s->backend; i++)
		if (backends[i]->takes(where))
			s->backend = backends[i];
	s->can_write = true;
	status = s->backend->open(s, where, mode);
	if (status == STATUS_OK)
		status = schema_migrate(s);
	if (status == STATUS_OK) {
		*ret = s;
		return STATUS_OK;
	}
	snprintf(ret_why, STORE_WHY_BYTES, "%s", s->why[0] ? s->why : status_name(status));
	store_close(s);
	return status;
}

void store_close(struct store *s)
{
	if (!s)
		return;
	store_rollback(s);
	s->backend->close(s);
	free(s);
}

const char *store_why(const struct store *s)
{
	return s->why;
}

enum status store_begin(struct store *s, bool write)
{
	if (write && !s->can_write)
		return store_fail(s, STATUS_DENIED, "the store may not be written");
	TRY(s->backend->begin(s, write, false));
	s->in_transaction = true;
	return STATUS_OK;
}

enum status store_commit(struct store *s)
{
	enum status status = s->backend->end(s, true);

	if (status == STATUS_OK)
		s->in_transaction = false;
	else
		store_rollback(s);
	return status;
}

void store_rollback(struct store *s)
{
	char why[STORE_WHY_BYTES];

	if (!s->in_transaction)
		return;
	memcpy(why, s->why, sizeof(why)); /* the first reason is the one that counts */
	s->backend->stop(s);
	(void)!s->backend->end(s, false);
	memcpy(s->why, why, sizeof(why));
	s->in_transaction = false;
}

enum status store_start(struct store *s, const char *sql, const struct store_value *values, size_t n)
{
	return s->backend->start(s, sql, values, n);
}

enum status store_row(struct store *s, struct store_value *ret, size_t n)
{
	return s->backend->row(s, ret, n);
}

void store_stop(struct store *s)
{
	s->backend->stop(s);
}

enum status store_run(struct store *s, const char *sql, const struct store_value *values, size_t n,
	bool *ret_found)
{
	enum status status = store_start(s, sql, values, n);
	bool found = false;

	while (status == STATUS_OK) {
		status = store_row(s, NULL, 0);
		found |= status == STATUS_OK;
	}
	store_stop(s);
	if (ret_found)
		*ret_found = found;
	return status == STATUS_NOT_FOUND ? STATUS_OK : status;
}
