/* tree-sitter's tree becomes an array of our own nodes in post-order; names are bound to variables. */
#include "front.h"

#include "read/tree_parse.h"
#include "read/user_rules.h"
#include "util/escape.h"
#include "util/hash.h"

struct kind_row {
	const char *name;
	enum js_kind kind;
	uint8_t flags;
};

static const struct kind_row kind_rows[] = {
	{"program", J_PROGRAM, 0}, {"expression_statement", J_EXPR_STMT, 0},
	{"variable_declaration", J_VAR_DECL, 0}, {"lexical_declaration", J_VAR_DECL, 0},
	{"using_declaration", J_VAR_DECL, 0}, {"variable_declarator", J_DECLARATOR, 0},
	{"function_declaration", J_FUNC, JF_DECL}, {"generator_function_declaration", J_FUNC, JF_DECL},
	{"function_expression", J_FUNC, 0}, {"function", J_FUNC, 0}, {"generator_function", J_FUNC, 0},
	{"arrow_function", J_FUNC, JF_ARROW}, {"method_definition", J_FUNC, JF_METHOD},
	{"class_declaration", J_CLASS, JF_DECL}, {"abstract_class_declaration", J_CLASS, JF_DECL},
	{"class", J_CLASS, 0}, {"class_body", J_CLASS_BODY, 0}, {"field_definition", J_FIELD, 0},
	{"public_field_definition", J_FIELD, 0}, {"class_static_block", J_BLOCK, 0},
	{"formal_parameters", J_PARAMS, 0}, {"required_parameter", J_PARAM, 0},
	{"optional_parameter", J_PARAM, 0}, {"rest_pattern", J_REST, 0},
	{"assignment_pattern", J_DEFAULT, 0}, {"object_assignment_pattern", J_DEFAULT, 0},
	{"object_pattern", J_OBJ_PATTERN, 0}, {"array_pattern", J_ARR_PATTERN, 0}, {"pair", J_PAIR, 0},
	{"pair_pattern", J_PAIR_PATTERN, 0}, {"shorthand_property_identifier", J_SHORTHAND, 0},
	{"shorthand_property_identifier_pattern", J_SHORTHAND_PATTERN, 0},
	{"spread_element", J_SPREAD, 0}, {"computed_property_name", J_COMPUTED, 0},
	{"statement_block", J_BLOCK, 0}, {"if_statement", J_IF, 0}, {"else_clause", J_COLLAPSE, 0},
	{"for_statement", J_FOR, 0}, {"for_in_statement", J_FOR_IN, 0}, {"while_statement", J_WHILE, 0},
	{"do_statement", J_DO, 0}, {"try_statement", J_TRY, 0}, {"catch_clause", J_CATCH, 0},
	{"finally_clause", J_FINALLY, 0}, {"with_statement", J_WITH, 0}, {"break_statement", J_BREAK, 0},
	{"continue_statement", J_CONTINUE, 0}, {"return_statement", J_RETURN, 0},
	{"throw_statement", J_THROW, 0}, {"empty_statement", J_EMPTY, 0},
	{"labeled_statement", J_LABELED, 0}, {"switch_statement", J_SWITCH, 0},
	{"switch_body", J_SWITCH_BODY, 0}, {"switch_case", J_CASE, 0},
	{"switch_default", J_DEFAULT_CASE, 0}, {"import_statement", J_IMPORT, 0},
	{"import_clause", J_IMPORT_CLAUSE, 0}, {"named_imports", J_NAMED_IMPORTS, 0},
	{"import_specifier", J_IMPORT_SPEC, 0}, {"namespace_import", J_NS_IMPORT, 0},
	{"import_require_clause", J_IMPORT, 0}, {"export_statement", J_EXPORT, 0},
	{"export_clause", J_EXPORT_NAMES, 0}, {"export_specifier", J_EXPORT_SPEC, 0}, {"namespace_export", J_NS_EXPORT, 0},
	{"call_expression", J_CALL, 0}, {"new_expression", J_NEW, 0}, {"member_expression", J_MEMBER, 0},
	{"nested_identifier", J_MEMBER, 0}, {"subscript_expression", J_SUBSCRIPT, 0},
	{"assignment_expression", J_ASSIGN, 0}, {"augmented_assignment_expression", J_AUG, 0},
	{"update_expression", J_UPDATE, 0}, {"unary_expression", J_UNARY, 0},
	{"binary_expression", J_BIN, 0}, {"ternary_expression", J_COND, 0},
	{"sequence_expression", J_SEQ, 0}, {"parenthesized_expression", J_COLLAPSE, 0},
	{"as_expression", J_COLLAPSE, 0}, {"satisfies_expression", J_COLLAPSE, 0},
	{"non_null_expression", J_COLLAPSE, 0}, {"type_assertion", J_COLLAPSE, 0},
	{"instantiation_expression", J_COLLAPSE, 0}, {"template_substitution", J_COLLAPSE, 0},
	{"expression", J_COLLAPSE, 0}, {"await_expression", J_AWAIT, 0}, {"yield_expression", J_YIELD, 0},
	{"object", J_OBJECT, 0}, {"array", J_ARRAY, 0}, {"string", J_STR, 0},
	{"template_string", J_TEMPLATE, 0}, {"number", J_NUM, 0}, {"regex", J_REGEX, 0},
	{"identifier", J_ID, 0}, {"property_identifier", J_PROP, 0},
	{"private_property_identifier", J_PROP, 0}, {"statement_identifier", J_LABEL, 0},
	{"this", J_THIS, 0}, {"super", J_SUPER, 0}, {"true", J_TRUE, 0}, {"false", J_FALSE, 0},
	{"null", J_NULL, 0}, {"undefined", J_UNDEF, 0}, {"meta_property", J_META, 0},
	{"import", J_IMPORT_KW, 0}, {"arguments", J_ARGS, 0}, {"ERROR", J_ERROR, 0},
	{"class_heritage", J_HERITAGE, 0}, {"extends_clause", J_COLLAPSE, 0},
	/* types and marks: not walked */
	{"comment", J_SKIP, 0}, {"html_comment", J_SKIP, 0}, {"hash_bang_line", J_SKIP, 0},
	{"type_annotation", J_SKIP, 0}, {"type_arguments", J_SKIP, 0}, {"type_parameters", J_SKIP, 0},
	{"interface_declaration", J_SKIP, 0}, {"type_alias_declaration", J_SKIP, 0},
	{"function_signature", J_SKIP, 0}, {"ambient_declaration", J_SKIP, 0},
	{"asserts_annotation", J_SKIP, 0}, {"type_predicate_annotation", J_SKIP, 0},
	{"implements_clause", J_SKIP, 0}, {"accessibility_modifier", J_SKIP, 0},
	{"override_modifier", J_SKIP, 0}, {"index_signature", J_SKIP, 0},
	{"abstract_method_signature", J_SKIP, 0}, {"method_signature", J_SKIP, 0},
	{"property_signature", J_SKIP, 0}, {"optional_chain", J_SKIP, 0}, {"union_type", J_SKIP, 0},
	{"type_identifier", J_ID, 0}, {"predefined_type", J_SKIP, 0}, {"generic_type", J_SKIP, 0},
	{"array_type", J_SKIP, 0}, {"object_type", J_SKIP, 0}, {"literal_type", J_SKIP, 0},
	{"function_type", J_SKIP, 0}, {"tuple_type", J_SKIP, 0}, {"type_query", J_SKIP, 0},
	{"intersection_type", J_SKIP, 0}, {"nested_type_identifier", J_SKIP, 0},
	{"readonly_type", J_SKIP, 0}, {"lookup_type", J_SKIP, 0}, {"conditional_type", J_SKIP, 0},
	{"index_type_query", J_SKIP, 0}, {"parenthesized_type", J_SKIP, 0}, {"import_attribute", J_SKIP, 0},
	{"string_fragment", J_SKIP, 0}, {"escape_sequence", J_SKIP, 0}, {"regex_pattern", J_SKIP, 0}, {"regex_flags", J_SKIP, 0}, {"jsx_text", J_SKIP, 0},
};

