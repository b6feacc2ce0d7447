/* Data that goes from a source to a sink: which finding that is, and what it weighs. */
#include "behaviour/query.h"

#include "behaviour/aside.h"

static void split_lines(struct query *q, struct str text, struct str **ret, size_t *ret_n)
{
	struct str line;
	size_t room = 0;

	while (*ret_n < 12 && str_line(&text, &line))
		if (line.len)
			*ARENA_PUSH(&q->a->arena, *ret, *ret_n, room) = line;
}

/* The steps, and at the end where it goes to or comes from. */
static void flow_steps(struct query *q, const struct fact *f, struct finding *x)
{
	struct str *steps = NULL;
	size_t n = 0, room = 0;

	split_lines(q, f->detail, &x->flow, &x->n_flow);
	if (!f->value.len)
		return;
	for (size_t i = 0; i < x->n_flow; i++)
		*ARENA_PUSH(&q->a->arena, steps, n, room) = x->flow[i];
	*ARENA_PUSH(&q->a->arena, steps, n, room) = f->value;
	x->flow = steps;
	x->n_flow = n;
	x->subject = STR_NONE; /* it stands in the last step */
}

void finding_decoded(struct query *q, struct finding *x, const struct member *m, uint32_t unit)
{
	size_t room = 0;

	for (size_t i = 0; i < m->n_facts && x->n_decoded < 8; i++) {
		const struct fact *f = &m->facts[i];

		if (f->kind == FACT_DECODED && f->unit == unit && !(f->flags & FACT_OF_OLD))
			*ARENA_PUSH(&q->a->arena, x->decoded, x->n_decoded, room) =
				arena_printf(&q->a->arena, "%.*s, layer %llu: %.*s", STR_ARG(f->key),
					(unsigned long long)f->number, STR_ARG(f->value));
	}
}

struct flow_rule {
	const char *key;
	unsigned finding;
	double scale; /* of the finding's own weight */
};

/* Sources by sinks. What is not listed is ordinary by itself: a note. */
static const struct flow_rule flow_rules[] = {
	{"net>code", 42, 1.0},   {"net>run", 1, 1.0},	  {"net>exec", 1, 1.0},
	{"data>code", 2, 1.0},	 {"data>exec", 10, 1.0},  {"data>run", 10, 1.0},
	{"env>net", 3, 1.0},	 {"cred>net", 4, 1.0},	  {"file>net", 5, 1.0},
	{"host>net", 6, 1.0},	 {"form>net", 7, 1.0},	  {"request>net", 7, 1.0},	  {"cookie>net", 8, 1.0},
	{"clip>net", 8, 1.0},	 {"net>persist", 20, 1.2}, {"data>persist", 20, 1.0},
	{"dyn>persist", 20, 0.8}, {"env>persist", 20, 0.8}, {"file>persist", 20, 0.8},
	{"host>persist", 20, 0.8}, {"arg>persist", 20, 0.6},
	{"dyn>code", 11, 1.0},	 {"dyn>exec", 11, 0.5},	  {"arg>code", 51, 1.0},
	{"arg>exec", 51, 0.7},	 {"form>code", 51, 1.0},  {"cookie>code", 51, 1.5},
	{"cred>file", 4, 0.4},	 {"env>file", 3, 0.3},	  {"file>code", 51, 1.2},
	{"env>code", 51, 1.2},	 {"file>exec", 51, 0.5},  {"env>exec", 51, 0.4},
	{"request>code", 56, 1.0}, {"request>exec", 56, 1.0}, {"request>run", 56, 1.0},
	{"request>persist", 56, 0.8}, {"request>file", 56, 0.25},
	{"net>file", 1, 0.2},	 {"cred>exec", 4, 0.4},
	{"mail>net", 62, 1.0},	 {"own>code", 58, 1.0},	 {"data>process", 55, 1.65},
};

static const struct flow_rule *flow_rule(struct str key)
{
	for (size_t i = 0; i < sizeof(flow_rules) / sizeof(flow_rules[0]); i++)
		if (str_is(key, flow_rules[i].key))
			return &flow_rules[i];
	return NULL;
}

/* "${TOOL_KEY_FILE}" of the product tool: whoever runs it says which file of his it takes. */
static bool names_own_file(const struct query *q, struct str value)
{
	struct str own = q->b->new_.name;
	size_t slash = str_rfind_char(own, '/');

	own = slash == SIZE_MAX ? own : str_part(own, slash + 1, own.len);
	if (own.len < 4 || !str_starts(value, "${") || str_find_z(value, "}") != value.len - 1)
		return false;
	for (size_t i = 2; i + own.len < value.len; i++) {
		size_t n = 0;

		while (n < own.len && (own.p[n] == '-' || own.p[n] == '.' ? value.p[i + n] == '_'
			: (value.p[i + n] | 32) == (own.p[n] | 32)))
			n++;
		if (n == own.len)
			return true;
	}
	return false;
}

