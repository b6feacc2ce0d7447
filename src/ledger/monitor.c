#include "ledger/monitor.h"

#include <sodium.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "ledger/checkpoint.h"
#include "ledger/log.h"
#include "ledger/monitor_int.h"
#include "ledger/rebuild.h"
#include "ledger/snapshot.h"

enum { URL_BYTES = 2048, EVIDENCE_MAX = 1000, WAITING_MAX = 1 << 20 };

static const char place_mark[] = "assay-place/v2";

const char *alert_name(enum alert a)
{
	static const char *const names[] = {"unreachable", "forged", "no-quorum", "split-view",
		"rollback", "held-back", "damaged", "unapproved", "unrequested", "time", "differs",
		"not-rebuilt", "pulse", "unknown-bytes", "tag", "calendar", "views", "certificate",
		"signing", "published"};

	return names[a];
}

void monitor_alert(struct monitor *m, enum alert a, const char *format, ...)
{
	char text[MONITOR_WHY_BYTES];
	va_list args;

	if (m->quiet)
		return;
	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	m->alerts++;
	m->undelivered |= !m->hooks->alert(m->hooks->user, a, text);
}

/* ---- what is kept ----------------------------------------------------------------------------- */

enum status monitor_keep_file(struct monitor *m, const char *name, struct str bytes)
{
	struct io_batch batch;
	enum status status = io_batch_begin(&batch, m->io, m->root);

	if (status == STATUS_OK)
		status = io_put(&batch, name, bytes.p, bytes.len);
	if (status == STATUS_OK)
		status = io_settle(&batch);
	io_batch_end(&batch);
	return status;
}

struct evidence_name monitor_keep(struct monitor *m, const char *kind, struct str id, struct str bytes)
{
	char path[LEDGER_PATH_MAX + 64], hex[2 * crypto_hash_sha256_BYTES + 1];
	uint8_t h[crypto_hash_sha256_BYTES];
	struct evidence_name name;
	struct buf had;
	enum status status;

	crypto_hash_sha256(h, (const uint8_t *)(id.p ? id.p : ""), id.len);
	hex_encode(h, 8, hex);
	hex[16] = '\0';
	snprintf(name.z, sizeof(name.z), "evidence-%.30s-%.16s", kind, hex);
	snprintf(path, sizeof(path), "%s/%s", m->root, name.z);
	buf_init(&had, 1);
	status = io_read_file(m->io, path, 1, &had);
	buf_release(&had);
	/* Whoever makes us keep things shall not fill the disk. */
	if (status == STATUS_NOT_FOUND &&
		(m->kept >= EVIDENCE_MAX || monitor_keep_file(m, name.z, bytes) != STATUS_OK))
		snprintf(name.z, sizeof(name.z), "no room for evidence");
	else if (status == STATUS_NOT_FOUND)
		m->kept++;
	return name;
}

/* Both notes in one file; the same pair is kept once. Returns its number. */
static unsigned keep_evidence(struct monitor *m, struct str ours, struct str theirs)
{
	char name[32], path[LEDGER_PATH_MAX + 64];
	unsigned i = 1;

	for (; i < EVIDENCE_MAX; i++) {
		struct buf b;
		enum status status;
		bool same;

		snprintf(name, sizeof(name), "evidence-%u", i);
		snprintf(path, sizeof(path), "%s/%s", m->root, name);
		buf_init(&b, 2 * CHECKPOINT_BYTES_MAX + 2);
		status = io_read_file(m->io, path, 2 * CHECKPOINT_BYTES_MAX + 1, &b);
		same = status == STATUS_OK && b.len == ours.len + 1 + theirs.len &&
		       memcmp(b.p, ours.p, ours.len) == 0 &&
		       memcmp(b.p + ours.len + 1, theirs.p, theirs.len) == 0;
		buf_release(&b);
		if (same)
			return i;
		if (status == STATUS_NOT_FOUND)
			break;
	}
	{
		struct buf both;

		buf_init(&both, 2 * CHECKPOINT_BYTES_MAX + 2);
		buf_add_str(&both, ours);
		buf_add_char(&both, '\n');
		buf_add_str(&both, theirs);
		if (monitor_keep_file(m, name, buf_str(&both)) != STATUS_OK)
			monitor_alert(m, ALERT_UNREACHABLE, "the monitor's own folder cannot be written");
		buf_release(&both);
	}
	return i;
}

