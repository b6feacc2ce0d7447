/*
 * The walk is tar's own, with a sink that keeps names. A gem is metadata.gz, data.tar.gz and
 * checksums.yaml.gz, which has
 *	SHA256:
 *	  metadata.gz: hexadecimal
 */
#include "formats/tar_kin.h"

#include <stdlib.h>

#include "formats/stated.h"
#include "formats/tar.h"
#include "util/buf.h"

enum { MEMBERS_MAX = 100000, CHECKSUMS_MAX_BYTES = 1 << 20 };

struct walk {
	struct sink sink; /* first */
	struct tar_members *m;
	struct cursor bytes;
};

static enum status walk_begin(struct sink *s, const struct entry *e)
{
	struct walk *w = (struct walk *)s;
	struct arena *arena = w->m->a->in->arena;
	struct tar_member *t;

	if (e->type != ENTRY_FILE || !(e->flags & ENTRY_SPAN) || e->origin != ORIGIN_MEMBER || w->m->n >= MEMBERS_MAX)
		return STATUS_OK;
	t = ARENA_PUSH(arena, w->m->list, w->m->n, w->m->room);
	t->raw = arena_str(arena, e->name);
	t->name = str_starts(t->raw, "./") ? str_part(t->raw, 2, t->raw.len) : t->raw;
	t->bytes = str_view(w->bytes.base + e->span_offset, (size_t)e->span_bytes);
	return STATUS_OK;
}

static enum status walk_data(struct sink *s, const void *p, size_t n)
{
	(void)s;
	(void)p;
	(void)n;
	return STATUS_OK;
}

static enum status walk_end(struct sink *s, enum status how, const char *why)
{
	(void)s;
	(void)how;
	(void)why;
	return STATUS_OK;
}

static void walk_oddity(struct sink *s, const char *code, uint64_t offset, struct str detail)
{
	(void)s;
	(void)code;
	(void)offset;
	(void)detail;
}

static void walk_span(struct sink *s, uint64_t offset, uint64_t length, const char *what)
{
	(void)s;
	(void)offset;
	(void)length;
	(void)what;
}

static int by_name(const void *x, const void *y)
{
	const struct tar_member *a = x, *b = y;
	int d = str_cmp(a->name, b->name);

	return d ? d : (a->bytes.p > b->bytes.p) - (a->bytes.p < b->bytes.p);
}

struct tar_member *tar_member_find(struct tar_members *m, struct str name)
{
	size_t lo = 0, hi = m->n;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (str_cmp(m->list[mid].name, name) < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo < m->n && str_equal(m->list[lo].name, name) ? &m->list[lo] : NULL;
}

static enum status walk_members(struct archive *a, struct tar_members *m)
{
	struct walk w = {.sink = {walk_begin, walk_data, walk_end, walk_oddity, walk_span}, .m = m, .bytes = a->in->bytes};
	struct budget budget = *a->in->budget;
	struct open_in in = {a->in->bytes, a->in->name, a->in->arena, &budget, &w.sink};
	struct archive walked;
	struct source s;
	enum status st;

