/*
 * Who controls these bytes: whoever made the release; signatures stand beside what they sign. Truth: the
 * same bytes twice say the same.
 */
#include "fuzz.h"
#include "tool_seeds.h"

#include "formats/signature.h"

static enum status once(struct arena *a, const uint8_t *bytes, size_t n, struct signature *ret)
{
	struct budget b = {.max_steps = 1 << 20};

	return signature_read(a, &b, cursor_of(bytes, n), ret);
}

void fuzz_seeds(void (*run)(const void *bytes, size_t n))
{
	static const char crx[] = "Cr24\3\0\0\0\x11\0\0\0\x12\7\x0a\3key\x12\0\x1a\6\x0a\2ec\x12\0";
	static const char apk[] = "\x5c\0\0\0\0\0\0\0\x3c\0\0\0\0\0\0\0\x1a\x87\x09\x71\x34\0\0\0\x30\0\0\0\x20\0\0\0"
				  "\0\0\0\0\x10\0\0\0\x0c\0\0\0\x30\x0a\x30\x08\2\1\1\x30\0\x30\0\x30\0\0\0\0\0\0\0\0\0\0"
				  "\0\0\0\0\0\0\0\0\x5c\0\0\0\0\0\0\0APK Sig Block 42";
	static const char pkcs7[] = "\x30\x2b\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02\xa0\x1e\x30\x1c\x02\x01\x01\x31\x00"
				    "\x30\x02\x06\x00\x31\x13\x30\x11\x02\x01\x01\x30\x05\x30\x00\x02\x01\x01\x30\x00\x30\x00\x04\x00";

	run(crx, sizeof(crx) - 1);
	run("Cr24\2\0\0\0\3\0\0\0\2\0\0\0keysg", 21);
	run(apk, sizeof(apk) - 1);
	run(pkcs7, sizeof(pkcs7) - 1);
	tool_seed("mkdir -p seeds t; echo a >t/a; export Z=\"$ASSAY_SOURCE_ROOT/tests/make/zipkin.py\"; for k in apk crx jar appx; do python3 \"$Z\" $k t $k 'A Maker'; done\n"
		  "python3 -c \"import zipfile\ndata = open('apk', 'rb').read()\nend = data.index(b'APK Sig Block 42') + 16\n"
		  "at = end - 8 - int.from_bytes(data[end - 24:end - 16], 'little')\nopen('seeds/apk', 'wb').write(data[at:end])\n"
		  "data = open('crx', 'rb').read()\nopen('seeds/crx', 'wb').write(data[:12 + int.from_bytes(data[8:12], 'little')])\n"
		  "for name in ('jar', 'appx'):\n    archive = zipfile.ZipFile(name)\n    for member in archive.namelist():\n"
		  "        if member.endswith(('.RSA', '.EC', '.DSA', '.p7x')):\n            open('seeds/' + name, 'wb').write(archive.read(member))\"\n"
		  "for k in rsa:2048 ec; do o=; test $k != ec || o='-pkeyopt ec_paramgen_curve:P-256'\n"
		  "openssl req -x509 -newkey $k $o -nodes -keyout key -out cert -days 9 -subj '/C=DE/O=A Maker/CN=a.example' 2>/dev/null\n"
		  "openssl cms -sign -binary -in t/a -signer cert -inkey key -outform DER -out seeds/${k%:*}; openssl cms -sign -binary -nodetach -in t/a -signer cert \\\n"
		  "-inkey key -outform DER -keyid -out seeds/${k%:*}id; openssl smime -sign -noattr -in t/a -signer cert -inkey key -outform DER -out seeds/${k%:*}no; done\n"
		  "printf 'int start(void) { return 0; }' >h.c; x86_64-w64-mingw32-gcc -Os -s -nostdlib -Wl,-e,start h.c -o h.exe\n"
		  "for h in sha1 sha256 sha384 sha512; do osslsigncode sign -h $h -certs cert -key key -in h.exe -out s.exe; osslsigncode extract-signature -in s.exe -out seeds/$h; rm s.exe; done\n"
		  "python3 \"$ASSAY_SOURCE_ROOT/fuzz/seeds.py\" stamps seeds\n", run);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	struct signature s[2];
	struct arena a;
	enum status st;

	arena_init(&a, 0);
	st = once(&a, bytes, n, &s[0]);
	FUZZ_CHECK(st == once(&a, bytes, n, &s[1]));
	FUZZ_CHECK(s[0].scheme == s[1].scheme && s[0].n_signers == s[1].n_signers);
	FUZZ_CHECK(str_equal(s[0].subject, s[1].subject) && str_equal(s[0].key_sha256, s[1].key_sha256));
	FUZZ_CHECK(st != STATUS_OK || s[0].key_sha256.len == 64);
	arena_release(&a);
	return 0;
}
