/* What calls do, an API by its kind; mail that is sent. */
#include "facts_int.h"

#include "read/host.h"
#include "read/shell_command.h"
#include "read/strings.h"
#include "read/rights.h"
#include "read/wipe.h"

/* ---------- calls ---------- */

void facts_say_call(struct js *j, uint32_t n, struct str name, const char *klass, struct str value, unsigned flags, bool fresh)
{
	struct fact f = facts_make(FACT_CALL, front_shown(j, name), value);

	f.detail = str_of(klass);
	f.flags = flags | js_place_flags(j, n);
	facts_say(j, f, n, fresh);
}

unsigned facts_const_flags(struct js *j, uint32_t av)
{
	struct js_str *s = facts_const_str(j, av);

	return s ? FACT_CONSTANT | (s->depth ? FACT_DECODED_ARG : 0) : 0;
}

static void sink_args(struct js *j, const struct drain *k, const struct js_call *c, unsigned mask)
{
	for (uint32_t i = 0; i < c->n_args; i++) {
		bool takes = mask & 0x80 ? true : mask & 1u << i;

		if (takes && !js_av_has(j, c->arg_av[i], T_FN))
			facts_flows_into(j, k, c->arg_av[i], c->args[i]);
	}
}

void facts_script_tag(struct js *j, uint32_t n, struct str html, const char *how, bool fresh)
{
	size_t at = str_find_nocase(html, "<script"), src;
	struct fact f;
	struct str host;

	if (at == SIZE_MAX)
		return;
	html = str_part(html, at, 400);
	src = str_find_nocase(html, "src=");
	if (src == SIZE_MAX)
		return;
	html = str_part(html, src + 4, html.len);
	while (html.len && (html.p[0] == '"' || html.p[0] == '\'' || html.p[0] == '\\'))
		html = str_part(html, 1, html.len);
	host = host_of(j->a, html);
	if (!host.len)
		return;
	f = facts_make(FACT_FLOW, STR("net>code"), host);
	f.number = 3;
	f.flags = (fresh ? FACT_NEW_SOURCE | FACT_NEW_SINK : 0) | FACT_CONSTANT | js_place_flags(j, n);
	f.detail = str_of(how);
	facts_say(j, f, n, fresh);
}

/* The place of the argument that becomes code. */
static uint32_t first_sunk(const struct js_api *row)
{
	return row->sink_args & 0x7f ? (uint32_t)__builtin_ctz(row->sink_args) : 0;
}

/* What compilers make of a #field: a WeakMap by the objects that have it. */
static bool is_private_field(const struct js *j, uint32_t n)
{
	uint32_t init = j->nodes[n].kind == J_ID && j->nodes[n].y ? j->vars[j->nodes[n].y].init : 0;

	return init && (str_starts(js_text(j, init), "new WeakMap") || str_starts(js_text(j, init), "new WeakSet"));
}

/* get(this, field) is how compilers write this.#field, of an object whose other fields hold other things; what is
 * made of a function, e.bind(function () {}), is one. */
static bool gives_function(struct js *j, uint32_t n)
{
	struct js_call c;

	if (j->nodes[n].kind != J_CALL)
		return false;
	js_call_of(j, n, &c);
	for (uint32_t i = 0; i < c.n_args; i++) {
		uint32_t taints[TAINTS_MAX];

		if (!c.args[i] || j->nodes[c.args[i]].kind == J_FUNC || j->nodes[c.args[i]].kind == J_THIS || is_private_field(j, c.args[i]))
			continue;
		if (js_taints_of(j, c.arg_av[i], c.args[i], taints, TAINTS_MAX, NULL))
			return false; /* it may be what comes back */
	}
	for (uint32_t i = 0; i < c.n_args; i++)
		if (c.args[i] && j->nodes[c.args[i]].kind == J_FUNC)
			return true;
	return c.n_args >= 2 && c.args[0] && c.args[1] && j->nodes[c.args[0]].kind == J_THIS && j->nodes[c.args[1]].kind == J_ID;
}

static void code_call(struct facts *fa, const struct js_call *c, struct str api, const struct js_api *row, bool fresh)
{
	struct js *j = fa->j;
	uint32_t i = str_is(api, "Function") && c->n_args ? c->n_args - 1 : first_sunk(row);
	struct str value = STR("");
	struct drain k = {c->node, SINK_CODE, api, STR(""), fresh};
	struct js_str *s;
	struct js_val v;
	unsigned flags = 0;
	bool timer = str_is(api, "setTimeout") || str_is(api, "setInterval");
	bool page = str_starts(api, "document.write");

	if (c->n_args <= i)
		return;
	if (row->flags & API_NET_ONLY) {
		k.net_only = true;
		sink_args(j, &k, c, row->sink_args);
		return;
	}
	s = facts_const_str(j, c->arg_av[i]);
	if (!s && c->args[i] && js_fold_slice(j, c->args[i], &v) && v.t == V_STR)
		s = v.s;
	if (timer && c->args[i] && gives_function(j, c->args[i]))
		return;
	if (timer && !s) { /* a function is what it usually gets */
		uint32_t taints[TAINTS_MAX];
		bool text = false;
		size_t n = js_taints_of(j, c->arg_av[i], c->args[i], taints, TAINTS_MAX, NULL);

		for (size_t t = 0; t < n; t++)
			text |= j->taints[taints[t]].kind == SRC_NET || j->taints[taints[t]].kind == SRC_DATA;
		if (!text || js_av_has(j, c->arg_av[i], T_FN) || js_av_has(j, c->arg_av[i], T_API))
			return;
	}
	if (str_is(api, "worker_threads.Worker") && !(c->args[1] && str_has(js_text(j, c->node), "eval")))
		return;
	if (page && s && !str_has_nocase(js_utf8(j, s), "<script"))
		return;
	if (s) {
		value = js_utf8(j, s);
		flags = FACT_CONSTANT | (s->depth ? FACT_DECODED_ARG : 0);
	}
	facts_say_call(j, c->node, c->is_new ? arena_printf(j->a, "new %.*s", STR_ARG(api)) : api, "code", value, flags, fresh);
	sink_args(j, &k, c, i ? 1u << i : 1);
	if (page) {
		facts_script_tag(j, c->node, value, "script tag -> page", fresh);
		return;
	}
	facts_code_value(j, c->node, c->args[i], c->arg_av[i], fresh, api);
	if (str_is(api, "importScripts") && s && host_of(j->a, value).len) {
		struct fact f = facts_make(FACT_FLOW, STR("net>code"), host_of(j->a, value));

		f.number = 3;
		f.flags = FACT_NEW_SOURCE | FACT_NEW_SINK;
		f.detail = api;
		facts_say(j, f, c->node, fresh);
	}
}

/* curl -d DATA: a process that sends is a request. */
static void sends_by_command(struct js *j, const struct js_call *c, struct str api, struct str cmd, bool fresh)
{
	static const char *const tools[] = {"curl", "wget", "nc", "ncat", "scp", "ftp", "nslookup", "dig", "ping",
		"Invoke-WebRequest", "Invoke-RestMethod", "iwr ", NULL};
	struct str program = command_program(cmd);
	struct drain k = {c->node, SINK_NET, api, STR(""), fresh};
	bool sends = false;
	struct string_class hosts;

	for (int i = 0; tools[i]; i++)
		sends |= str_is(program, tools[i]) || (strlen(tools[i]) > 4 && str_has_nocase(cmd, tools[i]));
	if (!sends)
		return;
	classify_string(facts_shown(j, cmd), &hosts);
	for (size_t i = 0; i < hosts.n && !k.to_host; i++)
		if (hosts.items[i].kind == FACT_HOST) {
			k.value = arena_str(j->a, hosts.items[i].key);
			k.to_host = true;
		}
	sink_args(j, &k, c, 3);
	for (uint32_t i = 1; i < c->n_args; i++) { /* what is typed into it */
		uint32_t object = c->args[i] ? facts_object_of(j, c->args[i]) : 0, input = object ? facts_literal_field(j, object, "input") : 0;

		if (input)
			facts_flows_into(j, &k, j->av[input], input);
	}
}

