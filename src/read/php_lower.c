/*
 * PHP's tree in our compact tree. What has no counterpart there is written in terms of what has:
 *   $f(x), 'sys'.'tem'(x)       globalThis[f](x): a function called by its name
 *   call_user_func(f, x)        globalThis[f](x), and array_map(f, l) and its kin globalThis[f](l)
 *   "a {$b}"                    "a" + b
 *   `command`                   shell_exec(command)
 *   include x                   include(x); echo x, print x: echo(x)
 *   curl_setopt(c, k, v)        c.setopt(k, v), and the same for what else acts on a handle
 *   $_GET, php://input          $request; $_SERVER by what its key says
 * Names of functions, methods and classes are in lower case, as PHP does not tell them apart.
 */
#include "php_int.h"

#include "grammars.h"
#include "read/lower.h"

enum php_kind {
	P_OTHER, P_PROGRAM, P_BLOCK, P_EXPR_STMT, P_ECHO, P_IF, P_ELSE_IF, P_ELSE, P_WHILE, P_DO, P_FOR, P_FOREACH, P_SWITCH,
	P_SWITCH_BLOCK, P_CASE, P_DEFAULT, P_TRY, P_CATCH, P_FINALLY, P_RETURN, P_BREAK, P_CONTINUE, P_THROW, P_FUNCTION,
	P_CLOSURE, P_CLASS, P_METHOD, P_MEMBERS, P_PROPERTY, P_PROPERTY_ELEMENT, P_CONST, P_CONST_ELEMENT, P_PARAMETERS,
	P_PARAMETER, P_REST, P_VARIABLE, P_NAME, P_CALL, P_MEMBER_CALL, P_SCOPED_CALL, P_NEW, P_MEMBER, P_SCOPED_MEMBER,
	P_CONSTANT, P_SUBSCRIPT, P_ASSIGN, P_AUGMENTED, P_BINARY, P_UNARY, P_UPDATE, P_COND, P_CAST, P_WRAPPER, P_SEQUENCE,
	P_ARRAY, P_ELEMENT, P_LIST, P_PAIR, P_STRING, P_ENCAPSED, P_CONTENT, P_HEREDOC, P_HEREDOC_BODY, P_NOWDOC, P_NUMBER,
	P_BOOLEAN, P_NULL, P_BACKTICK, P_INCLUDE, P_ARGUMENTS, P_ARGUMENT, P_SPREAD, P_SKIP, P_MATCH, P_YIELD, P_STATIC,
	P_DYNAMIC_VARIABLE
};

enum php_field {
	F_NONE, F_LEFT, F_RIGHT, F_BODY, F_CONDITION, F_ALTERNATIVE, F_NAME, F_PARAMETERS, F_VALUE, F_FUNCTION, F_ARGUMENTS,
	F_OBJECT, F_SCOPE, F_DEFAULT, F_ARGUMENT, F_TYPE, F_INIT, F_UPDATE, F_OPERATOR
};

static const struct lower_row kinds[] = {
	{"program", P_PROGRAM}, {"compound_statement", P_BLOCK}, {"colon_block", P_BLOCK}, {"expression_statement", P_EXPR_STMT},
	{"echo_statement", P_ECHO}, {"print_intrinsic", P_ECHO}, {"if_statement", P_IF}, {"else_if_clause", P_ELSE_IF},
	{"else_clause", P_ELSE}, {"while_statement", P_WHILE}, {"do_statement", P_DO}, {"for_statement", P_FOR},
	{"foreach_statement", P_FOREACH}, {"switch_statement", P_SWITCH}, {"switch_block", P_SWITCH_BLOCK},
	{"case_statement", P_CASE}, {"default_statement", P_DEFAULT}, {"try_statement", P_TRY}, {"catch_clause", P_CATCH},
	{"finally_clause", P_FINALLY}, {"return_statement", P_RETURN}, {"break_statement", P_BREAK},
	{"continue_statement", P_CONTINUE}, {"throw_expression", P_THROW}, {"function_definition", P_FUNCTION},
	{"anonymous_function", P_CLOSURE}, {"arrow_function", P_CLOSURE}, {"class_declaration", P_CLASS},
	{"trait_declaration", P_CLASS}, {"enum_declaration", P_CLASS}, {"anonymous_class", P_CLASS},
	{"interface_declaration", P_SKIP}, {"method_declaration", P_METHOD}, {"declaration_list", P_MEMBERS},
	{"enum_declaration_list", P_MEMBERS}, {"property_declaration", P_PROPERTY}, {"property_element", P_PROPERTY_ELEMENT},
	{"const_declaration", P_CONST}, {"const_element", P_CONST_ELEMENT}, {"formal_parameters", P_PARAMETERS},
	{"simple_parameter", P_PARAMETER}, {"property_promotion_parameter", P_PARAMETER}, {"variadic_parameter", P_REST},
	{"variable_name", P_VARIABLE}, {"dynamic_variable_name", P_DYNAMIC_VARIABLE}, {"name", P_NAME}, {"qualified_name", P_NAME},
	{"relative_name", P_NAME}, {"relative_scope", P_NAME}, {"function_call_expression", P_CALL},
	{"member_call_expression", P_MEMBER_CALL}, {"nullsafe_member_call_expression", P_MEMBER_CALL},
	{"scoped_call_expression", P_SCOPED_CALL}, {"object_creation_expression", P_NEW},
	{"member_access_expression", P_MEMBER}, {"nullsafe_member_access_expression", P_MEMBER},
	{"scoped_property_access_expression", P_SCOPED_MEMBER}, {"class_constant_access_expression", P_CONSTANT},
	{"subscript_expression", P_SUBSCRIPT}, {"assignment_expression", P_ASSIGN}, {"reference_assignment_expression", P_ASSIGN},
	{"augmented_assignment_expression", P_AUGMENTED}, {"binary_expression", P_BINARY}, {"unary_op_expression", P_UNARY},
	{"update_expression", P_UPDATE}, {"conditional_expression", P_COND}, {"cast_expression", P_CAST},
	{"parenthesized_expression", P_WRAPPER}, {"error_suppression_expression", P_WRAPPER}, {"clone_expression", P_WRAPPER},
	{"by_ref", P_WRAPPER}, {"sequence_expression", P_SEQUENCE}, {"array_creation_expression", P_ARRAY},
	{"array_element_initializer", P_ELEMENT}, {"list_literal", P_LIST}, {"pair", P_PAIR}, {"string", P_STRING},
	{"encapsed_string", P_ENCAPSED}, {"string_content", P_CONTENT}, {"escape_sequence", P_CONTENT}, {"nowdoc_string", P_CONTENT},
	{"heredoc", P_HEREDOC}, {"heredoc_body", P_HEREDOC_BODY}, {"nowdoc", P_NOWDOC}, {"nowdoc_body", P_HEREDOC_BODY},
	{"integer", P_NUMBER}, {"float", P_NUMBER}, {"boolean", P_BOOLEAN}, {"null", P_NULL},
	{"shell_command_expression", P_BACKTICK}, {"include_expression", P_INCLUDE}, {"include_once_expression", P_INCLUDE},
	{"require_expression", P_INCLUDE}, {"require_once_expression", P_INCLUDE}, {"arguments", P_ARGUMENTS},
	{"argument", P_ARGUMENT}, {"variadic_unpacking", P_SPREAD}, {"namespace_use_declaration", P_SKIP},
	{"namespace_name", P_SKIP}, {"unset_statement", P_SKIP}, {"use_declaration", P_SKIP}, {"attribute_list", P_SKIP},
	{"declare_statement", P_SKIP}, {"named_label_statement", P_SKIP}, {"goto_statement", P_SKIP}, {"yield_expression", P_YIELD},
	{"static_variable_declaration", P_STATIC}, {"php_tag", P_SKIP}, {"text", P_SKIP}, {"comment", RAW_COMMENT}, {NULL, 0},
};

