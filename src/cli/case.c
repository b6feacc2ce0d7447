/* assay case VERB, and what its verbs share. */
#include "cli/case.h"

#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "cli/common.h"

/* ---- the store ------------------------------------------------------------------------------- */

/* Under the data folder of the user; false, said, when there is none. */
static bool default_store(char *ret, size_t room)
{
	const char *data = getenv("XDG_DATA_HOME"), *home = getenv("HOME");
	int n;

	if (data && data[0] == '/')
		n = snprintf(ret, room, "%s/assay/store.db", data);
	else if (home && home[0] == '/')
		n = snprintf(ret, room, "%s/.local/share/assay/store.db", home);
	else
		n = -1;
	if (n > 0 && (size_t)n < room)
		return true;
	say_error("where is the store? --store FILE says it; neither XDG_DATA_HOME nor HOME does");
	return false;
}

/* A password in an address is nobody's business. */
static void say_store(const char *where, const char *why)
{
	const char *at = strrchr(where, '@'), *scheme = strstr(where, "://");

	if (scheme && at && at > scheme)
		say_error("store %.*s***%s: %s", (int)(scheme + 3 - where), where, shown(at).text,
			shown(why).text);
	else
		say_error("store %s: %s", shown(where).text, shown(why).text);
}

struct store *case_store(const struct settings *s, enum store_mode mode)
{
	char path[4096], why[STORE_WHY_BYTES] = "";
	const char *where = s->store;
	struct store *store;
	enum status status;

	if (!where && !default_store(path, sizeof(path)))
		return NULL;
	where = where ? where : path;
	status = store_open(where, mode, &store, why);
	if (status == STATUS_NOT_FOUND)
		say_error("store %s: there is none; assay case new makes it", shown(where).text);
	else if (status != STATUS_OK)
		say_store(where, why);
	return store;
}

void case_say(const struct store *store, const char *what)
{
	say_error("%s: %s", shown(what).text, shown(store_why(store)).text);
}

int case_failed(const struct settings *s)
{
	return say_exit(s, interrupted ? EXIT_INTERRUPTED : EXIT_NO_ANSWER, VERDICT_CLEAN);
}

/* ---- notes ----------------------------------------------------------------------------------- */

int64_t case_now(const struct settings *s)
{
	struct timespec now;

	if (s->has_now)
		return s->now_utc * UTC_SECOND;
	clock_gettime(CLOCK_REALTIME, &now);
	return (int64_t)now.tv_sec * UTC_SECOND;
}

static struct str user_name(void)
{
	static const char *const names[] = {"ASSAY_AUTHOR", "LOGNAME", "USER"};
	const struct passwd *user;

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		const char *name = getenv(names[i]);

		if (name && *name)
			return str_of(name);
	}
	user = getpwuid(getuid());
	return user ? str_of(user->pw_name) : STR("unknown");
}

struct case_note case_note(const struct settings *s, struct str what)
{
	return (struct case_note){.at = case_now(s),
		.author = s->author ? str_of(s->author) : user_name(),
		.what = what,
		.reason = str_of(s->reason)};
}

bool case_commit(const struct settings *s, struct case_change *c, struct str what)
{
	struct case_note note = case_note(s, what);
	int64_t before = c->before->revision, revision;
	const char *id = c->now->id.p;

	if (case_change_commit(c, &note, &revision) != STATUS_OK) {
		case_say(c->store, id);
		return false;
	}
	if (revision == before)
		say(s, "%s: nothing to change, revision %lld", shown(id).text, (long long)revision);
	else
		say(s, "%s: revision %lld, %.*s", shown(id).text, (long long)revision,
			STR_ARG(str_part(what, 0, 300)));
	return true;
}

/* ---- the verb -------------------------------------------------------------------------------- */

static const struct verb *const subs[] = {&verb_case_new, &verb_case_add, &verb_case_show,
	&verb_case_list, &verb_case_export, &verb_case_import, NULL};

static int run(const struct settings *s)
{
	const char *names[16], *near;
	size_t n = 0;

	if (s->n_args == 0) {
		say_error("which verb of the case? assay case -h lists them");
		return case_failed(s);
	}
	for (; subs[n] && n < 16; n++)
		names[n] = subs[n]->name + sizeof("case");
	near = nearest_name(s->args[0], names, n);
	if (near)
		say_error("no verb case %s; is it case %s?", shown(s->args[0]).text, near);
	else
		say_error("no verb case %s; assay case -h lists them", shown(s->args[0]).text);
	return case_failed(s);
}

const struct verb verb_case = {
	.name = "case",
	.bit = VERB_CASE,
	.args = "VERB",
	.summary = "keep what is known about one compromise: releases, indicators, customers, sources",
	.text = "A case lies in a store: a file, or a PostgreSQL database. Every change is a numbered "
		"revision with its author and reason; earlier ones can be shown again, nothing is "
		"overwritten. docs/cases.md goes through one.",
	.examples = "assay case new HELPDESK-2026-07 --title \"tampered agent\" --vendor \"Helpdesk "
		    "Example\"\topen one\n"
		    "assay case add HELPDESK-2026-07 result.json\twhat diff found, and what to look "
		    "for\n"
		    "assay case show HELPDESK-2026-07\tas it stands\n",
	.min_args = 0,
	.max_args = 1000,
	.run = run,
	.subs = subs,
};
