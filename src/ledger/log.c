#include "ledger/log.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdarg.h>
#include <stdio.h>

#include "ledger/entry.h"

#define HEAD_FIRST "assay-head/v1\n"

enum { HEAD_BYTES_MAX = 1024 };

__attribute__((format(printf, 3, 4))) static enum status stop(struct ledger_log *log,
	enum status status, const char *format, ...)
{
	va_list args;

	log->stopped = true;
	va_start(args, format);
	vsnprintf(log->why, sizeof(log->why), format, args);
	va_end(args);
	return status;
}

static void path_of(const struct ledger_log *log, const char *name, char ret[LEDGER_PATH_MAX + 128])
{
	snprintf(ret, LEDGER_PATH_MAX + 128, "%s/%s", log->root, name);
}

/* ---- the head -------------------------------------------------------------------------------- */

static bool head_text(struct str origin, uint64_t size, const struct tree_hash *root,
	char ret[HEAD_BYTES_MAX])
{
	char text[CHECKPOINT_TEXT_MAX], hex[65];
	uint8_t h[32];
	int n;

	if (!checkpoint_text(origin, size, root, text))
		return false;
	n = snprintf(ret, HEAD_BYTES_MAX, HEAD_FIRST "%s", text);
	crypto_hash_sha256(h, (const uint8_t *)ret, (size_t)n);
	hex_encode(h, sizeof(h), hex);
	snprintf(ret + n, HEAD_BYTES_MAX - (size_t)n, "sha256 %s\n", hex);
	return true;
}

static bool head_parse(struct str bytes, struct checkpoint *ret)
{
	char again[HEAD_BYTES_MAX];
	size_t at = str_find_z(bytes, "sha256 ");

	if (!str_starts(bytes, HEAD_FIRST) || at == SIZE_MAX)
		return false;
	return checkpoint_parse(str_part(bytes, sizeof(HEAD_FIRST) - 1, at - sizeof(HEAD_FIRST) + 1),
		       ret) &&
	       !ret->extended && head_text(ret->origin, ret->size, &ret->root, again) &&
	       str_is(bytes, again);
}

/* Into origin (may be NULL), size and root. */
static enum status head_read(const struct ledger_io *io, const char *root,
	char origin[NOTE_NAME_MAX + 1], uint64_t *ret_size, struct tree_hash *ret_root)
{
	char path[LEDGER_PATH_MAX + 128];
	struct checkpoint c;
	struct buf b;
	enum status status;

	snprintf(path, sizeof(path), "%s/private/head", root);
	buf_init(&b, HEAD_BYTES_MAX);
	status = io_read_file(io, path, HEAD_BYTES_MAX, &b);
	if (status == STATUS_OK && (!head_parse(buf_str(&b), &c) || c.origin.len > NOTE_NAME_MAX))
		status = STATUS_DAMAGED;
	if (status == STATUS_OK) {
		if (origin)
			snprintf(origin, NOTE_NAME_MAX + 1, "%.*s", STR_ARG(c.origin));
		*ret_size = c.size;
		*ret_root = c.root;
	}
	buf_release(&b);
	return status;
}

static enum status head_write(const struct ledger_io *io, const char *root, struct str origin,
	uint64_t size, const struct tree_hash *hash)
{
	char text[HEAD_BYTES_MAX];
	struct io_batch b;
	enum status status;

	if (!head_text(origin, size, hash, text))
		return STATUS_USAGE;
	TRY(io_batch_begin(&b, io, root));
	status = io_put(&b, "private/head", text, strlen(text));
	if (status == STATUS_OK)
		status = io_settle(&b);
	io_batch_end(&b);
	return status;
}

enum status log_create(const struct ledger_io *io, const char *root, struct str origin)
{
	struct tree_hash empty = tree_hash_empty(), any;
	uint64_t size;
	enum status status = head_read(io, root, NULL, &size, &any);
	int made;

