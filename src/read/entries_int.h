/* For the parsers of manifests alone: how they make their list. */
#ifndef ASSAY_READ_ENTRIES_INT_H
#define ASSAY_READ_ENTRIES_INT_H

#include "read/entries.h"
#include "util/buf.h"

enum { MAKER_DEPTH = 64, MAKER_PATH_BYTES = 1024 };

struct maker {
	struct arena *arena;
	struct budget *budget;
	struct entries *out;
	struct str text;
	char path[MAKER_PATH_BYTES];
	size_t path_len;
	size_t ends[MAKER_DEPTH]; /* of path, for each step that was entered */
	uint32_t groups[MAKER_DEPTH + 1];
	unsigned depth;
	uint32_t last_group;
};

/* Steps into a key ("" = the root's own) or, with "[]", an item. False (and limit) when too deep. */
bool maker_enter(struct maker *m, struct str key);
void maker_leave(struct maker *m);
/* A new object: entries that are put from now on are siblings of each other only. */
void maker_group(struct maker *m);
/* Puts a value under the present path, or under one more step. at: where it is written. */
void maker_put(struct maker *m, struct str key, struct str value, size_t at, size_t len, bool own_lines);
/* True while there is budget for n more bytes. */
bool maker_step(struct maker *m, size_t n);
/* Offset of a view of the text; `otherwise` for other views. */
size_t maker_at(const struct maker *m, struct str view, size_t otherwise);

/* Values that stand in a list, joined to one command line: words with blanks or signs in quotes. */
struct joined {
	struct buf *line; /* the caller's */
	size_t from, to;  /* where they are written */
	unsigned n;
};

enum { JOINED_BYTES = 64 << 10 };

void joined_begin(struct joined *j, struct buf *room);
void joined_add(struct joined *j, struct str word, size_t at, size_t len);
/* Puts what was joined, if anything, as one entry, and begins again. */
void joined_put(struct maker *m, struct joined *j, struct str key, size_t from, size_t to);

void entries_literal(struct maker *m);
/* One literal (a list, mostly) that begins at `at`; returns where it ends. */
size_t entries_literal_at(struct maker *m, size_t at);
/* indented: an indented line goes on with the value before it. */
void entries_ini(struct maker *m, bool indented);
void entries_toml(struct maker *m);
void entries_yaml(struct maker *m);
void entries_xml(struct maker *m, bool plist);
void entries_plist(struct maker *m);
void entries_lines(struct maker *m);
void entries_docker(struct maker *m);
void entries_cron(struct maker *m, bool with_user);
void entries_udev(struct maker *m);
void entries_pam(struct maker *m);
void entries_apt(struct maker *m);
void entries_logrotate(struct maker *m);
void entries_tmpfiles(struct maker *m);
void entries_sysusers(struct maker *m);
void entries_inittab(struct maker *m);
void entries_gemspec(struct maker *m);
void entries_make(struct maker *m);
void entries_cmake(struct maker *m);
void entries_m4(struct maker *m);

#endif
