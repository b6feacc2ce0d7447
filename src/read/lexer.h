/* One tokeniser for whichever language a text is in. */
#ifndef ASSAY_READ_LEXER_H
#define ASSAY_READ_LEXER_H

#include "read/align.h"
#include "read/blocklex.h"
#include "read/jslex.h"
#include "read/pylex.h"
#include "read/shlex.h"

struct lexer {
	enum language_family family;
	union {
		struct jslex js;
		struct pylex py;
		struct blocklex block;
		struct shlex sh;
	};
};

static inline void lexer_init(struct lexer *lx, enum language lang, struct str text, bool want_comments)
{
	lx->family = language_family(lang);
	switch (lx->family) {
	case FAMILY_JAVASCRIPT:
	case FAMILY_C: /* comments, literals and brackets are the same */
		jslex_init(&lx->js, text, want_comments);
		break;
	case FAMILY_PYTHON:
		pylex_init(&lx->py, text, want_comments);
		break;
	case FAMILY_BLOCKS:
		blocklex_init(&lx->block, text, lang == LANGUAGE_POWERSHELL ? BLOCK_POWERSHELL : BLOCK_RUBY, want_comments);
		break;
	default:
		shlex_init(&lx->sh, text, lang == LANGUAGE_SHELL);
		break;
	}
}

static inline bool lexer_next(struct lexer *lx, struct token *ret)
{
	switch (lx->family) {
	case FAMILY_JAVASCRIPT:
	case FAMILY_C:
		return jslex_next(&lx->js, ret);
	case FAMILY_PYTHON:
		return pylex_next(&lx->py, ret);
	case FAMILY_BLOCKS:
		return blocklex_next(&lx->block, ret);
	default:
		return shlex_next(&lx->sh, ret);
	}
}

/* Where the next token will be looked for. */
static inline size_t lexer_at(const struct lexer *lx)
{
	switch (lx->family) {
	case FAMILY_JAVASCRIPT:
	case FAMILY_C:
		return lx->js.pos;
	case FAMILY_PYTHON:
		return lx->py.pos;
	case FAMILY_BLOCKS:
		return lx->block.pos;
	default:
		return lx->sh.pos;
	}
}

/* Bytes dropped from the front of the member to get this text; 0 when it was copied. */
static inline size_t text_shift(struct cursor member, struct str text)
{
	const char *base = (const char *)member.base;

	return base && text.p >= base && text.p <= base + member.len ? (size_t)(text.p - base) : 0;
}

#endif
