/*
 * Leaves, and containers that have no reader yet: recognised by their first bytes and no more.
 * Evidence is the number of bits that were compared.
 */
#include "formats/format.h"

struct magic {
	size_t offset;
	const char *bytes;
	size_t n;
};

#define AT(offset, literal) {(offset), (literal), sizeof(literal) - 1}

static bool magic_fits(const struct cursor *head, const struct magic *m)
{
	return m->offset <= head->len && m->n <= head->len - m->offset &&
	       memcmp(head->base + m->offset, m->bytes, m->n) == 0;
}

/* The first of several that fits. */
static int magic_any(const struct cursor *head, const struct magic *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (magic_fits(head, &list[i]))
			return (int)list[i].n * 8;
	return 0;
}

#define PLAIN_MAGIC(word, ID, NAME, SUMMARY, HEAD, ...)                                            \
	static int word##_probe(struct cursor head, uint64_t total_bytes)                          \
	{                                                                                          \
		static const struct magic list[] = {__VA_ARGS__};                                  \
                                                                                                   \
		return magic_any(&head, list, sizeof(list) / sizeof(list[0]));                     \
	}                                                                                          \
	LEAF(word, ID, NAME, SUMMARY, HEAD)

#define LEAF(word, ID, NAME, SUMMARY, HEAD)                                                        \
	const struct format format_##word = {.id = (ID),                                           \
					     .name = (NAME),                                       \
					     .summary = (SUMMARY),                                 \
					     .head_bytes = (HEAD),                                 \
					     .probe = word##_probe}

PLAIN_MAGIC(png, FORMAT_PNG, "png", "PNG image", 8, AT(0, "\x89PNG\r\n\x1a\n"));
PLAIN_MAGIC(gif, FORMAT_GIF, "gif", "GIF image", 6, AT(0, "GIF87a"), AT(0, "GIF89a"));
PLAIN_MAGIC(pdf, FORMAT_PDF, "pdf", "PDF document", 5, AT(0, "%PDF-"));
PLAIN_MAGIC(wasm, FORMAT_WASM, "wasm", "WebAssembly module", 8, AT(0, "\0asm\1\0\0\0"));
PLAIN_MAGIC(bom, FORMAT_BOM, "bom", "list of files of a macOS package", 8, AT(0, "BOMStore"));
PLAIN_MAGIC(installshield, FORMAT_INSTALLSHIELD, "installshield",
	    "InstallShield data of a setup program (not opened)", 14, AT(0, "InstallShield\0"),
	    AT(0, "ISSetupStream\0"));
PLAIN_MAGIC(sqlite, FORMAT_SQLITE, "sqlite", "SQLite database", 16, AT(0, "SQLite format 3\0"));
/*
 * The tables of a disk alone, as images of disks hold them beside their volumes: a map of drivers that lists
 * none, a map of partitions, a header of GPT or its entries, a first sector without code to start from.
 */
enum { SECTOR_BYTES = 512, BOOT_CODE_BYTES = 440, DISK_TABLE_MAX_BYTES = 64 << 10 };

static bool all_zero(const uint8_t *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (p[i])
			return false;
	return true;
}

static bool is_disk_table(const struct cursor *head, uint64_t total_bytes)
{
	static const struct magic maps[] = {AT(0, "PM\0\0"), AT(0, "EFI PART"),
					    AT(0, "\0SFH\0\0\xaa\x11\xaa\x11\0\x30\x65\x43\xec\xac"),
					    AT(0, "\xef\x57\x34\x7c\0\0\xaa\x11\xaa\x11\0\x30\x65\x43\xec\xac"),
					    AT(0, "\x28\x73\x2a\xc1\x1f\xf8\xd2\x11\xba\x4b\0\xa0\xc9\x3e\xc9\x3b")};
	const struct magic drivers = AT(0, "ER\2\0"), none = AT(16, "\0\0"), boot = AT(510, "\x55\xaa");
	const uint8_t *first = cursor_peek(head, BOOT_CODE_BYTES);

	if (!first || total_bytes % SECTOR_BYTES || total_bytes > DISK_TABLE_MAX_BYTES)
		return false;
	if (magic_any(head, maps, sizeof(maps) / sizeof(maps[0])))
		return true;
	if (total_bytes != SECTOR_BYTES)
		return false;
	return magic_fits(head, &drivers) ? magic_fits(head, &none)
					  : magic_fits(head, &boot) && all_zero(first, BOOT_CODE_BYTES);
}

