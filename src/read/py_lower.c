/*
 * Python's tree in our compact tree. What has no counterpart there is written in terms of what has:
 *   f(a, k=v)             f(a, {k: v}), the object marked JF_NAMED
 *   [e for x in l if c]   l.$map(x => c ? e : undefined)
 *   a[i:k:s]              a.$slice(i, k, s)
 *   f"a{b}"               "a" + b
 *   with a as b: ...      { b = a; ... }
 *   self                  this: the first parameter of a method is taken away
 *   @d def f              def f; d(f)
 */
#include "py_int.h"

#include "grammars.h"
#include "read/lower.h"
#include "read/styled.h"

enum py_kind {
	P_OTHER, P_MODULE, P_BLOCK, P_EXPR_STMT, P_ASSIGNMENT, P_AUGMENTED, P_RETURN, P_RAISE, P_BREAK, P_CONTINUE,
	P_PASS, P_IF, P_ELIF, P_ELSE, P_FOR, P_WHILE, P_TRY, P_EXCEPT, P_FINALLY, P_WITH, P_WITH_ITEM, P_WITH_CLAUSE,
	P_AS_PATTERN, P_AS_TARGET, P_FUNCTION, P_CLASS, P_DECORATED, P_DECORATOR, P_IMPORT, P_IMPORT_FROM, P_FUTURE,
	P_ALIASED, P_DOTTED, P_RELATIVE, P_WILDCARD, P_GLOBAL, P_LAMBDA, P_PARAMETERS, P_DEFAULT, P_TYPED, P_SPLAT,
	P_DOUBLE_SPLAT, P_IDENTIFIER, P_NUMBER, P_TRUE, P_FALSE, P_NONE, P_ELLIPSIS, P_STRING, P_STRING_START,
	P_CONTENT, P_INTERPOLATION, P_CONCATENATED, P_ATTRIBUTE, P_SUBSCRIPT, P_SLICE, P_COLON, P_CALL, P_ARGUMENTS,
	P_KEYWORD, P_BINARY, P_BOOLEAN, P_NOT, P_COMPARE, P_UNARY, P_CONDITIONAL, P_LIST, P_TUPLE, P_DICT, P_PAIR,
	P_COMPREHENSION, P_DICT_COMPREHENSION, P_FOR_IN, P_IF_CLAUSE, P_AWAIT, P_YIELD, P_NAMED, P_PARENTHESES, P_TYPE,
	P_PATTERN_LIST, P_EXEC, P_PRINT, P_ASSERT, P_DELETE, P_STAR_ARG, P_MARK
};

enum py_field {
	F_NONE, F_LEFT, F_RIGHT, F_BODY, F_CONDITION, F_CONSEQUENCE, F_ALTERNATIVE, F_NAME, F_PARAMETERS, F_VALUE, F_ALIAS,
	F_FUNCTION, F_ARGUMENTS, F_OBJECT, F_ATTRIBUTE, F_SUBSCRIPT, F_TYPE, F_MODULE, F_DEFINITION, F_SUPERCLASSES,
	F_KEY, F_EXPRESSION, F_OPERATOR, F_CODE
};

static const struct lower_row kinds[] = {
	{"module", P_MODULE}, {"block", P_BLOCK}, {"expression_statement", P_EXPR_STMT}, {"assignment", P_ASSIGNMENT},
	{"augmented_assignment", P_AUGMENTED}, {"return_statement", P_RETURN}, {"raise_statement", P_RAISE},
	{"break_statement", P_BREAK}, {"continue_statement", P_CONTINUE}, {"pass_statement", P_PASS},
	{"if_statement", P_IF}, {"elif_clause", P_ELIF}, {"else_clause", P_ELSE}, {"for_statement", P_FOR},
	{"while_statement", P_WHILE}, {"try_statement", P_TRY}, {"except_clause", P_EXCEPT},
	{"except_group_clause", P_EXCEPT}, {"finally_clause", P_FINALLY}, {"with_statement", P_WITH},
	{"with_clause", P_WITH_CLAUSE}, {"with_item", P_WITH_ITEM}, {"as_pattern", P_AS_PATTERN},
	{"as_pattern_target", P_AS_TARGET}, {"function_definition", P_FUNCTION}, {"class_definition", P_CLASS},
	{"decorated_definition", P_DECORATED}, {"decorator", P_DECORATOR}, {"import_statement", P_IMPORT},
	{"import_from_statement", P_IMPORT_FROM}, {"future_import_statement", P_FUTURE}, {"aliased_import", P_ALIASED},
	{"dotted_name", P_DOTTED}, {"relative_import", P_RELATIVE}, {"wildcard_import", P_WILDCARD},
	{"global_statement", P_GLOBAL}, {"nonlocal_statement", P_GLOBAL}, {"lambda", P_LAMBDA},
	{"parameters", P_PARAMETERS}, {"lambda_parameters", P_PARAMETERS}, {"default_parameter", P_DEFAULT},
	{"typed_default_parameter", P_DEFAULT}, {"typed_parameter", P_TYPED}, {"list_splat_pattern", P_SPLAT},
	{"dictionary_splat_pattern", P_DOUBLE_SPLAT}, {"identifier", P_IDENTIFIER}, {"integer", P_NUMBER},
	{"float", P_NUMBER}, {"true", P_TRUE}, {"false", P_FALSE}, {"none", P_NONE}, {"ellipsis", P_ELLIPSIS},
	{"string", P_STRING}, {"string_start", P_STRING_START}, {"string_content", P_CONTENT},
	{"interpolation", P_INTERPOLATION}, {"concatenated_string", P_CONCATENATED}, {"attribute", P_ATTRIBUTE},
	{"subscript", P_SUBSCRIPT}, {"slice", P_SLICE}, {":", P_COLON}, {"call", P_CALL}, {"argument_list", P_ARGUMENTS},
	{"keyword_argument", P_KEYWORD}, {"binary_operator", P_BINARY}, {"boolean_operator", P_BOOLEAN},
	{"not_operator", P_NOT}, {"comparison_operator", P_COMPARE}, {"unary_operator", P_UNARY},
	{"conditional_expression", P_CONDITIONAL}, {"list", P_LIST}, {"set", P_LIST}, {"tuple", P_TUPLE},
	{"expression_list", P_TUPLE}, {"dictionary", P_DICT}, {"pair", P_PAIR}, {"list_comprehension", P_COMPREHENSION},
	{"set_comprehension", P_COMPREHENSION}, {"generator_expression", P_COMPREHENSION},
	{"dictionary_comprehension", P_DICT_COMPREHENSION}, {"for_in_clause", P_FOR_IN}, {"if_clause", P_IF_CLAUSE},
	{"await", P_AWAIT}, {"yield", P_YIELD}, {"named_expression", P_NAMED},
	{"parenthesized_expression", P_PARENTHESES}, {"type", P_TYPE}, {"type_parameter", P_TYPE},
	{"type_alias_statement", P_TYPE}, {"pattern_list", P_PATTERN_LIST}, {"tuple_pattern", P_PATTERN_LIST},
	{"list_pattern", P_PATTERN_LIST}, {"exec_statement", P_EXEC}, {"print_statement", P_PRINT},
	{"assert_statement", P_ASSERT}, {"delete_statement", P_DELETE}, {"list_splat", P_STAR_ARG},
	{"dictionary_splat", P_STAR_ARG}, {"keyword_separator", P_MARK}, {"positional_separator", P_MARK},
	{"comment", RAW_COMMENT}, {"line_continuation", RAW_COMMENT}, {NULL, 0},
};

