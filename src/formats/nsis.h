/*
 * What the files of the NSIS reader share; nobody else includes this.
 *
 * An installer: PE stub, then on a 512-byte boundary the first header
 *	 0  u32  flags (1 uninstaller, 2 silent, 4 no CRC, 8 force CRC)
 *	 4  u32  0xDEADBEEF
 *	 8  12   "NullsoftInst"
 *	20  u32  length of the header when unpacked
 *	24  u32  length of all that follows, this header and the CRC included
 * then header and data blocks, then (unless flag 4) a CRC-32 of the file from offset 512 on.
 * Not solid: each block is a u32 length (top bit: compressed) and that many bytes; the first block
 * is the header, offsets of the others count from behind it. Solid: one compressed stream holds the
 * same, lengths without top bit.
 */
#ifndef ASSAY_FORMATS_NSIS_H
#define ASSAY_FORMATS_NSIS_H

#include "formats/format.h"
#include "util/buf.h"

enum nsis_method { NSIS_STORED, NSIS_DEFLATE, NSIS_LZMA, NSIS_LZMA_X86, NSIS_BZIP2 };

enum {
	NSIS_HEADER_MAX = 64 << 20,
	NSIS_SCRIPT_MAX = 64 << 20,
	NSIS_STRING_MAX = 8 << 10, /* NSIS itself stops at 1024 or 8192 */
	NSIS_DICTIONARY_MAX = 128 << 20,
	NSIS_PARAMS = 6,
};

/* --- nsis_stream.c: the decoders as NSIS frames them --- */
struct nsis_stream;

/* What the first bytes of a compressed block look like. */
enum nsis_method nsis_method_of(struct cursor block);
const char *nsis_method_name(enum nsis_method m);
/* Borrowed bytes; NULL when out of memory. Close it. */
struct nsis_stream *nsis_stream_open(enum nsis_method m, const uint8_t *p, size_t n);
/* Up to room bytes; 0 at the end, whatever the reason. */
size_t nsis_stream_read(struct nsis_stream *s, uint8_t *out, size_t room);
enum status nsis_stream_how(const struct nsis_stream *s); /* OK until and at a good end */
const char *nsis_stream_why(const struct nsis_stream *s); /* "" when OK */
uint64_t nsis_stream_used(const struct nsis_stream *s);   /* input bytes taken so far */
void nsis_stream_close(struct nsis_stream *s);

/* --- nsis_header.c: the tables of the unpacked header --- */
enum nsis_dialect { NSIS_2, NSIS_3, NSIS_PARK };

struct nsis_header {
	struct cursor bytes;
	struct cursor pages, sections, entries, strings, languages;
	size_t n_pages, n_sections, n_entries, section_bytes, language_bytes;
	struct cursor language; /* the table that texts are taken from */
	bool unicode, wide;     /* wide: 64-bit stub, block offsets of 8 bytes */
	enum nsis_dialect dialect;
	unsigned park;         /* 1..3: instructions that this fork added */
	bool log;              /* built with logging: one more instruction */
	uint64_t odd_entries;  /* instructions that contradict the chosen numbering */
};

struct nsis_op {
	uint32_t op; /* enum nsis_opcode, in the numbering of NSIS 3 */
	uint32_t raw;
	int32_t p[NSIS_PARAMS];
};

/* Bytes of the unpacked header. DAMAGED when the tables do not fit into it. */
enum status nsis_header_read(struct nsis_header *h, struct cursor bytes, struct budget *b);
struct nsis_op nsis_entry(const struct nsis_header *h, size_t i); /* i < n_entries */
bool nsis_string_valid(const struct nsis_header *h, int32_t ref);

enum nsis_string_form { NSIS_PLAIN, NSIS_QUOTED };

/* Appends the text of a string reference: variables and folders by name, UTF-8. Quoted: with NSIS'
 * own escapes ($\" $\r $\n $\t $$). At most NSIS_STRING_MAX bytes. */
