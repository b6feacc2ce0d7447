/* Indicators as Microsoft Defender imports them: at most 500 rows a file. */
#include "disclose/csv_out.h"
#include "disclose/disclose.h"

enum { ROWS_MAX = 500 };

static const char *type_of(struct str kind)
{
	static const char *const rows[][2] = {{"sha256", "FileSha256"}, {"sha1", "FileSha1"}, {"md5", "FileMd5"},
		{"ip", "IpAddress"}, {"host", "DomainName"}, {"url", "Url"}};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (str_is(kind, rows[i][0]))
			return rows[i][1];
	return NULL;
}

static void row(const struct disclosure *d, struct csv_out *c, const struct case_indicator *i)
{
	bool file = str_starts(str_of(type_of(i->kind)), "File");

	csv_cell_z(c, type_of(i->kind));
	csv_cell(c, i->value);
	csv_cell_z(c, "");
	csv_cell_z(c, file ? "BlockAndRemediate" : "Block");
	csv_cell_z(c, "High");
	csv_cell(c, incident_title(d));
	csv_cell(c, arena_printf(d->arena, "Case %.*s, indicator %.*s: seeing it means %.*s", STR_ARG(d->c->id),
			    STR_ARG(i->id), STR_ARG(i->stage)));
	csv_cell_z(c, file ? "Take the release off the machine and look at what it did" : "Find what connects there");
	csv_cell_z(c, "");
	csv_cell_z(c, "Malware");
	csv_cell_z(c, "");
	csv_cell_z(c, "TRUE");
	csv_row_end(c);
}

bool disclose_defender(const struct disclosure *d, struct report_out *out, struct str *ret_why)
{
	static const char *const head[] = {"IndicatorType", "IndicatorValue", "ExpirationTime", "Action",
		"Severity", "Title", "Description", "RecommendedActions", "RbacGroups", "Category",
		"MitreTechniques", "GenerateAlert"};
	struct csv_out c = {.out = out};
	struct blocklist b;

	blocklist_make(d, &b);
	if (b.n == 0 || b.n > ROWS_MAX) {
		*ret_why = b.n ? STR("more than 500 indicators: one import takes no more")
			       : STR("nothing of the case may be blocked");
		return false;
	}
	for (size_t i = 0; i < sizeof(head) / sizeof(head[0]); i++)
		csv_cell_z(&c, head[i]);
	csv_row_end(&c);
	for (size_t i = 0; i < b.n; i++)
		row(d, &c, b.items[i].indicator);
	return true;
}
