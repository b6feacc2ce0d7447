/* One tokeniser for whichever language a text is in. */
#ifndef ASSAY_READ_LEXER_H
#define ASSAY_READ_LEXER_H

#include "read/align.h"
#include "read/jslex.h"
#include "read/shlex.h"

struct lexer {
	bool is_js;
	struct jslex js;
	struct shlex sh;
};

static inline bool language_is_js(enum language lang)
{
	return lang == LANGUAGE_JAVASCRIPT || lang == LANGUAGE_TYPESCRIPT || lang == LANGUAGE_TSX;
}

static inline void lexer_init(struct lexer *lx, enum language lang, struct str text, bool want_comments)
{
	lx->is_js = language_is_js(lang);
	if (lx->is_js)
		jslex_init(&lx->js, text, want_comments);
	else
		shlex_init(&lx->sh, text, lang == LANGUAGE_SHELL);
}

static inline bool lexer_next(struct lexer *lx, struct token *ret)
{
	return lx->is_js ? jslex_next(&lx->js, ret) : shlex_next(&lx->sh, ret);
}

/* Bytes dropped from the front of the member to get this text; 0 when it was copied. */
static inline size_t text_shift(struct cursor member, struct str text)
{
	const char *base = (const char *)member.base;

	return base && text.p >= base && text.p <= base + member.len ? (size_t)(text.p - base) : 0;
}

#endif
