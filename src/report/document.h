/*
 * One analysis as plain values: everything that any report says, and nothing else. judge/ and lib/
 * fill it, report/ prints it. All memory belongs to the arena of the analysis; strings are views
 * that live as long. Text that comes from a sample is marked "foreign" here: printers escape all
 * text anyway, so a field that is wrongly unmarked does no harm.
 *
 * Zero is a meaningful value everywhere: no text, no rows.
 */
#ifndef ASSAY_REPORT_DOCUMENT_H
#define ASSAY_REPORT_DOCUMENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "judge/verdict.h"
#include "util/str.h"

struct doc_strings {
	const struct str *items;
	size_t n;
};

struct doc_release {
	struct str path;   /* as the user gave it: a path or a reference */
	struct str sha256; /* 64 hexadecimal digits */
	uint64_t size_bytes;
	struct str name, version, kind; /* foreign; kind: "npm", "deb", "nsis", "zip", "directory" ... */
	/* How member names call the release itself, when that is not the last step of path. Text report
	 * only, which leaves it out. */
	struct str label;
};

struct doc_where {
	struct str member; /* foreign: the chain of containers; "" = the release itself */
	struct str unit;   /* foreign: "function at 1843:17" */
	uint32_t line;     /* 1-based, 0 = none */
	uint64_t offset, length; /* into the member */
	struct str shape;  /* of the unit: read/shape.h; "" = none */
};

struct doc_finding {
	struct str id, fingerprint, behaviour, title;
	struct doc_strings attack;
	struct doc_where where;
	struct str runs;            /* "at program start" */
	struct doc_strings flow;    /* foreign: one step each, "→ vm.runInThisContext" */
	struct str evidence;        /* foreign: an excerpt, raw or escaped */
	struct str before;          /* foreign: what stood there in OLD, "" = nothing or not known */
	struct doc_strings decoded; /* foreign: one layer each, outermost first */
	struct str why;
	double weight;
	bool strong; /* carries the verdict; false = supporting */
	/* Text report only. place: about the whole spot, "new statement, 1.9 kB, not in 10.0.8".
	 * subject: the one thing that matters here, a host, a path, a command (foreign). */
	struct str place, subject;
};

struct doc_findings {
	const struct doc_finding *items; /* strongest first */
	size_t n;
};

struct doc_rename {
	struct str from, to; /* foreign */
};

struct doc_attribute {
	struct str member; /* foreign */
	struct str what;   /* "mode 0644 -> 4755" */
};

struct doc_digest { /* what stands in NEW, so that it can be looked for */
	struct str member; /* foreign */
	struct str sha256;
	uint64_t size_bytes;
};

struct doc_delta {
	uint64_t identical;
	struct doc_strings added, removed, changed; /* foreign member names, sorted */
	const struct doc_rename *renamed;
	size_t n_renamed;
	const struct doc_attribute *attributes;
	size_t n_attributes;
	const struct doc_digest *digests; /* of added and changed members whose bytes all came */
	size_t n_digests;
};

/* A signature as the file states it; `verified` only if it was checked. */
struct doc_signer {
	bool is_signed;
	struct str kind;    /* "authenticode", ... */
	struct str subject, issuer, serial; /* foreign */
	struct str certificate_sha256, key_sha256; /* hexadecimal or "" */
	struct str stated_time; /* foreign */
	bool verified;
};

/* What the publisher's ledger says, asked with --trust. */
struct doc_approval {
	bool asked;
	int status;      /* of assay_verify(): 0 approved, 10 and up refused */
	unsigned approvers, approvers_need, builders;
	bool rebuilt;
	struct str why;  /* of a refusal; foreign */
};

struct doc_break {
	struct str what;   /* "signer-changed", "signature-lost" ... */
	struct str member; /* foreign, "" = the release itself */
	struct str old_value, new_value; /* foreign */
};

struct doc_trace {
	struct str member, kind, value; /* foreign but for the kind: "rich", "pdb", "mvid" ... */
};

struct doc_blind {
	struct str member; /* foreign */
	struct str reason;
	uint64_t size_bytes;
};

struct doc_dependency {
	struct str name, spec; /* foreign */
	struct str state;      /* "new, not fetched" */
};

struct document {
	bool is_inspect; /* no OLD was given: no `old`, no `delta` */
	struct str assay_version; /* "0.1.0" */
	struct str rules;         /* "sha256:..." over everything that can change a verdict */
	struct doc_release old, new;
	enum verdict verdict;
	double probability;   /* 0..1, for the base rate asked for */
	double evidence;      /* nats: sum of what the findings count, thresholds are on it */
	double base_log_odds; /* ln(p / (1 - p)) of the base rate */
	struct str summary;   /* one sentence a manager can read */
	struct doc_findings findings;
	struct doc_delta delta;
	uint64_t n_members; /* leaves of NEW; the text report's "of 2,345 files" */
	struct {
		struct doc_signer old, new;
		struct doc_approval old_approval, new_approval;
		const struct doc_break *breaks;
		size_t n_breaks;
		const struct doc_trace *traces; /* of who built what is new in NEW */
		size_t n_traces;
	} provenance;
	struct {
		uint64_t parsed_bytes, shallow_bytes, blind_bytes;
		const struct doc_blind *blind;
		size_t n_blind;
		const struct doc_dependency *dependencies;
		size_t n_dependencies;
	} coverage;
	struct doc_findings old_suspect; /* what OLD did and NEW does no more */
	uint64_t accepted;      /* findings that --accept took out of the count */
	struct str confinement; /* "landlock 7 + seccomp", "none (--unconfined)" */
	bool repeatable;
	struct {
		uint64_t bytes_read, bytes_analysed, members_parsed, steps;
	} cost;
	/* Whole sentences without the full stop: "Same bytes as OLD, which was not judged",
	 * "Repacked only: ...", "NEW has the lower version: judged as asked". The text report prints
	 * them; in JSON they follow the summary. */
	struct doc_strings notes;
	/* What to do, "block sha256:9c1f..."; when empty the text report says the usual for the
	 * verdict. */
	struct doc_strings next;
};

#endif
