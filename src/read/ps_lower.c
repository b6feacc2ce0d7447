/*
 * PowerShell's tree in our compact tree. What has no counterpart there is written in terms of what has:
 *   Verb-Noun -Name x y        verb-noun(y, {name: x}); ps_command.c knows the places of parameters
 *   a | b                      b(a); a | % { f $_ } is a.$map($_ => f($_)), or a loop as a statement
 *   & $x a, & { ... }          $by_name(x) and globalThis[x](a); a call of the block
 *   program args               $run(program, args)
 *   "a $b $(c)"                "a" + b + c
 *   a -join b, -split, -f      a.join(b), a.$split(b), a.format(b)
 *   [char]x, [Type]::M(x)      $char(x), type.m(x), "System." left out
 *   $x = if (..) {..}          $x = (() => { ... })()
 *   $env:X                     process.env.x
 * All names are in lower case (front.names_nocase); variables keep their sign.
 */
#include "ps_int.h"

#include "grammars.h"

static const struct lower_row kinds[] = {
	{"program", P_PROGRAM}, {"statement_list", P_STATEMENTS}, {"statement_block", P_BLOCK}, {"pipeline", P_PIPELINE},
	{"pipeline_chain", P_CHAIN}, {"command", P_COMMAND}, {"command_invokation_operator", P_INVOKE},
	{"command_argument_sep", P_SEPARATOR}, {"command_parameter", P_PARAMETER}, {"generic_token", P_TOKEN},
	{"stop_parsing", P_TOKEN}, {"command_name", P_TOKEN}, {"path_command_name_token", P_TOKEN},
	{"assignment_expression", P_ASSIGN}, {"function_statement", P_FUNCTION}, {"function_name", P_FUNCTION_NAME},
	{"param_block", P_PARAM_BLOCK}, {"function_parameter_declaration", P_FUNCTION_PARAMS}, {"parameter_list", P_PARAMS},
	{"class_method_parameter_list", P_PARAMS}, {"script_parameter", P_PARAM}, {"class_method_parameter", P_PARAM},
	{"script_parameter_default", P_DEFAULT}, {"script_block", P_SCRIPT_BLOCK}, {"script_block_body", P_BODY},
	{"named_block_list", P_NAMED_BLOCKS}, {"named_block", P_NAMED_BLOCK}, {"script_block_expression", P_BLOCK_EXPR},
	{"if_statement", P_IF}, {"elseif_clauses", P_ELSE_IFS}, {"elseif_clause", P_ELSE_IF}, {"else_clause", P_ELSE},
	{"foreach_statement", P_FOREACH}, {"for_statement", P_FOR}, {"while_statement", P_WHILE}, {"do_statement", P_DO},
	{"switch_statement", P_SWITCH}, {"switch_clause", P_CLAUSE}, {"switch_clause_condition", P_CLAUSE_CONDITION},
	{"switch_condition", P_CONDITION}, {"try_statement", P_TRY}, {"catch_clauses", P_CATCHES}, {"catch_clause", P_CATCH},
	{"finally_clause", P_FINALLY}, {"flow_control_statement", P_FLOW}, {"logical_expression", P_BINARY},
	{"bitwise_expression", P_BINARY}, {"comparison_expression", P_BINARY}, {"additive_expression", P_BINARY},
	{"multiplicative_expression", P_BINARY}, {"format_expression", P_FORMAT}, {"range_expression", P_RANGE},
	{"logical_argument_expression", P_BINARY}, {"bitwise_argument_expression", P_BINARY},
	{"comparison_argument_expression", P_BINARY}, {"additive_argument_expression", P_BINARY},
	{"multiplicative_argument_expression", P_BINARY}, {"format_argument_expression", P_FORMAT},
	{"range_argument_expression", P_RANGE}, {"comparison_operator", P_OPERATOR}, {"format_operator", P_OPERATOR},
	{"assignement_operator", P_OPERATOR}, {"array_literal_expression", P_ARRAY}, {"array_expression", P_ARRAY_EXPR},
	{"sub_expression", P_SUB}, {"parenthesized_expression", P_PAREN}, {"hash_literal_expression", P_HASH},
	{"hash_literal_body", P_HASH_BODY}, {"hash_entry", P_ENTRY}, {"key_expression", P_KEY}, {"expression_with_unary_operator", P_UNARY},
	{"cast_expression", P_CAST}, {"type_literal", P_TYPE}, {"variable", P_VARIABLE}, {"braced_variable", P_VARIABLE},
	{"member_access", P_MEMBER}, {"member_name", P_MEMBER_NAME}, {"simple_name", P_SIMPLE_NAME}, {"element_access", P_ELEMENT},
	{"invokation_expression", P_CALL}, {"argument_list", P_ARGS}, {"argument_expression_list", P_ARG_LIST},
	{"string_literal", P_STRING}, {"verbatim_string_characters", P_VERBATIM}, {"expandable_string_literal", P_EXPANDABLE},
	{"verbatim_here_string_characters", P_VERBATIM_HERE}, {"expandable_here_string_literal", P_EXPANDABLE_HERE},
	{"decimal_integer_literal", P_NUMBER}, {"hexadecimal_integer_literal", P_NUMBER}, {"real_literal", P_NUMBER},
	{"post_increment_expression", P_POST_INC}, {"post_decrement_expression", P_POST_DEC},
	{"pre_increment_expression", P_PRE_INC}, {"pre_decrement_expression", P_PRE_DEC}, {"redirection", P_REDIRECTION},
	{"redirections", P_REDIRECTIONS}, {"class_statement", P_CLASS}, {"class_method_definition", P_METHOD},
	{"class_property_definition", P_PROPERTY}, {"redirected_file_name", P_FILE_NAME}, {"attribute_list", P_SKIP}, {"attribute", P_SKIP},
	{"enum_statement", P_SKIP}, {"label", P_SKIP}, {"empty_statement", P_SKIP}, {"comment", RAW_COMMENT}, {NULL, 0},
};

