/* The outer world by its names: APIs, what modules are called, members of both. */
#include "flow_int.h"

/* ---------- modules of the release itself ---------- */

static void own_note(struct js *j, struct str module)
{
	for (size_t i = 0; i < j->n_own; i++)
		if (str_equal(j->own[i], module))
			return;
	if (j->n_own < sizeof(j->own) / sizeof(*j->own))
		j->own[j->n_own++] = module;
}

bool js_own_api(const struct js *j, struct str api, struct str *ret_module, struct str *ret_name)
{
	size_t best = SIZE_MAX;

	for (size_t i = 0; i < j->n_own; i++) {
		size_t n = j->own[i].len;

		if (api.len >= n && !memcmp(api.p, j->own[i].p, n) && (api.len == n || api.p[n] == '.' || api.p[n] == '(' || api.p[n] == '@') &&
			(best == SIZE_MAX || n > j->own[best].len))
			best = i;
	}
	if (best == SIZE_MAX)
		return false;
	*ret_module = j->own[best];
	*ret_name = str_part(api, j->own[best].len, api.len);
	if (ret_name->len && ret_name->p[0] == '.') /* "()" and "@1.0" are names of what the module itself gives */
		*ret_name = str_part(*ret_name, 1, ret_name->len);
	return true;
}

struct str flow_own_among(const struct js *j, uint32_t av)
{
	size_t n;
	const uint32_t *refs = js_refs(j, av, &n);
	struct str module, name;

	for (size_t i = 0; j->n_own && i < n; i++)
		if (REF_TAG(refs[i]) == T_API && js_own_api(j, js_name_str(j, REF_ID(refs[i])), &module, &name))
			return js_name_str(j, REF_ID(refs[i]));
	return STR("");
}

bool flow_tainted(const struct js *j, uint32_t av)
{
	size_t n;
	const uint32_t *refs = js_refs(j, av, &n);

	for (size_t i = 0; i < n; i++)
		if (REF_TAG(refs[i]) == T_TAINT && j->taints[REF_ID(refs[i])].kind != SRC_IMPORT)
			return true;
	return false;
}

/* ---------- API names ---------- */

static struct str strip_prefix(const struct front *front, struct str s)
{
	for (int i = 0; front->prefixes[i]; i++)
		if (str_starts(s, front->prefixes[i]))
			return str_part(s, strlen(front->prefixes[i]), s.len);
	return s;
}

struct str flow_canonical(struct js *j, struct str s)
{
	for (int k = 0; k < 4; k++) {
		struct str t = strip_prefix(j->front, s);

		if (t.len == s.len)
			break;
		s = t;
	}
	if (s.len > 8 && str_ends(s, ".default"))
		s = str_part(s, 0, s.len - 8);
	for (const struct front_alias *x = j->front->aliases; x->from; x++)
		if (str_is(s, x->from))
			return str_of(x->to);
	return s;
}

uint32_t flow_av_api(struct js *j, struct str name)
{
	if (name.len > 96)
		return flow_av_ref(j, T_UNKNOWN, 0);
	return flow_av_ref(j, T_API, js_name(j, flow_canonical(j, name)));
}

uint32_t flow_module_av(struct js *j, struct str spec)
{
	struct str m = front_module(j->front, spec);

	if (m.len > 90)
		return flow_av_ref(j, T_UNKNOWN, 0);
	m = arena_str(j->a, m);
	if (j->front->own_module && j->front->own_module(m))
		own_note(j, m);
	return flow_av_api(j, m);
}

bool flow_name_in(const char *const *names, struct str s)
{
	for (; *names; names++)
		if (str_is(s, *names))
			return true;
	return false;
}

uint32_t flow_api_member(struct js *j, uint32_t n, struct str api, struct str name)
{
	struct str full;
	const struct js_api *row;
	uint32_t av;

	if (api.len + name.len > 90)
		return flow_av_ref(j, T_UNKNOWN, 0);
	if (str_is(name, "constructor") && str_is(api, "Function"))
		return flow_av_api(j, api);
	if (str_is(name, "constructor") && !str_is(api, "module") && !str_starts(api, "$"))
		return flow_av_api(j, js_global_known(j, api) && strchr("abcdefghijklmnopqrstuvwxyz", api.p[0]) ? STR("Function") : STR("$ctor"));
	full = flow_canonical(j, arena_printf(j->a, "%.*s.%.*s", STR_ARG(api), STR_ARG(name)));
	av = flow_av_api(j, full);
	av = flow_av_join(j, av, js_field_get(j, (uint32_t)OBJ_OF_API | js_name(j, full), 0));
	row = js_api_find(j, full, API_VALUE);
	if (row && row->source != SRC_NONE)
		av = flow_av_join(j, av, flow_av_taint(j, (enum js_source)row->source, n, full));
	if (str_starts(full, "process.env.") && js_env_is_secret(name))
		av = flow_av_join(j, av, flow_av_taint(j, SRC_ENV, n, full));
	return av;
}

