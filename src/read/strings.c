#include "read/strings.h"

#include "read/strings_int.h"
#include "util/hash.h"

enum { URL_MAX = 2048, PATH_SPAN = 200, COMMAND_MAX = 512, LINE_CUT = 64 << 10 };

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_alnum(char c)
{
	return is_digit(c) || is_letter(c);
}

static bool is_host_char(char c)
{
	return is_alnum(c) || c == '.' || c == '-' || c == '_';
}

/* --- hosts --- */

static bool in_list(const char *const *list, size_t n, struct str s)
{
	for (size_t i = 0; i < n; i++)
		if (str_equal_nocase(s, str_of(list[i])))
			return true;
	return false;
}
#define IN_LIST(list, s) in_list((list), sizeof(list) / sizeof((list)[0]), (s))

/* Top levels that vouch for a bare host: no words of programs, no file extensions. */
static const char *const plain_tops[] = {"com", "org", "net", "edu", "gov", "mil", "io", "co", "xyz", "ru", "cn",
	"biz", "icu", "cyou", "sbs", "tk", "ml", "ga", "cf", "gq", "su", "de", "fr", "uk", "nl", "eu", "br", "jp",
	"kr", "tw", "hk", "vn", "ir", "ua", "ch", "se", "ca", "au", "us", "tv", "ws", "onion", "example", "top",
	"space", "website", "club", "lol", "vip", "pw", "dev", "ltd", "arpa", "ai", "gg", "it", "es", "in", "be",
	"at", "cz", "dk", "fi", "no", "hu", "ro", "gr", "pt", "mx", "ar", "cl", "za", "tr", "il", "sg", "nz",
	"cc", "me", "pl", "rs", "sh", "so", "to", "is", "id", "my", "kz", "by"};
/* The same, but also words of keys, events and files: more must speak for them. */
static const char *const word_tops[] = {"info", "online", "site", "shop", "store", "tech", "cloud", "host", "live",
	"fun", "work", "click", "pro", "link", "group", "team", "media", "email", "life", "support", "services",
	"center", "network", "digital", "systems", "today", "world", "zone", "app", "test", "invalid", "run",
	"page", "name", "mobi", "solutions", "agency", "software", "download", "stream", "express", "technology",
	"international", "photography", "properties", "management", "foundation", "directory", "community", "computer",
	"consulting", "education", "engineering", "enterprises", "equipment", "exchange", "financial", "graphics", "holdings",
	"industries", "institute", "investments", "lighting", "limited", "marketing", "partners", "productions", "supplies",
	"training", "ventures", "academy", "associates", "builders", "business", "capital", "careers", "cleaning", "clothing",
	"college", "delivery", "discount", "domains", "finance", "fitness", "football", "furniture", "gallery", "healthcare",
	"hosting", "kitchen", "monster", "mortgage", "pictures", "pharmacy", "rentals", "restaurant", "reviews", "science",
	"security", "storage", "surgery", "theatre", "tickets", "university", "protection", "fashion", "country", "cricket",
	"accountant", "account", "faith", "review", "bargains", "insurance", "museum", "berlin", "hamburg", "london",
	"amsterdam", "barcelona", "brussels", "melbourne", "moscow", "sydney", "yokohama", "observer", "shopping"};
/* Of the plain ones, those that are file extensions, words or package names with two labels. */
static const char *const file_tops[] = {"cc", "me", "pl", "rs", "sh", "so", "to", "is", "id", "my", "in", "it", "es",
	"be", "at", "no", "ai", "co", "us", "by", "ml", "cf", "tr", "ar", "il", "cl", "top", "space", "ca", "au",
	"ch", "se", "de", "fr", "nl", "uk", "pt", "fi", "tv", "ws", "dev", "ro", "hu"};
static const char *const file_labels[] = {"js", "mjs", "cjs", "ts", "json", "yml", "yaml", "conf", "cfg", "ini", "xml",
	"php", "py", "env", "config", "settings", "sample", "html", "css", "md", "txt", "properties", "toml", "sql",
	"readme", "license", "package"};
static const char *const host_prefixes[] = {"www", "cdn", "api", "static", "mail", "ns1", "ns2", "c2", "update",
	"updates", "download", "downloads", "dl", "assets", "img", "images", "auth", "login", "gateway", "relay",
	"beacon", "metrics", "telemetry", "collect", "collector", "data", "files", "ftp", "push", "srv", "node",
	"edge", "proxy", "hooks", "stats", "analytics", "tracker", "log", "logs", "upload", "uploads", "media",
	"content", "js", "raw", "pool", "rpc", "ws", "smtp", "backup", "sync", "status", "app", "get", "pkg",
	"registry", "mirror", "drop", "exfil"};
