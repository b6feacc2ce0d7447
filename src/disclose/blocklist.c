/*
 * What may be blocked. A list that stops the vendor's own good release, or the place where customers
 * get the repaired one, does more harm than the attacker: in doubt a value is left out and said so.
 */
#include "disclose/disclose.h"

static bool blockable(struct str kind)
{
	static const char *const kinds[] = {"sha256", "sha1", "md5", "host", "ip", "url"};

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (str_is(kind, kinds[i]))
			return true;
	return false;
}

static bool good(const struct case_release *r)
{
	return str_is(r->status, "good");
}

static bool in_good_release(const struct disclosure *d, struct str value, struct str *ret_where)
{
	for (size_t i = 0; i < d->c->releases.n; i++) {
		const struct case_release *r = &d->c->releases.items[i];

		if (!good(r))
			continue;
		*ret_where = incident_release_name(d, r);
		if (r->sha256.len && str_equal_nocase(r->sha256, value))
			return true;
		for (size_t k = 0; k < r->artifacts.n; k++)
			if (r->artifacts.items[k].sha256.len &&
				str_equal_nocase(r->artifacts.items[k].sha256, value))
				return true;
	}
	for (size_t i = 0; i < d->n_accepted; i++) {
		*ret_where = d->accepted[i].where;
		if (str_equal_nocase(d->accepted[i].value, value))
			return true;
	}
	return false;
}

/* "https://user@dl.vendor.example:443/x": dl.vendor.example */
static struct str host_of(struct str url)
{
	size_t at = str_find_z(url, "://");
	struct str host = at == SIZE_MAX ? url : str_part(url, at + 3, url.len);
	size_t user;

	for (size_t i = 0; i < host.len; i++)
		if (strchr("/?#", host.p[i])) {
			host.len = i;
			break;
		}
	user = str_rfind_char(host, '@');
	if (user != SIZE_MAX)
		host = str_part(host, user + 1, host.len);
	if (host.len && host.p[0] != '[' && str_rfind_char(host, ':') != SIZE_MAX)
		host.len = str_rfind_char(host, ':');
	return host;
}

static bool vendor_serves(const struct disclosure *d, const struct case_indicator *i)
{
	struct str host = str_is(i->kind, "url") ? host_of(i->value) : i->value;

	if (str_is(i->kind, "sha256") || str_is(i->kind, "sha1") || str_is(i->kind, "md5"))
		return false;
	for (size_t k = 0; k < d->c->channels.n; k++)
		if (d->c->channels.items[k].url.len &&
			str_equal_nocase(host_of(d->c->channels.items[k].url), host))
			return true;
	return false;
}

/* Without the bytes of what was accepted only the bad release itself is known not to be in there. */
static bool may_be_in_good(const struct disclosure *d, struct str value)
{
	bool has_good = false;

	for (size_t i = 0; i < d->c->releases.n; i++) {
		const struct case_release *r = &d->c->releases.items[i];

		if (!good(r) && r->sha256.len && str_equal_nocase(r->sha256, value))
			return false;
		has_good = has_good || good(r);
	}
	return has_good && !d->accepted_seen;
}

static void drop(const struct disclosure *d, struct blocklist *b, const struct case_indicator *i,
	struct str why)
{
	struct not_blocked *x = ARENA_PUSH(d->arena, b->dropped, b->n_dropped, b->room_dropped);

	*x = (struct not_blocked){i, why};
}

void blocklist_make(const struct disclosure *d, struct blocklist *ret)
{
	*ret = (struct blocklist){0};
	for (size_t i = 0; i < d->c->indicators.n; i++) {
		const struct case_indicator *x = &d->c->indicators.items[i];
		struct str where;

		if (!blockable(x->kind))
			continue;
		if (str_is(x->kind, "ip") && str_rfind_char(x->value, '/') != SIZE_MAX)
			drop(d, ret, x, STR("a network: others are in it too"));
		else if (in_good_release(d, x->value, &where))
			drop(d, ret, x, arena_printf(d->arena, "also in %.*s, which is accepted", STR_ARG(where)));
		else if (vendor_serves(d, x))
			drop(d, ret, x, STR("a place that the vendor serves releases from"));
		else if (!x->allowed_in_block_list)
			drop(d, ret, x, STR("not allowed in a block list by the case"));
		else if (may_be_in_good(d, x->value))
			drop(d, ret, x, STR("not held against the accepted releases: --accepted names their files"));
		else
			ARENA_PUSH(d->arena, ret->items, ret->n, ret->room)->indicator = x;
	}
}
