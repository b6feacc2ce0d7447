/*
 * Builtins that only compute and that many languages have under their own names, and an interpreter's
 * view (fold.h) for languages that say them as one table: struct fold_native rows of the front end.
 *
 * A row "name" is a function, "type.name" one of a type or module, "#str.name" a method of texts and
 * "#list.name" one of lists; methods get what they are called on as their first argument. A row
 * without a function is a type or module that only has members. Texts are rows of bytes.
 */
#ifndef ASSAY_READ_FOLD_TEXT_H
#define ASSAY_READ_FOLD_TEXT_H

#include "read/fold.h"

struct fold_call {
	struct js *j;
	struct js_val self, *args, *r;
	size_t n;
};

typedef bool fold_fn(struct fold_call *c);

struct fold_native {
	const char *name;
	fold_fn *run;
};

/* Arguments and results. False as in fold.h. */
bool fold_give(struct fold_call *c, struct js_val v);
bool fold_is_text(const struct fold_call *c, size_t i);
bool fold_number(struct fold_call *c, size_t i, double missing, double *ret);
bool fold_text_bytes(struct fold_call *c, size_t i, const uint8_t **ret, size_t *ret_n);

/* Of the first argument unless said otherwise. */
fold_fn text_base64, text_inflate, text_inflate_raw, text_rot13, text_reverse, text_unhex, text_unescape, text_hex,
	text_chr, text_ord, text_length, text_lower, text_upper, text_trim;
fold_fn text_pack;    /* (format, values...): "H*" and "C*" */
fold_fn text_implode; /* (glue, list), (list, glue), (list) */
fold_fn text_explode; /* (glue, text) */
fold_fn text_split;   /* (text, glue) */
fold_fn text_chunks;  /* (text, size = 1) */
fold_fn text_replace; /* (what, with, text) */
fold_fn text_gsub;    /* (text, what, with): a text or a regular expression, everywhere */
fold_fn text_substr;  /* (text, from, count) */
fold_fn text_tr;      /* (text, letters, letters) */
fold_fn list_count, list_reverse, list_join, list_first, list_last;
fold_fn list_map;     /* (list, function) */

/* What struct fold_ops asks for, by the rows in j->front->natives; a negative place counts from the end. */
bool fold_global(struct js *j, struct str name, struct js_val *r);
bool fold_attribute(struct js *j, struct js_val o, struct str name, struct js_val *r);
bool fold_element(struct js *j, struct js_val o, struct js_val key, struct js_val *r);
bool fold_set_element(struct js *j, struct js_val o, struct js_val key, struct js_val v);
bool fold_call_native(struct js *j, unsigned native, struct js_val self, struct js_val *args, size_t n, struct js_val *r);
bool fold_items(struct js *j, struct js_val v, struct js_val *r);

#endif
