/* Formats whose records name their fields: only tables. Reading is in columns.c. */
#include "logs/columns.h"

#define MAY(x) (1u << (x))

/* ---- access logs as JSON: nginx (log_format ... escape=json), Caddy, Traefik, Apache ---------------- */

static const struct log_column access_columns[] = {
	{"time_iso8601", COLUMN_TIME, 0},
	{"time_local", COLUMN_TIME, 0},
	{"timestamp", COLUMN_TIME, 0},
	{"@timestamp", COLUMN_TIME, 0},
	{"StartUTC", COLUMN_TIME, 0},
	{"time", COLUMN_TIME, 0},
	{"ts", COLUMN_TIME, 0},
	{"msec", COLUMN_TIME, 0},
	COLUMN_IS_WHO("remote_addr", WHO_IP),
	COLUMN_IS_WHO("client_ip", WHO_IP),
	COLUMN_IS_WHO("clientip", WHO_IP),
	COLUMN_IS_WHO("remote_ip", WHO_IP),
	COLUMN_IS_WHO("ClientHost", WHO_IP),
	COLUMN_IS_WHO("remote_user", WHO_USER),
	COLUMN_IS_WHO("user_id", WHO_USER),
	COLUMN_IS_WHO("http_user_agent", WHO_USER_AGENT),
	COLUMN_IS_WHO("user_agent", WHO_USER_AGENT),
	COLUMN_IS_WHO("headers.User-Agent", WHO_USER_AGENT),
	COLUMN_IS_WHO("request_User-Agent", WHO_USER_AGENT),
	{"request.host", COLUMN_SITE, 0},
	{"http_host", COLUMN_SITE, 0},
	{"server_name", COLUMN_SITE, 0},
	{"RequestHost", COLUMN_SITE, 0},
	{"host", COLUMN_SITE, 0},
	{"request_uri", COLUMN_PATH, 0},
	{"request.uri", COLUMN_PATH, 0},
	{"RequestPath", COLUMN_PATH, 0},
	{"uri", COLUMN_PATH, 0},
	{"url", COLUMN_PATH, 0},
	{"path", COLUMN_PATH, 0},
	{"request", COLUMN_REQUEST, 0},
	{"request_method", COLUMN_METHOD, 0},
	{"RequestMethod", COLUMN_METHOD, 0},
	{"method", COLUMN_METHOD, 0},
	{"status", COLUMN_STATUS, 0},
	{"status_code", COLUMN_STATUS, 0},
	{"DownstreamStatus", COLUMN_STATUS, 0},
	{"body_bytes_sent", COLUMN_BYTES, 0},
	{"bytes_sent", COLUMN_BYTES, 0},
	{"DownstreamContentSize", COLUMN_BYTES, 0},
	{"bytes", COLUMN_BYTES, 0},
	{"size", COLUMN_BYTES, 0},
	{NULL, COLUMN_TIME, 0},
};

const struct log_format log_json_access = {
	.name = "json-access",
	.summary = "access logs as JSON lines: nginx, Caddy, Traefik, Apache",
	.sure = 88,
	.time_means = LOG_TIME_END,
	.may_name = MAY(WHAT_PATH) | MAY(WHAT_URL) | MAY(WHAT_HOST),
	.splits = SPLITS_SLASHES,
	.parse = json_line_parse,
	.act = ACT_DELIVERED,
	.columns = access_columns,
	.needs = "remote_addr|client_ip|clientip|remote_ip|ClientHost "
		 "request|request_uri|uri|url|path|RequestPath status|status_code|DownstreamStatus",
};

/* ---- W3C extended: IIS, CloudFront -------------------------------------------------------------------- */

static const struct log_column w3c_columns[] = {
	{"date", COLUMN_DATE, 0},
	{"time", COLUMN_CLOCK, 0},
	COLUMN_IS_WHO("c-ip", WHO_IP),
	COLUMN_IS_WHO("cs-username", WHO_USER),
	COLUMN_IS_WHO("cs(User-Agent)", WHO_USER_AGENT),
	{"x-host-header", COLUMN_SITE, 0},
	{"cs-host", COLUMN_SITE, 0},
	{"cs(Host)", COLUMN_SITE, 0},
	{"cs-uri-stem", COLUMN_PATH, 0},
	{"cs-uri-query", COLUMN_QUERY, 0},
	{"cs-method", COLUMN_METHOD, 0},
	{"sc-status", COLUMN_STATUS, 0},
	{"sc-bytes", COLUMN_BYTES, 0},
	{NULL, COLUMN_TIME, 0},
};

