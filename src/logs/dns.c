/*
 * Questions to name servers, a line each; other lines of the same logs are passed over.
 *
 * dnsmasq:	Sep 27 10:11:12 dnsmasq[123]: [7 192.0.2.1/53 ]query[A] h.example from 192.0.2.1     (also behind "host")
 * BIND:	27-Sep-2022 10:11:12.123 [queries: info: ]client @0x7f 192.0.2.1#53 (h.example): query: h.example IN A ...
 * Unbound:	[1664273472] unbound[1:0] info: 192.0.2.1 h.example. A IN     (also "query:", "reply:")
 * Windows:	9/27/2022 10:11:12 AM 0E7C PACKET 00000 UDP Rcv 192.0.2.1 0002 Q [0001 D NOERROR] A (1)h(7)example(0)
 */
#include "logs/words.h"
#include "scope/time_text.h"

static const uint32_t names = 1 << WHAT_HOST;

static struct str behind(struct str s, size_t at, const char *what)
{
	return str_part(s, at + strlen(what), s.len);
}

static bool fill(struct log_record *r, struct str time, struct str client, struct str name)
{
	r->time = time;
	r->who[WHO_IP] = client;
	record_add(r, WHAT_HOST, name);
	r->act = ACT_CONTACTED;
	return looks_like_ip(client);
}

/* "Sep 27 10:11:12" or an ISO time: what stands before the name of the machine or the program. */
static bool log_time(struct str line, struct str *ret)
{
	struct time_text t;
	struct str word;
	struct str rest = line;

	*ret = str_part(line, 0, 15);
	if (time_read(*ret, &t) == STATUS_OK && t.form == TIME_FORM_SYSLOG)
		return true;
	if (!word_take(&rest, &word) || time_read(word, &t) != STATUS_OK)
		return false;
	*ret = word;
	return t.has_clock;
}

static enum log_line dnsmasq_parse(const struct log_format *f, struct log_state *st, struct arena *a,
	struct str line, struct log_record *ret)
{
	struct log_record mine = {0};
	struct str time, rest, name, from, client;
	size_t program = str_find_z(line, "dnsmasq["), query, bracket;

	if (!line.len)
		return LINE_ASIDE;
	if (program == SIZE_MAX)
		program = str_find_z(line, "dnsmasq: ");
	if (program == SIZE_MAX || program > 100)
		return LINE_UNREADABLE;
	query = str_find_z(line, " query["); /* behind a number and the client's port with log-queries=extra */
	if (!ret && query == SIZE_MAX)
		return LINE_ASIDE;
	if (!log_time(line, &time))
		return LINE_UNREADABLE;
	if (query == SIZE_MAX)
		return LINE_ASIDE;
	rest = behind(line, query, " query[");
	bracket = str_find_z(rest, "] ");
	if (bracket == SIZE_MAX)
		return LINE_UNREADABLE;
	rest = behind(rest, bracket, "] ");
	if (!word_take(&rest, &name) || !word_take(&rest, &from) || !str_is(from, "from") ||
		!word_take(&rest, &client))
		return LINE_UNREADABLE;
	return fill(ret ? ret : &mine, time, client, name) ? LINE_RECORD : LINE_UNREADABLE;
}

const struct log_format log_dnsmasq = {
	.name = "dnsmasq",
	.summary = "queries in the log of dnsmasq",
	.sure = 94,
	.time_means = LOG_TIME_START,
	.may_name = names,
	.parse = dnsmasq_parse,
};

static enum log_line bind_parse(const struct log_format *f, struct log_state *st, struct arena *a,
	struct str line, struct log_record *ret)
{
	struct log_record mine = {0};
	size_t client = str_find_z(line, "client "), query = str_find_z(line, ": query: ");
	struct str rest, word, name;
	size_t hash;

	if (!line.len)
		return LINE_ASIDE;
	if (client == SIZE_MAX || client > 200)
		return LINE_UNREADABLE;
	if (query == SIZE_MAX || query < client)
		return str_find_z(line, "#") > client ? LINE_ASIDE : LINE_UNREADABLE;
	rest = behind(line, client, "client ");
	if (rest.len && rest.p[0] == '@')
		(void)word_take(&rest, &word);
	if (!word_take(&rest, &word))
		return LINE_UNREADABLE;
	hash = str_find_z(word, "#");
	rest = behind(line, query, ": query: ");
	if (hash == SIZE_MAX || !word_take(&rest, &name))
		return LINE_UNREADABLE;
	/* "27-Sep-2022 10:11:12.123", or what the system's log has in front */
	return fill(ret ? ret : &mine,
		       client >= 24 && line.p[2] == '-' && line.p[6] == '-' ? str_part(line, 0, 24)
								     : str_part(line, 0, 15),
		       str_part(word, 0, hash), name)
		       ? LINE_RECORD
		       : LINE_UNREADABLE;
}

