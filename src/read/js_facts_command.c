/* Commands that code starts, and files that it writes and runs or leaves to be run. */
#include "facts_int.h"

#include "read/host.h"
#include "read/hook_script.h"
#include "read/shell_command.h"

/* ---------- commands ---------- */

struct str facts_inline_script(struct str cmd, enum language *ret_lang)
{
	static const struct {
		const char *head;
		enum language lang;
	} rows[] = {
		{"node -e ", LANGUAGE_JAVASCRIPT}, {"node --eval ", LANGUAGE_JAVASCRIPT}, {"node -p ", LANGUAGE_JAVASCRIPT},
		{"bun -e ", LANGUAGE_JAVASCRIPT}, {"deno eval ", LANGUAGE_JAVASCRIPT}, {"node\" -e ", LANGUAGE_JAVASCRIPT},
		{"python -c ", LANGUAGE_PYTHON}, {"python3 -c ", LANGUAGE_PYTHON}, {"pythonw -c ", LANGUAGE_PYTHON},
		{"python.exe -c ", LANGUAGE_PYTHON}, {"pythonw.exe -c ", LANGUAGE_PYTHON},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		size_t at = str_find_z(cmd, rows[i].head);

		if (at != SIZE_MAX && at < 40) {
			struct str t = str_trim(str_part(cmd, at + strlen(rows[i].head), cmd.len));

			if (t.len > 2 && (t.p[0] == '"' || t.p[0] == '\''))
				t = str_part(t, 1, t.len - 2);
			*ret_lang = rows[i].lang;
			return t;
		}
	}
	return STR("");
}

/* The program and what follows it, with blanks between. exec() of C has its name a second time, and an end. */
static struct str command_of_arguments(struct js *j, const struct js_call *c)
{
	struct str program = str_basename(js_symbolic(j, c->args[0])), word;
	struct buf b;
	struct str t;

	buf_init(&b, 16384);
	for (size_t i = 0; i < c->n_args && c->args[i]; i++) {
		word = js_symbolic(j, c->args[i]);
		if (c->args[i] == c->named || (i == 1 && program.len && str_equal(str_basename(word), program)) ||
			(i && str_is(word, "null")))
			continue;
		if (i)
			buf_add_char(&b, ' ');
		buf_add_str(&b, word);
	}
	t = arena_str(j->a, buf_str(&b));
	buf_release(&b);
	return t;
}

struct str facts_command_of(struct js *j, const struct js_call *c, const struct js_api *row)
{
	struct str t = row->flags & API_ARGV0 && c->n_args ? js_list_text(j, c->args[0] == c->named ? js_named_arg(j, c, "args") : c->args[0]) : STR("");
	uint32_t list;
	struct buf b;
	size_t k;
	const uint32_t *refs;

	if (!t.len && c->n_args && c->args[0])
		t = js_symbolic(j, c->args[0]);
	if (row->flags & API_ARGS)
		return command_of_arguments(j, c);
	if (!(row->flags & API_ARGV) || c->n_args < 2 || !c->args[1])
		return t;
	list = j->nodes[c->args[1]].kind == J_ARRAY ? c->args[1] : 0;
	refs = js_refs(j, c->arg_av[1], &k);
	for (size_t i = 0; i < k && !list; i++)
		if (REF_TAG(refs[i]) == T_OBJ && j->nodes[j->objs[REF_ID(refs[i])].node].kind == J_ARRAY)
			list = j->objs[REF_ID(refs[i])].node;
	if (!list)
		return t;
	buf_init(&b, 16384);
	buf_add_str(&b, t);
	for (uint32_t a = j->nodes[list].first; a; a = j->nodes[a].next) {
		buf_add_char(&b, ' ');
		buf_add_str(&b, js_symbolic(j, j->nodes[a].kind == J_SPREAD ? j->nodes[a].first : a));
	}
	t = arena_str(j->a, buf_str(&b));
	buf_release(&b);
	return t;
}

/* Facts of other files' helpers come through here, so that they get a place and are counted. */
struct relay {
	struct read_out out;
	struct js *j;
	uint32_t node;
	bool fresh;
};

static uint32_t relay_unit(struct read_out *o, const struct unit *u)
{
	(void)o;
	(void)u;
	return FACT_NO_UNIT;
}

