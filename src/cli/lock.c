/* assay lock OLD NEW: every dependency that changed between two lock files, each one compared. */
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cli/common.h"
#include "cli/lock_report.h"
#include "cli/reference.h"
#include "cli/run.h"
#include "cli/verbs.h"
#include "cli/versions.h"

struct lock {
	const struct settings *s;
	struct run run;
	struct assay_locked *old, *new_;
	size_t n_old, n_new;
	struct lock_report report;
	size_t room;
};

/* ---- what changed ---------------------------------------------------------------------------- */

static int by_version(const char *a, const char *b)
{
	struct semver x, y;

	if (semver_parse(str_of(a), &x) && semver_parse(str_of(b), &y))
		return semver_cmp(&x, &y);
	return deb_version_cmp(str_of(a), str_of(b)); /* numbers as numbers, the rest as text */
}

static int by_package(const struct assay_locked *x, const struct assay_locked *y)
{
	int d = strcmp(x->ecosystem, y->ecosystem);

	return d ? d : strcmp(x->name, y->name);
}

static int by_row(const void *a, const void *b)
{
	const struct assay_locked *x = a, *y = b;
	int d = by_package(x, y);

	if (!d)
		d = strcmp(x->version, y->version);
	if (!d)
		d = strcmp(x->source, y->source);
	return d ? d : (x->line > y->line) - (x->line < y->line);
}

/* Sorted, each version of a package once (a tree holds it in several places). */
static size_t once_each(struct assay_locked *rows, size_t n)
{
	size_t kept = 0;

	qsort(rows, n, sizeof(*rows), by_row);
	for (size_t i = 0; i < n; i++)
		if (!kept || by_package(&rows[kept - 1], &rows[i]) ||
			strcmp(rows[kept - 1].version, rows[i].version) != 0 ||
			strcmp(rows[kept - 1].source, rows[i].source) != 0)
			rows[kept++] = rows[i];
	return kept;
}

/* A digest without its name, when both say the same kind: "sha512-", "h1:", "10c0/". */
static bool other_digest(const char *a, const char *b)
{
	size_t x = strcspn(a, "-:/"), y = strcspn(b, "-:/");

	return *a && *b && x == y && (!a[x] || strncmp(a, b, x) == 0) && strcmp(a, b) != 0;
}

/* The row of OLD whose version has another content now. Only in indexes whose versions are one file
 * each is another digest another content. */
static const struct assay_locked *rewritten(const struct assay_locked *old, size_t n, const struct assay_locked *row)
{
	bool one_file = strcmp(row->ecosystem, "npm") == 0 || strcmp(row->ecosystem, "cargo") == 0 ||
			strcmp(row->ecosystem, "go") == 0;

	/* A checksum without its kind is yarn's own, of an archive that yarn packs anew. */
	if (strcmp(row->ecosystem, "npm") == 0 && !strpbrk(row->integrity, "-/"))
		return NULL;
	for (size_t i = 0; i < n && one_file && !*row->source; i++)
		if (strcmp(old[i].version, row->version) == 0 && !*old[i].source)
			return other_digest(old[i].integrity, row->integrity) ? &old[i] : NULL;
	return NULL;
}

static bool holds(const struct assay_locked *rows, size_t n, const struct assay_locked *like)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(rows[i].version, like->version) == 0 &&
			strcmp(rows[i].source, like->source) == 0)
			return true;
	return false;
}

static void add_change(struct lock *l, struct lock_change c)
{
	struct lock_report *r = &l->report;

	if (r->n == l->room) {
		size_t room = l->room ? 2 * l->room : 64;
		struct lock_change *more = realloc(r->changes, room * sizeof(*more));

		if (!more)
			abort();
		r->changes = more;
		l->room = room;
	}
	r->changes[r->n++] = c;
}

/* What an update started from: the highest lower version, else the highest there was. */
static const struct assay_locked *predecessor(const struct assay_locked *old, size_t n,
	const struct assay_locked *row)
{
	const struct assay_locked *lower = NULL, *any = NULL;

	for (size_t i = 0; i < n; i++) {
		const struct assay_locked *x = &old[i];

		if (!any || by_version(x->version, any->version) > 0)
			any = x;
		if (by_version(x->version, row->version) < 0 &&
			(!lower || by_version(x->version, lower->version) > 0))
			lower = x;
	}
	return lower ? lower : any;
}