void facts_say_shell(struct js *j, uint32_t n, const char *how, bool fresh)
{
	struct fact f = facts_make(FACT_FLOW, STR("net>exec"), STR(""));

	f.number = 3;
	f.flags = (fresh ? FACT_NEW_SOURCE | FACT_NEW_SINK : 0) | js_place_flags(j, n);
	f.detail = arena_printf(j->a, "reverse shell\n%s", how);
	facts_say(j, f, n, fresh);
}

static bool from_socket(struct js *j, uint32_t n)
{
	uint32_t taints[TAINTS_MAX];
	size_t k = n ? js_taints_of(j, j->av[n], n, taints, TAINTS_MAX, NULL) : 0;

	for (size_t i = 0; i < k; i++)
		if (j->taints[taints[i]].kind == SRC_NET)
			return true;
	return false;
}

/* 0, 1 or 2, or all of them in a loop. */
static bool names_stream(struct js *j, uint32_t av)
{
	size_t n;
	const uint32_t *refs = js_refs(j, av, &n);

	for (size_t i = 0; i < n; i++)
		if (REF_TAG(refs[i]) == T_PARAM ? j->vars[REF_ID(refs[i])].in != av && names_stream(j, j->vars[REF_ID(refs[i])].in) :
			REF_TAG(refs[i]) == T_CONST && j->consts[REF_ID(refs[i])].t == V_NUM && j->consts[REF_ID(refs[i])].n >= 0 && j->consts[REF_ID(refs[i])].n <= 2)
			return true;
	return false;
}

/* dup2(socket, 0): whatever runs next talks to the other end. */
static void socket_as_stream(struct js *j, const struct js_call *c, bool fresh)
{
	if (c->n_args == 2 && from_socket(j, c->args[0]) && names_stream(j, c->arg_av[1]))
		facts_say_shell(j, c->node, "socket -> standard stream", fresh);
}

/* A word of a command's list that had to be decoded. */
static struct js_str *decoded_word(struct js *j, uint32_t n)
{
	if (!n || j->nodes[n].kind != J_ARRAY)
		return NULL;
	for (uint32_t k = j->nodes[n].first; k; k = j->nodes[k].next) {
		struct js_str *s = facts_const_str(j, j->av[k]);

		if (s && s->depth && s->len > 3)
			return s;
	}
	return NULL;
}

/* One command here, another there: each of them is said. */
static void say_alternatives(struct js *j, const struct js_call *c, struct str api, bool fresh)
{
	uint32_t av = c->n_args ? c->arg_av[0] : AV_NONE;
	size_t n = j->sets[av].n;

	for (size_t i = 0; n > 1 && i < n; i++) {
		uint32_t r = j->refs[j->sets[av].first + i];

		if (REF_TAG(r) != T_CONST || j->consts[REF_ID(r)].t != V_STR)
			continue;
		facts_say_call(j, c->node, api, "exec", js_utf8(j, j->consts[REF_ID(r)].s), FACT_CONSTANT, fresh);
		facts_say_command(j, c->node, js_utf8(j, j->consts[REF_ID(r)].s), fresh);
	}
}

/* -c, -e, --eval, -Command: what follows is a program. */
static bool says_program_follows(struct str option)
{
	static const char *const options[] = {"-c", "-e", "-r", "-p", "-lc", "-ic", "--eval", "-command", "/c"};

	for (size_t i = 0; i < sizeof(options) / sizeof(options[0]); i++)
		if (str_equal_nocase(option, str_of(options[i])))
			return true;
	return false;
}

/* ["python3", "-c", TEXT] where the text was decoded. */
static void decoded_program(struct js *j, const struct js_call *c, struct str api, bool fresh)
{
	uint32_t list = c->n_args > 1 ? c->args[1] : 0;
	bool follows = false;

	if (!list || j->nodes[list].kind != J_ARRAY)
		return;
	for (uint32_t k = j->nodes[list].first; k; k = j->nodes[k].next) {
		struct js_str *s = facts_const_str(j, j->av[k]);
		struct fact f;

		if (follows && s && s->depth) {
			f = facts_make(FACT_FLOW, STR("data>exec"), str_part(js_utf8(j, s), 0, 400));
			f.number = 3;
			f.flags = FACT_CONSTANT | FACT_DECODED_ARG | (fresh ? FACT_NEW_SOURCE | FACT_NEW_SINK : 0) | js_place_flags(j, c->node);
			f.detail = arena_printf(j->a, "literal decoded by %s\n-> %.*s", facts_scheme_name(s->scheme), STR_ARG(api));
			facts_say(j, f, c->node, fresh);
		}
		follows = s && says_program_follows(js_utf8(j, s));
	}
}

/* "xdg-open", "start": what a page is shown with. */
static bool is_opener(struct str text)
{
	static const char *const openers[] = {"open", "xdg-open", "start", "explorer", "explorer.exe", "sensible-browser", "x-www-browser", "wslview",
		"cmd /c start", "cmd.exe /c start"};

	for (size_t i = 0; i < sizeof(openers) / sizeof(openers[0]); i++) {
		size_t n = strlen(openers[i]);

		if (str_starts(text, openers[i]) && (text.len == n || text.p[n] == ' ' || text.p[n] == '"'))
			return true;
	}
	return false;
}

/* The name of a system, or nothing that could be a program. */
static bool is_no_program(struct str text)
{
	static const char *const systems[] = {"win32", "darwin", "linux", "freebsd", "openbsd", "sunos", "aix", "android", "cygwin", "windows", "macos"};

	for (size_t i = 0; i < sizeof(systems) / sizeof(systems[0]); i++)
		if (str_equal_nocase(text, str_of(systems[i])))
			return true;
	for (size_t i = 0; i < text.len; i++)
		if ((text.p[i] | 32) >= 'a' && (text.p[i] | 32) <= 'z')
			return false;
	return true;
}

/*
 * Does a command do nothing but show a page: process.platform === "darwin" ? `open ${url}` : `xdg-open ${url}`? Every text in
 * it has to be such a program, a system's name, or no word.
 */
static bool only_opens(struct js *j, uint32_t n)
{
	bool opens = false;
	uint32_t start;
	int left = 64;

	if (n && j->nodes[n].kind == J_ID && j->nodes[n].y && j->vars[j->nodes[n].y].init)
		n = j->vars[j->nodes[n].y].init;
	if (!n || (j->nodes[n].kind != J_COND && j->nodes[n].kind != J_TEMPLATE && j->nodes[n].kind != J_ADD && j->nodes[n].kind != J_STR))
		return false;
	for (start = n; j->nodes[start].first;)
		start = j->nodes[start].first;
	for (uint32_t i = start; i <= n; i++) {
		struct str text = js_text(j, i), inner;

		if (left-- == 0 || j->nodes[i].kind == J_CALL)
			return false;
		if (j->nodes[i].kind != J_STR && j->nodes[i].kind != J_TEMPLATE)
			continue;
		inner = text.len >= 2 ? str_trim(str_part(text, 1, text.len - 2)) : STR("");
		if (str_has(inner, ";") || str_has(inner, "|") || str_has(inner, "&"))
			return false;
		if (!is_opener(inner) && !is_no_program(inner))
			return false;
		opens |= is_opener(inner);
	}
	return opens;
}