static const struct lower_row fields[] = {
	{"left", F_LEFT}, {"right", F_RIGHT}, {"body", F_BODY}, {"condition", F_CONDITION},
	{"consequence", F_CONSEQUENCE}, {"alternative", F_ALTERNATIVE}, {"name", F_NAME}, {"parameters", F_PARAMETERS},
	{"value", F_VALUE}, {"alias", F_ALIAS}, {"function", F_FUNCTION}, {"arguments", F_ARGUMENTS},
	{"object", F_OBJECT}, {"attribute", F_ATTRIBUTE}, {"subscript", F_SUBSCRIPT}, {"type", F_TYPE},
	{"return_type", F_TYPE}, {"module_name", F_MODULE}, {"definition", F_DEFINITION},
	{"superclasses", F_SUPERCLASSES}, {"key", F_KEY}, {"expression", F_EXPRESSION}, {"operator", F_OPERATOR},
	{"operators", F_OPERATOR}, {"code", F_CODE}, {"argument", F_VALUE}, {NULL, 0},
};

static const struct lower_row ops[] = {
	{"+", OP_ADD}, {"-", OP_SUB}, {"*", OP_MUL}, {"/", OP_DIV}, {"//", OP_FLOOR}, {"%", OP_MOD}, {"**", OP_EXP},
	{"<<", OP_SHL}, {">>", OP_SHR}, {"&", OP_AND}, {"|", OP_OR}, {"^", OP_XOR}, {"==", OP_EQ}, {"!=", OP_NE},
	{"<>", OP_NE}, {"<", OP_LT}, {">", OP_GT}, {"<=", OP_LE}, {">=", OP_GE}, {"is", OP_SEQ}, {"is not", OP_SNE},
	{"in", OP_IN}, {"not in", OP_NOT_IN}, {"and", OP_LAND}, {"or", OP_LOR}, {"~", OP_BITNOT}, {"+=", OP_ADD},
	{"-=", OP_SUB}, {"*=", OP_MUL}, {"/=", OP_DIV}, {"//=", OP_FLOOR}, {"%=", OP_MOD}, {"**=", OP_EXP},
	{"<<=", OP_SHL}, {">>=", OP_SHR}, {"&=", OP_AND}, {"|=", OP_OR}, {"^=", OP_XOR}, {NULL, 0},
};

static struct lower_table table = {.kinds = kinds, .fields = fields, .ops = ops};

/* Where we are: the method whose first parameter is `this`, the names that `global` put outside. */
struct place {
	uint32_t self;
	uint32_t *outer;
	size_t n_outer, room_outer;
	bool in_class; /* statements of a class body */
};

static const struct kids no_kids;

static struct place *place_of(struct lower *w)
{
	return w->own;
}

static uint32_t from_of(const struct lower *w, uint32_t r)
{
	return w->raw[r].from;
}

static uint32_t to_of(const struct lower *w, uint32_t r)
{
	return w->raw[r].to;
}

/* ---------- names, literals ---------- */

/* As Python reads it. */
static struct str name_text(struct lower *w, uint32_t r)
{
	return plain_letters(w->j->a, raw_text(w, r));
}

static uint32_t identifier(struct lower *w, uint32_t r)
{
	struct place *p = place_of(w);
	uint32_t name = js_name(w->j, name_text(w, r)), n;

	if (name && name == p->self)
		return node_leaf(w, J_THIS, r);
	n = node_leaf(w, J_ID, r);
	w->j->nodes[n].x = name;
	if (has_styled_letters(raw_text(w, r)))
		w->j->nodes[n].flags |= JF_ESCAPED;
	for (size_t i = 0; i < p->n_outer; i++)
		if (p->outer[i] == name)
			w->j->nodes[n].flags |= JF_OUTER;
	return n;
}

static uint8_t prefix_flags(struct str start)
{
	uint8_t flags = 0;

	for (size_t i = 0; i < start.len; i++) {
		char c = start.p[i] | 32;

		flags |= c == 'r' ? JF_RAW : c == 'b' ? JF_BYTES : c == 'f' || c == 't' ? JF_FORMAT : 0;
	}
	return flags;
}

