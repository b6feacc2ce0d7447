/*
 * Markdown as GitHub reads it. Foreign text stands inside code spans and fenced blocks, where nothing
 * is markup, a link, a mention or a picture; our own words go out as they are.
 */
#ifndef ASSAY_REPORT_MARKDOWN_OUT_H
#define ASSAY_REPORT_MARKDOWN_OUT_H

#include "report/report.h"

/* A span of code, cut after `max` bytes; safe in a table cell too. "" becomes an en dash. */
void md_code(struct report_out *out, struct str s, size_t max);
/* A fenced block of its own paragraph; line breaks stay. */
void md_block(struct report_out *out, struct str s, size_t max);
/* Prose that may hold a foreign name: every character that could be markup is escaped. */
void md_text(struct report_out *out, struct str s);

#endif
