/*
 * What can every expression be? One abstract value per node and variable, grown in rounds until
 * nothing changes; then what runs as soon as the file is loaded.
 */
#include "flow_int.h"

#include "read/user_rules.h"

/* ---------- could it be constant? ---------- */

static bool id_ish(struct js *j, uint32_t n)
{
	const struct js_node *me = &j->nodes[n];
	const struct js_var *v;

	if (!me->y)
		return me->x < j->n_flagged && j->name_flags[me->x] & NAME_BUILTIN;
	v = &j->vars[me->y];
	if (v->kind == VAR_FUNCTION) {
		uint32_t f = j->nodes[v->decl].parent;

		return j->nodes[f].kind == J_FUNC && j->fns[j->nodes[f].y].folds_failed < 3;
	}
	if (v->kind == VAR_IMPORT)
		return j->front->import_folds && j->front->import_folds(js_api_of(j, v->av));
	return v->init && !v->mutated && j->ish[v->init];
}

static bool node_ish(struct js *j, uint32_t n)
{
	const struct js_node *me = &j->nodes[n];

	switch (me->kind) {
	case J_STR:
	case J_NUM:
	case J_TRUE:
	case J_FALSE:
	case J_NULL:
	case J_UNDEF:
	case J_REGEX:
	case J_FUNC:
	case J_PROP:
		return true;
	case J_ID:
	case J_SHORTHAND:
		return id_ish(j, n);
	case J_MEMBER:
	case J_SUBSCRIPT:
	case J_CALL:
	case J_NEW:
	case J_ARGS:
	case J_ARRAY:
	case J_OBJECT:
	case J_PAIR:
	case J_SPREAD:
	case J_COMPUTED:
	case J_TEMPLATE:
	case J_ADD:
	case J_BIN:
	case J_LOGIC:
	case J_COND:
	case J_SEQ:
	case J_UNARY:
		for (uint32_t k = me->first; k; k = j->nodes[k].next)
			if (!j->ish[k] && !(me->kind == J_CALL && j->nodes[k].role == R_CALLEE && js_call_inflates(j, n)))
				return false;
		return me->kind != J_UNARY || me->op != OP_DELETE;
	default:
		return false;
	}
}

static bool kind_folds(uint8_t kind)
{
	return kind == J_CALL || kind == J_MEMBER || kind == J_SUBSCRIPT || kind == J_ADD || kind == J_BIN ||
		kind == J_TEMPLATE || kind == J_LOGIC || kind == J_COND || kind == J_UNARY || kind == J_NEW || kind == J_SEQ;
}

static bool try_fold(struct js *j, uint32_t n)
{
	struct js_val v;
	uint32_t id, callee, f;

	if (j->fold_tried[n])
		return false;
	j->fold_tried[n] = 1;
	if (j->nodes[n].parent && j->nodes[n].kind == J_MEMBER && j->nodes[j->nodes[n].parent].kind == J_CALL &&
		j->nodes[n].role == R_CALLEE)
		return false; /* a method: the call will be folded */
	if (!js_fold(j, n, &v)) {
		callee = j->nodes[n].kind == J_CALL ? js_kid(j, n, R_CALLEE) : 0;
		if (callee && j->nodes[callee].kind == J_ID && j->nodes[callee].y &&
			j->vars[j->nodes[callee].y].kind == VAR_FUNCTION) {
			f = j->nodes[j->vars[j->nodes[callee].y].decl].parent;
			if (j->nodes[f].kind == J_FUNC && j->fns[j->nodes[f].y].folds_failed < 255)
				j->fns[j->nodes[f].y].folds_failed++;
		}
		return false;
	}
	id = v.t == V_UNDEF ? 0 : js_const(j, v); /* what is not there yet may be put there later */
	if (!id)
		return false;
	j->av[n] = flow_av_ref(j, T_CONST, id);
	j->changed = true;
	return true;
}

/* ---------- rules of the user ---------- */

/* A source gives what it is said to give; what a sanitizer gives carries nothing on. */
static uint32_t ruled(struct js *j, uint32_t n, uint32_t av)
{
	for (size_t i = j->mark_of[n] - 1; i < j->n_marks && j->marks[i].from == j->nodes[n].from && j->marks[i].to == j->nodes[n].to; i++) {
		const struct rule_mark *m = &j->marks[i];
		uint32_t t;

		if (m->role == RULE_SANITIZER)
			return flow_av_ref(j, T_CONST, 0);
		if (m->role != RULE_SOURCE)
			continue;
		t = flow_taint_base(j, (enum js_source)m->kind, n, str_part(js_text(j, n), 0, 60));
		j->taints[t].behaviour = m->behaviour;
		av = flow_av_join(j, av, flow_av_ref(j, T_TAINT, t));
	}
	return av;
}

/* ---------- the rounds ---------- */

