/* Small but whole programs and pictures, built by code, so that the fuzzers start inside the structure. */
#ifndef ASSAY_FUZZ_EXEC_SEEDS_H
#define ASSAY_FUZZ_EXEC_SEEDS_H

#include <stdint.h>
#include <string.h>

enum { SEED_BYTES = 4096 };

static inline void seed_le(uint8_t *p, unsigned n, uint64_t v)
{
	for (unsigned i = 0; i < n; i++)
		p[i] = (uint8_t)(v >> (8 * i));
}

static inline void seed_be(uint8_t *p, unsigned n, uint64_t v)
{
	for (unsigned i = 0; i < n; i++)
		p[i] = (uint8_t)(v >> (8 * (n - 1 - i)));
}

/* PE32+ with one section that holds imports, exports, resources, debug, TLS; a certificate table at the end. */
static inline size_t seed_pe(uint8_t *p)
{
	uint8_t *o = p + 0x98, *s = p + 0x188, *d = p + 0x400;

	memset(p, 0, SEED_BYTES);
	memcpy(p, "MZ", 2);
	seed_le(p + 0x3c, 4, 0x80);
	memcpy(p + 0x80, "PE\0\0\x64\x86\1\0", 8);
	seed_le(p + 0x94, 2, 240);
	seed_le(o, 2, 0x20b);
	seed_le(o + 16, 4, 0x1000);
	seed_le(o + 24, 8, 0x140000000);
	seed_le(o + 60, 4, 0x400);
	seed_le(o + 68, 2, 3);
	seed_le(o + 108, 4, 16);
	for (int i = 0; i < 15; i++) {
		static const uint16_t at[15] = {0x1100, 0x1000, 0x1200, 0, 0, 0, 0x1300, 0, 0, 0x1340, 0, 0, 0, 0x1380, 0x1400};

		seed_le(o + 112 + 8 * i, 4, at[i]);
		seed_le(o + 116 + 8 * i, 4, at[i] ? 0x60 : 0);
	}
	seed_le(o + 112 + 32, 4, 0xe00);
	seed_le(o + 116 + 32, 4, 0x40);
	memcpy(s, ".text", 5);
	seed_le(s + 8, 4, 0xa00);
	seed_le(s + 12, 4, 0x1000);
	seed_le(s + 16, 4, 0xa00);
	seed_le(s + 20, 4, 0x400);
	seed_le(s + 36, 4, 0x60000020);
	seed_le(d, 4, 0x1040); /* imports: lookup, name, addresses */
	seed_le(d + 12, 4, 0x1060);
	seed_le(d + 16, 4, 0x1040);
	seed_le(d + 0x40, 8, 0x1070);
	seed_le(d + 0x48, 8, 1ull << 63 | 7);
	memcpy(d + 0x60, "KERNEL32.dll", 12);
	memcpy(d + 0x72, "WinExec", 7);
	seed_le(d + 0x10c, 4, 0x1150); /* exports */
	seed_le(d + 0x114, 4, 1);
	seed_le(d + 0x118, 4, 1);
	seed_le(d + 0x11c, 4, 0x1140);
	seed_le(d + 0x120, 4, 0x1144);
	seed_le(d + 0x124, 4, 0x1148);
	seed_le(d + 0x140, 4, 0x1000);
	seed_le(d + 0x144, 4, 0x1150);
	memcpy(d + 0x150, "demo.dll", 8);
	seed_le(d + 0x20e, 2, 1); /* resources: version */
	seed_le(d + 0x210, 4, 16);
	seed_le(d + 0x214, 4, 0x80000018);
	seed_le(d + 0x226, 2, 1);
	seed_le(d + 0x22c, 4, 0x80000030);
	seed_le(d + 0x23e, 2, 1);
	seed_le(d + 0x244, 4, 0x48);
	seed_le(d + 0x248, 4, 0x1260);
	seed_le(d + 0x24c, 4, 0x80);
	seed_le(d + 0x260, 2, 0x60);
	seed_le(d + 0x30c, 4, 2); /* debug */
	seed_le(d + 0x310, 4, 0x40);
	seed_le(d + 0x318, 4, 0x820);
	memcpy(p + 0x820, "RSDS", 4);
	memcpy(p + 0x820 + 24, "c:\\demo.pdb", 11);
	seed_le(p + 0xe00, 4, 0x40);
	memcpy(p + 0xe04, "\0\2\2\0\x30\x20\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02\xa0\x13\x30\x11\x02\x01\x01\x31\x00\x30\x02\x06\x00", 30);
	memcpy(d + 0x500, "https://cdn.host.example/x", 26);
	return 0xe40;
}

