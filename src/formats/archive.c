#include "formats/archive.h"
#include "formats/stated.h"
#include "formats/tar_kin.h"

#include <stdlib.h>
#include <string.h>

enum {
	PIECE_BYTES = 256 << 10,
	SOURCE_BUFFER_BYTES = 256 << 10,
	SOURCE_PEEK_BYTES = 4096,
	SOURCE_TAKE_BYTES = 64 << 10, /* tiny frames are gathered up to this */
	STEPS_A_FRAME = 4,
	FREE_EXPANSION_BYTES = 16 << 20,
	MAX_RATIO = 1000,
	MAX_SHARERS = 16,
};

void archive_begin(struct archive *a, struct open_in *in)
{
	uint64_t ratio = (uint64_t)in->bytes.len > UINT64_MAX / MAX_RATIO
				 ? UINT64_MAX
				 : (uint64_t)in->bytes.len * MAX_RATIO;

	memset(a, 0, sizeof(*a));
	a->in = in;
	a->max_produced = ratio > FREE_EXPANSION_BYTES ? ratio : FREE_EXPANSION_BYTES;
}

enum status archive_child(struct archive *a, const struct entry *e)
{
	if (!budget_member(a->in->budget)) {
		a->limit_why = "too many members";
		return STATUS_LIMIT;
	}
	TRY(archive_step(a, 1));
	if (a->kin && e->flags & ENTRY_SPAN) {
		struct entry named = *e;

		tar_kin_rename(a->kin, &named);
		TRY(a->in->sink->child_begin(a->in->sink, &named));
	} else {
		TRY(a->in->sink->child_begin(a->in->sink, e));
	}
	if (!a->stated)
		return STATUS_OK;
	stated_begin(a->stated, e);
	return e->flags & ENTRY_SPAN
		       ? stated_data(a->stated, a->in->bytes.base + e->span_offset, (size_t)e->span_bytes)
		       : STATUS_OK;
}

enum status archive_data(struct archive *a, const void *p, size_t n)
{
	const uint8_t *at = p;

	while (n > 0) {
		size_t piece = n < PIECE_BYTES ? n : PIECE_BYTES;

		if (a->stated)
			TRY(stated_data(a->stated, at, piece));
		TRY(a->in->sink->child_data(a->in->sink, at, piece));
		at += piece;
		n -= piece;
	}
	return STATUS_OK;
}

enum status archive_child_end(struct archive *a, enum status how, const char *why)
{
	a->damaged |= how == STATUS_DAMAGED;
	if (a->stated)
		stated_end(a->stated, how);
	return a->in->sink->child_end(a->in->sink, how, why);
}

enum status archive_bare_child(struct archive *a, const struct entry *e, enum status how,
			       const char *why)
{
	TRY(archive_child(a, e));
	return archive_child_end(a, how, why);
}

struct str archive_path(struct archive *a, struct str folder, struct str name)
{
	char *p;

	if (!folder.len)
		return arena_str(a->in->arena, name);
	p = arena_alloc(a->in->arena, folder.len + 1 + name.len);
	memcpy(p, folder.p, folder.len);
	p[folder.len] = '/';
	if (name.len)
		memcpy(p + folder.len + 1, name.p, name.len);
	return str_view(p, folder.len + 1 + name.len);
}

enum status archive_spend(struct archive *a, uint64_t n)
{
	if (!budget_spend(&a->produced, a->max_produced, n)) {
		a->limit_why = "expansion ratio";
		return STATUS_LIMIT;
	}
	if (!budget_bytes(a->in->budget, n)) {
		a->limit_why = "expanded bytes";
		return STATUS_LIMIT;
	}
	return STATUS_OK;
}

enum status archive_spend_stored(struct archive *a, uint64_t n)
{
	if (!budget_spend(&a->stored, FREE_EXPANSION_BYTES + MAX_SHARERS * (uint64_t)a->in->bytes.len, n)) {
		a->limit_why = "members far larger than their container";
		return STATUS_LIMIT;
	}
	return archive_spend(a, n);
}

enum status archive_step(struct archive *a, uint64_t n)
{
	if (budget_step(a->in->budget, n))
		return STATUS_OK;
	a->limit_why = "steps";
	return STATUS_LIMIT;
}

void archive_odd(struct archive *a, const char *code, uint64_t offset, struct str detail)
{
	a->in->sink->oddity(a->in->sink, code, offset, detail);
}

void archive_odd_z(struct archive *a, const char *code, uint64_t offset, const char *detail)
{
	archive_odd(a, code, offset, str_of(detail));
}

