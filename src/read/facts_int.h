/*
 * Inside of js_facts*.c; nobody else includes this. A text whose values are known (js_flow.c) is
 * walked once; each file says what it understands of it:
 *  js_facts.c          how a fact is said, silence, conditions, and the walk
 *  js_facts_flow.c     destinations, and flows from a source to a sink
 *  js_facts_text.c     decoded layers, strings, shapes of hidden code
 *  js_facts_command.c  commands, files that are written and run
 *  js_facts_call.c     calls, an API by its kind
 *  js_facts_setting.c  assignments and settings
 */
#ifndef ASSAY_READ_FACTS_INT_H
#define ASSAY_READ_FACTS_INT_H

#include "front.h"


/* Flows and their like keep room that a flood of hosts and calls cannot take. */
enum { FOUND_MAX = 3000, FOUND_LIGHT_MAX = 2200, DECODED_MAX = 80, TAINTS_MAX = 12, LAYER_DEPTH = 8, LAYER_BYTES = 4 << 20, LAYERS_MAX = 64, NESTED_MAX = 4,
	CONDITION_DEPTH = 16, RANDOM_NAMES = 6, ADDRESS_NODES = 1500 };

struct drain {
	uint32_t node;      /* the call or assignment */
	enum js_sink kind;
	struct str name;    /* "eval" */
	struct str value;   /* destination, path, "" */
	bool fresh;
	bool net_only;      /* only what came from elsewhere or was decoded counts */
	bool no_data;       /* what was decoded does not count */
	size_t surveys;     /* how many different facts of the machine and its user go in */
	struct str behaviour; /* what a rule of the user calls it, "" */
	bool to_host;       /* the value is the name of a host */
	bool grows;         /* the file keeps what it held before */
	bool lookup;        /* the name itself is asked for */
	bool shows;         /* the command shows a page, if it is one that it gets */
	bool named_afar;    /* among the programs of the site, under a name that came from elsewhere */
};

struct written {
	uint32_t node;
	struct str path;
	uint32_t av;
	bool fresh;
};

struct run {
	uint32_t node;
	struct str text;
	struct str name;
	bool fresh;
};

struct facts {
	struct js *j;
	struct written *written;
	size_t n_written, written_room;
	struct run *runs;
	size_t n_runs, runs_room;
	uint32_t shell_fed; /* where what comes over the network is typed into a program */
	bool open_shell;    /* a shell was started that waits for what is typed */
	size_t hex_names, hex_from, hex_to;
	uint64_t escapes, escape_bytes;
};

/* ---------- js_facts.c ---------- */

uint64_t facts_hash(struct str s, uint64_t seed);
bool facts_runs_at_load(struct js *j, uint32_t n);
void facts_stand(struct js *j, struct fact *f, uint32_t n, size_t from, size_t to);
/*
 * Every fact is counted, of new code and of old, so that what only moved can be told from what came.
 * Only those of new code are kept to be said.
 */
void facts_say(struct js *j, struct fact f, uint32_t n, bool fresh);
struct fact facts_make(enum fact_kind kind, struct str key, struct str value);
struct str facts_shown(struct js *j, struct str s);
struct js_str *facts_const_str(struct js *j, uint32_t av);
const char *facts_scheme_name(unsigned scheme);
bool facts_is_empty_function(const struct js *j, uint32_t f);

/* ---------- js_facts_flow.c ---------- */

uint32_t facts_literal_field(struct js *j, uint32_t object, const char *name);
/* The object literal that a value is, 0 if it is none. */
uint32_t facts_object_of(struct js *j, uint32_t n);
struct str facts_destination_arg(struct js *j, uint32_t arg);
/* The call that made the object a method is called on. */
uint32_t facts_maker_of(struct js *j, uint32_t receiver);
struct str facts_call_destination(struct js *j, const struct js_call *c, const struct js_api *row, int depth);
void facts_aim(struct js *j, struct drain *k, struct str dest);
void facts_flows_into(struct js *j, const struct drain *k, uint32_t av, uint32_t arg);

/* ---------- js_facts_text.c ---------- */

/* A value that is run. */
void facts_code_value(struct js *j, uint32_t n, uint32_t arg, uint32_t av, bool fresh, struct str api);
void facts_run_layer(struct js *j, uint32_t n, struct str code, enum language lang);
void facts_of_string(struct facts *fa, uint32_t n);
void facts_of_template(struct js *j, uint32_t n);
void facts_of_comments(struct js *j);
void facts_of_name(struct facts *fa, uint32_t n);
void facts_of_loop(struct js *j, uint32_t n);
void facts_of_switch(struct js *j, uint32_t n);
void facts_of_packing(struct js *j, uint32_t n);
/* A function that only hands out a long list of short strings. */
void facts_of_string_array(struct js *j, uint32_t n);

/* ---------- js_facts_command.c ---------- */

/* node -e "..." runs its text. */
struct str facts_inline_script(struct str cmd, enum language *ret_lang);
/* The command line of a call, holes where it is not known. */
struct str facts_command_of(struct js *j, const struct js_call *c, const struct js_api *row);
/* Programs that take a command line as an argument. */
bool facts_is_shell(struct str program);
/* A shell without anything to run: "sh", "bash -i", "cmd.exe". */
bool facts_is_open_shell(struct str cmd);
void facts_say_command(struct js *j, uint32_t n, struct str cmd, bool fresh);
void facts_note_write(struct facts *fa, uint32_t n, struct str path, uint32_t av, bool fresh);
void facts_note_run(struct facts *fa, uint32_t n, struct str text, struct str name, bool fresh);
/* What a module loader is handed: a file of data is read, never run, whatever is in it. */
void facts_note_load(struct facts *fa, uint32_t n, struct str spec, struct str name, bool fresh);
void facts_join_runs(struct facts *fa);

/* ---------- js_facts_call.c ---------- */

void facts_say_call(struct js *j, uint32_t n, struct str name, const char *klass, struct str value, unsigned flags, bool fresh);
unsigned facts_const_flags(struct js *j, uint32_t av);
/* <script src="https://..."> in text that becomes part of the page. */
void facts_script_tag(struct js *j, uint32_t n, struct str html, const char *how, bool fresh);
void facts_say_shell(struct js *j, uint32_t n, const char *how, bool fresh);
/* Mail that is sent goes to somebody whom neither its sender nor its reader sees. */
void facts_blind_copy(struct js *j, uint32_t n, struct str to, bool fresh);
/* {bcc: "a@b"}, {bcc: ["a@b"]}; message.addBCC("a@b") */
void facts_blind_copy_to(struct js *j, uint32_t n, uint32_t value, bool fresh);
void facts_of_call(struct facts *fa, uint32_t n);

/* ---------- js_facts_setting.c ---------- */

/* name: value, name = value, x.name = value */
void facts_setting(struct js *j, uint32_t n, struct str name, uint32_t value, bool fresh);
/* el.src = x and its kin. */
void facts_property_sink(struct facts *fa, uint32_t n, uint32_t left, uint32_t right);
void facts_hooks(struct facts *fa);

#endif
