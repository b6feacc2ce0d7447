/*
 * Manifests and install logic of all kinds, by one table (install_rules.h): entries of NEW that OLD does
 * not have are said as what they mean, and all commands of a manifest are read as one shell script,
 * aligned with OLD's, so that flows and hosts are the same facts as everywhere. Works beside the reader
 * of the content.
 */
#include "read/batch.h"
#include "read/embedded.h"
#include "read/entries.h"
#include "read/hook_script.h"
#include "read/keyset.h"
#include "read/macro_lines.h"
#include "read/place.h"
#include "read/shell_command.h"
#include "util/buf.h"
#include "util/glob.h"

enum meaning { RUNS, STARTS, HOOKS, EXPANDS, LOADS, TELLS, FORCES, DEPENDS, USES, COMES, ALLOWS, STATES };

enum kind {
#define KIND(name, syntax) KIND_##name,
#define PLACE(pattern)
#define ENTRY(pattern, meaning, key)
#include "read/install_rules.h"
	KIND_N
};

static const enum syntax syntaxes[KIND_N] = {
#undef KIND
#define KIND(name, syntax) syntax,
#include "read/install_rules.h"
};

/* A row of a kind: the rows behind a KIND belong to it. */
struct row {
	bool opens; /* the next kind */
	const char *place, *entry, *key;
	enum meaning meaning;
};

static const struct row rows[] = {
#undef KIND
#undef PLACE
#undef ENTRY
#define KIND(name, syntax) {.opens = true},
#define PLACE(pattern) {.place = pattern},
#define ENTRY(pattern, means, name) {.entry = pattern, .key = name, .meaning = means},
#include "read/install_rules.h"
};

enum { USED_SEED = 21, PINNED_SEED };
enum { N_ROWS = sizeof(rows) / sizeof(rows[0]), COMMANDS_MAX = 4000, INLINE_MAX = 64, GYP_MAX_BYTES = 64 << 10 };

struct install {
	struct read_in *in;
	struct str text, old_text;
	size_t shift;
	bool has_old;
	struct entries now, before;
	struct keyset known, known_names; /* of OLD: path and value; path and name of a dependency */
	const struct row *first;          /* of the kind */
	size_t n_rows;
	struct keyset origins, used; /* of OLD's entries, with `slots` by their paths */
	size_t *slots, n_slots;
	struct line_index *lines;
	struct embedded *commands, *old_commands;
	size_t n_commands, room_commands, n_old, room_old;
	unsigned n_inline;
	enum status worst;
};

/* The rows of the kind that stands at this place; SIZE_MAX when there is none. */
static size_t kind_of(struct str path, size_t *ret_n)
{
	size_t opened = 0, hit = SIZE_MAX;

	for (size_t i = 0; i < N_ROWS; i++) {
		if (rows[i].opens) {
			if (hit != SIZE_MAX) {
				*ret_n = i - hit;
				return hit;
			}
			opened = i;
		} else if (rows[i].place && glob_ends(rows[i].place, path)) {
			hit = opened;
		}
	}
	*ret_n = hit == SIZE_MAX ? 0 : N_ROWS - hit;
	return hit;
}

static enum kind kind_at(size_t row)
{
	unsigned n = 0;

	for (size_t i = 0; i < row; i++)
		n += rows[i].opens;
	return (enum kind)n;
}

/* A gyp file may include one of any name: known by a literal that opens it, and by an expansion or an action in it. */
static bool is_gyp(struct cursor bytes)
{
	struct str s = bytes.base ? str_view(bytes.base, bytes.len < GYP_MAX_BYTES ? bytes.len : GYP_MAX_BYTES) : STR_NONE;
	struct str head = s, line;

	while (str_line(&head, &line) && (!str_trim(line).len || str_starts(str_trim(line), "#")))
		;
	return str_starts(str_trim(line), "{") && (str_has(s, "<!(") || str_has(s, "<!@(") || str_has(s, "<!pymod") ||
		(str_has(s, "action_name") && str_has(s, "inputs")));
}

static size_t kind_in(const struct read_in *in, size_t *ret_n)
{
	size_t row = kind_of(in->path, ret_n);

	return row == SIZE_MAX && is_gyp(in->new_) ? kind_of(STR(".gypi"), ret_n) : row;
}

static int install_claim(const struct read_in *in)
{
	size_t n;

	if (str_has(in->path, "META-INF/maven/")) /* how the jar was once built; nobody builds from it */
		return 0;
	return in->new_.len && kind_in(in, &n) != SIZE_MAX ? 20 : 0;
}

/* --- saying it --- */

