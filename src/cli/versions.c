#include "cli/versions.h"

#include "util/cursor.h"

/* ---- npm ------------------------------------------------------------------------------------- */

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_word(char c)
{
	return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-';
}

static bool number(struct str s, uint64_t *ret)
{
	return s.len && s.len <= 16 && (s.len == 1 || s.p[0] != '0') && str_to_u64(s, 10, ret);
}

static bool all_digits(struct str s)
{
	for (size_t i = 0; i < s.len; i++)
		if (!is_digit(s.p[i]))
			return false;
	return s.len > 0;
}

/* Takes the part up to the next point (or the end) off *rest. */
static struct str next_part(struct str *rest)
{
	size_t dot = str_find(*rest, STR("."));
	struct str part = str_part(*rest, 0, dot);

	*rest = dot == SIZE_MAX ? STR_NONE : str_part(*rest, dot + 1, rest->len);
	return part;
}

/* Identifiers parted by points, none empty; numbers of a prerelease without leading zeros. */
static bool identifiers_valid(struct str s, bool is_pre)
{
	bool more = true;

	while (more) {
		size_t dot = str_find(s, STR("."));
		struct str part = str_part(s, 0, dot);

		more = dot != SIZE_MAX;
		s = more ? str_part(s, dot + 1, s.len) : STR_NONE;
		if (part.len == 0)
			return false;
		for (size_t i = 0; i < part.len; i++)
			if (!is_word(part.p[i]))
				return false;
		if (is_pre && all_digits(part) && part.len > 1 && part.p[0] == '0')
			return false;
	}
	return true;
}

bool semver_parse(struct str text, struct semver *ret)
{
	struct semver v = {0};
	struct str core = text, rest;
	size_t plus = str_find(text, STR("+")), dash;

	if (text.len > 256)
		return false;
	if (plus != SIZE_MAX) {
		if (!identifiers_valid(str_part(text, plus + 1, text.len), false))
			return false;
		core = str_part(text, 0, plus);
	}
	dash = str_find(core, STR("-"));
	if (dash != SIZE_MAX) {
		v.pre = str_part(core, dash + 1, core.len);
		if (!identifiers_valid(v.pre, true))
			return false;
		core = str_part(core, 0, dash);
	}
	rest = core;
	if (!number(next_part(&rest), &v.major) || !number(next_part(&rest), &v.minor) ||
		!number(next_part(&rest), &v.patch) || rest.len || core.p[core.len - 1] == '.')
		return false;
	*ret = v;
	return true;
}

static int cmp_u64(uint64_t a, uint64_t b)
{
	return (a > b) - (a < b);
}

static int digits_cmp(struct str a, struct str b)
{
	while (a.len && a.p[0] == '0')
		a = str_part(a, 1, a.len);
	while (b.len && b.p[0] == '0')
		b = str_part(b, 1, b.len);
	return a.len != b.len ? cmp_u64(a.len, b.len) : str_cmp(a, b);
}

static int pre_cmp(struct str a, struct str b)
{
	if (a.len == 0 || b.len == 0) /* a release comes after its prereleases */
		return (a.len == 0) - (b.len == 0);
	while (a.len && b.len) {
		struct str x = next_part(&a), y = next_part(&b);
		bool nx = all_digits(x), ny = all_digits(y);
		int c = nx && ny ? digits_cmp(x, y) : nx != ny ? ny - nx : str_cmp(x, y);

		if (c)
			return c;
	}
	return (a.len > 0) - (b.len > 0);
}

int semver_cmp(const struct semver *a, const struct semver *b)
{
	int c = cmp_u64(a->major, b->major);

	if (!c)
		c = cmp_u64(a->minor, b->minor);
	if (!c)
		c = cmp_u64(a->patch, b->patch);
	return c ? c : pre_cmp(a->pre, b->pre);
}

/* ---- Debian ---------------------------------------------------------------------------------- */

bool deb_version_valid(struct str s)
{
	if (s.len == 0 || s.len > 200 || !is_digit(s.p[0]))
		return false;
	for (size_t i = 0; i < s.len; i++)
		if (!is_word(s.p[i]) && !memchr(".+~:", s.p[i], 4))
			return false;
	return true;
}

struct deb_version {
	struct str epoch, upstream, revision;
};

static struct deb_version deb_split(struct str s)
{
	struct deb_version v = {STR("0"), s, STR_NONE};
	size_t colon = str_find(s, STR(":")), dash;

	if (colon != SIZE_MAX) {
		v.epoch = str_part(s, 0, colon);
		v.upstream = str_part(s, colon + 1, s.len);
	}
	dash = str_rfind_char(v.upstream, '-');
	if (dash != SIZE_MAX) {
		v.revision = str_part(v.upstream, dash + 1, v.upstream.len);
		v.upstream = str_part(v.upstream, 0, dash);
	}
	return v;
}

/* deb-version(7): '~' before the end, the end before letters, letters before the rest. */
static int weight(struct str s, size_t i)
{
	char c;

	if (i >= s.len || is_digit(s.p[i]))
		return 0;
	c = s.p[i];
	if (c == '~')
		return -1;
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ? (uint8_t)c : (uint8_t)c + 256;
}

static struct str digits_at(struct str s, size_t *i)
{
	size_t from = *i;

	while (*i < s.len && is_digit(s.p[*i]))
		++*i;
	return str_part(s, from, *i - from);
}

static int part_cmp(struct str a, struct str b)
{
	size_t i = 0, k = 0;

	while (i < a.len || k < b.len) {
		int c;

		while ((i < a.len && !is_digit(a.p[i])) || (k < b.len && !is_digit(b.p[k]))) {
			c = weight(a, i) - weight(b, k);
			if (c)
				return c;
			i++;
			k++;
		}
		c = digits_cmp(digits_at(a, &i), digits_at(b, &k));
		if (c)
			return c;
	}
	return 0;
}

int deb_version_cmp(struct str a, struct str b)
{
	struct deb_version x = deb_split(a), y = deb_split(b);
	int c = digits_cmp(x.epoch, y.epoch);

	if (!c)
		c = part_cmp(x.upstream, y.upstream);
	return c ? c : part_cmp(x.revision, y.revision);
}

bool deb_version_same_line(struct str a, struct str b)
{
	struct deb_version x = deb_split(a), y = deb_split(b);
	size_t i = 0, k = 0;

	return digits_cmp(x.epoch, y.epoch) == 0 &&
	       digits_cmp(digits_at(x.upstream, &i), digits_at(y.upstream, &k)) == 0;
}
