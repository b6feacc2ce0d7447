/* Calls: of functions that are here, of APIs by their rows, and of what takes a function. */
#include "flow_int.h"

#include "read/command_source.h"
#include "read/styled.h"

bool flow_call_function(struct js *j, uint32_t fn, const uint32_t *args, size_t n, uint32_t node)
{
	struct js_fn *f = &j->fns[fn];
	size_t i = 0;

	(void)node;
	if (!f->params)
		return true;
	if (j->nodes[f->params].kind != J_PARAMS) {
		if (n)
			flow_bind_pattern(j, f->params, args[0], true, 0);
		return true;
	}
	for (uint32_t p = j->nodes[f->params].first; p; p = j->nodes[p].next, i++) {
		if (j->nodes[p].kind == J_REST) {
			struct bag b = {.n = 0};

			for (; i < n; i++)
				flow_bag_join(j, &b, args[i]);
			flow_bind_pattern(j, p, flow_set(j, b.refs, b.n), true, 0);
			break;
		}
		if (i < n && args[i])
			flow_bind_pattern(j, p, args[i], true, 0);
		else if (j->nodes[p].kind == J_DEFAULT)
			flow_bind_pattern(j, p, AV_NONE, true, 0);
	}
	return true;
}

/* A decoder was called: of constants it makes decoded data, of anything else what that is. */
static uint32_t decoded_from(struct js *j, uint32_t av, uint32_t node)
{
	if (js_av_has(j, av, T_CONST) && !js_av_has(j, av, T_PARAM) && !flow_tainted(j, av))
		return flow_av_join(j, flow_av_only(j, av, 1 << T_OBJ), flow_av_taint(j, SRC_DATA, node, js_text(j, node)));
	return flow_av_only(j, av, TAGS_DATA | 1 << T_OBJ);
}

uint32_t flow_function_result(struct js *j, uint32_t fn, const uint32_t *args, size_t n, uint32_t node)
{
	struct bag b = {.n = 0};
	uint32_t ret = j->fns[fn].ret;
	size_t k = j->sets[ret].n;
	bool decoded = false;

	for (size_t i = 0; i < k; i++) {
		uint32_t r = j->refs[j->sets[ret].first + i];

		if (REF_TAG(r) == T_PARAM && j->vars[REF_ID(r)].fn == fn) {
			int32_t at = j->vars[REF_ID(r)].param;

			if (at >= 0 && (size_t)at < n)
				flow_bag_join(j, &b, flow_av_only(j, args[at], TAGS_CARRY));
			continue;
		}
		decoded |= r == REF(T_UNKNOWN, UNKNOWN_DECODED);
		flow_bag_add(j, &b, r);
	}
	if (decoded)
		return decoded_from(j, flow_set(j, b.refs, b.n), node);
	return flow_set(j, b.refs, b.n);
}

uint32_t flow_call_each(struct js *j, uint32_t callee, const uint32_t *args, size_t n, uint32_t node)
{
	struct bag b = {.n = 0};
	size_t k = j->sets[callee].n;

	for (size_t i = 0; i < k; i++) {
		uint32_t r = j->refs[j->sets[callee].first + i];

		if (REF_TAG(r) == T_FN) {
			flow_call_function(j, REF_ID(r), args, n, node);
			flow_bag_join(j, &b, flow_function_result(j, REF_ID(r), args, n, node));
		}
	}
	return flow_set(j, b.refs, b.n);
}

static bool callable(const struct js *j, uint32_t av)
{
	return js_av_has(j, av, T_FN) || js_av_has(j, av, T_API);
}

static void args_fill(struct js *j, struct js_call *c, uint32_t args)
{
	if (!args)
		return;
	if (j->nodes[args].kind != J_ARGS) { /* tag`text` */
		c->args[0] = args;
		c->arg_av[0] = j->av[args];
		c->n_args = 1;
		return;
	}
	for (uint32_t k = j->nodes[args].first; k && c->n_args < JS_ARGS_MAX; k = j->nodes[k].next) {
		c->args[c->n_args] = k;
		if (j->nodes[k].kind == J_OBJECT && j->nodes[k].flags & JF_NAMED)
			c->named = k;
		c->arg_av[c->n_args] = j->nodes[k].kind == J_SPREAD ? flow_elements(j, k, j->av[j->nodes[k].first]) : j->av[k];
		c->n_args++;
	}
}

static void args_shift(struct js_call *c, uint32_t n)
{
	n = n > c->n_args ? c->n_args : n;
	memmove(c->args, c->args + n, (c->n_args - n) * sizeof(*c->args));
	memmove(c->arg_av, c->arg_av + n, (c->n_args - n) * sizeof(*c->arg_av));
	c->n_args -= n;
}

/* f.apply(t, [a, b]): the array's elements are the arguments. */
static void args_unpack(struct js *j, struct js_call *c)
{
	uint32_t list = c->n_args ? c->args[0] : 0, av = c->n_args ? c->arg_av[0] : 0;

	c->n_args = 0;
	if (list && j->nodes[list].kind == J_ARRAY) {
		for (uint32_t k = j->nodes[list].first; k && c->n_args < JS_ARGS_MAX; k = j->nodes[k].next) {
			c->args[c->n_args] = k;
			c->arg_av[c->n_args++] = j->av[k];
		}
		return;
	}
	if (list) {
		c->args[0] = list;
		c->arg_av[0] = flow_elements(j, list, av);
		c->n_args = 1;
	}
}

uint32_t flow_property_of(struct js *j, uint32_t n)
{
	uint32_t p;

	if (j->nodes[n].kind == J_MEMBER) {
		p = js_kid(j, n, R_PROPERTY);
		return p ? j->nodes[p].x : 0;
	}
	p = js_kid(j, n, R_INDEX);
	return p ? flow_key_const(j, j->av[p]) : 0;
}

/* [].slice.call(list): a method of lists, called on the first argument. */
static bool borrowed_method(struct js *j, struct js_call *c, uint32_t method)
{
	if (!c->n_args || !str_is(js_api_of(j, c->receiver), "$method") || j->nodes[method].kind != J_MEMBER)
		return false;
	c->receiver = c->arg_av[0];
	c->method = js_name_str(j, flow_property_of(j, method));
	if (str_is(c->method, "slice") || str_is(c->method, "concat"))
		c->method = STR("$slice");
	c->callee = AV_NONE;
	args_shift(c, 1);
	return true;
}

