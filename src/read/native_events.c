/* What one function calls and names: imports, texts, and texts that it puts together or decodes. */
#include "read/native_int.h"

#include "read/decode.h"

enum { DEPTH_MAX = 2, WRAPPER_BYTES = 320, VISITED_MAX = NATIVE_REACHED_MAX, STORES_MAX = 256, TEXT_MAX = 1024, TABLE_MAX = 16,
	BLOBS_MAX = 16, BLOB_BYTES = 256, KEYS_MAX = 16, RUN_MIN = 6, PUSHES = 8, VECTORS = 8, ENCODED_MIN = 10, KEY_MIN = 4, HIDDEN_MIN = 6, NAME_MIN = HIDDEN_MIN + 1, NUMBER_REGISTER_ARM64 = 8 };

/* What hides its name, and what is worth to be told the text of its first argument. */
enum { CODE_HIDES = CODE_EXEC | CODE_LOAD | CODE_MODULE | CODE_PERSIST | CODE_CRED | CODE_OTHER_WRITE | CODE_OTHER_RUN,
	CODE_TAKES_TEXT = CODE_EXEC | CODE_MODULE | CODE_FILE_READ | CODE_FILE_WRITE };

struct store {
	int64_t at;
	uint8_t width;
	uint64_t value;
};

/* Of the function that is being read. */
struct frame {
	const struct native_function *f;
	struct native_state state;
	uint32_t known; /* which of state.constants are */
	uint64_t vectors[VECTORS]; /* what a vector register was loaded from, 0 = not known */
	uint64_t pushed[PUSHES];
	unsigned n_pushed;
	struct store stores[STORES_MAX];
	size_t n_stores;
	uint64_t blobs[BLOBS_MAX]; /* data that it refers to */
	size_t n_blobs;
	struct str keys[KEYS_MAX]; /* what it could decode with */
	size_t n_keys;
	bool xors, texts;          /* texts: of a wrapper only the calls are wanted */
	bool asked;                /* for memory that may be executed */
	bool said_loop, said_call; /* said already: it decodes in a loop; it calls what it made */
	uint64_t mixed, stored;    /* where bytes were changed, and written, last; 0 = nowhere */
};

struct native_walk {
	struct read_in *in;
	const struct native_image *im;
	const uint8_t *fresh;
	struct native_reach *out;
	uint64_t visited[VISITED_MAX];
	size_t n_visited;
	unsigned depth;
	bool limit;
	struct frame frames[DEPTH_MAX + 1]; /* by depth */
};

static void text_event(struct native_walk *w, struct str s)
{
	code_event_add(w->in, w->out->unit, false, s);
	w->out->n_own += w->depth == 0;
}

static void call_event(struct native_walk *w, struct str s)
{
	code_event_add(w->in, w->out->unit, true, s);
}

/* Does it say something that programs hide, and little else? */
static bool is_telling(struct str s)
{
	struct string_class c;

	classify_string(s, &c);
	for (size_t i = 0; i < c.n; i++)
		if (c.items[i].value.len * 10 < s.len * 8)
			continue;
		else if ((c.items[i].kind == FACT_HOST && !(c.items[i].flags & STRING_ODD_TOP)) || c.items[i].kind == FACT_STRING ||
			(c.items[i].kind == FACT_PATH && !str_is(c.items[i].key, "temp") && !str_is(c.items[i].key, "system")))
			return true;
	return false;
}

static void decoded(struct native_walk *w, const char *scheme, struct str s)
{
	for (size_t i = 0; i < w->out->n_decoded; i++)
		if (str_equal(w->out->decoded[i].text, s))
			return;
	text_event(w, s);
	if (w->out->n_decoded < NATIVE_DECODED_MAX)
		w->out->decoded[w->out->n_decoded++] = (struct code_decoded){scheme, s};
}

/* --- arguments --- */

static bool argument(const struct native_walk *w, const struct frame *f, unsigned index, uint64_t *ret)
{
	static const uint8_t sysv[] = {7, 6, 2, 1, 8, 9}, win64[] = {1, 2, 8, 9};
	unsigned reg;

	if (w->im->cpu == NATIVE_X86) {
		if (index >= f->n_pushed || index >= PUSHES)
			return false;
		*ret = f->pushed[(f->n_pushed - 1 - index) % PUSHES];
		return true;
	}
	if (w->im->cpu == NATIVE_ARM64)
		reg = index;
	else if (w->im->windows)
		reg = index < 4 ? win64[index] : 31;
	else
		reg = index < 6 ? sysv[index] : 31;
	*ret = f->state.constants[reg];
	return f->known >> reg & 1;
}

