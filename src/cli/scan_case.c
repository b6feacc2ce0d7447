#include "cli/scan_case.h"

#include "case/nouns.h"
#include "cli/common.h"
#include "scope/scope.h"
#include "util/hash.h"

/* The size of what is delivered whole, for names that a release gave to itself. */
static uint64_t size_of(const struct case_file *f, const struct case_indicator *i)
{
	if (!str_is(i->kind, "path") && !str_is(i->kind, "file_name") && !str_is(i->kind, "url") &&
		!str_is(i->kind, "sha256"))
		return 0;
	if (!str_is(i->stage, "delivered"))
		return 0;
	for (size_t k = 0; k < f->releases.n; k++)
		if (str_equal(f->releases.items[k].id, i->release))
			return f->releases.items[k].size_bytes > 0
				       ? (uint64_t)f->releases.items[k].size_bytes
				       : 0;
	return 0;
}

static void add_indicators(struct scan_case *c, struct indicators *set)
{
	for (size_t k = 0; k < c->file->indicators.n; k++) {
		const struct case_indicator *x = &c->file->indicators.items[k];
		struct indicator i = {.id = x->id, .value = x->value, .release = x->release};
		const char *why = "no kind that a scan knows";

		i.size_bytes = size_of(c->file, x);
		if (!indicator_kind_named(x->kind, &i.kind) || !stage_named(x->stage, &i.stage) ||
			!indicators_add(set, c->arena, &i, &why))
			say(c->s, "%.*s is not looked for: %s", STR_ARG(x->id), why);
	}
}

static struct case_source *source_named(struct case_file *f, const char *id)
{
	for (size_t i = 0; i < f->sources.n; i++)
		if (str_is(f->sources.items[i].id, id))
			return &f->sources.items[i];
	return NULL;
}

bool scan_case_open(struct scan_case *c, const struct settings *s, struct arena *a,
	struct indicators *set)
{
	*c = (struct scan_case){.s = s, .arena = a};
	if (!s->as) {
		say_error("--case needs --as SOURCE: whose logs are they?");
		return false;
	}
	c->store = case_store(s, STORE_WRITE);
	if (!c->store)
		return false;
	if (case_load(c->store, a, str_of(s->case_id), 0,
		    CASE_PART_RELEASES | CASE_PART_INDICATORS | CASE_PART_SOURCES,
		    &c->file) != STATUS_OK) {
		case_say(c->store, s->case_id);
		return false;
	}
	if (!source_named(c->file, s->as)) {
		say_error("--as %s: the case has no such source; assay case add %s --source makes it",
			shown(s->as).text, shown(s->case_id).text);
		return false;
	}
	add_indicators(c, set);
	if (set->n == 0)
		say_error("case %s has nothing to look for", shown(s->case_id).text);
	return set->n > 0;
}

const char *scan_case_zone(const struct scan_case *c)
{
	struct case_source *x = c->file ? source_named(c->file, c->s->as) : NULL;

	return x && x->timezone.len ? arena_printf(c->arena, "%.*s", STR_ARG(x->timezone)).p : NULL;
}

static struct str digest_of(struct arena *a, const struct scan_file *f)
{
	return f->has_sha256 ? sha256_str(a, &f->sha256) : STR_NONE;
}

bool scan_case_begin(struct scan_case *c, const struct scan *scan)
{
	size_t n;
	enum status status = case_change_begin(c->store, c->arena, str_of(c->s->case_id),
		CASE_PART_SOURCES, &c->change);

	c->changing = status == STATUS_OK;
	c->source = c->changing ? source_named(c->change.now, c->s->as) : NULL;
	c->files = scan_files(scan, &n);
	/* Read again, perhaps as another format or zone: what it said before no longer counts. */
	for (size_t i = 0; c->source && status == STATUS_OK && i < n; i++)
		if (c->files[i].has_sha256)
			status = case_forget_file(&c->change, c->source->id,
				digest_of(c->arena, &c->files[i]));
	if (status != STATUS_OK || !c->source)
		case_say(c->store, c->s->case_id);
	return status == STATUS_OK && c->source;
}

enum status scan_case_observe(void *scan_case, const struct observation *o, size_t file)
{
	struct scan_case *c = scan_case;
	enum status status;

	/* Without its digest nobody can say later what was read. */
	if (!c->files[file].has_sha256)
		return STATUS_OK;
	status = case_observe(&c->change, o, NULL);
	if (status != STATUS_OK)
		case_say(c->store, c->s->case_id);
	return status;
}

static void keep_file(struct scan_case *c, const struct scan_file *f)
{
	struct str sha256 = digest_of(c->arena, f);
	struct case_source_file *x = NULL;

	for (size_t i = 0; i < c->source->files.n; i++)
		if (str_equal(c->source->files.items[i].sha256, sha256))
			x = &c->source->files.items[i];
	if (!x)
		x = case_add(c->arena, &case_noun_source_file, &c->source->files);
	x->sha256 = sha256;
	x->name = str_basename(f->name);
	x->size_bytes = (int64_t)f->size_bytes;
	x->lines = (int64_t)f->total.lines;
	x->unreadable = f->read == READ_WHOLE ? (int64_t)f->total.unreadable : -1;
}

/* A time in which the source is silent against its habit becomes a gap of its coverage. */
static size_t keep_gaps(struct scan_case *c, const struct scan *scan)
{
	size_t n, added = 0;
	const struct scan_gap *all = scan_gaps(scan, &n);

	for (size_t i = 0; i < n; i++) {
		struct interval t = scope_time_of(c->source, (struct utc_span){all[i].gap.at.lo, all[i].gap.at.hi});
		bool have = false;
		struct case_gap *g;

		if (t.lo == TIME_UNKNOWN_LO) /* of one that stamps what comes in */
			t.lo = all[i].gap.at.lo;
		for (size_t k = 0; k < c->source->coverage.gaps.n; k++) {
			g = &c->source->coverage.gaps.items[k];
			have |= g->lo <= t.lo && t.hi <= g->hi;
		}
		if (have)
			continue;
		g = CASE_ADD(c->arena, &c->source->coverage.gaps);
		*g = (struct case_gap){t.lo, t.hi};
		added++;
	}
	return added;
}

bool scan_case_commit(struct scan_case *c, const struct scan *scan)
{
	size_t n, blind = 0;
	const struct scan_file *files = scan_files(scan, &n);
	size_t gaps = keep_gaps(c, scan);
	struct str what;

	for (size_t i = 0; i < n; i++) {
		blind += files[i].read != READ_WHOLE;
		if (files[i].has_sha256)
			keep_file(c, &files[i]);
	}
	what = blind ? arena_printf(c->arena, "scanned %zu files of %.*s, %zu not to their end", n,
			       STR_ARG(c->source->id), blind)
		     : arena_printf(c->arena, "scanned %zu files of %.*s", n,
			       STR_ARG(c->source->id));
	if (gaps)
		what = arena_printf(c->arena, "%.*s, found %zu gaps", STR_ARG(what), gaps);
	c->changing = false;
	return case_commit(c->s, &c->change, what);
}

void scan_case_close(struct scan_case *c)
{
	if (c->changing)
		case_change_cancel(&c->change);
	store_close(c->store);
}
