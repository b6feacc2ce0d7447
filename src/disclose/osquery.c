/* An osquery pack, as osqueryd and Fleet take it: who has the release, runs it, or left its traces? */
#include "disclose/disclose.h"
#include "report/json_out.h"

struct pack {
	struct json_out j;
	const struct disclosure *d;
};

/* A literal of SQL. */
static void literal(struct buf *b, struct str v)
{
	buf_add_char(b, '\'');
	for (size_t i = 0; i < v.len; i++) {
		if (v.p[i] == '\'')
			buf_add_char(b, '\'');
		buf_add_char(b, v.p[i]);
	}
	buf_add_char(b, '\'');
}

static size_t list(struct pack *p, struct buf *b, const char *kind)
{
	size_t n = 0;

	for (size_t i = 0; i < p->d->c->indicators.n; i++) {
		if (!str_is(p->d->c->indicators.items[i].kind, kind))
			continue;
		buf_add_z(b, n++ ? ", " : "");
		literal(b, p->d->c->indicators.items[i].value);
	}
	return n;
}

static void query(struct pack *p, const char *name, const char *platform, const char *what, struct str sql)
{
	struct json_out *j = &p->j;

	jout_key(j, name);
	jout_open(j, '{');
	jout_key_str(j, "query", sql);
	jout_key_u64(j, "interval", 3600);
	jout_key_bool(j, "snapshot", true);
	if (*platform)
		jout_key_str(j, "platform", str_of(platform));
	jout_key_str(j, "description", str_of(what));
	jout_close(j, '}');
}

/* `before` LIST `after`, when there is anything to ask for. */
static void by_list(struct pack *p, const char *name, const char *platform, const char *what,
	const char *kind, const char *before, const char *after)
{
	struct buf b;

	buf_init(&b, 4 << 20);
	buf_add_z(&b, before);
	if (list(p, &b, kind)) {
		buf_add_z(&b, after);
		query(p, name, platform, what, buf_str(&b));
	}
	buf_release(&b);
}

static void by_version(struct pack *p, const char *name, const char *platform, const char *what,
	const char *table)
{
	struct buf b;
	size_t n = 0;

	buf_init(&b, 1 << 20);
	buf_printf(&b, "SELECT * FROM %s WHERE ", table);
	for (size_t i = 0; i < p->d->c->releases.n; i++) {
		const struct case_release *r = &p->d->c->releases.items[i];

		if (str_is(r->status, "good") || !r->name.len || !r->version.len)
			continue;
		buf_add_z(&b, n++ ? " OR (instr(lower(name), lower(" : "(instr(lower(name), lower(");
		literal(&b, r->name);
		buf_add_z(&b, ")) > 0 AND version = ");
		literal(&b, r->version);
		buf_add_char(&b, ')');
	}
	buf_add_char(&b, ';');
	if (n)
		query(p, name, platform, what, buf_str(&b));
	buf_release(&b);
}

bool disclose_osquery(const struct disclosure *d, struct report_out *out, struct str *ret_why)
{
	struct pack p = {.d = d};

	(void)ret_why;
	jout_begin(&p.j, out, false);
	jout_open(&p.j, '{');
	jout_key(&p.j, "queries");
	jout_open(&p.j, '{');
	by_version(&p, "installed_windows", "windows", "the release among installed programs", "programs");
	by_version(&p, "installed_deb", "linux", "the release among Debian packages", "deb_packages");
	by_version(&p, "installed_rpm", "linux", "the release among RPM packages", "rpm_packages");
	by_version(&p, "installed_npm", "", "the release among npm packages", "npm_packages");
	by_list(&p, "running_by_digest", "", "a running program of the release", "sha256",
		"SELECT p.pid, p.name, p.path, h.sha256 FROM processes p JOIN hash h ON h.path = p.path WHERE h.sha256 IN (",
		");");
	by_list(&p, "downloads_by_digest", "", "the release among downloaded files", "sha256",
		"SELECT f.path, f.mtime, h.sha256 FROM file f JOIN hash h ON h.path = f.path WHERE (f.path LIKE "
		"'/home/%/Downloads/%' OR f.path LIKE '/Users/%/Downloads/%' OR f.path LIKE "
		"'C:\\Users\\%\\Downloads\\%') AND h.sha256 IN (",
		");");
	by_list(&p, "services", "windows", "a service of the case", "service",
		"SELECT name, path, status FROM services WHERE name IN (", ");");
	by_list(&p, "registry", "windows", "a registry key of the case", "registry_key",
		"SELECT key, name, data, mtime FROM registry WHERE key IN (", ");");
	by_list(&p, "connections", "", "a connection to an address of the case", "ip",
		"SELECT s.pid, s.remote_address, s.remote_port, p.path FROM process_open_sockets s JOIN processes p "
		"USING (pid) WHERE s.remote_address IN (",
		");");
	jout_close(&p.j, '}');
	jout_close(&p.j, '}');
	jout_end(&p.j);
	return true;
}