static const struct lower_row fields[] = {
	{"command_name", F_COMMAND_NAME}, {"command_elements", F_ELEMENTS}, {"condition", F_CONDITION}, {"value", F_VALUE},
	{"for_initializer", F_INIT}, {"for_condition", F_FOR_CONDITION}, {"for_iterator", F_ITERATOR},
	{"elseif_clauses", F_ELSE_IFS}, {"else_clause", F_ELSE}, {"script_block_body", F_BODY}, {"statements", F_STATEMENTS}, {NULL, 0},
};

enum { OP_JOIN = 100, OP_SPLIT, OP_REPLACE, OP_FORMAT, OP_LIKE, OP_AS, OP_COMMA };

static const struct lower_row ops[] = {
	{"+", OP_ADD}, {"-", OP_SUB}, {"*", OP_MUL}, {"/", OP_DIV}, {"%", OP_MOD}, {"-shl", OP_SHL}, {"-shr", OP_SHR},
	{"-band", OP_AND}, {"-bor", OP_OR}, {"-bxor", OP_XOR}, {"-bnot", OP_BITNOT}, {"-and", OP_LAND}, {"-or", OP_LOR},
	{"-xor", OP_NE}, {"-not", OP_NOT}, {"!", OP_NOT}, {"-eq", OP_EQ}, {"-ieq", OP_EQ}, {"-ceq", OP_EQ}, {"-ne", OP_NE},
	{"-ine", OP_NE}, {"-cne", OP_NE}, {"-lt", OP_LT}, {"-gt", OP_GT}, {"-le", OP_LE}, {"-ge", OP_GE}, {"-in", OP_IN},
	{"-join", OP_JOIN}, {"-split", OP_SPLIT}, {"-isplit", OP_SPLIT}, {"-csplit", OP_SPLIT}, {"-replace", OP_REPLACE},
	{"-ireplace", OP_REPLACE}, {"-creplace", OP_REPLACE}, {"-f", OP_FORMAT}, {"-like", OP_LIKE}, {"-match", OP_LIKE}, {"-notlike", OP_LIKE},
	{"-notmatch", OP_LIKE}, {"-as", OP_AS}, {"=", OP_NONE}, {"+=", OP_ADD}, {"-=", OP_SUB}, {"*=", OP_MUL}, {"/=", OP_DIV}, {"%=", OP_MOD},
	{",", OP_COMMA}, {NULL, 0},
};

static struct lower_table table = {.kinds = kinds, .fields = fields, .ops = ops};

/* ---------- looking ---------- */

uint32_t ps_inner(const struct lower *w, uint32_t r)
{
	for (;;) {
		uint32_t only = raw_named(w, r, 0);
		uint8_t k = w->raw[r].kind;

		if (!only || raw_named(w, r, 1) || !(k == P_OTHER || k == P_PIPELINE || k == P_CHAIN || k == P_BINARY || k == P_FORMAT ||
			k == P_RANGE || k == P_ARRAY || k == P_STRING || k == P_PAREN || k == P_STATEMENTS))
			return r;
		r = only;
	}
}

/* ---------- names ---------- */

static struct str without_scope(struct str name)
{
	static const char *const scopes[] = {"global:", "local:", "private:", "script:", "using:", "workflow:", "variable:"};

	for (size_t i = 0; i < sizeof(scopes) / sizeof(scopes[0]); i++) {
		size_t n = strlen(scopes[i]);

		if (name.len > n && str_equal_nocase(str_part(name, 0, n), str_of(scopes[i])))
			return str_part(name, n, name.len);
	}
	return name;
}

static uint32_t variable(struct lower *w, uint32_t r)
{
	struct str s = raw_text(w, r), name = str_part(s, 1, s.len);
	struct kids k = ps_none;

	if (str_starts(name, "{"))
		name = str_part(name, 1, name.len > 1 ? name.len - 2 : 0);
	name = without_scope(name);
	if (str_equal_nocase(name, STR("true")) || str_equal_nocase(name, STR("false")))
		return node_leaf(w, (name.p[0] | 32) == 't' ? J_TRUE : J_FALSE, r);
	if (str_equal_nocase(name, STR("null")))
		return node_leaf(w, J_NULL, r);
	if (str_equal_nocase(name, STR("this")))
		return node_leaf(w, J_THIS, r);
	if (name.len > 4 && str_equal_nocase(str_part(name, 0, 4), STR("env:"))) {
		kid_add(w, &k, node_name(w, J_ID, r, STR("process.env")), R_OBJECT);
		kid_add(w, &k, node_name(w, J_PROP, r, str_part(name, 4, name.len)), R_PROPERTY);
		return node_of(w, J_MEMBER, r, k);
	}
	if (str_equal_nocase(name, STR("psitem")))
		name = STR("_");
	return node_name(w, J_ID, r, arena_printf(w->j->a, "$%.*s", STR_ARG(name)));
}

uint32_t ps_type_id(struct lower *w, uint32_t r, struct str name)
{
	static const char *const fronts[] = {"system.", "management.automation."};

	name = arena_lower(w->j->a, str_trim(name));
	for (size_t i = 0; i < sizeof(fronts) / sizeof(fronts[0]); i++)
		if (str_starts(name, fronts[i]))
			name = str_part(name, strlen(fronts[i]), name.len);
	return node_name(w, J_ID, r, name);
}

