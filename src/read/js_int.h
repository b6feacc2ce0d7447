/*
 * Inside of the readers of code; nobody else includes this. It was made for JavaScript; other
 * languages come in through front.h. The parts, in reading order:
 *  front.h    what a language has to bring
 *  js_parse.c  tree-sitter's tree -> our own compact tree (post-order array), names, scopes
 *  js_fold*.c  values and a bounded interpreter for pure local code (nothing of a host exists in it)
 *  js_regex.c  the regular expressions that the interpreter needs
 *  js_api.c    the table of what calls and properties of the outer world mean
 *  js_flow*.c  abstract values of every expression: API names, functions, objects, taints
 *  js_facts*.c  what is said about it
 *  js_opens.c  ways in for whoever knows what stands in the code
 *  js_ends.c   ... and about what leaves for, or comes from, other modules
 *  js.c        entry: which text is parsed, layers, what OLD had
 */
#ifndef ASSAY_READ_JS_INT_H
#define ASSAY_READ_JS_INT_H

#include <tree_sitter/api.h>

#include "read/align.h"
#include "util/buf.h"

/* ---------- the tree ---------- */

enum js_kind {
	J_NONE, J_PROGRAM, J_BLOCK, J_EXPR_STMT, J_VAR_DECL, J_DECLARATOR, J_FUNC, J_CLASS, J_CLASS_BODY,
	J_FIELD, J_PARAMS, J_PARAM, J_REST, J_DEFAULT, J_OBJ_PATTERN, J_ARR_PATTERN, J_PAIR,
	J_PAIR_PATTERN, J_SHORTHAND, J_SHORTHAND_PATTERN, J_SPREAD, J_COMPUTED, J_IF, J_FOR, J_FOR_IN,
	J_WHILE, J_DO, J_TRY, J_CATCH, J_FINALLY, J_WITH, J_BREAK, J_CONTINUE, J_RETURN, J_THROW, J_EMPTY,
	J_LABELED, J_SWITCH, J_SWITCH_BODY, J_CASE, J_DEFAULT_CASE, J_IMPORT, J_IMPORT_CLAUSE,
	J_NAMED_IMPORTS, J_IMPORT_SPEC, J_NS_IMPORT, J_EXPORT, J_EXPORT_NAMES, J_EXPORT_SPEC, J_NS_EXPORT, J_CALL, J_NEW, J_MEMBER, J_SUBSCRIPT,
	J_ASSIGN, J_AUG, J_UPDATE, J_UNARY, J_BIN, J_ADD, J_LOGIC, J_COND, J_SEQ, J_AWAIT, J_YIELD,
	J_OBJECT, J_ARRAY, J_STR, J_TEMPLATE, J_NUM, J_REGEX, J_ID, J_PROP, J_THIS, J_SUPER, J_TRUE,
	J_FALSE, J_NULL, J_UNDEF, J_META, J_IMPORT_KW, J_ARGS, J_ERROR, J_HERITAGE, J_LABEL, J_OTHER,
	J_COLLAPSE, /* wrapper without meaning: replaced by its only child */
	J_SKIP,     /* types and comments: not walked */
	J_KIND_N
};

enum js_role {
	R_NONE, R_NAME, R_VALUE, R_LEFT, R_RIGHT, R_OPERATOR, R_CALLEE, R_ARGS, R_OBJECT, R_PROPERTY,
	R_INDEX, R_BODY, R_PARAMS, R_PARAM, R_COND, R_CONS, R_ALT, R_INIT, R_INCR, R_LABEL, R_KEY,
	R_SOURCE, R_DECL, R_HANDLER, R_FINAL, R_ARGUMENT, R_PATTERN, R_KIND, R_ALIAS, R_TYPE, R_OTHER, R_SUPER
};