static void relay_fact(struct read_out *o, const struct fact *f)
{
	struct relay *r = (struct relay *)o;
	struct fact x = *f;

	if (x.kind == FACT_FLOW && r->fresh) /* both ends stand in a text that is new */
		x.flags |= FACT_NEW_SOURCE | FACT_NEW_SINK;
	facts_say(r->j, x, r->node, r->fresh);
}

static void relay_cover(struct read_out *o, enum cover_grade grade, uint64_t bytes, const char *why)
{
	(void)o;
	(void)grade;
	(void)bytes;
	(void)why;
}

bool facts_is_shell(struct str program)
{
	static const char *const names[] = {"sh", "bash", "zsh", "dash", "ash", "ksh"};
	size_t slash = str_rfind_char(program, '/');

	if (slash != SIZE_MAX)
		program = str_part(program, slash + 1, program.len);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (str_is(program, names[i]))
			return true;
	return false;
}

/* What a shell reads of a command line: all of it, or what follows "bash -c". */
static struct str shell_text(struct str cmd)
{
	size_t end = str_find_z(cmd, " ");
	struct str rest = end == SIZE_MAX ? STR("") : str_trim(str_part(cmd, end, cmd.len));

	if (end == SIZE_MAX || !facts_is_shell(str_part(cmd, 0, end)) || !str_starts(rest, "-"))
		return cmd;
	end = str_find_z(rest, " ");
	if (end == SIZE_MAX || end > 5 || rest.p[end - 1] != 'c')
		return cmd;
	return str_trim(str_part(rest, end, rest.len));
}

bool facts_is_open_shell(struct str cmd)
{
	static const char *const more[] = {"cmd", "cmd.exe", "powershell", "powershell.exe", "pwsh"};
	size_t end = str_find_z(cmd, " ");
	struct str program = str_part(cmd, 0, end), rest = end == SIZE_MAX ? STR("") : str_trim(str_part(cmd, end, cmd.len));
	bool shell = facts_is_shell(program);

	for (size_t i = 0; i < sizeof(more) / sizeof(more[0]); i++)
		shell |= str_equal_nocase(program, str_of(more[i]));
	return shell && (!rest.len || str_is(rest, "-i") || str_is(rest, "-l") || str_is(rest, "-il"));
}

/* Does one program alone send what somebody has? */
static bool sends_somebodys(struct str cmd)
{
	static const char *const senders[] = {"curl ", "wget ", "scp ", "rsync ", "nc ", "ncat ", "ftp "};
	static const char *const places[] = {"~/", "$HOME", "${HOME}", "/home/", "/root/", "/Users/", "USERPROFILE"};
	bool sends = false, places_named = js_path_is_cred(cmd);

	for (size_t i = 0; i < sizeof(senders) / sizeof(senders[0]); i++)
		sends |= str_has(cmd, senders[i]);
	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++)
		places_named |= str_has(cmd, places[i]);
	return sends && places_named;
}

/* More than one program with its arguments: a script of its own. */
static bool is_script(struct str cmd)
{
	static const char *const marks[] = {"|", "&&", ";", "$(", "`", ">"};

	for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++)
		if (str_has(cmd, marks[i]))
			return true;
	return false;
}

/* What stands in a hole is code of the script, not a word of the command: names of its own stay. */
static struct str words_of_command(struct js *j, struct str cmd)
{
	struct str ret;
	struct buf b;

	if (!has_holes(cmd))
		return cmd;
	buf_init(&b, cmd.len + 64);
	for (size_t i = 0; i < cmd.len && !b.full; i++) {
		size_t end = i + 1;
		bool name = true;

		buf_add_char(&b, cmd.p[i]);
		if (cmd.p[i] != '\x01')
			continue;
		for (; end < cmd.len && cmd.p[end] != '\x02'; end++)
			name &= !strchr(" $(){}'\"|;", cmd.p[end]);
		if (name)
			continue;
		buf_add_z(&b, "value");
		i = end - 1;
	}
	ret = b.full ? cmd : arena_str(j->a, buf_str(&b));
	buf_release(&b);
	return ret;
}

