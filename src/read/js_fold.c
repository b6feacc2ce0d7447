/*
 * A small interpreter for pure code: literals, local functions, loops, strings, arrays. Nothing of a
 * host exists in it. What it does not know, or what would reach outside, ends the run (abort), and
 * then the value counts as not constant. Steps, bytes and depth are bounded.
 */
#include <math.h>

#include "fold_int.h"

static bool set_prop(struct js *j, struct js_val o, struct str key, struct js_val v);
static bool get_prop(struct js *j, struct js_val o, struct str key, struct js_val *r);

/* ---------- properties ---------- */

static bool index_of_key(struct str key, size_t *ret)
{
	size_t v = 0;

	if (!key.len || key.len > 9)
		return false;
	for (size_t i = 0; i < key.len; i++) {
		if (key.p[i] < '0' || key.p[i] > '9')
			return false;
		v = v * 10 + (size_t)(key.p[i] - '0');
	}
	*ret = v;
	return true;
}

/* The object that what the function makes by new looks into; made when first asked for. */
static bool prototype_of(struct js *j, struct js_closure *f, struct js_val *r)
{
	if (j->front->fold)
		return fold_fail(j);
	*r = (struct js_val){.t = V_OBJ, .o = ARENA_NEW(j->a, struct js_obj)};
	return set_prop(j, (struct js_val){.t = V_FN, .f = f}, STR("prototype"), *r);
}

static bool get_prop(struct js *j, struct js_val o, struct str key, struct js_val *r)
{
	size_t i;
	struct js_val *v;
	enum native m;

	if (!fold_step(j, 1))
		return false;
	*r = fold_undef();
	switch (o.t) {
	case V_STR:
		if (str_is(key, "length")) {
			*r = fold_num(o.s->len);
			return true;
		}
		if (index_of_key(key, &i)) {
			if (i < o.s->len)
				*r = fold_sub_str(j, o.s, i, i + 1);
			return true;
		}
		break;
	case V_ARR:
		if (str_is(key, "length")) {
			*r = fold_num((double)o.a->n);
			return true;
		}
		if (index_of_key(key, &i)) {
			if (i < o.a->n && o.a->v[i].t != V_NONE)
				*r = o.a->v[i];
			if (o.a->n >= 6 && r->t == V_STR)
				j->run_schemes |= SCHEME_ARRAY;
			return true;
		}
		v = o.a->props ? fold_obj_find(j, o.a->props, key) : NULL;
		if (v) {
			*r = *v;
			return true;
		}
		break;
	case V_OBJ:
		v = fold_obj_find(j, o.o, key);
		if (!v && o.o->proto)
			v = fold_obj_find(j, (struct js_obj *)o.o->proto, key);
		if (v) {
			*r = *v;
			return true;
		}
		m = fold_method_id(key);
		if (str_is(key, "constructor") || str_is(key, "__proto__") || str_is(key, "toString") || str_is(key, "valueOf"))
			return fold_fail(j); /* every object has it, we do not */
		return m == M_HAS_OWN ? fold_native_val(j, m, o, r) : true;
	case V_FN:
		v = o.f->props ? fold_obj_find(j, o.f->props, key) : NULL;
		if (v) {
			*r = *v;
			return true;
		}
		if (str_is(key, "prototype"))
			return prototype_of(j, o.f, r);
		if (str_is(key, "length") || str_is(key, "name") || str_is(key, "constructor"))
			return fold_fail(j);
		m = fold_method_id(key);
		return m == M_CALL || m == M_APPLY || m == M_BIND || m == M_TO_STRING ? fold_native_val(j, m, o, r) : true;
	case V_NATIVE:
		m = fold_static_id((enum native)o.native, key);
		if (m)
			return fold_native_val(j, m, fold_undef(), r);
		m = fold_method_id(key);
		if (m == M_CALL || m == M_APPLY || m == M_BIND || m == N_DECODE_BYTES || m == N_ENCODE_BYTES)
			return fold_native_val(j, m, o, r);
		return fold_fail(j);
	case V_GLOBAL:
		return fold_global_get(j, key, r);
	case V_REGEX:
	case V_NUM:
	case V_BOOL:
		break;
	case V_UNDEF:
	case V_NULL:
		return fold_throw_error(j);
	default:
		return fold_fail(j);
	}
	if (str_is(key, "constructor"))
		return fold_fail(j);
	m = fold_method_id(key);
	return m ? fold_native_val(j, m, o, r) : true;
}

static bool set_prop(struct js *j, struct js_val o, struct str key, struct js_val v)
{
	size_t i;

	if (o.t == V_OBJ)
		return fold_obj_set(j, o.o, key, v);
	if (o.t == V_FN) {
		if (!o.f->props)
			o.f->props = ARENA_NEW(j->a, struct js_obj);
		return fold_obj_set(j, o.f->props, key, v);
	}
	if (o.t == V_ARR && index_of_key(key, &i)) {
		if (i > o.a->n + 4096)
			return fold_fail(j);
		while (o.a->n <= i)
			if (!fold_arr_push(j, o.a, fold_undef()))
				return false;
		if (o.a->bytes && v.t == V_NUM)
			v.n = (double)(uint8_t)fold_to_int32(v.n);
		o.a->v[i] = v;
		return true;
	}
	if (o.t == V_ARR && str_is(key, "length") && v.t == V_NUM && v.n >= 0 && v.n <= (double)o.a->n) {
		o.a->n = (size_t)v.n;
		return true;
	}
	if (o.t == V_ARR && !str_is(key, "length")) { /* used as a cache */
		if (!o.a->props)
			o.a->props = ARENA_NEW(j->a, struct js_obj);
		return fold_obj_set(j, o.a->props, key, v);
	}
	if (o.t == V_UNDEF || o.t == V_NULL)
		return fold_throw_error(j);
	return fold_fail(j);
}

static bool key_of(struct js *j, struct js_val v, struct str *ret)
{
	struct js_val s;

	if (!fold_to_str(j, v, &s))
		return false;
	*ret = js_utf8(j, s.s);
	return true;
}

/* ---------- variables ---------- */

static struct js_env *env_of(struct js_env *e, uint32_t fn)
{
	for (int k = 0; e && k < 64; e = e->up, k++)
		if (e->fn == fn)
			return e;
	return NULL;
}

static struct js_val closure(struct js *j, struct js_env *e, uint32_t func_node)
{
	struct js_closure *f = ARENA_NEW(j->a, struct js_closure);

	f->fn = j->nodes[func_node].y;
	f->env = e;
	if (j->nodes[func_node].flags & JF_ARROW && e) {
		f->self = e->self;
		f->bound = true;
	}
	return (struct js_val){.t = V_FN, .f = f};
}

