/* Installer databases by wixl and msibuild, and what others may do to a compound file. */
#include "unit/formats/recorder.h"
#include "unit/tools.h"

static const char source[] =
	"<?xml version='1.0'?><Wix xmlns='http://schemas.microsoft.com/wix/2006/wi'>"
	"<Product Name='Helpdesk' Id='*' UpgradeCode='DE9A3F8C-1E5C-4D3B-9A37-1F3E2C0E5B11' Version='10.0.8'"
	" Manufacturer='Helpdesk Example' Language='1033'>"
	"<Package InstallerVersion='200' Compressed='yes' Comments='x'/>"
	"<Media Id='1' Cabinet='app.cab' EmbedCab='yes'/>"
	"<Binary Id='CaVbs' SourceFile='ca.vbs'/>"
	"<Property Id='UPDATEURL' Value='https://updates.helpdesk.example/'/>"
	"<Property Id='LONG' Value='%s'/>"
	"<CustomAction Id='RunTool' FileKey='fTool' ExeCommand='/register' Execute='deferred' Impersonate='no' Return='ignore'/>"
	"<CustomAction Id='SetP' Property='FOO' Value='[INSTALLDIR]bar'/>"
	"<Directory Id='TARGETDIR' Name='SourceDir'>"
	"<Directory Id='ProgramFilesFolder'><Directory Id='INSTALLDIR' Name='Helpdesk'>"
	"<Component Id='c1' Guid='5A8E9D2B-2D0B-4F0C-8A43-0E7D5D1B9A11'>"
	"<File Id='fTool' Name='tool.exe' DiskId='1' Source='tool.exe' KeyPath='yes'/>"
	"<ServiceInstall Id='svc' Name='hdsvc' DisplayName='HD' Type='ownProcess' Start='auto' ErrorControl='normal'"
	" Arguments='--svc'/>"
	"<RegistryValue Root='HKLM' Key='Software\\Microsoft\\Windows\\CurrentVersion\\Run' Name='Helpdesk' Type='string'"
	" Value='[INSTALLDIR]tool.exe'/></Component>"
	"<Component Id='c2' Guid='5A8E9D2B-2D0B-4F0C-8A43-0E7D5D1B9A12'>"
	"<File Id='fA' Name='a long name.js' DiskId='1' Source='a.js'/></Component>"
	"</Directory></Directory>"
	"<Directory Id='ProgramMenuFolder'><Component Id='c3' Guid='5A8E9D2B-2D0B-4F0C-8A43-0E7D5D1B9A13'>"
	"<Shortcut Id='sc' Name='Helpdesk' Target='[INSTALLDIR]tool.exe' Arguments='-x' Directory='ProgramMenuFolder'/>"
	"<RegistryValue Root='HKCU' Key='Software\\Helpdesk' Name='i' Type='integer' Value='1' KeyPath='yes'/>"
	"</Component></Directory></Directory>"
	"<Feature Id='Main' Level='1'><ComponentRef Id='c1'/><ComponentRef Id='c2'/><ComponentRef Id='c3'/></Feature>"
	"<InstallExecuteSequence><Custom Action='RunTool' After='InstallFiles'>NOT Installed</Custom></InstallExecuteSequence>"
	"</Product></Wix>";

