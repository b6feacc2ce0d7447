/*
 * What can every expression be? One abstract value per node and variable, grown until nothing
 * changes: API names, local functions, objects with fields, constants, and taints (data that came
 * from a source). Parameters stay symbolic (T_PARAM), so a helper that is called from many places
 * does not mix what they pass; only at a sink they are replaced by what the callers gave.
 */
#include "read/fold.h"
#include "read/command_source.h"
#include "read/styled.h"
#include "read/user_rules.h"

#include "util/hash.h"

enum { PASSES_MAX = 9, PATTERN_DEPTH = 8, FIELDS_PER_OBJECT = 400, HOPS_MAX = 6, INHERIT_DEPTH = 6, REFS_MAX = 24 << 20, COMMAND_TEXT_BYTES = 4096 };
enum { NAME_BUILTIN = 1, NAME_SECRET = 2 }; /* of name_flags */
enum { UNKNOWN_DECODED = 1 }; /* of T_UNKNOWN: decoded from a parameter */

/* ---------- a map of numbers ---------- */

struct js_map {
	uint64_t *keys;
	uint32_t *vals;
	size_t n, size;
};

static uint32_t *map_at(struct js *j, struct js_map **map, uint64_t key, bool add)
{
	struct js_map *m = *map;
	size_t at;

	if (!m)
		m = *map = ARENA_NEW(j->a, struct js_map);
	if (m->n * 2 >= m->size) {
		struct js_map old = *m;

		m->size = m->size ? m->size * 2 : 256;
		m->keys = ARENA_ARRAY(j->a, m->size, uint64_t);
		m->vals = ARENA_ARRAY(j->a, m->size, uint32_t);
		for (size_t i = 0; i < old.size; i++) {
			if (!old.keys[i])
				continue;
			at = fast_hash(&old.keys[i], 8, 9) & (m->size - 1);
			while (m->keys[at])
				at = (at + 1) & (m->size - 1);
			m->keys[at] = old.keys[i];
			m->vals[at] = old.vals[i];
		}
	}
	key++; /* 0 is an empty slot */
	at = fast_hash(&key, 8, 9) & (m->size - 1);
	while (m->keys[at]) {
		if (m->keys[at] == key)
			return &m->vals[at];
		at = (at + 1) & (m->size - 1);
	}
	if (!add)
		return NULL;
	m->keys[at] = key;
	m->n++;
	return &m->vals[at];
}

/* ---------- sets ---------- */

const uint32_t *js_refs(const struct js *j, uint32_t av, size_t *ret_n)
{
	*ret_n = j->sets[av].n;
	return j->refs + j->sets[av].first;
}

static uint32_t set_of(struct js *j, const uint32_t *refs, size_t n)
{
	uint64_t h;
	uint32_t *slot;

	if (!n)
		return AV_NONE;
	h = fast_hash(refs, n * sizeof(*refs), 5);
	for (uint64_t probe = 0;; probe++) {
		slot = map_at(j, &j->set_map, (h + probe) >> 1, true);
		if (!*slot)
			break;
		if (j->sets[*slot].n == n && !memcmp(j->refs + j->sets[*slot].first, refs, n * sizeof(*refs)))
			return *slot;
	}
	if (j->n_refs + n > REFS_MAX)
		return AV_NONE;
	{
		struct js_set *s = ARENA_PUSH(j->a, j->sets, j->n_sets, j->sets_room);

		s->first = (uint32_t)j->n_refs;
		s->n = (uint32_t)n;
		for (size_t i = 0; i < n; i++)
			*ARENA_PUSH(j->a, j->refs, j->n_refs, j->refs_room) = refs[i];
		*slot = (uint32_t)j->n_sets - 1;
	}
	return *slot;
}

static uint32_t av_ref(struct js *j, enum js_tag tag, uint32_t id)
{
	uint32_t r = REF(tag, id);

	return set_of(j, &r, 1);
}

struct bag {
	uint32_t refs[AV_MAX_REFS + 2];
	size_t n;
};

/* Keeps the bag sorted and free of doubles; one chain for each source; constants collapse when many. */
static void bag_add(struct js *j, struct bag *b, uint32_t r)
{
	size_t at = 0;

	for (size_t i = 0; i < b->n; i++) {
		if (b->refs[i] == r)
			return;
		if (b->refs[i] > r && REF_TAG(r) != T_TAINT)
			break; /* they are sorted */
		if (REF_TAG(r) == T_TAINT && REF_TAG(b->refs[i]) == T_TAINT &&
			j->taints[REF_ID(r)].base == j->taints[REF_ID(b->refs[i])].base)
			return;
	}
	if (REF_TAG(r) == T_CONST && b->n > 6) {
		r = REF(T_CONST, 0);
		for (size_t i = 0; i < b->n; i++)
			if (b->refs[i] == r)
				return;
	}
	if (b->n >= AV_MAX_REFS)
		return;
	while (at < b->n && b->refs[at] < r)
		at++;
	memmove(b->refs + at + 1, b->refs + at, (b->n - at) * sizeof(*b->refs));
	b->refs[at] = r;
	b->n++;
}

static void bag_join(struct js *j, struct bag *b, uint32_t av)
{
	size_t n;
	const uint32_t *refs = js_refs(j, av, &n);

	if (b->n == 0 && n <= AV_MAX_REFS) { /* sorted and distinct already */
		memcpy(b->refs, refs, n * sizeof(*refs));
		b->n = n;
		return;
	}
	for (size_t i = 0, at = 0; i < n; i++) { /* both ascend; in later passes most is there already */
		while (at < b->n && b->refs[at] < refs[i])
			at++;
		if (at == b->n || b->refs[at] != refs[i])
			bag_add(j, b, refs[i]);
	}
}

static uint32_t av_join(struct js *j, uint32_t a, uint32_t b)
{
	struct bag bag = {.n = 0};

	if (a == b || !b)
		return a;
	if (!a)
		return b;
	bag_join(j, &bag, a);
	bag_join(j, &bag, b);
	return set_of(j, bag.refs, bag.n);
}

static uint32_t av_only(struct js *j, uint32_t av, unsigned tags)
{
	struct bag b = {.n = 0};
	size_t n;
	const uint32_t *refs = js_refs(j, av, &n);

	for (size_t i = 0; i < n; i++)
		if (tags & 1u << REF_TAG(refs[i]))
			b.refs[b.n++] = refs[i];
	return b.n == n ? av : set_of(j, b.refs, b.n);
}

enum {
	TAGS_CODE = 1 << T_API | 1 << T_FN | 1 << T_OBJ,
	TAGS_DATA = 1 << T_TAINT | 1 << T_PARAM | 1 << T_UNKNOWN,
	TAGS_CARRY = TAGS_DATA | 1 << T_OBJ | 1 << T_CONST
};

bool js_av_has(const struct js *j, uint32_t av, enum js_tag tag)
{
	size_t n;
	const uint32_t *refs = js_refs(j, av, &n);

	for (size_t i = 0; i < n; i++)
		if (REF_TAG(refs[i]) == tag)
			return true;
	return false;
}

bool js_av_const(const struct js *j, uint32_t av, struct js_val *ret)
{
	size_t n;
	const uint32_t *refs = js_refs(j, av, &n);

	if (n != 1 || REF_TAG(refs[0]) != T_CONST || !REF_ID(refs[0]))
		return false;
	*ret = j->consts[REF_ID(refs[0])];
	return true;
}

bool js_const_str(struct js *j, uint32_t av, struct str *ret)
{
	struct js_val v;

	if (!js_av_const(j, av, &v) || v.t != V_STR)
		return false;
	*ret = js_utf8(j, v.s);
	return true;
}

struct str js_api_of(const struct js *j, uint32_t av)
{
	size_t n;
	const uint32_t *refs = js_refs(j, av, &n);

	for (size_t i = 0; i < n; i++)
		if (REF_TAG(refs[i]) == T_API)
			return js_name_str(j, REF_ID(refs[i]));
	return STR("");
}

/* ---------- taints ---------- */

bool js_place(const struct js *j, uint32_t n, size_t *ret_from, size_t *ret_to)
{
	const struct js_site *s = j->site;
	size_t lo = 0, hi = s->n_pieces, from = j->nodes[n].from, to = j->nodes[n].to;

	while (lo < hi) {
		size_t mid = (lo + hi) / 2;

		if (s->pieces[mid].to <= from)
			lo = mid + 1;
		else
			hi = mid;
	}
	if (lo >= s->n_pieces || from < s->pieces[lo].from || s->pieces[lo].at == SIZE_MAX)
		return false;
	*ret_from = s->pieces[lo].at + (from - s->pieces[lo].from);
	*ret_to = s->pieces[lo].at + ((to < s->pieces[lo].to ? to : s->pieces[lo].to) - s->pieces[lo].from);
	return true;
}

bool js_node_fresh(struct js *j, uint32_t n)
{
	const struct js_site *s = j->site;
	size_t from, to;

	if (s->layer || !s->al)
		return true;
	return js_place(j, n, &from, &to) && align_is_fresh(s->al, from, to);
}

uint32_t js_taint_at(struct js *j, enum js_source kind, uint32_t node, unsigned salt, struct str label)
{
	uint32_t *slot = map_at(j, &j->taint_map, (uint64_t)node << 8 | salt << 4 | (uint64_t)kind, true);
	struct js_taint *t;

	if (*slot)
		return *slot;
	t = ARENA_PUSH(j->a, j->taints, j->n_taints, j->taints_room);
	t->base = (uint32_t)j->n_taints - 1;
	t->node = node;
	t->kind = (uint8_t)kind;
	t->label = label;
	t->fresh = false;
	*slot = t->base;
	return t->base;
}

static uint32_t taint_base(struct js *j, enum js_source kind, uint32_t node, struct str label)
{
	return js_taint_at(j, kind, node, 0, label);
}

static uint32_t av_taint(struct js *j, enum js_source kind, uint32_t node, struct str label)
{
	return kind == SRC_NONE ? AV_NONE : av_ref(j, T_TAINT, taint_base(j, kind, node, label));
}

static uint32_t taint_hop(struct js *j, uint32_t t, uint32_t node, bool weak, struct str label)
{
	uint32_t *slot;
	struct js_taint *h, *prev = &j->taints[t];

	if (prev->hops >= HOPS_MAX || prev->node == node)
		return t;
	slot = map_at(j, &j->hop_map, (uint64_t)t << 32 | (uint64_t)node << 1 | weak, true);
	if (*slot)
		return *slot;
	h = ARENA_PUSH(j->a, j->taints, j->n_taints, j->taints_room);
	prev = &j->taints[t];
	h->base = prev->base;
	h->prev = t;
	h->node = node;
	h->kind = prev->kind;
	h->hops = prev->hops + 1;
	h->weak = prev->weak || weak;
	h->label = label;
	*slot = (uint32_t)j->n_taints - 1;
	return *slot;
}

static uint32_t av_hop(struct js *j, uint32_t av, uint32_t node, bool weak, struct str label)
{
	struct bag b = {.n = 0};
	size_t n;
	const uint32_t *refs;

	if (!js_av_has(j, av, T_TAINT))
		return av;
	refs = js_refs(j, av, &n);
	for (size_t i = 0; i < n; i++) {
		uint32_t r = REF_TAG(refs[i]) == T_TAINT ? REF(T_TAINT, taint_hop(j, REF_ID(refs[i]), node, weak, label)) : refs[i];

		bag_add(j, &b, r);
		refs = js_refs(j, av, &n);
	}
	return set_of(j, b.refs, b.n);
}

/* ---------- objects ---------- */

static uint32_t obj_at(struct js *j, uint32_t node)
{
	struct js_object *o;

	if (j->nodes[node].kind != J_FUNC && j->nodes[node].kind != J_PROGRAM && j->nodes[node].y)
		return j->nodes[node].y;
	if (!j->n_objs)
		ARENA_PUSH(j->a, j->objs, j->n_objs, j->objs_room);
	o = ARENA_PUSH(j->a, j->objs, j->n_objs, j->objs_room);
	o->node = node;
	if (j->nodes[node].kind != J_FUNC && j->nodes[node].kind != J_PROGRAM)
		j->nodes[node].y = (uint32_t)j->n_objs - 1;
	return (uint32_t)j->n_objs - 1;
}

enum { OBJ_OF_FN = 0x40000000, OBJ_OF_API = (int)0x80000000 };

uint32_t js_field_get(struct js *j, uint32_t obj, uint32_t name)
{
	uint32_t *slot = map_at(j, &j->field_map, (uint64_t)obj << 32 | name, false);

	return slot && *slot ? j->fields[*slot].av : AV_NONE;
}

static void field_join(struct js *j, uint32_t obj, uint32_t name, uint32_t av)
{
	uint32_t *slot, joined;
	struct js_field *f;

	if (!av)
		return;
	if (!(obj & 0xc0000000u) && j->objs[obj].n_fields >= FIELDS_PER_OBJECT &&
		!map_at(j, &j->field_map, (uint64_t)obj << 32 | name, false))
		name = 0;
	slot = map_at(j, &j->field_map, (uint64_t)obj << 32 | name, true);
	if (!*slot) {
		if (!j->n_fields)
			ARENA_PUSH(j->a, j->fields, j->n_fields, j->fields_room);
		f = ARENA_PUSH(j->a, j->fields, j->n_fields, j->fields_room);
		f->obj = obj;
		f->name = name;
		*slot = (uint32_t)j->n_fields - 1;
		if (!(obj & 0xc0000000u)) {
			f->next = j->objs[obj].fields;
			j->objs[obj].fields = *slot;
			j->objs[obj].n_fields++;
		}
	}
	f = &j->fields[*slot];
	joined = av_join(j, f->av, av);
	if (joined != f->av) {
		j->fields[*slot].av = joined;
		j->changed = true;
	}
}

/* All that lies directly in an object. */
static uint32_t obj_elements(struct js *j, uint32_t obj)
{
	struct bag b = {.n = 0};
	int k = 0;

	for (uint32_t f = j->objs[obj].fields; f && k < 64; f = j->fields[f].next, k++)
		bag_join(j, &b, j->fields[f].av);
	return set_of(j, b.refs, b.n);
}

static void var_join(struct js *j, uint32_t var, uint32_t av)
{
	uint32_t joined = av_join(j, j->vars[var].av, av);

	if (joined != j->vars[var].av) {
		j->vars[var].av = joined;
		j->changed = true;
	}
}

static void in_join(struct js *j, uint32_t var, uint32_t av)
{
	uint32_t joined = av_join(j, j->vars[var].in, av);

	if (joined != j->vars[var].in) {
		j->vars[var].in = joined;
		j->changed = true;
	}
}

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

