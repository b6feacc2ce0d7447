/*
 * The tables, as the steps that led to them. A step is never edited once it was released: a store
 * out there has it. docs/store-schema.md describes the result. Rows of a case carry the revision
 * that brought them and the one that took them away (NULL: they stand).
 */
#include "store/backend.h"

#include <stdio.h>

#include "util/cursor.h"

/* What every row of a case has. `id` tells it from the others below one parent. */
#define ROW(name, columns)                                                                         \
	"CREATE TABLE assay_" name " ("                                                            \
	"case_id TEXT NOT NULL, parent TEXT NOT NULL, id TEXT NOT NULL, place BIGINT NOT NULL, "   \
	"revision_from BIGINT NOT NULL, revision_to BIGINT, " columns ");"                         \
	"CREATE UNIQUE INDEX assay_" name "_now ON assay_" name                                    \
	" (case_id, parent, id) WHERE revision_to IS NULL;"

static const struct schema_step steps[] = {
	{
		"CREATE TABLE assay_case (id TEXT NOT NULL PRIMARY KEY, created BIGINT NOT NULL, "
		"revision BIGINT NOT NULL, first_revision BIGINT NOT NULL, ids_used BIGINT NOT NULL);"

		"CREATE TABLE assay_revision (case_id TEXT NOT NULL, number BIGINT NOT NULL, "
		"at BIGINT NOT NULL, author TEXT, what TEXT, reason TEXT, "
		"PRIMARY KEY (case_id, number));"

		ROW("about", "title TEXT, vendor TEXT, product TEXT")
		ROW("population", "size BIGINT, what TEXT, source TEXT")
		ROW("release",
			"status TEXT, name TEXT, version TEXT, kind TEXT, sha256 TEXT, "
			"size_bytes BIGINT, verdict TEXT, probability DOUBLE PRECISION, "
			"document_sha256 TEXT")
		ROW("artifact", "sha256 TEXT, path TEXT, size_bytes BIGINT")
		ROW("finding",
			"json TEXT, finding TEXT, behaviour TEXT, title TEXT, member TEXT, "
			"weight DOUBLE PRECISION")
		ROW("channel", "kind TEXT, url TEXT, fanout TEXT, ttl_seconds BIGINT")
		ROW("window",
			"release TEXT, channel TEXT, from_lo BIGINT, from_hi BIGINT, "
			"to_lo BIGINT, to_hi BIGINT, evidence TEXT")
		ROW("indicator",
			"kind TEXT, value TEXT, stage TEXT, release TEXT, origin TEXT, "
			"allowed_in_block_list BIGINT")
		ROW("source",
			"kind TEXT, owner TEXT, channel TEXT, timezone TEXT, time_meaning TEXT, "
			"clock_offset_seconds DOUBLE PRECISION, "
			"clock_sigma_seconds DOUBLE PRECISION, clock_pairs BIGINT, "
			"coverage_from BIGINT, coverage_to BIGINT, "
			"coverage_completeness DOUBLE PRECISION, independent BIGINT")
		ROW("gap", "lo BIGINT, hi BIGINT")
		ROW("source_file",
			"sha256 TEXT, name TEXT, size_bytes BIGINT, lines BIGINT, unreadable BIGINT")
		ROW("source_customer", "customer TEXT")
		ROW("customer", "name TEXT, country TEXT, industry TEXT, size TEXT")
		ROW("customer_key", "kind TEXT, value TEXT")
		ROW("report",
			"customer TEXT, name TEXT, stage TEXT, at_lo BIGINT, at_hi BIGINT, "
			"told_by TEXT, note TEXT")
		ROW("hypothesis", "name TEXT, origin TEXT")

		"CREATE TABLE assay_observation (case_id TEXT NOT NULL, id TEXT NOT NULL, "
		"revision_from BIGINT NOT NULL, revision_to BIGINT, "
		"source TEXT NOT NULL, file TEXT NOT NULL, indicator TEXT NOT NULL, "
		"stage TEXT NOT NULL, keys_ip TEXT, keys_user TEXT, keys_host TEXT, "
		"keys_agent_id TEXT, keys_account TEXT, keys_licence TEXT, keys_user_agent TEXT, "
		"keys_domain TEXT, release TEXT, line BIGINT, \"offset\" BIGINT, time_text TEXT, "
		"first_lo BIGINT, first_hi BIGINT, last_lo BIGINT, last_hi BIGINT, bytes BIGINT, "
		"status BIGINT, complete TEXT, mode TEXT, count BIGINT);"
		"CREATE UNIQUE INDEX assay_observation_now ON assay_observation "
		"(case_id, source, file, indicator, stage, id) WHERE revision_to IS NULL;",
	},
	{
		ROW("trace", "kind TEXT, value TEXT, member TEXT")
	},
};

enum { STEPS = sizeof(steps) / sizeof(steps[0]) };

static enum status version_of(struct store *s, uint64_t *ret)
{
	struct store_value v;
	enum status status;
	bool has;

	*ret = 0;
	TRY(s->backend->has_table(s, "assay_meta", &has));
	if (!has)
		return STATUS_OK;
	status = store_start(s, "SELECT value FROM assay_meta WHERE name = 'schema'", NULL, 0);
	if (status == STATUS_OK)
		status = store_row(s, &v, 1);
	if (status == STATUS_OK && (v.kind != STORE_TEXT || !str_to_u64(v.text, 10, ret)))
		status = store_fail(s, STATUS_DAMAGED, "the version of the tables is not a number");
	else if (status == STATUS_NOT_FOUND)
		status = store_fail(s, STATUS_DAMAGED, "the tables have no version");
	store_stop(s);
	return status;
}

static enum status set_version(struct store *s, uint64_t version)
{
	char text[24];
	struct store_value v;

	snprintf(text, sizeof(text), "%llu", (unsigned long long)version);
	v = store_text(str_of(text));
	return store_run(s, "UPDATE assay_meta SET value = $1 WHERE name = 'schema'", &v, 1, NULL);
}

static enum status apply(struct store *s, const struct schema_step *list, size_t n)
{
	uint64_t version;

	TRY(version_of(s, &version)); /* somebody may have been faster */
	if (version >= n)
		return STATUS_OK;
	if (version == 0)
		TRY(s->backend->script(s,
			"CREATE TABLE assay_meta (name TEXT NOT NULL PRIMARY KEY, value TEXT NOT NULL);"
			"INSERT INTO assay_meta (name, value) VALUES ('schema', '0');"));
	for (; version < n; version++)
		TRY(s->backend->script(s, list[version].sql));
	return set_version(s, version);
}

enum status schema_migrate_by(struct store *s, const struct schema_step *list, size_t n)
{
	uint64_t version;
	enum status status;

	TRY(version_of(s, &version));
	if (version > n)
		return store_fail(s, STATUS_UNSUPPORTED,
			"made by a newer assay (tables %llu, this one knows %zu)",
			(unsigned long long)version, n);
	if (version == n)
		return STATUS_OK;
	if (!s->can_write)
		return store_fail(s, STATUS_DENIED,
			"its tables are old and it may not be written");
	TRY(s->backend->begin(s, true, true));
	s->in_transaction = true;
	status = apply(s, list, n);
	if (status == STATUS_OK)
		return store_commit(s);
	store_rollback(s);
	return status;
}

enum status schema_migrate(struct store *s)
{
	return schema_migrate_by(s, steps, STEPS);
}
