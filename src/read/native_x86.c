/*
 * Lengths and operands of x86 instructions, 32 and 64 bit: prefixes, REX, VEX or EVEX, opcode, ModRM,
 * SIB, displacement, immediate (Intel SDM, volume 2, chapter 2 and appendix A). Registers are told
 * where a constant or an address passes through them; the rest of an instruction's meaning is not.
 */
#include "read/native_int.h"

/* How an opcode goes on: M = ModRM, then the immediate: 1, 2, z (2 or 4), v (8 with REX.W), r (relative). */
enum { M = 1, I1 = 2, I2 = 4, IZ = 8, IV = 16, R1 = 32, RZ = 64, BAD = 128 };

static uint8_t one_byte(uint8_t op, bool wide)
{
	static const uint8_t rows[256] = {
		[0x63] = M, [0x62] = M, [0x68] = IZ, [0x69] = M | IZ, [0x6a] = I1, [0x6b] = M | I1,
		[0x70] = R1, R1, R1, R1, R1, R1, R1, R1, R1, R1, R1, R1, R1, R1, R1, R1,
		[0x80] = M | I1, M | IZ, M | I1, M | I1, M, M, M, M, M, M, M, M, M, M, M, M,
		[0xa8] = I1, [0xa9] = IZ,
		[0xb0] = I1, I1, I1, I1, I1, I1, I1, I1, IV, IV, IV, IV, IV, IV, IV, IV,
		[0xc0] = M | I1, M | I1, I2, 0, M, M, M | I1, M | IZ, I2 | I1, 0, I2, 0, 0, I1, 0, 0,
		[0xd0] = M, M, M, M, I1, I1, 0, 0, M, M, M, M, M, M, M, M,
		[0xe0] = R1, R1, R1, R1, I1, I1, I1, I1, RZ, RZ, 0, R1, 0, 0, 0, 0,
		[0xf6] = M, M, [0xfe] = M, M,
	};

	if (op < 0x40) {
		unsigned low = op & 7;

		if (wide && low >= 6)
			return BAD;
		return low < 4 ? M : low == 4 ? I1 : low == 5 ? IZ : 0;
	}
	if (op == 0x9a || op == 0xea)
		return wide ? BAD : IZ | I2;
	if (wide && (op == 0x60 || op == 0x61 || op == 0x82 || op == 0xce || op == 0xd4 || op == 0xd5 || op == 0xd6))
		return BAD;
	return rows[op];
}

static uint8_t two_bytes(uint8_t op)
{
	if (op >= 0x80 && op < 0x90)
		return RZ;
	if ((op >= 0x30 && op < 0x38) || (op >= 0xc8 && op < 0xd0) || op == 0x05 || op == 0x06 || op == 0x07 || op == 0x08 ||
		op == 0x09 || op == 0x0b || op == 0x0e || op == 0x77 || (op >= 0xa0 && op <= 0xa2) || (op >= 0xa8 && op <= 0xaa))
		return 0;
	if (op == 0x0f || (op >= 0x70 && op <= 0x73) || op == 0xa4 || op == 0xac || op == 0xba || op == 0xc2 ||
		(op >= 0xc4 && op <= 0xc6))
		return M | I1;
	if (op == 0x04 || op == 0x0a || op == 0x0c || (op >= 0x24 && op <= 0x27) || op == 0x39 || (op >= 0x3b && op <= 0x3f))
		return BAD;
	return M;
}

struct decode {
	const struct native_image *im;
	struct cursor c;
	struct native_insn *out;
	bool wide, rex_w, rex_r, rex_b, short_operand, short_address, vex;
	uint8_t segment;
	unsigned map; /* 1: one byte; 2: 0f; 3: 0f 38; 4: 0f 3a; 5: XOP */
	uint8_t op, modrm;
	bool memory;
	bool based; /* the place is told by a register */
	int64_t displacement;
};

