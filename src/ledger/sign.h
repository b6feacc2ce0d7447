/* Making signatures: the half that no customer needs. */
#ifndef ASSAY_LEDGER_SIGN_H
#define ASSAY_LEDGER_SIGN_H

#include "ledger/note.h"
#include "util/status.h"

enum { NOTE_LINE_MAX = NOTE_NAME_MAX + 128 };

/* Somebody who holds a private key: a file, an agent, a token. Where it is only `sign` knows. */
struct signer {
	struct vkey key; /* the public half */
	/* Ed25519 over the message; false when the holder refuses or is gone. */
	bool (*sign)(struct signer *s, const void *message, size_t n,
		uint8_t ret[ED25519_SIGNATURE_BYTES]);
	void (*close)(struct signer *s);
	void *state;
};

void signer_close(struct signer *s); /* NULL and empty ones are fine */

/* A key in memory from its seed, locked and wiped at the end. */
enum status signer_from_seed(struct str name, enum key_type type, const uint8_t seed[32],
	struct signer *ret);

/* A signature line over the text with its line feed, for a key of type 1. */
bool note_sign(struct signer *s, struct str text, char ret[NOTE_LINE_MAX]);
/* The same for a witness's key (type 4) at that time. */
bool note_cosign(struct signer *s, struct str text, uint64_t time, char ret[NOTE_LINE_MAX]);

#endif
