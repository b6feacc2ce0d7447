/* What is said about a text whose values are known: how it is said, what waits, and who is asked. */
#include "facts_int.h"

#include "read/host.h"
#include "read/user_rules.h"
#include "read/rights.h"
#include "util/hash.h"

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

uint64_t facts_hash(struct str s, uint64_t seed)
{
	return fast_hash(s.len ? s.p : "", s.len, seed);
}

bool facts_runs_at_load(struct js *j, uint32_t n)
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

void facts_stand(struct js *j, struct fact *f, uint32_t n, size_t from, size_t to)
{
	const struct js_site *s = j->site;

	f->offset = from + s->shift;
	f->length = to - from;
	f->line = s->lines ? line_of(s->lines, from, NULL) : 0;
	f->unit = unit_at(s, from);
	if (facts_runs_at_load(j, n))
		f->flags |= FACT_TOP_LEVEL;
	f->excerpt = str_part(s->text, from, to - from < FACT_EXCERPT_BYTES ? to - from : FACT_EXCERPT_BYTES);
}

bool js_fact_place(struct js *j, struct fact *f, uint32_t n)
{
	size_t from, to;

	if (j->site->layer || !js_place(j, n, &from, &to))
		return false;
	facts_stand(j, f, n, from, to);
	return true;
}

/* What is kept when there is much, and what nobody may lose unsaid. */
static bool is_heavy(const struct fact *f)
{
	return f->kind == FACT_FLOW || f->kind == FACT_UNRESOLVED || f->kind == FACT_TRUST || f->kind == FACT_OBFUSCATED || f->kind == FACT_IMPORT;
}

void facts_say(struct js *j, struct fact f, uint32_t n, bool fresh)
{
	struct js_site *s = j->site;
	size_t from = s->outer_from, to = s->outer_to, place;
	uint64_t key, spot;
	bool again;

	if (!f.key.len || (!s->layer && !js_place(j, n, &from, &to)))
		return;
	key = facts_hash(f.key, 100 + (uint64_t)f.kind);
	key = facts_hash(f.value, key);
	if (f.kind == FACT_UNRESOLVED)
		key = facts_hash(f.detail, key);
	/* the same at the same place is one fact; a host or import once for its unit */
	place = from;
	if (f.kind == FACT_HOST || f.kind == FACT_IMPORT)
		place = unit_at(s, from);
	spot = fast_hash(&place, sizeof(place), f.kind == FACT_HOST ? facts_hash(f.key, 99) : key) ^ (uint64_t)s->layer << 40;
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
	facts_stand(j, &f, n, from, to);
	f.key = arena_str(s->in->arena, str_part(f.key, 0, FACT_KEY_BYTES));
	f.value = arena_str(s->in->arena, str_part(f.value, 0, FACT_VALUE_BYTES));
	if (s->layer)
		f.detail = arena_printf(s->in->arena, "%.*s%sin decoded layer %d: %.*s", STR_ARG(f.detail), f.detail.len ? "\n" : "",
			s->layer, STR_ARG(str_part(js_text(j, n), 0, 200)));
	f.detail = arena_str(s->in->arena, str_part(f.detail, 0, FACT_DETAIL_BYTES));
	s->serious |= fact_is_serious(&f);
	*ARENA_PUSH(s->a, s->found, s->n_found, s->found_room) = (struct js_found){f, key | 1};
}

struct fact facts_make(enum fact_kind kind, struct str key, struct str value)
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

struct str facts_shown(struct js *j, struct str s)
{
	return holes_shown(j->a, s, FACT_VALUE_BYTES);
}

struct js_str *facts_const_str(struct js *j, uint32_t av)
{
	struct js_val v;

	return js_av_const(j, av, &v) && v.t == V_STR ? v.s : NULL;
}

const char *facts_scheme_name(unsigned scheme)
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

bool facts_is_empty_function(const struct js *j, uint32_t f)
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

			if (str_is(name, "catch") && args && facts_is_empty_function(j, j->nodes[args].first))
				return true;
			if (str_is(name, "on") && args && facts_is_empty_function(j, j->nodes[args].last))
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
	f = facts_make(FACT_GATE, str_of(key), str_part(js_text(j, cond), 0, 200));
	facts_say(j, f, cond, true);
}

/* if (... && (user->uid = 0)): one sign is missing, or too little. */
static void becomes_root(struct js *j, uint32_t n)
{
	static const char *const names[] = {"uid", "euid", "pw_uid", "suid", "fsuid", "gid", "pw_gid", "egid"};
	uint32_t left = js_kid(j, n, R_LEFT), right = js_kid(j, n, R_RIGHT), property = left ? js_kid(j, left, R_PROPERTY) : 0, at = n;
	struct str name = property ? js_text(j, property) : STR_NONE;
	bool told = false;
	struct fact f = facts_make(FACT_TRUST, STR("rights"), STR("an assignment of root within a condition"));

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
	facts_say(j, f, n, true);
}

