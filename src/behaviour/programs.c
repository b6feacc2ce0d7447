/* Programs and libraries: what is new in them, and new ones. */
#include "behaviour/query.h"

/* What picks between ways to do something asks the processor. Code that runs there runs before any other could look. */
static void resolver_finding(struct query *q, struct member *m, const struct fact *f)
{
	struct finding *x = query_add(q, 38, FINDING_CARRYING, finding_weight(38) * (f->number ? 6.2 : 1.5), m, f);

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
		x = query_add(q, 37, FINDING_CARRYING, 6.0, m, f);
		x->why = STR("It has the name of a library of Windows: the program beside it loads this one instead.");
		return;
	}
	query_add(q, 37, has_new_hook(q) ? FINDING_CARRYING : FINDING_SUPPORTING, finding_weight(37), m, f);
}

/* Symbols are nobody's, when stripped. */
static bool structure_is_wrong(const struct fact *f)
{
	return f->kind == FACT_EXE && (str_is(f->key, "contradiction") || (str_is(f->key, "damage") && !str_starts(f->value, "symbol")));
}

/* One damage shows in many fields: what is wrong first speaks for them all. */
static void structure_finding(struct query *q, struct member *m, const struct fact *f)
{
	bool damage = str_is(f->key, "damage"), again = false;
	struct finding *x;

	for (const struct fact *before = m->facts; before < f && !again; before++)
		again = structure_is_wrong(before);
	x = query_add(q, damage ? 31 : 34, again ? FINDING_SUPPORTING : FINDING_CARRYING, again ? 0.5 : 5.6, m, f);
	if (!damage)
		x->why = STR("Its headers contradict each other: the system loads another program than most readers of the file see.");
}

void executable_findings(struct query *q, struct member *m, const struct fact *f)
{
	switch (f->kind) {
	case FACT_EXE:
		if (str_is(f->key, "added") && !q->b->first)
			added_program(q, m, f);
		else if (str_is(f->key, "only-code-changed"))
			query_add(q, 38, FINDING_SUPPORTING, finding_weight(38), m, f);
		else if (str_is(f->key, "rich-checksum") && str_ends(f->value, "wrong") && !q->b->first)
			query_add(q, 38, FINDING_CARRYING, finding_weight(38) * 1.5, m, f);
		else if (str_is(f->key, "checksum") && str_is(f->value, "right -> wrong") && !q->b->first)
			query_add(q, 38, FINDING_SUPPORTING, finding_weight(38), m, f);
		else if (structure_is_wrong(f) && !q->b->first && m->old)
			structure_finding(q, m, f);
		else if (str_is(f->key, "resolver") && !q->b->first)
			resolver_finding(q, m, f);
		break;
	case FACT_EXE_OVERLAY:
		if (q->b->first)
			break;
		query_add(q, 35, FINDING_CARRYING,
			str_is(f->key, "after-signature") ? 5.6
			: str_is(f->key, "added")	  ? finding_weight(35)
							  : 1.0,
			m, f);
		break;
	case FACT_EXE_SIGNER:
		if (!q->b->first && (str_is(f->key, "none") || (f->flags & FACT_CHANGED_VALUE)))
			query_add(q, 40, FINDING_CARRYING,
				str_is(f->key, "none") || str_is(f->key, "identity") ? finding_weight(40) : 4.0, m, f);
		break;
	case FACT_EXE_SECTION:
		if (!q->b->first && (str_is(f->value, "rwx") || str_is(f->value, "high-entropy")))
			query_add(q, 38, FINDING_CARRYING, finding_weight(38) * (unpacks_itself(m) ? 2 : 1), m, f);
		break;
	case FACT_EXE_STRINGS:
		query_add(q, 39, FINDING_SUPPORTING, finding_weight(39), m, f);
		break;
	default:
		break;
	}
}
