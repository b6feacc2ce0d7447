/*
 * What a vendor's monitor looks at beside the ledger: a file of lines, words parted by blanks, '#'
 * begins a comment, in any order behind the first line. docs/ledger-format.md has the grammar.
 *
 *     assay-watch/v1
 *     late|rebuild-within|pulse-within SECONDS
 *     hours KEY-NAME|* ZONE DAYS HH:MM-HH:MM     when this person signs; more lines add up
 *     holiday DAY[..DAY] [KEY-NAME]              and when not, as the zone of each has it
 *     view NAME [from ADDRESS] [proxy URL] [agent ALL THE REST]
 *     channel URL                                fetched in every view
 *     channel-bytes N                            more is not fetched
 *     domain NAME                                own, with all below it
 *     own-key HEX                                SHA-256 of the public key of an own certificate
 *     ct static|rfc6962 URL KEY [FROM]           KEY: base64 of the log's public key, DER
 *     identity TEXT                              own; with '*' at its end, all that begin so
 *     signer HEX                                 SHA-256 of an own public key that signs
 *     tlog URL VKEY [FROM]                       of Rekor entries; FROM: the first entry that counts
 *     registry npm|pypi|feed URL
 *     known HEX                                  SHA-256 or SHA-512 of what is older than the ledger
 */
#ifndef ASSAY_WATCH_PLAN_H
#define ASSAY_WATCH_PLAN_H

#include "ledger/note.h"
#include "scope/zone.h"
#include "util/arena.h"

enum {
	PLAN_BYTES_MAX = 1 << 20,
	PLAN_LINES_MAX = 256, /* of each kind */
	PLAN_KEY_BYTES = 32,
	PLAN_LOG_KEY_MAX = 512, /* a public key, DER */
};

struct plan_hours {
	const char *who; /* name of a key, or "*" */
	struct zone *zone;
	unsigned days;   /* bit 0: Sunday */
	unsigned from, to; /* minutes since midnight, to at most 24 * 60 */
};

struct plan_holiday {
	const char *who; /* "*": everybody's */
	int64_t first, last; /* days since 1970 */
};

struct plan_view {
	const char *name, *from, *proxy, *agent; /* the last three may be NULL */
};

enum plan_log_kind { PLAN_CT_TILES, PLAN_CT_RFC6962, PLAN_TLOG };

struct plan_log {
	enum plan_log_kind kind;
	const char *url;
	uint8_t key[PLAN_LOG_KEY_MAX]; /* of CT */
	size_t key_bytes;
	struct vkey vkey;              /* of a tlog */
	bool from_given;
	uint64_t from;                 /* else from its size at the first look */
};

enum plan_registry_kind { PLAN_NPM, PLAN_PYPI, PLAN_FEED };

struct plan_registry {
	enum plan_registry_kind kind;
	const char *url;
};

/* Whose names these are: what foreign records are searched for. */
struct plan_names {
	const char *domains[PLAN_LINES_MAX], *identities[PLAN_LINES_MAX];
	uint8_t signers[PLAN_LINES_MAX][PLAN_KEY_BYTES];
	size_t n_domains, n_identities, n_signers;
};

struct plan_digest {
	uint8_t b[64];
	size_t n; /* 32 or 64 */
};

struct plan {
	struct arena arena; /* owns all texts */
	int64_t late_seconds, rebuild_seconds, pulse_seconds; /* 0: not said */
	uint64_t channel_bytes;
	struct plan_hours hours[PLAN_LINES_MAX];
	struct plan_holiday holidays[PLAN_LINES_MAX];
	struct plan_view views[PLAN_LINES_MAX];
	const char *channels[PLAN_LINES_MAX];
	struct plan_log logs[PLAN_LINES_MAX];
	struct plan_registry registries[PLAN_LINES_MAX];
	uint8_t own_keys[PLAN_LINES_MAX][PLAN_KEY_BYTES];
	size_t n_hours, n_holidays, n_views, n_channels, n_logs, n_registries, n_own_keys;
	struct plan_names names;
	struct plan_digest *known;
	size_t n_known, room_known;
	const char *wrong; /* why it could not be read, */
	unsigned line;     /* and where, 1-based */
};

/* An empty plan: no lines, one view of no particulars, 1 GiB. */
void plan_init(struct plan *p);
/* On failure `wrong` and `line` say why. Release it in any case. */
bool plan_parse(struct str text, struct plan *p);
void plan_release(struct plan *p);
/* One more channel; the URL is borrowed. */
bool plan_add_channel(struct plan *p, const char *url);

/* May the holder of that key sign then? Keys that no line names may at any time. */
bool plan_in_hours(const struct plan *p, const char *key_name, int64_t utc);
bool plan_knows(const struct plan *p, const uint8_t *digest, size_t n);
/* Is this a name below an own domain, or an own identity? */
bool plan_own_domain(const struct plan_names *n, struct str name);
bool plan_own_identity(const struct plan_names *n, struct str identity);

#endif
