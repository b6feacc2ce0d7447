/*
 * Work of the parser is counted in bytes that it asks memory for: ordinary code takes 10 to 80 for
 * each byte of text, code made to be slow (`a=/b/` over and over) takes thousands, as its arrays are
 * copied again and again. Operations alone do not show it.
 */
#include "read/tree_parse.h"

#include <stdlib.h>

enum { PARSE_BYTES = 16 << 20, PARSE_BYTES_PER_BYTE = 400, BYTES_A_STEP = 256 };

static uint64_t parse_bytes;
static struct arena *parse_arena;

/* Neither tree-sitter nor the scanners of its grammars look at what they get. */
static void *parse_memory(void *p)
{
	if (!p) {
		if (parse_arena && parse_arena->exhausted)
			parse_arena->exhausted(parse_arena->user);
		abort();
	}
	return p;
}

static void *parse_malloc(size_t n)
{
	parse_bytes += n;
	return parse_memory(malloc(n ? n : 1));
}

static void *parse_calloc(size_t n, size_t each)
{
	parse_bytes += n * each;
	return parse_memory(calloc(n ? n : 1, each ? each : 1));
}

static void *parse_realloc(void *p, size_t n)
{
	parse_bytes += n;
	return parse_memory(realloc(p, n ? n : 1));
}

struct parse_watch {
	struct str text;
	struct budget *budget;
	uint64_t paid, max_bytes;
	bool stopped;
};

static const char *watch_read(void *payload, uint32_t at, TSPoint point, uint32_t *ret_n)
{
	const struct parse_watch *w = payload;

	(void)point;
	*ret_n = at < w->text.len ? (uint32_t)(w->text.len - at) : 0;
	return at < w->text.len ? w->text.p + at : "";
}

/* Called every hundred operations or so. What was counted, not the clock, stops a parse. */
static bool watch_progress(TSParseState *state)
{
	struct parse_watch *w = state->payload;
	uint64_t due = parse_bytes / BYTES_A_STEP;

	if (parse_bytes > w->max_bytes || !budget_step(w->budget, due - w->paid))
		w->stopped = true;
	w->paid = due;
	return w->stopped;
}

TSTree *tree_parse(const TSLanguage *grammar, struct str text, struct arena *arena, struct budget *budget)
{
	struct parse_watch w = {.text = text, .budget = budget, .max_bytes = PARSE_BYTES + text.len * PARSE_BYTES_PER_BYTE};
	TSInput input = {.payload = &w, .read = watch_read, .encoding = TSInputEncodingUTF8};
	TSParseOptions options = {.payload = &w, .progress_callback = watch_progress};
	TSTree *tree = NULL;
	TSParser *p;

	ts_set_allocator(parse_malloc, parse_calloc, parse_realloc, free);
	parse_bytes = 0;
	parse_arena = arena;
	p = ts_parser_new();
	if (ts_parser_set_language(p, grammar))
		tree = ts_parser_parse_with_options(p, NULL, input, options);
	ts_parser_delete(p);
	if (tree && !w.stopped)
		return tree;
	tree_done(tree);
	return NULL;
}

void tree_done(TSTree *tree)
{
	if (tree)
		ts_tree_delete(tree);
	parse_arena = NULL;
}