static uint32_t string(struct lower *w, uint32_t r)
{
	uint32_t start = raw_kind(w, r, P_STRING_START);
	uint8_t flags = prefix_flags(start ? raw_text(w, start) : STR(""));
	struct kids k = no_kids;
	uint32_t n;

	if (!raw_kind(w, r, P_INTERPOLATION)) {
		n = node_leaf(w, J_STR, r);
		w->j->nodes[n].flags = flags;
		return n;
	}
	if (start && w->raw[w->raw[start].next].kind == P_INTERPOLATION) { /* the sum must be a text */
		n = node_make(w, J_STR, to_of(w, start), to_of(w, start), no_kids);
		w->j->nodes[n].flags = JF_PIECE;
		kid_add(w, &k, n, R_NONE);
	}
	for (uint32_t c = w->raw[r].first; c; c = w->raw[c].next) {
		if (w->raw[c].kind == P_CONTENT) {
			n = node_leaf(w, J_STR, c);
			w->j->nodes[n].flags = flags | JF_PIECE;
			kid_add(w, &k, n, R_NONE);
		} else if (w->raw[c].kind == P_INTERPOLATION) {
			kid_lower(w, &k, raw_field(w, c, F_EXPRESSION), R_NONE);
		}
	}
	return node_sum(w, from_of(w, r), to_of(w, r), k);
}

/* Long sums lean to the left as deep as they are long: their spine is walked, not recursed into. */
static uint32_t sum(struct lower *w, uint32_t r)
{
	uint32_t *right = NULL, at = r;
	size_t n = 0, room = 0;
	struct kids k = no_kids;

	while (w->raw[at].kind == P_BINARY && raw_op(w, at) == OP_ADD) {
		*ARENA_PUSH(w->j->a, right, n, room) = raw_field(w, at, F_RIGHT);
		at = raw_field(w, at, F_LEFT);
	}
	kid_lower(w, &k, at, R_LEFT);
	while (n-- > 0)
		kid_lower(w, &k, right[n], R_RIGHT);
	return node_sum(w, from_of(w, r), to_of(w, r), k);
}

static uint32_t binary(struct lower *w, uint32_t r, enum js_kind kind)
{
	enum js_op op = raw_op(w, r);
	struct kids k = no_kids;
	uint32_t n;

	if (kind == J_BIN && op == OP_ADD)
		return sum(w, r);
	kid_lower(w, &k, raw_field(w, r, F_LEFT), R_LEFT);
	kid_lower(w, &k, raw_field(w, r, F_RIGHT), R_RIGHT);
	n = node_of(w, kind, r, k);
	w->j->nodes[n].op = (uint8_t)op;
	return n;
}

static uint32_t compare(struct lower *w, uint32_t r)
{
	enum js_op op = raw_op(w, r);
	struct kids k = lower_kids(w, r);
	uint32_t n;

	if (k.n != 2)
		return node_of(w, J_OTHER, r, k);
	w->j->nodes[k.first].role = R_LEFT;
	w->j->nodes[k.last].role = R_RIGHT;
	n = node_of(w, J_BIN, r, k);
	w->j->nodes[n].op = (uint8_t)op;
	return n;
}

static uint32_t unary(struct lower *w, uint32_t r, enum js_op op)
{
	struct kids k = no_kids;
	uint32_t n;

	kid_lower(w, &k, raw_named(w, r, 0), R_ARGUMENT);
	n = node_of(w, J_UNARY, r, k);
	w->j->nodes[n].op = (uint8_t)op;
	return n;
}

static uint32_t conditional(struct lower *w, uint32_t r)
{
	struct kids k = no_kids;

	kid_lower(w, &k, raw_named(w, r, 0), R_CONS);
	kid_lower(w, &k, raw_named(w, r, 1), R_COND);
	kid_lower(w, &k, raw_named(w, r, 2), R_ALT);
	return node_of(w, J_COND, r, k);
}

/* ---------- members, calls ---------- */

static uint32_t attribute(struct lower *w, uint32_t r)
{
	uint32_t a = raw_field(w, r, F_ATTRIBUTE);
	struct kids k = no_kids;

	kid_lower(w, &k, raw_field(w, r, F_OBJECT), R_OBJECT);
	if (a)
		kid_add(w, &k, node_name(w, J_PROP, a, name_text(w, a)), R_PROPERTY);
	return node_of(w, J_MEMBER, r, k);
}

static uint32_t slice(struct lower *w, uint32_t r, uint32_t object, uint32_t range)
{
	struct kids args = no_kids;
	bool given = false;

	for (uint32_t c = w->raw[range].first; c; c = w->raw[c].next) {
		if (w->raw[c].kind == P_COLON) {
			if (!given)
				kid_add(w, &args, node_leaf(w, J_NULL, c), R_NONE);
			given = false;
		} else {
			kid_lower(w, &args, c, R_NONE);
			given = true;
		}
	}
	return node_method(w, r, object, "$slice", args);
}

static uint32_t subscript(struct lower *w, uint32_t r)
{
	uint32_t index = raw_field(w, r, F_SUBSCRIPT), object = raw_field(w, r, F_VALUE), o;
	struct kids k = no_kids;

	o = object ? lower_node(w, object) : 0;
	if (!o || !index)
		return o;
	if (w->raw[index].kind == P_SLICE)
		return slice(w, r, o, index);
	kid_add(w, &k, o, R_OBJECT);
	kid_lower(w, &k, index, R_INDEX);
	return node_of(w, J_SUBSCRIPT, r, k);
}

static uint32_t keyword(struct lower *w, uint32_t r)
{
	uint32_t name = raw_field(w, r, F_NAME);
	struct kids k = no_kids;

	if (name)
		kid_add(w, &k, node_name(w, J_PROP, name, name_text(w, name)), R_KEY);
	kid_lower(w, &k, raw_field(w, r, F_VALUE), R_VALUE);
	return node_of(w, J_PAIR, r, k);
}

