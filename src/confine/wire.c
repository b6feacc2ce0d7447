#include "confine/wire.h"

/* ---- what several payloads share ---------------------------------------------------------- */

static bool code_byte(uint8_t c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
}

static bool label_byte(uint8_t c)
{
	return c >= 0x20 && c < 0x7f;
}

/* Labels are ours, not the sample's: what is not of their alphabet is replaced, then cut. */
static void put_label(struct frame_out *f, struct str s, size_t max_bytes, bool (*fits)(uint8_t),
	char instead)
{
	char clean[WIRE_WHY_BYTES];

	if (max_bytes > sizeof(clean))
		max_bytes = sizeof(clean);
	s = str_part(s, 0, max_bytes);
	for (size_t i = 0; i < s.len; i++)
		clean[i] = fits((uint8_t)s.p[i]) ? s.p[i] : instead;
	frame_str(f, str_view(clean, s.len), max_bytes);
}

static struct str get_label(struct cursor *c, size_t min_bytes, size_t max_bytes,
	bool (*fits)(uint8_t))
{
	struct str s = frame_get_str(c, max_bytes);

	if (s.len < min_bytes)
		c->bad = true;
	for (size_t i = 0; i < s.len; i++)
		if (!fits((uint8_t)s.p[i]))
			c->bad = true;
	return s;
}

/* A number below `limit`; anything else makes the cursor bad and reads as 0. */
static uint32_t get_below(struct cursor *c, uint32_t value, uint32_t limit)
{
	if (value < limit)
		return value;
	c->bad = true;
	return 0;
}

static bool get_bool(struct cursor *c)
{
	return get_below(c, cursor_u8(c), 2) == 1;
}

static void check_range(struct cursor *c, uint64_t offset, uint64_t length)
{
	if (length > UINT64_MAX - offset)
		c->bad = true;
}

static bool whole(const struct cursor *c)
{
	return cursor_ok(c) && cursor_left(c) == 0;
}

/* ---- opener ------------------------------------------------------------------------------- */

bool wire_container_put(struct buf *b, const struct wire_container *v)
{
	struct frame_out f;
	uint32_t n = v->n_claims < WIRE_CLAIMS ? v->n_claims : WIRE_CLAIMS;

	frame_begin(&f, b, FRAME_CONTAINER);
	frame_u16(&f, (uint16_t)v->format);
	frame_u8(&f, v->damaged);
	frame_u8(&f, (uint8_t)n);
	for (uint32_t i = 0; i < n; i++) {
		int bits = v->claims[i].bits;

		frame_u16(&f, (uint16_t)v->claims[i].id);
		frame_u16(&f, (uint16_t)(bits < 0 ? 0 : bits > UINT16_MAX ? UINT16_MAX : bits));
	}
	return frame_end(&f);
}

bool wire_container_get(struct cursor *p, struct wire_container *ret)
{
	*ret = (struct wire_container){0};
	ret->format = get_below(p, cursor_u16le(p), FORMAT_N);
	ret->damaged = get_bool(p);
	ret->n_claims = get_below(p, cursor_u8(p), WIRE_CLAIMS + 1);
	for (uint32_t i = 0; i < ret->n_claims; i++) {
		ret->claims[i].id = get_below(p, cursor_u16le(p), FORMAT_N);
		ret->claims[i].bits = cursor_u16le(p);
	}
	return whole(p);
}

bool wire_child_put(struct buf *b, const struct entry *v)
{
	struct frame_out f;
	bool span = (v->flags & ENTRY_SPAN) != 0;

	frame_begin(&f, b, FRAME_CHILD);
	frame_u8(&f, (uint8_t)v->type);
	frame_u8(&f, (uint8_t)v->origin);
	frame_u32(&f, v->flags & ENTRY_FLAGS_ALL);
	frame_u32(&f, v->mode & 07777);
	frame_u64(&f, v->uid);
	frame_u64(&f, v->gid);
	frame_u64(&f, (uint64_t)v->mtime);
	frame_u64(&f, v->size_bytes);
	frame_u64(&f, span ? v->span_offset : 0);
	frame_u64(&f, span ? v->span_bytes : 0);
	frame_str(&f, v->name, FRAME_NAME_BYTES);
	frame_str(&f, v->link, FRAME_NAME_BYTES);
	return frame_end(&f);
}