static bool init_is_empty_object(const struct js *j, uint32_t n)
{
	return n && j->nodes[n].kind == J_OBJECT && !j->nodes[n].first;
}

static uint32_t function_of_decl(const struct js *j, const struct js_var *v)
{
	uint32_t p = j->nodes[v->decl].parent;

	return v->kind == VAR_FUNCTION && j->nodes[p].kind == J_FUNC ? p : 0;
}

/* import zlib from "zlib" */
static bool import_value(struct js *j, uint32_t av, struct js_val *r)
{
	struct str api = js_api_of(j, av);
	enum native id;

	if (j->front->fold)
		return j->front->fold->import(j, api, r);
	if (str_is(api, "zlib"))
		return fold_native_val(j, N_ZLIB, fold_undef(), r);
	if (str_is(api, "Buffer"))
		return fold_native_val(j, N_BUFFER, fold_undef(), r);
	id = str_starts(api, "zlib.") ? fold_static_id(N_ZLIB, str_part(api, 5, api.len)) : N_NONE;
	return id ? fold_native_val(j, id, fold_undef(), r) : fold_fail(j);
}

/* A variable outside of what is running: its only writer decides, run once. */
static bool realm_get(struct js *j, uint32_t var, struct js_val *r)
{
	struct js_var *v = &j->vars[var];
	uint32_t f = function_of_decl(j, v);
	struct js_val got;

	if (j->realm_state[var] == 2) {
		*r = j->realm[var];
		return true;
	}
	if (j->realm_state[var] == 1)
		return fold_fail(j);
	if (f) {
		j->realm[var] = closure(j, NULL, f);
		j->realm_state[var] = 2;
		*r = j->realm[var];
		return true;
	}
	if (v->kind == VAR_IMPORT)
		return import_value(j, v->av, r);
	if (!v->init || (v->mutated && !init_is_empty_object(j, v->init)))
		return fold_fail(j);
	if (++j->fold_depth > DEPTH_MAX)
		return fold_fail(j);
	j->realm_state[var] = 1;
	if (!fold_ev(j, NULL, v->init, &got)) {
		j->realm_state[var] = 0;
		return false;
	}
	j->fold_depth--;
	j->realm[var] = got;
	j->realm_state[var] = 2;
	*r = got;
	return true;
}

static bool var_get(struct js *j, struct js_env *e, uint32_t var, struct js_val *r)
{
	struct js_var *v = &j->vars[var];
	struct js_env *at = env_of(e, v->fn);
	uint32_t f;

	if (!at)
		return realm_get(j, var, r);
	*r = at->slots[v->slot];
	if (r->t != V_NONE)
		return true;
	f = function_of_decl(j, v);
	if (f) {
		*r = at->slots[v->slot] = closure(j, at, f);
		return true;
	}
	if (at->arguments.t == V_NONE) /* statements run out of their function: see js_fold_slice */
		return realm_get(j, var, r);
	*r = fold_undef();
	return true;
}

static bool var_set(struct js *j, struct js_env *e, uint32_t var, struct js_val val)
{
	struct js_var *v = &j->vars[var];
	struct js_env *at = env_of(e, v->fn);

	if (at) {
		at->slots[v->slot] = val;
		return true;
	}
	if (v->kind == VAR_FUNCTION || j->realm_state[var] == 2 || v->n_writes == 1) {
		j->realm[var] = val;
		j->realm_state[var] = 2;
	}
	return true;
}

/* ---------- patterns ---------- */

static bool bind_pattern(struct js *j, struct js_env *e, uint32_t pat, struct js_val v);
static bool assign_to(struct js *j, struct js_env *e, uint32_t left, struct js_val v);

static bool bind_object(struct js *j, struct js_env *e, uint32_t pat, struct js_val v)
{
	for (uint32_t k = j->nodes[pat].first; k; k = j->nodes[k].next) {
		uint32_t target = k, key = k;
		struct js_val item;

		if (j->nodes[k].kind == J_PAIR_PATTERN) {
			target = js_kid(j, k, R_VALUE);
			key = js_kid(j, k, R_KEY);
		} else if (j->nodes[k].kind == J_DEFAULT) {
			key = js_kid(j, k, R_LEFT);
		} else if (j->nodes[k].kind == J_REST) {
			return fold_fail(j);
		}
		if (!target || !key || j->nodes[key].kind == J_COMPUTED)
			return fold_fail(j);
		if (!get_prop(j, v, js_name_str(j, js_key_name(j, key)), &item) || !bind_pattern(j, e, target, item))
			return false;
	}
	return true;
}

static bool bind_pattern(struct js *j, struct js_env *e, uint32_t pat, struct js_val v)
{
	const struct js_node *p = &j->nodes[pat];
	size_t i = 0;

	if (!fold_step(j, 1) || ++j->fold_depth > DEPTH_MAX)
		return fold_fail(j);
	switch (p->kind) {
	case J_ID:
	case J_SHORTHAND_PATTERN:
		j->fold_depth--;
		return p->y ? var_set(j, e, p->y, v) : fold_fail(j);
	case J_PARAM: {
		uint32_t d = js_kid(j, pat, R_VALUE), t = js_kid(j, pat, R_PATTERN);

		if (!t)
			t = p->first;
		if (v.t == V_UNDEF && d && !fold_ev(j, e, d, &v))
			return false;
		j->fold_depth--;
		return bind_pattern(j, e, t, v);
	}
	case J_DEFAULT: {
		uint32_t d = js_kid(j, pat, R_RIGHT);

		if (v.t == V_UNDEF && d && !fold_ev(j, e, d, &v))
			return false;
		j->fold_depth--;
		return bind_pattern(j, e, js_kid(j, pat, R_LEFT), v);
	}
	case J_OBJ_PATTERN:
		if (!bind_object(j, e, pat, v))
			return false;
		j->fold_depth--;
		return true;
	case J_MEMBER:
	case J_SUBSCRIPT:
		j->fold_depth--;
		return assign_to(j, e, pat, v);
	case J_ARR_PATTERN:
		if (v.t != V_ARR)
			return fold_fail(j);
		for (uint32_t k = p->first; k; k = j->nodes[k].next, i++) {
			if (j->nodes[k].kind == J_REST) {
				struct js_arr *rest = fold_arr_new(j);

				for (; i < v.a->n; i++)
					if (!fold_arr_push(j, rest, v.a->v[i]))
						return false;
				if (!bind_pattern(j, e, j->nodes[k].first, fold_arr_val(rest)))
					return false;
				break;
			}
			if (!bind_pattern(j, e, k, i < v.a->n ? v.a->v[i] : fold_undef()))
				return false;
		}
		j->fold_depth--;
		return true;
	default:
		return fold_fail(j);
	}
}

/* ---------- calls ---------- */

