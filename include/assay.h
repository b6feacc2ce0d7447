/*
 * assay: was this release tampered with? The stages for other programs; the `assay` command is the
 * first user of this header.
 *
 *	struct assay_options o;
 *	struct assay *a;
 *	struct assay_result *r;
 *
 *	assay_options_init(&o);
 *	if (assay_open(&o, &a) != ASSAY_OK) ...       (assay_error(a) says why; close it all the same)
 *	if (assay_diff(a, "agent-1.exe", "agent-2.exe", &r) == ASSAY_OK)
 *		puts(assay_verdict_name(assay_result_document(r)));
 *	assay_result_free(r);
 *	assay_close(a);
 *
 * One `struct assay` belongs to one thread. It forks: open it while the process has one thread,
 * and keep that thread alive. The files under test are never executed or loaded.
 */
#ifndef ASSAY_H
#define ASSAY_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define ASSAY_VERSION "0.1.0"

/* The numbers are those of enum status of the library's inside. */
enum assay_status {
	ASSAY_OK,
	ASSAY_DAMAGED,
	ASSAY_LIMIT,
	ASSAY_UNSUPPORTED,
	ASSAY_NOT_FOUND,   /* a path does not exist */
	ASSAY_DENIED,      /* a path may not be read, or the kernel offers no confinement */
	ASSAY_IO,          /* reading or writing failed */
	ASSAY_NOMEM,
	ASSAY_USAGE,       /* a path or an option that cannot be used */
	ASSAY_INTERRUPTED, /* *options.interrupted became non-zero */
};

struct assay;
struct assay_result;
struct document; /* report/document.h; opaque for other programs */

struct assay_progress {
	const char *stage;    /* "open", "compare", "read", "judge"; static */
	uint64_t done, total; /* members; total 0 = not known yet */
	uint64_t findings;    /* so far */
};

struct assay_options {
	unsigned jobs;       /* children at a time; 0 = one per processor. Never changes the result */
	bool unconfined;     /* go on when the kernel cannot confine children */
	bool online;         /* may look at what new dependencies name */
	double base_rate;    /* how many of the releases asked about are tampered, 0 < p < 1; 0.001 */
	int64_t now_utc;     /* seconds since 1970: the clock of this analysis */
	/* Budgets; 0 = the built-in default. Passing one is reported as a blind spot. */
	uint64_t limit_bytes;   /* bytes that come out of containers, per release */
	uint64_t limit_members; /* members per release */
	uint64_t limit_depth;   /* containers in containers */
	uint64_t limit_steps;   /* work per member */
	uint64_t limit_memory;  /* bytes per child */
	const char *const *history; /* paths of earlier releases, oldest first; borrowed */
	size_t n_history;
	/* Files of rules of your own (docs/rules.md); borrowed until assay_open() returns. */
	const char *const *rules_files;
	size_t n_rules_files;
	const char *accept_file; /* accepted findings, one JSON object a line; NULL = none; borrowed */
	/* What is pinned about the publisher (docs/ledger-format.md): asks its ledger about both
	 * releases. NULL = do not ask. The proofs: NULL = the release's path with ".assay-proof". */
	const char *trust_file, *old_proof, *new_proof;
	const char *more_proofs; /* a file of further proofs, of revocations say; NULL = none */
	/* Called now and then from the thread of the call. May be NULL. */
	void (*progress)(void *user, const struct assay_progress *p);
	void *user;
	/* When this becomes non-zero the running call ends soon with ASSAY_INTERRUPTED. May be NULL. */
	const volatile sig_atomic_t *interrupted;
};

/* Costs over the life of a `struct assay`. Not part of any result, since they differ every time. */
struct assay_stats {
	uint64_t children;          /* processes that looked at foreign bytes */
	uint64_t child_cpu_us;      /* their processor time, together */
	uint64_t child_peak_bytes;  /* the largest of them, resident */
	uint64_t scratch_bytes;     /* held in the unlinked scratch file */
};

/* Fills in the defaults, now_utc with the system's clock. */
void assay_options_init(struct assay_options *o);

