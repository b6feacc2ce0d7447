/* NSIS: installers by the real compiler in every packing, and what others may do to them. */
#include "unit/formats/recorder.h"

#include <stdio.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "util/buf.h"

static char dir[] = "/tmp/assay-nsis-XXXXXX";
static struct arena arena;

static struct str file_read(const char *path)
{
	FILE *f = fopen(path, "rb");
	struct buf b;
	struct str s;
	char part[65536];
	size_t n;

	if (!f)
		return STR_NONE;
	buf_init(&b, 256 << 20);
	while ((n = fread(part, 1, sizeof(part), f)) > 0)
		buf_add(&b, part, n);
	fclose(f);
	s = arena_str(&arena, buf_str(&b));
	buf_release(&b);
	return s;
}

static void file_write(const char *name, const void *p, size_t n)
{
	FILE *f = fopen(arena_printf(&arena, "%s/%s", dir, name).p, "wb");

	assert_non_null(f);
	assert_int_equal(fwrite(p, 1, n, f), n);
	fclose(f);
}

static int run(const char *const argv[])
{
	pid_t pid = fork();
	int st = -1;

	if (pid == 0) {
		if (chdir(dir) || !freopen("/dev/null", "w", stdout))
			_exit(126);
		execvp(argv[0], (char *const *)(uintptr_t)argv);
		_exit(127);
	}
	waitpid(pid, &st, 0);
	return WIFEXITED(st) ? WEXITSTATUS(st) : -1;
}

/* Text that compresses a little, bytes that do not, and something longer than a bzip2 block. */
static struct str app, readme, blob;

static const char script[] =
	"Unicode ${UNI}\n"
	"!if \"${COMP}\" == \"none\"\nSetCompress off\n!else\nSetCompressor ${SOLID} ${COMP}\n!endif\n"
	"Name \"Test\"\nOutFile \"${OUT}\"\nInstallDir \"$PROGRAMFILES\\Test App\"\n"
	"RequestExecutionLevel user\nPage directory\nPage instfiles\nUninstPage instfiles\nVar foo\n"
	"Function .onInit\n"
	"  StrCpy $foo \"a$\\tb$\\\"c\"\n"
	"  ReadRegStr $0 HKLM \"Software\\X\" \"Y\"\n"
	"  StrCmp $0 \"\" 0 done\n"
	"  MessageBox MB_OK|MB_ICONSTOP \"Hi $foo\" IDOK done\n"
	"  Call helper\n"
	"done:\n"
	"FunctionEnd\n"
	"Function helper\n"
	"  Push \"x\"\n  Pop $1\n  IntOp $1 $1 + 5\n"
	"  IntCmp $1 5 a b c\na: Nop\nb: Nop\nc:\n"
	"FunctionEnd\n"
	"Section \"Main\" S1\n"
	"  SetOutPath $INSTDIR\n"
	"  File app.exe\n"
	"  File /r sub\n"
	"  SetOutPath \"$INSTDIR\\data\"\n"
	"  File /oname=renamed.bin blob.bin\n"
	"  File \"/oname=$PLUGINSDIR\\again.txt\" sub/readme.txt\n"
	"!if \"${SOLID}\" == \"\"\n  SetCompress off\n!endif\n"
	"  File \"/oname=$PLUGINSDIR\\app-64.7z\" stored.7z\n"
	"!if \"${COMP}\" != \"none\"\n  SetCompress auto\n!endif\n"
	"  nsExec::ExecToLog '\"$INSTDIR\\app.exe\" /install'\n"
	"  NSISdl::download \"http://updates.example/x.exe\" \"$TEMP\\x.exe\"\n"
	"  ExecWait '\"$TEMP\\x.exe\" /S' $0\n"
	"  Exec \"notepad\"\n"
	"  ExecShell \"open\" \"http://www.example/\"\n"
	"  WriteRegStr HKCU \"Software\\Microsoft\\Windows\\CurrentVersion\\Run\" \"Test\" \"$INSTDIR\\app.exe\"\n"
	"  WriteRegDWORD HKLM \"Software\\X\" \"n\" 5\n"
	"  WriteRegBin HKLM \"Software\\X\" \"b\" 0102030405\n"
	"  WriteRegExpandStr HKLM \"Software\\X\" \"e\" \"%PATH%\"\n"
	"  CreateShortCut \"$SMPROGRAMS\\Test.lnk\" \"$INSTDIR\\app.exe\" \"/a\" \"$INSTDIR\\app.exe\" 0\n"
	"  WriteUninstaller \"$INSTDIR\\uninst.exe\"\n"
	"  SetFileAttributes \"$INSTDIR\\app.exe\" HIDDEN\n"
	"  WriteINIStr \"$INSTDIR\\a.ini\" s k v\n"
	"  GetTempFileName $R1\n"
	"  FindWindow $R2 \"Class\"\n"
	"  ReadEnvStr $R3 PATH\n"
	"  Rename \"$INSTDIR\\a\" \"$INSTDIR\\b\"\n"
	"  Delete /REBOOTOK \"$INSTDIR\\c\"\n"
	"  IfFileExists \"$INSTDIR\\z\" 0 +2\n"
	"  RMDir /r \"$INSTDIR\\old\"\n"
	"  DeleteRegKey HKLM \"Software\\Old\"\n"
	"SectionEnd\n"
	"Section \"un.Main\"\n"
	"  Delete \"$INSTDIR\\app.exe\"\n"
	"  Exec \"calc un\"\n"
	"SectionEnd\n";

