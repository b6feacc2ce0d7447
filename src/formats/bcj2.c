/*
 * BCJ2: x86 code with the targets of near calls (E8) and jumps (E9, 0F 8x) taken out into streams
 * of their own, as absolute big-endian addresses. Behind each such opcode one range-coded bit says
 * whether its target was taken out; the probability hangs on the opcode and, for calls, on the byte
 * before it. The range coder is LZMA's: 11 bits, shift 5, five bytes to begin with.
 */
#include "formats/bcj2.h"

#include <stdlib.h>

enum { INPUT_BYTES = 32 << 10, PROB_BITS = 11, PROB_MOVE = 5, N_PROBS = 258, N_INPUTS = 3 };

struct input {
	struct stream *stream;
	uint8_t buf[INPUT_BYTES];
	size_t pos, len;
};

struct bcj2 {
	struct input in[N_INPUTS]; /* the rest, calls, jumps */
	const uint8_t *choice;
	size_t n_choice, choice_pos;
	uint64_t out_bytes, out_pos;
	uint32_t range, code;
	uint16_t probs[N_PROBS];
	uint8_t before;      /* the byte in front of the next one */
	uint8_t target[4];   /* of a call or jump, on its way out */
	size_t target_left;
	bool begun, ended;
	enum status how;
	const char *why;
};

struct bcj2 *bcj2_open(struct stream *rest, struct stream *calls, struct stream *jumps,
		       const uint8_t *choice, size_t n_choice, uint64_t out_bytes)
{
	struct bcj2 *b = calloc(1, sizeof(*b));

	if (!b || !rest || !calls || !jumps) {
		stream_close(rest);
		stream_close(calls);
		stream_close(jumps);
		free(b);
		return NULL;
	}
	b->in[0].stream = rest;
	b->in[1].stream = calls;
	b->in[2].stream = jumps;
	b->choice = choice;
	b->n_choice = n_choice;
	b->out_bytes = out_bytes;
	b->range = UINT32_MAX;
	for (int i = 0; i < N_PROBS; i++)
		b->probs[i] = 1 << (PROB_BITS - 1);
	return b;
}

void bcj2_close(struct bcj2 *b)
{
	if (!b)
		return;
	for (int i = 0; i < N_INPUTS; i++)
		stream_close(b->in[i].stream);
	free(b);
}

static void fail(struct bcj2 *b, enum status how, const char *why)
{
	b->ended = true;
	b->how = how;
	b->why = why;
}

/* The next byte of one of the streams; 0 and ended when there is none. */
static uint8_t next(struct bcj2 *b, struct input *in)
{
	if (in->pos == in->len) {
		in->pos = 0;
		in->len = stream_read(in->stream, in->buf, sizeof(in->buf));
		if (in->len == 0) {
			if (stream_how(in->stream) != STATUS_OK)
				fail(b, stream_how(in->stream), stream_why(in->stream));
			else
				fail(b, STATUS_DAMAGED, "compressed data cut short");
			return 0;
		}
	}
	return in->buf[in->pos++];
}

static uint8_t next_choice(struct bcj2 *b)
{
	if (b->choice_pos == b->n_choice) {
		fail(b, STATUS_DAMAGED, "compressed data cut short");
		return 0;
	}
	return b->choice[b->choice_pos++];
}

static bool choose(struct bcj2 *b, uint16_t *prob)
{
	uint32_t bound = (b->range >> PROB_BITS) * *prob;
	bool one = b->code >= bound;

	if (one) {
		b->range -= bound;
		b->code -= bound;
		*prob -= *prob >> PROB_MOVE;
	} else {
		b->range = bound;
		*prob += ((1 << PROB_BITS) - *prob) >> PROB_MOVE;
	}
	if (b->range < 1u << 24) {
		b->range <<= 8;
		b->code = b->code << 8 | next_choice(b);
	}
	return one;
}

static bool has_target(uint8_t before, uint8_t byte)
{
	return (byte & 0xfe) == 0xe8 || (before == 0x0f && (byte & 0xf0) == 0x80);
}

/* Behind an opcode: was its target taken out? Then it stands in b->target. */
static void take_target(struct bcj2 *b, uint8_t byte)
{
	uint16_t *prob = &b->probs[byte == 0xe8 ? b->before : byte == 0xe9 ? 256 : 257];
	struct input *in = &b->in[byte == 0xe8 ? 1 : 2];
	uint32_t v = 0;

	b->before = byte;
	if (!choose(b, prob) || b->ended)
		return;
	for (int i = 0; i < 4; i++)
		v = v << 8 | next(b, in);
	if (b->ended)
		return;
	v -= (uint32_t)(b->out_pos + 4);
	for (int i = 0; i < 4; i++)
		b->target[i] = (uint8_t)(v >> (8 * i));
	b->target_left = 4;
}

size_t bcj2_read(struct bcj2 *b, uint8_t *out, size_t room, enum status *ret_how,
		 const char **ret_why)
{
	size_t n = 0;

	for (; !b->begun && b->choice_pos < 5 && !b->ended;)
		b->code = b->code << 8 | next_choice(b);
	b->begun = true;
	while (n < room && b->out_pos < b->out_bytes && !b->ended) {
		if (b->target_left) {
			b->before = out[n] = b->target[4 - b->target_left--];
		} else {
			uint8_t byte = next(b, &b->in[0]);

			if (b->ended)
				break;
			out[n] = byte;
			if (has_target(b->before, byte) && b->out_pos + 1 < b->out_bytes) {
				b->out_pos++;
				n++;
				take_target(b, byte);
				continue;
			}
			b->before = byte;
		}
		b->out_pos++;
		n++;
	}
	*ret_how = b->how;
	*ret_why = b->why;
	return n;
}
