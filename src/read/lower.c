#include "read/lower.h"

enum { RAW_MAX = 12 << 20 };

static void table_fill(struct lower_table *t, const TSLanguage *ts)
{
	uint32_t n = ts_language_symbol_count(ts);

	for (uint32_t s = 0; s < n && s < LOWER_SYMBOLS; s++) {
		const char *name = ts_language_symbol_name(ts, (TSSymbol)s);
		bool named = ts_language_symbol_type(ts, (TSSymbol)s) == TSSymbolTypeRegular;

		for (const struct lower_row *r = t->kinds; name && r->name; r++)
			if (!strcmp(r->name, name))
				t->kind_of[s] = r->id;
		for (const struct lower_row *r = t->ops; name && !named && r->name; r++)
			if (!strcmp(r->name, name))
				t->op_of[s] = r->id;
	}
	for (const struct lower_row *r = t->fields; r->name; r++) {
		TSFieldId f = ts_language_field_id_for_name(ts, r->name, (uint32_t)strlen(r->name));

		if (f && f < LOWER_FIELDS)
			t->field_of[f] = r->id;
	}
	t->ready = true;
}

static struct raw raw_of(const struct lower_table *t, TSTreeCursor *c, TSNode n)
{
	TSSymbol s = ts_node_symbol(n);
	TSFieldId f = ts_tree_cursor_current_field_id(c);

	return (struct raw){
		.kind = s == (TSSymbol)-1 ? RAW_ERROR : s < LOWER_SYMBOLS ? t->kind_of[s] : 0,
		.op = s < LOWER_SYMBOLS ? t->op_of[s] : 0,
		.field = f && f < LOWER_FIELDS ? t->field_of[f] : 0,
		.named = ts_node_is_named(n),
		.from = ts_node_start_byte(n),
		.to = ts_node_end_byte(n)};
}

/* Punctuation that says nothing is left out. */
static bool is_noise(struct lower *w, const struct raw *r, TSNode n)
{
	if (r->kind == RAW_COMMENT || (r->named && ts_node_is_extra(n) && !r->kind)) {
		*ARENA_PUSH(w->j->a, w->j->comments, w->j->n_comments, w->j->comments_room) =
			(struct span){r->from, r->to};
		return true;
	}
	return !r->named && !r->kind && !r->op;
}

bool lower_begin(struct lower *w, struct lower_table *t, TSTree *tree, const TSLanguage *ts)
{
	TSTreeCursor c = ts_tree_cursor_new(ts_tree_root_node(tree));
	uint32_t *open = NULL, last = 0; /* open nodes; the last child that was added to the innermost */
	size_t n_open = 0, room_open = 0;
	bool down = true;

	if (!t->ready)
		table_fill(t, ts);
	ARENA_PUSH(w->j->a, w->raw, w->n_raw, w->room);
	*ARENA_PUSH(w->j->a, w->raw, w->n_raw, w->room) = raw_of(t, &c, ts_tree_cursor_current_node(&c));
	*ARENA_PUSH(w->j->a, open, n_open, room_open) = 1;
	while (n_open && w->n_raw < RAW_MAX) {
		if (down && ts_tree_cursor_goto_first_child(&c)) {
			last = 0;
		} else {
			last = open[--n_open]; /* it is done: its sibling comes */
			if (!n_open || !ts_tree_cursor_goto_next_sibling(&c)) {
				ts_tree_cursor_goto_parent(&c);
				down = false;
				continue;
			}
		}
		for (;;) {
			TSNode n = ts_tree_cursor_current_node(&c);
			struct raw r = raw_of(t, &c, n);

			if (!is_noise(w, &r, n)) {
				*ARENA_PUSH(w->j->a, w->raw, w->n_raw, w->room) = r;
				if (last)
					w->raw[last].next = (uint32_t)w->n_raw - 1;
				else
					w->raw[open[n_open - 1]].first = (uint32_t)w->n_raw - 1;
				*ARENA_PUSH(w->j->a, open, n_open, room_open) = (uint32_t)w->n_raw - 1;
				down = true;
				break;
			}
			if (!ts_tree_cursor_goto_next_sibling(&c)) {
				ts_tree_cursor_goto_parent(&c);
				down = false;
				break;
			}
		}
	}
	ts_tree_cursor_delete(&c);
	return w->n_raw < RAW_MAX;
}

/* ---------- looking ---------- */

uint32_t raw_field(const struct lower *w, uint32_t r, uint8_t field)
{
	for (uint32_t k = w->raw[r].first; k; k = w->raw[k].next)
		if (w->raw[k].field == field)
			return k;
	return 0;
}

