#include "disclose/csv_out.h"

#include "util/arena.h"
#include "util/escape.h"

static bool is_blank(uint32_t cp)
{
	return cp == ' ' || cp == 0xA0 || cp == 0x1680 || (cp >= 0x2000 && cp <= 0x200F) || cp == 0x2028 || cp == 0x2029 ||
		cp == 0x202F || cp == 0x205F || cp == 0x3000 || cp == 0xFEFF;
}

static bool begins_formula(uint32_t cp)
{
	static const uint32_t narrow[] = {'=', '+', '-', '@', '|', '%'};
	static const uint32_t wide[] = {0xFF1D, 0xFF0B, 0xFF0D, 0xFF20, 0xFF5C, 0xFF05, 0xFE66, 0xFE62, 0xFE63, 0xFE6B, 0xFE6A};

	for (size_t i = 0; i < sizeof(narrow) / sizeof(narrow[0]); i++)
		if (cp == narrow[i])
			return true;
	for (size_t i = 0; i < sizeof(wide) / sizeof(wide[0]); i++)
		if (cp == wide[i])
			return true;
	return false;
}

/*
 * A cell begins in front, and for a program whose separator is the semicolon behind each one, whatever quotes stand
 * around; blanks, and quotes that such a program takes away, change nothing.
 */
void csv_cell(struct csv_out *c, struct str s)
{
	struct arena a;
	struct str text;
	bool begins = true;

	arena_init(&a, 0);
	text = str_trim(escape_text(&a, s, 32000));
	report_put_z(c->out, c->in_row ? ",\"" : "\"");
	for (size_t at = 0, from = 0; at < text.len; from = at) {
		uint32_t cp = utf8_next(text, &at);

		if (begins && begins_formula(cp))
			report_put_z(c->out, "'");
		if (!is_blank(cp) && cp != '"')
			begins = cp == ';';
		if (cp == '"')
			report_put_z(c->out, "\"");
		report_put(c->out, str_part(text, from, at - from));
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
