#include "cli/verbs.h"

#include <string.h>

const struct verb *const *verb_list(size_t *ret_n)
{
	static const struct verb *const list[] = {
#define VERB(name) &verb_##name,
#include "cli/list.h"
#undef VERB
	};

	*ret_n = sizeof(list) / sizeof(list[0]);
	return list;
}

const struct verb *verb_find(const char *name)
{
	size_t n;
	const struct verb *const *list = verb_list(&n);

	for (size_t i = 0; i < n; i++)
		if (strcmp(list[i]->name, name) == 0)
			return list[i];
	return NULL;
}
