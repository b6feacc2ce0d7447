/* Settings and pages that people rely on: what loosens them. */
#include "behaviour/query.h"

#include "read/rights.h"

/* Does a unit name a host that the release before never named? */
static bool names_stranger(struct query *q, const struct member *m, uint32_t unit)
{
	for (size_t i = 0; i < m->n_facts; i++) {
		const struct fact *f = &m->facts[i];
		const struct host_info *h = f->unit == unit && host_in_code(m, f) ? host_info_of(q, f->key) : NULL;

		if (h && h->novel)
			return true;
	}
	return false;
}

/* "... -> Bash(mkdir:*)": an agent may run one command that neither fetches nor runs others. */
static bool names_harmless_command(struct str change)
{
	static const char *const programs[] = {"mkdir", "ls", "cat", "grep", "rg", "find", "head", "tail", "wc", "echo", "diff", "sort", "cp",
		"git add", "git status", "git diff", "git log", "git show", "npm test", "npm run test", "npm run lint", "npm run build",
		"npx mocha", "npx jest", "npx vitest", "npx tsc", "npx eslint", "yarn test", "pnpm test", "cargo test", "cargo build",
		"go test", "pytest", "make"};
	size_t at = str_find_z(change, "-> Bash(");
	struct str command = at == SIZE_MAX ? STR_NONE : str_part(change, at + 8, change.len);
	size_t n = 0;

	while (n < command.len && (command.p[n] == ' ' || (command.p[n] >= 'a' && command.p[n] <= 'z')))
		n++;
	if (n + 3 != command.len || !str_is(str_part(command, n, command.len), ":*)"))
		return false;
	for (size_t i = 0; i < sizeof(programs) / sizeof(programs[0]); i++)
		if (str_is(str_part(command, 0, n), programs[i]))
			return true;
	return false;
}

/* Did the release before put something in the place of this function as well? */
static enum status hooked_before(struct query *q, struct str api, bool *ret)
{
	size_t dot = str_rfind_char(api, '.');
	struct str owner = str_part(api, 0, dot == SIZE_MAX ? 0 : dot); /* the window has many names */
	struct str name = dot == SIZE_MAX ? api : str_part(api, dot + 1, api.len);
	struct str ways[] = {
		arena_printf(&q->a->arena, "%.*s.%.*s=", STR_ARG(owner), STR_ARG(name)),
		arena_printf(&q->a->arena, "%.*s.%.*s =", STR_ARG(owner), STR_ARG(name)),
		str_has(owner, ".prototype") ? api : arena_printf(&q->a->arena, "globalThis.%.*s =", STR_ARG(name)),
	};
	bool found[3];

	TRY(old_mentions(q, ways, 3, found));
	*ret = found[0] || found[1] || found[2];
	return STATUS_OK;
}

/* What gives rights of the machine away (read/rights.h); whoever did so before is an administrator's tool. */
static enum status rights_finding(struct query *q, struct member *m, const struct fact *f)
{
	struct str word = f->value;
	size_t end = str_find_z(word, " ");
	double w = f->number == RIGHTS_GRAVE ? 9.2 : f->number == RIGHTS_WIDE ? finding_weight(28) : 2.0;
	struct finding *x;
	bool known;

	if (str_starts(word, "mode "))
		word = STR("chmod");
	else if (end != SIZE_MAX)
		word = str_part(word, 0, end);
	TRY(old_mentions(q, &word, 1, &known));
	/* the call has to be known where accounts are kept; a password that is written down is new all the same */
	if (known && f->number != RIGHTS_GRAVE && !str_ends(f->value, "written down"))
		w *= f->number == RIGHTS_WIDE ? 0.7 : 0.3;
	x = query_add(q, 28, w >= 2.5 ? FINDING_CARRYING : FINDING_SUPPORTING, w, m, f);
	x->runs = query_runs_when(q, m, f);
	x->subject = f->value;
	x->why = STR("New code gives away rights that the machine keeps for its administrator.");
	return STATUS_OK;
}

/* Names under which everybody keeps his own: who it is stands in the path. */
static struct str tenant(struct query *q, struct str address, struct str registered)
{
	static const char *const shared[] = {"github.com", "githubusercontent.com", "gitlab.com", "bitbucket.org", "codeberg.org", "ghcr.io", "docker.io", "quay.io", "sourceforge.net"};
	bool many = false;
	size_t at = str_find_z(address, "://"), end;

	for (size_t i = 0; i < sizeof(shared) / sizeof(shared[0]); i++)
		many |= str_equal_nocase(registered, str_of(shared[i]));
	if (!many || at == SIZE_MAX)
		return registered;
	address = str_part(address, at + 3, address.len);
	at = str_find_z(address, "/");
	address = at == SIZE_MAX ? STR_NONE : str_part(address, at, address.len);
	if (str_starts(address, "/repos/"))
		address = str_part(address, 6, address.len);
	end = str_find_z(str_part(address, 1, address.len), "/");
	if (!address.len || end == SIZE_MAX || end == 0)
		return registered;
	return arena_printf(&q->a->arena, "%.*s", STR_ARG(str_part(address, 0, end + 2))); /* "/owner/" */
}

/*
 * "old -> new" of an address that updates come from: does it leave for a name that the product never had,
 * while the product stays? A product that moves takes its other addresses along: OLD named the old name in
 * other files too, and NEW names it nowhere.
 */
