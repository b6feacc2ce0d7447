/* Bills of materials: what a product or a machine is made of. A component is a record. */
#include "logs/columns.h"


static const struct log_column cyclonedx_columns[] = {
	COLUMN_IS("name", WHAT_PACKAGE),
	COLUMN_IS("version", WHAT_VERSION),
	COLUMN_IS("hashes.content", WHAT_HASH),
	{"purl", COLUMN_PURL, 0},
	{NULL, COLUMN_TIME, 0},
};

const struct log_format log_cyclonedx = {
	.name = "cyclonedx",
	.summary = "CycloneDX as JSON: components with their digests",
	.sure = 94,
	.records = RECORDS_JSON,
	.sequential = true,
	.of_one_host = true,
	.time_means = LOG_TIME_INGEST,
	.may_name = 1 << WHAT_PACKAGE | 1 << WHAT_HASH,
	.splits = SPLITS_SLASHES,
	.parse = json_line_parse,
	.act = ACT_INSTALLED,
	.columns = cyclonedx_columns,
	.within = "components",
	.needs = "name type",
};

static const struct log_column spdx_columns[] = {
	COLUMN_IS("name", WHAT_PACKAGE),
	COLUMN_IS("versionInfo", WHAT_VERSION),
	COLUMN_IS("checksums.checksumValue", WHAT_HASH),
	COLUMN_IS("fileName", WHAT_FILE),
	COLUMN_IS("packageFileName", WHAT_FILE),
	{NULL, COLUMN_TIME, 0},
};

const struct log_format log_spdx = {
	.name = "spdx",
	.summary = "SPDX 2 as JSON: packages and files with their digests",
	.sure = 96,
	.records = RECORDS_JSON,
	.sequential = true,
	.of_one_host = true,
	.time_means = LOG_TIME_INGEST,
	.may_name = 1 << WHAT_PACKAGE | 1 << WHAT_HASH | 1 << WHAT_FILE,
	.splits = SPLITS_SLASHES,
	.parse = json_line_parse,
	.act = ACT_INSTALLED,
	.columns = spdx_columns,
	.within = "packages|files",
	.needs = "SPDXID name|fileName",
};
