/* Lines to entities: what each line says, whose it is, and how sure both are. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "scope/scope_int.h"
#include "util/hash.h"

/* A clock that nobody measured may be off by this much; said in docs/scope.md. */
static const int64_t unknown_clock = 3600 * TIME_SECOND;

const double scope_thresholds[SCOPE_THRESHOLDS] = {0.5, 0.8, 0.95};

const char *scope_stage_name(enum scope_stage s)
{
	static const char *const names[] = {"delivered", "installed", "executed", "beaconed",
		"second_stage"};

	return names[s];
}

bool scope_stage_named(struct str name, enum scope_stage *ret)
{
	for (int s = 0; s < SCOPE_STAGES; s++) {
		if (str_is(name, scope_stage_name((enum scope_stage)s))) {
			*ret = (enum scope_stage)s;
			return true;
		}
	}
	return false;
}

/* ---- indices of ids --------------------------------------------------------------------------- */

static uint64_t id_hash(struct str id)
{
	uint64_t h = fast_hash(id.p, id.len, 0);

	return h ? h : 1;
}

static long index_of(const struct hash_table *t, struct str id)
{
	const uint32_t *at = id.len ? hash_table_find(t, id_hash(id)) : NULL;

	return at ? (long)*at - 1 : -1;
}

long scope_source_of(const struct scoping *s, struct str id)
{
	return index_of(&s->sources, id);
}

static bool put(struct hash_table *t, struct str id, size_t i)
{
	bool is_new;
	uint32_t *at = hash_table_at(t, id_hash(id), &is_new);

	if (at)
		*at = (uint32_t)i + 1;
	return at != NULL;
}

static bool index_all(struct scoping *s)
{
	bool ok = true;

	for (size_t i = 0; i < s->c->sources.n; i++)
		ok &= put(&s->sources, s->c->sources.items[i].id, i);
	for (size_t i = 0; i < s->c->indicators.n; i++)
		ok &= put(&s->indicators, s->c->indicators.items[i].id, i);
	for (size_t i = 0; i < s->c->releases.n; i++)
		ok &= put(&s->releases, s->c->releases.items[i].id, i);
	return ok;
}

/* ---- entities --------------------------------------------------------------------------------- */

static struct entity *add_entity(struct scoping *s)
{
	struct entity *e;

	if (s->n_entities == s->room_entities) {
		size_t room = s->room_entities ? s->room_entities * 2 : 256;
		struct entity *more = realloc(s->entities, room * sizeof(*more));

		if (!more)
			return NULL;
		s->entities = more;
		s->room_entities = room;
	}
	e = &s->entities[s->n_entities++];
	memset(e, 0, sizeof(*e));
	for (int i = 0; i < SCOPE_STAGES; i++)
		e->first[i] = INTERVAL_UNKNOWN;
	e->last_good = e->first_good_after = INTERVAL_UNKNOWN;
	return e;
}

/* The line is gone after this call; its file is one of few. */
static struct str kept_file(struct scoping *s, struct str file)
{
	if (!str_equal(s->last_file, file))
		s->last_file = arena_str(s->a, file);
	return s->last_file;
}

static void keep_place(struct scoping *s, struct entity *e, enum scope_stage stage,
	const struct observation *o, const struct case_source *source)
{
	unsigned at = e->n_places;

	if (at == SCOPE_PLACES) { /* in the place of the earliest stage, if that is an earlier one */
		at = 0;
		for (unsigned i = 1; i < SCOPE_PLACES; i++)
			if (e->place_stage[i] < e->place_stage[at])
				at = i;
		if (e->place_stage[at] >= stage)
			return;
	} else {
		e->n_places++;
	}
	e->places[at] = (struct scope_place){source ? source->id : STR_NONE, kept_file(s, o->file), o->line};
	e->place_stage[at] = (uint8_t)stage;
}

struct line {
	enum scope_stage stage;
	enum received what;
	struct interval time;
	unsigned list; /* + 1; 0 = of no list */
	double p;
};

/* When the first of all happened. One whose time nobody knows leaves only an end to it. */
static struct interval first_of(struct interval a, struct interval b)
{
	return (struct interval){a.lo < b.lo ? a.lo : b.lo, a.hi < b.hi ? a.hi : b.hi};
}

static void add_line(struct scoping *s, struct entity *e, const struct line *l)
{
	float p = (float)l->p;
	int i = (int)l->stage;

	if (e->possible[i] < p)
		e->possible[i] = p;
	if (l->what != RECEIVED_CERTAINLY)
		return;
	e->first[i] = e->certain[i] > 0 ? first_of(e->first[i], l->time) : l->time;
	if (e->certain[i] < p)
		e->certain[i] = p;
	if (!l->list)
		return;
	for (int t = 0; t <= SCOPE_THRESHOLDS; t++)
		if (l->p >= (t < SCOPE_THRESHOLDS ? scope_thresholds[t] : s->r->threshold))
			e->on[t][i] |= (uint8_t)(1u << (l->list - 1));
}

