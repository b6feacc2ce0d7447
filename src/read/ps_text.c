/*
 * A PowerShell script as it means itself: backticks inside of words say nothing, so they go, and the
 * word is filled up with blanks. Lines and offsets stay.
 */
#include "read/blocklex.h"
#include "read/script.h"

static bool is_word(const struct token *t)
{
	return t->kind == TOKEN_IDENT || t->kind == TOKEN_NUMBER;
}

static bool is_tick(struct str text, const struct token *t)
{
	return t->len == 1 && text.p[t->at] == '`';
}

struct str script_of_powershell(struct arena *a, struct str text)
{
	char *out = NULL;
	size_t from = 0, to = 0, n = 0; /* the word being read, how much of it is written */
	struct blocklex lx;
	struct token t;

	blocklex_init(&lx, text, BLOCK_POWERSHELL, false);
	while (blocklex_next(&lx, &t)) {
		bool tick = is_tick(text, &t), goes_on = tick || is_word(&t);

		if (t.at != to || !goes_on) { /* a new word, or none */
			if (n && n < to - from && out)
				memset(out + from + n, ' ', to - from - n);
			from = goes_on ? t.at : t.at + t.len;
			n = 0;
		}
		if (tick && t.at + 1 < text.len && text.p[t.at + 1] > ' ') {
			if (!out) {
				out = arena_alloc(a, text.len + 1);
				memcpy(out, text.p, text.len);
			}
		} else if (is_word(&t)) {
			if (out)
				memcpy(out + from + n, text.p + t.at, t.len);
			n += t.len;
		}
		to = t.at + t.len;
	}
	if (n && n < to - from && out)
		memset(out + from + n, ' ', to - from - n);
	return out ? str_view(out, text.len) : text;
}