/* for (...) q[i] ^= 0x5a; system(q): C takes its commands apart so. */
static bool is_unscrambled(struct js *j, uint32_t arg)
{
	if (j->lang != LANGUAGE_C || j->nodes[arg].kind != J_ID)
		return false;
	for (uint32_t i = arg, steps = 0; i > 1 && steps < ADDRESS_NODES; i--, steps++) {
		uint32_t left = j->nodes[i].kind == J_AUG && j->nodes[i].op == OP_XOR && j->nodes[i].fn == j->nodes[arg].fn ? js_kid(j, i, R_LEFT) : 0;
		struct str base = left ? js_text(j, left) : STR_NONE, name = js_text(j, arg);

		if (left && base.len > name.len && str_equal(str_part(base, 0, name.len), name) && base.p[name.len] == '[')
			return true;
	}
	return false;
}

static void exec_call(struct facts *fa, const struct js_call *c, struct str api, const struct js_api *row, bool fresh)
{
	struct js *j = fa->j;
	struct str cmd = facts_command_of(j, c, row), script;
	struct drain k = {c->node, SINK_EXEC, api, STR(""), fresh};
	unsigned flags = has_holes(cmd) || !cmd.len ? 0 : FACT_CONSTANT;
	struct js_str *s = c->n_args ? facts_const_str(j, c->arg_av[0]) : NULL;
	struct js_val v;
	enum language lang;

	if (row->flags & API_ON_SOCKET) {
		socket_as_stream(j, c, fresh);
		return;
	}
	if (!s && row->flags & API_ARGV0 && c->n_args)
		s = decoded_word(j, c->args[0]);
	if (!flags && c->n_args && c->args[0] && !s && js_fold_slice(j, c->args[0], &v) && v.t == V_STR) {
		s = v.s;
		cmd = js_utf8(j, s);
		flags = FACT_CONSTANT;
	}
	if (s && s->depth) {
		struct fact f = facts_make(FACT_FLOW, STR("data>exec"), str_part(js_utf8(j, s), 0, 400));

		flags |= FACT_DECODED_ARG;
		f.number = 3;
		f.flags = flags | (fresh ? FACT_NEW_SOURCE | FACT_NEW_SINK : 0) | js_place_flags(j, c->node);
		f.detail = arena_printf(j->a, "literal decoded by %s\n-> %.*s", facts_scheme_name(s->scheme), STR_ARG(api));
		facts_say(j, f, c->node, fresh);
	}
	if (!s && c->n_args && c->args[0] && is_unscrambled(j, c->args[0])) {
		struct fact f = facts_make(FACT_FLOW, STR("data>exec"), STR(""));

		f.number = 3;
		f.flags = (fresh ? FACT_NEW_SOURCE | FACT_NEW_SINK : 0) | js_place_flags(j, c->node);
		f.detail = arena_printf(j->a, "bytes that are XORed one by one\n-> %.*s", STR_ARG(api));
		facts_say(j, f, c->node, fresh);
	}
	if (row->flags & API_ARGV)
		decoded_program(j, c, api, fresh);
	if (!has_holes(cmd) && facts_is_open_shell(cmd))
		fa->open_shell |= fresh;
	if (str_ends(api, ".stdin.write") && c->n_args && from_socket(j, c->args[0]) && !fa->shell_fed)
		fa->shell_fed = c->node;
	facts_say_call(j, c->node, api, "exec", known_bytes(cmd) >= 2 ? facts_shown(j, cmd) : STR(""), flags, fresh);
	k.no_data = row->flags & API_ARGV && s && !s->depth && program_hands_back(str_basename(js_utf8(j, s)));
	k.shows = c->n_args && only_opens(j, c->args[0]);
	if (!k.shows || !(row->flags & API_ARGV)) /* without a shell it gets no more than a page */
		sink_args(j, &k, c, row->sink_args);
	sends_by_command(j, c, api, cmd, fresh);
	if (c->named && (from_socket(j, js_named_arg(j, c, "stdin")) || from_socket(j, js_named_arg(j, c, "stdout"))))
		facts_say_shell(j, c->node, "socket -> standard streams of a program", fresh);
	facts_say_command(j, c->node, cmd, fresh);
	if (!flags)
		say_alternatives(j, c, api, fresh);
	if (str_is(api, "process.dlopen") && c->n_args > 1 && c->args[1])
		cmd = js_symbolic(j, c->args[1]);
	facts_note_run(fa, c->node, cmd, api, fresh);
	script = facts_inline_script(cmd, &lang);
	if (script.len > 8 && fresh && !has_holes(script))
		facts_run_layer(j, c->node, script, lang);
	if (!flags && c->n_args) {
		uint32_t taints[TAINTS_MAX];
		size_t n = js_taints_of(j, c->arg_av[0], c->args[0], taints, TAINTS_MAX, NULL);

		for (size_t i = 0; i < n; i++)
			if (j->taints[taints[i]].kind == SRC_DATA) {
				struct fact f = facts_make(FACT_UNRESOLVED, STR("exec"), STR(""));

				f.detail = str_part(js_text(j, c->args[0]), 0, 300);
				facts_say(j, f, c->node, fresh);
				break;
			}
	}
}

static void net_call(struct facts *fa, const struct js_call *c, struct str api, const struct js_api *row, bool fresh)
{
	struct js *j = fa->j;
	struct str dest = facts_call_destination(j, c, row, 0), host = host_of(j->a, dest);
	struct drain k = {c->node, SINK_NET, api, STR(""), fresh};
	unsigned flags = dest.len && !has_holes(dest) ? FACT_CONSTANT : 0;

	facts_aim(j, &k, dest);
	k.lookup = (row->flags & API_HOST0 && row->source == SRC_NONE) || str_starts(str_of(row->name), "dns.");
	if (!host.len && k.to_host)
		host = k.value;
	if (c->n_args && row->flags & API_URL0)
		flags |= facts_const_flags(j, c->arg_av[0]) & FACT_DECODED_ARG;
	if (!(row->flags & API_QUIET))
		facts_say_call(j, c->node, api, "net", known_bytes(dest) >= 4 ? facts_shown(j, dest) : STR(""), flags, fresh);
	sink_args(j, &k, c, row->sink_args);
	if (row->flags & API_SELF) /* what was put into it before goes with it */
		facts_flows_into(j, &k, c->receiver, 0);
	if (host.len && fresh && (!j->site->old_text.len || str_find(j->site->old_text, host) == SIZE_MAX))
		facts_say(j, facts_make(FACT_HOST, host, facts_shown(j, dest)), c->node, fresh);
	if (js_path_is_persist(dest) && str_has(js_text(j, c->node), "PUT")) /* into somebody's repository */
		facts_note_write(fa, c->node, dest, c->n_args > 1 ? c->arg_av[1] : AV_NONE, fresh);
	if (row->flags & API_SAVES1) {
		uint32_t path = c->n_args > 1 && c->args[1] != c->named ? c->args[1] : js_named_arg(j, c, "filename");

		facts_note_write(fa, c->node, path ? js_symbolic(j, path) : dest, j->av[c->node], fresh);
	}
}

