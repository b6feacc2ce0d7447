/*
 * SQL asks a view assay_events that the user makes over what they have:
 *
 *   time (timestamp with time zone), source, ip, user_name, host, agent_id, account, licence,
 *   user_agent, and the fields that are compared: sha256, sha1, md5, path, file_name, remote_host,
 *   remote_ip, url, registry_key, service.
 *
 * KQL asks the tables of Defender, SPL the fields of Splunk's common model. Values come from samples:
 * each language has its own quoting, and a byte that it cannot hold makes the indicator be left out,
 * said in a comment.
 */
#include "report/scope_query.h"

#include <stdarg.h>

#include "scope/window.h"
#include "util/arena.h"
#include "util/utf8.h"

struct kind {
	const char *name;
	const char *column; /* of assay_events */
	const char *spl;    /* Splunk's field */
	bool lower;         /* compared without regard to case */
};

static const struct kind kinds[] = {
	{"sha256", "sha256", "file_hash", true},
	{"sha1", "sha1", "file_hash", true},
	{"md5", "md5", "file_hash", true},
	{"path", "path", "uri_path", false},
	{"file_name", "file_name", "file_name", true},
	{"host", "remote_host", "query", true},
	{"ip", "remote_ip", "dest_ip", true},
	{"url", "url", "url", false},
	{"registry_key", "registry_key", "registry_path", true},
	{"service", "service", "service_name", true},
};

enum { KINDS = sizeof(kinds) / sizeof(*kinds) };

struct query {
	const struct case_file *c;
	enum query_engine engine;
	struct report_out *out;
	struct arena arena;
	struct interval window;
	size_t left_out;
};

__attribute__((format(printf, 2, 3))) static void put(struct query *q, const char *format, ...)
{
	char line[512];
	va_list args;
	int n;

	va_start(args, format);
	n = vsnprintf(line, sizeof(line), format, args);
	va_end(args);
	if (n > 0)
		report_put(q->out, str_part(str_of(line), 0, (size_t)n));
}

/* ---- quoting ---------------------------------------------------------------------------------- */

/* No control characters, no bytes that are not UTF-8: no engine gets anything that could surprise it. */
static bool is_plain(struct str s)
{
	if (s.len == 0 || !utf8_valid(s))
		return false;
	for (size_t i = 0; i < s.len; i++)
		if ((unsigned char)s.p[i] < 0x20 || s.p[i] == 0x7f)
			return false;
	return true;
}

/* 'it''s' in standard SQL; ClickHouse and the two others know backslashes. */
static void quoted(struct query *q, struct str s, bool lower)
{
	bool sql = q->engine <= QUERY_POSTGRESQL;
	bool backslash = q->engine != QUERY_DUCKDB && q->engine != QUERY_POSTGRESQL;
	char quote = sql ? '\'' : '"';
	struct buf b;

	buf_init(&b, s.len * 2 + 2);
	buf_add_char(&b, quote);
	for (size_t i = 0; i < s.len; i++) {
		char ch = s.p[i];

		if (lower && ch >= 'A' && ch <= 'Z')
			ch = (char)(ch + 32);
		if (ch == quote)
			buf_add_char(&b, backslash ? '\\' : quote);
		else if (ch == '\\' && backslash)
			buf_add_char(&b, '\\');
		buf_add_char(&b, ch);
	}
	buf_add_char(&b, quote);
	if (b.full)
		q->out->failed = true;
	report_put(q->out, buf_str(&b));
	buf_release(&b);
}

static const struct kind *kind_of(const struct case_indicator *i)
{
	for (int k = 0; k < KINDS; k++)
		if (str_is(i->kind, kinds[k].name))
			return &kinds[k];
	return NULL;
}

/* Engines compare addresses in ways of their own; a network as text would equal none. */
static bool is_network(const struct case_indicator *i)
{
	return str_is(i->kind, "ip") && str_rfind_char(i->value, '/') != SIZE_MAX;
}

static bool usable(const struct case_indicator *i)
{
	return kind_of(i) && !is_network(i) && is_plain(i->value) && is_plain(i->id) && is_plain(i->stage);
}

