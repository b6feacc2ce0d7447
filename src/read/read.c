#include "read/readers.h"

/*
 * Primary readers: the one with the highest claim reads the member and says how far it was seen.
 * Besides, every reader of the second list that claims the member adds its facts.
 */
static const struct reader *const readers[] = {
	&reader_package_json,
	&reader_lockfile,
	&reader_install_lines,
	&reader_signature,
	&reader_image_lines,
	&reader_exec,
	&reader_java_class,
	&reader_pyc,
	&reader_javascript,
	&reader_python,
	&reader_php,
	&reader_c,
	&reader_go,
	&reader_powershell,
	&reader_ruby,
	&reader_shell,
	&reader_batch,
	&reader_data,
};

static const struct reader *const beside[] = {
	&reader_trust,
	&reader_manifest,
	&reader_install,
	&reader_pickle,
	NULL,
};

enum { N_READERS = sizeof(readers) / sizeof(readers[0]) };

const struct reader *const *reader_list(size_t *ret_n)
{
	*ret_n = N_READERS;
	return readers;
}

/*
 * Stands between the readers and the caller: grades every byte of NEW exactly once, and keeps room
 * for the facts that matter when a member floods us with the others.
 */
struct gate {
	struct read_out base; /* first */
	struct read_out *inner;
	uint64_t left;        /* bytes of NEW without a grade */
	bool mute_cover;
	uint32_t n_common;
};

enum { COMMON_FACTS = FACTS_PER_MEMBER - 1000 };

static bool fact_is_common(enum fact_kind k)
{
	switch (k) {
	case FACT_CALL:
	case FACT_HOST:
	case FACT_IMPORT:
	case FACT_PATH:
	case FACT_STRING:
	case FACT_DECODED:
	case FACT_GATE:
	case FACT_COMMAND:
	case FACT_MANIFEST:
	case FACT_EXE_IMPORT:
	case FACT_EXE_EXPORT:
	case FACT_EXE_STRINGS:
		return true;
	default:
		return false;
	}
}

static uint32_t gate_unit(struct read_out *o, const struct unit *u)
{
	struct gate *g = (struct gate *)o;
	uint32_t i = g->inner->unit(g->inner, u);

	o->n_units = g->inner->n_units;
	return i;
}

static void gate_fact(struct read_out *o, const struct fact *f)
{
	struct gate *g = (struct gate *)o;

	if (fact_is_common(f->kind) && g->n_common++ >= COMMON_FACTS)
		return;
	g->inner->fact(g->inner, f);
	o->n_facts = g->inner->n_facts;
}

static void gate_cover(struct read_out *o, enum cover_grade grade, uint64_t bytes, const char *why)
{
	struct gate *g = (struct gate *)o;

	if (bytes > g->left)
		bytes = g->left;
	if (g->mute_cover || (bytes == 0 && grade != COVER_BLIND))
		return;
	g->left -= bytes;
	g->inner->cover(g->inner, grade, bytes, why);
}

static const struct reader *reader_pick(const struct read_in *in)
{
	const struct reader *best = NULL;
	int best_claim = 0;

	for (size_t i = 0; i < N_READERS; i++) {
		int claim = readers[i]->claim(in);

		if (claim > best_claim) {
			best = readers[i];
			best_claim = claim;
		}
	}
	return best;
}

static enum status worse(enum status a, enum status b)
{
	return a == STATUS_OK || b == STATUS_LIMIT ? b : a;
}

enum status read_member(struct read_in *in)
{
	struct gate gate = {.base = {gate_unit, gate_fact, gate_cover, in->out->n_units, in->out->n_facts},
		.inner = in->out, .left = in->new_.len};
	const struct reader *first = reader_pick(in);
	struct read_in inner = *in;
	enum status status = STATUS_UNSUPPORTED;

	inner.out = &gate.base;
	if (first)
		status = first->read(&inner);
	if (gate.left)
		gate_cover(&gate.base, COVER_BLIND, gate.left, status == STATUS_LIMIT ? "over budget" :
			first ? "not read to its end" : "no reader");
	gate.mute_cover = true;
	for (size_t i = 0; beside[i]; i++) {
		inner = *in;
		inner.out = &gate.base;
		if (beside[i] != first && beside[i]->claim(&inner) > 0)
			status = worse(status, beside[i]->read(&inner));
	}
	return status;
}
