/*
 * C's tree in our compact tree. What has no counterpart there is written in terms of what has:
 *   read(fd, buf, n)          buf = fd.$read()
 *   write(fd, buf, n)         fd.$write(buf)
 *   sprintf(buf, "a%s", x)    buf = "a" + x
 *   strcpy(a, b), strcat(a, b)  a = b, a = a + b
 *   *p, &x, (type)x           p, x, x: what it points to is what it is
 *   ((void (*)())p)()         $run(p)
 *   #define A b, #define F(x) g(x)   let A = b, a function F that calls g
 * Branches of the preprocessor all count. There are no types: a name is what was put into it.
 */
#include "c_int.h"

#include "grammars.h"
#include "read/lower.h"

enum c_kind {
	C_OTHER, C_UNIT, C_FUNCTION, C_DECLARATION, C_INIT, C_BLOCK, C_EXPR_STMT, C_IF, C_ELSE, C_WHILE, C_DO, C_FOR,
	C_SWITCH, C_CASE, C_RETURN, C_BREAK, C_CONTINUE, C_GOTO, C_LABELED, C_CALL, C_ARGUMENTS, C_ASSIGNMENT, C_BINARY,
	C_UNARY, C_POINTER, C_UPDATE, C_CAST, C_SUBSCRIPT, C_FIELD, C_CONDITIONAL, C_COMMA, C_PARENTHESES, C_SIZEOF,
	C_IDENTIFIER, C_FIELD_NAME, C_NUMBER, C_CHAR, C_STRING, C_CONTENT, C_CONCATENATED, C_LIST, C_INIT_PAIR,
	C_TRUE, C_FALSE, C_NULL, C_FUNC_DECLARATOR, C_PARAMETERS, C_PARAMETER, C_PREPROC, C_ELSE_PREPROC, C_DEFINE, C_MACRO,
	C_MACRO_PARAMS, C_MACRO_TEXT, C_TYPE, C_LIST_OF_DECLARATIONS, C_COMPOUND
};

enum c_field {
	F_NONE, F_DECLARATOR, F_VALUE, F_BODY, F_CONDITION, F_CONSEQUENCE, F_ALTERNATIVE, F_FUNCTION, F_ARGUMENTS,
	F_ARGUMENT, F_INDEX, F_FIELD, F_LEFT, F_RIGHT, F_OPERATOR, F_PARAMETERS, F_NAME, F_TYPE, F_INITIALIZER, F_UPDATE
};

static const struct lower_row kinds[] = {
	{"translation_unit", C_UNIT}, {"function_definition", C_FUNCTION}, {"declaration", C_DECLARATION},
	{"init_declarator", C_INIT}, {"compound_statement", C_BLOCK}, {"expression_statement", C_EXPR_STMT},
	{"if_statement", C_IF}, {"else_clause", C_ELSE}, {"while_statement", C_WHILE}, {"do_statement", C_DO},
	{"for_statement", C_FOR}, {"switch_statement", C_SWITCH}, {"case_statement", C_CASE},
	{"return_statement", C_RETURN}, {"break_statement", C_BREAK}, {"continue_statement", C_CONTINUE},
	{"goto_statement", C_GOTO}, {"labeled_statement", C_LABELED}, {"call_expression", C_CALL},
	{"argument_list", C_ARGUMENTS}, {"assignment_expression", C_ASSIGNMENT}, {"binary_expression", C_BINARY},
	{"unary_expression", C_UNARY}, {"pointer_expression", C_POINTER}, {"update_expression", C_UPDATE},
	{"cast_expression", C_CAST}, {"subscript_expression", C_SUBSCRIPT}, {"field_expression", C_FIELD},
	{"conditional_expression", C_CONDITIONAL}, {"comma_expression", C_COMMA},
	{"parenthesized_expression", C_PARENTHESES}, {"sizeof_expression", C_SIZEOF}, {"alignof_expression", C_SIZEOF},
	{"offsetof_expression", C_SIZEOF}, {"identifier", C_IDENTIFIER}, {"field_identifier", C_FIELD_NAME},
	{"number_literal", C_NUMBER}, {"char_literal", C_CHAR}, {"string_literal", C_STRING},
	{"string_content", C_CONTENT}, {"concatenated_string", C_CONCATENATED}, {"initializer_list", C_LIST},
	{"initializer_pair", C_INIT_PAIR}, {"true", C_TRUE}, {"false", C_FALSE}, {"null", C_NULL},
	{"function_declarator", C_FUNC_DECLARATOR}, {"parameter_list", C_PARAMETERS},
	{"parameter_declaration", C_PARAMETER}, {"preproc_if", C_PREPROC}, {"preproc_ifdef", C_PREPROC},
	{"preproc_else", C_ELSE_PREPROC}, {"preproc_elif", C_ELSE_PREPROC}, {"preproc_elifdef", C_ELSE_PREPROC},
	{"linkage_specification", C_PREPROC}, {"declaration_list", C_LIST_OF_DECLARATIONS}, {"preproc_def", C_DEFINE},
	{"preproc_function_def", C_MACRO}, {"preproc_params", C_MACRO_PARAMS}, {"preproc_arg", C_MACRO_TEXT},
	{"compound_literal_expression", C_COMPOUND}, {"type_descriptor", C_TYPE}, {"type_definition", C_TYPE},
	{"struct_specifier", C_TYPE}, {"union_specifier", C_TYPE}, {"enum_specifier", C_TYPE}, {"preproc_include", C_TYPE},
	{"preproc_call", C_TYPE}, {"comment", RAW_COMMENT}, {NULL, 0},
};

