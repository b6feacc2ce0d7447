/*
 * What must hold for every container, whatever the bytes: calls in order, spans and stored children
 * inside, and the same bytes twice give the same account. For the fuzz targets of formats.
 */
#ifndef ASSAY_FUZZ_FORMAT_TRUTHS_H
#define ASSAY_FUZZ_FORMAT_TRUTHS_H

#include "formats/format.h"
#include "util/hash.h"

#define TRUTH(x)                                                                                   \
	do {                                                                                       \
		if (!(x))                                                                          \
			abort();                                                                   \
	} while (0)

struct truths {
	struct sink sink; /* first */
	struct cursor bytes;
	uint64_t digest;
	bool in_child, stored;
};

static void truths_mix(struct truths *t, const void *p, size_t n)
{
	t->digest = fast_hash(p, n, t->digest + n);
}

static enum status truths_begin(struct sink *s, const struct entry *e)
{
	struct truths *t = (struct truths *)s;
	uint64_t numbers[] = {e->type, e->origin, e->flags, e->mode, (uint64_t)e->mtime,
		e->size_bytes, e->span_offset, e->span_bytes};

	TRUTH(!t->in_child && (unsigned)e->type < ENTRY_TYPE_N && (unsigned)e->origin < ORIGIN_N);
	TRUTH((e->flags & ~(uint32_t)ENTRY_FLAGS_ALL) == 0 && (e->mode & ~07777u) == 0);
	if (e->flags & ENTRY_SPAN)
		TRUTH(e->span_offset <= t->bytes.len &&
			e->span_bytes <= t->bytes.len - e->span_offset);
	t->in_child = true;
	t->stored = e->flags & ENTRY_SPAN;
	truths_mix(t, numbers, sizeof(numbers));
	truths_mix(t, e->name.p, e->name.len);
	truths_mix(t, e->link.p, e->link.len);
	return STATUS_OK;
}

static enum status truths_data(struct sink *s, const void *p, size_t n)
{
	struct truths *t = (struct truths *)s;

	TRUTH(t->in_child && !t->stored && n > 0);
	truths_mix(t, p, n);
	return STATUS_OK;
}

static enum status truths_end(struct sink *s, enum status how, const char *why)
{
	struct truths *t = (struct truths *)s;

	TRUTH(t->in_child && (unsigned)how < STATUS_N && (how == STATUS_OK || (why && *why)));
	t->in_child = false;
	truths_mix(t, &how, sizeof(how));
	return STATUS_OK;
}

static void truths_oddity(struct sink *s, const char *code, uint64_t offset, struct str detail)
{
	struct truths *t = (struct truths *)s;

	truths_mix(t, code, strlen(code));
	truths_mix(t, &offset, sizeof(offset));
	truths_mix(t, detail.p, detail.len);
}

static void truths_span(struct sink *s, uint64_t offset, uint64_t length, const char *what)
{
	struct truths *t = (struct truths *)s;

	TRUTH(offset <= t->bytes.len && length <= t->bytes.len - offset && what);
	truths_mix(t, &offset, sizeof(offset));
	truths_mix(t, &length, sizeof(length));
}

static uint64_t truths_once(const struct format *f, const uint8_t *data, size_t size)
{
	struct truths t = {{truths_begin, truths_data, truths_end, truths_oddity, truths_span},
		cursor_of(data, size), 0, false, false};
	struct arena arena;
	struct budget budget = {.max_steps = 20 << 20,
		.max_bytes = 32 << 20,
		.max_members = 10000,
		.max_depth = 16};
	struct open_in in = {t.bytes, STR("fuzz"), &arena, &budget, &t.sink};
	enum status s;

	arena_init(&arena, 0);
	s = f->open(&in);
	TRUTH((unsigned)s < STATUS_N && !t.in_child);
	truths_mix(&t, &s, sizeof(s));
	arena_release(&arena);
	return t.digest;
}

static inline void format_truths(enum format_id id, const uint8_t *data, size_t size)
{
	const struct format *f = format_by_id(id);
	struct cursor head = cursor_of(data, size < FORMAT_HEAD_BYTES ? size : FORMAT_HEAD_BYTES);

	TRUTH(f->probe(head, size) >= 0);
	if (f->probe_whole)
		TRUTH(f->probe_whole(cursor_of(data, size)) >= 0);
	TRUTH(truths_once(f, data, size) == truths_once(f, data, size));
}

#endif
