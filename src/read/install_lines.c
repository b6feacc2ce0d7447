/*
 * What an installer does, as lines: "[install script].nsi" (formats/nsis_script.c), "[install
 * tables]" (formats/msi_lines.c). Lines that are new against OLD, as a bag, so that moving code
 * around says nothing. Numbers are left out of the comparison, except in hosts: a version step is
 * no new line.
 *
 * A line is words, then arguments in quotes. Words that are understood, whatever the format:
 *	Exec, ExecWait "command"           ExecShell "verb" "file" "arguments"       RegDLL "file"
 *	CustomAction KIND SOURCE ... "name" "command, script or library!function" "source"
 *	WriteRegX ROOT "key" "name" "value"    CreateShortCut "link" "target" "arguments"
 *	Service START "name" "command" "shown name" "account"    Property "name" "value"
 *	File "target" ...    Signer "subject" "issuer" "serial" "key"    plugin::Function "argument" ...
 * Of others, hosts, paths and notable words are said.
 *
 * The manifest of a WiX bundle is XML; its elements are its lines: packages with their arguments,
 * payloads with the place they are fetched from and the digest that they must have.
 */
#include <stdlib.h>

#include "formats/signed_data.h"
#include "read/keyset.h"
#include "read/place.h"
#include "read/readers.h"
#include "read/shell_command.h"
#include "read/strings.h"
#include "util/buf.h"

enum { ARGS_MAX = 12, LINE_MAX_BYTES = 64 << 10, DOWNLOADS_MAX = 32 };

struct line {
	struct str text;  /* trimmed */
	struct str words; /* instruction with its options, up to the first quote */
	struct str args[ARGS_MAX]; /* unescaped */
	size_t n_args;
	uint32_t number;
	size_t at;
};

struct download {
	struct str url, file;
	struct fact at;
	bool fresh;
};

struct reading {
	struct read_in *in;
	const char *kind; /* "nsis", "msi": in front of what hooks are called */
	struct str text, old;
	size_t shift;
	uint64_t *bag; /* sorted hashes of OLD's lines */
	uint32_t *taken;
	size_t n_bag;
	struct download downloads[DOWNLOADS_MAX];
	size_t n_downloads;
};

static const struct {
	const char *name, *kind;
} texts[] = {{"[install script].nsi", "nsis"}, {"[install tables]", "msi"},
	{"[install script].iss", "inno"}};

static const char *kind_of(struct str path)
{
	size_t bang = str_rfind_char(path, '!');
	struct str name = str_part(path, bang == SIZE_MAX ? 0 : bang + 2, path.len);

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		if (str_is(name, texts[i].name))
			return texts[i].kind;
	return NULL;
}

/* <?xml ...?> may stand in front, and a mark of UTF-8. */
static bool is_burn(const struct read_in *in)
{
	struct cursor head = cursor_clip(&in->new_, 0, 512);

	return in->format == FORMAT_TEXT && str_has(str_view(head.base, head.len), "<BurnManifest");
}

static int claim(const struct read_in *in)
{
	return kind_of(in->path) || is_burn(in) ? 100 : 0;
}

/* The next line, or the next element. */
static bool next_line(const struct reading *r, struct str *rest, struct str *ret)
{
	size_t end;

	if (strcmp(r->kind, "burn") != 0)
		return str_line(rest, ret);
	if (!rest->len)
		return false;
	end = str_find_z(*rest, ">");
	end = end == SIZE_MAX ? rest->len : end + 1;
	*ret = str_part(*rest, 0, end);
	*rest = str_part(*rest, end, rest->len);
	return true;
}

/* --- the bag --- */

static bool ends_host(char c)
{
	return c == '/' || c == '"' || c == ' ' || c == '$' || c == '\\';
}

/* A line's hash: runs of digits count as one sign, but not in the host of a URL. */
static uint64_t line_hash(struct buf *room, struct str line)
{
	bool host = false, digits = false;

	buf_clear(room);
	for (size_t i = 0; i < line.len; i++) {
		char c = line.p[i];

		if (i >= 2 && line.p[i - 1] == '/' && line.p[i - 2] == '/' && i >= 3 &&
			line.p[i - 3] == ':')
			host = true;
		if (host && ends_host(c))
			host = false;
		if (!host && c >= '0' && c <= '9') {
			if (!digits)
				buf_add_char(room, '#');
			digits = true;
			continue;
		}
		digits = false;
		buf_add_char(room, c);
	}
	return key_of(buf_str(room), 11);
}

