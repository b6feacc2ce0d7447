/*
 * The vendor's downloads, fetched in every view (from other networks, by other programs) and once
 * more from their middle on: whatever is served to whomever is in the ledger, and the same for all.
 */
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>

#include "ledger/entry.h"
#include "watch/watch.h"

enum { HEADER_BYTES = 16 << 10, HTTP_OK = 200, HTTP_PART = 206 };

/* A download as one view has got it. */
struct sight {
	const struct plan_view *view;
	enum status status;
	char why[NET_WHY_BYTES];
	struct net_fetched got;
	uint64_t size_bytes;
	uint8_t sha256[crypto_hash_sha256_BYTES];
	char hex[2 * crypto_hash_sha256_BYTES + 1];
	struct buf headers;
	/* The digest so far at some place in the middle: from there a download is resumed. */
	crypto_hash_sha256_state sofar, middle;
	uint64_t middle_bytes;
	bool resumed; /* sofar begins in the middle of another sight */
};

static void add(struct sight *s, const uint8_t *p, size_t n)
{
	crypto_hash_sha256_update(&s->sofar, p, n);
	s->size_bytes += n;
}

static bool take(void *user, long http, const void *p, size_t n)
{
	struct sight *s = user;
	const uint8_t *from = p;

	if (s->resumed && http == HTTP_OK) {
		/* It does not resume: the whole comes again. */
		s->resumed = false;
		s->size_bytes = 0;
		crypto_hash_sha256_init(&s->sofar);
	}
	if (s->size_bytes == 0 && n > 1) {
		add(s, from++, 1);
		n--;
	}
	if (s->size_bytes >= 2 * s->middle_bytes && s->size_bytes > 0) {
		s->middle = s->sofar;
		s->middle_bytes = s->size_bytes;
	}
	add(s, from, n);
	return true;
}

/* `whole`: resume what this one has got. */
static void fetch(const struct watch *w, const char *url, const struct plan_view *view,
	const struct sight *whole, struct sight *ret)
{
	const struct net_fetch f = {.url = url, .agent = view->agent, .from = view->from,
		.proxy = view->proxy, .offset = whole ? whole->middle_bytes : 0,
		.redirects = WATCH_REDIRECTS, .max_bytes = w->plan->channel_bytes, .take = take,
		.user = ret, .headers = &ret->headers};

	memset(ret, 0, sizeof(*ret));
	ret->view = view;
	buf_init(&ret->headers, HEADER_BYTES);
	crypto_hash_sha256_init(&ret->sofar);
	if (whole) {
		ret->resumed = true;
		ret->sofar = whole->middle;
		ret->size_bytes = whole->middle_bytes;
	}
	ret->status = net_fetch(w->net, &f, &ret->got, ret->why);
	if (ret->status == STATUS_OK && ret->got.http != (ret->resumed ? HTTP_PART : HTTP_OK)) {
		ret->status = STATUS_IO;
		snprintf(ret->why, sizeof(ret->why), "HTTP %ld", ret->got.http);
	}
	crypto_hash_sha256_final(&ret->sofar, ret->sha256);
	hex_encode(ret->sha256, sizeof(ret->sha256), ret->hex);
	ret->hex[2 * sizeof(ret->sha256)] = '\0';
}

static bool same(const struct sight *a, const struct sight *b)
{
	return memcmp(a->sha256, b->sha256, sizeof(a->sha256)) == 0;
}

static void describe(struct buf *b, const char *url, const char *how, const struct sight *s)
{
	buf_printf(b, "url %s\nview %s%s\n", url, s->view->name, how);
	if (s->view->agent)
		buf_printf(b, "agent %s\n", s->view->agent);
	if (s->view->from)
		buf_printf(b, "from %s\n", s->view->from);
	if (s->view->proxy)
		buf_printf(b, "proxy %s\n", s->view->proxy);
	buf_printf(b, "came-from %s\nhttp %ld\nsize %llu\nsha256 %s\n\n", s->got.url, s->got.http,
		(unsigned long long)s->size_bytes, s->hex);
	buf_add_str(b, buf_str(&s->headers));
	buf_add_char(b, '\n');
}

