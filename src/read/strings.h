/*
 * What a string says, shared by the readers of scripts, executables and data: hosts, credential
 * and autostart paths, shell commands, wallet addresses, keys, write-capable public services.
 * Pure, linear in the length of the string, no allocation.
 *
 * Hosts are validated: labels, a top level of letters, no file names ("index.js"), no versions
 * ("10.0.19041.1"), no identifiers in dotted notation, no XML namespaces, no loopback.
 */
#ifndef ASSAY_READ_STRINGS_H
#define ASSAY_READ_STRINGS_H

#include <stdbool.h>

#include "read/fact.h"
#include "util/arena.h"
#include "util/budget.h"
#include "util/cursor.h"

enum { STRING_ITEMS = 8, STRING_HOST_BYTES = 253 };

enum {
	STRING_URL = 1 << 0,      /* host: stood in a URL with a scheme */
	STRING_ADDRESS = 1 << 1,  /* host: an IPv4 or IPv6 address */
	STRING_TEMPLATE = 1 << 2, /* host: first labels are filled in at run time ("%s.host.example") */
	STRING_PORT = 1 << 3,     /* host: a port was named */
	STRING_LOCAL = 1 << 4,    /* host: a private, link-local or otherwise not public address */
	STRING_ODD_TOP = 1 << 6,  /* host: a long top level that we have never heard of */
	STRING_SERVICE = 1 << 5,  /* host: anybody can leave or fetch data there (paste, webhook, tunnel) */
};

struct string_item {
	enum fact_kind kind; /* FACT_HOST, FACT_PATH, FACT_STRING */
	uint32_t flags;      /* STRING_*, for hosts */
	/*
	 * FACT_HOST: the host in lower case (bytes live in the string_class).
	 * FACT_PATH: "cred", "persist", "browser", "wallet", "temp", "system", "ci".
	 * FACT_STRING: "wallet-address", "private-key", "public-key", "webhook", "token", "command".
	 */
	struct str key;
	struct str value; /* view of the input: the URL, path, command */
	size_t at;        /* offset of value in the input */
	struct str word;  /* FACT_PATH, FACT_STRING: the part that was recognised, inside value */
};

struct string_class {
	struct string_item items[STRING_ITEMS];
	size_t n;
	bool more; /* there were more than fit */
	char room[STRING_ITEMS][STRING_HOST_BYTES + 1];
};

/* A literal or one line. Same input, same result. The result borrows from s and from *ret. */
void classify_string(struct str s, struct string_class *ret);

/*
 * The same for a text of any length: calls `each` for every item in order of their offset's line;
 * item views are valid during the call. Spends budget (one step per 64 bytes) and stops when it ends:
 * then false.
 */
bool classify_text(struct str text, struct budget *b,
	void (*each)(void *user, const struct string_item *it), void *user);

/*
 * True if s is a plausible public host: at least two labels, letters/digits/hyphens, top level of
 * letters. `bare` asks for more, as no scheme vouches for it: a known top level, lower case, no file
 * extension.
 */
bool host_valid(struct str s, bool bare);

/*
 * Runs of printable characters (ASCII, tab) and of UTF-16LE code units of the same, at least
 * `min_chars` long, in the order in which they end. UTF-16 is copied to 8 bits (cut at 4096).
 * False when the budget ended.
 */
bool strings_walk(struct cursor bytes, size_t min_chars, struct arena *a, struct budget *b,
	bool (*each)(void *user, struct str s, uint64_t offset, bool wide), void *user);

/* True if the text speaks to a reviewer, scanner or language model; *ret_at, *ret_len: the phrase. */
bool reviewer_text(struct str s, size_t *ret_at, size_t *ret_len);
/* True if the text wants something kept from the person whom an assistant works for. */
bool hush_text(struct str s, size_t *ret_at, size_t *ret_len);

#endif
