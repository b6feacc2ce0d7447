#include "report/markdown_out.h"

#include <string.h>

#include "util/arena.h"
#include "util/escape.h"

static size_t longest_run(struct str s, char c)
{
	size_t run = 0, most = 0;

	for (size_t i = 0; i < s.len; i++) {
		run = s.p[i] == c ? run + 1 : 0;
		most = run > most ? run : most;
	}
	return most;
}

static void ticks(struct report_out *out, size_t n)
{
	while (n--)
		report_put_z(out, "`");
}

void md_code(struct report_out *out, struct str s, size_t max)
{
	struct arena a;
	struct str text;
	size_t fence;

	arena_init(&a, 0);
	text = escape_text(&a, s, max);
	fence = longest_run(text, '`') + 1;
	if (text.len == 0) {
		report_put_z(out, "–");
	} else {
		ticks(out, fence);
		report_put_z(out, fence > 1 ? " " : "");
		for (size_t i = 0; i < text.len; i++) {
			if (text.p[i] == '|') /* a cell would end here, even inside code */
				report_put_z(out, "\\");
			report_put(out, str_part(text, i, 1));
		}
		report_put_z(out, fence > 1 ? " " : "");
		ticks(out, fence);
	}
	arena_release(&a);
}

void md_block(struct report_out *out, struct str s, size_t max)
{
	struct arena a;
	struct str rest = str_part(s, 0, max), line;
	size_t fence = longest_run(s, '`') + 1;

	arena_init(&a, 0);
	fence = fence < 3 ? 3 : fence;
	report_put_z(out, "\n");
	ticks(out, fence);
	report_put_z(out, "text\n");
	while (str_line(&rest, &line)) {
		report_put(out, escape_text(&a, line, max));
		report_put_z(out, "\n");
	}
	if (s.len > max)
		report_put_z(out, "...\n");
	ticks(out, fence);
	report_put_z(out, "\n\n");
	arena_release(&a);
}

void md_text(struct report_out *out, struct str s)
{
	struct arena a;
	struct str text;

	arena_init(&a, 0);
	text = escape_text(&a, s, 1 << 16);
	for (size_t i = 0; i < text.len; i++) {
		if (text.p[i] == '@' || text.p[i] == '#') { /* a mention or a number would notify people */
			report_put_z(out, text.p[i] == '@' ? "&#64;" : "&#35;");
			continue;
		}
		if (strchr("\\`*_[]<>|~&", text.p[i]) ||
			(text.p[i] == ':' && str_starts(str_part(text, i, 2), ":/")) ||
			(text.p[i] == '.' && str_starts(str_part(text, i < 3 ? 0 : i - 3, 4), "www")))
			report_put_z(out, "\\");
		report_put(out, str_part(text, i, 1));
	}
	arena_release(&a);
}
