/*
 * Commands and pipelines of PowerShell as calls. Parameters that matter have places (the table
 * below), so that "-Uri x", "-ur x" and "x" are the same argument; others become one object at the end.
 * What comes through the pipe is the argument that the command takes it for.
 */
#include "ps_int.h"

#include "util/hash.h"

enum { PARAMS_MAX = 3, WORDS_MAX = 64 };

struct cmdlet {
	const char *name;
	const char *params[PARAMS_MAX]; /* in the order of their places */
	int8_t input;                   /* which place the pipe fills, -1 behind the others */
	const char *api;                /* what it is called as, NULL: by its name */
};

static const struct cmdlet cmdlets[] = {
	{"invoke-expression", {"command"}, 0, NULL}, {"invoke-webrequest", {"uri", "outfile"}, 0, NULL},
	{"invoke-restmethod", {"uri", "outfile"}, 0, NULL}, {"start-bitstransfer", {"source", "destination"}, 0, "$download"},
	{"start-process", {"filepath", "argumentlist"}, 0, NULL}, {"set-content", {"path", "value"}, 1, "$write"},
	{"add-content", {"path", "value"}, 1, "$write"}, {"out-file", {"filepath", "inputobject"}, 1, "$write"},
	{"tee-object", {"filepath", "inputobject"}, 1, "$write"}, {"new-item", {"path", "value"}, 1, "$write"},
	{"set-item", {"path", "value"}, 1, "$write"}, {"get-content", {"path"}, 0, NULL}, {"copy-item", {"path", "destination"}, 0, NULL},
	{"move-item", {"path", "destination"}, 0, NULL}, {"rename-item", {"path", "newname"}, 0, NULL},
	{"remove-item", {"path"}, 0, NULL}, {"set-itemproperty", {"path", "name", "value"}, 2, "$property"},
	{"new-itemproperty", {"path", "name", "value"}, 2, "$property"}, {"import-module", {"name"}, 0, NULL},
	{"add-type", {"typedefinition"}, 0, NULL}, {"invoke-command", {"scriptblock"}, -1, NULL}, {"start-job", {"scriptblock"}, -1, NULL},
	{"start-threadjob", {"scriptblock"}, -1, NULL}, {"register-objectevent", {"inputobject", "eventname", "action"}, 0, NULL},
	{"test-path", {"path"}, 0, NULL}, {"join-path", {"path", "childpath"}, 0, NULL}, {"split-path", {"path"}, 0, NULL},
	{"resolve-path", {"path"}, 0, NULL}, {"get-childitem", {"path"}, 0, NULL}, {"get-item", {"path"}, 0, NULL}, {"resolve-dnsname", {"name"}, 0, NULL},
	{"test-connection", {"computername"}, 0, NULL}, {"invoke-wmimethod", {"class", "name", "argumentlist"}, -1, NULL},
	{"invoke-cimmethod", {"classname", "methodname", "arguments"}, -1, "invoke-wmimethod"}, {"write-output", {"inputobject"}, 0, NULL},
	{"foreach-object", {"process"}, -1, NULL}, {"where-object", {"filterscript"}, -1, NULL}, {"set-variable", {"name", "value"}, 1, NULL},
	{"new-variable", {"name", "value"}, 1, "set-variable"}, {"get-variable", {"name"}, 0, NULL}, {"set-alias", {"name", "value"}, 1, NULL},
	{"new-alias", {"name", "value"}, 1, "set-alias"}, {"new-object", {"typename", "argumentlist"}, -1, NULL},
	{"send-mailmessage", {"to", "subject", "body"}, 2, NULL}, {"expand-archive", {"path", "destinationpath"}, 0, NULL},
	{"add-mppreference", {NULL}, -1, "$run"}, {"set-mppreference", {NULL}, -1, "$run"}, {"register-scheduledtask", {NULL}, -1, "$run"},
	{"new-scheduledtaskaction", {"execute", "argument"}, -1, NULL}, {"new-service", {NULL}, -1, "$run"}, {"set-service", {NULL}, -1, NULL},
	{"new-localuser", {NULL}, -1, "$run"}, {"add-localgroupmember", {NULL}, -1, "$run"}, {"set-netfirewallprofile", {NULL}, -1, "$run"},
	{"clear-eventlog", {NULL}, -1, "$run"},
};

