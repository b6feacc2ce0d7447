#include "scope/scope.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "scope/scope_int.h"

void scope_unknown(struct scoping *s, const char *format, ...)
{
	char text[500];
	va_list args;
	struct str *to;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	to = ARENA_PUSH(s->a, s->unknown, s->n_unknown, s->room_unknown);
	*to = arena_str(s->a, str_of(text));
}

void scope_refuse(struct scoping *s, const char *what, const char *why)
{
	struct scope_refused *to;

	for (size_t i = 0; i < s->r->n_refusals; i++)
		if (str_is(s->r->refusals[i].what, what) && str_is(s->r->refusals[i].why, why))
			return;
	to = ARENA_PUSH(s->a, s->r->refusals, s->r->n_refusals, s->room_refusals);
	*to = (struct scope_refused){str_of(what), str_of(why)};
}

enum status scope_run(struct arena *a, const struct scope_input *in, struct scope_result *ret)
{
	struct scoping s = {.in = in, .c = in->c, .a = a, .r = ret};
	enum status status = STATUS_NOMEM;

	*ret = (struct scope_result){.c = in->c, .as_of = in->as_of,
		.threshold = in->threshold > 0 ? in->threshold : scope_thresholds[1]};
	ret->windows = windows_of_case(a, in->c, &ret->n_windows);
	ret->window = windows_hull(ret->windows, ret->n_windows, STR_NONE);
	s.who = identities_open(in->c);
	if (s.who)
		status = scope_observe(&s);
	if (status == STATUS_OK) {
		scope_cover(&s);
		status = scope_count(&s);
	}
	ret->unknown = s.unknown;
	ret->n_unknown = s.n_unknown;
	identities_close(s.who);
	hash_table_release(&s.sources);
	hash_table_release(&s.indicators);
	hash_table_release(&s.releases);
	hash_table_release(&s.others);
	hash_table_release(&s.strong);
	free(s.entities);
	return status;
}
