#include "cli/options.h"

#include <stdlib.h>
#include <string.h>

#include "cli/common.h"
#include "cli/output.h"
#include "util/cursor.h"

#define FIELD(f) offsetof(struct settings, f)

static const struct option_row table[] = {
	{"format", 'f', NULL, NULL, "FORMAT", OUTPUT_ALL_FORMATS, OPTION_CHOICE, OPTION_RESULT,
		VERBS_ANALYSE | VERB_REPORT | VERB_CASE_SHOW | VERB_CASE_LIST | VERB_ATTRIBUTE | VERB_SCOPE | VERB_SCOPE_SCAN, false,
		"how the result is written to stdout (text)",
		"text is a screen for people, html a page that asks for nothing, md a comment for a "
		"ticket. json is the newest schema, json-v1 stays as it is: see docs/schema; jsonl "
		"is a finding a line, sarif is SARIF 2.1.0. The others are for cases. The exit status "
		"never depends on the format.",
		FIELD(format)},
	{"output", 'o', NULL, NULL, "FORMAT=FILE", NULL, OPTION_LIST, OPTION_RESULT,
		VERBS_JUDGE | VERB_REPORT, false,
		 "also write the result to a file; repeatable",
		"One run, several readers: --output json=r.json --output text=r.txt. A file that "
		"exists is left alone unless --force is given.",
		FIELD(outputs)},
	{"force", 0, "no-force", NULL, NULL, NULL, OPTION_FLAG, OPTION_RESULT,
		VERBS_JUDGE | VERB_REPORT, false, "--output may replace files that exist", "", FIELD(force)},
	{"fail-on", 0, NULL, NULL, "LEVEL", "clean unknown review tampered", OPTION_CHOICE,
		OPTION_RESULT, VERBS_ANALYSE, false, "exit 1 at this verdict or worse (unknown)",
		"The verdicts from best to worst: clean, unknown, review, tampered.", FIELD(fail_on)},
	{"pairs", 0, NULL, NULL, "FILE", NULL, OPTION_FILE, OPTION_INPUT, VERB_DIFF, false,
		"compare many pairs, OLD TAB NEW a line; - is stdin",
		"Prints one JSON object a line, in the order of the file. A pair that cannot be "
		"compared gives an object with \"error\", and the exit status is 2 at the end.",
		FIELD(pairs)},
	{"history", 0, NULL, NULL, "RELEASE", NULL, OPTION_FILES, OPTION_INPUT, VERBS_JUDGE, false,
		"an earlier release; what it had is not new; repeatable",
		"Oldest first. A change that was taken back and comes again is then judged as what it "
		"is.",
		FIELD(history)},
	{"accept", 0, NULL, NULL, "FILE", NULL, OPTION_FILE, OPTION_INPUT, VERBS_ANALYSE, false,
		"findings that somebody has accepted",
		"One JSON object a line: finding, unit_sha256, product, reason, by, until; all are "
		"required. Bound to the bytes of the changed unit. Acceptances are counted in every "
		"report and never lower tampered below review.",
		FIELD(accept)},
	{"rules", 0, NULL, NULL, "FILE", NULL, OPTION_FILES, OPTION_INPUT, VERBS_ANALYSE, false,
		"sources, sinks and sanitizers of your own; repeatable",
		"A file of tree-sitter queries, LANGUAGE.scm or NAME.LANGUAGE.scm, with captures @source, @sink and "
		"@sanitizer. A file that is not understood is exit 2, with line, column and reason. docs/rules.md "
		"tells how to write one.",
		FIELD(rules)},
	{"base-rate", 0, NULL, NULL, "P", NULL, OPTION_RATIO, OPTION_INPUT, VERBS_ANALYSE, false,
		"share of releases you expect to be tampered (0.001)",
		"Moves the probability, never the verdict.", FIELD(base_rate)},
	{"now", 0, NULL, NULL, "TIME", NULL, OPTION_TIME, OPTION_INPUT,
		VERBS_ANALYSE | VERB_VERIFY | VERB_LEDGER_INIT | VERB_LEDGER_REQUEST |
			VERB_LEDGER_PUBLISH | VERB_LEDGER_REVOKE | VERB_LEDGER_REBUILD |
			VERB_LEDGER_PULSE | VERB_LEDGER_KEYS | VERB_LEDGER_MONITOR |
			VERBS_CASE_CHANGE | VERB_SCOPE | VERB_SCOPE_SCAN,
		false, "the clock of the run, so that it can be repeated",
		"2026-07-27, 2026-07-27T10:30:00Z or @SECONDS since 1970, in UTC.", FIELD(now_utc)},
	{"offline", 0, NULL, NULL, NULL, NULL, OPTION_FLAG, OPTION_INPUT, VERBS_ANALYSE, false,
		"start no package client, whatever the arguments name",
		"Paths never cause a connection. With --offline a reference (npm:, deb:) is refused "
		"instead of being fetched.",
		FIELD(offline)},
	{"online", 0, NULL, NULL, NULL, NULL, OPTION_FLAG, OPTION_INPUT, VERBS_ANALYSE, false,
		"fetch what an argument names, even if the configuration says offline", "",
		FIELD(online)},
	{"trust", 0, NULL, NULL, "FILE", NULL, OPTION_FILE, OPTION_INPUT, VERB_VERIFY | VERBS_JUDGE, false,
		"what you have pinned about the publisher",
		"The publisher's log, witnesses and first key set, and how much you ask for. assay "
		"ledger keys trust makes it. diff and inspect then ask the ledger about both releases: an "
		"approval counts for NEW, a missing one where OLD had one counts against it.",
		FIELD(trust)},
	{"proof", 0, NULL, NULL, "FILE", NULL, OPTION_FILE, OPTION_INPUT, VERB_VERIFY | VERBS_JUDGE, false,
		"the proof (FILE.assay-proof)", "", FIELD(proof)},
	{"old-proof", 0, NULL, NULL, "FILE", NULL, OPTION_FILE, OPTION_INPUT, VERBS_JUDGE, false,
		"the proof of OLD (OLD.assay-proof)", "", FIELD(old_proof)},
	{"more", 0, NULL, NULL, "FILE", NULL, OPTION_FILE, OPTION_INPUT, VERB_VERIFY | VERBS_JUDGE, false,
		"further proofs, of revocations say", "", FIELD(more)},
	{"seen", 0, NULL, NULL, "FILE", NULL, OPTION_FILE, OPTION_INPUT, VERB_VERIFY, false,
		"remembers the newest release and refuses older ones",
		"The file is made when it is missing and replaced after each success.", FIELD(seen)},
	{"name", 0, NULL, NULL, "NAME", NULL, OPTION_TEXT, OPTION_INPUT, VERB_VERIFY, false,
		"the name under which the file was published (its own)", "", FIELD(name)},
	{"product", 0, NULL, NULL, "NAME", NULL, OPTION_TEXT, OPTION_INPUT,
		VERB_VERIFY | VERB_LEDGER_REQUEST | VERB_LEDGER_REVOKE | VERB_LEDGER_REBUILD |
			VERBS_CASE_CHANGE,
		false, "of this product", "", FIELD(product)},
	{"channel", 0, NULL, NULL, "NAME", NULL, OPTION_TEXT, OPTION_INPUT,
		VERB_VERIFY | VERB_LEDGER_REQUEST | VERB_LEDGER_REVOKE | VERB_LEDGER_REBUILD |
			VERB_CASE_ADD,
		false, "on this channel (for ledger verbs: stable)",
		"Up to three words, such as \"stable windows-x64\". For case add: KIND URL, such as "
		"\"cdn https://cdn.vendor.example/agent.exe\"; KIND is download, mirror, cdn, update, "
		"npm, apt or other. With --source: the id of the channel that it logs.",
		FIELD(channel)},
	{"release", 0, NULL, NULL, "VERSION", NULL, OPTION_TEXT, OPTION_INPUT,
		VERB_VERIFY | VERB_LEDGER_REQUEST | VERB_LEDGER_REVOKE | VERB_LEDGER_REBUILD |
			VERB_CASE_ADD,
		false, "of this version (for case add: its id, r1 say)", "", FIELD(release)},
	{"key", 'k', NULL, NULL, "KEY", NULL, OPTION_LIST, OPTION_INPUT,
		VERB_LEDGER_APPROVE | VERB_LEDGER_PUBLISH | VERB_LEDGER_REVOKE | VERB_LEDGER_REBUILD |
			VERB_LEDGER_PULSE | VERB_LEDGER_WITNESS | VERB_LEDGER_HAMMER,
		false, "who signs: a key file, agent:VKEY-FILE or token:...; repeatable",
		"agent: the ssh-agent behind SSH_AUTH_SOCK holds the key whose public half stands in "
		"the file. token:MODULE:TOKEN:LABEL:VKEY-FILE is a PKCS#11 token; its PIN is asked "
		"for like a passphrase. Without it, publish signs with the ledger's own log key.",
		FIELD(keys)},
	{"passphrase-file", 0, NULL, NULL, "FILE", NULL, OPTION_FILE, OPTION_INPUT,
		VERB_LEDGER_APPROVE | VERB_LEDGER_PUBLISH | VERB_LEDGER_REVOKE | VERB_LEDGER_REBUILD |
			VERB_LEDGER_PULSE | VERB_LEDGER_WITNESS | VERB_LEDGER_INIT | VERB_LEDGER_KEYS |
			VERB_LEDGER_HAMMER,
		false, "its first line is the passphrase of the key",
		"Otherwise it is asked for on the terminal, if there is one.", FIELD(passphrase_file)},
	{"origin", 0, NULL, NULL, "NAME", NULL, OPTION_TEXT, OPTION_INPUT, VERB_LEDGER_INIT, false,
		"the name of the log, an address without https:// say", "", FIELD(origin)},
	{"policy", 0, NULL, NULL, "FILE", NULL, OPTION_FILE, OPTION_INPUT,
		VERB_LEDGER_INIT | VERB_LEDGER_WITNESS | VERB_LEDGER_MONITOR, false,
		"logs, witnesses and how many of them are enough (tlog-policy)",
		"For init: the witnesses and the quorum; the log's own line is added. For witness: "
		"the logs that it serves. For monitor: what the customers have pinned.",
		FIELD(policy)},
	{"gate", 0, "no-gate", NULL, NULL, NULL, OPTION_FLAG, OPTION_INPUT, VERB_LEDGER_PUBLISH,
		false, "a release waits until enough builders have rebuilt it",
		"As many as its own policy line says. Without it, publishing does not wait and the "
		"monitor alerts.",
		FIELD(gate)},
	{"source", 0, NULL, NULL, "TEXT", NULL, OPTION_TEXT, OPTION_INPUT,
		VERB_LEDGER_REQUEST | VERB_CASE_ADD, false,
		"git sha1:COMMIT sha256:TREE URL (none); for case add: a name",
		"The commit, the digest of the exported tree and where it is. For case add: what sees "
		"customers, a log or a list, under a name of your own.",
		FIELD(source)},
	{"recipe", 0, NULL, NULL, "FILE", NULL, OPTION_FILE, OPTION_INPUT, VERB_LEDGER_REQUEST,
		false, "how it is built, tool chain included; its digest is logged", "",
		FIELD(recipe)},
	{"rebuilds", 0, NULL, NULL, "K/N", NULL, OPTION_TEXT, OPTION_INPUT, VERB_LEDGER_REQUEST,
		false, "how many of how many builders must get the same bytes (0/0)", "",
		FIELD(rebuilds)},
	{"equivalent", 0, NULL, NULL, "NAMES", NULL, OPTION_TEXT, OPTION_INPUT, VERB_LEDGER_REQUEST,
		false, "rebuilds that are the same after these normalisers count too",
		"Names parted by commas, such as order-1,times-1; what they take off is in "
		"docs/ledger-format.md. It stands in the entry, so the approvers sign it and "
		"publish --gate and the monitor go by it. Without it only the same bytes count.",
		FIELD(equivalent)},
	{"shipped", 0, NULL, NULL, "FOLDER", NULL, OPTION_FILE, OPTION_INPUT, VERB_LEDGER_REBUILD,
		false, "the files as the vendor ships them, for telling equivalent from differs",
		"Where your bytes are others, the file of the same name is opened beside yours, in a "
		"confined process, and what named normalisers take off (order and times of members, "
		"owners, compression, embedded signatures) is taken off on both sides. Whatever else "
		"differs is a difference. docs/ledger-format.md has the list.",
		FIELD(shipped)},
	{"reason", 0, NULL, NULL, "TEXT", NULL, OPTION_TEXT, OPTION_INPUT,
		VERB_LEDGER_REVOKE | VERBS_CASE_CHANGE | VERB_SCOPE_SCAN, false,
		"why, in a sentence that customers see", "In a case it stands beside the revision.",
		FIELD(reason)},
	{"cosigner", 0, NULL, NULL, NULL, NULL, OPTION_FLAG, OPTION_INPUT, VERB_LEDGER_KEYS, false,
		"make the key of a witness", "", FIELD(cosigner)},
	{"listen", 0, NULL, NULL, "ADDRESS", NULL, OPTION_TEXT, OPTION_INPUT,
		VERB_LEDGER_SERVE | VERB_LEDGER_WITNESS, false,
		"where to answer (127.0.0.1:8080; port 0: any)",
		"The address is said on stdout once it answers. TLS is a proxy's affair.",
		FIELD(listen)},
	{"state", 0, NULL, NULL, "FOLDER", NULL, OPTION_FILE, OPTION_INPUT,
		VERB_LEDGER_WITNESS | VERB_LEDGER_MONITOR, false, "what was seen so far is kept here",
		"", FIELD(state)},
	{"requests", 0, NULL, NULL, "FOLDER", NULL, OPTION_FILE, OPTION_INPUT, VERB_LEDGER_MONITOR,
		false, "what was asked for here: any other release is an alert",
		"The approvers' own copies of the requests that they signed.", FIELD(requests)},
	{"tags", 0, NULL, NULL, "FILE", NULL, OPTION_FILE, OPTION_INPUT, VERB_LEDGER_MONITOR,
		false, "what git ls-remote --tags prints, read anew at each look",
		"Each release that names a commit is held against the tag of its version (10.0.9, v10.0.9, "
		"PRODUCT-10.0.9 ...): at another commit, or missing an hour after the entry, is an alert. "
		"Fetch it from where the source is, not from the build system.",
		FIELD(tags)},
	{"watch", 0, NULL, NULL, "FILE", NULL, OPTION_FILE, OPTION_INPUT, VERB_LEDGER_MONITOR, false,
		"what else to look at: people's hours, downloads, logs, registries",
		"The vendor's own names, and where others could use them. docs/ledger-format.md has the "
		"grammar, examples/vendor.watch a start.",
		FIELD(watch)},
	{"alerts", 0, NULL, NULL, "FILE", NULL, OPTION_FILE, OPTION_RESULT, VERB_LEDGER_MONITOR,
		false, "append alerts to this file too", "", FIELD(alerts)},
	{"webhook", 0, NULL, NULL, "URL", NULL, OPTION_TEXT, OPTION_RESULT, VERB_LEDGER_MONITOR,
		false, "post alerts there too", "", FIELD(webhook)},
	{"every", 0, NULL, NULL, "SECONDS", NULL, OPTION_COUNT, OPTION_LIMIT, VERB_LEDGER_MONITOR,
		false, "from one look to the next (60)", "", FIELD(every)},
	{"once", 0, NULL, NULL, NULL, NULL, OPTION_FLAG, OPTION_LIMIT, VERB_LEDGER_MONITOR, false,
		"look once; exit status 1 when there was an alert", "", FIELD(once)},
	{"count", 'n', NULL, NULL, "N", NULL, OPTION_COUNT, OPTION_LIMIT, VERB_LEDGER_HAMMER, false,
		"entries to add, or reads to make (1000)", "", FIELD(count)},
	{"scope", 0, NULL, NULL, "FILE", NULL, OPTION_FILE, OPTION_INPUT, VERB_REPORT, false,
		"how many have it: what assay scope CASE --format json wrote", "", FIELD(scope)},
	{"knowledge", 0, NULL, NULL, "FILE", NULL, OPTION_FILES, OPTION_INPUT, VERB_ATTRIBUTE, false,
		"a STIX 2.1 bundle of known groups; repeatable",
		"Intrusion sets with their relationships; further traits in their property "
		"x_assay_traits.",
		FIELD(knowledge)},
	{"traits", 0, NULL, NULL, "FILE", NULL, OPTION_FILES, OPTION_INPUT, VERB_ATTRIBUTE, false,
		"what people found besides: traits, texts, times, heads of PE files",
		"One JSON object: {\"traits\": [{\"family\", \"value\", \"third_party\"}], "
		"\"texts\": [], \"times\": [{\"at\"}], \"pe_heads\": [hexadecimal]}.",
		FIELD(traits)},
	{"attribution", 0, NULL, NULL, "FILE", NULL, OPTION_FILE, OPTION_INPUT, VERB_REPORT, false,
		"who did it: what assay attribute CASE --format json wrote", "", FIELD(attribution)},
	{"accepted", 0, NULL, NULL, "RELEASE", NULL, OPTION_FILES, OPTION_INPUT, VERB_REPORT, false,
		"an accepted release: nothing in it is blocked; repeatable",
		"Opened all the way down like any release; YARA rules are run over every member of "
		"it, and whatever matches is left out and named.",
		FIELD(accepted)},
	{"name-victims", 0, NULL, NULL, NULL, NULL, OPTION_FLAG, OPTION_RESULT, VERB_REPORT, false,
		"customers may be named in the page: not for the public", "", FIELD(name_victims)},
	{"tlp", 0, NULL, NULL, "LABEL", "clear green amber red", OPTION_CHOICE, OPTION_RESULT,
		VERB_REPORT, false, "how far it may be passed on (amber)", "", FIELD(tlp)},
	{"publisher", 0, NULL, NULL, "NAME", NULL, OPTION_TEXT, OPTION_RESULT, VERB_REPORT, false,
		"who says this (the vendor of the case)", "", FIELD(publisher)},
	{"address", 0, NULL, NULL, "URL", NULL, OPTION_TEXT, OPTION_RESULT, VERB_REPORT, false,
		"where it is published and kept up to date", "", FIELD(address)},
	{"store", 0, NULL, NULL, "URL", NULL, OPTION_TEXT, OPTION_INPUT,
		VERBS_CASE | VERB_REPORT | VERB_ATTRIBUTE | VERB_SCOPE | VERB_SCOPE_SCAN, false,
		"the file or postgresql:// address where cases lie",
		"Without it: assay/store.db under $XDG_DATA_HOME, else under ~/.local/share.",
		FIELD(store)},
	{"title", 0, NULL, NULL, "TEXT", NULL, OPTION_TEXT, OPTION_INPUT, VERBS_CASE_CHANGE, false,
		"what the case is called", "", FIELD(title)},
	{"vendor", 0, NULL, NULL, "NAME", NULL, OPTION_TEXT, OPTION_INPUT, VERBS_CASE_CHANGE, false,
		"whose product it is about", "", FIELD(vendor)},
	{"author", 0, NULL, NULL, "NAME", NULL, OPTION_TEXT, OPTION_INPUT,
		VERBS_CASE_CHANGE | VERB_SCOPE_SCAN, false,
		"who makes this revision ($ASSAY_AUTHOR, or the user)", "", FIELD(author)},
	{"bad", 0, NULL, NULL, NULL, NULL, OPTION_FLAG, OPTION_INPUT, VERB_CASE_ADD, false,
		"the release is bad, whatever the verdict", "NEW of RESULT, or that of --release.",
		FIELD(bad)},
	{"good", 0, NULL, NULL, NULL, NULL, OPTION_FLAG, OPTION_INPUT, VERB_CASE_ADD, false,
		"it is good", "", FIELD(good)},
	{"suspect", 0, NULL, NULL, NULL, NULL, OPTION_FLAG, OPTION_INPUT, VERB_CASE_ADD, false,
		"it is not known to be either", "", FIELD(suspect)},
	{"fanout", 0, NULL, NULL, "WHAT", "none nat proxy mirror cache", OPTION_CHOICE, OPTION_INPUT,
		VERB_CASE_ADD, false, "what may stand for many behind one address (none)",
		"Of --channel.", FIELD(fanout)},
	{"ttl", 0, NULL, NULL, "SECONDS", NULL, OPTION_COUNT, OPTION_INPUT, VERB_CASE_ADD, false,
		"how long the channel's caches keep a file", "", FIELD(ttl)},
	{"window", 0, NULL, NULL, "RELEASE CHANNEL", NULL, OPTION_TEXT, OPTION_INPUT, VERB_CASE_ADD,
		false, "the release was served by the channel, --from and --to",
		"Ids of both, such as \"r1 c3\".", FIELD(window)},
	{"from", 0, NULL, NULL, "TIME[/TIME]", NULL, OPTION_TEXT, OPTION_INPUT, VERB_CASE_ADD, false,
		"when the window or the source begins", "Two times: somewhere between them.",
		FIELD(from)},
	{"to", 0, NULL, NULL, "TIME[/TIME]", NULL, OPTION_TEXT, OPTION_INPUT, VERB_CASE_ADD, false,
		"when it ends", "", FIELD(to)},
	{"evidence", 0, NULL, NULL, "TEXT", NULL, OPTION_TEXT, OPTION_INPUT, VERB_CASE_ADD, false,
		"how the window is known", "", FIELD(evidence)},
	{"indicator", 0, NULL, NULL, "KIND VALUE", NULL, OPTION_LIST, OPTION_INPUT,
		VERB_CASE_ADD | VERB_SCOPE_SCAN, false, "something to look for; repeatable",
		"KIND is sha256, sha1, md5, path, file_name, host, ip, url, registry_key, service or "
		"package. "
		"scope scan also takes package with NAME VERSION, and a FILE with a list.",
		FIELD(indicators)},
	{"indicators", 0, NULL, NULL, "FILE", NULL, OPTION_FILE, OPTION_INPUT,
		VERB_CASE_ADD | VERB_SCOPE_SCAN, false, "a list of them",
		"For case add a CSV list. For scope scan one a line: KIND TAB VALUE and, if known, TAB "
		"STAGE TAB RELEASE TAB SIZE, or a value alone where its kind can be guessed; or the "
		"same CSV list; or a JSON document with a list \"indicators\", such as a case that was "
		"exported.", FIELD(indicators_file)},
	{"stage", 0, NULL, NULL, "STAGE", "delivered installed executed beaconed second_stage",
		OPTION_CHOICE, OPTION_INPUT, VERB_CASE_ADD, false,
		"what seeing the indicator means, or what is reported", "", FIELD(stage)},
	{"kind", 0, NULL, NULL, "TEXT", NULL, OPTION_TEXT, OPTION_INPUT, VERB_CASE_ADD, false,
		"what the source is: nginx, dns, inventory ...", "", FIELD(kind)},
	{"owner", 0, NULL, NULL, "NAME", NULL, OPTION_TEXT, OPTION_INPUT, VERB_CASE_ADD, false,
		"whose source it is", "", FIELD(owner)},
	{"timezone", 0, NULL, NULL, "ZONE", NULL, OPTION_TEXT, OPTION_INPUT,
		VERB_CASE_ADD | VERB_SCOPE_SCAN, false,
		"of its times that name none: +02:00, Europe/Berlin", "Unknown: 26 hours wide.", FIELD(timezone)},
	{"clock", 0, NULL, NULL, "AHEAD/SIGMA", NULL, OPTION_TEXT, OPTION_INPUT, VERB_CASE_ADD, false,
		"how far the source's clock is ahead, in seconds",
		"Measured, say with requests of one's own that stand in its log: the offset (negative: "
		"behind), its spread, and after another / from how many pairs. Without it nothing is "
		"known of its clock.",
		FIELD(clock)},
	{"time-meaning", 0, NULL, NULL, "WHAT", "start end ingest", OPTION_CHOICE, OPTION_INPUT,
		VERB_CASE_ADD, false, "of what its times are", "", FIELD(time_meaning)},
	{"gap", 0, NULL, NULL, "TIME/TIME", NULL, OPTION_LIST, OPTION_INPUT, VERB_CASE_ADD, false,
		"the source is missing from then to then; repeatable", "", FIELD(gaps)},
	{"completeness", 0, NULL, NULL, "P", NULL, OPTION_TEXT, OPTION_INPUT, VERB_CASE_ADD, false,
		"which share of events it holds outside of gaps: 0 to 1", "", FIELD(completeness)},
	{"sees", 0, NULL, NULL, "CUSTOMER", NULL, OPTION_LIST, OPTION_INPUT, VERB_CASE_ADD, false,
		"the source can see this customer (all); repeatable", "", FIELD(sees)},
	{"dependent", 0, NULL, NULL, NULL, NULL, OPTION_FLAG, OPTION_INPUT, VERB_CASE_ADD, false,
		"the source was made from another one", "Estimates leave it out.", FIELD(dependent)},
	{"customers", 0, NULL, NULL, "FILE", NULL, OPTION_FILE, OPTION_INPUT, VERB_CASE_ADD, false,
		"a CSV list of customers", "", FIELD(customers)},
	{"population", 0, NULL, NULL, "N", NULL, OPTION_COUNT, OPTION_INPUT, VERB_CASE_ADD, false,
		"so many could have received it at most", "", FIELD(population)},
	{"what", 0, NULL, NULL, "TEXT", NULL, OPTION_TEXT, OPTION_INPUT, VERB_CASE_ADD, false,
		"what the population is: sold licences say", "", FIELD(what)},
	{"report", 0, NULL, NULL, "CUSTOMER", NULL, OPTION_TEXT, OPTION_INPUT, VERB_CASE_ADD, false,
		"somebody says that they have it: an id of the list, or a name",
		"With --stage, --at, --told-by and --note.", FIELD(report)},
	{"at", 0, NULL, NULL, "TIME[/TIME]", NULL, OPTION_TEXT, OPTION_INPUT, VERB_CASE_ADD, false,
		"when they had it", "", FIELD(at)},
	{"told-by", 0, NULL, NULL, "TEXT", NULL, OPTION_TEXT, OPTION_INPUT, VERB_CASE_ADD, false,
		"who told, a ticket say", "", FIELD(told_by)},
	{"note", 0, NULL, NULL, "TEXT", NULL, OPTION_TEXT, OPTION_INPUT, VERB_CASE_ADD, false,
		"what else they said", "", FIELD(note)},
	{"hypothesis", 0, NULL, NULL, "NAME", NULL, OPTION_TEXT, OPTION_INPUT, VERB_CASE_ADD, false,
		"somebody who may have done it", "", FIELD(hypothesis)},
	{"remove", 0, NULL, NULL, "ID", NULL, OPTION_LIST, OPTION_INPUT, VERB_CASE_ADD, false,
		"take this out; earlier revisions keep it; repeatable", "", FIELD(remove)},
	{"revision", 0, NULL, NULL, "N", NULL, OPTION_COUNT, OPTION_INPUT,
		VERB_CASE_SHOW | VERB_CASE_EXPORT | VERB_REPORT | VERB_ATTRIBUTE | VERB_SCOPE, false, "as it was at this revision (the newest)", "",
		FIELD(revision)},
	{"case", 0, NULL, NULL, "ID", NULL, OPTION_TEXT, OPTION_INPUT, VERB_SCOPE_SCAN, false,
		"look for what this case looks for, and keep in it what was seen", "", FIELD(case_id)},
	{"threshold", 0, NULL, NULL, "P", NULL, OPTION_RATIO, OPTION_INPUT, VERB_SCOPE, false,
		"how sure a link to a customer must be for the estimate (0.8)",
		"From 0.5. The lower bound always takes 0.95, and the report shows what 0.5, 0.8 and "
		"0.95 give.",
		FIELD(threshold)},
	{"geo", 0, NULL, NULL, "FILE", NULL, OPTION_FILE, OPTION_INPUT, VERB_SCOPE, false,
		"countries of addresses that are no customer's (.mmdb)",
		"A MaxMind database with countries. It says where an address is registered.",
		FIELD(geo)},
	{"sql", 0, NULL, NULL, "ENGINE", "clickhouse duckdb postgresql", OPTION_CHOICE, OPTION_RESULT,
		VERB_SCOPE, false, "print the question as SQL instead of counting",
		"It asks a view assay_events: docs/scope.md names its columns.", FIELD(sql)},
	{"kql", 0, NULL, NULL, NULL, NULL, OPTION_FLAG, OPTION_RESULT, VERB_SCOPE, false,
		"print the question for Microsoft Defender's hunting tables", "", FIELD(kql)},
	{"spl", 0, NULL, NULL, NULL, NULL, OPTION_FLAG, OPTION_RESULT, VERB_SCOPE, false,
		"print the question for Splunk", "", FIELD(spl)},
	{"as", 0, NULL, NULL, "SOURCE", NULL, OPTION_TEXT, OPTION_INPUT, VERB_SCOPE_SCAN, false,
		"the id of the source that all these files are of",
		"Otherwise each file is a source of its own name.", FIELD(as)},
	{"day-order", 0, NULL, NULL, "ORDER", "day-first month-first", OPTION_CHOICE, OPTION_INPUT,
		VERB_SCOPE_SCAN, false, "how dates such as 03/04/2022 are meant (unknown)", "",
		FIELD(day_order)},
	{"mapping", 0, NULL, NULL, "FILE", NULL, OPTION_FILE, OPTION_INPUT, VERB_SCOPE_SCAN, false,
		"read the files by this declaration of columns",
		"A line \"format csv\" or \"format jsonl\", then what a column is and its name: \"time "
		"Downloaded at\". src/logs/declared.h lists what there is.",
		FIELD(mapping)},
	{"log-format", 0, NULL, NULL, "NAME", NULL, OPTION_TEXT, OPTION_INPUT, VERB_SCOPE_SCAN, false,
		"read the files as this format, whatever they look like",
		"assay formats lists the names.", FIELD(log_format)},
	{"jobs", 'j', NULL, NULL, "N", NULL, OPTION_COUNT, OPTION_LIMIT, VERBS_ANALYSE | VERB_SCOPE_SCAN, false,
		"processes at a time (one per processor)", "Never changes the result.", FIELD(jobs)},
	{"limit-bytes", 0, NULL, NULL, "SIZE", NULL, OPTION_SIZE, OPTION_LIMIT, VERBS_ANALYSE | VERB_SCOPE_SCAN, false,
		"bytes that may come out of the containers of one release",
		"With k, M, G or T for powers of 1000. What lies beyond a limit is reported as not "
		"seen.",
		FIELD(limit_bytes)},
	{"limit-members", 0, NULL, NULL, "N", NULL, OPTION_COUNT, OPTION_LIMIT, VERBS_ANALYSE, false,
		"members of one release", "", FIELD(limit_members)},
	{"limit-depth", 0, NULL, NULL, "N", NULL, OPTION_COUNT, OPTION_LIMIT, VERBS_ANALYSE, false,
		"containers in containers", "", FIELD(limit_depth)},
	{"limit-steps", 0, NULL, NULL, "N", NULL, OPTION_COUNT, OPTION_LIMIT, VERBS_ANALYSE, false,
		"work on one member, in steps",
		"A step is about the work of handling one token; counted instead of time so that "
		"results repeat.",
		FIELD(limit_steps)},
	{"limit-memory", 0, NULL, NULL, "SIZE", NULL, OPTION_SIZE, OPTION_LIMIT, VERBS_ANALYSE, false,
		"memory of one reading process", "", FIELD(limit_memory)},
	{"unconfined", 0, "confined", NULL, NULL, NULL, OPTION_FLAG, OPTION_LIMIT,
		VERBS_ANALYSE | VERB_SCOPE_SCAN | VERB_LEDGER_REBUILD,
		false, "go on where the kernel cannot confine readers",
		"The report then says so. Without it, assay refuses with exit status 2.",
		FIELD(unconfined)},
	{"quiet", 'q', "no-quiet", NULL, NULL, NULL, OPTION_FLAG, OPTION_TALK, VERBS_ALL, false,
		"say nothing on stderr but errors", "", FIELD(quiet)},
	{"stats", 0, "no-stats", NULL, NULL, NULL, OPTION_FLAG, OPTION_TALK, VERBS_ANALYSE, false,
		"say on stderr what the run cost: time, memory, bytes", "", FIELD(stats)},
	{"colour", 0, NULL, "color", "WHEN", "auto always never", OPTION_CHOICE, OPTION_TALK,
		VERBS_ALL, false, "colour on stdout (auto)",
		"auto: on a terminal, unless NO_COLOR is set or TERM is dumb. FORCE_COLOR and "
		"CLICOLOR_FORCE switch it on. Nothing is said by colour alone.",
		FIELD(colour)},
	{"no-progress", 0, "progress", NULL, NULL, NULL, OPTION_FLAG, OPTION_TALK, VERBS_ANALYSE | VERB_SCOPE_SCAN,
		false, "no progress line",
		"Progress shows on stderr only when that is a terminal and a run takes longer than "
		"two seconds.",
		FIELD(no_progress)},
	{"no-config", 0, NULL, NULL, NULL, NULL, OPTION_FLAG, OPTION_OTHER, VERBS_ALL, false,
		"read no configuration file",
		"Otherwise options are taken, one a line, from $ASSAY_CONFIG or from "
		"$XDG_CONFIG_HOME/assay/config; the command line wins. The working folder and the "
		"releases are never asked.",
		FIELD(no_config)},
	{"generate", 0, NULL, NULL, "WHAT", NULL, OPTION_TEXT, OPTION_OTHER, VERBS_ALL, true,
		"print man, man-VERB, complete-bash, complete-zsh or complete-fish", "",
		FIELD(generate)},
	{"help", 0, NULL, NULL, NULL, NULL, OPTION_FLAG, OPTION_OTHER, VERBS_ALL, false,
		"show all of this at length; -h is one screen", "", FIELD(help_long)},
	{"help-short", 'h', NULL, NULL, NULL, NULL, OPTION_FLAG, OPTION_OTHER, VERBS_ALL, true, "",
		"", FIELD(help_short)},
	{"version", 'V', NULL, NULL, NULL, NULL, OPTION_FLAG, OPTION_OTHER, VERBS_ALL, false,
		"show the version", "", FIELD(version)},
};

