#include "unpack/opener_child.h"

#include "confine/frame.h"
#include "confine/wire.h"
#include "formats/elf.h"

enum {
	FLUSH_BYTES = 256 << 10,
	DATA_BYTES = 128 << 10,
	CLAIM_SERIOUS_BITS = 16,
	RATIO_FREE_BYTES = 16 << 20,
	RATIO_MAX = 1000,
};

struct interval {
	uint64_t from, to;
	const char *what;
};

struct opener {
	struct sink sink; /* first: the formats hand it back to us */
	struct open_in in;
	struct buf *out;
	void (*flush)(void *user, struct buf *out);
	void *user;
	struct entry child;
	bool in_child;
	uint64_t child_bytes;
	uint8_t *head; /* the first FORMAT_HEAD_BYTES of a streamed child */
	size_t head_len;
	uint8_t tail[FORMAT_TAIL_BYTES]; /* and its last ones */
	size_t tail_len;
	struct interval *spans;
	size_t n_spans, room_spans;
	uint64_t produced;
};

bool opener_job_put(struct buf *b, const struct opener_job *job)
{
	struct frame_out f = {.buf = b};

	frame_u64(&f, job->offset);
	frame_u64(&f, job->length);
	frame_u64(&f, job->max_steps);
	frame_u64(&f, job->max_bytes);
	frame_u64(&f, job->max_members);
	frame_u8(&f, job->is_root);
	frame_str(&f, job->name, FRAME_NAME_BYTES);
	return !b->full;
}

bool opener_job_get(struct cursor *c, struct opener_job *ret)
{
	ret->offset = cursor_u64le(c);
	ret->length = cursor_u64le(c);
	ret->max_steps = cursor_u64le(c);
	ret->max_bytes = cursor_u64le(c);
	ret->max_members = cursor_u64le(c);
	ret->is_root = cursor_u8(c) != 0;
	ret->name = frame_get_str(c, FRAME_NAME_BYTES);
	return cursor_ok(c);
}

static void opener_flush(struct opener *o, size_t above)
{
	if (o->out->len > above)
		o->flush(o->user, o->out);
}

static void opener_account(struct opener *o, uint64_t offset, uint64_t length, const char *what)
{
	struct interval *i;

	if (length == 0)
		return;
	i = ARENA_PUSH(o->in.arena, o->spans, o->n_spans, o->room_spans);
	i->from = offset;
	i->to = length > UINT64_MAX - offset ? UINT64_MAX : offset + length;
	i->what = what;
}

static enum status on_child_begin(struct sink *s, const struct entry *e)
{
	struct opener *o = (struct opener *)s;

	if (!budget_member(o->in.budget))
		return STATUS_LIMIT;
	o->child = *e;
	o->in_child = true;
	o->child_bytes = 0;
	o->head_len = o->tail_len = 0;
	wire_child_put(o->out, e);
	opener_flush(o, FLUSH_BYTES);
	return STATUS_OK;
}

static void tail_keep(struct opener *o, const uint8_t *p, size_t n)
{
	size_t keep = n < FORMAT_TAIL_BYTES ? FORMAT_TAIL_BYTES - n : 0;

	if (n > FORMAT_TAIL_BYTES) {
		p += n - FORMAT_TAIL_BYTES;
		n = FORMAT_TAIL_BYTES;
	}
	keep = keep < o->tail_len ? keep : o->tail_len;
	memmove(o->tail, o->tail + o->tail_len - keep, keep);
	memcpy(o->tail + keep, p, n);
	o->tail_len = keep + n;
}

static enum status on_child_data(struct sink *s, const void *p, size_t n)
{
	struct opener *o = (struct opener *)s;
	const uint8_t *from = p;

	if (o->head_len < FORMAT_HEAD_BYTES) {
		size_t room = FORMAT_HEAD_BYTES - o->head_len;
		size_t k = n < room ? n : room;

		memcpy(o->head + o->head_len, from, k);
		o->head_len += k;
	}
	tail_keep(o, from, n);
	o->child_bytes += n;
	o->produced += n;
	while (n) {
		size_t k = n < DATA_BYTES ? n : DATA_BYTES;

		wire_data_put(o->out, from, k);
		opener_flush(o, FLUSH_BYTES);
		from += k;
		n -= k;
	}
	if (o->produced > RATIO_FREE_BYTES &&
	    (o->produced - RATIO_FREE_BYTES) / RATIO_MAX > o->in.bytes.len)
		return STATUS_LIMIT;
	return STATUS_OK;
}