/* Memory that may be executed: the number says so. */
static bool asks_for_code(const struct native_walk *w, const struct frame *f, struct str name)
{
	static const struct {
		const char *name;
		uint8_t index;
		bool windows;
	} asks[] = {{"mprotect", 2, false}, {"mmap", 2, false}, {"mmap64", 2, false}, {"VirtualAlloc", 3, true},
		{"VirtualProtect", 2, true}, {"NtProtectVirtualMemory", 3, true}, {"vm_protect", 4, false}};
	uint64_t v;

	for (size_t i = 0; i < sizeof(asks) / sizeof(asks[0]); i++)
		if (str_is(name, asks[i].name) && argument(w, f, asks[i].index, &v))
			return asks[i].windows ? (v & 0xf0) != 0 : (v & 4) != 0 && v < 8;
	return false;
}

/* Does the call open what its arguments name for writing? */
static bool asks_to_write(const struct native_walk *w, const struct frame *f, struct str name)
{
	uint64_t v;
	struct cursor c;

	if (!argument(w, f, 1, &v))
		return false;
	if (str_is(name, "open") || str_is(name, "open64"))
		return (v & 3) == 1 || (v & 3) == 2;
	if (str_starts(name, "CreateFile"))
		return (v & 0x40000000) != 0;
	if (!str_is(name, "fopen") && !str_is(name, "fopen64") && !str_is(name, "_wfopen"))
		return false;
	c = native_at(w->im, v);
	v = cursor_u8(&c);
	return v == 'w' || v == 'a';
}

/* Does it name a function of one of the classes? A pattern stands for a letter or two more. */
static bool names_api(struct str s, unsigned classes)
{
	for (size_t i = 0; i < n_native_apis; i++) {
		const struct code_api *api = &native_apis[i];
		size_t n = strlen(api->name);

		if (api->classes & classes && (api->name[n - 1] == '*' ? s.len >= n - 1 && s.len < n + 2 && memcmp(s.p, api->name, n - 1) == 0
				: str_is(s, api->name)))
			return true;
	}
	return false;
}

static bool is_hidden_name(struct str s)
{
	return s.len >= HIDDEN_MIN && names_api(s, CODE_HIDES);
}

static bool is_secret_name(struct str s)
{
	static const char *const words[] = {"secret", "token", "passw", "api_key", "apikey", "private", "credential", "access_key"};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (str_has_nocase(s, words[i]))
			return true;
	return false;
}

/* Hands a function to something that calls it: what it does is said by that function. */
static bool starts_other(struct str name)
{
	static const char *const names[] = {"pthread_create", "CreateThread", "_beginthreadex", "_beginthread", "atexit", "__cxa_atexit",
		"thrd_create", "QueueUserWorkItem", "SetTimer"};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (str_is(name, names[i]))
			return true;
	return false;
}

/* A text that was loaded earlier and is kept in a register is named again where a call gets it. */
static void argument_text(struct native_walk *w, struct frame *f, struct str name)
{
	const struct code_unit *u = w->out->unit;
	uint64_t at;
	struct str s;

	if (!f->texts || !names_api(name, CODE_TAKES_TEXT) || !argument(w, f, 0, &at) || !(s = native_text_at(w->im, at, TEXT_MAX)).len)
		return;
	for (size_t i = u->n_events; i > 0 && !u->events[i - 1].call; i--)
		if (str_equal(u->events[i - 1].text, s))
			return;
	text_event(w, s);
}

