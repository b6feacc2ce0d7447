/* CSV (RFC 4180) that no spreadsheet takes for a formula. */
#ifndef ASSAY_DISCLOSE_CSV_OUT_H
#define ASSAY_DISCLOSE_CSV_OUT_H

#include "report/report.h"

struct csv_out {
	struct report_out *out;
	bool in_row;
};

/*
 * A cell. Control bytes and what is not UTF-8 become visible; a cell that begins like a formula
 * (= + - @ | % and their wide and small forms, behind blanks or quotes) gets an apostrophe in front of that, which
 * makes it text; so does what begins like one behind a semicolon, where other countries' spreadsheets begin a cell.
 */
void csv_cell(struct csv_out *c, struct str s);
void csv_cell_z(struct csv_out *c, const char *z);
void csv_row_end(struct csv_out *c);

#endif
