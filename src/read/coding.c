/*
 * Letters that do not stand for themselves: coding lines of Python and Ruby, and quotes of PowerShell that are only
 * some in the code page of an older version.
 */
#include "read/blocklex.h"
#include "read/script.h"

/* The name in "# -*- coding: NAME -*-" of the first two lines; "" without. */
static struct str coding_cookie(struct str text)
{
	struct str line;

	for (int i = 0; i < 2 && str_line(&text, &line); i++) {
		size_t at = 0, n = 0;

		line = str_trim(line);
		if (line.len && line.p[0] != '#')
			return STR("");
		while ((n = str_find_z(str_part(line, at, line.len), "coding")) != SIZE_MAX) {
			at += n + 6;
			if (at < line.len && (line.p[at] == ':' || line.p[at] == '='))
				break;
		}
		if (n == SIZE_MAX)
			continue;
		line = str_trim(str_part(line, at + 1, line.len));
		n = 0;
		while (n < line.len && (line.p[n] == '-' || line.p[n] == '_' || line.p[n] == '.' || (line.p[n] >= '0' && line.p[n] <= '9') ||
			((line.p[n] | 32) >= 'a' && (line.p[n] | 32) <= 'z')))
			n++;
		return str_part(line, 0, n);
	}
	return STR("");
}

/* The name as Python compares it: small letters, one mark for all that parts words. */
static struct str cookie_plain(struct arena *a, struct str name)
{
	char *p = arena_alloc(a, name.len + 1);

	for (size_t i = 0; i < name.len; i++)
		p[i] = name.p[i] >= 'A' && name.p[i] <= 'Z' ? (char)(name.p[i] + 32) : name.p[i] == '-' || name.p[i] == '.' ? '_' : name.p[i];
	return str_view(p, name.len);
}

/*
 * Where letters do not stand for themselves, what runs is not what is read. In these they do, byte by byte; all
 * others (UTF-7, escapes, EBCDIC, those that shift) are taken to hide, whatever aliases they have.
 */
static bool cookie_is_plain(struct str name)
{
	static const char *const plain[] = {"utf_8", "utf8", "u8", "ascii", "us_ascii", "646", "latin", "l1", "iso_8859", "iso8859", "8859",
		"cp125", "windows_125", "cp43", "cp7", "cp8", "koi8", "mac", "tis", "euc", "ujis", "gb2312", "kz1048", "ptcp154"};

	for (size_t i = 0; i < sizeof(plain) / sizeof(*plain); i++)
		if (str_starts(name, plain[i]))
			return true;
	return name.len == 0;
}

/* Also where only comments changed: decoded, they may be none. */
static void cookie_facts(struct read_in *in, struct str text, struct str old)
{
	struct str name = cookie_plain(in->arena, coding_cookie(text));

	if (cookie_is_plain(name) || (!str_has(name, "escape") && str_equal(cookie_plain(in->arena, coding_cookie(old)), name)))
		return;
	read_fact(in, &(struct fact){.kind = FACT_OBFUSCATED, .unit = FACT_NO_UNIT, .key = STR("coding-cookie"), .value = name,
		.number = text.len, .line = 1, .excerpt = str_part(text, 0, 80)});
}

/* ---- PowerShell 5.1, to which a file without a mark is in the code page of the machine ---- */

/* Code stays, what is a literal or a comment turns blank. */
static struct str only_code(struct arena *a, struct str script)
{
	char *out = arena_alloc(a, script.len + 1);
	struct blocklex lx;
	struct token t;

	memset(out, ' ', script.len);
	blocklex_init(&lx, script, BLOCK_POWERSHELL, false);
	while (blocklex_next(&lx, &t))
		if (t.kind != TOKEN_STRING && t.kind != TOKEN_COMMENT)
			memcpy(out + t.at, script.p + t.at, t.len);
	return str_view(out, script.len);
}

/* Words of code that nobody has in a message beside a letter that is cut. */
static bool acts(struct str code)
{
	static const char *const words[] = {"iex", "invoke-", "iwr", "irm", "downloadstring", "downloadfile", "downloaddata", "new-object",
		"start-", "frombase64", "scriptblock", "reflection", "add-type", "set-mppreference", ".invoke", "-enc"};

	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		if (str_has_nocase(code, words[i]))
			return true;
	return false;
}

/* Where code begins that is none in UTF-8, SIZE_MAX without. */
static size_t hidden_code(struct arena *a, struct str text)
{
	struct str wide = script_of_powershell(a, text), narrow = script_of_powershell(a, powershell_of_code_page(a, text));
	struct str rest, line;
	char *only;

	if (str_equal(wide, narrow))
		return SIZE_MAX;
	wide = only_code(a, wide);
	narrow = only_code(a, narrow);
	only = arena_alloc(a, text.len + 1);
	for (size_t i = 0; i < text.len; i++)
		only[i] = text.p[i] == '\n' ? '\n' : wide.p[i] == ' ' ? narrow.p[i] : ' ';
	for (rest = str_view(only, text.len); str_line(&rest, &line);)
		if (acts(line))
			return (size_t)(line.p - only);
	return SIZE_MAX;
}

static void code_page_facts(struct read_in *in, struct str text, struct str old)
{
	size_t at;

	if (in->new_.len > 2 && (in->new_.base[0] >= 0xfe || in->new_.base[0] == 0xef))
		return; /* the mark of UTF-16 or UTF-8 */
	at = hidden_code(in->arena, text);
	if (at == SIZE_MAX || (old.p && hidden_code(in->arena, old) != SIZE_MAX))
		return;
	read_fact(in, &(struct fact){.kind = FACT_OBFUSCATED, .unit = FACT_NO_UNIT, .key = STR("code-page"), .value = STR("Windows-1252"),
		.number = text.len, .line = line_of(line_index_make(in->arena, text), at, NULL), .excerpt = str_part(text, at, 160)});
}

void coding_facts(struct read_in *in, enum language lang, struct str text, struct str old)
{
	if (lang == LANGUAGE_PYTHON || lang == LANGUAGE_RUBY)
		cookie_facts(in, text, old);
	if (lang == LANGUAGE_POWERSHELL)
		code_page_facts(in, text, old);
}
