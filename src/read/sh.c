/*
 * What new shell code does. The commands of the whole script are followed once, in order, on values
 * instead of processes: each command turns what it reads into what it writes, and a value remembers
 * where it came from. Loops and branches are followed once; functions where they are defined. Only
 * what touches new code is reported.
 */
#include "read/shell_command.h"
#include "read/lexer.h"
#include "read/sh_int.h"
#include "read/strings.h"
#include "read/rights.h"
#include "read/tree_parse.h"
#include "read/wipe.h"
#include "util/base64.h"
#include "util/buf.h"

enum {
	ARGS = 512,
	TREE_BYTES = 256 << 10,
	SHOWN_BYTES = 300,
	NEW_HOSTS = 128,
	MAP_SLOTS = 64,
};

/* --- a map from text to value --- */

struct map_entry {
	struct str key;
	struct sh_val val;
	bool used_up; /* files: was reported as run */
	bool compiled; /* files: was looked at as a program that is compiled */
};

struct map {
	struct map_entry *entries;
	size_t n, room;
	uint32_t *slots;
	size_t n_slots;
};

/* --- the state --- */

struct site {             /* the text that is being followed */
	struct str text;
	bool verbatim;    /* it is a part of the member: offsets are its own */
	size_t base;      /* of text in the member's text */
	size_t from, to;  /* otherwise: the command in the member that it came out of */
	bool fresh;
};

struct sh {
	struct read_in *in;
	struct arena *arena;
	struct budget *budget;
	struct str whole, old_text;
	size_t shift;
	const struct align *al;
	const struct unit_span *units;
	size_t n_units;
	const struct line_index *lines;
	struct map variables, files, functions;
	struct sh_fold fold;
	struct site site;
	struct sh_script *script; /* of the site */
	uint32_t command;         /* in it, being followed */
	uint32_t in_function;
	unsigned depth;
	unsigned n_hosts;
	struct str shell_copy; /* where a copy of a shell was put */
	struct str verified; /* the program that has checked something */
	bool limit;
	bool too_deep; /* new commands lie deeper than we follow */
};

struct call { /* one simple command, folded */
	const struct sh_command *c;
	struct sh_val *args;
	size_t n, room;
	size_t name;             /* index of the program among args, behind its wrappers */
	struct str program;      /* its base name */
	enum sh_class class;
	struct sh_val input;
	bool has_input;
	bool fresh;
};

static struct map_entry *map_find(struct map *m, struct str key, bool *ret_slot_free, size_t *ret_slot)
{
	size_t k;

	*ret_slot_free = false;
	*ret_slot = 0;
	if (!m->n_slots)
		return NULL;
	for (k = token_hash(key.p, key.len, 0) & (m->n_slots - 1); m->slots[k]; k = (k + 1) & (m->n_slots - 1))
		if (str_equal(m->entries[m->slots[k] - 1].key, key))
			return &m->entries[m->slots[k] - 1];
	*ret_slot_free = true;
	*ret_slot = k;
	return NULL;
}

static struct map_entry *map_get(struct map *m, struct str key)
{
	bool unused;
	size_t slot;

	return map_find(m, key, &unused, &slot);
}

static void map_grow(struct arena *a, struct map *m)
{
	m->n_slots = m->n_slots ? m->n_slots * 2 : MAP_SLOTS;
	m->slots = ARENA_ARRAY(a, m->n_slots, uint32_t);
	for (size_t i = 0; i < m->n; i++) {
		size_t k = token_hash(m->entries[i].key.p, m->entries[i].key.len, 0) & (m->n_slots - 1);

		while (m->slots[k])
			k = (k + 1) & (m->n_slots - 1);
		m->slots[k] = (uint32_t)i + 1;
	}
}

static struct map_entry *map_put(struct arena *a, struct map *m, struct str key, struct sh_val val)
{
	struct map_entry *e = map_get(m, key);
	bool unused;
	size_t slot;

	if (!e) {
		if (m->n * 2 >= m->n_slots)
			map_grow(a, m);
		(void)map_find(m, key, &unused, &slot);
		e = ARENA_PUSH(a, m->entries, m->n, m->room);
		e->key = arena_str(a, key);
		m->slots[slot] = (uint32_t)m->n;
	}
	e->val = val;
	return e;
}

/* --- where we are --- */

static const struct sh_command *current(const struct sh *sh)
{
	return &sh->script->commands[sh->command];
}

static struct span place(const struct sh *sh)
{
	const struct sh_command *c = current(sh);

	if (!sh->site.verbatim)
		return (struct span){sh->site.from, sh->site.to};
	return (struct span){sh->site.base + c->from, sh->site.base + c->to};
}

static bool place_is_fresh(const struct sh *sh)
{
	struct span at = place(sh);

	return sh->site.verbatim ? align_is_fresh(sh->al, at.from, at.to) : sh->site.fresh;
}

static uint32_t unit_at(const struct sh *sh, size_t at)
{
	uint32_t unit = FACT_NO_UNIT;

	for (size_t i = 0; i < sh->n_units && sh->units[i].at.from <= at; i++)
		if (sh->units[i].at.to > at)
			unit = sh->units[i].unit;
	return unit;
}

static struct str shown(struct str s, size_t max)
{
	return str_part(s, 0, s.len < max ? s.len : max);
}

static bool is_silent(const struct sh *sh)
{
	const struct sh_command *c = current(sh);

	if (c->or_true || c->background)
		return true;
	for (uint32_t i = 0; i < c->n_redirects; i++) {
		const struct sh_redirect *r = &sh->script->redirects[c->redirect + i];

		if ((r->fd == 2 || r->fd == -2) && r->op != SH_IN &&
			str_is(str_part(sh->script->text, r->target.from, r->target.to - r->target.from), "/dev/null"))
			return true;
	}
	return false;
}

/* Where the present command stands. */
static struct fact placed(struct sh *sh, struct fact f)
{
	struct span at = place(sh);

	f.unit = unit_at(sh, at.from);
	f.line = line_of(sh->lines, at.from, NULL);
	f.offset = at.from + sh->shift;
	f.length = at.to - at.from;
	f.excerpt = shown(str_part(sh->whole, at.from, at.to - at.from), FACT_EXCERPT_BYTES);
	f.flags |= (sh->in_function ? 0 : FACT_TOP_LEVEL) | (is_silent(sh) ? FACT_SILENT : 0);
	return f;
}

static void emit(struct sh *sh, struct fact f)
{
	f = placed(sh, f);
	f.key = shown(f.key, FACT_KEY_BYTES);
	f.value = shown(f.value, FACT_VALUE_BYTES);
	f.detail = shown(f.detail, FACT_DETAIL_BYTES);
	read_fact(sh->in, &f);
}

/* The folded command line, for people. */
static struct str command_line(struct sh *sh, const struct call *k)
{
	struct buf b;
	struct str s;

	buf_init(&b, FACT_VALUE_BYTES);
	for (size_t i = k->name; i < k->n; i++) {
		if (i > k->name)
			buf_add_char(&b, ' ');
		if (!buf_add_str(&b, shown(k->args[i].s, SHOWN_BYTES)))
			break;
	}
	s = arena_str(sh->arena, buf_str(&b));
	buf_release(&b);
	return s;
}

static void emit_command(struct sh *sh, const struct call *k)
{
	if (k->fresh)
		emit(sh, (struct fact){.kind = FACT_COMMAND, .key = k->program, .value = command_line(sh, k)});
}

static void emit_trust(struct sh *sh, const struct call *k, const char *key, struct str value)
{
	if (k->fresh)
		emit(sh, (struct fact){.kind = FACT_TRUST, .key = str_of(key), .value = value,
			.detail = command_line(sh, k)});
}

static void emit_rights(struct sh *sh, struct str command)
{
	struct fact f = {.kind = FACT_TRUST, .key = STR("rights")};

	f.number = rights_of_command(command, &f.value);
	f.detail = command;
	if (f.number == RIGHTS_WIDE && sh->shell_copy.len && str_has(command, "chmod") && str_find(command, sh->shell_copy) != SIZE_MAX)
		f.number = RIGHTS_GRAVE; /* a shell under another name */
	if (rights_shell_copy(command).len)
		sh->shell_copy = arena_str(sh->arena, rights_shell_copy(command));
	if (f.number)
		emit(sh, f);
}

static void emit_flow(struct sh *sh, const struct call *k, const struct sh_val *v, const char *source,
	const char *sink, struct str value, const char *how, unsigned number)
{
	struct fact f = {.kind = FACT_FLOW, .number = number, .value = value};

	if (!k->fresh && !v->fresh)
		return;
	f.key = arena_printf(sh->arena, "%s>%s", source, sink);
	f.detail = arena_printf(sh->arena, "%.*s%s%s", STR_ARG(shown(v->steps, 1500)), v->steps.len ? "\n-> " : "-> ", how);
	if (sh->verified.len && str_is(str_of(sink), "run"))
		f.detail = arena_printf(sh->arena, "%.*s\nafter %.*s", STR_ARG(f.detail), STR_ARG(sh->verified));
	f.flags = (v->fresh ? FACT_NEW_SOURCE : 0) | (k->fresh ? FACT_NEW_SINK : 0) |
		(v->constant ? FACT_CONSTANT : 0) | (v->layers ? FACT_DECODED_ARG : 0);
	emit(sh, f);
}

/* --- following texts inside of texts --- */

static struct sh_val run_text(struct sh *sh, struct str text, const struct sh_val *input, bool fresh);

static struct sh_val substitute(struct sh *sh, struct str commands, size_t at, bool is_process)
{
	struct sh_val v = run_text(sh, commands, NULL, place_is_fresh(sh));

	while (v.constant && v.s.len && v.s.p[v.s.len - 1] == '\n')
		v.s.len--;
	if (!v.constant)
		v.s = arena_printf(sh->arena, "$(%.*s)", STR_ARG(shown(str_trim(commands), 120)));
	return v;
}

static const struct sh_val *variable_get(struct sh *sh, struct str name)
{
	struct map_entry *e = map_get(&sh->variables, name);

	return e ? &e->val : NULL;
}

static bool unpacks(struct str steps)
{
	static const char *const programs[] = {"-> xz", "-> gzip", "-> gunzip", "-> zcat", "-> bzip2", "-> bunzip2", "-> zstd", "-> lzma",
		"-> unxz", "-> openssl", "xzcat ", "zcat ", "bzcat "};

	for (size_t i = 0; i < sizeof(programs) / sizeof(programs[0]); i++)
		if (str_has(steps, programs[i]))
			return true;
	return false;
}

/* Text that is run: a decoded layer, an argument of eval or sh -c, standard input of a shell. Gives what it writes. */
static struct sh_val code_sink(struct sh *sh, const struct call *k, const struct sh_val *v, const char *how, bool is_shell)
{
	const char *sink = is_shell && !str_is(k->program, "eval") ? "exec" : "code";
	struct sh_val out = {.s = command_line(sh, k), .from = v->from & SH_FROM_NET, .fresh = k->fresh}, written;

