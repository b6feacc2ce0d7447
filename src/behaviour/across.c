/*
 * A graph of ends. A way begins at a source, goes on where what is handed to a function of another module is
 * a parameter there, or where what a module exports is what another one imports, and ends in a sink:
 *
 *	env>argument ./send post 0   ─▶   param post 0>net
 *	net>export load()            ─▶   import ./load load()>code
 *
 * What OLD could do is asked only when NEW seems to do something that counts: then OLD's side of the same
 * members is joined in the same way, and what it had is not news.
 */
#include "behaviour/across.h"

#include "behaviour/dormant.h"
#include "behaviour/modules.h"

enum { WAY_MAX = 6, FLOWS_MAX = 40, STEPS_MAX = 200000, LOOKUPS_MAX = 50000, ENDS_OF_PART = 300, ROUNDS = 3, READ_MEMBERS_MAX = 40, READ_BYTES_MAX = 2 << 20,
	USERS_MAX = 12, USERS_NEEDLES = 100, USERS_WORDS = 64, USER_BYTES_MAX = 256 << 10, MODULES_OF_PART = 48, ALIASES_MAX = 5 };

enum port { PORT_NONE, PORT_PARAM, PORT_IMPORT, PORT_EXPORT, PORT_ARGUMENT };

/* One module, and what its reader said. */
struct part {
	struct node *node;
	const struct member *m;
	bool known;             /* all of it stands so in OLD */
	struct end *first;      /* its ends */
	struct end *params, *aliases;
	struct end *users;      /* ends of other parts that import it */
	struct {
		struct str spec;
		struct node *node;
	} modules[MODULES_OF_PART]; /* what its imports name, found before */
	size_t n_modules;
};

struct end {
	struct part *part;
	const struct fact *fact;
	enum port from_port, to_port;
	struct str from, to;                    /* the words: "env", "net" */
	struct str module, name, place;         /* of from_port */
	struct str word;                        /* a parameter's; once linked, what an import means there */
	struct str to_module, to_name, to_place;
	struct part *to_part;                   /* an argument's, once linked; to_name is then its name there */
	bool fresh;
	struct end *next, *next_param, *next_user, *next_alias;
};

struct way {
	struct end *ends[WAY_MAX];
	size_t n;
	size_t n_kept; /* steps out of a function that somebody else called: only what it keeps goes that way */
};

struct joining {
	struct analysis *a;
	struct delta *d;
	enum side side;
	struct module_index index;
	struct part **parts; /* by index of the node in its tree */
	struct part **list;
	size_t n_list, room_list;
	uint64_t read_bytes;
	size_t n_read;
	unsigned steps, lookups;
	struct way flows[FLOWS_MAX];
	size_t n_flows;
};

/* ---- what a fact says ---- */

static struct str field(struct str *rest)
{
	size_t tab = str_find_z(*rest, "\t");
	struct str f = str_part(*rest, 0, tab);

	*rest = tab == SIZE_MAX ? STR("") : str_part(*rest, tab + 1, rest->len);
	return f;
}

/* Facts are foreign: what has not the form of an end is none. */
static bool end_read(struct end *e, const struct fact *f)
{
	struct str rest = f->detail, from, to;
	size_t arrow = str_find_z(f->key, ">");

	if (!str_line(&rest, &from) || !str_line(&rest, &to))
		return false;
	e->fact = f;
	e->from = str_part(f->key, 0, arrow);
	e->to = arrow == SIZE_MAX ? STR("") : str_part(f->key, arrow + 1, f->key.len);
	if (str_is(e->from, "alias")) {
		e->from_port = PORT_IMPORT;
		e->module = field(&from);
		e->name = field(&from);
		e->to_port = PORT_EXPORT;
		e->to_name = to;
		return true;
	}
	if (str_is(e->from, "param")) {
		e->from_port = PORT_PARAM;
		e->name = field(&from);
		e->place = field(&from);
		e->word = field(&from);
	} else if (str_is(e->from, "import")) {
		e->from_port = PORT_IMPORT;
		e->module = field(&from);
		e->name = field(&from);
	}
	if (str_is(e->to, "export")) {
		e->to_port = PORT_EXPORT;
		e->to_name = to;
	} else if (str_is(e->to, "argument")) {
		e->to_port = PORT_ARGUMENT;
		e->to_module = field(&to);
		e->to_name = field(&to);
		e->to_place = field(&to);
	}
	return e->from.len && e->to.len;
}

