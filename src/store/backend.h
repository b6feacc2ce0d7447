/* What a kind of store does: one table of functions each, listed in store.c. */
#ifndef ASSAY_STORE_BACKEND_H
#define ASSAY_STORE_BACKEND_H

#include "store/store.h"

struct store {
	const struct store_backend *backend;
	void *db; /* the backend's own */
	bool in_transaction, can_write;
	char why[STORE_WHY_BYTES];
};

/* On failure each function leaves the reason in s->why. */
struct store_backend {
	const char *name;
	bool (*takes)(const char *where);
	enum status (*open)(struct store *s, const char *where, enum store_mode mode);
	void (*close)(struct store *s);
	/* `alone`: no other process may be migrating at the same time. */
	enum status (*begin)(struct store *s, bool write, bool alone);
	enum status (*end)(struct store *s, bool commit);
	/* Several statements parted by ';', without values or rows. */
	enum status (*script)(struct store *s, const char *sql);
	enum status (*start)(struct store *s, const char *sql, const struct store_value *values,
		size_t n);
	enum status (*row)(struct store *s, struct store_value *ret, size_t n);
	void (*stop)(struct store *s);
	/* Is there a table of this name? */
	enum status (*has_table)(struct store *s, const char *name, bool *ret);
};

extern const struct store_backend store_sqlite, store_postgresql;

/* Brings the tables to the newest schema: schema.c. */
MUST_CHECK enum status schema_migrate(struct store *s);

/* A migration takes the tables from the version before to this one. */
struct schema_step {
	const char *sql;
};
MUST_CHECK enum status schema_migrate_by(struct store *s, const struct schema_step *steps, size_t n);

#endif
