/*
 * Compiled Python: u16 magic (3.7 3394, 3.8 3413, 3.9 3425, 3.10 3439, 3.11 3495, 3.12 3531, 3.13
 * 3571, 3.14 3627), "\r\n", 12 bytes, then a marshalled code object: numbers (3.7: 5, to 3.10: 6,
 * from 3.11: 5), code, constants, names, then 3.7 to 3.10: names of variables, free and cell
 * variables, file, name, u32 line, line table; from 3.11: names and kinds of locals, file, name,
 * qualified name, u32 line, two tables. Names stand in the order of their first use.
 */
#include "read/code_units.h"
#include "read/readers.h"
#include "util/hash.h"

enum { DEPTH_MAX = 64, REFS_MAX = 1 << 20, ITEMS_MAX = 1 << 20, PYC_HEADER = 16 };

enum { MAGIC_37 = 3390, MAGIC_38 = 3400, MAGIC_311 = 3450, MAGIC_MAX = 3700 };

enum kind { KIND_OTHER, KIND_TEXT, KIND_BYTES, KIND_TUPLE, KIND_CODE, KIND_BAD };

struct value {
	enum kind kind;
	struct str text;
	struct value *items; /* of a tuple: texts and bytes only matter */
	size_t n;
	uint64_t hash;
};

struct parse {
	struct read_in *in;
	struct cursor c;
	uint16_t magic;
	struct value *refs;
	size_t n_refs, room_refs;
	struct code_image *image;
	unsigned depth;
};

static int claim(const struct read_in *in)
{
	return in->format == FORMAT_PYC ? 90 : 0;
}

static struct value object(struct parse *p);

static struct value bad(struct parse *p)
{
	p->c.bad = true;
	p->c.pos = p->c.len;
	return (struct value){.kind = KIND_BAD};
}

static struct value text(struct parse *p, uint64_t n, enum kind kind)
{
	struct value v = {.kind = kind, .text = cursor_str(&p->c, (size_t)n)};

	v.hash = fast_hash(v.text.p ? v.text.p : "", v.text.len, kind);
	return cursor_ok(&p->c) ? v : bad(p);
}

static struct value sequence(struct parse *p, uint64_t n, bool dict)
{
	struct value v = {.kind = KIND_TUPLE, .hash = 3};
	size_t room = 0;

	if (n > ITEMS_MAX || n > cursor_left(&p->c))
		return bad(p);
	for (uint64_t i = 0; (dict || i < n) && cursor_ok(&p->c); i++) {
		struct value item;

		if (dict && cursor_peek(&p->c, 1) && *cursor_peek(&p->c, 1) == '0') {
			cursor_skip(&p->c, 1);
			break;
		}
		item = object(p);
		v.hash = fast_hash(&item.hash, sizeof(item.hash), v.hash);
		if (item.kind == KIND_TEXT || item.kind == KIND_BYTES ||
				(item.kind == KIND_TUPLE && item.n))
			*ARENA_PUSH(p->in->arena, v.items, v.n, room) = item;
	}
	return cursor_ok(&p->c) ? v : bad(p);
}

static void texts_add(struct parse *p, struct code_unit *u, const struct value *v, bool call,
	unsigned depth)
{
	for (size_t i = 0; i < v->n && depth < 4; i++) {
		if (v->items[i].kind == KIND_TUPLE)
			texts_add(p, u, &v->items[i], call, depth + 1);
		else
			code_event_add(p->in, u, call, v->items[i].text);
	}
}

static struct value code(struct parse *p)
{
	bool newer = p->magic >= MAGIC_311;
	struct value body, constants, names, name;
	struct code_unit *u;
	size_t from = p->c.pos;

	cursor_skip(&p->c, 4 * (p->magic < MAGIC_38 || newer ? 5 : 6));
	body = object(p);
	constants = object(p);
	names = object(p);
	for (int i = 0; i < (newer ? 3 : 4); i++) /* locals and kinds, or variables, free,
			cell; file */
		(void)object(p);
	name = object(p);
	if (newer)
		name = object(p); /* qualified */
	cursor_skip(&p->c, 4);
	(void)object(p);
	if (newer)
		(void)object(p);
	if (!cursor_ok(&p->c) || body.kind != KIND_BYTES)
		return bad(p);
	u = code_unit_add(p->in, p->image, name.kind == KIND_TEXT ? name.text : STR("code"));
	if (u) {
		u->body = body.hash ^ (constants.hash * 31 + names.hash * 17);
		u->starts = str_is(u->name, "<module>");
		u->unordered = true; /* names and constants are two lists */
		u->offset = from;
		u->length = p->c.pos - from;
		texts_add(p, u, &names, true, 0);
		texts_add(p, u, &constants, false, 0);
	}
	/* an inner unit is compared by itself */
	return (struct value){.kind = KIND_CODE, .hash = 11};
}

static struct value number(struct parse *p, uint64_t n)
{
	struct value v = text(p, n, KIND_BYTES);

	v.kind = v.kind == KIND_BAD ? KIND_BAD : KIND_OTHER;
	v.text = STR_NONE;
	return v;
}

static struct value by_type(struct parse *p, uint8_t type)
{
	uint32_t n;

