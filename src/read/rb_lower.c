/*
 * Ruby's tree in our compact tree. What has no counterpart there is written in terms of what has:
 *   a.b(x) { |y| .. }          a.b(x, y => ..); X.open(x) { |f| .. } is (f => ..)(X.open(x))
 *   f(a, k: v)                 f(a, {k: v}), the object marked JF_NAMED
 *   "a#{b}", `cmd`             "a" + b, $backtick("cmd")
 *   A::B.c                     A.B.c; @a is this.a; a call of a method of the class is this.f()
 *   x.send(:f, a), method(:f)  x.f(a), globalThis.f; x.instance_eval(s) is eval(s); f.call(a) is f(a)
 *   a << b                     a += b
 *   a[i..k]                    a.$slice(i, k)
 * The last value of a function is what it returns.
 */
#include "rb_int.h"

#include "grammars.h"
#include "read/lower.h"

enum rb_kind {
	P_OTHER, P_PROGRAM, P_BODY, P_CLASS, P_METHOD, P_SINGLETON, P_PARAMETERS, P_OPTIONAL, P_SPLAT, P_KEYWORD, P_BLOCK_PARAM,
	P_CALL, P_ARGUMENTS, P_BLOCK, P_BLOCK_BODY, P_BLOCK_ARG, P_LAMBDA, P_IDENTIFIER, P_CONSTANT, P_SCOPE, P_INSTANCE, P_GLOBAL, P_SELF,
	P_SUPER, P_ASSIGN, P_AUGMENTED, P_LEFT_LIST, P_RIGHT_LIST, P_BINARY, P_UNARY, P_RANGE, P_COND, P_IF, P_UNLESS, P_IF_MOD, P_UNLESS_MOD,
	P_WHILE, P_UNTIL, P_WHILE_MOD, P_UNTIL_MOD, P_FOR, P_IN, P_CASE, P_WHEN, P_ELSE, P_ELSIF, P_THEN, P_BEGIN, P_RESCUE, P_ENSURE,
	P_EXCEPTION, P_RESCUE_MOD, P_RETURN, P_BREAK, P_NEXT, P_YIELD, P_STRING, P_CONTENT, P_ESCAPE, P_INTERPOLATION, P_SUBSHELL, P_CHAINED, P_SYMBOL,
	P_DSYMBOL, P_KEY_SYMBOL, P_STRING_ARRAY, P_BARE, P_ARRAY, P_HASH, P_PAIR, P_ELEMENT, P_NUMBER, P_TRUE, P_FALSE, P_NIL, P_REGEX,
	P_HEREDOC, P_HEREDOC_BODY, P_HEREDOC_END, P_PAREN, P_CHARACTER, P_SKIP, P_SPLAT_ARG, P_HASH_SPLAT
};

enum rb_field {
	F_NONE, F_METHOD, F_RECEIVER, F_ARGUMENTS, F_BLOCK, F_NAME, F_BODY, F_PARAMETERS, F_LEFT, F_RIGHT, F_CONDITION, F_CONSEQUENCE,
	F_ALTERNATIVE, F_VALUE, F_KEY, F_SCOPE, F_OBJECT, F_PATTERN, F_BEGIN, F_END, F_VARIABLE, F_OPERAND
};

static const struct lower_row kinds[] = {
	{"program", P_PROGRAM}, {"body_statement", P_BODY}, {"block_body", P_BODY}, {"class", P_CLASS}, {"module", P_CLASS},
	{"singleton_class", P_CLASS}, {"method", P_METHOD}, {"singleton_method", P_SINGLETON}, {"method_parameters", P_PARAMETERS},
	{"block_parameters", P_PARAMETERS}, {"lambda_parameters", P_PARAMETERS}, {"optional_parameter", P_OPTIONAL},
	{"splat_parameter", P_SPLAT}, {"hash_splat_parameter", P_SPLAT}, {"keyword_parameter", P_KEYWORD}, {"block_parameter", P_BLOCK_PARAM},
	{"call", P_CALL}, {"argument_list", P_ARGUMENTS}, {"block", P_BLOCK}, {"do_block", P_BLOCK}, {"block_argument", P_BLOCK_ARG},
	{"lambda", P_LAMBDA}, {"identifier", P_IDENTIFIER}, {"constant", P_CONSTANT}, {"scope_resolution", P_SCOPE},
	{"instance_variable", P_INSTANCE}, {"class_variable", P_INSTANCE}, {"global_variable", P_GLOBAL}, {"self", P_SELF}, {"super", P_SUPER},
	{"assignment", P_ASSIGN}, {"operator_assignment", P_AUGMENTED}, {"left_assignment_list", P_LEFT_LIST},
	{"right_assignment_list", P_RIGHT_LIST}, {"binary", P_BINARY}, {"unary", P_UNARY}, {"range", P_RANGE}, {"conditional", P_COND},
	{"if", P_IF}, {"elsif", P_IF}, {"unless", P_UNLESS}, {"if_modifier", P_IF_MOD}, {"unless_modifier", P_UNLESS_MOD}, {"while", P_WHILE},
	{"until", P_UNTIL}, {"while_modifier", P_WHILE_MOD}, {"until_modifier", P_UNTIL_MOD}, {"for", P_FOR}, {"in", P_IN}, {"case", P_CASE},
	{"when", P_WHEN}, {"else", P_ELSE}, {"then", P_THEN}, {"do", P_THEN}, {"begin", P_BEGIN}, {"rescue", P_RESCUE}, {"ensure", P_ENSURE},
	{"exception_variable", P_EXCEPTION}, {"exceptions", P_SKIP}, {"rescue_modifier", P_RESCUE_MOD}, {"return", P_RETURN}, {"break", P_BREAK},
	{"next", P_NEXT}, {"yield", P_YIELD}, {"string", P_STRING}, {"string_content", P_CONTENT}, {"escape_sequence", P_ESCAPE},
	{"heredoc_content", P_CONTENT}, {"interpolation", P_INTERPOLATION}, {"subshell", P_SUBSHELL}, {"chained_string", P_CHAINED},
	{"simple_symbol", P_SYMBOL}, {"delimited_symbol", P_DSYMBOL}, {"hash_key_symbol", P_KEY_SYMBOL}, {"string_array", P_STRING_ARRAY},
	{"symbol_array", P_STRING_ARRAY}, {"bare_string", P_BARE}, {"bare_symbol", P_BARE}, {"array", P_ARRAY}, {"hash", P_HASH}, {"pair", P_PAIR},
	{"element_reference", P_ELEMENT}, {"integer", P_NUMBER}, {"float", P_NUMBER}, {"true", P_TRUE}, {"false", P_FALSE}, {"nil", P_NIL},
	{"regex", P_REGEX}, {"heredoc_beginning", P_HEREDOC}, {"heredoc_body", P_HEREDOC_BODY}, {"heredoc_end", P_HEREDOC_END},
	{"parenthesized_statements", P_PAREN}, {"character", P_CHARACTER}, {"superclass", P_SKIP}, {"alias", P_SKIP}, {"undef", P_SKIP},
	{"empty_statement", P_SKIP}, {"uninterpreted", P_SKIP}, {"splat_argument", P_SPLAT_ARG}, {"hash_splat_argument", P_HASH_SPLAT},
	{"comment", RAW_COMMENT}, {NULL, 0},
};