	if (v->from & SH_FROM_NET)
		emit_flow(sh, k, v, "net", "exec", v->origin, how, 3);
	if (v->layers || v->from & SH_FROM_DATA)
		emit_flow(sh, k, v, "data", "code", v->constant ? v->s : v->origin, how, v->constant ? 3 : 2);
	if (v->from & SH_FROM_FILE && unpacks(v->steps)) /* a program that lay packed in a file */
		emit_flow(sh, k, v, "data", "code", v->origin, how, 2);
	if (v->from & SH_FROM_DATA && !v->constant && !(v->from & SH_FROM_NET) && (k->fresh || v->fresh))
		emit(sh, (struct fact){.kind = FACT_UNRESOLVED, .key = str_of(sink), .detail = command_line(sh, k)});
	if (v->layers && v->constant && v->s.len && (k->fresh || v->fresh))
		emit(sh, (struct fact){.kind = FACT_DECODED, .key = str_of(v->scheme), .value = v->s, .number = v->layers});
	if (!is_shell || !v->constant || !v->s.len)
		return out;
	written = run_text(sh, v->s, k->has_input && v != &k->input ? &k->input : NULL, k->fresh || v->fresh);
	return written.from ? written : out;
}

/* --- files --- */

static struct map_entry *file_get(struct sh *sh, struct str path)
{
	struct map_entry *e = map_get(&sh->files, path);

	if (!e && str_starts(path, "./"))
		e = map_get(&sh->files, str_part(path, 2, path.len));
	if (!e && path.len)
		e = map_get(&sh->files, arena_printf(sh->arena, "./%.*s", STR_ARG(path)));
	return e;
}

static bool is_login_key(struct str s);

static void persist(struct sh *sh, const struct call *k, struct str path, const struct sh_val *content, const char *how)
{
	const char *source = content->constant || content->from & SH_FROM_DATA ? "data" : "dyn";
	struct sh_val v = *content;

	for (unsigned bit = 0; bit < SH_FROM_BITS; bit++)
		if (content->from & ~SH_FROM_DATA & ~SH_FROM_ARG & (1u << bit)) {
			source = sh_source_name(bit);
			break;
		}
	if (k->fresh)
		emit(sh, (struct fact){.kind = FACT_PATH, .key = STR("persist"), .value = path});
	if (str_has(path, "authorized_keys") || str_has(path, "ld.so.preload") || str_has(path, "sudoers") || str_is(path, "/etc/passwd") ||
		str_is(path, "/etc/shadow") || str_has(path, "cron") || (content->constant && is_login_key(content->s)))
		v.fresh |= k->fresh && content->constant; /* the words stand in the command */
	emit_flow(sh, k, &v, source, "persist", path, how, 3);
}

/* "ssh-ed25519 AAAA...": what lets somebody in, wherever sshd is told to look for it; known hosts begin with a name. */
static bool is_login_key(struct str s)
{
	static const char *const kinds[] = {"ssh-ed25519 AAAA", "ssh-rsa AAAA", "ecdsa-sha2-nistp256 AAAA", "sk-ssh-ed25519@openssh.com AAAA"};

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (str_starts(s, kinds[i]))
			return true;
	return false;
}

static void file_write(struct sh *sh, const struct call *k, const struct sh_val *path, const struct sh_val *content,
	bool append, const char *how)
{
	struct map_entry *before = file_get(sh, path->s);
	struct sh_val now = *content;

	if (!path->s.len || str_starts(path->s, "/dev/null") || str_is(path->s, "/dev/stderr") || str_is(path->s, "/dev/stdout"))
		return;
	if (sh_path_is_persist(path->s) || (content->constant && is_login_key(content->s)))
		persist(sh, k, path->s, content, how);
	if (content->from & SH_FROM_NET)
		emit_flow(sh, k, content, "net", "file", content->origin, how, 3);
	if (content->from & SH_FROM_CRED)
		emit_flow(sh, k, content, "cred", "file", path->s, how, 3);
	else if (content->from & SH_FROM_ENV && !str_is(k->program, "set")) /* configure keeps its results so */
		emit_flow(sh, k, content, "env", "file", path->s, how, 3);
	if (append && before) {
		now = before->val;
		sh_val_join(&sh->fold, &now, content);
	}
	map_put(sh->arena, &sh->files, path->s, now);
}

/* What a file holds: what this script wrote, a credential, or just a file. */
static struct sh_val file_read(struct sh *sh, const struct call *k, const struct sh_val *path)
{
	struct map_entry *e = file_get(sh, path->s);
	struct sh_val v = {.s = path->s, .from = SH_FROM_FILE, .origin = path->s, .fresh = k->fresh};

	if (path->is_command)
		return *path;
	if (e)
		return e->val;
	if (str_is(path->s, "/dev/null"))
		return (struct sh_val){.s = STR(""), .constant = true};
	if (sh_path_is_cred(path->s)) {
		v.from = SH_FROM_CRED;
		if (k->fresh)
			emit(sh, (struct fact){.kind = FACT_PATH, .key = STR("cred"), .value = path->s});
	}
	if (str_starts(path->s, "/dev/tcp/") || str_starts(path->s, "/dev/udp/"))
		v.from = SH_FROM_NET;
	v.steps = arena_printf(sh->arena, "%.*s %.*s", STR_ARG(k->program), STR_ARG(shown(path->s, 200)));
	return v;
}

/* A file is run or made executable. */
static void file_run(struct sh *sh, const struct call *k, const struct sh_val *path, const char *how, bool now)
{
	struct map_entry *e = file_get(sh, path->s);

	if (path->is_command) {
		(void)code_sink(sh, k, path, how, true);
		return;
	}
	if (!e || (e->used_up && !now))
		return;
	e->used_up = true;
	if (e->val.from & SH_FROM_NET)
		emit_flow(sh, k, &e->val, "net", "run", e->val.origin, how, now ? 3 : 2);
	else if (e->val.from & SH_FROM_DATA)
		emit_flow(sh, k, &e->val, "data", "run", path->s, how, now ? 3 : 2);
	if (now && e->val.constant && e->val.s.len && !str_starts(e->val.s, "\x7f" "ELF"))
		(void)run_text(sh, e->val.s, NULL, k->fresh || e->val.fresh);
}

/* --- words to arguments --- */

static void arg_add(struct sh *sh, struct call *k, struct sh_val v)
{
	if (k->n < ARGS)
		*ARENA_PUSH(sh->arena, k->args, k->n, k->room) = v;
	else
		sh_val_taint(&k->args[ARGS - 1], &v);
}

/* Splits at blanks that came from expansions. */
static void args_split(struct sh *sh, struct call *k, struct sh_val v)
{
	size_t from = 0;

	if (!v.s.len || !memchr(v.s.p, SH_SPLIT, v.s.len)) {
		arg_add(sh, k, v);
		return;
	}
	for (size_t i = 0; i <= v.s.len; i++) {
		if (i < v.s.len && v.s.p[i] != SH_SPLIT)
			continue;
		if (i > from) {
			struct sh_val part = v;

			part.s = str_part(v.s, from, i - from);
			arg_add(sh, k, part);
		}
		from = i + 1;
	}
}

/* {curl,-s,x} as one word is three. */
static bool braces_split(struct sh *sh, struct call *k, struct str raw)
{
	size_t from = 1;

	if (raw.len < 5 || raw.p[0] != '{' || raw.p[raw.len - 1] != '}' || !memchr(raw.p, ',', raw.len) ||
		memchr(raw.p, '$', raw.len) || memchr(raw.p, ' ', raw.len) || memchr(raw.p + 1, '{', raw.len - 1))
		return false;
	for (size_t i = 1; i < raw.len; i++) {
		if (raw.p[i] != ',' && i + 1 != raw.len)
			continue;
		arg_add(sh, k, sh_fold_word(&sh->fold, raw, from, i, false));
		from = i + 1;
	}
	return true;
}

static void array_assign(struct sh *sh, struct str name, struct str inside, bool fresh)
{
	struct sh_script elements;
	struct sh_val all = {.constant = true, .fresh = fresh};
	size_t n = 0;

	if (sh_parse(sh->arena, sh->budget, inside, &elements) != STATUS_OK)
		sh->limit = true;
	for (size_t i = 0; i < elements.n_words; i++) {
		struct sh_val v = sh_fold_word(&sh->fold, inside, elements.words[i].from, elements.words[i].to, false);

		v.fresh |= fresh;
		if (n == 0)
			map_put(sh->arena, &sh->variables, name, v);
		map_put(sh->arena, &sh->variables, arena_printf(sh->arena, "%.*s[%zu]", STR_ARG(name), n++), v);
		if (n > 1)
			sh_val_join(&sh->fold, &all, &(struct sh_val){.s = STR(" "), .constant = true});
		sh_val_join(&sh->fold, &all, &v);
	}
	if (n > 1)
		map_put(sh->arena, &sh->variables, name, all);
}

static void assign(struct sh *sh, const struct call *k, struct str raw)
{
	size_t eq = str_find_z(raw, "="), end = eq;
	struct str name;
	struct sh_val v;
	bool append;

	if (eq == SIZE_MAX || eq == 0)
		return;
	append = raw.p[eq - 1] == '+';
	end -= append;
	name = str_part(raw, 0, end);
	if (eq + 1 < raw.len && raw.p[eq + 1] == '(') {
		array_assign(sh, name, str_part(raw, eq + 2, raw.len - eq - 2 - (raw.p[raw.len - 1] == ')')), k->fresh);
		return;
	}
	v = sh_fold_word(&sh->fold, raw, eq + 1, raw.len, false);
	v.s = arena_str(sh->arena, v.s);
	for (size_t i = 0; i < v.s.len; i++)
		if (v.s.p[i] == SH_SPLIT)
			((char *)(uintptr_t)v.s.p)[i] = ' ';
	v.fresh |= k->fresh && v.from;
	if (!v.constant && v.s.len > 1 && v.s.p[0] == '$' && v.s.p[1] == '(')
		v.s = arena_printf(sh->arena, "$%.*s", STR_ARG(name)); /* a name for what nobody knows */
	if (append) {
		const struct sh_val *before = variable_get(sh, name);

		if (before) {
			struct sh_val joined = *before;

			sh_val_join(&sh->fold, &joined, &v);
			v = joined;
		}
	}
	if (sh_variable_disables_tls(name, v.s))
		emit_trust(sh, k, "tls-verify-off", arena_printf(sh->arena, "%.*s=%.*s", STR_ARG(name), STR_ARG(shown(v.s, 100))));
	if (k->fresh && str_is(name, "HISTFILE"))
		emit(sh, (struct fact){.kind = FACT_COMMAND, .key = STR("HISTFILE"), .value = shown(raw, SHOWN_BYTES)});
	map_put(sh->arena, &sh->variables, name, v);
}

static bool class_is_notable(enum sh_class c)
{
	return c == SH_FETCH || c == SH_SOCKET || c == SH_REMOTE || c == SH_DNS || c == SH_SHELL ||
		c == SH_INTERPRETER || c == SH_DECODER || c == SH_EVAL || c == SH_SCHEDULER;
}

