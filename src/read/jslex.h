/*
 * A JavaScript and TypeScript tokeniser: linear time, no recursion, no allocation, never fails. A
 * slash is a regular expression or a division by the token before it. Nested templates deeper than
 * JSLEX_TEMPLATES are read as plain text of the outer one. JSX is tolerated: it comes out as
 * punctuators and identifiers.
 *
 * The state is a plain value: copy it to look ahead or to start again from a place.
 */
#ifndef ASSAY_READ_JSLEX_H
#define ASSAY_READ_JSLEX_H

#include "read/token.h"

enum js_keyword {
	JS_NOT_KEYWORD,
	JS_ASYNC, /* contextual: kind stays IDENT */
	JS_AWAIT, JS_BREAK, JS_CASE, JS_CATCH, JS_CLASS, JS_CONST, JS_CONTINUE, JS_DEBUGGER, JS_DEFAULT,
	JS_DELETE, JS_DO, JS_ELSE, JS_ENUM, JS_EXPORT, JS_EXTENDS, JS_FALSE, JS_FINALLY, JS_FOR, JS_FUNCTION,
	JS_IF, JS_IMPORT, JS_IN, JS_INSTANCEOF, JS_LET, JS_NEW, JS_NULL, JS_OF, JS_RETURN, JS_SUPER, JS_SWITCH,
	JS_THIS, JS_THROW, JS_TRUE, JS_TRY, JS_TYPEOF, JS_VAR, JS_VOID, JS_WHILE, JS_WITH, JS_YIELD,
};

enum js_punct { /* `sub` of punctuators longer than one character */
	JS_ARROW = 1, JS_OPTIONAL, JS_SPREAD, JS_INCREMENT, JS_ASSIGN, JS_COMPARE, JS_LOGIC, JS_SHIFT,
};

enum { JSLEX_TEMPLATES = 64, JSLEX_NESTING = 2048 };

struct jslex {
	struct str text;
	size_t pos;
	bool want_comments;
	bool regex_ok;     /* a slash here begins a regular expression */
	bool on_new_line;
	uint8_t last_kind, last_sub;
	bool last_was_dot;
	uint32_t failures;  /* literals without an end on this line: after some, none is tried */
	size_t failures_to; /* the line ends here */
	bool no_more_comment_ends, no_more_template_ends;
	uint32_t n_templates;                   /* open ${ */
	uint32_t template_depth[JSLEX_TEMPLATES]; /* brackets open when it began */
	uint32_t depth;                          /* open brackets */
	uint64_t regex_after[JSLEX_NESTING / 64]; /* bit per open bracket: a slash after its end is a regex */
};

/* Comments become tokens of kind COMMENT if wanted. The text is cut at TOKEN_TEXT_MAX. */
void jslex_init(struct jslex *lx, struct str text, bool want_comments);
/* False at the end (then *ret is a token of kind END and length 0). */
bool jslex_next(struct jslex *lx, struct token *ret);

/* The keyword of a word, JS_NOT_KEYWORD if none. */
enum js_keyword js_keyword_of(struct str word);

/* Most of the text stands in lines that no person writes (longer than 300 columns). */
bool text_is_minified(struct str text);

#endif
