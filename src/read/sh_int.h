/* Between the files of the shell reader: sh_parse.c, sh_fold.c, sh_api.c, sh.c. */
#ifndef ASSAY_READ_SH_INT_H
#define ASSAY_READ_SH_INT_H

#include "read/align.h"

#define SH_NONE UINT32_MAX

enum {
	SH_TEXT_BYTES = 2 << 20,  /* a script, or one decoded layer */
	SH_VALUE_BYTES = 256 << 10, /* a folded value; longer ones are no constants */
	SH_UNKNOWN_BYTES = 4 << 10, /* what is kept of the text of a value that is none */
	SH_DEPTH = 8,             /* layers: eval in eval, substitutions in substitutions */
	SH_COMMANDS = 200000,     /* of one text */
	SH_WORD_DEPTH = 16,
};

/* --- sh_parse.c: commands without their meaning --- */

struct sh_word {
	uint32_t from, to; /* of the text, quotes and all */
};

enum sh_op { SH_IN, SH_OUT, SH_APPEND, SH_HEREDOC, SH_HERESTRING, SH_DUP };

struct sh_redirect {
	enum sh_op op;
	int fd;                /* -1 = the default one; 3 and above are not told apart */
	struct sh_word target; /* HEREDOC: the body */
	bool literal;          /* HEREDOC with a quoted delimiter */
};

enum sh_kind {
	SH_SIMPLE,
	SH_GROUP,    /* ( ) { } if while until case: its commands follow and name it as parent */
	SH_FOR,      /* the same; its words are NAME and the values */
	SH_FUNCTION, /* the same; its word is the name */
};

struct sh_command {
	enum sh_kind kind;
	uint32_t from, to;
	uint32_t word, n_words, n_assigns; /* assignments come first among the words */
	uint32_t redirect, n_redirects;
	uint32_t parent;   /* group around it, SH_NONE */
	uint32_t pipe_in;  /* command or group whose output it reads, SH_NONE */
	uint32_t last;     /* groups: index of the last command inside */
	bool pipes_on;     /* its output goes into the next of the pipeline */
	bool background;   /* & */
	bool or_true;      /* || true, || : */
};

struct sh_script {
	struct str text;
	struct sh_command *commands;
	size_t n, room;
	struct sh_word *words;
	size_t n_words, room_words;
	struct sh_redirect *redirects;
	size_t n_redirects, room_redirects;
	uint32_t unclosed; /* groups that never end */
};

/* Any bytes give a script. LIMIT: what was read until there. */
enum status sh_parse(struct arena *a, struct budget *b, struct str text, struct sh_script *ret);
/* Where the construct at `at` ends: '...', "...", `...`, $(...), ${...}, $((...)), \x; at + 1 otherwise. */
size_t sh_quoted_end(struct str text, size_t at);

/* --- values --- */

enum { /* where a value comes from; names in sh_source_name() */
	SH_FROM_NET = 1 << 0,
	SH_FROM_ENV = 1 << 1,  /* the whole environment */
	SH_FROM_CRED = 1 << 2, /* credential files and variables */
	SH_FROM_FILE = 1 << 3,
	SH_FROM_HOST = 1 << 4,
	SH_FROM_DATA = 1 << 5, /* was decoded */
	SH_FROM_ARG = 1 << 6,
	SH_FROM_BITS = 7,
};

struct sh_val {
	struct str s;    /* unknown parts stand as written: "$dir/x" */
	struct sh_room *room; /* behind s; sh_val_join()'s own */
	bool constant;
	bool fresh;      /* a source of it stands in new code */
	bool is_command; /* stands for the output of <( ) */
	uint32_t from;   /* SH_FROM_* */
	uint32_t layers; /* of decoding */
	const char *scheme;
	struct str origin; /* URL, path or variable it came from first */
	struct str steps;  /* "curl -> base64 -d" */
};

const char *sh_source_name(unsigned bit);