static struct fact fact_of(struct install *x, const struct manifest_entry *e, enum fact_kind kind, const char *key)
{
	struct unit u = {.change = x->has_old ? UNIT_CHANGED : UNIT_ADDED, .name = e->path};
	struct fact f = {.kind = kind, .flags = FACT_TOP_LEVEL | FACT_CONSTANT, .key = str_of(key),
		.value = e->value, .excerpt = str_part(e->value, 0, FACT_EXCERPT_BYTES)};

	place_of(x->in, x->text, x->shift, e->at, e->len, &u.offset, &u.length);
	u.line = f.line = line_of(x->lines, e->at, NULL);
	f.offset = u.offset;
	f.length = u.length;
	f.unit = read_unit(x->in, &u);
	return f;
}

static void worse(struct install *x, enum status s)
{
	if (s == STATUS_LIMIT)
		x->worst = STATUS_LIMIT;
}

/* --- what OLD had --- */

/* Of the first entry of OLD at this path: its number and one more, or 0. */
static size_t *before_slot(const struct install *x, struct str path)
{
	size_t at = key_of(path, 9) % x->n_slots;

	while (x->slots[at] && !str_equal(x->before.items[x->slots[at] - 1].path, path))
		at = (at + 1) % x->n_slots;
	return &x->slots[at];
}

static struct str host_in(struct str url)
{
	size_t at = str_find_z(url, "://"), end = 0;

	url = at == SIZE_MAX ? url : str_part(url, at + 3, url.len);
	while (end < url.len && !strchr("/?#: \t\"'", url.p[end]))
		end++;
	return str_part(url, 0, end);
}

/* What `comes` asks: the same host under the same key. */
static uint64_t origin_of(const struct install *x, const struct manifest_entry *e)
{
	uint64_t seed = key_of(entry_key(e), str_has(e->value, "://"));

	return key_of(arena_lower(x->in->arena, host_in(e->value)), seed);
}

/* What `uses` asks: owner/name of owner/name@ref. */
static struct str used_name(const struct manifest_entry *e)
{
	size_t at = str_find_z(e->value, "@");

	return str_part(e->value, 0, at == SIZE_MAX ? e->value.len : at);
}

static bool is_commit(struct str ref)
{
	if (ref.len < 40)
		return false;
	for (size_t i = 0; i < 40; i++)
		if (!((ref.p[i] >= '0' && ref.p[i] <= '9') || (ref.p[i] >= 'a' && ref.p[i] <= 'f')))
			return false;
	return true;
}

/* So that each entry of NEW looks once, however many OLD has. */
static void before_index(struct install *x)
{
	keyset_init(&x->origins, x->in->arena);
	keyset_init(&x->used, x->in->arena);
	x->n_slots = 2 * x->before.n + 1;
	x->slots = ARENA_ARRAY(x->in->arena, x->n_slots, size_t);
	for (size_t i = 0; i < x->before.n; i++) {
		const struct manifest_entry *e = &x->before.items[i];
		size_t *slot = before_slot(x, e->path);

		if (!*slot)
			*slot = i + 1;
		if (host_in(e->value).len)
			(void)keyset_add(&x->origins, origin_of(x, e));
		if (!str_is(entry_key(e), "uses") || !str_has(e->value, "@"))
			continue;
		(void)keyset_add(&x->used, key_of(used_name(e), USED_SEED));
		if (is_commit(str_part(e->value, used_name(e).len + 1, e->value.len)))
			(void)keyset_add(&x->used, key_of(used_name(e), PINNED_SEED));
	}
}

/* OLD's value at the same place; empty if there is none. */
static struct str value_before(const struct install *x, const struct manifest_entry *e)
{
	size_t i;

	if (!x->before.n)
		return STR_NONE;
	i = *before_slot(x, e->path);
	return i ? x->before.items[i - 1].value : STR_NONE;
}

static bool has(struct str s, const char *z)
{
	return str_find_nocase(s, z) != SIZE_MAX;
}

/* --- commands --- */

/* The text of a value of a registry file: in quotes, with backslashes in front of quotes and of themselves. */
static struct str unescaped(struct arena *a, struct str s)
{
	struct str ret;
	char *p;

	if (s.len < 2 || s.p[0] != '"')
		return STR_NONE; /* a number */
	ret = arena_str(a, str_part(s, 1, s.len - 2));
	p = (char *)(uintptr_t)ret.p;
	ret.len = 0;
	for (size_t i = 1; i + 1 < s.len; i++) {
		i += s.p[i] == '\\' && i + 2 < s.len;
		p[ret.len++] = s.p[i];
	}
	return ret;
}

