#include "ledger/bundle.h"

#include <stdlib.h>

#include "ledger/b64.h"

static bool add_base64(struct buf *b, const void *p, size_t n)
{
	char *to = buf_reserve(b, B64_CHARS(n) + 1);

	if (!to || !b64_encode(p, n, to, B64_CHARS(n) + 1))
		return false;
	b->len += B64_CHARS(n);
	return true;
}

enum status proof_append(struct ledger_log *log, uint64_t index, struct str checkpoint,
	struct buf *ret)
{
	struct merkle_proof path;
	struct checkpoint c;
	struct note note;
	struct buf entry;
	enum status status;

	if (!note_parse(checkpoint, &note) || !checkpoint_parse(note.text, &c))
		return STATUS_DAMAGED;
	if (index >= c.size)
		return STATUS_NOT_FOUND;
	TRY(log_prove(log, index, c.size, &path));
	buf_init(&entry, LOG_ENTRY_MAX + 1);
	status = log_entry(log, index, &entry);
	if (status == STATUS_OK) {
		buf_add_z(ret, "c2sp.org/tlog-proof@v1\nextra ");
		add_base64(ret, entry.p, entry.len);
		buf_printf(ret, "\nindex %llu\n", (unsigned long long)index);
		for (size_t i = 0; i < path.n; i++) {
			add_base64(ret, path.hashes[i].b, TREE_HASH_BYTES);
			buf_add_char(ret, '\n');
		}
		buf_add_char(ret, '\n');
		buf_add_str(ret, checkpoint);
		status = ret->full ? STATUS_LIMIT : STATUS_OK;
	}
	buf_release(&entry);
	return status;
}

struct bundling {
	struct ledger_log *log;
	struct str checkpoint;
	struct buf *ret;
	enum status status;
};

static void add_block(void *user, uint64_t index)
{
	struct bundling *b = user;

	/* What came after the checkpoint that is served goes into the next bundle. */
	if (b->status == STATUS_OK && index < b->log->published)
		b->status = proof_append(b->log, index, b->checkpoint, b->ret);
}

static enum status add_all(struct bundling *b, struct ledger_state *state, uint64_t index, struct buf *bytes)
{
	struct tree_hash leaf;
	enum status status = log_entry(b->log, index, bytes);

	if (status == STATUS_OK && (!note_parse(buf_str(bytes), &state->note) ||
					   !entry_parse(state->note.text, &state->entry)))
		status = STATUS_DAMAGED;
	if (status == STATUS_OK && state->entry.kind != ENTRY_RELEASE)
		status = STATUS_USAGE;
	b->status = status;
	if (status == STATUS_OK) {
		const struct entry *e = &state->entry;

		leaf = tree_hash_leaf(bytes->p, bytes->len);
		b->status = proof_append(b->log, index, b->checkpoint, b->ret);
		for (size_t i = 1; i < state->n_key_entries; i++)
			add_block(b, state->key_entries[i]);
		state_rebuilds(state, e->product, e->channel, e->version, add_block, b);
		state_revokes(state, &leaf, add_block, b);
	}
	return b->status;
}

enum status proof_bundle(struct ledger_log *log, struct ledger_state *state, uint64_t index,
	struct buf *ret_entry, struct buf *ret)
{
	struct bundling b = {.log = log, .ret = ret};
	struct buf checkpoint;
	enum status status;

	buf_init(&checkpoint, CHECKPOINT_BYTES_MAX);
	status = log_checkpoint(log, &checkpoint);
	b.checkpoint = buf_str(&checkpoint);
	if (status == STATUS_OK)
		status = add_all(&b, state, index, ret_entry);
	buf_release(&checkpoint);
	return status;
}
