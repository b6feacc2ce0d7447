#include "ledger/snapshot.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>

enum { MARK_BYTES = 16, ROOM_MAX = 1 << 25, LINES_MAX = 1 << 20, KEEP_AFTER = 16, KEEP_SHARE = 64 };

static const char state_mark[] = "assay-state/v1";

/* ---- the file -------------------------------------------------------------------------------- */

bool snapshot_begin(struct buf *b, const char *mark)
{
	char m[MARK_BYTES] = {0};

	snprintf(m, sizeof(m), "%s", mark);
	return buf_add(b, m, sizeof(m));
}

bool snapshot_end(struct buf *b)
{
	uint8_t h[crypto_hash_sha256_BYTES];

	crypto_hash_sha256(h, (const uint8_t *)b->p, b->len);
	return buf_add(b, h, sizeof(h)) && !b->full;
}

bool snapshot_open(struct str bytes, const char *mark, struct cursor *ret)
{
	uint8_t h[crypto_hash_sha256_BYTES];
	char m[MARK_BYTES] = {0};

	snprintf(m, sizeof(m), "%s", mark);
	if (bytes.len < sizeof(m) + sizeof(h) || memcmp(bytes.p, m, sizeof(m)) != 0)
		return false;
	bytes.len -= sizeof(h);
	crypto_hash_sha256(h, (const uint8_t *)bytes.p, bytes.len);
	if (memcmp(h, bytes.p + bytes.len, sizeof(h)) != 0)
		return false;
	*ret = cursor_of(bytes.p, bytes.len);
	cursor_skip(ret, sizeof(m));
	return true;
}

/* ---- values ---------------------------------------------------------------------------------- */

void snapshot_put_u64(struct buf *b, uint64_t v)
{
	uint8_t p[8];

	for (size_t i = 0; i < sizeof(p); i++)
		p[i] = (uint8_t)(v >> (8 * i));
	buf_add(b, p, sizeof(p));
}

void snapshot_put_text(struct buf *b, struct str s)
{
	snapshot_put_u64(b, s.len);
	buf_add_str(b, s);
}

struct str snapshot_get_text(struct cursor *c)
{
	uint64_t n = cursor_count(c, cursor_u64le(c), 1);

	return cursor_str(c, (size_t)n);
}

void snapshot_get_bytes(struct cursor *c, void *to, size_t n)
{
	const uint8_t *p = cursor_take(c, n);

	if (p)
		memcpy(to, p, n);
}

/* Slot by slot, so that several marks of one key keep their order. */
bool snapshot_put_table(struct buf *b, const struct state_table *t)
{
	snapshot_put_u64(b, t->room);
	snapshot_put_u64(b, t->n);
	for (size_t i = 0; i < t->room; i++) {
		if (!t->marks[i].index)
			continue;
		snapshot_put_u64(b, i);
		snapshot_put_u64(b, t->marks[i].index);
		buf_add(b, t->marks[i].key, sizeof(t->marks[i].key));
	}
	return !b->full;
}

bool snapshot_get_table(struct cursor *c, struct state_table *t)
{
	uint64_t room = cursor_u64le(c), n = cursor_u64le(c);

	if (!cursor_ok(c) || room > ROOM_MAX || (room & (room - 1)) || 2 * n > room)
		return false;
	if (room == 0)
		return true;
	t->marks = calloc(room, sizeof(*t->marks));
	if (!t->marks)
		return false;
	t->room = (size_t)room;
	for (t->n = 0; t->n < n; t->n++) {
		uint64_t slot = cursor_u64le(c), index = cursor_u64le(c);

		if (!cursor_ok(c) || slot >= room || index == 0 || t->marks[slot].index)
			return false;
		t->marks[slot].index = index;
		snapshot_get_bytes(c, t->marks[slot].key, sizeof(t->marks[slot].key));
	}
	return cursor_ok(c);
}

/* ---- the state ------------------------------------------------------------------------------- */

bool snapshot_put_state(struct buf *b, const struct ledger_state *s)
{
	snapshot_put_text(b, str_of(s->vendor));
	snapshot_put_text(b, buf_str(&s->keys_entry));
	snapshot_put_u64(b, s->n_key_entries);
	for (size_t i = 0; i < s->n_key_entries; i++)
		snapshot_put_u64(b, s->key_entries[i]);
	snapshot_put_u64(b, s->size);
	snapshot_put_u64(b, (uint64_t)s->newest_utc);
	snapshot_put_u64(b, s->newest_pulse);
	snapshot_put_u64(b, s->n_lines);
	for (size_t i = 0; i < s->n_lines; i++) {
		snapshot_put_text(b, str_of(s->lines[i].product));
		snapshot_put_text(b, str_of(s->lines[i].channel));
		snapshot_put_u64(b, s->lines[i].seq);
		snapshot_put_u64(b, s->lines[i].index);
		buf_add(b, s->lines[i].leaf.b, TREE_HASH_BYTES);
	}
	snapshot_put_table(b, &s->versions);
	snapshot_put_table(b, &s->leaves);
	snapshot_put_table(b, &s->rebuilds);
	snapshot_put_table(b, &s->revokes);
	return snapshot_put_table(b, &s->all);
}

