/*
 * A file that is one compressed stream. If what comes out looks like tar or cpio, its members are
 * the children and nothing is ever held whole; otherwise there is one child.
 */
#include "formats/archive.h"
#include "formats/codecs.h"
#include "formats/cpio.h"
#include "formats/tar.h"

struct suffix {
	const char *from, *to;
};

static const struct suffix suffixes[] = {
	{".tgz", ".tar"},  {".tbz", ".tar"}, {".tbz2", ".tar"}, {".txz", ".tar"},
	{".tlz", ".tar"},  {".tzst", ".tar"}, {".svgz", ".svg"}, {".gz", ""},
	{".bz2", ""},      {".xz", ""},      {".lzma", ""},     {".zst", ""},
	{".zstd", ""},     {".taz", ".tar"}, {".lz4", ""},      {".br", ""},
	{".Z", ""},
};

/* "x.js.gz" -> "x.js"; a name that says nothing about compression -> "content". */
static struct str content_name(struct open_in *in)
{
	struct str name = str_basename(in->name);

	for (size_t i = 0; i < sizeof(suffixes) / sizeof(suffixes[0]); i++) {
		const struct suffix *x = &suffixes[i];
		struct str stem = str_part(name, 0, name.len - strlen(x->from));

		if (name.len > strlen(x->from) && str_ends_nocase(name, x->from))
			return arena_printf(in->arena, "%.*s%s", STR_ARG(stem), x->to);
	}
	return STR("content");
}

static enum status content_child(struct archive *a, struct source *s)
{
	struct entry e = {.name = content_name(a->in),
			  .type = ENTRY_FILE,
			  .origin = ORIGIN_MEMBER,
			  .size_bytes = UINT64_MAX};
	const uint8_t *p;
	size_t n;

	TRY(archive_child(a, &e));
	while ((n = source_take(s, UINT64_MAX, &p)) > 0)
		TRY(archive_data(a, p, n));
	if (s->how == STATUS_NOMEM)
		return STATUS_NOMEM;
	return archive_child_end(a, s->how, s->why);
}

static enum status read_content(struct archive *a, struct source *s)
{
	const uint8_t *p = source_peek(s, TAR_BLOCK);

	if (p && tar_block_bits(p))
		return tar_read(a, s);
	p = source_peek(s, CPIO_STRIPPED_BYTES);
	if (p && cpio_head_bits(p, s->left))
		return cpio_read(a, s, NULL);
	return content_child(a, s);
}

static enum status read_stream(struct archive *a, struct stream *stream)
{
	struct source s;
	enum status st;

	source_of_stream(&s, a, stream);
	st = read_content(a, &s);
	if (st != STATUS_OK && st != STATUS_LIMIT)
		return st;
	archive_stream_regions(a, stream, 0, a->in->bytes.len);
	archive_regions_tell(a);
	if (st != STATUS_OK || s.how != STATUS_OK)
		return st != STATUS_OK ? st : s.how;
	return a->damaged ? STATUS_DAMAGED : STATUS_OK;
}

/* Takes over the stream. */
static enum status open_stream(struct open_in *in, struct stream *stream)
{
	struct archive a;
	enum status st;

	if (!stream)
		return STATUS_NOMEM;
	archive_begin(&a, in);
	st = read_stream(&a, stream);
	stream_close(stream);
	return st;
}

static enum status compressed_open(struct open_in *in, enum stream_kind kind)
{
	return open_stream(in, stream_open(kind, in->bytes.base, in->bytes.len));
}

static int gzip_probe(struct cursor head, uint64_t total_bytes)
{
	const uint8_t *p = cursor_peek(&head, 10);

	return p && p[0] == 0x1f && p[1] == 0x8b && p[2] == 8 && (p[3] & 0xe0) == 0 ? 27 : 0;
}

static enum status gzip_open(struct open_in *in)
{
	return compressed_open(in, STREAM_GZIP);
}

const struct format format_gzip = {
	.id = FORMAT_GZIP,
	.name = "gzip",
	.summary = "gzip stream, also around tar or cpio",
	.head_bytes = 10,
	.probe = gzip_probe,
	.open = gzip_open,
};

static int bzip2_probe(struct cursor head, uint64_t total_bytes)
{
	const uint8_t *p = cursor_peek(&head, 10);

	if (!p || memcmp(p, "BZh", 3) || p[3] < '1' || p[3] > '9')
		return 0;
	return memcmp(p + 4, "\x31\x41\x59\x26\x53\x59", 6) == 0 ||
			       memcmp(p + 4, "\x17\x72\x45\x38\x50\x90", 6) == 0
		       ? 76
		       : 0;
}

static enum status bzip2_open(struct open_in *in)
{
	return compressed_open(in, STREAM_BZIP2);
}

const struct format format_bzip2 = {
	.id = FORMAT_BZIP2,
	.name = "bzip2",
	.summary = "bzip2 stream, also around tar or cpio",
	.head_bytes = 10,
	.probe = bzip2_probe,
	.open = bzip2_open,
};

static int xz_probe(struct cursor head, uint64_t total_bytes)
{
	const uint8_t *p = cursor_peek(&head, 6);

	return p && memcmp(p, "\xfd" "7zXZ\0", 6) == 0 ? 48 : 0;
}

static enum status xz_open(struct open_in *in)
{
	return compressed_open(in, STREAM_XZ);
}

const struct format format_xz = {
	.id = FORMAT_XZ,
	.name = "xz",
	.summary = "xz stream, also around tar or cpio",
	.head_bytes = 6,
	.probe = xz_probe,
	.open = xz_open,
};

