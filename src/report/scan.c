/* assay.scan.v1: what was looked through, what was seen, what could not be read. */
#include "report/scan.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

#include "assay.h"
#include "report/json_out.h"
#include "util/escape.h"

static const char *const key_names[OBSERVATION_KEYS] = {
	"ip", "user", "host", "agent_id", "account", "licence", "user_agent", "domain"};
static const char *const read_names[] = {"whole", "part", "nothing"};
static const char *const time_names[] = {"start", "end", "ingest"};
static const char *const stray_names[STRAY_WHY_N] = {"unreadable", "too long"};

/* ---- JSON ---------------------------------------------------------------------------------------- */

struct printing {
	const struct scan_shown *shown;
	struct json_out *j;
	struct report_out *out;
	bool lines; /* one object a line */
	const struct scan_file *files;
	size_t n_files;
	uint64_t n_observations;
	struct arena arena; /* text: emptied for each row */
	uint64_t *by_indicator;
};

static void null_or_str(struct json_out *j, const char *key, struct str s)
{
	jout_key(j, key);
	if (s.len)
		jout_str(j, s);
	else
		jout_null(j);
}

static void time_value(struct json_out *j, const char *key, int64_t at)
{
	struct utc_text t = utc_text(at);

	null_or_str(j, key, str_of(t.z));
}

static void span_value(struct json_out *j, const char *key, struct utc_span t)
{
	jout_key(j, key);
	jout_open(j, '{');
	time_value(j, "lo", t.lo);
	time_value(j, "hi", t.hi);
	jout_close(j, '}');
}

/* Begins an object: in a list, or a line of its own. */
static void begin(struct printing *p, const char *record)
{
	if (p->lines) {
		jout_begin(p->j, p->out, true);
		jout_open(p->j, '{');
		jout_key_str(p->j, "schema", STR("assay.scan.v1"));
		jout_key_str(p->j, "record", str_of(record));
	} else {
		jout_open(p->j, '{');
	}
}

static void end(struct printing *p)
{
	jout_close(p->j, '}');
	if (p->lines)
		jout_end(p->j);
}

static void list_begin(struct printing *p, const char *key)
{
	if (p->lines)
		return;
	jout_key(p->j, key);
	jout_open(p->j, '[');
}

static void list_end(struct printing *p)
{
	if (!p->lines)
		jout_close(p->j, ']');
}

static struct utc_span covers_of(const struct scan_file *f)
{
	if (!interval_known(f->total.covers))
		return UTC_SPAN_UNKNOWN;
	return (struct utc_span){f->total.covers.lo, f->total.covers.hi};
}

static const char *zone_of(const struct scan_shown *s, const struct scan_file *f)
{
	return f->format && f->format->zone ? f->format->zone : s->zone;
}

static void print_file(struct printing *p, const struct scan_file *f)
{
	const struct scan_mark *t = &f->total;
	char hex[65] = "";

	if (f->has_sha256)
		sha256_hex(&f->sha256, hex);
	begin(p, "file");
	jout_key_str(p->j, "name", f->name);
	jout_key_str(p->j, "source", f->source);
	null_or_str(p->j, "sha256", str_of(hex));
	jout_key_u64(p->j, "size_bytes", f->size_bytes);
	jout_key_str(p->j, "packing", str_of(packing_name(f->packing)));
	null_or_str(p->j, "format", str_of(f->format ? f->format->name : ""));
	jout_key_u64(p->j, "score", f->score);
	null_or_str(p->j, "also_like", str_of(f->second ? f->second->name : ""));
	null_or_str(p->j, "time_meaning", str_of(f->format ? time_names[f->format->time_means] : ""));
	null_or_str(p->j, "zone", str_of(zone_of(p->shown, f)));
	jout_key_u64(p->j, "lines", t->lines);
	jout_key_u64(p->j, "unreadable", t->unreadable);
	jout_key_u64(p->j, "too_long", t->too_long);
	jout_key_u64(p->j, "aside", t->aside);
	jout_key_u64(p->j, "hits", t->hits);
	jout_key_u64(p->j, "refused", t->refused);
	jout_key_u64(p->j, "strays", t->strays);
	jout_key_u64(p->j, "untimed", t->untimed);
	span_value(p->j, "covers", covers_of(f));
	jout_key_str(p->j, "read", str_of(read_names[f->read]));
	null_or_str(p->j, "why", f->why);
	end(p);
}

