/*
 * What must hold for every reader, whatever the bytes: facts are of known kinds and name units that were
 * given out, every byte of NEW gets one grade at most, the same pair twice says the same, and a pair of
 * equal files has no facts that speak of a change.
 */
#ifndef ASSAY_FUZZ_READER_TRUTHS_H
#define ASSAY_FUZZ_READER_TRUTHS_H

#include "fuzz.h"
#include "read/read.h"
#include "util/hash.h"

struct reader_truths {
	struct read_out out; /* first */
	uint64_t said, covered;
	uint32_t units;
};

static uint32_t truths_unit(struct read_out *o, const struct unit *u)
{
	struct reader_truths *t = (struct reader_truths *)o;

	FUZZ_CHECK((unsigned)u->change < UNIT_CHANGE_N);
	return t->units++;
}

static void truths_fact(struct read_out *o, const struct fact *f)
{
	struct reader_truths *t = (struct reader_truths *)o;
	const struct str parts[] = {f->key, f->value, f->detail, f->excerpt};

	FUZZ_CHECK(f->kind > FACT_NONE && f->kind < FACT_N && (f->flags & ~(uint32_t)FACT_FLAGS_ALL) == 0);
	FUZZ_CHECK(*fact_kind_name(f->kind) && (f->unit == FACT_NO_UNIT || f->unit < t->units));
	for (int i = 0; i < 4; i++)
		t->said = fast_hash(parts[i].p ? parts[i].p : "", parts[i].len, t->said + f->kind + f->number);
}

static void truths_cover(struct read_out *o, enum cover_grade grade, uint64_t bytes, const char *why)
{
	struct reader_truths *t = (struct reader_truths *)o;

	FUZZ_CHECK((unsigned)grade < COVER_N && why && (grade == COVER_PARSED || *why));
	t->covered += bytes;
	t->said = fast_hash(why, strlen(why), t->said + grade);
}

static enum format_id truths_format(struct cursor c)
{
	struct format_claim claims[4];

	return c.len && format_probe(cursor_clip(&c, 0, FORMAT_HEAD_BYTES), c.len, claims) ? claims[0].id : FORMAT_NONE;
}

static uint64_t reader_once(const struct reader *r, const char *path, struct cursor old, bool has_old, struct cursor new_)
{
	struct arena a;
	struct budget b = {.max_steps = 4 << 20, .max_bytes = 32 << 20};
	struct reader_truths t = {.out = {truths_unit, truths_fact, truths_cover, 0, 0}};
	struct read_in in = {.path = str_of(path), .old = old, .new_ = new_, .has_old = has_old, .arena = &a, .budget = &b,
		.out = &t.out};
	enum status s;

	in.format = truths_format(new_);
	in.old_format = has_old ? truths_format(old) : FORMAT_NONE;
	if (r->claim(&in) <= 0)
		return 0;
	arena_init(&a, 0);
	s = r->read(&in);
	FUZZ_CHECK((unsigned)s < STATUS_N && t.covered == new_.len);
	arena_release(&a);
	return t.said + s;
}

/* OLD and NEW stand around the first byte 0xff, without one around a cut that the first byte chooses; then the whole
 * alone, then NEW against itself. */
static inline void reader_truths(const struct reader *r, const char *path, const uint8_t *bytes, size_t n)
{
	const uint8_t *mark = n ? memchr(bytes, 0xff, n) : NULL;
	size_t cut = mark ? (size_t)(mark - bytes) : n ? (n - 1) * bytes[0] / 255 : 0, from = cut + (mark != NULL);
	struct cursor old = cursor_of(bytes, cut), new_ = cursor_of(bytes + from, n - from);

	FUZZ_CHECK(reader_once(r, path, old, true, new_) == reader_once(r, path, old, true, new_));
	(void)reader_once(r, path, old, false, cursor_of(bytes, n));
	(void)reader_once(r, path, new_, true, new_);
}

/* A seed of the layout that reader_truths() takes: a byte that says where OLD ends, OLD, NEW. */
static inline void reader_seed(void (*run)(const void *bytes, size_t n), const char *old, const char *new_)
{
	char bytes[4096];
	size_t n = strlen(old), m = strlen(new_);

	FUZZ_CHECK(n + m < sizeof(bytes));
	bytes[0] = (char)(255 * n / (n + m) + (n > 0));
	memcpy(bytes + 1, old, n);
	memcpy(bytes + 1 + n, new_, m);
	run(bytes, 1 + n + m);
}

#endif