static const struct {
	const char *name;
	enum js_role role;
} role_rows[] = {
	{"name", R_NAME}, {"value", R_VALUE}, {"left", R_LEFT}, {"right", R_RIGHT},
	{"operator", R_OPERATOR}, {"function", R_CALLEE}, {"constructor", R_CALLEE}, {"arguments", R_ARGS},
	{"object", R_OBJECT}, {"property", R_PROPERTY}, {"index", R_INDEX}, {"body", R_BODY},
	{"parameters", R_PARAMS}, {"parameter", R_PARAM}, {"condition", R_COND}, {"consequence", R_CONS},
	{"alternative", R_ALT}, {"initializer", R_INIT}, {"increment", R_INCR}, {"label", R_LABEL},
	{"key", R_KEY}, {"source", R_SOURCE}, {"declaration", R_DECL}, {"handler", R_HANDLER},
	{"finalizer", R_FINAL}, {"argument", R_ARGUMENT}, {"pattern", R_PATTERN}, {"kind", R_KIND},
	{"alias", R_ALIAS}, {"type", R_TYPE}, {"return_type", R_TYPE}, {"type_parameters", R_TYPE},
};

static const struct {
	const char *text;
	enum js_op op;
} op_rows[] = {
	{"+", OP_ADD}, {"-", OP_SUB}, {"*", OP_MUL}, {"/", OP_DIV}, {"%", OP_MOD}, {"**", OP_EXP},
	{"<<", OP_SHL}, {">>", OP_SHR}, {">>>", OP_USHR}, {"&", OP_AND}, {"|", OP_OR}, {"^", OP_XOR},
	{"==", OP_EQ}, {"!=", OP_NE}, {"===", OP_SEQ}, {"!==", OP_SNE}, {"<", OP_LT}, {">", OP_GT},
	{"<=", OP_LE}, {">=", OP_GE}, {"&&", OP_LAND}, {"||", OP_LOR}, {"??", OP_NULLISH}, {"!", OP_NOT},
	{"~", OP_BITNOT}, {"typeof", OP_TYPEOF}, {"void", OP_VOID}, {"delete", OP_DELETE}, {"++", OP_INC},
	{"--", OP_DEC}, {"in", OP_IN}, {"instanceof", OP_INSTANCEOF}, {"of", OP_OF}, {"+=", OP_ADD},
	{"-=", OP_SUB}, {"*=", OP_MUL}, {"/=", OP_DIV}, {"%=", OP_MOD}, {"**=", OP_EXP}, {"<<=", OP_SHL},
	{">>=", OP_SHR}, {">>>=", OP_USHR}, {"&=", OP_AND}, {"|=", OP_OR}, {"^=", OP_XOR},
	{"&&=", OP_LAND}, {"||=", OP_LOR}, {"?\?=", OP_NULLISH},
};

enum { SYMBOLS_MAX = 1024, FIELDS_MAX = 64, WALK_DEPTH_MAX = 100000, STATEMENT_NODES = 12 << 20 };

/* What the symbols and fields of one grammar mean; filled once per process and grammar. */
struct grammar {
	const TSLanguage *ts;
	uint8_t kind[SYMBOLS_MAX], flags[SYMBOLS_MAX], op[SYMBOLS_MAX], role[FIELDS_MAX];
	bool ready;
};

static struct grammar grammars[3];

