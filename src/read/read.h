/*
 * Readers: what does one changed or added member say? A reader gets NEW (and OLD where there is one)
 * as read-only bytes, aligns the two, looks only at what changed and emits units and facts. It runs
 * in a confined child, does no I/O, allocates from the arena, spends from the budget.
 *
 * read_member() picks the reader: by content first, then by the name as the consumer would (".js" is
 * JavaScript because node says so, not because we do). Each reader is one row of the list in read.c.
 */
#ifndef ASSAY_READ_READ_H
#define ASSAY_READ_READ_H

#include "formats/format.h"
#include "read/fact.h"
#include "util/arena.h"
#include "util/budget.h"
#include "util/cursor.h"
#include "util/status.h"

struct read_out;

struct read_in {
	struct str path;   /* escaped path inside its release, "package/lib/index.js" */
	struct cursor old; /* base NULL when there is none */
	struct cursor new_;
	bool has_old;
	enum format_id format; /* what NEW looks like by content */
	enum format_id old_format;
	uint32_t hints;        /* READ_HINT_* */
	uint32_t nested;       /* scripts within scripts around this text, 0 = it stands in the member */
	struct arena *arena;
	struct budget *budget;
	struct read_out *out;
};

enum {
	READ_HINT_HOOK = 1 << 0,       /* an install hook or maintainer script: shell unless it says otherwise */
	READ_HINT_SCRIPT_JS = 1 << 1,  /* run or loaded as JavaScript, whatever its name or first line says */
	READ_HINT_ENDS = 1 << 2,       /* asked for its FACT_END: analysed whole, whatever it says */
	READ_HINT_SCRIPT_SH = 1 << 3,  /* as READ_HINT_SCRIPT_JS, by a shell */
	READ_HINT_SCRIPT_PY = 1 << 4,  /* ... by Python */
	READ_HINT_PROGRAM_JS = 1 << 5, /* a program of a package: JavaScript unless its first line says otherwise */
	READ_HINTS_ALL = 63,
};

struct reader {
	const char *name;    /* "javascript" */
	const char *summary; /* for `assay formats` */
	/* Confidence 0..100 that this reader should read the member; 0 = not mine. */
	int (*claim)(const struct read_in *in);
	enum status (*read)(struct read_in *in);
};

/* Units and facts go out in any order; a fact names its unit by the index that read_unit returned. */
struct read_out {
	uint32_t (*unit)(struct read_out *o, const struct unit *u);
	void (*fact)(struct read_out *o, const struct fact *f);
	/* How far NEW was seen: every byte of NEW gets one grade. why: one short reason ("" for parsed). */
	void (*cover)(struct read_out *o, enum cover_grade grade, uint64_t bytes, const char *why);
	uint32_t n_units, n_facts;
};

static inline uint32_t read_unit(struct read_in *in, const struct unit *u)
{
	return in->out->unit(in->out, u);
}

static inline void read_fact(struct read_in *in, const struct fact *f)
{
	in->out->fact(in->out, f);
}

static inline void read_cover(struct read_in *in, enum cover_grade g, uint64_t bytes, const char *why)
{
	in->out->cover(in->out, g, bytes, why);
}

/* Reads one member with the best reader. LIMIT and DAMAGED leave usable facts; the cover says how far. */
enum status read_member(struct read_in *in);
const struct reader *const *reader_list(size_t *ret_n);

/*
 * The member as text, decoded as its consumer decodes it: UTF-8 (BOM dropped), UTF-16 by BOM (copied
 * to UTF-8 in the arena). False when it is not text (NUL bytes, malformed in the first part).
 * *ret_shift is the number of bytes dropped from the front (offset correction; 0 for UTF-16).
 */
bool read_text(struct arena *a, struct cursor bytes, struct str *ret_text, size_t *ret_shift);

#endif
