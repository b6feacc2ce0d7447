#include "read/shell_command.h"

#include "read/decode.h"
#include "read/embedded.h"
#include "read/strings.h"
#include "read/rights.h"
#include "read/wipe.h"

enum { WORDS_MAX = 64, NESTED_MAX = 3 };
enum { READABLE_MIN = 6, READABLE_MAX = 60 };

/* What a word of a command says about it. */
enum {
	SAYS_FETCH = 1 << 0,
	SAYS_RUN = 1 << 1, /* runs what it is given, or text that came from elsewhere */
	SAYS_DECODE = 1 << 2,
	SAYS_DISABLE = 1 << 3,
	SAYS_PERSIST = 1 << 4,
	SAYS_HIDE = 1 << 5,
	SAYS_STORE = 1 << 6, /* writes what it fetched to a file */
	SAYS_SETS = 1 << 7,  /* makes what it names, where others only ask */
};

static const struct {
	const char *text;
	unsigned says;
} says[] = {
	{"curl ", SAYS_FETCH},
	{"curl.exe ", SAYS_FETCH},
	{"wget ", SAYS_FETCH},
	{"invoke-webrequest", SAYS_FETCH},
	{"iwr ", SAYS_FETCH},
	{"invoke-restmethod", SAYS_FETCH},
	{"irm ", SAYS_FETCH},
	{"downloadstring", SAYS_FETCH},
	{"downloadfile", SAYS_FETCH | SAYS_STORE},
	{"start-bitstransfer", SAYS_FETCH | SAYS_STORE},
	{"bitsadmin /transfer", SAYS_FETCH | SAYS_STORE},
	{"bitsadmin.exe /transfer", SAYS_FETCH | SAYS_STORE},
	{"certutil -urlcache", SAYS_FETCH | SAYS_STORE},
	{"certutil.exe -urlcache", SAYS_FETCH | SAYS_STORE},
	{"mshta http", SAYS_FETCH | SAYS_RUN},
	{"mshta.exe http", SAYS_FETCH | SAYS_RUN},
	{"/i:http", SAYS_FETCH | SAYS_RUN},
	{"msiexec /i http", SAYS_FETCH | SAYS_RUN},
	{"npx http", SAYS_FETCH | SAYS_RUN},
	{"http.get(", SAYS_FETCH},
	{"https.get(", SAYS_FETCH},
	{"fetch(", SAYS_FETCH},
	{"urlopen(", SAYS_FETCH},
	{"urlretrieve(", SAYS_FETCH | SAYS_STORE},
	{"requests.get(", SAYS_FETCH},
	{"| sh", SAYS_RUN},
	{"|sh", SAYS_RUN},
	{"| bash", SAYS_RUN},
	{"|bash", SAYS_RUN},
	{"| node", SAYS_RUN},
	{"|node", SAYS_RUN},
	{"| python", SAYS_RUN},
	{"|python", SAYS_RUN},
	{"| sudo", SAYS_RUN},
	{"sh -c \"$(", SAYS_RUN},
	{"bash <(", SAYS_RUN},
	{"iex ", SAYS_RUN},
	{"iex(", SAYS_RUN},
	{"| iex", SAYS_RUN},
	{"iex (", SAYS_RUN},
	{"iex(", SAYS_RUN},
	{"invoke-expression", SAYS_RUN},
	{"eval(", SAYS_RUN},
	{"eval \"$(", SAYS_RUN},
	{"eval $(", SAYS_RUN},
	{"exec(", SAYS_RUN},
	{"chmod +x", SAYS_RUN},
	{"chmod 755", SAYS_RUN},
	{"chmod 777", SAYS_RUN},
	{"start-process", SAYS_RUN},
	{"wmic process call create", SAYS_RUN | SAYS_HIDE},
	{"bash -i", SAYS_RUN | SAYS_HIDE},
	{"/dev/tcp/", SAYS_FETCH | SAYS_RUN},
	{" -enc", SAYS_DECODE},
	{" -encodedcommand", SAYS_DECODE},
	{"frombase64string", SAYS_DECODE},
	{"certutil -decode", SAYS_DECODE},
	{"base64 -d", SAYS_DECODE},
	{"base64 --decode", SAYS_DECODE},
	{"xxd -r", SAYS_DECODE},
	{"atob(", SAYS_DECODE},
	{"'base64')", SAYS_DECODE},
	{"b64decode", SAYS_DECODE},
	{"-windowstyle hidden", SAYS_HIDE},
	{"-w hidden", SAYS_HIDE},
	{"nohup ", SAYS_HIDE},
	{"start /b ", SAYS_HIDE},
	{"add-mppreference", SAYS_DISABLE},
	{"set-mppreference", SAYS_DISABLE},
	{"vssadmin delete", SAYS_DISABLE},
	{"advfirewall set", SAYS_DISABLE},
	{"bcdedit /set", SAYS_DISABLE},
	{"wevtutil cl", SAYS_DISABLE},
	{"net user ", SAYS_DISABLE},
	{"localgroup administrators", SAYS_DISABLE},
	{"setenforce 0", SAYS_DISABLE},
	{"com.apple.quarantine", SAYS_DISABLE},
	{"-addstore root", SAYS_DISABLE},
	{"-addstore -f root", SAYS_DISABLE},
	{"strict-ssl false", SAYS_DISABLE},
	{"tls_reject_unauthorized=0", SAYS_DISABLE},
	{"schtasks /create", SAYS_PERSIST | SAYS_SETS},
	{"schtasks.exe /create", SAYS_PERSIST | SAYS_SETS},
	{"register-scheduledtask", SAYS_PERSIST | SAYS_SETS},
	{"reg add", SAYS_SETS},
	{"reg.exe add", SAYS_SETS},
	{"itemproperty", SAYS_SETS},
	{"currentversion\\run", SAYS_PERSIST},
	{"register-scheduledtask", SAYS_PERSIST},
	{"new-service ", SAYS_PERSIST},
	{"new-localuser", SAYS_DISABLE},
	{"add-localgroupmember", SAYS_DISABLE},
	{"set-netfirewallprofile", SAYS_DISABLE},
	{"clear-eventlog", SAYS_DISABLE},
	{"amsiutils", SAYS_DISABLE},
	{"amsiscanbuffer", SAYS_DISABLE},
	{"crontab -", SAYS_PERSIST},
	{"systemctl enable", SAYS_PERSIST},
	{"launchctl load", SAYS_PERSIST},
	{"sc create ", SAYS_PERSIST},
	{"sc.exe create ", SAYS_PERSIST},
};

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* A word of a command: quotes off, ends at a blank or an operator. False at the end. */
static bool next_word(struct str *rest, struct str *ret)
{
	size_t i = 0, from;
	char quote = 0;

	while (i < rest->len && (is_blank(rest->p[i]) || strchr(";&|()", rest->p[i])))
		i++;
	if (i >= rest->len)
		return false;
	from = i;
	if (rest->p[i] == '"' || rest->p[i] == '\'') {
		quote = rest->p[i];
		from = ++i;
		while (i < rest->len && rest->p[i] != quote)
			i++;
	} else {
		while (i < rest->len && !is_blank(rest->p[i]) && !strchr(";&|()\"'", rest->p[i]))
			i++;
	}
	*ret = str_part(*rest, from, i - from);
	*rest = str_part(*rest, i + (quote && i < rest->len), rest->len);
	return true;
}

