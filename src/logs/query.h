/* Who asks, as far as the address that was asked for says it itself: ?licence=...&agent=... */
#ifndef ASSAY_LOGS_QUERY_H
#define ASSAY_LOGS_QUERY_H

#include "logs/log.h"

/*
 * Fills what the record does not say otherwise, from the queries of its paths and URLs. Names are
 * compared without regard to case and to - and _ in them; values are views into the record.
 */
void query_who(struct log_record *r);

#endif
