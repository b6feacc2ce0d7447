#include "read/code_units.h"

#include "read/decode.h"
#include "read/keyset.h"
#include "read/shell_command.h"
#include "read/strings.h"
#include "read/wipe.h"

enum { NAME_BYTES = 240, NEAR_EVENTS = 120, SAID_UNITS = 1500, ARGUMENTS = 4, PATH_MIN = 6 };

struct say {
	struct read_in *in;
	const struct code_image *old;
	const struct code_api *apis;
	size_t n_apis;
	struct keyset bodies, names, texts; /* of OLD */
	struct keyset old_events;           /* of the unit that is being compared */
};

struct code_unit *code_unit_add(struct read_in *in, struct code_image *image, struct str name)
{
	struct code_unit *u;

	if (image->n >= CODE_UNITS_MAX) {
		image->partial = true;
		return NULL;
	}
	u = ARENA_PUSH(in->arena, image->units, image->n, image->room);
	u->name = name;
	return u;
}

void code_event_add(struct read_in *in, struct code_unit *u, bool call, struct str text)
{
	if (u && text.len && u->n_events < CODE_EVENTS_MAX)
		*ARENA_PUSH(in->arena, u->events, u->n_events, u->room_events) =
			(struct code_event){text, call};
}

static bool api_fits(const char *pattern, struct str name)
{
	size_t n = strlen(pattern);

	if (n && pattern[n - 1] == '*')
		return name.len >= n - 1 && memcmp(name.p, pattern, n - 1) == 0;
	return str_is(name, pattern);
}

static unsigned classes_of(const struct say *s, struct str name)
{
	unsigned all = 0;

	for (size_t i = 0; i < s->n_apis; i++)
		if (api_fits(s->apis[i].name, name))
			all |= s->apis[i].classes;
	return all;
}

static const char *class_name(unsigned classes)
{
	static const struct {
		unsigned class;
		const char *name;
	} names[] = {{CODE_EXEC, "exec"}, {CODE_LOAD, "code"}, {CODE_PERSIST, "persist"},
		{CODE_NET, "net"},
		{CODE_ENV, "env"}, {CODE_FILE_WRITE, "fs.write"}, {CODE_FILE_READ, "fs.read"},
			{CODE_HOST, "host"},
		{CODE_DECODE, "decode"}, {CODE_REFLECT, "reflect"}, {CODE_CRED, "cred"}};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (classes & names[i].class)
			return names[i].name;
	return "";
}

static bool old_fill(struct say *s)
{
	for (size_t i = 0; s->old && i < s->old->n; i++) {
		const struct code_unit *u = &s->old->units[i];

		if (!budget_step(s->in->budget, 2 + u->n_events))
			return false;
		keyset_add(&s->names, key_of(u->name, 1));
		keyset_add(&s->bodies, u->body | 1);
		for (size_t k = 0; k < u->n_events; k++)
			if (!u->events[k].call)
				keyset_add(&s->texts, key_of(u->events[k].text, 2));
	}
	return true;
}

/* What the unit of the same name had in OLD: its rows stand one behind the other in `names` order only by
 * chance, so all of OLD's units of that name are asked. */
static bool old_events_fill(struct say *s)
{
	keyset_init(&s->old_events, s->in->arena);
	for (size_t i = 0; s->old && i < s->old->n; i++) {
		const struct code_unit *u = &s->old->units[i];
		uint64_t name = key_of(u->name, 1);

		if (!budget_step(s->in->budget, 1 + u->n_events))
			return false;
		for (size_t k = 0; k < u->n_events; k++)
			keyset_add(&s->old_events, key_of(u->events[k].text,
				name + u->events[k].call));
	}
	return true;
}

static bool event_is_new(const struct say *s, const struct code_unit *u, const struct code_event *e)
{
	return !keyset_has(&s->old_events, key_of(e->text, key_of(u->name, 1) + e->call));
}

static struct fact fact_in(const struct code_unit *u, uint32_t unit)
{
	return (struct fact){.unit = unit, .flags = u->starts ? FACT_TOP_LEVEL : 0, .offset =
		u->offset, .length = u->length};
}

/* Something is put in front of the name of a host: "%s.example.org". */
static bool is_name_made(struct str text)
{
	return str_starts(text, "%s.") && !str_has(text, " ") && !str_has(text, "/");
}

/* Words in a literal: hosts, paths of secrets, commands. */
static void text_facts(struct say *s, const struct code_unit *u, uint32_t unit, struct str text,
	struct str *ret_host)
{
	struct string_class c;

