#include "cli/lock_report.h"

#include <inttypes.h>
#include <stdarg.h>
#include <string.h>

#include "report/json_out.h"

static const char *const kind_words[] = {"updated", "added", "removed", "rewritten"};

static void put(struct report_out *out, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

static void put(struct report_out *out, const char *format, ...)
{
	char line[4096];
	va_list args;

	va_start(args, format);
	vsnprintf(line, sizeof(line), format, args);
	va_end(args);
	report_put_z(out, line);
}

/* ---- text ---- */

static const char *colour_of(enum verdict v, bool colour)
{
	static const char *const codes[] = {"\033[32m", "\033[33m", "\033[33m", "\033[1;31m"};

	return colour ? codes[v] : "";
}

static void text_change(const struct lock_change *c, bool colour, struct report_out *out)
{
	const struct assay_locked *x = c->new_ ? c->new_ : c->old;

	if (c->kind == LOCK_REMOVED)
		return;
	put(out, "\n%s%-9s%s %s %s %s%s%s", colour_of(c->verdict, colour), verdict_name(c->verdict),
		colour ? "\033[0m" : "", x->ecosystem, x->name, c->old ? c->old->version : "new",
		c->old ? " → " : " ", x->version);
	if (c->line)
		put(out, "   line %" PRIu32, c->line);
	put(out, "\n          %s\n", c->reason);
	for (size_t i = 0; i < c->n_findings && i < 3 && c->verdict >= VERDICT_REVIEW; i++) {
		const struct lock_finding *f = &c->findings[i];

		put(out, "          %s %s", f->id, f->title);
		if (*f->member)
			put(out, "   %s:%" PRIu32, f->member, f->line);
		report_put_z(out, "\n");
	}
}

static void text(const struct lock_report *r, bool colour, struct report_out *out)
{
	size_t count[LOCK_KINDS] = {0}, unseen = 0;

	for (size_t i = 0; i < r->n; i++) {
		count[r->changes[i].kind]++;
		unseen += r->changes[i].kind != LOCK_REMOVED && !r->changes[i].judged;
	}
	put(out, "%s%s%s   %zu updated, %zu added, %zu removed", colour_of(r->worst, colour),
		(const char *[]){"CLEAN", "UNKNOWN", "REVIEW", "TAMPERED"}[r->worst],
		colour ? "\033[0m" : "", count[LOCK_UPDATED], count[LOCK_ADDED], count[LOCK_REMOVED]);
	if (count[LOCK_REWRITTEN])
		put(out, ", %zu rewritten", count[LOCK_REWRITTEN]);
	if (unseen)
		put(out, "; %zu not looked at", unseen);
	report_put_z(out, "\n");
	if (r->files.verdict >= VERDICT_REVIEW) {
		put(out, "\n%s%-9s%s the lock file itself\n          %s\n",
			colour_of(r->files.verdict, colour), verdict_name(r->files.verdict),
			colour ? "\033[0m" : "", r->files.reason);
		for (size_t i = 0; i < r->files.n_findings && i < 5; i++)
			put(out, "          %s %s   line %" PRIu32 "\n", r->files.findings[i].id,
				r->files.findings[i].title, r->files.findings[i].line);
	}
	for (int v = VERDICT_TAMPERED; v >= VERDICT_CLEAN; v--)
		for (size_t i = 0; i < r->n; i++)
			if ((int)r->changes[i].verdict == v)
				text_change(&r->changes[i], colour, out);
}

/* ---- JSON ---- */

static void json_findings(struct json_out *j, const struct lock_change *c)
{
	jout_key(j, "findings");
	jout_open(j, '[');
	for (size_t i = 0; i < c->n_findings; i++) {
		const struct lock_finding *f = &c->findings[i];

		jout_open(j, '{');
		jout_key_str(j, "id", str_of(f->id));
		jout_key_str(j, "behaviour", str_of(f->behaviour));
		jout_key_str(j, "title", str_of(f->title));
		jout_key_str(j, "member", str_of(f->member));
		jout_key_u64(j, "line", f->line);
		jout_key_real(j, "weight", f->weight);
		jout_close(j, '}');
	}
	jout_close(j, ']');
}

static void json_version(struct json_out *j, const char *key, const struct assay_locked *x)
{
	jout_key(j, key);
	jout_open(j, '{');
	if (x) {
		jout_key_str(j, "version", str_of(x->version));
		jout_key_str(j, "integrity", str_of(x->integrity));
		jout_key_str(j, "source", str_of(x->source));
		jout_key_u64(j, "line", x->line);
	}
	jout_close(j, '}');
}

static void json_change(struct json_out *j, const struct lock_change *c)
{
	const struct assay_locked *x = c->new_ ? c->new_ : c->old;

	jout_open(j, '{');
	jout_key_str(j, "ecosystem", str_of(x->ecosystem));
	jout_key_str(j, "name", str_of(x->name));
	jout_key_str(j, "change", str_of(kind_words[c->kind]));
	json_version(j, "old", c->old);
	json_version(j, "new", c->new_);
	jout_key_bool(j, "judged", c->judged);
	jout_key_str(j, "verdict", str_of(verdict_name(c->verdict)));
	jout_key_real(j, "probability", c->probability);
	jout_key_str(j, "reason", str_of(c->reason));
	json_findings(j, c);
	jout_close(j, '}');
}

static void json(const struct lock_report *r, struct report_out *out)
{
	struct json_out j;

	jout_begin(&j, out, false);
	jout_open(&j, '{');
	jout_key_str(&j, "schema", STR("assay.lock.v1"));
	jout_key_str(&j, "assay", STR(ASSAY_VERSION));
	jout_key_str(&j, "old", r->old_path);
	jout_key_str(&j, "new", r->new_path);
	jout_key_str(&j, "verdict", str_of(verdict_name(r->worst)));
	jout_key(&j, "lock_file");
	jout_open(&j, '{');
	jout_key_str(&j, "verdict", str_of(verdict_name(r->files.verdict)));
	jout_key_str(&j, "reason", str_of(r->files.reason));
	json_findings(&j, &r->files);
	jout_close(&j, '}');
	jout_key(&j, "dependencies");
	jout_open(&j, '[');
	for (size_t i = 0; i < r->n; i++)
		json_change(&j, &r->changes[i]);
	jout_close(&j, ']');
	jout_close(&j, '}');
	jout_end(&j);
}

/* ---- SARIF 2.1.0 ---- */

/* A path as a relative reference (RFC 3986): what is not unreserved or a slash is escaped. */
static void json_uri(struct json_out *j, const char *key, struct str path)
{
	char to[4096];
	size_t n = 0;

	for (size_t i = 0; i < path.len && n + 4 < sizeof(to); i++) {
		unsigned char c = (unsigned char)path.p[i];

		if ((c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
			strchr("-._~/", c))
			to[n++] = (char)c;
		else
			n += (size_t)snprintf(to + n, 4, "%%%02X", c);
	}
	jout_key_str(j, key, str_view(to, n));
}

static void sarif_result(struct json_out *j, const struct lock_report *r, const char *rule,
	const char *message, enum verdict v, uint32_t line)
{
	static const char *const levels[] = {"none", "note", "warning", "error"};

	jout_open(j, '{');
	jout_key_str(j, "ruleId", str_of(rule));
	jout_key_str(j, "level", str_of(levels[v]));
	jout_key(j, "message");
	jout_open(j, '{');
	jout_key_str(j, "text", str_of(message));
	jout_close(j, '}');
	jout_key(j, "locations");
	jout_open(j, '[');
	jout_open(j, '{');
	jout_key(j, "physicalLocation");
	jout_open(j, '{');
	jout_key(j, "artifactLocation");
	jout_open(j, '{');
	json_uri(j, "uri", r->new_path);
	jout_close(j, '}');
	jout_key(j, "region");
	jout_open(j, '{');
	jout_key_u64(j, "startLine", line ? line : 1);
	jout_close(j, '}');
	jout_close(j, '}');
	jout_close(j, '}');
	jout_close(j, ']');
	jout_close(j, '}');
}

static void sarif_change(struct json_out *j, const struct lock_report *r, const struct lock_change *c)
{
	char message[2200];
	const struct assay_locked *x = c->new_;

	if (c->kind == LOCK_REMOVED || c->verdict == VERDICT_CLEAN)
		return;
	if (c->old)
		snprintf(message, sizeof(message), "%s %s to %s: %s.", x->name, c->old->version,
			x->version, c->reason);
	else
		snprintf(message, sizeof(message), "%s %s, new: %s.", x->name, x->version, c->reason);
	sarif_result(j, r, c->n_findings && c->verdict >= VERDICT_REVIEW ? c->findings[0].id : "not-seen",
		message, c->verdict, c->line);
}

static void sarif(const struct lock_report *r, struct report_out *out)
{
	struct json_out j;

	jout_begin(&j, out, false);
	jout_open(&j, '{');
	jout_key_str(&j, "version", STR("2.1.0"));
	jout_key_str(&j, "$schema",
		STR("https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"));
	jout_key(&j, "runs");
	jout_open(&j, '[');
	jout_open(&j, '{');
	jout_key(&j, "tool");
	jout_open(&j, '{');
	jout_key(&j, "driver");
	jout_open(&j, '{');
	jout_key_str(&j, "name", STR("assay"));
	jout_key_str(&j, "version", STR(ASSAY_VERSION));
	jout_close(&j, '}');
	jout_close(&j, '}');
	jout_key(&j, "results");
	jout_open(&j, '[');
	for (size_t i = 0; i < r->files.n_findings && r->files.verdict >= VERDICT_REVIEW; i++)
		sarif_result(&j, r, r->files.findings[i].id, r->files.findings[i].title,
			r->files.verdict, r->files.findings[i].line);
	for (size_t i = 0; i < r->n; i++)
		sarif_change(&j, r, &r->changes[i]);
	jout_close(&j, ']');
	jout_close(&j, '}');
	jout_close(&j, ']');
	jout_close(&j, '}');
	jout_end(&j);
}

void lock_report_print(const struct lock_report *r, const char *format, bool colour,
	struct report_out *out)
{
	if (format && strncmp(format, "json", 4) == 0)
		json(r, out);
	else if (format && strcmp(format, "sarif") == 0)
		sarif(r, out);
	else
		text(r, colour, out);
}