static int hash_cmp(const void *x, const void *y)
{
	uint64_t a = *(const uint64_t *)x, b = *(const uint64_t *)y;

	return a < b ? -1 : a > b;
}

static bool bag_fill(struct reading *r, struct str old, struct buf *room)
{
	struct str rest = old, line;
	size_t n = 0;

	while (next_line(r, &rest, &line))
		n++;
	r->bag = ARENA_ARRAY(r->in->arena, n + 1, uint64_t);
	r->taken = ARENA_ARRAY(r->in->arena, n + 1, uint32_t);
	rest = old;
	while (next_line(r, &rest, &line)) {
		if (!budget_step(r->in->budget, 2 + line.len / 32))
			return false;
		r->bag[r->n_bag++] = line_hash(room, str_trim(line));
	}
	qsort(r->bag, r->n_bag, sizeof(*r->bag), hash_cmp);
	return true;
}

/* Takes one equal line out of the bag. */
static bool bag_take(struct reading *r, uint64_t hash)
{
	size_t lo = 0, hi = r->n_bag, first;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (r->bag[mid] < hash)
			lo = mid + 1;
		else
			hi = mid;
	}
	/* Copies of a line stand together; the first one counts how many are taken. */
	first = lo;
	if (first >= r->n_bag || r->bag[first] != hash)
		return false;
	lo += r->taken[first];
	if (lo >= r->n_bag || r->bag[lo] != hash)
		return false;
	r->taken[first]++;
	return true;
}

/* --- one line --- */

static struct str unescaped(struct arena *a, struct str s)
{
	char *p = arena_alloc(a, s.len + 1);
	size_t n = 0;

	for (size_t i = 0; i < s.len; i++) {
		char c = s.p[i], d = i + 1 < s.len ? s.p[i + 1] : 0,
		     e = i + 2 < s.len ? s.p[i + 2] : 0;

		if (c == '$' && d == '$') {
			p[n++] = '$';
			i++;
		} else if (c == '$' && d == '\\' &&
			(e == '"' || e == 'r' || e == 'n' || e == 't')) {
			p[n++] = e == 'r' ? '\r' : e == 'n' ? '\n' : e == 't' ? '\t' : '"';
			i += 2;
		} else {
			p[n++] = c;
		}
	}
	return str_view(p, n);
}

static void line_split(struct arena *a, struct line *l)
{
	size_t i = 0;

	while (i < l->text.len && l->text.p[i] != '"' && l->text.p[i] != ';')
		i++;
	l->words = str_trim(str_part(l->text, 0, i));
	while (i < l->text.len && l->n_args < ARGS_MAX) {
		size_t from;

		while (i < l->text.len && l->text.p[i] != '"') {
			if (l->text.p[i] == ';')
				return;
			i++;
		}
		from = ++i;
		while (i < l->text.len &&
			!(l->text.p[i] == '"' &&
				!(i >= 2 && l->text.p[i - 1] == '\\' && l->text.p[i - 2] == '$')))
			i++;
		if (i > l->text.len)
			return;
		l->args[l->n_args++] = unescaped(a, str_part(l->text, from, i - from));
		i++;
	}
}

static struct str arg(const struct line *l, size_t i)
{
	return i < l->n_args ? l->args[i] : STR_NONE;
}

static struct fact fact_of(struct reading *r, const struct line *l)
{
	struct unit u = {.change = UNIT_ADDED,
		.line = l->number,
		.name = arena_printf(r->in->arena, "%.*s at line %u",
			STR_ARG(str_part(l->words, 0, 60)), l->number)};
	struct fact f = {.flags = FACT_TOP_LEVEL | FACT_CONSTANT,
		.line = l->number,
		.excerpt = str_part(l->text, 0, FACT_EXCERPT_BYTES)};

