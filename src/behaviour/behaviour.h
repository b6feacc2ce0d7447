/*
 * The third stage: queries over facts become findings. A finding names a behaviour, where it stands,
 * when it runs and why it is unusual here, with its weight. Nothing here looks at text: the readers
 * have done that. behaviour.c holds the queries, context.c what they need to know about the release.
 */
#ifndef ASSAY_BEHAVIOUR_BEHAVIOUR_H
#define ASSAY_BEHAVIOUR_BEHAVIOUR_H

#include "behaviour/table.h"
#include "compare/compare.h"

enum finding_strength {
	FINDING_NOTE,       /* said, not counted */
	FINDING_SUPPORTING, /* counts beside a carrying finding of the same place */
	FINDING_CARRYING,   /* evidence by itself */
};

struct finding {
	const struct finding_kind *kind;
	struct str behaviour; /* what a rule of the user calls it; "": what its kind says */
	enum finding_strength strength;
	double weight; /* natural log-odds, >= 0 */
	struct member *member;   /* NULL: the release itself */
	const struct unit *unit; /* may be NULL */
	const struct fact *fact; /* the row it rests on; may be NULL */
	struct str subject;      /* host, command, file: foreign, one line */
	struct str runs;         /* when, "" = unknown */
	struct str why;          /* our words only */
	struct str *decoded;     /* foreign */
	size_t n_decoded;
	struct str *flow; /* foreign */
	size_t n_flow;
	struct str evidence; /* foreign */
	struct str before;   /* foreign: what stood there in OLD, "" = nothing or not known */
};

struct release_name {
	struct str name, version, kind;
};

enum version_step { STEP_UNKNOWN, STEP_SAME, STEP_PATCH, STEP_MINOR, STEP_MAJOR, STEP_DOWN };

struct behaviours {
	struct finding *items;
	size_t n, room;
	struct release_name old, new_;
	enum version_step step;
	bool first; /* judged as a first release: no OLD, or OLD is another product */
	/* New dependencies and what is known of them. */
	struct dependency {
		struct str name, spec, state;
	} *dependencies;
	size_t n_dependencies, room_dependencies;
	struct finding *old_suspect; /* what OLD did and NEW does no more */
	size_t n_old_suspect, room_old_suspect;
};

enum status behaviour_find(struct analysis *a, struct delta *d, struct behaviours **ret);

const struct finding_kind *finding_kind(unsigned number); /* NULL when there is none */

/* ---- context.c ---- */

/* Name and version out of a file's own name: "axios-1.14.0.tgz", "openssl_3.0.15-1_amd64.deb". */
struct release_name name_from_file(struct arena *a, struct str file);
enum version_step version_step(struct str old, struct str new_);

/* ---- when.c ---- */

/* When does a member at this path run by itself? "" = only when something calls it. Reads the table
 * of docs/when-it-runs.md. */
struct str when_it_runs(struct str path);
/* True if content in this place starts by itself or is trusted by the system. */
bool place_runs_itself(struct str path);

/* ---- lookalike.c ---- */

enum likeness {
	LIKENESS_NONE,
	LIKENESS_ENDING, /* a known name under another ending: often the same vendor's */
	LIKENESS_PRODUCT,
	LIKENESS_HOST,
	LIKENESS_BRAND,
};

/* The part of a host that somebody registers: "cdn.a.example.co.uk" -> "example.co.uk" (with a short
 * list of two-part suffixes). The host itself when it has no dot or is an address. */
struct str host_registered(struct str host);
bool host_is_address(struct str host);
/* Loopback, private, link-local and documentation-only names of the machine itself. */
bool host_is_local(struct str host);
/* One from which everybody's package client gets packages and programs, unless told otherwise. */
bool host_serves_packages(struct str host);
/* What hosts are held against: the hosts of a product, one for each registered name, in the order in which they
 * came. Many hosts are asked about, so what is the same for all of them is made once. */
struct known_host {
	struct str host, registered, label, skeleton;
};
/* Owned by the arena, as are its texts but for the hosts' own. */
struct known_host *hosts_known(struct arena *a, const struct str *hosts, size_t n, size_t *ret_n);
/*
 * Does the host resemble a known one without being below it? product: its name. *ret_of says what it resembles.
 */
enum likeness host_likeness(struct arena *a, struct str host, struct str product,
	const struct known_host *known, size_t n_known, struct str *ret_of);

/* The well-known package name that this one resembles without being it; empty if none. */
struct str package_resembles(struct str name);
/* One that others imitate. */
bool package_is_popular(struct str name);
/* Everybody's packages have it (established.txt): taking it brings no stranger's code. */
bool package_is_established(struct str name);

#endif
