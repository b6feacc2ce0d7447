/*
 * Who controls these bytes: whoever hands a customer a proof and the file, and whoever posts to a witness. The
 * whole question is asked, with a trust file and a witness whose keys nobody has. Behind a byte 0xff stands the
 * file, behind a second one another trust file, which cuts and flipped bits reach too.
 */
#include "fuzz.h"

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "assay_verify.h"
#include "ledger/witness.h"
#include "simfs.h"
#include "tool_seeds.h"
#include "vendor.h"

static struct vendor vendor;
static char trust[8192], logs[512];
/* A good request about the first entry, by the key of the log: what a witness may have seen before. */
static char before[4096];
static struct signer witness_key;

/* An add-checkpoint request, signed by that key. */
static void request_text(char ret[4096], unsigned old, const struct tree_hash *proof, uint64_t size, const struct tree_hash *root,
	struct signer *key)
{
	char text[CHECKPOINT_TEXT_MAX], line[NOTE_LINE_MAX], base64[64] = "";

	if (proof)
		vendor_base64(proof, base64);
	FUZZ_CHECK(checkpoint_text(STR("log.vendor.example"), size, root, text) && note_sign(key, str_of(text), line));
	snprintf(ret, 4096, "old %u\n%s%s\n%s\n%s", old, base64, *base64 ? "\n" : "", text, line);
}

static void once(void)
{
	char key[VKEY_CHARS_MAX];
	struct str keys;

	if (trust[0])
		return;
	vendor_make(&vendor);
	keys = vendor_keys(&vendor, 1);
	vkey_text(&vendor.log.key, key);
	snprintf(logs, sizeof(logs), "log %s\nquorum none\n", key);
	snprintf(trust, sizeof(trust),
		"assay-trust/v1\nvendor vendor.example\nmax-age none\nrebuild watch 0\nequivalent no\n\n"
		"%s%.*s",
		logs, STR_ARG(keys));
	request_text(before, 0, NULL, 1, &(struct tree_hash){{1}}, &vendor.log);
	if (signer_from_seed(STR("witness.example"), KEY_COSIGNER, (const uint8_t[32]){5},
		    &witness_key) != STATUS_OK)
		abort();
}

static int fd_of(struct str file)
{
	static int fd = -1;

	if (fd < 0)
		fd = memfd_create("file", MFD_CLOEXEC);
	FUZZ_CHECK(fd >= 0 && ftruncate(fd, 0) == 0 && pwrite(fd, file.len ? file.p : "", file.len, 0) == (ssize_t)file.len);
	return fd;
}

static struct str part_take(struct str *rest)
{
	const char *mark = rest->len ? memchr(rest->p, 0xff, rest->len) : NULL;
	struct str part = mark ? str_view(rest->p, (size_t)(mark - rest->p)) : *rest;

	*rest = mark ? str_part(*rest, part.len + 1, rest->len) : STR_NONE;
	return part;
}

/* Without another the file is the one of the seeds, so that a proof which is bent late is judged late. */
static void ask(struct str input)
{
	static char work[ASSAY_VERIFY_WORK_BYTES] __attribute__((aligned(16)));
	struct str proof = part_take(&input), file = input.len ? part_take(&input) : STR("one");
	struct assay_verify_request q = {.trust = input.len ? input.p : trust,
		.trust_bytes = input.len ? input.len : strlen(trust), .proof = proof.p, .proof_bytes = proof.len,
		.fd = fd_of(file), .now_utc = VENDOR_NOW + 60};
	struct assay_verify_result r;

	assay_verify(&q, work, sizeof(work), &r);
	FUZZ_CHECK(r.status == ASSAY_VERIFY_OK ||
		   (r.status >= ASSAY_VERIFY_PROOF && r.status <= ASSAY_VERIFY_DIFFERS) ||
		   (r.status == ASSAY_VERIFY_NO_ANSWER && input.len));
	FUZZ_CHECK(r.why[0] != '\0' && memchr(r.why, 0, sizeof(r.why)));
}

static void post(struct str request, bool seen)
{
	struct sim *disk = sim_new(1);
	struct ledger_io io = sim_io(disk);
	struct witness_answer a = {.http = 0};
	struct witness w;

	buf_init(&a.body, 1 << 16);
	FUZZ_CHECK(witness_open(&w, &io, "r", str_of(logs), &witness_key) == STATUS_OK);
	if (seen) {
		witness_add(&w, str_of(before), VENDOR_NOW, &a);
		FUZZ_CHECK(a.http == 200);
		buf_clear(&a.body);
	}
	witness_add(&w, request, VENDOR_NOW, &a);
	FUZZ_CHECK(a.http == 200 || a.http == 400 || a.http == 403 || a.http == 404 ||
		   a.http == 409 || a.http == 422);
	FUZZ_CHECK(a.body.len > 0 && a.content_type);
	/* What is refused leaves no checkpoint behind. */
	for (int i = 0; !seen && a.http != 200 && i < disk->n_names; i++)
		FUZZ_CHECK(!strstr(disk->names[i].path, "/checkpoint") ||
			   disk->names[i].seen < 0);
	buf_release(&a.body);
	sim_free(disk);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	once();
	ask(str_view(bytes, n));
	if (n <= 4096) {
		post(str_view(bytes, n), false);
		post(str_view(bytes, n), true);
	}
	return 0;
}

void fuzz_seeds(void (*run)(const void *bytes, size_t n))
{
	char text[CHECKPOINT_TEXT_MAX], line[NOTE_LINE_MAX], base64[8192], seed[16384];
	struct tree_hash leaf;
	struct str entry;
	int len;

	once();
	entry = vendor_release(&vendor, &(struct release_spec){.version = "1.0", .file = "one"});
	leaf = tree_hash_leaf(entry.p, entry.len);
	if (!checkpoint_text(STR("log.vendor.example"), 1, &leaf, text) ||
		!note_sign(&vendor.log, str_of(text), line) ||
		!b64_encode(entry.p, entry.len, base64, sizeof(base64)))
		abort();
	len = snprintf(seed, sizeof(seed), "c2sp.org/tlog-proof@v1\nextra %s\nindex 0\n\n%s\n%s", base64,
		text, line);
	run(seed, (size_t)len);
	len = snprintf(seed, sizeof(seed), "old 0\n\n%s\n%s", text, line);
	run(seed, (size_t)len);
	len = snprintf(seed, sizeof(seed), "old 1\n%s\n\n%s\n%s",
		"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=", text, line);
	run(seed, (size_t)len);
	/* The next size with its proof, the same again, one that does not follow, another head of one size, another's key. */
	{
		struct tree_hash first = {{1}}, second = {{2}}, both = tree_hash_node(&first, &second);

		request_text(seed, 1, &second, 2, &both, &vendor.log);
		run(seed, strlen(seed));
		request_text(seed, 1, NULL, 1, &first, &vendor.log);
		run(seed, strlen(seed));
		request_text(seed, 1, &first, 2, &both, &vendor.log);
		run(seed, strlen(seed));
		request_text(seed, 1, NULL, 1, &second, &vendor.log);
		run(seed, strlen(seed));
		request_text(seed, 3, NULL, 2, &both, &vendor.log);
		run(seed, strlen(seed));
		request_text(seed, 1, &second, 2, &both, &vendor.keys[0][0]);
		run(seed, strlen(seed));
	}
	tool_seed("python3 \"$ASSAY_SOURCE_ROOT/fuzz/seeds.py\" proofs seeds", run);
}