	classify_string(is_name_made(text) ? str_part(text, 3, text.len) : text, &c);
	for (size_t i = 0; i < c.n; i++) {
		struct fact f = fact_in(u, unit);

		if (c.items[i].kind == FACT_HOST && !ret_host->len)
			*ret_host = arena_str(s->in->arena, c.items[i].value);
		f.kind = c.items[i].kind;
		f.flags |= FACT_CONSTANT;
		f.key = arena_str(s->in->arena, c.items[i].key);
		f.value = c.items[i].value;
		f.excerpt = str_part(text, 0, FACT_EXCERPT_BYTES);
		read_fact(s->in, &f);
	}
}

/* A literal that is something else in disguise: a program, a script, packed or encrypted bytes. */
static void blob_facts(struct say *s, const struct code_unit *u, uint32_t unit, struct str text)
{
	struct blob b = blob_look(s->in->arena, text);
	struct fact f = fact_in(u, unit);

	if (b.kind != BLOB_CODE && b.kind != BLOB_EXECUTABLE && b.kind != BLOB_ARCHIVE &&
			b.kind != BLOB_OPAQUE)
		return;
	f.excerpt = str_part(text, 0, 80);
	f.number = text.len;
	f.kind = FACT_OBFUSCATED;
	f.key = STR("long-encoded-literal");
	read_fact(s->in, &f);
	if (b.kind == BLOB_OPAQUE)
		return;
	f.kind = FACT_DECODED;
	f.key = str_of(b.scheme);
	f.number = 1;
	f.value = b.kind == BLOB_CODE ? str_part(b.bytes, 0, FACT_VALUE_BYTES)
		: str_of(blob_name(b.kind));
	read_fact(s->in, &f);
}

struct end {
	const struct code_event *at;
	size_t index;
	bool fresh;
};

/* Everything that stands there, or what nobody but its owner asks for. */
static bool takes_all(const struct code_event *e)
{
	return e->call ? (str_has(e->text, "nviron") && !str_ends(e->text, "EnvironmentVariable")) || str_starts(e->text, "getenv $") : true;
}

static void flow_say(struct say *s, const struct code_unit *u, uint32_t unit, const char *key,
	const struct end *from,
	const struct end *to, struct str host, bool shell)
{
	struct fact f = fact_in(u, unit);

	if (!from->at || !to->at || (!from->fresh && !to->fresh))
		return;
	f.kind = FACT_FLOW;
	f.flags |= (from->fresh ? FACT_NEW_SOURCE : 0) | (to->fresh ? FACT_NEW_SINK : 0);
	f.key = str_of(key);
	f.value = host;
	f.detail = arena_printf(s->in->arena, "%.*s\n-> %.*s, %s%s", STR_ARG(from->at->text),
		STR_ARG(to->at->text),
		from->index < to->index ? "later in the same unit" : "in the same unit",
		shell ? "\n-> its streams are the connection: reverse shell" : "");
	/* The way between is not followed; in a short stretch of one unit, in this order, it is likely. More so
	 * where everything is taken and given to somebody whom the program never named. */
	if (!u->loose && from->at == to->at && from->fresh && host.len) /* one call fetches and loads */
		f.number = 3;
	else if (!u->loose && from->fresh && to->fresh && from->index < to->index &&
		(shell || str_is(f.key, "data>process") || (takes_all(from->at) && host.len)))
		f.number = 3;
	else
		f.number = !u->loose && from->index < to->index && to->index - from->index <= NEAR_EVENTS ? 2 : 1;
	read_fact(s->in, &f);
}

struct ends {
	struct end net, exec, load, env, cred, file, host, decode, persist, write, streams, module, cipher, enter, other_write, other_run, names;
	bool name_made; /* a text that something is put in front of, to name a host */
	struct str kept; /* the file that it writes and then runs or loads */
};

static void end_note(struct end *e, const struct code_event *at, size_t index, bool fresh,
	bool first)
{
	if (e->at && (first || (e->fresh && !fresh)))
		return;
	*e = (struct end){at, index, fresh};
}