static const struct lower_row fields[] = {
	{"declarator", F_DECLARATOR}, {"value", F_VALUE}, {"body", F_BODY}, {"condition", F_CONDITION},
	{"consequence", F_CONSEQUENCE}, {"alternative", F_ALTERNATIVE}, {"function", F_FUNCTION},
	{"arguments", F_ARGUMENTS}, {"argument", F_ARGUMENT}, {"index", F_INDEX}, {"field", F_FIELD}, {"left", F_LEFT},
	{"right", F_RIGHT}, {"operator", F_OPERATOR}, {"parameters", F_PARAMETERS}, {"name", F_NAME}, {"type", F_TYPE},
	{"initializer", F_INITIALIZER}, {"update", F_UPDATE}, {NULL, 0},
};

static const struct lower_row ops[] = {
	{"+", OP_ADD}, {"-", OP_SUB}, {"*", OP_MUL}, {"/", OP_DIV}, {"%", OP_MOD}, {"<<", OP_SHL}, {">>", OP_SHR},
	{"&", OP_AND}, {"|", OP_OR}, {"^", OP_XOR}, {"==", OP_EQ}, {"!=", OP_NE}, {"<", OP_LT}, {">", OP_GT},
	{"<=", OP_LE}, {">=", OP_GE}, {"&&", OP_LAND}, {"||", OP_LOR}, {"!", OP_NOT}, {"~", OP_BITNOT}, {"+=", OP_ADD},
	{"-=", OP_SUB}, {"*=", OP_MUL}, {"/=", OP_DIV}, {"%=", OP_MOD}, {"<<=", OP_SHL}, {">>=", OP_SHR}, {"&=", OP_AND},
	{"|=", OP_OR}, {"^=", OP_XOR}, {"++", OP_INC}, {"--", OP_DEC}, {NULL, 0},
};

static struct lower_table table = {.kinds = kinds, .fields = fields, .ops = ops};
static const struct kids no_kids;

/* Brackets, casts, stars and ampersands off: the name that is meant. */
static uint32_t bare(const struct lower *w, uint32_t r)
{
	for (int i = 0; r && i < 16; i++) {
		switch (w->raw[r].kind) {
		case C_PARENTHESES:
			r = raw_named(w, r, 0);
			break;
		case C_CAST:
			r = raw_field(w, r, F_VALUE);
			break;
		case C_POINTER:
		case C_SUBSCRIPT:
			r = raw_field(w, r, F_ARGUMENT);
			break;
		case C_BINARY:
			r = raw_field(w, r, F_LEFT);
			break;
		default:
			return r;
		}
	}
	return 0;
}

/* ---------- names, literals ---------- */

