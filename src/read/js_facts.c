/* What is said about a text whose values are known: calls, flows, hosts, decoded layers, trust. */
#include "front.h"

#include "read/decode.h"
#include "read/host.h"
#include "read/hook_script.h"
#include "read/key_text.h"
#include "read/shell_command.h"
#include "read/strings.h"
#include "read/user_rules.h"
#include "read/rights.h"
#include "read/wipe.h"
#include "util/escape.h"
#include "util/hash.h"

/* Flows and their like keep room that a flood of hosts and calls cannot take. */
enum { FOUND_MAX = 3000, FOUND_LIGHT_MAX = 2200, DECODED_MAX = 80, TAINTS_MAX = 12, LAYER_DEPTH = 8, LAYER_BYTES = 4 << 20, LAYERS_MAX = 64, NESTED_MAX = 4,
	CONDITION_DEPTH = 16, RANDOM_NAMES = 6, ADDRESS_NODES = 1500 };

/* ---------- counting ---------- */

static size_t count_slot(const struct js_counts *c, uint64_t key)
{
	size_t at = key & (c->size - 1);

	while (c->keys[at] && c->keys[at] != key)
		at = (at + 1) & (c->size - 1);
	return at;
}

uint32_t js_counted(const struct js_counts *c, uint64_t key)
{
	return c && c->size ? c->vals[count_slot(c, key | 1)] : 0;
}

uint32_t js_count(struct arena *a, struct js_counts *c, uint64_t key)
{
	size_t at;

	key |= 1;
	if (c->n * 2 >= c->size) {
		struct js_counts old = *c;

		c->size = c->size ? c->size * 2 : 256;
		c->keys = ARENA_ARRAY(a, c->size, uint64_t);
		c->vals = ARENA_ARRAY(a, c->size, uint32_t);
		for (size_t i = 0; i < old.size; i++)
			if (old.keys[i]) {
				at = count_slot(c, old.keys[i]);
				c->keys[at] = old.keys[i];
				c->vals[at] = old.vals[i];
			}
	}
	at = count_slot(c, key);
	if (!c->keys[at]) {
		c->keys[at] = key;
		c->n++;
	}
	return c->vals[at]++;
}

/* ---------- saying ---------- */

static uint64_t hash_str(struct str s, uint64_t seed)
{
	return fast_hash(s.len ? s.p : "", s.len, seed);
}

static bool runs_at_load(struct js *j, uint32_t n)
{
	const struct js_site *s = j->site;
	size_t from, to;
	bool top = j->fns[j->nodes[n].fn].at_load;

	if (s->layer)
		return s->outer_top && top;
	if (!j->is_part || !js_place(j, n, &from, &to))
		return top;
	for (size_t i = 0; i < s->n_units; i++)
		if (from >= s->units[i].at.from && from < s->units[i].at.to)
			return top && s->units[i].top_level;
	return top;
}

static uint32_t unit_at(const struct js_site *s, size_t from)
{
	uint32_t best = FACT_NO_UNIT;
	size_t size = SIZE_MAX;

	for (size_t i = 0; i < s->n_units; i++) {
		const struct unit_span *u = &s->units[i];

		if (from >= u->at.from && from < u->at.to && u->at.to - u->at.from < size) {
			best = u->unit;
			size = u->at.to - u->at.from;
		}
	}
	return best;
}

static bool fact_is_serious(const struct fact *f)
{
	return f->kind == FACT_FLOW || f->kind == FACT_UNRESOLVED || f->kind == FACT_DECODED || f->kind == FACT_CALL ||
		f->kind == FACT_OBFUSCATED || f->kind == FACT_TRUST || f->kind == FACT_GATE || f->kind == FACT_LOOP;
}

static void stand(struct js *j, struct fact *f, uint32_t n, size_t from, size_t to)
{
	const struct js_site *s = j->site;

	f->offset = from + s->shift;
	f->length = to - from;
	f->line = s->lines ? line_of(s->lines, from, NULL) : 0;
	f->unit = unit_at(s, from);
	if (runs_at_load(j, n))
		f->flags |= FACT_TOP_LEVEL;
	f->excerpt = str_part(s->text, from, to - from < FACT_EXCERPT_BYTES ? to - from : FACT_EXCERPT_BYTES);
}

bool js_fact_place(struct js *j, struct fact *f, uint32_t n)
{
	size_t from, to;

	if (j->site->layer || !js_place(j, n, &from, &to))
		return false;
	stand(j, f, n, from, to);
	return true;
}

/* What is kept when there is much, and what nobody may lose unsaid. */
static bool is_heavy(const struct fact *f)
{
	return f->kind == FACT_FLOW || f->kind == FACT_UNRESOLVED || f->kind == FACT_TRUST || f->kind == FACT_OBFUSCATED || f->kind == FACT_IMPORT;
}

/*
 * Every fact is counted, of new code and of old, so that what only moved can be told from what came.
 * Only those of new code are kept to be said.
 */
static void say(struct js *j, struct fact f, uint32_t n, bool fresh)
{
	struct js_site *s = j->site;
	size_t from = s->outer_from, to = s->outer_to, place;
	uint64_t key, spot;
	bool again;

	if (!f.key.len || (!s->layer && !js_place(j, n, &from, &to)))
		return;
	key = hash_str(f.key, 100 + (uint64_t)f.kind);
	key = hash_str(f.value, key);
	if (f.kind == FACT_UNRESOLVED)
		key = hash_str(f.detail, key);
	/* the same at the same place is one fact; a host or import once for its unit */
	place = from;
	if (f.kind == FACT_HOST || f.kind == FACT_IMPORT)
		place = unit_at(s, from);
	spot = fast_hash(&place, sizeof(place), f.kind == FACT_HOST ? hash_str(f.key, 99) : key) ^ (uint64_t)s->layer << 40;
	again = js_count(s->a, s->said, spot) != 0;
	if (again && (!fresh || js_counted(s->said, ~spot)))
		return;
	if (fresh) /* of two ways to the same place the new one is said, whichever is found first */
		js_count(s->a, s->said, ~spot);
	if (!again)
		js_count(s->a, s->counts, key);
	if (!fresh || s->is_old)
		return;
	if (s->n_found >= (is_heavy(&f) ? FOUND_MAX : FOUND_LIGHT_MAX)) {
		s->full |= is_heavy(&f);
		return;
	}
	stand(j, &f, n, from, to);
	f.key = arena_str(s->in->arena, str_part(f.key, 0, FACT_KEY_BYTES));
	f.value = arena_str(s->in->arena, str_part(f.value, 0, FACT_VALUE_BYTES));
	if (s->layer)
		f.detail = arena_printf(s->in->arena, "%.*s%sin decoded layer %d: %.*s", STR_ARG(f.detail), f.detail.len ? "\n" : "",
			s->layer, STR_ARG(str_part(js_text(j, n), 0, 200)));
	f.detail = arena_str(s->in->arena, str_part(f.detail, 0, FACT_DETAIL_BYTES));
	s->serious |= fact_is_serious(&f);
	*ARENA_PUSH(s->a, s->found, s->n_found, s->found_room) = (struct js_found){f, key | 1};
}

static struct fact fact_of(enum fact_kind kind, struct str key, struct str value)
{
	return (struct fact){.kind = kind, .unit = FACT_NO_UNIT, .key = key, .value = value};
}

/* A call is as new as its own words; functions handed to it have their own. */
bool js_call_fresh(struct js *j, uint32_t n)
{
	uint32_t args;

	if (j->nodes[n].kind != J_CALL && j->nodes[n].kind != J_NEW)
		return js_node_fresh(j, n);
	if (js_kid(j, n, R_CALLEE) && js_node_fresh(j, js_kid(j, n, R_CALLEE)))
		return true;
	args = js_kid(j, n, R_ARGS);
	for (uint32_t k = args ? j->nodes[args].first : 0; k; k = j->nodes[k].next)
		if (j->nodes[k].kind != J_FUNC && js_node_fresh(j, k))
			return true;
	return false;
}

static struct str shown(struct js *j, struct str s)
{
	return holes_shown(j->a, s, FACT_VALUE_BYTES);
}

static struct js_str *const_str_of(struct js *j, uint32_t av)
{
	struct js_val v;

	return js_av_const(j, av, &v) && v.t == V_STR ? v.s : NULL;
}

static const char *scheme_name(unsigned scheme)
{
	static const struct {
		unsigned bit;
		const char *name;
	} rows[] = {
		{SCHEME_XOR, "xor"}, {SCHEME_BASE64, "base64"}, {SCHEME_HEX, "hex"}, {SCHEME_ARRAY, "array"},
		{SCHEME_REVERSE, "reverse"}, {SCHEME_ESCAPE, "escape"}, {SCHEME_CHARCODES, "charcodes"},
		{SCHEME_PACKED, "packed"}, {SCHEME_CONCAT, "concat"},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		if (scheme & rows[i].bit)
			return rows[i].name;
	return "concat";
}

/* ---------- silence ---------- */

static bool block_is_empty(const struct js *j, uint32_t block)
{
	return block && j->nodes[block].kind == J_BLOCK && !j->nodes[block].first;
}

static bool function_is_empty(const struct js *j, uint32_t f)
{
	uint32_t body;

	if (!f || j->nodes[f].kind != J_FUNC)
		return false;
	body = js_kid(j, f, R_BODY);
	return block_is_empty(j, body) || (body && (j->nodes[body].kind == J_NULL || j->nodes[body].kind == J_UNDEF));
}

/* Nothing, or `continue` and `return` without a value where `pass` is as usual as nothing. */
static bool handler_is_silent(const struct js *j, uint32_t block)
{
	uint32_t only = block ? j->nodes[block].first : 0;

	if (block_is_empty(j, block))
		return true;
	if (!j->front->function_scope || !block)
		return false;
	if (!only) /* `pass` */
		return true;
	return !j->nodes[only].next && (j->nodes[only].kind == J_CONTINUE || j->nodes[only].kind == J_NULL ||
		(j->nodes[only].kind == J_RETURN && (!j->nodes[only].first || j->nodes[j->nodes[only].first].kind == J_NULL)));
}

/* Errors of the expression go nowhere: an empty catch, .catch(() => {}), detached without output. */
static bool is_silent(struct js *j, uint32_t n)
{
	uint32_t at = n;
	struct str t = str_part(js_text(j, n), 0, 4096);

	if (str_has(t, "detached") && str_has(t, "ignore"))
		return true;
	for (int i = 0; j->front->silent[i]; i++)
		if (str_has(t, j->front->silent[i]))
			return true;
	for (int k = 0; k < 40 && at; k++) {
		uint32_t up = j->nodes[at].parent;
		const struct js_node *p = &j->nodes[up];

		if (!up)
			break;
		if (p->kind == J_TRY && j->nodes[at].role == R_BODY) {
			for (uint32_t h = p->first; h; h = j->nodes[h].next)
				if (j->nodes[h].role == R_HANDLER && handler_is_silent(j, js_kid(j, h, R_BODY)))
					return true;
		}
		if (p->kind == J_MEMBER && j->nodes[p->parent].kind == J_CALL) {
			uint32_t prop = js_kid(j, up, R_PROPERTY), args = js_kid(j, p->parent, R_ARGS);
			struct str name = prop ? js_name_str(j, j->nodes[prop].x) : STR("");

			if (str_is(name, "catch") && args && function_is_empty(j, j->nodes[args].first))
				return true;
			if (str_is(name, "on") && args && function_is_empty(j, j->nodes[args].last))
				return true;
		}
		at = up;
	}
	return false;
}

static bool in_callback(const struct js *j, uint32_t n)
{
	uint32_t f = j->fns[j->nodes[n].fn].node;

	return j->nodes[f].kind == J_FUNC && j->nodes[j->nodes[f].parent].kind == J_ARGS;
}

uint32_t js_place_flags(struct js *j, uint32_t n)
{
	return (is_silent(j, n) ? FACT_SILENT : 0) | (in_callback(j, n) ? FACT_IN_CALLBACK : 0);
}

/* ---------- destinations ---------- */

static uint32_t literal_field(struct js *j, uint32_t object, const char *name)
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

/* The object literal that a value is, 0 if it is none. */
static uint32_t object_of(struct js *j, uint32_t n)
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
		if ((v = literal_field(j, object, whole[i])))
			return js_symbolic(j, v);
	host = literal_field(j, object, "hostname");
	if (host && j->nodes[host].kind == J_UNDEF)
		return STR("");
	if (!host)
		host = literal_field(j, object, "host");
	if (!host || j->nodes[host].kind == J_UNDEF)
		return STR("");
	path = literal_field(j, object, "path");
	return arena_printf(j->a, "%c%.*s%.*s", HOST_MARK, STR_ARG(js_symbolic(j, host)), STR_ARG(path ? js_symbolic(j, path) : STR("")));
}

