/*
 * Flows that end at the boundary of the member: what other modules of the release can get from it and
 * call in it, and what it hands to them. behaviour/across.c joins the ends of two members.
 */
#include "read/front.h"

#include "read/hook_script.h"

#include "util/hash.h"

enum { ENDS_MAX = 240, EXPORTS_MAX = 400, EXPORT_DEPTH = 3, EXPORT_STEPS = 30000, NAME_BYTES = 120, ENDS_TAINTS = 12, COMMAND_BYTES = 2000 };

static bool is_plain(struct str s)
{
	for (size_t i = 0; i < s.len; i++)
		if ((uint8_t)s.p[i] < ' ')
			return false;
	return s.len <= NAME_BYTES;
}

static void say_end(struct js *j, const char *from, const char *to, struct str ports, struct str steps, struct str value, uint32_t flags,
	uint32_t n)
{
	struct js_site *s = j->site;
	struct fact f = {.kind = FACT_END, .flags = flags, .number = 3};
	struct str key = *to ? arena_printf(j->a, "%s>%s", from, to) : str_of(from);
	uint64_t spot = fast_hash(ports.p, ports.len, fast_hash(key.p, key.len, 31));

	if (s->is_old || s->n_ends >= ENDS_MAX || ports.len > FACT_DETAIL_BYTES / 2 || !js_fact_place(j, &f, n))
		return;
	spot = fast_hash(&f.offset, sizeof(f.offset), spot);
	if (js_count(s->a, s->said, spot))
		return;
	s->n_ends++;
	f.key = arena_str(s->in->arena, key);
	f.value = arena_str(s->in->arena, str_part(value, 0, FACT_VALUE_BYTES));
	f.detail = arena_str(s->in->arena, str_part(arena_printf(j->a, "%.*s\n%.*s", STR_ARG(ports), STR_ARG(steps)), 0, FACT_DETAIL_BYTES));
	*ARENA_PUSH(s->a, s->found, s->n_found, s->found_room) = (struct js_found){f, 0};
}

/* ---------- where a flow comes from ---------- */

/* An own source that is one by itself: what only sounds like a secret waits for a host to go to, and how
 * large a machine is tells nobody whose it is. */
static bool is_source(struct js *j, const struct js_taint *t)
{
	struct str label = j->taints[t->base].label;

	if (t->kind == SRC_HOST && !js_surveys_among(j, &t->base, 1))
		return false;
	return t->kind != SRC_DYN && t->kind != SRC_ARG && t->kind != SRC_OWN && !str_starts(label, "field ") && !str_starts(label, "parameter ");
}

/* Says one end for each name under which the flow can come in; `to` and `port` tell where it goes. */
static void say_from(struct js *j, uint32_t t, const char *to, struct str port, struct str name, struct str value, uint32_t flags, uint32_t n)
{
	const struct js_taint *taint = &j->taints[t], *base = &j->taints[taint->base];
	struct str steps, module, what;

	if (taint->weak)
		return;
	if (!(flags & (FACT_NEW_SINK | FACT_NEW_SOURCE)) && js_chain_fresh(j, t))
		flags |= FACT_CHANGED_VALUE;
	steps = js_flow_steps(j, t, name);
	if (taint->kind == SRC_IMPORT) {
		if (!js_own_api(j, base->label, &module, &what) || !is_plain(what))
			return;
		if (js_call_fresh(j, base->node))
			flags |= FACT_CHANGED_VALUE;
		say_end(j, "import", to, arena_printf(j->a, "%.*s\t%.*s\n%.*s", STR_ARG(module), STR_ARG(what), STR_ARG(port)), steps, value, flags, n);
	} else if (taint->kind == SRC_PARAM) {
		const struct js_var *v = &j->vars[j->nodes[base->node].y];

		for (size_t i = 0; i < j->n_exports; i++)
			if (j->exports[i].fn == v->fn)
				say_end(j, "param", to, arena_printf(j->a, "%.*s\t%d\t%.*s\n%.*s", STR_ARG(j->exports[i].name), v->param,
					STR_ARG(js_name_str(j, v->name)), STR_ARG(port)), steps, value, flags, n);
	} else if (is_source(j, taint)) {
		if (js_call_fresh(j, base->node))
			flags |= FACT_NEW_SOURCE;
		if (!value.len)
			value = js_origin_of(j, taint);
		say_end(j, js_source_name((enum js_source)taint->kind), to, arena_printf(j->a, "\n%.*s", STR_ARG(port)), steps, value, flags, n);
	}
}