/* c\url, cu''rl, $a$b: a program's name that nobody would write like that. */
static void name_check(struct sh *sh, const struct call *k, struct str raw)
{
	struct str inner = raw;
	size_t marks = 0, variables = 0;

	if (!k->fresh || !class_is_notable(k->class) || !k->args[0].constant || str_equal(raw, k->args[0].s))
		return;
	if (inner.len > 2 && (inner.p[0] == '"' || inner.p[0] == '\'') && inner.p[inner.len - 1] == inner.p[0])
		inner = str_part(inner, 1, inner.len - 2);
	if (inner.len && inner.p[0] == '\\') /* \rm goes round an alias */
		inner = str_part(inner, 1, inner.len);
	for (size_t i = 0; i < inner.len; i++) {
		marks += inner.p[i] == '\\' || inner.p[i] == '\'' || inner.p[i] == '"' || inner.p[i] == '`' ||
			(inner.p[i] == '$' && i + 1 < inner.len && inner.p[i + 1] == '\'');
		variables += inner.p[i] == '$';
	}
	/* /usr/bin/$python and "$dir"/node are ordinary; $a$b and ${x:3:2} are not */
	if (!memchr(inner.p, '/', inner.len))
		marks += variables > 1 || (variables && (str_has(inner, ":") || inner.p[0] != '$'));
	else if (marks && variables && raw.p[0] == '"')
		marks = 0;
	if (marks)
		emit(sh, (struct fact){.kind = FACT_OBFUSCATED, .key = STR("escaped-identifiers"), .number = raw.len,
			.value = k->args[0].s, .detail = shown(raw, SHOWN_BYTES)});
}

/* Behind sudo, env, nohup ...: where is the program that counts? */
static void program_find(struct call *k)
{
	k->name = 0;
	for (int rounds = 0; rounds < 8 && k->name < k->n; rounds++) {
		struct str s = k->args[k->name].s;
		size_t next = k->name + 1;
		bool is_env;

		k->program = str_basename(s);
		if (!k->program.len)
			k->program = s;
		k->class = sh_class_of(k->program);
		is_env = k->class == SH_ENVIRON && str_is(k->program, "env");
		if (k->class != SH_WRAPPER && !is_env)
			return;
		while (next < k->n && ((k->args[next].s.len && k->args[next].s.p[0] == '-') ||
			(str_find_z(k->args[next].s, "=") != SIZE_MAX && (is_env || str_is(k->program, "sudo"))))) {
			bool two = sh_wrapper_value(k->program, k->args[next].s);

			if (str_is(k->program, "command") && (str_is(k->args[next].s, "-v") || str_is(k->args[next].s, "-V"))) {
				k->class = SH_NOTHING;
				return;
			}
			next += 1 + two;
		}
		if (str_is(k->program, "timeout"))
			next++;
		if (next >= k->n)
			return;
		k->name = next;
	}
}

static struct str arg(const struct call *k, size_t i) /* 0 = first behind the program */
{
	return k->name + 1 + i < k->n ? k->args[k->name + 1 + i].s : STR_NONE;
}

static size_t n_args(const struct call *k)
{
	return k->n > k->name + 1 ? k->n - k->name - 1 : 0;
}

static bool has_arg(const struct call *k, const char *z)
{
	for (size_t i = 0; i < n_args(k); i++)
		if (str_is(arg(k, i), z))
			return true;
	return false;
}

/* A short option, also among others: -fsSL has s. */
static bool has_flag(const struct call *k, char c)
{
	for (size_t i = 0; i < n_args(k); i++) {
		struct str s = arg(k, i);

		if (s.len > 1 && s.p[0] == '-' && s.p[1] != '-' && memchr(s.p + 1, c, s.len - 1))
			return true;
	}
	return false;
}

/* Everything that went in, as it comes out of a filter. */
static struct sh_val passed_on(struct sh *sh, const struct call *k, const struct sh_val *in)
{
	struct sh_val v = *in;

	v.constant = false;
	if (v.from)
		v.steps = arena_printf(sh->arena, "%.*s%s%.*s", STR_ARG(shown(v.steps, 1500)), v.steps.len ? "\n-> " : "",
			STR_ARG(k->program));
	return v;
}

/* --- data that leaves --- */

static void net_sink(struct sh *sh, const struct call *k, const struct sh_val *v, struct str destination,
	const char *how, unsigned number)
{
	static const unsigned order[] = {SH_FROM_CRED, SH_FROM_ENV, SH_FROM_HOST, SH_FROM_FILE};

	for (size_t i = 0; i < sizeof(order) / sizeof(order[0]); i++) {
		if (!(v->from & order[i]))
			continue;
		emit_flow(sh, k, v, order[i] == SH_FROM_CRED ? "cred" : order[i] == SH_FROM_ENV ? "env" :
			order[i] == SH_FROM_HOST ? "host" : "file", "net", destination, how, number);
	}
}

/* "@file", "name=@file", "@-" of curl; otherwise the value itself. */
static struct sh_val upload_value(struct sh *sh, const struct call *k, const struct sh_val *v, bool is_file)
{
	size_t at = str_find_z(v->s, "@");
	struct sh_val path = *v;

	if (!is_file && (at == SIZE_MAX || (at > 0 && v->s.p[at - 1] != '=')))
		return *v;
	if (!is_file)
		path.s = str_part(v->s, at + 1, v->s.len);
	if (str_is(path.s, "-") || str_starts(path.s, "/dev/stdin"))
		return k->input;
	return file_read(sh, k, &path);
}

static bool is_url(struct str s)
{
	return str_find_z(s, "://") != SIZE_MAX;
}

struct fetch {
	struct sh_val url, output;
	bool has_url, has_output, to_stdout, remote_name, insecure, is_wget;
};

static bool option_is(struct str s, const char *const *names, size_t n, struct str *ret_value)
{
	for (size_t i = 0; i < n; i++) {
		size_t len = strlen(names[i]);

		if (!str_starts(s, names[i]))
			continue;
		*ret_value = str_part(s, len, s.len);
		if (s.len == len)
			return true;
		if (names[i][1] == '-') {
			if (s.p[len] != '=')
				continue;
			*ret_value = str_part(s, len + 1, s.len);
		}
		return true;
	}
	return false;
}

/* An option with data to send: sends it. True if it took the next argument. */
static bool fetch_data(struct sh *sh, struct call *k, size_t i, struct str destination)
{
	static const char *const data[] = {"--data-urlencode", "--data-binary", "--data-raw", "--data-ascii", "--data",
		"--form-string", "--form", "--json", "--post-data", "--body-data", "-d", "-F"};
	static const char *const files[] = {"--upload-file", "--post-file", "--body-file", "-T"};
	static const char *const headers[] = {"--header", "--user-agent", "--referer", "--cookie", "-H", "-A", "-e", "-b"};
	struct sh_val *v = &k->args[k->name + 1 + i];
	struct sh_val value = *v;
	struct str rest;
	bool is_data = option_is(v->s, data, sizeof(data) / sizeof(data[0]), &rest);
	bool is_file = !is_data && option_is(v->s, files, sizeof(files) / sizeof(files[0]), &rest);
	bool is_header = !is_data && !is_file && option_is(v->s, headers, sizeof(headers) / sizeof(headers[0]), &rest);
	bool next = (is_data || is_file || is_header) && rest.len == 0;

	if (!is_data && !is_file && !is_header)
		return false;
	if (next) {
		if (k->name + 2 + i >= k->n)
			return false;
		value = k->args[k->name + 2 + i];
	} else {
		value.s = rest;
	}
	if (is_header) {
		bool login = str_find_nocase(value.s, "authorization") != SIZE_MAX ||
			str_find_nocase(value.s, "-token:") != SIZE_MAX;

		net_sink(sh, k, &value, destination, login ? "request header that logs in" : "request header", login ? 1 : 3);
		return next;
	}
	value = upload_value(sh, k, &value, is_file);
	net_sink(sh, k, &value, destination, "request body", 3);
	return next;
}

static struct sh_val first_url(const struct call *k)
{
	struct sh_val none = {0};

	for (size_t i = 0; i < n_args(k); i++)
		if (is_url(arg(k, i)) && arg(k, i).p[0] != '-')
			return k->args[k->name + 1 + i];
	for (size_t i = 0; i < n_args(k); i++) { /* a bare host or a variable */
		struct str s = arg(k, i);

		if (s.len && s.p[0] != '-' && (host_valid(str_part(s, 0, str_find_z(s, "/")), true) || s.p[0] == '$'))
			return k->args[k->name + 1 + i];
	}
	return none;
}

static void fetch_options(struct call *k, struct fetch *f)
{
	for (size_t i = 0; i < n_args(k); i++) {
		struct str s = arg(k, i);
		bool last_short = s.len > 1 && s.p[0] == '-' && s.p[1] != '-' && i + 1 < n_args(k);
		char final = s.len ? s.p[s.len - 1] : 0;

		if (str_is(s, "--insecure") || str_is(s, "--no-check-certificate") || str_is(s, "--ssl-no-verify") ||
			(!f->is_wget && s.len > 1 && s.p[0] == '-' && s.p[1] != '-' && memchr(s.p, 'k', s.len) &&
				s.len < 8 && !is_url(s)))
			f->insecure = true;
		if (str_is(s, "--remote-name") || (!f->is_wget && s.len > 1 && s.len < 8 && s.p[0] == '-' && s.p[1] != '-' &&
			memchr(s.p, 'O', s.len)))
			f->remote_name = true;
		if ((last_short && ((!f->is_wget && final == 'o') || (f->is_wget && final == 'O'))) || str_is(s, "--output") ||
			str_is(s, "--output-document")) {
			f->output = k->args[k->name + 1 + (i + 1 < n_args(k) ? i + 1 : i)];
			f->has_output = true;
			i++;
		} else if (str_starts(s, "--output=") || str_starts(s, "--output-document=")) {
			f->output = k->args[k->name + 1 + i];
			f->output.s = str_part(s, str_find_z(s, "=") + 1, s.len);
			f->has_output = true;
		} else if (f->is_wget && s.len > 2 && s.p[0] == '-' && s.p[1] == 'O') {
			f->output = k->args[k->name + 1 + i];
			f->output.s = str_part(s, 2, s.len);
			f->has_output = true;
		}
	}
	f->to_stdout = f->has_output && (str_is(f->output.s, "-") || str_starts(f->output.s, "/dev/stdout"));
	if (f->is_wget && !f->has_output && has_arg(k, "-qO-"))
		f->to_stdout = true;
}

static struct sh_val eval_fetch(struct sh *sh, struct call *k)
{
	struct fetch f = {.is_wget = str_starts(k->program, "wget")};
	struct sh_val out = {.from = SH_FROM_NET, .fresh = k->fresh};