static bool bind_params(struct js *j, struct js_env *e, const struct js_fn *f, struct js_val *args, size_t n)
{
	size_t i = 0;

	if (!f->params)
		return true;
	if (j->nodes[f->params].kind != J_PARAMS)
		return bind_pattern(j, e, f->params, fold_arg(args, n, 0));
	for (uint32_t p = j->nodes[f->params].first; p; p = j->nodes[p].next, i++) {
		if (j->nodes[p].kind == J_REST) {
			struct js_arr *rest = fold_arr_new(j);

			for (; i < n; i++)
				if (!fold_arr_push(j, rest, args[i]))
					return false;
			return bind_pattern(j, e, j->nodes[p].first, fold_arr_val(rest));
		}
		if (!bind_pattern(j, e, p, fold_arg(args, n, i)))
			return false;
	}
	return true;
}

static bool call_closure(struct js *j, struct js_closure *c, struct js_val self, struct js_val *args, size_t n, struct js_val *r)
{
	const struct js_fn *f = &j->fns[c->fn];
	struct js_env *e;
	int done;

	if (f->folds_failed > 8 || !f->body)
		return fold_fail(j);
	if (!fold_step(j, 2 + f->n_slots / 8) || !fold_spend_bytes(j, f->n_slots * sizeof(struct js_val) + sizeof(*e)))
		return false;
	if (++j->fold_depth > DEPTH_MAX)
		return fold_fail(j);
	e = ARENA_NEW(j->a, struct js_env);
	e->up = c->env;
	e->fn = c->fn;
	e->slots = ARENA_ARRAY(j->a, f->n_slots + 1, struct js_val);
	e->self = c->bound ? c->self : self;
	{
		struct js_arr *a = fold_arr_new(j);

		a->v = args;
		a->n = n;
		a->room = n;
		e->arguments = fold_arr_val(a);
	}
	if (!bind_params(j, e, f, args, n))
		return false;
	if (j->nodes[f->body].kind != J_BLOCK) {
		if (!fold_ev(j, e, f->body, r))
			return false;
	} else {
		*r = fold_undef();
		done = fold_exec(j, e, f->body, r);
		if (done == DONE_FAIL)
			return false;
		if (done != DONE_RETURN)
			*r = fold_undef();
	}
	j->fold_depth--;
	return true;
}

bool fold_call_value(struct js *j, struct js_val f, struct js_val self, struct js_val *args, size_t n, struct js_val *r)
{
	if (f.t == V_FN)
		return call_closure(j, f.f, self, args, n, r);
	if (f.t == V_NATIVE && f.native >= FOLD_NATIVE)
		return j->front->fold ? j->front->fold->call(j, f.native - FOLD_NATIVE, *f.self, args, n, r) : fold_fail(j);
	if (f.t == V_NATIVE)
		return fold_native_call(j, (enum native)f.native, *f.self, args, n, r);
	if (f.t == V_UNDEF || f.t == V_NULL || f.t == V_STR || f.t == V_NUM)
		return fold_throw_error(j);
	return fold_fail(j);
}

enum { CALL_ARGS_MAX = 4096 };

/* f(*list) */
static bool spread_items(struct js *j, struct js_val *v)
{
	if (j->front->fold)
		return j->front->fold->items(j, *v, v);
	return v->t == V_ARR;
}

static bool ev_args(struct js *j, struct js_env *e, uint32_t args, struct js_val **ret, size_t *ret_n)
{
	struct js_arr a = {0};

	if (args && j->nodes[args].kind != J_ARGS)
		return fold_fail(j); /* tagged template */
	for (uint32_t k = args ? j->nodes[args].first : 0; k; k = j->nodes[k].next) {
		struct js_val v;

		if (j->nodes[k].kind == J_SPREAD) {
			if (!fold_ev(j, e, j->nodes[k].first, &v) || !spread_items(j, &v))
				return j->thrown ? false : fold_fail(j);
			for (size_t i = 0; i < v.a->n; i++)
				if (!fold_arr_push(j, &a, v.a->v[i]))
					return false;
			continue;
		}
		if (!fold_ev(j, e, k, &v) || !fold_arr_push(j, &a, v))
			return false;
	}
	*ret = a.v;
	*ret_n = a.n;
	return true;
}

static bool ev_member_key(struct js *j, struct js_env *e, uint32_t n, struct str *ret)
{
	struct js_val k;
	uint32_t p;

	if (j->nodes[n].kind == J_MEMBER) {
		p = js_kid(j, n, R_PROPERTY);
		if (!p)
			return fold_fail(j);
		*ret = js_name_str(j, j->nodes[p].x);
		return true;
	}
	p = js_kid(j, n, R_INDEX);
	return p && fold_ev(j, e, p, &k) ? key_of(j, k, ret) : fold_fail(j);
}

/* ---------- calls as they are written ---------- */

/* o.name and o[key] in a language that tells them apart. */
static bool ev_member(struct js *j, struct js_env *e, uint32_t n, struct js_val *ret_self, struct js_val *r)
{
	uint32_t o = js_kid(j, n, R_OBJECT), p = js_kid(j, n, j->nodes[n].kind == J_MEMBER ? R_PROPERTY : R_INDEX);
	struct js_val key;

	if (!o || !p || !fold_ev(j, e, o, ret_self))
		return j->thrown ? false : fold_fail(j);
	if (j->nodes[n].kind == J_MEMBER)
		return j->front->fold->attribute(j, *ret_self, js_name_str(j, j->nodes[p].x), r);
	return fold_ev(j, e, p, &key) && j->front->fold->element(j, *ret_self, key, r);
}

/* The last argument holds those with names: they go to their places. */
static bool args_place(struct js *j, const struct js_fn *f, struct js_val **args, size_t *n)
{
	struct js_val named = *n ? (*args)[*n - 1] : fold_undef();
	struct js_arr a = {0};

	if (named.t != V_OBJ || !f->params || j->nodes[f->params].kind != J_PARAMS)
		return fold_fail(j);
	for (size_t i = 0; i + 1 < *n; i++)
		if (!fold_arr_push(j, &a, (*args)[i]))
			return false;
	for (uint32_t p = j->nodes[f->params].first, i = 0; p; p = j->nodes[p].next, i++) {
		uint32_t id = j->nodes[p].kind == J_DEFAULT ? js_kid(j, p, R_LEFT) : p;
		struct js_val *v = id && j->nodes[id].kind == J_ID ? fold_obj_find(j, named.o, js_name_str(j, j->nodes[id].x)) : NULL;

		if (i >= a.n && !fold_arr_push(j, &a, v ? *v : fold_undef()))
			return false;
	}
	*args = a.v;
	*n = a.n;
	return true;
}