static bool name_is_method(struct str m)
{
	static const char *const names[] = {"filter", "map", "forEach", "find", "sort", "concat", "slice", "at",
		"flat", "push", "pop", "join", "reduce", "entries", "fill", "indexOf", "reverse", "toString", "link",
		"replace", "trim", "substr", "charAt", "big", "sub", "italics", "bold", "every", "some", NULL};

	for (int i = 0; names[i]; i++)
		if (str_is(m, names[i]))
			return true;
	return false;
}

static uint32_t member_one(struct js *j, uint32_t n, uint32_t ref, struct str name, uint32_t name_id);

uint32_t flow_inherited(struct js *j, uint32_t n, uint32_t obj, struct str name, uint32_t name_id)
{
	uint32_t super = js_field_get(j, obj, js_name(j, STR(SUPER_FIELD))), av = AV_NONE;

	if (!super || j->inherit_depth >= INHERIT_DEPTH)
		return AV_NONE;
	j->inherit_depth++;
	for (size_t i = 0; i < j->sets[super].n; i++) {
		uint32_t r = j->refs[j->sets[super].first + i];

		if (REF_TAG(r) == T_OBJ && REF_ID(r) != obj)
			av = flow_av_join(j, av, member_one(j, n, r, name, name_id));
	}
	j->inherit_depth--;
	return av;
}

static uint32_t member_one(struct js *j, uint32_t n, uint32_t ref, struct str name, uint32_t name_id)
{
	uint32_t got, id = REF_ID(ref);

	switch (REF_TAG(ref)) {
	case T_API:
		return flow_api_member(j, n, js_name_str(j, id), name);
	case T_OBJ:
		got = js_field_get(j, id, name_id);
		if (got) { /* a getter runs when it is read */
			size_t k;
			const uint32_t *refs = js_refs(j, got, &k);

			if (k == 1 && REF_TAG(refs[0]) == T_FN && j->nodes[j->fns[REF_ID(refs[0])].node].flags & JF_GETTER)
				return j->fns[REF_ID(refs[0])].ret;
			return flow_av_join(j, got, flow_av_only(j, js_field_get(j, id, 0), TAGS_DATA | 1 << T_API));
		}
		got = flow_inherited(j, n, id, name, name_id);
		if (got)
			return got;
		if (str_is(name, "constructor"))
			return flow_av_api(j, STR("$ctor"));
		if (j->nodes[j->objs[id].node].kind == J_ARRAY && name_is_method(name))
			return flow_av_api(j, STR("$method"));
		return str_is(name, "length") ? AV_NONE : js_field_get(j, id, 0);
	case T_FN:
		if (str_is(name, "constructor"))
			return flow_av_api(j, STR("Function"));
		if (str_is(name, "prototype"))
			return flow_av_ref(j, T_OBJ, flow_fn_this(j, id));
		if (str_is(name, "call") || str_is(name, "apply") || str_is(name, "bind"))
			return flow_av_ref(j, T_API, js_name(j, STR("$method")));
		return js_field_get(j, (uint32_t)OBJ_OF_FN | id, name_id);
	case T_CONST:
		if (str_is(name, "constructor"))
			return flow_av_api(j, STR("$ctor"));
		return name_is_method(name) ? flow_av_api(j, STR("$method")) : AV_NONE;
	case T_TAINT:
		return str_is(name, "length") || str_is(name, "statusCode") || str_is(name, "status") || str_is(name, "ok") ? AV_NONE
			: flow_set(j, &ref, 1);
	case T_PARAM: /* a part of it is not it */
		return str_is(name, "length") ? AV_NONE : flow_av_join(j, flow_set(j, &ref, 1), flow_av_ref(j, T_CONST, 0));
	case T_UNKNOWN:
		return str_is(name, "length") ? AV_NONE : flow_set(j, &ref, 1);
	}
	return AV_NONE;
}

/* Asked of every field in every pass: most names are known before the first. */
static bool names_secret(const struct js *j, uint32_t name_id)
{
	if (name_id < j->n_flagged)
		return j->name_flags[name_id] & NAME_SECRET;
	return js_name_is_wallet_key(js_name_str(j, name_id)) || js_name_is_password(js_name_str(j, name_id));
}

/* As gateways hand them to programs of any language; the settings of proxies are called like one. */
bool flow_is_request_header(struct str name)
{
	return (str_starts(name, "HTTP_") && name.len > 6 && name.p[5] >= 'A' && name.p[5] <= 'Z' && !str_starts(name, "HTTP_PROXY")) ||
		str_is(name, "QUERY_STRING") || str_is(name, "wsgi.input");
}