static uint8_t peek(const struct decode *d)
{
	return d->c.pos < d->c.len ? d->c.base[d->c.pos] : 0;
}

static void prefixes(struct decode *d)
{
	for (int i = 0; i < 14; i++) {
		switch (peek(d)) {
		case 0x66: d->short_operand = true; break;
		case 0x67: d->short_address = true; break;
		case 0x64:
		case 0x65: d->segment = peek(d); break;
		case 0xf0:
		case 0xf2:
		case 0xf3:
		case 0x26:
		case 0x2e:
		case 0x36:
		case 0x3e: break;
		default: return;
		}
		cursor_skip(&d->c, 1);
	}
}

static uint8_t vector_opcode(struct decode *d, unsigned map, bool evex)
{
	static const uint8_t maps[8] = {0, 2, 3, 4, 0, 3, 3, 0};
	uint8_t how;

	d->vex = true;
	d->map = maps[map & 7];
	d->op = cursor_u8(&d->c);
	if (!d->map)
		return BAD;
	if (d->map == 4)
		return M | I1;
	if (d->map == 3)
		return M;
	how = two_bytes(d->op);
	if (evex || (how & (RZ | BAD)))
		how = (how & I1) | M;
	return how;
}

/* Past the opcode; how it goes on. */
static uint8_t opcode(struct decode *d)
{
	uint8_t next;

	if (d->wide && (peek(d) & 0xf0) == 0x40) {
		uint8_t rex = cursor_u8(&d->c);

		d->rex_w = rex & 8;
		d->rex_r = rex & 4;
		d->rex_b = rex & 1;
	}
	d->map = 1;
	d->op = cursor_u8(&d->c);
	next = peek(d);
	if (d->op == 0xc5 && (d->wide || next >= 0xc0)) {
		cursor_skip(&d->c, 1);
		return vector_opcode(d, 1, false);
	}
	if (d->op == 0xc4 && (d->wide || next >= 0xc0)) {
		cursor_skip(&d->c, 2);
		return vector_opcode(d, next & 0x1f, false);
	}
	if (d->op == 0x62 && (d->wide || next >= 0xc0)) {
		cursor_skip(&d->c, 3);
		return vector_opcode(d, next & 7, true);
	}
	if (d->op == 0x8f && (next & 0x1f) >= 8) { /* XOP */
		cursor_skip(&d->c, 2);
		d->vex = true;
		d->map = 5;
		d->op = cursor_u8(&d->c);
		return (next & 0x1f) == 8 ? M | I1 : (next & 0x1f) == 10 ? M | IZ : M;
	}
	if (d->op != 0x0f)
		return one_byte(d->op, d->wide);
	d->map = 2;
	d->op = cursor_u8(&d->c);
	if (d->op == 0x38 || d->op == 0x3a) {
		d->map = d->op == 0x38 ? 3 : 4;
		d->op = cursor_u8(&d->c);
		return d->map == 4 ? M | I1 : M;
	}
	return two_bytes(d->op);
}

static void target(struct decode *d, uint64_t address, size_t at, unsigned bytes)
{
	d->out->has_target = true;
	d->out->target = d->wide ? address : (uint32_t)address;
	d->out->mask_at = (uint8_t)at;
	d->out->mask_bytes = (uint8_t)bytes;
}

static bool in_image(const struct native_image *im, uint64_t address)
{
	return im->base >= 0x1000 && address >= im->base && address < im->end;
}

