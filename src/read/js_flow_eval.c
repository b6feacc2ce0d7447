/* An expression by its kind, and the modules of a bundle. */
#include "flow_int.h"

/* ---------- bundles ---------- */

/* The key under which a function stands in an object literal, 0 if it does not. */
static uint32_t key_of_function(struct js *j, uint32_t fn_node)
{
	uint32_t p = j->nodes[fn_node].parent, key;

	if (j->nodes[p].kind == J_PAIR)
		key = js_kid(j, p, R_KEY);
	else if (j->nodes[fn_node].flags & JF_METHOD && j->nodes[p].kind == J_OBJECT)
		key = js_kid(j, fn_node, R_NAME);
	else
		return 0;
	return key && j->nodes[key].kind != J_COMPUTED ? js_key_name(j, key) : 0;
}

void flow_bundle_modules(struct js *j)
{
	for (uint32_t i = 1; i < j->n_nodes; i++) {
		uint32_t l, r, callee, args, key, f;
		struct js_val v;
		struct str spec;

		if (j->nodes[i].kind != J_ASSIGN || j->nodes[i].op)
			continue;
		l = js_kid(j, i, R_LEFT);
		r = js_kid(j, i, R_RIGHT);
		if (!l || !r || j->nodes[l].kind != J_MEMBER || j->nodes[r].kind != J_CALL || !str_ends(js_text(j, l), ".exports"))
			continue;
		callee = js_kid(j, r, R_CALLEE);
		args = js_kid(j, r, R_ARGS);
		if (!callee || !args || !str_is(js_text(j, callee), "require") || !j->nodes[args].first || j->nodes[j->nodes[args].first].kind != J_STR)
			continue;
		f = j->fns[j->nodes[i].fn].node;
		key = key_of_function(j, f);
		v = js_literal(j, j->nodes[args].first);
		if (!key || v.t != V_STR)
			continue;
		spec = js_utf8(j, v.s);
		*flow_map_at(j, &j->bundle_map, key, true) = js_name(j, spec);
		j->n_bundle++;
	}
}

static uint32_t bundle_load(struct js *j, const struct js_call *c)
{
	uint32_t a = c->args[0], *slot;

	if (!j->n_bundle || c->n_args != 1 || j->nodes[c->callee_node].kind != J_ID || !a ||
		(j->nodes[a].kind != J_NUM && j->nodes[a].kind != J_STR))
		return AV_NONE;
	slot = flow_map_at(j, &j->bundle_map, js_key_name(j, a), false);
	return slot && *slot ? flow_module_av(j, js_name_str(j, *slot)) : AV_NONE;
}

bool flow_is_class(const struct js *j, uint32_t ref)
{
	return j->front->function_scope && REF_TAG(ref) == T_OBJ && j->nodes[j->objs[REF_ID(ref)].node].kind == J_CLASS;
}

/* What a function of another module gives: its result, an object of its class, what its callbacks get. */
static void own_call(struct js *j, const struct js_call *c, struct bag *b)
{
	struct str own = flow_own_among(j, c->callee), name = flow_last_segment(own);
	uint32_t got[2];

	if (!own.len)
		return;
	if (c->is_new || (j->front->function_scope && name.p[0] >= 'A' && name.p[0] <= 'Z'))
		flow_bag_join(j, b, flow_av_api(j, own));
	flow_bag_join(j, b, flow_av_taint(j, SRC_IMPORT, c->node, arena_printf(j->a, "%.*s()", STR_ARG(own))));
	for (uint32_t i = 0; i < c->n_args && i < 4; i++) {
		if (!js_av_has(j, c->arg_av[i], T_FN))
			continue;
		for (unsigned m = 0; m < 2; m++)
			got[m] = flow_av_ref(j, T_TAINT, js_taint_at(j, SRC_IMPORT, c->args[i] ? c->args[i] : c->node, m + 1,
				arena_printf(j->a, "%.*s@%u.%u", STR_ARG(own), i, m)));
		flow_bind_functions(j, c->arg_av[i], got, 2, c->node);
	}
}

