#include "case/lease.h"

/* A date as an end is its last instant. */
static bool read_end(struct str s, bool last, int64_t *ret)
{
	const int64_t day = INT64_C(86400) * UTC_SECOND;

	*ret = UTC_UNKNOWN;
	if (!s.len)
		return true;
	if (!utc_parse(s, ret))
		return false;
	if (last && s.len == 10 && s.p[0] != '@')
		*ret += day - 1;
	return true;
}

bool lease_read(struct str value, struct lease *ret)
{
	size_t at = str_find_z(value, "@"), slash;
	struct str span;

	ret->span = UTC_SPAN_UNKNOWN;
	if (!address_block_read(str_part(value, 0, at), ret->address, &ret->bits))
		return false;
	if (at == SIZE_MAX)
		return true;
	span = str_part(value, at + 1, value.len);
	slash = str_find_z(span, "/");
	return slash != SIZE_MAX && read_end(str_part(span, 0, slash), false, &ret->span.lo) &&
	       read_end(str_part(span, slash + 1, span.len), true, &ret->span.hi) &&
	       (ret->span.lo == UTC_UNKNOWN || ret->span.hi == UTC_UNKNOWN || ret->span.lo <= ret->span.hi);
}
