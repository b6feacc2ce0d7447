/*
 * The one function that decides whether a file is what its publisher meant to ship. Checks run in
 * the order of their exit statuses; the first that fails decides. Nothing that is not authenticated
 * yet is used for anything but a refusal.
 */
#include "assay_verify.h"

#include <stdarg.h>
#include <stdio.h>

#include "ledger/b64.h"
#include "ledger/keyset.h"
#include "ledger/proof.h"
#include "ledger/rebuild.h"
#include "ledger/trust.h"
#include "ledger/unsigned.h"

enum { CHAIN_MAX = 16 };

/* One proof of the bundle, with the entry that it carries. */
struct block {
	struct tlog_proof proof;
	struct str bytes; /* the entry, in the work area */
	struct tree_hash leaf;
};

struct work {
	struct trust trust;
	struct block blocks[PROOF_BLOCKS_MAX];
	size_t n_blocks;
	struct keyset chain[CHAIN_MAX]; /* pinned first, each vouched for by the one before */
	uint64_t chain_index[CHAIN_MAX];
	size_t n_chain;
	struct tree_hash chain_leaf;    /* of the newest */
	struct entry release, other;
	struct note note, checkpoint;
	char entries[PROOF_BYTES_MAX];
	size_t entries_used;
};

_Static_assert(sizeof(struct work) <= ASSAY_VERIFY_WORK_BYTES, "the work area is too small");

struct asking {
	const struct assay_verify_request *q;
	struct assay_verify_result *r;
	struct work *w;
};

__attribute__((format(printf, 3, 4))) static bool refuse(struct asking *a,
	enum assay_verify_status status, const char *format, ...)
{
	va_list args;

	a->r->status = status;
	va_start(args, format);
	vsnprintf(a->r->why, sizeof(a->r->why), format, args);
	va_end(args);
	return false;
}

/* ---- reading --------------------------------------------------------------------------------- */

static bool read_block(struct work *w, struct str bytes)
{
	struct block *b = &w->blocks[w->n_blocks];
	size_t n;

	if (w->n_blocks == PROOF_BLOCKS_MAX || !tlog_proof_parse(bytes, &b->proof) ||
		!b->proof.has_extra ||
		!b64_decode(b->proof.extra, w->entries + w->entries_used,
			sizeof(w->entries) - w->entries_used, &n) ||
		n == 0 || n > ENTRY_BYTES_MAX)
		return false;
	b->bytes = str_view(w->entries + w->entries_used, n);
	b->leaf = tree_hash_leaf(b->bytes.p, n);
	w->entries_used += n;
	w->n_blocks++;
	return true;
}

static bool read_blocks(struct asking *a, struct str bytes)
{
	struct str one;

	while (bytes.len)
		if (!tlog_proof_next(&bytes, &one) || !read_block(a->w, one))
			return refuse(a, ASSAY_VERIFY_PROOF, "the proof is cut or is no proof");
	return true;
}

static bool read_entry(struct work *w, const struct block *b, struct entry *ret)
{
	return note_parse(b->bytes, &w->note) && entry_parse(w->note.text, ret);
}

static bool read_all(struct asking *a)
{
	struct work *w = a->w;

	if (!trust_parse(str_view(a->q->trust, a->q->trust_bytes), &w->trust))
		return refuse(a, ASSAY_VERIFY_NO_ANSWER, "trust file: %s", w->trust.wrong);
	if (a->q->proof_bytes == 0)
		return refuse(a, ASSAY_VERIFY_PROOF, "there is no proof");
	if (!read_blocks(a, str_view(a->q->proof, a->q->proof_bytes)) ||
		!read_blocks(a, str_view(a->q->more, a->q->more_bytes)))
		return false;
	if (!read_entry(w, &w->blocks[0], &w->release))
		return refuse(a, ASSAY_VERIFY_PROOF, "the entry in the proof cannot be read: %s",
			w->release.wrong ? w->release.wrong : "not a signed note");
	if (w->release.kind != ENTRY_RELEASE)
		return refuse(a, ASSAY_VERIFY_PROOF, "the entry in the proof is no release");
	return true;
}

/* ---- the file -------------------------------------------------------------------------------- */

static const struct entry_file *file_named(const struct entry *e, const char *name)
{
	for (size_t i = 0; i < e->n_files; i++)
		if (!name || str_is(e->files[i].name, name))
			return &e->files[i];
	return NULL;
}