/* Dotted identifiers that start like a reversed host. */
static const char *const reversed[] = {"com", "org", "net", "io", "edu", "de", "dev", "java", "javax", "system",
	"microsoft", "android", "this", "window", "document", "self", "module", "exports", "process", "math",
	"object", "array", "string", "json", "console", "event", "global", "asp", "vb", "ado"};

static struct str label_at(struct str host, size_t *from)
{
	struct str rest = str_part(host, *from, host.len);
	size_t dot = str_find_z(rest, ".");
	struct str label = dot == SIZE_MAX ? rest : str_part(rest, 0, dot);

	*from += label.len + 1;
	return label;
}

static bool label_valid(struct str l)
{
	if (l.len == 0 || l.len > 63 || l.p[0] == '-' || l.p[l.len - 1] == '-')
		return false;
	for (size_t i = 0; i < l.len; i++)
		if (!is_alnum(l.p[i]) && l.p[i] != '-' && l.p[i] != '_')
			return false;
	return true;
}

static struct str top_label(struct str host)
{
	size_t dot = str_rfind_char(host, '.');

	return dot == SIZE_MAX ? STR_NONE : str_part(host, dot + 1, host.len);
}

static bool top_valid(struct str top)
{
	if (str_starts(top, "xn--"))
		return top.len > 4;
	if (top.len < 2 || top.len > 18)
		return false;
	for (size_t i = 0; i < top.len; i++)
		if (!is_letter(top.p[i]))
			return false;
	return true;
}

static unsigned count_labels(struct str host)
{
	unsigned n = 1;

	for (size_t i = 0; i < host.len; i++)
		n += host.p[i] == '.';
	return n;
}

static bool has_mark(struct str host)
{
	for (size_t i = 0; i < host.len; i++)
		if (host.p[i] == '-' || is_digit(host.p[i]))
			return true;
	return false;
}

/* Without a scheme a dotted word is a host only if its form says so. `followed`: a port or path follows. */
static bool bare_valid(struct str host, bool followed)
{
	struct str top = top_label(host), first, second;
	unsigned n = count_labels(host);
	size_t at = 0, before;

	for (size_t i = 0; i < host.len; i++)
		if ((host.p[i] >= 'A' && host.p[i] <= 'Z') || host.p[i] == '_')
			return false;
	first = label_at(host, &at);
	before = host.len - top.len - 1;
	second = str_part(host, 0, before);
	second = str_rfind_char(second, '.') == SIZE_MAX ? second : top_label(second);
	if (IN_LIST(reversed, first) || IN_LIST(file_labels, second) || second.len < 2)
		return false;
	if (IN_LIST(word_tops, top))
		return followed || (has_mark(host) && !str_is(top, "test")) || /* files of tests have dashes too */
		       (n > 2 && IN_LIST(host_prefixes, first));
	if (!IN_LIST(plain_tops, top))
		return false;
	return n > 2 || followed || !IN_LIST(file_tops, top);
}

static bool host_shape(struct str s)
{
	size_t at = 0;

	if (s.len < 4 || s.len > STRING_HOST_BYTES || count_labels(s) < 2 || !top_valid(top_label(s)))
		return false;
	while (at <= s.len)
		if (!label_valid(label_at(s, &at)))
			return false;
	return true;
}

bool host_valid(struct str s, bool bare)
{
	return host_shape(s) && (!bare || bare_valid(s, false));
}

/* Four numbers up to 255 without leading zeros. */
static bool ipv4(struct str s, uint8_t ret[4])
{
	size_t at = 0;
	int n = 0;

	while (at <= s.len) {
		struct str l = label_at(s, &at);
		uint64_t v;

		if (n == 4 || l.len > 3 || (l.len > 1 && l.p[0] == '0') || !str_to_u64(l, 10, &v) || v > 255)
			return false;
		ret[n++] = (uint8_t)v;
	}
	return n == 4;
}

static bool ipv4_loopback(const uint8_t a[4])
{
	return a[0] == 127 || a[0] == 0 || a[0] >= 224;
}

static bool ipv4_local(const uint8_t a[4])
{
	return a[0] == 10 || (a[0] == 192 && a[1] == 168) || (a[0] == 172 && a[1] >= 16 && a[1] < 32) ||
		(a[0] == 169 && a[1] == 254);
}

/* Bare: an address, not a version. */
static bool ipv4_plausible(const uint8_t a[4])
{
	int large = 0;

	for (int i = 0; i < 4; i++)
		large += a[i] >= 20 ? (a[i] >= 100 ? 2 : 1) : 0;
	return a[0] > 0 && a[3] != 0 && a[3] != 255 && large >= 2 && !(a[0] == 255);
}

