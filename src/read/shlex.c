#include "read/shlex.h"

void shlex_init(struct shlex *lx, struct str text, bool want_lines)
{
	memset(lx, 0, sizeof(*lx));
	if (text.len > TOKEN_TEXT_MAX)
		text.len = TOKEN_TEXT_MAX;
	lx->text = text;
	lx->want_lines = want_lines;
	lx->line_given = true;
}

static bool is_word(uint8_t c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
		c >= 0x80 || c == '_' || c == '-' || c == '.' || c == '/';
}

static bool is_blank(uint8_t c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\v' || c == '\f';
}

static void shlex_seal(struct shlex *lx, struct token *t)
{
	lx->pos += t->len;
	t->hash = t->kind == TOKEN_NEWLINE ? TOKEN_NEWLINE :
		token_hash(lx->text.p + t->at, t->len, t->kind);
}

bool shlex_next(struct shlex *lx, struct token *t)
{
	struct str s = lx->text;
	bool new_line = lx->pos == 0 || s.p[lx->pos - 1] == '\n';
	size_t end;

	memset(t, 0, sizeof(*t));
	for (; lx->pos < s.len; lx->pos++) {
		uint8_t c = (uint8_t)s.p[lx->pos];

		if (c == '\n') {
			new_line = true;
			if (!lx->line_given && lx->want_lines)
				break;
		} else if (!is_blank(c)) {
			break;
		}
	}
	t->at = (uint32_t)lx->pos;
	if (lx->pos >= s.len)
		return false;
	if (new_line)
		t->flags |= TOKEN_ON_NEW_LINE;
	if (s.p[lx->pos] == '\n') {
		t->kind = TOKEN_NEWLINE;
		t->len = 1;
		lx->line_given = true;
		shlex_seal(lx, t);
		return true;
	}
	lx->line_given = false;
	for (end = lx->pos; end < s.len && is_word((uint8_t)s.p[end]); end++)
		;
	t->kind = end > lx->pos ? TOKEN_WORD : TOKEN_PUNCT;
	t->len = end > lx->pos ? (uint32_t)(end - lx->pos) : 1;
	if (t->kind == TOKEN_PUNCT)
		t->sub = (uint8_t)s.p[lx->pos];
	shlex_seal(lx, t);
	return true;
}
