/*
 * Access logs of nginx and Apache as they come: common, combined, with a virtual host in front, with
 * anything behind. CLF, a line a response:
 *
 *	[vhost[:port] ]client ident user [27/Sep/2022:10:11:12 +0000] "GET /x HTTP/1.1" 200 5120
 *	... "referer" "user agent" ...
 *
 * The time is the end of the response for nginx ($time_local) and the start of the request for
 * Apache (%t); the two cannot be told apart, so the end is stated, which is never too early for
 * nginx. Escapes: nginx writes \x22, Apache \".
 */
#include "logs/shape.h"
#include "logs/words.h"

enum { CLF_TIME_BYTES = 26, CLF_LEAST_CLIENT = 5 /* "a - -" */ };

/* The quotes of the request by what stands around them: the time before, the status behind. */
static bool quotes_fit(struct str line, size_t q1, size_t q2)
{
	const char *p = line.p;

	if (q1 < CLF_TIME_BYTES + 4 + CLF_LEAST_CLIENT || line.len - q2 < 7)
		return false;
	if (p[q1 - 1] != ' ' || p[q1 - 2] != ']' || p[q1 - 3 - CLF_TIME_BYTES] != '[' ||
		p[q1 - 4 - CLF_TIME_BYTES] != ' ' || p[q1 - CLF_TIME_BYTES] != '/')
		return false;
	for (size_t i = 2; i < 5; i++)
		if (p[q2 + i] < '0' || p[q2 + i] > '9')
			return false;
	return p[q2 + 1] == ' ' && p[q2 + 5] == ' ' &&
	       (p[q2 + 6] == '-' || (p[q2 + 6] >= '0' && p[q2 + 6] <= '9'));
}

static bool combined_quick(const struct line_marks *m)
{
	return m->n >= 2 && !m->control && m->line.p[m->at[1] - 1] != '\\' &&
	       quotes_fit(m->line, m->at[0], m->at[1]);
}

/* client ident user, or with the virtual host in front. A user name may hold blanks. */
static void client_take(struct str client, struct log_record *r)
{
	struct str rest = client, first = STR_NONE, second = STR_NONE;
	size_t last = str_rfind_char(client, ' ');

	(void)word_take(&rest, &first);
	(void)word_take(&rest, &second);
	if (!looks_like_ip(first) && looks_like_ip(second)) {
		record_add(r, WHAT_HOST, without_port(first));
		first = second;
	}
	r->who[looks_like_ip(first) ? WHO_IP : WHO_DOMAIN] = first;
	r->who[WHO_USER] = str_part(client, last + 1, client.len);
}

static bool request_quotes(struct str line, size_t *ret_q1, size_t *ret_q2)
{
	size_t q1 = str_find_z(line, "\""), q2;

	if (q1 == SIZE_MAX)
		return false;
	for (q2 = q1 + 1; q2 < line.len && line.p[q2] != '"'; q2++)
		q2 += line.p[q2] == '\\';
	*ret_q1 = q1;
	*ret_q2 = q2;
	return q2 < line.len;
}

static enum log_line combined_parse(const struct log_format *f, struct log_state *st,
	struct arena *a, struct str line, struct log_record *ret)
{
	struct log_record mine = {0}, *r = ret ? ret : &mine;
	struct str rest, bytes, referer, agent;
	size_t q1, q2;

	if (!line.len)
		return LINE_ASIDE;
	if (has_control(line) || !request_quotes(line, &q1, &q2) || !quotes_fit(line, q1, q2))
		return LINE_UNREADABLE;
	client_take(str_part(line, 0, q1 - 4 - CLF_TIME_BYTES), r);
	r->time = str_part(line, q1 - 2 - CLF_TIME_BYTES, CLF_TIME_BYTES);
	(void)status_take(r, str_part(line, q2 + 2, 3));
	request_take(r, str_part(line, q1 + 1, q2 - q1 - 1));
	rest = str_part(line, q2 + 6, line.len);
	if (word_take(&rest, &bytes))
		(void)bytes_take(r, bytes);
	if (quoted_take(&rest, &referer) && quoted_take(&rest, &agent))
		r->who[WHO_USER_AGENT] = agent;
	r->act = ACT_DELIVERED;
	return LINE_RECORD;
}

const struct log_format log_combined = {
	.name = "combined",
	.summary = "access logs of nginx and Apache: common, combined, with virtual hosts",
	.sure = 95,
	.time_means = LOG_TIME_END,
	.may_name = 1 << WHAT_PATH | 1 << WHAT_URL | 1 << WHAT_HOST,
	.parse = combined_parse,
	.mark = '"',
	.quick = combined_quick,
};