/* What a unit or a rule writes around a command: "-", "@" and the like; "%U" of desktop entries. */
static struct str bare_command(struct install *x, const struct manifest_entry *e, const char *key)
{
	struct str s = str_trim(e->value);
	struct str more = STR_NONE;

	if (str_is(str_of(key), "dpkg:invoke")) { /* post-invoke="command" */
		size_t at = str_find_z(s, "-invoke");

		s = at == SIZE_MAX ? STR_NONE : str_trim(str_part(s, at + strlen("-invoke"), s.len));
		s = str_starts(s, "=") ? str_trim(str_part(s, 1, s.len)) : s;
	}
	if (str_is(str_of(key), "registry:run")) /* "\"C:\\x.exe\" /a" */
		return arena_printf(x->in->arena, "cmd /c %.*s", STR_ARG(unescaped(x->in->arena, s)));
	if (str_is(str_of(key), "git:submodule") && !str_starts(s, "!"))
		return STR_NONE; /* a way to merge */
	if (str_is(str_of(key), "sysctl:core") && str_is(entry_key(e), "kernel.core_pattern") && !str_starts(s, "|"))
		return STR_NONE; /* the name of a file */
	if (s.len > 2 && (s.p[0] == '"' || s.p[0] == '\'') && str_rfind_char(s, s.p[0]) == s.len - 1 &&
		!memchr(s.p + 1, s.p[0], s.len - 2))
		s = str_part(s, 1, s.len - 2); /* the value is quoted, not its words */
	if (str_is(str_of(key), "systemd:exec") || str_is(str_of(key), "sysctl:core") || str_is(str_of(key), "git:submodule"))
		while (s.len && strchr("@-:+!|", s.p[0]))
			s = str_part(s, 1, s.len);
	if (str_is(str_of(key), "modprobe:install")) { /* install NAME command */
		size_t at = str_starts(s, "install ") || str_starts(s, "remove ") ? str_find_z(s, " ") : SIZE_MAX;

		s = at == SIZE_MAX ? STR_NONE : str_trim(str_part(s, at, s.len));
		at = str_find_z(s, " ");
		return at == SIZE_MAX ? STR_NONE : str_trim(str_part(s, at, s.len));
	}
	if (str_starts(entry_key(e), "command") || str_is(entry_key(e), "Command")) {
		more = entry_sibling(&x->now, e, "args");
		if (!more.len)
			more = entry_sibling(&x->now, e, "Arguments");
	} else if (str_is(entry_key(e), "@executable") || str_is(entry_key(e), "executable")) {
		more = entry_sibling(&x->now, e, "commandlineArgs");
	}
	if (str_is(str_of(key), "docker:start") && str_starts(s, "CMD "))
		s = str_part(s, 4, s.len);
	return more.len ? arena_printf(x->in->arena, "%.*s %.*s", STR_ARG(s), STR_ARG(more)) : s;
}

/*
 * "${{ secrets.X }}" of a workflow as a shell would know it: a variable with a secret's name, all
 * secrets or the whole context as the environment, everything else as an argument from outside.
 */
static struct str workflow_values(struct arena *a, struct str s)
{
	struct buf b;
	struct str ret;

	if (!str_has(s, "${{"))
		return s;
	buf_init(&b, s.len * 2 + 64);
	for (size_t i = 0; i < s.len; i++) {
		size_t end = str_starts(str_part(s, i, 3), "${{") ? str_find_z(str_part(s, i, 4096), "}}") : SIZE_MAX;
		struct str inner, name;

		if (end == SIZE_MAX) {
			buf_add_char(&b, s.p[i]);
			continue;
		}
		inner = str_trim(str_part(s, i + 3, end - 3));
		name = str_starts(inner, "secrets.") ? str_part(inner, 8, inner.len) : STR_NONE;
		if (name.len) {
			buf_add_z(&b, "${SECRET_");
			for (size_t k = 0; k < name.len; k++)
				buf_add_char(&b, (name.p[k] >= 'A' && name.p[k] <= 'Z') ||
						(name.p[k] >= '0' && name.p[k] <= '9') ? name.p[k] : '_');
			buf_add_char(&b, '}');
		} else if (has(inner, "tojson(secrets") || has(inner, "tojson(env")) {
			buf_add_z(&b, "$(printenv)");
		} else {
			buf_add_z(&b, "${GITHUB_VALUE}");
		}
		i += end + 1;
	}
	ret = arena_str(a, buf_str(&b));
	buf_release(&b);
	return ret;
}

static struct str shell_command(struct install *x, struct str command)
{
	struct str program = command_program(command);

