#include "logs/log.h"

#include "logs/columns.h"

#define LOG_FORMAT(x) extern const struct log_format log_##x;
#include "logs/list.h"
#undef LOG_FORMAT

const struct log_format *const *log_formats(size_t *ret_n)
{
	static const struct log_format *const list[] = {
#define LOG_FORMAT(x) &log_##x,
#include "logs/list.h"
#undef LOG_FORMAT
	};

	*ret_n = sizeof(list) / sizeof(list[0]);
	return list;
}

struct log_state *log_state_new(struct arena *a, const struct log_format *f)
{
	return f->sequential ? ARENA_NEW(a, struct log_state) : NULL;
}

const struct log_format *log_format_named(struct str name)
{
	size_t n;
	const struct log_format *const *list = log_formats(&n);

	for (size_t i = 0; i < n; i++)
		if (str_is(name, list[i]->name))
			return list[i];
	return NULL;
}

void record_add(struct log_record *r, enum log_what what, struct str text)
{
	if (!text.len || str_is(text, "-"))
		return;
	if (r->n_things == LOG_WHATS) {
		r->more_things = true;
		return;
	}
	r->things[r->n_things++] = (struct log_thing){what, text};
}