static void grammar_fill(struct grammar *g)
{
	uint32_t n = ts_language_symbol_count(g->ts);

	for (uint32_t s = 0; s < n && s < SYMBOLS_MAX; s++) {
		const char *name = ts_language_symbol_name(g->ts, (TSSymbol)s);
		bool named = ts_language_symbol_type(g->ts, (TSSymbol)s) == TSSymbolTypeRegular;

		g->kind[s] = named ? J_OTHER : J_SKIP;
		if (!name)
			continue;
		for (size_t i = 0; named && i < sizeof(kind_rows) / sizeof(*kind_rows); i++)
			if (!strcmp(kind_rows[i].name, name)) {
				g->kind[s] = (uint8_t)kind_rows[i].kind;
				g->flags[s] = kind_rows[i].flags;
			}
		for (size_t i = 0; !named && i < sizeof(op_rows) / sizeof(*op_rows); i++)
			if (!strcmp(op_rows[i].text, name))
				g->op[s] = (uint8_t)op_rows[i].op;
	}
	for (size_t i = 0; i < sizeof(role_rows) / sizeof(*role_rows); i++) {
		TSFieldId f = ts_language_field_id_for_name(g->ts, role_rows[i].name,
			(uint32_t)strlen(role_rows[i].name));

		if (f && f < FIELDS_MAX)
			g->role[f] = (uint8_t)role_rows[i].role;
	}
	g->ready = true;
}

const TSLanguage *js_grammar(enum language lang)
{
	return lang == LANGUAGE_TYPESCRIPT ? tree_sitter_typescript() : lang == LANGUAGE_TSX ? tree_sitter_tsx()
									       : tree_sitter_javascript();
}

static const struct grammar *grammar_of(enum language lang)
{
	int at = lang == LANGUAGE_TYPESCRIPT ? 1 : lang == LANGUAGE_TSX ? 2 : 0;
	struct grammar *g = &grammars[at];

	if (!g->ready) {
		g->ts = js_grammar(lang);
		grammar_fill(g);
	}
	return g;
}

/* ---------- names ---------- */

static void names_grow(struct js *j)
{
	size_t size = j->name_table_size ? j->name_table_size * 2 : 1024;
	uint32_t *t = ARENA_ARRAY(j->a, size, uint32_t);

	for (size_t i = 1; i < j->n_names; i++) {
		size_t at = fast_hash(j->names[i].p, j->names[i].len, 1) & (size - 1);

		while (t[at])
			at = (at + 1) & (size - 1);
		t[at] = (uint32_t)i;
	}
	j->name_table = t;
	j->name_table_size = size;
}

uint32_t js_name(struct js *j, struct str s)
{
	size_t at;

	if (!j->n_names)
		*ARENA_PUSH(j->a, j->names, j->n_names, j->names_room) = STR("");
	if (!s.len)
		return 0;
	if (j->front->names_nocase)
		s = arena_lower(j->a, s);
	if (j->n_names * 2 >= j->name_table_size)
		names_grow(j);
	at = fast_hash(s.p, s.len, 1) & (j->name_table_size - 1);
	while (j->name_table[at]) {
		if (str_equal(j->names[j->name_table[at]], s))
			return j->name_table[at];
		at = (at + 1) & (j->name_table_size - 1);
	}
	j->name_table[at] = (uint32_t)j->n_names;
	*ARENA_PUSH(j->a, j->names, j->n_names, j->names_room) = s;
	return (uint32_t)j->n_names - 1;
}

static int hex_of(char c)
{
	return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10
					     : c >= 'A' && c <= 'F' ? c - 'A' + 10
								    : -1;
}

/* \u0065val and \u{65}val are the name eval; true when a plain letter was written that way. */
static bool identifier_text(struct js *j, struct str raw, struct str *ret)
{
	struct buf b;
	bool plain = false;

	*ret = raw;
	if (!memchr(raw.p, '\\', raw.len))
		return false;
	buf_init(&b, raw.len * 2 + 8);
	for (size_t i = 0; i < raw.len; i++) {
		uint32_t cp = 0;
		bool brace;

		if (raw.p[i] != '\\' || i + 1 >= raw.len || raw.p[i + 1] != 'u') {
			buf_add_char(&b, raw.p[i]);
			continue;
		}
		brace = i + 2 < raw.len && raw.p[i + 2] == '{';
		i += brace ? 3 : 2;
		for (int k = 0; k < (brace ? 6 : 4) && i < raw.len && hex_of(raw.p[i]) >= 0; k++)
			cp = cp * 16 + (uint32_t)hex_of(raw.p[i++]);
		if (!brace)
			i--;
		plain |= cp < 0x80;
		utf8_put(&b, cp);
	}
	*ret = arena_str(j->a, buf_str(&b));
	buf_release(&b);
	return plain;
}

/* ---------- the walk ---------- */

struct open_node {
	uint8_t kind, role, op, flags;
	uint32_t from, to, first, last, n;
};

struct walk {
	struct js *j;
	const struct grammar *g;
	struct open_node *stack;
	size_t depth, room;
};

static uint32_t node_push(struct js *j, const struct open_node *o)
{
	struct js_node *n = ARENA_PUSH(j->a, j->nodes, j->n_nodes, j->nodes_room);

	n->kind = o->kind;
	n->role = o->role;
	n->op = o->op;
	n->flags = o->flags;
	n->from = o->from;
	n->to = o->to;
	n->first = o->first;
	n->last = o->last;
	return (uint32_t)j->n_nodes - 1;
}

static void kid_add(struct js *j, struct open_node *parent, uint32_t kid)
{
	if (parent->last)
		j->nodes[parent->last].next = kid;
	else
		parent->first = kid;
	parent->last = kid;
	parent->n++;
}

