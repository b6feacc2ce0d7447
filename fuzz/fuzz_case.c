/*
 * Who controls these bytes: whoever made a result, an export or a list that somebody adds to a case. The
 * first byte picks the reader. Truth: what a case takes and holds to its tables goes into a document
 * that reads back as the same document, byte for byte.
 */
#include "fuzz.h"

#include "case/case_int.h"
#include "case/read.h"
#include "report/case.h"
#include "store/backend.h"

enum { DOCUMENT_BYTES = 64 << 20 };

/* Never opened: it only keeps reasons. */
static struct store reasons;

static void change_init(struct case_change *c, struct arena *a)
{
	struct case_revision *r;

	*c = (struct case_change){.store = &reasons, .arena = a, .parts = (unsigned)CASE_ALL};
	c->now = ARENA_NEW(a, struct case_file);
	row_init(&case_noun_file, c->now);
	c->now->id = STR("C1");
	c->now->revision = 1;
	r = CASE_ADD(a, &c->now->revisions);
	r->number = 1;
}

static void write_case(const struct case_file *f, struct buf *b)
{
	struct report_out out = report_to_buf(b);

	buf_init(b, DOCUMENT_BYTES);
	report_case_json(f, 0, &out);
	FUZZ_CHECK(!out.failed);
}

/* What has passed the checks comes back the same. */
static void goes_round(struct case_change *c)
{
	char why[CASE_READ_WHY];
	struct case_change again;
	struct buf one, two;
	json_t *v;

	if (case_check(c) != STATUS_OK)
		return;
	write_case(c->now, &one);
	v = case_json(buf_str(&one), why);
	FUZZ_CHECK(v);
	change_init(&again, c->arena);
	FUZZ_CHECK(case_read(c->arena, v, again.now, why) == STATUS_OK);
	json_decref(v);
	FUZZ_CHECK(case_check(&again) == STATUS_OK);
	write_case(again.now, &two);
	FUZZ_CHECK(str_equal(buf_str(&one), buf_str(&two)));
	buf_release(&one);
	buf_release(&two);
}

static void document(struct case_change *c, struct str text, bool is_result)
{
	char why[CASE_READ_WHY] = "";
	json_t *v = case_json(text, why);
	size_t added;
	enum status status;

	FUZZ_CHECK(v || why[0]);
	if (!v)
		return;
	status = is_result ? case_add_result(c, v, STR("00"), NULL, &added, why)
			   : case_read(c->arena, v, c->now, why);
	FUZZ_CHECK(status == STATUS_OK || why[0]);
	if (status == STATUS_OK)
		goes_round(c);
	json_decref(v);
}

static void list(struct case_change *c, struct str text, bool is_customers)
{
	char why[CASE_READ_WHY] = "";
	size_t n;
	enum status status = is_customers ? case_add_customers(c, text, &n, why)
					  : case_add_indicators(c, text, &n, why);

	FUZZ_CHECK(status == STATUS_OK || why[0]);
	if (status == STATUS_OK)
		goes_round(c);
}

static void observation(struct arena *a, struct str text)
{
	char why[CASE_READ_WHY];
	json_t *v = case_json(text, why);
	struct observation o;
	struct report_out out;
	struct buf b;

	if (v && case_read_observation(a, v, &o, why) == STATUS_OK &&
		case_check_row(&reasons, a, &case_noun_observation, &o, "o") == STATUS_OK) {
		buf_init(&b, DOCUMENT_BYTES);
		out = report_to_buf(&b);
		report_observation_json(&o, &out);
		json_decref(v);
		v = case_json(buf_str(&b), why);
		FUZZ_CHECK(v && case_read_observation(a, v, &o, why) == STATUS_OK);
		buf_release(&b);
	}
	json_decref(v);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	struct str text = str_view(bytes + 1, n ? n - 1 : 0);
	struct case_change c;
	struct arena a;

	if (n == 0)
		return 0;
	arena_init(&a, 0);
	change_init(&c, &a);
	if (bytes[0] % 5 == 4)
		observation(&a, text);
	else if (bytes[0] % 5 >= 2)
		list(&c, text, bytes[0] % 5 == 2);
	else
		document(&c, text, bytes[0] % 5 == 1);
	arena_release(&a);
	return 0;
}