static struct str first_step(struct str detail)
{
	struct str line = STR_NONE;

	(void)str_line(&detail, &line);
	return line;
}

/* One variable whose name says that a client needs it, against the whole environment. */
static bool env_is_named(const struct fact *f)
{
	struct str first = f->detail, line = STR_NONE;
	size_t at;

	(void)str_line(&first, &line);
	at = str_find_z(line, ": "); /* the member that it stands in: "lib/env.js: process.env" */
	line = at == SIZE_MAX ? line : str_part(line, at + 2, line.len);
	return str_has(line, "env.") || str_has(line, "env[") || str_has(line, "environ.") || str_has(line, "environ[") || str_has(line, "$");
}

/* What opens a wallet: no client of any service has to send it. */
static bool is_wallet_key(struct str detail)
{
	static const char *const words[] = {"privatekey", "private_key", "mnemonic", "seed", "keypair", "wallet"};
	struct str first = detail, line = STR_NONE;

	(void)str_line(&first, &line);
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (str_has_nocase(line, words[i]))
			return true;
	return false;
}

/* Keys to money are called so, and keys of services: where it goes tells which. */
static bool is_secret_key(struct str detail)
{
	struct str first = detail, line = STR_NONE;

	(void)str_line(&first, &line);
	return str_has_nocase(line, "secretkey") || str_has_nocase(line, "secret_key");
}

/* The key of one service, sent to a host that has nothing of its name. */
static bool is_key_of_another(struct str detail, struct str host)
{
	static const struct {
		const char *key, *service;
	} keys[] = {{"AWS_SECRET", "aws"}, {"AWS_ACCESS", "aws"}, {"AWS_SESSION", "aws"}, {"NPM_TOKEN", "npm"}, {"NODE_AUTH_TOKEN", "npm"},
		{"GITHUB_TOKEN", "github"}, {"GH_TOKEN", "github"}, {"GITLAB_TOKEN", "gitlab"}, {"PYPI_TOKEN", "pypi"},
		{"TWINE_PASSWORD", "pypi"}, {"DOCKER_PASSWORD", "docker"}, {"SSH_AUTH_SOCK", "ssh"}, {"AZURE_CLIENT_SECRET", "microsoft"},
		{"GOOGLE_APPLICATION_CREDENTIALS", "google"}, {"CIRCLE_TOKEN", "circleci"}, {"VAULT_TOKEN", "vault"}};
	struct str first = detail, line = STR_NONE;

	(void)str_line(&first, &line);
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		if (str_has(line, keys[i].key))
			return !str_has_nocase(host, keys[i].service);
	return false;
}

bool path_is_program(struct str path)
{
	static const char *const ends[] = {".js", ".cjs", ".mjs", ".ts", ".jsx", ".tsx"};

	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++)
		if (str_ends_nocase(path, ends[i]))
			return true;
	return false;
}

/* Who may log in, what every program loads, who may do everything. */
static bool opens_the_door(struct str path)
{
	return str_has(path, "authorized_keys") || str_has(path, "ld.so.preload") || str_has(path, "sudoers") ||
		str_has(path, "/etc/passwd") || str_has(path, "/etc/shadow");
}

bool member_is_c(const struct member *m)
{
	return str_ends(m->new_->path, ".c") || str_ends(m->new_->path, ".h");
}

static bool is_module(const struct member *m)
{
	return path_is_program(m->new_->path) || str_ends(m->new_->path, ".py") || str_ends(m->new_->path, ".rb") ||
		str_ends_nocase(m->new_->path, ".psm1");
}

/* "/api/user": where the page came from. */
static bool is_own_path(struct str s)
{
	return s.len > 1 && s.p[0] == '/' && s.p[1] != '/' && s.p[1] != '\\';
}

static bool goes_to_stranger(struct query *q, const struct fact *f)
{
	const struct host_info *h = host_info_of(q, host_in(f->value));

	return h && h->novel;
}

enum { NEAR_LINES = 6 };

/* A host that was never named stands in the same unit or in the lines around. */
static bool stranger_stands_near(struct query *q, const struct member *m, const struct fact *f)
{
	for (size_t i = 0; i < m->n_facts; i++) {
		const struct fact *g = &m->facts[i];
		uint32_t between = g->line > f->line ? g->line - f->line : f->line - g->line;
		const struct host_info *h;

		if (!host_in_code(m, g) || (g->unit != f->unit && (!g->line || !f->line || between > NEAR_LINES)))
			continue;
		h = host_info_of(q, g->key);
		if (h && h->novel)
			return true;
	}
	return false;
}