static void name_leaf(struct js *j, uint32_t at)
{
	struct js_node *n = &j->nodes[at];
	struct str raw = js_text(j, at);

	if (n->kind == J_ID || n->kind == J_PROP || n->kind == J_SHORTHAND ||
		n->kind == J_SHORTHAND_PATTERN || n->kind == J_LABEL) {
		struct str name;

		if (identifier_text(j, raw, &name))
			n->flags |= JF_ESCAPED;
		n->x = js_name(j, name);
	}
}

/* Long sums are one flat node: their left-deep trees would be as deep as they are long. */
static bool sum_joins(const struct js *j, const struct open_node *o)
{
	const struct js_node *l = &j->nodes[o->first];

	return o->n == 2 && o->op == OP_ADD && l->kind == J_ADD && l->next == o->last;
}

static uint32_t node_close(struct walk *w, struct open_node *o)
{
	struct js *j = w->j;
	uint32_t at;

	if (o->kind == J_COLLAPSE || (o->kind == J_OTHER && o->n == 1)) {
		if (o->n == 1) {
			j->nodes[o->first].role = o->role;
			return o->first;
		}
		o->kind = J_OTHER;
	}
	if (o->kind == J_BIN) {
		if (o->op == OP_ADD)
			o->kind = J_ADD;
		else if (o->op == OP_LAND || o->op == OP_LOR || o->op == OP_NULLISH)
			o->kind = J_LOGIC;
	}
	if (o->kind == J_ADD && o->n == 2 && sum_joins(j, o)) {
		struct js_node *l = &j->nodes[o->first];
		uint32_t right = o->last, inner = o->first;

		j->nodes[l->last].next = right;
		o->first = l->first;
		l->kind = J_NONE;
		l->first = l->last = l->next = 0;
		(void)inner;
	}
	at = node_push(j, o);
	if (!o->n)
		name_leaf(j, at);
	return at;
}

static struct open_node node_open(struct walk *w, TSTreeCursor *c, TSNode n)
{
	struct open_node o = {0};
	TSSymbol s = ts_node_symbol(n);
	TSFieldId f = ts_tree_cursor_current_field_id(c);
	struct str t;

	o.kind = s < SYMBOLS_MAX ? w->g->kind[s] : s == (TSSymbol)-1 ? J_ERROR : J_OTHER;
	o.flags = s < SYMBOLS_MAX ? w->g->flags[s] : 0;
	o.role = f && f < FIELDS_MAX ? w->g->role[f] : R_NONE;
	o.from = ts_node_start_byte(n);
	o.to = ts_node_end_byte(n);
	if (o.kind == J_FUNC) {
		t = str_part((struct str){w->j->text.p + o.from, o.to - o.from}, 0, 8);
		if (o.flags & JF_METHOD && (str_starts(t, "get ") || str_starts(t, "get[")))
			o.flags |= JF_GETTER;
		if (str_starts(t, "async"))
			o.flags |= JF_ASYNC;
	}
	if (o.kind == J_FUNC || o.kind == J_FIELD) {
		t = str_part((struct str){w->j->text.p + o.from, o.to - o.from}, 0, 8);
		if (str_starts(t, "static "))
			o.flags |= JF_STATIC;
	}
	return o;
}

/* A node without meaning for us; operators leave their mark on the parent. */
static bool node_is_noise(struct walk *w, TSTreeCursor *c, TSNode n)
{
	TSSymbol s = ts_node_symbol(n);
	TSFieldId f;

	if (s == (TSSymbol)-1)
		return false;
	if (ts_node_is_named(n)) {
		f = ts_tree_cursor_current_field_id(c);
		if (f && f < FIELDS_MAX && w->g->role[f] == R_TYPE)
			return true;
		if (s < SYMBOLS_MAX && w->g->kind[s] == J_SKIP) {
			if (w->g->ts && ts_node_is_extra(n))
				*ARENA_PUSH(w->j->a, w->j->comments, w->j->n_comments,
					w->j->comments_room) =
					(struct span){ts_node_start_byte(n), ts_node_end_byte(n)};
			return true;
		}
		return false;
	}
	if (s < SYMBOLS_MAX && w->g->op[s] && w->depth) {
		struct open_node *p = &w->stack[w->depth - 1];

		if (!p->op && (p->kind == J_BIN || p->kind == J_UNARY || p->kind == J_UPDATE ||
				      p->kind == J_AUG || p->kind == J_FOR_IN))
			p->op = w->g->op[s];
	}
	return true;
}

static bool walk_enter(struct walk *w, TSTreeCursor *c, TSNode n)
{
	struct open_node o = node_open(w, c, n);

	if (w->depth >= WALK_DEPTH_MAX) {
		w->j->too_deep = true;
		return false;
	}
	*ARENA_PUSH(w->j->a, w->stack, w->depth, w->room) = o;
	return true;
}

static void walk_leave(struct walk *w)
{
	struct open_node o = w->stack[--w->depth];
	uint32_t at = node_close(w, &o);

	if (w->depth)
		kid_add(w->j, &w->stack[w->depth - 1], at);
	else
		w->j->root = at;
}

/* Strings and plain templates are read from the text later; their parts are not walked. */
static bool kind_is_leaf(uint8_t kind)
{
	return kind == J_STR || kind == J_REGEX || kind == J_NUM || kind == J_META;
}

