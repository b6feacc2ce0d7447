/*
 * A vendor for tests, all in memory: 3 roots (2 needed), 3 approvers (2 needed), 3 builders, a pulse
 * key and a log, from fixed seeds. Makes entries, right ones and wrong ones.
 */
#ifndef ASSAY_TESTS_LEDGER_VENDOR_H
#define ASSAY_TESTS_LEDGER_VENDOR_H

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>

#include "ledger/b64.h"
#include "ledger/entry.h"
#include "ledger/sign.h"
#include "util/buf.h"

enum { VENDOR_NOW = 1795687200 /* 2026-11-26T10:00:00Z */, VENDOR_EACH = 3 };

struct vendor {
	struct signer keys[ROLES][VENDOR_EACH], log;
	uint64_t seq;          /* of the last release */
	struct tree_hash prev, keys_leaf;
	struct buf made[64];   /* entries that were handed out */
	size_t n;
};

struct release_spec {
	const char *product, *version, *file; /* file: its content; product NULL: agent */
	const char *channel;
	const char *approvers;  /* digits of who signs, NULL: "12"; b: builder 1 */
	uint64_t seq, keyset;   /* 0: the right one */
	int64_t time;           /* 0: VENDOR_NOW */
	unsigned rebuilds;
	bool again;             /* in the place of the last release, not behind it */
	const char *name;       /* of the file; NULL: agent.bin */
	const char *vendor;
};

static inline void vendor_make(struct vendor *v)
{
	if (sodium_init() < 0)
		abort();
	memset(v, 0, sizeof(*v));
	for (int role = 0; role < ROLES; role++) {
		for (int i = 0; i < VENDOR_EACH; i++) {
			uint8_t seed[32] = {(uint8_t)(10 * role + i + 1)};
			char name[64];

			snprintf(name, sizeof(name), "vendor.example/%s%d",
				role_name((enum role)role), i + 1);
			if (signer_from_seed(str_of(name), KEY_ED25519, seed, &v->keys[role][i]) !=
				STATUS_OK)
				abort();
		}
	}
	if (signer_from_seed(STR("log.vendor.example"), KEY_ED25519, (const uint8_t[32]){99},
		    &v->log) != STATUS_OK)
		abort();
}

static inline void vendor_end(struct vendor *v)
{
	for (int role = 0; role < ROLES; role++)
		for (int i = 0; i < VENDOR_EACH; i++)
			signer_close(&v->keys[role][i]);
	signer_close(&v->log);
	for (size_t i = 0; i < v->n; i++)
		buf_release(&v->made[i]);
}

static inline struct buf *vendor_next(struct vendor *v)
{
	struct buf *b = &v->made[v->n];

	if (v->n == 64)
		abort();
	v->n++;
	buf_init(b, 64 << 10);
	return b;
}

/* Adds the line of a signer to a text or a note. */
static inline void vendor_sign(struct buf *b, struct signer *s)
{
	char line[NOTE_LINE_MAX];
	struct note n;
	bool is_note = note_parse(buf_str(b), &n);
	struct str text = is_note ? n.text : buf_str(b);

	if (!note_sign(s, text, line))
		abort();
	if (!is_note)
		buf_add_char(b, '\n');
	buf_add_z(b, line);
}

static inline void vendor_base64(const struct tree_hash *h, char ret[64])
{
	b64_encode(h->b, TREE_HASH_BYTES, ret, 64);
}

