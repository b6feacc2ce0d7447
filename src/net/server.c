#include "net/server.h"

#include <arpa/inet.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <microhttpd.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

/* ---- the library ------------------------------------------------------------------------------ */

struct library {
	void *handle;
	struct MHD_Daemon *(*start)(unsigned flags, uint16_t port, MHD_AcceptPolicyCallback accept,
		void *accept_user, MHD_AccessHandlerCallback handle, void *handle_user, ...);
	void (*stop)(struct MHD_Daemon *d);
	struct MHD_Response *(*from_buffer)(size_t n, void *p, enum MHD_ResponseMemoryMode mode);
	struct MHD_Response *(*from_fd)(size_t n, int fd);
	enum MHD_Result (*add_header)(struct MHD_Response *r, const char *name, const char *value);
	enum MHD_Result (*queue)(struct MHD_Connection *c, unsigned http, struct MHD_Response *r);
	void (*destroy)(struct MHD_Response *r);
	const char *(*lookup)(struct MHD_Connection *c, enum MHD_ValueKind kind, const char *key);
	int (*values)(struct MHD_Connection *c, enum MHD_ValueKind kind,
		MHD_KeyValueIterator iterator, void *user);
	const union MHD_ConnectionInfo *(*info)(struct MHD_Connection *c,
		enum MHD_ConnectionInfoType type, ...);
	const union MHD_DaemonInfo *(*daemon_info)(struct MHD_Daemon *d, enum MHD_DaemonInfoType type,
		...);
};

static bool find(const struct library *l, const char *name, void *to)
{
	void *symbol = dlsym(l->handle, name);

	memcpy(to, &symbol, sizeof(symbol));
	return symbol != NULL;
}

static bool load(struct library *l)
{
	l->handle = dlopen("libmicrohttpd.so.12", RTLD_NOW | RTLD_LOCAL);
	return l->handle && find(l, "MHD_start_daemon", &l->start) &&
	       find(l, "MHD_stop_daemon", &l->stop) &&
	       find(l, "MHD_create_response_from_buffer", &l->from_buffer) &&
	       find(l, "MHD_create_response_from_fd", &l->from_fd) &&
	       find(l, "MHD_add_response_header", &l->add_header) &&
	       find(l, "MHD_queue_response", &l->queue) &&
	       find(l, "MHD_destroy_response", &l->destroy) &&
	       find(l, "MHD_lookup_connection_value", &l->lookup) &&
	       find(l, "MHD_get_connection_values", &l->values) &&
	       find(l, "MHD_get_connection_info", &l->info) &&
	       find(l, "MHD_get_daemon_info", &l->daemon_info);
}

/* ---- connections ------------------------------------------------------------------------------ */

/* One for each connection; kept in a list so that slow ones can be found. */
struct peer {
	struct peer *next, *before;
	int fd;
	int64_t since_ms; /* of the connection, or of the last answer */
	bool shut;
};

struct server {
	struct library lib;
	struct MHD_Daemon *daemon;
	struct server_options options;
	char address[128];
	pthread_mutex_t lock; /* of the list */
	pthread_mutex_t turn; /* one handler at a time */
	struct peer *peers;
	size_t n_peers;
	pthread_t reaper;
	bool has_reaper, stopping;
};

static int64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static void shut(struct peer *p)
{
	if (p->shut)
		return;
	p->shut = true;
	/* The library sees the end and closes it. */
	shutdown(p->fd, SHUT_RDWR);
}

/* Closes whoever has had their time; and the oldest, while there are too many. */
static void reap(struct server *s)
{
	int64_t now = now_ms(), limit = SERVER_SECONDS * 1000;

	/* The fuller it is, the less patience there is. */
	if (s->n_peers > SERVER_CONNECTIONS / 2)
		limit = 1000;
	for (struct peer *p = s->peers; p; p = p->next)
		if (now - p->since_ms > limit)
			shut(p);
}

static void *reap_always(void *user)
{
	struct server *s = user;

	while (!s->stopping) {
		const struct timespec wait = {.tv_nsec = 50000000};

		pthread_mutex_lock(&s->lock);
		reap(s);
		pthread_mutex_unlock(&s->lock);
		nanosleep(&wait, NULL);
	}
	return NULL;
}

static void on_connection(void *user, struct MHD_Connection *c, void **socket_context,
	enum MHD_ConnectionNotificationCode code)
{
	struct server *s = user;
	struct peer *p = *socket_context;

