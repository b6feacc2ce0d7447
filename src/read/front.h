/*
 * Front ends: what the analysis of code (js_*.c, grown from JavaScript) has to know of a language.
 * A language brings its own tree into our compact tree (lower), says how its literals read, which
 * names of the outer world mean what, and which of its builtins fold. The rest is the same for all:
 * scopes, constant folding, flows, facts. docs/adding-a-language.md says how to add one.
 */
#ifndef ASSAY_READ_FRONT_H
#define ASSAY_READ_FRONT_H

#include "js_int.h"

struct front_alias {
	const char *from, *to;
};

/* Places that every machine has under another name. */
struct front_place {
	const char *api;
	const char *text; /* "~", "\x01tmp\x02" */
};

struct front_setting {
	const char *name, *bad, *key; /* name = bad is said as trust fact `key` */
};

struct front_gate {
	const char *word, *key; /* key "": nothing to wait for, whatever the rows below say */
};

enum { API_SLOTS = 4096 };

struct api_table {
	const struct js_api *rows;
	size_t n_rows;
	uint16_t slots[API_SLOTS];
	bool ready;
};

struct fold_ops;
struct fold_native;

struct front {
	const char *name;    /* "python", as in FACT_PARSE_ERROR */
	enum language layer; /* what code that it decodes and runs is written in */

	/* --- the tree --- */
	const TSLanguage *(*grammar)(enum language lang);
	/* Fills j->nodes in post-order and j->root. False: too large. */
	bool (*lower)(struct js *j, TSTree *tree);
	bool function_scope;  /* names belong to whole functions; the first assignment declares them */
	bool names_nocase;    /* names are equal whatever their case: j holds them in lower case */

	/* --- values --- */
	struct js_val (*literal)(struct js *j, uint32_t n);
	/* NULL: JavaScript's own. See fold.h. */
	const struct fold_ops *fold;
	const struct fold_native *natives;        /* of fold_text.h */
	size_t n_natives;
	const char *const *builtins;      /* global names that fold */
	bool (*import_folds)(struct str api); /* can a module or its function fold? NULL: none can */

	/* --- the outer world --- */
	struct api_table *api;
	struct str (*module)(struct str specifier); /* canonical form of a module name; NULL: as it is */
	bool (*own_module)(struct str specifier); /* can it be of the release itself? NULL: none can */
	const char *const *prefixes;              /* "globalThis.": dropped from the front of names */
	const struct front_alias *aliases;        /* one name for the same thing; ends with NULL */
	/* How names of ours are called in this language ("process.env" -> "os.environ"). */
	const struct front_alias *shown;
	const struct front_place *places;
	const char *const *path_joins;  /* calls that put a path together */
	const char *const *text_passes; /* calls whose text is that of their first argument */
	const char *const *arg_methods;  /* methods of a text that put their arguments into it */
	const char *const *add_methods;  /* methods that put their arguments into the object */
	const char *const *mutators;     /* methods that change the object in other ways */
	const char *const *self_methods; /* methods that give the text that they are called on */
	const char *const *silent;       /* words in a call that start it unseen */
	const char *const *globals;     /* names that exist without being declared; NULL: those with a row */
	const struct front_setting *settings;
	const struct front_gate *gates;
	const char *const *telling;     /* words that nobody hides without a reason */
	bool (*looks_like)(struct str text); /* is a decoded text code of `layer`? */
};

static inline struct str front_module(const struct front *f, struct str specifier)
{
	return f->module ? f->module(specifier) : specifier;
}

/* Of JavaScript: its grammar by dialect, its walk, its literals. */
const TSLanguage *js_grammar(enum language lang);
bool js_lower(struct js *j, TSTree *tree);
struct js_val js_literal_own(struct js *j, uint32_t n);

/* NULL when the language has no front end. */
const struct front *front_of(enum language lang);

extern const struct front front_c, front_go, front_php, front_javascript, front_python, front_powershell, front_ruby;

/* How a name of ours is called in the language of the text. */
struct str front_shown(const struct js *j, struct str name);

#endif
