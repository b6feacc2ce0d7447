/* Abstract values: sets of references, taints with the way they came, objects with fields. */
#include "flow_int.h"

#include "util/hash.h"

/* ---------- a map of numbers ---------- */

uint32_t *flow_map_at(struct js *j, struct js_map **map, uint64_t key, bool add)
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

uint32_t flow_set(struct js *j, const uint32_t *refs, size_t n)
{
	uint64_t h;
	uint32_t *slot;

	if (!n)
		return AV_NONE;
	h = fast_hash(refs, n * sizeof(*refs), 5);
	for (uint64_t probe = 0;; probe++) {
		slot = flow_map_at(j, &j->set_map, (h + probe) >> 1, true);
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

uint32_t flow_av_ref(struct js *j, enum js_tag tag, uint32_t id)
{
	uint32_t r = REF(tag, id);

	return flow_set(j, &r, 1);
}

void flow_bag_add(struct js *j, struct bag *b, uint32_t r)
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

void flow_bag_join(struct js *j, struct bag *b, uint32_t av)
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
			flow_bag_add(j, b, refs[i]);
	}
}

uint32_t flow_av_join(struct js *j, uint32_t a, uint32_t b)
{
	struct bag bag = {.n = 0};

	if (a == b || !b)
		return a;
	if (!a)
		return b;
	flow_bag_join(j, &bag, a);
	flow_bag_join(j, &bag, b);
	return flow_set(j, bag.refs, bag.n);
}

uint32_t flow_av_only(struct js *j, uint32_t av, unsigned tags)
{
	struct bag b = {.n = 0};
	size_t n;
	const uint32_t *refs = js_refs(j, av, &n);

	for (size_t i = 0; i < n; i++)
		if (tags & 1u << REF_TAG(refs[i]))
			b.refs[b.n++] = refs[i];
	return b.n == n ? av : flow_set(j, b.refs, b.n);
}

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
	uint32_t *slot = flow_map_at(j, &j->taint_map, (uint64_t)node << 8 | salt << 4 | (uint64_t)kind, true);
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

uint32_t flow_taint_base(struct js *j, enum js_source kind, uint32_t node, struct str label)
{
	return js_taint_at(j, kind, node, 0, label);
}

uint32_t flow_av_taint(struct js *j, enum js_source kind, uint32_t node, struct str label)
{
	return kind == SRC_NONE ? AV_NONE : flow_av_ref(j, T_TAINT, flow_taint_base(j, kind, node, label));
}

static uint32_t taint_hop(struct js *j, uint32_t t, uint32_t node, bool weak, struct str label)
{
	uint32_t *slot;
	struct js_taint *h, *prev = &j->taints[t];

	if (prev->hops >= HOPS_MAX || prev->node == node)
		return t;
	slot = flow_map_at(j, &j->hop_map, (uint64_t)t << 32 | (uint64_t)node << 1 | weak, true);
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

uint32_t flow_av_hop(struct js *j, uint32_t av, uint32_t node, bool weak, struct str label)
{
	struct bag b = {.n = 0};
	size_t n;
	const uint32_t *refs;

	if (!js_av_has(j, av, T_TAINT))
		return av;
	refs = js_refs(j, av, &n);
	for (size_t i = 0; i < n; i++) {
		uint32_t r = REF_TAG(refs[i]) == T_TAINT ? REF(T_TAINT, taint_hop(j, REF_ID(refs[i]), node, weak, label)) : refs[i];

		flow_bag_add(j, &b, r);
		refs = js_refs(j, av, &n);
	}
	return flow_set(j, b.refs, b.n);
}

/* ---------- objects ---------- */

uint32_t flow_obj_at(struct js *j, uint32_t node)
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

uint32_t js_field_get(struct js *j, uint32_t obj, uint32_t name)
{
	uint32_t *slot = flow_map_at(j, &j->field_map, (uint64_t)obj << 32 | name, false);

	return slot && *slot ? j->fields[*slot].av : AV_NONE;
}

void flow_field_join(struct js *j, uint32_t obj, uint32_t name, uint32_t av)
{
	uint32_t *slot, joined;
	struct js_field *f;

	if (!av)
		return;
	if (!(obj & 0xc0000000u) && j->objs[obj].n_fields >= FIELDS_PER_OBJECT &&
		!flow_map_at(j, &j->field_map, (uint64_t)obj << 32 | name, false))
		name = 0;
	slot = flow_map_at(j, &j->field_map, (uint64_t)obj << 32 | name, true);
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
	joined = flow_av_join(j, f->av, av);
	if (joined != f->av) {
		j->fields[*slot].av = joined;
		j->changed = true;
	}
}

uint32_t flow_obj_elements(struct js *j, uint32_t obj)
{
	struct bag b = {.n = 0};
	int k = 0;

	for (uint32_t f = j->objs[obj].fields; f && k < 64; f = j->fields[f].next, k++)
		flow_bag_join(j, &b, j->fields[f].av);
	return flow_set(j, b.refs, b.n);
}

void flow_var_join(struct js *j, uint32_t var, uint32_t av)
{
	uint32_t joined = flow_av_join(j, j->vars[var].av, av);

	if (joined != j->vars[var].av) {
		j->vars[var].av = joined;
		j->changed = true;
	}
}

void flow_in_join(struct js *j, uint32_t var, uint32_t av)
{
	uint32_t joined = flow_av_join(j, j->vars[var].in, av);

	if (joined != j->vars[var].in) {
		j->vars[var].in = joined;
		j->changed = true;
	}
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
				uint32_t t = flow_taint_base(j, SRC_ENV, g->node, STR("process.env"));

				for (size_t q = 0; q < g->n; q++)
					again |= g->out[q] == t;
				if (!again && g->n < g->max)
					g->out[g->n++] = t;
			} else if (j->n_own && js_own_api(j, js_name_str(j, REF_ID(r)), &module, &name)) {
				gather_taint(j, g, flow_taint_base(j, SRC_IMPORT, g->node, js_name_str(j, REF_ID(r))));
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