/* Tables that programs look things up in; nothing in them is ever executed. */
static int table_probe(struct cursor head, uint64_t total_bytes)
{
	static const struct magic list[] = {
		AT(0, "\xde\x12\x04\x95\0\0"), AT(0, "\x95\x04\x12\xde\0\0"), AT(0, "TZif"), AT(0, "\0\0\0\1Bud1"),
		AT(0, "Microsoft C/C++ MSF 7.00\r\n\x1a" "DS"), AT(0, "\x1a\1\x30\0"), AT(2, "\xda\x27\x14\0"),
		/* what a Windows import library says of one function, for three processors */
		AT(0, "\0\0\xff\xff\0\0\x4c\1"), AT(0, "\0\0\xff\xff\0\0\x64\x86"), AT(0, "\0\0\xff\xff\0\0\x64\xaa"),
		/* a lock file of packages, and what a Mac keeps about a file beside it ("._name") */
		AT(0, "#!/usr/bin/env bun\nbun-lockfile-format-v0\n"),
		AT(0, "\0\5\x16\7\0\2\0\0")};
	int score = magic_any(&head, list, sizeof(list) / sizeof(list[0]));

	return score ? score : is_disk_table(&head, total_bytes) ? 40 : 0;
}
LEAF(table, FORMAT_TABLE, "table",
     "look-up tables: translations, time zones, terminals, debug symbols, folder settings, import stubs, partitions, locked packages",
     SECTOR_BYTES);

PLAIN_MAGIC(apfs, FORMAT_APFS, "apfs", "APFS volume (not opened yet)", 36, AT(32, "NXSB"));
PLAIN_MAGIC(ntfs, FORMAT_NTFS, "ntfs", "NTFS or exFAT volume (not opened yet)", 11, AT(3, "NTFS    "), AT(3, "EXFAT   "));
PLAIN_MAGIC(uefi, FORMAT_UEFI, "uefi", "UEFI firmware volume (not opened yet)", 44, AT(40, "_FVH"));

/* 510 55 aa, and the kind in words where only this file system has them. */
static int fat_probe(struct cursor head, uint64_t total_bytes)
{
	static const struct magic words[] = {AT(54, "FAT12   "), AT(54, "FAT16   "), AT(82, "FAT32   ")};
	const struct magic mark = AT(510, "\x55\xaa");
	int bits = magic_any(&head, words, sizeof(words) / sizeof(words[0]));

	return bits && magic_fits(&head, &mark) ? 40 : 0;
}
LEAF(fat, FORMAT_FAT, "fat", "FAT volume (not opened yet)", 512);

/* 1024: 24 u32 log2 of the block - 10, 56 u16 ef53, 58 u16 state, 76 u32 revision */
static int ext_probe(struct cursor head, uint64_t total_bytes)
{
	struct cursor c = cursor_clip(&head, 1024, 1024);
	uint32_t log, revision;
	uint16_t mark, state;

	cursor_seek(&c, 24);
	log = cursor_u32le(&c);
	cursor_seek(&c, 56);
	mark = cursor_u16le(&c);
	state = cursor_u16le(&c);
	cursor_seek(&c, 76);
	revision = cursor_u32le(&c);
	return cursor_ok(&c) && mark == 0xef53 && log <= 6 && state <= 7 && revision <= 1 ? 40 : 0;
}
LEAF(ext, FORMAT_EXT, "ext", "ext2, ext3 or ext4 volume (not opened yet)", 1104);

/* Weak on purpose: images that start from a disk have a table of partitions in front of what they are. */
static int disk_probe(struct cursor head, uint64_t total_bytes)
{
	static const struct magic list[] = {AT(512, "EFI PART"), AT(0, "ER\2\0")};

	return magic_any(&head, list, sizeof(list) / sizeof(list[0])) ? 15 : 0;
}
LEAF(disk, FORMAT_DISK, "disk", "disk with a partition table (not opened yet)", 520);

static int jpeg_probe(struct cursor head, uint64_t total_bytes)
{
	const uint8_t *p = cursor_peek(&head, 4);

	return p && p[0] == 0xff && p[1] == 0xd8 && p[2] == 0xff && p[3] >= 0xc0 && p[3] != 0xff
		       ? 26
		       : 0;
}
LEAF(jpeg, FORMAT_JPEG, "jpeg", "JPEG image", 4);

