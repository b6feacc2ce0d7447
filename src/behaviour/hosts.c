/* Hosts: which are new, which resemble a known one, and what that says. */
#include "behaviour/query.h"

#include "behaviour/dormant.h"

enum { HOSTS_MAX = 4096, HOST_SLOTS = 2 * HOSTS_MAX + 1 };

/* "process.env.BASE_URL", "document.cookie": where it goes is what the variable says, not a name. */
static bool is_variable(struct str s)
{
	static const char *const roots[] = {"process.", "document.", "window.", "location.", "globalThis.", "self.", "this.", "navigator.", "os.environ", "import.meta."};

	for (size_t i = 0; i < sizeof(roots) / sizeof(roots[0]); i++)
		if (str_starts(s, roots[i]))
			return true;
	return false;
}

/* The host in a URL, a "host:port" or a bare host; empty if there is none. */
struct str host_in(struct str s)
{
	size_t at = str_find_z(s, "://");
	size_t end = 0;

	if (at != SIZE_MAX)
		s = str_part(s, at + 3, s.len);
	else if (is_variable(s))
		return STR_NONE;
	/* user:password@host, and no @ of a path: https://host/@scope/name */
	for (size_t i = 0; at != SIZE_MAX && i < s.len && !strchr("/?#\\", s.p[i]); i++)
		if (s.p[i] == '@')
			end = i + 1;
	s = str_part(s, end, s.len);
	end = 0;
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

/* The slot of the host among by_host, taken or empty. There are twice as many as hosts. */
static uint32_t *host_slot(struct query *q, struct str host)
{
	char folded[256];
	size_t len = host.len < sizeof(folded) ? host.len : sizeof(folded), at;

	for (size_t i = 0; i < len; i++)
		folded[i] = host.p[i] >= 'A' && host.p[i] <= 'Z' ? (char)(host.p[i] + 32) : host.p[i];
	at = fast_hash(folded, len, 5) % HOST_SLOTS;
	while (q->by_host[at] && !str_equal_nocase(q->hosts[q->by_host[at] - 1].host, host))
		at = (at + 1) % HOST_SLOTS;
	return &q->by_host[at];
}

struct host_info *host_info_of(struct query *q, struct str host)
{
	uint32_t *slot = q->n_hosts && host.len ? host_slot(q, host) : NULL;

	return slot && *slot ? &q->hosts[*slot - 1] : NULL;
}

static void host_note(struct query *q, struct str host)
{
	struct host_info *h;
	uint32_t *slot;

	if (!host.len || host.len > 253 || host_is_local(host))
		return;
	if (!q->by_host)
		q->by_host = ARENA_ARRAY(&q->a->arena, HOST_SLOTS, uint32_t);
	slot = host_slot(q, host);
	if (*slot)
		return;
	if (q->n_hosts == HOSTS_MAX) {
		tree_blind(q->d->new_->root, STR("over budget: changed code names more than 4,096 hosts, the others were not looked at"), 1);
		return;
	}
	h = ARENA_PUSH(&q->a->arena, q->hosts, q->n_hosts, q->room_hosts);
	h->host = host;
	h->registered = host_registered(host);
	*slot = (uint32_t)q->n_hosts;
}

/* Text for people (the README of a Python package stands in its metadata), and source maps, which say again what the
 * code beside them says. */
bool member_is_prose(const struct member *m)
{
	static const char *const suffixes[] = {".map", ".md", ".markdown", ".rst", ".txt", ".po", ".adoc",
		"LICENSE", "CHANGELOG", "AUTHORS", "NEWS", "changelog", "copyright", "changelog.Debian",
		".dist-info/METADATA", "PKG-INFO"};

	for (size_t i = 0; i < sizeof(suffixes) / sizeof(suffixes[0]); i++)
		if (str_ends(m->new_->path, suffixes[i]))
			return true;
	return false;
}

bool host_in_code(const struct member *m, const struct fact *f)
{
	return f->kind == FACT_HOST && !(f->flags & (FACT_OF_OLD | FACT_REMOVED)) &&
	       !str_is(f->detail, "prose") && !str_is(f->detail, "message") && !member_is_prose(m);
}

/* In OLD or in any earlier release that the user gave. */
enum status old_mentions(struct query *q, const struct str *needles, size_t n, bool *found)
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

enum status hosts_look(struct query *q)
{
	struct str *needles, *hosts = NULL;
	struct known_host *known;
	bool *found;
	size_t n_known = 0;

	for (size_t i = 0; i < q->d->n_members; i++) {
		struct member *m = &q->d->members[i];

		for (size_t k = 0; k < m->n_facts; k++) {
			if (m->new_ && host_in_code(m, &m->facts[k]))
				host_note(q, m->facts[k].key);
			if ((m->facts[k].kind == FACT_FLOW || m->facts[k].kind == FACT_COMMAND) && !(m->facts[k].flags & FACT_OF_OLD))
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
		TRY(old_mentions(q, needles, q->n_hosts * 2, found));
		TRY(compare_hosts(q->a, q->d->old, 4096, &hosts, &n_known));
	}
	known = hosts_known(&q->a->arena, hosts, n_known, &n_known);
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

void host_findings(struct query *q, struct member *m, const struct fact *f, struct str host)
{
	struct host_info *h = host_info_of(q, host);
	struct finding *x;

	if (!h)
		return;
	if (host_is_address(h->host)) {
		x = query_add(q, 19, FINDING_SUPPORTING, finding_weight(19), m, f);
		x->subject = x->evidence = h->host;
	}
	if (h->novel || (h->novel_exact && host_is_address(h->host))) {
		x = query_add(q, 17, FINDING_SUPPORTING, finding_weight(17), m, f);
		x->subject = x->evidence = h->host;
	} else if (h->novel_exact) {
		x = query_add(q, 17, FINDING_SUPPORTING, finding_weight(17) * 0.25, m, f);
		x->subject = x->evidence = h->host;
		x->why = STR("The host is new; others below the same registered name were known.");
	}
	if (h->likeness != LIKENESS_NONE) {
		x = query_add(q, 18, h->likeness == LIKENESS_HOST ? FINDING_CARRYING : FINDING_SUPPORTING,
			h->likeness == LIKENESS_PRODUCT ? finding_weight(18) * 0.5 : h->likeness == LIKENESS_ENDING ? finding_weight(18) * 0.6 : finding_weight(18), m, f);
		x->subject = arena_printf(&q->a->arena, "%.*s (resembles %.*s)", STR_ARG(h->host),
			STR_ARG(h->resembles));
		x->evidence = h->host;
	}
}

/* Where the release before went as well. */
bool names_known_host(struct query *q, const struct fact *f)
{
	const struct host_info *h = host_info_of(q, host_in(f->value));

	return h && !h->novel && !q->b->first;
}
