#include "disclose/yara_try.h"

#include <dlfcn.h>
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>
#include <yara.h>

#include "confine/confine.h"
#include "util/fd.h"

enum { SCAN_SECONDS = 60 };

struct yara_try {
	void *library;
	__typeof__(&yr_initialize) initialize;
	__typeof__(&yr_finalize) finalize;
	__typeof__(&yr_compiler_create) compiler_create;
	__typeof__(&yr_compiler_destroy) compiler_destroy;
	__typeof__(&yr_compiler_add_string) add_string;
	__typeof__(&yr_compiler_get_rules) get_rules;
	__typeof__(&yr_rules_destroy) rules_destroy;
	__typeof__(&yr_rules_scan_mem) scan_mem;
	bool initialized;
	YR_RULES *compiled;
	const struct yara_rules *rules;
};

static bool find(struct yara_try *y, const char *name, void *ret)
{
	void *symbol = dlsym(y->library, name);

	memcpy(ret, &symbol, sizeof(symbol));
	return symbol != NULL;
}

static bool load(struct yara_try *y)
{
	y->library = dlopen("libyara.so.9", RTLD_NOW | RTLD_LOCAL);
	return y->library && find(y, "yr_initialize", &y->initialize) && find(y, "yr_finalize", &y->finalize) &&
	       find(y, "yr_compiler_create", &y->compiler_create) &&
	       find(y, "yr_compiler_destroy", &y->compiler_destroy) &&
	       find(y, "yr_compiler_add_string", &y->add_string) &&
	       find(y, "yr_compiler_get_rules", &y->get_rules) &&
	       find(y, "yr_rules_destroy", &y->rules_destroy) && find(y, "yr_rules_scan_mem", &y->scan_mem);
}

/* All rules together. After an error a compiler is of no more use, so the first bad one is named. */
static bool compile(struct yara_try *y, struct str *ret_why)
{
	YR_COMPILER *c = NULL;
	bool good = y->compiler_create(&c) == ERROR_SUCCESS && y->add_string(c, "import \"hash\"", NULL) == 0;

	for (size_t i = 0; i < y->rules->n && good; i++) {
		good = y->add_string(c, y->rules->items[i].source.p, NULL) == 0;
		if (!good)
			*ret_why = y->rules->items[i].name;
	}
	good = good && y->get_rules(c, &y->compiled) == ERROR_SUCCESS;
	if (c)
		y->compiler_destroy(c);
	return good;
}

enum status yara_try_open(struct arena *a, const struct yara_rules *rules, struct yara_try **ret,
	struct str *ret_why)
{
	struct yara_try *y = calloc(1, sizeof(*y));
	enum status s = STATUS_OK;

	*ret = NULL;
	*ret_why = STR("out of memory");
	if (!y)
		return STATUS_NOMEM;
	y->rules = rules;
	if (!load(y)) {
		*ret_why = STR("libyara is not there (package libyara9)");
		s = STATUS_UNSUPPORTED;
	} else {
		y->initialized = y->initialize() == ERROR_SUCCESS;
		*ret_why = STR("libyara does not start");
		if (!y->initialized || !compile(y, ret_why)) {
			*ret_why = arena_printf(a, "rule %.*s does not compile", STR_ARG(*ret_why));
			s = STATUS_DAMAGED;
		}
	}
	if (s != STATUS_OK)
		yara_try_close(y);
	else
		*ret = y;
	return s;
}

void yara_try_close(struct yara_try *y)
{
	if (!y)
		return;
	if (y->compiled)
		y->rules_destroy(y->compiled);
	if (y->initialized)
		y->finalize();
	if (y->library)
		dlclose(y->library);
	free(y);
}

/* ---- in the child ---------------------------------------------------------------------------- */

struct told {
	const struct yara_rules *rules;
	int fd;
};

static int on_message(YR_SCAN_CONTEXT *context, int message, void *data, void *user)
{
	struct told *t = user;
	const YR_RULE *rule = data;

	(void)context;
	if (message != CALLBACK_MSG_RULE_MATCHING)
		return CALLBACK_CONTINUE;
	for (uint32_t i = 0; i < t->rules->n; i++)
		if (str_is(t->rules->items[i].name, rule->identifier) &&
			write(t->fd, &i, sizeof(i)) != (ssize_t)sizeof(i))
			return CALLBACK_ERROR;
	return CALLBACK_CONTINUE;
}

static void child(struct yara_try *y, const void *p, size_t n, bool unconfined, int fd)
{
	struct confine_limits limits = confine_default_limits();
	struct confine_report report;
	struct told told = {y->rules, fd};
	uint32_t end = UINT32_MAX;

	signal(SIGPIPE, SIG_IGN);
	limits.cpu_seconds = SCAN_SECONDS;
	if (confine_self(&limits, fd, unconfined ? CONFINE_OFF : 0, &report) != STATUS_OK)
		_exit(2);
	/* No handlers of its own: the walls forbid them, and a crash is an answer too. */
	if (y->scan_mem(y->compiled, p, n, SCAN_FLAGS_NO_TRYCATCH, on_message, &told, 0) != ERROR_SUCCESS)
		_exit(3);
	_exit(write(fd, &end, sizeof(end)) == (ssize_t)sizeof(end) ? 0 : 4);
}

/* ---- in the parent --------------------------------------------------------------------------- */

static bool listen_to(int fd, size_t n_rules, bool *matched)
{
	uint32_t i;

	for (;;) {
		ssize_t n = read(fd, &i, sizeof(i));

		if (n < 0 && errno == EINTR)
			continue;
		if (n != (ssize_t)sizeof(i))
			return false;
		if (i == UINT32_MAX)
			return true;
		if (i >= n_rules)
			return false;
		matched[i] = true;
	}
}

enum status yara_try_scan(struct yara_try *y, const void *p, size_t n, bool unconfined, bool *matched)
{
	int pipes[2], status = 0;
	bool whole;
	pid_t pid;

	if (pipe(pipes) != 0)
		return STATUS_IO;
	pid = fork();
	if (pid == 0) {
		close(pipes[0]);
		child(y, p, n, unconfined, pipes[1]);
	}
	close(pipes[1]);
	whole = pid > 0 && listen_to(pipes[0], y->rules->n, matched);
	close(pipes[0]);
	return child_wait(pid, &status) && whole && WIFEXITED(status) && WEXITSTATUS(status) == 0 ? STATUS_OK : STATUS_IO;
}
