#include "read/trust_settings.h"

#include "read/guard_words.h"
#include "read/settings.h"
#include "read/trust_anchor.h"

struct loose {
	struct arena *arena;
	struct str path, old, text;
	struct setting *was, *now;
	size_t n_was, n_now;
	struct trust_list out;
};

void trust_list_add(struct trust_list *l, struct trust_change c)
{
	if (l->n < TRUST_CHANGES_MAX)
		*ARENA_PUSH(l->arena, l->items, l->n, l->room) = c;
}

static void add_graded(struct loose *l, const char *key, struct str value, size_t at, size_t len, bool proves)
{
	trust_list_add(&l->out, (struct trust_change){key, value, at, len, proves});
}

static void add(struct loose *l, const char *key, struct str value, size_t at, size_t len)
{
	add_graded(l, key, value, at, len, false);
}

static size_t times(const struct setting *list, size_t n, struct str name, struct str value)
{
	size_t all = 0;

	for (size_t i = 0; i < n; i++)
		all += str_equal(list[i].name, name) && str_equal_nocase(list[i].value, value);
	return all;
}

/* A value that stood under the name in OLD, and stands there less often now; empty if there is none. */
static struct str value_gone(const struct loose *l, struct str name, bool *ret_named)
{
	*ret_named = false;
	for (size_t i = 0; i < l->n_was; i++) {
		if (!str_equal(l->was[i].name, name))
			continue;
		*ret_named = true;
		if (times(l->was, l->n_was, name, l->was[i].value) > times(l->now, l->n_now, name, l->was[i].value))
			return l->was[i].value;
	}
	return STR_NONE;
}

static void flips(struct loose *l)
{
	for (size_t i = 0; i < l->n_now; i++) {
		const struct setting *s = &l->now[i];
		struct str from;
		bool named;

		/* most names say nothing: asked with every value that could loosen */
		if (!setting_loosened(s->name, STR("true"), s->value) && !setting_loosened(s->name, STR_NONE, s->value))
			continue;
		if (times(l->now, l->n_now, s->name, s->value) <= times(l->was, l->n_was, s->name, s->value))
			continue;
		from = value_gone(l, s->name, &named);
		if (!setting_loosened(s->name, from, s->value))
			continue;
		add_graded(l, "setting", arena_printf(l->arena, "%.*s: %.*s -> %.*s", STR_ARG(s->name), STR_ARG(str_part(from, 0, 80)),
			STR_ARG(str_part(s->value, 0, 80))), s->at, s->name.len, from.len && setting_proves(s->name));
	}
}

/* 10 to 13 of "1.2", "TLSv1.2", "TLS1_2"; 0 of what is no version of it. */
static unsigned tls_version(struct str v)
{
	size_t i = 0;

	while (i < v.len && !(v.p[i] >= '0' && v.p[i] <= '9'))
		i++;
	if (i >= v.len || v.p[i] != '1' || i > 5 || v.len > i + 3)
		return 0;
	if (i + 1 == v.len)
		return i ? 10 : 0;
	return i + 3 == v.len && strchr("._", v.p[i + 1]) && v.p[i + 2] >= '0' && v.p[i + 2] <= '3' ? 10 + (unsigned)(v.p[i + 2] - '0') : 0;
}

static bool names_listening(struct str name)
{
	static const char *const words[] = {"bind", "listen", "host", "addr", "interface"};

	return HAS_WORD(name, words);
}

/* 127.0.0.1:80 -> 0.0.0.0:80 */
static bool opens_machine(struct str was, struct str now)
{
	static const char *const own[] = {"127.0.0.1", "localhost", "[::1]", "::1"}, *const all[] = {"0.0.0.0", "[::]", "::"};

	for (size_t i = 0; i < sizeof(own) / sizeof(own[0]); i++)
		for (size_t j = 0; j < sizeof(all) / sizeof(all[0]); j++)
			if (str_starts(was, own[i]) && str_starts(now, all[j]) &&
				str_equal(str_part(was, strlen(own[i]), was.len), str_part(now, strlen(all[j]), now.len)))
				return true;
	return false;
}