/* Identifiers that are written like URLs and never fetched. */
static const char *const namespaces[] = {"www.w3.org", "schemas.microsoft.com", "schemas.openxmlformats.org",
	"schemas.xmlsoap.org", "schemas.android.com", "ns.adobe.com", "xmlns.com", "xmlns.jcp.org", "java.sun.com",
	"purl.org", "json-schema.org", "schema.org", "ogp.me", "www.apple.com/dtds", "relaxng.org", "docbook.org",
	"www.oasis-open.org", "docs.oasis-open.org", "openoffice.org", "www.inkscape.org", "sodipodi.sourceforge.net",
	"www.sketchapp.com", "www.bohemiancoding.com", "creativecommons.org", "www.opengis.net", "xml.org",
	"exslt.org", "crl.microsoft.com", "purl.oclc.org", "iptc.org", "cipa.jp", "www.aiim.org"};

static bool is_namespace(struct str host, struct str url)
{
	size_t n = sizeof(namespaces) / sizeof(namespaces[0]);

	for (size_t i = 0; i < n; i++) {
		if (str_equal_nocase(host, str_of(namespaces[i])))
			return true;
		if (strchr(namespaces[i], '/') && str_has_nocase(url, namespaces[i]))
			return true;
	}
	return false;
}

/* Anybody may write there; a leak or a second stage needs no server of its own. */
static const char *const services[] = {"webhook.site", "pastebin.com", "paste.ee", "hastebin.com", "ghostbin.com",
	"rentry.co", "transfer.sh", "file.io", "gofile.io", "0x0.st", "anonfiles.com", "catbox.moe", "litterbox.catbox.moe",
	"temp.sh", "bashupload.com", "termbin.com", "dpaste.com", "ngrok.io", "ngrok-free.app", "ngrok.app",
	"trycloudflare.com", "loca.lt", "serveo.net", "requestbin.com", "requestbin.net", "pipedream.net", "beeceptor.com",
	"hookbin.com", "oast.fun", "oast.me", "oast.pro", "oast.live", "oast.site", "oast.online", "oastify.com",
	"interact.sh", "burpcollaborator.net", "dnslog.cn", "canarytokens.com", "hooks.slack.com", "api.telegram.org",
	"workers.dev", "pages.dev", "glitch.me", "repl.co", "replit.dev", "duckdns.org", "no-ip.org", "ddns.net",
	"hopto.org", "zapto.org", "gist.githubusercontent.com", "discordapp.com", "discord.com", "cdn.discordapp.com"};
static const char *const webhooks[] = {"discord.com/api/webhooks/", "discordapp.com/api/webhooks/",
	"api.telegram.org/bot", "hooks.slack.com/services/", "webhook.site/", ".m.pipedream.net", "oast.fun", "oast.me",
	"oast.pro", "oast.live", "oast.site", "oast.online", "oastify.com", "interact.sh", "burpcollaborator.net",
	"dnslog.cn"};

static bool is_service(struct str host)
{
	size_t n = sizeof(services) / sizeof(services[0]);

	for (size_t i = 0; i < n; i++) {
		size_t len = strlen(services[i]);

		if (host.len >= len && str_ends_nocase(host, services[i]) &&
			(host.len == len || host.p[host.len - len - 1] == '.'))
			return true;
	}
	return false;
}

/* --- the scan --- */

struct scan {
	struct str s;
	void (*emit)(void *user, const struct string_item *it);
	void *user;
	size_t url_end, path_end, command_end; /* what is already covered */
};

static void emit_word(struct scan *sc, enum fact_kind kind, const char *key, size_t from, size_t to, struct str word)
{
	struct string_item it = {.kind = kind, .key = str_of(key), .value = str_part(sc->s, from, to - from), .at = from,
		.word = word};

	sc->emit(sc->user, &it);
}

static void emit(struct scan *sc, enum fact_kind kind, const char *key, size_t from, size_t to)
{
	emit_word(sc, kind, key, from, to, str_part(sc->s, from, to - from));
}

static bool is_odd_top(struct str top)
{
	return top.len > 6 && !str_starts(top, "xn--") && !IN_LIST(plain_tops, top) && !IN_LIST(word_tops, top);
}

static void emit_host(struct scan *sc, struct str host, uint32_t flags, size_t from, size_t to)
{
	char room[STRING_HOST_BYTES + 1];
	struct string_item it = {.kind = FACT_HOST, .flags = flags, .value = str_part(sc->s, from, to - from), .at = from};

	if (host.len > STRING_HOST_BYTES)
		return;
	for (size_t i = 0; i < host.len; i++)
		room[i] = lower(host.p[i]);
	it.key = str_view(room, host.len);
	if (is_service(it.key))
		it.flags |= STRING_SERVICE;
	if (!(flags & STRING_ADDRESS) && is_odd_top(top_label(it.key)))
		it.flags |= STRING_ODD_TOP;
	sc->emit(sc->user, &it);
	for (size_t i = 0; i < sizeof(webhooks) / sizeof(webhooks[0]); i++)
		if (it.flags & STRING_SERVICE && str_has_nocase(it.value, webhooks[i])) {
			emit(sc, FACT_STRING, "webhook", from, to);
			return;
		}
}

