/*
 * .NET single-file bundle (design/features/host-probing and bundler of .NET 5 to 9): the host
 * program holds u64 offset of the header, then a fixed mark of 32 bytes. Header, little-endian:
 *
 *	u32 major, u32 minor, i32 files, text bundle id
 *	from version 2: i64 offset, i64 size of deps.json; the same of runtimeconfig.json; u64 flags
 *	files x { i64 offset, i64 size, from version 6: i64 packed size (0 = stored), u8 type, text path }
 *
 * A text is its length in 7-bit groups, low first, and UTF-8. Packed files are raw deflate.
 */
#include "formats/program.h"

enum { MARK_BYTES = 32, FILES_MAX = 65536, VERSION_MAX = 99, PATH_BYTES = 4096 };

static const char mark[MARK_BYTES] =
	"\x8b\x12\x02\xb9\x6a\x61\x20\x38\x72\x7b\x93\x02\x14\xd7\xa0\x32"
	"\x13\xf5\xb9\xe6\xef\xae\x33\x18\xee\x3b\x2d\xce\x24\xb3\x6a\xae";

static struct str text(struct cursor *c)
{
	uint32_t n = 0;
	uint8_t b;
	int shift = 0;

	do {
		b = cursor_u8(c);
		n |= (uint32_t)(b & 0x7f) << shift;
		shift += 7;
	} while (b & 0x80 && shift < 28);
	return cursor_str(c, n < PATH_BYTES ? n : SIZE_MAX);
}

struct bundle {
	struct cursor c; /* at the first file */
	uint64_t at;     /* of the header */
	uint32_t major, n;
};

/* Reads the header when the host says where it is; a host without a bundle says 0. */
static bool header(struct program *p, struct bundle *b)
{
	struct str whole = str_view(p->whole.base, p->whole.len);
	size_t at = str_find(whole, str_view(mark, MARK_BYTES));
	struct cursor c;
	uint32_t minor;

	if (at == SIZE_MAX || at < 8)
		return false;
	c = cursor_part(&p->whole, at - 8, 8);
	b->at = cursor_u64le(&c);
	if (b->at == 0 || b->at >= p->whole.len)
		return false;
	b->c = cursor_clip(&p->whole, b->at, UINT64_MAX);
	b->major = cursor_u32le(&b->c);
	minor = cursor_u32le(&b->c);
	b->n = cursor_u32le(&b->c);
	(void)text(&b->c);
	if (b->major >= 2)
		cursor_skip(&b->c, 40);
	return cursor_ok(&b->c) && b->major > 0 && b->major <= VERSION_MAX &&
		minor <= VERSION_MAX &&
		b->n > 0 && b->n <= FILES_MAX;
}

static bool bundle_find(struct program *p)
{
	struct bundle b;

	return header(p, &b);
}

static enum status file_open(struct program *p, struct archive *a, struct bundle *b)
{
	uint64_t offset = cursor_u64le(&b->c), size = cursor_u64le(&b->c),
		 packed = b->major >= 6 ? cursor_u64le(&b->c) : 0;
	struct entry e = {.size_bytes = size};

	cursor_skip(&b->c, 1);
	e.name = text(&b->c);
	if (!cursor_ok(&b->c)) {
		a->damaged = true;
		archive_odd_z(a, "bundle-damaged", b->at, "the list of files is cut off");
		return STATUS_OK;
	}
	e.name = arena_printf(p->arena, "[bundle]/%.*s", STR_ARG(e.name));
	if (!packed)
		return program_span(a, e.name, offset, size);
	return program_packed(a, &e, offset, packed);
}

static enum status bundle_open(struct program *p, struct archive *a)
{
	struct bundle b;

	if (!header(p, &b))
		return STATUS_OK;
	for (uint32_t i = 0; i < b.n && cursor_ok(&b.c); i++)
		TRY(file_open(p, a, &b));
	archive_region(a, b.at, b.c.pos, "bundle header");
	return STATUS_OK;
}

const struct carrier carrier_dotnet_bundle = {".NET bundle", bundle_find, bundle_open};