static struct str type_text(const struct lower *w, uint32_t r)
{
	struct str s = raw_text(w, r);

	return s.len > 2 && s.p[0] == '[' ? str_part(s, 1, s.len - 2) : s;
}

uint32_t ps_type_name(struct lower *w, uint32_t r)
{
	return ps_type_id(w, r, type_text(w, r));
}

/* ---------- literals ---------- */

/* Text with values in it: pieces of text between the expressions. */
static uint32_t expanded(struct lower *w, uint32_t r, uint32_t from, uint32_t to)
{
	struct kids k = ps_none;
	uint32_t at = from;

	for (uint32_t c = w->raw[r].first; c; c = w->raw[c].next) {
		uint32_t start = w->raw[c].from;

		if (w->raw[c].kind != P_VARIABLE && w->raw[c].kind != P_SUB)
			continue;
		while (start < w->raw[c].to && w->j->text.p[start] != '$') /* blanks in front belong to the text */
			start++;
		if (start > at)
			kid_add(w, &k, node_text(w, at, start, PS_DOUBLE), R_NONE);
		kid_lower(w, &k, c, R_NONE);
		at = w->raw[c].to;
	}
	if (to > at || !k.n)
		kid_add(w, &k, node_text(w, at, to, PS_DOUBLE), R_NONE);
	if (k.n == 1 && w->j->nodes[k.first].kind != J_STR) /* "$x" is a text, whatever x is */
		kid_add(w, &k, node_text(w, to, to, 0), R_NONE);
	return node_sum(w, w->raw[r].from, w->raw[r].to, k);
}

/* Between the line breaks of @" and "@. */
static void here_inside(const struct lower *w, uint32_t *from, uint32_t *to)
{
	struct str t = w->j->text;

	for (*from += 2; *from < *to && t.p[*from] != '\n'; ++*from)
		;
	*from += *from < *to;
	*to -= *to >= *from + 2 ? 2 : 0;
	if (*to > *from && t.p[*to - 1] == '\n')
		--*to;
	if (*to > *from && t.p[*to - 1] == '\r')
		--*to;
}

static uint32_t text_literal(struct lower *w, uint32_t r)
{
	uint32_t from = w->raw[r].from, to = w->raw[r].to;

	switch (w->raw[r].kind) {
	case P_VERBATIM:
		while (from < to && w->j->text.p[from] != '\'')
			from++;
		return node_text(w, from + 1, to - 1, 0);
	case P_EXPANDABLE:
		while (from < to && w->j->text.p[from] != '"')
			from++;
		return expanded(w, r, from + 1, to - 1);
	case P_VERBATIM_HERE:
		here_inside(w, &from, &to);
		return node_text(w, from, to, JF_RAW);
	default:
		here_inside(w, &from, &to);
		return expanded(w, r, from, to);
	}
}

/* ---------- members and calls ---------- */

/* .Name, ."Name", .$name */
static uint32_t member_of(struct lower *w, uint32_t r, uint32_t object, uint32_t name)
{
	struct kids k = ps_none;
	uint32_t inner = name ? ps_inner(w, raw_named(w, name, 0) ? raw_named(w, name, 0) : name) : 0;

	kid_add(w, &k, object, R_OBJECT);
	if (!inner)
		return k.first;
	if (w->raw[inner].kind == P_SIMPLE_NAME || w->raw[inner].kind == P_MEMBER_NAME) {
		kid_add(w, &k, node_name(w, J_PROP, inner, raw_text(w, inner)), R_PROPERTY);
		return node_of(w, J_MEMBER, r, k);
	}
	kid_lower(w, &k, inner, R_INDEX);
	return k.n == 2 ? node_of(w, J_SUBSCRIPT, r, k) : k.first;
}

static uint32_t object_node(struct lower *w, uint32_t r)
{
	return w->raw[r].kind == P_TYPE ? ps_type_name(w, r) : lower_node(w, r);
}

struct kids ps_arguments(struct lower *w, uint32_t list)
{
	struct kids k = ps_none;
	uint32_t inner = list ? raw_kind(w, list, P_ARG_LIST) : 0;

	for (uint32_t c = inner ? w->raw[inner].first : 0; c; c = w->raw[c].next)
		if (w->raw[c].named)
			kid_lower(w, &k, c, R_NONE);
	return k;
}

static uint32_t first_argument(const struct lower *w, uint32_t list)
{
	uint32_t inner = list ? raw_kind(w, list, P_ARG_LIST) : 0;

	return inner && raw_named(w, inner, 0) ? ps_inner(w, raw_named(w, inner, 0)) : 0;
}

/* [array]::Reverse($x) changes $x; $stream.Read($x, ..) fills it. */
static uint32_t filled(struct lower *w, uint32_t r, uint32_t o, uint32_t name, uint32_t list)
{
	uint32_t first = first_argument(w, list), target, value;
	struct str method = name ? raw_text(w, name) : STR_NONE;
	struct kids args = ps_none;

	if (!first || w->raw[first].kind != P_VARIABLE)
		return 0;
	if (w->raw[o].kind == P_TYPE && str_equal_nocase(type_text(w, o), STR("array")) && str_equal_nocase(method, STR("reverse"))) {
		target = variable(w, first);
		kid_add(w, &args, variable(w, first), R_NONE);
		return node_assign(w, r, target, node_call_name(w, r, "$reverse", args));
	}
	if (!str_equal_nocase(method, STR("read")) && !str_equal_nocase(method, STR("receive")))
		return 0;
	target = variable(w, first);
	value = object_node(w, o);
	return value ? node_assign(w, r, target, node_method(w, r, value, "read", args)) : 0;
}

