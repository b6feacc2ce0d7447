/*
 * A64 instructions: 4 bytes each. An address is put together by two: adrp gives the page, and an add,
 * load or store the place in it (Arm ARM, C4.1).
 */
#include "read/native_int.h"

static int64_t signed_bits(uint32_t v, unsigned bits)
{
	return (int64_t)((uint64_t)v << (64 - bits)) >> (64 - bits);
}

static void target(struct native_insn *o, uint64_t address, uint32_t mask)
{
	o->has_target = true;
	o->target = address;
	o->word &= ~mask;
}

static void branches(struct native_insn *o, uint32_t w, uint64_t address)
{
	if ((w & 0x7c000000) == 0x14000000) {
		o->kind = w >> 31 ? NATIVE_CALL : NATIVE_JUMP;
		target(o, address + (uint64_t)(signed_bits(w & 0x3ffffff, 26) * 4), 0x3ffffff);
	} else if ((w & 0xff000000) == 0x54000000 || (w & 0x7e000000) == 0x34000000) {
		o->kind = NATIVE_BRANCH;
		target(o, address + (uint64_t)(signed_bits(w >> 5 & 0x7ffff, 19) * 4), 0x7ffff << 5);
	} else if ((w & 0x7e000000) == 0x36000000) {
		o->kind = NATIVE_BRANCH;
		target(o, address + (uint64_t)(signed_bits(w >> 5 & 0x3fff, 14) * 4), 0x3fff << 5);
	} else if ((w & 0xfe000000) == 0xd6000000) {
		unsigned what = w >> 21 & 15;

		o->kind = what == 2 ? NATIVE_LEAVE : what & 1 ? NATIVE_CALL : NATIVE_JUMP;
		o->through = what != 2;
	} else if ((w & 0xffe0001f) == 0xd4000001) {
		o->kind = NATIVE_SYSCALL;
	} else if ((w & 0xffe0001f) == 0xd4200000 || w == 0) {
		o->kind = w ? NATIVE_LEAVE : NATIVE_PAD;
	} else if (w == 0xd503201f) {
		o->kind = NATIVE_PAD;
	}
}

/* Addresses by page and place. What else writes the register makes the page unknown. */
static void addresses(struct native_insn *o, uint32_t w, uint64_t address, struct native_state *s)
{
	unsigned rd = w & 31, rn = w >> 5 & 31;
	uint32_t keep = s->has_page;
	bool known = s->has_page >> rn & 1;

	if ((w & 0x9f000000) == 0x90000000) {
		uint64_t by = (uint64_t)(signed_bits((w >> 5 & 0x7ffff) << 2 | (w >> 29 & 3), 21) * 4096);

		s->page[rd] = (address & ~(uint64_t)4095) + by;
		s->has_page = keep | 1u << rd;
		o->word &= ~((uint32_t)0x7ffff << 5 | 3u << 29);
		return;
	}
	if ((w & 0x9f000000) == 0x10000000) {
		target(o, address + (uint64_t)signed_bits((w >> 5 & 0x7ffff) << 2 | (w >> 29 & 3), 21), 0x7ffff << 5 | 3u << 29);
	} else if ((w & 0x3b000000) == 0x18000000) {
		target(o, address + (uint64_t)(signed_bits(w >> 5 & 0x7ffff, 19) * 4), 0x7ffff << 5);
	} else if ((w & 0xff800000) == 0x91000000 && known) {
		uint64_t by = (uint64_t)(w >> 10 & 0xfff) << (w >> 22 & 1 ? 12 : 0);

		target(o, s->page[rn] + by, 0xfff << 10);
		s->has_page &= ~(1u << rd);
		if (rd == rn) {
			s->page[rd] += by;
			s->has_page |= 1u << rd;
		}
		return;
	} else if ((w & 0x3b000000) == 0x39000000 && known) {
		unsigned scale = w >> 30;

		if (w >> 26 & 1 && w >> 23 & 1)
			scale = 4;
		target(o, s->page[rn] + ((uint64_t)(w >> 10 & 0xfff) << scale), 0xfff << 10);
		if (!(w >> 22 & 3)) /* a store leaves the register as it is */
			return;
	}
	if (o->kind == NATIVE_CALL)
		s->has_page &= ~0x7ffffu;
	else if (o->kind == NATIVE_PLAIN)
		s->has_page &= ~(1u << rd);
}

static void constants(struct native_insn *o, uint32_t w, uint64_t before)
{
	unsigned rd = w & 31, shift = (w >> 21 & 3) * 16;
	uint64_t part = (uint64_t)(w >> 5 & 0xffff) << shift;

	if ((w & 0x1f800000) == 0x12800000) {
		unsigned what = w >> 29 & 3;

		o->is_constant = true;
		o->to = (uint8_t)rd;
		o->constant = what == 2 ? part : what == 0 ? ~part : (before & ~((uint64_t)0xffff << shift)) | part;
	} else if ((w & 0x3b200c00) == 0x38000000 && !(w >> 26 & 1) && !(w >> 22 & 3)) { /* stur */
		o->from = (int8_t)rd;
		o->width = (uint8_t)(1u << (w >> 30));
		o->at = signed_bits(w >> 12 & 0x1ff, 9);
	} else if ((w & 0x3b000000) == 0x39000000 && !(w >> 26 & 1) && !(w >> 22 & 3)) {
		o->from = (int8_t)rd;
		o->width = (uint8_t)(1u << (w >> 30));
		o->at = (int64_t)(w >> 10 & 0xfff) << (w >> 30);
	}
}

/* Copies of registers, and what loops over bytes are made of. */
static void bytes_and_copies(struct native_insn *o, uint32_t w)
{
	if ((w & 0x7fe0ffe0) == 0x2a0003e0) {
		o->copies = (int8_t)(w >> 16 & 31);
		o->to = (uint8_t)(w & 31);
	}
	o->computed = o->through;
	o->mixes = (w & 0x3f200000) == 0x0b000000 || (w & 0x9f200c00) == 0x0e200400 || o->xors;
	o->stores_bytes = (w & 0xffc00000) == 0x39000000 || (w & 0xffc00000) == 0x38000000 || (w & 0xffc00000) == 0x3d800000 ||
		(w & 0xffe00000) == 0x3c800000;
}

void native_arm64(const uint8_t *code, size_t left, uint64_t address, struct native_state *s, struct native_insn *ret)
{
	struct cursor c = cursor_of(code, left);
	uint32_t w = cursor_u32le(&c);

	memset(ret, 0, sizeof(*ret));
	ret->from = ret->vector = ret->copies = ret->loses = -1;
	if (!cursor_ok(&c))
		return;
	ret->bytes = 4;
	ret->word = w;
	branches(ret, w, address);
	addresses(ret, w, address, s);
	constants(ret, w, s->constants[w & 31]);
	ret->xors = (w & 0x7f200000) == 0x4a000000 || (w & 0x7f800000) == 0x52000000 || (w & 0xbfe0fc00) == 0x2e201c00;
	bytes_and_copies(ret, w);
	/* Registers and numbers out: what is left says the operation. */
	ret->shape = w & ((w >> 26 & 7) == 5 ? 0xfc000000 : (w >> 26 & 6) == 4 ? 0xff000000 : 0xffe00c00);
}

void native_decode(const struct native_image *im, const uint8_t *code, size_t left, uint64_t address,
	struct native_state *s, struct native_insn *ret)
{
	if (im->cpu == NATIVE_ARM64)
		native_arm64(code, left, address, s, ret);
	else
		native_x86(im, code, left, address, ret);
}
