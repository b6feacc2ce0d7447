/*
 * Who controls these bytes: whoever serves the tiles of a log, and the one who asks for proofs of it. The first two bytes
 * say how many entries the log has, the next four which entry and which older size are asked about, two more which byte of
 * which file is turned over; the entries are cut from the rest. Truths: the edge that is read back is the one that was
 * written; each proof that is made holds, and none for another leaf, root or place; a changed file of the edge is seen.
 */
#include "fuzz.h"

#include <string.h>

#include "ledger/tile.h"

enum { ENTRIES_MAX = 700, FILES_MAX = 64, ENTRY_MAX = 40 };

struct shelf {
	struct {
		char path[TILE_PATH_MAX];
		struct buf bytes;
	} files[FILES_MAX];
	size_t n;
	const char *changed; /* the path of a file that was turned over; NULL: none */
	bool handed;         /* it was asked for */
};

static struct buf *file_at(struct shelf *s, const char *path)
{
	for (size_t i = 0; i < s->n; i++)
		if (strcmp(s->files[i].path, path) == 0)
			return &s->files[i].bytes;
	return NULL;
}

static enum status put(void *user, const char *path, const void *p, size_t n)
{
	struct shelf *s = user;

	FUZZ_CHECK(!file_at(s, path) && s->n < FILES_MAX);
	snprintf(s->files[s->n].path, TILE_PATH_MAX, "%s", path);
	buf_init(&s->files[s->n].bytes, BUNDLE_BYTES_MAX);
	FUZZ_CHECK(buf_add(&s->files[s->n++].bytes, p, n));
	return STATUS_OK;
}

static enum status take(void *user, int level, uint64_t n, unsigned width, struct buf *ret)
{
	struct shelf *s = user;
	char path[TILE_PATH_MAX];
	struct buf *b;

	tile_path(level, n, width, path);
	b = file_at(s, path);
	s->handed |= s->changed && strcmp(s->changed, path) == 0;
	if (!b)
		return STATUS_NOT_FOUND;
	return buf_add(ret, b->p, b->len) ? STATUS_OK : STATUS_NOMEM;
}

static struct str entry_of(struct str all, uint64_t i)
{
	size_t at = all.len ? (size_t)(i * 7 % all.len) : 0;

	return str_part(all, at, at + i % ENTRY_MAX);
}

static void write_log(struct shelf *s, struct tile_edge *e, struct str all, uint64_t size)
{
	tile_edge_init(e);
	e->put = put;
	e->user = s;
	for (uint64_t i = 0; i < size; i++) {
		struct str one = entry_of(all, i);

		FUZZ_CHECK(tile_edge_add(e, one.len ? one.p : "", one.len) == STATUS_OK);
	}
	FUZZ_CHECK(tile_edge_flush(e) == STATUS_OK);
}

static void check_edge(const struct tile_source *source, const struct merkle_source *hashes, const struct tile_edge *e)
{
	struct tree_hash root = merkle_edge_root(&e->tree), again;
	struct merkle_edge loaded;
	struct tile_edge back;

	FUZZ_CHECK(merkle_root(hashes, source->size, &again) && tree_hash_equal(&root, &again));
	FUZZ_CHECK(merkle_edge_load(&loaded, hashes, source->size));
	again = merkle_edge_root(&loaded);
	FUZZ_CHECK(tree_hash_equal(&root, &again));
	tile_edge_init(&back);
	FUZZ_CHECK(tile_edge_load(&back, source) == STATUS_OK);
	again = merkle_edge_root(&back.tree);
	FUZZ_CHECK(tree_hash_equal(&root, &again) && str_equal(buf_str(&back.bundle), buf_str(&e->bundle)));
	tile_edge_release(&back);
}