/*
 * Starts the process that will fork confined children. *ret is set on failure too (unless
 * ASSAY_NOMEM, then NULL) so that assay_error() can say what happened. ASSAY_DENIED: the kernel
 * offers no confinement and `unconfined` is not set. The caller ends it with assay_close().
 * Options are copied; what they point to must live as long.
 */
enum assay_status assay_open(const struct assay_options *o, struct assay **ret);
void assay_close(struct assay *a); /* NULL is fine */

/*
 * Compares two releases, each a file or a directory. Whatever bytes can be read get a verdict and
 * ASSAY_OK: an empty, truncated or unknown file is a release with a blind spot. Otherwise *ret is
 * NULL and assay_error() names the path and the cause: ASSAY_NOT_FOUND, ASSAY_DENIED, ASSAY_IO,
 * ASSAY_USAGE (a socket, a device, a pipe), ASSAY_NOMEM, ASSAY_INTERRUPTED.
 * The result is the caller's; assay_result_free() before assay_close().
 */
enum assay_status assay_diff(struct assay *a, const char *old_path, const char *new_path,
	struct assay_result **ret);
/* The same about one release, without a predecessor. */
enum assay_status assay_inspect(struct assay *a, const char *path, struct assay_result **ret);
void assay_result_free(struct assay_result *r); /* NULL is fine */

/* One member of a release, containers too. */
struct assay_member {
	const char *name;    /* the chain of containers, escaped */
	const char *sha256;  /* "" if its bytes did not all come */
	uint64_t size_bytes;
	int fd;              /* read-only; its bytes stand at offset. -1: they cannot be had */
	uint64_t offset;
	bool seen;           /* nothing of it is a blind spot */
};

/* False ends the walk (ASSAY_INTERRUPTED). The member lives until it returns. */
typedef bool (*assay_take_member)(void *user, const struct assay_member *m);

/* Opens a release all the way down and hands out every member, without judging anything. */
enum assay_status assay_members(struct assay *a, const char *path, assay_take_member take, void *user);

/* One row of a lock file: which version of which package it pins. */
struct assay_locked {
	const char *ecosystem; /* "npm", "pypi", "cargo", "gem", "go", "maven" */
	const char *name, *version; /* foreign, escaped */
	const char *integrity; /* foreign, escaped; "" = none */
	const char *source;    /* foreign, escaped; "" = the registry */
	uint32_t line;         /* 1-based; 0 = not known */
};

/*
 * The rows of a lock file (npm, yarn, pnpm, requirements, Pipfile, poetry, uv, pdm, Cargo, Gemfile,
 * go.sum, gradle), told by content, in the order of the file; read in a confined child. *ret_rows is
 * one allocation for free(), strings included. ASSAY_USAGE: no such file; ASSAY_DAMAGED, ASSAY_LIMIT:
 * not all of it could be read; otherwise as assay_diff().
 */
enum assay_status assay_lock_rows(struct assay *a, const char *path, struct assay_locked **ret_rows,
	size_t *ret_n);

/* One sentence about the last call that failed, "" if none. Valid until the next call. */
const char *assay_error(const struct assay *a);
void assay_stats(const struct assay *a, struct assay_stats *ret);

/* Lives as long as the result. */
const struct document *assay_result_document(const struct assay_result *r);

/* "clean", "unknown", "review" or "tampered"; static. */
const char *assay_verdict_name(const struct document *d);
/* The same as a number: 0, 1, 2, 3. */
int assay_verdict_rank(const struct document *d);
double assay_probability(const struct document *d);
/*
 * The document as JSON (schema assay.diff.v1 or assay.inspect.v1) or as text for a screen,
 * terminated by a NUL that *ret_bytes (may be NULL) does not count. For free(); NULL when out of
 * memory. `flags` of the JSON: ASSAY_ONE_LINE; of the text: ASSAY_COLOUR.
 */
enum { ASSAY_ONE_LINE = 1 << 0, ASSAY_COLOUR = 1 << 1 };
char *assay_json(const struct document *d, unsigned flags, size_t *ret_bytes);
char *assay_text(const struct document *d, unsigned flags, size_t *ret_bytes);

#ifdef __cplusplus
}
#endif
#endif