static void names_mark(struct js *j)
{
	const char *const *names = j->front->builtins;

	for (int i = 0; names[i]; i++)
		js_name(j, str_of(names[i]));
	j->n_flagged = j->n_names;
	j->name_flags = ARENA_ARRAY(j->a, j->n_names + 1, uint8_t);
	for (int i = 0; names[i]; i++)
		j->name_flags[js_name(j, str_of(names[i]))] = NAME_BUILTIN;
	for (uint32_t i = 1; i < j->n_flagged; i++)
		if (js_name_is_wallet_key(js_name_str(j, i)) || js_name_is_password(js_name_str(j, i)))
			j->name_flags[i] |= NAME_SECRET;
}

static void round_once(struct js *j)
{
	j->n_stores = 0; /* each round knows them better than the one before */
	for (uint32_t n = 1; n < j->n_nodes; n++) {
		uint32_t av;
		struct js_val v;

		if (j->nodes[n].kind == J_NONE)
			continue;
		j->ish[n] = node_ish(j, n);
		if (j->fold_tried[n] && j->av[n] && kind_folds(j->nodes[n].kind) && js_av_const(j, j->av[n], &v))
			continue;
		if (j->ish[n] && kind_folds(j->nodes[n].kind) && try_fold(j, n))
			continue;
		av = flow_eval(j, n);
		if (j->mark_of && j->mark_of[n])
			av = ruled(j, n, av);
		if (av != j->av[n]) {
			av = flow_av_join(j, j->av[n], av);
			if (av != j->av[n]) {
				j->av[n] = av;
				j->changed = true;
			}
		}
	}
}

/* ---------- what runs at load ---------- */

struct edge {
	uint32_t caller, callee;
};

static void edges_of_av(struct js *j, struct edge **e, size_t *n, size_t *room, uint32_t caller, uint32_t av)
{
	size_t k;
	const uint32_t *refs = js_refs(j, av, &k);

	for (size_t i = 0; i < k; i++) {
		uint32_t fn = REF_TAG(refs[i]) == T_FN ? REF_ID(refs[i]) : 0;

		if (REF_TAG(refs[i]) == T_OBJ) { /* new of a class */
			uint32_t ctor = js_field_get(j, REF_ID(refs[i]), js_name(j, STR("constructor")));

			if (j->nodes[j->objs[REF_ID(refs[i])].node].kind == J_CLASS && ctor)
				edges_of_av(j, e, n, room, caller, flow_av_only(j, ctor, 1 << T_FN));
			if (flow_is_class(j, refs[i])) { /* threads and their like */
				uint32_t run = js_field_get(j, REF_ID(refs[i]), js_name(j, STR("run")));

				edges_of_av(j, e, n, room, caller, flow_av_only(j, run, 1 << T_FN));
			}
			refs = js_refs(j, av, &k);
		}
		if (fn)
			*ARENA_PUSH(j->a, *e, *n, *room) = (struct edge){caller, fn};
	}
}

static bool runs_callbacks(struct js *j, const struct js_call *c)
{
	struct str api = js_api_of(j, c->callee);
	const struct js_api *row = api.len ? js_api_find(j, api, API_CALL) : NULL;

	if (row)
		return row->flags & (API_RESPONSE_CB | API_RESULT_CB | API_NOW_CB);
	if (str_is(api, "Promise") || str_is(api, "__awaiter") || str_is(api, "tslib.__awaiter"))
		return true;
	if (j->nodes[c->callee_node].kind == J_ID && str_is(js_name_str(j, j->nodes[c->callee_node].x), "__awaiter"))
		return true;
	if (flow_method_is(c, then_names) || flow_method_is(c, each_names) || str_is(c->method, "reduce"))
		return true;
	if (flow_method_is(c, on_names)) {
		uint32_t t;

		return js_taints_of(j, c->receiver, c->node, &t, 1, NULL) > 0;
	}
	return false;
}

/* Functions of a bundle's table of modules run when the bundle asks for them. */
static bool is_bundle_module(struct js *j, uint32_t fn_node)
{
	uint32_t p = j->nodes[fn_node].parent, key;

	if (j->nodes[p].kind == J_PAIR && (key = js_kid(j, p, R_KEY)) && js_kid(j, p, R_VALUE) == fn_node) {
		struct str name = js_name_str(j, js_key_name(j, key));

		return j->nodes[key].kind == J_NUM || str_has(name, "/") || str_starts(name, ".");
	}
	if (j->nodes[p].kind == J_FUNC)
		return false;
	return false;
}