	if (status != STATUS_NOT_FOUND)
		return status == STATUS_OK || status == STATUS_DAMAGED ? STATUS_DENIED : status;
	if (!note_name_ok(origin) || strlen(root) > LEDGER_PATH_MAX - 128)
		return STATUS_USAGE;
	made = io->mkdir(io->user, root);
	if (made < 0 && made != -EEXIST)
		return STATUS_IO;
	return head_write(io, root, origin, 0, &empty);
}

/* ---- reading --------------------------------------------------------------------------------- */

static enum status read_public(struct ledger_log *log, const char *name, size_t max,
	struct buf *ret)
{
	char path[LEDGER_PATH_MAX + 128];

	snprintf(path, sizeof(path), "%s/%s", log->public_root, name);
	return io_read_file(log->io, path, max, ret);
}

/* Cuts a bundle behind `width` entries. */
static bool cut_bundle(struct buf *b, unsigned width)
{
	struct str rest = buf_str(b), entry;

	for (unsigned i = 0; i < width; i++)
		if (!bundle_next(&rest, &entry))
			return false;
	b->len -= rest.len;
	return true;
}

static enum status read_tile(void *user, int level, uint64_t n, unsigned width, struct buf *ret)
{
	struct ledger_log *log = user;
	size_t max = level == TILE_ENTRIES ? BUNDLE_BYTES_MAX : TILE_BYTES;
	size_t want = (size_t)width * TREE_HASH_BYTES;
	char path[TILE_PATH_MAX];
	enum status status;

	tile_path(level, n, width, path);
	status = read_public(log, path, max, ret);
	if (status == STATUS_NOT_FOUND && width < TILE_WIDTH) {
		/* Partial tiles go once the full one is there. */
		tile_path(level, n, TILE_WIDTH, path);
		status = read_public(log, path, max, ret);
		if (status == STATUS_OK && level == TILE_ENTRIES)
			return cut_bundle(ret, width) ? STATUS_OK : STATUS_DAMAGED;
		if (status == STATUS_OK && ret->len > want)
			ret->len = want;
	}
	if (status == STATUS_OK && level != TILE_ENTRIES && ret->len != want)
		status = STATUS_DAMAGED;
	if (status != STATUS_OK && !log->stopped)
		snprintf(log->why, sizeof(log->why), "%s: %s", path, status_name(status));
	return status;
}

static struct tile_source tiles_at(struct ledger_log *log, uint64_t size)
{
	return (struct tile_source){.tile = read_tile, .user = log, .size = size};
}

struct tile_source log_tiles(struct ledger_log *log)
{
	return tiles_at(log, log->head);
}

enum status log_each(struct ledger_log *log, uint64_t from, uint64_t to,
	enum status (*fn)(void *user, uint64_t index, struct str entry), void *user)
{
	enum status status = STATUS_OK;
	struct buf b;

	buf_init(&b, BUNDLE_BYTES_MAX);
	while (from < to && status == STATUS_OK) {
		uint64_t n = from / TILE_WIDTH, first = n * TILE_WIDTH;
		unsigned width = tile_width(TILE_ENTRIES, n, log->head);
		struct str rest, entry;

		buf_clear(&b);
		status = read_tile(log, TILE_ENTRIES, n, width, &b);
		rest = buf_str(&b);
		for (uint64_t i = first; status == STATUS_OK && i < to && i < first + width; i++) {
			if (!bundle_next(&rest, &entry))
				status = STATUS_DAMAGED;
			else if (i >= from)
				status = fn(user, i, entry);
		}
		from = first + TILE_WIDTH;
	}
	buf_release(&b);
	return status;
}

static enum status keep_entry(void *user, uint64_t index, struct str entry)
{
	return buf_add_str(user, entry) ? STATUS_OK : STATUS_LIMIT;
}

enum status log_entry(struct ledger_log *log, uint64_t index, struct buf *ret)
{
	if (index >= log->head)
		return STATUS_NOT_FOUND;
	return log_each(log, index, index + 1, keep_entry, ret);
}

