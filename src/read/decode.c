#include "read/decode.h"

#include <math.h>

static int base64_value(unsigned char c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	return c == '+' || c == '-' ? 62 : c == '/' || c == '_' ? 63 : -1;
}

static int hex_value(unsigned char c)
{
	return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 87 : c >= 'A' && c <= 'F' ? c - 55 : -1;
}

unsigned entropy_of(struct str s)
{
	size_t counts[256] = {0};
	double bits = 0;

	if (!s.len)
		return 0;
	for (size_t i = 0; i < s.len; i++)
		counts[(unsigned char)s.p[i]]++;
	for (int i = 0; i < 256; i++)
		if (counts[i]) {
			double p = (double)counts[i] / (double)s.len;

			bits -= p * log2(p);
		}
	return (unsigned)(bits * 100);
}

static struct str decode_hex(struct arena *a, struct str s)
{
	char *o = arena_alloc(a, s.len / 2 + 1);
	size_t n = 0;

	for (size_t i = 0; i + 1 < s.len; i += 2)
		o[n++] = (char)(hex_value((unsigned char)s.p[i]) << 4 | hex_value((unsigned char)s.p[i + 1]));
	return (struct str){o, n};
}

struct str decode_base64(struct arena *a, struct str s)
{
	char *o = arena_alloc(a, s.len + 1);
	uint32_t acc = 0;
	int bits = 0;
	size_t n = 0;

	for (size_t i = 0; i < s.len; i++) {
		int d = base64_value((unsigned char)s.p[i]);

		if (d < 0)
			continue;
		acc = acc << 6 | (uint32_t)d;
		bits += 6;
		if (bits >= 8) {
			bits -= 8;
			o[n++] = (char)(acc >> bits);
		}
	}
	return (struct str){o, n};
}

struct shape {
	size_t hex, base64, other, upper, lower, digit;
};

static struct shape shape_of(struct str s)
{
	struct shape h = {0};

	for (size_t i = 0; i < s.len; i++) {
		unsigned char c = (unsigned char)s.p[i];

		h.hex += hex_value(c) >= 0;
		h.base64 += base64_value(c) >= 0 || c == '=' || c == '\n' || c == '\r';
		h.upper += c >= 'A' && c <= 'Z';
		h.lower += c >= 'a' && c <= 'z';
		h.digit += c >= '0' && c <= '9';
	}
	h.other = s.len - h.base64;
	return h;
}

static bool starts_bytes(struct str s, const char *p, size_t n)
{
	return s.len >= n && !memcmp(s.p, p, n);
}

static bool mostly_text(struct str s)
{
	size_t bad = 0, n = s.len < 4096 ? s.len : 4096;

	for (size_t i = 0; i < n; i++) {
		unsigned char c = (unsigned char)s.p[i];

		bad += c < 9 || (c > 13 && c < 32) || c == 127 || c >= 0x80;
	}
	return n && bad * 20 <= n;
}

static enum blob_kind kind_of(struct str b)
{
	static const struct {
		const char *magic;
		size_t n;
		enum blob_kind kind;
	} rows[] = {
		{"\x89PNG", 4, BLOB_MEDIA}, {"GIF8", 4, BLOB_MEDIA}, {"\xff\xd8\xff", 3, BLOB_MEDIA},
		{"RIFF", 4, BLOB_MEDIA}, {"wOFF", 4, BLOB_MEDIA}, {"wOF2", 4, BLOB_MEDIA},
		{"OTTO", 4, BLOB_MEDIA}, {"\x00\x01\x00\x00", 4, BLOB_MEDIA}, {"<svg", 4, BLOB_MEDIA},
		{"<?xml", 5, BLOB_MEDIA}, {"OggS", 4, BLOB_MEDIA}, {"ID3", 3, BLOB_MEDIA}, {"\x00\x00\x01\x00", 4, BLOB_MEDIA},
		{"%PDF", 4, BLOB_MEDIA}, {"{\"version\":3", 12, BLOB_MEDIA}, {"\x30\x82", 2, BLOB_MEDIA},
		{"-----BEGIN", 10, BLOB_MEDIA}, {"\x00" "asm", 4, BLOB_WASM}, {"MZ", 2, BLOB_EXECUTABLE},
		{"\x7f" "ELF", 4, BLOB_EXECUTABLE}, {"\xcf\xfa\xed\xfe", 4, BLOB_EXECUTABLE},
		{"\xca\xfe\xba\xbe", 4, BLOB_EXECUTABLE}, {"\x1f\x8b", 2, BLOB_ARCHIVE}, {"PK\x03\x04", 4, BLOB_ARCHIVE},
		{"7z\xbc\xaf", 4, BLOB_ARCHIVE}, {"\x28\xb5\x2f\xfd", 4, BLOB_ARCHIVE}, {"\xfd" "7zXZ", 5, BLOB_ARCHIVE},
		{"x\x9c", 2, BLOB_ARCHIVE}, {"x\xda", 2, BLOB_ARCHIVE}, {"BZh", 3, BLOB_ARCHIVE}, {"#!", 2, BLOB_CODE},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		if (starts_bytes(b, rows[i].magic, rows[i].n))
			return rows[i].kind;
	if (looks_like_js(b))
		return BLOB_CODE;
	return mostly_text(b) ? BLOB_TEXT : BLOB_OPAQUE;
}

const char *blob_name(enum blob_kind k)
{
	static const char *const names[] = {"", "media", "wasm", "text", "code", "executable", "compressed data",
		"opaque bytes"};

	return (unsigned)k < sizeof(names) / sizeof(*names) ? names[k] : "";
}

struct blob blob_look(struct arena *a, struct str s)
{
	struct blob b = {BLOB_NONE, "", STR_NONE};
	struct shape h;

