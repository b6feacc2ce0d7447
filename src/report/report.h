/* Printers of a document. They read it, write to an output, and know nothing else. */
#ifndef ASSAY_REPORT_REPORT_H
#define ASSAY_REPORT_REPORT_H

#include <stdio.h>

#include "report/document.h"
#include "util/arena.h"
#include "util/buf.h"
#include "util/status.h"

/* Where a report goes. put() returns false when it cannot take any more; `failed` is sticky. */
struct report_out {
	bool (*put)(void *user, const void *p, size_t n);
	void *user;
	bool failed;
};

struct report_out report_to_file(FILE *f);      /* borrowed; buffered by stdio, not flushed */
struct report_out report_to_buf(struct buf *b); /* borrowed; fails when it is full */
void report_put(struct report_out *out, struct str s);
void report_put_z(struct report_out *out, const char *z);

enum { REPORT_ONE_LINE = 1 << 0 };

/*
 * The document as JSON, assay.diff.v1 or assay.inspect.v1, ending in a line feed: the keys in the
 * order of the contract, valid UTF-8 whatever the strings hold. REPORT_ONE_LINE: without line
 * breaks inside.
 */
void report_json(const struct document *d, unsigned flags, struct report_out *out);
/* What stands in its place when two releases could not be compared: assay.error.v1, one line.
 * old_path may be empty. */
void report_json_error(struct str old_path, struct str new_path, struct str error,
	struct report_out *out);

struct text_style {
	bool colour;
	unsigned columns; /* 0 = 100; at least 40 */
};

enum { TEXT_FINDINGS = 20 }; /* at most so many are shown */

/* The document as a screen of text. */
void report_text(const struct document *d, struct text_style style, struct report_out *out);

/* One page for a browser; asks for nothing (report/html_out.h). */
void report_html(const struct document *d, struct report_out *out);
/* GitHub's Markdown, for a pull request or a ticket; foreign text stands in code only. */
void report_markdown(const struct document *d, struct report_out *out);
/* SARIF 2.1.0: a result a finding, a notification a blind spot. */
void report_sarif(const struct document *d, struct report_out *out);
/* A finding a line, each with its release and the verdict; none: one line with finding null. */
void report_jsonl(const struct document *d, struct report_out *out);

/*
 * The way back: reads what report_json() wrote (assay.diff.v1, assay.inspect.v1), into the arena. What
 * the JSON does not say stays empty. STATUS_DAMAGED with *ret_why: it is no such document.
 */
enum status report_read(struct arena *a, struct str json, struct document *ret, struct str *ret_why)
	MUST_CHECK;

#endif
