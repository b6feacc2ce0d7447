/*
 * The harness of the container targets: probe and open with a counting sink. Truths: calls come in
 * order; stored children and spans lie inside; no two spans share a byte; what is handed out stays
 * within the budget; the same bytes twice give the same account.
 */
#ifndef ASSAY_FUZZ_CONTAINER_H
#define ASSAY_FUZZ_CONTAINER_H

#include "fuzz.h"

#include "formats/format.h"
#include "util/hash.h"

enum { CONTAINER_SPANS_MAX = 4096, CONTAINER_BYTES_MAX = 4 << 20, CONTAINER_MEMBERS_MAX = 2000 };

struct container_run {
	struct sink sink; /* first */
	size_t n_bytes;
	uint64_t digest, produced, members;
	bool in_child, stored;
	struct {
		uint64_t from, to;
	} spans[CONTAINER_SPANS_MAX];
	size_t n_spans;
};

static inline void container_mix(struct container_run *r, const void *p, size_t n)
{
	r->digest = fast_hash(p, n, r->digest + n + 1);
}

static inline enum status container_begin(struct sink *s, const struct entry *e)
{
	struct container_run *r = (struct container_run *)s;
	uint64_t numbers[] = {e->type, e->origin, e->flags, e->mode, e->uid, e->gid,
			      (uint64_t)e->mtime, e->size_bytes, e->span_offset, e->span_bytes};

	FUZZ_CHECK(!r->in_child);
	FUZZ_CHECK((unsigned)e->type < ENTRY_TYPE_N && (unsigned)e->origin < ORIGIN_N);
	FUZZ_CHECK((e->flags & ~(uint32_t)ENTRY_FLAGS_ALL) == 0 && (e->mode & ~07777u) == 0);
	r->stored = e->flags & ENTRY_SPAN;
	if (r->stored)
		FUZZ_CHECK(e->span_offset <= r->n_bytes &&
			   e->span_bytes <= r->n_bytes - e->span_offset);
	r->in_child = true;
	FUZZ_CHECK(++r->members <= CONTAINER_MEMBERS_MAX);
	container_mix(r, numbers, sizeof(numbers));
	container_mix(r, e->name.p, e->name.len);
	container_mix(r, e->link.p, e->link.len);
	return STATUS_OK;
}

static inline enum status container_data(struct sink *s, const void *p, size_t n)
{
	struct container_run *r = (struct container_run *)s;

	FUZZ_CHECK(r->in_child && !r->stored && n > 0);
	r->produced += n;
	/* what stands in the container anyway (gaps of tar) is no expansion */
	FUZZ_CHECK(r->produced <= CONTAINER_BYTES_MAX + (uint64_t)r->n_bytes);
	container_mix(r, p, n);
	return STATUS_OK;
}

static inline enum status container_end(struct sink *s, enum status how, const char *why)
{
	struct container_run *r = (struct container_run *)s;

	FUZZ_CHECK(r->in_child);
	FUZZ_CHECK(how == STATUS_OK || how == STATUS_DAMAGED || how == STATUS_LIMIT ||
		   how == STATUS_UNSUPPORTED);
	FUZZ_CHECK(how == STATUS_OK || (why && *why));
	r->in_child = false;
	container_mix(r, &how, sizeof(how));
	return STATUS_OK;
}

static inline void container_oddity(struct sink *s, const char *code, uint64_t offset,
				    struct str detail)
{
	struct container_run *r = (struct container_run *)s;

	FUZZ_CHECK(code && *code);
	container_mix(r, code, strlen(code));
	container_mix(r, &offset, sizeof(offset));
	container_mix(r, detail.p, detail.len);
}

static inline void container_span(struct sink *s, uint64_t offset, uint64_t length,
				  const char *what)
{
	struct container_run *r = (struct container_run *)s;

	FUZZ_CHECK(what && offset <= r->n_bytes && length <= r->n_bytes - offset);
	for (size_t i = 0; i < r->n_spans && length; i++)
		FUZZ_CHECK(offset >= r->spans[i].to || offset + length <= r->spans[i].from);
	if (length && r->n_spans < CONTAINER_SPANS_MAX) {
		r->spans[r->n_spans].from = offset;
		r->spans[r->n_spans++].to = offset + length;
	}
	container_mix(r, &offset, sizeof(offset));
	container_mix(r, &length, sizeof(length));
}

static inline uint64_t container_once(const struct format *f, const uint8_t *bytes, size_t n)
{
	static struct container_run r; /* large */
	struct budget budget = {.max_steps = 4 << 20,
				.max_bytes = CONTAINER_BYTES_MAX,
				.max_members = CONTAINER_MEMBERS_MAX,
				.max_depth = 16};
	struct arena arena;
	struct open_in in = {cursor_of(bytes, n), STR("fuzz"), &arena, &budget, &r.sink};
	enum status st;

	r = (struct container_run){.sink = {container_begin, container_data, container_end,
					    container_oddity, container_span},
				   .n_bytes = n};
	arena_init(&arena, 0);
	st = f->open(&in);
	FUZZ_CHECK((unsigned)st < STATUS_N && !r.in_child);
	/* memory follows the input, not what the input says */
	FUZZ_CHECK(arena.used_bytes < (4u << 20) + 1024 * (uint64_t)n);
	container_mix(&r, &st, sizeof(st));
	arena_release(&arena);
	return r.digest;
}

/* Every claim is of a format that has a row, and the one that a name is given to by its end is one whose names end so. */
static inline void container_names(const struct format_claim *claims, size_t n, struct str name)
{
	const struct format *by_suffix = format_by_suffix(name);
	size_t n_list, k;
	const struct format *const *list = format_list(&n_list);

	FUZZ_CHECK(!by_suffix || str_ends_nocase(name, by_suffix->suffix));
	for (size_t i = 0; i < n; i++) {
		for (k = 0; k < n_list && list[k]->id != claims[i].id; k++)
			;
		FUZZ_CHECK(k < n_list && strcmp(format_name(claims[i].id), list[k]->name) == 0);
	}
}

static inline int container_check(enum format_id id, const uint8_t *bytes, size_t n)
{
	const struct format *f = format_by_id(id);
	struct format_claim claims[4];
	struct cursor head = cursor_of(bytes, n < FORMAT_HEAD_BYTES ? n : FORMAT_HEAD_BYTES);

	size_t found = format_probe(head, n, claims);

	FUZZ_CHECK(found <= 4);
	container_names(claims, found, str_view((const char *)bytes, n < 16 ? n : 16));
	FUZZ_CHECK(container_once(f, bytes, n) == container_once(f, bytes, n));
	return 0;
}

#endif
