#include "scan/blocks.h"

#include <stdlib.h>
#include <sys/mman.h>

#include "formats/stream.h"
#include "util/escape.h"

enum {
	RELEASE_BYTES = 4 << 20,
	PAGE_BYTES = 4096, /* at least; larger pages only make the kernel refuse, which is harmless */
	RAW_BYTES = 64 << 10,
};

struct blocks {
	struct blocks_in in;
	const uint8_t *released; /* everything before it is given back */
	uint64_t offset;         /* in the text, of the next byte */
	bool in_piece;
	bool cut_end;            /* the range ends inside a line that is too long */
	/* plain: a window on the mapped bytes */
	size_t pos, end;
	/* compressed or not UTF-8: a buffer of text */
	struct stream *stream;
	bool drained;
	char *text;
	size_t text_room, text_at, text_end;
	uint8_t *raw;
	size_t raw_n;
};

const char *packing_name(enum packing p)
{
	static const char *const names[PACKING_N] = {"none", "gzip", "bzip2", "xz", "zstd"};

	return (unsigned)p < PACKING_N ? names[p] : "unknown";
}

enum packing packing_of(struct str head)
{
	static const struct {
		const char *magic;
		size_t n;
		enum packing packing;
	} known[] = {
		{"\x1f\x8b\x08", 3, PACKING_GZIP},
		{"BZh", 3, PACKING_BZIP2},
		{"\xfd" "7zXZ", 6, PACKING_XZ},
		{"\x28\xb5\x2f\xfd", 4, PACKING_ZSTD},
	};

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (head.len > known[i].n && memcmp(head.p, known[i].magic, known[i].n) == 0)
			return known[i].packing;
	return PACKING_NONE;
}

enum charset charset_of(struct str head)
{
	if (head.len >= 2 && memcmp(head.p, "\xff\xfe", 2) == 0)
		return CHARSET_UTF16LE;
	if (head.len >= 2 && memcmp(head.p, "\xfe\xff", 2) == 0)
		return CHARSET_UTF16BE;
	return CHARSET_UTF8;
}

/* ---- pages --------------------------------------------------------------------------------------- */

static void release_before(struct blocks *b, const uint8_t *p)
{
	uintptr_t from = (uintptr_t)b->released & ~(uintptr_t)(PAGE_BYTES - 1);
	uintptr_t to = (uintptr_t)p & ~(uintptr_t)(PAGE_BYTES - 1);

	if (!b->in.mapped || to < from + RELEASE_BYTES)
		return;
	(void)munmap((void *)from, to - from);
	b->released = (const uint8_t *)to;
}

/* ---- opening ------------------------------------------------------------------------------------- */

static size_t line_feed(struct str s, size_t from, size_t most)
{
	const char *p;

	if (from >= s.len)
		return SIZE_MAX;
	p = memchr(s.p + from, '\n', s.len - from < most ? s.len - from : most);
	return p ? (size_t)(p - s.p) : SIZE_MAX;
}

/* Where the lines that begin at or behind `at` begin, in the mapped bytes: behind the line feed at or
 * behind at - 1. *ret_cut: inside a line that is too long, so at `at` itself. */
static size_t line_begin(const struct blocks *b, uint64_t at, bool *ret_cut)
{
	struct str s = str_view(b->in.bytes.base, b->in.bytes.len);
	size_t here = (size_t)(at - b->in.bytes_from), feed;

	*ret_cut = false;
	if (at == 0 || at >= b->in.file_bytes)
		return here < s.len ? here : s.len;
	feed = line_feed(s, here - 1, b->in.line_max);
	if (feed != SIZE_MAX)
		return feed + 1;
	if (s.len - here < b->in.line_max && b->in.bytes_from + s.len == b->in.file_bytes)
		return s.len; /* the last line has no line feed */
	*ret_cut = true;
	return here;
}

static bool open_plain(struct blocks *b)
{
	b->pos = line_begin(b, b->in.from, &b->in_piece);
	b->end = line_begin(b, b->in.to, &b->cut_end);
	b->offset = b->in.bytes_from + b->pos;
	if (b->end < b->pos)
		b->end = b->pos;
	if (b->in.from == 0 && b->end - b->pos >= 3 &&
		memcmp(b->in.bytes.base + b->pos, "\xef\xbb\xbf", 3) == 0) {
		b->pos += 3;
		b->offset += 3;
	}
	return true;
}

static enum stream_kind stream_kind_of(enum packing p)
{
	static const enum stream_kind kinds[PACKING_N] = {
		STREAM_COPY, STREAM_GZIP, STREAM_BZIP2, STREAM_XZ, STREAM_ZSTD};

	return kinds[p];
}

static bool open_stream(struct blocks *b, struct arena *a)
{
	b->text_room = b->in.line_max + 4 * BLOCK_BYTES;
	b->text = arena_alloc(a, b->text_room);
	b->raw = arena_alloc(a, RAW_BYTES);
	b->stream = stream_open(stream_kind_of(b->in.packing), b->in.bytes.base, b->in.bytes.len);
	return b->stream != NULL;
}

struct blocks *blocks_open(struct arena *a, const struct blocks_in *in)
{
	struct blocks *b = ARENA_NEW(a, struct blocks);

	b->in = *in;
	b->released = in->bytes.base;
	if (in->packing == PACKING_NONE && in->charset == CHARSET_UTF8)
		return open_plain(b) ? b : NULL;
	return open_stream(b, a) ? b : NULL;
}

void blocks_close(struct blocks *b)
{
	if (b)
		stream_close(b->stream);
}

/* ---- the buffer ---------------------------------------------------------------------------------- */

