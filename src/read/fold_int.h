/*
 * Inside of js_fold*.c; nobody else includes this. What the builtins of other languages need of the
 * interpreter stands in fold.h.
 *  js_fold.c         expressions and statements
 *  js_fold_run.c     where a run starts and ends
 *  js_fold_value.c   values, conversions, literals
 *  js_fold_native.c  builtins, bytes, compressed layers
 *  js_fold_string.c  JSON, methods of strings
 *  js_fold_array.c   methods of arrays and all other builtins
 */
#ifndef ASSAY_READ_FOLD_INT_H
#define ASSAY_READ_FOLD_INT_H

#include "fold.h"

/* Rotators decode words at every turn, until some of them add up. */
enum { RUN_STEPS_MAX = 3000000, ROTATOR_STEPS_MAX = 12000000, DEPTH_MAX = 220, STRING_MAX = 8 << 20, ARRAY_MAX = 1 << 20, INFLATE_MAX = 1 << 20 };

enum { DONE_NORMAL, DONE_BREAK, DONE_CONTINUE, DONE_RETURN, DONE_FAIL };

enum { PENDING_NONE, PENDING_EXCEPTION, PENDING_ABORT };

enum native {
	N_NONE, N_STRING, N_NUMBER, N_BOOLEAN, N_ARRAY, N_OBJECT, N_MATH, N_JSON, N_PARSE_INT, N_PARSE_FLOAT,
	N_IS_NAN, N_ATOB, N_BTOA, N_UNESCAPE, N_ESCAPE, N_DECODE_URI, N_ENCODE_URI, N_BUFFER, N_UINT8,
	N_TEXT_DECODER, N_TEXT_ENCODER, N_REGEXP, N_FUNCTION, N_GLOBAL_MAKER, N_FROM_CHAR_CODE, N_RAW,
	N_ARRAY_FROM, N_ARRAY_OF, N_IS_ARRAY, N_KEYS, N_VALUES, N_ENTRIES, N_ASSIGN, N_FREEZE, N_JSON_PARSE,
	N_JSON_STRINGIFY, N_BUFFER_FROM, N_BUFFER_CONCAT, N_BUFFER_ALLOC, N_FLOOR, N_CEIL, N_ROUND, N_TRUNC, N_ABS,
	N_MIN, N_MAX, N_POW, N_SQRT, N_IMUL, N_LOG, N_SIGN, N_DECODE_BYTES, N_ENCODE_BYTES, N_ERROR, N_REQUIRE,
	N_ZLIB, N_BUFFER_MODULE, N_INFLATE, N_INFLATE_RAW,
	/* methods */
	M_CHAR_CODE_AT, M_CHAR_AT, M_CODE_POINT_AT, M_AT, M_SPLIT, M_SLICE, M_SUBSTRING, M_SUBSTR, M_REPLACE,
	M_REPLACE_ALL, M_TRIM, M_TRIM_START, M_TRIM_END, M_LOWER, M_UPPER, M_REPEAT, M_CONCAT, M_INDEX_OF,
	M_LAST_INDEX_OF, M_INCLUDES, M_STARTS, M_ENDS, M_PAD_START, M_PAD_END, M_MATCH, M_TO_STRING, M_JOIN,
	M_REVERSE, M_MAP, M_FILTER, M_FOR_EACH, M_REDUCE, M_REDUCE_RIGHT, M_PUSH, M_POP, M_SHIFT, M_UNSHIFT,
	M_SPLICE, M_SORT, M_FILL, M_FIND, M_FIND_INDEX, M_SOME, M_EVERY, M_FLAT, M_KEYS, M_CALL, M_APPLY, M_BIND, M_TEST,
	M_EXEC, M_TO_FIXED, M_HAS_OWN, M_VALUE_OF, M_SUBARRAY, M_SET, M_ENTRIES, M_SEARCH, M_NOOP
};

struct json {
	struct js *j;
	const struct js_str *s;
	size_t pos;
	int depth;
};

/* ---------- js_fold.c ---------- */

bool fold_binary(struct js *j, enum js_op op, struct js_val a, struct js_val b, struct js_val *r);
bool fold_ev(struct js *j, struct js_env *e, uint32_t n, struct js_val *r);
int fold_exec(struct js *j, struct js_env *e, uint32_t n, struct js_val *r);

/* ---------- js_fold_value.c ---------- */

double fold_str_to_num(struct js *j, const struct js_str *s);
int32_t fold_to_int32(double d);
/* The characters of a literal without its quotes. */
struct js_val fold_literal_text(struct js *j, struct str raw);
/* Piece i of a template: the text before substitution i (or after the last). */
struct js_val fold_template_piece(struct js *j, uint32_t n, uint32_t before, uint32_t after);

/* ---------- js_fold_native.c ---------- */

/* Buffer.from, Math.floor, by the builtin that has it; N_NONE = it has no such one. */
enum native fold_static_id(enum native of, struct str name);
enum native fold_method_id(struct str name);
bool fold_global_get(struct js *j, struct str name, struct js_val *r);
struct js_val fold_arg(struct js_val *args, size_t n, size_t i);
bool fold_arg_num(struct js *j, struct js_val *args, size_t n, size_t i, double missing, double *r);
bool fold_arg_str(struct js *j, struct js_val *args, size_t n, size_t i, struct js_str **r);
struct js_val fold_bytes_val(struct js *j, const uint8_t *p, size_t n, const struct js_str *from, uint16_t scheme);
bool fold_bytes_of(struct js *j, const struct js_arr *a, uint8_t **ret);
bool fold_buffer_from(struct js *j, struct js_val v, const struct js_str *enc, struct js_val *r);
bool fold_bytes_text(struct js *j, const struct js_arr *a, const struct js_str *enc, struct js_val *r);
bool fold_escape_uri(struct js *j, const struct js_str *s, struct js_val *r);
/* The window bits of zlib for a method of node's zlib module that unpacks at once; 0 = another one. */
int fold_inflate_bits(const struct js *j, uint32_t callee);
bool fold_inflate_value(struct js *j, struct js_val packed, int bits, struct js_val *r);

/* ---------- js_fold_string.c ---------- */

bool fold_json_value(struct json *p, struct js_val *r);
bool fold_str_match(struct js *j, struct js_str *s, struct js_val what, struct js_val *r);
bool fold_str_method(struct js *j, enum native id, struct js_str *s, struct js_val *args, size_t n, struct js_val *r);

/* ---------- js_fold_array.c ---------- */

bool fold_object_list(struct js *j, enum native id, struct js_val v, struct js_val *r);
bool fold_stringify(struct js *j, struct js_val v, struct js_val *r);
bool fold_native_call(struct js *j, enum native id, struct js_val self, struct js_val *args, size_t n, struct js_val *r);

#endif
