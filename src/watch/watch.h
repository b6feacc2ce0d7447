/*
 * One look at what others serve under the vendor's name, held against the ledger that the monitor
 * has read: downloads in several views, certificate and signing logs, registries. What is found goes
 * through the monitor's alerts, what proves it into its folder; places in logs are kept there, too,
 * and only when all alerts were delivered.
 */
#ifndef ASSAY_WATCH_WATCH_H
#define ASSAY_WATCH_WATCH_H

#include "ledger/monitor.h"
#include "net/client.h"
#include "watch/plan.h"

enum { WATCH_REDIRECTS = 5, WATCH_LOG_ASKS = 4096 /* of one log in one look */ };

struct watch {
	const struct plan *plan;
	struct net_client *net;
};

void watch_look(const struct watch *w, struct monitor *m);

/* ---- within the folder ------------------------------------------------------------------------- */

/* A GET of at most `max` bytes, following redirects. STATUS_NOT_FOUND: 404 or 410. */
enum status watch_get(const struct watch *w, const char *url, const char *accept, struct buf *ret);
void watch_channels(const struct watch *w, struct monitor *m);
void watch_logs(const struct watch *w, struct monitor *m);
void watch_registries(const struct watch *w, struct monitor *m);
/* In the ledger, or older than it. */
bool watch_names(const struct watch *w, const struct monitor *m, const uint8_t *digest, size_t n);

#endif
