/*
 * Scripts from end to end: decode, align with OLD, cut into units, look at their placement and at
 * lost checks, then hand the changed units to the analyser of the language.
 */
#include "read/macro_lines.h"
#include "read/own_modules.h"
#include "read/reach.h"
#include "read/script.h"
#include "read/package_script.h"
#include "read/user_rules.h"
#include "util/glob.h"

enum { SCRIPT_MAX_BYTES = 64 << 20, HEAD_BYTES = 512, PHP_HEAD_BYTES = 64 << 10 };

static struct str first_line(struct cursor bytes)
{
	struct str s = str_view(bytes.base, bytes.len < HEAD_BYTES ? bytes.len : HEAD_BYTES), line = STR_NONE;

	if (s.p && str_starts(s, "\xef\xbb\xbf"))
		s = str_part(s, 3, s.len);
	if (s.p)
		str_line(&s, &line);
	return line;
}

static enum language language_of_shebang(struct str line)
{
	static const char *const shells[] = {"sh", "bash", "dash", "ash", "ksh", "zsh", "mksh"};
	static const char *const engines[] = {"node", "nodejs", "deno", "bun", "electron", "ts-node", "tsx"};
	struct str word;

	if (!str_starts(line, "#!"))
		return LANGUAGE_NONE;
	line = str_trim(str_part(line, 2, line.len));
	for (int i = 0; i < 6 && line.len; i++) { /* /usr/bin/env -S NAME=x node --flag */
		size_t n = 0;

		while (n < line.len && line.p[n] != ' ' && line.p[n] != '\t')
			n++;
		word = str_basename(str_part(line, 0, n));
		line = str_trim(str_part(line, n, line.len));
		for (size_t k = 0; k < sizeof(shells) / sizeof(shells[0]); k++)
			if (str_is(word, shells[k]))
				return LANGUAGE_SHELL;
		for (size_t k = 0; k < sizeof(engines) / sizeof(engines[0]); k++)
			if (str_is(word, engines[k]))
				return LANGUAGE_JAVASCRIPT;
		if (str_starts(word, "php"))
			return LANGUAGE_PHP;
		if (str_starts(word, "ruby") || str_is(word, "rake"))
			return LANGUAGE_RUBY;
		if (str_is(word, "pwsh") || str_is(word, "powershell"))
			return LANGUAGE_POWERSHELL;
		if (str_starts(word, "python") || str_is(word, "pypy") || str_is(word, "pypy3"))
			return LANGUAGE_PYTHON;
		if (!str_is(word, "env") && !str_is(word, "busybox") && !str_starts(word, "-") && !str_has(word, "="))
			return LANGUAGE_TEXT; /* another interpreter */
	}
	return LANGUAGE_NONE;
}

