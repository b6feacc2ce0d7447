/*
 * The vendor's watch over the own ledger, run where the build system cannot silence it. One look:
 *
 *   - the log's checkpoint: signed, with quorum, going on from the last one that was seen;
 *   - every new entry: makes the root, was admitted by the rules, was asked for here, at its time;
 *   - what each witness has cosigned, fetched from the witness: the same history, and not a newer one
 *     than the log shows us;
 *   - keys of people, used when these people do not sign;
 *   - rebuilds that differ or are missing, a pulse that is overdue;
 *   - git tags, where they are given: each release's stands at the commit that its entry names;
 *   - what others serve under the vendor's name (src/watch): it is in the ledger.
 *
 * What is found goes to alert(); what proves it is kept in FOLDER/evidence-*. FOLDER/last is the newest
 * checkpoint whose entries were looked at and whose alerts were delivered, FOLDER/looked when that
 * was, FOLDER/place what the entries up to some time before added up to: the next run goes on from
 * there, reads what lies between without repeating alerts, and raises them for everything behind it.
 */
#ifndef ASSAY_LEDGER_MONITOR_H
#define ASSAY_LEDGER_MONITOR_H

#include "ledger/io.h"
#include "ledger/merkle.h"
#include "ledger/policy.h"
#include "ledger/state.h"
#include "ledger/tile.h"

enum {
	MONITOR_WHY_BYTES = 400,
	MONITOR_PULSE_SECONDS = 26 * 3600,
	MONITOR_REBUILD_SECONDS = 24 * 3600,
	MONITOR_LATE_SECONDS = 600,
	MONITOR_TAG_SECONDS = 3600, /* a tag may come that much after its entry */
	MONITOR_TAGS_BYTES_MAX = 16 << 20,
};

enum alert {
	ALERT_UNREACHABLE,   /* nothing to look at */
	ALERT_FORGED,        /* not signed by the log, or a cosignature that is forged */
	ALERT_NO_QUORUM,     /* served without enough witnesses */
	ALERT_SPLIT_VIEW,    /* two histories, both signed by the log */
	ALERT_ROLLBACK,      /* the log has become shorter */
	ALERT_HELD_BACK,     /* a witness has seen more than the log shows us */
	ALERT_DAMAGED,       /* entries and tiles do not make the root */
	ALERT_UNAPPROVED,    /* an entry that the rules do not admit */
	ALERT_UNREQUESTED,   /* a release that nobody here asked for */
	ALERT_TIME,          /* an entry whose time is not when it came */
	ALERT_DIFFERS,       /* a builder got other bytes */
	ALERT_NOT_REBUILT,   /* not rebuilt in time */
	ALERT_PULSE,         /* overdue */
	ALERT_UNKNOWN_BYTES, /* a download that no entry names */
	ALERT_TAG,           /* a git tag that is missing, or at another commit than the release */
	ALERT_CALENDAR,      /* a person's key, used when that person does not sign */
	ALERT_VIEWS,         /* one download, other bytes for others or when it is resumed */
	ALERT_CERTIFICATE,   /* for an own domain, with a key that is not the vendor's */
	ALERT_SIGNING,       /* somebody signed under an own identity what no entry names */
	ALERT_PUBLISHED,     /* a registry has under an own name what no entry names */
	ALERTS,
};

const char *alert_name(enum alert a);

struct monitor;

struct monitor_hooks {
	void *user;
	/* GET; appends the body. STATUS_NOT_FOUND for 404. */
	enum status (*get)(void *user, const char *url, struct buf *ret);
	/* Called once for each thing in each look. False: it could not be delivered; then the monitor's
	 * place is not kept, and the next run raises it again. */
	bool (*alert)(void *user, enum alert a, const char *text);
	/* Did somebody here ask for this entry (its text, without signatures)? NULL: not known. */
	bool (*requested)(void *user, struct str text);
	/* May this key be used at that time? NULL: at any. */
	bool (*in_hours)(void *user, const struct vkey *key, int64_t time_utc);
	/* Looks at what others serve, with monitor_names() and monitor_alert(). May be NULL. */
	void (*outside)(void *user, struct monitor *m, int64_t now_utc);
	/* Appends what `git ls-remote --tags` prints. False: cannot be had. NULL: tags are not compared. */
	bool (*tags)(void *user, struct buf *ret);
};

struct monitor {
	const struct ledger_io *io;
	char root[LEDGER_PATH_MAX];
	const struct policy *policy;
	const struct monitor_hooks *hooks;
	struct str url;             /* of the log: of the policy's first */
	struct ledger_state *state;
	struct merkle_edge tree;    /* over the entries that were read */
	struct buf checkpoint;      /* the log's newest, whole */
	uint64_t told;              /* entries whose alerts were delivered by an earlier run */
	uint64_t placed;            /* entries in FOLDER/place */
	bool quiet, undelivered;
	int64_t looked_utc;         /* when `last` was kept; 0: never */
	int64_t late_seconds, rebuild_seconds, pulse_seconds; /* MONITOR_.., unless the caller says */
	struct state_table digests; /* SHA-256 and SHA-512 of all files of all releases */
	struct buf sources;         /* a line a release from git: TIME PRODUCT VERSION COMMIT */
	struct waiting {
		uint64_t index;
		int64_t since_utc;
		uint64_t need;
		bool told;
	} *waiting; /* releases that want rebuilding */
	size_t n_waiting, room_waiting;
	unsigned alerts, kept;
};

/* The policy's first log must have a URL. Borrows policy and hooks. */
enum status monitor_open(struct monitor *m, const struct ledger_io *io, const char *root,
	const struct policy *policy, const struct monitor_hooks *hooks);
void monitor_close(struct monitor *m);
/* One look at that time; returns how many alerts there were. */
unsigned monitor_look(struct monitor *m, int64_t now_utc);

/* ---- for those who look outside ---------------------------------------------------------------- */

__attribute__((format(printf, 3, 4))) void monitor_alert(struct monitor *m, enum alert a,
	const char *format, ...);
/* Is there a release whose file has this SHA-256 or SHA-512? */
bool monitor_names(const struct monitor *m, const uint8_t *digest, size_t n);
/* Keeps what proves something as FOLDER/evidence-KIND-HEX, named after `id`, once. */
struct evidence_name {
	char z[64];
};
struct evidence_name monitor_keep(struct monitor *m, const char *kind, struct str id, struct str bytes);
/* Replaces FOLDER/NAME. */
enum status monitor_keep_file(struct monitor *m, const char *name, struct str bytes);

#endif
