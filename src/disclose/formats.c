/* Every form in which a case can be told. */
#include <string.h>

#include "disclose/disclose.h"

static const struct disclose_format formats[] = {
	{"html", "a page: timeline, funnel, evidence, what is not known", false, disclose_html},
	{"md", "the same as Markdown", false, disclose_markdown},
	{"csaf", "CSAF 2.0, security incident response", false, disclose_csaf},
	{"csaf-advisory", "CSAF 2.0, security advisory", false, disclose_csaf_advisory},
	{"stix", "STIX 2.1 bundle", false, disclose_stix},
	{"osv", "OSV record, where a package ecosystem exists", false, disclose_osv},
	{"vex", "CycloneDX VEX", false, disclose_vex},
	{"sigma", "Sigma rules", false, disclose_sigma},
	{"yara", "YARA rules, run against the accepted releases first", false, disclose_yara},
	{"osquery", "osquery pack, also for Fleet", false, disclose_osquery},
	{"defender", "indicator CSV for Microsoft Defender", false, disclose_defender},
	{"timesketch", "timeline for Timesketch, JSON lines", true, disclose_timesketch},
	{"notify", "whom to tell what, CSV", true, disclose_notify},
};

const struct disclose_format *disclose_formats(size_t *ret_n)
{
	*ret_n = sizeof(formats) / sizeof(formats[0]);
	return formats;
}

const struct disclose_format *disclose_format(const char *name)
{
	for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++)
		if (strcmp(formats[i].name, name) == 0)
			return &formats[i];
	return NULL;
}
