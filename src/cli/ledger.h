/* What the verbs of `assay ledger` share: the ledger's folder, keys, the clock, requests. */
#ifndef ASSAY_CLI_LEDGER_H
#define ASSAY_CLI_LEDGER_H

#include "cli/verbs.h"
#include "ledger/key.h"
#include "ledger/log.h"
#include "ledger/policy.h"
#include "ledger/state.h"

/* A ledger that is open: its log, what its entries add up to, its policy. */
struct ledger_dir {
	struct ledger_log log;
	struct ledger_state *state;
	uint64_t read; /* entries that had to be read for the state */
	struct buf policy_text;
	struct policy policy;
};

/* Says on stderr what is wrong. Leave it in any case. */
bool ledger_enter(struct ledger_dir *d, const char *folder, bool write);
void ledger_leave(struct ledger_dir *d);

/* --now or the clock. */
int64_t ledger_now(const struct settings *s);
/* Exit status 2 with its line. */
int ledger_failed(const struct settings *s);
/* Opens what --key names; passphrases from --passphrase-file or the terminal. Says what is wrong. */
bool ledger_key(const struct settings *s, const char *spec, struct signer *ret);
/* The passphrase for a new key: --passphrase-file, or empty. */
bool ledger_new_passphrase(const struct settings *s, struct buf *ret);

/* Whole small files. Say what is wrong, unless it is missing and `may_miss`. */
bool ledger_read(const char *path, size_t max, bool may_miss, struct buf *ret);
/* Replaces the file in one step, durable. */
bool ledger_write(const char *path, const void *p, size_t n);
/* A new file that nobody else may read. */
bool ledger_write_secret(const char *path, const void *p, size_t n);

/* FOLDER/KIND/NAME.SUFFIX, with what is no plain letter in NAME as '_'. */
void ledger_file_path(const char *folder, const char *kind, const char *name, const char *suffix,
	char ret[LEDGER_PATH_MAX]);
void ledger_request_path(const char *folder, const char *name, char ret[LEDGER_PATH_MAX]);
/* Signs the text with every --key and leaves it as a request; prints where. */
bool ledger_file_signed(const struct settings *s, const char *folder, const char *name,
	struct buf *text);
/* Leaves the request for the next key set; state NULL: for the first. */
bool ledger_request_keys(const struct settings *s, const char *folder, const char *roles_file,
	const struct ledger_state *state, const struct policy *p);
/* Adds signature lines of every --key to a note or to a text that is none yet. */
bool ledger_sign(const struct settings *s, struct buf *note);
/* The release that --product, --channel and --release name: a request, or what is in the log. The
 * text is appended to ret; *ret_index is UINT64_MAX for a request. */
bool ledger_find_release(struct ledger_dir *d, const struct settings *s, const char *folder,
	struct buf *ret, uint64_t *ret_index);
/* --channel, or "stable". */
const char *ledger_channel(const struct settings *s);

extern const struct verb verb_ledger_init, verb_ledger_request, verb_ledger_approve,
	verb_ledger_publish, verb_ledger_revoke, verb_ledger_rebuild, verb_ledger_pulse,
	verb_ledger_keys, verb_ledger_fsck, verb_ledger_serve, verb_ledger_witness,
	verb_ledger_monitor, verb_ledger_hammer;

#endif
