/* UPX: programs by the writer in tests/make, in every packing; and what others may do to them. */
#include "unit/formats/recorder.h"
#include "unit/tools.h"

static struct str packed(const char *kind, int method)
{
	const char *script = arena_printf(&tools_arena, "%s/tests/make/upx.py",
		getenv("ASSAY_SOURCE_ROOT")).p;

	TOOL("python3", script, kind, arena_printf(&tools_arena, "%d", method).p, "host", "out");
	return file_get("out");
}

static struct recorder opened(struct str s)
{
	struct recorder r;
	const struct format *f = format_by_id(FORMAT_PE_OVERLAY);

	recorder_init(&r);
	recorder_run(&r, f, s.p, s.len, "x");
	return r;
}

static void host_make(void)
{
	text_put("host.c",
		"#include <stdio.h>\nint main(int n, char **v) { for (int i = 0; i < n; i++)\n"
		"printf(\"%s https://www.helpdesk.example/%d\\n\", v[i], i); return n > 3; }\n");
	TOOL("gcc", "-O2", "host.c", "-o", "host");
}

static void every_packing(void **state)
{
	static const int methods[] = {2, 3, 4, 5, 6, 7, 8, 9, 10, 14, 15};

	host_make();
	for (size_t i = 0; i < sizeof(methods) / sizeof(methods[0]); i++)
		for (int elf = 0; elf < 2; elf++) {
			struct str s = packed(elf ? "elf" : "pe", methods[i]), want =
				file_get("host");
			struct recorder r = opened(s);
			struct recorder_child *c = recorder_child(&r, "[unpacked]");

			if (!c || c->how != STATUS_OK)
				fail_msg("method %d, %s", methods[i], elf ? "elf" : "pe");
			assert_int_equal(r.status, STATUS_OK);
			assert_true(s.len < want.len);
			recorder_expect(&r, "[unpacked]", want.p, want.len);
			recorder_release(&r);
		}
}

/* A changed bit is unpacked to what its checks call wrong, or it is not in what is packed. */
static void damaged(void **state)
{
	host_make();
	for (int method = 2; method <= 14; method += 3) {
		struct str s = packed("pe", method), want = file_get("host");

		for (size_t at = 0x3e0; at < s.len; at += 61) {
			struct str bad = joined(STR_NONE, s.p, s.len);
			struct recorder r;
			struct recorder_child *c;

			((char *)(uintptr_t)bad.p)[at] ^= 2;
			r = opened(bad);
			c = recorder_child(&r, "[unpacked]");
			if (c && c->how == STATUS_OK)
				assert_memory_equal(c->data, want.p, want.len);
			recorder_release(&r);
		}
		for (size_t cut = 0x400; cut < s.len; cut += 1024) {
			struct recorder r = opened(str_part(s, 0, cut));
			struct recorder_child *c = recorder_child(&r, "[unpacked]");

			assert_true(!c || c->how == STATUS_UNSUPPORTED);
			recorder_release(&r);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(every_packing, tools_enter, tools_leave),
		cmocka_unit_test_setup_teardown(damaged, tools_enter, tools_leave),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
