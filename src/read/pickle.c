/*
 * Pickles: what Python's object files do when they are opened. A pickle is a program for a small stack
 * machine (pickletools.py names its opcodes): GLOBAL and STACK_GLOBAL fetch a function by module and name,
 * REDUCE, OBJ, INST and NEWOBJ call it. Data fetches classes and rebuilders; one that starts a process or
 * runs text is no data. The opcodes are followed without doing anything: texts, tuples, lists and fetched
 * names are kept, all else is "something". Model files (.pt, .joblib, .bin) are pickles, or zips of them;
 * between their opcodes may lie raw arrays, behind which we go on where a telling name is fetched.
 */
#include "read/front.h"
#include "read/readers.h"
#include "read/strings.h"
#include "util/hash.h"

enum { STACK_MAX = 1 << 14, MEMO_MAX = 1 << 18, ITEMS_MAX = 64, CALLS_MAX = 64, NAME_BYTES = 96, TEXT_BYTES = 1024, LINE_BYTES = 64 << 10,
	KEPT_MAX = 64 << 20, PICKLE_MAX_BYTES = 512 << 20 };

enum kind { SOMETHING, MARK, TEXT, GLOBAL, TUPLE, ATTRIBUTE };

struct value {
	enum kind kind;
	struct str text;     /* of a text; the name of a global; the name that an attribute getter asks for */
	struct value *items; /* of a tuple or list */
	uint32_t n;
};

struct call {
	struct str name, argument;
	uint8_t class_; /* enum js_class */
	size_t at;
};

struct machine {
	struct read_in *in;
	struct cursor c;
	struct value *stack, *memo;
	size_t n_stack, room_stack, n_memo, room_memo;
	struct call calls[CALLS_MAX];
	size_t n_calls;
	size_t kept; /* bytes of values; when there are too many, arguments are forgotten, never what is called */
	bool stopped;
};

static const struct value something = {.kind = SOMETHING};

static void push(struct machine *m, struct value v)
{
	if (m->n_stack == STACK_MAX) { /* what is called lies on top */
		memmove(m->stack, m->stack + STACK_MAX / 2, STACK_MAX / 2 * sizeof(*m->stack));
		m->n_stack = STACK_MAX / 2;
	}
	*ARENA_PUSH(m->in->arena, m->stack, m->n_stack, m->room_stack) = v;
}

static struct value pop(struct machine *m)
{
	return m->n_stack ? m->stack[--m->n_stack] : something;
}

static struct value list_new(struct machine *m, size_t n)
{
	struct value list = {.kind = TUPLE};

	if (m->kept > KEPT_MAX || !n)
		return list;
	list.n = (uint32_t)(n < ITEMS_MAX ? n : ITEMS_MAX);
	list.items = ARENA_ARRAY(m->in->arena, list.n, struct value);
	m->kept += list.n * sizeof(*list.items);
	return list;
}

/* The values above the last mark, which goes as well. */
static struct value pop_to_mark(struct machine *m)
{
	struct value list;
	size_t from = m->n_stack;

	while (from && m->stack[from - 1].kind != MARK)
		from--;
	list = list_new(m, m->n_stack - from);
	if (list.n)
		memcpy(list.items, m->stack + from, list.n * sizeof(*list.items));
	m->n_stack = from ? from - 1 : 0;
	return list;
}

static void tuple_of(struct machine *m, uint32_t n)
{
	struct value t = list_new(m, n);

	while (n-- > 0) {
		struct value v = pop(m);

		if (n < t.n)
			t.items[n] = v;
	}
	push(m, t);
}

/* What is added to a list that was begun. */
static void extend(struct machine *m, struct value more)
{
	struct value *list = m->n_stack ? &m->stack[m->n_stack - 1] : NULL, whole;

	if (!list || list->kind != TUPLE || list->n + more.n > ITEMS_MAX)
		return;
	whole = list_new(m, list->n + more.n);
	if (whole.n && list->n)
		memcpy(whole.items, list->items, list->n * sizeof(*whole.items));
	if (whole.n && more.n)
		memcpy(whole.items + list->n, more.items, more.n * sizeof(*whole.items));
	*list = whole;
}

