/* Hosts that resemble others, and the many that do not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "behaviour/query.h"

static struct arena arena;

static enum likeness ask(const char *host, const char *product, const char *known, struct str *of)
{
	struct str list[8];
	size_t n = 0;
	struct str rest = str_of(known);
	struct known_host *known_hosts;

	while (rest.len && n < 8) {
		size_t sp = str_find_z(rest, " ");

		list[n++] = str_part(rest, 0, sp == SIZE_MAX ? rest.len : sp);
		rest = sp == SIZE_MAX ? STR_NONE : str_part(rest, sp + 1, rest.len);
	}
	known_hosts = hosts_known(&arena, list, n, &n);
	return host_likeness(&arena, str_of(host), str_of(product), known_hosts, n, of);
}

static void expect(enum likeness wanted, const char *host, const char *product, const char *known,
	const char *resembles)
{
	struct str of;
	enum likeness got = ask(host, product, known, &of);

	if (got != wanted)
		print_error("%s: %d, wanted %d (resembles %.*s)\n", host, got, wanted, STR_ARG(of));
	assert_int_equal(got, wanted);
	if (resembles)
		assert_true(str_is(of, resembles));
}

static void test_registered(void **state)
{
	static const char *const rows[][2] = {
		{"cdn.a.example.co.uk", "example.co.uk"},
		{"example.co.uk", "example.co.uk"},
		{"co.uk", "co.uk"},
		{"a.b.example.com", "example.com"},
		{"example.com", "example.com"},
		{"localhost", "localhost"},
		{"192.0.2.7", "192.0.2.7"},
		{"me.github.io", "me.github.io"},
		{"deep.me.github.io", "me.github.io"},
		{"a.b.example.com.", "example.com"}, /* the root's own dot changes nothing */
		{"a.b.example.com..", "example.com"},
		{"CDN.Example.CO.UK", "Example.CO.UK"},
		{"", ""},
		{".", ""},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct str got = host_registered(str_of(rows[i][0]));

		if (!str_is(got, rows[i][1]))
			print_error("%s gives %.*s\n", rows[i][0], STR_ARG(got));
		assert_true(str_is(got, rows[i][1]));
	}
}

static void test_address(void **state)
{
	assert_true(host_is_address(STR("192.0.2.1")));
	assert_true(host_is_address(STR("[2001:db8::1]")));
	assert_true(host_is_address(STR("2001:db8::1")));
	assert_false(host_is_address(STR("192.0.2.example")));
	assert_false(host_is_address(STR("1.2.3")));
	assert_false(host_is_address(STR("")));
	assert_false(host_is_address(STR("....")));
}

static void test_local(void **state)
{
	static const char *const local[] = {"localhost", "127.0.0.1", "127.8.8.8", "10.1.2.3",
		"192.168.0.1", "172.16.0.1", "172.31.255.255", "169.254.1.1", "0.0.0.0", "printer",
		"printer.local", "api.internal", "a.localhost", "[::1]", "::1", "LOCALHOST"};
	/* Names that only begin like a local address belong to whoever registered them. */
	static const char *const far[] = {"10.example", "10.0.0.1.attacker.example",
		"127.attacker.example", "127.0.0.1.attacker.example", "localhost.attacker.example",
		"192.168.attacker.example", "169.254.attacker.example", "0.0.0.0.attacker.example",
		"172.2x.attacker.example", "172.16.attacker.example", "255.255.255.255.attacker.example",
		"172.32.0.1", "172.15.0.1", "192.0.2.1", "198.51.100.7", "203.0.113.9",
		"[2001:db8::1]", "attacker.example", "172.2.0.1"};

	for (size_t i = 0; i < sizeof(local) / sizeof(local[0]); i++)
		if (!host_is_local(str_of(local[i])))
			fail_msg("%s is local", local[i]);
	for (size_t i = 0; i < sizeof(far) / sizeof(far[0]); i++)
		if (host_is_local(str_of(far[i])))
			fail_msg("%s is not local", far[i]);
}

static void test_brands(void **state)
{
	expect(LIKENESS_BRAND, "githud.example", "", "", "github");
	expect(LIKENESS_BRAND, "git-hub.example", "", "", "github");
	expect(LIKENESS_BRAND, "githubusercontents.example", "", "", "github");
	expect(LIKENESS_BRAND, "rnicrosoft.example", "", "", "microsoft");
	expect(LIKENESS_BRAND, "cdn.m1crosoft.example", "", "", "microsoft");
	expect(LIKENESS_BRAND, "g00gle.example", "", "", "google");
	expect(LIKENESS_BRAND, "googel.example", "", "", "google");
	expect(LIKENESS_BRAND, "cloudfiare.example", "", "", NULL);
	expect(LIKENESS_BRAND, "npmjs.example", "", "", "npmjs");
	expect(LIKENESS_BRAND, "NPMJS.Example", "", "", "npmjs");
	expect(LIKENESS_BRAND, "npmjs.example.", "", "", "npmjs");
	/* the name of a brand in front of somebody else's */
	expect(LIKENESS_BRAND, "registry.npmjs.org.attacker.example", "", "", "npmjs");
	expect(LIKENESS_BRAND, "github.com.attacker.example", "", "", "github");
}

