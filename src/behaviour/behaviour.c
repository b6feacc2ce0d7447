/*
 * The queries. Each looks at the facts of one member (or of the release) and adds findings. Weights
 * start from the table (findings.h) and follow four rules:
 *
 *	- how well a flow was followed: 3 whole, 2 joined, 1 only in one unit
 *	- one end that stood in the release before lowers it
 *	- on a first release nothing is "new": what speaks through novelty alone is a note
 *	- nothing innocent that is added lowers anything (all weights are >= 0)
 */
#include "behaviour/behaviour.h"

#include <stdlib.h>

#include "behaviour/across.h"
#include "behaviour/aside.h"
#include "behaviour/commands.h"
#include "behaviour/dormant.h"
#include "behaviour/hook_idle.h"
#include "provenance/approval.h"
#include "util/escape.h"

struct host_info {
	struct str host, registered;
	bool novel;       /* OLD names neither it nor anything else below its registered name */
	bool novel_exact; /* OLD does not name it */
	enum likeness likeness;
	struct str resembles;
};

struct hook {
	struct member *member; /* the manifest */
	const struct fact *fact;
	struct node *target; /* the member it runs, if one is named and found */
	bool fresh;
};

struct query {
	struct analysis *a;
	struct delta *d;
	struct behaviours *b;
	struct host_info *hosts;
	size_t n_hosts, room_hosts;
	struct hook *hooks;
	size_t n_hooks, room_hooks;
};

static struct finding *add(struct query *q, unsigned number, enum finding_strength strength,
	double weight, struct member *m, const struct fact *f)
{
	struct finding *x = ARENA_PUSH(&q->a->arena, q->b->items, q->b->n, q->b->room);

	x->kind = finding_kind(number);
	x->strength = strength;
	x->weight = strength == FINDING_NOTE ? 0 : weight;
	x->member = m;
	x->fact = f;
	x->why = str_of(x->kind->why);
	if (f && m && f->unit != FACT_NO_UNIT && f->unit < m->n_units)
		x->unit = &m->units[f->unit];
	if (f) {
		x->subject = f->value;
		x->evidence = f->excerpt;
	}
	return x;
}

static double weight_of(unsigned number)
{
	return finding_kind(number)->weight;
}

/* ---- hosts ---- */

/* The host in a URL, a "host:port" or a bare host; empty if there is none. */
static struct str host_in(struct str s)
{
	size_t at = str_find_z(s, "://");
	size_t end = 0;

	if (at != SIZE_MAX)
		s = str_part(s, at + 3, s.len);
	if (str_find_z(str_part(s, 0, 256), "@") != SIZE_MAX && at != SIZE_MAX)
		s = str_part(s, str_find_z(s, "@") + 1, s.len);
	while (end < s.len && end < 254) {
		char c = s.p[end];

		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
			    c == '.' || c == '-'))
			break;
		end++;
	}
	s = str_part(s, 0, end);
	return str_has(s, ".") && s.len > 3 ? s : STR_NONE;
}

static struct host_info *host_of(struct query *q, struct str host)
{
	for (size_t i = 0; i < q->n_hosts; i++)
		if (str_equal_nocase(q->hosts[i].host, host))
			return &q->hosts[i];
	return NULL;
}

static void host_note(struct query *q, struct str host)
{
	struct host_info *h;

	if (!host.len || host.len > 253 || host_of(q, host) || q->n_hosts >= 512 || host_is_local(host))
		return;
	h = ARENA_PUSH(&q->a->arena, q->hosts, q->n_hosts, q->room_hosts);
	h->host = host;
	h->registered = host_registered(host);
}

/* Text for people, and source maps, which say again what the code beside them says. */
static bool is_prose(const struct member *m)
{
	static const char *const suffixes[] = {".map", ".md", ".markdown", ".rst", ".txt", ".po", ".adoc",
		"LICENSE", "CHANGELOG", "AUTHORS", "NEWS", "changelog", "copyright", "changelog.Debian"};

	for (size_t i = 0; i < sizeof(suffixes) / sizeof(suffixes[0]); i++)
		if (str_ends(m->new_->path, suffixes[i]))
			return true;
	return false;
}

static bool host_in_code(const struct member *m, const struct fact *f)
{
	return f->kind == FACT_HOST && !(f->flags & (FACT_OF_OLD | FACT_REMOVED)) &&
	       !str_is(f->detail, "prose") && !str_is(f->detail, "message") && !is_prose(m);
}

/* In OLD or in any earlier release that the user gave. */
static enum status mentioned_before(struct query *q, const struct str *needles, size_t n, bool *found)
{
	bool *also = ARENA_ARRAY(&q->a->arena, n, bool);
	const struct node **asleep = ARENA_ARRAY(&q->a->arena, q->d->n_members + 1, const struct node *);
	size_t n_asleep = 0;

	/* what lay unused in OLD was never named by the product */
	for (size_t i = 0; i < q->d->n_members; i++)
		if (dormant_woken(&q->d->members[i]))
			asleep[n_asleep++] = q->d->members[i].new_->mate;
	TRY(compare_mentions(q->a, q->d->old, needles, n, asleep, n_asleep, found));
	for (size_t i = 0; i < q->a->n_history; i++) {
		TRY(compare_mentions(q->a, q->a->history[i], needles, n, NULL, 0, also));
		for (size_t k = 0; k < n; k++)
			found[k] |= also[k];
	}
	return STATUS_OK;
}

static enum status hosts_look(struct query *q)
{
	struct str *needles, *known = NULL;
	bool *found;
	size_t n_known = 0;

	for (size_t i = 0; i < q->d->n_members; i++) {
		struct member *m = &q->d->members[i];

		for (size_t k = 0; k < m->n_facts; k++) {
			if (m->new_ && host_in_code(m, &m->facts[k]))
				host_note(q, m->facts[k].key);
			if (m->facts[k].kind == FACT_FLOW && !(m->facts[k].flags & FACT_OF_OLD))
				host_note(q, host_in(m->facts[k].value));
		}
	}
	if (!q->n_hosts)
		return STATUS_OK;
	needles = ARENA_ARRAY(&q->a->arena, q->n_hosts * 2, struct str);
	found = ARENA_ARRAY(&q->a->arena, q->n_hosts * 2, bool);
	for (size_t i = 0; i < q->n_hosts; i++) {
		needles[2 * i] = q->hosts[i].host;
		needles[2 * i + 1] = q->hosts[i].registered;
	}
	if (!q->b->first) {
		TRY(mentioned_before(q, needles, q->n_hosts * 2, found));
		TRY(compare_hosts(q->a, q->d->old, 4096, &known, &n_known));
	}
	for (size_t i = 0; i < q->n_hosts; i++) {
		struct host_info *h = &q->hosts[i];

		h->novel_exact = !q->b->first && !found[2 * i];
		h->novel = !q->b->first && !found[2 * i + 1];
		if (q->b->first || h->novel)
			h->likeness = host_likeness(&q->a->arena, h->host, q->b->new_.name, known, n_known,
				&h->resembles);
	}
	return STATUS_OK;
}

static void host_findings(struct query *q, struct member *m, const struct fact *f, struct str host)
{
	struct host_info *h = host_of(q, host);
	struct finding *x;

	if (!h)
		return;
	if (host_is_address(h->host)) {
		x = add(q, 19, FINDING_SUPPORTING, weight_of(19), m, f);
		x->subject = x->evidence = h->host;
	}
	if (h->novel || (h->novel_exact && host_is_address(h->host))) {
		x = add(q, 17, FINDING_SUPPORTING, weight_of(17), m, f);
		x->subject = x->evidence = h->host;
	} else if (h->novel_exact) {
		x = add(q, 17, FINDING_SUPPORTING, weight_of(17) * 0.25, m, f);
		x->subject = x->evidence = h->host;
		x->why = STR("The host is new; others below the same registered name were known.");
	}
	if (h->likeness != LIKENESS_NONE) {
		x = add(q, 18, h->likeness == LIKENESS_HOST ? FINDING_CARRYING : FINDING_SUPPORTING,
			h->likeness == LIKENESS_PRODUCT ? weight_of(18) * 0.5 : h->likeness == LIKENESS_ENDING ? weight_of(18) * 0.6 : weight_of(18), m, f);
		x->subject = arena_printf(&q->a->arena, "%.*s (resembles %.*s)", STR_ARG(h->host),
			STR_ARG(h->resembles));
		x->evidence = h->host;
	}
}

/* ---- hooks ---- */

/* The member of NEW that a hook's command names, seen from the folder of its manifest. */
static struct node *hook_target(struct query *q, const struct node *manifest, struct str file)
{
	struct str dir = manifest->path;
	size_t slash = str_rfind_char(dir, '/');
	static const char *const tails[] = {"", ".js", ".cjs", ".mjs", "/index.js"};

	if (!file.len)
		return NULL;
	dir = slash == SIZE_MAX ? STR_NONE : str_part(dir, 0, slash + 1);
	if (str_starts(file, "./"))
		file = str_part(file, 2, file.len);
	for (size_t i = 0; i < sizeof(tails) / sizeof(tails[0]); i++) {
		struct str path = arena_printf(&q->a->arena, "%.*s%.*s%s", STR_ARG(dir), STR_ARG(file),
			tails[i]);
		struct node *n = delta_find(q->d, path);

		if (n && n->type == ENTRY_FILE)
			return n;
	}
	return NULL;
}

