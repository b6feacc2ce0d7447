/* Indicators are compared as what they are: what equals them, and what only holds their letters. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
/* cmocka wants the four above first */
#include <cmocka.h>

#include "scan/match.h"

struct question {
	enum indicator_kind kind;
	const char *value;
	enum log_what what;
	const char *text;
	bool same;
};

static const struct question questions[] = {
	{INDICATOR_HOST, "cdn.ember.example", WHAT_HOST, "cdn.ember.example", true},
	{INDICATOR_HOST, "cdn.ember.example", WHAT_HOST, "A.CDN.Ember.Example.", true},
	{INDICATOR_HOST, "cdn.ember.example", WHAT_HOST, "xcdn.ember.example", false},
	{INDICATOR_HOST, "cdn.ember.example", WHAT_HOST, "cdn.ember.example.invalid", false},
	{INDICATOR_HOST, "cdn.ember.example", WHAT_HOST, "ember.example", false},
	{INDICATOR_HOST, "cdn.ember.example", WHAT_URL, "https://u:p@cdn.ember.example:8443/x?y", true},
	{INDICATOR_HOST, "cdn.ember.example", WHAT_URL, "https://ok.example/?u=cdn.ember.example", false},
	{INDICATOR_PATH, "/dl/agent 1.exe", WHAT_PATH, "/dl/agent%201.exe?x=1", true},
	{INDICATOR_PATH, "/dl/agent.exe", WHAT_PATH, "//dl/./%61gent.exe", true},
	{INDICATOR_PATH, "/dl/agent.exe", WHAT_PATH, "/dl/agent.exe.asc", false},
	{INDICATOR_PATH, "/dl/agent.exe", WHAT_PATH, "/x?f=/dl/agent.exe", false},
	{INDICATOR_PATH, "/dl/agent.exe", WHAT_URL, "http://vendor.example/dl/agent.exe", true},
	{INDICATOR_PATH, "C:\\Program Files\\Agent\\a.dll", WHAT_FILE, "c:\\program files\\agent\\A.DLL", true},
	{INDICATOR_PATH, "resources/app.asar", WHAT_FILE, "/opt/agent/resources/app.asar", true},
	{INDICATOR_PATH, "resources/app.asar", WHAT_FILE, "/opt/myresources/app.asar", false},
	{INDICATOR_FILE_NAME, "agent.exe", WHAT_PATH, "/a/b/agent.exe", true},
	{INDICATOR_FILE_NAME, "agent.exe", WHAT_PATH, "/a/b/my-agent.exe", false},
	{INDICATOR_IP, "192.0.2.7", WHAT_IP, "192.0.2.7", true},
	{INDICATOR_IP, "192.0.2.7", WHAT_IP, "::ffff:192.0.2.7", true},
	{INDICATOR_IP, "192.0.2.7", WHAT_IP, "192.0.2.77", false},
	{INDICATOR_IP, "2001:db8::7", WHAT_IP, "2001:0DB8:0:0:0:0:0:7", true},
	{INDICATOR_IP, "192.0.2.0/24", WHAT_IP, "192.0.2.7", true},
	{INDICATOR_IP, "192.0.2.9/28", WHAT_IP, "::ffff:192.0.2.15", true},
	{INDICATOR_IP, "192.0.2.0/28", WHAT_IP, "192.0.2.16", false},
	{INDICATOR_IP, "192.0.2.0/28", WHAT_URL, "http://192.0.2.3:8080/x", true},
	{INDICATOR_IP, "2001:db8:1::/48", WHAT_IP, "2001:0db8:1:ffff::1", true},
	{INDICATOR_IP, "2001:db8:1::/48", WHAT_IP, "2001:db8:2::1", false},
	{INDICATOR_URL, "https://c2.example/a", WHAT_URL, "http://C2.example:80/a?id=7", true},
	{INDICATOR_URL, "https://c2.example/a", WHAT_URL, "https://c2.example/a/b", false},
	{INDICATOR_SHA1, "00112233445566778899aabbccddeeff00112233", WHAT_HASH,
		"00112233445566778899AABBCCDDEEFF00112233", true},
	{INDICATOR_REGISTRY_KEY, "HKLM\\Software\\Agent", WHAT_REGISTRY,
		"\\REGISTRY\\MACHINE\\SOFTWARE\\Agent\\Run", true},
	{INDICATOR_REGISTRY_KEY, "HKLM\\Software\\Agent", WHAT_REGISTRY,
		"HKEY_LOCAL_MACHINE\\Software\\Agent2", false},
	{INDICATOR_SERVICE, "AgentSvc", WHAT_SERVICE, "agentsvc", true},
};