static void check_inclusion(const struct merkle_source *hashes, struct str all, uint64_t index, uint64_t size, const struct tree_hash *root)
{
	struct str one = entry_of(all, index);
	struct tree_hash leaf = tree_hash_leaf(one.len ? one.p : "", one.len), other = leaf;
	struct merkle_proof p;

	FUZZ_CHECK(merkle_prove_inclusion(hashes, index, size, &p));
	FUZZ_CHECK(merkle_included(index, size, &leaf, &p, root) && merkle_subtree_included(index, 0, size, &leaf, &p, root));
	other.b[0] ^= 1;
	FUZZ_CHECK(!merkle_included(index, size, &other, &p, root) && !merkle_included(size, size, &leaf, &p, root));
	if (p.n) {
		p.hashes[index % p.n].b[31] ^= 1;
		FUZZ_CHECK(!merkle_included(index, size, &leaf, &p, root));
		p.hashes[index % p.n].b[31] ^= 1;
		p.n--;
		FUZZ_CHECK(!merkle_included(index, size, &leaf, &p, root));
	}
}

static void check_consistency(const struct merkle_source *hashes, uint64_t old, uint64_t size, const struct tree_hash *root)
{
	struct merkle_proof p;
	struct tree_hash before;

	FUZZ_CHECK(merkle_root(hashes, old, &before) && merkle_prove_consistency(hashes, old, size, &p) == (old > 0));
	if (old == 0)
		return;
	FUZZ_CHECK(merkle_consistent(old, size, &before, root, &p));
	before.b[5] ^= 4;
	FUZZ_CHECK(!merkle_consistent(old, size, &before, root, &p));
	before.b[5] ^= 4;
	if (p.n) {
		p.hashes[p.n - 1].b[0] ^= 0x80;
		FUZZ_CHECK(!merkle_consistent(old, size, &before, root, &p));
	}
}

/* Bits of the edge's files are all held against each other, but for the hashes of the highest level and of leaves whose
 * bundle is full: those nothing else says, until somebody has the root. */
static void check_changed(struct shelf *s, struct tile_source *source, const struct tree_hash *root, uint8_t which, uint8_t where)
{
	struct tile_edge back;
	struct tree_hash again;
	struct buf *b = &s->files[which % s->n].bytes;
	enum status st;

	b->p[where % b->len] ^= 1;
	s->changed = s->files[which % s->n].path;
	s->handed = false;
	tile_edge_init(&back);
	st = tile_edge_load(&back, source);
	again = merkle_edge_root(&back.tree);
	FUZZ_CHECK(st == STATUS_DAMAGED || (st == STATUS_OK && s->handed != tree_hash_equal(root, &again)));
	tile_edge_release(&back);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	static struct shelf s;
	struct tile_source source = {.tile = take, .user = &s};
	struct merkle_source from;
	struct tile_hashes hashes;
	struct tile_edge edge;
	struct tree_hash root;
	struct str all;
	uint64_t size;

	if (n < 8)
		return 0;
	all = str_view((const char *)bytes + 8, n - 8);
	size = (((uint64_t)bytes[0] << 8 | bytes[1]) % ENTRIES_MAX) + 1;
	s = (struct shelf){.n = 0};
	write_log(&s, &edge, all, size);
	root = merkle_edge_root(&edge.tree);
	source.size = size;
	tile_hashes_init(&hashes, source);
	from = tile_hashes_source(&hashes);
	check_edge(&source, &from, &edge);
	check_inclusion(&from, all, ((uint64_t)bytes[2] << 8 | bytes[3]) % size, size, &root);
	check_consistency(&from, ((uint64_t)bytes[4] << 8 | bytes[5]) % (size + 1), size, &root);
	check_changed(&s, &source, &root, bytes[6], bytes[7]);
	tile_hashes_release(&hashes);
	tile_edge_release(&edge);
	for (size_t i = 0; i < s.n; i++)
		buf_release(&s.files[i].bytes);
	return 0;
}

void fuzz_seeds(void (*run)(const void *bytes, size_t n))
{
	static const uint16_t sizes[] = {0, 1, 2, 6, 7, 254, 255, 256, 257, 300, 511, 512, 600};
	char seed[100] = {0};

	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		memset(seed, (int)i, sizeof(seed));
		seed[0] = (char)(sizes[i] >> 8);
		seed[1] = (char)sizes[i];
		run(seed, sizeof(seed));
	}
}