static void memo_put(struct machine *m, uint64_t at)
{
	if (at >= MEMO_MAX || !m->n_stack)
		return;
	while (m->n_memo <= at)
		*ARENA_PUSH(m->in->arena, m->memo, m->n_memo, m->room_memo) = something;
	m->memo[at] = m->stack[m->n_stack - 1];
}

static void memo_get(struct machine *m, uint64_t at)
{
	push(m, at < m->n_memo ? m->memo[at] : something);
}

/* ---- names and calls ---- */

static struct value global(struct machine *m, struct str module, struct str name)
{
	struct value v = {.kind = GLOBAL, .text = name}; /* texts lie in the member */

	if (module.len + name.len > NAME_BYTES || m->kept > 4 * (size_t)KEPT_MAX)
		return something;
	module = str_is(module, "commands") ? STR("subprocess") : front_python.module(module); /* its name in Python 2 */
	if (module.len && !str_is(module, "builtins") && !str_is(module, "__builtin__"))
		v.text = arena_printf(m->in->arena, "%.*s.%.*s", STR_ARG(module), STR_ARG(name));
	m->kept += NAME_BYTES;
	return v;
}

static uint8_t class_of(struct str name)
{
	const struct js j = {.front = &front_python};
	const struct js_api *row = js_api_find(&j, name, API_CALL);

	if (!row)
		return CLASS_NONE;
	return row->class_ == CLASS_EXEC || row->class_ == CLASS_CODE || row->class_ == CLASS_NET || row->class_ == CLASS_FS_DELETE ? row->class_
																   : CLASS_NONE;
}

/* The words of arguments: texts, and lists of them. */
static struct str words_of(struct arena *a, const struct value *v, int depth)
{
	struct str all = STR("");

	if (v->kind == TEXT)
		return str_part(v->text, 0, TEXT_BYTES);
	for (uint32_t i = 0; v->kind == TUPLE && i < v->n && depth < 3 && all.len < TEXT_BYTES; i++) {
		struct str word = words_of(a, &v->items[i], depth + 1);

		if (word.len)
			all = arena_printf(a, "%.*s%s%.*s", STR_ARG(all), all.len ? " " : "", STR_ARG(word));
	}
	return str_part(all, 0, TEXT_BYTES);
}

static struct value member_of(struct machine *m, const struct value *object, const struct value *name)
{
	return object->kind == GLOBAL && name->kind == TEXT ? global(m, object->text, name->text) : something;
}

static struct value called(struct machine *m, struct value f, struct value args, size_t at)
{
	bool two = args.kind == TUPLE && args.n >= 2, one = args.kind == TUPLE && args.n >= 1;
	uint8_t class_;

	if (f.kind == ATTRIBUTE)
		return one ? member_of(m, &args.items[0], &(struct value){.kind = TEXT, .text = f.text}) : something;
	if (f.kind != GLOBAL)
		return something;
	if (str_is(f.text, "getattr") && two)
		return member_of(m, &args.items[0], &args.items[1]);
	if ((str_is(f.text, "operator.attrgetter") || str_is(f.text, "operator.methodcaller")) && one && args.items[0].kind == TEXT)
		return (struct value){.kind = ATTRIBUTE, .text = args.items[0].text};
	if ((str_is(f.text, "__import__") || str_is(f.text, "importlib.import_module")) && one && args.items[0].kind == TEXT)
		return (struct value){.kind = GLOBAL, .text = front_python.module(args.items[0].text)};
	class_ = class_of(f.text);
	if (class_ != CLASS_NONE && m->n_calls < CALLS_MAX)
		m->calls[m->n_calls++] = (struct call){f.text, words_of(m->in->arena, &args, 0), class_, at};
	return something;
}

/* ---- opcodes ---- */

static struct str line(struct machine *m)
{
	size_t left = cursor_left(&m->c) < LINE_BYTES ? cursor_left(&m->c) : LINE_BYTES;
	const uint8_t *p = cursor_peek(&m->c, left), *end = p ? memchr(p, '\n', left) : NULL;
	struct str s;

	if (!end) {
		m->c.bad = true;
		return STR("");
	}
	s = cursor_str(&m->c, (size_t)(end - p));
	cursor_skip(&m->c, 1);
	return s.len && s.p[s.len - 1] == '\r' ? str_part(s, 0, s.len - 1) : s;
}