/* What a script may write for a command; all in lower case. */
static const char *const short_names[][2] = {
	{"iex", "invoke-expression"}, {"iwr", "invoke-webrequest"}, {"curl", "invoke-webrequest"}, {"wget", "invoke-webrequest"},
	{"irm", "invoke-restmethod"}, {"saps", "start-process"}, {"start", "start-process"}, {"icm", "invoke-command"},
	{"gc", "get-content"}, {"cat", "get-content"}, {"type", "get-content"}, {"sc", "set-content"}, {"ac", "add-content"},
	{"ni", "new-item"}, {"cp", "copy-item"}, {"copy", "copy-item"}, {"cpi", "copy-item"}, {"mv", "move-item"},
	{"move", "move-item"}, {"mi", "move-item"}, {"rm", "remove-item"}, {"del", "remove-item"}, {"ri", "remove-item"},
	{"erase", "remove-item"}, {"rd", "remove-item"}, {"rmdir", "remove-item"}, {"%", "foreach-object"}, {"foreach", "foreach-object"},
	{"?", "where-object"}, {"where", "where-object"}, {"gci", "get-childitem"}, {"ls", "get-childitem"}, {"dir", "get-childitem"},
	{"gi", "get-item"}, {"echo", "write-output"}, {"write", "write-output"}, {"gwmi", "get-wmiobject"}, {"gcim", "get-ciminstance"},
	{"sp", "set-itemproperty"}, {"gp", "get-itemproperty"}, {"ipmo", "import-module"}, {"iwmi", "invoke-wmimethod"},
	{"sajb", "start-job"}, {"tee", "tee-object"}, {"nal", "new-alias"}, {"sal", "set-alias"}, {"sv", "set-variable"}, {"set", "set-variable"},
	{"nv", "new-variable"}, {"gv", "get-variable"}, {"ps", "get-process"}, {"gps", "get-process"}, {"kill", "stop-process"},
	{"spps", "stop-process"}, {"select", "select-object"}, {"sort", "sort-object"}, {"group", "group-object"},
	{"measure", "measure-object"}, {"ft", "format-table"}, {"fl", "format-list"}, {"cd", "set-location"}, {"sl", "set-location"},
	{"chdir", "set-location"}, {"pwd", "get-location"}, {"gl", "get-location"}, {"pushd", "push-location"}, {"popd", "pop-location"},
	{"cls", "clear-host"}, {"clear", "clear-host"}, {"md", "mkdir"}, {"sleep", "start-sleep"}, {"gm", "get-member"},
	{"gcm", "get-command"}, {"rni", "rename-item"}, {"ren", "rename-item"}, {"rvpa", "resolve-path"}, {"oh", "out-host"},
	{"gal", "get-alias"}, {"h", "get-history"}, {"history", "get-history"}, {"man", "help"}, {"mount", "new-psdrive"},
};

/* Words without a dash that are no programs. */
static const char *const own_words[] = {"mkdir", "help", "more", "prompt", "describe", "context", "it", "beforeeach", "beforeall",
	"aftereach", "afterall", "should", "mock", "task", "properties", "param", "configuration", "node", "requires", "begin", "process", "end"};

/* Parameters that take no value. */
static const char *const switches[] = {"force", "recurse", "passthru", "wait", "nonewwindow", "usebasicparsing", "append", "raw", "noprofile",
	"asjson", "asplaintext", "skipcertificatecheck", "confirm", "verbose", "quiet", "hidden", "asjob", "nonewline", "usebasic", "allowclobber",
	"strict", "leaf", "parent", "file", "directory", "compress", "ashashtable", "asbytestream", "noclobber", "usedefaultcredentials", "global",
	"disablenamechecking", "nologo", "noninteractive", "sta", "expandproperty"};

struct argument {
	struct str name;  /* of -Name, in lower case; "" for a place */
	uint32_t word;    /* -Name as it stands there */
	uint32_t raw;     /* its value, 0 none */
	uint32_t call;    /* an argument list behind the value, 0 */
};

struct arguments {
	struct argument at[WORDS_MAX];
	size_t n;
};

/* ---------- names ---------- */

static struct str plain(struct lower *w, struct str s)
{
	char *p = arena_alloc(w->j->a, s.len + 1);
	size_t n = 0;