static const struct {
	const char *ending;
	enum language lang;
} endings[] = {
	{".php", LANGUAGE_PHP}, {".phtml", LANGUAGE_PHP}, {".php5", LANGUAGE_PHP}, {".php7", LANGUAGE_PHP},
	{".phar", LANGUAGE_PHP}, {".inc", LANGUAGE_PHP}, {".module", LANGUAGE_PHP},
	{".js", LANGUAGE_JAVASCRIPT}, {".mjs", LANGUAGE_JAVASCRIPT}, {".cjs", LANGUAGE_JAVASCRIPT},
	{".jsx", LANGUAGE_JAVASCRIPT}, {".es6", LANGUAGE_JAVASCRIPT}, {".es", LANGUAGE_JAVASCRIPT},
	{".ts", LANGUAGE_TYPESCRIPT}, {".mts", LANGUAGE_TYPESCRIPT}, {".cts", LANGUAGE_TYPESCRIPT},
	{".tsx", LANGUAGE_TSX}, {".html", LANGUAGE_JAVASCRIPT}, {".htm", LANGUAGE_JAVASCRIPT},
	{".xhtml", LANGUAGE_JAVASCRIPT}, {".hta", LANGUAGE_JAVASCRIPT}, {".vue", LANGUAGE_TYPESCRIPT},
	{".svelte", LANGUAGE_TYPESCRIPT}, {".svg", LANGUAGE_JAVASCRIPT}, {".sh", LANGUAGE_SHELL}, {".bash", LANGUAGE_SHELL},
	{".dash", LANGUAGE_SHELL}, {".zsh", LANGUAGE_SHELL}, {".ksh", LANGUAGE_SHELL},
	{".command", LANGUAGE_SHELL}, {".bashrc", LANGUAGE_SHELL}, {".profile", LANGUAGE_SHELL},
	{".zshrc", LANGUAGE_SHELL}, {".m4", LANGUAGE_SHELL}, {"/configure", LANGUAGE_SHELL},
	{"/configure.ac", LANGUAGE_SHELL}, {"/configure.in", LANGUAGE_SHELL},
	{"/PKGBUILD", LANGUAGE_SHELL}, {".ebuild", LANGUAGE_SHELL}, {".eclass", LANGUAGE_SHELL}, {"/APKBUILD", LANGUAGE_SHELL}, {".py", LANGUAGE_PYTHON},
	{".pyw", LANGUAGE_PYTHON}, {".pyi", LANGUAGE_PYTHON}, {".pth", LANGUAGE_PYTHON},
	{".c", LANGUAGE_C}, {".h", LANGUAGE_C}, {".ps1", LANGUAGE_POWERSHELL}, {".psm1", LANGUAGE_POWERSHELL}, {".psd1", LANGUAGE_POWERSHELL},
	{".go", LANGUAGE_GO}, {".rb", LANGUAGE_RUBY}, {".gemspec", LANGUAGE_RUBY}, {".rake", LANGUAGE_RUBY}, {".ru", LANGUAGE_RUBY}, {"/Rakefile", LANGUAGE_RUBY},
	{"/Gemfile", LANGUAGE_RUBY}, {"/Podfile", LANGUAGE_RUBY}, {".podspec", LANGUAGE_RUBY},
};

/* A file that another one includes may be called anything; behind the mark of an image it is one still. */
static bool begins_php(struct cursor bytes)
{
	struct str s = bytes.base ? str_view(bytes.base, bytes.len < 64 ? bytes.len : 64) : STR_NONE;
	size_t at = str_find_z(s, "<?php");

	return at != SIZE_MAX && (at == 0 || str_trim(str_part(s, 0, at)).len == 0 || str_starts(s, "GIF8") || str_starts(s, "\xef\xbb\xbf"));
}

/* Does it open PHP anywhere near its beginning? */
static bool is_php(struct cursor bytes)
{
	struct str s = str_view(bytes.base, bytes.len < PHP_HEAD_BYTES ? bytes.len : PHP_HEAD_BYTES);

	return bytes.base && str_has(s, "<?");
}

/* A picture that is opened by itself runs what stands in it. */
static bool is_scripted(struct cursor bytes)
{
	struct str s = str_view(bytes.base, bytes.base ? bytes.len : 0);

	return str_has(s, "<script") || str_has(s, "javascript:") || str_has(s, " onload=") || str_has(s, " onclick=") || str_has(s, " onbegin=") || str_has(s, " onerror=");
}

bool script_is_page(struct str path)
{
	static const char *const pages[] = {".html", ".htm", ".xhtml", ".hta", ".vue", ".svelte", ".svg"};

	for (size_t i = 0; i < sizeof(pages) / sizeof(pages[0]); i++)
		if (str_ends_nocase(path, pages[i]))
			return true;
	return false;
}