static void push_text(struct machine *m, uint64_t n)
{
	if (n > cursor_left(&m->c)) {
		m->c.bad = true;
		return;
	}
	push(m, (struct value){.kind = TEXT, .text = cursor_str(&m->c, (size_t)n)});
}

static void push_data(struct machine *m, uint64_t n)
{
	if (n > cursor_left(&m->c))
		m->c.bad = true;
	else
		cursor_skip(&m->c, (size_t)n);
	push(m, something);
}

static struct str unquoted(struct str s)
{
	return s.len >= 2 && (s.p[0] == '\'' || s.p[0] == '"') ? str_part(s, 1, s.len - 2) : s;
}

static uint64_t number(struct str s)
{
	uint64_t n = 0;

	return str_to_u64(s, 10, &n) ? n : MEMO_MAX;
}

static void fetch_by_stack(struct machine *m)
{
	struct value name = pop(m), module = pop(m);

	push(m, name.kind == TEXT && module.kind == TEXT ? global(m, module.text, name.text) : something);
}

static void call_with(struct machine *m, size_t at)
{
	struct value args = pop(m), f = pop(m);

	push(m, called(m, f, args, at));
}

static void call_above_mark(struct machine *m, size_t at)
{
	struct value all = pop_to_mark(m), f = all.n ? all.items[0] : something;

	if (all.n) {
		all.items++;
		all.n--;
	}
	push(m, called(m, f, all, at));
}

static void call_named(struct machine *m, size_t at)
{
	struct str module = line(m), name = line(m);
	struct value args = pop_to_mark(m);

	push(m, called(m, global(m, module, name), args, at));
}

static void fetch_by_lines(struct machine *m)
{
	struct str module = line(m), name = line(m);

	push(m, global(m, module, name));
}

static void drop(struct machine *m, int n)
{
	while (n--)
		(void)pop(m);
}

/* One opcode; false where there is none of this number. */
static bool step(struct machine *m)
{
	size_t at = m->c.pos;
	struct value v;

	switch (cursor_u8(&m->c)) {
	case '(': push(m, (struct value){.kind = MARK}); return true;
	case '.': m->stopped = true; return true;
	case '0': drop(m, 1); return true;
	case '1': (void)pop_to_mark(m); return true;
	case '2': push(m, m->n_stack ? m->stack[m->n_stack - 1] : something); return true;
	case 'F': case 'I': case 'L': case 'P': (void)line(m); push(m, something); return true;
	case 'J': push_data(m, 4); return true;
	case 'K': push_data(m, 1); return true;
	case 'M': push_data(m, 2); return true;
	case 'G': push_data(m, 8); return true;
	case 'N': case 0x88: case 0x89: case 0x8f: case 0x97: case '}': push(m, something); return true;
	case 'Q': case 0x98: drop(m, 1); push(m, something); return true;
	case 'S': push(m, (struct value){.kind = TEXT, .text = unquoted(line(m))}); return true;
	case 'V': push(m, (struct value){.kind = TEXT, .text = line(m)}); return true;
	case 'T': case 'X': case 'B': push_text(m, cursor_u32le(&m->c)); return true;
	case 'U': case 'C': case 0x8c: push_text(m, cursor_u8(&m->c)); return true;
	case 0x8d: case 0x8e: case 0x96: push_text(m, cursor_u64le(&m->c)); return true;
	case 0x8a: push_data(m, cursor_u8(&m->c)); return true;
	case 0x8b: push_data(m, cursor_u32le(&m->c)); return true;
	case 'a': v = pop(m); extend(m, (struct value){.kind = TUPLE, .n = 1, .items = &v}); return true;
	case 'e': extend(m, pop_to_mark(m)); return true;
	case 'b': drop(m, 1); return true;
	case 's': drop(m, 2); return true;
	case 'u': case 0x90: (void)pop_to_mark(m); return true;
	case 'd': case 0x91: (void)pop_to_mark(m); push(m, something); return true;
	case 'l': case 't': push(m, pop_to_mark(m)); return true;
	case ']': case ')': push(m, (struct value){.kind = TUPLE}); return true;
	case 0x85: tuple_of(m, 1); return true;
	case 0x86: tuple_of(m, 2); return true;
	case 0x87: tuple_of(m, 3); return true;
	case 'c': fetch_by_lines(m); return true;
	case 0x93: fetch_by_stack(m); return true;
	case 'i': call_named(m, at); return true;
	case 'o': call_above_mark(m, at); return true;
	case 'R': case 0x81: call_with(m, at); return true;
	case 0x92: drop(m, 1); call_with(m, at); return true;
	case 'g': memo_get(m, number(line(m))); return true;
	case 'h': memo_get(m, cursor_u8(&m->c)); return true;
	case 'j': memo_get(m, cursor_u32le(&m->c)); return true;
	case 'p': memo_put(m, number(line(m))); return true;
	case 'q': memo_put(m, cursor_u8(&m->c)); return true;
	case 'r': memo_put(m, cursor_u32le(&m->c)); return true;
	case 0x94: memo_put(m, m->n_memo); return true;
	case 0x80: cursor_skip(&m->c, 1); return true;
	case 0x82: cursor_skip(&m->c, 1); push(m, something); return true;
	case 0x83: cursor_skip(&m->c, 2); push(m, something); return true;
	case 0x84: cursor_skip(&m->c, 4); push(m, something); return true;
	case 0x95: cursor_skip(&m->c, 8); return true;
	default: return false;
	}
}