static void call_note(struct ends *x, unsigned classes, const struct code_event *e, size_t i,
	bool fresh)
{
	if (classes & CODE_NET)
		end_note(&x->net, e, i, fresh, true);
	if (classes & CODE_EXEC)
		end_note(&x->exec, e, i, fresh, false);
	if (classes & CODE_LOAD)
		end_note(&x->load, e, i, fresh, false);
	if (classes & CODE_ENV)
		end_note(&x->env, e, i, fresh, true);
	if (classes & CODE_FILE_READ)
		end_note(&x->file, e, i, fresh, true);
	if (classes & CODE_FILE_WRITE)
		end_note(&x->write, e, i, fresh, false);
	if (classes & CODE_HOST)
		end_note(&x->host, e, i, fresh, true);
	if (classes & CODE_DECODE)
		end_note(&x->decode, e, i, fresh, true);
	if (classes & CODE_PERSIST)
		end_note(&x->persist, e, i, fresh, false);
	if (classes & CODE_CRED)
		end_note(&x->cred, e, i, fresh, true);
	if (classes & CODE_STREAMS)
		end_note(&x->streams, e, i, fresh, true);
	if (classes & CODE_MODULE)
		end_note(&x->module, e, i, fresh, false);
	if (classes & CODE_CIPHER)
		end_note(&x->cipher, e, i, fresh, true);
	if (classes & CODE_ENTER)
		end_note(&x->enter, e, i, fresh, false);
	if (classes & CODE_NAMES)
		end_note(&x->names, e, i, fresh, false);
	if (classes & CODE_OTHER_WRITE)
		end_note(&x->other_write, e, i, fresh, true);
	if (classes & CODE_OTHER_RUN)
		end_note(&x->other_run, e, i, fresh, false);
}

static void flows_say(struct say *s, const struct code_unit *u, uint32_t unit,
	const struct ends *x, struct str host,
	const struct end *net_last)
{
	flow_say(s, u, unit, "net>code", &x->net, &x->load, host, false);
	if (!x->net.at && x->load.at && host.len && str_has(x->load.at->text, "URLClassLoader"))
		flow_say(s, u, unit, "net>code", &x->load, &x->load, host, false);
	flow_say(s, u, unit, "net>exec", &x->net, &x->exec, host, x->streams.at && x->net.index < x->streams.index && x->streams.index < x->exec.index);
	flow_say(s, u, unit, "data>code", &x->decode, &x->load, STR_NONE, false);
	flow_say(s, u, unit, "data>exec", &x->decode, &x->exec, STR_NONE, false);
	flow_say(s, u, unit, "env>net", &x->env, net_last, host, false);
	flow_say(s, u, unit, "cred>net", &x->cred, net_last, host, false);
	flow_say(s, u, unit, "file>net", &x->file, net_last, host, false);
	flow_say(s, u, unit, "host>net", &x->host, net_last, host, false);
	if (x->name_made)
		flow_say(s, u, unit, "host>net", &x->host, &x->names, host, false);
	flow_say(s, u, unit, "net>persist", &x->net, &x->persist, host, false);
	flow_say(s, u, unit, "net>file", &x->net, &x->write, host, false);
	flow_say(s, u, unit, "data>process", &x->other_write, &x->other_run, STR_NONE, false);
	if (x->net.at && x->write.at && x->module.at && x->net.index < x->module.index)
		flow_say(s, u, unit, "net>code", &x->net, &x->module, host, false);
}

/* What came from the network is written under a name, and that name is run or loaded. */
static void kept_say(struct say *s, const struct code_unit *u, uint32_t unit, const struct ends *x, struct str host)
{
	struct fact f = fact_in(u, unit);
	const struct end *to = x->exec.at ? &x->exec : &x->module;

	if (!x->kept.len || !x->net.at || !to->at || !x->net.fresh || !to->fresh || u->loose)
		return;
	f.kind = FACT_FLOW;
	f.flags |= FACT_NEW_SOURCE | FACT_NEW_SINK;
	f.key = x->exec.at ? STR("net>exec") : STR("net>code");
	f.value = host;
	f.detail = arena_printf(s->in->arena, "%.*s\n-> file %.*s\n-> %.*s of that file", STR_ARG(x->net.at->text), STR_ARG(x->kept),
		STR_ARG(to->at->text));
	f.number = 3;
	read_fact(s->in, &f);
}

