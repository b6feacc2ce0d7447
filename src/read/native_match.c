/* Pairs the functions of two images, and says what the changed and the new ones do. */
#include "read/native.h"

#include <stdlib.h>

#include "read/native_int.h"

enum {
	IMAGES_MAX = 8,
	SHAPE_MIN_BYTES = 32,
	CANDIDATES_MAX = 60000, /* functions whose events are read, a side */
	VOTES_MAX = 12,         /* functions of OLD that share one event; more of them tell nothing */
	REBUILT_PERCENT = 40,   /* so much new code is a rebuild, or another program */
	LOOK_UPS = 400,
};

struct key {
	uint64_t key;
	uint32_t index;
};

/* Keys in order; equal ones in the order of their functions. */
struct keys {
	struct key *items;
	size_t n;
};

struct match {
	struct read_in *in;
	struct native_image *old, *new_;
	uint8_t *old_open, *new_open; /* by function: nothing in the other image has the same code */
	uint8_t *early;               /* of NEW: reached from what newly runs by itself */
	struct native_reach **reach;  /* of NEW, NULL = its events were not read */
	bool *taken;                  /* of OLD: it is somebody's mate */
	struct code_unit *old_units, *new_units; /* by function; events are read when they are asked for */
	struct keyset names, texts;   /* of OLD as a whole: what it imports and calls its own; its texts */
	struct keyset fresh_texts;    /* looked for in OLD, and not there */
	struct keyset old_starts;     /* functions of OLD that run by themselves, by code and by name */
	unsigned look_ups;
	bool rebuilt, limit;
};

static int cmp_key(const void *a, const void *b)
{
	const struct key *x = a, *y = b;

	if (x->key != y->key)
		return x->key < y->key ? -1 : 1;
	return x->index < y->index ? -1 : x->index > y->index;
}

static void keys_sort(struct keys *k)
{
	if (k->n)
		qsort(k->items, k->n, sizeof(k->items[0]), cmp_key);
}

/* First position of a key, n if it is not there. */
static size_t keys_find(const struct keys *k, uint64_t key)
{
	size_t low = 0, high = k->n;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (k->items[mid].key < key)
			low = mid + 1;
		else
			high = mid;
	}
	return low < k->n && k->items[low].key == key ? low : k->n;
}

/* The next one of that key that nobody took: `used` counts them at its first position. */
static bool keys_take(const struct keys *k, uint32_t *used, uint64_t key, uint32_t *ret)
{
	size_t first = keys_find(k, key), at = first < k->n ? first + used[first] : k->n;

	if (at >= k->n || k->items[at].key != key)
		return false;
	used[first]++;
	*ret = k->items[at].index;
	return true;
}

static bool spend(struct match *m, uint64_t n)
{
	if (!m->limit && !budget_step(m->in->budget, n))
		m->limit = true;
	return !m->limit;
}

/* --- pairs --- */

static void pair(struct match *m, size_t new_, size_t old)
{
	m->new_->functions[new_].mate = (uint32_t)old;
	m->old->functions[old].mate = (uint32_t)new_;
	m->taken[old] = true;
}

/* Who has code that the other image has as well? The first of it in OLD is remembered as a landmark. */
static void set_aside(struct match *m)
{
	struct keys codes = {ARENA_ARRAY(m->in->arena, m->old->n_functions + 1, struct key), 0};
	uint32_t *used = ARENA_ARRAY(m->in->arena, m->old->n_functions + 1, uint32_t);
	struct keyset new_codes;

	keyset_init(&new_codes, m->in->arena);
	for (size_t i = 0; i < m->old->n_functions; i++)
		codes.items[codes.n++] = (struct key){m->old->functions[i].exact, (uint32_t)i};
	keys_sort(&codes);
	for (size_t i = 0; i < m->new_->n_functions; i++) {
		const struct native_function *f = &m->new_->functions[i];
		uint32_t old;

		keyset_add(&new_codes, f->exact | 1);
		if (!f->exact)
			continue; /* nothing but filling */
		m->new_open[i] = keys_find(&codes, f->exact) == codes.n;
		if (keys_take(&codes, used, f->exact, &old))
			pair(m, i, old);
	}
	for (size_t i = 0; i < m->old->n_functions; i++)
		m->old_open[i] = m->old->functions[i].exact && !keyset_has(&new_codes, m->old->functions[i].exact | 1);
}