static bool url_end_char(char c)
{
	return (unsigned char)c <= ' ' || c == '"' || c == '\'' || c == '`' || c == '<' || c == '>' || c == '\\' ||
		c == '|' || c == '^' || c == 0x7f;
}

static bool authority_end_char(char c)
{
	return url_end_char(c) || c == '/' || c == '?' || c == '#' || c == ')' || c == ',' || c == ';';
}

static bool all_digits(struct str s)
{
	for (size_t i = 0; i < s.len; i++)
		if (!is_digit(s.p[i]))
			return false;
	return s.len > 0;
}

/* "%s.host.example", "${x}.host.example": what stands behind the part that is filled in. */
static struct str cut_template(struct str host, bool *ret_cut)
{
	for (size_t i = host.len; i > 0; i--)
		if (!is_host_char(host.p[i - 1])) {
			struct str rest = str_part(host, i, host.len);
			size_t dot = str_find_z(rest, ".");

			*ret_cut = true;
			return dot == SIZE_MAX ? STR_NONE : str_part(rest, dot + 1, rest.len);
		}
	*ret_cut = false;
	return host;
}

/* The linker of some languages packs strings without a terminator: "host.comhttp2". */
static struct str cut_glued(struct str host)
{
	static const char *const tops[] = {"com", "net", "org", "io", "dev", "example", "test", "invalid"};
	struct str top = top_label(host);

	if (!top.len || (top_valid(top) && top.len <= 12))
		return host;
	for (size_t i = 0; i < sizeof(tops) / sizeof(tops[0]); i++)
		if (str_starts(top, tops[i]))
			return str_part(host, 0, host.len - top.len + strlen(tops[i]));
	return host;
}

static void authority(struct scan *sc, struct str a, size_t from, size_t to)
{
	struct str host = a;
	size_t at = str_rfind_char(a, '@'), colon;
	uint32_t flags = STRING_URL;
	uint8_t v4[4];
	uint64_t number;
	bool cut;

	if (at != SIZE_MAX)
		host = str_part(a, at + 1, a.len);
	if (host.len > 4 && host.p[0] == '[') {
		size_t end = str_find_z(host, "]");

		if (end != SIZE_MAX && end > 3 && !str_starts(host, "[::1]"))
			emit_host(sc, str_part(host, 1, end - 1), flags | STRING_ADDRESS, from, to);
		return;
	}
	colon = str_rfind_char(host, ':');
	if (colon != SIZE_MAX && all_digits(str_part(host, colon + 1, 5)))
		flags |= STRING_PORT;
	colon = str_find_z(host, ":");
	if (colon != SIZE_MAX && host.p[0] != '$' && host.p[0] != '{' && host.p[0] != '%')
		host = str_part(host, 0, colon);
	if (ipv4(host, v4)) {
		if (!ipv4_loopback(v4))
			emit_host(sc, host, flags | STRING_ADDRESS | (ipv4_local(v4) ? STRING_LOCAL : 0), from, to);
		return;
	}
	if (host.len > 7 && (all_digits(host) || (str_starts(host, "0x") && str_to_u64(str_part(host, 2, 16), 16, &number)))) {
		emit_host(sc, host, flags | STRING_ADDRESS, from, to); /* an address as one number */
		return;
	}
	host = cut_glued(cut_template(host, &cut));
	if (cut)
		flags |= STRING_TEMPLATE;
	while (host.len && host.p[host.len - 1] == '.')
		host.len--;
	if (host_shape(host) && !is_namespace(host, str_part(sc->s, from, to - from)))
		emit_host(sc, host, flags, from, to);
}

/* at: behind "://" (or "//"); from: where the scheme starts. */
static void url(struct scan *sc, size_t from, size_t at)
{
	size_t end = at, to;

	if (from < sc->url_end)
		return;
	while (end < sc->s.len && end - at < 300 && !authority_end_char(sc->s.p[end]))
		end++;
	to = end;
	while (to < sc->s.len && to - from < URL_MAX && !url_end_char(sc->s.p[to]))
		to++;
	while (to > end && strchr(".,;)", sc->s.p[to - 1]))
		to--;
	sc->url_end = end;
	authority(sc, str_part(sc->s, at, end - at), from, to);
}

