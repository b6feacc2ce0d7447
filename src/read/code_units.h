/*
 * Compiled units (methods, functions, module bodies) of managed programs, whatever made them: what
 * each calls and which texts it holds, in the order of its code. OLD and NEW are matched by name
 * and by what the code does; facts are said about new and changed units only, so one added class in
 * a library is named. Parsers fill a code_image; code_units_say() does the rest.
 */
#ifndef ASSAY_READ_CODE_UNITS_H
#define ASSAY_READ_CODE_UNITS_H

#include "read/read.h"

enum { CODE_UNITS_MAX = 200000, CODE_EVENTS_MAX = 4000 };

struct code_event {
	struct str text; /* "java/lang/Runtime.exec", or the literal */
	bool call;
};

struct code_decoded {
	const char *scheme; /* as of FACT_DECODED */
	struct str text;
};

struct code_unit {
	struct str name;
	uint64_t body;           /* hash of the code with names for tokens */
	uint64_t offset, length; /* in the member; 0, 0 = not known */
	struct code_event *events;
	size_t n_events, room_events;
	const struct code_decoded *decoded; /* texts among the events that do not stand there to be read */
	size_t n_decoded;
	bool starts; /* runs when the class or module is loaded */
	bool first_code; /* asks for memory that may be executed by a call that OLD does not have */
	bool unordered; /* its texts do not stand before the calls that get them */
	bool loose;  /* the order of its events says nothing: ends are known to stand in it, no more */
};

struct code_image {
	struct code_unit *units;
	size_t n, room;
	bool partial; /* not everything could be read */
};

enum code_class {
	CODE_NET = 1 << 0,    /* talks to the network: source and sink */
	CODE_EXEC = 1 << 1,   /* starts a process */
	CODE_LOAD = 1 << 2,   /* runs bytes or text as code */
	CODE_ENV = 1 << 3,    /* reads the environment as a whole, or a variable */
	CODE_FILE_READ = 1 << 4,
	CODE_FILE_WRITE = 1 << 5,
	CODE_HOST = 1 << 6,   /* asks who and where the machine is */
	CODE_DECODE = 1 << 7, /* decodes or decrypts */
	CODE_PERSIST = 1 << 8, /* writes to a place that starts by itself (registry, tasks) */
	CODE_REFLECT = 1 << 9, /* calls by a computed name */
	CODE_CRED = 1 << 10,   /* asks a key store */
	CODE_STREAMS = 1 << 11, /* puts a connection in the place of what a process reads and writes */
	CODE_MODULE = 1 << 12,  /* loads a library by its name */
	CODE_CIPHER = 1 << 13,  /* changes bytes in a loop: decodes, if what comes of it is code */
	CODE_ENTER = 1 << 14,   /* calls, or has called, an address that it computed */
	CODE_OTHER_WRITE = 1 << 15, /* writes into another process */
	CODE_OTHER_RUN = 1 << 16,   /* has another process run something */
	CODE_WATCHED = 1 << 17, /* asks whether somebody debugs it */
	CODE_NAMES = 1 << 18,   /* asks for the address of a host */
	CODE_WALKS = 1 << 19,   /* finds what it calls without naming it to anybody */
};

struct code_api {
	const char *name; /* as events name calls; a '*' at the end stands for anything */
	unsigned classes;
};

struct code_unit *code_unit_add(struct read_in *in, struct code_image *image, struct str name);
/* Beyond CODE_EVENTS_MAX nothing is added. The text must live as long as the arena or the input. */
void code_event_add(struct read_in *in, struct code_unit *u, bool call, struct str text);

/* Does the text mean something as what a call is given, though it names nothing by itself? */
bool code_text_matters(struct str text);

/* old may be NULL. Places of NEW are confined to the member. LIMIT when the budget ended. */
enum status code_units_say(struct read_in *in, const struct code_image *old,
	struct code_image *new_,
	const struct code_api *apis, size_t n_apis) MUST_CHECK;

#endif
