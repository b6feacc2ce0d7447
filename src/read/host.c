#include "read/host.h"

#include "read/strings.h"
#include "util/buf.h"

bool has_holes(struct str s)
{
	return s.len && memchr(s.p, 1, s.len) != NULL;
}

size_t known_bytes(struct str s)
{
	size_t n = 0;
	bool in = false;

	for (size_t i = 0; i < s.len; i++) {
		if (s.p[i] == 1)
			in = true;
		else if (s.p[i] == 2)
			in = false;
		else
			n += !in && s.p[i] != HOST_MARK;
	}
	return n;
}

struct str holes_shown(struct arena *a, struct str s, size_t max)
{
	struct buf b;
	struct str r;
	bool in = false, skip = false;

	if (s.len && s.p[0] == HOST_MARK)
		s = str_part(s, 1, s.len);
	if (!has_holes(s))
		return arena_str(a, str_part(s, 0, max));
	buf_init(&b, max + 64);
	for (size_t i = 0; i < s.len && b.len < max; i++) {
		if (s.p[i] == 1 && i + 1 < s.len && s.p[i + 1] == 2) {
			i++; /* marks only that there are other values */
		} else if (s.p[i] == 1) {
			in = true;
			skip = false;
			buf_add_z(&b, "${");
		} else if (s.p[i] == 2) {
			in = false;
			buf_add_char(&b, '}');
		} else if (in && s.p[i] == '#') {
			skip = true;
		} else if (!in || !skip) {
			buf_add_char(&b, s.p[i]);
		}
	}
	r = arena_str(a, buf_str(&b));
	buf_release(&b);
	return r;
}

static struct str lower(struct arena *a, struct str s)
{
	char *o = arena_alloc(a, s.len + 1);

	for (size_t i = 0; i < s.len; i++)
		o[i] = s.p[i] >= 'A' && s.p[i] <= 'Z' ? (char)(s.p[i] + 32) : s.p[i];
	return (struct str){o, s.len};
}

static bool is_address(struct str s)
{
	int dots = 0, digits = 0;

	for (size_t i = 0; i < s.len; i++) {
		if (s.p[i] == '.') {
			if (!digits || digits > 3)
				return false;
			digits = 0;
			dots++;
		} else if (s.p[i] >= '0' && s.p[i] <= '9') {
			digits++;
		} else {
			return false;
		}
	}
	return dots == 3 && digits > 0 && digits <= 3;
}

struct str host_of(struct arena *a, struct str d)
{
	size_t at = str_find_z(d, "://"), n = 0;
	bool scheme = at != SIZE_MAX && at < 16;
	size_t hole;

	if (d.len && d.p[0] == HOST_MARK) {
		d = str_part(d, 1, d.len);
		scheme = true;
	} else if (scheme)
		d = str_part(d, at + 3, d.len);
	else if (str_starts(d, "//"))
		d = str_part(d, 2, d.len);
	/* up to the path, but not into a hole */
	while (n < d.len && d.p[n] != '/' && d.p[n] != '?' && d.p[n] != '#') {
		if (d.p[n] == 1)
			while (n < d.len && d.p[n] != 2)
				n++;
		n += n < d.len;
	}
	d = str_part(d, 0, n);
	at = str_rfind_char(d, '@');
	if (at != SIZE_MAX)
		d = str_part(d, at + 1, d.len);
	hole = str_rfind_char(d, 2);
	if (hole != SIZE_MAX) {
		d = str_part(d, hole + 1, d.len);
		if (str_starts(d, "."))
			d = str_part(d, 1, d.len);
		else if (d.len && d.p[0] != ':')
			d = STR("");
	}
	if (d.len && memchr(d.p, 1, d.len))
		return STR("");
	if (d.len && d.p[0] != '[') {
		at = str_rfind_char(d, ':');
		if (at != SIZE_MAX)
			d = str_part(d, 0, at);
	}
	if (!d.len || d.len > 253)
		return STR("");
	if (is_address(d) || (scheme && str_is(d, "localhost")) || host_valid(d, !scheme))
		return lower(a, d);
	return STR("");
}

static bool number_of(struct str s, uint64_t *ret)
{
	unsigned base = 10;

	if (str_starts(s, "0x") || str_starts(s, "0X")) {
		base = 16;
		s = str_part(s, 2, s.len);
	} else if (s.len > 1 && s.p[0] == '0') {
		base = 8;
		s = str_part(s, 1, s.len);
	}
	return s.len && s.len <= 12 && str_to_u64(s, base, ret);
}

bool host_ipv4(struct str d, uint32_t *ret)
{
	size_t at = str_find_z(d, "://"), end;
	uint64_t address = 0, part;
	int left = 4;

	if (d.len && d.p[0] == HOST_MARK)
		d = str_part(d, 1, d.len);
	else if (at != SIZE_MAX)
		d = str_part(d, at + 3, d.len);
	for (end = 0; end < d.len && !strchr("/:?#", d.p[end]); end++)
		if (d.p[end] == '@') { /* of a user */
			d = str_part(d, end + 1, d.len);
			end = SIZE_MAX;
		}
	d = str_part(d, 0, end);
	while (d.len && left--) {
		size_t dot = str_find_z(d, ".");
		bool last = dot == SIZE_MAX;

		if (!number_of(str_part(d, 0, last ? d.len : dot), &part))
			return false;
		if (last) { /* it fills what is left */
			*ret = (uint32_t)(address << (left * 8 + 8) | part);
			return part < (1ull << (left * 8 + 8));
		}
		if (part > 255)
			return false;
		address = address << 8 | part;
		d = str_part(d, dot + 1, d.len);
	}
	return false;
}