/* What follows these names no machine. A program's strings are packed end to end: the tail counts. */
static bool is_local_scheme(struct str s)
{
	static const char *const schemes[] = {"file", "inproc", "ipc", "unix", "about", "chrome", "resource", "asar", "jar",
		"memory", "urn", "classpath", "webpack", "rollup", "virtual", "node"};

	for (size_t i = 0; i < sizeof(schemes) / sizeof(schemes[0]); i++)
		if (str_ends_nocase(s, schemes[i]))
			return true;
	return false;
}

static void scheme(struct scan *sc, size_t from, size_t to)
{
	size_t at = from;

	while (at > 0 && from - at < 12 && (is_alnum(sc->s.p[at - 1]) || sc->s.p[at - 1] == '+'))
		at--;
	if (at == from)
		return;
	if (is_local_scheme(str_part(sc->s, at, from - at)))
		return;
	url(sc, at, to);
}

static bool path_end_char(char c)
{
	return (unsigned char)c < ' ' || c == '"' || c == '\'' || c == '`' || c == '<' || c == '>' || c == '|' ||
		c == ';' || c == ',' || c == '(' || c == ')' || c == '=';
}

/* "/var/tmp/build/lib/parse.c": where a compiler stood, as assertions and panics carry it. */
static bool is_build_path(struct str s)
{
	static const char *const endings[] = {".rs", ".c", ".cc", ".cpp", ".cxx", ".h", ".hpp", ".go", ".pdb", ".m", ".mm", ".S"};

	for (size_t i = 0; i < sizeof(endings) / sizeof(endings[0]); i++) {
		size_t at = str_find_z(s, endings[i]), after;

		if (at == SIZE_MAX)
			continue;
		after = at + strlen(endings[i]);
		if (after >= s.len || !is_alnum(s.p[after]) || i == 0)
			return true;
	}
	return false;
}

static void path(struct scan *sc, const char *class, size_t from, size_t to)
{
	size_t low = from > PATH_SPAN ? from - PATH_SPAN : 0, high = to + PATH_SPAN;
	struct str word = str_part(sc->s, from, to - from);

	if (from < sc->path_end || from < sc->url_end)
		return;
	while (from > low && !path_end_char(sc->s.p[from - 1]))
		from--;
	while (to < sc->s.len && to < high && !path_end_char(sc->s.p[to]))
		to++;
	while (from < to && sc->s.p[from] == ' ')
		from++;
	while (to > from && sc->s.p[to - 1] == ' ')
		to--;
	sc->path_end = to;
	if (strcmp(class, "temp") == 0 && is_build_path(str_part(sc->s, from, to - from)))
		return;
	emit_word(sc, FACT_PATH, class, from, to, word);
}

/* Is what follows an option, URL, variable or something quoted, and not the middle of a sentence? */
static bool argument_follows(struct scan *sc, const struct word *w, size_t to)
{
	struct str rest;
	size_t blank;

	while (to < sc->s.len && sc->s.p[to] == ' ')
		to++;
	if (to >= sc->s.len)
		return w->text[strlen(w->text) - 1] == ' '; /* "curl " + argument elsewhere */
	rest = str_part(sc->s, to, 200);
	if (rest.p[0] == '-' || rest.p[0] == '$' || rest.p[0] == '%' || rest.p[0] == '"' || rest.p[0] == '\'' ||
		rest.p[0] == '/' || rest.p[0] == '.' || rest.p[0] == '~' || rest.p[0] == '{')
		return true;
	blank = str_find_z(rest, " ");
	rest = str_part(rest, 0, blank);
	if (str_has(rest, "://") || str_has(rest, "\\") || str_has(rest, "/"))
		return true;
	if (w->flags & WORD_URL)
		return host_valid(rest, true);
	return str_has(rest, ".") || str_has(rest, ",") || str_starts(rest, "HK") || str_starts(rest, "hk");
}

static void command(struct scan *sc, const struct word *w, size_t from, size_t to)
{
	struct str word = str_part(sc->s, from, to - from);

	if (from < sc->command_end)
		return;
	if (w->flags & (WORD_ARG | WORD_URL) && !argument_follows(sc, w, to))
		return;
	while (from > 0 && to - from < COMMAND_MAX / 2 && sc->s.p[from - 1] != '\n' && sc->s.p[from - 1] != '"' &&
		sc->s.p[from - 1] != '\0')
		from--;
	while (to < sc->s.len && to - from < COMMAND_MAX && sc->s.p[to] != '\n' && sc->s.p[to] != '\0')
		to++;
	sc->command_end = to;
	emit_word(sc, FACT_STRING, "command", from, to, word);
}

