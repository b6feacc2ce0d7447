/*
 * Time zones of log sources: a fixed offset, a name of the IANA list (read from the system's tzdata),
 * or unknown. Immutable once opened, so threads may share one.
 */
#ifndef ASSAY_SCOPE_ZONE_H
#define ASSAY_SCOPE_ZONE_H

#include "scope/time.h"
#include "util/status.h"

enum zone_kind { ZONE_UNKNOWN, ZONE_FIXED, ZONE_NAMED };

/* East of Greenwich is positive: clocks of the world stand between UTC-12 and UTC+14. */
enum { ZONE_WEST_SECONDS = -12 * 3600, ZONE_EAST_SECONDS = 14 * 3600, ZONE_CANDIDATES = 4 };

struct zone;

/*
 * "" and "unknown", "Z" and "UTC", "+02:00", "+0200", "-03", or a name such as "Europe/Berlin".
 * STATUS_USAGE: no such form; NOT_FOUND: no such name in tzdata, or no tzdata; DAMAGED: its file.
 */
MUST_CHECK enum status zone_open(struct str name, struct zone **ret);
void zone_close(struct zone *z);
enum zone_kind zone_kind(const struct zone *z);

/*
 * The instants (seconds since 1970 in UTC, ascending) at which clocks there show this local time,
 * given as seconds as if it were UTC. 0: the hour does not exist there, 2: it comes twice. Not for
 * ZONE_UNKNOWN.
 */
unsigned zone_instants(const struct zone *z, int64_t local_seconds, int64_t ret[ZONE_CANDIDATES]);
/* Seconds east of Greenwich at that instant. Not for ZONE_UNKNOWN. */
int zone_offset(const struct zone *z, int64_t seconds);

#endif