void js_ends_sink(struct js *j, uint32_t node, uint32_t taint, const char *sink, struct str name, struct str value, bool fresh)
{
	say_from(j, taint, sink, STR(""), name, value, (fresh ? FACT_NEW_SINK : 0) | js_place_flags(j, node), node);
}

/* ---------- what others can get ---------- */

static void say_alias(struct js *j, struct str from, struct str to, uint32_t n)
{
	struct str module, what;

	if (!js_own_api(j, from, &module, &what) || !is_plain(what) || !is_plain(to))
		return;
	say_end(j, "alias", "", arena_printf(j->a, "%.*s\t%.*s\n%.*s", STR_ARG(module), STR_ARG(what), STR_ARG(to)), STR(""), STR(""),
		js_node_fresh(j, n) ? FACT_CHANGED_VALUE : 0, n);
}

/* What a command line would do, if somebody ran it. */
struct heard {
	struct read_out out; /* first */
	struct arena *a;
	bool fetches; /* runs what it fetches */
	struct str from;
};

static uint32_t heard_unit(struct read_out *o, const struct unit *u)
{
	(void)o;
	(void)u;
	return FACT_NO_UNIT;
}

static void heard_fact(struct read_out *o, const struct fact *f)
{
	struct heard *h = (struct heard *)o;

	if (f->kind != FACT_FLOW || h->fetches || !(str_is(f->key, "net>exec") || str_is(f->key, "net>code") || str_is(f->key, "net>run")))
		return;
	h->fetches = true;
	h->from = arena_str(h->a, f->value);
}

static void heard_cover(struct read_out *o, enum cover_grade grade, uint64_t bytes, const char *why)
{
	(void)o;
	(void)grade;
	(void)bytes;
	(void)why;
}

/* A text that fetches and runs, handed to a function of another module or exported: where processes are started with it, it is a source. */
static void say_command_text(struct js *j, uint32_t n, uint32_t av, const char *to, struct str port, struct str name, bool fresh)
{
	struct heard h = {.out = {heard_unit, heard_fact, heard_cover, 0, 0}, .a = j->a};
	struct read_in in = *j->in;
	struct str cmd;

	if (!fresh || !js_const_str(j, av, &cmd) || cmd.len < 12 || cmd.len > COMMAND_BYTES || in.nested++ >= 4 ||
		!(str_has(cmd, "http") || str_has(cmd, "/dev/tcp") || str_has(cmd, "curl") || str_has(cmd, "wget")) || !str_has(cmd, " "))
		return;
	in.out = &h.out;
	in.arena = j->a;
	(void)hook_script(&in, cmd, 0, 0, cmd.len, cmd);
	if (h.fetches)
		say_end(j, "net", to, arena_printf(j->a, "\n%.*s", STR_ARG(port)),
			arena_printf(j->a, "command %.*s\n-> %.*s", STR_ARG(str_part(cmd, 0, 80)), STR_ARG(name)), h.from,
			FACT_NEW_SOURCE | FACT_CHANGED_VALUE | js_place_flags(j, n), n);
}

static void say_values(struct js *j, uint32_t av, struct str name, uint32_t n, bool (*which)(enum js_source))
{
	uint32_t taints[ENDS_TAINTS];
	size_t k = js_taints_of(j, av, n, taints, ENDS_TAINTS, NULL);

	for (size_t i = 0; i < k; i++)
		if (!which || which((enum js_source)j->taints[taints[i]].kind))
			say_from(j, taints[i], "export", name, arena_printf(j->a, "export %.*s", STR_ARG(name)), STR(""), 0, n);
}

/* What nobody may have is told of an object as a whole; what is decoded or fetched lies in one of many fields. */
static bool is_secret(enum js_source s)
{
	return s == SRC_ENV || s == SRC_CRED || s == SRC_FILE;
}

static void export_function(struct js *j, uint32_t fn, struct str name)
{
	if (j->n_exports >= EXPORTS_MAX)
		return;
	for (size_t i = 0; i < j->n_exports; i++)
		if (j->exports[i].fn == fn && str_equal(j->exports[i].name, name))
			return;
	*ARENA_PUSH(j->a, j->exports, j->n_exports, j->exports_room) = (struct js_export){fn, name};
}

static struct str name_below(struct js *j, struct str name, struct str field)
{
	return name.len ? arena_printf(j->a, "%.*s.%.*s", STR_ARG(name), STR_ARG(field)) : field;
}

static void export_value(struct js *j, struct str name, uint32_t av, uint32_t n, int depth);

