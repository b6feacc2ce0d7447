/* Who controls these bytes: whoever gave the customer or the operator a policy or a trust file. */
#include "fuzz.h"

#include <string.h>

#include "ledger/keyset.h"
#include "ledger/policy.h"
#include "ledger/trust.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	static struct policy p;
	static struct trust t;
	uint64_t seen[POLICY_WITNESSES_MAX] = {0};

	if (policy_parse(str_view(bytes, n), &p)) {
		FUZZ_CHECK(p.quorum < (int)p.n_parties);
		/* Nobody is not enough, unless nobody is wanted; everybody always is. */
		FUZZ_CHECK(policy_quorum(&p, seen) == (p.quorum < 0));
		for (size_t i = 0; i < p.n_keys; i++)
			seen[i] = 1;
		FUZZ_CHECK(policy_quorum(&p, seen));
		for (size_t i = 0; i < p.n_keys; i++)
			for (size_t k = 0; k < i; k++)
				FUZZ_CHECK(memcmp(p.keys[i].key, p.keys[k].key, 32) != 0);
	} else {
		FUZZ_CHECK(p.wrong);
	}
	if (trust_parse(str_view(bytes, n), &t))
		FUZZ_CHECK(!keyset_wrong(&t.keys.keys) && keyset_apart(&t.keys.keys, &t.policy));
	else
		FUZZ_CHECK(t.wrong);
	return 0;
}

void fuzz_seeds(void (*run)(const void *bytes, size_t n))
{
	static const uint8_t keys[4][ED25519_KEY_BYTES] = {{1}, {2}, {3}, {4}};
	char text[4096], k[4][VKEY_CHARS_MAX];
	int len;

	for (int i = 0; i < 4; i++) {
		struct vkey v;

		if (!vkey_make(STR("some.example"), i ? KEY_COSIGNER : KEY_ED25519, keys[i], &v))
			abort();
		vkey_text(&v, k[i]);
	}
	len = snprintf(text, sizeof(text),
		"# who\nlog %s https://log.example/\nwitness a %s\nwitness b %s https://b.example/\n"
		"witness c %s\ngroup two 2 a b\ngroup any any two c\n\nquorum any\n",
		k[0], k[1], k[2], k[3]);
	run(text, (size_t)len);
	run("quorum none\n", 12);
	len = snprintf(text, sizeof(text),
		"assay-trust/v1\nvendor v.example\nmax-age 60\nrebuild gate 1\nequivalent no\n\nlog %s\n"
		"quorum none\nassay-entry/v1 keys\nvendor v.example\nkeyset 1\n",
		k[0]);
	run(text, (size_t)len);
}