void js_call_of(struct js *j, uint32_t n, struct js_call *c)
{
	uint32_t callee = js_kid(j, n, R_CALLEE);

	memset(c, 0, sizeof(*c));
	c->node = n;
	c->is_new = j->nodes[n].kind == J_NEW;
	if (!callee)
		return;
	args_fill(j, c, js_kid(j, n, R_ARGS));
	c->callee_node = callee;
	c->callee = j->av[callee];
	if (j->front->function_scope && j->nodes[callee].kind == J_MEMBER) { /* call and apply are names like others */
		uint32_t o = js_kid(j, callee, R_OBJECT);

		c->method = js_name_str(j, flow_property_of(j, callee));
		c->receiver = o ? j->av[o] : AV_NONE;
		return;
	}
	for (int k = 0; k < 3 && (j->nodes[callee].kind == J_MEMBER || j->nodes[callee].kind == J_SUBSCRIPT); k++) {
		uint32_t o = js_kid(j, callee, R_OBJECT);

		c->method = js_name_str(j, flow_property_of(j, callee));
		c->receiver = o ? j->av[o] : AV_NONE;
		if (!o || !callable(j, c->receiver) || str_is(js_api_of(j, c->receiver), "Reflect"))
			break;
		if (str_is(c->method, "call") && borrowed_method(j, c, o))
			return;
		if (str_is(c->method, "call")) {
			args_shift(c, 1);
		} else if (str_is(c->method, "apply")) {
			args_shift(c, 1);
			args_unpack(j, c);
		} else {
			break;
		}
		c->callee = c->receiver;
		c->callee_node = callee = o;
		c->method = STR("");
		c->receiver = AV_NONE;
	}
	if ((str_is(js_api_of(j, c->callee), "Reflect.apply") || str_is(js_api_of(j, c->callee), "Reflect.construct")) && c->n_args >= 2) {
		c->is_new = str_ends(js_api_of(j, c->callee), "construct");
		c->callee = c->arg_av[0];
		c->callee_node = c->args[0];
		args_shift(c, c->is_new ? 1 : 2);
		args_unpack(j, c);
	}
}

uint32_t flow_own_data(struct js *j, uint32_t av, uint32_t node)
{
	struct str own = flow_own_among(j, av);

	return own.len ? flow_av_taint(j, SRC_IMPORT, node, own) : AV_NONE;
}

uint32_t flow_args_join(struct js *j, const struct js_call *c, unsigned tags)
{
	struct bag b = {.n = 0};

	for (uint32_t i = 0; i < c->n_args; i++) {
		flow_bag_join(j, &b, flow_av_only(j, c->arg_av[i], tags));
		flow_bag_join(j, &b, flow_own_data(j, c->arg_av[i], c->args[i] ? c->args[i] : c->node));
		if (str_is(js_api_of(j, c->arg_av[i]), "process.env"))
			flow_bag_join(j, &b, flow_av_taint(j, SRC_ENV, c->args[i] ? c->args[i] : c->node, STR("process.env")));
		if (str_is(js_api_of(j, c->arg_av[i]), "localStorage") || str_is(js_api_of(j, c->arg_av[i]), "sessionStorage"))
			flow_bag_join(j, &b, flow_av_taint(j, SRC_COOKIE, c->args[i] ? c->args[i] : c->node, STR("web storage")));
	}
	return flow_set(j, b.refs, b.n);
}

uint32_t flow_last_function(const struct js *j, const struct js_call *c)
{
	for (uint32_t i = c->n_args; i-- > 0;)
		if (js_av_has(j, c->arg_av[i], T_FN))
			return c->arg_av[i];
	for (uint32_t k = c->named ? j->nodes[c->named].first : 0; k; k = j->nodes[k].next) {
		uint32_t v = js_kid(j, k, R_VALUE);

		if (v && js_av_has(j, j->av[v], T_FN))
			return j->av[v];
	}
	return AV_NONE;
}

uint32_t js_named_arg(const struct js *j, const struct js_call *c, const char *name)
{
	for (uint32_t k = c->named ? j->nodes[c->named].first : 0; k; k = j->nodes[k].next) {
		uint32_t key = js_kid(j, k, R_KEY);

		if (key && str_is(js_name_str(j, j->nodes[key].x), name))
			return js_kid(j, k, R_VALUE);
	}
	return 0;
}

size_t flow_args_placed(struct js *j, uint32_t fn, const struct js_call *c, uint32_t *ret)
{
	uint32_t params = j->fns[fn].params;
	size_t n = 0, i = 0;

	for (uint32_t k = 0; k < c->n_args; k++)
		if (!c->named || c->args[k] != c->named)
			ret[n++] = c->arg_av[k];
	if (!c->named || !params || j->nodes[params].kind != J_PARAMS)
		return n;
	for (uint32_t p = j->nodes[params].first; p && i < JS_ARGS_MAX; p = j->nodes[p].next, i++) {
		uint32_t id = j->nodes[p].kind == J_DEFAULT ? js_kid(j, p, R_LEFT) : p, v = 0;

		if (i < n)
			continue;
		for (uint32_t k = j->nodes[c->named].first; k && id && !v; k = j->nodes[k].next) {
			uint32_t key = js_kid(j, k, R_KEY);

			if (key && j->nodes[key].x == j->nodes[id].x)
				v = js_kid(j, k, R_VALUE);
		}
		ret[n++] = v ? j->av[v] : AV_NONE;
	}
	return n;
}

/* The path that a call is about. */
uint32_t js_path_node(struct js *j, const struct js_call *c, const struct js_api *row)
{
	uint32_t v;

	if (row->flags & API_SELF)
		return j->nodes[c->callee_node].kind == J_MEMBER ? js_kid(j, c->callee_node, R_OBJECT) : 0;
	if (!c->n_args || c->args[0] != c->named)
		return c->n_args ? c->args[0] : 0;
	v = js_named_arg(j, c, "file");
	return v ? v : js_named_arg(j, c, "path");
}

/* One of the texts that a value can be, and that is so; empty if none is. */
static struct str text_among(struct js *j, uint32_t av, bool (*is)(struct str), int depth)
{
	size_t n = j->sets[av].n;

	for (size_t q = 0; q < n; q++) {
		uint32_t r = j->refs[j->sets[av].first + q], id = REF_ID(r);
		struct str t = STR("");

		if (REF_TAG(r) == T_CONST && j->consts[id].t == V_STR) {
			t = js_utf8(j, j->consts[id].s);
		} else if (REF_TAG(r) == T_API) {
			for (const struct front_place *p = j->front->places; p->api && !t.len; p++)
				if (str_is(js_name_str(j, id), p->api))
					t = str_of(p->text);
		} else if (REF_TAG(r) == T_PARAM && depth < 2) {
			t = text_among(j, j->vars[id].in, is, depth + 1);
		}
		if (t.len && is(t))
			return t;
	}
	return STR("");
}

struct str js_text_among(struct js *j, uint32_t n, bool (*is)(struct str))
{
	struct str sym = js_symbolic(j, n);

	return is(sym) ? sym : text_among(j, j->av[n], is, 0);
}

static bool av_has_source(const struct js *j, uint32_t av, enum js_source kind)
{
	size_t k;
	const uint32_t *refs = js_refs(j, av, &k);

	for (size_t q = 0; q < k; q++)
		if (REF_TAG(refs[q]) == T_TAINT && j->taints[REF_ID(refs[q])].kind == kind)
			return true;
	return false;
}

static struct str part_among(struct js *j, uint32_t n, bool (*is)(struct str), int depth)
{
	uint32_t start = n;
	int left = 64;

