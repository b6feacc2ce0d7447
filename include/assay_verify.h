/*
 * Is this file what its publisher meant to ship? Offline, from one `.assay-proof` and what the
 * customer has pinned about the publisher. No allocation, no network, no files opened: bytes and one
 * open descriptor in, a graded answer out. Link with libassay-verify and libsodium.
 */
#ifndef ASSAY_VERIFY_H
#define ASSAY_VERIFY_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The reason of a refusal is also the exit status of `assay verify`; numbers never change. */
enum assay_verify_status {
	ASSAY_VERIFY_OK = 0,
	ASSAY_VERIFY_NO_ANSWER = 2,  /* the question could not be asked: trust file, file, memory */
	ASSAY_VERIFY_PROOF = 10,     /* the proof is missing, cut or not a proof */
	ASSAY_VERIFY_FILE = 11,      /* size, digest or name are in no file line of the entry */
	ASSAY_VERIFY_LEFTOVER = 12,  /* the file holds bytes beside the unsigned file and a signature */
	ASSAY_VERIFY_INCLUSION = 13, /* the entry is not in the log that the checkpoint describes */
	ASSAY_VERIFY_LOG = 14,       /* not the pinned log, or not its signature */
	ASSAY_VERIFY_WITNESSES = 15, /* too few witnesses, or a forged cosignature */
	ASSAY_VERIFY_STALE = 16,     /* the newest cosignature is too old */
	ASSAY_VERIFY_APPROVERS = 17, /* too few of the approvers, or a forged approval */
	ASSAY_VERIFY_KEYSET = 18,    /* no chain from the pinned key set to the one that signed */
	ASSAY_VERIFY_OTHER = 19,     /* another vendor, product, channel or version than asked for */
	ASSAY_VERIFY_ROLLBACK = 20,  /* older than what was seen before, or another one in its place */
	ASSAY_VERIFY_REVOKED = 21,   /* an approver has taken it back */
	ASSAY_VERIFY_NOT_REBUILT = 22, /* too few builders have rebuilt it so far */
	ASSAY_VERIFY_DIFFERS = 23,   /* a builder got other bytes, and too few got these */
};

enum assay_verify_grade { ASSAY_GRADE_UNKNOWN, ASSAY_GRADE_YES, ASSAY_GRADE_NO };

struct assay_verify_request {
	const void *trust; /* what is pinned: docs/ledger-format.md */
	size_t trust_bytes;
	const void *proof;
	size_t proof_bytes;
	const void *more; /* further proofs, of revocations say; NULL: none */
	size_t more_bytes;
	int fd;           /* the file, open for reading; hashed from here, never reopened */
	const char *name; /* its name without folders; NULL: any */
	const char *product, *channel, *version; /* NULL: any */
	int64_t now_utc;      /* seconds since 1970 */
	uint64_t seen_seq;    /* highest seq seen of this product and channel; 0: none */
	uint8_t seen_leaf[32];
};

struct assay_verify_result {
	enum assay_verify_status status;
	char why[240]; /* one sentence */
	enum assay_verify_grade intended, rebuilt, witnessed, fresh, platform_signed;
	unsigned approvers, approvers_need;   /* good ones, and how many are wanted */
	unsigned builders, builders_need, builders_differ;
	unsigned witnesses;
	int64_t cosigned_utc; /* time of the newest cosignature; 0: none */
	uint64_t seq, index;
	uint8_t leaf[32];
	char vendor[256], product[256], channel[256], version[256], file[256];
};

enum { ASSAY_VERIFY_WORK_BYTES = 2 << 20 };

/*
 * `work`: at least ASSAY_VERIFY_WORK_BYTES, aligned for any type, the caller's; its content means
 * nothing afterwards. Fills *ret and returns its status. Fields that come after the check that
 * refused are zero.
 */
enum assay_verify_status assay_verify(const struct assay_verify_request *request, void *work,
	size_t work_bytes, struct assay_verify_result *ret);

#ifdef __cplusplus
}
#endif

#endif
