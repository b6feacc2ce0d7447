/* assay case add: everything that a case is told, one revision a call. */
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "case/read.h"
#include "case/rows.h"
#include "cli/case.h"
#include "cli/common.h"
#include "cli/whole.h"
#include "util/cursor.h"
#include "util/hash.h"

struct adding {
	const struct settings *s;
	struct case_change change;
	struct arena *arena;
	struct buf what; /* of the revision */
};

__attribute__((format(printf, 2, 3)))
static void did(struct adding *a, const char *format, ...)
{
	char text[400];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	buf_printf(&a->what, "%s%s", a->what.len ? "; " : "", text);
}

static bool wrong(const char *option, const char *value, const char *want)
{
	say_error("--%s %s: %s", option, shown(value).text, want);
	return false;
}

/* ---- values ---------------------------------------------------------------------------------- */

/* "KIND REST": the first word, and what follows it. */
static bool two_words(struct arena *a, const char *value, struct str *ret_first, struct str *ret_rest)
{
	struct str s = str_trim(str_of(value));
	size_t space = str_find_z(s, " ");

	*ret_first = arena_str(a, str_part(s, 0, space));
	*ret_rest = space == SIZE_MAX ? STR_NONE
				      : arena_str(a, str_trim(str_part(s, space + 1, s.len)));
	return ret_first->len && ret_rest->len;
}

/* A day is all of it; everything else is an instant. */
static bool one_time(struct str s, struct utc_span *ret)
{
	if (!utc_parse(s, &ret->lo))
		return false;
	ret->hi = s.len == 10 && s.p[0] != '@' ? ret->lo + 86400 * UTC_SECOND - 1 : ret->lo;
	return true;
}

/* TIME or TIME/TIME. */
static bool span_of(const char *option, const char *value, struct utc_span *ret)
{
	struct str s = str_of(value);
	size_t slash = str_find_z(s, "/");
	struct utc_span last;

	if (!value)
		return true;
	if (!one_time(str_part(s, 0, slash), ret))
		return wrong(option, value, "not a time like 2026-07-27 or 2026-07-27T10:30:00Z, or "
					    "two of them with / between");
	if (slash == SIZE_MAX)
		return true;
	if (!one_time(str_part(s, slash + 1, s.len), &last) || last.hi < ret->lo)
		return wrong(option, value, "the second time is none, or before the first");
	ret->hi = last.hi;
	return true;
}

static void set_text(struct str *field, const char *value)
{
	if (value)
		*field = str_of(value);
}

/* ---- a result -------------------------------------------------------------------------------- */

static const char *asked_status(const struct settings *s)
{
	return s->bad ? "bad" : s->suspect ? "suspect" : s->good ? "good" : NULL;
}

static bool add_result(struct adding *a, const char *path)
{
	char why[CASE_READ_WHY];
	struct sha256 hash;
	struct buf text;
	json_t *value = NULL;
	size_t added = 0;
	bool ok = false;

	buf_init(&text, CASE_READ_BYTES);
	if (whole_read(path, &text)) {
		hash = sha256_of(text.p, text.len);
		value = case_json(buf_str(&text), why);
		ok = value && case_add_result(&a->change, value, sha256_str(a->arena, &hash),
				      asked_status(a->s), &added, why) == STATUS_OK;
		if (!ok)
			say_error("%s: %s", shown(path).text, shown(why).text);
	}
	json_decref(value);
	buf_release(&text);
	if (ok)
		did(a, "result with %zu new indicators", added);
	return ok;
}

/* ---- what the options say -------------------------------------------------------------------- */

static bool add_channel(struct adding *a)
{
	const struct settings *s = a->s;
	struct case_file *f = a->change.now;
	struct case_channel *x = NULL;
	struct str kind, url;

	if (!s->channel || s->source)
		return true;
	if (!two_words(a->arena, s->channel, &kind, &url))
		return wrong("channel", s->channel, "not KIND URL, such as \"cdn https://...\"");
	for (size_t i = 0; i < f->channels.n; i++)
		if (str_equal(f->channels.items[i].url, url) &&
			str_equal(f->channels.items[i].kind, kind))
			x = &f->channels.items[i];
	if (!x) {
		x = case_add(a->arena, &case_noun_channel, &f->channels);
		x->id = case_id_next(&a->change, 'c');
		x->kind = kind;
		x->url = url;
		x->fanout = STR("none");
	}
	set_text(&x->fanout, s->fanout);
	if (s->ttl)
		x->ttl_seconds = (int64_t)s->ttl;
	did(a, "channel %.*s", STR_ARG(x->id));
	return true;
}

