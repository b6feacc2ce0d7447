/*
 * A manifest as a flat list: one entry for each value, with the keys that lead to it. Syntaxes differ,
 * what is asked does not: which entries are there, are they new, do they run? One parser for each
 * syntax (entries_*.c); none of them fails: what cannot be read is skipped and said (damaged, limit).
 */
#ifndef ASSAY_READ_ENTRIES_H
#define ASSAY_READ_ENTRIES_H

#include "util/arena.h"
#include "util/budget.h"
#include "util/status.h"

enum syntax {
	SYNTAX_LITERAL, /* JSON, with comments and trailing commas; Python's literals (gyp) */
	SYNTAX_INI,     /* sections of NAME=VALUE: systemd, .desktop, setup.cfg, entry points */
	SYNTAX_GIT_INI, /* the same of git: lines are indented at will */
	SYNTAX_TOML,
	SYNTAX_YAML,
	SYNTAX_XML,
	SYNTAX_PLIST,   /* property list: XML or binary, by content */
	SYNTAX_LINES,   /* one entry a line: "line" */
	SYNTAX_DOCKER,  /* INSTRUCTION value */
	SYNTAX_CRON,    /* of the system: with a user behind the time */
	SYNTAX_CRONTAB, /* of a user */
	SYNTAX_UDEV,
	SYNTAX_PAM,
	SYNTAX_APT,     /* NAME { "value"; }; */
	SYNTAX_LOGROTATE, /* PATTERN { words; postrotate ... endscript }: the lines of the scripts */
	SYNTAX_TMPFILES,  /* as commands that would do the same */
	SYNTAX_SYSUSERS,  /* likewise */
	SYNTAX_INITTAB,   /* id:levels:when:command */
	SYNTAX_GEMSPEC, /* object.name = value, object.name "value" */
	SYNTAX_MAKE,
	SYNTAX_CMAKE,
	SYNTAX_M4,
};

struct manifest_entry {
	struct str path;  /* "jobs/build/steps/[]/run": keys by '/', "[]" for an item of a list */
	struct str value; /* decoded */
	size_t at, len;   /* where it is written in the text */
	uint32_t group;   /* the object or section it stands in: siblings share it */
	bool own_lines;   /* a line break in the value is one in the text */
	bool joined;      /* a list of values as one command line */
};

struct entries {
	struct manifest_entry *items;
	size_t n, room;
	bool damaged; /* some of it is not of that syntax */
	bool limit;   /* the budget or a ceiling ended it */
};

enum { ENTRIES_TEXT_MAX = 4 << 20, ENTRIES_MAX = 40000 };

/* Values are views of the text or live in the arena. */
void entries_read(struct arena *a, struct budget *b, enum syntax syntax, struct str text, struct entries *ret);

/* The value of a sibling: the same object, this key; empty if there is none. */
struct str entry_sibling(const struct entries *e, const struct manifest_entry *of, const char *key);
/* The last step of its path. */
struct str entry_key(const struct manifest_entry *e);

#endif
