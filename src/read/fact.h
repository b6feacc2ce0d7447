/*
 * What reader children say about one member: units and facts, without judgement. They are the only
 * thing that behaviour/ queries. Numbers cross processes: append only.
 *
 * A unit is a function, statement, script line or manifest entry that is new, changed, moved or
 * removed between OLD and NEW (all of NEW when there is no OLD). A fact is one row about NEW unless
 * FACT_OF_OLD is set. Facts about code that stands unchanged in OLD are only emitted when they take
 * part in a flow with a new end, or as old context (FACT_OF_OLD).
 */
#ifndef ASSAY_READ_FACT_H
#define ASSAY_READ_FACT_H

#include <stdbool.h>
#include <stdint.h>

#include "util/str.h"

enum unit_change { UNIT_ADDED, UNIT_CHANGED, UNIT_MOVED, UNIT_REMOVED, UNIT_CHANGE_N };

struct unit {
	enum unit_change change;
	uint32_t line; /* 1-based, in NEW (in OLD when removed) */
	uint64_t offset, length;
	struct str name; /* "function sendStatus at 12:3", "statement at 41:3001", "scripts.postinstall" */
	struct str shape; /* read/shape.h, of new and changed units of text; filled where units are sent */
};

#define IMPORT_FOR_EFFECT "for its effect"
#define IMPORT_AS_PROGRAM "program"

enum fact_kind {
	FACT_NONE,
	/* --- code ---
	 * CALL    key: canonical callee ("child_process.exec", "fetch", "eval", "curl", "new Function");
	 *         value: first argument(s) after constant folding, "" when not constant;
	 *         detail: api class ("exec", "net", "code", "fs.write", "fs.read", "env", ...) */
	FACT_CALL,
	/* FLOW    key: "SOURCE>SINK" out of the words below, e.g. "net>code", "env>net", "data>code";
	 *         value: destination or origin host/path/command when folded, else "";
	 *         detail: the steps, one a line, "http.get -> callback body";
	 *         number: 3 = both ends and all steps followed, 2 = joined through a function parameter,
	 *         property or callback, 1 = both ends only stand in the same new unit
	 *   sources: net (a response body), env, cred (credential files, token variables, key stores,
	 *            wallet keys, password fields), file, host (host survey: os.*, whoami, hostname),
	 *            form (page input, key strokes), cookie (cookies, web storage), clip (clipboard),
	 *            data (literal decoded at run time), dyn (cannot be reduced to constants), arg
	 *            (process arguments, message from a parent window), request (what a client of the
	 *            server sends: form fields, cookies, headers, the body),
	 *            own (a data file of the release)
	 *   sinks:   code (eval, Function, vm, Module._compile, computed import/require, insertion of a
	 *            script element), exec (a process), net (request, socket, beacon, DNS name),
	 *            file (write), run (write, then made executable, loaded or executed), persist
	 *            (write to a place that starts by itself), process (memory of another one, where it is run) */
	FACT_FLOW,
	FACT_HOST,       /* key: host or address in lower case; value: the URL or string; a new literal */
	FACT_IMPORT,     /* key: module specifier that is new in this member, "*" where it is computed
			  * (detail: the expression); with FACT_DECODED_ARG
			  * number: layers of decoding that it took, 0 = put together from parts;
			  * detail IMPORT_FOR_EFFECT: nothing of it is kept. Also a function that is named in pieces.
			  * Beside scripts of a module system, key: a path; detail: the program that runs or
			  * loads it ("sh", "node"), or IMPORT_AS_PROGRAM */
	FACT_PATH,       /* key: class ("cred", "persist", "browser", "wallet", "temp", "system", "ci"); value: the path */
	FACT_STRING,     /* key: class ("wallet-address", "private-key", "webhook", "token", "command"); value */
	FACT_DECODED,    /* key: scheme ("hex", "base64", "charcodes", "xor", "concat", "array", "reverse", "escape");
			  * value: decoded text (cut); number: depth of layers (1 = one) */
	FACT_OBFUSCATED, /* key: style ("string-array", "hex-names", "random-names", "packed", "long-encoded-literal",
			  * "escaped-identifiers", "control-flow-flattening"); number: size in bytes */
	FACT_HIDDEN,     /* key: "far-right", "blank-run", "bidi", "invisible", "after-end", "comment-code",
			  * "minified-in-source"; number: column, lines, bytes */
	FACT_UNRESOLVED, /* key: sink ("code", "exec", "import"); detail: the expression; executed but undecodable */
	FACT_GUARD_LOST, /* weaken/check. key: what ("call verify", "condition became constant",
			  * "error branch empty", "comparison flipped"); detail; number: enum guard_lost */
	FACT_TRUST,      /* trust: key: what ("tls-verify-off", "public-key", "updater-url", "package-index", "csp", "pin", "fuse",
			  * "permission", "context-isolation", "address", "address-trusted" = one more in a list);
			  * value: "old -> new"; number: TRUST_TURNED where what
			  * protected stood there and its contrary stands there now, TRUST_ASKED where only an
			  * option that says so does it ("rights": read/rights.h). "opens": value is the written
			  * word that lets somebody in; number 3 where its digest, or what checks who asks, is met */
	FACT_GATE,       /* key: "date", "host", "locale", "ci", "platform", "env", "debugger"; the behaviour waits for it */
	FACT_LOOP,       /* key: "endless" (a loop at load time that cannot end) */
	FACT_REVIEWER,   /* text that addresses a reviewer, scanner or model */
	FACT_PARSE_ERROR,/* number: bytes in error that OLD did not have */
	/* --- manifests and install logic ---
	 * HOOK    key: trigger ("npm:postinstall", "deb:postinst", "nsis:section", ...); value: the command;
	 *         detail: file it runs when one is named; FACT_CHANGED_VALUE when it replaced an older one */
	FACT_HOOK,
	FACT_DEP_ADDED,  /* key: name; value: spec; detail: "dependencies", "optionalDependencies", ...; number: 1
			  * when a map of the manifest leads to it */
	FACT_DEP_CHANGED,/* key: name; value: "old -> new"; detail: what ("range", "source", "integrity", "alias") */
	FACT_MANIFEST,   /* key: "name", "version", "repository", "homepage", "main", "bin", "license"...; value */
	FACT_LOCK,       /* lockfile row oddities. key: "integrity-changed", "source-changed"; value: name@version */
	/* --- install scripts of installers (NSIS lines) and shell commands --- */
	FACT_COMMAND,    /* key: program ("curl", "powershell", "ExecWait"); value: whole folded command line */
	/* --- executables --- */
	FACT_EXE,        /* key: "machine", "timestamp", "linker", "subsystem", ...; value "old -> new" */
	FACT_EXE_IMPORT, /* key: "lib!symbol" or "lib"; new in NEW */
	FACT_EXE_EXPORT,
	FACT_EXE_SECTION,/* key: name; value: "rwx", "high-entropy", "new", "grown"; number: bytes */
	FACT_EXE_OVERLAY,/* key: "added", "grown", "after-signature"; number: bytes */
	FACT_EXE_SIGNER, /* key: "subject", "serial", "none", "identity" (another hand); value: as stated */
	FACT_EXE_STRINGS,/* key: class as FACT_STRING or "host", "url", "command"; value: new string */
	FACT_KIND,       /* key: "type"; value: "png -> pe": content type changed, or name and content disagree */
	FACT_APPENDED,   /* key: format; bytes after the end of an image, archive or signature; number: bytes */
	FACT_LOST_REACH, /* what OLD lost reached out of its member: OLD may have been the bad one */
	FACT_WIPE,       /* key: what destroys ("fs.rmSync", "rm"); value: the place, all of somebody's; number as
			  * for FLOW: 3 = said outright, 2 = file by file */
	/* END     a flow that leaves the member, or comes in: behaviour/across.c joins two of them. Not
	 *         evidence by itself. key: "FROM>TO", with the words of FLOW and
	 *           from: param (of an exported function), import (what a module of the release gives)
	 *           to:   export (what importers get), argument (handed to a function of another module)
	 *         or "alias" (an export is what another module gives), or "read" (the member was analysed);
	 *         value: as FLOW; number: 3. FACT_CHANGED_VALUE: new code stands between the ends;
	 *         detail: two lines of ports, then the steps. Port, its parts with tabs between:
	 *           param NAME K PARAMETER · import MODULE NAME · export NAME · argument MODULE NAME K
	 *         K is a place or "=word"; NAME is "" for the module itself, "a.b" for a member, "a()" for
	 *         what a call of it gives, "a@1.0" for what it hands to a function that it got. */
	FACT_END,
	FACT_TRACE,      /* who built it, as far as this program says and OLD did not say the same. key: "rich",
			  * "rich-checksum", "pdb", "build-id", "mvid", "compiler", "go", "go-path", "compiled",
			  * "resource-language"; value. No evidence of tampering */
	FACT_N
};

