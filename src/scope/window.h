/*
 * When the bad release could be had: one window for each channel, its ends known only roughly, and what
 * that says about a delivery at a time that is known only roughly.
 */
#ifndef ASSAY_SCOPE_WINDOW_H
#define ASSAY_SCOPE_WINDOW_H

#include "case/case.h"
#include "scope/time.h"

struct window {
	struct str release, channel; /* ids in the case */
	/* First and last bad byte served. The last has the time to live of caches added to its end. */
	struct interval from, to;
};

enum received { RECEIVED_NOT, RECEIVED_POSSIBLY, RECEIVED_CERTAINLY };

/* Windows of releases that are bad or suspect, in the order of the case; in the arena. */
struct window *windows_of_case(struct arena *a, const struct case_file *c, size_t *ret_n);

/*
 * What a delivery at `t` through `channel` (empty: not known which) was. Certain: after the last instant
 * at which it could begin and before the first at which it could end, in the channel's window, or in
 * every window when the channel is not known. Without any window: possible.
 */
enum received windows_say(const struct window *w, size_t n, struct str channel, struct interval t);
/* The hull of all windows of a channel (empty: of all channels); unknown ends stay unknown. */
struct interval windows_hull(const struct window *w, size_t n, struct str channel);

/* UTC_UNKNOWN becomes the end of time on its side. */
struct interval interval_of_span(struct utc_span s);

#endif
