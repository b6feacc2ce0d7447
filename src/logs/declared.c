#include "logs/declared.h"

#include "logs/columns.h"

extern const struct log_format log_declared_csv, log_declared_json;

enum { DECLARED_COLUMNS = 60, NEEDS_BYTES = 4000 };

static struct log_column columns[DECLARED_COLUMNS + 1];
static enum log_act act;

static const struct {
	const char *word;
	enum column_role role;
	unsigned index;
} roles[] = {
	{"time", COLUMN_TIME, 0},
	{"date", COLUMN_DATE, 0},
	{"clock", COLUMN_CLOCK, 0},
	{"ip", COLUMN_WHO, WHO_IP},
	{"user", COLUMN_WHO, WHO_USER},
	{"host", COLUMN_WHO, WHO_HOST},
	{"agent_id", COLUMN_WHO, WHO_AGENT_ID},
	{"account", COLUMN_WHO, WHO_ACCOUNT},
	{"licence", COLUMN_WHO, WHO_LICENCE},
	{"user_agent", COLUMN_WHO, WHO_USER_AGENT},
	{"domain", COLUMN_WHO, WHO_DOMAIN},
	{"hash", COLUMN_THING, WHAT_HASH},
	{"path", COLUMN_PATH, 0},
	{"url", COLUMN_THING, WHAT_URL},
	{"to_host", COLUMN_THING, WHAT_HOST},
	{"to_ip", COLUMN_THING, WHAT_IP},
	{"file", COLUMN_THING, WHAT_FILE},
	{"registry_key", COLUMN_THING, WHAT_REGISTRY},
	{"service", COLUMN_THING, WHAT_SERVICE},
	{"package", COLUMN_THING, WHAT_PACKAGE},
	{"version", COLUMN_THING, WHAT_VERSION},
	{"site", COLUMN_SITE, 0},
	{"request", COLUMN_REQUEST, 0},
	{"purl", COLUMN_PURL, 0},
	{"digests", COLUMN_DIGESTS, 0},
	{"status", COLUMN_STATUS, 0},
	{"bytes", COLUMN_BYTES, 0},
	{"method", COLUMN_METHOD, 0},
};

static const char *const acts[ACT_N] = {"delivered", "contacted", "installed", "executed"};

static bool find_act(struct str word)
{
	for (unsigned i = 0; i < ACT_N; i++) {
		if (!str_is(word, acts[i]))
			continue;
		act = (enum log_act)i;
		return true;
	}
	return false;
}

static const char *add_column(struct arena *a, struct str word, struct str name, unsigned *n)
{
	for (size_t i = 0; i < sizeof(roles) / sizeof(roles[0]); i++) {
		if (!str_is(word, roles[i].word))
			continue;
		if (*n == DECLARED_COLUMNS)
			return "too many columns";
		columns[(*n)++] = (struct log_column){arena_str(a, name).p, roles[i].role,
			roles[i].index};
		return NULL;
	}
	return "no such thing to be: see assay scope scan --help";
}

static const char *read_line(struct arena *a, struct str line, unsigned *n,
	const struct log_format **format)
{
	size_t blank = 0;
	struct str word, value;

	while (blank < line.len && line.p[blank] != ' ' && line.p[blank] != '\t')
		blank++;
	word = str_part(line, 0, blank);
	value = str_trim(str_part(line, blank, line.len));
	if (!value.len)
		return "a word and what belongs to it";
	if (str_is(word, "format")) {
		*format = str_is(value, "csv")	   ? &log_declared_csv
			  : str_is(value, "jsonl") ? &log_declared_json
						   : NULL;
		return *format ? NULL : "neither csv nor jsonl";
	}
	if (str_is(word, "act"))
		return find_act(value) ? NULL : "none of delivered, contacted, installed, executed";
	return add_column(a, word, value, n);
}

const struct log_format *declared_read(struct arena *a, struct str text, unsigned *ret_line,
	const char **ret_why)
{
	const struct log_format *format = NULL;
	struct str rest = text, line;
	unsigned n = 0;

	act = ACT_DELIVERED;
	*ret_line = 0;
	while (str_line(&rest, &line)) {
		++*ret_line;
		line = str_trim(line);
		if (!line.len || line.p[0] == '#')
			continue;
		*ret_why = read_line(a, line, &n, &format);
		if (*ret_why)
			return NULL;
	}
	columns[n] = (struct log_column){0};
	*ret_why = !format ? "\"format csv\" or \"format jsonl\" is missing"
		   : !n	   ? "no column is named"
			   : NULL;
	return *ret_why ? NULL : format;
}

/* The same format with the columns that were declared. */
static struct log_format with_columns(const struct log_format *f)
{
	struct log_format mine = *f;

	mine.columns = columns[0].name ? columns : NULL;
	mine.act = act;
	return mine;
}

static enum log_line declared_csv(const struct log_format *f, struct log_state *st, struct arena *a,
	struct str line, struct log_record *ret)
{
	struct log_format mine = with_columns(f);
	enum log_line is;
	unsigned known = 0, declared = 0;
	bool header = !st->ready && !st->foreign;

	if (!mine.columns)
		return LINE_UNREADABLE;
	is = csv_parse(&mine, st, a, line, ret);
	if (!header || !st->ready)
		return is;
	for (unsigned i = 0; i < st->n && i < COLUMNS_MAX; i++)
		known += st->is[i] != NULL;
	while (columns[declared].name)
		declared++;
	st->ready = known >= declared;
	st->foreign = !st->ready;
	return st->ready ? LINE_ASIDE : LINE_UNREADABLE;
}

static enum log_line declared_json(const struct log_format *f, struct log_state *st, struct arena *a,
	struct str line, struct log_record *ret)
{
	struct log_format mine = with_columns(f);

	return mine.columns ? json_line_parse(&mine, st, a, line, ret) : LINE_UNREADABLE;
}

#define ALL_WHATS ((1u << WHAT_N) - 1)

const struct log_format log_declared_csv = {
	.name = "declared-csv",
	.summary = "any CSV, by a declaration of its columns (--mapping)",
	.sure = 100,
	.records = RECORDS_CSV,
	.sequential = true,
	.time_means = LOG_TIME_START,
	.may_name = ALL_WHATS,
	.parse = declared_csv,
	.mark = '"',
};

const struct log_format log_declared_json = {
	.name = "declared-json",
	.summary = "any JSON lines, by a declaration of their names (--mapping)",
	.sure = 100,
	.time_means = LOG_TIME_START,
	.may_name = ALL_WHATS,
	.splits = SPLITS_SLASHES,
	.parse = declared_json,
};
