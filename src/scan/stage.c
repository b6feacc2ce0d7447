#include "scan/stage.h"

static const char *const stages[STAGE_N] = {
	"delivered", "installed", "executed", "beaconed", "second_stage"};
static const char *const completes[COMPLETE_N] = {"unknown", "partial", "yes"};

const char *stage_name(enum stage s)
{
	return (unsigned)s < STAGE_N ? stages[s] : "unknown";
}

bool stage_named(struct str name, enum stage *ret)
{
	for (unsigned i = 0; i < STAGE_N; i++) {
		if (!str_is(name, stages[i]))
			continue;
		*ret = (enum stage)i;
		return true;
	}
	return false;
}

const char *complete_name(enum complete c)
{
	return (unsigned)c < COMPLETE_N ? completes[c] : "unknown";
}
