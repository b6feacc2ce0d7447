/*
 * Java classes (JVM specification, chapter 4), big-endian: CAFEBABE, u2 minor, major, constants, u2
 * access, this, super, interfaces, fields, methods. Constant 1 text, 3 4 numbers (4), 5 6 wide
 * numbers (8, two places), 7 8 16 19 20 an index, 9..12 17 18 two indexes, 15 u1 and an index. A
 * method's code stands in its attribute "Code": u2 stack, u2 locals, u4 bytes, instructions.
 */
#include "read/code_units.h"
#include "read/readers.h"
#include "util/hash.h"

enum { CONSTANTS_MAX = 65536, MEMBERS_MAX = 65536, ATTRIBUTES_MAX = 4096 };

enum { OP_LDC = 18, OP_LDC_W = 19, OP_LDC2_W = 20, OP_TABLESWITCH = 170, OP_LOOKUPSWITCH = 171,
	OP_GETSTATIC = 178,
	OP_INVOKEVIRTUAL = 182, OP_INVOKEDYNAMIC = 186, OP_NEW = 187, OP_ANEWARRAY = 189,
		OP_CHECKCAST = 192,
	OP_INSTANCEOF = 193, OP_WIDE = 196, OP_MULTIANEWARRAY = 197, OP_IINC = 132 };

struct constant {
	uint8_t kind;
	uint16_t a, b;
	struct str text;
};

struct class {
	struct read_in *in;
	struct cursor c;
	struct constant *pool;
	size_t n;
	struct str name;
	struct code_image *image;
	bool damaged;
};

static int claim(const struct read_in *in)
{
	return in->format == FORMAT_JAVA_CLASS ? 90 : 0;
}

static bool pool_read(struct class *k)
{
	k->n = cursor_u16be(&k->c);
	k->pool = ARENA_ARRAY(k->in->arena, k->n + 1, struct constant);
	for (size_t i = 1; i < k->n && cursor_ok(&k->c); i++) {
		struct constant *p = &k->pool[i];

		p->kind = cursor_u8(&k->c);
		switch (p->kind) {
		case 1: p->text = cursor_str(&k->c, cursor_u16be(&k->c)); break;
		case 3:
		case 4: cursor_skip(&k->c, 4); break;
		case 5:
		case 6:
			cursor_skip(&k->c, 8);
			i++;
			break;
		case 7:
		case 8:
		case 16:
		case 19:
		case 20: p->a = cursor_u16be(&k->c); break;
		case 15:
			cursor_skip(&k->c, 1);
			p->a = cursor_u16be(&k->c);
			break;
		case 9:
		case 10:
		case 11:
		case 12:
		case 17:
		case 18:
			p->a = cursor_u16be(&k->c);
			p->b = cursor_u16be(&k->c);
			break;
		default: return false;
		}
	}
	return cursor_ok(&k->c);
}

static const struct constant *constant(const struct class *k, uint32_t i, uint8_t kind)
{
	static const struct constant none;

	return i && i < k->n && (!kind || k->pool[i].kind == kind) ? &k->pool[i] : &none;
}

static struct str text_at(const struct class *k, uint32_t i)
{
	return constant(k, i, 1)->text;
}

static struct str class_at(const struct class *k, uint32_t i)
{
	return text_at(k, constant(k, i, 7)->a);
}

/* "java/lang/Runtime.exec" */
static struct str member_at(struct class *k, uint32_t i)
{
	const struct constant *p = constant(k, i, 0), *nat = constant(k, p->b, 12);
	struct str owner = p->kind >= 9 && p->kind <= 11 ? class_at(k, p->a) : STR_NONE;

	return arena_printf(k->in->arena, "%.*s.%.*s", STR_ARG(owner), STR_ARG(text_at(k, nat->a)));
}

/* Bytes of an instruction; 0 = it has its own rule, or there is none. */
static unsigned op_bytes(unsigned op)
{
	if (op == 16 || op == OP_LDC || (op >= 21 && op <= 25) || (op >= 54 && op <= 58) ||
			op == 169 || op == 188)
		return 2;
	if (op == 17 || op == OP_LDC_W || op == OP_LDC2_W || op == OP_IINC || (op >= 153 &&
			op <= 168) ||
		(op >= OP_GETSTATIC && op <= 184) || op == OP_NEW || op == OP_ANEWARRAY ||
			op == OP_CHECKCAST ||
		op == OP_INSTANCEOF || op == 198 || op == 199)
		return 3;
	if (op == OP_MULTIANEWARRAY)
		return 4;
	if (op == 185 || op == OP_INVOKEDYNAMIC || op == 200 || op == 201)
		return 5;
	return op <= 201 && op != OP_TABLESWITCH && op != OP_LOOKUPSWITCH && op != OP_WIDE ? 1 : 0;
}

