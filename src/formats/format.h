/*
 * A format is a name, a probe and an open. One file per format; the list is formats/list.h.
 *
 * probe() looks at the first head_bytes (fewer if the blob is shorter) and says how many bits of
 * evidence it verified: 0 = not mine. All claims are kept; the highest opens the blob, a second
 * serious claim (>= 16 bits) is an oddity (polyglot).
 *
 * open() reads one container and hands its children to a sink, in the order in which they stand.
 * It runs in a confined child, works on bytes alone, allocates from the arena, spends from the
 * budget and calls nothing but the sink. It covers every byte of the container with sink_span(), or
 * leaves a gap on purpose: gaps that are not all zero become children of their own ("[gap at 7936]").
 * Formats never call each other; a container returns children, the engine decides what they are.
 * Executables and other leaves have open == NULL: they are recognised here and read in read/.
 */
#ifndef ASSAY_FORMATS_FORMAT_H
#define ASSAY_FORMATS_FORMAT_H

#include <stdbool.h>
#include <stdint.h>

#include "util/arena.h"
#include "util/budget.h"
#include "util/cursor.h"
#include "util/status.h"

/* Append only: the numbers cross processes. Names are in format_name(). */
enum format_id {
	FORMAT_NONE, /* not recognised */
	FORMAT_TAR,
	FORMAT_GZIP,
	FORMAT_BZIP2,
	FORMAT_XZ,
	FORMAT_LZMA,
	FORMAT_ZSTD,
	FORMAT_ZIP,
	FORMAT_AR,
	FORMAT_SEVENZIP,
	FORMAT_ASAR,
	FORMAT_NSIS,
	FORMAT_PE,
	FORMAT_ELF,
	FORMAT_MACHO,
	FORMAT_TEXT, /* valid UTF-8/UTF-16 text without control bytes in its first part */
	FORMAT_PNG,
	FORMAT_JPEG,
	FORMAT_GIF,
	FORMAT_WEBP,
	FORMAT_ICO,
	FORMAT_ICNS,
	FORMAT_BMP,
	FORMAT_FONT, /* TrueType, OpenType, WOFF, WOFF2, EOT */
	FORMAT_AUDIO,
	FORMAT_VIDEO,
	FORMAT_PDF,
	FORMAT_WASM,
	FORMAT_SQLITE,
	/* containers that have no reader yet: recognised, always a blind spot */
	FORMAT_RAR,
	FORMAT_CAB,
	FORMAT_ISO,
	FORMAT_CPIO,
	FORMAT_RPM,
	FORMAT_XAR,
	FORMAT_SQUASHFS,
	FORMAT_OLE, /* MSI and old office files */
	FORMAT_DMG,
	FORMAT_LZ4,
	FORMAT_INNO,
	FORMAT_JAVA_CLASS,
	FORMAT_PYC,
	FORMAT_PE_OVERLAY, /* a PE with data behind its sections that no installer format claims */
	FORMAT_DIRECTORY, /* a release given as a folder; opened by the parent */
	FORMAT_COMPRESS,  /* Unix compress, ".Z" */
	FORMAT_BROTLI,
	FORMAT_PBZX,
	FORMAT_BOM, /* of a macOS package: its list of files */
	FORMAT_SIGNATURE, /* beside what it signs: PKCS#7, APK signing block, CRX header */
	FORMAT_CRX,
	FORMAT_HFSPLUS,
	/* file systems and disks that have no reader: always a blind spot */
	FORMAT_APFS,
	FORMAT_EXT,
	FORMAT_FAT,
	FORMAT_NTFS,
	FORMAT_DISK, /* a partition table */
	FORMAT_UEFI, /* a firmware volume */
	FORMAT_TABLE, /* a look-up table of a known kind */
	FORMAT_INSTALLSHIELD, /* the data behind an InstallShield setup program; no reader */
	FORMAT_UDF,
	FORMAT_N
};

enum entry_type {
	ENTRY_FILE,
	ENTRY_DIR,
	ENTRY_SYMLINK,
	ENTRY_HARDLINK,
	ENTRY_DEVICE,
	ENTRY_FIFO,
	ENTRY_OTHER,
	ENTRY_TYPE_N
};

enum entry_origin {
	ORIGIN_MEMBER,  /* stated by the container's directory */
	ORIGIN_GAP,     /* bytes that the directory does not account for */
	ORIGIN_DERIVED, /* text that we decoded from the container, e.g. an install script */
	ORIGIN_N
};