static unsigned ask(const struct question *q)
{
	struct arena a, scratch;
	struct indicators set = {0};
	struct indicator i = {.kind = q->kind, .value = str_of(q->value)};
	struct log_record r = {0};
	uint32_t who[MATCHES_MAX];
	const char *why;
	unsigned n;

	arena_init(&a, 0);
	arena_init(&scratch, 0);
	assert_true(indicators_add(&set, &a, &i, &why));
	record_add(&r, q->what, str_of(q->text));
	n = matcher_ask(matcher_new(&a, &set), &scratch, &r, who);
	arena_release(&a);
	arena_release(&scratch);
	return n;
}

static void test_questions(void **state)
{
	for (size_t i = 0; i < sizeof(questions) / sizeof(questions[0]); i++) {
		const struct question *q = &questions[i];

		if (ask(q) != q->same)
			fail_msg("%s is%s %s", q->text, q->same ? "" : " not", q->value);
	}
}

static void test_package(void **state)
{
	static const struct {
		const char *name, *version;
		bool same;
	} said[] = {
		{"helpdesk-agent", "10.0.9", true},
		{"Helpdesk Agent", "v10.0.9", true},
		{"helpdesk-agent", "1:10.0.9-2", true},
		{"helpdesk-agent", "10.0.90", false},
		{"helpdesk-agent-dev", "10.0.9", false},
	};
	struct arena a;
	struct indicators set = {0};
	struct indicator i = {.kind = INDICATOR_PACKAGE, .value = STR("helpdesk-agent 10.0.9")};
	const char *why;
	struct matcher *m;

	arena_init(&a, 0);
	assert_true(indicators_add(&set, &a, &i, &why));
	m = matcher_new(&a, &set);
	for (size_t k = 0; k < sizeof(said) / sizeof(said[0]); k++) {
		struct log_record r = {0};
		uint32_t who[MATCHES_MAX];

		record_add(&r, WHAT_PACKAGE, str_of(said[k].name));
		record_add(&r, WHAT_VERSION, str_of(said[k].version));
		assert_int_equal(matcher_ask(m, &a, &r, who), said[k].same);
	}
	arena_release(&a);
}

/* Every address of a network has a lure in it, however it is written. */
static void test_network_lures(void **state)
{
	static const struct {
		const char *network, *text;
	} said[] = {
		{"198.51.0.0/16", "198.51.100.9"},
		{"198.51.96.0/20", "198.51.111.250"},
		{"198.51.100.64/26", "198.51.100.127"},
		{"198.0.0.0/9", "198.127.0.1"},
		{"198.51.100.9", "198.51.100.9"},
		{"2001:db8::/32", "2001:db8::1"},
		{"2001:db8::/32", "2001:0db8:0000:0001:0000:0000:0000:0001"},
		{"2001:db8:0:7::/64", "2001:db8:0:7::1"},
		{"2001:db8:8000::/33", "2001:db8:9000::1"},
		{"2001:db8::7", "2001:db8::7"},
	};
	const struct log_format *squid = log_format_named(STR("squid"));

	assert_non_null(squid);
	for (size_t i = 0; i < sizeof(said) / sizeof(said[0]); i++) {
		struct indicator one = {.kind = INDICATOR_IP, .value = str_of(said[i].network)};
		struct indicators set = {0};
		bool found = false;
		const char *why;
		struct lure *all;
		struct arena a;
		size_t n;

		arena_init(&a, 0);
		assert_true(indicators_add(&set, &a, &one, &why));
		all = matcher_lures(&a, &set, squid, &n);
		for (size_t k = 0; k < n; k++)
			found |= str_find(str_of(said[i].text), all[k].text) != SIZE_MAX;
		if (!found)
			fail_msg("nothing leads to %s in %s", said[i].text, said[i].network);
		arena_release(&a);
	}
}