static struct str destination_arg(struct js *j, uint32_t arg)
{
	uint32_t object;

	if (!arg)
		return STR("");
	object = object_of(j, arg);
	return object ? url_of_options(j, object) : js_symbolic(j, arg);
}

/* The call that made the object a method is called on. */
static uint32_t maker_of(struct js *j, uint32_t receiver)
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
		if (!(maker = maker_of(j, c.receiver)))
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
			return destination_arg(j, j->opened[i + 1]);
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
			return c.n_args && c.args[0] && const_str_of(j, c.arg_av[0]) ? host_text(j, c.args[0]) : STR("");
		if (str_is(name, "inet_pton"))
			return c.n_args > 1 && c.args[1] && const_str_of(j, c.arg_av[1]) ? host_text(j, c.args[1]) : STR("");
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

static struct str call_destination(struct js *j, const struct js_call *c, const struct js_api *row, int depth)
{
	struct str d = STR("");
	uint32_t maker;

	if (row->flags & API_URL0 && c->n_args)
		d = destination_arg(j, c->args[0]);
	else if (row->flags & API_URL1 && c->n_args > 1)
		d = destination_arg(j, c->args[1]);
	else if (row->flags & API_HOST0 && c->n_args)
		d = host_arg(j, c);
	else if ((str_starts(str_of(row->name), "net.") || str_starts(str_of(row->name), "tls.")) && (row->flags & API_LINK || str_ends(str_of(row->name), ".connect")) && c->n_args) {
		uint32_t object = object_of(j, c->args[0]);

		d = object ? url_of_options(j, object) : c->n_args > 1 && c->args[1] ? host_text(j, c->args[1]) : STR("");
	} else if (str_starts(str_of(row->name), "dns.") && c->n_args) {
		d = host_text(j, c->args[0]);
	} else if (str_is(str_of(row->name), "mail") && c->n_args && c->args[0]) {
		d = js_symbolic(j, c->args[0]);
	} else if (str_is(str_of(row->name), "dgram.Socket.send")) {
		for (uint32_t i = c->n_args; i-- > 1 && !d.len;)
			if (c->args[i] && const_str_of(j, c->arg_av[i]))
				d = host_text(j, c->args[i]);
	}
	if (d.len || depth > 2)
		return d;
	maker = maker_of(j, c->receiver);
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
			return call_destination(j, &m, mrow, depth + 1);
	}
	return d;
}

static struct str host_or_text(struct js *j, struct str d)
{
	struct str h = host_of(j->a, d);

	return h.len ? h : known_bytes(d) ? shown(j, d) : STR("");
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
		return host_or_text(j, call_destination(j, &c, row, 0));
	if (c.n_args && c.args[0])
		return shown(j, js_symbolic(j, c.args[0]));
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

struct drain {
	uint32_t node;      /* the call or assignment */
	enum js_sink kind;
	struct str name;    /* "eval" */
	struct str value;   /* destination, path, "" */
	bool fresh;
	bool net_only;      /* only what came from elsewhere or was decoded counts */
	bool no_data;       /* what was decoded does not count */
	size_t surveys;     /* how many different facts of the machine and its user go in */
	struct str behaviour; /* what a rule of the user calls it, "" */
	bool to_host;       /* the value is the name of a host */
	bool grows;         /* the file keeps what it held before */
	bool lookup;        /* the name itself is asked for */
	bool shows;         /* the command shows a page, if it is one that it gets */
	bool named_afar;    /* among the programs of the site, under a name that came from elsewhere */
};

static void aim(struct js *j, struct drain *k, struct str dest)
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
	f = fact_of(FACT_FLOW, arena_printf(j->a, "%s>%s%s%.*s", js_source_name(src), js_sink_name(k->kind), behaviour.len ? "@" : "",
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
	say(j, f, k->node, new_source || k->fresh || joined);
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

static void flows_into(struct js *j, const struct drain *k, uint32_t av, uint32_t arg)
{
	uint32_t taints[TAINTS_MAX];
	bool through_param = false;
	size_t n = js_taints_of(j, av, arg ? arg : k->node, taints, TAINTS_MAX, &through_param);
	struct drain all = *k;

	all.surveys = js_surveys_among(j, taints, n);
	for (size_t i = 0; i < n; i++)
		say_flow(j, &all, taints[i], through_param);
}

/* ---------- code that is text ---------- */

static bool text_returns_global(struct str t)
{
	t = str_trim(t);
	return !t.len || str_is(t, "return this") || str_is(t, "return this;") || str_is(t, "return globalThis") ||
		str_is(t, "return global") || str_is(t, "this") || str_is(t, "return import.meta");
}

/* The one decoded text among what a value can be, where it was not known at first who decodes. */
static struct js_str *decoded_among(const struct js *j, uint32_t av)
{
	struct js_str *s = NULL;
	size_t n;
	const uint32_t *refs = js_refs(j, av, &n);

	for (size_t i = 0; i < n; i++) {
		const struct js_val *v = &j->consts[REF_ID(refs[i])];

		if (REF_TAG(refs[i]) != T_CONST || v->t != V_STR)
			continue;
		if (s || !v->s->depth)
			return NULL;
		s = v->s;
	}
	return s;
}

/* A value that is run. */
static void code_value(struct js *j, uint32_t n, uint32_t arg, uint32_t av, bool fresh, struct str api)
{
	struct js_str *s = const_str_of(j, av);
	struct js_val v;
	struct str t;
	struct fact f;
	bool unknown, param, data;

	if (!s && arg && j->nodes[arg].kind == J_ID && js_fold_slice(j, arg, &v) && v.t == V_STR)
		s = v.s;
	if (!s && arg && (j->nodes[arg].kind == J_CALL || j->nodes[arg].kind == J_ADD) && js_fold_slice(j, arg, &v) && v.t == V_STR)
		s = v.s;
	if (!s)
		s = decoded_among(j, av);
	if (s) {
		t = js_utf8(j, s);
		if (s->depth && t.len > 3) {
			f = fact_of(FACT_FLOW, STR("data>code"), str_part(t, 0, 400));
			f.number = 3;
			f.flags = FACT_CONSTANT | FACT_DECODED_ARG | (fresh ? FACT_NEW_SOURCE | FACT_NEW_SINK : 0) | js_place_flags(j, n);
			f.detail = arena_printf(j->a, "literal decoded by %s\n-> %.*s", scheme_name(s->scheme), STR_ARG(api));
			say(j, f, n, fresh);
		}
		if (t.len > 8 && !text_returns_global(t) && fresh)
			js_run_layer(j, n, t);
		return;
	}
	if (!arg)
		return;
	unknown = js_av_has(j, av, T_UNKNOWN);
	param = js_av_has(j, av, T_PARAM);
	{
		uint32_t taints[TAINTS_MAX];
		size_t k = js_taints_of(j, av, arg, taints, TAINTS_MAX, NULL);

		data = false;
		for (size_t i = 0; i < k; i++) {
			if (j->taints[taints[i]].kind == SRC_NET)
				return; /* said as a flow */
			data |= j->taints[taints[i]].kind == SRC_DATA || j->taints[taints[i]].kind == SRC_ENV;
		}
	}
	if ((unknown && !param) || data) {
		f = fact_of(FACT_UNRESOLVED, STR("code"), STR(""));
		f.detail = str_part(js_text(j, arg), 0, 300);
		f.flags = js_place_flags(j, n);
		say(j, f, n, fresh);
	}
}

static void run_layer(struct js *j, uint32_t n, struct str code, enum language lang)
{
	struct js_site *s = j->site, inner = *s;
	struct js_piece piece = {0, code.len, SIZE_MAX};
	size_t from, to;

	if (s->layer >= LAYER_DEPTH || s->n_layers >= LAYERS_MAX || s->layer_bytes + code.len > LAYER_BYTES || code.len < 8)
		return;
	if (!s->layer) {
		if (!js_place(j, n, &from, &to))
			return;
		inner.outer_from = from;
		inner.outer_to = to;
		inner.outer_top = runs_at_load(j, n);
	}
	/* the same text once */
	if (js_count(s->a, s->said, hash_str(code, 77)))
		return;
	inner.layer++;
	inner.pieces = &piece;
	inner.n_pieces = 1;
	inner.layer_bytes += code.len;
	inner.n_layers++;
	js_run_text(&inner, lang, arena_str(s->a, code), false);
	s->layer_bytes = inner.layer_bytes;
	s->n_layers = inner.n_layers;
	s->n_decoded = inner.n_decoded;
	s->found = inner.found;
	s->n_found = inner.n_found;
	s->found_room = inner.found_room;
	s->serious = inner.serious;
	s->too_deep |= inner.too_deep;
	s->full |= inner.full;
}

void js_run_layer(struct js *j, uint32_t n, struct str code)
{
	run_layer(j, n, code, j->front->layer);
}

/* ---------- commands ---------- */

/* node -e "..." runs its text. */
static struct str inline_script(struct str cmd, enum language *ret_lang)
{
	static const struct {
		const char *head;
		enum language lang;
	} rows[] = {
		{"node -e ", LANGUAGE_JAVASCRIPT}, {"node --eval ", LANGUAGE_JAVASCRIPT}, {"node -p ", LANGUAGE_JAVASCRIPT},
		{"bun -e ", LANGUAGE_JAVASCRIPT}, {"deno eval ", LANGUAGE_JAVASCRIPT}, {"node\" -e ", LANGUAGE_JAVASCRIPT},
		{"python -c ", LANGUAGE_PYTHON}, {"python3 -c ", LANGUAGE_PYTHON}, {"pythonw -c ", LANGUAGE_PYTHON},
		{"python.exe -c ", LANGUAGE_PYTHON}, {"pythonw.exe -c ", LANGUAGE_PYTHON},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		size_t at = str_find_z(cmd, rows[i].head);

		if (at != SIZE_MAX && at < 40) {
			struct str t = str_trim(str_part(cmd, at + strlen(rows[i].head), cmd.len));

			if (t.len > 2 && (t.p[0] == '"' || t.p[0] == '\''))
				t = str_part(t, 1, t.len - 2);
			*ret_lang = rows[i].lang;
			return t;
		}
	}
	return STR("");
}

/* The program and what follows it, with blanks between. exec() of C has its name a second time, and an end. */
static struct str command_of_arguments(struct js *j, const struct js_call *c)
{
	struct str program = str_basename(js_symbolic(j, c->args[0])), word;
	struct buf b;
	struct str t;

	buf_init(&b, 16384);
	for (size_t i = 0; i < c->n_args && c->args[i]; i++) {
		word = js_symbolic(j, c->args[i]);
		if (c->args[i] == c->named || (i == 1 && program.len && str_equal(str_basename(word), program)) ||
			(i && str_is(word, "null")))
			continue;
		if (i)
			buf_add_char(&b, ' ');
		buf_add_str(&b, word);
	}
	t = arena_str(j->a, buf_str(&b));
	buf_release(&b);
	return t;
}

/* The command line of a call, holes where it is not known. */
static struct str command_of(struct js *j, const struct js_call *c, const struct js_api *row)
{
	struct str t = row->flags & API_ARGV0 && c->n_args ? js_list_text(j, c->args[0] == c->named ? js_named_arg(j, c, "args") : c->args[0]) : STR("");
	uint32_t list;
	struct buf b;
	size_t k;
	const uint32_t *refs;

	if (!t.len && c->n_args && c->args[0])
		t = js_symbolic(j, c->args[0]);
	if (row->flags & API_ARGS)
		return command_of_arguments(j, c);
	if (!(row->flags & API_ARGV) || c->n_args < 2 || !c->args[1])
		return t;
	list = j->nodes[c->args[1]].kind == J_ARRAY ? c->args[1] : 0;
	refs = js_refs(j, c->arg_av[1], &k);
	for (size_t i = 0; i < k && !list; i++)
		if (REF_TAG(refs[i]) == T_OBJ && j->nodes[j->objs[REF_ID(refs[i])].node].kind == J_ARRAY)
			list = j->objs[REF_ID(refs[i])].node;
	if (!list)
		return t;
	buf_init(&b, 16384);
	buf_add_str(&b, t);
	for (uint32_t a = j->nodes[list].first; a; a = j->nodes[a].next) {
		buf_add_char(&b, ' ');
		buf_add_str(&b, js_symbolic(j, j->nodes[a].kind == J_SPREAD ? j->nodes[a].first : a));
	}
	t = arena_str(j->a, buf_str(&b));
	buf_release(&b);
	return t;
}

/* Facts of other files' helpers come through here, so that they get a place and are counted. */
struct relay {
	struct read_out out;
	struct js *j;
	uint32_t node;
	bool fresh;
};

static uint32_t relay_unit(struct read_out *o, const struct unit *u)
{
	(void)o;
	(void)u;
	return FACT_NO_UNIT;
}

static void relay_fact(struct read_out *o, const struct fact *f)
{
	struct relay *r = (struct relay *)o;
	struct fact x = *f;

	if (x.kind == FACT_FLOW && r->fresh) /* both ends stand in a text that is new */
		x.flags |= FACT_NEW_SOURCE | FACT_NEW_SINK;
	say(r->j, x, r->node, r->fresh);
}

static void relay_cover(struct read_out *o, enum cover_grade grade, uint64_t bytes, const char *why)
{
	(void)o;
	(void)grade;
	(void)bytes;
	(void)why;
}

/* Programs that take a command line as an argument. */
static bool is_shell(struct str program)
{
	static const char *const names[] = {"sh", "bash", "zsh", "dash", "ash", "ksh"};
	size_t slash = str_rfind_char(program, '/');

	if (slash != SIZE_MAX)
		program = str_part(program, slash + 1, program.len);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (str_is(program, names[i]))
			return true;
	return false;
}

/* What a shell reads of a command line: all of it, or what follows "bash -c". */
static struct str shell_text(struct str cmd)
{
	size_t end = str_find_z(cmd, " ");
	struct str rest = end == SIZE_MAX ? STR("") : str_trim(str_part(cmd, end, cmd.len));

	if (end == SIZE_MAX || !is_shell(str_part(cmd, 0, end)) || !str_starts(rest, "-"))
		return cmd;
	end = str_find_z(rest, " ");
	if (end == SIZE_MAX || end > 5 || rest.p[end - 1] != 'c')
		return cmd;
	return str_trim(str_part(rest, end, rest.len));
}

/* A shell without anything to run: "sh", "bash -i", "cmd.exe". */
static bool is_open_shell(struct str cmd)
{
	static const char *const more[] = {"cmd", "cmd.exe", "powershell", "powershell.exe", "pwsh"};
	size_t end = str_find_z(cmd, " ");
	struct str program = str_part(cmd, 0, end), rest = end == SIZE_MAX ? STR("") : str_trim(str_part(cmd, end, cmd.len));
	bool shell = is_shell(program);

	for (size_t i = 0; i < sizeof(more) / sizeof(more[0]); i++)
		shell |= str_equal_nocase(program, str_of(more[i]));
	return shell && (!rest.len || str_is(rest, "-i") || str_is(rest, "-l") || str_is(rest, "-il"));
}

/* Does one program alone send what somebody has? */
static bool sends_somebodys(struct str cmd)
{
	static const char *const senders[] = {"curl ", "wget ", "scp ", "rsync ", "nc ", "ncat ", "ftp "};
	static const char *const places[] = {"~/", "$HOME", "${HOME}", "/home/", "/root/", "/Users/", "USERPROFILE"};
	bool sends = false, places_named = js_path_is_cred(cmd);

	for (size_t i = 0; i < sizeof(senders) / sizeof(senders[0]); i++)
		sends |= str_has(cmd, senders[i]);
	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++)
		places_named |= str_has(cmd, places[i]);
	return sends && places_named;
}

/* More than one program with its arguments: a script of its own. */
static bool is_script(struct str cmd)
{
	static const char *const marks[] = {"|", "&&", ";", "$(", "`", ">"};

	for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++)
		if (str_has(cmd, marks[i]))
			return true;
	return false;
}

/* What stands in a hole is code of the script, not a word of the command: names of its own stay. */
static struct str words_of_command(struct js *j, struct str cmd)
{
	struct str ret;
	struct buf b;

