/*
 * What is known: groups from STIX 2.1 bundles, earlier cases, and what people add to a case. Documents may
 * come from anybody; counts are bounded and text is made safe.
 */
#ifndef ASSAY_ATTRIBUTE_KNOWLEDGE_H
#define ASSAY_ATTRIBUTE_KNOWLEDGE_H

#include <jansson.h>

#include "attribute/attribute.h"
#include "case/case.h"

enum { KNOWLEDGE_PROFILES = 5000, KNOWLEDGE_TRAITS = 5000 };

/*
 * Every intrusion-set of a bundle with what its relationships say: techniques, indicators, malware,
 * sectors. Traits that STIX has no place for stand in its property x_assay_traits: [{"family", "value"}].
 * A name that says a country, a government or an army is left out; its id stands instead.
 */
enum status knowledge_stix(struct arena *a, const json_t *bundle, struct profiles *ret, struct str *ret_why)
	MUST_CHECK;

/* What a case itself shows: techniques, hosts, code, scripts, who built its programs, victims; and what of it
 * was staged (NULL: nobody asks). */
void knowledge_case(struct arena *a, const struct case_file *c, struct traits *ret, struct stagings *ret_stagings);

/*
 * What people have found besides: {"traits": [{"family", "value", "third_party"}], "texts": ["..."],
 * "times": [{"at": RFC 3339 with its zone}], "pe_heads": ["hexadecimal"]}.
 */
enum status knowledge_traits(struct arena *a, const json_t *document, struct traits *ret,
	struct stagings *ret_stagings, struct str *ret_why) MUST_CHECK;

#endif
