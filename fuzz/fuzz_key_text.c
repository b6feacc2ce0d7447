/*
 * Who controls these bytes: whoever ships a configuration or a source with keys in it. The first line is a name and what
 * stands behind BEGIN, the rest a value and a body. Truths: the same twice; blanks around a value and line ends within a
 * body make no other key.
 */
#include "fuzz.h"

#include <string.h>

#include "read/key_text.h"
#include "tool_seeds.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	const uint8_t *line = n ? memchr(bytes, '\n', n) : NULL;
	struct str name = str_view((const char *)bytes, line ? (size_t)(line - bytes) : 0);
	struct str body = line ? str_view((const char *)line + 1, n - name.len - 1) : str_view((const char *)bytes, n);
	struct str identity;
	struct arena a;

	arena_init(&a, 0);
	FUZZ_CHECK(key_text_names(name) == key_text_names(name));
	FUZZ_CHECK(key_text_is_public(&a, body) == key_text_is_public(&a, arena_printf(&a, " %.*s\n", STR_ARG(body))) ||
		   memchr(body.len ? body.p : "", 0, body.len ? body.len : 1));
	identity = key_text_identity(&a, name, body);
	FUZZ_CHECK(str_equal(identity, key_text_identity(&a, name, body)) && identity.len <= n);
	arena_release(&a);
	return 0;
}

void fuzz_seeds(void (*run)(const void *bytes, size_t n))
{
	tool_seed("mkdir seeds; for t in '\\231\\0\\5' '\\306\\5' '\\306\\300\\1' '\\230\\5'; do\n"
		  "(printf 'PGP PUBLIC KEY BLOCK\\nComment: ours\\n\\n'; (printf \"$t\"; head -c 300 \"$ASSAY_SOURCE_ROOT/fuzz/fuzz_key_text.c\") | base64) >\"seeds/pgp$(echo $t | tr -dc 0-9)\"; done\n"
		  "ssh-keygen -q -t ed25519 -N '' -f id; (echo signingkey; cat id.pub) >seeds/ssh\n"
		  "openssl genpkey -algorithm ed25519 -out key; (echo PUBLIC KEY; openssl pkey -in key -pubout | sed '1d;$d') >seeds/pem\n"
		  "(echo update_key; openssl pkey -in key -pubout | sed '1d;$d' | tr -d '\\n') >seeds/base64\n"
		  "(echo keyboard; openssl pkey -in key -pubout -outform DER | sha256sum | cut -c1-64) >seeds/hex\n", run);
	literal_seeds("", "read/test_key_text.c", run);
}
