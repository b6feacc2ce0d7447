/* The other facts about code: calls, commands, hiding, wallets, checks that were lost. */
#include "behaviour/query.h"

#include "behaviour/aside.h"
#include "behaviour/commands.h"

/* Different wallet addresses that are new in a member. */
static size_t wallets_in(const struct member *m)
{
	size_t n = 0;

	for (size_t i = 0; i < m->n_facts; i++) {
		const struct fact *f = &m->facts[i];
		bool again = f->kind != FACT_STRING || !str_is(f->key, "wallet-address") ||
			     (f->flags & FACT_OF_OLD);

		for (size_t k = 0; k < i && !again; k++)
			again = m->facts[k].kind == FACT_STRING &&
				str_equal(m->facts[k].key, f->key) &&
				str_equal(m->facts[k].value, f->value);
		n += !again;
	}
	return n;
}

/* What the release before named, it may well do: a release tool publishes, an administrator's tool loosens. */
static enum status known_word(struct query *q, struct str word, bool *ret)
{
	static const char *const joints[] = {" ", "', ['", "\", [\"", "',['", "\",[\"", "', '", "\", \""};
	struct str ways[sizeof(joints) / sizeof(joints[0])];
	bool found[sizeof(joints) / sizeof(joints[0])] = {false};
	size_t at = str_find_z(word, " "), n = at == SIZE_MAX ? 1 : sizeof(joints) / sizeof(joints[0]);

	*ret = false;
	if (q->b->first)
		return STATUS_OK;
	ways[0] = word;
	for (size_t i = 1; i < n; i++) /* program and arguments may stand in quotes of their own */
		ways[i] = arena_printf(&q->a->arena, "%.*s%s%.*s", STR_ARG(str_part(word, 0, at)), joints[i],
			STR_ARG(str_part(word, at + 1, word.len)));
	TRY(old_mentions(q, ways, n, found));
	for (size_t i = 0; i < n; i++)
		*ret |= found[i];
	return STATUS_OK;
}

/* Commands that mean harm by themselves where the release before had nothing of the kind. */
static enum status grave_command(struct query *q, struct member *m, const struct fact *f, enum command_kind kind,
	struct str word)
{
	unsigned number = kind == COMMAND_MINES ? 57 : kind == COMMAND_LOOSENS ? 28 : kind == COMMAND_INSTALLS ? 1 : kind == COMMAND_COMPILES ? 58 : 21;
	double w = kind == COMMAND_INSTALLS ? 4.0 : kind == COMMAND_COMPILES ? 6.0 : finding_weight(number);
	bool known;
	struct finding *x;

	TRY(known_word(q, word, &known));
	if (known || q->b->first)
		w *= 0.3;
	x = query_add(q, number, w >= 1.5 ? FINDING_CARRYING : FINDING_SUPPORTING, w, m, f);
	x->runs = query_runs_when(q, m, f);
	finding_decoded(q, x, m, f->unit);
	return STATUS_OK;
}

/* The native program among what came with this release that a command starts, or NULL. */
static const struct node *started_program(const struct query *q, struct str command)
{
	struct str word = command, base;
	size_t end = 0;

	while (end < word.len && word.p[end] != ' ' && word.p[end] != '"' && word.p[end] != '\'')
		end++;
	base = str_basename(str_part(word, 0, end));
	if (base.len < 3 || !str_has(str_part(word, 0, end), "/"))
		return NULL;
	for (size_t i = 0; i < q->d->n_members; i++) {
		const struct member *m = &q->d->members[i];

		if (m->new_ && m->what & MEMBER_ADDED && str_equal(str_basename(m->new_->path), base) &&
			(m->new_->format == FORMAT_PE || m->new_->format == FORMAT_ELF || m->new_->format == FORMAT_MACHO))
			return m->new_;
	}
	return NULL;
}

/* A shell that gets no command: whoever is connected types them. */
static bool is_bare_shell(struct str command)
{
	static const char *const shells[] = {"/bin/sh", "/bin/bash", "/bin/dash", "/bin/ksh", "/bin/zsh", "sh", "bash"};

	for (size_t i = 0; i < sizeof(shells) / sizeof(shells[0]); i++)
		if (str_is(command, shells[i]) || (str_starts(command, shells[i]) && command.p[strlen(shells[i])] == ';'))
			return true;
	return false;
}