enum {
	FACT_OF_OLD = 1 << 0,      /* OLD has this (context); not evidence by itself */
	FACT_NEW_SOURCE = 1 << 1,  /* flow: the source end stands in new code */
	FACT_NEW_SINK = 1 << 2,    /* flow: the sink end stands in new code */
	FACT_TOP_LEVEL = 1 << 3,   /* runs when the member is loaded, not only when called */
	FACT_CHANGED_VALUE = 1 << 4,
	FACT_CONSTANT = 1 << 5,    /* the argument was folded to a constant */
	FACT_DECODED_ARG = 1 << 6, /* ... and needed decoding to get there */
	FACT_IN_CALLBACK = 1 << 7,
	FACT_REMOVED = 1 << 8,     /* OLD had it, NEW does not */
	FACT_SILENT = 1 << 9,      /* errors of it are swallowed (empty catch, || true, 2>/dev/null, detached) */
	FACT_FLAGS_ALL = 0x3ff,
};

enum guard_lost {
	GUARD_LOST_REFACTORED = 1, /* refactoring looks the same */
	GUARD_LOST_AIMED = 3,      /* a small edit that stands alone, of who made something or who may */
	GUARD_LOST_PROOF = 4,      /* ... that proved who made something: a signature, a digest */
	GUARD_LOST_OPEN = 5,       /* ... whose function stands: what it guarded is still done, without it */
};

enum { TRUST_ASKED = 1, TRUST_TURNED = 3 };

#define FACT_NO_UNIT UINT32_MAX

struct fact {
	enum fact_kind kind;
	uint32_t flags;
	uint32_t unit; /* index of the unit it stands in, FACT_NO_UNIT */
	uint32_t line; /* 1-based, 0 = none */
	uint64_t offset, length; /* into the member */
	uint64_t number;
	struct str key, value, detail;
	struct str excerpt; /* the source text, cut to FACT_EXCERPT_BYTES, raw */
	struct str before;  /* what stood there in OLD, raw, "" = nothing or not known; no reader sets it */
};

enum { FACT_KEY_BYTES = 256, FACT_VALUE_BYTES = 2048, FACT_DETAIL_BYTES = 2048, FACT_EXCERPT_BYTES = 400 };
enum { FACTS_PER_MEMBER = 4000, UNITS_PER_MEMBER = 4000 };

enum cover_grade { COVER_PARSED, COVER_SHALLOW, COVER_BLIND, COVER_N };

const char *fact_kind_name(enum fact_kind k);

#endif
