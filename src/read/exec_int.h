/* One view of PE, ELF and Mach-O for the comparison; shared by the exec files only. */
#ifndef ASSAY_READ_EXEC_INT_H
#define ASSAY_READ_EXEC_INT_H

#include "read/keyset.h"
#include "read/read.h"
#include "read/strings.h"

enum { EXE_TRAITS_MAX = 48, EXE_SKIPS_MAX = 64, EXE_MARKS_MAX = 8 };

struct exe_section {
	struct str name;
	uint64_t offset, bytes;
	bool r, w, x;
	uint32_t millibits; /* entropy, only computed for 4 KiB and more */
};

/* One comparable property; `key` is the key of its FACT_EXE. */
struct exe_trait {
	const char *key;
	struct str value;
};

struct exe_range {
	uint64_t offset, bytes;
};

struct exe_signer {
	bool present, readable;
	struct str subject, issuer, serial, key, team; /* team: Apple's */
	bool digest_known, digest_matches;
	uint64_t hidden_offset, hidden_bytes; /* not zero, under or behind the signature */
};

struct exe {
	enum format_id kind;
	enum status status;
	const char *damage;
	uint32_t odd; /* bits: what its headers contradict */
	const char *(*odd_name)(unsigned); /* of a bit; NULL where there is none */
	bool dotnet;
	struct cursor bytes;
	struct str *imports, *exports; /* "lib!symbol", "lib"; "symbol" */
	size_t n_imports, imports_room, n_exports, exports_room;
	struct exe_section *sections;
	size_t n_sections, sections_room;
	struct exe_trait traits[EXE_TRAITS_MAX];
	size_t n_traits;
	struct exe_trait marks[EXE_MARKS_MAX]; /* of who built it; every build has others: FACT_TRACE alone */
	size_t n_marks;
	struct str *permissions; /* entitlements */
	size_t n_permissions, permissions_room;
	struct str version;
	uint32_t timestamp; /* 0 = none or not a time */
	uint64_t overlay_offset, overlay_bytes;
	bool overlay_opened; /* it is a container of its own: read as members, not as strings of the program */
	struct exe_signer signer;
	struct exe_range skips[EXE_SKIPS_MAX]; /* no strings of the program: signatures. Ascending. */
	size_t n_skips;
};

/* False when the bytes are no executable. */
bool exe_load(struct arena *a, struct budget *b, struct cursor bytes, enum format_id kind, struct exe *ret);

/* One of exe_load's: fills *e from e->bytes. */
enum status wasm_load(struct arena *a, struct budget *b, struct exe *e);

struct exe_strings_result {
	uint64_t n_new, n_total; /* runs of text in NEW that OLD has not; all */
	bool limit;
	struct str host, secret, command; /* the first new ones, "" = none */
};

struct exe_diff_result {
	unsigned n_facts;
	struct str net, exec; /* the first new import of that purpose, "" = none */
};

/* Emits facts for what new strings say. old may be NULL. */
struct exe_strings_result exe_strings(struct read_in *in, const struct exe *old, const struct exe *new_, uint32_t unit);

/* Emits the facts of the structure. old may be NULL. */
struct exe_diff_result exe_diff(struct read_in *in, const struct exe *old, const struct exe *new_, uint32_t unit);

/* Share of executable bytes of NEW that OLD does not have, in thousandths. */
uint32_t exe_code_changed(struct read_in *in, const struct exe *old, const struct exe *new_);

/* What an imported function is for: "net", "exec", "inject", ... or NULL. Shared with wasm. */
const char *api_class(struct str symbol);

#endif
