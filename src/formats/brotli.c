/* One brotli stream, RFC 7932. It has neither a magic number nor a sum of its content. */
#include <brotli/decode.h>
#include <stdlib.h>

#include "formats/codecs.h"

struct brotli {
	struct codec base; /* first */
	const uint8_t *p;
	size_t n;
	BrotliDecoderState *state;
	bool done;
};

static size_t brotli_read(struct codec *c, uint8_t *out, size_t room)
{
	struct brotli *b = (struct brotli *)c;

	while (!b->done) {
		size_t in_left = b->n - (size_t)c->used, out_left = room;
		const uint8_t *from = b->p + c->used;
		uint8_t *to = out;
		BrotliDecoderResult r = BrotliDecoderDecompressStream(b->state, &in_left, &from,
								     &out_left, &to, NULL);

		c->used = b->n - in_left;
		b->done = r == BROTLI_DECODER_RESULT_SUCCESS;
		if (out_left < room)
			return room - out_left;
		if (r == BROTLI_DECODER_RESULT_NEEDS_MORE_INPUT)
			return codec_end(c, STATUS_DAMAGED, "compressed data cut short");
		if (r == BROTLI_DECODER_RESULT_ERROR)
			return codec_end(c, STATUS_DAMAGED, "brotli data damaged");
	}
	return codec_end(c, STATUS_OK, NULL);
}

static void brotli_close(struct codec *c)
{
	struct brotli *b = (struct brotli *)c;

	if (b->state)
		BrotliDecoderDestroyInstance(b->state);
	free(b);
}

struct codec *brotli_open(const uint8_t *p, size_t n)
{
	struct brotli *b = calloc(1, sizeof(*b));

	if (!b)
		return NULL;
	b->base.read = brotli_read;
	b->base.close = brotli_close;
	b->base.frames = 1;
	b->p = p;
	b->n = n;
	b->state = BrotliDecoderCreateInstance(NULL, NULL, NULL);
	if (!b->state) {
		brotli_close(&b->base);
		return NULL;
	}
	return &b->base;
}
