/* assay ledger keys: new keys, the key set in force, what customers pin, the next key set. */
#include <string.h>

#include "cli/common.h"
#include "cli/ledger.h"
#include "ledger/b64.h"

static int run_new(const struct settings *s)
{
	char text[VKEY_CHARS_MAX], public[LEDGER_PATH_MAX];
	struct buf passphrase, file;
	struct vkey key;
	bool ok;

	if (s->n_args != 3) {
		say_error("it is assay ledger keys new NAME FILE");
		return ledger_failed(s);
	}
	buf_init(&passphrase, PASSPHRASE_BYTES);
	buf_init(&file, KEY_FILE_BYTES);
	ok = ledger_new_passphrase(s, &passphrase);
	if (ok && key_make(str_of(s->args[1]), s->cosigner ? KEY_COSIGNER : KEY_ED25519,
			  buf_str(&passphrase), &file, &key) != STATUS_OK) {
		say_error("%s: no name for a key", shown(s->args[1]).text);
		ok = false;
	}
	ok = ok && ledger_write_secret(s->args[2], file.p, file.len);
	if (ok) {
		vkey_text(&key, text);
		snprintf(public, sizeof(public), "%.900s.pub", s->args[2]);
		printf("%s\n", text);
		buf_clear(&file);
		ok = buf_printf(&file, "%s\n", text) && ledger_write(public, file.p, file.len);
	}
	buf_release(&passphrase);
	buf_release(&file);
	return ok ? print_exit(s) : ledger_failed(s);
}

static void print_set(const struct ledger_state *state)
{
	char text[VKEY_CHARS_MAX], base64[B64_CHARS(TREE_HASH_BYTES) + 1];

	b64_encode(state->keys_leaf.b, TREE_HASH_BYTES, base64, sizeof(base64));
	printf("vendor %s\nkeyset %llu\nleaf %s\n", state->vendor,
		(unsigned long long)state->keys.number, base64);
	for (int role = ROLE_ROOT; role <= ROLE_APPROVER; role++)
		printf("threshold %s %u\n", role_name(role), state->keys.need[role]);
	for (size_t i = 0; i < state->keys.n; i++) {
		vkey_text(&state->keys.keys[i], text);
		printf("%s %s\n", role_name(state->keys.roles[i]), text);
	}
}

static bool print_trust(struct ledger_dir *d)
{
	struct buf entry;
	bool ok;

	buf_init(&entry, LOG_ENTRY_MAX + 1);
	ok = log_entry(&d->log, d->state->key_entries[d->state->n_key_entries - 1], &entry) ==
	     STATUS_OK;
	if (ok)
		printf("assay-trust/v1\nvendor %s\nmax-age 604800\nrebuild watch 0\nequivalent no\n\n"
		       "%.*s%.*s",
			d->state->vendor, STR_ARG(buf_str(&d->policy_text)),
			STR_ARG(buf_str(&entry)));
	buf_release(&entry);
	return ok;
}

static int run(const struct settings *s)
{
	const char *what = s->args[0];
	static struct ledger_dir d;
	bool ok;

	if (strcmp(what, "new") == 0)
		return run_new(s);
	if (s->n_args != (strcmp(what, "next") == 0 ? 3 : 2) ||
		!choice_has("show trust next", what)) {
		say_error("it is assay ledger keys new NAME FILE, show DIR, trust DIR or next DIR "
			  "ROLES");
		return ledger_failed(s);
	}
	ok = ledger_enter(&d, s->args[1], false);
	if (ok && d.state->keys.number == 0) {
		say_error("the key set is not published yet");
		ok = false;
	}
	if (ok && strcmp(what, "show") == 0)
		print_set(d.state);
	else if (ok && strcmp(what, "trust") == 0)
		ok = print_trust(&d);
	else if (ok)
		ok = ledger_request_keys(s, s->args[1], s->args[2], d.state, &d.policy);
	ledger_leave(&d);
	return ok ? print_exit(s) : ledger_failed(s);
}

const struct verb verb_ledger_keys = {
	.name = "ledger keys",
	.bit = VERB_LEDGER_KEYS,
	.args = "new NAME FILE | show DIR | trust DIR | next DIR ROLES",
	.summary = "make keys, show the key set in force, or ask for the next one",
	.text = "new writes a private key to FILE and its public half to FILE.pub. show prints the key "
		"set in force. trust prints what customers pin: the policy and that key set; they may "
		"change its first lines. next leaves a request for a new key set, which enough roots "
		"of the old and of the new one must approve.",
	.examples = "assay ledger keys new vendor.example/alice alice.key\ta key for an approver\n"
		    "assay ledger keys trust ledger\twhat customers pin\n",
	.min_args = 1,
	.max_args = 3,
	.run = run,
};
