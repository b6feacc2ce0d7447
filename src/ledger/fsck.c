#include "ledger/fsck.h"

#include <stdio.h>

struct check {
	struct ledger_log log; /* for its paths and head only; its edge is ours to fill */
	struct fsck *f;
	struct buf tile;       /* leaf hashes of the bundle at hand */
	struct merkle_edge by_tiles;
	bool entries_right;    /* the entries make the head's root, so the tiles must follow them */
};

static void found(struct check *c, const char *path, uint64_t byte, const char *what)
{
	c->f->wrong++;
	c->f->found(c->f->user, path, byte, what);
}

/* Compares a stored file with what it must be. */
static enum status compare(void *user, const char *path, const void *p, size_t n)
{
	struct check *c = user;
	char full[LEDGER_PATH_MAX + 128], shown[LEDGER_PATH_MAX];
	struct buf b;
	enum status status;
	size_t i = 0;

	snprintf(full, sizeof(full), "%s/%s", c->log.public_root, path);
	snprintf(shown, sizeof(shown), "public/%s", path);
	buf_init(&b, BUNDLE_BYTES_MAX);
	status = io_read_file(c->log.io, full, BUNDLE_BYTES_MAX, &b);
	c->f->files++;
	if (status != STATUS_OK) {
		found(c, shown, 0, status == STATUS_NOT_FOUND ? "is missing" : "cannot be read");
	} else {
		while (i < n && i < b.len && b.p[i] == ((const char *)p)[i])
			i++;
		if (i < n || b.len != n)
			found(c, shown, i, "is not what the entries make it");
	}
	buf_release(&b);
	return STATUS_OK;
}

/* The level-0 tiles alone: do they make the head's root? */
static bool tiles_make_root(struct check *c)
{
	struct tile_source s = log_tiles(&c->log);
	struct merkle_edge tree = {.size = 0};
	struct tree_hash root;
	struct buf b;

	buf_init(&b, TILE_BYTES);
	for (uint64_t n = 0; n * TILE_WIDTH < c->log.head; n++) {
		unsigned width = tile_width(0, n, c->log.head);

		buf_clear(&b);
		if (s.tile(s.user, 0, n, width, &b) != STATUS_OK)
			break;
		for (unsigned i = 0; i < width; i++) {
			struct tree_hash h;

			memcpy(h.b, b.p + i * TREE_HASH_BYTES, TREE_HASH_BYTES);
			merkle_edge_add(&tree, &h);
		}
	}
	buf_release(&b);
	root = merkle_edge_root(&tree);
	return tree.size == c->log.head && tree_hash_equal(&root, &c->log.head_root);
}

/* One bundle against the leaf hashes of its tile. */
static void check_bundle(struct check *c, uint64_t n, unsigned width, bool tiles_right)
{
	struct tile_source s = log_tiles(&c->log);
	char path[TILE_PATH_MAX], shown[LEDGER_PATH_MAX];
	struct str rest, entry;
	struct buf bundle;
	unsigned i = 0;

	tile_path(TILE_ENTRIES, n, width, path);
	snprintf(shown, sizeof(shown), "public/%s", path);
	buf_init(&bundle, BUNDLE_BYTES_MAX);
	buf_clear(&c->tile);
	if (s.tile(s.user, TILE_ENTRIES, n, width, &bundle) != STATUS_OK) {
		found(c, shown, 0, "is missing or cannot be read");
	} else if (tiles_right && s.tile(s.user, 0, n, width, &c->tile) == STATUS_OK) {
		for (rest = buf_str(&bundle); bundle_next(&rest, &entry); i++) {
			struct tree_hash h = tree_hash_leaf(entry.p, entry.len);

			if (i >= width ||
				memcmp(h.b, c->tile.p + i * TREE_HASH_BYTES, TREE_HASH_BYTES) != 0) {
				found(c, shown, (uint64_t)(entry.p - 2 - bundle.p),
					"holds an entry that is not the one in the tree");
				break;
			}
		}
		if (i < width && rest.len < 2)
			found(c, shown, bundle.len, "ends too early");
	}
	c->f->files++;
	buf_release(&bundle);
}

