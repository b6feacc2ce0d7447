/*
 * Rust, Java and kin, Perl, Lua, C++, C#, Dart, Swift, VBScript, Emacs Lisp, Vim, R by their words: what is looked for is
 * a table, what a literal is differs little. Comments are passed over; a call ends where its brackets do, and goes on
 * where the next line begins with a dot.
 */
#include "read/source_calls.h"

#include "read/batch.h"
#include "read/fresh_lines.h"
#include "read/hook_script.h"
#include "read/perl.h"
#include "read/shell_command.h"
#include "util/buf.h"

enum tongue { RUST = 1, JVM = 2, PERL = 4, LUA = 8, CXX = 16, CSHARP = 32, DART = 64, SWIFT = 128,
	GROOVY = 256, ELIXIR = 512, BUILD = 1024 /* Starlark, Meson */, BASIC = 2048, LISP = 4096, VIM = 8192, R = 16384 };
enum what {
	STARTS_SHELL, /* a command line */
	STARTS_BEFORE, /* the text or the list in front of the call */
	STARTS,       /* a program and its arguments */
	FETCHES,
	RUNS, /* text as code */
	ENVIRONMENT, /* all of it */
};
enum { CALL_MAX_BYTES = 4096, COMMAND_MAX_BYTES = 2048, CALLS_MAX = 200, TOGETHER_LINES = 40 };

static const struct {
	const char *ending;
	unsigned language;
} endings[] = {
	{".rs", RUST}, {".java", JVM}, {".kt", JVM}, {".kts", JVM | GROOVY}, {".scala", JVM}, {".groovy", JVM | GROOVY},
	{".gradle", JVM | GROOVY}, {"Jenkinsfile", JVM | GROOVY}, {".ex", ELIXIR}, {".exs", ELIXIR}, {"meson.build", BUILD},
	{".bzl", BUILD}, {"BUILD.bazel", BUILD}, {"/BUILD", BUILD}, {"WORKSPACE", BUILD}, {".pl", PERL}, {".pm", PERL}, {"Makefile.PL", PERL}, {"Build.PL", PERL}, {".lua", LUA},
	{".cc", CXX}, {".cpp", CXX}, {".cxx", CXX}, {".hpp", CXX}, {".hh", CXX}, {".mm", CXX}, {".m", CXX}, {".cs", CSHARP}, {".targets", CSHARP},
	{".props", CSHARP}, {".csproj", CSHARP},
	{".dart", DART}, {".swift", SWIFT}, {".vbs", BASIC}, {".vbe", BASIC}, {".wsf", BASIC}, {".sct", BASIC}, {".bas", BASIC},
	{".el", LISP}, {".vim", VIM}, {".R", R}, {".r", R},
};