static struct str end_steps(const struct end *e)
{
	struct str rest = e->fact->detail, line;

	(void)str_line(&rest, &line);
	(void)str_line(&rest, &line);
	return rest;
}

static struct part *part_add(struct joining *j, struct node *n, const struct member *m, bool known)
{
	struct arena *a = &j->a->arena;
	struct part *p = ARENA_NEW(a, struct part);

	p->node = n;
	p->m = m;
	p->known = known;
	for (size_t i = m->n_facts, n_ends = 0; i-- > 0;) {
		const struct fact *f = &m->facts[i];
		struct end *e, read = {.part = p};

		if (f->kind != FACT_END || !end_read(&read, f) || n_ends++ >= ENDS_OF_PART)
			continue;
		e = ARENA_NEW(a, struct end);
		*e = read;
		e->fresh = !known && f->flags & (FACT_NEW_SOURCE | FACT_NEW_SINK | FACT_CHANGED_VALUE);
		if (str_is(e->from, "alias")) {
			e->next_alias = p->aliases;
			p->aliases = e;
			continue;
		}
		e->next = p->first;
		p->first = e;
		if (e->from_port == PORT_PARAM) {
			e->next_param = p->params;
			p->params = e;
		}
	}
	j->parts[n->index] = p;
	*ARENA_PUSH(a, j->list, j->n_list, j->room_list) = p;
	return p;
}

static bool was_analysed(const struct member *m)
{
	for (size_t i = 0; i < m->n_facts; i++)
		if (m->facts[i].kind == FACT_END)
			return true;
	return false;
}

/* ---- who is meant ---- */

static struct node *module_of(struct joining *j, struct part *p, struct str spec, struct str *name)
{
	bool python = module_language(p->node->path) == MODULE_PYTHON; /* the name has a say */
	struct node *n;

	for (size_t i = 0; i < p->n_modules && !python; i++)
		if (str_equal(p->modules[i].spec, spec))
			return p->modules[i].node;
	if (j->lookups++ >= LOOKUPS_MAX)
		return NULL;
	n = module_find(&j->a->arena, &j->index, p->node->path, spec, name);
	if (!python && p->n_modules < MODULES_OF_PART) {
		p->modules[p->n_modules].spec = spec;
		p->modules[p->n_modules++].node = n;
	}
	return n;
}

/* Does a name begin with this part of it? *ret_rest is what follows. */
static bool name_begins(struct str name, struct str with, struct str *ret_rest)
{
	if (name.len < with.len || (with.len && memcmp(name.p, with.p, with.len) != 0))
		return false;
	*ret_rest = str_part(name, with.len, name.len);
	if (!with.len || !ret_rest->len)
		return true;
	return ret_rest->p[0] == '.' || ret_rest->p[0] == '(' || ret_rest->p[0] == '@';
}

static struct str name_join(struct joining *j, struct str name, struct str rest)
{
	bool dot = name.len && rest.len && rest.p[0] != '.' && rest.p[0] != '(' && rest.p[0] != '@';

	if (!name.len && str_starts(rest, "."))
		return str_part(rest, 1, rest.len);
	return arena_printf(&j->a->arena, "%.*s%s%.*s", STR_ARG(name), dot ? "." : "", STR_ARG(rest));
}