/* Places whose files an interpreter runs, whatever they are called and begin with. */
static enum language language_of_place(struct str path)
{
	static const struct {
		const char *place;
		enum language lang;
	} places[] = {{"etc/profile", LANGUAGE_SHELL}, {"etc/bash.bashrc", LANGUAGE_SHELL}, {"etc/bashrc", LANGUAGE_SHELL},
		{"etc/profile.d/*", LANGUAGE_SHELL}, {"etc/zsh/*", LANGUAGE_SHELL}, {"etc/zshrc", LANGUAGE_SHELL},
		{"etc/zprofile", LANGUAGE_SHELL}, {"etc/zshenv", LANGUAGE_SHELL}, {"etc/rc.local", LANGUAGE_SHELL},
		{"etc/init.d/*", LANGUAGE_SHELL}, {"etc/default/*", LANGUAGE_SHELL}, {".husky/*", LANGUAGE_SHELL}, {".git/hooks/*", LANGUAGE_SHELL},
		{"meta/hooks/*", LANGUAGE_SHELL}, {"etc/cron.hourly/*", LANGUAGE_SHELL}, {"etc/cron.daily/*", LANGUAGE_SHELL},
		{"etc/cron.weekly/*", LANGUAGE_SHELL}, {"etc/cron.monthly/*", LANGUAGE_SHELL},
		{"bash-completion/completions/*", LANGUAGE_SHELL}, {"bash_completion.d/*", LANGUAGE_SHELL},
		{"zsh/vendor-completions/_*", LANGUAGE_SHELL}, {"zsh/site-functions/_*", LANGUAGE_SHELL},
		{"fish/**/*.fish", LANGUAGE_SHELL}, {"Xsession.d/*", LANGUAGE_SHELL}, {"xinitrc.d/*", LANGUAGE_SHELL},
		{"dhclient-*-hooks.d/*", LANGUAGE_SHELL}, {"etc/ssh/sshrc", LANGUAGE_SHELL}, {"**/.envrc", LANGUAGE_SHELL},
		{"**/.bash_profile", LANGUAGE_SHELL}, {"**/.bash_logout", LANGUAGE_SHELL}, {"**/.zshenv", LANGUAGE_SHELL},
		{"**/.zprofile", LANGUAGE_SHELL}, {"**/.INSTALL", LANGUAGE_SHELL},
		{"polkit-1/rules.d/*.rules", LANGUAGE_JAVASCRIPT}, {"**/wscript", LANGUAGE_PYTHON},
		{"**/SConstruct", LANGUAGE_PYTHON}, {"**/SConscript", LANGUAGE_PYTHON}, {"**/.pdbrc", LANGUAGE_PYTHON},
		{"**/.irbrc", LANGUAGE_RUBY}, {"**/.pryrc", LANGUAGE_RUBY}, {"**/Vagrantfile", LANGUAGE_RUBY},
		{"**/Brewfile", LANGUAGE_RUBY}, {"**/Fastfile", LANGUAGE_RUBY}, {"**/Guardfile", LANGUAGE_RUBY},
		{"**/Dangerfile", LANGUAGE_RUBY}};

	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++)
		if (glob_ends(places[i].place, path))
			return places[i].lang;
	return LANGUAGE_NONE;
}

/*
 * Who is known to run it decides first. The extension comes before the first line: node and import do not care for a #! line, and a file
 * that is loaded by its name must not be read as something else.
 */
enum language script_language(const struct read_in *in)
{
	enum language by_line = language_of_shebang(first_line(in->new_));
	struct str path = in->path;

	if (in->hints & READ_HINT_SCRIPT_JS)
		return LANGUAGE_JAVASCRIPT;
	if (in->hints & READ_HINT_SCRIPT_SH)
		return LANGUAGE_SHELL;
	if (in->hints & READ_HINT_SCRIPT_PY)
		return LANGUAGE_PYTHON;
	for (size_t i = 0; i < sizeof(endings) / sizeof(endings[0]); i++) {
		const char *e = endings[i].ending;

		if (!str_ends_nocase(path, e) && (e[0] != '/' || !str_equal_nocase(path, str_of(e + 1))))
			continue;
		if (endings[i].lang == LANGUAGE_PHP && !is_php(in->new_))
			continue; /* .inc is anything */
		if (str_is(str_of(e), ".svg") && !is_scripted(in->new_))
			continue;
		return endings[i].lang;
	}
	if (in->hints & READ_HINT_PROGRAM_JS && by_line == LANGUAGE_NONE)
		return LANGUAGE_JAVASCRIPT;
	if (by_line != LANGUAGE_NONE)
		return by_line == LANGUAGE_TEXT ? LANGUAGE_NONE : by_line;
	if (in->hints & READ_HINT_HOOK || package_script(path).len)
		return LANGUAGE_SHELL;
	return begins_php(in->new_) ? LANGUAGE_PHP : language_of_place(path);
}

/* --- pages --- */

static int lower(char c)
{
	return c >= 'A' && c <= 'Z' ? c + 32 : c;
}

static bool at_nocase(struct str s, size_t at, const char *word)
{
	size_t n = strlen(word);

	if (at > s.len || n > s.len - at)
		return false;
	for (size_t i = 0; i < n; i++)
		if (lower(s.p[at + i]) != word[i])
			return false;
	return true;
}

