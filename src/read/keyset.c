#include "read/keyset.h"

void keyset_init(struct keyset *s, struct arena *a)
{
	*s = (struct keyset){.arena = a};
}

/* Where the key stands or would stand; room is a power of two and never full. */
static size_t slot_of(const struct keyset *s, uint64_t key)
{
	size_t at = (size_t)(key & (s->room - 1));

	while (s->slots[at] && s->slots[at] != key)
		at = (at + 1) & (s->room - 1);
	return at;
}

static void grow(struct keyset *s)
{
	struct keyset bigger = {.arena = s->arena, .room = s->room ? s->room * 2 : 64};

	bigger.slots = ARENA_ARRAY(s->arena, bigger.room, uint64_t);
	for (size_t i = 0; i < s->room; i++)
		if (s->slots[i])
			bigger.slots[slot_of(&bigger, s->slots[i])] = s->slots[i];
	s->slots = bigger.slots;
	s->room = bigger.room;
}

bool keyset_add(struct keyset *s, uint64_t key)
{
	size_t at;

	key = key ? key : 1;
	if (s->n >= s->room / 2) {
		if (s->n >= KEYSET_MAX) {
			s->full = true;
			return !keyset_has(s, key);
		}
		grow(s);
	}
	at = slot_of(s, key);
	if (s->slots[at])
		return false;
	s->slots[at] = key;
	s->n++;
	return true;
}

bool keyset_has(const struct keyset *s, uint64_t key)
{
	key = key ? key : 1;
	return s->room && s->slots[slot_of(s, key)] == key;
}
