/*
 * Inside of the PowerShell front end: ps_text.c (what is code), ps_lower.c (expressions and statements),
 * ps_command.c (commands and pipelines), ps_api.c (names), ps_fold.c (values).
 */
#ifndef ASSAY_READ_PS_INT_H
#define ASSAY_READ_PS_INT_H

#include "read/fold_text.h"
#include "read/lower.h"

/* J_STR: between double quotes, where a backtick escapes. */
enum { PS_DOUBLE = JF_FORMAT };

enum ps_kind {
	P_OTHER, P_PROGRAM, P_STATEMENTS, P_BLOCK, P_PIPELINE, P_CHAIN, P_COMMAND, P_INVOKE, P_SEPARATOR, P_PARAMETER, P_TOKEN,
	P_ASSIGN, P_FUNCTION, P_FUNCTION_NAME, P_PARAM_BLOCK, P_FUNCTION_PARAMS, P_PARAMS, P_PARAM, P_DEFAULT, P_SCRIPT_BLOCK,
	P_BODY, P_NAMED_BLOCKS, P_NAMED_BLOCK, P_BLOCK_EXPR, P_IF, P_ELSE_IFS, P_ELSE_IF, P_ELSE, P_FOREACH, P_FOR, P_WHILE, P_DO,
	P_SWITCH, P_CLAUSE, P_CLAUSE_CONDITION, P_TRY, P_CATCHES, P_CATCH, P_FINALLY, P_FLOW, P_BINARY, P_OPERATOR, P_RANGE,
	P_FORMAT, P_ARRAY, P_ARRAY_EXPR, P_SUB, P_PAREN, P_HASH, P_HASH_BODY, P_ENTRY, P_KEY, P_UNARY, P_CAST, P_TYPE, P_VARIABLE, P_MEMBER,
	P_MEMBER_NAME, P_SIMPLE_NAME, P_ELEMENT, P_CALL, P_ARGS, P_ARG_LIST, P_STRING, P_VERBATIM, P_EXPANDABLE, P_VERBATIM_HERE,
	P_EXPANDABLE_HERE, P_NUMBER, P_POST_INC, P_POST_DEC, P_PRE_INC, P_PRE_DEC, P_REDIRECTION, P_REDIRECTIONS, P_CLASS,
	P_METHOD, P_PROPERTY, P_METHOD_PARAM, P_SKIP, P_CONDITION, P_FILE_NAME
};

enum ps_field {
	F_NONE, F_COMMAND_NAME, F_ELEMENTS, F_CONDITION, F_VALUE, F_INIT, F_FOR_CONDITION, F_ITERATOR, F_ELSE_IFS, F_ELSE,
	F_BODY, F_STATEMENTS
};

/* `own` of struct lower: what the script itself gives names to. */
struct ps_aliases {
	struct js_counts defined; /* by hash: functions, and variables that hold a block */
	struct {
		struct str name, means;
	} at[32];
	size_t n;
};

static const struct kids ps_none;

/* ps_lower.c */
bool ps_lower(struct js *j, TSTree *tree);
uint32_t ps_type_name(struct lower *w, uint32_t r); /* J_ID of [Some.Type] */
uint32_t ps_type_id(struct lower *w, uint32_t r, struct str name);
uint32_t ps_function(struct lower *w, uint32_t r); /* of a script block expression */
struct kids ps_arguments(struct lower *w, uint32_t list);
uint32_t ps_inner(const struct lower *w, uint32_t r); /* behind wrappers that say nothing */
/* ps_command.c. Finds what the script defines, once for a tree. */
void ps_survey(struct lower *w);
/* input is a node that comes through the pipe, 0. */
uint32_t ps_pipeline(struct lower *w, uint32_t r, bool statement);
uint32_t ps_command(struct lower *w, uint32_t r, uint32_t input, bool statement);

struct js_val ps_literal(struct js *j, uint32_t n);
extern const struct fold_ops ps_fold;
enum { PS_NATIVES = 72 };
extern const struct fold_native ps_natives[PS_NATIVES];

#endif