static enum status prove(struct ledger_log *log, uint64_t a, uint64_t size, bool consistency,
	struct merkle_proof *ret)
{
	struct tile_hashes t;
	struct merkle_source s;
	bool ok;

	if (size > log->head)
		return STATUS_NOT_FOUND;
	tile_hashes_init(&t, tiles_at(log, size));
	s = tile_hashes_source(&t);
	ok = consistency ? merkle_prove_consistency(&s, a, size, ret)
			 : merkle_prove_inclusion(&s, a, size, ret);
	tile_hashes_release(&t);
	return ok ? STATUS_OK : t.status != STATUS_OK ? t.status : STATUS_USAGE;
}

enum status log_prove(struct ledger_log *log, uint64_t index, uint64_t size,
	struct merkle_proof *ret)
{
	return prove(log, index, size, false, ret);
}

enum status log_prove_consistency(struct ledger_log *log, uint64_t size1, uint64_t size2,
	struct merkle_proof *ret)
{
	return prove(log, size1, size2, true, ret);
}

enum status log_root(struct ledger_log *log, uint64_t size, struct tree_hash *ret)
{
	struct tile_hashes t;
	struct merkle_source s;
	bool ok;

	if (size > log->head)
		return STATUS_NOT_FOUND;
	tile_hashes_init(&t, tiles_at(log, size));
	s = tile_hashes_source(&t);
	ok = merkle_root(&s, size, ret);
	tile_hashes_release(&t);
	return ok ? STATUS_OK : t.status != STATUS_OK ? t.status : STATUS_USAGE;
}

enum status log_checkpoint(struct ledger_log *log, struct buf *ret)
{
	return read_public(log, "checkpoint", CHECKPOINT_BYTES_MAX, ret);
}

/* ---- adding ---------------------------------------------------------------------------------- */

static enum status put_file(void *user, const char *path, const void *p, size_t n)
{
	struct ledger_log *log = user;
	char below[TILE_PATH_MAX + 16];

	snprintf(below, sizeof(below), "public/%s", path);
	return io_put(&log->batch, below, p, n);
}

static enum status begin_batch(struct ledger_log *log)
{
	if (log->in_batch)
		return STATUS_OK;
	/* From the ledger's own folder on: the name of public/ must be durable too. */
	TRY(io_batch_begin(&log->batch, log->io, log->root));
	log->in_batch = true;
	return STATUS_OK;
}

static enum status end_batch(struct ledger_log *log, enum status status)
{
	if (status == STATUS_OK)
		status = io_settle(&log->batch);
	io_batch_end(&log->batch);
	log->in_batch = false;
	return status;
}

enum status log_add(struct ledger_log *log, const void *entry, size_t n, uint64_t *ret_index)
{
	enum status status;

	if (log->stopped || log->lock < 0)
		return STATUS_DENIED;
	if (n > LOG_ENTRY_MAX)
		return STATUS_LIMIT;
	status = begin_batch(log);
	*ret_index = log->edge.tree.size;
	if (status == STATUS_OK)
		status = tile_edge_add(&log->edge, entry, n);
	return status == STATUS_OK ? STATUS_OK : stop(log, status, "adding: %s", status_name(status));
}

/* The head on disk must still be the one that this writer began with. */
static enum status swap_head(struct ledger_log *log)
{
	struct tree_hash root;
	uint64_t size;
	enum status status = head_read(log->io, log->root, NULL, &size, &root);

	if (status != STATUS_OK)
		return status;
	if (size != log->head || !tree_hash_equal(&root, &log->head_root))
		return STATUS_DENIED;
	root = merkle_edge_root(&log->edge.tree);
	TRY(head_write(log->io, log->root, str_of(log->origin), log->edge.tree.size, &root));
	log->head = log->edge.tree.size;
	log->head_root = root;
	return STATUS_OK;
}

