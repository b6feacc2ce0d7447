#include "case/nouns.h"

#include <stddef.h>

#define N(a) (sizeof(a) / sizeof((a)[0]))
#define NOUN(id, type, list, keys)                                                                 \
	const struct case_noun case_noun_##id = {#id, sizeof(struct type), list, N(list), keys}

#define STAGES "delivered installed executed beaconed second_stage"

#define AT(f) offsetof(struct case_artifact, f)
static const struct case_field artifact_fields[] = {
	{"sha256", CASE_TEXT, AT(sha256), .max_bytes = 64},
	{"path", CASE_TEXT, AT(path), .max_bytes = 4200},
	{"size_bytes", CASE_COUNT, AT(size_bytes)},
};
#undef AT
NOUN(artifact, case_artifact, artifact_fields, 2);

#define AT(f) offsetof(struct case_finding, f)
static const struct case_field finding_fields[] = {
	{"json", CASE_JSON, AT(json), .required = true, .max_bytes = 1 << 20},
	{"id", CASE_TEXT, AT(id), .hidden = true, .column = "finding"},
	{"behaviour", CASE_TEXT, AT(behaviour), .hidden = true},
	{"title", CASE_TEXT, AT(title), .hidden = true},
	{"member", CASE_TEXT, AT(member), .max_bytes = 4200, .hidden = true},
	{"weight", CASE_REAL, AT(weight), .hidden = true},
};
#undef AT
NOUN(finding, case_finding, finding_fields, 1);

#define AT(f) offsetof(struct case_trace, f)
static const struct case_field trace_fields[] = {
	{"kind", CASE_TEXT, AT(kind), .required = true, .max_bytes = 64},
	{"value", CASE_TEXT, AT(value), .required = true, .max_bytes = 4200},
	{"member", CASE_TEXT, AT(member), .max_bytes = 4200},
};
#undef AT
NOUN(trace, case_trace, trace_fields, 3);

#define AT(f) offsetof(struct case_release, f)
static const struct case_field release_fields[] = {
	{"id", CASE_TEXT, AT(id), .required = true, .max_bytes = 64},
	{"status", CASE_TEXT, AT(status), "bad good suspect", .required = true},
	{"name", CASE_TEXT, AT(name)},
	{"version", CASE_TEXT, AT(version)},
	{"kind", CASE_TEXT, AT(kind)},
	{"sha256", CASE_TEXT, AT(sha256), .max_bytes = 64},
	{"size_bytes", CASE_COUNT, AT(size_bytes)},
	{"verdict", CASE_TEXT, AT(verdict), "clean unknown review tampered"},
	{"probability", CASE_REAL, AT(probability)},
	{"document_sha256", CASE_TEXT, AT(document_sha256), .max_bytes = 64},
	{"artifacts", CASE_ROWS, AT(artifacts), .of = &case_noun_artifact},
	{"findings", CASE_ROWS, AT(findings), .of = &case_noun_finding},
	{"traces", CASE_ROWS, AT(traces), .of = &case_noun_trace},
};
#undef AT
NOUN(release, case_release, release_fields, 1);

#define AT(f) offsetof(struct case_channel, f)
static const struct case_field channel_fields[] = {
	{"id", CASE_TEXT, AT(id), .required = true, .max_bytes = 64},
	{"kind", CASE_TEXT, AT(kind), "download mirror cdn update npm apt other", .required = true},
	{"url", CASE_TEXT, AT(url), .max_bytes = 4200},
	{"fanout", CASE_TEXT, AT(fanout), "none nat proxy mirror cache", .required = true},
	{"ttl_seconds", CASE_COUNT, AT(ttl_seconds)},
};
#undef AT
NOUN(channel, case_channel, channel_fields, 1);

#define AT(f) offsetof(struct case_window, f)
static const struct case_field window_fields[] = {
	{"id", CASE_TEXT, AT(id), .required = true, .max_bytes = 64},
	{"release", CASE_TEXT, AT(release), .refers = &case_noun_release},
	{"channel", CASE_TEXT, AT(channel), .refers = &case_noun_channel},
	{"from", CASE_SPAN, AT(from)},
	{"to", CASE_SPAN, AT(to)},
	{"evidence", CASE_TEXT, AT(evidence), .max_bytes = 4200},
};
#undef AT
NOUN(window, case_window, window_fields, 1);

