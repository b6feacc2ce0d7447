#include "behaviour/behaviour.h"

/* Suffixes below which people register names; the rest of the world is one label. */
#define ZONE(literal) {(literal), sizeof(literal) - 1}
static const struct str two_part[] = {
	ZONE("co.uk"), ZONE("org.uk"), ZONE("ac.uk"), ZONE("gov.uk"), ZONE("com.au"), ZONE("net.au"),
	ZONE("org.au"), ZONE("co.jp"), ZONE("ne.jp"), ZONE("or.jp"),
	ZONE("com.br"), ZONE("com.cn"), ZONE("net.cn"), ZONE("org.cn"), ZONE("com.tw"), ZONE("com.hk"),
	ZONE("co.kr"), ZONE("co.in"), ZONE("co.nz"), ZONE("co.za"),
	ZONE("com.tr"), ZONE("com.mx"), ZONE("com.ar"), ZONE("com.sg"), ZONE("com.my"), ZONE("com.ua"),
	ZONE("com.pl"), ZONE("co.il"),
	/* hosting names: what stands below belongs to whoever asked for it */
	ZONE("github.io"), ZONE("gitlab.io"), ZONE("netlify.app"), ZONE("vercel.app"),
	ZONE("pages.dev"), ZONE("workers.dev"), ZONE("web.app"),
	ZONE("firebaseapp.com"), ZONE("herokuapp.com"), ZONE("azurewebsites.net"),
	ZONE("cloudfront.net"), ZONE("ngrok.io"),
	ZONE("ngrok.app"), ZONE("ngrok-free.app"), ZONE("blogspot.com"), ZONE("s3.amazonaws.com"),
	ZONE("repl.co"), ZONE("glitch.me"),
	ZONE("onrender.com"), ZONE("surge.sh"), ZONE("trycloudflare.com"), ZONE("lhr.life"),
	ZONE("loca.lt"),
};

/* Names that attackers borrow, because a reader lets them pass. */
static const struct brand {
	const char *word, *owns; /* owns: registered names that may carry it, space separated */
} brands[] = {
	{"amazonaws", "amazonaws.com amazonaws.com.cn amazon.com"},
	{"cloudfront", "cloudfront.net"},
	{"microsoft", "microsoft.com microsoftonline.com microsoftonline-p.com microsoft365.com "
		      "microsoftstream.com microsoftstore.com microsofttranslator.com"},
	{"windowsupdate", "windowsupdate.com microsoft.com"},
	{"azureedge", "azureedge.net"},
	{"office365", "office365.com microsoft.com"},
	{"google", "google.* google.com googleapis.com googleusercontent.com googletagmanager.com "
		   "google-analytics.com googlesource.com googlevideo.com googlesyndication.com "
		   "googleadservices.com googleblog.com googletagservices.com googleoptimize.com "
		   "googlecode.com googlegroups.com googlemail.com"},
	{"gstatic", "gstatic.com"},
	{"github", "github.com githubusercontent.com github.io github.dev githubassets.com githubapp.com "
		   "githubcopilot.com githubstatus.com"},
	{"gitlab", "gitlab.com gitlab.io gitlab-static.net"},
	{"npmjs", "npmjs.com npmjs.org"},
	{"nodejs", "nodejs.org nodejs.dev nodejs.cn"},
	{"cloudflare", "cloudflare.com cloudflare.net cloudflareinsights.com cloudflare-dns.com "
		       "cloudflarestorage.com trycloudflare.com cloudflareaccess.com "
		       "cloudflarestatus.com cloudflare-ipfs.com cloudflareworkers.com"},
	{"jsdelivr", "jsdelivr.net jsdelivr.com"},
	{"unpkg", "unpkg.com"},
	{"jquery", "jquery.com jqueryui.com jquery.org jquerymobile.com jqueryvalidation.org"},
	{"debian", "debian.org debian.net"},
	{"ubuntu", "ubuntu.com"},
	{"apple", "apple.com"},
	{"icloud", "icloud.com icloud-content.com"},
	{"facebook", "facebook.com facebook.net"},
	{"telegram", "telegram.org telegram.me"},
	{"discord", "discord.com discordapp.com discordapp.net discord.gg discord.dev discordstatus.com "
		    "discordcdn.com discordjs.guide"},
	{"paypal", "paypal.com paypalobjects.com paypal.me paypal-community.com"},
	{"stripe", "stripe.com stripe.network stripe.dev stripecdn.com"},
	{"metamask", "metamask.io"},
	{"docker", "docker.com docker.io"},
	{"pypi", "pypi.org pypi.io"},
	{"pythonhosted", "pythonhosted.org"},
	{"electronjs", "electronjs.org"},
	{"wikipedia", "wikipedia.org wikimedia.org wikidata.org wiktionary.org mediawiki.org"},
	{"sentry", "sentry.io sentry-cdn.com sentry.dev"},
};