static const struct lower_row fields[] = {
	{"method", F_METHOD}, {"receiver", F_RECEIVER}, {"arguments", F_ARGUMENTS}, {"block", F_BLOCK}, {"name", F_NAME}, {"body", F_BODY},
	{"parameters", F_PARAMETERS}, {"left", F_LEFT}, {"right", F_RIGHT}, {"condition", F_CONDITION}, {"consequence", F_CONSEQUENCE},
	{"alternative", F_ALTERNATIVE}, {"value", F_VALUE}, {"key", F_KEY}, {"scope", F_SCOPE}, {"object", F_OBJECT}, {"pattern", F_PATTERN},
	{"begin", F_BEGIN}, {"end", F_END}, {"variable", F_VARIABLE}, {"operand", F_OPERAND}, {NULL, 0},
};

static const struct lower_row ops[] = {
	{"+", OP_ADD}, {"-", OP_SUB}, {"*", OP_MUL}, {"/", OP_DIV}, {"%", OP_MOD}, {"**", OP_EXP}, {"<<", OP_SHL}, {">>", OP_SHR}, {"&", OP_AND},
	{"|", OP_OR}, {"^", OP_XOR}, {"==", OP_EQ}, {"!=", OP_NE}, {"===", OP_EQ}, {"=~", OP_EQ}, {"!~", OP_NE}, {"<=>", OP_EQ}, {"<", OP_LT}, {">", OP_GT},
	{"<=", OP_LE}, {">=", OP_GE}, {"&&", OP_LAND}, {"and", OP_LAND}, {"||", OP_LOR}, {"or", OP_LOR}, {"!", OP_NOT}, {"not", OP_NOT},
	{"~", OP_BITNOT}, {"+=", OP_ADD}, {"-=", OP_SUB}, {"*=", OP_MUL}, {"/=", OP_DIV}, {"%=", OP_MOD}, {"^=", OP_XOR}, {"|=", OP_OR},
	{"&=", OP_AND}, {"<<=", OP_ADD}, {"||=", OP_LOR}, {"&&=", OP_LAND}, {NULL, 0},
};

static struct lower_table table = {.kinds = kinds, .fields = fields, .ops = ops};
static const struct kids none;

/* Names that a function has, or a block besides those around it. */
struct names {
	struct names *up; /* NULL: nothing outside is seen */
	uint32_t at[64];
	size_t n;
};

/* Of a whole text. */
struct place {
	struct names *names;
	uint32_t *bodies, *begins; /* here documents, in order */
	size_t n_bodies, room_bodies, n_begins, room_begins;
	uint32_t *methods;         /* names that some `def` defines */
	size_t n_methods, room_methods;
	bool in_class;
};

static struct place *place_of(struct lower *w)
{
	return w->own;
}

/* ---------- names ---------- */

static bool names_have(const struct names *s, uint32_t name)
{
	for (size_t i = 0; i < s->n; i++)
		if (s->at[i] == name)
			return true;
	return false;
}

static void names_add(struct lower *w, uint32_t name)
{
	struct names *s = place_of(w)->names;

	if (s->n < sizeof(s->at) / sizeof(s->at[0]) && !names_have(s, name))
		s->at[s->n++] = name;
}

/* A block that sets a variable of the function around it sets that one. */
static void name_assigned(struct lower *w, uint32_t id)
{
	uint32_t name = w->j->nodes[id].x;

	if (names_have(place_of(w)->names, name))
		return;
	for (const struct names *s = place_of(w)->names->up; s; s = s->up)
		if (names_have(s, name)) {
			w->j->nodes[id].flags |= JF_OUTER;
			return;
		}
	names_add(w, name);
}

static bool is_method(struct lower *w, uint32_t name)
{
	struct place *p = place_of(w);

	for (size_t i = 0; i < p->n_methods; i++)
		if (p->methods[i] == name)
			return true;
	return false;
}

static uint32_t of_this(struct lower *w, uint32_t r, struct str name)
{
	struct kids k = none;

	kid_add(w, &k, node_leaf(w, J_THIS, r), R_OBJECT);
	kid_add(w, &k, node_name(w, J_PROP, r, name), R_PROPERTY);
	return node_of(w, J_MEMBER, r, k);
}

static uint32_t instance_variable(struct lower *w, uint32_t r)
{
	struct str s = raw_text(w, r);

	while (s.len && s.p[0] == '@')
		s = str_part(s, 1, s.len);
	return of_this(w, r, s);
}

static uint32_t scope_of(struct lower *w, uint32_t r)
{
	uint32_t scope = raw_field(w, r, F_SCOPE), name = raw_field(w, r, F_NAME);
	struct kids k = none;

	if (!name)
		return 0;
	if (!scope)
		return node_name(w, J_ID, name, raw_text(w, name));
	kid_lower(w, &k, scope, R_OBJECT);
	kid_add(w, &k, node_name(w, J_PROP, name, raw_text(w, name)), R_PROPERTY);
	return k.n == 2 ? node_of(w, J_MEMBER, r, k) : k.first;
}

/* ---------- literals ---------- */