/* Bytes that say nothing, or no more than text does, may be what the name says: opening shows it. */
static bool says_little(const struct format_claim *claims, size_t n)
{
	return n == 0 || claims[0].id == FORMAT_TEXT;
}

static enum format_id looks_like(struct cursor head, struct cursor tail, uint64_t total, struct str name)
{
	struct format_claim claims[4], last = format_probe_tail(tail, total);
	size_t n = format_probe(head, total, claims);
	enum format_id id = n ? claims[0].id : FORMAT_NONE;

	if (last.bits > (n ? claims[0].bits : 0))
		return last.id;

	if (says_little(claims, n) && total && format_by_suffix(name))
		return format_by_suffix(name)->id;
	/* Opened to see, which costs a job: every PE, but ELF only where something may follow. */
	return id == FORMAT_ELF && elf_may_carry(head, total) ? FORMAT_PE_OVERLAY : id;
}

static struct cursor last_bytes(const struct cursor *in, uint64_t offset, uint64_t length)
{
	uint64_t n = length < FORMAT_TAIL_BYTES ? length : FORMAT_TAIL_BYTES;

	return cursor_part(in, offset + (length - n), n);
}

static enum status on_child_end(struct sink *s, enum status how, const char *why)
{
	struct opener *o = (struct opener *)s;
	enum format_id id = FORMAT_NONE;
	uint64_t size = o->child_bytes;

	if (o->child.flags & ENTRY_SPAN) {
		struct cursor part = cursor_clip(&o->in.bytes, o->child.span_offset,
			o->child.span_bytes < FORMAT_HEAD_BYTES ? o->child.span_bytes
								: FORMAT_HEAD_BYTES);

		size = o->child.span_bytes;
		id = looks_like(part, last_bytes(&o->in.bytes, o->child.span_offset, size), size, o->child.name);
	} else if (o->child.type == ENTRY_FILE) {
		id = looks_like(cursor_of(o->head, o->head_len), cursor_of(o->tail, o->tail_len), size, o->child.name);
	}
	o->in_child = false;
	wire_child_end_put(o->out, &(struct wire_child_end){how, id, size, str_of(why ? why : "")});
	opener_flush(o, FLUSH_BYTES);
	return STATUS_OK;
}

static void on_oddity(struct sink *s, const char *code, uint64_t offset, struct str detail)
{
	struct opener *o = (struct opener *)s;

	wire_oddity_put(o->out, &(struct wire_oddity){str_of(code), offset, detail});
	opener_flush(o, FLUSH_BYTES);
}

static void on_span(struct sink *s, uint64_t offset, uint64_t length, const char *what)
{
	opener_account((struct opener *)s, offset, length, what);
}

static void on_alias(struct sink *s, struct str name, struct str becomes)
{
	struct opener *o = (struct opener *)s;

	wire_alias_put(o->out, &(struct wire_alias){name, becomes});
	opener_flush(o, FLUSH_BYTES);
}

static int interval_cmp(const void *a, const void *b)
{
	const struct interval *x = a, *y = b;

	if (x->from != y->from)
		return x->from < y->from ? -1 : 1;
	return x->to < y->to ? -1 : x->to > y->to;
}

static bool all_zero(const uint8_t *p, size_t n)
{
	return n == 0 || (p[0] == 0 && memcmp(p, p + 1, n - 1) == 0);
}

/* Bytes that the directory does not account for are a child like any other, unless all zero. */
static void opener_gap(struct opener *o, uint64_t from, uint64_t to)
{
	struct entry e = {.type = ENTRY_FILE, .origin = ORIGIN_GAP, .flags = ENTRY_SPAN};
	struct sink *s = &o->sink;

	if (all_zero(o->in.bytes.base + from, (size_t)(to - from))) {
		wire_span_put(o->out, &(struct wire_span){from, to - from, STR("padding")});
		return;
	}
	e.name = arena_printf(o->in.arena, "[gap at %llu]", (unsigned long long)from);
	e.span_offset = from;
	e.span_bytes = e.size_bytes = to - from;
	if (on_child_begin(s, &e) == STATUS_OK)
		(void)on_child_end(s, STATUS_OK, "");
	wire_span_put(o->out, &(struct wire_span){from, to - from, STR("gap")});
}