/* Lines that must come out of it. */
static const char *const lines[] = {
	"Summary \"SummaryInformation\" \"Subject\" \"Helpdesk\"\n",
	"Property \"UPDATEURL\" \"https://updates.helpdesk.example/\"\n",
	"CustomAction exe file deferred no-impersonate continue \"RunTool\" "
	"\"$\\\"ProgramFilesFolder/Helpdesk/tool.exe$\\\" /register\" \"fTool\"\n",
	"\"SetP\" \"[INSTALLDIR]bar\" \"FOO\"\n",
	"CustomAction vbscript binary \"RunVbs\" \"Binary.CaVbs.vbs\" \"CaVbs\" \"Main\"\n",
	"CustomAction jscript inline \"Inl\" \"[custom action]/Inl.js\" \"\"\n",
	/* the command line put together from properties and files */
	"CustomAction exe directory deferred no-impersonate \"Cmd\" \"cmd.exe /c https://updates.helpdesk.example/ "
	"[x] ProgramFilesFolder/Helpdesk/tool.exe [ALONE]\" \"INSTALLDIR\"\n",
	"Service auto \"hdsvc\" \"$\\\"ProgramFilesFolder/Helpdesk/tool.exe$\\\" --svc\" \"HD\" \"\"\n",
	"WriteRegDWORD HKCU \"Software\\Helpdesk\" \"i\" \"1\"\n",
	"WriteRegStr HKLM \"Software\\Microsoft\\Windows\\CurrentVersion\\Run\" \"Helpdesk\" \"[INSTALLDIR]tool.exe\"\n",
	"CreateShortCut \"ProgramMenuFolder/Helpdesk\" \"[INSTALLDIR]tool.exe\" \"-x\"\n",
	"File \"ProgramFilesFolder/Helpdesk/a long name.js\" \"fA\" \"15\" \"\"\n",
	"InstallExecuteSequence 6601 \"RunTool\" \"NOT Installed\"\n",
	"Row \"Media\" \"1\" \"2\" \"\" \"#app.cab\" \"\" \"\"\n",
};

enum { LONG = 70000 };

static void make(const char *name, size_t long_bytes)
{
	char *text = arena_alloc(&tools_arena, long_bytes + 1);
	struct str whole;

	memset(text, 'q', long_bytes);
	whole = arena_printf(&tools_arena, source, text);
	text_put("ca.vbs", "WScript.Echo 1\n");
	text_put("tool.exe", "MZfake");
	text_put("a.js", "console.log(1)\n");
	file_put("a.wxs", whole.p, whole.len);
	TOOL("wixl", "-o", name, "a.wxs");
	TOOL("msibuild", name, "-q",
		"INSERT INTO CustomAction (Action,Type,Source,Target) VALUES ('RunVbs',6,'CaVbs','Main')");
	TOOL("msibuild", name, "-q",
		"INSERT INTO CustomAction (Action,Type,Source,Target) VALUES ('Inl',37,'','var a = 1;')");
	TOOL("msibuild", name, "-q",
		"INSERT INTO CustomAction (Action,Type,Source,Target) VALUES ('Cmd',3106,'INSTALLDIR',"
		"'cmd.exe /c [UPDATEURL] [\\[]x[\\]] [#fTool] [ALONE]')");
}

static struct str text_of(struct recorder *r)
{
	struct recorder_child *c = recorder_child(r, "[install tables]");

	assert_non_null(c);
	assert_int_equal(c->e.origin, ORIGIN_DERIVED);
	return str_view(c->data, c->n_data);
}

static void by_wixl(void **state)
{
	struct recorder r;
	struct str msi, text;

	make("a.msi", 5);
	msi = file_get("a.msi");
	recorder_open(&r, FORMAT_OLE, msi.p, msi.len, "a.msi");
	assert_int_equal(r.status, STATUS_OK);
	assert_int_equal(r.n_oddities, 0);
	text = text_of(&r);
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
		if (!str_has(text, lines[i]))
			fail_msg("missing: %s\nin: %.*s", lines[i], STR_ARG(text));
	recorder_expect(&r, "Binary.CaVbs.vbs", "WScript.Echo 1\n", 15);
	recorder_expect(&r, "[custom action]/Inl.js", "var a = 1;", 10);
	assert_memory_equal(recorder_child(&r, "app.cab")->data, "MSCF", 4);
	assert_null(recorder_child(&r, "[left over]"));
	recorder_release(&r);
}

