/* The table of docs/when-it-runs.md: every row is matched by a path made from it, and only there. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>

#include "behaviour/behaviour.h"

static void runs(const char *path, const char *when, bool itself)
{
	struct str got = when_it_runs(str_of(path));

	if (!str_is(got, when))
		print_error("%s: \"%.*s\", wanted \"%s\"\n", path, STR_ARG(got), when);
	assert_true(str_is(got, when));
	assert_int_equal(place_runs_itself(str_of(path)), itself);
}

static void test_kinds(void **state)
{
	runs("control.tar.xz!/postinst", "after the package is installed, as root", true);
	runs("control.tar.zst!/preinst", "before the package is unpacked, as root", true);
	runs("data.tar.xz!/etc/cron.d/backup", "by the clock, as root", true);
	runs("etc/cron.d/backup", "by the clock, as root", true);
	runs("data.tar!/usr/lib/systemd/system/agent.service", "when the service starts", true);
	runs("etc/ld.so.preload", "in every program", true);
	runs("Library/LaunchAgents/com.example.agent.plist", "when the user logs in", true);
	runs("site-packages/evil.pth", "at every start of Python", true);
	runs("package/binding.gyp", "when npm installs a package without a script of its own", true);
	runs("package/.vscode/tasks.json", "when the folder is opened in the editor", true);
	runs("package/.github/workflows/release.yml", "on events of the repository", true);
	runs("[install script].nsi", "when the installer runs", true);
	runs("$PLUGINSDIR/app-64.7z!/resources/app.asar!/main.js", "at program start", false);
	runs("configure", "when the source is configured", false);
	runs("thing-1.0/configure", "when the source is configured", false);
	runs("thing-1.0/m4/ax_check.m4", "when the source is configured", false);
	runs("a/b/c/Makefile", "when the source is built", false);
}

static void test_elsewhere(void **state)
{
	static const char *const nothing[] = {"", "/", "package/index.js", "postinst", "usr/share/postinst",
		"control.tar.xz!/postinst/x", "control.tar.xz!/doc/postinst", "etc/cron.d", "etc/cron.d/",
		"etc/cron.daily-old/x", "etc/cron.d/a/b", "myetc/cron.d/x", "xetc/ld.so.preload",
		"etc/ld.so.preload.txt", "mysetup.py", "setup.pyc", "pth", "x.pth.txt", "xconfigure",
		"configure.acx", "xMakefile.am", "app.asar!/lib/main.js", "my-app.asar.bak/main.js",
		"systemd/system/agent.service.d/x.txt", "*", "**", "**/*"};

	for (size_t i = 0; i < sizeof(nothing) / sizeof(nothing[0]); i++) {
		struct str got = when_it_runs(str_of(nothing[i]));

		/* a pattern ends with '*' for "anything but nothing" */
		if (got.len)
			fail_msg("%s: \"%.*s\"", nothing[i], STR_ARG(got));
		assert_false(place_runs_itself(str_of(nothing[i])));
	}
}

/* A path that the row must match, and one that is the same but for its last character. */
static size_t sample(const char *pattern, char *out)
{
	size_t n = 0;

	for (; *pattern; pattern++) {
		if (*pattern == '*' && pattern[1] == '*') {
			memcpy(out + n, "some/where", 10);
			n += 10;
			pattern++;
		} else if (*pattern == '*') {
			memcpy(out + n, ".z", 2);
			n += 2;
		} else {
			out[n++] = *pattern;
		}
	}
	out[n] = '\0';
	return n;
}

static void test_every_row(void **state)
{
	const char *root = getenv("ASSAY_SOURCE_ROOT");
	char name[4096], line[1024];
	unsigned rows = 0;
	FILE *f;

	assert_non_null(root);
	snprintf(name, sizeof(name), "%s/docs/when-it-runs.md", root);
	f = fopen(name, "r");
	assert_non_null(f);
	while (fgets(line, sizeof(line), f)) {
		char pattern[512], starts[32], trigger[256], path[2048];
		struct str got;

		if (sscanf(line, "| `%511[^`]` | %255[^|]| %31[^ |]", pattern, trigger, starts) != 3)
			continue;
		rows++;
		for (size_t n = strlen(trigger); n && trigger[n - 1] == ' ';)
			trigger[--n] = '\0';
		sample(pattern, path);
		got = when_it_runs(str_of(path));
		if (!str_is(got, trigger))
			fail_msg("%s (%s): \"%.*s\"", pattern, path, STR_ARG(got));
		if (strcmp(starts, "itself") == 0)
			assert_true(place_runs_itself(str_of(path)));
		memmove(path + 4, path, strlen(path) + 1);
		memcpy(path, "top/", 4);
		assert_true(str_is(when_it_runs(str_of(path)), trigger));
		memcpy(path, "topx", 4); /* no longer at the start of a step */
		if (pattern[0] != '*')
			assert_false(str_is(when_it_runs(str_of(path)), trigger));
		memcpy(path + strlen(path), "/more", 6);
		assert_false(str_is(when_it_runs(str_of(path)), trigger));
	}
	fclose(f);
	assert_true(rows >= 40);
}

/* Of a wheel only the .pth files at its top come to where Python looks for them. */
static void test_path_files(void **state)
{
	(void)state;
	assert_true(place_runs_itself(STR("a-1.whl!/a.pth")));
	assert_true(place_runs_itself(STR("a-1.whl!/a-1.data/purelib/a.pth")));
	assert_true(place_runs_itself(STR("usr/lib/python3/dist-packages/a.pth")));
	assert_false(place_runs_itself(STR("a-1.whl!/a/tests/venv/lib/site-packages/a.pth")));
	assert_false(place_runs_itself(STR("b.whl!/x/a-1.whl!/a/inner.pth")));
}

/* The worst a path can do is quadratic in 4 KiB: this ends at once. */
static void test_long(void **state)
{
	static char path[128 << 10];

	memset(path, '/', sizeof(path) - 1);
	assert_int_equal(when_it_runs(str_of(path)).len, 0);
	memset(path, 'm', sizeof(path) - 1);
	assert_int_equal(when_it_runs(str_of(path)).len, 0);
	for (size_t i = 0; i + 1 < sizeof(path); i++)
		path[i] = i % 2 ? '/' : '*';
	assert_int_equal(when_it_runs(str_of(path)).len, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_kinds),
		cmocka_unit_test(test_elsewhere),
		cmocka_unit_test(test_every_row),
		cmocka_unit_test(test_path_files),
		cmocka_unit_test(test_long),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