/* Bytes are decoded, memory may be executed, and what stands there is called: one unit does all of it. */
static bool decoder_say(struct say *s, const struct code_unit *u, uint32_t unit, const struct ends *x)
{
	struct fact f = fact_in(u, unit);

	if (!x->cipher.at || !x->load.at || !x->enter.at || !x->cipher.fresh || !x->load.fresh || !x->enter.fresh || u->loose ||
		!str_ends(x->load.at->text, "(executable)") || x->enter.index < x->cipher.index || x->enter.index < x->load.index)
		return false;
	f.kind = FACT_FLOW;
	f.flags |= FACT_NEW_SOURCE | FACT_NEW_SINK;
	f.key = STR("data>code");
	f.detail = arena_printf(s->in->arena, "%s\n-> %.*s\n-> %.*s\n-> %.*s", x->file.at ? "a file" : "bytes of its own",
		STR_ARG(x->cipher.at->text), STR_ARG(x->load.at->text), STR_ARG(x->enter.at->text));
	f.number = 3;
	read_fact(s->in, &f);
	return true;
}

/* What takes memory that may be executed, where the program never did or before anybody asked, and brings no
 * code from elsewhere: what it runs there are bytes of the program that were not code where they stood. */
static void own_bytes_say(struct say *s, const struct code_unit *u, uint32_t unit, const struct ends *x)
{
	struct fact f = fact_in(u, unit);

	if (!(u->starts || u->first_code) || !x->load.at || !x->load.fresh || x->net.at || x->decode.at || !str_has(x->load.at->text, "(executable)"))
		return;
	f.kind = FACT_FLOW;
	f.flags |= FACT_NEW_SOURCE | FACT_NEW_SINK;
	f.key = STR("data>code");
	f.detail = arena_printf(s->in->arena, "bytes of its own\n-> %.*s%s", STR_ARG(x->load.at->text),
		u->starts ? ", before the program begins" : "");
	f.number = u->starts ? 3 : 2;
	read_fact(s->in, &f);
}

/* Is it the name of a place that starts by itself? */
static bool names_autostart(struct str text)
{
	struct string_class c;

	classify_string(text, &c);
	for (size_t i = 0; i < c.n; i++)
		if (c.items[i].kind == FACT_PATH && str_is(c.items[i].key, "persist"))
			return true;
	return false;
}

static bool names_secret(struct str text)
{
	struct string_class c;

	classify_string(text, &c);
	for (size_t i = 0; i < c.n; i++)
		if (c.items[i].kind == FACT_PATH && (str_is(c.items[i].key, "cred") || str_is(c.items[i].key, "wallet") ||
				str_is(c.items[i].key, "browser")))
			return true;
	return false;
}

/* A text is what the next call of meaning gets; so are the few before it. */
struct arguments {
	const struct code_event *texts[ARGUMENTS];
	size_t n;
};

static bool text_is_new(const struct say *s, struct str text)
{
	return !keyset_has(&s->texts, key_of(text, 2));
}

/* What a process is started with: read as a shell would. */
static void command_say(struct say *s, const struct code_unit *u, uint32_t unit, struct str call, struct str text)
{
	struct fact f = fact_in(u, unit);

	if (!str_has(text, " ") || !text_is_new(s, text))
		return;
	f.kind = FACT_CALL;
	f.flags |= FACT_CONSTANT;
	f.key = call;
	f.detail = STR("exec");
	f.excerpt = str_part(text, 0, FACT_EXCERPT_BYTES);
	f.value = str_part(text, 0, FACT_VALUE_BYTES);
	read_fact(s->in, &f);
	(void)command_facts(s->in, str_part(text, 0, FACT_VALUE_BYTES), &f);
}

static void persist_say(struct say *s, const struct code_unit *u, uint32_t unit, struct str call, struct str place)
{
	struct fact f = fact_in(u, unit);

	f.kind = FACT_FLOW;
	f.flags |= FACT_NEW_SOURCE | FACT_NEW_SINK | FACT_CONSTANT;
	f.key = STR("data>persist");
	f.value = str_part(place, 0, FACT_VALUE_BYTES);
	f.detail = arena_printf(s->in->arena, "its own text\n-> %.*s", STR_ARG(call));
	f.number = 3;
	read_fact(s->in, &f);
}

/* A library is named like data. */
static bool is_data_name(struct str text)
{
	static const char *const ends[] = {".dat", ".bin", ".tmp", ".log", ".txt", ".png", ".jpg", ".gif", ".ico", ".db", ".cache",
		".pak", ".json", ".xml", ".ini", ".cfg"};

	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++)
		if (str_ends_nocase(text, ends[i]) && !str_has(text, " "))
			return true;
	return false;
}

bool code_text_matters(struct str text)
{
	return is_data_name(text) || is_name_made(text) || command_wipes(text).len;
}