static void token(struct scan *sc, const struct word *w, size_t from, size_t to)
{
	size_t end = to;

	while (end < sc->s.len && (is_alnum(sc->s.p[end]) || sc->s.p[end] == '_' || sc->s.p[end] == '-'))
		end++;
	if (end - to < w->run || (w->run == 16 && w->text[0] == 'a' && end - to != 16))
		return;
	if (w->text[0] == 'a') /* access key ids are upper case */
		for (size_t i = from; i < end; i++)
			if (sc->s.p[i] >= 'a' && sc->s.p[i] <= 'z')
				return;
	emit(sc, FACT_STRING, "token", from, end);
}

static void on_word(void *user, const struct word *w, size_t from, size_t to)
{
	static const char *const path_class[] = {[WORD_CRED] = "cred", [WORD_BROWSER] = "browser",
		[WORD_WALLET] = "wallet", [WORD_PERSIST] = "persist", [WORD_TEMP] = "temp", [WORD_SYSTEM] = "system",
		[WORD_CI] = "ci"};
	struct scan *sc = user;

	switch (w->kind) {
	case WORD_SCHEME: scheme(sc, from, to); break;
	case WORD_CRED:
	case WORD_BROWSER:
	case WORD_WALLET:
	case WORD_PERSIST:
	case WORD_TEMP:
	case WORD_SYSTEM:
	case WORD_CI: path(sc, path_class[w->kind], from, to); break;
	case WORD_COMMAND: command(sc, w, from, to); break;
	case WORD_PRIVATE_KEY: emit(sc, FACT_STRING, "private-key", from, to); break;
	case WORD_PUBLIC_KEY: emit(sc, FACT_STRING, "public-key", from, to); break;
	case WORD_TOKEN: token(sc, w, from, to); break;
	case WORD_AI_VERB:
	case WORD_AI_OBJECT:
	case WORD_AI_ADDRESS:
	case WORD_AI_WISH:
	case WORD_AI_HUSH: break;
	}
}

/* --- bare hosts, addresses, wallets: by maximal runs of host characters --- */

static int base58_digit(char c)
{
	static const char digits[] = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
	const char *p = c ? strchr(digits, c) : NULL;

	return p ? (int)(p - digits) : -1;
}

/* 25 bytes: version, 20 bytes, 4 bytes of a double SHA-256. */
static bool base58_checked(struct str s)
{
	uint8_t out[25] = {0};
	struct sha256 h;

	for (size_t i = 0; i < s.len; i++) {
		int carry = base58_digit(s.p[i]);

		if (carry < 0)
			return false;
		for (int k = 24; k >= 0; k--) {
			carry += 58 * out[k];
			out[k] = (uint8_t)carry;
			carry >>= 8;
		}
		if (carry)
			return false;
	}
	h = sha256_of(out, 21);
	h = sha256_of(h.b, sizeof(h.b));
	return memcmp(h.b, out + 21, 4) == 0;
}

/* BIP 173 and 350: the checksum over human-readable part and data. */
static bool bech32_checked(struct str s)
{
	static const char digits[] = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
	static const uint32_t generator[] = {0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3};
	uint8_t prefix[] = {'b' >> 5, 'c' >> 5, 0, 'b' & 31, 'c' & 31};
	uint32_t check = 1;

	for (size_t i = 0; i < sizeof(prefix) + s.len - 3; i++) {
		const char *d = i < sizeof(prefix) ? NULL : strchr(digits, s.p[i - sizeof(prefix) + 3]);
		uint32_t v = i < sizeof(prefix) ? prefix[i] : (d && *d ? (uint32_t)(d - digits) : 99), top = check >> 25;

		if (v == 99)
			return false;
		check = (check & 0x1ffffff) << 5 ^ v;
		for (int k = 0; k < 5; k++)
			if (top >> k & 1)
				check ^= generator[k];
	}
	return check == 1 || check == 0x2bc830a3;
}

static bool is_wallet(struct str s)
{
	if (s.len == 42 && s.p[0] == '0' && (s.p[1] == 'x' || s.p[1] == 'X')) {
		bool letters = false;

		for (size_t i = 2; i < s.len; i++) {
			if (!is_digit(s.p[i]) && !(lower(s.p[i]) >= 'a' && lower(s.p[i]) <= 'f'))
				return false;
			letters |= is_letter(s.p[i]);
		}
		return letters;
	}
	if (str_starts(s, "bc1") && (s.len == 42 || s.len == 62))
		return bech32_checked(s);
	if (s.len >= 26 && s.len <= 35 && (s.p[0] == '1' || s.p[0] == '3' || s.p[0] == 'T'))
		return base58_checked(s);
	if (s.len == 95 && (s.p[0] == '4' || s.p[0] == '8')) {
		for (size_t i = 0; i < s.len; i++)
			if (base58_digit(s.p[i]) < 0)
				return false;
		return true;
	}
	return false;
}