/* Text with values in it: pieces of text between the expressions. */
static uint32_t pieces(struct lower *w, uint32_t r, uint32_t from, uint32_t to, uint8_t flags)
{
	struct kids k = none;
	uint32_t at = from;

	for (uint32_t c = w->raw[r].first; c; c = w->raw[c].next) {
		if (w->raw[c].kind != P_INTERPOLATION)
			continue;
		if (w->raw[c].from > at)
			kid_add(w, &k, node_text(w, at, w->raw[c].from, flags), R_NONE);
		kid_add(w, &k, lower_collapsed(w, c), R_NONE);
		at = w->raw[c].to;
	}
	if (to > at || !k.n)
		kid_add(w, &k, node_text(w, at, to, flags), R_NONE);
	if (k.n == 1 && w->j->nodes[k.first].kind != J_STR)
		kid_add(w, &k, node_text(w, to, to, 0), R_NONE);
	return node_sum(w, w->raw[r].from, w->raw[r].to, k);
}

/* How many signs open a literal: 1 for quotes, more for %q( and its kin. */
static uint32_t opening(struct str s)
{
	uint32_t n = 1;

	if (s.len && s.p[0] == '%')
		for (; n < s.len && ((s.p[n] | 32) >= 'a' && (s.p[n] | 32) <= 'z'); n++)
			;
	return s.len && s.p[0] == '%' ? n + 1 : s.len > 1 && s.p[0] == ':' ? 2 : 1;
}

static uint32_t quoted(struct lower *w, uint32_t r)
{
	struct str s = raw_text(w, r);
	uint32_t open = opening(s), from = w->raw[r].from + open, to = w->raw[r].to > from ? w->raw[r].to - 1 : from;
	bool single = s.len && (s.p[0] == '\'' || (s.len > 1 && s.p[0] == '%' && s.p[1] == 'q') || (s.len > 1 && s.p[0] == ':' && s.p[1] == '\''));

	return single ? node_text(w, from, to, 0) : pieces(w, r, from, to, RB_DOUBLE);
}

static uint32_t here_document(struct lower *w, uint32_t r)
{
	struct place *p = place_of(w);
	struct str s = raw_text(w, r);
	uint32_t body = 0, from, to;

	size_t lo = 0;

	for (size_t hi = p->n_begins; lo < hi;) { /* ascending */
		size_t mid = lo + (hi - lo) / 2;

		if (p->begins[mid] < r)
			lo = mid + 1;
		else
			hi = mid;
	}
	if (lo < p->n_bodies && lo < p->n_begins && p->begins[lo] == r)
		body = p->bodies[lo];
	if (!body)
		return node_text(w, w->raw[r].to, w->raw[r].to, 0);
	from = w->raw[body].from;
	from += from < w->raw[body].to && w->j->text.p[from] == '\n';
	to = raw_kind(w, body, P_HEREDOC_END) ? w->raw[raw_kind(w, body, P_HEREDOC_END)].from : w->raw[body].to;
	while (to > from && (w->j->text.p[to - 1] == ' ' || w->j->text.p[to - 1] == '\t'))
		to--;
	if (str_has(s, "'"))
		return node_text(w, from, to, JF_RAW);
	return pieces(w, body, from, to, RB_DOUBLE);
}

static uint32_t words(struct lower *w, uint32_t r)
{
	struct kids k = none;

	for (uint32_t c = w->raw[r].first; c; c = w->raw[c].next)
		if (w->raw[c].kind == P_BARE)
			kid_add(w, &k, pieces(w, c, w->raw[c].from, w->raw[c].to, 0), R_NONE);
	return node_of(w, J_ARRAY, r, k);
}

/* ---------- functions ---------- */

static uint32_t parameters(struct lower *w, uint32_t r)
{
	struct kids k = none;

	for (uint32_t c = r ? w->raw[r].first : 0; c; c = w->raw[c].next) {
		uint32_t name = w->raw[c].kind == P_IDENTIFIER ? c : raw_field(w, c, F_NAME), value = raw_field(w, c, F_VALUE), n;
		struct kids p = none;

		if (!w->raw[c].named || !name)
			continue;
		n = node_name(w, J_ID, name, raw_text(w, name));
		names_add(w, w->j->nodes[n].x);
		if (value && w->raw[c].kind != P_IDENTIFIER) {
			kid_add(w, &p, n, R_LEFT);
			kid_lower(w, &p, value, R_RIGHT);
			kid_add(w, &k, p.n == 2 ? node_of(w, J_DEFAULT, c, p) : n, R_NONE);
		} else if (w->raw[c].kind == P_SPLAT) {
			kid_add(w, &p, n, R_NONE);
			kid_add(w, &k, node_of(w, J_REST, c, p), R_NONE);
		} else {
			kid_add(w, &k, n, R_NONE);
		}
	}
	return node_of(w, J_PARAMS, r, k);
}

static uint32_t block_of(struct lower *w, uint32_t r)
{
	struct kids k = none;
	uint32_t n = r ? lower_node(w, r) : 0;

	if (n && w->j->nodes[n].kind == J_BLOCK)
		return n;
	if (n && (w->j->nodes[n].kind == J_TRY || w->j->nodes[n].kind == J_IF)) {
		kid_add(w, &k, n, R_NONE);
		return node_of(w, J_BLOCK, r, k);
	}
	if (n) {
		struct kids s = none;

		kid_add(w, &s, n, R_NONE);
		kid_add(w, &k, node_of(w, J_EXPR_STMT, r, s), R_NONE);
	}
	return r ? node_of(w, J_BLOCK, r, k) : 0;
}

/* { |x| .. }, do |x| .. end, ->(x) { .. } */
static uint32_t function_of(struct lower *w, uint32_t r, uint32_t params, uint32_t body)
{
	struct names mine = {.up = place_of(w)->names};
	struct kids k = none;
	uint32_t n, b;

	place_of(w)->names = &mine;
	if (params)
		kid_add(w, &k, parameters(w, params), R_PARAMS);
	b = block_of(w, body);
	place_of(w)->names = mine.up;
	if (b)
		node_tail(w, b);
	kid_add(w, &k, b, R_BODY);
	n = node_of(w, J_FUNC, r, k);
	w->j->nodes[n].flags = JF_ARROW;
	return n;
}

static uint32_t lambda(struct lower *w, uint32_t r)
{
	uint32_t inner = raw_field(w, r, F_BODY);

	return function_of(w, r, raw_field(w, r, F_PARAMETERS), inner && w->raw[inner].kind == P_BLOCK ? raw_field(w, inner, F_BODY) : inner);
}

static uint32_t block_function(struct lower *w, uint32_t r)
{
	return function_of(w, r, raw_field(w, r, F_PARAMETERS), raw_field(w, r, F_BODY));
}

