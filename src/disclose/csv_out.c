#include "disclose/csv_out.h"

#include "util/arena.h"
#include "util/escape.h"

static bool like_formula(struct str s)
{
	size_t at = 0;
	uint32_t cp = s.len ? utf8_next(s, &at) : 0;

	return cp == '=' || cp == '+' || cp == '-' || cp == '@' || cp == '|' || cp == '%' || cp == 0xFF1D ||
	       cp == 0xFF0B || cp == 0xFF0D || cp == 0xFF20;
}

void csv_cell(struct csv_out *c, struct str s)
{
	struct arena a;
	struct str text;

	arena_init(&a, 0);
	text = str_trim(escape_text(&a, s, 32000));
	report_put_z(c->out, c->in_row ? ",\"" : "\"");
	if (like_formula(text))
		report_put_z(c->out, "'");
	for (size_t i = 0; i < text.len; i++) {
		if (text.p[i] == '"')
			report_put_z(c->out, "\"");
		report_put(c->out, str_part(text, i, 1));
	}
	report_put_z(c->out, "\"");
	c->in_row = true;
	arena_release(&a);
}

void csv_cell_z(struct csv_out *c, const char *z)
{
	csv_cell(c, str_of(z));
}

void csv_row_end(struct csv_out *c)
{
	report_put_z(c->out, "\r\n");
	c->in_row = false;
}