/* By name if there is one, else by digest: the caller may hold it under any name. */
static bool check_file(struct asking *a)
{
	const struct entry *e = &a->w->release;
	const struct entry_file *f = file_named(e, a->q->name);
	struct file_digests d;
	enum digest_answer answer;

	if (!f)
		return refuse(a, ASSAY_VERIFY_FILE, "no file of this name is in the entry");
	answer = file_digests(a->q->fd, f->method, &d);
	if (answer == DIGEST_IO)
		return refuse(a, ASSAY_VERIFY_NO_ANSWER,
			"the file cannot be read, or changed while it was read");
	if (answer == DIGEST_METHOD)
		return refuse(a, ASSAY_VERIFY_LEFTOVER, "no way known to take the signature off: %.*s",
			STR_ARG(f->method));
	if (answer == DIGEST_OK &&
		(d.size_bytes != f->size_bytes || memcmp(d.sha256, f->sha256, 32) != 0 ||
			memcmp(d.sha512, f->sha512, SHA512_BYTES) != 0))
		return refuse(a, ASSAY_VERIFY_FILE, "these are not the bytes that the entry names");
	if (answer == DIGEST_LEFTOVER ||
		memcmp(d.unsigned_sha256, f->unsigned_sha256, TREE_HASH_BYTES) != 0)
		return refuse(a, ASSAY_VERIFY_LEFTOVER,
			"the file is not its unsigned form and one signature");
	snprintf(a->r->file, sizeof(a->r->file), "%.*s", STR_ARG(f->name));
	return true;
}

/* ---- the log --------------------------------------------------------------------------------- */

static bool check_included(struct asking *a, const struct block *b, struct checkpoint *ret)
{
	if (!note_parse(b->proof.checkpoint, &a->w->checkpoint) ||
		!checkpoint_parse(a->w->checkpoint.text, ret))
		return refuse(a, ASSAY_VERIFY_PROOF, "the checkpoint in the proof cannot be read");
	if (!merkle_included(b->proof.index, ret->size, &b->leaf, &b->proof.path, &ret->root))
		return refuse(a, ASSAY_VERIFY_INCLUSION,
			"the entry is not in the log that the checkpoint describes");
	return true;
}

static bool check_checkpoint(struct asking *a, const struct checkpoint *c,
	struct policy_answer *ret)
{
	policy_judge(&a->w->trust.policy, &a->w->checkpoint, c,
		(uint64_t)(a->q->now_utc < 0 ? 0 : a->q->now_utc) + 300, ret);
	if (!ret->log_known)
		return refuse(a, ASSAY_VERIFY_LOG, "the checkpoint is of another log");
	if (!ret->log_good)
		return refuse(a, ASSAY_VERIFY_LOG, "the checkpoint is not signed by the log");
	if (ret->forged)
		return refuse(a, ASSAY_VERIFY_WITNESSES, "a signature on the checkpoint is forged");
	if (!ret->quorum)
		return refuse(a, ASSAY_VERIFY_WITNESSES, "%u witness%s, and that is not enough",
			ret->cosigned, ret->cosigned == 1 ? "" : "es");
	return true;
}

/* Inclusion, log and quorum of the release, then its age. */
static bool check_log(struct asking *a)
{
	const struct trust *t = &a->w->trust;
	struct policy_answer answer;
	struct checkpoint c;
	int64_t age;

	a->r->witnessed = ASSAY_GRADE_NO;
	if (!check_included(a, &a->w->blocks[0], &c) || !check_checkpoint(a, &c, &answer))
		return false;
	a->r->index = a->w->blocks[0].proof.index;
	memcpy(a->r->leaf, a->w->blocks[0].leaf.b, TREE_HASH_BYTES);
	a->r->witnesses = answer.cosigned;
	a->r->cosigned_utc = (int64_t)answer.newest;
	a->r->witnessed = t->policy.quorum >= 0 ? ASSAY_GRADE_YES : ASSAY_GRADE_UNKNOWN;
	if (t->max_age_seconds == 0 || answer.newest == 0)
		return true;
	age = a->q->now_utc - a->r->cosigned_utc;
	a->r->fresh = age <= (int64_t)t->max_age_seconds ? ASSAY_GRADE_YES : ASSAY_GRADE_NO;
	if (a->r->fresh == ASSAY_GRADE_NO)
		return refuse(a, ASSAY_VERIFY_STALE, "the newest cosignature is %lld hours old",
			(long long)(age / 3600));
	return true;
}