	place_of(r->in, r->text, r->shift, l->at, l->text.len, &u.offset, &u.length);
	f.offset = u.offset;
	f.length = u.length;
	f.unit = read_unit(r->in, &u);
	return f;
}

/* "$INSTDIR\x.exe" -> "$INSTDIR/x.exe", the name of the member. */
static struct str member_name(struct arena *a, struct str path)
{
	struct str s = arena_str(a, path);

	for (size_t i = 0; i < s.len; i++)
		if (s.p[i] == '\\')
			((char *)(uintptr_t)s.p)[i] = '/';
	return s;
}

static void run_facts(struct reading *r, const struct line *l, struct str command, const char *verb)
{
	struct fact f = fact_of(r, l), at = f;
	struct str file;

	f.kind = FACT_HOOK;
	f.key = arena_printf(r->in->arena, "%s:%s", r->kind, verb);
	f.value = command;
	/* A script that starts to be run is read anew; a program says nothing new by being started. */
	file = command_file(command);
	if (!str_ends_nocase(file, ".exe") && !str_ends_nocase(file, ".dll"))
		f.detail = member_name(r->in->arena, file);
	read_fact(r->in, &f);
	command_facts(r->in, command, &at);
}

static void shell_open(struct reading *r, const struct line *l, struct str verb, struct str file,
	struct str params)
{
	struct fact at;

	if (str_has(file, "://")) { /* a page for the user to read */
		at = fact_of(r, l);
		command_facts(r->in, file, &at);
		return;
	}
	run_facts(r, l, arena_printf(r->in->arena, "\"%.*s\" %.*s", STR_ARG(file), STR_ARG(params)),
		str_equal_nocase(verb, STR("runas")) ? "runas" : "exec");
}

static bool has(struct str s, const char *what)
{
	return str_find_nocase(s, what) != SIZE_MAX;
}

/* command: what will be started, "" when that is not on the line. */
static void persist(struct reading *r, const struct line *l, struct str value, struct str command)
{
	struct fact f = fact_of(r, l), at = f;
	enum command_kind kind = command_facts(r->in, command, &at);

	f.kind = FACT_PATH;
	f.key = STR("persist");
	f.value = value;
	f.detail = STR("install script");
	read_fact(r->in, &f);
	if (kind != COMMAND_FETCHES && kind != COMMAND_DECODES)
		return;
	f.kind = FACT_FLOW;
	f.flags |= FACT_NEW_SOURCE | FACT_NEW_SINK;
	f.key = kind == COMMAND_FETCHES ? STR("net>persist") : STR("data>persist");
	f.detail = STR("a command that fetches or decodes\n-> is started at every login or boot");
	f.number = 3;
	read_fact(r->in, &f);
}

static void loosened(struct reading *r, const struct line *l, const char *key, struct str value)
{
	struct fact f = fact_of(r, l);

	f.kind = FACT_TRUST;
	f.key = str_of(key);
	f.value = value;
	f.detail = STR("install script");
	read_fact(r->in, &f);
}

/* True when it said what the line does. */
static bool registry(struct reading *r, const struct line *l)
{
	static const char *const starts[] = {"CurrentVersion\\Run",
		"CurrentVersion\\Policies\\Explorer\\Run", "CurrentControlSet\\Services\\",
		"Image File Execution Options\\", "CurrentVersion\\Winlogon", "AppInit_DLLs",
		"Active Setup\\Installed Components", "ShellServiceObjectDelayLoad",
		"CurrentVersion\\Windows\\Load"};
	static const char *const guards[] = {"DisableAntiSpyware", "DisableRealtimeMonitoring",
		"Windows Defender\\Exclusions", "DisableBehaviorMonitoring", "EnableLUA",
		"ConsentPromptBehaviorAdmin", "EnableFirewall", "DisableTaskMgr",
		"EnableScriptBlockLogging", "SmartScreenEnabled"};
	struct str key = arg(l, 0), name = arg(l, 1), value = arg(l, 2);
	struct str all = arena_printf(
		r->in->arena, "%.*s\\%.*s = %.*s", STR_ARG(key), STR_ARG(name), STR_ARG(value));

	for (size_t i = 0; i < sizeof(guards) / sizeof(guards[0]); i++)
		if (has(all, guards[i])) {
			loosened(r, l, "safeguard", all);
			return true;
		}
	if (has(key, "SystemCertificates\\Root") || has(key, "SystemCertificates\\AuthRoot")) {
		loosened(r, l, "certificate", all);
		return true;
	}
	for (size_t i = 0; i < sizeof(starts) / sizeof(starts[0]); i++)
		if (has(all, starts[i])) {
			persist(r, l, all, value);
			return true;
		}
	return false;
}

