#include "behaviour/hook_idle.h"

/* A program that builds or fetches the native part of the package itself, as its own files say. */
static bool is_builder(struct str word)
{
	static const char *const programs[] = {"node-gyp", "node-gyp-build", "node-gyp-build-optional-packages",
		"node-pre-gyp", "prebuild-install", "prebuildify", "pkg-prebuilds-verify", "cmake-js", "napi", "neon",
		"patch-package", "husky", "is-ci", "electron-builder", "electron-rebuild", "true", "exit"};

	for (size_t i = 0; i < sizeof(programs) / sizeof(programs[0]); i++)
		if (str_is(word, programs[i]))
			return true;
	return false;
}

/* Letters, digits and what options are written with: no address, no path upwards, nothing of a shell. */
static bool is_plain_word(struct str word)
{
	for (size_t i = 0; i < word.len; i++) {
		char c = word.p[i];

		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' ||
			    c == '=' || c == '@' || (c == '.' && !(i && word.p[i - 1] == '.'))))
			return false;
	}
	return true;
}

/* Programs with options, joined by && and ||: does each of them pass? `file`: what node may run. */
static bool each_passes(struct str command, struct str file)
{
	enum { PROGRAM, OPTIONS, SCRIPT } next = PROGRAM;

	for (command = str_trim(command); command.len;) {
		size_t n = 0;
		struct str word;

		while (n < command.len && command.p[n] != ' ')
			n++;
		word = str_part(command, 0, n);
		command = str_trim(str_part(command, n, command.len));
		if (next != SCRIPT && (str_is(word, "||") || str_is(word, "&&")))
			next = PROGRAM;
		else if (next == PROGRAM && file.len && str_is(word, "node"))
			next = SCRIPT;
		else if (next == SCRIPT ? !str_equal(word, file) : next == PROGRAM ? !is_builder(word) : !is_plain_word(word))
			return false;
		else
			next = OPTIONS;
	}
	return next == OPTIONS;
}

/* What packages with native parts have always run. They bring no code of their own choosing beyond
 * what binding.gyp says, which is looked at as well. */
bool hook_is_customary(struct str command)
{
	return each_passes(command, STR_NONE);
}

static bool only_looks(struct str module)
{
	static const char *const modules[] = {"fs", "path", "os", "url", "util", "assert", "process"};

	if (str_starts(module, "node:"))
		module = str_part(module, 5, module.len);
	for (size_t i = 0; i < sizeof(modules) / sizeof(modules[0]); i++)
		if (str_is(module, modules[i]))
			return true;
	return false;
}

static bool is_idle_fact(const struct fact *f)
{
	switch (f->kind) {
	case FACT_IMPORT:
		return !(f->flags & FACT_DECODED_ARG) && only_looks(f->key);
	case FACT_CALL:
		return str_is(f->detail, "fs.read") || str_is(f->detail, "fs.delete") || str_is(f->detail, "env");
	case FACT_GATE:
	case FACT_HOST: /* an address in a message: nothing here calls anything that would go there */
		return true;
	case FACT_END: /* says that the member was analysed; ends that others reach say more */
		return str_is(f->key, "read");
	default:
		return false;
	}
}

bool hook_is_idle(struct str command, struct str file, const struct member *target)
{
	if (!file.len || !target || !target->read || target->outcome != OUTCOME_DONE || target->capped ||
		target->cover[COVER_SHALLOW] || target->cover[COVER_BLIND] || !target->cover[COVER_PARSED] || !each_passes(command, file))
		return false;
	for (size_t i = 0; i < target->n_facts; i++)
		if (!is_idle_fact(&target->facts[i]))
			return false;
	return true;
}

bool hook_moves_files(struct str command)
{
	static const char *const programs[] = {"copy", "xcopy", "robocopy", "cp", "mkdir", "md", "touch"};
	size_t n = 0;
	struct str first;

	command = str_trim(command);
	while (n < command.len && command.p[n] != ' ')
		n++;
	first = str_part(command, 0, n);
	if (str_has(command, "|") || str_has(command, "&") || str_has(command, ";") || str_has(command, "`") || str_has(command, "\n") ||
		str_has(command, "://") || str_has(command, "\\\\"))
		return false;
	for (size_t i = 0; i < sizeof(programs) / sizeof(programs[0]); i++)
		if (str_equal_nocase(first, str_of(programs[i])))
			return true;
	return false;
}
