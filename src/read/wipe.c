#include "read/wipe.h"

#include "read/command_words.h"

static bool is_one_of(struct str s, const char *const *names)
{
	for (; *names; names++)
		if (str_equal_nocase(s, str_of(*names)))
			return true;
	return false;
}

static bool is_end(struct str s)
{
	static const char *const ends[] = {"", "*", ".", ".*", "*.*", ".[!.]*", NULL};

	return is_one_of(s, ends);
}

bool place_is_everything(struct str p)
{
	static const char *const homes[] = {"~", "$HOME", "${HOME}", "$USERPROFILE", "%USERPROFILE%", "%HOMEPATH%", "$env:USERPROFILE",
		"/home", "/root", "/Users", "C:\\Users", "%SystemDrive%", NULL};
	static const char *const own[] = {"Documents", "Desktop", "Downloads", "Pictures", "Music", "Videos", "Movies", NULL}; /* what somebody made */
	size_t slash;

	while (p.len > 1 && (p.p[p.len - 1] == '/' || p.p[p.len - 1] == '\\'))
		p = str_part(p, 0, p.len - 1);
	if (is_one_of(p, homes) || str_is(p, "/") || str_is(p, "/*"))
		return true;
	if (p.len >= 2 && p.p[1] == ':' && (p.p[0] | 32) >= 'a' && (p.p[0] | 32) <= 'z')
		return is_end(str_part(p, p.len > 2 && (p.p[2] == '/' || p.p[2] == '\\') ? 3 : 2, p.len));
	slash = str_rfind_char(p, '/');
	if (slash == SIZE_MAX)
		slash = str_rfind_char(p, '\\');
	return slash != SIZE_MAX && slash && (is_end(str_part(p, slash + 1, p.len)) || is_one_of(str_part(p, slash + 1, p.len), own)) &&
		is_one_of(str_part(p, 0, slash), homes);
}

static bool has_word(const struct command_words *w, const char *const *names)
{
	for (size_t i = 0; i < w->n; i++)
		if (is_one_of(w->w[i], names) || is_one_of(str_basename(w->w[i]), names))
			return true;
	return false;
}

static bool names_everything(const struct command_words *w)
{
	for (size_t i = 1; i < w->n; i++)
		if (place_is_everything(w->w[i]))
			return true;
	return false;
}

/* "-rf", "-r", "--recursive" */
static bool is_recursive(const struct command_words *w)
{
	for (size_t i = 1; i < w->n; i++) {
		struct str s = w->w[i];

		if (str_is(s, "--no-preserve-root") || str_is(s, "--recursive") || str_equal_nocase(s, STR("-recurse")))
			return true;
		if (s.len > 1 && s.p[0] == '-' && s.p[1] != '-' && s.len < 6 && (str_has(s, "r") || str_has(s, "R")))
			return true;
	}
	return false;
}

/* Whole devices: of=/dev/sda, mkfs.ext4 /dev/nvme0n1. */
static bool names_device(const struct command_words *w)
{
	static const char *const disks[] = {"/dev/sd", "/dev/nvme", "/dev/hd", "/dev/vd", "/dev/disk", "\\\\.\\PhysicalDrive"};

	for (size_t i = 1; i < w->n; i++) {
		struct str s = str_starts(w->w[i], "of=") ? str_part(w->w[i], 3, w->w[i].len) : w->w[i];

		for (size_t k = 0; k < sizeof(disks) / sizeof(disks[0]); k++)
			if (str_starts(s, disks[k]))
				return true;
	}
	return false;
}

static bool destroys(const struct command_words *w, bool *listing)
{
	static const char *const rm[] = {"rm", "Remove-Item", NULL}, *const shred[] = {"shred", "rm", "srm", "wipe", NULL},
		*const del[] = {"del", "erase", "rd", "rmdir", NULL}, *const deep[] = {"/s", NULL}, *const dd[] = {"dd", NULL},
		*const find[] = {"find", NULL}, *const acts[] = {"-exec", "-execdir", "-delete", NULL}, *const xargs[] = {"xargs", NULL};
	bool everything = names_everything(w), listed = *listing;

	if (!w->n)
		return false;
	*listing = everything && has_word(w, find);
	if (has_word(w, rm) && everything && is_recursive(w))
		return true;
	if (has_word(w, del) && everything && has_word(w, deep))
		return true;
	if (*listing && has_word(w, acts) && (has_word(w, shred) || has_word(w, acts + 2)))
		return true;
	if (listed && has_word(w, xargs) && has_word(w, shred))
		return true;
	return (has_word(w, dd) || str_starts(w->w[0], "mkfs") || has_word(w, shred)) && names_device(w);
}

struct str command_wipes(struct str command)
{
	bool listing = false;
	struct command_words w;

	while (command_next(&command, &w))
		if (destroys(&w, &listing))
			return w.text;
	return STR_NONE;
}
