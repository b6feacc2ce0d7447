/*
 * Who did it, and how sure can one be? Evidence of a case is held against what is known of groups, by
 * families of features. A family's likelihood ratio is capped by how easily it is forged; families that
 * one author can stage together count half; "none of the known" is always a hypothesis. What comes out
 * is a likeness, at most a name under strict rules, never a country, a government or a person.
 *
 * The caps are starting values and not calibrated on labelled cases; every document says so.
 */
#ifndef ASSAY_ATTRIBUTE_ATTRIBUTE_H
#define ASSAY_ATTRIBUTE_ATTRIBUTE_H

#include <stdbool.h>

#include "util/arena.h"
#include "util/status.h"

enum family {
	FAMILY_LANGUAGE,       /* scripts of human text in code, comments, logs */
	FAMILY_BUILD,          /* traces of tools and machines */
	FAMILY_HOURS,          /* when somebody worked */
	FAMILY_CODE,           /* units of code seen before */
	FAMILY_INFRASTRUCTURE, /* hosts, addresses, certificates */
	FAMILY_VICTIMS,        /* sectors and places */
	FAMILY_BEHAVIOUR,      /* ATT&CK techniques, channels of delivery */
	FAMILY_N
};

enum forgeable { FORGEABLE_EASY, FORGEABLE_MODERATE, FORGEABLE_HARD };

struct family_row {
	const char *name;      /* "human_language" */
	enum forgeable forgeable;
	double cap;            /* on |log10 LR| */
	double weight;         /* of the family in the sum */
	bool staged;           /* language, build, hours: one author can stage all three */
};

const struct family_row *family_row(enum family f);
bool family_from_name(struct str name, enum family *ret);
const char *forgeable_name(enum forgeable f);

/* One thing seen. Equal family and value mean the same thing, in a case and in a profile. */
struct trait {
	enum family family;
	struct str value;   /* "T1105", "cdn.x.example", "script:han-simplified", a digest ... */
	bool third_party;   /* observed by others, so not the author's to forge: hours */
};

struct traits {
	struct trait *items;
	size_t n, room;
};

void traits_add(struct arena *a, struct traits *t, enum family f, struct str value, bool third_party);

struct profile { /* a group, or an earlier case */
	struct str id, name;
	struct traits traits;
};

struct profiles {
	struct profile *items;
	size_t n, room;
};

struct staging {
	struct str what, why;
};

struct stagings {
	struct staging *items;
	size_t n, room;
};

/* ---- the answer ------------------------------------------------------------------------------ */

struct likeness { /* of one family to one hypothesis */
	double log10_lr; /* after the cap */
	bool capped;
	const struct trait *strongest, *next; /* NULL: none speaks for it */
};

struct hypothesis {
	struct str id, name;
	bool is_none;
	struct likeness by[FAMILY_N];
	double log10_odds; /* prior and all families */
	double posterior;  /* share among all hypotheses */
	unsigned inconsistent; /* traits of the case that its profile does not have */
};

struct left_out { /* without the strongest trait of the winner */
	struct str without;
	struct str winner;
	bool changed;
};

struct reason {
	struct str what, why;
};

struct attribution {
	struct hypothesis *rows; /* most likely first */
	size_t n;
	struct left_out left_out;
	const char *strength;    /* "none", "weak", "weak to moderate", "moderate" ... */
	struct str named;        /* id; "" = refused */
	struct str sentence;
	struct reason *refusals;
	size_t n_refusals, room_refusals;
};

/*
 * Holds the evidence against the profiles. Stagings: every family that is easily forged then counts
 * nothing. Deterministic; everything is in the arena.
 */
void attribute_run(struct arena *a, const struct traits *evidence, const struct profiles *known,
	const struct stagings *stagings, struct attribution *ret);

/* ---- where evidence comes from --------------------------------------------------------------- */

/* "script:cyrillic" and the like for each script that makes out a share of the letters. */
void traits_of_text(struct arena *a, struct traits *t, struct str text);
/*
 * The head of a PE file up to its PE header. True with *ret_good when it has a Rich header: is its
 * checksum what it must be?
 */
bool rich_header_check(struct str head, bool *ret_good);

struct stated_time {
	int64_t at;          /* microseconds, UTC */
	int offset_minutes;  /* of the zone that its author states */
};

/* Zones that change faster than anybody travels. times are sorted here. */
void stagings_of_times(struct arena *a, struct stagings *s, struct stated_time *times, size_t n);

#endif