static uint32_t method(struct lower *w, uint32_t r)
{
	uint32_t name = raw_field(w, r, F_NAME), params = raw_field(w, r, F_PARAMETERS), n, b;
	bool member = place_of(w)->in_class, in_class = member;
	struct names mine = {.up = NULL}, *outer = place_of(w)->names;
	struct kids k = none;

	if (name)
		kid_add(w, &k, member ? node_name(w, J_PROP, name, str_is(raw_text(w, name), "initialize") ? STR("constructor") : raw_text(w, name))
				: node_name(w, J_ID, name, raw_text(w, name)), R_NAME);
	place_of(w)->names = &mine;
	if (params)
		kid_add(w, &k, parameters(w, params), R_PARAMS);
	b = block_of(w, raw_field(w, r, F_BODY));
	place_of(w)->names = outer;
	place_of(w)->in_class = in_class;
	if (b)
		node_tail(w, b);
	kid_add(w, &k, b, R_BODY);
	n = node_of(w, J_FUNC, r, k);
	w->j->nodes[n].flags = member ? (w->raw[r].kind == P_SINGLETON ? JF_METHOD | JF_STATIC : JF_METHOD) : JF_DECL;
	return n;
}

/* Methods and constants are members; what else stands in a class runs when it is read. */
static uint32_t class_definition(struct lower *w, uint32_t r)
{
	uint32_t name = raw_field(w, r, F_NAME), body = raw_field(w, r, F_BODY), n;
	bool in_class = place_of(w)->in_class;
	struct kids k = none, members = none, all = none;

	if (name)
		kid_add(w, &k, node_name(w, J_ID, name, raw_text(w, name)), R_NAME);
	place_of(w)->in_class = true;
	for (uint32_t c = body ? w->raw[body].first : 0; c; c = w->raw[c].next)
		if (w->raw[c].kind == P_METHOD || w->raw[c].kind == P_SINGLETON)
			kid_add(w, &members, method(w, c), R_NONE);
	kid_add(w, &k, node_of(w, J_CLASS_BODY, r, members), R_BODY);
	n = node_of(w, J_CLASS, r, k);
	w->j->nodes[n].flags = JF_DECL;
	kid_add(w, &all, n, R_NONE);
	for (uint32_t c = body ? w->raw[body].first : 0; c; c = w->raw[c].next) {
		struct kids s = none;

		if (!w->raw[c].named || w->raw[c].kind == P_METHOD || w->raw[c].kind == P_SINGLETON)
			continue;
		place_of(w)->in_class = w->raw[c].kind == P_CALL; /* private def .. */
		kid_lower(w, &s, c, R_NONE);
		if (s.n)
			kid_add(w, &all, w->j->nodes[s.first].kind == J_BLOCK || w->j->nodes[s.first].kind == J_CLASS ? s.first :
				node_of(w, J_EXPR_STMT, c, s), R_NONE);
	}
	place_of(w)->in_class = in_class;
	return all.n == 1 ? n : node_of(w, J_BLOCK, r, all);
}

/* ---------- calls ---------- */

static uint32_t pair(struct lower *w, uint32_t r)
{
	uint32_t key = raw_field(w, r, F_KEY);
	struct kids k = none, computed = none;

	if (!key)
		return 0;
	if (w->raw[key].kind == P_KEY_SYMBOL || w->raw[key].kind == P_SYMBOL) {
		struct str s = raw_text(w, key);

		kid_add(w, &k, node_name(w, J_PROP, key, str_starts(s, ":") ? str_part(s, 1, s.len) : s), R_KEY);
	} else {
		kid_lower(w, &k, key, R_KEY);
		if (k.last && w->j->nodes[k.last].kind != J_STR && w->j->nodes[k.last].kind != J_NUM) {
			computed.first = computed.last = k.last;
			k = none;
			kid_add(w, &k, node_of(w, J_COMPUTED, key, computed), R_KEY);
		}
	}
	if (raw_field(w, r, F_VALUE))
		kid_lower(w, &k, raw_field(w, r, F_VALUE), R_VALUE);
	else
		kid_add(w, &k, node_name(w, J_ID, key, raw_text(w, key)), R_VALUE);
	return node_of(w, J_PAIR, r, k);
}

/* &:name is x => x.name() */
static uint32_t block_argument(struct lower *w, uint32_t r)
{
	uint32_t what = raw_named(w, r, 0), n;
	struct kids params = none, body = none, stmt = none, k = none;
	struct str s;

	if (!what || w->raw[what].kind != P_SYMBOL)
		return what ? lower_node(w, what) : 0;
	s = raw_text(w, what);
	kid_add(w, &params, node_name(w, J_ID, r, STR("$_")), R_NONE);
	kid_add(w, &k, node_of(w, J_PARAMS, r, params), R_PARAMS);
	n = node_method(w, r, node_name(w, J_ID, r, STR("$_")), arena_printf(w->j->a, "%.*s", STR_ARG(str_part(s, 1, s.len))).p, none);
	kid_add(w, &stmt, n, R_NONE);
	kid_add(w, &body, node_of(w, J_RETURN, r, stmt), R_NONE);
	kid_add(w, &k, node_of(w, J_BLOCK, r, body), R_BODY);
	n = node_of(w, J_FUNC, r, k);
	w->j->nodes[n].flags = JF_ARROW;
	return n;
}

static struct kids arguments(struct lower *w, uint32_t a, unsigned skip)
{
	struct kids k = none, named = none;

	for (uint32_t c = a ? w->raw[a].first : 0; c; c = w->raw[c].next) {
		if (!w->raw[c].named || (skip && skip--))
			continue;
		if (w->raw[c].kind == P_PAIR)
			kid_add(w, &named, pair(w, c), R_NONE);
		else if (w->raw[c].kind == P_BLOCK_ARG)
			kid_add(w, &k, block_argument(w, c), R_NONE);
		else
			kid_lower(w, &k, c, R_NONE);
	}
	if (named.n) {
		uint32_t n = node_of(w, J_OBJECT, a, named);

		w->j->nodes[n].flags |= JF_NAMED;
		kid_add(w, &k, n, R_NONE);
	}
	return k;
}

static bool is_any(struct str s, const char *const *list)
{
	for (; *list; list++)
		if (str_is(s, *list))
			return true;
	return false;
}

