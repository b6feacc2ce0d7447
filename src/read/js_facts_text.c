/* Text that is more than text: decoded layers that are run, addresses in strings, shapes of hidden code. */
#include "facts_int.h"

#include "read/decode.h"
#include "read/strings.h"
#include "util/utf8.h"

/* ---------- code that is text ---------- */

static bool text_returns_global(struct str t)
{
	t = str_trim(t);
	return !t.len || str_is(t, "return this") || str_is(t, "return this;") || str_is(t, "return globalThis") ||
		str_is(t, "return global") || str_is(t, "this") || str_is(t, "return import.meta");
}

/* The one decoded text among what a value can be, where it was not known at first who decodes. */
static struct js_str *decoded_among(const struct js *j, uint32_t av)
{
	struct js_str *s = NULL;
	size_t n;
	const uint32_t *refs = js_refs(j, av, &n);

	for (size_t i = 0; i < n; i++) {
		const struct js_val *v = &j->consts[REF_ID(refs[i])];

		if (REF_TAG(refs[i]) != T_CONST || v->t != V_STR)
			continue;
		if (s || !v->s->depth)
			return NULL;
		s = v->s;
	}
	return s;
}

void facts_code_value(struct js *j, uint32_t n, uint32_t arg, uint32_t av, bool fresh, struct str api)
{
	struct js_str *s = facts_const_str(j, av);
	struct js_val v;
	struct str t;
	struct fact f;
	bool unknown, param, data;

	if (!s && arg && j->nodes[arg].kind == J_ID && js_fold_slice(j, arg, &v) && v.t == V_STR)
		s = v.s;
	if (!s && arg && (j->nodes[arg].kind == J_CALL || j->nodes[arg].kind == J_ADD) && js_fold_slice(j, arg, &v) && v.t == V_STR)
		s = v.s;
	if (!s)
		s = decoded_among(j, av);
	if (s) {
		t = js_utf8(j, s);
		if (s->depth && t.len > 3) {
			f = facts_make(FACT_FLOW, STR("data>code"), str_part(t, 0, 400));
			f.number = 3;
			f.flags = FACT_CONSTANT | FACT_DECODED_ARG | (fresh ? FACT_NEW_SOURCE | FACT_NEW_SINK : 0) | js_place_flags(j, n);
			f.detail = arena_printf(j->a, "literal decoded by %s\n-> %.*s", facts_scheme_name(s->scheme), STR_ARG(api));
			facts_say(j, f, n, fresh);
		}
		if (t.len > 8 && !text_returns_global(t) && fresh)
			js_run_layer(j, n, t);
		return;
	}
	if (!arg)
		return;
	unknown = js_av_has(j, av, T_UNKNOWN);
	param = js_av_has(j, av, T_PARAM);
	{
		uint32_t taints[TAINTS_MAX];
		size_t k = js_taints_of(j, av, arg, taints, TAINTS_MAX, NULL);

		data = false;
		for (size_t i = 0; i < k; i++) {
			if (j->taints[taints[i]].kind == SRC_NET)
				return; /* said as a flow */
			data |= j->taints[taints[i]].kind == SRC_DATA || j->taints[taints[i]].kind == SRC_ENV;
		}
	}
	if ((unknown && !param) || data) {
		f = facts_make(FACT_UNRESOLVED, STR("code"), STR(""));
		f.detail = str_part(js_text(j, arg), 0, 300);
		f.flags = js_place_flags(j, n);
		facts_say(j, f, n, fresh);
	}
}

void facts_run_layer(struct js *j, uint32_t n, struct str code, enum language lang)
{
	struct js_site *s = j->site, inner = *s;
	struct js_piece piece = {0, code.len, SIZE_MAX};
	size_t from, to;

	if (s->layer >= LAYER_DEPTH || s->n_layers >= LAYERS_MAX || s->layer_bytes + code.len > LAYER_BYTES || code.len < 8)
		return;
	if (!s->layer) {
		if (!js_place(j, n, &from, &to))
			return;
		inner.outer_from = from;
		inner.outer_to = to;
		inner.outer_top = facts_runs_at_load(j, n);
	}
	/* the same text once */
	if (js_count(s->a, s->said, facts_hash(code, 77)))
		return;
	inner.layer++;
	inner.pieces = &piece;
	inner.n_pieces = 1;
	inner.layer_bytes += code.len;
	inner.n_layers++;
	js_run_text(&inner, lang, arena_str(s->a, code), false);
	s->layer_bytes = inner.layer_bytes;
	s->n_layers = inner.n_layers;
	s->n_decoded = inner.n_decoded;
	s->found = inner.found;
	s->n_found = inner.n_found;
	s->found_room = inner.found_room;
	s->serious = inner.serious;
	s->too_deep |= inner.too_deep;
	s->full |= inner.full;
}