static void called(struct native_walk *w, struct frame *f, struct str name, bool import)
{
	const struct code_unit *u = w->out->unit;

	w->out->n_own += import && w->depth == 0 && !starts_other(name);

	argument_text(w, f, name);
	if (asks_for_code(w, f, name)) {
		f->asked = true;
		call_event(w, arena_printf(w->in->arena, "%.*s (executable)", STR_ARG(name)));
	} else if (asks_to_write(w, f, name))
		call_event(w, arena_printf(w->in->arena, "%.*s [writing]", STR_ARG(name)));
	else if (str_is(name, "dlsym") || str_is(name, "GetProcAddress")) {
		call_event(w, name);
		if (u->n_events > 1 && !u->events[u->n_events - 2].call && is_hidden_name(u->events[u->n_events - 2].text))
			call_event(w, u->events[u->n_events - 2].text);
	} else if (str_ends(name, "getenv") && u->n_events && !u->events[u->n_events - 1].call &&
		is_secret_name(u->events[u->n_events - 1].text))
		call_event(w, arena_printf(w->in->arena, "getenv $%.*s", STR_ARG(u->events[u->n_events - 1].text)));
	else
		call_event(w, name);
}

/* Calls of the system without a library between. */
static void system_call(struct native_walk *w, struct frame *f)
{
	static const struct {
		uint16_t x86_64, x86, arm64;
		const char *name;
	} calls[] = {{59, 11, 221, "execve"}, {41, 359, 198, "socket"}, {42, 362, 203, "connect"}, {101, 26, 117, "ptrace"},
		{319, 356, 279, "memfd_create"}, {322, 358, 281, "execveat"}, {33, 63, 24, "dup2"}, {10, 125, 226, "mprotect"}};
	unsigned reg = w->im->cpu == NATIVE_ARM64 ? NUMBER_REGISTER_ARM64 : 0;
	uint64_t n = f->state.constants[reg];

	if (!(f->known >> reg & 1))
		return;
	for (size_t i = 0; i < sizeof(calls) / sizeof(calls[0]); i++)
		if (n == (w->im->cpu == NATIVE_X86 ? calls[i].x86 : w->im->cpu == NATIVE_ARM64 ? calls[i].arm64 : calls[i].x86_64))
			called(w, f, str_of(calls[i].name), true);
}

/* --- texts put together on the stack: compilers do so with copies, so it is no disguise by itself --- */

static void stores_read(struct native_walk *w, struct frame *f)
{
	char run[STORES_MAX * NATIVE_STORE_BYTES + 1];
	size_t n = 0;
	int64_t end = 0;

	/* ascending by place: insertion keeps it simple, and there are few */
	for (size_t i = 1; i < f->n_stores; i++)
		for (size_t k = i; k > 0 && f->stores[k].at < f->stores[k - 1].at; k--) {
			struct store s = f->stores[k];

			f->stores[k] = f->stores[k - 1];
			f->stores[k - 1] = s;
		}
	for (size_t i = 0; i <= f->n_stores; i++) {
		const struct store *s = &f->stores[i];
		/* several may write the same bytes again: compilers end a text with a store that overlaps */
		bool joined = i && i < f->n_stores && s->at <= end;
		int64_t from_byte = joined ? end - s->at : 0;

		if (!joined) {
			struct str whole = str_view(run, n);

			for (size_t from = 0, k = 0; k <= n; k++) {
				bool text = k < n && whole.p[k] >= 0x20 && whole.p[k] < 0x7f;

				if (text)
					continue;
				if (k - from >= RUN_MIN)
					text_event(w, arena_str(w->in->arena, str_part(whole, from, k - from)));
				from = k + 1;
			}
			if (n >= ENCODED_MIN && f->n_keys < KEYS_MAX)
				f->keys[f->n_keys++] = arena_str(w->in->arena, whole);
			n = 0;
		}
		for (int64_t k = from_byte; i < f->n_stores && k < s->width; k++)
			run[n++] = (char)(s->value >> (8 * k));
		if (i < f->n_stores && (!joined || s->at + s->width > end))
			end = s->at + s->width;
	}
	f->n_stores = 0;
}

/* Do both say the same about the bytes that they share? */
static bool agree(const struct store *a, const struct native_insn *x, uint64_t value)
{
	for (unsigned k = 0; k < x->width; k++) {
		int64_t at = x->at + k - a->at;

		if (at >= 0 && at < a->width && (uint8_t)(a->value >> (8 * at)) != (uint8_t)(value >> (8 * k)))
			return false;
	}
	return true;
}

