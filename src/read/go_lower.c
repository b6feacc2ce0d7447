/*
 * Go's tree in our compact tree. What has no counterpart there is written in terms of what has:
 *   import h "net/http"        an import of net/http as h; without a name its last part, past a version
 *   a, err := f()              a = f(): what else a call gives is mostly an error
 *   x, y = 1, 2                x = 1; y = 2
 *   func (t T) Name(...)       a function .Name, for there are no types that would tell T's from others
 *   v.Name(...)                .Name(...) when the file has such a method and v is no module
 *   pkg.T{F: v}                pkg.T({F: v})
 *   []byte("x"), &x, *p, x.(T) "x", x, p, x
 *   fmt.Sprintf("a%s", x)      "a" + x
 *   go f(), defer f()          f()
 *   func init(), func main()   are called at the end of the file
 */
#include "go_int.h"

#include "grammars.h"
#include "read/lower.h"

enum go_kind {
	G_OTHER, G_FILE, G_IMPORT, G_IMPORT_LIST, G_IMPORT_SPEC, G_FUNCTION, G_METHOD, G_CLOSURE, G_PARAMETERS, G_PARAMETER, G_VARS,
	G_VAR_SPEC, G_TYPE, G_BLOCK, G_EXPR_STMT, G_ASSIGNMENT, G_SHORT, G_LIST, G_IF, G_FOR, G_CLAUSE, G_RANGE, G_SWITCH, G_CASE, G_RETURN,
	G_BREAK, G_CONTINUE, G_STEP, G_CALL, G_ARGUMENTS, G_SELECTOR, G_INDEX, G_SLICE, G_ASSERTION, G_CONVERSION, G_COMPOSITE, G_ELEMENTS,
	G_ELEMENT, G_KEYED, G_UNARY, G_BINARY, G_WRAP, G_NAME, G_NUMBER, G_TEXT, G_RAW_TEXT, G_TRUE, G_FALSE, G_NIL, G_QUALIFIED, G_DOT
};

enum go_field {
	F_NONE, F_NAME, F_PATH, F_PARAMETERS, F_BODY, F_LEFT, F_RIGHT, F_VALUE, F_CONDITION, F_CONSEQUENCE, F_ALTERNATIVE, F_INITIALIZER,
	F_UPDATE, F_FUNCTION, F_ARGUMENTS, F_OPERAND, F_FIELD, F_INDEX, F_TYPE, F_KEY, F_START, F_END, F_PACKAGE, F_OPERATOR, F_RESULT
};

static const struct lower_row kinds[] = {
	{"source_file", G_FILE}, {"import_declaration", G_IMPORT}, {"import_spec_list", G_IMPORT_LIST}, {"import_spec", G_IMPORT_SPEC},
	{"function_declaration", G_FUNCTION}, {"method_declaration", G_METHOD}, {"func_literal", G_CLOSURE}, {"parameter_list", G_PARAMETERS},
	{"parameter_declaration", G_PARAMETER}, {"variadic_parameter_declaration", G_PARAMETER}, {"var_declaration", G_VARS},
	{"const_declaration", G_VARS}, {"var_spec_list", G_VARS}, {"var_spec", G_VAR_SPEC}, {"const_spec", G_VAR_SPEC},
	{"type_declaration", G_TYPE}, {"package_clause", G_TYPE}, {"block", G_BLOCK}, {"statement_list", G_BLOCK},
	{"expression_statement", G_EXPR_STMT}, {"go_statement", G_EXPR_STMT}, {"defer_statement", G_EXPR_STMT}, {"assignment_statement", G_ASSIGNMENT},
	{"short_var_declaration", G_SHORT}, {"receive_statement", G_SHORT}, {"expression_list", G_LIST}, {"if_statement", G_IF}, {"for_statement", G_FOR}, {"for_clause", G_CLAUSE},
	{"range_clause", G_RANGE}, {"expression_switch_statement", G_SWITCH}, {"type_switch_statement", G_SWITCH}, {"select_statement", G_SWITCH},
	{"expression_case", G_CASE}, {"type_case", G_CASE}, {"default_case", G_CASE}, {"communication_case", G_CASE}, {"return_statement", G_RETURN},
	{"break_statement", G_BREAK}, {"continue_statement", G_CONTINUE}, {"inc_statement", G_STEP}, {"dec_statement", G_STEP},
	{"call_expression", G_CALL}, {"argument_list", G_ARGUMENTS}, {"selector_expression", G_SELECTOR}, {"index_expression", G_INDEX},
	{"slice_expression", G_SLICE}, {"type_assertion_expression", G_ASSERTION}, {"type_conversion_expression", G_CONVERSION},
	{"composite_literal", G_COMPOSITE}, {"literal_value", G_ELEMENTS}, {"literal_element", G_ELEMENT}, {"keyed_element", G_KEYED},
	{"unary_expression", G_UNARY}, {"binary_expression", G_BINARY}, {"parenthesized_expression", G_WRAP}, {"variadic_argument", G_WRAP},
	{"identifier", G_NAME}, {"field_identifier", G_NAME}, {"package_identifier", G_NAME}, {"type_identifier", G_NAME},
	{"int_literal", G_NUMBER}, {"rune_literal", G_NUMBER}, {"float_literal", G_NUMBER}, {"interpreted_string_literal", G_TEXT},
	{"raw_string_literal", G_RAW_TEXT}, {"true", G_TRUE}, {"false", G_FALSE}, {"nil", G_NIL}, {"qualified_type", G_QUALIFIED}, {"dot", G_DOT},
	{"blank_identifier", G_TYPE}, {"slice_type", G_TYPE}, {"map_type", G_TYPE}, {"array_type", G_TYPE}, {"pointer_type", G_TYPE},
	{"struct_type", G_TYPE}, {"interface_type", G_TYPE}, {"function_type", G_TYPE}, {"channel_type", G_TYPE}, {"generic_type", G_TYPE},
	{"label_name", G_TYPE}, {"comment", RAW_COMMENT}, {NULL, 0},
};