/* A module that only passes on what others export stands for them. `n` and `name` become what is meant. */
static void follow_aliases(struct joining *j, struct node **n, struct str *name)
{
	for (int hop = 0; hop < ALIASES_MAX; hop++) {
		struct part *p = j->parts[(*n)->index];
		struct node *next = NULL;
		struct str rest, inner = STR("");

		for (struct end *e = p ? p->aliases : NULL; e && !next; e = e->next_alias) {
			bool all = str_is(e->to_name, "*");

			if (all ? !name->len : !name_begins(*name, e->to_name, &rest))
				continue;
			inner = name_join(j, e->name, all ? *name : rest);
			next = module_of(j, p, e->module, &inner);
			if (all && next && j->parts[next->index] && j->n_list) {
				/* of several only the one that has it */
				bool has = false;
				struct part *q = j->parts[next->index];

				for (const struct end *x = q->first; x && !has; x = x->next)
					has = name_begins(inner, x->from_port == PORT_PARAM ? x->name : x->to_name, &rest) ||
						name_begins(x->from_port == PORT_PARAM ? x->name : x->to_name, inner, &rest);
				if (!has && !q->aliases)
					next = NULL;
			}
		}
		if (!next)
			return;
		*n = next;
		*name = inner;
	}
}

static struct node *target_of(struct joining *j, struct part *p, struct str module, struct str *name)
{
	struct node *n = module_of(j, p, module, name);

	if (n)
		follow_aliases(j, &n, name);
	return n && n != p->node ? n : NULL;
}

/* ---- what is read besides ---- */

struct wanted {
	struct node *nodes[READ_MEMBERS_MAX];
	size_t n;
};

static void want(struct joining *j, struct wanted *w, struct node *n)
{
	if (!n || j->parts[n->index] || module_language(n->path) == MODULE_NONE || !(n->marks & NODE_KEPT) || j->n_read >= READ_MEMBERS_MAX ||
		w->n >= READ_MEMBERS_MAX || j->read_bytes + n->size_bytes > READ_BYTES_MAX)
		return;
	for (size_t i = 0; i < w->n; i++)
		if (w->nodes[i] == n)
			return;
	j->n_read++;
	j->read_bytes += n->size_bytes;
	w->nodes[w->n++] = n;
}

static enum status read_wanted(struct joining *j, const struct wanted *w)
{
	struct member *m = ARENA_ARRAY(&j->a->arena, w->n + 1, struct member);

	TRY(compare_read_ends(j->a, j->d, j->side, w->nodes, w->n, m));
	for (size_t i = 0; i < w->n; i++)
		part_add(j, w->nodes[i], &m[i], j->side == SIDE_NEW && w->nodes[i]->mate && node_same_bytes(w->nodes[i], w->nodes[i]->mate));
	return STATUS_OK;
}

/* What a part imports and uses; in OLD all counts, in NEW what new code uses, and what those modules use. */
static void want_neighbours(struct joining *j, struct part *p, struct wanted *w)
{
	bool all = j->side == SIDE_OLD || p->known;

	for (struct end *e = p->first; e; e = e->next) {
		struct str name = e->name, to_name = e->to_name;

		if (!all && !e->fresh)
			continue;
		if (e->from_port == PORT_IMPORT)
			want(j, w, target_of(j, p, e->module, &name));
		if (e->to_port == PORT_ARGUMENT)
			want(j, w, target_of(j, p, e->to_module, &to_name));
	}
	for (struct end *e = p->aliases; e; e = e->next_alias) {
		struct str name = e->name;

		if (all || e->fresh)
			want(j, w, module_of(j, p, e->module, &name));
	}
}

static enum status read_neighbours(struct joining *j)
{
	for (int round = 0; round < ROUNDS; round++) {
		struct wanted w = {.n = 0};

		for (size_t i = 0; i < j->n_list; i++)
			want_neighbours(j, j->list[i], &w);
		if (!w.n)
			break;
		TRY(read_wanted(j, &w));
	}
	return STATUS_OK;
}

/* ---- ways ---- */

/* What makes a flow of a source and a sink, as the readers have it inside of one member. */
static const struct {
	const char *source, *sink;
} joins[] = {
	{"net", "code"}, {"net", "exec"}, {"net", "run"}, {"net", "persist"}, {"data", "code"}, {"data", "exec"}, {"data", "run"},
	{"data", "persist"}, {"request", "code"}, {"request", "exec"}, {"request", "run"}, {"file", "code"}, {"env", "code"},
	{"env", "net"}, {"cred", "net"}, {"file", "net"}, {"host", "net"}, {"form", "net"}, {"cookie", "net"}, {"clip", "net"},
};

