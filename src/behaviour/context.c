#include "behaviour/behaviour.h"
#include "util/cursor.h"

static bool digit(char c)
{
	return c >= '0' && c <= '9';
}

static struct str without(struct str file, const char *suffix)
{
	return str_ends_nocase(file, suffix) ? str_part(file, 0, file.len - strlen(suffix)) : file;
}

/* "1%3a2.0" is how a package file writes "1:2.0"; the tree has escaped the '%' once more. */
static struct str with_colon(struct arena *a, struct str version)
{
	static const char *const colons[] = {"%253a", "%253A", "%3a", "%3A"};

	for (size_t i = 0; i < sizeof(colons) / sizeof(colons[0]); i++) {
		size_t at = str_find_z(version, colons[i]);
		struct str head = str_part(version, 0, at);

		if (at != SIZE_MAX)
			return arena_printf(a, "%.*s:%.*s", STR_ARG(head),
				STR_ARG(str_part(version, at + strlen(colons[i]), version.len)));
	}
	return arena_str(a, version);
}

struct release_name name_from_file(struct arena *a, struct str file)
{
	static const char *const suffixes[] = {".tgz", ".tar.gz", ".tar.xz", ".tar.bz2", ".tar.zst", ".tar",
		".zip", ".deb", ".rpm", ".exe", ".msi", ".pkg", ".cab", ".iso", ".rar", ".cpio", ".tar.lz4", ".7z", ".asar", ".whl", ".jar", ".js", ".sh"};
	struct release_name r = {.kind = STR("file")};

	if (str_ends_nocase(file, ".deb")) { /* name_version_architecture.deb */
		size_t first = str_find_z(file, "_");
		struct str rest = first == SIZE_MAX ? STR_NONE : str_part(file, first + 1, file.len);
		size_t second = str_find_z(rest, "_");

		r.kind = STR("deb");
		if (first != SIZE_MAX) {
			r.name = arena_str(a, str_part(file, 0, first));
			r.version = with_colon(a, str_part(rest, 0, second == SIZE_MAX ? 0 : second));
			return r;
		}
	}
	if (str_ends_nocase(file, ".tgz"))
		r.kind = STR("npm");
	else if (str_ends_nocase(file, ".rpm"))
		r.kind = STR("rpm");
	else if (str_ends_nocase(file, ".exe") || str_ends_nocase(file, ".msi") ||
		 str_ends_nocase(file, ".pkg"))
		r.kind = STR("installer");
	else if (str_ends_nocase(file, ".js") || str_ends_nocase(file, ".sh"))
		r.kind = STR("script");
	for (size_t i = 0; i < sizeof(suffixes) / sizeof(suffixes[0]); i++) {
		struct str cut = without(file, suffixes[i]);

		if (cut.len < file.len) {
			file = cut;
			break;
		}
	}
	r.name = arena_str(a, file);
	for (size_t i = 1; i + 1 < file.len; i++) { /* the first "-1.2", "_1.2" or "-v1.2" */
		size_t k = i + 1, from;

		if (file.p[i] != '-' && file.p[i] != '_' && file.p[i] != ' ')
			continue;
		if (file.p[k] == 'v' && k + 1 < file.len)
			k++;
		if (!digit(file.p[k]))
			continue;
		from = k;
		while (k < file.len && digit(file.p[k]))
			k++;
		if (k < file.len && file.p[k] != '.')
			continue;
		r.name = arena_str(a, str_part(file, 0, i));
		r.version = arena_str(a, str_part(file, from, file.len));
		break;
	}
	return r;
}

/* ---- versions ---- */

struct version {
	uint64_t epoch; /* Debian's; 0 without */
	struct str numbers, rest; /* "1.2.3", "-beta.1" */
};

/* The next run of digits as a number; false when the text is at its end. */
static bool next_number(struct str *s, uint64_t *ret)
{
	*ret = 0;
	while (s->len && !digit(s->p[0]))
		*s = str_part(*s, 1, s->len);
	if (!s->len)
		return false;
	while (s->len && digit(s->p[0])) {
		if (*ret < UINT64_MAX / 16)
			*ret = *ret * 10 + (uint64_t)(s->p[0] - '0');
		*s = str_part(*s, 1, s->len);
	}
	return true;
}

static struct version version_split(struct str s)
{
	struct version v = {0};
	size_t colon = str_find_z(s, ":"), n = 0;

	if (colon != SIZE_MAX && colon <= 9 && str_to_u64(str_part(s, 0, colon), 10, &v.epoch))
		s = str_part(s, colon + 1, s.len);
	if (s.len > 1 && (s.p[0] == 'v' || s.p[0] == 'V') && digit(s.p[1]))
		s = str_part(s, 1, s.len);
	while (n < s.len && (digit(s.p[n]) || (s.p[n] == '.' && n + 1 < s.len && digit(s.p[n + 1]))))
		n++;
	v.numbers = str_part(s, 0, n);
	v.rest = str_part(s, n, s.len);
	return v;
}

/* 1.0.0-beta.1, 1.0~rc1 and 1.0rc1 come before 1.0; 1.0-1, 1.0+build and 1.0w do not. */
static bool before_release(struct str rest)
{
	static const char *const words[] = {"rc", "alpha", "beta", "dev", "pre"};

	if (str_starts(rest, "~") || (rest.len > 1 && rest.p[0] == '-' && !digit(rest.p[1])))
		return true;
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (str_starts(rest, words[i]))
			return true;
	return rest.len > 1 && (rest.p[0] == 'a' || rest.p[0] == 'b') && digit(rest.p[1]);
}

/* -1, 0, 1: new_ is lower, the same, higher; *ret_at is the place of the number that says so. */
static int numbers_order(struct str o, struct str n, size_t *ret_at)
{
	for (*ret_at = 0; *ret_at < 8; ++*ret_at) {
		uint64_t x, y;
		bool more_x = next_number(&o, &x), more_y = next_number(&n, &y);

		if (!more_x && !more_y)
			return 0;
		if (x != y)
			return y > x ? 1 : -1;
	}
	return 0;
}

enum version_step version_step(struct str old, struct str new_)
{
	static const enum version_step steps[] = {STEP_MAJOR, STEP_MINOR};
	struct version o = version_split(old), n = version_split(new_);
	size_t at;
	int order;

	if (!old.len || !new_.len)
		return STEP_UNKNOWN;
	if (str_equal(old, new_))
		return STEP_SAME;
	if (o.epoch != n.epoch)
		return n.epoch > o.epoch ? STEP_MAJOR : STEP_DOWN;
	order = numbers_order(o.numbers, n.numbers, &at);
	if (order > 0)
		return at < 2 ? steps[at] : STEP_PATCH;
	if (order < 0)
		return STEP_DOWN;
	if (before_release(o.rest) != before_release(n.rest))
		return before_release(o.rest) ? STEP_PATCH : STEP_DOWN;
	/* Only words or later numbers differ: a pre-release, a rebuild, a packaging step. */
	return numbers_order(o.rest, n.rest, &at) < 0 ? STEP_DOWN : STEP_PATCH;
}