	f.url = first_url(k);
	fetch_options(k, &f);
	emit_command(sh, k);
	if (f.insecure)
		emit_trust(sh, k, "tls-verify-off", f.url.s);
	for (size_t i = 0; i < n_args(k); i++)
		if (fetch_data(sh, k, i, f.url.s))
			i++;
	net_sink(sh, k, &f.url, f.url.s, "part of the address", 3);
	if (k->has_input && has_arg(k, "-K") && has_arg(k, "-"))
		net_sink(sh, k, &k->input, f.url.s, "configuration", 2);
	out.s = arena_printf(sh->arena, "$(%.*s)", STR_ARG(shown(command_line(sh, k), 120)));
	out.origin = f.url.s;
	out.steps = arena_printf(sh->arena, "%.*s %.*s", STR_ARG(k->program), STR_ARG(shown(f.url.s, 500)));
	if (!f.to_stdout && (f.has_output || f.remote_name || f.is_wget)) {
		struct sh_val path = f.output;

		if (!f.has_output) {
			struct str name = str_basename(f.url.s);
			size_t query = str_find_z(name, "?");

			path = (struct sh_val){.s = str_part(name, 0, query == SIZE_MAX ? name.len : query)};
		}
		file_write(sh, k, &path, &out, false, "written to a file");
		return (struct sh_val){.constant = true};
	}
	return out;
}

/* --- sockets and remote shells --- */

static bool pipeline_has_shell(const struct sh *sh)
{
	uint32_t at = current(sh)->pipe_in;

	for (int i = 0; at != SH_NONE && i < 16; i++) {
		const struct sh_command *c = &sh->script->commands[at];
		struct str name = c->n_words > c->n_assigns ?
			str_part(sh->script->text, sh->script->words[c->word + c->n_assigns].from,
				sh->script->words[c->word + c->n_assigns].to - sh->script->words[c->word + c->n_assigns].from) :
			STR_NONE;

		if (sh_class_of(str_basename(name)) == SH_SHELL)
			return true;
		at = c->pipe_in;
	}
	return false;
}

static struct str socket_peer(struct sh *sh, const struct call *k)
{
	struct str host = STR_NONE;

	for (size_t i = 0; i < n_args(k); i++) {
		struct str s = arg(k, i);
		uint64_t port;

		if (!s.len || s.p[0] == '-')
			continue;
		if (host.len && str_to_u64(s, 10, &port))
			return arena_printf(sh->arena, "%.*s:%.*s", STR_ARG(shown(host, 200)), STR_ARG(s));
		if (!host.len || str_has(s, ":") || str_has(s, "."))
			host = s;
	}
	return host;
}

static void reverse_shell(struct sh *sh, const struct call *k, struct str peer)
{
	struct sh_val v = {.fresh = k->fresh, .steps = arena_printf(sh->arena, "%.*s", STR_ARG(shown(peer, 200)))};

	emit_flow(sh, k, &v, "net", "exec", peer, "reverse shell", 3);
}

static struct sh_val eval_socket(struct sh *sh, struct call *k)
{
	struct str peer = socket_peer(sh, k), line = command_line(sh, k);
	struct sh_val out = {.s = line, .from = SH_FROM_NET, .fresh = k->fresh, .origin = peer, .steps = line};
	bool netcat = str_starts(k->program, "nc") || str_is(k->program, "netcat");

	emit_command(sh, k);
	if ((netcat && (has_flag(k, 'e') || has_flag(k, 'c') || has_arg(k, "--exec") || has_arg(k, "--sh-exec")) &&
		!has_arg(k, "-zvce")) || (str_is(k->program, "socat") &&
		(str_find_nocase(line, "exec:") != SIZE_MAX || str_find_nocase(line, "system:") != SIZE_MAX)) ||
		pipeline_has_shell(sh))
		reverse_shell(sh, k, peer);
	if (k->has_input)
		net_sink(sh, k, &k->input, peer, "sent through a socket", 3);
	return out;
}

/* user@host, host:path, remote:path; not a header or a format that is passed on. */
static bool names_peer(struct str s)
{
	bool mark = false;

	for (size_t i = 0; i < s.len; i++) {
		char c = s.p[i];

		mark |= c == '@' || c == ':';
		if (c <= ' ' || c == '\'' || c == '"' || c == '`' || c == ',' || c == '|')
			return false;
	}
	return mark && s.p[0] != '-' && !str_starts(s, "127.") && !str_starts(s, "localhost:") && s.p[0] != ':';
}

static struct sh_val eval_remote(struct sh *sh, struct call *k)
{
	struct sh_val out = {.s = STR("$remote"), .from = SH_FROM_NET, .fresh = k->fresh};
	struct str peer = STR_NONE;

	for (size_t i = 0; i < n_args(k); i++)
		if (names_peer(arg(k, i)))
			peer = arg(k, i);
	if (!peer.len && !str_is(k->program, "ssh"))
		return (struct sh_val){.constant = true}; /* a local copy */
	emit_command(sh, k);
	for (size_t i = 0; i < n_args(k); i++) {
		struct sh_val v = k->args[k->name + 1 + i];

		if (!str_is(k->program, "ssh") && !str_equal(v.s, peer) && v.s.len && v.s.p[0] != '-') {
			v = file_read(sh, k, &v);
			net_sink(sh, k, &v, peer, "copied to another host", 3);
		}
	}
	if (k->has_input)
		net_sink(sh, k, &k->input, peer, "sent through ssh", 3);
	out.origin = peer;
	out.steps = command_line(sh, k);
	return out;
}

static struct sh_val eval_dns(struct sh *sh, struct call *k)
{
	struct sh_val out = {.s = command_line(sh, k), .from = SH_FROM_NET, .fresh = k->fresh};

	for (size_t i = 0; i < n_args(k); i++)
		net_sink(sh, k, &k->args[k->name + 1 + i], arg(k, i), "a name that is looked up", 3);
	out.origin = arg(k, 0);
	out.steps = out.s;
	return out;
}

/* --- interpreters --- */

/* Code in another language that fetches and runs, or is a shell at the end of a socket. */
static void foreign_code(struct sh *sh, const struct call *k, struct str code)
{
	bool socket = str_has(code, "socket") || str_has(code, "Socket") || str_has(code, "TCPClient");
	bool shell = str_has(code, "/bin/sh") || str_has(code, "/bin/bash") || str_has(code, "pty.spawn") ||
		str_has(code, "dup2") || str_has(code, "cmd.exe");
	bool fetches = str_has(code, "urlopen") || str_has(code, "requests.get") || str_has(code, "http.get(") ||
		str_has(code, "https.get(") || str_has(code, "file_get_contents('http") || str_has(code, "DownloadString") ||
		str_has(code, "LWP::Simple") || str_has(code, "fetch(");
	bool runs = str_has(code, "exec(") || str_has(code, "eval(") || str_has(code, "os.system") ||
		str_has_nocase(code, "iex") || str_has(code, "Function(") || str_has(code, "subprocess");
	struct sh_val v = {.fresh = k->fresh, .steps = k->program, .constant = true};

	if (!k->fresh)
		return;
	if (socket && shell)
		reverse_shell(sh, k, STR_NONE);
	else if (fetches && runs)
		emit_flow(sh, k, &v, "net", "code", STR_NONE, "code in a command", 2);
	if ((socket && shell) || fetches)
		emit_command(sh, k);
}

static struct sh_val interpreter_code(struct sh *sh, struct call *k, struct sh_val code, bool is_shell, const char *how)
{
	bool encoded = has_arg(k, "-enc") || has_arg(k, "-EncodedCommand") || has_arg(k, "-e") || has_arg(k, "-ec");
	struct sh_val out;
	struct str plain;

	if (str_has(k->program, "pow") && encoded && code.constant && base64_decode(sh->arena, code.s, &plain)) {
		char *p = (char *)(uintptr_t)plain.p;
		size_t n = 0;

		for (size_t i = 0; i < plain.len; i += 2) /* UTF-16 */
			p[n++] = plain.p[i];
		code.s = str_view(p, n);
		code.layers++;
		code.scheme = "base64";
		code.from |= SH_FROM_DATA;
	}
	out = code_sink(sh, k, &code, how, is_shell);
	if (!is_shell && code.constant)
		foreign_code(sh, k, code.s);
	if (k->fresh && code.constant && (str_has_nocase(k->program, "powershell") || str_has_nocase(k->program, "pwsh"))) {
		struct fact at = placed(sh, (struct fact){.kind = FACT_COMMAND});

		powershell_facts(sh->in, code.s, &at);
	}
	return out;
}

static bool redirected_to_net(struct sh *sh, struct str *ret_peer)
{
	const struct sh_command *c = current(sh);

	for (uint32_t i = 0; i < c->n_redirects; i++) {
		const struct sh_redirect *r = &sh->script->redirects[c->redirect + i];
		struct str raw = str_part(sh->script->text, r->target.from, r->target.to - r->target.from);
		struct sh_val path;

		if (r->op == SH_HEREDOC || str_has(raw, "("))
			continue;
		path = sh_fold_word(&sh->fold, sh->script->text, r->target.from, r->target.to, false);
		if ((str_starts(path.s, "/dev/tcp/") || str_starts(path.s, "/dev/udp/"))) {
			*ret_peer = str_part(path.s, 9, path.s.len);
			return true;
		}
	}
	return false;
}

/* A file that is there already, as far as this script says. */
static void emit_runs(struct sh *sh, const struct call *k, struct str file)
{
	if (k->fresh && file.len && !str_has(file, "$") && !file_get(sh, file))
		emit(sh, (struct fact){.kind = FACT_IMPORT, .key = file, .detail = k->program});
}

static struct sh_val eval_interpreter(struct sh *sh, struct call *k)
{
	bool is_shell = k->class == SH_SHELL;
	static const char *const code_flags[] = {"-c", "-e", "-r", "-E", "-Command", "-command", "-enc", "-EncodedCommand",
		"-p", "-ne", "-pe"};
	struct sh_val out = {.s = command_line(sh, k)};
	struct str peer;

	if (is_shell && redirected_to_net(sh, &peer))
		reverse_shell(sh, k, peer);
	for (size_t i = 0; i < n_args(k); i++) {
		struct str s = arg(k, i);
		bool code = is_shell && s.len > 1 && s.p[0] == '-' && s.p[1] != '-' && memchr(s.p, 'c', s.len);

		for (size_t j = 0; !is_shell && j < sizeof(code_flags) / sizeof(code_flags[0]); j++)
			code |= str_is(s, code_flags[j]);
		if (code && i + 1 < n_args(k))
			return interpreter_code(sh, k, k->args[k->name + 2 + i], is_shell, "code argument");
		if (s.len && s.p[0] == '-' && s.len > 1 && !str_is(s, "--"))
			continue;
		if (str_is(s, "-") || str_is(s, "/dev/stdin") || str_is(s, "--"))
			break;
		emit_runs(sh, k, s);
		if (is_shell || k->args[k->name + 1 + i].is_command || file_get(sh, s)) {
			file_run(sh, k, &k->args[k->name + 1 + i], is_shell ? "run by a shell" : "run by an interpreter", true);
			return out;
		}
		return out; /* a script file of its own */
	}
	if (k->has_input)
		return interpreter_code(sh, k, k->input, is_shell, is_shell ? "standard input of a shell" :
			"standard input of an interpreter");
	return out;
}