void js_run_layer(struct js *j, uint32_t n, struct str code)
{
	facts_run_layer(j, n, code, j->front->layer);
}

/* ---------- strings ---------- */

/* A text that a call executes is no message, however many words it has. */
static bool is_command(struct js *j, uint32_t n)
{
	for (int k = 0; k < 4 && n; k++, n = j->nodes[n].parent) {
		struct js_call c;
		const struct js_api *row;

		if (j->nodes[n].kind != J_CALL && j->nodes[n].kind != J_NEW)
			continue;
		js_call_of(j, n, &c);
		row = js_api_find(j, js_api_of(j, c.callee), API_CALL);
		return row && (row->class_ == CLASS_EXEC || row->class_ == CLASS_CODE);
	}
	return false;
}

static bool is_message(struct js *j, uint32_t n)
{
	uint32_t p = j->nodes[n].parent, c;
	struct str t = js_text(j, n), name;
	size_t blanks = 0;

	for (size_t i = 0; i < t.len && i < 400; i++)
		blanks += t.p[i] == ' ';
	for (int k = 0; k < 4 && p; k++, p = j->nodes[p].parent) {
		if (j->nodes[p].kind == J_THROW)
			return true;
		if (j->nodes[p].kind != J_CALL && j->nodes[p].kind != J_NEW)
			continue;
		c = js_kid(j, p, R_CALLEE);
		name = c ? js_text(j, c) : STR("");
		if (str_starts(name, "console.") || str_ends(name, "Error") || str_ends_nocase(name, "warn") || str_ends_nocase(name, "log") ||
			str_ends_nocase(name, "deprecate") || str_ends_nocase(name, "invariant") || str_ends_nocase(name, "warning"))
			return true;
		break;
	}
	return blanks >= 4 && !is_command(j, n);
}

static bool is_specifier(struct js *j, uint32_t n)
{
	uint32_t p = j->nodes[n].parent, c;

	if (j->nodes[p].kind == J_IMPORT || j->nodes[p].kind == J_EXPORT)
		return true;
	if (j->nodes[p].kind != J_ARGS)
		return false;
	c = js_kid(j, j->nodes[p].parent, R_CALLEE);
	return c && (j->nodes[c].kind == J_IMPORT_KW || str_is(js_text(j, c), "require"));
}

static bool piece_has(struct js *j, uint32_t n, struct str what)
{
	uint32_t start = n;

	while (j->nodes[start].first)
		start = j->nodes[start].first;
	for (uint32_t i = start; i < n; i++) {
		struct str t;

		if (j->nodes[i].kind == J_STR && js_const_str(j, j->av[i], &t) && str_find(t, what) != SIZE_MAX)
			return true;
	}
	return false;
}

static void classify_const(struct js *j, uint32_t n, struct str t, bool decoded, bool fresh)
{
	struct string_class c;
	struct js_site *s = j->site;
	bool message = is_message(j, n);

	if (t.len < 6 || t.len > 1 << 16)
		return;
	classify_string(t, &c);
	for (size_t i = 0; i < c.n; i++) {
		struct fact f = facts_make(c.items[i].kind, c.items[i].key, c.items[i].value);

		if (f.kind == FACT_HOST && s->old_text.len && str_find(s->old_text, c.items[i].key) != SIZE_MAX)
			continue;
		if (f.kind == FACT_STRING && !decoded && s->old_text.len && c.items[i].value.len > 12 && str_find(s->old_text, c.items[i].value) != SIZE_MAX)
			continue;
		if (message)
			f.detail = STR("message");
		f.flags = FACT_CONSTANT | (decoded ? FACT_DECODED_ARG : 0);
		facts_say(j, f, n, fresh);
	}
}

static bool word_is_telling(const struct js *j, struct str t)
{
	for (int i = 0; j->front->telling[i]; i++)
		if (str_is(t, j->front->telling[i]))
			return true;
	return false;
}

