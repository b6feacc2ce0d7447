#include "ledger/checkpoint.h"

#include <stdio.h>

#include "ledger/b64.h"
#include "util/cursor.h"

bool decimal_parse(struct str s, uint64_t *ret)
{
	if (s.len == 0 || s.len > 19 || (s.p[0] == '0' && s.len > 1))
		return false;
	return str_to_u64(s, 10, ret) && *ret <= INT64_MAX;
}

/* The next line, which must end in a line feed and hold something. */
static bool next_line(struct str *rest, struct str *ret)
{
	size_t n = str_find_z(*rest, "\n");

	if (n == SIZE_MAX || n == 0)
		return false;
	*ret = str_part(*rest, 0, n);
	*rest = str_part(*rest, n + 1, rest->len);
	return true;
}

bool checkpoint_parse(struct str text, struct checkpoint *ret)
{
	struct str rest = text, size, root, more;

	*ret = (struct checkpoint){0};
	if (!next_line(&rest, &ret->origin) || !next_line(&rest, &size) ||
		!next_line(&rest, &root) || !decimal_parse(size, &ret->size) ||
		!b64_decode_exact(root, ret->root.b, TREE_HASH_BYTES))
		return false;
	while (rest.len) {
		if (!next_line(&rest, &more))
			return false;
		ret->extended = true;
	}
	return true;
}

bool checkpoint_text(struct str origin, uint64_t size, const struct tree_hash *root,
	char ret[CHECKPOINT_TEXT_MAX])
{
	char base64[B64_CHARS(TREE_HASH_BYTES) + 1];
	int n;

	if (origin.len == 0 || origin.len > CHECKPOINT_TEXT_MAX - 128 || size > INT64_MAX)
		return false;
	b64_encode(root->b, TREE_HASH_BYTES, base64, sizeof(base64));
	n = snprintf(ret, CHECKPOINT_TEXT_MAX, "%.*s\n%llu\n%s\n", STR_ARG(origin),
		(unsigned long long)size, base64);
	return n > 0 && n < CHECKPOINT_TEXT_MAX;
}
