#include "ledger/tile.h"

#include <stdio.h>

#include "ledger/checkpoint.h"

/* ---- names ----------------------------------------------------------------------------------- */

void tile_path(int level, uint64_t n, unsigned width, char ret[TILE_PATH_MAX])
{
	char number[40], part[16] = ""; /* 7 groups of "x000/" */
	size_t at = sizeof(number) - 1;

	number[at] = '\0';
	for (bool last = true; last || n; last = false, n /= 1000) {
		size_t len = (size_t)snprintf(part, sizeof(part), last ? "%03u" : "x%03u/",
			(unsigned)(n % 1000));

		at -= len;
		memcpy(number + at, part, len);
	}
	part[0] = '\0';
	if (width < TILE_WIDTH)
		snprintf(part, sizeof(part), ".p/%u", width);
	if (level == TILE_ENTRIES)
		snprintf(ret, TILE_PATH_MAX, "tile/entries/%s%s", number + at, part);
	else
		snprintf(ret, TILE_PATH_MAX, "tile/%d/%s%s", level, number + at, part);
}

bool tile_path_parse(struct str path, int *ret_level, uint64_t *ret_n, unsigned *ret_width)
{
	char again[TILE_PATH_MAX];
	uint64_t level = 0, n = 0, width = TILE_WIDTH;
	size_t slash, partial;
	struct str rest;

	if (path.len >= TILE_PATH_MAX || !str_starts(path, "tile/"))
		return false;
	rest = str_part(path, 5, path.len);
	slash = str_find_z(rest, "/");
	if (slash == SIZE_MAX)
		return false;
	*ret_level = TILE_ENTRIES;
	if (!str_is(str_part(rest, 0, slash), "entries")) {
		if (!decimal_parse(str_part(rest, 0, slash), &level) || level > 63)
			return false;
		*ret_level = (int)level;
	}
	rest = str_part(rest, slash + 1, rest.len);
	partial = str_find_z(rest, ".p/");
	if (partial != SIZE_MAX) {
		if (!decimal_parse(str_part(rest, partial + 3, rest.len), &width) || width < 1 ||
			width >= TILE_WIDTH)
			return false;
		rest.len = partial;
	}
	for (size_t i = 0; i < rest.len; i++) {
		if (rest.p[i] >= '0' && rest.p[i] <= '9' && n <= INT64_MAX / 1000)
			n = n * 10 + (uint64_t)(rest.p[i] - '0');
		else if (rest.p[i] != 'x' && rest.p[i] != '/')
			return false;
	}
	*ret_n = n;
	*ret_width = (unsigned)width;
	/* Whatever does not come out as it went in was not written as it must be. */
	tile_path(*ret_level, n, *ret_width, again);
	return str_is(path, again);
}

unsigned tile_width(int level, uint64_t n, uint64_t size)
{
	unsigned shift = level == TILE_ENTRIES ? 0 : 8 * (unsigned)level;
	uint64_t hashes = shift >= 64 ? 0 : size >> shift;

	if (n >= (uint64_t)1 << 55 || hashes <= n * TILE_WIDTH)
		return 0;
	hashes -= n * TILE_WIDTH;
	return hashes < TILE_WIDTH ? (unsigned)hashes : TILE_WIDTH;
}

bool bundle_next(struct str *rest, struct str *ret)
{
	size_t n;

	if (rest->len < 2)
		return false;
	n = (size_t)(uint8_t)rest->p[0] << 8 | (uint8_t)rest->p[1];
	if (n > rest->len - 2)
		return false;
	*ret = str_part(*rest, 2, n);
	*rest = str_part(*rest, 2 + n, rest->len);
	return true;
}

/* ---- the writer's edge ----------------------------------------------------------------------- */

void tile_edge_init(struct tile_edge *e)
{
	memset(e, 0, sizeof(*e));
	buf_init(&e->bundle, BUNDLE_BYTES_MAX);
}

void tile_edge_release(struct tile_edge *e)
{
	buf_release(&e->bundle);
}

/* The root of a full tile: the tree over its 256 hashes. */
static struct tree_hash tile_root(const struct tree_hash hashes[TILE_WIDTH])
{
	struct merkle_edge tree = {.size = 0};

	for (unsigned i = 0; i < TILE_WIDTH; i++)
		merkle_edge_add(&tree, &hashes[i]);
	return merkle_edge_root(&tree);
}

static enum status load_level(struct tile_edge *e, const struct tile_source *s, int level)
{
	uint64_t n = s->size >> (8 * level) >> 8;
	unsigned width = tile_width(level, n, s->size);
	struct buf b;
	enum status status;

	if (width == 0)
		return STATUS_OK;
	buf_init(&b, TILE_BYTES + 1);
	status = s->tile(s->user, level, n, width, &b);
	if (status == STATUS_OK && b.len != (size_t)width * TREE_HASH_BYTES)
		status = STATUS_DAMAGED;
	if (status == STATUS_OK)
		memcpy(e->hashes[level], b.p, b.len);
	buf_release(&b);
	return status;
}

static enum status load_bundle(struct tile_edge *e, const struct tile_source *s)
{
	uint64_t n = s->size / TILE_WIDTH;
	unsigned width = tile_width(TILE_ENTRIES, n, s->size), i = 0;
	struct str rest, entry;

	if (width == 0)
		return STATUS_OK;
	TRY(s->tile(s->user, TILE_ENTRIES, n, width, &e->bundle));
	for (rest = buf_str(&e->bundle); bundle_next(&rest, &entry); i++) {
		struct tree_hash leaf = tree_hash_leaf(entry.p, entry.len);

		if (i >= width || !tree_hash_equal(&leaf, &e->hashes[0][i]))
			return STATUS_DAMAGED;
	}
	return i == width && rest.len == 0 ? STATUS_OK : STATUS_DAMAGED;
}