bool js_lower(struct js *j, TSTree *tree)
{
	struct walk w = {.j = j, .g = grammar_of(j->lang)};
	TSTreeCursor c = ts_tree_cursor_new(ts_tree_root_node(tree));
	bool down = walk_enter(&w, &c, ts_tree_cursor_current_node(&c)), ok = true;

	while (w.depth && ok) {
		if (down && !kind_is_leaf(w.stack[w.depth - 1].kind) && ts_tree_cursor_goto_first_child(&c)) {
			/* at a child */
		} else {
			/* the node on top of the stack is done */
			walk_leave(&w);
			if (!w.depth)
				break;
			if (!ts_tree_cursor_goto_next_sibling(&c)) {
				ts_tree_cursor_goto_parent(&c);
				down = false;
				continue;
			}
		}
		for (;;) {
			TSNode n = ts_tree_cursor_current_node(&c);

			if (!node_is_noise(&w, &c, n)) {
				down = walk_enter(&w, &c, n);
				if (down)
					break;
			}
			if (!ts_tree_cursor_goto_next_sibling(&c)) {
				ts_tree_cursor_goto_parent(&c);
				down = false;
				break;
			}
		}
		ok = j->n_nodes < STATEMENT_NODES;
	}
	ts_tree_cursor_delete(&c);
	return ok && j->root;
}

/* ---------- small looks at the tree ---------- */

void js_star_add(struct js *j, struct str module)
{
	if (j->n_stars < sizeof(j->stars) / sizeof(*j->stars))
		j->stars[j->n_stars++] = module;
}

uint32_t js_kid(const struct js *j, uint32_t n, enum js_role r)
{
	for (uint32_t k = j->nodes[n].first; k; k = j->nodes[k].next)
		if (j->nodes[k].role == r)
			return k;
	return 0;
}

uint32_t js_nth(const struct js *j, uint32_t n, unsigned i)
{
	uint32_t k = j->nodes[n].first;

	while (k && i--)
		k = j->nodes[k].next;
	return k;
}

uint32_t js_key_name(struct js *j, uint32_t n)
{
	struct js_val v;

	switch (j->nodes[n].kind) {
	case J_PROP:
	case J_ID:
	case J_SHORTHAND:
	case J_SHORTHAND_PATTERN:
		return j->nodes[n].x;
	case J_STR:
		v = js_literal(j, n);
		return v.t == V_STR ? js_name(j, js_utf8(j, v.s)) : 0;
	case J_NUM:
		return js_name(j, js_val_text(j, js_literal(j, n)));
	default:
		return 0;
	}
}

/* ---------- scopes ---------- */

static bool opens_scope(uint8_t kind)
{
	return kind == J_PROGRAM || kind == J_FUNC || kind == J_BLOCK || kind == J_FOR || kind == J_FOR_IN ||
		kind == J_CATCH || kind == J_CLASS || kind == J_SWITCH_BODY;
}

static void parents_set(struct js *j)
{
	for (uint32_t i = 1; i < j->n_nodes; i++)
		for (uint32_t k = j->nodes[i].first; k; k = j->nodes[k].next)
			j->nodes[k].parent = i;
}

/* The declaration that an identifier inside a pattern belongs to; 0 if it declares nothing. */
static uint32_t declaration_of(const struct js *j, uint32_t n)
{
	uint32_t at = n;

	for (int k = 0; k < 32; k++) {
		const struct js_node *me = &j->nodes[at];
		uint32_t up = me->parent;
		const struct js_node *p = &j->nodes[up];

		if (!up)
			return 0;
		switch (p->kind) {
		case J_PAIR_PATTERN:
			if (me->role != R_VALUE)
				return 0;
			break;
		case J_DEFAULT:
			if (me->role != R_LEFT)
				return 0;
			break;
		case J_ARR_PATTERN:
		case J_OBJ_PATTERN:
		case J_REST:
			break;
		case J_PARAM:
			if (me->role == R_VALUE || me->role == R_TYPE)
				return 0;
			break;
		case J_PARAMS:
			return up;
		case J_DECLARATOR:
			return me->role == R_NAME ? up : 0;
		case J_CATCH:
			return me->role == R_PARAM ? up : 0;
		case J_FUNC:
			return me->role == R_NAME && !(p->flags & JF_METHOD) ? up : me->role == R_PARAM ? up : 0;
		case J_CLASS:
			return me->role == R_NAME ? up : 0;
		case J_IMPORT_CLAUSE:
		case J_NS_IMPORT:
			return up;
		case J_IMPORT_SPEC:
			return !me->next ? up : 0; /* the alias, or the only name */
		case J_IMPORT:
			return me->role == R_SOURCE ? 0 : up;
		case J_FOR_IN:
			return me->role == R_LEFT ? up : 0;
		case J_ASSIGN:
		case J_AUG:
			return j->front->function_scope && me->role == R_LEFT ? up : 0;
		default:
			return 0;
		}
		at = up;
	}
	return 0;
}

struct binder {
	struct js *j;
	uint32_t *current;  /* variable bound to a name now */
	struct {
		uint32_t name, old;
	} *undo;
	size_t n_undo, undo_room;
	uint32_t *marks; /* undo level per open scope */
	size_t n_marks, marks_room;
	uint32_t scope, fn;
	uint64_t *known; /* (scope, name) -> var */
	uint32_t *known_var;
	size_t known_size, n_known;
};

static uint32_t scope_open(struct binder *b, uint32_t n)
{
	struct js *j = b->j;
	struct js_scope *s;

	if (!j->n_scopes)
		ARENA_PUSH(j->a, j->scopes, j->n_scopes, j->scopes_room);
	s = ARENA_PUSH(j->a, j->scopes, j->n_scopes, j->scopes_room);
	s->parent = b->scope;
	s->fn = b->fn;
	j->nodes[n].x = (uint32_t)j->n_scopes - 1;
	return j->nodes[n].x;
}

static uint32_t fn_open(struct binder *b, uint32_t n)
{
	struct js *j = b->j;
	struct js_fn *f;

	if (!j->n_fns)
		ARENA_PUSH(j->a, j->fns, j->n_fns, j->fns_room);
	f = ARENA_PUSH(j->a, j->fns, j->n_fns, j->fns_room);
	f->node = n;
	f->parent = b->fn;
	f->body = j->nodes[n].kind == J_PROGRAM ? n : js_kid(j, n, R_BODY);
	f->params = js_kid(j, n, R_PARAMS);
	if (!f->params)
		f->params = js_kid(j, n, R_PARAM);
	j->nodes[n].y = (uint32_t)j->n_fns - 1;
	return j->nodes[n].y;
}

