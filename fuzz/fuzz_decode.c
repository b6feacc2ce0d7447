/*
 * Who controls these bytes: whoever made the release; any literal of any language may be an encoded one. Truths: what is
 * decoded is no longer than it may be, and the same twice.
 */
#include "fuzz.h"

#include <string.h>

#include "read/decode.h"
#include "tool_seeds.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	struct str text = str_view((const char *)bytes, n);
	struct blob first, second;
	struct arena a;

	arena_init(&a, 0);
	first = blob_look(&a, text);
	second = blob_look(&a, text);
	FUZZ_CHECK(first.kind == second.kind && str_equal(first.bytes, second.bytes));
	FUZZ_CHECK(first.bytes.len <= BLOB_MAX_BYTES && blob_name(first.kind) && (first.kind == BLOB_NONE || first.scheme));
	FUZZ_CHECK(decode_base64(&a, text).len <= n && entropy_of(text) <= 800);
	FUZZ_CHECK(looks_like_js(text) == looks_like_js(text) && looks_like_python(text) == looks_like_python(text));
	arena_release(&a);
	return 0;
}

/* Each kind of blob in each of the two writings, by the tools that write them. */
void fuzz_seeds(void (*run)(const void *bytes, size_t n))
{
	tool_seed("mkdir seeds; i=0; head -c 1000 \"$ASSAY_SOURCE_ROOT/fuzz/fuzz_decode.c\" >text\n"
		  "(printf 'function f(a) { var b = require(\"x\"); return b.map(function (c) { return c + 1; }); }\\n'; cat text) >code\n"
		  "printf 'import os, sys\\ndef f(a):\\n    for i in range(9):\\n        print(os.environ, i)\\n    return a\\n%.0s' 1 2 3 >py\n"
		  "head -c 1500 /bin/true >program; gzip -9n <text >packed; xz -c text >more; printf '\\211PNG\\r\\n\\032\\n' >image\n"
		  "openssl enc -aes-128-ctr -K 00112233445566778899aabbccddeeff -iv 00 -in text -out closed\n"
		  "(printf '\\0asm\\1\\0\\0\\0'; cat program) >wasm; cat program >>image\n"
		  "(printf '#!/bin/sh\\n'; cat text) >script; printf '\\0\\1\\0\\0\\0\\12' | cat - program >font\n"
		  "printf '{\"version\":3,\"sources\":[\"a.ts\"],\"mappings\":\"AAAA%0500d\"}' 0 >map\n"
		  "for f in text code py program packed more image closed wasm script font map; do\n"
		  "base64 -w0 $f >seeds/$f.64; base64 -w76 $f >seeds/$f.lines; base64 -w0 $f | tr '+/' '-_' | tr -d = >seeds/$f.url\n"
		  "od -An -v -tx1 $f | tr -d ' \\n' >seeds/$f.hex; od -An -v -tx1 $f | sed 's/ /\\\\x/g' | tr -d '\\n' >seeds/$f.x\n"
		  "cp $f seeds/$f; done\n", run);
	literal_seeds("", "read/test_decode.c", run);
}
