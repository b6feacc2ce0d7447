/*
 * A case: one compromise under investigation, as plain values. It lies in a store as rows, each with
 * the revision that brought it and the one that took it away, so every earlier state can be read
 * again. docs/schema/assay.case.v1.json is the same as a document, docs/cases.md explains it.
 *
 * Read:    case_load(), case_observations().
 * Change:  case_change_begin() locks and loads it; edit `now`, add observations; case_change_commit()
 *          writes what differs as one numbered revision in one transaction, or nothing at all.
 *
 * Unknown is said: empty text, -1 for numbers that cannot be negative, NaN for real numbers,
 * UTC_UNKNOWN for times. Times are microseconds in UTC. Ids of releases, channels, windows,
 * indicators, reports and hypotheses are made by case_id_next() and never used twice; sources and
 * customers have the user's own.
 */
#ifndef ASSAY_CASE_CASE_H
#define ASSAY_CASE_CASE_H

#include "case/observation.h"
#include "store/store.h"
#include "util/arena.h"

#define CASE_LIST(type)                                                                            \
	struct {                                                                                   \
		type *items;                                                                       \
		size_t n;                                                                          \
	}

struct case_artifact {
	struct str sha256, path; /* path: the member's name in its release, foreign */
	int64_t size_bytes;
};

struct case_finding { /* as the result document had it */
	struct str id, behaviour, title, member;
	double weight;
	struct str json; /* the whole finding, one line of JSON */
};

struct case_trace { /* what a program that is new in the release says of who built it */
	struct str kind, value, member; /* foreign but for the kind */
};

struct case_release {
	struct str id;
	struct str status; /* bad, good, suspect */
	struct str name, version, kind;
	struct str sha256;
	int64_t size_bytes;
	struct str verdict; /* of the result document */
	double probability;
	struct str document_sha256;
	CASE_LIST(struct case_artifact) artifacts; /* what is new or changed in it */
	CASE_LIST(struct case_finding) findings;
	CASE_LIST(struct case_trace) traces;
};

struct case_channel {
	struct str id;
	struct str kind;   /* download, mirror, cdn, update, npm, apt, other */
	struct str url;
	struct str fanout; /* none, nat, proxy, mirror, cache: what may stand for many behind it */
	int64_t ttl_seconds;
};

struct case_window { /* in which a release was served by a channel */
	struct str id, release, channel;
	struct utc_span from, to;
	struct str evidence;
};

struct case_indicator {
	struct str id;
	struct str kind; /* sha256, sha1, md5, path, file_name, host, ip, url, registry_key, service,
			  * package: "NAME VERSION" of installed software */
	struct str value;
	struct str stage; /* what seeing it means: delivered ... second_stage */
	struct str release;
	struct str origin; /* result, user, stix */
	bool allowed_in_block_list;
};

struct case_gap {
	int64_t lo, hi;
};

struct case_source_file {
	struct str sha256, name;
	int64_t size_bytes, lines, unreadable;
};

struct case_source_customer {
	struct str customer;
};

struct case_source {
	struct str id;
	struct str kind, owner;
	struct str channel;      /* whose log it is: an id; empty: it tells of no channel */
	struct str timezone;     /* "+02:00", "Europe/Berlin"; empty: not known */
	struct str time_meaning; /* start, end, ingest */
	struct {
		double offset_seconds, sigma_seconds;
		int64_t pairs;
	} clock;
	struct {
		int64_t from, to;
		CASE_LIST(struct case_gap) gaps;
		double completeness; /* 0..1 */
	} coverage;
	CASE_LIST(struct case_source_customer) population; /* whom it can see; none: all */
	bool independent;
	CASE_LIST(struct case_source_file) files;
};

struct case_population { /* who could have received it at most */
	int64_t size;
	struct str what, source;
};

struct case_customer_key {
	struct str kind;  /* licence, account, ip, domain, host, agent_id */
	struct str value; /* ip: an address or a CIDR block */
};

struct case_customer {
	struct str id, name, country, industry, size;
	CASE_LIST(struct case_customer_key) keys;
};

struct case_report { /* somebody says: we have it */
	struct str id, customer, name; /* customer: an id of the list, or empty */
	struct str stage;
	struct utc_span at;
	struct str told_by, note;
};

struct case_hypothesis {
	struct str id, name;
	struct str origin; /* "from" in documents: stix, case */
};

struct case_revision {
	int64_t number, at;
	struct str author, what, reason;
};

struct case_about {
	struct str title, vendor, product;
};