	if (str_equal_nocase(program, STR("cmd")) || str_equal_nocase(program, STR("cmd.exe")))
		return batch_command(x->in->arena, x->in->budget, command);
	return workflow_values(x->in->arena, command);
}

static void command_add(struct install *x, const struct manifest_entry *e, struct str command, bool old)
{
	struct embedded piece = {.code = shell_command(x, command), .name = e->path, .at = e->at,
		.len = e->len, .own_lines = e->own_lines};

	if (!command.len)
		return;
	if ((old ? x->n_old : x->n_commands) >= COMMANDS_MAX) {
		x->worst = STATUS_LIMIT;
		return;
	}
	if (old)
		*ARENA_PUSH(x->in->arena, x->old_commands, x->n_old, x->room_old) = piece;
	else
		*ARENA_PUSH(x->in->arena, x->commands, x->n_commands, x->room_commands) = piece;
}

/* Code that a new command hands to an interpreter is read in its own language. */
static void inline_code(struct install *x, const struct manifest_entry *e, struct str command)
{
	if (command_inline_code(command).len && x->n_inline++ < INLINE_MAX)
		worse(x, hook_script(x->in, x->text, x->shift, e->at, e->len, command));
}

static void starts(struct install *x, const struct manifest_entry *e, const char *key, struct str command)
{
	struct fact f = fact_of(x, e, FACT_CALL, "exec");

	f.key = str_of(key);
	f.value = command;
	f.detail = STR("exec");
	read_fact(x->in, &f);
	inline_code(x, e, command);
}

static void hooks(struct install *x, const struct manifest_entry *e, const char *key, struct str command)
{
	struct fact f = fact_of(x, e, FACT_HOOK, key), at = f;
	struct str before = value_before(x, e);

	if (before.len && !str_equal(before, e->value))
		f.flags |= FACT_CHANGED_VALUE;
	f.value = command;
	f.detail = command_file(command);
	read_fact(x->in, &f);
	(void)command_facts(x->in, command, &at);
	inline_code(x, e, command);
}

/* Asking for a folder, a version or flags is what expansions are for. */
static bool is_question(struct str command)
{
	static const char *const asking[] = {"pkg-config", "uname", "echo", "krb5-config", "xcrun",
		"which", "icu-config", "pwd", "llvm-config", "python-config", "python3-config",
		"sdl2-config", "dirname", "arch"};
	static const char *const acting[] = {"child_process", "exec", "spawn", "http", "fetch",
		"eval", "Function", "Buffer", "atob", "writeFile", "net.", "dns", "import("};
	struct str program = command_program(command);

	for (size_t i = 0; i < sizeof(asking) / sizeof(asking[0]); i++)
		if (str_is(program, asking[i]))
			return true; /* what else it does is read as a command */
	if (!str_is(program, "node") || command_file(command).len)
		return false;
	for (size_t i = 0; i < sizeof(acting) / sizeof(acting[0]); i++)
		if (str_has(command, acting[i]))
			return false;
	return str_has(command, " -p") || str_has(command, " -e");
}

/* "<!(command)" runs when the file is read, ">!(" and "^!(" later; '@' makes a list of its output. */
static void expansions(struct install *x, const struct manifest_entry *e, const char *key, bool old)
{
	struct str s = e->value;

	for (size_t i = 0; i + 2 < s.len; i++) {
		size_t open = i + 2, end, depth = 0;
		struct str command;

		if (!strchr("<>^", s.p[i]) || s.p[i + 1] != '!')
			continue;
		if (s.p[open] == '@')
			open++;
		while (open < s.len && ((s.p[open] >= 'a' && s.p[open] <= 'z') || s.p[open] == '_')) /* pymod_do_main */
			open++;
		if (open >= s.len || s.p[open] != '(')
			continue;
		for (end = open; end < s.len; end++) {
			depth += s.p[end] == '(';
			depth -= s.p[end] == ')';
			if (!depth)
				break;
		}
		command = str_trim(str_part(s, open + 1, end - open - 1));
		command_add(x, e, command, old);
		if (!old && !is_question(command) && !keyset_has(&x->known, key_of(command, 3)))
			hooks(x, e, key, command);
		if (old)
			(void)keyset_add(&x->known, key_of(command, 3));
		i = end;
	}
}

/* --- what is loaded --- */

/* Modules that come with every PAM; what they do is known. */
static bool is_common_pam(struct str module)
{
	return str_starts(module, "pam_") && !str_starts(module, "pam_exec") && !str_starts(module, "pam_script") &&
		!str_starts(module, "pam_python") && !str_starts(module, "pam_lua");
}