static bool joins_have(struct str source, struct str sink)
{
	for (size_t i = 0; i < sizeof(joins) / sizeof(joins[0]); i++)
		if (str_is(source, joins[i].source) && str_is(sink, joins[i].sink))
			return true;
	return false;
}

static struct str way_key(struct joining *j, const struct way *w)
{
	return arena_printf(&j->a->arena, "%.*s>%.*s", STR_ARG(w->ends[0]->from), STR_ARG(w->ends[w->n - 1]->to));
}

/* What a tool tells about its machine or hands over goes to a place that somebody else chose all day: only one that the
 * way itself names counts. Secrets count wherever they go. */
static bool goes_somewhere(const struct way *w)
{
	const struct end *source = w->ends[0], *sink = w->ends[w->n - 1];

	return !str_is(sink->to, "net") || sink->fact->value.len || str_is(source->from, "env") || str_is(source->from, "cred");
}

static bool way_counts(struct joining *j, const struct way *w)
{
	bool fresh = j->side == SIDE_OLD;

	for (size_t i = 0; i < w->n; i++)
		fresh |= w->ends[i]->fresh;
	return fresh && w->n > 1 && goes_somewhere(w) && joins_have(w->ends[0]->from, w->ends[w->n - 1]->to);
}

static bool same_ends(const struct way *a, const struct way *b)
{
	return a->ends[0]->fact->offset == b->ends[0]->fact->offset && a->ends[0]->part == b->ends[0]->part &&
		a->ends[a->n - 1]->part == b->ends[b->n - 1]->part && str_equal(a->ends[0]->from, b->ends[0]->from) &&
		a->ends[a->n - 1]->fact->offset == b->ends[b->n - 1]->fact->offset;
}

static void way_end(struct joining *j, const struct way *w)
{
	if (!way_counts(j, w))
		return;
	for (size_t i = 0; i < j->n_flows; i++)
		if (same_ends(&j->flows[i], w)) {
			if (w->n_kept < j->flows[i].n_kept)
				j->flows[i] = *w;
			return;
		}
	if (j->n_flows < FLOWS_MAX) {
		j->flows[j->n_flows++] = *w;
		return;
	}
	for (size_t i = 0; i < j->n_flows && !w->n_kept; i++) /* what is sure goes before what may be */
		if (j->flows[i].n_kept) {
			j->flows[i] = *w;
			return;
		}
}

static bool place_fits(const struct end *argument, const struct end *param)
{
	if (str_starts(argument->to_place, "="))
		return str_equal(str_part(argument->to_place, 1, argument->to_place.len), param->word);
	return str_equal(argument->to_place, param->place);
}

/* A part of what is exported is used, or what is used is a part of it. */
static bool export_fits(struct str exported, struct str used)
{
	struct str rest;

	if (name_begins(used, exported, &rest) && (!rest.len || rest.p[0] == '.' || !exported.len))
		return !str_has(rest, "(") && !str_has(rest, "@");
	return name_begins(exported, used, &rest) && !str_has(rest, "(") && !str_has(rest, "@");
}

static bool is_among(struct str s, const char *const *names)
{
	for (; *names; names++)
		if (str_is(s, *names))
			return true;
	return false;
}

/* What one module puts into something that a third one exports, and what another gets out of it: a field, a list, a
 * map, an emitter of events. */
