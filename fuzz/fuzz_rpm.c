/* Who controls these bytes: whoever built the package. The seed is a whole one, put together here. */
#include "container.h"

#include "util/buf.h"

struct tag {
	uint32_t tag, type, count;
	const char *bytes;
	size_t n;
};

#define TEXT(tag, type, count, literal) {tag, type, count, literal "\0", sizeof(literal)}
#define NUMBERS(tag, type, count, literal) {tag, type, count, literal, sizeof(literal) - 1}

static void u32(struct buf *b, uint32_t v)
{
	for (int i = 24; i >= 0; i -= 8)
		buf_add_char(b, (char)(v >> i));
}

static void header(struct buf *b, const struct tag *tags, size_t n)
{
	struct buf store;

	buf_init(&store, 4096);
	buf_add(b, "\x8e\xad\xe8\1\0\0\0", 8);
	u32(b, (uint32_t)n);
	for (size_t i = 0; i < n; i++)
		buf_add(&store, tags[i].bytes, tags[i].n);
	u32(b, (uint32_t)store.len);
	store.len = 0;
	for (size_t i = 0; i < n; i++) {
		u32(b, tags[i].tag);
		u32(b, tags[i].type);
		u32(b, (uint32_t)store.len);
		u32(b, tags[i].count);
		buf_add(&store, tags[i].bytes, tags[i].n);
	}
	buf_add(b, store.p, store.len);
	buf_release(&store);
}

void fuzz_seeds(void (*run)(const void *bytes, size_t n))
{
	static const struct tag signature[] = {
		TEXT(273, 6, 1, "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"),
		NUMBERS(268, 7, 19, "\x88\x11\4\0\1\x08\0\x0a\x09\x10\1\2\3\4\5\6\7\x08\0"),
	};
	static const struct tag tags[] = {
		NUMBERS(1116, 4, 1, "\0\0\0\0"),
		NUMBERS(1028, 4, 1, "\0\0\0\5"),
		NUMBERS(1069, 4, 1, "\0\0\0\0"),
		NUMBERS(1068, 4, 1, "\0\1\0\0"),
		NUMBERS(5011, 4, 1, "\0\0\0\x08"),
		NUMBERS(1030, 3, 1, "\x81\xa4"),
		TEXT(1000, 6, 1, "sample"),
		TEXT(1001, 6, 1, "1"),
		TEXT(1002, 6, 1, "1"),
		TEXT(1005, 9, 1, "Two\nlines."),
		TEXT(1023, 6, 1, "echo pre"),
		TEXT(1085, 8, 2, "/bin/sh\0-e"),
		TEXT(1065, 8, 1, "echo trigger"),
		TEXT(1066, 8, 1, "bash"),
		TEXT(1117, 8, 1, "file1"),
		TEXT(1118, 8, 1, "/"),
		TEXT(1035, 8, 1, "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"),
		NUMBERS(9000, 7, 4, "\1\2\3\4"),
	};
	static const char payload[] = "07070100000001000081a4000000000000000000000001650000000000000500"
				      "0000080000000100000000000000000000000800000000./file1\0"
				      "\0\0hello\0\0\0"
				      "0707010000000000000000000000000000000000000001000000000000000000"
				      "0000000000000000000000000000000000000b00000000TRAILER!!!\0\0\0\0";
	struct buf b;

	buf_init(&b, 1 << 16);
	buf_add(&b, "\xed\xab\xee\xdb\3\0\0\0\0\1sample-1-1", 20);
	while (b.len < 96)
		buf_add_char(&b, '\0');
	header(&b, signature, sizeof(signature) / sizeof(signature[0]));
	while (b.len % 8)
		buf_add_char(&b, '\0');
	header(&b, tags, sizeof(tags) / sizeof(tags[0]));
	buf_add(&b, payload, sizeof(payload) - 1);
	run(b.p, b.len);
	buf_release(&b);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	return container_check(FORMAT_RPM, bytes, n);
}