static const struct case_indicator *next_of(const struct query *q, const struct kind *kind, size_t *at)
{
	for (; *at < q->c->indicators.n; (*at)++) {
		const struct case_indicator *i = &q->c->indicators.items[*at];

		if (usable(i) && (!kind || kind_of(i) == kind)) {
			(*at)++;
			return i;
		}
	}
	return NULL;
}

/* ---- SQL -------------------------------------------------------------------------------------- */

static void instant(struct query *q, int64_t us)
{
	char text[TIME_PRINT_BYTES];

	time_print(us, text);
	if (q->engine == QUERY_CLICKHOUSE)
		put(q, "parseDateTime64BestEffort('%s', 6)", text);
	else
		put(q, "TIMESTAMP WITH TIME ZONE '%s'", text);
}

/* From when the release can have been there; a delivery also ends with the window. */
static void when(struct query *q)
{
	if (q->window.lo != TIME_UNKNOWN_LO) {
		put(q, "\n    AND e.time >= ");
		instant(q, q->window.lo);
	}
	if (q->window.hi != TIME_UNKNOWN_HI) {
		put(q, "\n    AND (i.stage <> 'delivered' OR i.kind IN ('sha256', 'sha1', 'md5') OR e.time <= ");
		instant(q, q->window.hi);
		put(q, ")");
	}
}

static void sql_indicators(struct query *q)
{
	const struct case_indicator *i;
	size_t at = 0;
	bool first = true;

	if (q->engine == QUERY_CLICKHOUSE)
		put(q, "WITH indicator AS (\n  SELECT * FROM values("
		       "'id String, kind String, value String, stage String',");
	else
		put(q, "WITH indicator (id, kind, value, stage) AS (VALUES");
	while ((i = next_of(q, NULL, &at)) != NULL) {
		put(q, "%s\n    (", first ? "" : ",");
		quoted(q, i->id, false);
		put(q, ", ");
		quoted(q, i->kind, false);
		put(q, ", ");
		quoted(q, i->value, kind_of(i)->lower);
		put(q, ", ");
		quoted(q, i->stage, false);
		put(q, ")");
		first = false;
	}
	put(q, q->engine == QUERY_CLICKHOUSE ? ")\n), " : "\n), ");
}

/* One branch a kind, each an equality, so that an engine can hash or use an index. */
static void sql(struct query *q)
{
	bool first = true;

	sql_indicators(q);
	put(q, "hit AS (");
	for (int k = 0; k < KINDS; k++) {
		size_t at = 0;

		if (!next_of(q, &kinds[k], &at))
			continue;
		put(q, "%s\n  SELECT e.*, i.id AS indicator, i.stage AS stage\n  FROM assay_events e\n"
		       "  JOIN indicator i ON %s%s%s = i.value\n  WHERE i.kind = '%s'",
			first ? "" : "\n  UNION ALL", kinds[k].lower ? "lower(e." : "e.",
			kinds[k].column, kinds[k].lower ? ")" : "", kinds[k].name);
		when(q);
		first = false;
	}
	put(q, "\n)\nSELECT stage, indicator, source, ip, user_name, host, agent_id, account, licence,\n"
	       "  user_agent, min(time) AS first_time, max(time) AS last_time, count(*) AS lines\n"
	       "FROM hit\n"
	       "GROUP BY stage, indicator, source, ip, user_name, host, agent_id, account, licence,\n"
	       "  user_agent\n"
	       "ORDER BY stage, indicator, first_time;\n");
}

/* ---- KQL -------------------------------------------------------------------------------------- */

static void kql_times(struct query *q)
{
	char text[TIME_PRINT_BYTES];

	put(q, " | where isnotempty(DeviceId)");
	if (q->window.lo == TIME_UNKNOWN_LO)
		return;
	time_print(q->window.lo, text);
	put(q, " and Timestamp >= datetime(%s)", text);
}

static void kql_list(struct query *q, const struct kind *kind)
{
	const struct case_indicator *i;
	size_t at = 0;

	put(q, "dynamic([");
	for (bool first = true; (i = next_of(q, kind, &at)) != NULL; first = false) {
		put(q, first ? "" : ", ");
		quoted(q, i->value, kind->lower);
	}
	put(q, "])");
}