struct case_file {
	struct str id;
	int64_t created;
	int64_t revision; /* the one that was loaded */
	int64_t newest;   /* the newest there is */
	int64_t ids_used;
	struct case_about about;
	CASE_LIST(struct case_release) releases;
	CASE_LIST(struct case_channel) channels;
	CASE_LIST(struct case_window) windows;
	CASE_LIST(struct case_indicator) indicators;
	CASE_LIST(struct case_source) sources;
	struct case_population population;
	CASE_LIST(struct case_customer) customers;
	int64_t n_observations;
	CASE_LIST(struct case_report) reports;
	CASE_LIST(struct case_hypothesis) hypotheses;
	CASE_LIST(struct case_revision) revisions;
};

/*
 * Adds a row of zeros; case_add() of nouns.h adds one that is all unknown. All memory is the arena's.
 * A list grows by these and nothing else; to take a row out, move the later ones down and lower n.
 */
#define CASE_ADD(arena, list)                                                                      \
	((__typeof__((list)->items))case_add_room((arena), (list), sizeof(*(list)->items)))
void *case_add_room(struct arena *a, void *list, size_t bytes);

/* ---- reading --------------------------------------------------------------------------------- */

/* Which parts: an or of these. What is not asked for is empty. */
enum {
	CASE_PART_RELEASES = 1 << 0,
	CASE_PART_CHANNELS = 1 << 1,
	CASE_PART_WINDOWS = 1 << 2,
	CASE_PART_INDICATORS = 1 << 3,
	CASE_PART_SOURCES = 1 << 4,
	CASE_PART_CUSTOMERS = 1 << 5,
	CASE_PART_REPORTS = 1 << 6,
	CASE_PART_HYPOTHESES = 1 << 7,
	CASE_ALL = -1,
};

/*
 * The case as of a revision (0: the newest). All of it lives in the arena. NOT_FOUND: no such case or
 * revision. store_why() has the reason.
 */
MUST_CHECK enum status case_load(struct store *s, struct arena *a, struct str id, int64_t revision,
	unsigned parts, struct case_file **ret);

struct case_summary {
	struct str id, title, product;
	int64_t created, revision, changed;
};

/* Every case of the store, by id. */
MUST_CHECK enum status case_list(struct store *s, struct arena *a, struct case_summary **ret,
	size_t *ret_n);

/*
 * Every observation as of a revision (0: the newest), in an order that does not depend on when it
 * came. The row lives until take() returns; a failure that take() returns ends the walk. take() may
 * not use the store.
 */
MUST_CHECK enum status case_observations(struct store *s, struct str id, int64_t revision,
	enum status (*take)(void *user, const struct observation *o), void *user);

/* ---- changing -------------------------------------------------------------------------------- */

struct case_change {
	struct store *store;
	struct arena *arena;
	struct case_file *now;    /* to be edited in the parts that were asked for */
	struct case_file *before; /* as it was; left alone */
	unsigned parts;
	int64_t observations_new; /* rows that were not there, or not like this */
	int64_t observations_gone;
	bool is_new;
	bool is_import;
};

/* Begins a transaction; nobody else changes this case until it ends. */
MUST_CHECK enum status case_change_begin(struct store *s, struct arena *a, struct str id,
	unsigned parts, struct case_change *ret);
/* The same for a case that is made: DENIED when there is one of that id. */
MUST_CHECK enum status case_change_new(struct store *s, struct arena *a, struct str id, int64_t at,
	struct case_change *ret);
/*
 * The same for a case that comes with its revisions from another store: `file`, as case_read() made
 * it. What it was before its last revision stayed there. The note of the commit is not used.
 */
MUST_CHECK enum status case_change_import(struct store *s, struct arena *a,
	const struct case_file *file, struct case_change *ret);
/* "i12": the next free number with this letter before it. */
struct str case_id_next(struct case_change *c, char letter);

/* Adds or replaces one row; *ret_new (may be NULL): something changed. Text is made safe here. */
MUST_CHECK enum status case_observe(struct case_change *c, const struct observation *o,
	bool *ret_new);
/* Takes away what a file of a source had brought: before it is read again in another way. */
MUST_CHECK enum status case_forget_file(struct case_change *c, struct str source, struct str file);

struct case_note {
	int64_t at;
	struct str author, what, reason;
};

/*
 * Checks everything (DAMAGED: something is not as it may be, see store_why()) and writes what
 * differs as the next revision. Without a difference nothing is written and *ret_revision is the old one.
 */
MUST_CHECK enum status case_change_commit(struct case_change *c, const struct case_note *note,
	int64_t *ret_revision);
void case_change_cancel(struct case_change *c);

#endif
