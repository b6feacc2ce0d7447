/* Values that are stored: variables, fields, patterns, getters, handlers of events. */
#include "flow_int.h"

static struct str event_of_property(struct str name)
{
	return str_starts(name, "on") ? str_part(name, 2, name.len) : STR("");
}

static bool event_is_input(struct str e)
{
	static const char *const names[] = {"input", "keydown", "keyup", "keypress", "submit", "change", "paste",
		"blur", "focusout", "beforeinput", NULL};

	for (int i = 0; names[i]; i++)
		if (str_is(e, names[i]))
			return true;
	return false;
}

uint32_t flow_event_av(struct js *j, uint32_t n, uint32_t receiver, struct str event)
{
	struct str api = js_api_of(j, receiver);
	uint32_t av = flow_av_only(j, receiver, 1 << T_TAINT | 1 << T_PARAM);

	if (str_is(event, "response") || str_is(event, "connect"))
		av = flow_av_join(j, av, flow_av_only(j, receiver, 1 << T_API));
	if (event_is_input(event) && (!api.len || str_starts(api, "HTML") || str_is(api, "document") || str_is(api, "globalThis") ||
			str_starts(api, "document.") || str_is(api, "addEventListener") || str_is(api, "jQuery")))
		av = flow_av_join(j, av, flow_av_taint(j, SRC_FORM, n, arena_printf(j->a, "event %.*s", STR_ARG(event))));
	if (str_is(event, "message") && (str_is(api, "globalThis") || str_is(api, "addEventListener") || str_is(api, "process") || str_is(api, "chrome.runtime.onMessage")))
		av = flow_av_join(j, av, flow_av_taint(j, SRC_ARG, n, STR("message event")));
	return av;
}

void flow_bind_functions(struct js *j, uint32_t av, const uint32_t *args, size_t n_args, uint32_t node)
{
	size_t k = j->sets[av].n;

	for (size_t i = 0; i < k; i++) {
		uint32_t r = j->refs[j->sets[av].first + i];

		if (REF_TAG(r) == T_FN)
			flow_call_function(j, REF_ID(r), args, n_args, node);
	}
}

static void store_api(struct js *j, uint32_t n, struct str api, struct str name, uint32_t value, uint32_t value_node)
{
	struct js_stored *s;
	struct str full;
	uint32_t id;

	if (api.len + name.len > 90)
		return;
	full = flow_canonical(j, arena_printf(j->a, "%.*s.%.*s", STR_ARG(api), STR_ARG(name)));
	id = js_name(j, full);
	s = ARENA_PUSH(j->a, j->stores, j->n_stores, j->stores_room);
	s->node = n;
	s->api = id;
	s->value = value_node;
	flow_field_join(j, (uint32_t)OBJ_OF_API | id, 0, value);
}

uint32_t flow_field_value(struct js *j, uint32_t n, uint32_t av)
{
	return str_is(js_api_of(j, av), "process.env") ? flow_av_join(j, av, flow_av_taint(j, SRC_ENV, n, STR("process.env"))) : av;
}

/* The object that a constructor makes, and that its prototype is here. */
static bool is_of_constructor(const struct js *j, uint32_t obj)
{
	return j->nodes[j->objs[obj].node].kind == J_FUNC;
}

void flow_store(struct js *j, uint32_t n, uint32_t obj_av, uint32_t name_id, uint32_t value, uint32_t value_node)
{
	size_t k = j->sets[obj_av].n;
	struct str name = js_name_str(j, name_id), event = event_of_property(name);

	if (event.len && js_av_has(j, value, T_FN)) {
		uint32_t arg = flow_event_av(j, n, obj_av, event);

		flow_bind_functions(j, value, &arg, 1, n);
	}
	for (size_t i = 0; i < k; i++) {
		uint32_t r = j->refs[j->sets[obj_av].first + i];

		switch (REF_TAG(r)) {
		case T_OBJ: {
			size_t m;
			const uint32_t *refs = js_refs(j, value, &m);

			/* of a method, also where its text was met before it became one */
			if (m == 1 && REF_TAG(refs[0]) == T_FN && (!j->fns[REF_ID(refs[0])].this_obj || is_of_constructor(j, REF_ID(r))))
				j->fns[REF_ID(refs[0])].this_obj = REF_ID(r);
			flow_field_join(j, REF_ID(r), name_id, flow_av_hop(j, flow_field_value(j, value_node ? value_node : n, value), n, false, name));
			break;
		}
		case T_FN:
			flow_field_join(j, (uint32_t)OBJ_OF_FN | REF_ID(r), name_id, value);
			break;
		case T_API:
			store_api(j, n, js_name_str(j, REF_ID(r)), name, value, value_node);
			break;
		default:
			break;
		}
	}
}

void flow_fields_copy(struct js *j, uint32_t n, uint32_t obj, uint32_t av)
{
	size_t m = j->sets[av].n;

	for (size_t i = 0; i < m; i++) {
		uint32_t r = j->refs[j->sets[av].first + i];
		int left = 64;

		if (REF_TAG(r) == T_OBJ && REF_ID(r) != obj)
			for (uint32_t f = j->objs[REF_ID(r)].fields; f && left--; f = j->fields[f].next)
				flow_field_join(j, obj, j->fields[f].name, j->fields[f].av);
		else if (REF_TAG(r) == T_API)
			flow_field_join(j, obj, 0, flow_elements(j, n, flow_set(j, &r, 1)));
		else if (TAGS_DATA & 1 << REF_TAG(r))
			flow_field_join(j, obj, 0, flow_set(j, &r, 1));
	}
}

