#include "read/fuses.h"

#include <string.h>

/* Electron's documentation of fuses, wire version 1: the order is fixed, new ones are appended. */
static const struct {
	const char *name;
	char safe;
} fuses[] = {
	{"RunAsNode", '0'},
	{"EnableCookieEncryption", '1'},
	{"EnableNodeOptionsEnvironmentVariable", '0'},
	{"EnableNodeCliInspectArguments", '0'},
	{"EnableEmbeddedAsarIntegrityValidation", '1'},
	{"OnlyLoadAppFromAsar", '1'},
	{"LoadBrowserProcessSpecificV8Snapshot", 0}, /* neither is safer */
	{"GrantFileProtocolExtraPrivileges", '0'},
};

enum { N_FUSES = sizeof(fuses) / sizeof(fuses[0]), WIRES_MAX = 8 };

/* Masked, so that this program is not one that carries fuses. */
static const char sentinel_masked[] = "eM8qLHeoO{8:7QcckRXOLnIYC[bC:utY";

struct wire {
	uint64_t offset;
	size_t n;
	const char *states;
};

/* A program for several processors has one wire each. */
static size_t wires_of(struct read_in *in, struct cursor bytes, struct wire *ret)
{
	char sentinel[sizeof(sentinel_masked) - 1];
	const uint8_t *at = bytes.base, *end = bytes.base + bytes.len;
	size_t n = 0;

	for (size_t i = 0; i < sizeof(sentinel); i++)
		sentinel[i] = (char)(sentinel_masked[i] - 1);
	if (!bytes.base || !budget_step(in->budget, bytes.len / 4096 + 1))
		return 0;
	while (n < WIRES_MAX && (at = memmem(at, (size_t)(end - at), sentinel, sizeof(sentinel)))) {
		at += sizeof(sentinel);
		if (end - at < 2 || at[0] != 1 || !at[1] || at[1] > end - at - 2)
			continue;
		ret[n++] = (struct wire){(uint64_t)(at - bytes.base), at[1] < N_FUSES ? at[1] : N_FUSES,
			(const char *)at + 2};
	}
	return n;
}

static void fuse_fact(struct read_in *in, uint32_t unit, const struct wire *w, size_t i)
{
	read_fact(in, &(struct fact){.kind = FACT_TRUST, .unit = unit, .offset = w->offset + 2 + i,
			      .length = 1, .key = STR("fuse"),
			      .value = arena_printf(in->arena, "%s %s", fuses[i].name,
				      fuses[i].safe == '1' ? "on -> off" : "off -> on")});
}

void fuse_facts(struct read_in *in, uint32_t unit)
{
	struct wire old[WIRES_MAX], new_[WIRES_MAX];
	size_t n_old = in->has_old ? wires_of(in, in->old, old) : 0, n = wires_of(in, in->new_, new_);
	bool said[N_FUSES] = {false};

	for (size_t k = 0; k < n && n_old; k++) {
		const struct wire *o = &old[k < n_old ? k : n_old - 1], *w = &new_[k];

		for (size_t i = 0; i < w->n && i < o->n; i++) {
			char unsafe = fuses[i].safe == '1' ? '0' : '1';

			if (!fuses[i].safe || said[i] || o->states[i] != fuses[i].safe || w->states[i] != unsafe)
				continue;
			fuse_fact(in, unit, w, i);
			said[i] = true;
		}
	}
}