/* Methods that give their block what they open, or what they are called on. */
static const char *const openers[] = {"open", "new", "start", "popen", "create", "mktmpdir", "connect", "popen3", "popen2e", NULL};
static const char *const givers[] = {"tap", "then", "yield_self", NULL};
static const char *const evaluators[] = {"instance_eval", "class_eval", "module_eval", "instance_exec", "class_exec", "module_exec", NULL};
static const char *const senders[] = {"send", "public_send", "__send__", "method", "instance_method", NULL};

/* What a method with a block is called in ours. */
static struct str each_name(struct str name, bool block)
{
	static const char *const rows[][2] = {{"each", "forEach"}, {"each_with_index", "forEach"}, {"each_line", "forEach"}, {"each_byte", "forEach"},
		{"each_char", "forEach"}, {"each_pair", "forEach"}, {"each_entry", "forEach"}, {"map", "$map"}, {"collect", "$map"}, {"flat_map", "$map"},
		{"select", "filter"}, {"reject", "filter"}, {"detect", "find"}, {"times", "forEach"}};

	for (size_t i = 0; block && i < sizeof(rows) / sizeof(rows[0]); i++)
		if (str_is(name, rows[i][0]))
			return str_of(rows[i][1]);
	return name;
}

static uint32_t member(struct lower *w, uint32_t r, uint32_t object, uint32_t at, struct str name)
{
	struct kids k = none;

	kid_add(w, &k, object, R_OBJECT);
	kid_add(w, &k, node_name(w, J_PROP, at, name), R_PROPERTY);
	return node_of(w, J_MEMBER, r, k);
}

/* x[f], globalThis[f]: a function that a value names. */
static uint32_t named_by(struct lower *w, uint32_t r, uint32_t object, uint32_t what)
{
	struct str s = raw_text(w, what);
	struct kids k = none;

	if (!object)
		object = node_name(w, J_ID, r, STR("globalThis"));
	if (w->raw[what].kind == P_SYMBOL)
		return member(w, r, object, what, str_part(s, 1, s.len));
	kid_add(w, &k, object, R_OBJECT);
	kid_lower(w, &k, what, R_INDEX);
	return k.n == 2 ? node_of(w, J_SUBSCRIPT, r, k) : k.first;
}

static bool is_root(const struct lower *w, uint32_t receiver)
{
	static const char *const roots[] = {"Kernel", "Object", "self", "main", "TOPLEVEL_BINDING", NULL};

	return !receiver || is_any(raw_text(w, receiver), roots);
}

/* Calls that are written in another way; 0 for all others. */
static uint32_t special(struct lower *w, uint32_t r, uint32_t receiver, struct str name, uint32_t a, uint32_t block)
{
	uint32_t first = a ? raw_named(w, a, 0) : 0, f;
	struct kids k = none;

	if (is_any(name, evaluators) && first) {
		kid_lower(w, &k, first, R_NONE);
		return node_call_name(w, r, "eval", k);
	}
	if (is_any(name, evaluators) && block)
		return node_call(w, r, block_function(w, block), none);
	if (is_any(name, senders) && first && block && str_has(raw_text(w, first), "define_method"))
		return node_call(w, r, block_function(w, block), none);
	if (is_any(name, senders) && first) {
		f = named_by(w, r, is_root(w, receiver) ? 0 : lower_node(w, receiver), first);
		return str_is(name, "method") || str_is(name, "instance_method") ? f : node_call(w, r, f, arguments(w, a, 1));
	}
	if ((str_is(name, "const_get") || str_is(name, "qualified_const_get")) && first)
		return named_by(w, r, 0, first);
	if (str_is(name, "call") && receiver) {
		f = lower_node(w, receiver);
		return f ? node_call(w, r, f, arguments(w, a, 0)) : 0;
	}
	if (!receiver && block && (str_is(name, "lambda") || str_is(name, "proc")))
		return block_function(w, block);
	if (!receiver && block && str_is(name, "define_method"))
		return node_call(w, r, block_function(w, block), none);
	return 0;
}

static uint32_t call(struct lower *w, uint32_t r)
{
	uint32_t receiver = raw_field(w, r, F_RECEIVER), name = raw_field(w, r, F_METHOD), a = raw_field(w, r, F_ARGUMENTS);
	uint32_t block = raw_field(w, r, F_BLOCK), n, callee, f = 0;
	struct str s = name ? raw_text(w, name) : STR("call");
	bool opens, gives;
	struct kids args;

	n = special(w, r, receiver, s, a, block);
	if (n)
		return n;
	opens = block && raw_field(w, block, F_PARAMETERS) && is_any(s, openers);
	gives = block && receiver && is_any(s, givers);
	if (gives) {
		struct kids k = none;

		f = block_function(w, block);
		kid_lower(w, &k, receiver, R_NONE);
		return node_call(w, r, f, k);
	}
	s = each_name(s, block || (a && raw_kind(w, a, P_BLOCK_ARG)));
	if (opens)
		f = block_function(w, block);
	if (receiver) {
		uint32_t o = lower_node(w, receiver);

		callee = o ? member(w, r, o, name ? name : r, s) : node_name(w, J_ID, r, s);
	} else if (place_of(w)->in_class && name && is_method(w, js_name(w->j, s))) {
		callee = of_this(w, name, s);
	} else {
		callee = node_name(w, J_ID, name ? name : r, s);
	}
	args = arguments(w, a, 0);
	if (block && !opens)
		kid_add(w, &args, block_function(w, block), R_NONE);
	n = node_call(w, r, callee, args);
	if (opens) { /* (f => ..)(X.open(..)) */
		struct kids k = none;

		kid_add(w, &k, n, R_NONE);
		n = node_call(w, r, f, k);
	}
	return n;
}

/* ---------- operators ---------- */

static uint32_t target(struct lower *w, uint32_t r)
{
	uint32_t receiver = raw_field(w, r, F_RECEIVER), name = raw_field(w, r, F_METHOD), o;

	if (w->raw[r].kind == P_CALL && receiver && name) {
		o = lower_node(w, receiver);
		return o ? member(w, r, o, name, raw_text(w, name)) : 0;
	}
	if (w->raw[r].kind == P_LEFT_LIST) {
		struct kids k = none;

		for (uint32_t c = w->raw[r].first; c; c = w->raw[c].next)
			if (w->raw[c].named)
				kid_add(w, &k, target(w, c), R_NONE);
		return node_of(w, J_ARR_PATTERN, r, k);
	}
	o = lower_node(w, r);
	if (o && w->j->nodes[o].kind == J_ID)
		name_assigned(w, o);
	return o;
}

