/*
 * What the entries of a log add up to, in a file, so that the next run reads only what came since. It
 * is a note to oneself: whoever loads it holds the root that it states against the log, and when
 * anything does not fit, everything is read anew.
 */
#ifndef ASSAY_LEDGER_SNAPSHOT_H
#define ASSAY_LEDGER_SNAPSHOT_H

#include "ledger/log.h"
#include "ledger/state.h"
#include "util/cursor.h"

enum { SNAPSHOT_BYTES_MAX = 1 << 30 };

/* For files of the same kind: a mark in front, the SHA-256 of it all behind. */
bool snapshot_begin(struct buf *b, const char *mark);
bool snapshot_end(struct buf *b);
/* The part between, or false. */
bool snapshot_open(struct str bytes, const char *mark, struct cursor *ret);

void snapshot_put_u64(struct buf *b, uint64_t v);
void snapshot_put_text(struct buf *b, struct str s);
struct str snapshot_get_text(struct cursor *c);
void snapshot_get_bytes(struct cursor *c, void *to, size_t n);
bool snapshot_put_table(struct buf *b, const struct state_table *t);
bool snapshot_get_table(struct cursor *c, struct state_table *t);
bool snapshot_put_state(struct buf *b, const struct ledger_state *s);
/* Into a state that is empty. False: damaged; then close the state. */
bool snapshot_get_state(struct cursor *c, struct ledger_state *s);

/*
 * The state at the log's head: from ROOT/private/state as far as that goes, then from the entries.
 * *ret_read: how many of them. Without a state file that fits, all.
 */
enum status state_load(struct ledger_log *log, struct ledger_state **s, uint64_t *ret_read);
/* Keeps it, when enough came since *read entries had to be read. Failing costs only time. */
void state_keep(struct ledger_log *log, const struct ledger_state *s, uint64_t read);

#endif
