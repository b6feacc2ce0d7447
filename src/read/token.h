/*
 * Tokens as all our tokenisers make them: 16 bytes, whatever the language. They are for aligning
 * and for finding units, not for compiling: white space (and by default comments) is dropped, every
 * other byte of the text lies in exactly one token, and no input makes a tokeniser fail.
 */
#ifndef ASSAY_READ_TOKEN_H
#define ASSAY_READ_TOKEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "util/hash.h"
#include "util/str.h"

enum token_kind {
	TOKEN_END,
	TOKEN_IDENT,
	TOKEN_KEYWORD, /* sub: enum js_keyword */
	TOKEN_NUMBER,
	TOKEN_STRING,
	TOKEN_TEMPLATE, /* one literal piece of a template, with its ` or } at the front and ` or ${ behind */
	TOKEN_REGEX,
	TOKEN_PUNCT,   /* sub: the character, or enum js_punct */
	TOKEN_PRIVATE, /* #name */
	TOKEN_COMMENT, /* only where asked for, and always for <!-- and --> */
	TOKEN_WORD,    /* shell and plain text */
	TOKEN_NEWLINE, /* shell: the end of a line that ends a command */
	TOKEN_OTHER,   /* one byte that fits nowhere */
};

enum {
	TOKEN_PROPERTY = 1 << 0, /* an identifier that names a property or key, never a local */
	TOKEN_SHORT = 1 << 1,    /* a local of one to three letters: minifiers rename these */
	TOKEN_ON_NEW_LINE = 1 << 2,
	TOKEN_OPENS = 1 << 3,    /* template piece that ends in ${ */
	TOKEN_CLOSES = 1 << 4,   /* template piece that begins with } */
	TOKEN_ESCAPED = 1 << 5,  /* identifier written with \u escapes */
	TOKEN_BROKEN = 1 << 6,   /* string, template or comment without an end */
	TOKEN_HTML = 1 << 7,     /* <!-- or --> comment */
	TOKEN_AFTER_BREAK = 1 << 8, /* the line break before it ends a return, throw, break or continue */
	TOKEN_HEAD_END = 1 << 9, /* the ) of if, while, for, with: a statement follows */
};

struct token {
	uint32_t at, len; /* bytes */
	uint32_t hash;    /* of what counts for equality; equality itself is on the bytes */
	uint8_t kind, sub;
	uint16_t flags;
};

enum { TOKEN_TEXT_MAX = 0x7fffffff }; /* longer texts are cut before they are tokenised */

static inline struct str token_text(struct str text, const struct token *t)
{
	return (struct str){text.p + t->at, t->len};
}

static inline uint32_t token_hash(const char *p, size_t n, uint32_t seed)
{
	uint64_t h = seed ^ 0x9e3779b97f4a7c15u;

	if (n > 32)
		return (uint32_t)fast_hash(p, n, seed);
	for (size_t i = 0; i < n; i++)
		h = (h ^ (uint8_t)p[i]) * 0x100000001b3u;
	h ^= h >> 29;
	return (uint32_t)(h ^ h >> 32);
}

#endif
