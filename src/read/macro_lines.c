#include "read/macro_lines.h"

#include "read/fresh_lines.h"

bool is_build_macro(struct str path)
{
	return str_ends(path, ".m4") || str_ends(path, "/configure.ac") || str_ends(path, "/configure.in");
}

static bool names_one(struct str line, const char *const *words)
{
	for (; *words; words++)
		if (str_has(line, *words))
			return true;
	return false;
}

/* Its input is commands: "| $SHELL", "| sh", as a word that ends there. */
static bool feeds_shell(struct str line)
{
	static const char *const shells[] = {"$SHELL", "${SHELL}", "$CONFIG_SHELL", "/bin/sh", "sh", "bash", "/bin/bash"};

	for (size_t at = 0; at < line.len; at++) {
		struct str rest = str_trim(str_part(line, at + 1, line.len));

		if (line.p[at] != '|' || (at + 1 < line.len && line.p[at + 1] == '|') || (at && line.p[at - 1] == '|'))
			continue;
		for (size_t i = 0; i < sizeof(shells) / sizeof(shells[0]); i++) {
			size_t n = strlen(shells[i]);

			if (str_starts(rest, shells[i]) && (rest.len == n || strchr(" ;)]`", rest.p[n])))
				return true;
		}
	}
	return false;
}

void macro_facts(struct read_in *in)
{
	static const char *const readers[] = {"grep ", "sed ", "cat ", "head ", "tail ", "tr ", "awk ", "find ", "xz ", NULL};
	static const char *const trees[] = {"$srcdir", "${srcdir}", "$top_srcdir", "$ac_top_srcdir", "tests/", NULL};
	struct fresh_lines f;
	struct fact fed = {0};
	struct str line, from = STR_NONE;

	if (!in->has_old || !fresh_begin(&f, in))
		return;
	while (fresh_next(&f, &line)) {
		if (str_starts(line, "dnl") || line.p[0] == '#')
			continue;
		if (!from.len && names_one(line, readers) && names_one(line, trees))
			from = line;
		if (!fed.kind && feeds_shell(line))
			fed = fresh_fact(&f, FACT_FLOW, line);
	}
	if (!fed.kind || !from.len)
		return;
	fed.key = STR("own>code");
	fed.flags |= FACT_NEW_SOURCE | FACT_NEW_SINK;
	fed.number = 3;
	fed.detail = arena_printf(in->arena, "%.*s\n-> a shell, while it is configured", STR_ARG(str_part(from, 0, 200)));
	read_fact(in, &fed);
}
