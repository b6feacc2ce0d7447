/* Hosts of destinations that are known whole or in part. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "read/host.h"

static void hosts_are_found(void **state)
{
	static const struct {
		const char *text, *host;
	} rows[] = {
		{"https://a.vendor.example/x?y=1", "a.vendor.example"},
		{"HTTP://A.Vendor.Example", "a.vendor.example"},
		{"https://user:word@a.vendor.example:8443/x", "a.vendor.example"},
		{"//a.vendor.example/x", "a.vendor.example"},
		{"wss://a.vendor.example", "a.vendor.example"},
		{"http://192.0.2.7:8080/x", "192.0.2.7"},
		{"198.51.100.9", "198.51.100.9"},
		{"a.vendor.example/path", "a.vendor.example"},
		{"http://localhost:3000/", "localhost"},
		{"https://\x01name#4\x02.vendor.example/x", "vendor.example"},
		{"https://a.vendor.example/\x01path#2\x02", "a.vendor.example"},
		{"https://a.vendor.example?\x01q\x02/x", "a.vendor.example"},
		/* nothing to say */
		{"https://\x01host#1\x02/x", ""}, {"/api/items", ""}, {"index.js", ""}, {"./lib/a.js", ""}, {"", ""},
		{"\x01url#1\x02", ""}, {"https://", ""}, {"1.2.3", ""}, {"a b c", ""}, {"https://a.vendor\x01x\x02ample/", ""},
	};
	struct arena a;

	(void)state;
	arena_init(&a, 0);
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct str h = host_of(&a, str_of(rows[i].text));

		if (!str_is(h, rows[i].host))
			print_message("%s: %.*s\n", rows[i].text, STR_ARG(h));
		assert_true(str_is(h, rows[i].host));
	}
	arena_release(&a);
}

static void holes_are_shown(void **state)
{
	struct arena a;

	(void)state;
	arena_init(&a, 0);
	assert_true(str_is(holes_shown(&a, STR("https://\x01h#12\x02/x\x01y\x02"), 100), "https://${h}/x${y}"));
	assert_true(str_is(holes_shown(&a, STR("plain"), 100), "plain"));
	assert_true(str_is(holes_shown(&a, STR("one\x01\x02"), 100), "one"));
	assert_true(holes_shown(&a, STR("aaaaaaaaaaaaaaaaaaaa\x01" "b\x02"), 10).len <= 12);
	assert_int_equal(known_bytes(STR("ab\x01" "cd\x02" "e")), 3);
	assert_true(has_holes(STR("a\x01" "b\x02")));
	assert_false(has_holes(STR("ab")));
	assert_false(has_holes(STR("")));
	arena_release(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(hosts_are_found),
		cmocka_unit_test(holes_are_shown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
