/* Text of which only parts are known: holes stand for the rest. */
#include "flow_int.h"

enum { SYMBOLIC_MAX = 1024, SYMBOLIC_DEPTH = 24 };

static void symbolic(struct js *j, struct buf *b, uint32_t n, int depth);

static void hole(struct buf *b, struct str label)
{
	buf_add_char(b, 1);
	buf_add_str(b, str_part(label, 0, 48));
	buf_add_char(b, 2);
}

/* Places that every machine has under another name. */
static bool symbolic_place(struct js *j, struct buf *b, struct str api)
{
	for (const struct front_place *p = j->front->places; p->api; p++)
		if (str_is(api, p->api)) {
			buf_add_z(b, p->text);
			return true;
		}
	if (str_starts(api, "process.env.")) {
		hole(b, str_part(api, 12, api.len));
		return true;
	}
	return false;
}

static bool symbolic_place_among(struct js *j, struct buf *b, uint32_t av)
{
	for (size_t i = 0; i < j->sets[av].n; i++) {
		uint32_t r = j->refs[j->sets[av].first + i];

		if (REF_TAG(r) == T_API && symbolic_place(j, b, js_name_str(j, REF_ID(r))))
			return true;
	}
	return false;
}

static void symbolic_join(struct js *j, struct buf *b, uint32_t args, const char *sep, int depth)
{
	for (uint32_t k = args ? j->nodes[args].first : 0; k; k = j->nodes[k].next) {
		if (k != j->nodes[args].first && !(b->len && b->p[b->len - 1] == '/' && *sep == '/'))
			buf_add_z(b, sep);
		symbolic(j, b, j->nodes[k].kind == J_SPREAD ? j->nodes[k].first : k, depth + 1);
	}
}

/* A pattern with holes ({...} or %s), filled from a list in turn. */
static void symbolic_fill(struct js *j, struct buf *b, struct str pattern, char mark, uint32_t list, int depth)
{
	uint32_t k = list && (j->nodes[list].kind == J_ARGS || j->nodes[list].kind == J_ARRAY) ? j->nodes[list].first : list;

	for (size_t i = 0; i < pattern.len; i++) {
		size_t end = i + 1;

		if (pattern.p[i] != mark || end >= pattern.len) {
			buf_add_char(b, pattern.p[i]);
			continue;
		}
		if (pattern.p[end] == mark) { /* written twice: itself */
			buf_add_char(b, mark);
			i = end;
			continue;
		}
		if (mark == '{')
			while (end < pattern.len && pattern.p[end] != '}')
				end++;
		else
			while (end < pattern.len && !((pattern.p[end] | 32) >= 'a' && (pattern.p[end] | 32) <= 'z'))
				end++;
		if (k)
			symbolic(j, b, k, depth + 1);
		else
			hole(b, STR("..."));
		k = k && k != list ? j->nodes[k].next : 0;
		i = end;
	}
}

/* "{}/{}".format(a, b), "/".join([a, b]), path.joinpath(a), text.strip() */
static bool symbolic_method(struct js *j, struct buf *b, const struct js_call *c, int depth)
{
	uint32_t o = js_kid(j, c->callee_node, R_OBJECT);
	struct str t;

	if (!o)
		return false;
	if (flow_name_in(j->front->self_methods, c->method)) {
		symbolic(j, b, o, depth + 1);
		return true;
	}
	if (!j->front->function_scope || !c->n_args)
		return false;
	if (str_is(c->method, "joinpath") || str_is(c->method, "with_name")) { /* beside it or below it */
		symbolic(j, b, o, depth + 1);
		buf_add_z(b, "/");
		symbolic(j, b, c->args[0], depth + 1);
		return true;
	}
	if (!js_const_str(j, j->av[o], &t))
		return false;
	if (str_is(c->method, "format")) {
		symbolic_fill(j, b, t, '{', js_kid(j, c->node, R_ARGS), depth);
		return true;
	}
	if (str_is(c->method, "join") && t.len < 8 && j->nodes[c->args[0]].kind == J_ARRAY) {
		char z[9] = {0};

		memcpy(z, t.p, t.len);
		symbolic_join(j, b, c->args[0], z, depth);
		return true;
	}
	return false;
}

