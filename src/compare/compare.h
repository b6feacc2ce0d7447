/*
 * The second stage: two trees become a delta. Members are paired by path, by version-aware path, by
 * content, then by similarity; what differs is read by reader children, and what they say (units,
 * facts, how far they saw) is collected per member.
 */
#ifndef ASSAY_COMPARE_COMPARE_H
#define ASSAY_COMPARE_COMPARE_H

#include "read/read.h"
#include "unpack/unpack.h"

enum { /* member.what */
	MEMBER_ADDED = 1 << 0,
	MEMBER_REMOVED = 1 << 1,
	MEMBER_CHANGED = 1 << 2,    /* content differs */
	MEMBER_RENAMED = 1 << 3,    /* paths differ (by more than a version) */
	MEMBER_COPIED = 1 << 4,     /* content that OLD has elsewhere, and keeps there */
	MEMBER_ATTRIBUTES = 1 << 5, /* type, mode, owner or link target differ */
};

struct member {
	struct node *old, *new_; /* either may be NULL */
	uint32_t what;
	struct str attributes;   /* "mode 0644 -> 4755, link a -> b" */
	/* what the reader said */
	bool read;               /* a reader was asked */
	enum job_outcome outcome;
	struct unit *units;
	size_t n_units, room_units;
	struct fact *facts;
	size_t n_facts, room_facts;
	uint64_t cover[COVER_N];
	struct str why[COVER_N]; /* the reason of the last cover row of a grade */
	struct str reader;
	uint32_t hints; /* READ_HINT_* */
	bool capped;    /* it had more units or facts than are kept */
	uint32_t n_covers;
	uint64_t held_bytes, may_hold_bytes; /* of the facts' texts */
};

struct delta {
	struct tree *old, *new_; /* old may be NULL (inspect) */
	struct member *members;  /* sorted by path in NEW (in OLD when removed) */
	size_t n_members, room_members;
	uint64_t identical, identical_bytes;
	bool same_bytes; /* the two releases are the same file */
	bool unrelated;  /* hardly anything in common: another product */
	struct node **by_path; /* the nodes of NEW, for delta_find() */
};

extern const struct zygote_role compare_reader_role;

/* Pairs the members. */
enum status compare_trees(struct analysis *a, struct tree *old, struct tree *new_,
	struct delta **ret);
/* Reads every changed and added member that has not been read yet. */
enum status compare_read(struct analysis *a, struct delta *d);
/* Reads a member of NEW that did not change, as if all of it were new (a new hook runs it). NULL in
 * *ret when its bytes are gone or no such member exists. */
enum status compare_read_unchanged(struct analysis *a, struct delta *d, struct node *n,
	uint32_t hints, struct member **ret);
/* The same of any member, changed or not, with OLD beside it where it changed: `what` is as in the delta. */
enum status compare_read_as(struct analysis *a, struct delta *d, struct node *n, uint32_t hints, struct member **ret);
/* Reads nodes of one side for the ends of their flows alone (FACT_END, FACT_FLOW): what changed in NEW beside
 * its OLD, all else as if new. ret: one for each, not part of the delta; `read` is false where the bytes are gone. */
enum status compare_read_ends(struct analysis *a, struct delta *d, enum side side, struct node *const *nodes, size_t n,
	struct member *ret);
/* The member of NEW at this path (paths as in struct node), or NULL; of several the first. */
struct node *delta_find(const struct delta *d, struct str path);
struct member *delta_member(const struct delta *d, const struct node *new_);
/* One more, behind the sorted ones. Pointers to members move. */
struct member *delta_add_member(struct analysis *a, struct delta *d, const struct member *m);

/*
 * Does a side name this anywhere, in the raw bytes of any member that is still at hand? found[i]
 * says so for needles[i]; ASCII case is ignored. Members in `not_in` are left out.
 */
enum status compare_mentions(struct analysis *a, const struct tree *t, const struct str *needles,
	size_t n, const struct node *const *not_in, size_t n_not_in, bool *found);

/*
 * The files of a side, in its order, whose raw bytes have one of the needles and one of the words, as they are
 * written; at most max of them. Only those that `fits`, which a file is asked before its bytes are.
 */
enum status compare_naming(struct analysis *a, const struct tree *t, bool (*fits)(const struct node *), const struct str *needles,
	size_t n_needles, const struct str *words, size_t n_words, size_t max, struct node **ret, size_t *ret_n);

/*
 * The host names that stand behind "://" anywhere in the raw bytes of a side, lower case, distinct, at
 * most max of them. A lexical search: nothing is parsed.
 */
enum status compare_hosts(struct analysis *a, const struct tree *t, size_t max, struct str **ret,
	size_t *ret_n);

#endif
