/*
 * Inside of js_flow*.c; nobody else includes this. What every expression can be is one abstract value
 * per node and variable: API names, local functions, objects with fields, constants, and taints (data
 * that came from a source). Parameters stay symbolic (T_PARAM), so a helper that is called from many
 * places does not mix what they pass; only at a sink they are replaced by what the callers gave.
 *  js_flow.c        the rounds, and what runs at load
 *  js_flow_sets.c   sets, taints, objects
 *  js_flow_names.c  names of APIs and of the release's own modules
 *  js_flow_store.c  what is stored where
 *  js_flow_call.c   calls
 *  js_flow_eval.c   expressions, modules of bundles
 *  js_flow_text.c   text with holes
 */
#ifndef ASSAY_READ_FLOW_INT_H
#define ASSAY_READ_FLOW_INT_H

#include "read/fold.h"

enum { PASSES_MAX = 9, PATTERN_DEPTH = 8, FIELDS_PER_OBJECT = 400, HOPS_MAX = 6, INHERIT_DEPTH = 6, REFS_MAX = 24 << 20, COMMAND_TEXT_BYTES = 4096 };

enum { NAME_BUILTIN = 1, NAME_SECRET = 2 }; /* of name_flags */

enum { UNKNOWN_DECODED = 1 }; /* of T_UNKNOWN: decoded from a parameter */

struct js_map {
	uint64_t *keys;
	uint32_t *vals;
	size_t n, size;
};

struct bag {
	uint32_t refs[AV_MAX_REFS + 2];
	size_t n;
};

enum {
	TAGS_CODE = 1 << T_API | 1 << T_FN | 1 << T_OBJ,
	TAGS_DATA = 1 << T_TAINT | 1 << T_PARAM | 1 << T_UNKNOWN,
	TAGS_CARRY = TAGS_DATA | 1 << T_OBJ | 1 << T_CONST
};

enum { OBJ_OF_FN = 0x40000000, OBJ_OF_API = (int)0x80000000 };

static const char *const then_names[] = {"then", "catch", "finally", NULL};

static const char *const on_names[] = {"on", "once", "addListener", "addEventListener", "prependListener", "subscribe", NULL};

static const char *const each_names[] = {"forEach", "map", "filter", "find", "some", "every", "flatMap", "findIndex", "sort", "$map", NULL};

/* ---------- js_flow_sets.c ---------- */

uint32_t *flow_map_at(struct js *j, struct js_map **map, uint64_t key, bool add);
uint32_t flow_set(struct js *j, const uint32_t *refs, size_t n);
uint32_t flow_av_ref(struct js *j, enum js_tag tag, uint32_t id);
/* Keeps the bag sorted and free of doubles; one chain for each source; constants collapse when many. */
void flow_bag_add(struct js *j, struct bag *b, uint32_t r);
void flow_bag_join(struct js *j, struct bag *b, uint32_t av);
uint32_t flow_av_join(struct js *j, uint32_t a, uint32_t b);
uint32_t flow_av_only(struct js *j, uint32_t av, unsigned tags);
uint32_t flow_taint_base(struct js *j, enum js_source kind, uint32_t node, struct str label);
uint32_t flow_av_taint(struct js *j, enum js_source kind, uint32_t node, struct str label);
uint32_t flow_av_hop(struct js *j, uint32_t av, uint32_t node, bool weak, struct str label);
uint32_t flow_obj_at(struct js *j, uint32_t node);
void flow_field_join(struct js *j, uint32_t obj, uint32_t name, uint32_t av);
/* All that lies directly in an object. */
uint32_t flow_obj_elements(struct js *j, uint32_t obj);
void flow_var_join(struct js *j, uint32_t var, uint32_t av);
void flow_in_join(struct js *j, uint32_t var, uint32_t av);

/* ---------- js_flow_names.c ---------- */