static uint32_t method_call(struct lower *w, uint32_t r)
{
	uint32_t o = raw_named(w, r, 0), name = raw_kind(w, r, P_MEMBER_NAME), list = raw_kind(w, r, P_ARGS), n, callee;

	if (!o || !name)
		return lower_collapsed(w, r);
	n = filled(w, r, o, name, list);
	if (n)
		return n;
	if (w->raw[o].kind == P_TYPE && str_equal_nocase(raw_text(w, name), STR("new")))
		callee = ps_type_name(w, o);
	else
		callee = member_of(w, r, object_node(w, o), name);
	return callee ? node_call(w, r, callee, ps_arguments(w, list)) : 0;
}

/* ---------- operators ---------- */

static uint32_t operator_of(const struct lower *w, uint32_t r, enum js_op *ret)
{
	uint32_t at = raw_kind(w, r, P_OPERATOR);

	*ret = at ? raw_op(w, at) : raw_op(w, r);
	return at;
}

/* Operators that are methods: -join, -split, -replace, -f. */
static const char *method_of(enum js_op op)
{
	switch ((int)op) {
	case OP_JOIN:
		return "join";
	case OP_SPLIT:
		return "$split";
	case OP_REPLACE:
		return "$replace";
	case OP_FORMAT:
		return "format";
	case OP_LIKE:
		return "$matches";
	default:
		return NULL;
	}
}

/* The values of a, b as arguments. */
static struct kids listed(struct lower *w, uint32_t r)
{
	struct kids k = ps_none;
	uint32_t in = ps_inner(w, r);

	if (w->raw[in].kind == P_ARRAY)
		return lower_kids(w, in);
	kid_lower(w, &k, in, R_NONE);
	return k;
}

static uint32_t binary(struct lower *w, uint32_t r)
{
	uint32_t left = raw_named(w, r, 0), right = 0, a, n;
	const char *method;
	enum js_op op;
	struct kids k = ps_none;

	(void)operator_of(w, r, &op);
	for (uint32_t c = w->raw[r].first; c; c = w->raw[c].next)
		if (w->raw[c].named && w->raw[c].kind != P_OPERATOR)
			right = c;
	if (!left || !right || left == right)
		return lower_collapsed(w, r);
	method = method_of(op);
	if (method) {
		a = lower_node(w, left);
		return a ? node_method(w, r, a, method, listed(w, right)) : 0;
	}
	if ((int)op == OP_AS)
		return lower_node(w, left);
	if (op == OP_ADD && w->raw[left].kind == P_BINARY) { /* one flat sum */
		uint32_t *at = NULL, chain = r;
		size_t count = 0, room = 0;

		while (w->raw[chain].kind == P_BINARY && raw_op(w, chain) == OP_ADD && raw_named(w, chain, 1)) {
			*ARENA_PUSH(w->j->a, at, count, room) = raw_named(w, chain, 1);
			chain = raw_named(w, chain, 0);
		}
		kid_lower(w, &k, chain, R_LEFT);
		while (count > 0)
			kid_lower(w, &k, at[--count], R_RIGHT);
		return k.n ? node_sum(w, w->raw[r].from, w->raw[r].to, k) : 0;
	}
	kid_lower(w, &k, left, R_LEFT);
	kid_lower(w, &k, right, R_RIGHT);
	if (k.n != 2)
		return node_of(w, J_OTHER, r, k);
	if (op == OP_ADD)
		return node_sum(w, w->raw[r].from, w->raw[r].to, k);
	n = node_of(w, op == OP_LAND || op == OP_LOR ? J_LOGIC : J_BIN, r, k);
	w->j->nodes[n].op = (uint8_t)((int)op < OP_JOIN ? op : OP_EQ);
	return n;
}

static uint32_t range(struct lower *w, uint32_t r)
{
	return raw_named(w, r, 1) ? node_call_name(w, r, "$range", lower_kids(w, r)) : lower_collapsed(w, r);
}

static uint32_t unary(struct lower *w, uint32_t r)
{
	enum js_op op = raw_op(w, r);
	uint32_t a, n;
	struct kids k = ps_none;

	if ((int)op == OP_COMMA) {
		kid_lower(w, &k, raw_named(w, r, 0), R_NONE);
		return node_of(w, J_ARRAY, r, k);
	}
	if (op == OP_NONE || !raw_named(w, r, 0) || raw_named(w, r, 1))
		return lower_collapsed(w, r);
	a = lower_node(w, raw_named(w, r, 0));
	if (method_of(op) && a) {
		if ((int)op == OP_JOIN)
			kid_add(w, &k, node_text(w, w->raw[r].from, w->raw[r].from, 0), R_NONE);
		return node_method(w, r, a, method_of(op), k);
	}
	kid_add(w, &k, a, R_ARGUMENT);
	n = node_of(w, J_UNARY, r, k);
	w->j->nodes[n].op = (uint8_t)op;
	return n;
}

static uint32_t update(struct lower *w, uint32_t r, enum js_op op)
{
	struct kids k = ps_none;
	uint32_t n;

	kid_lower(w, &k, raw_named(w, r, 0), R_ARGUMENT);
	n = node_of(w, J_UPDATE, r, k);
	w->j->nodes[n].op = (uint8_t)op;
	return n;
}