/* ---- reading ---------------------------------------------------------------------------------- */

static enum status get(struct monitor *m, struct str base, const char *path, struct buf *ret)
{
	char url[URL_BYTES];

	if (snprintf(url, sizeof(url), "%.*s/%s", STR_ARG(base), path) >= URL_BYTES)
		return STATUS_USAGE;
	return m->hooks->get(m->hooks->user, url, ret);
}

static enum status get_tile(void *user, int level, uint64_t n, unsigned width, struct buf *ret)
{
	struct monitor *m = user;
	char path[TILE_PATH_MAX];

	tile_path(level, n, width, path);
	return get(m, m->url, path, ret);
}

/* The root of an earlier size, by the tiles that the log serves us for a tree of `whole` entries. */
static bool root_by_tiles(struct monitor *m, uint64_t size, uint64_t whole, struct tree_hash *ret)
{
	struct tile_hashes t;
	struct merkle_source s;
	bool ok;

	tile_hashes_init(&t, (struct tile_source){.tile = get_tile, .user = m, .size = whole});
	s = tile_hashes_source(&t);
	ok = merkle_root(&s, size, ret);
	tile_hashes_release(&t);
	return ok;
}

static bool root_at(struct monitor *m, uint64_t size, struct tree_hash *ret)
{
	if (size != m->tree.size)
		return root_by_tiles(m, size, m->tree.size, ret);
	*ret = merkle_edge_root(&m->tree);
	return true;
}

/* ---- entries ---------------------------------------------------------------------------------- */

/* An entry that was read before, from the log once more. */
static enum status read_entry(void *user, uint64_t index, struct buf *ret)
{
	struct monitor *m = user;
	uint64_t n = index / TILE_WIDTH;
	struct str rest, entry = STR_NONE;
	enum status status;
	struct buf b;

	buf_init(&b, BUNDLE_BYTES_MAX);
	status = get_tile(m, TILE_ENTRIES, n, tile_width(TILE_ENTRIES, n, m->tree.size), &b);
	rest = buf_str(&b);
	for (uint64_t at = n * TILE_WIDTH; status == STATUS_OK && at <= index; at++)
		if (!bundle_next(&rest, &entry))
			status = STATUS_DAMAGED;
	if (status == STATUS_OK && (!state_has(m->state, entry) || !buf_add_str(ret, entry)))
		status = STATUS_DAMAGED;
	buf_release(&b);
	return status;
}

bool monitor_names(const struct monitor *m, const uint8_t *digest, size_t n)
{
	return (n == TREE_HASH_BYTES || n == SHA512_BYTES) && state_table_has(&m->digests, digest);
}

/* A mark is the first half or quarter of the digest. */
static void note_release(struct monitor *m, uint64_t index, const struct entry *e)
{
	for (size_t i = 0; i < e->n_files; i++)
		if (state_table_add(&m->digests, e->files[i].sha256, index) != STATUS_OK ||
			state_table_add(&m->digests, e->files[i].sha512, index) != STATUS_OK)
			return;
	monitor_note_source(m, e);
	if (e->rebuild_need == 0)
		return;
	if (m->n_waiting == m->room_waiting) {
		size_t room = m->room_waiting ? 2 * m->room_waiting : 64;
		struct waiting *more = realloc(m->waiting, room * sizeof(*more));

		if (!more)
			return;
		m->waiting = more;
		m->room_waiting = room;
	}
	m->waiting[m->n_waiting++] = (struct waiting){
		.index = index, .since_utc = e->time_utc, .need = e->rebuild_need};
}

