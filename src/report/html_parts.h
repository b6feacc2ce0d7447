/* Parts of pages that stand in several of them. */
#ifndef ASSAY_REPORT_HTML_PARTS_H
#define ASSAY_REPORT_HTML_PARTS_H

#include "report/html_out.h"
#include "util/arena.h"

/* The findings of a document as cards, a card a place. */
void html_findings(struct report_out *out, struct arena *a, const struct document *d);

#endif