static const struct lower_row fields[] = {
	{"name", F_NAME}, {"path", F_PATH}, {"parameters", F_PARAMETERS}, {"body", F_BODY}, {"left", F_LEFT}, {"right", F_RIGHT}, {"value", F_VALUE},
	{"condition", F_CONDITION}, {"consequence", F_CONSEQUENCE}, {"alternative", F_ALTERNATIVE}, {"initializer", F_INITIALIZER},
	{"update", F_UPDATE}, {"function", F_FUNCTION}, {"arguments", F_ARGUMENTS}, {"operand", F_OPERAND}, {"field", F_FIELD}, {"index", F_INDEX},
	{"type", F_TYPE}, {"key", F_KEY}, {"start", F_START}, {"end", F_END}, {"package", F_PACKAGE}, {"operator", F_OPERATOR}, {"result", F_RESULT},
	{NULL, 0},
};

static const struct lower_row ops[] = {
	{"+", OP_ADD}, {"-", OP_SUB}, {"*", OP_MUL}, {"/", OP_DIV}, {"%", OP_MOD}, {"<<", OP_SHL}, {">>", OP_SHR}, {"&", OP_AND}, {"|", OP_OR},
	{"^", OP_XOR}, {"==", OP_EQ}, {"!=", OP_NE}, {"<", OP_LT}, {">", OP_GT}, {"<=", OP_LE}, {">=", OP_GE}, {"&&", OP_LAND}, {"||", OP_LOR},
	{"!", OP_NOT}, {"+=", OP_ADD}, {"-=", OP_SUB}, {"*=", OP_MUL}, {"/=", OP_DIV}, {"%=", OP_MOD}, {"<<=", OP_SHL}, {">>=", OP_SHR},
	{"&=", OP_AND}, {"|=", OP_OR}, {"^=", OP_XOR}, {"++", OP_INC}, {"--", OP_DEC}, {NULL, 0},
};

static struct lower_table table = {.kinds = kinds, .fields = fields, .ops = ops};
static const struct kids no_kids;

enum { METHODS_MAX = 512, MODULES_MAX = 128 };

/* What the file declares, known before its tree is built. */
struct go_file {
	uint32_t methods[METHODS_MAX], modules[MODULES_MAX]; /* names */
	size_t n_methods, n_modules;
	uint32_t begins[16]; /* raw nodes of the names of init() and main() */
	size_t n_begins;
};

static struct go_file *file_of(struct lower *w)
{
	return w->own;
}

static bool among(const uint32_t *list, size_t n, uint32_t name)
{
	for (size_t i = 0; i < n; i++)
		if (list[i] == name)
			return true;
	return false;
}

static uint32_t name_node(struct lower *w, uint32_t r)
{
	return node_name(w, J_ID, r, raw_text(w, r));
}

/* A method's name, as a function of the file. */
static uint32_t method_node(struct lower *w, uint32_t r)
{
	return node_name(w, J_ID, r, arena_printf(w->j->a, ".%.*s", STR_ARG(raw_text(w, r))));
}

