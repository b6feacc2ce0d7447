/*
 * Who controls these bytes: whoever made a result, a scope, an attribution, knowledge about groups or a
 * list of indicators that somebody asks assay about; the process that reads them has the user's rights.
 * The first byte picks the reader. Truths: what was refused has a reason; a result that was read is
 * printed as a document that reads back as the same document, byte for byte.
 */
#include "fuzz.h"

#include <string.h>

#include "attribute/knowledge.h"
#include "case/read.h"
#include "disclose/attribution_doc.h"
#include "disclose/scope_doc.h"
#include "report/report.h"
#include "scan/match.h"

enum { DOCUMENT_BYTES = 64 << 20 };

static void json(const struct document *d, struct report_out *out)
{
	report_json(d, 0, out);
}

static void print(const struct document *d, void (*as)(const struct document *d, struct report_out *out), struct buf *b)
{
	struct report_out out = report_to_buf(b);

	buf_init(b, DOCUMENT_BYTES);
	as(d, &out);
	FUZZ_CHECK(!out.failed);
}

static void result(struct arena *a, struct str text)
{
	static void (*const others[])(const struct document *d, struct report_out *out) = {report_html, report_markdown,
		report_jsonl, report_sarif};
	struct document d, again;
	struct buf one, two;
	struct str why = STR_NONE;

	if (report_read(a, text, &d, &why) != STATUS_OK) {
		FUZZ_CHECK(why.len);
		return;
	}
	print(&d, json, &one);
	FUZZ_CHECK(report_read(a, buf_str(&one), &again, &why) == STATUS_OK);
	print(&again, json, &two);
	FUZZ_CHECK(str_equal(buf_str(&one), buf_str(&two)));
	buf_release(&two);
	buf_release(&one);
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		print(&d, others[i], &one);
		buf_release(&one);
	}
}

static void knowledge(struct arena *a, struct str text, bool stix)
{
	char reason[CASE_READ_WHY] = "";
	json_t *v = case_json(text, reason);
	struct profiles known = {0};
	struct traits t = {0};
	struct stagings s = {0};
	struct attribution answer;
	struct str why = STR_NONE;
	enum status status;

	if (!v)
		return;
	status = stix ? knowledge_stix(a, v, &known, &why) : knowledge_traits(a, v, &t, &s, &why);
	FUZZ_CHECK(status == STATUS_OK || why.len);
	for (size_t i = 0; i < known.n && i < 3; i++)
		for (size_t k = 0; k < known.items[i].traits.n && k < 20; k++)
			traits_add(a, &t, known.items[i].traits.items[k].family, known.items[i].traits.items[k].value, false);
	if (status == STATUS_OK)
		attribute_run(a, &t, &known, &s, &answer);
	json_decref(v);
}