	if (!has_holes(cmd))
		return cmd;
	buf_init(&b, cmd.len + 64);
	for (size_t i = 0; i < cmd.len && !b.full; i++) {
		size_t end = i + 1;
		bool name = true;

		buf_add_char(&b, cmd.p[i]);
		if (cmd.p[i] != '\x01')
			continue;
		for (; end < cmd.len && cmd.p[end] != '\x02'; end++)
			name &= !strchr(" $(){}'\"|;", cmd.p[end]);
		if (name)
			continue;
		buf_add_z(&b, "value");
		i = end - 1;
	}
	ret = b.full ? cmd : arena_str(j->a, buf_str(&b));
	buf_release(&b);
	return ret;
}

static void say_command(struct js *j, uint32_t n, struct str cmd, bool fresh)
{
	struct relay r = {.out = {relay_unit, relay_fact, relay_cover, 0, 0}, .j = j, .node = n, .fresh = fresh};
	struct read_in in = *j->in;
	struct fact at = {.unit = FACT_NO_UNIT, .flags = js_place_flags(j, n) | (fresh ? FACT_NEW_SOURCE | FACT_NEW_SINK : 0)};

	if (known_bytes(cmd) < 3)
		return;
	in.out = &r.out;
	in.arena = j->a;
	command_facts(&in, shown(j, words_of_command(j, cmd)), &at);
	cmd = shell_text(cmd);
	if (in.nested++ < NESTED_MAX && (fresh || j->is_old) && !has_holes(cmd) && (is_script(cmd) || sends_somebodys(cmd)))
		(void)hook_script(&in, cmd, 0, 0, cmd.len, cmd);
}

/* ---------- writes that are run or that stay ---------- */

struct written {
	uint32_t node;
	struct str path;
	uint32_t av;
	bool fresh;
};

struct run {
	uint32_t node;
	struct str text;
	struct str name;
	bool fresh;
};

struct facts {
	struct js *j;
	struct written *written;
	size_t n_written, written_room;
	struct run *runs;
	size_t n_runs, runs_room;
	uint32_t shell_fed; /* where what comes over the network is typed into a program */
	bool open_shell;    /* a shell was started that waits for what is typed */
	size_t hex_names, hex_from, hex_to;
	uint64_t escapes, escape_bytes;
};

/* The address in a text that will be run: "[Service]\nExecStart=curl -s https://...". */
static struct str address_within(struct js *j, struct str text)
{
	size_t at = str_find_z(text, "://");

	while (at != SIZE_MAX && at > 0 && text.p[at - 1] >= 'a' && text.p[at - 1] <= 'z')
		at--;
	return at == SIZE_MAX ? STR("") : host_of(j->a, str_part(text, at, text.len));
}

/* A line of a .pth file that imports is run by every Python that starts. */
static bool starts_python(struct js *j, struct str path, uint32_t av)
{
	struct str text;

	return str_ends(path, ".pth") && js_const_str(j, av, &text) && str_starts(str_trim(text), "import");
}

static void note_write(struct facts *fa, uint32_t n, struct str path, uint32_t av, bool fresh)
{
	struct js *j = fa->j;
	struct written w = {n, path, av, fresh};
	struct fact f;

	if (fa->n_written < 200)
		*ARENA_PUSH(j->a, fa->written, fa->n_written, fa->written_room) = w;
	if (js_path_is_persist(path) || starts_python(j, path, av)) {
		struct drain k = {n, SINK_PERSIST, STR("write"), shown(j, path), fresh};
		size_t before = j->site->n_found;

		flows_into(j, &k, av, 0);
		if (j->site->n_found == before) {
			struct str text = STR(""), host;

			host = js_const_str(j, av, &text) ? address_within(j, text) : STR("");
			f = fact_of(FACT_FLOW, host.len ? STR("net>persist") : STR("data>persist"), shown(j, path));
			f.number = 3;
			f.detail = host.len ? STR("text that fetches -> a place that starts by itself")
					    : STR("text -> a place that starts by itself");
			f.flags = (fresh ? FACT_NEW_SOURCE | FACT_NEW_SINK : 0) | js_place_flags(j, n);
			say(j, f, n, fresh);
			if (host.len)
				say(j, fact_of(FACT_HOST, host, str_part(text, 0, FACT_VALUE_BYTES)), n, fresh);
		}
		f = fact_of(FACT_PATH, STR("persist"), shown(j, path));
		say(j, f, n, fresh);
		if (const_str_of(j, av)) /* what starts by itself is a command */
			say_command(j, n, js_utf8(j, const_str_of(j, av)), fresh);
	}
}

static void note_run(struct facts *fa, uint32_t n, struct str text, struct str name, bool fresh)
{
	if (fa->n_runs < 200 && text.len)
		*ARENA_PUSH(fa->j->a, fa->runs, fa->n_runs, fa->runs_room) = (struct run){n, text, name, fresh};
}

/* What a module loader is handed: a file of data is read, never run, whatever is in it. */
static void note_load(struct facts *fa, uint32_t n, struct str spec, struct str name, bool fresh)
{
	if (!str_ends(spec, ".json"))
		note_run(fa, n, spec, name, fresh);
}

/* "-o FILE", "--js_output_file FILE", "> FILE": what the command writes, not what it runs. */
static bool is_output(struct str run, size_t at)
{
	struct str before = str_trim(str_part(run, 0, at)), option;
	size_t space;

	while (before.len && strchr("=\"'", before.p[before.len - 1]))
		before = str_trim(str_part(before, 0, before.len - 1));
	space = str_rfind_char(before, ' ');
	option = space == SIZE_MAX ? before : str_part(before, space + 1, before.len);
	return str_is(option, ">") || str_is(option, ">>") || str_is(option, "-o") ||
	       (str_starts(option, "--") && str_has_nocase(option, "out"));
}

/* "powershell -NoProfile -Command Expand-Archive ...": what stands behind the option; other commands as they are. */
static struct str behind_powershell(struct str words)
{
	struct str program = command_program(words);
	size_t at = str_find_nocase(words, "-command ");

