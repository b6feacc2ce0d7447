/*
 * Who controls these bytes: whoever compiled the program. Input is NEW against itself with some bytes changed,
 * and OLD of that. Truths: see reader_truths.h; equal files have no flow. Seeds come from the compilers.
 */
#include "read/readers.h"
#include "reader_truths.h"
#include "tool_seeds.h"

#define SOURCE "cat >a.c <<E\n" \
	"int connect(int, const void *, unsigned); int system(const char *); char *getenv(const char *);\n" \
	"static const char *const names[] = {\"https://a.example/\", \"sh -c x\"}; static volatile char coded[] = {50, 46, 46, 42, 96, 117};\n" \
	"static int wrap(const char *s) { return system(s); }\n" \
	"int f(int a) { char b[32]; for (int i = 0; i < 6; i++) b[i] = coded[i] ^ 0x5a; switch (a) { case 1: return wrap(names[0]);\n" \
	"case 2: return connect(a, b, 16); case 3: return wrap(b); case 4: return 9; default: return getenv(names[1]) != 0; } }\n" \
	"__attribute__((constructor)) static void g(void) { f(2); }\nE\n"

void fuzz_seeds(void (*run)(const void *bytes, size_t n))
{
	tool_seed(SOURCE "gcc -O1 -shared -fPIC -nostdlib -Wl,-z,noseparate-code -o seed a.c\n", run);
	tool_seed(SOURCE "clang-14 -target i686-linux-gnu -O1 -fPIC -c a.c; ld.lld-14 -shared -z undefs -z noseparate-code -o seed a.o\n", run);
	tool_seed(SOURCE "clang-14 -target aarch64-linux-gnu -O1 -fPIC -c a.c; ld.lld-14 -shared -z undefs -z max-page-size=4096 -o seed a.o\n", run);
	tool_seed(SOURCE "sed -i s/connect/puts/ a.c; x86_64-w64-mingw32-gcc -O1 -w -shared -nostdlib -o seed.dll a.c -lmsvcrt; mv seed.dll seed\n", run);
	tool_seed(SOURCE "for a in x86_64 arm64; do clang-14 -target $a-apple-macos11 -O1 -c -o $a.o a.c\n"
		"ld64.lld-14 -dylib -arch $a -platform_version macos 11.0 11.0 -undefined dynamic_lookup -o $a $a.o; done\n"
		"llvm-lipo-14 -create x86_64 arm64 -output seed\n", run);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	uint8_t *other = malloc(n + 1);
	struct cursor new_ = cursor_of(bytes, n), old;

	FUZZ_CHECK(other);
	memcpy(other, bytes, n);
	for (size_t i = n / 4; i < n; i += n / 16 + 97)
		other[i] ^= 0x41;
	old = cursor_of(other, n);
	FUZZ_CHECK(reader_once(&reader_exec, "x", old, true, new_) == reader_once(&reader_exec, "x", old, true, new_));
	(void)reader_once(&reader_exec, "x", new_, true, old);
	(void)reader_once(&reader_exec, "x", new_, true, new_);
	free(other);
	return 0;
}