/* ---------- imports ---------- */

/* The text between the quotes of a literal; one that the parser only missed has none. */
static struct str inner(const struct lower *w, uint32_t r)
{
	struct str s = raw_text(w, r);

	return s.len >= 2 ? str_part(s, 1, s.len - 2) : STR_NONE;
}

static uint32_t unescaped(struct lower *w, uint32_t r)
{
	bool quoted = inner(w, r).p != NULL;

	return node_text(w, w->raw[r].from + quoted, w->raw[r].to - quoted, JF_RAW);
}

/* "a/b/v2" is bound as b, "gopkg.in/yaml.v3" as yaml, "github.com/x/go-y" as go-y, which no code can say. */
static struct str bound_as(struct str path)
{
	struct str last = str_basename(path);
	size_t dot;

	if (last.len >= 2 && last.p[0] == 'v' && last.p[1] >= '0' && last.p[1] <= '9' && last.len < path.len)
		last = str_basename(str_part(path, 0, path.len - last.len - 1));
	dot = str_rfind_char(last, '.');
	return dot == SIZE_MAX ? last : str_part(last, 0, dot);
}

static uint32_t import_spec(struct lower *w, uint32_t r)
{
	uint32_t path = raw_field(w, r, F_PATH), name = raw_field(w, r, F_NAME);
	struct kids k = no_kids, spec = no_kids, clause = no_kids;

	if (!path || (name && w->raw[name].kind == G_TYPE))
		return 0;
	kid_add(w, &k, unescaped(w, path), R_SOURCE);
	if (name && w->raw[name].kind == G_DOT) {
		js_star_add(w->j, inner(w, path));
	} else {
		kid_add(w, &spec, name ? name_node(w, name) : node_name(w, J_ID, path, bound_as(inner(w, path))), R_NONE);
		kid_add(w, &clause, node_of(w, J_NS_IMPORT, r, spec), R_NONE);
		kid_add(w, &k, node_of(w, J_IMPORT_CLAUSE, r, clause), R_NONE);
	}
	return node_of(w, J_IMPORT, r, k);
}

/* ---------- what the file declares ---------- */

static void know_import(struct lower *w, uint32_t r)
{
	struct go_file *g = file_of(w);
	uint32_t path = raw_field(w, r, F_PATH), name = raw_field(w, r, F_NAME);

	if (path && g->n_modules < MODULES_MAX)
		g->modules[g->n_modules++] = js_name(w->j, name ? raw_text(w, name) : bound_as(inner(w, path)));
}

static void know_file(struct lower *w)
{
	struct go_file *g = file_of(w);

	for (size_t i = 1; i < w->n_raw; i++) {
		uint32_t r = (uint32_t)i, name = raw_field(w, r, F_NAME);

		if (w->raw[i].kind == G_IMPORT_SPEC) {
			know_import(w, r);
		} else if (w->raw[i].kind == G_METHOD && name && g->n_methods < METHODS_MAX) {
			g->methods[g->n_methods++] = js_name(w->j, raw_text(w, name));
		} else if (w->raw[i].kind == G_FUNCTION && name && g->n_begins < sizeof(g->begins) / sizeof(g->begins[0])) {
			if (str_is(raw_text(w, name), "init") || str_is(raw_text(w, name), "main"))
				g->begins[g->n_begins++] = name;
		}
	}
}

/* ---------- functions ---------- */

static uint32_t parameters(struct lower *w, uint32_t list)
{
	struct kids params = no_kids;

	for (uint32_t p = w->raw[list].first; p; p = w->raw[p].next) {
		if (w->raw[p].kind != G_PARAMETER)
			continue;
		for (uint32_t c = w->raw[p].first; c; c = w->raw[c].next)
			if (w->raw[c].field == F_NAME && w->raw[c].named)
				kid_add(w, &params, name_node(w, c), R_NONE);
		if (!raw_field(w, p, F_NAME))
			kid_add(w, &params, node_name(w, J_ID, p, STR("_")), R_NONE);
	}
	return node_of(w, J_PARAMS, list, params);
}

static uint32_t function(struct lower *w, uint32_t r)
{
	uint32_t name = raw_field(w, r, F_NAME), list = raw_field(w, r, F_PARAMETERS), body = raw_field(w, r, F_BODY), n;
	bool closure = w->raw[r].kind == G_CLOSURE;
	struct kids k = no_kids;

	if (!body || (!name && !closure)) /* written in assembler */
		return 0;
	if (name)
		kid_add(w, &k, w->raw[r].kind == G_METHOD ? method_node(w, name) : name_node(w, name), R_NAME);
	if (list)
		kid_add(w, &k, parameters(w, list), R_PARAMS);
	kid_lower(w, &k, body, R_BODY);
	n = node_of(w, J_FUNC, r, k);
	w->j->nodes[n].flags = closure ? JF_ARROW : JF_DECL | JF_ARROW;
	return n;
}

