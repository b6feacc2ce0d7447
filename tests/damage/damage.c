/*
 * damage [--whole] [--deaf] [--known FORMAT,..] FILE: a container, and each kind of container inside it, is opened again in
 * many damaged copies by the opener that the confined child runs (unpack/opener_child.h): cut at each kilobyte and
 * at each boundary that the container itself states (where spans and stored members begin and end, and a byte to
 * both sides), and with one bit changed in every 64 bytes. Without --whole a sample of each, drawn evenly. Kinds
 * after --known are not damaged again where they stand inside others. With --deaf it hears no complaint: the canary.
 *
 * Asked of each copy: frames in order that the parent would take, spans that cover the copy exactly once, memory in
 * proportion, the same account twice; and that a copy never passes for whole with a member missing or another
 * content. Each stands at the end of its own allocation, so that a sanitiser sees a byte read behind it.
 *
 * The last lines name the formats that were damaged, and how many copies of which kind.
 */
#include <stdio.h>
#include <string.h>

#include "fuzz.h"

#include "confine/wire.h"
#include "unpack/opener_child.h"
#include "util/hash.h"

enum {
	SAMPLE = 24,
	FEW_BYTES = 64,
	TWICE_OF_SAMPLE = 4, /* one of so many copies is opened twice */
	DEPTH = 6,
	FILE_BYTES = 32 << 20,
	CONTENT_BYTES = 32 << 20,
	MEMBERS = 20000,
	MEMORY_FREE = 8 << 20,
	MEMORY_PER_BYTE = 1024,
};

struct member {
	struct entry entry; /* strings point to nothing that is kept */
	uint64_t name, content;
	size_t at, n; /* in bytes, or in the copy for a span */
	enum format_id looks_like;
};

/* What the opener said of one copy. */
struct account {
	const uint8_t *copy;
	size_t n;
	struct arena arena;
	struct buf bytes, names;
	struct member *members;
	size_t n_members, room_members;
	uint64_t *oddities, *places;
	size_t n_oddities, room_oddities, n_places, room_places;
	uint64_t accounted, digest;
	enum format_id format;
	enum status how;
	bool in_child, poor, done;
};

static struct {
	unsigned long cuts, flips, boundaries, containers, opened;
	bool whole, deaf, done[FORMAT_N], known[FORMAT_N];
} total;

/* ---- one copy is opened ------------------------------------------------------------------------------------------ */

static void got_child(struct account *a, struct cursor *payload)
{
	struct member *m;
	struct entry e;

	FUZZ_CHECK(!a->in_child && wire_child_get(payload, &e));
	FUZZ_CHECK(!(e.flags & ENTRY_SPAN) || (e.span_offset <= a->n && e.span_bytes <= a->n - e.span_offset));
	m = ARENA_PUSH(&a->arena, a->members, a->n_members, a->room_members);
	*m = (struct member){.entry = e, .name = fast_hash(e.name.p, e.name.len, 0)};
	m->entry.name = arena_str(&a->arena, e.name);
	m->entry.link = STR_NONE;
	m->at = a->bytes.len;
	if (e.flags & ENTRY_SPAN) {
		m->at = (size_t)e.span_offset;
		m->n = (size_t)e.span_bytes;
		for (uint64_t edge = e.span_offset; edge <= e.span_offset + e.span_bytes; edge += e.span_bytes ? e.span_bytes : 1)
			*ARENA_PUSH(&a->arena, a->places, a->n_places, a->room_places) = edge;
	}
	a->in_child = true;
}

static struct cursor content(const struct account *a, const struct member *m)
{
	return cursor_of(m->entry.flags & ENTRY_SPAN ? a->copy + m->at : (const uint8_t *)a->bytes.p + m->at, m->n);
}

static void got_child_end(struct account *a, struct cursor *payload)
{
	struct member *m = &a->members[a->n_members - 1];
	struct wire_child_end end;

	FUZZ_CHECK(a->in_child && wire_child_end_get(payload, &end) && (end.status == STATUS_OK || end.why.len));
	m->looks_like = end.looks_like;
	m->content = m->n ? fast_hash(content(a, m).base, m->n, 0) : 0;
	a->poor |= end.status != STATUS_OK || m->entry.flags & ENTRY_ENCRYPTED;
	a->in_child = false;
}