static const struct lower_row fields[] = {
	{"left", F_LEFT}, {"right", F_RIGHT}, {"body", F_BODY}, {"condition", F_CONDITION}, {"alternative", F_ALTERNATIVE},
	{"name", F_NAME}, {"parameters", F_PARAMETERS}, {"value", F_VALUE}, {"function", F_FUNCTION},
	{"arguments", F_ARGUMENTS}, {"object", F_OBJECT}, {"scope", F_SCOPE}, {"default_value", F_DEFAULT},
	{"argument", F_ARGUMENT}, {"type", F_TYPE}, {"return_type", F_TYPE}, {"initialize", F_INIT}, {"update", F_UPDATE},
	{"operator", F_OPERATOR}, {NULL, 0},
};

static const struct lower_row ops[] = {
	{".", OP_ADD}, {"+", OP_ADD}, {"-", OP_SUB}, {"*", OP_MUL}, {"/", OP_DIV}, {"%", OP_MOD}, {"**", OP_EXP}, {"<<", OP_SHL},
	{">>", OP_SHR}, {"&", OP_AND}, {"|", OP_OR}, {"^", OP_XOR}, {"==", OP_EQ}, {"!=", OP_NE}, {"<>", OP_NE}, {"===", OP_SEQ},
	{"!==", OP_SNE}, {"<", OP_LT}, {">", OP_GT}, {"<=", OP_LE}, {">=", OP_GE}, {"&&", OP_LAND}, {"and", OP_LAND},
	{"||", OP_LOR}, {"or", OP_LOR}, {"??", OP_NULLISH}, {"!", OP_NOT}, {"~", OP_BITNOT}, {"instanceof", OP_INSTANCEOF},
	{".=", OP_ADD}, {"+=", OP_ADD}, {"-=", OP_SUB}, {"*=", OP_MUL}, {"/=", OP_DIV}, {"%=", OP_MOD}, {"^=", OP_XOR},
	{"|=", OP_OR}, {"&=", OP_AND}, {"<<=", OP_SHL}, {">>=", OP_SHR}, {"?" "?=", OP_NULLISH}, {"++", OP_INC}, {"--", OP_DEC},
	{NULL, 0},
};

static struct lower_table table = {.kinds = kinds, .fields = fields, .ops = ops};
static const struct kids no_kids;

/* ---------- names ---------- */

/* Without its namespace, in lower case. */
static struct str plain_name(struct lower *w, struct str s)
{
	size_t slash = str_rfind_char(s, '\\');

	return arena_lower(w->j->a, slash != SIZE_MAX ? str_part(s, slash + 1, s.len) : s);
}

static bool is_request(struct str name)
{
	static const char *const names[] = {"$_GET", "$_POST", "$_REQUEST", "$_COOKIE", "$_FILES", "$HTTP_RAW_POST_DATA",
		"$HTTP_POST_VARS", "$HTTP_GET_VARS"};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (str_is(name, names[i]))
			return true;
	return false;
}

/* $request.*: something that a client sends. */
static uint32_t of_request(struct lower *w, uint32_t r)
{
	struct kids k = no_kids;

	kid_add(w, &k, node_name(w, J_ID, r, STR("$request")), R_OBJECT);
	kid_add(w, &k, node_name(w, J_PROP, r, STR("*")), R_PROPERTY);
	return node_of(w, J_MEMBER, r, k);
}

