/*
 * Who controls these bytes: a child that its input has taken over. It may write anything into its
 * pipe; the parent takes frames off and reads their payloads.
 * Truths: it does not matter in which pieces the bytes arrive; a frame lies inside what has
 * arrived; an accepted payload is one that an honest child could have written.
 */
#include "fuzz.h"
#include "wire_again.h"
#include "wire_seeds.h"

#include "util/hash.h"

/* What the parent understood of a stream, in one number, and where it stopped. */
struct understood {
	uint64_t sum;
	unsigned frames;
	enum status end;
};

static void take_one(struct understood *u, enum frame_type type, struct cursor payload,
	struct str frame)
{
	struct buf again;
	bool accepted;

	buf_init(&again, 4 << 20);
	accepted = wire_again(type, payload, &again);
	FUZZ_CHECK(!again.full);
	if (accepted)
		FUZZ_CHECK(str_equal(buf_str(&again), frame));
	u->sum = fast_hash(frame.p, frame.len, u->sum + accepted);
	u->frames++;
	buf_release(&again);
}

/* Reads as the parent does when `piece` bytes come at a time. */
static struct understood read_in_pieces(struct str all, size_t piece)
{
	struct understood u = {.end = STATUS_NOT_FOUND};
	size_t have = 0, done = 0;

	while (have < all.len && u.end == STATUS_NOT_FOUND) {
		have = piece < all.len - have ? have + piece : all.len;
		do {
			struct str part = str_part(all, done, have - done);
			enum frame_type type;
			struct cursor payload;
			size_t used;

			u.end = frame_take(part, &type, &payload, &used);
			if (u.end != STATUS_OK)
				break;
			FUZZ_CHECK(used >= FRAME_HEADER_BYTES && used <= part.len);
			FUZZ_CHECK(payload.len == used - FRAME_HEADER_BYTES);
			FUZZ_CHECK(payload.base == (const uint8_t *)part.p + FRAME_HEADER_BYTES);
			take_one(&u, type, payload, str_part(part, 0, used));
			done += used;
		} while (u.end == STATUS_OK);
	}
	return u;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	struct str all = str_view(bytes, n);
	struct understood whole = read_in_pieces(all, n ? n : 1);
	struct understood small = read_in_pieces(all, 7);

	FUZZ_CHECK(whole.sum == small.sum && whole.frames == small.frames);
	FUZZ_CHECK(whole.end == small.end);
	return 0;
}

void fuzz_seeds(void (*run)(const void *bytes, size_t n))
{
	struct buf b;

	buf_init(&b, 1 << 20);
	opener_seeds(&b);
	run(b.p, b.len);
	buf_clear(&b);
	reader_seeds(&b);
	run(b.p, b.len);
	buf_release(&b);
}