static void note_rebuild(struct monitor *m, const struct entry *e)
{
	bool differs = false;

	for (size_t i = 0; i < e->n_results; i++)
		differs |= e->results[i].result == REBUILD_DIFFERS;
	if (differs)
		monitor_alert(m, ALERT_DIFFERS, "a builder got other bytes for %.*s %.*s",
			STR_ARG(str_part(e->product, 0, 80)), STR_ARG(str_part(e->version, 0, 80)));
}

/* When people's keys were used, as the entry says; that it does not lie about that is check_time(). */
static void check_calendar(struct monitor *m, uint64_t index, const struct entry *e)
{
	const struct keyset *keys = &m->state->keys;
	char when[32];

	if (!m->hooks->in_hours || e->kind == ENTRY_PULSE || e->kind == ENTRY_REBUILD)
		return;
	entry_time_text(e->time_utc, when);
	for (size_t i = 0; i < keys->n; i++)
		if ((keys->roles[i] == ROLE_APPROVER || keys->roles[i] == ROLE_ROOT) &&
			note_check(&m->state->note, &keys->keys[i], NULL) == NOTE_GOOD &&
			!m->hooks->in_hours(m->hooks->user, &keys->keys[i], e->time_utc))
			monitor_alert(m, ALERT_CALENDAR, "entry %llu: key %.120s signed for %s, outside its hours",
				(unsigned long long)index, keys->keys[i].name, when);
}

/* `known`: the very text was asked for here, or it is a rebuild: its time may lie as long ago as
 * approving and building take. */
static void check_time(struct monitor *m, uint64_t index, const struct entry *e, bool known, int64_t now)
{
	unsigned long long n = index;
	char when[32];

	entry_time_text(e->time_utc, when);
	if (e->time_utc > now + m->late_seconds)
		monitor_alert(m, ALERT_TIME, "entry %llu is from the future (%s)", n, when);
	else if (known)
		return;
	else if (e->time_utc + m->late_seconds < m->state->newest_utc)
		monitor_alert(m, ALERT_TIME, "entry %llu is older than the one before it (%s)", n, when);
	else if (m->looked_utc && e->time_utc + m->late_seconds < m->looked_utc)
		monitor_alert(m, ALERT_TIME, "entry %llu says %s, and was not there %lld minutes later", n,
			when, (long long)((m->looked_utc - e->time_utc) / 60));
}

static void check_entry(struct monitor *m, uint64_t index, struct str entry, int64_t now)
{
	const struct state_rules rules = {
		.policy = m->policy, .now_utc = INT64_MAX - CLOCK_AHEAD_SECONDS, .read = read_entry};
	char why[STATE_WHY_BYTES] = "";
	const struct entry *e = &m->state->entry;
	bool admitted = state_admits(m->state, entry, &rules, why), known;

	m->quiet = index < m->told;
	known = m->hooks->requested && e->kind != ENTRY_PULSE && e->kind != ENTRY_REBUILD && !m->quiet &&
		m->hooks->requested(m->hooks->user, e->text);
	if (!admitted)
		monitor_alert(m, ALERT_UNAPPROVED, "entry %llu: %s", (unsigned long long)index, why);
	else
		check_time(m, index, e, known || e->kind == ENTRY_REBUILD, now);
	check_calendar(m, index, e);
	if (admitted && e->kind == ENTRY_RELEASE && m->hooks->requested && !known)
		monitor_alert(m, ALERT_UNREQUESTED, "entry %llu: nobody here asked for %.*s %.*s (%.*s)",
			(unsigned long long)index, STR_ARG(str_part(e->product, 0, 80)),
			STR_ARG(str_part(e->version, 0, 80)), STR_ARG(str_part(e->channel, 0, 80)));
	if (state_apply(m->state, index, entry) == STATUS_OK) {
		if (e->kind == ENTRY_RELEASE)
			note_release(m, index, e);
		else if (e->kind == ENTRY_REBUILD && admitted)
			note_rebuild(m, e);
	}
	m->quiet = false;
}