static uint32_t variable(struct lower *w, uint32_t r)
{
	struct str name = raw_text(w, r);

	if (str_is(name, "$this"))
		return node_leaf(w, J_THIS, r);
	if (is_request(name))
		return of_request(w, r);
	if (str_is(name, "$GLOBALS"))
		return node_name(w, J_ID, r, STR("globalThis"));
	return node_name(w, J_ID, r, name);
}

static uint32_t prop(struct lower *w, uint32_t r)
{
	struct str s = raw_text(w, r);

	return node_name(w, J_PROP, r, plain_name(w, str_starts(s, "$") ? str_part(s, 1, s.len) : s));
}

/* Keys of $_SERVER that whoever asks chooses. */
static bool server_key_is_request(struct str key)
{
	return str_has(key, "HTTP_") || str_has(key, "QUERY_STRING") || str_has(key, "REQUEST_URI") || str_has(key, "PHP_AUTH") ||
		!strchr("'\"", key.len ? key.p[0] : ' ');
}

static uint32_t member_of(struct lower *w, uint32_t r, uint32_t object, uint32_t name)
{
	struct kids k = no_kids;
	bool plain = name && (w->raw[name].kind == P_NAME || (w->raw[r].kind == P_SCOPED_MEMBER && w->raw[name].kind == P_VARIABLE));

	kid_add(w, &k, object, R_OBJECT);
	if (plain)
		kid_add(w, &k, prop(w, name), R_PROPERTY);
	else
		kid_lower(w, &k, name, R_INDEX);
	return node_of(w, plain ? J_MEMBER : J_SUBSCRIPT, r, k);
}

static uint32_t subscript(struct lower *w, uint32_t r)
{
	uint32_t object = raw_named(w, r, 0), index = raw_named(w, r, 1);
	struct kids k = no_kids;

	if (object && str_is(raw_text(w, object), "$_SERVER")) {
		bool request = !index || server_key_is_request(raw_text(w, index));

		return request ? of_request(w, r) : node_name(w, J_ID, r, STR("$server"));
	}
	if (object && is_request(raw_text(w, object))) {
		if (!index || (w->raw[index].kind != P_STRING && w->raw[index].kind != P_ENCAPSED))
			return of_request(w, r);
		kid_add(w, &k, node_name(w, J_ID, object, STR("$request")), R_OBJECT);
	} else if (object && index && str_is(raw_text(w, object), "$_ENV")) {
		kid_add(w, &k, node_name(w, J_ID, object, STR("process.env")), R_OBJECT);
	} else {
		kid_lower(w, &k, object, R_OBJECT);
	}
	kid_lower(w, &k, index, R_INDEX);
	return k.n == 2 ? node_of(w, J_SUBSCRIPT, r, k) : k.first;
}

/* ---------- literals ---------- */

/* Text with values in it: pieces of text between the expressions. */
static uint32_t sum_of_pieces(struct lower *w, uint32_t r, uint32_t from, uint32_t to)
{
	struct kids k = no_kids;
	uint32_t at = from;

	for (uint32_t c = w->raw[r].first; c; c = w->raw[c].next) {
		if (!w->raw[c].named || w->raw[c].kind == P_CONTENT || w->raw[c].from < at)
			continue;
		kid_add(w, &k, node_text(w, at, w->raw[c].from, PHP_DOUBLE), R_NONE);
		kid_lower(w, &k, c, R_NONE);
		at = w->raw[c].to;
	}
	kid_add(w, &k, node_text(w, at, to > at ? to : at, PHP_DOUBLE), R_NONE);
	return node_sum(w, w->raw[r].from, w->raw[r].to, k);
}

static uint32_t quoted(struct lower *w, uint32_t r)
{
	struct str s = raw_text(w, r);
	uint32_t open = s.len && (s.p[0] | 32) == 'b' ? 2 : 1;

	if (s.len < open + 1)
		return node_text(w, w->raw[r].from, w->raw[r].to, 0);
	if (w->raw[r].kind == P_STRING)
		return node_text(w, w->raw[r].from + open, w->raw[r].to - 1, 0);
	return sum_of_pieces(w, r, w->raw[r].from + open, w->raw[r].to - 1);
}

static uint32_t here_document(struct lower *w, uint32_t r)
{
	uint32_t body = raw_field(w, r, F_VALUE), at;

	if (!body)
		return node_text(w, w->raw[r].to, w->raw[r].to, 0);
	at = w->raw[body].from;
	if (at < w->raw[body].to && w->j->text.p[at] == '\n')
		at++;
	return w->raw[r].kind == P_NOWDOC ? node_text(w, at, w->raw[body].to, JF_RAW) : sum_of_pieces(w, body, at, w->raw[body].to);
}

/* ---------- calls ---------- */

static struct kids arguments(struct lower *w, uint32_t a, unsigned skip)
{
	struct kids k = no_kids;

	for (uint32_t c = a ? w->raw[a].first : 0; c; c = w->raw[c].next) {
		uint32_t value = c;

		if (!w->raw[c].named || (skip && skip--))
			continue;
		if (w->raw[c].kind == P_ARGUMENT) {
			for (value = w->raw[c].first; value && (w->raw[value].field == F_NAME || !w->raw[value].named);)
				value = w->raw[value].next;
			if (!value)
				continue;
		}
		kid_lower(w, &k, value, R_NONE);
	}
	return k;
}

/* The expression of the i-th argument. */
static uint32_t argument(const struct lower *w, uint32_t a, unsigned i)
{
	uint32_t r = a ? raw_named(w, a, i) : 0;

	return r && w->raw[r].kind == P_ARGUMENT ? raw_named(w, r, 0) : r;
}

