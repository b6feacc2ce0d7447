#include "logs/query.h"

/* Names by which updaters and download pages pass on who it is; small letters, without - and _. */
static const struct {
	const char *name;
	enum log_who who;
} names[] = {
	{"licence", WHO_LICENCE},
	{"license", WHO_LICENCE},
	{"licencekey", WHO_LICENCE},
	{"licensekey", WHO_LICENCE},
	{"licenceid", WHO_LICENCE},
	{"licenseid", WHO_LICENCE},
	{"serial", WHO_LICENCE},
	{"account", WHO_ACCOUNT},
	{"accountid", WHO_ACCOUNT},
	{"customer", WHO_ACCOUNT},
	{"customerid", WHO_ACCOUNT},
	{"tenant", WHO_ACCOUNT},
	{"tenantid", WHO_ACCOUNT},
	{"siteid", WHO_ACCOUNT},
	{"agent", WHO_AGENT_ID},
	{"agentid", WHO_AGENT_ID},
	{"clientid", WHO_AGENT_ID},
	{"deviceid", WHO_AGENT_ID},
	{"installid", WHO_AGENT_ID},
	{"installationid", WHO_AGENT_ID},
	{"machineid", WHO_AGENT_ID},
};

static bool is_name(struct str s, const char *name)
{
	for (size_t i = 0; i < s.len; i++) {
		char c = s.p[i];

		if (c == '-' || c == '_')
			continue;
		if ((c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c) != *name)
			return false;
		name++; /* the end of the name equals no letter */
	}
	return *name == '\0' && s.len > 0;
}

static void parameter(struct log_record *r, struct str one)
{
	size_t equal = str_find_z(one, "=");
	struct str value;

	if (equal == SIZE_MAX)
		return;
	value = str_part(one, equal + 1, one.len);
	/* Written otherwise it would be compared with what it is not. */
	if (!value.len || str_has(value, "%"))
		return;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (!r->who[names[i].who].len && is_name(str_part(one, 0, equal), names[i].name))
			r->who[names[i].who] = value;
}

static void query(struct log_record *r, struct str rest)
{
	while (rest.len) {
		size_t end = str_find_z(rest, "&");

		parameter(r, str_part(rest, 0, end));
		rest = end == SIZE_MAX ? STR_NONE : str_part(rest, end + 1, rest.len);
	}
}

void query_who(struct log_record *r)
{
	for (unsigned i = 0; i < r->n_things; i++) {
		struct str s = r->things[i].text;
		size_t mark = str_find_z(s, "?"), end;

		if ((r->things[i].what != WHAT_PATH && r->things[i].what != WHAT_URL) || mark == SIZE_MAX)
			continue;
		s = str_part(s, mark + 1, s.len);
		end = str_find_z(s, "#");
		query(r, str_part(s, 0, end));
	}
}