static bool add_window(struct adding *a)
{
	const struct settings *s = a->s;
	struct case_window *x;
	struct str release, channel;

	if (!s->window)
		return true;
	if (!two_words(a->arena, s->window, &release, &channel))
		return wrong("window", s->window, "not RELEASE CHANNEL, such as \"r1 c2\"");
	x = case_add(a->arena, &case_noun_window, &a->change.now->windows);
	x->id = case_id_next(&a->change, 'w');
	x->release = release;
	x->channel = channel;
	set_text(&x->evidence, s->evidence);
	did(a, "window %.*s", STR_ARG(x->id));
	return span_of("from", s->from, &x->from) && span_of("to", s->to, &x->to);
}

static bool add_indicators(struct adding *a)
{
	const struct settings *s = a->s;

	for (size_t i = 0; i < s->indicators.n; i++) {
		struct str kind, value;
		struct case_indicator *x;
		bool is_new;

		if (!two_words(a->arena, s->indicators.items[i], &kind, &value))
			return wrong("indicator", s->indicators.items[i],
				"not KIND VALUE, such as \"host cdn.vendor.example\"");
		x = case_add_indicator(&a->change, kind, value, str_of(s->stage), &is_new);
		set_text(&x->stage, s->stage);
		set_text(&x->release, s->release);
		did(a, "indicator %.*s", STR_ARG(x->id));
	}
	return true;
}

/* A list from a file, with the reader of its kind. */
static bool add_list(struct adding *a, const char *path, const char *what,
	enum status (*add)(struct case_change *c, struct str csv, size_t *ret_n,
		char why[CASE_READ_WHY]))
{
	char why[CASE_READ_WHY];
	struct buf text;
	size_t n;
	bool ok;

	if (!path)
		return true;
	buf_init(&text, CASE_READ_BYTES);
	ok = whole_read(path, &text);
	if (ok && add(&a->change, buf_str(&text), &n, why) != STATUS_OK) {
		say_error("%s: %s", shown(path).text, shown(why).text);
		ok = false;
	}
	buf_release(&text);
	if (ok)
		did(a, "%zu %s", n, what);
	return ok;
}

static struct case_source *source_named(struct adding *a, const char *id)
{
	struct case_file *f = a->change.now;
	struct case_source *x;

	for (size_t i = 0; i < f->sources.n; i++)
		if (str_is(f->sources.items[i].id, id))
			return &f->sources.items[i];
	x = case_add(a->arena, &case_noun_source, &f->sources);
	x->id = str_of(id);
	x->independent = true;
	return x;
}

static bool share_of(const char *option, const char *value, double *ret)
{
	char *end;

	if (!value)
		return true;
	*ret = strtod(value, &end);
	if (*end || end == value || !(*ret >= 0 && *ret <= 1))
		return wrong(option, value, "not a number from 0 to 1");
	return true;
}

static bool add_gaps(struct adding *a, struct case_source *x)
{
	for (size_t i = 0; i < a->s->gaps.n; i++) {
		struct utc_span span;
		struct case_gap *gap;

		if (!span_of("gap", a->s->gaps.items[i], &span))
			return false;
		gap = case_add(a->arena, &case_noun_gap, &x->coverage.gaps);
		gap->lo = span.lo;
		gap->hi = span.hi;
	}
	row_drop_twice(a->arena, &case_noun_gap, &x->coverage.gaps);
	return true;
}

static void add_seen(struct adding *a, struct case_source *x)
{
	for (size_t i = 0; i < a->s->sees.n; i++) {
		struct case_source_customer *one =
			case_add(a->arena, &case_noun_source_customer, &x->population);

		one->customer = str_of(a->s->sees.items[i]);
	}
	row_drop_twice(a->arena, &case_noun_source_customer, &x->population);
}

/* AHEAD/SIGMA or AHEAD/SIGMA/PAIRS. */
static bool add_clock(struct adding *a, struct case_source *x)
{
	const char *value = a->s->clock;
	double offset, sigma, pairs = 1;
	char *end, *last = NULL;

	if (!value)
		return true;
	offset = strtod(value, &end);
	sigma = *end == '/' ? strtod(end + 1, &last) : NAN;
	if (*end == '/' && last > end + 1 && *last == '/')
		pairs = strtod(last + 1, &last);
	if (end == value || !(fabs(offset) < 1e9) || !(sigma >= 0 && sigma < 1e9) || !last || *last ||
		!(pairs >= 1 && pairs < 1e15) || pairs != floor(pairs))
		return wrong("clock", value, "not seconds ahead and their spread, such as 95.2/0.4");
	x->clock.offset_seconds = offset;
	x->clock.sigma_seconds = sigma;
	x->clock.pairs = (int64_t)pairs;
	return true;
}

