/*
 * What the entries of a ledger add up to, and which entry may come next. An entry is admitted when
 * the right people have signed it under the key set in force, nobody else has, and it continues
 * what is there: the next seq, the right prev, a version that is new.
 */
#ifndef ASSAY_LEDGER_STATE_H
#define ASSAY_LEDGER_STATE_H

#include "ledger/keyset.h"
#include "util/buf.h"
#include "util/status.h"

enum { STATE_WHY_BYTES = 300, CLOCK_AHEAD_SECONDS = 600 };

/* One product on one channel. */
struct state_line {
	char *product, *channel;
	uint64_t seq;          /* of the newest release */
	struct tree_hash leaf; /* of it */
	uint64_t index;
};

/* A hash of what is looked up, and where in the log it stands. */
struct state_mark {
	uint8_t key[16];
	uint64_t index;
};

struct state_table {
	struct state_mark *marks;
	size_t n, room;
};

/* Adds a mark; several of one key are allowed. Its owner frees t->marks. */
enum status state_table_add(struct state_table *t, const uint8_t key[16], uint64_t index);
bool state_table_has(const struct state_table *t, const uint8_t key[16]);

struct ledger_state {
	char vendor[ENTRY_WORD_MAX + 1]; /* "" before the first key set */
	struct keyset keys;              /* in force; number 0: none yet */
	struct tree_hash keys_leaf;
	struct buf keys_entry;           /* the entry that made it */
	uint64_t key_entries[64];        /* where key sets stand, oldest first */
	size_t n_key_entries;
	struct state_line *lines;
	size_t n_lines, room_lines;
	struct state_table versions, leaves, rebuilds, revokes; /* leaves: of releases */
	struct state_table all; /* leaves of everything */
	struct entry entry;              /* scratch */
	struct note note;
	uint64_t size;                   /* entries applied */
	int64_t newest_utc;              /* time of the newest entry; 0: none */
	uint64_t newest_pulse;           /* index + 1; 0: none */
};

enum status state_open(struct ledger_state **ret);
void state_close(struct ledger_state *s);

/* For snapshots: the key set in force, and one product on one channel (NULL: no memory). */
bool state_keys(struct ledger_state *s, struct str entry);
struct state_line *state_make_line(struct ledger_state *s, struct str product, struct str channel);

/* Takes an entry of the log; nothing is checked but that it can be read. */
enum status state_apply(struct ledger_state *s, uint64_t index, struct str entry);

struct state_rules {
	const struct policy *policy; /* whose keys are no entry's; NULL: none */
	int64_t now_utc;
	bool gate; /* releases wait for the rebuilds that they ask for */
	/* Reads an entry, for counting rebuilds; NULL only without gate. */
	enum status (*read)(void *user, uint64_t index, struct buf *ret);
	void *user;
};

/* May this entry be the next? If not, says why. */
bool state_admits(struct ledger_state *s, struct str entry, const struct state_rules *rules,
	char why[STATE_WHY_BYTES]);

/* How many distinct builders of the key set in force have rebuilt the release at that index, as its
 * own policy counts them. False: an entry could not be read. */
bool state_builders(struct ledger_state *s, uint64_t release, const struct state_rules *rules,
	uint64_t *ret);
/* Is exactly this entry in the log already? */
bool state_has(const struct ledger_state *s, struct str entry);
/* NULL when nothing was released there. */
const struct state_line *state_line(const struct ledger_state *s, struct str product,
	struct str channel);
/* Where the release with this leaf hash, or of this version, stands. */
bool state_release(const struct ledger_state *s, const struct tree_hash *leaf, uint64_t *ret);
bool state_version(const struct ledger_state *s, struct str product, struct str channel,
	struct str version, uint64_t *ret);
/* Calls fn with the index of every rebuild of that version, and of every revocation of a leaf. */
void state_rebuilds(const struct ledger_state *s, struct str product, struct str channel,
	struct str version, void (*fn)(void *user, uint64_t index), void *user);
void state_revokes(const struct ledger_state *s, const struct tree_hash *leaf,
	void (*fn)(void *user, uint64_t index), void *user);

#endif