static struct str stream_path(struct js *j, uint32_t av)
{
	uint32_t maker = facts_maker_of(j, av);
	const struct js_api *row;
	struct js_call c;

	if (!maker)
		return STR("");
	js_call_of(j, maker, &c);
	row = js_api_find(j, js_api_of(j, c.callee), API_CALL);
	if (row && row->flags & API_MODE)
		return js_path_node(j, &c, row) ? js_symbolic(j, js_path_node(j, &c, row)) : STR("");
	return str_is(js_api_of(j, c.callee), "fs.createWriteStream") && c.n_args && c.args[0] ? js_symbolic(j, c.args[0]) : STR("");
}

/* "a", O_APPEND, FILE_APPEND, {flag: 'a'}, as a second or third argument. */
static bool asks_to_append(struct js *j, const struct js_call *c)
{
	static const char *const words[] = {"O_APPEND", "FILE_APPEND", "'a'", "\"a\"", "'a+'", "\"a+\"", "'ab'", "\"ab\""};

	for (uint32_t i = 1; i < 3 && i < c->n_args; i++)
		for (size_t k = 0; c->args[i] && k < sizeof(words) / sizeof(words[0]); k++)
			if (js_text(j, c->args[i]).len < 120 && str_has(js_text(j, c->args[i]), words[k]))
				return true;
	return false;
}

/* Is what is written put behind what the file held? */
static bool appends(struct js *j, const struct js_call *c, struct str api, bool stream)
{
	uint32_t maker = stream ? facts_maker_of(j, c->receiver) : 0;
	struct js_call m;

	if (!stream)
		return str_has_nocase(api, "append") || asks_to_append(j, c);
	if (!maker)
		return false;
	js_call_of(j, maker, &m);
	return asks_to_append(j, &m);
}

/* ABSPATH . $name, where the answer of a server says the name. */
static bool named_from_afar(struct js *j, uint32_t path)
{
	static const char *const homes[] = {"ABSPATH", "WP_CONTENT_DIR", "WP_PLUGIN_DIR", "__DIR__", "__FILE__", "DOCUMENT_ROOT", "WPINC"};
	uint32_t taints[TAINTS_MAX];
	size_t n = js_taints_of(j, j->av[path], path, taints, TAINTS_MAX, NULL);
	bool home = false, afar = false;

	for (size_t i = 0; i < sizeof(homes) / sizeof(homes[0]); i++)
		home |= str_has(js_text(j, path), homes[i]);
	for (size_t i = 0; i < n; i++)
		afar |= j->taints[taints[i]].kind == SRC_NET;
	return home && afar;
}

/* A key of the registry that starts programs is opened to be written. */
static void registry_call(struct facts *fa, const struct js_call *c, bool fresh)
{
	struct js *j = fa->j;
	struct str path = c->n_args > 1 && c->args[1] ? js_symbolic(j, c->args[1]) : STR(""), text = js_text(j, c->node);
	struct str name = js_text(j, c->callee_node);

	if (js_path_is_persist(path) && (str_has(name, "Create") || str_has(text, "KEY_SET_VALUE") || str_has(text, "KEY_WRITE") ||
		str_has(text, "KEY_ALL_ACCESS")))
		facts_note_write(fa, c->node, path, AV_NONE, fresh);
}

/* Without the steps upwards in front: "../../${name}" is "${name}". */
static struct str below(struct str path)
{
	while (str_starts(path, "./") || str_starts(path, "../"))
		path = str_part(path, path.p[1] == '/' ? 2 : 3, path.len);
	return path;
}

/* Everything that somebody has is listed, and each file of it gets the same text. */
static void overwrite_facts(struct js *j, const struct js_call *c, struct str api, uint32_t path, bool fresh)
{
	uint32_t fn = j->fns[j->nodes[c->node].fn].node, text = j->front->function_scope ? 0 : 1;
	struct str place = js_part_among(j, path, place_is_everything), body = js_text(j, fn);
	struct fact f = facts_make(FACT_WIPE, front_shown(j, api), facts_shown(j, place));

	if (!place.len || c->n_args <= text || !facts_const_str(j, c->arg_av[text]) || known_bytes(below(js_symbolic(j, path))) > place.len + 1)
		return;
	if (!str_has(body, "readdir") && !str_has(body, "listdir") && !str_has(body, ".walk("))
		return;
	f.number = 2;
	f.flags = js_place_flags(j, c->node);
	facts_say(j, f, c->node, fresh);
}

static void write_call(struct facts *fa, const struct js_call *c, struct str api, const struct js_api *row, bool fresh)
{
	struct js *j = fa->j;
	bool stream = str_starts(api, "fs.WriteStream") || row->flags & API_STREAM;
	uint32_t at = stream ? 0 : js_path_node(j, c, row);
	struct str path = at ? js_symbolic(j, at) : STR("");
	struct drain k = {c->node, SINK_FILE, api, STR(""), fresh};
	bool copies = str_has(api, "copyFile") || str_has(api, "rename") || str_has(api, "symlink") || str_is(api, "fs.cp") || str_is(api, "fs.cpSync") ||
		row->flags & API_COPIES;

	if (row->flags & API_REGISTRY) {
		registry_call(fa, c, fresh);
		return;
	}
	if (stream)
		path = stream_path(j, c->receiver);
	k.grows = appends(j, c, api, stream);
	k.named_afar = !stream && at && named_from_afar(j, at);
	if (copies && c->n_args > 1 && c->args[1])
		path = js_symbolic(j, at = c->args[1]);
	if (at && !copies)
		overwrite_facts(j, c, api, at, fresh);
	if (at && !js_path_is_persist(path) && js_part_among(j, at, js_path_is_persist).len) /* one of several */
		path = js_part_among(j, at, js_path_is_persist);
	k.value = facts_shown(j, path);
	if (!(row->flags & API_QUIET))
		facts_say_call(j, c->node, api, js_path_is_persist(path) ? "persist" : "fs.write", known_bytes(path) >= 2 ? facts_shown(j, path) : STR(""),
			path.len && !has_holes(path) ? FACT_CONSTANT : 0, fresh);
	if (!copies)
		sink_args(j, &k, c, row->sink_args);
	if (c->n_args > 1 || row->flags & (API_QUIET | API_SELF))
		facts_note_write(fa, c->node, path, copies ? AV_NONE : c->arg_av[row->flags & (API_QUIET | API_SELF) ? 0 : 1], fresh);
}

static void write_opened(struct facts *fa, const struct js_call *c, struct str api, const struct js_api *row, bool fresh)
{
	struct js *j = fa->j;
	uint32_t at = js_path_node(j, c, row);
	struct str path = at ? js_symbolic(j, at) : STR("");

	facts_say_call(j, c->node, api, js_path_is_persist(path) ? "persist" : "fs.write", known_bytes(path) >= 2 ? facts_shown(j, path) : STR(""),
		path.len && !has_holes(path) ? FACT_CONSTANT : 0, fresh);
}