void facts_say_command(struct js *j, uint32_t n, struct str cmd, bool fresh)
{
	struct relay r = {.out = {relay_unit, relay_fact, relay_cover, 0, 0}, .j = j, .node = n, .fresh = fresh};
	struct read_in in = *j->in;
	struct fact at = {.unit = FACT_NO_UNIT, .flags = js_place_flags(j, n) | (fresh ? FACT_NEW_SOURCE | FACT_NEW_SINK : 0)};

	if (known_bytes(cmd) < 3)
		return;
	in.out = &r.out;
	in.arena = j->a;
	command_facts(&in, facts_shown(j, words_of_command(j, cmd)), &at);
	cmd = shell_text(cmd);
	if (in.nested++ < NESTED_MAX && (fresh || j->is_old) && !has_holes(cmd) && (is_script(cmd) || sends_somebodys(cmd)))
		(void)hook_script(&in, cmd, 0, 0, cmd.len, cmd);
}

/* ---------- writes that are run or that stay ---------- */

/* The address in a text that will be run: "[Service]\nExecStart=curl -s https://...". */
static struct str address_within(struct js *j, struct str text)
{
	size_t at = str_find_z(text, "://");

	while (at != SIZE_MAX && at > 0 && text.p[at - 1] >= 'a' && text.p[at - 1] <= 'z')
		at--;
	return at == SIZE_MAX ? STR("") : host_of(j->a, str_part(text, at, text.len));
}

/* A line of a .pth file that imports is run by every Python that starts. */
static bool starts_python(struct js *j, struct str path, uint32_t av)
{
	struct str text;

	return str_ends(path, ".pth") && js_const_str(j, av, &text) && str_starts(str_trim(text), "import");
}

void facts_note_write(struct facts *fa, uint32_t n, struct str path, uint32_t av, bool fresh)
{
	struct js *j = fa->j;
	struct written w = {n, path, av, fresh};
	struct fact f;

	if (fa->n_written < 200)
		*ARENA_PUSH(j->a, fa->written, fa->n_written, fa->written_room) = w;
	if (js_path_is_persist(path) || starts_python(j, path, av)) {
		struct drain k = {n, SINK_PERSIST, STR("write"), facts_shown(j, path), fresh};
		size_t before = j->site->n_found;

		facts_flows_into(j, &k, av, 0);
		if (j->site->n_found == before) {
			struct str text = STR(""), host;

			host = js_const_str(j, av, &text) ? address_within(j, text) : STR("");
			f = facts_make(FACT_FLOW, host.len ? STR("net>persist") : STR("data>persist"), facts_shown(j, path));
			f.number = 3;
			f.detail = host.len ? STR("text that fetches -> a place that starts by itself")
					    : STR("text -> a place that starts by itself");
			f.flags = (fresh ? FACT_NEW_SOURCE | FACT_NEW_SINK : 0) | js_place_flags(j, n);
			facts_say(j, f, n, fresh);
			if (host.len)
				facts_say(j, facts_make(FACT_HOST, host, str_part(text, 0, FACT_VALUE_BYTES)), n, fresh);
		}
		f = facts_make(FACT_PATH, STR("persist"), facts_shown(j, path));
		facts_say(j, f, n, fresh);
		if (facts_const_str(j, av)) /* what starts by itself is a command */
			facts_say_command(j, n, js_utf8(j, facts_const_str(j, av)), fresh);
	}
}

void facts_note_run(struct facts *fa, uint32_t n, struct str text, struct str name, bool fresh)
{
	if (fa->n_runs < 200 && text.len)
		*ARENA_PUSH(fa->j->a, fa->runs, fa->n_runs, fa->runs_room) = (struct run){n, text, name, fresh};
}

void facts_note_load(struct facts *fa, uint32_t n, struct str spec, struct str name, bool fresh)
{
	if (!str_ends(spec, ".json"))
		facts_note_run(fa, n, spec, name, fresh);
}

/* "-o FILE", "--js_output_file FILE", "> FILE": what the command writes, not what it runs. */
static bool is_output(struct str run, size_t at)
{
	struct str before = str_trim(str_part(run, 0, at)), option;
	size_t space;

	while (before.len && strchr("=\"'", before.p[before.len - 1]))
		before = str_trim(str_part(before, 0, before.len - 1));
	space = str_rfind_char(before, ' ');
	option = space == SIZE_MAX ? before : str_part(before, space + 1, before.len);
	return str_is(option, ">") || str_is(option, ">>") || str_is(option, "-o") ||
	       (str_starts(option, "--") && str_has_nocase(option, "out"));
}

