#include "normal/normal_int.h"

#include <stdio.h>

#include "ledger/unsigned.h"

const char *normaliser_name(enum normaliser n)
{
	static const char *const names[] = {"order-1", "times-1", "owners-1", "packing-1", "tar-form-1",
		"jar-signature-1", "pe-authenticode-1", "rpm-signature-1", "msi-signature-1"};

	_Static_assert(sizeof(names) / sizeof(names[0]) == NORMALISERS, "a name for each");
	return names[n];
}

bool normal_refuse(struct normal *n, const char *why)
{
	if (!n->note[0])
		snprintf(n->note, sizeof(n->note), "%s", why);
	return false;
}

/* ---- mixing ---------------------------------------------------------------------------------- */

void mix_begin(struct mix *m, const char *kind)
{
	for (size_t i = 0; i < NORMAL_FORMS; i++)
		crypto_hash_sha256_init(&m->s[i]);
	mix_str(m, NORMAL_NEVER, STR("assay-normal/v1"));
	mix_str(m, NORMAL_NEVER, str_of(kind));
}

static void update(crypto_hash_sha256_state *s, const void *p, size_t n)
{
	uint8_t length[8];

	for (size_t i = 0; i < sizeof(length); i++)
		length[i] = (uint8_t)((uint64_t)n >> (8 * i));
	crypto_hash_sha256_update(s, length, sizeof(length));
	if (n)
		crypto_hash_sha256_update(s, p, n);
}

void mix_add(struct mix *m, int taken_off_by, const void *p, size_t n)
{
	if (taken_off_by != NORMAL_NEVER) {
		update(&m->s[1 + taken_off_by], p, n);
		return;
	}
	for (size_t i = 0; i < NORMAL_FORMS; i++)
		update(&m->s[i], p, n);
}

void mix_u64(struct mix *m, int taken_off_by, uint64_t v)
{
	uint8_t b[8];

	for (size_t i = 0; i < sizeof(b); i++)
		b[i] = (uint8_t)(v >> (8 * i));
	mix_add(m, taken_off_by, b, sizeof(b));
}

void mix_str(struct mix *m, int taken_off_by, struct str s)
{
	mix_add(m, taken_off_by, s.p, s.len);
}

void mix_form(struct mix *m, const struct normal_form *f)
{
	for (size_t i = 0; i < NORMAL_FORMS; i++)
		update(&m->s[i], f->d[i], NORMAL_DIGEST_BYTES);
}

void mix_end(struct mix *m, struct normal_form *ret)
{
	for (size_t i = 0; i < NORMAL_FORMS; i++)
		crypto_hash_sha256_final(&m->s[i], ret->d[i]);
	ret->note[0] = '\0';
}

/* ---- members --------------------------------------------------------------------------------- */

/* Names that every reader takes for the same place: plain words between single slashes. */
static bool name_is_plain(struct str name)
{
	if (str_starts(name, "./"))
		name = str_part(name, 2, name.len);
	if (str_ends(name, "/"))
		name.len--;
	while (name.len) {
		size_t slash = str_find_z(name, "/");
		struct str step = str_part(name, 0, slash);

		if (step.len == 0 || str_is(step, ".") || str_is(step, ".."))
			return false;
		for (size_t i = 0; i < step.len; i++)
			if ((uint8_t)step.p[i] < ' ' || (uint8_t)step.p[i] >= 0x7F ||
				step.p[i] == '\\' || step.p[i] == ':')
				return false;
		/* Windows drops these. */
		if (step.p[step.len - 1] == '.' || step.p[step.len - 1] == ' ')
			return false;
		if (slash == SIZE_MAX)
			return true;
		name = str_part(name, slash + 1, name.len);
		if (name.len == 0)
			return false;
	}
	return true;
}

struct item *items_add(struct normal *n, struct items *items, struct str name, bool folder)
{
	struct item *i;

	if (items->n >= NORMAL_MEMBERS_MAX) {
		n->limited = true;
		return NULL;
	}
	i = ARENA_PUSH(&n->arena, items->list, items->n, items->room);
	i->name = name;
	i->folder = folder;
	i->taken_off_by = NORMAL_NEVER;
	items->ordered |= !name_is_plain(name);
	if (str_starts(name, "./"))
		name = str_part(name, 2, name.len);
	if (str_ends(name, "/"))
		name.len--;
	i->key = arena_lower(&n->arena, name);
	return i;
}

static int by_key(const void *a, const void *b)
{
	return str_cmp(((const struct item *)a)->key, ((const struct item *)b)->key);
}

/* The first member at or behind this key. */
static size_t lower_bound(const struct item *list, size_t n, struct str key)
{
	size_t from = 0, to = n;

	while (from < to) {
		size_t mid = from + (to - from) / 2;

		if (str_cmp(list[mid].key, key) < 0)
			from = mid + 1;
		else
			to = mid;
	}
	return from;
}

/* One place twice, or a member below one that is no folder (a link, say): who comes last wins. */
static bool order_matters(struct normal *n, const struct item *list, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct str below;
		size_t at;

		if (i + 1 < count && str_equal(list[i].key, list[i + 1].key))
			return true;
		if (list[i].folder)
			continue;
		below = arena_printf(&n->arena, "%.*s/", STR_ARG(list[i].key));
		at = lower_bound(list, count, below);
		if (at < count && list[at].key.len > below.len &&
			memcmp(list[at].key.p, below.p, below.len) == 0)
			return true;
	}
	return false;
}

