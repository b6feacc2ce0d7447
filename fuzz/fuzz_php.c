/*
 * A PHP member, OLD and NEW with a cut chosen by the first byte. The publisher of the release chooses
 * every byte.
 */
#include "reader_truths.h"
#include "tool_seeds.h"

#include "read/readers.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	reader_truths(&reader_php, "plugin/x.php", bytes, n);
	return 0;
}

static void seed(void (*run)(const void *bytes, size_t n), const char *text)
{
	run(text, strlen(text));
}

/* The first byte is a character of the text: blanks and letters cut it at an eighth to a half. */
void fuzz_seeds(void (*run)(const void *bytes, size_t n))
{
	literal_seeds("", "read/test_php.c", run);
	call_seeds("php", run);
	seed(run, " <b>it's</b><?php # x ?>y<?= $a ?><?php eval($_POST['x']); $f = 'sys' . \"tem\"; $f(\"ls {$_GET['d']} $b[0] $c->d\");");
	seed(run, "<?php namespace A; use B\\C; abstract class D extends E implements F { use T; public static ?int $x = 1; const Y = 2;\n"
		  "function __construct(private $p = 1, int ...$q) { parent::__construct(); self::$x = static::Y; } } new class { };\n");
	seed(run, "<?php function &f(int ...$a): array { static $s = 1; global $g; foreach ($_POST as $k => list($x, 'y' => $y)) { yield $x => $y; }\n"
		  "return fn($z) => $z?->q['w'] ?? `ls {$x['y']}`; } $$v = <<<\"E\"\n a{$b->c()}$d[0]\nE; $m = match(true) { $a, $b => 1, default => 2 };\n");
	seed(run, "<?php $o = ''; for ($i = 0; $i < strlen($s = 'abc'); $i++) { $o .= chr(ord($s[$i]) ^ 5); } eval(gzinflate(base64_decode(strrev(str_rot13($o)))));\n"
		  "$a[] = pack('H*', '41') . implode('', array_reverse(explode(',', strtr('a,b', 'ab', 'ba')))) . substr(\"\\x41\\101\\u{42}\", -2, 1);\n");
	seed(run, "<?php if ($a): echo 1; elseif ($b): print 2; else: switch ($x) { case 1: break 2; default: continue; } endif; do { try { throw new E; }\n"
		  "catch (A | B $e) { goto l; } finally { l: exit(1); } } while (@$c['x'](1) and !$d instanceof E); usort($l, 'strcmp'); array_map('system', $_GET);\n");
}
