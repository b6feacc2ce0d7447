/* Version 5 UUIDs (RFC 9562): the same name in the same namespace is always the same id. */
#ifndef ASSAY_DISCLOSE_UUID_H
#define ASSAY_DISCLOSE_UUID_H

#include "util/arena.h"

struct uuid {
	uint8_t b[16];
};

extern const struct uuid uuid_stix;  /* for STIX's own observables: 00abedb4-aa42-466c-9c01-fed23315a9b7 */
extern const struct uuid uuid_assay; /* for everything else that we name */

struct uuid uuid_v5(struct uuid space, struct str name);
struct str uuid_text(struct arena *a, struct uuid u);

#endif