/* Reads what is new up to the size of the checkpoint; false when it cannot be had. */
static bool read_entries(struct monitor *m, uint64_t size, int64_t now)
{
	struct buf b;
	bool ok = true;

	buf_init(&b, BUNDLE_BYTES_MAX);
	while (ok && m->tree.size < size) {
		uint64_t n = m->tree.size / TILE_WIDTH, at = n * TILE_WIDTH;
		unsigned width = tile_width(TILE_ENTRIES, n, size);
		struct str rest, entry;

		buf_clear(&b);
		ok = get_tile(m, TILE_ENTRIES, n, width, &b) == STATUS_OK;
		for (rest = buf_str(&b); ok && at < n * TILE_WIDTH + width; at++) {
			ok = bundle_next(&rest, &entry);
			if (ok && at == m->tree.size) {
				struct tree_hash leaf = tree_hash_leaf(entry.p, entry.len);

				merkle_edge_add(&m->tree, &leaf);
				check_entry(m, at, entry, now);
			}
		}
	}
	buf_release(&b);
	return ok;
}

/* ---- heads ------------------------------------------------------------------------------------ */

struct head {
	struct note note;
	struct checkpoint c;
	struct policy_answer answer;
};

static bool read_head(struct monitor *m, struct str bytes, int64_t now, struct head *ret)
{
	if (!note_parse(bytes, &ret->note) || !checkpoint_parse(ret->note.text, &ret->c))
		return false;
	policy_judge(m->policy, &ret->note, &ret->c, (uint64_t)now + 300, &ret->answer);
	return true;
}

/* FOLDER/last, if the log has signed it. */
static bool read_last(struct monitor *m, struct buf *bytes, struct head *ret)
{
	char path[LEDGER_PATH_MAX + 64];

	snprintf(path, sizeof(path), "%s/last", m->root);
	return io_read_file(m->io, path, CHECKPOINT_BYTES_MAX, bytes) == STATUS_OK &&
	       read_head(m, buf_str(bytes), INT64_MAX / 2, ret) && ret->answer.log_good;
}

/* The last checkpoint of an earlier look is as good as a witness's: the log has signed it. False: the
 * log has another history now. */
static bool check_last(struct monitor *m, const struct head *now_head)
{
	static struct head last;
	struct tree_hash root;
	bool good = true;
	struct buf b;

	buf_init(&b, CHECKPOINT_BYTES_MAX);
	if (!read_last(m, &b, &last)) {
		/* The first look. */
	} else if (last.c.size > now_head->c.size) {
		monitor_alert(m, ALERT_ROLLBACK,
			"%llu entries were served before, %llu are now (evidence-%u)",
			(unsigned long long)last.c.size, (unsigned long long)now_head->c.size,
			keep_evidence(m, buf_str(&m->checkpoint), buf_str(&b)));
		good = false;
	} else if (last.c.size > 0 && root_by_tiles(m, last.c.size, now_head->c.size, &root) &&
		   !tree_hash_equal(&root, &last.c.root) &&
		   root_by_tiles(m, now_head->c.size, now_head->c.size, &root) &&
		   tree_hash_equal(&root, &now_head->c.root)) {
		monitor_alert(m, ALERT_SPLIT_VIEW,
			"the log has changed its history before entry %llu (evidence-%u)",
			(unsigned long long)last.c.size,
			keep_evidence(m, buf_str(&m->checkpoint), buf_str(&b)));
		good = false;
	}
	buf_release(&b);
	return good;
}

/* ---- the place that is kept ------------------------------------------------------------------- */

static bool put_place(struct monitor *m, struct buf *b)
{
	snapshot_begin(b, place_mark);
	snapshot_put_text(b, str_of(m->policy->logs[0].key.name));
	snapshot_put_u64(b, m->tree.size);
	for (size_t i = 0; i < 64; i++)
		buf_add(b, m->tree.hashes[i].b, TREE_HASH_BYTES);
	snapshot_put_u64(b, m->n_waiting);
	for (size_t i = 0; i < m->n_waiting; i++) {
		snapshot_put_u64(b, m->waiting[i].index);
		snapshot_put_u64(b, (uint64_t)m->waiting[i].since_utc);
		snapshot_put_u64(b, m->waiting[i].need);
		snapshot_put_u64(b, m->waiting[i].told);
	}
	snapshot_put_text(b, buf_str(&m->sources));
	return snapshot_put_table(b, &m->digests) && snapshot_put_state(b, m->state) &&
	       snapshot_end(b);
}