static bool is_script_name(struct str s)
{
	static const char *const ends[] = {".js", ".cjs", ".mjs", ".ts", ".sh", ".bash", ".py",
		".rb", ".pl", ".ps1", ".bat", ".cmd", ".exe", ".node"};

	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++)
		if (str_ends_nocase(s, ends[i]))
			return true;
	return false;
}

static bool is_interpreter(struct str s)
{
	static const char *const names[] = {"node", "nodejs", "sh", "bash", "zsh", "dash", "python",
		"python3", "bun", "deno", "tsx", "ts-node", "ruby", "perl", "powershell", "pwsh",
		"node.exe"};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (str_is(str_basename(s), names[i]))
			return true;
	return false;
}

struct str command_file(struct str command)
{
	struct str rest = command, word;
	bool after_interpreter = false;

	for (int n = 0; n < WORDS_MAX && next_word(&rest, &word); n++) {
		if (str_starts(word, "-")) {
			if (str_is(word, "-e") || str_is(word, "-c") || str_is(word, "--eval") ||
				str_is(word, "-p"))
				return STR_NONE; /* the code is the argument */
			if (str_is(word, "-r") || str_is(word, "--require"))
				continue;
			continue;
		}
		if (str_has(word, "://") || str_starts(word, "$(") || str_has(word, "="))
			continue;
		if (after_interpreter)
			return str_is(word, ".") ? STR("index.js") : word;
		if (is_interpreter(word)) {
			after_interpreter = true;
			continue;
		}
		if (is_script_name(word) || str_starts(word, "./") ||
			str_starts(word, "$INSTDIR") || str_starts(word, "$PLUGINSDIR"))
			return word;
	}
	return STR_NONE;
}

