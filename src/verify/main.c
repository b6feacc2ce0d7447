/*
 * assay-verify: the customer's half and nothing else. No signing, no network, no JSON, no ASN.1, no
 * allocation; built as one static file so that it can be handed out and audited alone.
 */
#include <sodium.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "assay_verify.h"
#include "ledger/checkpoint.h"
#include "ledger/entry.h"
#include "verify/ask.h"

static const char usage[] =
	"assay-verify [OPTIONS] FILE: is FILE what its publisher meant to ship?\n\n"
	"  --trust FILE      what is pinned about the publisher (needed)\n"
	"  --proof FILE      the proof (FILE.assay-proof)\n"
	"  --more FILE       further proofs, of revocations say\n"
	"  --seen FILE       remembers the newest release and refuses older ones\n"
	"  --name NAME       the name under which FILE was published (its own)\n"
	"  --product NAME    refuse any other product\n"
	"  --channel NAME    refuse any other channel\n"
	"  --release VERSION refuse any other version\n"
	"  --now TIME        the clock: 2026-07-27T10:30:00Z or @SECONDS\n"
	"  --quiet           only the exit status\n\n"
	"Exit status: 0 verified, 2 could not be asked, 10 and up refused, one number a reason;\n"
	"see assay-verify(1).\n";

static int misused(const char *what)
{
	fprintf(stderr, "assay-verify: %s\n%s", what, usage);
	return ASSAY_VERIFY_NO_ANSWER;
}

static bool take_time(const char *text, int64_t *ret)
{
	uint64_t n;

	if (text[0] != '@')
		return entry_time_parse(str_of(text), ret);
	if (!decimal_parse(str_of(text + 1), &n))
		return false;
	*ret = (int64_t)n;
	return true;
}

int main(int argc, char **argv)
{
	struct ask a = {.now_utc = (int64_t)time(NULL)};
	const struct {
		const char *name;
		const char **to;
	} options[] = {{"--trust", &a.trust}, {"--proof", &a.proof}, {"--more", &a.more},
		{"--seen", &a.seen}, {"--name", &a.name}, {"--product", &a.product},
		{"--channel", &a.channel}, {"--release", &a.version}};

	for (int i = 1; i < argc; i++) {
		const char **to = NULL;

		if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0) {
			fputs(usage, stdout);
			return ASSAY_VERIFY_OK;
		}
		if (strcmp(argv[i], "--quiet") == 0) {
			a.quiet = true;
			continue;
		}
		for (size_t k = 0; k < sizeof(options) / sizeof(options[0]); k++)
			if (strcmp(argv[i], options[k].name) == 0)
				to = options[k].to;
		if (strcmp(argv[i], "--now") == 0 && i + 1 < argc) {
			if (!take_time(argv[++i], &a.now_utc))
				return misused("--now: not a time");
		} else if (to && i + 1 < argc) {
			*to = argv[++i];
		} else if (argv[i][0] == '-' || a.file) {
			return misused("wrong arguments");
		} else {
			a.file = argv[i];
		}
	}
	if (!a.file || !a.trust)
		return misused("a file and --trust are needed");
	return ask_verify(&a);
}

/*
 * What ties the one verifying object of libsodium to the rest of it: with these here, neither its
 * signing code nor its allocator nor its random numbers are linked. tests/cli/verify.sh looks that none of it is.
 */
void _crypto_sign_ed25519_ref10_hinit(crypto_hash_sha512_state *state, int prehashed);

void sodium_memzero(void *p, size_t n)
{
	explicit_bzero(p, n);
}

int sodium_memcmp(const void *a, const void *b, size_t n)
{
	return memcmp(a, b, n) == 0 ? 0 : -1; /* everything compared here is public */
}

int sodium_is_zero(const uint8_t *p, size_t n)
{
	uint8_t any = 0;

	for (size_t i = 0; i < n; i++)
		any |= p[i];
	return any == 0;
}

/* Ed25519 of whole messages begins with nothing. */
void _crypto_sign_ed25519_ref10_hinit(crypto_hash_sha512_state *state, int prehashed)
{
	if (prehashed)
		__builtin_trap();
	crypto_hash_sha512_init(state);
}

void sodium_misuse(void)
{
	__builtin_trap();
}