enum { ROWS = sizeof(table) / sizeof(table[0]) };
_Static_assert((int)ROWS <= (int)OPTIONS_MAX, "settings.given has one place a row");

const struct option_row *option_table(size_t *ret_n)
{
	*ret_n = ROWS;
	return table;
}

const char *option_category_name(enum option_category c)
{
	static const char *const names[] = {"Result", "Input", "Limits and work", "Talk", "Other"};

	return names[c];
}

void settings_init(struct settings *s)
{
	*s = (struct settings){0};
}

/* ---- names ----------------------------------------------------------------------------------- */

/* Edits from a to b: insert, drop, replace; at most 32 letters of each count. */
static size_t edits(const char *a, const char *b)
{
	size_t row[33], na = strnlen(a, 32), nb = strnlen(b, 32);

	for (size_t k = 0; k <= nb; k++)
		row[k] = k;
	for (size_t i = 1; i <= na; i++) {
		size_t corner = row[0];

		row[0] = i;
		for (size_t k = 1; k <= nb; k++) {
			size_t above = row[k], best = corner + (a[i - 1] != b[k - 1]);

			best = above + 1 < best ? above + 1 : best;
			best = row[k - 1] + 1 < best ? row[k - 1] + 1 : best;
			corner = above;
			row[k] = best;
		}
	}
	return row[nb];
}