static void hooks_collect(struct query *q)
{
	for (size_t i = 0; i < q->d->n_members; i++) {
		struct member *m = &q->d->members[i];

		for (size_t k = 0; k < m->n_facts; k++) {
			const struct fact *f = &m->facts[k];
			struct hook *h;

			if (f->kind != FACT_HOOK || (f->flags & FACT_REMOVED) || !m->new_)
				continue;
			h = ARENA_PUSH(&q->a->arena, q->hooks, q->n_hooks, q->room_hooks);
			h->member = m;
			h->fact = f;
			h->target = hook_target(q, m->new_, f->detail);
			h->fresh = !(f->flags & FACT_OF_OLD);
		}
	}
}

static const struct hook *hook_of(const struct query *q, const struct node *n)
{
	for (size_t i = 0; i < q->n_hooks; i++)
		if (q->hooks[i].target == n)
			return &q->hooks[i];
	return NULL;
}

static bool hook_of_package(struct str key)
{
	return str_starts(key, "deb:") || str_starts(key, "rpm:") || str_starts(key, "pkg:");
}

/* An expansion in a build description asks something of the machine: what it does counts by itself. */
static bool is_build_question(const struct member *m)
{
	return str_ends(m->new_->path, ".gyp") || str_ends(m->new_->path, ".gypi");
}

static bool had_hooks(const struct query *q)
{
	for (size_t i = 0; i < q->n_hooks; i++)
		if (!q->hooks[i].fresh || (q->hooks[i].fact->flags & FACT_CHANGED_VALUE))
			return true;
	return false;
}

/* What a package manager runs at install time, or when the table says. */
static struct str hook_runs(const struct hook *h)
{
	struct str at = when_it_runs(h->member->new_->path);

	return at.len && !str_starts(h->fact->key, "npm:") && !str_starts(h->fact->key, "deb:")
		? at
		: STR("when the package is installed");
}

/* A library, module or setting that other programs load without having asked for it. */
static void forced_load(struct query *q, const struct hook *h)
{
	struct finding *x = add(q, 55, FINDING_CARRYING, q->b->first ? 1.5 : weight_of(55), h->member, h->fact);

	x->runs = hook_runs(h);
	x->evidence = h->fact->value;
}

static void hook_findings(struct query *q)
{
	for (size_t i = 0; i < q->n_hooks; i++) {
		struct hook *h = &q->hooks[i];
		double w = weight_of(15);
		struct finding *x;
		struct str word;
		bool idle = false;

		if (!h->fresh)
			continue;
		if (str_starts(h->fact->key, "load:")) {
			forced_load(q, h);
			continue;
		}
		if (hook_of_package(h->fact->key))
			w = 1.0; /* packages gain maintainer scripts all the time: what they do counts */
		else if (hook_is_customary(h->fact->value) || is_build_question(h->member) || hook_moves_files(h->fact->value))
			w = 1.5;
		else if (h->target && hook_is_idle(h->fact->value, h->fact->detail, delta_member(q->d, h->target)))
			idle = true, w = 2.0;
		else if (h->fact->flags & FACT_CHANGED_VALUE)
			w = 3.0;
		else if (had_hooks(q))
			w = 4.0;
		else if (!str_starts(h->fact->key, "npm:"))
			w = 3.0;
		if (q->b->first)
			w = 1.0;
		if (command_kind(h->fact->value, &word) == COMMAND_INSTALLS && !q->b->first)
			add(q, 1, FINDING_CARRYING, 4.0, h->member, h->fact)->runs = hook_runs(h);
		x = add(q, 15, FINDING_CARRYING, w, h->member, h->fact);
		x->subject = arena_printf(&q->a->arena, "%.*s: %.*s", STR_ARG(h->fact->key),
			STR_ARG(h->fact->value));
		x->runs = hook_runs(h);
		x->evidence = h->fact->value;
		if (h->target && !h->target->mate && !q->b->first && !idle) {
			x = add(q, 16, FINDING_CARRYING, weight_of(16), h->member, h->fact);
			x->subject = h->target->path;
			x->why = STR("The file that the new hook runs is new as well.");
		}
	}
}

/* A new hook that runs a member which did not change: it is judged with the hook, as if new. */
static enum status hooks_read_old_targets(struct query *q)
{
	for (size_t i = 0; i < q->n_hooks; i++) {
		struct hook *h = &q->hooks[i];
		struct member *m;

		if (!h->fresh || !h->target || delta_member(q->d, h->target))
			continue;
		TRY(compare_read_unchanged(q->a, q->d, h->target, READ_HINT_HOOK, &m));
		if (!m)
			continue;
		m->what = MEMBER_CHANGED;
		delta_add_member(q->a, q->d, m);
		/* the table may have moved: find the manifests again */
		for (size_t k = 0; k < q->n_hooks; k++)
			q->hooks[k].member = delta_member(q->d, q->hooks[k].member->new_);
	}
	return STATUS_OK;
}

/* ---- flows and code ---- */

static struct str runs_when(struct query *q, struct member *m, const struct fact *f)
{
	struct str at;

	if (hook_of(q, m->new_))
		return STR("when the package is installed");
	at = when_it_runs(m->new_->path);
	if (at.len && (!f || (f->flags & FACT_TOP_LEVEL) || place_runs_itself(m->new_->path)))
		return at;
	if (f && (f->flags & FACT_TOP_LEVEL))
		return STR("when the module is loaded");
	return at.len ? at : STR("when it is called");
}

static void split_lines(struct query *q, struct str text, struct str **ret, size_t *ret_n)
{
	struct str line;
	size_t room = 0;

	while (*ret_n < 12 && str_line(&text, &line))
		if (line.len)
			*ARENA_PUSH(&q->a->arena, *ret, *ret_n, room) = line;
}

/* The steps, and at the end where it goes to or comes from. */
static void flow_steps(struct query *q, const struct fact *f, struct finding *x)
{
	struct str *steps = NULL;
	size_t n = 0, room = 0;

	split_lines(q, f->detail, &x->flow, &x->n_flow);
	if (!f->value.len)
		return;
	for (size_t i = 0; i < x->n_flow; i++)
		*ARENA_PUSH(&q->a->arena, steps, n, room) = x->flow[i];
	*ARENA_PUSH(&q->a->arena, steps, n, room) = f->value;
	x->flow = steps;
	x->n_flow = n;
	x->subject = STR_NONE; /* it stands in the last step */
}

static void decoded_of(struct query *q, struct finding *x, const struct member *m, uint32_t unit)
{
	size_t room = 0;

	for (size_t i = 0; i < m->n_facts && x->n_decoded < 8; i++) {
		const struct fact *f = &m->facts[i];

		if (f->kind == FACT_DECODED && f->unit == unit && !(f->flags & FACT_OF_OLD))
			*ARENA_PUSH(&q->a->arena, x->decoded, x->n_decoded, room) =
				arena_printf(&q->a->arena, "%.*s, layer %llu: %.*s", STR_ARG(f->key),
					(unsigned long long)f->number, STR_ARG(f->value));
	}
}

struct flow_rule {
	const char *key;
	unsigned finding;
	double scale; /* of the finding's own weight */
};

/* Sources by sinks. What is not listed is ordinary by itself: a note. */
static const struct flow_rule flow_rules[] = {
	{"net>code", 42, 1.0},   {"net>run", 1, 1.0},	  {"net>exec", 1, 1.0},
	{"data>code", 2, 1.0},	 {"data>exec", 10, 1.0},  {"data>run", 10, 1.0},
	{"env>net", 3, 1.0},	 {"cred>net", 4, 1.0},	  {"file>net", 5, 1.0},
	{"host>net", 6, 1.0},	 {"form>net", 7, 1.0},	  {"cookie>net", 8, 1.0},
	{"clip>net", 8, 1.0},	 {"net>persist", 20, 1.2}, {"data>persist", 20, 1.0},
	{"dyn>persist", 20, 0.8}, {"env>persist", 20, 0.8}, {"file>persist", 20, 0.8},
	{"host>persist", 20, 0.8}, {"arg>persist", 20, 0.6},
	{"dyn>code", 11, 1.0},	 {"dyn>exec", 11, 0.5},	  {"arg>code", 51, 1.0},
	{"arg>exec", 51, 0.7},	 {"form>code", 51, 1.0},  {"cookie>code", 51, 1.5},
	{"cred>file", 4, 0.4},	 {"env>file", 3, 0.3},	  {"file>code", 51, 1.2},
	{"env>code", 51, 1.2},	 {"file>exec", 51, 0.5},  {"env>exec", 51, 0.4},
	{"request>code", 56, 1.0}, {"request>exec", 56, 1.0}, {"request>run", 56, 1.0},
	{"request>persist", 56, 0.8}, {"request>file", 56, 0.25},
	{"net>file", 1, 0.2},	 {"cred>exec", 4, 0.4},
	{"own>code", 58, 1.0},
};

static const struct flow_rule *flow_rule(struct str key)
{
	for (size_t i = 0; i < sizeof(flow_rules) / sizeof(flow_rules[0]); i++)
		if (str_is(key, flow_rules[i].key))
			return &flow_rules[i];
	return NULL;
}