/* Plug-ins that fetch: the first URL among the arguments, and the argument behind it. */
static void download(struct reading *r, const struct line *l, bool fresh)
{
	struct download *d;

	if (r->n_downloads == DOWNLOADS_MAX)
		return;
	d = &r->downloads[r->n_downloads++];
	*d = (struct download){.fresh = fresh};
	for (size_t i = 0; i < l->n_args; i++)
		if (has(l->args[i], "://") ||
			(!d->url.len && has(l->args[i], "$") && has(l->args[i], "http"))) {
			d->url = l->args[i];
			d->file = arg(l, i + 1);
			break;
		}
	if (fresh) {
		d->at = fact_of(r, l);
		command_facts(r->in, d->url, &d->at);
	}
}

static bool plugin_is(const struct line *l, const char *name)
{
	size_t n = strlen(name);

	return l->words.len > n + 1 && str_equal_nocase(str_part(l->words, 0, n), str_of(name)) &&
		l->words.p[n] == ':' && l->words.p[n + 1] == ':';
}

static bool fetches(const struct line *l)
{
	return plugin_is(l, "NSISdl") || plugin_is(l, "inetc") || plugin_is(l, "NScurl") ||
		plugin_is(l, "nsJSON") || plugin_is(l, "InetLoad") || plugin_is(l, "ZipDLL_dl") ||
		(plugin_is(l, "System") &&
			(has(l->text, "URLDownloadToFile") || has(l->text, "InternetOpenUrl") ||
				has(l->text, "WinHttpOpen")));
}

static bool runs(const struct line *l)
{
	return plugin_is(l, "nsExec") || plugin_is(l, "ExecDos") || plugin_is(l, "ExecCmd") ||
		plugin_is(l, "ShellExecAsUser") || plugin_is(l, "StdUtils") ||
		plugin_is(l, "UAC") || plugin_is(l, "nsProcess_run");
}

static void plugin(struct reading *r, const struct line *l)
{
	if (runs(l)) {
		struct buf b;
		struct str command;

		if (!l->n_args || (plugin_is(l, "StdUtils") && !has(l->words, "Exec")) ||
			(plugin_is(l, "UAC") && !has(l->words, "Exec")))
			return;
		buf_init(&b, LINE_MAX_BYTES);
		for (size_t i = 0; i < l->n_args; i++) {
			if (l->args[i].len && l->args[i].p[0] == '/' && !has(l->args[i], " ") &&
				l->n_args > 1)
				continue; /* options of the plug-in */
			if (b.len)
				buf_add_char(&b, ' ');
			buf_add_str(&b, l->args[i]);
		}
		command = arena_str(r->in->arena, buf_str(&b));
		buf_release(&b);
		run_facts(r, l, command, "exec");
	} else if (plugin_is(l, "SimpleSC") || plugin_is(l, "nsSCM") ||
		plugin_is(l, "NSIS_Service_Lib")) {
		if (has(l->words, "Install"))
			persist(r, l,
				arena_printf(r->in->arena, "service %.*s %.*s", STR_ARG(arg(l, 0)),
					STR_ARG(arg(l, 4).len ? arg(l, 4) : arg(l, 1))),
				arg(l, 4));
	} else if (plugin_is(l, "System")) {
		static const char *const loud[] = {"VirtualAlloc", "CreateThread",
			"CreateRemoteThread", "WinExec", "CreateProcess", "ShellExecute",
			"LoadLibrary", "WriteProcessMemory", "EnumWindows"};

		for (size_t i = 0; i < sizeof(loud) / sizeof(loud[0]); i++)
			if (has(l->text, loud[i])) {
				struct fact f = fact_of(r, l);

				f.kind = FACT_COMMAND;
				f.key = STR("System::Call");
				f.value = l->text;
				f.detail = str_of(loud[i]);
				read_fact(r->in, &f);
				return;
			}
	}
}

