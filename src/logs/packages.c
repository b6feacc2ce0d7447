/*
 * Lists of installed software as the package managers print them; whose they are is not in them.
 *
 * dpkg -l:		ii  name[:arch]  1.2.3-1  amd64  description
 * dpkg-query -W:	name[:arch] TAB 1.2.3-1
 * dpkg.log:		2022-09-27 10:11:12 installed name:arch 1.2.3-1
 * rpm -qa:		name-1.2.3-1.el9.x86_64
 * brew list --versions: name 1.2.3 [1.2.2]
 * winget list:		Name   Id   Version ...  with columns below a line of dashes
 */
#include "logs/words.h"

#include "logs/columns.h"

static bool version_like(struct str s)
{
	bool digit = false;

	for (size_t i = 0; i < s.len; i++) {
		char c = s.p[i];

		digit |= c >= '0' && c <= '9';
		if (!((c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') ||
			    strchr(".+-~:_", c)))
			return false;
	}
	return digit;
}

static bool name_like(struct str s)
{
	for (size_t i = 0; i < s.len; i++) {
		char c = s.p[i];

		if (!((c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') ||
			    strchr(".+-_:@/", c)))
			return false;
	}
	return s.len > 0;
}

static void installed(struct log_record *r, struct str name, struct str version)
{
	record_add(r, WHAT_PACKAGE, str_part(name, 0, str_find_z(name, ":")));
	record_add(r, WHAT_VERSION, version);
	r->act = ACT_INSTALLED;
}

static bool wide_take(struct str *rest, struct str *ret)
{
	while (char_take(rest, ' '))
		;
	return word_take(rest, ret);
}

static enum log_line dpkg_list_parse(const struct log_format *f, struct log_state *st,
	struct arena *a, struct str line, struct log_record *ret)
{
	struct log_record mine = {0};
	struct str rest = line, state, name, version, arch;

	if (!line.len || str_starts(line, "Desired=") || line.p[0] == '|' || str_starts(line, "+++-"))
		return LINE_ASIDE;
	if (!wide_take(&rest, &state) || state.len < 2 || state.len > 3 ||
		!strchr("uihrp", state.p[0]) || !strchr("ncHUFWti", state.p[1]) ||
		!wide_take(&rest, &name) || !wide_take(&rest, &version) || !wide_take(&rest, &arch) ||
		!name_like(name) || !version_like(version))
		return LINE_UNREADABLE;
	if (state.p[1] != 'i')
		return LINE_ASIDE; /* its configuration files alone, or half of it */
	installed(ret ? ret : &mine, name, version);
	return LINE_RECORD;
}

const struct log_format log_dpkg_list = {
	.name = "dpkg-list",
	.summary = "dpkg -l",
	.sure = 92,
	.of_one_host = true,
	.time_means = LOG_TIME_INGEST,
	.may_name = 1 << WHAT_PACKAGE,
	.parse = dpkg_list_parse,
};

static enum log_line dpkg_query_parse(const struct log_format *f, struct log_state *st,
	struct arena *a, struct str line, struct log_record *ret)
{
	struct log_record mine = {0};
	size_t tab = str_find_z(line, "\t");
	struct str name = str_part(line, 0, tab);
	struct str version = tab == SIZE_MAX ? STR_NONE : str_part(line, tab + 1, line.len);

	if (!line.len)
		return LINE_ASIDE;
	if (tab == SIZE_MAX || !name_like(name) || !version_like(version))
		return LINE_UNREADABLE;
	installed(ret ? ret : &mine, name, version);
	return LINE_RECORD;
}

const struct log_format log_dpkg_query = {
	.name = "dpkg-query",
	.summary = "dpkg-query -W: a name, a tab, a version",
	.sure = 60,
	.of_one_host = true,
	.time_means = LOG_TIME_INGEST,
	.may_name = 1 << WHAT_PACKAGE,
	.parse = dpkg_query_parse,
};

static enum log_line dpkg_log_parse(const struct log_format *f, struct log_state *st, struct arena *a,
	struct str line, struct log_record *ret)
{
	struct log_record mine = {0}, *r = ret ? ret : &mine;
	struct str rest, action, name, first, second = STR_NONE;

	if (!line.len)
		return LINE_ASIDE;
	if (line.len < 21 || line.p[4] != '-' || line.p[10] != ' ' || line.p[13] != ':' ||
		line.p[19] != ' ')
		return LINE_UNREADABLE;
	rest = str_part(line, 20, line.len);
	if (!word_take(&rest, &action))
		return LINE_UNREADABLE;
	if (str_is(action, "status")) {
		/* "status installed name:arch version" repeats what "install" and "upgrade" said */
		if (!str_starts(rest, "installed "))
			return LINE_ASIDE;
		(void)word_take(&rest, &action);
	} else if (!str_is(action, "install") && !str_is(action, "upgrade")) {
		return LINE_ASIDE;
	}
	if (!word_take(&rest, &name) || !word_take(&rest, &first))
		return LINE_UNREADABLE;
	(void)word_take(&rest, &second);
	r->time = str_part(line, 0, 19);
	installed(r, name, second.len ? second : first);
	return LINE_RECORD;
}

const struct log_format log_dpkg_log = {
	.name = "dpkg-log",
	.summary = "/var/log/dpkg.log",
	.sure = 93,
	.of_one_host = true,
	.time_means = LOG_TIME_START,
	.may_name = 1 << WHAT_PACKAGE,
	.parse = dpkg_log_parse,
};

static enum log_line rpm_parse(const struct log_format *f, struct log_state *st, struct arena *a,
	struct str line, struct log_record *ret)
{
	struct log_record mine = {0};
	size_t arch = str_rfind_char(line, '.'), release, version;
	struct str nvr;

	if (!line.len)
		return LINE_ASIDE;
	nvr = str_part(line, 0, arch);
	release = arch == SIZE_MAX ? SIZE_MAX : str_rfind_char(nvr, '-');
	version = release == SIZE_MAX ? SIZE_MAX : str_rfind_char(str_part(nvr, 0, release), '-');
	if (version == SIZE_MAX || version == 0 || !name_like(line) ||
		!version_like(str_part(nvr, version + 1, release - version - 1)))
		return LINE_UNREADABLE;
	installed(ret ? ret : &mine, str_part(nvr, 0, version),
		str_part(nvr, version + 1, release - version - 1));
	return LINE_RECORD;
}

const struct log_format log_rpm = {
	.name = "rpm",
	.summary = "rpm -qa",
	.sure = 70,
	.of_one_host = true,
	.time_means = LOG_TIME_INGEST,
	.may_name = 1 << WHAT_PACKAGE,
	.parse = rpm_parse,
};

static enum log_line brew_parse(const struct log_format *f, struct log_state *st, struct arena *a,
	struct str line, struct log_record *ret)
{
	struct log_record mine = {0};
	struct str rest = line, name, version;
	bool any = false;

	if (!line.len)
		return LINE_ASIDE;
	if (!word_take(&rest, &name) || !name_like(name))
		return LINE_UNREADABLE;
	while (word_take(&rest, &version)) {
		if (!version_like(version))
			return LINE_UNREADABLE;
		installed(ret ? ret : &mine, name, version);
		any = true;
	}
	return any ? LINE_RECORD : LINE_UNREADABLE;
}

const struct log_format log_brew = {
	.name = "brew",
	.summary = "brew list --versions",
	.sure = 50,
	.of_one_host = true,
	.time_means = LOG_TIME_INGEST,
	.may_name = 1 << WHAT_PACKAGE,
	.parse = brew_parse,
};

/* ---- winget: columns as wide as the header says ----------------------------------------------------- */

/* Counted in characters: names may hold letters of more bytes. */
static size_t column_byte(struct str line, unsigned column)
{
	size_t at = 0;

	for (unsigned n = 0; at < line.len; at++) {
		if (((unsigned char)line.p[at] & 0xc0) == 0x80)
			continue;
		if (n++ == column)
			break;
	}
	return at;
}

static bool winget_header(struct log_state *st, struct str line)
{
	size_t id = str_find_z(line, " Id "), version = str_find_z(line, " Version");

	if (!str_starts(line, "Name ") || id == SIZE_MAX || version == SIZE_MAX || version < id)
		return false;
	st->ready = true;
	st->widths[0] = (unsigned)id + 1;
	st->widths[1] = (unsigned)version + 1;
	return true;
}

static enum log_line winget_parse(const struct log_format *f, struct log_state *st, struct arena *a,
	struct str line, struct log_record *ret)
{
	struct log_record mine = {0}, *r = ret ? ret : &mine;
	struct str text = str_trim(line), name, id, version;
	size_t at_id, at_version, blank;

	if (!text.len || text.p[0] == '-')
		return LINE_ASIDE;
	if (!st->ready)
		return winget_header(st, text) || text.len < 5 ? LINE_ASIDE : LINE_UNREADABLE;
	at_id = column_byte(line, st->widths[0]);
	at_version = column_byte(line, st->widths[1]);
	name = str_trim(str_part(line, 0, at_id));
	id = str_trim(str_part(line, at_id, at_version - at_id));
	version = str_part(line, at_version, line.len);
	blank = str_find_z(version, " ");
	version = str_part(version, 0, blank);
	if (str_is(version, "<") || str_is(version, ">") || !name.len || !version_like(version))
		return name.len && version.len ? LINE_ASIDE : LINE_UNREADABLE;
	installed(r, name, version);
	record_add(r, WHAT_PACKAGE, str_part(id, str_rfind_char(id, '.') + 1, id.len));
	record_add(r, WHAT_VERSION, version);
	return LINE_RECORD;
}

const struct log_format log_winget = {
	.name = "winget",
	.summary = "winget list",
	.sure = 90,
	.sequential = true,
	.of_one_host = true,
	.time_means = LOG_TIME_INGEST,
	.may_name = 1 << WHAT_PACKAGE,
	.parse = winget_parse,
};