/* ---- behind raw data ---- */

static bool is_name(struct str s)
{
	for (size_t i = 0; i < s.len; i++)
		if (!((s.p[i] | 32) >= 'a' && (s.p[i] | 32) <= 'z') && !(s.p[i] >= '0' && s.p[i] <= '9') && s.p[i] != '_' && s.p[i] != '.')
			return false;
	return s.len > 0 && s.len < NAME_BYTES / 2;
}

static struct str short_text(struct cursor *c)
{
	struct str s;

	if (cursor_u8(c) != 0x8c)
		return STR("");
	s = cursor_str(c, cursor_u8(c));
	if (cursor_left(c) && *cursor_peek(c, 1) == 0x94)
		cursor_skip(c, 1);
	return cursor_ok(c) ? s : STR("");
}

/* Is a function fetched here that is no data's? */
static bool tells_here(struct machine *m, size_t at)
{
	struct machine look = {.in = m->in, .c = m->c};
	uint8_t op = m->c.base[at];
	struct str module, name;

	look.c.bad = false;
	look.c.pos = at;
	if (op == 'c' || op == 'i') {
		cursor_skip(&look.c, 1);
		look.c.len = look.c.len - look.c.pos > 2 * NAME_BYTES ? look.c.pos + 2 * NAME_BYTES : look.c.len;
		module = line(&look);
		name = line(&look);
	} else {
		module = short_text(&look.c);
		name = short_text(&look.c);
	}
	return cursor_ok(&look.c) && is_name(module) && is_name(name) && class_of(global(m, module, name).text) != CLASS_NONE;
}

/* Goes to the next place that counts; false at the end. */
static bool seek(struct machine *m, size_t from)
{
	for (size_t i = from; i < m->c.len; i++) {
		uint8_t b = m->c.base[i];

		if ((i & 0xffff) == 0 && !budget_step(m->in->budget, 4096))
			return false;
		if ((b != 'c' && b != 'i' && b != 0x8c) || !tells_here(m, i))
			continue;
		m->c.bad = false;
		m->c.pos = i;
		m->n_stack = 0;
		return true;
	}
	return false;
}

static void run(struct machine *m)
{
	for (;;) {
		size_t at = m->c.pos;

		if (!cursor_left(&m->c) || !budget_step(m->in->budget, 1))
			return;
		m->stopped = false;
		if (step(m) && cursor_ok(&m->c) && !m->stopped)
			continue;
		if (m->stopped && cursor_left(&m->c) && *cursor_peek(&m->c, 1) == 0x80)
			continue; /* one behind the other */
		if (!seek(m, at + 1))
			return;
	}
}

/* ---- the reader ---- */

static bool has_name(struct str path)
{
	static const char *const ends[] = {".pkl", ".pickle", ".joblib", ".dill", ".pt", ".ckpt", ".sav"};

	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++)
		if (str_ends_nocase(path, ends[i]))
			return true;
	return false;
}