/* ModRM, SIB, displacement. Addresses relative to the next instruction are completed by the caller. */
static bool operand(struct decode *d)
{
	unsigned mod, rm, disp = 0;
	bool absolute = false;

	d->modrm = cursor_u8(&d->c);
	mod = d->modrm >> 6;
	rm = d->modrm & 7;
	if (mod == 3)
		return false;
	d->memory = true;
	d->based = true;
	if (d->short_address && !d->wide) { /* 16-bit addresses */
		disp = mod == 1 ? 1 : mod == 2 || rm == 6 ? 2 : 0;
		cursor_skip(&d->c, disp);
		return false;
	}
	if (rm == 4) {
		uint8_t sib = cursor_u8(&d->c);

		if (mod == 0 && (sib & 7) == 5) {
			disp = 4;
			absolute = true;
			d->based = (sib >> 3 & 7) != 4;
		}
	} else if (mod == 0 && rm == 5) {
		disp = 4;
		absolute = !d->wide;
		d->based = false;
	}
	disp = mod == 1 ? 1 : mod == 2 ? 4 : disp;
	if (disp == 1) {
		d->displacement = (int8_t)cursor_u8(&d->c);
	} else if (disp == 4) {
		size_t at = d->c.pos;

		d->displacement = (int32_t)cursor_u32le(&d->c);
		if (mod == 0 && rm == 5 && d->wide)
			return true; /* relative */
		if (absolute && in_image(d->im, d->wide ? (uint64_t)d->displacement : (uint32_t)d->displacement))
			target(d, (uint64_t)d->displacement, at, 4);
		else if (mod == 2 && !d->wide && d->im->got)
			target(d, d->im->got + (uint64_t)d->displacement, at, 4);
	}
	return false;
}

static void branch(struct decode *d, uint64_t address, uint8_t how)
{
	unsigned bytes = how & R1 ? 1 : d->short_operand && !d->wide ? 2 : 4;
	size_t at = d->c.pos;
	int64_t by = bytes == 1 ? (int8_t)cursor_u8(&d->c) : bytes == 2 ? (int16_t)cursor_u16le(&d->c) : (int32_t)cursor_u32le(&d->c);

	target(d, address + d->c.pos + (uint64_t)by, at, bytes);
	d->out->kind = d->map == 1 && d->op == 0xe8 ? NATIVE_CALL : d->map == 1 && (d->op == 0xe9 || d->op == 0xeb) ? NATIVE_JUMP : NATIVE_BRANCH;
}

static uint64_t immediate(struct decode *d, uint8_t how)
{
	unsigned bytes = 0;
	uint64_t v = 0;
	size_t at = d->c.pos;

	if (how & IZ)
		bytes = d->short_operand && !d->rex_w ? 2 : 4;
	else if (how & IV)
		bytes = d->rex_w ? 8 : d->short_operand ? 2 : 4;
	if (bytes == 8)
		v = cursor_u64le(&d->c);
	else if (bytes == 4)
		v = how & IV ? cursor_u32le(&d->c) : (uint64_t)(int64_t)(int32_t)cursor_u32le(&d->c);
	else if (bytes == 2)
		v = cursor_u16le(&d->c);
	if (bytes >= 4 && !d->out->has_target && in_image(d->im, d->wide ? v : (uint32_t)v))
		target(d, v, at, bytes);
	if (how & I2)
		v = cursor_u16le(&d->c);
	if (how & I1)
		v = cursor_u8(&d->c);
	return v;
}