/* The name that a declarator declares; *ret_function: through its parameters. */
static uint32_t declared(const struct lower *w, uint32_t r, uint32_t *ret_function)
{
	for (int i = 0; r && i < 16; i++) {
		uint32_t inner = raw_field(w, r, F_DECLARATOR);

		if (w->raw[r].kind == C_IDENTIFIER)
			return r;
		if (w->raw[r].kind == C_FUNC_DECLARATOR && ret_function && !*ret_function)
			*ret_function = r;
		r = inner ? inner : raw_named(w, r, 0);
	}
	return 0;
}

static uint32_t strings(struct lower *w, uint32_t r)
{
	struct kids k = no_kids;

	for (uint32_t c = w->raw[r].first; c; c = w->raw[c].next)
		if (w->raw[c].named)
			kid_lower(w, &k, c, R_NONE);
	return k.n ? node_sum(w, w->raw[r].from, w->raw[r].to, k) : 0;
}

/* What printf makes of a format and the arguments behind it. */
static uint32_t formatted(struct lower *w, uint32_t r, uint32_t format)
{
	uint32_t arg = raw_next(w, format);
	struct kids k = no_kids;

	if (w->raw[format].kind == C_STRING) {
		arg = lower_pieces(w, &k, format, arg);
	} else if (w->raw[format].kind == C_CONCATENATED) {
		for (uint32_t c = w->raw[format].first; c; c = w->raw[c].next)
			if (w->raw[c].kind == C_STRING)
				arg = lower_pieces(w, &k, c, arg);
	} else {
		kid_lower(w, &k, format, R_NONE);
	}
	for (; arg; arg = raw_next(w, arg))
		kid_lower(w, &k, arg, R_NONE);
	return k.n ? node_sum(w, w->raw[r].from, w->raw[r].to, k) : 0;
}

/* ---------- calls ---------- */

enum c_work { WORK_CALL, WORK_READ, WORK_WRITE, WORK_FORMAT, WORK_COPY, WORK_APPEND, WORK_PRINT };

/* Functions that answer through an argument, or whose object is one. Arguments count from 1. */
static const struct shape {
	const char *name;
	enum c_work work;
	uint8_t out;  /* gets the result; 0 = none */
	uint8_t self; /* the descriptor or stream */
	uint8_t data; /* what is written, copied or the format */
} shapes[] = {
	{"read", WORK_READ, 2, 1, 0}, {"recv", WORK_READ, 2, 1, 0}, {"recvfrom", WORK_READ, 2, 1, 0},
	{"pread", WORK_READ, 2, 1, 0}, {"SSL_read", WORK_READ, 2, 1, 0}, {"fgets", WORK_READ, 1, 3, 0},
	{"fread", WORK_READ, 1, 4, 0}, {"getline", WORK_READ, 1, 3, 0}, {"gzread", WORK_READ, 2, 1, 0},
	{"write", WORK_WRITE, 0, 1, 2}, {"send", WORK_WRITE, 0, 1, 2}, {"sendto", WORK_WRITE, 0, 1, 2},
	{"pwrite", WORK_WRITE, 0, 1, 2}, {"SSL_write", WORK_WRITE, 0, 1, 2}, {"fwrite", WORK_WRITE, 0, 4, 1},
	{"fputs", WORK_WRITE, 0, 2, 1}, {"fprintf", WORK_PRINT, 0, 1, 2}, {"dprintf", WORK_PRINT, 0, 1, 2},
	{"sprintf", WORK_FORMAT, 1, 0, 2}, {"snprintf", WORK_FORMAT, 1, 0, 3}, {"asprintf", WORK_FORMAT, 1, 0, 2},
	{"wsprintfA", WORK_FORMAT, 1, 0, 2}, {"strcpy", WORK_COPY, 1, 0, 2}, {"strncpy", WORK_COPY, 1, 0, 2},
	{"strlcpy", WORK_COPY, 1, 0, 2}, {"memcpy", WORK_COPY, 1, 0, 2}, {"memmove", WORK_COPY, 1, 0, 2},
	{"lstrcpyA", WORK_COPY, 1, 0, 2}, {"strcat", WORK_APPEND, 1, 0, 2}, {"strncat", WORK_APPEND, 1, 0, 2},
	{"strlcat", WORK_APPEND, 1, 0, 2}, {"lstrcatA", WORK_APPEND, 1, 0, 2}, {"gethostname", WORK_CALL, 1, 0, 0},
	{"uname", WORK_CALL, 1, 0, 0}, {"getlogin_r", WORK_CALL, 1, 0, 0}, {"GetComputerNameA", WORK_CALL, 1, 0, 0},
	{"GetUserNameA", WORK_CALL, 1, 0, 0}, {"InternetReadFile", WORK_READ, 2, 1, 0}, {"recvmsg", WORK_READ, 2, 1, 0},
};

