#include "util/wanted.h"

enum { GRAM_BYTES = 4, SLOTS_MIN = 1 << 8, SLOTS_MAX = 1 << 16, PASSED_A_STEP = 16 };

struct wanted {
	const struct str *needles;
	size_t n, open, slots;
	bool *found;
	uint32_t *first; /* of a slot: a needle's number and one more, 0 for none */
	uint32_t *next;  /* of a needle: the same */
	uint8_t *at;     /* where its four bytes stand in it */
};

static size_t slot_of(const struct wanted *w, const char *p)
{
	uint32_t v;

	memcpy(&v, p, GRAM_BYTES);
	return ((v * 2654435761u) >> 16) & (w->slots - 1);
}

/* The offset whose slot the fewest needles share. */
static uint8_t rarest(const struct wanted *w, const uint16_t *uses, struct str needle)
{
	size_t best = 0;

	for (size_t i = 1; i + GRAM_BYTES <= needle.len && i <= UINT8_MAX; i++)
		if (uses[slot_of(w, needle.p + i)] < uses[slot_of(w, needle.p + best)])
			best = i;
	return (uint8_t)best;
}

static void needles_place(struct arena *a, struct wanted *w)
{
	uint16_t *uses = ARENA_ARRAY(a, w->slots, uint16_t);

	for (size_t k = 0; k < w->n; k++)
		for (size_t i = 0; i + GRAM_BYTES <= w->needles[k].len && i <= UINT8_MAX; i++) {
			uint16_t *use = &uses[slot_of(w, w->needles[k].p + i)];

			*use += *use < UINT16_MAX;
		}
	for (size_t k = 0; k < w->n; k++) {
		size_t slot;

		if (w->needles[k].len < GRAM_BYTES || w->found[k])
			continue;
		w->at[k] = rarest(w, uses, w->needles[k]);
		slot = slot_of(w, w->needles[k].p + w->at[k]);
		w->next[k] = w->first[slot];
		w->first[slot] = (uint32_t)k + 1;
	}
}

struct wanted *wanted_make(struct arena *a, const struct str *needles, size_t n, bool *found)
{
	struct wanted *w = ARENA_NEW(a, struct wanted);

	*w = (struct wanted){.needles = needles, .n = n, .slots = SLOTS_MIN, .found = found};
	while (w->slots < SLOTS_MAX && w->slots / 16 < n)
		w->slots *= 2;
	w->first = ARENA_ARRAY(a, w->slots, uint32_t);
	w->next = ARENA_ARRAY(a, n + 1, uint32_t);
	w->at = ARENA_ARRAY(a, n + 1, uint8_t);
	for (size_t k = 0; k < n; k++)
		w->open += !found[k];
	needles_place(a, w);
	return w;
}

size_t wanted_open(const struct wanted *w)
{
	return w->open;
}

static void found_one(struct wanted *w, size_t k)
{
	w->found[k] = true;
	w->open--;
}

static bool stands_at(const struct wanted *w, struct str text, size_t i, size_t k)
{
	struct str needle = w->needles[k];

	return i >= w->at[k] && text.len - (i - w->at[k]) >= needle.len && memcmp(text.p + i - w->at[k], needle.p, needle.len) == 0;
}

uint64_t wanted_look(struct wanted *w, struct str text)
{
	uint64_t compared = 0;

	for (size_t k = 0; k < w->n; k++)
		if (!w->found[k] && w->needles[k].len < GRAM_BYTES && str_find(text, w->needles[k]) != SIZE_MAX)
			found_one(w, k);
	for (size_t i = 0; i + GRAM_BYTES <= text.len && w->open; i++) {
		uint32_t *link = &w->first[slot_of(w, text.p + i)];

		while (*link) {
			size_t k = *link - 1;

			compared++;
			if (w->found[k] || stands_at(w, text, i, k)) {
				if (!w->found[k])
					found_one(w, k);
				*link = w->next[k]; /* nobody asks for it again */
			} else {
				link = &w->next[k];
			}
		}
	}
	return compared + text.len / PASSED_A_STEP;
}