static struct kids arguments(struct lower *w, uint32_t r)
{
	struct kids args = no_kids, named = no_kids;
	uint32_t first = 0, last = 0, n;

	if (w->raw[r].kind != P_ARGUMENTS) { /* f(x for x in y) */
		kid_lower(w, &args, r, R_NONE);
		return args;
	}
	for (uint32_t c = w->raw[r].first; c; c = w->raw[c].next) {
		bool double_star = w->raw[c].kind == P_STAR_ARG && str_starts(raw_text(w, c), "**");

		if (!w->raw[c].named)
			continue;
		if (w->raw[c].kind != P_KEYWORD && !double_star) {
			kid_lower(w, &args, c, R_NONE);
			continue;
		}
		first = first ? first : c;
		last = c;
	}
	for (uint32_t c = first; c; c = w->raw[c].next) { /* behind the others, so that subtrees stay whole */
		bool double_star = w->raw[c].kind == P_STAR_ARG && str_starts(raw_text(w, c), "**");

		if (w->raw[c].kind == P_KEYWORD)
			kid_add(w, &named, keyword(w, c), R_NONE);
		else if (double_star)
			kid_lower(w, &named, c, R_NONE);
	}
	if (named.n) {
		n = node_make(w, J_OBJECT, from_of(w, first), to_of(w, last), named);
		w->j->nodes[n].flags |= JF_NAMED;
		kid_add(w, &args, n, R_NONE);
	}
	return args;
}

static uint32_t call(struct lower *w, uint32_t r)
{
	uint32_t f = raw_field(w, r, F_FUNCTION), a = raw_field(w, r, F_ARGUMENTS);
	struct kids k = no_kids, args;

	kid_lower(w, &k, f, R_CALLEE);
	if (a) {
		args = arguments(w, a);
		kid_add(w, &k, node_of(w, J_ARGS, a, args), R_ARGS);
	}
	return node_of(w, J_CALL, r, k);
}

/* exec code in space: Python 2. */
static uint32_t exec_statement(struct lower *w, uint32_t r)
{
	uint32_t code = raw_field(w, r, F_CODE);
	struct kids k = no_kids, args = no_kids, stmt = no_kids;

	if (!code)
		return 0;
	kid_add(w, &k, node_name(w, J_ID, code, STR("exec")), R_CALLEE);
	kid_lower(w, &args, code, R_NONE);
	kid_add(w, &k, node_of(w, J_ARGS, code, args), R_ARGS);
	kid_add(w, &stmt, node_of(w, J_CALL, r, k), R_NONE);
	return node_of(w, J_EXPR_STMT, r, stmt);
}

/* ---------- collections ---------- */

static uint32_t dictionary(struct lower *w, uint32_t r)
{
	struct kids k = no_kids;

	for (uint32_t c = w->raw[r].first; c; c = w->raw[c].next) {
		uint32_t key = raw_field(w, c, F_KEY);
		struct kids pair = no_kids;

		if (!w->raw[c].named)
			continue;
		if (w->raw[c].kind != P_PAIR || !key) {
			kid_lower(w, &k, c, R_NONE);
			continue;
		}
		kid_lower(w, &pair, key, R_KEY);
		if (pair.last && w->j->nodes[pair.last].kind != J_STR && w->j->nodes[pair.last].kind != J_NUM) {
			struct kids computed = no_kids;

			computed.first = computed.last = pair.last;
			pair = no_kids;
			kid_add(w, &pair, node_of(w, J_COMPUTED, key, computed), R_KEY);
		}
		kid_lower(w, &pair, raw_field(w, c, F_VALUE), R_VALUE);
		kid_add(w, &k, node_of(w, J_PAIR, c, pair), R_NONE);
	}
	return node_of(w, J_OBJECT, r, k);
}

static uint32_t pair_as_list(struct lower *w, uint32_t r)
{
	struct kids k = no_kids;

	kid_lower(w, &k, raw_field(w, r, F_KEY), R_NONE);
	kid_lower(w, &k, raw_field(w, r, F_VALUE), R_NONE);
	return node_of(w, J_ARRAY, r, k);
}

/* From clause c on: `for x in l` is l.$map(x => rest), `if c` is c ? rest : undefined. */
static uint32_t clauses(struct lower *w, uint32_t r, uint32_t c, uint32_t body)
{
	struct kids params = no_kids, fn = no_kids, args = no_kids;
	uint32_t list, inner, later, f;

	while (c && w->raw[c].kind != P_FOR_IN && w->raw[c].kind != P_IF_CLAUSE)
		c = w->raw[c].next;
	if (!c)
		return w->raw[body].kind == P_PAIR ? pair_as_list(w, body) : lower_node(w, body);
	if (w->depth >= LOWER_DEPTH) {
		w->j->too_deep = true;
		return 0;
	}
	w->depth++;
	if (w->raw[c].kind == P_IF_CLAUSE) {
		struct kids k = no_kids;

		kid_lower(w, &k, raw_named(w, c, 0), R_COND);
		kid_add(w, &k, clauses(w, r, w->raw[c].next, body), R_CONS);
		kid_add(w, &k, node_leaf(w, J_UNDEF, c), R_ALT);
		w->depth--;
		return node_of(w, J_COND, r, k);
	}
	list = raw_field(w, c, F_RIGHT) ? lower_node(w, raw_field(w, c, F_RIGHT)) : 0;
	kid_lower(w, &params, raw_field(w, c, F_LEFT), R_NONE);
	kid_add(w, &fn, node_of(w, J_PARAMS, c, params), R_PARAMS);
	inner = clauses(w, r, w->raw[c].next, body);
	kid_add(w, &fn, inner, R_BODY);
	f = node_of(w, J_FUNC, r, fn);
	w->j->nodes[f].flags = JF_ARROW;
	kid_add(w, &args, f, R_NONE);
	w->depth--;
	if (!list)
		return f;
	f = node_method(w, r, list, "$map", args);
	for (later = w->raw[c].next; later && w->raw[later].kind != P_FOR_IN; later = w->raw[later].next)
		;
	return later ? node_method(w, r, f, "$flat", no_kids) : f;
}

