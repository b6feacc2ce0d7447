/* What the parts of the monitor share. */
#ifndef ASSAY_LEDGER_MONITOR_INT_H
#define ASSAY_LEDGER_MONITOR_INT_H

#include "ledger/monitor.h"

/* Remembers the commit of a release that names one. */
void monitor_note_source(struct monitor *m, const struct entry *release);
/* Holds all of them against the tags. */
void monitor_check_tags(struct monitor *m, int64_t now);

#endif