static void known_grow(struct binder *b)
{
	size_t size = b->known_size ? b->known_size * 2 : 1024;
	uint64_t *k = ARENA_ARRAY(b->j->a, size, uint64_t);
	uint32_t *v = ARENA_ARRAY(b->j->a, size, uint32_t);

	for (size_t i = 0; i < b->known_size; i++) {
		size_t at;

		if (!b->known[i])
			continue;
		at = fast_hash(&b->known[i], 8, 3) & (size - 1);
		while (k[at])
			at = (at + 1) & (size - 1);
		k[at] = b->known[i];
		v[at] = b->known_var[i];
	}
	b->known = k;
	b->known_var = v;
	b->known_size = size;
}

static uint32_t declare(struct binder *b, uint32_t scope, uint32_t id, enum js_var_kind kind, uint32_t fn)
{
	struct js *j = b->j;
	uint32_t name = j->nodes[id].x;
	uint64_t key = (uint64_t)scope << 32 | name;
	struct js_var *v;
	struct js_decl_list *d;
	size_t at;

	if (b->n_known * 2 >= b->known_size)
		known_grow(b);
	at = fast_hash(&key, 8, 3) & (b->known_size - 1);
	while (b->known[at]) {
		if (b->known[at] == key) {
			if (kind == VAR_FUNCTION)
				j->vars[b->known_var[at]].kind = VAR_FUNCTION;
			j->nodes[id].y = b->known_var[at];
			return b->known_var[at];
		}
		at = (at + 1) & (b->known_size - 1);
	}
	if (!j->n_vars)
		ARENA_PUSH(j->a, j->vars, j->n_vars, j->vars_room);
	v = ARENA_PUSH(j->a, j->vars, j->n_vars, j->vars_room);
	v->name = name;
	v->fn = fn;
	v->slot = j->fns[fn].n_slots++;
	v->decl = id;
	v->kind = (uint8_t)kind;
	v->param = -1;
	b->known[at] = key;
	b->known_var[at] = (uint32_t)j->n_vars - 1;
	b->n_known++;
	if (!j->n_decls)
		ARENA_PUSH(j->a, j->decls, j->n_decls, j->decls_room);
	d = ARENA_PUSH(j->a, j->decls, j->n_decls, j->decls_room);
	d->var = (uint32_t)j->n_vars - 1;
	d->next = j->scopes[scope].decls;
	j->scopes[scope].decls = (uint32_t)j->n_decls - 1;
	j->nodes[id].y = (uint32_t)j->n_vars - 1;
	return (uint32_t)j->n_vars - 1;
}

static uint32_t fn_scope_of(const struct binder *b, uint32_t scope)
{
	const struct js *j = b->j;

	while (j->scopes[scope].parent && j->scopes[j->scopes[scope].parent].fn == j->scopes[scope].fn)
		scope = j->scopes[scope].parent;
	return scope;
}

static bool decl_is_lexical(const struct js *j, uint32_t list)
{
	struct str t = str_part(js_text(j, list), 0, 6);

	return !str_starts(t, "var ") && !str_starts(t, "var\t") && !str_starts(t, "var\n") &&
		!str_starts(t, "var{") && !str_starts(t, "var[");
}

/* `for (const a of b)` declares, `for (a of b)` does not: the word stands before the name. */
static bool loop_declares(const struct js *j, uint32_t loop, uint32_t id)
{
	struct str head = str_part(js_text(j, loop), 0, j->nodes[id].from - j->nodes[loop].from);

	return str_has(head, "const") || str_has(head, "let") || str_has(head, "var") || str_has(head, "using");
}

static int32_t param_place(const struct js *j, uint32_t id, uint32_t params)
{
	uint32_t at = id;
	int32_t i = 0;

	for (int k = 0; k < 34 && j->nodes[at].parent != params; k++)
		at = j->nodes[at].parent;
	for (uint32_t p = j->nodes[params].first; p && p != at; p = j->nodes[p].next)
		i++;
	return i;
}

static void declare_id(struct binder *b, uint32_t id)
{
	struct js *j = b->j;
	uint32_t d = declaration_of(j, id), v;
	enum js_var_kind kind = VAR_VAR;
	uint32_t scope = b->scope;

	if (!d)
		return;
	switch (j->nodes[d].kind) {
	case J_DECLARATOR:
		kind = decl_is_lexical(j, j->nodes[d].parent) ? VAR_LET : VAR_VAR;
		break;
	case J_ASSIGN:
	case J_AUG:
		break;
	case J_FOR_IN:
		if (j->front->function_scope)
			break;
		if (!loop_declares(j, d, id))
			return;
		kind = VAR_LET;
		break;
	case J_PARAMS:
		kind = VAR_PARAM;
		break;
	case J_FUNC:
		kind = j->nodes[id].role == R_PARAM ? VAR_PARAM : VAR_FUNCTION;
		break;
	case J_CLASS:
		kind = VAR_CLASS;
		break;
	case J_CATCH:
		kind = VAR_CATCH;
		break;
	default:
		kind = VAR_IMPORT;
		break;
	}
	/* A function or class declaration is named where it stands; b->scope is already its own. */
	if ((kind == VAR_FUNCTION || kind == VAR_CLASS) && j->nodes[d].flags & JF_DECL)
		scope = j->scopes[scope].parent ? j->scopes[scope].parent : scope;
	if (kind == VAR_VAR || (j->front->function_scope && kind != VAR_PARAM))
		scope = fn_scope_of(b, scope);
	if (j->front->function_scope && j->nodes[id].flags & JF_OUTER)
		return;
	v = declare(b, scope, id, kind, j->scopes[scope].fn);
	j->vars[v].pattern = j->nodes[id].parent != d;
	if (kind == VAR_PARAM) {
		uint32_t params = j->nodes[d].kind == J_PARAMS ? d : id;

		j->vars[v].param = params == id ? 0 : param_place(j, id, params);
		j->vars[v].pattern = params != id && j->nodes[id].parent != params &&
			j->nodes[j->nodes[id].parent].kind != J_PARAM &&
			j->nodes[j->nodes[id].parent].kind != J_DEFAULT;
	}
}