/* One variable whose name says that a client needs it, against the whole environment. */
static bool env_is_named(const struct fact *f)
{
	struct str first = f->detail, line = STR_NONE;

	(void)str_line(&first, &line);
	return str_has(line, "env.") || str_has(line, "env[") || str_has(line, "environ.") || str_has(line, "environ[") || str_has(line, "$");
}

/* What opens a wallet: no client of any service has to send it. */
static bool is_wallet_key(struct str detail)
{
	static const char *const words[] = {"privatekey", "private_key", "secretkey", "secret_key", "mnemonic",
		"seed", "keypair", "wallet"};
	struct str first = detail, line = STR_NONE;

	(void)str_line(&first, &line);
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (str_has_nocase(line, words[i]))
			return true;
	return false;
}

/* The key of one service, sent to a host that has nothing of its name. */
static bool is_key_of_another(struct str detail, struct str host)
{
	static const struct {
		const char *key, *service;
	} keys[] = {{"AWS_SECRET", "aws"}, {"AWS_ACCESS", "aws"}, {"AWS_SESSION", "aws"}, {"NPM_TOKEN", "npm"}, {"NODE_AUTH_TOKEN", "npm"},
		{"GITHUB_TOKEN", "github"}, {"GH_TOKEN", "github"}, {"GITLAB_TOKEN", "gitlab"}, {"PYPI_TOKEN", "pypi"},
		{"TWINE_PASSWORD", "pypi"}, {"DOCKER_PASSWORD", "docker"}, {"SSH_AUTH_SOCK", "ssh"}, {"AZURE_CLIENT_SECRET", "microsoft"},
		{"GOOGLE_APPLICATION_CREDENTIALS", "google"}, {"CIRCLE_TOKEN", "circleci"}, {"VAULT_TOKEN", "vault"}};
	struct str first = detail, line = STR_NONE;

	(void)str_line(&first, &line);
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		if (str_has(line, keys[i].key))
			return !str_has_nocase(host, keys[i].service);
	return false;
}

static bool is_program(struct str path)
{
	static const char *const ends[] = {".js", ".cjs", ".mjs", ".ts", ".jsx", ".tsx"};

	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++)
		if (str_ends_nocase(path, ends[i]))
			return true;
	return false;
}

/* Who may log in, what every program loads, who may do everything. */
static bool opens_the_door(struct str path)
{
	return str_has(path, "authorized_keys") || str_has(path, "ld.so.preload") || str_has(path, "sudoers");
}

static bool is_c_source(const struct member *m)
{
	return str_ends(m->new_->path, ".c") || str_ends(m->new_->path, ".h");
}

static bool is_module(const struct member *m)
{
	return is_program(m->new_->path) || str_ends(m->new_->path, ".py") || str_ends(m->new_->path, ".rb") ||
		str_ends_nocase(m->new_->path, ".psm1");
}

static bool goes_to_stranger(struct query *q, const struct fact *f)
{
	const struct host_info *h = host_of(q, host_in(f->value));

	return h && h->novel;
}

/* Both ends are new and every step between them was followed: what makes it plain. What people type or
 * store, or who they are, goes to a host that the product never named; a library that is merely loaded
 * makes itself stay. */
static double outright(struct query *q, const struct member *m, const struct fact *f, unsigned number)
{
	const struct host_info *h = host_of(q, host_in(f->value));
	bool novel = h && h->novel;

	switch (number) {
	case 6:
		return novel && str_has(f->detail, "with more of the machine") ? 3.2 : 0;
	case 7:
	case 8:
		return novel ? 3.4 : 0;
	case 2: /* of a program that is no text: before it begins */
		return f->number == 3 && str_has(f->detail, "bytes of its own") ? 1.0 : 0;
	case 49:
		return novel && is_key_of_another(f->detail, h->host) ? 5.2 : 0;
	case 5:
		return novel ? 1.0 : 0;
	case 20:
		return opens_the_door(f->value) || (is_module(m) && f->flags & FACT_TOP_LEVEL) ? 3.5 : 0;
	default:
		return 0;
	}
}

/* Where the release before went as well. */
static bool names_known_host(struct query *q, const struct fact *f)
{
	const struct host_info *h = host_of(q, host_in(f->value));

	return h && !h->novel && !q->b->first;
}

static bool ends_in_chmod(struct str steps)
{
	size_t last = str_rfind_char(steps, '>');

	return last != SIZE_MAX && str_has_nocase(str_part(steps, last, steps.len), "chmod");
}

/* "cred>net@exfil/payroll": the name that a rule of the user gives to a flow; "" without. */
static struct str ruled_behaviour(const struct query *q, const struct fact *f)
{
	size_t at = str_find_z(f->key, "@");
	struct str name = at == SIZE_MAX || !q->a->user_rules.len ? STR("") : str_part(f->key, at + 1, f->key.len);

	for (size_t i = 0; i < name.len; i++)
		if (!((name.p[i] >= 'a' && name.p[i] <= 'z') || (name.p[i] >= '0' && name.p[i] <= '9') || name.p[i] == '-' || name.p[i] == '/'))
			return STR("");
	return name;
}

static void ruled_flow(struct query *q, struct member *m, const struct fact *f)
{
	bool both = (f->flags & FACT_NEW_SOURCE) && (f->flags & FACT_NEW_SINK);
	double w = weight_of(61) * (f->number < 2 ? 0.35 : 1) * (q->b->first ? 0.75 : 1);
	struct finding *x = add(q, 61, w >= 1.5 ? FINDING_CARRYING : FINDING_SUPPORTING, both ? w + 0.5 : w, m, f);

	x->behaviour = ruled_behaviour(q, f);
	x->why = arena_printf(&q->a->arena, "Your rules call this %.*s: its source and its sink newly meet.", STR_ARG(x->behaviour));
	x->runs = runs_when(q, m, f);
	flow_steps(q, f, x);
	host_findings(q, m, f, host_in(f->value));
}

static void flow_findings(struct query *q, struct member *m, const struct fact *f)
{
	const struct flow_rule *r = flow_rule(f->key);
	bool both = (f->flags & FACT_NEW_SOURCE) && (f->flags & FACT_NEW_SINK);
	unsigned number;
	struct finding *x;
	double w;

	if (ruled_behaviour(q, f).len) {
		ruled_flow(q, m, f);
		return;
	}
	if (!r)
		return;
	number = r->finding;
	w = weight_of(number) * r->scale;
	if (number == 3 && env_is_named(f)) {
		number = 49;
		w = weight_of(49);
	}
	if (number == 58 && is_program(f->value))
		w *= 0.4; /* a program that is run in a context of its own stands where people look */
	if (number == 4 && is_wallet_key(f->detail))
		w += 1.5;
	else if (number == 4 && both && f->number == 3 && str_is(f->key, "cred>net"))
		w += 0.5; /* nothing in between is assumed */
	if (number == 1 && both && f->number == 3 && (str_has(f->detail, "/tmp/") || str_has(f->detail, "/.") || str_has(f->detail, "${tmp}")))
		w += 0.7; /* where nobody looks, and gone tomorrow */
	if (str_has(f->detail, "reverse shell")) {
		number = 9;
		w = weight_of(9);
	}
	if (number == 10 && str_is(f->key, "data>run") && ends_in_chmod(f->detail))
		w *= 0.5; /* a program that is made and not started */
	if (number == 5 && str_has(f->detail, "copied to another host") && names_known_host(q, f))
		w *= 0.4; /* how a release gets to where it always went */
	if (number == 1 && vendor_ci_place(m->new_->path) && names_known_host(q, f))
		w *= 0.4; /* how builds get their tools */
	if (number == 42 && str_starts(f->detail, "script element")) /* how pages take in what a named place serves */
		w *= names_known_host(q, f) ? 0.5 : 0.75;
	if (number == 11 && str_is(f->key, "dyn>code") && is_c_source(m))
		w *= 2.3; /* compiled programs hardly ever run text as code */
	if (number == 56 && str_has(f->detail, "function by name")) /* dispatchers do so as well */
		w *= 0.75;
	if ((str_has(f->detail, "dns.") || str_has(f->detail, "gethostbyname") || str_has(f->detail, "getaddrinfo")) && str_ends(f->key, ">net") && number != 9) {
		number = 50; /* secrets that leave this way are no less secrets */
		w = w < weight_of(50) ? weight_of(50) : w + 0.5;
	}
	if (f->number == 2)
		w *= 0.85;
	else if (f->number < 2)
		w *= 0.35;
	if (!both) /* secrets that newly go where something always went are news; a new way out of old ones less */
		w *= number == 4 && (f->flags & FACT_NEW_SINK) && goes_to_stranger(q, f) ? 0.95
			: (number == 3 || number == 4) && (f->flags & FACT_NEW_SOURCE) ? 0.85 : 0.7;
	if (both && f->number >= 2)
		w += outright(q, m, f, number);
	if (q->b->first)
		w *= 0.75;
	x = add(q, number, w >= 1.5 ? FINDING_CARRYING : FINDING_SUPPORTING, w, m, f);
	x->runs = runs_when(q, m, f);
	flow_steps(q, f, x);
	decoded_of(q, x, m, f->unit);
	if (str_starts(f->key, "net>") || str_ends(f->key, ">net") || str_has(f->value, "://"))
		host_findings(q, m, f, host_in(f->value));
	if (f->flags & FACT_SILENT)
		add(q, 47, FINDING_SUPPORTING, weight_of(47), m, f);
}

