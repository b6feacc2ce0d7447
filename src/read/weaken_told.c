/*
 * What the product tells its makers: a report that it sent before takes secrets or a person along. The request
 * stands as it stood, so no new one is seen; what is new is a name in what it says.
 */
#include "read/weaken_int.h"

#include "read/lexer.h"

enum { REPORT_REACH = 160 /* words around, of the same function */, PERSON_LEAST = 2 };

static bool names_report(struct str name)
{
	static const char *const words[] = {"telemetr", "analytic", "metric", "stats", "track", "beacon", "ping", "report", "usage", "crash", "heartbeat", "diagnostic",
		"insight", "collect"};

	return HAS_WORD(name, words);
}

/* Is there code that sends at all? */
static bool sends(struct str text)
{
	static const char *const ways[] = {"fetch(", "http.request", "https.request", "axios", "sendBeacon", "XMLHttpRequest", "urlopen", "requests.", "httpx", "http.client",
		"HTTPConnection", "got(", "got.", "createSocket", "net/http", "http.Post", "curl_", "Net::HTTP", "HttpClient", "Invoke-RestMethod", "Invoke-WebRequest", "aiohttp",
		"superagent", "undici", "needle"};

	for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++)
		if (str_find_z(text, ways[i]) != SIZE_MAX)
			return true;
	return false;
}

static bool is_report(const struct weaken *k, size_t at)
{
	const struct side *s = &k->side[NEW];
	size_t from = at > REPORT_REACH ? at - REPORT_REACH : 0;

	if (names_report(function_around(k, at)) || names_report(str_basename(k->in->path)))
		return true;
	for (size_t i = from; i < s->n && i < at + REPORT_REACH; i++)
		if (!s->w[i].changed && word_is_text(s, i) && s->w[i].len < 120 && (str_has(word_at(s, i), "://") || str_has(word_at(s, i), "/") || str_has(word_at(s, i), ".")) &&
			names_report(word_at(s, i)))
			return true;
	return false;
}

static bool names_secret(struct str name)
{
	static const char *const words[] = {"password", "passwd", "passphrase", "secret", "token", "credential", "apikey", "api_key", "accesskey", "access_key", "privatekey",
		"private_key", "mnemonic", "cvv", "cardnumber", "card_number", ".npmrc", ".pypirc", ".netrc", ".ssh"};
	static const char *const counted[] = {"tokens", "tokeni", "tokencount", "token_count", "tokentype", "tokenlength", "tokenlimit", "secretless", "passwordless", "passwordlength"};

	return HAS_WORD(name, words) && !HAS_WORD(name, counted);
}

/* A key of what is told, or what a value is put under. */
static bool is_label(const struct side *s, size_t i)
{
	return word_is(s, i + 1, ':') || (word_is(s, i + 1, '=') && !word_is(s, i + 2, '='));
}

/* The operator in between may be several words. */
static bool word_near(const struct side *s, size_t i, const char *name)
{
	for (size_t end = i + 3; i < end && i < s->n; i++)
		if (str_is(word_at(s, i), name))
			return true;
	return false;
}

/* All of the environment, of a request's head or body, of what a page stores. */
static bool is_whole(const struct side *s, size_t i)
{
	static const char *const alone[] = {"environ", "localStorage", "sessionStorage", "FormData"};
	static const char *const behind_dot[] = {"env", "headers", "cookies", "cookie", "body", "authorization", "rawBody", "rawHeaders", "session", "environ"};
	struct str w = word_at(s, i);
	bool dotted = i && word_is(s, i - 1, '.');

	size_t root = i;

	while (root >= 2 && word_is(s, root - 1, '.'))
		root -= 2;
	if (is_label(s, i) || (root && str_is(word_at(s, root - 1), "in")))
		return false; /* asked whether it has something */
	if (WORD_IN(w, alone) && !dotted)
		return !word_is(s, i + 1, '.') && !word_is(s, i + 1, '[');
	if (!dotted || !WORD_IN(w, behind_dot))
		return false;
	if (word_is(s, i + 1, '[') || str_starts(word_at(s, i + 1), "?"))
		return false; /* one of them, or whether there are any */
	if (word_is(s, i + 1, ')') && str_starts(word_at(s, i + 2), "=") && word_near(s, i + 3, "null"))
		return false; /* (_a = r.headers) === null || _a === void 0 ? void 0 : _a.get("x"), which was r.headers?.get("x") */
	/* os.environ.copy() is all of it, os.environ.get(x) is not */
	return !word_is(s, i + 1, '.') || str_is(word_at(s, i + 2), "copy") || str_is(word_at(s, i + 2), "items") || str_is(word_at(s, i + 2), "authorization");
}

static bool is_of_person(const struct side *s, size_t i)
{
	static const char *const words[] = {"hostname", "userInfo", "homedir", "networkInterfaces", "getlogin", "getuser", "gethostname", "username", "expanduser", "argv", "getcwd",
		"cwd", "node", "email"};

	return WORD_IN(word_at(s, i), words) && !is_label(s, i) && ((i && word_is(s, i - 1, '.')) || word_is(s, i + 1, '('));
}

bool weaken_told(struct weaken *k, const struct edit *e)
{
	static const char *const admits[] = {"authorization", "bearer", "x-api-key", "basic"};
	const struct side *s = &k->side[NEW];
	size_t found = s->n, person = 0;
	bool admitted = false;

	if (!e->changed[NEW] || e->changed[NEW] > 60 || e->changed[OLD] > e->changed[NEW] / 2)
		return false;
	for (size_t i = e->from[NEW]; i < e->to[NEW]; i++) {
		struct str w = word_unquoted(word_at(s, i));

		if (!s->w[i].changed || !(word_is_name(s, i) || word_is_text(s, i)))
			continue;
		admitted |= !(i && word_is(s, i - 1, '.')) && (WORD_IN(w, admits) || str_has_nocase(w, "bearer "));
		person += is_of_person(s, i);
		if (found == s->n && (is_whole(s, i) || (names_secret(w) && !is_label(s, i) && w.len < 60)))
			found = i;
	}
	if (found == s->n && person >= PERSON_LEAST)
		found = e->from[NEW];
	if (found == s->n || admitted || !is_report(k, found) || !sends(s->text))
		return false; /* who asks for something shows what lets him in */
	edit_say(k, e, FACT_FLOW, "report>net", 1, word_at(s, found));
	return true;
}
