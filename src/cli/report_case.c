#include "cli/report_case.h"

#include <errno.h>
#include <string.h>

#include "case/read.h"
#include "cli/accepted.h"
#include "cli/case.h"
#include "cli/common.h"
#include "cli/output.h"
#include "cli/whole.h"

/* Reads one of the documents beside the case; false, said. */
static bool beside(struct arena *a, const char *path, struct str *ret)
{
	struct buf b;
	bool good;

	buf_init(&b, CASE_READ_BYTES);
	good = whole_read(path, &b);
	*ret = good ? arena_str(a, buf_str(&b)) : STR_NONE;
	buf_release(&b);
	return good;
}

static bool not_that(const char *path, struct arena *a, struct str why)
{
	say_error("%s: %s", shown(path).text, shown(arena_str(a, why).p).text);
	return false;
}

static bool same_case(const struct disclosure *d, const char *path, struct str id)
{
	if (str_equal(id, d->c->id))
		return true;
	say_error("%s: it is about another case", shown(path).text);
	return false;
}

static bool load_beside(const struct settings *s, struct arena *a, struct disclosure *d)
{
	struct scope_doc *scope = ARENA_NEW(a, struct scope_doc);
	struct attribution_doc *attribution = ARENA_NEW(a, struct attribution_doc);
	struct str text, why;

	if (s->scope) {
		if (!beside(a, s->scope, &text))
			return false;
		if (scope_doc_read(a, text, scope, &why) != STATUS_OK)
			return not_that(s->scope, a, why);
		if (!same_case(d, s->scope, scope->case_id))
			return false;
		if (scope->revision != (uint64_t)d->c->revision)
			say(s, "%s was made of revision %llu, the case is at %lld", shown(s->scope).text,
				(unsigned long long)scope->revision, (long long)d->c->revision);
		if (!d->name_victims)
			scope_hide_customers(a, d->c, scope);
		d->scope = scope;
	}
	if (s->attribution) {
		if (!beside(a, s->attribution, &text))
			return false;
		if (attribution_doc_read(a, text, attribution, &why) != STATUS_OK)
			return not_that(s->attribution, a, why);
		if (!same_case(d, s->attribution, attribution->case_id))
			return false;
		d->attribution = attribution;
	}
	return true;
}

static bool print_case(void *user, FILE *f, const char *format, bool is_stdout)
{
	const struct disclosure *d = user;
	const struct disclose_format *row = disclose_format(format ? format : "md");
	struct report_out out;
	struct str why = STR_NONE;
	struct buf b;
	bool good;

	(void)is_stdout;
	/* First whole, then written: half a block list is worse than none. */
	buf_init(&b, (size_t)1 << 30);
	out = report_to_buf(&b);
	good = row->print(d, &out, &why) && !out.failed;
	if (!good) {
		say_error("%s: %s", row->name, shown(why.len ? arena_str(d->arena, why).p : "too large").text);
		errno = 0;
	} else {
		good = fwrite(b.p ? b.p : "", 1, b.len, f) == b.len;
	}
	buf_release(&b);
	return good;
}

static int tell(const struct settings *s, struct arena *a, const struct case_file *c)
{
	struct disclosure d = {.c = c, .arena = a, .name_victims = s->name_victims,
		.tlp = str_of(s->tlp ? s->tlp : "amber"), .publisher = str_of(s->publisher),
		.address = str_of(s->address)};
	struct outputs outputs;
	bool good = false;

	if (!load_beside(s, a, &d) || !outputs_open(&outputs, s, OUTPUT_CASE_FORMATS))
		return EXIT_NO_ANSWER;
	good = accepted_look(s, &d) && !interrupted && outputs_each(&outputs, s, print_case, &d);
	outputs_close(&outputs, good);
	return interrupted ? EXIT_INTERRUPTED : good ? EXIT_CLEAN : EXIT_NO_ANSWER;
}

int report_case_document(const struct settings *s, struct arena *a, const json_t *document)
{
	struct case_file c = {0};
	char why[CASE_READ_WHY];

	if (case_read(a, document, &c, why) == STATUS_OK)
		return tell(s, a, &c);
	say_error("%s: not a case of assay: %s", shown(s->args[0]).text, shown(why).text);
	return EXIT_NO_ANSWER;
}

int report_case_stored(const struct settings *s, struct arena *a, const char *id)
{
	struct store *store = case_store(s, STORE_READ);
	struct case_file *c = NULL;
	bool found = store && case_load(store, a, str_of(id), (int64_t)s->revision, (unsigned)CASE_ALL, &c) == STATUS_OK;
	int status = found ? tell(s, a, c) : EXIT_NO_ANSWER;

	if (store && !found)
		case_say(store, id);
	if (!found && !interrupted)
		say(s, "there is no file %s, so a case was looked for", shown(id).text);
	store_close(store);
	return status;
}