/* ELF64 with a dynamic segment: needed library, symbols, hash. */
static inline size_t seed_elf(uint8_t *p)
{
	uint8_t *d = p + 0x200;

	memset(p, 0, SEED_BYTES);
	memcpy(p, "\177ELF\2\1\1", 7);
	seed_le(p + 16, 2, 3);
	seed_le(p + 18, 2, 62);
	seed_le(p + 32, 8, 64);
	seed_le(p + 54, 2, 56);
	seed_le(p + 56, 2, 2);
	seed_le(p + 64, 4, 1);
	seed_le(p + 68, 4, 7);
	seed_le(p + 96, 8, 0x800);
	seed_le(p + 120, 4, 2);
	seed_le(p + 128, 8, 0x200);
	seed_le(p + 152, 8, 0x80);
	for (int i = 0; i < 5; i++) {
		static const uint16_t tags[5][2] = {{1, 1}, {5, 0x400}, {10, 0x40}, {6, 0x300}, {4, 0x500}};

		seed_le(d + 16 * i, 8, tags[i][0]);
		seed_le(d + 16 * i + 8, 8, tags[i][1]);
	}
	seed_le(p + 0x318, 4, 10);
	p[0x31c] = 0x12;
	memcpy(p + 0x400, "\0libx.so.1\0connect", 19);
	seed_le(p + 0x504, 4, 2);
	return 0x820;
}

static inline size_t seed_macho(uint8_t *p)
{
	memset(p, 0, SEED_BYTES);
	seed_le(p, 4, 0xfeedfacf);
	seed_le(p + 4, 4, 0x0100000c);
	seed_le(p + 12, 4, 6);
	seed_le(p + 16, 4, 4);
	seed_le(p + 20, 4, 152 + 24 + 48 + 16);
	seed_le(p + 32, 4, 0x19);
	seed_le(p + 36, 4, 152);
	seed_le(p + 80, 8, 0x600);
	seed_le(p + 92, 4, 7);
	seed_le(p + 96, 4, 1);
	memcpy(p + 104, "__text", 6);
	seed_le(p + 144, 8, 0x40);
	seed_le(p + 152, 4, 0x200);
	seed_le(p + 184, 4, 2);
	seed_le(p + 188, 4, 24);
	seed_le(p + 192, 4, 0x300);
	seed_le(p + 196, 4, 2);
	seed_le(p + 200, 4, 0x340);
	seed_le(p + 204, 4, 0x20);
	seed_le(p + 208, 4, 0xc);
	seed_le(p + 212, 4, 48);
	seed_le(p + 216, 4, 24);
	memcpy(p + 232, "/usr/lib/libx.dylib", 19);
	seed_le(p + 256, 4, 0x1d);
	seed_le(p + 260, 4, 16);
	seed_le(p + 264, 4, 0x400);
	seed_le(p + 268, 4, 0x100);
	seed_le(p + 0x300, 4, 1);
	p[0x304] = 1;
	memcpy(p + 0x341, "_connect", 8);
	seed_be(p + 0x400, 4, 0xfade0cc0);
	seed_be(p + 0x404, 4, 0x100);
	seed_be(p + 0x408, 4, 1);
	seed_be(p + 0x410, 4, 0x20);
	seed_be(p + 0x420, 4, 0xfade0c02);
	seed_be(p + 0x424, 4, 0x80);
	seed_be(p + 0x428, 4, 0x20200);
	seed_be(p + 0x434, 4, 0x50);
	memcpy(p + 0x470, "ident", 5);
	return 0x600;
}

#endif
