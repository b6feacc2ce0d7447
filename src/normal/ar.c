/* ar, and with it Debian packages. The order of members means something there and stays. */
#include "normal/normal_int.h"

#include "util/cursor.h"

enum { AR_HEAD_BYTES = 60 };

/* Digits, then blanks. */
static bool padded_number(struct str s, int base, uint64_t *ret)
{
	size_t n = 0;

	*ret = 0;
	while (n < s.len && s.p[n] != ' ')
		n++;
	for (size_t i = n; i < s.len; i++)
		if (s.p[i] != ' ')
			return false;
	return n == 0 || str_to_u64(str_part(s, 0, n), base, ret);
}

static bool member(struct normal *n, struct cursor *c, struct items *items)
{
	struct str head = cursor_str(c, AR_HEAD_BYTES), content;
	struct normal_form inside;
	uint64_t time, user, group, mode, size;
	struct item *item;
	struct mix m;

	if (!head.p || head.p[58] != '`' || head.p[59] != '\n' ||
		!padded_number(str_part(head, 16, 12), 10, &time) ||
		!padded_number(str_part(head, 28, 6), 10, &user) ||
		!padded_number(str_part(head, 34, 6), 10, &group) ||
		!padded_number(str_part(head, 40, 8), 8, &mode) ||
		!padded_number(str_part(head, 48, 10), 10, &size) || size > cursor_left(c))
		return false;
	content = cursor_str(c, (size_t)size);
	if (size % 2 && cursor_left(c) && cursor_u8(c) != '\n')
		return false;
	item = items_add(n, items, str_part(head, 0, 16), false);
	if (!item)
		return false;
	mix_begin(&m, "ar member");
	mix_str(&m, NORMAL_NEVER, item->name);
	/* As they are written, so that every byte is in some field. */
	mix_str(&m, NORMAL_NEVER, str_part(head, 40, 8));
	mix_str(&m, NORMAL_PACKING, str_part(head, 48, 10));
	mix_str(&m, NORMAL_TIMES, str_part(head, 16, 12));
	mix_str(&m, NORMAL_OWNERS, str_part(head, 28, 12));
	normal_bytes(n, content, &inside);
	mix_form(&m, &inside);
	mix_end(&m, &item->form);
	return true;
}

bool normal_ar(struct normal *n, struct str bytes, struct normal_form *ret)
{
	struct cursor c = cursor_of(bytes.p, bytes.len);
	struct items items = {.ordered = true};
	struct mix m;

	if (!str_starts(bytes, "!<arch>\n"))
		return false;
	cursor_skip(&c, 8);
	while (cursor_left(&c))
		if (!member(n, &c, &items))
			return normal_refuse(n, "ar: a header that cannot be read");
	mix_begin(&m, "ar");
	items_mix(n, &items, &m);
	mix_end(&m, ret);
	return true;
}