enum {
	ENTRY_ENCRYPTED = 1 << 0, /* content cannot be read without a password */
	ENTRY_SPAN = 1 << 1,      /* stored as it is: span_offset, span_bytes inside the container */
	ENTRY_UNPACKED = 1 << 2,  /* content lies outside the container (asar "unpacked") */
	ENTRY_LAYER = 1 << 3,     /* a layer of one container image; its place is in its name, "[layer 2]" */
	ENTRY_FLAGS_ALL = 15,
};

struct entry {
	struct str name; /* as stated, raw bytes, '/' or '\\' as stated */
	struct str link; /* target of a link, raw */
	enum entry_type type;
	enum entry_origin origin;
	uint32_t flags;
	uint32_t mode; /* permission bits, 07777; 0 if the format has none */
	uint64_t uid, gid;
	int64_t mtime; /* seconds since 1970, 0 if none */
	uint64_t size_bytes; /* as stated; UINT64_MAX if the container does not say */
	uint64_t span_offset, span_bytes;
};

/*
 * Where open() delivers. Order: child_begin, then child_data any number of times unless ENTRY_SPAN,
 * then child_end. Any call may return STATUS_LIMIT (budget) or STATUS_IO (the parent is gone): stop
 * and return it.
 */
struct sink {
	enum status (*child_begin)(struct sink *s, const struct entry *e);
	enum status (*child_data)(struct sink *s, const void *p, size_t n);
	/* how: OK, DAMAGED (what came is usable but contradicts), LIMIT, UNSUPPORTED (why says what) */
	enum status (*child_end)(struct sink *s, enum status how, const char *why);
	/* Something strange: code is a short stable word list like "zip-names-differ". */
	void (*oddity)(struct sink *s, const char *code, uint64_t offset, struct str detail);
	/* [offset, offset+length) of the container is accounted for as `what` ("header", "member", ..). */
	void (*span)(struct sink *s, uint64_t offset, uint64_t length, const char *what);
	/* May be NULL. What the children of a child call `name`, the consumer calls `becomes`: cabinets of an
	 * installer database hold keys, and the database says which file each is. */
	void (*alias)(struct sink *s, struct str name, struct str becomes);
};

struct open_in {
	struct cursor bytes; /* the container, whole, read-only mapping */
	struct str name;     /* escaped display name, for derived children ("x.gz" -> "x") */
	struct arena *arena;
	struct budget *budget;
	struct sink *sink;
};

struct format {
	enum format_id id;
	const char *name;    /* lower case, printed in reports: "pe" */
	const char *summary; /* one line for `assay formats` */
	size_t head_bytes;   /* how many leading bytes probe() wants */
	int (*probe)(struct cursor head, uint64_t total_bytes);
	/* Second look with the whole blob at hand, for formats that start deep inside another (an
	 * installer behind a program). NULL for most. Bits as probe(); must be linear and cheap. */
	int (*probe_whole)(struct cursor whole);
	/* The same with the last FORMAT_TAIL_BYTES, for formats whose mark stands at the end; also asked of
	 * children. NULL for most. */
	int (*probe_tail)(struct cursor tail, uint64_t total_bytes);
	/* For formats without any mark: asked only of files whose name ends in suffix (any case), with
	 * the whole blob at hand. Both NULL for all others. Bits as probe(). */
	const char *suffix;
	int (*probe_named)(struct cursor whole, struct str name);
	/* NULL for leaves. Returns OK; DAMAGED/LIMIT with what could be read delivered;
	 * UNSUPPORTED when nothing of it can be read. */
	enum status (*open)(struct open_in *in);
};

/* The table in a fixed order, *ret_n entries. */
const struct format *const *format_list(size_t *ret_n);
const struct format *format_by_id(enum format_id id); /* NULL for NONE and out of range */
const char *format_name(enum format_id id);           /* "unrecognised" for NONE */

struct format_claim {
	enum format_id id;
	int bits;
};

/* The format that files of this name have when their bytes say nothing, or NULL. */
const struct format *format_by_suffix(struct str name);

enum { FORMAT_HEAD_BYTES = 36 << 10, FORMAT_TAIL_BYTES = 512 };

/*
 * What do these bytes look like? head holds the first min(total, FORMAT_HEAD_BYTES) bytes.
 * Fills at most 4 claims, strongest first; returns their number (0 = unrecognised).
 */
size_t format_probe(struct cursor head, uint64_t total_bytes, struct format_claim ret_claims[4]);

/* The strongest claim on the last bytes; FORMAT_NONE with 0 bits if there is none. */
struct format_claim format_probe_tail(struct cursor tail, uint64_t total_bytes);

#endif