static void symbolic_call(struct js *j, struct buf *b, uint32_t n, int depth)
{
	struct js_call c;
	struct str api;
	uint32_t args = js_kid(j, n, R_ARGS), o;
	const struct js_api *row;

	js_call_of(j, n, &c);
	api = js_api_of(j, c.callee);
	if (symbolic_place(j, b, api))
		return;
	if (str_is(api, "require.resolve") && c.n_args && c.args[0]) {
		symbolic(j, b, c.args[0], depth + 1);
		return;
	}
	row = js_api_find(j, api, API_CALL);
	if (row && row->class_ == CLASS_ENV && c.n_args && (o = flow_key_const(j, c.arg_av[0])) &&
		symbolic_place(j, b, arena_printf(j->a, "process.env.%.*s", STR_ARG(js_name_str(j, o)))))
		return;
	if (flow_name_in(j->front->path_joins, api)) {
		symbolic_join(j, b, args, "/", depth);
		return;
	}
	if (str_is(api, "URL") && c.n_args) {
		if (c.n_args > 1)
			symbolic(j, b, c.args[1], depth + 1);
		symbolic(j, b, c.args[0], depth + 1);
		return;
	}
	if (flow_name_in(j->front->text_passes, api) && c.n_args && c.args[0]) {
		symbolic(j, b, c.args[0], depth + 1);
		return;
	}
	if (str_is(c.method, "join") && j->nodes[c.callee_node].kind == J_MEMBER) {
		struct str sep = STR(",");

		o = js_kid(j, c.callee_node, R_OBJECT);
		if (c.n_args)
			js_const_str(j, c.arg_av[0], &sep);
		if (o && j->nodes[o].kind == J_ARRAY && sep.len < 8) {
			char z[9] = {0};

			memcpy(z, sep.p, sep.len);
			symbolic_join(j, b, o, z, depth);
			return;
		}
	}
	if (str_is(c.method, "concat") && (o = js_kid(j, c.callee_node, R_OBJECT))) {
		symbolic(j, b, o, depth + 1);
		symbolic_join(j, b, args, "", depth);
		return;
	}
	if (j->nodes[c.callee_node].kind == J_MEMBER && symbolic_method(j, b, &c, depth))
		return;
	if ((str_is(c.method, "toString") || str_is(c.method, "trim") || str_is(c.method, "replace") || str_is(c.method, "toLowerCase")) &&
		j->nodes[c.callee_node].kind == J_MEMBER && (o = js_kid(j, c.callee_node, R_OBJECT))) {
		symbolic(j, b, o, depth + 1);
		return;
	}
	hole(b, api.len ? api : js_text(j, c.callee_node ? c.callee_node : n));
}

static void symbolic_id(struct js *j, struct buf *b, uint32_t n, int depth)
{
	const struct js_node *me = &j->nodes[n];
	const struct js_var *v;
	size_t k;
	const uint32_t *refs;

	if (!me->y) {
		if (!symbolic_place(j, b, flow_canonical(j, js_name_str(j, me->x))))
			hole(b, js_name_str(j, me->x));
		return;
	}
	v = &j->vars[me->y];
	if (v->init && v->init != n) {
		symbolic(j, b, v->init, depth + 2);
		return;
	}
	if (j->settled && v->kind != VAR_PARAM && v->n_writes > 1 && j->fold_tried[n] != 2) {
		struct js_val val;

		j->fold_tried[n] = 2;
		if (js_fold_slice(j, n, &val) && js_const(j, val)) {
			j->av[n] = flow_av_ref(j, T_CONST, js_const(j, val)); /* here it is known */
			buf_add_str(b, str_part(js_val_text(j, val), 0, SYMBOLIC_MAX));
			return;
		}
	}
	refs = js_refs(j, v->in, &k);
	for (size_t i = 0; i < k && v->kind == VAR_PARAM; i++)
		if (REF_TAG(refs[i]) == T_CONST && REF_ID(refs[i]) && j->consts[REF_ID(refs[i])].t == V_STR) {
			buf_add_str(b, js_utf8(j, j->consts[REF_ID(refs[i])].s));
			if (k > 1)
				hole(b, STR("")); /* one of several */
			return;
		}
	if (symbolic_place_among(j, b, v->av) || (v->kind == VAR_PARAM && symbolic_place_among(j, b, v->in)))
		return;
	refs = js_refs(j, v->av, &k);
	for (size_t i = 0; i < k && j->settled && v->kind != VAR_PARAM; i++) /* what a loop goes through */
		if (REF_TAG(refs[i]) == T_CONST && REF_ID(refs[i]) && j->consts[REF_ID(refs[i])].t == V_STR) {
			buf_add_str(b, js_utf8(j, j->consts[REF_ID(refs[i])].s));
			hole(b, STR(""));
			return;
		}
	hole(b, arena_printf(j->a, "%.*s#%u", STR_ARG(js_name_str(j, me->x)), me->y));
}