enum js_op {
	OP_NONE, OP_ADD, OP_SUB, OP_MUL, OP_DIV, OP_MOD, OP_EXP, OP_SHL, OP_SHR, OP_USHR, OP_AND, OP_OR,
	OP_XOR, OP_EQ, OP_NE, OP_SEQ, OP_SNE, OP_LT, OP_GT, OP_LE, OP_GE, OP_LAND, OP_LOR, OP_NULLISH,
	OP_NOT, OP_BITNOT, OP_PLUS, OP_MINUS, OP_TYPEOF, OP_VOID, OP_DELETE, OP_INC, OP_DEC, OP_IN,
	OP_INSTANCEOF, OP_OF, OP_FLOOR, OP_NOT_IN
};

enum {
	JF_METHOD = 1, JF_GETTER = 2, JF_ARROW = 4, JF_DECL = 8, JF_OPTIONAL = 16, JF_ESCAPED = 32,
	JF_ASYNC = 64, JF_STATIC = 128,
	/* of other kinds than functions */
	JF_OUTER = 1,  /* J_ID: a name that `global` says to stand outside */
	JF_NAMED = 1,  /* J_OBJECT: the arguments of a call that have names */
	JF_ROOT = 2,   /* J_ID of J_IMPORT: bound to the module of its own name */
	JF_PIECE = 1, JF_RAW = 2, JF_BYTES = 4, JF_FORMAT = 8, /* J_STR: without quotes; without escapes; bytes */
};

/* Post-order: children stand before their parent. Index 0 is no node. */
struct js_node {
	uint8_t kind, role, op, flags;
	uint32_t from, to;            /* in the text of its tree */
	uint32_t first, last, next, parent;
	uint32_t fn;                  /* index of the function it stands in */
	uint32_t x;                   /* name, or scope of nodes that open one */
	uint32_t y;                   /* variable of J_ID, function of J_FUNC, object of J_OBJECT.. */
};

enum js_var_kind { VAR_VAR, VAR_LET, VAR_CONST, VAR_FUNCTION, VAR_PARAM, VAR_IMPORT, VAR_CLASS, VAR_CATCH };

struct js_var {
	uint32_t name, fn, slot;
	uint32_t decl;       /* the identifier that declares it */
	uint32_t init;       /* the right side when there is exactly one writer, else 0 */
	uint32_t n_writes;
	uint32_t av;         /* what it can be */
	uint32_t in;         /* parameters: what callers in this text pass */
	int32_t param;       /* its place among the parameters, -1 */
	uint32_t port;       /* parameters of exported functions: the taint of what other modules pass, 0 */
	uint8_t kind;
	bool mutated;        /* push(), [i]=, .x= on it somewhere */
	bool pattern;        /* bound by a destructuring pattern */
};

struct js_fn {
	uint32_t node, parent; /* J_FUNC or J_PROGRAM; index of the enclosing function */
	uint32_t n_slots, params, body;
	uint32_t ret;          /* what it returns */
	uint32_t name;
	uint32_t this_obj;     /* object that `this` means in it */
	uint8_t at_load;       /* runs when the text is loaded */
	uint8_t folds_failed;
	bool is_loop_fn, has_this, called, uses_arguments;
};

struct js_decl_list {
	uint32_t var, next;
};

struct js_scope {
	uint32_t parent, fn, decls; /* first in the list, 0 = none */
};

/* ---------- values ---------- */

enum js_type { V_NONE, V_UNDEF, V_NULL, V_BOOL, V_NUM, V_STR, V_ARR, V_OBJ, V_FN, V_NATIVE, V_REGEX, V_GLOBAL };

/* How a string came about, beyond standing there. */
enum js_scheme {
	SCHEME_CONCAT = 1 << 0, SCHEME_HEX = 1 << 1, SCHEME_BASE64 = 1 << 2, SCHEME_CHARCODES = 1 << 3,
	SCHEME_XOR = 1 << 4, SCHEME_ARRAY = 1 << 5, SCHEME_REVERSE = 1 << 6, SCHEME_ESCAPE = 1 << 7,
	SCHEME_PACKED = 1 << 8, SCHEME_COMPUTED = 1 << 9
};

struct js_strbuf {
	void *p;
	uint32_t len, room; /* code units */
};