static bool held_fits(struct joining *j, const struct end *argument, struct str word)
{
	static const char *const puts[] = {"push", "unshift", "add", "set", "append", NULL};
	static const char *const taken[] = {"get()", "values()", "entries()", "join()", "slice()", "splice()", "shift()", "pop()", "map()", NULL};
	static const char *const listens[] = {"on", "once", "addListener", "prependListener", NULL};
	struct str name = argument->to_name, verb, holder, rest;
	size_t dot = str_rfind_char(name, '.');

	if (str_is(argument->to_place, "="))
		return name.len && export_fits(name, word);
	holder = dot == SIZE_MAX ? STR("") : str_part(name, 0, dot);
	verb = dot == SIZE_MAX ? name : str_part(name, dot + 1, name.len);
	if (str_is(verb, "emit") && argument->to_place.len == 1 && argument->to_place.p[0] > '0') {
		for (size_t i = 0; listens[i]; i++)
			if (str_equal(word, name_join(j, holder, arena_printf(&j->a->arena, "%s@1.%c", listens[i], argument->to_place.p[0] - 1))))
				return true;
		return false;
	}
	if (!is_among(verb, puts) || !name_begins(word, holder, &rest))
		return false;
	if (rest.len && rest.p[0] == '.')
		rest = str_part(rest, 1, rest.len);
	return is_among(rest, taken) || (holder.len && !rest.len);
}

/* send(x) gives its caller what it makes of x; another module that calls send() gets what it made of something else. */
static bool is_anothers_call(const struct way *w, const struct end *user)
{
	const struct end *last = w->ends[w->n - 1], *caller = w->n > 1 ? w->ends[w->n - 2] : NULL;
	struct str result;

	return caller && caller->to_port == PORT_ARGUMENT && last->from_port == PORT_PARAM && last->to_port == PORT_EXPORT &&
		caller->part != user->part && last->name.len && name_begins(last->to_name, last->name, &result) && str_is(result, "()");
}

static void way_on(struct joining *j, struct way *w);

static void way_step(struct joining *j, struct way *w, struct end *e)
{
	for (size_t i = 0; i < w->n; i++)
		if (w->ends[i] == e)
			return;
	w->ends[w->n++] = e;
	way_on(j, w);
	w->n--;
}

static void way_on(struct joining *j, struct way *w)
{
	struct end *last = w->ends[w->n - 1];

	if (last->to_port == PORT_NONE) {
		way_end(j, w);
		return;
	}
	if (w->n >= WAY_MAX)
		return;
	if (last->to_port == PORT_ARGUMENT) {
		for (struct end *e = last->to_part ? last->to_part->params : NULL; e && j->steps++ < STEPS_MAX; e = e->next_param)
			if (str_equal(e->name, last->to_name) && place_fits(last, e))
				way_step(j, w, e);
		for (struct end *e = last->to_part ? last->to_part->users : NULL; e && j->steps++ < STEPS_MAX; e = e->next_user)
			if (e->part != last->part && held_fits(j, last, e->word))
				way_step(j, w, e);
		return;
	}
	for (struct end *e = last->part->users; e && j->steps++ < STEPS_MAX; e = e->next_user)
		if (export_fits(last->to_name, e->word)) {
			bool kept = is_anothers_call(w, e);

			w->n_kept += kept;
			way_step(j, w, e);
			w->n_kept -= kept;
		}
}

static struct part *part_meant(struct joining *j, struct part *from, struct str module, struct str *name)
{
	struct node *n = target_of(j, from, module, name);

	return n ? j->parts[n->index] : NULL;
}

/* Who imports whom: an end that uses a module hangs at it, with the name that is meant there. */
static void link_ends(struct joining *j)
{
	for (size_t i = 0; i < j->n_list; i++)
		for (struct end *e = j->list[i]->first; e; e = e->next) {
			struct part *p = NULL;

			if (e->to_port == PORT_ARGUMENT)
				e->to_part = part_meant(j, j->list[i], e->to_module, &e->to_name);
			e->word = e->from_port == PORT_IMPORT ? e->name : e->word;
			if (e->from_port == PORT_IMPORT)
				p = part_meant(j, j->list[i], e->module, &e->word);
			if (!p)
				continue;
			e->next_user = p->users;
			p->users = e;
		}
}

