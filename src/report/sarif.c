/*
 * SARIF 2.1.0 (OASIS), for code hosts and editors. A finding is a result at its member; the member's
 * name is the artifact's address, relative to the release. What was not seen is a notification of the
 * run, so that nobody takes silence for a clean bill.
 */
#include <math.h>
#include <stdio.h>

#include "assay.h"
#include "report/amount.h"
#include "report/json_out.h"
#include "report/phrases.h"
#include "util/escape.h"

static const char schema[] = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

struct sarif {
	struct json_out j;
	struct arena arena;
	const struct document *d;
	const struct doc_finding **rules; /* the first finding of each id */
	size_t n_rules;
};

static size_t rule_of(struct sarif *s, const struct doc_finding *f)
{
	for (size_t i = 0; i < s->n_rules; i++)
		if (str_equal(s->rules[i]->id, f->id))
			return i;
	s->rules[s->n_rules] = f;
	return s->n_rules++;
}

/* error: alone enough for review; warning: a weight that counts. */
static const char *level(double weight)
{
	return weight >= 5.5 ? "error" : weight >= 1 ? "warning" : "note";
}

static void text(struct sarif *s, const char *key, struct str value)
{
	jout_key(&s->j, key);
	jout_open(&s->j, '{');
	jout_key_str(&s->j, "text", value);
	jout_close(&s->j, '}');
}

static void sentence(struct sarif *s, const char *key, struct str value)
{
	text(s, key, arena_printf(&s->arena, "%.*s%s", STR_ARG(value), str_ends(value, ".") ? "" : "."));
}

static struct str capital(struct sarif *s, struct str value)
{
	struct str c = arena_str(&s->arena, value);

	if (c.len && c.p[0] >= 'a' && c.p[0] <= 'z')
		return arena_printf(&s->arena, "%c%.*s", c.p[0] - 'a' + 'A', STR_ARG(str_part(c, 1, c.len)));
	return c;
}

/* A relative reference (RFC 3986): the chain of containers as a path. */
static struct str address(struct sarif *s, struct str member)
{
	struct str path = member.len ? member : STR("release");
	struct buf b;
	struct str kept;

	buf_init(&b, 1 << 16);
	for (size_t i = 0; i < path.len; i++) {
		char c = path.p[i];
		bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
			     (c && strchr("-._~!/$@+", c));

		if (plain)
			buf_add_char(&b, c);
		else
			buf_printf(&b, "%%%02X", (uint8_t)c);
	}
	kept = arena_str(&s->arena, buf_str(&b));
	buf_release(&b);
	while (kept.len && kept.p[0] == '/')
		kept = str_part(kept, 1, kept.len);
	return kept;
}

/* "ReadsFilesAndSendsThemOut" */
static struct str rule_name(struct sarif *s, struct str title)
{
	struct buf b;
	struct str kept;
	bool upper = true;

	buf_init(&b, 4096);
	for (size_t i = 0; i < title.len; i++) {
		char c = title.p[i];
		bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');

		if (letter)
			buf_add_char(&b, upper && c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c);
		upper = !letter;
	}
	kept = arena_str(&s->arena, buf_str(&b));
	buf_release(&b);
	return kept;
}

static void rule(struct sarif *s, const struct doc_finding *f)
{
	struct json_out *j = &s->j;

	jout_open(j, '{');
	jout_key_str(j, "id", f->id);
	jout_key_str(j, "name", rule_name(s, f->title));
	sentence(s, "shortDescription", capital(s, f->title));
	sentence(s, "fullDescription", f->why.len ? f->why : capital(s, f->title));
	sentence(s, "help", arena_printf(&s->arena, "assay behaviours %.*s says when it fires and what is innocent", STR_ARG(f->id)));
	jout_key(j, "defaultConfiguration");
	jout_open(j, '{');
	jout_key_str(j, "level", str_of(level(f->weight)));
	jout_close(j, '}');
	jout_key(j, "properties");
	jout_open(j, '{');
	jout_key_str(j, "behaviour", f->behaviour);
	/* Code hosts sort by this number, written as text. */
	jout_key_str(j, "security-severity",
		arena_printf(&s->arena, "%.1f", fmin(fmax(f->weight, 0.1), 10)));
	jout_key(j, "tags");
	jout_open(j, '[');
	jout_str(j, STR("security"));
	for (size_t i = 0; i < f->attack.n; i++)
		jout_str(j, arena_printf(&s->arena, "external/attack/%.*s", STR_ARG(f->attack.items[i])));
	jout_close(j, ']');
	jout_close(j, '}');
	jout_close(j, '}');
}

static void driver(struct sarif *s)
{
	struct json_out *j = &s->j;
	struct str version = s->d->assay_version.len ? s->d->assay_version : STR(ASSAY_VERSION);

	jout_key(j, "tool");
	jout_open(j, '{');
	jout_key(j, "driver");
	jout_open(j, '{');
	jout_key_str(j, "name", STR("assay"));
	jout_key_str(j, "version", version);
	jout_key_str(j, "semanticVersion", version);
	jout_key(j, "rules");
	jout_open(j, '[');
	for (size_t i = 0; i < s->n_rules; i++)
		rule(s, s->rules[i]);
	jout_close(j, ']');
	jout_close(j, '}');
	jout_close(j, '}');
}

static void artifact_location(struct sarif *s, struct str member)
{
	jout_key(&s->j, "artifactLocation");
	jout_open(&s->j, '{');
	jout_key_str(&s->j, "uri", address(s, member));
	jout_key_str(&s->j, "uriBaseId", STR("RELEASE"));
	jout_close(&s->j, '}');
}

