/*
 * Proxies and object stores, a line a request.
 *
 * Squid, native:	1664273472.123    87 192.0.2.1 TCP_MISS/200 5120 GET http://h.example/x kim HIER_DIRECT/192.0.2.80 text/html
 * Amazon S3:		owner bucket [27/Sep/2022:10:11:12 +0000] 192.0.2.1 requester id REST.GET.OBJECT key
 *			"GET /key HTTP/1.1" 200 - 5120 5120 7 6 "referer" "agent" ...
 */
#include "logs/words.h"

/* Several blanks part what Squid aligns. */
static bool aligned_take(struct str *rest, struct str *ret)
{
	while (char_take(rest, ' '))
		;
	return word_take(rest, ret);
}

static bool epoch(struct str s)
{
	size_t dot = str_find_z(s, ".");

	return dot != SIZE_MAX && dot >= 9 && digits_only(str_part(s, 0, dot)) &&
	       digits_only(str_part(s, dot + 1, s.len));
}

static enum log_line squid_parse(const struct log_format *f, struct log_state *st, struct arena *a,
	struct str line, struct log_record *ret)
{
	struct log_record mine = {0}, *r = ret ? ret : &mine;
	struct str rest = line, took, result, bytes, method, url, user;
	size_t slash;

	if (!line.len)
		return LINE_ASIDE;
	if (!aligned_take(&rest, &r->time) || !epoch(r->time) || !aligned_take(&rest, &took) ||
		!aligned_take(&rest, &r->who[WHO_IP]) || !aligned_take(&rest, &result) ||
		!aligned_take(&rest, &bytes) || !aligned_take(&rest, &method) ||
		!aligned_take(&rest, &url) || !aligned_take(&rest, &user) || !digits_only(bytes))
		return LINE_UNREADABLE;
	slash = str_find_z(result, "/");
	if (slash == SIZE_MAX)
		return LINE_UNREADABLE;
	(void)status_take(r, str_part(result, slash + 1, result.len));
	(void)bytes_take(r, bytes);
	r->failed |= str_has(result, "DENIED") || (!str_is(method, "GET") && !str_is(method, "POST"));
	r->who[WHO_USER] = user;
	record_add(r, str_has(url, "://") ? WHAT_URL : WHAT_HOST,
		str_has(url, "://") ? url : without_port(url));
	r->act = ACT_CONTACTED;
	return LINE_RECORD;
}

const struct log_format log_squid = {
	.name = "squid",
	.summary = "Squid's native access log; many may stand behind one client",
	.sure = 93,
	.time_means = LOG_TIME_END,
	.zone = "UTC",
	.may_name = 1 << WHAT_URL | 1 << WHAT_HOST | 1 << WHAT_IP,
	.parse = squid_parse,
};

static bool bracket_take(struct str *rest, struct str *ret)
{
	size_t close = str_find_z(*rest, "] ");

	if (!rest->len || rest->p[0] != '[' || close == SIZE_MAX)
		return false;
	*ret = str_part(*rest, 1, close - 1);
	*rest = str_part(*rest, close + 2, rest->len);
	return true;
}

static enum log_line s3_parse(const struct log_format *f, struct log_state *st, struct arena *a,
	struct str line, struct log_record *ret)
{
	struct log_record mine = {0}, *r = ret ? ret : &mine;
	struct str rest = line, owner, bucket, requester, id, operation, key, request, status, error,
		   bytes, all, took, turn, referer, agent;

	if (!line.len)
		return LINE_ASIDE;
	if (!word_take(&rest, &owner) || owner.len < 20 || !word_take(&rest, &bucket) ||
		!bracket_take(&rest, &r->time) || !word_take(&rest, &r->who[WHO_IP]) ||
		!word_take(&rest, &requester) || !word_take(&rest, &id) ||
		!word_take(&rest, &operation) || !word_take(&rest, &key) ||
		!field_take(&rest, &request) || !word_take(&rest, &status) ||
		!word_take(&rest, &error) || !word_take(&rest, &bytes) || !status_take(r, status))
		return LINE_UNREADABLE;
	r->failed |= str_find_z(operation, "GET.OBJECT") == SIZE_MAX;
	(void)bytes_take(r, bytes);
	if (ret && !str_is(key, "-"))
		record_add(r, WHAT_PATH, arena_printf(a, "/%.*s", STR_ARG(key)));
	r->who[WHO_ACCOUNT] = requester;
	if (word_take(&rest, &all) && word_take(&rest, &took) && word_take(&rest, &turn) &&
		field_take(&rest, &referer) && field_take(&rest, &agent))
		r->who[WHO_USER_AGENT] = agent;
	r->act = ACT_DELIVERED;
	return LINE_RECORD;
}

const struct log_format log_s3 = {
	.name = "s3",
	.summary = "server access logs of Amazon S3; records can be late or missing",
	.sure = 97,
	.time_means = LOG_TIME_START,
	.zone = "UTC",
	.may_name = 1 << WHAT_PATH,
	.parse = s3_parse,
};