	for (size_t i = 0; i < s.len; i++)
		if (s.p[i] != '`' && s.p[i] != '"' && s.p[i] != '\'')
			p[n++] = (char)(s.p[i] >= 'A' && s.p[i] <= 'Z' ? s.p[i] + 32 : s.p[i]);
	return str_trim(str_view(p, n));
}

static struct str meant(struct lower *w, struct str name)
{
	const struct ps_aliases *own = w->own;
	size_t slash;

	for (size_t i = 0; i < own->n; i++)
		if (str_equal(own->at[i].name, name))
			name = own->at[i].means;
	slash = str_rfind_char(name, '\\');
	if (slash != SIZE_MAX && str_starts(name, "microsoft.powershell.")) /* Module\Command */
		name = str_part(name, slash + 1, name.len);
	for (size_t i = 0; i < sizeof(short_names) / sizeof(short_names[0]); i++)
		if (str_is(name, short_names[i][0]))
			return str_of(short_names[i][1]);
	return name;
}

static const struct cmdlet *cmdlet_of(struct str name)
{
	for (size_t i = 0; i < sizeof(cmdlets) / sizeof(cmdlets[0]); i++)
		if (str_is(name, cmdlets[i].name))
			return &cmdlets[i];
	return NULL;
}

/* ---------- what the script defines, found once ---------- */

static uint64_t key_of(struct lower *w, struct str name)
{
	struct str s = arena_lower(w->j->a, name);

	return fast_hash(s.p, s.len, 5);
}

static bool is_name_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-' || c == ':';
}

/* function NAME, filter NAME, at a place behind the word. */
static void function_note(struct lower *w, struct str text, size_t at)
{
	struct ps_aliases *own = w->own;
	size_t end, from = at;

	while (from < text.len && (text.p[from] == ' ' || text.p[from] == '\t'))
		from++;
	for (end = from; end < text.len && end - from < 80 && is_name_char(text.p[end]); end++)
		if (text.p[end] == ':') /* global:name */
			from = end + 1;
	if (end > from && from > at)
		js_count(w->j->a, &own->defined, key_of(w, str_part(text, from, end - from)));
}

/* $NAME = { and $NAME = [scriptblock], at the sign. */
static void block_note(struct lower *w, struct str text, size_t at)
{
	struct ps_aliases *own = w->own;
	struct str value = str_trim(str_part(text, at + 1, 24));
	size_t end = at, from;

	if (!str_starts(value, "{") && str_find_nocase(value, "[scriptblock") != 0)
		return;
	while (end > 0 && (text.p[end - 1] == ' ' || text.p[end - 1] == '\t'))
		end--;
	for (from = end; from > 0 && end - from < 80 && is_name_char(text.p[from - 1]); from--)
		;
	if (from > 0 && from < end && text.p[from - 1] == '$')
		js_count(w->j->a, &own->defined, key_of(w, str_part(text, from - 1, end - from + 1)));
}

void ps_survey(struct lower *w)
{
	struct str text = w->j->site ? w->j->site->text : w->j->text;

	for (size_t i = 0; i < text.len; i++) {
		char c = text.p[i] | 32;

		if (text.p[i] == '=')
			block_note(w, text, i);
		else if (c == 'f' && (i == 0 || !is_name_char(text.p[i - 1])) && str_equal_nocase(str_part(text, i, 8), STR("function")))
			function_note(w, text, i + 8);
		else if (c == 'f' && (i == 0 || !is_name_char(text.p[i - 1])) && str_equal_nocase(str_part(text, i, 6), STR("filter")))
			function_note(w, text, i + 6);
	}
}

static bool defines(struct lower *w, struct str name)
{
	const struct ps_aliases *own = w->own;

	return js_counted(&own->defined, key_of(w, name)) > 0;
}

/* Is it a program of its own, not a command of PowerShell? */
static bool is_program(struct lower *w, struct str name)
{
	if (str_ends(name, ".exe") || str_ends(name, ".bat") || str_ends(name, ".cmd") || str_ends(name, ".com") || str_ends(name, ".msi"))
		return true;
	if (memchr(name.p, '-', name.len) || !name.len || !((name.p[0] >= 'a' && name.p[0] <= 'z') || name.p[0] == '.' || name.p[0] == '\\'))
		return false;
	for (size_t i = 0; i < sizeof(own_words) / sizeof(own_words[0]); i++)
		if (str_is(name, own_words[i]))
			return false;
	return !defines(w, name);
}

