/*
 * What a case is made of, as tables: one row a field. Loading, saving, checking, the document and the
 * reader of documents all go by them, so a field is added here, in case.h and by a migration.
 */
#ifndef ASSAY_CASE_NOUNS_H
#define ASSAY_CASE_NOUNS_H

#include "case/case.h"

enum case_kind {
	CASE_TEXT,    /* struct str; empty: null */
	CASE_COUNT,   /* int64_t >= 0; -1: null */
	CASE_REAL,    /* double; NaN: null */
	CASE_BOOL,    /* bool */
	CASE_TIME,    /* int64_t */
	CASE_SPAN,    /* struct utc_span; two columns, NAME_lo and NAME_hi */
	CASE_JSON,    /* struct str: one line of JSON; stands in the document as it is */
	CASE_ROWS,    /* CASE_LIST of the noun `of` */
	CASE_WORDS,   /* the same, each one shown as its one text; none: "all" */
	CASE_GROUPS,  /* the same, shown as {kind: [value, ...]} */
	CASE_ONE,     /* a struct of the noun `of` */
};

struct case_noun;

struct case_field {
	const char *name; /* key in documents; "clock.pairs" stands in an object "clock" */
	enum case_kind kind;
	size_t offset;
	const char *choices;  /* of text: one of these words */
	bool required;        /* may not be empty */
	size_t max_bytes;     /* of text; 0 = 1000 */
	const struct case_noun *of;
	const struct case_noun *refers; /* of text: the id of one of these, in the same case */
	bool hidden;          /* not in documents */
	const char *column;   /* of the table; NULL: the name with '_' for '.' */
};

struct case_noun {
	const char *name;   /* the table is assay_NAME, dots of columns are '_' */
	size_t bytes;       /* of its struct */
	const struct case_field *fields;
	size_t n_fields;
	size_t n_key;       /* the first so many fields tell one from another below one parent */
};

enum { CASE_FIELD_BYTES = 1000 };

/* The parts of a case in the order of the document: fields of kind CASE_ROWS or CASE_ONE. */
extern const struct case_noun case_noun_file;
extern const struct case_noun case_noun_release, case_noun_artifact, case_noun_finding, case_noun_trace,
	case_noun_channel, case_noun_window, case_noun_indicator, case_noun_source, case_noun_gap,
	case_noun_source_file, case_noun_source_customer, case_noun_population, case_noun_customer,
	case_noun_customer_key, case_noun_report, case_noun_hypothesis, case_noun_about,
	case_noun_observation;

/* Adds a row, all of it unknown, to a list of this noun. */
void *case_add(struct arena *a, const struct case_noun *noun, void *list);

struct case_rows {
	char *items;
	size_t n;
};

static inline struct case_rows *case_rows_at(const void *row, const struct case_field *f)
{
	return (struct case_rows *)(void *)((char *)(uintptr_t)row + f->offset);
}

static inline void *case_at(const void *row, const struct case_field *f)
{
	return (char *)(uintptr_t)row + f->offset;
}

static inline bool case_is_list(enum case_kind k)
{
	return k == CASE_ROWS || k == CASE_WORDS || k == CASE_GROUPS;
}

#endif