static void region(struct sarif *s, const struct doc_finding *f)
{
	struct json_out *j = &s->j;
	struct str shown = f->evidence.len ? f->evidence : f->subject;

	jout_key(j, "region");
	jout_open(j, '{');
	if (f->where.line)
		jout_key_u64(j, "startLine", f->where.line);
	if (f->where.length) {
		jout_key_u64(j, "byteOffset", f->where.offset);
		jout_key_u64(j, "byteLength", f->where.length);
	}
	if (shown.len)
		text(s, "snippet", shown);
	jout_close(j, '}');
}

static void location(struct sarif *s, const struct doc_finding *f)
{
	struct json_out *j = &s->j;

	jout_open(j, '{');
	jout_key(j, "physicalLocation");
	jout_open(j, '{');
	artifact_location(s, f->where.member);
	if (f->where.line || f->where.length) /* a snippet without a place is not allowed */
		region(s, f);
	jout_close(j, '}');
	if (f->where.unit.len) {
		jout_key(j, "logicalLocations");
		jout_open(j, '[');
		jout_open(j, '{');
		jout_key_str(j, "fullyQualifiedName", f->where.unit);
		jout_close(j, '}');
		jout_close(j, ']');
	}
	jout_close(j, '}');
}

static struct str message(struct sarif *s, const struct doc_finding *f)
{
	return arena_printf(&s->arena, "%.*s %.*s%s%.*s.%s%.*s", STR_ARG(phrase_name(&s->arena, &s->d->new)),
		STR_ARG(f->title), f->runs.len ? ", " : "", STR_ARG(f->runs), f->why.len ? " " : "",
		STR_ARG(f->why));
}

static void result(struct sarif *s, const struct doc_finding *f, size_t i)
{
	struct json_out *j = &s->j;

	jout_open(j, '{');
	jout_key_str(j, "ruleId", f->id);
	jout_key_u64(j, "ruleIndex", rule_of(s, f));
	jout_key_str(j, "level", str_of(level(f->weight)));
	text(s, "message", escape_text(&s->arena, message(s, f), 4000));
	jout_key(j, "locations");
	jout_open(j, '[');
	location(s, f);
	jout_close(j, ']');
	jout_key(j, "partialFingerprints");
	jout_open(j, '{');
	jout_key_str(j, "assay/v1", f->fingerprint.len ? f->fingerprint
						       : arena_printf(&s->arena, "%zu", i));
	jout_close(j, '}');
	jout_key(j, "properties");
	jout_open(j, '{');
	jout_key_real(j, "weight", f->weight);
	jout_key(j, "flow");
	jout_open(j, '[');
	for (size_t k = 0; k < f->flow.n; k++)
		jout_str(j, f->flow.items[k]);
	jout_close(j, ']');
	jout_key(j, "decoded");
	jout_open(j, '[');
	for (size_t k = 0; k < f->decoded.n; k++)
		jout_str(j, f->decoded.items[k]);
	jout_close(j, ']');
	jout_close(j, '}');
	jout_close(j, '}');
}

static void invocation(struct sarif *s)
{
	struct json_out *j = &s->j;

	jout_key(j, "invocations");
	jout_open(j, '[');
	jout_open(j, '{');
	jout_key_bool(j, "executionSuccessful", true);
	jout_key(j, "toolExecutionNotifications");
	jout_open(j, '[');
	for (size_t i = 0; i < s->d->coverage.n_blind; i++) {
		const struct doc_blind *b = &s->d->coverage.blind[i];

		jout_open(j, '{');
		jout_key_str(j, "level", STR("warning"));
		text(s, "message", arena_printf(&s->arena, "Not seen: %.*s, %s.", STR_ARG(b->reason),
					  amount_size(b->size_bytes).text));
		jout_key(j, "locations");
		jout_open(j, '[');
		jout_open(j, '{');
		jout_key(j, "physicalLocation");
		jout_open(j, '{');
		artifact_location(s, b->member);
		jout_close(j, '}');
		jout_close(j, '}');
		jout_close(j, ']');
		jout_close(j, '}');
	}
	jout_close(j, ']');
	jout_close(j, '}');
	jout_close(j, ']');
}

static void run_properties(struct sarif *s)
{
	struct json_out *j = &s->j;
	const struct document *d = s->d;

	jout_key(j, "properties");
	jout_open(j, '{');
	jout_key_str(j, "verdict", str_of(verdict_name(d->verdict)));
	jout_key_real(j, "probability", d->probability);
	jout_key_str(j, "summary", d->summary);
	if (!d->is_inspect)
		jout_key_str(j, "oldSha256", d->old.sha256);
	jout_key_str(j, "newSha256", d->new.sha256);
	jout_close(j, '}');
}

void report_sarif(const struct document *d, struct report_out *out)
{
	struct sarif s = {.d = d};
	struct json_out *j = &s.j;

	arena_init(&s.arena, 0);
	s.rules = ARENA_ARRAY(&s.arena, d->findings.n + 1, const struct doc_finding *);
	for (size_t i = 0; i < d->findings.n; i++)
		rule_of(&s, &d->findings.items[i]);
	jout_begin(j, out, false);
	jout_open(j, '{');
	jout_key_str(j, "$schema", STR(schema));
	jout_key_str(j, "version", STR("2.1.0"));
	jout_key(j, "runs");
	jout_open(j, '[');
	jout_open(j, '{');
	driver(&s);
	invocation(&s);
	jout_key_str(j, "columnKind", STR("unicodeCodePoints"));
	jout_key(j, "results");
	jout_open(j, '[');
	for (size_t i = 0; i < d->findings.n; i++)
		result(&s, &d->findings.items[i], i);
	jout_close(j, ']');
	run_properties(&s);
	jout_close(j, '}');
	jout_close(j, ']');
	jout_close(j, '}');
	jout_end(j);
	arena_release(&s.arena);
}
