/*
 * HTTP as a client, by libcurl, which is loaded when the first request is made: verbs that talk to
 * nobody pay nothing for it. http and https only, no proxies from the environment, no cookies;
 * redirects only where they are asked for; the answer is capped.
 */
#ifndef ASSAY_NET_CLIENT_H
#define ASSAY_NET_CLIENT_H

#include "util/buf.h"
#include "util/status.h"

enum {
	NET_WHY_BYTES = 300,
	NET_URL_BYTES = 2048,
	NET_WAIT_SECONDS = 10,   /* for a small answer, whole */
	NET_STALL_SECONDS = 20,  /* a large one may not stand still for longer, */
	NET_FETCH_SECONDS = 900, /* nor take longer as a whole */
};

struct net_client; /* keeps its connections; one at a time */

/* STATUS_UNSUPPORTED: there is no libcurl. */
enum status net_client_open(struct net_client **ret);
void net_client_close(struct net_client *c);

/*
 * One request: GET without a body, POST with one. The answer is appended to ret, whose ceiling is
 * the cap. STATUS_OK: there was an answer, with that HTTP status; else `why` says what went wrong.
 */
enum status net_request(struct net_client *c, const char *url, const struct str *body,
	struct buf *ret, long *ret_http, char why[NET_WHY_BYTES]);

/* One GET of something large, that somebody else names. What is NULL or 0 is left at its default. */
struct net_fetch {
	const char *url;
	const char *agent;     /* "assay" */
	const char *accept;
	const char *from;      /* source address or interface; any */
	const char *proxy;     /* none */
	uint64_t offset;       /* asks for what is from there on */
	unsigned redirects;    /* so many are followed; never from https to http */
	uint64_t max_bytes;    /* more is STATUS_LIMIT */
	/* Takes the bytes as they come, with the HTTP status of the answer; false ends it. */
	bool (*take)(void *user, long http, const void *p, size_t n);
	void *user;
	struct buf *headers;   /* gets those of the last answer, as they came */
};

struct net_fetched {
	long http;
	uint64_t bytes;
	char url[NET_URL_BYTES]; /* where the bytes came from at last */
};

/* STATUS_OK: there was an answer, whole, with that status. STATUS_LIMIT: too large. */
enum status net_fetch(struct net_client *c, const struct net_fetch *f, struct net_fetched *ret,
	char why[NET_WHY_BYTES]);

#endif