struct js_str {
	const void *p; /* 8-bit (Latin-1) or 16-bit code units */
	uint32_t len;
	bool wide;
	bool bytes; /* a row of bytes, where the language tells them from text */
	uint8_t depth;
	uint16_t scheme;
	struct js_strbuf *buf; /* may be appended to in place when this is its tail */
};

struct js_val {
	uint8_t t;
	bool b;
	uint16_t native;
	union {
		double n;
		struct js_str *s;
		struct js_arr *a;
		struct js_obj *o;
		struct js_closure *f;
		struct js_regex *r;
		struct js_val *self; /* of a native method */
	};
};

struct js_arr {
	struct js_val *v;
	size_t n, room;
	struct js_obj *props;
	bool bytes;
};

struct js_obj {
	struct str *keys;
	struct js_val *vals;
	size_t n, room, keys_room;
	const struct js_obj *proto; /* made by new: what its constructor's prototype holds */
};

struct js_closure {
	uint32_t fn;
	struct js_env *env;
	struct js_obj *props;
	struct js_val self; /* bound this */
	bool bound;
};

struct js_env {
	struct js_env *up;
	uint32_t fn;
	struct js_val *slots;
	struct js_val self, arguments;
};

/* ---------- abstract values: interned sorted sets of references ---------- */

enum js_tag { T_CONST, T_API, T_FN, T_OBJ, T_TAINT, T_PARAM, T_UNKNOWN };
#define REF(tag, id) ((uint32_t)(tag) << 28 | ((uint32_t)(id) & 0x0fffffffu))
#define REF_TAG(r) ((enum js_tag)((r) >> 28))
#define REF_ID(r) ((r) & 0x0fffffffu)
enum { AV_NONE = 0, AV_MAX_REFS = 14 };

/* The field of a class that holds what it is made from. */
#define SUPER_FIELD "$super"

struct js_set {
	uint32_t first, n; /* in refs */
};

enum js_source {
	SRC_NET, SRC_ENV, SRC_CRED, SRC_FILE, SRC_HOST, SRC_FORM, SRC_COOKIE, SRC_CLIP, SRC_DATA, SRC_DYN,
	SRC_ARG, SRC_REQUEST, SRC_OWN,
	SRC_IMPORT, /* what another module of the release gives: said as an end */
	SRC_PARAM,  /* what a caller in another module passes to an exported function: likewise */
	SRC_N, SRC_NONE = 255
};

enum js_sink { SINK_NONE, SINK_CODE, SINK_EXEC, SINK_NET, SINK_FILE, SINK_RUN, SINK_PERSIST, SINK_N };

struct js_taint {
	uint32_t base;  /* the first of its chain */
	uint32_t prev;  /* 0 = this is the base */
	uint32_t node;  /* where: the source, or the hop */
	uint8_t kind;   /* enum js_source */
	uint8_t hops;
	bool weak;      /* went through something only assumed */
	bool fresh;     /* this or an earlier part stands in new code */
	struct str label; /* "https.get response" */
	struct str behaviour; /* of the base: what a rule of the user calls flows from here, "" */
};

/* ---------- the API table ---------- */

struct js;

enum js_class {
	CLASS_NONE, CLASS_EXEC, CLASS_NET, CLASS_CODE, CLASS_FS_WRITE, CLASS_FS_READ, CLASS_ENV, CLASS_IMPORT,
	CLASS_DECODE, CLASS_FS_DELETE, CLASS_HOST, CLASS_DOM, CLASS_PASS, CLASS_CHMOD, CLASS_BUILTIN, CLASS_TIMER, CLASS_CLIP_READ,
	CLASS_CLIP_WRITE, CLASS_N
};