static uint32_t comprehension(struct lower *w, uint32_t r, bool dict)
{
	uint32_t body = raw_field(w, r, F_BODY), n;

	if (!body)
		return 0;
	n = clauses(w, r, w->raw[body].next, body);
	return dict ? node_method(w, r, n, "$dict", no_kids) : n;
}

/* ---------- functions, classes ---------- */

static uint32_t parameter(struct lower *w, uint32_t r)
{
	struct kids k = no_kids;
	uint32_t n;

	switch (w->raw[r].kind) {
	case P_DEFAULT:
		kid_lower(w, &k, raw_field(w, r, F_NAME), R_LEFT);
		kid_lower(w, &k, raw_field(w, r, F_VALUE), R_RIGHT);
		return node_of(w, J_DEFAULT, r, k);
	case P_TYPED:
		return raw_named(w, r, 0) ? parameter(w, raw_named(w, r, 0)) : 0;
	case P_SPLAT:
	case P_DOUBLE_SPLAT:
		kid_lower(w, &k, raw_named(w, r, 0), R_NONE);
		n = node_of(w, J_REST, r, k);
		w->j->nodes[n].flags |= w->raw[r].kind == P_DOUBLE_SPLAT ? JF_NAMED : 0;
		return n;
	case P_IDENTIFIER:
	case P_PATTERN_LIST:
		return lower_node(w, r);
	default:
		return 0;
	}
}

static uint32_t parameters(struct lower *w, uint32_t r, uint32_t skip)
{
	struct kids k = no_kids;

	for (uint32_t c = w->raw[r].first; c; c = w->raw[c].next)
		if (c != skip)
			kid_add(w, &k, parameter(w, c), R_NONE);
	return node_of(w, J_PARAMS, r, k);
}

static bool decorated_as(const struct lower *w, uint32_t decorated, const char *name)
{
	for (uint32_t c = decorated ? w->raw[decorated].first : 0; c; c = w->raw[c].next)
		if (w->raw[c].kind == P_DECORATOR && str_has(raw_text(w, c), name))
			return true;
	return false;
}

/* The name in the first parameter of a method, 0 if it has none. */
static uint32_t self_of(const struct lower *w, uint32_t params)
{
	uint32_t p = params ? raw_named(w, params, 0) : 0;

	if (p && w->raw[p].kind == P_TYPED)
		p = raw_named(w, p, 0);
	return p && w->raw[p].kind == P_IDENTIFIER ? p : 0;
}

static uint32_t function(struct lower *w, uint32_t r, uint32_t decorated)
{
	struct place *outside = place_of(w), here = {.self = outside->self};
	uint32_t name = raw_field(w, r, F_NAME), params = raw_field(w, r, F_PARAMETERS), body = raw_field(w, r, F_BODY);
	bool method = outside->in_class;
	struct kids k = no_kids;
	uint32_t n, self = method && !decorated_as(w, decorated, "staticmethod") ? self_of(w, params) : 0, skip = 0;

	if (name && method)
		kid_add(w, &k, node_name(w, J_PROP, name, str_is(raw_text(w, name), "__init__") ? STR("constructor") : name_text(w, name)), R_NAME);
	else if (name)
		kid_lower(w, &k, name, R_NAME);
	if (self) {
		here.self = js_name(w->j, name_text(w, self));
		skip = raw_named(w, params, 0);
	}
	w->own = &here;
	if (params)
		kid_add(w, &k, parameters(w, params, skip), R_PARAMS);
	kid_lower(w, &k, body, R_BODY);
	w->own = outside;
	n = node_of(w, J_FUNC, r, k);
	w->j->nodes[n].flags = (uint8_t)(method ? JF_METHOD : JF_ARROW) | (w->raw[r].kind == P_LAMBDA ? 0 : JF_DECL) |
		(str_starts(raw_text(w, r), "async") ? JF_ASYNC : 0) |
		(method && decorated_as(w, decorated, "property") ? JF_GETTER : 0); /* runs when it is read */
	return n;
}

/* x = 1 in a class is a field of it. */
static uint32_t class_field(struct lower *w, uint32_t r)
{
	uint32_t a = w->raw[r].kind == P_EXPR_STMT ? raw_kind(w, r, P_ASSIGNMENT) : 0;
	uint32_t left = a ? raw_field(w, a, F_LEFT) : 0, right = a ? raw_field(w, a, F_RIGHT) : 0;
	struct kids k = no_kids;

	if (!left || !right || w->raw[left].kind != P_IDENTIFIER)
		return 0;
	kid_add(w, &k, node_name(w, J_PROP, left, name_text(w, left)), R_NAME);
	kid_lower(w, &k, right, R_VALUE);
	return node_of(w, J_FIELD, r, k);
}

static uint32_t class_body(struct lower *w, uint32_t r)
{
	struct kids k = no_kids;

	for (uint32_t c = w->raw[r].first; c; c = w->raw[c].next) {
		uint32_t n = class_field(w, c), f = w->raw[c].kind == P_DECORATED ? raw_field(w, c, F_DEFINITION) : 0;

		if (n) {
			kid_add(w, &k, n, R_NONE);
		} else if (f && w->raw[f].kind == P_FUNCTION) {
			for (uint32_t d = w->raw[c].first; d; d = w->raw[d].next)
				if (w->raw[d].kind == P_DECORATOR)
					kid_lower(w, &k, raw_named(w, d, 0), R_NONE);
			kid_add(w, &k, function(w, f, c), R_NONE);
		} else if (w->raw[c].named) {
			kid_lower(w, &k, c, R_NONE);
		}
	}
	return node_of(w, J_CLASS_BODY, r, k);
}

