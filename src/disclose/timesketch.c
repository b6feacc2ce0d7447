/* A timeline for Timesketch: an object a line with message, datetime, timestamp_desc. Names customers. */
#include "disclose/disclose.h"
#include "report/json_out.h"

static void event(const struct disclosure *d, struct report_out *out, struct str at, const char *what,
	struct str message, struct str customer)
{
	struct json_out j;

	if (at.len == 0)
		return;
	jout_begin(&j, out, true);
	jout_open(&j, '{');
	jout_key_str(&j, "message", message);
	jout_key_str(&j, "datetime", str_ends(at, "Z")
			? arena_printf(d->arena, "%.*s+00:00", STR_ARG(str_part(at, 0, at.len - 1)))
			: at);
	jout_key_str(&j, "timestamp_desc", str_of(what));
	jout_key_str(&j, "case_id", d->c->id);
	if (customer.len)
		jout_key_str(&j, "customer", customer);
	jout_close(&j, '}');
	jout_end(&j);
}

static struct str time_of(const struct disclosure *d, int64_t at)
{
	return at == UTC_UNKNOWN ? STR_NONE : arena_str(d->arena, str_of(utc_text(at).z));
}

static void window(const struct disclosure *d, struct report_out *out, const struct case_window *w)
{
	const struct case_release *r = incident_release(d, w->release);
	struct str name = r ? incident_release_name(d, r) : w->release;
	struct str text = arena_printf(d->arena, "%.*s served by %.*s", STR_ARG(name), STR_ARG(w->channel));

	event(d, out, time_of(d, w->from.lo), "served, at the earliest from", text, STR_NONE);
	if (w->from.hi != w->from.lo)
		event(d, out, time_of(d, w->from.hi), "served, at the latest from", text, STR_NONE);
	event(d, out, time_of(d, w->to.lo), "served, at the earliest until", text, STR_NONE);
	if (w->to.hi != w->to.lo)
		event(d, out, time_of(d, w->to.hi), "served, at the latest until", text, STR_NONE);
}

bool disclose_timesketch(const struct disclosure *d, struct report_out *out, struct str *ret_why)
{
	(void)ret_why;
	for (size_t i = 0; i < d->c->windows.n; i++)
		window(d, out, &d->c->windows.items[i]);
	for (size_t i = 0; d->scope && i < d->scope->n_customers; i++) {
		const struct scope_customer *c = &d->scope->customers[i];
		struct str text = arena_printf(d->arena, "%.*s at %.*s (%.*s)", STR_ARG(c->stage), STR_ARG(c->id),
			STR_ARG(c->certainty));

		event(d, out, c->time_lo, "at the earliest", text, c->id);
		if (!str_equal(c->time_lo, c->time_hi))
			event(d, out, c->time_hi, "at the latest", text, c->id);
	}
	for (size_t i = 0; i < d->c->revisions.n; i++)
		event(d, out, time_of(d, d->c->revisions.items[i].at), "case revised",
			arena_printf(d->arena, "revision %lld", (long long)d->c->revisions.items[i].number), STR_NONE);
	return true;
}