/* ---------- arguments ---------- */

static bool is_switch(struct str name)
{
	for (size_t i = 0; i < sizeof(switches) / sizeof(switches[0]); i++)
		if (str_is(name, switches[i]))
			return true;
	return false;
}

static bool is_value(const struct lower *w, uint32_t c)
{
	return w->raw[c].named && w->raw[c].kind != P_SEPARATOR && w->raw[c].kind != P_PARAMETER && w->raw[c].kind != P_REDIRECTION &&
		w->raw[c].kind != P_ARGS;
}

static void arguments_read(struct lower *w, uint32_t elements, struct arguments *a)
{
	bool waits = false;

	a->n = 0;
	for (uint32_t c = elements ? w->raw[elements].first : 0; c && a->n < WORDS_MAX; c = w->raw[c].next) {
		if (w->raw[c].kind == P_PARAMETER) {
			struct str name = plain(w, raw_text(w, c));

			while (name.len && name.p[0] == '-')
				name = str_part(name, 1, name.len);
			a->at[a->n++] = (struct argument){.name = name, .word = c};
			waits = !is_switch(name);
		} else if (w->raw[c].kind == P_ARGS) { /* x.Method (...) and f(...) */
			if (a->n && a->at[a->n - 1].raw)
				a->at[a->n - 1].call = c;
			else
				a->at[a->n++] = (struct argument){.raw = c};
		} else if (is_value(w, c)) {
			if (waits && a->n)
				a->at[a->n - 1].raw = c;
			else
				a->at[a->n++] = (struct argument){.raw = c};
			waits = false;
		}
	}
}

static uint32_t value_of(struct lower *w, const struct argument *a)
{
	uint32_t inner, n;

	if (!a->raw)
		return 0;
	if (w->raw[a->raw].kind == P_ARGS) {
		struct kids k = ps_arguments(w, a->raw);

		return k.n == 1 ? k.first : k.n ? node_of(w, J_ARRAY, a->raw, k) : 0;
	}
	inner = ps_inner(w, a->raw);
	n = lower_node(w, a->raw);
	if (a->call && n)
		return w->raw[inner].kind == P_MEMBER || w->raw[inner].kind == P_VARIABLE ? node_call(w, a->raw, n, ps_arguments(w, a->call)) : n;
	return n;
}

/* The place of a parameter: by its name or the beginning of it. */
static int place_of_name(const struct cmdlet *c, struct str name)
{
	static const char *const same[][2] = {{"literalpath", "path"}, {"pspath", "path"}, {"lp", "path"}, {"args", "argumentlist"},
		{"url", "uri"}, {"com", "comobject"}, {"sb", "scriptblock"}, {"inputstream", "value"}};

	for (size_t i = 0; i < sizeof(same) / sizeof(same[0]); i++)
		if (str_is(name, same[i][0]))
			name = str_of(same[i][1]);
	for (int i = 0; i < PARAMS_MAX && c->params[i]; i++)
		if (name.len >= 1 && str_equal(str_part(str_of(c->params[i]), 0, name.len), name) && (name.len >= 2 || i == 0))
			return i;
	return -1;
}

static uint32_t named_object(struct lower *w, uint32_t r, struct kids pairs)
{
	uint32_t n;

	if (!pairs.n)
		return 0;
	n = node_of(w, J_OBJECT, r, pairs);
	w->j->nodes[n].flags |= JF_NAMED;
	return n;
}

/* Values by place, then what has a name. */
struct placed {
	uint32_t at[PARAMS_MAX]; /* nodes, 0 */
	uint32_t raw[PARAMS_MAX];
	struct kids more, named;
};

