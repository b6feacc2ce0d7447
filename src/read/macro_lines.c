#include "read/macro_lines.h"

#include "read/fresh_lines.h"
#include "read/shell_command.h"

bool is_build_macro(struct str path)
{
	struct str base = str_basename(path);

	return str_ends(path, ".m4") || str_is(base, "configure.ac") || str_is(base, "configure.in");
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

/* //go:generate COMMAND: whoever builds from source runs it. */
void generate_facts(struct read_in *in)
{
	struct fresh_lines f;
	struct str line;

	if (!fresh_begin(&f, in))
		return;
	while (fresh_next(&f, &line)) {
		struct fact at;

		if (!str_starts(line, "//go:generate "))
			continue;
		at = fresh_fact(&f, FACT_COMMAND, line);
		(void)command_facts(in, str_trim(str_part(line, 14, line.len)), &at);
	}
}

/* One line that takes a file of the tests, changes it and hands it to a shell. */
static bool feeds_tests(struct str line)
{
	static const char *const readers[] = {"sed ", "cat ", "head ", "tail ", "tr ", "awk ", "xz ", "dd ", "cut ", NULL};
	static const char *const data[] = {"tests/", "test/", "testdata/", "fixtures/", "/t/", " t/", "samples/", NULL};
	static const char *const plain[] = {".sh ", ".sh|", ".sh.in", ".bats", NULL};

	return names_one(line, readers) && names_one(line, data) && !names_one(line, plain);
}

/* ./decode < data | sh: what a program of the package prints of a file. */
static bool decodes_output(struct str line)
{
	size_t at = str_find_z(line, "< "), pipe = str_find_z(line, "|");

	return (str_starts(line, "./") || str_starts(line, "@./") || str_has(line, "\t./")) && at != SIZE_MAX && pipe != SIZE_MAX && at < pipe && !str_has(line, ".sh ");
}

/* The same of a Makefile, whose rules feed shells every day: in one line, and out of what is no script. */
void recipe_facts(struct read_in *in)
{
	struct fresh_lines f;
	struct str line;

	if (!in->has_old || !fresh_begin(&f, in))
		return;
	while (fresh_next(&f, &line)) {
		struct fact fed;

		if (line.p[0] == '#' || !(feeds_shell(line) || str_has(line, "| $(SHELL)") || str_has(line, "|$(SHELL)")) || !(feeds_tests(line) || decodes_output(line)))
			continue;
		fed = fresh_fact(&f, FACT_FLOW, line);
		fed.key = STR("own>code");
		fed.flags |= FACT_NEW_SOURCE | FACT_NEW_SINK;
		fed.number = 3;
		fed.detail = arena_printf(in->arena, "%.*s\n-> a shell, while it is built", STR_ARG(str_part(line, 0, 200)));
		read_fact(in, &fed);
		return;
	}
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