static bool add_source(struct adding *a)
{
	const struct settings *s = a->s;
	struct utc_span from = UTC_SPAN_UNKNOWN, to = UTC_SPAN_UNKNOWN;
	struct case_source *x;

	if (!s->source)
		return true;
	x = source_named(a, s->source);
	set_text(&x->kind, s->kind);
	set_text(&x->owner, s->owner);
	set_text(&x->channel, s->channel);
	set_text(&x->timezone, s->timezone);
	set_text(&x->time_meaning, s->time_meaning);
	if (s->dependent)
		x->independent = false;
	if (!span_of("from", s->from, &from) || !span_of("to", s->to, &to) ||
		!share_of("completeness", s->completeness, &x->coverage.completeness) ||
		!add_clock(a, x) || !add_gaps(a, x))
		return false;
	x->coverage.from = s->from ? from.lo : x->coverage.from;
	x->coverage.to = s->to ? to.hi : x->coverage.to;
	add_seen(a, x);
	did(a, "source %s", shown(s->source).text);
	return true;
}

static void add_population(struct adding *a)
{
	struct case_population *p = &a->change.now->population;

	if (!a->s->population)
		return;
	p->size = a->s->population > INT64_MAX ? INT64_MAX : (int64_t)a->s->population;
	set_text(&p->what, a->s->what);
	set_text(&p->source, a->s->told_by);
	did(a, "population %lld", (long long)p->size);
}

static bool add_report(struct adding *a)
{
	const struct settings *s = a->s;
	struct case_file *f = a->change.now;
	struct case_report *x;

	if (!s->report)
		return true;
	x = case_add(a->arena, &case_noun_report, &f->reports);
	x->id = case_id_next(&a->change, 'v');
	x->name = str_of(s->report);
	for (size_t i = 0; i < f->customers.n; i++)
		if (str_is(f->customers.items[i].id, s->report)) {
			x->customer = f->customers.items[i].id;
			x->name = f->customers.items[i].name;
		}
	x->stage = s->stage ? str_of(s->stage) : STR("installed");
	set_text(&x->told_by, s->told_by);
	set_text(&x->note, s->note);
	did(a, "report %.*s", STR_ARG(x->id));
	return span_of("at", s->at, &x->at);
}

static void add_hypothesis(struct adding *a)
{
	struct case_hypothesis *x;

	if (!a->s->hypothesis)
		return;
	x = case_add(a->arena, &case_noun_hypothesis, &a->change.now->hypotheses);
	x->id = case_id_next(&a->change, 'h');
	x->name = str_of(a->s->hypothesis);
	x->origin = STR("case");
	did(a, "hypothesis %.*s", STR_ARG(x->id));
}

static void add_about(struct adding *a)
{
	const struct settings *s = a->s;
	struct case_about *about = &a->change.now->about;

	set_text(&about->title, s->title);
	set_text(&about->vendor, s->vendor);
	set_text(&about->product, s->product);
	if (s->title || s->vendor || s->product)
		did(a, "title, vendor or product");
}

/* ---- removal --------------------------------------------------------------------------------- */

static bool remove_from(struct case_rows *rows, size_t bytes, const char *id)
{
	for (size_t i = 0; i < rows->n; i++) {
		char *row = rows->items + i * bytes;

		if (!str_is(*(struct str *)(void *)row, id))
			continue;
		memmove(row, row + bytes, (rows->n - i - 1) * bytes);
		rows->n--;
		return true;
	}
	return false;
}

/* Takes it out of what stands; earlier revisions have it still. */
static bool remove_ids(struct adding *a)
{
	for (size_t i = 0; i < a->s->remove.n; i++) {
		const char *id = a->s->remove.items[i];
		bool found = false;

		for (size_t k = 0; k < case_noun_file.n_fields && !found; k++) {
			const struct case_field *f = &case_noun_file.fields[k];

			if (f->kind == CASE_ROWS)
				found = remove_from(case_rows_at(a->change.now, f), f->of->bytes, id);
		}
		if (!found)
			return wrong("remove", id, "the case has nothing of this id");
		did(a, "without %s", shown(id).text);
	}
	return true;
}