/* The first name of such a module that a value has, "". */
static struct str own_among(const struct js *j, uint32_t av)
{
	size_t n;
	const uint32_t *refs = js_refs(j, av, &n);
	struct str module, name;

	for (size_t i = 0; j->n_own && i < n; i++)
		if (REF_TAG(refs[i]) == T_API && js_own_api(j, js_name_str(j, REF_ID(refs[i])), &module, &name))
			return js_name_str(j, REF_ID(refs[i]));
	return STR("");
}

/* Data that came from a source of this member; what another module may give is not known to be any. */
static bool tainted(const struct js *j, uint32_t av)
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

/* One name for the same thing. */
static struct str canonical(struct js *j, struct str s)
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

static uint32_t av_api(struct js *j, struct str name)
{
	if (name.len > 96)
		return av_ref(j, T_UNKNOWN, 0);
	return av_ref(j, T_API, js_name(j, canonical(j, name)));
}

static uint32_t module_av(struct js *j, struct str spec)
{
	struct str m = front_module(j->front, spec);

	if (m.len > 90)
		return av_ref(j, T_UNKNOWN, 0);
	m = arena_str(j->a, m);
	if (j->front->own_module && j->front->own_module(m))
		own_note(j, m);
	return av_api(j, m);
}

static bool name_in(const char *const *names, struct str s)
{
	for (; *names; names++)
		if (str_is(s, *names))
			return true;
	return false;
}

/* What reading API.name gives. */
static uint32_t api_member(struct js *j, uint32_t n, struct str api, struct str name)
{
	struct str full;
	const struct js_api *row;
	uint32_t av;

	if (api.len + name.len > 90)
		return av_ref(j, T_UNKNOWN, 0);
	if (str_is(name, "constructor") && str_is(api, "Function"))
		return av_api(j, api);
	if (str_is(name, "constructor") && !str_is(api, "module") && !str_starts(api, "$"))
		return av_api(j, js_global_known(j, api) && strchr("abcdefghijklmnopqrstuvwxyz", api.p[0]) ? STR("Function") : STR("$ctor"));
	full = canonical(j, arena_printf(j->a, "%.*s.%.*s", STR_ARG(api), STR_ARG(name)));
	av = av_api(j, full);
	av = av_join(j, av, js_field_get(j, (uint32_t)OBJ_OF_API | js_name(j, full), 0));
	row = js_api_find(j, full, API_VALUE);
	if (row && row->source != SRC_NONE)
		av = av_join(j, av, av_taint(j, (enum js_source)row->source, n, full));
	if (str_starts(full, "process.env.") && js_env_is_secret(name))
		av = av_join(j, av, av_taint(j, SRC_ENV, n, full));
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

static uint32_t fn_this(struct js *j, uint32_t fn);
static uint32_t member_one(struct js *j, uint32_t n, uint32_t ref, struct str name, uint32_t name_id);

/* What an object has from the classes that its own is made from. */
static uint32_t inherited(struct js *j, uint32_t n, uint32_t obj, struct str name, uint32_t name_id)
{
	uint32_t super = js_field_get(j, obj, js_name(j, STR(SUPER_FIELD))), av = AV_NONE;

	if (!super || j->inherit_depth >= INHERIT_DEPTH)
		return AV_NONE;
	j->inherit_depth++;
	for (size_t i = 0; i < j->sets[super].n; i++) {
		uint32_t r = j->refs[j->sets[super].first + i];

		if (REF_TAG(r) == T_OBJ && REF_ID(r) != obj)
			av = av_join(j, av, member_one(j, n, r, name, name_id));
	}
	j->inherit_depth--;
	return av;
}

static uint32_t member_one(struct js *j, uint32_t n, uint32_t ref, struct str name, uint32_t name_id)
{
	uint32_t got, id = REF_ID(ref);

	switch (REF_TAG(ref)) {
	case T_API:
		return api_member(j, n, js_name_str(j, id), name);
	case T_OBJ:
		got = js_field_get(j, id, name_id);
		if (got) { /* a getter runs when it is read */
			size_t k;
			const uint32_t *refs = js_refs(j, got, &k);

			if (k == 1 && REF_TAG(refs[0]) == T_FN && j->nodes[j->fns[REF_ID(refs[0])].node].flags & JF_GETTER)
				return j->fns[REF_ID(refs[0])].ret;
			return av_join(j, got, av_only(j, js_field_get(j, id, 0), TAGS_DATA | 1 << T_API));
		}
		got = inherited(j, n, id, name, name_id);
		if (got)
			return got;
		if (str_is(name, "constructor"))
			return av_api(j, STR("$ctor"));
		if (j->nodes[j->objs[id].node].kind == J_ARRAY && name_is_method(name))
			return av_api(j, STR("$method"));
		return str_is(name, "length") ? AV_NONE : js_field_get(j, id, 0);
	case T_FN:
		if (str_is(name, "constructor"))
			return av_api(j, STR("Function"));
		if (str_is(name, "prototype"))
			return av_ref(j, T_OBJ, fn_this(j, id));
		if (str_is(name, "call") || str_is(name, "apply") || str_is(name, "bind"))
			return av_ref(j, T_API, js_name(j, STR("$method")));
		return js_field_get(j, (uint32_t)OBJ_OF_FN | id, name_id);
	case T_CONST:
		if (str_is(name, "constructor"))
			return av_api(j, STR("$ctor"));
		return name_is_method(name) ? av_api(j, STR("$method")) : AV_NONE;
	case T_TAINT:
		return str_is(name, "length") || str_is(name, "statusCode") || str_is(name, "status") || str_is(name, "ok") ? AV_NONE
			: set_of(j, &ref, 1);
	case T_PARAM: /* a part of it is not it */
		return str_is(name, "length") ? AV_NONE : av_join(j, set_of(j, &ref, 1), av_ref(j, T_CONST, 0));
	case T_UNKNOWN:
		return str_is(name, "length") ? AV_NONE : set_of(j, &ref, 1);
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
static bool is_request_header(struct str name)
{
	return (str_starts(name, "HTTP_") && name.len > 6 && name.p[5] >= 'A' && name.p[5] <= 'Z' && !str_starts(name, "HTTP_PROXY")) ||
		str_is(name, "QUERY_STRING");
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

/* What is put into these is put into the address, and what the address has they have. */
static bool is_view_of_url(struct str name)
{
	return str_is(name, "searchParams") || str_is(name, "href") || str_is(name, "search");
}

static uint32_t member(struct js *j, uint32_t n, uint32_t av, uint32_t name_id)
{
	struct bag b = {.n = 0};
	size_t k = j->sets[av].n;
	struct str name = js_name_str(j, name_id);

	for (size_t i = 0; i < k; i++)
		bag_join(j, &b, member_one(j, n, j->refs[j->sets[av].first + i], name, name_id));
	if (is_view_of_url(name) && str_is(js_api_of(j, av), "URL.Object"))
		bag_join(j, &b, av_only(j, av, 1 << T_OBJ));
	if (names_secret(j, name_id) && (!js_av_has(j, av, T_API) || str_is(js_api_of(j, av), "$request") || str_starts(js_api_of(j, av), ".")) && j->nodes[n].role != R_CALLEE && !str_equal_nocase(name, STR("seed")))
		bag_join(j, &b, av_taint(j, SRC_CRED, n, arena_printf(j->a, "field %.*s", STR_ARG(name))));
	if (is_part_of_request(j, n, name) && (!js_av_has(j, av, T_API) || str_starts(js_api_of(j, av), ".")))
		bag_join(j, &b, av_taint(j, SRC_REQUEST, n, js_text(j, n)));
	if (is_request_header(name) && !js_av_has(j, av, T_API) && j->nodes[n].role != R_CALLEE)
		bag_join(j, &b, av_taint(j, SRC_REQUEST, n, name));
	return set_of(j, b.refs, b.n);
}

/* The name of a place that every machine has. */
static bool is_place(const struct js *j, struct str api)
{
	for (const struct front_place *p = j->front->places; p->api; p++)
		if (str_is(api, p->api))
			return true;
	return false;
}

/* An element by an index that is not known. */
static uint32_t elements(struct js *j, uint32_t n, uint32_t av)
{
	struct bag b = {.n = 0};
	size_t k = j->sets[av].n;

	for (size_t i = 0; i < k; i++) {
		uint32_t r = j->refs[j->sets[av].first + i];

		switch (REF_TAG(r)) {
		case T_OBJ:
			bag_join(j, &b, obj_elements(j, REF_ID(r)));
			break;
		case T_API:
			if (str_is(js_name_str(j, REF_ID(r)), "process.env"))
				bag_join(j, &b, av_taint(j, SRC_ENV, n, STR("process.env, each")));
			if (str_is(js_name_str(j, REF_ID(r)), "localStorage") || str_is(js_name_str(j, REF_ID(r)), "sessionStorage"))
				bag_join(j, &b, av_taint(j, SRC_COOKIE, n, STR("web storage")));
			if (is_place(j, js_name_str(j, REF_ID(r)))) { /* what lies there lies below it */
				bag_add(j, &b, r);
				break;
			}
			if (str_starts(js_name_str(j, REF_ID(r)), "HTML")) /* a list of what it holds */
				bag_add(j, &b, r);
			else
				bag_add(j, &b, REF(T_UNKNOWN, 0));
			break;
		case T_CONST:
			bag_add(j, &b, REF(T_CONST, 0));
			break;
		case T_FN:
			break;
		default:
			bag_add(j, &b, r);
			break;
		}
	}
	return set_of(j, b.refs, b.n);
}

static uint32_t key_const(struct js *j, uint32_t av)
{
	struct js_val v;

	if (!js_av_const(j, av, &v))
		return 0;
	if (v.t == V_STR && v.s->len > 90)
		return 0;
	return js_name(j, arena_str(j->a, js_val_text(j, v)));
}

static uint32_t fn_this(struct js *j, uint32_t fn)
{
	if (!j->fns[fn].this_obj) {
		uint32_t o = obj_at(j, j->fns[fn].node);

		j->fns[fn].this_obj = o;
	}
	return j->fns[fn].this_obj;
}

/* ---------- stores ---------- */

static bool call_function(struct js *j, uint32_t fn, const uint32_t *args, size_t n, uint32_t node);

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

/* What a handler of this event gets from a receiver. */
static uint32_t event_av(struct js *j, uint32_t n, uint32_t receiver, struct str event)
{
	struct str api = js_api_of(j, receiver);
	uint32_t av = av_only(j, receiver, 1 << T_TAINT | 1 << T_PARAM);

	if (str_is(event, "response") || str_is(event, "connect"))
		av = av_join(j, av, av_only(j, receiver, 1 << T_API));
	if (event_is_input(event) && (!api.len || str_starts(api, "HTML") || str_is(api, "document") || str_is(api, "globalThis") ||
			str_starts(api, "document.") || str_is(api, "addEventListener") || str_is(api, "jQuery")))
		av = av_join(j, av, av_taint(j, SRC_FORM, n, arena_printf(j->a, "event %.*s", STR_ARG(event))));
	if (str_is(event, "message") && (str_is(api, "globalThis") || str_is(api, "addEventListener") || str_is(api, "process") || str_is(api, "chrome.runtime.onMessage")))
		av = av_join(j, av, av_taint(j, SRC_ARG, n, STR("message event")));
	return av;
}

static void bind_functions(struct js *j, uint32_t av, const uint32_t *args, size_t n_args, uint32_t node)
{
	size_t k = j->sets[av].n;

	for (size_t i = 0; i < k; i++) {
		uint32_t r = j->refs[j->sets[av].first + i];

		if (REF_TAG(r) == T_FN)
			call_function(j, REF_ID(r), args, n_args, node);
	}
}

static void store_api(struct js *j, uint32_t n, struct str api, struct str name, uint32_t value, uint32_t value_node)
{
	struct js_stored *s;
	struct str full;
	uint32_t id;

	if (api.len + name.len > 90)
		return;
	full = canonical(j, arena_printf(j->a, "%.*s.%.*s", STR_ARG(api), STR_ARG(name)));
	id = js_name(j, full);
	s = ARENA_PUSH(j->a, j->stores, j->n_stores, j->stores_room);
	s->node = n;
	s->api = id;
	s->value = value_node;
	field_join(j, (uint32_t)OBJ_OF_API | id, 0, value);
}

/* The whole environment put into a field: here is where it is taken, wherever the object goes to. */
static uint32_t field_value(struct js *j, uint32_t n, uint32_t av)
{
	return str_is(js_api_of(j, av), "process.env") ? av_join(j, av, av_taint(j, SRC_ENV, n, STR("process.env"))) : av;
}

/* The object that a constructor makes, and that its prototype is here. */
static bool is_of_constructor(const struct js *j, uint32_t obj)
{
	return j->nodes[j->objs[obj].node].kind == J_FUNC;
}

static void store(struct js *j, uint32_t n, uint32_t obj_av, uint32_t name_id, uint32_t value, uint32_t value_node)
{
	size_t k = j->sets[obj_av].n;
	struct str name = js_name_str(j, name_id), event = event_of_property(name);

	if (event.len && js_av_has(j, value, T_FN)) {
		uint32_t arg = event_av(j, n, obj_av, event);

		bind_functions(j, value, &arg, 1, n);
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
			field_join(j, REF_ID(r), name_id, av_hop(j, field_value(j, value_node ? value_node : n, value), n, false, name));
			break;
		}
		case T_FN:
			field_join(j, (uint32_t)OBJ_OF_FN | REF_ID(r), name_id, value);
			break;
		case T_API:
			store_api(j, n, js_name_str(j, REF_ID(r)), name, value, value_node);
			break;
		default:
			break;
		}
	}
}

/* Object.assign(o, p), {...p}: what p has, o has from then on. */
static void fields_copy(struct js *j, uint32_t n, uint32_t obj, uint32_t av)
{
	size_t m = j->sets[av].n;

	for (size_t i = 0; i < m; i++) {
		uint32_t r = j->refs[j->sets[av].first + i];
		int left = 64;

		if (REF_TAG(r) == T_OBJ && REF_ID(r) != obj)
			for (uint32_t f = j->objs[REF_ID(r)].fields; f && left--; f = j->fields[f].next)
				field_join(j, obj, j->fields[f].name, j->fields[f].av);
		else if (REF_TAG(r) == T_API)
			field_join(j, obj, 0, elements(j, n, set_of(j, &r, 1)));
		else if (TAGS_DATA & 1 << REF_TAG(r))
			field_join(j, obj, 0, set_of(j, &r, 1));
	}
}

/* What an accessor of a property gives. */
static uint32_t getter_result(struct js *j, uint32_t getter)
{
	uint32_t av = AV_NONE;

	for (size_t i = 0; i < j->sets[getter].n; i++)
		if (REF_TAG(j->refs[j->sets[getter].first + i]) == T_FN)
			av = av_join(j, av, j->fns[REF_ID(j->refs[j->sets[getter].first + i])].ret);
	return av;
}

/* Object.defineProperty(o, name, {value: v}) or {get: f}. */
static void property_define(struct js *j, uint32_t n, uint32_t obj_av, uint32_t name, uint32_t how)
{
	for (size_t i = 0; i < j->sets[how].n; i++) {
		uint32_t r = j->refs[j->sets[how].first + i], v;

		if (REF_TAG(r) != T_OBJ)
			continue;
		v = js_field_get(j, REF_ID(r), js_name(j, STR("value")));
		v = av_join(j, v, getter_result(j, js_field_get(j, REF_ID(r), js_name(j, STR("get")))));
		if (v)
			store(j, n, obj_av, name, v, n);
	}
}

static void bind_pattern(struct js *j, uint32_t pat, uint32_t av, bool param, int depth);

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
			bind_pattern(j, j->nodes[k].first, av, param, depth + 1);
			continue;
		}
		if (!target || !key)
			continue;
		if (j->nodes[key].kind == J_COMPUTED)
			name = j->nodes[key].first ? key_const(j, j->av[j->nodes[key].first]) : 0;
		else
			name = js_key_name(j, key);
		bind_pattern(j, target, name ? member(j, k, av, name) : elements(j, k, av), param, depth + 1);
	}
}