/* ---------- values and where they go ---------- */

/* The i-th of what stands between commas. */
static uint32_t nth_of_list(const struct lower *w, uint32_t r, unsigned i)
{
	if (!r)
		return 0;
	return w->raw[r].kind == G_LIST ? raw_named(w, r, i) : i == 0 ? r : 0;
}

static bool is_blank(const struct lower *w, uint32_t r)
{
	return str_is(raw_text(w, r), "_");
}

/* A value of a type out of a module, as if the type were called; body 0: nothing is said about what is in it. */
static uint32_t of_type(struct lower *w, uint32_t r, uint32_t type, uint32_t body)
{
	uint32_t package = raw_field(w, type, F_PACKAGE), name = raw_field(w, type, F_NAME);
	struct kids k = no_kids, m = no_kids, args = no_kids;

	if (w->raw[type].kind != G_QUALIFIED || !package || !name)
		return body;
	kid_add(w, &args, body, R_NONE);
	kid_add(w, &m, name_node(w, package), R_OBJECT);
	kid_add(w, &m, node_name(w, J_PROP, name, raw_text(w, name)), R_PROPERTY);
	kid_add(w, &k, node_of(w, J_MEMBER, type, m), R_CALLEE);
	kid_add(w, &k, node_of(w, J_ARGS, r, args), R_ARGS);
	return node_of(w, J_CALL, r, k);
}

/* One name of a declaration or one place of an assignment; value 0: something unknown, of that type if it is given. */
static uint32_t put(struct lower *w, uint32_t r, uint32_t target, uint32_t value, bool declares, uint32_t type)
{
	struct kids k = no_kids, d = no_kids;
	uint32_t n;

	if (!target || is_blank(w, target) || (!declares && !value))
		return value ? lower_node(w, value) : 0;
	if (declares) {
		kid_add(w, &d, name_node(w, target), R_NAME);
		kid_add(w, &d, value ? lower_node(w, value) : type ? of_type(w, r, type, 0) : 0, R_VALUE);
		kid_add(w, &k, node_of(w, J_DECLARATOR, r, d), R_NONE);
		return node_of(w, J_VAR_DECL, r, k);
	}
	kid_lower(w, &k, target, R_LEFT);
	n = k.n;
	kid_lower(w, &k, value, R_RIGHT);
	return n ? node_of(w, J_ASSIGN, r, k) : k.first;
}

/* names = values, as many statements as there are names. */
static uint32_t put_all(struct lower *w, uint32_t r, uint32_t left, uint32_t right, bool declares)
{
	struct kids k = no_kids;

	for (unsigned i = 0;; i++) {
		uint32_t target = nth_of_list(w, left, i), value = nth_of_list(w, right, i), n;
		struct kids stmt = no_kids;

		if (!target && !value)
			break;
		n = put(w, r, target, value, declares && target && w->raw[target].kind == G_NAME, 0);
		if (n && w->j->nodes[n].kind != J_VAR_DECL) {
			kid_add(w, &stmt, n, R_NONE);
			n = node_of(w, J_EXPR_STMT, r, stmt);
		}
		kid_add(w, &k, n, R_NONE);
	}
	/* Statements of the same block: J_BLOCK would hide the names. */
	return k.n == 1 ? k.first : k.n ? node_of(w, J_OTHER, r, k) : 0;
}

/* cmd.Stdin = x: cmd.$stdin(x) */
static uint32_t plugged(struct lower *w, uint32_t r, uint32_t left, uint32_t right)
{
	uint32_t field = left && w->raw[left].kind == G_SELECTOR ? raw_field(w, left, F_FIELD) : 0, object;
	struct kids args = no_kids, stmt = no_kids;

	if (!right || !field || !str_is(raw_text(w, field), "Stdin"))
		return 0;
	object = lower_node(w, raw_field(w, left, F_OPERAND));
	if (!object)
		return 0;
	kid_lower(w, &args, right, R_NONE);
	kid_add(w, &stmt, node_method(w, r, object, "$stdin", args), R_NONE);
	return node_of(w, J_EXPR_STMT, r, stmt);
}

