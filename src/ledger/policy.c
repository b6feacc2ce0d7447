#include "ledger/policy.h"

#include "util/cursor.h"

enum { WORDS_MAX = POLICY_WITNESSES_MAX + POLICY_GROUPS_MAX + 3 };

struct words {
	struct str items[WORDS_MAX];
	size_t n;
};

static bool wrong(struct policy *p, const char *why)
{
	p->wrong = why;
	return false;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

/* False when there are too many. */
static bool split(struct str line, struct words *ret)
{
	size_t i = 0;

	ret->n = 0;
	while (i < line.len) {
		size_t from;

		while (i < line.len && is_blank(line.p[i]))
			i++;
		from = i;
		while (i < line.len && !is_blank(line.p[i]))
			i++;
		if (i == from)
			break;
		if (ret->n == WORDS_MAX)
			return false;
		ret->items[ret->n++] = str_part(line, from, i - from);
	}
	return true;
}

static int find_party(const struct policy *p, struct str name)
{
	for (size_t i = 0; i < p->n_parties; i++)
		if (str_equal(p->parties[i].name, name))
			return (int)i;
	return -1;
}

static bool key_known(const struct policy *p, const struct vkey *k)
{
	for (size_t i = 0; i < p->n_logs; i++)
		if (memcmp(p->logs[i].key.key, k->key, ED25519_KEY_BYTES) == 0)
			return true;
	for (size_t i = 0; i < p->n_keys; i++)
		if (memcmp(p->keys[i].key, k->key, ED25519_KEY_BYTES) == 0)
			return true;
	return false;
}

static bool add_log(struct policy *p, const struct words *w)
{
	struct policy_log *l = &p->logs[p->n_logs];

	if (w->n < 2 || w->n > 3)
		return wrong(p, "it is: log VKEY [URL]");
	if (p->n_logs == POLICY_LOGS_MAX)
		return wrong(p, "too many logs");
	if (!vkey_parse(w->items[1], &l->key) || l->key.type != KEY_ED25519)
		return wrong(p, "not the key of a log");
	if (key_known(p, &l->key))
		return wrong(p, "this key is there already");
	l->url = w->n == 3 ? w->items[2] : STR("");
	p->n_logs++;
	return true;
}

static struct policy_party *add_party(struct policy *p, struct str name)
{
	if (str_is(name, "none") || find_party(p, name) >= 0) {
		wrong(p, "this name is taken");
		return NULL;
	}
	p->parties[p->n_parties] = (struct policy_party){.name = name, .witness = -1, .parent = -1};
	return &p->parties[p->n_parties++];
}

static bool add_witness(struct policy *p, const struct words *w)
{
	struct vkey *k = &p->keys[p->n_keys];
	struct policy_party *party;

	if (w->n < 3 || w->n > 4)
		return wrong(p, "it is: witness NAME VKEY [URL]");
	if (p->n_keys == POLICY_WITNESSES_MAX)
		return wrong(p, "too many witnesses");
	if (!vkey_parse(w->items[2], k) || k->type != KEY_COSIGNER)
		return wrong(p, "not the key of a witness that can be checked");
	if (key_known(p, k))
		return wrong(p, "this key is there already");
	party = add_party(p, w->items[1]);
	if (!party)
		return false;
	party->witness = (int)p->n_keys++;
	party->url = w->n == 4 ? w->items[3] : STR("");
	return true;
}

static bool read_need(struct str word, unsigned members, unsigned *ret)
{
	uint64_t k;

	if (str_is(word, "all")) {
		*ret = members;
		return true;
	}
	if (str_is(word, "any")) {
		*ret = 1;
		return true;
	}
	if (!decimal_parse(word, &k) || k < 1 || k > members)
		return false;
	*ret = (unsigned)k;
	return true;
}

static bool add_group(struct policy *p, const struct words *w)
{
	int self = (int)p->n_parties;
	struct policy_party *g;

	if (w->n < 4)
		return wrong(p, "it is: group NAME all|any|K MEMBER...");
	if (p->n_groups == POLICY_GROUPS_MAX)
		return wrong(p, "too many groups");
	g = add_party(p, w->items[1]);
	if (!g)
		return false;
	p->n_groups++;
	g->members = (unsigned)(w->n - 3);
	if (!read_need(w->items[2], g->members, &g->need))
		return wrong(p, "not all, any or a number from 1 to the number of members");
	for (size_t i = 3; i < w->n; i++) {
		int m = find_party(p, w->items[i]);

		if (m < 0 || m == self)
			return wrong(p, "a member that no line above defines");
		if (p->parties[m].parent >= 0)
			return wrong(p, "a member that counts already");
		p->parties[m].parent = self;
	}
	return true;
}

static bool set_quorum(struct policy *p, const struct words *w, bool *have)
{
	if (w->n != 2)
		return wrong(p, "it is: quorum NAME");
	if (*have)
		return wrong(p, "a second quorum");
	*have = true;
	p->quorum = str_is(w->items[1], "none") ? -1 : find_party(p, w->items[1]);
	if (p->quorum < 0 && !str_is(w->items[1], "none"))
		return wrong(p, "a quorum that no line above defines");
	return true;
}

static bool read_line(struct policy *p, struct str line, bool *have_quorum)
{
	struct words w;

	for (size_t i = 0; i < line.len; i++)
		if (((uint8_t)line.p[i] < 0x20 && line.p[i] != '\t') || line.p[i] == 0x7F)
			return wrong(p, "a control character");
	if (!split(line, &w))
		return wrong(p, "too many words");
	if (w.n == 0 || w.items[0].p[0] == '#')
		return true;
	if (str_is(w.items[0], "log"))
		return add_log(p, &w);
	if (str_is(w.items[0], "witness"))
		return add_witness(p, &w);
	if (str_is(w.items[0], "group"))
		return add_group(p, &w);
	if (str_is(w.items[0], "quorum"))
		return set_quorum(p, &w, have_quorum);
	return wrong(p, "not log, witness, group or quorum");
}

bool policy_parse(struct str text, struct policy *ret)
{
	struct str rest = text;
	bool have_quorum = false;

	memset(ret, 0, sizeof(*ret));
	ret->quorum = -1;
	while (rest.len) {
		size_t n = str_find_z(rest, "\n");

		ret->line++;
		if (n == SIZE_MAX)
			return wrong(ret, "the last line does not end");
		if (!read_line(ret, str_part(rest, 0, n), &have_quorum))
			return false;
		rest = str_part(rest, n + 1, rest.len);
	}
	return have_quorum || wrong(ret, "no quorum line");
}

bool policy_quorum(const struct policy *p, const uint64_t seen[POLICY_WITNESSES_MAX])
{
	unsigned have[POLICY_WITNESSES_MAX + POLICY_GROUPS_MAX] = {0};

	if (p->quorum < 0)
		return true;
	/* Members stand above their group, so one pass is enough. */
	for (size_t i = 0; i < p->n_parties; i++) {
		const struct policy_party *m = &p->parties[i];
		bool yes = m->witness >= 0 ? seen[m->witness] != 0 : have[i] >= m->need;

		if (yes && (int)i == p->quorum)
			return true;
		if (yes && m->parent >= 0)
			have[m->parent]++;
	}
	return false;
}

void policy_judge(const struct policy *p, const struct note *n, const struct checkpoint *c,
	uint64_t latest, struct policy_answer *ret)
{
	uint64_t time;

	memset(ret, 0, sizeof(*ret));
	for (size_t i = 0; i < p->n_logs; i++) {
		const struct vkey *k = &p->logs[i].key;
		enum note_answer a;

		if (!str_is(c->origin, k->name))
			continue;
		ret->log_known = true;
		a = note_check(n, k, NULL);
		ret->log_good |= a == NOTE_GOOD;
		ret->forged |= a == NOTE_FORGED;
	}
	for (size_t i = 0; i < p->n_keys; i++) {
		enum note_answer a = note_check(n, &p->keys[i], &time);

		ret->forged |= a == NOTE_FORGED;
		if (a != NOTE_GOOD || time > latest || time == 0)
			continue;
		ret->seen[i] = time;
		ret->cosigned++;
		ret->newest = time > ret->newest ? time : ret->newest;
	}
	ret->quorum = policy_quorum(p, ret->seen);
}