/* Lines that the decoded script must hold, whatever the packing. */
static const char *const lines[] = {
	"InstallDir \"$PROGRAMFILES\\Test App\"\n",
	("Function .onInit\n  StrCpy $_32_ \"a$\\tb$\\\"c\"\n  ReadRegStr $0 HKLM \"Software\\X\" \"Y\"\n"
	 "  StrCmp \"$0\" \"\" 0 +3\n  MessageBox 0x10 \"Hi $_32_\" 1 +2 0 0\n  Call function_2\n"),
	"  IntOp $1 \"$1\" + \"5\"\n  IntCmp \"$1\" \"5\" +1 +2 +3\n",
	"Section \"Main\"\n  SetOutPath \"$INSTDIR\"\n  File \"$INSTDIR/app.exe\"\n",
	"  File \"$INSTDIR/sub/readme.txt\"\n",
	"  File \"$INSTDIR/data/renamed.bin\"\n",
	"  nsExec::ExecToLog \"$\\\"$INSTDIR\\app.exe$\\\" /install\" ; CallInstDLL \"$PLUGINSDIR\\nsExec.dll\"\n",
	"  NSISdl::download \"http://updates.example/x.exe\" \"$TEMP\\x.exe\" ; CallInstDLL",
	"  ExecWait \"$\\\"$TEMP\\x.exe$\\\" /S\" $0\n",
	"  Exec \"notepad\"\n",
	"  ExecShell \"open\" \"http://www.example/\" \"\" 1\n",
	"  WriteRegStr HKCU \"Software\\Microsoft\\Windows\\CurrentVersion\\Run\" \"Test\" \"$INSTDIR\\app.exe\"\n",
	"  WriteRegDWORD HKLM \"Software\\X\" \"n\" \"5\"\n",
	"  WriteRegBin HKLM \"Software\\X\" \"b\" [data]\n",
	"  WriteRegExpandStr HKLM \"Software\\X\" \"e\" \"%PATH%\"\n",
	"  CreateShortCut \"$SMPROGRAMS\\Test.lnk\" \"$INSTDIR\\app.exe\" \"/a\" \"$INSTDIR\\app.exe\" 0x0\n",
	"  WriteUninstaller \"$INSTDIR\\uninst.exe\"\n",
	"  SetFileAttributes \"$INSTDIR\\app.exe\" 0x2\n",
	"  WriteINIStr \"$INSTDIR\\a.ini\" \"s\" \"k\" \"v\"\n",
	"  GetTempFileName $R1 \"$TEMP\"\n",
	"  FindWindow $R2 \"Class\" \"\"\n",
	"  ReadEnvStr $R3 \"%PATH%\"\n",
	"  Rename \"$INSTDIR\\a\" \"$INSTDIR\\b\"\n",
	"  Delete /REBOOTOK \"$INSTDIR\\c\"\n",
	"  IfFileExists \"$INSTDIR\\z\" 0 +2\n",
	"  RMDir /r \"$INSTDIR\\old\"\n",
	"  DeleteRegKey HKLM \"Software\\Old\"\n",
};

