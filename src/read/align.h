/*
 * What of NEW is not in OLD, in linear time. Both texts are cut into tokens by a tokeniser for the
 * language; common prefix, suffix and equal token runs are matched (also when they moved). What is
 * left are the fresh spans of NEW and the lost spans of OLD. No LCS over whole files, no trees.
 *
 * Token equality is on the bytes of the token, with two exceptions that make re-minifying and
 * re-formatting not count: white space and comments are no tokens, and identifiers of one to three
 * letters that are no property names are equal to each other when both texts are minified.
 */
#ifndef ASSAY_READ_ALIGN_H
#define ASSAY_READ_ALIGN_H

#include "read/read.h"

enum language {
	LANGUAGE_NONE, LANGUAGE_JAVASCRIPT, LANGUAGE_TYPESCRIPT, LANGUAGE_TSX, LANGUAGE_SHELL, LANGUAGE_TEXT,
	LANGUAGE_PYTHON, LANGUAGE_PHP, LANGUAGE_C, LANGUAGE_POWERSHELL, LANGUAGE_RUBY, LANGUAGE_GO
};

/* Languages that share a tokeniser and a way to find units. */
enum language_family { FAMILY_WORDS, FAMILY_JAVASCRIPT, FAMILY_PYTHON, FAMILY_C, FAMILY_BLOCKS };

static inline enum language_family language_family(enum language lang)
{
	switch (lang) {
	case LANGUAGE_JAVASCRIPT:
	case LANGUAGE_TYPESCRIPT:
	case LANGUAGE_TSX:
	case LANGUAGE_PHP: /* its tokens are the same once script_of_php() has been there */
		return FAMILY_JAVASCRIPT;
	case LANGUAGE_PYTHON:
		return FAMILY_PYTHON;
	case LANGUAGE_C:
	case LANGUAGE_GO: /* comments, literals and brackets are the same */
		return FAMILY_C;
	case LANGUAGE_POWERSHELL:
	case LANGUAGE_RUBY:
		return FAMILY_BLOCKS;
	default:
		return FAMILY_WORDS;
	}
}

static inline bool language_is_js(enum language lang)
{
	return language_family(lang) == FAMILY_JAVASCRIPT;
}

struct span {
	size_t from, to; /* bytes, half open */
};

struct align {
	struct span *fresh; /* of NEW, ascending, disjoint; whole NEW when there is no OLD */
	size_t n_fresh;
	struct span *lost;  /* of OLD, ascending, disjoint */
	size_t n_lost;
	/* For each fresh span i: where in OLD the matching neighbourhood stands (SIZE_MAX = nowhere). */
	size_t *old_at;
	/* What is matched, ascending in NEW: NEW [new_from,new_to) is OLD [old_from,old_to). */
	struct align_run {
		size_t new_from, new_to, old_from, old_to;
		bool moved; /* stands in another order than in OLD */
	} *runs;
	size_t n_runs;
	bool minified_new, minified_old;
	uint64_t fresh_tokens, new_tokens, old_tokens;
};

/* LIMIT when the budget ends: then everything after the last matched token counts as fresh. */
enum status align_texts(struct read_in *in, enum language lang, struct str old, struct str new_,
	struct align *ret);

/* True if [from,to) touches a fresh span. O(log n). */
bool align_is_fresh(const struct align *al, size_t from, size_t to);

/*
 * Units of the change: each fresh span widened to the innermost enclosing function (or top-level
 * statement), named and given to read_unit(); returns the table (ascending, disjoint or nested).
 * Found by the tokeniser and bracket matching, not by a tree, so it works on any input.
 */
enum unit_wrap {
	UNIT_ALONE,       /* parses as it stands (statements, an expression, a function) */
	UNIT_CLASS_PART,  /* parses inside class X { } */
	UNIT_OBJECT_PART, /* parses inside ({ }) */
};

struct unit_span {
	struct span at;    /* widened span in NEW, whole tokens: what a parser should be given */
	struct span fresh; /* hull of the fresh parts inside */
	uint32_t unit;     /* index from read_unit() */
	bool top_level;    /* not inside a function body that is only called later (IIFE counts as top) */
	enum unit_wrap wrap;
};

enum status align_units(struct read_in *in, enum language lang, struct str new_, struct str old,
	const struct align *al, struct unit_span **ret_units, size_t *ret_n);

/* 1-based line and column of a byte offset; builds its index once per text. */
struct line_index;
struct line_index *line_index_make(struct arena *a, struct str text);
uint32_t line_of(const struct line_index *ix, size_t offset, uint32_t *ret_column);

/*
 * Placement facts (FACT_HIDDEN) about the fresh spans: far to the right, after long blank runs,
 * bidirectional or invisible characters, minified code inside readable source, code after the end.
 */
void hidden_facts(struct read_in *in, enum language lang, struct str text, const struct align *al,
	const struct line_index *lines);

/*
 * FACT_GUARD_LOST: checks that stood in lost spans and have no counterpart in the fresh spans of the
 * same unit (calls to verify/check/validate/compare/escape/authorize..., comparisons that became
 * constant, error branches that became empty, throw/return of an error removed).
 */
void guard_facts(struct read_in *in, enum language lang, struct str old, struct str new_,
	const struct align *al, const struct line_index *lines);

/*
 * Analyses the changed code of a JavaScript/TypeScript member with tree-sitter: only the unit spans
 * (widened once to the file if a span does not parse), at most 2 MiB of text in one tree. Emits CALL,
 * FLOW, HOST, IMPORT, PATH, STRING, DECODED, OBFUSCATED, UNRESOLVED, GATE, LOOP, TRUST, PARSE_ERROR.
 */
enum status js_analyse(struct read_in *in, enum language lang, struct str text, size_t shift,
	struct str old_text, const struct align *al, const struct unit_span *units, size_t n_units,
	const struct line_index *lines);
/* The same for POSIX shell and bash. */
enum status sh_analyse(struct read_in *in, struct str text, size_t shift, struct str old_text,
	const struct align *al, const struct unit_span *units, size_t n_units,
	const struct line_index *lines);

#endif