static void bind_pattern(struct js *j, uint32_t pat, uint32_t av, bool param, int depth)
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
			in_join(j, p->y, av_hop(j, av, pat, false, js_name_str(j, p->x)));
		else
			var_join(j, p->y, av_hop(j, av, pat, false, js_name_str(j, p->x)));
		return;
	case J_MEMBER:
	case J_SUBSCRIPT: {
		uint32_t o = js_kid(j, pat, R_OBJECT), k = js_kid(j, pat, p->kind == J_MEMBER ? R_PROPERTY : R_INDEX);
		uint32_t name = !k ? 0 : p->kind == J_MEMBER ? j->nodes[k].x : key_const(j, j->av[k]);

		if (o)
			store(j, pat, j->av[o], name, av, j->nodes[pat].next);
		return;
	}
	case J_PARAM: {
		uint32_t t = js_kid(j, pat, R_PATTERN), v = js_kid(j, pat, R_VALUE);

		bind_pattern(j, t ? t : p->first, v ? av_join(j, av, j->av[v]) : av, param, depth + 1);
		return;
	}
	case J_DEFAULT: {
		uint32_t v = js_kid(j, pat, R_RIGHT);

		bind_pattern(j, js_kid(j, pat, R_LEFT), v ? av_join(j, av, j->av[v]) : av, param, depth + 1);
		return;
	}
	case J_OBJ_PATTERN:
		bind_object(j, pat, av, param, depth);
		return;
	case J_ARR_PATTERN:
		for (uint32_t k = p->first; k; k = j->nodes[k].next) {
			uint32_t item = digits[0] <= '9' ? member(j, k, av_only(j, av, 1 << T_OBJ), js_name(j, arena_str(j->a, str_of(digits)))) : AV_NONE;

			item = av_join(j, item, elements(j, k, av_only(j, av, ~(1u << T_OBJ))));
			bind_pattern(j, k, item, param, depth + 1);
			if (digits[0] <= '9')
				digits[0]++;
		}
		return;
	case J_REST:
		bind_pattern(j, p->first, av, param, depth + 1);
		return;
	default:
		return;
	}
}

/* ---------- calls ---------- */

static bool call_function(struct js *j, uint32_t fn, const uint32_t *args, size_t n, uint32_t node)
{
	struct js_fn *f = &j->fns[fn];
	size_t i = 0;

	(void)node;
	if (!f->params)
		return true;
	if (j->nodes[f->params].kind != J_PARAMS) {
		if (n)
			bind_pattern(j, f->params, args[0], true, 0);
		return true;
	}
	for (uint32_t p = j->nodes[f->params].first; p; p = j->nodes[p].next, i++) {
		if (j->nodes[p].kind == J_REST) {
			struct bag b = {.n = 0};

			for (; i < n; i++)
				bag_join(j, &b, args[i]);
			bind_pattern(j, p, set_of(j, b.refs, b.n), true, 0);
			break;
		}
		if (i < n && args[i])
			bind_pattern(j, p, args[i], true, 0);
		else if (j->nodes[p].kind == J_DEFAULT)
			bind_pattern(j, p, AV_NONE, true, 0);
	}
	return true;
}

/* A decoder was called: of constants it makes decoded data, of anything else what that is. */
static uint32_t decoded_from(struct js *j, uint32_t av, uint32_t node)
{
	if (js_av_has(j, av, T_CONST) && !js_av_has(j, av, T_PARAM) && !tainted(j, av))
		return av_join(j, av_only(j, av, 1 << T_OBJ), av_taint(j, SRC_DATA, node, js_text(j, node)));
	return av_only(j, av, TAGS_DATA | 1 << T_OBJ);
}

/* What a call of fn with these arguments returns: its parameters replaced by them. */
static uint32_t function_result(struct js *j, uint32_t fn, const uint32_t *args, size_t n, uint32_t node)
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
				bag_join(j, &b, av_only(j, args[at], TAGS_CARRY));
			continue;
		}
		decoded |= r == REF(T_UNKNOWN, UNKNOWN_DECODED);
		bag_add(j, &b, r);
	}
	if (decoded)
		return decoded_from(j, set_of(j, b.refs, b.n), node);
	return set_of(j, b.refs, b.n);
}

static uint32_t call_each(struct js *j, uint32_t callee, const uint32_t *args, size_t n, uint32_t node)
{
	struct bag b = {.n = 0};
	size_t k = j->sets[callee].n;

	for (size_t i = 0; i < k; i++) {
		uint32_t r = j->refs[j->sets[callee].first + i];

		if (REF_TAG(r) == T_FN) {
			call_function(j, REF_ID(r), args, n, node);
			bag_join(j, &b, function_result(j, REF_ID(r), args, n, node));
		}
	}
	return set_of(j, b.refs, b.n);
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
		c->arg_av[c->n_args] = j->nodes[k].kind == J_SPREAD ? elements(j, k, j->av[j->nodes[k].first]) : j->av[k];
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
		c->arg_av[0] = elements(j, list, av);
		c->n_args = 1;
	}
}

static uint32_t property_of(struct js *j, uint32_t n)
{
	uint32_t p;

	if (j->nodes[n].kind == J_MEMBER) {
		p = js_kid(j, n, R_PROPERTY);
		return p ? j->nodes[p].x : 0;
	}
	p = js_kid(j, n, R_INDEX);
	return p ? key_const(j, j->av[p]) : 0;
}

/* [].slice.call(list): a method of lists, called on the first argument. */
static bool borrowed_method(struct js *j, struct js_call *c, uint32_t method)
{
	if (!c->n_args || !str_is(js_api_of(j, c->receiver), "$method") || j->nodes[method].kind != J_MEMBER)
		return false;
	c->receiver = c->arg_av[0];
	c->method = js_name_str(j, property_of(j, method));
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

		c->method = js_name_str(j, property_of(j, callee));
		c->receiver = o ? j->av[o] : AV_NONE;
		return;
	}
	for (int k = 0; k < 3 && (j->nodes[callee].kind == J_MEMBER || j->nodes[callee].kind == J_SUBSCRIPT); k++) {
		uint32_t o = js_kid(j, callee, R_OBJECT);

		c->method = js_name_str(j, property_of(j, callee));
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

/* What a module of the release exports, where it is used as data. */
static uint32_t own_data(struct js *j, uint32_t av, uint32_t node)
{
	struct str own = own_among(j, av);

	return own.len ? av_taint(j, SRC_IMPORT, node, own) : AV_NONE;
}

static uint32_t args_join(struct js *j, const struct js_call *c, unsigned tags)
{
	struct bag b = {.n = 0};

	for (uint32_t i = 0; i < c->n_args; i++) {
		bag_join(j, &b, av_only(j, c->arg_av[i], tags));
		bag_join(j, &b, own_data(j, c->arg_av[i], c->args[i] ? c->args[i] : c->node));
		if (str_is(js_api_of(j, c->arg_av[i]), "process.env"))
			bag_join(j, &b, av_taint(j, SRC_ENV, c->args[i] ? c->args[i] : c->node, STR("process.env")));
		if (str_is(js_api_of(j, c->arg_av[i]), "localStorage") || str_is(js_api_of(j, c->arg_av[i]), "sessionStorage"))
			bag_join(j, &b, av_taint(j, SRC_COOKIE, c->args[i] ? c->args[i] : c->node, STR("web storage")));
	}
	return set_of(j, b.refs, b.n);
}

static uint32_t last_function(const struct js *j, const struct js_call *c)
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

/* The arguments by their places among the parameters of fn, those with names as well. */
static size_t args_placed(struct js *j, uint32_t fn, const struct js_call *c, uint32_t *ret)
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
	av = row->flags & API_INTO ? elements(j, c->node, c->receiver) : c->arg_av[stream ? 0 : 1];
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
	return av_ref(j, T_CONST, js_const(j, r));
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
		return av_only(j, c->arg_av[0], TAGS_DATA);
	if (av)
		return av_join(j, av, av_taint(j, SRC_DATA, c->node, api));
	av = args_join(j, c, TAGS_CARRY);

	if (!str_is(js_api_of(j, c->receiver), "globalThis")) /* window.atob decodes no window */
		av = av_join(j, av, av_only(j, c->receiver, TAGS_CARRY));
	if (!js_av_has(j, av, T_PARAM) && !tainted(j, av) &&
		(js_av_has(j, av, T_CONST) || js_av_has(j, av, T_UNKNOWN)))
		return av_join(j, av_only(j, av, TAGS_DATA), av_taint(j, SRC_DATA, c->node, api));
	if (js_av_has(j, av, T_PARAM) && j->front->function_scope) /* what the caller passes decides: see function_result() */
		av = av_join(j, av, av_ref(j, T_UNKNOWN, UNKNOWN_DECODED));
	return av_only(j, av, TAGS_DATA | 1 << T_OBJ);
}

static uint32_t element_api(struct js *j, const struct js_call *c)
{
	struct str tag;

	if (!c->n_args || !c->args[0])
		return av_api(j, STR("HTMLElement"));
	if (!js_const_str(j, c->arg_av[0], &tag))
		tag = js_symbolic(j, c->args[0]);
	if (str_equal_nocase(tag, STR("script")))
		return av_api(j, STR("HTMLScript"));
	if (str_equal_nocase(tag, STR("img")) || str_equal_nocase(tag, STR("iframe")) || str_equal_nocase(tag, STR("link")))
		return av_api(j, STR("HTMLImage"));
	if (str_equal_nocase(tag, STR("input")) || str_equal_nocase(tag, STR("textarea")))
		return av_api(j, STR("HTMLInput"));
	return av_api(j, STR("HTMLElement"));
}

/* eval("require"), Function("return this")() */
static uint32_t code_result(struct js *j, const struct js_call *c, bool makes_function)
{
	struct str t;

	if (!c->n_args || !js_const_str(j, c->arg_av[c->n_args - 1], &t))
		return av_ref(j, T_UNKNOWN, 0);
	t = str_trim(t);
	if (makes_function) {
		if (!str_starts(t, "return"))
			return av_ref(j, T_UNKNOWN, 0);
		t = str_trim(str_part(t, 6, t.len));
		while (t.len && t.p[t.len - 1] == ';')
			t.len--;
	}
	if (!t.len || t.len > 60)
		return av_ref(j, T_UNKNOWN, 0);
	for (size_t i = 0; i < t.len; i++)
		if (!((t.p[i] | 32) >= 'a' && (t.p[i] | 32) <= 'z') && t.p[i] != '.' && t.p[i] != '_' && t.p[i] != '$')
			return av_ref(j, T_UNKNOWN, 0);
	if (str_is(t, "this"))
		t = STR("globalThis");
	return makes_function ? av_api(j, arena_printf(j->a, "$returns:%.*s", STR_ARG(t))) : av_api(j, arena_str(j->a, t));
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

static struct str last_segment(struct str api)
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
		av = av_join(j, av, av_ref(j, T_TAINT, taints[i]));
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

/*
 * A variable of the environment by a name that is not known. One that the caller chose is no secret by
 * itself; all of them in a loop are, and so are some by names that say so.
 */
static uint32_t env_by_name(struct js *j, uint32_t n, uint32_t in)
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
		return av_taint(j, SRC_ENV, n, STR("process.env, each"));
	return secret.len ? av_taint(j, SRC_ENV, n, arena_printf(j->a, "process.env.%.*s, and others", STR_ARG(secret))) : av_ref(j, T_UNKNOWN, 0);
}

/* getenv(name) */
static uint32_t env_read(struct js *j, const struct js_call *c)
{
	uint32_t name = key_const(j, c->arg_av[0]);

	if (name)
		return api_member(j, c->node, STR("process.env"), js_name_str(j, name));
	return env_by_name(j, c->node, c->arg_av[0]);
}

/* A listing of what lies at somebody's: each of it lies there. */
static uint32_t listed_place(struct js *j, const struct js_call *c, const struct js_api *row)
{
	uint32_t path = js_path_node(j, c, row);

	if (!path || !str_starts(js_symbolic(j, path), "~"))
		return AV_NONE;
	for (const struct front_place *p = j->front->places; p->api; p++)
		if (str_is(str_of(p->text), "~"))
			return av_api(j, str_of(p->api));
	return AV_NONE;
}

static void objects_join(struct js *j, uint32_t av, uint32_t value)
{
	for (size_t i = 0; i < j->sets[av].n; i++)
		if (REF_TAG(j->refs[j->sets[av].first + i]) == T_OBJ)
			field_join(j, REF_ID(j->refs[j->sets[av].first + i]), 0, value);
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
			got[0] = c->n_args > 1 ? elements(j, c->node, c->arg_av[1]) : AV_NONE;
			bind_functions(j, c->arg_av[i], got, 1, c->node);
		} else {
			bind_functions(j, c->arg_av[i], c->arg_av + from, c->n_args > from ? c->n_args - from : 0, c->node);
		}
	}
	if (!c->named)
		return;
	for (uint32_t i = 0; named && i < 4; i++)
		got[i] = member(j, named, av_only(j, j->av[named], 1 << T_OBJ), js_name(j, arena_printf(j->a, "%u", i)));
	bind_functions(j, cb, named ? got : NULL, named ? 4 : 0, c->node);
}

