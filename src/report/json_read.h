/*
 * Reading of JSON documents that somebody hands us: strict, and every value may be missing or of the
 * wrong kind without harm. Strings are copied into the arena.
 */
#ifndef ASSAY_REPORT_JSON_READ_H
#define ASSAY_REPORT_JSON_READ_H

#include <jansson.h>

#include "report/document.h"
#include "util/arena.h"

enum { JSON_READ_BYTES = 256 << 20 }; /* larger documents are refused */

/* NULL with *ret_why (in the arena): not JSON, a key twice, too large. json_decref() it. */
json_t *jread_parse(struct arena *a, struct str text, struct str *ret_why);
/* "" when the key is missing or no string. */
struct str jread_str(struct arena *a, const json_t *object, const char *key);
/* 0 when missing, no number, negative or not finite. */
uint64_t jread_u64(const json_t *object, const char *key);
double jread_real(const json_t *object, const char *key, double otherwise);
bool jread_bool(const json_t *object, const char *key);
/* The array or object under a key, or NULL. */
const json_t *jread_array(const json_t *object, const char *key);
const json_t *jread_object(const json_t *object, const char *key);
/* The strings among the items of the array. */
const struct str *jread_strings(struct arena *a, const json_t *object, const char *key, size_t *ret_n);

/* The findings of a result, or of a release in a case. */
void report_read_findings(struct arena *a, const json_t *o, const char *key, struct doc_findings *ret);

#endif