bool wire_child_get(struct cursor *p, struct entry *ret)
{
	*ret = (struct entry){0};
	ret->type = get_below(p, cursor_u8(p), ENTRY_TYPE_N);
	ret->origin = get_below(p, cursor_u8(p), ORIGIN_N);
	ret->flags = get_below(p, cursor_u32le(p), ENTRY_FLAGS_ALL + 1);
	ret->mode = get_below(p, cursor_u32le(p), 07777 + 1);
	ret->uid = cursor_u64le(p);
	ret->gid = cursor_u64le(p);
	ret->mtime = (int64_t)cursor_u64le(p);
	ret->size_bytes = cursor_u64le(p);
	ret->span_offset = cursor_u64le(p);
	ret->span_bytes = cursor_u64le(p);
	check_range(p, ret->span_offset, ret->span_bytes);
	if (!(ret->flags & ENTRY_SPAN) && (ret->span_offset || ret->span_bytes))
		p->bad = true;
	ret->name = frame_get_str(p, FRAME_NAME_BYTES);
	ret->link = frame_get_str(p, FRAME_NAME_BYTES);
	return whole(p);
}

bool wire_data_put(struct buf *b, const void *bytes, size_t n)
{
	struct frame_out f;

	if (n > WIRE_DATA_BYTES)
		return false;
	frame_begin(&f, b, FRAME_DATA);
	buf_add(b, bytes, n);
	return frame_end(&f);
}

bool wire_data_get(struct cursor *p, struct str *ret)
{
	*ret = cursor_str(p, cursor_left(p));
	return whole(p);
}

bool wire_child_end_put(struct buf *b, const struct wire_child_end *v)
{
	struct frame_out f;

	frame_begin(&f, b, FRAME_CHILD_END);
	frame_u8(&f, (uint8_t)v->status);
	frame_u16(&f, (uint16_t)v->looks_like);
	frame_u64(&f, v->size_bytes);
	put_label(&f, v->why, WIRE_WHY_BYTES, label_byte, '?');
	return frame_end(&f);
}

bool wire_child_end_get(struct cursor *p, struct wire_child_end *ret)
{
	ret->status = get_below(p, cursor_u8(p), STATUS_N);
	ret->looks_like = get_below(p, cursor_u16le(p), FORMAT_N);
	ret->size_bytes = cursor_u64le(p);
	ret->why = get_label(p, 0, WIRE_WHY_BYTES, label_byte);
	return whole(p);
}

bool wire_oddity_put(struct buf *b, const struct wire_oddity *v)
{
	struct frame_out f;

	frame_begin(&f, b, FRAME_ODDITY);
	put_label(&f, v->code.len ? v->code : STR("unnamed"), WIRE_CODE_BYTES, code_byte, '-');
	frame_u64(&f, v->offset);
	frame_str(&f, v->detail, FRAME_TEXT_BYTES);
	return frame_end(&f);
}

bool wire_oddity_get(struct cursor *p, struct wire_oddity *ret)
{
	ret->code = get_label(p, 1, WIRE_CODE_BYTES, code_byte);
	ret->offset = cursor_u64le(p);
	ret->detail = frame_get_str(p, FRAME_TEXT_BYTES);
	return whole(p);
}

bool wire_alias_put(struct buf *b, const struct wire_alias *v)
{
	struct frame_out f;

	frame_begin(&f, b, FRAME_ALIAS);
	frame_str(&f, v->name, FRAME_NAME_BYTES);
	frame_str(&f, v->becomes, FRAME_NAME_BYTES);
	return frame_end(&f);
}

bool wire_alias_get(struct cursor *p, struct wire_alias *ret)
{
	ret->name = frame_get_str(p, FRAME_NAME_BYTES);
	ret->becomes = frame_get_str(p, FRAME_NAME_BYTES);
	return whole(p);
}

bool wire_span_put(struct buf *b, const struct wire_span *v)
{
	struct frame_out f;

	frame_begin(&f, b, FRAME_SPAN);
	frame_u64(&f, v->offset);
	frame_u64(&f, v->length);
	put_label(&f, v->what.len ? v->what : STR("unnamed"), WIRE_WHAT_BYTES, label_byte, '?');
	return frame_end(&f);
}

bool wire_span_get(struct cursor *p, struct wire_span *ret)
{
	ret->offset = cursor_u64le(p);
	ret->length = cursor_u64le(p);
	check_range(p, ret->offset, ret->length);
	ret->what = get_label(p, 1, WIRE_WHAT_BYTES, label_byte);
	return whole(p);
}

/* ---- reader ------------------------------------------------------------------------------- */

bool wire_job_put(struct buf *b, const struct wire_job *v)
{
	struct frame_out f;

	frame_begin(&f, b, FRAME_JOB);
	frame_u32(&f, v->index);
	return frame_end(&f);
}