/* The other proofs: each must stand in the log as well as the release does. */
static bool check_other_blocks(struct asking *a)
{
	struct policy_answer answer;
	struct checkpoint c;

	for (size_t i = 1; i < a->w->n_blocks; i++) {
		const struct block *b = &a->w->blocks[i];

		if (!check_included(a, b, &c))
			return false;
		/* Mostly it is the checkpoint that was judged already, byte for byte. */
		if (!str_equal(b->proof.checkpoint, a->w->blocks[0].proof.checkpoint) &&
			!check_checkpoint(a, &c, &answer))
			return false;
	}
	return true;
}

/* ---- who says so ----------------------------------------------------------------------------- */

/* Does this entry make the next key set of the chain? */
static void extend_chain(struct work *w, const struct block *b)
{
	const struct keyset *newest = &w->chain[w->n_chain - 1];
	struct entry *e = &w->other;

	if (w->n_chain == CHAIN_MAX || !read_entry(w, b, e) || e->kind != ENTRY_KEYS ||
		e->keyset != newest->number + 1 || !str_equal(e->vendor, w->trust.vendor) ||
		!tree_hash_equal(&e->prev, &w->chain_leaf) ||
		!keyset_enough(newest, ROLE_ROOT, &w->note) ||
		!keyset_enough(&e->keys, ROLE_ROOT, &w->note) ||
		!keyset_apart(&e->keys, &w->trust.policy))
		return;
	w->chain[w->n_chain] = e->keys;
	w->chain_index[w->n_chain++] = b->proof.index;
	w->chain_leaf = b->leaf;
}

static void build_chain(struct work *w)
{
	size_t before;

	w->chain[0] = w->trust.keys.keys;
	w->chain_leaf = w->trust.keys_leaf;
	w->n_chain = 1;
	do {
		before = w->n_chain;
		for (size_t i = 1; i < w->n_blocks; i++)
			extend_chain(w, &w->blocks[i]);
	} while (w->n_chain > before);
}

/* The set with this number, if it was in force where the entry stands. */
static const struct keyset *chain_find(const struct work *w, uint64_t number, uint64_t index)
{
	for (size_t i = 0; i < w->n_chain; i++) {
		if (w->chain[i].number != number)
			continue;
		if ((i > 0 && index < w->chain_index[i]) ||
			(i + 1 < w->n_chain && index > w->chain_index[i + 1]))
			return NULL;
		return &w->chain[i];
	}
	return NULL;
}

static bool check_approvers(struct asking *a)
{
	struct work *w = a->w;
	const struct keyset *k;
	struct keyset_count c;

	build_chain(w);
	a->r->intended = ASSAY_GRADE_NO;
	k = chain_find(w, w->release.keyset, w->blocks[0].proof.index);
	if (!k)
		return refuse(a, ASSAY_VERIFY_KEYSET,
			"key set %llu is not the pinned one, and no chain leads to it",
			(unsigned long long)w->release.keyset);
	if (!read_entry(w, &w->blocks[0], &w->release))
		return refuse(a, ASSAY_VERIFY_PROOF, "the entry cannot be read");
	c = keyset_count(k, ROLE_APPROVER, &w->note);
	a->r->approvers = c.good;
	a->r->approvers_need = k->need[ROLE_APPROVER];
	if (c.forged)
		return refuse(a, ASSAY_VERIFY_APPROVERS, "an approval is forged");
	if (c.good < k->need[ROLE_APPROVER])
		return refuse(a, ASSAY_VERIFY_APPROVERS, "%u approver%s where %u are needed", c.good,
			c.good == 1 ? "" : "s", k->need[ROLE_APPROVER]);
	a->r->intended = ASSAY_GRADE_YES;
	return true;
}

static bool asked_for(const char *want, struct str have)
{
	return !want || str_is(have, want);
}