/* Both ends are new and every step between them was followed: what makes it plain. What people type or
 * store, or who they are, goes to a host that the product never named; a library that is merely loaded
 * makes itself stay. */
static double outright(struct query *q, const struct member *m, const struct fact *f, unsigned number)
{
	const struct host_info *h = host_info_of(q, host_in(f->value));
	bool novel = h && h->novel;

	switch (number) {
	case 6:
		return novel && str_has(f->detail, "with more of the machine") ? 3.2 : 0;
	case 7:
	case 8: /* a server that tells another what it was asked is how some services work */
		return novel ? (str_starts(f->key, "request>") ? 1.0 : 3.4) : 0;
	case 2: /* of a program that is no text: before it begins, or what it decodes itself */
		return f->number == 3 && str_has(f->detail, "decodes bytes") ? 3.2 : f->number == 3 && str_has(f->detail, "bytes of its own") ? 1.0 : 0;
	case 49:
		return novel && is_key_of_another(f->detail, h->host) ? 5.2 : 0;
	case 5:
		return novel ? 1.0 : 0;
	case 20:
		return opens_the_door(f->value) || (is_module(m) && f->flags & FACT_TOP_LEVEL) ? 3.5 : 0;
	default:
		return 0;
	}
}

/* A program that read the cookies of its page and sent reports before; where this one goes is not said here. */
static bool did_both_before(struct query *q, const struct fact *f)
{
	size_t arrow = str_rfind_char(f->detail, '>');
	struct str sink = arrow == SIZE_MAX ? f->detail : str_trim(str_part(f->detail, arrow + 1, f->detail.len));
	size_t dot = str_rfind_char(sink, '.');
	struct str words[] = {STR("document.cookie"), dot == SIZE_MAX ? sink : str_part(sink, dot + 1, sink.len)};
	bool found[2] = {false};

	return !q->b->first && words[1].len >= 4 && old_mentions(q, words, 2, found) == STATUS_OK && found[0] && found[1];
}

/* Is the name of the file what a request says as well? */
static bool request_names_it(struct str path)
{
	return str_has(path, "$_POST") || str_has(path, "$_GET") || str_has(path, "$_REQUEST") || str_has(path, "$_COOKIE");
}

/* What is said there names the module that is loaded, as settings do; it is no code itself. */
static bool names_module(struct str steps)
{
	return str_ends(steps, "-> require") || str_ends(steps, "-> $import") || str_ends(steps, "-> import") || str_ends(steps, "-> module._load");
}

static bool ends_in_one_of(struct str name, const char *const *ends)
{
	for (; *ends; ends++)
		if (str_ends_nocase(name, *ends))
			return true;
	return false;
}

/*
 * What a request says is kept where nobody looks for it: under a fixed name that is hidden or says picture, style or
 * font; or as a program whose name is put together, which the next request runs.
 */
static bool request_is_stowed(struct str path)
{
	static const char *const quiet[] = {".gif", ".png", ".jpg", ".jpeg", ".ico", ".bmp", ".webp", ".svg", ".css", ".woff", ".woff2", ".ttf", NULL};
	static const char *const programs[] = {".php", ".phtml", ".php5", ".php7", ".phar", ".jsp", ".jspx", ".aspx", ".ashx", NULL};
	struct str base = str_basename(path);
	bool fixed = !str_has(base, "${") && !str_has(base, "$_");

	if (!fixed)
		return ends_in_one_of(base, programs);
	return (base.len > 2 && base.p[0] == '.' && base.p[1] != '.' && !str_is(base, ".htaccess")) || ends_in_one_of(base, quiet);
}

/* Where nobody looks, or everybody may. */
static bool is_hidden_place(struct str path)
{
	static const char *const words[] = {"/tmp/", "/var/tmp", "/dev/shm", "${tmp}", "/.", "\\Temp\\", "\\Public\\", "/uploads/", "/usr/share/", "/usr/lib",
		"/cache/", ":\\ProgramData\\"};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (str_has(path, words[i]))
			return true;
	return str_starts(path, ".");
}

static bool ends_in_chmod(struct str steps)
{
	size_t last = str_rfind_char(steps, '>');

	return last != SIZE_MAX && str_has_nocase(str_part(steps, last, steps.len), "chmod");
}

