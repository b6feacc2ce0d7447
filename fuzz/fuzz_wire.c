/*
 * Who controls these bytes: a child that its input has taken over. The first byte chooses the type
 * of frame, the rest is its payload.
 * Truths: what is accepted, written again, is the same frame, byte for byte; read twice, the answer
 * is the same.
 */
#include "fuzz.h"
#include "wire_again.h"
#include "wire_seeds.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	enum frame_type type;
	struct buf once, twice;
	struct cursor payload;
	bool accepted;

	if (n == 0 || n > FRAME_MAX_BYTES)
		return 0;
	type = (enum frame_type)(bytes[0] % FRAME_TYPE_N);
	payload = cursor_of(bytes + 1, n - 1);
	buf_init(&once, 4 << 20);
	buf_init(&twice, 4 << 20);
	accepted = wire_again(type, payload, &once);
	FUZZ_CHECK(wire_again(type, payload, &twice) == accepted);
	if (accepted) {
		FUZZ_CHECK(once.len == n - 1 + FRAME_HEADER_BYTES);
		FUZZ_CHECK(str_equal(str_part(buf_str(&once), FRAME_HEADER_BYTES, n),
			str_view(bytes + 1, n - 1)));
		FUZZ_CHECK(str_equal(buf_str(&once), buf_str(&twice)));
	}
	buf_release(&once);
	buf_release(&twice);
	return 0;
}

/* Each frame of the list becomes a seed: its type, then its payload. */
static void run_each(struct str frames, void (*run)(const void *bytes, size_t n))
{
	enum frame_type type;
	struct cursor payload;
	size_t used;

	while (frame_take(frames, &type, &payload, &used) == STATUS_OK) {
		struct buf seed;

		buf_init(&seed, 1 << 20);
		buf_add_char(&seed, (char)type);
		buf_add(&seed, payload.base, payload.len);
		run(seed.p, seed.len);
		buf_release(&seed);
		frames = str_part(frames, used, frames.len);
	}
}

void fuzz_seeds(void (*run)(const void *bytes, size_t n))
{
	struct buf b;

	buf_init(&b, 1 << 20);
	opener_seeds(&b);
	reader_seeds(&b);
	run_each(buf_str(&b), run);
	buf_release(&b);
}