static void store(struct native_walk *w, struct frame *f, const struct native_insn *x, uint64_t value)
{
	for (size_t i = 0; i < f->n_stores; i++)
		if (!agree(&f->stores[i], x, value)) {
			stores_read(w, f); /* the place is used again: what stood there was whole */
			break;
		}
	if (f->n_stores == STORES_MAX)
		stores_read(w, f);
	f->stores[f->n_stores++] = (struct store){x->at, x->width, value};
}

/* 16 bytes of the image that pass through a vector register. */
static void vector(struct native_walk *w, struct frame *f, const struct native_insn *x)
{
	struct native_insn half = {.width = 8, .at = x->at};
	struct cursor c;

	if (x->width != 16) {
		f->vectors[x->vector] = x->has_target ? x->target : 0;
		return;
	}
	if (!f->vectors[x->vector])
		return;
	c = native_at(w->im, f->vectors[x->vector]);
	store(w, f, &half, cursor_u64le(&c));
	half.at += 8;
	store(w, f, &half, cursor_u64le(&c));
}

static void constant(struct native_walk *w, struct frame *f, const struct native_insn *x)
{
	if (x->is_constant && x->width) {
		store(w, f, x, x->constant);
	} else if (x->is_constant && x->to == NATIVE_CONSTANTS - 1 && w->im->cpu != NATIVE_ARM64) {
		f->pushed[f->n_pushed++ % PUSHES] = x->constant;
	} else if (x->copies >= 0) {
		f->state.constants[x->to] = f->state.constants[x->copies];
		f->known = f->known >> x->copies & 1 ? f->known | 1u << x->to : f->known & ~(1u << x->to);
	} else if (x->loses >= 0) {
		f->known &= ~(1u << x->loses);
	} else if (x->is_constant) {
		f->state.constants[x->to] = x->constant;
		f->known |= 1u << x->to;
	} else if (x->from >= 0 && (f->known >> x->from & 1) && x->from != 31) {
		store(w, f, x, f->state.constants[x->from]);
	}
}

/* --- encoded data --- */

static void decode_with(struct native_walk *w, struct str data, struct str key)
{
	char out[BLOB_BYTES];
	size_t n = 0, same = 0;
	bool whole;

	while (n < data.len && n < BLOB_BYTES) {
		char c = (char)(data.p[n] ^ key.p[n % key.len]);

		if (c < 0x20 || c >= 0x7f)
			break;
		/* what differs in case only could be read before, there or in the key */
		same += ((c ^ data.p[n]) & ~0x20) == 0 || (key.len > 1 && (data.p[n] & ~0x20) == 0);
		out[n++] = c;
	}
	/* Texts give other texts under many keys: it has to end where a text would, and be nothing else. */
	whole = n == data.len || (n < data.len && data.p[n] == key.p[n % key.len]) || str_has(str_view(out, n), "://");
	if (whole && is_hidden_name(str_view(out, n)))
		decoded(w, "xor", arena_str(w->in->arena, str_view(out, n)));
	else if (n >= ENCODED_MIN && whole && same * 8 < n && is_telling(str_view(out, n)))
		decoded(w, "xor", arena_str(w->in->arena, str_view(out, n)));
}

/* A longer key turns text into bytes that are none. */
static bool is_readable(struct str s)
{
	for (size_t i = 0; i < ENCODED_MIN && i < s.len; i++)
		if (s.p[i] < 0x20 || s.p[i] >= 0x7f)
			return false;
	return true;
}

/* Every byte of a key changes something. */
static bool is_key(struct str s)
{
	return s.len >= KEY_MIN && !memchr(s.p, 0, s.len);
}

static void encoded(struct native_walk *w, struct frame *f)
{
	struct str data[BLOBS_MAX + KEYS_MAX];
	size_t n = 0;

	for (size_t i = 0; i < f->n_blobs; i++) {
		struct cursor c = native_at(w->im, f->blobs[i]);

		if (c.len >= NAME_MIN)
			data[n++] = str_view(c.base, c.len < BLOB_BYTES ? c.len : BLOB_BYTES);
	}
	for (size_t i = 0; i < f->n_keys; i++)
		if (f->keys[i].len >= ENCODED_MIN)
			data[n++] = f->keys[i];
	for (size_t i = 0; i < n; i++) {
		if (!budget_step(w->in->budget, 256 + f->n_keys * 4)) {
			w->limit = true;
			return;
		}
		for (int k = 1; k < 256; k++) {
			char key = (char)k;

			decode_with(w, data[i], str_view(&key, 1));
		}
		for (size_t k = 0; k < f->n_keys && !is_readable(data[i]); k++)
			if (is_key(f->keys[k]))
				decode_with(w, data[i], f->keys[k]);
	}
}