/* Classes that take the place of an installer's own: it calls their methods. */
static void mark_installers(struct js *j)
{
	static const char *const places[] = {"setuptools.command.", "distutils.command.", "wheel.bdist_wheel.", "setuptools.Command",
		"distutils.cmd.Command", "setuptools.dist.", "hatchling.builders.hooks.", NULL};

	for (uint32_t i = 1; i < j->n_nodes; i++) {
		bool installs = false;
		uint32_t body;

		if (j->nodes[i].kind != J_CLASS)
			continue;
		for (uint32_t k = j->nodes[i].first; k; k = j->nodes[k].next)
			for (int p = 0; places[p] && j->nodes[k].role == R_SUPER; p++)
				installs |= str_starts(js_api_of(j, j->av[k]), places[p]);
		body = installs ? js_kid(j, i, R_BODY) : 0;
		for (uint32_t k = body ? j->nodes[body].first : 0; k; k = j->nodes[k].next)
			if (j->nodes[k].kind == J_FUNC)
				j->fns[j->nodes[k].y].at_load = 1;
	}
}

static void mark_load(struct js *j)
{
	struct edge *edges = NULL;
	size_t n = 0, room = 0;
	bool more = true;

	for (uint32_t i = 1; i < j->n_nodes; i++) {
		struct js_call c;

		if (j->nodes[i].kind == J_FUNC && is_bundle_module(j, i))
			j->fns[j->nodes[i].y].at_load = 1;
		if (j->nodes[i].kind != J_CALL && j->nodes[i].kind != J_NEW)
			continue;
		js_call_of(j, i, &c);
		if (!c.callee_node)
			continue;
		edges_of_av(j, &edges, &n, &room, j->nodes[i].fn, c.callee);
		if (runs_callbacks(j, &c))
			for (uint32_t k = 0; k < c.n_args; k++)
				edges_of_av(j, &edges, &n, &room, j->nodes[i].fn, flow_av_only(j, c.arg_av[k], 1 << T_FN));
		if (runs_callbacks(j, &c) && c.named)
			edges_of_av(j, &edges, &n, &room, j->nodes[i].fn, flow_av_only(j, flow_last_function(j, &c), 1 << T_FN));
	}
	j->fns[j->nodes[j->root].y].at_load = 1;
	mark_installers(j);
	for (int k = 0; more && k < 32; k++) {
		more = false;
		for (size_t i = 0; i < n; i++)
			if (j->fns[edges[i].caller].at_load && !j->fns[edges[i].callee].at_load) {
				j->fns[edges[i].callee].at_load = 1;
				more = true;
			}
	}
}

/* function (req, res): what a client of a server sends. */
static bool is_request(struct js *j, uint32_t v)
{
	static const char *const first[] = {"req", "request", NULL}, *const second[] = {"res", "response", "resp", "reply", NULL};
	uint32_t p;

	if (j->front->function_scope || j->vars[v].param != 0 || !flow_name_in(first, js_name_str(j, j->vars[v].name)))
		return false;
	p = j->fns[j->vars[v].fn].params;
	p = p && j->nodes[p].kind == J_PARAMS && j->nodes[p].first ? j->nodes[j->nodes[p].first].next : 0;
	return p && flow_name_in(second, js_text(j, p));
}

/* Parameters whose names tell what they hold: keys to money, which is what a stealer takes; requests. */
static void telling_params(struct js *j)
{
	for (uint32_t v = 1; v < j->n_vars; v++) {
		struct str name = js_name_str(j, j->vars[v].name);

		if (j->vars[v].kind != VAR_PARAM)
			continue;
		if (is_request(j, v))
			flow_in_join(j, v, flow_av_taint(j, SRC_REQUEST, j->vars[v].decl, name));
		if (js_name_is_wallet_key(name) || js_name_is_password(name))
			flow_in_join(j, v, flow_av_taint(j, SRC_CRED, j->vars[v].decl, arena_printf(j->a, "parameter %.*s", STR_ARG(name))));
	}
}

enum status js_flow(struct js *j)
{
	ARENA_PUSH(j->a, j->sets, j->n_sets, j->sets_room);
	ARENA_PUSH(j->a, j->refs, j->n_refs, j->refs_room);
	if (!j->n_taints)
		ARENA_PUSH(j->a, j->taints, j->n_taints, j->taints_room);
	if (!j->n_fields)
		ARENA_PUSH(j->a, j->fields, j->n_fields, j->fields_room);
	if (!j->n_objs)
		ARENA_PUSH(j->a, j->objs, j->n_objs, j->objs_room);
	j->av = ARENA_ARRAY(j->a, j->n_nodes, uint32_t);
	j->fold_tried = ARENA_ARRAY(j->a, j->n_nodes, uint8_t);
	j->ish = ARENA_ARRAY(j->a, j->n_nodes, uint8_t);
	names_mark(j);
	js_fold_init(j);
	flow_bundle_modules(j);
	js_run_rotators(j);
	telling_params(j);
	flow_searched(j);
	for (j->pass = 0; j->pass < PASSES_MAX; j->pass++) {
		j->changed = false;
		if (!budget_step(j->in->budget, 1 + j->n_nodes / 8))
			return STATUS_LIMIT;
		round_once(j);
		if (!j->changed)
			break;
	}
	mark_load(j);
	j->settled = true;
	return STATUS_OK;
}