static uint32_t named_call(struct lower *w, uint32_t r, const char *name, uint32_t arg)
{
	struct kids args = no_kids;
	uint32_t callee;

	kid_lower(w, &args, arg, R_NONE);
	callee = node_name(w, J_ID, r, str_of(name));
	return node_call(w, r, callee, args);
}

/* globalThis[f]: the function that a text names. */
static uint32_t by_name(struct lower *w, uint32_t r, uint32_t f)
{
	struct kids k = no_kids;

	kid_add(w, &k, node_name(w, J_ID, r, STR("globalThis")), R_OBJECT);
	kid_lower(w, &k, f, R_INDEX);
	return node_of(w, J_SUBSCRIPT, f, k);
}

/* $by_name(f), and the call: who chooses the name chooses the code. */
static uint32_t chosen(struct lower *w, uint32_t r, uint32_t f, uint32_t call)
{
	struct kids k = no_kids;

	if (w->raw[f].kind == P_STRING)
		return call;
	kid_add(w, &k, named_call(w, r, "$by_name", f), R_NONE);
	kid_add(w, &k, call, R_NONE); /* the value of a sequence is its last */
	return node_of(w, J_SEQ, r, k);
}

/* Is a closure put into the variable anywhere in the text? Then it is called as what it is. */
static bool holds_closure(struct lower *w, struct str name)
{
	static const char *const forms[] = {" = function", "=function", " = fn", " = static f", " = Closure", " = new "};

	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++)
		if (str_has(w->j->text, arena_printf(w->j->a, "%.*s%s", STR_ARG(name), forms[i]).p))
			return true;
	return false;
}

/* Functions whose first or second argument is a function, by name or as it is. */
static const struct {
	const char *name;
	unsigned at;    /* of the function */
	unsigned other; /* of what it is given; the rest for 9 */
} callers[] = {
	{"call_user_func", 0, 9}, {"call_user_func_array", 0, 1}, {"forward_static_call", 0, 9}, {"array_map", 0, 1},
	{"array_filter", 1, 0}, {"array_walk", 1, 0}, {"array_reduce", 1, 0}, {"usort", 1, 0}, {"uasort", 1, 0},
	{"uksort", 1, 0}, {"register_shutdown_function", 0, 9}, {"preg_replace_callback", 1, 2}, {"iterator_apply", 1, 2},
	{"ob_start", 0, 9}, {"set_error_handler", 0, 9}, {"register_tick_function", 0, 9},
};

static uint32_t call_through(struct lower *w, uint32_t r, uint32_t a, size_t row)
{
	uint32_t f = argument(w, a, callers[row].at), g = callers[row].other < 9 ? argument(w, a, callers[row].other) : 0;
	struct kids args = no_kids;
	uint32_t callee;

	if (!f || w->raw[f].kind == P_CLOSURE || w->raw[f].kind == P_ARRAY)
		return 0;
	if (w->raw[f].kind == P_VARIABLE && holds_closure(w, raw_text(w, f)))
		return 0;
	callee = by_name(w, r, f);
	if (callers[row].other == 9)
		args = arguments(w, a, 1);
	else
		kid_lower(w, &args, g, R_NONE);
	return chosen(w, r, f, node_call(w, r, callee, args));
}

/* Functions whose first argument is a handle that they act on. */
static const struct {
	const char *name, *method;
} handles[] = {
	{"curl_setopt", "setopt"}, {"curl_setopt_array", "setopt"}, {"curl_exec", "exec"}, {"curl_multi_getcontent", "exec"},
	{"fwrite", "write"}, {"fputs", "write"}, {"fread", "read"}, {"fgets", "read"}, {"fgetc", "read"},
	{"stream_get_contents", "read"}, {"socket_write", "write"}, {"socket_send", "write"}, {"socket_read", "read"},
	{"socket_recv", "read"}, {"socket_connect", "connect"}, {"stream_socket_recvfrom", "read"}, {"feof", "eof"},
	{"fclose", "close"},
};

static bool is_url(struct str s)
{
	static const char *const words[] = {"http", "ftp:", "url", "uri", "link", "remote", "endpoint", "://", "host", "api"};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (str_has_nocase(s, words[i]))
			return true;
	return false;
}

/* What the first argument makes of a function that reads from anywhere. */
static const char *reader_name(struct lower *w, struct str name, uint32_t first)
{
	struct str s = first ? raw_text(w, first) : STR("");

	if (!str_is(name, "file_get_contents") && !str_is(name, "fopen") && !str_is(name, "file") && !str_is(name, "copy"))
		return NULL;
	if (str_has(s, "php://input"))
		return "$request_body";
	if (!is_url(s))
		return NULL;
	return str_is(name, "copy") ? "$download" : "$fetch";
}

/* The pattern of preg_replace ends in e: the replacement is code. */
static bool evaluates(struct lower *w, uint32_t pattern)
{
	struct str s = pattern ? raw_text(w, pattern) : STR("");

	if (s.len < 5 || (w->raw[pattern].kind != P_STRING && w->raw[pattern].kind != P_ENCAPSED))
		return false;
	for (size_t i = s.len - 1; i > 1 && ((s.p[i - 1] | 32) >= 'a' && (s.p[i - 1] | 32) <= 'z'); i--)
		if (s.p[i - 1] == 'e')
			return true;
	return false;
}