enum status log_commit(struct ledger_log *log)
{
	enum status status;

	if (log->stopped || log->lock < 0)
		return STATUS_DENIED;
	if (log->edge.tree.size == log->head)
		return STATUS_OK;
	status = begin_batch(log);
	if (status == STATUS_OK)
		status = end_batch(log, tile_edge_flush(&log->edge));
	if (status != STATUS_OK)
		return stop(log, status, "writing tiles: %s", status_name(status));
	status = swap_head(log);
	if (status == STATUS_DENIED)
		return stop(log, status, "somebody else has moved the head");
	return status == STATUS_OK ? STATUS_OK
				   : stop(log, status, "writing the head: %s", status_name(status));
}

static enum status serve_checkpoint(struct ledger_log *log, const struct buf *note)
{
	enum status status = begin_batch(log);

	if (status == STATUS_OK)
		status = end_batch(log, put_file(log, "checkpoint", note->p, note->len));
	return status == STATUS_OK
		       ? STATUS_OK
		       : stop(log, status, "writing the checkpoint: %s", status_name(status));
}

enum status log_publish(struct ledger_log *log, const struct log_publisher *p)
{
	char text[CHECKPOINT_TEXT_MAX], line[NOTE_LINE_MAX];
	enum status status = STATUS_OK;
	struct buf note;

	if (log->stopped || log->lock < 0 || log->edge.tree.size != log->head)
		return STATUS_DENIED;
	if (!checkpoint_text(str_of(log->origin), log->head, &log->head_root, text) ||
		!p->sign(p->user, str_of(text), line)) {
		snprintf(log->why, sizeof(log->why), "the log's key does not sign");
		return STATUS_DENIED;
	}
	buf_init(&note, CHECKPOINT_BYTES_MAX);
	if (!buf_printf(&note, "%s\n%s", text, line))
		status = STATUS_NOMEM;
	/* Not enough witnesses is no damage: what is decided stays, and can be published later. */
	if (status == STATUS_OK)
		status = p->cosign(p->user, log, &note, log->why);
	if (status == STATUS_OK)
		status = serve_checkpoint(log, &note);
	if (status == STATUS_OK)
		log->published = log->head;
	buf_release(&note);
	return status;
}

/* ---- opening --------------------------------------------------------------------------------- */

/* What is served must not be ahead of the head, nor beside it. */
static enum status load_published(struct ledger_log *log, struct tree_hash *ret_root)
{
	struct checkpoint c;
	struct note note;
	struct buf b;
	enum status status;

	log->published = 0;
	*ret_root = tree_hash_empty();
	buf_init(&b, CHECKPOINT_BYTES_MAX);
	status = log_checkpoint(log, &b);
	if (status == STATUS_NOT_FOUND) {
		buf_release(&b);
		return STATUS_OK;
	}
	if (status == STATUS_OK && (!note_parse(buf_str(&b), &note) ||
					   !checkpoint_parse(note.text, &c) ||
					   !str_is(c.origin, log->origin)))
		status = stop(log, STATUS_DAMAGED, "public/checkpoint is not this log's");
	if (status == STATUS_OK && c.size > log->head)
		status = stop(log, STATUS_DAMAGED,
			"the head is at %llu, but %llu entries are published: was private/head "
			"restored from a backup?",
			(unsigned long long)log->head, (unsigned long long)c.size);
	if (status == STATUS_OK && c.size == log->head && !tree_hash_equal(&c.root, &log->head_root))
		status = stop(log, STATUS_DAMAGED,
			"the head and the published checkpoint differ at size %llu",
			(unsigned long long)c.size);
	if (status == STATUS_OK) {
		log->published = c.size;
		*ret_root = c.root;
	}
	buf_release(&b);
	return status;
}

static enum status load_edge(struct ledger_log *log, uint64_t size, const struct tree_hash *want)
{
	struct tile_source s = tiles_at(log, size);
	enum status status = tile_edge_load(&log->edge, &s);
	struct tree_hash root;