static void export_object(struct js *j, struct str name, uint32_t obj, uint32_t n, int depth)
{
	int left = 64;

	for (uint32_t f = j->objs[obj].fields; f && left-- && j->n_export_steps < EXPORT_STEPS; f = j->fields[f].next) {
		struct str field = js_name_str(j, j->fields[f].name);
		bool constructor;

		j->n_export_steps++;
		constructor = str_is(field, j->front->function_scope ? "__init__" : "constructor");

		if (str_is(field, SUPER_FIELD))
			export_value(j, name, j->fields[f].av, n, depth + 1);
		else if (constructor && depth <= EXPORT_DEPTH) /* it may be the object itself: it has no further one */
			export_value(j, name, j->fields[f].av, n, EXPORT_DEPTH + 1);
		else if (field.len && depth < EXPORT_DEPTH)
			export_value(j, name_below(j, name, field), j->fields[f].av, n, depth + 1);
		else if (!field.len && !depth) /* under a name that is not known: whoever asks for the object gets it */
			say_values(j, j->fields[f].av, name, n, is_secret);
	}
}

static void export_value(struct js *j, struct str name, uint32_t av, uint32_t n, int depth)
{
	size_t k = j->sets[av].n;

	if (!is_plain(name))
		return;
	for (size_t i = 0; i < k; i++) {
		uint32_t r = j->refs[j->sets[av].first + i], id = REF_ID(r);

		if (REF_TAG(r) == T_FN)
			export_function(j, id, name);
		else if (REF_TAG(r) == T_OBJ)
			export_object(j, name, id, n, depth);
		else if (REF_TAG(r) == T_API)
			say_alias(j, js_name_str(j, id), name, n);
	}
	if (js_av_has(j, av, T_TAINT))
		say_values(j, av, name, n, NULL);
	say_command_text(j, n, av, "export", name, arena_printf(j->a, "export %.*s", STR_ARG(name)), js_node_fresh(j, n));
}

static struct str default_is_module(struct str name)
{
	return str_is(name, "default") ? STR("") : name;
}

/* export { a as b }: what stands here under the first name, under the last one there. */
static void export_names(struct js *j, uint32_t clause, struct str module)
{
	for (uint32_t s = j->nodes[clause].first; s; s = j->nodes[s].next) {
		uint32_t from = j->nodes[s].first, to = j->nodes[s].last;
		struct str name = from ? default_is_module(js_text(j, from)) : STR("");

		if (!from || !to)
			continue;
		if (module.len)
			say_alias(j, name.len ? arena_printf(j->a, "%.*s.%.*s", STR_ARG(module), STR_ARG(name)) : module,
				default_is_module(js_text(j, to)), s);
		else
			export_value(j, default_is_module(js_text(j, to)), j->av[from], s, 0);
	}
}

static void export_all(struct js *j, struct str module, uint32_t n)
{
	say_alias(j, module, STR("*"), n);
}

static void export_from(struct js *j, uint32_t n, struct str module)
{
	bool clause = false;

	for (uint32_t k = j->nodes[n].first; k; k = j->nodes[k].next) {
		clause |= j->nodes[k].kind == J_NS_EXPORT || j->nodes[k].kind == J_EXPORT_NAMES;
		if (j->nodes[k].kind == J_NS_EXPORT && j->nodes[k].first)
			say_alias(j, module, js_text(j, j->nodes[k].first), n);
		else if (j->nodes[k].kind == J_EXPORT_NAMES)
			export_names(j, k, module);
	}
	if (!clause)
		export_all(j, module, n);
}

/* The value that a declaration makes of its name. */
static void export_declared(struct js *j, uint32_t d, bool is_default)
{
	uint32_t name = js_kid(j, d, R_NAME);
	struct str called = name && !is_default ? js_text(j, name) : STR("");

	if (j->nodes[d].kind == J_FUNC)
		export_function(j, j->nodes[d].y, called);
	else if (j->nodes[d].kind == J_CLASS)
		export_value(j, called, j->av[d], d, 0);
	else
		for (uint32_t k = j->nodes[d].first; k; k = j->nodes[k].next)
			if (j->nodes[k].kind == J_DECLARATOR && (name = js_kid(j, k, R_NAME)) && j->nodes[name].y)
				export_value(j, js_text(j, name), j->vars[j->nodes[name].y].av, k, 0);
}

static bool is_default_export(struct str text)
{
	return str_starts(str_trim(str_part(text, 6, text.len)), "default");
}