/* Folders that everybody can write to, and those that nobody is meant to see. */
static bool anybody_writes(struct str folder)
{
	return str_starts(folder, "/tmp") || str_starts(folder, "/var/tmp") || str_starts(folder, "/dev/shm") ||
		str_starts(folder, "/home") || str_has(folder, "/.");
}

static void loads(struct install *x, const struct manifest_entry *e, const char *key)
{
	struct fact f;

	if (str_is(str_of(key), "load:pam") &&
		(is_common_pam(e->value) || str_starts(e->value, "common-") || str_starts(e->value, "include")))
		return;
	if (str_is(str_of(key), "load:jvm") && !str_has(e->value, "-javaagent:") && !str_has(e->value, "-agentpath:") &&
		!str_has(e->value, "-agentlib:") && !str_has(e->value, "-Xbootclasspath") && !str_has(e->value, "maven.ext.class.path"))
		return;
	if (str_is(str_of(key), "load:ld.so.conf") && !anybody_writes(e->value))
		return;
	if (str_is(str_of(key), "editor:task-on-open") && !str_is(e->value, "folderOpen"))
		return;
	/* Options of a test runner load nothing but by -p; "-p no:NAME" leaves one out. */
	if (str_is(str_of(key), "python:test-options") &&
		(!str_has(e->value, "-p") || str_has(e->value, "-p no:") || str_has(e->value, "-p=no:")))
		return;
	if (str_is(e->value, "false") || str_is(e->value, "none") || !e->value.len)
		return;
	f = fact_of(x, e, FACT_HOOK, key);
	if (value_before(x, e).len)
		f.flags |= FACT_CHANGED_VALUE;
	f.detail = command_file(e->value);
	if (!f.detail.len && (str_ends(e->value, ".rs") || str_ends(e->value, ".php")))
		f.detail = e->value;
	read_fact(x->in, &f);
	if (str_has(e->value, " "))
		command_add(x, e, e->value, false);
}

/* An instruction that names a command of the kind that fetches, decodes or disables. */
static void tells(struct install *x, const struct manifest_entry *e)
{
	struct fact at = fact_of(x, e, FACT_COMMAND, "");

	(void)command_facts(x->in, e->value, &at);
}

/* Settings by which other programs load or run something that they do not name themselves. */
static const struct {
	const char *name, *only; /* only where the value has one of these words */
} forcing[] = {
	{"LD_PRELOAD", NULL}, {"LD_AUDIT", NULL}, {"DYLD_INSERT_LIBRARIES", NULL}, {"BASH_ENV", NULL},
	{"PROMPT_COMMAND", NULL}, {"PYTHONSTARTUP", NULL}, {"PERL5OPT", NULL}, {"RUBYOPT", "-r"},
	{"JAVA_TOOL_OPTIONS", "-javaagent"}, {"_JAVA_OPTIONS", "-javaagent"}, {"NODE_OPTIONS", "-r "},
	{"NODE_OPTIONS", "--require"}, {"NODE_OPTIONS", "--import"}, {"NODE_OPTIONS", "loader"},
	{"CORECLR_PROFILER_PATH", NULL}, {"COR_PROFILER_PATH", NULL}, {"DOTNET_STARTUP_HOOKS", NULL},
	{"GIT_SSH_COMMAND", NULL}, {"GIT_PROXY_COMMAND", NULL}, {"PYTHONINSPECT", NULL},
	{"RUSTC_WRAPPER", NULL}, {"npm_config_script_shell", NULL},
};

static bool is_forced(struct str assignment, size_t i)
{
	size_t n = strlen(forcing[i].name), at = str_find_z(assignment, forcing[i].name);
	char after = at != SIZE_MAX && at + n < assignment.len ? assignment.p[at + n] : 0;
	char before = at != SIZE_MAX && at ? assignment.p[at - 1] : ' ';

	if (at == SIZE_MAX || !strchr("= \t\"}", after) || !strchr("= \t\"'\n{", before))
		return false;
	return !forcing[i].only || str_has(str_part(assignment, at + n, assignment.len), forcing[i].only);
}

static void forces(struct install *x, const struct manifest_entry *e)
{
	struct str key = entry_key(e), all = e->value;

	if (!str_is(key, "[]") && !str_is(key, "line") && !str_is(key, "environment") && !str_is(key, "ENV"))
		all = arena_printf(x->in->arena, "%.*s=%.*s", STR_ARG(key), STR_ARG(e->value));
	if (str_starts(key, "ENV{"))
		all = arena_printf(x->in->arena, "%.*s=%.*s", STR_ARG(str_part(key, 4, key.len - 5)), STR_ARG(e->value));
	for (size_t i = 0; i < sizeof(forcing) / sizeof(forcing[0]); i++) {
		struct fact f;

		if (!is_forced(all, i))
			continue;
		f = fact_of(x, e, FACT_HOOK, "load:environment");
		f.value = all;
		f.detail = command_file(e->value);
		read_fact(x->in, &f);
		return;
	}
}