static struct str make(const char *unicode, const char *packing, bool solid)
{
	const char *out = arena_printf(&arena, "t-%s-%s-%d.exe", unicode, packing, solid).p;
	const char *const argv[] = {"makensis", "-V1", arena_printf(&arena, "-DUNI=%s", unicode).p,
		arena_printf(&arena, "-DOUT=%s", out).p,
		arena_printf(&arena, "-DCOMP=%s", packing).p,
		solid ? "-DSOLID=/SOLID" : "-DSOLID=", "t.nsi", NULL};
	struct str s;

	assert_int_equal(run(argv), 0);
	s = file_read(arena_printf(&arena, "%s/%s", dir, out).p);
	assert_true(s.len > 10000);
	return s;
}

static int prepare(void **state)
{
	uint64_t x = 88172645463325252ull;
	struct buf b;
	char *p;

	arena_init(&arena, 0);
	if (!mkdtemp(dir) || mkdir(arena_printf(&arena, "%s/sub", dir).p, 0755))
		return -1;
	p = arena_alloc(&arena, 1200000);
	for (size_t i = 0; i < 1200000; i++) {
		x ^= x << 13;
		x ^= x >> 7;
		x ^= x << 17;
		p[i] = i % 3000 < 400 ? 'r' : (char)(x % 23 + 'a');
	}
	app = str_view(p, 1200000);
	p = arena_alloc(&arena, 3000);
	for (size_t i = 0; i < 3000; i++) {
		x ^= x << 13;
		x ^= x >> 7;
		x ^= x << 17;
		p[i] = (char)x;
	}
	blob = str_view(p, 3000);
	buf_init(&b, 1 << 20);
	for (int i = 0; i < 4000; i++)
		buf_printf(&b, "line %d\n", i);
	readme = arena_str(&arena, buf_str(&b));
	buf_release(&b);
	file_write("app.exe", app.p, app.len);
	file_write("blob.bin", blob.p, blob.len);
	file_write("stored.7z", blob.p, 2000);
	file_write("sub/readme.txt", readme.p, readme.len);
	file_write("t.nsi", script, sizeof(script) - 1);
	return 0;
}

static int clean(void **state)
{
	const char *const argv[] = {"rm", "-rf", dir, NULL};

	run(argv);
	arena_release(&arena);
	return 0;
}

static struct str text_of(struct recorder *r)
{
	struct recorder_child *c = recorder_child(r, "[install script].nsi");

	assert_non_null(c);
	assert_int_equal(c->e.origin, ORIGIN_DERIVED);
	return str_view(c->data, c->n_data);
}

static void check_lines(struct recorder *r)
{
	struct str text = text_of(r);

	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		if (!str_has(text, lines[i]))
			print_error("missing: %s\nin: %.*s\n", lines[i], STR_ARG(text));
		assert_true(str_has(text, lines[i]));
	}
}

/* The uninstaller is an installer of its own: opened, it shows its script. */
static void check_uninstaller(struct recorder *r)
{
	struct recorder_child *c = recorder_child(r, "$INSTDIR/uninst.exe");
	struct recorder u;

	assert_non_null(c);
	recorder_open(&u, FORMAT_NSIS, c->data, c->n_data, "uninst.exe");
	assert_int_equal(u.status, STATUS_OK);
	assert_true(str_has(text_of(&u), "  Delete \"$INSTDIR\\app.exe\"\n  Exec \"calc un\"\n"));
	assert_int_equal(recorder_odd(&u, "nsis-crc-mismatch"), 0);
	recorder_release(&u);
}

static void check_whole(struct str exe, bool solid, const char *what)
{
	struct recorder r;

	print_message("%s, %zu bytes\n", what, exe.len);
	recorder_open(&r, FORMAT_NSIS, exe.p, exe.len, "t.exe");
	for (size_t i = 0; i < r.n_oddities; i++)
		print_error("%s %s\n", r.oddities[i].code, r.oddities[i].detail);
	assert_int_equal(r.status, STATUS_OK);
	assert_int_equal(r.n_oddities, 0);
	assert_int_equal(recorder_uncovered(&r), 0);
	recorder_expect(&r, "$INSTDIR/app.exe", app.p, app.len);
	recorder_expect(&r, "$INSTDIR/sub/readme.txt", readme.p, readme.len);
	recorder_expect(&r, "$INSTDIR/data/renamed.bin", blob.p, blob.len);
	recorder_expect(&r, "$PLUGINSDIR/app-64.7z", blob.p, 2000);
	recorder_expect(&r, "[registry data]/Software/X/b", "\1\2\3\4\5", 5);
	if (!solid)
		assert_true(recorder_child(&r, "$PLUGINSDIR/app-64.7z")->e.flags & ENTRY_SPAN);
	assert_int_equal(recorder_child(&r, "$PLUGINSDIR/again.txt")->e.type, ENTRY_HARDLINK);
	assert_true(str_is(
		recorder_child(&r, "$PLUGINSDIR/again.txt")->e.link, "$INSTDIR/sub/readme.txt"));
	assert_non_null(recorder_child(&r, "$PLUGINSDIR/nsExec.dll"));
	assert_non_null(recorder_child(&r, "[stub].exe"));
	assert_memory_equal(recorder_child(&r, "[stub].exe")->data, "MZ", 2);
	check_lines(&r);
	check_uninstaller(&r);
	recorder_release(&r);
}