static void find_ways(struct joining *j)
{
	link_ends(j);
	j->steps = 0;
	for (size_t i = 0; i < j->n_list; i++)
		for (struct end *e = j->list[i]->first; e; e = e->next)
			if (e->from_port == PORT_NONE && e->to_port != PORT_NONE) {
				struct way w = {.ends = {e}, .n = 1};

				way_on(j, &w);
			}
}

/* Could somebody who holds both make a flow of what this end exports and what that one does with a parameter? */
static bool could_meet(const struct end *gives, const struct end *takes)
{
	return gives->from_port == PORT_NONE && gives->to_port == PORT_EXPORT && takes->from_port == PORT_PARAM && takes->to_port == PORT_NONE &&
		(gives->fresh || takes->fresh) && joins_have(gives->from, takes->to);
}

static bool any_could_meet(struct joining *j)
{
	for (size_t i = 0; i < j->n_list; i++)
		for (const struct end *e = j->list[i]->first; e; e = e->next)
			for (size_t k = 0; e->from_port == PORT_NONE && e->to_port == PORT_EXPORT && k < j->n_list; k++)
				for (const struct end *x = j->list[k]->params; x && j->steps++ < STEPS_MAX; x = x->next_param)
					if (could_meet(e, x))
						return true;
	return false;
}

/* Changed members that reach nothing themselves were not analysed; one of them may hold two others together. */
static enum status read_between(struct joining *j)
{
	struct wanted w = {.n = 0};

	if (!any_could_meet(j))
		return STATUS_OK;
	for (size_t i = 0; i < j->d->n_members; i++)
		if (j->d->members[i].new_ && j->d->members[i].read)
			want(j, &w, j->d->members[i].new_);
	return read_wanted(j, &w);
}

/* ---- who uses what changed ---- */

/* What a member must name to be worth reading: the other half of a flow with a new end. */
static const struct {
	const char *word; /* of the new source or sink */
	const char *names[8];
} other_halves[] = {
	{"env", {"http", "fetch", "request", "axios", "socket", "urlopen"}},
	{"cred", {"http", "fetch", "request", "axios", "socket", "urlopen"}},
	{"net", {"eval", "Function(", "child_process", "runIn", "exec(", "subprocess", "os.system"}},
	{"data", {"eval", "Function(", "child_process", "runIn", "exec(", "subprocess", "os.system"}},
	{"request", {"eval", "Function(", "child_process", "runIn", "exec(", "subprocess", "os.system"}},
	{">net", {"process.env", "environ", "readFile", ".ssh", "cookie", "localStorage"}},
	{">code", {"http", "fetch", "axios", "urlopen", "atob", "base64"}},
	{">exec", {"http", "fetch", "axios", "urlopen", "atob", "base64"}},
};

struct users {
	struct str needles[USERS_NEEDLES], words[USERS_WORDS];
	size_t n_needles, n_words;
	const struct part *last; /* whose needles are there */
};

static void users_needles(struct joining *j, struct users *u, const struct part *p)
{
	struct str path = p->node->path, stem = str_basename(path);

	if (u->last == p || u->n_needles + LOADED_WAYS + 2 > USERS_NEEDLES)
		return;
	u->last = p;
	loaded_as(&j->a->arena, path, u->needles + u->n_needles);
	u->n_needles += LOADED_WAYS;
	if (module_language(path) != MODULE_PYTHON)
		return;
	stem = str_part(stem, 0, stem.len - 3);
	u->needles[u->n_needles++] = arena_printf(&j->a->arena, ".%.*s", STR_ARG(stem));
	u->needles[u->n_needles++] = arena_printf(&j->a->arena, "import %.*s", STR_ARG(stem));
}

/* An end that is new and waits for somebody who did not change. */
static void users_of(struct joining *j, struct users *u, const struct end *e)
{
	bool gives = e->from_port == PORT_NONE && e->to_port == PORT_EXPORT && e->fact->flags & FACT_NEW_SOURCE;
	bool takes = e->from_port == PORT_PARAM && e->to_port == PORT_NONE && e->fact->flags & FACT_NEW_SINK;

	for (size_t i = 0; i < sizeof(other_halves) / sizeof(other_halves[0]) && e->fresh; i++) {
		const char *word = other_halves[i].word;

		if (*word == '>' ? !takes || !str_is(e->to, word + 1) : !gives || !str_is(e->from, word))
			continue;
		users_needles(j, u, e->part);
		for (size_t k = 0; k < 8 && other_halves[i].names[k] && u->n_words < USERS_WORDS; k++)
			u->words[u->n_words++] = str_of(other_halves[i].names[k]);
	}
}