static void require_call(struct facts *fa, const struct js_call *c, struct str api, bool fresh)
{
	struct js *j = fa->j;
	struct js_str *s = c->n_args ? facts_const_str(j, c->arg_av[0]) : NULL;
	struct str spec;
	struct fact f;
	struct js_val v;
	uint32_t taints[TAINTS_MAX];
	size_t n;
	struct drain k = {c->node, SINK_CODE, api, STR(""), fresh};

	if (!c->n_args || !c->args[0])
		return;
	if (!s && js_fold_slice(j, c->args[0], &v) && v.t == V_STR)
		s = v.s;
	if (s) {
		spec = js_utf8(j, s);
		if (str_starts(spec, "http://") || str_starts(spec, "https://")) {
			f = facts_make(FACT_FLOW, STR("net>code"), host_of(j->a, spec));
			f.number = 3;
			f.flags = FACT_CONSTANT | (fresh ? FACT_NEW_SOURCE | FACT_NEW_SINK : 0);
			f.detail = STR("import of a URL");
			facts_say(j, f, c->node, fresh);
		}
		if (j->front->function_scope && str_find(j->site->old_text, spec) != SIZE_MAX && !s->depth && !s->scheme)
			return;
		if (str_starts(spec, "data:text/javascript"))
			js_run_layer(j, c->node, str_part(spec, str_find_z(spec, ",") + 1, spec.len));
		f = facts_make(FACT_IMPORT, spec, STR(""));
		f.flags = FACT_CONSTANT | (s->depth || s->scheme ? FACT_DECODED_ARG : 0) | js_place_flags(j, c->node);
		f.number = s->depth;
		if (j->nodes[j->nodes[c->node].parent].kind == J_EXPR_STMT)
			f.detail = STR(IMPORT_FOR_EFFECT);
		if (!j->site->old_text.len || s->depth || s->scheme ||
			(!str_has(j->site->old_text, arena_printf(j->a, "\"%.*s\"", STR_ARG(spec)).p) && !str_has(j->site->old_text, arena_printf(j->a, "'%.*s'", STR_ARG(spec)).p)))
			facts_say(j, f, c->node, fresh);
		facts_note_load(fa, c->node, spec, api, fresh);
		return;
	}
	facts_note_load(fa, c->node, js_symbolic(j, c->args[0]), api, fresh);
	facts_flows_into(j, &k, c->arg_av[0], c->args[0]);
	n = js_taints_of(j, c->arg_av[0], c->args[0], taints, TAINTS_MAX, NULL);
	for (size_t i = 0; i < n; i++)
		if (j->taints[taints[i]].kind == SRC_DATA || j->taints[taints[i]].kind == SRC_NET) {
			f = facts_make(FACT_UNRESOLVED, STR("import"), STR(""));
			f.detail = str_part(js_text(j, c->args[0]), 0, 300);
			facts_say(j, f, c->node, fresh);
			return;
		}
	f = facts_make(FACT_IMPORT, STR("*"), STR(""));
	f.detail = str_part(js_text(j, c->args[0]), 0, 300);
	facts_say(j, f, c->node, fresh);
}

/* What is poured into a request or a socket goes to its other end. */
static void pipe_to_net(struct js *j, const struct js_call *c, uint32_t from_av, uint32_t to_av, bool fresh)
{
	uint32_t maker = facts_maker_of(j, to_av);
	struct drain k = {c->node, SINK_NET, js_api_of(j, to_av), STR(""), fresh, false, 0};
	const struct js_api *row;
	struct js_call m;

	if (!maker)
		return;
	js_call_of(j, maker, &m);
	row = js_api_find(j, js_api_of(j, m.callee), API_CALL);
	if (!row || row->class_ != CLASS_NET)
		return;
	facts_aim(j, &k, facts_call_destination(j, &m, row, 0));
	facts_flows_into(j, &k, from_av, 0);
}

static void pipe_call(struct facts *fa, const struct js_call *c, uint32_t from_av, uint32_t to_av, bool fresh)
{
	struct js *j = fa->j;
	struct str path = stream_path(j, to_av), api = js_api_of(j, to_av);
	struct drain k = {c->node, SINK_FILE, STR("fs.createWriteStream"), facts_shown(j, path), fresh};

	if (str_ends(api, ".stdin")) { /* what arrives is typed into a process */
		k.kind = SINK_EXEC;
		k.name = api;
		k.value = STR("");
		facts_flows_into(j, &k, from_av, 0);
	}
	pipe_to_net(j, c, from_av, to_av, fresh);
	if (!path.len)
		return;
	facts_flows_into(j, &k, from_av, 0);
	facts_note_write(fa, c->node, path, from_av, fresh);
}

/* function (req, socket): what others hand over under such a name. */
static bool named_socket(struct js *j, const struct js_call *c)
{
	static const char *const names[] = {"socket", "sock", "conn", "connection", "peer", "duplex"};
	uint32_t object = c->callee_node ? js_kid(j, c->callee_node, R_OBJECT) : 0;
	struct str name = object ? js_text(j, object) : STR_NONE;
	size_t dot = str_rfind_char(name, '.');

	if (dot != SIZE_MAX)
		name = str_part(name, dot + 1, name.len);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (str_equal_nocase(name, str_of(names[i])))
			return true;
	return false;
}

/* Does the code around start a shell, not a program of its own? */
static bool shell_near(const struct js *j, uint32_t n)
{
	enum { NEAR = 400 };
	static const char *const shells[] = {"/bin/sh", "/bin/bash", "'sh'", "'bash'", "\"sh\"", "\"bash\"", "cmd.exe", "powershell"};
	uint32_t from = j->nodes[n].from > NEAR ? j->nodes[n].from - NEAR : 0;
	struct str near = str_part(j->text, from, j->nodes[n].to - from);

	for (size_t i = 0; i < sizeof(shells) / sizeof(shells[0]); i++)
		if (str_has(near, shells[i]))
			return true;
	return false;
}

/* A socket that feeds a program, or is fed by one: a shell for whoever sits at the other end. */
static void shell_pipe(struct js *j, const struct js_call *c, bool fresh)
{
	struct str from = js_api_of(j, c->receiver), to = js_api_of(j, c->arg_av[0]);
	bool socket = str_has(from, "Socket") || str_has(from, "net.") || str_has(from, "tls.") || (named_socket(j, c) && shell_near(j, c->node));
	struct fact f = facts_make(FACT_FLOW, STR("net>exec"), STR(""));

	if (!socket || !str_ends(to, ".stdin") || str_starts(to, "process."))
		return;
	f.number = 3;
	f.flags = (fresh ? FACT_NEW_SOURCE | FACT_NEW_SINK : 0) | js_place_flags(j, c->node);
	f.detail = STR("reverse shell\nsocket -> standard input of a program");
	facts_say(j, f, c->node, fresh);
}

/* run('bash', ['-c', LINE]): whatever the function is called, its arguments start a shell. */
static void shell_call(struct facts *fa, const struct js_call *c, bool fresh)
{
	static const struct js_api row = {"", CLASS_EXEC, SINK_EXEC, 3, SRC_NONE, API_CALL | API_ARGV, NULL};
	struct js *j = fa->j;
	struct str program, flag;
	uint32_t list = c->n_args > 1 ? c->args[1] : 0;

	if (!list || j->nodes[list].kind != J_ARRAY || !js_const_str(j, c->arg_av[0], &program) || !facts_is_shell(program))
		return;
	list = j->nodes[list].first;
	if (list && js_const_str(j, j->av[list], &flag) && str_starts(flag, "-") && str_ends(flag, "c"))
		exec_call(fa, c, c->method.len ? c->method : STR("call"), &row, fresh);
}

/* "https://...", or what is made of it: Request("https://...", data). */
static struct str address_of_argument(struct js *j, uint32_t n)
{
	struct js_call c;

