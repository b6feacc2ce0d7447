#include "cli/page.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "cli/common.h"

const struct finding_kind *page_find(const char *id)
{
	size_t n;
	const struct finding_kind *kinds = finding_kinds(&n);

	for (size_t i = 0; i < n; i++)
		if (strcasecmp(kinds[i].id, id) == 0)
			return &kinds[i];
	return NULL;
}

const struct finding_kind *page_find_or_say(const char *id)
{
	const struct finding_kind *found = page_find(id), *kinds;
	const char **names, *near = NULL;
	size_t n;

	if (found)
		return found;
	kinds = finding_kinds(&n);
	names = calloc(n + 1, sizeof(*names));
	for (size_t i = 0; names && i < n; i++)
		names[i] = kinds[i].id;
	if (names)
		near = nearest_name(id, names, n);
	if (near)
		say_error("no finding %s; is it %s? assay behaviours lists them", shown(id).text,
			near);
	else
		say_error("no finding %s; assay behaviours lists them", shown(id).text);
	free(names);
	return NULL;
}

void page_print(const struct finding_kind *k)
{
	const char *text;

	printf("%s  %s\n", k->id, k->title);
	printf("  behaviour  %s\n", k->behaviour);
	if (*k->attack)
		printf("  ATT&CK     %s\n", k->attack);
	printf("  weight     %.2f (natural log-odds)\n\n", k->weight);
	text = k->page ? k->page : k->why;
	printf("%s%s", text, *text && text[strlen(text) - 1] == '\n' ? "" : "\n");
}
