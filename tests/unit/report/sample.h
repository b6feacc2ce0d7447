/* A document by hand: every part is filled, as a tampered installer would fill it. */
#ifndef ASSAY_TESTS_REPORT_SAMPLE_H
#define ASSAY_TESTS_REPORT_SAMPLE_H

#include "report/report.h"

#define STRINGS(...)                                                                               \
	((struct doc_strings){(const struct str[]){__VA_ARGS__},                                   \
		sizeof((const struct str[]){__VA_ARGS__}) / sizeof(struct str)})

static const struct doc_finding sample_findings[] = {
	{.id = {"AS-0042", 7}, .fingerprint = {"5c1d", 4}, .behaviour = {"exec/remote-code", 16},
		.title = {"runs code it downloads", 22},
		.attack = {(const struct str[]){{"T1105", 5}, {"T1059.007", 9}}, 2},
		.where = {{"app.asar!/main.js", 17}, {"statement at 41:3001", 20}, 41, 90121, 1912},
		.runs = {"at program start", 16},
		.flow = {(const struct str[]){{"http.get", 8}, {"\xe2\x86\x92 vm.runInThisContext", 23}},
			2},
		.evidence = {"var _0x=['68747470']", 20},
		.decoded = {(const struct str[]){{"http://cdn.helpdesk-static.example/a", 36}}, 1},
		.why = {"OLD never fetched code", 22}, .weight = 9.25, .strong = true,
		.place = {"hidden 3,000 columns to the right, 1.9 kB, not in 10.0.8", 56}},
	{.id = {"AS-0011", 7}, .behaviour = {"net/unnamed-host", 16},
		.title = {"talks to a host never named", 27},
		.where = {{"app.asar!/main.js", 17}, {"statement at 41:3001", 20}, 41, 90121, 1912},
		.subject = {"cdn.helpdesk-static.example", 27}, .weight = 2.5},
};

static inline struct document sample_document(void)
{
	static const struct str added[] = {{"package/new.js", 14}};
	static const struct doc_rename renamed[] = {{{"a-1.js", 6}, {"a-2.js", 6}}};
	static const struct doc_attribute attributes[] = {{{"bin/x", 5}, {"mode 0644 -> 4755", 17}}};
	static const struct doc_break breaks[] = {
		{{"component older", 15}, {"lib/ssl.dll", 11}, {"3.0.2", 5}, {"1.1.1", 5}}};
	static const struct doc_blind blind[] = {{{"data.7z", 7}, {"encrypted 7z", 12}, 41000000}};
	static const struct doc_dependency deps[] = {
		{{"left-pad", 8}, {"^1.3.0", 6}, {"new, not fetched", 16}}};
	struct document d = {
		.assay_version = STR("0.1.0"),
		.rules = STR("sha256:00"),
		.old = {STR("old/agent.exe"), STR("aa"), 100, STR("agent"), STR("10.0.8"), STR("nsis")},
		.new = {STR("new/agent.exe"), STR("9c1f00112233445566778899"), 120, STR("agent"),
			STR("10.0.9"), STR("nsis")},
		.verdict = VERDICT_TAMPERED,
		.probability = 0.9978123456,
		.evidence = 14.5,
		.base_log_odds = -6.906754778648554,
		.summary = STR("One statement was added to the main script; it runs code that it "
			       "fetches from cdn.helpdesk-static.example"),
		.findings = {sample_findings, 2},
		.delta = {412, {added, 1}, {0}, {added, 1}, renamed, 1, attributes, 1},
		.n_members = 420,
		.accepted = 1,
		.confinement = STR("landlock 7 + seccomp"),
		.repeatable = true,
		.cost = {1, 2, 3, 4},
	};
	d.provenance.new = (struct doc_signer){.is_signed = true, .kind = STR("authenticode"),
		.subject = STR("Helpdesk Example Corp"), .key_sha256 = STR("ab")};
	d.provenance.old = d.provenance.new;
	d.provenance.breaks = breaks;
	d.provenance.n_breaks = 1;
	d.coverage.parsed_bytes = 900000;
	d.coverage.shallow_bytes = 99000;
	d.coverage.blind_bytes = 41000000;
	d.coverage.blind = blind;
	d.coverage.n_blind = 1;
	d.coverage.dependencies = deps;
	d.coverage.n_dependencies = 1;
	return d;
}

/* Bytes that break printers: every byte, bidirectional and invisible text, halves of characters. */
static inline struct str hostile_text(void)
{
	static char text[600];
	size_t n = 0;

	for (int c = 0; c < 256; c++)
		text[n++] = (char)c;
	n += (size_t)snprintf(text + n, sizeof(text) - n,
		"%s", "\x1b[2J\x1b]0;owned\a\xe2\x80\xae" "gnp.exe\xe2\x80\x8b\xf3\xa0\x80\x81"
		"</script>\"}],{\\u0000\xc0\xaf\xed\xa0\x80\xf4\x90\x80\x80\xe2\x80");
	return str_view(text, n);
}

#endif
