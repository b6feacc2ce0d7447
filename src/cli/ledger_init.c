/* assay ledger init: an empty ledger, its log key, its policy, and the request for its key set. */
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "cli/common.h"
#include "cli/ledger.h"
#include "ledger/b64.h"
#include "ledger/keyset.h"

enum { ROLES_BYTES = 64 << 10 };

static bool make_folder(const char *folder, const char *name)
{
	char path[LEDGER_PATH_MAX];

	snprintf(path, sizeof(path), "%.700s/%s", folder, name);
	if (mkdir(path, strcmp(name, "/private") == 0 ? 0700 : 0755) == 0 || errno == EEXIST)
		return true;
	say_error("%s: %s", shown(path).text, strerror(errno));
	return false;
}

static bool make_log_key(const struct settings *s, const char *folder, struct vkey *ret)
{
	char path[LEDGER_PATH_MAX];
	struct buf passphrase, text;
	bool ok;

	buf_init(&passphrase, PASSPHRASE_BYTES);
	buf_init(&text, KEY_FILE_BYTES);
	snprintf(path, sizeof(path), "%.700s/private/log.key", folder);
	ok = ledger_new_passphrase(s, &passphrase) &&
	     key_make(str_of(s->origin), KEY_ED25519, buf_str(&passphrase), &text, ret) ==
		     STATUS_OK &&
	     ledger_write_secret(path, text.p, text.len);
	buf_release(&passphrase);
	buf_release(&text);
	return ok;
}

/* The log's line, then what the user wants of witnesses. */
static bool make_policy(const struct settings *s, const char *folder, const struct vkey *log,
	struct policy *ret)
{
	char path[LEDGER_PATH_MAX], key[VKEY_CHARS_MAX];
	struct buf text;
	bool ok;

	buf_init(&text, ROLES_BYTES);
	vkey_text(log, key);
	buf_printf(&text, "log %s\n", key);
	ok = s->policy ? ledger_read(s->policy, ROLES_BYTES / 2, false, &text)
		       : buf_add_z(&text, "quorum none\n");
	if (ok && !policy_parse(buf_str(&text), ret)) {
		say_error("%s:%u: %s", shown(s->policy).text, ret->line - 1, ret->wrong);
		ok = false;
	}
	snprintf(path, sizeof(path), "%.700s/private/policy", folder);
	ok = ok && ledger_write(path, text.p, text.len);
	buf_release(&text);
	return ok;
}

/* The text of the key set's entry out of the roles, which are its last lines as they will stand. */
static bool make_keys(const struct settings *s, struct str roles, uint64_t number,
	const struct tree_hash *prev, const struct policy *p, struct buf *ret)
{
	char base64[B64_CHARS(TREE_HASH_BYTES) + 1], when[32];
	static struct entry e;
	struct str vendor;

	if (!str_line(&roles, &vendor) || !str_starts(vendor, "vendor ")) {
		say_error("roles: the first line is: vendor NAME");
		return false;
	}
	b64_encode(prev->b, TREE_HASH_BYTES, base64, sizeof(base64));
	entry_time_text(ledger_now(s), when);
	buf_printf(ret, "assay-entry/v1 keys\n%.*s\nkeyset %llu\nprev %s\ntime %s\n", STR_ARG(vendor),
		(unsigned long long)number, base64, when);
	buf_add_str(ret, roles);
	if (!entry_parse(buf_str(ret), &e)) {
		say_error("roles: line %d: %s", (int)e.line - 3, e.wrong);
		return false;
	}
	if (!keyset_apart(&e.keys, p)) {
		say_error("roles: one key in two roles: of the key set, and of the log or a witness");
		return false;
	}
	return true;
}

bool ledger_request_keys(const struct settings *s, const char *folder, const char *roles_file,
	const struct ledger_state *state, const struct policy *p)
{
	char name[64], path[LEDGER_PATH_MAX];
	uint64_t number = (state ? state->keys.number : 0) + 1;
	struct tree_hash prev = {{0}};
	struct buf roles, text;
	bool ok;

	if (state)
		prev = state->keys_leaf;
	buf_init(&roles, ROLES_BYTES);
	buf_init(&text, ROLES_BYTES);
	snprintf(name, sizeof(name), "keys-%llu", (unsigned long long)number);
	ledger_request_path(folder, name, path);
	ok = ledger_read(roles_file, ROLES_BYTES / 2, false, &roles) &&
	     make_keys(s, buf_str(&roles), number, &prev, p, &text) &&
	     ledger_write(path, text.p, text.len);
	if (ok)
		printf("%s\n", path);
	buf_release(&roles);
	buf_release(&text);
	return ok;
}

static int run(const struct settings *s)
{
	const char *folder = s->args[0];
	static struct policy p;
	struct vkey log;
	enum status status;

	if (!s->origin) {
		say_error("--origin NAME says what the log is called");
		return ledger_failed(s);
	}
	status = log_create(&ledger_io_real, folder, str_of(s->origin));
	if (status != STATUS_OK) {
		say_error("%s: %s", shown(folder).text,
			status == STATUS_DENIED ? "there is a ledger already" : status_name(status));
		return ledger_failed(s);
	}
	if (!make_folder(folder, "/public") || !make_folder(folder, "/requests") ||
		!make_folder(folder, "/proofs") || !make_log_key(s, folder, &log) ||
		!make_policy(s, folder, &log, &p) ||
		!ledger_request_keys(s, folder, s->args[1], NULL, &p))
		return ledger_failed(s);
	say(s, "%s is made; its key set waits for the roots: assay ledger approve", shown(folder).text);
	return print_exit(s);
}

const struct verb verb_ledger_init = {
	.name = "ledger init",
	.bit = VERB_LEDGER_INIT,
	.args = "DIR ROLES",
	.summary = "make a ledger",
	.text = "ROLES is a text: vendor NAME, threshold root K, threshold approver K, then one line "
		"for each key: root, approver, builder or pulse, and its public half. It becomes the "
		"first entry, which the roots approve like any other. The log's own key is made in "
		"DIR/private/log.key.",
	.examples = "assay ledger init ledger roles.txt --origin ledger.vendor.example "
		    "--policy witnesses.txt\tmake one with witnesses\n",
	.min_args = 2,
	.max_args = 2,
	.run = run,
};