	if (at == SIZE_MAX || !(str_has_nocase(program, "powershell") || str_has_nocase(program, "pwsh")))
		return words;
	words = str_trim(str_part(words, at + 9, words.len));
	return words.len && strchr("\"'", words.p[0]) ? str_part(words, 1, words.len) : words;
}

/* "strip FILE", "unzip -q FILE". Some of these programs start what an option names. */
static bool is_handed_over(struct str run, size_t at)
{
	size_t from = at;
	struct str words;

	while (from && !strchr("&;|\n`(", run.p[from - 1]))
		from--;
	words = behind_powershell(str_trim(str_part(run, from, at - from)));
	return program_hands_back(command_program(words)) && command_starts_no_other(words);
}

static bool same_file(struct str path, struct str run)
{
	size_t at;

	struct str base;
	size_t slash;

	if (path.len < 3 || !(has_holes(path) || memchr(path.p, '/', path.len) || memchr(path.p, '.', path.len) || memchr(path.p, '\\', path.len)))
		return false;
	if (!known_bytes(path) && !memchr(path.p, '#', path.len))
		return false; /* two calls of one function are two values; a variable has a number */
	at = str_find(run, path);
	if (at != SIZE_MAX && is_handed_over(run, at)) { /* and started behind it? */
		run = str_part(run, at + path.len, run.len);
		at = str_find(run, path);
		return at != SIZE_MAX && !is_handed_over(run, at);
	}
	if (at != SIZE_MAX)
		return !is_output(run, at);
	slash = str_rfind_char(path, '/');
	base = slash == SIZE_MAX ? path : str_part(path, slash + 1, path.len);
	return known_bytes(base) >= 6 && !has_holes(base) && str_find(run, base) != SIZE_MAX && str_rfind_char(base, '.') != SIZE_MAX;
}

/* One of several files that a loader may be handed, and the loader takes it for data. */
static bool loads_data(struct str api, struct str path)
{
	while (str_ends(path, "\1\2")) /* which says only that there are other values */
		path.len -= 2;
	return (str_is(api, "require") || str_is(api, "$import") || str_is(api, "module._load")) && str_ends(path, ".json");
}

static void join_runs(struct facts *fa)
{
	struct js *j = fa->j;

	for (size_t i = 0; i < fa->n_written; i++)
		for (size_t k = 0; k < fa->n_runs; k++) {
			const struct written *w = &fa->written[i];
			const struct run *r = &fa->runs[k];
			uint32_t taints[TAINTS_MAX];
			size_t n;
			struct fact f;
			const char *src = "data";
			struct str value = shown(j, w->path);

			if (w->node == r->node || !same_file(w->path, r->text) || loads_data(r->name, w->path))
				continue;
			n = js_taints_of(j, w->av, w->node, taints, TAINTS_MAX, NULL);
			for (size_t t = 0; t < n; t++)
				if (j->taints[taints[t]].kind == SRC_NET) {
					src = "net";
					if (js_origin_of(j, &j->taints[taints[t]]).len)
						value = js_origin_of(j, &j->taints[taints[t]]);
				}
			if (!n && (js_av_has(j, w->av, T_UNKNOWN) || js_av_has(j, w->av, T_PARAM)))
				src = "dyn";
			f = fact_of(FACT_FLOW, arena_printf(j->a, "%s>run", src), value);
			/* the very same path leaves nothing to guess */
			f.number = !has_holes(w->path) || (known_bytes(w->path) >= 6 && str_equal(w->path, r->text)) ? 3 : 2;
			f.flags = (w->fresh ? FACT_NEW_SOURCE : 0) | (r->fresh ? FACT_NEW_SINK : 0) | js_place_flags(j, r->node);
			f.detail = arena_printf(j->a, "write %.*s\n-> %.*s", STR_ARG(shown(j, w->path)), STR_ARG(front_shown(j, r->name)));
			say(j, f, r->node, w->fresh || r->fresh);
		}
}

/* ---------- calls ---------- */

static void say_call(struct js *j, uint32_t n, struct str name, const char *klass, struct str value, unsigned flags, bool fresh)
{
	struct fact f = fact_of(FACT_CALL, front_shown(j, name), value);

	f.detail = str_of(klass);
	f.flags = flags | js_place_flags(j, n);
	say(j, f, n, fresh);
}

static unsigned const_flags(struct js *j, uint32_t av)
{
	struct js_str *s = const_str_of(j, av);

	return s ? FACT_CONSTANT | (s->depth ? FACT_DECODED_ARG : 0) : 0;
}

static void sink_args(struct js *j, const struct drain *k, const struct js_call *c, unsigned mask)
{
	for (uint32_t i = 0; i < c->n_args; i++) {
		bool takes = mask & 0x80 ? true : mask & 1u << i;

		if (takes && !js_av_has(j, c->arg_av[i], T_FN))
			flows_into(j, k, c->arg_av[i], c->args[i]);
	}
}

/* <script src="https://..."> in text that becomes part of the page. */
static void script_tag(struct js *j, uint32_t n, struct str html, const char *how, bool fresh)
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
	f = fact_of(FACT_FLOW, STR("net>code"), host);
	f.number = 3;
	f.flags = (fresh ? FACT_NEW_SOURCE | FACT_NEW_SINK : 0) | FACT_CONSTANT | js_place_flags(j, n);
	f.detail = str_of(how);
	say(j, f, n, fresh);
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
	s = const_str_of(j, c->arg_av[i]);
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
	say_call(j, c->node, c->is_new ? arena_printf(j->a, "new %.*s", STR_ARG(api)) : api, "code", value, flags, fresh);
	sink_args(j, &k, c, i ? 1u << i : 1);
	if (page) {
		script_tag(j, c->node, value, "script tag -> page", fresh);
		return;
	}
	code_value(j, c->node, c->args[i], c->arg_av[i], fresh, api);
	if (str_is(api, "importScripts") && s && host_of(j->a, value).len) {
		struct fact f = fact_of(FACT_FLOW, STR("net>code"), host_of(j->a, value));

		f.number = 3;
		f.flags = FACT_NEW_SOURCE | FACT_NEW_SINK;
		f.detail = api;
		say(j, f, c->node, fresh);
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
	classify_string(shown(j, cmd), &hosts);
	for (size_t i = 0; i < hosts.n && !k.to_host; i++)
		if (hosts.items[i].kind == FACT_HOST) {
			k.value = arena_str(j->a, hosts.items[i].key);
			k.to_host = true;
		}
	sink_args(j, &k, c, 3);
	for (uint32_t i = 1; i < c->n_args; i++) { /* what is typed into it */
		uint32_t object = c->args[i] ? object_of(j, c->args[i]) : 0, input = object ? literal_field(j, object, "input") : 0;

		if (input)
			flows_into(j, &k, j->av[input], input);
	}
}

static void say_shell(struct js *j, uint32_t n, const char *how, bool fresh)
{
	struct fact f = fact_of(FACT_FLOW, STR("net>exec"), STR(""));

	f.number = 3;
	f.flags = (fresh ? FACT_NEW_SOURCE | FACT_NEW_SINK : 0) | js_place_flags(j, n);
	f.detail = arena_printf(j->a, "reverse shell\n%s", how);
	say(j, f, n, fresh);
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
		say_shell(j, c->node, "socket -> standard stream", fresh);
}

/* A word of a command's list that had to be decoded. */
static struct js_str *decoded_word(struct js *j, uint32_t n)
{
	if (!n || j->nodes[n].kind != J_ARRAY)
		return NULL;
	for (uint32_t k = j->nodes[n].first; k; k = j->nodes[k].next) {
		struct js_str *s = const_str_of(j, j->av[k]);

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
		say_call(j, c->node, api, "exec", js_utf8(j, j->consts[REF_ID(r)].s), FACT_CONSTANT, fresh);
		say_command(j, c->node, js_utf8(j, j->consts[REF_ID(r)].s), fresh);
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
		struct js_str *s = const_str_of(j, j->av[k]);
		struct fact f;

		if (follows && s && s->depth) {
			f = fact_of(FACT_FLOW, STR("data>exec"), str_part(js_utf8(j, s), 0, 400));
			f.number = 3;
			f.flags = FACT_CONSTANT | FACT_DECODED_ARG | (fresh ? FACT_NEW_SOURCE | FACT_NEW_SINK : 0) | js_place_flags(j, c->node);
			f.detail = arena_printf(j->a, "literal decoded by %s\n-> %.*s", scheme_name(s->scheme), STR_ARG(api));
			say(j, f, c->node, fresh);
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
	struct str cmd = command_of(j, c, row), script;
	struct drain k = {c->node, SINK_EXEC, api, STR(""), fresh};
	unsigned flags = has_holes(cmd) || !cmd.len ? 0 : FACT_CONSTANT;
	struct js_str *s = c->n_args ? const_str_of(j, c->arg_av[0]) : NULL;
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
		struct fact f = fact_of(FACT_FLOW, STR("data>exec"), str_part(js_utf8(j, s), 0, 400));

		flags |= FACT_DECODED_ARG;
		f.number = 3;
		f.flags = flags | (fresh ? FACT_NEW_SOURCE | FACT_NEW_SINK : 0) | js_place_flags(j, c->node);
		f.detail = arena_printf(j->a, "literal decoded by %s\n-> %.*s", scheme_name(s->scheme), STR_ARG(api));
		say(j, f, c->node, fresh);
	}
	if (!s && c->n_args && c->args[0] && is_unscrambled(j, c->args[0])) {
		struct fact f = fact_of(FACT_FLOW, STR("data>exec"), STR(""));

		f.number = 3;
		f.flags = (fresh ? FACT_NEW_SOURCE | FACT_NEW_SINK : 0) | js_place_flags(j, c->node);
		f.detail = arena_printf(j->a, "bytes that are XORed one by one\n-> %.*s", STR_ARG(api));
		say(j, f, c->node, fresh);
	}
	if (row->flags & API_ARGV)
		decoded_program(j, c, api, fresh);
	if (!has_holes(cmd) && is_open_shell(cmd))
		fa->open_shell |= fresh;
	if (str_ends(api, ".stdin.write") && c->n_args && from_socket(j, c->args[0]) && !fa->shell_fed)
		fa->shell_fed = c->node;
	say_call(j, c->node, api, "exec", known_bytes(cmd) >= 2 ? shown(j, cmd) : STR(""), flags, fresh);
	k.no_data = row->flags & API_ARGV && s && !s->depth && program_hands_back(str_basename(js_utf8(j, s)));
	k.shows = c->n_args && only_opens(j, c->args[0]);
	if (!k.shows || !(row->flags & API_ARGV)) /* without a shell it gets no more than a page */
		sink_args(j, &k, c, row->sink_args);
	sends_by_command(j, c, api, cmd, fresh);
	if (c->named && (from_socket(j, js_named_arg(j, c, "stdin")) || from_socket(j, js_named_arg(j, c, "stdout"))))
		say_shell(j, c->node, "socket -> standard streams of a program", fresh);
	say_command(j, c->node, cmd, fresh);
	if (!flags)
		say_alternatives(j, c, api, fresh);
	if (str_is(api, "process.dlopen") && c->n_args > 1 && c->args[1])
		cmd = js_symbolic(j, c->args[1]);
	note_run(fa, c->node, cmd, api, fresh);
	script = inline_script(cmd, &lang);
	if (script.len > 8 && fresh && !has_holes(script))
		run_layer(j, c->node, script, lang);
	if (!flags && c->n_args) {
		uint32_t taints[TAINTS_MAX];
		size_t n = js_taints_of(j, c->arg_av[0], c->args[0], taints, TAINTS_MAX, NULL);

		for (size_t i = 0; i < n; i++)
			if (j->taints[taints[i]].kind == SRC_DATA) {
				struct fact f = fact_of(FACT_UNRESOLVED, STR("exec"), STR(""));

				f.detail = str_part(js_text(j, c->args[0]), 0, 300);
				say(j, f, c->node, fresh);
				break;
			}
	}
}

static void net_call(struct facts *fa, const struct js_call *c, struct str api, const struct js_api *row, bool fresh)
{
	struct js *j = fa->j;
	struct str dest = call_destination(j, c, row, 0), host = host_of(j->a, dest);
	struct drain k = {c->node, SINK_NET, api, STR(""), fresh};
	unsigned flags = dest.len && !has_holes(dest) ? FACT_CONSTANT : 0;

	aim(j, &k, dest);
	k.lookup = (row->flags & API_HOST0 && row->source == SRC_NONE) || str_starts(str_of(row->name), "dns.");
	if (!host.len && k.to_host)
		host = k.value;
	if (c->n_args && row->flags & API_URL0)
		flags |= const_flags(j, c->arg_av[0]) & FACT_DECODED_ARG;
	if (!(row->flags & API_QUIET))
		say_call(j, c->node, api, "net", known_bytes(dest) >= 4 ? shown(j, dest) : STR(""), flags, fresh);
	sink_args(j, &k, c, row->sink_args);
	if (row->flags & API_SELF) /* what was put into it before goes with it */
		flows_into(j, &k, c->receiver, 0);
	if (host.len && fresh && (!j->site->old_text.len || str_find(j->site->old_text, host) == SIZE_MAX))
		say(j, fact_of(FACT_HOST, host, shown(j, dest)), c->node, fresh);
	if (js_path_is_persist(dest) && str_has(js_text(j, c->node), "PUT")) /* into somebody's repository */
		note_write(fa, c->node, dest, c->n_args > 1 ? c->arg_av[1] : AV_NONE, fresh);
	if (row->flags & API_SAVES1) {
		uint32_t path = c->n_args > 1 && c->args[1] != c->named ? c->args[1] : js_named_arg(j, c, "filename");

		note_write(fa, c->node, path ? js_symbolic(j, path) : dest, j->av[c->node], fresh);
	}
}

static struct str stream_path(struct js *j, uint32_t av)
{
	uint32_t maker = maker_of(j, av);
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
	uint32_t maker = stream ? maker_of(j, c->receiver) : 0;
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
		note_write(fa, c->node, path, AV_NONE, fresh);
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
	struct fact f = fact_of(FACT_WIPE, front_shown(j, api), shown(j, place));