const char *nearest_name(const char *name, const char *const *names, size_t n)
{
	const char *best = NULL;
	size_t least = strlen(name) / 3 + 1;

	for (size_t i = 0; i < n; i++) {
		size_t d = edits(name, names[i]);

		if (d <= least && (!best || d < least)) {
			best = names[i];
			least = d;
		}
	}
	return best;
}

bool choice_has(const char *choices, const char *word)
{
	size_t n = strlen(word);

	while (*choices) {
		size_t len = strcspn(choices, " ");

		if (len == n && memcmp(choices, word, n) == 0)
			return true;
		choices += len;
		choices += *choices == ' ';
	}
	return false;
}

static const char *nearest_option(const char *name)
{
	const char *names[2 * ROWS];
	size_t n = 0;

	for (size_t i = 0; i < ROWS; i++) {
		if (table[i].hidden)
			continue;
		names[n++] = table[i].name;
		if (table[i].negation)
			names[n++] = table[i].negation;
	}
	return nearest_name(name, names, n);
}

static const struct option_row *find_long(struct str name, bool *ret_negated)
{
	*ret_negated = false;
	for (size_t i = 0; i < ROWS; i++) {
		if (table[i].kind == OPTION_FLAG && table[i].letter == 'h')
			continue; /* only a letter */
		if (str_is(name, table[i].name) || (table[i].also && str_is(name, table[i].also)))
			return &table[i];
		if (table[i].negation && str_is(name, table[i].negation)) {
			*ret_negated = true;
			return &table[i];
		}
	}
	return NULL;
}