static void every_packing(void **state)
{
	static const char *const packings[] = {"zlib", "lzma", "bzip2"};
	static const char *const unicodes[] = {"true", "false"};

	for (size_t u = 0; u < 2; u++) {
		check_whole(make(unicodes[u], "none", false), false, "stored");
		for (size_t p = 0; p < 3; p++)
			for (int solid = 0; solid < 2; solid++)
				check_whole(make(unicodes[u], packings[p], solid), solid,
					arena_printf(&arena, "unicode %s, %s%s", unicodes[u],
						packings[p], solid ? ", solid" : "")
						.p);
	}
}

/* 7zz extracts the same bytes under the same names (it leaves "$INSTDIR/" out). */
static void second_opinion(void **state)
{
	static const char *const names[] = {"app.exe", "sub/readme.txt", "data/renamed.bin",
		"$PLUGINSDIR/app-64.7z", "$PLUGINSDIR/nsExec.dll", "$PLUGINSDIR/NSISdl.dll"};
	struct str exe = make("true", "lzma", true);
	const char *const argv[] = {"7zz", "x", "-y", "-ox", "t-true-lzma-1.exe", NULL};
	struct recorder r;

	assert_int_equal(run(argv), 0);
	recorder_open(&r, FORMAT_NSIS, exe.p, exe.len, "t.exe");
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		struct str want = file_read(arena_printf(&arena, "%s/x/%s", dir, names[i]).p);
		const char *mine = names[i][0] == '$'
			? names[i]
			: arena_printf(&arena, "$INSTDIR/%s", names[i]).p;

		assert_true(want.len > 0);
		recorder_expect(&r, mine, want.p, want.len);
	}
	recorder_release(&r);
	assert_int_equal(run((const char *const[]){"rm", "-rf", "x", NULL}), 0);
}

static void recognised(void **state)
{
	struct str exe = make("true", "zlib", false);
	const struct format *f = format_by_id(FORMAT_NSIS);
	size_t head = exe.len < FORMAT_HEAD_BYTES ? exe.len : FORMAT_HEAD_BYTES;
	struct recorder r;
	size_t stub;

	assert_true(f->probe(cursor_of(exe.p, head), exe.len) >= 100);
	assert_true(f->probe_whole(cursor_of(exe.p, exe.len)) >= 100);
	recorder_open(&r, FORMAT_NSIS, exe.p, exe.len, "t.exe");
	stub = recorder_child(&r, "[stub].exe")->n_data;
	recorder_release(&r);
	/* The stub alone is a program like any other. */
	assert_int_equal(f->probe(cursor_of(exe.p, stub < head ? stub : head), stub), 0);
	assert_int_equal(f->probe_whole(cursor_of(exe.p, stub)), 0);
	recorder_open(&r, FORMAT_NSIS, exe.p, stub, "t.exe");
	assert_int_equal(r.status, STATUS_UNSUPPORTED);
	assert_int_equal(r.n_children, 0);
	recorder_release(&r);
}

static uint32_t u32(const char *p)
{
	struct cursor c = cursor_of(p, 4);

	return cursor_u32le(&c);
}

static void put32(char *p, uint32_t v)
{
	for (int i = 0; i < 4; i++)
		p[i] = (char)(v >> (8 * i));
}

