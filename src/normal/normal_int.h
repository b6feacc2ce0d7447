/* What the containers of src/normal share: mixing of digests, members, streams. */
#ifndef ASSAY_NORMAL_NORMAL_INT_H
#define ASSAY_NORMAL_NORMAL_INT_H

#include <sodium.h>

#include "formats/stream.h"
#include "normal/normal.h"
#include "util/arena.h"
#include "util/buf.h"
#include "util/str.h"

enum {
	NORMAL_NEVER = -1, /* of a field that no normaliser takes off */
	NORMAL_DEPTH_MAX = 8,
	NORMAL_MEMBERS_MAX = 1 << 20,
	NORMAL_BYTES_MAX = 1 << 30, /* unpacked, of one file in all */
	NORMAL_BYTES_FREE = 64 << 20, /* above these no more than NORMAL_RATIO_MAX times its own size */
	NORMAL_RATIO_MAX = 256,
};

struct normal {
	struct arena arena;
	uint64_t produced, max_produced;
	unsigned depth;
	bool limited;
	char note[NORMAL_NOTE_BYTES];
};

/* Says why it is no container of the strict kind; false. */
bool normal_refuse(struct normal *n, const char *why);
/* Any bytes: as the container that they are, or as they are. */
void normal_bytes(struct normal *n, struct str bytes, struct normal_form *ret);
/* As they are, whatever they look like. */
void normal_plain(struct str bytes, struct normal_form *ret);

/* One digest for every choice of normalisers; a field goes into those that do not take it off. */
struct mix {
	crypto_hash_sha256_state s[NORMAL_FORMS];
};

void mix_begin(struct mix *m, const char *kind);
void mix_add(struct mix *m, int taken_off_by, const void *p, size_t n);
void mix_u64(struct mix *m, int taken_off_by, uint64_t v);
void mix_str(struct mix *m, int taken_off_by, struct str s);
void mix_form(struct mix *m, const struct normal_form *f); /* of what is inside */
void mix_end(struct mix *m, struct normal_form *ret);

/* A member; `form` covers everything about it. */
struct item {
	struct str name, key; /* key: lower case, without a slash at the end */
	struct normal_form form;
	bool folder;
	int taken_off_by; /* the whole member; NORMAL_NEVER */
};

struct items {
	struct item *list;
	size_t n, room;
	bool ordered; /* their order means something */
	bool layout;  /* it never does: it is no order, only where things lie */
};

/* NULL: too many. The name must stay. */
struct item *items_add(struct normal *n, struct items *items, struct str name, bool folder);
/* Adds all to the mix: sorted by name, unless their order can mean something. */
void items_mix(struct normal *n, struct items *items, struct mix *m);

/* Unpacks exactly the bytes; false when they do not end well, or where they should. Release *ret. */
bool normal_unpack(struct normal *n, enum stream_kind kind, struct str packed, struct buf *ret);

/* Each: false when these bytes are not wholly such a container. */
bool normal_zip(struct normal *n, struct str bytes, struct normal_form *ret);
bool normal_tar(struct normal *n, struct str bytes, struct normal_form *ret);
bool normal_ar(struct normal *n, struct str bytes, struct normal_form *ret);
bool normal_packed(struct normal *n, struct str bytes, struct normal_form *ret);
bool normal_ole(struct normal *n, struct str bytes, struct normal_form *ret);

/* META-INF/NAME.SF or its signature block, and nothing else in it? */
bool jar_is_signature(struct str name, struct str content);
/* META-INF/MANIFEST.MF without the digests of members; false: not of that form. */
bool jar_manifest(struct normal *n, struct str content, struct normal_form *ret);

#endif