	if (!n || j->nodes[n].kind != J_CALL)
		return n ? js_symbolic(j, n) : STR_NONE;
	js_call_of(j, n, &c);
	return c.n_args && c.args[0] ? js_symbolic(j, c.args[0]) : STR_NONE;
}

/* Thread(target=urlopen, args=(Request(...),)), submit(requests.post, url, data): what reaches out is handed to who calls it. */
static void handed_call(struct js *j, const struct js_call *c, bool fresh)
{
	const struct js_api *row = js_api_find(j, js_api_of(j, c->callee), API_CALL), *target;
	uint32_t given = 0, list = js_named_arg(j, c, "args"), node = js_named_arg(j, c, "target");

	if (!row || row->class_ != CLASS_TIMER || !(row->flags & API_NOW_CB) || !j->front->function_scope)
		return;
	if (!node && c->n_args) {
		node = c->args[0];
		given = 1;
	}
	if (!node || !js_api_of(j, j->av[node]).len)
		return;
	target = js_api_find(j, js_api_of(j, j->av[node]), API_CALL);
	if (target && target->sink == SINK_NET) {
		struct drain k = {c->node, (enum js_sink)target->sink, js_api_of(j, j->av[node]), STR(""), fresh};
		uint32_t i = list ? j->nodes[list].first : 0;

		if (i)
			facts_aim(j, &k, address_of_argument(j, i));
		for (; i; i = j->nodes[i].next)
			facts_flows_into(j, &k, j->av[i], i);
		if (given && c->n_args > 1)
			facts_aim(j, &k, address_of_argument(j, c->args[1]));
		for (uint32_t a = 1; given && a < c->n_args; a++)
			facts_flows_into(j, &k, c->arg_av[a], c->args[a]);
	}
}

/* What lies where anybody may put it is loaded as a part of the program. */
static void loads_call(struct facts *fa, uint32_t n, struct str path, struct str api, bool fresh)
{
	static const char *const shared[] = {"/tmp/", "/var/tmp/", "/dev/shm/", "C:\\Windows\\Temp\\", "C:\\Users\\Public\\"};
	struct js *j = fa->j;

	facts_note_run(fa, n, path, api, fresh);
	for (size_t i = 0; i < sizeof(shared) / sizeof(shared[0]); i++) {
		struct fact f = facts_make(FACT_TRUST, STR("rights"), STR(""));

		if (!str_starts(path, shared[i]) || path.len <= strlen(shared[i]) || str_has(path, "\1"))
			continue;
		f.number = RIGHTS_WIDE;
		f.value = arena_printf(j->a, "%.*s is loaded as code", STR_ARG(facts_shown(j, path)));
		f.flags = js_place_flags(j, n);
		facts_say(j, f, n, fresh);
		return;
	}
}

/* module[name](...) with a name that cannot be known, on objects that run what they are given. */
static void nameless_call(struct js *j, const struct js_call *c, bool fresh)
{
	static const char *const runners[] = {"module", "child_process", "vm"};
	struct str api = js_api_of(j, c->receiver);
	struct fact f = facts_make(FACT_UNRESOLVED, STR("code"), STR(""));

	if (c->method.len || !c->receiver || !api.len || j->nodes[c->callee_node].kind != J_SUBSCRIPT)
		return;
	for (size_t i = 0; i < sizeof(runners) / sizeof(runners[0]); i++) {
		size_t n = strlen(runners[i]);

		if (!str_starts(api, runners[i]) || (api.len > n && api.p[n] != '.'))
			continue;
		f.detail = str_part(js_text(j, c->callee_node), 0, 300);
		f.flags = js_place_flags(j, c->node);
		facts_say(j, f, c->node, fresh);
	}
}

/* Calls that are known by the name of the method alone. */
static void method_call(struct facts *fa, const struct js_call *c, bool fresh)
{
	struct js *j = fa->j;
	struct str m = c->method;

	if (str_is(m, "executeJavaScript") && c->n_args) {
		struct drain k = {c->node, SINK_CODE, m, STR(""), fresh};
		struct js_str *s = facts_const_str(j, c->arg_av[0]);

		facts_say_call(j, c->node, STR("webContents.executeJavaScript"), "code", s ? js_utf8(j, s) : STR(""), facts_const_flags(j, c->arg_av[0]), fresh);
		facts_flows_into(j, &k, c->arg_av[0], c->args[0]);
		facts_code_value(j, c->node, c->args[0], c->arg_av[0], fresh, m);
	} else if ((str_is(m, "_compile") || str_is(m, "runInThisContext") || str_is(m, "runInNewContext")) && c->n_args) {
		struct drain k = {c->node, SINK_CODE, str_is(m, "_compile") ? STR("module._compile") : arena_printf(j->a, "vm.%.*s", STR_ARG(m)),
			STR(""), fresh};
		struct js_str *s = facts_const_str(j, c->arg_av[0]);

		if (str_is(js_api_of(j, c->callee), "module._compile") || str_starts(js_api_of(j, c->callee), "vm."))
			return; /* said as a call already */
		facts_say_call(j, c->node, k.name, "code", s ? js_utf8(j, s) : STR(""), facts_const_flags(j, c->arg_av[0]), fresh);
		facts_flows_into(j, &k, c->arg_av[0], c->args[0]);
		facts_code_value(j, c->node, c->args[0], c->arg_av[0], fresh, k.name);
	} else if (str_is(m, "pipe") && c->n_args) {
		shell_pipe(j, c, fresh);
		pipe_call(fa, c, c->receiver, c->arg_av[0], fresh);
	} else if (str_is(m, "then") && c->n_args && js_api_of(j, c->arg_av[0]).len) {
		struct str api = js_api_of(j, c->arg_av[0]);
		const struct js_api *row = js_api_find(j, api, API_CALL);

		if (row && row->sink) {
			struct drain k = {c->node, (enum js_sink)row->sink, api, STR(""), fresh};

			facts_flows_into(j, &k, c->receiver, 0);
		}
	} else if ((str_is(m, "setFeedURL") || str_is(m, "setFeedUrl")) && c->n_args) {
		struct str d = facts_destination_arg(j, c->args[0]);

		facts_say(j, facts_make(FACT_TRUST, STR("updater-url"), arena_printf(j->a, "-> %.*s", STR_ARG(facts_shown(j, d)))), c->node, fresh);
	} else if (str_is(m, "setAttribute") && c->n_args == 2 && str_is(js_api_of(j, c->receiver), "HTMLScript")) {
		struct str name;

		if (js_const_str(j, c->arg_av[0], &name) && str_is(name, "src")) {
			struct str d = js_symbolic(j, c->args[1]), host = host_of(j->a, d);
			struct fact f = facts_make(FACT_FLOW, STR("net>code"), host);

			f.number = 3;
			f.flags = fresh ? FACT_NEW_SOURCE | FACT_NEW_SINK : 0;
			f.detail = STR("script element -> src");
			if (host.len)
				facts_say(j, f, c->node, fresh);
		}
	} else if (str_is(m, "setData") && c->n_args == 2 && str_has(js_text(j, c->callee_node), "clipboardData")) {
		facts_say_call(j, c->node, STR("clipboardData.setData"), "clip.read", STR(""), 0, fresh); /* of what is copied */
		facts_say_call(j, c->node, STR("clipboardData.setData"), "clip.write", STR("text"), 0, fresh);
	} else if (str_is(m, "pipeline") || str_is(js_api_of(j, c->callee), "stream.pipeline")) {
		if (c->n_args >= 2)
			for (uint32_t i = 1; i < c->n_args; i++)
				pipe_call(fa, c, c->arg_av[0], c->arg_av[i], fresh);
	}
}

