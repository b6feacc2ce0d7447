/* The page of a finding, as `assay behaviours ID` and `assay explain ID` print it. */
#ifndef ASSAY_CLI_PAGE_H
#define ASSAY_CLI_PAGE_H

#include "behaviour/table.h"

/* By id in any case of letters ("as-0042"); NULL if there is none. */
const struct finding_kind *page_find(const char *id);
/* page_find() that says what is wrong, with the nearest id. */
const struct finding_kind *page_find_or_say(const char *id);
void page_print(const struct finding_kind *k);

#endif
