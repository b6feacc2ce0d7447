#include "behaviour/behaviour.h"

/* Suffixes below which people register names; the rest of the world is one label. */
static const char *const two_part[] = {
	"co.uk", "org.uk", "ac.uk", "gov.uk", "com.au", "net.au", "org.au", "co.jp", "ne.jp", "or.jp",
	"com.br", "com.cn", "net.cn", "org.cn", "com.tw", "com.hk", "co.kr", "co.in", "co.nz", "co.za",
	"com.tr", "com.mx", "com.ar", "com.sg", "com.my", "com.ua", "com.pl", "co.il",
	/* hosting names: what stands below belongs to whoever asked for it */
	"github.io", "gitlab.io", "netlify.app", "vercel.app", "pages.dev", "workers.dev", "web.app",
	"firebaseapp.com", "herokuapp.com", "azurewebsites.net", "cloudfront.net", "ngrok.io",
	"ngrok.app", "ngrok-free.app", "blogspot.com", "s3.amazonaws.com", "repl.co", "glitch.me",
	"onrender.com", "surge.sh", "trycloudflare.com", "lhr.life", "loca.lt",
};

/* Names that attackers borrow, because a reader lets them pass. */
static const struct brand {
	const char *word, *owns; /* owns: registered names that may carry it, space separated */
} brands[] = {
	{"amazonaws", "amazonaws.com amazonaws.com.cn amazon.com"},
	{"cloudfront", "cloudfront.net"},
	{"microsoft", "microsoft.com microsoftonline.com"},
	{"windowsupdate", "windowsupdate.com microsoft.com"},
	{"azureedge", "azureedge.net"},
	{"office365", "office365.com microsoft.com"},
	{"google", "google.com googleapis.com googleusercontent.com googletagmanager.com "
		   "google-analytics.com googlesource.com googlevideo.com googlesyndication.com "
		   "googleadservices.com googleblog.com"},
	{"gstatic", "gstatic.com"},
	{"github", "github.com githubusercontent.com github.io github.dev githubassets.com githubapp.com "
		   "githubcopilot.com githubstatus.com"},
	{"gitlab", "gitlab.com gitlab.io gitlab-static.net"},
	{"npmjs", "npmjs.com npmjs.org"},
	{"nodejs", "nodejs.org nodejs.dev nodejs.cn"},
	{"cloudflare", "cloudflare.com cloudflare.net cloudflareinsights.com cloudflare-dns.com "
		       "cloudflarestorage.com trycloudflare.com cloudflareaccess.com"},
	{"jsdelivr", "jsdelivr.net jsdelivr.com"},
	{"unpkg", "unpkg.com"},
	{"jquery", "jquery.com jqueryui.com"},
	{"debian", "debian.org debian.net"},
	{"ubuntu", "ubuntu.com"},
	{"apple", "apple.com"},
	{"icloud", "icloud.com icloud-content.com"},
	{"facebook", "facebook.com facebook.net"},
	{"telegram", "telegram.org telegram.me"},
	{"discord", "discord.com discordapp.com discordapp.net discord.gg discord.js.org"},
	{"paypal", "paypal.com paypalobjects.com"},
	{"stripe", "stripe.com stripe.network stripe.dev"},
	{"metamask", "metamask.io"},
	{"docker", "docker.com docker.io"},
	{"pypi", "pypi.org pypi.io"},
	{"pythonhosted", "pythonhosted.org"},
	{"electronjs", "electronjs.org"},
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

bool host_is_local(struct str host)
{
	static const char *const names[] = {"localhost", "127.", "0.0.0.0", "::1", "[::1]", "10.", "192.168.",
		"169.254.", "255.255.255.255"};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (str_starts(host, names[i]))
			return true;
	if (str_starts(host, "172.") && host.len > 6 && host.p[6] == '.' &&
	    ((host.p[4] == '1' && host.p[5] >= '6') || host.p[4] == '2' ||
		    (host.p[4] == '3' && host.p[5] <= '1')))
		return true;
	return str_ends(host, ".localhost") || str_ends(host, ".local") || str_ends(host, ".internal") ||
	       !str_has(host, ".");
}

struct str host_registered(struct str host)
{
	size_t last, before;

	if (host_is_address(host))
		return host;
	last = str_rfind_char(host, '.');
	if (last == SIZE_MAX)
		return host;
	for (size_t i = 0; i < sizeof(two_part) / sizeof(two_part[0]); i++) {
		size_t n = strlen(two_part[i]);

		if (host.len > n + 1 && str_ends(host, two_part[i]) && host.p[host.len - n - 1] == '.') {
			before = str_rfind_char(str_part(host, 0, host.len - n - 1), '.');
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

/* Edit distance with neighbouring swaps, given up above `most`. Labels have at most 63 letters. */
static unsigned distance(struct str a, struct str b, unsigned most)
{
	unsigned rows[3][65];

	if (a.len > 63 || b.len > 63 || a.len > b.len + most || b.len > a.len + most)
		return most + 1;
	for (size_t k = 0; k <= b.len; k++)
		rows[0][k] = (unsigned)k;
	for (size_t i = 1; i <= a.len; i++) {
		unsigned *row = rows[i % 3], *up = rows[(i + 2) % 3], *up2 = rows[(i + 1) % 3];

		row[0] = (unsigned)i;
		for (size_t k = 1; k <= b.len; k++) {
			unsigned cost = a.p[i - 1] != b.p[k - 1];
			unsigned best = up[k - 1] + cost;

			if (up[k] + 1 < best)
				best = up[k] + 1;
			if (row[k - 1] + 1 < best)
				best = row[k - 1] + 1;
			if (i > 1 && k > 1 && a.p[i - 1] == b.p[k - 2] && a.p[i - 2] == b.p[k - 1] &&
			    up2[k - 2] + 1 < best)
				best = up2[k - 2] + 1;
			row[k] = best;
		}
	}
	return rows[a.len % 3][b.len];
}

static bool owned(const char *owns, struct str registered)
{
	struct str rest = str_of(owns);

	while (rest.len) {
		size_t sp = str_find_z(rest, " ");
		struct str one = str_part(rest, 0, sp == SIZE_MAX ? rest.len : sp);

		if (str_equal(one, registered))
			return true;
		rest = sp == SIZE_MAX ? STR_NONE : str_part(rest, sp + 1, rest.len);
	}
	return false;
}

/* Two labels resemble each other when their skeletons are the same or one letter apart, or one holds
 * the other whole and is longer. */
static bool labels_resemble(struct str a, struct str b)
{
	char x[80], y[80];
	struct str p = str_view(x, skeleton(a, x, sizeof(x)));
	struct str q = str_view(y, skeleton(b, y, sizeof(y)));

	if (q.len < 4 || p.len < 4)
		return false;
	if (str_equal(p, q))
		return true;
	if (q.len >= 6 && distance(p, q, 1) <= 1)
		return true;
	return q.len >= 6 && p.len > q.len && str_find(p, q) != SIZE_MAX;
}

enum likeness host_likeness(struct arena *a, struct str host, struct str product,
	const struct str *known, size_t n_known, struct str *ret_of)
{
	struct str reg = host_registered(host);
	struct str label = first_label(reg);
	struct str word = product;
	size_t slash = str_rfind_char(product, '/');

	*ret_of = STR_NONE;
	if (host_is_address(host) || host_is_local(host))
		return LIKENESS_NONE;
	for (size_t i = 0; i < n_known; i++)
		if (str_equal(host_registered(known[i]), reg))
			return LIKENESS_NONE; /* below a known name */
	for (size_t i = 0; i < n_known; i++) {
		struct str theirs = first_label(host_registered(known[i]));

		if (labels_resemble(label, theirs)) {
			*ret_of = arena_str(a, known[i]);
			return LIKENESS_HOST;
		}
	}
	for (size_t i = 0; i < sizeof(brands) / sizeof(brands[0]); i++) {
		struct str brand = str_of(brands[i].word);

		if (owned(brands[i].owns, reg))
			return LIKENESS_NONE;
		if (labels_resemble(label, brand)) {
			*ret_of = brand;
			return LIKENESS_BRAND;
		}
	}
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
	"cookie-parser", "cors", "cross-env", "cross-spawn", "crypto-js", "css-loader", "dayjs", "debug",
	"discord.js", "dotenv", "ejs", "electron", "elliptic", "esbuild", "eslint", "ethers", "event-stream",
	"express", "fastify", "firebase", "form-data", "fs-extra", "glob", "got", "graphql", "grunt", "gulp",
	"handlebars", "husky", "inquirer", "ioredis", "jquery", "js-yaml", "jsonwebtoken", "koa", "lodash",
	"marked", "minimist", "mkdirp", "mocha", "moment", "mongodb", "mongoose", "morgan", "mysql", "mysql2",
	"next", "node-fetch", "node-ipc", "nodemailer", "nodemon", "openai", "passport", "pino", "postcss",
	"prettier", "prop-types", "puppeteer", "react", "react-dom", "react-router", "redis", "redux",
	"request", "rimraf", "rollup", "rxjs", "sass-loader", "secp256k1", "semver", "sequelize", "sharp",
	"shelljs", "socket.io", "sqlite3", "stripe", "styled-components", "superagent", "tailwindcss",
	"terser", "ts-node", "typescript", "ua-parser-js", "underscore", "undici", "uuid", "validator",
	"vite", "vue", "web3", "webpack", "winston", "yargs", "zod",
};

struct str package_resembles(struct str name)
{
	for (size_t i = 0; i < sizeof(popular) / sizeof(popular[0]); i++)
		if (str_is(name, popular[i]))
			return STR_NONE;
	if (name.len < 4 || name.p[0] == '@')
		return STR_NONE;
	for (size_t i = 0; i < sizeof(popular) / sizeof(popular[0]); i++) {
		struct str known = str_of(popular[i]);

		if (known.len >= 5 && distance(name, known, 1) == 1)
			return known;
	}
	return STR_NONE;
}
