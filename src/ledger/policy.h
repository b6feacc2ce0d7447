/*
 * Policies (C2SP tlog-policy): which logs, which witnesses, and which of them are enough.
 *
 *     log VKEY [URL]
 *     witness NAME VKEY [URL]
 *     group NAME all|any|K MEMBER...
 *     quorum NAME|none
 *
 * Two lines with the same public key, whatever they call it, are an error, and so is a key that is
 * both a log's and a witness's. Nothing here allocates; names and addresses are views.
 */
#ifndef ASSAY_LEDGER_POLICY_H
#define ASSAY_LEDGER_POLICY_H

#include "ledger/checkpoint.h"
#include "ledger/note.h"

enum { POLICY_LOGS_MAX = 32, POLICY_WITNESSES_MAX = 64, POLICY_GROUPS_MAX = 64 };

struct policy_log {
	struct vkey key;
	struct str url; /* empty: none */
};

/* A witness, or a group of witnesses and groups named before it. */
struct policy_party {
	struct str name, url;
	int witness; /* index into keys; -1: a group */
	int parent;  /* the group that it counts for; -1: none */
	unsigned need, members;
};

struct policy {
	struct policy_log logs[POLICY_LOGS_MAX];
	size_t n_logs;
	struct vkey keys[POLICY_WITNESSES_MAX];
	size_t n_keys;
	struct policy_party parties[POLICY_WITNESSES_MAX + POLICY_GROUPS_MAX];
	size_t n_parties, n_groups;
	int quorum; /* index into parties; -1: none is wanted */
	unsigned line; /* where parsing stopped, 1-based */
	const char *wrong;
};

/* On failure `wrong` says why and `line` where. */
bool policy_parse(struct str text, struct policy *ret);

struct policy_answer {
	bool log_known, log_good;   /* a listed log of this origin; its signature */
	bool forged;                /* a line of a listed key is bad */
	bool quorum;
	unsigned cosigned;          /* witnesses, each counted once */
	uint64_t seen[POLICY_WITNESSES_MAX]; /* time of witness i's cosignature; 0: none */
	uint64_t newest;            /* of those */
};

/* Judges a checkpoint's note. Cosignatures from later than `latest` (seconds since 1970) do not
 * count. */
void policy_judge(const struct policy *p, const struct note *n, const struct checkpoint *c,
	uint64_t latest, struct policy_answer *ret);
/* Would these witnesses be enough? seen[i] != 0: witness i has cosigned. */
bool policy_quorum(const struct policy *p, const uint64_t seen[POLICY_WITNESSES_MAX]);

#endif