	while (j->nodes[start].first)
		start = j->nodes[start].first;
	for (uint32_t i = start; i <= n && left--; i++) {
		uint8_t kind = j->nodes[i].kind;
		uint32_t init;
		struct str t;

		if (kind != J_SUBSCRIPT && (kind != J_ID || !j->nodes[i].y))
			continue;
		t = text_among(j, j->av[i], is, 0);
		init = kind == J_ID ? j->vars[j->nodes[i].y].init : 0;
		if (!t.len && init && depth < 3 && init < n)
			t = part_among(j, init, is, depth + 1);
		if (t.len)
			return t;
	}
	return STR("");
}

/* One of the texts that a name in this expression can have, and that is so. */
struct str js_part_among(struct js *j, uint32_t n, bool (*is)(struct str))
{
	return part_among(j, n, is, 0);
}

/* A list of places of secrets, handed on. */
static bool part_is_cred(struct js *j, uint32_t n)
{
	uint32_t start = n;
	int left = 64;

	if (js_part_among(j, n, js_path_is_cred).len)
		return true;
	while (j->nodes[start].first)
		start = j->nodes[start].first;
	for (uint32_t i = start; i <= n && left--; i++)
		if (j->nodes[i].kind == J_ID && j->nodes[i].y && av_has_source(j, j->av[i], SRC_CRED))
			return true;
	return false;
}

/* The command line that a call runs, as far as it is known; holes stay. */
static struct str command_text(struct js *j, const struct js_call *c, const struct js_api *row)
{
	struct str cmd = STR(""), args;

	if (!c->n_args || !c->args[0])
		return cmd;
	if (row->flags & API_ARGV0 && (cmd = js_list_text(j, c->args[0])).len)
		return cmd;
	cmd = js_symbolic(j, c->args[0]);
	for (uint32_t i = 1; row->flags & API_ARGS && i < c->n_args && cmd.len < COMMAND_TEXT_BYTES; i++)
		if (c->args[i])
			cmd = arena_printf(j->a, "%.*s %.*s", STR_ARG(cmd), STR_ARG(js_symbolic(j, c->args[i])));
	if (!(row->flags & API_ARGV) || c->n_args < 2 || !c->args[1])
		return cmd;
	args = js_list_text(j, c->args[1]);
	return args.len ? arena_printf(j->a, "%.*s %.*s", STR_ARG(cmd), STR_ARG(args)) : cmd;
}

/* Does a command put something of somebody's into this file? */
static enum js_source command_fills(struct js *j, const struct js_call *c, const struct js_api *row, struct str path)
{
	struct str cmd = command_text(j, c, row);
	size_t at = str_find(cmd, path);

	if (at == SIZE_MAX || path.len < 5)
		return SRC_NONE;
	if (command_gives_secrets(cmd))
		return SRC_CRED;
	return command_packs_home(cmd) ? SRC_FILE : SRC_NONE;
}

/* The path that a call copies to, when what it copies is a secret. */
static struct str secret_copied_to(struct js *j, const struct js_call *call, struct str api, const struct js_api *row)
{
	struct js_call c = *call;

	if (c.n_args < 2 || !c.args[0] || !c.args[1] || row->class_ != CLASS_FS_WRITE || !(row->flags & API_COPIES || str_has(api, "copyFile") || str_has(api, "fs.cp")))
		return STR("");
	if (!js_path_is_cred(js_symbolic(j, c.args[0])) && !js_part_among(j, c.args[0], js_path_is_cred).len)
		return STR("");
	return js_symbolic(j, c.args[1]);
}

/* The call that made an object. */
static uint32_t made_by(const struct js *j, uint32_t av)
{
	size_t k;
	const uint32_t *refs = js_refs(j, av, &k);

	for (size_t i = 0; i < k; i++)
		if (REF_TAG(refs[i]) == T_OBJ && (j->nodes[j->objs[REF_ID(refs[i])].node].kind == J_CALL ||
			j->nodes[j->objs[REF_ID(refs[i])].node].kind == J_NEW))
			return j->objs[REF_ID(refs[i])].node;
	return 0;
}

/* What this call writes into the file, if it is of somebody's. */
static enum js_source written_source(struct js *j, const struct js_call *c, const struct js_api *row, struct str path)
{
	static const enum js_source kinds[] = {SRC_CRED, SRC_ENV, SRC_FILE};
	bool stream = row->flags & (API_STREAM | API_INTO);
	uint32_t maker = stream ? made_by(j, c->receiver) : 0, args = maker ? js_kid(j, maker, R_ARGS) : 0, at, av;

	if (!stream && (row->class_ != CLASS_FS_WRITE || row->flags & (API_COPIES | API_SELF) || c->n_args < 2))
		return SRC_NONE;
	at = !stream ? c->args[0] : args && j->nodes[args].kind == J_ARGS ? j->nodes[args].first : 0;
	if (!at || !str_equal(js_symbolic(j, at), path))
		return SRC_NONE;
	av = row->flags & API_INTO ? flow_elements(j, c->node, c->receiver) : c->arg_av[stream ? 0 : 1];
	for (size_t i = 0; c->n_args && i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (av_has_source(j, av, kinds[i]))
			return kinds[i];
	return SRC_NONE;
}

/* Was something of somebody's put into this file before it is read from there? */
static enum js_source copied_source(struct js *j, uint32_t call, struct str path)
{
	int left = 4000;

	if (path.len < 3)
		return SRC_NONE;
	for (uint32_t i = call; i-- > 1 && left--;) {
		const struct js_api *row;
		enum js_source src;
		struct js_call c;
		struct str api;

		if (j->nodes[i].kind != J_CALL)
			continue;
		js_call_of(j, i, &c);
		api = js_api_of(j, c.callee);
		row = api.len ? js_api_find(j, api, API_CALL) : NULL;
		if (!row)
			continue;
		if (str_equal(secret_copied_to(j, &c, api, row), path))
			return SRC_CRED;
		src = written_source(j, &c, row, path);
		if (src != SRC_NONE)
			return src;
		if (row->class_ == CLASS_EXEC && (src = command_fills(j, &c, row, path)) != SRC_NONE)
			return src;
	}
	return SRC_NONE;
}

/* Own files are no secret: constant relative paths and what stands beside the script. */
static enum js_source file_source(struct js *j, const struct js_call *c, const struct js_api *row)
{
	uint32_t path = js_path_node(j, c, row);
	struct str p = path ? js_symbolic(j, path) : STR("");
	enum js_source copied;
	size_t n;
	const uint32_t *refs;