/* One package: its rows in OLD and in NEW. */
static void compare_package(struct lock *l, const struct assay_locked *old, size_t n_old,
	const struct assay_locked *new_, size_t n_new)
{
	bool updated = false;

	for (size_t i = 0; i < n_new; i++) {
		const struct assay_locked *x = &new_[i];
		const struct assay_locked *from = predecessor(old, n_old, x);

		if (rewritten(old, n_old, x)) {
			struct lock_change c = {.kind = LOCK_REWRITTEN, .old = rewritten(old, n_old, x), .new_ = x, .line = x->line,
				.verdict = VERDICT_TAMPERED, .probability = NAN};

			snprintf(c.reason, sizeof(c.reason), "other bytes are pinned under the same version: an "
							     "index never changes those");
			add_change(l, c);
		}
		if (holds(old, n_old, x))
			continue;
		updated = true;
		add_change(l, (struct lock_change){.kind = from ? LOCK_UPDATED : LOCK_ADDED,
			.old = from, .new_ = x, .line = x->line});
	}
	for (size_t i = 0; i < n_old && !updated; i++)
		if (!holds(new_, n_new, &old[i]))
			add_change(l, (struct lock_change){.kind = LOCK_REMOVED, .old = &old[i],
				.probability = NAN});
}

static size_t package_end(const struct assay_locked *rows, size_t n, size_t from)
{
	size_t to = from;

	while (to < n && by_package(&rows[to], &rows[from]) == 0)
		to++;
	return to;
}

static void compare_lists(struct lock *l)
{
	size_t o = 0, n = 0;

	l->n_old = once_each(l->old, l->n_old);
	l->n_new = once_each(l->new_, l->n_new);
	while (o < l->n_old || n < l->n_new) {
		int d = o == l->n_old ? 1 : n == l->n_new ? -1 : by_package(&l->old[o], &l->new_[n]);
		size_t o_end = d <= 0 ? package_end(l->old, l->n_old, o) : o;
		size_t n_end = d >= 0 ? package_end(l->new_, l->n_new, n) : n;

		compare_package(l, l->old + o, o_end - o, l->new_ + n, n_end - n);
		o = o_end;
		n = n_end;
	}
}

/* ---- each one compared ----------------------------------------------------------------------- */

static void cannot(struct lock_change *c, const char *why)
{
	c->verdict = VERDICT_UNKNOWN;
	c->probability = NAN;
	snprintf(c->reason, sizeof(c->reason), "%s", why);
}

/* Keeps what carries the verdict: the document goes with its result. */
static void keep(struct lock_change *c, const struct document *d)
{
	c->judged = true;
	c->verdict = d->verdict;
	c->probability = d->probability;
	snprintf(c->reason, sizeof(c->reason), "%.*s", STR_ARG(str_part(d->summary, 0, 300)));
	for (size_t i = 0; i < d->findings.n && c->n_findings < LOCK_FINDINGS; i++) {
		const struct doc_finding *f = &d->findings.items[i];
		struct lock_finding *to = &c->findings[c->n_findings++];

		snprintf(to->id, sizeof(to->id), "%.*s", STR_ARG(f->id));
		snprintf(to->behaviour, sizeof(to->behaviour), "%.*s", STR_ARG(f->behaviour));
		snprintf(to->title, sizeof(to->title), "%.*s", STR_ARG(f->title));
		snprintf(to->member, sizeof(to->member), "%.*s", STR_ARG(str_part(f->where.member, 0, 500)));
		to->line = f->where.line;
		to->weight = f->weight;
	}
}

/* The file that the lock file pins must be the one that the index gives out today. */
static bool pinned(struct lock_change *c, const char *path)
{
	const char *want = c->new_->integrity;

	if (!*want || !reference_integrity_known(str_of(want)) ||
		reference_integrity_matches(path, str_of(want)))
		return true;
	c->judged = true;
	c->verdict = VERDICT_REVIEW;
	c->probability = NAN;
	snprintf(c->reason, sizeof(c->reason), "the index gives out other bytes than the lock file pins");
	return false;
}

static void judge_fetched(struct lock *l, struct lock_change *c, const struct input *old,
	const struct input *new_)
{
	struct assay_result *result = NULL;
	enum assay_status s = old ? assay_diff(l->run.assay, input_path(old), input_path(new_), &result)
				  : assay_inspect(l->run.assay, input_path(new_), &result);

	if (s == ASSAY_OK)
		keep(c, assay_result_document(result));
	else
		cannot(c, assay_error(l->run.assay));
	assay_result_free(result);
}