static bool word_is(const struct line *l, const char *word)
{
	size_t n = strlen(word);

	return str_starts(l->words, word) && (l->words.len == n || l->words.p[n] == ' ');
}

static void text_items(struct reading *r, const struct line *l)
{
	struct string_class c;

	classify_string(l->text, &c);
	for (size_t i = 0; i < c.n; i++) {
		struct fact f;

		if (c.items[i].kind == FACT_STRING && str_is(c.items[i].key, "command"))
			continue;
		f = fact_of(r, l);
		f.kind = c.items[i].kind;
		f.key = arena_str(r->in->arena, c.items[i].key);
		f.value = c.items[i].value;
		f.detail = word_is(l, "MessageBox") || word_is(l, "DetailPrint") ||
				str_starts(l->words, "WriteReg")
			? STR("message")
			: STR("install script");
		read_fact(r->in, &f);
	}
}

/* A word behind the first. */
static bool option_is(const struct line *l, const char *word)
{
	struct str rest = l->words;
	size_t blank;

	while ((blank = str_find_z(rest, " ")) != SIZE_MAX) {
		rest = str_part(rest, blank + 1, rest.len);
		if (str_starts(rest, word) && (rest.len == strlen(word) ||
				rest.p[strlen(word)] == ' '))
			return true;
	}
	return false;
}

/* What stands in a script or library of the installer is read there; here is said that it runs. */
static void custom_action(struct reading *r, const struct line *l)
{
	struct fact f;

	if (option_is(l, "error"))
		return;
	/* values that are handed to an action are commands as often as not */
	if (option_is(l, "set")) {
		f = fact_of(r, l);
		command_facts(r->in, arg(l, 1), &f);
		return;
	}
	if (option_is(l, "exe")) {
		run_facts(r, l, arg(l, 1), "action");
		return;
	}
	f = fact_of(r, l);
	f.kind = FACT_HOOK;
	f.key = arena_printf(r->in->arena, "%s:action", r->kind);
	f.value = arena_printf(r->in->arena, "%.*s (%.*s)", STR_ARG(arg(l, 1)),
		STR_ARG(str_part(l->words, 13, l->words.len)));
	if (option_is(l, "jscript") || option_is(l, "vbscript"))
		f.detail = member_name(r->in->arena, arg(l, 1));
	read_fact(r->in, &f);
}

static void property(struct reading *r, const struct line *l)
{
	struct fact f = fact_of(r, l);

	if (command_facts(r->in, arg(l, 1), &f) == COMMAND_PLAIN)
		return; /* its hosts were said */
	f.kind = FACT_HOOK;
	f.key = arena_printf(r->in->arena, "%s:property", r->kind);
	f.value = arg(l, 1);
	read_fact(r->in, &f);
}

/* The value of an attribute of an element, references to quotes resolved; "" when it has none. */
static struct str attribute(struct reading *r, const struct line *l, const char *name)
{
	struct str key = arena_printf(r->in->arena, " %s=\"", name), s;
	size_t at = str_find(l->text, key), end;
	struct buf b;

	if (at == SIZE_MAX)
		return STR_NONE;
	s = str_part(l->text, at + key.len, l->text.len);
	end = str_find_z(s, "\"");
	s = str_part(s, 0, end == SIZE_MAX ? s.len : end);
	buf_init(&b, LINE_MAX_BYTES);
	for (size_t i = 0; i < s.len; i++) {
		struct str tail = str_part(s, i, 6);

		bool quote = str_starts(tail, "&quot;"), amp = str_starts(tail, "&amp;");

		buf_add_char(&b, quote ? '"' : s.p[i]);
		i += quote ? 5 : amp ? 4 : 0;
	}
	s = arena_str(r->in->arena, buf_str(&b));
	buf_release(&b);
	return s;
}

