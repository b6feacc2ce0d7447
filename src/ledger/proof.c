#include "ledger/proof.h"

#include "ledger/b64.h"
#include "ledger/checkpoint.h"

#define FIRST_LINE "c2sp.org/tlog-proof@v1\n"
#define DASH "\xE2\x80\x94 "

static bool next_line(struct str *rest, struct str *ret)
{
	size_t n = str_find_z(*rest, "\n");

	if (n == SIZE_MAX)
		return false;
	*ret = str_part(*rest, 0, n);
	*rest = str_part(*rest, n + 1, rest->len);
	return true;
}

static bool is_base64(struct str s)
{
	char scratch[3 * 1024];
	size_t n;

	/* In pieces of whole groups; only the last may be padded. */
	for (size_t at = 0; at < s.len; at += 4096) {
		struct str part = str_part(s, at, 4096);

		if (!b64_decode(part, scratch, sizeof(scratch), &n) ||
			(at + 4096 < s.len && n != 3 * 1024))
			return false;
	}
	return s.len > 0;
}

bool tlog_proof_parse(struct str bytes, struct tlog_proof *ret)
{
	struct str rest = bytes, line;

	*ret = (struct tlog_proof){0};
	if (bytes.len > PROOF_BYTES_MAX || !str_starts(bytes, FIRST_LINE))
		return false;
	rest = str_part(bytes, sizeof(FIRST_LINE) - 1, bytes.len);
	if (!next_line(&rest, &line))
		return false;
	if (str_starts(line, "extra ")) {
		ret->has_extra = true;
		ret->extra = str_part(line, 6, line.len);
		if (!is_base64(ret->extra) || !next_line(&rest, &line))
			return false;
	}
	if (!str_starts(line, "index ") || !decimal_parse(str_part(line, 6, line.len), &ret->index))
		return false;
	for (;;) {
		if (!next_line(&rest, &line))
			return false;
		if (line.len == 0)
			break;
		if (ret->path.n == MERKLE_PROOF_MAX ||
			!b64_decode_exact(line, ret->path.hashes[ret->path.n].b, TREE_HASH_BYTES))
			return false;
		ret->path.n++;
	}
	ret->checkpoint = rest;
	return rest.len > 0 && rest.p[rest.len - 1] == '\n';
}

bool tlog_proof_next(struct str *rest, struct str *ret)
{
	struct str left = *rest, line;
	bool signature = false;

	if (!str_starts(*rest, FIRST_LINE))
		return false;
	while (left.len) {
		if (signature && str_starts(left, FIRST_LINE))
			break;
		if (!next_line(&left, &line))
			return false;
		signature = str_starts(line, DASH);
	}
	*ret = str_part(*rest, 0, rest->len - left.len);
	*rest = left;
	return true;
}
