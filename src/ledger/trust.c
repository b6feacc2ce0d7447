#include "ledger/trust.h"

#include "ledger/keyset.h"

static bool wrong(struct trust *t, const char *why)
{
	t->wrong = why;
	return false;
}

static bool line(struct str *rest, const char *word, struct str *ret)
{
	size_t n = str_find_z(*rest, "\n"), w = strlen(word);

	if (n == SIZE_MAX || !str_starts(*rest, word) || n < w)
		return false;
	*ret = str_part(*rest, w, n - w);
	*rest = str_part(*rest, n + 1, rest->len);
	return true;
}

static bool header(struct trust *t, struct str *rest)
{
	struct str v;

	if (!line(rest, "assay-trust/v1", &v) || v.len)
		return wrong(t, "not a trust file");
	if (!line(rest, "vendor ", &t->vendor) || t->vendor.len == 0)
		return wrong(t, "no vendor line");
	if (!line(rest, "max-age ", &v) ||
		(!str_is(v, "none") && (!decimal_parse(v, &t->max_age_seconds) ||
					       t->max_age_seconds == 0)))
		return wrong(t, "it is: max-age SECONDS, or none");
	if (!line(rest, "rebuild ", &v))
		return wrong(t, "no rebuild line");
	t->gate = str_starts(v, "gate ");
	if (!(t->gate || str_starts(v, "watch ")) ||
		!decimal_parse(str_part(v, t->gate ? 5 : 6, v.len), &t->rebuild_need) ||
		t->rebuild_need > KEYSET_KEYS_MAX)
		return wrong(t, "it is: rebuild gate K, or watch K");
	if (!line(rest, "equivalent ", &v) || !normaliser_names_ok(v))
		return wrong(t, "it is: equivalent yes, no, or names of normalisers");
	t->equivalent = str_is(v, "yes") ? STR("*") : str_is(v, "no") ? STR_NONE : v;
	return (line(rest, "", &v) && v.len == 0) || wrong(t, "an empty line ends the first part");
}

bool trust_parse(struct str bytes, struct trust *ret)
{
	struct str rest = bytes, policy, keys;
	struct note note;
	size_t at;

	memset(ret, 0, sizeof(*ret));
	if (bytes.len > TRUST_BYTES_MAX)
		return wrong(ret, "too large");
	if (!header(ret, &rest))
		return false;
	at = str_find_z(rest, "assay-entry/v1 keys\n");
	if (at == SIZE_MAX || (at > 0 && rest.p[at - 1] != '\n'))
		return wrong(ret, "no key set");
	policy = str_part(rest, 0, at);
	keys = str_part(rest, at, rest.len);
	if (!policy_parse(policy, &ret->policy))
		return wrong(ret, ret->policy.wrong);
	if (ret->policy.n_logs == 0)
		return wrong(ret, "the policy names no log");
	if (!note_parse(keys, &note) || !entry_parse(note.text, &ret->keys))
		return wrong(ret, ret->keys.wrong ? ret->keys.wrong : "the key set is no note");
	/* Pinned, so nothing hangs on its signatures; but a damaged one is noticed. */
	if (!keyset_enough(&ret->keys.keys, ROLE_ROOT, &note))
		return wrong(ret, "the key set is not signed by its own roots");
	if (!str_equal(ret->keys.vendor, ret->vendor))
		return wrong(ret, "the key set is another vendor's");
	if (!keyset_apart(&ret->keys.keys, &ret->policy))
		return wrong(ret, "one key in two roles: of the key set, and of a log or witness");
	ret->keys_leaf = tree_hash_leaf(keys.p, keys.len);
	return true;
}