enum {
	API_CALL = 1 << 0,       /* the row is about calling it */
	API_VALUE = 1 << 1,      /* ... about reading it */
	API_STORE = 1 << 2,      /* ... about writing it */
	API_PASS = 1 << 3,       /* the result carries what the arguments carry */
	API_RESPONSE_CB = 1 << 4,/* the last function argument gets a response (net) */
	API_RESULT_CB = 1 << 5,  /* the last function argument gets (error, result) */
	API_NOW_CB = 1 << 6,     /* function arguments run at once or soon */
	API_LINK = 1 << 7,       /* the result remembers this call (destination of later writes) */
	API_NEW = 1 << 8,        /* counts as a call only with new */
	API_QUIET = 1 << 9,      /* no CALL fact of its own */
	API_COMMAND = 1 << 10,   /* the first argument is a shell command line */
	API_ARGV = 1 << 11,      /* first argument program, second an array */
	API_URL0 = 1 << 12,      /* the first argument is URL or options with one */
	API_URL1 = 1 << 13,      /* the second is */
	API_FETCH_LIKE = 1 << 14,/* result is a response */
	API_ARGS = 1 << 27,      /* first argument program, its arguments follow one by one */
	API_ARGV0 = 1 << 15,     /* the first argument may be a list: program and arguments */
	API_MODE = 1 << 16,      /* opens for reading or writing, as its second argument says */
	API_SELF = 1 << 17,      /* the path, or what is handed on, is what the method is called on */
	API_COPIES = 1 << 18,    /* from the first path to the second */
	API_HOST0 = 1 << 19,     /* the first argument is a host name or (host, port) */
	API_SAVES1 = 1 << 20,    /* the answer goes to the path in the second argument */
	API_NET_ONLY = 1 << 21,  /* a sink for what came from elsewhere only */
	API_STREAM = 1 << 22,    /* writes to what its receiver opened */
	API_LOADS = 1 << 23,     /* runs what lies at the path in the first argument */
	API_REGISTRY = 1 << 24,  /* the second argument is a key of the registry */
	API_DEEP = 1 << 26,      /* writes out all that lies in its arguments */
	API_INTO = 1 << 28,      /* puts what lies at the path in the first argument into what it is called on */
	API_ON_SOCKET = 1 << 25, /* puts a socket in the place of a standard stream */
};

struct js_api {
	const char *name; /* canonical; a trailing ".*" stands for any member */
	uint8_t class_;
	uint8_t sink;      /* enum js_sink */
	uint8_t sink_args; /* bit i: argument i is sunk, 0x80: all from there on */
	uint8_t source;    /* enum js_source or SRC_NONE: what the result (or callback) carries */
	uint32_t flags;
	const char *ret;   /* API name of the result, NULL */
};

struct front;
const struct js_api *js_api_find(const struct js *j, struct str name, uint32_t want);
const char *js_class_name(enum js_class c);
const char *js_source_name(enum js_source s);
const char *js_sink_name(enum js_sink s);
bool js_env_is_secret(struct str name);
/* Names of parameters and fields that hold keys to money ("mnemonic", "privateKey"). */
bool js_name_is_wallet_key(struct str name);
bool js_name_is_password(struct str name);
/* A place to read keys from; *ret_class "cred", "browser", "wallet", "system". */
bool js_path_is_cred(struct str path);
bool js_path_is_persist(struct str path);
/* The address under which a cloud tells its machines their keys. */
bool js_host_is_metadata(struct str url);
bool js_store_is_hook(struct str api);
bool js_global_known(const struct js *j, struct str name);

/* ---------- one analysis ---------- */

struct js_map;

struct js {
	struct read_in *in;
	struct arena *a;      /* lives as long as the analysis */
	struct arena *keep;   /* lives as long as the facts */
	struct str text;
	enum language lang;
	const struct front *front;
	int layer;            /* 0 = the member itself */
	bool is_part;         /* only a part of the member: unknown names need not be globals */
	bool is_old;          /* OLD, to learn what it did: says nothing */