bool host_is_address(struct str host)
{
	size_t dots = 0, digits = 0;

	if (host.len && (host.p[0] == '[' || str_has(host, "::")))
		return true;
	for (size_t i = 0; i < host.len; i++) {
		if (host.p[i] == '.')
			dots++;
		else if (host.p[i] >= '0' && host.p[i] <= '9')
			digits++;
		else
			return false;
	}
	return dots == 3 && digits >= 4;
}

/* 10/8, 127/8, 169.254/16, 172.16/12, 192.168/16, 0.0.0.0, 255.255.255.255. */
static bool address_is_local(struct str host)
{
	static const char *const heads[] = {"127.", "10.", "192.168.", "169.254."};

	for (size_t i = 0; i < sizeof(heads) / sizeof(heads[0]); i++)
		if (str_starts(host, heads[i]))
			return true;
	if (str_starts(host, "172.") && host.len > 6 && host.p[6] == '.' &&
	    ((host.p[4] == '1' && host.p[5] >= '6') || host.p[4] == '2' ||
		    (host.p[4] == '3' && host.p[5] <= '1')))
		return true;
	return str_is(host, "0.0.0.0") || str_is(host, "255.255.255.255") || str_is(host, "::1") ||
	       str_is(host, "[::1]");
}

static struct str without_root_dot(struct str host)
{
	while (host.len && host.p[host.len - 1] == '.')
		host.len--;
	return host;
}

static bool below(struct str host, struct str zone)
{
	size_t from = host.len - zone.len;

	return host.len > zone.len && host.p[from - 1] == '.' && str_equal_nocase(str_part(host, from, zone.len), zone);
}

bool host_is_local(struct str host)
{
	host = without_root_dot(host);
	if (host_is_address(host)) /* only then do leading numbers mean anything */
		return address_is_local(host);
	return below(host, STR("localhost")) || below(host, STR("local")) || below(host, STR("internal")) ||
	       !str_has(host, ".");
}

struct str host_registered(struct str host)
{
	size_t last, before;

	host = without_root_dot(host);
	if (host_is_address(host))
		return host;
	last = str_rfind_char(host, '.');
	if (last == SIZE_MAX)
		return host;
	for (size_t i = 0; i < sizeof(two_part) / sizeof(two_part[0]); i++) {
		if (below(host, two_part[i])) {
			before = str_rfind_char(str_part(host, 0, host.len - two_part[i].len - 1), '.');
			return before == SIZE_MAX ? host : str_part(host, before + 1, host.len);
		}
	}
	before = str_rfind_char(str_part(host, 0, last), '.');
	return before == SIZE_MAX ? host : str_part(host, before + 1, host.len);
}

static struct str first_label(struct str registered)
{
	for (size_t i = 0; i < registered.len; i++)
		if (registered.p[i] == '.')
			return str_part(registered, 0, i);
	return registered;
}

/* Characters that look like others become one: l 1 i, o 0, rn m, vv w; '-' and '_' vanish. */
static size_t skeleton(struct str s, char *out, size_t room)
{
	size_t n = 0;

	for (size_t i = 0; i < s.len && n + 1 < room; i++) {
		char c = s.p[i];

		if (c >= 'A' && c <= 'Z')
			c = (char)(c + 32);
		if (c == '-' || c == '_')
			continue;
		if (c == 'r' && i + 1 < s.len && s.p[i + 1] == 'n') {
			c = 'm';
			i++;
		} else if (c == 'v' && i + 1 < s.len && s.p[i + 1] == 'v') {
			c = 'w';
			i++;
		} else if (c == '1' || c == 'i' || c == '|') {
			c = 'l';
		} else if (c == '0') {
			c = 'o';
		}
		out[n++] = c;
	}
	return n;
}

/* One letter more, less or another, or two neighbours that changed places: what is left between the common head
 * and tail says it. The same text is not one edit apart. */
static bool one_edit_apart(struct str a, struct str b)
{
	size_t head = 0;

	while (head < a.len && head < b.len && a.p[head] == b.p[head])
		head++;
	while (a.len > head && b.len > head && a.p[a.len - 1] == b.p[b.len - 1]) {
		a.len--;
		b.len--;
	}
	a = str_part(a, head, a.len - head);
	b = str_part(b, head, b.len - head);
	if (a.len == 2 && b.len == 2)
		return a.p[0] == b.p[1] && a.p[1] == b.p[0];
	return a.len <= 1 && b.len <= 1 && a.len + b.len > 0;
}