/* The tree's edge: each level's hashes are complete subtrees of 256^level entries. */
static void load_tree(struct tile_edge *e, uint64_t size)
{
	e->tree.size = size;
	for (int level = 0; level < TILE_LEVELS; level++) {
		struct merkle_edge part = {.size = 0};
		unsigned width = (unsigned)(size >> (8 * level)) & 255;

		for (unsigned i = 0; i < width; i++)
			merkle_edge_add(&part, &e->hashes[level][i]);
		memcpy(e->tree.hashes + 8 * level, part.hashes, 8 * sizeof(part.hashes[0]));
	}
}

enum status tile_edge_load(struct tile_edge *e, const struct tile_source *s)
{
	buf_clear(&e->bundle);
	for (int level = 0; level < TILE_LEVELS; level++)
		TRY(load_level(e, s, level));
	TRY(load_bundle(e, s));
	load_tree(e, s->size);
	return STATUS_OK;
}

static enum status put_tile(struct tile_edge *e, int level, uint64_t n, unsigned width)
{
	char path[TILE_PATH_MAX];

	tile_path(level, n, width, path);
	if (level == TILE_ENTRIES)
		return e->put(e->user, path, e->bundle.p, e->bundle.len);
	return e->put(e->user, path, e->hashes[level], (size_t)width * TREE_HASH_BYTES);
}

enum status tile_edge_add(struct tile_edge *e, const void *entry, size_t n)
{
	const uint8_t length[2] = {(uint8_t)(n >> 8), (uint8_t)n};
	struct tree_hash h = tree_hash_leaf(entry, n);
	uint64_t index = e->tree.size;

	if (n > LOG_ENTRY_MAX)
		return STATUS_LIMIT;
	if (!buf_add(&e->bundle, length, 2) || !buf_add(&e->bundle, entry, n))
		return STATUS_NOMEM;
	merkle_edge_add(&e->tree, &h);
	for (int level = 0; level < TILE_LEVELS; level++, index >>= 8) {
		e->hashes[level][index & 255] = h;
		if ((index & 255) != 255)
			break;
		if (level == 0)
			TRY(put_tile(e, TILE_ENTRIES, index >> 8, TILE_WIDTH));
		TRY(put_tile(e, level, index >> 8, TILE_WIDTH));
		h = tile_root(e->hashes[level]);
		if (level == 0)
			buf_clear(&e->bundle);
	}
	return STATUS_OK;
}

enum status tile_edge_flush(struct tile_edge *e)
{
	uint64_t size = e->tree.size;

	if (size & 255)
		TRY(put_tile(e, TILE_ENTRIES, size >> 8, size & 255));
	for (int level = 0; level < TILE_LEVELS; level++) {
		uint64_t hashes = size >> (8 * level);

		if (hashes & 255)
			TRY(put_tile(e, level, hashes >> 8, hashes & 255));
	}
	return STATUS_OK;
}

/* ---- hashes for proofs ----------------------------------------------------------------------- */

void tile_hashes_init(struct tile_hashes *t, struct tile_source source)
{
	*t = (struct tile_hashes){.source = source};
	for (int level = 0; level < TILE_LEVELS; level++) {
		buf_init(&t->tiles[level], TILE_BYTES + 1);
		t->n[level] = UINT64_MAX;
	}
}

void tile_hashes_release(struct tile_hashes *t)
{
	for (int level = 0; level < TILE_LEVELS; level++)
		buf_release(&t->tiles[level]);
}

static bool load_tile(struct tile_hashes *t, int level, uint64_t n)
{
	unsigned width = tile_width(level, n, t->source.size);

	if (t->n[level] == n)
		return true;
	t->n[level] = UINT64_MAX;
	buf_clear(&t->tiles[level]);
	t->status = width ? t->source.tile(t->source.user, level, n, width, &t->tiles[level])
			  : STATUS_NOT_FOUND;
	if (t->status == STATUS_OK && t->tiles[level].len != (size_t)width * TREE_HASH_BYTES)
		t->status = STATUS_DAMAGED;
	if (t->status != STATUS_OK)
		return false;
	t->n[level] = n;
	return true;
}

/* Hash of 2^level entries: 2^(level % 8) hashes of one tile. */
static bool tile_node(void *user, unsigned level, uint64_t index, struct tree_hash *ret)
{
	struct tile_hashes *t = user;
	struct merkle_edge tree = {.size = 0};
	unsigned tile_level = level / 8, inside = level % 8, from;
	uint64_t first;

	if (tile_level >= TILE_LEVELS || index > (uint64_t)INT64_MAX >> inside)
		return false;
	first = index << inside;
	if (!load_tile(t, (int)tile_level, first / TILE_WIDTH))
		return false;
	from = (unsigned)(first % TILE_WIDTH);
	if ((from + ((size_t)1 << inside)) * TREE_HASH_BYTES > t->tiles[tile_level].len) {
		t->status = STATUS_DAMAGED;
		return false;
	}
	for (unsigned i = 0; i < 1u << inside; i++) {
		struct tree_hash h;

		memcpy(h.b, t->tiles[tile_level].p + (from + i) * TREE_HASH_BYTES, TREE_HASH_BYTES);
		merkle_edge_add(&tree, &h);
	}
	*ret = merkle_edge_root(&tree);
	return true;
}

struct merkle_source tile_hashes_source(struct tile_hashes *t)
{
	return (struct merkle_source){.node = tile_node, .user = t};
}