	struct js_node *nodes;
	size_t n_nodes, nodes_room;
	struct js_var *vars;
	size_t n_vars, vars_room;
	struct js_fn *fns;
	size_t n_fns, fns_room;
	struct js_scope *scopes;
	size_t n_scopes, scopes_room;
	struct js_decl_list *decls;
	size_t n_decls, decls_room;
	struct str *names;
	size_t n_names, names_room;
	uint32_t *name_table;
	size_t name_table_size;
	struct span *comments;
	size_t n_comments, comments_room;
	bool too_deep;
	uint32_t root;
	struct str stars[8]; /* modules whose names were all imported */
	size_t n_stars;
	struct str own[48];  /* modules that may be of the release itself, as they are named */
	size_t n_own;

	/* js_fold.c */
	struct js_val *realm;     /* per variable */
	uint8_t *realm_state;
	struct js_val *node_val;  /* constants of literal nodes: via consts */
	struct js_val *consts;    /* interned; index 0 = some constant, value not known */
	size_t n_consts, consts_room;
	uint32_t *const_table;
	size_t const_table_size;
	uint64_t fold_steps, max_fold_steps;
	uint64_t fold_bytes, max_fold_bytes;
	uint64_t run_steps, max_run_steps; /* of the current run */
	int fold_depth, inherit_depth;
	uint16_t run_schemes;
	uint32_t run_fn;          /* function that a pending abort is blamed on */
	uint8_t thrown;           /* pending: 0 none, 1 exception, 2 abort */
	struct js_val exception;
	uint32_t break_label;

	/* js_flow.c */
	uint32_t *av;             /* per node */
	uint8_t *fold_tried, *ish; /* per node: was folded; could be constant */
	uint8_t *name_flags;      /* per name: a builtin, a key to money */
	size_t n_flagged;
	struct js_set *sets;
	size_t n_sets, sets_room;
	uint32_t *refs;
	size_t n_refs, refs_room;
	struct js_map *set_map, *field_map, *taint_map, *hop_map, *bundle_map;
	size_t n_bundle;
	struct js_taint *taints;
	size_t n_taints, taints_room;
	struct js_field *fields;
	size_t n_fields, fields_room;
	struct js_object *objs;
	size_t n_objs, objs_room;
	struct js_stored *stores; /* assignments to members of the outer world */
	size_t n_stores, stores_room;

	/* user_rules.c: by place; per node 1 + the first mark of it, NULL without rules */
	struct rule_mark *marks;
	size_t n_marks;
	uint32_t *mark_of;

	/* js_ends.c */
	struct js_export *exports; /* functions by the names that other modules know them by */
	size_t n_export_steps; /* fields looked at for exports */
	size_t n_exports, exports_room;
	uint8_t *fresh_memo;
	bool changed, settled;
	int pass;

	/* js_facts.c */
	struct js_site *site;
	uint32_t *opened; /* pairs: maker of an XMLHttpRequest, its open() */
	size_t n_opened, opened_room;
	bool opened_known;
};

/* A part of the parsed text and where it stands in the text of the member. */
struct js_piece {
	size_t from, to; /* of the parsed text */
	size_t at;       /* of `from`, in the text of the member; SIZE_MAX: context, of no interest */
};

struct js_found {
	struct fact fact;
	uint64_t key; /* what it is, wherever it stands */
};

/* Key -> how often. */
struct js_counts {
	uint64_t *keys;
	uint32_t *vals;
	size_t n, size;
};

/* Where facts of one text go: maps places of a tree to places of the member. */
struct js_site {
	struct read_in *in;
	struct arena *a;
	const struct align *al; /* NULL: everything is new */
	const struct unit_span *units;
	size_t n_units;
	const struct line_index *lines;
	size_t shift;           /* member offset = text offset + shift */
	struct str text, old_text;
	const struct js_piece *pieces;
	size_t n_pieces;
	int layer;
	size_t outer_from, outer_to; /* layer > 0: the expression that held this text, in the member's text */
	bool outer_top;
	bool is_old;            /* only counted */
	uint64_t layer_bytes;   /* decoded text analysed so far */
	uint32_t n_layers, n_decoded;
	struct js_found *found;
	size_t n_found, found_room;
	struct js_counts *counts;
	struct js_counts *said;
	bool serious;
	bool full;              /* more was found than is kept */
	bool too_deep;          /* some of it is nested deeper than a front end goes: it was not looked at */
	uint64_t error_bytes;
	uint32_t n_ends;
};