static void export_statement(struct js *j, uint32_t n)
{
	uint32_t src = js_kid(j, n, R_SOURCE), d = js_kid(j, n, R_DECL), v = js_kid(j, n, R_VALUE);
	struct str module;

	if (src) {
		if (js_const_str(j, j->av[src], &module))
			export_from(j, n, module);
		return;
	}
	if (d)
		export_declared(j, d, is_default_export(js_text(j, n)));
	else if (v && j->nodes[v].kind == J_FUNC)
		export_function(j, j->nodes[v].y, STR(""));
	else if (v)
		export_value(j, STR(""), j->av[v], n, 0);
	for (uint32_t k = j->nodes[n].first; k && !d && !v; k = j->nodes[k].next)
		if (j->nodes[k].kind == J_EXPORT_NAMES)
			export_names(j, k, STR(""));
}

/* exports.a = x, module.exports = x, module.exports.a = x */
static void export_stores(struct js *j)
{
	for (size_t i = 0; i < j->n_stores; i++) {
		struct str api = js_name_str(j, j->stores[i].api), name = STR("");
		uint32_t value = j->stores[i].value;

		if (str_starts(api, "module.exports"))
			name = str_part(api, 15, api.len);
		else if (str_starts(api, "exports.") || str_is(api, "exports")) /* "exports.default" is the module */
			name = str_part(api, 8, api.len);
		else
			continue;
		if (value)
			export_value(j, default_is_module(name), j->av[value], j->stores[i].node, 0);
	}
}

/* __exportStar(require("./a"), exports), Object.assign(exports, require("./a")), and
 * Object.defineProperty(exports, "a", { get: function () { return x } }) of compilers. */
static void export_call(struct js *j, uint32_t n)
{
	struct js_call c;
	struct str name, callee;
	uint32_t got;

	js_call_of(j, n, &c);
	if (c.n_args < 2 || !c.callee_node)
		return;
	callee = js_text(j, c.callee_node);
	if (str_ends(callee, "__exportStar") && js_api_of(j, c.arg_av[0]).len)
		export_all(j, js_api_of(j, c.arg_av[0]), n);
	if (str_is(callee, "Object.assign") && str_ends(js_text(j, c.args[0]), "exports"))
		for (uint32_t i = 1; i < c.n_args; i++) {
			export_all(j, js_api_of(j, c.arg_av[i]), n);
			export_value(j, STR(""), c.arg_av[i], n, 0);
		}
	if (c.n_args < 3 || !str_is(callee, "Object.defineProperty") || !str_is(js_text(j, c.args[0]), "exports") ||
		!js_const_str(j, c.arg_av[1], &name))
		return;
	for (size_t i = 0; i < j->sets[c.arg_av[2]].n; i++) {
		uint32_t r = j->refs[j->sets[c.arg_av[2]].first + i];

		got = REF_TAG(r) == T_OBJ ? js_field_get(j, REF_ID(r), js_name(j, STR("get"))) : AV_NONE;
		for (size_t q = 0; q < j->sets[got].n; q++) {
			uint32_t f = j->refs[j->sets[got].first + q];

			if (REF_TAG(f) == T_FN)
				export_value(j, default_is_module(name), j->fns[REF_ID(f)].ret, n, 0);
		}
	}
}

/* Names of the module itself, where a language exports all of them. */
static void export_globals(struct js *j)
{
	uint32_t root = j->nodes[j->root].y;

	for (uint32_t v = 1; v < j->n_vars; v++)
		if (j->vars[v].fn == root && j->vars[v].decl && j->vars[v].kind != VAR_PARAM)
			export_value(j, js_name_str(j, j->vars[v].name), j->vars[v].av, j->vars[v].decl, 0);
	for (size_t i = 0; i < j->n_stars; i++)
		export_all(j, front_module(j->front, j->stars[i]), j->root);
}

/* Parameters become sources; what the functions return is said. */
static void export_ports(struct js *j)
{
	for (uint32_t v = 1; v < j->n_vars; v++) {
		if (j->vars[v].kind != VAR_PARAM || j->vars[v].param < 0)
			continue;
		for (size_t i = 0; i < j->n_exports && !j->vars[v].port; i++)
			if (j->exports[i].fn == j->vars[v].fn)
				j->vars[v].port = js_taint_at(j, SRC_PARAM, j->vars[v].decl, 0, js_name_str(j, j->vars[v].name));
	}
	for (size_t i = 0; i < j->n_exports; i++) {
		const struct js_fn *f = &j->fns[j->exports[i].fn];

		if (f->ret)
			say_values(j, f->ret, arena_printf(j->a, "%.*s()", STR_ARG(j->exports[i].name)), f->node, NULL);
	}
}

static void held_elsewhere(struct js *j);