static bool ev_call(struct js *j, struct js_env *e, uint32_t n, struct js_val *r)
{
	uint32_t callee = js_kid(j, n, R_CALLEE), args = js_kid(j, n, R_ARGS);
	struct js_val f, self = fold_undef(), *v;
	size_t n_args;
	struct str key;

	if (!callee)
		return fold_fail(j);
	if (!j->front->fold && fold_inflate_bits(j, callee)) {
		if (!ev_args(j, e, args, &v, &n_args) || !n_args)
			return fold_fail(j);
		return fold_inflate_value(j, v[0], fold_inflate_bits(j, callee), r);
	}
	if (j->front->fold) {
		if (!(j->nodes[callee].kind == J_MEMBER ? ev_member(j, e, callee, &self, &f) : fold_ev(j, e, callee, &f)))
			return false;
	} else if (j->nodes[callee].kind == J_MEMBER || j->nodes[callee].kind == J_SUBSCRIPT) {
		uint32_t o = js_kid(j, callee, R_OBJECT);

		if (!o || !fold_ev(j, e, o, &self) || !ev_member_key(j, e, callee, &key) || !get_prop(j, self, key, &f))
			return j->thrown ? false : fold_fail(j);
	} else if (!fold_ev(j, e, callee, &f)) {
		return false;
	}
	if (!ev_args(j, e, args, &v, &n_args))
		return false;
	if (f.t == V_FN && args && j->nodes[args].last && j->nodes[j->nodes[args].last].flags & JF_NAMED &&
		j->nodes[j->nodes[args].last].kind == J_OBJECT && !args_place(j, &j->fns[f.f->fn], &v, &n_args))
		return false;
	return fold_call_value(j, f, self, v, n_args, r);
}

/* new f(...): an object that sees f's prototype, unless f gives another one back. */
static bool make_new(struct js *j, struct js_closure *f, struct js_val *args, size_t n, struct js_val *r)
{
	struct js_val self = {.t = V_OBJ, .o = ARENA_NEW(j->a, struct js_obj)}, proto;

	if (j->front->fold || !get_prop(j, (struct js_val){.t = V_FN, .f = f}, STR("prototype"), &proto))
		return j->thrown ? false : fold_fail(j);
	self.o->proto = proto.t == V_OBJ ? proto.o : NULL;
	if (!call_closure(j, f, self, args, n, r))
		return false;
	if (r->t != V_OBJ && r->t != V_ARR && r->t != V_FN)
		*r = self;
	return true;
}

static bool ev_new(struct js *j, struct js_env *e, uint32_t n, struct js_val *r)
{
	uint32_t callee = js_kid(j, n, R_CALLEE), args = js_kid(j, n, R_ARGS);
	struct js_val f, *v;
	size_t n_args;

	if (!callee || !fold_ev(j, e, callee, &f) || !ev_args(j, e, args, &v, &n_args))
		return j->thrown ? false : fold_fail(j);
	if (f.t == V_FN)
		return make_new(j, f.f, v, n_args, r);
	if (f.t != V_NATIVE || f.native == N_BUFFER)
		return f.t == V_NATIVE ? fold_buffer_from(j, fold_arg(v, n_args, 0), n_args > 1 && v[1].t == V_STR ? v[1].s : NULL, r)
				       : fold_fail(j);
	return fold_call_value(j, f, fold_undef(), v, n_args, r);
}

/* ---------- operators ---------- */

static bool loose_equal(struct js *j, struct js_val a, struct js_val b, bool *ret)
{
	double x, y;
	bool an = a.t == V_UNDEF || a.t == V_NULL, bn = b.t == V_UNDEF || b.t == V_NULL;

	if (a.t == b.t) {
		*ret = fold_same_strict(a, b);
		return true;
	}
	if (an || bn) {
		*ret = an && bn;
		return true;
	}
	if (!fold_to_num(j, a, &x) || !fold_to_num(j, b, &y))
		return false;
	*ret = x == y;
	return true;
}

static bool compare(struct js *j, enum js_op op, struct js_val a, struct js_val b, struct js_val *r)
{
	double x, y;

	if (a.t == V_STR && b.t == V_STR) {
		size_t i = 0;

		while (i < a.s->len && i < b.s->len && js_unit(a.s, i) == js_unit(b.s, i))
			i++;
		x = i < a.s->len ? js_unit(a.s, i) : -1;
		y = i < b.s->len ? js_unit(b.s, i) : -1;
	} else if (!fold_to_num(j, a, &x) || !fold_to_num(j, b, &y)) {
		return false;
	}
	*r = fold_boolean(op == OP_LT ? x < y : op == OP_GT ? x > y : op == OP_LE ? x <= y : x >= y);
	return true;
}

static bool is_text_when_added(struct js_val v)
{
	return v.t == V_STR || v.t == V_ARR || v.t == V_OBJ || v.t == V_FN;
}

static bool plus(struct js *j, struct js_val a, struct js_val b, struct js_val *r)
{
	double x, y;
	bool mine = true;

	if (j->front->fold && (!j->front->fold->binary(j, OP_ADD, a, b, r, &mine) || mine))
		return !j->thrown;
	if (is_text_when_added(a) || is_text_when_added(b)) {
		struct js_val s, t;

		return fold_to_str(j, a, &s) && fold_to_str(j, b, &t) && fold_concat(j, s.s, t.s, r);
	}
	if (!fold_to_num(j, a, &x) || !fold_to_num(j, b, &y))
		return false;
	*r = fold_num(x + y);
	return true;
}

bool fold_binary(struct js *j, enum js_op op, struct js_val a, struct js_val b, struct js_val *r)
{
	double x, y;
	bool eq, mine = true;

	if (j->front->fold && op != OP_ADD && (!j->front->fold->binary(j, op, a, b, r, &mine) || mine))
		return !j->thrown;
	switch (op) {
	case OP_ADD:
		return plus(j, a, b, r);
	case OP_SEQ:
	case OP_SNE:
		*r = fold_boolean(fold_same_strict(a, b) == (op == OP_SEQ));
		return true;
	case OP_EQ:
	case OP_NE:
		if (!loose_equal(j, a, b, &eq))
			return false;
		*r = fold_boolean(eq == (op == OP_EQ));
		return true;
	case OP_LT:
	case OP_GT:
	case OP_LE:
	case OP_GE:
		return compare(j, op, a, b, r);
	case OP_IN: {
		struct str key;

		if (b.t != V_OBJ || !key_of(j, a, &key))
			return fold_fail(j);
		*r = fold_boolean(fold_obj_find(j, b.o, key) != NULL);
		return true;
	}
	case OP_INSTANCEOF:
		return fold_fail(j);
	default:
		break;
	}
	if (!fold_to_num(j, a, &x) || !fold_to_num(j, b, &y))
		return false;
	switch (op) {
	case OP_SUB:
		*r = fold_num(x - y);
		break;
	case OP_MUL:
		*r = fold_num(x * y);
		break;
	case OP_DIV:
		*r = fold_num(x / y);
		break;
	case OP_MOD:
		*r = fold_num(fmod(x, y));
		break;
	case OP_EXP:
		*r = fold_num(pow(x, y));
		break;
	case OP_SHL:
		*r = fold_num((double)(int32_t)((uint32_t)fold_to_int32(x) << ((uint32_t)fold_to_int32(y) & 31)));
		break;
	case OP_SHR:
		*r = fold_num((double)(fold_to_int32(x) >> ((uint32_t)fold_to_int32(y) & 31)));
		break;
	case OP_USHR:
		*r = fold_num((double)((uint32_t)fold_to_int32(x) >> ((uint32_t)fold_to_int32(y) & 31)));
		break;
	case OP_AND:
		*r = fold_num((double)(fold_to_int32(x) & fold_to_int32(y)));
		break;
	case OP_OR:
		*r = fold_num((double)(fold_to_int32(x) | fold_to_int32(y)));
		break;
	case OP_XOR:
		j->run_schemes |= SCHEME_XOR;
		*r = fold_num((double)(fold_to_int32(x) ^ fold_to_int32(y)));
		break;
	default:
		return fold_fail(j);
	}
	return true;
}