static bool check_subject(struct asking *a)
{
	const struct entry *e = &a->w->release;

	snprintf(a->r->vendor, sizeof(a->r->vendor), "%.*s", STR_ARG(e->vendor));
	snprintf(a->r->product, sizeof(a->r->product), "%.*s", STR_ARG(e->product));
	snprintf(a->r->channel, sizeof(a->r->channel), "%.*s", STR_ARG(e->channel));
	snprintf(a->r->version, sizeof(a->r->version), "%.*s", STR_ARG(e->version));
	a->r->seq = e->seq;
	if (!str_equal(e->vendor, a->w->trust.vendor))
		return refuse(a, ASSAY_VERIFY_OTHER, "it is another vendor's release");
	if (!asked_for(a->q->product, e->product) || !asked_for(a->q->channel, e->channel) ||
		!asked_for(a->q->version, e->version))
		return refuse(a, ASSAY_VERIFY_OTHER,
			"it is another product, channel or version than asked for");
	if (a->q->seen_seq && (e->seq < a->q->seen_seq ||
				      (e->seq == a->q->seen_seq &&
					      memcmp(a->r->leaf, a->q->seen_leaf, 32) != 0)))
		return refuse(a, ASSAY_VERIFY_ROLLBACK, "release %llu was seen, this is %s%llu",
			(unsigned long long)a->q->seen_seq,
			e->seq == a->q->seen_seq ? "another " : "", (unsigned long long)e->seq);
	return true;
}

static bool check_revoked(struct asking *a)
{
	struct work *w = a->w;

	for (size_t i = 1; i < w->n_blocks; i++) {
		const struct keyset *k;

		if (!read_entry(w, &w->blocks[i], &w->other) || w->other.kind != ENTRY_REVOKE ||
			!tree_hash_equal(&w->other.subject, &w->blocks[0].leaf))
			continue;
		k = chain_find(w, w->other.keyset, w->blocks[i].proof.index);
		if (k && keyset_count(k, ROLE_APPROVER, &w->note).good > 0)
			return refuse(a, ASSAY_VERIFY_REVOKED, "it was revoked: %.*s",
				STR_ARG(str_part(w->other.reason, 0, 160)));
	}
	return true;
}

/* ---- rebuilds -------------------------------------------------------------------------------- */

static void count_block(struct asking *a, const struct block *block, struct rebuild_count *c)
{
	struct work *w = a->w;
	const struct keyset *k;

	if (!read_entry(w, block, &w->other))
		return;
	k = chain_find(w, w->other.keyset, block->proof.index);
	if (k)
		rebuild_count(c, &w->release, &w->other, &w->note, k, w->trust.equivalent);
}

static bool check_rebuilt(struct asking *a)
{
	const struct trust *t = &a->w->trust;
	struct rebuild_count c = {.agree.n = 0};
	uint64_t need = a->w->release.rebuild_need;

	need = need > t->rebuild_need ? need : t->rebuild_need;
	for (size_t i = 1; i < a->w->n_blocks; i++)
		count_block(a, &a->w->blocks[i], &c);
	a->r->builders = (unsigned)c.agree.n;
	a->r->builders_differ = (unsigned)c.differ.n;
	a->r->builders_need = (unsigned)need;
	if (c.agree.n > 0 && c.agree.n >= need)
		a->r->rebuilt = ASSAY_GRADE_YES;
	else if (c.differ.n > 0)
		a->r->rebuilt = ASSAY_GRADE_NO;
	if (a->r->rebuilt == ASSAY_GRADE_NO)
		return refuse(a, ASSAY_VERIFY_DIFFERS, "%zu builder%s got other bytes from this source",
			c.differ.n, c.differ.n == 1 ? "" : "s");
	if (t->gate && c.agree.n < need)
		return refuse(a, ASSAY_VERIFY_NOT_REBUILT, "rebuilt by %zu where %llu are needed; "
			"nobody got other bytes", c.agree.n, (unsigned long long)need);
	return true;
}

/* ---- all of it ------------------------------------------------------------------------------- */

enum assay_verify_status assay_verify(const struct assay_verify_request *request, void *work,
	size_t work_bytes, struct assay_verify_result *ret)
{
	struct asking a = {.q = request, .r = ret, .w = work};

	memset(ret, 0, sizeof(*ret));
	if (work_bytes < sizeof(struct work)) {
		refuse(&a, ASSAY_VERIFY_NO_ANSWER, "the work area is too small");
		return ret->status;
	}
	a.w->n_blocks = 0;
	a.w->entries_used = 0;
	if (read_all(&a) && check_file(&a) && check_log(&a) && check_other_blocks(&a) &&
		check_approvers(&a) && check_subject(&a) && check_revoked(&a) && check_rebuilt(&a))
		snprintf(ret->why, sizeof(ret->why), "this is what %.200s meant to ship", ret->vendor);
	return ret->status;
}
