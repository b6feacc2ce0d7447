#include "behaviour/behaviour.h"

static bool digit(char c)
{
	return c >= '0' && c <= '9';
}

static struct str without(struct str file, const char *suffix)
{
	return str_ends_nocase(file, suffix) ? str_part(file, 0, file.len - strlen(suffix)) : file;
}

struct release_name name_from_file(struct arena *a, struct str file)
{
	static const char *const suffixes[] = {".tgz", ".tar.gz", ".tar.xz", ".tar.bz2", ".tar.zst", ".tar",
		".zip", ".deb", ".exe", ".msi", ".7z", ".asar", ".whl", ".jar", ".js", ".sh"};
	struct release_name r = {.kind = STR("file")};

	if (str_ends_nocase(file, ".deb")) { /* name_version_architecture.deb */
		size_t first = str_find_z(file, "_");
		struct str rest = first == SIZE_MAX ? STR_NONE : str_part(file, first + 1, file.len);
		size_t second = str_find_z(rest, "_");

		r.kind = STR("deb");
		if (first != SIZE_MAX) {
			r.name = arena_str(a, str_part(file, 0, first));
			r.version = arena_str(a, str_part(rest, 0, second == SIZE_MAX ? 0 : second));
			return r;
		}
	}
	if (str_ends_nocase(file, ".tgz"))
		r.kind = STR("npm");
	else if (str_ends_nocase(file, ".exe") || str_ends_nocase(file, ".msi"))
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
	for (size_t i = 1; i + 1 < file.len; i++) { /* the first "-1.2" or "_1.2" */
		size_t k = i + 1;

		if ((file.p[i] != '-' && file.p[i] != '_' && file.p[i] != ' ') || !digit(file.p[k]))
			continue;
		while (k < file.len && digit(file.p[k]))
			k++;
		if (k < file.len && file.p[k] != '.')
			continue;
		r.name = arena_str(a, str_part(file, 0, i));
		r.version = arena_str(a, str_part(file, i + 1, file.len));
		break;
	}
	return r;
}

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

enum version_step version_step(struct str old, struct str new_)
{
	static const enum version_step steps[] = {STEP_MAJOR, STEP_MINOR};
	struct str o = old, n = new_;

	if (!old.len || !new_.len)
		return STEP_UNKNOWN;
	if (str_equal(old, new_))
		return STEP_SAME;
	for (int i = 0; i < 8; i++) {
		uint64_t x, y;
		bool more_x = next_number(&o, &x), more_y = next_number(&n, &y);

		if (!more_x && !more_y)
			return STEP_PATCH; /* only words differ: a pre-release, a rebuild */
		if (x == y)
			continue;
		if (y < x)
			return STEP_DOWN;
		return i < 2 ? steps[i] : STEP_PATCH;
	}
	return STEP_PATCH;
}