void js_ends_exports(struct js *j)
{
	if (j->site->layer || j->site->is_old || !j->front->own_module)
		return;
	say_end(j, "read", "", STR("\n"), STR(""), STR(""), 0, j->root);
	if (j->front->function_scope) {
		export_globals(j);
	} else {
		export_stores(j);
		for (uint32_t n = 1; n < j->n_nodes; n++)
			if (j->nodes[n].kind == J_EXPORT)
				export_statement(j, n);
			else if (j->nodes[n].kind == J_CALL)
				export_call(j, n);
	}
	export_ports(j);
	held_elsewhere(j);
}

/* ---------- what others are given ---------- */

static void say_argument(struct js *j, const struct js_call *c, uint32_t arg, uint32_t av, const char *to, struct str port, struct str name, bool fresh)
{
	uint32_t taints[ENDS_TAINTS];
	size_t k = js_taints_of(j, av, arg ? arg : c->node, taints, ENDS_TAINTS, NULL);

	for (size_t i = 0; i < k; i++)
		if (j->taints[j->taints[taints[i]].base].node != c->node)
			say_from(j, taints[i], to, port, name, STR(""), (fresh ? FACT_CHANGED_VALUE : 0) | js_place_flags(j, c->node), c->node);
}

static void own_arguments(struct js *j, const struct js_call *c, struct str module, struct str what, struct str name, bool fresh)
{
	struct str port;

	for (uint32_t i = 0; i < c->n_args; i++) {
		if (c->named && c->args[i] == c->named)
			continue;
		if (js_av_has(j, c->arg_av[i], T_FN))
			continue;
		port = arena_printf(j->a, "%.*s\t%.*s\t%u", STR_ARG(module), STR_ARG(what), i);
		say_argument(j, c, c->args[i], c->arg_av[i], "argument", port, name, fresh);
		say_command_text(j, c->node, c->arg_av[i], "argument", port, name, fresh);
	}
	for (uint32_t k = c->named ? j->nodes[c->named].first : 0; k; k = j->nodes[k].next) {
		uint32_t key = js_kid(j, k, R_KEY), v = js_kid(j, k, R_VALUE);

		if (key && v && is_plain(js_name_str(j, j->nodes[key].x)))
			say_argument(j, c, v, j->av[v], "argument", arena_printf(j->a, "%.*s\t%.*s\t=%.*s", STR_ARG(module), STR_ARG(what),
				STR_ARG(js_name_str(j, j->nodes[key].x))), name, fresh);
	}
}

/* state.a = x, where another module exports `state`: whoever imports it as well can get it. */
static void held_elsewhere(struct js *j)
{
	struct str module, what;

	for (size_t i = 0; i < j->n_stores; i++) {
		struct str api = js_name_str(j, j->stores[i].api), port;
		uint32_t value = j->stores[i].value, taints[ENDS_TAINTS];
		size_t k;

		if (!value || !js_own_api(j, api, &module, &what) || !what.len || !is_plain(what))
			continue;
		k = js_taints_of(j, j->av[value], value, taints, ENDS_TAINTS, NULL);
		port = arena_printf(j->a, "%.*s\t%.*s\t=", STR_ARG(module), STR_ARG(what));
		for (size_t t = 0; t < k; t++)
			say_from(j, taints[t], "argument", port, api, STR(""),
				(js_node_fresh(j, value) ? FACT_CHANGED_VALUE : 0) | js_place_flags(j, j->stores[i].node), j->stores[i].node);
	}
}

/* callback(x): a function that another module passed gets x. */
static void called_back(struct js *j, const struct js_call *c, const struct js_var *v, bool fresh)
{
	for (size_t i = 0; i < j->n_exports; i++) {
		if (j->exports[i].fn != v->fn || v->param < 0)
			continue;
		for (uint32_t m = 0; m < c->n_args && m < 2; m++)
			say_argument(j, c, c->args[m], c->arg_av[m], "export",
				arena_printf(j->a, "%.*s@%d.%u", STR_ARG(j->exports[i].name), v->param, m), js_name_str(j, v->name), fresh);
	}
}

void js_ends_call(struct js *j, const struct js_call *c, bool fresh)
{
	size_t k = j->sets[c->callee].n;

	if (j->site->layer || j->site->is_old || !j->front->own_module)
		return;
	for (size_t i = 0; i < k; i++) {
		uint32_t r = j->refs[j->sets[c->callee].first + i];
		struct str module, what;

		if (REF_TAG(r) == T_API && js_own_api(j, js_name_str(j, REF_ID(r)), &module, &what) && is_plain(what))
			own_arguments(j, c, module, what, js_name_str(j, REF_ID(r)), fresh);
		else if (REF_TAG(r) == T_PARAM && j->vars[REF_ID(r)].port)
			called_back(j, c, &j->vars[REF_ID(r)], fresh);
	}
}
