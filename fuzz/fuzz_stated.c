/*
 * Who controls these bytes: whoever made the release; the manifest of a wheel, a signed jar, an app
 * package. The first byte picks which; then three members pass. Truth: the same twice.
 */
#include "container.h"

#include "formats/archive.h"
#include "formats/stated.h"

static const char *const names[] = {"a-1.dist-info/RECORD", "META-INF/MANIFEST.MF", "META-INF/A.SF", "AppxBlockMap.xml"};

static uint64_t once(const uint8_t *bytes, size_t n)
{
	static const char *const members[] = {"a", "b/c d", "AppxBlockMap.xml"};
	struct container_run r = {.sink = {container_begin, container_data, container_end, container_oddity, container_span}};
	struct budget budget = {.max_steps = 1 << 20, .max_bytes = 1 << 20, .max_members = 100};
	struct arena arena;
	struct archive a;
	struct open_in in = {cursor_of(bytes, n), STR("fuzz"), &arena, &budget, &r.sink};
	enum status st;

	arena_init(&arena, 0);
	archive_begin(&a, &in);
	a.stated = stated_new(&a);
	st = stated_read(a.stated, &budget, str_of(names[bytes[0] % 4]), str_view(bytes + 1, n - 1));
	container_mix(&r, &st, sizeof(st));
	for (size_t i = 0; i < 3; i++) {
		struct entry e = {.name = str_of(members[i]), .type = ENTRY_FILE};

		if (archive_child(&a, &e) == STATUS_OK && archive_data(&a, "hello", 5) == STATUS_OK)
			st = archive_child_end(&a, STATUS_OK, NULL);
		else
			st = r.in_child ? container_end(&r.sink, STATUS_LIMIT, "limit") : STATUS_LIMIT;
		container_mix(&r, &st, sizeof(st));
	}
	stated_settle(a.stated, true);
	arena_release(&arena);
	return r.digest;
}

void fuzz_seeds(void (*run)(const void *bytes, size_t n))
{
	static const char record[] = "\0a,sha256=LPJNul-wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ,5\n\"b/c d\",sha1=AA,7\nb,,\n";
	static const char manifest[] = "\1Manifest-Version: 1.0\n\nName: a\nSHA-256-Digest: LPJNul+wow4m6DsqxbninhsWHlwf\n"
				       " p0JecwQzYpOLmCQ=\n\nName: b/c d\nSHA1-Digest: AAAA\n";
	static const char signature[] = "\2Signature-Version: 1.0\nSHA1-Digest-Manifest: qvTGHdzF6KLavt4PO0gs2a6pQ00=\n\n";
	static const char blocks[] = "\3<?xml version=\"1.0\"?><b:BlockMap HashMethod=\"http://x#sha256\"><b:File Name=\"b\\c d\" "
				     "Size=\"5\"><b:Block Hash=\"LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=\"/></b:File>"
				     "</b:BlockMap>";

	run(record, sizeof(record) - 1);
	run(manifest, sizeof(manifest) - 1);
	run(signature, sizeof(signature) - 1);
	run(blocks, sizeof(blocks) - 1);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	if (n)
		FUZZ_CHECK(once(bytes, n) == once(bytes, n));
	return 0;
}
