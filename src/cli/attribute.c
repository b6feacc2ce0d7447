/* assay attribute CASE: who may have done it, and how sure can one be? */
#include <string.h>

#include "attribute/knowledge.h"
#include "case/read.h"
#include "cli/case.h"
#include "cli/common.h"
#include "cli/whole.h"
#include "report/attribution.h"

struct asking {
	const struct settings *s;
	struct arena *a;
	struct store *store;
	struct case_file *c;
	struct traits evidence;
	struct profiles known;
	struct stagings stagings;
};

static bool complain(const char *path, struct arena *a, struct str why)
{
	say_error("%s: %s", shown(path).text, shown(arena_str(a, why).p).text);
	return false;
}

static json_t *load(struct arena *a, const char *path)
{
	char why[CASE_READ_WHY] = "";
	json_t *j = NULL;
	struct buf b;

	buf_init(&b, CASE_READ_BYTES);
	if (whole_read(path, &b)) {
		j = case_json(buf_str(&b), why);
		if (!j)
			complain(path, a, str_of(why));
	}
	buf_release(&b);
	return j;
}

static bool take_knowledge(struct asking *q)
{
	for (size_t i = 0; i < q->s->knowledge.n; i++) {
		const char *path = q->s->knowledge.items[i];
		json_t *j = load(q->a, path);
		struct str why;
		bool good = j && (knowledge_stix(q->a, j, &q->known, &why) == STATUS_OK || complain(path, q->a, why));

		json_decref(j);
		if (!good)
			return false;
	}
	return true;
}

static bool take_traits(struct asking *q)
{
	for (size_t i = 0; i < q->s->traits.n; i++) {
		const char *path = q->s->traits.items[i];
		json_t *j = load(q->a, path);
		struct str why;
		bool good = j && (knowledge_traits(q->a, j, &q->evidence, &q->stagings, &why) == STATUS_OK ||
					 complain(path, q->a, why));

		json_decref(j);
		if (!good)
			return false;
	}
	return true;
}

/* Every other case of the store is somebody who may have done this one too. */
static bool take_cases(struct asking *q)
{
	struct case_summary *list;
	size_t n;

	if (case_list(q->store, q->a, &list, &n) != STATUS_OK) {
		case_say(q->store, "store");
		return false;
	}
	for (size_t i = 0; i < n && q->known.n < KNOWLEDGE_PROFILES; i++) {
		struct profile *p;
		struct case_file *c;

		if (str_equal(list[i].id, q->c->id))
			continue;
		if (case_load(q->store, q->a, list[i].id, 0, (unsigned)CASE_ALL, &c) != STATUS_OK) {
			case_say(q->store, list[i].id.p);
			return false;
		}
		p = ARENA_PUSH(q->a, q->known.items, q->known.n, q->known.room);
		p->id = arena_printf(q->a, "case:%.*s", STR_ARG(c->id));
		p->name = arena_printf(q->a, "whoever did case %.*s", STR_ARG(c->id));
		knowledge_case(q->a, c, &p->traits, NULL);
	}
	return true;
}

static bool answer(struct asking *q)
{
	struct report_out out = report_to_file(stdout);
	struct attribution result;
	struct attribution_report r;

	if (case_load(q->store, q->a, str_of(q->s->args[0]), (int64_t)q->s->revision, (unsigned)CASE_ALL, &q->c) !=
		STATUS_OK) {
		case_say(q->store, q->s->args[0]);
		return false;
	}
	knowledge_case(q->a, q->c, &q->evidence, &q->stagings);
	if (!take_traits(q) || !take_knowledge(q) || !take_cases(q) || interrupted)
		return false;
	attribute_run(q->a, &q->evidence, &q->known, &q->stagings, &result);
	r = (struct attribution_report){q->c, &q->evidence, &q->stagings, &result, q->known.n};
	if (q->s->format && choice_has("json json-v1", q->s->format))
		report_attribution_json(&r, &out);
	else
		report_attribution_text(&r, &out);
	return true;
}

static int run(const struct settings *s)
{
	struct asking q = {.s = s};
	struct arena a;
	bool ok = false;

	if (s->format && !choice_has("text json json-v1", s->format)) {
		say_error("--format %s: an attribution is printed as text or json; assay report has more", s->format);
		return case_failed(s);
	}
	arena_init(&a, 0);
	q.a = &a;
	q.store = case_store(s, STORE_READ);
	ok = q.store && answer(&q);
	store_close(q.store);
	arena_release(&a);
	return ok ? print_exit(s) : case_failed(s);
}

const struct verb verb_attribute = {
	.name = "attribute",
	.bit = VERB_ATTRIBUTE,
	.args = "CASE",
	.summary = "say who may have done it, and how sure one can be",
	.text = "Holds what a case shows (techniques, hosts, code, scripts of human text, victims) against groups "
		"from STIX 2.1 bundles and against the other cases of the store. Each family of features has a cap "
		"by how easily it is forged; language, build traces and working hours can be staged together and "
		"count half, and nothing once there are signs of staging. \"None of the known\" is always a row.\n"
		"\n"
		"A name is given only if two independent families speak for it with a ratio of ten, one of them "
		"hard to forge, nobody else is near, and it does not rest on one item. Otherwise: consistent with, "
		"not attributed. Countries, governments and persons are never said. The weights are starting values "
		"and not calibrated.",
	.examples = "assay attribute C1 --knowledge enterprise-attack.json\tagainst known groups\n"
		    "assay attribute C1 --traits found.json --format json >a.json\twith what people found, for a report\n",
	.min_args = 1,
	.max_args = 1,
	.run = run,
};