/* One or two sights of one address, with their headers. */
static struct evidence_name keep(struct monitor *m, const char *url, const struct sight *a,
	const char *how, const struct sight *b)
{
	struct buf id, text;
	struct evidence_name name;

	buf_init(&id, 8192);
	buf_init(&text, 4 * HEADER_BYTES);
	buf_printf(&id, "%s\n%s\n%s\n", url, a->view->name, a->hex);
	describe(&text, url, "", a);
	if (b) {
		buf_printf(&id, "%s%s\n%s\n", b->view->name, how, b->hex);
		describe(&text, url, how, b);
	}
	name = monitor_keep(m, "download", buf_str(&id), buf_str(&text));
	buf_release(&id);
	buf_release(&text);
	return name;
}

static void say_unreachable(struct monitor *m, const char *url, const struct sight *s)
{
	monitor_alert(m, ALERT_UNREACHABLE, "%.200s cannot be fetched as %.40s: %.80s", url,
		s->view->name, s->why);
}

/* Taken up again in the middle, it is the same. A server that does not resume says nothing. */
static void check_resumed(const struct watch *w, struct monitor *m, const char *url,
	const struct sight *whole)
{
	struct sight rest;

	if (whole->size_bytes < 2)
		return;
	fetch(w, url, whole->view, whole, &rest);
	if (rest.status == STATUS_OK && !same(whole, &rest) &&
		!watch_names(w, m, rest.sha256, sizeof(rest.sha256)))
		monitor_alert(m, ALERT_VIEWS,
			"%.160s gives %.40s other bytes (sha256 %s) when it is resumed (%s)", url,
			whole->view->name, rest.hex, keep(m, url, whole, " resumed", &rest).z);
	buf_release(&rest.headers);
}

/* Two views differ: a release may have come out between the two, so the first is asked again. */
static void check_same(const struct watch *w, struct monitor *m, const char *url,
	const struct sight *first, const struct sight *s)
{
	struct sight again;

	if (same(first, s))
		return;
	fetch(w, url, first->view, NULL, &again);
	if (again.status == STATUS_OK && !same(&again, s))
		monitor_alert(m, ALERT_VIEWS, "%.160s gives %.40s other bytes (sha256 %s) than %.40s (%s)",
			url, s->view->name, s->hex, first->view->name, keep(m, url, first, "", s).z);
	buf_release(&again.headers);
}

static void check_channel(const struct watch *w, struct monitor *m, const char *url,
	struct sight *sights)
{
	const struct sight *first = NULL;
	size_t n = w->plan->n_views;

	for (size_t i = 0; i < n; i++) {
		struct sight *s = &sights[i];

		fetch(w, url, &w->plan->views[i], NULL, s);
		if (s->status != STATUS_OK) {
			say_unreachable(m, url, s);
			continue;
		}
		if (!watch_names(w, m, s->sha256, sizeof(s->sha256)))
			monitor_alert(m, ALERT_UNKNOWN_BYTES,
				"%.160s serves %.40s bytes that no entry names (sha256 %s, %s)", url,
				s->view->name, s->hex,
				keep(m, url, s, "", first && !same(first, s) ? first : NULL).z);
		check_resumed(w, m, url, s);
		if (first)
			check_same(w, m, url, first, s);
		else
			first = s;
	}
	for (size_t i = 0; i < n; i++)
		buf_release(&sights[i].headers);
}

void watch_channels(const struct watch *w, struct monitor *m)
{
	struct sight *sights = calloc(w->plan->n_views, sizeof(*sights));

	if (!sights) {
		monitor_alert(m, ALERT_UNREACHABLE, "no memory to fetch downloads");
		return;
	}
	for (size_t i = 0; i < w->plan->n_channels; i++)
		check_channel(w, m, w->plan->channels[i], sights);
	free(sights);
}