	if (s.len < BLOB_MIN_CHARS)
		return b;
	if (str_starts(s, "data:")) {
		size_t comma = str_find_z(str_part(s, 0, 120), ",");

		if (comma == SIZE_MAX || !str_has(str_part(s, 0, comma), "base64"))
			return b;
		if (str_starts(s, "data:image") || str_starts(s, "data:font") || str_starts(s, "data:audio") ||
			str_starts(s, "data:video") || str_starts(s, "data:application/font") || str_starts(s, "data:text/css")) {
			b.kind = BLOB_MEDIA;
			b.scheme = "base64";
			return b;
		}
		s = str_part(s, comma + 1, s.len);
	}
	h = shape_of(s);
	if (h.hex == s.len && s.len % 2 == 0 && h.digit && h.digit < s.len) {
		b.scheme = "hex";
		b.bytes = decode_hex(a, str_part(s, 0, BLOB_MAX_BYTES * 2));
	} else if (h.base64 == s.len && h.upper * 8 > s.len && h.lower * 8 > s.len && h.digit &&
		entropy_of(str_part(s, 0, 4096)) > 480) {
		b.scheme = "base64";
		b.bytes = decode_base64(a, str_part(s, 0, BLOB_MAX_BYTES));
	} else {
		return b;
	}
	b.kind = kind_of(b.bytes);
	return b;
}

static size_t count_z(struct str s, const char *z)
{
	size_t n = 0, at, len = strlen(z);

	while (n < 8 && (at = str_find_z(s, z)) != SIZE_MAX) {
		n++;
		s = str_part(s, at + len, s.len);
	}
	return n;
}

bool looks_like_js(struct str s)
{
	static const char *const strong[] = {"require(", "function(", "function (", "=>{", "=> {", "process.env",
		"child_process", "eval(", "document.", "window.", "module.exports", "fetch(", "XMLHttpRequest",
		"async function", "atob(", "console.log(", "return ", "import(", "new Function", "globalThis", "http.get", "https.get", NULL};
	static const char *const weak[] = {"var ", "const ", "let ", "();", ");", "};", "){", "[0]", "if(", "if (", "for(", "for (", "&&", "===", NULL};
	unsigned score = 0;

	s = str_part(s, 0, 32768);
	if (s.len < 12 || !mostly_text(s))
		return false;
	for (int i = 0; strong[i]; i++)
		score += str_has(s, strong[i]) ? 2 : 0;
	for (int i = 0; weak[i]; i++)
		score += str_has(s, weak[i]);
	score += count_z(s, ";") >= 2;
	/* prose mentions such words too, but has few brackets */
	return score >= 4 && count_z(s, "(") >= 1 && count_z(s, ")") >= 1;
}

bool looks_like_python(struct str s)
{
	static const char *const strong[] = {"import ", "exec(", "eval(", "__import__", "lambda ", "def ", "os.system", "subprocess",
		"requests.", "urllib", "base64", "socket.", "print(", "open(", "compile(", "getattr(", "globals()", "except", NULL};
	static const char *const weak[] = {"from ", "self.", "):", "try:", "else:", "if ", "for ", " in ", "return ", "()", "    ", " = ",
		"True", "False", "None", NULL};
	unsigned hits = 0, score = 0;

	s = str_part(s, 0, 32768);
	if (s.len < 12 || !mostly_text(s))
		return false;
	for (int i = 0; strong[i]; i++)
		hits += str_has(s, strong[i]);
	for (int i = 0; weak[i]; i++)
		score += str_has(s, weak[i]);
	return (hits >= 2 || (hits && score >= 4)) && count_z(s, "(") >= 1 && count_z(s, ")") >= 1;
}
