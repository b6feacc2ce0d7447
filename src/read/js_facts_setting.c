/* Assignments and settings: hooks that are replaced, checks that are switched off, who is trusted. */
#include "facts_int.h"

#include "read/host.h"
#include "read/key_text.h"

static bool is_literal(struct js *j, uint32_t n, const char *text)
{
	return n && str_is(js_text(j, n), text);
}

static void trust(struct js *j, uint32_t n, const char *key, struct str value, bool fresh)
{
	facts_say(j, facts_make(FACT_TRUST, str_of(key), value), n, fresh);
}

/* The literal that stood behind the same name in OLD; "" if the name or a literal is not there. */
static struct str old_literal(struct js *j, struct str name)
{
	struct str old = j->site->old_text;
	size_t at, i, from;

	if (!name.len || !old.len)
		return STR("");
	at = str_find(old, name);
	for (int k = 0; at != SIZE_MAX && k < 8; k++) {
		i = at + name.len;
		while (i < old.len && (old.p[i] == ' ' || old.p[i] == '=' || old.p[i] == ':' || old.p[i] == '"' || old.p[i] == '\'' || old.p[i] == '`')) {
			char c = old.p[i++];

			if (c == '"' || c == '\'' || c == '`') {
				if (i < old.len && (old.p[i] == ':' || old.p[i] == ' ' || old.p[i] == '='))
					continue;
				from = i;
				while (i < old.len && old.p[i] != c)
					i++;
				return str_part(old, from, i - from);
			}
		}
		from = str_find(str_part(old, at + 1, old.len), name);
		at = from == SIZE_MAX ? SIZE_MAX : at + 1 + from;
	}
	return STR("");
}

static bool name_is_updater(struct str n)
{
	static const char *const names[] = {"feedurl", "updateurl", "update_url", "updaterurl", "updateserver",
		"autoupdateurl", "releaseurl", "updatefeed", NULL};

	for (int i = 0; names[i]; i++)
		if (str_has_nocase(n, names[i]))
			return true;
	return false;
}

/* A file that is about updates: whatever address stands in it is one to fetch from. */
static bool file_is_updater(struct js *j)
{
	struct str base = str_basename(j->in->path);

	return str_has_nocase(base, "updat") || str_has_nocase(base, "upgrade");
}

/* "verify" is an option of many functions; what switches a connection's check off is one of a request, a
 * client or a session. A dictionary of options that stands alone may be meant for one. */
static bool other_verify(struct js *j, uint32_t n, struct str name)
{
	static const char *const requests[] = {"get", "post", "put", "patch", "delete", "head", "options", "request", "send",
		"stream", "session", "client", "asyncclient", "urlopen", "fetch", "connect"};
	uint32_t call = n, callee;
	struct str called;

	if (!str_is(name, "verify"))
		return false;
	for (int k = 0; k < 3 && call && j->nodes[call].kind != J_CALL && j->nodes[call].kind != J_NEW; k++)
		call = j->nodes[call].parent;
	callee = call && (j->nodes[call].kind == J_CALL || j->nodes[call].kind == J_NEW) ? js_kid(j, call, R_CALLEE) : 0;
	if (callee && j->nodes[callee].kind == J_MEMBER)
		callee = js_kid(j, callee, R_PROPERTY);
	if (!callee || !j->nodes[callee].x)
		return false;
	called = js_name_str(j, j->nodes[callee].x);
	for (size_t i = 0; i < sizeof(requests) / sizeof(requests[0]); i++)
		if (str_equal_nocase(called, str_of(requests[i])))
			return false;
	return true;
}

/* A name of an option that lets its user do without the check: insecure, selfSigned, strictSSL. */
static bool names_leniency(struct str name)
{
	static const char *const words[] = {"insecure", "selfsigned", "rejectunauth", "strictssl", "sslverif", "tlsverif", "verifyssl", "verifytls",
		"verifycert", "skipverif", "skipssl", "skiptls", "skipcert", "ignoressl", "ignoretls", "ignorecert", "disablessl", "disabletls",
		"allowunauth", "noverify", "checkcert", "validatecert"};
	char plain[64];
	size_t n = 0;

	for (size_t i = 0; i < name.len && n < sizeof(plain); i++)
		if (name.p[i] != '_' && name.p[i] != '-')
			plain[n++] = name.p[i];
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (str_has_nocase((struct str){plain, n}, words[i]))
			return true;
	return false;
}