static const struct indicator *indicator_of(const struct scan_shown *s, struct str id)
{
	for (size_t i = 0; i < s->indicators->n; i++)
		if (s->indicators->all[i].id.p == id.p)
			return &s->indicators->all[i];
	return NULL;
}

static void print_who(struct json_out *j, const struct observation *o)
{
	jout_key(j, "untrusted");
	jout_open(j, '{');
	for (unsigned i = 0; i < OBSERVATION_KEYS; i++)
		null_or_str(j, key_names[i], o->keys[i]);
	null_or_str(j, "time", o->time_text);
	jout_close(j, '}');
}

static void number_or_null(struct json_out *j, const char *key, int64_t n)
{
	jout_key(j, key);
	if (n < 0)
		jout_null(j);
	else
		jout_u64(j, (uint64_t)n);
}

static enum status print_observation(void *user, const struct observation *o, size_t file)
{
	struct printing *p = user;
	const struct indicator *i = indicator_of(p->shown, o->indicator);

	p->n_observations++;
	begin(p, "observation");
	jout_key_str(p->j, "source", o->source);
	jout_key_str(p->j, "file", o->file);
	jout_key_u64(p->j, "line", o->line);
	jout_key_u64(p->j, "offset", o->offset);
	jout_key_str(p->j, "indicator", o->indicator);
	jout_key_str(p->j, "kind", str_of(i ? indicator_kind_name(i->kind) : ""));
	jout_key_str(p->j, "value", i ? i->value : STR_NONE);
	null_or_str(p->j, "release", o->release);
	jout_key_str(p->j, "stage", o->stage);
	span_value(p->j, "first", o->first);
	span_value(p->j, "last", o->last);
	jout_key_u64(p->j, "count", o->count);
	number_or_null(p->j, "bytes", o->bytes);
	number_or_null(p->j, "status", o->status);
	jout_key_str(p->j, "complete", o->complete);
	jout_key_str(p->j, "mode", o->mode);
	print_who(p->j, o);
	end(p);
	if (p->out->failed)
		return STATUS_IO;
	return p->shown->also ? p->shown->also(p->shown->user, o, file) : STATUS_OK;
}

static void print_strays(struct printing *p)
{
	size_t n;
	const struct scan_stray_line *all = scan_strays(p->shown->scan, &n);

	list_begin(p, "strays");
	for (size_t i = 0; i < n; i++) {
		const struct scan_stray_line *l = &all[i];

		begin(p, "stray");
		jout_key_str(p->j, "file", p->files[l->file].name);
		jout_key_u64(p->j, "line", l->line);
		jout_key_u64(p->j, "offset", l->stray.offset);
		jout_key_str(p->j, "indicator", p->shown->indicators->all[l->stray.indicator].id);
		jout_key_str(p->j, "why", str_of(stray_names[l->stray.why]));
		jout_key(p->j, "untrusted");
		jout_open(p->j, '{');
		jout_key_str(p->j, "excerpt", l->stray.excerpt);
		jout_close(p->j, '}');
		end(p);
	}
	list_end(p);
}

static void print_gaps(struct printing *p)
{
	size_t n;
	const struct scan_gap *all = scan_gaps(p->shown->scan, &n);

	list_begin(p, "gaps");
	for (size_t i = 0; i < n; i++) {
		begin(p, "gap");
		jout_key_str(p->j, "source", all[i].source);
		time_value(p->j, "lo", all[i].gap.at.lo);
		time_value(p->j, "hi", all[i].gap.at.hi);
		jout_key_u64(p->j, "lines_expected", (uint64_t)all[i].gap.expected);
		end(p);
	}
	list_end(p);
}

static struct scan_mark total_of(const struct printing *p, uint64_t *ret_blind)
{
	struct scan_mark t = {0};

	*ret_blind = 0;
	for (size_t i = 0; i < p->n_files; i++) {
		t.lines += p->files[i].total.lines;
		t.unreadable += p->files[i].total.unreadable;
		t.hits += p->files[i].total.hits;
		t.refused += p->files[i].total.refused;
		t.strays += p->files[i].total.strays;
		t.file_bytes += p->files[i].size_bytes;
		*ret_blind += p->files[i].read != READ_WHOLE;
	}
	return t;
}