	switch (type) {
	case 'N':
	case 'T':
	case 'F':
	case 'S':
	case '.': return (struct value){.hash = type};
	case 'i': return number(p, 4);
	case 'I': return number(p, 8);
	case 'g': return number(p, 8);
	case 'y': return number(p, 16);
	case 'f': return number(p, cursor_u8(&p->c));
	case 'l':
		n = cursor_u32le(&p->c);
		n = n >> 31 ? 0u - n : n;
		return number(p, (uint64_t)n * 2);
	case 'z':
	case 'Z': return text(p, cursor_u8(&p->c), KIND_TEXT);
	case 'a':
	case 'A':
	case 'u':
	case 't': return text(p, cursor_u32le(&p->c), KIND_TEXT);
	case 's': return text(p, cursor_u32le(&p->c), KIND_BYTES);
	case ')': return sequence(p, cursor_u8(&p->c), false);
	case '(':
	case '[':
	case '<':
	case '>': return sequence(p, cursor_u32le(&p->c), false);
	case '{': return sequence(p, 0, true);
	case ':': return sequence(p, 3, false);
	case 'c': return code(p);
	case 'r':
		n = cursor_u32le(&p->c);
		return n < p->n_refs ? p->refs[n] : bad(p);
	default: return bad(p);
	}
}

static struct value object(struct parse *p)
{
	uint8_t type = cursor_u8(&p->c);
	size_t slot = SIZE_MAX;
	struct value v;

	if (!cursor_ok(&p->c) || p->depth >= DEPTH_MAX || !budget_step(p->in->budget, 2))
		return bad(p);
	if (type & 0x80) {
		if (p->n_refs >= REFS_MAX)
			return bad(p);
		slot = p->n_refs;
		*ARENA_PUSH(p->in->arena, p->refs, p->n_refs, p->room_refs) = (struct value){0};
	}
	p->depth++;
	v = by_type(p, type & 0x7f);
	p->depth--;
	if (slot != SIZE_MAX && v.kind != KIND_BAD)
		p->refs[slot] = v;
	return v;
}

static bool pyc_read(struct read_in *in, struct cursor bytes, struct code_image *image)
{
	struct parse p = {.in = in, .c = bytes, .image = image};

	p.magic = cursor_u16le(&p.c);
	cursor_seek(&p.c, PYC_HEADER);
	if (p.magic < MAGIC_37 || p.magic > MAGIC_MAX)
		return false;
	return object(&p).kind == KIND_CODE && cursor_left(&p.c) == 0;
}

/* Names as they are used: a module, a function, an attribute. */
static const struct code_api apis[] = {
	{"urlopen", CODE_NET}, {"urlretrieve", CODE_NET | CODE_FILE_WRITE}, {"requests",
		CODE_NET}, {"httpx", CODE_NET},
	{"aiohttp", CODE_NET}, {"http.client", CODE_NET}, {"HTTPSConnection", CODE_NET},
		{"HTTPConnection", CODE_NET},
	{"create_connection", CODE_NET}, {"sendall", CODE_NET}, {"Popen", CODE_EXEC},
		{"check_output", CODE_EXEC},
	{"check_call", CODE_EXEC}, {"system", CODE_EXEC}, {"popen", CODE_EXEC}, {"subprocess",
		CODE_EXEC},
	{"execv", CODE_EXEC}, {"execve", CODE_EXEC}, {"spawnl", CODE_EXEC}, {"startfile",
		CODE_EXEC}, {"exec", CODE_LOAD},
	{"eval", CODE_LOAD}, {"marshal", CODE_LOAD}, {"CDLL", CODE_LOAD}, {"VirtualAlloc",
		CODE_LOAD},
	{"environ", CODE_ENV}, {"getenv", CODE_ENV}, {"b64decode", CODE_DECODE}, {"a85decode",
		CODE_DECODE},
	{"b85decode", CODE_DECODE}, {"unhexlify", CODE_DECODE}, {"fromhex", CODE_DECODE},
		{"gethostname", CODE_HOST},
	{"getuser", CODE_HOST}, {"uname", CODE_HOST}, {"expanduser", CODE_FILE_READ},
		{"read_bytes", CODE_FILE_READ},
	{"write_bytes", CODE_FILE_WRITE}, {"SetValueEx", CODE_PERSIST}, {"__import__",
		CODE_REFLECT},
	{"import_module", CODE_REFLECT},
};

static enum status read_pyc(struct read_in *in)
{
	struct code_image old = {0}, new_ = {0};
	bool whole = pyc_read(in, in->new_, &new_), had = in->has_old && pyc_read(in, in->old,
		&old);
	enum status st = code_units_say(in, had ? &old : NULL, &new_, apis,
		sizeof(apis) / sizeof(apis[0]));

	if (st == STATUS_LIMIT) {
		read_cover(in, COVER_BLIND, in->new_.len, "over budget");
		return st;
	}
	read_cover(in, whole ? COVER_PARSED : COVER_BLIND, in->new_.len,
		whole ? "" : "damaged, or of a version of Python that is not known");
	return whole ? STATUS_OK : STATUS_DAMAGED;
}

const struct reader reader_pyc = {
	.name = "pyc",
	.summary =
		"compiled Python 3.7 to 3.14: functions that are new or changed, names and texts in them",
	.claim = claim,
	.read = read_pyc,
};