static uint32_t call_row(struct js *j, struct js_call *c, struct str api, const struct js_api *row)
{
	uint32_t av = AV_NONE, cb = last_function(j, c), arg;
	enum js_source src = (enum js_source)row->source;
	uint32_t args[4];
	struct str cmd = STR("");
	uint32_t below = AV_NONE;

	if (row->flags & API_MODE && js_opens_to_write(j, c, row))
		return av_join(j, av_api(j, STR("file.Writer")), av_ref(j, T_OBJ, obj_at(j, c->node)));
	if (row->class_ == CLASS_FS_READ && src == SRC_FILE) {
		src = file_source(j, c, row);
		if (row->flags & API_PASS && src != SRC_CRED) { /* names of files are no secrets */
			below = src == SRC_FILE ? listed_place(j, c, row) : AV_NONE;
			src = SRC_NONE;
		}
		av = av_only(j, c->n_args ? c->arg_av[0] : AV_NONE, 1 << T_PARAM);
	}
	if (row->class_ == CLASS_ENV)
		return c->n_args ? env_read(j, c) : AV_NONE;
	if (row->class_ == CLASS_EXEC)
		src = command_gives(j, c, row, &cmd);
	if (src == SRC_NET && c->n_args && c->args[0] && js_host_is_metadata(js_symbolic(j, c->args[0])))
		src = SRC_CRED;
	arg = av_taint(j, src == SRC_DATA ? SRC_NONE : src, c->node, row->class_ == CLASS_EXEC ? cmd : api);
	if (row->class_ == CLASS_DECODE) {
		av = decode_result(j, c, api);
		arg = av;
	} else if (row->flags & API_PASS) {
		av = args_join(j, c, (TAGS_CARRY & ~(name_in(j->front->path_joins, api) ? 0 : 1u << T_CONST)) | (str_starts(api, "Array.") ? 1u << T_API : 0));
		av = av_join(j, av, av_ref(j, T_CONST, 0));
		if ((str_is(api, "JSON.stringify") || row->flags & API_DEEP) && c->n_args)
			av = av_join(j, av, av_written_out(j, c->arg_av[0], c->node));
		if (row->source == SRC_FORM && !c->n_args)
			arg = AV_NONE;
	}
	if (row->class_ == CLASS_PASS && row->flags & API_SELF)
		av = av_join(j, av, av_join(j, av_only(j, c->receiver, TAGS_DATA), av_ref(j, T_CONST, 0)));
	if (row->flags & API_MODE)
		av = av_join(j, av, av_api(j, STR("file.Reader")));
	av = av_join(j, av_join(j, av, arg), below);
	if (row->flags & API_INTO)
		put_into(j, c, arg);
	if (row->ret)
		av = av_join(j, av, av_api(j, str_of(row->ret)));
	if (row->flags & API_LINK || c->is_new)
		av = av_join(j, av, av_ref(j, T_OBJ, obj_at(j, c->node)));
	if (cb && row->flags & API_RESPONSE_CB) {
		args[0] = arg; /* (response) or (error, response, body) */
		if (row->source == SRC_REQUEST && str_starts(str_of(row->name), "net."))
			args[0] = av_join(j, arg, av_api(j, STR("net.Socket")));
		args[1] = args[2] = row->flags & API_FETCH_LIKE ? arg : AV_NONE;
		bind_functions(j, cb, args, 3, c->node);
	}
	if (cb && row->flags & API_RESULT_CB) {
		args[0] = AV_NONE;
		args[1] = args[2] = arg;
		bind_functions(j, cb, args, 3, c->node);
	}
	if (row->flags & API_NOW_CB)
		run_later(j, c, api, cb);
	if (row->class_ == CLASS_CODE && (str_is(api, "eval") || str_is(api, "Function")))
		av = av_join(j, av, code_result(j, c, str_is(api, "Function")));
	return av;
}

/* What the traps of a proxy give for any name. */
static uint32_t proxied(struct js *j, const struct js_call *c)
{
	uint32_t how = c->arg_av[1], obj = obj_at(j, c->node);

	for (size_t i = 0; i < j->sets[how].n; i++) {
		uint32_t r = j->refs[j->sets[how].first + i], trap;

		if (REF_TAG(r) != T_OBJ || !(trap = js_field_get(j, REF_ID(r), js_name(j, STR("get")))))
			continue;
		bind_functions(j, trap, c->arg_av, 1, c->node);
		field_join(j, obj, 0, getter_result(j, trap));
	}
	return av_ref(j, T_OBJ, obj);
}

static void properties_define(struct js *j, const struct js_call *c)
{
	uint32_t how = c->arg_av[1];
	int left = 64;

	for (size_t i = 0; i < j->sets[how].n; i++) {
		uint32_t r = j->refs[j->sets[how].first + i];

		for (uint32_t f = REF_TAG(r) == T_OBJ ? j->objs[REF_ID(r)].fields : 0; f && left--; f = j->fields[f].next)
			property_define(j, c->node, av_only(j, c->arg_av[0], 1 << T_OBJ), j->fields[f].name, j->fields[f].av);
	}
}

/* Object.assign(o, ...) and what other libraries call it: fields of o from now on. */
static bool merges(struct str api)
{
	static const char *const names[] = {"Object.assign", "jQuery.extend", "lodash.assign", "lodash.merge", "lodash.extend", "lodash.defaults",
		"underscore.extend", "deepmerge", NULL};

	return name_in(names, api);
}

/* [key, value] of everything in an object that stands in the text. */
static uint32_t entries_of(struct js *j, const struct js_call *c)
{
	uint32_t pair = obj_at(j, js_kid(j, c->node, R_ARGS)), list = obj_at(j, c->node), each = elements(j, c->node, c->arg_av[0]);

	field_join(j, pair, js_name(j, STR("0")), av_join(j, av_only(j, each, TAGS_DATA), av_ref(j, T_CONST, 0)));
	field_join(j, pair, js_name(j, STR("1")), each);
	field_join(j, list, 0, av_ref(j, T_OBJ, pair));
	return av_ref(j, T_OBJ, list);
}

/* Calls that put something into an object or make one from another. */
static bool object_call(struct js *j, const struct js_call *c, struct str api, uint32_t *ret)
{
	uint32_t arg0 = c->n_args ? c->arg_av[0] : AV_NONE;
	size_t n = j->sets[arg0].n;

	if (str_is(api, "Proxy") && c->is_new && c->n_args) { /* reads go through to what it stands for */
		*ret = c->n_args > 1 ? av_join(j, arg0, proxied(j, c)) : arg0;
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
				fields_copy(j, c->node, REF_ID(j->refs[j->sets[arg0].first + i]), c->arg_av[k]);
		*ret = arg0;
		return true;
	}
	if (c->n_args >= 3 && (str_is(api, "Object.defineProperty") || str_is(api, "Reflect.defineProperty")))
		property_define(j, c->node, av_only(j, arg0, 1 << T_OBJ), key_const(j, c->arg_av[1]), c->arg_av[2]);
	else if (c->n_args >= 3 && (str_is(api, "Reflect.set") || (j->front->function_scope && str_is(api, "setattr"))))
		store(j, c->node, av_only(j, arg0, 1 << T_OBJ), key_const(j, c->arg_av[1]), c->arg_av[2], c->node);
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

/* True when the API name was understood; *ret gets what the call gives. */
static bool call_api(struct js *j, struct js_call *c, struct str api, uint32_t *ret)
{
	const struct js_api *row;
	struct str s;
	uint32_t arg0 = c->n_args ? c->arg_av[0] : AV_NONE, args[2];

	if (str_is(api, "require") || str_is(api, "$import") || str_is(api, "module._load") || str_is(api, "process.binding") || str_is(api, "process.getBuiltinModule")) {
		bool known = js_const_str(j, arg0, &s);

		if (known && c->n_args == 1 && gives_the_package(j, c) && !str_starts(s, "."))
			s = str_part(s, 0, str_find_z(s, ".") == SIZE_MAX ? s.len : str_find_z(s, "."));
		*ret = known ? module_av(j, s) : av_ref(j, T_UNKNOWN, 0);
		if (js_const_str(j, arg0, &s) && str_starts(s, ".") && str_ends(s, ".json"))
			*ret = av_join(j, *ret, av_taint(j, SRC_OWN, c->node, s));
		return true;
	}
	if (str_is(api, "functools.partial") && c->n_args) {
		bind_functions(j, arg0, c->arg_av + 1, c->n_args - 1, c->node);
		*ret = av_join(j, arg0, args_join(j, c, TAGS_DATA | 1 << T_OBJ));
		return true;
	}
	if (str_is(api, "util.promisify") || helper_passes(last_segment(api)) || str_is(api, "Object.freeze") || str_is(api, "util.callbackify")) {
		*ret = arg0;
		return true;
	}
	if (str_is(last_segment(api), "__awaiter") || str_is(last_segment(api), "__generator") || str_is(last_segment(api), "_asyncToGenerator")) {
		*ret = call_each(j, last_function(j, c), NULL, 0, c->node);
		if (str_is(last_segment(api), "_asyncToGenerator"))
			*ret = last_function(j, c);
		return true;
	}
	if (str_starts(api, "$returns:")) {
		*ret = av_api(j, str_part(api, 9, api.len));
		return true;
	}
	if (str_starts(api, "$resolve:")) {
		uint64_t node = 0;

		if (str_to_u64(str_part(api, 9, api.len), 10, &node) && node < j->n_nodes)
			field_join(j, obj_at(j, (uint32_t)node), 0, arg0);
		*ret = AV_NONE;
		return true;
	}
	if (str_is(api, "Promise") && c->is_new) {
		args[0] = av_api(j, arena_printf(j->a, "$resolve:%u", c->node));
		args[1] = AV_NONE;
		bind_functions(j, arg0, args, 2, c->node);
		*ret = js_field_get(j, obj_at(j, c->node), 0);
		return true;
	}
	if (str_is(api, "Object.getPrototypeOf") && js_av_has(j, arg0, T_FN)) {
		*ret = av_api(j, STR("$fnproto"));
		return true;
	}
	if (str_is(api, "Reflect.get") && c->n_args >= 2) {
		uint32_t name = key_const(j, c->arg_av[1]);

		*ret = name ? member(j, c->node, arg0, name) : elements(j, c->node, arg0);
		return true;
	}
	if (object_call(j, c, api, ret))
		return true;
	if (str_is(api, "document.createElement")) {
		*ret = av_join(j, element_api(j, c), av_ref(j, T_OBJ, obj_at(j, c->node)));
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
		*ret = args_join(j, c, TAGS_CARRY);
		return true;
	}
	return false;
}

static bool method_is(const struct js_call *c, const char *const *names)
{
	for (; *names; names++)
		if (str_is(c->method, *names))
			return true;
	return false;
}

static const char *const then_names[] = {"then", "catch", "finally", NULL};
static const char *const on_names[] = {"on", "once", "addListener", "addEventListener", "prependListener", "subscribe", NULL};
static const char *const each_names[] = {"forEach", "map", "filter", "find", "some", "every", "flatMap", "findIndex", "sort", "$map", NULL};
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
		got = av_join(j, got, c->arg_av[i]);
	for (size_t i = 0; field && got && i < n; i++)
		if (REF_TAG(j->refs[j->sets[c->receiver].first + i]) == T_OBJ)
			field_join(j, REF_ID(j->refs[j->sets[c->receiver].first + i]), field, av_hop(j, got, c->node, false, c->method));
}

static uint32_t emitted(struct js *j, uint32_t receiver, uint32_t event)
{
	uint32_t field = event_field(j, event), av = AV_NONE;
	size_t n = j->sets[receiver].n;

	for (size_t i = 0; field && i < n; i++)
		if (REF_TAG(j->refs[j->sets[receiver].first + i]) == T_OBJ)
			av = av_join(j, av, js_field_get(j, REF_ID(j->refs[j->sets[receiver].first + i]), field));
	return av;
}

/* Methods whose meaning does not depend on whose they are. */
static bool call_generic(struct js *j, struct js_call *c, uint32_t *ret)
{
	uint32_t r = c->receiver, arg0 = c->n_args ? c->arg_av[0] : AV_NONE, args[2], got;
	struct str event;

	if (c->method.p[0] == '$' && (str_is(c->method, "$slice") || str_is(c->method, "$flat") || str_is(c->method, "$dict"))) {
		*ret = r;
		return true;
	}
	if (name_in(j->front->arg_methods, c->method)) { /* "{}".format(x) */
		*ret = av_join(j, args_join(j, c, TAGS_CARRY), av_only(j, r, TAGS_DATA));
		*ret = av_join(j, av_only(j, *ret, TAGS_DATA | 1 << T_OBJ), av_ref(j, T_CONST, 0));
		return true;
	}
	if (method_is(c, then_names)) {
		args[0] = str_is(c->method, "then") ? av_hop(j, r, c->node, false, STR("then")) : AV_NONE;
		got = call_each(j, arg0, args, 1, c->node);
		if (c->n_args > 1)
			got = av_join(j, got, call_each(j, c->arg_av[1], NULL, 0, c->node));
		*ret = str_is(c->method, "then") && js_av_has(j, arg0, T_FN) ? got : av_join(j, got, r);
		if (js_av_has(j, arg0, T_API)) {
			struct js_call v = *c;

			v.arg_av[0] = r;
			if (call_api(j, &v, js_api_of(j, arg0), &got))
				*ret = av_join(j, got, av_only(j, r, TAGS_DATA));
		}
		return true;
	}
	if (str_starts(js_api_of(j, r), "jQuery.fn") && c->n_args && js_av_has(j, c->arg_av[c->n_args - 1], T_FN)) {
		event = c->method;
		if (c->n_args > 1)
			js_const_str(j, arg0, &event);
		got = event_av(j, c->node, r, event);
		bind_functions(j, c->arg_av[c->n_args - 1], &got, 1, c->node);
		*ret = r;
		return true;
	}
	if (method_is(c, on_names) && c->n_args >= 2) {
		event = STR("");
		js_const_str(j, arg0, &event);
		got = av_join(j, event_av(j, c->node, r, event), emitted(j, r, arg0));
		if (str_is(event, "error"))
			got = AV_NONE;
		if (js_av_has(j, c->arg_av[1], T_FN))
			bind_functions(j, c->arg_av[1], &got, 1, c->node);
		*ret = r;
		return true;
	}
	if (str_is(c->method, "emit") && c->n_args >= 2)
		emit_event(j, c);
	if (str_is(c->method, "reduce") || str_is(c->method, "reduceRight")) {
		args[0] = c->n_args > 1 ? c->arg_av[1] : AV_NONE;
		args[1] = elements(j, c->node, r);
		*ret = av_join(j, call_each(j, arg0, args, 2, c->node), av_only(j, args[1], TAGS_DATA));
		return true;
	}
	if (method_is(c, each_names) && js_av_has(j, arg0, T_FN)) {
		args[0] = elements(j, c->node, r);
		args[1] = AV_NONE;
		got = call_each(j, arg0, args, 1, c->node);
		if (str_is(c->method, "map") || str_is(c->method, "flatMap") || str_is(c->method, "$map")) {
			field_join(j, obj_at(j, c->node), 0, got);
			*ret = av_ref(j, T_OBJ, obj_at(j, c->node));
		} else {
			*ret = str_is(c->method, "find") ? args[0] : r;
		}
		return true;
	}
	if ((method_is(c, add_names) || name_in(j->front->add_methods, c->method)) && js_av_has(j, r, T_OBJ)) {
		size_t n = j->sets[r].n;

		got = args_join(j, c, TAGS_CARRY | 1 << T_API | 1 << T_FN);
		for (size_t i = 0; i < n; i++)
			if (REF_TAG(j->refs[j->sets[r].first + i]) == T_OBJ)
				field_join(j, REF_ID(j->refs[j->sets[r].first + i]), 0, av_hop(j, got, c->node, false, c->method));
		*ret = r;
		return true;
	}
	if (method_is(c, part_names) && js_av_has(j, r, T_OBJ)) {
		*ret = r;
		return true;
	}
	if (str_is(c->method, "pipe") || str_is(c->method, "pipeThrough") || str_is(c->method, "pipeTo")) {
		*ret = av_join(j, arg0, av_only(j, r, TAGS_DATA));
		return true;
	}
	if (!c->n_args && (str_is(c->method, "serializeArray") || str_is(c->method, "serialize")) &&
		!js_av_has(j, r, T_OBJ)) { /* a form, by the common page libraries */
		*ret = av_taint(j, SRC_FORM, c->node, c->method);
		return true;
	}
	if (str_is(c->method, "bind")) { /* a function, whatever it is */
		if (c->n_args > 1)
			bind_functions(j, r, c->arg_av + 1, c->n_args - 1, c->node);
		*ret = callable(j, r) ? r : av_ref(j, T_CONST, 0);
		return true;
	}
	return false;
}