/* Strings above 64 KiB, and a file whose FAT needs sectors of the DIFAT. */
static void large(void **state)
{
	uint32_t seed = 5;
	size_t n = 8 << 20;
	char *big = arena_alloc(&tools_arena, n), *want = arena_alloc(&tools_arena, LONG);
	struct recorder r;
	struct str msi;

	make("b.msi", LONG);
	for (size_t i = 0; i < n; i++)
		big[i] = (char)tools_random(&seed);
	file_put("big.bin", big, n);
	TOOL("msibuild", "b.msi", "-a", "Binary.Big", "big.bin");
	msi = file_get("b.msi");
	recorder_open(&r, FORMAT_OLE, msi.p, msi.len, "b.msi");
	assert_int_equal(r.status, STATUS_OK);
	recorder_expect(&r, "Binary.Big", big, n);
	memset(want, 'q', LONG);
	assert_true(str_find(text_of(&r), str_view(want, LONG)) != SIZE_MAX);
	recorder_release(&r);
}

/* msiinfo and we read the same rows. */
static void second_opinion(void **state)
{
	struct recorder r;
	struct str msi, rest, line, text;
	size_t n = 0;

	make("a.msi", 5);
	TOOL_OUT("rows.txt", "msiinfo", "export", "a.msi", "InstallExecuteSequence");
	msi = file_get("a.msi");
	rest = file_get("rows.txt");
	recorder_open(&r, FORMAT_OLE, msi.p, msi.len, "a.msi");
	text = text_of(&r);
	for (int skip = 0; str_line(&rest, &line); skip++) {
		size_t tab = str_find_z(line, "\t");

		if (skip < 3 || tab == SIZE_MAX)
			continue;
		n++;
		assert_true(str_find(text, arena_printf(&tools_arena, " \"%.*s\" \"", STR_ARG(str_part(line, 0, tab)))) !=
			SIZE_MAX);
	}
	assert_true(n > 10);
	recorder_release(&r);
}

static struct recorder opened(struct str bytes)
{
	struct recorder r;

	recorder_open(&r, FORMAT_OLE, bytes.p, bytes.len, "x.msi");
	return r;
}

static uint32_t le32(struct str s, size_t at)
{
	struct cursor c = cursor_of(s.p, s.len);

	cursor_seek(&c, at);
	return cursor_u32le(&c);
}

static void put32(struct str s, size_t at, uint32_t v)
{
	char *p = (char *)(uintptr_t)s.p;

	assert_true(at + 4 <= s.len);
	for (int i = 0; i < 4; i++)
		p[at + i] = (char)(v >> (8 * i));
}

/* Where the directory's entry n stands; the directory of the small file is one piece. */
static size_t entry_at(struct str msi, unsigned n)
{
	return ((size_t)le32(msi, 48) + 1) * 512 + n * 128;
}

static void hostile(void **state)
{
	struct str fine, msi;
	struct recorder r;
	size_t fat;

	make("a.msi", 5);
	fine = file_get("a.msi");
	fat = ((size_t)le32(fine, 76) + 1) * 512;

	msi = joined(STR_NONE, fine.p, fine.len); /* the mini stream's chain bites its tail */
	put32(msi, fat + 4 * (size_t)le32(msi, entry_at(msi, 0) + 116), le32(msi, entry_at(msi, 0) + 116));
	r = opened(msi);
	assert_int_equal(r.status, STATUS_DAMAGED);
	assert_true(recorder_odd(&r, "ole-sector-shared"));
	recorder_release(&r);

	msi = joined(STR_NONE, fine.p, fine.len); /* a sibling that is its own sibling */
	put32(msi, entry_at(msi, 1) + 68, 1);
	put32(msi, entry_at(msi, 1) + 72, 1);
	r = opened(msi);
	assert_true(recorder_odd(&r, "ole-directory-damaged"));
	assert_int_equal(r.status, STATUS_DAMAGED);
	recorder_release(&r);

	msi = joined(STR_NONE, fine.p, fine.len); /* nobody lists anything: handed out all the same */
	put32(msi, entry_at(msi, 0) + 76, UINT32_MAX);
	r = opened(msi);
	assert_true(recorder_odd(&r, "ole-entry-orphaned") > 5);
	assert_non_null(recorder_child(&r, "[not listed]/app.cab"));
	recorder_release(&r);

	msi = joined(STR_NONE, fine.p, fine.len); /* two streams, one place */
	put32(msi, entry_at(msi, 2) + 116, le32(msi, entry_at(msi, 3) + 116));
	r = opened(msi);
	assert_int_equal(r.status, STATUS_DAMAGED);
	recorder_release(&r);
}

