#include "attribute/attribute.h"

static const struct family_row rows[FAMILY_N] = {
	[FAMILY_LANGUAGE] = {"human_language", FORGEABLE_EASY, 0.7, 0.5, true},
	[FAMILY_BUILD] = {"build_traces", FORGEABLE_EASY, 0.7, 0.5, true},
	[FAMILY_HOURS] = {"working_hours", FORGEABLE_EASY, 0.5, 0.5, true},
	[FAMILY_CODE] = {"code_reuse", FORGEABLE_HARD, 2.0, 1, false},
	[FAMILY_INFRASTRUCTURE] = {"infrastructure", FORGEABLE_MODERATE, 1.5, 1, false},
	[FAMILY_VICTIMS] = {"victims", FORGEABLE_MODERATE, 0.7, 1, false},
	[FAMILY_BEHAVIOUR] = {"behaviour", FORGEABLE_MODERATE, 0.7, 1, false},
};

const struct family_row *family_row(enum family f)
{
	return &rows[f];
}

bool family_from_name(struct str name, enum family *ret)
{
	for (int f = 0; f < FAMILY_N; f++)
		if (str_is(name, rows[f].name)) {
			*ret = (enum family)f;
			return true;
		}
	return false;
}

const char *forgeable_name(enum forgeable f)
{
	static const char *const names[] = {"easy", "moderate", "hard"};

	return names[f];
}

void traits_add(struct arena *a, struct traits *t, enum family f, struct str value, bool third_party)
{
	for (size_t i = 0; i < t->n; i++)
		if (t->items[i].family == f && str_equal_nocase(t->items[i].value, value)) {
			t->items[i].third_party = t->items[i].third_party || third_party;
			return;
		}
	if (value.len)
		*ARENA_PUSH(a, t->items, t->n, t->room) = (struct trait){f, arena_str(a, value), third_party};
}
