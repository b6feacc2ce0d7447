/*
 * What is looked for. An indicator is a typed value with the stage of the funnel that seeing it
 * proves. Values are compared as what they are, not as text: a host or a name below it, a path after
 * decoding, digits of a digest in any case.
 */
#ifndef ASSAY_SCAN_INDICATOR_H
#define ASSAY_SCAN_INDICATOR_H

#include "logs/log.h"
#include "scan/stage.h"

enum indicator_kind {
	INDICATOR_SHA256,
	INDICATOR_SHA1,
	INDICATOR_MD5,
	INDICATOR_PATH,
	INDICATOR_FILE_NAME,
	INDICATOR_HOST,
	INDICATOR_IP,
	INDICATOR_URL,
	INDICATOR_REGISTRY_KEY,
	INDICATOR_SERVICE,
	INDICATOR_PACKAGE, /* "NAME VERSION" of installed software */
	INDICATOR_KIND_N
};

struct indicator {
	enum indicator_kind kind;
	struct str id;      /* unique; "" in a list gets the number of its line */
	struct str value;
	enum stage stage;
	struct str release; /* "" = none in particular */
	uint64_t size_bytes; /* of the file that it names; 0 = not known */
};

struct indicators {
	struct indicator *all;
	size_t n, room;
};

const char *indicator_kind_name(enum indicator_kind k);
bool indicator_kind_named(struct str name, enum indicator_kind *ret);

/*
 * Checks a value and adds it. False with *ret_why (static) for one that could never be seen or would
 * be seen everywhere: digits that are no digest, an empty path, a host without a letter.
 */
bool indicators_add(struct indicators *set, struct arena *a, const struct indicator *i,
	const char **ret_why);

/*
 * A list, one a line: KIND TAB VALUE [TAB STAGE [TAB RELEASE [TAB SIZE]]], '#' for comments; or
 * values alone, whose kind is guessed (digests, URLs, addresses, host names, paths). Or CSV with a
 * heading that names kind and value, and stage and release where it likes. Or a JSON document with a member "indicators" (assay.case.v1). False with the line and the reason.
 */
bool indicators_read(struct indicators *set, struct arena *a, struct str text, unsigned *ret_line,
	const char **ret_why);

/* The stage that is stated by a kind where the list says none. */
enum stage indicator_stage(enum indicator_kind k);

#endif