static bool name_of_callee_passes(struct js *j, uint32_t callee)
{
	if (j->nodes[callee].kind == J_ID)
		return helper_passes(js_name_str(j, j->nodes[callee].x));
	if (j->nodes[callee].kind == J_MEMBER)
		return helper_passes(js_name_str(j, property_of(j, callee)));
	return false;
}

/* `await (x).y()` outside of what the grammar knows to be async reads as a call of something named so. */
static bool is_await(const struct js *j, uint32_t callee)
{
	return j->nodes[callee].kind == J_ID && !j->nodes[callee].y && str_is(js_name_str(j, j->nodes[callee].x), "await");
}

static uint32_t new_object(struct js *j, struct js_call *c, uint32_t ref)
{
	uint32_t ctor;

	if (REF_TAG(ref) == T_OBJ) {
		ctor = js_field_get(j, REF_ID(ref), js_name(j, STR("constructor")));
		if (!ctor)
			ctor = inherited(j, c->node, REF_ID(ref), STR("constructor"), js_name(j, STR("constructor")));
		if (!ctor && j->front->function_scope) /* of data: its fields are what it is handed */
			field_join(j, REF_ID(ref), 0, args_join(j, c, TAGS_DATA | 1 << T_OBJ));
		call_each(j, ctor, c->arg_av, c->named ? c->n_args - 1 : c->n_args, c->node);
		return set_of(j, &ref, 1);
	}
	call_function(j, REF_ID(ref), c->arg_av, c->n_args, c->node);
	return av_ref(j, T_OBJ, fn_this(j, REF_ID(ref)));
}

/* ---------- bundles ---------- */

/* The key under which a function stands in an object literal, 0 if it does not. */
static uint32_t key_of_function(struct js *j, uint32_t fn_node)
{
	uint32_t p = j->nodes[fn_node].parent, key;

	if (j->nodes[p].kind == J_PAIR)
		key = js_kid(j, p, R_KEY);
	else if (j->nodes[fn_node].flags & JF_METHOD && j->nodes[p].kind == J_OBJECT)
		key = js_kid(j, fn_node, R_NAME);
	else
		return 0;
	return key && j->nodes[key].kind != J_COMPUTED ? js_key_name(j, key) : 0;
}

/* 123: m => { m.exports = require("https") }: then load(123) is require("https"). */
static void bundle_modules(struct js *j)
{
	for (uint32_t i = 1; i < j->n_nodes; i++) {
		uint32_t l, r, callee, args, key, f;
		struct js_val v;
		struct str spec;

		if (j->nodes[i].kind != J_ASSIGN || j->nodes[i].op)
			continue;
		l = js_kid(j, i, R_LEFT);
		r = js_kid(j, i, R_RIGHT);
		if (!l || !r || j->nodes[l].kind != J_MEMBER || j->nodes[r].kind != J_CALL || !str_ends(js_text(j, l), ".exports"))
			continue;
		callee = js_kid(j, r, R_CALLEE);
		args = js_kid(j, r, R_ARGS);
		if (!callee || !args || !str_is(js_text(j, callee), "require") || !j->nodes[args].first || j->nodes[j->nodes[args].first].kind != J_STR)
			continue;
		f = j->fns[j->nodes[i].fn].node;
		key = key_of_function(j, f);
		v = js_literal(j, j->nodes[args].first);
		if (!key || v.t != V_STR)
			continue;
		spec = js_utf8(j, v.s);
		*map_at(j, &j->bundle_map, key, true) = js_name(j, spec);
		j->n_bundle++;
	}
}

static uint32_t bundle_load(struct js *j, const struct js_call *c)
{
	uint32_t a = c->args[0], *slot;

	if (!j->n_bundle || c->n_args != 1 || j->nodes[c->callee_node].kind != J_ID || !a ||
		(j->nodes[a].kind != J_NUM && j->nodes[a].kind != J_STR))
		return AV_NONE;
	slot = map_at(j, &j->bundle_map, js_key_name(j, a), false);
	return slot && *slot ? module_av(j, js_name_str(j, *slot)) : AV_NONE;
}

/* A class that is called makes an object, where the language has no `new`. */
static bool is_class(const struct js *j, uint32_t ref)
{
	return j->front->function_scope && REF_TAG(ref) == T_OBJ && j->nodes[j->objs[REF_ID(ref)].node].kind == J_CLASS;
}

/* What a function of another module gives: its result, an object of its class, what its callbacks get. */
static void own_call(struct js *j, const struct js_call *c, struct bag *b)
{
	struct str own = own_among(j, c->callee), name = last_segment(own);
	uint32_t got[2];

	if (!own.len)
		return;
	if (c->is_new || (j->front->function_scope && name.p[0] >= 'A' && name.p[0] <= 'Z'))
		bag_join(j, b, av_api(j, own));
	bag_join(j, b, av_taint(j, SRC_IMPORT, c->node, arena_printf(j->a, "%.*s()", STR_ARG(own))));
	for (uint32_t i = 0; i < c->n_args && i < 4; i++) {
		if (!js_av_has(j, c->arg_av[i], T_FN))
			continue;
		for (unsigned m = 0; m < 2; m++)
			got[m] = av_ref(j, T_TAINT, js_taint_at(j, SRC_IMPORT, c->args[i] ? c->args[i] : c->node, m + 1,
				arena_printf(j->a, "%.*s@%u.%u", STR_ARG(own), i, m)));
		bind_functions(j, c->arg_av[i], got, 2, c->node);
	}
}

/* Where a server of one's own listens is not what its clients send; what they send has no methods. */
static bool asks_own_address(struct js *j, const struct js_call *c)
{
	size_t n;
	const uint32_t *refs = js_refs(j, c->receiver, &n);
	bool serves = false;

	if (c->n_args || !str_is(c->method, "address"))
		return false;
	for (size_t i = 0; i < n; i++)
		if (REF_TAG(refs[i]) == T_TAINT && j->taints[REF_ID(refs[i])].kind == SRC_REQUEST)
			serves = true;
		else if (REF_TAG(refs[i]) == T_TAINT || REF_TAG(refs[i]) == T_PARAM || REF_TAG(refs[i]) == T_UNKNOWN)
			return false;
	return serves;
}

/* options.get("password"): a field that is called so, as a table hands it over. "" if it is none. */
static struct str secret_entry(struct js *j, const struct js_call *c)
{
	static const char *const keepers[] = {"get_password", "getPassword", NULL};
	static const char *const getters[] = {"get", "pop", "fetch", "getString", "getProperty", NULL};
	struct str name;

	if (method_is(c, keepers) && !js_av_has(j, c->receiver, T_API))
		return STR("password");
	if (!c->n_args || !method_is(c, getters) || js_av_has(j, c->receiver, T_API) || !js_const_str(j, c->arg_av[0], &name))
		return STR_NONE;
	return js_name_is_password(name) || (js_name_is_wallet_key(name) && !str_equal_nocase(name, STR("seed"))) ? name : STR_NONE;
}

static uint32_t flow_call(struct js *j, uint32_t n)
{
	struct js_call c;
	struct bag b = {.n = 0};
	bool known = false;
	uint32_t got, placed[JS_ARGS_MAX * 2];
	size_t k, n_placed;

	js_call_of(j, n, &c);
	if (!c.callee_node)
		return AV_NONE;
	got = bundle_load(j, &c);
	if (got)
		return got;
	if (c.n_args && (name_of_callee_passes(j, c.callee_node) || is_await(j, c.callee_node)))
		return c.arg_av[0];
	if (j->nodes[c.callee_node].kind == J_ID && str_is(js_name_str(j, j->nodes[c.callee_node].x), "__awaiter"))
		return call_each(j, last_function(j, &c), NULL, 0, n);
	if (j->nodes[c.callee_node].kind == J_ID && (str_is(js_name_str(j, j->nodes[c.callee_node].x), "_asyncToGenerator") || str_is(js_name_str(j, j->nodes[c.callee_node].x), "__generator")))
		return str_is(js_name_str(j, j->nodes[c.callee_node].x), "__generator") ? call_each(j, last_function(j, &c), NULL, 0, n) : last_function(j, &c);
	k = j->sets[c.callee].n;
	for (size_t i = 0; i < k; i++) {
		uint32_t r = j->refs[j->sets[c.callee].first + i];

		if (((c.is_new || j->nodes[c.callee_node].kind == J_SUPER) && (REF_TAG(r) == T_OBJ || REF_TAG(r) == T_FN)) || is_class(j, r)) {
			bag_join(j, &b, new_object(j, &c, r));
			known = true;
		} else if (REF_TAG(r) == T_FN) {
			j->fns[REF_ID(r)].called = true;
			n_placed = args_placed(j, REF_ID(r), &c, placed);
			call_function(j, REF_ID(r), placed, n_placed, n);
			bag_join(j, &b, function_result(j, REF_ID(r), placed, n_placed, n));
			known = true;
		} else if (REF_TAG(r) == T_API && call_api(j, &c, js_name_str(j, REF_ID(r)), &got)) {
			bag_join(j, &b, got);
			known = true;
		}
	}
	if (!known) {
		struct str name = secret_entry(j, &c);

		if (name.len)
			bag_join(j, &b, av_taint(j, SRC_CRED, n, arena_printf(j->a, "field %.*s", STR_ARG(name))));
	}
	if (!known && c.method.len && call_generic(j, &c, &got)) {
		if (!b.n)
			return got;
		bag_join(j, &b, got);
		return set_of(j, b.refs, b.n);
	}
	if (!known && asks_own_address(j, &c))
		return av_ref(j, T_CONST, 0);
	if (!known || (b.n == 0 && c.method.len)) {
		/* An unknown callee: what goes in may come out. */
		bag_join(j, &b, av_only(j, c.receiver, TAGS_DATA));
		if (js_av_has(j, c.receiver, T_OBJ))
			bag_join(j, &b, av_only(j, elements(j, n, av_only(j, c.receiver, 1 << T_OBJ)), TAGS_DATA));
		if (!known) {
			bag_join(j, &b, av_hop(j, args_join(j, &c, 1 << T_TAINT | 1 << T_PARAM), n, true, js_text(j, c.callee_node)));
			if (js_av_has(j, c.callee, T_API) && str_is(js_api_of(j, c.callee), "$method"))
				bag_add(j, &b, REF(T_CONST, 0)); /* of an array or a text that stands here */
			else if (!tainted(j, c.receiver) && !js_av_has(j, c.receiver, T_PARAM))
				bag_add(j, &b, REF(T_UNKNOWN, 0));
			else
				bag_add(j, &b, REF(T_CONST, 0)); /* made from it, but not it */
			if (c.is_new)
				bag_add(j, &b, REF(T_OBJ, obj_at(j, n)));
			own_call(j, &c, &b);
			for (uint32_t i = 0; i < c.n_args; i++)
				bind_functions(j, c.arg_av[i], NULL, 0, n);
		}
	}
	return set_of(j, b.refs, b.n);
}

/* ---------- expressions ---------- */

static uint32_t id_av(struct js *j, uint32_t n)
{
	const struct js_node *me = &j->nodes[n];
	struct str name = js_name_str(j, me->x);

	if (me->y) {
		const struct js_var *v = &j->vars[me->y];
		uint32_t av = v->av;

		if (v->kind == VAR_PARAM) {
			av = av_join(j, av, av_ref(j, T_PARAM, me->y));
			av = av_join(j, av, av_only(j, v->in, TAGS_CODE));
		} else if (v->n_writes > 1 && js_av_has(j, av, T_CONST)) {
			av = av_join(j, av, av_ref(j, T_CONST, 0)); /* which of them depends on the place */
		}
		return av;
	}
	if (j->is_part && !js_global_known(j, name))
		return av_ref(j, T_UNKNOWN, 0);
	if (str_is(name, "arguments") || str_is(name, "undefined") || name.len > 60)
		return AV_NONE;
	for (size_t i = 0; i < j->n_stars; i++) { /* from os import * */
		struct str full = canonical(j, arena_printf(j->a, "%.*s.%.*s", STR_ARG(front_module(j->front, j->stars[i])), STR_ARG(name)));

		if (js_api_find(j, full, ~0u) || str_is(full, "process.env"))
			return av_api(j, full);
	}
	return av_join(j, av_api(j, name), js_field_get(j, (uint32_t)OBJ_OF_API | js_name(j, canonical(j, name)), 0));
}