struct str command_program(struct str command)
{
	struct str rest = command, word = STR_NONE;
	size_t slash;

	do {
		if (!next_word(&rest, &word))
			return STR_NONE;
	} while (str_has(word, "=") && !str_has(word, "/")); /* assignments in front */
	slash = str_rfind_char(word, '\\');
	if (slash != SIZE_MAX)
		word = str_part(word, slash + 1, word.len);
	return str_basename(word);
}

bool program_hands_back(struct str program)
{
	static const char *const programs[] = {"strip", "llvm-strip", "codesign", "otool", "install_name_tool", "file", "xattr",
		"unzip", "tar", "bsdtar", "gunzip", "zip", "wslpath", "cygpath", "realpath", "readlink", "stat", "which", "where", "where.exe",
		"Compress-Archive", "Expand-Archive", "Get-FileHash", "Get-AuthenticodeSignature", "Test-Path"};

	for (size_t i = 0; i < sizeof(programs) / sizeof(programs[0]); i++)
		if (str_equal_nocase(program, str_of(programs[i])))
			return true;
	return false;
}

/* Only options that are known count: what is not known may start something. */
static bool is_plain_option(struct str word)
{
	static const char *const plain[] = {"format", "strip", "strip-components", "directory", "exclude", "exclude-vcs", "no-same-owner",
		"no-same-permissions", "same-owner", "numeric-owner", "owner", "group", "mtime", "sort", "gzip", "gunzip", "bzip2", "xz", "zstd",
		"auto-compress", "extract", "create", "list", "file", "verbose", "quiet", "overwrite", "keep-old-files", "force-local"};
	size_t end = str_find_z(word, "=");
	struct str name = str_part(word, 2, end == SIZE_MAX ? word.len : end - 2);

	for (size_t i = 0; i < sizeof(plain) / sizeof(plain[0]); i++)
		if (str_is(name, plain[i]))
			return true;
	return false;
}

bool command_starts_no_other(struct str words)
{
	struct str rest = words, word;

	for (int n = 0; n < WORDS_MAX && next_word(&rest, &word); n++) {
		if (str_starts(word, "--") ? !is_plain_option(word) : str_has(word, "=") || str_starts(word, "-I") || str_is(word, "-F") || str_is(word, "-TT"))
			return false;
	}
	return rest.len == 0 || !str_trim(rest).len;
}

struct str command_inline_code(struct str command)
{
	struct str rest = command, word;
	bool node = false, code = false;

	for (int n = 0; n < WORDS_MAX && next_word(&rest, &word); n++) {
		if (code)
			return word;
		node = node || str_is(str_basename(word), "node") ||
			str_is(str_basename(word), "nodejs") || str_is(str_basename(word), "bun");
		code = node &&
			(str_is(word, "-e") || str_is(word, "--eval") || str_is(word, "-p") ||
				str_is(word, "-pe"));
	}
	return STR_NONE;
}

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* "irm " is a program, but not in "confirm this". */
static bool says_word(struct str command, const char *text)
{
	size_t from = 0, at;

	while ((at = str_find_nocase(str_part(command, from, command.len), text)) != SIZE_MAX) {
		at += from;
		if (!is_letter(text[0]) || at == 0 || !is_letter(command.p[at - 1]))
			return true;
		from = at + 1;
	}
	return false;
}

static unsigned command_says(struct str command)
{
	unsigned all = 0;

	for (size_t i = 0; i < sizeof(says) / sizeof(says[0]); i++)
		if ((all & says[i].says) != says[i].says && says_word(command, says[i].text))
			all |= says[i].says;
	return all;
}