/* Types whose conversion means something to what follows. */
static uint32_t cast(struct lower *w, uint32_t r)
{
	static const struct {
		const char *type, *name;
	} rows[] = {{"char", "$char"}, {"char[]", "$chars"}, {"int", "$int"}, {"byte", "$int"}, {"int32", "$int"}, {"uint32", "$int"},
		{"byte[]", "$bytes"}, {"string", "$string"}, {"scriptblock", "scriptblock.create"}, {"xml", "$string"}};
	uint32_t type = raw_kind(w, r, P_TYPE), value = raw_named(w, r, 1);
	struct str name = type ? arena_lower(w->j->a, type_text(w, type)) : STR_NONE;
	struct kids args = ps_none;

	if (!value)
		return 0;
	if (str_starts(name, "system."))
		name = str_part(name, 7, name.len);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (str_is(name, rows[i].type)) {
			kid_lower(w, &args, value, R_NONE);
			return node_call_name(w, r, rows[i].name, args);
		}
	return lower_node(w, value);
}

static uint32_t element(struct lower *w, uint32_t r)
{
	struct kids k = ps_none;

	kid_lower(w, &k, raw_named(w, r, 0), R_OBJECT);
	kid_lower(w, &k, raw_named(w, r, 1), R_INDEX);
	return k.n == 2 ? node_of(w, J_SUBSCRIPT, r, k) : k.first;
}

static uint32_t list(struct lower *w, uint32_t r)
{
	return raw_named(w, r, 1) ? lower_wrapped(w, r, J_ARRAY) : lower_collapsed(w, r);
}

static uint32_t hash(struct lower *w, uint32_t r)
{
	uint32_t body = raw_kind(w, r, P_HASH_BODY);
	struct kids k = ps_none;

	for (uint32_t c = body ? w->raw[body].first : 0; c; c = w->raw[c].next) {
		uint32_t key = raw_kind(w, c, P_KEY), name, value = raw_named(w, c, 1);
		struct kids pair = ps_none, computed = ps_none;

		if (w->raw[c].kind != P_ENTRY || !key)
			continue;
		name = ps_inner(w, raw_named(w, key, 0) ? raw_named(w, key, 0) : key);
		if (w->raw[name].kind == P_SIMPLE_NAME) {
			kid_add(w, &pair, node_name(w, J_PROP, name, raw_text(w, name)), R_KEY);
		} else {
			kid_lower(w, &pair, name, R_KEY);
			if (pair.last && w->j->nodes[pair.last].kind != J_STR && w->j->nodes[pair.last].kind != J_NUM) {
				computed.first = computed.last = pair.last;
				pair = ps_none;
				kid_add(w, &pair, node_of(w, J_COMPUTED, name, computed), R_KEY);
			}
		}
		if (value && w->raw[value].kind == P_PIPELINE)
			kid_add(w, &pair, ps_pipeline(w, value, false), R_VALUE);
		else
			kid_lower(w, &pair, value, R_VALUE);
		kid_add(w, &k, node_of(w, J_PAIR, c, pair), R_NONE);
	}
	return node_of(w, J_OBJECT, r, k);
}

/* ---------- functions ---------- */

static uint32_t parameters(struct lower *w, uint32_t r)
{
	struct kids k = ps_none;
	uint32_t list = r ? (w->raw[r].kind == P_PARAMS ? r : raw_kind(w, r, P_PARAMS)) : 0;

	for (uint32_t c = list ? w->raw[list].first : 0; c; c = w->raw[c].next) {
		uint32_t name = raw_kind(w, c, P_VARIABLE), value = raw_kind(w, c, P_DEFAULT);
		struct kids p = ps_none;

		if (!name)
			continue;
		kid_add(w, &p, variable(w, name), value ? R_LEFT : R_NONE);
		if (value)
			kid_lower(w, &p, raw_named(w, value, 0), R_RIGHT);
		kid_add(w, &k, p.n == 2 ? node_of(w, J_DEFAULT, c, p) : p.first, R_NONE);
	}
	return node_of(w, J_PARAMS, r, k);
}

static void add_statements(struct lower *w, struct kids *k, uint32_t r)
{
	for (uint32_t c = r ? w->raw[r].first : 0; c; c = w->raw[c].next) {
		if (w->raw[c].kind == P_STATEMENTS || w->raw[c].kind == P_BODY || w->raw[c].kind == P_NAMED_BLOCKS ||
			w->raw[c].kind == P_NAMED_BLOCK || w->raw[c].kind == P_SCRIPT_BLOCK ||
			(w->raw[c].kind == P_BLOCK && w->raw[r].kind == P_NAMED_BLOCK))
			add_statements(w, k, c);
		else if (w->raw[c].named && w->raw[c].kind != P_PARAM_BLOCK)
			kid_lower(w, k, c, R_NONE);
	}
}

static uint32_t body_of(struct lower *w, uint32_t r)
{
	struct kids k = ps_none;
	uint32_t n;

	add_statements(w, &k, r);
	n = node_of(w, J_BLOCK, r, k);
	node_tail(w, n);
	return n;
}

/* A parameter named $_ when the block has none: what ForEach-Object gives it. */
static uint32_t item_parameter(struct lower *w, uint32_t r)
{
	struct kids k = ps_none;

	kid_add(w, &k, node_name(w, J_ID, r, STR("$_")), R_NONE);
	return node_of(w, J_PARAMS, r, k);
}

uint32_t ps_function(struct lower *w, uint32_t r)
{
	uint32_t block = raw_kind(w, r, P_SCRIPT_BLOCK), params = raw_kind(w, r, P_PARAM_BLOCK), n;
	struct kids k = ps_none;

	if (!params && block)
		params = raw_kind(w, block, P_PARAM_BLOCK);
	kid_add(w, &k, params ? parameters(w, params) : item_parameter(w, r), R_PARAMS);
	kid_add(w, &k, body_of(w, block ? block : r), R_BODY);
	n = node_of(w, J_FUNC, r, k);
	w->j->nodes[n].flags = JF_ARROW;
	return n;
}