const struct log_format log_iis = {
	.name = "iis",
	.summary = "IIS in the W3C extended format; times are UTC",
	.sure = 96,
	.sequential = true,
	.time_means = LOG_TIME_END,
	.zone = "UTC",
	.may_name = MAY(WHAT_PATH) | MAY(WHAT_URL) | MAY(WHAT_HOST),
	.parse = w3c_parse,
	.act = ACT_DELIVERED,
	.columns = w3c_columns,
	.needs = "date time c-ip cs-uri-stem sc-status s-ip|s-port|s-sitename",
};

const struct log_format log_cloudfront = {
	.name = "cloudfront",
	.summary = "standard logs of CloudFront; times are UTC and records can be late",
	.sure = 98,
	.sequential = true,
	.time_means = LOG_TIME_END,
	.zone = "UTC",
	.may_name = MAY(WHAT_PATH) | MAY(WHAT_URL) | MAY(WHAT_HOST),
	.parse = w3c_parse,
	.act = ACT_DELIVERED,
	.columns = w3c_columns,
	.needs = "date time x-edge-location c-ip cs-uri-stem sc-status",
};

/* ---- Zeek: conn, dns, http, ssl, files ---------------------------------------------------------------- */

static const struct log_column zeek_columns[] = {
	{"ts", COLUMN_TIME, 0},
	COLUMN_IS_WHO("id.orig_h", WHO_IP),
	COLUMN_IS_WHO("rx_hosts", WHO_IP),
	COLUMN_IS_WHO("username", WHO_USER),
	COLUMN_IS_WHO("user_agent", WHO_USER_AGENT),
	COLUMN_IS("id.resp_h", WHAT_IP),
	COLUMN_IS("tx_hosts", WHAT_IP),
	COLUMN_IS("query", WHAT_HOST),
	COLUMN_IS("server_name", WHAT_HOST),
	COLUMN_IS("sha256", WHAT_HASH),
	COLUMN_IS("sha1", WHAT_HASH),
	COLUMN_IS("md5", WHAT_HASH),
	COLUMN_IS("filename", WHAT_FILE),
	{"host", COLUMN_SITE, 0},
	{"uri", COLUMN_PATH, 0},
	{"method", COLUMN_METHOD, 0},
	{"status_code", COLUMN_STATUS, 0},
	{"response_body_len", COLUMN_BYTES, 0},
	{"seen_bytes", COLUMN_BYTES, 0},
	{NULL, COLUMN_TIME, 0},
};

#define ZEEK_MAY                                                                                    \
	(MAY(WHAT_PATH) | MAY(WHAT_URL) | MAY(WHAT_HOST) | MAY(WHAT_IP) | MAY(WHAT_HASH) |          \
		MAY(WHAT_FILE))

const struct log_format log_zeek = {
	.name = "zeek",
	.summary = "Zeek as tab-separated values: conn, dns, http, ssl, files",
	.sure = 98,
	.sequential = true,
	.time_means = LOG_TIME_START,
	.zone = "UTC",
	.may_name = ZEEK_MAY,
	.parse = zeek_parse,
	.mark = '\t',
	.act = ACT_CONTACTED,
	.columns = zeek_columns,
	.needs = "ts uid|fuid|conn_uids",
};

const struct log_format log_zeek_json = {
	.name = "zeek-json",
	.summary = "Zeek as JSON lines: conn, dns, http, ssl, files",
	.sure = 95,
	.time_means = LOG_TIME_START,
	.zone = "UTC",
	.may_name = ZEEK_MAY,
	.splits = SPLITS_SLASHES,
	.parse = json_line_parse,
	.act = ACT_CONTACTED,
	.columns = zeek_columns,
	.needs = "ts uid|fuid|conn_uids id.orig_h|tx_hosts|fuid",
};

