/*
 * The writer of a log: plain files that any web server can host, one writer, one head.
 *
 *     ROOT/public/checkpoint, ROOT/public/tile/..   what is served
 *     ROOT/private/head                             size and root that this log has decided for
 *     ROOT/private/lock                             held while somebody writes
 *
 * Order: bundles and tiles, synced with their folders; then the head, by compare-and-swap; only then
 * the signature, the witnesses and, when they are enough, the checkpoint. A head that was decided but
 * not published is taken up again by the next log_open(). Tiles are functions of the entries, so
 * what lies behind the last checkpoint is made anew and compared; any difference stops the log. After
 * an error of writing or syncing nothing is tried again: the log stops and must be opened anew.
 */
#ifndef ASSAY_LEDGER_LOG_H
#define ASSAY_LEDGER_LOG_H

#include "ledger/checkpoint.h"
#include "ledger/io.h"
#include "ledger/sign.h"
#include "ledger/tile.h"

enum { LOG_WHY_BYTES = 300, CHECKPOINT_BYTES_MAX = 64 << 10 };

struct ledger_log {
	const struct ledger_io *io; /* borrowed */
	char root[LEDGER_PATH_MAX], public_root[LEDGER_PATH_MAX + 8];
	char origin[NOTE_NAME_MAX + 1];
	int lock;                    /* -1: opened for reading */
	struct tile_edge edge;       /* of everything added */
	uint64_t head;               /* entries that are decided for */
	struct tree_hash head_root;
	uint64_t published;          /* entries of the checkpoint that is served */
	struct io_batch batch;
	bool in_batch, stopped;
	char why[LOG_WHY_BYTES];     /* of the last failure */
};

/* What publishing needs from outside. */
struct log_publisher {
	void *user;
	/* The log's signature line over the text. */
	bool (*sign)(void *user, struct str text, char ret[NOTE_LINE_MAX]);
	/* Appends signature lines of witnesses to *note, which ends in the log's own. STATUS_DENIED:
	 * not enough of them; *why says so. */
	enum status (*cosign)(void *user, struct ledger_log *log, struct buf *note,
		char why[LOG_WHY_BYTES]);
};

/* Makes an empty log. STATUS_DENIED if there is one. */
enum status log_create(const struct ledger_io *io, const char *root, struct str origin);

/*
 * Opens a log for writing or for reading only. STATUS_DENIED: somebody else writes; STATUS_DAMAGED:
 * its files contradict each other; log->why says where. Close it in any case.
 */
enum status log_open(struct ledger_log *log, const struct ledger_io *io, const char *root,
	bool write);
void log_close(struct ledger_log *log);

/* Adds an entry that log_commit() makes durable, together with all the others. */
enum status log_add(struct ledger_log *log, const void *entry, size_t n, uint64_t *ret_index);
/* All that was added is durable and decided, or the log has stopped. */
enum status log_commit(struct ledger_log *log);
/* Signs the head, asks the witnesses, and serves the checkpoint. Entries count as given out from
 * here on. May be called again for the same head: cosignatures then are newer. */
enum status log_publish(struct ledger_log *log, const struct log_publisher *p);

/* Reading of what is decided, up to log->head. */
struct tile_source log_tiles(struct ledger_log *log);
enum status log_entry(struct ledger_log *log, uint64_t index, struct buf *ret);
enum status log_prove(struct ledger_log *log, uint64_t index, uint64_t size,
	struct merkle_proof *ret);
enum status log_prove_consistency(struct ledger_log *log, uint64_t size1, uint64_t size2,
	struct merkle_proof *ret);
/* Of the first `size` entries. */
enum status log_root(struct ledger_log *log, uint64_t size, struct tree_hash *ret);
/* Calls fn for each entry of [from, to) in order; ends with its first other answer than OK. */
enum status log_each(struct ledger_log *log, uint64_t from, uint64_t to,
	enum status (*fn)(void *user, uint64_t index, struct str entry), void *user);
/* The checkpoint that is served; STATUS_NOT_FOUND when there is none yet. */
enum status log_checkpoint(struct ledger_log *log, struct buf *ret);

#endif
