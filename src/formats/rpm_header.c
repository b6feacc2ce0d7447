/*
 * A header: 0 u8[4] 8e ad e8 01, 4 u32 zero, 8 u32 entries, 12 u32 bytes of the store, then the
 * entries (16 bytes each: u32 tag, u32 type, u32 offset into the store, u32 count), then the store.
 * All big-endian. Texts end in NUL; arrays of numbers stand one behind the other.
 */
#include "formats/rpm_int.h"

enum {
	INTRO_BYTES = 16,
	ENTRY_BYTES = 16,
	ENTRIES_MAX = 1 << 16, /* as rpm itself has it */
	STORE_MAX_BYTES = 256 << 20,
};

static const size_t widths[RPM_TYPE_N] = {
	[RPM_CHAR] = 1, [RPM_INT8] = 1, [RPM_INT16] = 2, [RPM_INT32] = 4, [RPM_INT64] = 8,
	[RPM_BIN] = 1,
};

static bool is_text(enum rpm_type t)
{
	return t == RPM_STRING || t == RPM_STRINGS || t == RPM_I18N;
}

/* How many bytes the values take; false when they leave the store. */
static bool measure(struct rpm_header *h, struct rpm_entry *e)
{
	struct cursor c = h->store;

	cursor_seek(&c, e->offset);
	if (!cursor_ok(&c))
		return false;
	if (is_text(e->type)) {
		e->count = e->type == RPM_STRING ? 1 : cursor_count(&c, e->count, 1);
		for (uint64_t i = 0; i < e->count && cursor_ok(&c); i++)
			(void)cursor_zstr(&c, c.len);
		/* Entries may share bytes, but each time they are walked. */
		if (archive_step(h->a, (c.pos - e->offset) / 64) != STATUS_OK)
			return false;
	} else {
		cursor_skip(&c, cursor_count(&c, e->count, widths[e->type]) * widths[e->type]);
	}
	if (!cursor_ok(&c) || (e->count == 0 && e->type != RPM_NULL))
		return false;
	e->bytes = c.pos - e->offset;
	return true;
}

static void entry_read(struct rpm_header *h, struct cursor *c, struct rpm_entry *e)
{
	uint32_t type;

	e->tag = cursor_u32be(c);
	type = cursor_u32be(c);
	e->offset = cursor_u32be(c);
	e->count = cursor_u32be(c);
	e->type = type < RPM_TYPE_N ? (enum rpm_type)type : RPM_NULL;
	if (type < RPM_TYPE_N && measure(h, e))
		return;
	e->count = e->bytes = 0;
	h->a->damaged = true;
	archive_odd(h->a, "rpm-tag-damaged", h->at,
		    arena_printf(h->a->in->arena, "tag %u", e->tag));
}

bool rpm_header_read(struct archive *a, uint64_t at, struct rpm_header *ret)
{
	struct cursor c = a->in->bytes;
	const uint8_t *magic;
	uint64_t n, store;

	*ret = (struct rpm_header){.a = a, .at = at};
	cursor_seek(&c, at);
	magic = cursor_take(&c, 8);
	if (!magic || memcmp(magic, "\x8e\xad\xe8\x01", 4))
		return false;
	n = cursor_u32be(&c);
	store = cursor_u32be(&c);
	if (!cursor_ok(&c) || n > ENTRIES_MAX || store > STORE_MAX_BYTES || cursor_count(&c, n, ENTRY_BYTES) != n)
		return false;
	ret->store_at = at + INTRO_BYTES + n * ENTRY_BYTES;
	if (store > a->in->bytes.len - ret->store_at)
		return false;
	ret->bytes = INTRO_BYTES + n * ENTRY_BYTES + store;
	ret->store = cursor_part(&a->in->bytes, ret->store_at, store);
	ret->entries = ARENA_ARRAY(a->in->arena, n + 1, struct rpm_entry);
	for (ret->n = 0; ret->n < n; ret->n++) {
		if (archive_step(a, 1) != STATUS_OK)
			return false;
		entry_read(ret, &c, &ret->entries[ret->n]);
	}
	return true;
}

struct rpm_entry *rpm_find(struct rpm_header *h, uint32_t tag)
{
	for (size_t i = 0; i < h->n; i++) {
		if (h->entries[i].tag != tag || h->entries[i].bytes == 0)
			continue;
		h->entries[i].told = true;
		return &h->entries[i];
	}
	return NULL;
}

struct str *rpm_strings(const struct rpm_header *h, const struct rpm_entry *e)
{
	struct cursor c = h->store;
	struct str *s;

	if (!e || !is_text(e->type) || archive_step(h->a, e->count) != STATUS_OK)
		return NULL;
	s = ARENA_ARRAY(h->a->in->arena, e->count + 1, struct str);
	cursor_seek(&c, e->offset);
	for (uint64_t i = 0; i < e->count; i++)
		s[i] = cursor_zstr(&c, c.len);
	return s;
}

struct str rpm_string(const struct rpm_header *h, const struct rpm_entry *e, uint64_t i)
{
	struct cursor c = h->store;
	struct str s = STR_NONE;

	if (!e || !is_text(e->type) || i >= e->count)
		return STR_NONE;
	cursor_seek(&c, e->offset);
	for (uint64_t k = 0; k <= i; k++)
		s = cursor_zstr(&c, c.len);
	return s;
}

struct str rpm_first_string(struct rpm_header *h, uint32_t tag)
{
	return rpm_string(h, rpm_find(h, tag), 0);
}

uint64_t rpm_number(const struct rpm_header *h, const struct rpm_entry *e, uint64_t i)
{
	struct cursor c = h->store;

	if (!e || i >= e->count || is_text(e->type) || !widths[e->type])
		return 0;
	cursor_seek(&c, e->offset + i * widths[e->type]);
	switch (widths[e->type]) {
	case 1: return cursor_u8(&c);
	case 2: return cursor_u16be(&c);
	case 4: return cursor_u32be(&c);
	default: return cursor_u64be(&c);
	}
}