/* Is the setting about the protocol: by its name, or by what stands shortly before it? */
static bool is_of_tls(const struct loose *l, const struct setting *s)
{
	enum { BEFORE = 200 };
	static const char *const names[] = {"minversion", "minimumversion", "mintlsversion", "tlsminversion", "sslminversion", "minprotocolversion", "tlsversion", "sslprotocol", "minprotocol"};
	size_t from = s->at > BEFORE ? s->at - BEFORE : 0;
	bool named = false;

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		named |= setting_is(s->name, names[i]);
	return named && (str_has_nocase(s->name, "tls") || str_has_nocase(s->name, "ssl") || str_has_nocase(s->value, "tls") ||
				str_has_nocase(str_part(l->text, from, s->at - from), "tls") || str_has_nocase(str_part(l->text, from, s->at - from), "ssl"));
}

/* A value that is worth less than the one that stood under its name. */
static void worth(struct loose *l)
{
	for (size_t i = 0; i < l->n_now; i++) {
		const struct setting *s = &l->now[i];
		bool listens = str_starts(s->value, "0.0.0.0") || str_starts(s->value, "::") || str_starts(s->value, "[::]"), any = str_is(s->value, "*"), named;
		unsigned version = tls_version(s->value);
		struct str from;

		if (!listens && !any && !(version && version < 12))
			continue; /* most values */
		if (times(l->now, l->n_now, s->name, s->value) <= times(l->was, l->n_was, s->name, s->value))
			continue;
		from = value_gone(l, s->name, &named);
		if ((listens && names_listening(s->name) && opens_machine(from, s->value)) ||
			(any && (str_has(from, "://") || anchor_is_host(from)) && (str_has_nocase(s->name, "origin") || str_has_nocase(s->name, "cors"))) ||
			(version && version < 12 && tls_version(from) >= 12 && is_of_tls(l, s)))
			add(l, "setting", arena_printf(l->arena, "%.*s: %.*s -> %.*s", STR_ARG(s->name), STR_ARG(str_part(from, 0, 80)), STR_ARG(str_part(s->value, 0, 80))), s->at,
				s->name.len);
	}
}

static bool has_name(const struct setting *list, size_t n, struct str name)
{
	for (size_t i = 0; i < n; i++)
		if (str_equal(list[i].name, name))
			return true;
	return false;
}

/* Services that give up fewer rights than before. */
static void confinement(struct loose *l)
{
	for (size_t i = 0; i < l->n_was; i++) {
		const struct setting *s = &l->was[i];

		if (setting_confines(s->name) && !has_name(l->now, l->n_now, s->name)) {
			add(l, "confinement", arena_printf(l->arena, "%.*s=%.*s is gone", STR_ARG(s->name), STR_ARG(s->value)), SIZE_MAX, 0);
			return;
		}
	}
	for (size_t i = 0; i < l->n_now; i++)
		if (str_is(l->now[i].name, "User") && str_is(l->now[i].value, "root") && has_name(l->was, l->n_was, STR("User")) &&
			!times(l->was, l->n_was, STR("User"), STR("root")))
			add(l, "confinement", STR("runs as root"), l->now[i].at, 4);
}

/* --- words that open something where they stand newly, by kind of file --- */

struct opening {
	const char *place; /* part of the path, or its end */
	const char *word;  /* NEW has it more often than OLD; folded: no blanks, quotes, in lower case */
	const char *key;
	bool fresh; /* also in a file that OLD had not */
};