static uint32_t function_call(struct lower *w, uint32_t r)
{
	uint32_t f = raw_field(w, r, F_FUNCTION), a = raw_field(w, r, F_ARGUMENTS), n, callee;
	struct str name = f && w->raw[f].kind == P_NAME ? plain_name(w, raw_text(w, f)) : STR_NONE;
	const char *other;
	struct kids args;

	if (!f)
		return lower_collapsed(w, r);
	for (size_t i = 0; i < sizeof(callers) / sizeof(callers[0]) && name.len; i++)
		if (str_is(name, callers[i].name) && (n = call_through(w, r, a, i)) != 0)
			return n;
	for (size_t i = 0; i < sizeof(handles) / sizeof(handles[0]) && name.len; i++)
		if (str_is(name, handles[i].name) && argument(w, a, 0)) {
			n = lower_node(w, argument(w, a, 0));
			return n ? node_method(w, r, n, handles[i].method, arguments(w, a, 1)) : 0;
		}
	if (!name.len && w->raw[f].kind != P_CLOSURE && !(w->raw[f].kind == P_VARIABLE && holds_closure(w, raw_text(w, f))))
		callee = w->raw[f].kind == P_WRAPPER && raw_named(w, f, 0) && w->raw[raw_named(w, f, 0)].kind == P_CLOSURE
			? lower_node(w, f) : by_name(w, r, f);
	else if (!name.len)
		callee = lower_node(w, f);
	else if ((other = reader_name(w, name, argument(w, a, 0))) != NULL)
		callee = node_name(w, J_ID, f, str_of(other));
	else if (str_is(name, "preg_replace") && evaluates(w, argument(w, a, 0)))
		callee = node_name(w, J_ID, f, STR("$preg_eval"));
	else if (str_is(name, "getenv") && !argument(w, a, 0))
		return node_name(w, J_ID, r, STR("process.env"));
	else
		callee = node_name(w, J_ID, f, name);
	args = arguments(w, a, 0);
	n = node_call(w, r, callee, args);
	return !name.len && callee && w->j->nodes[callee].kind == J_SUBSCRIPT ? chosen(w, r, f, n) : n;
}

static uint32_t scope(struct lower *w, uint32_t r)
{
	struct str s = raw_text(w, r);

	if (w->raw[r].kind != P_NAME)
		return lower_node(w, r);
	if (str_is(s, "self") || str_is(s, "static") || str_is(s, "parent"))
		return node_leaf(w, J_THIS, r);
	return node_name(w, J_ID, r, plain_name(w, s));
}

static uint32_t method_call(struct lower *w, uint32_t r, bool scoped)
{
	uint32_t o = raw_field(w, r, scoped ? F_SCOPE : F_OBJECT), name = raw_field(w, r, F_NAME), callee;
	uint32_t object = o ? scoped ? scope(w, o) : lower_node(w, o) : 0;

	callee = member_of(w, r, object, name);
	return node_call(w, r, callee, arguments(w, raw_field(w, r, F_ARGUMENTS), 0));
}

static uint32_t creation(struct lower *w, uint32_t r)
{
	uint32_t what = raw_named(w, r, 0), a = raw_kind(w, r, P_ARGUMENTS);
	struct kids k = no_kids;

	if (!what)
		return 0;
	kid_add(w, &k, w->raw[what].kind == P_NAME ? scope(w, what) : lower_node(w, what), R_CALLEE);
	kid_add(w, &k, node_of(w, J_ARGS, a ? a : r, arguments(w, a, 0)), R_ARGS);
	return node_of(w, J_NEW, r, k);
}

/* ---------- operators ---------- */

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
	return k.n ? node_sum(w, w->raw[r].from, w->raw[r].to, k) : 0;
}

static uint32_t operation(struct lower *w, uint32_t r)
{
	enum js_op op = raw_op(w, r);
	bool logic = op == OP_LAND || op == OP_LOR || op == OP_NULLISH;
	struct kids k = no_kids;
	uint32_t n;

	if (op == OP_ADD)
		return sum(w, r);
	kid_lower(w, &k, raw_field(w, r, F_LEFT), R_LEFT);
	kid_lower(w, &k, raw_field(w, r, F_RIGHT), R_RIGHT);
	if (k.n != 2)
		return node_of(w, J_OTHER, r, k);
	n = node_of(w, logic ? J_LOGIC : J_BIN, r, k);
	w->j->nodes[n].op = (uint8_t)op;
	return n;
}

static uint32_t unary(struct lower *w, uint32_t r, enum js_kind kind)
{
	enum js_op op = raw_op(w, r);
	uint32_t a = raw_field(w, r, F_ARGUMENT), n;
	struct kids k = no_kids;

	kid_lower(w, &k, a ? a : raw_named(w, r, 0), R_ARGUMENT);
	n = node_of(w, kind, r, k);
	w->j->nodes[n].op = (uint8_t)op;
	return n;
}

static uint32_t assignment(struct lower *w, uint32_t r, enum js_kind kind)
{
	uint32_t left = raw_field(w, r, F_LEFT), right = raw_field(w, r, F_RIGHT), n;
	struct kids k = no_kids, args = no_kids;

	/* $a[] = x */
	if (left && w->raw[left].kind == P_SUBSCRIPT && !raw_named(w, left, 1) && raw_named(w, left, 0)) {
		n = lower_node(w, raw_named(w, left, 0));
		kid_lower(w, &args, right, R_NONE);
		return n ? node_method(w, r, n, "push", args) : 0;
	}
	kid_lower(w, &k, left, R_LEFT);
	kid_lower(w, &k, right, R_RIGHT);
	if (k.n != 2)
		return node_of(w, J_OTHER, r, k);
	n = node_of(w, kind, r, k);
	if (kind == J_AUG)
		w->j->nodes[n].op = (uint8_t)raw_op(w, r);
	return n;
}

/* a ?: c is a || c */
static uint32_t conditional(struct lower *w, uint32_t r)
{
	uint32_t body = raw_field(w, r, F_BODY), n;
	struct kids k = no_kids;

	kid_lower(w, &k, raw_field(w, r, F_CONDITION), body ? R_COND : R_LEFT);
	kid_lower(w, &k, body, R_CONS);
	kid_lower(w, &k, raw_field(w, r, F_ALTERNATIVE), body ? R_ALT : R_RIGHT);
	n = node_of(w, body ? J_COND : J_LOGIC, r, k);
	w->j->nodes[n].op = body ? OP_NONE : OP_LOR;
	return n;
}

