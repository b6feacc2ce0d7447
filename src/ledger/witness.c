#include "ledger/witness.h"

#include <sodium.h>
#include <stdio.h>

#include "ledger/b64.h"
#include "ledger/entry.h"

struct request {
	uint64_t old;
	struct merkle_proof proof;
	struct str bytes; /* the checkpoint's note */
	struct note note;
	struct checkpoint checkpoint;
};

enum status witness_open(struct witness *w, const struct ledger_io *io, const char *root,
	struct str logs_text, struct signer *key)
{
	*w = (struct witness){.io = io, .key = key};
	if (strlen(root) > LEDGER_PATH_MAX - 256 || key->key.type != KEY_COSIGNER)
		return STATUS_USAGE;
	snprintf(w->root, sizeof(w->root), "%s", root);
	return policy_parse(logs_text, &w->logs) && w->logs.n_logs > 0 ? STATUS_OK : STATUS_DAMAGED;
}

/* ---- the request ------------------------------------------------------------------------------ */

static bool next_line(struct str *rest, struct str *ret)
{
	size_t n = str_find_z(*rest, "\n");

	if (n == SIZE_MAX)
		return false;
	*ret = str_part(*rest, 0, n);
	*rest = str_part(*rest, n + 1, rest->len);
	return true;
}

static bool read_request(struct str bytes, struct request *ret)
{
	struct str line;

	ret->proof.n = 0;
	if (bytes.len > WITNESS_REQUEST_MAX || !next_line(&bytes, &line) ||
		!str_starts(line, "old ") || !decimal_parse(str_part(line, 4, line.len), &ret->old))
		return false;
	for (;;) {
		if (!next_line(&bytes, &line))
			return false;
		if (line.len == 0)
			break;
		if (ret->proof.n == WITNESS_PROOF_MAX ||
			!b64_decode_exact(line, ret->proof.hashes[ret->proof.n].b, TREE_HASH_BYTES))
			return false;
		ret->proof.n++;
	}
	ret->bytes = bytes;
	return note_parse(bytes, &ret->note) && ret->note.text.len <= COSIGNED_TEXT_MAX &&
	       checkpoint_parse(ret->note.text, &ret->checkpoint);
}

/* 200 when a key that is known for this origin has signed it and none of them badly. */
static unsigned check_signature(const struct witness *w, const struct request *r)
{
	bool known = false, good = false;

	for (size_t i = 0; i < w->logs.n_logs; i++) {
		const struct vkey *k = &w->logs.logs[i].key;
		enum note_answer a;

		if (!str_is(r->checkpoint.origin, k->name))
			continue;
		known = true;
		a = note_check(&r->note, k, NULL);
		if (a == NOTE_FORGED)
			return 403;
		good |= a == NOTE_GOOD;
	}
	return !known ? 404 : good ? 200 : 403;
}

/* ---- what is kept ----------------------------------------------------------------------------- */

static void hex_of_origin(struct str origin, char ret[65])
{
	uint8_t h[crypto_hash_sha256_BYTES];

	crypto_hash_sha256(h, (const uint8_t *)origin.p, origin.len);
	hex_encode(h, sizeof(h), ret);
}

enum status witness_checkpoint(struct witness *w, struct str hex, struct buf *ret)
{
	char path[LEDGER_PATH_MAX + 128];
	uint8_t h[crypto_hash_sha256_BYTES];

	if (!hex_decode(hex, h, sizeof(h)))
		return STATUS_NOT_FOUND;
	snprintf(path, sizeof(path), "%s/%.*s/checkpoint", w->root, STR_ARG(hex));
	return io_read_file(w->io, path, WITNESS_REQUEST_MAX, ret);
}

/* The size and root last cosigned; 0 and the empty tree's if there is none. */
static enum status load_last(struct witness *w, const struct request *r, uint64_t *ret_size,
	struct tree_hash *ret_root)
{
	struct checkpoint c;
	struct note note;
	struct buf b;
	char hex[65];
	enum status status;

	*ret_size = 0;
	*ret_root = tree_hash_empty();
	hex_of_origin(r->checkpoint.origin, hex);
	buf_init(&b, WITNESS_REQUEST_MAX);
	status = witness_checkpoint(w, str_of(hex), &b);
	if (status == STATUS_OK && (!note_parse(buf_str(&b), &note) ||
					   !checkpoint_parse(note.text, &c) ||
					   !str_equal(c.origin, r->checkpoint.origin) ||
					   note_check(&note, &w->key->key, NULL) != NOTE_GOOD)) {
		status = STATUS_DAMAGED;
	} else if (status == STATUS_OK) {
		*ret_size = c.size;
		*ret_root = c.root;
	}
	buf_release(&b);
	return status == STATUS_NOT_FOUND ? STATUS_OK : status;
}

static enum status store(struct witness *w, const char *name, const char *hex, struct str bytes)
{
	char path[LEDGER_PATH_MAX];
	struct io_batch b;
	enum status status;