static const struct opening openings[] = {
	{"polkit-1/rules.d", "polkit.result.yes", "login", true}, {"polkit-1/rules.d", "||", "login"}, {".policy", "<allow_any>yes</allow_any>", "login", true},
	{"etc/pam.d/", "expose_authtok", "login", true}, {"etc/pam.d/", "default=ignore]pam_succeed_if.so", "login", true}, {"etc/pam.d/", "sufficientpam_succeed_if.so", "login", true},
	{"sshd_config", "authorizedkeyscommand/", "login", true}, {"sshd_config", "authorizedkeysfile.ssh/authorized_keys/", "login", true}, {"sshd_config", "authorizedkeysfile/", "login", true},
	{"ssh_config", "proxycommand", "login", true}, {"ssh_config", "permitlocalcommandyes", "login", true}, {"ssh_config", "userknownhostsfile/dev/null", "login", true},
	{"gitconfig", "fsmonitor=", "login", true}, {"gitconfig", "hookspath=", "login", true},
	{"git", "--enable=receive-pack", "login"}, {"ipsec", "=null-", "setting"}, {"ipsec", "=des-", "setting"}, {"swanctl", "=null-", "setting"}, {"swanctl", "=des-", "setting"},
	{"redis", "protected-modeno", "login"}, {"my.cnf", "skip-grant-tables", "login"}, {"pg_hba", "/0trust", "login"}, {"smb.conf", "guestok=yes", "login"},
	{"etc/exports", "no_root_squash", "permission"}, {".github/workflows/", "tojson(secrets)", "permission", true}, {".github/workflows/", "issecret", "permission", true},
	{"sudoers", "all=(all)all", "sudoers"}, {"sudoers", "all=(all:all)all", "sudoers"}, {"sudoers", "!authenticate", "sudoers"},
	{"etc/pam.d/", "pam_permit.so", "login"}, {"etc/pam.d/", "nullok", "login"},
	{"ssh", "stricthostkeycheckingno", "login"}, {"ssh", "permitrootloginyes", "login"}, {"ssh", "passwordauthenticationyes", "login"},
	{"ssh", "permitemptypasswordsyes", "login"},
	{"compose", "docker.sock", "permission"}, {"compose", "seccomp:unconfined", "permission"}, {"compose", "apparmor:unconfined", "permission"},
	{"compose", "sys_admin", "permission"}, {".yaml", "verbs:[*]", "permission"}, {".yml", "verbs:[*]", "permission"},
	{".yaml", "/var/run/docker.sock", "permission"},
	{"AndroidManifest.xml", "android.permission.read_sms", "permission"}, {"AndroidManifest.xml", "android.permission.receive_sms", "permission"},
	{"AndroidManifest.xml", "android.permission.send_sms", "permission"}, {"AndroidManifest.xml", "android.permission.read_contacts", "permission"},
	{"AndroidManifest.xml", "android.permission.system_alert_window", "permission"},
	{"AndroidManifest.xml", "android.permission.bind_accessibility_service", "permission"},
	{"AndroidManifest.xml", "android.permission.request_install_packages", "permission"},
	{"AndroidManifest.xml", "android.permission.read_call_log", "permission"}, {"AndroidManifest.xml", "android.permission.record_audio", "permission"},
	{"AndroidManifest.xml", "android.permission.query_all_packages", "permission"},
	{".manifest", "level=requireadministrator", "permission"}, {".manifest", "level=highestavailable", "permission"},
	{".entitlements", "com.apple.security.files.all", "entitlement"}, {".plist", "com.apple.security.files.all", "entitlement"},
	{"nginx", "sslv3", "setting"}, {".service", "cap_sys_admin", "confinement"}, {".service", "cap_setuid", "confinement"},
	{".service", "cap_sys_ptrace", "confinement"}, {"manifest.json", "externally_connectable", "permission"}, {"apt.conf.d/", "allowunauthenticatedtrue", "updater-check"},
	{".properties", "exposure.include=*", "setting"}, {".reg", "enablelua=dword:00000000", "setting"},
	{".reg", "disableantispyware=dword:00000001", "setting"}, {".reg", "disablerealtimemonitoring=dword:00000001", "setting"},
};