static uint32_t class_definition(struct lower *w, uint32_t r)
{
	uint32_t supers = raw_field(w, r, F_SUPERCLASSES), body = raw_field(w, r, F_BODY), n;
	struct place *outside = place_of(w), here = {.in_class = true};
	struct kids k = no_kids;

	kid_lower(w, &k, raw_field(w, r, F_NAME), R_NAME);
	for (uint32_t c = supers ? w->raw[supers].first : 0; c; c = w->raw[c].next)
		if (w->raw[c].named && w->raw[c].kind != P_KEYWORD)
			kid_lower(w, &k, c, R_SUPER);
	w->own = &here;
	if (body)
		kid_add(w, &k, class_body(w, body), R_BODY);
	w->own = outside;
	n = node_of(w, J_CLASS, r, k);
	w->j->nodes[n].flags = JF_DECL;
	return n;
}

/* def f; d(f) */
static uint32_t decorated(struct lower *w, uint32_t r)
{
	uint32_t f = raw_field(w, r, F_DEFINITION), name = f ? raw_field(w, f, F_NAME) : 0;
	struct kids k = no_kids;

	kid_lower(w, &k, f, R_NONE);
	for (uint32_t d = w->raw[r].first; d && name; d = w->raw[d].next) {
		struct kids c = no_kids, args = no_kids, stmt = no_kids;

		if (w->raw[d].kind != P_DECORATOR)
			continue;
		kid_lower(w, &c, raw_named(w, d, 0), R_CALLEE);
		kid_lower(w, &args, name, R_NONE);
		kid_add(w, &c, node_of(w, J_ARGS, d, args), R_ARGS);
		kid_add(w, &stmt, node_of(w, J_CALL, d, c), R_NONE);
		kid_add(w, &k, node_of(w, J_EXPR_STMT, d, stmt), R_NONE);
	}
	return k.n == 1 ? k.first : node_of(w, J_BLOCK, r, k);
}

/* ---------- imports ---------- */

static uint32_t specifier(struct lower *w, uint32_t r)
{
	uint32_t n = node_leaf(w, J_STR, r);

	w->j->nodes[n].flags = JF_PIECE | JF_RAW;
	return n;
}

/* import a.b binds a; import a.b as c binds c to a.b */
static uint32_t import_one(struct lower *w, uint32_t r)
{
	bool aliased = w->raw[r].kind == P_ALIASED;
	uint32_t module = aliased ? raw_field(w, r, F_NAME) : r, bound, n;
	struct kids k = no_kids;

	if (!module)
		return 0;
	kid_add(w, &k, specifier(w, module), R_SOURCE);
	bound = aliased ? raw_field(w, r, F_ALIAS) : raw_named(w, r, 0);
	if (bound) {
		kid_lower(w, &k, bound, R_NONE);
		if (!aliased)
			w->j->nodes[k.last].flags |= JF_ROOT;
	}
	n = node_of(w, J_IMPORT, r, k);
	return n;
}

static uint32_t import_all(struct lower *w, uint32_t r)
{
	struct kids k = no_kids;

	for (uint32_t c = w->raw[r].first; c; c = w->raw[c].next)
		if (w->raw[c].field == F_NAME)
			kid_add(w, &k, import_one(w, c), R_NONE);
	return k.n == 1 ? k.first : node_of(w, J_BLOCK, r, k);
}

static uint32_t import_from(struct lower *w, uint32_t r)
{
	uint32_t module = raw_field(w, r, F_MODULE);
	struct kids k = no_kids, names = no_kids, clause = no_kids;

	if (!module)
		return 0;
	kid_add(w, &k, specifier(w, module), R_SOURCE);
	if (raw_kind(w, r, P_WILDCARD))
		js_star_add(w->j, raw_text(w, module));
	for (uint32_t c = w->raw[r].first; c; c = w->raw[c].next) {
		bool aliased = w->raw[c].kind == P_ALIASED;
		uint32_t name = aliased ? raw_field(w, c, F_NAME) : c, alias = aliased ? raw_field(w, c, F_ALIAS) : 0;
		struct kids spec = no_kids;

		if (w->raw[c].field != F_NAME || !name)
			continue;
		if (alias) /* the first is what it is there, the last what it is here */
			kid_add(w, &spec, node_name(w, J_PROP, name, name_text(w, name)), R_NAME);
		kid_add(w, &spec, node_name(w, J_ID, alias ? alias : name, name_text(w, alias ? alias : name)), R_ALIAS);
		kid_add(w, &names, node_of(w, J_IMPORT_SPEC, c, spec), R_NONE);
	}
	if (names.n) {
		kid_add(w, &clause, node_of(w, J_NAMED_IMPORTS, r, names), R_NONE);
		kid_add(w, &k, node_of(w, J_IMPORT_CLAUSE, r, clause), R_NONE);
	}
	return node_of(w, J_IMPORT, r, k);
}

static void global_names(struct lower *w, uint32_t r)
{
	struct place *p = place_of(w);

	for (uint32_t c = w->raw[r].first; c; c = w->raw[c].next)
		if (w->raw[c].kind == P_IDENTIFIER && p->n_outer < 256)
			*ARENA_PUSH(w->j->a, p->outer, p->n_outer, p->room_outer) = js_name(w->j, name_text(w, c));
}

/* ---------- statements ---------- */

/* a, b = x, y: as many values as names, none of them only another name (which may be one of those). */
static bool goes_pairwise(const struct lower *w, uint32_t left, uint32_t right)
{
	uint32_t i = 0;

	if (w->raw[left].kind != P_PATTERN_LIST || w->raw[right].kind != P_TUPLE)
		return false;
	for (uint32_t a, b; (a = raw_named(w, left, i)) | (b = raw_named(w, right, i)); i++)
		if (!a || !b || w->raw[a].kind == P_SPLAT || w->raw[b].kind == P_SPLAT || w->raw[b].kind == P_STAR_ARG ||
			w->raw[b].kind == P_IDENTIFIER)
			return false;
	return i > 0;
}

