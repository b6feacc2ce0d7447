/*
 * A release opened all the way down, as the parent sees it: nodes, hashes, where the bytes lie.
 * Everything lives in the arena of the analysis.
 */
#ifndef ASSAY_UNPACK_TREE_H
#define ASSAY_UNPACK_TREE_H

#include "formats/format.h"
#include "util/arena.h"
#include "util/hash.h"

enum side { SIDE_OLD, SIDE_NEW, SIDE_N };

enum place {
	PLACE_NONE,    /* the bytes are gone (identical on both sides) or never came */
	PLACE_INPUT,   /* in the release's own file, at offset */
	PLACE_SCRATCH, /* in the scratch file, at offset */
};

struct oddity {
	struct oddity *next;
	struct str code, detail;
	uint64_t offset;
};

/* What members of a container's children are called by the consumer: escaped, by hash of the name. */
struct alias {
	struct str name, becomes;
};

struct aliases {
	struct alias *slots; /* open addressing */
	size_t n, room;
};

enum { /* node.marks */
	NODE_CONTAINER = 1 << 0, /* looks like a container that we open */
	NODE_OPENED = 1 << 1,    /* was opened; its children are below */
	NODE_SKIPPED = 1 << 2,   /* not opened: a container of these bytes stands on the other side, or was
				  * opened elsewhere on this one */
	NODE_KEPT = 1 << 3,      /* its bytes can still be read */
	NODE_HIDDEN = 1 << 4,    /* in a layer of an image, where a layer above hides it */
	NODE_STAYS = 1 << 5,     /* in a layer of OLD that NEW has as well, where it was not opened */
	NODE_OVERLAID = 1 << 6,  /* an image whose layers were laid over each other */
};

struct node {
	struct node *parent, *first_child, *last_child, *next;
	struct str name; /* one step, escaped; the n-th of one name carries "#n" */
	struct str path; /* the chain of containers down to here, without the release's own name */
	struct str link; /* escaped */
	enum entry_type type;
	enum entry_origin origin;
	uint32_t flags; /* ENTRY_* */
	uint32_t marks;
	uint32_t mode;
	uint64_t uid, gid;
	int64_t mtime;
	uint64_t size_bytes;
	struct sha256 sha256;
	bool has_sha256;
	bool partial; /* its bytes did not all come: the hash is of what came and proves nothing */
	enum format_id format; /* what it looks like; what it was opened as once NODE_OPENED */
	enum place place;
	uint64_t offset;
	/* Not seen, wholly or in part: reason (empty = seen) and how many bytes. */
	struct str blind;
	uint64_t blind_bytes;
	bool damaged; /* what was read contradicts the format, or ended early */
	struct oddity *oddities;
	struct aliases *aliases; /* for the members of its children, or NULL */
	uint32_t index;    /* position in the tree's list: containers before what is in them */
	uint32_t copy;     /* n when the name ends in "#n", else 0 */
	uint32_t n_children;
	struct node *mate; /* the other side's node, set by compare/ */
	void *sketch;      /* compare/sketch.h, made on demand */
	uint32_t member;   /* 1 + its place in the members of the delta whose NEW it stands in; 0 = none */
};

struct tree {
	enum side side;
	struct str path;  /* as given */
	struct str label; /* the file's own name, escaped; first step of printed member names */
	struct node *root;
	struct node **nodes;
	size_t n_nodes, room_nodes;
	bool is_directory;
	int input_fd; /* -1 for a directory */
	uint64_t size_bytes;
	struct sha256 sha256; /* of the file; of the sorted member list for a directory */
	uint64_t expanded_bytes, bytes_read, steps;
	uint64_t held_bytes;  /* memory that its nodes and names take, here and in the stages to come */
	struct twin *twins;   /* contents of containers met so far; see tree_twins() */
	size_t n_twins, room_twins;
	struct tree *before;  /* in analysis.opened */
	/* Text stands in for a manifest until one is read: taken from the file's own name. */
	struct str product, version, kind;
};

/* What one member costs besides its name: the node, its place in lists, its line in the delta. */
enum { TREE_NODE_BYTES = 640 };

struct node *tree_add(struct arena *a, struct tree *t, struct node *parent, struct str raw_name);
/* The first of several stays. */
void tree_alias(struct arena *a, struct tree *t, struct node *n, struct str raw_name, struct str raw_becomes);
/* What the container's own container says about a member's name; `raw` when it says nothing. */
struct str tree_alias_of(struct arena *a, const struct node *container, struct str raw);
void tree_oddity(struct arena *a, struct node *n, struct str code, uint64_t offset,
	struct str detail);
/* The how-manieth container of this content in this tree is this one? 1 for the first, and without a hash. */
uint32_t tree_twins(struct arena *a, struct tree *t, const struct node *n);
void tree_blind(struct node *n, struct str reason, uint64_t bytes);
/* "release.tgz!/package/index.js" for printing. */
struct str tree_display(struct arena *a, const struct tree *t, const struct node *n);
/* The path without the "#n" of a copy: what a consumer sees. */
struct str node_plain_path(const struct node *n);

/* Both hold the same bytes, and that is proven. */
static inline bool node_same_bytes(const struct node *a, const struct node *b)
{
	return a->has_sha256 && b->has_sha256 && !a->partial && !b->partial &&
	       sha256_equal(&a->sha256, &b->sha256);
}

/* It stands in a layer that both images have, or in what such a layer holds. */
static inline bool node_stays(const struct node *n)
{
	while (n && !n->mate && !(n->marks & NODE_STAYS))
		n = n->parent;
	return n && !n->mate;
}

static inline bool node_is_leaf(const struct node *n)
{
	return !(n->marks & (NODE_OPENED | NODE_SKIPPED)) && n->type != ENTRY_DIR;
}

#endif