	if (!place.len || c->n_args <= text || !const_str_of(j, c->arg_av[text]) || known_bytes(below(js_symbolic(j, path))) > place.len + 1)
		return;
	if (!str_has(body, "readdir") && !str_has(body, "listdir") && !str_has(body, ".walk("))
		return;
	f.number = 2;
	f.flags = js_place_flags(j, c->node);
	say(j, f, c->node, fresh);
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
	k.value = shown(j, path);
	if (!(row->flags & API_QUIET))
		say_call(j, c->node, api, js_path_is_persist(path) ? "persist" : "fs.write", known_bytes(path) >= 2 ? shown(j, path) : STR(""),
			path.len && !has_holes(path) ? FACT_CONSTANT : 0, fresh);
	if (!copies)
		sink_args(j, &k, c, row->sink_args);
	if (c->n_args > 1 || row->flags & (API_QUIET | API_SELF))
		note_write(fa, c->node, path, copies ? AV_NONE : c->arg_av[row->flags & (API_QUIET | API_SELF) ? 0 : 1], fresh);
}

static void write_opened(struct facts *fa, const struct js_call *c, struct str api, const struct js_api *row, bool fresh)
{
	struct js *j = fa->j;
	uint32_t at = js_path_node(j, c, row);
	struct str path = at ? js_symbolic(j, at) : STR("");

	say_call(j, c->node, api, js_path_is_persist(path) ? "persist" : "fs.write", known_bytes(path) >= 2 ? shown(j, path) : STR(""),
		path.len && !has_holes(path) ? FACT_CONSTANT : 0, fresh);
}

static void require_call(struct facts *fa, const struct js_call *c, struct str api, bool fresh)
{
	struct js *j = fa->j;
	struct js_str *s = c->n_args ? const_str_of(j, c->arg_av[0]) : NULL;
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
			f = fact_of(FACT_FLOW, STR("net>code"), host_of(j->a, spec));
			f.number = 3;
			f.flags = FACT_CONSTANT | (fresh ? FACT_NEW_SOURCE | FACT_NEW_SINK : 0);
			f.detail = STR("import of a URL");
			say(j, f, c->node, fresh);
		}
		if (j->front->function_scope && str_find(j->site->old_text, spec) != SIZE_MAX && !s->depth && !s->scheme)
			return;
		if (str_starts(spec, "data:text/javascript"))
			js_run_layer(j, c->node, str_part(spec, str_find_z(spec, ",") + 1, spec.len));
		f = fact_of(FACT_IMPORT, spec, STR(""));
		f.flags = FACT_CONSTANT | (s->depth || s->scheme ? FACT_DECODED_ARG : 0) | js_place_flags(j, c->node);
		f.number = s->depth;
		if (j->nodes[j->nodes[c->node].parent].kind == J_EXPR_STMT)
			f.detail = STR(IMPORT_FOR_EFFECT);
		if (!j->site->old_text.len || s->depth || s->scheme ||
			(!str_has(j->site->old_text, arena_printf(j->a, "\"%.*s\"", STR_ARG(spec)).p) && !str_has(j->site->old_text, arena_printf(j->a, "'%.*s'", STR_ARG(spec)).p)))
			say(j, f, c->node, fresh);
		note_load(fa, c->node, spec, api, fresh);
		return;
	}
	note_load(fa, c->node, js_symbolic(j, c->args[0]), api, fresh);
	flows_into(j, &k, c->arg_av[0], c->args[0]);
	n = js_taints_of(j, c->arg_av[0], c->args[0], taints, TAINTS_MAX, NULL);
	for (size_t i = 0; i < n; i++)
		if (j->taints[taints[i]].kind == SRC_DATA || j->taints[taints[i]].kind == SRC_NET) {
			f = fact_of(FACT_UNRESOLVED, STR("import"), STR(""));
			f.detail = str_part(js_text(j, c->args[0]), 0, 300);
			say(j, f, c->node, fresh);
			return;
		}
	f = fact_of(FACT_IMPORT, STR("*"), STR(""));
	f.detail = str_part(js_text(j, c->args[0]), 0, 300);
	say(j, f, c->node, fresh);
}

/* What is poured into a request or a socket goes to its other end. */
static void pipe_to_net(struct js *j, const struct js_call *c, uint32_t from_av, uint32_t to_av, bool fresh)
{
	uint32_t maker = maker_of(j, to_av);
	struct drain k = {c->node, SINK_NET, js_api_of(j, to_av), STR(""), fresh, false, 0};
	const struct js_api *row;
	struct js_call m;

	if (!maker)
		return;
	js_call_of(j, maker, &m);
	row = js_api_find(j, js_api_of(j, m.callee), API_CALL);
	if (!row || row->class_ != CLASS_NET)
		return;
	aim(j, &k, call_destination(j, &m, row, 0));
	flows_into(j, &k, from_av, 0);
}

static void pipe_call(struct facts *fa, const struct js_call *c, uint32_t from_av, uint32_t to_av, bool fresh)
{
	struct js *j = fa->j;
	struct str path = stream_path(j, to_av), api = js_api_of(j, to_av);
	struct drain k = {c->node, SINK_FILE, STR("fs.createWriteStream"), shown(j, path), fresh};

	if (str_ends(api, ".stdin")) { /* what arrives is typed into a process */
		k.kind = SINK_EXEC;
		k.name = api;
		k.value = STR("");
		flows_into(j, &k, from_av, 0);
	}
	pipe_to_net(j, c, from_av, to_av, fresh);
	if (!path.len)
		return;
	flows_into(j, &k, from_av, 0);
	note_write(fa, c->node, path, from_av, fresh);
}

/* A socket that feeds a program, or is fed by one: a shell for whoever sits at the other end. */
static void shell_pipe(struct js *j, const struct js_call *c, bool fresh)
{
	struct str from = js_api_of(j, c->receiver), to = js_api_of(j, c->arg_av[0]);
	bool socket = str_has(from, "Socket") || str_has(from, "net.") || str_has(from, "tls.");
	struct fact f = fact_of(FACT_FLOW, STR("net>exec"), STR(""));

	if (!socket || !str_ends(to, ".stdin") || str_starts(to, "process."))
		return;
	f.number = 3;
	f.flags = (fresh ? FACT_NEW_SOURCE | FACT_NEW_SINK : 0) | js_place_flags(j, c->node);
	f.detail = STR("reverse shell\nsocket -> standard input of a program");
	say(j, f, c->node, fresh);
}

/* run('bash', ['-c', LINE]): whatever the function is called, its arguments start a shell. */
static void shell_call(struct facts *fa, const struct js_call *c, bool fresh)
{
	static const struct js_api row = {"", CLASS_EXEC, SINK_EXEC, 3, SRC_NONE, API_CALL | API_ARGV, NULL};
	struct js *j = fa->j;
	struct str program, flag;
	uint32_t list = c->n_args > 1 ? c->args[1] : 0;

	if (!list || j->nodes[list].kind != J_ARRAY || !js_const_str(j, c->arg_av[0], &program) || !is_shell(program))
		return;
	list = j->nodes[list].first;
	if (list && js_const_str(j, j->av[list], &flag) && str_starts(flag, "-") && str_ends(flag, "c"))
		exec_call(fa, c, c->method.len ? c->method : STR("call"), &row, fresh);
}

/* module[name](...) with a name that cannot be known, on objects that run what they are given. */
static void nameless_call(struct js *j, const struct js_call *c, bool fresh)
{
	static const char *const runners[] = {"module", "child_process", "vm"};
	struct str api = js_api_of(j, c->receiver);
	struct fact f = fact_of(FACT_UNRESOLVED, STR("code"), STR(""));

	if (c->method.len || !c->receiver || !api.len || j->nodes[c->callee_node].kind != J_SUBSCRIPT)
		return;
	for (size_t i = 0; i < sizeof(runners) / sizeof(runners[0]); i++) {
		size_t n = strlen(runners[i]);

		if (!str_starts(api, runners[i]) || (api.len > n && api.p[n] != '.'))
			continue;
		f.detail = str_part(js_text(j, c->callee_node), 0, 300);
		f.flags = js_place_flags(j, c->node);
		say(j, f, c->node, fresh);
	}
}

/* Calls that are known by the name of the method alone. */
static void method_call(struct facts *fa, const struct js_call *c, bool fresh)
{
	struct js *j = fa->j;
	struct str m = c->method;

	if (str_is(m, "executeJavaScript") && c->n_args) {
		struct drain k = {c->node, SINK_CODE, m, STR(""), fresh};
		struct js_str *s = const_str_of(j, c->arg_av[0]);

		say_call(j, c->node, STR("webContents.executeJavaScript"), "code", s ? js_utf8(j, s) : STR(""), const_flags(j, c->arg_av[0]), fresh);
		flows_into(j, &k, c->arg_av[0], c->args[0]);
		code_value(j, c->node, c->args[0], c->arg_av[0], fresh, m);
	} else if ((str_is(m, "_compile") || str_is(m, "runInThisContext") || str_is(m, "runInNewContext")) && c->n_args) {
		struct drain k = {c->node, SINK_CODE, str_is(m, "_compile") ? STR("module._compile") : arena_printf(j->a, "vm.%.*s", STR_ARG(m)),
			STR(""), fresh};
		struct js_str *s = const_str_of(j, c->arg_av[0]);

		if (str_is(js_api_of(j, c->callee), "module._compile") || str_starts(js_api_of(j, c->callee), "vm."))
			return; /* said as a call already */
		say_call(j, c->node, k.name, "code", s ? js_utf8(j, s) : STR(""), const_flags(j, c->arg_av[0]), fresh);
		flows_into(j, &k, c->arg_av[0], c->args[0]);
		code_value(j, c->node, c->args[0], c->arg_av[0], fresh, k.name);
	} else if (str_is(m, "pipe") && c->n_args) {
		shell_pipe(j, c, fresh);
		pipe_call(fa, c, c->receiver, c->arg_av[0], fresh);
	} else if (str_is(m, "then") && c->n_args && js_api_of(j, c->arg_av[0]).len) {
		struct str api = js_api_of(j, c->arg_av[0]);
		const struct js_api *row = js_api_find(j, api, API_CALL);

		if (row && row->sink) {
			struct drain k = {c->node, (enum js_sink)row->sink, api, STR(""), fresh};

			flows_into(j, &k, c->receiver, 0);
		}
	} else if ((str_is(m, "setFeedURL") || str_is(m, "setFeedUrl")) && c->n_args) {
		struct str d = destination_arg(j, c->args[0]);

		say(j, fact_of(FACT_TRUST, STR("updater-url"), arena_printf(j->a, "-> %.*s", STR_ARG(shown(j, d)))), c->node, fresh);
	} else if (str_is(m, "setAttribute") && c->n_args == 2 && str_is(js_api_of(j, c->receiver), "HTMLScript")) {
		struct str name;

		if (js_const_str(j, c->arg_av[0], &name) && str_is(name, "src")) {
			struct str d = js_symbolic(j, c->args[1]), host = host_of(j->a, d);
			struct fact f = fact_of(FACT_FLOW, STR("net>code"), host);

			f.number = 3;
			f.flags = fresh ? FACT_NEW_SOURCE | FACT_NEW_SINK : 0;
			f.detail = STR("script element -> src");
			if (host.len)
				say(j, f, c->node, fresh);
		}
	} else if (str_is(m, "setData") && c->n_args == 2 && str_has(js_text(j, c->callee_node), "clipboardData")) {
		say_call(j, c->node, STR("clipboardData.setData"), "clip.read", STR(""), 0, fresh); /* of what is copied */
		say_call(j, c->node, STR("clipboardData.setData"), "clip.write", STR("text"), 0, fresh);
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
	struct fact f = fact_of(FACT_WIPE, front_shown(j, api), shown(j, place));

	for (int i = 0; deep[i]; i++)
		recursive |= str_is(api, deep[i]);
	if (!place.len || !recursive || names_a_part(j, path))
		return;
	f.number = 3;
	f.flags = js_place_flags(j, c->node);
	say(j, f, c->node, fresh);
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
	f = fact_of(FACT_IMPORT, api, STR(""));
	f.flags = FACT_CONSTANT | FACT_DECODED_ARG | js_place_flags(j, c->node);
	f.number = 1;
	say(j, f, c->node, fresh);
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
	struct fact f = fact_of(FACT_TRUST, STR("rights"), STR(""));
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
	f.value = arena_printf(j->a, "mode %o of %.*s", mode, STR_ARG(shown(j, path)));
	f.flags = js_place_flags(j, c->node);
	if (f.number)
		say(j, f, c->node, fresh);
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

/* Mail that is sent goes to somebody whom neither its sender nor its reader sees. */
static void blind_copy(struct js *j, uint32_t n, struct str to, bool fresh)
{
	struct fact f = fact_of(FACT_FLOW, STR("mail>net"), STR(""));

	if (!fresh || to.len > FACT_VALUE_BYTES || !address_in(j, to, &f.value) || (j->site->old_text.len && str_find(j->site->old_text, to) != SIZE_MAX))
		return;
	f.number = 3;
	f.flags = FACT_NEW_SOURCE | FACT_NEW_SINK | js_place_flags(j, n);
	f.detail = arena_printf(j->a, "mail\n-> %s%.*s", str_find_nocase(to, "bcc:") == 0 ? "" : "Bcc: ", STR_ARG(to));
	say(j, f, n, true);
}

/* {bcc: "a@b"}, {bcc: ["a@b"]}; message.addBCC("a@b") */
static void blind_copy_to(struct js *j, uint32_t n, uint32_t value, bool fresh)
{
	struct str to;

	if (j->nodes[value].kind == J_ARRAY)
		for (uint32_t k = j->nodes[value].first; k; k = j->nodes[k].next)
			blind_copy_to(j, n, k, fresh);
	else if (js_const_str(j, j->av[value], &to))
		blind_copy(j, n, to, fresh);
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
	struct fact f = fact_of(FACT_TRUST, STR("rights"), STR(""));
	uint32_t fields = c->args[0] ? object_of(j, c->args[0]) : 0, at = c->n_args > 1 ? c->args[c->n_args > 2 && str_has_nocase(name, "super") ? 2 : 1] : 0;
	struct str pass;

	for (int i = 0; words[i] && (!at || at == c->named); i++)
		at = fields ? literal_field(j, fields, words[i]) : js_named_arg(j, c, words[i]);
	if (!at || !js_const_str(j, j->av[at], &pass) || pass.len < 6)
		return;
	f.number = RIGHTS_WIDE;
	f.flags = js_place_flags(j, c->node);
	f.value = arena_printf(j->a, "%.*s with a password that is written down", STR_ARG(name));
	say(j, f, c->node, fresh);
}

/* Memory whose content may run, in a file that had none: what is put there is seen by nobody who reads. */
static void memory_that_runs(struct js *j, const struct js_call *c, bool fresh)
{
	struct str text = js_text(j, c->node);
	struct fact f = fact_of(FACT_UNRESOLVED, STR("code"), STR(""));

	if ((!str_has(text, "PROT_EXEC") && !str_has(text, "PAGE_EXECUTE")) || str_has(j->site->old_text, "PROT_EXEC") ||
		str_has(j->site->old_text, "PAGE_EXECUTE"))
		return;
	f.detail = str_part(text, 0, 300);
	f.flags = js_place_flags(j, c->node);
	say(j, f, c->node, fresh);
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
		blind_copy_to(j, c->node, c->args[0], fresh);
	if (is_call_of(name, accounts))
		account_made(j, c, name, fresh);
	if (is_call_of(name, memory))
		memory_that_runs(j, c, fresh);
	if (j->lang == LANGUAGE_PHP && is_call_of(name, prints) && js_const_str(j, c->arg_av[0], &page))
		script_tag(j, c->node, page, "script element in a page", fresh);
}

static void call_facts(struct facts *fa, uint32_t n)
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
				note_run(fa, n, js_symbolic(j, c.args[c.n_args > 1 && str_starts(api, "imp") ? 1 : 0]), api, fresh);
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
				note_run(fa, n, js_symbolic(j, row->flags & API_SELF ? js_path_node(j, &c, row) : c.args[0]), api, fresh);
			rights_given(fa, &c, row, fresh);
			say_call(j, n, api, "fs.chmod", c.n_args && c.args[0] ? shown(j, js_symbolic(j, c.args[0])) : STR(""), 0, fresh);
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
					say(j, fact_of(FACT_PATH, STR("cred"), shown(j, path)), n, fresh);
				say_call(j, n, api, js_class_name((enum js_class)row->class_), known_bytes(path) >= 2 ? shown(j, path) : STR(""),
					path.len && !has_holes(path) ? FACT_CONSTANT : 0, fresh);
			}
			break;
		case CLASS_CLIP_READ:
		case CLASS_CLIP_WRITE:
			say_call(j, n, api, js_class_name((enum js_class)row->class_), STR(""), 0, fresh);
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
	if (c.method.len)
		method_call(fa, &c, fresh);
}