	pthread_mutex_lock(&s->lock);
	if (code == MHD_CONNECTION_NOTIFY_STARTED) {
		const union MHD_ConnectionInfo *i =
			s->lib.info(c, MHD_CONNECTION_INFO_CONNECTION_FD);

		p = calloc(1, sizeof(*p));
		if (p && i) {
			p->fd = i->connect_fd;
			p->since_ms = now_ms();
			p->next = s->peers;
			if (p->next)
				p->next->before = p;
			s->peers = p;
			s->n_peers++;
			*socket_context = p;
		} else {
			free(p);
		}
	} else if (p) {
		if (p->before)
			p->before->next = p->next;
		else
			s->peers = p->next;
		if (p->next)
			p->next->before = p->before;
		s->n_peers--;
		free(p);
		*socket_context = NULL;
	}
	pthread_mutex_unlock(&s->lock);
}

static void connection_answered(struct server *s, struct MHD_Connection *c)
{
	const union MHD_ConnectionInfo *i = s->lib.info(c, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
	struct peer *p = i ? i->socket_context : NULL;

	pthread_mutex_lock(&s->lock);
	if (p)
		p->since_ms = now_ms();
	pthread_mutex_unlock(&s->lock);
}

/* ---- requests --------------------------------------------------------------------------------- */

struct exchange {
	struct buf body;
	bool too_large;
};

struct header_check {
	unsigned n, hosts, lengths;
	bool chunked, bad;
};

static enum MHD_Result check_header(void *user, enum MHD_ValueKind kind, const char *key,
	const char *value)
{
	struct header_check *h = user;

	h->n++;
	h->hosts += strcasecmp(key, "Host") == 0;
	if (strcasecmp(key, "Content-Length") == 0) {
		h->lengths++;
		h->bad |= !value || strspn(value, "0123456789") != strlen(value) ||
			  strlen(value) > 15;
	}
	if (strcasecmp(key, "Transfer-Encoding") == 0)
		h->chunked = true;
	return MHD_YES;
}

static bool host_allowed(const struct server *s, struct MHD_Connection *c)
{
	const char *host = s->lib.lookup(c, MHD_HEADER_KIND, "Host");

	if (!s->options.hosts)
		return true;
	for (size_t i = 0; host && s->options.hosts[i]; i++)
		if (strcasecmp(host, s->options.hosts[i]) == 0)
			return true;
	return false;
}

static enum MHD_Result send_answer(struct server *s, struct MHD_Connection *c,
	struct server_answer *a, bool close_after)
{
	struct MHD_Response *r;
	enum MHD_Result result;

	if (a->fd >= 0)
		r = s->lib.from_fd((size_t)a->fd_bytes, a->fd);
	else
		r = s->lib.from_buffer(a->body.len, a->body.p, MHD_RESPMEM_MUST_COPY);
	buf_release(&a->body);
	if (!r)
		return MHD_NO;
	s->lib.add_header(r, "Content-Type",
		a->content_type ? a->content_type : "application/octet-stream");
	s->lib.add_header(r, "Cache-Control", a->cache ? a->cache : "no-store");
	s->lib.add_header(r, "X-Content-Type-Options", "nosniff");
	s->lib.add_header(r, "Content-Security-Policy", "default-src 'none'");
	if (close_after)
		s->lib.add_header(r, "Connection", "close");
	result = s->lib.queue(c, a->http, r);
	s->lib.destroy(r);
	connection_answered(s, c);
	return result;
}

static enum MHD_Result refuse(struct server *s, struct MHD_Connection *c, unsigned http)
{
	struct server_answer a = {
		.http = http, .fd = -1, .content_type = "text/plain; charset=utf-8"};

	buf_init(&a.body, 64);
	buf_printf(&a.body, "%u\n", http);
	return send_answer(s, c, &a, true);
}

/* 0, or the status with which the request is refused before anything is done for it. */
static unsigned head_wrong(struct server *s, struct MHD_Connection *c, const char *path,
	const char *method, const char *version)
{
	struct header_check h = {.n = 0};
	bool post = strcmp(method, "POST") == 0;

	s->lib.values(c, MHD_HEADER_KIND, check_header, &h);
	if (h.n > SERVER_HEADERS_MAX)
		return 431;
	if (h.bad || h.lengths > 1 || (h.chunked && h.lengths) ||
		(strcmp(version, "HTTP/1.1") == 0 && h.hosts != 1))
		return 400;
	if (strlen(path) > SERVER_PATH_MAX)
		return 414;
	if (!host_allowed(s, c))
		return 421;
	if (!post && strcmp(method, "GET") != 0 && strcmp(method, "HEAD") != 0)
		return 405;
	return post && s->options.body_max == 0 ? 405 : 0;
}

/* The path is wanted as it came: decoding it is how one name gets two spellings. */
static size_t leave_alone(void *user, struct MHD_Connection *c, char *text)
{
	return strlen(text);
}

static enum MHD_Result on_request(void *user, struct MHD_Connection *c, const char *url,
	const char *method, const char *version, const char *data, size_t *size, void **state)
{
	struct server *s = user;
	struct exchange *x = *state;
	struct server_answer a = {.http = 500, .fd = -1};
	struct server_request q = {.method = method, .path = url};

	if (!x) {
		unsigned http = head_wrong(s, c, url, method, version);

		if (http)
			return refuse(s, c, http);
		x = calloc(1, sizeof(*x));
		if (!x)
			return MHD_NO;
		buf_init(&x->body, s->options.body_max);
		*state = x;
		return MHD_YES;
	}
	if (*size) {
		x->too_large |= !buf_add(&x->body, data, *size);
		*size = 0;
		if (x->too_large)
			buf_clear(&x->body);
		return MHD_YES;
	}
	if (x->too_large)
		return refuse(s, c, 413);
	q.body = buf_str(&x->body);
	buf_init(&a.body, 4 << 20);
	pthread_mutex_lock(&s->turn);
	s->options.handle(s->options.user, &q, &a);
	pthread_mutex_unlock(&s->turn);
	return send_answer(s, c, &a, false);
}

static void on_done(void *user, struct MHD_Connection *c, void **state,
	enum MHD_RequestTerminationCode code)
{
	struct exchange *x = *state;

	if (x)
		buf_release(&x->body);
	free(x);
	*state = NULL;
}

static void say_nothing(void *user, const char *format, va_list args)
{
}

/* ---- start and stop --------------------------------------------------------------------------- */

static bool parse_address(const char *text, struct sockaddr_storage *ret, socklen_t *ret_n)
{
	struct sockaddr_in *v4 = (struct sockaddr_in *)(void *)ret;
	struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)(void *)ret;
	const char *colon = strrchr(text, ':');
	char host[64];
	size_t n = colon ? (size_t)(colon - text) : 0;
	uint64_t port = 0;

	memset(ret, 0, sizeof(*ret));
	if (!colon || n == 0 || n >= sizeof(host) || !colon[1] || strlen(colon + 1) > 5)
		return false;
	for (const char *c = colon + 1; *c; c++) {
		if (*c < '0' || *c > '9')
			return false;
		port = port * 10 + (uint64_t)(*c - '0');
	}
	if (port > 65535)
		return false;
	snprintf(host, sizeof(host), "%.*s", (int)n, text);
	if (host[0] == '[' && host[n - 1] == ']') {
		host[n - 1] = '\0';
		v6->sin6_family = AF_INET6;
		v6->sin6_port = htons((uint16_t)port);
		*ret_n = sizeof(*v6);
		return inet_pton(AF_INET6, host + 1, &v6->sin6_addr) == 1;
	}
	v4->sin_family = AF_INET;
	v4->sin_port = htons((uint16_t)port);
	*ret_n = sizeof(*v4);
	return inet_pton(AF_INET, host, &v4->sin_addr) == 1;
}