static const struct option_row *find_letter(char c)
{
	for (size_t i = 0; i < ROWS; i++)
		if (table[i].letter == c)
			return &table[i];
	return NULL;
}

/* ---- values ---------------------------------------------------------------------------------- */

static bool parse_size(struct str s, uint64_t *ret)
{
	static const char units[] = "kMGT";
	uint64_t factor = 1, n;

	if (s.len && (s.p[s.len - 1] == 'K' || strchr(units, s.p[s.len - 1]))) {
		const char *unit = strchr(units, s.p[s.len - 1]);
		size_t power = unit ? (size_t)(unit - units) : 0;

		for (size_t i = 0; i <= power; i++)
			factor *= 1000;
		s.len--;
	}
	if (!str_to_u64(s, 10, &n) || n == 0 || n > UINT64_MAX / factor)
		return false;
	*ret = n * factor;
	return true;
}

/* 0.001, 1e-3: digits and one point, or an exponent; strictly between 0 and 1. */
static bool parse_ratio(const char *text, double *ret)
{
	char *end;
	double x;

	if (strspn(text, "0123456789.eE-") != strlen(text) || !*text)
		return false;
	x = strtod(text, &end);
	if (*end || !(x > 0 && x < 1))
		return false;
	*ret = x;
	return true;
}