static void data_module_say(struct say *s, const struct code_unit *u, uint32_t unit, struct str call, struct str name)
{
	struct fact f = fact_in(u, unit);

	f.kind = FACT_FLOW;
	f.flags |= FACT_NEW_SOURCE | FACT_NEW_SINK | FACT_CONSTANT;
	f.key = STR("own>code");
	f.value = name;
	f.detail = arena_printf(s->in->arena, "%.*s\n-> %.*s", STR_ARG(name), STR_ARG(call));
	f.number = 3;
	read_fact(s->in, &f);
}

enum { KEPT_LOOK_BACK = 128 }; /* events; all of a unit for each of its calls would be too much */

/* A file that was named shortly before, was written, and is named again by what runs it. */
static struct str kept_file(const struct code_unit *u, size_t at, struct str command)
{
	for (size_t i = at > KEPT_LOOK_BACK ? at - KEPT_LOOK_BACK : 0; i + 1 < at; i++) {
		struct str t = u->events[i].text;
		bool path = !u->events[i].call && t.len >= PATH_MIN && !str_has(t, " ") &&
			(t.p[0] == '/' || str_starts(t, "./") || str_has(t, ":\\"));

		if (path && str_find(command, t) != SIZE_MAX)
			return t;
	}
	return STR_NONE;
}

/* What the texts before a call make of it. */
static void call_with_texts(struct say *s, const struct code_unit *u, uint32_t unit, struct ends *x, unsigned classes, size_t i,
	const struct arguments *args)
{
	struct str call = u->events[i].text;

	for (size_t k = 0; k < args->n; k++) {
		struct str text = args->texts[k]->text;
		bool again = x->write.at && x->net.at && x->write.index < i;

		if (classes & CODE_EXEC)
			command_say(s, u, unit, call, text);
		if (classes & (CODE_EXEC | CODE_MODULE) && again && !x->kept.len)
			x->kept = kept_file(u, (size_t)(args->texts[k] - u->events), text);
		if (classes & CODE_MODULE && is_data_name(text) && text_is_new(s, text))
			data_module_say(s, u, unit, call, text);
		if (classes & (CODE_FILE_WRITE | CODE_PERSIST) && text_is_new(s, text) && names_autostart(text))
			persist_say(s, u, unit, call, text);
	}
}

/* What was hidden: the name of a function, or what a process is started with. */
static void decoded_say(struct say *s, const struct code_unit *u, uint32_t unit, const struct code_decoded *d, const struct ends *x)
{
	struct fact f = fact_in(u, unit);

	f.kind = FACT_DECODED;
	f.key = str_of(d->scheme);
	f.number = 1;
	f.value = str_part(d->text, 0, FACT_VALUE_BYTES);
	read_fact(s->in, &f);
	if (classes_of(s, d->text)) {
		f.kind = FACT_IMPORT;
		f.flags |= FACT_DECODED_ARG;
		f.key = d->text;
		f.detail = STR("a function that is looked up by its name");
		read_fact(s->in, &f);
	} else if (str_has(d->text, " ") && x->exec.at) {
		command_say(s, u, unit, x->exec.at->text, d->text);
		f.kind = FACT_FLOW;
		f.flags |= FACT_NEW_SOURCE | FACT_NEW_SINK | FACT_CONSTANT;
		f.key = STR("data>exec");
		f.detail = arena_printf(s->in->arena, "%s\n-> %.*s", d->scheme, STR_ARG(x->exec.at->text));
		f.number = 3;
		read_fact(s->in, &f);
	}
}

static void text_event_facts(struct say *s, const struct code_unit *u, uint32_t unit, struct ends *x, size_t i, bool fresh, struct str *host)
{
	const struct code_event *e = &u->events[i];

	if (fresh && text_is_new(s, e->text)) {
		text_facts(s, u, unit, e->text, host);
		blob_facts(s, u, unit, e->text);
	}
	x->name_made |= fresh && is_name_made(e->text);
	if (names_secret(e->text))
		end_note(&x->cred, e, i, fresh, true);
}

static void call_fact(struct say *s, const struct code_unit *u, uint32_t unit, const struct code_event *e, unsigned classes)
{
	struct fact f = fact_in(u, unit);

	if (classes & CODE_WALKS) {
		f.kind = FACT_IMPORT;
		f.flags |= FACT_DECODED_ARG;
		f.key = STR("*");
		f.number = 1;
		f.detail = e->text;
		read_fact(s->in, &f);
		return;
	}
	f.kind = classes & CODE_WATCHED ? FACT_GATE : FACT_CALL;
	f.key = classes & CODE_WATCHED ? STR("debugger") : e->text;
	f.detail = str_of(class_name(classes));
	read_fact(s->in, &f);
}