static uint32_t function(struct lower *w, uint32_t r)
{
	uint32_t name = raw_kind(w, r, P_FUNCTION_NAME), params = raw_kind(w, r, P_FUNCTION_PARAMS), n;
	uint32_t block = raw_kind(w, r, P_SCRIPT_BLOCK);
	struct kids k = ps_none;

	if (!params && block)
		params = raw_kind(w, block, P_PARAM_BLOCK);
	if (name)
		kid_add(w, &k, node_name(w, J_ID, name, without_scope(str_trim(raw_text(w, name)))), R_NAME);
	if (params)
		kid_add(w, &k, parameters(w, params), R_PARAMS);
	if (block)
		kid_add(w, &k, body_of(w, block), R_BODY);
	n = node_of(w, J_FUNC, r, k);
	w->j->nodes[n].flags = JF_DECL;
	return n;
}

static uint32_t method(struct lower *w, uint32_t r, struct str class_name)
{
	uint32_t name = raw_kind(w, r, P_SIMPLE_NAME), params = raw_kind(w, r, P_PARAMS), block = raw_kind(w, r, P_SCRIPT_BLOCK), n;
	struct kids k = ps_none;

	if (name)
		kid_add(w, &k, node_name(w, J_PROP, name, str_equal_nocase(raw_text(w, name), class_name) ? STR("constructor") : raw_text(w, name)), R_NAME);
	if (params)
		kid_add(w, &k, parameters(w, params), R_PARAMS);
	if (block)
		kid_add(w, &k, body_of(w, block), R_BODY);
	n = node_of(w, J_FUNC, r, k);
	w->j->nodes[n].flags = JF_METHOD;
	return n;
}

static uint32_t class_definition(struct lower *w, uint32_t r)
{
	uint32_t name = raw_kind(w, r, P_SIMPLE_NAME), n;
	struct kids k = ps_none, members = ps_none;

	if (name)
		kid_add(w, &k, ps_type_id(w, name, raw_text(w, name)), R_NAME);
	for (uint32_t c = w->raw[r].first; c; c = w->raw[c].next) {
		uint32_t target = raw_kind(w, c, P_VARIABLE), value = raw_named(w, c, 2);
		struct kids f = ps_none;

		if (w->raw[c].kind == P_METHOD)
			kid_add(w, &members, method(w, c, name ? raw_text(w, name) : STR_NONE), R_NONE);
		if (w->raw[c].kind != P_PROPERTY || !target || !value)
			continue;
		kid_add(w, &f, node_name(w, J_PROP, target, str_part(raw_text(w, target), 1, 200)), R_NAME);
		kid_lower(w, &f, value, R_VALUE);
		kid_add(w, &members, node_of(w, J_FIELD, c, f), R_NONE);
	}
	kid_add(w, &k, node_of(w, J_CLASS_BODY, r, members), R_BODY);
	n = node_of(w, J_CLASS, r, k);
	w->j->nodes[n].flags = JF_DECL;
	return n;
}

/* ---------- statements ---------- */

/* A statement where a value is wanted: what it gives. */
static uint32_t statement_value(struct lower *w, uint32_t r)
{
	struct kids body = ps_none, k = ps_none;
	uint32_t n;

	if (w->raw[r].kind == P_PIPELINE)
		return ps_pipeline(w, r, false);
	kid_lower(w, &body, r, R_NONE);
	if (!body.n)
		return 0;
	n = node_of(w, J_BLOCK, r, body);
	node_tail(w, n);
	kid_add(w, &k, n, R_BODY);
	n = node_of(w, J_FUNC, r, k);
	w->j->nodes[n].flags = JF_ARROW;
	return node_call(w, r, n, ps_none);
}

/* $( ... ) and @( ... ) */
static uint32_t statements_value(struct lower *w, uint32_t r)
{
	uint32_t list = raw_field(w, r, F_STATEMENTS), only = list ? raw_named(w, list, 0) : 0;

	if (!list || !only)
		return 0;
	return statement_value(w, raw_named(w, list, 1) ? list : only);
}

static uint32_t array_expression(struct lower *w, uint32_t r)
{
	uint32_t n = statements_value(w, r);
	struct kids k = ps_none;

	if (n && w->j->nodes[n].kind == J_ARRAY)
		return n;
	if (n && w->j->nodes[n].kind != J_STR && w->j->nodes[n].kind != J_NUM)
		return n; /* what a command gives is a list already */
	kid_add(w, &k, n, R_NONE);
	return node_of(w, J_ARRAY, r, k);
}

static uint32_t assignment(struct lower *w, uint32_t r)
{
	uint32_t left = raw_named(w, r, 0), value = raw_field(w, r, F_VALUE), target, n, v;
	enum js_op op;
	struct kids k = ps_none;

	(void)operator_of(w, r, &op);
	if (!left || !value)
		return lower_collapsed(w, r);
	left = ps_inner(w, left);
	if (w->raw[left].kind == P_UNARY && raw_named(w, left, 0)) /* [byte[]]$x = */
		left = raw_named(w, left, 0);
	if (w->raw[left].kind == P_CAST && raw_named(w, left, 1))
		left = ps_inner(w, raw_named(w, left, 1));
	target = w->raw[left].kind == P_ARRAY ? lower_wrapped(w, left, J_ARR_PATTERN) : lower_node(w, left);
	v = statement_value(w, value);
	if (op == OP_NONE || (int)op >= OP_JOIN)
		return node_assign(w, r, target, v);
	kid_add(w, &k, target, R_LEFT);
	kid_add(w, &k, v, R_RIGHT);
	if (k.n != 2)
		return k.first;
	n = node_of(w, J_AUG, r, k);
	w->j->nodes[n].op = (uint8_t)op;
	return n;
}