static uint64_t name_key(const struct native_function *f)
{
	return f->name.len ? key_of(native_plain_name(f->name), 3) : 0;
}

static uint64_t shape_key(const struct native_function *f)
{
	return f->bytes >= SHAPE_MIN_BYTES ? f->shape : 0;
}

static void pair_by(struct match *m, uint64_t (*key)(const struct native_function *f))
{
	struct keys all = {ARENA_ARRAY(m->in->arena, m->old->n_functions + 1, struct key), 0};
	uint32_t *used = ARENA_ARRAY(m->in->arena, m->old->n_functions + 1, uint32_t);

	for (size_t i = 0; i < m->old->n_functions; i++)
		if (m->old_open[i] && !m->taken[i] && key(&m->old->functions[i]))
			all.items[all.n++] = (struct key){key(&m->old->functions[i]), (uint32_t)i};
	keys_sort(&all);
	for (size_t i = 0; i < m->new_->n_functions && spend(m, 1); i++) {
		struct native_function *f = &m->new_->functions[i];
		uint32_t old;

		if (m->new_open[i] && f->mate == UINT32_MAX && key(f) && keys_take(&all, used, key(f), &old))
			pair(m, i, old);
	}
}

/* Between two landmarks both sides stand in the same order. Names that differ are no pair. */
static void pair_by_place(struct match *m)
{
	for (size_t i = 1; i < m->new_->n_functions && spend(m, 1); i++) {
		const struct native_function *f = &m->new_->functions[i];
		uint32_t before = m->new_->functions[i - 1].mate;
		size_t old = (size_t)before + 1;

		if (!m->new_open[i] || f->mate != UINT32_MAX || before == UINT32_MAX || old >= m->old->n_functions ||
			!m->old_open[old] || m->taken[old] || (f->name.len && m->old->functions[old].name.len))
			continue;
		if (f->bytes / 2 <= m->old->functions[old].bytes && m->old->functions[old].bytes / 2 <= f->bytes)
			pair(m, i, old);
	}
}

/* It runs by itself now, and what did so in OLD was something else. */
static bool newly_starts(const struct match *m, const struct native_function *f)
{
	return f->flags & (NATIVE_STARTS | NATIVE_PICKS) && !keyset_has(&m->old_starts, f->exact | 1);
}

/* --- events --- */

static void events_read(struct match *m, struct native_walk *w, const struct native_image *im, size_t i, bool decode, struct code_unit *u)
{
	struct native_reach *reach = ARENA_NEW(m->in->arena, struct native_reach);

	reach->unit = u;
	reach->decode = decode;
	if (!native_events(w, &im->functions[i], reach))
		m->limit = true;
	if (decode) {
		m->reach[i] = reach;
		m->early[i] |= newly_starts(m, &im->functions[i]);
		for (size_t k = 0; m->early[i] && k < reach->n_reached; k++)
			m->early[reach->reached[k]] = 1;
	}
	u->decoded = reach->decoded;
	u->n_decoded = reach->n_decoded;
	if (reach->walks_loader)
		code_event_add(m->in, u, true, STR("finds functions by walking the loader's tables"));
}