/* Does the condition ask such an option, of a value that comes from outside? */
static bool asks_leniency(struct js *j, uint32_t n, unsigned depth)
{
	const struct js_node *me = &j->nodes[n];
	struct js_val v;

	if (!n || depth > CONDITION_DEPTH || js_av_const(j, j->av[n], &v))
		return false;
	switch (me->kind) {
	case J_LOGIC: {
		bool left = asks_leniency(j, me->first, depth + 1), right = asks_leniency(j, me->last, depth + 1);

		return me->op == OP_LAND ? left || right : left && right;
	}
	case J_UNARY:
		return me->op == OP_NOT && asks_leniency(j, me->first, depth + 1);
	case J_BIN: /* === false */
		return js_av_const(j, j->av[me->last], &v) && v.t == V_BOOL && asks_leniency(j, me->first, depth + 1);
	case J_ID:
		return js_av_has(j, j->av[n], T_PARAM) && names_leniency(js_name_str(j, me->x));
	case J_MEMBER:
		n = js_kid(j, n, R_PROPERTY);
		return n && names_leniency(js_name_str(j, j->nodes[n].x));
	default:
		return false;
	}
}

/* if (options.insecure) request.rejectUnauthorized = false: whoever sets the option wants it so. */
static bool is_asked_for(struct js *j, uint32_t n)
{
	uint32_t at = n, up = j->nodes[n].parent;

	for (unsigned k = 0; k < CONDITION_DEPTH && up && j->nodes[up].kind != J_FUNC; k++, at = up, up = j->nodes[up].parent) {
		uint8_t kind = j->nodes[up].kind;
		uint32_t cond = (kind == J_IF || kind == J_COND) && js_kid(j, up, R_CONS) == at ? js_kid(j, up, R_COND)
			: kind == J_LOGIC && j->nodes[up].op == OP_LAND && j->nodes[up].last == at ? j->nodes[up].first : 0;

		if (cond && asks_leniency(j, cond, 0))
			return true;
	}
	return false;
}

static void unverified(struct js *j, uint32_t n, struct str what, bool fresh)
{
	struct fact f = facts_make(FACT_TRUST, STR("tls-verify-off"), what);

	f.number = is_asked_for(j, n) ? TRUST_ASKED : 0;
	facts_say(j, f, n, fresh);
}

/* What a value is whatever the other sides are: "false && options.verify && x" is false. */
static uint32_t side_that_decides(struct js *j, uint32_t n)
{
	uint8_t op = j->nodes[n].op;
	uint32_t at = n;
	struct js_val v;

	if (j->nodes[n].kind != J_LOGIC || (op != OP_LAND && op != OP_LOR))
		return n;
	while (j->nodes[at].kind == J_LOGIC && j->nodes[at].op == op)
		at = j->nodes[at].first;
	return js_av_const(j, j->av[at], &v) && v.t == V_BOOL && v.b == (op == OP_LOR) ? at : n;
}

static bool is_far_address(struct str text)
{
	static const char *const near[] = {"://localhost", "://127.", "://10.", "://192.168.", "://0.0.0.0", "://[", "://proxy:", "://host."};

	if (!str_starts(text, "http://") && !str_starts(text, "https://") && !str_starts(text, "socks"))
		return false;
	for (size_t i = 0; i < sizeof(near) / sizeof(near[0]); i++)
		if (str_has(text, near[i]))
			return false;
	return str_find_z(text, "://") != SIZE_MAX && str_has(text, ".") && !str_has(text, " ");
}