static void decoded_const(struct js *j, uint32_t n, struct js_str *s, struct str t, bool fresh)
{
	struct string_class c;
	bool notable = word_is_telling(j, t) || t.len >= 120;
	struct fact f;

	if (t.len < 2 || !utf8_valid(str_part(t, 0, 256)))
		notable = t.len > 64;
	if (!notable && t.len >= 6) {
		classify_string(t, &c);
		notable = c.n > 0 || j->front->looks_like(t);
	}
	if (!s->depth) { /* only put together: news if the parts hide the word */
		if (!(s->scheme & SCHEME_CONCAT) || !notable || t.len > 300 || piece_has(j, n, t))
			return;
		if (!word_is_telling(j, t)) {
			classify_string(t, &c);
			/* what stands whole in the text is not hidden by putting a path behind it */
			if (!c.n || str_find(j->text, c.items[0].kind == FACT_HOST ? c.items[0].key : c.items[0].value) != SIZE_MAX)
				return;
		} else if (t.len < 5) {
			return;
		}
	}
	if (!notable || j->site->n_decoded >= DECODED_MAX)
		return;
	if (fresh)
		j->site->n_decoded++;
	f = facts_make(FACT_DECODED, str_of(facts_scheme_name(s->scheme)), str_part(t, 0, FACT_VALUE_BYTES));
	f.number = (uint64_t)j->site->layer + (s->depth ? s->depth : 1);
	facts_say(j, f, n, fresh);
	if (s->depth && t.len >= 40 && fresh && j->front->looks_like(t))
		js_run_layer(j, n, t);
}

static void literal_blob(struct js *j, uint32_t n, struct str t, bool fresh)
{
	struct blob b;
	struct fact f;

	if (t.len < 200 || !fresh)
		return;
	b = blob_look(j->a, t);
	if (b.kind == BLOB_TEXT && j->front->looks_like(b.bytes))
		b.kind = BLOB_CODE;
	if (b.kind == BLOB_NONE || b.kind == BLOB_MEDIA)
		return;
	if (b.kind == BLOB_WASM || b.kind == BLOB_TEXT)
		return;
	f = facts_make(FACT_OBFUSCATED, STR("long-encoded-literal"), STR(""));
	f.number = t.len;
	f.detail = arena_printf(j->a, "%s of %s, entropy %u", b.scheme, blob_name(b.kind), entropy_of(str_part(b.bytes, 0, 65536)));
	facts_say(j, f, n, fresh);
	if (b.kind == BLOB_CODE) {
		f = facts_make(FACT_DECODED, str_of(b.scheme), str_part(b.bytes, 0, FACT_VALUE_BYTES));
		f.number = (uint64_t)j->site->layer + 1;
		facts_say(j, f, n, fresh);
		js_run_layer(j, n, b.bytes);
	}
}

void facts_of_string(struct facts *fa, uint32_t n)
{
	struct js *j = fa->j;
	struct js_str *s = facts_const_str(j, j->av[n]);
	struct js_val v;
	struct str t;
	bool fresh;
	size_t at, len;
	uint32_t up;

	up = j->nodes[n].parent;
	if (!s || (up && j->nodes[up].kind != J_SEQ && j->nodes[up].kind != J_ASSIGN &&
		js_av_const(j, j->av[up], &v)))
		return; /* the larger constant speaks for it */
	if (j->nodes[n].kind == J_ID || j->nodes[n].kind == J_AWAIT)
		return; /* said where it was written */
	fresh = js_node_fresh(j, n);
	if (!fresh && j->nodes[n].kind == J_STR)
		return;
	t = js_utf8(j, s);
	if (str_find_nocase(str_trim(t), "bcc:") == 0)
		facts_blind_copy(j, n, str_trim(t), fresh);
	if (j->nodes[n].kind == J_STR) {
		struct str raw = js_text(j, n);
		size_t escapes = 0;

		for (size_t i = 0; i + 1 < raw.len; i++)
			escapes += raw.p[i] == '\\' && (raw.p[i + 1] == 'x' || raw.p[i + 1] == 'u');
		if (escapes * 5 > s->len * 3 && escapes >= 3) {
			size_t plain = 0; /* printable characters that needed no escape */

			for (size_t i = 0; i < s->len; i++)
				plain += js_unit(s, i) >= 32 && js_unit(s, i) < 127;
			if (plain * 2 > s->len) {
				struct js_str e = *s;

				fa->escapes += escapes;
				fa->escape_bytes += raw.len;
				e.depth = 1;
				e.scheme = SCHEME_ESCAPE;
				decoded_const(j, n, &e, t, fresh);
			}
		}
		literal_blob(j, n, t, fresh);
		if (is_specifier(j, n))
			return;
	} else if (s->depth || s->scheme) {
		decoded_const(j, n, s, t, fresh);
	}
	if (!s->depth || !j->front->looks_like(t)) /* code is read as a layer */
		classify_const(j, n, t, s->depth > 0, fresh);
	if (t.len >= 20 && fresh && reviewer_text(t, &at, &len)) {
		struct fact f = facts_make(FACT_REVIEWER, STR("string"), str_part(t, at, len));

		facts_say(j, f, n, fresh);
	}
}

