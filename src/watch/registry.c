/* What registries have under own names, held against the ledger. */
#include "ledger/entry.h"
#include "watch/records.h"
#include "watch/watch.h"

struct listing {
	const struct watch *w;
	struct monitor *m;
	const char *url;
	struct str answer;
};

static void take(void *user, const struct record *r)
{
	struct listing *l = user;
	struct str name = str_view(r->name, r->name_bytes);
	char hex[2 * RECORD_DIGEST_BYTES + 1], id[400];

	if (r->kind != RECORD_ARTIFACT || watch_names(l->w, l->m, r->digest, r->digest_bytes))
		return;
	if (r->digest_bytes == 0) {
		monitor_alert(l->m, ALERT_PUBLISHED, "%.160s lists %.*s without a digest", l->url,
			STR_ARG(str_part(name, 0, 80)));
		return;
	}
	hex_encode(r->digest, r->digest_bytes, hex);
	hex[2 * r->digest_bytes] = '\0';
	snprintf(id, sizeof(id), "%.200s %s", l->url, hex);
	monitor_alert(l->m, ALERT_PUBLISHED, "%.140s lists %.*s, which no entry names (%.16s.., %s)",
		l->url, STR_ARG(str_part(name, 0, 80)), hex,
		monitor_keep(l->m, "published", str_of(id), l->answer).z);
}

static void check(const struct watch *w, struct monitor *m, const struct plan_registry *r)
{
	static const enum record_source sources[] = {SOURCE_NPM, SOURCE_PYPI, SOURCE_FEED};
	struct listing l = {.w = w, .m = m, .url = r->url};
	enum status status;
	struct buf answer;

	buf_init(&answer, RECORD_CHUNK_BYTES);
	status = watch_get(w, r->url,
		r->kind == PLAN_PYPI ? "application/vnd.pypi.simple.v1+json, application/json"
				     : "application/json",
		&answer);
	l.answer = buf_str(&answer);
	if (status == STATUS_OK)
		status = records_confined(sources[r->kind], l.answer, &w->plan->names, take, &l);
	if (status != STATUS_OK)
		monitor_alert(m, ALERT_UNREACHABLE, "%.200s cannot be read: %s", r->url,
			status_name(status));
	buf_release(&answer);
}

void watch_registries(const struct watch *w, struct monitor *m)
{
	for (size_t i = 0; i < w->plan->n_registries; i++)
		check(w, m, &w->plan->registries[i]);
}