static enum status leaves_home(struct query *q, const struct member *m, struct str change, bool *ret)
{
	size_t arrow = str_find_z(change, " -> ");
	struct str from = str_part(change, 0, arrow == SIZE_MAX ? 0 : arrow), to = str_part(change, arrow == SIZE_MAX ? change.len : arrow + 4, change.len);
	struct str was = host_in(from), now = host_in(to), home, away;
	const struct node *here[] = {m->old};
	bool known, others = true, still;

	*ret = false;
	home = tenant(q, from, host_registered(was));
	away = tenant(q, to, host_registered(now));
	if (!was.len || !now.len || host_is_local(now) || host_is_local(was) || str_equal_nocase(home, away))
		return STATUS_OK;
	TRY(old_mentions(q, &away, 1, &known));
	if (known)
		return STATUS_OK;
	TRY(compare_mentions(q->a, q->d->old, &home, 1, here, m->old ? 1 : 0, &others));
	TRY(compare_mentions(q->a, q->d->new_, &home, 1, NULL, 0, &still));
	*ret = still || !others;
	return STATUS_OK;
}

/*
 * An address in the place of another, whatever its name says: only one that leaves home counts. A name that is
 * trusted beside others: only one that OLD never named.
 */
static enum status is_stranger(struct query *q, const struct member *m, const struct fact *f, bool *ret)
{
	struct str away;
	bool known;

	*ret = false;
	if (str_is(f->key, "address"))
		return leaves_home(q, m, f->value, ret);
	away = host_registered(host_in(f->value));
	if (!away.len || host_is_local(away))
		return STATUS_OK;
	TRY(old_mentions(q, &away, 1, &known));
	*ret = !known;
	return STATUS_OK;
}

/*
 * Review is what any of them deserves. More: a key that takes the place of another, which is gone, or an
 * updater that leaves its home. From then on somebody else signs or serves what runs. None of 900
 * ordinary pairs of the setting side did so; those who renew a key honestly trust both for a while.
 * A major release may start anew.
 */
static enum status anchor_weight(struct query *q, struct member *m, const struct fact *f, double *ret)
{
	bool gone = f->number == TRUST_TURNED;

	if (str_is(f->key, "updater-url") && q->b->step != STEP_MAJOR)
		TRY(leaves_home(q, m, f->value, &gone));
	if (str_is(f->key, "address")) /* services move; only what updates come from, and what an install hook fetches, stays for years */
		gone = m->new_ && str_is(query_runs_when(q, m, f), "when the package is installed");
	*ret = finding_weight(29) + (gone && q->b->step != STEP_MAJOR ? 3.6 : 0);
	return STATUS_OK;
}

/* A literal that said that others must prove who they are now says the contrary: an option that was never
 * said is chosen by people every day, this is not. */
static double loosened_weight(const struct query *q, const struct fact *f)
{
	return finding_weight(28) + (f->number == TRUST_TURNED && q->b->step != STEP_MAJOR ? 3.6 : 0);
}

enum status trust_findings(struct query *q, struct member *m, const struct fact *f)
{
	bool address = str_is(f->key, "address") || str_is(f->key, "address-trusted");
	bool index = str_is(f->key, "package-index");
	bool anchor = address || index || str_is(f->key, "public-key") || str_is(f->key, "updater-url") ||
		      str_is(f->key, "pin") || str_is(f->key, "certificate");
	double w;
	struct finding *x;

	if (q->b->first)
		return STATUS_OK;
	if (str_is(f->key, "api-hooked")) {
		bool known;

		TRY(hooked_before(q, f->value, &known));
		x = query_add(q, 23, FINDING_CARRYING, known ? finding_weight(23) * 0.4 : finding_weight(23) + (names_stranger(q, m, f->unit) ? 2.0 : 0), m, f);
		x->runs = query_runs_when(q, m, f);
		return STATUS_OK;
	}
	if (str_is(f->key, "opens")) {
		w = finding_weight(63) - (f->number == 3 ? 0 : 2.0) - (m->old ? 0 : 1.5);
		x = query_add(q, 63, FINDING_CARRYING, w, m, f);
		x->runs = query_runs_when(q, m, f);
		x->subject = STR("a word that stands in the code");
		return STATUS_OK;
	}
	if (str_is(f->key, "rights"))
		return rights_finding(q, m, f);
	if (index && (host_serves_packages(host_in(f->value)) || host_is_local(host_in(f->value))))
		return STATUS_OK; /* where they come from anyway */
	if (address) {
		bool stranger;

		TRY(is_stranger(q, m, f, &stranger));
		if (!stranger)
			return STATUS_OK;
	}
	w = loosened_weight(q, f);
	if (anchor)
		TRY(anchor_weight(q, m, f, &w));
	x = query_add(q, anchor ? 29 : 28, FINDING_CARRYING, w, m, f);
	if ((str_is(f->key, "duplicate-json-key") && str_is(str_basename(m->new_->path), "package.json") && !f->number) ||
		(str_is(f->key, "permission") && names_harmless_command(f->value))) {
		x->weight = 1.5;
		x->strength = FINDING_SUPPORTING;
	}
	if ((!m->old || f->number == TRUST_ASKED) && str_is(f->key, "tls-verify-off")) { /* nothing that stood before was loosened */
		x->weight *= 0.3;
		x->strength = FINDING_SUPPORTING;
	}
	if (str_is(f->key, "workflow-permission") && !str_has(f->value, "write-all") && !str_has(f->value, "not stated")) /* publishing by identity asks for it as well */
		x->weight = 2.0;
	x->runs = when_it_runs(m->new_->path);
	x->subject = arena_printf(&q->a->arena, "%.*s: %.*s", STR_ARG(f->key), STR_ARG(f->value));
	return STATUS_OK;
}
