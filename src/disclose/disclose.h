/*
 * What customers and the public are told about a case: one file a format, all from the same values.
 * Facts, inferences and what is not known stand apart; every number carries its method; a correction
 * is a new revision of the same document.
 *
 * No customer is named unless `name_victims` says so; formats that are lists of customers are marked
 * `internal`. What may be blocked is decided in one place, blocklist.c. The same case, revision and
 * options give the same bytes: times in a document are those of the case.
 */
#ifndef ASSAY_DISCLOSE_DISCLOSE_H
#define ASSAY_DISCLOSE_DISCLOSE_H

#include "case/case.h"
#include "disclose/attribution_doc.h"
#include "disclose/scope_doc.h"
#include "report/report.h"

/* A value that also stands in a release which was accepted; `where` names it. */
struct accepted_value {
	struct str value, where;
};

struct disclosure {
	const struct case_file *c;
	const struct scope_doc *scope;             /* NULL: not scoped */
	const struct attribution_doc *attribution; /* NULL: not asked */
	bool name_victims;
	struct str tlp;        /* clear, green, amber, red */
	struct str publisher;  /* who says this; empty: the vendor of the case */
	struct str address;    /* URL under which it is published; empty: not known */
	/* What `--accepted` releases hold of our indicators and rules. */
	const struct accepted_value *accepted;
	size_t n_accepted;
	bool accepted_seen;    /* the bytes of every accepted release were looked at */
	struct arena *arena;   /* for what printers make up */
};

struct disclose_format {
	const char *name;
	const char *what;   /* one line */
	bool internal;      /* names customers: not for the public */
	/* False with a reason when there is nothing true to write. */
	bool (*print)(const struct disclosure *d, struct report_out *out, struct str *ret_why);
};

const struct disclose_format *disclose_formats(size_t *ret_n);
const struct disclose_format *disclose_format(const char *name); /* NULL if there is none */

/* ---- what printers share (incident.c) -------------------------------------------------------- */

struct str incident_title(const struct disclosure *d);
struct str incident_publisher(const struct disclosure *d);
/* Of the first and of the newest revision; empty when the case has none. */
struct str incident_first_time(const struct disclosure *d);
struct str incident_last_time(const struct disclosure *d);
/* "agent 10.0.9" */
struct str incident_release_name(const struct disclosure *d, const struct case_release *r);
/* pkg:npm/name@version where there is such a name, else "". */
struct str incident_purl(const struct disclosure *d, const struct case_release *r);
const struct case_release *incident_release(const struct disclosure *d, struct str id);
/* NULL if the case has none of that id. *near (starts at 0): where to look first, as lists go in order. */
const struct case_customer *incident_customer(const struct disclosure *d, struct str id, size_t *near);
/* cdn[.]x[.]example, hxxps://...: for people, so that nothing is opened by accident. */
struct str incident_defanged(const struct disclosure *d, const struct case_indicator *i);
/* "second stage" */
struct str incident_stage(const struct disclosure *d, struct str stage);
/* What a reader who reads one sentence must know. */
struct str incident_lead(const struct disclosure *d);
/* Sentences, in our words. Facts are seen, inferences estimated; unknowns say what nobody can tell. */
struct incident_lines {
	struct str *items;
	size_t n, room;
};
void incident_facts(const struct disclosure *d, struct incident_lines *ret);
void incident_inferences(const struct disclosure *d, struct incident_lines *ret);
void incident_unknowns(const struct disclosure *d, struct incident_lines *ret);
/* ATT&CK techniques of the findings of bad releases, each once, sorted. */
void incident_techniques(const struct disclosure *d, struct incident_lines *ret);

/* For documents that name no customer: sources that see only some customers' machines are counted, not
 * named, in the list of coverage and in the sentences (private.c). */
void scope_hide_customers(struct arena *a, const struct case_file *c, struct scope_doc *s);

/* ---- what may be blocked (blocklist.c) ------------------------------------------------------- */

struct blocked {
	const struct case_indicator *indicator;
};

struct not_blocked {
	const struct case_indicator *indicator;
	struct str why;
};

struct blocklist {
	struct blocked *items;
	size_t n, room;
	struct not_blocked *dropped;
	size_t n_dropped, room_dropped;
};

/* Never anything that an accepted release holds, nor a place the vendor itself serves from. */
void blocklist_make(const struct disclosure *d, struct blocklist *ret);

/* ---- YARA rules, before they are written (yara.c) -------------------------------------------- */

struct yara_rule {
	struct str name, source;
	struct str value; /* of the indicator it stands for; "" = made from a finding's text */
};

struct yara_rules {
	struct yara_rule *items;
	size_t n, room;
};

void yara_rules_make(const struct disclosure *d, struct yara_rules *ret);

/* ---- the formats ----------------------------------------------------------------------------- */

#define DISCLOSE(name) \
	bool disclose_##name(const struct disclosure *d, struct report_out *out, struct str *ret_why);
DISCLOSE(html)
DISCLOSE(markdown)
DISCLOSE(csaf)
DISCLOSE(csaf_advisory)
DISCLOSE(stix)
DISCLOSE(osv)
DISCLOSE(vex)
DISCLOSE(sigma)
DISCLOSE(yara)
DISCLOSE(osquery)
DISCLOSE(defender)
DISCLOSE(timesketch)
DISCLOSE(notify)
#undef DISCLOSE

#endif