static bool assign_to(struct js *j, struct js_env *e, uint32_t left, struct js_val v)
{
	struct js_val o;
	struct str key;
	uint32_t obj;

	switch (j->nodes[left].kind) {
	case J_ID:
		return j->nodes[left].y ? var_set(j, e, j->nodes[left].y, v) : fold_fail(j);
	case J_MEMBER:
	case J_SUBSCRIPT:
		obj = js_kid(j, left, R_OBJECT);
		if (j->front->fold && j->nodes[left].kind == J_SUBSCRIPT) {
			uint32_t k = js_kid(j, left, R_INDEX);
			struct js_val kv;

			return obj && k && fold_ev(j, e, obj, &o) && fold_ev(j, e, k, &kv) && j->front->fold->set_element(j, o, kv, v);
		}
		return obj && fold_ev(j, e, obj, &o) && ev_member_key(j, e, left, &key) && set_prop(j, o, key, v);
	case J_OBJ_PATTERN:
	case J_ARR_PATTERN:
	case J_SHORTHAND_PATTERN:
		return bind_pattern(j, e, left, v);
	default:
		return fold_fail(j);
	}
}

static bool ev_aug(struct js *j, struct js_env *e, uint32_t n, struct js_val *r)
{
	uint32_t l = js_kid(j, n, R_LEFT), right = js_kid(j, n, R_RIGHT);
	struct js_val a, b;
	enum js_op op = (enum js_op)j->nodes[n].op;

	if (!l || !right || !fold_ev(j, e, l, &a))
		return j->thrown ? false : fold_fail(j);
	if (op == OP_LAND || op == OP_LOR || op == OP_NULLISH) {
		bool go = op == OP_LAND ? fold_truthy(j, a) : op == OP_LOR ? !fold_truthy(j, a) : a.t == V_UNDEF || a.t == V_NULL;

		*r = a;
		return !go || (fold_ev(j, e, right, r) && assign_to(j, e, l, *r));
	}
	return fold_ev(j, e, right, &b) && fold_binary(j, op, a, b, r) && assign_to(j, e, l, *r);
}

static bool ev_update(struct js *j, struct js_env *e, uint32_t n, struct js_val *r)
{
	uint32_t l = j->nodes[n].first;
	struct js_val a;
	double d;
	bool prefix;

	if (!l || !fold_ev(j, e, l, &a) || !fold_to_num(j, a, &d))
		return j->thrown ? false : fold_fail(j);
	prefix = j->text.p[j->nodes[n].from] == '+' || j->text.p[j->nodes[n].from] == '-';
	a = fold_num(d + (j->nodes[n].op == OP_INC ? 1 : -1));
	*r = prefix ? a : fold_num(d);
	return assign_to(j, e, l, a);
}

static const char *type_word(struct js_val v)
{
	switch (v.t) {
	case V_UNDEF:
		return "undefined";
	case V_BOOL:
		return "boolean";
	case V_NUM:
		return "number";
	case V_STR:
		return "string";
	case V_FN:
	case V_NATIVE:
		return "function";
	default:
		return "object";
	}
}

static bool ev_typeof(struct js *j, struct js_env *e, uint32_t k, struct js_val *r)
{
	struct js_val v;

	if (j->nodes[k].kind == J_ID && !j->nodes[k].y) {
		struct str name = js_name_str(j, j->nodes[k].x);

		if (str_is(name, "window") || str_is(name, "document") || str_is(name, "navigator") || str_is(name, "Deno")) {
			*r = js_str_val(j, "undefined", 9, false);
			return true;
		}
		if (str_is(name, "process") || str_is(name, "global") || str_is(name, "module") || str_is(name, "exports")) {
			*r = js_str_val(j, "object", 6, false);
			return true;
		}
		if (str_is(name, "require")) {
			*r = js_str_val(j, "function", 8, false);
			return true;
		}
	}
	if (!fold_ev(j, e, k, &v))
		return false;
	*r = js_str_utf8(j, str_of(v.t == V_NATIVE && (v.native == N_MATH || v.native == N_JSON) ? "object" : type_word(v)));
	return true;
}

static bool ev_unary(struct js *j, struct js_env *e, uint32_t n, struct js_val *r)
{
	uint32_t k = js_kid(j, n, R_ARGUMENT);
	struct js_val v;
	double d;

	if (!k)
		k = j->nodes[n].first;
	if (!k)
		return fold_fail(j);
	if (j->nodes[n].op == OP_TYPEOF)
		return ev_typeof(j, e, k, r);
	if (!fold_ev(j, e, k, &v))
		return false;
	switch (j->nodes[n].op) {
	case OP_NOT:
		*r = fold_boolean(!fold_truthy(j, v));
		return true;
	case OP_VOID:
		*r = fold_undef();
		return true;
	case OP_BITNOT:
	case OP_SUB:
	case OP_ADD:
		if (!fold_to_num(j, v, &d))
			return false;
		*r = fold_num(j->nodes[n].op == OP_BITNOT ? (double)~fold_to_int32(d) : j->nodes[n].op == OP_SUB ? -d : d);
		return true;
	default:
		return fold_fail(j);
	}
}