uint32_t raw_kind(const struct lower *w, uint32_t r, uint8_t kind)
{
	for (uint32_t k = w->raw[r].first; k; k = w->raw[k].next)
		if (w->raw[k].kind == kind)
			return k;
	return 0;
}

uint32_t raw_next(const struct lower *w, uint32_t r)
{
	do
		r = r ? w->raw[r].next : 0;
	while (r && !w->raw[r].named);
	return r;
}

uint32_t raw_named(const struct lower *w, uint32_t r, unsigned i)
{
	for (uint32_t k = w->raw[r].first; k; k = w->raw[k].next)
		if (w->raw[k].named && !i--)
			return k;
	return 0;
}

enum js_op raw_op(const struct lower *w, uint32_t r)
{
	for (uint32_t k = w->raw[r].first; k; k = w->raw[k].next)
		if (w->raw[k].op)
			return (enum js_op)w->raw[k].op;
	return OP_NONE;
}

/* ---------- building ---------- */

void kid_add(struct lower *w, struct kids *k, uint32_t node, enum js_role role)
{
	if (!node)
		return;
	w->j->nodes[node].role = (uint8_t)role;
	if (k->last)
		w->j->nodes[k->last].next = node;
	else
		k->first = node;
	k->last = node;
	k->n++;
}

uint32_t node_make(struct lower *w, enum js_kind kind, uint32_t from, uint32_t to, struct kids k)
{
	struct js *j = w->j;
	struct js_node *n = ARENA_PUSH(j->a, j->nodes, j->n_nodes, j->nodes_room);

	n->kind = (uint8_t)kind;
	n->from = from;
	n->to = to;
	n->first = k.first;
	n->last = k.last;
	return (uint32_t)j->n_nodes - 1;
}

uint32_t node_leaf(struct lower *w, enum js_kind kind, uint32_t r)
{
	return node_make(w, kind, w->raw[r].from, w->raw[r].to, (struct kids){0, 0, 0});
}

uint32_t node_name(struct lower *w, enum js_kind kind, uint32_t r, struct str name)
{
	uint32_t n = node_leaf(w, kind, r);

	w->j->nodes[n].x = js_name(w->j, name);
	return n;
}

uint32_t node_method(struct lower *w, uint32_t r, uint32_t object, const char *name, struct kids args)
{
	uint32_t from = w->raw[r].from, to = w->raw[r].to, list;
	struct kids member = {0, 0, 0}, call = {0, 0, 0};

	/* kids were built before the member: they stand behind it in the list, before it in the array */
	list = node_make(w, J_ARGS, from, to, args);
	kid_add(w, &member, object, R_OBJECT);
	kid_add(w, &member, node_name(w, J_PROP, r, str_of(name)), R_PROPERTY);
	kid_add(w, &call, node_make(w, J_MEMBER, from, to, member), R_CALLEE);
	kid_add(w, &call, list, R_ARGS);
	return node_make(w, J_CALL, from, to, call);
}

uint32_t node_sum(struct lower *w, uint32_t from, uint32_t to, struct kids k)
{
	uint32_t n;

	if (k.n == 1)
		return k.first;
	n = node_make(w, J_ADD, from, to, k);
	w->j->nodes[n].op = OP_ADD;
	return n;
}

uint32_t node_call(struct lower *w, uint32_t r, uint32_t callee, struct kids args)
{
	struct kids k = {0, 0, 0};

	kid_add(w, &k, callee, R_CALLEE);
	kid_add(w, &k, node_of(w, J_ARGS, r, args), R_ARGS);
	return node_of(w, J_CALL, r, k);
}

uint32_t node_call_name(struct lower *w, uint32_t r, const char *name, struct kids args)
{
	return node_call(w, r, node_name(w, J_ID, r, str_of(name)), args);
}

uint32_t node_assign(struct lower *w, uint32_t r, uint32_t target, uint32_t value)
{
	struct kids k = {0, 0, 0};

	kid_add(w, &k, target, R_LEFT);
	kid_add(w, &k, value, R_RIGHT);
	return k.n == 2 ? node_of(w, J_ASSIGN, r, k) : k.n ? node_of(w, J_OTHER, r, k) : 0;
}

uint32_t node_text(struct lower *w, uint32_t from, uint32_t to, uint8_t flags)
{
	uint32_t n = node_make(w, J_STR, from, to > from ? to : from, (struct kids){0, 0, 0});

	w->j->nodes[n].flags = JF_PIECE | flags;
	return n;
}