static bool get_waiting(struct monitor *m, struct cursor *c)
{
	uint64_t n = cursor_count(c, cursor_u64le(c), 32);

	if (n > WAITING_MAX)
		return false;
	m->waiting = n ? calloc((size_t)n, sizeof(*m->waiting)) : NULL;
	if (n && !m->waiting)
		return false;
	m->room_waiting = (size_t)n;
	for (; m->n_waiting < n; m->n_waiting++) {
		struct waiting *w = &m->waiting[m->n_waiting];

		w->index = cursor_u64le(c);
		w->since_utc = (int64_t)cursor_u64le(c);
		w->need = cursor_u64le(c);
		w->told = cursor_u64le(c) != 0;
	}
	return cursor_ok(c);
}

static bool get_place(struct monitor *m, struct cursor *c)
{
	if (!str_is(snapshot_get_text(c), m->policy->logs[0].key.name))
		return false;
	m->tree.size = cursor_u64le(c);
	for (size_t i = 0; i < 64; i++)
		snapshot_get_bytes(c, m->tree.hashes[i].b, TREE_HASH_BYTES);
	return get_waiting(m, c) && buf_add_str(&m->sources, snapshot_get_text(c)) &&
	       snapshot_get_table(c, &m->digests) && snapshot_get_state(c, m->state) &&
	       cursor_left(c) == 0 && m->state->size == m->tree.size;
}

static void forget(struct monitor *m)
{
	state_close(m->state);
	m->state = NULL;
	free(m->waiting);
	m->waiting = NULL;
	m->n_waiting = m->room_waiting = 0;
	free(m->digests.marks);
	m->digests = (struct state_table){.n = 0};
	buf_clear(&m->sources);
	m->tree = (struct merkle_edge){.size = 0};
}

/* From FOLDER/place, or from nothing. */
static enum status take_place(struct monitor *m)
{
	char path[LEDGER_PATH_MAX + 64];
	static struct head last;
	uint64_t looked;
	struct cursor c;
	struct buf b;
	bool ok;

	forget(m);
	TRY(state_open(&m->state));
	snprintf(path, sizeof(path), "%s/place", m->root);
	buf_init(&b, SNAPSHOT_BYTES_MAX);
	ok = io_read_file(m->io, path, SNAPSHOT_BYTES_MAX, &b) == STATUS_OK &&
	     snapshot_open(buf_str(&b), place_mark, &c) && get_place(m, &c);
	if (!ok) {
		forget(m);
		TRY(state_open(&m->state));
	}
	m->placed = m->tree.size;
	buf_clear(&b);
	m->told = read_last(m, &b, &last) ? last.c.size : 0;
	buf_clear(&b);
	snprintf(path, sizeof(path), "%s/looked", m->root);
	if (m->told && io_read_file(m->io, path, 32, &b) == STATUS_OK && decimal_parse(buf_str(&b), &looked))
		m->looked_utc = (int64_t)looked;
	buf_release(&b);
	return STATUS_OK;
}

/* Only what was said to somebody counts as seen. */
static void keep_place(struct monitor *m, int64_t now)
{
	char looked[32];
	struct buf b;

	if (m->undelivered)
		return;
	m->looked_utc = now;
	snprintf(looked, sizeof(looked), "%lld", (long long)now);
	if (monitor_keep_file(m, "last", buf_str(&m->checkpoint)) != STATUS_OK ||
		monitor_keep_file(m, "looked", str_of(looked)) != STATUS_OK)
		monitor_alert(m, ALERT_UNREACHABLE, "the monitor's own folder cannot be written");
	m->told = m->tree.size;
	if (m->tree.size < m->placed + 16 + m->placed / 64)
		return;
	buf_init(&b, SNAPSHOT_BYTES_MAX);
	if (put_place(m, &b) && monitor_keep_file(m, "place", buf_str(&b)) == STATUS_OK)
		m->placed = m->tree.size;
	buf_release(&b);
}