/* The rest of a switch or a wide instruction; the cursor stands behind the opcode. */
static void op_long(struct cursor *c, unsigned op)
{
	uint32_t low, n;

	if (op == OP_WIDE) {
		cursor_skip(c, cursor_u8(c) == OP_IINC ? 4 : 2);
		return;
	}
	cursor_skip(c, (4 - c->pos % 4) % 4 + 4);
	low = cursor_u32be(c);
	n = op == OP_TABLESWITCH ? cursor_u32be(c) - low + 1 : low * 2;
	cursor_skip(c, cursor_count(c, n, 4) * 4);
}

static uint64_t mix(uint64_t h, struct str s)
{
	return fast_hash(s.p ? s.p : "", s.len, h + 1);
}

/* An instruction that names a constant: its text goes into the hash, calls and literals become events. */
static uint64_t op_constant(struct class *k, struct code_unit *u, unsigned op, uint32_t i,
	uint64_t h)
{
	const struct constant *p = constant(k, i, 0);
	struct str name;

	if (op <= OP_LDC2_W) {
		if (p->kind != 8)
			return mix(h, p->kind == 7 ? class_at(k, i) : STR("number"));
		name = text_at(k, p->a);
		code_event_add(k->in, u, false, name);
		return mix(h, name);
	}
	if (op >= OP_NEW)
		return mix(h, class_at(k, i));
	name = member_at(k, i);
	if (op >= OP_INVOKEVIRTUAL && op < OP_INVOKEDYNAMIC)
		code_event_add(k->in, u, true, name);
	return mix(h, name);
}

static void code_read(struct class *k, struct code_unit *u, struct cursor code)
{
	uint64_t h = 5;

	while (cursor_left(&code) > 0) {
		unsigned op = cursor_u8(&code), n = op_bytes(op);
		const uint8_t *p;

		h = fast_hash(&op, sizeof(op), h);
		if (!budget_step(k->in->budget, 1) || op > 201) {
			k->damaged = true;
			break;
		}
		if (n == 0) {
			op_long(&code, op);
			continue;
		}
		p = cursor_take(&code, n - 1);
		if (!p) {
			k->damaged = true;
			break;
		}
		if (op == OP_LDC)
			h = op_constant(k, u, op, p[0], h);
		else if ((op >= OP_LDC_W && op <= OP_LDC2_W) || (op >= OP_GETSTATIC &&
				op <= OP_NEW) || op == OP_ANEWARRAY ||
			op == OP_CHECKCAST || op == OP_INSTANCEOF || op == OP_MULTIANEWARRAY)
			h = op_constant(k, u, op, (uint32_t)p[0] << 8 | p[1], h);
		else if (n > 1)
			h = fast_hash(p, n - 1, h);
	}
	k->damaged |= !cursor_ok(&code);
	u->body = h;
}

static void method_code(struct class *k, struct str name, struct str type, struct cursor attribute)
{
	struct code_unit *u;
	uint32_t n;
	size_t at;

	cursor_skip(&attribute, 4);
	n = cursor_u32be(&attribute);
	at = (size_t)(attribute.base - k->in->new_.base) + attribute.pos;
	u = code_unit_add(k->in, k->image,
		arena_printf(k->in->arena, "%.*s.%.*s%.*s", STR_ARG(k->name), STR_ARG(name),
			STR_ARG(type)));
	if (!u)
		return;
	u->starts = str_is(name, "<clinit>");
	u->offset = at;
	u->length = n;
	code_read(k, u, cursor_part(&attribute, attribute.pos, n));
}

/* Fields or methods: the same shape. */
static void members_read(struct class *k)
{
	uint32_t n = cursor_u16be(&k->c);

	for (uint32_t i = 0; i < n && cursor_ok(&k->c); i++) {
		struct str name, type;
		uint32_t n_attributes;

		cursor_skip(&k->c, 2);
		name = text_at(k, cursor_u16be(&k->c));
		type = text_at(k, cursor_u16be(&k->c));
		n_attributes = cursor_u16be(&k->c);
		for (uint32_t a = 0; a < n_attributes && cursor_ok(&k->c); a++) {
			struct str what = text_at(k, cursor_u16be(&k->c));
			uint32_t bytes = cursor_u32be(&k->c);
			struct cursor body = cursor_part(&k->c, k->c.pos, bytes);

			cursor_skip(&k->c, bytes);
			if (str_is(what, "Code") && cursor_ok(&body))
				method_code(k, name, type, body);
		}
	}
}