/* Whole characters of the raw bytes as UTF-8; what is no pair of surrogates becomes U+FFFD. */
static void add_utf16(struct blocks *b)
{
	struct buf out = {.p = b->text, .len = b->text_end, .room = b->text_room,
		.max_bytes = b->text_room};
	bool big = b->in.charset == CHARSET_UTF16BE;
	size_t i = 0;

	while (i + 2 <= b->raw_n) {
		uint32_t c = big ? b->raw[i] << 8 | b->raw[i + 1] : b->raw[i + 1] << 8 | b->raw[i];

		if (c >= 0xd800 && c < 0xdc00) {
			uint32_t low;

			if (i + 4 > b->raw_n && !b->drained)
				break;
			low = i + 4 > b->raw_n ? 0
			      : big	       ? b->raw[i + 2] << 8 | b->raw[i + 3]
					       : b->raw[i + 3] << 8 | b->raw[i + 2];
			if (low >= 0xdc00 && low < 0xe000) {
				c = 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00);
				i += 2;
			}
		}
		i += 2;
		if (c != 0xfeff)
			utf8_put(&out, c);
	}
	b->text_end = out.len;
	memmove(b->raw, b->raw + i, b->raw_n - i);
	b->raw_n -= i;
}

static bool fill_once(struct blocks *b)
{
	size_t room = b->text_room - b->text_end, n;

	if (b->in.charset == CHARSET_UTF8) {
		if (!room)
			return false;
		n = stream_read(b->stream, (uint8_t *)b->text + b->text_end, room);
		b->text_end += n;
	} else {
		if (room < 3 * RAW_BYTES)
			return false;
		n = stream_read(b->stream, b->raw + b->raw_n, RAW_BYTES - b->raw_n);
		b->raw_n += n;
		b->drained |= n == 0;
		add_utf16(b);
	}
	b->drained |= n == 0;
	return n > 0;
}

static void fill(struct blocks *b)
{
	memmove(b->text, b->text + b->text_at, b->text_end - b->text_at);
	b->text_end -= b->text_at;
	b->text_at = 0;
	while (!b->drained && fill_once(b))
		;
	release_before(b, b->in.bytes.base + stream_used(b->stream));
	if (b->offset == 0 && b->text_end >= 3 && memcmp(b->text, "\xef\xbb\xbf", 3) == 0)
		blocks_take(b, 3);
}

/* ---- blocks -------------------------------------------------------------------------------------- */

/* What is there, `most` bytes of it if they exist; *ret_all: nothing comes behind it. */
static struct str view(struct blocks *b, size_t most, bool *ret_all)
{
	if (!b->stream) {
		*ret_all = true;
		return str_view(b->in.bytes.base + b->pos, b->end - b->pos);
	}
	if (b->text_end - b->text_at < most && !b->drained)
		fill(b);
	*ret_all = b->drained;
	return str_view(b->text + b->text_at, b->text_end - b->text_at);
}

struct str blocks_peek(struct blocks *b, size_t n)
{
	bool all;

	return str_part(view(b, n, &all), 0, n);
}

/* Pieces are cut on a grid of the text, so that they are the same for any ranges. */
static void give_piece(struct blocks *b, struct block *ret)
{
	bool all;
	struct str s = view(b, b->in.line_max + BEYOND_BYTES, &all);
	size_t most = b->in.line_max - b->offset % b->in.line_max;
	size_t feed = line_feed(s, 0, most), here = b->stream ? s.len : b->in.bytes.len - b->pos;

	ret->piece = true;
	ret->begins = !b->in_piece;
	b->in_piece = feed == SIZE_MAX;
	ret->text = str_part(s, 0, feed == SIZE_MAX ? most : feed + 1);
	ret->at_end = all && ret->text.len == s.len;
	if (feed == SIZE_MAX)
		ret->beyond = here - ret->text.len < BEYOND_BYTES ? here - ret->text.len : BEYOND_BYTES;
}

bool blocks_next(struct blocks *b, size_t want, struct block *ret)
{
	bool all;
	struct str s = view(b, want < b->in.line_max ? want : b->in.line_max + 1, &all);
	const char *last;
	size_t feed;

	*ret = (struct block){.offset = b->offset};
	if (!s.len)
		return false;
	if (b->in_piece) {
		give_piece(b, ret);
		return true;
	}
	last = memrchr(s.p, '\n', s.len < want ? s.len : want);
	if (all && s.len <= want && !b->cut_end)
		last = s.p + s.len - 1;
	if (last) {
		ret->text = str_part(s, 0, (size_t)(last - s.p) + 1);
		ret->at_end = all && ret->text.len == s.len;
		return true;
	}
	s = view(b, b->in.line_max + 1, &all);
	feed = line_feed(s, 0, b->in.line_max + 1);
	if (feed == SIZE_MAX && !(all && s.len <= b->in.line_max && !b->cut_end)) {
		give_piece(b, ret);
		return true;
	}
	ret->text = str_part(s, 0, feed == SIZE_MAX ? s.len : feed + 1);
	ret->at_end = all && ret->text.len == s.len;
	return true;
}

void blocks_take(struct blocks *b, size_t n)
{
	b->offset += n;
	if (b->stream) {
		b->text_at += n;
		return;
	}
	b->pos += n;
	release_before(b, b->in.bytes.base + b->pos);
}

enum status blocks_how(const struct blocks *b, const char **ret_why)
{
	*ret_why = b->stream ? stream_why(b->stream) : NULL;
	return b->stream ? stream_how(b->stream) : STATUS_OK;
}

uint64_t blocks_read_bytes(const struct blocks *b)
{
	return b->stream ? stream_used(b->stream) : b->offset - b->in.from;
}