/* Where a server of one's own listens is not what its clients send; what they send has no methods. */
static bool asks_own_address(struct js *j, const struct js_call *c)
{
	size_t n;
	const uint32_t *refs = js_refs(j, c->receiver, &n);
	bool serves = false;

	if (c->n_args || !str_is(c->method, "address"))
		return false;
	for (size_t i = 0; i < n; i++)
		if (REF_TAG(refs[i]) == T_TAINT && j->taints[REF_ID(refs[i])].kind == SRC_REQUEST)
			serves = true;
		else if (REF_TAG(refs[i]) == T_TAINT || REF_TAG(refs[i]) == T_PARAM || REF_TAG(refs[i]) == T_UNKNOWN)
			return false;
	return serves;
}

/* options.get("password"): a field that is called so, as a table hands it over. "" if it is none. */
static struct str secret_entry(struct js *j, const struct js_call *c)
{
	static const char *const keepers[] = {"get_password", "getPassword", NULL};
	static const char *const getters[] = {"get", "pop", "fetch", "getString", "getProperty", NULL};
	struct str name;

	if (flow_method_is(c, keepers) && !js_av_has(j, c->receiver, T_API))
		return STR("password");
	if (!c->n_args || !flow_method_is(c, getters) || js_av_has(j, c->receiver, T_API) || !js_const_str(j, c->arg_av[0], &name))
		return STR_NONE;
	return js_name_is_password(name) || (js_name_is_wallet_key(name) && !str_equal_nocase(name, STR("seed"))) ? name : STR_NONE;
}

/* b58encode(x), xor(x, key): what comes out is what went in, written otherwise. */
static bool names_encoding(struct js *j, const struct js_call *c)
{
	static const char *const words[] = {"encode", "encrypt", "b58", "base32", "base64", "tohex", "to_hex", "hexlify", "xor", "obfusc", "scramble", "pack", "compress"};
	struct str name = c->method.len ? c->method : js_text(j, c->callee_node);

	if (name.len > 40)
		return false;
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (str_find_nocase(name, words[i]) != SIZE_MAX)
			return true;
	return false;
}