/* --- sh_api.c: what programs mean --- */

enum sh_class {
	SH_PLAIN,
	SH_FETCH,   /* curl, wget */
	SH_SOCKET,  /* nc, socat, telnet */
	SH_REMOTE,  /* ssh, scp, rsync */
	SH_DNS,
	SH_SHELL,
	SH_INTERPRETER,
	SH_DECODER, /* reads text, writes other text: base64, xxd, openssl, tr, rev, gunzip */
	SH_READER,  /* cat, grep, tar: hands on what it reads */
	SH_SURVEY,  /* uname, hostname, id */
	SH_ENVIRON, /* env, printenv, set, export -p */
	SH_WRAPPER, /* sudo, nohup, env, exec: another command follows */
	SH_COPY,    /* cp, mv, install, ln */
	SH_CHMOD,
	SH_TEE,
	SH_ECHO,
	SH_PRINTF,
	SH_EVAL,
	SH_SOURCE,  /* . and source */
	SH_READ_VAR,
	SH_EXPORT,  /* export, local, readonly, declare: assignments */
	SH_INSTALLER, /* dpkg -i, rpm -i, installer */
	SH_SCHEDULER, /* crontab, at, systemctl, launchctl */
	SH_VERIFY,  /* sha256sum -c, gpg --verify */
	SH_TEST,    /* [ test [[ */
	SH_NOTHING, /* true, :, cd: no output */
};

enum sh_class sh_class_of(struct str program);
/* Options of SH_WRAPPER that take a value ("-u" of sudo). */
bool sh_wrapper_value(struct str program, struct str option);
bool sh_env_is_secret(struct str name);
bool sh_path_is_cred(struct str path);
bool sh_path_is_persist(struct str path);
/* The gate a name stands for ("CI" -> "ci", "LANG" -> "locale"), NULL if none. */
const char *sh_gate_of_variable(struct str name);
/* A security service by name: ufw, firewalld, auditd ... */
bool sh_service_guards(struct str name);
bool sh_variable_disables_tls(struct str name, struct str value);

/* --- sh_fold.c: words to values --- */

struct sh; /* the interpreter's state, sh.c */

struct sh_fold {
	struct arena *arena;
	struct budget *budget;
	struct sh *sh;
	unsigned depth; /* words in words, bounded by SH_WORD_DEPTH */
	bool too_deep;  /* some lay deeper: what is in them is not known */
	/* NULL when the variable was never set in this script. */
	const struct sh_val *(*variable)(struct sh *sh, struct str name);
	/* Output of a command substitution; at: its place in the text that is being folded. */
	struct sh_val (*substitute)(struct sh *sh, struct str commands, size_t at, bool is_process);
};

/*
 * The value of a word. Blanks that an unquoted expansion brings in come out as SH_SPLIT. heredoc:
 * quotes mean nothing, expansions do.
 */
#define SH_SPLIT '\x1f'
struct sh_val sh_fold_word(struct sh_fold *f, struct str text, size_t from, size_t to, bool heredoc);
/* Joins more to v; charges the budget for the copy. */
void sh_val_join(struct sh_fold *f, struct sh_val *v, const struct sh_val *more);
void sh_val_taint(struct sh_val *v, const struct sh_val *more); /* everything but the text */

/* Decoders; false when the bytes are not of that kind. The result lies in the arena. */
bool sh_decode_base32(struct arena *a, struct str s, struct str *ret);
bool sh_decode_hex(struct arena *a, struct str s, struct str *ret);
/* \n \xHH \NNN \uHHHH; *ret_any: there was an escape beyond \n \t \r \\ */
struct str sh_decode_escapes(struct arena *a, struct str s, bool *ret_any);
bool sh_decode_gzip(struct arena *a, struct str s, struct str *ret);
struct str sh_decode_tr(struct arena *a, struct str s, struct str set1, struct str set2, bool delete);
struct str sh_decode_rev(struct arena *a, struct str s);

#endif
