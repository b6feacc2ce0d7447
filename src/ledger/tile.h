/*
 * Tiles (C2SP tlog-tiles): a log as plain files.
 *
 *     tile/LEVEL/N[.p/WIDTH]     up to 256 hashes of 32 bytes
 *     tile/entries/N[.p/WIDTH]   up to 256 entries, each behind its length (16 bits, big-endian)
 *
 * N is written in groups of three digits, all but the last behind an x: 1234067 is x001/x234/067.
 */
#ifndef ASSAY_LEDGER_TILE_H
#define ASSAY_LEDGER_TILE_H

#include "ledger/merkle.h"
#include "util/buf.h"
#include "util/status.h"

enum {
	TILE_WIDTH = 256,
	TILE_LEVELS = 8,
	TILE_ENTRIES = -1, /* the level of bundles */
	TILE_PATH_MAX = 96,
	TILE_BYTES = TILE_WIDTH * TREE_HASH_BYTES,
	LOG_ENTRY_MAX = 65535,
	BUNDLE_BYTES_MAX = TILE_WIDTH * (2 + LOG_ENTRY_MAX),
};

/* width: 1 .. 256, where 256 is a full tile. */
void tile_path(int level, uint64_t n, unsigned width, char ret[TILE_PATH_MAX]);
/* Reads such a path, strictly. */
bool tile_path_parse(struct str path, int *ret_level, uint64_t *ret_n, unsigned *ret_width);
/* Hashes of tile n at that level in a tree of that size: 0 .. 256. Bundles are as level 0. */
unsigned tile_width(int level, uint64_t n, uint64_t size);

/* Takes the next entry off a bundle; false at its end and when it is cut. */
bool bundle_next(struct str *rest, struct str *ret);

/* Where tiles are read from: fills ret with the bytes of exactly that tile. */
struct tile_source {
	enum status (*tile)(void *user, int level, uint64_t n, unsigned width, struct buf *ret);
	void *user;
	uint64_t size; /* of the tree that is read */
};

/* The right edge of a log: what a writer must know to go on. */
struct tile_edge {
	struct merkle_edge tree;
	struct tree_hash hashes[TILE_LEVELS][TILE_WIDTH];
	struct buf bundle; /* of the entries behind the last full one */
	/* Takes a finished file; full tiles never change again. */
	enum status (*put)(void *user, const char *path, const void *p, size_t n);
	void *user;
};

void tile_edge_init(struct tile_edge *e);
void tile_edge_release(struct tile_edge *e);
/* Reads the edge of source->size and checks that all of it agrees: bundle with leaves, leaves with
 * the levels above. STATUS_DAMAGED if not. */
enum status tile_edge_load(struct tile_edge *e, const struct tile_source *s);
/* Puts out a tile or bundle whenever one becomes full. */
enum status tile_edge_add(struct tile_edge *e, const void *entry, size_t n);
/* Puts out the partial ones. */
enum status tile_edge_flush(struct tile_edge *e);

/* Hashes out of tiles, for proofs. Keeps the last tile of each level. */
struct tile_hashes {
	struct tile_source source;
	struct buf tiles[TILE_LEVELS];
	uint64_t n[TILE_LEVELS];
	enum status status; /* of the read that failed */
};

void tile_hashes_init(struct tile_hashes *t, struct tile_source source);
void tile_hashes_release(struct tile_hashes *t);
struct merkle_source tile_hashes_source(struct tile_hashes *t);

#endif
