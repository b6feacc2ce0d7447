#include "net/client.h"

#include <curl/curl.h>
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>

struct net_client {
	void *library;
	CURL *handle;
	CURL *(*easy_init)(void);
	void (*easy_cleanup)(CURL *handle);
	void (*easy_reset)(CURL *handle);
	CURLcode (*easy_setopt)(CURL *handle, CURLoption option, ...);
	CURLcode (*easy_perform)(CURL *handle);
	CURLcode (*easy_getinfo)(CURL *handle, CURLINFO info, ...);
	const char *(*easy_strerror)(CURLcode code);
	struct curl_slist *(*slist_append)(struct curl_slist *list, const char *line);
	void (*slist_free_all)(struct curl_slist *list);
};

#undef curl_easy_setopt
#undef curl_easy_getinfo

static bool find(const struct net_client *c, const char *name, void *to)
{
	void *symbol = dlsym(c->library, name);

	memcpy(to, &symbol, sizeof(symbol));
	return symbol != NULL;
}

static bool find_all(struct net_client *c)
{
	return find(c, "curl_easy_init", &c->easy_init) &&
	       find(c, "curl_easy_cleanup", &c->easy_cleanup) &&
	       find(c, "curl_easy_reset", &c->easy_reset) &&
	       find(c, "curl_easy_setopt", &c->easy_setopt) &&
	       find(c, "curl_easy_perform", &c->easy_perform) &&
	       find(c, "curl_easy_getinfo", &c->easy_getinfo) &&
	       find(c, "curl_easy_strerror", &c->easy_strerror) &&
	       find(c, "curl_slist_append", &c->slist_append) &&
	       find(c, "curl_slist_free_all", &c->slist_free_all);
}

enum status net_client_open(struct net_client **ret)
{
	struct net_client *c = calloc(1, sizeof(*c));

	*ret = NULL;
	if (!c)
		return STATUS_NOMEM;
	c->library = dlopen("libcurl.so.4", RTLD_NOW | RTLD_LOCAL);
	if (c->library && find_all(c))
		c->handle = c->easy_init();
	if (!c->handle) {
		net_client_close(c);
		return STATUS_UNSUPPORTED;
	}
	*ret = c;
	return STATUS_OK;
}

void net_client_close(struct net_client *c)
{
	if (!c)
		return;
	if (c->handle)
		c->easy_cleanup(c->handle);
	/* The library stays: what it has loaded does not unload well. */
	free(c);
}

static size_t keep(char *p, size_t one, size_t n, void *user)
{
	return buf_add(user, p, one * n) ? one * n : 0;
}

/* What every request has in common. */
static void prepare(struct net_client *c, const char *url)
{
	CURL *h = c->handle;

	c->easy_reset(h);
	c->easy_setopt(h, CURLOPT_URL, url);
	c->easy_setopt(h, CURLOPT_PROTOCOLS_STR, "http,https");
	c->easy_setopt(h, CURLOPT_PROXY, "");
	c->easy_setopt(h, CURLOPT_NOSIGNAL, 1L);
	c->easy_setopt(h, CURLOPT_USERAGENT, "assay");
}

enum status net_request(struct net_client *c, const char *url, const struct str *body,
	struct buf *ret, long *ret_http, char why[NET_WHY_BYTES])
{
	struct curl_slist *headers = NULL;
	CURL *h = c->handle;
	CURLcode code;

	*ret_http = 0;
	prepare(c, url);
	c->easy_setopt(h, CURLOPT_TIMEOUT, (long)NET_WAIT_SECONDS);
	c->easy_setopt(h, CURLOPT_WRITEFUNCTION, keep);
	c->easy_setopt(h, CURLOPT_WRITEDATA, ret);
	if (body) {
		/* Without these it would wait for "100 Continue", and name a form. */
		headers = c->slist_append(headers, "Expect:");
		headers = c->slist_append(headers, "Content-Type: text/plain; charset=utf-8");
		c->easy_setopt(h, CURLOPT_HTTPHEADER, headers);
		c->easy_setopt(h, CURLOPT_POSTFIELDSIZE, (long)body->len);
		c->easy_setopt(h, CURLOPT_POSTFIELDS, body->p);
	}
	code = c->easy_perform(h);
	if (code == CURLE_OK)
		c->easy_getinfo(h, CURLINFO_RESPONSE_CODE, ret_http);
	else
		snprintf(why, NET_WHY_BYTES, "%s", c->easy_strerror(code));
	c->slist_free_all(headers);
	return code == CURLE_OK ? STATUS_OK : STATUS_IO;
}

