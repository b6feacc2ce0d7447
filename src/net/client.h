/*
 * HTTP as a client, by libcurl, which is loaded when the first request is made: verbs that talk to
 * nobody pay nothing for it. http and https only, no redirects, no proxies from the environment, no
 * cookies; the answer is capped.
 */
#ifndef ASSAY_NET_CLIENT_H
#define ASSAY_NET_CLIENT_H

#include "util/buf.h"
#include "util/status.h"

enum { NET_WHY_BYTES = 300, NET_WAIT_SECONDS = 10 };

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

#endif
