/*
 * Who controls these bytes: whoever made the releases, names included. The first line is the path of the member, OLD
 * stands before the first MARK behind it, NEW behind that. Read as a release is: by the reader that claims it most,
 * and by all that stand beside. Truths: the same twice; every byte of NEW has one grade.
 */
#include "reader_truths.h"
#include "tool_seeds.h"

#define MARK "\n\xff\n" /* no text has it, and hardly any program */

static uint64_t once(struct str path, struct cursor old, bool has_old, struct cursor new_)
{
	struct arena a;
	struct budget b = {.max_steps = 4 << 20, .max_bytes = 32 << 20};
	struct reader_truths t = {.out = {truths_unit, truths_fact, truths_cover, 0, 0}};
	struct read_in in = {.path = path, .old = old, .new_ = new_, .has_old = has_old, .arena = &a, .budget = &b, .out = &t.out};
	enum status s;

	in.format = truths_format(new_);
	in.old_format = has_old ? truths_format(old) : FORMAT_NONE;
	arena_init(&a, 0);
	s = read_member(&in);
	FUZZ_CHECK((unsigned)s < STATUS_N && t.covered == new_.len);
	arena_release(&a);
	return t.said + s;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	const uint8_t *line = n ? memchr(bytes, '\n', n) : NULL, *mark;
	size_t head = line ? (size_t)(line - bytes) : 0;
	struct str path = str_view((const char *)bytes, head);
	struct cursor old = {0}, new_;

	if (!line || head > 400)
		return 0;
	bytes += head + 1;
	n -= head + 1;
	mark = n ? memmem(bytes, n, MARK, sizeof(MARK) - 1) : NULL;
	if (mark)
		old = cursor_of(bytes, (size_t)(mark - bytes));
	new_ = mark ? cursor_of(mark + sizeof(MARK) - 1, n - old.len - (sizeof(MARK) - 1)) : cursor_of(bytes, n);
	FUZZ_CHECK(once(path, old, mark != NULL, new_) == once(path, old, mark != NULL, new_));
	(void)once(path, new_, true, new_);
	return 0;
}

void fuzz_seeds(void (*run)(const void *bytes, size_t n))
{
	tool_seed("python3 \"$ASSAY_SOURCE_ROOT/fuzz/seeds.py\" members seeds", run);
}