static void judge_change(struct lock *l, struct lock_change *c)
{
	struct input old = {.fd = -1}, new_ = {.fd = -1};
	char old_arg[600], new_arg[600];
	struct reference r;
	struct failure why;

	if (*c->new_->source) {
		cannot(c, "it comes from elsewhere than the registry, and nothing here fetches that");
		return;
	}
	if (strcmp(c->new_->ecosystem, "npm") != 0) {
		cannot(c, "no client for this index is used here");
		return;
	}
	if (!l->s->online) {
		cannot(c, "not fetched: --online fetches and compares it");
		return;
	}
	snprintf(new_arg, sizeof(new_arg), "npm:%s@%s", c->new_->name, c->new_->version);
	snprintf(old_arg, sizeof(old_arg), "npm:%s@%s", c->new_->name, c->old ? c->old->version : "");
	if (!reference_parse(new_arg, &r, &why) || (c->old && !reference_parse(old_arg, &r, &why)) ||
		(c->old && !input_open(l->s, old_arg, &old, &why)) ||
		!input_open(l->s, new_arg, &new_, &why))
		cannot(c, why.text);
	else if (pinned(c, input_path(&new_)))
		judge_fetched(l, c, c->old ? &old : NULL, &new_);
	input_close(&old);
	input_close(&new_);
}

static void judge_all(struct lock *l)
{
	struct lock_report *r = &l->report;

	for (size_t i = 0; i < r->n && !interrupted; i++) {
		const struct assay_progress now = {.stage = "dependency", .done = i, .total = r->n};

		progress_show(&l->run.progress, &now);
		if (r->changes[i].kind == LOCK_UPDATED || r->changes[i].kind == LOCK_ADDED)
			judge_change(l, &r->changes[i]);
		if (r->changes[i].verdict > r->worst)
			r->worst = r->changes[i].verdict;
	}
	progress_erase(&l->run.progress);
}

/* ---- the question ---------------------------------------------------------------------------- */

/* The two files as releases: rows that pin other bytes under a version, sources that moved. */
static bool judge_files(struct lock *l)
{
	struct assay_result *result = NULL;

	if (assay_diff(l->run.assay, l->s->args[0], l->s->args[1], &result) != ASSAY_OK) {
		if (!interrupted)
			say_error("%s", assay_error(l->run.assay));
		return false;
	}
	keep(&l->report.files, assay_result_document(result));
	l->report.worst = l->report.files.verdict;
	assay_result_free(result);
	return true;
}

static bool load(struct lock *l, const char *path, struct assay_locked **ret, size_t *ret_n)
{
	if (assay_lock_rows(l->run.assay, path, ret, ret_n) == ASSAY_OK)
		return true;
	if (!interrupted)
		say_error("%s", assay_error(l->run.assay));
	return false;
}

static int answer(struct lock *l)
{
	const struct settings *s = l->s;
	struct report_out out = report_to_file(stdout);
	int status = EXIT_NO_ANSWER;

	if (run_prepare(&l->run, s) && run_start(&l->run) &&
		load(l, s->args[0], &l->old, &l->n_old) && load(l, s->args[1], &l->new_, &l->n_new) &&
		judge_files(l)) {
		l->report.old_path = str_of(s->args[0]);
		l->report.new_path = str_of(s->args[1]);
		compare_lists(l);
		judge_all(l);
		if (!interrupted) {
			lock_report_print(&l->report, s->format, colour_wanted(s, 1), &out);
			run_stats(&l->run, NULL);
			status = stdout_done() && !out.failed ? exit_for(s, l->report.worst) : EXIT_NO_ANSWER;
		}
	}
	return interrupted ? EXIT_INTERRUPTED : status;
}

static int run(const struct settings *s)
{
	struct lock l = {.s = s};
	int status = EXIT_NO_ANSWER;

	if (s->format && !choice_has("text json json-v1 sarif", s->format))
		say_error("lock prints text, json or sarif, not %s", s->format);
	else
		status = answer(&l);
	run_close(&l.run);
	free(l.old);
	free(l.new_);
	free(l.report.changes);
	return say_exit(s, status, l.report.worst);
}

const struct verb verb_lock = {
	.name = "lock",
	.bit = VERB_LOCK,
	.args = "OLD NEW",
	.summary = "which dependencies changed between two lock files, and was one tampered with?",
	.text = "Lists every package whose pinned version is new, changed or gone, with its line in NEW. "
		"With --online each one is fetched by its package client (npm), checked against the "
		"digest that NEW pins, and compared with the version that OLD pinned, or inspected when "
		"it is new. Without --online, or where no client serves the index, a changed package is "
		"unknown: it was not looked at. The lock files themselves are compared as well: other "
		"bytes pinned under the same version, sources that moved.\n"
		"\n"
		"Read are the lock files of npm, yarn, pnpm, pip (requirements, Pipfile, poetry, uv, pdm), "
		"cargo, gem, go (go.sum) and gradle, told by content.",
	.examples = "assay lock before/package-lock.json package-lock.json --online\tcompare each update\n"
		    "assay lock old.lock Cargo.lock --format json\tthe list, for a program\n"
		    "git show main:package-lock.json >/tmp/old.json && assay lock /tmp/old.json "
		    "package-lock.json --online --fail-on review\tin a pull request\n",
	.min_args = 2,
	.max_args = 2,
	.run = run,
};
