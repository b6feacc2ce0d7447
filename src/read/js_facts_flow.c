/* Where data goes: destinations of calls, and flows from a source to a sink. */
#include "facts_int.h"

#include "read/host.h"

/* ---------- destinations ---------- */

uint32_t facts_literal_field(struct js *j, uint32_t object, const char *name)
{
	for (uint32_t k = j->nodes[object].first; k; k = j->nodes[k].next) {
		if (j->nodes[k].kind == J_PAIR) {
			uint32_t key = js_kid(j, k, R_KEY);

			if (key && j->nodes[key].kind != J_COMPUTED && str_is(js_name_str(j, js_key_name(j, key)), name))
				return js_kid(j, k, R_VALUE);
		} else if (j->nodes[k].kind == J_SHORTHAND && str_is(js_name_str(j, j->nodes[k].x), name)) {
			return k;
		}
	}
	return 0;
}

uint32_t facts_object_of(struct js *j, uint32_t n)
{
	size_t k;
	const uint32_t *refs;

	if (j->nodes[n].kind == J_OBJECT)
		return n;
	refs = js_refs(j, j->av[n], &k);
	for (size_t i = 0; i < k; i++)
		if (REF_TAG(refs[i]) == T_OBJ && j->nodes[j->objs[REF_ID(refs[i])].node].kind == J_OBJECT &&
			!(j->nodes[j->objs[REF_ID(refs[i])].node].flags & JF_NAMED))
			return j->objs[REF_ID(refs[i])].node;
	return 0;
}

static struct str url_of_options(struct js *j, uint32_t object)
{
	static const char *const whole[] = {"url", "uri", "href", "baseURL", NULL};
	uint32_t host = 0, path, v;

	for (int i = 0; whole[i]; i++)
		if ((v = facts_literal_field(j, object, whole[i])))
			return js_symbolic(j, v);
	host = facts_literal_field(j, object, "hostname");
	if (host && j->nodes[host].kind == J_UNDEF)
		return STR("");
	if (!host)
		host = facts_literal_field(j, object, "host");
	if (!host || j->nodes[host].kind == J_UNDEF)
		return STR("");
	path = facts_literal_field(j, object, "path");
	return arena_printf(j->a, "%c%.*s%.*s", HOST_MARK, STR_ARG(js_symbolic(j, host)), STR_ARG(path ? js_symbolic(j, path) : STR("")));
}

struct str facts_destination_arg(struct js *j, uint32_t arg)
{
	uint32_t object;

	if (!arg)
		return STR("");
	object = facts_object_of(j, arg);
	return object ? url_of_options(j, object) : js_symbolic(j, arg);
}

uint32_t facts_maker_of(struct js *j, uint32_t receiver)
{
	size_t k;
	const uint32_t *refs = js_refs(j, receiver, &k);

	for (size_t i = 0; i < k; i++)
		if (REF_TAG(refs[i]) == T_OBJ) {
			uint32_t n = j->objs[REF_ID(refs[i])].node;

			if (j->nodes[n].kind == J_CALL || j->nodes[n].kind == J_NEW)
				return n;
		}
	return 0;
}

static void opened_find(struct js *j)
{
	j->opened_known = true;
	for (uint32_t i = 1; i < j->n_nodes; i++) {
		struct js_call c;
		uint32_t maker;

		if (j->nodes[i].kind != J_CALL)
			continue;
		js_call_of(j, i, &c);
		if (!(str_is(c.method, "open") && c.n_args >= 2) && !(str_is(c.method, "connect") && c.n_args))
			continue;
		if (!(maker = facts_maker_of(j, c.receiver)))
			continue;
		*ARENA_PUSH(j->a, j->opened, j->n_opened, j->opened_room) = maker;
		*ARENA_PUSH(j->a, j->opened, j->n_opened, j->opened_room) = c.n_args > 1 ? c.args[1] :
			j->nodes[c.args[0]].kind == J_ARRAY && j->nodes[c.args[0]].first ? j->nodes[c.args[0]].first : c.args[0];
	}
}

/* xhr.open(method, url) or socket.connect(port, host) of the same object. */
static struct str opened_url(struct js *j, uint32_t maker)
{
	if (!j->opened_known)
		opened_find(j);
	for (size_t i = 0; i + 1 < j->n_opened && i < 512; i += 2)
		if (j->opened[i] == maker)
			return facts_destination_arg(j, j->opened[i + 1]);
	return STR("");
}