static const struct word {
	const char *text;
	enum what what;
	unsigned languages;
} words[] = {
	{"Command::new(", STARTS, RUST},
	{".exec(", STARTS, JVM}, {"ProcessBuilder(", STARTS, JVM},
	{".execute(", STARTS_BEFORE, GROOVY}, {"commandLine", STARTS, GROOVY}, {"sh", STARTS_SHELL, GROOVY}, {"bat", STARTS_SHELL, GROOVY},
	{"System.cmd(", STARTS, ELIXIR}, {"System.shell(", STARTS_SHELL, ELIXIR}, {":os.cmd(", STARTS_SHELL, ELIXIR},
	{"run_command(", STARTS, BUILD}, {"command", STARTS, BUILD}, {".execute(", STARTS, BUILD}, {"cmd", STARTS_SHELL, BUILD},
	{".arguments = ", STARTS, SWIFT},
	{"system", STARTS_SHELL, PERL}, {"exec", STARTS_SHELL, PERL}, {"qx", STARTS_SHELL, PERL}, {"`", STARTS_SHELL, PERL},
	{"os.execute", STARTS_SHELL, LUA}, {"io.popen", STARTS_SHELL, LUA},
	{"start-process-shell-command", STARTS_SHELL, LISP}, {"call-process-shell-command", STARTS_SHELL, LISP},
	{"shell-command-to-string", STARTS_SHELL, LISP}, {"shell-command", STARTS_SHELL, LISP},
	{"system(", STARTS_SHELL, VIM | R}, {"systemlist(", STARTS_SHELL, VIM}, {"job_start(", STARTS_SHELL, VIM}, {"shell(", STARTS_SHELL, R},
	{"eval", RUNS, PERL}, {"load(", RUNS, LUA}, {"loadstring(", RUNS, LUA}, {"(eval ", RUNS, LISP}, {"(eval-buffer", RUNS, LISP}, {"(eval-region", RUNS, LISP}, {"(load ", RUNS, LISP},
	{"execute", RUNS, VIM}, {"exec", RUNS, VIM}, {"eval(", RUNS, R}, {"source(", RUNS, R}, {"URLClassLoader(", RUNS, JVM},
	{"defineClass(", RUNS, JVM}, {"Assembly.Load(", RUNS, CSHARP},
	{"url-retrieve", FETCHES, LISP}, {"url-insert-file-contents", FETCHES, LISP}, {"url-copy-file", FETCHES, LISP},
	{"download.file(", FETCHES, R}, {"url(\"http", FETCHES, R}, {"GET(\"http", FETCHES, R}, {"readLines(\"http", FETCHES, R},
	{"get(\"http", FETCHES, PERL}, {"get('http", FETCHES, PERL},
	{"system(", STARTS_SHELL, CXX}, {"popen(", STARTS_SHELL, CXX}, {"WinExec(", STARTS_SHELL, CXX},
	{"execl(", STARTS, CXX}, {"execlp(", STARTS, CXX}, {"execv(", STARTS, CXX}, {"execvp(", STARTS, CXX},
	{"ShellExecuteA(", STARTS, CXX}, {"ShellExecuteW(", STARTS, CXX},
	{"Process.Start(", STARTS, CSHARP}, {"ProcessStartInfo(", STARTS, CSHARP},
	{"Process.run(", STARTS, DART}, {"Process.start(", STARTS, DART},
	{".Run", STARTS_SHELL, BASIC}, {".Exec", STARTS_SHELL, BASIC}, {".ShellExecute", STARTS_SHELL, BASIC}, {"Shell", STARTS_SHELL, BASIC},
	{"\"MSXML2.", FETCHES, BASIC}, {"\"Microsoft.XMLHTTP", FETCHES, BASIC}, {"\"WinHttp.", FETCHES, BASIC},
	{"URLDownloadToFile", FETCHES, BASIC},
	{"reqwest::", FETCHES, RUST}, {"ureq::", FETCHES, RUST}, {"minreq::", FETCHES, RUST}, {"attohttpc::", FETCHES, RUST},
	{"curl::easy", FETCHES, RUST}, {"TcpStream::connect", FETCHES, RUST},
	{"HttpURLConnection", FETCHES, JVM}, {"HttpClient", FETCHES, JVM | CSHARP}, {"new URL(", FETCHES, JVM},
	{"new Socket(", FETCHES, JVM},
	{"LWP::", FETCHES, PERL}, {"HTTP::Tiny", FETCHES, PERL}, {"IO::Socket", FETCHES, PERL}, {"Net::HTTP", FETCHES, PERL},
	{"socket.http", FETCHES, LUA}, {".request('http", FETCHES, LUA}, {".request(\"http", FETCHES, LUA}, {"http.request", FETCHES, LUA}, {"socket.tcp", FETCHES, LUA},
	{"curl_easy_perform", FETCHES, CXX}, {"URLDownloadToFile", FETCHES, CXX}, {"QNetworkAccessManager", FETCHES, CXX},
	{"WebClient", FETCHES, CSHARP}, {"DownloadString(", FETCHES, CSHARP}, {"DownloadFile(", FETCHES, CSHARP},
	{"http.get(", FETCHES, DART}, {"HttpClient(", FETCHES, DART}, {"URLSession", FETCHES, SWIFT},
	{"env::vars()", ENVIRONMENT, RUST}, {"System.getenv()", ENVIRONMENT, JVM},
	{"%ENV", ENVIRONMENT, PERL}, {"Platform.environment", ENVIRONMENT, DART},
};