static void place(struct lower *w, uint32_t r, const struct cmdlet *c, const struct arguments *a, uint32_t input, struct placed *p)
{
	int next = 0, places = 0;

	memset(p, 0, sizeof(*p));
	while (c && places < PARAMS_MAX && c->params[places])
		places++;
	if (c && input && c->input >= 0 && c->input < places) {
		p->at[c->input] = input;
		input = 0;
	}
	for (size_t i = 0; i < a->n; i++) { /* names first: they take their places */
		int at = c && a->at[i].name.len ? place_of_name(c, a->at[i].name) : -1;

		if (at >= 0 && a->at[i].raw && !p->at[at]) {
			p->at[at] = value_of(w, &a->at[i]);
			p->raw[at] = a->at[i].raw;
		} else if (a->at[i].name.len) {
			struct kids pair = ps_none;
			uint32_t v = value_of(w, &a->at[i]);

			kid_add(w, &pair, node_name(w, J_PROP, a->at[i].raw ? a->at[i].raw : r,
				c ? a->at[i].name : arena_printf(w->j->a, "$%.*s", STR_ARG(a->at[i].name))), R_KEY);
			kid_add(w, &pair, v ? v : node_leaf(w, J_TRUE, r), R_VALUE);
			kid_add(w, &p->named, node_of(w, J_PAIR, r, pair), R_NONE);
		}
	}
	for (size_t i = 0; i < a->n; i++) {
		if (a->at[i].name.len)
			continue;
		while (next < places && p->at[next])
			next++;
		if (next < places) {
			p->at[next] = value_of(w, &a->at[i]);
			p->raw[next] = a->at[i].raw;
		} else {
			kid_add(w, &p->more, value_of(w, &a->at[i]), R_NONE);
		}
	}
	kid_add(w, &p->more, input, R_NONE);
}

static struct kids placed_kids(struct lower *w, uint32_t r, const struct placed *p)
{
	struct kids k = ps_none;
	int last = PARAMS_MAX;

	while (last > 0 && !p->at[last - 1])
		last--;
	for (int i = 0; i < last; i++)
		kid_add(w, &k, p->at[i] ? p->at[i] : node_leaf(w, J_UNDEF, r), R_NONE);
	for (uint32_t n = p->more.first, next; n; n = next) {
		next = w->j->nodes[n].next;
		w->j->nodes[n].next = 0;
		kid_add(w, &k, n, R_NONE);
	}
	kid_add(w, &k, named_object(w, r, p->named), R_NONE);
	return k;
}

/* ---------- commands with rules of their own ---------- */

static struct str word_of(struct lower *w, uint32_t raw)
{
	uint32_t in = raw ? ps_inner(w, raw) : 0;
	struct str s = in ? str_trim(raw_text(w, in)) : STR_NONE;

	return s.len > 1 && (s.p[0] == '"' || s.p[0] == '\'') ? str_part(s, 1, s.len - 2) : s;
}

/* New-Object Some.Type(args), New-Object Some.Type a, New-Object -ComObject Name */
static uint32_t new_object(struct lower *w, uint32_t r, const struct arguments *a, const struct placed *p)
{
	struct kids args = ps_none;
	uint32_t callee, list = p->raw[1] ? ps_inner(w, p->raw[1]) : 0;

	for (size_t i = 0; i < a->n; i++)
		if (str_starts(a->at[i].name, "com") && a->at[i].raw) {
			kid_lower(w, &args, a->at[i].raw, R_NONE);
			return node_call_name(w, r, "com", args);
		}
	if (!p->raw[0])
		return node_leaf(w, J_NULL, r);
	callee = ps_type_id(w, p->raw[0], word_of(w, p->raw[0]));
	if (list && w->raw[list].kind == P_ARGS)
		args = ps_arguments(w, list);
	else if (list && w->raw[list].kind == P_ARRAY)
		args = lower_kids(w, list);
	else
		kid_add(w, &args, p->at[1], R_NONE);
	for (size_t i = 0; i < a->n && !args.n; i++)
		if (a->at[i].call)
			args = ps_arguments(w, a->at[i].call);
	return node_call(w, r, callee, args);
}

/* program a b c: every word an argument. */
static uint32_t run_program(struct lower *w, uint32_t r, uint32_t program, const struct arguments *a, uint32_t input)
{
	struct kids k = ps_none;

	kid_add(w, &k, program, R_NONE);
	for (size_t i = 0; i < a->n; i++) {
		if (a->at[i].word) /* its own word, with the dash */
			kid_add(w, &k, node_text(w, w->raw[a->at[i].word].from, w->raw[a->at[i].word].to, 0), R_NONE);
		kid_add(w, &k, value_of(w, &a->at[i]), R_NONE);
	}
	kid_add(w, &k, input, R_NONE);
	return node_call_name(w, r, "$run", k);
}