/* What a package is run with, and what a payload is fetched from. Of a package, its digests and sizes change
 * with every release, so the whole element is new then: the command is said each time, judged by
 * its words. */
static void burn_element(struct reading *r, struct line *l)
{
	static const char *const arguments[] = {"InstallArguments", "RepairArguments",
		"UninstallArguments"};
	struct fact f;
	struct str url;

	if (str_starts(l->text, "<ExePackage") || str_starts(l->text, "<MsiPackage") ||
			str_starts(l->text, "<MsuPackage")) {
		for (size_t i = 0; i < sizeof(arguments) / sizeof(arguments[0]); i++) {
			struct str value = attribute(r, l, arguments[i]), id = attribute(r, l,
				"Id");

			if (value.len && str_find(r->old, arena_printf(r->in->arena,
					"%s=\"%.*s\"", arguments[i],
				STR_ARG(value))) == SIZE_MAX)
				run_facts(r, l, arena_printf(r->in->arena, "\"%.*s\" %.*s",
					STR_ARG(id), STR_ARG(value)), "package");
		}
		return;
	}
	url = attribute(r, l, "DownloadUrl");
	f = fact_of(r, l);
	if (url.len)
		command_facts(r->in, url, &f);
	else
		text_items(r, l);
}

static void fresh_line(struct reading *r, struct line *l)
{
	if (strcmp(r->kind, "burn") == 0) {
		burn_element(r, l);
		return;
	}
	if (word_is(l, "CustomAction")) {
		custom_action(r, l);
	} else if (word_is(l, "Property")) {
		property(r, l);
	} else if (word_is(l, "Service")) {
		persist(r, l, arena_printf(r->in->arena, "service %.*s %.*s", STR_ARG(arg(l, 0)),
			STR_ARG(arg(l, 1))), arg(l, 1));
	} else if (word_is(l, "Exec") || word_is(l, "ExecWait")) {
		run_facts(r, l, arg(l, 0), "exec");
	} else if (word_is(l, "ExecShell")) {
		shell_open(r, l, arg(l, 0), arg(l, 1), arg(l, 2));
	} else if (word_is(l, "RegDLL")) {
		run_facts(r, l, arena_printf(r->in->arena, "regsvr32 \"%.*s\"", STR_ARG(arg(l, 0))),
			"regdll");
	} else if (str_starts(l->words, "WriteReg")) {
		if (!registry(r, l))
			text_items(r, l);
	} else if (fetches(l)) {
		download(r, l, true);
	} else if (str_has(l->words, "::")) {
		plugin(r, l);
	} else if ((word_is(l, "CreateShortCut") || word_is(l, "File") || word_is(l, "CopyFiles") ||
			   word_is(l, "Rename")) &&
		(has(l->text, "$SMSTARTUP") || has(l->text, "Programs\\Startup") ||
			has(l->text, "StartupFolder"))) {
		persist(r, l, l->text,
			word_is(l, "CreateShortCut")
				? arena_printf(r->in->arena, "%.*s %.*s", STR_ARG(arg(l, 1)),
					  STR_ARG(arg(l, 2)))
				: STR_NONE);
	} else if (word_is(l, "opcode")) {
		struct fact f = fact_of(r, l);

		f.kind = FACT_UNRESOLVED;
		f.key = STR("exec");
		f.detail = l->text;
		read_fact(r->in, &f);
	} else if (!word_is(l, "File") && !word_is(l, "Push") && !word_is(l, "Signer")) {
		text_items(r, l);
	}
}