static uint32_t pairwise(struct lower *w, uint32_t r, uint32_t left, uint32_t right)
{
	struct kids k = no_kids;
	uint32_t a;

	for (uint32_t i = 0; (a = raw_named(w, left, i)); i++) {
		uint32_t target = lower_node(w, a), b = raw_named(w, right, i);

		kid_add(w, &k, node_assign(w, b, target, lower_node(w, b)), R_NONE);
	}
	return node_of(w, J_SEQ, r, k);
}

static uint32_t assignment(struct lower *w, uint32_t r, enum js_kind kind)
{
	uint32_t left = raw_field(w, r, F_LEFT), right = raw_field(w, r, F_RIGHT), n;
	struct kids k = no_kids;

	if (!right) /* x: int */
		return 0;
	if (kind == J_ASSIGN && left && goes_pairwise(w, left, right))
		return pairwise(w, r, left, right);
	kid_lower(w, &k, left, R_LEFT);
	kid_lower(w, &k, right, R_RIGHT);
	n = node_of(w, kind, r, k);
	if (kind == J_AUG)
		w->j->nodes[n].op = (uint8_t)raw_op(w, r);
	return n;
}

/* The tests and bodies in order, then the ifs from the last to the first: no recursion over elif. */
static uint32_t if_statement(struct lower *w, uint32_t r)
{
	struct branch {
		uint32_t at, cond, body;
	} *b = NULL;
	size_t n = 0, room = 0;
	uint32_t last = 0;

	for (uint32_t c = r; c; c = c == r ? raw_field(w, r, F_ALTERNATIVE) : w->raw[c].next) {
		uint32_t cond = raw_field(w, c, F_CONDITION), body = raw_field(w, c, F_CONSEQUENCE);
		struct branch *x;

		if (w->raw[c].kind == P_ELSE) {
			last = raw_field(w, c, F_BODY) ? lower_node(w, raw_field(w, c, F_BODY)) : 0;
			break;
		}
		if (w->raw[c].kind != P_IF && w->raw[c].kind != P_ELIF)
			continue;
		x = ARENA_PUSH(w->j->a, b, n, room);
		x->at = c;
		x->cond = cond ? lower_node(w, cond) : 0;
		x->body = body ? lower_node(w, body) : 0;
	}
	while (n-- > 0) {
		struct kids k = no_kids;

		kid_add(w, &k, b[n].cond, R_COND);
		kid_add(w, &k, b[n].body, R_CONS);
		kid_add(w, &k, last, R_ALT);
		last = node_make(w, J_IF, from_of(w, b[n].at), to_of(w, r), k);
	}
	return last;
}

static uint32_t loop(struct lower *w, uint32_t r)
{
	bool for_in = w->raw[r].kind == P_FOR;
	struct kids k = no_kids;
	uint32_t n;

	kid_lower(w, &k, raw_field(w, r, F_LEFT), R_LEFT);
	kid_lower(w, &k, raw_field(w, r, F_RIGHT), R_RIGHT);
	kid_lower(w, &k, raw_field(w, r, F_CONDITION), R_COND);
	kid_lower(w, &k, raw_field(w, r, F_BODY), R_BODY);
	kid_lower(w, &k, raw_field(w, r, F_ALTERNATIVE), R_OTHER);
	n = node_of(w, for_in ? J_FOR_IN : J_WHILE, r, k);
	w->j->nodes[n].op = for_in ? OP_OF : OP_NONE;
	return n;
}

static uint32_t except(struct lower *w, uint32_t r)
{
	uint32_t value = raw_field(w, r, F_VALUE), alias = raw_field(w, r, F_ALIAS);
	struct kids k = no_kids;

	if (value && w->raw[value].kind == P_AS_PATTERN) {
		alias = raw_field(w, value, F_ALIAS);
		value = raw_named(w, value, 0);
	}
	if (alias && w->raw[alias].kind == P_AS_TARGET)
		alias = raw_named(w, alias, 0);
	kid_lower(w, &k, value, R_OTHER);
	if (alias && w->raw[alias].kind == P_IDENTIFIER)
		kid_lower(w, &k, alias, R_PARAM);
	kid_lower(w, &k, raw_kind(w, r, P_BLOCK), R_BODY);
	return node_of(w, J_CATCH, r, k);
}

static uint32_t try_statement(struct lower *w, uint32_t r)
{
	struct kids k = no_kids;

	kid_lower(w, &k, raw_field(w, r, F_BODY), R_BODY);
	for (uint32_t c = w->raw[r].first; c; c = w->raw[c].next) {
		struct kids f = no_kids;

		if (w->raw[c].kind == P_EXCEPT) {
			kid_add(w, &k, except(w, c), R_HANDLER);
		} else if (w->raw[c].kind == P_FINALLY) {
			kid_lower(w, &f, raw_kind(w, c, P_BLOCK), R_BODY);
			kid_add(w, &k, node_of(w, J_FINALLY, c, f), R_FINAL);
		} else if (w->raw[c].kind == P_ELSE) {
			kid_lower(w, &k, raw_field(w, c, F_BODY), R_OTHER);
		}
	}
	return node_of(w, J_TRY, r, k);
}

static uint32_t with_item(struct lower *w, uint32_t r)
{
	uint32_t value = raw_field(w, r, F_VALUE), alias = 0;
	struct kids k = no_kids, stmt = no_kids;

	if (value && w->raw[value].kind == P_AS_PATTERN) {
		alias = raw_field(w, value, F_ALIAS);
		value = raw_named(w, value, 0);
	}
	if (alias && w->raw[alias].kind == P_AS_TARGET)
		alias = raw_named(w, alias, 0);
	kid_lower(w, &k, alias, R_LEFT);
	kid_lower(w, &k, value, R_RIGHT);
	kid_add(w, &stmt, alias ? node_of(w, J_ASSIGN, r, k) : k.first, R_NONE);
	return node_of(w, J_EXPR_STMT, r, stmt);
}