/* "cred>net@exfil/payroll": the name that a rule of the user gives to a flow; "" without. */
static struct str ruled_behaviour(const struct query *q, const struct fact *f)
{
	size_t at = str_find_z(f->key, "@");
	struct str name = at == SIZE_MAX || !q->a->user_rules.len ? STR("") : str_part(f->key, at + 1, f->key.len);

	for (size_t i = 0; i < name.len; i++)
		if (!((name.p[i] >= 'a' && name.p[i] <= 'z') || (name.p[i] >= '0' && name.p[i] <= '9') || name.p[i] == '-' || name.p[i] == '/'))
			return STR("");
	return name;
}

static void ruled_flow(struct query *q, struct member *m, const struct fact *f)
{
	bool both = (f->flags & FACT_NEW_SOURCE) && (f->flags & FACT_NEW_SINK);
	double w = finding_weight(61) * (f->number < 2 ? 0.35 : 1) * (q->b->first ? 0.75 : 1);
	struct finding *x = query_add(q, 61, w >= 1.5 ? FINDING_CARRYING : FINDING_SUPPORTING, both ? w + 0.5 : w, m, f);

	x->behaviour = ruled_behaviour(q, f);
	x->why = arena_printf(&q->a->arena, "Your rules call this %.*s: its source and its sink newly meet.", STR_ARG(x->behaviour));
	x->runs = query_runs_when(q, m, f);
	flow_steps(q, f, x);
	host_findings(q, m, f, host_in(f->value));
}

/* What the product reports about itself takes along what is nobody's business: an old way out, a new load. */
static void report_finding(struct query *q, struct member *m, const struct fact *f)
{
	struct finding *x;

	if (q->b->first)
		return;
	x = query_add(q, 49, FINDING_CARRYING, q->b->step == STEP_MAJOR ? 2.5 : 5.6, m, f);
	x->runs = query_runs_when(q, m, f);
	x->why = STR("A report that the product sent before now takes a secret, or who somebody is, along.");
}

static bool is_lookup(struct str steps)
{
	static const char *const calls[] = {"dns.", "res_query", "DnsQuery", "gethostbyname", "getaddrinfo"};

	for (size_t i = 0; i < sizeof(calls) / sizeof(calls[0]); i++)
		if (str_has(steps, calls[i]))
			return true;
	return false;
}

