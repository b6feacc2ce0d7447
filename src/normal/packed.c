/* One compressed stream: gzip, bzip2, xz, zstd. Several, one behind the other, are not taken apart. */
#include "normal/normal_int.h"

#include "util/cursor.h"

enum { GZIP_HEAD_BYTES = 10, GZIP_NAME = 8, GZIP_TIME_AT = 4 };

static bool begins(struct str b, const char *mark, size_t n)
{
	return b.len > n && memcmp(b.p, mark, n) == 0;
}

static bool kind_of(struct str b, enum stream_kind *ret, const char **ret_name)
{
	static const struct {
		const char *mark;
		size_t n;
		enum stream_kind kind;
		const char *name;
	} kinds[] = {{"\x1F\x8B\x08", 3, STREAM_GZIP, "gzip"}, {"BZh", 3, STREAM_BZIP2, "bzip2"},
		{"\xFD" "7zXZ\0", 6, STREAM_XZ, "xz"}, {"\x28\xB5\x2F\xFD", 4, STREAM_ZSTD, "zstd"}};

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		if (!begins(b, kinds[i].mark, kinds[i].n))
			continue;
		*ret = kinds[i].kind;
		*ret_name = kinds[i].name;
		return true;
	}
	return false;
}

/* The header's own fields; the name that it states decides what a reader calls the content. */
static bool gzip_head(struct normal *n, struct str b, struct mix *m)
{
	struct cursor c = cursor_of(b.p, b.len);
	struct str name = STR_NONE;
	uint8_t flags;

	cursor_skip(&c, 3);
	flags = cursor_u8(&c);
	mix_u64(m, NORMAL_TIMES, cursor_u32le(&c));
	mix_u64(m, NORMAL_PACKING, cursor_u16le(&c));
	if (flags & GZIP_NAME)
		name = cursor_zstr(&c, 4096);
	if (!cursor_ok(&c) || flags & ~GZIP_NAME)
		return normal_refuse(n, "gzip: fields that are rare");
	mix_u64(m, NORMAL_NEVER, flags);
	mix_str(m, NORMAL_NEVER, name);
	mix_str(m, NORMAL_PACKING, str_part(b, c.pos, b.len));
	return true;
}

bool normal_packed(struct normal *n, struct str bytes, struct normal_form *ret)
{
	struct normal_form inside;
	enum stream_kind kind;
	const char *name;
	struct buf content;
	struct mix m;
	bool ok;

	if (!kind_of(bytes, &kind, &name))
		return false;
	mix_begin(&m, name);
	if (kind == STREAM_GZIP && !gzip_head(n, bytes, &m))
		return false;
	if (kind != STREAM_GZIP)
		mix_str(&m, NORMAL_PACKING, bytes);
	ok = normal_unpack(n, kind, bytes, &content) ||
	     normal_refuse(n, "a compressed file that does not end where it should");
	if (ok) {
		normal_bytes(n, buf_str(&content), &inside);
		mix_form(&m, &inside);
		mix_end(&m, ret);
	}
	buf_release(&content);
	return ok;
}
