/*
 * Methods of .NET programs: IL with names in place of tokens, so that a rebuild that numbers anew
 * says the same. A body is a u8 (bits 0-1 = 2: the rest is its bytes) or a header of 12 bytes (bits
 * 0-1 = 3: u16 flags, u16 stack, u32 bytes, u32 locals) and instructions: one byte, or FE and one.
 */
#include "read/dotnet.h"

#include "formats/pe.h"
#include "read/dotnet_tables.h"
#include "util/hash.h"

struct reading {
	struct read_in *in;
	struct cursor bytes;
	struct pe pe;
	struct dotnet_tables t;
	struct code_image *image;
	struct str *names;     /* of methods, by row */
	struct str *imports;   /* "kernel32.dll!VirtualAlloc" of methods that stand elsewhere,
		by row */
};

/* Compilers number what they make themselves ("<>c__DisplayClass4_0"): numbers in such names do not count. */
static struct str plain(struct arena *a, struct str s)
{
	char *p;
	size_t n = 0;

	if (!memchr(s.p ? s.p : "", '<', s.len))
		return s;
	p = arena_alloc(a, s.len + 1);
	for (size_t i = 0; i < s.len; i++)
		if (s.p[i] < '0' || s.p[i] > '9')
			p[n++] = s.p[i];
	return str_view(p, n);
}

static struct str type_name(struct reading *r, unsigned table, uint32_t row);

/* The generic type of an instantiation, else nothing: { 15, 11 or 12, type }. */
static struct str spec_name(struct reading *r, uint32_t row)
{
	struct cursor c = dotnet_blob(&r->t, dotnet_cell(&r->t, TABLE_TYPE_SPEC, row, 0));
	uint32_t type;

	if (cursor_u8(&c) != 0x15)
		return STR("[]");
	cursor_skip(&c, 1);
	type = dotnet_packed(&c);
	if (!cursor_ok(&c) || (type & 3) > 1)
		return STR("[]");
	return type_name(r, type & 3 ? TABLE_TYPE_REF : TABLE_TYPE_DEF, type >> 2);
}

static struct str type_name(struct reading *r, unsigned table, uint32_t row)
{
	struct str name, space;

	if (table == TABLE_TYPE_SPEC)
		return spec_name(r, row);
	name = dotnet_string(&r->t, dotnet_cell(&r->t, table, row, 1));
	space = dotnet_string(&r->t, dotnet_cell(&r->t, table, row, 2));
	name = plain(r->in->arena, name);
	return space.len ? arena_printf(r->in->arena, "%.*s.%.*s", STR_ARG(space), STR_ARG(name))
		: name;
}

static struct str member_ref_name(struct reading *r, uint32_t row)
{
	static const uint8_t parents[] = {TABLE_TYPE_DEF, TABLE_TYPE_REF, TABLE_MODULE_REF,
		TABLE_METHOD, TABLE_TYPE_SPEC};
	uint32_t parent = dotnet_cell(&r->t, TABLE_MEMBER_REF, row, 0);
	struct str name = dotnet_string(&r->t, dotnet_cell(&r->t, TABLE_MEMBER_REF, row, 1)),
		owner = STR_NONE;

	if ((parent & 7) < 5 && (parent & 7) != 2 && (parent & 7) != 3)
		owner = type_name(r, parents[parent & 7], parent >> 3);
	return arena_printf(r->in->arena, "%.*s.%.*s", STR_ARG(owner), STR_ARG(name));
}

static struct str method_name(struct reading *r, uint32_t row)
{
	if (row == 0 || row > r->t.tables[TABLE_METHOD].n)
		return STR_NONE;
	return r->imports[row].len ? r->imports[row] : r->names[row];
}

/* What a token stands for, in words. */
static struct str token_name(struct reading *r, uint32_t token)
{
	uint32_t row = token & 0xffffff, method;

	switch (token >> 24) {
	case TABLE_TYPE_REF:
	case TABLE_TYPE_DEF:
	case TABLE_TYPE_SPEC: return type_name(r, token >> 24, row);
	case TABLE_FIELD: return plain(r->in->arena, dotnet_string(&r->t, dotnet_cell(&r->t,
		TABLE_FIELD, row, 1)));
	case TABLE_METHOD: return method_name(r, row);
	case TABLE_MEMBER_REF: return member_ref_name(r, row);
	case TABLE_METHOD_SPEC:
		method = dotnet_cell(&r->t, TABLE_METHOD_SPEC, row, 0);
		return method & 1 ? member_ref_name(r, method >> 1) : method_name(r, method >> 1);
	default: return STR_NONE;
	}
}

enum operand { NONE, BYTE, SHORT, LONG, WIDE, TOKEN, TEXT, SWITCH };