/* Constants that pass through: mov register, number; mov place, number; mov place, register; xor r, r. */
static void constants(struct decode *d, uint64_t value)
{
	struct native_insn *o = d->out;
	unsigned reg = (d->modrm >> 3 & 7) | (d->rex_r ? 8u : 0), rm = (d->modrm & 7) | (d->rex_b ? 8u : 0);

	if (d->map != 1 || d->vex)
		return;
	if ((d->op & 0xf8) == 0xb8) {
		o->is_constant = true;
		o->to = (uint8_t)((d->op & 7) | (d->rex_b ? 8u : 0));
		o->constant = value;
	} else if (d->op == 0xc7 && !d->memory) {
		o->is_constant = true;
		o->to = (uint8_t)rm;
		o->constant = value;
	} else if ((d->op == 0x31 || d->op == 0x33) && !d->memory && reg == rm) {
		o->is_constant = true;
		o->to = (uint8_t)rm;
	} else if ((d->op == 0xc6 || d->op == 0xc7) && d->memory) {
		o->is_constant = true;
		o->width = d->op == 0xc6 ? 1 : d->short_operand ? 2 : d->rex_w ? 8 : 4;
		o->constant = value;
		o->at = d->displacement;
	} else if (d->op == 0x89 && d->memory) {
		o->from = (int8_t)reg;
		o->width = d->short_operand ? 2 : d->rex_w ? 8 : 4;
		o->at = d->displacement;
	} else if (d->op == 0x8d && d->memory && !d->based && o->has_target) {
		o->is_constant = true;
		o->to = (uint8_t)reg;
		o->constant = o->target;
	} else if ((d->op == 0x89 || d->op == 0x8b) && !d->memory) {
		o->copies = (int8_t)(d->op == 0x89 ? reg : rm);
		o->to = (uint8_t)(d->op == 0x89 ? rm : reg);
	} else if (d->op == 0x6a || d->op == 0x68) {
		o->is_constant = true;
		o->to = NATIVE_CONSTANTS - 1; /* pushed */
		o->constant = value;
	}
}

/* What writes a register in a way that is not followed. */
static void losses(struct decode *d)
{
	unsigned reg = (d->modrm >> 3 & 7) | (d->rex_r ? 8u : 0), rm = (d->modrm & 7) | (d->rex_b ? 8u : 0);
	bool arithmetic = d->op < 0x38, sums = arithmetic && (d->op & 7) < 2 && !d->memory;

	if (d->vex || d->out->is_constant || d->out->copies >= 0)
		return;
	if (d->map == 1 && (d->op == 0x8b || d->op == 0x8a || d->op == 0x8d || d->op == 0x63 || (arithmetic && ((d->op & 7) == 2 || (d->op & 7) == 3))))
		d->out->loses = (int8_t)reg;
	else if (d->map == 1 && (sums || ((d->op & 0xfc) == 0x80 && !d->memory && (d->modrm >> 3 & 7) != 7)))
		d->out->loses = (int8_t)rm;
	else if (d->map == 1 && (d->op & 0xf8) == 0x58)
		d->out->loses = (int8_t)((d->op & 7) | (d->rex_b ? 8u : 0));
	else if (d->map == 2 && (d->op == 0xb6 || d->op == 0xb7 || d->op == 0xbe || d->op == 0xbf || (d->op & 0xf0) == 0x40))
		d->out->loses = (int8_t)reg;
}

/* What loops over bytes are made of. */
static void loops(struct decode *d)
{
	struct native_insn *o = d->out;
	unsigned what = d->op >> 3 & 7; /* add, or, adc, sbb, and, sub, xor, cmp */
	bool two = d->map == 1 && !d->vex && d->op < 0x40 && (d->op & 7) < 4 && (what == 0 || what == 5 || what == 6);

	o->mixes = o->xors || two || (d->map == 2 && (d->op == 0xfc || d->op == 0xf8));
	if (!d->memory || !d->based)
		return;
	o->stores_bytes = (d->map == 1 && !d->vex && (d->op == 0x88 || (two && (d->op & 7) == 0) || (d->op == 0x80 && (d->modrm >> 3 & 7) == 6))) ||
		(d->map == 2 && (d->op == 0x11 || d->op == 0x29 || d->op == 0x7f));
}

/* movups, movaps, movdqa, movdqu and their kin: 16 bytes at once. */
static void vectors(struct decode *d)
{
	struct native_insn *o = d->out;
	bool load = d->op == 0x10 || d->op == 0x28 || d->op == 0x6f, store = d->op == 0x11 || d->op == 0x29 || d->op == 0x7f;

	if (d->map != 2 || !d->memory || !(load || store) || d->vex || d->rex_r)
		return;
	o->vector = d->modrm >> 3 & 7;
	o->width = store ? 16 : 0;
	o->at = d->displacement;
}