#define AT(f) offsetof(struct case_indicator, f)
static const struct case_field indicator_fields[] = {
	{"id", CASE_TEXT, AT(id), .required = true, .max_bytes = 64},
	{"kind", CASE_TEXT, AT(kind),
		"sha256 sha1 md5 path file_name host ip url registry_key service package",
		.required = true},
	{"value", CASE_TEXT, AT(value), .required = true, .max_bytes = 4200},
	{"stage", CASE_TEXT, AT(stage), STAGES, .required = true},
	{"release", CASE_TEXT, AT(release), .refers = &case_noun_release},
	{"origin", CASE_TEXT, AT(origin), "result user stix", .required = true},
	{"allowed_in_block_list", CASE_BOOL, AT(allowed_in_block_list)},
};
#undef AT
NOUN(indicator, case_indicator, indicator_fields, 1);

#define AT(f) offsetof(struct case_gap, f)
static const struct case_field gap_fields[] = {
	{"lo", CASE_TIME, AT(lo)},
	{"hi", CASE_TIME, AT(hi)},
};
#undef AT
NOUN(gap, case_gap, gap_fields, 2);

#define AT(f) offsetof(struct case_source_file, f)
static const struct case_field source_file_fields[] = {
	{"sha256", CASE_TEXT, AT(sha256), .required = true, .max_bytes = 64},
	{"name", CASE_TEXT, AT(name), .max_bytes = 4200},
	{"size_bytes", CASE_COUNT, AT(size_bytes)},
	{"lines", CASE_COUNT, AT(lines)},
	{"unreadable", CASE_COUNT, AT(unreadable)},
};
#undef AT
NOUN(source_file, case_source_file, source_file_fields, 1);

#define AT(f) offsetof(struct case_source_customer, f)
static const struct case_field source_customer_fields[] = {
	{"customer", CASE_TEXT, AT(customer), .required = true, .refers = &case_noun_customer},
};
#undef AT
NOUN(source_customer, case_source_customer, source_customer_fields, 1);

#define AT(f) offsetof(struct case_source, f)
static const struct case_field source_fields[] = {
	{"id", CASE_TEXT, AT(id), .required = true, .max_bytes = 64},
	{"kind", CASE_TEXT, AT(kind)},
	{"owner", CASE_TEXT, AT(owner)},
	{"channel", CASE_TEXT, AT(channel), .refers = &case_noun_channel},
	{"timezone", CASE_TEXT, AT(timezone)},
	{"time_meaning", CASE_TEXT, AT(time_meaning), "start end ingest"},
	{"clock.offset_seconds", CASE_REAL, AT(clock.offset_seconds)},
	{"clock.sigma_seconds", CASE_REAL, AT(clock.sigma_seconds)},
	{"clock.pairs", CASE_COUNT, AT(clock.pairs)},
	{"coverage.from", CASE_TIME, AT(coverage.from)},
	{"coverage.to", CASE_TIME, AT(coverage.to)},
	{"coverage.gaps", CASE_ROWS, AT(coverage.gaps), .of = &case_noun_gap},
	{"coverage.completeness", CASE_REAL, AT(coverage.completeness)},
	{"population", CASE_WORDS, AT(population), .of = &case_noun_source_customer},
	{"independent", CASE_BOOL, AT(independent)},
	{"files", CASE_ROWS, AT(files), .of = &case_noun_source_file},
};
#undef AT
NOUN(source, case_source, source_fields, 1);

#define AT(f) offsetof(struct case_population, f)
static const struct case_field population_fields[] = {
	{"size", CASE_COUNT, AT(size)},
	{"what", CASE_TEXT, AT(what)},
	{"source", CASE_TEXT, AT(source)},
};
#undef AT
NOUN(population, case_population, population_fields, 0);

#define AT(f) offsetof(struct case_customer_key, f)
static const struct case_field customer_key_fields[] = {
	{"kind", CASE_TEXT, AT(kind), "licence account ip domain host agent_id", .required = true},
	{"value", CASE_TEXT, AT(value), .required = true},
};
#undef AT
NOUN(customer_key, case_customer_key, customer_key_fields, 2);

#define AT(f) offsetof(struct case_customer, f)
static const struct case_field customer_fields[] = {
	{"id", CASE_TEXT, AT(id), .required = true, .max_bytes = 200},
	{"name", CASE_TEXT, AT(name)},
	{"country", CASE_TEXT, AT(country)},
	{"industry", CASE_TEXT, AT(industry)},
	{"size", CASE_TEXT, AT(size)},
	{"keys", CASE_GROUPS, AT(keys), .of = &case_noun_customer_key},
};
#undef AT
NOUN(customer, case_customer, customer_fields, 1);