static const struct shape *shape_of(struct str name)
{
	for (size_t i = 0; i < sizeof(shapes) / sizeof(shapes[0]); i++)
		if (str_is(name, shapes[i].name))
			return &shapes[i];
	return NULL;
}

static uint32_t plain_call(struct lower *w, uint32_t r)
{
	uint32_t f = raw_field(w, r, F_FUNCTION), a = raw_field(w, r, F_ARGUMENTS);
	struct kids k = no_kids, args = no_kids;

	kid_lower(w, &k, f, R_CALLEE);
	for (uint32_t c = a ? w->raw[a].first : 0; c; c = w->raw[c].next)
		if (w->raw[c].named)
			kid_lower(w, &args, c, R_NONE);
	if (a)
		kid_add(w, &k, node_of(w, J_ARGS, a, args), R_ARGS);
	return node_of(w, J_CALL, r, k);
}

static uint32_t value_of_shape(struct lower *w, uint32_t r, const struct shape *s, uint32_t args)
{
	uint32_t self = s->self ? raw_named(w, args, s->self - 1) : 0, data = s->data ? raw_named(w, args, s->data - 1) : 0;
	uint32_t object;
	struct kids k = no_kids;

	switch (s->work) {
	case WORK_READ:
		object = lower_node(w, self);
		return object ? node_method(w, r, object, "$read", k) : 0;
	case WORK_WRITE:
	case WORK_PRINT:
		object = lower_node(w, self);
		if (!object)
			return 0;
		kid_add(w, &k, s->work == WORK_PRINT ? formatted(w, r, data) : lower_node(w, data), R_NONE);
		return node_method(w, r, object, "$write", k);
	case WORK_FORMAT:
		return formatted(w, r, data);
	case WORK_COPY:
		return lower_node(w, data);
	case WORK_APPEND:
		kid_lower(w, &k, bare(w, raw_named(w, args, s->out - 1)), R_NONE);
		kid_lower(w, &k, data, R_NONE);
		return k.n ? node_sum(w, w->raw[r].from, w->raw[r].to, k) : 0;
	default:
		return plain_call(w, r);
	}
}

static uint32_t shaped_call(struct lower *w, uint32_t r, const struct shape *s)
{
	uint32_t args = raw_field(w, r, F_ARGUMENTS), out, value;
	struct kids k = no_kids;

	if (!args || (s->self && !raw_named(w, args, s->self - 1)) || (s->data && !raw_named(w, args, s->data - 1)) ||
		(s->out && !raw_named(w, args, s->out - 1)))
		return plain_call(w, r);
	out = s->out ? bare(w, raw_named(w, args, s->out - 1)) : 0;
	if (out && w->raw[out].kind == C_BINARY && raw_field(w, out, F_LEFT)) /* further on in the same buffer */
		out = bare(w, raw_field(w, out, F_LEFT));
	if (!out || (w->raw[out].kind != C_IDENTIFIER && w->raw[out].kind != C_FIELD))
		return value_of_shape(w, r, s, args);
	kid_lower(w, &k, out, R_LEFT);
	value = value_of_shape(w, r, s, args);
	if (!value)
		return k.first;
	kid_add(w, &k, value, R_RIGHT);
	return node_of(w, J_ASSIGN, r, k);
}

