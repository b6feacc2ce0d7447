#include "report/json_out.h"

#include <assert.h>
#include <inttypes.h>
#include <math.h>

#include "util/escape.h"

void jout_begin(struct json_out *j, struct report_out *out, bool one_line)
{
	*j = (struct json_out){.out = out, .one_line = one_line};
}

void jout_end(struct json_out *j)
{
	assert(j->depth == 0);
	report_put_z(j->out, "\n");
}

static void line_break(struct json_out *j)
{
	static const char spaces[] = "                                ";

	if (j->one_line)
		return;
	report_put_z(j->out, "\n");
	report_put(j->out, str_view(spaces, j->depth * 2));
}

/* Before a value or a key: the comma and the place where it stands. */
static void next_item(struct json_out *j)
{
	if (j->after_key) {
		j->after_key = false;
		return;
	}
	if (j->depth == 0)
		return;
	if (j->has_item[j->depth - 1])
		report_put_z(j->out, j->one_line ? ", " : ",");
	j->has_item[j->depth - 1] = true;
	line_break(j);
}

void jout_open(struct json_out *j, char bracket)
{
	next_item(j);
	assert(j->depth < JSON_DEPTH);
	j->has_item[j->depth++] = false;
	report_put(j->out, str_view(&bracket, 1));
}

void jout_close(struct json_out *j, char bracket)
{
	bool had = j->has_item[--j->depth];

	if (had)
		line_break(j);
	report_put(j->out, str_view(&bracket, 1));
}

void jout_key(struct json_out *j, const char *key)
{
	next_item(j);
	report_put_z(j->out, "\"");
	report_put_z(j->out, key);
	report_put_z(j->out, "\": ");
	j->after_key = true;
}

static void put_point(struct report_out *out, uint32_t cp, uint8_t first, bool malformed)
{
	char text[16];

	if (malformed || cp < 0x20 || cp == 0x7F)
		snprintf(text, sizeof(text), "\\\\x%02x", first);
	else
		snprintf(text, sizeof(text), "\\\\u{%" PRIx32 "}", cp);
	report_put_z(out, text);
}

void jout_str(struct json_out *j, struct str s)
{
	size_t i = 0, kept = 0; /* [kept, i) goes out as it stands */

	next_item(j);
	report_put_z(j->out, "\"");
	while (i < s.len) {
		size_t at = i;
		uint32_t cp = utf8_next(s, &i);
		bool malformed = cp == 0xFFFD && i == at + 1;
		bool plain = cp >= 0x20 && cp != '"' && cp != '\\' && !(cp >= 0x7F && cp < 0xA0) &&
			     !malformed && !utf8_is_invisible(cp);

		if (plain)
			continue;
		report_put(j->out, str_view(s.p + kept, at - kept));
		kept = i;
		if (cp == '"')
			report_put_z(j->out, "\\\"");
		else if (cp == '\\')
			report_put_z(j->out, "\\\\");
		else if (cp == '\n')
			report_put_z(j->out, "\\n");
		else if (cp == '\t')
			report_put_z(j->out, "\\t");
		else
			put_point(j->out, cp, (uint8_t)s.p[at], malformed);
	}
	report_put(j->out, str_part(s, kept, s.len));
	report_put_z(j->out, "\"");
}

void jout_u64(struct json_out *j, uint64_t n)
{
	char text[24];

	next_item(j);
	snprintf(text, sizeof(text), "%" PRIu64, n);
	report_put_z(j->out, text);
}

void jout_i64(struct json_out *j, int64_t n)
{
	char text[24];

	next_item(j);
	snprintf(text, sizeof(text), "%" PRId64, n);
	report_put_z(j->out, text);
}

void jout_raw(struct json_out *j, struct str json)
{
	next_item(j);
	report_put(j->out, json);
}

void jout_bool(struct json_out *j, bool b)
{
	next_item(j);
	report_put_z(j->out, b ? "true" : "false");
}

void jout_null(struct json_out *j)
{
	next_item(j);
	report_put_z(j->out, "null");
}

void jout_real(struct json_out *j, double x)
{
	char text[40];
	long long millionths, size;
	size_t n;

	next_item(j);
	if (isnan(x)) {
		report_put_z(j->out, "null");
		return;
	}
	x = fmin(fmax(x, -1e12), 1e12);
	millionths = llround(x * 1e6); /* whole numbers from here on: no locale, no surprises */
	size = llabs(millionths);
	n = (size_t)snprintf(text, sizeof(text), "%s%lld.%06lld", millionths < 0 ? "-" : "",
		size / 1000000, size % 1000000);
	while (text[n - 1] == '0' && text[n - 2] != '.')
		n--;
	report_put(j->out, str_view(text, n));
}

void jout_key_str(struct json_out *j, const char *key, struct str s)
{
	jout_key(j, key);
	jout_str(j, s);
}

void jout_key_u64(struct json_out *j, const char *key, uint64_t n)
{
	jout_key(j, key);
	jout_u64(j, n);
}

void jout_key_bool(struct json_out *j, const char *key, bool b)
{
	jout_key(j, key);
	jout_bool(j, b);
}

void jout_key_real(struct json_out *j, const char *key, double x)
{
	jout_key(j, key);
	jout_real(j, x);
}