static uint32_t assignment(struct lower *w, uint32_t r)
{
	uint32_t left = raw_field(w, r, F_LEFT), right = raw_field(w, r, F_RIGHT), sign = raw_field(w, r, F_OPERATOR), n;
	struct kids k = no_kids, stmt = no_kids;

	if (!sign || str_is(raw_text(w, sign), "="))
		return (n = plugged(w, r, nth_of_list(w, left, 0), nth_of_list(w, right, 0))) ? n : put_all(w, r, left, right, false);
	kid_lower(w, &k, nth_of_list(w, left, 0), R_LEFT);
	kid_lower(w, &k, nth_of_list(w, right, 0), R_RIGHT);
	n = node_of(w, J_AUG, r, k);
	w->j->nodes[n].op = w->raw[sign].op;
	kid_add(w, &stmt, n, R_NONE);
	return node_of(w, J_EXPR_STMT, r, stmt);
}

static uint32_t var_spec(struct lower *w, uint32_t r)
{
	uint32_t value = raw_field(w, r, F_VALUE);
	struct kids k = no_kids;
	unsigned i = 0;

	for (uint32_t c = w->raw[r].first; c; c = w->raw[c].next) {
		if (w->raw[c].field != F_NAME || !w->raw[c].named)
			continue;
		kid_add(w, &k, put(w, r, c, nth_of_list(w, value, i), true, raw_field(w, r, F_TYPE)), R_NONE);
		i++;
	}
	return k.n == 1 ? k.first : k.n ? node_of(w, J_OTHER, r, k) : 0;
}

/* The first value counts, the others are looked at before it. */
static uint32_t returned(struct lower *w, uint32_t r)
{
	uint32_t list = raw_named(w, r, 0), first = nth_of_list(w, list, 0);
	struct kids k = no_kids, all = no_kids;

	for (unsigned i = 1; nth_of_list(w, list, i); i++)
		kid_lower(w, &all, nth_of_list(w, list, i), R_NONE);
	if (all.n && first) {
		kid_lower(w, &all, first, R_NONE);
		kid_add(w, &k, node_of(w, J_SEQ, list, all), R_NONE);
	} else {
		kid_lower(w, &k, first, R_NONE);
	}
	return node_of(w, J_RETURN, r, k);
}

/* ---------- expressions ---------- */

static bool is_module(struct lower *w, uint32_t r)
{
	struct go_file *g = file_of(w);

	return r && w->raw[r].kind == G_NAME && among(g->modules, g->n_modules, js_name(w->j, raw_text(w, r)));
}

static uint32_t callee(struct lower *w, uint32_t f)
{
	struct go_file *g = file_of(w);
	uint32_t field = raw_field(w, f, F_FIELD);

	if (w->raw[f].kind == G_SELECTOR && field && !is_module(w, raw_field(w, f, F_OPERAND)) &&
		among(g->methods, g->n_methods, js_name(w->j, raw_text(w, field))))
		return method_node(w, field);
	return lower_node(w, f);
}

/* string(x), []byte(x) */
static bool converts(const struct lower *w, uint32_t f)
{
	return w->raw[f].kind == G_TYPE || str_is(raw_text(w, f), "byte") || str_is(raw_text(w, f), "rune");
}

/* What printf makes of a format and the arguments behind it. */
static uint32_t formatted(struct lower *w, uint32_t r, uint32_t format)
{
	uint32_t arg = raw_next(w, format);
	struct kids k = no_kids;

	if (w->raw[format].kind == G_TEXT)
		arg = lower_pieces(w, &k, format, arg);
	else
		kid_lower(w, &k, format, R_NONE);
	for (; arg; arg = raw_next(w, arg))
		kid_lower(w, &k, arg, R_NONE);
	return k.n ? node_sum(w, w->raw[r].from, w->raw[r].to, k) : 0;
}

/* What is written where: io.Copy(w, x), fmt.Fprintf(w, "%s", x), io.WriteString(w, x) are w.$write(x). */
static uint32_t written(struct lower *w, uint32_t r, struct str f, uint32_t list)
{
	static const char *const whole[] = {"io.Copy", "io.WriteString", "fmt.Fprint", "fmt.Fprintln", "io.CopyN", "io.CopyBuffer"};
	uint32_t to = raw_named(w, list, 0), what = raw_named(w, list, 1), object;
	bool format = str_is(f, "fmt.Fprintf"), is = format;
	struct kids args = no_kids;

	for (size_t i = 0; !is && i < sizeof(whole) / sizeof(whole[0]); i++)
		is = str_is(f, whole[i]);
	if (!is || !to || !what)
		return 0;
	object = lower_node(w, to);
	if (!object)
		return 0;
	kid_add(w, &args, format ? formatted(w, r, what) : lower_node(w, what), R_NONE);
	return node_method(w, r, object, "$write", args);
}