/* A stored installer as bytes to change, and where its header begins. */
static char *stored_copy(struct str *ret_exe, char **ret_header, const char *unicode)
{
	struct str exe = make(unicode, "none", false);
	char *p = arena_alloc(&arena, exe.len + 4096);
	size_t at;

	memcpy(p, exe.p, exe.len);
	for (at = 512; memcmp(p + at + 8, "NullsoftInst", 12); at += 512)
		assert_true(at + 1024 < exe.len);
	*ret_exe = str_view(p, exe.len);
	*ret_header = p + at + 28 + 4;
	assert_int_equal(u32(*ret_header - 4), u32(p + at + 20));
	return p;
}

static void changed_bytes_are_said(void **state)
{
	struct str exe;
	char *header, *p = stored_copy(&exe, &header, "true");
	struct recorder r;
	size_t at = str_find(exe, str_part(readme, 0, 64));

	assert_true(at != SIZE_MAX);
	p[at] ^= 1;
	recorder_open(&r, FORMAT_NSIS, exe.p, exe.len, "t.exe");
	assert_int_equal(recorder_odd(&r, "nsis-crc-mismatch"), 1);
	recorder_release(&r);
}

/* The same tables as an installer of the 2.x line writes them. */
static void old_dialect(void **state)
{
	struct str exe;
	char *header, *p = stored_copy(&exe, &header, "false");
	uint32_t from = u32(header + 4 + 3 * 8), to = u32(header + 4 + 4 * 8);
	struct recorder r;

	assert_non_null(p);
	for (uint32_t i = from; i < to; i++)
		if (header[i] >= 1 && header[i] <= 4) {
			header[i] = (char)(256 - header[i]);
			i += 2; /* the argument of the code */
		}
	recorder_open(&r, FORMAT_NSIS, exe.p, exe.len, "t.exe");
	assert_int_equal(recorder_odd(&r, "nsis-opcodes-unknown"), 0);
	recorder_expect(&r, "$INSTDIR/app.exe", app.p, app.len);
	check_lines(&r);
	recorder_release(&r);
}

static void each_opcode(char *header, uint32_t (*change)(uint32_t))
{
	uint32_t at = u32(header + 4 + 2 * 8), n = u32(header + 8 + 2 * 8);

	assert_true(n > 20 && n < 10000);
	for (uint32_t i = 0; i < n; i++)
		put32(header + at + 28 * i, change(u32(header + at + 28 * i)));
}

static uint32_t with_logging(uint32_t op)
{
	return op >= 63 ? op + 1 : op;
}

static uint32_t with_font_calls(uint32_t op)
{
	return op >= 58 ? op + 4 : op >= 44 ? op + 2 : op;
}

static uint32_t shuffled(uint32_t op)
{
	return op > 1 && op < 60 ? 61 - op : op;
}

static void other_numberings(void **state)
{
	uint32_t (*const known[])(uint32_t) = {with_logging, with_font_calls};
	struct str exe;
	char *header;
	struct recorder r;

	for (size_t i = 0; i < 2; i++) {
		stored_copy(&exe, &header, "true");
		each_opcode(header, known[i]);
		recorder_open(&r, FORMAT_NSIS, exe.p, exe.len, "t.exe");
		assert_int_equal(recorder_odd(&r, "nsis-opcodes-unknown"), 0);
		check_lines(&r);
		recorder_release(&r);
	}
	stored_copy(&exe, &header, "true");
	each_opcode(header, shuffled);
	recorder_open(&r, FORMAT_NSIS, exe.p, exe.len, "t.exe");
	assert_int_equal(recorder_odd(&r, "nsis-opcodes-unknown"), 1);
	assert_int_equal(r.status, STATUS_DAMAGED);
	assert_int_equal(recorder_uncovered(&r), 0); /* the payload comes all the same */
	for (size_t i = 0, found = 0; i <= r.n_children; i++) {
		assert_true(i < r.n_children || found);
		found += i < r.n_children && r.children[i].n_data == app.len &&
			memcmp(r.children[i].data, app.p, app.len) == 0;
	}
	recorder_release(&r);
}

