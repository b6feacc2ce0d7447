#include "read/hook_script.h"

#include "read/align.h"
#include "read/shell_command.h"

/* The member's text with everything blank but this part: lines stay where they are. */
static struct str only(struct arena *a, struct str text, size_t at, struct str part)
{
	char *p = arena_alloc(a, text.len + 1);

	for (size_t i = 0; i < text.len; i++)
		p[i] = text.p[i] == '\n' ? '\n' : ' ';
	memcpy(p + at, part.p, part.len);
	return str_view(p, text.len);
}

static enum status analyse(struct read_in *in, enum language lang, struct str text, size_t shift)
{
	struct read_in alone = *in;
	struct align al;
	struct unit_span *units = NULL;
	size_t n_units = 0;
	struct line_index *lines = line_index_make(in->arena, text);

	alone.has_old = false;
	alone.old = cursor_of(NULL, 0);
	alone.format = FORMAT_TEXT;
	TRY(align_texts(&alone, lang, STR_NONE, text, &al));
	TRY(align_units(&alone, lang, text, STR_NONE, &al, &units, &n_units));
	if (!al.n_fresh)
		return STATUS_OK;
	if (lang == LANGUAGE_SHELL)
		return sh_analyse(&alone, text, shift, STR_NONE, &al, units, n_units, lines);
	return js_analyse(&alone, lang, text, shift, STR_NONE, &al, units, n_units, lines);
}

enum status hook_script(
	struct read_in *in, struct str text, size_t shift, size_t at, struct str command)
{
	struct str code = command_inline_code(command);

	if (!command.len || at > text.len || command.len > text.len - at)
		return STATUS_OK;
	if (!budget_step(in->budget, text.len / 16 + 1))
		return STATUS_LIMIT;
	TRY(analyse(in, LANGUAGE_SHELL, only(in->arena, text, at, command), shift));
	if (!code.len)
		return STATUS_OK;
	return analyse(in, LANGUAGE_JAVASCRIPT,
		only(in->arena, text, at + (size_t)(code.p - command.p), code), shift);
}