/* x.Read(b), io.ReadFull(x, b): b = x.$read() */
static uint32_t read_into(struct lower *w, uint32_t r, uint32_t object, uint32_t buffer)
{
	struct kids k = no_kids;
	uint32_t value;

	while (buffer && (w->raw[buffer].kind == G_SLICE || w->raw[buffer].kind == G_UNARY))
		buffer = raw_field(w, buffer, F_OPERAND);
	if (!object || !buffer || w->raw[buffer].kind != G_NAME)
		return 0;
	kid_add(w, &k, name_node(w, buffer), R_LEFT);
	value = lower_node(w, object);
	if (!value)
		return 0;
	kid_add(w, &k, node_method(w, r, value, "$read", no_kids), R_RIGHT);
	return node_of(w, J_ASSIGN, r, k);
}

static uint32_t call(struct lower *w, uint32_t r)
{
	uint32_t f = raw_field(w, r, F_FUNCTION), list = raw_field(w, r, F_ARGUMENTS), first = list ? raw_named(w, list, 0) : 0, c = 0;
	struct str name = f ? raw_text(w, f) : STR_NONE;
	struct kids k = no_kids, args = no_kids;

	if (!f)
		return 0;
	if (first && converts(w, f))
		return lower_node(w, first);
	if (first && (str_is(name, "fmt.Sprintf") || str_is(name, "fmt.Errorf")))
		return formatted(w, r, first);
	if (first && str_is(name, "io.ReadFull"))
		c = read_into(w, r, first, raw_next(w, first));
	else if (first && str_ends(name, ".Read") && w->raw[f].kind == G_SELECTOR)
		c = read_into(w, r, raw_field(w, f, F_OPERAND), first);
	else if (first)
		c = written(w, r, name, list);
	if (c)
		return c;
	c = callee(w, f);
	if (!c)
		return 0;
	kid_add(w, &k, c, R_CALLEE);
	if (list) {
		args = lower_kids(w, list);
		kid_add(w, &k, node_of(w, J_ARGS, list, args), R_ARGS);
	}
	return node_of(w, J_CALL, r, k);
}

/* x[a:b] is x.slice(a, b) */
static uint32_t slice(struct lower *w, uint32_t r)
{
	uint32_t object = lower_node(w, raw_field(w, r, F_OPERAND)), start = raw_field(w, r, F_START);
	struct kids args = no_kids;

	if (!object)
		return 0;
	if (start)
		kid_lower(w, &args, start, R_NONE);
	else if (raw_field(w, r, F_END))
		return object; /* the beginning of it: what it is stays the same */
	kid_lower(w, &args, raw_field(w, r, F_END), R_NONE);
	return node_method(w, r, object, "slice", args);
}

static uint32_t keyed(struct lower *w, uint32_t r)
{
	uint32_t key = raw_field(w, r, F_KEY), inside = key ? raw_named(w, key, 0) : 0;
	struct kids k = no_kids;

	if (!key)
		return 0;
	inside = inside ? inside : key;
	if (w->raw[inside].kind == G_NAME)
		kid_add(w, &k, node_name(w, J_PROP, inside, raw_text(w, inside)), R_KEY);
	else
		kid_lower(w, &k, inside, R_KEY);
	kid_lower(w, &k, raw_field(w, r, F_VALUE), R_VALUE);
	return k.n == 2 ? node_of(w, J_PAIR, r, k) : k.first;
}

/* A list of values, or an object when they have names. */
static uint32_t elements(struct lower *w, uint32_t r)
{
	bool object = raw_kind(w, r, G_KEYED) != 0;

	return node_of(w, object ? J_OBJECT : J_ARRAY, r, lower_kids(w, r));
}

static uint32_t composite(struct lower *w, uint32_t r)
{
	uint32_t type = raw_field(w, r, F_TYPE), body = raw_field(w, r, F_BODY);

	if (!body)
		return 0;
	return type ? of_type(w, r, type, elements(w, body)) : elements(w, body);
}

