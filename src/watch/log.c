/*
 * Other people's logs, followed: certificates for own domains, signatures under own names. Every
 * entry from the place on is read, and together they make the root that the log has signed: a log
 * that leaves an entry out for us alone must sign two histories. FOLDER/log-HEX keeps, for each log,
 *
 *     text  its URL
 *     edge  of the entries that were read: u64 size, 64 hashes
 *     u64   size of the head that is being read up to, 32 bytes its root
 *     text  the newest head whose root the entries have made, as served; "" if none
 */
#include <sodium.h>
#include <stdio.h>

#include "ledger/b64.h"
#include "ledger/entry.h"
#include "ledger/snapshot.h"
#include "ledger/tile.h"
#include "watch/head.h"
#include "watch/records.h"

enum { ASK_ENTRIES = 256, PLACE_BYTES_MAX = 1 << 18, EVIDENCE_BYTES_MAX = 1 << 20 };

static const char place_mark[] = "assay-followed/v1";

struct following {
	const struct watch *w;
	struct monitor *m;
	const struct plan_log *log;
	char file[64]; /* of its place, in the monitor's folder */
	bool known;    /* there was one */
	struct merkle_edge edge;
	uint64_t goal;
	struct tree_hash goal_root;
	struct buf seen;    /* the newest head that was made */
	struct buf heading; /* the head of the goal */
	unsigned asks;      /* left in this look */
	/* the answer that is being read */
	struct buf answer;
	uint64_t first; /* number of its first entry */
	uint64_t end;   /* entries from there on do not count */
	uint64_t added; /* the entry that was added last, while reading this answer */
	bool mute;      /* what stands in entries is not looked at */
	size_t n_hashes;
	struct tree_hash hashes[MERKLE_PROOF_MAX];
};

/* ---- the place -------------------------------------------------------------------------------- */

static void put_place(struct following *f)
{
	struct buf b;

	buf_init(&b, PLACE_BYTES_MAX);
	snapshot_begin(&b, place_mark);
	snapshot_put_text(&b, str_of(f->log->url));
	snapshot_put_u64(&b, f->edge.size);
	for (size_t i = 0; i < 64; i++)
		buf_add(&b, f->edge.hashes[i].b, TREE_HASH_BYTES);
	snapshot_put_u64(&b, f->goal);
	buf_add(&b, f->goal_root.b, TREE_HASH_BYTES);
	snapshot_put_text(&b, buf_str(&f->heading));
	snapshot_put_text(&b, buf_str(&f->seen));
	if (!snapshot_end(&b) || monitor_keep_file(f->m, f->file, buf_str(&b)) != STATUS_OK)
		monitor_alert(f->m, ALERT_UNREACHABLE, "the monitor's own folder cannot be written");
	buf_release(&b);
}

static bool read_place(struct following *f, struct cursor *c)
{
	if (!str_is(snapshot_get_text(c), f->log->url))
		return false;
	f->edge.size = cursor_u64le(c);
	for (size_t i = 0; i < 64; i++)
		snapshot_get_bytes(c, f->edge.hashes[i].b, TREE_HASH_BYTES);
	f->goal = cursor_u64le(c);
	snapshot_get_bytes(c, f->goal_root.b, TREE_HASH_BYTES);
	return buf_add_str(&f->heading, snapshot_get_text(c)) &&
	       buf_add_str(&f->seen, snapshot_get_text(c)) && cursor_ok(c) && cursor_left(c) == 0 &&
	       f->edge.size <= f->goal && f->goal <= INT64_MAX;
}

static void get_place(struct following *f)
{
	char path[LEDGER_PATH_MAX + 80];
	struct cursor c;
	struct buf b;

	snprintf(path, sizeof(path), "%s/%s", f->m->root, f->file);
	buf_init(&b, PLACE_BYTES_MAX);
	f->known = io_read_file(f->m->io, path, PLACE_BYTES_MAX, &b) == STATUS_OK &&
		   snapshot_open(buf_str(&b), place_mark, &c) && read_place(f, &c);
	buf_release(&b);
}

/* ---- asking ----------------------------------------------------------------------------------- */

static enum status ask(struct following *f, const char *path, struct buf *ret)
{
	char url[NET_URL_BYTES];

	if (f->asks == 0)
		return STATUS_LIMIT;
	f->asks--;
	buf_clear(ret);
	snprintf(url, sizeof(url), "%.1700s/%.300s", f->log->url, path);
	return watch_get(f->w, url, NULL, ret);
}

/* Logs may drop a partial tile once the whole one exists. */
static enum status ask_tile(struct following *f, int level, uint64_t n, unsigned width, struct buf *ret)
{
	char path[TILE_PATH_MAX], data[TILE_PATH_MAX];
	enum status status = STATUS_NOT_FOUND;