/* request.headers: what a client of a server in Python sends, where a framework hands it over. */
static bool is_part_of_request(struct js *j, uint32_t n, struct str name)
{
	static const char *const parts[] = {"headers", "cookies", "args", "form", "values", "GET", "POST", "COOKIES", "META", "query_params", "query_string", NULL};
	uint32_t of = js_kid(j, n, R_OBJECT);
	struct str text = of ? js_text(j, of) : STR_NONE;

	if (!j->front->function_scope || !(str_is(text, "request") || str_ends(text, ".request")))
		return false;
	for (int i = 0; parts[i]; i++)
		if (str_is(name, parts[i]))
			return true;
	return false;
}

bool flow_is_view_of_url(struct str name)
{
	return str_is(name, "searchParams") || str_is(name, "href") || str_is(name, "search");
}

uint32_t flow_member(struct js *j, uint32_t n, uint32_t av, uint32_t name_id)
{
	struct bag b = {.n = 0};
	size_t k = j->sets[av].n;
	struct str name = js_name_str(j, name_id);

	for (size_t i = 0; i < k; i++)
		flow_bag_join(j, &b, member_one(j, n, j->refs[j->sets[av].first + i], name, name_id));
	if (flow_is_view_of_url(name) && str_is(js_api_of(j, av), "URL.Object"))
		flow_bag_join(j, &b, flow_av_only(j, av, 1 << T_OBJ));
	if (names_secret(j, name_id) && (!js_av_has(j, av, T_API) || str_is(js_api_of(j, av), "$request") || str_starts(js_api_of(j, av), ".")) && j->nodes[n].role != R_CALLEE && !str_equal_nocase(name, STR("seed")))
		flow_bag_join(j, &b, flow_av_taint(j, SRC_CRED, n, arena_printf(j->a, "field %.*s", STR_ARG(name))));
	if (is_part_of_request(j, n, name) && (!js_av_has(j, av, T_API) || str_starts(js_api_of(j, av), ".")))
		flow_bag_join(j, &b, flow_av_taint(j, SRC_REQUEST, n, js_text(j, n)));
	if (flow_is_request_header(name) && !js_av_has(j, av, T_API) && j->nodes[n].role != R_CALLEE)
		flow_bag_join(j, &b, flow_av_taint(j, SRC_REQUEST, n, name));
	return flow_set(j, b.refs, b.n);
}

/* The name of a place that every machine has. */
static bool is_place(const struct js *j, struct str api)
{
	for (const struct front_place *p = j->front->places; p->api; p++)
		if (str_is(api, p->api))
			return true;
	return false;
}

uint32_t flow_elements(struct js *j, uint32_t n, uint32_t av)
{
	struct bag b = {.n = 0};
	size_t k = j->sets[av].n;

	for (size_t i = 0; i < k; i++) {
		uint32_t r = j->refs[j->sets[av].first + i];

		switch (REF_TAG(r)) {
		case T_OBJ:
			flow_bag_join(j, &b, flow_obj_elements(j, REF_ID(r)));
			break;
		case T_API:
			if (str_is(js_name_str(j, REF_ID(r)), "process.env"))
				flow_bag_join(j, &b, flow_av_taint(j, SRC_ENV, n, STR("process.env, each")));
			if (str_is(js_name_str(j, REF_ID(r)), "localStorage") || str_is(js_name_str(j, REF_ID(r)), "sessionStorage"))
				flow_bag_join(j, &b, flow_av_taint(j, SRC_COOKIE, n, STR("web storage")));
			if (is_place(j, js_name_str(j, REF_ID(r)))) { /* what lies there lies below it */
				flow_bag_add(j, &b, r);
				break;
			}
			if (str_starts(js_name_str(j, REF_ID(r)), "HTML")) /* a list of what it holds */
				flow_bag_add(j, &b, r);
			else
				flow_bag_add(j, &b, REF(T_UNKNOWN, 0));
			break;
		case T_CONST:
			flow_bag_add(j, &b, REF(T_CONST, 0));
			break;
		case T_FN:
			break;
		default:
			flow_bag_add(j, &b, r);
			break;
		}
	}
	return flow_set(j, b.refs, b.n);
}

uint32_t flow_key_const(struct js *j, uint32_t av)
{
	struct js_val v;

	if (!js_av_const(j, av, &v))
		return 0;
	if (v.t == V_STR && v.s->len > 90)
		return 0;
	return js_name(j, arena_str(j->a, js_val_text(j, v)));
}

uint32_t flow_fn_this(struct js *j, uint32_t fn)
{
	if (!j->fns[fn].this_obj) {
		uint32_t o = flow_obj_at(j, j->fns[fn].node);

		j->fns[fn].this_obj = o;
	}
	return j->fns[fn].this_obj;
}