void items_mix(struct normal *n, struct items *items, struct mix *m)
{
	struct item *sorted = ARENA_ARRAY(&n->arena, items->n + 1, struct item);

	if (items->n)
		memcpy(sorted, items->list, items->n * sizeof(*sorted));
	if (items->n > 1)
		qsort(sorted, items->n, sizeof(*sorted), by_key);
	if (items->layout)
		items->ordered = false;
	else
		items->ordered = items->ordered || order_matters(n, sorted, items->n);
	for (size_t f = 0; f < NORMAL_FORMS; f++) {
		bool stated = items->ordered || (f == 1 + NORMAL_ORDER && !items->layout);

		for (size_t i = 0; i < items->n; i++) {
			const struct item *it = stated ? &items->list[i] : &sorted[i];

			if (it->taken_off_by != NORMAL_NEVER && f != (size_t)(1 + it->taken_off_by))
				continue;
			update(&m->s[f], it->form.d[f], NORMAL_DIGEST_BYTES);
		}
	}
}

/* ---- content --------------------------------------------------------------------------------- */

bool normal_unpack(struct normal *n, enum stream_kind kind, struct str packed, struct buf *ret)
{
	struct stream *s = stream_open(kind, (const uint8_t *)packed.p, packed.len);
	const struct stream_aside *asides;
	uint8_t piece[32 << 10];
	size_t got;
	bool ok;

	buf_init(ret, NORMAL_BYTES_MAX);
	while (s && !n->limited && (got = stream_read(s, piece, sizeof(piece))) > 0) {
		n->produced += got;
		if (n->produced > n->max_produced || !buf_add(ret, piece, got))
			n->limited = true;
	}
	ok = s && !n->limited && stream_how(s) == STATUS_OK && stream_used(s) == packed.len &&
	     stream_frames(s) <= 1 && stream_asides(s, &asides) == 0;
	if (s && stream_how(s) == STATUS_LIMIT)
		n->limited = true;
	stream_close(s);
	return ok;
}

void normal_plain(struct str bytes, struct normal_form *ret)
{
	struct mix m;

	mix_begin(&m, "bytes");
	mix_str(&m, NORMAL_NEVER, bytes);
	mix_end(&m, ret);
}

/* A program or package with or without its signature. */
static bool normal_signed(struct normal *n, struct str bytes, struct normal_form *ret)
{
	const char *method = unsigned_method_of(bytes.p, bytes.len);
	int which = str_is(str_of(method), "pe-authenticode-1") ? NORMAL_PE_SIGNATURE
								: NORMAL_RPM_SIGNATURE;
	struct file_digests d;
	struct mix m;

	if (str_is(str_of(method), "none"))
		return false;
	if (bytes_digests(bytes.p, bytes.len, str_of(method), &d) != DIGEST_OK)
		return normal_refuse(n, "a signed file with bytes beside itself and its signature");
	mix_begin(&m, method);
	mix_add(&m, NORMAL_NEVER, d.unsigned_sha256, sizeof(d.unsigned_sha256));
	mix_add(&m, which, d.sha256, sizeof(d.sha256));
	mix_end(&m, ret);
	return true;
}

void normal_bytes(struct normal *n, struct str bytes, struct normal_form *ret)
{
	bool opened = false;

	if (n->depth < NORMAL_DEPTH_MAX) {
		n->depth++;
		opened = normal_packed(n, bytes, ret) || normal_zip(n, bytes, ret) ||
			 normal_ar(n, bytes, ret) || normal_ole(n, bytes, ret) ||
			 normal_signed(n, bytes, ret) || normal_tar(n, bytes, ret);
		n->depth--;
	}
	if (!opened)
		normal_plain(bytes, ret);
}

static void exhausted(void *user)
{
	abort(); /* the child ends, and the parent says so */
}

/* What is unpacked is hashed once for each form: a file that unpacks to a million times itself would take minutes. */
static uint64_t produced_max(size_t size)
{
	if (size > (NORMAL_BYTES_MAX - NORMAL_BYTES_FREE) / NORMAL_RATIO_MAX)
		return NORMAL_BYTES_MAX;
	return NORMAL_BYTES_FREE + NORMAL_RATIO_MAX * (uint64_t)size;
}

enum status normal_of(const void *p, size_t size, struct normal_form *ret)
{
	struct normal n = {.max_produced = produced_max(size)};

	if (sodium_init() < 0)
		return STATUS_NOMEM;
	arena_init(&n.arena, NORMAL_BYTES_MAX);
	n.arena.exhausted = exhausted;
	normal_bytes(&n, str_view(p, size), ret);
	memcpy(ret->note, n.note, sizeof(ret->note));
	arena_release(&n.arena);
	return n.limited ? STATUS_LIMIT : STATUS_OK;
}

bool normal_equal(const struct normal_form *a, const struct normal_form *b,
	char ret_names[NORMAL_NAMES_BYTES])
{
	size_t used = 0;

	ret_names[0] = '\0';
	if (memcmp(a->d[0], b->d[0], NORMAL_DIGEST_BYTES) != 0)
		return false;
	for (int i = 0; i < NORMALISERS; i++)
		if (memcmp(a->d[1 + i], b->d[1 + i], NORMAL_DIGEST_BYTES) != 0)
			used += (size_t)snprintf(ret_names + used, NORMAL_NAMES_BYTES - used, "%s%s",
				used ? "," : "", normaliser_name((enum normaliser)i));
	return true;
}
