#include "read/spec.h"

static bool is_shorthand(struct str s)
{
	size_t slash = str_find_z(s, "/");

	return slash != SIZE_MAX && slash > 0 && s.p[0] != '.' && s.p[0] != '/' && s.p[0] != '~' &&
		s.p[0] != '@' && !str_has(s, ":") && !str_has(s, " ");
}

enum spec_kind spec_kind(struct str s)
{
	static const struct {
		const char *prefix;
		enum spec_kind kind;
	} prefixes[] = {
		{"npm:", SPEC_ALIAS},
		{"git+", SPEC_GIT},
		{"git:", SPEC_GIT},
		{"git@", SPEC_GIT},
		{"github:", SPEC_GIT},
		{"gitlab:", SPEC_GIT},
		{"bitbucket:", SPEC_GIT},
		{"gist:", SPEC_GIT},
		{"ssh:", SPEC_GIT},
		{"http:", SPEC_URL},
		{"https:", SPEC_URL},
		{"file:", SPEC_FILE},
		{"link:", SPEC_FILE},
		{"portal:", SPEC_FILE},
		{"./", SPEC_FILE},
		{"../", SPEC_FILE},
		{"/", SPEC_FILE},
		{"~/", SPEC_FILE},
		{"workspace:", SPEC_WORKSPACE},
		{"catalog:", SPEC_WORKSPACE},
	};

	s = str_trim(s);
	for (size_t i = 0; i < sizeof(prefixes) / sizeof(prefixes[0]); i++)
		if (str_starts(s, prefixes[i].prefix)) {
			size_t end = str_find_z(s, "#");
			struct str url = str_part(s, 0, end == SIZE_MAX ? s.len : end);

			return prefixes[i].kind == SPEC_URL && str_ends(url, ".git")
				? SPEC_GIT
				: prefixes[i].kind;
		}
	return is_shorthand(s) ? SPEC_GIT : SPEC_RANGE;
}

/* Without the part that only picks a version of the same thing. */
static struct str spec_place(struct str s, enum spec_kind kind)
{
	size_t cut = SIZE_MAX;

	s = str_trim(s);
	if (kind == SPEC_ALIAS) {
		s = str_part(s, 4, s.len);
		for (size_t i = 1; i < s.len; i++)
			if (s.p[i] == '@')
				cut = i;
	} else if (kind == SPEC_GIT) {
		cut = str_find_z(s, "#");
	} else if (kind == SPEC_URL) { /* scheme and host */
		size_t at = str_find_z(s, "//");

		for (at = at == SIZE_MAX ? s.len : at + 2; at < s.len && s.p[at] != '/'; at++)
			;
		cut = at;
	}
	return str_part(s, 0, cut);
}

static bool is_exact(struct str s)
{
	s = str_trim(s);
	if (str_starts(s, "="))
		s = str_part(s, 1, s.len);
	if (!s.len || s.p[0] < '0' || s.p[0] > '9')
		return false;
	for (size_t i = 0; i < s.len; i++)
		if (s.p[i] == ' ' || s.p[i] == '|' || s.p[i] == 'x' || s.p[i] == '*')
			return false;
	return str_has(s, ".");
}

static bool is_any(struct str s)
{
	s = str_trim(s);
	return s.len == 0 || str_is(s, "*") || str_is(s, "x") || str_is(s, "latest") ||
		(str_starts(s, ">") && !str_has(s, "<"));
}

/* The same address, by https from now on. */
static bool is_secured(struct str old, struct str new_)
{
	return str_starts(old, "http://") && str_starts(new_, "https://") &&
		str_equal(str_part(old, 7, old.len), str_part(new_, 8, new_.len));
}

const char *spec_change(struct str old, struct str new_)
{
	enum spec_kind was = spec_kind(old), is = spec_kind(new_);

	if (is == SPEC_ALIAS &&
		(was != SPEC_ALIAS || !str_equal(spec_place(old, was), spec_place(new_, is))))
		return "alias";
	if (is == SPEC_GIT || is == SPEC_URL) {
		if (was != is)
			return "source";
		return str_equal(spec_place(old, was), spec_place(new_, is)) || is_secured(old, new_) ? "range" : "source";
	}
	if (is == SPEC_FILE && was != SPEC_FILE)
		return "source";
	if (is == SPEC_RANGE && was == SPEC_RANGE &&
		((is_exact(old) && !is_exact(new_)) || (!is_any(old) && is_any(new_))))
		return "loosened";
	return "range";
}