/* ---------- arrays ---------- */

static uint32_t pair(struct lower *w, uint32_t r)
{
	uint32_t key = raw_named(w, r, 0);
	struct kids k = no_kids, computed = no_kids;

	kid_lower(w, &k, key, R_KEY);
	if (k.last && w->j->nodes[k.last].kind != J_STR && w->j->nodes[k.last].kind != J_NUM) {
		computed.first = computed.last = k.last;
		k = no_kids;
		kid_add(w, &k, node_of(w, J_COMPUTED, key, computed), R_KEY);
	}
	kid_lower(w, &k, raw_named(w, r, 1), R_VALUE);
	return node_of(w, J_PAIR, r, k);
}

static uint32_t array(struct lower *w, uint32_t r)
{
	struct kids k = no_kids;
	bool keys = false;

	for (uint32_t c = w->raw[r].first; c && !keys; c = w->raw[c].next)
		keys = w->raw[c].kind == P_ELEMENT && raw_named(w, c, 1);
	for (uint32_t c = w->raw[r].first; c; c = w->raw[c].next) {
		if (w->raw[c].kind != P_ELEMENT)
			continue;
		if (keys && raw_named(w, c, 1))
			kid_add(w, &k, pair(w, c), R_NONE);
		else
			kid_lower(w, &k, raw_named(w, c, 0), R_NONE);
	}
	return node_of(w, keys ? J_OBJECT : J_ARRAY, r, k);
}

/* ---------- functions, classes ---------- */

static uint32_t parameters(struct lower *w, uint32_t r)
{
	struct kids k = no_kids;

	for (uint32_t c = r ? w->raw[r].first : 0; c; c = w->raw[c].next) {
		uint32_t name = raw_field(w, c, F_NAME), value = raw_field(w, c, F_DEFAULT);
		struct kids p = no_kids;

		if (!name || !w->raw[c].named)
			continue;
		kid_lower(w, &p, name, value ? R_LEFT : R_NONE);
		kid_lower(w, &p, value, R_RIGHT);
		if (w->raw[c].kind == P_REST)
			kid_add(w, &k, node_of(w, J_REST, c, p), R_NONE);
		else
			kid_add(w, &k, value ? node_of(w, J_DEFAULT, c, p) : p.first, R_NONE);
	}
	return node_of(w, J_PARAMS, r, k);
}

static uint32_t function(struct lower *w, uint32_t r)
{
	uint32_t name = raw_field(w, r, F_NAME), params = raw_field(w, r, F_PARAMETERS), n;
	bool method = w->raw[r].kind == P_METHOD, closure = w->raw[r].kind == P_CLOSURE;
	struct kids k = no_kids;

	if (name && method)
		kid_add(w, &k, str_equal_nocase(raw_text(w, name), STR("__construct"))
				? node_name(w, J_PROP, name, STR("constructor")) : prop(w, name), R_NAME);
	else if (name)
		kid_add(w, &k, node_name(w, J_ID, name, plain_name(w, raw_text(w, name))), R_NAME);
	if (params)
		kid_add(w, &k, parameters(w, params), R_PARAMS);
	kid_lower(w, &k, raw_field(w, r, F_BODY), R_BODY);
	n = node_of(w, J_FUNC, r, k);
	w->j->nodes[n].flags = (uint8_t)((method ? JF_METHOD : closure ? JF_ARROW : 0) | (closure || method ? 0 : JF_DECL));
	return n;
}

static uint32_t class_fields(struct lower *w, uint32_t r, struct kids *k)
{
	for (uint32_t c = w->raw[r].first; c; c = w->raw[c].next) {
		uint32_t name = w->raw[c].kind == P_PROPERTY_ELEMENT ? raw_field(w, c, F_NAME)
			: w->raw[c].kind == P_CONST_ELEMENT ? raw_named(w, c, 0) : 0;
		uint32_t value = w->raw[c].kind == P_PROPERTY_ELEMENT ? raw_field(w, c, F_DEFAULT) : name ? raw_named(w, c, 1) : 0;
		struct kids f = no_kids;

		if (!name || !value)
			continue;
		kid_add(w, &f, prop(w, name), R_NAME);
		kid_lower(w, &f, value, R_VALUE);
		kid_add(w, k, node_of(w, J_FIELD, c, f), R_NONE);
	}
	return 0;
}

static uint32_t class_definition(struct lower *w, uint32_t r)
{
	uint32_t name = raw_field(w, r, F_NAME), body = raw_field(w, r, F_BODY), n;
	struct kids k = no_kids, members = no_kids;

	if (name)
		kid_add(w, &k, node_name(w, J_ID, name, plain_name(w, raw_text(w, name))), R_NAME);
	for (uint32_t c = body ? w->raw[body].first : 0; c; c = w->raw[c].next) {
		if (w->raw[c].kind == P_PROPERTY || w->raw[c].kind == P_CONST)
			(void)class_fields(w, c, &members);
		else if (w->raw[c].kind == P_METHOD)
			kid_add(w, &members, function(w, c), R_NONE);
	}
	if (body)
		kid_add(w, &k, node_of(w, J_CLASS_BODY, body, members), R_BODY);
	n = node_of(w, J_CLASS, r, k);
	w->j->nodes[n].flags = name ? JF_DECL : 0;
	return n;
}

