/*
 * What is looked through for secrets: /TOKEN|SECRET/.test(name), '"private_key"' in text. Whoever then sends it
 * away was looking for them; who masks them, or refuses, sends nothing.
 */
#include "flow_int.h"

enum { TEXT_MAX = 400, NEAR_BYTES = 300 };

static bool has_one_of(struct str s, const char *const *words, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (str_find_nocase(s, words[i]) != SIZE_MAX)
			return true;
	return false;
}

#define HAS_ONE_OF(s, list) has_one_of((s), (list), sizeof(list) / sizeof((list)[0]))

static bool names_secrets(struct str pattern)
{
	static const char *const words[] = {"private_key", "private key", "privatekey", "access_token", "secret", "passw", "api_key", "apikey", "credential", "mnemonic", "id_rsa",
		"_key", "_token", "token|", "|token", "ghp_", "npm_", "AKIA", "xoxb"};

	return pattern.len >= 4 && pattern.len < TEXT_MAX && HAS_ONE_OF(pattern, words);
}

/* Masking looks for the same words. */
static bool masks(struct js *j, uint32_t n)
{
	static const char *const words[] = {"***", "redact", "mask", "scrub", "saniti", "obscure", "filtered", "censor", "hidden"};
	uint32_t from = j->nodes[n].from, to = j->nodes[n].to;
	struct str near;

	from = from > NEAR_BYTES ? from - NEAR_BYTES : 0;
	to = to + NEAR_BYTES < j->text.len ? to + NEAR_BYTES : (uint32_t)j->text.len;
	near = str_part(j->text, from, to - from);
	return HAS_ONE_OF(near, words);
}

static uint32_t variable_of(const struct js *j, uint32_t n)
{
	return n && j->nodes[n].kind == J_ID && j->nodes[n].y && j->nodes[n].y < j->n_vars ? j->nodes[n].y : 0;
}

/* The variable that a node looks through, and what for. */
static uint32_t searched(struct js *j, uint32_t n, struct str *ret_pattern)
{
	static const char *const of_pattern[] = {"test", "exec", NULL}, *const of_text[] = {"includes", "match", "indexOf", "search", "find", "endsWith", "startswith", "endswith", NULL},
		*const of_module[] = {"re.search", "re.match", "re.findall", "re.fullmatch"};
	const struct js_node *me = &j->nodes[n];
	struct js_call c;
	uint32_t object;

	if (me->kind == J_BIN && me->op == OP_IN && me->first && j->nodes[me->first].kind == J_STR) {
		*ret_pattern = js_text(j, me->first);
		return j->front->function_scope ? variable_of(j, me->last) : 0; /* in JavaScript it asks an object for a key */
	}
	if (me->kind != J_CALL)
		return 0;
	js_call_of(j, n, &c);
	object = c.callee_node ? js_kid(j, c.callee_node, R_OBJECT) : 0;
	if (!object || !c.n_args || !c.args[0])
		return 0;
	if (flow_method_is(&c, of_pattern) && j->nodes[object].kind == J_REGEX) {
		*ret_pattern = js_text(j, object);
		return variable_of(j, c.args[0]);
	}
	for (size_t i = 0; i < sizeof(of_module) / sizeof(of_module[0]); i++)
		if (c.n_args >= 2 && str_is(js_text(j, c.callee_node), of_module[i]) && j->nodes[c.args[0]].kind == J_STR) {
			*ret_pattern = js_text(j, c.args[0]);
			return variable_of(j, c.args[1]);
		}
	if (flow_method_is(&c, of_text) && (j->nodes[c.args[0]].kind == J_STR || j->nodes[c.args[0]].kind == J_REGEX)) {
		*ret_pattern = js_text(j, c.args[0]);
		return variable_of(j, object);
	}
	return 0;
}

void flow_searched(struct js *j)
{
	for (uint32_t n = 1; n < j->n_nodes; n++) {
		struct str pattern = STR_NONE;
		uint32_t v;

		if (j->nodes[n].kind != J_BIN && j->nodes[n].kind != J_CALL)
			continue;
		v = searched(j, n, &pattern);
		if (v && names_secrets(pattern) && js_node_fresh(j, n) && !masks(j, n))
			flow_in_join(j, v, flow_av_taint(j, SRC_CRED, n, arena_printf(j->a, "field %.*s", STR_ARG(pattern))));
	}
}
