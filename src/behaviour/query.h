/*
 * What the queries share: the facts they ask, the findings they add, and whom they ask about hosts and
 * hooks. Weights start from the table (findings.h) and follow four rules:
 *
 *	- how well a flow was followed: 3 whole, 2 joined, 1 only in one unit
 *	- one end that stood in the release before lowers it
 *	- on a first release nothing is "new": what speaks through novelty alone is a note
 *	- nothing innocent that is added lowers anything (all weights are >= 0)
 */
#ifndef ASSAY_BEHAVIOUR_QUERY_H
#define ASSAY_BEHAVIOUR_QUERY_H

#include "behaviour/behaviour.h"

struct host_info {
	struct str host, registered;
	bool novel;       /* OLD names neither it nor anything else below its registered name */
	bool novel_exact; /* OLD does not name it */
	enum likeness likeness;
	struct str resembles;
};

struct hook {
	struct member *member; /* the manifest */
	const struct fact *fact;
	struct node *target; /* the member it runs, if one is named and found */
	bool fresh;
};

struct query {
	struct analysis *a;
	struct delta *d;
	struct behaviours *b;
	struct host_info *hosts;
	size_t n_hosts, room_hosts;
	struct dependency_asked *asked; /* dependencies.c: made when the first new one is met */
	uint32_t *by_host; /* slots: a host's number and one more, 0 for none */
	struct hook *hooks;
	size_t n_hooks, room_hooks;
	size_t n_guards_asked; /* lost checks that were looked for in other files */
};

/* ---- behaviour.c ---- */

/* One more finding about the member (may be NULL), with the fact's place, subject and excerpt; owned by the
 * behaviours. A note weighs nothing. */
struct finding *query_add(struct query *q, unsigned number, enum finding_strength strength, double weight,
	struct member *m, const struct fact *f);
double finding_weight(unsigned number); /* of the table */

/* ---- hosts.c ---- */

/* The host in a URL, a "host:port" or a bare host; empty if there is none. */
struct str host_in(struct str s);
struct host_info *host_info_of(struct query *q, struct str host); /* NULL: no code of NEW names it */
/* Text for people, and source maps, which say again what the code beside them says. */
bool member_is_prose(const struct member *m);
bool host_in_code(const struct member *m, const struct fact *f);
/* found[i]: in OLD or in any earlier release that the user gave. */
enum status old_mentions(struct query *q, const struct str *needles, size_t n, bool *found);
/* Does the fact's value name a host that the release before named as well? */
bool names_known_host(struct query *q, const struct fact *f);
enum status hosts_look(struct query *q); /* once, before anything below asks */
void host_findings(struct query *q, struct member *m, const struct fact *f, struct str host);

/* ---- hooks.c ---- */

void hooks_collect(struct query *q);
/* A new hook that runs a member which did not change: it is judged with the hook, as if new. */
enum status hooks_read_old_targets(struct query *q);
const struct hook *hook_of(const struct query *q, const struct node *n); /* that runs it, or NULL */
bool has_new_hook(const struct query *q);
void hook_findings(struct query *q);
/* When the code of this fact (NULL: the member) runs, in words. */
struct str query_runs_when(struct query *q, struct member *m, const struct fact *f);

/* ---- flows.c ---- */

void flow_findings(struct query *q, struct member *m, const struct fact *f);
/* Adds the texts that were decoded in this unit. */
void finding_decoded(struct query *q, struct finding *x, const struct member *m, uint32_t unit);
bool path_is_program(struct str path);
bool member_is_c(const struct member *m);

/* ---- code.c, trust.c, programs.c, dependencies.c, shape.c, first_way.c ---- */

/* The same unit, or one that holds the other. */
bool units_touch(const struct member *m, uint32_t a, uint32_t b);

enum status code_fact_findings(struct query *q, struct member *m, const struct fact *f);
enum status trust_findings(struct query *q, struct member *m, const struct fact *f);
void executable_findings(struct query *q, struct member *m, const struct fact *f);
enum status dependency_findings(struct query *q, struct member *m, const struct fact *f);
enum status shape_findings(struct query *q);
enum status first_way_finding(struct query *q); /* at most one, about the whole release */

#endif