/* Text between two substitutions of a template. */
static struct str template_text(const struct js *j, uint32_t n, uint32_t before, uint32_t after)
{
	size_t from = before ? j->nodes[before].to : j->nodes[n].from + 1;
	size_t to = after ? j->nodes[after].from : j->nodes[n].to - 1;

	if (before)
		while (from < to && j->text.p[from++] != '}') {
		}
	if (after)
		while (to > from && !(j->text.p[to] == '{' && j->text.p[to - 1] == '$'))
			to--;
	if (after && to > from)
		to--;
	return to > from ? str_part(j->text, from, to - from) : STR("");
}

static void symbolic(struct js *j, struct buf *b, uint32_t n, int depth)
{
	struct js_val v;
	uint32_t k;

	if (depth > SYMBOLIC_DEPTH || b->len > SYMBOLIC_MAX || !n) {
		hole(b, STR("..."));
		return;
	}
	if (js_av_const(j, j->av[n], &v)) {
		buf_add_str(b, str_part(js_val_text(j, v), 0, SYMBOLIC_MAX));
		return;
	}
	switch (j->nodes[n].kind) {
	case J_ADD:
		for (k = j->nodes[n].first; k; k = j->nodes[k].next)
			symbolic(j, b, k, depth + 1);
		return;
	case J_TEMPLATE:
		buf_add_str(b, template_text(j, n, 0, j->nodes[n].first));
		for (k = j->nodes[n].first; k; k = j->nodes[k].next) {
			symbolic(j, b, k, depth + 1);
			buf_add_str(b, template_text(j, n, k, j->nodes[k].next));
		}
		return;
	case J_BIN: {
		struct str t;

		if (j->front->function_scope && j->nodes[n].op == OP_MOD && js_const_str(j, j->av[j->nodes[n].first], &t)) {
			symbolic_fill(j, b, t, '%', j->nodes[n].last, depth);
			return;
		}
		if (j->front->function_scope && j->nodes[n].op == OP_DIV) {
			symbolic(j, b, j->nodes[n].first, depth + 1);
			buf_add_z(b, "/");
			symbolic(j, b, j->nodes[n].last, depth + 1);
			return;
		}
		hole(b, str_part(js_text(j, n), 0, 40));
		return;
	}
	case J_ID:
	case J_SHORTHAND:
		symbolic_id(j, b, n, depth);
		return;
	case J_CALL:
	case J_NEW:
		symbolic_call(j, b, n, depth);
		return;
	case J_AWAIT:
	case J_SPREAD:
		symbolic(j, b, j->nodes[n].first, depth + 1);
		return;
	case J_COND:
		symbolic(j, b, js_kid(j, n, R_CONS), depth + 1);
		return;
	case J_LOGIC:
		symbolic(j, b, j->nodes[n].op == OP_LAND ? j->nodes[n].last : j->nodes[n].first, depth + 1);
		return;
	case J_MEMBER:
	case J_SUBSCRIPT: {
		size_t m;
		const uint32_t *refs;

		if (symbolic_place(j, b, js_api_of(j, j->av[n])))
			return;
		k = js_kid(j, n, R_OBJECT);
		if (k && str_is(js_api_of(j, j->av[k]), "URL.Object") && flow_is_view_of_url(js_name_str(j, flow_property_of(j, n)))) {
			symbolic(j, b, k, depth + 1);
			return;
		}
		refs = js_refs(j, j->av[n], &m);
		for (size_t i = 0; i < m; i++)
			if (REF_TAG(refs[i]) == T_CONST && REF_ID(refs[i]) && j->consts[REF_ID(refs[i])].t == V_STR) {
				buf_add_str(b, js_utf8(j, j->consts[REF_ID(refs[i])].s));
				return;
			}
		hole(b, js_text(j, n));
		return;
	}
	default:
		hole(b, str_part(js_text(j, n), 0, 40));
		return;
	}
}

struct str js_symbolic(struct js *j, uint32_t n)
{
	struct buf b;
	struct str r;

	buf_init(&b, 1 << 20);
	symbolic(j, &b, n, 0);
	r = arena_str(j->a, buf_str(&b));
	buf_release(&b);
	return r;
}