static void indicators(struct arena *a, struct str text)
{
	struct indicators set = {0};
	const struct log_format *const *formats;
	const char *why = NULL;
	unsigned line = 0;
	size_t n, n_lures;

	if (!indicators_read(&set, a, text, &line, &why)) {
		FUZZ_CHECK(why && *why);
		return;
	}
	(void)matcher_new(a, &set);
	formats = log_formats(&n);
	for (size_t i = 0; i < n; i++) {
		const struct lure *l = matcher_lures(a, &set, formats[i], &n_lures);

		for (size_t k = 0; k < n_lures; k++)
			FUZZ_CHECK(l[k].text.len && l[k].text.len <= NEEDLE_MAX_BYTES && l[k].indicator < set.n);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	struct str text = str_view((const char *)bytes + 1, n ? n - 1 : 0), why = STR_NONE;
	struct scope_doc scope;
	struct attribution_doc attribution;
	struct arena a;

	if (n == 0)
		return 0;
	arena_init(&a, 0);
	switch (bytes[0] % 6) {
	case 0:
		result(&a, text);
		break;
	case 1:
		FUZZ_CHECK(scope_doc_read(&a, text, &scope, &why) == STATUS_OK || why.len);
		break;
	case 2:
		FUZZ_CHECK(attribution_doc_read(&a, text, &attribution, &why) == STATUS_OK || why.len);
		break;
	case 3:
	case 4:
		knowledge(&a, text, bytes[0] % 6 == 3);
		break;
	default:
		indicators(&a, text);
	}
	arena_release(&a);
	return 0;
}

void fuzz_seeds(void (*run)(const void *bytes, size_t n))
{
	static const char *const seeds[] = {
		"f{\"schema\": \"assay.diff.v1\", \"verdict\": \"tampered\", \"probability\": 0.9, \"old\": {\"path\": \"a\"}, \"new\": "
		"{\"path\": \"b<i>\", \"name\": \"n\\u202e\", \"size_bytes\": 7}, \"findings\": [{\"id\": \"AS-0001\", \"where\": "
		"{\"member\": \"m\", \"line\": 3, \"shape\": \"00112233445566778899aabbccddeeff\"}, \"flow\": [\"a\"], \"untrusted\": "
		"{\"evidence\": \"`x`\\u001b[1m\", \"decoded\": [\"y\"]}, \"weight\": 2.5}], \"delta\": {\"added\": [\"q\"], "
		"\"renamed\": [{\"from\": \"r\", \"to\": \"s\"}], \"digests\": [{\"member\": \"m\"}]}, \"provenance\": {\"new\": "
		"{\"signer\": \"S\"}, \"breaks\": [{\"what\": \"w\"}], \"traces\": [{\"member\": \"m\", \"kind\": \"pdb\", \"value\": "
		"\"C:\\\\x.pdb\"}]}, \"coverage\": {\"blind\": [{\"member\": \"z\", \"reason\": \"r\"}]}}",
		"f{\"schema\": \"assay.inspect.v1\", \"verdict\": \"clean\", \"new\": {}}",
		"g{\"schema\": \"assay.scope.v1\", \"case\": {\"id\": \"C1\", \"revision\": 2}, \"funnel\": [{\"stage\": \"delivered\", "
		"\"lower\": 1, \"interval\": {\"lo\": 1, \"hi\": 2}, \"upper\": null}], \"by\": {\"customer\": [{\"id\": \"K\", "
		"\"evidence\": [{\"source\": \"s\", \"line\": 3}]}], \"country\": [{\"key\": \"DE\", \"stages\": []}]}, "
		"\"coverage\": [{\"source\": \"s\", \"gaps\": [{}]}], \"unknown\": [\"u\"]}",
		"h{\"schema\": \"assay.attribution.v1\", \"case\": {\"id\": \"C1\"}, \"hypotheses\": [{\"id\": \"a\", \"is_none\": true}], "
		"\"wording\": {\"sentence\": \"s\", \"named\": null}, \"staging\": [{\"what\": \"w\"}]}",
		"i{\"type\": \"bundle\", \"objects\": [{\"type\": \"intrusion-set\", \"id\": \"intrusion-set--1\", \"name\": \"Heron\", "
		"\"x_assay_traits\": [{\"family\": \"infrastructure\", \"value\": \"c.example\"}]}, {\"type\": \"attack-pattern\", \"id\": "
		"\"attack-pattern--1\", \"external_references\": [{\"source_name\": \"mitre-attack\", \"external_id\": \"T1105\"}]}, "
		"{\"type\": \"relationship\", \"relationship_type\": \"uses\", \"source_ref\": \"intrusion-set--1\", \"target_ref\": "
		"\"attack-pattern--1\"}]}",
		"j{\"traits\": [{\"family\": \"behaviour\", \"value\": \"T1105\"}], \"texts\": [\"\\u8fd9\\u4e2a\\u51fd\\u6570\"], "
		"\"times\": [{\"at\": \"2022-09-26T10:00:00+08:00\"}, {\"at\": \"2022-09-26T05:00:00+02:00\"}], \"pe_heads\": "
		"[\"4d5a52696368\"]}",
		"k{\"indicators\": [{\"kind\": \"ip\", \"value\": \"192.0.2.0/27\"}, {\"kind\": \"url\", \"value\": \"https://c.example/x\"}]}",
		"kip\t2001:db8::/40\npath\t/a/%61.exe\nhost\tc.example\tbeaconed\n# x\n00112233445566778899aabbccddeeff\n",
		"f[", "g", "h{}", "i{\"type\": \"bundle\"}", "j[]", "k", "",
	};

	for (size_t i = 0; i < sizeof(seeds) / sizeof(seeds[0]); i++)
		run(seeds[i], strlen(seeds[i]));
}
