/*
 * YARA: one rule an indicator, so that one that also stands in an accepted release can go alone. They
 * are compiled and run over the accepted releases before anything is written; what matched there is
 * named and left out.
 */
#include "disclose/disclose.h"
#include "report/json_read.h"

enum { EVIDENCE_MIN = 24, EVIDENCE_MAX = 400, VALUE_MIN = 4 };

/* A text string of YARA: what is not plain ASCII goes as \xHH. */
static struct str quoted(const struct disclosure *d, struct str v)
{
	struct buf b;
	struct str s;

	buf_init(&b, 1 << 16);
	for (size_t i = 0; i < v.len; i++) {
		uint8_t c = (uint8_t)v.p[i];

		if (c == '"' || c == '\\')
			buf_add_char(&b, '\\');
		if (c < 0x20 || c >= 0x7F)
			buf_printf(&b, "\\x%02x", c);
		else
			buf_add_char(&b, (char)c);
	}
	s = arena_str(d->arena, buf_str(&b));
	buf_release(&b);
	return s;
}

static struct str word(const struct disclosure *d, struct str v)
{
	struct str w = arena_str(d->arena, str_part(v, 0, 60));
	char *p = arena_alloc(d->arena, w.len + 1);

	for (size_t i = 0; i < w.len; i++) {
		char c = w.p[i];
		bool good = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');

		p[i] = good ? c : '_';
	}
	return str_view(p, w.len);
}

static struct str hex(const struct disclosure *d, struct str v)
{
	struct buf b;
	struct str s;

	buf_init(&b, 1 << 16);
	for (size_t i = 0; i < v.len; i++)
		buf_printf(&b, "%02x", (uint8_t)v.p[i]);
	s = arena_str(d->arena, buf_str(&b));
	buf_release(&b);
	return s;
}

static void add(const struct disclosure *d, struct yara_rules *r, struct str id, struct str about,
	struct str strings, struct str condition, struct str value)
{
	struct yara_rule *x = ARENA_PUSH(d->arena, r->items, r->n, r->room);

	x->name = arena_printf(d->arena, "assay_%.*s_%.*s", STR_ARG(word(d, d->c->id)), STR_ARG(word(d, id)));
	x->value = value;
	x->source = arena_printf(d->arena,
		"rule %.*s\n{\n\tmeta:\n\t\tdescription = \"%.*s\"\n\t\tcase = \"%.*s\"\n\t\tdate = \"%.*s\"\n"
		"\t\tabout = \"%.*s\"\n%.*s\tcondition:\n\t\t%.*s\n}\n",
		STR_ARG(x->name), STR_ARG(quoted(d, incident_title(d))), STR_ARG(quoted(d, d->c->id)),
		STR_ARG(str_part(incident_last_time(d), 0, 10)), STR_ARG(quoted(d, about)), STR_ARG(strings),
		STR_ARG(condition));
}

static void of_indicator(const struct disclosure *d, struct yara_rules *r, const struct case_indicator *i)
{
	struct str v = quoted(d, i->value);

	if (str_is(i->kind, "sha256") || str_is(i->kind, "sha1") || str_is(i->kind, "md5")) {
		add(d, r, i->id, i->kind, STR_NONE,
			arena_printf(d->arena, "hash.%.*s(0, filesize) == \"%.*s\"", STR_ARG(i->kind), STR_ARG(v)),
			i->value);
		return;
	}
	if (i->value.len < VALUE_MIN || str_is(i->kind, "file_name") || str_is(i->kind, "path"))
		return; /* a name alone says nothing about content */
	add(d, r, i->id, i->kind,
		arena_printf(d->arena,
			"\tstrings:\n\t\t$plain = \"%.*s\" ascii wide nocase\n\t\t$base64 = \"%.*s\" base64\n"
			"\t\t$hex = \"%.*s\" nocase\n",
			STR_ARG(v), STR_ARG(v), STR_ARG(hex(d, i->value))),
		STR("any of them"), i->value);
}

/* The text as the release has it: excerpts that were cut or made visible are something else. */
static bool verbatim(struct str s)
{
	return s.len >= EVIDENCE_MIN && s.len <= EVIDENCE_MAX && !str_has(s, "\\x") && !str_has(s, "\\u{") &&
	       !str_has(s, "...") && !str_has(s, "…");
}

static void of_finding(const struct disclosure *d, struct yara_rules *r, const struct case_release *rel,
	size_t k)
{
	struct str why, text;
	json_t *f = jread_parse(d->arena, rel->findings.items[k].json, &why);

	text = jread_str(d->arena, jread_object(f, "untrusted"), "evidence");
	json_decref(f);
	if (!verbatim(text))
		return;
	add(d, r, arena_printf(d->arena, "%.*s_%zu", STR_ARG(rel->id), k), rel->findings.items[k].id,
		arena_printf(d->arena, "\tstrings:\n\t\t$text = \"%.*s\"\n", STR_ARG(quoted(d, text))), STR("$text"),
		STR_NONE);
}

void yara_rules_make(const struct disclosure *d, struct yara_rules *ret)
{
	*ret = (struct yara_rules){0};
	for (size_t i = 0; i < d->c->indicators.n; i++)
		of_indicator(d, ret, &d->c->indicators.items[i]);
	for (size_t i = 0; i < d->c->releases.n; i++)
		for (size_t k = 0; k < d->c->releases.items[i].findings.n && k < 50; k++)
			if (str_is(d->c->releases.items[i].status, "bad"))
				of_finding(d, ret, &d->c->releases.items[i], k);
}

static const struct accepted_value *matched(const struct disclosure *d, const struct yara_rule *r)
{
	for (size_t i = 0; i < d->n_accepted; i++)
		if (str_equal(d->accepted[i].value, r->name))
			return &d->accepted[i];
	return NULL;
}

static bool known_good(const struct disclosure *d, const struct yara_rule *r, const struct blocklist *b)
{
	for (size_t i = 0; i < b->n_dropped; i++)
		if (r->value.len && str_equal(b->dropped[i].indicator->value, r->value) &&
			str_starts(b->dropped[i].why, "also in"))
			return true;
	return matched(d, r) != NULL;
}

bool disclose_yara(const struct disclosure *d, struct report_out *out, struct str *ret_why)
{
	struct yara_rules rules;
	struct blocklist b;
	bool has_good = false;

	for (size_t i = 0; i < d->c->releases.n; i++)
		has_good = has_good || str_is(d->c->releases.items[i].status, "good");
	if (has_good && !d->accepted_seen) {
		*ret_why = STR("YARA rules are run over the accepted releases first: name their files with --accepted");
		return false;
	}
	yara_rules_make(d, &rules);
	blocklist_make(d, &b);
	report_put_z(out, d->accepted_seen ? "// Every rule was compiled and run over the accepted releases; none of these matches there.\n"
					   : "// The case knows no accepted release: nothing could be tried on one.\n");
	report_put_z(out, "import \"hash\"\n");
	for (size_t i = 0; i < rules.n; i++) {
		const struct accepted_value *at = matched(d, &rules.items[i]);

		report_put_z(out, "\n");
		if (known_good(d, &rules.items[i], &b)) {
			report_put(out, arena_printf(d->arena, "// left out: %.*s matches %.*s, which is accepted\n",
						STR_ARG(rules.items[i].name), STR_ARG(at ? word(d, at->where) : STR("a release"))));
			continue;
		}
		report_put(out, rules.items[i].source);
	}
	return true;
}