static void test_wide_networks(void **state)
{
	static const char *const refused[] = {"0.0.0.0/0", "10.0.0.0/7", "::/0", "::/64", "2001::/15", "192.0.2.0/33",
		"192.0.2.0/", "192.0.2/24"};
	struct indicators set = {0};
	const char *why;
	struct arena a;

	arena_init(&a, 0);
	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
		struct indicator one = {.kind = INDICATOR_IP, .value = str_of(refused[i])};

		if (indicators_add(&set, &a, &one, &why))
			fail_msg("%s is taken", refused[i]);
	}
	arena_release(&a);
}

/* The list that `case add` takes, as a spreadsheet writes it. */
static void test_sheet(void **state)
{
	struct arena a;
	struct indicators set = {0};
	unsigned line;
	const char *why;

	arena_init(&a, 0);
	assert_true(indicators_read(&set, &a,
		STR("\xEF\xBB\xBFstage,Kind,value\r\ninstalled,file_name,\"a, \"\"b\"\".exe\"\r\n,host,c2.example\r\n"),
		&line, &why));
	assert_int_equal(set.n, 2);
	assert_int_equal(set.all[0].kind, INDICATOR_FILE_NAME);
	assert_int_equal(set.all[0].stage, STAGE_INSTALLED);
	assert_true(str_is(set.all[0].value, "a, \"b\".exe"));
	assert_int_equal(set.all[1].stage, STAGE_BEACONED);
	assert_false(indicators_read(&set, &a, STR("kind,value\nhost,c.example\nhosts,d.example\n"), &line, &why));
	assert_int_equal(line, 3);
	assert_false(indicators_read(&set, &a, STR("kind,value\nhost,\"c.example\n"), &line, &why));
	assert_false(indicators_read(&set, &a, STR("kind,value,stage\nhost,c.example,never\n"), &line, &why));
	arena_release(&a);
}

static void test_list(void **state)
{
	static const char text[] = "# comment\n"
				   "cdn.ember.example\n"
				   "path\t/dl/a.exe\tdelivered\tr1\t123\n"
				   "192.0.2.7\n"
				   "https://c2.example/x\n";
	struct arena a;
	struct indicators set = {0};
	unsigned line;
	const char *why;

	arena_init(&a, 0);
	assert_true(indicators_read(&set, &a, STR(text), &line, &why));
	assert_int_equal(set.n, 4);
	assert_int_equal(set.all[0].kind, INDICATOR_HOST);
	assert_int_equal(set.all[1].size_bytes, 123);
	assert_true(str_is(set.all[1].release, "r1"));
	assert_int_equal(set.all[2].kind, INDICATOR_IP);
	assert_int_equal(set.all[3].kind, INDICATOR_URL);
	assert_false(indicators_read(&set, &a, STR("path\t/\n"), &line, &why));
	assert_int_equal(line, 1);
	assert_false(indicators_read(&set, &a, STR("sha256\t1234\n"), &line, &why));
	assert_true(indicators_read(&set, &a,
		STR("{\"indicators\":[{\"id\":\"q\",\"kind\":\"host\",\"value\":\"b.example\","
		    "\"stage\":\"second_stage\"}]}"),
		&line, &why));
	assert_int_equal(set.all[set.n - 1].stage, STAGE_SECOND);
	assert_false(indicators_read(&set, &a, STR("{\"indicators\":3}"), &line, &why));
	arena_release(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_questions),
		cmocka_unit_test(test_package),
		cmocka_unit_test(test_list),
		cmocka_unit_test(test_sheet),
		cmocka_unit_test(test_network_lures),
		cmocka_unit_test(test_wide_networks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