/* --- dependencies and where they come from --- */

/* "name" of "name>=1 ; extra", of a key, of a quoted word with a version behind it. */
static struct str dependency_name(const struct manifest_entry *e)
{
	struct str s = e->value;
	size_t end = 0;
	bool quoted = s.len && (s.p[0] == '"' || s.p[0] == '\'');

	if (str_starts(e->path, "dependencies/") || str_starts(e->path, "build-dependencies/") ||
		str_starts(e->path, "require/") || str_starts(e->path, "tool/poetry/dependencies/")) {
		size_t from = str_find_z(e->path, str_starts(e->path, "tool/") ? "dependencies/" : "/");

		s = str_part(e->path, from + (str_starts(e->path, "tool/") ? 13 : 1), e->path.len);
		if (str_ends(s, "/version"))
			s.len -= 8;
		return s;
	}
	if (str_is(entry_key(e), "name") || str_is(entry_key(e), "@id") || str_is(entry_key(e), "artifactId"))
		return s;
	if (quoted)
		s = str_part(s, 1, s.len);
	while (end < s.len && !strchr(" \t(:[<>=!~;,|@\"'", s.p[end]))
		end++;
	return str_part(s, 0, end);
}

static bool is_dependency_value(const struct manifest_entry *e)
{
	return !str_is(entry_key(e), "optional") && !str_is(entry_key(e), "default-features") && !e->joined &&
		!str_has(e->path, "/features/");
}

static void depends(struct install *x, const struct manifest_entry *e, const char *key)
{
	struct str name = dependency_name(e);
	struct fact f;

	if (!name.len || !is_dependency_value(e) || !x->has_old || keyset_has(&x->known_names, key_of(name, 5)))
		return;
	(void)keyset_add(&x->known_names, key_of(name, 5));
	f = fact_of(x, e, FACT_DEP_ADDED, key);
	f.key = name;
	f.detail = str_of(key);
	read_fact(x->in, &f);
}

/* owner/name@ref: pinned to a commit before and to a name that can be moved now; another owner's. */
static void uses(struct install *x, const struct manifest_entry *e)
{
	struct str name = used_name(e);
	struct str ref = str_part(e->value, name.len + 1, e->value.len);
	bool known = keyset_has(&x->used, key_of(name, USED_SEED));
	bool pinned_before = keyset_has(&x->used, key_of(name, PINNED_SEED));
	struct fact f;

	if (!x->has_old || str_starts(e->value, "./"))
		return;
	if (known && pinned_before && ref.len && !is_commit(ref)) {
		f = fact_of(x, e, FACT_TRUST, "unpinned");
		f.value = arena_printf(x->in->arena, "%.*s: a commit -> %.*s", STR_ARG(name), STR_ARG(ref));
		read_fact(x->in, &f);
	} else if (!known) {
		f = fact_of(x, e, FACT_DEP_ADDED, "uses");
		f.key = name;
		f.detail = STR("uses");
		read_fact(x->in, &f);
	}
}

/* Another host or owner than before at this place, or a place that was not there. */
static void comes(struct install *x, const struct manifest_entry *e, const char *key)
{
	struct str before = value_before(x, e);
	struct fact f;

	if (!x->has_old || e->joined)
		return;
	if (str_is(str_of(key), "replace") && !str_has(e->value, "=>"))
		return;
	if (str_is(str_of(key), "package index") && !str_starts(e->value, "-"))
		return; /* a dependency */
	if (str_is(entry_key(e), "ADD") && !str_has(e->value, "://"))
		return;
	if (host_in(e->value).len && keyset_has(&x->origins, origin_of(x, e)))
		return;
	if (str_is(entry_key(e), "line") && !str_has(e->value, "://") && !str_has(e->value, "=>"))
		return;
	f = fact_of(x, e, FACT_DEP_CHANGED, key);
	f.key = str_of(key);
	f.value = arena_printf(x->in->arena, "%.*s -> %.*s", STR_ARG(str_is(entry_key(e), "line") ? STR("") : before),
		STR_ARG(e->value));
	f.detail = STR("source");
	read_fact(x->in, &f);
}

/* --- rights --- */

