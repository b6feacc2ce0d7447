#include "logs/words.h"


#include "util/address.h"
#include "util/cursor.h"

bool word_take(struct str *rest, struct str *ret)
{
	const char *blank;
	size_t n;

	if (!rest->len)
		return false;
	blank = memchr(rest->p, ' ', rest->len);
	n = blank ? (size_t)(blank - rest->p) : rest->len;
	*ret = str_part(*rest, 0, n);
	*rest = str_part(*rest, n + (blank != NULL), rest->len);
	return n > 0;
}

bool char_take(struct str *rest, char c)
{
	if (!rest->len || rest->p[0] != c)
		return false;
	*rest = str_part(*rest, 1, rest->len);
	return true;
}

bool quoted_take(struct str *rest, struct str *ret)
{
	if (!rest->len || rest->p[0] != '"')
		return false;
	for (size_t i = 1; i < rest->len; i++) {
		if (rest->p[i] == '\\') {
			i++;
			continue;
		}
		if (rest->p[i] != '"')
			continue;
		*ret = str_part(*rest, 1, i - 1);
		*rest = str_part(*rest, i + 1, rest->len);
		return !rest->len || char_take(rest, ' ');
	}
	return false;
}

bool field_take(struct str *rest, struct str *ret)
{
	return rest->len && rest->p[0] == '"' ? quoted_take(rest, ret) : word_take(rest, ret);
}

bool digits_only(struct str s)
{
	for (size_t i = 0; i < s.len; i++)
		if (s.p[i] < '0' || s.p[i] > '9')
			return false;
	return s.len > 0;
}

void request_take(struct log_record *r, struct str request)
{
	struct str rest = request, method, target;

	if (!word_take(&rest, &method) || !word_take(&rest, &target))
		return;
	if (!str_is(method, "GET") && !str_is(method, "POST"))
		r->failed = true;
	if (target.p[0] == '/')
		record_add(r, WHAT_PATH, target);
	else if (str_has(target, "://"))
		record_add(r, WHAT_URL, target);
	else if (str_is(method, "CONNECT"))
		record_add(r, WHAT_HOST, without_port(target));
}

bool status_take(struct log_record *r, struct str word)
{
	uint64_t n;

	if (str_is(word, "-"))
		return true;
	if (word.len != 3 || !str_to_u64(word, 10, &n))
		return false;
	r->status = (int)n;
	/* 304: it has the file already, and asks whether it is still the same */
	if (n && (n < 200 || n >= 300) && n != 304)
		r->failed = true;
	return true;
}

bool bytes_take(struct log_record *r, struct str word)
{
	if (str_is(word, "-") || !word.len)
		return true;
	r->has_bytes = str_to_u64(word, 10, &r->bytes);
	return r->has_bytes;
}

struct str without_port(struct str s)
{
	size_t close = str_find_z(s, "]"), colon = str_find_z(s, ":");

	if (s.len && s.p[0] == '[' && close != SIZE_MAX)
		return str_part(s, 1, close - 1);
	if (colon == SIZE_MAX || str_find_z(str_part(s, colon + 1, s.len), ":") != SIZE_MAX)
		return s; /* no port, or an IPv6 address */
	return str_part(s, 0, colon);
}

bool looks_like_ip(struct str s)
{
	uint8_t bytes[ADDRESS_BYTES];

	return !str_has(s, "%") && address_read(s, bytes);
}