/* ---- what a line says ------------------------------------------------------------------------- */

struct interval scope_time_of(const struct case_source *source, struct utc_span at)
{
	struct interval t = interval_of_span(at);

	/* An inventory without times was taken while its source looked. */
	if (source && t.lo == TIME_UNKNOWN_LO && t.hi == TIME_UNKNOWN_HI)
		t = interval_of_span((struct utc_span){source->coverage.from, source->coverage.to});
	if (source && str_is(source->time_meaning, "ingest"))
		t.lo = TIME_UNKNOWN_LO; /* it happened at some time before it was taken in */
	if (source && source->clock.pairs < CLOCK_PAIRS_MIN && isnan(source->clock.offset_seconds))
		return interval_widen(t, unknown_clock, unknown_clock);
	if (source && !isnan(source->clock.offset_seconds))
		t = clock_correct(&(struct clock){source->clock.offset_seconds,
					  isnan(source->clock.sigma_seconds) ? 0 : source->clock.sigma_seconds,
					  CLOCK_PAIRS_MIN},
			t);
	return t;
}

static bool is_hash(const struct case_indicator *i)
{
	return i && (str_is(i->kind, "sha256") || str_is(i->kind, "sha1") || str_is(i->kind, "md5"));
}

static enum received delivery(struct scoping *s, const struct observation *o,
	const struct case_source *source, const struct case_indicator *indicator)
{
	struct interval whole = interval_hull(scope_when(s, source, o->first), scope_when(s, source, o->last));
	struct str channel = source ? source->channel : STR_NONE;
	enum received first, last, between;

	if (str_is(o->complete, "partial")) {
		s->n_partial += o->count;
		return windows_say(s->r->windows, s->r->n_windows, channel, whole) == RECEIVED_NOT
			       ? RECEIVED_NOT
			       : RECEIVED_POSSIBLY;
	}
	if (is_hash(indicator))
		return RECEIVED_CERTAINLY;
	first = windows_say(s->r->windows, s->r->n_windows, channel, scope_when(s, source, o->first));
	last = windows_say(s->r->windows, s->r->n_windows, channel, scope_when(s, source, o->last));
	between = windows_say(s->r->windows, s->r->n_windows, channel, whole);
	if (first < last)
		first = last;
	/* Many lines before and after the window do not say that one was inside. */
	if (first == RECEIVED_NOT && between != RECEIVED_NOT && o->count > 2)
		first = RECEIVED_POSSIBLY;
	if (first == RECEIVED_CERTAINLY && !str_is(o->complete, "yes"))
		first = RECEIVED_POSSIBLY; /* nothing says that all of it arrived */
	return first;
}

/* Later stages: whatever was there before the bad release existed was not its doing. */
static enum received later(const struct scoping *s, const struct observation *o,
	const struct case_source *source)
{
	struct interval last = scope_when(s, source, o->last), from = s->r->window;

	if (from.lo == TIME_UNKNOWN_LO)
		return RECEIVED_CERTAINLY;
	if (last.hi != TIME_UNKNOWN_HI && last.hi < from.lo)
		return RECEIVED_NOT;
	return last.lo != TIME_UNKNOWN_LO && last.lo >= from.lo ? RECEIVED_CERTAINLY
								: RECEIVED_POSSIBLY;
}

/* ---- whose ------------------------------------------------------------------------------------ */

static void count_country(struct scoping *s, struct str address)
{
	struct scope_result *r = s->r;
	char code[3] = "";

	if (!s->in->country || !s->in->country(s->in->country_user, address, code))
		return;
	for (size_t i = 0; i < r->n_addresses; i++) {
		if (str_is(r->addresses[i].key, code)) {
			r->addresses[i].customers++;
			return;
		}
	}
	if (!r->addresses)
		r->addresses = ARENA_ARRAY(s->a, 26 * 26, struct scope_group);
	if (r->n_addresses < 26 * 26)
		r->addresses[r->n_addresses++] = (struct scope_group){
			.key = arena_str(s->a, str_of(code)), .customers = 1};
}

/* A list of customers is there, and this is none of them: it is counted, once for each identity. */
static enum status nobody(struct scoping *s, const struct observation *o, const struct line *l,
	const struct identity *who)
{
	bool address, is_new;
	uint64_t h = identity_hash(o, &address);

	if (who->ambiguous)
		s->n_ambiguous++;
	if (l->stage == SCOPE_DELIVERED)
		s->unresolved_delivery = true;
	if (h == 0)
		return STATUS_OK;
	if (!hash_table_at(&s->others, h, &is_new))
		return STATUS_NOMEM;
	if (is_new)
		s->n_unresolved++;
	if (is_new && o->keys[OBSERVATION_IP].len)
		count_country(s, o->keys[OBSERVATION_IP]);
	return STATUS_OK;
}