static uint32_t text_av(struct js *j, uint32_t n)
{
	struct bag b = {.n = 0};

	for (uint32_t k = j->nodes[n].first; k; k = j->nodes[k].next) {
		uint32_t av = j->av[k];

		bag_join(j, &b, av_only(j, av, TAGS_DATA));
		if (js_av_has(j, av, T_CONST))
			bag_add(j, &b, REF(T_CONST, 0));
		if (js_av_has(j, av, T_OBJ))
			bag_join(j, &b, av_only(j, elements(j, k, av_only(j, av, 1 << T_OBJ)), TAGS_DATA));
		if (js_av_has(j, av, T_API))
			bag_add(j, &b, REF(T_UNKNOWN, 0));
		if (j->front->function_scope && str_is(js_api_of(j, av), "process.env"))
			bag_join(j, &b, av_taint(j, SRC_ENV, k, STR("process.env")));
		bag_join(j, &b, own_data(j, av, k));
	}
	if (j->nodes[n].kind == J_TEMPLATE)
		bag_add(j, &b, REF(T_CONST, 0));
	return set_of(j, b.refs, b.n);
}

static uint32_t kids_join(struct js *j, uint32_t first, unsigned tags)
{
	struct bag b = {.n = 0};

	for (uint32_t k = first; k; k = j->nodes[k].next)
		bag_join(j, &b, av_only(j, j->av[k], tags));
	return set_of(j, b.refs, b.n);
}

/* A function in an object literal: `this` in it is the object, also where its text was met before. */
static void this_is(struct js *j, uint32_t fn, uint32_t obj)
{
	uint32_t was = j->fns[fn].this_obj;

	if (!was || j->objs[was].node == j->fns[fn].node)
		j->fns[fn].this_obj = obj;
}

static void flow_object(struct js *j, uint32_t n)
{
	uint32_t obj = obj_at(j, n);

	for (uint32_t k = j->nodes[n].first; k; k = j->nodes[k].next) {
		uint32_t key, val, name = 0;

		switch (j->nodes[k].kind) {
		case J_PAIR:
			key = js_kid(j, k, R_KEY);
			val = js_kid(j, k, R_VALUE);
			if (!key || !val)
				break;
			name = j->nodes[key].kind == J_COMPUTED ? key_const(j, j->av[j->nodes[key].first]) : js_key_name(j, key);
			if (j->nodes[val].kind == J_FUNC && !(j->nodes[val].flags & JF_ARROW))
				this_is(j, j->nodes[val].y, obj);
			field_join(j, obj, name, field_value(j, val, j->av[val]));
			break;
		case J_SHORTHAND:
			field_join(j, obj, j->nodes[k].x, field_value(j, k, id_av(j, k)));
			break;
		case J_FUNC:
			key = js_kid(j, k, R_NAME);
			if (!key)
				break;
			this_is(j, j->nodes[k].y, obj);
			name = j->nodes[key].kind == J_COMPUTED ? key_const(j, j->av[j->nodes[key].first]) : js_key_name(j, key);
			field_join(j, obj, name, av_ref(j, T_FN, j->nodes[k].y));
			break;
		case J_SPREAD:
			fields_copy(j, k, obj, j->av[j->nodes[k].first]);
			break;
		default:
			break;
		}
	}
}

static void flow_array(struct js *j, uint32_t n)
{
	uint32_t obj = obj_at(j, n);
	int i = 0;

	for (uint32_t k = j->nodes[n].first; k; k = j->nodes[k].next, i++) {
		uint32_t av = j->av[k];

		if (j->nodes[k].kind == J_SPREAD) {
			field_join(j, obj, 0, elements(j, k, j->av[j->nodes[k].first]));
			i = 100;
			continue;
		}
		if (i < 12)
			field_join(j, obj, js_name(j, arena_printf(j->a, "%d", i)), av);
		else
			field_join(j, obj, 0, av_only(j, av, ~(1u << T_CONST)));
		if (i == 12)
			field_join(j, obj, 0, av_ref(j, T_CONST, 0));
	}
}

/* What a class is made from. */
static uint32_t super_of(struct js *j, uint32_t n)
{
	uint32_t av = AV_NONE;

	for (uint32_t k = j->nodes[n].first; k; k = j->nodes[k].next) {
		uint32_t from = j->nodes[k].kind == J_HERITAGE ? j->nodes[k].first : j->nodes[k].role == R_SUPER ? k : 0;

		for (size_t i = 0; from && i < j->sets[j->av[from]].n; i++) {
			uint32_t r = j->refs[j->sets[j->av[from]].first + i];

			if (REF_TAG(r) == T_OBJ || REF_TAG(r) == T_FN)
				av = av_join(j, av, av_ref(j, T_OBJ, REF_TAG(r) == T_OBJ ? REF_ID(r) : fn_this(j, REF_ID(r))));
		}
	}
	return av;
}

static void flow_class(struct js *j, uint32_t n)
{
	uint32_t obj = obj_at(j, n), body = js_kid(j, n, R_BODY), name = js_kid(j, n, R_NAME), key;

	field_join(j, obj, js_name(j, STR(SUPER_FIELD)), super_of(j, n));
	for (uint32_t k = body ? j->nodes[body].first : 0; k; k = j->nodes[k].next) {
		if (j->nodes[k].kind == J_FUNC) {
			key = js_kid(j, k, R_NAME);
			j->fns[j->nodes[k].y].this_obj = obj;
			if (key)
				field_join(j, obj, j->nodes[key].kind == J_COMPUTED ? 0 : js_key_name(j, key), av_ref(j, T_FN, j->nodes[k].y));
		} else if (j->nodes[k].kind == J_FIELD) {
			uint32_t v = js_kid(j, k, R_VALUE);

			key = js_kid(j, k, R_NAME);
			if (!key)
				key = js_kid(j, k, R_PROPERTY);
			if (key && v)
				field_join(j, obj, js_key_name(j, key), j->av[v]);
		}
	}
	if (name && j->nodes[name].y)
		var_join(j, j->nodes[name].y, av_ref(j, T_OBJ, obj));
}

static void flow_import(struct js *j, uint32_t n)
{
	uint32_t src = js_kid(j, n, R_SOURCE), module;
	struct str spec;

	if (!src)
		for (uint32_t k = j->nodes[n].first; k; k = j->nodes[k].next)
			if (j->nodes[k].kind == J_STR)
				src = k;
	if (!src || !js_const_str(j, j->av[src], &spec))
		return;
	module = module_av(j, spec);
	for (uint32_t k = j->nodes[n].first; k; k = j->nodes[k].next) {
		if (j->nodes[k].kind == J_ID && j->nodes[k].y)
			var_join(j, j->nodes[k].y, j->nodes[k].flags & JF_ROOT ? module_av(j, js_name_str(j, j->nodes[k].x)) : module);
		if (j->nodes[k].kind != J_IMPORT_CLAUSE)
			continue;
		for (uint32_t c = j->nodes[k].first; c; c = j->nodes[c].next) {
			if (j->nodes[c].kind == J_ID && j->nodes[c].y)
				var_join(j, j->nodes[c].y, module);
			if (j->nodes[c].kind == J_NS_IMPORT && j->nodes[c].first && j->nodes[j->nodes[c].first].y)
				var_join(j, j->nodes[j->nodes[c].first].y, module);
			if (j->nodes[c].kind != J_NAMED_IMPORTS)
				continue;
			for (uint32_t s = j->nodes[c].first; s; s = j->nodes[s].next) {
				uint32_t from = j->nodes[s].first, to = j->nodes[s].last;

				if (from && to && j->nodes[to].y)
					var_join(j, j->nodes[to].y, member(j, s, module, js_key_name(j, from)));
			}
		}
	}
}

static uint32_t this_av(struct js *j, uint32_t n)
{
	uint32_t fn = j->nodes[n].fn;

	for (int k = 0; fn && k < 64 && j->nodes[j->fns[fn].node].flags & JF_ARROW; k++)
		fn = j->fns[fn].parent;
	if (j->nodes[j->fns[fn].node].kind == J_PROGRAM)
		return av_api(j, STR("globalThis"));
	return av_ref(j, T_OBJ, fn_this(j, fn));
}

static uint32_t super_av(struct js *j, uint32_t n)
{
	uint32_t me = this_av(j, n), av = AV_NONE;

	for (size_t i = 0; i < j->sets[me].n; i++)
		if (REF_TAG(j->refs[j->sets[me].first + i]) == T_OBJ)
			av = av_join(j, av, js_field_get(j, REF_ID(j->refs[j->sets[me].first + i]), js_name(j, STR(SUPER_FIELD))));
	return av;
}

/* a[i] with an index that is not known. */
static uint32_t element_at(struct js *j, uint32_t n, uint32_t object)
{
	uint32_t index = js_kid(j, n, R_INDEX);

	if (!str_is(js_api_of(j, j->av[object]), "process.env"))
		return elements(j, n, j->av[object]);
	return env_by_name(j, n, index ? j->av[index] : AV_NONE);
}

static void return_join(struct js *j, uint32_t fn, uint32_t av)
{
	uint32_t joined = av_join(j, j->fns[fn].ret, av);

	if (joined != j->fns[fn].ret) {
		j->fns[fn].ret = joined;
		j->changed = true;
	}
}

static uint32_t eval_node(struct js *j, uint32_t n)
{
	const struct js_node *me = &j->nodes[n];
	uint32_t a, b, name;

	switch (me->kind) {
	case J_STR:
	case J_NUM:
	case J_TRUE:
	case J_FALSE:
	case J_NULL:
	case J_UNDEF:
		return j->av[n] ? j->av[n] : av_ref(j, T_CONST, js_const(j, js_literal(j, n)));
	case J_REGEX:
		return av_ref(j, T_CONST, 0);
	case J_ID:
	case J_SHORTHAND:
		return id_av(j, n);
	case J_THIS:
		return this_av(j, n);
	case J_SUPER:
		return super_av(j, n);
	case J_META:
		return av_api(j, STR("import.meta"));
	case J_IMPORT_KW:
		return av_api(j, STR("$import"));
	case J_MEMBER:
		a = js_kid(j, n, R_OBJECT);
		name = property_of(j, n);
		return a && name ? member(j, n, j->av[a], name) : AV_NONE;
	case J_SUBSCRIPT:
		a = js_kid(j, n, R_OBJECT);
		name = property_of(j, n);
		if (!a)
			return AV_NONE;
		return name ? member(j, n, j->av[a], name) : element_at(j, n, a);
	case J_ADD:
	case J_TEMPLATE:
		return text_av(j, n);
	case J_BIN:
		if (me->op >= OP_EQ && me->op <= OP_GE)
			return AV_NONE;
		if (me->op == OP_MOD && j->front->function_scope) /* "%s" % (a, b) */
			return av_join(j, text_av(j, n), av_ref(j, T_CONST, 0));
		if (me->op == OP_DIV && j->front->function_scope) /* Path / name */
			return av_join(j, kids_join(j, me->first, TAGS_DATA | 1 << T_API), av_ref(j, T_CONST, 0));
		return av_join(j, kids_join(j, me->first, TAGS_DATA), av_ref(j, T_CONST, 0));
	case J_UNARY:
		if (me->op == OP_TYPEOF || me->op == OP_NOT || me->op == OP_VOID || me->op == OP_DELETE)
			return AV_NONE;
		return av_join(j, kids_join(j, me->first, TAGS_DATA), av_ref(j, T_CONST, 0));
	case J_LOGIC:
		return kids_join(j, me->first, ~0u);
	case J_COND:
		a = js_kid(j, n, R_CONS);
		b = js_kid(j, n, R_ALT);
		return av_join(j, a ? j->av[a] : AV_NONE, b ? j->av[b] : AV_NONE);
	case J_SEQ:
		return me->last ? j->av[me->last] : AV_NONE;
	case J_YIELD:
		if (me->first)
			return_join(j, me->fn, j->av[me->first]);
		/* fall through */
	case J_AWAIT:
	case J_SPREAD:
	case J_COMPUTED:
		return me->first ? j->av[me->first] : AV_NONE;
	case J_ASSIGN:
		a = js_kid(j, n, R_LEFT);
		b = js_kid(j, n, R_RIGHT);
		if (!a || !b)
			return AV_NONE;
		bind_pattern(j, a, j->av[b], false, 0);
		return j->av[b];
	case J_AUG:
		a = js_kid(j, n, R_LEFT);
		b = js_kid(j, n, R_RIGHT);
		if (!a || !b)
			return AV_NONE;
		if (me->op == OP_LOR || me->op == OP_NULLISH || me->op == OP_LAND) {
			bind_pattern(j, a, j->av[b], false, 0);
			return av_join(j, j->av[a], j->av[b]);
		}
		name = av_join(j, av_only(j, j->av[b], TAGS_DATA), js_av_has(j, j->av[b], T_CONST) ? av_ref(j, T_CONST, 0) : AV_NONE);
		bind_pattern(j, a, name, false, 0);
		return av_join(j, av_only(j, j->av[a], TAGS_DATA), name);
	case J_DECLARATOR:
		a = js_kid(j, n, R_NAME);
		b = js_kid(j, n, R_VALUE);
		if (a && b)
			bind_pattern(j, a, j->av[b], false, 0);
		return AV_NONE;
	case J_FOR_IN:
		a = js_kid(j, n, R_LEFT);
		b = js_kid(j, n, R_RIGHT);
		if (a && b)
			bind_pattern(j, a, elements(j, b, j->av[b]), false, 0);
		return AV_NONE;
	case J_RETURN:
		if (me->first)
			return_join(j, me->fn, j->av[me->first]);
		return AV_NONE;
	case J_FUNC: {
		struct js_fn *f = &j->fns[me->y];

		name = js_kid(j, n, R_NAME);
		if (f->body && j->nodes[f->body].kind != J_BLOCK)
			return_join(j, me->y, j->av[f->body]);
		if (name && !(me->flags & JF_METHOD) && j->nodes[name].y)
			var_join(j, j->nodes[name].y, av_ref(j, T_FN, me->y));
		return av_ref(j, T_FN, me->y);
	}
	case J_OBJECT:
		flow_object(j, n);
		return av_ref(j, T_OBJ, obj_at(j, n));
	case J_ARRAY:
		flow_array(j, n);
		return av_ref(j, T_OBJ, obj_at(j, n));
	case J_CLASS:
		flow_class(j, n);
		return av_ref(j, T_OBJ, obj_at(j, n));
	case J_CALL:
	case J_NEW:
		return flow_call(j, n);
	case J_IMPORT:
		flow_import(j, n);
		return AV_NONE;
	case J_EXPORT: { /* export ... from "./a" */
		struct str spec;

		a = js_kid(j, n, R_SOURCE);
		return a && js_const_str(j, j->av[a], &spec) ? module_av(j, spec) : AV_NONE;
	}
	default:
		return AV_NONE;
	}
}

/* ---------- could it be constant? ---------- */

