#include "read/own_modules.h"

enum { SPEC_BYTES = 200, IMPORTS_MAX = 200, ODD_MAX = 400 };

/* Does `before` end in something that loads a module: `require(`, `import(`, `import`, `from`? */
static bool loads(struct str before)
{
	static const char *const words[] = {"require", "import", "from"};
	bool call;

	before = str_trim(str_part(before, before.len > 64 ? before.len - 64 : 0, before.len));
	call = str_ends(before, "(");
	if (call)
		before = str_trim(str_part(before, 0, before.len - 1));
	for (size_t i = call ? 0 : 1; i < (call ? 2 : 3); i++)
		if (str_ends(before, words[i]))
			return true;
	return false;
}

static bool named_in(struct arena *a, struct str old, struct str spec)
{
	static const char quotes[] = {'\'', '"', '`'};

	for (size_t i = 0; i < sizeof(quotes); i++)
		if (str_find(old, arena_printf(a, "%c%.*s%c", quotes[i], STR_ARG(spec), quotes[i])) != SIZE_MAX)
			return true;
	return false;
}

/* The relative path in the quotes that open at `at`; empty if there is none. */
static struct str spec_at(struct str text, size_t at)
{
	struct str rest = str_part(text, at + 1, SPEC_BYTES);
	const char *end;

	if (!str_starts(rest, "./") && !str_starts(rest, "../"))
		return STR_NONE;
	end = memchr(rest.p, text.p[at], rest.len);
	return end ? str_part(rest, 0, (size_t)(end - rest.p)) : STR_NONE;
}

/* A name that does not say that it is a program. */
static bool is_odd(struct str spec)
{
	static const char *const endings[] = {".js", ".mjs", ".cjs", ".ts", ".mts", ".cts", ".tsx", ".jsx", ".json", ".node", ".wasm", ".vue"};
	struct str base = str_basename(spec);

	for (size_t i = 0; i < sizeof(endings) / sizeof(endings[0]); i++)
		if (str_ends(base, endings[i]))
			return false;
	return str_rfind_char(base, '.') != SIZE_MAX;
}

void own_module_facts(struct read_in *in, struct str text, struct str old, const struct unit_span *units,
	size_t n_units, const struct line_index *lines)
{
	size_t said[2] = {0}; /* those of the usual names and the odd ones, of which all have to be known */

	for (size_t i = 0; i < n_units; i++) {
		for (size_t at = units[i].at.from; at < units[i].at.to; at++) {
			char c = text.p[at];
			struct str spec;
			bool odd;

			if (c != '\'' && c != '"' && c != '`')
				continue;
			spec = spec_at(text, at);
			odd = spec.len && is_odd(spec);
			if (!spec.len || (!odd && said[0] == IMPORTS_MAX) || !loads(str_part(text, 0, at)) || named_in(in->arena, old, spec))
				continue;
			if (said[odd] == ODD_MAX) {
				read_cover(in, COVER_BLIND, 0, "over budget: it loads more than 400 files of other kinds, the others were not looked for");
				return;
			}
			read_fact(in, &(struct fact){.kind = FACT_IMPORT, .unit = FACT_NO_UNIT,
				.flags = FACT_CONSTANT, .key = spec, .offset = at, .length = spec.len + 2,
				.line = line_of(lines, at, NULL), .excerpt = spec});
			said[odd]++;
		}
	}
}
