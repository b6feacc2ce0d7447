/*
 * What an Android package's signing block states of the rest (signature schemes 2 and 3). In each signer: signed data
 * { digests { u32 algorithm, digest }, ... }, all with a u32 length in front. The digest is one over those of pieces
 * of at most 1 MiB: 0x5a, u32 their number, their digests; of a piece 0xa5, u32 its length, its bytes. Pieces are cut
 * out of three parts: what stands in front of the block, the directory, the end record, in which the directory is
 * said to stand where the block does.
 */
#include "formats/zip_int.h"
#include "util/hash.h"

enum { PIECE_BYTES = 1 << 20, PAIRS_MAX = 64, SIGNERS_MAX = 16, DIGESTS_MAX = 16, STEP_BYTES = 64, DIRECTORY_AT = 16 };

struct parts {
	struct cursor members, directory;
	uint8_t *end; /* a copy of the end record */
	size_t end_bytes;
	struct sha256 sum;
	bool summed;
};

static struct cursor sized(struct cursor *c)
{
	uint32_t n = cursor_u32le(c);
	struct cursor p = cursor_part(c, c->pos, n);

	cursor_skip(c, n);
	return p;
}

static void put_u32(uint8_t *p, uint32_t v)
{
	for (int i = 0; i < 4; i++)
		p[i] = (uint8_t)(v >> 8 * i);
}

/* Adds the digests of the part's pieces to `all`. */
static uint32_t pieces(struct sha256_state *one, struct sha256_state *all, const uint8_t *p, uint64_t n)
{
	uint32_t count = 0;

	for (uint64_t at = 0; at < n; count++) {
		uint32_t bytes = n - at < PIECE_BYTES ? (uint32_t)(n - at) : PIECE_BYTES;
		uint8_t head[5] = {0xa5};
		struct sha256 sum;

		put_u32(head + 1, bytes);
		sha256_begin(one);
		sha256_add(one, head, sizeof(head));
		sha256_add(one, p + at, bytes);
		sum = sha256_end(one);
		sha256_add(all, sum.b, sizeof(sum.b));
		at += bytes;
	}
	return count;
}

static uint32_t pieces_of(uint64_t n)
{
	return (uint32_t)((n + PIECE_BYTES - 1) / PIECE_BYTES);
}

static bool sum_up(struct parts *x)
{
	struct sha256_state *one = sha256_open(), *all = sha256_open();
	uint8_t head[5] = {0x5a};

	if (one && all) {
		put_u32(head + 1, pieces_of(x->members.len) + pieces_of(x->directory.len) + pieces_of(x->end_bytes));
		sha256_begin(all);
		sha256_add(all, head, sizeof(head));
		(void)pieces(one, all, x->members.base, x->members.len);
		(void)pieces(one, all, x->directory.base, x->directory.len);
		(void)pieces(one, all, x->end, x->end_bytes);
		x->sum = sha256_end(all);
		x->summed = true;
	}
	sha256_close(one);
	sha256_close(all);
	return x->summed;
}

static bool is_piecewise_sha256(uint32_t algorithm)
{
	return algorithm == 0x0101 || algorithm == 0x0103 || algorithm == 0x0201 || algorithm == 0x0301;
}

/* Does a signer state another digest than the content has? */
static bool scheme_differs(struct parts *x, struct cursor value)
{
	struct cursor signers = sized(&value);

	for (unsigned n = 0; n < SIGNERS_MAX && cursor_left(&signers); n++) {
		struct cursor signer = sized(&signers), data = sized(&signer), digests = sized(&data);

		for (unsigned i = 0; i < DIGESTS_MAX && cursor_left(&digests); i++) {
			struct cursor digest = sized(&digests), bytes;
			uint32_t algorithm = cursor_u32le(&digest);

			bytes = sized(&digest);
			if (!cursor_ok(&bytes) || !is_piecewise_sha256(algorithm) || bytes.len != SHA256_BYTES)
				continue;
			if (!x->summed && !sum_up(x))
				return false;
			if (memcmp(bytes.base, x->sum.b, SHA256_BYTES) != 0)
				return true;
		}
	}
	return false;
}

enum status apk_check_digests(struct zip *z, uint64_t block_at, uint64_t block_bytes)
{
	struct parts x = {.members = cursor_clip(&z->c, 0, block_at)};
	struct cursor pairs = cursor_part(&z->c, block_at + 8, block_bytes - 32);
	uint64_t end_bytes = z->c.len - z->end_at;

	if (z->base || z->end_at < z->dir_at || end_bytes < ZIP_END_BYTES || end_bytes > 1 << 17 || block_at > UINT32_MAX)
		return STATUS_OK;
	x.directory = cursor_part(&z->c, z->dir_at, z->end_at - z->dir_at);
	x.end = arena_alloc(z->a->in->arena, (size_t)end_bytes);
	x.end_bytes = (size_t)end_bytes;
	memcpy(x.end, z->c.base + z->end_at, x.end_bytes);
	put_u32(x.end + DIRECTORY_AT, (uint32_t)block_at);
	TRY(archive_step(z->a, z->c.len / STEP_BYTES + 1));
	for (int i = 0; i < PAIRS_MAX && cursor_left(&pairs) >= 12; i++) {
		uint64_t n = cursor_u64le(&pairs);
		struct cursor pair = cursor_part(&pairs, pairs.pos, n), value;
		uint32_t id = cursor_u32le(&pair);

		cursor_skip(&pairs, n);
		if (!cursor_ok(&pair) || !cursor_ok(&pairs))
			break;
		value = cursor_part(&pair, 4, pair.len - 4);
		if ((id == 0x7109871a || id == 0xf05368c0 || id == 0x1b93ad61) && scheme_differs(&x, value)) {
			archive_odd(z->a, "manifest-digest-differs", block_at, STR("[apk signing block]"));
			break;
		}
	}
	return STATUS_OK;
}