/* --- filters --- */

static bool is_letters(struct str set)
{
	return set.len >= 3 && !str_has(set, "[:") && ((set.p[0] | 32) >= 'a' && (set.p[0] | 32) <= 'z');
}

static struct sh_val decoded(struct sh *sh, const struct call *k, const struct sh_val *in, struct str text, const char *scheme)
{
	struct sh_val v = *in;

	v.s = text;
	v.layers++;
	v.scheme = scheme;
	v.from |= SH_FROM_DATA;
	v.fresh |= k->fresh;
	v.steps = arena_printf(sh->arena, "%.*s%s%.*s", STR_ARG(shown(v.steps, 1500)), v.steps.len ? "\n-> " : "",
		STR_ARG(shown(command_line(sh, k), 100)));
	return v;
}

/* head -c 900: how much, not what. */
static bool counts(const struct call *k, struct str s)
{
	for (size_t i = 0; i < s.len; i++)
		if (s.p[i] < '0' || s.p[i] > '9')
			return false;
	return str_is(k->program, "head") || str_is(k->program, "tail");
}

/* What of a filter's input is named as a file argument (the last one that is no option). */
static struct sh_val filter_input(struct sh *sh, struct call *k, size_t skip)
{
	struct sh_val joined = {.constant = true};
	bool any = false;

	for (size_t i = 0; i < n_args(k); i++) {
		struct str s = arg(k, i);
		struct sh_val v;

		if (!s.len || (s.p[0] == '-' && s.len > 1) || (skip && skip--) || counts(k, s))
			continue;
		if (str_is(s, "-")) {
			v = k->input;
		} else {
			v = file_read(sh, k, &k->args[k->name + 1 + i]);
		}
		any = true;
		sh_val_join(&sh->fold, &joined, &v);
	}
	return any ? joined : k->input;
}

static struct sh_val eval_tr(struct sh *sh, struct call *k)
{
	bool delete = has_flag(k, 'd'), squeeze = has_flag(k, 's'), complement = has_flag(k, 'c') || has_flag(k, 'C');
	struct str set1 = STR_NONE, set2 = STR_NONE;
	struct sh_val v;

	for (size_t i = 0; i < n_args(k); i++) {
		if (arg(k, i).len > 1 && arg(k, i).p[0] == '-')
			continue;
		if (!set1.len)
			set1 = arg(k, i);
		else
			set2 = arg(k, i);
	}
	if (!k->input.constant || complement || (squeeze && !delete))
		return passed_on(sh, k, &k->input);
	v = k->input;
	v.s = sh_decode_tr(sh->arena, v.s, set1, set2, delete);
	if (!delete && is_letters(set1) && is_letters(set2))
		return decoded(sh, k, &k->input, v.s, "xor");
	return v;
}

static struct sh_val eval_openssl(struct sh *sh, struct call *k)
{
	bool base64 = str_is(arg(k, 0), "base64") || has_arg(k, "-base64") || has_arg(k, "-a");
	bool cipher = false;
	struct sh_val in = k->input;
	struct str text;

	if (str_is(arg(k, 0), "s_client")) {
		k->program = STR("openssl");
		return eval_socket(sh, k);
	}
	if (!has_arg(k, "-d"))
		return passed_on(sh, k, &in);
	for (size_t i = 0; i < n_args(k); i++) {
		struct str s = arg(k, i);

		cipher |= str_starts(s, "-aes") || str_starts(s, "aes") || str_starts(s, "-des") || str_starts(s, "-chacha") ||
			str_is(s, "-k") || str_is(s, "-pass") || str_is(s, "-K");
		if (str_is(s, "-in") && i + 1 < n_args(k))
			in = file_read(sh, k, &k->args[k->name + 2 + i]);
	}
	if (in.constant && base64 && !cipher && base64_decode(sh->arena, in.s, &text))
		return decoded(sh, k, &in, text, "base64");
	in = decoded(sh, k, &in, command_line(sh, k), "encrypted");
	in.constant = false;
	return in;
}

static struct sh_val eval_decoder(struct sh *sh, struct call *k)
{
	const struct str p = k->program;
	struct sh_val in, out;
	struct str text;

	if (str_is(p, "openssl"))
		return eval_openssl(sh, k);
	if (str_is(p, "tr"))
		return eval_tr(sh, k);
	in = filter_input(sh, k, 0);
	if (str_is(p, "rev"))
		return in.constant ? decoded(sh, k, &in, sh_decode_rev(sh->arena, in.s), "reverse") : passed_on(sh, k, &in);
	if (str_starts(p, "base")) {
		if (!has_flag(k, 'd') && !has_flag(k, 'D') && !has_arg(k, "--decode"))
			return passed_on(sh, k, &in);
		if (in.constant && (str_is(p, "base64") ? base64_decode(sh->arena, in.s, &text) :
			sh_decode_base32(sh->arena, in.s, &text)))
			return decoded(sh, k, &in, text, "base64");
	} else if (str_is(p, "xxd")) {
		if (!has_flag(k, 'r'))
			return passed_on(sh, k, &in);
		if (in.constant && has_flag(k, 'p') && sh_decode_hex(sh->arena, in.s, &text))
			return decoded(sh, k, &in, text, "hex");
	} else if (str_is(p, "gunzip") || str_is(p, "zcat") || (str_is(p, "gzip") && has_flag(k, 'd'))) {
		if (in.constant && sh_decode_gzip(sh->arena, in.s, &text))
			return decoded(sh, k, &in, text, "compressed");
		if (!in.layers)
			return passed_on(sh, k, &in);
	} else if (!str_is(p, "uudecode")) { /* unpacking alone hides nothing */
		return passed_on(sh, k, &in);
	}
	out = decoded(sh, k, &in, command_line(sh, k), "base64");
	out.constant = false;
	return out;
}

/* sed s/from/to/g without special characters. */
static bool sed_literal(struct sh *sh, struct str expression, struct sh_val *v)
{
	char separator;
	struct str from, to, flags;
	size_t a, b, at;
	struct buf out;

	if (expression.len < 4 || expression.p[0] != 's')
		return false;
	separator = expression.p[1];
	a = str_find(str_part(expression, 2, expression.len), str_view(&separator, 1));
	if (a == SIZE_MAX)
		return false;
	from = str_part(expression, 2, a);
	b = str_find(str_part(expression, a + 3, expression.len), str_view(&separator, 1));
	if (b == SIZE_MAX)
		return false;
	to = str_part(expression, a + 3, b);
	flags = str_part(expression, a + 4 + b, expression.len);
	if (!from.len || !str_is(flags, "g") || memchr(from.p, '\\', from.len) || memchr(from.p, '*', from.len) ||
		memchr(from.p, '[', from.len) || memchr(from.p, '.', from.len) || memchr(from.p, '^', from.len) ||
		memchr(from.p, '$', from.len) || (to.len && (memchr(to.p, '&', to.len) || memchr(to.p, '\\', to.len))))
		return false;
	buf_init(&out, SH_VALUE_BYTES);
	for (struct str s = v->s; ; s = str_part(s, at + from.len, s.len)) {
		at = str_find(s, from);
		buf_add_str(&out, str_part(s, 0, at == SIZE_MAX ? s.len : at));
		if (at == SIZE_MAX)
			break;
		buf_add_str(&out, to);
	}
	v->constant = !out.full;
	v->s = arena_str(sh->arena, buf_str(&out));
	buf_release(&out);
	return true;
}

static struct sh_val eval_reader(struct sh *sh, struct call *k)
{
	bool pattern_first = str_ends(k->program, "grep") || str_ends(k->program, "awk") || str_is(k->program, "sed") ||
		str_is(k->program, "jq");
	struct sh_val in;

	if (str_is(k->program, "security"))
		return str_starts(arg(k, 0), "find-") || str_starts(arg(k, 0), "dump-") ? (struct sh_val){.s = command_line(sh, k),
			.from = SH_FROM_CRED, .fresh = k->fresh, .origin = STR("keychain"), .steps = command_line(sh, k)} :
			(struct sh_val){0};
	if (str_is(k->program, "dd")) {
		for (size_t i = 0; i < n_args(k); i++)
			if (str_starts(arg(k, i), "if=")) {
				struct sh_val path = k->args[k->name + 1 + i];

				path.s = str_part(path.s, 3, path.s.len);
				return passed_on(sh, k, &(struct sh_val){.from = file_read(sh, k, &path).from, .fresh = k->fresh});
			}
		return passed_on(sh, k, &k->input);
	}
	if (str_is(k->program, "tar") && k->has_input)
		return passed_on(sh, k, &k->input);
	in = filter_input(sh, k, pattern_first);
	if (str_is(k->program, "cat"))
		return in;
	if (str_is(k->program, "sed") && in.constant && n_args(k) == 1 && sed_literal(sh, arg(k, 0), &in))
		return in;
	return passed_on(sh, k, &in);
}

static struct sh_val eval_echo(struct sh *sh, struct call *k)
{
	struct sh_val v = {.constant = true, .fresh = k->fresh};
	bool escapes = false, line = true, any = false;
	size_t i = 0;

	for (; i < n_args(k) && arg(k, i).len > 1 && arg(k, i).p[0] == '-' && arg(k, i).len <= 3; i++) {
		escapes |= memchr(arg(k, i).p, 'e', arg(k, i).len) != NULL;
		line &= !memchr(arg(k, i).p, 'n', arg(k, i).len);
	}
	for (size_t first = i; i < n_args(k); i++) {
		if (i > first)
			sh_val_join(&sh->fold, &v, &(struct sh_val){.s = STR(" "), .constant = true});
		sh_val_join(&sh->fold, &v, &k->args[k->name + 1 + i]);
	}
	if (escapes)
		v.s = sh_decode_escapes(sh->arena, v.s, &any);
	if (any && v.constant)
		v = decoded(sh, k, &v, v.s, "escape");
	if (line)
		sh_val_join(&sh->fold, &v, &(struct sh_val){.s = STR("\n"), .constant = true});
	v.fresh = k->fresh && (v.from || v.layers);
	return v;
}

static struct sh_val eval_printf(struct sh *sh, struct call *k)
{
	struct sh_val v = {.constant = true};
	bool any = false;
	size_t next = 1, from = 0;
	struct str format;

	if (n_args(k) == 0)
		return v;
	if (str_is(arg(k, 0), "-v"))
		return (struct sh_val){0};
	format = sh_decode_escapes(sh->arena, arg(k, 0), &any);
	sh_val_taint(&v, &k->args[k->name + 1]);
	v.constant = k->args[k->name + 1].constant;
	do {
		for (size_t i = from = 0; i <= format.len; i++) {
			struct sh_val piece = {.constant = true};
			char c = i + 1 < format.len ? format.p[i + 1] : 0;

			if (i < format.len && format.p[i] != '%')
				continue;
			piece.s = str_part(format, from, i - from);
			sh_val_join(&sh->fold, &v, &piece);
			from = i + 2;
			if (i >= format.len)
				break;
			i++;
			if (c == '%') {
				piece.s = STR("%");
			} else if (next < n_args(k)) {
				piece = k->args[k->name + 1 + next++];
				if (c == 'b')
					piece.s = sh_decode_escapes(sh->arena, piece.s, &any);
				if (c != 's' && c != 'b' && c != 'd')
					piece.constant = false;
			} else {
				piece.s = STR("");
			}
			sh_val_join(&sh->fold, &v, &piece);
		}
	} while (next > 1 && next < n_args(k) && v.s.len < 65536);
	if (any && v.constant)
		v = decoded(sh, k, &v, v.s, "escape");
	return v;
}