void archive_region(struct archive *a, uint64_t offset, uint64_t length, const char *what)
{
	uint64_t size = a->in->bytes.len;
	struct region *last = a->n_regions ? &a->regions[a->n_regions - 1] : NULL;
	struct region *r;

	if (offset >= size || length == 0)
		return;
	if (length > size - offset)
		length = size - offset;
	/* Members mostly stand one behind the other: one region says it for all of them. */
	if (last && last->offset + last->length == offset && strcmp(last->what, what) == 0) {
		last->length += length;
		return;
	}
	r = ARENA_PUSH(a->in->arena, a->regions, a->n_regions, a->regions_room);
	*r = (struct region){offset, length, what};
}

static int region_cmp(const void *x, const void *y)
{
	const struct region *a = x, *b = y;

	if (a->offset != b->offset)
		return a->offset < b->offset ? -1 : 1;
	if (a->length != b->length)
		return a->length < b->length ? -1 : 1;
	return strcmp(a->what, b->what);
}

uint64_t archive_regions_settle(struct archive *a, uint64_t *ret_first_overlap)
{
	uint64_t end = 0, overlap = 0, first = 0;
	size_t kept = 0;

	if (a->n_regions)
		qsort(a->regions, a->n_regions, sizeof(*a->regions), region_cmp);
	for (size_t i = 0; i < a->n_regions; i++) {
		struct region r = a->regions[i];

		if (r.offset < end) {
			uint64_t shared = end - r.offset < r.length ? end - r.offset : r.length;

			if (overlap == 0)
				first = r.offset;
			overlap += shared;
			r.offset += shared;
			r.length -= shared;
		}
		if (r.length == 0)
			continue;
		end = r.offset + r.length;
		a->regions[kept++] = r;
	}
	a->n_regions = kept;
	if (ret_first_overlap)
		*ret_first_overlap = first;
	return overlap;
}

void archive_regions_tell(struct archive *a)
{
	archive_regions_settle(a, NULL);
	for (size_t i = 0; i < a->n_regions; i++)
		a->in->sink->span(a->in->sink, a->regions[i].offset, a->regions[i].length,
				  a->regions[i].what);
}

static size_t place_slot(const struct place_set *set, uint64_t at)
{
	size_t i = (size_t)(at * 0x9e3779b97f4a7c15u >> 20) & (set->room - 1);

	while (set->slots[i] && set->slots[i] != at)
		i = (i + 1) & (set->room - 1);
	return i;
}

bool place_set_add(struct arena *arena, struct place_set *set, uint64_t at)
{
	size_t i;

	at++; /* 0 is free */
	if (set->n * 2 >= set->room) {
		struct place_set old = *set;

		set->room = old.room ? old.room * 2 : 64;
		set->slots = ARENA_ARRAY(arena, set->room, uint64_t);
		for (size_t k = 0; k < old.room; k++)
			if (old.slots[k])
				set->slots[place_slot(set, old.slots[k])] = old.slots[k];
	}
	i = place_slot(set, at);
	if (set->slots[i])
		return false;
	set->slots[i] = at;
	set->n++;
	return true;
}

void archive_stream_regions(struct archive *a, const struct stream *stream, uint64_t offset, uint64_t n)
{
	const struct stream_aside *aside;
	size_t n_asides = stream_asides(stream, &aside);
	uint64_t at = 0, used = stream_used(stream);

	if (used == 0 && offset == 0)
		archive_region(a, 0, 2, "stream"); /* else the one gap would be this file again */
	for (size_t i = 0; i < n_asides && aside[i].offset >= at && aside[i].offset < used; i++) {
		archive_region(a, offset + at, aside[i].offset - at, "stream");
		at = aside[i].offset + aside[i].length;
	}
	if (at < used)
		archive_region(a, offset + at, used - at, "stream");
	for (uint64_t i = used; i < n && stream_how(stream) == STATUS_OK; i++) {
		if (a->in->bytes.base[offset + i]) {
			archive_odd_z(a, "stream-trailing-data", offset + i, NULL);
			break;
		}
	}
}

void source_of_stream(struct source *s, struct archive *a, struct stream *stream)
{
	memset(s, 0, sizeof(*s));
	s->archive = a;
	s->stream = stream;
	s->buf_bytes = SOURCE_BUFFER_BYTES;
	if (!a->source_buf)
		a->source_buf = arena_alloc(a->in->arena, s->buf_bytes);
	s->buf = a->source_buf;
	s->p = s->buf;
	if (!stream) {
		s->ended = true;
		s->how = STATUS_NOMEM;
		s->why = "out of memory";
	}
}

void source_of_bytes(struct source *s, struct archive *a, const uint8_t *p, size_t n)
{
	memset(s, 0, sizeof(*s));
	s->archive = a;
	s->p = p;
	s->left = n;
	s->ended = true;
}

static void source_limit(struct source *s)
{
	s->ended = true;
	s->how = STATUS_LIMIT;
	s->why = s->archive->limit_why;
}