/* A value that is cast to a function and called. */
static uint32_t cast_callee(const struct lower *w, uint32_t f)
{
	for (int i = 0; f && i < 8; i++) {
		if (w->raw[f].kind == C_CAST)
			return raw_field(w, f, F_VALUE);
		if (w->raw[f].kind != C_PARENTHESES && w->raw[f].kind != C_POINTER)
			return 0;
		f = w->raw[f].kind == C_POINTER ? raw_field(w, f, F_ARGUMENT) : raw_named(w, f, 0);
	}
	return 0;
}

static uint32_t call(struct lower *w, uint32_t r)
{
	uint32_t f = raw_field(w, r, F_FUNCTION), code = cast_callee(w, f);
	const struct shape *s = f && w->raw[f].kind == C_IDENTIFIER ? shape_of(raw_text(w, f)) : NULL;
	struct kids k = no_kids, args = no_kids;

	if (s)
		return shaped_call(w, r, s);
	if (!code)
		return plain_call(w, r);
	kid_add(w, &k, node_name(w, J_ID, f, STR("$run")), R_CALLEE);
	kid_lower(w, &args, code, R_NONE);
	kid_add(w, &k, node_of(w, J_ARGS, r, args), R_ARGS);
	return node_of(w, J_CALL, r, k);
}

/* ---------- expressions ---------- */

static uint32_t unary(struct lower *w, uint32_t r, enum js_kind kind)
{
	struct kids k = no_kids;
	uint32_t n;

	kid_lower(w, &k, raw_field(w, r, F_ARGUMENT), R_ARGUMENT);
	n = node_of(w, kind, r, k);
	w->j->nodes[n].op = (uint8_t)(raw_op(w, r) == OP_SUB && kind == J_UNARY ? OP_MINUS : raw_op(w, r));
	return n;
}

static uint32_t assignment(struct lower *w, uint32_t r)
{
	enum js_op op = raw_op(w, r);
	uint32_t left = raw_field(w, r, F_LEFT), n;
	struct kids k = no_kids;

	kid_lower(w, &k, left, R_LEFT);
	kid_lower(w, &k, raw_field(w, r, F_RIGHT), R_RIGHT);
	n = node_of(w, op ? J_AUG : J_ASSIGN, r, k);
	w->j->nodes[n].op = (uint8_t)op;
	return n;
}

static uint32_t conditional(struct lower *w, uint32_t r)
{
	struct kids k = no_kids;

	kid_lower(w, &k, raw_field(w, r, F_CONDITION), R_COND);
	kid_lower(w, &k, raw_field(w, r, F_CONSEQUENCE), R_CONS);
	kid_lower(w, &k, raw_field(w, r, F_ALTERNATIVE), R_ALT);
	return node_of(w, J_COND, r, k);
}

static uint32_t wrapped(struct lower *w, uint32_t r, enum js_kind kind)
{
	struct kids k = no_kids;

	for (uint32_t c = w->raw[r].first; c; c = w->raw[c].next)
		if (w->raw[c].named)
			kid_lower(w, &k, c, R_NONE);
	return node_of(w, kind, r, k);
}

/* Its only child, or a node that says nothing itself. */
static uint32_t collapsed(struct lower *w, uint32_t r)
{
	struct kids k = no_kids;

	for (uint32_t c = w->raw[r].first; c; c = w->raw[c].next)
		if (w->raw[c].named && w->raw[c].field != F_TYPE && w->raw[c].kind != C_TYPE)
			kid_lower(w, &k, c, R_NONE);
	return k.n == 1 ? k.first : k.n == 0 ? 0 : node_of(w, J_OTHER, r, k);
}

/* ---------- declarations ---------- */

static uint32_t name_node(struct lower *w, uint32_t r)
{
	return node_name(w, J_ID, r, raw_text(w, r));
}

static uint32_t declarator(struct lower *w, uint32_t r)
{
	bool init = w->raw[r].kind == C_INIT;
	uint32_t function = 0, name = declared(w, init ? raw_field(w, r, F_DECLARATOR) : r, &function);
	struct kids k = no_kids;

	if (!name || (function && !init)) /* a prototype */
		return 0;
	kid_add(w, &k, name_node(w, name), R_NAME);
	kid_lower(w, &k, init ? raw_field(w, r, F_VALUE) : 0, R_VALUE);
	return node_of(w, J_DECLARATOR, r, k);
}

