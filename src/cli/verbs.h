/* A verb is one file with one `const struct verb` and a line in list.h. */
#ifndef ASSAY_CLI_VERBS_H
#define ASSAY_CLI_VERBS_H

#include <stddef.h>

#include "cli/options.h"

struct verb {
	const char *name;
	uint64_t bit;         /* VERB_*, names it in the option table */
	const char *args;     /* "OLD NEW" */
	const char *summary;  /* one line */
	const char *text;     /* for --help and the manual: paragraphs parted by an empty line */
	const char *examples; /* one a line: command, TAB, what it does */
	int min_args, max_args;
	int (*run)(const struct settings *s); /* returns the exit status */
	const struct verb *const *subs; /* verbs of the verb, up to a NULL; NULL: none */
};

#define VERB(name) extern const struct verb verb_##name;
#include "cli/list.h"
#undef VERB

const struct verb *const *verb_list(size_t *ret_n);
const struct verb *verb_find(const char *name); /* NULL if there is none */
/* The verb of a verb, by its own word: "init" of ledger. */
const struct verb *verb_sub(const struct verb *v, const char *word);
/* "ledger-init": the name with dashes, as pages are called. */
const struct verb *verb_of_page(const char *page);

#endif