void fuzz_seeds(void (*run)(const void *bytes, size_t n))
{
#define HASH "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
	static const char *const seeds[] = {
		"o{\"schema\": \"assay.diff.v1\", \"old\": {\"sha256\": \"" HASH "\"}, \"new\": {\"path\": "
		"\"a/b.exe\", \"sha256\": \"" HASH "\", \"name\": \"n\\u202e\", \"version\": \"1\", "
		"\"size_bytes\": 12}, \"verdict\": \"tampered\", \"probability\": 0.9975, \"findings\": "
		"[{\"id\": \"AS-0042\", \"behaviour\": \"net/new-host\", \"where\": {\"member\": \"m\"}, "
		"\"weight\": 3.25, \"flow\": [\"http.get\"], \"untrusted\": {\"evidence\": "
		"\"h.example\", \"decoded\": [\"https://u:p@c.example:8/x\", \"HKLM\\\\\\\\Software\\\\\\\\Run "
		"/v x\", \"sc create S binPath= C:\\\\\\\\a.exe\", \"http://192.0.2.1/y /etc/cron.d/z\"]}}], "
		"\"delta\": {\"digests\": [{\"member\": \"m\", \"sha256\": \"" HASH "\", \"size_bytes\": 1}]}}",
		"o{\"schema\": \"assay.diff.v1\"}",
		"n{\"schema\": \"assay.case.v1\", \"id\": \"C1\", \"title\": \"t\", \"created\": "
		"\"2022-09-27T08:00:00.25Z\", \"revision\": 2, \"releases\": [{\"id\": \"r1\", \"status\": "
		"\"bad\", \"probability\": 1e300, \"artifacts\": [{\"path\": \"p\"}], \"findings\": [{\"a\": "
		"[1.5, true, null, {}]}]}], \"channels\": [{\"id\": \"c2\", \"kind\": \"cdn\", \"fanout\": "
		"\"none\", \"ttl_seconds\": 9}], \"windows\": [{\"id\": \"w3\", \"release\": \"r1\", "
		"\"channel\": \"c2\", \"from\": {\"lo\": \"2022-09-27T00:00:00Z\", \"hi\": null}}], "
		"\"sources\": [{\"id\": \"web\", \"clock\": {\"offset_seconds\": -1.5}, \"coverage\": "
		"{\"gaps\": [{\"lo\": \"2022-09-27T00:00:00Z\", \"hi\": null}]}, \"population\": [\"K1\"], "
		"\"independent\": true, \"files\": []}], \"customers\": [{\"id\": \"K1\", \"keys\": "
		"{\"ip\": [\"192.0.2.0/24\"]}}], \"observations\": 3, \"revisions\": [{\"number\": 1, \"at\": "
		"\"2022-09-27T00:00:00Z\"}, {\"number\": 2, \"at\": \"2022-09-28T00:00:00Z\"}]}",
		"pid,name,ip,domain\r\nK1,\"a, \"\"b\"\"\",192.0.2.1;192.0.2.2,x.example\r\nK2,,,\r\n",
		"qkind,value,stage\nhost,h.example,\nmd5,00,delivered\n",
		"r{\"schema\": \"assay.observation.v1\", \"source\": \"s\", \"file\": \"f\", \"indicator\": "
		"\"i1\", \"stage\": \"delivered\", \"keys\": {\"ip\": \"192.0.2.1\"}, \"line\": 1, \"count\": 1}",
		"n[[[[[[[[", "pid\n\"", "q", "",
	};

	for (size_t i = 0; i < sizeof(seeds) / sizeof(seeds[0]); i++)
		run(seeds[i], strlen(seeds[i]));
}