static uint32_t if_statement(struct lower *w, uint32_t r)
{
	uint32_t list = raw_field(w, r, F_ELSE_IFS), other = raw_field(w, r, F_ELSE), last, *heads = NULL;
	size_t n = 0, room = 0;

	last = other ? lower_node(w, raw_kind(w, other, P_BLOCK)) : 0;
	*ARENA_PUSH(w->j->a, heads, n, room) = r;
	for (uint32_t c = list ? w->raw[list].first : 0; c; c = w->raw[c].next)
		if (w->raw[c].kind == P_ELSE_IF)
			*ARENA_PUSH(w->j->a, heads, n, room) = c;
	while (n-- > 0) {
		uint32_t cond = raw_field(w, heads[n], F_CONDITION);
		struct kids k = ps_none;

		if (cond)
			kid_add(w, &k, ps_pipeline(w, cond, false), R_COND);
		kid_lower(w, &k, raw_kind(w, heads[n], P_BLOCK), R_CONS);
		kid_add(w, &k, last, R_ALT);
		last = node_make(w, J_IF, w->raw[heads[n]].from, w->raw[r].to, k);
	}
	return last;
}

static uint32_t part_value(struct lower *w, uint32_t r)
{
	uint32_t p = r ? raw_kind(w, r, P_PIPELINE) : 0;

	return p ? ps_pipeline(w, p, false) : r ? lower_node(w, r) : 0;
}

static uint32_t loop(struct lower *w, uint32_t r, enum js_kind kind)
{
	struct kids k = ps_none;

	kid_add(w, &k, part_value(w, raw_field(w, r, F_INIT)), R_INIT);
	kid_add(w, &k, part_value(w, raw_field(w, r, kind == J_FOR ? F_FOR_CONDITION : F_CONDITION)), R_COND);
	kid_add(w, &k, part_value(w, raw_field(w, r, F_ITERATOR)), R_INCR);
	kid_lower(w, &k, raw_kind(w, r, P_BLOCK), R_BODY);
	return node_of(w, kind, r, k);
}

static uint32_t foreach(struct lower *w, uint32_t r)
{
	uint32_t item = raw_kind(w, r, P_VARIABLE), from = raw_kind(w, r, P_PIPELINE), n;
	struct kids k = ps_none;

	if (!item || !from)
		return lower_collapsed(w, r);
	kid_add(w, &k, variable(w, item), R_LEFT);
	kid_add(w, &k, ps_pipeline(w, from, false), R_RIGHT);
	kid_lower(w, &k, raw_kind(w, r, P_BLOCK), R_BODY);
	n = node_of(w, J_FOR_IN, r, k);
	w->j->nodes[n].op = OP_OF;
	return n;
}

/* Clauses as a row of ifs: what they do is what counts. */
static void add_clauses(struct lower *w, struct kids *k, uint32_t r, int levels)
{
	for (uint32_t c = w->raw[r].first; c; c = w->raw[c].next) {
		uint32_t block = w->raw[c].kind == P_CLAUSE ? raw_kind(w, c, P_BLOCK) : 0;
		uint32_t cond = block ? raw_kind(w, c, P_CLAUSE_CONDITION) : 0;
		struct kids one = ps_none;

		if (!block && levels && w->raw[c].kind == P_OTHER)
			add_clauses(w, k, c, levels - 1);
		if (!block)
			continue;
		if (cond && raw_named(w, cond, 0))
			kid_lower(w, &one, raw_named(w, cond, 0), R_COND);
		else
			kid_add(w, &one, node_leaf(w, J_TRUE, c), R_COND);
		kid_lower(w, &one, block, R_CONS);
		kid_add(w, k, node_of(w, J_IF, c, one), R_NONE);
	}
}

static uint32_t switch_statement(struct lower *w, uint32_t r)
{
	struct kids k = ps_none;

	kid_add(w, &k, part_value(w, raw_kind(w, r, P_CONDITION)), R_NONE);
	if (k.n) { /* the value is an expression of its own */
		struct kids s = k;

		k = ps_none;
		kid_add(w, &k, node_of(w, J_EXPR_STMT, r, s), R_NONE);
	}
	add_clauses(w, &k, r, 3);
	return node_of(w, J_BLOCK, r, k);
}

static uint32_t try_statement(struct lower *w, uint32_t r)
{
	uint32_t catches = raw_kind(w, r, P_CATCHES), final = raw_kind(w, r, P_FINALLY);
	struct kids k = ps_none;

	kid_lower(w, &k, raw_kind(w, r, P_BLOCK), R_BODY);
	for (uint32_t c = catches ? w->raw[catches].first : 0; c; c = w->raw[c].next) {
		struct kids part = ps_none;

		if (w->raw[c].kind != P_CATCH)
			continue;
		kid_lower(w, &part, raw_kind(w, c, P_BLOCK), R_BODY);
		kid_add(w, &k, node_of(w, J_CATCH, c, part), R_HANDLER);
	}
	if (final) {
		struct kids part = ps_none;

		kid_lower(w, &part, raw_kind(w, final, P_BLOCK), R_BODY);
		kid_add(w, &k, node_of(w, J_FINALLY, final, part), R_FINAL);
	}
	return node_of(w, J_TRY, r, k);
}