static uint32_t flow_call(struct js *j, uint32_t n)
{
	struct js_call c;
	struct bag b = {.n = 0};
	bool known = false;
	uint32_t got, placed[JS_ARGS_MAX * 2];
	size_t k, n_placed;

	js_call_of(j, n, &c);
	if (!c.callee_node)
		return AV_NONE;
	got = bundle_load(j, &c);
	if (got)
		return got;
	if (c.n_args && (flow_name_of_callee_passes(j, c.callee_node) || flow_is_await(j, c.callee_node)))
		return c.arg_av[0];
	if (j->nodes[c.callee_node].kind == J_ID && str_is(js_name_str(j, j->nodes[c.callee_node].x), "__awaiter"))
		return flow_call_each(j, flow_last_function(j, &c), NULL, 0, n);
	if (j->nodes[c.callee_node].kind == J_ID && (str_is(js_name_str(j, j->nodes[c.callee_node].x), "_asyncToGenerator") || str_is(js_name_str(j, j->nodes[c.callee_node].x), "__generator")))
		return str_is(js_name_str(j, j->nodes[c.callee_node].x), "__generator") ? flow_call_each(j, flow_last_function(j, &c), NULL, 0, n) : flow_last_function(j, &c);
	k = j->sets[c.callee].n;
	for (size_t i = 0; i < k; i++) {
		uint32_t r = j->refs[j->sets[c.callee].first + i];

		if (((c.is_new || j->nodes[c.callee_node].kind == J_SUPER) && (REF_TAG(r) == T_OBJ || REF_TAG(r) == T_FN)) || flow_is_class(j, r)) {
			flow_bag_join(j, &b, flow_new_object(j, &c, r));
			known = true;
		} else if (REF_TAG(r) == T_FN) {
			j->fns[REF_ID(r)].called = true;
			n_placed = flow_args_placed(j, REF_ID(r), &c, placed);
			flow_call_function(j, REF_ID(r), placed, n_placed, n);
			flow_bag_join(j, &b, flow_function_result(j, REF_ID(r), placed, n_placed, n));
			if (names_encoding(j, &c)) /* arithmetic, which is not followed, is what it does */
				for (size_t a = 0; a < n_placed; a++)
					flow_bag_join(j, &b, flow_av_hop(j, placed[a], n, false, js_text(j, c.callee_node)));
			known = true;
		} else if (REF_TAG(r) == T_API && flow_call_api(j, &c, js_name_str(j, REF_ID(r)), &got)) {
			flow_bag_join(j, &b, got);
			known = true;
		}
	}
	if (!known && c.n_args && c.method.len && !js_av_has(j, c.receiver, T_API)) { /* environ.get('HTTP_X') */
		struct str header;

		if (str_is(c.method, "get") && js_const_str(j, c.arg_av[0], &header) && flow_is_request_header(header))
			flow_bag_join(j, &b, flow_av_taint(j, SRC_REQUEST, n, header));
	}
	if (!known) {
		struct str name = secret_entry(j, &c);

		if (name.len)
			flow_bag_join(j, &b, flow_av_taint(j, SRC_CRED, n, arena_printf(j->a, "field %.*s", STR_ARG(name))));
	}
	if (!known && c.method.len && flow_call_generic(j, &c, &got)) {
		if (!b.n)
			return got;
		flow_bag_join(j, &b, got);
		return flow_set(j, b.refs, b.n);
	}
	if (!known && asks_own_address(j, &c))
		return flow_av_ref(j, T_CONST, 0);
	if (!known || (b.n == 0 && c.method.len)) {
		/* An unknown callee: what goes in may come out. */
		flow_bag_join(j, &b, flow_av_only(j, c.receiver, TAGS_DATA));
		if (js_av_has(j, c.receiver, T_OBJ))
			flow_bag_join(j, &b, flow_av_only(j, flow_elements(j, n, flow_av_only(j, c.receiver, 1 << T_OBJ)), TAGS_DATA));
		if (!known) {
			flow_bag_join(j, &b, flow_av_hop(j, flow_args_join(j, &c, 1 << T_TAINT | 1 << T_PARAM), n, true, js_text(j, c.callee_node)));
			if (js_av_has(j, c.callee, T_API) && str_is(js_api_of(j, c.callee), "$method"))
				flow_bag_add(j, &b, REF(T_CONST, 0)); /* of an array or a text that stands here */
			else if (!flow_tainted(j, c.receiver) && !js_av_has(j, c.receiver, T_PARAM))
				flow_bag_add(j, &b, REF(T_UNKNOWN, 0));
			else
				flow_bag_add(j, &b, REF(T_CONST, 0)); /* made from it, but not it */
			if (c.is_new)
				flow_bag_add(j, &b, REF(T_OBJ, flow_obj_at(j, n)));
			own_call(j, &c, &b);
			for (uint32_t i = 0; i < c.n_args; i++)
				flow_bind_functions(j, c.arg_av[i], NULL, 0, n);
		}
	}
	return flow_set(j, b.refs, b.n);
}

/* ---------- expressions ---------- */

static uint32_t id_av(struct js *j, uint32_t n)
{
	const struct js_node *me = &j->nodes[n];
	struct str name = js_name_str(j, me->x);

	if (me->y) {
		const struct js_var *v = &j->vars[me->y];
		uint32_t av = v->av;

		if (v->kind == VAR_PARAM) {
			av = flow_av_join(j, av, flow_av_ref(j, T_PARAM, me->y));
			av = flow_av_join(j, av, flow_av_only(j, v->in, TAGS_CODE));
		} else if (v->n_writes > 1 && js_av_has(j, av, T_CONST)) {
			av = flow_av_join(j, av, flow_av_ref(j, T_CONST, 0)); /* which of them depends on the place */
		}
		return av;
	}
	if (j->is_part && !js_global_known(j, name))
		return flow_av_ref(j, T_UNKNOWN, 0);
	if (str_is(name, "arguments") || str_is(name, "undefined") || name.len > 60)
		return AV_NONE;
	for (size_t i = 0; i < j->n_stars; i++) { /* from os import * */
		struct str full = flow_canonical(j, arena_printf(j->a, "%.*s.%.*s", STR_ARG(front_module(j->front, j->stars[i])), STR_ARG(name)));

		if (js_api_find(j, full, ~0u) || str_is(full, "process.env"))
			return flow_av_api(j, full);
	}
	return flow_av_join(j, flow_av_api(j, name), js_field_get(j, (uint32_t)OBJ_OF_API | js_name(j, flow_canonical(j, name)), 0));
}