/* ---------- assignments and settings ---------- */

static bool is_literal(struct js *j, uint32_t n, const char *text)
{
	return n && str_is(js_text(j, n), text);
}

static void trust(struct js *j, uint32_t n, const char *key, struct str value, bool fresh)
{
	say(j, fact_of(FACT_TRUST, str_of(key), value), n, fresh);
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
	struct fact f = fact_of(FACT_TRUST, STR("tls-verify-off"), what);

	f.number = is_asked_for(j, n) ? TRUST_ASKED : 0;
	say(j, f, n, fresh);
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

/* name: value, name = value, x.name = value */
static void setting(struct js *j, uint32_t n, struct str name, uint32_t value, bool fresh)
{
	struct str text, old;

	if (!value || other_verify(j, n, name))
		return;
	default_proxy(j, n, name, value, fresh);
	value = side_that_decides(j, value);
	if (str_equal_nocase(name, STR("bcc")))
		blind_copy_to(j, n, value, fresh);
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

		if (function_is_empty(j, value) || (body && j->nodes[body].kind != J_BLOCK) || (body && str_is(js_text(j, body), "{ return undefined; }")))
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
			struct fact f = fact_of(FACT_TRUST, STR("public-key"),
				arena_printf(j->a, "%.*s -> %.*s", STR_ARG(str_part(old, 0, 200)), STR_ARG(str_part(text, 0, 200))));

			f.number = key_text_is_public(j->a, old) && key_text_is_public(j->a, text) && str_find(j->site->text, old) == SIZE_MAX ? TRUST_TURNED : 0;
			say(j, f, n, fresh);
		}
	}
}

/* el.src = x and its kin. */
static void property_sink(struct facts *fa, uint32_t n, uint32_t left, uint32_t right)
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
	setting(j, n, name, right, fresh);
	if (str_is(api, "HTMLScript") && (str_is(name, "src") || str_is(name, "text") || str_is(name, "textContent") || str_is(name, "innerHTML") || str_is(name, "innerText"))) {
		if (str_is(name, "src")) {
			struct fact f;
			struct str host;

			dest = js_symbolic(j, right);
			host = host_of(j->a, dest);
			say_call(j, n, STR("script.src"), "code", known_bytes(dest) >= 4 ? shown(j, dest) : STR(""), const_flags(j, j->av[right]), fresh);
			if (host.len) {
				f = fact_of(FACT_FLOW, STR("net>code"), host);
				f.number = 3;
				f.flags = (fresh ? FACT_NEW_SOURCE | FACT_NEW_SINK : 0) | const_flags(j, j->av[right]) | js_place_flags(j, n);
				f.detail = STR("script element -> src");
				say(j, f, n, fresh);
				if (fresh && (!j->site->old_text.len || str_find(j->site->old_text, host) == SIZE_MAX))
					say(j, fact_of(FACT_HOST, host, shown(j, dest)), n, fresh);
			}
			flows_into(j, &k, j->av[right], right);
		} else {
			say_call(j, n, STR("script.text"), "code", STR(""), const_flags(j, j->av[right]), fresh);
			flows_into(j, &k, j->av[right], right);
			code_value(j, n, right, j->av[right], fresh, k.name);
		}
	} else if ((str_is(api, "HTMLImage") && str_is(name, "src")) || str_is(k.name, "location.href") || str_is(k.name, "document.location") ||
		(str_is(name, "action") && str_starts(api, "HTML"))) {
		dest = js_symbolic(j, right);
		k.kind = SINK_NET;
		aim(j, &k, dest);
		flows_into(j, &k, j->av[right], right);
		if (str_is(name, "action") && host_of(j->a, dest).len) {
			struct fact f = fact_of(FACT_FLOW, STR("form>net"), host_of(j->a, dest));

			f.number = 3;
			f.flags = fresh ? FACT_NEW_SOURCE | FACT_NEW_SINK : 0;
			f.detail = STR("form -> action");
			say(j, f, n, fresh);
		}
	} else if (str_is(name, "innerHTML") || str_is(name, "outerHTML")) {
		struct str html;
		size_t m = js_taints_of(j, j->av[right], right, taints, TAINTS_MAX, NULL);

		if (js_const_str(j, j->av[right], &html) ? str_has_nocase(html, "<script") || str_has_nocase(html, "onerror=") : m > 0) {
			say_call(j, n, STR("innerHTML"), "code", js_const_str(j, j->av[right], &html) ? html : STR(""), const_flags(j, j->av[right]), fresh);
			if (js_const_str(j, j->av[right], &html))
				script_tag(j, n, html, "script tag -> page", fresh);
		}
	}
}

static void hooks(struct facts *fa)
{
	struct js *j = fa->j;

	for (size_t i = 0; i < j->n_stores; i++) {
		const struct js_stored *s = &j->stores[i];
		struct str api = js_name_str(j, s->api);

		if (!js_store_is_hook(api) || !s->value || !js_av_has(j, j->av[s->value], T_FN))
			continue;
		say(j, fact_of(FACT_TRUST, STR("api-hooked"), api), s->node, js_node_fresh(j, s->node) || js_node_fresh(j, s->value));
	}
}

/* ---------- strings ---------- */

/* A text that a call executes is no message, however many words it has. */
static bool is_command(struct js *j, uint32_t n)
{
	for (int k = 0; k < 4 && n; k++, n = j->nodes[n].parent) {
		struct js_call c;
		const struct js_api *row;

		if (j->nodes[n].kind != J_CALL && j->nodes[n].kind != J_NEW)
			continue;
		js_call_of(j, n, &c);
		row = js_api_find(j, js_api_of(j, c.callee), API_CALL);
		return row && (row->class_ == CLASS_EXEC || row->class_ == CLASS_CODE);
	}
	return false;
}

static bool is_message(struct js *j, uint32_t n)
{
	uint32_t p = j->nodes[n].parent, c;
	struct str t = js_text(j, n), name;
	size_t blanks = 0;

	for (size_t i = 0; i < t.len && i < 400; i++)
		blanks += t.p[i] == ' ';
	for (int k = 0; k < 4 && p; k++, p = j->nodes[p].parent) {
		if (j->nodes[p].kind == J_THROW)
			return true;
		if (j->nodes[p].kind != J_CALL && j->nodes[p].kind != J_NEW)
			continue;
		c = js_kid(j, p, R_CALLEE);
		name = c ? js_text(j, c) : STR("");
		if (str_starts(name, "console.") || str_ends(name, "Error") || str_ends_nocase(name, "warn") || str_ends_nocase(name, "log") ||
			str_ends_nocase(name, "deprecate") || str_ends_nocase(name, "invariant") || str_ends_nocase(name, "warning"))
			return true;
		break;
	}
	return blanks >= 4 && !is_command(j, n);
}

static bool is_specifier(struct js *j, uint32_t n)
{
	uint32_t p = j->nodes[n].parent, c;

	if (j->nodes[p].kind == J_IMPORT || j->nodes[p].kind == J_EXPORT)
		return true;
	if (j->nodes[p].kind != J_ARGS)
		return false;
	c = js_kid(j, j->nodes[p].parent, R_CALLEE);
	return c && (j->nodes[c].kind == J_IMPORT_KW || str_is(js_text(j, c), "require"));
}

static bool piece_has(struct js *j, uint32_t n, struct str what)
{
	uint32_t start = n;

	while (j->nodes[start].first)
		start = j->nodes[start].first;
	for (uint32_t i = start; i < n; i++) {
		struct str t;

		if (j->nodes[i].kind == J_STR && js_const_str(j, j->av[i], &t) && str_find(t, what) != SIZE_MAX)
			return true;
	}
	return false;
}

static void classify_const(struct js *j, uint32_t n, struct str t, bool decoded, bool fresh)
{
	struct string_class c;
	struct js_site *s = j->site;
	bool message = is_message(j, n);

	if (t.len < 6 || t.len > 1 << 16)
		return;
	classify_string(t, &c);
	for (size_t i = 0; i < c.n; i++) {
		struct fact f = fact_of(c.items[i].kind, c.items[i].key, c.items[i].value);

		if (f.kind == FACT_HOST && s->old_text.len && str_find(s->old_text, c.items[i].key) != SIZE_MAX)
			continue;
		if (f.kind == FACT_STRING && !decoded && s->old_text.len && c.items[i].value.len > 12 && str_find(s->old_text, c.items[i].value) != SIZE_MAX)
			continue;
		if (message)
			f.detail = STR("message");
		f.flags = FACT_CONSTANT | (decoded ? FACT_DECODED_ARG : 0);
		say(j, f, n, fresh);
	}
}

static bool word_is_telling(const struct js *j, struct str t)
{
	for (int i = 0; j->front->telling[i]; i++)
		if (str_is(t, j->front->telling[i]))
			return true;
	return false;
}

static void decoded_const(struct js *j, uint32_t n, struct js_str *s, struct str t, bool fresh)
{
	struct string_class c;
	bool notable = word_is_telling(j, t) || t.len >= 120;
	struct fact f;

	if (t.len < 2 || !utf8_valid(str_part(t, 0, 256)))
		notable = t.len > 64;
	if (!notable && t.len >= 6) {
		classify_string(t, &c);
		notable = c.n > 0 || j->front->looks_like(t);
	}
	if (!s->depth) { /* only put together: news if the parts hide the word */
		if (!(s->scheme & SCHEME_CONCAT) || !notable || t.len > 300 || piece_has(j, n, t))
			return;
		if (!word_is_telling(j, t)) {
			classify_string(t, &c);
			/* what stands whole in the text is not hidden by putting a path behind it */
			if (!c.n || str_find(j->text, c.items[0].kind == FACT_HOST ? c.items[0].key : c.items[0].value) != SIZE_MAX)
				return;
		} else if (t.len < 5) {
			return;
		}
	}
	if (!notable || j->site->n_decoded >= DECODED_MAX)
		return;
	if (fresh)
		j->site->n_decoded++;
	f = fact_of(FACT_DECODED, str_of(scheme_name(s->scheme)), str_part(t, 0, FACT_VALUE_BYTES));
	f.number = (uint64_t)j->site->layer + (s->depth ? s->depth : 1);
	say(j, f, n, fresh);
	if (s->depth && t.len >= 40 && fresh && j->front->looks_like(t))
		js_run_layer(j, n, t);
}