/* Different wallet addresses that are new in a member. */
static size_t wallets_in(const struct member *m)
{
	size_t n = 0;

	for (size_t i = 0; i < m->n_facts; i++) {
		const struct fact *f = &m->facts[i];
		bool again = f->kind != FACT_STRING || !str_is(f->key, "wallet-address") ||
			     (f->flags & FACT_OF_OLD);

		for (size_t k = 0; k < i && !again; k++)
			again = m->facts[k].kind == FACT_STRING &&
				str_equal(m->facts[k].key, f->key) &&
				str_equal(m->facts[k].value, f->value);
		n += !again;
	}
	return n;
}

/* What the release before named, it may well do: a release tool publishes, an administrator's tool loosens. */
static enum status known_word(struct query *q, struct str word, bool *ret)
{
	static const char *const joints[] = {" ", "', ['", "\", [\"", "',['", "\",[\"", "', '", "\", \""};
	struct str ways[sizeof(joints) / sizeof(joints[0])];
	bool found[sizeof(joints) / sizeof(joints[0])] = {false};
	size_t at = str_find_z(word, " "), n = at == SIZE_MAX ? 1 : sizeof(joints) / sizeof(joints[0]);

	*ret = false;
	if (q->b->first)
		return STATUS_OK;
	ways[0] = word;
	for (size_t i = 1; i < n; i++) /* program and arguments may stand in quotes of their own */
		ways[i] = arena_printf(&q->a->arena, "%.*s%s%.*s", STR_ARG(str_part(word, 0, at)), joints[i],
			STR_ARG(str_part(word, at + 1, word.len)));
	TRY(mentioned_before(q, ways, n, found));
	for (size_t i = 0; i < n; i++)
		*ret |= found[i];
	return STATUS_OK;
}

/* Commands that mean harm by themselves where the release before had nothing of the kind. */
static enum status grave_command(struct query *q, struct member *m, const struct fact *f, enum command_kind kind,
	struct str word)
{
	unsigned number = kind == COMMAND_MINES ? 57 : kind == COMMAND_LOOSENS ? 28 : kind == COMMAND_INSTALLS ? 1 : 21;
	double w = kind == COMMAND_INSTALLS ? 4.0 : weight_of(number);
	bool known;
	struct finding *x;

	TRY(known_word(q, word, &known));
	if (known || q->b->first)
		w *= 0.3;
	x = add(q, number, w >= 1.5 ? FINDING_CARRYING : FINDING_SUPPORTING, w, m, f);
	x->runs = runs_when(q, m, f);
	decoded_of(q, x, m, f->unit);
	return STATUS_OK;
}

/* The native program among what came with this release that a command starts, or NULL. */
static const struct node *started_program(const struct query *q, struct str command)
{
	struct str word = command, base;
	size_t end = 0;

	while (end < word.len && word.p[end] != ' ' && word.p[end] != '"' && word.p[end] != '\'')
		end++;
	base = str_basename(str_part(word, 0, end));
	if (base.len < 3 || !str_has(str_part(word, 0, end), "/"))
		return NULL;
	for (size_t i = 0; i < q->d->n_members; i++) {
		const struct member *m = &q->d->members[i];

		if (m->new_ && m->what & MEMBER_ADDED && str_equal(str_basename(m->new_->path), base) &&
			(m->new_->format == FORMAT_PE || m->new_->format == FORMAT_ELF || m->new_->format == FORMAT_MACHO))
			return m->new_;
	}
	return NULL;
}

/* A shell that gets no command: whoever is connected types them. */
static bool is_bare_shell(struct str command)
{
	static const char *const shells[] = {"/bin/sh", "/bin/bash", "/bin/dash", "/bin/ksh", "/bin/zsh", "sh", "bash"};

	for (size_t i = 0; i < sizeof(shells) / sizeof(shells[0]); i++)
		if (str_is(command, shells[i]) || (str_starts(command, shells[i]) && command.p[strlen(shells[i])] == ';'))
			return true;
	return false;
}

static void started_findings(struct query *q, struct member *m, const struct fact *f)
{
	const struct node *program = started_program(q, f->value);
	struct finding *x;

	if (program) {
		x = add(q, 37, FINDING_CARRYING, f->flags & FACT_TOP_LEVEL ? 6.5 : 5.8, m, f);
		x->subject = program->path;
		x->runs = runs_when(q, m, f);
		x->why = STR("New code starts a native program that came with the same release.");
	}
	if (is_c_source(m) && is_bare_shell(f->value)) {
		x = add(q, 9, FINDING_CARRYING, weight_of(9) * 0.65, m, f);
		x->runs = runs_when(q, m, f);
		x->why = STR("New code of a program starts a shell that waits for commands.");
	}
}

/* A new call that starts a process: ordinary for tools, telling where it decodes its command, borrows
 * a system program or runs at install. */
static enum status call_findings(struct query *q, struct member *m, const struct fact *f, bool hooked)
{
	enum command_kind kind;
	struct finding *x;
	struct str word;
	double w = 0;

	if (!str_is(f->detail, "exec") || !f->value.len)
		return STATUS_OK;
	if (!q->b->first)
		started_findings(q, m, f);
	kind = command_kind(f->value, &word);
	if (kind > COMMAND_BORROWS)
		TRY(grave_command(q, m, f, kind, word));
	if (f->flags & FACT_DECODED_ARG)
		w += 2.5;
	if (kind != COMMAND_OTHER)
		w += 1.5;
	if (hooked)
		w += 1.0;
	if (q->b->first)
		w *= 0.5;
	if (w <= 0)
		return STATUS_OK;
	x = add(q, 48, w >= 2.5 ? FINDING_CARRYING : FINDING_SUPPORTING, w, m, f);
	x->runs = runs_when(q, m, f);
	decoded_of(q, x, m, f->unit);
	return STATUS_OK;
}

static enum status command_findings(struct query *q, struct member *m, const struct fact *f, bool hooked)
{
	struct str word;
	enum command_kind kind = command_kind(f->value, &word);

	double w = weight_of(48) * (hooked ? 1.2 : 0.6);

	if (kind > COMMAND_BORROWS)
		TRY(grave_command(q, m, f, kind, word));
	else if (vendor_ci_place(m->new_->path) && names_known_host(q, f))
		w *= 0.4;
	add(q, 48, FINDING_CARRYING, w, m, f)->runs = runs_when(q, m, f);
	return STATUS_OK;
}

/* Somebody's wallet in code that starts a program: what is started works for the wallet. */
static bool starts_program(const struct member *m, uint32_t unit)
{
	for (size_t i = 0; i < m->n_facts; i++) {
		const struct fact *f = &m->facts[i];

		if (f->unit == unit && !(f->flags & FACT_OF_OLD) &&
			((f->kind == FACT_CALL && str_is(f->detail, "exec")) || f->kind == FACT_COMMAND))
			return true;
	}
	return false;
}

/* Does the unit put itself between the program and an API? */
static bool hooks_api(const struct member *m, uint32_t unit)
{
	for (size_t i = 0; i < m->n_facts; i++)
		if (m->facts[i].kind == FACT_TRUST && m->facts[i].unit == unit && str_is(m->facts[i].key, "api-hooked"))
			return true;
	return false;
}

enum { CLIP_READS = 1, CLIP_WRITES = 2 };

/* The same unit, or one that holds the other. */
static bool units_touch(const struct member *m, uint32_t a, uint32_t b)
{
	const struct unit *x = a < m->n_units ? &m->units[a] : NULL, *y = b < m->n_units ? &m->units[b] : NULL;

	if (a == b || !x || !y || !x->length || !y->length)
		return a == b;
	return (x->offset <= y->offset && y->offset + y->length <= x->offset + x->length) ||
		(y->offset <= x->offset && x->offset + x->length <= y->offset + y->length);
}

/* What a unit does with the clipboard. */
static unsigned clipboard_in(const struct member *m, uint32_t unit)
{
	unsigned all = 0;

	for (size_t i = 0; i < m->n_facts; i++) {
		const struct fact *f = &m->facts[i];

		if (f->kind == FACT_CALL && units_touch(m, f->unit, unit) && !(f->flags & FACT_OF_OLD))
			all |= str_is(f->detail, "clip.read") ? CLIP_READS : str_is(f->detail, "clip.write") ? CLIP_WRITES : 0;
	}
	return all;
}

/* A wallet is worth more beside others, and where it stands in what looks into other people's traffic. */
static void wallet_finding(struct query *q, struct member *m, const struct fact *f)
{
	bool swaps = wallets_in(m) >= 3 || (f->unit != FACT_NO_UNIT && hooks_api(m, f->unit));
	unsigned clip = f->unit != FACT_NO_UNIT && !q->b->first ? clipboard_in(m, f->unit) : 0;

	if (clip & CLIP_WRITES) {
		add(q, 22, FINDING_CARRYING, clip & CLIP_READS ? weight_of(22) + 6.7 : weight_of(22) * 1.6, m, f)->runs = runs_when(q, m, f);
		return;
	}
	if (f->unit != FACT_NO_UNIT && !q->b->first && starts_program(m, f->unit))
		add(q, 57, FINDING_CARRYING, weight_of(57), m, f)->runs = runs_when(q, m, f);
	add(q, 22, FINDING_CARRYING, weight_of(22) * (swaps ? 1.6 : 1), m, f);
}

static bool string_class_is(const struct fact *f, const char *a)
{
	return str_is(f->key, a);
}