static uint32_t text_av(struct js *j, uint32_t n)
{
	struct bag b = {.n = 0};

	for (uint32_t k = j->nodes[n].first; k; k = j->nodes[k].next) {
		uint32_t av = j->av[k];

		flow_bag_join(j, &b, flow_av_only(j, av, TAGS_DATA));
		if (js_av_has(j, av, T_CONST))
			flow_bag_add(j, &b, REF(T_CONST, 0));
		if (js_av_has(j, av, T_OBJ))
			flow_bag_join(j, &b, flow_av_only(j, flow_elements(j, k, flow_av_only(j, av, 1 << T_OBJ)), TAGS_DATA));
		if (js_av_has(j, av, T_API))
			flow_bag_add(j, &b, REF(T_UNKNOWN, 0));
		if (j->front->function_scope && str_is(js_api_of(j, av), "process.env"))
			flow_bag_join(j, &b, flow_av_taint(j, SRC_ENV, k, STR("process.env")));
		flow_bag_join(j, &b, flow_own_data(j, av, k));
	}
	if (j->nodes[n].kind == J_TEMPLATE)
		flow_bag_add(j, &b, REF(T_CONST, 0));
	return flow_set(j, b.refs, b.n);
}

static uint32_t kids_join(struct js *j, uint32_t first, unsigned tags)
{
	struct bag b = {.n = 0};

	for (uint32_t k = first; k; k = j->nodes[k].next)
		flow_bag_join(j, &b, flow_av_only(j, j->av[k], tags));
	return flow_set(j, b.refs, b.n);
}

/* A function in an object literal: `this` in it is the object, also where its text was met before. */
static void this_is(struct js *j, uint32_t fn, uint32_t obj)
{
	uint32_t was = j->fns[fn].this_obj;

	if (!was || j->objs[was].node == j->fns[fn].node)
		j->fns[fn].this_obj = obj;
}

static void flow_object(struct js *j, uint32_t n)
{
	uint32_t obj = flow_obj_at(j, n);

	for (uint32_t k = j->nodes[n].first; k; k = j->nodes[k].next) {
		uint32_t key, val, name = 0;

		switch (j->nodes[k].kind) {
		case J_PAIR:
			key = js_kid(j, k, R_KEY);
			val = js_kid(j, k, R_VALUE);
			if (!key || !val)
				break;
			name = j->nodes[key].kind == J_COMPUTED ? flow_key_const(j, j->av[j->nodes[key].first]) : js_key_name(j, key);
			if (j->nodes[val].kind == J_FUNC && !(j->nodes[val].flags & JF_ARROW))
				this_is(j, j->nodes[val].y, obj);
			flow_field_join(j, obj, name, flow_field_value(j, val, j->av[val]));
			break;
		case J_SHORTHAND:
			flow_field_join(j, obj, j->nodes[k].x, flow_field_value(j, k, id_av(j, k)));
			break;
		case J_FUNC:
			key = js_kid(j, k, R_NAME);
			if (!key)
				break;
			this_is(j, j->nodes[k].y, obj);
			name = j->nodes[key].kind == J_COMPUTED ? flow_key_const(j, j->av[j->nodes[key].first]) : js_key_name(j, key);
			flow_field_join(j, obj, name, flow_av_ref(j, T_FN, j->nodes[k].y));
			break;
		case J_SPREAD:
			flow_fields_copy(j, k, obj, j->av[j->nodes[k].first]);
			break;
		default:
			break;
		}
	}
}