void nsis_string(const struct nsis_header *h, int32_t ref, enum nsis_string_form form, struct buf *out);
void nsis_variable(uint32_t index, struct buf *out); /* "$INSTDIR" */

/* --- nsis_script.c: instructions to text and to the files they write --- */
enum nsis_want_kind { NSIS_WANT_FILE, NSIS_WANT_UNINSTALLER, NSIS_WANT_VALUE };

struct nsis_want {
	enum nsis_want_kind kind;
	uint64_t offset; /* in the data area */
	struct str name;
	int64_t mtime;
	size_t order;
};

struct nsis_script {
	struct buf text; /* release it */
	struct nsis_want *wants;
	size_t n_wants, room_wants;
};

/* OK or LIMIT (text or steps ran out: what is there is usable). */
enum status nsis_script_read(struct nsis_script *s, const struct nsis_header *h, struct arena *a,
	struct budget *b);

/* Instructions by number, NSIS 3 without logging; the last ones exist in some builds only. */
enum nsis_opcode {
	NSIS_OP_INVALID, NSIS_OP_RETURN, NSIS_OP_GOTO, NSIS_OP_ABORT, NSIS_OP_QUIT,
	NSIS_OP_CALL, NSIS_OP_DETAILPRINT, NSIS_OP_SLEEP, NSIS_OP_TOFRONT, NSIS_OP_DETAILSVIEW,
	NSIS_OP_SETATTRIBUTES, NSIS_OP_CREATEDIR, NSIS_OP_IFFILEEXISTS, NSIS_OP_SETFLAG, NSIS_OP_IFFLAG,
	NSIS_OP_GETFLAG, NSIS_OP_RENAME, NSIS_OP_GETFULLPATHNAME, NSIS_OP_SEARCHPATH, NSIS_OP_GETTEMPFILENAME,
	NSIS_OP_FILE, NSIS_OP_DELETE, NSIS_OP_MESSAGEBOX, NSIS_OP_RMDIR, NSIS_OP_STRLEN,
	NSIS_OP_STRCPY, NSIS_OP_STRCMP, NSIS_OP_READENV, NSIS_OP_INTCMP, NSIS_OP_INTOP,
	NSIS_OP_INTFMT, NSIS_OP_PUSHPOP, NSIS_OP_FINDWINDOW, NSIS_OP_SENDMESSAGE, NSIS_OP_ISWINDOW,
	NSIS_OP_GETDLGITEM, NSIS_OP_SETCTLCOLORS, NSIS_OP_SETBRANDINGIMAGE, NSIS_OP_CREATEFONT, NSIS_OP_SHOWWINDOW,
	NSIS_OP_EXECSHELL, NSIS_OP_EXEC, NSIS_OP_GETFILETIME, NSIS_OP_GETDLLVERSION, NSIS_OP_REGISTERDLL,
	NSIS_OP_SHORTCUT, NSIS_OP_COPYFILES, NSIS_OP_REBOOT, NSIS_OP_WRITEINI, NSIS_OP_READINI,
	NSIS_OP_DELETEREG, NSIS_OP_WRITEREG, NSIS_OP_READREG, NSIS_OP_ENUMREG, NSIS_OP_FILECLOSE,
	NSIS_OP_FILEOPEN, NSIS_OP_FILEWRITE, NSIS_OP_FILEREAD, NSIS_OP_FILESEEK, NSIS_OP_FINDCLOSE,
	NSIS_OP_FINDNEXT, NSIS_OP_FINDFIRST, NSIS_OP_UNINSTALLER, NSIS_OP_SECTION, NSIS_OP_INSTTYPE,
	NSIS_OP_OSINFO, NSIS_OP_RESERVED, NSIS_OP_LOCKWINDOW, NSIS_OP_FILEWRITE16, NSIS_OP_FILEREAD16,
	NSIS_OP_LOG, NSIS_OP_FINDPROC, NSIS_OP_FONTVERSION, NSIS_OP_FONTNAME,
	NSIS_OP_N
};

#endif
