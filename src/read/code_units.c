#include "read/code_units.h"

#include "read/decode.h"
#include "read/keyset.h"
#include "read/strings.h"

enum { NAME_BYTES = 240, NEAR_EVENTS = 120, SAID_UNITS = 1500 };

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

/* Words in a literal: hosts, paths of secrets, commands. */
static void text_facts(struct say *s, const struct code_unit *u, uint32_t unit, struct str text,
	struct str *ret_host)
{
	struct string_class c;

	classify_string(text, &c);
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
	/* The way between is not followed; in a short stretch of one unit, in this order, it is likely. */
	f.number = !u->loose && from->index < to->index && to->index - from->index <= NEAR_EVENTS ? 2 : 1;
	read_fact(s->in, &f);
}

struct ends {
	struct end net, exec, load, env, cred, file, host, decode, persist, write, streams;
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
}

static void flows_say(struct say *s, const struct code_unit *u, uint32_t unit,
	const struct ends *x, struct str host,
	const struct end *net_last)
{
	flow_say(s, u, unit, "net>code", &x->net, &x->load, host, false);
	flow_say(s, u, unit, "net>exec", &x->net, &x->exec, host, x->streams.at != NULL);
	flow_say(s, u, unit, "data>code", &x->decode, &x->load, STR_NONE, false);
	flow_say(s, u, unit, "data>exec", &x->decode, &x->exec, STR_NONE, false);
	flow_say(s, u, unit, "env>net", &x->env, net_last, host, false);
	flow_say(s, u, unit, "cred>net", &x->cred, net_last, host, false);
	flow_say(s, u, unit, "file>net", &x->file, net_last, host, false);
	flow_say(s, u, unit, "host>net", &x->host, net_last, host, false);
	flow_say(s, u, unit, "net>persist", &x->net, &x->persist, host, false);
	flow_say(s, u, unit, "net>file", &x->net, &x->write, host, false);
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

/* Values of a whole unit: its calls by class, its texts by what they name. */
static void unit_facts(struct say *s, const struct code_unit *u, uint32_t unit, bool added)
{
	struct ends x = {{0}};
	struct end net_last = {0};
	struct str host = STR_NONE;

	for (size_t i = 0; i < u->n_events; i++) {
		const struct code_event *e = &u->events[i];
		bool fresh = added || event_is_new(s, u, e);
		unsigned classes = e->call ? classes_of(s, e->text) : 0;
		struct fact f;

		if (!e->call) {
			struct string_class c;

			if (fresh && !keyset_has(&s->texts, key_of(e->text, 2))) {
				text_facts(s, u, unit, e->text, &host);
				blob_facts(s, u, unit, e->text);
			}
			classify_string(e->text, &c);
			for (size_t k = 0; k < c.n; k++)
				if (c.items[k].kind == FACT_PATH && (str_is(c.items[k].key,
						"cred") ||
					str_is(c.items[k].key, "wallet") || str_is(c.items[k].key,
						"browser")))
					end_note(&x.cred, e, i, fresh, true);
			continue;
		}
		if (!classes)
			continue;
		call_note(&x, classes, e, i, fresh);
		if (classes & CODE_NET)
			net_last = (struct end){e, i, fresh};
		if (!fresh)
			continue;
		f = fact_in(u, unit);
		f.kind = FACT_CALL;
		f.key = e->text;
		f.detail = str_of(class_name(classes));
		read_fact(s->in, &f);
	}
	own_bytes_say(s, u, unit, &x);
	for (size_t i = 0; i < u->n_decoded; i++) {
		struct fact f = fact_in(u, unit);

		f.kind = FACT_DECODED;
		f.key = str_of(u->decoded[i].scheme);
		f.number = 1;
		f.value = str_part(u->decoded[i].text, 0, FACT_VALUE_BYTES);
		read_fact(s->in, &f);
	}
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