static void started_findings(struct query *q, struct member *m, const struct fact *f)
{
	const struct node *program = started_program(q, f->value);
	struct finding *x;

	if (program) {
		x = query_add(q, 37, FINDING_CARRYING, f->flags & FACT_TOP_LEVEL ? 6.5 : 5.8, m, f);
		x->subject = program->path;
		x->runs = query_runs_when(q, m, f);
		x->why = STR("New code starts a native program that came with the same release.");
	}
	if (member_is_c(m) && is_bare_shell(f->value)) {
		x = query_add(q, 9, FINDING_CARRYING, finding_weight(9) * 0.65, m, f);
		x->runs = query_runs_when(q, m, f);
		x->why = STR("New code of a program starts a shell that waits for commands.");
	}
}

/* A new call that starts a process: ordinary for tools, telling where it decodes its command, borrows
 * a system program or runs at install. */
static enum status call_findings(struct query *q, struct member *m, const struct fact *f, bool hooked)
{
	enum command_kind kind;
	struct finding *x;
	struct str word;
	double w = 0;

	if (!str_is(f->detail, "exec") || !f->value.len)
		return STATUS_OK;
	if (!q->b->first)
		started_findings(q, m, f);
	kind = command_kind(f->value, &word);
	if (kind > COMMAND_BORROWS)
		TRY(grave_command(q, m, f, kind, word));
	if (f->flags & FACT_DECODED_ARG)
		w += 2.5;
	if (kind != COMMAND_OTHER)
		w += 1.5;
	if (hooked)
		w += 1.0;
	if (q->b->first)
		w *= 0.5;
	if (w <= 0)
		return STATUS_OK;
	x = query_add(q, 48, w >= 2.5 ? FINDING_CARRYING : FINDING_SUPPORTING, w, m, f);
	x->runs = query_runs_when(q, m, f);
	finding_decoded(q, x, m, f->unit);
	return STATUS_OK;
}

static enum status command_findings(struct query *q, struct member *m, const struct fact *f, bool hooked)
{
	struct str word;
	enum command_kind kind = command_kind(f->value, &word);

	double w = finding_weight(48) * (hooked ? 1.2 : 0.6);

	if (kind > COMMAND_BORROWS)
		TRY(grave_command(q, m, f, kind, word));
	else if (vendor_ci_place(m->new_->path) && names_known_host(q, f))
		w *= 0.4;
	query_add(q, 48, FINDING_CARRYING, w, m, f)->runs = query_runs_when(q, m, f);
	return STATUS_OK;
}

/* Somebody's wallet in code that starts a program: what is started works for the wallet. */
static bool starts_program(const struct member *m, uint32_t unit)
{
	for (size_t i = 0; i < m->n_facts; i++) {
		const struct fact *f = &m->facts[i];

		if (f->unit == unit && !(f->flags & FACT_OF_OLD) &&
			((f->kind == FACT_CALL && str_is(f->detail, "exec")) || f->kind == FACT_COMMAND))
			return true;
	}
	return false;
}

/* Does the unit put itself between the program and an API? */
static bool hooks_api(const struct member *m, uint32_t unit)
{
	for (size_t i = 0; i < m->n_facts; i++)
		if (m->facts[i].kind == FACT_TRUST && m->facts[i].unit == unit && str_is(m->facts[i].key, "api-hooked"))
			return true;
	return false;
}

enum { CLIP_READS = 1, CLIP_WRITES = 2 };

bool units_touch(const struct member *m, uint32_t a, uint32_t b)
{
	const struct unit *x = a < m->n_units ? &m->units[a] : NULL, *y = b < m->n_units ? &m->units[b] : NULL;

	if (a == b || !x || !y || !x->length || !y->length)
		return a == b;
	return (x->offset <= y->offset && y->offset + y->length <= x->offset + x->length) ||
		(y->offset <= x->offset && x->offset + x->length <= y->offset + y->length);
}