const struct log_format log_bind = {
	.name = "bind",
	.summary = "the query log of BIND",
	.sure = 94,
	.time_means = LOG_TIME_START,
	.may_name = names,
	.parse = bind_parse,
};

/* Where the text of a query or a reply begins; SIZE_MAX: this line is of something else. */
static size_t unbound_text(struct str line)
{
	static const char *const tags[] = {"] info: ", "] query: ", "] reply: "};

	for (size_t i = 0; i < sizeof(tags) / sizeof(tags[0]); i++) {
		size_t at = str_find_z(line, tags[i]);

		if (at != SIZE_MAX)
			return at + strlen(tags[i]);
	}
	return SIZE_MAX;
}

static enum log_line unbound_parse(const struct log_format *f, struct log_state *st, struct arena *a,
	struct str line, struct log_record *ret)
{
	struct log_record mine = {0};
	size_t program = str_find_z(line, "unbound["), text = unbound_text(line);
	struct str rest, client, name, type, class, time;
	size_t close = str_find_z(line, "]");

	if (!line.len)
		return LINE_ASIDE;
	if (program == SIZE_MAX || program > 100)
		return LINE_UNREADABLE;
	if (text == SIZE_MAX)
		return LINE_ASIDE;
	rest = str_part(line, text, line.len);
	if (!word_take(&rest, &client) || !looks_like_ip(client))
		return LINE_ASIDE;
	if (!word_take(&rest, &name) || !word_take(&rest, &type) || !word_take(&rest, &class))
		return LINE_ASIDE;
	if (line.p[0] == '[' && close != SIZE_MAX)
		time = str_part(line, 1, close - 1);
	else if (!log_time(line, &time))
		return LINE_UNREADABLE;
	return fill(ret ? ret : &mine, time, client, name) ? LINE_RECORD : LINE_UNREADABLE;
}

const struct log_format log_unbound = {
	.name = "unbound",
	.summary = "queries in the log of Unbound",
	.sure = 94,
	.time_means = LOG_TIME_START,
	.may_name = names,
	.parse = unbound_parse,
};

/* (3)www(7)example(0) as www.example */
static struct str labels(struct arena *a, struct str s)
{
	char *p = arena_alloc(a, s.len + 1);
	size_t n = 0;

	for (size_t i = 0; i < s.len; i++) {
		if (s.p[i] != '(') {
			p[n++] = s.p[i];
			continue;
		}
		while (i < s.len && s.p[i] != ')')
			i++;
		if (n && i + 1 < s.len)
			p[n++] = '.';
	}
	return str_view(p, n);
}

static enum log_line windows_dns_parse(const struct log_format *f, struct log_state *st,
	struct arena *a, struct str line, struct log_record *ret)
{
	struct log_record mine = {0};
	size_t packet = str_find_z(line, " PACKET "), udp, bracket, thread;
	struct str rest, word, client = STR_NONE, name;

	if (!str_trim(line).len)
		return LINE_ASIDE;
	if (packet == SIZE_MAX || packet > 60)
		return line.p[0] == ' ' || line.p[0] == '\t' || str_starts(line, "DNS Server log") ||
				       str_starts(line, "Message logging") ||
				       str_starts(line, "Log file wrap")
			       ? LINE_ASIDE
			       : LINE_UNREADABLE;
	rest = str_part(line, packet, line.len);
	udp = str_find_z(rest, " Rcv ");
	if (udp == SIZE_MAX)
		return LINE_ASIDE; /* what the server sent */
	bracket = str_find_z(rest, "] ");
	rest = str_part(rest, udp + 5, rest.len);
	(void)word_take(&rest, &client);
	if (bracket == SIZE_MAX)
		return LINE_UNREADABLE;
	if (str_find_z(rest, " R ") < 12)
		return LINE_ASIDE; /* an answer */
	name = str_trim(rest);
	word = str_part(name, str_rfind_char(name, ' ') + 1, name.len);
	if (!word.len || word.p[0] != '(')
		return LINE_UNREADABLE;
	thread = str_rfind_char(str_part(line, 0, packet), ' ');
	return fill(ret ? ret : &mine, str_part(line, 0, thread), client, labels(a, word))
		       ? LINE_RECORD
		       : LINE_UNREADABLE;
}

const struct log_format log_windows_dns = {
	.name = "windows-dns",
	.summary = "the debug log of the DNS server of Windows",
	.sure = 94,
	.time_means = LOG_TIME_START,
	.may_name = names,
	.splits = SPLITS_DOTS,
	.parse = windows_dns_parse,
};
