#include "read/trust_csp.h"

enum { WORDS_MAX = 256, POLICY_MAX = 8192 };

/* Words that only a policy holds in front of its sources. */
static bool looks_like_policy(struct str s)
{
	return str_has(s, "-src") || str_has(s, "frame-ancestors") ||
		str_has(s, "upgrade-insecure") || str_has(s, "sandbox");
}

/* Names of its place: header, meta element, key of a manifest. The policy is the quoted text behind. */
bool csp_find(struct str text, struct str *ret_policy, size_t *ret_at)
{
	static const char *const names[] = {
		"content-security-policy", "content_security_policy", "contentSecurityPolicy"};
	size_t best = SIZE_MAX, len = 0;

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		size_t at = str_find_nocase(text, names[i]);

		if (at < best) {
			best = at;
			len = strlen(names[i]);
		}
	}
	if (best == SIZE_MAX)
		return false;
	for (size_t at = best + len; at < text.len && at < best + len + 400; at++) {
		char q = text.p[at];
		struct str s = str_part(text, at + 1, POLICY_MAX);
		size_t end = 0;

		if (q != '"' && q != '\'')
			continue;
		/* single quotes stand inside a policy: only the same kind ends it, at the end of a value */
		while (end < s.len &&
			!(s.p[end] == q &&
				(q == '"' || end + 1 >= s.len || s.p[end + 1] == '>' ||
					s.p[end + 1] == ';' || s.p[end + 1] == ',' ||
					s.p[end + 1] == '\n' || s.p[end + 1] == ' ')))
			end++;
		s = str_part(s, 0, end);
		if (looks_like_policy(s)) {
			*ret_policy = s;
			*ret_at = at + 1;
			return true;
		}
		if (q == '"') /* what closed this one may open the next */
			at += end;
	}
	return false;
}

/* The sources of a directive; false if the policy has none of that name. */
static bool directive(struct str policy, const char *name, struct str *ret)
{
	size_t n = strlen(name);

	while (policy.len) {
		size_t end = str_find_z(policy, ";");
		struct str one = str_trim(str_part(policy, 0, end));

		policy = end == SIZE_MAX ? STR_NONE : str_part(policy, end + 1, policy.len);
		if (one.len >= n && str_equal_nocase(str_part(one, 0, n), str_of(name)) &&
			(one.len == n || one.p[n] == ' ' || one.p[n] == '\n')) {
			*ret = str_trim(str_part(one, n, one.len));
			return true;
		}
	}
	return false;
}

static bool scripts_from(struct str policy, struct str *ret)
{
	return directive(policy, "script-src", ret) || directive(policy, "default-src", ret);
}

static bool next_source(struct str *rest, struct str *ret)
{
	size_t end = 0;

	*rest = str_trim(*rest);
	while (end < rest->len && rest->p[end] != ' ' && rest->p[end] != '\n' &&
		rest->p[end] != '\t')
		end++;
	*ret = str_part(*rest, 0, end);
	*rest = str_part(*rest, end, rest->len);
	return ret->len > 0;
}

static bool allows(struct str sources, struct str one)
{
	struct str s;

	for (int i = 0; i < WORDS_MAX && next_source(&sources, &s); i++)
		if (str_equal_nocase(s, one) || str_is(s, "*"))
			return true;
	return false;
}

/* Hashes and nonces name one script that the page itself carries. */
static bool is_harmless(struct str s)
{
	return str_starts(s, "'sha") || str_starts(s, "'nonce-") || str_is(s, "'self'") ||
		str_is(s, "'none'") || str_is(s, "'strict-dynamic'") ||
		str_is(s, "'report-sample'") || str_is(s, "'wasm-unsafe-eval'");
}

bool csp_loosened(struct arena *a, struct str before, struct str now, struct str *ret_what)
{
	struct str was, is, s;

	if (!scripts_from(before, &was))
		return false; /* there was no limit to lift */
	if (!scripts_from(now, &is)) {
		*ret_what = STR("scripts may come from anywhere");
		return true;
	}
	for (int i = 0; i < WORDS_MAX && next_source(&is, &s); i++) {
		if (is_harmless(s) || allows(was, s))
			continue;
		*ret_what = arena_printf(
			a, "scripts may come from %.*s", STR_ARG(str_part(s, 0, 200)));
		return true;
	}
	return false;
}