static struct str word_next(struct str *rest)
{
	size_t sp = str_find_z(*rest, " ");
	struct str one = str_part(*rest, 0, sp == SIZE_MAX ? rest->len : sp);

	*rest = sp == SIZE_MAX ? STR_NONE : str_part(*rest, sp + 1, rest->len);
	return one;
}

/* "google.*": the brand holds its own name under every country. */
static bool country_of(struct str pattern, struct str registered)
{
	struct str stem = str_part(pattern, 0, pattern.len - 1); /* "google." */
	struct str rest = str_part(registered, stem.len, registered.len);

	if (registered.len <= stem.len || !str_equal_nocase(str_part(registered, 0, stem.len), stem))
		return false;
	if (rest.len == 2)
		return true;
	return rest.len > 3 && rest.p[rest.len - 3] == '.' &&
	       (str_starts(rest, "co.") || str_starts(rest, "com."));
}

static bool owned(const char *owns, struct str registered)
{
	struct str rest = str_of(owns);

	while (rest.len) {
		struct str one = word_next(&rest);

		if (str_ends(one, ".*") ? country_of(one, registered) : str_equal_nocase(one, registered))
			return true;
	}
	return false;
}

bool host_serves_packages(struct str host)
{
	return owned("npmjs.org npmjs.com yarnpkg.com pypi.org pythonhosted.org golang.org rubygems.org crates.io packagist.org anaconda.org nodejs.org electronjs.org", host_registered(host));
}

/* "github.com.attacker.example": a whole name of the brand in front of somebody else's. */
static bool carries(const char *owns, struct str host)
{
	struct str rest = str_of(owns);

	while (rest.len) {
		struct str one = word_next(&rest);
		char name[80];
		int n = snprintf(name, sizeof(name), "%.*s.", STR_ARG(one));
		size_t at = str_find_nocase(host, name);

		if (n > 0 && !str_ends(one, ".*") && at != SIZE_MAX && (at == 0 || host.p[at - 1] == '.'))
			return true;
	}
	return false;
}

/* Two labels resemble each other when their skeletons are the same or one letter apart, or one holds
 * the other whole and is longer. */
static bool skeletons_resemble(struct str p, struct str q)
{
	if (q.len < 4 || p.len < 4)
		return false;
	if (str_equal(p, q))
		return true;
	if (q.len >= 6 && one_edit_apart(p, q))
		return true;
	return q.len >= 6 && p.len > q.len && str_find(p, q) != SIZE_MAX;
}

static bool labels_resemble(struct str a, struct str b)
{
	char x[80], y[80];

	return skeletons_resemble(str_view(x, skeleton(a, x, sizeof(x))), str_view(y, skeleton(b, y, sizeof(y))));
}

struct known_host *hosts_known(struct arena *a, const struct str *hosts, size_t n, size_t *ret_n)
{
	struct known_host *known = ARENA_ARRAY(a, n + 1, struct known_host);
	size_t room = 2 * n + 1, *slots = ARENA_ARRAY(a, room, size_t);

	*ret_n = 0;
	for (size_t i = 0; i < n; i++) {
		struct known_host k = {.host = hosts[i], .registered = host_registered(hosts[i])};
		char folded[256];
		size_t len = k.registered.len < sizeof(folded) ? k.registered.len : sizeof(folded), at;

		for (size_t c = 0; c < len; c++)
			folded[c] = k.registered.p[c] >= 'A' && k.registered.p[c] <= 'Z' ? (char)(k.registered.p[c] + 32) : k.registered.p[c];
		at = fast_hash(folded, len, 3) % room;
		while (slots[at] && !str_equal_nocase(known[slots[at] - 1].registered, k.registered))
			at = (at + 1) % room;
		if (slots[at])
			continue;
		k.label = first_label(k.registered);
		len = skeleton(k.label, folded, 80);
		k.skeleton = arena_str(a, str_view(folded, len));
		known[*ret_n] = k;
		slots[at] = ++*ret_n;
	}
	return known;
}

static enum likeness brand_likeness(struct str host, struct str registered, struct str *ret_of)
{
	struct str label = first_label(registered);

	for (size_t i = 0; i < sizeof(brands) / sizeof(brands[0]); i++) {
		*ret_of = str_of(brands[i].word);
		if (labels_resemble(label, *ret_of) || carries(brands[i].owns, host))
			return LIKENESS_BRAND;
	}
	*ret_of = STR_NONE;
	return LIKENESS_NONE;
}

