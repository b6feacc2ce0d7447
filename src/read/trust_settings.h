/* Settings that loosen a safeguard: switches, rights of services and containers, words of known files. */
#ifndef ASSAY_READ_TRUST_SETTINGS_H
#define ASSAY_READ_TRUST_SETTINGS_H

#include "util/arena.h"
#include "util/str.h"

struct trust_change {
	const char *key; /* as of FACT_TRUST */
	struct str value;
	size_t at, len; /* in NEW; SIZE_MAX: nowhere */
	bool proves;    /* the contrary stood there, and it is about who somebody is */
};

enum { TRUST_CHANGES_MAX = 16 };

/* A list of them in an arena; what goes beyond TRUST_CHANGES_MAX is dropped. Begins as {arena}. */
struct trust_list {
	struct arena *arena;
	struct trust_change *items;
	size_t n, room;
};

void trust_list_add(struct trust_list *l, struct trust_change c);

/* What NEW loosens against OLD; both are text. */
void trust_settings(struct arena *a, struct str path, struct str old, struct str text, struct trust_change **ret, size_t *ret_n);

/* Files that settings stand in; documents and lists of packages use the same words. */
bool trust_holds_settings(struct str path);

#endif
