/*
 * The question of a case for logs that live in an engine: who names one of its indicators, first, last
 * and how often. It is printed, never run: assay connects to nothing here.
 */
#ifndef ASSAY_REPORT_SCOPE_QUERY_H
#define ASSAY_REPORT_SCOPE_QUERY_H

#include "case/case.h"
#include "report/report.h"

enum query_engine { QUERY_CLICKHOUSE, QUERY_DUCKDB, QUERY_POSTGRESQL, QUERY_KQL, QUERY_SPL };

/* False: the case has no indicator that a log could name. */
bool report_scope_query(const struct case_file *c, enum query_engine engine, struct report_out *out);

#endif
