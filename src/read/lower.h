/*
 * For front ends: tree-sitter's tree as an array that can be looked at in any order (raw), and the
 * building of our compact tree from it. A front end gives a table of the symbols and fields that it
 * knows; lower_begin() reads the tree; then it builds nodes, children before their parent.
 */
#ifndef ASSAY_READ_LOWER_H
#define ASSAY_READ_LOWER_H

#include "read/front.h"

struct raw {
	uint8_t kind;  /* by the language's table; 0 = a symbol without a row */
	uint8_t field; /* likewise */
	uint8_t op;    /* of anonymous symbols: enum js_op */
	bool named;
	uint32_t from, to;
	uint32_t first, next; /* index 0 is no node */
};

struct lower_row {
	const char *name;
	uint8_t id;
};

enum { LOWER_SYMBOLS = 1024, LOWER_FIELDS = 128, LOWER_DEPTH = 1200, RAW_ERROR = 255, RAW_COMMENT = 254 };

struct lower_table {
	const struct lower_row *kinds, *fields, *ops; /* end with a NULL name */
	uint8_t kind_of[LOWER_SYMBOLS], op_of[LOWER_SYMBOLS], field_of[LOWER_FIELDS];
	bool ready;
};

struct lower {
	struct js *j;
	struct raw *raw;
	size_t n_raw, room;
	int depth;
	/* The front end's rule for one raw node; lower_node() calls it. */
	uint32_t (*rule)(struct lower *w, uint32_t r);
	uint8_t type_field; /* children in this field are types: nobody looks at them; 0 = none */
	void *own; /* of the front end */
};

/* Reads the tree; raw[1] is its root. Comments go to j->comments. False when it is too large. */
bool lower_begin(struct lower *w, struct lower_table *t, TSTree *tree, const TSLanguage *ts);

/* ---------- looking ---------- */

static inline const struct raw *raw_at(const struct lower *w, uint32_t r)
{
	return &w->raw[r];
}

static inline struct str raw_text(const struct lower *w, uint32_t r)
{
	return str_part(w->j->text, w->raw[r].from, w->raw[r].to - w->raw[r].from);
}

uint32_t raw_field(const struct lower *w, uint32_t r, uint8_t field);
uint32_t raw_kind(const struct lower *w, uint32_t r, uint8_t kind); /* the first child of this kind */
uint32_t raw_named(const struct lower *w, uint32_t r, unsigned i);  /* the i-th named child */
uint32_t raw_next(const struct lower *w, uint32_t r);                /* the named one behind it, 0 */
enum js_op raw_op(const struct lower *w, uint32_t r);               /* of the first operator among the children */

/* ---------- building ---------- */

struct kids {
	uint32_t first, last, n;
};

/* Adds a node that was built before; 0 is ignored. */
void kid_add(struct lower *w, struct kids *k, uint32_t node, enum js_role role);
/* Closes a node over its kids; from and to are its place in the text. */
uint32_t node_make(struct lower *w, enum js_kind kind, uint32_t from, uint32_t to, struct kids k);
/* A node without kids in the place of a raw one. */
uint32_t node_leaf(struct lower *w, enum js_kind kind, uint32_t r);
/* J_ID, J_PROP or their kin with this name. */
uint32_t node_name(struct lower *w, enum js_kind kind, uint32_t r, struct str name);
/* object.name(args...): a call of one of our own names ("$map"). */
uint32_t node_method(struct lower *w, uint32_t r, uint32_t object, const char *name, struct kids args);
/* name(args...) and callee(args...) */
uint32_t node_call(struct lower *w, uint32_t r, uint32_t callee, struct kids args);
uint32_t node_call_name(struct lower *w, uint32_t r, const char *name, struct kids args);
/* target = value; as a statement when asked for. */
uint32_t node_assign(struct lower *w, uint32_t r, uint32_t target, uint32_t value);
/* A text literal; flags: JF_RAW, JF_FORMAT. */
uint32_t node_text(struct lower *w, uint32_t from, uint32_t to, uint8_t flags);
/* The value of what stands last is what a function gives: expression statements become returns. */
void node_tail(struct lower *w, uint32_t n);
/* a + b + c: one flat node. */
uint32_t node_sum(struct lower *w, uint32_t from, uint32_t to, struct kids k);


/* ---------- by the front end's rule ---------- */

/* 0 when it says nothing, or is too deep (then j->too_deep). */
uint32_t lower_node(struct lower *w, uint32_t r);
static inline void kid_lower(struct lower *w, struct kids *k, uint32_t r, enum js_role role)
{
	if (r)
		kid_add(w, k, lower_node(w, r), role);
}
static inline uint32_t node_of(struct lower *w, enum js_kind kind, uint32_t r, struct kids k)
{
	return node_make(w, kind, w->raw[r].from, w->raw[r].to, k);
}
struct kids lower_kids(struct lower *w, uint32_t r);              /* all named children */
uint32_t lower_wrapped(struct lower *w, uint32_t r, enum js_kind kind); /* ... in a node of this kind */
uint32_t lower_collapsed(struct lower *w, uint32_t r);            /* its only child, or a node that says nothing itself */
uint32_t lower_member(struct lower *w, uint32_t r, uint32_t object, uint32_t name); /* object.name */
uint32_t lower_index(struct lower *w, uint32_t r, uint32_t object, uint32_t index); /* object[index] */
uint32_t lower_binary(struct lower *w, uint32_t r, uint32_t left, uint32_t right);  /* by the operator of r; a sum is flat */
/* The pieces of a literal in double quotes that is a format of printf, with its arguments between them; returns the argument that comes next. */
uint32_t lower_pieces(struct lower *w, struct kids *k, uint32_t literal, uint32_t arg);

#endif