	if (js_path_is_cred(p) || (path && part_is_cred(j, path)))
		return SRC_CRED;
	copied = copied_source(j, c->node, p);
	if (copied != SRC_NONE)
		return copied;
	/* a list of places passed through a parameter */
	if (c->n_args) {
		uint32_t av = c->arg_av[0];

		refs = js_refs(j, av, &n);
		for (size_t i = 0; i < n; i++)
			if (REF_TAG(refs[i]) == T_PARAM) {
				size_t m, i2;
				const uint32_t *in = js_refs(j, j->vars[REF_ID(refs[i])].in, &m);

				for (i2 = 0; i2 < m; i2++)
					if (REF_TAG(in[i2]) == T_CONST && j->consts[REF_ID(in[i2])].t == V_STR &&
						js_path_is_cred(js_utf8(j, j->consts[REF_ID(in[i2])].s)))
						return SRC_CRED;
			}
	}
	if (str_starts(p, "~") || str_has(p, "\x01" "APPDATA") || str_has(p, "\x01" "LOCALAPPDATA") || str_starts(p, "/etc/") ||
		str_starts(p, "/proc/") || str_starts(p, "/home/") || str_starts(p, "/root/") || str_starts(p, "C:\\Users"))
		return SRC_FILE;
	if ((str_starts(p, "./") || str_starts(p, "../")) && !memchr(p.p, 1, p.len))
		return SRC_OWN;
	if (!(row->flags & API_INTO) && c->n_args && js_av_has(j, c->arg_av[0], T_UNKNOWN) && !js_av_has(j, c->arg_av[0], T_PARAM) &&
		!str_has(p, "\x01" "__dirname"))
		return SRC_FILE;
	if (str_has(p, "\x01" "__dirname") || str_starts(p, "./") || str_starts(p, "../"))
		return SRC_OWN;
	return SRC_NONE;
}

static bool gives_something(struct str cmd)
{
	return command_source(cmd) != SRC_NONE;
}

/* What it gives; *ret_cmd is the command. */
static enum js_source command_gives(struct js *j, const struct js_call *c, const struct js_api *row, struct str *ret_cmd)
{
	enum js_source src = SRC_NONE;

	*ret_cmd = command_text(j, c, row);
	if (ret_cmd->len)
		src = command_source(*ret_cmd);
	if (src == SRC_NONE && c->n_args && c->args[0] && text_among(j, c->arg_av[0], gives_something, 0).len) {
		*ret_cmd = text_among(j, c->arg_av[0], gives_something, 0);
		src = command_source(*ret_cmd);
	}
	return src;
}

/* atob of a constant, by whatever name the window goes. */
static uint32_t decoded_base64(struct js *j, const struct js_call *c, struct str api)
{
	struct js_val v, r;
	uint8_t *bytes;
	size_t n;

	if (!str_is(api, "atob") || !c->n_args || !js_av_const(j, c->arg_av[0], &v) || v.t != V_STR)
		return AV_NONE;
	j->thrown = 0;
	if (!fold_base64_bytes(j, v.s, &bytes, &n) || !fold_layer_str(j, bytes, n, false, v.s, SCHEME_BASE64, &r) || !js_const(j, r)) {
		j->thrown = 0;
		return AV_NONE;
	}
	return flow_av_ref(j, T_CONST, js_const(j, r));
}

/* new Buffer(150): room, in which nothing stands yet. */
static bool is_room(const struct js *j, const struct js_call *c, struct str api)
{
	size_t n;
	const uint32_t *refs = c->n_args && str_is(api, "Buffer") ? js_refs(j, c->arg_av[0], &n) : NULL;

	for (size_t i = 0; refs && i < n; i++)
		if (REF_TAG(refs[i]) != T_CONST || j->consts[REF_ID(refs[i])].t != V_NUM)
			return false;
	return refs && n;
}

static uint32_t decode_result(struct js *j, const struct js_call *c, struct str api)
{
	uint32_t av = decoded_base64(j, c, api);

	if (is_room(j, c, api))
		return flow_av_only(j, c->arg_av[0], TAGS_DATA);
	if (av)
		return flow_av_join(j, av, flow_av_taint(j, SRC_DATA, c->node, api));
	av = flow_args_join(j, c, TAGS_CARRY);

	if (!str_is(js_api_of(j, c->receiver), "globalThis")) /* window.atob decodes no window */
		av = flow_av_join(j, av, flow_av_only(j, c->receiver, TAGS_CARRY));
	if (!js_av_has(j, av, T_PARAM) && !flow_tainted(j, av) &&
		(js_av_has(j, av, T_CONST) || js_av_has(j, av, T_UNKNOWN)))
		return flow_av_join(j, flow_av_only(j, av, TAGS_DATA), flow_av_taint(j, SRC_DATA, c->node, api));
	if (js_av_has(j, av, T_PARAM) && j->front->function_scope) /* what the caller passes decides: see flow_function_result() */
		av = flow_av_join(j, av, flow_av_ref(j, T_UNKNOWN, UNKNOWN_DECODED));
	return flow_av_only(j, av, TAGS_DATA | 1 << T_OBJ);
}

static uint32_t element_api(struct js *j, const struct js_call *c)
{
	struct str tag;

	if (!c->n_args || !c->args[0])
		return flow_av_api(j, STR("HTMLElement"));
	if (!js_const_str(j, c->arg_av[0], &tag))
		tag = js_symbolic(j, c->args[0]);
	if (str_equal_nocase(tag, STR("script")))
		return flow_av_api(j, STR("HTMLScript"));
	if (str_equal_nocase(tag, STR("img")) || str_equal_nocase(tag, STR("iframe")) || str_equal_nocase(tag, STR("link")))
		return flow_av_api(j, STR("HTMLImage"));
	if (str_equal_nocase(tag, STR("input")) || str_equal_nocase(tag, STR("textarea")))
		return flow_av_api(j, STR("HTMLInput"));
	return flow_av_api(j, STR("HTMLElement"));
}

/* eval("require"), Function("return this")() */
static uint32_t code_result(struct js *j, const struct js_call *c, bool makes_function)
{
	struct str t;

	if (!c->n_args || !js_const_str(j, c->arg_av[c->n_args - 1], &t))
		return flow_av_ref(j, T_UNKNOWN, 0);
	t = str_trim(t);
	if (makes_function) {
		if (!str_starts(t, "return"))
			return flow_av_ref(j, T_UNKNOWN, 0);
		t = str_trim(str_part(t, 6, t.len));
		while (t.len && t.p[t.len - 1] == ';')
			t.len--;
	}
	if (!t.len || t.len > 60)
		return flow_av_ref(j, T_UNKNOWN, 0);
	for (size_t i = 0; i < t.len; i++)
		if (!((t.p[i] | 32) >= 'a' && (t.p[i] | 32) <= 'z') && t.p[i] != '.' && t.p[i] != '_' && t.p[i] != '$')
			return flow_av_ref(j, T_UNKNOWN, 0);
	if (str_is(t, "this"))
		t = STR("globalThis");
	return makes_function ? flow_av_api(j, arena_printf(j->a, "$returns:%.*s", STR_ARG(t))) : flow_av_api(j, arena_str(j->a, t));
}

static bool helper_passes(struct str name)
{
	static const char *const names[] = {"__importStar", "__importDefault", "_interopRequireDefault",
		"_interopRequireWildcard", "__toESM", "_interopDefault", "_interopNamespace", "_interopDefaultLegacy",
		"_interopRequireDefault2", "__toModule", "__esModule", "promisify", "_interop_require_default", "_interop_require_wildcard",
		"from_buffer", "from_buffer_copy", NULL};

	for (int i = 0; names[i]; i++)
		if (str_is(name, names[i]))
			return true;
	return false;
}

struct str flow_last_segment(struct str api)
{
	size_t dot = str_rfind_char(api, '.');