struct item_user {
	struct read_in *in;
	const struct fact *at;
	struct str url;
};

static void on_item(void *user, const struct string_item *it)
{
	struct item_user *u = user;
	struct fact f = *u->at;

	if (it->kind == FACT_STRING && str_is(it->key, "command"))
		return; /* said as FACT_COMMAND, by its own rules */
	f.kind = it->kind;
	f.flags &= FACT_TOP_LEVEL | FACT_CONSTANT;
	f.key = arena_str(u->in->arena, it->key);
	f.value = it->value;
	f.detail = STR("command");
	if (it->kind == FACT_HOST && !u->url.len)
		u->url = it->value;
	read_fact(u->in, &f);
}

/* "-o", "-sSLo": one dash, letters, the last of which names a file. */
static bool stores(struct str command)
{
	struct str rest = command, word;

	for (int n = 0; n < WORDS_MAX && next_word(&rest, &word); n++)
		if (word.len > 1 && word.len < 8 && word.p[0] == '-' && word.p[1] != '-' &&
			(word.p[word.len - 1] == 'o' || word.p[word.len - 1] == 'O'))
			return true;
	return str_has(command, "--output") || str_has(command, "> ");
}

/* Fetched, then run: by a pipe, by an interpreter of text, or as the file that was written. */
static bool runs_what_it_fetched(struct str command, unsigned what)
{
	if (!(what & SAYS_FETCH))
		return false;
	if (what & SAYS_RUN)
		return true;
	return (what & SAYS_STORE || stores(command)) && command_file(command).len > 0 &&
		(str_has(command, "&&") || str_has(command, ";"));
}

static enum command_kind kind_of(unsigned what)
{
	if (!(what & ~(SAYS_SETS)) || what == SAYS_RUN || what == SAYS_STORE)
		return COMMAND_PLAIN;
	return what & SAYS_FETCH      ? COMMAND_FETCHES
		: what & SAYS_DECODE  ? COMMAND_DECODES
		: what & SAYS_DISABLE ? COMMAND_DISABLES
		: what & SAYS_PERSIST ? COMMAND_PERSISTS
				      : COMMAND_HIDES;
}

/* powershell -enc BASE64 (of UTF-16): the text that it runs, "" for any other command. */
static struct str encoded_command(struct arena *a, struct str command)
{
	static const char flag[] = "-encodedcommand";
	struct str rest = command, word, bytes;
	bool shell = false, comes = false;
	char *plain;
	size_t n = 0;

	for (int k = 0; k < WORDS_MAX && next_word(&rest, &word); k++) {
		if (comes && word.len >= 16)
			break;
		shell |= str_find_nocase(word, "powershell") != SIZE_MAX || str_find_nocase(word, "pwsh") != SIZE_MAX;
		comes = shell && word.len >= 2 && word.len < sizeof(flag) &&
			(str_equal_nocase(word, (struct str){flag, word.len}) || str_equal_nocase(word, STR("-ec")));
		word = STR_NONE;
	}
	if (!comes || !word.len)
		return STR_NONE;
	bytes = decode_base64(a, word);
	plain = arena_alloc(a, bytes.len + 1);
	for (size_t i = 0; i + 1 < bytes.len; i += 2) /* what is no ASCII is no command */
		plain[n++] = bytes.p[i + 1] || (uint8_t)bytes.p[i] >= 0x80 ? '?' : bytes.p[i];
	return n >= 4 ? (struct str){plain, n} : STR_NONE;
}

/* An option of powershell.exe that takes a value of its own. */
static bool takes_value(struct str option)
{
	static const char *const options[] = {"-executionpolicy", "-ep", "-exec", "-ex", "-windowstyle", "-w", "-win", "-version", "-inputformat",
		"-outputformat", "-configurationname", "-psconsolefile", "-workingdirectory"};

	for (size_t i = 0; i < sizeof(options) / sizeof(options[0]); i++)
		if (str_equal_nocase(option, str_of(options[i])))
			return true;
	return false;
}