/* --- references --- */

/* UTF-16 as Windows programs write it, to 8 bits; empty if it is none. */
static struct str wide_text_at(struct native_walk *w, uint64_t address)
{
	struct cursor c = native_at(w->im, address);
	char out[TEXT_MAX];
	size_t n = 0;

	while (n < TEXT_MAX && cursor_left(&c) >= 2) {
		uint16_t u = cursor_u16le(&c);

		if (u == 0)
			return n >= 4 ? arena_str(w->in->arena, str_view(out, n)) : STR_NONE;
		if (u < 0x20 || u >= 0x7f)
			break;
		out[n++] = (char)u;
	}
	return STR_NONE;
}

static bool text_there(struct native_walk *w, struct frame *f, uint64_t address)
{
	struct str s = native_text_at(w->im, address, TEXT_MAX);

	if (!s.len && w->im->windows)
		s = wide_text_at(w, address);
	if (!s.len)
		return false;
	if (!budget_step(w->in->budget, s.len / 32 + 1))
		w->limit = true;
	if (f->texts)
		text_event(w, s);
	if (f->n_keys < KEYS_MAX && s.len <= 64)
		f->keys[f->n_keys++] = s;
	return true;
}

static void function_read(struct native_walk *w, const struct native_function *of, bool texts);

/* A function of the image that is called, or whose address is taken. */
static void descend(struct native_walk *w, uint64_t address, bool texts)
{
	const struct native_function *f = native_function_of(w->im, address, false);
	bool fresh = f && w->fresh && w->fresh[f - w->im->functions];

	if (!f || w->depth >= DEPTH_MAX || (!fresh && f->bytes > WRAPPER_BYTES))
		return;
	for (size_t i = 0; i < w->n_visited; i++)
		if (w->visited[i] == address)
			return;
	if (w->n_visited == VISITED_MAX)
		return;
	if (fresh)
		w->out->reached[w->out->n_reached++] = (uint32_t)(f - w->im->functions);
	w->depth++;
	function_read(w, f, texts && fresh);
	w->depth--;
}

/* A table of texts: pointers one behind the other. */
static bool table_there(struct native_walk *w, struct frame *f, uint64_t address)
{
	unsigned each = w->im->cpu == NATIVE_X86 ? 4 : 8, n = 0;

	for (unsigned i = 0; i < TABLE_MAX; i++) {
		const struct native_slot *slot = native_slot_of(w->im, address + i * each);
		struct cursor c = native_at(w->im, address + i * each);
		uint64_t to = slot ? slot->target : each == 4 ? cursor_u32le(&c) : cursor_u64le(&c);

		if (!slot && (to < 0x1000 || to < w->im->base || to >= w->im->end))
			break;
		if (!to || !text_there(w, f, to))
			break;
		n++;
	}
	return n > 0;
}

static void data_reference(struct native_walk *w, struct frame *f, uint64_t address)
{
	const struct native_slot *slot = native_slot_of(w->im, address);

	if (slot && slot->name.len) {
		called(w, f, slot->name, true);
		return;
	}
	if (slot && native_is_code(w->im, slot->target)) {
		descend(w, slot->target, f->texts);
		return;
	}
	if (native_is_code(w->im, address)) {
		descend(w, address, f->texts);
		return;
	}
	if (text_there(w, f, address) || table_there(w, f, address)) {
		/* it may be encoded all the same */
	}
	for (size_t i = 0; i < f->n_blobs; i++)
		if (f->blobs[i] == address)
			return;
	if (f->n_blobs < BLOBS_MAX)
		f->blobs[f->n_blobs++] = address;
}