static void print_total(struct printing *p)
{
	uint64_t blind;
	struct scan_mark t = total_of(p, &blind);

	if (!p->lines)
		jout_key(p->j, "total");
	begin(p, "total");
	jout_key_bool(p->j, "interrupted", p->shown->interrupted);
	jout_key_u64(p->j, "files", p->n_files);
	jout_key_u64(p->j, "files_not_whole", blind);
	jout_key_u64(p->j, "size_bytes", t.file_bytes);
	jout_key_u64(p->j, "lines", t.lines);
	jout_key_u64(p->j, "unreadable", t.unreadable);
	jout_key_u64(p->j, "hits", t.hits);
	jout_key_u64(p->j, "refused", t.refused);
	jout_key_u64(p->j, "strays", t.strays);
	jout_key_u64(p->j, "indicators", p->shown->indicators->n);
	jout_key_u64(p->j, "observations", p->n_observations);
	end(p);
}

static enum status print_all(struct printing *p)
{
	enum status s;

	list_begin(p, "files");
	for (size_t i = 0; i < p->n_files; i++)
		print_file(p, &p->files[i]);
	list_end(p);
	list_begin(p, "observations");
	s = scan_observations(p->shown->scan, print_observation, p);
	list_end(p);
	print_strays(p);
	print_gaps(p);
	print_total(p);
	return s;
}

enum status report_scan_json(const struct scan_shown *s, struct report_out *out)
{
	struct json_out j;
	struct printing p = {.shown = s, .j = &j, .out = out};
	enum status status;

	p.files = scan_files(s->scan, &p.n_files);
	jout_begin(&j, out, false);
	jout_open(&j, '{');
	jout_key_str(&j, "schema", STR("assay.scan.v1"));
	jout_key_str(&j, "assay", STR(ASSAY_VERSION));
	status = print_all(&p);
	jout_close(&j, '}');
	jout_end(&j);
	return out->failed ? STATUS_IO : status;
}

enum status report_scan_jsonl(const struct scan_shown *s, struct report_out *out)
{
	struct json_out j;
	struct printing p = {.shown = s, .j = &j, .out = out, .lines = true};
	enum status status;

	p.files = scan_files(s->scan, &p.n_files);
	status = print_all(&p);
	return out->failed ? STATUS_IO : status;
}

/* ---- text ---------------------------------------------------------------------------------------- */

enum { TEXT_OBSERVATIONS = 40, TEXT_NAME_BYTES = 60 };