/* Is it -c, -com, -Command? */
static bool is_code_option(struct str option)
{
	static const char full[] = "-command";

	return option.len >= 2 && option.len < sizeof(full) && str_equal_nocase(option, (struct str){full, option.len});
}

/* The rest of a command line, without the quotes around all of it. */
static struct str unquoted(struct arena *a, struct str s)
{
	char *p;
	size_t n = 0;

	s = str_trim(s);
	if (s.len < 2 || (s.p[0] != '"' && s.p[0] != '\''))
		return s;
	s = str_part(s, 1, s.p[s.len - 1] == s.p[0] ? s.len - 2 : s.len);
	p = arena_alloc(a, s.len + 1);
	for (size_t i = 0; i < s.len; i++) /* \" of a command line is a quote */
		if (s.p[i] != '\\' || i + 1 >= s.len || s.p[i + 1] != '"')
			p[n++] = s.p[i];
	return str_view(p, n);
}

struct str command_powershell(struct arena *a, struct str command)
{
	struct str rest = command, word, plain = encoded_command(a, command), before;
	bool shell = false;

	if (plain.len)
		return plain;
	for (int k = 0; k < WORDS_MAX; k++) {
		before = rest;
		if (!next_word(&rest, &word))
			return STR_NONE;
		if (!shell) {
			struct str program = command_program(word);

			shell = str_equal_nocase(program, STR("powershell")) || str_equal_nocase(program, STR("powershell.exe")) ||
				str_equal_nocase(program, STR("pwsh")) || str_equal_nocase(program, STR("pwsh.exe"));
			continue;
		}
		if (is_code_option(word))
			return unquoted(a, rest);
		if (!word.len || word.p[0] != '-')
			return str_has_nocase(word, ".ps1") && !str_has(word, " ") ? STR_NONE : unquoted(a, before);
		if (str_equal_nocase(word, STR("-file")) || str_equal_nocase(word, STR("-f")))
			return STR_NONE;
		if (takes_value(word) && !next_word(&rest, &word))
			return STR_NONE;
	}
	return STR_NONE;
}

/* Facts about code inside of a command stand where the command stands. */
struct inner {
	struct read_out out; /* first */
	struct read_in *in;
	const struct fact *at;
};

static uint32_t inner_unit(struct read_out *o, const struct unit *u)
{
	(void)u;
	return ((struct inner *)o)->at->unit;
}

static void inner_fact(struct read_out *o, const struct fact *f)
{
	struct inner *x = (struct inner *)o;
	struct fact copy = *f;

	if (f->kind == FACT_PARSE_ERROR)
		return;
	copy.unit = x->at->unit;
	copy.offset = x->at->offset;
	copy.length = x->at->length;
	copy.line = x->at->line;
	copy.excerpt = x->at->excerpt;
	copy.flags |= x->at->flags & FACT_TOP_LEVEL;
	read_fact(x->in, &copy);
	o->n_facts = x->in->out->n_facts;
}

static void inner_cover(struct read_out *o, enum cover_grade grade, uint64_t bytes, const char *why)
{
	(void)o;
	(void)grade;
	(void)bytes;
	(void)why;
}

void powershell_facts(struct read_in *in, struct str code, const struct fact *at)
{
	struct inner x = {.out = {inner_unit, inner_fact, inner_cover, in->out->n_units, in->out->n_facts}, .in = in, .at = at};
	struct embedded piece = {.code = code, .name = STR("command"), .len = code.len};
	struct read_in inside = *in;

	if (code.len < 4 || in->nested >= NESTED_MAX)
		return;
	inside.nested++;
	inside.out = &x.out;
	(void)embedded_read(&inside, code, 0, LANGUAGE_POWERSHELL, &piece, 1, NULL, 0);
}

/* Does the member say in plain text what it encodes for the way to another program? */
static bool stands_readable(const struct read_in *in, struct str plain)
{
	struct str first;

	plain = str_trim(plain);
	return in->new_.base && str_line(&plain, &first) && first.len >= READABLE_MIN &&
		str_find(str_view(in->new_.base, in->new_.len), str_part(first, 0, READABLE_MAX)) != SIZE_MAX;
}