static uint32_t unary(struct lower *w, uint32_t r, enum js_kind kind)
{
	uint32_t operand = raw_field(w, r, F_OPERAND), n;
	struct str text = raw_text(w, r);
	struct kids k = no_kids;

	if (text.len && strchr("&*<", text.p[0]))
		return operand ? lower_node(w, operand) : 0;
	kid_lower(w, &k, operand ? operand : raw_named(w, r, 0), R_ARGUMENT);
	n = node_of(w, kind, r, k);
	w->j->nodes[n].op = (uint8_t)(raw_op(w, r) == OP_SUB && kind == J_UNARY ? OP_MINUS : raw_op(w, r));
	return n;
}

/* ---------- statements ---------- */

static void statements(struct lower *w, struct kids *k, uint32_t r)
{
	for (uint32_t c = w->raw[r].first; c; c = w->raw[c].next) {
		if (!w->raw[c].named)
			continue;
		if (w->raw[c].kind == G_BLOCK && w->raw[r].kind != G_BLOCK)
			statements(w, k, c); /* { statement_list } */
		else
			kid_lower(w, k, c, R_NONE);
	}
}

static uint32_t block(struct lower *w, uint32_t r)
{
	uint32_t list = raw_kind(w, r, G_BLOCK);
	struct kids k = no_kids;

	/* A block is braces around a list of statements. */
	statements(w, &k, list && raw_named(w, r, 0) == list && !raw_named(w, r, 1) ? list : r);
	return node_of(w, J_BLOCK, r, k);
}

static uint32_t file(struct lower *w, uint32_t r)
{
	struct go_file *g = file_of(w);
	struct kids k = no_kids;

	statements(w, &k, r);
	for (size_t i = 0; i < g->n_begins; i++) {
		struct kids stmt = no_kids, args = no_kids;

		kid_add(w, &stmt, node_call_name(w, g->begins[i], str_is(raw_text(w, g->begins[i]), "init") ? "init" : "main", args), R_NONE);
		kid_add(w, &k, node_of(w, J_EXPR_STMT, g->begins[i], stmt), R_NONE);
	}
	return node_of(w, J_PROGRAM, r, k);
}

static uint32_t if_statement(struct lower *w, uint32_t r)
{
	struct kids k = no_kids, around = no_kids;
	uint32_t first = raw_field(w, r, F_INITIALIZER), n;

	kid_lower(w, &around, first, R_NONE);
	kid_lower(w, &k, raw_field(w, r, F_CONDITION), R_COND);
	kid_lower(w, &k, raw_field(w, r, F_CONSEQUENCE), R_CONS);
	kid_lower(w, &k, raw_field(w, r, F_ALTERNATIVE), R_ALT);
	n = node_of(w, J_IF, r, k);
	if (!around.n)
		return n;
	kid_add(w, &around, n, R_NONE);
	return node_of(w, J_BLOCK, r, around);
}

/* for k, v := range x: the value is what x holds, and so is the key of an object. */
static uint32_t for_range(struct lower *w, uint32_t r, uint32_t clause)
{
	uint32_t left = raw_field(w, clause, F_LEFT), right = raw_field(w, clause, F_RIGHT);
	uint32_t name = nth_of_list(w, left, nth_of_list(w, left, 1) ? 1 : 0), n;
	bool declares = left && right && str_has(str_part(w->j->text, w->raw[left].to, w->raw[right].from - w->raw[left].to), ":=");
	struct kids k = no_kids, around = no_kids;

	for (unsigned i = 0; declares && nth_of_list(w, left, i); i++)
		kid_add(w, &around, put(w, clause, nth_of_list(w, left, i), 0, true, 0), R_NONE);
	if (name && !is_blank(w, name))
		kid_lower(w, &k, name, R_LEFT);
	else
		kid_add(w, &k, node_name(w, J_ID, clause, STR("_")), R_LEFT);
	kid_lower(w, &k, right, R_RIGHT);
	kid_lower(w, &k, raw_field(w, r, F_BODY), R_BODY);
	n = node_of(w, J_FOR_IN, r, k);
	w->j->nodes[n].op = OP_OF;
	if (!around.n)
		return n;
	kid_add(w, &around, n, R_NONE);
	return node_of(w, J_BLOCK, r, around);
}

/* A server waits for ever on purpose: no condition is the constant true. */
static uint32_t for_statement(struct lower *w, uint32_t r)
{
	uint32_t range = raw_kind(w, r, G_RANGE), clause = raw_kind(w, r, G_CLAUSE), body = raw_field(w, r, F_BODY);
	uint32_t cond = clause ? raw_field(w, clause, F_CONDITION) : raw_named(w, r, 0);
	struct kids k = no_kids;

	if (range)
		return for_range(w, r, range);
	if (clause)
		kid_lower(w, &k, raw_field(w, clause, F_INITIALIZER), R_INIT);
	if (cond && cond != body)
		kid_lower(w, &k, cond, R_COND);
	else
		kid_add(w, &k, node_leaf(w, J_OTHER, r), R_COND);
	if (clause)
		kid_lower(w, &k, raw_field(w, clause, F_UPDATE), R_INCR);
	kid_lower(w, &k, body, R_BODY);
	return node_of(w, clause ? J_FOR : J_WHILE, r, k);
}