static bool get_lines(struct cursor *c, struct ledger_state *s)
{
	uint64_t n = cursor_u64le(c);

	if (!cursor_ok(c) || n > LINES_MAX)
		return false;
	for (uint64_t i = 0; i < n; i++) {
		struct str product = snapshot_get_text(c), channel = snapshot_get_text(c);
		struct state_line *l = cursor_ok(c) ? state_make_line(s, product, channel) : NULL;

		if (!l)
			return false;
		l->seq = cursor_u64le(c);
		l->index = cursor_u64le(c);
		snapshot_get_bytes(c, l->leaf.b, TREE_HASH_BYTES);
	}
	return cursor_ok(c);
}

bool snapshot_get_state(struct cursor *c, struct ledger_state *s)
{
	struct str vendor = snapshot_get_text(c), keys = snapshot_get_text(c);
	uint64_t n = cursor_u64le(c);

	if (!cursor_ok(c) || vendor.len >= sizeof(s->vendor) ||
		n > sizeof(s->key_entries) / sizeof(s->key_entries[0]) ||
		(keys.len && !state_keys(s, keys)))
		return false;
	snprintf(s->vendor, sizeof(s->vendor), "%.*s", STR_ARG(vendor));
	for (s->n_key_entries = 0; s->n_key_entries < n; s->n_key_entries++)
		s->key_entries[s->n_key_entries] = cursor_u64le(c);
	s->size = cursor_u64le(c);
	s->newest_utc = (int64_t)cursor_u64le(c);
	s->newest_pulse = cursor_u64le(c);
	return get_lines(c, s) && snapshot_get_table(c, &s->versions) &&
	       snapshot_get_table(c, &s->leaves) && snapshot_get_table(c, &s->rebuilds) &&
	       snapshot_get_table(c, &s->revokes) && snapshot_get_table(c, &s->all);
}

/* ---- of a log -------------------------------------------------------------------------------- */

static void state_path(const struct ledger_log *log, char ret[LEDGER_PATH_MAX + 16])
{
	snprintf(ret, LEDGER_PATH_MAX + 16, "%.1000s/private/state", log->root);
}

/* The file, if it is whole, of this log, and of a beginning of what the log has now. */
static bool load_file(struct ledger_log *log, struct ledger_state *s)
{
	char path[LEDGER_PATH_MAX + 16];
	struct tree_hash root, stated;
	struct cursor c;
	struct buf b;
	bool ok;

	state_path(log, path);
	buf_init(&b, SNAPSHOT_BYTES_MAX);
	ok = io_read_file(log->io, path, SNAPSHOT_BYTES_MAX, &b) == STATUS_OK &&
	     snapshot_open(buf_str(&b), state_mark, &c) &&
	     str_is(snapshot_get_text(&c), log->origin);
	if (ok)
		snapshot_get_bytes(&c, stated.b, TREE_HASH_BYTES);
	ok = ok && snapshot_get_state(&c, s) && cursor_left(&c) == 0 && s->size <= log->head &&
	     log_root(log, s->size, &root) == STATUS_OK && tree_hash_equal(&root, &stated);
	buf_release(&b);
	return ok;
}

static enum status apply(void *user, uint64_t index, struct str entry)
{
	return state_apply(user, index, entry);
}

enum status state_load(struct ledger_log *log, struct ledger_state **s, uint64_t *ret_read)
{
	TRY(state_open(s));
	if (!load_file(log, *s)) {
		state_close(*s);
		TRY(state_open(s));
	}
	*ret_read = log->head - (*s)->size;
	return log_each(log, (*s)->size, log->head, apply, *s);
}

void state_keep(struct ledger_log *log, const struct ledger_state *s, uint64_t read)
{
	struct io_batch batch;
	struct tree_hash root;
	struct buf b;

	/* Seldom enough that writing it costs little, often enough that reading the rest does. */
	if (read < KEEP_AFTER + s->size / KEEP_SHARE || s->size != log->head ||
		log_root(log, s->size, &root) != STATUS_OK)
		return;
	buf_init(&b, SNAPSHOT_BYTES_MAX);
	snapshot_begin(&b, state_mark);
	snapshot_put_text(&b, str_of(log->origin));
	buf_add(&b, root.b, TREE_HASH_BYTES);
	if (snapshot_put_state(&b, s) && snapshot_end(&b) &&
		io_batch_begin(&batch, log->io, log->root) == STATUS_OK) {
		if (io_put(&batch, "private/state", b.p, b.len) == STATUS_OK &&
			io_settle(&batch) != STATUS_OK)
			snprintf(log->why, sizeof(log->why), "private/state cannot be written");
		io_batch_end(&batch);
	}
	buf_release(&b);
}