/*
 * No magic: 0 u8 properties, 1 u32 dictionary (2^n or 2^n + 2^(n-1) as every writer has it),
 * 5 u64 size (or all ones), 13 u8 always zero.
 */
static int lzma_probe(struct cursor head, uint64_t total_bytes)
{
	uint8_t props = cursor_u8(&head);
	uint32_t dictionary = cursor_u32le(&head), low = dictionary & (~dictionary + 1);
	uint64_t size = cursor_u64le(&head);
	uint8_t first = cursor_u8(&head);

	if (!cursor_ok(&head) || props >= 225 || dictionary < 4096 || first != 0)
		return 0;
	if (dictionary != low && dictionary != low + (low << 1))
		return 0;
	if (size != UINT64_MAX && size >= 1ull << 38)
		return 0;
	return props == 0x5d ? 30 : 18;
}

static enum status lzma_open(struct open_in *in)
{
	return compressed_open(in, STREAM_LZMA);
}

const struct format format_lzma = {
	.id = FORMAT_LZMA,
	.name = "lzma",
	.summary = "lzma stream of the old kind, also around tar or cpio",
	.head_bytes = 14,
	.probe = lzma_probe,
	.open = lzma_open,
};

static int zstd_probe(struct cursor head, uint64_t total_bytes)
{
	uint32_t magic = cursor_u32le(&head);

	if (!cursor_ok(&head))
		return 0;
	if (magic == 0xfd2fb528)
		return 32;
	return (magic & 0xfffffff0) == 0x184d2a50 ? 28 : 0;
}

static enum status zstd_open(struct open_in *in)
{
	return compressed_open(in, STREAM_ZSTD);
}

const struct format format_zstd = {
	.id = FORMAT_ZSTD,
	.name = "zstd",
	.summary = "zstd frames, also around tar or cpio",
	.head_bytes = 4,
	.probe = zstd_probe,
	.open = zstd_open,
};

static int lz4_probe(struct cursor head, uint64_t total_bytes)
{
	uint32_t magic = cursor_u32le(&head);

	return cursor_ok(&head) && (magic == 0x184d2204 || magic == 0x184c2102) ? 32 : 0;
}

static enum status lz4_format_open(struct open_in *in)
{
	return open_stream(in, stream_open_codec(lz4_open(in->bytes.base, in->bytes.len)));
}

const struct format format_lz4 = {
	.id = FORMAT_LZ4,
	.name = "lz4",
	.summary = "LZ4 frames, legacy ones too, also around tar or cpio",
	.head_bytes = 4,
	.probe = lz4_probe,
	.open = lz4_format_open,
};

static int compress_probe(struct cursor head, uint64_t total_bytes)
{
	const uint8_t *p = cursor_peek(&head, 4);

	/* The first code is a plain byte, so its ninth bit is not set. */
	return p && p[0] == 0x1f && p[1] == 0x9d && (p[2] & 0x60) == 0 && (p[2] & 0x1f) >= 9 &&
			       (p[2] & 0x1f) <= 16
		       ? 21
		       : 0;
}

static enum status compress_open(struct open_in *in)
{
	return open_stream(in, stream_open_codec(lzw_open(in->bytes.base, in->bytes.len)));
}

const struct format format_compress = {
	.id = FORMAT_COMPRESS,
	.name = "compress",
	.summary = "Unix compress (.Z), also around tar or cpio",
	.head_bytes = 4,
	.probe = compress_probe,
	.open = compress_open,
};

static int pbzx_probe(struct cursor head, uint64_t total_bytes)
{
	const uint8_t *p = cursor_peek(&head, 8);

	return p && memcmp(p, "pbzx", 4) == 0 ? (p[4] == 0 && p[5] == 0 ? 48 : 32) : 0;
}

static enum status pbzx_format_open(struct open_in *in)
{
	return open_stream(in, stream_open_codec(pbzx_open(in->bytes.base, in->bytes.len)));
}

const struct format format_pbzx = {
	.id = FORMAT_PBZX,
	.name = "pbzx",
	.summary = "payload of a macOS package: chunks of xz around cpio",
	.head_bytes = 8,
	.probe = pbzx_probe,
	.open = pbzx_format_open,
};

static int brotli_probe(struct cursor head, uint64_t total_bytes)
{
	return 0; /* any bytes may begin one */
}

/*
 * Nothing in the bytes says brotli but that all of them decode. The consumer goes by the name, so
 * that is asked first. What decodes so far is taken for brotli without its end having been seen.
 */
static int brotli_probe_named(struct cursor whole, struct str name)
{
	enum { TRIAL_BYTES = 64 << 20, PIECE_BYTES = 16 << 10 };
	uint8_t piece[PIECE_BYTES];
	struct stream *s;
	uint64_t got = 0;
	size_t n = 1;
	bool fits;

	if (!str_ends_nocase(name, ".br") || whole.len == 0)
		return 0;
	s = stream_open_codec(brotli_open(whole.base, whole.len));
	while (s && got < TRIAL_BYTES && (n = stream_read(s, piece, sizeof(piece))) > 0)
		got += n;
	fits = s && (n > 0 || (stream_how(s) == STATUS_OK && stream_used(s) == whole.len));
	stream_close(s);
	return fits ? 24 : 0;
}

static enum status brotli_format_open(struct open_in *in)
{
	return open_stream(in, stream_open_codec(brotli_open(in->bytes.base, in->bytes.len)));
}

const struct format format_brotli = {
	.id = FORMAT_BROTLI,
	.name = "brotli",
	.summary = "brotli stream, when the name ends in .br and all of it decodes",
	.suffix = ".br",
	.probe = brotli_probe,
	.probe_named = brotli_probe_named,
	.open = brotli_format_open,
};