static bool is_unchanged_module(const struct node *n)
{
	return n->mate && node_same_bytes(n, n->mate) && module_language(n->path) != MODULE_NONE && n->size_bytes < USER_BYTES_MAX;
}

/* Members that did not change, but use one that newly gives or takes what theirs fits. */
static enum status read_users(struct joining *j)
{
	struct users *u = ARENA_NEW(&j->a->arena, struct users);
	struct node *found[USERS_MAX];
	struct wanted w = {.n = 0};
	size_t n = 0;

	for (size_t i = 0; i < j->n_list; i++)
		for (const struct end *e = j->list[i]->first; e; e = e->next)
			users_of(j, u, e);
	if (!u->n_needles || !j->d->old)
		return STATUS_OK;
	TRY(compare_naming(j->a, j->d->new_, is_unchanged_module, u->needles, u->n_needles, u->words, u->n_words, USERS_MAX, found, &n));
	for (size_t i = 0; i < n; i++)
		want(j, &w, found[i]);
	return w.n ? read_wanted(j, &w) : STATUS_OK;
}

static bool any_fresh(const struct joining *j)
{
	for (size_t i = 0; i < j->n_list; i++)
		for (const struct end *e = j->list[i]->first; e; e = e->next)
			if (e->fresh)
				return true;
	return false;
}

static void joining_begin(struct joining *j, struct analysis *a, struct delta *d, enum side side)
{
	*j = (struct joining){.a = a, .d = d, .side = side, .index = module_index_of(a, d, side)};
	j->parts = ARENA_ARRAY(&a->arena, j->index.n + 1, struct part *);
}

/* ---- what OLD had ---- */

static struct str way_value(const struct way *w)
{
	const struct end *sink = w->ends[w->n - 1];
	bool runs = str_is(sink->to, "code") || str_is(sink->to, "exec");

	return sink->fact->value.len && !runs ? sink->fact->value : w->ends[0]->fact->value;
}

static bool same_value(struct str a, struct str b)
{
	return !a.len || !b.len || str_equal(a, b);
}

/* The same members before, those that are gone, and what these use. */
static enum status old_begin(struct joining *old, const struct joining *j)
{
	struct wanted w = {.n = 0};

	joining_begin(old, j->a, j->d, SIDE_OLD);
	for (size_t i = 0; i < j->n_flows; i++)
		for (size_t k = 0; k < j->flows[i].n; k++)
			want(old, &w, j->flows[i].ends[k]->part->node->mate);
	for (size_t i = 0; i < j->d->n_members; i++)
		if (j->d->members[i].old && j->d->members[i].what & (MEMBER_REMOVED | MEMBER_CHANGED) && j->d->members[i].old->path.len)
			want(old, &w, j->d->members[i].old);
	TRY(read_wanted(old, &w));
	TRY(read_neighbours(old));
	find_ways(old);
	return STATUS_OK;
}

static bool old_had(struct joining *old, const struct way *w)
{
	struct str key = way_key(old, w), value = way_value(w);

	for (size_t i = 0; i < old->n_flows; i++)
		if (str_equal(way_key(old, &old->flows[i]), key) && same_value(way_value(&old->flows[i]), value))
			return true;
	for (size_t i = 0; i < old->n_list; i++)
		for (size_t k = 0; k < old->list[i]->m->n_facts; k++) {
			const struct fact *f = &old->list[i]->m->facts[k];

			if (f->kind == FACT_FLOW && str_equal(f->key, key) && same_value(f->value, value))
				return true;
		}
	return false;
}

/* ---- saying ---- */