/* Whoever runs the proxy that all go through unless they say otherwise reads and changes what they send. */
static void default_proxy(struct js *j, uint32_t n, struct str name, uint32_t value, bool fresh)
{
	static const char *const names[] = {"proxy", "proxyurl", "proxy_url", "httpproxy", "httpsproxy", "http_proxy", "https_proxy", "all_proxy", "defaultproxy", "default_proxy"};
	bool named = false;
	struct str text;

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		named |= str_equal_nocase(name, str_of(names[i]));
	if (!named || !fresh || !(text = js_text_among(j, value, is_far_address)).len || !host_of(j->a, text).len ||
		str_find(j->site->old_text, text) != SIZE_MAX)
		return;
	trust(j, n, "proxy", text, fresh);
}

void facts_setting(struct js *j, uint32_t n, struct str name, uint32_t value, bool fresh)
{
	struct str text, old;

	if (!value || other_verify(j, n, name))
		return;
	default_proxy(j, n, name, value, fresh);
	value = side_that_decides(j, value);
	if (str_equal_nocase(name, STR("bcc")))
		facts_blind_copy_to(j, n, value, fresh);
	for (const struct front_setting *s = j->front->settings; s->name; s++)
		if (str_is(name, s->name) && (is_literal(j, value, s->bad) || is_literal(j, value, s->bad[0] == 'f' ? "!1" : "!0"))) {
			struct str what = arena_printf(j->a, "%s: %s", s->name, s->bad);

			if (str_is(str_of(s->key), "tls-verify-off"))
				unverified(j, n, what, fresh);
			else
				trust(j, n, s->key, what, fresh);
		}
	if (str_is(name, "NODE_TLS_REJECT_UNAUTHORIZED")) {
		text = js_symbolic(j, value);
		if (str_is(text, "0") || str_is(text, "false"))
			unverified(j, n, STR("NODE_TLS_REJECT_UNAUTHORIZED = 0"), fresh);
	}
	if (str_is(name, "checkServerIdentity") && j->nodes[value].kind == J_FUNC) {
		uint32_t body = js_kid(j, value, R_BODY);

		if (facts_is_empty_function(j, value) || (body && j->nodes[body].kind != J_BLOCK) || (body && str_is(js_text(j, body), "{ return undefined; }")))
			trust(j, n, "tls-verify-off", STR("checkServerIdentity accepts everything"), fresh);
	}
	if (!js_const_str(j, j->av[value], &text) || text.len < 6 || !fresh)
		return;
	if ((name_is_updater(name) || file_is_updater(j)) && host_of(j->a, text).len) {
		old = old_literal(j, name);
		if (old.len && !str_equal(old, text) &&
			(name_is_updater(name) || (host_of(j->a, old).len && !str_equal(host_of(j->a, old), host_of(j->a, text)))))
			trust(j, n, "updater-url", arena_printf(j->a, "%.*s -> %.*s", STR_ARG(str_part(old, 0, 400)), STR_ARG(text)), fresh);
	}
	if (key_text_names(name) && text.len >= 32) {
		old = old_literal(j, name);
		if (old.len && !str_equal(old, text)) {
			struct fact f = facts_make(FACT_TRUST, STR("public-key"),
				arena_printf(j->a, "%.*s -> %.*s", STR_ARG(str_part(old, 0, 200)), STR_ARG(str_part(text, 0, 200))));

			f.number = key_text_is_public(j->a, old) && key_text_is_public(j->a, text) && str_find(j->site->text, old) == SIZE_MAX ? TRUST_TURNED : 0;
			facts_say(j, f, n, fresh);
		}
	}
}