static void test_product(void **state)
{
	expect(LIKENESS_PRODUCT, "helpdesk-static.example", "helpdesk", "", "helpdesk");
	expect(LIKENESS_PRODUCT, "he1pdesk.example", "@vendor/helpdesk", "", "helpdesk");
	expect(LIKENESS_HOST, "helpdesk-static.example", "agent", "helpdesk.example", "helpdesk.example");
	expect(LIKENESS_HOST, "cdn.helpdesc.example", "agent", "api.helpdesk.example", NULL);
	/* too short to resemble anything */
	expect(LIKENESS_NONE, "abcd.example", "abc", "", NULL);
	expect(LIKENESS_NONE, "ms.example", "ms", "", NULL);
}

static void test_innocent(void **state)
{
	static const char *const hosts[] = {
		"github.com", "api.github.com", "raw.githubusercontent.com", "user.github.io",
		"objects.githubusercontent.com", "GitHub.com", "www.google.com", "fonts.googleapis.com",
		"fonts.gstatic.com", "www.google.de", "www.google.co.uk", "accounts.google.com.br",
		"www.googletagmanager.com", "www.googletagservices.com", "registry.npmjs.org",
		"www.npmjs.com", "cdn.jsdelivr.net", "unpkg.com", "code.jquery.com", "jquery.org",
		"nodejs.org", "deb.debian.org", "archive.ubuntu.com", "developer.apple.com",
		"login.microsoftonline.com", "s3.amazonaws.com", "bucket.s3.eu-west-1.amazonaws.com",
		"d111111abcdef8.cloudfront.net", "sentry.io", "o1.ingest.sentry.io", "discord.gg",
		"discord.js.org", "gitlab.company.example", "docker.company.example",
		"sentry.company.example", "cdnjs.cloudflare.com", "download.docker.com", "pypi.org",
		"files.pythonhosted.org", "stripe.com", "js.stripe.com", "www.electronjs.org",
		"developer.mozilla.org", "stackoverflow.com", "example.com", "www.w3.org", "json.org",
		"en.wikipedia.org", "openjsf.org", "reactjs.org", "vuejs.org", "lodash.com",
		"applesauce.example", "stripes.example.com", "tools.ietf.org", "127.0.0.1", "192.0.2.4",
		"paypal.me", "www.paypal.com", "golang.org", "apache.org", "mailgun.com",
	};

	for (size_t i = 0; i < sizeof(hosts) / sizeof(hosts[0]); i++) {
		expect(LIKENESS_NONE, hosts[i], "leftpad", "", NULL);
		/* Not even beside other hosts of the same owner. */
		expect(LIKENESS_NONE, hosts[i], "leftpad", "www.internet.example unrelated.test", NULL);
	}
	expect(LIKENESS_NONE, "raw.githubusercontent.com", "leftpad", "github.com", NULL);
	expect(LIKENESS_NONE, "fonts.googleapis.com", "leftpad", "www.google.com", NULL);
	expect(LIKENESS_NONE, "new.helpdesk.example", "helpdesk", "www.helpdesk.example", NULL);
	expect(LIKENESS_NONE, "new.helpdesk.example.", "helpdesk", "www.helpdesk.example", NULL);
	expect(LIKENESS_NONE, "New.HelpDesk.Example", "helpdesk", "www.helpdesk.example", NULL);
}

static void test_long(void **state)
{
	char host[4000];

	memset(host, 'a', sizeof(host));
	host[sizeof(host) - 1] = '\0';
	for (size_t i = 70; i < sizeof(host) - 1; i += 70)
		host[i] = '.';
	expect(LIKENESS_NONE, host, host, host, NULL);
	memset(host, '.', sizeof(host) - 1);
	expect(LIKENESS_NONE, host, host, host, NULL);
}

/* A whole line of the list, neither a part of one nor what heads the file. */
static void test_established(void **state)
{
	assert_true(package_is_established(STR("tslib")));
	assert_true(package_is_established(STR("@actions/core"))); /* its first line */
	assert_true(package_is_established(STR("zx")));            /* its last */
	assert_false(package_is_established(STR("tsli")));
	assert_false(package_is_established(STR("actions/core")));
	assert_false(package_is_established(STR("tslib\nsemver")));
	assert_false(package_is_established(STR("")));
	assert_false(package_is_established(STR("# npm-high-impact 1.13.0, MIT: in both of its lists. Written by scripts/established.")));
}

static void test_hosts_of_addresses(void **state)
{
	(void)state;
	assert_true(str_is(host_in(STR("https://a.example/x@b.example")), "a.example"));
	assert_true(str_is(host_in(STR("https://a.example?u=@b.example")), "a.example"));
	assert_true(str_is(host_in(STR("https://a.example\\@b.example/")), "a.example"));
	assert_true(str_is(host_in(STR("https://user:p@ss@b.example/x")), "b.example"));
	assert_true(str_is(host_in(STR("https://a.example/@scope/name")), "a.example"));
	assert_true(str_is(host_in(STR("a.example:443")), "a.example"));
}

static void test_who_serves_packages(void **state)
{
	(void)state;
	assert_true(host_serves_packages(STR("pypi.org")));
	assert_true(host_serves_packages(STR("TEST.pypi.org.")));
	assert_false(host_serves_packages(STR("pypi.org.other.example")));
	assert_false(host_serves_packages(STR("notpypi.org")));
	assert_false(host_serves_packages(STR("")));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_hosts_of_addresses),
		cmocka_unit_test(test_who_serves_packages),
		cmocka_unit_test(test_registered), cmocka_unit_test(test_address),
		cmocka_unit_test(test_local), cmocka_unit_test(test_brands),
		cmocka_unit_test(test_product), cmocka_unit_test(test_innocent),
		cmocka_unit_test(test_long), cmocka_unit_test(test_established),
	};
	int failed;

	arena_init(&arena, 0);
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	arena_release(&arena);
	return failed;
}
