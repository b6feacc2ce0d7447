/* Frames: what one side wrote the other side takes, whole, and nothing else. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "confine/frame.h"

static void put_sample(struct buf *b)
{
	struct frame_out f;

	frame_begin(&f, b, FRAME_UNIT);
	frame_u8(&f, 0x12);
	frame_u16(&f, 0x3456);
	frame_u32(&f, 0x789abcde);
	frame_u64(&f, 0x1122334455667788);
	frame_str(&f, STR("four"), 100);
	assert_true(frame_end(&f));
}

static enum status take(struct str have, enum frame_type *type, struct cursor *c, size_t *used)
{
	return frame_take(have, type, c, used);
}

static void test_layout(void **state)
{
	static const unsigned char want[] = {23, 0, 0, 0, FRAME_UNIT, 0, 0, 0, 0x12, 0x56, 0x34,
		0xde, 0xbc, 0x9a, 0x78, 0x88, 0x77, 0x66, 0x55, 0x44, 0x33, 0x22, 0x11, 4, 0, 0, 0,
		'f', 'o', 'u', 'r'};
	struct buf b;

	buf_init(&b, 100);
	put_sample(&b);
	assert_int_equal(b.len, sizeof(want));
	assert_memory_equal(b.p, want, sizeof(want));
	buf_release(&b);
}

static void test_take(void **state)
{
	struct buf b;
	enum frame_type type;
	struct cursor c;
	size_t used;

	buf_init(&b, 1000);
	put_sample(&b);
	put_sample(&b);
	for (size_t n = 0; n < b.len / 2; n++) /* every truncation: more is needed */
		assert_int_equal(take(str_part(buf_str(&b), 0, n), &type, &c, &used),
			STATUS_NOT_FOUND);
	assert_int_equal(take(buf_str(&b), &type, &c, &used), STATUS_OK);
	assert_int_equal(type, FRAME_UNIT);
	assert_int_equal(used, b.len / 2);
	assert_int_equal(cursor_u8(&c), 0x12);
	assert_int_equal(cursor_u16le(&c), 0x3456);
	assert_int_equal(cursor_u32le(&c), 0x789abcde);
	assert_true(cursor_u64le(&c) == 0x1122334455667788);
	assert_true(str_is(frame_get_str(&c, 4), "four"));
	assert_true(cursor_ok(&c) && cursor_left(&c) == 0);
	assert_int_equal(cursor_u8(&c), 0); /* the next frame is out of its reach */
	assert_false(cursor_ok(&c));
	buf_release(&b);
}

static enum status take_header(uint32_t length, uint16_t type, uint16_t zero, size_t have_bytes)
{
	static unsigned char raw[FRAME_HEADER_BYTES + FRAME_MAX_BYTES + 8];
	enum frame_type t;
	struct cursor c;
	size_t used = 0;
	enum status s;

	for (int i = 0; i < 4; i++)
		raw[i] = (unsigned char)(length >> (8 * i));
	raw[4] = (unsigned char)type;
	raw[5] = (unsigned char)(type >> 8);
	raw[6] = (unsigned char)zero;
	raw[7] = (unsigned char)(zero >> 8);
	s = take(str_view(raw, have_bytes), &t, &c, &used);
	if (s == STATUS_OK) {
		assert_int_equal(used, FRAME_HEADER_BYTES + length);
		assert_int_equal(cursor_left(&c), length);
		assert_true(cursor_ok(&c));
	}
	return s;
}

static void test_bounds(void **state)
{
	size_t whole = FRAME_HEADER_BYTES + FRAME_MAX_BYTES;

	assert_int_equal(take_header(0, FRAME_DONE, 0, 8), STATUS_OK);
	assert_int_equal(take_header(FRAME_MAX_BYTES, FRAME_DATA, 0, whole), STATUS_OK);
	assert_int_equal(take_header(FRAME_MAX_BYTES, FRAME_DATA, 0, whole - 1), STATUS_NOT_FOUND);
	assert_int_equal(take_header(FRAME_MAX_BYTES + 1, FRAME_DATA, 0, whole + 1),
		STATUS_DAMAGED);
	/* a length that nobody may state is refused before anybody waits for it */
	assert_int_equal(take_header(UINT32_MAX, FRAME_DATA, 0, 8), STATUS_DAMAGED);
	assert_int_equal(take_header(0, 0, 0, 8), STATUS_DAMAGED);
	assert_int_equal(take_header(0, FRAME_TYPE_N - 1, 0, 8), STATUS_OK);
	assert_int_equal(take_header(0, FRAME_TYPE_N, 0, 8), STATUS_DAMAGED);
	assert_int_equal(take_header(0, UINT16_MAX, 0, 8), STATUS_DAMAGED);
	assert_int_equal(take_header(0, FRAME_DONE, 1, 8), STATUS_DAMAGED);
	assert_int_equal(take_header(0, FRAME_DONE, 256, 8), STATUS_DAMAGED);
}

static void test_strings(void **state)
{
	static const unsigned char raw[] = {5, 0, 0, 0, 'a', 'b', 'c', 'd', 'e'};
	struct cursor c = cursor_of(raw, sizeof(raw));

	assert_true(str_is(frame_get_str(&c, 5), "abcde"));
	c = cursor_of(raw, sizeof(raw));
	assert_int_equal(frame_get_str(&c, 4).len, 0);
	assert_false(cursor_ok(&c));
	c = cursor_of(raw, sizeof(raw) - 1);
	assert_int_equal(frame_get_str(&c, 5).len, 0);
	assert_false(cursor_ok(&c));
}

/* A frame that does not fit leaves the frames before it as they were. */
static void test_no_room(void **state)
{
	struct buf b;
	struct frame_out f;
	size_t before;

	for (size_t room = 31; room < 62; room++) {
		buf_init(&b, room);
		put_sample(&b);
		before = b.len;
		frame_begin(&f, &b, FRAME_UNIT);
		frame_u8(&f, 1);
		frame_u64(&f, 2);
		frame_str(&f, STR("fourteen bytes"), 100);
		assert_int_equal(frame_end(&f), room >= 31 + 35);
		assert_int_equal(b.len, before);
		assert_true(b.full);
		buf_release(&b);
	}
}

static void test_too_long(void **state)
{
	static char much[FRAME_MAX_BYTES];
	struct buf b;
	struct frame_out f;

	buf_init(&b, 4 << 20);
	put_sample(&b);
	frame_begin(&f, &b, FRAME_DATA);
	buf_add(&b, much, sizeof(much));
	frame_u8(&f, 1);
	assert_false(frame_end(&f));
	assert_int_equal(b.len, 31);
	assert_false(b.full);
	frame_begin(&f, &b, FRAME_DATA);
	buf_add(&b, much, sizeof(much));
	assert_true(frame_end(&f));
	assert_int_equal(b.len, 31 + FRAME_HEADER_BYTES + FRAME_MAX_BYTES);
	buf_release(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_layout),
		cmocka_unit_test(test_take),
		cmocka_unit_test(test_bounds),
		cmocka_unit_test(test_strings),
		cmocka_unit_test(test_no_room),
		cmocka_unit_test(test_too_long),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
