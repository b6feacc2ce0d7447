#include "scope/window.h"

static int64_t known_or(int64_t t, int64_t otherwise)
{
	return t == UTC_UNKNOWN ? otherwise : t;
}

struct interval interval_of_span(struct utc_span s)
{
	return (struct interval){known_or(s.lo, TIME_UNKNOWN_LO), known_or(s.hi, TIME_UNKNOWN_HI)};
}

static const struct case_channel *channel_of(const struct case_file *c, struct str id)
{
	for (size_t i = 0; i < c->channels.n; i++)
		if (str_equal(c->channels.items[i].id, id))
			return &c->channels.items[i];
	return NULL;
}

static bool is_good(const struct case_file *c, struct str release)
{
	for (size_t i = 0; i < c->releases.n; i++)
		if (str_equal(c->releases.items[i].id, release))
			return str_is(c->releases.items[i].status, "good");
	return false;
}

struct window *windows_of_case(struct arena *a, const struct case_file *c, size_t *ret_n)
{
	struct window *list = ARENA_ARRAY(a, c->windows.n, struct window);
	size_t n = 0;

	for (size_t i = 0; i < c->windows.n; i++) {
		const struct case_window *w = &c->windows.items[i];
		const struct case_channel *ch = channel_of(c, w->channel);

		if (is_good(c, w->release))
			continue;
		list[n] = (struct window){w->release, w->channel, interval_of_span(w->from),
			interval_of_span(w->to)};
		/* A cache may hold the last bad byte for its whole time to live, or not at all. */
		if (ch && ch->ttl_seconds > 0)
			list[n].to = interval_widen(list[n].to, 0, ch->ttl_seconds * TIME_SECOND);
		n++;
	}
	*ret_n = n;
	return list;
}

static bool concerns(const struct window *w, struct str channel)
{
	return channel.len == 0 || w->channel.len == 0 || str_equal(w->channel, channel);
}

static enum received window_says(const struct window *w, struct interval t)
{
	if (interval_order(t, w->from) == TIME_IS_BEFORE || interval_order(t, w->to) == TIME_IS_AFTER)
		return RECEIVED_NOT;
	if (interval_order(t, w->from) == TIME_IS_AFTER && interval_order(t, w->to) == TIME_IS_BEFORE)
		return RECEIVED_CERTAINLY;
	return RECEIVED_POSSIBLY;
}

enum received windows_say(const struct window *w, size_t n, struct str channel, struct interval t)
{
	enum received most = RECEIVED_NOT, least = RECEIVED_CERTAINLY;
	size_t looked_at = 0;

	for (size_t i = 0; i < n; i++) {
		enum received r;

		if (!concerns(&w[i], channel))
			continue;
		r = window_says(&w[i], t);
		most = r > most ? r : most;
		least = r < least ? r : least;
		looked_at++;
	}
	/* No window is known for it: then nothing is excluded either, unless others have windows. */
	if (looked_at == 0)
		return n ? RECEIVED_NOT : RECEIVED_POSSIBLY;
	if (channel.len)
		return most;
	return most == RECEIVED_NOT ? RECEIVED_NOT : least == RECEIVED_CERTAINLY ? least
										  : RECEIVED_POSSIBLY;
}

struct interval windows_hull(const struct window *w, size_t n, struct str channel)
{
	struct interval hull = INTERVAL_UNKNOWN;
	bool any = false;

	for (size_t i = 0; i < n; i++) {
		struct interval one = {w[i].from.lo, w[i].to.hi};

		if (!concerns(&w[i], channel))
			continue;
		hull = any ? interval_hull(hull, one) : one;
		any = true;
	}
	return hull;
}