static struct str place_in_words(const struct node *n)
{
	size_t from = 0;

	for (size_t i = 0; i + 1 < n->path.len; i++)
		if (n->path.p[i] == '!' && n->path.p[i + 1] == '/')
			from = i + 2;
	return str_part(n->path, from, n->path.len);
}

/* "lib/a.js: process.env", "-> ./send.post", "lib/send.js: data", "-> https.request" */
static struct str way_in_words(struct joining *j, const struct way *w)
{
	struct str all = STR("");

	for (size_t i = 0; i < w->n; i++) {
		struct str rest = end_steps(w->ends[i]), line, last = STR("");
		struct str place = place_in_words(w->ends[i]->part->node);
		int n = 0;

		while (str_line(&rest, &line)) {
			if (n++ == 0)
				all = arena_printf(&j->a->arena, "%.*s%s%.*s: %.*s", STR_ARG(all), i ? "\n-> " : "", STR_ARG(place), STR_ARG(line));
			else
				last = line;
		}
		if (last.len)
			all = arena_printf(&j->a->arena, "%.*s\n%.*s", STR_ARG(all), STR_ARG(last));
	}
	return str_part(all, 0, FACT_DETAIL_BYTES);
}

/* Where the new end stands: in the sink's member if that is new, else in the source's, else where they are joined. */
static struct end *anchor_of(const struct way *w)
{
	struct end *sink = w->ends[w->n - 1];

	if (sink->fresh && sink->fact->flags & FACT_NEW_SINK)
		return sink;
	if (w->ends[0]->fresh && w->ends[0]->fact->flags & FACT_NEW_SOURCE)
		return w->ends[0];
	for (size_t i = w->n; i-- > 0;)
		if (w->ends[i]->fresh)
			return w->ends[i];
	return NULL;
}

static void say_way(struct joining *j, const struct way *w)
{
	const struct end *at = anchor_of(w), *first = w->ends[0], *last = w->ends[w->n - 1];
	struct member *m = at ? delta_member(j->d, at->part->node) : NULL;
	struct fact f;

	if (!m)
		return;
	f = *at->fact;
	f.kind = FACT_FLOW;
	f.key = way_key(j, w);
	f.value = way_value(w);
	f.number = w->n_kept ? 1 : w->n == 2 ? 3 : 2;
	f.flags &= FACT_TOP_LEVEL | FACT_IN_CALLBACK | FACT_SILENT;
	f.flags |= first->fresh ? first->fact->flags & FACT_NEW_SOURCE : 0;
	f.flags |= last->fresh ? last->fact->flags & FACT_NEW_SINK : 0;
	f.detail = way_in_words(j, w);
	if (!(f.flags & (FACT_NEW_SOURCE | FACT_NEW_SINK))) {
		f.flags |= FACT_NEW_SOURCE;
		f.detail = arena_printf(&j->a->arena, "%.*s\njoined by new code", STR_ARG(f.detail));
	}
	if (f.unit >= m->n_units)
		f.unit = FACT_NO_UNIT;
	*ARENA_PUSH(&j->a->arena, m->facts, m->n_facts, m->room_facts) = f;
}

enum status across_join(struct analysis *a, struct delta *d)
{
	struct joining j, old;

	joining_begin(&j, a, d, SIDE_NEW);
	for (size_t i = 0; i < d->n_members; i++)
		if (d->members[i].new_ && d->members[i].read && was_analysed(&d->members[i]))
			part_add(&j, d->members[i].new_, &d->members[i], false);
	if (!any_fresh(&j))
		return STATUS_OK;
	TRY(read_between(&j));
	TRY(read_users(&j));
	TRY(read_neighbours(&j));
	find_ways(&j);
	if (!j.n_flows)
		return STATUS_OK;
	if (d->old)
		TRY(old_begin(&old, &j));
	for (size_t i = 0; i < j.n_flows; i++)
		if (!d->old || !old_had(&old, &j.flows[i]))
			say_way(&j, &j.flows[i]);
	return STATUS_OK;
}
