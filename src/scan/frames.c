#include "scan/frames.h"

static void put_interval(struct frame_out *f, struct interval t)
{
	frame_u64(f, (uint64_t)t.lo);
	frame_u64(f, (uint64_t)t.hi);
}

static bool get_interval(struct cursor *c, struct interval *ret)
{
	ret->lo = (int64_t)cursor_u64le(c);
	ret->hi = (int64_t)cursor_u64le(c);
	return ret->lo <= ret->hi;
}

/* The last thing a getter says: everything was there, and nothing more. */
static bool used_up(const struct cursor *c)
{
	return cursor_ok(c) && cursor_left(c) == 0;
}

bool scan_hit_put(struct buf *b, const struct scan_hit *v)
{
	struct frame_out f;

	frame_begin(&f, b, FRAME_SCAN_HIT);
	frame_u32(&f, v->indicator);
	frame_u8(&f, (uint8_t)v->stage);
	for (unsigned i = 0; i < OBSERVATION_KEYS; i++)
		frame_str(&f, v->who[i], SCAN_WHO_BYTES);
	put_interval(&f, v->first);
	put_interval(&f, v->last);
	frame_u64(&f, v->count);
	frame_u64(&f, v->line);
	frame_u64(&f, v->offset);
	frame_str(&f, v->raw_time, SCAN_TIME_BYTES);
	frame_u64(&f, v->bytes);
	frame_u8(&f, v->has_bytes);
	frame_u32(&f, v->status);
	frame_u8(&f, (uint8_t)v->complete);
	return frame_end(&f);
}

bool scan_hit_get(struct cursor *c, struct scan_hit *ret)
{
	uint8_t has_bytes;
	bool ok;

	ret->indicator = cursor_u32le(c);
	ret->stage = (enum stage)cursor_u8(c);
	for (unsigned i = 0; i < OBSERVATION_KEYS; i++)
		ret->who[i] = frame_get_str(c, SCAN_WHO_BYTES);
	ok = get_interval(c, &ret->first);
	ok &= get_interval(c, &ret->last);
	ret->count = cursor_u64le(c);
	ret->line = cursor_u64le(c);
	ret->offset = cursor_u64le(c);
	ret->raw_time = frame_get_str(c, SCAN_TIME_BYTES);
	ret->bytes = cursor_u64le(c);
	has_bytes = cursor_u8(c);
	ret->has_bytes = has_bytes;
	ok &= has_bytes <= 1;
	ret->status = cursor_u32le(c);
	ret->complete = (enum complete)cursor_u8(c);
	return ok && used_up(c) && ret->stage < STAGE_N && ret->count && ret->status < 1000 &&
	       ret->complete < COMPLETE_N && (ret->has_bytes || !ret->bytes);
}

bool scan_stray_put(struct buf *b, const struct scan_stray *v)
{
	struct frame_out f;

	frame_begin(&f, b, FRAME_SCAN_STRAY);
	frame_u32(&f, v->indicator);
	frame_u8(&f, (uint8_t)v->why);
	frame_u64(&f, v->line);
	frame_u64(&f, v->offset);
	frame_str(&f, v->excerpt, SCAN_EXCERPT_BYTES);
	return frame_end(&f);
}

bool scan_stray_get(struct cursor *c, struct scan_stray *ret)
{
	ret->indicator = cursor_u32le(c);
	ret->why = (enum stray_why)cursor_u8(c);
	ret->line = cursor_u64le(c);
	ret->offset = cursor_u64le(c);
	ret->excerpt = frame_get_str(c, SCAN_EXCERPT_BYTES);
	return used_up(c) && ret->why < STRAY_WHY_N;
}

bool scan_mark_put(struct buf *b, const struct scan_mark *v)
{
	struct frame_out f;

	frame_begin(&f, b, FRAME_SCAN_MARK);
	frame_u64(&f, v->text_bytes);
	frame_u64(&f, v->file_bytes);
	frame_u64(&f, v->lines);
	frame_u64(&f, v->unreadable);
	frame_u64(&f, v->too_long);
	frame_u64(&f, v->aside);
	frame_u64(&f, v->hits);
	frame_u64(&f, v->refused);
	frame_u64(&f, v->strays);
	frame_u64(&f, v->untimed);
	put_interval(&f, v->covers);
	frame_u8(&f, (uint8_t)v->how);
	frame_str(&f, v->why, SCAN_WHY_BYTES);
	return frame_end(&f);
}