static bool ev_object(struct js *j, struct js_env *e, uint32_t n, struct js_val *r)
{
	struct js_obj *o = ARENA_NEW(j->a, struct js_obj);

	for (uint32_t k = j->nodes[n].first; k; k = j->nodes[k].next) {
		uint32_t key, val;
		struct js_val v, kv;
		struct str name;

		switch (j->nodes[k].kind) {
		case J_PAIR:
			key = js_kid(j, k, R_KEY);
			val = js_kid(j, k, R_VALUE);
			if (!key || !val)
				return fold_fail(j);
			if (j->nodes[key].kind == J_COMPUTED) {
				if (!fold_ev(j, e, j->nodes[key].first, &kv) || !key_of(j, kv, &name))
					return false;
			} else {
				name = js_name_str(j, js_key_name(j, key));
			}
			if (!fold_ev(j, e, val, &v))
				return false;
			break;
		case J_SHORTHAND:
			name = js_name_str(j, j->nodes[k].x);
			if (!j->nodes[k].y || !var_get(j, e, j->nodes[k].y, &v))
				return fold_fail(j);
			break;
		case J_FUNC:
			key = js_kid(j, k, R_NAME);
			if (!key || j->nodes[k].flags & JF_GETTER || j->nodes[key].kind == J_COMPUTED)
				return fold_fail(j);
			name = js_name_str(j, js_key_name(j, key));
			v = closure(j, e, k);
			break;
		default:
			return fold_fail(j);
		}
		if (!fold_obj_set(j, o, name, v))
			return false;
	}
	*r = (struct js_val){.t = V_OBJ, .o = o};
	return true;
}

static bool ev_array(struct js *j, struct js_env *e, uint32_t n, struct js_val *r)
{
	struct js_arr *a = fold_arr_new(j);

	for (uint32_t k = j->nodes[n].first; k; k = j->nodes[k].next) {
		struct js_val v;

		if (j->nodes[k].kind == J_SPREAD) {
			if (!fold_ev(j, e, j->nodes[k].first, &v))
				return false;
			if (j->front->fold && !j->front->fold->items(j, v, &v))
				return false;
			if (v.t == V_STR && !fold_str_split(j, v.s, js_str_val(j, "", 0, false), &v))
				return false;
			if (v.t != V_ARR)
				return fold_fail(j);
			for (size_t i = 0; i < v.a->n; i++)
				if (!fold_arr_push(j, a, v.a->v[i]))
					return false;
			continue;
		}
		if (!fold_ev(j, e, k, &v) || !fold_arr_push(j, a, v))
			return false;
	}
	*r = fold_arr_val(a);
	return true;
}

static bool ev_template(struct js *j, struct js_env *e, uint32_t n, struct js_val *r)
{
	struct js_val acc, v, piece;
	uint32_t before = 0;

	acc = fold_template_piece(j, n, 0, j->nodes[n].first);
	for (uint32_t k = j->nodes[n].first; k; k = j->nodes[k].next) {
		if (!fold_ev(j, e, k, &v) || !fold_to_str(j, v, &v) || !fold_concat(j, acc.s, v.s, &acc))
			return false;
		piece = fold_template_piece(j, n, k, j->nodes[k].next);
		if (!fold_concat(j, acc.s, piece.s, &acc))
			return false;
		before = k;
	}
	(void)before;
	*r = acc;
	return true;
}

static bool ev_logic(struct js *j, struct js_env *e, uint32_t n, struct js_val *r)
{
	uint32_t l = j->nodes[n].first, right = j->nodes[n].last;

	if (!fold_ev(j, e, l, r))
		return false;
	switch (j->nodes[n].op) {
	case OP_LAND:
		return !fold_truthy(j, *r) || fold_ev(j, e, right, r);
	case OP_LOR:
		return fold_truthy(j, *r) || fold_ev(j, e, right, r);
	default:
		return (r->t != V_UNDEF && r->t != V_NULL) || fold_ev(j, e, right, r);
	}
}

static bool ev_regex(struct js *j, uint32_t n, struct js_val *r)
{
	struct str t = js_text(j, n);
	size_t end = str_rfind_char(t, '/');

	if (end == SIZE_MAX || end < 1)
		return fold_fail(j);
	*r = (struct js_val){.t = V_REGEX, .r = js_regex_make(j, str_part(t, 1, end - 1), str_part(t, end + 1, 16))};
	return r->r ? true : fold_fail(j);
}

static bool ev_id(struct js *j, struct js_env *e, uint32_t n, struct js_val *r)
{
	const struct js_node *me = &j->nodes[n];

	if (me->y)
		return var_get(j, e, me->y, r);
	if (str_is(js_name_str(j, me->x), "arguments")) {
		struct js_env *at = e;

		while (at && at->arguments.t != V_ARR)
			at = at->up;
		if (!at)
			return fold_fail(j);
		*r = at->arguments;
		return true;
	}
	if (j->front->fold)
		return j->front->fold->global(j, js_name_str(j, me->x), r);
	if (j->is_part && !str_is(js_name_str(j, me->x), "String") && !js_global_known(j, js_name_str(j, me->x)))
		return fold_fail(j);
	return fold_global_get(j, js_name_str(j, me->x), r);
}

static bool ev_inner(struct js *j, struct js_env *e, uint32_t n, struct js_val *r)
{
	const struct js_node *me = &j->nodes[n];
	struct js_val v;
	struct str key;
	uint32_t k;

	switch (me->kind) {
	case J_STR:
	case J_NUM:
	case J_TRUE:
	case J_FALSE:
	case J_NULL:
	case J_UNDEF:
		if (j->av && j->av[n]) {
			size_t n_refs;
			const uint32_t *refs = js_refs(j, j->av[n], &n_refs);

			if (n_refs && REF_TAG(refs[0]) == T_CONST && REF_ID(refs[0])) {
				*r = j->consts[REF_ID(refs[0])];
				return true;
			}
		}
		*r = js_literal(j, n);
		return true;
	case J_REGEX:
		return ev_regex(j, n, r);
	case J_TEMPLATE:
		return ev_template(j, e, n, r);
	case J_ID:
	case J_SHORTHAND:
		return ev_id(j, e, n, r);
	case J_THIS:
		*r = e ? e->self : (struct js_val){.t = V_GLOBAL};
		return e ? true : fold_fail(j);
	case J_FUNC:
		*r = closure(j, e, n);
		return true;
	case J_ARRAY:
		return ev_array(j, e, n, r);
	case J_OBJECT:
		return ev_object(j, e, n, r);
	case J_MEMBER:
	case J_SUBSCRIPT:
		if (j->front->fold)
			return ev_member(j, e, n, &v, r);
		k = js_kid(j, n, R_OBJECT);
		if (!k || !fold_ev(j, e, k, &v))
			return j->thrown ? false : fold_fail(j);
		if (me->flags & JF_OPTIONAL && (v.t == V_UNDEF || v.t == V_NULL)) {
			*r = fold_undef();
			return true;
		}
		return ev_member_key(j, e, n, &key) && get_prop(j, v, key, r);
	case J_CALL:
		return ev_call(j, e, n, r);
	case J_NEW:
		return ev_new(j, e, n, r);
	case J_ADD:
		if (!fold_ev(j, e, me->first, r))
			return false;
		for (k = j->nodes[me->first].next; k; k = j->nodes[k].next)
			if (!fold_ev(j, e, k, &v) || !plus(j, *r, v, r))
				return false;
		return true;
	case J_BIN: {
		struct js_val a;

		return me->first != me->last && fold_ev(j, e, me->first, &a) && fold_ev(j, e, me->last, &v)
			? fold_binary(j, (enum js_op)me->op, a, v, r)
			: j->thrown ? false : fold_fail(j);
	}
	case J_LOGIC:
		return ev_logic(j, e, n, r);
	case J_UNARY:
		return ev_unary(j, e, n, r);
	case J_UPDATE:
		return ev_update(j, e, n, r);
	case J_AUG:
		return ev_aug(j, e, n, r);
	case J_ASSIGN: {
		uint32_t l = js_kid(j, n, R_LEFT), right = js_kid(j, n, R_RIGHT);

		return l && right && fold_ev(j, e, right, r) && assign_to(j, e, l, *r) ? true : j->thrown ? false : fold_fail(j);
	}
	case J_COND: {
		uint32_t c = js_kid(j, n, R_COND), a = js_kid(j, n, R_CONS), b = js_kid(j, n, R_ALT);

		if (!c || !a || !b || !fold_ev(j, e, c, &v))
			return j->thrown ? false : fold_fail(j);
		return fold_ev(j, e, fold_truthy(j, v) ? a : b, r);
	}
	case J_SEQ:
		for (k = me->first; k; k = j->nodes[k].next)
			if (!fold_ev(j, e, k, r))
				return false;
		return me->first ? true : fold_fail(j);
	case J_AWAIT:
		return me->first ? fold_ev(j, e, me->first, r) : fold_fail(j);
	default:
		return fold_fail(j);
	}
}