/* A check that answers at once, or a lost check of who made something, is evidence by itself; other
 * checks come and go with refactoring. */
static void guard_finding(struct query *q, struct member *m, const struct fact *f)
{
	static const char *const identity[] = {"verif", "signature", "signed", "integrity", "timingsafe",
		"fingerprint", "checksum"};
	double w = weight_of(30);

	if (q->b->first)
		return;
	if (str_is(f->key, "check returns at once"))
		w = 5.6;
	for (size_t i = 0; i < sizeof(identity) / sizeof(identity[0]) && w < 3; i++)
		if (str_starts(f->key, "call ") && str_has_nocase(f->key, identity[i]))
			w = 5.6;
	add(q, 30, w >= 3 ? FINDING_CARRYING : FINDING_SUPPORTING, w, m, f)->subject = f->key;
}

/* An address that has to be decoded: honest code has no reason to hide where it goes. What only stands
 * in parts or in a table of strings is how programs are written and packed. */
static bool hides_address(const struct fact *f)
{
	size_t at = str_find_z(f->value, "://");

	return at != SIZE_MAX && at >= 2 && at <= 12 && !str_is(f->key, "concat") && !str_is(f->key, "array");
}

/* Whole programs are obfuscated by those who sell them. One piece among code that stays as readable as it
 * was is not: somebody hides that piece. */
static void obfuscated_finding(struct query *q, struct member *m, const struct fact *f)
{
	bool strong = string_class_is(f, "string-array") || string_class_is(f, "hex-names");
	bool piece = m->old && f->unit < m->n_units && m->units[f->unit].change == UNIT_ADDED && !str_has(m->new_->path, ".min.");
	double w = weight_of(12) * (strong ? 1 : 0.5) * (q->b->first ? 0.5 : 1);
	struct finding *x = add(q, 12, FINDING_CARRYING, strong && piece && !q->b->first ? w * 1.55 : w, m, f);

	if (strong && piece && !q->b->first)
		x->why = STR("One piece is obfuscated among code that stayed readable.");
}

static enum status code_fact_findings(struct query *q, struct member *m, const struct fact *f)
{
	bool hooked = hook_of(q, m->new_) || place_runs_itself(m->new_->path);
	struct finding *x;
	double w;

	switch (f->kind) {
	case FACT_FLOW:
		flow_findings(q, m, f);
		break;
	case FACT_HOST:
		if (host_in_code(m, f))
			host_findings(q, m, f, f->key);
		if (host_in_code(m, f) && str_starts(f->value, "stratum+") && !q->b->first)
			add(q, 57, FINDING_CARRYING, weight_of(57), m, f)->runs = runs_when(q, m, f);
		break;
	case FACT_DECODED:
		if (hides_address(f) && !q->b->first)
			x = add(q, 52, FINDING_CARRYING, 4.0, m, f);
		else
			x = add(q, 52, FINDING_SUPPORTING, weight_of(52) * (f->number > 1 ? 1.5 : 1), m, f);
		decoded_of(q, x, m, f->unit);
		break;
	case FACT_OBFUSCATED:
		if (is_prose(m))
			break;
		if (string_class_is(f, "long-encoded-literal"))
			add(q, 14, FINDING_SUPPORTING, weight_of(14), m, f);
		else
			obfuscated_finding(q, m, f);
		break;
	case FACT_HIDDEN:
		w = weight_of(13) * (string_class_is(f, "far-right") ? 1.2 : 0.7);
		/* one is a slip of an editor, some make an emoji; so many are a text that nobody is to see */
		if (string_class_is(f, "invisible") && f->number >= 48 && !is_prose(m) && !q->b->first)
			w = weight_of(13) * (f->number >= 128 ? 3.1 : 2);
		x = add(q, 13,
			string_class_is(f, "far-right") || string_class_is(f, "bidi") || w > weight_of(13) * 1.5
				? FINDING_CARRYING : FINDING_SUPPORTING, w, m, f);
		x->subject = arena_printf(&q->a->arena, "%.*s, %llu", STR_ARG(f->key),
			(unsigned long long)f->number);
		break;
	case FACT_IMPORT:
		if (!(f->flags & FACT_DECODED_ARG))
			break;
		w = weight_of(54) * (f->number ? 1 : 0.35) * (q->b->first ? 0.5 : 1);
		x = add(q, 54, f->number ? FINDING_CARRYING : FINDING_SUPPORTING, w, m, f);
		x->runs = runs_when(q, m, f);
		x->subject = f->key;
		break;
	case FACT_UNRESOLVED:
		x = add(q, 11, FINDING_SUPPORTING, weight_of(11) * (hooked ? 1.5 : 1), m, f);
		x->subject = f->detail;
		break;
	case FACT_GATE:
		add(q, 46, FINDING_SUPPORTING, weight_of(46), m, f)->subject = f->key;
		break;
	case FACT_WIPE:
		w = weight_of(45) * (f->number == 3 ? 1.65 : 1) * (q->b->first ? 0.5 : 1);
		x = add(q, 45, FINDING_CARRYING, w, m, f);
		x->runs = runs_when(q, m, f);
		x->why = STR("New code destroys what somebody has, wherever it runs: no release needs that.");
		break;
	case FACT_LOOP:
		/* a module of a script that never ends stops whoever loads it */
		w = weight_of(45) * (is_program(m->new_->path) && f->flags & FACT_TOP_LEVEL && !q->b->first ? 1.65 : 1);
		add(q, 45, FINDING_CARRYING, w, m, f)->runs = runs_when(q, m, f);
		break;
	case FACT_GUARD_LOST:
		guard_finding(q, m, f);
		break;
	case FACT_REVIEWER:
		add(q, 33, FINDING_CARRYING, q->b->first ? 1.0 : weight_of(33), m, f);
		break;
	case FACT_PATH:
		if (string_class_is(f, "persist") && m->units)
			add(q, 20, FINDING_SUPPORTING, 1.0, m, f);
		else if (string_class_is(f, "cred") || string_class_is(f, "wallet") ||
			 string_class_is(f, "browser"))
			add(q, 4, FINDING_SUPPORTING, 2.0, m, f);
		break;
	case FACT_STRING:
		if (is_prose(m))
			break;
		if (string_class_is(f, "wallet-address"))
			wallet_finding(q, m, f);
		else if (string_class_is(f, "webhook"))
			add(q, 17, FINDING_SUPPORTING, weight_of(17), m, f);
		break;
	case FACT_CALL:
		return call_findings(q, m, f, hooked);
	case FACT_COMMAND:
		return command_findings(q, m, f, hooked);
	default:
		break;
	}
	return STATUS_OK;
}

/* ---- the rest of a member ---- */