	return dot == SIZE_MAX ? api : str_part(api, dot + 1, api.len);
}

/* An object that becomes text carries along what stands in its fields. */
static uint32_t av_written_out(struct js *j, uint32_t object, uint32_t node)
{
	uint32_t taints[8], av = AV_NONE;
	size_t n = js_taints_of(j, object, node, taints, 8, NULL);

	for (size_t i = 0; i < n; i++)
		av = flow_av_join(j, av, flow_av_ref(j, T_TAINT, taints[i]));
	return av;
}

/* open(path, "w") */
bool js_opens_to_write(struct js *j, const struct js_call *c, const struct js_api *row)
{
	uint32_t i = row->flags & API_SELF ? 0 : 1, m = c->n_args > i && c->args[i] != c->named ? c->args[i] : js_named_arg(j, c, "mode");
	struct str mode;

	if (!m || !js_const_str(j, j->av[m], &mode) || mode.len > 6)
		return false;
	return str_has(mode, "w") || str_has(mode, "a") || str_has(mode, "x") || str_has(mode, "+");
}

/* The text of a list of words, blanks between; "" for anything else. */
struct str js_list_text(struct js *j, uint32_t n)
{
	struct str t = STR("");
	size_t k;
	const uint32_t *refs;
	uint32_t list = n && j->nodes[n].kind == J_ARRAY ? n : 0;

