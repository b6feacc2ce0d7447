/* Records that fill several lines: objects of JSON documents, events as XML. See shape.h. */
#ifndef ASSAY_LOGS_RECORDS_H
#define ASSAY_LOGS_RECORDS_H

#include "logs/shape.h"

/* As shape_lines(), for formats with RECORDS_JSON or RECORDS_XML. A record counts as a line, and so
 * does a line outside of them that is of another kind. */
size_t records_walk(const struct shape_walk *is, struct str block, struct shape_count *count);

/* What one whole record is, wanted or not; shared with shape.c. *wanted moves behind `end`. */
struct record_judge {
	const struct shape_walk *is;
	const size_t *wanted;
	uint64_t number;
	bool first_seen;
};
enum log_line record_judge(struct record_judge *j, struct str record, size_t end, bool quickly_fine);

#endif