/* What a unit does with the clipboard. */
static unsigned clipboard_in(const struct member *m, uint32_t unit)
{
	unsigned all = 0;

	for (size_t i = 0; i < m->n_facts; i++) {
		const struct fact *f = &m->facts[i];

		if (f->kind == FACT_CALL && units_touch(m, f->unit, unit) && !(f->flags & FACT_OF_OLD))
			all |= str_is(f->detail, "clip.read") ? CLIP_READS : str_is(f->detail, "clip.write") ? CLIP_WRITES : 0;
	}
	return all;
}

/* A wallet is worth more beside others, and where it stands in what looks into other people's traffic. */
static void wallet_finding(struct query *q, struct member *m, const struct fact *f)
{
	bool swaps = wallets_in(m) >= 3 || (f->unit != FACT_NO_UNIT && hooks_api(m, f->unit));
	unsigned clip = f->unit != FACT_NO_UNIT && !q->b->first ? clipboard_in(m, f->unit) : 0;

	if (clip & CLIP_WRITES) {
		query_add(q, 22, FINDING_CARRYING, clip & CLIP_READS ? finding_weight(22) + 6.7 : finding_weight(22) * 1.6, m, f)->runs = query_runs_when(q, m, f);
		return;
	}
	if (f->unit != FACT_NO_UNIT && !q->b->first && starts_program(m, f->unit))
		query_add(q, 57, FINDING_CARRYING, finding_weight(57), m, f)->runs = query_runs_when(q, m, f);
	query_add(q, 22, FINDING_CARRYING, finding_weight(22) * (swaps ? 1.6 : 1), m, f);
}

static bool string_class_is(const struct fact *f, const char *a)
{
	return str_is(f->key, a);
}

static bool is_source(const struct node *n)
{
	static const char *const others[] = {".md", ".txt", ".rst", ".map", ".html", ".json", ".d.ts", ".d.mts", ".d.cts"};

	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		if (str_ends_nocase(n->path, others[i]))
			return false;
	return true;
}

static enum status named_beside(struct query *q, const struct tree *t, const struct node *but, struct str word, bool *ret)
{
	struct node *found[2];
	size_t n = 0;

	*ret = false;
	TRY(compare_naming(q->a, t, is_source, &word, 1, &word, 1, 2, found, &n));
	for (size_t i = 0; i < n; i++)
		*ret |= found[i] != but;
	return STATUS_OK;
}

/* Does another file of NEW have what a lost check called or said, and none of OLD had it: was it moved there? */
static enum status guard_moved(struct query *q, const struct member *m, const struct fact *f, bool *ret)
{
	enum { ASKED_MAX = 16 }; /* each is a search through both sides; further ones are not excused */
	bool before, now;

	*ret = false;
	if (!f->value.len || !m->old || !q->d->old || q->n_guards_asked++ >= ASKED_MAX)
		return STATUS_OK;
	TRY(named_beside(q, q->d->new_, m->new_, f->value, &now));
	if (now)
		TRY(named_beside(q, q->d->old, m->old, f->value, &before));
	*ret = now && !before;
	return STATUS_OK;
}

/* A check that answers at once, a lost check of who made something, and a small edit aimed at one are
 * evidence by themselves; other checks come and go with refactoring. */
static enum status guard_finding(struct query *q, struct member *m, const struct fact *f)
{
	static const char *const identity[] = {"verif", "signature", "signed", "integrity", "timingsafe",
		"fingerprint", "checksum"};
	static const char *const options[] = {"option", "args", "argument", "param", "input", "config", "schema"};
	double w = finding_weight(30);
	bool moved, shape = str_has(f->excerpt, "$root."); /* "X.verify(message)" of generated messages: of what types, not by whom */

	if (q->b->first)
		return STATUS_OK;
	TRY(guard_moved(q, m, f, &moved));
	for (size_t i = 0; i < sizeof(options) / sizeof(options[0]); i++)
		shape |= str_has_nocase(f->key, options[i]);
	if (str_is(f->key, "check returns at once"))
		w = 5.6;
	else if (f->number == GUARD_LOST_AIMED) /* a major release rewrites its checks, and people read its notes */
		w = q->b->step == STEP_MAJOR ? 2.5 : 5.6;
	else if (f->number == GUARD_LOST_PROOF) /* what let only the maker's bytes in lets others in */
		w = q->b->step == STEP_MAJOR ? 5.6 : 8.5;
	else if (f->number == GUARD_LOST_OPEN) /* ... and what came behind is still done, without it */
		w = q->b->step == STEP_MAJOR ? 5.6 : 9.3;
	for (size_t i = 0; i < sizeof(identity) / sizeof(identity[0]) && w < 3 && !shape; i++)
		if (str_starts(f->key, "call ") && str_has_nocase(f->key, identity[i]))
			w = 5.6;
	if (moved)
		w = finding_weight(30);
	query_add(q, 30, w >= 3 ? FINDING_CARRYING : FINDING_SUPPORTING, w, m, f)->subject = f->key;
	return STATUS_OK;
}