/* Does a unit name a host that the release before never named? */
static bool names_stranger(struct query *q, const struct member *m, uint32_t unit)
{
	for (size_t i = 0; i < m->n_facts; i++) {
		const struct fact *f = &m->facts[i];
		const struct host_info *h = f->unit == unit && host_in_code(m, f) ? host_of(q, f->key) : NULL;

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
	struct str owner = dot == SIZE_MAX ? STR("window") : str_part(api, 0, dot);
	struct str name = dot == SIZE_MAX ? api : str_part(api, dot + 1, api.len);
	struct str ways[] = {
		arena_printf(&q->a->arena, "%.*s.%.*s=", STR_ARG(owner), STR_ARG(name)),
		arena_printf(&q->a->arena, "%.*s.%.*s =", STR_ARG(owner), STR_ARG(name)),
		str_has(owner, ".prototype") ? api : arena_printf(&q->a->arena, "globalThis.%.*s =", STR_ARG(name)),
	};
	bool found[3];

	TRY(mentioned_before(q, ways, 3, found));
	*ret = found[0] || found[1] || found[2];
	return STATUS_OK;
}

static enum status trust_findings(struct query *q, struct member *m, const struct fact *f)
{
	bool anchor = str_is(f->key, "public-key") || str_is(f->key, "updater-url") ||
		      str_is(f->key, "pin") || str_is(f->key, "certificate");
	struct finding *x;

	if (q->b->first)
		return STATUS_OK;
	if (str_is(f->key, "api-hooked")) {
		bool known;

		TRY(hooked_before(q, f->value, &known));
		x = add(q, 23, FINDING_CARRYING, known ? weight_of(23) * 0.4 : weight_of(23) + (names_stranger(q, m, f->unit) ? 2.0 : 0), m, f);
		x->runs = runs_when(q, m, f);
		return STATUS_OK;
	}
	x = add(q, anchor ? 29 : 28, FINDING_CARRYING, weight_of(anchor ? 29 : 28), m, f);
	if ((str_is(f->key, "duplicate-json-key") && str_is(str_basename(m->new_->path), "package.json") && !f->number) ||
		(str_is(f->key, "permission") && names_harmless_command(f->value))) {
		x->weight = 1.5;
		x->strength = FINDING_SUPPORTING;
	}
	if (!m->old && str_is(f->key, "tls-verify-off")) { /* nothing that stood before was loosened */
		x->weight *= 0.3;
		x->strength = FINDING_SUPPORTING;
	}
	if (str_is(f->key, "workflow-permission")) /* publishing by identity asks for it as well */
		x->weight = 2.0;
	x->runs = when_it_runs(m->new_->path);
	x->subject = arena_printf(&q->a->arena, "%.*s: %.*s", STR_ARG(f->key), STR_ARG(f->value));
	return STATUS_OK;
}

static bool new_hook(const struct query *q)
{
	for (size_t i = 0; i < q->n_hooks; i++)
		if (q->hooks[i].fresh && !hook_is_customary(q->hooks[i].fact->value))
			return true;
	return false;
}

/* What picks between ways to do something asks the processor. Code that runs there runs before any other could look. */
static void resolver_finding(struct query *q, struct member *m, const struct fact *f)
{
	struct finding *x = add(q, 38, FINDING_CARRYING, weight_of(38) * 1.5, m, f);

	x->runs = STR("while the program is being linked");
	x->why = STR("A function that only picks another one at link time newly calls into the program or its libraries.");
}

/* Does something in it newly run bytes that it brought along? */
static bool unpacks_itself(const struct member *m)
{
	for (size_t i = 0; i < m->n_facts; i++)
		if (m->facts[i].kind == FACT_FLOW && str_is(m->facts[i].key, "data>code") && !(m->facts[i].flags & FACT_OF_OLD))
			return true;
	return false;
}

/* Windows looks for these beside the program first, and every copy of Windows has its own: nobody ships them. */
static bool shadows_system_library(const struct member *m)
{
	static const char *const names[] = {"cryptbase.dll", "version.dll", "dwmapi.dll", "uxtheme.dll", "wtsapi32.dll", "userenv.dll",
		"profapi.dll", "msimg32.dll", "secur32.dll", "netapi32.dll", "iphlpapi.dll", "wininet.dll", "winhttp.dll", "propsys.dll",
		"sspicli.dll", "cryptsp.dll", "linkinfo.dll", "ntshrui.dll", "textshaping.dll", "wkscli.dll", "netutils.dll", "bcrypt.dll",
		"dnsapi.dll", "rasadhlp.dll", "windowscodecs.dll", "apphelp.dll", "edputil.dll", "oleacc.dll", "wbemcomn.dll"};
	struct str base = str_basename(m->new_->path);

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (str_equal_nocase(base, str_of(names[i])))
			return true;
	return false;
}

static void added_program(struct query *q, struct member *m, const struct fact *f)
{
	struct finding *x;

	if (m->new_->format == FORMAT_PE && shadows_system_library(m)) {
		x = add(q, 37, FINDING_CARRYING, 6.0, m, f);
		x->why = STR("It has the name of a library of Windows: the program beside it loads this one instead.");
		return;
	}
	add(q, 37, new_hook(q) ? FINDING_CARRYING : FINDING_SUPPORTING, weight_of(37), m, f);
}

static void executable_findings(struct query *q, struct member *m, const struct fact *f)
{
	switch (f->kind) {
	case FACT_EXE:
		if (str_is(f->key, "added") && !q->b->first)
			added_program(q, m, f);
		else if (str_is(f->key, "only-code-changed"))
			add(q, 38, FINDING_SUPPORTING, weight_of(38), m, f);
		else if (str_is(f->key, "rich-checksum") && str_ends(f->value, "wrong") && !q->b->first)
			add(q, 38, FINDING_CARRYING, weight_of(38) * 1.5, m, f);
		else if (str_is(f->key, "checksum") && str_is(f->value, "right -> wrong") && !q->b->first)
			add(q, 38, FINDING_SUPPORTING, weight_of(38), m, f);
		else if (str_is(f->key, "resolver") && !q->b->first)
			resolver_finding(q, m, f);
		break;
	case FACT_EXE_OVERLAY:
		if (q->b->first)
			break;
		add(q, 35, FINDING_CARRYING,
			str_is(f->key, "after-signature") ? 5.6
			: str_is(f->key, "added")	  ? weight_of(35)
							  : 1.0,
			m, f);
		break;
	case FACT_EXE_SIGNER:
		if (!q->b->first && (str_is(f->key, "none") || (f->flags & FACT_CHANGED_VALUE)))
			add(q, 40, FINDING_CARRYING,
				str_is(f->key, "none") || str_is(f->key, "identity") ? weight_of(40) : 4.0, m, f);
		break;
	case FACT_EXE_SECTION:
		if (!q->b->first && (str_is(f->value, "rwx") || str_is(f->value, "high-entropy")))
			add(q, 38, FINDING_CARRYING, weight_of(38) * (unpacks_itself(m) ? 2 : 1), m, f);
		break;
	case FACT_EXE_STRINGS:
		add(q, 39, FINDING_SUPPORTING, weight_of(39), m, f);
		break;
	default:
		break;
	}
}

static void dependency_note(struct query *q, const struct fact *f, const char *state)
{
	struct dependency *d = ARENA_PUSH(&q->a->arena, q->b->dependencies, q->b->n_dependencies,
		q->b->room_dependencies);

	d->name = f->key;
	d->spec = f->value;
	d->state = str_of(state);
}

/* "@acme/x" for "@acme/y" or for "acme": the publisher's own. */
static bool own_scope(const struct query *q, struct str dependency)
{
	size_t slash = str_find_z(dependency, "/");
	struct str scope = slash == SIZE_MAX ? STR_NONE : str_part(dependency, 1, slash - 1);
	struct str name = q->b->new_.name;

	if (!scope.len || dependency.p[0] != '@')
		return false;
	return str_equal(scope, name) ||
	       (name.len > scope.len + 2 && name.p[0] == '@' &&
		       str_equal(str_part(name, 1, scope.len), scope) && name.p[scope.len + 1] == '/');
}

/* A sister package: its name begins as this one's does, and it is asked for in this one's own version. */
static bool in_lockstep(const struct query *q, const struct fact *f)
{
	struct str name = q->b->new_.name, spec = f->value;
	size_t end = str_find_z(name, "-");

	if (end == SIZE_MAX)
		end = name.len;
	while (spec.len && (spec.p[0] == '^' || spec.p[0] == '~' || spec.p[0] == '='))
		spec = str_part(spec, 1, spec.len);
	return end >= 4 && str_equal(str_part(f->key, 0, end), str_part(name, 0, end)) && str_equal(spec, q->b->new_.version);
}

static enum status dependency_findings(struct query *q, struct member *m, const struct fact *f)
{
	struct finding *x;
	bool found = false, known = false;

	if (f->kind == FACT_DEP_CHANGED) {
		if (str_is(f->detail, "source") || str_is(f->detail, "alias")) {
			x = add(q, 26, FINDING_CARRYING, weight_of(26), m, f);
			x->subject = arena_printf(&q->a->arena, "%.*s %.*s", STR_ARG(f->key),
				STR_ARG(f->value));
			x->runs = when_it_runs(m->new_->path);
		}
		return STATUS_OK;
	}
	dependency_note(q, f, "new, not fetched");
	if (q->b->first || (!m->old && str_has(m->new_->path, "node_modules/")))
		return STATUS_OK; /* a bundled package that is new needs what it always needed */
	if (str_has(f->value, "://") || str_starts(f->value, "git") || str_starts(f->value, "file:") ||
	    str_starts(f->value, "npm:"))
		add(q, 26, FINDING_CARRYING, str_is(f->detail, "devDependencies") ? 1.0 : weight_of(26) + 1.1, m, f)->subject = f->key;
	if (!str_is(f->detail, "dependencies") && !str_is(f->detail, "optionalDependencies"))
		return STATUS_OK;
	{
		struct str near = package_resembles(f->key);

		if (near.len) {
			x = add(q, 53, FINDING_CARRYING, weight_of(53), m, f);
			x->subject = arena_printf(&q->a->arena, "%.*s (resembles %.*s)", STR_ARG(f->key),
				STR_ARG(near));
		}
	}
	{
		const struct node **manifests = ARENA_ARRAY(&q->a->arena, q->d->new_->n_nodes + 1,
			const struct node *);
		size_t n = 0;

		for (size_t i = 0; i < q->d->new_->n_nodes; i++) {
			struct node *c = q->d->new_->nodes[i];
			struct str base = str_basename(c->path);

			if (str_is(base, "package.json") || str_is(base, "package-lock.json") ||
			    str_is(base, "npm-shrinkwrap.json") || str_is(base, "yarn.lock") ||
			    str_is(base, "pnpm-lock.yaml") || str_ends_nocase(base, ".md"))
				manifests[n++] = c;
		}
		TRY(compare_mentions(q->a, q->d->new_, &f->key, 1, manifests, n, &found));
	}
	TRY(compare_mentions(q->a, q->d->old, &f->key, 1, NULL, 0, &known));
	for (size_t i = 0; i < q->n_hooks && !found; i++)
		found = str_find(q->hooks[i].fact->value, f->key) != SIZE_MAX; /* a hook runs it */
	if (!found && !f->number && str_is(f->detail, "dependencies") && !str_starts(f->key, "@types/")) {
		bool own = own_scope(q, f->key) || in_lockstep(q, f);

		x = add(q, 24, FINDING_CARRYING,
			q->b->step == STEP_MAJOR || own || known || package_is_popular(f->key) ? 2.0 : weight_of(24),
			m, f);
		x->subject = arena_printf(&q->a->arena, "%.*s@%.*s", STR_ARG(f->key), STR_ARG(f->value));
		x->runs = STR("its own hooks run when the package is installed");
	} else if (q->b->step == STEP_PATCH || q->b->step == STEP_SAME) {
		x = add(q, 25, FINDING_SUPPORTING, weight_of(25), m, f);
		x->subject = arena_printf(&q->a->arena, "%.*s@%.*s", STR_ARG(f->key), STR_ARG(f->value));
	}
	return STATUS_OK;
}

static enum status fact_findings(struct query *q, struct member *m, const struct fact *f)
{
	if (f->flags & FACT_OF_OLD)
		return STATUS_OK;
	if ((f->flags & FACT_REMOVED) && f->kind != FACT_GUARD_LOST)
		return STATUS_OK;
	switch (f->kind) {
	case FACT_TRUST:
		return trust_findings(q, m, f);
	case FACT_EXE:
	case FACT_EXE_IMPORT:
	case FACT_EXE_EXPORT:
	case FACT_EXE_SECTION:
	case FACT_EXE_OVERLAY:
	case FACT_EXE_SIGNER:
	case FACT_EXE_STRINGS:
		executable_findings(q, m, f);
		break;
	case FACT_DEP_ADDED:
	case FACT_DEP_CHANGED:
		return dependency_findings(q, m, f);
	case FACT_LOCK:
		add(q, 27, FINDING_CARRYING,
			str_is(f->key, "integrity-changed") ? weight_of(27) : 3.0, m, f);
		break;
	case FACT_KIND:
		if (!q->b->first || (str_has(f->value, "->") && m->new_ != q->d->new_->root))
			add(q, 36, FINDING_CARRYING, weight_of(36), m, f);
		break;
	case FACT_APPENDED:
		add(q, 35, FINDING_CARRYING, weight_of(35) * (f->value.len ? 1.3 : 0.5), m, f);
		break;
	default:
		return code_fact_findings(q, m, f);
	}
	return STATUS_OK;
}

/* ---- shape: attributes, places, sight ---- */

/* Who unpacks these sets the modes by itself: what stands in the archive says nothing. */
static bool modes_are_ignored(const struct tree *t, struct str path)
{
	static const char *const endings[] = {".whl", ".zip", ".jar", ".nupkg", ".vsix", ".egg"};
	size_t slash = 0;
	struct str container = t->label;

	for (size_t i = 0; i + 1 < path.len; i++) /* the innermost */
		if (path.p[i] == '!' && path.p[i + 1] == '/')
			slash = i;
	if (slash)
		container = str_part(path, 0, slash);
	for (size_t i = 0; i < sizeof(endings) / sizeof(endings[0]); i++)
		if (str_ends_nocase(container, endings[i]))
			return true;
	return false;
}

static void attribute_findings(struct query *q, struct member *m)
{
	const struct node *o = m->old, *n = m->new_;
	struct finding *x = NULL;

	if (!n || q->b->first)
		return;
	/* What comes with rights of its own is said as much as what gains them. */
	if ((m->what & MEMBER_ADDED) && n->type == ENTRY_DEVICE)
		add(q, 43, FINDING_CARRYING, weight_of(43), m, NULL)->subject = STR("a device");
	else if ((m->what & MEMBER_ADDED) && n->type == ENTRY_FILE && (n->mode & 06000) && !(o && (o->mode & 06000)))
		add(q, 43, FINDING_CARRYING, weight_of(43), m, NULL)->subject =
			arena_printf(&q->a->arena, "added with mode %04o", n->mode);
	if (!o || !(m->what & MEMBER_ATTRIBUTES))
		return;
	if (n->mode & ~o->mode & 06000 && !modes_are_ignored(q->d->new_, n->path))
		x = add(q, 43, FINDING_CARRYING, weight_of(43), m, NULL);
	else if ((n->mode & ~o->mode & 0002) && n->type == ENTRY_FILE && !modes_are_ignored(q->d->new_, n->path) &&
		 !str_starts(n->path, "package/")) /* clients of script packages set modes of their own */
		x = add(q, 43, FINDING_CARRYING, weight_of(43), m, NULL);
	else if (n->type == ENTRY_SYMLINK && o->type == ENTRY_SYMLINK && !str_equal(n->link, o->link) &&
		 (str_starts(n->link, "/") || str_has(n->link, "..")) && !str_has(n->link, ".so"))
		x = add(q, 43, FINDING_SUPPORTING, 1.5, m, NULL);
	else if (n->type != o->type)
		x = add(q, 36, FINDING_CARRYING, 3.0, m, NULL);
	if (x)
		x->subject = m->attributes;
}

/* One more job of the vendor's build service beside those that were there. */
static bool has_elder(const struct query *q, const struct node *n)
{
	if (!vendor_ci_place(n->path))
		return false;
	for (size_t i = 0; i < q->d->old->n_nodes; i++)
		if (q->d->old->nodes[i]->type == ENTRY_FILE && vendor_ci_place(q->d->old->nodes[i]->path))
			return true;
	return false;
}

static bool lies_in_passing(struct str path)
{
	static const char *const places[] = {"var/tmp/", "tmp/", "dev/shm/"};

	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++)
		if (str_starts(path, places[i]) || (str_has(path, "data.tar") && str_has(path, places[i])))
			return true;
	return false;
}