void facts_of_template(struct js *j, uint32_t n)
{
	struct str t = facts_shown(j, js_symbolic(j, n));

	if (js_node_fresh(j, n))
		classify_const(j, n, t, false, true);
}

void facts_of_comments(struct js *j)
{
	struct js_site *s = j->site;

	for (size_t i = 0; i < j->n_comments; i++) {
		struct str t = str_part(j->text, j->comments[i].from, j->comments[i].to - j->comments[i].from);
		size_t at, len;
		struct js_node *spare = &j->nodes[0];

		if (t.len < 20)
			continue;
		spare->from = (uint32_t)j->comments[i].from; /* node 0 lends its place */
		spare->to = (uint32_t)j->comments[i].to;
		if (js_node_fresh(j, 0) && !s->layer && reviewer_text(t, &at, &len))
			facts_say(j, facts_make(FACT_REVIEWER, STR("comment"), str_part(t, at, len)), 0, true);
	}
}

/* ---------- shapes ---------- */

static bool hex_name(struct str s)
{
	size_t i = 3;

	if (s.len < 6 || !str_starts(s, "_0x"))
		return false;
	while (i < s.len && ((s.p[i] >= '0' && s.p[i] <= '9') || ((s.p[i] | 32) >= 'a' && (s.p[i] | 32) <= 'f')))
		i++;
	return i == s.len;
}

void facts_of_name(struct facts *fa, uint32_t n)
{
	struct js *j = fa->j;
	const struct js_node *me = &j->nodes[n];

	if (me->flags & JF_ESCAPED && js_node_fresh(j, n)) {
		struct fact f = facts_make(FACT_OBFUSCATED, STR("escaped-identifiers"), js_name_str(j, me->x));

		f.number = me->to - me->from;
		facts_say(j, f, n, true);
	}
	if (me->kind == J_ID && hex_name(js_name_str(j, me->x)) && js_node_fresh(j, n)) {
		if (!fa->hex_names)
			fa->hex_from = n;
		fa->hex_names++;
		fa->hex_to = n;
	}
}

/* Call with depth 0. */
static bool is_true_literal(struct js *j, uint32_t n, unsigned depth)
{
	struct js_val v;

	if (!n)
		return true;
	if (j->nodes[n].kind == J_BIN && (j->nodes[n].op == OP_LT || j->nodes[n].op == OP_LE) &&
		str_is(js_text(j, j->nodes[n].last), "Infinity"))
		return true;
	if (j->nodes[n].kind == J_EMPTY)
		return true;
	if (j->nodes[n].kind == J_LOGIC) { /* of its sides one may be known, and says nothing alone */
		bool left = depth < CONDITION_DEPTH && is_true_literal(j, j->nodes[n].first, depth + 1);

		return depth < CONDITION_DEPTH && (j->nodes[n].op == OP_LAND ? left && is_true_literal(j, j->nodes[n].last, depth + 1)
			: left || (j->nodes[n].op == OP_LOR && is_true_literal(j, j->nodes[n].last, depth + 1)));
	}
	return js_av_const(j, j->av[n], &v) && (v.t == V_BOOL ? v.b : v.t == V_NUM && v.n != 0);
}

/* A loop that nothing in it can leave. */
static bool loop_ends(struct js *j, uint32_t body, uint32_t fn)
{
	uint32_t start = body;

	if (!body)
		return false;
	while (j->nodes[start].first)
		start = j->nodes[start].first;
	for (uint32_t i = start; i <= body; i++) {
		uint8_t k = j->nodes[i].kind;

		if ((k == J_BREAK || k == J_RETURN || k == J_THROW || k == J_AWAIT || k == J_YIELD) && j->nodes[i].fn == fn)
			return true;
		if (k == J_FOR_IN && j->nodes[i].fn == fn && str_has(str_part(js_text(j, i), 0, 12), "await"))
			return true;
		if (k == J_CALL) {
			struct js_call c;

			js_call_of(j, i, &c);
			if (str_is(js_api_of(j, c.callee), "process.exit"))
				return true;
		}
	}
	return false;
}