#define AT(f) offsetof(struct case_report, f)
static const struct case_field report_fields[] = {
	{"id", CASE_TEXT, AT(id), .required = true, .max_bytes = 64},
	{"customer", CASE_TEXT, AT(customer), .refers = &case_noun_customer},
	{"name", CASE_TEXT, AT(name)},
	{"stage", CASE_TEXT, AT(stage), STAGES, .required = true},
	{"at", CASE_SPAN, AT(at)},
	{"told_by", CASE_TEXT, AT(told_by)},
	{"note", CASE_TEXT, AT(note), .max_bytes = 4200},
};
#undef AT
NOUN(report, case_report, report_fields, 1);

#define AT(f) offsetof(struct case_hypothesis, f)
static const struct case_field hypothesis_fields[] = {
	{"id", CASE_TEXT, AT(id), .required = true, .max_bytes = 64},
	{"name", CASE_TEXT, AT(name), .required = true},
	{"from", CASE_TEXT, AT(origin), "stix case", .required = true, .column = "origin"},
};
#undef AT
NOUN(hypothesis, case_hypothesis, hypothesis_fields, 1);

#define AT(f) offsetof(struct case_about, f)
static const struct case_field about_fields[] = {
	{"title", CASE_TEXT, AT(title)},
	{"vendor", CASE_TEXT, AT(vendor)},
	{"product", CASE_TEXT, AT(product)},
};
#undef AT
NOUN(about, case_about, about_fields, 0);

/* As the document has them; the lists in the order of CASE_PART_*. */
#define AT(f) offsetof(struct case_file, f)
static const struct case_field file_fields[] = {
	{"about", CASE_ONE, AT(about), .of = &case_noun_about},
	{"releases", CASE_ROWS, AT(releases), .of = &case_noun_release},
	{"channels", CASE_ROWS, AT(channels), .of = &case_noun_channel},
	{"windows", CASE_ROWS, AT(windows), .of = &case_noun_window},
	{"indicators", CASE_ROWS, AT(indicators), .of = &case_noun_indicator},
	{"sources", CASE_ROWS, AT(sources), .of = &case_noun_source},
	{"population", CASE_ONE, AT(population), .of = &case_noun_population},
	{"customers", CASE_ROWS, AT(customers), .of = &case_noun_customer},
	{"reports", CASE_ROWS, AT(reports), .of = &case_noun_report},
	{"hypotheses", CASE_ROWS, AT(hypotheses), .of = &case_noun_hypothesis},
};
#undef AT
const struct case_noun case_noun_file = {"case", sizeof(struct case_file), file_fields,
	N(file_fields), 0};

#define AT(f) offsetof(struct observation, f)
static const struct case_field observation_fields[] = {
	{"source", CASE_TEXT, AT(source), .required = true, .max_bytes = 64},
	{"file", CASE_TEXT, AT(file), .required = true, .max_bytes = 64},
	{"indicator", CASE_TEXT, AT(indicator), .required = true, .max_bytes = 64},
	{"stage", CASE_TEXT, AT(stage), STAGES, .required = true},
	{"keys.ip", CASE_TEXT, AT(keys[OBSERVATION_IP])},
	{"keys.user", CASE_TEXT, AT(keys[OBSERVATION_USER])},
	{"keys.host", CASE_TEXT, AT(keys[OBSERVATION_HOST])},
	{"keys.agent_id", CASE_TEXT, AT(keys[OBSERVATION_AGENT_ID])},
	{"keys.account", CASE_TEXT, AT(keys[OBSERVATION_ACCOUNT])},
	{"keys.licence", CASE_TEXT, AT(keys[OBSERVATION_LICENCE])},
	{"keys.user_agent", CASE_TEXT, AT(keys[OBSERVATION_USER_AGENT])},
	{"keys.domain", CASE_TEXT, AT(keys[OBSERVATION_DOMAIN])},
	{"release", CASE_TEXT, AT(release), .max_bytes = 64},
	{"line", CASE_COUNT, AT(line)},
	{"offset", CASE_COUNT, AT(offset)},
	{"time_text", CASE_TEXT, AT(time_text)},
	{"first", CASE_SPAN, AT(first)},
	{"last", CASE_SPAN, AT(last)},
	{"bytes", CASE_COUNT, AT(bytes)},
	{"status", CASE_COUNT, AT(status)},
	{"complete", CASE_TEXT, AT(complete), "yes partial unknown"},
	{"mode", CASE_TEXT, AT(mode), "push pull mirror cache unknown"},
	{"count", CASE_COUNT, AT(count)},
};
#undef AT
const struct case_noun case_noun_observation = {"observation", sizeof(struct observation),
	observation_fields, N(observation_fields), 12};
