/*
 * Who controls these bytes: whoever made the program and what is inside: resources, bundles of .NET, WiX
 * and PyInstaller. Seeds come from the compilers of the tests; the bundles behind them from tests/make.
 */
#include "container.h"
#include "tool_seeds.h"

void fuzz_seeds(void (*run)(const void *bytes, size_t n))
{
	tool_seed("printf 'int start(void) { return 0; }' >h.c; printf 'var a = 1;\\n' >a.js\n"
		  "printf '7 RCDATA \"a.js\"\\nX Y \"a.js\"\\n' >r.rc; x86_64-w64-mingw32-windres r.rc -o r.o\n"
		  "x86_64-w64-mingw32-gcc -Os -s -nostdlib -e start h.c r.o -o s.exe; mv s.exe seed\n", run);
	tool_seed("printf 'int start(void) { return 0; }' >h.c; x86_64-w64-mingw32-gcc -Os -s -nostdlib -e start h.c -o h.exe\n"
		  "printf 'import b\\nb.f()\\n' >a.py; printf 'def f():\\n return 1\\n' >b.py\n"
		  "python3 \"$ASSAY_SOURCE_ROOT/tests/make/pyinstaller.py\" h.exe seed a=a.py b=b.py c.d=b.py\n", run);
	tool_seed("cat >h.c <<E\n"
		  "__attribute__((section(\".wixburn\"), used)) unsigned b[16] = {0x00f14300, 2, 1, 2, 3, 4, 1024,\n"
		  "0, 0, 0, 1, 2, 64, 64};\nint start(void) { return 0; }\nE\n"
		  "x86_64-w64-mingw32-gcc -Os -s -nostdlib -e start h.c -o s.exe; mv s.exe seed; head -c 200 /dev/zero | tr '\\0' M >>seed\n",
		run);
	tool_seed("printf 'int start(void) { return 0; }' >h.c; printf 'var a = 1;\n' >a.js\n"
		  "(printf 'rDlPtS\\315\\346\\327{\\013*'; head -c 32 /dev/zero) >t.bin; echo '11111 RCDATA \"t.bin\"' >t.rc\n"
		  "x86_64-w64-mingw32-windres t.rc -o t.o\n"
		  "x86_64-w64-mingw32-gcc -Os -s -nostdlib -e start h.c t.o -o s.exe\n"
		  "python3 \"$ASSAY_SOURCE_ROOT/tests/make/inno.py\" s.exe seed a.exe=s.exe b.js=a.js\n", run);
	tool_seed("head -c 3000 \"$ASSAY_SOURCE_ROOT/fuzz/fuzz_program.c\" >in\n"
		  "python3 \"$ASSAY_SOURCE_ROOT/tests/make/upx.py\" pe 8 in seed\n", run);
	tool_seed("head -c 3000 \"$ASSAY_SOURCE_ROOT/fuzz/fuzz_program.c\" >in\n"
		  "python3 \"$ASSAY_SOURCE_ROOT/tests/make/upx.py\" elf 5 in seed\n", run);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	const struct format *f = format_by_id(FORMAT_PE_OVERLAY);
	struct cursor whole = cursor_of(bytes, n);

	FUZZ_CHECK(f->probe_whole(whole) == f->probe_whole(whole));
	return container_check(FORMAT_PE_OVERLAY, bytes, n);
}