/* ---- the verb -------------------------------------------------------------------------------- */

/* --good, --bad, --suspect RELEASE-ID speak of a release that is there; without one, of the result. */
static bool set_status(struct adding *a)
{
	struct case_file *f = a->change.now;
	const char *status = asked_status(a->s);

	if (!status || a->s->n_args == 2)
		return true;
	for (size_t i = 0; a->s->release && i < f->releases.n; i++)
		if (str_is(f->releases.items[i].id, a->s->release)) {
			f->releases.items[i].status = str_of(status);
			did(a, "%s is %s", a->s->release, status);
			return true;
		}
	say_error("--%s says what the result's release is, or that of --release ID", status);
	return false;
}

static bool edit(struct adding *a)
{
	const struct settings *s = a->s;

	if (s->bad + s->good + s->suspect > 1) {
		say_error("--bad, --good and --suspect exclude each other");
		return false;
	}
	add_about(a);
	if (s->n_args == 2 && !add_result(a, s->args[1]))
		return false;
	if (!set_status(a) || !add_channel(a) || !add_window(a) || !add_indicators(a) ||
		!add_list(a, s->indicators_file, "indicators", case_add_indicators) ||
		!add_list(a, s->customers, "customers", case_add_customers) || !add_source(a))
		return false;
	add_population(a);
	add_hypothesis(a);
	if (!add_report(a) || !remove_ids(a))
		return false;
	if (a->what.len == 0)
		say_error("add what? a RESULT, or one of the options: assay case add -h");
	return a->what.len > 0;
}

static bool add(struct adding *a, struct store *store)
{
	if (case_change_begin(store, a->arena, str_of(a->s->args[0]), (unsigned)CASE_ALL,
		    &a->change) != STATUS_OK) {
		case_say(store, a->s->args[0]);
		return false;
	}
	if (!edit(a) || interrupted) {
		case_change_cancel(&a->change);
		return false;
	}
	return case_commit(a->s, &a->change, buf_str(&a->what));
}

static int run(const struct settings *s)
{
	struct store *store = case_store(s, STORE_WRITE);
	struct arena arena;
	struct adding a = {.s = s, .arena = &arena};
	bool ok;

	arena_init(&arena, 0);
	buf_init(&a.what, 4000);
	ok = store && add(&a, store);
	buf_release(&a.what);
	arena_release(&arena);
	store_close(store);
	return ok ? EXIT_CLEAN : case_failed(s);
}

const struct verb verb_case_add = {
	.name = "case add",
	.bit = VERB_CASE_ADD,
	.args = "ID [RESULT]",
	.summary = "tell a case something: a result of diff, a channel, a source, customers",
	.text = "RESULT is what assay diff --format json printed, - for stdin. Its NEW becomes a bad "
		"release when the verdict was tampered, good when clean, else suspect; --bad, --good or "
		"--suspect say it themselves. OLD counts as good unless it did the same. Hashes of what "
		"is new, and the hosts, addresses, registry keys, paths and services in the findings, "
		"become indicators.\n"
		"\n"
		"All that one call says is one revision, with --author and --reason. Saying the same again "
		"changes nothing. Times are 2026-07-27 (the whole day), 2026-07-27T10:30:00Z, or two of "
		"them with / between: somewhere from the one to the other.\n"
		"\n"
		"Lists are CSV with a heading. Customers: id, and any of name, country, industry, size, "
		"licence, account, ip, domain, host, agent_id (several parted by ;). Indicators: kind, "
		"value, and any of stage, release. A cell that a spreadsheet would run is refused.",
	.examples = "assay case add C1 result.json\twhat diff found\n"
		    "assay case add C1 --channel \"cdn https://cdn.vendor.example/agent.exe\" --fanout "
		    "cache --ttl 3600\twhere it was served\n"
		    "assay case add C1 --window \"r1 c3\" --from 2022-09-26/2022-09-27 --to "
		    "2022-09-29T08:00:00Z\tfrom when to when\n"
		    "assay case add C1 --source web --kind nginx --timezone +02:00 --from 2022-09-20 --to "
		    "2022-10-05 --gap 2022-09-27T02:00:00Z/2022-09-27T05:40:00Z\ta log and what it misses\n"
		    "assay case add C1 --customers customers.csv --population 15000 --what \"sold "
		    "licences\"\twho could have it\n"
		    "assay case add C1 --remove i12 --reason \"also in 10.0.8\"\ttake an indicator out\n",
	.min_args = 1,
	.max_args = 2,
	.run = run,
};