static void place_findings(struct query *q, struct member *m)
{
	struct finding *x;

	if (q->b->first || !m->new_ || m->new_->type != ENTRY_FILE || m->new_->origin != ORIGIN_MEMBER)
		return;
	if ((m->what & MEMBER_ADDED) && lies_in_passing(m->new_->path) &&
	    (m->new_->format == FORMAT_ELF || m->new_->format == FORMAT_PE || m->new_->format == FORMAT_MACHO)) {
		add(q, 44, FINDING_CARRYING, weight_of(44), m, NULL)->why = STR("A program is put where only passing files belong.");
		return;
	}
	if (!(m->what & (MEMBER_ADDED | MEMBER_RENAMED)) || !place_runs_itself(m->new_->path))
		return;
	if (m->old && place_runs_itself(m->old->path))
		return;
	if (str_has(m->new_->path, "control.tar"))
		return; /* maintainer scripts are hooks, and read as such */
	x = add(q, 44, FINDING_CARRYING,
		str_has(m->new_->path, "etc/ld.so.preload") || str_ends(m->new_->path, ".pth") ||
				str_has(m->new_->path, "sudoers.d")
			? 5.6
			: weight_of(44) * (has_elder(q, m->new_) ? 0.3 : 0.6),
		m, NULL);
	x->runs = when_it_runs(m->new_->path);
	x->subject = m->new_->path;
}

static bool has_oddity(const struct node *n, struct str code)
{
	for (const struct oddity *o = n ? n->oddities : NULL; o; o = o->next)
		if (str_equal(o->code, code))
			return true;
	return false;
}

struct oddity_rule {
	const char *code;
	unsigned finding;
	double weight;
};

static const struct oddity_rule oddity_rules[] = {
	{"image-manifests-differ", 34, 5.6}, {"image-layers-differ", 34, 5.6},
	{"image-blob-unnamed", 35, 2.0},     {"hfs-catalog-damaged", 34, 2.0},
	{"image-file-uncovered", 13, 5.6},
	{"manifest-digest-differs", 59, 5.6}, {"manifest-member-extra", 59, 5.6},
	{"manifest-member-missing", 59, 2.0}, {"manifest-line-twice", 59, 4.0},
	{"manifest-damaged", 59, 2.0},
	{"reader-attack", 32, 7.0},	    {"zip-names-differ", 34, 5.6},
	{"zip-sizes-differ", 34, 5.6},	    {"zip-entry-hidden", 34, 5.6},
	{"zip-two-ends", 34, 5.6},	    {"zip-overlap", 34, 5.6},
	{"zip-methods-differ", 34, 5.6},    {"zip-duplicate-name", 34, 3.0},
	{"tar-names-differ", 34, 5.6},	    {"tar-sizes-differ", 34, 5.6},	    {"asar-integrity-mismatch", 34, 5.6},
	{"asar-integrity-missing", 34, 4.0}, {"asar-duplicate-key", 34, 5.6},
	{"asar-overlap", 34, 4.0},	    {"asar-unknown-key", 34, 2.0},
	{"asar-trailing-data", 35, 3.0},    {"asar-gap", 35, 3.0},
	{"asar-unsafe-name", 34, 5.6},	    {"asar-link-outside", 34, 5.6},
	{"nsis-crc-mismatch", 34, 4.0},	    {"nsis-offset-between-blocks", 34, 4.0},
	{"nsis-opcodes-unknown", 34, 2.0},	    {"polyglot", 34, 4.0},
	{"ole-sector-shared", 34, 4.0},	    {"ole-entry-orphaned", 34, 4.0},
	{"msi-tables-damaged", 34, 5.6},
	{"rpm-file-unlisted", 34, 5.6},
	{"rpm-file-missing", 34, 4.0},
	{"rpm-files-differ", 34, 5.6},
	{"rpm-digest-differs", 34, 5.6},
	{"cab-overlap", 34, 4.0},
	{"iso-trees-differ", 34, 5.6},
	{"iso-numbers-differ", 34, 4.0},
	{"xar-checksum-differs", 34, 5.6},
	{"xar-checksum-outside", 34, 4.0},
	{"xar-member-outside", 34, 4.0},
	{"xar-distribution-damaged", 34, 4.0},
	{"duplicate-name", 34, 2.0},	    {"duplicate-name-differs", 34, 5.6},
	{"name-leaves", 34, 5.6},	    {"name-below-link", 34, 5.6},
	{"link-leaves", 34, 5.6},	    {"hard-link-nowhere", 34, 4.0},
	{"names-fold", 34, 4.0},	    {"zip-encrypted-differs", 34, 5.6},
	{"zip-count-differs", 34, 5.6},	    {"zip-descriptor-differs", 34, 4.0},
	{"tar-pax-damaged", 34, 5.6},	    {"tar-no-end", 31, 5.6},
};