static bool is_no(struct str s)
{
	return str_is(s, "false") || str_is(s, "0") || str_equal_nocase(s, STR("no")) || str_equal_nocase(s, STR("off"));
}

/* Does the entry widen what may happen? Names of switches say which way they point. */
static bool widens(const struct manifest_entry *e, const char *key)
{
	struct str k = str_of(key), name = entry_key(e);

	if (str_is(k, "workflow-trigger"))
		return has(e->path, "pull_request_target") || has(e->value, "pull_request_target") ||
			has(e->value, "workflow_run");
	if (str_is(k, "workflow-permission"))
		return has(e->value, "write");
	if (str_is(k, "tls-verify-off")) {
		bool points_off = has(name, "disable") || has(name, "allow") || has(name, "trusted") || has(name, "[]");

		return is_no(e->value) != points_off;
	}
	if (str_is(name, "[]") && str_has(e->path, "permissions/allow"))
		return str_has(e->value, "*") || str_is(e->value, "Bash");
	if (str_starts(name, "allow_") && str_starts(e->path, "policyconfig/"))
		return str_is(e->value, "yes");
	if (str_is(name, "confinement"))
		return str_is(e->value, "classic") || str_is(e->value, "devmode");
	if (str_is(name, "defaultMode"))
		return str_is(e->value, "bypassPermissions");
	if (has(name, "trust.enabled"))
		return is_no(e->value);
	return !is_no(e->value) && !str_is(e->value, "off");
}

static void allows(struct install *x, const struct manifest_entry *e, const char *key)
{
	struct fact f;
	struct str before = value_before(x, e);

	if (!x->has_old || e->joined || !widens(e, key))
		return;
	if (str_is(str_of(key), "workflow-trigger") && (has(x->old_text, "pull_request_target") || has(x->old_text, "workflow_run")))
		return;
	f = fact_of(x, e, FACT_TRUST, key);
	f.value = arena_printf(x->in->arena, "%.*s: %.*s%s%.*s", STR_ARG(e->path), STR_ARG(before),
		before.len ? " -> " : "", STR_ARG(e->value));
	read_fact(x->in, &f);
}

/* Does any entry say what the work may do? */
static bool says_permissions(const struct entries *list)
{
	for (size_t i = 0; i < list->n; i++)
		if (str_is(list->items[i].path, "permissions") || str_starts(list->items[i].path, "permissions/") ||
			str_has(list->items[i].path, "/permissions"))
			return true;
	return false;
}

/* A workflow that said what it may do and says so no more does what the account allows. */
static void says_no_more(struct install *x)
{
	struct fact f = {.kind = FACT_TRUST, .unit = FACT_NO_UNIT, .key = STR("workflow-permission"), .value = STR("stated -> not stated")};

	if (x->has_old && str_has(x->in->path, "workflows/") && x->now.n && !x->now.damaged && !x->now.limit && says_permissions(&x->before) &&
		!says_permissions(&x->now))
		read_fact(x->in, &f);
}

static void states(struct install *x, const struct manifest_entry *e, const char *key)
{
	struct fact f;

	if (!x->has_old || e->joined)
		return;
	f = fact_of(x, e, FACT_MANIFEST, key);
	f.flags = FACT_CHANGED_VALUE;
	f.value = arena_printf(x->in->arena, "%.*s = %.*s", STR_ARG(entry_key(e)), STR_ARG(e->value));
	f.detail = value_before(x, e);
	read_fact(x->in, &f);
}

/* --- one entry by one row --- */

/* A list is taken item by item where the table says so, else whole. */
static bool by_items(const struct install *x, const struct manifest_entry *e)
{
	struct str item = arena_printf(x->in->arena, "%.*s/[]", STR_ARG(e->path));

	for (size_t i = 0; i < x->n_rows; i++)
		if (x->first[i].entry && str_ends(str_of(x->first[i].entry), "[]") &&
			glob_matches(x->first[i].entry, item))
			return true;
	return false;
}

static bool is_variable(const struct row *r)
{
	return str_ends(str_of(r->key), ":variable");
}

static void meet_new(struct install *x, const struct manifest_entry *e, const struct row *r, bool fresh)
{
	struct str command = r->meaning <= HOOKS ? bare_command(x, e, r->key) : STR_NONE;

	if (r->meaning <= HOOKS)
		command_add(x, e, command, false);
	if (r->meaning == EXPANDS && !e->joined)
		expansions(x, e, r->key, false);
	if (!fresh)
		return;
	switch (r->meaning) {
	case RUNS:
		if (!is_variable(r))
			inline_code(x, e, command);
		break;
	case STARTS:
		if (command.len)
			starts(x, e, r->key, command);
		break;
	case HOOKS:
		if (command.len)
			hooks(x, e, r->key, command);
		break;
	case EXPANDS: break;
	case LOADS: loads(x, e, r->key); break;
	case TELLS: tells(x, e); break;
	case FORCES: forces(x, e); break;
	case DEPENDS: depends(x, e, r->key); break;
	case USES: uses(x, e); break;
	case COMES: comes(x, e, r->key); break;
	case ALLOWS: allows(x, e, r->key); break;
	case STATES: states(x, e, r->key); break;
	}
}