/* Who knows a word that stands in new code is let in. */
static void way_in(struct js *j, uint32_t n)
{
	struct str word;
	bool sure;
	struct fact f;

	if (!js_node_fresh(j, n) || !js_opens(j, n, &word, &sure) || (j->site->old_text.len && str_find(j->site->old_text, word) != SIZE_MAX))
		return;
	f = facts_make(FACT_TRUST, STR("opens"), str_part(word, 0, 80));
	f.number = sure ? 3 : 1;
	f.flags = js_place_flags(j, n);
	facts_say(j, f, n, true);
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
			facts_flows_into(j, &k, j->av[n], n);
	}
}

/* A statement of six characters only: names and numbers are made of them, and what it runs is not known. */
static void six_characters(struct js *j, uint32_t n)
{
	struct str t = js_text(j, n);
	struct fact f = facts_make(FACT_OBFUSCATED, STR("jsfuck"), STR(""));
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
	facts_say(j, f, n, js_node_fresh(j, n));
	f = facts_make(FACT_UNRESOLVED, STR("code"), STR(""));
	f.number = t.len;
	f.detail = str_part(t, 0, 300);
	f.flags = js_place_flags(j, n);
	facts_say(j, f, n, js_node_fresh(j, n));
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
		facts_of_call(fa, n);
		facts_of_string(fa, n);
		facts_of_packing(j, n);
		way_in(j, n);
		break;
	case J_STR:
	case J_ADD:
	case J_MEMBER:
	case J_SUBSCRIPT:
	case J_COND:
	case J_LOGIC:
		facts_of_string(fa, n);
		if (me->kind == J_COND || me->kind == J_LOGIC)
			gate_facts(j, n);
		break;
	case J_TEMPLATE:
		if (facts_const_str(j, j->av[n]))
			facts_of_string(fa, n);
		else
			facts_of_template(j, n);
		break;
	case J_ASSIGN:
		l = js_kid(j, n, R_LEFT);
		r = js_kid(j, n, R_RIGHT);
		becomes_root(j, n);
		if (l && r && (j->nodes[l].kind == J_MEMBER || j->nodes[l].kind == J_SUBSCRIPT))
			facts_property_sink(fa, n, l, r);
		else if (l && r && j->front->function_scope && j->nodes[l].kind == J_ID)
			facts_setting(j, n, js_name_str(j, j->nodes[l].x), r, js_node_fresh(j, n));
		break;
	case J_PAIR:
		l = js_kid(j, n, R_KEY);
		r = js_kid(j, n, R_VALUE);
		if (l && r && j->nodes[l].kind != J_COMPUTED)
			facts_setting(j, n, js_name_str(j, js_key_name(j, l)), r, js_node_fresh(j, n));
		break;
	case J_DECLARATOR:
		l = js_kid(j, n, R_NAME);
		r = js_kid(j, n, R_VALUE);
		if (l && r && j->nodes[l].kind == J_ID)
			facts_setting(j, n, js_name_str(j, j->nodes[l].x), r, js_node_fresh(j, n));
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
		f = facts_make(FACT_IMPORT, spec, STR(""));
		if (me->kind == J_IMPORT && me->first == src && !j->nodes[src].next)
			f.detail = STR(IMPORT_FOR_EFFECT);
		facts_say(j, f, n, true);
		break;
	}
	case J_ID:
	case J_PROP:
		facts_of_name(fa, n);
		break;
	case J_IF:
		gate_facts(j, n);
		break;
	case J_BIN:
		way_in(j, n);
		break;
	case J_WHILE:
	case J_FOR:
		facts_of_loop(j, n);
		facts_of_switch(j, n);
		break;
	case J_ARRAY:
		facts_of_string_array(j, n);
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
	f = facts_make(FACT_OBFUSCATED, STR("random-names"), STR(""));
	f.number = j->nodes[to].to - j->nodes[from].from;
	f.detail = arena_printf(j->a, "%zu names", distinct);
	facts_say(j, f, from, true);
}

static void shape_facts(struct facts *fa)
{
	struct js *j = fa->j;
	struct fact f;

	random_name_facts(j);

	if (fa->hex_names >= 10) {
		f = facts_make(FACT_OBFUSCATED, STR("hex-names"), STR(""));
		f.number = j->nodes[fa->hex_to].to - j->nodes[fa->hex_from].from;
		f.detail = arena_printf(j->a, "%zu names", fa->hex_names);
		facts_say(j, f, (uint32_t)fa->hex_from, true);
	}
	if (fa->escapes >= 40) {
		f = facts_make(FACT_OBFUSCATED, STR("escaped-strings"), STR(""));
		f.number = fa->escape_bytes;
		facts_say(j, f, j->root, true);
	}
	if (j->too_deep) {
		f = facts_make(FACT_OBFUSCATED, STR("deep-nesting"), STR(""));
		f.number = j->text.len;
		facts_say(j, f, j->root, true);
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
	facts_join_runs(&fa);
	if (fa.open_shell && fa.shell_fed)
		facts_say_shell(j, fa.shell_fed, "socket -> standard input of a shell", js_node_fresh(j, fa.shell_fed));
	facts_hooks(&fa);
	shape_facts(&fa);
	facts_of_comments(j);
}