static enum status count_entry(void *user, uint64_t index, struct str entry)
{
	struct check *c = user;

	c->f->entries++;
	return tile_edge_add(&c->log.edge, entry.p, entry.len);
}

static enum status ignore_file(void *user, const char *path, const void *p, size_t n)
{
	return STATUS_OK;
}

/* Makes everything anew from the entries, up to `size`, with `put` for each file. */
static enum status remake(struct check *c, uint64_t size,
	enum status (*put)(void *, const char *, const void *, size_t))
{
	enum status status;

	tile_edge_release(&c->log.edge);
	tile_edge_init(&c->log.edge);
	c->log.edge.put = put;
	c->log.edge.user = c;
	c->f->entries = 0;
	status = log_each(&c->log, 0, size, count_entry, c);
	return status == STATUS_OK ? tile_edge_flush(&c->log.edge) : status;
}

static void check_entries(struct check *c)
{
	bool tiles_right = tiles_make_root(c);
	struct tree_hash root = tree_hash_empty();

	if (remake(c, c->log.head, ignore_file) == STATUS_OK)
		root = merkle_edge_root(&c->log.edge.tree);
	c->entries_right = c->log.edge.tree.size == c->log.head &&
			   tree_hash_equal(&root, &c->log.head_root);
	if (c->entries_right) {
		remake(c, c->log.head, compare);
		return;
	}
	for (uint64_t n = 0; n * TILE_WIDTH < c->log.head; n++)
		check_bundle(c, n, tile_width(TILE_ENTRIES, n, c->log.head), tiles_right);
	if (!tiles_right)
		found(c, "private/head", 0,
			"has a root that neither the entries nor the tiles make");
}

static void check_checkpoint(struct check *c)
{
	struct tree_hash root;
	struct checkpoint p;
	struct note note;
	struct buf b;
	enum status status;

	buf_init(&b, CHECKPOINT_BYTES_MAX);
	status = log_checkpoint(&c->log, &b);
	c->f->files++;
	if (status == STATUS_NOT_FOUND) {
		if (c->log.head > 0)
			found(c, "public/checkpoint", 0, "is missing: publish makes it");
	} else if (status != STATUS_OK || !note_parse(buf_str(&b), &note) ||
		   !checkpoint_parse(note.text, &p) || !str_is(p.origin, c->log.origin)) {
		found(c, "public/checkpoint", 0, "is not a checkpoint of this log");
	} else if (p.size > c->log.head) {
		found(c, "private/head", 0, "is behind what is published: restored from a backup?");
	} else if (c->entries_right && remake(c, p.size, p.size < c->log.head ? compare
									      : ignore_file) ==
					       STATUS_OK) {
		root = merkle_edge_root(&c->log.edge.tree);
		if (!tree_hash_equal(&root, &p.root))
			found(c, "public/checkpoint", 0, "has a root that the entries do not make");
	}
	buf_release(&b);
}

enum status log_fsck(const struct ledger_io *io, const char *root, struct fsck *f)
{
	static struct check c;
	enum status status;

	memset(&c, 0, sizeof(c));
	c.f = f;
	buf_init(&c.tile, TILE_BYTES);
	/* Whatever it says, its paths and its head are set as far as they could be read. */
	status = log_open(&c.log, io, root, false);
	f->files++;
	if (c.log.origin[0] == '\0') {
		found(&c, "private/head", 0,
			status == STATUS_NOT_FOUND ? "is missing" : "is damaged");
	} else {
		f->head = c.log.head;
		c.log.stopped = true; /* reasons are ours to give */
		check_entries(&c);
		check_checkpoint(&c);
	}
	log_close(&c.log);
	buf_release(&c.tile);
	return f->wrong ? STATUS_DAMAGED : STATUS_OK;
}
