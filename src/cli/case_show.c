/* assay case new, list, show, export, import. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "case/read.h"
#include "cli/case.h"
#include "cli/common.h"
#include "report/case.h"
#include "util/cursor.h"
#include "util/escape.h"

enum { LINE_BYTES = 1 << 17 }; /* of one observation */

static bool is_json(const struct settings *s)
{
	return s->format && choice_has("json json-v1", s->format);
}

/* A case has fewer forms here than a result; assay report has the others. */
static bool format_is_known(const struct settings *s)
{
	if (!s->format || is_json(s) || strcmp(s->format, "text") == 0)
		return true;
	say_error("--format %s: a case is shown as text or json; assay report has more", s->format);
	return false;
}

/* ---- new ------------------------------------------------------------------------------------- */

static bool make(const struct settings *s, struct store *store, struct arena *a)
{
	struct case_change c;

	if (case_change_new(store, a, str_of(s->args[0]), case_now(s), &c) != STATUS_OK) {
		case_say(store, s->args[0]);
		return false;
	}
	c.now->about.title = str_of(s->title);
	c.now->about.vendor = str_of(s->vendor);
	c.now->about.product = str_of(s->product);
	return case_commit(s, &c, STR("opened"));
}

static int run_new(const struct settings *s)
{
	struct store *store = case_store(s, STORE_MAKE);
	struct arena a;
	bool ok;

	arena_init(&a, 0);
	ok = store && make(s, store, &a);
	arena_release(&a);
	store_close(store);
	return ok ? EXIT_CLEAN : case_failed(s);
}

/* ---- list ------------------------------------------------------------------------------------ */

static void list_text(struct arena *a, const struct case_summary *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		printf("%-24.*s revision %-4lld %s  %.*s\n",
			STR_ARG(escape_text(a, list[i].id, 64)), (long long)list[i].revision,
			utc_text(list[i].changed).z, STR_ARG(escape_text(a, list[i].title, 200)));
	if (n == 0)
		printf("no case\n");
}

static bool list_cases(const struct settings *s, struct store *store, struct arena *a)
{
	struct case_summary *list;
	struct report_out out = report_to_file(stdout);
	size_t n;

	if (case_list(store, a, &list, &n) != STATUS_OK) {
		case_say(store, "list");
		return false;
	}
	if (is_json(s))
		report_cases_json(list, n, &out);
	else
		list_text(a, list, n);
	return true;
}

static int run_list(const struct settings *s)
{
	struct store *store = format_is_known(s) ? case_store(s, STORE_READ) : NULL;
	struct arena a;
	bool ok;

	arena_init(&a, 0);
	ok = store && list_cases(s, store, &a);
	arena_release(&a);
	store_close(store);
	return ok ? print_exit(s) : case_failed(s);
}

/* ---- show, export ---------------------------------------------------------------------------- */

static enum status print_observation(void *user, const struct observation *o)
{
	struct report_out *out = user;

	report_observation_json(o, out);
	return interrupted ? STATUS_INTERRUPTED : out->failed ? STATUS_IO : STATUS_OK;
}

static bool load(const struct settings *s, struct store *store, struct arena *a,
	struct case_file **ret)
{
	if (case_load(store, a, str_of(s->args[0]), (int64_t)s->revision, (unsigned)CASE_ALL, ret) ==
		STATUS_OK)
		return true;
	case_say(store, s->args[0]);
	return false;
}

static bool show(const struct settings *s, struct store *store, struct arena *a)
{
	struct report_out out = report_to_file(stdout);
	struct case_file *c;

	if (!load(s, store, a, &c))
		return false;
	if (is_json(s))
		report_case_json(c, 0, &out);
	else
		report_case_text(c, &out);
	return true;
}

/* The document on the first line, then its observations: both of the same revision. */
static bool export_all(const struct settings *s, struct store *store, struct arena *a)
{
	struct report_out out = report_to_file(stdout);
	struct case_file *c;

	if (!load(s, store, a, &c))
		return false;
	report_case_json(c, REPORT_ONE_LINE, &out);
	if (case_observations(store, c->id, c->revision, print_observation, &out) == STATUS_OK)
		return true;
	if (!out.failed && !interrupted)
		case_say(store, s->args[0]);
	return out.failed; /* said at the end */
}

static int with_store(const struct settings *s,
	bool (*print)(const struct settings *s, struct store *store, struct arena *a))
{
	struct store *store = format_is_known(s) ? case_store(s, STORE_READ) : NULL;
	struct arena a;
	bool ok;

	arena_init(&a, 0);
	ok = store && print(s, store, &a);
	arena_release(&a);
	store_close(store);
	return ok ? print_exit(s) : case_failed(s);
}

static int run_show(const struct settings *s)
{
	return with_store(s, show);
}

static int run_export(const struct settings *s)
{
	return with_store(s, export_all);
}

/* ---- import ---------------------------------------------------------------------------------- */

struct importing {
	const struct settings *s;
	FILE *file;
	const char *name;
	struct buf line;
	unsigned long long number;
	struct case_change change;
};

static bool say_wrong(const struct importing *im, const char *why)
{
	say_error("%s: line %llu: %s", shown(im->name).text, im->number, shown(why).text);
	return false;
}

/* The next line into im->line; false at the end, or said when it is too long. */
static bool next_line(struct importing *im, size_t max, bool *ret_bad)
{
	char part[1 << 14];

	buf_clear(&im->line);
	im->line.max_bytes = max;
	im->line.full = false;
	im->number++;
	while (fgets(part, sizeof(part), im->file)) {
		size_t n = strlen(part);

		if (!buf_add(&im->line, part, n)) {
			*ret_bad = true;
			return say_wrong(im, "too long");
		}
		if (n && part[n - 1] == '\n')
			return true;
	}
	*ret_bad = ferror(im->file);
	if (*ret_bad)
		say_error("%s: %s", shown(im->name).text, strerror(errno));
	return im->line.len > 0 && !*ret_bad;
}

