/*
 * The first way out: new code talks to a host that nobody named before, in a product that did not use
 * the network at all. A parser of JSON, of command lines or of one-time passwords has nobody to ask.
 */
#include "behaviour/query.h"

#include "behaviour/aside.h"

/*
 * How code of any language reaches the network, as it is written: who had one of these had a way out.
 * Words that people also say ("requests", "socket") stand with what makes them code.
 */
static const char *const ways[] = {
	"'http'", "\"http\"", "'https'", "\"https\"", "node:http", "'net'", "\"net\"", "node:net", "'tls'", "\"tls\"", "http2", "fetch(", "fetch\"", "fetch'",
	"XMLHttpRequest", "sendBeacon", "WebSocket", "EventSource", "axios", "superagent", "undici", ".ajax(", "createConnection", "net.request", "http.request",
	"https.request", "http.get", "https.get", "\"request\"", "'request'", "\"got\"", "'got'",
	"urllib.request", "urllib2", "urllib3", "urlopen", "http.client", "httplib", "import requests", "from requests", "requests.get", "requests.post", "requests.request",
	"requests.session", "aiohttp", "httpx", "import socket", "from socket", "socket.socket", "socket.create", "pycurl", "smtplib", "xmlrpc",
	"net/http", "net.dial", "open-uri", "faraday", "httparty", "TCPSocket", "curl ", "curl_", "curl\"", "curl'", "libcurl", "wget", "fsockopen", "stream_socket", "'http://", "wp_remote",
	"guzzle", "socket(", "getaddrinfo", "WinHttp", "InternetOpen", "Invoke-WebRequest", "Invoke-RestMethod", "WebClient", "HttpClient", "URLConnection", "okhttp", "reqwest", "hyper::",
};

enum { N_WAYS = sizeof(ways) / sizeof(ways[0]) };

/* The call and the host stand in one unit, or both in a file that is new. */
static bool stands_with(const struct member *m, const struct fact *a, const struct fact *b)
{
	return m->what & MEMBER_ADDED || (a->unit != FACT_NO_UNIT && units_touch(m, a->unit, b->unit));
}

static const struct host_info *stranger_of(struct query *q, const struct member *m, const struct fact *call)
{
	for (size_t i = 0; i < m->n_facts; i++) {
		const struct host_info *h = host_in_code(m, &m->facts[i]) && stands_with(m, call, &m->facts[i]) ? host_info_of(q, m->facts[i].key) : NULL;

		if (h && h->novel)
			return h;
	}
	return NULL;
}

static const struct fact *way_out(struct query *q, const struct member *m, const struct host_info **ret_host)
{
	if (!m->new_ || member_is_prose(m) || aside_place(m->new_->path) || vendor_ci_place(m->new_->path))
		return NULL;
	for (size_t i = 0; i < m->n_facts; i++) {
		const struct fact *f = &m->facts[i];

		if (f->kind != FACT_CALL || !str_is(f->detail, "net") || f->flags & (FACT_OF_OLD | FACT_REMOVED))
			continue;
		*ret_host = stranger_of(q, m, f);
		if (*ret_host)
			return f;
	}
	return NULL;
}

enum status first_way_finding(struct query *q)
{
	struct str needles[N_WAYS];
	bool found[N_WAYS];
	const struct host_info *host = NULL;
	const struct fact *f = NULL;
	struct member *m = NULL;
	struct finding *x;

	if (q->b->first)
		return STATUS_OK;
	for (size_t i = 0; i < q->d->n_members && !f; i++) {
		m = &q->d->members[i];
		f = way_out(q, m, &host);
	}
	if (!f)
		return STATUS_OK;
	for (size_t i = 0; i < N_WAYS; i++)
		needles[i] = str_of(ways[i]);
	TRY(old_mentions(q, needles, N_WAYS, found));
	for (size_t i = 0; i < N_WAYS; i++)
		if (found[i])
			return STATUS_OK;
	x = query_add(q, 64, FINDING_CARRYING, finding_weight(64) * (q->b->step == STEP_MAJOR ? 0.6 : 1), m, f);
	x->subject = host->host;
	x->runs = query_runs_when(q, m, f);
	return STATUS_OK;
}