/* ---- Windows events as JSON ---------------------------------------------------------------------------- */

const struct log_column windows_columns[] = {
	{"EventData.UtcTime", COLUMN_TIME, 0},
	{"UtcTime", COLUMN_TIME, 0},
	{"TimeCreated.SystemTime", COLUMN_TIME, 0},
	{"TimeCreated.#attributes.SystemTime", COLUMN_TIME, 0},
	{"SystemTime", COLUMN_TIME, 0},
	{"TimeCreated", COLUMN_TIME, 0},
	{"@timestamp", COLUMN_TIME, 0},
	{"EventTime", COLUMN_TIME, 0},
	{"EventID", COLUMN_EVENT, 0},
	{"EventID.#text", COLUMN_EVENT, 0},
	{"event_id", COLUMN_EVENT, 0},
	{"event.code", COLUMN_EVENT, 0},
	{"Id", COLUMN_EVENT, 0},
	COLUMN_IS_WHO("Computer", WHO_HOST),
	COLUMN_IS_WHO("computer_name", WHO_HOST),
	COLUMN_IS_WHO("MachineName", WHO_HOST),
	COLUMN_IS_WHO("Hostname", WHO_HOST),
	COLUMN_IS_WHO("User", WHO_USER),
	COLUMN_IS_WHO("SubjectUserName", WHO_USER),
	COLUMN_IS_WHO("SourceIp", WHO_IP),
	COLUMN_IS("Image", WHAT_FILE),
	COLUMN_IS("NewProcessName", WHAT_FILE),
	COLUMN_IS("ImageLoaded", WHAT_FILE),
	COLUMN_IS("TargetFilename", WHAT_FILE),
	COLUMN_IS("ServiceFileName", WHAT_FILE),
	COLUMN_IS("ImagePath", WHAT_FILE),
	COLUMN_IS("ServiceName", WHAT_SERVICE),
	COLUMN_IS("TargetObject", WHAT_REGISTRY),
	COLUMN_IS("QueryName", WHAT_HOST),
	COLUMN_IS("DestinationHostname", WHAT_HOST),
	COLUMN_IS("DestinationIp", WHAT_IP),
	COLUMN_IS("DestAddress", WHAT_IP),
	{"Hashes", COLUMN_DIGESTS, 0},
	{"Hash", COLUMN_DIGESTS, 0},
	{NULL, COLUMN_TIME, 0},
};

const struct log_format log_windows_json = {
	.name = "windows-json",
	.summary = "Sysmon and other Windows events as JSON lines",
	.sure = 92,
	.time_means = LOG_TIME_START,
	.zone = "UTC",
	.may_name = MAY(WHAT_HASH) | MAY(WHAT_FILE) | MAY(WHAT_HOST) | MAY(WHAT_IP) |
		    MAY(WHAT_REGISTRY) | MAY(WHAT_SERVICE),
	.splits = SPLITS_SLASHES,
	.parse = json_line_parse,
	.act = ACT_INSTALLED,
	.columns = windows_columns,
	.needs = "EventID|EventID.#text|event_id|event.code|RecordId "
		 "Computer|computer_name|MachineName|Hostname",
};

/* ---- osquery ------------------------------------------------------------------------------------------- */