static uint32_t with_statement(struct lower *w, uint32_t r)
{
	uint32_t clause = raw_kind(w, r, P_WITH_CLAUSE);
	struct kids k = no_kids;

	for (uint32_t c = clause ? w->raw[clause].first : 0; c; c = w->raw[c].next)
		if (w->raw[c].kind == P_WITH_ITEM)
			kid_add(w, &k, with_item(w, c), R_NONE);
	kid_lower(w, &k, raw_field(w, r, F_BODY), R_BODY);
	return node_of(w, J_BLOCK, r, k);
}

static uint32_t lower_statement(struct lower *w, uint32_t r)
{
	switch (w->raw[r].kind) {
	case P_MODULE:
	case P_BLOCK:
		return lower_wrapped(w, r, w->raw[r].kind == P_MODULE ? J_PROGRAM : J_BLOCK);
	case P_EXPR_STMT:
	case P_ASSERT:
	case P_PRINT: {
		struct kids k = lower_kids(w, r);

		return k.n ? node_of(w, J_EXPR_STMT, r, k) : 0;
	}
	case P_RETURN:
		return lower_wrapped(w, r, J_RETURN);
	case P_RAISE:
		return lower_wrapped(w, r, J_THROW);
	case P_BREAK:
		return node_leaf(w, J_BREAK, r);
	case P_CONTINUE:
		return node_leaf(w, J_CONTINUE, r);
	case P_IF:
		return if_statement(w, r);
	case P_FOR:
	case P_WHILE:
		return loop(w, r);
	case P_TRY:
		return try_statement(w, r);
	case P_WITH:
		return with_statement(w, r);
	case P_FUNCTION:
		return function(w, r, 0);
	case P_CLASS:
		return class_definition(w, r);
	case P_DECORATED:
		return decorated(w, r);
	case P_IMPORT:
		return import_all(w, r);
	case P_IMPORT_FROM:
		return import_from(w, r);
	case P_GLOBAL:
		global_names(w, r);
		return 0;
	case P_EXEC:
		return exec_statement(w, r);
	case P_PASS:
	case P_FUTURE:
	case P_DELETE:
	case P_TYPE:
	case P_MARK:
		return 0;
	case RAW_ERROR:
		return lower_wrapped(w, r, J_ERROR);
	default:
		return lower_collapsed(w, r);
	}
}

static uint32_t lower_expression(struct lower *w, uint32_t r)
{
	switch (w->raw[r].kind) {
	case P_IDENTIFIER:
		return identifier(w, r);
	case P_NUMBER:
		return node_leaf(w, J_NUM, r);
	case P_TRUE:
		return node_leaf(w, J_TRUE, r);
	case P_FALSE:
		return node_leaf(w, J_FALSE, r);
	case P_NONE:
	case P_ELLIPSIS:
		return node_leaf(w, J_NULL, r);
	case P_STRING:
		return string(w, r);
	case P_CONCATENATED:
		return node_sum(w, from_of(w, r), to_of(w, r), lower_kids(w, r));
	case P_ATTRIBUTE:
		return attribute(w, r);
	case P_SUBSCRIPT:
		return subscript(w, r);
	case P_CALL:
		return call(w, r);
	case P_BINARY:
		return binary(w, r, J_BIN);
	case P_BOOLEAN:
		return binary(w, r, J_LOGIC);
	case P_NOT:
		return unary(w, r, OP_NOT);
	case P_UNARY:
		return unary(w, r, raw_op(w, r));
	case P_COMPARE:
		return compare(w, r);
	case P_CONDITIONAL:
		return conditional(w, r);
	case P_LAMBDA:
		return function(w, r, 0);
	case P_LIST:
	case P_TUPLE:
		return lower_wrapped(w, r, J_ARRAY);
	case P_PATTERN_LIST:
		return lower_wrapped(w, r, J_ARR_PATTERN);
	case P_SPLAT:
		return lower_wrapped(w, r, J_REST);
	case P_STAR_ARG:
		return lower_wrapped(w, r, J_SPREAD);
	case P_DICT:
		return dictionary(w, r);
	case P_COMPREHENSION:
		return comprehension(w, r, false);
	case P_DICT_COMPREHENSION:
		return comprehension(w, r, true);
	case P_ASSIGNMENT:
		return assignment(w, r, J_ASSIGN);
	case P_AUGMENTED:
		return assignment(w, r, J_AUG);
	case P_NAMED: {
		struct kids k = no_kids;

		kid_lower(w, &k, raw_field(w, r, F_NAME), R_LEFT);
		kid_lower(w, &k, raw_field(w, r, F_VALUE), R_RIGHT);
		return node_of(w, J_ASSIGN, r, k);
	}
	case P_AWAIT:
		return lower_wrapped(w, r, J_AWAIT);
	case P_YIELD:
		return lower_wrapped(w, r, J_YIELD);
	default:
		return lower_statement(w, r);
	}
}

static uint32_t lower_any(struct lower *w, uint32_t r)
{
	struct place *p = place_of(w);
	bool in_class = p->in_class;
	uint32_t n;

	/* methods stand directly in the body of a class */
	if (w->raw[r].kind != P_FUNCTION && w->raw[r].kind != P_DECORATED && w->raw[r].kind != P_IF && w->raw[r].kind != P_TRY && w->raw[r].kind != P_BLOCK)
		p->in_class = false;
	n = lower_expression(w, r);
	p->in_class = in_class;
	return n;
}

bool py_lower(struct js *j, TSTree *tree)
{
	struct place module = {.self = 0};
	struct lower w = {.j = j, .own = &module, .rule = lower_any, .type_field = F_TYPE};

	if (!lower_begin(&w, &table, tree, tree_sitter_python()))
		return false;
	j->root = lower_node(&w, 1);
	if (!j->root)
		j->root = node_leaf(&w, J_PROGRAM, 1);
	return true;
}