bool fold_ev(struct js *j, struct js_env *e, uint32_t n, struct js_val *r)
{
	bool ok;

	if (!fold_step(j, 1) || ++j->fold_depth > DEPTH_MAX)
		return fold_fail(j);
	/* Outside of any call a node has one value: use it again. */
	if (!e && j->av && j->av[n] && js_av_const(j, j->av[n], r)) {
		j->fold_depth--;
		if (r->t == V_STR)
			j->run_schemes |= r->s->scheme & SCHEME_ARRAY;
		return true;
	}
	ok = ev_inner(j, e, n, r);
	if (ok)
		j->fold_depth--;
	return ok;
}

/* ---------- statements ---------- */

static int exec_list(struct js *j, struct js_env *e, uint32_t first, struct js_val *r)
{
	for (uint32_t k = first; k; k = j->nodes[k].next) {
		int done = fold_exec(j, e, k, r);

		if (done != DONE_NORMAL)
			return done;
	}
	return DONE_NORMAL;
}

static uint32_t label_of(const struct js *j, uint32_t loop)
{
	uint32_t p = j->nodes[loop].parent;

	if (j->nodes[p].kind != J_LABELED)
		return 0;
	for (uint32_t k = j->nodes[p].first; k; k = j->nodes[k].next)
		if (j->nodes[k].kind == J_LABEL)
			return j->nodes[k].x;
	return 0;
}

/* What a loop does with the end of its body: 0 go on, 1 leave the loop, 2 hand on. */
static int loop_after(struct js *j, uint32_t loop, int done)
{
	if (done == DONE_BREAK) {
		if (!j->break_label || j->break_label == label_of(j, loop)) {
			j->break_label = 0;
			return 1;
		}
		return 2;
	}
	if (done == DONE_CONTINUE) {
		if (!j->break_label || j->break_label == label_of(j, loop)) {
			j->break_label = 0;
			return 0;
		}
		return 2;
	}
	return done == DONE_NORMAL ? 0 : 2;
}

static int exec_for(struct js *j, struct js_env *e, uint32_t n, struct js_val *r)
{
	uint32_t init = js_kid(j, n, R_INIT), cond = js_kid(j, n, R_COND), incr = js_kid(j, n, R_INCR);
	uint32_t body = js_kid(j, n, R_BODY);
	struct js_val v;

	if (init && j->nodes[init].kind != J_EMPTY) {
		int done = fold_exec(j, e, init, r);

		if (done != DONE_NORMAL)
			return done;
	}
	for (;;) {
		int done, after;

		if (!fold_step(j, 1))
			return DONE_FAIL;
		if (cond && j->nodes[cond].kind != J_EMPTY) {
			uint32_t c = j->nodes[cond].kind == J_EXPR_STMT ? j->nodes[cond].first : cond;

			if (!fold_ev(j, e, c, &v))
				return DONE_FAIL;
			if (!fold_truthy(j, v))
				return DONE_NORMAL;
		}
		done = body ? fold_exec(j, e, body, r) : DONE_NORMAL;
		after = loop_after(j, n, done);
		if (after)
			return after == 1 ? DONE_NORMAL : done;
		if (incr && !fold_ev(j, e, incr, &v))
			return DONE_FAIL;
	}
}

static int exec_while(struct js *j, struct js_env *e, uint32_t n, struct js_val *r, bool first_free)
{
	uint32_t cond = js_kid(j, n, R_COND), body = js_kid(j, n, R_BODY);
	struct js_val v;

	for (;; first_free = false) {
		int done, after;

		if (!fold_step(j, 1))
			return DONE_FAIL;
		if (!first_free) {
			if (!cond || !fold_ev(j, e, cond, &v))
				return fold_fail(j), DONE_FAIL;
			if (!fold_truthy(j, v))
				return DONE_NORMAL;
		}
		done = body ? fold_exec(j, e, body, r) : DONE_NORMAL;
		after = loop_after(j, n, done);
		if (after)
			return after == 1 ? DONE_NORMAL : done;
	}
}

static int exec_for_in(struct js *j, struct js_env *e, uint32_t n, struct js_val *r)
{
	uint32_t left = js_kid(j, n, R_LEFT), right = js_kid(j, n, R_RIGHT), body = js_kid(j, n, R_BODY);
	struct js_val v, list;
	bool of = j->nodes[n].op == OP_OF;

	if (!left || !right || !fold_ev(j, e, right, &v))
		return fold_fail(j), DONE_FAIL;
	if (j->front->fold) {
		if (!j->front->fold->items(j, v, &list))
			return DONE_FAIL;
	} else if (of && v.t == V_STR) {
		if (!fold_str_split(j, v.s, js_str_val(j, "", 0, false), &list))
			return DONE_FAIL;
	} else if (of && v.t == V_ARR) {
		list = v;
	} else if (!of) {
		if (!fold_object_list(j, N_KEYS, v, &list))
			return DONE_FAIL;
	} else {
		return fold_fail(j), DONE_FAIL;
	}
	for (size_t i = 0; i < list.a->n; i++) {
		struct js_val item = list.a->v[i];
		int done, after;

		if (!of && item.t == V_NUM && !fold_to_str(j, item, &item))
			return DONE_FAIL;
		if (!fold_step(j, 1) || !assign_to(j, e, left, item))
			return DONE_FAIL;
		done = body ? fold_exec(j, e, body, r) : DONE_NORMAL;
		after = loop_after(j, n, done);
		if (after)
			return after == 1 ? DONE_NORMAL : done;
	}
	return DONE_NORMAL;
}