/* RIFF says only that pieces follow; the word at 8 says which. */
static int riff_probe(const struct cursor *head, const char *word)
{
	const uint8_t *p = cursor_peek(head, 12);

	return p && memcmp(p, "RIFF", 4) == 0 && memcmp(p + 8, word, 4) == 0 ? 64 : 0;
}

static int webp_probe(struct cursor head, uint64_t total_bytes)
{
	return riff_probe(&head, "WEBP");
}
LEAF(webp, FORMAT_WEBP, "webp", "WebP image", 12);

/* 0 u16 zero, 2 u16 1 icon or 2 cursor, 4 u16 count, then 16 bytes each that lie in the file. */
static int ico_probe(struct cursor head, uint64_t total_bytes)
{
	uint16_t zero = cursor_u16le(&head), kind = cursor_u16le(&head);
	uint16_t n = cursor_u16le(&head);
	uint32_t length, offset;

	cursor_skip(&head, 3);
	if (cursor_u8(&head) != 0)
		return 0;
	cursor_skip(&head, 4);
	length = cursor_u32le(&head);
	offset = cursor_u32le(&head);
	if (!cursor_ok(&head) || zero || kind < 1 || kind > 2 || n == 0 || n > 256)
		return 0;
	if (offset < 6 + 16u * n || offset > total_bytes || length > total_bytes - offset ||
	    length < 16)
		return 0;
	return 44;
}
LEAF(ico, FORMAT_ICO, "ico", "Windows icon or cursor", 22);

static int icns_probe(struct cursor head, uint64_t total_bytes)
{
	const uint8_t *p = cursor_take(&head, 4);
	uint32_t size = cursor_u32be(&head);

	if (!p || !cursor_ok(&head) || memcmp(p, "icns", 4))
		return 0;
	return size == total_bytes ? 64 : size > 8 ? 32 : 0;
}
LEAF(icns, FORMAT_ICNS, "icns", "macOS icon", 8);

/* 0 "BM", 2 u32 file size, 6 u32 zero, 10 u32 pixels, 14 u32 size of the next header. */
static int bmp_probe(struct cursor head, uint64_t total_bytes)
{
	const uint8_t *p = cursor_take(&head, 2);
	uint32_t size = cursor_u32le(&head), reserved = cursor_u32le(&head);
	uint32_t pixels = cursor_u32le(&head), info = cursor_u32le(&head);

	if (!p || !cursor_ok(&head) || p[0] != 'B' || p[1] != 'M' || reserved || pixels < 26)
		return 0;
	if (info != 12 && info != 40 && info != 52 && info != 56 && info != 64 && info != 108 &&
	    info != 124)
		return 0;
	return size == total_bytes ? 90 : pixels < total_bytes ? 50 : 0;
}
LEAF(bmp, FORMAT_BMP, "bmp", "Windows bitmap", 18);

/* TrueType has a weak magic: 0 u32 0x00010000, 4 u16 tables, 12 the first table's four letters. */
static int truetype_probe(const struct cursor *head)
{
	const uint8_t *p = cursor_peek(head, 16);
	unsigned n = p ? (unsigned)(p[4] << 8 | p[5]) : 0;

	if (!p || memcmp(p, "\0\1\0\0", 4) || n == 0 || n > 64)
		return 0;
	for (int i = 12; i < 16; i++)
		if (p[i] < 0x20 || p[i] > 0x7e)
			return 0;
	return 48;
}

static int font_probe(struct cursor head, uint64_t total_bytes)
{
	static const struct magic list[] = {AT(0, "OTTO\0"), AT(0, "wOFF"), AT(0, "wOF2"),
					    AT(0, "ttcf\0"), AT(0, "true\0")};
	const uint8_t *p = cursor_peek(&head, 36);
	int bits = magic_any(&head, list, sizeof(list) / sizeof(list[0]));

	/* EOT: 0 u32 file size, 8 u32 version, 34 "LP" */
	if (!bits && p && p[34] == 'L' && p[35] == 'P' && p[8] == 0 && p[11] == 0 && p[10] <= 2) {
		struct cursor c = head;

		if (cursor_u32le(&c) == total_bytes)
			return 64;
	}
	return bits ? bits : truetype_probe(&head);
}
LEAF(font, FORMAT_FONT, "font", "TrueType, OpenType, WOFF, EOT font", 36);