/* By what they call and name: the function of OLD that shares most of it, at least half. */
static void pair_by_events(struct match *m)
{
	size_t n = 0;
	struct keys all = {0};
	struct key *votes = ARENA_ARRAY(m->in->arena, VOTES_MAX * 64 + 1, struct key);

	for (size_t i = 0; i < m->old->n_functions; i++)
		n += m->old_open[i] && !m->taken[i] ? m->old_units[i].n_events : 0;
	all.items = ARENA_ARRAY(m->in->arena, n + 1, struct key);
	for (size_t i = 0; i < m->old->n_functions; i++)
		for (size_t k = 0; m->old_open[i] && !m->taken[i] && k < m->old_units[i].n_events; k++)
			all.items[all.n++] = (struct key){key_of(m->old_units[i].events[k].text, 5), (uint32_t)i};
	keys_sort(&all);
	for (size_t i = 0; i < m->new_->n_functions; i++) {
		const struct code_unit *u = &m->new_units[i];
		size_t n_votes = 0, best = 0, best_n = 0, run = 0;

		if (!m->new_open[i] || m->new_->functions[i].mate != UINT32_MAX || u->n_events < 2)
			continue;
		for (size_t k = 0; k < u->n_events && k < 64 && spend(m, 2); k++) {
			uint64_t key = key_of(u->events[k].text, 5);
			size_t at = keys_find(&all, key);

			for (size_t v = 0; v < VOTES_MAX && at + v < all.n && all.items[at + v].key == key; v++)
				votes[n_votes++] = (struct key){all.items[at + v].index, 0};
		}
		qsort(votes, n_votes, sizeof(votes[0]), cmp_key);
		for (size_t k = 0; k < n_votes; k++) {
			run = k && votes[k].key == votes[k - 1].key ? run + 1 : 1;
			if (run > best_n && !m->taken[votes[k].key]) {
				best_n = run;
				best = (size_t)votes[k].key;
			}
		}
		if (best_n * 2 >= (u->n_events < 64 ? u->n_events : 64))
			pair(m, i, best);
	}
}

/* --- what OLD has as a whole --- */

static void old_known(struct match *m)
{
	keyset_init(&m->names, m->in->arena);
	keyset_init(&m->old_starts, m->in->arena);
	for (size_t i = 0; i < m->old->n_slots && spend(m, 1); i++)
		if (m->old->slots[i].name.len)
			keyset_add(&m->names, key_of(m->old->slots[i].name, 0));
	for (size_t i = 0; i < m->old->n_functions && spend(m, 1); i++) {
		const struct native_function *f = &m->old->functions[i];

		if (f->name.len)
			keyset_add(&m->names, key_of(native_plain_name(f->name), 0));
		if (f->flags & (NATIVE_STARTS | NATIVE_PICKS)) {
			keyset_add(&m->old_starts, f->exact | 1);
			keyset_add(&m->old_starts, name_key(f) | 1);
		}
	}
}

/* Texts of OLD that end with NUL, wherever they stand. What shares its end with another is looked up. */
static void old_texts(struct match *m)
{
	struct cursor c = m->old->bytes;
	size_t from = 0;

	keyset_init(&m->texts, m->in->arena);
	keyset_init(&m->fresh_texts, m->in->arena);
	if (!spend(m, c.len / 64 + 1))
		return;
	for (size_t i = 0; i < c.len; i++) {
		if (c.base[i] >= 0x20 || c.base[i] == '\t' || c.base[i] == '\n' || c.base[i] == '\r')
			continue;
		if (c.base[i] == 0 && i - from >= 4)
			keyset_add(&m->texts, key_of(str_view(c.base + from, i - from), 0));
		from = i + 1;
	}
}

static bool text_is_old(struct match *m, struct str s)
{
	uint64_t key = key_of(s, 0);
	bool found;

	if (keyset_has(&m->texts, key))
		return true;
	if (keyset_has(&m->fresh_texts, key) || m->look_ups >= LOOK_UPS || !spend(m, m->old->bytes.len / 256 + 1))
		return false;
	m->look_ups++;
	found = str_find(str_view(m->old->bytes.base, m->old->bytes.len), s) != SIZE_MAX;
	keyset_add(found ? &m->texts : &m->fresh_texts, key);
	return found;
}

/* --- saying it --- */

static unsigned classes_of(struct str call)
{
	unsigned all = 0;

	for (size_t i = 0; i < n_native_apis; i++) {
		size_t n = strlen(native_apis[i].name);

		if (native_apis[i].name[n - 1] == '*' ? call.len >= n - 1 && memcmp(call.p, native_apis[i].name, n - 1) == 0
			: str_is(call, native_apis[i].name))
			all |= native_apis[i].classes;
	}
	return all;
}