bool wire_job_get(struct cursor *p, struct wire_job *ret)
{
	ret->index = cursor_u32le(p);
	return whole(p);
}

bool wire_unit_put(struct buf *b, const struct unit *v)
{
	struct frame_out f;

	frame_begin(&f, b, FRAME_UNIT);
	frame_u8(&f, (uint8_t)v->change);
	frame_u32(&f, v->line);
	frame_u64(&f, v->offset);
	frame_u64(&f, v->length);
	frame_str(&f, v->name, WIRE_UNIT_NAME_BYTES);
	frame_str(&f, v->shape, WIRE_SHAPE_BYTES);
	return frame_end(&f);
}

bool wire_unit_get(struct cursor *p, struct unit *ret)
{
	ret->change = get_below(p, cursor_u8(p), UNIT_CHANGE_N);
	ret->line = cursor_u32le(p);
	ret->offset = cursor_u64le(p);
	ret->length = cursor_u64le(p);
	check_range(p, ret->offset, ret->length);
	ret->name = frame_get_str(p, WIRE_UNIT_NAME_BYTES);
	ret->shape = frame_get_str(p, WIRE_SHAPE_BYTES);
	return whole(p);
}

bool wire_fact_put(struct buf *b, const struct fact *v)
{
	struct frame_out f;

	frame_begin(&f, b, FRAME_FACT);
	frame_u16(&f, (uint16_t)v->kind);
	frame_u32(&f, v->flags & FACT_FLAGS_ALL);
	frame_u32(&f, v->unit);
	frame_u32(&f, v->line);
	frame_u64(&f, v->offset);
	frame_u64(&f, v->length);
	frame_u64(&f, v->number);
	frame_str(&f, v->key, FACT_KEY_BYTES);
	frame_str(&f, v->value, FACT_VALUE_BYTES);
	frame_str(&f, v->detail, FACT_DETAIL_BYTES);
	frame_str(&f, v->excerpt, FACT_EXCERPT_BYTES);
	frame_str(&f, v->before, FACT_EXCERPT_BYTES);
	return frame_end(&f);
}

bool wire_fact_get(struct cursor *p, struct fact *ret)
{
	ret->kind = get_below(p, cursor_u16le(p), FACT_N);
	ret->flags = get_below(p, cursor_u32le(p), FACT_FLAGS_ALL + 1);
	ret->unit = cursor_u32le(p);
	if (ret->unit != FACT_NO_UNIT)
		get_below(p, ret->unit, UNITS_PER_MEMBER);
	ret->line = cursor_u32le(p);
	ret->offset = cursor_u64le(p);
	ret->length = cursor_u64le(p);
	check_range(p, ret->offset, ret->length);
	ret->number = cursor_u64le(p);
	ret->key = frame_get_str(p, FACT_KEY_BYTES);
	ret->value = frame_get_str(p, FACT_VALUE_BYTES);
	ret->detail = frame_get_str(p, FACT_DETAIL_BYTES);
	ret->excerpt = frame_get_str(p, FACT_EXCERPT_BYTES);
	ret->before = frame_get_str(p, FACT_EXCERPT_BYTES);
	return whole(p) && ret->kind != FACT_NONE;
}

bool wire_cover_put(struct buf *b, const struct wire_cover *v)
{
	struct frame_out f;

	frame_begin(&f, b, FRAME_COVER);
	frame_u8(&f, (uint8_t)v->grade);
	frame_u64(&f, v->bytes);
	put_label(&f, v->why, WIRE_WHY_BYTES, label_byte, '?');
	return frame_end(&f);
}

bool wire_cover_get(struct cursor *p, struct wire_cover *ret)
{
	ret->grade = get_below(p, cursor_u8(p), COVER_N);
	ret->bytes = cursor_u64le(p);
	ret->why = get_label(p, 0, WIRE_WHY_BYTES, label_byte);
	return whole(p);
}

bool wire_done_put(struct buf *b, const struct wire_done *v)
{
	struct frame_out f;

	frame_begin(&f, b, FRAME_DONE);
	frame_u8(&f, (uint8_t)v->status);
	frame_u64(&f, v->steps);
	frame_u64(&f, v->bytes);
	frame_u64(&f, v->members);
	return frame_end(&f);
}

bool wire_done_get(struct cursor *p, struct wire_done *ret)
{
	ret->status = get_below(p, cursor_u8(p), STATUS_N);
	ret->steps = cursor_u64le(p);
	ret->bytes = cursor_u64le(p);
	ret->members = cursor_u64le(p);
	return whole(p);
}