static uint32_t flow(struct lower *w, uint32_t r)
{
	struct str s = raw_text(w, r);
	uint32_t p = raw_kind(w, r, P_PIPELINE);
	struct kids k = ps_none;
	enum js_kind kind = (s.p[0] | 32) == 'b' ? J_BREAK : (s.p[0] | 32) == 'c' ? J_CONTINUE : (s.p[0] | 32) == 't' ? J_THROW : J_RETURN;

	if (p && (kind == J_RETURN || kind == J_THROW))
		kid_add(w, &k, ps_pipeline(w, p, false), R_NONE);
	return node_of(w, kind, r, k);
}

static uint32_t block(struct lower *w, uint32_t r, enum js_kind kind)
{
	struct kids k = ps_none;

	if (w->raw[r].kind == P_PROGRAM && raw_kind(w, r, P_PARAM_BLOCK)) { /* what the caller may give */
		uint32_t list = raw_kind(w, raw_kind(w, r, P_PARAM_BLOCK), P_PARAMS);

		for (uint32_t c = list ? w->raw[list].first : 0; c; c = w->raw[c].next) {
			uint32_t name = raw_kind(w, c, P_VARIABLE), value = raw_kind(w, c, P_DEFAULT), v;
			struct kids s = ps_none;

			if (!name || !value)
				continue;
			v = variable(w, name);
			kid_add(w, &s, node_assign(w, c, v, lower_node(w, raw_named(w, value, 0))), R_NONE);
			kid_add(w, &k, node_of(w, J_EXPR_STMT, c, s), R_NONE);
		}
	}
	add_statements(w, &k, r);
	return node_of(w, kind, r, k);
}

static uint32_t expression_statement(struct lower *w, uint32_t r)
{
	uint32_t n = ps_pipeline(w, r, true);
	struct kids k = ps_none;

	if (!n || w->j->nodes[n].kind == J_FOR_IN || w->j->nodes[n].kind == J_BLOCK)
		return n;
	kid_add(w, &k, n, R_NONE);
	return node_of(w, J_EXPR_STMT, r, k);
}

static uint32_t lower_statement(struct lower *w, uint32_t r)
{
	switch (w->raw[r].kind) {
	case P_PROGRAM:
		return block(w, r, J_PROGRAM);
	case P_BLOCK:
	case P_STATEMENTS:
		return block(w, r, J_BLOCK);
	case P_PIPELINE:
		return expression_statement(w, r);
	case P_FUNCTION:
		return function(w, r);
	case P_CLASS:
		return class_definition(w, r);
	case P_IF:
		return if_statement(w, r);
	case P_FOREACH:
		return foreach(w, r);
	case P_FOR:
		return loop(w, r, J_FOR);
	case P_WHILE:
		return loop(w, r, J_WHILE);
	case P_DO:
		return loop(w, r, J_DO);
	case P_SWITCH:
		return switch_statement(w, r);
	case P_TRY:
		return try_statement(w, r);
	case P_FLOW:
		return flow(w, r);
	case P_SKIP:
	case P_PARAM_BLOCK:
	case P_OPERATOR:
	case P_SEPARATOR:
		return 0;
	case RAW_ERROR:
		return lower_wrapped(w, r, J_ERROR);
	default:
		return lower_collapsed(w, r);
	}
}

static uint32_t lower_any(struct lower *w, uint32_t r)
{
	switch (w->raw[r].kind) {
	case P_COMMAND:
		return ps_command(w, r, 0, false);
	case P_PAREN:
		return raw_kind(w, r, P_PIPELINE) ? ps_pipeline(w, raw_kind(w, r, P_PIPELINE), false) : 0;
	case P_ASSIGN:
		return assignment(w, r);
	case P_VARIABLE:
		return variable(w, r);
	case P_TOKEN:
		return node_text(w, w->raw[r].from, w->raw[r].to, PS_DOUBLE);
	case P_SIMPLE_NAME:
		return node_text(w, w->raw[r].from, w->raw[r].to, 0);
	case P_VERBATIM:
	case P_EXPANDABLE:
	case P_VERBATIM_HERE:
	case P_EXPANDABLE_HERE:
		return text_literal(w, r);
	case P_NUMBER:
		return node_leaf(w, J_NUM, r);
	case P_TYPE:
		return ps_type_name(w, r);
	case P_MEMBER:
		return raw_named(w, r, 0) ? member_of(w, r, object_node(w, raw_named(w, r, 0)), raw_kind(w, r, P_MEMBER_NAME)) : 0;
	case P_CALL:
		return method_call(w, r);
	case P_ELEMENT:
		return element(w, r);
	case P_BINARY:
	case P_FORMAT:
		return binary(w, r);
	case P_RANGE:
		return range(w, r);
	case P_UNARY:
		return unary(w, r);
	case P_CAST:
		return cast(w, r);
	case P_ARRAY:
		return list(w, r);
	case P_ARRAY_EXPR:
		return array_expression(w, r);
	case P_SUB:
		return statements_value(w, r);
	case P_HASH:
		return hash(w, r);
	case P_BLOCK_EXPR:
		return ps_function(w, r);
	case P_POST_INC:
	case P_PRE_INC:
		return update(w, r, OP_INC);
	case P_POST_DEC:
	case P_PRE_DEC:
		return update(w, r, OP_DEC);
	default:
		return lower_statement(w, r);
	}
}

bool ps_lower(struct js *j, TSTree *tree)
{
	struct ps_aliases aliases = {.n = 0};
	struct lower w = {.j = j, .rule = lower_any, .own = &aliases};

	if (!lower_begin(&w, &table, tree, tree_sitter_powershell()))
		return false;
	ps_survey(&w);
	j->root = lower_node(&w, 1);
	if (!j->root)
		j->root = node_leaf(&w, J_PROGRAM, 1);
	return true;
}
