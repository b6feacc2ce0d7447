#include "read/hook_script.h"

#include "read/embedded.h"
#include "read/shell_command.h"

enum status hook_script(
	struct read_in *in, struct str text, size_t shift, size_t at, size_t len, struct str command)
{
	struct embedded piece = {.code = command, .name = STR("command"), .at = at, .len = len};
	struct str code = command_inline_code(command);

	if (!command.len || at > text.len || len > text.len - at)
		return STATUS_OK;
	TRY(embedded_read(in, text, shift, LANGUAGE_SHELL, &piece, 1, NULL, 0));
	if (!code.len)
		return STATUS_OK;
	piece.code = code;
	if (len >= command.len && str_equal(str_part(text, at, command.len), command)) {
		piece.at = at + (size_t)(code.p - command.p);
		piece.len = code.len;
	}
	return embedded_read(in, text, shift, LANGUAGE_JAVASCRIPT, &piece, 1, NULL, 0);
}
