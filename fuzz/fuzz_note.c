/* Who controls these bytes: whoever serves a checkpoint, answers as a witness or hands out a file. */
#include "fuzz.h"

#include <string.h>

#include "ledger/b64.h"
#include "ledger/checkpoint.h"
#include "ledger/note.h"

static void inside(struct str part, const uint8_t *bytes, size_t n)
{
	FUZZ_CHECK(part.len == 0 || (part.p >= (const char *)bytes &&
					    part.p + part.len <= (const char *)bytes + n));
}

/* What was read as a checkpoint is written the same way, unless it has more lines. */
static void written_again(const struct checkpoint *c, struct str text)
{
	char again[CHECKPOINT_TEXT_MAX];

	if (!c->extended && checkpoint_text(c->origin, c->size, &c->root, again))
		FUZZ_CHECK(str_is(text, again));
}

static void check_key(struct str line)
{
	char again[VKEY_CHARS_MAX];
	struct vkey k;

	if (!vkey_parse(line, &k) || k.type == KEY_MLDSA44)
		return;
	vkey_text(&k, again);
	FUZZ_CHECK(str_is(line, again));
}

static void check_base64(struct str s)
{
	char bytes[512], again[B64_CHARS(512) + 1];
	size_t n;

	if (!b64_decode(s, bytes, sizeof(bytes), &n))
		return;
	FUZZ_CHECK(b64_encode(bytes, n, again, sizeof(again)) && str_is(s, again));
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	static struct note note;
	struct str all = str_view(bytes, n);
	struct checkpoint c;
	struct vkey k;

	check_key(all);
	check_base64(all);
	if (checkpoint_parse(all, &c))
		written_again(&c, all);
	if (!note_parse(all, &note))
		return 0;
	FUZZ_CHECK(note.n >= 1 && note.text.len > 0 && note.text.p[note.text.len - 1] == '\n');
	inside(note.text, bytes, n);
	FUZZ_CHECK(vkey_make(STR("log.example"), KEY_COSIGNER, (const uint8_t[32]){1}, &k));
	for (size_t i = 0; i < note.n; i++) {
		inside(note.signatures[i].name, bytes, n);
		inside(note.signatures[i].base64, bytes, n);
		FUZZ_CHECK(note_name_ok(note.signatures[i].name));
	}
	/* Nobody has signed with a key that was made here. */
	FUZZ_CHECK(note_check(&note, &k, NULL) != NOTE_GOOD);
	if (checkpoint_parse(note.text, &c))
		written_again(&c, note.text);
	return 0;
}

void fuzz_seeds(void (*run)(const void *bytes, size_t n))
{
	static const char *const seeds[] = {
		"example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n"
		"\xE2\x80\x94 example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeO"
		"oRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n"
		"\xE2\x80\x94 witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5O"
		"WXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==\n",
		"example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
		"log\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n",
		"log\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\nmore\n", "YQ==", "YWI="};

	for (size_t i = 0; i < sizeof(seeds) / sizeof(seeds[0]); i++)
		run(seeds[i], strlen(seeds[i]));
}