/* The text that was encoded is what runs: it is looked at as the command. */
static void decoded_facts(struct read_in *in, struct str plain, const struct fact *at)
{
	struct fact f = *at;

	if (stands_readable(in, plain)) {
		(void)command_facts(in, plain, at);
		return;
	}
	f.kind = FACT_DECODED;
	f.flags &= FACT_TOP_LEVEL | FACT_CONSTANT;
	f.key = STR("base64");
	f.value = str_part(plain, 0, FACT_VALUE_BYTES);
	f.detail = STR("encoded command");
	f.number = 1;
	read_fact(in, &f);
	(void)command_facts(in, plain, at);
	f.kind = FACT_FLOW;
	f.flags = (f.flags & FACT_TOP_LEVEL) | FACT_NEW_SOURCE | FACT_NEW_SINK | FACT_CONSTANT | FACT_DECODED_ARG;
	f.key = STR("data>exec");
	f.value = str_part(plain, 0, 400);
	f.detail = STR("encoded command\n-> powershell");
	f.number = 3;
	read_fact(in, &f);
}

enum command_kind command_facts(struct read_in *in, struct str command, const struct fact *at)
{
	static const char *const words[] = {
		"", "fetches", "decodes", "disables a safeguard", "starts by itself", "hides"};
	enum command_kind kind;
	struct item_user user = {in, at, STR_NONE};
	unsigned what;
	struct fact f = *at;
	struct str plain;

	if (!command.len || !budget_step(in->budget, command.len + 1))
		return COMMAND_PLAIN;
	plain = encoded_command(in->arena, command);
	if (plain.len && plain.len < command.len)
		decoded_facts(in, plain, at);
	if (command_wipes(command).len) {
		f.kind = FACT_WIPE;
		f.flags = (f.flags & FACT_TOP_LEVEL) | FACT_CONSTANT;
		f.key = command_program(command);
		f.value = command_wipes(command);
		f.number = 3;
		read_fact(in, &f);
		f = *at;
	}
	f.number = rights_of_command(command, &f.value);
	if (f.number) {
		f.kind = FACT_TRUST;
		f.flags &= FACT_TOP_LEVEL;
		f.key = STR("rights");
		read_fact(in, &f);
	}
	f = *at;
	if (str_has_nocase(command, "powershell") || str_has_nocase(command, "pwsh"))
		powershell_facts(in, command_powershell(in->arena, command), at);
	what = command_says(command);
	kind = kind_of(what);
	(void)classify_text(command, in->budget, on_item, &user);
	if (kind == COMMAND_PLAIN)
		return kind;
	f.kind = FACT_COMMAND;
	f.flags = (f.flags & (FACT_TOP_LEVEL | FACT_CHANGED_VALUE)) | FACT_CONSTANT |
		(what & SAYS_HIDE ? FACT_SILENT : 0);
	f.key = command_program(command);
	f.value = command;
	f.detail = str_of(words[kind]);
	read_fact(in, &f);
	if (what & SAYS_PERSIST && what & SAYS_SETS) {
		f.kind = FACT_FLOW;
		f.flags = FACT_NEW_SOURCE | FACT_NEW_SINK | FACT_CONSTANT | (f.flags & FACT_TOP_LEVEL);
		f.key = STR("data>persist");
		f.detail = STR("command line\n-> a place that starts by itself");
		f.number = 3;
		read_fact(in, &f);
	}
	if (runs_what_it_fetched(command, what)) {
		f.kind = FACT_FLOW;
		f.flags = FACT_NEW_SOURCE | FACT_NEW_SINK | FACT_TOP_LEVEL | FACT_CONSTANT |
			(what & SAYS_HIDE ? FACT_SILENT : 0);
		f.key = STR("net>exec");
		f.value = user.url;
		f.detail = STR("command line fetches\n-> and runs what it fetched");
		f.number = 3;
		read_fact(in, &f);
	} else if (what & SAYS_DECODE && what & SAYS_RUN) {
		f.kind = FACT_FLOW;
		f.flags = FACT_NEW_SOURCE | FACT_NEW_SINK | FACT_TOP_LEVEL | FACT_CONSTANT;
		f.key = STR("data>exec");
		f.value = STR_NONE;
		f.detail = STR("command line decodes\n-> and runs what it decoded");
		f.number = 3;
		read_fact(in, &f);
	}
	return kind;
}