	for (unsigned i = 0; i < 2 && status == STATUS_NOT_FOUND; i++) {
		tile_path(level, n, i ? TILE_WIDTH : width, path);
		if (level == TILE_ENTRIES && f->log->kind == PLAN_CT_TILES)
			snprintf(data, sizeof(data), "tile/data/%s", path + strlen("tile/entries/"));
		else
			snprintf(data, sizeof(data), "%s", path);
		status = ask(f, data, ret);
	}
	return status;
}

static enum status hash_tile(void *user, int level, uint64_t n, unsigned width, struct buf *ret)
{
	TRY(ask_tile(user, level, n, width, ret));
	if (ret->len > (size_t)width * TREE_HASH_BYTES)
		ret->len = (size_t)width * TREE_HASH_BYTES;
	return STATUS_OK;
}

/* ---- what stands in it ------------------------------------------------------------------------ */

static struct evidence_name keep(struct following *f, const char *kind, uint64_t index,
	const struct record *r)
{
	struct evidence_name name;
	struct buf id, text;

	buf_init(&id, NET_URL_BYTES + 64);
	buf_init(&text, EVIDENCE_BYTES_MAX + HEAD_BYTES_MAX + NET_URL_BYTES + 256);
	buf_printf(&id, "%s %llu", f->log->url, (unsigned long long)index);
	buf_printf(&text, "log %s\nentry %llu\n\n", f->log->url, (unsigned long long)index);
	buf_add_str(&text, buf_str(&f->heading));
	buf_add_char(&text, '\n');
	buf_add_str(&text, str_part(str_part(buf_str(&f->answer), (size_t)r->at, (size_t)r->len), 0,
				   EVIDENCE_BYTES_MAX));
	name = monitor_keep(f->m, kind, buf_str(&id), buf_str(&text));
	buf_release(&id);
	buf_release(&text);
	return name;
}

static void check_certificate(struct following *f, uint64_t index, const struct record *r)
{
	char hex[2 * PLAN_KEY_BYTES + 1] = "that cannot be read";

	if (r->digest_bytes == PLAN_KEY_BYTES) {
		for (size_t i = 0; i < f->w->plan->n_own_keys; i++)
			if (memcmp(f->w->plan->own_keys[i], r->digest, PLAN_KEY_BYTES) == 0)
				return;
		hex_encode(r->digest, PLAN_KEY_BYTES, hex);
		hex[2 * PLAN_KEY_BYTES] = '\0';
	}
	monitor_alert(f->m, ALERT_CERTIFICATE, "%.120s entry %llu: %.*s with a key that is not ours (%s, %s)",
		f->log->url, (unsigned long long)index, (int)(r->name_bytes < 80 ? r->name_bytes : 80),
		r->name, hex, keep(f, "certificate", index, r).z);
}

static void check_signing(struct following *f, uint64_t index, const struct record *r)
{
	char hex[2 * RECORD_DIGEST_BYTES + 1] = "which it does not say";

	if (watch_names(f->w, f->m, r->digest, r->digest_bytes))
		return;
	if (r->digest_bytes) {
		hex_encode(r->digest, r->digest_bytes, hex);
		snprintf(hex + 16, 3, "..");
	}
	monitor_alert(f->m, ALERT_SIGNING,
		"%.120s entry %llu: signed as %.*s what no entry names (%s, %s)", f->log->url,
		(unsigned long long)index, (int)(r->name_bytes < 100 ? r->name_bytes : 100), r->name, hex,
		keep(f, "signing", index, r).z);
}

static void take(void *user, const struct record *r)
{
	struct following *f = user;
	uint64_t index = f->first + r->index;

	if (r->kind == RECORD_HASH && f->n_hashes < MERKLE_PROOF_MAX &&
		r->digest_bytes == TREE_HASH_BYTES)
		memcpy(f->hashes[f->n_hashes++].b, r->digest, TREE_HASH_BYTES);
	if (r->kind == RECORD_LEAF && index == f->edge.size && index < f->end &&
		r->digest_bytes == TREE_HASH_BYTES) {
		struct tree_hash leaf;

		memcpy(leaf.b, r->digest, TREE_HASH_BYTES);
		merkle_edge_add(&f->edge, &leaf);
		f->added = index;
	}
	/* The leaf of an entry comes before what stands in it: this one is read for the first time. */
	if (f->mute || index != f->added)
		return;
	if (r->kind == RECORD_CERTIFICATE)
		check_certificate(f, index, r);
	else if (r->kind == RECORD_SIGNING)
		check_signing(f, index, r);
}