/* False: there is nothing to compare others with. */
static bool check_log(struct monitor *m, int64_t now)
{
	static struct head h;
	struct tree_hash root;

	buf_clear(&m->checkpoint);
	if (get(m, m->url, "checkpoint", &m->checkpoint) != STATUS_OK) {
		monitor_alert(m, ALERT_UNREACHABLE, "the log serves no checkpoint");
		return false;
	}
	if (!read_head(m, buf_str(&m->checkpoint), now, &h) || !h.answer.log_good) {
		monitor_alert(m, ALERT_FORGED, "the checkpoint is not signed by the log");
		return false;
	}
	if (h.answer.forged)
		monitor_alert(m, ALERT_FORGED, "a cosignature on the checkpoint is forged");
	if (!h.answer.quorum)
		monitor_alert(m, ALERT_NO_QUORUM, "%llu entries are served with %u witnesses",
			(unsigned long long)h.c.size, h.answer.cosigned);
	if (!check_last(m, &h))
		return false;
	if (h.c.size < m->tree.size) {
		monitor_alert(m, ALERT_ROLLBACK, "%llu entries were served before, %llu are now",
			(unsigned long long)m->tree.size, (unsigned long long)h.c.size);
		return false;
	}
	if (!read_entries(m, h.c.size, now)) {
		monitor_alert(m, ALERT_DAMAGED, "entries up to %llu are not served whole",
			(unsigned long long)h.c.size);
		return false;
	}
	root = merkle_edge_root(&m->tree);
	if (!tree_hash_equal(&root, &h.c.root)) {
		keep_evidence(m, buf_str(&m->checkpoint), STR("not the root of its entries\n"));
		monitor_alert(m, ALERT_DAMAGED, "the %llu entries do not make the root of the checkpoint",
			(unsigned long long)h.c.size);
		/* What was read is of no use for the next look. */
		if (take_place(m) != STATUS_OK)
			m->undelivered = true;
		return false;
	}
	return true;
}

static void compare_witness(struct monitor *m, const char *name, const struct vkey *key,
	struct str bytes, int64_t now)
{
	static struct head h;
	struct tree_hash root;
	unsigned n;

	if (!read_head(m, bytes, now, &h) || note_check(&h.note, key, NULL) != NOTE_GOOD ||
		!h.answer.log_good) {
		monitor_alert(m, ALERT_FORGED, "witness %s: not a checkpoint that it and the log have signed",
			name);
		return;
	}
	if (h.c.size > m->tree.size) {
		n = keep_evidence(m, buf_str(&m->checkpoint), bytes);
		monitor_alert(m, ALERT_HELD_BACK, "witness %s has seen %llu entries, the log shows %llu "
			"(evidence-%u)",
			name, (unsigned long long)h.c.size, (unsigned long long)m->tree.size, n);
		return;
	}
	if (h.c.size == 0 || !root_at(m, h.c.size, &root) || tree_hash_equal(&root, &h.c.root))
		return;
	n = keep_evidence(m, buf_str(&m->checkpoint), bytes);
	monitor_alert(m, ALERT_SPLIT_VIEW,
		"witness %s has cosigned another history of %llu entries (evidence-%u)", name,
		(unsigned long long)h.c.size, n);
}