static int listen_at(const struct sockaddr_storage *a, socklen_t n)
{
	int fd = socket(a->ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0), one = 1;

	if (fd < 0)
		return -1;
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	if (bind(fd, (const struct sockaddr *)a, n) == 0 && listen(fd, 512) == 0)
		return fd;
	close(fd);
	return -1;
}

static void name_address(struct server *s, int fd)
{
	struct sockaddr_storage a;
	socklen_t n = sizeof(a);
	char host[64] = "";

	if (getsockname(fd, (struct sockaddr *)&a, &n) != 0)
		return;
	if (a.ss_family == AF_INET6) {
		const struct sockaddr_in6 *v6 = (const struct sockaddr_in6 *)(const void *)&a;

		inet_ntop(AF_INET6, &v6->sin6_addr, host, sizeof(host));
		snprintf(s->address, sizeof(s->address), "[%s]:%u", host, ntohs(v6->sin6_port));
	} else {
		const struct sockaddr_in *v4 = (const struct sockaddr_in *)(const void *)&a;

		inet_ntop(AF_INET, &v4->sin_addr, host, sizeof(host));
		snprintf(s->address, sizeof(s->address), "%s:%u", host, ntohs(v4->sin_port));
	}
}

enum status server_start(const struct server_options *o, struct server **ret)
{
	struct sockaddr_storage address;
	struct server *s = calloc(1, sizeof(*s));
	socklen_t n = 0;
	int fd = -1;
	enum status status = STATUS_OK;