/* Sends the accounting: ascending, disjoint, covering [0, size) exactly once. */
static void opener_settle(struct opener *o)
{
	uint64_t size = o->in.bytes.len, at = 0;

	if (o->n_spans)
		qsort(o->spans, o->n_spans, sizeof(*o->spans), interval_cmp);
	for (size_t i = 0; i < o->n_spans && at < size; i++) {
		struct interval *s = &o->spans[i];
		uint64_t to = s->to < size ? s->to : size;

		if (to <= at)
			continue;
		if (s->from > at)
			opener_gap(o, at, s->from);
		if (s->from > at)
			at = s->from;
		wire_span_put(o->out, &(struct wire_span){at, to - at, str_of(s->what)});
		at = to;
		opener_flush(o, FLUSH_BYTES);
	}
	if (at < size)
		opener_gap(o, at, size);
}

/* The claims of all formats on the whole blob, second-stage hooks included; strongest first. */
static size_t opener_claims(struct opener *o, struct format_claim claims[5])
{
	struct cursor head = cursor_clip(&o->in.bytes, 0, FORMAT_HEAD_BYTES);
	size_t n = format_probe(head, o->in.bytes.len, claims);
	size_t n_formats;
	const struct format *const *list = format_list(&n_formats);
	const struct format *named = says_little(claims, n) ? format_by_suffix(o->in.name) : NULL;
	int named_bits = named ? named->probe_named(o->in.bytes, o->in.name) : 0;

	if (named_bits > 0) {
		claims[0] = (struct format_claim){named->id, named_bits};
		return 1;
	}
	for (size_t i = 0; i < n_formats; i++) {
		int bits;

		if (!list[i]->probe_whole && !list[i]->probe_tail)
			continue;
		bits = list[i]->probe_whole ? list[i]->probe_whole(o->in.bytes)
					    : list[i]->probe_tail(last_bytes(&o->in.bytes, 0, o->in.bytes.len), o->in.bytes.len);
		if (bits <= 0 || n == 5)
			continue;
		for (size_t k = 0; k < n; k++)
			if (claims[k].id == list[i]->id)
				bits = 0;
		if (bits <= 0)
			continue;
		claims[n++] = (struct format_claim){list[i]->id, bits};
		for (size_t k = n - 1; k > 0 && claims[k].bits > claims[k - 1].bits; k--) {
			struct format_claim swap = claims[k];

			claims[k] = claims[k - 1];
			claims[k - 1] = swap;
		}
	}
	return n;
}

static enum status opener_open(struct opener *o)
{
	struct format_claim claims[5] = {{0}};
	size_t n = opener_claims(o, claims);
	const struct format *f = n ? format_by_id(claims[0].id) : NULL;
	struct wire_container said = {.format = FORMAT_NONE};
	enum status how;

	/* An executable that carries an installer is opened as the installer; the program itself is
	 * read as a program beside it. */
	for (size_t i = 1; i < n && (!f || !f->open); i++) {
		const struct format *g = format_by_id(claims[i].id);

		if (g && g->open && claims[i].bits >= CLAIM_SERIOUS_BITS)
			f = g;
	}
	said.format = f ? f->id : FORMAT_NONE;
	for (size_t i = 0; i < n && said.n_claims < WIRE_CLAIMS; i++)
		said.claims[said.n_claims++] = claims[i];
	wire_container_put(o->out, &said);
	if (!f || !f->open)
		return STATUS_OK;
	how = f->open(&o->in);
	if (o->in_child)
		(void)on_child_end(&o->sink, how == STATUS_OK ? STATUS_DAMAGED : how, "ends early");
	opener_settle(o);
	return how;
}

void opener_run(const struct opener_job *job, struct cursor bytes, struct arena *arena,
	struct buf *out, void (*flush)(void *user, struct buf *out), void *user)
{
	struct budget budget = {
		.max_steps = job->max_steps,
		.max_bytes = job->max_bytes,
		.max_members = job->max_members,
		.max_depth = 64,
	};
	struct opener o = {
		.sink = {on_child_begin, on_child_data, on_child_end, on_oddity, on_span, on_alias},
		.in = {.bytes = bytes, .name = job->name, .arena = arena, .budget = &budget},
		.out = out,
		.flush = flush,
		.user = user,
	};
	enum status how;

	o.in.sink = &o.sink;
	o.head = arena_alloc(arena, FORMAT_HEAD_BYTES);
	how = opener_open(&o);
	wire_done_put(out, &(struct wire_done){how, budget.steps, budget.bytes, budget.members});
}
