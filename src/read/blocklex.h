/*
 * A tokeniser for PowerShell and Ruby: linear time, no recursion, no allocation, never fails.
 * What the three share is one walk: words, quotes, brackets, comments to the end of the line, blocks
 * that nest. What they differ in (here documents, q(), `end`) is asked for by language.
 *
 * TOKEN_ON_NEW_LINE marks the first token of a statement: after a line break outside of round and
 * square brackets, after a semicolon, after the beginning of a block. The state is a plain value:
 * copy it to look ahead or to start again from a place.
 */
#ifndef ASSAY_READ_BLOCKLEX_H
#define ASSAY_READ_BLOCKLEX_H

#include "read/token.h"

enum block_language { BLOCK_POWERSHELL, BLOCK_RUBY };
enum { BLOCK_NESTING = 256, BLOCK_HERE = 4 };

struct blocklex {
	struct str text;
	size_t pos;
	enum block_language lang;
	bool want_comments;
	bool joined;      /* the statement goes on behind the line break */
	bool begins;      /* a statement begins with the next token */
	bool value;       /* the last token ends a value: what follows is an operator */
	bool member;      /* the last token was a dot or an arrow */
	bool loop_head;   /* Ruby: `while`, whose `do` opens nothing */
	bool data;        /* behind __END__ */
	uint8_t gone;     /* bits: quotes of this kind have no partner any more */
	uint32_t level;   /* blocks around the token that came last */
	uint32_t depth;   /* open blocks */
	uint16_t round;   /* open ( and [ in the innermost block */
	uint16_t rounds[BLOCK_NESTING];
	struct {
		uint32_t at, len; /* the word that ends it */
		bool indented;
	} here[BLOCK_HERE];
	unsigned n_here;
};

/* Comments become tokens of kind COMMENT if wanted. The text is cut at TOKEN_TEXT_MAX. */
void blocklex_init(struct blocklex *lx, struct str text, enum block_language lang, bool want_comments);
/* False at the end (then *ret is a token of kind END and length 0). */
bool blocklex_next(struct blocklex *lx, struct token *ret);

#endif