/* ForEach-Object { .. }: as a statement it is a loop, whose variables are those around it. */
static uint32_t for_each(struct lower *w, uint32_t r, const struct arguments *a, uint32_t input, bool statement)
{
	uint32_t block = 0, n;
	struct kids k = ps_none, body = ps_none;

	for (size_t i = 0; i < a->n; i++) {
		uint32_t in = a->at[i].raw ? ps_inner(w, a->at[i].raw) : 0;

		if (in && w->raw[in].kind == P_BLOCK_EXPR && (!a->at[i].name.len || str_starts(a->at[i].name, "p")))
			block = in;
	}
	if (!block || !input)
		return input ? input : a->n ? value_of(w, &a->at[0]) : 0;
	if (!statement) {
		kid_add(w, &k, ps_function(w, block), R_NONE);
		return node_method(w, r, input, "$map", k);
	}
	for (uint32_t c = w->raw[block].first; c; c = w->raw[c].next)
		if (w->raw[c].kind == P_SCRIPT_BLOCK)
			for (uint32_t d = w->raw[c].first; d; d = w->raw[d].next)
				if (w->raw[d].kind == P_BODY)
					for (uint32_t e = w->raw[d].first; e; e = w->raw[e].next)
						if (w->raw[e].named)
							kid_lower(w, &body, e, R_NONE);
	kid_add(w, &k, node_name(w, J_ID, r, STR("$_")), R_LEFT);
	kid_add(w, &k, input, R_RIGHT);
	kid_add(w, &k, node_of(w, J_BLOCK, block, body), R_BODY);
	n = node_of(w, J_FOR_IN, r, k);
	w->j->nodes[n].op = OP_OF;
	return n;
}

/* env: and env:NAME as what they are. */
static uint32_t environment(struct lower *w, uint32_t r, struct str name)
{
	struct kids k = ps_none;

	if (name.len < 4 || !str_equal_nocase(str_part(name, 0, 4), STR("env:")))
		return 0;
	name = str_part(name, 4, name.len);
	while (name.len && (name.p[0] == '\\' || name.p[0] == '/' || name.p[0] == '*'))
		name = str_part(name, 1, name.len);
	kid_add(w, &k, node_name(w, J_ID, r, STR("process.env")), R_OBJECT);
	if (!name.len)
		return k.first;
	kid_add(w, &k, node_name(w, J_PROP, r, name), R_PROPERTY);
	return node_of(w, J_MEMBER, r, k);
}

static void alias_note(struct lower *w, struct str name, struct str means)
{
	struct ps_aliases *own = w->own;

	if (own->n < sizeof(own->at) / sizeof(own->at[0]) && name.len && means.len) {
		own->at[own->n].name = plain(w, name);
		own->at[own->n++].means = meant(w, plain(w, means));
	}
}

/* Commands that are no calls at all; 0 for all others. */
static uint32_t special(struct lower *w, uint32_t r, struct str name, const struct arguments *a, const struct placed *p, uint32_t input)
{
	struct kids k = ps_none;

	if (str_is(name, "new-object"))
		return new_object(w, r, a, p);
	if (str_is(name, "set-alias") && p->raw[0] && p->raw[1]) {
		alias_note(w, word_of(w, p->raw[0]), word_of(w, p->raw[1]));
		return node_leaf(w, J_NULL, r);
	}
	if (str_is(name, "set-variable") && p->raw[0] && p->at[1])
		return node_assign(w, r, node_name(w, J_ID, r, arena_printf(w->j->a, "$%.*s", STR_ARG(word_of(w, p->raw[0])))), p->at[1]);
	if (str_is(name, "get-variable") && p->raw[0])
		return node_name(w, J_ID, r, arena_printf(w->j->a, "$%.*s", STR_ARG(word_of(w, p->raw[0]))));
	if ((str_is(name, "get-childitem") || str_is(name, "get-item") || str_is(name, "get-content")) && p->raw[0])
		return environment(w, r, word_of(w, p->raw[0]));
	if ((str_is(name, "invoke-command") || str_is(name, "start-job") || str_is(name, "start-threadjob")) && p->at[0]) {
		kid_add(w, &k, input, R_NONE);
		return node_call(w, r, p->at[0], k);
	}
	if (str_is(name, "where-object") && input) {
		kid_add(w, &k, p->at[0], R_NONE);
		return k.n && w->j->nodes[k.first].kind == J_FUNC ? node_method(w, r, input, "filter", k) : input;
	}
	return 0;
}

