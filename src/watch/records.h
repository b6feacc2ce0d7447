/*
 * What strangers publish, read into records: entries of certificate logs (static-ct-api data tiles and
 * RFC 6962 get-entries), of Rekor's log (bundles of tlog-tiles; hashedrekord and dsse of both
 * versions, intoto), lists of registries (npm, PyPI, any JSON with digests in it). Bytes in, records
 * out; records_confined() does it in a child that can do nothing else.
 */
#ifndef ASSAY_WATCH_RECORDS_H
#define ASSAY_WATCH_RECORDS_H

#include "util/status.h"
#include "watch/plan.h"

enum {
	RECORD_DIGEST_BYTES = 64,
	RECORD_NAME_BYTES = 256,
	RECORD_CHUNK_BYTES = 64 << 20, /* larger answers are not read */
	RECORD_CHUNK_LEAVES = 1024,    /* of one answer */
	RECORDS_MAX = 1 << 18,
};

enum record_source {
	SOURCE_CT_TILE,
	SOURCE_CT_ENTRIES, /* JSON of get-entries */
	SOURCE_CT_HEAD,    /* JSON of get-sth */
	SOURCE_CT_PROOF,   /* JSON of get-proof-by-hash */
	SOURCE_BUNDLE,     /* of Rekor entries */
	SOURCE_NPM,
	SOURCE_PYPI,
	SOURCE_FEED,
	SOURCES,
};

enum record_kind {
	RECORD_LEAF,        /* hash of the next entry of the log: digest */
	RECORD_HASH,        /* of a proof, from the leaf's side: digest */
	RECORD_HEAD,        /* number: tree size, time: milliseconds, digest: root, name: signature */
	RECORD_CERTIFICATE, /* for an own domain (name); digest: SHA-256 of its public key, none if
	                       it cannot be read */
	RECORD_SIGNING,     /* under an own identity or key (name); digest: of what was signed, none
	                       if the entry does not say */
	RECORD_ARTIFACT,    /* of a registry (name); digest: as stated, none if none is */
	RECORD_END,         /* number: an enum status */
	RECORD_KINDS,
};

/* Crosses from the child as it is; the parent believes none of it. */
struct record {
	uint32_t kind;
	uint32_t index;        /* of the entry within the answer */
	uint32_t digest_bytes; /* 0 .. RECORD_DIGEST_BYTES */
	uint32_t name_bytes;   /* 0 .. RECORD_NAME_BYTES */
	uint64_t number, time;
	uint64_t at, len;      /* the entry's bytes within the answer, for evidence */
	uint8_t digest[RECORD_DIGEST_BYTES];
	char name[RECORD_NAME_BYTES];
};

typedef void record_fn(void *user, const struct record *r);

/* Reads an answer, own names only; emit is called for each record but RECORD_END. STATUS_DAMAGED:
 * the answer is none of its kind; what was emitted before that stands. */
enum status records_read(enum record_source source, struct str answer, const struct plan_names *own,
	record_fn *emit, void *user);
/* The same in a confined child. STATUS_DENIED: no confinement here; STATUS_IO: the child died. */
enum status records_confined(enum record_source source, struct str answer,
	const struct plan_names *own, record_fn *emit, void *user);

/* ---- within the folder ------------------------------------------------------------------------- */

struct reading {
	const struct plan_names *own;
	struct str answer;
	record_fn *emit;
	void *user;
	uint32_t index;
	struct str entry; /* the part of the answer that is being read */
};

void reading_emit(struct reading *r, enum record_kind kind, struct str digest, struct str name);

/* What is looked for in a certificate (or in the TBSCertificate of a precertificate). */
struct cert_names {
	uint8_t key[PLAN_KEY_BYTES];      /* SHA-256 of the public key */
	char own[RECORD_NAME_BYTES];      /* the first own domain it is for, "" if none */
	char identity[RECORD_NAME_BYTES]; /* the first own identity, "" if none */
};

bool cert_names_read(struct str der, bool tbs_only, const struct plan_names *own,
	struct cert_names *ret);
bool public_key_hash(struct str der, uint8_t ret[PLAN_KEY_BYTES]);

enum status read_ct(struct reading *r, enum record_source source);
enum status read_rekor(struct reading *r);
enum status read_registry(struct reading *r, enum record_source source);

#endif