	if (status == STATUS_NOT_FOUND || status == STATUS_LIMIT)
		status = STATUS_DAMAGED;
	if (status != STATUS_OK)
		return stop(log, status, "the tiles of size %llu do not agree: fsck says which",
			(unsigned long long)size);
	root = merkle_edge_root(&log->edge.tree);
	if (!tree_hash_equal(&root, want))
		return stop(log, STATUS_DAMAGED,
			"the tiles of size %llu make another root: fsck says where",
			(unsigned long long)size);
	return STATUS_OK;
}

static enum status add_again(void *user, uint64_t index, struct str entry)
{
	struct ledger_log *log = user;

	return tile_edge_add(&log->edge, entry.p, entry.len);
}

/*
 * Entries that were decided but not published: their files are made anew from the entries and
 * written again, since nobody knows what a crash or an error of syncing has left of them.
 */
static enum status take_up(struct ledger_log *log)
{
	struct tree_hash root;
	enum status status = begin_batch(log);

	if (status == STATUS_OK)
		status = log_each(log, log->published, log->head, add_again, log);
	root = merkle_edge_root(&log->edge.tree);
	if (status == STATUS_OK && !tree_hash_equal(&root, &log->head_root))
		status = STATUS_DAMAGED;
	if (status == STATUS_OK)
		status = tile_edge_flush(&log->edge);
	if (log->in_batch)
		status = end_batch(log, status);
	if (status == STATUS_OK)
		status = head_write(log->io, log->root, str_of(log->origin), log->head,
			&log->head_root);
	if (status == STATUS_NOT_FOUND)
		status = STATUS_DAMAGED;
	if (status != STATUS_OK)
		return stop(log, status,
			"%llu entries are decided, %llu published, and the rest cannot be made anew",
			(unsigned long long)log->head, (unsigned long long)log->published);
	return STATUS_OK;
}

static enum status take_lock(struct ledger_log *log)
{
	char path[LEDGER_PATH_MAX + 128];
	int error;

	path_of(log, "private/lock", path);
	log->lock = log->io->open(log->io->user, path, O_RDWR | O_CREAT);
	if (log->lock < 0)
		return stop(log, STATUS_IO, "private/lock cannot be opened");
	error = log->io->lock(log->io->user, log->lock);
	if (error < 0)
		return stop(log, STATUS_DENIED, "somebody else is writing this ledger");
	return STATUS_OK;
}

enum status log_open(struct ledger_log *log, const struct ledger_io *io, const char *root,
	bool write)
{
	struct tree_hash published;
	enum status status;

	memset(log, 0, sizeof(*log));
	log->io = io;
	log->lock = -1;
	tile_edge_init(&log->edge);
	log->edge.put = put_file;
	log->edge.user = log;
	if (strlen(root) > LEDGER_PATH_MAX - 128)
		return stop(log, STATUS_USAGE, "the path is too long");
	snprintf(log->root, sizeof(log->root), "%s", root);
	snprintf(log->public_root, sizeof(log->public_root), "%s/public", root);
	status = head_read(io, root, log->origin, &log->head, &log->head_root);
	if (status != STATUS_OK)
		return stop(log, status, "private/head: %s", status_name(status));
	if (write) {
		TRY(take_lock(log));
		/* Only now: it may have moved before the lock was ours. */
		TRY(head_read(io, root, log->origin, &log->head, &log->head_root));
	}
	TRY(load_published(log, &published));
	if (!write)
		return load_edge(log, log->head, &log->head_root);
	TRY(load_edge(log, log->published, &published));
	return log->published < log->head ? take_up(log) : STATUS_OK;
}

void log_close(struct ledger_log *log)
{
	if (log->in_batch)
		io_batch_end(&log->batch);
	log->in_batch = false;
	if (log->lock >= 0)
		log->io->close(log->io->user, log->lock);
	log->lock = -1;
	tile_edge_release(&log->edge);
}
