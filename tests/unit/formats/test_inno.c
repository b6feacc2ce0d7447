/* Inno Setup: installers by the writer in tests/make, and what others may do to them. */
#include "unit/formats/recorder.h"
#include "unit/tools.h"

static const char mark[44] = "rDlPtS\xcd\xe6\xd7\x7b\x0b\x2a";

static struct str made(void)
{
	const char *script = arena_printf(&tools_arena, "%s/tests/make/inno.py",
		getenv("ASSAY_SOURCE_ROOT")).p;
	char code[70000];
	uint32_t seed = 3;

	for (size_t i = 0; i < sizeof(code); i++)
		code[i] = (char)tools_random(&seed);
	for (size_t i = 0; i + 5 < sizeof(code); i += 40) /* calls forth and back,
			over the border of a block too */
		memcpy(code + i, i % 80 ? "\xe8\x10\x02\x00\x00" : "\xe9\xf0\xf3\xff\xff", 5);
	file_put("code.exe", code, sizeof(code));
	text_put("a.js", "console.log('an ordinary file');\n");
	file_put("t.bin", mark, sizeof(mark));
	text_put("t.rc", "11111 RCDATA \"t.bin\"\n");
	text_put("h.c", "int main(void) { return 0; }\n");
	TOOL("x86_64-w64-mingw32-windres", "t.rc", "-o", "t.o");
	TOOL("x86_64-w64-mingw32-gcc", "-Os", "-s", "h.c", "t.o", "-o", "loader.exe");
	TOOL("python3", script, "loader.exe", "setup.exe", "helpdesk.exe=code.exe",
		"lib/a.js=a.js");
	return file_get("setup.exe");
}

static struct recorder opened(struct str bytes)
{
	struct recorder r;
	const struct format *f = format_by_id(FORMAT_PE_OVERLAY);

	recorder_init(&r);
	recorder_run(&r, f, bytes.p, bytes.len, "setup.exe");
	return r;
}

static void whole(void **state)
{
	static const char *const lines[] = {
		"Installer \"Inno Setup Setup Data (5.5.7) (u)\"\n",
		"Text \"https://www.helpdesk.example/\"\n",
		"Code \"compiled script\"\n",
		"File \"{app}/lib/a.js\" \"\" \"\" \"\"\n",
		"CreateShortCut \"{group}\\Helpdesk\" \"{app}\\helpdesk.exe\" \"/start\"\n",
		"WriteRegStr HKLM \"Software\\Helpdesk\" \"Path\" \"{app}\"\n",
		"Exec \"$\\\"{app}\\helpdesk.exe$\\\" /register\"\n",
		"Exec \"$\\\"{app}\\helpdesk.exe$\\\" \"\n",
	};
	struct str setup = made(), text;
	struct recorder r = opened(setup);
	struct recorder_child *c = recorder_child(&r, "[install script].iss");

	assert_true(format_by_id(FORMAT_PE_OVERLAY)->probe_whole(cursor_of(setup.p,
		setup.len)) > 0);
	assert_int_equal(r.status, STATUS_OK);
	assert_int_equal(r.n_oddities, 0);
	assert_int_equal(recorder_uncovered(&r), 0);
	assert_non_null(c);
	text = str_view(c->data, c->n_data);
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
		if (!str_has(text, lines[i]))
			fail_msg("missing: %s\nin: %.*s", lines[i], STR_ARG(text));
	/* calls are relative again, as the digest wants it */
	recorder_expect(&r, "{app}/helpdesk.exe", file_get("code.exe").p, file_get("code.exe").len);
	recorder_expect(&r, "{app}/lib/a.js", file_get("a.js").p, file_get("a.js").len);
	recorder_expect(&r, "[setup].exe", file_get("loader.exe").p, 4096);
	assert_memory_equal(recorder_child(&r, "[compiled code]")->data, "IFPS", 4);
	assert_null(recorder_child(&r, "[overlay]"));
	recorder_release(&r);
}

/* Whatever is changed or cut: said, or still seen as something else; never a silent whole. */
static void damaged(void **state)
{
	struct str setup = made();
	size_t from = file_get("loader.exe").len;
	struct recorder r;

	for (size_t at = from; at < setup.len; at += 997) {
		struct str bad = joined(STR_NONE, setup.p, setup.len);

		((char *)(uintptr_t)bad.p)[at] ^= 4;
		r = opened(bad);
		if (r.status == STATUS_OK) { /* then something is blind, or left over as bytes */
			bool said = false;

			for (size_t i = 0; i < r.n_children; i++)
				said = said || r.children[i].how != STATUS_OK ||
					strcmp(r.children[i].e.name.p, "[overlay]") == 0;
			if (!said)
				fail_msg("a bit at %zu of %zu changed, and nothing was said", at,
					setup.len);
		}
		recorder_release(&r);
	}
	for (size_t cut = from + 1; cut < setup.len; cut += 1024) {
		r = opened(str_part(setup, 0, cut));
		assert_true(r.status != STATUS_OK || r.n_children > 0);
		for (size_t i = 0; i < r.n_children; i++)
			if (strcmp(r.children[i].e.name.p, "{app}/lib/a.js") == 0)
				assert_true(r.children[i].how != STATUS_OK || cut + 64 > setup.len);
		recorder_release(&r);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(whole, tools_enter, tools_leave),
		cmocka_unit_test_setup_teardown(damaged, tools_enter, tools_leave),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