static size_t port_end(struct str s, size_t at)
{
	size_t end = at + 1;
	uint64_t port;

	if (at >= s.len || s.p[at] != ':')
		return at;
	while (end < s.len && end - at < 7 && is_digit(s.p[end]))
		end++;
	return end - at > 2 && str_to_u64(str_part(s, at + 1, end - at - 1), 10, &port) && port < 65536 ? end : at;
}

static void bare_run(struct scan *sc, size_t from, size_t to)
{
	struct str run = str_part(sc->s, from, to - from), s = sc->s;
	char before = from ? s.p[from - 1] : '\0', after;
	size_t end;
	uint8_t v4[4];
	bool protocol_relative = from > 1 && before == '/' && s.p[from - 2] == '/' && (from < 3 || !is_alnum(s.p[from - 3]));
	bool followed;

	if (run.len && run.p[run.len - 1] == '.')
		run.len--;
	end = port_end(s, from + run.len);
	after = end < s.len ? s.p[end] : '\0';
	followed = end > from + run.len || after == '/';
	if (protocol_relative && from > 2 && s.p[from - 3] == ':')
		return;
	if (!protocol_relative && (before == '/' || before == '@' || before == '\\' || before == '$' || before == '%' ||
		before == ':' || before == '#'))
		return;
	if (before == '{' && after == '}' && from > 1 && s.p[from - 2] == '$') /* `${field2.name}` is a name of the program */
		return;
	if (after == '(' || after == '=' || after == '[' || after == '@' || after == '{' || after == '\\' || after == '*')
		return;
	if (ipv4(run, v4)) {
		bool alone = run.len == str_trim(s).len;

		if (!ipv4_loopback(v4) && (end > from + run.len || (alone && ipv4_plausible(v4))))
			emit_host(sc, run, STRING_ADDRESS | (end > from + run.len ? STRING_PORT : 0) |
				(ipv4_local(v4) ? STRING_LOCAL : 0), from, end);
		return;
	}
	if (!host_shape(run) || is_namespace(run, run))
		return;
	if (!bare_valid(run, followed || protocol_relative))
		return;
	while (after == '/' && end < s.len && end - from < URL_MAX && !url_end_char(s.p[end]))
		end++;
	emit_host(sc, run, end > from + run.len && s.p[from + run.len] == ':' ? STRING_PORT : 0, from, end);
}

static void runs(struct scan *sc)
{
	struct str s = sc->s;
	size_t at = 0;

	while (at < s.len) {
		size_t from = at;
		bool dot = false;

		while (at < s.len && is_host_char(s.p[at]))
			dot |= s.p[at++] == '.';
		if (dot && at - from >= 4 && at - from <= STRING_HOST_BYTES + 1)
			bare_run(sc, from, at);
		else if (!dot && at - from >= 26 && at - from <= 95 && is_wallet(str_part(s, from, at - from)))
			emit(sc, FACT_STRING, "wallet-address", from, at);
		if (at < s.len)
			at++;
	}
}

static void scan(struct str s, void (*each)(void *user, const struct string_item *it), void *user)
{
	struct scan sc = {.s = s, .emit = each, .user = user};

	words_scan(s, on_word, &sc);
	runs(&sc);
}

static void collect(void *user, const struct string_item *it)
{
	struct string_class *c = user;
	struct string_item *slot;

	if (c->n == STRING_ITEMS) {
		c->more = true;
		return;
	}
	slot = &c->items[c->n];
	*slot = *it;
	if (it->kind == FACT_HOST) {
		memcpy(c->room[c->n], it->key.p, it->key.len);
		c->room[c->n][it->key.len] = '\0';
		slot->key.p = c->room[c->n];
	}
	c->n++;
}

void classify_string(struct str s, struct string_class *ret)
{
	ret->n = 0;
	ret->more = false;
	scan(s, collect, ret);
}

struct shifted {
	void (*each)(void *user, const struct string_item *it);
	void *user;
	size_t shift;
};

static void emit_shifted(void *user, const struct string_item *it)
{
	struct shifted *sh = user;
	struct string_item moved = *it;

	moved.at += sh->shift;
	sh->each(sh->user, &moved);
}

bool classify_text(struct str text, struct budget *b, void (*each)(void *user, const struct string_item *it), void *user)
{
	struct shifted sh = {.each = each, .user = user};
	struct str rest = text, line;

	while (str_line(&rest, &line)) {
		sh.shift = (size_t)(line.p - text.p);
		if (!budget_step(b, line.len / 64 + 1))
			return false;
		scan(line, emit_shifted, &sh);
	}
	return true;
}

/* --- runs of text in binary data --- */

enum { WIDE_MAX = 4096 };

static bool printable(uint8_t c)
{
	return (c >= 0x20 && c < 0x7f) || c == '\t';
}

