/* What does an encoded literal hold? Pure looks at bytes; nothing is run. */
#ifndef ASSAY_READ_DECODE_H
#define ASSAY_READ_DECODE_H

#include "util/arena.h"

enum blob_kind {
	BLOB_NONE,  /* not encoded, or too short to tell */
	BLOB_MEDIA, /* an image, a font, sound, a source map, a certificate: ordinary passengers */
	BLOB_WASM,
	BLOB_TEXT,  /* readable text of no special kind */
	BLOB_CODE,  /* text that is a script */
	BLOB_EXECUTABLE,
	BLOB_ARCHIVE, /* compressed data */
	BLOB_OPAQUE,  /* bytes without structure: encrypted or packed */
};

struct blob {
	enum blob_kind kind;
	const char *scheme; /* "base64", "hex" */
	struct str bytes;   /* decoded, in the arena; cut at BLOB_MAX_BYTES */
};

enum { BLOB_MAX_BYTES = 1 << 20, BLOB_MIN_CHARS = 160 };

/* Looks at a literal; kind NONE when it is no long encoded run. Linear. */
struct blob blob_look(struct arena *a, struct str literal);
const char *blob_name(enum blob_kind k);

/* Text that a JavaScript engine would run and a person would not write as prose. */
bool looks_like_js(struct str s);
/* The same for Python. */
bool looks_like_python(struct str s);
/* Plain bytes of base64, in the arena; "" when it is none. */
struct str decode_base64(struct arena *a, struct str s);
/* Entropy of the bytes in hundredths of a bit per byte, 0..800. */
unsigned entropy_of(struct str s);

#endif