static struct str socket_host(struct js *j, uint32_t maker)
{
	struct str d = opened_url(j, maker);

	return d.len && d.p[0] != HOST_MARK ? arena_printf(j->a, "%c%.*s", HOST_MARK, STR_ARG(d)) : d;
}

static struct str host_text(struct js *j, uint32_t n);

/* C puts the address into a structure on its way to the socket: the nearest one before it, in the same function. */
static struct str written_address(struct js *j, uint32_t n)
{
	for (uint32_t i = n, steps = 0; i > 1 && steps < ADDRESS_NODES; i--, steps++) {
		struct js_call c;
		struct str name;

		if (j->nodes[i].kind != J_CALL || j->nodes[i].fn != j->nodes[n].fn)
			continue;
		js_call_of(j, i, &c);
		name = c.callee_node ? js_text(j, c.callee_node) : STR_NONE;
		if (str_is(name, "inet_addr") || str_is(name, "gethostbyname") || str_is(name, "getaddrinfo") || str_is(name, "inet_aton"))
			return c.n_args && c.args[0] && facts_const_str(j, c.arg_av[0]) ? host_text(j, c.args[0]) : STR("");
		if (str_is(name, "inet_pton"))
			return c.n_args > 1 && c.args[1] && facts_const_str(j, c.arg_av[1]) ? host_text(j, c.args[1]) : STR("");
	}
	return STR("");
}

static struct str host_text(struct js *j, uint32_t n)
{
	return arena_printf(j->a, "%c%.*s", HOST_MARK, STR_ARG(js_symbolic(j, n)));
}

/* (host, port) or host; a name that it is given by counts as well. */
static struct str host_arg(struct js *j, const struct js_call *c)
{
	uint32_t a = c->args[0] == c->named ? js_named_arg(j, c, "host") : c->args[0];

	if (a && j->nodes[a].kind == J_ARRAY)
		a = j->nodes[a].first;
	return a ? host_text(j, a) : STR("");
}

struct str facts_call_destination(struct js *j, const struct js_call *c, const struct js_api *row, int depth)
{
	struct str d = STR("");
	uint32_t maker;

	if (row->flags & API_URL0 && c->n_args)
		d = facts_destination_arg(j, c->args[0]);
	else if (row->flags & API_URL1 && c->n_args > 1)
		d = facts_destination_arg(j, c->args[1]);
	else if (row->flags & API_HOST0 && c->n_args)
		d = host_arg(j, c);
	else if ((str_starts(str_of(row->name), "net.") || str_starts(str_of(row->name), "tls.")) && (row->flags & API_LINK || str_ends(str_of(row->name), ".connect")) && c->n_args) {
		uint32_t object = facts_object_of(j, c->args[0]);

		d = object ? url_of_options(j, object) : c->n_args > 1 && c->args[1] ? host_text(j, c->args[1]) : STR("");
	} else if (str_starts(str_of(row->name), "dns.") && c->n_args) {
		d = host_text(j, c->args[0]);
	} else if (str_is(str_of(row->name), "mail") && c->n_args && c->args[0]) {
		d = js_symbolic(j, c->args[0]);
	} else if (str_is(str_of(row->name), "dgram.Socket.send")) {
		for (uint32_t i = c->n_args; i-- > 1 && !d.len;)
			if (c->args[i] && facts_const_str(j, c->arg_av[i]))
				d = host_text(j, c->args[i]);
	}
	if (d.len || depth > 2)
		return d;
	maker = facts_maker_of(j, c->receiver);
	if (maker) {
		struct js_call m;
		const struct js_api *mrow;

		js_call_of(j, maker, &m);
		mrow = js_api_find(j, js_api_of(j, m.callee), API_CALL);
		if (str_is(js_api_of(j, m.callee), "XMLHttpRequest"))
			return opened_url(j, maker);
		if (str_is(js_api_of(j, m.callee), "net.Socket") || str_is(js_api_of(j, m.callee), "socket.socket"))
			return socket_host(j, maker);
		if (str_is(js_api_of(j, m.callee), "socket"))
			return written_address(j, c->node);
		if (mrow)
			return facts_call_destination(j, &m, mrow, depth + 1);
	}
	return d;
}

static struct str host_or_text(struct js *j, struct str d)
{
	struct str h = host_of(j->a, d);