static void meaning(struct decode *d, uint64_t value)
{
	struct native_insn *o = d->out;
	unsigned reg = d->modrm >> 3 & 7;

	constants(d, value);
	vectors(d);
	o->shape = d->map << 8 | d->op;
	if (d->map == 1 && !d->vex) {
		if (d->op == 0xff || (d->op & 0xfe) == 0xf6 || (d->op >= 0x80 && d->op <= 0x83))
			o->shape |= (reg + 1) << 12;
		if (d->op == 0xff && (reg == 2 || reg == 4)) {
			o->kind = reg == 2 ? NATIVE_CALL : NATIVE_JUMP;
			o->through = true;
			o->computed = !d->memory;
			if (d->based && d->wide)
				o->has_target = false;
		}
		if (d->op == 0xc3 || d->op == 0xc2 || d->op == 0xf4)
			o->kind = NATIVE_LEAVE;
		if (d->op == 0x90 || d->op == 0xcc)
			o->kind = NATIVE_PAD;
		o->xors = (d->op >= 0x30 && d->op <= 0x35 && (d->memory || reg != (d->modrm & 7) || d->op >= 0x34)) ||
			((d->op == 0x80 || d->op == 0x81 || d->op == 0x83) && reg == 6);
		o->peb = d->segment && d->memory && !d->based && (d->wide ? d->segment == 0x65 && d->displacement == 0x60
			: d->segment == 0x64 && d->displacement == 0x30);
		if (d->op == 0xa1 && d->segment == 0x64 && value == 0x30)
			o->peb = true;
		if (d->op == 0xcd && value == 0x80)
			o->kind = NATIVE_SYSCALL;
	} else if (d->map == 2) {
		if (d->op == 0x05 || d->op == 0x34)
			o->kind = NATIVE_SYSCALL;
		if (d->op == 0x0b)
			o->kind = NATIVE_LEAVE;
		if (d->op == 0x1f)
			o->kind = NATIVE_PAD;
		o->xors = d->op == 0xef || d->op == 0x57;
	}
	if (d->memory)
		o->shape |= 1u << 16;
	losses(d);
	loops(d);
}

void native_x86(const struct native_image *im, const uint8_t *code, size_t left, uint64_t address, struct native_insn *ret)
{
	struct decode d = {.im = im, .c = cursor_of(code, left < NATIVE_INSN_BYTES ? left : NATIVE_INSN_BYTES), .out = ret,
		.wide = im->cpu == NATIVE_X86_64};
	uint64_t value = 0;
	bool relative = false;
	size_t at = 0;
	uint8_t how;

	memset(ret, 0, sizeof(*ret));
	ret->from = ret->vector = ret->copies = ret->loses = -1;
	prefixes(&d);
	how = opcode(&d);
	if (how & BAD)
		return;
	if (how & M) {
		relative = operand(&d);
		at = d.c.pos - 4;
		if (d.map == 1 && !d.vex && (d.op & 0xfe) == 0xf6 && (d.modrm >> 3 & 7) < 2)
			how |= d.op == 0xf6 ? I1 : IZ;
	}
	if (how & (R1 | RZ)) {
		branch(&d, address, how);
	} else if (d.map == 1 && !d.vex && d.op >= 0xa0 && d.op <= 0xa3) {
		bool wide = d.wide && !d.short_address;

		at = d.c.pos;
		value = wide ? cursor_u64le(&d.c) : cursor_u32le(&d.c);
		if (in_image(im, value))
			target(&d, value, at, wide ? 8 : 4);
	} else {
		value = immediate(&d, how);
	}
	if (!cursor_ok(&d.c))
		return;
	if (relative)
		target(&d, address + d.c.pos + (uint64_t)d.displacement, at, 4);
	meaning(&d, value);
	ret->bytes = (uint8_t)d.c.pos;
}