static void scope_bind(struct binder *b, uint32_t scope)
{
	struct js *j = b->j;

	*ARENA_PUSH(j->a, b->marks, b->n_marks, b->marks_room) = (uint32_t)b->n_undo;
	for (uint32_t d = j->scopes[scope].decls; d; d = j->decls[d].next) {
		uint32_t name = j->vars[j->decls[d].var].name;
		__typeof__(b->undo) u = ARENA_PUSH(j->a, b->undo, b->n_undo, b->undo_room);

		u->name = name;
		u->old = b->current[name];
		b->current[name] = j->decls[d].var;
	}
}

static void scope_unbind(struct binder *b)
{
	size_t to = b->marks[--b->n_marks];

	while (b->n_undo > to) {
		b->n_undo--;
		b->current[b->undo[b->n_undo].name] = b->undo[b->n_undo].old;
	}
}

static void visit_first(struct binder *b, uint32_t n)
{
	struct js_node *me = &b->j->nodes[n];

	me->fn = b->fn;
	if (me->kind == J_FUNC || me->kind == J_PROGRAM)
		b->fn = fn_open(b, n);
	if (opens_scope(me->kind))
		b->scope = scope_open(b, n);
	if (me->kind == J_ID || me->kind == J_SHORTHAND_PATTERN)
		declare_id(b, n);
}

static void leave_first(struct binder *b, uint32_t n)
{
	struct js_node *me = &b->j->nodes[n];

	if (opens_scope(me->kind))
		b->scope = b->j->scopes[b->scope].parent;
	if (me->kind == J_FUNC || me->kind == J_PROGRAM)
		b->fn = b->j->fns[b->fn].parent;
}

static void visit_second(struct binder *b, uint32_t n)
{
	struct js_node *me = &b->j->nodes[n];

	if (opens_scope(me->kind))
		scope_bind(b, me->x);
	if ((me->kind == J_ID || me->kind == J_SHORTHAND || me->kind == J_SHORTHAND_PATTERN) && !me->y)
		me->y = b->current[me->x];
	if (me->kind == J_THIS)
		b->j->fns[me->fn].has_this = true;
}

static void leave_second(struct binder *b, uint32_t n)
{
	if (opens_scope(b->j->nodes[n].kind))
		scope_unbind(b);
}

/* Depth first without recursion: the parent links are the stack. */
static void traverse(struct binder *b, void (*visit)(struct binder *, uint32_t),
	void (*leave)(struct binder *, uint32_t))
{
	struct js *j = b->j;
	uint32_t n = j->root;

	visit(b, n);
	for (;;) {
		if (j->nodes[n].first) {
			n = j->nodes[n].first;
			visit(b, n);
			continue;
		}
		while (n != j->root && !j->nodes[n].next) {
			leave(b, n);
			n = j->nodes[n].parent;
		}
		leave(b, n);
		if (n == j->root)
			return;
		n = j->nodes[n].next;
		visit(b, n);
	}
}

static void write_to(struct js *j, uint32_t id, uint32_t right, bool whole)
{
	struct js_node *n = &j->nodes[id];
	struct js_var *v;

	if (n->kind != J_ID && n->kind != J_SHORTHAND_PATTERN)
		return;
	if (!n->y)
		return;
	v = &j->vars[n->y];
	v->n_writes++;
	v->init = v->n_writes == 1 && whole ? right : 0;
}

static bool name_mutates(const struct js *j, struct str m)
{
	static const char *const names[] = {"push", "shift", "unshift", "pop", "splice", "reverse", "sort",
		"fill", "copyWithin", "set", NULL};

	for (int i = 0; names[i]; i++)
		if (str_is(m, names[i]))
			return true;
	for (int i = 0; j->front->mutators[i]; i++)
		if (str_is(m, j->front->mutators[i]))
			return true;
	return false;
}

/* The variable at the root of a.b.c */
static uint32_t root_var(const struct js *j, uint32_t n)
{
	for (int k = 0; k < 16; k++) {
		if (j->nodes[n].kind == J_ID)
			return j->nodes[n].y;
		if (j->nodes[n].kind != J_MEMBER && j->nodes[n].kind != J_SUBSCRIPT)
			return 0;
		n = js_kid(j, n, R_OBJECT);
		if (!n)
			return 0;
	}
	return 0;
}