static void got_span(struct account *a, struct cursor *payload)
{
	struct wire_span s;

	FUZZ_CHECK(wire_span_get(payload, &s) && s.offset == a->accounted && s.length <= a->n - a->accounted);
	*ARENA_PUSH(&a->arena, a->places, a->n_places, a->room_places) = s.offset;
	a->accounted += s.length;
}

static void got_frame(struct account *a, enum frame_type type, struct cursor *payload)
{
	struct wire_container c;
	struct wire_oddity odd;
	struct wire_alias alias;
	struct wire_done done;
	struct str data;

	FUZZ_CHECK(!a->done);
	switch (type) {
	case FRAME_CONTAINER:
		FUZZ_CHECK(wire_container_get(payload, &c));
		a->format = c.format;
		break;
	case FRAME_CHILD:
		got_child(a, payload);
		break;
	case FRAME_DATA:
		FUZZ_CHECK(a->in_child && !(a->members[a->n_members - 1].entry.flags & ENTRY_SPAN) &&
			   wire_data_get(payload, &data) && buf_add_str(&a->bytes, data));
		a->members[a->n_members - 1].n += data.len;
		break;
	case FRAME_CHILD_END:
		got_child_end(a, payload);
		break;
	case FRAME_SPAN:
		got_span(a, payload);
		break;
	case FRAME_ALIAS:
		FUZZ_CHECK(wire_alias_get(payload, &alias));
		break;
	case FRAME_ODDITY:
		FUZZ_CHECK(wire_oddity_get(payload, &odd));
		*ARENA_PUSH(&a->arena, a->oddities, a->n_oddities, a->room_oddities) = fast_hash(odd.code.p, odd.code.len, 0);
		break;
	default:
		FUZZ_CHECK(type == FRAME_DONE && !a->in_child && wire_done_get(payload, &done));
		a->how = done.status;
		a->done = true;
	}
}

static void take_frames(void *user, struct buf *out)
{
	struct account *a = user;
	struct str left = buf_str(out);
	enum frame_type type;
	struct cursor payload;
	size_t used;

	FUZZ_CHECK(!out->full);
	while (left.len) {
		FUZZ_CHECK(frame_take(left, &type, &payload, &used) == STATUS_OK);
		a->digest = fast_hash(left.p, used, a->digest);
		got_frame(a, type, &payload);
		left = str_part(left, used, left.len - used);
	}
	buf_clear(out);
}

static void account_release(struct account *a)
{
	buf_release(&a->bytes);
	arena_release(&a->arena);
}

/* Opens the copy; the caller releases what was said, which points into the copy. */
static void account_take(struct account *a, const uint8_t *copy, size_t n, struct str name)
{
	struct opener_job job = {.length = n,
		.name = name,
		.max_steps = 1u << 28,
		.max_bytes = CONTENT_BYTES,
		.max_members = MEMBERS,
		.is_root = true};
	struct arena arena;
	struct buf out;

	*a = (struct account){.copy = copy, .n = n};
	arena_init(&arena, 0);
	arena_init(&a->arena, 0);
	buf_init(&a->bytes, 2 * CONTENT_BYTES);
	buf_init(&out, 16 << 20);
	opener_run(&job, cursor_of(copy, n), &arena, &out, take_frames, a);
	take_frames(a, &out);
	FUZZ_CHECK(a->done);
	FUZZ_CHECK(arena.used_bytes < MEMORY_FREE + MEMORY_PER_BYTE * (uint64_t)n);
	if (a->format != FORMAT_NONE && format_by_id(a->format)->open)
		FUZZ_CHECK(a->accounted == n);
	buf_release(&out);
	arena_release(&arena);
	total.opened++;
}

/* ---- what a copy may not pass for ------------------------------------------------------------------------------- */

static bool opens(enum format_id id)
{
	const struct format *f = format_by_id(id);

	return f && f->open;
}

static bool may_contain(enum format_id id)
{
	return opens(id) || id == FORMAT_PE;
}

