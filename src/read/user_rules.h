/*
 * Rules of the user (docs/rules.md): which expressions are sources, sinks and sanitizers, besides the tables
 * of the front ends. Each file holds tree-sitter queries for one language. They are loaded before the children
 * are made, which inherit them, and never come from a release.
 */
#ifndef ASSAY_READ_USER_RULES_H
#define ASSAY_READ_USER_RULES_H

#include "read/js_int.h"

enum rule_role { RULE_NONE, RULE_SOURCE, RULE_SINK, RULE_SANITIZER };

/* What a rule says of one expression. */
struct rule_mark {
	uint32_t from, to;      /* in the text of the tree */
	enum rule_role role;
	uint8_t kind;           /* enum js_source or enum js_sink */
	struct str behaviour;   /* "exfil/payroll", or "": what a flow of this kind always is */
};

/*
 * Adds the rules of one text. `name` is the file's: "javascript.scm" or "own.javascript.scm" says for which
 * language. STATUS_USAGE: `error` says where and why, "NAME:LINE:COLUMN: reason".
 */
enum status user_rules_add(struct str name, struct str text, char *error, size_t error_bytes);
/* Forgets all of them. */
void user_rules_clear(void);
bool user_rules_have(enum language lang);
/* What the rules say of a tree, sorted by place; in the arena. */
size_t user_rules_marks(struct js *j, const TSTree *tree, struct rule_mark **ret);

#endif