/* Where texts do not stand before the calls that get them: those that fetch are what a process is started with. */
static void commands_say(struct say *s, const struct code_unit *u, uint32_t unit, bool added, struct str call)
{
	for (size_t i = 0; i < u->n_events; i++) {
		const struct code_event *e = &u->events[i];

		if (!e->call && (added || event_is_new(s, u, e)) && str_has(e->text, "://") && !str_has(e->text, "\n"))
			command_say(s, u, unit, call, e->text);
	}
}

/* Values of a whole unit: its calls by class, its texts by what they name. */
static void unit_facts(struct say *s, const struct code_unit *u, uint32_t unit, bool added)
{
	struct ends x = {{0}};
	struct end net_last = {0};
	struct str host = STR_NONE;
	struct arguments args = {{0}, 0};

	for (size_t i = 0; i < u->n_events; i++) {
		const struct code_event *e = &u->events[i];
		bool fresh = added || event_is_new(s, u, e);
		unsigned classes = e->call ? classes_of(s, e->text) : 0;

		if (!e->call) {
			text_event_facts(s, u, unit, &x, i, fresh, &host);
			if (args.n == ARGUMENTS)
				memmove(args.texts, args.texts + 1, sizeof(args.texts) - sizeof(args.texts[0]));
			args.n -= args.n == ARGUMENTS;
			args.texts[args.n++] = e;
			continue;
		}
		if (!classes)
			continue;
		call_note(&x, classes, e, i, fresh);
		if (classes & CODE_NET)
			net_last = (struct end){e, i, fresh};
		if (fresh)
			call_with_texts(s, u, unit, &x, classes, i, &args);
		args.n = 0;
		if (fresh && classes & ~(CODE_CIPHER | CODE_ENTER | CODE_MODULE | CODE_NAMES))
			call_fact(s, u, unit, e, classes);
	}
	if (u->unordered && x.exec.at)
		commands_say(s, u, unit, added, x.exec.at->text);
	if (!decoder_say(s, u, unit, &x))
		own_bytes_say(s, u, unit, &x);
	for (size_t i = 0; i < u->n_decoded; i++)
		decoded_say(s, u, unit, &u->decoded[i], &x);
	kept_say(s, u, unit, &x, host);
	flows_say(s, u, unit, &x, host, &net_last);
}

/* A body that states more bytes than there are ends with the member. */
static void place_confine(const struct read_in *in, struct code_unit *u)
{
	if (u->offset > in->new_.len)
		u->offset = in->new_.len;
	if (u->length > in->new_.len - u->offset)
		u->length = in->new_.len - u->offset;
}

enum status code_units_say(struct read_in *in, const struct code_image *old,
	struct code_image *new_,
	const struct code_api *apis, size_t n_apis)
{
	struct say s = {.in = in, .old = old, .apis = apis, .n_apis = n_apis};
	uint32_t said = 0;

	keyset_init(&s.bodies, in->arena);
	keyset_init(&s.names, in->arena);
	keyset_init(&s.texts, in->arena);
	if (!old_fill(&s) || !old_events_fill(&s))
		return STATUS_LIMIT;
	for (size_t i = 0; i < new_->n; i++) {
		struct code_unit *u = &new_->units[i];
		uint64_t texts = 0;
		bool named = keyset_has(&s.names, key_of(u->name, 1));
		struct unit said_unit = {.change = named ? UNIT_CHANGED : UNIT_ADDED,
			.name = str_part(u->name, 0, NAME_BYTES)};

		for (size_t k = 0; k < u->n_events; k++)
			texts += u->events[k].text.len;
		if (!budget_step(in->budget, 4 + u->n_events * (1 + n_apis / 8) + texts / 32))
			return STATUS_LIMIT;
		/* The same code under another name is a move: obfuscators rename, and bodies stay. */
		if (keyset_has(&s.bodies, u->body | 1) || (u->n_events == 0 && said >= SAID_UNITS))
			continue;
		said++;
		place_confine(in, u);
		said_unit.offset = u->offset;
		said_unit.length = u->length;
		unit_facts(&s, u, read_unit(in, &said_unit), !named);
	}
	return STATUS_OK;
}