struct calls {
	struct fresh_lines f;
	unsigned language;
	size_t n;
	uint32_t line_of[ENVIRONMENT + 1]; /* of the last new line with such a word; STARTS: a computed program */
	size_t place_of[ENVIRONMENT + 1];  /* where in that line */
	struct str fetched;                /* the name of what was fetched last, "" */
};

static unsigned language_of(const struct read_in *in)
{
	for (size_t i = 0; i < sizeof(endings) / sizeof(endings[0]); i++)
		if (str_ends(in->path, endings[i].ending))
			return endings[i].language;
	return is_perl(in->path, in->new_) ? PERL : 0;
}

bool source_is_encoded(struct str text)
{
	size_t at = str_find_z(text, "#@~^");

	return at != SIZE_MAX && str_has(str_part(text, at, text.len), "^#~@");
}

bool source_calls_know(const struct read_in *in)
{
	return language_of(in) != 0;
}

static bool in_name(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

/* ---- literals ---- */

static bool comment_at(unsigned language, struct str s, size_t i)
{
	struct str rest = str_part(s, i, 2);

	if (language & BASIC)
		return s.p[i] == '\'';
	if (language & (PERL | R))
		return s.p[i] == '#' && (!i || (!in_name(s.p[i - 1]) && s.p[i - 1] != '$'));
	if (language & LISP)
		return s.p[i] == ';' && (!i || s.p[i - 1] != '?');
	if (language & VIM) { /* a mark of a text in front of a line */
		while (i && (s.p[i - 1] == ' ' || s.p[i - 1] == '\t'))
			i--;
		return rest.len && rest.p[0] == '"' && i && s.p[i - 1] == '\n';
	}
	if (language & (ELIXIR | BUILD))
		return s.p[i] == '#';
	return str_is(rest, language & LUA ? "--" : "//");
}

/* Where the literal that begins at i ends, behind its last mark; its text in `out`. 0: none begins. */
static size_t literal(unsigned language, struct str s, size_t i, struct buf *out)
{
	char open = s.p[i], close = open;
	bool raw = open == '`' && !(language & PERL);

	if (open == '[' && (language & LUA) && str_starts(str_part(s, i, 2), "[[")) {
		size_t end = str_find_z(str_part(s, i + 2, s.len), "]]");

		if (end == SIZE_MAX)
			return 0;
		(void)buf_add_str(out, str_part(s, i + 2, end));
		return i + 2 + end + 2;
	}
	if (open == '{' && (language & PERL))
		close = '}'; /* qx{...} */
	else if (open != '"' && open != '`' && !(open == '\'' && language & (PERL | LUA | DART | GROOVY | ELIXIR | BUILD | VIM | R)))
		return 0;
	for (i++; i < s.len; i++) {
		if (s.p[i] == close && !(language & BASIC && i + 1 < s.len && s.p[i + 1] == close)) /* "" stands for one */
			break;
		if ((s.p[i] == '\\' && !raw && !(language & BASIC) && i + 1 < s.len) || s.p[i] == close)
			i++;
		(void)buf_add_char(out, s.p[i] == '\n' ? ' ' : s.p[i]);
	}
	return i < s.len ? i + 1 : 0;
}

/* ---- a call ---- */

/* "sh -c 'curl x | sh'": literals with blanks in them are one word each. */
static void add_word(struct buf *command, struct str word)
{
	bool quoted = !word.len || str_has(word, " ") || str_has(word, "|") || str_has(word, ";") || str_has(word, "&");

	if (command->len)
		(void)buf_add_char(command, ' ');
	if (!quoted) {
		(void)buf_add_str(command, word);
		return;
	}
	(void)buf_add_char(command, '\'');
	for (size_t i = 0; i < word.len; i++) {
		if (word.p[i] == '\'')
			(void)buf_add_z(command, "'\\'");
		(void)buf_add_char(command, word.p[i]);
	}
	(void)buf_add_char(command, '\'');
}

/* At the line feed, or at a return that stands alone, which ends lines in most of these. */
static size_t comment_end(struct str s, size_t i)
{
	while (i + 1 < s.len && s.p[i] != '\n' && s.p[i] != '\r')
		i++;
	return i;
}

/* Is the next thing a dot? */
static bool goes_on(unsigned language, struct str s, size_t i)
{
	for (; i < s.len; i++) {
		if (comment_at(language, s, i))
			i = comment_end(s, i);
		else if (s.p[i] != ' ' && s.p[i] != '\t' && s.p[i] != '\n' && s.p[i] != '\r')
			return s.p[i] == '.';
	}
	return false;
}

/*
 * Puts the command together from s on, behind the call's name. *ret_len: how far the call goes. Returns whether its
 * program is a literal.
 */
static bool command_of(struct calls *c, const struct word *w, struct str s, struct buf *command, size_t *ret_len)
{
	bool shell = w->what == STARTS_SHELL, first = true, constant = false, context = str_ends(str_of(w->text), "Context(");
	bool lists = c->language & (GROOVY | ELIXIR | BUILD | SWIFT);
	bool bare = !str_ends(str_of(w->text), "("); /* arguments may stand without brackets */
	int depth = bare ? 0 : 1;
	struct buf one;
	size_t i = 0;

	buf_init(&one, COMMAND_MAX_BYTES);
	for (; i < s.len; i++) {
		size_t end;

		if (comment_at(c->language, s, i)) {
			i = comment_end(s, i);
			continue;
		}
		buf_clear(&one);
		end = depth || shell || bare ? literal(c->language, s, i, &one) : 0;
		if (end) {
			if (shell) { /* pieces that are joined; Lisp hands over a name, a buffer and the command */
				if (command->len && c->language & LISP)
					(void)buf_add_z(command, "; ");
				(void)buf_add_str(command, buf_str(&one));
			}
			else
				add_word(command, buf_str(&one));
			constant |= first;
			first = context = false;
			i = end - 1;
			continue;
		}
		if (s.p[i] == '(' || (lists && s.p[i] == '['))
			depth++;
		else if ((s.p[i] == ')' || (lists && s.p[i] == ']')) && --depth <= 0 && !goes_on(c->language, s, i + 1))
			break;
		else if (s.p[i] == ';' || (depth <= 0 && s.p[i] == '\n' && !goes_on(c->language, s, i)))
			break;
		else if (shell && s.p[i] == ',' && str_is(str_of(w->text), ".ShellExecute"))
			(void)buf_add_char(command, ' '); /* its arguments */
		else if (shell && s.p[i] == ',' && !(c->language & PERL))
			break; /* popen's second */
		else if (c->language & BASIC && s.p[i] == ':')
			break;
		/* The program is the first argument; in front of it there may be a context. */
		if (shell ? in_name(s.p[i]) : depth <= 1 && (s.p[i] == ',' || s.p[i] == ')'))
			first = context;
		context &= s.p[i] != ',';
	}
	*ret_len = i < s.len ? i : s.len;
	buf_release(&one);
	return constant;
}

/* Where the text or the list begins that ends in front of `at`; `at` if there is none. */
static size_t before(struct str s, size_t at)
{
	size_t i = at ? at - 1 : 0, depth = 0, first = at > CALL_MAX_BYTES ? at - CALL_MAX_BYTES : 0;

	if (at && (s.p[i] == '"' || s.p[i] == '\'')) {
		while (i > first && s.p[i - 1] != s.p[at - 1])
			i--;
		return i > first ? i - 1 : at;
	}
	for (; at && i > first; i--) {
		depth += s.p[i] == ']';
		if (!depth)
			break;
		if (s.p[i] == '[' && !--depth)
			return i;
	}
	return at;
}

/* A word that matters stands here; what a line fetches has the name in front of its first "=". */
static void note(struct calls *c, enum what what, struct str line, size_t place)
{
	size_t end = str_find_z(line, "="), from;

	c->line_of[what] = c->f.number;
	c->place_of[what] = place;
	if (what != FETCHES)
		return;
	c->fetched = STR("");
	while (end != SIZE_MAX && end && (line.p[end - 1] == ' ' || line.p[end - 1] == '<'))
		end--;
	for (from = end; from != SIZE_MAX && from && in_name(line.p[from - 1]);)
		from--;
	if (end != SIZE_MAX)
		c->fetched = str_part(line, from, end - from);
}

static enum status started(struct calls *c, const struct word *w, struct str line, size_t at)
{
	struct fact f = fresh_fact(&c->f, FACT_CALL, line);
	size_t name = strlen(w->text), from = at + (str_is(str_of(w->text), "`") ? 0 : name), len, room = CALL_MAX_BYTES;
	struct word list = {.text = "[", .what = STARTS};
	struct buf command;
	struct str whole;
	bool constant;

	if (w->what == STARTS_BEFORE) {
		from = before(c->f.text, at);
		room = at - from;
		list.what = room && c->f.text.p[from] != '[' ? STARTS_SHELL : STARTS;
	}
	buf_init(&command, COMMAND_MAX_BYTES);
	constant = command_of(c, w->what == STARTS_BEFORE ? &list : w, str_part(c->f.text, from, room), &command, &len);
	/* where the program is named elsewhere it is a shell that takes this */
	whole = arena_printf(c->f.in->arena, "%s%.*s", str_starts(buf_str(&command), "-c ") ? "sh " : "", STR_ARG(str_trim(buf_str(&command))));
	buf_release(&command);
	if (!constant)
		c->line_of[STARTS] = c->f.number;
	f.key = str_of(w->text);
	while (f.key.len > 1 && f.key.p[f.key.len - 1] == '(')
		f.key.len--;
	f.value = whole;
	f.detail = STR("exec");
	f.flags = constant ? FACT_CONSTANT : 0;
	read_fact(c->f.in, &f);
	if (!constant)
		return STATUS_OK;
	if (c->language & (PERL | LUA | LISP | VIM | R | ELIXIR) && str_has(whole, "://"))
		note(c, FETCHES, line, at - c->f.at);
	if (str_is(whole, "env") || str_is(whole, "printenv"))
		note(c, ENVIRONMENT, line, at - c->f.at);
	if (from < at)
		return hook_script(c->f.in, c->f.text, c->f.shift, from, at - from, whole);
	if (c->language & BASIC) { /* cmd.exe reads it */
		if (command_facts(c->f.in, whole, &f) != COMMAND_PLAIN)
			return STATUS_OK;
		whole = batch_command(c->f.in->arena, c->f.in->budget, whole);
	}
	return hook_script(c->f.in, c->f.text, c->f.shift, at, from + len - at, whole);
}

static bool names(struct str line, struct str name)
{
	for (size_t i = 0; name.len && i + name.len <= line.len; i++)
		if (str_equal(str_part(line, i, name.len), name) && (!i || !in_name(line.p[i - 1])) &&
			(i + name.len == line.len || !in_name(line.p[i + name.len])))
			return true;
	return false;
}

/* How sure it is that what one line fetches is what another runs: within it, by its name, or near it. */
static unsigned runs_fetched(const struct calls *c, struct str line)
{
	if (c->line_of[FETCHES] == c->line_of[RUNS])
		return c->place_of[RUNS] < c->place_of[FETCHES] ? 3 : 2;
	return c->line_of[FETCHES] < c->line_of[RUNS] && names(line, c->fetched) ? 2 : 1;
}

/* Two ends in new lines near each other; values are not followed. */
static void together(struct calls *c, struct str line, enum what source, enum what sink, const char *key)
{
	struct fact f;

	if (!c->line_of[source] || !c->line_of[sink] || c->f.number - c->line_of[source] > TOGETHER_LINES ||
	    c->f.number - c->line_of[sink] > TOGETHER_LINES)
		return;
	f = fresh_fact(&c->f, FACT_FLOW, line);
	f.flags = FACT_NEW_SOURCE | FACT_NEW_SINK;
	f.key = str_of(key);
	f.detail = STR("both ends stand in the same new lines");
	f.number = sink == RUNS ? runs_fetched(c, line) : 1;
	read_fact(c->f.in, &f);
	c->line_of[source] = c->line_of[sink] = 0;
}

static bool stands_at(struct str line, size_t i, const struct word *w)
{
	size_t n = strlen(w->text);
	char next = i + n < line.len ? line.p[i + n] : 0;

	if (w->languages & BASIC ? !str_equal_nocase(str_part(line, i, n), str_of(w->text)) : !str_starts(str_part(line, i, n), w->text))
		return false;
	if (in_name(w->text[0]) && i && (in_name(line.p[i - 1]) || line.p[i - 1] == '$' || (line.p[i - 1] == '>' && i > 1)))
		return false;
	/* Perl's and Lua's words stand alone */
	return !in_name(w->text[n - 1]) || w->what > STARTS || !in_name(next);
}

static enum status word_at(struct calls *c, struct str line, size_t i)
{
	struct fact f;

	for (size_t k = 0; k < sizeof(words) / sizeof(words[0]); k++) {
		const struct word *w = &words[k];

		if (!(w->languages & c->language) || !stands_at(line, i, w) || c->n++ >= CALLS_MAX)
			continue;
		if (w->what <= STARTS)
			return started(c, w, line, c->f.at + (size_t)(line.p - (c->f.text.p + c->f.at)) + i);
		if (w->what == RUNS && c->language & PERL && str_starts(str_trim(str_part(line, i + strlen(w->text), line.len)), "{"))
			continue; /* a block whose errors are caught */
		note(c, w->what, line, i);
		if (w->what != FETCHES)
			return STATUS_OK;
		f = fresh_fact(&c->f, FACT_CALL, line);
		f.key = str_of(w->text);
		f.detail = STR("net");
		f.flags = 0;
		read_fact(c->f.in, &f);
		return STATUS_OK;
	}
	return STATUS_OK;
}

static enum status line_look(struct calls *c, struct str line)
{
	struct buf none;
	enum status st = STATUS_OK;

	if (c->language & VIM && line.p[0] == '"')
		return STATUS_OK; /* a comment */
	buf_init(&none, COMMAND_MAX_BYTES);
	for (size_t i = 0; i < line.len && st == STATUS_OK; i++) {
		size_t end;

		if (comment_at(c->language, line, i)) {
			i = comment_end(line, i);
			continue;
		}
		st = word_at(c, line, i);
		buf_clear(&none);
		end = line.p[i] == '{' ? 0 : literal(c->language, line, i, &none);
		i = end ? end - 1 : i;
	}
	buf_release(&none);
	together(c, line, FETCHES, RUNS, "net>code");
	together(c, line, FETCHES, STARTS, "net>exec");
	together(c, line, ENVIRONMENT, FETCHES, "env>net");
	return st;
}

enum status source_calls(struct read_in *in)
{
	struct calls c = {.language = language_of(in)};
	struct str line;
	enum status st = STATUS_OK;

	if (!fresh_begin(&c.f, in))
		return c.f.limit ? STATUS_LIMIT : STATUS_OK;
	while (st == STATUS_OK && fresh_next(&c.f, &line)) {
		if (!budget_step(in->budget, 1 + line.len))
			return STATUS_LIMIT;
		st = line_look(&c, line);
	}
	return c.f.limit ? STATUS_LIMIT : st;
}
