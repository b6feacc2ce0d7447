#include "watch/watch.h"

static bool take(void *user, long http, const void *p, size_t n)
{
	return buf_add(user, p, n);
}

enum status watch_get(const struct watch *w, const char *url, const char *accept, struct buf *ret)
{
	const struct net_fetch f = {.url = url, .accept = accept, .redirects = WATCH_REDIRECTS,
		.max_bytes = ret->max_bytes - ret->len, .take = take, .user = ret};
	struct net_fetched got;
	char why[NET_WHY_BYTES];

	TRY(net_fetch(w->net, &f, &got, why));
	if (got.http == 200)
		return STATUS_OK;
	return got.http == 404 || got.http == 410 ? STATUS_NOT_FOUND : STATUS_IO;
}

bool watch_names(const struct watch *w, const struct monitor *m, const uint8_t *digest, size_t n)
{
	return monitor_names(m, digest, n) || plan_knows(w->plan, digest, n);
}

void watch_look(const struct watch *w, struct monitor *m)
{
	watch_channels(w, m);
	watch_registries(w, m);
	watch_logs(w, m);
}