struct worth {
	bool any;   /* it calls or names something that means anything outside */
	bool novel; /* ... that OLD as a whole does not have */
	bool host;  /* ... a host */
};

/* What a text names; new is what OLD names nowhere, whatever stands around it. */
static struct worth text_worth(struct match *m, struct str s)
{
	struct worth w = {0};
	struct string_class c;

	classify_string(s, &c);
	for (size_t i = 0; i < c.n; i++) {
		bool host = c.items[i].kind == FACT_HOST;

		if (host && c.items[i].flags & STRING_ODD_TOP)
			continue;
		w.any = true;
		if (text_is_old(m, s) || text_is_old(m, arena_str(m->in->arena, host ? c.items[i].key : c.items[i].value)))
			continue;
		w.novel = true;
		w.host = w.host || host;
	}
	return w;
}

/* Without what was learnt about the arguments. */
static struct str bare_call(struct str call)
{
	size_t at = str_find_z(call, " ");

	return at == SIZE_MAX ? call : str_part(call, 0, at);
}

static struct worth worth_of(struct match *m, const struct code_unit *u)
{
	struct worth w = {u->n_decoded > 0, u->n_decoded > 0, false};

	for (size_t i = 0; i < u->n_events && spend(m, 4); i++) {
		const struct code_event *e = &u->events[i];
		struct worth x = {0};

		if (!e->call) {
			x = text_worth(m, e->text);
		} else if (classes_of(e->text) & ~(CODE_CIPHER | CODE_ENTER | CODE_NAMES)) {
			x.any = true;
			x.novel = !keyset_has(&m->names, key_of(bare_call(e->text), 0));
		}
		w.any = w.any || x.any;
		w.novel = w.novel || x.novel;
		w.host = w.host || x.host;
	}
	return w;
}

static struct str unit_name(struct match *m, const struct native_image *im, const struct native_function *f)
{
	struct arena *a = m->in->arena;
	const char *what = f->flags & NATIVE_GAP && !f->name.len ? "code" : "function";
	struct str at = arena_printf(a, "at 0x%llx%s%.*s", (unsigned long long)f->address, im->label.len ? ", " : "", STR_ARG(im->label));

	if (!f->name.len)
		return arena_printf(a, "%s %.*s", what, STR_ARG(at));
	return arena_printf(a, "%s %.*s %.*s", what, STR_ARG(native_plain_name(f->name)), STR_ARG(at));
}

struct told {
	struct code_image old, new_;
	size_t known; /* unit of `old` that gets texts that OLD has anywhere */
};

/* Units move when others are added, and hold so much: another one goes on. */
static void known_add(struct match *m, struct told *t, struct str text)
{
	if (t->old.n == 0 || t->old.units[t->known].n_events >= CODE_EVENTS_MAX) {
		if (!code_unit_add(m->in, &t->old, STR_NONE))
			return;
		t->known = t->old.n - 1;
	}
	code_event_add(m->in, &t->old.units[t->known], false, text);
}

/* It does nothing by itself, and one function that it calls says all of it. */
static bool only_passes_on(const struct match *m, size_t i)
{
	const struct native_reach *r = m->reach[i];

	for (size_t k = 0; r && r->n_own == 0 && k < r->n_reached; k++)
		if (m->new_units[r->reached[k]].n_events + 1 >= m->new_units[i].n_events)
			return true;
	return false;
}

/* Does it ask for memory that may be executed, by a call that OLD as a whole does not have? */
static bool asks_first(struct match *m, const struct code_unit *u)
{
	for (size_t k = 0; k < u->n_events; k++)
		if (u->events[k].call && str_ends(u->events[k].text, "(executable)") &&
			!keyset_has(&m->names, key_of(native_plain_name(bare_call(u->events[k].text)), 0)))
			return true;
	return false;
}