static const struct log_column osquery_columns[] = {
	{"unixTime", COLUMN_TIME, 1},
	{"calendarTime", COLUMN_TIME, 0},
	COLUMN_IS_WHO("hostIdentifier", WHO_HOST),
	COLUMN_IS_WHO("decorations.hostname", WHO_HOST),
	COLUMN_IS_WHO("decorations.host_uuid", WHO_AGENT_ID),
	COLUMN_IS_WHO("columns.username", WHO_USER),
	{"action", COLUMN_ACTION, 0},
	COLUMN_IS("columns.name", WHAT_PACKAGE),
	COLUMN_IS("columns.version", WHAT_VERSION),
	COLUMN_IS("columns.bundle_short_version", WHAT_VERSION),
	COLUMN_IS("columns.path", WHAT_FILE),
	COLUMN_IS("columns.sha256", WHAT_HASH),
	COLUMN_IS("columns.sha1", WHAT_HASH),
	COLUMN_IS("columns.md5", WHAT_HASH),
	COLUMN_IS("columns.remote_address", WHAT_IP),
	COLUMN_IS("columns.key", WHAT_REGISTRY),
	COLUMN_IS("snapshot.name", WHAT_PACKAGE),
	COLUMN_IS("snapshot.version", WHAT_VERSION),
	COLUMN_IS("snapshot.path", WHAT_FILE),
	COLUMN_IS("snapshot.sha256", WHAT_HASH),
	COLUMN_IS("snapshot.sha1", WHAT_HASH),
	COLUMN_IS("snapshot.md5", WHAT_HASH),
	COLUMN_IS("snapshot.remote_address", WHAT_IP),
	COLUMN_IS("added.name", WHAT_PACKAGE),
	COLUMN_IS("added.version", WHAT_VERSION),
	COLUMN_IS("added.path", WHAT_FILE),
	COLUMN_IS("added.sha256", WHAT_HASH),
	{NULL, COLUMN_TIME, 0},
};

const struct log_format log_osquery = {
	.name = "osquery",
	.summary = "results of osquery: differential, batched and snapshots",
	.sure = 96,
	.time_means = LOG_TIME_INGEST,
	.zone = "UTC",
	.may_name = MAY(WHAT_HASH) | MAY(WHAT_FILE) | MAY(WHAT_PACKAGE) | MAY(WHAT_IP) |
		    MAY(WHAT_REGISTRY),
	.splits = SPLITS_SLASHES,
	.parse = json_line_parse,
	.act = ACT_INSTALLED,
	.columns = osquery_columns,
	.needs = "hostIdentifier unixTime|calendarTime",
};

/* ---- exports of inventories as CSV ---------------------------------------------------------------------- */

static const struct log_column intune_columns[] = {
	COLUMN_IS_WHO("DeviceName", WHO_HOST),
	COLUMN_IS_WHO("DeviceId", WHO_AGENT_ID),
	COLUMN_IS_WHO("UserName", WHO_USER),
	COLUMN_IS_WHO("EmailAddress", WHO_ACCOUNT),
	COLUMN_IS("ApplicationName", WHAT_PACKAGE),
	COLUMN_IS("ApplicationVersion", WHAT_VERSION),
	{"LastSyncDateTime", COLUMN_TIME, 0},
	{NULL, COLUMN_TIME, 0},
};

const struct log_format log_intune = {
	.name = "intune",
	.summary = "discovered apps of Intune as CSV",
	.sure = 98,
	.records = RECORDS_CSV,
	.sequential = true,
	.time_means = LOG_TIME_INGEST,
	.may_name = MAY(WHAT_PACKAGE),
	.parse = csv_parse,
	.mark = '"',
	.act = ACT_INSTALLED,
	.columns = intune_columns,
	.needs = "ApplicationName ApplicationVersion DeviceName|DeviceId",
};

static const struct log_column configmgr_columns[] = {
	COLUMN_IS_WHO("Netbios_Name0", WHO_HOST),
	COLUMN_IS_WHO("ResourceName", WHO_HOST),
	COLUMN_IS_WHO("Computer_Name", WHO_HOST),
	COLUMN_IS_WHO("Machine_Name", WHO_HOST),
	COLUMN_IS_WHO("Name0", WHO_HOST),
	COLUMN_IS_WHO("ResourceID", WHO_AGENT_ID),
	COLUMN_IS("DisplayName0", WHAT_PACKAGE),
	COLUMN_IS("ProductName0", WHAT_PACKAGE),
	COLUMN_IS("ARPDisplayName0", WHAT_PACKAGE),
	COLUMN_IS("Version0", WHAT_VERSION),
	COLUMN_IS("ProductVersion0", WHAT_VERSION),
	{"TimeStamp", COLUMN_TIME, 0},
	{NULL, COLUMN_TIME, 0},
};