	return h.len ? h : known_bytes(d) ? facts_shown(j, d) : STR("");
}

/* Where data of a source came from: the URL of the request, the file, the variable. */
struct str js_origin_of(struct js *j, const struct js_taint *t)
{
	uint32_t n = j->taints[t->base].node;
	struct js_call c;
	const struct js_api *row;

	if (j->nodes[n].kind != J_CALL && j->nodes[n].kind != J_NEW)
		return t->kind == SRC_NET ? STR("") : front_shown(j, j->taints[t->base].label);
	js_call_of(j, n, &c);
	row = js_api_find(j, js_api_of(j, c.callee), API_CALL);
	if (!row)
		return STR("");
	if (t->kind == SRC_NET && str_is(js_api_of(j, c.callee), "net.Socket"))
		return host_or_text(j, socket_host(j, n));
	if (t->kind == SRC_NET && row->class_ == CLASS_NET)
		return host_or_text(j, facts_call_destination(j, &c, row, 0));
	if (c.n_args && c.args[0])
		return facts_shown(j, js_symbolic(j, c.args[0]));
	return STR("");
}

/* ---------- flows ---------- */

static bool source_fits(enum js_source s, enum js_sink k)
{
	switch (k) {
	case SINK_CODE:
		return s == SRC_NET || s == SRC_DATA || s == SRC_ARG || s == SRC_ENV || s == SRC_FILE || s == SRC_FORM ||
			s == SRC_COOKIE || s == SRC_CLIP || s == SRC_REQUEST || s == SRC_OWN;
	case SINK_EXEC:
		return s == SRC_NET || s == SRC_REQUEST || s == SRC_DATA || s == SRC_ARG || s == SRC_FORM || s == SRC_CLIP;
	case SINK_NET:
		return s == SRC_ENV || s == SRC_CRED || s == SRC_FILE || s == SRC_HOST || s == SRC_FORM ||
			s == SRC_COOKIE || s == SRC_CLIP || s == SRC_REQUEST;
	case SINK_FILE:
	case SINK_RUN:
	case SINK_PERSIST:
		return s != SRC_ARG && s != SRC_FORM && s != SRC_DYN && s != SRC_OWN;
	default:
		return false;
	}
}

struct str js_flow_steps(struct js *j, uint32_t t, struct str sink)
{
	struct str parts[12];
	int n = 0;
	struct buf b;
	struct str r;

	for (uint32_t at = t; at && n < 11; at = j->taints[at].prev)
		parts[n++] = front_shown(j, j->taints[at].label);
	sink = front_shown(j, sink);
	buf_init(&b, 4096);
	for (int i = n; i-- > 0;)
		buf_printf(&b, "%s%.*s%s", i == n - 1 ? "" : "-> ", (int)(parts[i].len > 60 ? 60 : parts[i].len), parts[i].p ? parts[i].p : "", "\n");
	buf_printf(&b, "-> %.*s", STR_ARG(str_part(sink, 0, 60)));
	r = arena_str(j->a, buf_str(&b));
	buf_release(&b);
	return r;
}

bool js_chain_fresh(struct js *j, uint32_t t)
{
	for (int k = 0; t && k < 12; t = j->taints[t].prev, k++)
		if (j->taints[t].prev && js_node_fresh(j, j->taints[t].node))
			return true;
	return false;
}

void facts_aim(struct js *j, struct drain *k, struct str dest)
{
	size_t at = str_find_z(dest, "@");

	if (at != SIZE_MAX && at && at + 3 < dest.len && !str_has(dest, "/") && !str_has(dest, " ") && !str_has(dest, ":"))
		dest = arena_printf(j->a, "https://%.*s", STR_ARG(str_part(dest, at + 1, dest.len))); /* somebody's mail */
	k->value = host_or_text(j, dest);
	k->to_host = host_of(j->a, dest).len > 0;
}

/* All that somebody typed into a page, as the language of pages hands it over. */
static bool is_all_typed(struct js *j, const struct js_taint *t)
{
	struct str text = js_text(j, j->taints[t->base].node);

	return str_is(text, "$_POST") || str_is(text, "$_REQUEST");
}