/* "powershell -NoProfile -Command Expand-Archive ...": what stands behind the option; other commands as they are. */
static struct str behind_powershell(struct str words)
{
	struct str program = command_program(words);
	size_t at = str_find_nocase(words, "-command ");

	if (at == SIZE_MAX || !(str_has_nocase(program, "powershell") || str_has_nocase(program, "pwsh")))
		return words;
	words = str_trim(str_part(words, at + 9, words.len));
	return words.len && strchr("\"'", words.p[0]) ? str_part(words, 1, words.len) : words;
}

/* "strip FILE", "unzip -q FILE". Some of these programs start what an option names. */
static bool is_handed_over(struct str run, size_t at)
{
	size_t from = at;
	struct str words;

	while (from && !strchr("&;|\n`(", run.p[from - 1]))
		from--;
	words = behind_powershell(str_trim(str_part(run, from, at - from)));
	return program_hands_back(command_program(words)) && command_starts_no_other(words);
}

static bool same_file(struct str path, struct str run)
{
	size_t at;

	struct str base;
	size_t slash;

	if (path.len < 3 || !(has_holes(path) || memchr(path.p, '/', path.len) || memchr(path.p, '.', path.len) || memchr(path.p, '\\', path.len)))
		return false;
	if (!known_bytes(path) && !memchr(path.p, '#', path.len))
		return false; /* two calls of one function are two values; a variable has a number */
	at = str_find(run, path);
	if (at != SIZE_MAX && is_handed_over(run, at)) { /* and started behind it? */
		run = str_part(run, at + path.len, run.len);
		at = str_find(run, path);
		return at != SIZE_MAX && !is_handed_over(run, at);
	}
	if (at != SIZE_MAX)
		return !is_output(run, at);
	slash = str_rfind_char(path, '/');
	base = slash == SIZE_MAX ? path : str_part(path, slash + 1, path.len);
	return known_bytes(base) >= 6 && !has_holes(base) && str_find(run, base) != SIZE_MAX && str_rfind_char(base, '.') != SIZE_MAX;
}

/* One of several files that a loader may be handed, and the loader takes it for data. */
static bool loads_data(struct str api, struct str path)
{
	while (str_ends(path, "\1\2")) /* which says only that there are other values */
		path.len -= 2;
	return (str_is(api, "require") || str_is(api, "$import") || str_is(api, "module._load")) && str_ends(path, ".json");
}

void facts_join_runs(struct facts *fa)
{
	struct js *j = fa->j;

	for (size_t i = 0; i < fa->n_written; i++)
		for (size_t k = 0; k < fa->n_runs; k++) {
			const struct written *w = &fa->written[i];
			const struct run *r = &fa->runs[k];
			uint32_t taints[TAINTS_MAX];
			size_t n;
			struct fact f;
			const char *src = "data";
			struct str value = facts_shown(j, w->path);

			if (w->node == r->node || !same_file(w->path, r->text) || loads_data(r->name, w->path))
				continue;
			n = js_taints_of(j, w->av, w->node, taints, TAINTS_MAX, NULL);
			for (size_t t = 0; t < n; t++)
				if (j->taints[taints[t]].kind == SRC_NET) {
					src = "net";
					if (js_origin_of(j, &j->taints[taints[t]]).len)
						value = js_origin_of(j, &j->taints[taints[t]]);
				}
			if (!n && (js_av_has(j, w->av, T_UNKNOWN) || js_av_has(j, w->av, T_PARAM)))
				src = "dyn";
			f = facts_make(FACT_FLOW, arena_printf(j->a, "%s>run", src), value);
			/* the very same path leaves nothing to guess */
			f.number = !has_holes(w->path) || (known_bytes(w->path) >= 6 && str_equal(w->path, r->text)) ? 3 : 2;
			f.flags = (w->fresh ? FACT_NEW_SOURCE : 0) | (r->fresh ? FACT_NEW_SINK : 0) | js_place_flags(j, r->node);
			f.detail = arena_printf(j->a, "write %.*s\n-> %.*s", STR_ARG(facts_shown(j, w->path)), STR_ARG(front_shown(j, r->name)));
			facts_say(j, f, r->node, w->fresh || r->fresh);
		}
}
