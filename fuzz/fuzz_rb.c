/*
 * A Ruby member, OLD and NEW with a cut chosen by the first byte. The publisher of the release chooses
 * every byte.
 */
#include "reader_truths.h"
#include "tool_seeds.h"

#include "read/readers.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	reader_truths(&reader_ruby, "lib/x.rb", bytes, n);
	return 0;
}

static void seed(void (*run)(const void *bytes, size_t n), const char *text)
{
	run(text, strlen(text));
}

/* The first byte is a character of the text: blanks and letters cut it at an eighth to a half. */
void fuzz_seeds(void (*run)(const void *bytes, size_t n))
{
	literal_seeds("", "read/test_rb.c", run);
	call_seeds("rb", run);
	seed(run, " require 'net/http'\nmodule A\n  class B < C\n    def initialize(a, b = 2, *c, k: 1, **o, &blk)\n      @a = a; @@b += 1; $c ||= 5\n    end\n"
		  "    def self.run(cmd)\n      `ls #{cmd}`; system('x', cmd) or raise 'no'\n    end\n  end\nend\n");
	seed(run, "URI.open(\"http://a.example/#{x}\") { |f| eval f.read }\nx = begin\n  1\nrescue E => e\n  2\nensure\n  3\nend\ncase x when 1, 2 then puts 1 else 2 end\n"
		  "s = <<~EOT + %q(a) + %w[a b].map(&:to_s).join\n  hi #{x}\nEOT\nuntil x do y end\nfor i in 1..3 do p i end\n");
	seed(run, "eval [104,105].pack('c*') + 'YQ=='.unpack1('m') + 'abc'.tr('a-c', 'b-d').reverse.gsub('a', 'b')[0..2] + Base64.decode64('YQ==')\n"
		  "obj.send(:eval, x); m = method(:system); m.call('x') unless y; ->(q) { q + 1 }.call(2); a, b = b, a; h = { a: 1, 'b' => 2 }; h[:a] &&= 1; x&.y = 5\n");
	seed(run, "=begin\ndoc\n=end\nclass << self\n  define_method(:x) do |a| a ? 1 : 2 end\nend\nputs /re[\\/]#{x}/i if x =~ %r{a}; yield 1; super; ?a\n__END__\ndata ' here\n");
}