/* --- the rest of the programs --- */

static struct sh_val eval_environ(struct sh *sh, struct call *k)
{
	struct sh_val v = {.s = command_line(sh, k), .fresh = k->fresh, .steps = command_line(sh, k)};

	if (str_is(k->program, "set")) {
		if (n_args(k) == 0)
			v.from = SH_FROM_ENV;
	} else if (str_is(k->program, "printenv") && n_args(k)) {
		v.from = sh_env_is_secret(arg(k, 0)) ? SH_FROM_CRED : 0;
	} else {
		v.from = SH_FROM_ENV;
	}
	v.origin = v.s;
	return v;
}

static struct sh_val eval_export(struct sh *sh, struct call *k)
{
	for (size_t i = 0; i < n_args(k); i++)
		if (str_is(arg(k, i), "-p") && !str_is(k->program, "local"))
			return (struct sh_val){.s = STR("$(export -p)"), .from = SH_FROM_ENV, .fresh = k->fresh, .steps = STR("export -p")};
	for (uint32_t i = 0; i < k->c->n_words; i++) {
		struct sh_word w = sh->script->words[k->c->word + i];
		struct str raw = str_part(sh->script->text, w.from, w.to - w.from);

		if (str_find_z(raw, "=") != SIZE_MAX && i)
			assign(sh, k, raw);
	}
	return (struct sh_val){.constant = true};
}

static struct sh_val eval_copy(struct sh *sh, struct call *k)
{
	struct sh_val *to = NULL;
	bool link = str_is(k->program, "ln"), executable = false;

	for (size_t i = 0; i < n_args(k); i++) {
		if (arg(k, i).len && arg(k, i).p[0] != '-')
			to = &k->args[k->name + 1 + i];
		if (str_is(k->program, "install") && (str_starts(arg(k, i), "-m") || str_starts(arg(k, i), "--mode")))
			executable = str_has(arg(k, i), "7") || str_has(arg(k, i), "5") || str_has(arg(k, i + 1), "7") ||
				str_has(arg(k, i + 1), "5") || str_has(arg(k, i + 1), "x");
	}
	for (size_t i = 0; to && i < n_args(k); i++) {
		struct sh_val *from = &k->args[k->name + 1 + i];
		struct map_entry *e;
		struct sh_val content;

		if (from == to || !from->s.len || from->s.p[0] == '-')
			continue;
		e = file_get(sh, from->s);
		content = e ? e->val : (struct sh_val){.s = from->s, .from = SH_FROM_FILE, .fresh = k->fresh, .origin = from->s};
		if (executable)
			file_run(sh, k, from, "installed as a program", false);
		if (sh_path_is_persist(to->s) && !sh_path_is_persist(from->s)) /* x to x.bak and back is no news */
			persist(sh, k, to->s, &content, link ? "linked there" : "copied there");
		if (e && !link)
			map_put(sh->arena, &sh->files, to->s, content);
		if (sh_path_is_cred(from->s))
			map_put(sh->arena, &sh->files, to->s, (struct sh_val){.s = from->s, .from = SH_FROM_CRED, .fresh = k->fresh,
				.origin = from->s, .steps = command_line(sh, k)});
	}
	return (struct sh_val){.constant = true};
}

static struct sh_val eval_chmod(struct sh *sh, struct call *k)
{
	struct str mode = STR_NONE;

	for (size_t i = 0; i < n_args(k); i++) {
		struct str s = arg(k, i);

		if (s.len && s.p[0] == '-' && !str_has(s, "x"))
			continue;
		if (!mode.len) {
			mode = s;
			continue;
		}
		if (str_has(mode, "x") || str_has(mode, "7") || str_has(mode, "5"))
			file_run(sh, k, &k->args[k->name + 1 + i], "made executable", false);
	}
	return (struct sh_val){.constant = true};
}

static struct sh_val eval_scheduler(struct sh *sh, struct call *k)
{
	struct sh_val none = {.constant = true};
	struct str verb = arg(k, 0);

	if (str_is(k->program, "crontab")) {
		struct sh_val what = k->input;

		if (has_arg(k, "-l") || has_arg(k, "-r"))
			return none; /* what was there before is no news */
		for (size_t i = 0; i < n_args(k); i++)
			if (arg(k, i).len && arg(k, i).p[0] != '-')
				what = file_read(sh, k, &k->args[k->name + 1 + i]);
		emit_command(sh, k);
		persist(sh, k, STR("crontab"), &what, "crontab");
	} else if (str_is(k->program, "at") || str_is(k->program, "batch")) {
		emit_command(sh, k);
		if (k->has_input)
			(void)code_sink(sh, k, &k->input, "run later", true);
	} else if (str_is(verb, "enable") || str_is(verb, "load") || str_is(verb, "bootstrap") || str_is(verb, "submit") ||
		str_is(verb, "/create") || str_is(k->program, "systemd-run")) {
		emit_command(sh, k);
	} else if (str_is(verb, "stop") || str_is(verb, "disable") || str_is(verb, "mask") || str_is(arg(k, 1), "stop")) {
		for (size_t i = 0; i < n_args(k); i++)
			if (sh_service_guards(arg(k, i)))
				emit_trust(sh, k, "service-off", arg(k, i));
	}
	return none;
}

/* The option of a package client behind which an index stands. */
static bool says_package_source(struct str program, struct str option)
{
	static const char *const names[] = {"--index-url", "--extra-index-url", "--registry", "--default-index", "--index"};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (str_is(option, names[i]))
			return true;
	if (str_starts(program, "pip") && str_is(option, "-i"))
		return true;
	return str_is(program, "gem") && (str_is(option, "--source") || str_is(option, "-s"));
}

static struct sh_val eval_installer(struct sh *sh, struct call *k)
{
	for (size_t i = 0; i < n_args(k); i++) {
		struct str s = arg(k, i);

		if (str_is(s, "--allow-unauthenticated") || str_is(s, "--force-yes") || str_is(s, "--nogpgcheck") ||
			str_is(s, "--no-gpg-checks") || str_is(s, "--allow-untrusted") || str_is(s, "--trusted-host") ||
			str_is(s, "--nosignature") || str_is(s, "--no-verify") || str_is(s, "--force-bad-verify"))
			emit_trust(sh, k, "package-check-off", s);
		if (str_is(s, "--import"))
			emit_trust(sh, k, "public-key", arg(k, i + 1));
		if (str_is(s, "strict-ssl") && (str_is(arg(k, i + 1), "false") || str_is(arg(k, i + 1), "0")))
			emit_trust(sh, k, "tls-verify-off", s);
		if (str_is(s, "registry") && i >= 1 && str_is(arg(k, i - 1), "set"))
			emit_trust(sh, k, "package-source", arg(k, i + 1));
		if (says_package_source(k->program, s) && is_url(arg(k, i + 1)))
			emit_trust(sh, k, "package-source", arg(k, i + 1));
		if (s.len && s.p[0] != '-')
			file_run(sh, k, &k->args[k->name + 1 + i], "installed", true);
	}
	return (struct sh_val){.s = command_line(sh, k)};
}

static struct sh_val eval_verify(struct sh *sh, struct call *k)
{
	bool gpg = str_starts(k->program, "gpg");
	bool checks = has_flag(k, 'c') || has_arg(k, "--check") || has_arg(k, "--verify") || has_arg(k, "verify") ||
		has_arg(k, "-V") || has_arg(k, "-v") || str_is(k->program, "gpgv") || has_arg(k, "verify-blob");

	if (gpg && (has_arg(k, "--import") || has_arg(k, "--recv-keys") || has_arg(k, "--receive-keys")))
		emit_trust(sh, k, "public-key", arg(k, n_args(k) - 1));
	if (gpg && (has_flag(k, 'd') || has_arg(k, "--decrypt"))) {
		struct sh_val v = decoded(sh, k, &k->input, command_line(sh, k), "encrypted");

		v.constant = false;
		return v;
	}
	if (checks && !has_arg(k, "--dearmor"))
		sh->verified = k->program;
	return passed_on(sh, k, &k->input);
}

/* [[ $line =~ (token|passw) ]]: whoever sends $line then was looking for them. */
static void searched_for_secrets(struct sh *sh, const struct call *k)
{
	static const char *const words[] = {"token", "passw", "secret", "private_key", "api_key", "credential"};
	struct str line, name = STR_NONE;
	bool secret = false;

	if (!k->c->n_words)
		return;
	line = str_part(sh->script->text, sh->script->words[k->c->word].from, sh->script->words[k->c->word + k->c->n_words - 1].to - sh->script->words[k->c->word].from);
	if (!str_has(line, "=~") && !str_has(line, "*"))
		return;
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		secret |= str_find_nocase(line, words[i]) != SIZE_MAX;
	for (size_t i = 0; secret && i < line.len && !name.len; i++) {
		size_t from = i + 1 + (i + 1 < line.len && line.p[i + 1] == '{'), n = 0;

		while (line.p[i] == '$' && from + n < line.len && (line.p[from + n] == '_' || (line.p[from + n] >= '0' && line.p[from + n] <= '9') || ((line.p[from + n] | 32) >= 'a' && (line.p[from + n] | 32) <= 'z')))
			n++;
		name = str_part(line, from, n);
	}
	if (!name.len)
		return;
	map_put(sh->arena, &sh->variables, name, (struct sh_val){.s = arena_printf(sh->arena, "$%.*s", STR_ARG(name)), .from = SH_FROM_CRED, .fresh = true, .origin = name,
		.steps = arena_printf(sh->arena, "searched by %.*s", STR_ARG(shown(line, 120)))});
}

static void eval_test(struct sh *sh, struct call *k)
{
	const char *gate = NULL;

	if (!k->fresh)
		return;
	searched_for_secrets(sh, k);
	for (uint32_t i = 0; i < k->c->n_words && !gate; i++) {
		struct sh_word w = sh->script->words[k->c->word + i];
		struct str raw = str_part(sh->script->text, w.from, w.to - w.from);
		size_t n = 0, from;

		for (from = 0; from < raw.len && strchr("\"'${(`", raw.p[from]); from++)
			;
		while (from + n < raw.len && (raw.p[from + n] == '_' || (raw.p[from + n] >= '0' && raw.p[from + n] <= '9') ||
			(raw.p[from + n] >= 'A' && raw.p[from + n] <= 'Z') || (raw.p[from + n] >= 'a' && raw.p[from + n] <= 'z')))
			n++;
		if (!from)
			continue;
		gate = sh_gate_of_variable(str_part(raw, from, n));
		if (str_is(str_part(raw, from, n), "date"))
			gate = "date";
		else if (str_is(str_part(raw, from, n), "hostname") || str_is(str_part(raw, from, n), "whoami"))
			gate = "host";
		else if (str_is(str_part(raw, from, n), "locale"))
			gate = "locale";
	}
	if (gate)
		emit(sh, (struct fact){.kind = FACT_GATE, .key = str_of(gate), .value = command_line(sh, k)});
}