/* define('X', v) and const X = v outside of classes: variables of the file. */
static uint32_t constants(struct lower *w, uint32_t r)
{
	struct kids k = no_kids;

	for (uint32_t c = w->raw[r].first; c; c = w->raw[c].next) {
		struct kids a = no_kids, s = no_kids;

		if (w->raw[c].kind != P_CONST_ELEMENT || !raw_named(w, c, 1))
			continue;
		kid_add(w, &a, node_name(w, J_ID, raw_named(w, c, 0), plain_name(w, raw_text(w, raw_named(w, c, 0)))), R_LEFT);
		kid_lower(w, &a, raw_named(w, c, 1), R_RIGHT);
		kid_add(w, &s, node_of(w, J_ASSIGN, c, a), R_NONE);
		kid_add(w, &k, node_of(w, J_EXPR_STMT, c, s), R_NONE);
	}
	return k.n == 1 ? k.first : k.n ? node_of(w, J_BLOCK, r, k) : 0;
}

/* ---------- statements ---------- */

static uint32_t if_statement(struct lower *w, uint32_t r)
{
	struct branch {
		uint32_t at, cond, body;
	} *b = NULL;
	size_t n = 0, room = 0;
	uint32_t last = 0;

	for (uint32_t c = r; c; c = c == r ? w->raw[r].first : w->raw[c].next) {
		uint32_t cond = raw_field(w, c, F_CONDITION), body = raw_field(w, c, F_BODY);
		struct branch *x;

		if (w->raw[c].kind == P_ELSE) {
			last = body ? lower_node(w, body) : 0;
			break;
		}
		if (c != r && w->raw[c].kind != P_ELSE_IF)
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
		last = node_make(w, J_IF, w->raw[b[n].at].from, w->raw[r].to, k);
	}
	return last;
}

static uint32_t loop(struct lower *w, uint32_t r, enum js_kind kind)
{
	struct kids k = no_kids;

	kid_lower(w, &k, raw_field(w, r, F_INIT), R_INIT);
	kid_lower(w, &k, raw_field(w, r, F_CONDITION), R_COND);
	kid_lower(w, &k, raw_field(w, r, F_UPDATE), R_INCR);
	kid_lower(w, &k, raw_field(w, r, F_BODY), R_BODY);
	return node_of(w, kind, r, k);
}

/* k = l; body */
static uint32_t body_with_key(struct lower *w, uint32_t key, uint32_t list, uint32_t body)
{
	struct kids a = no_kids, s = no_kids, k = no_kids;

	kid_lower(w, &a, key, R_LEFT);
	kid_lower(w, &a, list, R_RIGHT);
	kid_add(w, &s, node_of(w, J_ASSIGN, key, a), R_NONE);
	kid_add(w, &k, node_of(w, J_EXPR_STMT, key, s), R_NONE);
	kid_lower(w, &k, body, R_NONE);
	return node_of(w, J_BLOCK, body ? body : key, k);
}

/* foreach (l as k => v): what the values are is what counts, and the keys where somebody else chose them. */
static uint32_t foreach(struct lower *w, uint32_t r)
{
	uint32_t list = raw_named(w, r, 0), item = raw_named(w, r, 1), body = raw_field(w, r, F_BODY), key = 0, n;
	struct kids k = no_kids;

	if (item && w->raw[item].kind == P_PAIR) {
		key = list && is_request(raw_text(w, list)) ? raw_named(w, item, 0) : 0;
		item = raw_named(w, item, 1);
	}
	kid_lower(w, &k, item, R_LEFT);
	kid_lower(w, &k, list, R_RIGHT);
	if (key)
		kid_add(w, &k, body_with_key(w, key, list, body), R_BODY);
	else
		kid_lower(w, &k, body, R_BODY);
	n = node_of(w, J_FOR_IN, r, k);
	w->j->nodes[n].op = OP_OF;
	return n;
}

static uint32_t switch_statement(struct lower *w, uint32_t r)
{
	uint32_t block = raw_field(w, r, F_BODY);
	struct kids k = no_kids, cases = no_kids;

	kid_lower(w, &k, raw_field(w, r, F_CONDITION), R_VALUE);
	for (uint32_t c = block ? w->raw[block].first : 0; c; c = w->raw[c].next) {
		uint32_t value = raw_field(w, c, F_VALUE);
		struct kids one = no_kids;

		if (w->raw[c].kind != P_CASE && w->raw[c].kind != P_DEFAULT)
			continue;
		kid_lower(w, &one, value, R_VALUE);
		for (uint32_t s = w->raw[c].first; s; s = w->raw[s].next)
			if (s != value && w->raw[s].named)
				kid_lower(w, &one, s, R_BODY);
		kid_add(w, &cases, node_of(w, value ? J_CASE : J_DEFAULT_CASE, c, one), R_NONE);
	}
	if (block)
		kid_add(w, &k, node_of(w, J_SWITCH_BODY, block, cases), R_BODY);
	return node_of(w, J_SWITCH, r, k);
}

static uint32_t try_statement(struct lower *w, uint32_t r)
{
	struct kids k = no_kids;

	kid_lower(w, &k, raw_field(w, r, F_BODY), R_BODY);
	for (uint32_t c = w->raw[r].first; c; c = w->raw[c].next) {
		struct kids part = no_kids;

		if (w->raw[c].kind == P_CATCH) {
			kid_lower(w, &part, raw_field(w, c, F_NAME), R_PARAM);
			kid_lower(w, &part, raw_field(w, c, F_BODY), R_BODY);
			kid_add(w, &k, node_of(w, J_CATCH, c, part), R_HANDLER);
		} else if (w->raw[c].kind == P_FINALLY) {
			kid_lower(w, &part, raw_field(w, c, F_BODY), R_BODY);
			kid_add(w, &k, node_of(w, J_FINALLY, c, part), R_FINAL);
		}
	}
	return node_of(w, J_TRY, r, k);
}