static const struct opening closings[] = { /* words that OLD had and NEW has not */
	{"sources.list", "signed-by=", "updater-check"}, {".plist", "com.apple.security.app-sandbox", "entitlement"},
	{".entitlements", "com.apple.security.app-sandbox", "entitlement"}, {"nginx", "denyall;", "setting"},
	{"nginx", "ssl_verify_clienton", "setting"}, {".html", "integrity=sha", "integrity"}, {".properties", "endpoint.identification.algorithm=https", "tls-verify-off"},
};

/* Lower case, without blanks and quotes; comments of whole lines are left out. */
static struct str folded(struct arena *a, struct str s)
{
	char *p = arena_alloc(a, s.len + 1);
	size_t n = 0;
	bool begins = true, comment = false;

	for (size_t i = 0; i < s.len; i++) {
		char c = s.p[i];

		if (c == '\n') {
			begins = true;
			comment = false;
			p[n++] = c;
			continue;
		}
		if (strchr(" \t\r\"'", c))
			continue;
		comment |= begins && c == '#';
		begins = false;
		if (!comment)
			p[n++] = c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
	}
	return str_view(p, n);
}

static size_t how_often(struct str s, const char *z)
{
	size_t n = 0, hit;

	while (n < 1000 && (hit = str_find_z(s, z)) != SIZE_MAX) {
		s = str_part(s, hit + strlen(z), s.len);
		n++;
	}
	return n;
}

/* A log that keeps what lets people in, or one that is written to another machine. */
static bool log_tells(struct str line)
{
	static const char *const here[] = {"localhost", "127.0.0.1", "unix:", "[::1]", "$", "%"};
	size_t at = str_find_z(line, "syslog:server=");

	if (str_starts(line, "log_format") && (str_has(line, "$http_authorization") || str_has(line, "$http_cookie")))
		return true;
	if (at == SIZE_MAX)
		return false;
	line = str_part(line, at + 14, line.len);
	for (size_t i = 0; i < sizeof(here) / sizeof(here[0]); i++)
		if (str_starts(line, here[i]))
			return false;
	return true;
}

/* run: echo ${{ github.event.issue.title }}: anybody writes that, and a shell reads it. */
static bool runs_event(struct str line)
{
	static const char *const texts[] = {".title}}", ".body}}", ".head_ref}}", ".head.ref}}", ".message}}", ".label}}"};
	static const char *const lists[] = {"-name:", "name:", "if:", "with:", "-if:", "body:", "title:", "ref:"};
	bool told = false;

	if (!str_has(line, "${{github.event.") && !str_has(line, "${{github.head_ref"))
		return false;
	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++)
		if (str_starts(line, lists[i]))
			return false;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		told |= str_has(line, texts[i]);
	return told && (str_starts(line, "run:") || str_starts(line, "-run:") || str_find_z(line, ":") == SIZE_MAX || str_find_z(line, ":") > str_find_z(line, "${{"));
}

static size_t lines_that(struct str s, bool (*asked)(struct str))
{
	size_t n = 0;
	struct str line;

	while (str_line(&s, &line))
		n += asked(line);
	return n;
}

/* Pull requests of strangers that run with the project's own rights: both words have to stand there. */
static bool runs_strangers(struct str s)
{
	return str_has(s, "pull_request_target") && str_has(s, "github.event.pull_request.head.");
}

static void lines(struct loose *l)
{
	bool nginx = str_find_nocase(l->path, "nginx") != SIZE_MAX, workflow = str_has(l->path, ".github/workflows/");
	struct str old, now;

	if (!nginx && !workflow)
		return;
	old = folded(l->arena, l->old);
	now = folded(l->arena, l->text);
	if (nginx && lines_that(now, log_tells) > lines_that(old, log_tells))
		add(l, "setting", STR("a log keeps what lets people in, or goes to another machine"), SIZE_MAX, 0);
	if (workflow && lines_that(now, runs_event) > lines_that(old, runs_event))
		add(l, "permission", STR("a command is made of what anybody writes"), SIZE_MAX, 0);
	if (workflow && runs_strangers(now) && !runs_strangers(old))
		add(l, "permission", STR("pull_request_target runs what strangers send"), SIZE_MAX, 0);
}