/* An address that has to be decoded: honest code has no reason to hide where it goes. What only stands
 * in parts or in a table of strings is how programs are written and packed. */
static bool hides_address(const struct fact *f)
{
	size_t at = str_find_z(f->value, "://");

	return at != SIZE_MAX && at >= 2 && at <= 12 && !str_is(f->key, "concat") && !str_is(f->key, "array");
}

/* Whole programs are obfuscated by those who sell them. One piece among code that stays as readable as it
 * was is not: somebody hides that piece. */
static void obfuscated_finding(struct query *q, struct member *m, const struct fact *f)
{
	bool cookie = string_class_is(f, "coding-cookie"), page = string_class_is(f, "code-page");
	bool strong = cookie || page || string_class_is(f, "string-array") || string_class_is(f, "hex-names") || string_class_is(f, "random-names");
	bool piece = m->old && f->unit < m->n_units && m->units[f->unit].change == UNIT_ADDED && !str_has(m->new_->path, ".min.");
	double w = finding_weight(12) * (strong ? 1 : 0.5) * (q->b->first ? 0.5 : 1);
	struct finding *x = query_add(q, 12, FINDING_CARRYING, strong && piece && !q->b->first ? w * 1.55 : w, m, f);

	if (cookie)
		x->why = STR("Its coding line says that letters do not stand for themselves: what runs is not what is read.");
	else if (page)
		x->why = STR("To PowerShell 5.1 a file without a mark is in Windows-1252: quotes end elsewhere, and other code runs.");
	else if (strong && piece && !q->b->first)
		x->why = STR("One piece is obfuscated among code that stayed readable.");
}

/* Software about language models carries prompts, and its next release others: text among its own is little news. */
static enum status reviewer_finding(struct query *q, struct member *m, const struct fact *f)
{
	const struct str subjects[] = {STR("system prompt"), STR("language model"), STR("LLM"), STR("AI agent"), STR("AI assistant"),
		STR("AI Agent"), STR("AI Assistant")};
	enum { N = sizeof(subjects) / sizeof(subjects[0]) };
	bool found[N] = {false}, known = false;
	double w = q->b->first ? 1.0 : finding_weight(33);

	if (str_is(f->key, "agent-file")) { /* to be there is ordinary; what is not, is said of its lines */
		query_add(q, 33, FINDING_SUPPORTING, 1.0, m, f);
		return STATUS_OK;
	}
	if ((str_is(f->key, "string") || member_is_prose(m)) && !q->b->first) {
		TRY(old_mentions(q, subjects, N, found));
		for (size_t i = 0; i < N; i++)
			known |= found[i];
	}
	query_add(q, 33, FINDING_CARRYING, known ? w * 0.4 : w, m, f);
	return STATUS_OK;
}

static bool is_network_import(struct str symbol)
{
	static const char *const names[] = {"gethostbyname", "getaddrinfo", "connect", "sendto", "res_query", "curl_easy_perform", "InternetOpenUrl",
		"HttpSendRequest", "WinHttpSendRequest", "WSAConnect", "DnsQuery"};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		size_t at = str_find_z(symbol, names[i]);

		if (at != SIZE_MAX && (at == 0 || symbol.p[at - 1] == '!' || symbol.p[at - 1] == '_'))
			return true;
	}
	return false;
}

/* ~/.aws/... and aws.amazon.com: a client's own key. */
static bool host_owns_place(struct str host, struct str place)
{
	static const char *const owners[] = {"aws", "azure", "google", "gcloud", "docker", "npm", "github", "gitlab", "kube", "pypi", "heroku", "vercel"};

	for (size_t i = 0; i < sizeof(owners) / sizeof(owners[0]); i++)
		if (str_has_nocase(host, owners[i]) && str_has_nocase(place, owners[i]))
			return true;
	return false;
}