/* Signed: a table behind the installer; bytes hidden behind the DER stay unexplained. */
static void certificates(void **state)
{
	struct str exe;
	char *header, *p = stored_copy(&exe, &header, "true");
	size_t at = (exe.len + 7) & ~(size_t)7, entry = u32(p + 60) + 24 + 96 + 4 * 8;
	struct recorder r;

	put32(p + entry, (uint32_t)at);
	put32(p + entry + 4, 64);
	put32(p + at, 64);
	put32(p + at + 4, 0x00020200);
	memcpy(p + at + 8, "\x30\x0c" "abcdefghijkl", 14); /* 22 bytes, 24 with padding */
	memset(p + at + 32, 'H', 32);
	recorder_open(&r, FORMAT_NSIS, p, at + 64, "t.exe");
	assert_int_equal(r.status, STATUS_OK);
	assert_int_equal(recorder_uncovered(&r), 32);
	recorder_release(&r);
	memset(p + at + 24, 0, 40);
	recorder_open(&r, FORMAT_NSIS, p, at + 64, "t.exe");
	assert_int_equal(recorder_odd(&r, "nsis-crc-mismatch"), 0); /* signing leaves it right */
	assert_int_equal(recorder_uncovered(&r), 0);
	recorder_release(&r);
}

/* Any end and any changed byte: a clean result, and the same one twice. */
static void damaged(void **state)
{
	static const char *const packings[] = {"zlib", "lzma", "bzip2", "none"};
	uint32_t x = 12345;

	for (size_t k = 0; k < 8; k++) {
		bool solid = k % 2 && k < 6;
		struct str exe = make("true", packings[k / 2], solid);
		size_t first = 512;
		char *p = malloc(exe.len);

		assert_non_null(p);
		while (memcmp(exe.p + first + 8, "NullsoftInst", 12))
			first += 512;
		for (size_t round = 0; round < 60; round++) {
			size_t len = exe.len, at;
			struct recorder r;
			struct sha256 h, again;

			memcpy(p, exe.p, exe.len);
			x = x * 1664525 + 1013904223;
			if (round % 3 == 0) { /* cut, mostly near the beginning of the data */
				len = first + x % (round % 2 ? 4096 : exe.len - first);
			} else {
				at = first + x % (round % 2 ? 6000 : exe.len - first);
				p[at] ^= (char)(1 << (x >> 29));
			}
			recorder_open(&r, FORMAT_NSIS, p, len, "t.exe");
			if (round % 3 == 0)
				assert_int_not_equal(r.status, STATUS_OK);
			h = recorder_digest(&r);
			recorder_release(&r);
			recorder_open(&r, FORMAT_NSIS, p, len, "t.exe");
			again = recorder_digest(&r);
			assert_memory_equal(&h, &again, sizeof(h));
			recorder_release(&r);
		}
		free(p);
	}
}

static void every_bit_of_the_header(void **state)
{
	struct str exe;
	char *header, *p = stored_copy(&exe, &header, "true");
	size_t end = (size_t)(header - p) + 400; /* first header, blocks, settings */

	for (size_t bit = (size_t)(header - 32 - p) * 8; bit < end * 8; bit++) {
		struct recorder r;

		p[bit / 8] = (char)(p[bit / 8] ^ (1 << bit % 8));
		recorder_open(&r, FORMAT_NSIS, exe.p, exe.len, "t.exe");
		recorder_release(&r);
		p[bit / 8] = (char)(p[bit / 8] ^ (1 << bit % 8));
	}
}

static void budgets(void **state)
{
	struct str exe = make("true", "lzma", true);
	struct recorder r;

	for (int i = 0; i < 2; i++) {
		recorder_init(&r);
		if (i)
			r.budget.max_bytes = 300000;
		else
			r.budget.max_steps = 5000;
		recorder_run(&r, format_by_id(FORMAT_NSIS), exe.p, exe.len, "t.exe");
		assert_int_equal(r.status, STATUS_LIMIT);
		recorder_release(&r);
	}
}

/* A sink that goes away ends the reading at once, whichever call fails. */
static void sink_fails(void **state)
{
	struct str exe = make("true", "zlib", false);

	for (size_t i = 1; i < 40; i++) {
		struct recorder r;

		recorder_init(&r);
		r.fail_after = i;
		recorder_run(&r, format_by_id(FORMAT_NSIS), exe.p, exe.len, "t.exe");
		assert_int_equal(r.status, STATUS_IO);
		recorder_release(&r);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_packing),    cmocka_unit_test(second_opinion),
		cmocka_unit_test(recognised),       cmocka_unit_test(changed_bytes_are_said),
		cmocka_unit_test(old_dialect),      cmocka_unit_test(other_numberings),
		cmocka_unit_test(certificates),     cmocka_unit_test(damaged),
		cmocka_unit_test(every_bit_of_the_header), cmocka_unit_test(budgets),
		cmocka_unit_test(sink_fails),
	};

	return cmocka_run_group_tests(tests, prepare, clean);
}