static bool two_digits(struct str s, size_t at, uint64_t least, uint64_t most, int64_t *ret)
{
	uint64_t n;

	if (!str_to_u64(str_part(s, at, 2), 10, &n) || n < least || n > most)
		return false;
	*ret = (int64_t)n;
	return true;
}

/* Days since 1970-01-01 in the Gregorian calendar. */
static int64_t days_of(int64_t year, int64_t month, int64_t day)
{
	int64_t y = month <= 2 ? year - 1 : year, era = y / 400, of_era = y - era * 400;
	int64_t shifted = month > 2 ? month - 3 : month + 9;
	int64_t of_year = (153 * shifted + 2) / 5 + day - 1;

	return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

/* YYYY-MM-DD, YYYY-MM-DDThh:mm:ssZ, @seconds */
static bool parse_time(struct str s, int64_t *ret)
{
	static const uint8_t last[] = {31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	int64_t month, day, hour = 0, minute = 0, second = 0;
	uint64_t n;

	if (s.len && s.p[0] == '@') {
		if (!str_to_u64(str_part(s, 1, s.len), 10, &n) || n > 253402300799)
			return false;
		*ret = (int64_t)n;
		return true;
	}
	if (s.len != 10 && s.len != 20)
		return false;
	if (s.p[4] != '-' || s.p[7] != '-' || !str_to_u64(str_part(s, 0, 4), 10, &n) || n < 1970)
		return false;
	if (!two_digits(s, 5, 1, 12, &month) || !two_digits(s, 8, 1, last[month - 1], &day))
		return false;
	if (month == 2 && day == 29 && (n % 4 != 0 || (n % 100 == 0 && n % 400 != 0)))
		return false;
	if (s.len == 20 && (s.p[10] != 'T' || s.p[13] != ':' || s.p[16] != ':' || s.p[19] != 'Z' ||
				   !two_digits(s, 11, 0, 23, &hour) ||
				   !two_digits(s, 14, 0, 59, &minute) ||
				   !two_digits(s, 17, 0, 59, &second)))
		return false;
	*ret = ((days_of((int64_t)n, month, day) * 24 + hour) * 60 + minute) * 60 + second;
	return true;
}

static bool bad_value(const struct option_row *row, const char *value, const char *want)
{
	say_error("--%s %s: %s", row->name, shown(value).text, want);
	return false;
}

static bool bad_choice(const struct option_row *row, const char *value)
{
	char want[200];

	snprintf(want, sizeof(want), "not one of: %s", row->choices);
	return bad_value(row, value, want);
}

static bool set_value(struct settings *s, const struct option_row *row, const char *value)
{
	char *field = (char *)s + row->offset;
	struct texts *list;

	switch (row->kind) {
	case OPTION_CHOICE:
		if (!choice_has(row->choices, value) || !*value)
			return bad_choice(row, value);
		*(const char **)(void *)field = value;
		return true;
	case OPTION_TEXT:
	case OPTION_FILE:
		if (!*value)
			return bad_value(row, value, "empty");
		*(const char **)(void *)field = value;
		return true;
	case OPTION_LIST:
	case OPTION_FILES:
		list = (struct texts *)(void *)field;
		if (!*value)
			return bad_value(row, value, "empty");
		if (list->n == SETTINGS_LIST)
			return bad_value(row, value, "given too often");
		list->items[list->n++] = value;
		return true;
	case OPTION_COUNT:
		if (!str_to_u64(str_of(value), 10, (uint64_t *)(void *)field) ||
			*(uint64_t *)(void *)field == 0)
			return bad_value(row, value, "not a whole number from 1 up");
		return true;
	case OPTION_SIZE:
		if (!parse_size(str_of(value), (uint64_t *)(void *)field))
			return bad_value(row, value, "not a size like 500M or 8G");
		return true;
	case OPTION_RATIO:
		if (!parse_ratio(value, (double *)(void *)field))
			return bad_value(row, value, "not a number between 0 and 1");
		return true;
	case OPTION_TIME:
		if (!parse_time(str_of(value), (int64_t *)(void *)field))
			return bad_value(row, value,
				"not a time like 2026-07-27, 2026-07-27T10:30:00Z or @1785142200");
		s->has_now = true;
		return true;
	default:
		return false;
	}
}

/* ---- the command line ------------------------------------------------------------------------ */

struct parse {
	struct settings *s;
	const char **argv;
	int argc, i;
	const char *config; /* file name, NULL for the command line */
};

static void mark_given(struct parse *p, const struct option_row *row)
{
	if (!p->config)
		p->s->given[row - table] = true;
}

static bool set_flag(struct parse *p, const struct option_row *row, bool value)
{
	*((bool *)(void *)((char *)p->s + row->offset)) = value;
	/* Of two that exclude each other the later one holds. */
	if (row->offset == FIELD(online) && value)
		p->s->offline = false;
	if (row->offset == FIELD(offline) && value)
		p->s->online = false;
	mark_given(p, row);
	return true;
}

static bool take_value(struct parse *p, const struct option_row *row, const char *value)
{
	if (!value) {
		if (p->i + 1 >= p->argc) {
			say_error("--%s needs a value: %s", row->name, row->value);
			return false;
		}
		value = p->argv[++p->i];
	}
	mark_given(p, row);
	return set_value(p->s, row, value);
}

static bool unknown_option(const char *arg, struct str name)
{
	char word[64];
	const char *near;

	snprintf(word, sizeof(word), "%.*s", STR_ARG(str_part(name, 0, 63)));
	near = nearest_option(word);
	if (near)
		say_error("unknown option %s; is it --%s?", shown(arg).text, near);
	else
		say_error("unknown option %s; assay -h lists them", shown(arg).text);
	return false;
}

static bool long_option(struct parse *p, const char *arg)
{
	struct str name = str_of(arg + 2);
	size_t equal = str_find_z(name, "=");
	const char *value = NULL;
	const struct option_row *row;
	bool negated;

	if (equal != SIZE_MAX) {
		value = name.p + equal + 1;
		name.len = equal;
	}
	if (str_is(name, "no-colour") || str_is(name, "no-color")) {
		p->s->colour = "never";
		return true;
	}
	row = find_long(name, &negated);
	if (!row)
		return unknown_option(arg, name);
	if (row->kind != OPTION_FLAG)
		return take_value(p, row, value);
	if (value) {
		say_error("--%.*s takes no value", STR_ARG(name));
		return false;
	}
	return set_flag(p, row, !negated);
}

/* -q, -j4, -j 4, -qf json */
static bool letters(struct parse *p, const char *arg)
{
	for (const char *c = arg + 1; *c; c++) {
		const struct option_row *row = find_letter(*c);

		if (!row) {
			say_error("unknown option %s; assay -h lists them", shown(arg).text);
			return false;
		}
		if (row->kind != OPTION_FLAG)
			return take_value(p, row, c[1] ? c + 1 : NULL);
		set_flag(p, row, true);
	}
	return true;
}

bool options_parse(struct settings *s, int argc, const char **argv, const char *config)
{
	struct parse p = {.s = s, .argv = argv, .argc = argc, .config = config};
	bool only_args = false;

	for (p.i = 1; p.i < argc; p.i++) {
		const char *arg = argv[p.i];

		if (!only_args && strcmp(arg, "--") == 0) {
			only_args = true;
		} else if (!only_args && arg[0] == '-' && arg[1] == '-') {
			if (!long_option(&p, arg))
				return false;
		} else if (!only_args && arg[0] == '-' && arg[1]) {
			if (!letters(&p, arg))
				return false;
		} else if (config) {
			say_error("%s: \"%s\" is not an option", config, shown(arg).text);
			return false;
		} else {
			s->args[s->n_args++] = arg;
		}
	}
	return true;
}

bool options_check(const struct settings *s, uint64_t verb_bit, const char *verb)
{
	for (size_t i = 0; i < ROWS; i++) {
		if (!s->given[i] || (table[i].verbs & verb_bit))
			continue;
		say_error("--%s means nothing to assay %s", table[i].name, verb);
		return false;
	}
	return true;
}