	snprintf(path, sizeof(path), "%s/%s", hex, name);
	TRY(io_batch_begin(&b, w->io, w->root));
	status = io_put(&b, path, bytes.p, bytes.len);
	if (status == STATUS_OK)
		status = io_settle(&b);
	io_batch_end(&b);
	return status;
}

/* A checkpoint that its log has signed and that does not go with the last: both are the proof. */
static void keep_conflict(struct witness *w, const struct request *r)
{
	char hex[65], path[LEDGER_PATH_MAX + 128], name[32];

	hex_of_origin(r->checkpoint.origin, hex);
	for (int i = 1; i <= WITNESS_CONFLICTS_MAX; i++) {
		struct buf b;
		bool is_free, same;

		snprintf(name, sizeof(name), "conflict-%d", i);
		snprintf(path, sizeof(path), "%s/%s/%s", w->root, hex, name);
		buf_init(&b, WITNESS_REQUEST_MAX);
		is_free = io_read_file(w->io, path, WITNESS_REQUEST_MAX, &b) == STATUS_NOT_FOUND;
		same = !is_free && str_equal(buf_str(&b), r->bytes);
		buf_release(&b);
		if (same)
			return;
		if (is_free) {
			if (store(w, name, hex, r->bytes) != STATUS_OK)
				w->stopped = true;
			return;
		}
	}
}

/* ---- the answer ------------------------------------------------------------------------------- */

static void answer(struct witness_answer *a, unsigned http, const char *text)
{
	a->http = http;
	a->content_type = "text/plain; charset=utf-8";
	buf_add_z(&a->body, text);
}

static void answer_size(struct witness_answer *a, uint64_t size)
{
	a->http = 409;
	a->content_type = "text/x.tlog.size";
	buf_printf(&a->body, "%llu\n", (unsigned long long)size);
}

/* Stores first, answers afterwards: a lost answer costs nothing, a lost memory a fork. */
static void cosign(struct witness *w, const struct request *r, uint64_t now,
	struct witness_answer *ret)
{
	char line[NOTE_LINE_MAX], hex[65];
	struct buf whole;
	bool ok;

	if (!note_cosign(w->key, r->note.text, now, line)) {
		answer(ret, 500, "the key does not sign\n");
		return;
	}
	buf_init(&whole, WITNESS_REQUEST_MAX);
	/* The log's own signatures, and ours; other witnesses' are not ours to vouch for. */
	ok = buf_add_str(&whole, r->note.text) && buf_add_char(&whole, '\n');
	for (size_t i = 0; i < r->note.n && ok; i++) {
		for (size_t k = 0; k < w->logs.n_logs && ok; k++)
			if (note_signature_good(r->note.text, &r->note.signatures[i],
				    &w->logs.logs[k].key, NULL))
				ok = buf_printf(&whole, "\xE2\x80\x94 %.*s %.*s\n",
					STR_ARG(r->note.signatures[i].name),
					STR_ARG(r->note.signatures[i].base64));
	}
	ok = ok && buf_add_z(&whole, line);
	hex_of_origin(r->checkpoint.origin, hex);
	if (!ok || store(w, "checkpoint", hex, buf_str(&whole)) != STATUS_OK) {
		w->stopped = true;
		answer(ret, 500, "nothing can be stored\n");
	} else {
		answer(ret, 200, line);
	}
	buf_release(&whole);
}

static void decide(struct witness *w, const struct request *r, uint64_t now,
	struct witness_answer *ret)
{
	const struct checkpoint *c = &r->checkpoint;
	struct tree_hash root;
	uint64_t size;
	bool same_size, consistent;

	if (load_last(w, r, &size, &root) != STATUS_OK) {
		w->stopped = true;
		answer(ret, 500, "what is stored is damaged\n");
		return;
	}
	same_size = c->size == size;
	if (same_size && !tree_hash_equal(&c->root, &root)) {
		/* Two heads of one size, both signed. */
		keep_conflict(w, r);
		answer_size(ret, size);
		return;
	}
	if (r->old != size) {
		answer_size(ret, size);
		return;
	}
	if (same_size || size == 0)
		consistent = r->proof.n == 0 && (c->size > 0 || same_size);
	else
		consistent = merkle_consistent(size, c->size, &root, &c->root, &r->proof);
	if (!consistent) {
		keep_conflict(w, r);
		answer(ret, 422, "the consistency proof does not hold\n");
		return;
	}
	cosign(w, r, now, ret);
}

void witness_add(struct witness *w, struct str request, uint64_t now, struct witness_answer *ret)
{
	static struct request r; /* calls do not overlap */
	unsigned http;

	if (w->stopped) {
		answer(ret, 500, "this witness has stopped\n");
		return;
	}
	if (!read_request(request, &r)) {
		answer(ret, 400, "not an add-checkpoint request\n");
		return;
	}
	http = check_signature(w, &r);
	if (http == 404)
		answer(ret, http, "unknown log\n");
	else if (http == 403)
		answer(ret, http, "no good signature of the log\n");
	else if (r.old > r.checkpoint.size)
		answer(ret, 400, "old is larger than the checkpoint\n");
	else
		decide(w, &r, now, ret);
}