struct js_field {
	uint32_t obj, name; /* name 0 = any element */
	uint32_t av;
	uint32_t next;      /* of the object */
};

struct js_object {
	uint32_t node, fields, n_fields;
};

struct js_stored {
	uint32_t node, api, value; /* the assignment; name id; the right side's node */
};

struct js_export {
	uint32_t fn;
	struct str name;
};

/* Adds one; returns how often it was there before. */
uint32_t js_count(struct arena *a, struct js_counts *c, uint64_t key);
uint32_t js_counted(const struct js_counts *c, uint64_t key);
/* The place of a node in the member's text; false for context and decoded layers. */
bool js_place(const struct js *j, uint32_t n, size_t *ret_from, size_t *ret_to);

/* js_parse.c */
enum status js_parse(struct js *j);
uint32_t js_name(struct js *j, struct str s);
static inline struct str js_name_str(const struct js *j, uint32_t id)
{
	return j->names[id];
}
static inline struct js_node *js_at(const struct js *j, uint32_t n)
{
	return &j->nodes[n];
}
void js_star_add(struct js *j, struct str module);
uint32_t js_kid(const struct js *j, uint32_t n, enum js_role r);
uint32_t js_nth(const struct js *j, uint32_t n, unsigned i);
static inline struct str js_text(const struct js *j, uint32_t n)
{
	return (struct str){j->text.p + j->nodes[n].from, j->nodes[n].to - j->nodes[n].from};
}
/* The property name of a non-computed key node (J_PROP, J_STR, J_NUM), 0 if it has none. */
uint32_t js_key_name(struct js *j, uint32_t n);

/* js_fold.c */
void js_fold_init(struct js *j);
struct js_val js_str_val(struct js *j, const void *p, size_t len, bool wide);
struct js_val js_str_utf8(struct js *j, struct str s);
/* A string value as UTF-8 in the arena. */
struct str js_utf8(struct js *j, const struct js_str *s);
uint32_t js_const(struct js *j, struct js_val v); /* interned; 0 when it cannot be kept */
struct js_val js_literal(struct js *j, uint32_t n);
/* Runs expression n with nothing but local data. False: not constant. */
bool js_fold(struct js *j, uint32_t n, struct js_val *ret);
/* Runs the statements that n depends on, then n itself. */
bool js_fold_slice(struct js *j, uint32_t n, struct js_val *ret);
void js_run_rotators(struct js *j);
struct str js_val_text(struct js *j, struct js_val v); /* as String(v), UTF-8 */
static inline uint16_t js_unit(const struct js_str *s, size_t i)
{
	return s->wide ? ((const uint16_t *)s->p)[i] : ((const uint8_t *)s->p)[i];
}

/* js_regex.c */
struct js_regex;
struct js_regex *js_regex_make(struct js *j, struct str source, struct str flags);
/* Match at or after `from`; caps: pairs of start, end (SIZE_MAX unset), at most 2*16. -1 on budget. */
int js_regex_exec(struct js *j, struct js_regex *r, const struct js_str *s, size_t from, size_t *caps);
unsigned js_regex_groups(const struct js_regex *r);
bool js_regex_global(const struct js_regex *r);