/* The first name of such a module that a value has, "". */
struct str flow_own_among(const struct js *j, uint32_t av);
/* Data that came from a source of this member; what another module may give is not known to be any. */
bool flow_tainted(const struct js *j, uint32_t av);
/* One name for the same thing. */
struct str flow_canonical(struct js *j, struct str s);
uint32_t flow_av_api(struct js *j, struct str name);
uint32_t flow_module_av(struct js *j, struct str spec);
bool flow_name_in(const char *const *names, struct str s);
/* What reading API.name gives. */
uint32_t flow_api_member(struct js *j, uint32_t n, struct str api, struct str name);
/* What an object has from the classes that its own is made from. */
uint32_t flow_inherited(struct js *j, uint32_t n, uint32_t obj, struct str name, uint32_t name_id);
/* What is put into these is put into the address, and what the address has they have. */
bool flow_is_view_of_url(struct str name);
uint32_t flow_member(struct js *j, uint32_t n, uint32_t av, uint32_t name_id);
/* An element by an index that is not known. */
uint32_t flow_elements(struct js *j, uint32_t n, uint32_t av);
uint32_t flow_key_const(struct js *j, uint32_t av);
uint32_t flow_fn_this(struct js *j, uint32_t fn);

/* ---------- js_flow_store.c ---------- */

/* What a handler of this event gets from a receiver. */
uint32_t flow_event_av(struct js *j, uint32_t n, uint32_t receiver, struct str event);
void flow_bind_functions(struct js *j, uint32_t av, const uint32_t *args, size_t n_args, uint32_t node);
/* The whole environment put into a field: here is where it is taken, wherever the object goes to. */
uint32_t flow_field_value(struct js *j, uint32_t n, uint32_t av);
void flow_store(struct js *j, uint32_t n, uint32_t obj_av, uint32_t name_id, uint32_t value, uint32_t value_node);
/* Object.assign(o, p), {...p}: what p has, o has from then on. */
void flow_fields_copy(struct js *j, uint32_t n, uint32_t obj, uint32_t av);
/* What an accessor of a property gives. */
uint32_t flow_getter_result(struct js *j, uint32_t getter);
/* Object.defineProperty(o, name, {value: v}) or {get: f}. */
void flow_property_define(struct js *j, uint32_t n, uint32_t obj_av, uint32_t name, uint32_t how);
void flow_bind_pattern(struct js *j, uint32_t pat, uint32_t av, bool param, int depth);

/* ---------- js_flow_call.c ---------- */

bool flow_call_function(struct js *j, uint32_t fn, const uint32_t *args, size_t n, uint32_t node);
/* What a call of fn with these arguments returns: its parameters replaced by them. */
uint32_t flow_function_result(struct js *j, uint32_t fn, const uint32_t *args, size_t n, uint32_t node);
uint32_t flow_call_each(struct js *j, uint32_t callee, const uint32_t *args, size_t n, uint32_t node);
uint32_t flow_property_of(struct js *j, uint32_t n);
/* What a module of the release exports, where it is used as data. */
uint32_t flow_own_data(struct js *j, uint32_t av, uint32_t node);
uint32_t flow_args_join(struct js *j, const struct js_call *c, unsigned tags);
uint32_t flow_last_function(const struct js *j, const struct js_call *c);
/* The arguments by their places among the parameters of fn, those with names as well. */
size_t flow_args_placed(struct js *j, uint32_t fn, const struct js_call *c, uint32_t *ret);
struct str flow_last_segment(struct str api);
/*
 * A variable of the environment by a name that is not known. One that the caller chose is no secret by
 * itself; all of them in a loop are, and so are some by names that say so.
 */
uint32_t flow_env_by_name(struct js *j, uint32_t n, uint32_t in);
/* True when the API name was understood; *ret gets what the call gives. */
bool flow_call_api(struct js *j, struct js_call *c, struct str api, uint32_t *ret);
bool flow_method_is(const struct js_call *c, const char *const *names);
/* Methods whose meaning does not depend on whose they are. */
bool flow_call_generic(struct js *j, struct js_call *c, uint32_t *ret);
bool flow_name_of_callee_passes(struct js *j, uint32_t callee);
/* `await (x).y()` outside of what the grammar knows to be async reads as a call of something named so. */
bool flow_is_await(const struct js *j, uint32_t callee);
uint32_t flow_new_object(struct js *j, struct js_call *c, uint32_t ref);

/* ---------- js_flow_eval.c ---------- */

/* 123: m => { m.exports = require("https") }: then load(123) is require("https"). */
void flow_bundle_modules(struct js *j);
/* A class that is called makes an object, where the language has no `new`. */
bool flow_is_class(const struct js *j, uint32_t ref);
uint32_t flow_eval(struct js *j, uint32_t n);

/* ---- js_flow_names.c: HTTP_X_NAME, QUERY_STRING ---- */

bool flow_is_request_header(struct str name);

/* ---- js_flow_searched.c ---- */

void flow_searched(struct js *j);

#endif