/* Copies the value of an attribute that holds code; the quotes become semicolons. */
static void keep_value(struct str page, char *out, size_t from, size_t to)
{
	if (from > 0)
		out[from - 1] = ';';
	memcpy(out + from, page.p + from, to - from);
	if (to < page.len)
		out[to] = ';';
}

/* <![CDATA[ ... ]]> is a mark of the page's grammar, not of the script's. */
static void drop_marks(char *out, size_t from, size_t to)
{
	static const char open[] = "<![CDATA[", close[] = "]]>";
	size_t at = from;

	while (at < to && (uint8_t)out[at] <= ' ')
		at++;
	if (to - at >= sizeof(open) - 1 && memcmp(out + at, open, sizeof(open) - 1) == 0)
		memset(out + at, ' ', sizeof(open) - 1);
	while (to > at && (uint8_t)out[to - 1] <= ' ')
		to--;
	if (to - at >= sizeof(close) - 1 && memcmp(out + to - (sizeof(close) - 1), close, sizeof(close) - 1) == 0)
		memset(out + to - (sizeof(close) - 1), ' ', sizeof(close) - 1);
}

/* Attributes from `at` to the tag's end; returns where the tag ends (behind '>'). */
static size_t tag_walk(struct str page, size_t at, char *out, bool *ret_data)
{
	*ret_data = false;
	while (at < page.len && page.p[at] != '>') {
		size_t name = at, from, to;
		bool code, is_type;
		char quote;

		while (at < page.len && page.p[at] != '=' && page.p[at] != '>' && (uint8_t)page.p[at] > ' ')
			at++;
		code = at_nocase(page, name, "on") && at - name > 3 && at - name < 32;
		is_type = at_nocase(page, name, "type") && at - name == 4;
		if (at >= page.len || page.p[at] != '=') {
			at += at < page.len && page.p[at] != '>';
			continue;
		}
		at++;
		quote = at < page.len ? page.p[at] : 0;
		if (quote == '"' || quote == '\'') {
			const char *end = memchr(page.p + at + 1, quote, page.len - at - 1);

			from = at + 1;
			to = end ? (size_t)(end - page.p) : page.len;
			at = to + (end != NULL);
		} else {
			from = at;
			while (at < page.len && page.p[at] != '>' && (uint8_t)page.p[at] > ' ')
				at++;
			to = at;
		}
		if (at_nocase(page, from, "javascript:"))
			keep_value(page, out, from + 11, to);
		else if (code)
			keep_value(page, out, from, to);
		if (is_type && (at_nocase(page, from, "application/json") || at_nocase(page, from, "application/ld") ||
			at_nocase(page, from, "text/template") || at_nocase(page, from, "text/x-") ||
			at_nocase(page, from, "importmap")))
			*ret_data = true;
	}
	return at < page.len ? at + 1 : at;
}

struct str script_of_page(struct arena *a, struct str page)
{
	char *out = arena_alloc(a, page.len + 1);
	size_t at = 0;
	bool no_more_ends = false;

	for (size_t i = 0; i < page.len; i++)
		out[i] = page.p[i] == '\n' ? '\n' : ' ';
	while (at < page.len) {
		const char *tag = memchr(page.p + at, '<', page.len - at);
		bool script, data;
		size_t end;

		if (!tag)
			break;
		at = (size_t)(tag - page.p) + 1;
		script = at_nocase(page, at, "script");
		if (at >= page.len || !((lower(page.p[at]) >= 'a' && lower(page.p[at]) <= 'z')))
			continue;
		while (at < page.len && page.p[at] != '>' && (uint8_t)page.p[at] > ' ' && page.p[at] != '/')
			at++;
		at = tag_walk(page, at, out, &data);
		if (!script)
			continue;
		for (end = at; end < page.len && !no_more_ends; end++) {
			const char *close = memchr(page.p + end, '<', page.len - end);

			end = close ? (size_t)(close - page.p) : page.len;
			if (close && at_nocase(page, end, "</script"))
				break;
		}
		if (end >= page.len) {
			end = page.len;
			no_more_ends = true;
		}
		if (!data) {
			memcpy(out + at, page.p + at, end - at);
			drop_marks(out, at, end);
			if (end < page.len)
				out[end] = ';';
		}
		at = end;
	}
	return str_view(out, page.len);
}