static struct str last_part(struct str api)
{
	size_t dot = str_rfind_char(api, '.');

	return dot == SIZE_MAX ? api : str_part(api, dot + 1, api.len);
}

/* "${dir}/tmp" is a part of what may be everything; "${home}/${name}" may be any part, one after the other. Of what
 * can be several things by itself only one is said here. */
static bool names_a_part(struct js *j, uint32_t n)
{
	struct str path = js_symbolic(j, n);
	uint8_t kind = j->nodes[n].kind;
	bool joined = kind == J_CALL || kind == J_ADD || kind == J_TEMPLATE, in = false;

	if (place_is_everything(path) || (!joined && (str_has(path, "\1\2") || !has_holes(path))))
		return false;
	for (size_t i = 0; i < path.len; i++) {
		if (path.p[i] == 1)
			in = true;
		else if (path.p[i] == 2)
			in = false;
		else if (!in && path.p[i] != HOST_MARK && !strchr("/\\.*~:", path.p[i]))
			return true;
	}
	return false;
}

/* Everything that somebody has, at once, or what a listing of it names, one after the other. */
static void wipe_facts(struct js *j, const struct js_call *c, struct str api, uint32_t path, bool fresh)
{
	static const char *const deep[] = {"rimraf", "rimraf.sync", "fs.remove", "fs.removeSync", "shutil.rmtree", NULL};
	struct str text = js_text(j, c->node), place = path ? js_text_among(j, path, place_is_everything) : STR("");
	bool recursive = str_has(text, "recursive");
	struct fact f = facts_make(FACT_WIPE, front_shown(j, api), facts_shown(j, place));

	for (int i = 0; deep[i]; i++)
		recursive |= str_is(api, deep[i]);
	if (!place.len || !recursive || names_a_part(j, path))
		return;
	f.number = 3;
	f.flags = js_place_flags(j, c->node);
	facts_say(j, f, c->node, fresh);
}

/* 'ev' + 'al', ['ex', 'ec'].join(''): a name in pieces, of literals alone. */
static bool in_pieces(struct js *j, uint32_t n)
{
	for (int k = 0; k < 16 && n; k++) {
		switch (j->nodes[n].kind) {
		case J_ADD:
		case J_CALL:
		case J_MEMBER:
			n = j->nodes[n].first;
			break;
		case J_STR:
		case J_ARRAY:
			return k > 0;
		default:
			return false;
		}
	}
	return false;
}

/* global['ev' + 'al'](...): honest code names what it calls. */
static void hidden_callee(struct js *j, const struct js_call *c, struct str api, const struct js_api *row, bool fresh)
{
	uint32_t index = j->nodes[c->callee_node].kind == J_SUBSCRIPT ? js_kid(j, c->callee_node, R_INDEX) : 0;
	struct fact f;

	if (!index || (row->class_ != CLASS_CODE && row->class_ != CLASS_EXEC) || !in_pieces(j, index))
		return;
	f = facts_make(FACT_IMPORT, api, STR(""));
	f.flags = FACT_CONSTANT | FACT_DECODED_ARG | js_place_flags(j, c->node);
	f.number = 1;
	facts_say(j, f, c->node, fresh);
}

/* A mode in what a call is handed: a number, its digits as a text, or the bit by its name. */
static bool mode_of(struct js *j, uint32_t n, uint32_t av, unsigned *ret)
{
	struct js_val v;

	if (n && (js_av_const(j, av, &v) || js_fold_slice(j, n, &v))) {
		if (v.t == V_NUM && v.n >= 0 && v.n <= 07777) {
			*ret = (unsigned)v.n;
			return true;
		}
		return v.t == V_STR && rights_octal(js_utf8(j, v.s), ret);
	}
	*ret = 04000;
	return n && str_has(js_text(j, n), "S_ISUID") && !str_has(js_text(j, n), "~");
}

/* chmod(PLACE, MODE); some have it the other way round, or the place before the dot. */
static void rights_given(struct facts *fa, const struct js_call *c, const struct js_api *row, bool fresh)
{
	struct js *j = fa->j;
	struct fact f = facts_make(FACT_TRUST, STR("rights"), STR(""));
	uint32_t place = row->flags & API_SELF ? js_path_node(j, c, row) : 0;
	unsigned mode = 0;
	struct str path;
	bool known = false;

	for (uint32_t i = 0; i < c->n_args && i < 2; i++) {
		if (!known && mode_of(j, c->args[i], c->arg_av[i], &mode) && (i || c->n_args == 1 || row->flags & API_MODE))
			known = true;
		else if (!place)
			place = c->args[i];
	}
	path = place ? js_symbolic(j, place) : STR("");
	f.number = known ? rights_of_mode(mode, path) : RIGHTS_NONE;
	f.value = arena_printf(j->a, "mode %o of %.*s", mode, STR_ARG(facts_shown(j, path)));
	f.flags = js_place_flags(j, c->node);
	if (f.number)
		facts_say(j, f, c->node, fresh);
}

/* A known mode that lets nobody run it makes no program of a file. */
static bool may_be_run_by(struct js *j, const struct js_call *c, const struct js_api *row)
{
	unsigned mode;

	for (uint32_t i = 0; i < c->n_args && i < 2; i++)
		if ((i || c->n_args == 1 || row->flags & API_MODE) && mode_of(j, c->args[i], c->arg_av[i], &mode))
			return mode & 04111;
	return true;
}

/* ---------- mail ---------- */

/* Names that stand for nobody, in tests and documents (RFC 2606). */
static bool is_of_examples(struct str host)
{
	static const char *const names[] = {"example.com", "example.org", "example.net"};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (str_ends(host, names[i]) && (host.len == strlen(names[i]) || host.p[host.len - strlen(names[i]) - 1] == '.'))
			return true;
	return false;
}

/* "Bcc: somebody@a.host": the address in a text, *ret_host what stands behind the @. */
static bool address_in(struct js *j, struct str text, struct str *ret_host)
{
	size_t at = str_find_z(text, "@"), end = at;

	if (at == SIZE_MAX || !at)
		return false;
	while (end < text.len && !strchr(" ,;>\"'\r\n", text.p[end]))
		end++;
	*ret_host = host_of(j->a, arena_printf(j->a, "//%.*s", STR_ARG(str_part(text, at + 1, end - at - 1))));
	return ret_host->len > 0 && !is_of_examples(*ret_host);
}

void facts_blind_copy(struct js *j, uint32_t n, struct str to, bool fresh)
{
	struct fact f = facts_make(FACT_FLOW, STR("mail>net"), STR(""));

	if (!fresh || to.len > FACT_VALUE_BYTES || !address_in(j, to, &f.value) || (j->site->old_text.len && str_find(j->site->old_text, to) != SIZE_MAX))
		return;
	f.number = 3;
	f.flags = FACT_NEW_SOURCE | FACT_NEW_SINK | js_place_flags(j, n);
	f.detail = arena_printf(j->a, "mail\n-> %s%.*s", str_find_nocase(to, "bcc:") == 0 ? "" : "Bcc: ", STR_ARG(to));
	facts_say(j, f, n, true);
}