/*
 * A place of secrets, a request and a host that nobody named before, all of them new and together: in one unit, in a
 * member that is new as a whole, or in a program that could not reach the network before.
 */
static bool secret_leaves(struct query *q, const struct member *m, const struct fact *f)
{
	bool native = m->new_->format == FORMAT_PE || m->new_->format == FORMAT_ELF || m->new_->format == FORMAT_MACHO;
	bool sends = false, stranger = false;

	if (q->b->first || member_is_prose(m) || str_is(f->detail, "message"))
		return false;
	for (size_t i = 0; i < m->n_facts && !(sends && stranger); i++) {
		const struct fact *g = &m->facts[i];
		const struct host_info *h;

		if (g->flags & (FACT_OF_OLD | FACT_REMOVED))
			continue;
		if (native) {
			sends |= g->kind == FACT_EXE_IMPORT && is_network_import(g->key);
		} else if (m->what & MEMBER_ADDED || (f->unit != FACT_NO_UNIT && units_touch(m, f->unit, g->unit))) {
			sends |= g->kind == FACT_CALL && str_is(g->detail, "net");
		} else {
			continue;
		}
		h = host_in_code(m, g) ? host_info_of(q, g->key) : NULL;
		stranger |= h && h->novel && !host_owns_place(h->host, f->value);
	}
	return sends && stranger;
}

static void secret_place_finding(struct query *q, struct member *m, const struct fact *f)
{
	bool leaves = secret_leaves(q, m, f);
	double w = leaves ? 5.6 : str_is(f->detail, "message") ? 1.0 : 2.0; /* told to people */
	struct finding *x = query_add(q, 4, leaves ? FINDING_CARRYING : FINDING_SUPPORTING, w, m, f);

	if (leaves)
		x->why = STR("A place where secrets lie, a request and a host that was never named are new in the same place.");
}

/* A file in a place that starts by itself, and the command that switches it on. */
static bool switched_on(const struct member *m, const struct fact *f)
{
	static const struct {
		const char *program, *word;
	} ways[] = {{"systemctl", " enable"}, {"systemctl", " start"}, {"launchctl", " load"}, {"launchctl", " bootstrap"}, {"launchctl", " submit"}, {"loginctl", "enable-linger"}};

	for (size_t i = 0; i < m->n_facts && f->unit != FACT_NO_UNIT; i++) {
		const struct fact *g = &m->facts[i];

		if ((g->kind != FACT_CALL && g->kind != FACT_COMMAND) || g->flags & FACT_OF_OLD || !units_touch(m, f->unit, g->unit))
			continue;
		for (size_t k = 0; k < sizeof(ways) / sizeof(ways[0]); k++)
			if (str_has(g->value, ways[k].program) && str_has(g->value, ways[k].word))
				return true;
	}
	return false;
}

static enum status autostart_place(struct query *q, struct member *m, const struct fact *f)
{
	const struct str managers[] = {STR("systemctl"), STR("launchctl")};
	bool on = switched_on(m, f) && !q->b->first, known[2] = {false};

	if (on) {
		TRY(old_mentions(q, managers, 2, known)); /* a product that manages services goes on doing so */
		on = !known[0] && !known[1];
	}
	query_add(q, 20, on ? FINDING_CARRYING : FINDING_SUPPORTING, on ? finding_weight(20) : 1.0, m, f);
	return STATUS_OK;
}

enum status code_fact_findings(struct query *q, struct member *m, const struct fact *f)
{
	bool hooked = hook_of(q, m->new_) || place_runs_itself(m->new_->path);
	struct finding *x;
	double w;