/* All branches count. */
static uint32_t switch_statement(struct lower *w, uint32_t r)
{
	struct kids k = no_kids;

	for (uint32_t c = w->raw[r].first; c; c = w->raw[c].next)
		if (w->raw[c].named)
			kid_add(w, &k, w->raw[c].kind == G_CASE ? node_of(w, J_BLOCK, c, lower_kids(w, c)) : lower_node(w, c), R_NONE);
	return node_of(w, J_BLOCK, r, k);
}

static uint32_t statement(struct lower *w, uint32_t r)
{
	switch (w->raw[r].kind) {
	case G_FILE:
		return file(w, r);
	case G_IMPORT:
	case G_IMPORT_LIST:
	case G_VARS:
		return raw_named(w, r, 0) ? node_of(w, J_OTHER, r, lower_kids(w, r)) : 0;
	case G_IMPORT_SPEC:
		return import_spec(w, r);
	case G_VAR_SPEC:
		return var_spec(w, r);
	case G_FUNCTION:
	case G_METHOD:
	case G_CLOSURE:
		return function(w, r);
	case G_BLOCK:
		return block(w, r);
	case G_EXPR_STMT:
		return lower_wrapped(w, r, J_EXPR_STMT);
	case G_ASSIGNMENT:
		return assignment(w, r);
	case G_SHORT:
		return put_all(w, r, raw_field(w, r, F_LEFT), raw_field(w, r, F_RIGHT), true);
	case G_IF:
		return if_statement(w, r);
	case G_FOR:
		return for_statement(w, r);
	case G_SWITCH:
		return switch_statement(w, r);
	case G_RETURN:
		return returned(w, r);
	case G_BREAK:
		return node_leaf(w, J_BREAK, r);
	case G_CONTINUE:
		return node_leaf(w, J_CONTINUE, r);
	case G_STEP:
		return unary(w, r, J_UPDATE);
	case G_TYPE:
		return 0;
	case RAW_ERROR:
		return lower_wrapped(w, r, J_ERROR);
	default:
		return lower_collapsed(w, r);
	}
}

static uint32_t expression(struct lower *w, uint32_t r)
{
	switch (w->raw[r].kind) {
	case G_NAME:
		return name_node(w, r);
	case G_NUMBER:
		return node_leaf(w, J_NUM, r);
	case G_TEXT:
		return node_leaf(w, J_STR, r);
	case G_RAW_TEXT:
		return unescaped(w, r);
	case G_TRUE:
		return node_leaf(w, J_TRUE, r);
	case G_FALSE:
		return node_leaf(w, J_FALSE, r);
	case G_NIL:
		return node_leaf(w, J_NULL, r);
	case G_CALL:
		return call(w, r);
	case G_SELECTOR:
		return lower_member(w, r, raw_field(w, r, F_OPERAND), raw_field(w, r, F_FIELD));
	case G_INDEX:
		return lower_index(w, r, raw_field(w, r, F_OPERAND), raw_field(w, r, F_INDEX));
	case G_SLICE:
		return slice(w, r);
	case G_ASSERTION:
	case G_CONVERSION:
		return raw_field(w, r, F_OPERAND) ? lower_node(w, raw_field(w, r, F_OPERAND)) : 0;
	case G_COMPOSITE:
		return composite(w, r);
	case G_ELEMENTS:
		return elements(w, r);
	case G_KEYED:
		return keyed(w, r);
	case G_UNARY:
		return unary(w, r, J_UNARY);
	case G_BINARY:
		return lower_binary(w, r, raw_field(w, r, F_LEFT), raw_field(w, r, F_RIGHT));
	default:
		return statement(w, r);
	}
}

bool go_lower(struct js *j, TSTree *tree)
{
	struct go_file own = {.n_methods = 0};
	struct lower w = {.j = j, .rule = expression, .own = &own};

	if (!lower_begin(&w, &table, tree, tree_sitter_go()))
		return false;
	know_file(&w);
	j->root = lower_node(&w, 1);
	if (!j->root)
		j->root = node_leaf(&w, J_PROGRAM, 1);
	return true;
}