/* MPEG audio has no magic but 11 set bits: two frames in step are asked for. */
static bool mpeg_frame(const uint8_t *p, size_t n, size_t *ret_bytes)
{
	static const uint16_t rates[16] = {0,  32,  40,	 48,  56,  64,	80,  96,
					   112, 128, 160, 192, 224, 256, 320, 0};
	static const uint16_t hertz[4] = {441, 480, 320, 0};
	unsigned rate, hz;

	if (n < 4 || p[0] != 0xff || (p[1] & 0xfe) != 0xfa)
		return false;
	rate = rates[p[2] >> 4];
	hz = hertz[p[2] >> 2 & 3];
	if (!rate || !hz)
		return false;
	*ret_bytes = 1440u * rate / hz + (p[2] >> 1 & 1);
	return true;
}

static int mpeg_probe(const struct cursor *head)
{
	size_t first, second;

	if (!mpeg_frame(head->base, head->len, &first) || first >= head->len ||
	    !mpeg_frame(head->base + first, head->len - first, &second))
		return 0;
	return 30;
}

static int audio_probe(struct cursor head, uint64_t total_bytes)
{
	static const struct magic list[] = {AT(0, "OggS\0"), AT(0, "fLaC\0"), AT(0, "ID3\2"),
					    AT(0, "ID3\3"), AT(0, "ID3\4"), AT(0, "MThd\0\0\0\6"),
					    AT(4, "ftypM4A ")};
	int bits = magic_any(&head, list, sizeof(list) / sizeof(list[0]));

	if (!bits)
		bits = riff_probe(&head, "WAVE");
	return bits ? bits : mpeg_probe(&head);
}
LEAF(audio, FORMAT_AUDIO, "audio", "Ogg, FLAC, MP3, WAV, MIDI, M4A", 4096);

static int video_probe(struct cursor head, uint64_t total_bytes)
{
	static const struct magic list[] = {AT(0, "\x1a\x45\xdf\xa3"), AT(4, "ftypisom"),
					    AT(4, "ftypmp4"), AT(4, "ftypiso"), AT(4, "ftypqt  "),
					    AT(4, "ftypM4V"), AT(4, "ftypavc1"),
					    AT(0, "FLV\1"), AT(0, "\0\0\1\xba")};
	int bits = magic_any(&head, list, sizeof(list) / sizeof(list[0]));

	return bits ? bits : riff_probe(&head, "AVI ");
}
LEAF(video, FORMAT_VIDEO, "video", "Matroska, MP4, QuickTime, AVI, FLV, MPEG", 12);

/* The same magic as fat Mach-O, which has a small number of architectures where this has a version
 * of the language: 45 (1.1) and up. */
static int java_class_probe(struct cursor head, uint64_t total_bytes)
{
	uint32_t magic = cursor_u32be(&head);
	uint16_t major, n;

	(void)cursor_u16be(&head);
	major = cursor_u16be(&head);
	n = cursor_u16be(&head);
	if (!cursor_ok(&head) || magic != 0xcafebabe || major < 45 || major > 100 || n == 0)
		return 0;
	return 42;
}
LEAF(java_class, FORMAT_JAVA_CLASS, "java-class", "Java class file", 10);

/* 0 u16 number of the release, 2 "\r\n", then flags (3.7 and up) or a time; the marshalled code
 * object's letter 'c' (0x63, or 0xe3 with the reference bit) follows at 8, 12 or 16. */
static int pyc_probe(struct cursor head, uint64_t total_bytes)
{
	const uint8_t *p = cursor_peek(&head, 17);
	static const int places[] = {16, 12, 8};
	unsigned version;

	if (!p || p[2] != '\r' || p[3] != '\n')
		return 0;
	version = (unsigned)(p[1] << 8 | p[0]);
	if ((version < 3000 || version > 3700) && (version < 62011 || version > 62260))
		return 0;
	for (int i = 0; i < 3; i++)
		if ((p[places[i]] & 0x7f) == 'c')
			return 28;
	return 0;
}
LEAF(pyc, FORMAT_PYC, "pyc", "compiled Python", 17);