/* Who writes each variable. */
static void writers_count(struct js *j)
{
	for (uint32_t i = 1; i < j->n_nodes; i++) {
		struct js_node *n = &j->nodes[i];
		uint32_t l, r, v;

		switch (n->kind) {
		case J_DECLARATOR:
			l = js_kid(j, i, R_NAME);
			r = js_kid(j, i, R_VALUE);
			if (l && r)
				write_to(j, l, r, true);
			break;
		case J_ASSIGN:
			l = js_kid(j, i, R_LEFT);
			r = js_kid(j, i, R_RIGHT);
			if (l && (v = j->nodes[l].kind == J_ID ? 0 : root_var(j, l)))
				j->vars[v].mutated = true;
			if (l)
				write_to(j, l, r, true);
			break;
		case J_AUG:
			l = js_kid(j, i, R_LEFT);
			if (l && (v = j->nodes[l].kind == J_ID ? 0 : root_var(j, l)))
				j->vars[v].mutated = true;
			if (l)
				write_to(j, l, 0, false);
			break;
		case J_UPDATE:
			l = n->first;
			if (l && (v = j->nodes[l].kind == J_ID ? 0 : root_var(j, l)))
				j->vars[v].mutated = true;
			if (l)
				write_to(j, l, 0, false);
			break;
		case J_FOR_IN:
			l = js_kid(j, i, R_LEFT);
			if (l)
				write_to(j, l, 0, false);
			break;
		case J_FUNC:
		case J_CLASS:
			l = js_kid(j, i, R_NAME);
			if (l && !(n->flags & JF_METHOD) && j->nodes[l].kind == J_ID)
				write_to(j, l, i, true);
			break;
		case J_CALL:
			l = js_kid(j, i, R_CALLEE);
			if (l && j->nodes[l].kind == J_MEMBER) {
				r = js_kid(j, l, R_PROPERTY);
				v = root_var(j, l);
				if (v && r && name_mutates(j, js_name_str(j, j->nodes[r].x)))
					j->vars[v].mutated = true;
			}
			break;
		default:
			break;
		}
	}
	for (uint32_t v = 1; v < j->n_vars; v++) {
		struct js_var *var = &j->vars[v];

		if (var->kind == VAR_PARAM || var->kind == VAR_CATCH || var->kind == VAR_IMPORT || var->pattern)
			var->init = 0;
		if (var->kind == VAR_PARAM)
			var->n_writes++;
	}
}

/*
 * (function (w, k) {...})(window, [1, 2]): nobody else can call it, so its parameters are what stands
 * there, as if they were declared with it.
 */
static void called_where_it_stands(struct js *j, uint32_t call)
{
	uint32_t fn = js_kid(j, call, R_CALLEE), args = js_kid(j, call, R_ARGS), params, a;

	if (!fn || !args || j->nodes[fn].kind != J_FUNC || j->nodes[args].kind != J_ARGS || js_kid(j, fn, R_NAME))
		return;
	params = j->fns[j->nodes[fn].y].params;
	if (!params || j->nodes[params].kind != J_PARAMS)
		return;
	a = j->nodes[args].first;
	for (uint32_t p = j->nodes[params].first; p && a; p = j->nodes[p].next, a = j->nodes[a].next) {
		struct js_var *v = j->nodes[p].kind == J_ID ? &j->vars[j->nodes[p].y] : NULL;

		if (j->nodes[a].kind == J_SPREAD)
			return;
		if (!v || v->kind != VAR_PARAM || v->n_writes != 1)
			continue;
		v->kind = VAR_CONST;
		v->init = a;
		v->param = -1;
	}
}

static void bind_names(struct js *j)
{
	struct binder b = {.j = j};

	if (!j->n_vars)
		ARENA_PUSH(j->a, j->vars, j->n_vars, j->vars_room);
	if (!j->n_fns)
		ARENA_PUSH(j->a, j->fns, j->n_fns, j->fns_room);
	/* Badly broken text has an error for a root; names still need a scope to live in. */
	j->nodes[j->root].kind = J_PROGRAM;
	traverse(&b, visit_first, leave_first);
	b.current = ARENA_ARRAY(j->a, j->n_names + 1, uint32_t);
	traverse(&b, visit_second, leave_second);
	writers_count(j);
	for (uint32_t i = 1; i < j->n_nodes; i++)
		if (j->nodes[i].kind == J_CALL)
			called_where_it_stands(j, i);
}

static bool is_expression(const struct js_node *n)
{
	return n->kind != J_NONE && n->kind != J_PROP && n->kind != J_EXPR_STMT && n->kind != J_BLOCK && n->kind != J_PROGRAM && n->kind != J_ARGS;
}

/* What the user's rules captured, as nodes of ours: the innermost expression that stands in just this place. */
static void marks_place(struct js *j)
{
	size_t k = 0;
	uint32_t *taken;

	if (!j->n_marks)
		return;
	j->mark_of = ARENA_ARRAY(j->a, j->n_nodes, uint32_t);
	taken = ARENA_ARRAY(j->a, j->n_marks, uint32_t);
	for (uint32_t n = 1; n < j->n_nodes; n++) {
		size_t lo = 0, hi = j->n_marks;

		if (!is_expression(&j->nodes[n]))
			continue;
		while (lo < hi) {
			k = (lo + hi) / 2;
			if (j->marks[k].from < j->nodes[n].from || (j->marks[k].from == j->nodes[n].from && j->marks[k].to < j->nodes[n].to))
				lo = k + 1;
			else
				hi = k;
		}
		if (lo == j->n_marks || j->marks[lo].from != j->nodes[n].from || j->marks[lo].to != j->nodes[n].to || taken[lo])
			continue;
		taken[lo] = n;
		j->mark_of[n] = (uint32_t)lo + 1;
	}
}

enum status js_parse(struct js *j)
{
	TSTree *tree = tree_parse(j->front->grammar(j->lang), j->text, j->a, j->in->budget);
	bool ok;

	if (!tree)
		return STATUS_LIMIT;
	js_name(j, STR(""));
	ARENA_PUSH(j->a, j->nodes, j->n_nodes, j->nodes_room);
	ok = j->front->lower(j, tree);
	if (ok && user_rules_have(j->lang))
		j->n_marks = user_rules_marks(j, tree, &j->marks);
	tree_done(tree);
	if (!ok || !budget_step(j->in->budget, j->n_nodes / 4))
		return STATUS_LIMIT;
	parents_set(j);
	marks_place(j);
	bind_names(j);
	return STATUS_OK;
}