/* A password goes to the server of the product all day: only a named foreign host makes it news. */
static bool cred_param_matters(struct js *j, const struct js_taint *t, const struct drain *k)
{
	struct str label = j->taints[t->base].label;

	if ((k->grows || k->lookup) && !t->weak)
		return true;
	if (str_starts(label, "field "))
		return k->to_host && !t->weak;
	return !str_starts(label, "parameter ") || !js_name_is_password(str_part(label, 10, label.len)) || k->to_host;
}

static void say_flow(struct js *j, const struct drain *k, uint32_t t, bool through_param)
{
	const struct js_taint *taint = &j->taints[t];
	enum js_source src = (enum js_source)taint->kind;
	uint32_t base = j->taints[taint->base].node;
	bool new_source = js_call_fresh(j, base), joined;
	struct fact f;
	struct str value = k->value, behaviour = k->behaviour.len ? k->behaviour : j->taints[taint->base].behaviour;

	if ((src == SRC_IMPORT || src == SRC_PARAM) && base != k->node)
		js_ends_sink(j, k->node, t, js_sink_name(k->kind), k->name, k->value, k->fresh);
	if ((!source_fits(src, k->kind) && !behaviour.len) || src >= SRC_IMPORT || base == k->node || (k->net_only && src != SRC_NET && src != SRC_DATA && src != SRC_REQUEST) || (k->no_data && src == SRC_DATA))
		return;
	if (src == SRC_CRED && (!cred_param_matters(j, taint, k) || (k->kind == SINK_NET && js_host_is_metadata(k->value))))
		return;
	if (src == SRC_REQUEST && k->kind == SINK_NET && !behaviour.len && !(k->to_host && is_all_typed(j, taint)))
		return;
	if (k->kind == SINK_CODE || k->kind == SINK_EXEC || !value.len)
		value = js_origin_of(j, taint);
	joined = !new_source && !k->fresh && js_chain_fresh(j, t);
	f = facts_make(FACT_FLOW, arena_printf(j->a, "%s>%s%s%.*s", js_source_name(src), js_sink_name(k->kind), behaviour.len ? "@" : "",
		STR_ARG(behaviour)), value);
	f.detail = js_flow_steps(j, t, k->name);
	if (joined)
		f.detail = arena_printf(j->a, "%.*s\njoined by new code", STR_ARG(f.detail));
	if (src == SRC_CRED && k->grows)
		f.detail = arena_printf(j->a, "%.*s\nappended to what is there", STR_ARG(f.detail));
	if (src == SRC_NET && k->shows)
		f.detail = arena_printf(j->a, "%.*s\nas a page to be shown", STR_ARG(f.detail));
	if (src == SRC_NET && k->named_afar)
		f.detail = arena_printf(j->a, "%.*s\nunder a name that came with it", STR_ARG(f.detail));
	if (src == SRC_HOST && k->surveys > 1)
		f.detail = arena_printf(j->a, "%.*s\nwith more of the machine and its user", STR_ARG(f.detail));
	f.number = taint->weak ? 1 : through_param ? 2 : 3;
	f.flags = (new_source || joined ? FACT_NEW_SOURCE : 0) | (k->fresh ? FACT_NEW_SINK : 0) | js_place_flags(j, k->node);
	facts_say(j, f, k->node, new_source || k->fresh || joined);
}

/* Names of the machine, its network and its user; sizes and versions identify nobody. */
size_t js_surveys_among(struct js *j, const uint32_t *taints, size_t n)
{
	static const char *const who[] = {"hostname", "userInfo", "networkInterfaces", "getuser", "getlogin", "whoami", "username",
		"macaddress", "machine", "getnode", "public-ip", "platform.node", "gethost"};
	size_t all = 0;

	for (size_t k = 0; k < sizeof(who) / sizeof(who[0]); k++) {
		bool told = false;

		for (size_t i = 0; i < n && !told; i++)
			told = j->taints[taints[i]].kind == SRC_HOST && str_has(j->taints[j->taints[taints[i]].base].label, who[k]);
		all += told;
	}
	return all;
}

void facts_flows_into(struct js *j, const struct drain *k, uint32_t av, uint32_t arg)
{
	uint32_t taints[TAINTS_MAX];
	bool through_param = false;
	size_t n = js_taints_of(j, av, arg ? arg : k->node, taints, TAINTS_MAX, &through_param);
	struct drain all = *k;

	all.surveys = js_surveys_among(j, taints, n);
	for (size_t i = 0; i < n; i++)
		say_flow(j, &all, taints[i], through_param);
}