	switch (f->kind) {
	case FACT_FLOW:
		flow_findings(q, m, f);
		break;
	case FACT_HOST:
		if (host_in_code(m, f))
			host_findings(q, m, f, f->key);
		if (host_in_code(m, f) && str_starts(f->value, "stratum+") && !q->b->first)
			query_add(q, 57, FINDING_CARRYING, finding_weight(57), m, f)->runs = query_runs_when(q, m, f);
		break;
	case FACT_DECODED:
		if (hides_address(f) && !q->b->first)
			x = query_add(q, 52, FINDING_CARRYING, 4.0, m, f);
		else
			x = query_add(q, 52, FINDING_SUPPORTING, finding_weight(52) * (f->number > 1 ? 1.5 : 1), m, f);
		finding_decoded(q, x, m, f->unit);
		break;
	case FACT_OBFUSCATED:
		if (member_is_prose(m))
			break;
		if (string_class_is(f, "long-encoded-literal"))
			query_add(q, 14, FINDING_SUPPORTING, finding_weight(14), m, f);
		else
			obfuscated_finding(q, m, f);
		break;
	case FACT_HIDDEN:
		w = finding_weight(13) * (string_class_is(f, "far-right") ? 1.2 : 0.7);
		/* one is a slip of an editor, some make an emoji; so many are a text that nobody is to see */
		if (string_class_is(f, "invisible") && f->number >= 48 && !member_is_prose(m) && !q->b->first)
			w = finding_weight(13) * (f->number >= 128 ? 3.1 : 2);
		x = query_add(q, 13,
			string_class_is(f, "far-right") || string_class_is(f, "bidi") || w > finding_weight(13) * 1.5
				? FINDING_CARRYING : FINDING_SUPPORTING, w, m, f);
		x->subject = arena_printf(&q->a->arena, "%.*s, %llu", STR_ARG(f->key),
			(unsigned long long)f->number);
		break;
	case FACT_IMPORT:
		if (!(f->flags & FACT_DECODED_ARG))
			break;
		w = finding_weight(54) * (f->number ? 1 : 0.35) * (q->b->first ? 0.5 : 1);
		x = query_add(q, 54, f->number ? FINDING_CARRYING : FINDING_SUPPORTING, w, m, f);
		x->runs = query_runs_when(q, m, f);
		x->subject = f->key;
		break;
	case FACT_UNRESOLVED:
		/* with a number it is a program of that size, of which nothing is known */
		if (member_is_c(m) && string_class_is(f, "code")) /* compiled programs hardly ever run text as code */
			x = query_add(q, 11, FINDING_CARRYING, finding_weight(11) * 2.3, m, f);
		else
			x = query_add(q, 11, FINDING_SUPPORTING, finding_weight(11) * (hooked || (f->number && string_class_is(f, "code")) ? 1.5 : 1), m, f);
		x->subject = f->detail;
		break;
	case FACT_GATE:
		query_add(q, 46, FINDING_SUPPORTING, finding_weight(46), m, f)->subject = f->key;
		break;
	case FACT_WIPE:
		w = finding_weight(45) * (f->number == 3 ? 1.65 : 1) * (q->b->first ? 0.5 : 1);
		x = query_add(q, 45, FINDING_CARRYING, w, m, f);
		x->runs = query_runs_when(q, m, f);
		x->why = STR("New code destroys what somebody has, wherever it runs: no release needs that.");
		break;
	case FACT_LOOP:
		/* a module of a script that never ends stops whoever loads it */
		w = finding_weight(45) * (path_is_program(m->new_->path) && f->flags & FACT_TOP_LEVEL && !q->b->first ? 1.65 : 1);
		query_add(q, 45, FINDING_CARRYING, w, m, f)->runs = query_runs_when(q, m, f);
		break;
	case FACT_GUARD_LOST:
		return guard_finding(q, m, f);
	case FACT_REVIEWER:
		return reviewer_finding(q, m, f);
	case FACT_PATH:
		if (string_class_is(f, "persist") && m->units)
			return autostart_place(q, m, f);
		if (string_class_is(f, "cred") || string_class_is(f, "wallet") ||
			 string_class_is(f, "browser"))
			secret_place_finding(q, m, f);
		break;
	case FACT_STRING:
		if (member_is_prose(m))
			break;
		if (string_class_is(f, "wallet-address"))
			wallet_finding(q, m, f);
		else if (string_class_is(f, "webhook"))
			query_add(q, 17, FINDING_SUPPORTING, finding_weight(17), m, f);
		break;
	case FACT_CALL:
		return call_findings(q, m, f, hooked);
	case FACT_COMMAND:
		return command_findings(q, m, f, hooked);
	default:
		break;
	}
	return STATUS_OK;
}
