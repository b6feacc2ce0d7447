/*
 * Entries of the release ledger: signed notes whose text is lines of "word value" in a fixed order.
 * docs/ledger-format.md has the grammar. The first line is a type tag and every other line begins
 * with a word, so no entry reads as a checkpoint. Nothing here allocates; texts are views.
 */
#ifndef ASSAY_LEDGER_ENTRY_H
#define ASSAY_LEDGER_ENTRY_H

#include "ledger/merkle.h"
#include "ledger/note.h"

enum {
	ENTRY_BYTES_MAX = 32 << 10,
	ENTRY_FILES_MAX = 64,
	ENTRY_WORD_MAX = 255,
	KEYSET_KEYS_MAX = 48,
	SHA512_BYTES = 64,
};

enum entry_kind { ENTRY_RELEASE, ENTRY_REBUILD, ENTRY_REVOKE, ENTRY_KEYS, ENTRY_PULSE, ENTRY_KINDS };

enum role { ROLE_ROOT, ROLE_APPROVER, ROLE_BUILDER, ROLE_PULSE, ROLES };

/* Who may say what. A key has one role; what counts is its bytes, never its name. */
struct keyset {
	uint64_t number; /* 1 and up */
	struct vkey keys[KEYSET_KEYS_MAX];
	enum role roles[KEYSET_KEYS_MAX];
	size_t n;
	unsigned need[ROLES]; /* root, approver: their threshold; others 1 */
};

struct entry_file {
	uint64_t size_bytes;
	uint8_t sha256[TREE_HASH_BYTES], sha512[SHA512_BYTES];
	struct str method; /* how the embedded signature is taken off: ledger/unsigned.h */
	uint8_t unsigned_sha256[TREE_HASH_BYTES];
	struct str name;
};

enum rebuild_result { REBUILD_SAME, REBUILD_EQUIVALENT, REBUILD_DIFFERS, REBUILD_FAILED,
	REBUILD_RESULTS };

struct entry_result {
	enum rebuild_result result;
	struct str method;
	/* same, differs: what the builder got; equivalent: the vendor's, after the normalisers;
	 * failed: zero */
	uint8_t sha256[TREE_HASH_BYTES];
	struct str normalisers; /* parted by commas; "-" for none */
	struct str name;
};

struct entry {
	enum entry_kind kind;
	struct str text; /* all lines */
	struct str vendor, product, channel, version;
	uint64_t seq;           /* release: 1, 2, .. within vendor, product and channel */
	struct tree_hash prev;  /* leaf hash of what came before; zero for the first */
	int64_t time_utc;
	uint64_t keyset;        /* number of the key set that signs; keys: of the new one */
	struct str source, recipe;
	struct entry_file files[ENTRY_FILES_MAX];
	size_t n_files;
	struct entry_result results[ENTRY_FILES_MAX];
	size_t n_results;
	uint64_t rebuild_need, rebuild_of; /* release: "policy rebuild 2 of 3" */
	struct str rebuild_equivalent;     /* "equivalent NAMES" behind it: these normalisers suffice */
	struct tree_hash subject;          /* revoke: the leaf hash of a release */
	struct str reason;
	uint64_t size;                     /* pulse: entries before it */
	struct keyset keys;
	const char *wrong; /* why it could not be read */
	unsigned line;     /* and where, 1-based */
};

const char *entry_kind_name(enum entry_kind k);
const char *role_name(enum role r);
const char *rebuild_result_name(enum rebuild_result r);

/* Reads the text of a note. On failure `wrong` and `line` say why. */
bool entry_parse(struct str text, struct entry *ret);
/* Names of normalisers parted by commas, at least one. */
bool normaliser_names_ok(struct str names);
/* 2026-11-23T05:00:00Z and nothing else. */
bool entry_time_parse(struct str s, int64_t *ret_utc);
void entry_time_text(int64_t utc, char ret[32]);
/* 2*n lower-case digits. */
bool hex_decode(struct str s, uint8_t *ret, size_t n);
void hex_encode(const uint8_t *p, size_t n, char *ret);

#endif