/* A compiler that is told the language of a file, as its name does not. */
static bool compiles(const struct call *k)
{
	static const char *const compilers[] = {"gcc", "cc", "clang", "tcc", "g++", "c++"};
	bool told = has_arg(k, "-x") || has_arg(k, "-xc") || has_arg(k, "-xc++");

	for (size_t i = 0; i < sizeof(compilers) / sizeof(compilers[0]) && told; i++)
		if (str_is(k->program, compilers[i]))
			return !has_arg(k, "-") && !has_arg(k, "/dev/null");
	return false;
}

/* git push https://...: to an address that stands here, not to where the sources came from. */
static bool pushes_elsewhere(const struct call *k)
{
	bool pushes = false, address = false;

	for (size_t i = 0; i < n_args(k); i++) {
		pushes |= str_is(arg(k, i), "push");
		address |= pushes && is_url(arg(k, i)) && !str_has(arg(k, i), "${");
	}
	return pushes && address;
}

/* Programs that loosen something, by name and arguments. */
static void eval_loosening(struct sh *sh, struct call *k)
{
	static const struct {
		const char *program, *argument, *key;
	} rows[] = {
		{"setenforce", "0", "service-off"}, {"spctl", "--master-disable", "service-off"},
		{"csrutil", "disable", "service-off"}, {"auditctl", "-e", "service-off"},
		{"xattr", "com.apple.quarantine", "quarantine-off"}, {"xattr", "-cr", "quarantine-off"},
		{"apt-key", "add", "public-key"}, {"apt-key", "adv", "public-key"}, {"keytool", "-importcert", "certificate"},
		{"keytool", "-import", "certificate"}, {"security", "add-trusted-cert", "certificate"},
		{"trust", "anchor", "certificate"}, {"certutil", "-A", "certificate"}, {"pacman-key", "--add", "public-key"},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (str_is(k->program, rows[i].program) && has_arg(k, rows[i].argument))
			emit_trust(sh, k, rows[i].key, command_line(sh, k));
	if (str_is(k->program, "git") && (has_arg(k, "http.sslVerify=false") ||
		(has_arg(k, "http.sslVerify") && has_arg(k, "false"))))
		emit_trust(sh, k, "tls-verify-off", STR("http.sslVerify=false"));
	if (str_is(k->program, "git") && pushes_elsewhere(k))
		emit_command(sh, k);
	if ((str_is(k->program, "history") && has_flag(k, 'c')) || (str_is(k->program, "chattr") && has_arg(k, "+i")) ||
		str_is(k->program, "visudo") || compiles(k))
		emit_command(sh, k);
}

static struct sh_val eval_plain(struct sh *sh, struct call *k)
{
	struct map_entry *e = map_get(&sh->functions, k->args[k->name].s);
	struct sh_val v = {.s = command_line(sh, k)};

	if (e) { /* what it prints, as far as its body told */
		v = e->val;
		v.constant = false;
		for (size_t i = 0; i < n_args(k); i++)
			if (v.from & SH_FROM_NET && is_url(arg(k, i)))
				v.origin = arg(k, i);
		v.fresh |= k->fresh && v.from;
		return v;
	}
	eval_loosening(sh, k);
	for (size_t i = 0; i < n_args(k); i++) { /* a program that this script writes and has compiled */
		struct map_entry *source = str_ends(arg(k, i), ".c") ? map_get(&sh->files, arg(k, i)) : NULL;

		if (!source || !source->val.constant || source->compiled)
			continue;
		source->compiled = k->fresh;
		foreign_code(sh, k, source->val.s);
	}
	file_run(sh, k, &k->args[k->name], "run", true);
	if (k->args[k->name].from & SH_FROM_NET || k->args[k->name].from & SH_FROM_DATA)
		(void)code_sink(sh, k, &k->args[k->name], "run as a command", false);
	if (k->has_input && k->input.from) { /* an unknown filter hands on what it may have read */
		v = passed_on(sh, k, &k->input);
		v.s = command_line(sh, k);
	}
	return v;
}

static struct sh_val eval_call(struct sh *sh, struct call *k)
{
	struct sh_val v = {.s = command_line(sh, k), .fresh = k->fresh};

	if (k->fresh && command_wipes(v.s).len)
		emit(sh, (struct fact){.kind = FACT_WIPE, .key = k->program, .value = v.s, .number = 3});
	if (k->fresh)
		emit_rights(sh, v.s);

	switch (k->class) {
	case SH_FETCH:
		return eval_fetch(sh, k);
	case SH_SOCKET:
		return eval_socket(sh, k);
	case SH_REMOTE:
		return eval_remote(sh, k);
	case SH_DNS:
		return eval_dns(sh, k);
	case SH_SHELL:
	case SH_INTERPRETER:
		return eval_interpreter(sh, k);
	case SH_DECODER:
		return eval_decoder(sh, k);
	case SH_READER:
		return eval_reader(sh, k);
	case SH_SURVEY:
		v.from = str_is(arg(k, 0), "-u") || str_is(arg(k, 0), "-g") ? 0 : SH_FROM_HOST;
		v.origin = v.steps = v.s;
		return v;
	case SH_ENVIRON:
		return eval_environ(sh, k);
	case SH_COPY:
		return eval_copy(sh, k);
	case SH_CHMOD:
		return eval_chmod(sh, k);
	case SH_TEE:
		for (size_t i = 0; i < n_args(k); i++)
			if (arg(k, i).len && arg(k, i).p[0] != '-')
				file_write(sh, k, &k->args[k->name + 1 + i], &k->input, has_flag(k, 'a'), "tee");
		return k->input;
	case SH_ECHO:
		return eval_echo(sh, k);
	case SH_PRINTF:
		return eval_printf(sh, k);
	case SH_EVAL: {
		struct sh_val code = {.constant = true};

		for (size_t i = 0; i < n_args(k); i++) {
			if (i)
				sh_val_join(&sh->fold, &code, &(struct sh_val){.s = STR(" "), .constant = true});
			sh_val_join(&sh->fold, &code, &k->args[k->name + 1 + i]);
		}
		return code_sink(sh, k, &code, "eval", true);
	}
	case SH_SOURCE:
		if (n_args(k) && (str_is(arg(k, 0), "/dev/stdin") || str_is(arg(k, 0), "-")) && k->has_input)
			(void)code_sink(sh, k, &k->input, "read as commands", true);
		else if (n_args(k)) {
			emit_runs(sh, k, arg(k, 0));
			file_run(sh, k, &k->args[k->name + 1], "read as commands", true);
		}
		return (struct sh_val){.constant = true};
	case SH_READ_VAR:
		for (size_t i = 0; i < n_args(k); i++)
			if (arg(k, i).len && arg(k, i).p[0] != '-') {
				struct sh_val in = passed_on(sh, k, &k->input);

				in.s = arena_printf(sh->arena, "$%.*s", STR_ARG(shown(arg(k, i), 100)));
				map_put(sh->arena, &sh->variables, arg(k, i), in);
			}
		return (struct sh_val){.constant = true};
	case SH_EXPORT:
		return eval_export(sh, k);
	case SH_INSTALLER:
		return eval_installer(sh, k);
	case SH_SCHEDULER:
		return eval_scheduler(sh, k);
	case SH_VERIFY:
		return eval_verify(sh, k);
	case SH_TEST:
		eval_test(sh, k);
		return (struct sh_val){.constant = true};
	case SH_WRAPPER:
	case SH_NOTHING:
		return (struct sh_val){.constant = true};
	case SH_PLAIN:
		break;
	}
	return eval_plain(sh, k);
}

/* --- hosts --- */

static void hosts_emit(struct sh *sh, const struct call *k)
{
	bool message = (k->class == SH_ECHO || k->class == SH_PRINTF) && !k->c->pipes_on && !k->c->n_redirects;

	for (size_t i = k->name + 1; k->fresh && !message && i < k->n; i++) {
		struct string_class c;

		if (k->args[i].s.len < 4 || k->args[i].s.len > 8192)
			continue;
		classify_string(k->args[i].s, &c);
		for (size_t j = 0; j < c.n; j++) {
			const struct string_item *it = &c.items[j];

			if (it->kind == FACT_STRING && str_is(it->key, "wallet-address")) {
				emit_command(sh, k);
				emit(sh, (struct fact){.kind = FACT_STRING, .key = it->key, .value = arena_str(sh->arena, it->value)});
			}
			if (it->kind != FACT_HOST || it->flags & STRING_LOCAL || sh->n_hosts >= NEW_HOSTS)
				continue;
			if (!(it->flags & STRING_URL) && k->class != SH_FETCH && k->class != SH_SOCKET && k->class != SH_REMOTE &&
				k->class != SH_DNS)
				continue;
			if (str_ends(it->value, ".dtd") || str_ends(it->value, ".xsd") || str_ends(it->value, ".ent"))
				continue; /* the name of a document type */
			if (sh->old_text.len && str_find(sh->old_text, it->key) != SIZE_MAX)
				continue;
			sh->n_hosts++;
			emit(sh, (struct fact){.kind = FACT_HOST, .key = arena_str(sh->arena, it->key),
				.value = arena_str(sh->arena, it->value)});
		}
	}
}

/* --- commands in order --- */

static struct sh_val input_of(struct sh *sh, const struct sh_command *c, const struct sh_val *outs,
	const struct sh_val *inherited, struct call *k, bool *ret_has)
{
	struct sh_val v = {.constant = true};

	*ret_has = false;
	if (c->pipe_in != SH_NONE) {
		v = outs[c->pipe_in];
		*ret_has = true;
	} else if (inherited) {
		v = *inherited;
		*ret_has = true;
	}
	for (uint32_t i = 0; i < c->n_redirects; i++) {
		const struct sh_redirect *r = &sh->script->redirects[c->redirect + i];
		struct sh_val word;

		if (r->op != SH_IN && r->op != SH_HEREDOC && r->op != SH_HERESTRING)
			continue;
		if (r->op == SH_HEREDOC && r->literal) {
			word = (struct sh_val){.constant = true,
				.s = str_part(sh->script->text, r->target.from, r->target.to - r->target.from)};
		} else {
			word = sh_fold_word(&sh->fold, sh->script->text, r->target.from, r->target.to, r->op == SH_HEREDOC);
		}
		v = r->op == SH_IN ? file_read(sh, k, &word) : word;
		*ret_has = true;
	}
	return v;
}

/* Output that goes into a file is gone for the pipeline. */
static struct sh_val output_redirect(struct sh *sh, struct call *k, const struct sh_command *c, struct sh_val out)
{
	for (uint32_t i = 0; i < c->n_redirects; i++) {
		const struct sh_redirect *r = &sh->script->redirects[c->redirect + i];
		struct sh_val path;

		if ((r->op != SH_OUT && r->op != SH_APPEND) || r->fd == 2)
			continue;
		path = sh_fold_word(&sh->fold, sh->script->text, r->target.from, r->target.to, false);
		if (str_starts(path.s, "/dev/tcp/") || str_starts(path.s, "/dev/udp/")) {
			struct str peer = str_part(path.s, 9, path.s.len);

			net_sink(sh, k, &out, peer, "sent through a socket", 3);
		} else {
			file_write(sh, k, &path, &out, r->op == SH_APPEND, "written to a file");
		}
		if (r->fd == -1 || r->fd == 1 || r->fd == -2)
			out = (struct sh_val){.constant = true};
	}
	return out;
}

static struct sh_val run_simple(struct sh *sh, const struct sh_val *outs, const struct sh_val *inherited)
{
	const struct sh_command *c = current(sh);
	struct call *k = ARENA_NEW(sh->arena, struct call);
	struct str text = sh->script->text;
	struct sh_val out = {.constant = true};
	struct str peer;

	k->c = c;
	k->fresh = place_is_fresh(sh);
	k->program = STR("");
	for (uint32_t i = 0; i < c->n_assigns; i++) {
		struct sh_word w = sh->script->words[c->word + i];

		assign(sh, k, str_part(text, w.from, w.to - w.from));
	}
	for (uint32_t i = c->n_assigns; i < c->n_words; i++) {
		struct sh_word w = sh->script->words[c->word + i];
		struct str raw = str_part(text, w.from, w.to - w.from);

		if (!braces_split(sh, k, raw))
			args_split(sh, k, sh_fold_word(&sh->fold, text, w.from, w.to, false));
	}
	if (k->n) {
		struct sh_word w = sh->script->words[c->word + c->n_assigns];

		program_find(k);
		k->input = input_of(sh, c, outs, inherited, k, &k->has_input);
		name_check(sh, k, str_part(text, w.from, w.to - w.from));
		hosts_emit(sh, k);
		if (k->class == SH_WRAPPER && str_is(k->program, "exec") && redirected_to_net(sh, &peer))
			reverse_shell(sh, k, peer);
		out = eval_call(sh, k);
	} else {
		k->input = input_of(sh, c, outs, inherited, k, &k->has_input);
	}
	return output_redirect(sh, k, c, out);
}

/* for x in values: the variable stands for all of them. */
static void for_bind(struct sh *sh, const struct sh_command *c)
{
	struct str text = sh->script->text, name;
	struct sh_val v = {.constant = false};
	size_t from = 1;

	if (!c->n_words)
		return;
	name = str_part(text, sh->script->words[c->word].from, sh->script->words[c->word].to - sh->script->words[c->word].from);
	if (c->n_words > 1 && sh->script->words[c->word + 1].to - sh->script->words[c->word + 1].from == 2)
		from = 2; /* in */
	for (size_t i = from; i < c->n_words; i++) {
		struct sh_val item = sh_fold_word(&sh->fold, text, sh->script->words[c->word + i].from,
			sh->script->words[c->word + i].to, false);

		sh_val_taint(&v, &item);
		if (i == from && c->n_words == from + 1 && item.constant && !(item.s.len && memchr(item.s.p, SH_SPLIT, item.s.len)))
			v = item;
		/* a list of secret files read one by one */
		if (sh_path_is_cred(item.s)) {
			v.s = item.s;
			v.constant = false;
		}
	}
	if (!v.s.len)
		v.s = arena_printf(sh->arena, "$%.*s", STR_ARG(shown(name, 100)));
	map_put(sh->arena, &sh->variables, name, v);
}

struct open { /* a group that is being followed */
	uint32_t index;
	struct sh_val out, input;
	bool has_input;
};

static void group_end(struct sh *sh, struct open *g, struct sh_val *outs, struct sh_val *ret_total, struct open *around)
{
	const struct sh_command *c = &sh->script->commands[g->index];
	struct call *k = ARENA_NEW(sh->arena, struct call);
	uint32_t save = sh->command;
	struct sh_val out;

	sh->command = g->index;
	k->c = c;
	k->program = STR("");
	k->fresh = place_is_fresh(sh);
	out = output_redirect(sh, k, c, g->out);
	if (c->kind == SH_FUNCTION) {
		struct sh_word w = sh->script->words[c->word];

		map_put(sh->arena, &sh->functions, str_part(sh->script->text, w.from, w.to - w.from), out);
		sh->in_function--;
		out = (struct sh_val){.constant = true};
	}
	outs[g->index] = out;
	if (!c->pipes_on)
		sh_val_join(&sh->fold, around ? &around->out : ret_total, &out);
	sh->command = save;
}

static struct sh_val run_script(struct sh *sh, const struct sh_val *input)
{
	struct sh_script *s = sh->script;
	struct sh_val *outs = ARENA_ARRAY(sh->arena, s->n, struct sh_val), total = {.constant = true};
	struct open groups[256];
	size_t n_groups = 0;

	for (uint32_t i = 0; i < s->n; i++) {
		struct sh_command *c = &s->commands[i];
		struct open *around;

		while (n_groups && s->commands[groups[n_groups - 1].index].last < i) {
			n_groups--;
			group_end(sh, &groups[n_groups], outs, &total, n_groups ? &groups[n_groups - 1] : NULL);
		}
		around = n_groups ? &groups[n_groups - 1] : NULL;
		if (!budget_step(sh->budget, 8)) {
			sh->limit = true;
			break;
		}
		sh->command = i;
		if (c->kind != SH_SIMPLE && n_groups < sizeof(groups) / sizeof(groups[0])) {
			struct call k = {.c = c, .program = STR(""), .n = 0};
			struct open *g = &groups[n_groups++];

			k.fresh = place_is_fresh(sh);
			if (c->kind == SH_FOR)
				for_bind(sh, c);
			if (c->kind == SH_FUNCTION)
				sh->in_function++;
			g->index = i;
			g->out = (struct sh_val){.constant = true};
			g->input = input_of(sh, c, outs, around && around->has_input ? &around->input : input, &k, &g->has_input);
			continue;
		}
		outs[i] = run_simple(sh, outs, around && around->has_input ? &around->input : around ? NULL : input);
		if (!c->pipes_on)
			sh_val_join(&sh->fold, around ? &around->out : &total, &outs[i]);
	}
	while (n_groups) {
		n_groups--;
		group_end(sh, &groups[n_groups], outs, &total, n_groups ? &groups[n_groups - 1] : NULL);
	}
	return total;
}

static struct sh_val run_text(struct sh *sh, struct str text, const struct sh_val *input, bool fresh)
{
	struct site site = sh->site, inner = {.text = text, .fresh = fresh};
	struct sh_script script, *outer = sh->script;
	uint32_t command = sh->command;
	struct sh_val out = {.s = text};
	struct span at = sh->script ? place(sh) : (struct span){0, 0};

	if (sh->depth >= SH_DEPTH || sh->limit) {
		sh->too_deep |= sh->depth >= SH_DEPTH && fresh;
		return out;
	}
	inner.verbatim = text.p >= sh->whole.p && text.p + text.len <= sh->whole.p + sh->whole.len;
	inner.base = inner.verbatim ? (size_t)(text.p - sh->whole.p) : 0;
	inner.from = at.from;
	inner.to = at.to;
	sh->depth++;
	if (sh_parse(sh->arena, sh->budget, text, &script) != STATUS_OK)
		sh->limit = true;
	sh->site = inner;
	sh->script = &script;
	out = run_script(sh, input);
	sh->depth--;
	sh->site = site;
	sh->script = outer;
	sh->command = command;
	return out;
}

/* --- a second opinion on the grammar --- */

/* Bytes that the grammar could not place; SIZE_MAX when the budget ended. *ret_first: where. */
static size_t tree_errors(struct sh *sh, struct str text, const struct align *fresh_only, size_t *ret_first)
{
	TSTree *tree = tree_parse(tree_sitter_bash(), text, sh->arena, sh->budget);
	size_t bytes = 0;

	if (!tree)
		return SIZE_MAX;
	if (ts_node_has_error(ts_tree_root_node(tree))) {
		TSTreeCursor cursor = ts_tree_cursor_new(ts_tree_root_node(tree));
		bool more = true;

		while (more && budget_step(sh->budget, 1)) {
			TSNode n = ts_tree_cursor_current_node(&cursor);
			bool error = ts_node_is_error(n) || ts_node_is_missing(n);
			size_t from = ts_node_start_byte(n), to = ts_node_end_byte(n);

			if (error && (!fresh_only || align_is_fresh(fresh_only, from, to + (to == from)))) {
				if (!bytes)
					*ret_first = from;
				bytes += to > from ? to - from : 1;
			}
			more = !error && ts_node_has_error(n) && ts_tree_cursor_goto_first_child(&cursor);
			while (!more && !(more = ts_tree_cursor_goto_next_sibling(&cursor)))
				if (!ts_tree_cursor_goto_parent(&cursor))
					break;
		}
		ts_tree_cursor_delete(&cursor);
	}
	tree_done(tree);
	return bytes;
}

static void grammar_check(struct sh *sh)
{
	size_t first = 0, unused = 0, now, then;
	struct fact f = {.kind = FACT_PARSE_ERROR, .key = STR("shell")};

	if (!sh->al->n_fresh || sh->whole.len > TREE_BYTES || sh->old_text.len > TREE_BYTES || !sh->old_text.p)
		return;
	now = tree_errors(sh, sh->whole, sh->al, &first);
	if (now == 0 || now == SIZE_MAX)
		return;
	then = tree_errors(sh, sh->old_text, NULL, &unused);
	if (then) /* the grammar did not know the dialect before either */
		return;
	f.unit = unit_at(sh, first);
	f.line = line_of(sh->lines, first, NULL);
	f.offset = first + sh->shift;
	f.number = now;
	f.excerpt = shown(str_part(sh->whole, first, 200), FACT_EXCERPT_BYTES);
	read_fact(sh->in, &f);
}

enum status sh_analyse(struct read_in *in, struct str text, size_t shift, struct str old_text,
	const struct align *al, const struct unit_span *units, size_t n_units,
	const struct line_index *lines)
{
	struct sh *sh = ARENA_NEW(in->arena, struct sh);

	*sh = (struct sh){.in = in, .arena = in->arena, .budget = in->budget, .whole = text, .old_text = old_text,
		.shift = shift, .al = al, .units = units, .n_units = n_units, .lines = lines};
	sh->fold = (struct sh_fold){.arena = in->arena, .budget = in->budget, .sh = sh, .variable = variable_get,
		.substitute = substitute};
	if (text.len > SH_TEXT_BYTES)
		sh->limit = true;
	else
		(void)run_text(sh, text, NULL, false);
	grammar_check(sh);
	return sh->limit || sh->too_deep || sh->fold.too_deep ? STATUS_LIMIT : STATUS_OK;
}