static void literal_blob(struct js *j, uint32_t n, struct str t, bool fresh)
{
	struct blob b;
	struct fact f;

	if (t.len < 200 || !fresh)
		return;
	b = blob_look(j->a, t);
	if (b.kind == BLOB_TEXT && j->front->looks_like(b.bytes))
		b.kind = BLOB_CODE;
	if (b.kind == BLOB_NONE || b.kind == BLOB_MEDIA)
		return;
	if (b.kind == BLOB_WASM || b.kind == BLOB_TEXT)
		return;
	f = fact_of(FACT_OBFUSCATED, STR("long-encoded-literal"), STR(""));
	f.number = t.len;
	f.detail = arena_printf(j->a, "%s of %s, entropy %u", b.scheme, blob_name(b.kind), entropy_of(str_part(b.bytes, 0, 65536)));
	say(j, f, n, fresh);
	if (b.kind == BLOB_CODE) {
		f = fact_of(FACT_DECODED, str_of(b.scheme), str_part(b.bytes, 0, FACT_VALUE_BYTES));
		f.number = (uint64_t)j->site->layer + 1;
		say(j, f, n, fresh);
		js_run_layer(j, n, b.bytes);
	}
}

static void string_facts(struct facts *fa, uint32_t n)
{
	struct js *j = fa->j;
	struct js_str *s = const_str_of(j, j->av[n]);
	struct js_val v;
	struct str t;
	bool fresh;
	size_t at, len;
	uint32_t up;

	up = j->nodes[n].parent;
	if (!s || (up && j->nodes[up].kind != J_SEQ && j->nodes[up].kind != J_ASSIGN &&
		js_av_const(j, j->av[up], &v)))
		return; /* the larger constant speaks for it */
	if (j->nodes[n].kind == J_ID || j->nodes[n].kind == J_AWAIT)
		return; /* said where it was written */
	fresh = js_node_fresh(j, n);
	if (!fresh && j->nodes[n].kind == J_STR)
		return;
	t = js_utf8(j, s);
	if (str_find_nocase(str_trim(t), "bcc:") == 0)
		blind_copy(j, n, str_trim(t), fresh);
	if (j->nodes[n].kind == J_STR) {
		struct str raw = js_text(j, n);
		size_t escapes = 0;

		for (size_t i = 0; i + 1 < raw.len; i++)
			escapes += raw.p[i] == '\\' && (raw.p[i + 1] == 'x' || raw.p[i + 1] == 'u');
		if (escapes * 5 > s->len * 3 && escapes >= 3) {
			size_t plain = 0; /* printable characters that needed no escape */

			for (size_t i = 0; i < s->len; i++)
				plain += js_unit(s, i) >= 32 && js_unit(s, i) < 127;
			if (plain * 2 > s->len) {
				struct js_str e = *s;

				fa->escapes += escapes;
				fa->escape_bytes += raw.len;
				e.depth = 1;
				e.scheme = SCHEME_ESCAPE;
				decoded_const(j, n, &e, t, fresh);
			}
		}
		literal_blob(j, n, t, fresh);
		if (is_specifier(j, n))
			return;
	} else if (s->depth || s->scheme) {
		decoded_const(j, n, s, t, fresh);
	}
	if (!s->depth || !j->front->looks_like(t)) /* code is read as a layer */
		classify_const(j, n, t, s->depth > 0, fresh);
	if (t.len >= 20 && fresh && reviewer_text(t, &at, &len)) {
		struct fact f = fact_of(FACT_REVIEWER, STR("string"), str_part(t, at, len));

		say(j, f, n, fresh);
	}
}

static void template_facts(struct js *j, uint32_t n)
{
	struct str t = shown(j, js_symbolic(j, n));

	if (js_node_fresh(j, n))
		classify_const(j, n, t, false, true);
}

static void comment_facts(struct js *j)
{
	struct js_site *s = j->site;

	for (size_t i = 0; i < j->n_comments; i++) {
		struct str t = str_part(j->text, j->comments[i].from, j->comments[i].to - j->comments[i].from);
		size_t at, len;
		struct js_node *spare = &j->nodes[0];

		if (t.len < 20)
			continue;
		spare->from = (uint32_t)j->comments[i].from; /* node 0 lends its place */
		spare->to = (uint32_t)j->comments[i].to;
		if (js_node_fresh(j, 0) && !s->layer && reviewer_text(t, &at, &len))
			say(j, fact_of(FACT_REVIEWER, STR("comment"), str_part(t, at, len)), 0, true);
	}
}

/* ---------- shapes ---------- */

static bool hex_name(struct str s)
{
	size_t i = 3;

	if (s.len < 6 || !str_starts(s, "_0x"))
		return false;
	while (i < s.len && ((s.p[i] >= '0' && s.p[i] <= '9') || ((s.p[i] | 32) >= 'a' && (s.p[i] | 32) <= 'f')))
		i++;
	return i == s.len;
}

static void name_facts(struct facts *fa, uint32_t n)
{
	struct js *j = fa->j;
	const struct js_node *me = &j->nodes[n];

	if (me->flags & JF_ESCAPED && js_node_fresh(j, n)) {
		struct fact f = fact_of(FACT_OBFUSCATED, STR("escaped-identifiers"), js_name_str(j, me->x));

		f.number = me->to - me->from;
		say(j, f, n, true);
	}
	if (me->kind == J_ID && hex_name(js_name_str(j, me->x)) && js_node_fresh(j, n)) {
		if (!fa->hex_names)
			fa->hex_from = n;
		fa->hex_names++;
		fa->hex_to = n;
	}
}

/* Call with depth 0. */
static bool is_true_literal(struct js *j, uint32_t n, unsigned depth)
{
	struct js_val v;

	if (!n)
		return true;
	if (j->nodes[n].kind == J_BIN && (j->nodes[n].op == OP_LT || j->nodes[n].op == OP_LE) &&
		str_is(js_text(j, j->nodes[n].last), "Infinity"))
		return true;
	if (j->nodes[n].kind == J_EMPTY)
		return true;
	if (j->nodes[n].kind == J_LOGIC) { /* of its sides one may be known, and says nothing alone */
		bool left = depth < CONDITION_DEPTH && is_true_literal(j, j->nodes[n].first, depth + 1);

		return depth < CONDITION_DEPTH && (j->nodes[n].op == OP_LAND ? left && is_true_literal(j, j->nodes[n].last, depth + 1)
			: left || (j->nodes[n].op == OP_LOR && is_true_literal(j, j->nodes[n].last, depth + 1)));
	}
	return js_av_const(j, j->av[n], &v) && (v.t == V_BOOL ? v.b : v.t == V_NUM && v.n != 0);
}

/* A loop that nothing in it can leave. */
static bool loop_ends(struct js *j, uint32_t body, uint32_t fn)
{
	uint32_t start = body;

	if (!body)
		return false;
	while (j->nodes[start].first)
		start = j->nodes[start].first;
	for (uint32_t i = start; i <= body; i++) {
		uint8_t k = j->nodes[i].kind;

		if ((k == J_BREAK || k == J_RETURN || k == J_THROW || k == J_AWAIT || k == J_YIELD) && j->nodes[i].fn == fn)
			return true;
		if (k == J_FOR_IN && j->nodes[i].fn == fn && str_has(str_part(js_text(j, i), 0, 12), "await"))
			return true;
		if (k == J_CALL) {
			struct js_call c;

			js_call_of(j, i, &c);
			if (str_is(js_api_of(j, c.callee), "process.exit"))
				return true;
		}
	}
	return false;
}

static bool is_below_infinity(struct js *j, uint32_t cond)
{
	uint32_t right = cond ? j->nodes[cond].last : 0;

	return right && j->nodes[cond].kind == J_BIN && (j->nodes[cond].op == OP_LT || j->nodes[cond].op == OP_LE) &&
		str_is(str_trim(js_text(j, right)), "Infinity");
}

/* Does the loop call anything but a printer? */
static bool loop_waits(struct js *j, uint32_t body)
{
	uint32_t start = body;

	while (j->nodes[start].first)
		start = j->nodes[start].first;
	for (uint32_t i = start; i <= body; i++)
		if (j->nodes[i].kind == J_CALL && !str_starts(js_text(j, i), "print("))
			return true;
	return false;
}

static void loop_facts(struct js *j, uint32_t n)
{
	uint32_t cond = js_kid(j, n, R_COND), body = js_kid(j, n, R_BODY);

	if (j->nodes[n].kind == J_FOR && cond && j->nodes[cond].kind == J_EXPR_STMT)
		cond = j->nodes[cond].first;
	if (j->nodes[n].kind != J_FOR && !cond)
		return;
	if ((!is_true_literal(j, cond, 0) && !is_below_infinity(j, cond)) || loop_ends(j, body, j->nodes[n].fn) || j->nodes[j->fns[j->nodes[n].fn].node].flags & JF_ASYNC)
		return;
	if (cond && loop_ends(j, cond, j->nodes[n].fn))
		return;
	/* servers and workers wait in endless loops: where nothing tells them apart, only idle ones count */
	if (j->front->function_scope && (!runs_at_load(j, n) || loop_waits(j, body)))
		return;
	say(j, fact_of(FACT_LOOP, STR("endless"), STR("")), n, js_node_fresh(j, n));
}

static void flatten_facts(struct js *j, uint32_t n)
{
	/* while (true) { switch (order[i++]) { case '0': ... continue; } break; } */
	uint32_t body = js_kid(j, n, R_BODY), sw, value;

	if (!body || j->nodes[body].kind != J_BLOCK || !(sw = j->nodes[body].first) || j->nodes[sw].kind != J_SWITCH)
		return;
	value = js_kid(j, sw, R_VALUE);
	if (value && j->nodes[value].kind == J_SUBSCRIPT && str_has(js_text(j, value), "++")) {
		struct fact f = fact_of(FACT_OBFUSCATED, STR("control-flow-flattening"), STR(""));

		f.number = j->nodes[n].to - j->nodes[n].from;
		say(j, f, n, js_node_fresh(j, n));
	}
}

static void packed_facts(struct js *j, uint32_t n)
{
	struct str t;
	uint32_t args = js_kid(j, n, R_ARGS), f0 = args ? j->nodes[args].first : 0;

	if (!f0 || j->nodes[f0].kind != J_CALL)
		return;
	t = str_part(js_text(j, f0), 0, 60);
	if (str_starts(t, "function(p,a,c,k,e,") || str_starts(t, "function(p, a, c, k, e,")) {
		struct fact f = fact_of(FACT_OBFUSCATED, STR("packed"), STR(""));

		f.number = j->nodes[n].to - j->nodes[n].from;
		say(j, f, n, js_node_fresh(j, n));
	}
}

/* A function that only hands out a long list of short strings. */
static void string_array_facts(struct js *j, uint32_t n)
{
	size_t strings = 0, total = 0;
	uint32_t up = j->nodes[n].parent;
	struct str name = STR("");
	struct fact f;

	for (uint32_t k = j->nodes[n].first; k; k = j->nodes[k].next) {
		total++;
		strings += j->nodes[k].kind == J_STR;
	}
	if (total < 8 || strings < total || j->nodes[up].kind != J_DECLARATOR)
		return;
	if (js_kid(j, up, R_NAME))
		name = js_text(j, js_kid(j, up, R_NAME));
	if (!hex_name(name) && !hex_name(js_name_str(j, j->fns[j->nodes[n].fn].name)) && !str_has(str_part(js_text(j, j->fns[j->nodes[n].fn].node), 0, 40), "_0x"))
		return;
	f = fact_of(FACT_OBFUSCATED, STR("string-array"), STR(""));
	f.number = j->nodes[n].to - j->nodes[n].from;
	f.detail = arena_printf(j->a, "%zu strings", strings);
	say(j, f, n, js_node_fresh(j, n));
}

/* ---------- conditions ---------- */

static const char *gate_of(const struct front *front, struct str c)
{
	for (const struct front_gate *g = front->gates; g->word; g++)
		if (str_has(c, g->word))
			return *g->key ? g->key : NULL;
	return NULL;
}