static void flow_array(struct js *j, uint32_t n)
{
	uint32_t obj = flow_obj_at(j, n);
	int i = 0;

	for (uint32_t k = j->nodes[n].first; k; k = j->nodes[k].next, i++) {
		uint32_t av = j->av[k];

		if (j->nodes[k].kind == J_SPREAD) {
			flow_field_join(j, obj, 0, flow_elements(j, k, j->av[j->nodes[k].first]));
			i = 100;
			continue;
		}
		if (i < 12)
			flow_field_join(j, obj, js_name(j, arena_printf(j->a, "%d", i)), av);
		else
			flow_field_join(j, obj, 0, flow_av_only(j, av, ~(1u << T_CONST)));
		if (i == 12)
			flow_field_join(j, obj, 0, flow_av_ref(j, T_CONST, 0));
	}
}

/* What a class is made from. */
static uint32_t super_of(struct js *j, uint32_t n)
{
	uint32_t av = AV_NONE;

	for (uint32_t k = j->nodes[n].first; k; k = j->nodes[k].next) {
		uint32_t from = j->nodes[k].kind == J_HERITAGE ? j->nodes[k].first : j->nodes[k].role == R_SUPER ? k : 0;

		for (size_t i = 0; from && i < j->sets[j->av[from]].n; i++) {
			uint32_t r = j->refs[j->sets[j->av[from]].first + i];

			if (REF_TAG(r) == T_OBJ || REF_TAG(r) == T_FN)
				av = flow_av_join(j, av, flow_av_ref(j, T_OBJ, REF_TAG(r) == T_OBJ ? REF_ID(r) : flow_fn_this(j, REF_ID(r))));
		}
	}
	return av;
}

static void flow_class(struct js *j, uint32_t n)
{
	uint32_t obj = flow_obj_at(j, n), body = js_kid(j, n, R_BODY), name = js_kid(j, n, R_NAME), key;

	flow_field_join(j, obj, js_name(j, STR(SUPER_FIELD)), super_of(j, n));
	for (uint32_t k = body ? j->nodes[body].first : 0; k; k = j->nodes[k].next) {
		if (j->nodes[k].kind == J_FUNC) {
			key = js_kid(j, k, R_NAME);
			j->fns[j->nodes[k].y].this_obj = obj;
			if (key)
				flow_field_join(j, obj, j->nodes[key].kind == J_COMPUTED ? 0 : js_key_name(j, key), flow_av_ref(j, T_FN, j->nodes[k].y));
		} else if (j->nodes[k].kind == J_FIELD) {
			uint32_t v = js_kid(j, k, R_VALUE);

			key = js_kid(j, k, R_NAME);
			if (!key)
				key = js_kid(j, k, R_PROPERTY);
			if (key && v)
				flow_field_join(j, obj, js_key_name(j, key), j->av[v]);
		}
	}
	if (name && j->nodes[name].y)
		flow_var_join(j, j->nodes[name].y, flow_av_ref(j, T_OBJ, obj));
}

static void flow_import(struct js *j, uint32_t n)
{
	uint32_t src = js_kid(j, n, R_SOURCE), module;
	struct str spec;

	if (!src)
		for (uint32_t k = j->nodes[n].first; k; k = j->nodes[k].next)
			if (j->nodes[k].kind == J_STR)
				src = k;
	if (!src || !js_const_str(j, j->av[src], &spec))
		return;
	module = flow_module_av(j, spec);
	for (uint32_t k = j->nodes[n].first; k; k = j->nodes[k].next) {
		if (j->nodes[k].kind == J_ID && j->nodes[k].y)
			flow_var_join(j, j->nodes[k].y, j->nodes[k].flags & JF_ROOT ? flow_module_av(j, js_name_str(j, j->nodes[k].x)) : module);
		if (j->nodes[k].kind != J_IMPORT_CLAUSE)
			continue;
		for (uint32_t c = j->nodes[k].first; c; c = j->nodes[c].next) {
			if (j->nodes[c].kind == J_ID && j->nodes[c].y)
				flow_var_join(j, j->nodes[c].y, module);
			if (j->nodes[c].kind == J_NS_IMPORT && j->nodes[c].first && j->nodes[j->nodes[c].first].y)
				flow_var_join(j, j->nodes[j->nodes[c].first].y, module);
			if (j->nodes[c].kind != J_NAMED_IMPORTS)
				continue;
			for (uint32_t s = j->nodes[c].first; s; s = j->nodes[s].next) {
				uint32_t from = j->nodes[s].first, to = j->nodes[s].last;

				if (from && to && j->nodes[to].y)
					flow_var_join(j, j->nodes[to].y, flow_member(j, s, module, js_key_name(j, from)));
			}
		}
	}
}