void flow_findings(struct query *q, struct member *m, const struct fact *f)
{
	const struct flow_rule *r = flow_rule(f->key);
	bool both = (f->flags & FACT_NEW_SOURCE) && (f->flags & FACT_NEW_SINK);
	unsigned number;
	struct finding *x;
	double w;

	if (ruled_behaviour(q, f).len) {
		ruled_flow(q, m, f);
		return;
	}
	if (str_is(f->key, "report>net")) {
		report_finding(q, m, f);
		return;
	}
	if (!r)
		return;
	number = r->finding;
	w = finding_weight(number) * r->scale;
	if (number == 3 && env_is_named(f)) {
		number = 49;
		w = finding_weight(49);
	}
	if (number == 58 && path_is_program(f->value))
		w *= 0.4; /* a program that is run in a context of its own stands where people look */
	if (number == 58 && names_module(f->detail))
		w *= 0.25;
	if (number == 4 && (is_wallet_key(f->detail) || (is_secret_key(f->detail) && goes_to_stranger(q, f))))
		w += 1.5;
	else if (number == 4 && both && f->number == 3 && str_is(f->key, "cred>net"))
		w += 0.5; /* nothing in between is assumed */
	if (number == 1 && both && f->number == 3 && (str_has(f->detail, "/tmp/") || str_has(f->detail, "/.") || str_has(f->detail, "${tmp}") ||
			str_has(f->detail, "\\Temp\\") || str_has(f->detail, "\\Users\\Public\\") || str_has(f->detail, ":\\ProgramData\\")))
		w += 0.7; /* where nobody looks, and gone tomorrow */
	if (str_has(f->detail, "reverse shell")) {
		number = 9;
		w = finding_weight(9);
	}
	if (number == 10 && str_is(f->key, "data>run") && ends_in_chmod(f->detail))
		w *= 0.5; /* a program that is made and not started */
	if (number == 5 && str_has(f->detail, "copied to another host") && names_known_host(q, f))
		w *= 0.4; /* how a release gets to where it always went */
	if (str_has(f->detail, "as a page to be shown")) /* how people log in; but programs are started so as well */
		w *= 0.45;
	if (number == 1 && vendor_ci_place(m->new_->path) && names_known_host(q, f))
		w *= 0.4; /* how builds get their tools */
	if ((number == 3 || number == 49) && str_starts(f->value, "process.env")) /* whoever sets the one says where it goes */
		w *= 0.4;
	if (number == 8 && !goes_to_stranger(q, f) && (str_has_nocase(f->detail, "xsrf") || str_has_nocase(f->detail, "csrf")))
		w *= 0.4; /* the cookie that a page has to give back */
	if ((number == 7 || number == 8) && is_own_path(f->value))
		w *= 0.4;
	if (number == 4 && (str_starts(f->detail, "field ") || str_starts(f->detail, "parameter ")) && !is_wallet_key(f->detail) && !is_lookup(f->detail) &&
		!goes_to_stranger(q, f))
		w *= 0.3; /* clients log in at their service */
	if (number == 8 && !host_info_of(q, host_in(f->value)) && str_has(first_step(f->detail), "Storage.getItem"))
		w *= 0.5; /* one thing that the page keeps by its name, as a client does what it logs in with */
	if (number == 8 && !host_info_of(q, host_in(f->value)) && str_is(first_step(f->detail), "document.cookie") && did_both_before(q, f))
		w *= 0.6;
	if (number == 4 && names_own_file(q, f->value))
		w *= 0.4;
	if (number == 4 && str_is(f->key, "cred>net") && str_ends(f->detail, "net.Socket.write") && !host_info_of(q, host_in(f->value)))
		w *= 0.6; /* the other end may be a part of the program */
	if (number == 42 && str_starts(f->detail, "script element")) /* how pages take in what a named place serves */
		w *= names_known_host(q, f) ? 0.5 : 0.75;
	if (number == 11 && str_is(f->key, "dyn>code") && member_is_c(m))
		w *= 2.3; /* compiled programs hardly ever run text as code */
	if (str_has(f->detail, "under a name that came with it")) /* whoever answers puts programs into the site */
		w = finding_weight(1) * 0.85;
	if (number == 56 && str_is(f->key, "request>file") && request_names_it(f->value))
		w *= 2.5; /* a program, if that is the name it asks for */
	else if (number == 56 && str_is(f->key, "request>file") && request_is_stowed(f->value))
		w *= 3.6;
	if (number == 56 && str_has(f->detail, "function by name")) /* dispatchers do so as well */
		w *= 0.75;
	if (str_is(f->key, "host>net") && str_has(f->detail, "lookup") && f->value.len && !str_has(f->value, "."))
		w *= 0.3; /* a bare name is looked up: nothing is told to whoever serves a domain */
	else if (is_lookup(f->detail) && str_ends(f->key, ">net") && number != 9) {
		number = 50; /* secrets that leave this way are no less secrets */
		w = w < finding_weight(50) ? finding_weight(50) : w + 0.5;
	}
	if (str_is(f->key, "cred>file") && str_has(f->detail, "appended to what is there"))
		w = is_hidden_place(f->value) ? finding_weight(4) + 2.5 : finding_weight(4) * 0.9;
	else if (f->number == 2)
		w *= 0.85;
	else if (f->number < 2)
		w *= 0.35;
	if (!both && !str_is(f->key, "cred>file")) /* secrets that newly go where something always went are news; a new way out of old ones less */
		w *= (number == 4 && (f->flags & FACT_NEW_SINK) && goes_to_stranger(q, f)) || (number == 50 && str_starts(f->key, "cred>")) ? 0.95
			: number == 3 && (f->flags & FACT_NEW_SOURCE) ? 1.0
			: number == 4 && (f->flags & FACT_NEW_SOURCE) ? 0.85 : 0.7;
	if (number == 3 && f->number == 3 && f->flags & FACT_NEW_SOURCE && !str_starts(f->value, "process.env"))
		w += 2.0; /* everything is newly given away: none of 900 ordinary pairs of the setting side did so */
	if (number == 3 && both && f->number == 1 && w < 5.6 && !q->b->first && stranger_stands_near(q, m, f))
		w = 5.6; /* no step between them was followed, but all three are new and stand together */
	if (both && f->number >= 2)
		w += outright(q, m, f, number);
	if (q->b->first)
		w *= 0.75;
	x = query_add(q, number, w >= 1.5 ? FINDING_CARRYING : FINDING_SUPPORTING, w, m, f);
	x->runs = query_runs_when(q, m, f);
	if (str_is(f->key, "cred>file"))
		x->why = STR("New code keeps what proves who somebody is in a file.");
	flow_steps(q, f, x);
	finding_decoded(q, x, m, f->unit);
	if (str_starts(f->key, "net>") || str_ends(f->key, ">net") || str_has(f->value, "://"))
		host_findings(q, m, f, host_in(f->value));
	if (f->flags & FACT_SILENT)
		query_add(q, 47, FINDING_SUPPORTING, finding_weight(47), m, f);
}
