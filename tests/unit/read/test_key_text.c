/* What is a key, which names say so, and which two texts are one key. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "read/key_text.h"

#define ED25519 "MCowBQYDK2VwAyEARCCCPP3m8cJrMPkOx90B5Ih1NKIPCw0Ew27YDnHg/Xc="
#define HEX32 "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"

static void test_keys(void **state)
{
	static const char *const keys[] = {ED25519, HEX32, "RCCCPP3m8cJrMPkOx90B5Ih1NKIPCw0Ew27YDnHg/Xc=", "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAA"};
	static const char *const none[] = {"", "stable", "MCowBQYDK2VwAyEARCCCPP3m8cJrMPkOx90B5Ih1NKIPCw0Ew27YDnHg", "This is what a label says about the public key",
		"https://updates.widget.example/releases/stable/feed.json", "pk_live_51H8qABCDEFGHIJKLMNOPQRSTUVWXYZabcdefgh"};
	struct arena a;

	(void)state;
	arena_init(&a, 0);
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		assert_true(key_text_is_public(&a, str_of(keys[i])));
	for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++)
		assert_false(key_text_is_public(&a, str_of(none[i])));
	arena_release(&a);
}

static void test_names(void **state)
{
	static const char *const names[] = {"PUBLIC_KEY", "SUPublicEDKey", "release-signing-key", "pin-sha256", "trustedFingerprints", "updatePublicKey"};
	static const char *const others[] = {"key", "fingerprint", "keyboard", "publishedAt", "publicPath", "integrity"};

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		assert_true(key_text_names(str_of(names[i])));
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		assert_false(key_text_names(str_of(others[i])));
}

/* The first packet of a key of OpenPGP, of six bytes, with another packet behind it. */
#define PGP(behind) "\nComment: ours\n\nmAYEAQIDBAWd" behind "\n"

static void test_identity(void **state)
{
	struct str pgp = STR("PGP PUBLIC KEY BLOCK"), x509 = STR("PUBLIC KEY");
	struct arena a;

	(void)state;
	arena_init(&a, 0);
	assert_true(str_equal(key_text_identity(&a, pgp, STR(PGP("AAAA"))), key_text_identity(&a, pgp, STR(PGP("BBBBCCCC")))));
	assert_false(str_equal(key_text_identity(&a, pgp, STR(PGP("AAAA"))), key_text_identity(&a, pgp, STR("\n\nmAYEAQIDBAed\n"))));
	assert_true(str_equal(key_text_identity(&a, x509, STR("\nMCow\nBQYD\n")), key_text_identity(&a, x509, STR("\\nMCow\\n\" +\n\"BQYD\\n"))));
	assert_false(str_equal(key_text_identity(&a, x509, STR("\nMCow\nBQYD\n")), key_text_identity(&a, x509, STR("\nMCow\nBQYE\n"))));
	/* cut short: the whole text stands for it */
	assert_true(key_text_identity(&a, pgp, STR("\n\nmQ\n")).len > 0);
	arena_release(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_keys), cmocka_unit_test(test_names), cmocka_unit_test(test_identity)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