bool scan_mark_get(struct cursor *c, struct scan_mark *ret)
{
	bool ok;

	ret->text_bytes = cursor_u64le(c);
	ret->file_bytes = cursor_u64le(c);
	ret->lines = cursor_u64le(c);
	ret->unreadable = cursor_u64le(c);
	ret->too_long = cursor_u64le(c);
	ret->aside = cursor_u64le(c);
	ret->hits = cursor_u64le(c);
	ret->refused = cursor_u64le(c);
	ret->strays = cursor_u64le(c);
	ret->untimed = cursor_u64le(c);
	ok = get_interval(c, &ret->covers);
	ret->how = (enum status)cursor_u8(c);
	ret->why = frame_get_str(c, SCAN_WHY_BYTES);
	for (size_t i = 0; i < ret->why.len; i++)
		ok &= ret->why.p[i] >= 0x20 && ret->why.p[i] < 0x7f;
	return ok && used_up(c) && ret->how < STATUS_N && ret->lines <= ret->text_bytes &&
	       ret->unreadable <= ret->lines && ret->aside <= ret->lines;
}

bool scan_sniff_put(struct buf *b, const struct scan_sniff *v)
{
	struct frame_out f;

	frame_begin(&f, b, FRAME_SCAN_SNIFF);
	frame_u8(&f, (uint8_t)v->packing);
	frame_u8(&f, (uint8_t)v->charset);
	frame_u8(&f, v->empty);
	frame_u8(&f, v->binary);
	frame_u32(&f, v->format);
	frame_u32(&f, v->second);
	frame_u32(&f, v->score);
	frame_u32(&f, v->second_score);
	return frame_end(&f);
}

bool scan_sniff_get(struct cursor *c, struct scan_sniff *ret)
{
	uint8_t empty, binary;

	ret->packing = (enum packing)cursor_u8(c);
	ret->charset = (enum charset)cursor_u8(c);
	empty = cursor_u8(c);
	binary = cursor_u8(c);
	ret->empty = empty;
	ret->binary = binary;
	ret->format = cursor_u32le(c);
	ret->second = cursor_u32le(c);
	ret->score = cursor_u32le(c);
	ret->second_score = cursor_u32le(c);
	return used_up(c) && ret->packing < PACKING_N && ret->charset < CHARSET_N && empty <= 1 &&
	       binary <= 1 && ret->format <= SCAN_FORMATS_MAX && ret->second <= SCAN_FORMATS_MAX &&
	       ret->score <= 100 && ret->second_score <= 100;
}

bool scan_digest_put(struct buf *b, const struct scan_digest *v)
{
	struct frame_out f;

	frame_begin(&f, b, FRAME_SCAN_DIGEST);
	for (unsigned i = 0; i < sizeof(v->sha256); i++)
		frame_u8(&f, v->sha256[i]);
	frame_u64(&f, v->bytes);
	return frame_end(&f);
}

bool scan_digest_get(struct cursor *c, struct scan_digest *ret)
{
	for (unsigned i = 0; i < sizeof(ret->sha256); i++)
		ret->sha256[i] = cursor_u8(c);
	ret->bytes = cursor_u64le(c);
	return used_up(c);
}

bool scan_times_put(struct buf *b, const struct silences *v)
{
	struct frame_out f;

	frame_begin(&f, b, FRAME_SCAN_TIMES);
	frame_u64(&f, (uint64_t)v->first);
	frame_u64(&f, (uint64_t)v->last);
	frame_u64(&f, (uint64_t)v->width);
	frame_u8(&f, v->ordered);
	frame_u32(&f, v->n);
	for (uint32_t i = 0; i < v->n; i++)
		put_interval(&f, (struct interval){v->items[i].from, v->items[i].to});
	return frame_end(&f);
}

/* Between the years -7000 and 11000, so that no difference of two overflows. */
static bool is_stamp(int64_t t)
{
	const int64_t most = INT64_C(1) << 58;

	return t >= -most && t <= most;
}

bool scan_times_get(struct cursor *c, struct arena *a, struct silences *ret)
{
	uint64_t n;
	uint8_t ordered;
	bool ok;

	ret->first = (int64_t)cursor_u64le(c);
	ret->last = (int64_t)cursor_u64le(c);
	ret->width = (int64_t)cursor_u64le(c);
	ordered = cursor_u8(c);
	ret->ordered = ordered;
	n = cursor_count(c, cursor_u32le(c), 16);
	ok = ordered <= 1 && n <= SILENCES_MAX && is_stamp(ret->width) && ret->width >= 0;
	if (ret->first == TIME_UNKNOWN_LO)
		return ok && n == 0 && ret->last == TIME_UNKNOWN_LO && used_up(c);
	ok = ok && is_stamp(ret->first) && is_stamp(ret->last);
	ret->n = ok ? (uint32_t)n : 0;
	ret->items = ARENA_ARRAY(a, ret->n + 1, struct silence);
	for (uint32_t i = 0; i < ret->n && ok; i++) {
		struct interval t;

		ok = get_interval(c, &t) && is_stamp(t.lo) && is_stamp(t.hi);
		ret->items[i] = (struct silence){t.lo, t.hi};
	}
	return ok && used_up(c);
}