/* The key set of that number, the same keys each time. */
static inline struct str vendor_keys(struct vendor *v, uint64_t number)
{
	struct buf *b = vendor_next(v);
	char base64[64], when[32], key[VKEY_CHARS_MAX];

	vendor_base64(&v->keys_leaf, base64);
	entry_time_text(VENDOR_NOW, when);
	buf_printf(b,
		"assay-entry/v1 keys\nvendor vendor.example\nkeyset %u\nprev %s\ntime %s\n"
		"threshold root 2\nthreshold approver 2\n",
		(unsigned)number, base64, when);
	for (int role = 0; role < ROLES; role++) {
		for (int i = 0; i < VENDOR_EACH; i++) {
			vkey_text(&v->keys[role][i].key, key);
			buf_printf(b, "%s %s\n", role_name((enum role)role), key);
		}
	}
	vendor_sign(b, &v->keys[ROLE_ROOT][0]);
	vendor_sign(b, &v->keys[ROLE_ROOT][1]);
	v->keys_leaf = tree_hash_leaf(b->p, b->len);
	return buf_str(b);
}

static inline void vendor_digests(const char *content, char sha256[65], char sha512[129])
{
	uint8_t h[64];

	crypto_hash_sha256(h, (const uint8_t *)content, strlen(content));
	hex_encode(h, 32, sha256);
	crypto_hash_sha512(h, (const uint8_t *)content, strlen(content));
	hex_encode(h, 64, sha512);
}

#define VENDOR_SOURCE                                                                              \
	"git sha1:0123456789abcdef0123456789abcdef01234567 "                                       \
	"sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef "                 \
	"https://git.vendor.example/agent"

static inline struct str vendor_release(struct vendor *v, const struct release_spec *s)
{
	struct buf *b = vendor_next(v);
	const char *who = s->approvers ? s->approvers : "12";
	char base64[64], when[32], sha256[65], sha512[129];
	static struct tree_hash before;

	if (s->again) {
		v->seq--;
		v->prev = before;
	}
	before = v->prev;
	v->seq++;
	vendor_base64(&v->prev, base64);
	entry_time_text(s->time ? s->time : VENDOR_NOW, when);
	vendor_digests(s->file, sha256, sha512);
	buf_printf(b,
		"assay-entry/v1 release\nvendor %s\nproduct %s\nchannel %s\nversion %s\n"
		"seq %u\nprev %s\ntime %s\nkeyset %u\nsource " VENDOR_SOURCE
		"\nrecipe none\nfile %u sha256:%s sha512:%s unsigned:none:%s %s\npolicy rebuild %u of %u\n",
		s->vendor ? s->vendor : "vendor.example", s->product ? s->product : "agent",
		s->channel ? s->channel : "stable", s->version,
		(unsigned)(s->seq ? s->seq : v->seq), base64, when,
		(unsigned)(s->keyset ? s->keyset : 1), (unsigned)strlen(s->file), sha256, sha512,
		sha256, s->name ? s->name : "agent.bin", s->rebuilds, s->rebuilds ? 3 : 0);
	for (; *who; who++)
		vendor_sign(b, *who == 'b' ? &v->keys[ROLE_BUILDER][0]
					   : &v->keys[ROLE_APPROVER][*who - '1']);
	/* A note needs a signature; nobody's is one. */
	if (s->approvers && !*s->approvers)
		vendor_sign(b, &v->log);
	v->prev = tree_hash_leaf(b->p, b->len);
	return buf_str(b);
}

/* What builder i (1 .. 3) got for a version of agent. */
static inline struct str vendor_rebuild(struct vendor *v, const char *version, const char *content,
	int builder, bool same)
{
	struct buf *b = vendor_next(v);
	char when[32], sha256[65], sha512[129];

	entry_time_text(VENDOR_NOW, when);
	vendor_digests(content, sha256, sha512);
	buf_printf(b,
		"assay-entry/v1 rebuild\nvendor vendor.example\nproduct agent\nchannel stable\n"
		"version %s\ntime %s\nkeyset 1\nsource " VENDOR_SOURCE
		"\nrecipe none\nresult %s none:%s - agent.bin\n",
		version, when, same ? "same" : "differs", sha256);
	vendor_sign(b, &v->keys[ROLE_BUILDER][builder - 1]);
	return buf_str(b);
}

#endif
