/* Who controls these bytes: whoever gave the operator of a monitor its plan. */
#include "fuzz.h"

#include "watch/plan.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	static struct plan p;

	if (plan_parse(str_view(bytes, n), &p)) {
		FUZZ_CHECK(p.n_views > 0 && p.n_views <= PLAN_LINES_MAX);
		for (size_t i = 0; i < p.n_hours; i++) {
			FUZZ_CHECK(p.hours[i].from < p.hours[i].to && p.hours[i].to <= 24 * 60);
			FUZZ_CHECK(p.hours[i].days && p.hours[i].days < 1u << 7);
			/* A whole week has times outside at least as seen by its own hours. */
			plan_in_hours(&p, p.hours[i].who, (int64_t)(n * 3600));
			plan_in_hours(&p, "somebody", -(int64_t)n);
		}
		for (size_t i = 0; i < p.names.n_domains; i++)
			FUZZ_CHECK(plan_own_domain(&p.names, str_of(p.names.domains[i])));
		for (size_t i = 0; i < p.n_known; i++)
			FUZZ_CHECK(plan_knows(&p, p.known[i].b, p.known[i].n));
		for (size_t i = 0; i < p.n_logs; i++)
			FUZZ_CHECK(p.logs[i].key_bytes <= PLAN_LOG_KEY_MAX);
	} else {
		FUZZ_CHECK(p.wrong && p.line > 0);
	}
	plan_release(&p);
	return 0;
}

void fuzz_seeds(void (*run)(const void *bytes, size_t n))
{
	static const char all[] =
		"assay-watch/v1\n# all of it\nlate 600\nrebuild-within 1\npulse-within 2\n"
		"hours * UTC mon-fri,sun 08:00-18:00\nhours a +02:00 sat-mon 00:00-24:00\n"
		"holiday 2026-12-24..2026-12-26\nholiday 2026-01-01 a\n"
		"view plain\nview w from 192.0.2.1 proxy http://p.example agent X Y (Z)\n"
		"channel https://vendor.example/agent.exe\nchannel-bytes 10\ndomain vendor.example\n"
		"own-key 0000000000000000000000000000000000000000000000000000000000000000\n"
		"ct static https://ct.example/ AAAA 7\nct rfc6962 https://ct.example AAAA\n"
		"identity https://ci.example/*\n"
		"signer 0000000000000000000000000000000000000000000000000000000000000000\n"
		"registry npm https://registry.example/a\nregistry feed https://x.example\n"
		"known 0000000000000000000000000000000000000000000000000000000000000000\n";

	run(all, sizeof(all) - 1);
	run("assay-watch/v1\n", 15);
	run("assay-watch/v1\ndomain vendor.\n", 30);
	run("assay-watch/v1\ntlog https://r.example x+00000000+AAAA\n", 53);
}