static uint32_t this_av(struct js *j, uint32_t n)
{
	uint32_t fn = j->nodes[n].fn;

	for (int k = 0; fn && k < 64 && j->nodes[j->fns[fn].node].flags & JF_ARROW; k++)
		fn = j->fns[fn].parent;
	if (j->nodes[j->fns[fn].node].kind == J_PROGRAM)
		return flow_av_api(j, STR("globalThis"));
	return flow_av_ref(j, T_OBJ, flow_fn_this(j, fn));
}

static uint32_t super_av(struct js *j, uint32_t n)
{
	uint32_t me = this_av(j, n), av = AV_NONE;

	for (size_t i = 0; i < j->sets[me].n; i++)
		if (REF_TAG(j->refs[j->sets[me].first + i]) == T_OBJ)
			av = flow_av_join(j, av, js_field_get(j, REF_ID(j->refs[j->sets[me].first + i]), js_name(j, STR(SUPER_FIELD))));
	return av;
}

/* a[i] with an index that is not known. */
static uint32_t element_at(struct js *j, uint32_t n, uint32_t object)
{
	uint32_t index = js_kid(j, n, R_INDEX);

	if (!str_is(js_api_of(j, j->av[object]), "process.env"))
		return flow_elements(j, n, j->av[object]);
	return flow_env_by_name(j, n, index ? j->av[index] : AV_NONE);
}

static void return_join(struct js *j, uint32_t fn, uint32_t av)
{
	uint32_t joined = flow_av_join(j, j->fns[fn].ret, av);

	if (joined != j->fns[fn].ret) {
		j->fns[fn].ret = joined;
		j->changed = true;
	}
}