/* Bytes that no stream owns: behind the end, and in the end of a sector. */
static void hidden(void **state)
{
	static const char secret[] = "hidden.example was here";
	struct str fine, msi;
	struct recorder r;
	struct recorder_child *c;

	make("a.msi", 5);
	fine = file_get("a.msi");
	msi = joined(fine, secret, sizeof(secret));
	r = opened(msi);
	c = recorder_child(&r, "[left over]");
	assert_non_null(c);
	assert_int_equal(c->e.origin, ORIGIN_GAP);
	assert_true(str_has(str_view(c->data, c->n_data), "hidden.example"));
	recorder_release(&r);
	r = opened(fine);
	for (size_t i = 0; i < r.n_spans; i++)
		assert_string_not_equal(r.spans[i].what, "left over");
	recorder_release(&r);
}

static void cut_and_flipped(void **state)
{
	struct str fine;
	struct recorder r;
	size_t n_ok = 0;

	make("a.msi", 5);
	fine = file_get("a.msi");
	for (size_t cut = 0; cut < fine.len; cut += 64) {
		r = opened(str_part(fine, 0, cut));
		assert_int_not_equal(r.status, STATUS_OK);
		recorder_release(&r);
	}
	for (size_t at = 0; at < fine.len; at += 64) {
		struct str msi = joined(STR_NONE, fine.p, fine.len);

		((char *)(uintptr_t)msi.p)[at + at / 64 % 64] ^= (char)(1 << at / 64 % 8);
		r = opened(msi);
		n_ok += r.status == STATUS_OK;
		recorder_release(&r);
	}
	assert_true(n_ok < fine.len / 64);
}

/* Twice the rows, at most 2.6 times the steps. */
static void doubling(void **state)
{
	uint64_t steps[3];

	for (int k = 0; k < 3; k++) {
		struct recorder r;
		struct buf b;
		struct str msi;

		make("d.msi", 5);
		buf_init(&b, 64 << 20);
		buf_add_z(&b, "Property\tValue\r\ns72\tl0\r\nProperty\tProperty\r\n");
		for (int i = 0; i < 4000 << k; i++)
			buf_printf(&b, "P%d\tvalue %d [P%d]\r\n", i, i, i / 2);
		file_put("Property.idt", b.p, b.len);
		buf_release(&b);
		TOOL("msibuild", "d.msi", "-i", "Property.idt");
		msi = file_get("d.msi");
		r = opened(msi);
		assert_int_equal(r.status, STATUS_OK);
		assert_true(str_has(text_of(&r), "Property \"P3999\" \"value 3999 [P1999]\"\n"));
		steps[k] = r.budget.steps;
		recorder_release(&r);
	}
	assert_true(steps[1] < steps[0] * 26 / 10);
	assert_true(steps[2] < steps[1] * 26 / 10);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(by_wixl, tools_enter, tools_leave),
		cmocka_unit_test_setup_teardown(large, tools_enter, tools_leave),
		cmocka_unit_test_setup_teardown(second_opinion, tools_enter, tools_leave),
		cmocka_unit_test_setup_teardown(hostile, tools_enter, tools_leave),
		cmocka_unit_test_setup_teardown(hidden, tools_enter, tools_leave),
		cmocka_unit_test_setup_teardown(cut_and_flipped, tools_enter, tools_leave),
		cmocka_unit_test_setup_teardown(doubling, tools_enter, tools_leave),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
