/*
 * Who controls these bytes: whoever can make a server, a resolver or a machine log something, and the
 * one who hands over the file. The first byte picks the format of the rest, beyond the last of them
 * the file is recognised; MAPPING says that the rest is a declaration of columns.
 * Truths: the same file gives the same frames; each of them is one that the parent takes, and that an
 * honest child writes; cut into ranges, the sums are the same.
 */
#include "fuzz.h"
#include "samples.h"
#include "tool_seeds.h"

#include "logs/declared.h"
#include "logs/sniff.h"
#include "scan/child.h"
#include "scan/frames.h"

enum { LONGEST = 512, MAPPING = 0xfe, RECOGNISED = 0xff };

/* What declared-csv and declared-json are read by. */
static const char mapping[] = "format jsonl\nact executed\ntime when\ndate day\nclock hour\nip addr\nuser who\nhost pc\n"
			      "agent_id agent\naccount acct\nlicence lic\nuser_agent ua\ndomain dom\nhash sum\npath path\nurl url\n"
			      "to_host to\nto_ip dest\nfile file\nregistry_key key\nservice svc\npackage pkg\nversion ver\n"
			      "site site\nrequest req\npurl purl\ndigests all\nstatus st\nbytes n\nmethod m\n";

static struct arena keep;
static struct scan_shared shared;

static void set_up(void)
{
	static const char list[] = "path\t/a.exe\tdelivered\t\t512\nhost\tc2.example\nip\t198.51.100.7\n"
				   "file_name\ta.exe\nmd5\t00112233445566778899aabbccddeeff\n"
				   "url\thttp://c2.example/x\tsecond_stage\npackage\thelpdesk agent 10.0.9\n"
				   "registry_key\tHKLM\\Software\\A\nservice\tAgentSvc\n";
	static struct indicators set;
	const char *why;
	unsigned line;

	if (shared.matcher)
		return;
	arena_init(&keep, 0);
	FUZZ_CHECK(indicators_read(&set, &keep, STR(list), &line, &why));
	FUZZ_CHECK(declared_read(&keep, STR(mapping), &line, &why));
	shared.indicators = &set;
	shared.matcher = matcher_new(&keep, &set);
	FUZZ_CHECK(zone_open(STR("UTC"), &shared.utc) == STATUS_OK);
}

static void no_flush(void *user, struct buf *out)
{
}

/* Every frame is read and written again. The last mark goes into *ret. */
static void take_frames(struct str all, struct scan_mark *ret)
{
	while (all.len) {
		enum frame_type type;
		struct cursor payload;
		size_t used;
		struct buf again;
		struct scan_hit hit;
		struct scan_stray stray;
		struct silences times = {0};
		struct arena a;
		bool ok = false;

		FUZZ_CHECK(frame_take(all, &type, &payload, &used) == STATUS_OK);
		buf_init(&again, 1 << 20);
		if (type == FRAME_SCAN_HIT)
			ok = scan_hit_get(&payload, &hit) && hit.indicator < shared.indicators->n &&
			     scan_hit_put(&again, &hit);
		else if (type == FRAME_SCAN_STRAY)
			ok = scan_stray_get(&payload, &stray) &&
			     stray.indicator < shared.indicators->n && scan_stray_put(&again, &stray);
		else if (type == FRAME_SCAN_MARK)
			ok = scan_mark_get(&payload, ret) && scan_mark_put(&again, ret);
		else if (type == FRAME_SCAN_TIMES) {
			arena_init(&a, 0);
			ok = scan_times_get(&payload, &a, &times) && scan_times_put(&again, &times);
			arena_release(&a);
		}
		FUZZ_CHECK(ok && str_equal(buf_str(&again), str_part(all, 0, used)));
		buf_release(&again);
		all = str_part(all, used, all.len);
	}
}

static struct scan_mark scan(uint32_t format, struct cursor file, uint64_t from, uint64_t to,
	struct buf *out)
{
	struct scan_job j = {.from = from, .to = to, .file_bytes = file.len, .format = format,
		.line_max = LONGEST, .file_us = INT64_C(1664273472000000), .host = STR("pc-1")};
	size_t begin = from ? (size_t)from - 1 : 0;
	struct cursor part = cursor_clip(&file, begin, to - begin + LONGEST + 1);
	struct scan_mark mark = {0};
	struct arena a;

	arena_init(&a, 0);
	buf_init(out, 16 << 20);
	scan_range(&shared, &j, part, false, &a, out, no_flush, NULL);
	FUZZ_CHECK(!out->full);
	take_frames(buf_str(out), &mark);
	mark.why = STR_NONE;
	arena_release(&a);
	return mark;
}

static void check_ranges(uint32_t format, struct cursor file, const struct scan_mark *whole)
{
	struct scan_mark sum = {0};

	for (uint64_t from = 0; from < file.len; from += LONGEST) {
		uint64_t to = file.len - from < LONGEST ? file.len : from + LONGEST;
		struct buf out;
		struct scan_mark m = scan(format, file, from, to, &out);

		sum.lines += m.lines;
		sum.unreadable += m.unreadable;
		sum.too_long += m.too_long;
		sum.hits += m.hits;
		sum.strays += m.strays;
		buf_release(&out);
	}
	FUZZ_CHECK(sum.lines == whole->lines && sum.unreadable == whole->unreadable);
	FUZZ_CHECK(sum.too_long == whole->too_long && sum.hits == whole->hits);
	FUZZ_CHECK(sum.strays == whole->strays);
}

