#include "read/perl.h"

#include "read/fresh_lines.h"

enum { SENT_MAX = 32 };

bool is_perl(struct str path, struct cursor bytes)
{
	static const char *const endings[] = {".pl", ".pm", ".cgi"};
	struct str head = str_view(bytes.base, bytes.len < 64 ? bytes.len : 64), line;

	if (bytes.base && str_starts(head, "#!") && str_line(&head, &line))
		return str_has(line, "perl");
	for (size_t i = 0; i < sizeof(endings) / sizeof(endings[0]); i++)
		if (str_ends_nocase(path, endings[i]))
			return true;
	return false;
}

static bool in_word(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

/* Where a word stands by itself, SIZE_MAX if it does not. */
static size_t word_at(struct str line, const char *word)
{
	size_t n = strlen(word), from = 0;

	while (from < line.len) {
		size_t at = str_find_z(str_part(line, from, line.len), word);

		if (at == SIZE_MAX)
			return SIZE_MAX;
		at += from;
		if ((!at || (!in_word(line.p[at - 1]) && line.p[at - 1] != '$' && line.p[at - 1] != '>' && line.p[at - 1] != '\'' &&
				    line.p[at - 1] != '"')) &&
			(at + n >= line.len || !in_word(line.p[at + n])))
			return at;
		from = at + n;
	}
	return SIZE_MAX;
}

/* What a client of the server sent, as scripts of its kind name it. */
static bool brings_request(struct str s)
{
	static const char *const words[] = {"$in{", "$FORM{", "$form{", "$ENV{QUERY_STRING}", "$ENV{'QUERY_STRING'}", "$ENV{\"QUERY_STRING\"}",
		"$ENV{'HTTP_", "$ENV{HTTP_", "$ENV{\"HTTP_", "->param(", "$query{", "$cgi->", "$params{"};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (str_has(s, words[i]))
			return true;
	return false;
}

/* Words that end the part of a line that a call has for itself. */
static struct str call_part(struct str line, size_t from)
{
	size_t end = from;

	while (end < line.len && line.p[end] != ';')
		end++;
	return str_part(line, from, end);
}

/* What a line runs: the word, and in ret what is handed to it. */
static const char *runs_what(struct str line, struct str *ret)
{
	static const char *const words[] = {"qx", "system", "exec", "eval", "readpipe"};
	size_t open, close;

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		size_t at = word_at(line, words[i]);

		if (at == SIZE_MAX)
			continue;
		*ret = call_part(line, at + strlen(words[i]));
		return words[i];
	}
	open = word_at(line, "open");
	if (open != SIZE_MAX && (str_has(line, "\"-|\"") || str_has(line, "'-|'") || str_has(line, "\"|-\"") || str_has(line, "'|-'"))) {
		size_t mode = str_find_z(line, "|");

		*ret = call_part(line, mode + 3 < line.len ? mode + 3 : line.len);
		return "open";
	}
	open = str_find_z(line, "`");
	close = open == SIZE_MAX ? SIZE_MAX : str_find_z(str_part(line, open + 1, line.len), "`");
	if (close == SIZE_MAX)
		return NULL;
	*ret = str_part(line, open + 1, open + 1 + close);
	return "`command`";
}

/* The variables that somewhere in NEW are set to what the client sent. */
struct sent {
	struct str name[SENT_MAX];
	size_t n;
};

static void sent_collect(struct sent *s, struct read_in *in, struct str text)
{
	struct str line;

	while (s->n < SENT_MAX && str_line(&text, &line) && budget_step(in->budget, 1 + line.len / 32)) {
		size_t is = str_find_z(line, "="), from;

		if (is == SIZE_MAX || !brings_request(str_part(line, is, line.len)))
			continue;
		while (is && line.p[is - 1] == ' ')
			is--;
		for (from = is; from && in_word(line.p[from - 1]);)
			from--;
		if (from && from < is && line.p[from - 1] == '$')
			s->name[s->n++] = str_part(line, from - 1, is - from + 1);
	}
}

/* Is what is run nothing but such a variable, as it stands or unpacked? */
static bool is_sent(const struct sent *s, struct str handed)
{
	static const char *const unpacks[] = {"pack", "decode_base64", "MIME::Base64::decode"};

	for (;;) {
		bool more = false;

		while (handed.len && strchr(" ,('\"/{\t", handed.p[0]))
			handed = str_part(handed, 1, handed.len);
		for (size_t i = 0; i < sizeof(unpacks) / sizeof(unpacks[0]) && !more; i++)
			if (str_starts(handed, unpacks[i])) {
				size_t at = str_find_z(handed, "$");

				handed = str_part(handed, at == SIZE_MAX ? handed.len : at, handed.len);
				more = true;
			}
		if (!more)
			break;
	}
	for (size_t i = 0; i < s->n; i++)
		if (handed.len >= s->name[i].len && str_equal(str_part(handed, 0, s->name[i].len), s->name[i]) &&
			(handed.len == s->name[i].len || !in_word(handed.p[s->name[i].len])))
			return true;
	return false;
}

void perl_facts(struct read_in *in)
{
	struct fresh_lines f;
	struct str line, handed;
	struct sent sent = {.n = 0};

	if (!fresh_begin(&f, in))
		return;
	sent_collect(&sent, in, f.text);
	while (fresh_next(&f, &line)) {
		const char *what = line.p[0] == '#' || line.p[0] == '=' ? NULL : runs_what(line, &handed);
		struct fact x;

		if (!what || (!brings_request(handed) && !is_sent(&sent, handed)))
			continue;
		x = fresh_fact(&f, FACT_FLOW, line);
		x.key = str_is(str_of(what), "eval") ? STR("request>code") : STR("request>exec");
		x.flags = FACT_NEW_SOURCE | FACT_NEW_SINK;
		x.number = 3;
		x.detail = arena_printf(in->arena, "what the client sent\n-> %s", what);
		read_fact(in, &x);
	}
}