	*ret = NULL;
	if (!s)
		return STATUS_NOMEM;
	s->options = *o;
	pthread_mutex_init(&s->lock, NULL);
	pthread_mutex_init(&s->turn, NULL);
	if (!load(&s->lib))
		status = STATUS_UNSUPPORTED;
	else if (!parse_address(o->listen, &address, &n))
		status = STATUS_USAGE;
	else if ((fd = listen_at(&address, n)) < 0)
		status = STATUS_IO;
	if (status == STATUS_OK) {
		name_address(s, fd);
		s->daemon = s->lib.start(MHD_USE_EPOLL_INTERNAL_THREAD | MHD_USE_ERROR_LOG, 0, NULL,
			NULL, on_request, s, MHD_OPTION_EXTERNAL_LOGGER, say_nothing, NULL,
			MHD_OPTION_LISTEN_SOCKET, fd, MHD_OPTION_CONNECTION_LIMIT,
			(unsigned)SERVER_CONNECTIONS, MHD_OPTION_PER_IP_CONNECTION_LIMIT,
			(unsigned)SERVER_PER_ADDRESS, MHD_OPTION_CONNECTION_TIMEOUT,
			(unsigned)SERVER_SECONDS, MHD_OPTION_CONNECTION_MEMORY_LIMIT,
			(size_t)SERVER_HEADER_BYTES + 4096, MHD_OPTION_NOTIFY_CONNECTION,
			on_connection, s, MHD_OPTION_NOTIFY_COMPLETED, on_done, NULL,
			MHD_OPTION_UNESCAPE_CALLBACK, leave_alone, NULL,
			MHD_OPTION_STRICT_FOR_CLIENT, 1, MHD_OPTION_END);
		if (!s->daemon)
			status = STATUS_IO;
	}
	if (status == STATUS_OK)
		s->has_reaper = pthread_create(&s->reaper, NULL, reap_always, s) == 0;
	if (status != STATUS_OK) {
		if (fd >= 0)
			close(fd);
		server_stop(s);
		return status;
	}
	*ret = s;
	return STATUS_OK;
}

const char *server_address(const struct server *s)
{
	return s->address;
}

void server_stop(struct server *s)
{
	if (!s)
		return;
	s->stopping = true;
	if (s->daemon)
		s->lib.stop(s->daemon);
	if (s->has_reaper)
		pthread_join(s->reaper, NULL);
	pthread_mutex_destroy(&s->lock);
	pthread_mutex_destroy(&s->turn);
	free(s);
}

/* ---- files ------------------------------------------------------------------------------------ */

/* Letters, digits, '-', '_', '.' and single slashes between parts that do not begin with a dot. */
static bool plain_path(const char *path)
{
	char before = '/';

	if (!*path || *path == '/')
		return false;
	for (; *path; path++) {
		bool letter = (*path >= 'a' && *path <= 'z') || (*path >= 'A' && *path <= 'Z') ||
			      (*path >= '0' && *path <= '9') || *path == '-' || *path == '_';

		if (!letter && !(*path == '.' && before != '/') && !(*path == '/' && before != '/'))
			return false;
		before = *path;
	}
	return before != '/';
}

int server_open_below(int folder, const char *path, uint64_t *ret_bytes)
{
	struct open_how how = {.flags = O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK,
		.resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS | RESOLVE_NO_SYMLINKS};
	struct stat st;
	int fd;

	if (!plain_path(path))
		return -1;
	fd = (int)syscall(SYS_openat2, folder, path, &how, sizeof(how));
	if (fd < 0)
		return -1;
	if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode)) {
		close(fd);
		return -1;
	}
	*ret_bytes = (uint64_t)st.st_size;
	return fd;
}