enum likeness host_likeness(struct arena *a, struct str host, struct str product,
	const struct known_host *known, size_t n_known, struct str *ret_of)
{
	char bones[80];
	struct str reg, label, bare, word = product;
	enum likeness likeness = LIKENESS_NONE;
	size_t slash = str_rfind_char(product, '/');

	*ret_of = STR_NONE;
	host = without_root_dot(host);
	reg = host_registered(host);
	label = first_label(reg);
	bare = str_view(bones, skeleton(label, bones, sizeof(bones)));
	if (host_is_address(host) || host_is_local(host))
		return LIKENESS_NONE;
	for (size_t i = 0; i < n_known; i++)
		if (str_equal_nocase(known[i].registered, reg))
			return LIKENESS_NONE; /* below a known name */
	for (size_t i = 0; i < sizeof(brands) / sizeof(brands[0]); i++)
		if (owned(brands[i].owns, reg))
			return LIKENESS_NONE;
	for (size_t i = 0; i < n_known && !str_equal_nocase(label, STR("example")); i++) { /* example.net is nobody's */
		bool same = str_equal_nocase(label, known[i].label);

		if (!same && (likeness != LIKENESS_NONE || !skeletons_resemble(bare, known[i].skeleton)))
			continue;
		*ret_of = arena_str(a, known[i].host);
		likeness = same ? LIKENESS_ENDING : LIKENESS_HOST;
		if (same)
			break;
	}
	if (likeness != LIKENESS_NONE)
		return likeness;
	if (brand_likeness(host, reg, ret_of) == LIKENESS_BRAND)
		return LIKENESS_BRAND;
	if (slash != SIZE_MAX)
		word = str_part(product, slash + 1, product.len);
	if (word.len >= 5 && labels_resemble(label, word)) {
		*ret_of = word;
		return LIKENESS_PRODUCT;
	}
	return LIKENESS_NONE;
}

/* Package names that everybody knows; their forks and plug-ins carry a scope or a hyphenated role. */
static const char *const popular[] = {
	"angular", "async", "aws-sdk", "axios", "babel-core", "babel-loader", "bcrypt", "bcryptjs", "bluebird",
	"body-parser", "bootstrap", "bunyan", "chalk", "cheerio", "chokidar", "colors", "commander",
	"cookie-parser", "core-js", "cors", "cross-env", "cross-spawn", "crypto-js", "css-loader", "dayjs", "debug",
	"discord.js", "dotenv", "ejs", "electron", "elliptic", "esbuild", "eslint", "ethers", "event-stream",
	"express", "fastify", "firebase", "form-data", "fs-extra", "glob", "got", "graphql", "grunt", "gulp",
	"handlebars", "husky", "inquirer", "ioredis", "jquery", "js-yaml", "jsonwebtoken", "koa", "lodash",
	"marked", "minimist", "mkdirp", "mocha", "moment", "mongodb", "mongoose", "morgan", "mysql", "mysql2",
	"next", "node-fetch", "node-ipc", "nodemailer", "nodemon", "openai", "passport", "pino", "postcss",
	"prettier", "prop-types", "puppeteer", "react", "react-dom", "react-router", "redis", "redux", "reflect-metadata", "regenerator-runtime",
	"request", "rimraf", "rollup", "rxjs", "sass-loader", "secp256k1", "semver", "sequelize", "setimmediate", "sharp",
	"shelljs", "socket.io", "source-map-support", "sqlite3", "stripe", "styled-components", "superagent", "tailwindcss",
	"terser", "ts-node", "typescript", "ua-parser-js", "underscore", "undici", "uuid", "validator",
	"vite", "vue", "web3", "webpack", "winston", "yargs", "zod", "zone.js",
};

/* A name a line: what everybody's packages depend on, by a rule (scripts/established). Not looked for in other names. */
static const char established[] =
#include "established.inc"
	;

bool package_is_established(struct str name)
{
	struct str list = str_of(established), line;

	while (str_line(&list, &line))
		if (line.len == name.len && name.len && !memcmp(line.p, name.p, name.len))
			return line.p[0] != '#';
	return false;
}

bool package_is_popular(struct str name)
{
	for (size_t i = 0; i < sizeof(popular) / sizeof(popular[0]); i++)
		if (str_is(name, popular[i]))
			return true;
	return false;
}

struct str package_resembles(struct str name)
{
	if (package_is_popular(name) || package_is_established(name)) /* it is a name of its own */
		return STR_NONE;
	if (name.len < 4 || name.p[0] == '@')
		return STR_NONE;
	for (size_t i = 0; i < sizeof(popular) / sizeof(popular[0]); i++) {
		struct str known = str_of(popular[i]);

		if (known.len >= 5 && one_edit_apart(name, known))
			return known;
	}
	return STR_NONE;
}