/* js_flow.c */
enum status js_flow(struct js *j);
bool js_av_const(const struct js *j, uint32_t av, struct js_val *ret);
bool js_const_str(struct js *j, uint32_t av, struct str *ret);
struct str js_api_of(const struct js *j, uint32_t av); /* first API name, "" */
uint32_t js_field_get(struct js *j, uint32_t obj, uint32_t name);
/* The arguments of a call after .call/.apply/.bind are undone. */
enum { JS_ARGS_MAX = 16 };
struct js_call {
	uint32_t node;
	uint32_t callee;               /* abstract value */
	uint32_t callee_node;
	uint32_t receiver;             /* abstract value of the object, AV_NONE */
	struct str method;             /* last property name, "" */
	uint32_t n_args;
	uint32_t args[JS_ARGS_MAX];    /* nodes, 0 when not a single expression */
	uint32_t arg_av[JS_ARGS_MAX];
	bool is_new;
	uint32_t named;                /* the object of the arguments that have names, also the last of args */
};
/* The value of an argument by its name, 0. */
uint32_t js_named_arg(const struct js *j, const struct js_call *c, const char *name);
/* The node of the path that a call is about, 0. */
uint32_t js_path_node(struct js *j, const struct js_call *c, const struct js_api *row);
bool js_opens_to_write(struct js *j, const struct js_call *c, const struct js_api *row);
struct str js_list_text(struct js *j, uint32_t n);
void js_call_of(struct js *j, uint32_t n, struct js_call *ret);
/* A text that is so: of the expression as a whole, or of a name in it; empty when there is none. */
struct str js_text_among(struct js *j, uint32_t n, bool (*is)(struct str));
struct str js_part_among(struct js *j, uint32_t n, bool (*is)(struct str));
/* Text of an expression with holes: "\x01label\x02" stands for what is not known. */
struct str js_symbolic(struct js *j, uint32_t n);
/* All taints that reach a value, through parameters and fields; at most max. */
/* A call of node's zlib that unpacks at once: foldable when its argument is. */
bool js_call_inflates(const struct js *j, uint32_t call);
size_t js_taints_of(struct js *j, uint32_t av, uint32_t node, uint32_t *ret, size_t max, bool *ret_through_param);
bool js_av_has(const struct js *j, uint32_t av, enum js_tag tag);
const uint32_t *js_refs(const struct js *j, uint32_t av, size_t *ret_n);
bool js_node_fresh(struct js *j, uint32_t n);
/* A source of this kind that stands at a node; of several there `salt` (below 16) tells which. */
uint32_t js_taint_at(struct js *j, enum js_source kind, uint32_t node, unsigned salt, struct str label);
/* Is this API name something of a module that may be of the release itself? Which, and what of it? */
bool js_own_api(const struct js *j, struct str api, struct str *ret_module, struct str *ret_name);

/* js_facts.c */
void js_facts(struct js *j);
/* For js_ends.c: a call is as new as its own words; is there new code between a source and its end? */
bool js_call_fresh(struct js *j, uint32_t n);
bool js_chain_fresh(struct js *j, uint32_t taint);
struct str js_origin_of(struct js *j, const struct js_taint *t);
struct str js_flow_steps(struct js *j, uint32_t taint, struct str sink);
uint32_t js_place_flags(struct js *j, uint32_t n);
/* How many of them name the machine, its network or its user, each in another way. */
size_t js_surveys_among(struct js *j, const uint32_t *taints, size_t n);
/* Fills in where a fact stands. False: nowhere in the member. */
bool js_fact_place(struct js *j, struct fact *f, uint32_t n);

/* js_opens.c */
/* A comparison with a written secret (*ret_word) whose equality lets somebody in. *ret_sure: more than the
 * names of what is compared tell so. */
bool js_opens(struct js *j, uint32_t n, struct str *ret_word, bool *ret_sure);

/* js_ends.c */
/* What other modules can get and call: said, and its parameters become sources. */
void js_ends_exports(struct js *j);
/* A call whose callee is of another module, or came from one. */
void js_ends_call(struct js *j, const struct js_call *c, bool fresh);
/* A value from another module arrives: `sink` is the word of the sink, `name` its API. */
void js_ends_sink(struct js *j, uint32_t node, uint32_t taint, const char *sink, struct str name, struct str value, bool fresh);
/* Parses and analyses a text whose places the site's pieces tell. */
enum status js_run_text(struct js_site *site, enum language lang, struct str text, bool part);
/* A decoded text that is code: analysed as a layer of the expression n. */
void js_run_layer(struct js *j, uint32_t n, struct str code);

#endif