/* Whether nothing was said against it, but what was said of the whole as well (NULL: nothing at all). */
static bool is_fine(const struct account *a, const struct account *whole)
{
	if (total.deaf)
		return true;
	if (a->how != STATUS_OK || a->poor)
		return whole && whole->how == a->how && whole->poor == a->poor;
	for (size_t i = 0; i < a->n_oddities; i++) {
		bool known = false;

		for (size_t k = 0; whole && k < whole->n_oddities && !known; k++)
			known = whole->oddities[k] == a->oddities[i];
		if (!known)
			return false;
	}
	return true;
}

/* Whether a file that stands inside, opened in its turn, says that something is wrong. */
static bool is_unsound(struct cursor bytes, struct str name, int depth)
{
	struct account a;
	bool unsound;

	account_take(&a, bytes.base, bytes.len, name);
	unsound = opens(a.format) && !is_fine(&a, NULL);
	for (size_t i = 0; i < a.n_members && !unsound && depth < DEPTH; i++)
		if (may_contain(a.members[i].looks_like))
			unsound = is_unsound(content(&a, &a.members[i]), a.members[i].entry.name, depth + 1);
	account_release(&a);
	return unsound;
}

static const struct member *same_content(const struct account *a, const struct member *m)
{
	for (size_t i = 0; i < a->n_members; i++)
		if (a->members[i].content == m->content && a->members[i].n == m->n)
			return &a->members[i];
	return NULL;
}

static const struct member *same_name(const struct account *a, const struct member *m)
{
	for (size_t i = 0; i < a->n_members; i++)
		if (a->members[i].name == m->name)
			return &a->members[i];
	return NULL;
}

/* What the whole does not hold like this: bytes that nobody knows, what was a container and is none, or a
 * container with something wrong inside. */
static bool is_remains(const struct account *a, const struct account *whole, const struct member *m)
{
	const struct member *was = same_name(whole, m);

	if (m->n == 0 || total.deaf || same_content(whole, m))
		return false;
	return m->looks_like == FORMAT_NONE || (was && opens(was->looks_like) && m->looks_like != was->looks_like) ||
	       (may_contain(m->looks_like) && is_unsound(content(a, m), m->entry.name, 0));
}

/* Nobody misses zeros at the end. */
static bool is_padding(const struct account *whole, size_t from)
{
	while (from < whole->n && whole->copy[from] == 0)
		from++;
	return from == whole->n;
}

/* A cut copy says so, or all that the whole holds is still there. */
static bool tells_of_cut(const struct account *a, const struct account *whole)
{
	size_t missing = 0;

	if (a->format != whole->format || !is_fine(a, whole) || is_padding(whole, a->n))
		return true;
	for (size_t i = 0; i < whole->n_members; i++)
		missing += whole->members[i].n > 0 && !same_content(a, &whole->members[i]);
	if (missing == 0)
		return true;
	for (size_t i = 0; i < a->n_members; i++)
		if (is_remains(a, whole, &a->members[i]))
			return true;
	return false;
}

/* Where a copy may be whole with less in it. An ar has no end: cut between two members, it is an ar of those before.
 * A program is one without what stood behind it, and a few bytes of that look like anything. */
static bool may_end(const struct account *a, const struct account *whole)
{
	size_t more = 0;

	for (size_t i = 0; i < a->n_members; i++)
		more += same_content(whole, &a->members[i]) ? 0 : a->members[i].n;
	return whole->format == FORMAT_AR || (whole->format == FORMAT_PE_OVERLAY && more < FEW_BYTES);
}

/* ---- all copies of one container -------------------------------------------------------------------------------- */

enum { NO_BIT = -1 };

static void open_copy(const struct account *whole, struct str name, size_t n, long long bit)
{
	static unsigned long number;
	uint8_t *copy = malloc(n ? n : 1);
	struct account a, again;

	FUZZ_CHECK(copy);
	if (n)
		memcpy(copy, whole->copy, n);
	if (bit != NO_BIT)
		copy[bit / 8] ^= (uint8_t)(1u << bit % 8);
	account_take(&a, copy, n, name);
	if (total.whole || number++ % TWICE_OF_SAMPLE == 0) {
		account_take(&again, copy, n, name);
		FUZZ_CHECK(a.digest == again.digest);
		account_release(&again);
	}
	if (bit == NO_BIT && !may_end(&a, whole) && !tells_of_cut(&a, whole)) {
		fprintf(stderr, "cut at %zu of %zu, a %s passes for whole\n", n, whole->n, format_name(whole->format));
		abort();
	}
	account_release(&a);
	free(copy);
}

