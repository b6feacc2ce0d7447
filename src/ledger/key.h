/*
 * Where private keys are: in a file, with or without a passphrase; with an ssh-agent; on a PKCS#11
 * token. A key file:
 *
 *     assay-key/v1
 *     key VKEY
 *     kdf none | argon2id OPS BYTES base64(salt)
 *     secret base64(seed) | base64(nonce || sealed seed)
 */
#ifndef ASSAY_LEDGER_KEY_H
#define ASSAY_LEDGER_KEY_H

#include "ledger/sign.h"
#include "util/buf.h"

enum { KEY_FILE_BYTES = 2048, PASSPHRASE_BYTES = 1024, KEY_WHY_BYTES = 300 };

/* A new key; passphrase empty: not sealed. Appends the file's text and sets the public half. */
enum status key_make(struct str name, enum key_type type, struct str passphrase, struct buf *ret,
	struct vkey *ret_key);

struct key_asking {
	/* Fills ret for the key of that name; NULL, or false: there is none. */
	bool (*passphrase)(void *user, const char *name, struct buf *ret);
	void *user;
};

/*
 * Opens what `spec` names: a path of a key file, agent:VKEY-FILE (the agent behind SSH_AUTH_SOCK
 * holds it), or token:MODULE:TOKEN-LABEL:KEY-LABEL:VKEY-FILE (the passphrase is the PIN). `why` says
 * what went wrong. Close the signer.
 */
enum status key_open(const char *spec, const struct key_asking *ask, struct signer *ret,
	char why[KEY_WHY_BYTES]);

/* Of the three kinds; spec without its prefix. */
enum status key_open_agent(const char *vkey_file, struct signer *ret, char why[KEY_WHY_BYTES]);
enum status key_open_token(const char *spec, const struct key_asking *ask, struct signer *ret,
	char why[KEY_WHY_BYTES]);
/* The first line of a file as a public key. */
enum status key_read_public(const char *path, struct vkey *ret, char why[KEY_WHY_BYTES]);

#endif