const struct log_format log_configmgr = {
	.name = "configmgr",
	.summary = "installed software of Configuration Manager as CSV",
	.sure = 97,
	.records = RECORDS_CSV,
	.sequential = true,
	.time_means = LOG_TIME_INGEST,
	.may_name = MAY(WHAT_PACKAGE),
	.parse = csv_parse,
	.mark = '"',
	.act = ACT_INSTALLED,
	.columns = configmgr_columns,
	.needs = "Netbios_Name0|ResourceName|Computer_Name|Machine_Name|Name0|ResourceID "
		 "DisplayName0|ProductName0|ARPDisplayName0 Version0|ProductVersion0",
};

static const struct log_column software_columns[] = {
	COLUMN_IS_WHO("hostname", WHO_HOST),
	COLUMN_IS_WHO("host_name", WHO_HOST),
	COLUMN_IS_WHO("host_display_name", WHO_HOST),
	COLUMN_IS_WHO("computer_name", WHO_HOST),
	COLUMN_IS_WHO("device_name", WHO_HOST),
	COLUMN_IS_WHO("computer", WHO_HOST),
	COLUMN_IS_WHO("device", WHO_HOST),
	COLUMN_IS_WHO("host", WHO_HOST),
	COLUMN_IS_WHO("host_uuid", WHO_AGENT_ID),
	COLUMN_IS_WHO("uuid", WHO_AGENT_ID),
	COLUMN_IS("software_name", WHAT_PACKAGE),
	COLUMN_IS("application_name", WHAT_PACKAGE),
	COLUMN_IS("product_name", WHAT_PACKAGE),
	COLUMN_IS("software", WHAT_PACKAGE),
	COLUMN_IS("name", WHAT_PACKAGE),
	COLUMN_IS("software_version", WHAT_VERSION),
	COLUMN_IS("product_version", WHAT_VERSION),
	COLUMN_IS("version", WHAT_VERSION),
	COLUMN_IS("sha256", WHAT_HASH),
	COLUMN_IS("hash_sha256", WHAT_HASH),
	COLUMN_IS("path", WHAT_FILE),
	{"last_seen", COLUMN_TIME, 0},
	{"installed_at", COLUMN_TIME, 0},
	{"seen_time", COLUMN_TIME, 0},
	{"timestamp", COLUMN_TIME, 0},
	{NULL, COLUMN_TIME, 0},
};

const struct log_format log_software_csv = {
	.name = "software-csv",
	.summary = "software by host as CSV: exports of Fleet and others with host, name, version",
	.sure = 80,
	.records = RECORDS_CSV,
	.sequential = true,
	.time_means = LOG_TIME_INGEST,
	.may_name = MAY(WHAT_PACKAGE) | MAY(WHAT_HASH) | MAY(WHAT_FILE),
	.parse = csv_parse,
	.mark = '"',
	.act = ACT_INSTALLED,
	.columns = software_columns,
	.needs = "hostname|host_name|host_display_name|computer_name|device_name|computer|device|host "
		 "software_name|application_name|product_name|software|name "
		 "software_version|product_version|version",
};

/* Fleet's API and exports: one object a host, or one a title and host. */
static const struct log_column fleet_columns[] = {
	COLUMN_IS_WHO("hostname", WHO_HOST),
	COLUMN_IS_WHO("display_name", WHO_HOST),
	COLUMN_IS_WHO("uuid", WHO_AGENT_ID),
	COLUMN_IS_WHO("primary_ip", WHO_IP),
	COLUMN_IS("software.name", WHAT_PACKAGE),
	COLUMN_IS("software.version", WHAT_VERSION),
	COLUMN_IS("software.installed_paths", WHAT_FILE),
	COLUMN_IS("hash_sha256", WHAT_HASH),
	{"software_updated_at", COLUMN_TIME, 0},
	{"detail_updated_at", COLUMN_TIME, 0},
	{NULL, COLUMN_TIME, 0},
};

const struct log_format log_fleet = {
	.name = "fleet",
	.summary = "hosts of Fleet with their software, as JSON lines",
	.sure = 94,
	.time_means = LOG_TIME_INGEST,
	.zone = "UTC",
	.may_name = MAY(WHAT_PACKAGE) | MAY(WHAT_HASH) | MAY(WHAT_FILE),
	.splits = SPLITS_SLASHES,
	.parse = json_line_parse,
	.act = ACT_INSTALLED,
	.columns = fleet_columns,
	.needs = "hostname|display_name software.name software.version",
};