static int by_number(const void *x, const void *y)
{
	uint64_t a = *(const uint64_t *)x, b = *(const uint64_t *)y;

	return a < b ? -1 : a > b;
}

static size_t stride(size_t places)
{
	return total.whole || places <= SAMPLE ? 1 : places / SAMPLE;
}

static void cut_at_boundaries(struct account *whole, struct str name)
{
	uint64_t last = UINT64_MAX;
	size_t step;

	if (whole->n_places)
		qsort(whole->places, whole->n_places, sizeof(*whole->places), by_number);
	step = stride(3 * whole->n_places);
	for (size_t i = 0; i < 3 * whole->n_places; i += step) {
		uint64_t at = whole->places[i / 3] + i % 3;

		if (at == 0 || at > whole->n || at - 1 == last) /* a byte before, at, a byte after */
			continue;
		last = at - 1;
		open_copy(whole, name, (size_t)last, NO_BIT);
		total.boundaries++;
	}
}

static void damage(struct account *whole, struct str name)
{
	size_t n = whole->n, step = 1024 * stride(n / 1024);

	cut_at_boundaries(whole, name);
	for (size_t at = 0; at < n; at += step, total.cuts++)
		open_copy(whole, name, at, NO_BIT);
	step = 64 * stride(n / 64);
	for (size_t at = 0; at < n; at += step, total.flips++) {
		size_t bits = 8 * (n - at < 64 ? n - at : 64);

		open_copy(whole, name, n, (long long)(8 * at + at / 64 * 37 % bits));
	}
}

static void examine(struct cursor bytes, struct str name, int depth)
{
	struct account whole;

	account_take(&whole, bytes.base, bytes.len, name);
	if (opens(whole.format) && !(depth && (total.done[whole.format] || total.known[whole.format]))) {
		total.done[whole.format] = true;
		total.containers++;
		damage(&whole, name);
	}
	for (size_t i = 0; i < whole.n_members && depth < DEPTH; i++)
		if (may_contain(whole.members[i].looks_like))
			examine(content(&whole, &whole.members[i]), whole.members[i].entry.name, depth + 1);
	account_release(&whole);
}

static void know(char *names)
{
	for (char *rest, *name = strtok_r(names, ",", &rest); name; name = strtok_r(NULL, ",", &rest))
		for (int id = 1; id < FORMAT_N; id++)
			total.known[id] |= strcmp(format_name((enum format_id)id), name) == 0;
}

int main(int argc, char **argv)
{
	const char *path = argv[argc - 1], *slash = strrchr(path, '/');
	uint8_t *bytes = malloc(FILE_BYTES);
	FILE *in;
	size_t n;

	for (int i = 1; i < argc - 1; i++) {
		total.whole |= strcmp(argv[i], "--whole") == 0;
		total.deaf |= strcmp(argv[i], "--deaf") == 0;
		if (strcmp(argv[i], "--known") == 0 && i + 1 < argc - 1)
			know(argv[++i]);
	}
	in = argc > 1 ? fopen(path, "rb") : NULL;
	FUZZ_CHECK(in && bytes);
	n = fread(bytes, 1, FILE_BYTES, in);
	FUZZ_CHECK(feof(in));
	fclose(in);
	examine(cursor_of(bytes, n), str_of(slash ? slash + 1 : path), 0);
	free(bytes);
	for (int id = 1; id < FORMAT_N; id++)
		if (total.done[id])
			printf("%s ", format_name((enum format_id)id));
	printf("\n%lu containers, cuts: %lu at kilobytes, %lu at boundaries; %lu bits; opened %lu times\n", total.containers, total.cuts,
		total.boundaries, total.flips, total.opened);
	return total.containers ? 0 : 1;
}