/* Does something with the outer world happen inside? */
static bool acts(struct js *j, uint32_t n)
{
	uint32_t start = n;
	int steps = 0;

	if (!n)
		return false;
	while (j->nodes[start].first)
		start = j->nodes[start].first;
	for (uint32_t i = start; i <= n && steps < 4000; i++, steps++) {
		struct js_call c;
		const struct js_api *row;

		if (j->nodes[i].kind != J_CALL && j->nodes[i].kind != J_NEW)
			continue;
		js_call_of(j, i, &c);
		row = js_api_find(j, js_api_of(j, c.callee), API_CALL);
		if (row && (row->class_ == CLASS_EXEC || row->class_ == CLASS_NET || row->class_ == CLASS_FS_WRITE || row->class_ == CLASS_FS_DELETE ||
				   (row->class_ == CLASS_CODE && row->sink)))
			return true;
	}
	return false;
}

static void gate_facts(struct js *j, uint32_t n)
{
	uint32_t cond = j->nodes[n].kind == J_LOGIC ? j->nodes[n].first : js_kid(j, n, R_COND);
	uint32_t then = j->nodes[n].kind == J_LOGIC ? j->nodes[n].last : js_kid(j, n, R_CONS);
	const char *key;
	struct fact f;
	struct str sym;

	if (!cond || !then || j->nodes[cond].to - j->nodes[cond].from > 300 || (j->nodes[n].kind == J_LOGIC && j->nodes[n].op != OP_LAND))
		return;
	key = gate_of(j->front, js_text(j, cond));
	if (!key) { /* the compared value may be a name for one */
		uint32_t k = j->nodes[cond].kind == J_BIN ? j->nodes[cond].first : cond;

		sym = k ? js_api_of(j, j->av[k]) : STR("");
		key = sym.len ? gate_of(j->front, sym) : NULL;
	}
	if (!key || !js_node_fresh(j, cond) || !acts(j, then))
		return;
	f = fact_of(FACT_GATE, str_of(key), str_part(js_text(j, cond), 0, 200));
	say(j, f, cond, true);
}

/* if (... && (user->uid = 0)): one sign is missing, or too little. */
static void becomes_root(struct js *j, uint32_t n)
{
	static const char *const names[] = {"uid", "euid", "pw_uid", "suid", "fsuid", "gid", "pw_gid", "egid"};
	uint32_t left = js_kid(j, n, R_LEFT), right = js_kid(j, n, R_RIGHT), property = left ? js_kid(j, left, R_PROPERTY) : 0, at = n;
	struct str name = property ? js_text(j, property) : STR_NONE;
	bool told = false;
	struct fact f = fact_of(FACT_TRUST, STR("rights"), STR("an assignment of root within a condition"));

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		told |= str_is(name, names[i]);
	if (!told || !right || !str_is(js_text(j, right), "0") || !js_node_fresh(j, n))
		return;
	while (j->nodes[at].parent && (j->nodes[at].role != R_COND) && (j->nodes[j->nodes[at].parent].kind == J_LOGIC || j->nodes[j->nodes[at].parent].kind == J_UNARY ||
		j->nodes[j->nodes[at].parent].kind == J_BIN || j->nodes[j->nodes[at].parent].kind == J_IF))
		at = j->nodes[at].parent;
	if (j->nodes[at].role != R_COND)
		return;
	f.number = RIGHTS_GRAVE;
	f.flags = js_place_flags(j, n);
	say(j, f, n, true);
}

/* Who knows a word that stands in new code is let in. */
static void way_in(struct js *j, uint32_t n)
{
	struct str word;
	bool sure;
	struct fact f;

	if (!js_node_fresh(j, n) || !js_opens(j, n, &word, &sure) || (j->site->old_text.len && str_find(j->site->old_text, word) != SIZE_MAX))
		return;
	f = fact_of(FACT_TRUST, STR("opens"), str_part(word, 0, 80));
	f.number = sure ? 3 : 1;
	f.flags = js_place_flags(j, n);
	say(j, f, n, true);
}

/* ---------- all ---------- */

/* What a rule of the user says to be a sink. */
static void ruled_sinks(struct js *j, uint32_t n)
{
	for (size_t i = j->mark_of[n] - 1; i < j->n_marks && j->marks[i].from == j->nodes[n].from && j->marks[i].to == j->nodes[n].to; i++) {
		uint32_t up = j->nodes[n].parent, whole = j->nodes[up].kind == J_ARGS ? j->nodes[up].parent : up;
		struct drain k = {.node = whole, .kind = (enum js_sink)j->marks[i].kind, .name = str_part(js_text(j, whole), 0, 60),
			.value = STR(""), .fresh = js_call_fresh(j, whole), .behaviour = j->marks[i].behaviour};

		if (j->marks[i].role == RULE_SINK)
			flows_into(j, &k, j->av[n], n);
	}
}

/* A statement of six characters only: names and numbers are made of them, and what it runs is not known. */
static void six_characters(struct js *j, uint32_t n)
{
	struct str t = js_text(j, n);
	struct fact f = fact_of(FACT_OBFUSCATED, STR("jsfuck"), STR(""));
	size_t odd = 0, all = 0;

	if (t.len <= 200 || !memchr("[]()!+", t.p[0], 6))
		return;
	for (size_t i = 0; i < t.len && i < 65536; i++) {
		odd += t.p[i] && strchr("[]()!+", t.p[i]);
		all += (unsigned char)t.p[i] > ' ';
	}
	if (all <= 200 || odd * 10 <= all * 9)
		return;
	f.number = t.len;
	say(j, f, n, js_node_fresh(j, n));
	f = fact_of(FACT_UNRESOLVED, STR("code"), STR(""));
	f.number = t.len;
	f.detail = str_part(t, 0, 300);
	f.flags = js_place_flags(j, n);
	say(j, f, n, js_node_fresh(j, n));
}

static void node_facts(struct facts *fa, uint32_t n)
{
	struct js *j = fa->j;
	const struct js_node *me = &j->nodes[n];
	uint32_t l, r;

	if (j->mark_of && j->mark_of[n])
		ruled_sinks(j, n);
	switch (me->kind) {
	case J_CALL:
	case J_NEW:
		call_facts(fa, n);
		string_facts(fa, n);
		packed_facts(j, n);
		way_in(j, n);
		break;
	case J_STR:
	case J_ADD:
	case J_MEMBER:
	case J_SUBSCRIPT:
	case J_COND:
	case J_LOGIC:
		string_facts(fa, n);
		if (me->kind == J_COND || me->kind == J_LOGIC)
			gate_facts(j, n);
		break;
	case J_TEMPLATE:
		if (const_str_of(j, j->av[n]))
			string_facts(fa, n);
		else
			template_facts(j, n);
		break;
	case J_ASSIGN:
		l = js_kid(j, n, R_LEFT);
		r = js_kid(j, n, R_RIGHT);
		becomes_root(j, n);
		if (l && r && (j->nodes[l].kind == J_MEMBER || j->nodes[l].kind == J_SUBSCRIPT))
			property_sink(fa, n, l, r);
		else if (l && r && j->front->function_scope && j->nodes[l].kind == J_ID)
			setting(j, n, js_name_str(j, j->nodes[l].x), r, js_node_fresh(j, n));
		break;
	case J_PAIR:
		l = js_kid(j, n, R_KEY);
		r = js_kid(j, n, R_VALUE);
		if (l && r && j->nodes[l].kind != J_COMPUTED)
			setting(j, n, js_name_str(j, js_key_name(j, l)), r, js_node_fresh(j, n));
		break;
	case J_DECLARATOR:
		l = js_kid(j, n, R_NAME);
		r = js_kid(j, n, R_VALUE);
		if (l && r && j->nodes[l].kind == J_ID)
			setting(j, n, js_name_str(j, j->nodes[l].x), r, js_node_fresh(j, n));
		break;
	case J_IMPORT:
	case J_EXPORT: {
		uint32_t src = js_kid(j, n, R_SOURCE);
		struct str spec;
		struct fact f;

		if (!src || !js_const_str(j, j->av[src], &spec) || !js_node_fresh(j, src))
			break;
		if (j->front->function_scope && str_find(j->site->old_text, spec) != SIZE_MAX)
			break;
		if (j->site->old_text.len && (str_has(j->site->old_text, arena_printf(j->a, "\"%.*s\"", STR_ARG(spec)).p) ||
						     str_has(j->site->old_text, arena_printf(j->a, "'%.*s'", STR_ARG(spec)).p)))
			break;
		f = fact_of(FACT_IMPORT, spec, STR(""));
		if (me->kind == J_IMPORT && me->first == src && !j->nodes[src].next)
			f.detail = STR(IMPORT_FOR_EFFECT);
		say(j, f, n, true);
		break;
	}
	case J_ID:
	case J_PROP:
		name_facts(fa, n);
		break;
	case J_IF:
		gate_facts(j, n);
		break;
	case J_BIN:
		way_in(j, n);
		break;
	case J_WHILE:
	case J_FOR:
		loop_facts(j, n);
		flatten_facts(j, n);
		break;
	case J_ARRAY:
		string_array_facts(j, n);
		break;
	case J_EXPR_STMT:
		six_characters(j, n);
		break;
	default:
		break;
	}
}

/* A digit between letters where no word begins: "A9U166g", not "vec3Add". People write such names too ("i18n"), but few. */
static bool is_random_name(struct str s)
{
	bool letter = false, digit = false;

	for (size_t i = 0; i < s.len; i++) {
		bool upper = s.p[i] >= 'A' && s.p[i] <= 'Z', lower = s.p[i] >= 'a' && s.p[i] <= 'z', is_digit = s.p[i] >= '0' && s.p[i] <= '9';

		if (digit && (lower || (upper && !(i + 1 < s.len && s.p[i + 1] >= 'a' && s.p[i + 1] <= 'z'))))
			return true;
		digit = is_digit && (digit || letter);
		letter = upper || lower;
	}
	return false;
}

/* Names that a generator made up: a third of all that are met, where people's code has hardly one in ten. */
static void random_name_facts(struct js *j)
{
	size_t all = 0, random = 0, distinct = 0;
	bool *met = ARENA_ARRAY(j->a, j->n_names + 1, bool);
	uint32_t from = 0, to = 0;
	struct fact f;

	for (uint32_t n = 1; n < j->n_nodes; n++) {
		uint32_t x = j->nodes[n].x;
		struct str name = j->nodes[n].kind == J_ID ? js_name_str(j, x) : STR_NONE;

		if (name.len < 5 || name.len > 16 || !js_node_fresh(j, n))
			continue;
		all++;
		if (!is_random_name(name))
			continue;
		random++;
		distinct += !met[x];
		met[x] = true;
		from = from ? from : n;
		to = n;
	}
	if (distinct < RANDOM_NAMES || random * 3 < all || all < 10 * RANDOM_NAMES)
		return;
	f = fact_of(FACT_OBFUSCATED, STR("random-names"), STR(""));
	f.number = j->nodes[to].to - j->nodes[from].from;
	f.detail = arena_printf(j->a, "%zu names", distinct);
	say(j, f, from, true);
}

static void shape_facts(struct facts *fa)
{
	struct js *j = fa->j;
	struct fact f;

	random_name_facts(j);

	if (fa->hex_names >= 10) {
		f = fact_of(FACT_OBFUSCATED, STR("hex-names"), STR(""));
		f.number = j->nodes[fa->hex_to].to - j->nodes[fa->hex_from].from;
		f.detail = arena_printf(j->a, "%zu names", fa->hex_names);
		say(j, f, (uint32_t)fa->hex_from, true);
	}
	if (fa->escapes >= 40) {
		f = fact_of(FACT_OBFUSCATED, STR("escaped-strings"), STR(""));
		f.number = fa->escape_bytes;
		say(j, f, j->root, true);
	}
	if (j->too_deep) {
		f = fact_of(FACT_OBFUSCATED, STR("deep-nesting"), STR(""));
		f.number = j->text.len;
		say(j, f, j->root, true);
	}
}

void js_facts(struct js *j)
{
	struct facts fa = {.j = j};

	js_ends_exports(j);
	for (uint32_t n = 1; n < j->n_nodes; n++) {
		if (j->nodes[n].kind == J_NONE)
			continue;
		if (j->site->is_old || j->site->layer || n % 1024 || budget_step(j->in->budget, 256))
			node_facts(&fa, n);
	}
	join_runs(&fa);
	if (fa.open_shell && fa.shell_fed)
		say_shell(j, fa.shell_fed, "socket -> standard input of a shell", js_node_fresh(j, fa.shell_fed));
	hooks(&fa);
	shape_facts(&fa);
	comment_facts(j);
}
