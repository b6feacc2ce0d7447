/*
 * The interpreter for pure code (js_fold.c) as the builtins of other languages see it. Values live in
 * the arena of the analysis. A function that returns false has said why (fold_fail: what is asked
 * cannot be known, the whole run ends; fold_throw_error: the program would have thrown).
 */
#ifndef ASSAY_READ_FOLD_H
#define ASSAY_READ_FOLD_H

#include "read/front.h"

/* Natives of a front end have numbers from here on. */
enum { FOLD_NATIVE = 1000, FOLD_ARRAY_MAX = 1 << 20, FOLD_STRING_MAX = 8 << 20, FOLD_INFLATE_MAX = 2 << 20 };

/* What a language does differently from JavaScript. */
struct fold_ops {
	bool (*global)(struct js *j, struct str name, struct js_val *r);
	/* A module or a name out of one, by its canonical name. */
	bool (*import)(struct js *j, struct str api, struct js_val *r);
	bool (*attribute)(struct js *j, struct js_val o, struct str name, struct js_val *r);
	bool (*element)(struct js *j, struct js_val o, struct js_val key, struct js_val *r);
	bool (*set_element)(struct js *j, struct js_val o, struct js_val key, struct js_val v);
	bool (*call)(struct js *j, unsigned native, struct js_val self, struct js_val *args, size_t n, struct js_val *r);
	/* *ret_mine false: JavaScript's rule is right. */
	bool (*binary)(struct js *j, enum js_op op, struct js_val a, struct js_val b, struct js_val *r, bool *ret_mine);
	/* What a loop over v meets, as an array. */
	bool (*items)(struct js *j, struct js_val v, struct js_val *r);
};

bool fold_fail(struct js *j);
bool fold_throw_error(struct js *j);
bool fold_step(struct js *j, uint64_t n);
bool fold_spend_bytes(struct js *j, uint64_t n);
struct js_val fold_num(double d);
struct js_val fold_boolean(bool b);
struct js_val fold_undef(void);
struct js_val fold_str_meta(struct js *j, const void *p, size_t len, bool wide, const struct js_str *like);
struct js_arr *fold_arr_new(struct js *j);
bool fold_arr_push(struct js *j, struct js_arr *a, struct js_val v);
struct js_val fold_arr_val(struct js_arr *a);
struct js_val *fold_obj_find(struct js *j, struct js_obj *o, struct str key);
bool fold_obj_set(struct js *j, struct js_obj *o, struct str key, struct js_val v);
bool fold_to_str(struct js *j, struct js_val v, struct js_val *r);
bool fold_to_num(struct js *j, struct js_val v, double *r);
bool fold_concat(struct js *j, const struct js_str *a, const struct js_str *b, struct js_val *r);
bool fold_join_text(struct js *j, const struct js_arr *a, const struct js_str *sep, struct js_val *r);
struct js_val fold_sub_str(struct js *j, const struct js_str *s, size_t from, size_t to);
bool fold_str_same(const struct js_str *a, const struct js_str *b);
size_t fold_str_index(struct js *j, const struct js_str *s, const struct js_str *what, size_t from);
int fold_hex_digit(unsigned char c);
bool fold_base64_bytes(struct js *j, const struct js_str *s, uint8_t **ret, size_t *ret_n);
bool fold_layer_str(struct js *j, const void *p, size_t len, bool wide, const struct js_str *from, uint16_t scheme, struct js_val *r);
bool fold_call_value(struct js *j, struct js_val f, struct js_val self, struct js_val *args, size_t n, struct js_val *r);
bool fold_str_split(struct js *j, struct js_str *s, struct js_val sep, struct js_val *r);
bool fold_str_replace(struct js *j, struct js_str *s, struct js_val what, struct js_val with, bool all, struct js_val *r);
bool fold_str_case(struct js *j, const struct js_str *s, bool upper, struct js_val *r);
bool fold_native_val(struct js *j, unsigned id, struct js_val self, struct js_val *r);
bool fold_same_strict(struct js_val a, struct js_val b);
size_t fold_clamp_index(double d, size_t len);
bool fold_parse_int(struct js *j, const struct js_str *s, double radix, struct js_val *r);
bool fold_unescape_text(struct js *j, const struct js_str *s, bool uri, struct js_val *r);
bool fold_truthy(const struct js *j, struct js_val v);

#endif