static uint32_t augmented(struct lower *w, uint32_t r, uint32_t left, uint32_t right, enum js_op op)
{
	struct kids k = none;
	uint32_t n;

	kid_add(w, &k, target(w, left), R_LEFT);
	kid_lower(w, &k, right, R_RIGHT);
	if (k.n != 2)
		return k.first;
	n = node_of(w, J_AUG, r, k);
	w->j->nodes[n].op = (uint8_t)op;
	return n;
}

static uint32_t binary(struct lower *w, uint32_t r)
{
	uint32_t left = raw_field(w, r, F_LEFT), right = raw_field(w, r, F_RIGHT), n;
	enum js_op op = raw_op(w, r);
	struct kids k = none;

	if (!left || !right)
		return lower_collapsed(w, r);
	if (op == OP_SHL && (w->raw[left].kind == P_IDENTIFIER || w->raw[left].kind == P_INSTANCE || w->raw[left].kind == P_GLOBAL))
		return augmented(w, r, left, right, OP_ADD);
	if (op == OP_ADD) {
		uint32_t *at = NULL, chain = r;
		size_t count = 0, room = 0;

		while (w->raw[chain].kind == P_BINARY && raw_op(w, chain) == OP_ADD && raw_field(w, chain, F_RIGHT)) {
			*ARENA_PUSH(w->j->a, at, count, room) = raw_field(w, chain, F_RIGHT);
			chain = raw_field(w, chain, F_LEFT);
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
	n = node_of(w, op == OP_LAND || op == OP_LOR ? J_LOGIC : J_BIN, r, k);
	w->j->nodes[n].op = (uint8_t)op;
	return n;
}

static uint32_t unary(struct lower *w, uint32_t r)
{
	enum js_op op = raw_op(w, r);
	struct kids k = none;
	uint32_t n;

	kid_lower(w, &k, raw_field(w, r, F_OPERAND), R_ARGUMENT);
	if (!k.n || op == OP_NONE)
		return k.first;
	n = node_of(w, J_UNARY, r, k);
	w->j->nodes[n].op = (uint8_t)op;
	return n;
}

static uint32_t range(struct lower *w, uint32_t r)
{
	struct kids k = none;

	kid_lower(w, &k, raw_field(w, r, F_BEGIN), R_NONE);
	kid_lower(w, &k, raw_field(w, r, F_END), R_NONE);
	return node_call_name(w, r, "$range", k);
}

static uint32_t element(struct lower *w, uint32_t r)
{
	uint32_t o = raw_field(w, r, F_OBJECT), i = raw_named(w, r, 1), more = raw_named(w, r, 2), n;
	struct kids k = none;

	if (!o)
		return lower_collapsed(w, r);
	if (i && (more || w->raw[i].kind == P_RANGE)) {
		n = lower_node(w, o);
		kid_lower(w, &k, more ? i : raw_field(w, i, F_BEGIN), R_NONE);
		kid_lower(w, &k, more ? more : raw_field(w, i, F_END), R_NONE);
		return n ? node_method(w, r, n, more ? "$cut" : "$slice", k) : 0;
	}
	kid_lower(w, &k, o, R_OBJECT);
	kid_lower(w, &k, i, R_INDEX);
	return k.n == 2 ? node_of(w, J_SUBSCRIPT, r, k) : k.first;
}

/* ---------- statements ---------- */

static uint32_t condition(struct lower *w, uint32_t r, bool no)
{
	uint32_t c = raw_field(w, r, F_CONDITION), n;
	struct kids k = none;

	if (!no || !c)
		return c ? lower_node(w, c) : 0;
	kid_lower(w, &k, c, R_ARGUMENT);
	n = node_of(w, J_UNARY, c, k);
	w->j->nodes[n].op = OP_NOT;
	return n;
}

static uint32_t if_statement(struct lower *w, uint32_t r, bool no)
{
	struct kids k = none;

	kid_add(w, &k, condition(w, r, no), R_COND);
	kid_add(w, &k, block_of(w, raw_field(w, r, F_CONSEQUENCE)), R_CONS);
	kid_add(w, &k, block_of(w, raw_field(w, r, F_ALTERNATIVE)), R_ALT);
	return node_of(w, J_IF, r, k);
}

static uint32_t modifier(struct lower *w, uint32_t r, enum js_kind kind, bool no)
{
	struct kids k = none;

	kid_add(w, &k, condition(w, r, no), R_COND);
	kid_add(w, &k, block_of(w, raw_field(w, r, F_BODY)), kind == J_IF ? R_CONS : R_BODY);
	return node_of(w, kind, r, k);
}

static uint32_t loop(struct lower *w, uint32_t r, bool no)
{
	struct kids k = none;

	kid_add(w, &k, condition(w, r, no), R_COND);
	kid_add(w, &k, block_of(w, raw_field(w, r, F_BODY)), R_BODY);
	return node_of(w, J_WHILE, r, k);
}

static uint32_t for_statement(struct lower *w, uint32_t r)
{
	uint32_t in = raw_field(w, r, F_VALUE), item = raw_field(w, r, F_PATTERN), n;
	struct kids k = none;

	if (item)
		kid_add(w, &k, target(w, item), R_LEFT);
	if (in)
		kid_add(w, &k, lower_collapsed(w, in), R_RIGHT);
	kid_add(w, &k, block_of(w, raw_field(w, r, F_BODY)), R_BODY);
	n = node_of(w, J_FOR_IN, r, k);
	w->j->nodes[n].op = OP_OF;
	return n;
}

/* when a, b then ..: as a row of ifs, what they do is what counts. */
static uint32_t case_statement(struct lower *w, uint32_t r)
{
	struct kids k = none, value = none;

	kid_lower(w, &value, raw_field(w, r, F_VALUE), R_NONE);
	if (value.n)
		kid_add(w, &k, node_of(w, J_EXPR_STMT, r, value), R_NONE);
	for (uint32_t c = w->raw[r].first; c; c = w->raw[c].next) {
		uint32_t pattern = raw_field(w, c, F_PATTERN);
		struct kids one = none;

		if (w->raw[c].kind == P_ELSE)
			kid_add(w, &k, block_of(w, c), R_NONE);
		if (w->raw[c].kind != P_WHEN)
			continue;
		kid_add(w, &one, pattern ? lower_collapsed(w, pattern) : node_leaf(w, J_TRUE, c), R_COND);
		kid_add(w, &one, block_of(w, raw_field(w, c, F_BODY)), R_CONS);
		kid_add(w, &k, node_of(w, J_IF, c, one), R_NONE);
	}
	return node_of(w, J_BLOCK, r, k);
}

static uint32_t handler(struct lower *w, uint32_t r)
{
	uint32_t name = raw_field(w, r, F_VARIABLE);
	struct kids k = none;

	if (name && raw_named(w, name, 0))
		kid_add(w, &k, target(w, raw_named(w, name, 0)), R_PARAM);
	kid_add(w, &k, block_of(w, raw_field(w, r, F_BODY)), R_BODY);
	return node_of(w, J_CATCH, r, k);
}

/* l.each { |x| .. } alone: a loop, whose variables are those around it; 0 for all others. */
static uint32_t each_loop(struct lower *w, uint32_t r)
{
	static const char *const each[] = {"each", "each_byte", "each_char", "each_line", "each_entry", NULL};
	uint32_t list = raw_field(w, r, F_RECEIVER), name = raw_field(w, r, F_METHOD), block = raw_field(w, r, F_BLOCK);
	uint32_t params = block ? raw_field(w, block, F_PARAMETERS) : 0, item = params ? raw_named(w, params, 0) : 0, n;
	struct kids k = none;

	if (w->raw[r].kind != P_CALL || !list || !name || !item || raw_named(w, params, 1) || w->raw[item].kind != P_IDENTIFIER || !is_any(raw_text(w, name), each))
		return 0;
	kid_add(w, &k, target(w, item), R_LEFT);
	kid_lower(w, &k, list, R_RIGHT);
	kid_add(w, &k, block_of(w, raw_field(w, block, F_BODY)), R_BODY);
	n = node_of(w, J_FOR_IN, r, k);
	w->j->nodes[n].op = OP_OF;
	return n;
}

static uint32_t statement(struct lower *w, uint32_t r)
{
	uint32_t n = each_loop(w, r);
	struct kids k = none;

	if (!n)
		n = lower_node(w, r);
	if (!n)
		return 0;
	switch (w->j->nodes[n].kind) {
	case J_BLOCK:
	case J_IF:
	case J_WHILE:
	case J_FOR_IN:
	case J_TRY:
	case J_RETURN:
	case J_BREAK:
	case J_CONTINUE:
	case J_CLASS:
	case J_ERROR:
		return n;
	case J_FUNC:
		if (w->j->nodes[n].flags & JF_DECL)
			return n;
		break;
	default:
		break;
	}
	kid_add(w, &k, n, R_NONE);
	return node_of(w, J_EXPR_STMT, r, k);
}

/* Statements, and what catches their errors. */
static uint32_t body(struct lower *w, uint32_t r, enum js_kind kind)
{
	struct kids k = none, try = none;
	bool catches = false;

	for (uint32_t c = w->raw[r].first; c; c = w->raw[c].next) {
		if (!w->raw[c].named)
			continue;
		if (w->raw[c].kind == P_RESCUE || w->raw[c].kind == P_ENSURE)
			catches = true;
		else if (w->raw[c].kind == P_ELSE)
			kid_add(w, &k, block_of(w, c), R_NONE);
		else
			kid_add(w, &k, statement(w, c), R_NONE);
	}
	if (!catches)
		return node_of(w, kind, r, k);
	kid_add(w, &try, node_of(w, J_BLOCK, r, k), R_BODY);
	for (uint32_t c = w->raw[r].first; c; c = w->raw[c].next) {
		if (w->raw[c].kind == P_RESCUE && w->raw[c].named) {
			kid_add(w, &try, handler(w, c), R_HANDLER);
		} else if (w->raw[c].kind == P_ENSURE && w->raw[c].named) {
			struct kids part = none;

			kid_add(w, &part, body(w, c, J_BLOCK), R_BODY);
			kid_add(w, &try, node_of(w, J_FINALLY, c, part), R_FINAL);
		}
	}
	k = none;
	kid_add(w, &k, node_of(w, J_TRY, r, try), R_NONE);
	return node_of(w, kind, r, k);
}

/* A statement where a value is wanted. */
static uint32_t value_of(struct lower *w, uint32_t r)
{
	uint32_t n = lower_node(w, r);
	struct kids body = none, k = none;

	if (!n)
		return 0;
	switch (w->j->nodes[n].kind) {
	case J_IF:
	case J_BLOCK:
	case J_TRY:
	case J_WHILE:
	case J_FOR_IN:
		kid_add(w, &body, n, R_NONE);
		n = node_of(w, J_BLOCK, r, body);
		node_tail(w, n);
		kid_add(w, &k, n, R_BODY);
		n = node_of(w, J_FUNC, r, k);
		w->j->nodes[n].flags = JF_ARROW;
		return node_call(w, r, n, none);
	default:
		return n;
	}
}

static uint32_t assignment(struct lower *w, uint32_t r)
{
	uint32_t left = raw_field(w, r, F_LEFT), right = raw_field(w, r, F_RIGHT), t;

	if (!left || !right)
		return lower_collapsed(w, r);
	t = target(w, left);
	return node_assign(w, r, t, w->raw[right].kind == P_RIGHT_LIST ? lower_wrapped(w, right, J_ARRAY) : value_of(w, right));
}

static uint32_t parenthesized(struct lower *w, uint32_t r)
{
	if (raw_named(w, r, 1))
		return lower_wrapped(w, r, J_SEQ);
	return raw_named(w, r, 0) ? value_of(w, raw_named(w, r, 0)) : 0;
}

static uint32_t lower_statement(struct lower *w, uint32_t r)
{
	switch (w->raw[r].kind) {
	case P_PROGRAM:
		return body(w, r, J_PROGRAM);
	case P_BODY:
	case P_THEN:
	case P_ELSE:
	case P_BEGIN:
		return body(w, r, J_BLOCK);
	case P_CLASS:
		return class_definition(w, r);
	case P_METHOD:
	case P_SINGLETON:
		return method(w, r);
	case P_IF:
		return if_statement(w, r, false);
	case P_UNLESS:
		return if_statement(w, r, true);
	case P_IF_MOD:
		return modifier(w, r, J_IF, false);
	case P_UNLESS_MOD:
		return modifier(w, r, J_IF, true);
	case P_WHILE_MOD:
		return modifier(w, r, J_WHILE, false);
	case P_UNTIL_MOD:
		return modifier(w, r, J_WHILE, true);
	case P_WHILE:
		return loop(w, r, false);
	case P_UNTIL:
		return loop(w, r, true);
	case P_FOR:
		return for_statement(w, r);
	case P_CASE:
		return case_statement(w, r);
	case P_RETURN:
		return node_of(w, J_RETURN, r, arguments(w, raw_kind(w, r, P_ARGUMENTS), 0));
	case P_BREAK:
		return node_leaf(w, J_BREAK, r);
	case P_NEXT:
		return node_leaf(w, J_CONTINUE, r);
	case P_SKIP:
	case P_HEREDOC_BODY:
		return 0;
	case RAW_ERROR:
		return lower_wrapped(w, r, J_ERROR);
	default:
		return lower_collapsed(w, r);
	}
}

static uint32_t conditional(struct lower *w, uint32_t r)
{
	struct kids k = none;

	kid_lower(w, &k, raw_field(w, r, F_CONDITION), R_COND);
	kid_lower(w, &k, raw_field(w, r, F_CONSEQUENCE), R_CONS);
	kid_lower(w, &k, raw_field(w, r, F_ALTERNATIVE), R_ALT);
	return node_of(w, J_COND, r, k);
}

static uint32_t hash(struct lower *w, uint32_t r)
{
	struct kids k = none;

	for (uint32_t c = w->raw[r].first; c; c = w->raw[c].next)
		if (w->raw[c].kind == P_PAIR)
			kid_add(w, &k, pair(w, c), R_NONE);
		else if (w->raw[c].kind == P_HASH_SPLAT)
			kid_add(w, &k, lower_wrapped(w, c, J_SPREAD), R_NONE);
	return node_of(w, J_OBJECT, r, k);
}

static uint32_t lower_any(struct lower *w, uint32_t r)
{
	struct str s = raw_text(w, r);
	struct kids k = none;

	switch (w->raw[r].kind) {
	case P_CALL:
		return call(w, r);
	case P_IDENTIFIER:
	case P_CONSTANT:
	case P_GLOBAL:
		return node_name(w, J_ID, r, s);
	case P_SCOPE:
		return scope_of(w, r);
	case P_INSTANCE:
		return instance_variable(w, r);
	case P_SELF:
		return node_leaf(w, J_THIS, r);
	case P_SUPER:
		return node_leaf(w, J_SUPER, r);
	case P_ASSIGN:
		return assignment(w, r);
	case P_AUGMENTED:
		return raw_field(w, r, F_LEFT) ? augmented(w, r, raw_field(w, r, F_LEFT), raw_field(w, r, F_RIGHT), raw_op(w, r)) : 0;
	case P_BINARY:
		return binary(w, r);
	case P_UNARY:
		return unary(w, r);
	case P_RANGE:
		return range(w, r);
	case P_COND:
		return conditional(w, r);
	case P_RESCUE_MOD:
		return raw_field(w, r, F_BODY) ? lower_node(w, raw_field(w, r, F_BODY)) : 0;
	case P_ELEMENT:
		return element(w, r);
	case P_LAMBDA:
		return lambda(w, r);
	case P_STRING:
	case P_DSYMBOL:
		return quoted(w, r);
	case P_CHAINED:
		return node_sum(w, w->raw[r].from, w->raw[r].to, lower_kids(w, r));
	case P_SYMBOL:
		return node_text(w, w->raw[r].from + 1, w->raw[r].to, 0);
	case P_CHARACTER:
		return node_text(w, w->raw[r].from + 1, w->raw[r].to, RB_DOUBLE);
	case P_HEREDOC:
		return here_document(w, r);
	case P_SUBSHELL: {
		uint32_t from = w->raw[r].from + opening(s);

		kid_add(w, &k, pieces(w, r, from, w->raw[r].to > from ? w->raw[r].to - 1 : from, RB_DOUBLE), R_NONE);
		return node_call_name(w, r, "$backtick", k);
	}
	case P_STRING_ARRAY:
		return words(w, r);
	case P_ARRAY:
	case P_RIGHT_LIST:
		return node_of(w, J_ARRAY, r, arguments(w, r, 0));
	case P_HASH:
		return hash(w, r);
	case P_NUMBER:
		return node_leaf(w, J_NUM, r);
	case P_TRUE:
		return node_leaf(w, J_TRUE, r);
	case P_FALSE:
		return node_leaf(w, J_FALSE, r);
	case P_NIL:
		return node_leaf(w, J_NULL, r);
	case P_REGEX:
		return s.len > 1 && s.p[0] == '/' && !raw_kind(w, r, P_INTERPOLATION) ? node_leaf(w, J_REGEX, r) : lower_wrapped(w, r, J_OTHER);
	case P_PAREN:
		return parenthesized(w, r);
	case P_SPLAT_ARG:
		return lower_wrapped(w, r, J_SPREAD);
	case P_YIELD:
		return node_of(w, J_YIELD, r, arguments(w, raw_kind(w, r, P_ARGUMENTS), 0));
	default:
		return lower_statement(w, r);
	}
}

/* Here documents in the order of their beginnings and of their texts, and the names of all methods. */
static void survey(struct lower *w, struct place *p)
{
	for (uint32_t r = 1; r < w->n_raw; r++) {
		uint32_t name = w->raw[r].kind == P_METHOD || w->raw[r].kind == P_SINGLETON ? raw_field(w, r, F_NAME) : 0;

		if (w->raw[r].kind == P_HEREDOC)
			*ARENA_PUSH(w->j->a, p->begins, p->n_begins, p->room_begins) = r;
		else if (w->raw[r].kind == P_HEREDOC_BODY)
			*ARENA_PUSH(w->j->a, p->bodies, p->n_bodies, p->room_bodies) = r;
		if (name && p->n_methods < 512)
			*ARENA_PUSH(w->j->a, p->methods, p->n_methods, p->room_methods) = js_name(w->j, raw_text(w, name));
	}
}

bool rb_lower(struct js *j, TSTree *tree)
{
	struct names top = {.up = NULL};
	struct place all = {.names = &top};
	struct lower w = {.j = j, .rule = lower_any, .own = &all};

	if (!lower_begin(&w, &table, tree, tree_sitter_ruby()))
		return false;
	survey(&w, &all);
	j->root = lower_node(&w, 1);
	if (!j->root)
		j->root = node_leaf(&w, J_PROGRAM, 1);
	return true;
}
