/* Does this record name an indicator? Exact, on fields; needles only said that it may be worth asking. */
#ifndef ASSAY_SCAN_MATCH_H
#define ASSAY_SCAN_MATCH_H

#include "scan/indicator.h"
#include "scan/needles.h"

struct matcher;

/* Immutable once made. The indicators are borrowed. */
struct matcher *matcher_new(struct arena *a, const struct indicators *set);

/* A text for the needles: a part of an indicator that stands in every line that names it. */
struct lure {
	struct str text;
	uint32_t indicator;
};

/*
 * The lures of every indicator that records of this format can name. An indicator can have several
 * (an address has several spellings).
 */
struct lure *matcher_lures(struct arena *a, const struct indicators *set, const struct log_format *f,
	size_t *ret_n);

/*
 * Bytes that a line can hold instead of the letters of a name: percent-encoded letters, \u0061 and
 * \/ in JSON, &#97; in XML. A line with one of them is read whatever the needles say. Finds the next
 * at or behind *at.
 */
bool disguise_next(const struct log_format *f, struct str in, size_t *at);

enum { MATCHES_MAX = 32 };

/* Indexes of the indicators that the record names, each once; at most MATCHES_MAX. `scratch` is for
 * decoding. */
unsigned matcher_ask(const struct matcher *m, struct arena *scratch, const struct log_record *r,
	uint32_t ret[MATCHES_MAX]);

/* The stage that a record proves by an indicator. */
enum stage match_stage(const struct indicator *i, enum log_act act);

#endif