static void check_witnesses(struct monitor *m, int64_t now)
{
	uint8_t h[crypto_hash_sha256_BYTES];
	char path[128], name[80];
	const char *origin = m->policy->logs[0].key.name;

	crypto_hash_sha256(h, (const uint8_t *)origin, strlen(origin));
	hex_encode(h, sizeof(h), path);
	memcpy(path + 64, "/checkpoint", 12);
	for (size_t i = 0; i < m->policy->n_parties; i++) {
		const struct policy_party *p = &m->policy->parties[i];
		struct buf b;
		enum status status;

		if (p->witness < 0 || p->url.len == 0)
			continue;
		snprintf(name, sizeof(name), "%.*s", STR_ARG(str_part(p->name, 0, 70)));
		buf_init(&b, CHECKPOINT_BYTES_MAX);
		status = get(m, p->url, path, &b);
		if (status == STATUS_OK)
			compare_witness(m, name, &m->policy->keys[p->witness], buf_str(&b), now);
		else if (status != STATUS_NOT_FOUND)
			monitor_alert(m, ALERT_UNREACHABLE, "witness %s does not answer", name);
		buf_release(&b);
	}
}

/* ---- what should have happened ----------------------------------------------------------------- */

/* How many builders are still wanted; UINT64_MAX: it cannot be told. */
static uint64_t builders_missing(struct monitor *m, const struct waiting *w)
{
	const struct state_rules rules = {.read = read_entry, .user = m};
	uint64_t have;

	if (!state_builders(m->state, w->index, &rules, &have))
		return UINT64_MAX;
	return have < w->need ? w->need - have : 0;
}

static void check_overdue(struct monitor *m, int64_t now)
{
	for (size_t i = 0; i < m->n_waiting; i++) {
		struct waiting *w = &m->waiting[i];
		uint64_t missing;

		if (w->need == 0 || w->told || now - w->since_utc < m->rebuild_seconds)
			continue;
		missing = builders_missing(m, w);
		w->told = true;
		if (missing == UINT64_MAX)
			monitor_alert(m, ALERT_NOT_REBUILT, "entry %llu: its rebuilds cannot be read",
				(unsigned long long)w->index);
		else if (missing)
			monitor_alert(m, ALERT_NOT_REBUILT, "entry %llu still wants %llu rebuild%s",
				(unsigned long long)w->index, (unsigned long long)missing,
				missing == 1 ? "" : "s");
	}
	if (m->state->newest_utc && now - m->state->newest_utc > m->pulse_seconds)
		monitor_alert(m, ALERT_PULSE, "the newest entry is %lld hours old",
			(long long)((now - m->state->newest_utc) / 3600));
}

/* ---- all of it -------------------------------------------------------------------------------- */

enum status monitor_open(struct monitor *m, const struct ledger_io *io, const char *root,
	const struct policy *policy, const struct monitor_hooks *hooks)
{
	memset(m, 0, sizeof(*m));
	if (policy->n_logs == 0 || policy->logs[0].url.len == 0 ||
		strlen(root) > LEDGER_PATH_MAX - 64)
		return STATUS_USAGE;
	m->io = io;
	snprintf(m->root, sizeof(m->root), "%s", root);
	m->policy = policy;
	m->hooks = hooks;
	m->url = policy->logs[0].url;
	m->late_seconds = MONITOR_LATE_SECONDS;
	m->rebuild_seconds = MONITOR_REBUILD_SECONDS;
	m->pulse_seconds = MONITOR_PULSE_SECONDS;
	buf_init(&m->checkpoint, CHECKPOINT_BYTES_MAX);
	buf_init(&m->sources, MONITOR_TAGS_BYTES_MAX);
	return take_place(m);
}

void monitor_close(struct monitor *m)
{
	forget(m);
	buf_release(&m->checkpoint);
	buf_release(&m->sources);
}

unsigned monitor_look(struct monitor *m, int64_t now_utc)
{
	/* What could not be said at the last look is said at this one. */
	if (m->undelivered && take_place(m) == STATUS_OK)
		m->undelivered = false;
	m->alerts = 0;
	if (check_log(m, now_utc)) {
		check_witnesses(m, now_utc);
		check_overdue(m, now_utc);
		monitor_check_tags(m, now_utc);
		keep_place(m, now_utc);
	}
	if (m->hooks->outside)
		m->hooks->outside(m->hooks->user, m, now_utc);
	return m->alerts;
}
