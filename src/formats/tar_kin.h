/*
 * What a plain tar is besides: a container image (OCI layout, docker save) or a gem. tar.c asks before it
 * reads; what is found lets archive.c hold members against what is stated about them, and gives layers
 * names by their place.
 */
#ifndef ASSAY_FORMATS_TAR_KIN_H
#define ASSAY_FORMATS_TAR_KIN_H

#include "formats/archive.h"

enum { TAR_ALIASED_MAX = 512 };

/* A member of the tar, found by a walk over its headers. */
struct tar_member {
	struct str name; /* without a leading "./" */
	struct str raw;  /* as stated */
	struct str bytes;
	struct str alias; /* what it is called by its place; "" = as stated */
	bool named;       /* something refers to it */
	unsigned n_layer; /* how often it is a layer */
};

enum { TAR_ABSENT_MAX = 32 };

struct tar_members {
	struct archive *a;
	struct tar_member *list;
	size_t n, room;
	struct tar_member *aliased[TAR_ALIASED_MAX]; /* those with an alias, in the order in which they are named */
	size_t n_aliased;
	struct str absent[TAR_ABSENT_MAX]; /* what an image is made of and does not bring along */
	size_t n_absent;
	struct str lines; /* the text of the derived child, "" for none */
};

struct tar_member *tar_member_find(struct tar_members *m, struct str name);

/* Looks at the whole and prepares a->stated and a->aliases. LIMIT, NOMEM. */
enum status tar_kin_begin(struct archive *a, struct tar_members *m) MUST_CHECK;
/* How the reading ended; delivers the derived child. Returns `how`, or what the sink says. */
enum status tar_kin_end(struct archive *a, struct tar_members *m, enum status how) MUST_CHECK;

/* How a child goes on: under its alias, and marked as a layer if it is one, of one image at one place. */
void tar_kin_rename(const struct tar_members *m, struct entry *e);
/* The content of the member `raw` is stated as SHA-256 in hexadecimal; size UINT64_MAX: not stated. */
void tar_kin_state(struct tar_members *m, struct str raw, struct str hex, uint64_t size);

/* oci.c's half: reads the manifests, if it is an image. */
enum status oci_read(struct tar_members *m) MUST_CHECK;

#endif
