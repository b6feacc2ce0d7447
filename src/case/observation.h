/*
 * What a source says about somebody: the lines of one file of a source that name the same indicator
 * at the same stage for the same keys, as one row: the first of them with its place, the last, and
 * how many. So a case grows with those who were reached, not with their logs.
 */
#ifndef ASSAY_CASE_OBSERVATION_H
#define ASSAY_CASE_OBSERVATION_H

#include "util/utc.h"

/* What a line says about who it was. */
enum observation_key {
	OBSERVATION_IP,
	OBSERVATION_USER,
	OBSERVATION_HOST,
	OBSERVATION_AGENT_ID,
	OBSERVATION_ACCOUNT,
	OBSERVATION_LICENCE,
	OBSERVATION_USER_AGENT,
	OBSERVATION_DOMAIN,
	OBSERVATION_KEYS
};

/*
 * One source, file, indicator, stage and set of keys have one row: seeing the same file again
 * changes nothing. All text may come from a log and is foreign.
 */
struct observation {
	struct str source;    /* its id in the case */
	struct str file;      /* SHA-256 of the file as it lay there; see case_source.files */
	struct str indicator; /* its id in the case */
	struct str stage;     /* delivered, installed, executed, beaconed, second_stage */
	struct str keys[OBSERVATION_KEYS]; /* empty: the line does not say */
	struct str release;   /* its id in the case; empty: not known */
	uint64_t line, offset; /* of the first line: 1-based; bytes into the file once unpacked */
	struct str time_text; /* of the first line, as it stands there */
	struct utc_span first, last; /* when the first and the last of the lines were */
	int64_t bytes;        /* sent, largest; -1: not known */
	int64_t status;       /* of HTTP or alike; -1: not known */
	struct str complete;  /* yes, partial, unknown */
	struct str mode;      /* push, pull, mirror, cache, unknown */
	uint64_t count;       /* lines, at least 1 */
};

#endif