static bool is_below_infinity(struct js *j, uint32_t cond)
{
	uint32_t right = cond ? j->nodes[cond].last : 0;

	return right && j->nodes[cond].kind == J_BIN && (j->nodes[cond].op == OP_LT || j->nodes[cond].op == OP_LE) &&
		str_is(str_trim(js_text(j, right)), "Infinity");
}

/* Does the loop call anything but a printer? */
static bool loop_waits(struct js *j, uint32_t body)
{
	uint32_t start = body;

	while (j->nodes[start].first)
		start = j->nodes[start].first;
	for (uint32_t i = start; i <= body; i++)
		if (j->nodes[i].kind == J_CALL && !str_starts(js_text(j, i), "print("))
			return true;
	return false;
}

void facts_of_loop(struct js *j, uint32_t n)
{
	uint32_t cond = js_kid(j, n, R_COND), body = js_kid(j, n, R_BODY);

	if (j->nodes[n].kind == J_FOR && cond && j->nodes[cond].kind == J_EXPR_STMT)
		cond = j->nodes[cond].first;
	if (j->nodes[n].kind != J_FOR && !cond)
		return;
	if ((!is_true_literal(j, cond, 0) && !is_below_infinity(j, cond)) || loop_ends(j, body, j->nodes[n].fn) || j->nodes[j->fns[j->nodes[n].fn].node].flags & JF_ASYNC)
		return;
	if (cond && loop_ends(j, cond, j->nodes[n].fn))
		return;
	/* servers and workers wait in endless loops: where nothing tells them apart, only idle ones count */
	if (j->front->function_scope && (!facts_runs_at_load(j, n) || loop_waits(j, body)))
		return;
	facts_say(j, facts_make(FACT_LOOP, STR("endless"), STR("")), n, js_node_fresh(j, n));
}

void facts_of_switch(struct js *j, uint32_t n)
{
	/* while (true) { switch (order[i++]) { case '0': ... continue; } break; } */
	uint32_t body = js_kid(j, n, R_BODY), sw, value;

	if (!body || j->nodes[body].kind != J_BLOCK || !(sw = j->nodes[body].first) || j->nodes[sw].kind != J_SWITCH)
		return;
	value = js_kid(j, sw, R_VALUE);
	if (value && j->nodes[value].kind == J_SUBSCRIPT && str_has(js_text(j, value), "++")) {
		struct fact f = facts_make(FACT_OBFUSCATED, STR("control-flow-flattening"), STR(""));

		f.number = j->nodes[n].to - j->nodes[n].from;
		facts_say(j, f, n, js_node_fresh(j, n));
	}
}

void facts_of_packing(struct js *j, uint32_t n)
{
	struct str t;
	uint32_t args = js_kid(j, n, R_ARGS), f0 = args ? j->nodes[args].first : 0;

	if (!f0 || j->nodes[f0].kind != J_CALL)
		return;
	t = str_part(js_text(j, f0), 0, 60);
	if (str_starts(t, "function(p,a,c,k,e,") || str_starts(t, "function(p, a, c, k, e,")) {
		struct fact f = facts_make(FACT_OBFUSCATED, STR("packed"), STR(""));

		f.number = j->nodes[n].to - j->nodes[n].from;
		facts_say(j, f, n, js_node_fresh(j, n));
	}
}

void facts_of_string_array(struct js *j, uint32_t n)
{
	size_t strings = 0, total = 0;
	uint32_t up = j->nodes[n].parent;
	struct str name = STR("");
	struct fact f;

	for (uint32_t k = j->nodes[n].first; k; k = j->nodes[k].next) {
		total++;
		strings += j->nodes[k].kind == J_STR;
	}
	if (total < 8 || strings < total || j->nodes[up].kind != J_DECLARATOR)
		return;
	if (js_kid(j, up, R_NAME))
		name = js_text(j, js_kid(j, up, R_NAME));
	if (!hex_name(name) && !hex_name(js_name_str(j, j->fns[j->nodes[n].fn].name)) && !str_has(str_part(js_text(j, j->fns[j->nodes[n].fn].node), 0, 40), "_0x"))
		return;
	f = facts_make(FACT_OBFUSCATED, STR("string-array"), STR(""));
	f.number = j->nodes[n].to - j->nodes[n].from;
	f.detail = arena_printf(j->a, "%zu strings", strings);
	facts_say(j, f, n, js_node_fresh(j, n));
}