struct fetching {
	struct net_client *c;
	const struct net_fetch *f;
	struct net_fetched *ret;
	bool over;
};

static size_t take(char *p, size_t one, size_t n, void *user)
{
	struct fetching *g = user;
	size_t len = one * n;

	if (g->ret->http == 0)
		g->c->easy_getinfo(g->c->handle, CURLINFO_RESPONSE_CODE, &g->ret->http);
	if (len > g->f->max_bytes - g->ret->bytes) {
		g->over = true;
		return 0;
	}
	g->ret->bytes += len;
	return g->f->take(g->f->user, g->ret->http, p, len) ? len : 0;
}

/* Each answer of a chain begins with its status line. */
static size_t take_header(char *p, size_t one, size_t n, void *user)
{
	struct str line = str_view(p, one * n);
	struct buf *headers = user;

	if (str_starts(line, "HTTP/"))
		buf_clear(headers);
	buf_add_str(headers, line); /* those that do not fit are left out */
	return line.len;
}

static void ask_as_told(struct net_client *c, struct fetching *g)
{
	const struct net_fetch *f = g->f;
	CURL *h = c->handle;
	char range[32];

	c->easy_setopt(h, CURLOPT_LOW_SPEED_LIMIT, 1L);
	c->easy_setopt(h, CURLOPT_LOW_SPEED_TIME, (long)NET_STALL_SECONDS);
	c->easy_setopt(h, CURLOPT_CONNECTTIMEOUT, (long)NET_WAIT_SECONDS);
	c->easy_setopt(h, CURLOPT_TIMEOUT, (long)NET_FETCH_SECONDS);
	c->easy_setopt(h, CURLOPT_WRITEFUNCTION, take);
	c->easy_setopt(h, CURLOPT_WRITEDATA, g);
	c->easy_setopt(h, CURLOPT_FOLLOWLOCATION, f->redirects ? 1L : 0L);
	c->easy_setopt(h, CURLOPT_MAXREDIRS, (long)f->redirects);
	c->easy_setopt(h, CURLOPT_REDIR_PROTOCOLS_STR,
		strncmp(f->url, "https:", 6) == 0 ? "https" : "http,https");
	if (f->agent)
		c->easy_setopt(h, CURLOPT_USERAGENT, f->agent);
	if (f->from)
		c->easy_setopt(h, CURLOPT_INTERFACE, f->from);
	if (f->proxy)
		c->easy_setopt(h, CURLOPT_PROXY, f->proxy);
	if (f->headers) {
		c->easy_setopt(h, CURLOPT_HEADERFUNCTION, take_header);
		c->easy_setopt(h, CURLOPT_HEADERDATA, f->headers);
	}
	if (f->offset) {
		snprintf(range, sizeof(range), "%llu-", (unsigned long long)f->offset);
		c->easy_setopt(h, CURLOPT_RANGE, range);
	}
}

enum status net_fetch(struct net_client *c, const struct net_fetch *f, struct net_fetched *ret,
	char why[NET_WHY_BYTES])
{
	struct fetching g = {.c = c, .f = f, .ret = ret};
	struct curl_slist *headers = NULL;
	char accept[200];
	const char *last = NULL;
	CURLcode code;

	*ret = (struct net_fetched){.http = 0};
	prepare(c, f->url);
	ask_as_told(c, &g);
	if (f->accept) {
		snprintf(accept, sizeof(accept), "Accept: %s", f->accept);
		headers = c->slist_append(headers, accept);
		c->easy_setopt(c->handle, CURLOPT_HTTPHEADER, headers);
	}
	code = c->easy_perform(c->handle);
	c->easy_getinfo(c->handle, CURLINFO_RESPONSE_CODE, &ret->http);
	if (c->easy_getinfo(c->handle, CURLINFO_EFFECTIVE_URL, &last) == CURLE_OK && last)
		snprintf(ret->url, sizeof(ret->url), "%s", last);
	if (code != CURLE_OK)
		snprintf(why, NET_WHY_BYTES, "%s", g.over ? "too large" : c->easy_strerror(code));
	c->slist_free_all(headers);
	if (code == CURLE_OK)
		return STATUS_OK;
	return g.over ? STATUS_LIMIT : STATUS_IO;
}