static enum operand operand_of(unsigned op)
{
	if (op >= 0xfe00) {
		switch (op & 0xff) {
		case 0x06:
		case 0x07:
		case 0x15:
		case 0x16:
		case 0x1c: return TOKEN;
		case 0x09:
		case 0x0a:
		case 0x0b:
		case 0x0c:
		case 0x0d:
		case 0x0e: return SHORT;
		case 0x12:
		case 0x19: return BYTE;
		default: return NONE;
		}
	}
	if ((op >= 0x0e && op <= 0x13) || op == 0x1f || (op >= 0x2b && op <= 0x37) || op == 0xde)
		return BYTE;
	if (op == 0x20 || op == 0x22 || (op >= 0x38 && op <= 0x44) || op == 0xdd)
		return LONG;
	if (op == 0x21 || op == 0x23)
		return WIDE;
	if (op == 0x45)
		return SWITCH;
	if (op == 0x72)
		return TEXT;
	if ((op >= 0x27 && op <= 0x29) || (op >= 0x6f && op <= 0x75) || op == 0x79 ||
			(op >= 0x7b && op <= 0x81) ||
		op == 0x8c || op == 0x8d || op == 0x8f || (op >= 0xa3 && op <= 0xa5) ||
			op == 0xc2 || op == 0xc6 || op == 0xd0)
		return TOKEN;
	return NONE;
}

static uint64_t mix(uint64_t h, struct str s)
{
	return fast_hash(s.p ? s.p : "", s.len, h + 1);
}

/* Names of a called or named thing go into the hash; calls are events as well. */
static uint64_t token_read(struct reading *r, struct code_unit *u, unsigned op, uint32_t token,
	uint64_t h)
{
	struct str name = token_name(r, token);

	if (op == 0x28 || op == 0x6f || op == 0x73 || op == 0xfe06 || op == 0xfe07)
		code_event_add(r->in, u, true, name);
	return mix(h, name);
}

static bool il_read(struct reading *r, struct code_unit *u, struct cursor il)
{
	uint64_t h = 7;
	struct str text;

	while (cursor_left(&il) > 0) {
		unsigned op = cursor_u8(&il);
		uint64_t number = 0;

		if (op == 0xfe)
			op = 0xfe00 | cursor_u8(&il);
		if (!budget_step(r->in->budget, 1))
			return false;
		h = fast_hash(&op, sizeof(op), h);
		switch (operand_of(op)) {
		case NONE: continue;
		case BYTE: number = cursor_u8(&il); break;
		case SHORT: number = cursor_u16le(&il); break;
		case LONG: number = cursor_u32le(&il); break;
		case WIDE: number = cursor_u64le(&il); break;
		case SWITCH:
			number = cursor_count(&il, cursor_u32le(&il), 4);
			cursor_skip(&il, number * 4);
			break;
		case TEXT:
			text = dotnet_text(&r->t, r->in->arena, cursor_u32le(&il) & 0xffffff);
			code_event_add(r->in, u, false, text);
			h = mix(h, text);
			continue;
		case TOKEN: h = token_read(r, u, op, cursor_u32le(&il), h); continue;
		}
		h = fast_hash(&number, sizeof(number), h);
	}
	u->body = h;
	return cursor_ok(&il);
}

static bool method_read(struct reading *r, uint32_t row)
{
	uint32_t rva = dotnet_cell(&r->t, TABLE_METHOD, row, 0), bytes;
	struct cursor c;
	struct code_unit *u;
	uint64_t offset, left;
	uint8_t first;

	if (rva == 0)
		return true;
	if (!pe_offset(&r->pe, rva, &offset, &left))
		return false;
	c = cursor_clip(&r->bytes, offset, left);
	first = cursor_u8(&c);
	bytes = first >> 2;
	if ((first & 3) == 3) {
		cursor_skip(&c, 3);
		bytes = cursor_u32le(&c);
		cursor_skip(&c, 4);
	}
	u = code_unit_add(r->in, r->image, r->names[row]);
	if (!u || !cursor_ok(&c))
		return false;
	u->starts = str_ends(u->name, "..cctor");
	u->offset = offset + c.pos;
	u->length = bytes;
	c = cursor_part(&c, c.pos, bytes);
	return cursor_ok(&c) && il_read(r, u, c);
}