void facts_blind_copy_to(struct js *j, uint32_t n, uint32_t value, bool fresh)
{
	struct str to;

	if (j->nodes[value].kind == J_ARRAY)
		for (uint32_t k = j->nodes[value].first; k; k = j->nodes[k].next)
			facts_blind_copy_to(j, n, k, fresh);
	else if (js_const_str(j, j->av[value], &to))
		facts_blind_copy(j, n, to, fresh);
}

static bool is_call_of(struct str name, const char *const *names)
{
	for (; *names; names++)
		if (str_equal_nocase(name, str_of(*names)))
			return true;
	return false;
}

/* create_superuser("support", "s@a.host", "password"), and the same as a list of fields. */
static void account_made(struct js *j, const struct js_call *c, struct str name, bool fresh)
{
	static const char *const words[] = {"user_pass", "password", NULL};
	struct fact f = facts_make(FACT_TRUST, STR("rights"), STR(""));
	uint32_t fields = c->args[0] ? facts_object_of(j, c->args[0]) : 0, at = c->n_args > 1 ? c->args[c->n_args > 2 && str_has_nocase(name, "super") ? 2 : 1] : 0;
	struct str pass;

	for (int i = 0; words[i] && (!at || at == c->named); i++)
		at = fields ? facts_literal_field(j, fields, words[i]) : js_named_arg(j, c, words[i]);
	if (!at || !js_const_str(j, j->av[at], &pass) || pass.len < 6)
		return;
	f.number = RIGHTS_WIDE;
	f.flags = js_place_flags(j, c->node);
	f.value = arena_printf(j->a, "%.*s with a password that is written down", STR_ARG(name));
	facts_say(j, f, c->node, fresh);
}

/* Memory whose content may run, in a file that had none: what is put there is seen by nobody who reads. */
static void memory_that_runs(struct js *j, const struct js_call *c, bool fresh)
{
	struct str text = js_text(j, c->node);
	struct fact f = facts_make(FACT_UNRESOLVED, STR("code"), STR(""));

	if ((!str_has(text, "PROT_EXEC") && !str_has(text, "PAGE_EXECUTE")) || str_has(j->site->old_text, "PROT_EXEC") ||
		str_has(j->site->old_text, "PAGE_EXECUTE"))
		return;
	f.detail = str_part(text, 0, 300);
	f.flags = js_place_flags(j, c->node);
	facts_say(j, f, c->node, fresh);
}

/* What is called so does the same whatever it belongs to. */
static void named_call(struct js *j, const struct js_call *c, bool fresh)
{
	static const char *const copies[] = {"bcc", "addbcc", "add_bcc", "setbcc", "set_bcc", NULL};
	static const char *const prints[] = {"echo", "print", "printf", NULL};
	static const char *const memory[] = {"mmap", "mprotect", "VirtualAlloc", "VirtualAllocEx", "VirtualProtect", NULL};
	static const char *const accounts[] = {"wp_create_user", "wp_insert_user", "create_superuser", "createsuperuser", NULL};
	uint32_t property = js_kid(j, c->callee_node, R_PROPERTY);
	struct str name = property ? js_name_str(j, j->nodes[property].x) : j->nodes[c->callee_node].kind == J_ID
		? js_name_str(j, j->nodes[c->callee_node].x) : js_text(j, c->callee_node), page;

	if (!c->n_args || !c->args[0])
		return;
	if (is_call_of(name, copies))
		facts_blind_copy_to(j, c->node, c->args[0], fresh);
	if (is_call_of(name, accounts))
		account_made(j, c, name, fresh);
	if (is_call_of(name, memory))
		memory_that_runs(j, c, fresh);
	if (j->lang == LANGUAGE_PHP && is_call_of(name, prints) && js_const_str(j, c->arg_av[0], &page))
		facts_script_tag(j, c->node, page, "script element in a page", fresh);
}

void facts_of_call(struct facts *fa, uint32_t n)
{
	struct js *j = fa->j;
	struct js_call c;
	size_t k;
	bool fresh = js_call_fresh(j, n), known = false;

	js_call_of(j, n, &c);
	if (!c.callee_node)
		return;
	if (fresh)
		named_call(j, &c, fresh);
	k = j->sets[c.callee].n;
	for (size_t i = 0; i < k; i++) {
		uint32_t r = j->refs[j->sets[c.callee].first + i];
		struct str api;
		const struct js_api *row;

		if (REF_TAG(r) != T_API)
			continue;
		api = js_name_str(j, REF_ID(r));
		if (str_is(api, "require") || str_is(api, "$import") || str_is(api, "module._load")) {
			require_call(fa, &c, api, fresh);
			continue;
		}
		if (str_is(last_part(api), "pipeline") && c.n_args >= 2)
			for (uint32_t q = 1; q < c.n_args; q++)
				pipe_call(fa, &c, c.arg_av[0], c.arg_av[q], fresh);
		row = js_api_find(j, api, API_CALL);
		if (!row)
			continue;
		known = true;
		hidden_callee(j, &c, api, row, fresh);
		switch (row->class_) {
		case CLASS_CODE:
		case CLASS_TIMER:
			if (row->flags & API_LOADS && c.n_args && c.args[0])
				loads_call(fa, n, js_symbolic(j, c.args[c.n_args > 1 && str_starts(api, "imp") ? 1 : 0]), api, fresh);
			if (row->sink == SINK_CODE)
				code_call(fa, &c, api, row, fresh);
			break;
		case CLASS_EXEC:
			exec_call(fa, &c, api, row, fresh);
			break;
		case CLASS_NET:
			net_call(fa, &c, api, row, fresh);
			break;
		case CLASS_FS_WRITE:
			write_call(fa, &c, api, row, fresh);
			break;
		case CLASS_CHMOD:
			if (c.n_args && c.args[0] && may_be_run_by(j, &c, row))
				facts_note_run(fa, n, js_symbolic(j, row->flags & API_SELF ? js_path_node(j, &c, row) : c.args[0]), api, fresh);
			rights_given(fa, &c, row, fresh);
			facts_say_call(j, n, api, "fs.chmod", c.n_args && c.args[0] ? facts_shown(j, js_symbolic(j, c.args[0])) : STR(""), 0, fresh);
			break;
		case CLASS_FS_READ:
		case CLASS_FS_DELETE:
			if (row->flags & API_MODE && js_opens_to_write(j, &c, row)) {
				write_opened(fa, &c, api, row, fresh);
				break;
			}
			if (row->class_ == CLASS_FS_DELETE)
				wipe_facts(j, &c, api, js_path_node(j, &c, row), fresh);
			if (!(row->flags & API_QUIET)) {
				uint32_t at = js_path_node(j, &c, row);
				struct str path = at ? js_symbolic(j, at) : STR("");

				if (js_path_is_cred(path))
					facts_say(j, facts_make(FACT_PATH, STR("cred"), facts_shown(j, path)), n, fresh);
				facts_say_call(j, n, api, js_class_name((enum js_class)row->class_), known_bytes(path) >= 2 ? facts_shown(j, path) : STR(""),
					path.len && !has_holes(path) ? FACT_CONSTANT : 0, fresh);
			}
			break;
		case CLASS_CLIP_READ:
		case CLASS_CLIP_WRITE:
			facts_say_call(j, n, api, js_class_name((enum js_class)row->class_), STR(""), 0, fresh);
			break;
		default:
			break;
		}
	}
	if (!known) {
		shell_call(fa, &c, fresh);
		nameless_call(j, &c, fresh);
		js_ends_call(j, &c, fresh);
	}
	handed_call(j, &c, fresh);
	if (c.method.len)
		method_call(fa, &c, fresh);
}