static uint32_t declaration(struct lower *w, uint32_t r)
{
	struct kids k = no_kids;

	for (uint32_t c = w->raw[r].first; c; c = w->raw[c].next)
		if (w->raw[c].field == F_DECLARATOR)
			kid_add(w, &k, declarator(w, c), R_NONE);
	return k.n ? node_of(w, J_VAR_DECL, r, k) : 0;
}

static uint32_t function(struct lower *w, uint32_t r)
{
	uint32_t signature = 0, name = declared(w, raw_field(w, r, F_DECLARATOR), &signature);
	uint32_t list = signature ? raw_field(w, signature, F_PARAMETERS) : 0, n;
	struct kids k = no_kids, params = no_kids;

	if (!name)
		return collapsed(w, r);
	kid_add(w, &k, name_node(w, name), R_NAME);
	for (uint32_t p = list ? w->raw[list].first : 0; p; p = w->raw[p].next) {
		uint32_t id = w->raw[p].kind == C_PARAMETER ? declared(w, raw_field(w, p, F_DECLARATOR), NULL) :
			w->raw[p].kind == C_IDENTIFIER ? p : 0;

		if (id)
			kid_add(w, &params, name_node(w, id), R_NONE);
	}
	if (list)
		kid_add(w, &k, node_of(w, J_PARAMS, list, params), R_PARAMS);
	kid_lower(w, &k, raw_field(w, r, F_BODY), R_BODY);
	n = node_of(w, J_FUNC, r, k);
	w->j->nodes[n].flags = JF_DECL | JF_ARROW;
	return n;
}

/* ---------- the preprocessor ---------- */

static bool is_name_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

static size_t name_length(struct str s)
{
	size_t n = 0;

	while (n < s.len && is_name_char(s.p[n]))
		n++;
	return n;
}

/* A node for a part of a macro's text: a name, a number or a literal; 0 for anything longer. */
static uint32_t macro_atom(struct lower *w, struct str s)
{
	size_t from;
	uint32_t n;

	s = str_trim(s);
	if (!s.len)
		return 0;
	from = (size_t)(s.p - w->j->text.p);
	if (s.len >= 2 && s.p[0] == '"' && memchr(s.p + 1, '"', s.len - 1) == s.p + s.len - 1)
		return node_make(w, J_STR, (uint32_t)from, (uint32_t)(from + s.len), no_kids);
	if (name_length(s) != s.len)
		return 0;
	n = node_make(w, s.p[0] >= '0' && s.p[0] <= '9' ? J_NUM : J_ID, (uint32_t)from, (uint32_t)(from + s.len), no_kids);
	if (w->j->nodes[n].kind == J_ID)
		w->j->nodes[n].x = js_name(w->j, s);
	return n;
}

/* #define A b */
static uint32_t define(struct lower *w, uint32_t r)
{
	uint32_t name = raw_field(w, r, F_NAME), text = raw_field(w, r, F_VALUE);
	struct kids d = no_kids, k = no_kids;
	uint32_t id, value;

	if (!name || !text)
		return 0;
	id = name_node(w, name);
	value = macro_atom(w, raw_text(w, text));
	if (!value)
		return 0;
	kid_add(w, &d, id, R_NAME);
	kid_add(w, &d, value, R_VALUE);
	kid_add(w, &k, node_of(w, J_DECLARATOR, r, d), R_NONE);
	return node_of(w, J_VAR_DECL, r, k);
}