struct wide_run {
	uint64_t from;
	size_t n;
	char *text;
};

struct walk {
	size_t min_chars;
	bool (*each)(void *user, struct str s, uint64_t offset, bool wide);
	void *user;
};

static bool wide_end(struct walk *w, struct wide_run *r)
{
	bool go = r->n < w->min_chars || w->each(w->user, str_view(r->text, r->n), r->from, true);

	r->n = 0;
	return go;
}

/* One UTF-16 unit at byte i; the two alignments are walked side by side. */
static bool wide_step(struct walk *w, struct wide_run *r, const uint8_t *p, uint64_t i)
{
	if (!printable(p[0]) || p[1] != 0)
		return r->n == 0 || wide_end(w, r);
	if (r->n == 0)
		r->from = i;
	r->text[r->n++] = (char)p[0];
	return r->n < WIDE_MAX || wide_end(w, r);
}

/* Behind zeros that end nothing and begin nothing, from i on: what a disk image or a padded file mostly is. */
static size_t zeros_skip(const uint8_t *p, size_t n, size_t i)
{
	uint64_t word;

	while (n - i > sizeof(word) && p[i + sizeof(word)] == 0) {
		memcpy(&word, p + i, sizeof(word));
		if (word)
			break;
		i += sizeof(word);
	}
	return i;
}

bool strings_walk(struct cursor bytes, size_t min_chars, struct arena *a, struct budget *b,
	bool (*each)(void *user, struct str s, uint64_t offset, bool wide), void *user)
{
	struct walk w = {min_chars, each, user};
	struct wide_run wide[2] = {{.text = arena_alloc(a, WIDE_MAX)}, {.text = arena_alloc(a, WIDE_MAX)}};
	const uint8_t *p = bytes.base;
	size_t n = bytes.len, from = 0;

	if (!budget_step(b, n / 32 + 1))
		return false;
	for (size_t i = 0; i <= n; i++) {
		if (i < n && !p[i] && from == i && !wide[0].n && !wide[1].n)
			from = i = zeros_skip(p, n, i);
		if (i < n && printable(p[i]) && i - from < LINE_CUT)
			goto wide;
		if (i - from >= min_chars && !each(user, str_view(p + from, i - from), from, false))
			return true;
		from = i < n && printable(p[i]) ? i : i + 1;
	wide:
		if (i + 1 < n && !wide_step(&w, &wide[i & 1], p + i, i))
			return true;
	}
	if (wide_end(&w, &wide[0]))
		wide_end(&w, &wide[1]);
	return true;
}

/* --- text that speaks to reviewers --- */

enum { VERB_REACH = 60, WISH_REACH = 160 };

struct reviewer {
	size_t verb_from, verb_to, address_from, address_to, wish_from, wish_to;
	bool verb, address, wish, found;
	size_t at, len;
};

static void reviewer_found(struct reviewer *r, size_t from, size_t to)
{
	if (r->found)
		return;
	r->found = true;
	r->at = from;
	r->len = to - from;
}

static void on_reviewer_word(void *user, const struct word *w, size_t from, size_t to)
{
	struct reviewer *r = user;

	if (w->kind == WORD_AI_VERB) {
		r->verb = true;
		r->verb_from = from;
		r->verb_to = to;
	} else if (w->kind == WORD_AI_OBJECT) {
		if (r->verb && from >= r->verb_to && from - r->verb_to < VERB_REACH)
			reviewer_found(r, r->verb_from, to);
	} else if (w->kind == WORD_AI_ADDRESS) {
		r->address = true;
		r->address_from = from;
		r->address_to = to;
		if (r->wish && from >= r->wish_to && from - r->wish_to < WISH_REACH)
			reviewer_found(r, r->wish_from, to);
	} else if (w->kind == WORD_AI_WISH) {
		r->wish = true;
		r->wish_from = from;
		r->wish_to = to;
		if (r->address && from >= r->address_to && from - r->address_to < WISH_REACH)
			reviewer_found(r, r->address_from, to);
	}
}

static void on_hush_word(void *user, const struct word *w, size_t from, size_t to)
{
	if (w->kind == WORD_AI_HUSH)
		reviewer_found(user, from, to);
}

bool hush_text(struct str s, size_t *ret_at, size_t *ret_len)
{
	struct reviewer r = {0};

	words_scan(s, on_hush_word, &r);
	*ret_at = r.at;
	*ret_len = r.len;
	return r.found;
}

bool reviewer_text(struct str s, size_t *ret_at, size_t *ret_len)
{
	struct reviewer r = {0};

	words_scan(s, on_reviewer_word, &r);
	*ret_at = r.at;
	*ret_len = r.len;
	return r.found;
}