static void meet_old(struct install *x, const struct manifest_entry *e, const struct row *r)
{
	if (r->meaning <= HOOKS)
		command_add(x, e, bare_command(x, e, r->key), true);
	else if (r->meaning == EXPANDS && !e->joined)
		expansions(x, e, r->key, true);
	else if (r->meaning == DEPENDS)
		(void)keyset_add(&x->known_names, key_of(dependency_name(e), 5));
}

static uint64_t entry_hash(const struct manifest_entry *e)
{
	return key_of(e->value, key_of(e->path, 1));
}

/* The first row that fits an entry decides. */
static void walk(struct install *x, const struct entries *list, bool old)
{
	for (size_t i = 0; i < list->n; i++) {
		const struct manifest_entry *e = &list->items[i];

		if (!budget_step(x->in->budget, x->n_rows + e->path.len / 4 + 1)) {
			x->worst = STATUS_LIMIT;
			return;
		}
		for (size_t k = 0; k < x->n_rows; k++) {
			const struct row *r = &x->first[k];

			if (!r->entry || !glob_matches(r->entry, e->path))
				continue;
			if (e->joined && by_items(x, e))
				break;
			if (old)
				meet_old(x, e, r);
			else
				meet_new(x, e, r, !keyset_has(&x->known, entry_hash(e)));
			break;
		}
		if (old)
			(void)keyset_add(&x->known, entry_hash(e));
	}
}

/* Text as its consumer decodes it; binary property lists as they are. */
static bool text_of(struct read_in *in, struct cursor bytes, struct str *ret, size_t *ret_shift)
{
	*ret_shift = 0;
	*ret = str_view(bytes.base, bytes.len);
	if (bytes.base && str_starts(*ret, "bplist"))
		return true;
	return read_text(in->arena, bytes, ret, ret_shift);
}

static void unreadable(struct install *x)
{
	struct fact f = {.kind = FACT_PARSE_ERROR, .unit = FACT_NO_UNIT, .number = x->in->new_.len};

	if (x->has_old && x->now.damaged && !x->before.damaged)
		read_fact(x->in, &f);
}

static enum status install_read(struct read_in *in)
{
	struct install x = {.in = in, .worst = STATUS_OK};
	size_t row = kind_in(in, &x.n_rows), unused;
	enum syntax syntax;

	if (row == SIZE_MAX || !text_of(in, in->new_, &x.text, &x.shift))
		return STATUS_UNSUPPORTED;
	x.first = &rows[row];
	syntax = syntaxes[kind_at(row)];
	x.has_old = in->has_old && text_of(in, in->old, &x.old_text, &unused);
	x.lines = line_index_make(in->arena, x.text);
	keyset_init(&x.known, in->arena);
	keyset_init(&x.known_names, in->arena);
	if (x.has_old)
		entries_read(in->arena, in->budget, syntax, x.old_text, &x.before);
	entries_read(in->arena, in->budget, syntax, x.text, &x.now);
	before_index(&x);
	walk(&x, &x.before, true);
	walk(&x, &x.now, false);
	says_no_more(&x);
	unreadable(&x);
	if (syntax == SYNTAX_MAKE)
		recipe_facts(in);
	worse(&x, budget_step(in->budget, 1) ? STATUS_OK : STATUS_LIMIT);
	worse(&x, embedded_read(in, x.text, x.shift, LANGUAGE_SHELL, x.commands, x.n_commands, x.old_commands,
		x.n_old));
	if (x.now.limit)
		x.worst = STATUS_LIMIT;
	read_cover(in, x.worst == STATUS_LIMIT ? COVER_BLIND : x.now.damaged ? COVER_SHALLOW : COVER_PARSED,
		in->new_.len, x.worst == STATUS_LIMIT ? "over budget" : x.now.damaged ? "not well-formed" : "");
	return x.worst;
}

extern const struct reader reader_install;
const struct reader reader_install = {
	.name = "install",
	.summary = "manifests, services, workflows, builds: what runs, loads or decides by itself",
	.claim = install_claim,
	.read = install_read,
};