/* Names of all methods: those of a type stand from its first up to that of the next type. */
static bool names_read(struct reading *r)
{
	struct arena *a = r->in->arena;
	uint32_t n = r->t.tables[TABLE_METHOD].n, n_types = r->t.tables[TABLE_TYPE_DEF].n, type = 0;
	struct str owner = STR_NONE;

	if (!budget_step(r->in->budget, (uint64_t)n * 4 + n_types))
		return false;
	r->names = ARENA_ARRAY(a, (size_t)n + 1, struct str);
	r->imports = ARENA_ARRAY(a, (size_t)n + 1, struct str);
	for (uint32_t i = 1; i <= n; i++) {
		uint32_t before = type;

		while (type < n_types && dotnet_cell(&r->t, TABLE_TYPE_DEF, type + 1, 5) <= i)
			type++;
		if (type != before)
			owner = type_name(r, TABLE_TYPE_DEF, type);
		r->names[i] = arena_printf(a, "%.*s.%.*s", STR_ARG(owner),
			STR_ARG(plain(a, dotnet_string(&r->t, dotnet_cell(&r->t, TABLE_METHOD, i,
				3)))));
	}
	for (uint32_t i = 1; i <= r->t.tables[TABLE_IMPL_MAP].n; i++) {
		uint32_t member = dotnet_cell(&r->t, TABLE_IMPL_MAP, i, 1), row = member >> 1;

		if (!budget_step(r->in->budget, 4))
			return false;
		if (member & 1 && row && row <= n)
			r->imports[row] = arena_printf(a, "%.*s!%.*s",
				STR_ARG(dotnet_string(&r->t, dotnet_cell(&r->t, TABLE_MODULE_REF,
					dotnet_cell(&r->t, TABLE_IMPL_MAP, i, 3), 0))),
				STR_ARG(dotnet_string(&r->t, dotnet_cell(&r->t, TABLE_IMPL_MAP, i,
					2))));
	}
	return true;
}

bool dotnet_read(struct read_in *in, struct cursor bytes, struct code_image *image)
{
	struct reading *r = ARENA_NEW(in->arena, struct reading);

	r->in = in;
	r->bytes = bytes;
	r->image = image;
	if (pe_parse(in->arena, in->budget, bytes, &r->pe) == STATUS_UNSUPPORTED || !r->pe.dotnet)
		return false;
	if (!dotnet_tables_read(&r->t, r->pe.dotnet_metadata) || !names_read(r)) {
		image->partial = true;
		return true;
	}
	for (uint32_t i = 1; i <= r->t.tables[TABLE_METHOD].n; i++)
		if (!method_read(r, i))
			image->partial = true;
	return true;
}

const struct code_api dotnet_apis[] = {
	{"System.Net.WebClient.*", CODE_NET}, {"System.Net.Http.HttpClient.*", CODE_NET},
		{"System.Net.WebRequest.*", CODE_NET},
	{"System.Net.HttpWebRequest.*", CODE_NET}, {"System.Net.Sockets.*", CODE_NET},
		{"System.Net.Dns.*", CODE_NET},
	{"System.Net.WebSockets.*", CODE_NET}, {"System.Diagnostics.Process.Start", CODE_EXEC},
	{"System.Reflection.Assembly.Load*", CODE_LOAD}, {"System.AppDomain.Load*", CODE_LOAD},
	{"System.AppDomain.ExecuteAssembly*", CODE_LOAD}, {"System.Reflection.Emit.*", CODE_LOAD},
	{"System.Runtime.InteropServices.Marshal.GetDelegateForFunctionPointer", CODE_LOAD},
	{"Microsoft.CSharp.CSharpCodeProvider.*", CODE_LOAD},
		{"System.Management.Automation.PowerShell.*", CODE_LOAD},
	{"kernel32.dll!VirtualAlloc*", CODE_LOAD}, {"kernel32!VirtualAlloc*", CODE_LOAD},
	{"kernel32.dll!CreateThread", CODE_LOAD}, {"kernel32.dll!WriteProcessMemory", CODE_LOAD},
	{"kernel32.dll!CreateRemoteThread", CODE_LOAD}, {"kernel32.dll!WinExec", CODE_EXEC},
	{"System.Environment.GetEnvironmentVariable*", CODE_ENV},
		{"System.Environment.get_MachineName", CODE_HOST},
	{"System.Environment.get_UserName", CODE_HOST}, {"System.Net.NetworkInformation.*",
		CODE_HOST},
	{"System.IO.File.Read*", CODE_FILE_READ}, {"System.IO.File.OpenRead", CODE_FILE_READ},
	{"System.IO.File.Write*", CODE_FILE_WRITE}, {"System.IO.File.Copy", CODE_FILE_WRITE},
	{"System.Convert.FromBase64String", CODE_DECODE},
		{"System.Security.Cryptography.CryptoStream.*", CODE_DECODE},
	{"System.Security.Cryptography.Aes.*", CODE_DECODE},
	{"System.Security.Cryptography.SymmetricAlgorithm.CreateDecryptor", CODE_DECODE},
	{"Microsoft.Win32.RegistryKey.SetValue", CODE_PERSIST},
		{"Microsoft.Win32.Registry.SetValue", CODE_PERSIST},
	{"System.Type.GetType", CODE_REFLECT}, {"System.Type.InvokeMember", CODE_REFLECT},
	{"System.Reflection.MethodBase.Invoke", CODE_REFLECT},
};
const size_t n_dotnet_apis = sizeof(dotnet_apis) / sizeof(dotnet_apis[0]);
