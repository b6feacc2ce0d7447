/*
 * Writes JSON as it goes: nothing is held back, so the size of a report does not matter. The caller
 * opens and closes in pairs; commas, line breaks and indentation are done here. The same calls give
 * the same bytes, in any locale.
 */
#ifndef ASSAY_REPORT_JSON_OUT_H
#define ASSAY_REPORT_JSON_OUT_H

#include "report/report.h"

enum { JSON_DEPTH = 24 };

struct json_out {
	struct report_out *out;
	bool one_line;
	unsigned depth;
	bool has_item[JSON_DEPTH]; /* the open value at this depth holds something already */
	bool after_key;
};

void jout_begin(struct json_out *j, struct report_out *out, bool one_line);
/* Ends the text with a line feed. */
void jout_end(struct json_out *j);

void jout_open(struct json_out *j, char bracket); /* '{' or '[' */
void jout_close(struct json_out *j, char bracket); /* '}' or ']' */
void jout_key(struct json_out *j, const char *key); /* a plain ASCII word of ours */

/*
 * Any bytes as a string. Line feeds and tabs are JSON escapes; whatever else could act on a screen
 * (control bytes, bidirectional and invisible characters, bytes that are not UTF-8) becomes visible
 * text, \x1b or \u{202e}, so that a reader who prints the decoded value is as safe as we are.
 */
void jout_str(struct json_out *j, struct str s);
void jout_u64(struct json_out *j, uint64_t n);
void jout_i64(struct json_out *j, int64_t n);
void jout_bool(struct json_out *j, bool b);
void jout_null(struct json_out *j);
/* One value that is JSON already, written by us. */
void jout_raw(struct json_out *j, struct str json);
/* Rounded to six digits after the point, trailing zeros left out. Not a number: null. Cut at
 * +-1e12. */
void jout_real(struct json_out *j, double x);

void jout_key_str(struct json_out *j, const char *key, struct str s);
void jout_key_u64(struct json_out *j, const char *key, uint64_t n);
void jout_key_bool(struct json_out *j, const char *key, bool b);
void jout_key_real(struct json_out *j, const char *key, double x);

#endif