static enum status read_answer(struct following *f, enum record_source source)
{
	f->added = UINT64_MAX;
	return records_confined(source, buf_str(&f->answer), &f->w->plan->names, take, f);
}

/* One more answer with entries; some of them, or all that are wanted. */
static enum status read_some(struct following *f)
{
	uint64_t size = f->edge.size, n = size / TILE_WIDTH;
	char path[128];

	f->end = f->goal;
	if (f->log->kind == PLAN_CT_RFC6962) {
		uint64_t last = f->goal - size > ASK_ENTRIES ? size + ASK_ENTRIES - 1 : f->goal - 1;

		f->first = size;
		snprintf(path, sizeof(path), "ct/v1/get-entries?start=%llu&end=%llu",
			(unsigned long long)size, (unsigned long long)last);
		TRY(ask(f, path, &f->answer));
		TRY(read_answer(f, SOURCE_CT_ENTRIES));
	} else {
		f->first = n * TILE_WIDTH;
		TRY(ask_tile(f, TILE_ENTRIES, n, tile_width(TILE_ENTRIES, n, f->goal), &f->answer));
		TRY(read_answer(f, f->log->kind == PLAN_TLOG ? SOURCE_BUNDLE : SOURCE_CT_TILE));
	}
	return f->edge.size > size ? STATUS_OK : STATUS_DAMAGED;
}

/* ---- where to begin --------------------------------------------------------------------------- */

/*
 * The edge of the first `start` entries of an RFC 6962 log: the proof of the last of them in the tree
 * of just them consists of the subtrees to its left.
 */
static enum status edge_by_proof(struct following *f, uint64_t start)
{
	char path[256], hash[B64_CHARS(TREE_HASH_BYTES) + 1], escaped[3 * sizeof(hash)];
	struct merkle_edge edge = {.size = start - 1};
	struct tree_hash leaf;
	enum status status;
	size_t n = 0, at = 0;

	snprintf(path, sizeof(path), "ct/v1/get-entries?start=%llu&end=%llu",
		(unsigned long long)(start - 1), (unsigned long long)(start - 1));
	TRY(ask(f, path, &f->answer));
	f->first = 0;
	f->end = 1;
	f->mute = true;
	status = read_answer(f, SOURCE_CT_ENTRIES);
	f->mute = false;
	TRY(status);
	if (f->edge.size != 1)
		return STATUS_DAMAGED;
	leaf = f->edge.hashes[0];
	if (!b64_encode(leaf.b, sizeof(leaf.b), hash, sizeof(hash)))
		return STATUS_DAMAGED;
	for (const char *p = hash; *p; p++)
		if (*p == '+' || *p == '/' || *p == '=')
			at += (size_t)snprintf(escaped + at, sizeof(escaped) - at, "%%%02X", *p);
		else
			escaped[at++] = *p;
	escaped[at] = '\0';
	snprintf(path, sizeof(path), "ct/v1/get-proof-by-hash?hash=%s&tree_size=%llu", escaped,
		(unsigned long long)start);
	TRY(ask(f, path, &f->answer));
	f->n_hashes = 0;
	TRY(read_answer(f, SOURCE_CT_PROOF));
	for (unsigned level = 0; level < 63; level++)
		if ((edge.size >> level & 1) && n < f->n_hashes)
			edge.hashes[level] = f->hashes[n++];
	if (n != f->n_hashes || n != (size_t)__builtin_popcountll(edge.size))
		return STATUS_DAMAGED;
	merkle_edge_add(&edge, &leaf);
	f->edge = edge;
	return STATUS_OK;
}

static enum status begin_at(struct following *f, uint64_t start, const struct log_head *head)
{
	struct tile_hashes t;
	struct merkle_source s;
	bool ok;

	f->edge = (struct merkle_edge){.size = 0};
	if (start == 0)
		return STATUS_OK;
	if (f->log->kind == PLAN_CT_RFC6962)
		return edge_by_proof(f, start);
	tile_hashes_init(&t, (struct tile_source){.tile = hash_tile, .user = f, .size = head->size});
	s = tile_hashes_source(&t);
	ok = merkle_edge_load(&f->edge, &s, start);
	tile_hashes_release(&t);
	return ok ? STATUS_OK : STATUS_DAMAGED;
}

/* ---- one look --------------------------------------------------------------------------------- */

static struct evidence_name keep_heads(struct following *f, const struct log_head *head)
{
	struct evidence_name name;
	struct buf both;

	buf_init(&both, 2 * HEAD_BYTES_MAX + 2);
	buf_add_str(&both, buf_str(&f->seen));
	buf_add_char(&both, '\n');
	buf_add_str(&both, buf_str(&head->bytes));
	name = monitor_keep(f->m, "heads", buf_str(&both), buf_str(&both));
	buf_release(&both);
	return name;
}