static int exec_switch(struct js *j, struct js_env *e, uint32_t n, struct js_val *r)
{
	uint32_t value = js_kid(j, n, R_VALUE), body = js_kid(j, n, R_BODY), start = 0, fallback = 0;
	struct js_val v, c;

	if (!value || !body || !fold_ev(j, e, value, &v))
		return fold_fail(j), DONE_FAIL;
	for (uint32_t k = j->nodes[body].first; k && !start; k = j->nodes[k].next) {
		if (j->nodes[k].kind == J_DEFAULT_CASE) {
			fallback = k;
			continue;
		}
		if (!fold_step(j, 1) || !fold_ev(j, e, js_kid(j, k, R_VALUE), &c))
			return DONE_FAIL;
		if (fold_same_strict(v, c))
			start = k;
	}
	for (uint32_t k = start ? start : fallback; k; k = j->nodes[k].next)
		for (uint32_t s = j->nodes[k].first; s; s = j->nodes[s].next) {
			int done;

			if (j->nodes[s].role == R_VALUE)
				continue;
			done = fold_exec(j, e, s, r);
			if (done == DONE_BREAK && !j->break_label)
				return DONE_NORMAL;
			if (done != DONE_NORMAL)
				return done;
		}
	return DONE_NORMAL;
}

static int exec_try(struct js *j, struct js_env *e, uint32_t n, struct js_val *r)
{
	uint32_t body = js_kid(j, n, R_BODY), handler = js_kid(j, n, R_HANDLER), final = js_kid(j, n, R_FINAL);
	int depth = j->fold_depth, done;

	done = body ? fold_exec(j, e, body, r) : DONE_NORMAL;
	if (done == DONE_FAIL && j->thrown == PENDING_EXCEPTION && handler) {
		uint32_t p = js_kid(j, handler, R_PARAM), b = js_kid(j, handler, R_BODY);

		j->thrown = PENDING_NONE;
		j->fold_depth = depth;
		if (p && !assign_to(j, e, p, j->exception))
			return DONE_FAIL;
		done = b ? fold_exec(j, e, b, r) : DONE_NORMAL;
	}
	if (final && done != DONE_FAIL) {
		uint32_t b = js_kid(j, final, R_BODY);
		struct js_val keep = *r;
		int d = b ? fold_exec(j, e, b, r) : DONE_NORMAL;

		if (d != DONE_NORMAL)
			return d;
		*r = keep;
	}
	return done;
}

static int exec_decl(struct js *j, struct js_env *e, uint32_t n)
{
	for (uint32_t k = j->nodes[n].first; k; k = j->nodes[k].next) {
		uint32_t name, value;
		struct js_val v = fold_undef();

		if (j->nodes[k].kind != J_DECLARATOR)
			continue;
		name = js_kid(j, k, R_NAME);
		value = js_kid(j, k, R_VALUE);
		if (!value && str_starts(js_text(j, n), "var"))
			continue;
		if (value && !fold_ev(j, e, value, &v))
			return DONE_FAIL;
		if (!name || !bind_pattern(j, e, name, v))
			return fold_fail(j), DONE_FAIL;
	}
	return DONE_NORMAL;
}

static int exec_inner(struct js *j, struct js_env *e, uint32_t n, struct js_val *r)
{
	const struct js_node *me = &j->nodes[n];
	struct js_val v;
	uint32_t k;

	switch (me->kind) {
	case J_BLOCK:
	case J_PROGRAM:
		return exec_list(j, e, me->first, r);
	case J_EXPR_STMT:
		return !me->first || fold_ev(j, e, me->first, &v) ? DONE_NORMAL : DONE_FAIL;
	case J_VAR_DECL:
		return exec_decl(j, e, n);
	case J_FUNC:
		if (me->flags & JF_DECL)
			return DONE_NORMAL;
		return DONE_NORMAL;
	case J_EMPTY:
		return DONE_NORMAL;
	case J_RETURN:
		*r = fold_undef();
		return !me->first || fold_ev(j, e, me->first, r) ? DONE_RETURN : DONE_FAIL;
	case J_IF: {
		uint32_t c = js_kid(j, n, R_COND), a = js_kid(j, n, R_CONS), b = js_kid(j, n, R_ALT);

		if (!c || !fold_ev(j, e, c, &v))
			return fold_fail(j), DONE_FAIL;
		k = fold_truthy(j, v) ? a : b;
		return k ? fold_exec(j, e, k, r) : DONE_NORMAL;
	}
	case J_FOR:
		return exec_for(j, e, n, r);
	case J_FOR_IN:
		return exec_for_in(j, e, n, r);
	case J_WHILE:
		return exec_while(j, e, n, r, false);
	case J_DO:
		return exec_while(j, e, n, r, true);
	case J_SWITCH:
		return exec_switch(j, e, n, r);
	case J_TRY:
		return exec_try(j, e, n, r);
	case J_THROW:
		if (me->first && !fold_ev(j, e, me->first, &v))
			return DONE_FAIL;
		j->thrown = PENDING_EXCEPTION;
		j->exception = me->first ? v : fold_undef();
		return DONE_FAIL;
	case J_BREAK:
	case J_CONTINUE:
		j->break_label = me->first ? j->nodes[me->first].x : 0;
		return me->kind == J_BREAK ? DONE_BREAK : DONE_CONTINUE;
	case J_LABELED: {
		uint32_t b = js_kid(j, n, R_BODY);
		int done = b ? fold_exec(j, e, b, r) : DONE_NORMAL;

		if (done == DONE_BREAK && j->break_label && b && j->break_label == label_of(j, b)) {
			j->break_label = 0;
			return DONE_NORMAL;
		}
		return done;
	}
	default: /* a bare expression stands here in some places */
		return fold_ev(j, e, n, &v) ? DONE_NORMAL : DONE_FAIL;
	}
}

int fold_exec(struct js *j, struct js_env *e, uint32_t n, struct js_val *r)
{
	int done;

	if (!fold_step(j, 1) || ++j->fold_depth > DEPTH_MAX)
		return fold_fail(j), DONE_FAIL;
	done = exec_inner(j, e, n, r);
	if (done != DONE_FAIL)
		j->fold_depth--;
	return done;
}