static void put(struct report_out *out, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

static void put(struct report_out *out, const char *format, ...)
{
	char line[1200];
	va_list args;
	int n;

	va_start(args, format);
	n = vsnprintf(line, sizeof(line), format, args);
	va_end(args);
	if (n > 0)
		report_put(out, str_view(line, (size_t)n < sizeof(line) ? (size_t)n : sizeof(line) - 1));
}

static const char *safe(struct printing *p, struct str s, size_t max)
{
	return escape_text(&p->arena, s, max).p;
}

static void text_file(struct printing *p, const struct scan_file *f)
{
	const struct scan_mark *t = &f->total;
	struct utc_text from = utc_text(covers_of(f).lo), to = utc_text(covers_of(f).hi);

	put(p->out, "  %s\n", safe(p, f->name, 200));
	if (f->format)
		put(p->out, "    %s%s%s, %" PRIu64 " lines, %" PRIu64 " unreadable%s%s%s%s\n",
			f->format->name, f->packing == PACKING_NONE ? "" : ", ",
			f->packing == PACKING_NONE ? "" : packing_name(f->packing), t->lines,
			t->unreadable, *from.z ? ", " : "", from.z, *from.z ? " to " : "", to.z);
	if (f->second)
		put(p->out, "    could as well be %s: --log-format says which\n", f->second->name);
	if (f->format && !zone_of(p->shown, f) && t->hits && !(f->times && f->times->width < TIME_DAY / 24))
		put(p->out, "    times without a zone are known to 26 hours only; --timezone says which\n");
	if (t->too_long)
		put(p->out, "    %" PRIu64 " lines are too long to be read\n", t->too_long);
	if (t->untimed)
		put(p->out, "    %" PRIu64 " lines that name an indicator have no time that can be read\n",
			t->untimed);
	if (t->refused)
		put(p->out, "    %" PRIu64 " requests for an indicator were not answered with it\n",
			t->refused);
	if (f->read != READ_WHOLE)
		put(p->out, "    NOT READ%s: %s\n", f->read == READ_PART ? " TO ITS END" : "",
			safe(p, f->why, 200));
	arena_release(&p->arena);
}

static enum status text_observation(void *user, const struct observation *o, size_t file)
{
	struct printing *p = user;
	const struct indicator *i = indicator_of(p->shown, o->indicator);
	struct utc_text from = utc_text(o->first.lo), to = utc_text(o->last.hi);

	if (p->n_observations++ < TEXT_OBSERVATIONS) {
		put(p->out, "  %-12.*s %s", STR_ARG(o->stage),
			safe(p, i ? i->value : o->indicator, TEXT_NAME_BYTES));
		for (unsigned k = 0; k < OBSERVATION_KEYS; k++)
			if (o->keys[k].len && k != OBSERVATION_USER_AGENT)
				put(p->out, "  %s %s", key_names[k],
					safe(p, o->keys[k], TEXT_NAME_BYTES));
		put(p->out, "\n    %s to %s, %" PRIu64 " %s, first at %s:%" PRIu64 "\n",
			*from.z ? from.z : "unknown", *to.z ? to.z : "unknown", o->count,
			o->count == 1 ? "line" : "lines", safe(p, p->files[file].name, 200), o->line);
		arena_release(&p->arena);
	}
	if (p->out->failed)
		return STATUS_IO;
	return p->shown->also ? p->shown->also(p->shown->user, o, file) : STATUS_OK;
}

static void text_strays(struct printing *p)
{
	size_t n;
	const struct scan_stray_line *all = scan_strays(p->shown->scan, &n);

	if (n)
		put(p->out, "\nLines that could not be read and hold the text of an indicator:\n");
	for (size_t i = 0; i < n && i < TEXT_OBSERVATIONS; i++) {
		put(p->out, "  %s:%" PRIu64 "  %s: %s\n", safe(p, p->files[all[i].file].name, 200),
			all[i].line, stray_names[all[i].stray.why],
			safe(p, all[i].stray.excerpt, 100));
		arena_release(&p->arena);
	}
}

static void text_gaps(struct printing *p)
{
	size_t n;
	const struct scan_gap *all = scan_gaps(p->shown->scan, &n);

	if (n)
		put(p->out, "\nSilent although otherwise regular; what happened then is unknown:\n");
	for (size_t i = 0; i < n; i++) {
		put(p->out, "  %s  %s to %s, about %.0f lines are missing\n", safe(p, all[i].source, 200),
			utc_text(all[i].gap.at.lo).z, utc_text(all[i].gap.at.hi).z, all[i].gap.expected);
		arena_release(&p->arena);
	}
}

enum status report_scan_text(const struct scan_shown *s, struct text_style style,
	struct report_out *out)
{
	struct printing p = {.shown = s, .out = out};
	struct scan_mark t;
	uint64_t blind;
	enum status status;

	arena_init(&p.arena, 0);
	p.files = scan_files(s->scan, &p.n_files);
	t = total_of(&p, &blind);
	put(out, "%s%zu %s, %" PRIu64 " lines, %" PRIu64 " unreadable, against %zu indicators: %" PRIu64
		 " lines name one.\n\n",
		s->interrupted ? "STOPPED before the end. " : "", p.n_files,
		p.n_files == 1 ? "file" : "files", t.lines, t.unreadable, s->indicators->n, t.hits);
	for (size_t i = 0; i < p.n_files; i++)
		text_file(&p, &p.files[i]);
	put(out, "\nSeen, by file, indicator, stage and who it was:\n");
	status = scan_observations(s->scan, text_observation, &p);
	if (!p.n_observations)
		put(out, "  nothing\n");
	if (p.n_observations > TEXT_OBSERVATIONS)
		put(out, "  ... and %" PRIu64 " more; --format json has them all\n",
			p.n_observations - TEXT_OBSERVATIONS);
	text_strays(&p);
	text_gaps(&p);
	if (blind)
		put(out, "\n%" PRIu64 " of %zu files were not read to their end: nothing is said about "
			 "what stands there.\n",
			blind, p.n_files);
	return out->failed ? STATUS_IO : status;
}