	archive_begin(&walked, &in);
	source_of_bytes(&s, &walked, in.bytes.base, in.bytes.len);
	st = tar_read(&walked, &s);
	if (!budget_step(a->in->budget, budget.steps - a->in->budget->steps))
		return STATUS_LIMIT;
	if (m->n)
		qsort(m->list, m->n, sizeof(*m->list), by_name);
	return st;
}

/* Before anything is walked: does a name that matters stand anywhere? */
static bool worth_a_walk(struct cursor bytes)
{
	static const char *const names[] = {"manifest.json", "index.json", "checksums.yaml.gz"};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (memmem(bytes.base, bytes.len, names[i], strlen(names[i]) + 1))
			return true;
	return false;
}

/* ---- gems ---- */

static bool hex_bytes(struct arena *a, struct str hex, struct str *ret)
{
	char *out = arena_alloc(a, hex.len / 2 + 1);

	for (size_t i = 0; i + 1 < hex.len; i += 2) {
		uint64_t v;

		if (!str_to_u64(str_part(hex, i, 2), 16, &v))
			return false;
		out[i / 2] = (char)v;
	}
	*ret = str_view(out, hex.len / 2);
	return hex.len % 2 == 0;
}

void tar_kin_state(struct tar_members *m, struct str name, struct str hex, uint64_t size)
{
	struct stated_line l = {.name = name, .digest = DIGEST_SHA256, .size = size};
	struct archive *a = m->a;

	if (!a->stated)
		a->stated = stated_new(a);
	if (!hex_bytes(a->in->arena, hex, &l.sums) || l.sums.len != digest_bytes(DIGEST_SHA256))
		stated_damaged(a->stated, name, "a digest is cut short");
	else
		stated_add(a->stated, &l);
}

static void checksums_read(struct tar_members *m, struct str text)
{
	struct str line;
	bool ours = false;

	while (str_line(&text, &line)) {
		size_t colon = str_find_z(line, ":");
		struct str key = str_trim(str_part(line, 0, colon == SIZE_MAX ? 0 : colon));
		struct str value = colon == SIZE_MAX ? STR_NONE : str_trim(str_part(line, colon + 1, line.len));

		if (!line.len || colon == SIZE_MAX)
			continue;
		if (line.p[0] != ' ')
			ours = str_is(key, "SHA256");
		else if (ours && value.len)
			tar_kin_state(m, arena_str(m->a->in->arena, key), value, UINT64_MAX);
	}
}

static enum status gem_read(struct tar_members *m)
{
	struct tar_member *sums = tar_member_find(m, STR("checksums.yaml.gz"));
	struct stream *stream;
	struct buf text;
	uint8_t piece[4096];
	size_t n;
	enum status st = STATUS_OK;

	if (!sums || !tar_member_find(m, STR("metadata.gz")))
		return STATUS_OK;
	stream = stream_open(STREAM_GZIP, (const uint8_t *)sums->bytes.p, sums->bytes.len);
	if (!stream)
		return STATUS_NOMEM;
	buf_init(&text, CHECKSUMS_MAX_BYTES);
	while (st == STATUS_OK && (n = stream_read(stream, piece, sizeof(piece))) > 0 && buf_add(&text, piece, n))
		st = archive_spend(m->a, n);
	if (st == STATUS_OK)
		checksums_read(m, arena_str(m->a->in->arena, buf_str(&text)));
	buf_release(&text);
	stream_close(stream);
	return st;
}

/* ---- both ---- */

enum status tar_kin_begin(struct archive *a, struct tar_members *m)
{
	memset(m, 0, sizeof(*m));
	m->a = a;
	if (!worth_a_walk(a->in->bytes))
		return STATUS_OK;
	TRY(walk_members(a, m));
	TRY(gem_read(m));
	TRY(oci_read(m));
	a->kin = m;
	return STATUS_OK;
}

void tar_kin_rename(const struct tar_members *m, struct entry *e)
{
	for (size_t i = 0; e->span_bytes && i < m->n_aliased; i++) {
		const struct tar_member *t = m->aliased[i];

		if ((const char *)m->a->in->bytes.base + e->span_offset != t->bytes.p)
			continue;
		e->name = t->alias;
		e->flags |= t->n_layer == 1 ? ENTRY_LAYER : 0;
		return;
	}
}

enum status tar_kin_end(struct archive *a, struct tar_members *m, enum status how)
{
	struct entry e = {.type = ENTRY_FILE, .origin = ORIGIN_DERIVED};

	if (a->stated)
		stated_settle(a->stated, how == STATUS_OK);
	for (size_t i = 0; i < m->n_absent && how == STATUS_OK; i++) {
		e.name = m->absent[i];
		TRY(archive_bare_child(a, &e, STATUS_UNSUPPORTED, "the image does not bring it along"));
	}
	if (!m->lines.len || how != STATUS_OK)
		return how;
	e.name = STR("[image]");
	e.size_bytes = m->lines.len;
	TRY(archive_spend(a, m->lines.len));
	TRY(archive_child(a, &e));
	TRY(archive_data(a, m->lines.p, m->lines.len));
	return archive_child_end(a, STATUS_OK, NULL);
}
