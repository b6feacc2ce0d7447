/*
 * Who controls these bytes: whoever hands a customer the file that a release is held against; the signature is taken off
 * before the signature counts for anything. Truths: of one file the memory says what the descriptor says; the whole has
 * its own digest; what is taken off is taken off for good, so the checksum of an image and the bytes of a signature
 * change nothing; the method that is proposed for a file is one that there is.
 */
#include "fuzz.h"

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "ledger/unsigned.h"
#include "tool_seeds.h"
#include "util/str.h"

static const char *const methods[] = {"none", "pe-authenticode-1", "rpm-signature-1", "no-such-method"};

enum { METHODS = sizeof(methods) / sizeof(methods[0]) };

static int fd_of(const uint8_t *bytes, size_t n)
{
	static int fd = -1;

	if (fd < 0)
		fd = memfd_create("file", MFD_CLOEXEC);
	FUZZ_CHECK(fd >= 0 && ftruncate(fd, 0) == 0 && pwrite(fd, bytes, n, 0) == (ssize_t)n);
	return fd;
}

static bool same(const struct file_digests *a, const struct file_digests *b)
{
	return a->size_bytes == b->size_bytes && memcmp(a->sha256, b->sha256, 32) == 0 && memcmp(a->sha512, b->sha512, 64) == 0 &&
	       memcmp(a->unsigned_sha256, b->unsigned_sha256, 32) == 0;
}

/* The checksum of an image, which every method but "none" leaves out; false where there is none. */
static bool flip_checksum(uint8_t *copy, size_t n)
{
	uint32_t at = copy[0x3c] | (uint32_t)copy[0x3d] << 8;

	if (at + 24 + 68 > n)
		return false;
	copy[at + 24 + 64] ^= 0x55;
	return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	struct file_digests by_fd, by_bytes;
	const char *proposed = unsigned_method_of(bytes, n);
	int fd = fd_of(bytes, n);

	FUZZ_CHECK(strcmp(proposed, unsigned_method_for(fd)) == 0);
	for (int i = 0; i < METHODS; i++) {
		struct str method = str_of(methods[i]);
		enum digest_answer a = file_digests(fd, method, &by_fd);

		FUZZ_CHECK(a == bytes_digests(bytes, n, method, &by_bytes) && a != DIGEST_IO);
		FUZZ_CHECK((a == DIGEST_METHOD) == (i == METHODS - 1) && (a != DIGEST_METHOD || !str_is(method, proposed)));
		FUZZ_CHECK(a != DIGEST_OK || same(&by_fd, &by_bytes));
		FUZZ_CHECK(i != 0 || (a == DIGEST_OK && memcmp(by_fd.sha256, by_fd.unsigned_sha256, 32) == 0));
		if (i == 1 && a == DIGEST_OK) {
			uint8_t *copy = malloc(n);
			struct file_digests other;

			FUZZ_CHECK(copy);
			memcpy(copy, bytes, n);
			if (flip_checksum(copy, n) && bytes_digests(copy, n, method, &other) == DIGEST_OK)
				FUZZ_CHECK(memcmp(other.unsigned_sha256, by_fd.unsigned_sha256, 32) == 0 &&
					   memcmp(other.sha256, by_fd.sha256, 32) != 0);
			free(copy);
		}
	}
	return 0;
}

void fuzz_seeds(void (*run)(const void *bytes, size_t n))
{
	tool_seed("mkdir seeds; printf 'int start(void) { return 0; }' >h.c\n"
		  "for m in x86_64 i686; do command -v $m-w64-mingw32-gcc >/dev/null || continue\n"
		  "$m-w64-mingw32-gcc -Os -s -nostdlib -Wl,-e,start h.c -o seeds/$m.exe; done\n"
		  "openssl req -x509 -newkey rsa:2048 -nodes -keyout key -out cert -days 9 -subj '/CN=A Maker' 2>/dev/null\n"
		  "osslsigncode sign -certs cert -key key -in seeds/x86_64.exe -out seeds/signed.exe\n"
		  "(cat seeds/signed.exe; echo more) >seeds/longer.exe\n"
		  "printf 'Name: a\\nVersion: 1\\nRelease: 1\\nSummary: a\\nLicense: none\\nBuildArch: noarch\\n%%description\\na\\n%%files\\n' >a.spec\n"
		  "rpmbuild -bb --quiet --define '_buildhost a.example' --define \"_topdir $PWD/top\" a.spec 2>/dev/null; cp top/RPMS/noarch/*.rpm seeds/a.rpm; echo text >seeds/text\n", run);
}