static uint32_t lower_statement(struct lower *w, uint32_t r)
{
	struct kids k;

	switch (w->raw[r].kind) {
	case P_PROGRAM:
		return lower_wrapped(w, r, J_PROGRAM);
	case P_BLOCK:
		return lower_wrapped(w, r, J_BLOCK);
	case P_EXPR_STMT:
		k = lower_kids(w, r);
		return k.n ? node_of(w, J_EXPR_STMT, r, k) : 0;
	case P_ECHO:
		return named_call(w, r, "echo", raw_named(w, r, 0));
	case P_IF:
		return if_statement(w, r);
	case P_WHILE:
		return loop(w, r, J_WHILE);
	case P_DO:
		return loop(w, r, J_DO);
	case P_FOR:
		return loop(w, r, J_FOR);
	case P_FOREACH:
		return foreach(w, r);
	case P_SWITCH:
		return switch_statement(w, r);
	case P_TRY:
		return try_statement(w, r);
	case P_RETURN:
		return lower_wrapped(w, r, J_RETURN);
	case P_THROW:
		return lower_wrapped(w, r, J_THROW);
	case P_BREAK:
		return node_leaf(w, J_BREAK, r);
	case P_CONTINUE:
		return node_leaf(w, J_CONTINUE, r);
	case P_FUNCTION:
	case P_CLOSURE:
	case P_METHOD:
		return function(w, r);
	case P_CLASS:
		return class_definition(w, r);
	case P_CONST:
		return constants(w, r);
	case P_STATIC: {
		struct kids a = no_kids, s = no_kids;

		kid_lower(w, &a, raw_field(w, r, F_NAME), R_LEFT);
		kid_lower(w, &a, raw_field(w, r, F_VALUE), R_RIGHT);
		if (a.n != 2)
			return 0;
		kid_add(w, &s, node_of(w, J_ASSIGN, r, a), R_NONE);
		return node_of(w, J_EXPR_STMT, r, s);
	}
	case P_SKIP:
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
	case P_VARIABLE:
		return variable(w, r);
	case P_DYNAMIC_VARIABLE: /* $$x: any variable */
		return by_name(w, r, raw_named(w, r, 0) ? raw_named(w, r, 0) : r);
	case P_NAME:
		return node_name(w, J_ID, r, plain_name(w, raw_text(w, r)));
	case P_CALL:
		return function_call(w, r);
	case P_MEMBER_CALL:
	case P_SCOPED_CALL:
		return method_call(w, r, w->raw[r].kind == P_SCOPED_CALL);
	case P_NEW:
		return creation(w, r);
	case P_MEMBER:
		return raw_field(w, r, F_OBJECT) ? member_of(w, r, lower_node(w, raw_field(w, r, F_OBJECT)), raw_field(w, r, F_NAME)) : 0;
	case P_SCOPED_MEMBER:
		return raw_field(w, r, F_SCOPE) ? member_of(w, r, scope(w, raw_field(w, r, F_SCOPE)), raw_field(w, r, F_NAME)) : 0;
	case P_CONSTANT:
		return raw_named(w, r, 1) ? member_of(w, r, scope(w, raw_named(w, r, 0)), raw_named(w, r, 1)) : lower_collapsed(w, r);
	case P_SUBSCRIPT:
		return subscript(w, r);
	case P_ASSIGN:
		return assignment(w, r, J_ASSIGN);
	case P_AUGMENTED:
		return assignment(w, r, J_AUG);
	case P_BINARY:
		return operation(w, r);
	case P_UNARY:
		return unary(w, r, J_UNARY);
	case P_UPDATE:
		return unary(w, r, J_UPDATE);
	case P_COND:
		return conditional(w, r);
	case P_CAST:
		return raw_field(w, r, F_VALUE) ? lower_node(w, raw_field(w, r, F_VALUE)) : 0;
	case P_SEQUENCE:
		return lower_wrapped(w, r, J_SEQ);
	case P_ARRAY:
		return array(w, r);
	case P_LIST:
		return lower_wrapped(w, r, J_ARR_PATTERN);
	case P_STRING:
	case P_ENCAPSED:
		return quoted(w, r);
	case P_HEREDOC:
	case P_NOWDOC:
		return here_document(w, r);
	case P_NUMBER:
		return node_leaf(w, J_NUM, r);
	case P_BOOLEAN:
		return node_leaf(w, str_equal_nocase(raw_text(w, r), STR("true")) ? J_TRUE : J_FALSE, r);
	case P_NULL:
		return node_leaf(w, J_NULL, r);
	case P_BACKTICK: {
		struct kids args = no_kids;
		uint32_t command = sum_of_pieces(w, r, w->raw[r].from + 1, w->raw[r].to > w->raw[r].from + 1 ? w->raw[r].to - 1 : w->raw[r].to);

		kid_add(w, &args, command, R_NONE);
		return node_call(w, r, node_name(w, J_ID, r, STR("shell_exec")), args);
	}
	case P_INCLUDE:
		return named_call(w, r, "include", raw_named(w, r, 0));
	case P_SPREAD:
		return lower_wrapped(w, r, J_SPREAD);
	case P_YIELD:
		return lower_wrapped(w, r, J_YIELD);
	default:
		return lower_statement(w, r);
	}
}

bool php_lower(struct js *j, TSTree *tree)
{
	struct lower w = {.j = j, .rule = lower_expression, .type_field = F_TYPE};

	if (!lower_begin(&w, &table, tree, tree_sitter_php_only()))
		return false;
	j->root = lower_node(&w, 1);
	if (!j->root)
		j->root = node_leaf(&w, J_PROGRAM, 1);
	return true;
}