/* -ArgumentList a, b of Start-Process: words behind the program. */
static struct kids start_arguments(struct lower *w, uint32_t r, struct placed *p)
{
	uint32_t list = p->at[1];
	struct kids k = ps_none;

	if (list && w->j->nodes[list].kind == J_ARRAY && w->j->nodes[list].first) {
		uint32_t first = w->j->nodes[list].first;

		p->at[1] = 0;
		kid_add(w, &k, p->at[0] ? p->at[0] : node_leaf(w, J_UNDEF, r), R_NONE);
		for (uint32_t n = first, next; n; n = next) {
			next = w->j->nodes[n].next;
			w->j->nodes[n].next = 0;
			kid_add(w, &k, n, R_NONE);
		}
		kid_add(w, &k, named_object(w, r, p->named), R_NONE);
		return k;
	}
	return placed_kids(w, r, p);
}

static uint32_t by_name(struct lower *w, uint32_t r, struct str name, const struct arguments *a, uint32_t input, bool statement)
{
	const struct cmdlet *c = cmdlet_of(name);
	struct placed p;
	uint32_t n;

	if (str_is(name, "foreach-object"))
		return for_each(w, r, a, input, statement);
	if (c && c->api && str_is(str_of(c->api), "$run"))
		return run_program(w, r, node_text(w, w->raw[r].from, w->raw[r].from + (uint32_t)strlen(c->name), 0), a, input);
	place(w, r, c, a, input, &p);
	n = c ? special(w, r, c->api && *c->api != '$' ? str_of(c->api) : name, a, &p, input) : 0;
	if (n)
		return n;
	if ((str_is(name, "invoke-webrequest") || str_is(name, "invoke-restmethod")) && p.at[1])
		return node_call_name(w, r, "$download", placed_kids(w, r, &p));
	if (str_is(name, "start-process"))
		return node_call_name(w, r, "start-process", start_arguments(w, r, &p));
	if (c && c->api)
		return node_call_name(w, r, c->api, placed_kids(w, r, &p));
	return node_call(w, r, node_name(w, J_ID, r, name), placed_kids(w, r, &p));
}

/* ---------- & and . ---------- */

/* $by_name(x), and globalThis[x](args): who chooses the name chooses what runs. */
static uint32_t chosen(struct lower *w, uint32_t r, uint32_t what, const struct arguments *a, uint32_t input)
{
	struct kids args = ps_none, named = ps_none, member = ps_none, both = ps_none;

	kid_lower(w, &named, what, R_NONE);
	kid_add(w, &both, run_program(w, r, named.first, a, 0), R_NONE);
	for (size_t i = 0; i < a->n; i++)
		kid_add(w, &args, value_of(w, &a->at[i]), R_NONE);
	kid_add(w, &args, input, R_NONE);
	kid_add(w, &member, node_name(w, J_ID, r, STR("globalThis")), R_OBJECT);
	kid_lower(w, &member, what, R_INDEX);
	kid_add(w, &both, node_call(w, r, node_of(w, J_SUBSCRIPT, what, member), args), R_NONE);
	return node_of(w, J_SEQ, r, both);
}

static uint32_t invoked(struct lower *w, uint32_t r, uint32_t name, const struct arguments *a, uint32_t input, bool statement)
{
	uint32_t what = ps_inner(w, name);
	struct str word;
	struct kids args = ps_none;

	if (w->raw[what].kind == P_VERBATIM || w->raw[what].kind == P_TOKEN || (w->raw[what].kind == P_EXPANDABLE && !raw_named(w, what, 0))) {
		word = meant(w, plain(w, raw_text(w, what)));
		if (!is_program(w, word))
			return by_name(w, r, word, a, input, statement);
		return run_program(w, r, lower_node(w, what), a, input);
	}
	if (w->raw[what].kind == P_BLOCK_EXPR || (w->raw[what].kind == P_VARIABLE && defines(w, raw_text(w, what))) ||
		w->raw[what].kind == P_CALL) {
		uint32_t f = lower_node(w, what);

		for (size_t i = 0; i < a->n; i++)
			kid_add(w, &args, value_of(w, &a->at[i]), R_NONE);
		kid_add(w, &args, input, R_NONE);
		return f ? node_call(w, r, f, args) : 0;
	}
	if (w->raw[what].kind == P_EXPANDABLE)
		return run_program(w, r, lower_node(w, what), a, input);
	return chosen(w, r, what, a, input);
}