static void oddity_findings(struct query *q, struct node *n, struct member *m)
{
	for (const struct oddity *o = n->oddities; o; o = o->next) {
		const struct oddity_rule *r = NULL;
		struct finding *x;

		if (n->mate && has_oddity(n->mate, o->code))
			continue; /* it was so before */
		/* Some writers leave it out; where OLD had it, members may be missing behind the last. */
		if (str_is(o->code, "tar-no-end") && (q->b->first || !n->mate))
			continue;
		for (size_t i = 0; i < sizeof(oddity_rules) / sizeof(oddity_rules[0]); i++)
			if (str_is(o->code, oddity_rules[i].code))
				r = &oddity_rules[i];
		if (!r)
			continue;
		x = add(q, r->finding, FINDING_CARRYING, r->weight, m, NULL);
		x->subject = arena_printf(&q->a->arena, "%.*s%s%.*s %.*s", STR_ARG(n->path),
			n->path.len ? ": " : "", STR_ARG(o->code), STR_ARG(o->detail));
	}
}

/* Bytes of a node that nobody saw: the container's own blindness, or the reader's. */
static bool is_blind(const struct node *n, const struct member *m)
{
	return n->blind.len || (m && m->cover[COVER_BLIND]);
}

static void sight_findings(struct query *q, struct node *n, struct member *m)
{
	struct finding *x;

	if (q->b->first || !is_blind(n, m) || !n->mate)
		return;
	/* OLD could be read: it was opened, or it is not blind by what its own container said. Whether a
	 * reader would have managed OLD's bytes is asked of OLD by its own kind. */
	if (n->mate->blind.len || n->mate->damaged)
		return;
	if (!n->blind.len && m->outcome == OUTCOME_DONE && n->mate->format == n->format &&
	    !str_is(m->why[COVER_BLIND], "damaged"))
		return; /* a kind that has no reader, then as now */
	x = add(q, 31, FINDING_CARRYING, weight_of(31), m, NULL);
	x->subject = n->blind.len ? n->blind : m->why[COVER_BLIND];
}

static bool has_signature(const struct node *container)
{
	for (const struct node *c = container->first_child; c; c = c->next)
		if (c->format == FORMAT_SIGNATURE)
			return true;
	return false;
}

/* A signature that stood beside what it signs is gone, and no other came. */
static void signature_findings(struct query *q, struct member *m)
{
	struct node *in_new = m->old && m->old->parent ? m->old->parent->mate : NULL;
	struct finding *x;

	if (q->b->first || !(m->what & MEMBER_REMOVED) || m->old->format != FORMAT_SIGNATURE || !in_new ||
	    !(in_new->marks & NODE_OPENED) || has_signature(in_new))
		return;
	x = add(q, 40, FINDING_CARRYING, weight_of(40), delta_member(q->d, in_new), NULL);
	x->subject = arena_printf(&q->a->arena, "%.*s is gone", STR_ARG(m->old->path));
}

static enum status shape_findings(struct query *q)
{
	for (size_t i = 0; i < q->d->new_->n_nodes; i++) {
		struct node *n = q->d->new_->nodes[i];
		struct member *m;

		if (!n->oddities && !n->blind.len)
			continue;
		m = delta_member(q->d, n);
		if (!m && n->mate && node_same_bytes(n, n->mate))
			continue; /* identical */
		oddity_findings(q, n, m);
		if (!m)
			sight_findings(q, n, NULL);
	}
	for (size_t i = 0; i < q->d->n_members; i++) {
		struct member *m = &q->d->members[i];

		attribute_findings(q, m);
		signature_findings(q, m);
		place_findings(q, m);
		if (m->new_)
			sight_findings(q, m->new_, m);
	}
	return STATUS_OK;
}

/* ---- who is compared with whom ---- */

static void name_from_facts(struct query *q)
{
	for (size_t i = 0; i < q->d->n_members; i++) {
		struct member *m = &q->d->members[i];

		if (!m->new_ || !(str_is(m->new_->path, "package/package.json") ||
				  str_is(m->new_->path, "package.json") ||
				  str_ends(m->new_->path, "control.tar.xz!/control") ||
				  str_ends(m->new_->path, "control.tar.zst!/control") ||
				  str_ends(m->new_->path, "control.tar.gz!/control") ||
				  str_ends(m->new_->path, "app.asar!/package.json") ||
				  str_is(m->new_->path, "[rpm header].txt") ||
				  str_is(str_basename(m->new_->path), "PackageInfo")))
			continue;
		for (size_t k = 0; k < m->n_facts; k++) {
			const struct fact *f = &m->facts[k];
			struct release_name *r = f->flags & FACT_OF_OLD ? &q->b->old : &q->b->new_;

			if (f->kind != FACT_MANIFEST || !f->value.len || (f->flags & FACT_REMOVED))
				continue;
			if (str_is(f->key, "name"))
				r->name = f->value;
			else if (str_is(f->key, "version"))
				r->version = f->value;
		}
	}
}

static void same_version_finding(struct query *q)
{
	size_t content = 0;

	if (q->b->first || q->d->same_bytes || !q->b->new_.version.len || !q->b->old.version.len ||
	    !str_equal(q->b->new_.version, q->b->old.version) ||
	    !str_equal(q->b->new_.name, q->b->old.name))
		return;
	for (size_t i = 0; i < q->d->n_members; i++)
		content += !!(q->d->members[i].what & (MEMBER_ADDED | MEMBER_REMOVED | MEMBER_CHANGED));
	if (content)
		add(q, 41, FINDING_CARRYING, weight_of(41), NULL, NULL)->subject = q->b->new_.version;
}

static bool approved(const struct approval *x)
{
	return x && (x->status == ASSAY_VERIFY_OK || x->status == ASSAY_VERIFY_NOT_REBUILT);
}

static void approval_finding(struct query *q)
{
	const struct approval *x = q->a->approval[SIDE_NEW];
	bool before = approved(q->a->approval[SIDE_OLD]);
	double weight = x ? approval_doubt(x, before) : 0;
	struct finding *f;

	if (!(weight > 0))
		return;
	f = add(q, 60, FINDING_CARRYING, weight, NULL, NULL);
	f->evidence = x->why;
	if (before)
		f->why = STR("The release before stood in the publisher's ledger with its approvals.");
}

static struct release_name name_of_tree(struct arena *a, const struct tree *t)
{
	struct release_name r = name_from_file(a, t->label);

	if (t->is_directory)
		r.version = STR_NONE; /* people name folders as they like: only a manifest says a version */
	return r;
}

/* What a layer above hides is in no container: it is told, and carries nothing. */
static void hidden_findings(struct behaviours *b)
{
	for (size_t i = 0; i < b->n; i++) {
		struct finding *x = &b->items[i];

		if (!x->member || !x->member->new_ || !(x->member->new_->marks & NODE_HIDDEN))
			continue;
		x->strength = x->strength == FINDING_CARRYING ? FINDING_SUPPORTING : x->strength;
		x->runs = STR("never: a layer above hides this file");
	}
}

enum status behaviour_find(struct analysis *a, struct delta *d, struct behaviours **ret)
{
	struct behaviours *b = ARENA_NEW(&a->arena, struct behaviours);
	struct query q = {.a = a, .d = d, .b = b};

	*ret = b;
	b->first = !d->old || d->unrelated;
	b->new_ = name_of_tree(&a->arena, d->new_);
	if (d->old)
		b->old = name_of_tree(&a->arena, d->old);
	name_from_facts(&q);
	/* One product under its own name, however much of it was rewritten. */
	if (d->unrelated && b->new_.name.len && str_equal(b->old.name, b->new_.name))
		b->first = d->unrelated = false;
	b->step = d->old ? version_step(b->old.version, b->new_.version) : STEP_UNKNOWN;
	if (!b->first)
		TRY(dormant_read(a, d));
	hooks_collect(&q);
	TRY(hooks_read_old_targets(&q));
	TRY(across_join(a, d));
	TRY(hosts_look(&q));
	hook_findings(&q);
	for (size_t i = 0; i < d->n_members; i++) {
		struct member *m = &d->members[i];

		if (!m->new_)
			continue;
		for (size_t k = 0; k < m->n_facts; k++)
			TRY(fact_findings(&q, m, &m->facts[k]));
		if (dormant_woken(m))
			add(&q, 13, FINDING_SUPPORTING, 1.5, m, NULL)->why =
				STR("It lay in the release before, where nothing loaded it.");
		if (!b->first && hook_of(&q, m->new_) && (m->what & (MEMBER_CHANGED | MEMBER_ADDED)) &&
		    m->n_units && !hook_of(&q, m->new_)->fresh)
			add(&q, 16, FINDING_SUPPORTING, weight_of(16), m, NULL)->runs =
				STR("when the package is installed");
	}
	TRY(shape_findings(&q));
	hidden_findings(b);
	TRY(aside_weigh(a, d, b));
	same_version_finding(&q);
	approval_finding(&q);
	return STATUS_OK;
}