static bool id_ish(struct js *j, uint32_t n)
{
	const struct js_node *me = &j->nodes[n];
	const struct js_var *v;

	if (!me->y)
		return me->x < j->n_flagged && j->name_flags[me->x] & NAME_BUILTIN;
	v = &j->vars[me->y];
	if (v->kind == VAR_FUNCTION) {
		uint32_t f = j->nodes[v->decl].parent;

		return j->nodes[f].kind == J_FUNC && j->fns[j->nodes[f].y].folds_failed < 3;
	}
	if (v->kind == VAR_IMPORT)
		return j->front->import_folds && j->front->import_folds(js_api_of(j, v->av));
	return v->init && !v->mutated && j->ish[v->init];
}

static bool node_ish(struct js *j, uint32_t n)
{
	const struct js_node *me = &j->nodes[n];

	switch (me->kind) {
	case J_STR:
	case J_NUM:
	case J_TRUE:
	case J_FALSE:
	case J_NULL:
	case J_UNDEF:
	case J_REGEX:
	case J_FUNC:
	case J_PROP:
		return true;
	case J_ID:
	case J_SHORTHAND:
		return id_ish(j, n);
	case J_MEMBER:
	case J_SUBSCRIPT:
	case J_CALL:
	case J_NEW:
	case J_ARGS:
	case J_ARRAY:
	case J_OBJECT:
	case J_PAIR:
	case J_SPREAD:
	case J_COMPUTED:
	case J_TEMPLATE:
	case J_ADD:
	case J_BIN:
	case J_LOGIC:
	case J_COND:
	case J_SEQ:
	case J_UNARY:
		for (uint32_t k = me->first; k; k = j->nodes[k].next)
			if (!j->ish[k] && !(me->kind == J_CALL && j->nodes[k].role == R_CALLEE && js_call_inflates(j, n)))
				return false;
		return me->kind != J_UNARY || me->op != OP_DELETE;
	default:
		return false;
	}
}

static bool kind_folds(uint8_t kind)
{
	return kind == J_CALL || kind == J_MEMBER || kind == J_SUBSCRIPT || kind == J_ADD || kind == J_BIN ||
		kind == J_TEMPLATE || kind == J_LOGIC || kind == J_COND || kind == J_UNARY || kind == J_NEW || kind == J_SEQ;
}

static bool try_fold(struct js *j, uint32_t n)
{
	struct js_val v;
	uint32_t id, callee, f;

	if (j->fold_tried[n])
		return false;
	j->fold_tried[n] = 1;
	if (j->nodes[n].parent && j->nodes[n].kind == J_MEMBER && j->nodes[j->nodes[n].parent].kind == J_CALL &&
		j->nodes[n].role == R_CALLEE)
		return false; /* a method: the call will be folded */
	if (!js_fold(j, n, &v)) {
		callee = j->nodes[n].kind == J_CALL ? js_kid(j, n, R_CALLEE) : 0;
		if (callee && j->nodes[callee].kind == J_ID && j->nodes[callee].y &&
			j->vars[j->nodes[callee].y].kind == VAR_FUNCTION) {
			f = j->nodes[j->vars[j->nodes[callee].y].decl].parent;
			if (j->nodes[f].kind == J_FUNC && j->fns[j->nodes[f].y].folds_failed < 255)
				j->fns[j->nodes[f].y].folds_failed++;
		}
		return false;
	}
	id = v.t == V_UNDEF ? 0 : js_const(j, v); /* what is not there yet may be put there later */
	if (!id)
		return false;
	j->av[n] = av_ref(j, T_CONST, id);
	j->changed = true;
	return true;
}

/* ---------- rules of the user ---------- */

/* A source gives what it is said to give; what a sanitizer gives carries nothing on. */
static uint32_t ruled(struct js *j, uint32_t n, uint32_t av)
{
	for (size_t i = j->mark_of[n] - 1; i < j->n_marks && j->marks[i].from == j->nodes[n].from && j->marks[i].to == j->nodes[n].to; i++) {
		const struct rule_mark *m = &j->marks[i];
		uint32_t t;

		if (m->role == RULE_SANITIZER)
			return av_ref(j, T_CONST, 0);
		if (m->role != RULE_SOURCE)
			continue;
		t = taint_base(j, (enum js_source)m->kind, n, str_part(js_text(j, n), 0, 60));
		j->taints[t].behaviour = m->behaviour;
		av = av_join(j, av, av_ref(j, T_TAINT, t));
	}
	return av;
}

/* ---------- the rounds ---------- */

static void names_mark(struct js *j)
{
	const char *const *names = j->front->builtins;

	for (int i = 0; names[i]; i++)
		js_name(j, str_of(names[i]));
	j->n_flagged = j->n_names;
	j->name_flags = ARENA_ARRAY(j->a, j->n_names + 1, uint8_t);
	for (int i = 0; names[i]; i++)
		j->name_flags[js_name(j, str_of(names[i]))] = NAME_BUILTIN;
	for (uint32_t i = 1; i < j->n_flagged; i++)
		if (js_name_is_wallet_key(js_name_str(j, i)) || js_name_is_password(js_name_str(j, i)))
			j->name_flags[i] |= NAME_SECRET;
}

static void round_once(struct js *j)
{
	j->n_stores = 0; /* each round knows them better than the one before */
	for (uint32_t n = 1; n < j->n_nodes; n++) {
		uint32_t av;
		struct js_val v;

		if (j->nodes[n].kind == J_NONE)
			continue;
		j->ish[n] = node_ish(j, n);
		if (j->fold_tried[n] && j->av[n] && kind_folds(j->nodes[n].kind) && js_av_const(j, j->av[n], &v))
			continue;
		if (j->ish[n] && kind_folds(j->nodes[n].kind) && try_fold(j, n))
			continue;
		av = eval_node(j, n);
		if (j->mark_of && j->mark_of[n])
			av = ruled(j, n, av);
		if (av != j->av[n]) {
			av = av_join(j, j->av[n], av);
			if (av != j->av[n]) {
				j->av[n] = av;
				j->changed = true;
			}
		}
	}
}

/* ---------- what runs at load ---------- */

struct edge {
	uint32_t caller, callee;
};

static void edges_of_av(struct js *j, struct edge **e, size_t *n, size_t *room, uint32_t caller, uint32_t av)
{
	size_t k;
	const uint32_t *refs = js_refs(j, av, &k);

	for (size_t i = 0; i < k; i++) {
		uint32_t fn = REF_TAG(refs[i]) == T_FN ? REF_ID(refs[i]) : 0;

		if (REF_TAG(refs[i]) == T_OBJ) { /* new of a class */
			uint32_t ctor = js_field_get(j, REF_ID(refs[i]), js_name(j, STR("constructor")));

			if (j->nodes[j->objs[REF_ID(refs[i])].node].kind == J_CLASS && ctor)
				edges_of_av(j, e, n, room, caller, av_only(j, ctor, 1 << T_FN));
			if (is_class(j, refs[i])) { /* threads and their like */
				uint32_t run = js_field_get(j, REF_ID(refs[i]), js_name(j, STR("run")));

				edges_of_av(j, e, n, room, caller, av_only(j, run, 1 << T_FN));
			}
			refs = js_refs(j, av, &k);
		}
		if (fn)
			*ARENA_PUSH(j->a, *e, *n, *room) = (struct edge){caller, fn};
	}
}

static bool runs_callbacks(struct js *j, const struct js_call *c)
{
	struct str api = js_api_of(j, c->callee);
	const struct js_api *row = api.len ? js_api_find(j, api, API_CALL) : NULL;

	if (row)
		return row->flags & (API_RESPONSE_CB | API_RESULT_CB | API_NOW_CB);
	if (str_is(api, "Promise") || str_is(api, "__awaiter") || str_is(api, "tslib.__awaiter"))
		return true;
	if (j->nodes[c->callee_node].kind == J_ID && str_is(js_name_str(j, j->nodes[c->callee_node].x), "__awaiter"))
		return true;
	if (method_is(c, then_names) || method_is(c, each_names) || str_is(c->method, "reduce"))
		return true;
	if (method_is(c, on_names)) {
		uint32_t t;

		return js_taints_of(j, c->receiver, c->node, &t, 1, NULL) > 0;
	}
	return false;
}

/* Functions of a bundle's table of modules run when the bundle asks for them. */
static bool is_bundle_module(struct js *j, uint32_t fn_node)
{
	uint32_t p = j->nodes[fn_node].parent, key;

	if (j->nodes[p].kind == J_PAIR && (key = js_kid(j, p, R_KEY)) && js_kid(j, p, R_VALUE) == fn_node) {
		struct str name = js_name_str(j, js_key_name(j, key));

		return j->nodes[key].kind == J_NUM || str_has(name, "/") || str_starts(name, ".");
	}
	if (j->nodes[p].kind == J_FUNC)
		return false;
	return false;
}

/* Classes that take the place of an installer's own: it calls their methods. */
static void mark_installers(struct js *j)
{
	static const char *const places[] = {"setuptools.command.", "distutils.command.", "wheel.bdist_wheel.", "setuptools.Command",
		"distutils.cmd.Command", "setuptools.dist.", "hatchling.builders.hooks.", NULL};

	for (uint32_t i = 1; i < j->n_nodes; i++) {
		bool installs = false;
		uint32_t body;

		if (j->nodes[i].kind != J_CLASS)
			continue;
		for (uint32_t k = j->nodes[i].first; k; k = j->nodes[k].next)
			for (int p = 0; places[p] && j->nodes[k].role == R_SUPER; p++)
				installs |= str_starts(js_api_of(j, j->av[k]), places[p]);
		body = installs ? js_kid(j, i, R_BODY) : 0;
		for (uint32_t k = body ? j->nodes[body].first : 0; k; k = j->nodes[k].next)
			if (j->nodes[k].kind == J_FUNC)
				j->fns[j->nodes[k].y].at_load = 1;
	}
}

static void mark_load(struct js *j)
{
	struct edge *edges = NULL;
	size_t n = 0, room = 0;
	bool more = true;

	for (uint32_t i = 1; i < j->n_nodes; i++) {
		struct js_call c;

		if (j->nodes[i].kind == J_FUNC && is_bundle_module(j, i))
			j->fns[j->nodes[i].y].at_load = 1;
		if (j->nodes[i].kind != J_CALL && j->nodes[i].kind != J_NEW)
			continue;
		js_call_of(j, i, &c);
		if (!c.callee_node)
			continue;
		edges_of_av(j, &edges, &n, &room, j->nodes[i].fn, c.callee);
		if (runs_callbacks(j, &c))
			for (uint32_t k = 0; k < c.n_args; k++)
				edges_of_av(j, &edges, &n, &room, j->nodes[i].fn, av_only(j, c.arg_av[k], 1 << T_FN));
		if (runs_callbacks(j, &c) && c.named)
			edges_of_av(j, &edges, &n, &room, j->nodes[i].fn, av_only(j, last_function(j, &c), 1 << T_FN));
	}
	j->fns[j->nodes[j->root].y].at_load = 1;
	mark_installers(j);
	for (int k = 0; more && k < 32; k++) {
		more = false;
		for (size_t i = 0; i < n; i++)
			if (j->fns[edges[i].caller].at_load && !j->fns[edges[i].callee].at_load) {
				j->fns[edges[i].callee].at_load = 1;
				more = true;
			}
	}
}

/* function (req, res): what a client of a server sends. */
static bool is_request(struct js *j, uint32_t v)
{
	static const char *const first[] = {"req", "request", NULL}, *const second[] = {"res", "response", "resp", "reply", NULL};
	uint32_t p;

	if (j->front->function_scope || j->vars[v].param != 0 || !name_in(first, js_name_str(j, j->vars[v].name)))
		return false;
	p = j->fns[j->vars[v].fn].params;
	p = p && j->nodes[p].kind == J_PARAMS && j->nodes[p].first ? j->nodes[j->nodes[p].first].next : 0;
	return p && name_in(second, js_text(j, p));
}

/* Parameters whose names tell what they hold: keys to money, which is what a stealer takes; requests. */
static void telling_params(struct js *j)
{
	for (uint32_t v = 1; v < j->n_vars; v++) {
		struct str name = js_name_str(j, j->vars[v].name);

		if (j->vars[v].kind != VAR_PARAM)
			continue;
		if (is_request(j, v))
			in_join(j, v, av_taint(j, SRC_REQUEST, j->vars[v].decl, name));
		if (js_name_is_wallet_key(name) || js_name_is_password(name))
			in_join(j, v, av_taint(j, SRC_CRED, j->vars[v].decl, arena_printf(j->a, "parameter %.*s", STR_ARG(name))));
	}
}

enum status js_flow(struct js *j)
{
	ARENA_PUSH(j->a, j->sets, j->n_sets, j->sets_room);
	ARENA_PUSH(j->a, j->refs, j->n_refs, j->refs_room);
	if (!j->n_taints)
		ARENA_PUSH(j->a, j->taints, j->n_taints, j->taints_room);
	if (!j->n_fields)
		ARENA_PUSH(j->a, j->fields, j->n_fields, j->fields_room);
	if (!j->n_objs)
		ARENA_PUSH(j->a, j->objs, j->n_objs, j->objs_room);
	j->av = ARENA_ARRAY(j->a, j->n_nodes, uint32_t);
	j->fold_tried = ARENA_ARRAY(j->a, j->n_nodes, uint8_t);
	j->ish = ARENA_ARRAY(j->a, j->n_nodes, uint8_t);
	names_mark(j);
	js_fold_init(j);
	bundle_modules(j);
	js_run_rotators(j);
	telling_params(j);
	for (j->pass = 0; j->pass < PASSES_MAX; j->pass++) {
		j->changed = false;
		if (!budget_step(j->in->budget, 1 + j->n_nodes / 8))
			return STATUS_LIMIT;
		round_once(j);
		if (!j->changed)
			break;
	}
	mark_load(j);
	j->settled = true;
	return STATUS_OK;
}

/* ---------- taints that reach a value ---------- */

struct gather {
	uint32_t *out;
	size_t n, max, n_links; /* links: of other modules */
	uint32_t seen[48];
	size_t n_seen;
	bool through_param;
	uint32_t node;
};

/* Each source once, by the first way that was found. */
static void gather_taint(struct js *j, struct gather *g, uint32_t t)
{
	for (size_t q = 0; q < g->n; q++)
		if (j->taints[g->out[q]].base == j->taints[t].base)
			return;
	if (g->n >= g->max)
		return;
	g->out[g->n++] = t;
	g->n_links += j->taints[t].kind == SRC_IMPORT || j->taints[t].kind == SRC_PARAM;
}