void facts_property_sink(struct facts *fa, uint32_t n, uint32_t left, uint32_t right)
{
	struct js *j = fa->j;
	uint32_t o = js_kid(j, left, R_OBJECT), p = js_kid(j, left, R_PROPERTY);
	struct str api = o ? js_api_of(j, j->av[o]) : STR(""), name, dest;
	bool fresh = js_node_fresh(j, n);
	struct drain k = {n, SINK_CODE, STR(""), STR(""), fresh};
	uint32_t taints[TAINTS_MAX];

	if (j->nodes[left].kind == J_SUBSCRIPT) {
		p = js_kid(j, left, R_INDEX);
		if (!p || !js_const_str(j, j->av[p], &name))
			return;
	} else if (p) {
		name = js_name_str(j, j->nodes[p].x);
	} else {
		return;
	}
	k.name = arena_printf(j->a, "%.*s.%.*s", STR_ARG(api), STR_ARG(name));
	facts_setting(j, n, name, right, fresh);
	if (str_is(api, "HTMLScript") && (str_is(name, "src") || str_is(name, "text") || str_is(name, "textContent") || str_is(name, "innerHTML") || str_is(name, "innerText"))) {
		if (str_is(name, "src")) {
			struct fact f;
			struct str host;

			dest = js_symbolic(j, right);
			host = host_of(j->a, dest);
			facts_say_call(j, n, STR("script.src"), "code", known_bytes(dest) >= 4 ? facts_shown(j, dest) : STR(""), facts_const_flags(j, j->av[right]), fresh);
			if (host.len) {
				f = facts_make(FACT_FLOW, STR("net>code"), host);
				f.number = 3;
				f.flags = (fresh ? FACT_NEW_SOURCE | FACT_NEW_SINK : 0) | facts_const_flags(j, j->av[right]) | js_place_flags(j, n);
				f.detail = STR("script element -> src");
				facts_say(j, f, n, fresh);
				if (fresh && (!j->site->old_text.len || str_find(j->site->old_text, host) == SIZE_MAX))
					facts_say(j, facts_make(FACT_HOST, host, facts_shown(j, dest)), n, fresh);
			}
			facts_flows_into(j, &k, j->av[right], right);
		} else {
			facts_say_call(j, n, STR("script.text"), "code", STR(""), facts_const_flags(j, j->av[right]), fresh);
			facts_flows_into(j, &k, j->av[right], right);
			facts_code_value(j, n, right, j->av[right], fresh, k.name);
		}
	} else if ((str_is(api, "HTMLImage") && str_is(name, "src")) || str_is(k.name, "location.href") || str_is(k.name, "document.location") ||
		(str_is(name, "action") && str_starts(api, "HTML"))) {
		dest = js_symbolic(j, right);
		k.kind = SINK_NET;
		facts_aim(j, &k, dest);
		facts_flows_into(j, &k, j->av[right], right);
		if (str_is(name, "action") && host_of(j->a, dest).len) {
			struct fact f = facts_make(FACT_FLOW, STR("form>net"), host_of(j->a, dest));

			f.number = 3;
			f.flags = fresh ? FACT_NEW_SOURCE | FACT_NEW_SINK : 0;
			f.detail = STR("form -> action");
			facts_say(j, f, n, fresh);
		}
	} else if (str_is(name, "innerHTML") || str_is(name, "outerHTML")) {
		struct str html;
		size_t m = js_taints_of(j, j->av[right], right, taints, TAINTS_MAX, NULL);

		if (js_const_str(j, j->av[right], &html) ? str_has_nocase(html, "<script") || str_has_nocase(html, "onerror=") : m > 0) {
			facts_say_call(j, n, STR("innerHTML"), "code", js_const_str(j, j->av[right], &html) ? html : STR(""), facts_const_flags(j, j->av[right]), fresh);
			if (js_const_str(j, j->av[right], &html))
				facts_script_tag(j, n, html, "script tag -> page", fresh);
		}
	}
}

void facts_hooks(struct facts *fa)
{
	struct js *j = fa->j;

	for (size_t i = 0; i < j->n_stores; i++) {
		const struct js_stored *s = &j->stores[i];
		struct str api = js_name_str(j, s->api);

		if (!js_store_is_hook(api) || !s->value || !js_av_has(j, j->av[s->value], T_FN))
			continue;
		facts_say(j, facts_make(FACT_TRUST, STR("api-hooked"), api), s->node, js_node_fresh(j, s->node) || js_node_fresh(j, s->value));
	}
}