static void set_goal(struct following *f, const struct log_head *head)
{
	f->goal = head->size;
	f->goal_root = head->root;
	buf_clear(&f->heading);
	buf_add_str(&f->heading, buf_str(&head->bytes));
}

/* Reads up to the goal; false when that cannot be done now. */
static bool reach_goal(struct following *f)
{
	enum status status = STATUS_OK;
	struct tree_hash root;

	while (status == STATUS_OK && f->edge.size < f->goal)
		status = read_some(f);
	if (status == STATUS_LIMIT && f->asks == 0)
		return false; /* the rest at the next look */
	if (status != STATUS_OK) {
		monitor_alert(f->m, ALERT_UNREACHABLE, "%.160s: entry %llu cannot be read: %s", f->log->url,
			(unsigned long long)f->edge.size, status_name(status));
		return false;
	}
	root = merkle_edge_root(&f->edge);
	if (tree_hash_equal(&root, &f->goal_root)) {
		buf_clear(&f->seen);
		buf_add_str(&f->seen, buf_str(&f->heading));
		return true;
	}
	monitor_alert(f->m, ALERT_SPLIT_VIEW,
		"%.160s: the entries do not make the root that it has signed for %llu (%s)", f->log->url,
		(unsigned long long)f->goal,
		monitor_keep(f->m, "heads", buf_str(&f->heading), buf_str(&f->heading)).z);
	f->known = false; /* what was read is of no use: anew from where the next head is */
	return false;
}

/* Is the goal set, and is what was read its beginning? */
static bool begin(struct following *f, const struct log_head *head)
{
	uint64_t start = f->log->from_given && f->log->from < head->size ? f->log->from : head->size;
	enum status status;

	if (f->known)
		return true;
	status = begin_at(f, start, head);
	if (status != STATUS_OK) {
		monitor_alert(f->m, ALERT_UNREACHABLE, "%.160s: what lies before entry %llu cannot be read: %s",
			f->log->url, (unsigned long long)start, status_name(status));
		return false;
	}
	set_goal(f, head);
	f->known = true;
	return true;
}

static void follow(struct following *f)
{
	struct log_head head;
	enum status status = head_fetch(f->w, f->log, &head);
	bool going = status == STATUS_OK;

	if (status == STATUS_DENIED)
		monitor_alert(f->m, ALERT_FORGED, "%.200s: the head is not signed by this log's key",
			f->log->url);
	else if (!going)
		monitor_alert(f->m, ALERT_UNREACHABLE, "%.200s: no head: %s", f->log->url,
			status_name(status));
	if (going && f->known && head.size < f->edge.size) {
		monitor_alert(f->m, ALERT_ROLLBACK, "%.160s had %llu entries and has %llu now (%s)",
			f->log->url, (unsigned long long)f->edge.size, (unsigned long long)head.size,
			keep_heads(f, &head).z);
		going = false;
	}
	going = going && begin(f, &head) && reach_goal(f);
	if (going && head.size >= f->goal) {
		set_goal(f, &head);
		reach_goal(f);
	}
	buf_release(&head.bytes);
}

static void watch_log(const struct watch *w, struct monitor *m, const struct plan_log *log)
{
	uint8_t h[crypto_hash_sha256_BYTES];
	char hex[17];
	static struct following f;
	bool had;

	memset(&f, 0, sizeof(f));
	f.w = w;
	f.m = m;
	f.log = log;
	f.asks = WATCH_LOG_ASKS;
	crypto_hash_sha256(h, (const uint8_t *)log->url, strlen(log->url));
	hex_encode(h, 8, hex);
	hex[16] = '\0';
	snprintf(f.file, sizeof(f.file), "log-%s", hex);
	buf_init(&f.seen, HEAD_BYTES_MAX);
	buf_init(&f.heading, HEAD_BYTES_MAX);
	buf_init(&f.answer, RECORD_CHUNK_BYTES);
	get_place(&f);
	had = f.known;
	follow(&f);
	/* What was not said to anybody was not seen. A place that led to a contradiction is none. */
	if (f.known && !m->undelivered)
		put_place(&f);
	else if (had && !f.known && !m->undelivered && monitor_keep_file(m, f.file, STR("none\n")) != STATUS_OK)
		monitor_alert(m, ALERT_UNREACHABLE, "the monitor's own folder cannot be written");
	buf_release(&f.seen);
	buf_release(&f.heading);
	buf_release(&f.answer);
}

void watch_logs(const struct watch *w, struct monitor *m)
{
	for (size_t i = 0; i < w->plan->n_logs; i++)
		watch_log(w, m, &w->plan->logs[i]);
}