static bool in_ranges(const struct log_format *f)
{
	return !f->sequential && f->records == RECORDS_LINES;
}

static void one(uint32_t format, const struct log_format *f, struct cursor file)
{
	struct buf first, second;
	struct scan_mark a = scan(format, file, 0, file.len, &first);
	struct scan_mark b = scan(format, file, 0, file.len, &second);

	FUZZ_CHECK(str_equal(buf_str(&first), buf_str(&second)));
	FUZZ_CHECK(a.lines == b.lines && a.unreadable <= a.lines);
	FUZZ_CHECK(a.text_bytes <= file.len);
	if (in_ranges(f))
		check_ranges(format, file, &a);
	buf_release(&first);
	buf_release(&second);
}

static uint32_t recognised(struct cursor file)
{
	size_t n;
	const struct log_format *const *list = log_formats(&n);
	struct log_guess g;
	struct arena a;
	uint32_t i = 0;

	arena_init(&a, 0);
	g = log_sniff(&a, str_view(file.base, file.len), true);
	arena_release(&a);
	while (i < n && list[i] != g.format)
		i++;
	return i;
}

/* What is refused has a line and a reason. The one of all others is put back. */
static void check_mapping(struct str text)
{
	const char *why = NULL;
	unsigned line;
	struct arena a;

	arena_init(&a, 0);
	FUZZ_CHECK(declared_read(&a, text, &line, &why) ? why == NULL : why != NULL);
	FUZZ_CHECK(declared_read(&keep, STR(mapping), &line, &why));
	arena_release(&a);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	size_t formats;
	const struct log_format *const *list = log_formats(&formats);
	struct cursor file;
	uint32_t format;

	set_up();
	if (n < 2 || n > 20000)
		return 0;
	file = cursor_of(bytes + 1, n - 1);
	if (bytes[0] == MAPPING)
		check_mapping(str_view(bytes + 1, n - 1));
	format = bytes[0] < formats ? bytes[0] : recognised(file);
	if (format < formats)
		one(format, list[format], file);
	return 0;
}

static uint8_t number_of(const char *format)
{
	size_t n;
	const struct log_format *const *list = log_formats(&n);
	const struct log_format *f = log_format_named(str_of(format));
	uint8_t i = 0;

	FUZZ_CHECK(f);
	while (list[i] != f)
		i++;
	return i;
}

static void seed(void (*run)(const void *bytes, size_t n), uint8_t format, const char *file)
{
	char text[4000];
	int n = snprintf(text, sizeof(text), "%c%s", format, file);

	FUZZ_CHECK(n > 0 && (size_t)n < sizeof(text));
	run(text, (size_t)n);
}

void fuzz_seeds(void (*run)(const void *bytes, size_t n))
{
	static const char *const mappings[] = {mapping, "# a\nformat csv\ntime a b\n", "format xml\n", "act none\n", "time\n",
		"colour x\n", "time x\n", "format csv\n"};

	for (size_t i = 0; i < SAMPLES; i++) {
		seed(run, RECOGNISED, samples[i].text);
		seed(run, number_of(samples[i].format), samples[i].text);
		for (int k = (int)(i % 7); k < 30; k += 7)
			seed(run, (uint8_t)k, samples[i].text);
	}
	for (size_t i = 0; i < sizeof(mappings) / sizeof(mappings[0]); i++)
		seed(run, MAPPING, mappings[i]);
	seed(run, number_of("declared-csv"),
		"when,addr,who,pc,url,path,st,n,sum,req,purl,all,key,svc,pkg,ver,file,to,dest,agent,acct,lic,ua,dom,day,hour,site,m\n"
		"2022-09-27T10:11:12Z,192.0.2.1,kim,pc-1,http://c2.example/x,/a.exe,200,512,00112233445566778899aabbccddeeff,"
		"GET /a.exe HTTP/1.1,pkg:npm/a@1,md5:00112233445566778899aabbccddeeff,HKLM\\Software\\A,AgentSvc,helpdesk agent,"
		"10.0.9,C:\\a.exe,c2.example,198.51.100.7,7f,a-1,l-1,u/1,corp,2022-09-27,10:11:12,dl.example,GET\n");
	seed(run, number_of("declared-json"),
		"{\"when\":1664273472,\"addr\":\"192.0.2.1\",\"url\":\"http:\\/\\/c2.example\\/x\",\"st\":200,\"n\":512,\"pc\":\"\\ud83d\\ude00\\n\"}\n"
		"{\"when\":1664273472,\"addr\":[\"192.0.2.1\"],\"path\":\"/a.exe?lic=1\",\"dest\":\"198.51.100.7\"}\n");
	seed(run, number_of("combined"),
		"192.0.2.1 - - [27/Sep/2022:10:11:12 +0000] \"GET /a.exe?v=1&LICENSE_key=L-1&agent=7f&x&account=%41 HTTP/1.1\" 200 512\n"
		"192.0.2.1 - - [27/Sep/2022:10:11:12 +0000] \"GET http://c2.example/x#y HTTP/1.1\" 304 -\n"
		"192.0.2.1 - - [27/Sep/2022:10:11:12 +0000] \"CONNECT c2.example:443 HTTP/1.1\" - - \"a \\\" b\" \"c\"\n"
		"192.0.2.1 - - [27/Sep/2022:10:11:12 +0000] \"CONNECT [2001:db8::1]:443 HTTP/1.1\" 2000 x\n");
	literal_seeds("~", "logs/test_access.c logs/test_formats.c scan/test_scan.c scan/test_match.c", run);
}