/* n more bytes came; those that the budget still has room for are worth reading. */
static void source_spend(struct source *s, size_t n)
{
	const struct archive *a = s->archive;
	const struct budget *b = a->in->budget;
	uint64_t room = a->max_produced - a->produced;

	if (b->max_bytes - b->bytes < room)
		room = b->max_bytes - b->bytes;
	if (archive_spend(s->archive, n) != STATUS_OK) {
		source_limit(s);
		n = (size_t)room;
	}
	s->left += n;
}

/* Reads until at least `want` bytes stand in the buffer or the content ends. */
static void source_fill(struct source *s, size_t want)
{
	if (s->ended || s->left >= want)
		return;
	if (s->left && s->p != s->buf)
		memmove(s->buf, s->p, s->left);
	s->p = s->buf;
	while (s->left < want && !s->ended) {
		size_t n = stream_read(s->stream, s->buf + s->left, s->buf_bytes - s->left);
		uint64_t frames = stream_frames(s->stream) - s->frames;

		s->frames += frames;
		if (archive_step(s->archive, STEPS_A_FRAME * frames) != STATUS_OK) {
			source_limit(s);
		} else if (n == 0) {
			s->ended = true;
			s->how = stream_how(s->stream);
			s->why = stream_why(s->stream);
		} else {
			source_spend(s, n);
		}
	}
}

const uint8_t *source_peek(struct source *s, size_t n)
{
	if (n > SOURCE_PEEK_BYTES)
		return NULL;
	source_fill(s, n);
	return s->left >= n ? s->p : NULL;
}

size_t source_take(struct source *s, uint64_t max, const uint8_t **ret_p)
{
	size_t n;

	source_fill(s, max < SOURCE_TAKE_BYTES ? (size_t)max : SOURCE_TAKE_BYTES);
	n = max < s->left ? (size_t)max : s->left;
	*ret_p = s->p;
	s->p += n;
	s->left -= n;
	s->pos += n;
	return n;
}

bool source_skip(struct source *s, uint64_t n)
{
	while (n > 0) {
		const uint8_t *p;
		size_t got = source_take(s, n, &p);

		if (got == 0)
			return false;
		n -= got;
	}
	return true;
}

enum status source_pass(struct source *s, uint64_t n, uint64_t *ret_missing)
{
	while (n > 0) {
		const uint8_t *p;
		size_t got = source_take(s, n, &p);

		if (got == 0)
			break;
		if (s->watch)
			s->watch(s->watch_user, p, got);
		TRY(archive_data(s->archive, p, got));
		n -= got;
	}
	*ret_missing = n;
	return STATUS_OK;
}

/* Ends a child whose bytes may have run out, for the reason why they did. */
static enum status end_after(struct source *s, uint64_t missing)
{
	struct archive *a = s->archive;

	if (missing == 0)
		return archive_child_end(a, STATUS_OK, NULL);
	a->damaged = true;
	if (s->how == STATUS_OK || s->how == STATUS_NOMEM)
		return archive_child_end(a, STATUS_DAMAGED, "archive ends inside this member");
	return archive_child_end(a, s->how, s->why);
}

enum status source_child(struct source *s, struct entry *e, uint64_t n)
{
	struct archive *a = s->archive;
	uint64_t have = n < s->left ? n : s->left, missing = 0;

	if (s->stream) {
		TRY(archive_child(a, e));
		TRY(source_pass(s, n, &missing));
		return end_after(s, missing);
	}
	e->flags |= ENTRY_SPAN;
	e->span_offset = (uint64_t)(s->p - a->in->bytes.base);
	e->span_bytes = have;
	TRY(archive_child(a, e));
	TRY(end_after(s, n - have));
	archive_region(a, e->span_offset, have, "member");
	if (s->watch && have)
		s->watch(s->watch_user, s->p, (size_t)have);
	(void)source_skip(s, have);
	return STATUS_OK;
}

enum status source_gap_begin(struct source *s)
{
	struct entry e = {.type = ENTRY_FILE, .origin = ORIGIN_GAP, .size_bytes = UINT64_MAX};

	e.name = arena_printf(s->archive->in->arena, "[gap at %llu]", (unsigned long long)s->pos);
	return archive_child(s->archive, &e);
}

enum status source_gap(struct source *s, uint64_t n, uint64_t *ret_missing)
{
	uint64_t from = s->pos;
	const uint8_t *p;
	size_t got;
	bool begun = false;

	if (!s->stream) {
		(void)source_skip(s, n);
		*ret_missing = n - (s->pos - from);
		return STATUS_OK;
	}
	while (n > 0) {
		if (!begun)
			TRY(source_gap_begin(s));
		begun = true;
		got = source_take(s, n, &p);
		if (got == 0)
			break;
		TRY(archive_data(s->archive, p, got));
		n -= got;
	}
	*ret_missing = n;
	return begun ? archive_child_end(s->archive, STATUS_OK, NULL) : STATUS_OK;
}
