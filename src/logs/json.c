/* JSON of logs, walked without building anything: objects, arrays, strings, numbers, words. */
#include "logs/columns.h"

#include "logs/words.h"
#include "util/escape.h"

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

struct walk {
	const char *p, *end;
	struct arena *a; /* NULL: only whether it is JSON */
	void (*each)(void *user, struct str path, struct str value);
	void *user;
	char path[JSON_PATH_BYTES];
	size_t path_len;
};

static void blanks(struct walk *w)
{
	while (w->p < w->end && (*w->p == ' ' || *w->p == '\t' || *w->p == '\n' || *w->p == '\r'))
		w->p++;
}

static int hex4(const char *p)
{
	int v = 0;

	for (int i = 0; i < 4; i++) {
		char c = p[i];
		int d = c >= '0' && c <= '9'		? c - '0'
			: (c | 0x20) >= 'a' && (c | 0x20) <= 'f' ? (c | 0x20) - 'a' + 10
								 : -1;

		if (d < 0)
			return -1;
		v = v * 16 + d;
	}
	return v;
}

/* The inside of a string that was found well-formed. */
static struct str unescape(struct arena *a, struct str s)
{
	struct buf b;
	struct str ret;

	buf_init(&b, 3 * s.len + 4);
	for (size_t i = 0; i < s.len; i++) {
		static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
		const char *which;
		uint32_t c;

		if (s.p[i] != '\\') {
			buf_add_char(&b, s.p[i]);
			continue;
		}
		i++;
		which = memchr(from, s.p[i], sizeof(from) - 1);
		if (which) {
			buf_add_char(&b, to[which - from]);
			continue;
		}
		c = (uint32_t)hex4(s.p + i + 1);
		i += 4;
		if (c >= 0xd800 && c < 0xdc00 && i + 6 < s.len + 1 && s.p[i + 1] == '\\' &&
			s.p[i + 2] == 'u') {
			int low = hex4(s.p + i + 3);

			if (low >= 0xdc00 && low < 0xe000) {
				c = 0x10000 + ((c - 0xd800) << 10) + ((uint32_t)low - 0xdc00);
				i += 6;
			}
		}
		utf8_put(&b, c);
	}
	ret = arena_str(a, buf_str(&b));
	buf_release(&b);
	return ret;
}

/* On to the next quote, backslash or control byte, sixteen bytes at a time as far as there are. */
static const char *plain_end(const char *p, const char *end)
{
#if defined(__SSE2__)
	const __m128i quote = _mm_set1_epi8('"'), slash = _mm_set1_epi8('\\'),
		      low = _mm_set1_epi8(0x1f);

	for (; end - p >= 16; p += 16) {
		__m128i v = _mm_loadu_si128((const __m128i *)(const void *)p);
		__m128i hit = _mm_or_si128(_mm_cmpeq_epi8(_mm_max_epu8(v, low), low),
			_mm_or_si128(_mm_cmpeq_epi8(v, quote), _mm_cmpeq_epi8(v, slash)));
		int bits = _mm_movemask_epi8(hit);

		if (bits)
			return p + __builtin_ctz((unsigned)bits);
	}
#endif
	while (p < end && *p != '"' && *p != '\\' && (unsigned char)*p >= 0x20)
		p++;
	return p;
}

/* At a quote. The inside, as it stands there; *ret_escapes: it needs decoding. */
static bool string(struct walk *w, struct str *ret, bool *ret_escapes)
{
	const char *p = w->p + 1;

	*ret_escapes = false;
	for (; (p = plain_end(p, w->end)) < w->end && *p != '"'; p++) {
		if (*p != '\\')
			return false;
		*ret_escapes = true;
		p++;
		if (p >= w->end)
			return false;
		if (*p == 'u') {
			if (w->end - p < 5 || hex4(p + 1) < 0)
				return false;
			p += 4;
		} else if (!memchr("\"\\/bfnrt", *p, 8)) {
			return false;
		}
	}
	if (p >= w->end)
		return false;
	*ret = str_view(w->p + 1, (size_t)(p - w->p - 1));
	w->p = p + 1;
	return true;
}

static bool scalar_byte(char c)
{
	return (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') || c == '-' ||
	       c == '+' || c == '.';
}

static void say(struct walk *w, struct str value, bool escapes)
{
	if (w->each)
		w->each(w->user, str_view(w->path, w->path_len),
			escapes ? unescape(w->a, value) : value);
}

static bool scalar(struct walk *w)
{
	struct str value;
	const char *from = w->p;
	bool escapes;

	if (*w->p == '"') {
		if (!string(w, &value, &escapes))
			return false;
		say(w, value, escapes);
		return true;
	}
	while (w->p < w->end && scalar_byte(*w->p))
		w->p++;
	value = str_view(from, (size_t)(w->p - from));
	if (!value.len || ((*from | 0x20) >= 'a' && !str_is(value, "true") && !str_is(value, "false") &&
				  !str_is(value, "null")))
		return false;
	if (!str_is(value, "null"))
		say(w, value, false);
	return true;
}

/* "name": onto the path. */
static bool name(struct walk *w)
{
	struct str n;
	bool escapes;

	blanks(w);
	if (w->p >= w->end || *w->p != '"' || !string(w, &n, &escapes))
		return false;
	blanks(w);
	if (w->p >= w->end || *w->p++ != ':')
		return false;
	if (!w->each)
		return true;
	if (escapes)
		n = unescape(w->a, n);
	if (w->path_len && w->path_len < JSON_PATH_BYTES)
		w->path[w->path_len++] = '.';
	n = str_part(n, 0, JSON_PATH_BYTES - w->path_len);
	memcpy(w->path + w->path_len, n.p, n.len);
	w->path_len += n.len;
	return true;
}

static bool value(struct walk *w)
{
	struct {
		char close;
		size_t path_len;
	} open[JSON_LEVELS];
	unsigned depth = 0;

	for (;;) {
		blanks(w);
		if (w->p >= w->end)
			return false;
		if (*w->p == '{' || *w->p == '[') {
			char close = *w->p == '{' ? '}' : ']';

			if (depth == JSON_LEVELS)
				return false;
			open[depth].close = close;
			open[depth++].path_len = w->path_len;
			w->p++;
			blanks(w);
			if (w->p < w->end && *w->p == close)
				goto closed;
			if (close == '}' && !name(w))
				return false;
			continue;
		}
		if (!scalar(w))
			return false;
		while (depth) {
			blanks(w);
			if (w->p >= w->end)
				return false;
			if (*w->p == ',') {
				w->p++;
				w->path_len = open[depth - 1].path_len;
				if (open[depth - 1].close == '}' && !name(w))
					return false;
				break;
			}
		closed:
			if (*w->p != open[depth - 1].close)
				return false;
			w->p++;
			w->path_len = open[--depth].path_len;
		}
		if (!depth)
			return true;
	}
}

static bool whole(struct walk *w)
{
	if (!value(w))
		return false;
	blanks(w);
	return w->p == w->end;
}

bool json_valid(struct str s)
{
	struct walk w = {.p = s.p, .end = s.p + s.len};

	return s.len && whole(&w);
}

bool json_each(struct arena *a, struct str s,
	void (*each)(void *user, struct str path, struct str value), void *user)
{
	struct walk w = {.p = s.p, .end = s.p + s.len, .a = a, .each = each, .user = user};

	return s.len && whole(&w);
}