static bool class_read(struct read_in *in, struct cursor bytes, struct code_image *image)
{
	struct class k = {.in = in, .c = bytes, .image = image};

	if (cursor_u32be(&k.c) != 0xcafebabe)
		return false;
	cursor_skip(&k.c, 4);
	if (!pool_read(&k))
		return false;
	cursor_skip(&k.c, 2);
	k.name = class_at(&k, cursor_u16be(&k.c));
	cursor_skip(&k.c, 2);
	cursor_skip(&k.c, 2 * (uint64_t)cursor_u16be(&k.c));
	members_read(&k);
	members_read(&k);
	/* of the class itself */
	for (uint32_t n = cursor_u16be(&k.c); n > 0 && cursor_ok(&k.c); n--) {
		cursor_skip(&k.c, 2);
		cursor_skip(&k.c, cursor_u32be(&k.c));
	}
	return cursor_ok(&k.c) && cursor_left(&k.c) == 0 && !k.damaged;
}

static const struct code_api apis[] = {
	{"java/net/URL.open*", CODE_NET}, {"java/net/URLConnection.*", CODE_NET},
		{"java/net/HttpURLConnection.*", CODE_NET},
	{"java/net/http/HttpClient.send*", CODE_NET}, {"java/net/Socket.*", CODE_NET},
		{"java/net/DatagramSocket.*", CODE_NET},
	{"java/nio/channels/SocketChannel.*", CODE_NET}, {"javax/net/ssl/HttpsURLConnection.*",
		CODE_NET},
	{"java/net/InetAddress.getByName", CODE_NET}, {"java/net/InetAddress.getAllByName",
		CODE_NET},
	{"okhttp3/Call.execute", CODE_NET}, {"org/apache/http/client/HttpClient.execute", CODE_NET},
	{"java/lang/Runtime.exec", CODE_EXEC}, {"java/lang/ProcessBuilder.start", CODE_EXEC},
	{"java/lang/ClassLoader.defineClass", CODE_LOAD}, {"java/net/URLClassLoader.<init>",
		CODE_LOAD},
	{"java/net/URLClassLoader.newInstance", CODE_LOAD},
		{"java/lang/invoke/MethodHandles$Lookup.define*", CODE_LOAD},
	{"javax/script/ScriptEngine.eval", CODE_LOAD}, {"java/lang/System.load", CODE_LOAD},
	{"java/lang/Runtime.load", CODE_LOAD}, {"sun/misc/Unsafe.define*", CODE_LOAD},
	{"java/lang/System.getenv", CODE_ENV},
	{"java/nio/file/Files.read*", CODE_FILE_READ}, {"java/io/FileInputStream.<init>",
		CODE_FILE_READ},
	{"java/io/FileReader.<init>", CODE_FILE_READ}, {"java/nio/file/Files.newInputStream",
		CODE_FILE_READ},
	{"java/nio/file/Files.write*", CODE_FILE_WRITE}, {"java/nio/file/Files.copy",
		CODE_FILE_WRITE},
	{"java/io/FileOutputStream.<init>", CODE_FILE_WRITE}, {"java/io/FileWriter.<init>",
		CODE_FILE_WRITE},
	{"java/net/InetAddress.getLocalHost", CODE_HOST}, {"java/net/NetworkInterface.*",
		CODE_HOST},
	{"java/util/Base64$Decoder.decode", CODE_DECODE}, {"javax/crypto/Cipher.doFinal",
		CODE_DECODE},
	{"java/lang/Class.forName", CODE_REFLECT}, {"java/lang/reflect/Method.invoke",
		CODE_REFLECT},
};

static enum status read_class(struct read_in *in)
{
	struct code_image old = {0}, new_ = {0};
	bool whole = class_read(in, in->new_, &new_), had = in->has_old && class_read(in, in->old,
		&old);
	enum status st = code_units_say(in, had ? &old : NULL, &new_, apis,
		sizeof(apis) / sizeof(apis[0]));

	if (st == STATUS_LIMIT) {
		read_cover(in, COVER_BLIND, in->new_.len, "over budget");
		return st;
	}
	read_cover(in, whole ? COVER_PARSED : COVER_BLIND, in->new_.len, whole ? "" : "damaged");
	return whole ? STATUS_OK : STATUS_DAMAGED;
}

const struct reader reader_java_class = {
	.name = "java class",
	.summary = "Java classes: methods that are new or changed, what they call, what they name",
	.claim = claim,
	.read = read_class,
};