/* #define F(a, b) g(a, b): arguments that are more than a name count as unknown. */
static uint32_t macro(struct lower *w, uint32_t r)
{
	uint32_t name = raw_field(w, r, F_NAME), list = raw_field(w, r, F_PARAMETERS), text = raw_field(w, r, F_VALUE), n;
	struct str body = text ? str_trim(raw_text(w, text)) : STR("");
	size_t callee = name_length(body), open = callee;
	struct kids k = no_kids, params = no_kids, c = no_kids, args = no_kids, stmt = no_kids;

	while (open < body.len && body.p[open] == ' ')
		open++;
	if (!name || !list || !callee || open >= body.len || body.p[open] != '(' || !str_ends(body, ")"))
		return 0;
	kid_add(w, &k, name_node(w, name), R_NAME);
	for (uint32_t p = w->raw[list].first; p; p = w->raw[p].next)
		if (w->raw[p].kind == C_IDENTIFIER)
			kid_add(w, &params, name_node(w, p), R_NONE);
	kid_add(w, &k, node_of(w, J_PARAMS, list, params), R_PARAMS);
	kid_add(w, &c, macro_atom(w, str_part(body, 0, callee)), R_CALLEE);
	for (size_t at = open + 1; at < body.len;) {
		const char *comma = memchr(body.p + at, ',', body.len - at);
		size_t end = comma ? (size_t)(comma - body.p) : body.len - 1;

		kid_add(w, &args, macro_atom(w, str_part(body, at, end - at)), R_NONE);
		at = comma ? end + 1 : body.len;
	}
	kid_add(w, &c, node_of(w, J_ARGS, text, args), R_ARGS);
	kid_add(w, &stmt, node_of(w, J_CALL, text, c), R_NONE);
	n = node_of(w, J_RETURN, text, stmt);
	stmt = no_kids;
	kid_add(w, &stmt, n, R_NONE);
	kid_add(w, &k, node_of(w, J_BLOCK, text, stmt), R_BODY);
	n = node_of(w, J_FUNC, r, k);
	w->j->nodes[n].flags = JF_DECL | JF_ARROW;
	return n;
}

/* ---------- statements ---------- */

/* Statements of a block; what stands inside of #if and extern "C" stands here. */
static void statements(struct lower *w, struct kids *k, uint32_t r)
{
	if (w->depth >= LOWER_DEPTH) {
		w->j->too_deep = true;
		return;
	}
	w->depth++;
	for (uint32_t c = w->raw[r].first; c; c = w->raw[c].next) {
		uint8_t kind = w->raw[c].kind;

		if (!w->raw[c].named || w->raw[c].field == F_NAME || w->raw[c].field == F_CONDITION)
			continue;
		if (kind == C_PREPROC || kind == C_ELSE_PREPROC || kind == C_LIST_OF_DECLARATIONS || kind == C_CASE)
			statements(w, k, c);
		else
			kid_lower(w, k, c, R_NONE);
	}
	w->depth--;
}

static uint32_t block(struct lower *w, uint32_t r, enum js_kind kind)
{
	struct kids k = no_kids;

	statements(w, &k, r);
	return node_of(w, kind, r, k);
}

static uint32_t if_statement(struct lower *w, uint32_t r)
{
	uint32_t other = raw_field(w, r, F_ALTERNATIVE);
	struct kids k = no_kids;

	kid_lower(w, &k, raw_field(w, r, F_CONDITION), R_COND);
	kid_lower(w, &k, raw_field(w, r, F_CONSEQUENCE), R_CONS);
	kid_lower(w, &k, other ? raw_named(w, other, 0) : 0, R_ALT);
	return node_of(w, J_IF, r, k);
}

/* A server waits for ever on purpose: no condition is the constant true. */
static uint32_t loop(struct lower *w, uint32_t r)
{
	uint32_t cond = raw_field(w, r, F_CONDITION);
	struct kids k = no_kids, stmt = no_kids;
	bool is_for = w->raw[r].kind == C_FOR;

	kid_lower(w, &k, raw_field(w, r, F_INITIALIZER), R_INIT);
	if (cond) {
		kid_lower(w, &stmt, cond, R_NONE);
		kid_add(w, &k, node_of(w, J_OTHER, cond, stmt), R_COND);
	} else {
		kid_add(w, &k, node_leaf(w, J_OTHER, r), R_COND);
	}
	kid_lower(w, &k, raw_field(w, r, F_UPDATE), R_INCR);
	kid_lower(w, &k, raw_field(w, r, F_BODY), R_BODY);
	return node_of(w, is_for ? J_FOR : J_WHILE, r, k);
}

