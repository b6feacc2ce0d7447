#include "read/command_words.h"

static void words_of(struct str command, struct command_words *ret)
{
	size_t i = 0;

	ret->n = 0;
	ret->text = str_trim(command);
	while (i < command.len && ret->n < COMMAND_WORDS_MAX) {
		size_t from;
		char end = ' ';

		while (i < command.len && (command.p[i] == ' ' || command.p[i] == '\t'))
			i++;
		if (i < command.len && (command.p[i] == '"' || command.p[i] == '\''))
			end = command.p[i++];
		for (from = i; i < command.len && command.p[i] != end; i++)
			;
		if (i > from)
			ret->w[ret->n++] = str_part(command, from, i - from);
		i += i < command.len;
	}
}

bool command_next(struct str *rest, struct command_words *ret)
{
	struct str all = *rest;
	size_t to = 0;
	char quote = 0;

	if (!all.len)
		return false;
	for (; to < all.len && (quote || !strchr(";&|\n", all.p[to]) || !all.p[to]); to++) {
		char c = all.p[to];

		if (quote ? c == quote : c == '"' || c == '\'')
			quote = quote ? 0 : c;
	}
	words_of(str_part(all, 0, to), ret);
	*rest = str_part(all, to + 1, all.len);
	return true;
}
