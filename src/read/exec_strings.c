#include "read/exec_int.h"

enum { MIN_CHARS = 6, ITEMS_MAX = 400, LOOKED_UP = 64, NEAR_BYTES = 64, GLUED_CHARS = 160 };

struct item {
	enum fact_kind kind;
	uint32_t flags;
	struct str key, value, whole;
	uint64_t offset;
};

struct collect {
	struct arena *arena;
	struct keyset strings, items; /* of OLD, then also of NEW */
	bool fresh;                   /* NEW is walked */
	uint64_t base;                /* offset of the walked part */
	struct str whole;
	uint64_t whole_offset;
	bool wide;
	struct item *list;
	size_t n, room;
	uint64_t n_new, n_total;
};

/*
 * Hosts are the same host in any URL; paths and commands are what they say. Some linkers pack strings
 * without an end: in a long run only the word that was recognised is sure, its neighbours move.
 */
static bool is_new_item(struct collect *c, const struct string_item *it)
{
	uint64_t seed = key_of(it->key, (uint64_t)it->kind + 1);
	bool new_word, new_value;

	if (it->kind == FACT_HOST)
		return keyset_add(&c->items, seed);
	new_word = keyset_add(&c->items, key_of(it->word, seed + 1));
	new_value = keyset_add(&c->items, key_of(it->value, seed));
	return c->whole.len > GLUED_CHARS ? new_word : new_value;
}

static void on_item(void *user, const struct string_item *it)
{
	struct collect *c = user;
	struct item *slot;

	if (it->kind == FACT_HOST && it->flags & STRING_ODD_TOP)
		return; /* more often packed data than a name */
	if (!is_new_item(c, it) || !c->fresh || c->n >= ITEMS_MAX)
		return;
	slot = ARENA_PUSH(c->arena, c->list, c->n, c->room);
	slot->kind = it->kind;
	slot->flags = it->flags;
	slot->key = arena_str(c->arena, it->key);
	slot->value = arena_str(c->arena, str_part(it->value, 0, FACT_VALUE_BYTES));
	slot->whole = arena_str(c->arena, str_part(c->whole, it->at > NEAR_BYTES ? it->at - NEAR_BYTES : 0, FACT_EXCERPT_BYTES));
	slot->offset = c->whole_offset + it->at * (c->wide ? 2 : 1);
}

static bool on_string(void *user, struct str s, uint64_t offset, bool wide)
{
	struct collect *c = user;
	struct budget none = {.max_steps = UINT64_MAX};

	c->n_total++;
	if (!keyset_add(&c->strings, key_of(s, 0)))
		return true; /* seen: so were its items */
	c->n_new++;
	c->whole = s;
	c->whole_offset = c->base + offset;
	c->wide = wide;
	(void)classify_text(s, &none, on_item, c); /* the walk has paid for these bytes */
	return true;
}

/* Signatures are not the program's strings: their certificates name hosts of their own. */
static bool walk(struct read_in *in, struct collect *c, const struct exe *e)
{
	uint64_t at = 0;

	c->n_new = c->n_total = 0;
	for (size_t i = 0; i <= e->n_skips; i++) {
		uint64_t to = i < e->n_skips ? e->skips[i].offset : e->bytes.len;

		c->base = at;
		if (to > at && !strings_walk(cursor_clip(&e->bytes, at, to - at), MIN_CHARS, c->arena, in->budget, on_string, c))
			return false;
		if (i < e->n_skips && e->skips[i].offset + e->skips[i].bytes > at)
			at = e->skips[i].offset + e->skips[i].bytes;
	}
	return true;
}

static struct str flag_words(struct arena *a, uint32_t flags)
{
	return arena_printf(a, "string%s%s%s%s%s%s", flags & STRING_URL ? " url" : "", flags & STRING_ADDRESS ? " address" : "",
		flags & STRING_TEMPLATE ? " template" : "", flags & STRING_PORT ? " port" : "", flags & STRING_LOCAL ? " local" : "",
		flags & STRING_SERVICE ? " service" : "");
}

/* Strings without an end shift against their neighbours: what OLD has anywhere is old. */
static bool stands_in_old(struct read_in *in, const struct exe *old, struct str what, unsigned *looked_up)
{
	if (!old || (*looked_up)++ >= LOOKED_UP || !budget_step(in->budget, old->bytes.len / 256 + 1))
		return false;
	return str_find(str_view(old->bytes.base, old->bytes.len), what) != SIZE_MAX;
}

static void remember(struct exe_strings_result *r, const struct item *it)
{
	struct str *to = NULL;

	if (it->kind == FACT_HOST)
		to = &r->host;
	else if (it->kind == FACT_PATH && (str_is(it->key, "cred") || str_is(it->key, "browser") || str_is(it->key, "wallet")))
		to = &r->secret;
	else if (it->kind == FACT_STRING && str_is(it->key, "command"))
		to = &r->command;
	if (to && !to->len)
		*to = it->kind == FACT_HOST ? it->key : it->value;
}

static void emit_items(struct read_in *in, struct collect *c, const struct exe *old, uint32_t unit, struct exe_strings_result *r)
{
	unsigned looked_up = 0;

	for (size_t i = 0; i < c->n; i++) {
		const struct item *it = &c->list[i];
		struct fact f = {.kind = it->kind, .unit = unit, .offset = it->offset, .length = it->value.len,
			.key = it->key, .value = it->value, .excerpt = it->whole};

		if (stands_in_old(in, old, it->kind == FACT_HOST ? it->key : it->value, &looked_up))
			continue;
		remember(r, it);
		if (it->kind == FACT_STRING && str_is(it->key, "command"))
			f.kind = FACT_EXE_STRINGS; /* what a program carries it may never run */
		f.detail = it->kind == FACT_HOST ? flag_words(in->arena, it->flags) : STR("string");
		read_fact(in, &f);
	}
}

struct exe_strings_result exe_strings(struct read_in *in, const struct exe *old, const struct exe *new_, uint32_t unit)
{
	struct exe_strings_result r = {0};
	struct collect c = {.arena = in->arena};

	keyset_init(&c.strings, in->arena);
	keyset_init(&c.items, in->arena);
	if (old && !walk(in, &c, old))
		r.limit = true;
	c.fresh = true;
	if (!walk(in, &c, new_))
		r.limit = true;
	emit_items(in, &c, old, unit, &r);
	r.n_new = c.n_new;
	r.n_total = c.n_total;
	return r;
}