/* No list of customers: somebody is the strongest key of the line. */
static enum status somebody(struct scoping *s, const struct observation *o, struct line *l,
	const struct case_source *source)
{
	bool address, is_new;
	uint64_t h = identity_hash(o, &address);
	struct entity *e;
	uint32_t *at;

	if (h == 0) {
		s->n_unresolved++;
		return STATUS_OK;
	}
	/* Whoever is behind this address has names of their own: nobody is added by the address. */
	if (address && hash_table_find(&s->strong, h))
		return STATUS_OK;
	at = hash_table_at(&s->others, h, &is_new);
	if (!at)
		return STATUS_NOMEM;
	if (is_new) {
		if (!add_entity(s))
			return STATUS_NOMEM;
		*at = (uint32_t)s->n_entities;
	}
	e = &s->entities[*at - 1];
	l->p = 1;
	add_line(s, e, l);
	if (l->what == RECEIVED_CERTAINLY)
		keep_place(s, e, l->stage, o, source);
	return STATUS_OK;
}

/* A good release was there: the bad one came later, or had been removed. */
static void good_release(struct scoping *s, const struct observation *o, long source,
	const struct case_source *from)
{
	struct interval first = scope_when(s, from, o->first), last = scope_when(s, from, o->last);
	struct identity who = identities_resolve(s->who, o, source, interval_hull(first, last));
	struct entity *e;

	if (who.customer == IDENTITY_NOBODY || who.probability < scope_thresholds[2])
		return;
	e = &s->entities[who.customer];
	if (interval_known(first) && first.hi < s->r->window.hi &&
		(!interval_known(e->last_good) || first.hi > e->last_good.hi))
		e->last_good = first;
	if (interval_known(last) && last.lo > s->r->window.lo &&
		(!interval_known(e->first_good_after) || last.lo > e->first_good_after.lo))
		e->first_good_after = last;
}

static enum status take(void *to, const struct observation *o)
{
	struct scoping *s = to;
	long source = scope_source_of(s, o->source);
	long indicator = index_of(&s->indicators, o->indicator);
	const struct case_source *from = source >= 0 ? &s->c->sources.items[source] : NULL;
	const struct case_indicator *what = indicator >= 0 ? &s->c->indicators.items[indicator] : NULL;
	struct str release_id = o->release.len || !what ? o->release : what->release;
	long release = index_of(&s->releases, release_id);
	struct identity who;
	struct line l = {.time = scope_when(s, from, o->first)};

	if (!scope_stage_named(o->stage, &l.stage))
		return STATUS_OK;
	if (release >= 0 && str_is(s->c->releases.items[release].status, "good")) {
		if (l.stage == SCOPE_INSTALLED)
			good_release(s, o, source, from);
		return STATUS_OK;
	}
	/* A mirror or a cache stands for nobody, or for many. */
	if (str_is(o->mode, "mirror") || str_is(o->mode, "cache")) {
		s->n_fanout++;
		return STATUS_OK;
	}
	l.what = l.stage == SCOPE_DELIVERED ? delivery(s, o, from, what) : later(s, o, from);
	if (l.what == RECEIVED_NOT) {
		s->n_outside++;
		return STATUS_OK;
	}
	if (release >= 0 && str_is(s->c->releases.items[release].status, "suspect"))
		l.what = RECEIVED_POSSIBLY;
	l.list = source >= 0 ? s->list_of[source] : 0;
	if (s->c->customers.n == 0)
		return somebody(s, o, &l, from);
	who = identities_resolve(s->who, o, source, interval_hull(l.time, scope_when(s, from, o->last)));
	if (who.customer == IDENTITY_NOBODY || who.probability < scope_thresholds[0])
		return nobody(s, o, &l, &who);
	/* Not surely theirs, so another may have received it. */
	if (who.probability < scope_thresholds[2] && l.stage == SCOPE_DELIVERED)
		s->unresolved_delivery = true;
	l.p = who.probability;
	add_line(s, &s->entities[who.customer], &l);
	if (l.what == RECEIVED_CERTAINLY || s->entities[who.customer].n_places == 0)
		keep_place(s, &s->entities[who.customer], l.stage, o, from);
	return STATUS_OK;
}

static enum status learn(void *to, const struct observation *o)
{
	struct scoping *s = to;
	struct observation bare = {.source = STR_NONE};
	bool address, is_new;

	if (s->c->customers.n) {
		identities_learn(s->who, o);
		return STATUS_OK;
	}
	(void)identity_hash(o, &address);
	if (address || o->keys[OBSERVATION_IP].len == 0)
		return STATUS_OK;
	bare.keys[OBSERVATION_IP] = o->keys[OBSERVATION_IP];
	return hash_table_at(&s->strong, identity_hash(&bare, &address), &is_new) ? STATUS_OK
										  : STATUS_NOMEM;
}