/* Downloads whose file some line runs. */
static void flow_facts(struct reading *r)
{
	for (size_t i = 0; i < r->n_downloads; i++) {
		struct download *d = &r->downloads[i];
		struct str rest = r->text, line;
		bool ran = false;

		while (d->fresh && d->file.len > 3 && !ran && str_line(&rest, &line)) {
			struct line l = {.text = str_trim(line)};

			if (!budget_step(r->in->budget, 1 + line.len / 32))
				return;
			if (!str_starts(l.text, "Exec") && !str_starts(l.text, "nsExec") &&
				!str_starts(l.text, "RegDLL"))
				continue;
			ran = str_find(l.text, d->file) != SIZE_MAX;
		}
		if (!d->fresh)
			continue;
		d->at.kind = FACT_FLOW;
		d->at.flags |= FACT_NEW_SOURCE | FACT_NEW_SINK;
		d->at.key = ran ? STR("net>run") : STR("net>file");
		d->at.value = d->url;
		d->at.detail = arena_printf(r->in->arena, "install script fetches %.*s\n-> %.*s%s",
			STR_ARG(str_part(d->url, 0, 300)), STR_ARG(str_part(d->file, 0, 300)),
			ran ? "\n-> runs it" : "");
		d->at.number = 3;
		read_fact(r->in, &d->at);
	}
}

/* The signer as the first line of its kind states it; false when there is none. */
static bool signer_of(struct arena *a, struct str text, struct line *ret)
{
	struct str rest = text, line;

	while (str_line(&rest, &line)) {
		*ret = (struct line){.text = str_trim(line)};
		if (!str_starts(ret->text, "Signer \""))
			continue;
		line_split(a, ret);
		return true;
	}
	return false;
}

static void signer_facts(struct reading *r, struct str old)
{
	struct fact f = {.kind = FACT_EXE_SIGNER, .unit = FACT_NO_UNIT};
	struct line was, is;
	bool signed_ = signer_of(r->in->arena, r->text, &is);

	if (!signer_of(r->in->arena, old, &was) || (signed_ && str_equal(was.text, is.text)))
		return;
	f.key = signed_ ? STR("subject") : STR("none");
	f.value = arena_printf(r->in->arena, "%.*s -> %.*s", STR_ARG(arg(&was, 0)),
		STR_ARG(signed_ ? arg(&is, 0) : STR("none")));
	if (signed_ && !str_equal(signed_publisher(arg(&was, 0)), signed_publisher(arg(&is, 0))))
		f.flags = FACT_CHANGED_VALUE;
	read_fact(r->in, &f);
}

/* A line is one; an element may stand on several or share one. */
static uint32_t lines_in(const struct reading *r, struct str line)
{
	uint32_t n = 0;

	if (strcmp(r->kind, "burn") != 0)
		return 1;
	for (size_t i = 0; i < line.len; i++)
		n += line.p[i] == '\n';
	return n;
}

static enum status read_lines(struct read_in *in)
{
	struct reading *r = ARENA_NEW(in->arena, struct reading);
	struct str rest, line, old = STR_NONE;
	struct buf room;
	size_t old_shift;
	uint32_t number = 1;
	bool whole = true;

	r->in = in;
	r->kind = kind_of(in->path) ? kind_of(in->path) : "burn";
	if (!read_text(in->arena, in->new_, &r->text, &r->shift)) {
		read_cover(in, COVER_BLIND, in->new_.len, "not text");
		return STATUS_DAMAGED;
	}
	buf_init(&room, LINE_MAX_BYTES);
	if (in->has_old && read_text(in->arena, in->old, &old, &old_shift))
		whole = bag_fill(r, old, &room);
	r->old = old;
	if (in->has_old)
		signer_facts(r, old);
	for (rest = r->text; whole && next_line(r, &rest, &line);) {
		struct line l = {.text = str_trim(line),
			.number = number,
			.at = (size_t)(line.p - r->text.p)};

		number += lines_in(r, line);
		whole = budget_step(in->budget, 2 + line.len / 16);
		if (!whole || !l.text.len || l.text.p[0] == ';' ||
			bag_take(r, line_hash(&room, l.text)))
			continue;
		line_split(in->arena, &l);
		fresh_line(r, &l);
	}
	flow_facts(r);
	buf_release(&room);
	read_cover(
		in, whole ? COVER_PARSED : COVER_BLIND, in->new_.len, whole ? "" : "over budget");
	return whole ? STATUS_OK : STATUS_LIMIT;
}

const struct reader reader_install_lines = {
	.name = "install script",
	.summary =
		"what an installer does, line by line: NSIS scripts, MSI tables, Inno Setup, WiX bundles",
	.claim = claim,
	.read = read_lines,
};
