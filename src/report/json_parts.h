/* Parts of the JSON documents that stand in several of them. */
#ifndef ASSAY_REPORT_JSON_PARTS_H
#define ASSAY_REPORT_JSON_PARTS_H

#include "report/document.h"
#include "report/json_out.h"

void json_strings(struct json_out *j, const char *key, struct doc_strings s);
void json_release(struct json_out *j, const char *key, const struct doc_release *r);
void json_finding(struct json_out *j, const struct doc_finding *f);

#endif