static void branch_reference(struct native_walk *w, struct frame *f, const struct native_insn *x)
{
	const struct native_slot *slot;
	bool import = false;
	uint64_t to;
	struct str name;

	if (x->through) {
		slot = native_slot_of(w->im, x->target);
		if (slot && slot->name.len)
			called(w, f, slot->name, true);
		else if (slot)
			descend(w, slot->target, f->texts);
		return;
	}
	if (x->kind != NATIVE_CALL && x->target >= f->f->address && x->target - f->f->address < f->f->bytes)
		return;
	name = native_callee(w->im, x->target, &import, &to);
	if (name.len)
		called(w, f, name, import);
	if (!import)
		descend(w, to, f->texts);
}

/* Bytes that are changed and written again and again; code that is called where it was put. */
static void ways(struct native_walk *w, struct frame *f, uint64_t address, const struct native_insn *x)
{
	if (x->mixes)
		f->mixed = address;
	if (x->stores_bytes)
		f->stored = address;
	if ((x->kind == NATIVE_BRANCH || x->kind == NATIVE_JUMP) && x->has_target && x->target <= address && x->target >= f->f->address &&
		f->mixed >= x->target && f->stored >= x->target && !f->said_loop) {
		f->said_loop = true;
		call_event(w, STR("decodes bytes in a loop"));
	}
	if (x->computed && f->asked && !f->said_call) {
		f->said_call = true;
		call_event(w, STR("calls what stands in memory that it made"));
	}
}

static void insn_read(struct native_walk *w, struct frame *f, uint64_t address, const struct native_insn *x)
{
	ways(w, f, address, x);
	f->xors = f->xors || x->xors;
	w->out->walks_loader = w->out->walks_loader || x->peb;
	if (w->out->decode && f->texts && x->vector >= 0)
		vector(w, f, x);
	else if (w->out->decode && f->texts)
		constant(w, f, x);
	if (x->kind == NATIVE_SYSCALL)
		system_call(w, f);
	else if (x->has_target && x->kind != NATIVE_PLAIN)
		branch_reference(w, f, x);
	else if (x->has_target)
		data_reference(w, f, x->target);
	if (x->kind == NATIVE_CALL) {
		f->known &= w->im->cpu == NATIVE_ARM64 ? ~0x7ffffu : w->im->windows ? 0xf0e8u : 0xf028u; /* what calls leave alone */
		f->n_pushed = 0;
	} else if (x->has_target && x->kind == NATIVE_PLAIN && w->im->cpu == NATIVE_ARM64) {
		bool formed = (x->word & 0x9f000000) == 0x10000000 || (x->word & 0xff800000) == 0x91000000;

		f->state.constants[x->word & 31] = x->target;
		f->known = formed ? f->known | 1u << (x->word & 31) : f->known & ~(1u << (x->word & 31));
	}
}

static void function_read(struct native_walk *w, const struct native_function *of, bool texts)
{
	struct frame *f = &w->frames[w->depth];
	struct cursor c = cursor_clip(&w->im->bytes, of->offset, of->bytes);

	memset(f, 0, sizeof(*f));
	f->f = of;
	f->texts = texts;
	w->visited[w->n_visited++] = of->address;
	if (!budget_step(w->in->budget, of->bytes / 8 + 16)) {
		w->limit = true;
		return;
	}
	while (cursor_left(&c) && !w->limit && w->out->unit->n_events < CODE_EVENTS_MAX) {
		struct native_insn x;

		native_decode(w->im, c.base + c.pos, cursor_left(&c), of->address + c.pos, &f->state, &x);
		if (x.bytes)
			insn_read(w, f, of->address + c.pos, &x);
		cursor_skip(&c, x.bytes ? x.bytes : w->im->cpu == NATIVE_ARM64 && cursor_left(&c) >= 4 ? 4 : 1);
	}
	if (w->out->decode && texts) {
		stores_read(w, f);
		if (f->xors)
			encoded(w, f);
	}
}

struct native_walk *native_walk_new(struct read_in *in, const struct native_image *im, const uint8_t *fresh)
{
	struct native_walk *w = ARENA_NEW(in->arena, struct native_walk);

	w->in = in;
	w->im = im;
	w->fresh = fresh;
	return w;
}

bool native_events(struct native_walk *w, const struct native_function *f, struct native_reach *ret)
{
	w->out = ret;
	w->n_visited = 0;
	function_read(w, f, true);
	return !w->limit;
}
