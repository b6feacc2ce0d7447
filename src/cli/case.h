/* What the verbs of `assay case` share with all that work on a case: the store, notes, files. */
#ifndef ASSAY_CLI_CASE_H
#define ASSAY_CLI_CASE_H

#include "case/case.h"
#include "cli/verbs.h"

/* Opens --store, or the store of the user; says what is wrong and returns NULL. */
struct store *case_store(const struct settings *s, enum store_mode mode);
/* Says what the store says about a failure. */
void case_say(const struct store *store, const char *what);
/* Exit status 2 with its line. */
int case_failed(const struct settings *s);

/* --now or the clock, in microseconds. */
int64_t case_now(const struct settings *s);
/* Who changes it and why: --author or the user's name, --reason; `what` is a sentence of ours. */
struct case_note case_note(const struct settings *s, struct str what);
/* Commits and says the revision; false, said, when it did not happen. */
bool case_commit(const struct settings *s, struct case_change *c, struct str what);

extern const struct verb verb_case_new, verb_case_add, verb_case_show, verb_case_list,
	verb_case_export, verb_case_import;

#endif
