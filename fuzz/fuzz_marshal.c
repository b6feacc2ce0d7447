/*
 * Who controls these bytes: whoever packed a Python program; the list of its modules is marshalled. Truths: what opens
 * ends, no deeper than it may be; texts lie inside; a bad item is the last one.
 */
#include "fuzz.h"

#include "formats/marshal.h"
#include "tool_seeds.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	struct budget budget = {.max_steps = 1 << 20};
	struct arena arena;
	struct marshal m = {.c = cursor_of(bytes, n), .arena = &arena, .budget = &budget};
	struct marshal_item item;
	size_t open = 0;

	arena_init(&arena, 0);
	do {
		item = marshal_next(&m);
		open += item.kind == MARSHAL_OPEN;
		FUZZ_CHECK(item.kind != MARSHAL_END || open > 0);
		open -= item.kind == MARSHAL_END;
		FUZZ_CHECK(open <= MARSHAL_DEPTH);
		FUZZ_CHECK(item.kind != MARSHAL_TEXT || item.text.len == 0 ||
			   (item.text.p >= (const char *)bytes && item.text.len <= n && (size_t)(item.text.p - (const char *)bytes) <= n - item.text.len));
	} while (item.kind != MARSHAL_BAD && open > 0);
	FUZZ_CHECK(item.kind != MARSHAL_BAD || marshal_next(&m).kind == MARSHAL_BAD);
	arena_release(&arena);
	return 0;
}

void fuzz_seeds(void (*run)(const void *bytes, size_t n))
{
	tool_seed("mkdir seeds; python3 - <<'E'\nimport marshal\n"
		  "same = 'a name'\n"
		  "values = [('a', (0, 1, 2)), [('b.c', (1, 17, 300))] * 3, {'a': None, 'b': True}, [10 ** 12, -10 ** 12, 10 ** 40, -5],\n"
		  "          ['x' * 300, b'y' * 300, '\\u0416', '', same, same, False], tuple(range(300)), 1.5, {1}, [[[[[]]]]]]\n"
		  "for i, value in enumerate(values):\n    for version in range(5):\n        open('seeds/%d-%d' % (i, version), 'wb').write(marshal.dumps(value, version))\nE\n", run);
}
