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

const struct verb *verb_sub(const struct verb *v, const char *word)
{
	size_t n = strlen(v->name);

	for (size_t i = 0; v->subs && v->subs[i]; i++)
		if (strcmp(v->subs[i]->name + n + 1, word) == 0)
			return v->subs[i];
	return NULL;
}

const struct verb *verb_of_page(const char *page)
{
	size_t n;
	const struct verb *const *list = verb_list(&n);

	for (size_t i = 0; i < n; i++) {
		size_t len = strlen(list[i]->name);

		if (strncmp(list[i]->name, page, len) != 0)
			continue;
		if (page[len] == '\0')
			return list[i];
		if (page[len] == '-' && list[i]->subs)
			return verb_sub(list[i], page + len + 1);
	}
	return NULL;
}