static const struct {
	const char *kind, *table, *column;
} kql_tables[] = {
	{"sha256", "DeviceFileEvents", "SHA256"}, {"sha256", "DeviceProcessEvents", "SHA256"},
	{"sha256", "DeviceImageLoadEvents", "SHA256"}, {"sha1", "DeviceFileEvents", "SHA1"},
	{"sha1", "DeviceProcessEvents", "SHA1"}, {"md5", "DeviceFileEvents", "MD5"},
	{"md5", "DeviceProcessEvents", "MD5"}, {"file_name", "DeviceFileEvents", "FileName"},
	{"host", "DeviceNetworkEvents", "RemoteUrl"}, {"ip", "DeviceNetworkEvents", "RemoteIP"},
	{"url", "DeviceNetworkEvents", "RemoteUrl"}, {"registry_key", "DeviceRegistryEvents", "RegistryKey"},
};

static void kql(struct query *q)
{
	bool first = true;

	put(q, "union isfuzzy=true");
	for (size_t t = 0; t < sizeof(kql_tables) / sizeof(*kql_tables); t++) {
		for (int k = 0; k < KINDS; k++) {
			size_t at = 0;

			if (!str_is(str_of(kinds[k].name), kql_tables[t].kind) ||
				!next_of(q, &kinds[k], &at))
				continue;
			put(q, "%s\n  (%s", first ? "" : ",", kql_tables[t].table);
			kql_times(q);
			put(q, "\n   | where %s in~ (", kql_tables[t].column);
			kql_list(q, &kinds[k]);
			put(q, ")\n   | extend Indicator = %s, Kind = \"%s\")", kql_tables[t].column,
				kinds[k].name);
			first = false;
		}
	}
	put(q, "\n| summarize First = min(Timestamp), Last = max(Timestamp), Lines = count()\n"
	       "    by Kind, Indicator, DeviceId, DeviceName\n| order by First asc\n");
}

/* ---- SPL -------------------------------------------------------------------------------------- */

/* search reads * as a wildcard and eval does not, so eval compares. */
static void spl(struct query *q)
{
	const struct case_indicator *i;
	size_t at = 0;

	put(q, "search index=*");
	if (q->window.lo != TIME_UNKNOWN_LO)
		put(q, " earliest=%lld", (long long)(q->window.lo / TIME_SECOND));
	put(q, "\n| eval assay_indicator=case(");
	for (bool first = true; (i = next_of(q, NULL, &at)) != NULL; first = false) {
		const struct kind *kind = kind_of(i);

		put(q, "%s\n    %s%s%s==", first ? "" : ",", kind->lower ? "lower(" : "", kind->spl,
			kind->lower ? ")" : "");
		quoted(q, i->value, kind->lower);
		put(q, ", ");
		quoted(q, str_of(arena_printf(&q->arena, "%.*s %.*s", STR_ARG(i->stage),
				       STR_ARG(i->id)).p), false);
	}
	/* stats drops an event that lacks one of the fields it groups by. */
	put(q, ")\n| where isnotnull(assay_indicator)\n"
	       "| fillnull value=\"-\" host src_ip user\n"
	       "| stats min(_time) as first max(_time) as last count as lines by assay_indicator host src_ip user\n"
	       "| sort 0 first\n");
}

bool report_scope_query(const struct case_file *c, enum query_engine engine, struct report_out *out)
{
	struct query q = {.c = c, .engine = engine, .out = out};
	const char *comment = engine == QUERY_KQL ? "//" : "--";
	struct window *windows;
	size_t n, at = 0;

	if (!next_of(&q, NULL, &at))
		return false;
	arena_init(&q.arena, 0);
	windows = windows_of_case(&q.arena, c, &n);
	q.window = windows_hull(windows, n, STR_NONE);
	for (size_t i = 0; i < c->indicators.n; i++)
		q.left_out += !usable(&c->indicators.items[i]);
	/* SPL has no comment that every version reads. */
	if (q.left_out && engine != QUERY_SPL)
		put(&q, "%s %zu of %zu indicators cannot be asked for here and were left out\n", comment,
			q.left_out, (size_t)c->indicators.n);
	if (engine == QUERY_KQL)
		kql(&q);
	else if (engine == QUERY_SPL)
		spl(&q);
	else
		sql(&q);
	arena_release(&q.arena);
	return true;
}
