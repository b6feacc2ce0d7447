/*
 * Signed notes (C2SP signed-note 1.0): text, an empty line, signature lines
 *
 *     em dash, space, key name, space, base64(key id, 4 bytes, big-endian || signature)
 *
 * and verifier keys "name+keyid+base64(type || key)". Of the signature types, 0x01 (Ed25519) and 0x04
 * (cosignature of a witness, with a time) are checked; others are recognised and ignored. Nothing
 * here allocates: all views point into the caller's bytes.
 */
#ifndef ASSAY_LEDGER_NOTE_H
#define ASSAY_LEDGER_NOTE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "util/str.h"

enum {
	NOTE_BYTES_MAX = 1 << 20,
	NOTE_SIGNATURES_MAX = 100,
	NOTE_SIGNATURE_BYTES = 8192, /* of one signature, decoded */
	NOTE_NAME_MAX = 255,         /* bytes of a key name */
	COSIGNED_TEXT_MAX = 4096,    /* bytes of a checkpoint that a witness signs */
	ED25519_KEY_BYTES = 32,
	ED25519_SIGNATURE_BYTES = 64,
	VKEY_CHARS_MAX = NOTE_NAME_MAX + 64,
};

enum key_type {
	KEY_ED25519 = 0x01,
	KEY_COSIGNER = 0x04,
	KEY_MLDSA44 = 0x06, /* parsed, never checked */
};

struct vkey {
	char name[NOTE_NAME_MAX + 1];
	uint32_t id;
	enum key_type type;
	uint8_t key[ED25519_KEY_BYTES]; /* zero for KEY_MLDSA44 */
};

struct note_signature {
	struct str name;
	uint32_t id;
	struct str base64; /* of id and signature */
};

struct note {
	struct str text; /* ends in a line feed */
	struct note_signature signatures[NOTE_SIGNATURES_MAX];
	size_t n;
};

/* Names: not empty, UTF-8, no control, space of any script, or '+'; at most NOTE_NAME_MAX bytes. */
bool note_name_ok(struct str name);
/* The id of a key under a name. */
uint32_t vkey_id(struct str name, enum key_type type, const void *key, size_t n);
bool vkey_parse(struct str text, struct vkey *ret);
bool vkey_make(struct str name, enum key_type type, const uint8_t key[ED25519_KEY_BYTES],
	struct vkey *ret);
/* "name+id+base64"; room for VKEY_CHARS_MAX. */
void vkey_text(const struct vkey *k, char ret[VKEY_CHARS_MAX]);

bool note_parse(struct str bytes, struct note *ret);
/* One signature line without its line feed. */
bool note_signature_parse(struct str line, struct note_signature *ret);

/* Checks one signature that bears this key's name and id over `text`; *ret_time (if not NULL) is the
 * time of a cosignature in seconds since 1970, else 0. */
bool note_signature_good(struct str text, const struct note_signature *s, const struct vkey *k,
	uint64_t *ret_time);

enum note_answer {
	NOTE_UNSIGNED, /* no line of this key */
	NOTE_GOOD,     /* every line of this key is good */
	NOTE_FORGED,   /* a line of this key is not */
};

enum note_answer note_check(const struct note *n, const struct vkey *k, uint64_t *ret_time);

/* What a cosignature signs: two lines, then the text. 0 when it does not fit. */
size_t cosigned_message(struct str text, uint64_t time, char *ret, size_t room);

#endif