static void gather_av(struct js *j, struct gather *g, uint32_t av, int depth)
{
	size_t k;

	if (depth > 6)
		return;
	k = j->sets[av].n;
	for (size_t i = 0; i < k; i++) {
		uint32_t r = j->refs[j->sets[av].first + i];
		bool again = false;
		struct str module, name;

		switch (REF_TAG(r)) {
		case T_TAINT:
			gather_taint(j, g, REF_ID(r));
			break;
		case T_API:
			if (str_is(js_name_str(j, REF_ID(r)), "process.env")) {
				uint32_t t = taint_base(j, SRC_ENV, g->node, STR("process.env"));

				for (size_t q = 0; q < g->n; q++)
					again |= g->out[q] == t;
				if (!again && g->n < g->max)
					g->out[g->n++] = t;
			} else if (j->n_own && js_own_api(j, js_name_str(j, REF_ID(r)), &module, &name)) {
				gather_taint(j, g, taint_base(j, SRC_IMPORT, g->node, js_name_str(j, REF_ID(r))));
			}
			break;
		case T_PARAM:
		case T_OBJ:
			for (size_t q = 0; q < g->n_seen; q++)
				again |= g->seen[q] == r;
			if (again || g->n_seen >= 48)
				break;
			g->seen[g->n_seen++] = r;
			if (REF_TAG(r) == T_PARAM) {
				size_t before = g->n - g->n_links;

				gather_av(j, g, j->vars[REF_ID(r)].in, depth + 1);
				g->through_param |= g->n - g->n_links > before && j->fns[j->vars[REF_ID(r)].fn].called;
				if (j->vars[REF_ID(r)].port)
					gather_taint(j, g, j->vars[REF_ID(r)].port);
			} else {
				int left = 48;

				for (uint32_t f = j->objs[REF_ID(r)].fields; f && left--; f = j->fields[f].next)
					gather_av(j, g, j->fields[f].av, depth + 1);
			}
			break;
		default:
			break;
		}
	}
}

size_t js_taints_of(struct js *j, uint32_t av, uint32_t node, uint32_t *ret, size_t max, bool *ret_through_param)
{
	struct gather g = {.out = ret, .max = max, .node = node};

	gather_av(j, &g, av, 0);
	if (ret_through_param)
		*ret_through_param = g.through_param;
	return g.n;
}

/* ---------- text with holes ---------- */

enum { SYMBOLIC_MAX = 1024, SYMBOLIC_DEPTH = 24 };

static void symbolic(struct js *j, struct buf *b, uint32_t n, int depth);

static void hole(struct buf *b, struct str label)
{
	buf_add_char(b, 1);
	buf_add_str(b, str_part(label, 0, 48));
	buf_add_char(b, 2);
}

/* Places that every machine has under another name. */
static bool symbolic_place(struct js *j, struct buf *b, struct str api)
{
	for (const struct front_place *p = j->front->places; p->api; p++)
		if (str_is(api, p->api)) {
			buf_add_z(b, p->text);
			return true;
		}
	if (str_starts(api, "process.env.")) {
		hole(b, str_part(api, 12, api.len));
		return true;
	}
	return false;
}

static bool symbolic_place_among(struct js *j, struct buf *b, uint32_t av)
{
	for (size_t i = 0; i < j->sets[av].n; i++) {
		uint32_t r = j->refs[j->sets[av].first + i];

		if (REF_TAG(r) == T_API && symbolic_place(j, b, js_name_str(j, REF_ID(r))))
			return true;
	}
	return false;
}

static void symbolic_join(struct js *j, struct buf *b, uint32_t args, const char *sep, int depth)
{
	for (uint32_t k = args ? j->nodes[args].first : 0; k; k = j->nodes[k].next) {
		if (k != j->nodes[args].first && !(b->len && b->p[b->len - 1] == '/' && *sep == '/'))
			buf_add_z(b, sep);
		symbolic(j, b, j->nodes[k].kind == J_SPREAD ? j->nodes[k].first : k, depth + 1);
	}
}

/* A pattern with holes ({...} or %s), filled from a list in turn. */
static void symbolic_fill(struct js *j, struct buf *b, struct str pattern, char mark, uint32_t list, int depth)
{
	uint32_t k = list && (j->nodes[list].kind == J_ARGS || j->nodes[list].kind == J_ARRAY) ? j->nodes[list].first : list;

	for (size_t i = 0; i < pattern.len; i++) {
		size_t end = i + 1;

		if (pattern.p[i] != mark || end >= pattern.len) {
			buf_add_char(b, pattern.p[i]);
			continue;
		}
		if (pattern.p[end] == mark) { /* written twice: itself */
			buf_add_char(b, mark);
			i = end;
			continue;
		}
		if (mark == '{')
			while (end < pattern.len && pattern.p[end] != '}')
				end++;
		else
			while (end < pattern.len && !((pattern.p[end] | 32) >= 'a' && (pattern.p[end] | 32) <= 'z'))
				end++;
		if (k)
			symbolic(j, b, k, depth + 1);
		else
			hole(b, STR("..."));
		k = k && k != list ? j->nodes[k].next : 0;
		i = end;
	}
}

/* "{}/{}".format(a, b), "/".join([a, b]), path.joinpath(a), text.strip() */
static bool symbolic_method(struct js *j, struct buf *b, const struct js_call *c, int depth)
{
	uint32_t o = js_kid(j, c->callee_node, R_OBJECT);
	struct str t;

	if (!o)
		return false;
	if (name_in(j->front->self_methods, c->method)) {
		symbolic(j, b, o, depth + 1);
		return true;
	}
	if (!j->front->function_scope || !c->n_args)
		return false;
	if (str_is(c->method, "joinpath") || str_is(c->method, "with_name")) { /* beside it or below it */
		symbolic(j, b, o, depth + 1);
		buf_add_z(b, "/");
		symbolic(j, b, c->args[0], depth + 1);
		return true;
	}
	if (!js_const_str(j, j->av[o], &t))
		return false;
	if (str_is(c->method, "format")) {
		symbolic_fill(j, b, t, '{', js_kid(j, c->node, R_ARGS), depth);
		return true;
	}
	if (str_is(c->method, "join") && t.len < 8 && j->nodes[c->args[0]].kind == J_ARRAY) {
		char z[9] = {0};

		memcpy(z, t.p, t.len);
		symbolic_join(j, b, c->args[0], z, depth);
		return true;
	}
	return false;
}

static void symbolic_call(struct js *j, struct buf *b, uint32_t n, int depth)
{
	struct js_call c;
	struct str api;
	uint32_t args = js_kid(j, n, R_ARGS), o;
	const struct js_api *row;

	js_call_of(j, n, &c);
	api = js_api_of(j, c.callee);
	if (symbolic_place(j, b, api))
		return;
	if (str_is(api, "require.resolve") && c.n_args && c.args[0]) {
		symbolic(j, b, c.args[0], depth + 1);
		return;
	}
	row = js_api_find(j, api, API_CALL);
	if (row && row->class_ == CLASS_ENV && c.n_args && (o = key_const(j, c.arg_av[0])) &&
		symbolic_place(j, b, arena_printf(j->a, "process.env.%.*s", STR_ARG(js_name_str(j, o)))))
		return;
	if (name_in(j->front->path_joins, api)) {
		symbolic_join(j, b, args, "/", depth);
		return;
	}
	if (str_is(api, "URL") && c.n_args) {
		if (c.n_args > 1)
			symbolic(j, b, c.args[1], depth + 1);
		symbolic(j, b, c.args[0], depth + 1);
		return;
	}
	if (name_in(j->front->text_passes, api) && c.n_args && c.args[0]) {
		symbolic(j, b, c.args[0], depth + 1);
		return;
	}
	if (str_is(c.method, "join") && j->nodes[c.callee_node].kind == J_MEMBER) {
		struct str sep = STR(",");

		o = js_kid(j, c.callee_node, R_OBJECT);
		if (c.n_args)
			js_const_str(j, c.arg_av[0], &sep);
		if (o && j->nodes[o].kind == J_ARRAY && sep.len < 8) {
			char z[9] = {0};

			memcpy(z, sep.p, sep.len);
			symbolic_join(j, b, o, z, depth);
			return;
		}
	}
	if (str_is(c.method, "concat") && (o = js_kid(j, c.callee_node, R_OBJECT))) {
		symbolic(j, b, o, depth + 1);
		symbolic_join(j, b, args, "", depth);
		return;
	}
	if (j->nodes[c.callee_node].kind == J_MEMBER && symbolic_method(j, b, &c, depth))
		return;
	if ((str_is(c.method, "toString") || str_is(c.method, "trim") || str_is(c.method, "replace") || str_is(c.method, "toLowerCase")) &&
		j->nodes[c.callee_node].kind == J_MEMBER && (o = js_kid(j, c.callee_node, R_OBJECT))) {
		symbolic(j, b, o, depth + 1);
		return;
	}
	hole(b, api.len ? api : js_text(j, c.callee_node ? c.callee_node : n));
}

static void symbolic_id(struct js *j, struct buf *b, uint32_t n, int depth)
{
	const struct js_node *me = &j->nodes[n];
	const struct js_var *v;
	size_t k;
	const uint32_t *refs;

	if (!me->y) {
		if (!symbolic_place(j, b, canonical(j, js_name_str(j, me->x))))
			hole(b, js_name_str(j, me->x));
		return;
	}
	v = &j->vars[me->y];
	if (v->init && v->init != n) {
		symbolic(j, b, v->init, depth + 2);
		return;
	}
	if (j->settled && v->kind != VAR_PARAM && v->n_writes > 1 && j->fold_tried[n] != 2) {
		struct js_val val;

		j->fold_tried[n] = 2;
		if (js_fold_slice(j, n, &val) && js_const(j, val)) {
			j->av[n] = av_ref(j, T_CONST, js_const(j, val)); /* here it is known */
			buf_add_str(b, str_part(js_val_text(j, val), 0, SYMBOLIC_MAX));
			return;
		}
	}
	refs = js_refs(j, v->in, &k);
	for (size_t i = 0; i < k && v->kind == VAR_PARAM; i++)
		if (REF_TAG(refs[i]) == T_CONST && REF_ID(refs[i]) && j->consts[REF_ID(refs[i])].t == V_STR) {
			buf_add_str(b, js_utf8(j, j->consts[REF_ID(refs[i])].s));
			if (k > 1)
				hole(b, STR("")); /* one of several */
			return;
		}
	if (symbolic_place_among(j, b, v->av) || (v->kind == VAR_PARAM && symbolic_place_among(j, b, v->in)))
		return;
	refs = js_refs(j, v->av, &k);
	for (size_t i = 0; i < k && j->settled && v->kind != VAR_PARAM; i++) /* what a loop goes through */
		if (REF_TAG(refs[i]) == T_CONST && REF_ID(refs[i]) && j->consts[REF_ID(refs[i])].t == V_STR) {
			buf_add_str(b, js_utf8(j, j->consts[REF_ID(refs[i])].s));
			hole(b, STR(""));
			return;
		}
	hole(b, arena_printf(j->a, "%.*s#%u", STR_ARG(js_name_str(j, me->x)), me->y));
}

/* Text between two substitutions of a template. */
static struct str template_text(const struct js *j, uint32_t n, uint32_t before, uint32_t after)
{
	size_t from = before ? j->nodes[before].to : j->nodes[n].from + 1;
	size_t to = after ? j->nodes[after].from : j->nodes[n].to - 1;

	if (before)
		while (from < to && j->text.p[from++] != '}') {
		}
	if (after)
		while (to > from && !(j->text.p[to] == '{' && j->text.p[to - 1] == '$'))
			to--;
	if (after && to > from)
		to--;
	return to > from ? str_part(j->text, from, to - from) : STR("");
}

static void symbolic(struct js *j, struct buf *b, uint32_t n, int depth)
{
	struct js_val v;
	uint32_t k;

	if (depth > SYMBOLIC_DEPTH || b->len > SYMBOLIC_MAX || !n) {
		hole(b, STR("..."));
		return;
	}
	if (js_av_const(j, j->av[n], &v)) {
		buf_add_str(b, str_part(js_val_text(j, v), 0, SYMBOLIC_MAX));
		return;
	}
	switch (j->nodes[n].kind) {
	case J_ADD:
		for (k = j->nodes[n].first; k; k = j->nodes[k].next)
			symbolic(j, b, k, depth + 1);
		return;
	case J_TEMPLATE:
		buf_add_str(b, template_text(j, n, 0, j->nodes[n].first));
		for (k = j->nodes[n].first; k; k = j->nodes[k].next) {
			symbolic(j, b, k, depth + 1);
			buf_add_str(b, template_text(j, n, k, j->nodes[k].next));
		}
		return;
	case J_BIN: {
		struct str t;

		if (j->front->function_scope && j->nodes[n].op == OP_MOD && js_const_str(j, j->av[j->nodes[n].first], &t)) {
			symbolic_fill(j, b, t, '%', j->nodes[n].last, depth);
			return;
		}
		if (j->front->function_scope && j->nodes[n].op == OP_DIV) {
			symbolic(j, b, j->nodes[n].first, depth + 1);
			buf_add_z(b, "/");
			symbolic(j, b, j->nodes[n].last, depth + 1);
			return;
		}
		hole(b, str_part(js_text(j, n), 0, 40));
		return;
	}
	case J_ID:
	case J_SHORTHAND:
		symbolic_id(j, b, n, depth);
		return;
	case J_CALL:
	case J_NEW:
		symbolic_call(j, b, n, depth);
		return;
	case J_AWAIT:
	case J_SPREAD:
		symbolic(j, b, j->nodes[n].first, depth + 1);
		return;
	case J_COND:
		symbolic(j, b, js_kid(j, n, R_CONS), depth + 1);
		return;
	case J_LOGIC:
		symbolic(j, b, j->nodes[n].op == OP_LAND ? j->nodes[n].last : j->nodes[n].first, depth + 1);
		return;
	case J_MEMBER:
	case J_SUBSCRIPT: {
		size_t m;
		const uint32_t *refs;

		if (symbolic_place(j, b, js_api_of(j, j->av[n])))
			return;
		k = js_kid(j, n, R_OBJECT);
		if (k && str_is(js_api_of(j, j->av[k]), "URL.Object") && is_view_of_url(js_name_str(j, property_of(j, n)))) {
			symbolic(j, b, k, depth + 1);
			return;
		}
		refs = js_refs(j, j->av[n], &m);
		for (size_t i = 0; i < m; i++)
			if (REF_TAG(refs[i]) == T_CONST && REF_ID(refs[i]) && j->consts[REF_ID(refs[i])].t == V_STR) {
				buf_add_str(b, js_utf8(j, j->consts[REF_ID(refs[i])].s));
				return;
			}
		hole(b, js_text(j, n));
		return;
	}
	default:
		hole(b, str_part(js_text(j, n), 0, 40));
		return;
	}
}

struct str js_symbolic(struct js *j, uint32_t n)
{
	struct buf b;
	struct str r;

	buf_init(&b, 1 << 20);
	symbolic(j, &b, n, 0);
	r = arena_str(j->a, buf_str(&b));
	buf_release(&b);
	return r;
}
