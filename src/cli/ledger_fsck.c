/* assay ledger fsck: does every stored file say what the entries and the head say? */
#include <string.h>

#include "cli/common.h"
#include "cli/ledger.h"
#include "ledger/fsck.h"

static void found(void *user, const char *path, uint64_t byte, const char *what)
{
	printf("%s byte %llu: %s\n", path, (unsigned long long)byte, what);
}

struct rules_check {
	const struct settings *s;
	struct ledger_dir *d;
	struct state_rules rules;
	bool bad;
};

/* Every entry again, as if it were to be admitted now. */
static enum status check_entry(void *user, uint64_t index, struct str entry)
{
	struct rules_check *c = user;
	char why[STATE_WHY_BYTES];

	if (!state_admits(c->d->state, entry, &c->rules, why)) {
		printf("entry %llu: would not be admitted: %s\n", (unsigned long long)index,
			shown(why).text);
		c->bad = true;
	}
	return state_apply(c->d->state, index, entry);
}

static bool check_rules(const struct settings *s)
{
	static struct ledger_dir d;
	struct rules_check c = {.s = s, .d = &d};
	bool ok = ledger_enter(&d, s->args[0], false);

	if (ok) {
		c.rules.policy = &d.policy;
		c.rules.now_utc = INT64_MAX - CLOCK_AHEAD_SECONDS;
		state_close(d.state);
		ok = state_open(&d.state) == STATUS_OK &&
		     log_each(&d.log, 0, d.log.head, check_entry, &c) == STATUS_OK && !c.bad;
	}
	ledger_leave(&d);
	return ok;
}

static int run(const struct settings *s)
{
	struct fsck f = {.found = found};
	bool ok = log_fsck(&ledger_io_real, s->args[0], &f) == STATUS_OK && check_rules(s);

	if (ok)
		printf("%llu entries, %llu files: all agree\n", (unsigned long long)f.head,
			(unsigned long long)f.files);
	if (print_exit(s) != EXIT_CLEAN)
		return EXIT_NO_ANSWER;
	if (!ok)
		say(s, "exit 1: the ledger contradicts itself");
	return ok ? EXIT_CLEAN : EXIT_VERDICT;
}

const struct verb verb_ledger_fsck = {
	.name = "ledger fsck",
	.bit = VERB_LEDGER_FSCK,
	.args = "DIR",
	.summary = "check every stored file and every entry",
	.text = "Makes all tiles anew from the entries and compares; checks head, checkpoint, and every "
		"entry against the rules under which it was admitted. Names the file and the byte. "
		"Changes nothing. Exit status 1: something is wrong.",
	.examples = "assay ledger fsck ledger\tbefore and after restoring a backup\n",
	.min_args = 1,
	.max_args = 1,
	.run = run,
};
