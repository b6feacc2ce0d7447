/*
 * Keys on a PKCS#11 token (Ed25519 as in version 3.0: mechanism CKM_EDDSA without parameters). The
 * module is loaded from the path that the user names, and only then.
 */
#include <dlfcn.h>
#include <p11-kit/pkcs11.h>
#include <stdio.h>
#include <stdlib.h>

#include "ledger/key.h"

/* Of version 3.0; older headers have neither. */
#ifndef CKM_EDDSA
#define CKM_EDDSA 0x1057UL
#endif

enum { SLOTS_MAX = 64, SPEC_BYTES = 1024 };

struct token {
	void *module;
	CK_FUNCTION_LIST *calls;
	CK_SESSION_HANDLE session;
	CK_OBJECT_HANDLE key;
	bool started, open;
};

struct token_spec {
	char bytes[SPEC_BYTES];
	const char *module, *token, *key, *vkey_file;
};

static bool spec_parse(const char *text, struct token_spec *ret)
{
	const char **parts[] = {&ret->module, &ret->token, &ret->key, &ret->vkey_file};
	char *at = ret->bytes;

	if (strlen(text) >= sizeof(ret->bytes))
		return false;
	memcpy(ret->bytes, text, strlen(text) + 1);
	for (int i = 0; i < 4; i++) {
		char *colon = i < 3 ? strchr(at, ':') : NULL;

		if (i < 3 && !colon)
			return false;
		*parts[i] = at;
		if (colon) {
			*colon = '\0';
			at = colon + 1;
		}
	}
	return *ret->vkey_file != '\0';
}

static void token_free(struct token *t)
{
	if (!t)
		return;
	if (t->open)
		t->calls->C_CloseSession(t->session);
	if (t->started)
		t->calls->C_Finalize(NULL);
	if (t->module)
		dlclose(t->module);
	free(t);
}

/* Labels of tokens are padded with spaces. */
static bool label_is(const unsigned char label[32], const char *want)
{
	size_t n = 32;

	while (n && label[n - 1] == ' ')
		n--;
	return strlen(want) == n && memcmp(label, want, n) == 0;
}

static bool open_session(struct token *t, const char *label)
{
	CK_SLOT_ID slots[SLOTS_MAX];
	CK_ULONG n = SLOTS_MAX;

	if (t->calls->C_GetSlotList(CK_TRUE, slots, &n) != CKR_OK)
		return false;
	for (CK_ULONG i = 0; i < n; i++) {
		CK_TOKEN_INFO info;

		if (t->calls->C_GetTokenInfo(slots[i], &info) == CKR_OK &&
			label_is(info.label, label))
			return t->calls->C_OpenSession(slots[i], CKF_SERIAL_SESSION, NULL, NULL,
				       &t->session) == CKR_OK;
	}
	return false;
}

static bool find_key(struct token *t, const char *label)
{
	CK_OBJECT_CLASS kind = CKO_PRIVATE_KEY;
	CK_ATTRIBUTE want[] = {{CKA_CLASS, &kind, sizeof(kind)},
		{CKA_LABEL, (void *)(uintptr_t)label, strlen(label)}};
	CK_ULONG n = 0;

	if (t->calls->C_FindObjectsInit(t->session, want, 2) != CKR_OK)
		return false;
	if (t->calls->C_FindObjects(t->session, &t->key, 1, &n) != CKR_OK)
		n = 0;
	t->calls->C_FindObjectsFinal(t->session);
	return n == 1;
}

static bool log_in(struct token *t, const struct key_asking *ask, const char *name)
{
	struct buf pin;
	bool ok;

	buf_init(&pin, PASSPHRASE_BYTES);
	ok = ask && ask->passphrase && ask->passphrase(ask->user, name, &pin) &&
	     t->calls->C_Login(t->session, CKU_USER, (unsigned char *)pin.p, pin.len) == CKR_OK;
	if (pin.p)
		memset(pin.p, 0, pin.len);
	buf_release(&pin);
	return ok;
}

static bool load(struct token *t, const char *path)
{
	CK_RV (*get)(CK_FUNCTION_LIST **list);
	void *symbol;

	t->module = dlopen(path, RTLD_NOW | RTLD_LOCAL);
	symbol = t->module ? dlsym(t->module, "C_GetFunctionList") : NULL;
	if (!symbol)
		return false;
	memcpy(&get, &symbol, sizeof(get));
	t->started = get(&t->calls) == CKR_OK && t->calls->C_Initialize(NULL) == CKR_OK;
	return t->started;
}

static bool token_sign(struct signer *s, const void *message, size_t n,
	uint8_t ret[ED25519_SIGNATURE_BYTES])
{
	struct token *t = s->state;
	CK_MECHANISM how = {CKM_EDDSA, NULL, 0};
	CK_ULONG got = ED25519_SIGNATURE_BYTES;

	return t->calls->C_SignInit(t->session, &how, t->key) == CKR_OK &&
	       t->calls->C_Sign(t->session, (unsigned char *)(uintptr_t)message, n, ret, &got) ==
		       CKR_OK &&
	       got == ED25519_SIGNATURE_BYTES;
}

static void token_close(struct signer *s)
{
	token_free(s->state);
	s->state = NULL;
}

enum status key_open_token(const char *spec, const struct key_asking *ask, struct signer *ret,
	char why[KEY_WHY_BYTES])
{
	struct token_spec where;
	struct token *t;
	const char *wrong = NULL;

	snprintf(why, KEY_WHY_BYTES, "it is token:MODULE:TOKEN-LABEL:KEY-LABEL:VKEY-FILE");
	if (!spec_parse(spec, &where))
		return STATUS_USAGE;
	TRY(key_read_public(where.vkey_file, &ret->key, why));
	t = calloc(1, sizeof(*t));
	if (!t)
		return STATUS_NOMEM;
	if (!load(t, where.module))
		wrong = "the module cannot be loaded";
	else if (!(t->open = open_session(t, where.token)))
		wrong = "no token of that label";
	else if (!log_in(t, ask, ret->key.name))
		wrong = "the token does not take the PIN";
	else if (!find_key(t, where.key))
		wrong = "no private key of that label on the token";
	if (wrong) {
		snprintf(why, KEY_WHY_BYTES, "%s", wrong);
		token_free(t);
		return STATUS_DENIED;
	}
	ret->state = t;
	ret->sign = token_sign;
	ret->close = token_close;
	return STATUS_OK;
}
