/* Keys and addresses that stand in the place of others in settings, whatever their names. */
#ifndef ASSAY_READ_TRUST_ANCHOR_H
#define ASSAY_READ_TRUST_ANCHOR_H

#include "read/read.h"
#include "read/trust_settings.h"

/*
 * Keys "address" and "public-key" of FACT_TRUST; proves: the other one is gone. Both are text. False when the budget
 * ended: there may be more of them.
 */
bool trust_anchors(struct read_in *in, struct str old, struct str text, struct trust_change **ret, size_t *ret_n) MUST_CHECK;

/* ---- what code and settings have in common ---- */

/* A name that can be looked up, as it stands alone: no scheme, no path. */
bool anchor_is_host(struct str value);
/* The names under which a bare host stands; "a.js" is none. */
bool anchor_names_host(struct str name);
/* The same host, and not one under which everybody keeps his own: only the path differs. */
bool anchor_stays(struct str was, struct str now);
/* Where people read on, by the address or the name beside it: a release changes these as it likes. */
bool anchor_is_for_reading(struct str address);
bool anchor_names_reading(struct str name);

#endif