/* ---- lists and reports ------------------------------------------------------------------------ */

static unsigned list_named(struct scoping *s, struct str name)
{
	struct scope_result *r = s->r;

	for (unsigned i = 0; i < r->n_lists; i++)
		if (str_equal(r->lists[i].name, name))
			return i + 1;
	if (r->n_lists == ESTIMATE_LISTS)
		return 0;
	r->lists[r->n_lists++] = (struct scope_list){.name = name};
	return r->n_lists;
}

/*
 * Independent sources of one owner are one list, and so are the logs of all channels: they divide the
 * same people between them, for a download goes through one of them.
 */
static void make_lists(struct scoping *s)
{
	for (size_t i = 0; i < s->c->sources.n; i++) {
		const struct case_source *source = &s->c->sources.items[i];
		struct str name = source->owner.len ? source->owner : source->id;
		struct scope_list *l;

		/* What can see a part of the customers only is no list of all of them. */
		if (!source->independent || source->population.n)
			continue;
		if (source->channel.len)
			name = STR("downloads");
		s->list_of[i] = (uint8_t)list_named(s, name);
		if (s->list_of[i] == 0) {
			scope_unknown(s, "More than %d independent lists: those after the first %d were "
					 "not used for estimates.", ESTIMATE_LISTS, ESTIMATE_LISTS);
			continue;
		}
		l = &s->r->lists[s->list_of[i] - 1];
		if (source->coverage.from != UTC_UNKNOWN && s->r->window.hi != TIME_UNKNOWN_HI &&
			source->coverage.from > s->r->window.hi)
			l->flags |= LIST_AFTER_REMOVAL;
	}
}

static bool told_by_a_list(const struct scoping *s, struct str who)
{
	for (size_t i = 0; who.len && i < s->c->sources.n; i++)
		if (str_equal(s->c->sources.items[i].id, who) ||
			str_equal(s->c->sources.items[i].owner, who))
			return true;
	return false;
}

/* By its id; without one by its name, while that is one customer's alone. -1: none that can be told. */
static long reporting_customer(const struct scoping *s, const struct case_report *report)
{
	long found = -1;

	for (size_t i = 0; i < s->c->customers.n; i++) {
		const struct case_customer *c = &s->c->customers.items[i];

		if (report->customer.len) {
			if (str_equal(c->id, report->customer))
				return (long)i;
		} else if (report->name.len && str_equal(c->name, report->name)) {
			if (found >= 0)
				return -1;
			found = (long)i;
		}
	}
	return found;
}

static struct entity *reporter(struct scoping *s, const struct case_report *report)
{
	long customer = reporting_customer(s, report);
	struct str name = report->name.len ? report->name : report->customer;
	bool is_new;
	uint32_t *at;

	if (customer >= 0)
		return &s->entities[customer];
	if (s->c->customers.n) {
		s->n_unresolved++;
		return NULL;
	}
	at = hash_table_at(&s->others, id_hash(name), &is_new);
	if (!at)
		return NULL;
	if (is_new) {
		if (!add_entity(s))
			return NULL;
		*at = (uint32_t)s->n_entities;
	}
	return &s->entities[*at - 1];
}

static void take_reports(struct scoping *s)
{
	unsigned list = s->c->reports.n ? list_named(s, STR("reports")) : 0;

	for (size_t i = 0; i < s->c->reports.n; i++) {
		const struct case_report *report = &s->c->reports.items[i];
		struct entity *e = reporter(s, report);
		struct line l = {.what = RECEIVED_CERTAINLY, .list = list, .p = 1,
			.time = interval_of_span(report->at)};

		if (!scope_stage_named(report->stage, &l.stage))
			l.stage = SCOPE_DELIVERED;
		if (list && told_by_a_list(s, report->told_by))
			s->r->lists[list - 1].flags |= LIST_BY_NOTICE;
		/* A report says since when at the latest, not when. */
		l.time.lo = TIME_UNKNOWN_LO;
		if (e)
			add_line(s, e, &l);
	}
}

enum status scope_observe(struct scoping *s)
{
	s->list_of = ARENA_ARRAY(s->a, s->c->sources.n + 1, uint8_t);
	if (!index_all(s))
		return STATUS_NOMEM;
	for (size_t i = 0; i < s->c->customers.n; i++)
		if (!add_entity(s))
			return STATUS_NOMEM;
	make_lists(s);
	if (s->in->each) {
		TRY(s->in->each(s->in->user, learn, s));
		TRY(scope_find_clocks(s));
		TRY(s->in->each(s->in->user, take, s));
	}
	take_reports(s);
	return STATUS_OK;
}
