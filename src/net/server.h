/*
 * HTTP as a server, by libmicrohttpd, which is loaded when a server starts. Bounded: headers, paths
 * and bodies have a ceiling; a connection that has not asked within a few seconds is closed, however
 * busily it trickles; many connections of one address, or many at all, cost the oldest idle ones
 * their place. TLS is a proxy's affair.
 */
#ifndef ASSAY_NET_SERVER_H
#define ASSAY_NET_SERVER_H

#include "util/buf.h"
#include "util/status.h"

enum {
	SERVER_PATH_MAX = 4096,
	SERVER_HEADER_BYTES = 16 << 10,
	SERVER_HEADERS_MAX = 100,
	SERVER_CONNECTIONS = 1024,
	SERVER_PER_ADDRESS = 32,
	SERVER_SECONDS = 10, /* for a request, from its connection or the last answer on */
};

struct server_request {
	const char *method, *path; /* the path as it came, nothing decoded; not NULL */
	struct str body;
};

struct server_answer {
	unsigned http;
	const char *content_type; /* NULL: application/octet-stream */
	const char *cache;        /* Cache-Control; NULL: no-store */
	struct buf body;
	int fd;                   /* an open file to send instead; -1: none. The server closes it. */
	uint64_t fd_bytes;
};

struct server_options {
	const char *listen;     /* "127.0.0.1:8080", "[::1]:0" */
	size_t body_max;        /* of a POST; 0: only GET and HEAD */
	const char *const *hosts; /* names that may be asked for, up to a NULL; NULL: any */
	/* Called from one thread at a time. */
	void (*handle)(void *user, const struct server_request *q, struct server_answer *ret);
	void *user;
};

struct server;

/* STATUS_UNSUPPORTED: there is no libmicrohttpd; STATUS_USAGE: not an address; STATUS_IO: not free. */
enum status server_start(const struct server_options *o, struct server **ret);
/* The address with the port that was taken. */
const char *server_address(const struct server *s);
void server_stop(struct server *s);

/* Opens a file below the folder for an answer: only a plain path of the folder, no dots, no links out
 * of it. -1 when there is none. */
int server_open_below(int folder, const char *path, uint64_t *ret_bytes);

#endif