/* ---------- the command, the pipe ---------- */

/* > file */
static uint32_t redirected(struct lower *w, uint32_t r, uint32_t list, uint32_t value)
{
	for (uint32_t c = list ? w->raw[list].first : 0; c && value; c = w->raw[c].next) {
		uint32_t file = w->raw[c].kind == P_REDIRECTION ? raw_kind(w, c, P_FILE_NAME) : 0;
		struct kids k = ps_none;

		if (!file || raw_text(w, c).p[0] == '<')
			continue;
		for (uint32_t f = w->raw[file].first; f && !k.n; f = w->raw[f].next)
			if (w->raw[f].named && w->raw[f].kind != P_SEPARATOR)
				kid_lower(w, &k, f, R_NONE);
		if (!k.n)
			continue;
		kid_add(w, &k, value, R_NONE);
		value = node_call_name(w, r, "$write", k);
	}
	return value;
}

uint32_t ps_command(struct lower *w, uint32_t r, uint32_t input, bool statement)
{
	uint32_t name = raw_field(w, r, F_COMMAND_NAME), elements = raw_field(w, r, F_ELEMENTS), n;
	struct arguments a;
	struct str word;

	if (!name)
		return lower_collapsed(w, r);
	arguments_read(w, elements, &a);
	word = meant(w, plain(w, raw_text(w, name)));
	if (raw_kind(w, r, P_INVOKE))
		n = invoked(w, r, name, &a, input, statement);
	else if (str_starts(word, "..") || (word.p[0] >= '0' && word.p[0] <= '9' && str_has(word, ".."))) { /* 1..5 */
		struct kids k = ps_none;
		uint32_t from = w->raw[name].from, dots = from + (uint32_t)str_find_z(word, "..");

		kid_add(w, &k, node_make(w, J_NUM, from, dots, ps_none), R_NONE);
		kid_add(w, &k, node_make(w, J_NUM, dots + 2, w->raw[name].to, ps_none), R_NONE);
		n = node_call_name(w, r, "$range", k);
	} else if (is_program(w, word))
		n = run_program(w, r, lower_node(w, name), &a, input);
	else
		n = by_name(w, r, word, &a, input, statement);
	return redirected(w, r, elements, n);
}

/* Everything in front of the last command gives its value to the next. */
uint32_t ps_pipeline(struct lower *w, uint32_t r, bool statement)
{
	uint32_t value = 0, last = 0, chain = r, only = raw_named(w, r, 0);
	struct kids both = ps_none;

	while (only && !raw_named(w, chain, 1) && (w->raw[only].kind == P_CHAIN || w->raw[only].kind == P_PIPELINE || w->raw[only].kind == P_CONDITION)) {
		chain = only;
		only = raw_named(w, chain, 0);
	}
	for (uint32_t c = w->raw[chain].first; c; c = w->raw[c].next)
		if (w->raw[c].kind == P_COMMAND)
			last = c;
	for (uint32_t c = w->raw[chain].first; c; c = w->raw[c].next) {
		if (!w->raw[c].named)
			continue;
		if (w->raw[c].kind == P_CHAIN) /* a && b */
			kid_add(w, &both, ps_pipeline(w, c, false), R_NONE);
		else if (w->raw[c].kind == P_COMMAND)
			value = ps_command(w, c, value, statement && c == last);
		else if (w->raw[c].kind == P_REDIRECTIONS)
			value = redirected(w, r, c, value);
		else if (w->raw[c].kind != P_OTHER || !value)
			value = lower_node(w, c);
	}
	return both.n ? node_of(w, J_SEQ, r, both) : value;
}