static uint32_t switch_statement(struct lower *w, uint32_t r)
{
	struct kids k = no_kids, stmt = no_kids;
	uint32_t cond = raw_field(w, r, F_CONDITION);

	kid_lower(w, &stmt, cond, R_NONE);
	if (stmt.n)
		kid_add(w, &k, node_of(w, J_EXPR_STMT, cond, stmt), R_NONE);
	kid_lower(w, &k, raw_field(w, r, F_BODY), R_NONE);
	return node_of(w, J_BLOCK, r, k);
}

static uint32_t lower_statement(struct lower *w, uint32_t r)
{
	switch (w->raw[r].kind) {
	case C_UNIT:
		return block(w, r, J_PROGRAM);
	case C_BLOCK:
		return block(w, r, J_BLOCK);
	case C_PREPROC:
	case C_CASE:
		return block(w, r, J_BLOCK);
	case C_FUNCTION:
		return function(w, r);
	case C_DECLARATION:
		return declaration(w, r);
	case C_DEFINE:
		return define(w, r);
	case C_MACRO:
		return macro(w, r);
	case C_EXPR_STMT:
		return w->raw[r].first ? wrapped(w, r, J_EXPR_STMT) : 0;
	case C_IF:
		return if_statement(w, r);
	case C_WHILE:
	case C_DO:
	case C_FOR:
		return loop(w, r);
	case C_SWITCH:
		return switch_statement(w, r);
	case C_RETURN:
		return wrapped(w, r, J_RETURN);
	case C_BREAK:
		return node_leaf(w, J_BREAK, r);
	case C_CONTINUE:
		return node_leaf(w, J_CONTINUE, r);
	case C_GOTO:
	case C_TYPE:
	case C_SIZEOF:
		return 0;
	case RAW_ERROR:
		return wrapped(w, r, J_ERROR);
	default:
		return collapsed(w, r);
	}
}

static uint32_t lower_expression(struct lower *w, uint32_t r)
{
	switch (w->raw[r].kind) {
	case C_IDENTIFIER:
		return name_node(w, r);
	case C_NUMBER:
	case C_CHAR:
		return node_leaf(w, J_NUM, r);
	case C_STRING:
		return node_leaf(w, J_STR, r);
	case C_CONCATENATED:
		return strings(w, r);
	case C_TRUE:
		return node_leaf(w, J_TRUE, r);
	case C_FALSE:
		return node_leaf(w, J_FALSE, r);
	case C_NULL:
		return node_leaf(w, J_NULL, r);
	case C_CALL:
		return call(w, r);
	case C_ASSIGNMENT:
		return assignment(w, r);
	case C_BINARY:
		return lower_binary(w, r, raw_field(w, r, F_LEFT), raw_field(w, r, F_RIGHT));
	case C_UNARY:
		return unary(w, r, J_UNARY);
	case C_UPDATE:
		return unary(w, r, J_UPDATE);
	case C_POINTER:
		return raw_field(w, r, F_ARGUMENT) ? lower_node(w, raw_field(w, r, F_ARGUMENT)) : 0;
	case C_CAST:
		return raw_field(w, r, F_VALUE) ? lower_node(w, raw_field(w, r, F_VALUE)) : 0;
	case C_SUBSCRIPT:
		return lower_index(w, r, raw_field(w, r, F_ARGUMENT), raw_field(w, r, F_INDEX));
	case C_FIELD:
		return lower_member(w, r, raw_field(w, r, F_ARGUMENT), raw_field(w, r, F_FIELD));
	case C_CONDITIONAL:
		return conditional(w, r);
	case C_COMMA:
		return wrapped(w, r, J_SEQ);
	case C_LIST:
		return wrapped(w, r, J_ARRAY);
	case C_INIT_PAIR:
	case C_COMPOUND:
		return raw_field(w, r, F_VALUE) ? lower_node(w, raw_field(w, r, F_VALUE)) : 0;
	default:
		return lower_statement(w, r);
	}
}

bool c_lower(struct js *j, TSTree *tree)
{
	struct lower w = {.j = j, .rule = lower_expression};

	if (!lower_begin(&w, &table, tree, tree_sitter_c()))
		return false;
	j->root = lower_node(&w, 1);
	if (!j->root)
		j->root = node_leaf(&w, J_PROGRAM, 1);
	return true;
}