/* --- the readers --- */

/* A script with stray NUL bytes still runs in places: read it as bytes if it is mostly text. */
static bool script_text(struct read_in *in, struct cursor bytes, struct str *ret, size_t *ret_shift)
{
	size_t nul = 0, n = bytes.len < 8192 ? bytes.len : 8192;

	if (read_text(in->arena, bytes, ret, ret_shift))
		return true;
	if (!bytes.base)
		return false;
	for (size_t i = 0; i < n; i++)
		nul += bytes.base[i] < 9 || bytes.base[i] >= 0x80;
	*ret = str_view(bytes.base, bytes.len);
	*ret_shift = 0;
	return nul * 20 <= n;
}

static uint64_t fresh_bytes(const struct align *al)
{
	uint64_t n = 0;

	for (size_t i = 0; i < al->n_fresh; i++)
		n += al->fresh[i].to - al->fresh[i].from;
	return n;
}

static void cover_script(struct read_in *in, const struct align *al, enum status status)
{
	uint64_t blind = fresh_bytes(al);

	if (blind > in->new_.len)
		blind = in->new_.len;
	if (status == STATUS_OK || status == STATUS_DAMAGED) {
		read_cover(in, COVER_PARSED, in->new_.len, "");
	} else {
		read_cover(in, COVER_PARSED, in->new_.len - blind, "");
		read_cover(in, COVER_BLIND, blind, status == STATUS_LIMIT ? "over budget" : "not analysed");
	}
}

/* Did what OLD lost reach out? Then it is worth asking whether OLD was the bad one. */
static bool lost_reaches(enum language lang, struct str old, const struct align *al)
{
	for (size_t i = 0; i < al->n_lost; i++) {
		struct str lost = str_part(old, al->lost[i].from, al->lost[i].to - al->lost[i].from);

		if (text_reaches(lang, lost) || text_could_hide(lost))
			return true;
	}
	return false;
}

static enum status script_read(struct read_in *in)
{
	enum language lang = script_language(in);
	struct str text, page, old = STR_NONE, old_page, path;
	size_t shift, old_shift, n_units = 0;
	struct unit_span *units = NULL;
	struct line_index *lines;
	struct read_in alone = *in;
	struct align al;
	enum status status, worst;

	if (in->new_.len > SCRIPT_MAX_BYTES) {
		read_cover(in, COVER_BLIND, in->new_.len, "over budget");
		return STATUS_LIMIT;
	}
	if (!script_text(in, in->new_, &text, &shift)) {
		read_cover(in, COVER_BLIND, in->new_.len, "not text");
		return STATUS_UNSUPPORTED;
	}
	if (str_ends_nocase(in->path, ".d.ts") || str_ends_nocase(in->path, ".pyi") || str_ends_nocase(in->path, ".d.mts") ||
		str_ends_nocase(in->path, ".d.cts")) {
		if (!in->hints) {
			read_cover(in, COVER_PARSED, in->new_.len, "");
			return STATUS_OK;
		}
	}
	if (!in->has_old || in->old.len > SCRIPT_MAX_BYTES || !script_text(in, in->old, &old, &old_shift)) {
		alone.has_old = false; /* nothing to compare with: all of it is new */
		old = STR_NONE;
	}
	text = script_lines(in->arena, lang, text);
	old = script_lines(in->arena, lang, old);
	page = text;
	old_page = old;
	path = str_ends_nocase(in->path, ".svg") && in->hints & (READ_HINT_SCRIPT_JS | READ_HINT_PROGRAM_JS) ? STR("program.js") : in->path;
	text = script_code(in->arena, path, lang, text);
	old = script_code(in->arena, path, lang, old);
	in = &alone;
	worst = align_texts(in, lang, old, text, &al);
	status = align_units(in, lang, text, old, &al, &units, &n_units);
	if (worst == STATUS_OK)
		worst = status;
	lines = line_index_make(in->arena, text);
	hidden_facts(in, script_is_page(path) ? LANGUAGE_TEXT : lang, page, &al, lines);
	if (old.p)
		guard_facts(in, lang, old, text, &al, lines);
	if (lang == LANGUAGE_SHELL && is_build_macro(in->path))
		macro_facts(in);
	if (lang == LANGUAGE_GO && str_has(text, "//go:generate"))
		generate_facts(in);
	if (!budget_step(in->budget, 1) && worst == STATUS_OK)
		worst = STATUS_LIMIT; /* not all may have been asked */
	if (old.p && language_is_js(lang))
		own_module_facts(in, text, old, units, n_units, lines);
	if (old.p && lost_reaches(lang, old, &al))
		read_fact(in, &(struct fact){.kind = FACT_LOST_REACH, .unit = FACT_NO_UNIT, .flags = FACT_REMOVED});
	coding_facts(in, lang, page, old_page);
	if (al.n_fresh || in->hints & READ_HINT_ENDS) {
		status = STATUS_OK;
		if (lang == LANGUAGE_SHELL)
			status = sh_analyse(in, text, shift, old, &al, units, n_units, lines);
		else if (in->hints & READ_HINT_ENDS || user_rules_have(lang) || script_needs_analysis(lang, text, units, n_units))
			status = js_analyse(in, lang, text, shift, old, &al, units, n_units, lines);
		if (worst == STATUS_OK || status == STATUS_LIMIT)
			worst = status;
	}
	cover_script(in, &al, worst);
	return worst;
}