static void tell(struct match *m, struct told *t, size_t i)
{
	const struct native_function *f = &m->new_->functions[i];
	struct code_unit *u = &m->new_units[i], *to, *was;
	struct worth w = worth_of(m, u);

	if (!w.any || (m->rebuilt && !w.novel) || only_passes_on(m, i))
		return;
	to = code_unit_add(m->in, &t->new_, unit_name(m, m->new_, f));
	if (!to)
		return;
	u->name = to->name;
	*to = *u;
	to->body = m->new_open[i] ? f->exact : f->exact ^ 1u << 9; /* old code that now runs by itself counts as new */
	to->offset = f->offset;
	to->length = f->bytes;
	to->starts = m->early[i];
	to->first_code = asks_first(m, u);
	to->loose = m->rebuilt && !w.host && !to->n_decoded;
	for (size_t k = 0; k < u->n_events; k++)
		if (!u->events[k].call && !text_worth(m, u->events[k].text).novel &&
			(!code_text_matters(u->events[k].text) || text_is_old(m, u->events[k].text)))
			known_add(m, t, u->events[k].text);
	if (f->mate == UINT32_MAX || !m->new_open[i])
		return;
	was = code_unit_add(m->in, &t->old, to->name);
	if (was) {
		*was = m->old_units[f->mate];
		was->name = to->name;
		was->body = m->old->functions[f->mate].exact;
	}
}

/* Nobody needs it to choose between two functions. */
static bool is_no_choice(struct str call)
{
	return str_is(call, "dlsym") || str_is(call, "mprotect") || classes_of(call) & (CODE_EXEC | CODE_LOAD | CODE_NET | CODE_MODULE |
		CODE_PERSIST | CODE_FILE_WRITE | CODE_NAMES);
}

static void resolver_say(struct match *m, uint32_t unit, size_t i)
{
	const struct native_function *f = &m->new_->functions[i];
	struct fact fact = {.kind = FACT_EXE, .flags = FACT_TOP_LEVEL, .unit = unit, .offset = f->offset, .length = f->bytes,
		.key = STR("resolver"), .detail = STR("runs while the program is being linked")};

	for (size_t k = 0; k < m->new_units[i].n_events; k++)
		if (m->new_units[i].events[k].call && is_no_choice(m->new_units[i].events[k].text))
			fact.number = 1;
	for (size_t k = 0; k < m->new_units[i].n_events; k++)
		if (m->new_units[i].events[k].call && (!fact.number || is_no_choice(m->new_units[i].events[k].text))) {
			fact.value = arena_printf(m->in->arena, "%.*s calls %.*s", STR_ARG(unit_name(m, m->new_, f)),
				STR_ARG(m->new_units[i].events[k].text));
			read_fact(m->in, &fact);
			return;
		}
}

static void counts_say(struct match *m, uint32_t unit)
{
	unsigned long long same = 0, changed = 0, added = 0, code = 0, open = 0;
	struct fact f = {.kind = FACT_EXE, .unit = unit, .key = STR("functions")};

	for (size_t i = 0; i < m->new_->n_functions; i++) {
		const struct native_function *x = &m->new_->functions[i];

		if (!x->exact)
			continue;
		code += x->bytes;
		open += m->new_open[i] ? x->bytes : 0;
		*(!m->new_open[i] ? &same : x->mate != UINT32_MAX ? &changed : &added) += 1;
	}
	m->rebuilt = open * 100 > code * REBUILT_PERCENT;
	if (!changed && !added)
		return;
	f.value = arena_printf(m->in->arena, "%llu added, %llu changed, %llu the same", added, changed, same);
	f.detail = m->new_->label;
	read_fact(m->in, &f);
}

static bool read_open(struct match *m)
{
	struct native_walk *old = native_walk_new(m->in, m->old, NULL), *new_ = native_walk_new(m->in, m->new_, m->new_open);
	size_t n = 0;

	for (size_t i = 0; i < m->old->n_functions && !m->limit; i++)
		if (m->old_open[i] && n++ < CANDIDATES_MAX)
			events_read(m, old, m->old, i, false, &m->old_units[i]);
	n = n > CANDIDATES_MAX ? n : 0;
	for (size_t i = 0; i < m->new_->n_functions && !m->limit; i++)
		if (m->new_open[i] || newly_starts(m, &m->new_->functions[i])) {
			events_read(m, new_, m->new_, i, true, &m->new_units[i]);
			if (n++ >= CANDIDATES_MAX)
				return false;
		}
	return !n || n <= CANDIDATES_MAX;
}