void node_tail(struct lower *w, uint32_t n)
{
	struct js_node *nodes = w->j->nodes;

	for (int depth = 0; n && depth < 64; depth++) {
		switch (nodes[n].kind) {
		case J_EXPR_STMT:
			nodes[n].kind = J_RETURN;
			return;
		case J_BLOCK:
			n = nodes[n].last;
			break;
		case J_IF:
			for (uint32_t k = nodes[n].first; k; k = nodes[k].next)
				if (nodes[k].role == R_CONS)
					node_tail(w, k);
			n = nodes[nodes[n].last].role == R_ALT ? nodes[n].last : 0;
			break;
		case J_TRY:
			n = nodes[n].first;
			break;
		default:
			return;
		}
	}
}

/* ---------- by the front end's rule ---------- */

uint32_t lower_node(struct lower *w, uint32_t r)
{
	uint32_t n;

	if (!r)
		return 0;
	if (w->depth >= LOWER_DEPTH) {
		w->j->too_deep = true;
		return 0;
	}
	w->depth++;
	n = w->rule(w, r);
	w->depth--;
	return n;
}

struct kids lower_kids(struct lower *w, uint32_t r)
{
	struct kids k = {0, 0, 0};

	for (uint32_t c = w->raw[r].first; c; c = w->raw[c].next)
		if (w->raw[c].named && (!w->type_field || w->raw[c].field != w->type_field))
			kid_add(w, &k, lower_node(w, c), R_NONE);
	return k;
}

uint32_t lower_wrapped(struct lower *w, uint32_t r, enum js_kind kind)
{
	return node_of(w, kind, r, lower_kids(w, r));
}

uint32_t lower_collapsed(struct lower *w, uint32_t r)
{
	struct kids k = lower_kids(w, r);

	return k.n == 1 ? k.first : k.n == 0 ? 0 : node_of(w, J_OTHER, r, k);
}

uint32_t lower_member(struct lower *w, uint32_t r, uint32_t object, uint32_t name)
{
	struct kids k = {0, 0, 0};

	kid_lower(w, &k, object, R_OBJECT);
	if (name)
		kid_add(w, &k, node_name(w, J_PROP, name, raw_text(w, name)), R_PROPERTY);
	return node_of(w, J_MEMBER, r, k);
}

uint32_t lower_index(struct lower *w, uint32_t r, uint32_t object, uint32_t index)
{
	struct kids k = {0, 0, 0};

	kid_lower(w, &k, object, R_OBJECT);
	kid_lower(w, &k, index, R_INDEX);
	return node_of(w, J_SUBSCRIPT, r, k);
}

uint32_t lower_binary(struct lower *w, uint32_t r, uint32_t left, uint32_t right)
{
	enum js_op op = raw_op(w, r);
	struct kids k = {0, 0, 0};
	uint32_t n;

	kid_lower(w, &k, left, R_LEFT);
	kid_lower(w, &k, right, R_RIGHT);
	if (op == OP_ADD && k.n == 2)
		return node_sum(w, w->raw[r].from, w->raw[r].to, k);
	n = node_of(w, op == OP_LAND || op == OP_LOR ? J_LOGIC : J_BIN, r, k);
	w->j->nodes[n].op = (uint8_t)op;
	return n;
}

/* ---------- formats of printf ---------- */

static void piece_add(struct lower *w, struct kids *k, size_t from, size_t to)
{
	uint32_t n;

	if (from >= to)
		return;
	n = node_make(w, J_STR, (uint32_t)from, (uint32_t)to, (struct kids){0, 0, 0});
	w->j->nodes[n].flags = JF_PIECE;
	kid_add(w, k, n, R_NONE);
}

uint32_t lower_pieces(struct lower *w, struct kids *k, uint32_t literal, uint32_t arg)
{
	struct str text = w->j->text;
	size_t at = w->raw[literal].from, end = w->raw[literal].to, from;

	while (at < end && text.p[at] != '"')
		at++;
	from = ++at;
	end = end > from && text.p[end - 1] == '"' ? end - 1 : end;
	while (at < end) {
		size_t start = at;

		if (text.p[at] == '\\') {
			at += 2;
			continue;
		}
		if (text.p[at++] != '%')
			continue;
		if (at < end && text.p[at] == '%') {
			piece_add(w, k, from, at);
			from = ++at;
			continue;
		}
		while (at < end && strchr("#0- +'123456789.*hlLqjzt", text.p[at]))
			at++;
		piece_add(w, k, from, start);
		from = at = at < end ? at + 1 : end;
		kid_lower(w, k, arg, R_NONE);
		arg = raw_next(w, arg);
	}
	piece_add(w, k, from, end);
	return arg;
}
