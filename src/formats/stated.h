/*
 * What a container's own manifest states about its members, held against what is delivered: a
 * wheel's RECORD, the digests of a signed jar, an app package's block map, a gem's checksums. Who
 * installs may check them or not; where they differ, two readers see different things.
 *
 * zip reads the manifests first and gives archive.c the table, which then watches each child pass.
 */
#ifndef ASSAY_FORMATS_STATED_H
#define ASSAY_FORMATS_STATED_H

#include "formats/format.h"
#include "util/hash.h"

enum { STATED_TEXT_BYTES = 32 << 20 }; /* a larger manifest is not read; that is said */

struct archive;
struct stated;

struct stated *stated_new(struct archive *a);
/* Is this the name of a manifest (or a signature file that states a digest of one)? */
bool stated_is_manifest(struct str name);
/* Reads one; the text must outlive the table. */
enum status stated_read(struct stated *s, struct budget *budget, struct str name, struct str text) MUST_CHECK;

/* For archive.c: a child begins, its bytes pass, it ended. */
void stated_begin(struct stated *s, const struct entry *e);
enum status stated_data(struct stated *s, const void *p, size_t n) MUST_CHECK;
void stated_end(struct stated *s, enum status how);

/* Lets go; says what is stated and was not there, if the container was read whole. */
void stated_settle(struct stated *s, bool whole);

/* ---- for stated_read.c ---- */

enum stated_kind { STATED_RECORD, STATED_JAR, STATED_BLOCKS };

/* One statement. block_bytes: digests are of blocks of that size, one behind the other; 0 = of all. */
struct stated_line {
	struct str name;
	enum digest_kind digest;
	struct str sums; /* one or more digests */
	uint64_t size;   /* UINT64_MAX = not stated */
	uint32_t block_bytes;
	bool met;
};

/* line->name as in the container. The first statement about a name holds; another one is said. */
void stated_add(struct stated *s, const struct stated_line *line);
/* A manifest of this kind was there; exclusive: it means to name everything. */
void stated_note(struct stated *s, enum stated_kind kind, bool exclusive);
void stated_damaged(struct stated *s, struct str name, const char *why);
struct arena *stated_arena(struct stated *s);
bool stated_step(struct stated *s, uint64_t n); /* false: stop, the budget is gone */

#endif
