/* cpio, read from plain bytes or straight from a decoder; also the payload of RPM and macOS packages. */
#ifndef ASSAY_FORMATS_CPIO_H
#define ASSAY_FORMATS_CPIO_H

#include "formats/archive.h"

enum {
	CPIO_HEAD_BYTES = 110, /* of the longest header */
	CPIO_STRIPPED_BYTES = 14,
};

/* Bits of evidence that a header stands here: 0, 32 (old binary, checked), 60 and more (text). */
int cpio_head_bits(const uint8_t *p, size_t n);

/*
 * For whoever knows what should be in the archive. All may be NULL. member() comes before a member
 * is handed out and may change the entry; index: the number that a stripped header (RPM's "07070X")
 * names, else UINT32_MAX. Returns false when it knows no such member. content() sees its bytes,
 * end() comes when all of them passed.
 */
struct cpio_watch {
	bool (*member)(void *user, uint32_t index, struct entry *e);
	void (*content)(void *user, const uint8_t *p, size_t n);
	void (*end)(void *user);
	void *user;
};

/*
 * Reads members until the content ends, behind a trailer too when another archive follows. What is
 * not explained stays uncovered (plain bytes) or is handed out as ORIGIN_GAP. Returns OK (see
 * a->damaged), LIMIT, or the sink's status.
 */
enum status cpio_read(struct archive *a, struct source *s, const struct cpio_watch *watch) MUST_CHECK;

#endif