static void words(struct loose *l)
{
	struct str old = STR_NONE, now = STR_NONE;

	for (size_t i = 0; i < sizeof(openings) / sizeof(openings[0]) + sizeof(closings) / sizeof(closings[0]); i++) {
		bool closes = i >= sizeof(openings) / sizeof(openings[0]);
		const struct opening *o = closes ? &closings[i - sizeof(openings) / sizeof(openings[0])] : &openings[i];
		size_t before, after;

		if (str_find_nocase(l->path, o->place) == SIZE_MAX || (!l->old.p && (closes || !o->fresh)))
			continue;
		if (!now.p) {
			old = folded(l->arena, l->old);
			now = folded(l->arena, l->text);
		}
		before = how_often(old, o->word);
		after = how_often(now, o->word);
		if (!closes ? after > before : before && (!after || (str_is(str_of(o->key), "integrity") && after < before)) &&
				how_often(old, "<script") == how_often(now, "<script"))
			add(l, o->key, arena_printf(l->arena, "%s%s", o->word, closes ? " is gone" : ""), SIZE_MAX, 0);
	}
}

/* --- whom a container runs as --- */

static struct str last_user(struct str text)
{
	struct str user = STR_NONE, line;

	while (str_line(&text, &line)) {
		line = str_trim(line);
		if (str_starts(line, "USER "))
			user = str_trim(str_part(line, 5, line.len));
		else if (str_starts(line, "FROM "))
			user = STR_NONE;
	}
	return user;
}

static bool is_root(struct str user)
{
	return user.len == 0 || str_is(user, "root") || str_is(user, "0") || str_starts(user, "root:") || str_starts(user, "0:");
}

static void container_user(struct loose *l)
{
	struct str base = str_basename(l->path);

	if ((str_find_nocase(base, "dockerfile") != SIZE_MAX || str_find_nocase(base, "containerfile") != SIZE_MAX) &&
		!is_root(last_user(l->old)) && is_root(last_user(l->text)))
		add(l, "confinement", STR("the container runs as root"), SIZE_MAX, 0);
}

bool trust_holds_settings(struct str path)
{
	static const char *const ends[] = {".json", ".yml", ".yaml", ".toml", ".ini", ".conf", ".cfg", ".properties", ".xml", ".plist", ".repo", ".list",
		".service", ".env", ".npmrc", ".yarnrc", ".entitlements", ".manifest", ".reg", ".config", ".html"};
	struct str base = str_basename(path);

	if (str_find_nocase(base, "lock") != SIZE_MAX || str_is(base, "package.json") || str_find_nocase(base, "schema") != SIZE_MAX)
		return false;
	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++)
		if (str_ends_nocase(path, ends[i]))
			return true;
	return str_has(path, "/etc/") || str_starts(path, "etc/");
}

void trust_settings(struct arena *a, struct str path, struct str old, struct str text, struct trust_change **ret, size_t *ret_n)
{
	struct loose *l = ARENA_NEW(a, struct loose);

	*l = (struct loose){.arena = a, .out = {.arena = a}, .path = path, .old = old, .text = text};
	if (old.len <= SETTINGS_TEXT_MAX && text.len <= SETTINGS_TEXT_MAX) {
		words(l);
		lines(l);
		if (old.p)
			container_user(l);
		if (old.p && trust_holds_settings(path)) {
			settings_read(a, old, &l->was, &l->n_was);
			settings_read(a, text, &l->now, &l->n_now);
			flips(l);
			worth(l);
			if (str_ends(path, ".service"))
				confinement(l);
		}
	}
	*ret = l->out.items;
	*ret_n = l->out.n;
}