static bool import_observations(struct importing *im)
{
	bool bad = false;
	char why[CASE_READ_WHY];

	while (next_line(im, LINE_BYTES, &bad)) {
		struct arena a;
		struct observation o;
		json_t *value = case_json(buf_str(&im->line), why);
		bool ok, is_new = false;

		if (!value)
			return say_wrong(im, why);
		arena_init(&a, 0);
		ok = case_read_observation(&a, value, &o, why) == STATUS_OK;
		json_decref(value);
		if (!ok)
			say_wrong(im, why);
		else if (case_observe(&im->change, &o, &is_new) != STATUS_OK)
			ok = say_wrong(im, store_why(im->change.store));
		else if (!is_new)
			ok = say_wrong(im, "this observation stands twice");
		arena_release(&a);
		if (!ok || interrupted)
			return false;
	}
	return !bad;
}

static bool import_case(struct importing *im, struct store *store, struct arena *a)
{
	struct case_file file;
	json_t *document;
	char why[CASE_READ_WHY] = "it is empty";
	bool bad = false, ok;

	document = next_line(im, CASE_READ_BYTES, &bad) ? case_json(buf_str(&im->line), why) : NULL;
	if (!document)
		return bad ? false : say_wrong(im, why);
	ok = case_read(a, document, &file, why) == STATUS_OK;
	json_decref(document);
	if (!ok)
		return say_wrong(im, why);
	if (case_change_import(store, a, &file, &im->change) != STATUS_OK)
		return say_wrong(im, store_why(store));
	if (!import_observations(im)) {
		case_change_cancel(&im->change);
		return false;
	}
	if (im->change.observations_new != file.n_observations) {
		case_change_cancel(&im->change);
		say_error("%s: %lld observations, and it says %lld: it is not whole",
			shown(im->name).text, (long long)im->change.observations_new,
			(long long)file.n_observations);
		return false;
	}
	return case_commit(im->s, &im->change, STR("imported"));
}

static int run_import(const struct settings *s)
{
	struct importing im = {.s = s, .name = s->args[0]};
	bool is_stdin = strcmp(im.name, "-") == 0;
	struct store *store = NULL;
	struct arena a;
	bool ok = false;

	arena_init(&a, 0);
	buf_init(&im.line, 0);
	im.file = is_stdin ? stdin : fopen(im.name, "rbe");
	if (!im.file)
		say_error("%s: %s", shown(im.name).text, strerror(errno));
	else
		store = case_store(s, STORE_MAKE);
	if (store)
		ok = import_case(&im, store, &a);
	if (im.file && !is_stdin)
		fclose(im.file);
	buf_release(&im.line);
	arena_release(&a);
	store_close(store);
	return ok ? EXIT_CLEAN : case_failed(s);
}

/* ---- the verbs ------------------------------------------------------------------------------- */

const struct verb verb_case_new = {
	.name = "case new",
	.bit = VERB_CASE_NEW,
	.args = "ID",
	.summary = "open a case",
	.text = "ID is 1 to 64 letters, digits, '-', '_' or '.'. The store is made if there is none.",
	.examples = "assay case new HELPDESK-2026-07 --title \"tampered agent\" --vendor \"Helpdesk "
		    "Example\" --product agent\topen one\n",
	.min_args = 1,
	.max_args = 1,
	.run = run_new,
};

const struct verb verb_case_list = {
	.name = "case list",
	.bit = VERB_CASE_LIST,
	.args = "",
	.summary = "list the cases of a store",
	.text = "",
	.examples = "assay case list\tof the user's own store\n",
	.min_args = 0,
	.max_args = 0,
	.run = run_list,
};

const struct verb verb_case_show = {
	.name = "case show",
	.bit = VERB_CASE_SHOW,
	.args = "ID",
	.summary = "show a case as it stands, or as it stood",
	.text = "Hosts and addresses are written as host[.]example in text, so that nobody opens them by "
		"accident. --format json is the whole of it: docs/schema/assay.case.v1.json.",
	.examples = "assay case show HELPDESK-2026-07\tas it stands\n"
		    "assay case show HELPDESK-2026-07 --revision 3\tas it stood then\n",
	.min_args = 1,
	.max_args = 1,
	.run = run_show,
};

const struct verb verb_case_export = {
	.name = "case export",
	.bit = VERB_CASE_EXPORT,
	.args = "ID",
	.summary = "write a case and its observations to stdout",
	.text = "The first line is the document (assay.case.v1), every further line one observation "
		"(assay.observation.v1). The same state gives the same bytes from any store. It holds "
		"names of customers and excerpts of their logs.",
	.examples = "assay case export HELPDESK-2026-07 >case.jsonl\tto another store, or to keep\n",
	.min_args = 1,
	.max_args = 1,
	.run = run_export,
};

const struct verb verb_case_import = {
	.name = "case import",
	.bit = VERB_CASE_IMPORT,
	.args = "FILE",
	.summary = "take a case from an export",
	.text = "All of it or nothing. The case keeps its id and its numbers of revisions; what it was "
		"before the revision that was exported stays in the store it came from. - is stdin.",
	.examples = "assay case import case.jsonl\tinto the user's own store\n",
	.min_args = 1,
	.max_args = 1,
	.run = run_import,
};
