/*
 * Windows events as XML: <Event> with System and EventData or UserData, one behind the other, on one
 * line or many, with or without <Events> around them. Nothing is expanded but the five entities and
 * numbers; there are no declarations in a record.
 *
 *	<Event xmlns='...'><System><Provider Name='...'/><EventID>1</EventID>
 *	<TimeCreated SystemTime='2022-09-27T10:11:12.123Z'/><Computer>pc-1</Computer></System>
 *	<EventData><Data Name='Image'>C:\x\agent.exe</Data> ... </EventData></Event>
 */
#include "logs/columns.h"
#include "util/buf.h"
#include "util/escape.h"

enum { TAGS_MAX = 2000 };

static size_t find_from(struct str s, size_t from, char c)
{
	const char *p = from < s.len ? memchr(s.p + from, c, s.len - from) : NULL;

	return p ? (size_t)(p - s.p) : SIZE_MAX;
}

static uint32_t entity(struct str name)
{
	static const struct {
		const char *name;
		char c;
	} all[] = {{"lt", '<'}, {"gt", '>'}, {"amp", '&'}, {"quot", '"'}, {"apos", '\''}};
	uint32_t c = 0;

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		if (str_is(name, all[i].name))
			return (uint32_t)all[i].c;
	if (name.len < 2 || name.p[0] != '#' || name.len > 8)
		return 0xfffd;
	for (size_t i = name.p[1] == 'x' ? 2 : 1; i < name.len; i++) {
		bool hex = name.p[1] == 'x';
		char d = name.p[i];

		if (d >= '0' && d <= '9')
			c = c * (hex ? 16 : 10) + (uint32_t)(d - '0');
		else if (hex && (d | 0x20) >= 'a' && (d | 0x20) <= 'f')
			c = c * 16 + (uint32_t)((d | 0x20) - 'a' + 10);
		else
			return 0xfffd;
	}
	return c;
}

static struct str decode(struct arena *a, struct str s)
{
	struct buf b;
	struct str ret;

	if (find_from(s, 0, '&') == SIZE_MAX)
		return s;
	buf_init(&b, 4 * s.len + 8);
	for (size_t i = 0; i < s.len; i++) {
		size_t end = s.p[i] == '&' ? find_from(s, i, ';') : SIZE_MAX;

		if (end == SIZE_MAX || end - i > 10) {
			buf_add_char(&b, s.p[i]);
			continue;
		}
		utf8_put(&b, entity(str_part(s, i + 1, end - i - 1)));
		i = end;
	}
	ret = arena_str(a, buf_str(&b));
	buf_release(&b);
	return ret;
}

/* NAME='value' in a tag; empty if it has none of that name. */
static struct str attribute(struct str tag, const char *name)
{
	size_t n = strlen(name);

	for (size_t at = 0; (at = find_from(tag, at, '=')) != SIZE_MAX; at++) {
		size_t close;

		if (at < n + 1 || at + 1 >= tag.len ||
			!str_equal(str_part(tag, at - n, n), str_view(name, n)) ||
			tag.p[at - n - 1] > ' ' || (tag.p[at + 1] != '\'' && tag.p[at + 1] != '"'))
			continue;
		close = find_from(tag, at + 2, tag.p[at + 1]);
		return close == SIZE_MAX ? STR_NONE : str_part(tag, at + 2, close - at - 2);
	}
	return STR_NONE;
}

static struct str tag_name(struct str tag)
{
	size_t n = 0;

	while (n < tag.len && (unsigned char)tag.p[n] > ' ' && tag.p[n] != '/')
		n++;
	return str_part(tag, 0, n);
}

static void put(struct filling *x, struct str tag, struct str text)
{
	struct str name = tag_name(tag), data = attribute(tag, "Name");

	if (str_is(name, "TimeCreated"))
		filling_put(x, STR("SystemTime"), attribute(tag, "SystemTime"));
	else if (str_is(name, "Data") && data.len)
		filling_put(x, data, decode(x->a, text));
	else
		filling_put(x, name, decode(x->a, text));
}

static enum log_line xml_parse(const struct log_format *f, struct log_state *st, struct arena *a,
	struct str line, struct log_record *ret)
{
	struct filling x;
	size_t at = 0;
	unsigned tags = 0;

	if (!str_ends(line, "</Event>"))
		return LINE_UNREADABLE;
	if (!ret)
		return LINE_RECORD;
	filling_begin(&x, f, a, ret);
	while ((at = find_from(line, at, '<')) != SIZE_MAX) {
		size_t close = find_from(line, at, '>'), next;
		struct str tag;

		if (close == SIZE_MAX || tags++ == TAGS_MAX)
			return LINE_UNREADABLE;
		tag = str_part(line, at + 1, close - at - 1);
		next = find_from(line, close, '<');
		if (tag.len && tag.p[0] != '/' && tag.p[0] != '?' && tag.p[0] != '!')
			put(&x, tag, str_part(line, close + 1, next == SIZE_MAX ? 0 : next - close - 1));
		at = close + 1;
	}
	return filling_end(&x) ? LINE_RECORD : LINE_UNREADABLE;
}

const struct log_format log_windows_xml = {
	.name = "windows-xml",
	.summary = "Sysmon and other Windows events as XML",
	.sure = 97,
	.records = RECORDS_XML,
	.sequential = true,
	.time_means = LOG_TIME_START,
	.zone = "UTC",
	.may_name = 1 << WHAT_HASH | 1 << WHAT_FILE | 1 << WHAT_HOST | 1 << WHAT_IP |
		    1 << WHAT_REGISTRY | 1 << WHAT_SERVICE,
	.parse = xml_parse,
	.act = ACT_INSTALLED,
	.columns = windows_columns,
	.needs = "EventID Computer",
};
