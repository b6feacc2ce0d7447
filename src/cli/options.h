/*
 * One table of options is the truth: parsing, -h, --help, the manual and the completions all come
 * from its rows. An option takes one value or none.
 */
#ifndef ASSAY_CLI_OPTIONS_H
#define ASSAY_CLI_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "judge/verdict.h"

enum {
	VERB_DIFF = 1 << 0,
	VERB_INSPECT = 1 << 1,
	VERB_FORMATS = 1 << 2,
	VERB_BEHAVIOURS = 1 << 3,
	VERB_EXPLAIN = 1 << 4,
	VERB_HELP = 1 << 5,
	VERB_VERSION = 1 << 6,
	VERB_REPORT = 1 << 7,
	VERB_ATTRIBUTE = 1 << 8,
	VERB_LOCK = 1 << 15,
	VERB_SCOPE = 1 << 9,
	VERB_SCOPE_SCAN = 1 << 10,
	/* Free: 11 to 14, and 1LL << 32 and up. */
	VERB_VERIFY = 1 << 16,
	VERB_LEDGER = 1 << 17,
	VERB_LEDGER_INIT = 1 << 18,
	VERB_LEDGER_REQUEST = 1 << 19,
	VERB_LEDGER_APPROVE = 1 << 20,
	VERB_LEDGER_PUBLISH = 1 << 21,
	VERB_LEDGER_REVOKE = 1 << 22,
	VERB_LEDGER_REBUILD = 1 << 23,
	VERB_LEDGER_PULSE = 1 << 24,
	VERB_LEDGER_KEYS = 1 << 25,
	VERB_LEDGER_FSCK = 1 << 26,
	VERB_LEDGER_SERVE = 1 << 27,
	VERB_LEDGER_WITNESS = 1 << 28,
	VERB_LEDGER_MONITOR = 1 << 29,
	VERB_LEDGER_HAMMER = 1 << 30,
	VERB_CASE = 1LL << 40,
	VERB_CASE_NEW = 1LL << 41,
	VERB_CASE_ADD = 1LL << 42,
	VERB_CASE_SHOW = 1LL << 43,
	VERB_CASE_LIST = 1LL << 44,
	VERB_CASE_EXPORT = 1LL << 45,
	VERB_CASE_IMPORT = 1LL << 46,
	VERBS_CASE = VERB_CASE_NEW | VERB_CASE_ADD | VERB_CASE_SHOW | VERB_CASE_LIST |
		     VERB_CASE_EXPORT | VERB_CASE_IMPORT,
	VERBS_CASE_CHANGE = VERB_CASE_NEW | VERB_CASE_ADD,
	VERBS_JUDGE = VERB_DIFF | VERB_INSPECT,
	VERBS_ANALYSE = VERBS_JUDGE | VERB_LOCK,
	VERBS_ALL = -1,
};

enum option_category { OPTION_RESULT, OPTION_INPUT, OPTION_LIMIT, OPTION_TALK, OPTION_OTHER };

enum option_kind {
	OPTION_FLAG,   /* no value: true, false by its negation */
	OPTION_TEXT,   /* any value */
	OPTION_LIST,   /* any value, repeatable */
	OPTION_FILE,   /* a path */
	OPTION_FILES,  /* a path, repeatable */
	OPTION_CHOICE, /* one of `choices` */
	OPTION_COUNT,  /* a whole number >= 1 */
	OPTION_SIZE,   /* a number of bytes with k, M, G or T */
	OPTION_RATIO,  /* a number between 0 and 1 */
	OPTION_TIME,   /* an instant */
};

enum { OPTIONS_MAX = 128 };  /* rows of the table */
enum { SETTINGS_LIST = 64 }; /* at most so many of a repeatable option */

struct texts {
	const char *items[SETTINGS_LIST];
	size_t n;
};

/* What the command line and the configuration ask for. Strings are borrowed from both. */
struct settings {
	const char *format; /* NULL = text */
	struct texts outputs; /* "FORMAT=FILE" */
	const char *fail_on, *colour;
	const char *pairs, *accept;
	struct texts history, rules;
	double base_rate; /* 0 = default */
	int64_t now_utc;
	bool has_now;
	bool quiet, stats, force, no_progress, offline, online, unconfined, no_config;
	bool help_short, help_long, version;
	const char *generate;
	const char *trust, *proof, *old_proof, *more, *seen, *name, *product, *channel, *release;
	const char *origin, *policy, *passphrase_file, *source, *recipe, *rebuilds, *reason, *shipped, *equivalent, *tags, *watch;
	const char *listen, *alerts, *webhook, *state, *requests;
	struct texts keys;
	const char *store, *title, *vendor, *author, *fanout, *window, *from, *to, *evidence, *stage;
	const char *indicators_file, *kind, *owner, *timezone, *clock, *time_meaning, *completeness, *customers;
	const char *what, *report, *at, *told_by, *note, *hypothesis;
	struct texts indicators, gaps, sees, remove;
	bool bad, good, suspect, dependent;
	const char *geo, *sql;
	double threshold; /* 0 = default */
	bool kql, spl;
	uint64_t ttl, population, revision;
	bool gate, cosigner, once;
	uint64_t every, count;
	const char *as, *case_id, *day_order, *log_format, *mapping;
	uint64_t jobs, limit_bytes, limit_members, limit_depth, limit_steps, limit_memory;
	const char *scope, *attribution, *tlp, *publisher, *address;
	struct texts accepted, knowledge, traits;
	bool name_victims;
	const char **args; /* what is no option, without the verb */
	int n_args;
	bool given[OPTIONS_MAX]; /* row i of the table was on the command line */
};

struct option_row {
	const char *name;     /* "format" */
	char letter;          /* 'f', 0 = none */
	const char *negation; /* "no-stats": switches a flag off; NULL = none */
	const char *also;     /* another spelling that is accepted but not shown; NULL = none */
	const char *value;    /* "FORMAT"; NULL for flags */
	const char *choices;  /* parted by spaces; NULL = open */
	enum option_kind kind;
	enum option_category category;
	uint64_t verbs;       /* VERB_* it applies to */
	bool hidden;          /* left out of help */
	const char *line;     /* one line for -h */
	const char *text;     /* for --help and the manual, in addition to the line */
	size_t offset;        /* of the field in struct settings */
};

const struct option_row *option_table(size_t *ret_n);
const char *option_category_name(enum option_category c);

void settings_init(struct settings *s);
/*
 * Takes options and arguments from argv[1..]; argv[0] is skipped. `config`: called for a
 * configuration file, where arguments are an error and nothing counts as given. On failure says why
 * on stderr and returns false.
 */
bool options_parse(struct settings *s, int argc, const char **argv, const char *config);
/* Every option on the command line must be one of this verb; says which is not. */
bool options_check(const struct settings *s, uint64_t verb_bit, const char *verb);

/* The nearest of n names by spelling, NULL if none is near. */
const char *nearest_name(const char *name, const char *const *names, size_t n);
/* Does `word` stand in the space-separated list? */
bool choice_has(const char *choices, const char *word);

#endif