static bool images_compare(struct read_in *in, struct native_image *old, struct native_image *new_, uint32_t unit)
{
	struct match *m = ARENA_NEW(in->arena, struct match);
	struct told t = {0};
	bool all;

	m->in = in;
	m->old = old;
	m->new_ = new_;
	m->old_open = ARENA_ARRAY(in->arena, old->n_functions + 1, uint8_t);
	m->new_open = ARENA_ARRAY(in->arena, new_->n_functions + 1, uint8_t);
	m->taken = ARENA_ARRAY(in->arena, old->n_functions + 1, bool);
	m->early = ARENA_ARRAY(in->arena, new_->n_functions + 1, uint8_t);
	m->reach = ARENA_ARRAY(in->arena, new_->n_functions + 1, struct native_reach *);
	m->old_units = ARENA_ARRAY(in->arena, old->n_functions + 1, struct code_unit);
	m->new_units = ARENA_ARRAY(in->arena, new_->n_functions + 1, struct code_unit);
	set_aside(m);
	pair_by(m, name_key);
	pair_by(m, shape_key);
	pair_by_place(m);
	old_known(m);
	all = read_open(m);
	pair_by_events(m);
	old_texts(m);
	counts_say(m, unit);
	for (size_t i = 0; i < new_->n_functions && !m->limit; i++)
		if (newly_starts(m, &new_->functions[i]) && new_->functions[i].flags & NATIVE_PICKS)
			resolver_say(m, unit, i);
	for (size_t i = 0; i < new_->n_functions && !m->limit; i++)
		if (m->new_open[i] || m->early[i])
			tell(m, &t, i);
	if (code_units_say(in, &t.old, &t.new_, native_apis, n_native_apis) != STATUS_OK)
		m->limit = true;
	return all && !m->limit && !new_->partial && !old->partial;
}

static size_t images_read(struct read_in *in, struct cursor bytes, enum format_id format, struct native_image *ret)
{
	size_t n = 0, kept = 0;

	switch (format) {
	case FORMAT_ELF: n = native_elf(in, bytes, ret); break;
	case FORMAT_MACHO: n = native_macho_images(in, bytes, ret, IMAGES_MAX); break;
	case FORMAT_WASM: return 0;
	default: n = native_pe(in, bytes, ret) || native_elf(in, bytes, ret);
	}
	for (size_t i = 0; i < n; i++)
		if (native_cut(in, &ret[i]))
			ret[kept++] = ret[i];
	return kept == n ? n : 0;
}

enum native_sight native_say(struct read_in *in, uint32_t unit)
{
	struct native_image *old, *new_;
	size_t n_old, n_new;
	bool all = true, any = false;

	/* Facts about functions take several times the image: what is larger is compared as a whole. */
	if (!in->has_old || in->new_.len + in->old.len > NATIVE_PAIR_BYTES_MAX)
		return NATIVE_UNSEEN;
	old = ARENA_ARRAY(in->arena, IMAGES_MAX, struct native_image);
	new_ = ARENA_ARRAY(in->arena, IMAGES_MAX, struct native_image);
	n_new = images_read(in, in->new_, in->format, new_);
	n_old = n_new ? images_read(in, in->old, in->old_format, old) : 0;
	for (size_t i = 0; i < n_new; i++) {
		size_t k = 0;

		while (k < n_old && (old[k].cpu != new_[i].cpu || !str_equal(old[k].label, new_[i].label)))
			k++;
		if (k == n_old && n_old == 1 && old[0].cpu == new_[i].cpu)
			k = 0;
		if (k < n_old) {
			any = true;
			all = images_compare(in, &old[k], &new_[i], unit) && all;
		} else {
			all = false;
		}
	}
	return !any ? NATIVE_UNSEEN : all ? NATIVE_SEEN : NATIVE_PART;
}