uint32_t flow_eval(struct js *j, uint32_t n)
{
	const struct js_node *me = &j->nodes[n];
	uint32_t a, b, name;

	switch (me->kind) {
	case J_STR:
	case J_NUM:
	case J_TRUE:
	case J_FALSE:
	case J_NULL:
	case J_UNDEF:
		return j->av[n] ? j->av[n] : flow_av_ref(j, T_CONST, js_const(j, js_literal(j, n)));
	case J_REGEX:
		return flow_av_ref(j, T_CONST, 0);
	case J_ID:
	case J_SHORTHAND:
		return id_av(j, n);
	case J_THIS:
		return this_av(j, n);
	case J_SUPER:
		return super_av(j, n);
	case J_META:
		return flow_av_api(j, STR("import.meta"));
	case J_IMPORT_KW:
		return flow_av_api(j, STR("$import"));
	case J_MEMBER:
		a = js_kid(j, n, R_OBJECT);
		name = flow_property_of(j, n);
		return a && name ? flow_member(j, n, j->av[a], name) : AV_NONE;
	case J_SUBSCRIPT:
		a = js_kid(j, n, R_OBJECT);
		name = flow_property_of(j, n);
		if (!a)
			return AV_NONE;
		return name ? flow_member(j, n, j->av[a], name) : element_at(j, n, a);
	case J_ADD:
	case J_TEMPLATE:
		return text_av(j, n);
	case J_BIN:
		if (me->op >= OP_EQ && me->op <= OP_GE)
			return AV_NONE;
		if (me->op == OP_MOD && j->front->function_scope) /* "%s" % (a, b) */
			return flow_av_join(j, text_av(j, n), flow_av_ref(j, T_CONST, 0));
		if (me->op == OP_DIV && j->front->function_scope) /* Path / name */
			return flow_av_join(j, kids_join(j, me->first, TAGS_DATA | 1 << T_API), flow_av_ref(j, T_CONST, 0));
		return flow_av_join(j, kids_join(j, me->first, TAGS_DATA), flow_av_ref(j, T_CONST, 0));
	case J_UNARY:
		if (me->op == OP_TYPEOF || me->op == OP_NOT || me->op == OP_VOID || me->op == OP_DELETE)
			return AV_NONE;
		return flow_av_join(j, kids_join(j, me->first, TAGS_DATA), flow_av_ref(j, T_CONST, 0));
	case J_LOGIC:
		return kids_join(j, me->first, ~0u);
	case J_COND:
		a = js_kid(j, n, R_CONS);
		b = js_kid(j, n, R_ALT);
		return flow_av_join(j, a ? j->av[a] : AV_NONE, b ? j->av[b] : AV_NONE);
	case J_SEQ:
		return me->last ? j->av[me->last] : AV_NONE;
	case J_YIELD:
		if (me->first)
			return_join(j, me->fn, j->av[me->first]);
		/* fall through */
	case J_AWAIT:
	case J_SPREAD:
	case J_COMPUTED:
		return me->first ? j->av[me->first] : AV_NONE;
	case J_ASSIGN:
		a = js_kid(j, n, R_LEFT);
		b = js_kid(j, n, R_RIGHT);
		if (!a || !b)
			return AV_NONE;
		flow_bind_pattern(j, a, j->av[b], false, 0);
		return j->av[b];
	case J_AUG:
		a = js_kid(j, n, R_LEFT);
		b = js_kid(j, n, R_RIGHT);
		if (!a || !b)
			return AV_NONE;
		if (me->op == OP_LOR || me->op == OP_NULLISH || me->op == OP_LAND) {
			flow_bind_pattern(j, a, j->av[b], false, 0);
			return flow_av_join(j, j->av[a], j->av[b]);
		}
		name = flow_av_join(j, flow_av_only(j, j->av[b], TAGS_DATA), js_av_has(j, j->av[b], T_CONST) ? flow_av_ref(j, T_CONST, 0) : AV_NONE);
		flow_bind_pattern(j, a, name, false, 0);
		return flow_av_join(j, flow_av_only(j, j->av[a], TAGS_DATA), name);
	case J_DECLARATOR:
		a = js_kid(j, n, R_NAME);
		b = js_kid(j, n, R_VALUE);
		if (a && b)
			flow_bind_pattern(j, a, j->av[b], false, 0);
		return AV_NONE;
	case J_FOR_IN:
		a = js_kid(j, n, R_LEFT);
		b = js_kid(j, n, R_RIGHT);
		if (a && b)
			flow_bind_pattern(j, a, flow_elements(j, b, j->av[b]), false, 0);
		return AV_NONE;
	case J_RETURN:
		if (me->first)
			return_join(j, me->fn, j->av[me->first]);
		return AV_NONE;
	case J_FUNC: {
		struct js_fn *f = &j->fns[me->y];

		name = js_kid(j, n, R_NAME);
		if (f->body && j->nodes[f->body].kind != J_BLOCK)
			return_join(j, me->y, j->av[f->body]);
		if (name && !(me->flags & JF_METHOD) && j->nodes[name].y)
			flow_var_join(j, j->nodes[name].y, flow_av_ref(j, T_FN, me->y));
		return flow_av_ref(j, T_FN, me->y);
	}
	case J_OBJECT:
		flow_object(j, n);
		return flow_av_ref(j, T_OBJ, flow_obj_at(j, n));
	case J_ARRAY:
		flow_array(j, n);
		return flow_av_ref(j, T_OBJ, flow_obj_at(j, n));
	case J_CLASS:
		flow_class(j, n);
		return flow_av_ref(j, T_OBJ, flow_obj_at(j, n));
	case J_CALL:
	case J_NEW:
		return flow_call(j, n);
	case J_IMPORT:
		flow_import(j, n);
		return AV_NONE;
	case J_EXPORT: { /* export ... from "./a" */
		struct str spec;

		a = js_kid(j, n, R_SOURCE);
		return a && js_const_str(j, j->av[a], &spec) ? flow_module_av(j, spec) : AV_NONE;
	}
	default:
		return AV_NONE;
	}
}