static bool is_mostly_text(const struct read_in *in)
{
	size_t n = in->new_.len < 4096 ? in->new_.len : 4096, strange = 0;

	if (in->format == FORMAT_TEXT || in->new_.len == 0)
		return true;
	if (n >= 2 && in->new_.base[0] >= 0xfe && in->new_.base[1] >= 0xfe)
		return true; /* UTF-16 */
	for (size_t i = 0; i < n; i++)
		strange += in->new_.base[i] < 9 || (in->new_.base[i] < ' ' && in->new_.base[i] > 13);
	return strange * 20 <= n;
}

static int script_claim(const struct read_in *in, enum language_family family)
{
	enum language lang = script_language(in);

	if (lang == LANGUAGE_NONE || language_family(lang) != family || !is_mostly_text(in))
		return 0;
	return 90;
}

static int javascript_claim(const struct read_in *in)
{
	return script_language(in) == LANGUAGE_PHP ? 0 : script_claim(in, FAMILY_JAVASCRIPT);
}

static int php_claim(const struct read_in *in)
{
	return script_language(in) == LANGUAGE_PHP ? script_claim(in, FAMILY_JAVASCRIPT) : 0;
}

static int python_claim(const struct read_in *in)
{
	return script_claim(in, FAMILY_PYTHON);
}

static int powershell_claim(const struct read_in *in)
{
	return script_language(in) == LANGUAGE_POWERSHELL ? script_claim(in, FAMILY_BLOCKS) : 0;
}

static int ruby_claim(const struct read_in *in)
{
	return script_language(in) == LANGUAGE_RUBY ? script_claim(in, FAMILY_BLOCKS) : 0;
}

static int c_claim(const struct read_in *in)
{
	return script_language(in) == LANGUAGE_C ? script_claim(in, FAMILY_C) : 0;
}

static int go_claim(const struct read_in *in)
{
	return script_language(in) == LANGUAGE_GO ? script_claim(in, FAMILY_C) : 0;
}

static int shell_claim(const struct read_in *in)
{
	return script_claim(in, FAMILY_WORDS);
}

const struct reader reader_javascript = {
	"javascript", "JavaScript and TypeScript, also inside pages", javascript_claim, script_read};
const struct reader reader_python = {"python", "Python, also in .pth files", python_claim, script_read};
const struct reader reader_php = {"php", "PHP, also inside pages", php_claim, script_read};
const struct reader reader_powershell = {"powershell", "PowerShell scripts, modules and what -EncodedCommand holds", powershell_claim, script_read};
const struct reader reader_ruby = {"ruby", "Ruby, gem specifications and rake files", ruby_claim, script_read};
const struct reader reader_go = {"go", "Go source", go_claim, script_read};
const struct reader reader_c = {"c", "C source", c_claim, script_read};
const struct reader reader_shell = {"shell", "shell scripts and maintainer scripts", shell_claim, script_read};