uint32_t flow_getter_result(struct js *j, uint32_t getter)
{
	uint32_t av = AV_NONE;

	for (size_t i = 0; i < j->sets[getter].n; i++)
		if (REF_TAG(j->refs[j->sets[getter].first + i]) == T_FN)
			av = flow_av_join(j, av, j->fns[REF_ID(j->refs[j->sets[getter].first + i])].ret);
	return av;
}

void flow_property_define(struct js *j, uint32_t n, uint32_t obj_av, uint32_t name, uint32_t how)
{
	for (size_t i = 0; i < j->sets[how].n; i++) {
		uint32_t r = j->refs[j->sets[how].first + i], v;

		if (REF_TAG(r) != T_OBJ)
			continue;
		v = js_field_get(j, REF_ID(r), js_name(j, STR("value")));
		v = flow_av_join(j, v, flow_getter_result(j, js_field_get(j, REF_ID(r), js_name(j, STR("get")))));
		if (v)
			flow_store(j, n, obj_av, name, v, n);
	}
}

static void bind_object(struct js *j, uint32_t pat, uint32_t av, bool param, int depth)
{
	for (uint32_t k = j->nodes[pat].first; k; k = j->nodes[k].next) {
		uint32_t target = k, key = k, name;

		if (j->nodes[k].kind == J_PAIR_PATTERN) {
			target = js_kid(j, k, R_VALUE);
			key = js_kid(j, k, R_KEY);
		} else if (j->nodes[k].kind == J_DEFAULT) {
			key = js_kid(j, k, R_LEFT);
		} else if (j->nodes[k].kind == J_REST) {
			flow_bind_pattern(j, j->nodes[k].first, av, param, depth + 1);
			continue;
		}
		if (!target || !key)
			continue;
		if (j->nodes[key].kind == J_COMPUTED)
			name = j->nodes[key].first ? flow_key_const(j, j->av[j->nodes[key].first]) : 0;
		else
			name = js_key_name(j, key);
		flow_bind_pattern(j, target, name ? flow_member(j, k, av, name) : flow_elements(j, k, av), param, depth + 1);
	}
}

void flow_bind_pattern(struct js *j, uint32_t pat, uint32_t av, bool param, int depth)
{
	const struct js_node *p;
	char digits[2] = {'0', 0};

	if (!pat || depth > PATTERN_DEPTH)
		return;
	p = &j->nodes[pat];
	switch (p->kind) {
	case J_ID:
	case J_SHORTHAND_PATTERN:
		if (!p->y) {
			if (!param && p->kind == J_ID) /* a global */
				store_api(j, pat, STR("globalThis"), js_name_str(j, p->x), av, j->nodes[pat].next);
			return;
		}
		if (param && j->vars[p->y].kind == VAR_PARAM)
			flow_in_join(j, p->y, flow_av_hop(j, av, pat, false, js_name_str(j, p->x)));
		else
			flow_var_join(j, p->y, flow_av_hop(j, av, pat, false, js_name_str(j, p->x)));
		return;
	case J_MEMBER:
	case J_SUBSCRIPT: {
		uint32_t o = js_kid(j, pat, R_OBJECT), k = js_kid(j, pat, p->kind == J_MEMBER ? R_PROPERTY : R_INDEX);
		uint32_t name = !k ? 0 : p->kind == J_MEMBER ? j->nodes[k].x : flow_key_const(j, j->av[k]);

		if (o)
			flow_store(j, pat, j->av[o], name, av, j->nodes[pat].next);
		return;
	}
	case J_PARAM: {
		uint32_t t = js_kid(j, pat, R_PATTERN), v = js_kid(j, pat, R_VALUE);

		flow_bind_pattern(j, t ? t : p->first, v ? flow_av_join(j, av, j->av[v]) : av, param, depth + 1);
		return;
	}
	case J_DEFAULT: {
		uint32_t v = js_kid(j, pat, R_RIGHT);

		flow_bind_pattern(j, js_kid(j, pat, R_LEFT), v ? flow_av_join(j, av, j->av[v]) : av, param, depth + 1);
		return;
	}
	case J_OBJ_PATTERN:
		bind_object(j, pat, av, param, depth);
		return;
	case J_ARR_PATTERN:
		for (uint32_t k = p->first; k; k = j->nodes[k].next) {
			uint32_t item = digits[0] <= '9' ? flow_member(j, k, flow_av_only(j, av, 1 << T_OBJ), js_name(j, arena_str(j->a, str_of(digits)))) : AV_NONE;

			item = flow_av_join(j, item, flow_elements(j, k, flow_av_only(j, av, ~(1u << T_OBJ))));
			flow_bind_pattern(j, k, item, param, depth + 1);
			if (digits[0] <= '9')
				digits[0]++;
		}
		return;
	case J_REST:
		flow_bind_pattern(j, p->first, av, param, depth + 1);
		return;
	default:
		return;
	}
}