static bool is_numpy(struct cursor c)
{
	return c.len > 16 && memcmp(c.base, "\x93NUMPY\x01", 7) == 0;
}

static int claim(const struct read_in *in)
{
	const uint8_t *p = in->new_.base;

	if (!p || in->new_.len < 4 || in->new_.len > PICKLE_MAX_BYTES)
		return 0;
	if (p[0] == 0x80 && p[1] >= 2 && p[1] <= 5 && (p[2] == 0x95 || (p[2] >= ' ' && p[2] < 0x7f) || (p[2] >= 0x88 && p[2] <= 0x8f)))
		return 50;
	if (is_numpy(in->new_))
		return str_has(str_view(p, 128 < in->new_.len ? 128 : in->new_.len), "'|O'") ? 50 : 0;
	return has_name(in->path) && strchr("(c]}lid", p[0]) && p[0] ? 50 : 0; /* protocols 0 and 1 */
}

static bool had(const struct machine *old, const struct call *c)
{
	for (size_t i = 0; old && i < old->n_calls; i++)
		if (str_equal(old->calls[i].name, c->name) && str_equal(old->calls[i].argument, c->argument))
			return true;
	return false;
}

static void say_words(struct read_in *in, const struct call *c, struct fact at)
{
	struct string_class words;

	classify_string(c->argument, &words);
	for (size_t i = 0; i < words.n; i++) {
		at.kind = words.items[i].kind;
		at.key = arena_str(in->arena, str_part(words.items[i].key, 0, FACT_KEY_BYTES));
		at.value = arena_str(in->arena, str_part(words.items[i].value, 0, FACT_VALUE_BYTES));
		at.detail = STR("");
		read_fact(in, &at);
	}
}

static void say_call(struct read_in *in, const struct call *c)
{
	struct arena *a = in->arena;
	struct unit u = {.change = UNIT_ADDED, .offset = c->at, .length = 1, .name = arena_printf(a, "call of %.*s at %zu", STR_ARG(c->name), c->at)};
	struct fact f = {.kind = FACT_FLOW, .flags = FACT_NEW_SOURCE | FACT_NEW_SINK | FACT_TOP_LEVEL, .unit = read_unit(in, &u), .offset = c->at,
		.length = 1, .number = 3, .key = STR("own>code")};

	f.value = arena_printf(a, "%.*s(%.*s)", STR_ARG(c->name), STR_ARG(str_part(c->argument, 0, 400)));
	f.detail = arena_printf(a, "opcodes of a pickle\n-> %.*s", STR_ARG(c->name));
	f.excerpt = str_part(f.value, 0, FACT_EXCERPT_BYTES);
	read_fact(in, &f);
	f.kind = FACT_CALL;
	f.key = c->name;
	f.value = str_part(c->argument, 0, FACT_VALUE_BYTES);
	f.detail = str_of(js_class_name((enum js_class)c->class_));
	f.flags = FACT_CONSTANT | FACT_TOP_LEVEL;
	read_fact(in, &f);
	say_words(in, c, f);
}

static struct machine *machine_run(struct read_in *in, struct cursor bytes)
{
	struct machine *m = ARENA_NEW(in->arena, struct machine);

	m->in = in;
	m->c = bytes;
	if (is_numpy(bytes)) /* "\x93NUMPY", two bytes of version, the length of a text, the text: objects come behind it */
		cursor_skip(&m->c, 10 + (uint64_t)bytes.base[8] + ((uint64_t)bytes.base[9] << 8));
	run(m);
	return m;
}

static enum status pickle_read(struct read_in *in)
{
	struct machine *m = machine_run(in, in->new_);
	struct machine *old = m->n_calls && in->has_old && in->old.base ? machine_run(in, in->old) : NULL;

	for (size_t i = 0; i < m->n_calls; i++)
		if (!had(old, &m->calls[i]))
			say_call(in, &m->calls[i]);
	read_cover(in, COVER_SHALLOW, in->new_.len, "what it calls");
	return STATUS_OK;
}

const struct reader reader_pickle = {"pickle", "what pickles and model files call when they are opened", claim, pickle_read};