	refs = js_refs(j, n ? j->av[n] : AV_NONE, &k);
	for (size_t i = 0; i < k && !list; i++)
		if (REF_TAG(refs[i]) == T_OBJ && j->nodes[j->objs[REF_ID(refs[i])].node].kind == J_ARRAY)
			list = j->objs[REF_ID(refs[i])].node;
	for (uint32_t a = list ? j->nodes[list].first : 0; a && t.len < FACT_VALUE_BYTES * 4; a = j->nodes[a].next)
		t = arena_printf(j->a, "%.*s%s%.*s", STR_ARG(t), t.len ? " " : "",
			STR_ARG(js_symbolic(j, j->nodes[a].kind == J_SPREAD ? j->nodes[a].first : a)));
	return t;
}

uint32_t flow_env_by_name(struct js *j, uint32_t n, uint32_t in)
{
	bool each = false; /* one after the other */
	struct str secret = STR("");

	for (size_t i = 0; i < j->sets[in].n; i++) {
		uint32_t r = j->refs[j->sets[in].first + i], from = REF_TAG(r) == T_PARAM ? j->vars[REF_ID(r)].in : in;
		size_t k = j->sets[from].n;

		for (size_t q = 0; q < k; q++) {
			uint32_t c = j->refs[j->sets[from].first + q];

			each |= REF_TAG(c) == T_TAINT && j->taints[REF_ID(c)].kind == SRC_ENV;
			if (!secret.len && REF_TAG(c) == T_CONST && j->consts[REF_ID(c)].t == V_STR && js_env_is_secret(js_utf8(j, j->consts[REF_ID(c)].s)))
				secret = js_utf8(j, j->consts[REF_ID(c)].s);
		}
	}
	if (each)
		return flow_av_taint(j, SRC_ENV, n, STR("process.env, each"));
	return secret.len ? flow_av_taint(j, SRC_ENV, n, arena_printf(j->a, "process.env.%.*s, and others", STR_ARG(secret))) : flow_av_ref(j, T_UNKNOWN, 0);
}

/* getenv(name) */
static uint32_t env_read(struct js *j, const struct js_call *c)
{
	uint32_t name = flow_key_const(j, c->arg_av[0]);

	if (name)
		return flow_api_member(j, c->node, STR("process.env"), js_name_str(j, name));
	return flow_env_by_name(j, c->node, c->arg_av[0]);
}

/* A listing of what lies at somebody's: each of it lies there. */
static uint32_t listed_place(struct js *j, const struct js_call *c, const struct js_api *row)
{
	uint32_t path = js_path_node(j, c, row);

	if (!path || !str_starts(js_symbolic(j, path), "~"))
		return AV_NONE;
	for (const struct front_place *p = j->front->places; p->api; p++)
		if (str_is(str_of(p->text), "~"))
			return flow_av_api(j, str_of(p->api));
	return AV_NONE;
}

static void objects_join(struct js *j, uint32_t av, uint32_t value)
{
	for (size_t i = 0; i < j->sets[av].n; i++)
		if (REF_TAG(j->refs[j->sets[av].first + i]) == T_OBJ)
			flow_field_join(j, REF_ID(j->refs[j->sets[av].first + i]), 0, value);
}

/* archive.add(path): what lies there is in the archive, and in the buffer that it is written to. */
static void put_into(struct js *j, const struct js_call *c, uint32_t value)
{
	uint32_t maker = made_by(j, c->receiver), args = maker ? js_kid(j, maker, R_ARGS) : 0;

	objects_join(j, c->receiver, value);
	if (args && j->nodes[args].kind == J_ARGS && j->nodes[args].first)
		objects_join(j, j->av[j->nodes[args].first], value);
}

/* Their second argument is the time. */
static bool row_waits(struct str api)
{
	return str_is(api, "setTimeout") || str_is(api, "setInterval");
}

/* setTimeout(f, ms, a), submit(f, a), map(f, list), Thread(target=f, args=(a,)) */
static void run_later(struct js *j, const struct js_call *c, struct str api, uint32_t cb)
{
	uint32_t named = js_named_arg(j, c, "args"), got[4];

	for (uint32_t i = 0; i < c->n_args; i++) {
		uint32_t from = row_waits(api) ? 2 : i + 1;

		if (str_is(api, "map") || str_is(api, "filter")) {
			got[0] = c->n_args > 1 ? flow_elements(j, c->node, c->arg_av[1]) : AV_NONE;
			flow_bind_functions(j, c->arg_av[i], got, 1, c->node);
		} else {
			flow_bind_functions(j, c->arg_av[i], c->arg_av + from, c->n_args > from ? c->n_args - from : 0, c->node);
		}
	}
	if (!c->named)
		return;
	for (uint32_t i = 0; named && i < 4; i++)
		got[i] = flow_member(j, named, flow_av_only(j, j->av[named], 1 << T_OBJ), js_name(j, arena_printf(j->a, "%u", i)));
	flow_bind_functions(j, cb, named ? got : NULL, named ? 4 : 0, c->node);
}

static uint32_t call_row(struct js *j, struct js_call *c, struct str api, const struct js_api *row)
{
	uint32_t av = AV_NONE, cb = flow_last_function(j, c), arg;
	enum js_source src = (enum js_source)row->source;
	uint32_t args[4];
	struct str cmd = STR("");
	uint32_t below = AV_NONE;

	if (row->flags & API_MODE && js_opens_to_write(j, c, row))
		return flow_av_join(j, flow_av_api(j, STR("file.Writer")), flow_av_ref(j, T_OBJ, flow_obj_at(j, c->node)));
	if (row->class_ == CLASS_FS_READ && src == SRC_FILE) {
		src = file_source(j, c, row);
		if (row->flags & API_PASS && src != SRC_CRED) { /* names of files are no secrets */
			below = src == SRC_FILE ? listed_place(j, c, row) : AV_NONE;
			src = SRC_NONE;
		}
		av = flow_av_only(j, c->n_args ? c->arg_av[0] : AV_NONE, 1 << T_PARAM);
	}
	if (row->class_ == CLASS_ENV)
		return c->n_args ? env_read(j, c) : AV_NONE;
	if (row->class_ == CLASS_EXEC)
		src = command_gives(j, c, row, &cmd);
	if (src == SRC_NET && c->n_args && c->args[0] && js_host_is_metadata(js_symbolic(j, c->args[0])))
		src = SRC_CRED;
	arg = flow_av_taint(j, src == SRC_DATA ? SRC_NONE : src, c->node, row->class_ == CLASS_EXEC ? cmd : api);
	if (row->class_ == CLASS_DECODE) {
		av = decode_result(j, c, api);
		arg = av;
	} else if (row->flags & API_PASS) {
		av = flow_args_join(j, c, (TAGS_CARRY & ~(flow_name_in(j->front->path_joins, api) ? 0 : 1u << T_CONST)) | (str_starts(api, "Array.") ? 1u << T_API : 0));
		av = flow_av_join(j, av, flow_av_ref(j, T_CONST, 0));
		if ((str_is(api, "JSON.stringify") || row->flags & API_DEEP) && c->n_args)
			av = flow_av_join(j, av, av_written_out(j, c->arg_av[0], c->node));
		if (row->source == SRC_FORM && !c->n_args)
			arg = AV_NONE;
	}
	if (row->class_ == CLASS_PASS && row->flags & API_SELF)
		av = flow_av_join(j, av, flow_av_join(j, flow_av_only(j, c->receiver, TAGS_DATA), flow_av_ref(j, T_CONST, 0)));
	if (row->flags & API_MODE)
		av = flow_av_join(j, av, flow_av_api(j, STR("file.Reader")));
	av = flow_av_join(j, flow_av_join(j, av, arg), below);
	if (row->flags & API_INTO)
		put_into(j, c, arg);
	if (row->ret)
		av = flow_av_join(j, av, flow_av_api(j, str_of(row->ret)));
	if (row->flags & API_LINK || c->is_new)
		av = flow_av_join(j, av, flow_av_ref(j, T_OBJ, flow_obj_at(j, c->node)));
	if (cb && row->flags & API_RESPONSE_CB) {
		args[0] = arg; /* (response) or (error, response, body) */
		if (row->source == SRC_REQUEST && str_starts(str_of(row->name), "net."))
			args[0] = flow_av_join(j, arg, flow_av_api(j, STR("net.Socket")));
		args[1] = args[2] = row->flags & API_FETCH_LIKE ? arg : AV_NONE;
		flow_bind_functions(j, cb, args, 3, c->node);
	}
	if (cb && row->flags & API_RESULT_CB) {
		args[0] = AV_NONE;
		args[1] = args[2] = arg;
		flow_bind_functions(j, cb, args, 3, c->node);
	}
	if (row->flags & API_NOW_CB)
		run_later(j, c, api, cb);
	if (row->class_ == CLASS_CODE && (str_is(api, "eval") || str_is(api, "Function")))
		av = flow_av_join(j, av, code_result(j, c, str_is(api, "Function")));
	return av;
}

/* What the traps of a proxy give for any name. */
static uint32_t proxied(struct js *j, const struct js_call *c)
{
	uint32_t how = c->arg_av[1], obj = flow_obj_at(j, c->node);

	for (size_t i = 0; i < j->sets[how].n; i++) {
		uint32_t r = j->refs[j->sets[how].first + i], trap;

		if (REF_TAG(r) != T_OBJ || !(trap = js_field_get(j, REF_ID(r), js_name(j, STR("get")))))
			continue;
		flow_bind_functions(j, trap, c->arg_av, 1, c->node);
		flow_field_join(j, obj, 0, flow_getter_result(j, trap));
	}
	return flow_av_ref(j, T_OBJ, obj);
}

static void properties_define(struct js *j, const struct js_call *c)
{
	uint32_t how = c->arg_av[1];
	int left = 64;

	for (size_t i = 0; i < j->sets[how].n; i++) {
		uint32_t r = j->refs[j->sets[how].first + i];

		for (uint32_t f = REF_TAG(r) == T_OBJ ? j->objs[REF_ID(r)].fields : 0; f && left--; f = j->fields[f].next)
			flow_property_define(j, c->node, flow_av_only(j, c->arg_av[0], 1 << T_OBJ), j->fields[f].name, j->fields[f].av);
	}
}

/* Object.assign(o, ...) and what other libraries call it: fields of o from now on. */
static bool merges(struct str api)
{
	static const char *const names[] = {"Object.assign", "jQuery.extend", "lodash.assign", "lodash.merge", "lodash.extend", "lodash.defaults",
		"underscore.extend", "deepmerge", NULL};

	return flow_name_in(names, api);
}

/* [key, value] of everything in an object that stands in the text. */
static uint32_t entries_of(struct js *j, const struct js_call *c)
{
	uint32_t pair = flow_obj_at(j, js_kid(j, c->node, R_ARGS)), list = flow_obj_at(j, c->node), each = flow_elements(j, c->node, c->arg_av[0]);

	flow_field_join(j, pair, js_name(j, STR("0")), flow_av_join(j, flow_av_only(j, each, TAGS_DATA), flow_av_ref(j, T_CONST, 0)));
	flow_field_join(j, pair, js_name(j, STR("1")), each);
	flow_field_join(j, list, 0, flow_av_ref(j, T_OBJ, pair));
	return flow_av_ref(j, T_OBJ, list);
}

/* Calls that put something into an object or make one from another. */
static bool object_call(struct js *j, const struct js_call *c, struct str api, uint32_t *ret)
{
	uint32_t arg0 = c->n_args ? c->arg_av[0] : AV_NONE;
	size_t n = j->sets[arg0].n;

	if (str_is(api, "Proxy") && c->is_new && c->n_args) { /* reads go through to what it stands for */
		*ret = c->n_args > 1 ? flow_av_join(j, arg0, proxied(j, c)) : arg0;
		return true;
	}
	if (c->n_args < 1 || !js_av_has(j, arg0, T_OBJ))
		return false;
	if (str_is(api, "Object.entries") && !js_av_has(j, arg0, T_API)) {
		*ret = entries_of(j, c);
		return true;
	}
	if (merges(api)) {
		for (size_t i = 0; i < n; i++)
			for (uint32_t k = 1; k < c->n_args && REF_TAG(j->refs[j->sets[arg0].first + i]) == T_OBJ; k++)
				flow_fields_copy(j, c->node, REF_ID(j->refs[j->sets[arg0].first + i]), c->arg_av[k]);
		*ret = arg0;
		return true;
	}
	if (c->n_args >= 3 && (str_is(api, "Object.defineProperty") || str_is(api, "Reflect.defineProperty")))
		flow_property_define(j, c->node, flow_av_only(j, arg0, 1 << T_OBJ), flow_key_const(j, c->arg_av[1]), c->arg_av[2]);
	else if (c->n_args >= 3 && (str_is(api, "Reflect.set") || (j->front->function_scope && str_is(api, "setattr"))))
		flow_store(j, c->node, flow_av_only(j, arg0, 1 << T_OBJ), flow_key_const(j, c->arg_av[1]), c->arg_av[2], c->node);
	else if (c->n_args >= 2 && str_is(api, "Object.defineProperties"))
		properties_define(j, c);
	else
		return false;
	*ret = arg0;
	return true;
}

/* __import__("a.b") of Python gives `a`, unless names are asked for. */
static bool gives_the_package(struct js *j, const struct js_call *c)
{
	return str_ends(plain_letters(j->a, js_text(j, c->callee_node)), "__import__");
}

bool flow_call_api(struct js *j, struct js_call *c, struct str api, uint32_t *ret)
{
	const struct js_api *row;
	struct str s;
	uint32_t arg0 = c->n_args ? c->arg_av[0] : AV_NONE, args[2];

	if (str_is(api, "require") || str_is(api, "$import") || str_is(api, "module._load") || str_is(api, "process.binding") || str_is(api, "process.getBuiltinModule")) {
		bool known = js_const_str(j, arg0, &s);

		if (known && c->n_args == 1 && gives_the_package(j, c) && !str_starts(s, "."))
			s = str_part(s, 0, str_find_z(s, ".") == SIZE_MAX ? s.len : str_find_z(s, "."));
		*ret = known ? flow_module_av(j, s) : flow_av_ref(j, T_UNKNOWN, 0);
		if (js_const_str(j, arg0, &s) && str_starts(s, ".") && str_ends(s, ".json"))
			*ret = flow_av_join(j, *ret, flow_av_taint(j, SRC_OWN, c->node, s));
		return true;
	}
	if (str_is(api, "functools.partial") && c->n_args) {
		flow_bind_functions(j, arg0, c->arg_av + 1, c->n_args - 1, c->node);
		*ret = flow_av_join(j, arg0, flow_args_join(j, c, TAGS_DATA | 1 << T_OBJ));
		return true;
	}
	if (str_is(api, "util.promisify") || helper_passes(flow_last_segment(api)) || str_is(api, "Object.freeze") || str_is(api, "util.callbackify")) {
		*ret = arg0;
		return true;
	}
	if (str_is(flow_last_segment(api), "__awaiter") || str_is(flow_last_segment(api), "__generator") || str_is(flow_last_segment(api), "_asyncToGenerator")) {
		*ret = flow_call_each(j, flow_last_function(j, c), NULL, 0, c->node);
		if (str_is(flow_last_segment(api), "_asyncToGenerator"))
			*ret = flow_last_function(j, c);
		return true;
	}
	if (str_starts(api, "$returns:")) {
		*ret = flow_av_api(j, str_part(api, 9, api.len));
		return true;
	}
	if (str_starts(api, "$resolve:")) {
		uint64_t node = 0;

		if (str_to_u64(str_part(api, 9, api.len), 10, &node) && node < j->n_nodes)
			flow_field_join(j, flow_obj_at(j, (uint32_t)node), 0, arg0);
		*ret = AV_NONE;
		return true;
	}
	if (str_is(api, "Promise") && c->is_new) {
		args[0] = flow_av_api(j, arena_printf(j->a, "$resolve:%u", c->node));
		args[1] = AV_NONE;
		flow_bind_functions(j, arg0, args, 2, c->node);
		*ret = js_field_get(j, flow_obj_at(j, c->node), 0);
		return true;
	}
	if (str_is(api, "Object.getPrototypeOf") && js_av_has(j, arg0, T_FN)) {
		*ret = flow_av_api(j, STR("$fnproto"));
		return true;
	}
	if (str_is(api, "Reflect.get") && c->n_args >= 2) {
		uint32_t name = flow_key_const(j, c->arg_av[1]);

		*ret = name ? flow_member(j, c->node, arg0, name) : flow_elements(j, c->node, arg0);
		return true;
	}
	if (object_call(j, c, api, ret))
		return true;
	if (str_is(api, "document.createElement")) {
		*ret = flow_av_join(j, element_api(j, c), flow_av_ref(j, T_OBJ, flow_obj_at(j, c->node)));
		return true;
	}
	row = js_api_find(j, api, API_CALL);
	if (row) {
		*ret = call_row(j, c, api, row);
		return true;
	}
	if (str_starts(api, "console.") || str_is(api, "alert")) {
		*ret = AV_NONE;
		return true;
	}
	if (str_starts(api, "Array.prototype.") || str_starts(api, "String.prototype.")) {
		*ret = flow_args_join(j, c, TAGS_CARRY);
		return true;
	}
	return false;
}

bool flow_method_is(const struct js_call *c, const char *const *names)
{
	for (; *names; names++)
		if (str_is(c->method, *names))
			return true;
	return false;
}

static const char *const part_names[] = {"filter", "sort", "reverse", "slice", "splice", "flat", NULL};
static const char *const add_names[] = {"push", "unshift", "add", "append", "set", "update", "concat", "write", "end", NULL};

/* emit("name", x) on an object of the text: what handlers of that name get. */
static uint32_t event_field(struct js *j, uint32_t event)
{
	struct str name;

	return js_const_str(j, event, &name) && name.len < 80 ? js_name(j, arena_printf(j->a, "$on:%.*s", STR_ARG(name))) : 0;
}

static void emit_event(struct js *j, const struct js_call *c)
{
	uint32_t field = event_field(j, c->arg_av[0]), got = AV_NONE;
	size_t n = j->sets[c->receiver].n;

	for (uint32_t i = 1; i < c->n_args; i++)
		got = flow_av_join(j, got, c->arg_av[i]);
	for (size_t i = 0; field && got && i < n; i++)
		if (REF_TAG(j->refs[j->sets[c->receiver].first + i]) == T_OBJ)
			flow_field_join(j, REF_ID(j->refs[j->sets[c->receiver].first + i]), field, flow_av_hop(j, got, c->node, false, c->method));
}

static uint32_t emitted(struct js *j, uint32_t receiver, uint32_t event)
{
	uint32_t field = event_field(j, event), av = AV_NONE;
	size_t n = j->sets[receiver].n;

	for (size_t i = 0; field && i < n; i++)
		if (REF_TAG(j->refs[j->sets[receiver].first + i]) == T_OBJ)
			av = flow_av_join(j, av, js_field_get(j, REF_ID(j->refs[j->sets[receiver].first + i]), field));
	return av;
}

bool flow_call_generic(struct js *j, struct js_call *c, uint32_t *ret)
{
	uint32_t r = c->receiver, arg0 = c->n_args ? c->arg_av[0] : AV_NONE, args[2], got;
	struct str event;

	if (c->method.p[0] == '$' && (str_is(c->method, "$slice") || str_is(c->method, "$flat") || str_is(c->method, "$dict"))) {
		*ret = r;
		return true;
	}
	if (flow_name_in(j->front->arg_methods, c->method)) { /* "{}".format(x) */
		*ret = flow_av_join(j, flow_args_join(j, c, TAGS_CARRY), flow_av_only(j, r, TAGS_DATA));
		*ret = flow_av_join(j, flow_av_only(j, *ret, TAGS_DATA | 1 << T_OBJ), flow_av_ref(j, T_CONST, 0));
		return true;
	}
	if (flow_method_is(c, then_names)) {
		args[0] = str_is(c->method, "then") ? flow_av_hop(j, r, c->node, false, STR("then")) : AV_NONE;
		got = flow_call_each(j, arg0, args, 1, c->node);
		if (c->n_args > 1)
			got = flow_av_join(j, got, flow_call_each(j, c->arg_av[1], NULL, 0, c->node));
		*ret = str_is(c->method, "then") && js_av_has(j, arg0, T_FN) ? got : flow_av_join(j, got, r);
		if (js_av_has(j, arg0, T_API)) {
			struct js_call v = *c;

			v.arg_av[0] = r;
			if (flow_call_api(j, &v, js_api_of(j, arg0), &got))
				*ret = flow_av_join(j, got, flow_av_only(j, r, TAGS_DATA));
		}
		return true;
	}
	if (str_starts(js_api_of(j, r), "jQuery.fn") && c->n_args && js_av_has(j, c->arg_av[c->n_args - 1], T_FN)) {
		event = c->method;
		if (c->n_args > 1)
			js_const_str(j, arg0, &event);
		got = flow_event_av(j, c->node, r, event);
		flow_bind_functions(j, c->arg_av[c->n_args - 1], &got, 1, c->node);
		*ret = r;
		return true;
	}
	if (flow_method_is(c, on_names) && c->n_args >= 2) {
		event = STR("");
		js_const_str(j, arg0, &event);
		got = flow_av_join(j, flow_event_av(j, c->node, r, event), emitted(j, r, arg0));
		if (str_is(event, "error"))
			got = AV_NONE;
		if (js_av_has(j, c->arg_av[1], T_FN))
			flow_bind_functions(j, c->arg_av[1], &got, 1, c->node);
		*ret = r;
		return true;
	}
	if (str_is(c->method, "emit") && c->n_args >= 2)
		emit_event(j, c);
	if (str_is(c->method, "reduce") || str_is(c->method, "reduceRight")) {
		args[0] = c->n_args > 1 ? c->arg_av[1] : AV_NONE;
		args[1] = flow_elements(j, c->node, r);
		*ret = flow_av_join(j, flow_call_each(j, arg0, args, 2, c->node), flow_av_only(j, args[1], TAGS_DATA));
		return true;
	}
	if (flow_method_is(c, each_names) && js_av_has(j, arg0, T_FN)) {
		args[0] = flow_elements(j, c->node, r);
		args[1] = AV_NONE;
		got = flow_call_each(j, arg0, args, 1, c->node);
		if (str_is(c->method, "map") || str_is(c->method, "flatMap") || str_is(c->method, "$map")) {
			flow_field_join(j, flow_obj_at(j, c->node), 0, got);
			*ret = flow_av_ref(j, T_OBJ, flow_obj_at(j, c->node));
		} else {
			*ret = str_is(c->method, "find") ? args[0] : r;
		}
		return true;
	}
	if ((flow_method_is(c, add_names) || flow_name_in(j->front->add_methods, c->method)) && js_av_has(j, r, T_OBJ)) {
		size_t n = j->sets[r].n;

		got = flow_args_join(j, c, TAGS_CARRY | 1 << T_API | 1 << T_FN);
		for (size_t i = 0; i < n; i++)
			if (REF_TAG(j->refs[j->sets[r].first + i]) == T_OBJ)
				flow_field_join(j, REF_ID(j->refs[j->sets[r].first + i]), 0, flow_av_hop(j, got, c->node, false, c->method));
		*ret = r;
		return true;
	}
	if (flow_method_is(c, part_names) && js_av_has(j, r, T_OBJ)) {
		*ret = r;
		return true;
	}
	if (str_is(c->method, "pipe") || str_is(c->method, "pipeThrough") || str_is(c->method, "pipeTo")) {
		*ret = flow_av_join(j, arg0, flow_av_only(j, r, TAGS_DATA));
		return true;
	}
	if (!c->n_args && (str_is(c->method, "serializeArray") || str_is(c->method, "serialize")) &&
		!js_av_has(j, r, T_OBJ)) { /* a form, by the common page libraries */
		*ret = flow_av_taint(j, SRC_FORM, c->node, c->method);
		return true;
	}
	if (str_is(c->method, "bind")) { /* a function, whatever it is */
		if (c->n_args > 1)
			flow_bind_functions(j, r, c->arg_av + 1, c->n_args - 1, c->node);
		*ret = callable(j, r) ? r : flow_av_ref(j, T_CONST, 0);
		return true;
	}
	return false;
}

bool flow_name_of_callee_passes(struct js *j, uint32_t callee)
{
	if (j->nodes[callee].kind == J_ID)
		return helper_passes(js_name_str(j, j->nodes[callee].x));
	if (j->nodes[callee].kind == J_MEMBER)
		return helper_passes(js_name_str(j, flow_property_of(j, callee)));
	return false;
}

bool flow_is_await(const struct js *j, uint32_t callee)
{
	return j->nodes[callee].kind == J_ID && !j->nodes[callee].y && str_is(js_name_str(j, j->nodes[callee].x), "await");
}

uint32_t flow_new_object(struct js *j, struct js_call *c, uint32_t ref)
{
	uint32_t ctor;

	if (REF_TAG(ref) == T_OBJ) {
		ctor = js_field_get(j, REF_ID(ref), js_name(j, STR("constructor")));
		if (!ctor)
			ctor = flow_inherited(j, c->node, REF_ID(ref), STR("constructor"), js_name(j, STR("constructor")));
		if (!ctor && j->front->function_scope) /* of data: its fields are what it is handed */
			flow_field_join(j, REF_ID(ref), 0, flow_args_join(j, c, TAGS_DATA | 1 << T_OBJ));
		flow_call_each(j, ctor, c->arg_av, c->named ? c->n_args - 1 : c->n_args, c->node);
		return flow_set(j, &ref, 1);
	}
	flow_call_function(j, REF_ID(ref), c->arg_av, c->n_args, c->node);
	return flow_av_ref(j, T_OBJ, flow_fn_this(j, REF_ID(ref)));
}
