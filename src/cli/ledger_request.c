/* assay ledger request, approve, revoke, pulse: what is to be logged, and who says so. */
#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <string.h>
#include <unistd.h>

#include "cli/common.h"
#include "cli/ledger.h"
#include "ledger/b64.h"
#include "ledger/unsigned.h"
#include "util/cursor.h"

enum { TEXT_BYTES = 2 * ENTRY_BYTES_MAX };

/* ---- request ---------------------------------------------------------------------------------- */

static bool add_file(const char *path, struct buf *ret)
{
	char sha256[65], sha512[129], bare[65];
	const char *slash = strrchr(path, '/'), *method;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	struct file_digests d;
	enum digest_answer answer;

	if (fd < 0) {
		say_error("%s: %s", shown(path).text, strerror(errno));
		return false;
	}
	method = unsigned_method_for(fd);
	answer = file_digests(fd, str_of(method), &d);
	close(fd);
	if (answer != DIGEST_OK) {
		say_error("%s: %s", shown(path).text,
			answer == DIGEST_IO ? "cannot be read, or is no file"
					    : "holds bytes beside its unsigned form and one signature");
		return false;
	}
	hex_encode(d.sha256, sizeof(d.sha256), sha256);
	hex_encode(d.sha512, sizeof(d.sha512), sha512);
	hex_encode(d.unsigned_sha256, sizeof(d.unsigned_sha256), bare);
	return buf_printf(ret, "file %llu sha256:%s sha512:%s unsigned:%s:%s %s\n",
		(unsigned long long)d.size_bytes, sha256, sha512, method, bare,
		slash ? slash + 1 : path);
}

static bool add_recipe(const struct settings *s, struct buf *ret)
{
	uint8_t h[crypto_hash_sha256_BYTES];
	char hex[65];
	struct buf b;
	bool ok;

	if (!s->recipe)
		return buf_add_z(ret, "recipe none\n");
	buf_init(&b, 16 << 20);
	ok = ledger_read(s->recipe, 16 << 20, false, &b);
	crypto_hash_sha256(h, (const uint8_t *)b.p, b.len);
	hex_encode(h, sizeof(h), hex);
	buf_release(&b);
	return ok && buf_printf(ret, "recipe sha256:%s\n", hex);
}

static bool add_rebuilds(const struct settings *s, struct buf *ret)
{
	struct str text = str_of(s->rebuilds ? s->rebuilds : "0/0");
	size_t slash = str_find_z(text, "/");
	uint64_t need, of;

	if (slash == SIZE_MAX || !decimal_parse(str_part(text, 0, slash), &need) ||
		!decimal_parse(str_part(text, slash + 1, text.len), &of) || need > of) {
		say_error("--rebuilds %s: it is K/N", shown(s->rebuilds).text);
		return false;
	}
	return buf_printf(ret, "policy rebuild %llu of %llu%s%s\n", (unsigned long long)need,
		(unsigned long long)of, s->equivalent ? " equivalent " : "",
		s->equivalent ? s->equivalent : "");
}

static bool make_release(const struct settings *s, const struct ledger_state *state,
	struct buf *ret)
{
	const struct state_line *l =
		state_line(state, str_of(s->product), str_of(ledger_channel(s)));
	char base64[B64_CHARS(TREE_HASH_BYTES) + 1], when[32];
	struct tree_hash prev = {{0}};
	static struct entry e;

	if (l)
		prev = l->leaf;
	b64_encode(prev.b, TREE_HASH_BYTES, base64, sizeof(base64));
	entry_time_text(ledger_now(s), when);
	buf_printf(ret,
		"assay-entry/v1 release\nvendor %s\nproduct %s\nchannel %s\nversion %s\nseq %llu\n"
		"prev %s\ntime %s\nkeyset %llu\nsource %s\n",
		state->vendor, s->product, ledger_channel(s), s->release,
		(unsigned long long)(l ? l->seq : 0) + 1, base64, when,
		(unsigned long long)state->keys.number, s->source ? s->source : "none");
	if (!add_recipe(s, ret))
		return false;
	for (int i = 1; i < s->n_args; i++)
		if (!add_file(s->args[i], ret))
			return false;
	if (!add_rebuilds(s, ret))
		return false;
	if (!entry_parse(buf_str(ret), &e)) {
		say_error("this makes no entry: line %u: %s", e.line, e.wrong);
		return false;
	}
	return true;
}

static int run_request(const struct settings *s)
{
	char name[800], path[LEDGER_PATH_MAX];
	static struct ledger_dir d;
	struct buf text;
	bool ok;

	if (!s->product || !s->release) {
		say_error("--product and --release say what is released");
		return ledger_failed(s);
	}
	buf_init(&text, TEXT_BYTES);
	ok = ledger_enter(&d, s->args[0], false);
	if (ok && d.state->keys.number == 0) {
		say_error("the key set is not published yet");
		ok = false;
	}
	snprintf(name, sizeof(name), "%s-%s-%s", s->product, ledger_channel(s), s->release);
	ledger_request_path(s->args[0], name, path);
	ok = ok && make_release(s, d.state, &text) && ledger_write(path, text.p, text.len);
	if (ok)
		printf("%s\n", path);
	ledger_leave(&d);
	buf_release(&text);
	return ok ? print_exit(s) : ledger_failed(s);
}

const struct verb verb_ledger_request = {
	.name = "ledger request",
	.bit = VERB_LEDGER_REQUEST,
	.args = "DIR FILE...",
	.summary = "ask for a release to be logged",
	.text = "Writes the entry that the approvers sign, with the digests of each file, of the whole "
		"and of what it is without its embedded signature. Nothing is logged yet.",
	.examples = "assay ledger request ledger --product agent --release 10.0.9 agent.exe\task for "
		    "it\n",
	.min_args = 2,
	.max_args = 1 + ENTRY_FILES_MAX,
	.run = run_request,
};

/* ---- approve ---------------------------------------------------------------------------------- */

static int run_approve(const struct settings *s)
{
	static struct entry e;
	struct buf text;
	struct note n;
	bool ok;

	buf_init(&text, TEXT_BYTES);
	ok = ledger_read(s->args[0], TEXT_BYTES, false, &text);
	if (ok && !entry_parse(note_parse(buf_str(&text), &n) ? n.text : buf_str(&text), &e)) {
		say_error("%s:%u: %s", shown(s->args[0]).text, e.line, e.wrong);
		ok = false;
	}
	if (ok) {
		printf("%.*s", STR_ARG(e.text));
		ok = ledger_sign(s, &text) && ledger_write(s->args[0], text.p, text.len);
	}
	buf_release(&text);
	return ok ? print_exit(s) : ledger_failed(s);
}

const struct verb verb_ledger_approve = {
	.name = "ledger approve",
	.bit = VERB_LEDGER_APPROVE,
	.args = "REQUEST",
	.summary = "sign a request, after reading what it says",
	.text = "Prints the request and adds the signature of each --key. It needs nothing but the "
		"file, so it can be done far from the build system; send the file back.",
	.examples = "assay ledger approve agent.entry --key a.key\tsay that this was meant\n",
	.min_args = 1,
	.max_args = 1,
	.run = run_approve,
};

/* ---- revoke and pulse: one signature is enough ------------------------------------------------- */

static bool make_revoke(const struct settings *s, struct ledger_dir *d, struct buf *text)
{
	char name[800], base64[B64_CHARS(TREE_HASH_BYTES) + 1], when[32];
	struct tree_hash leaf;
	struct buf release;
	uint64_t index;
	bool ok;

	buf_init(&release, TEXT_BYTES);
	ok = ledger_find_release(d, s, s->args[0], &release, &index);
	if (ok && index == UINT64_MAX) {
		say_error("it is not in the ledger yet: take the request away");
		ok = false;
	}
	leaf = tree_hash_leaf(release.p, release.len);
	buf_release(&release);
	b64_encode(leaf.b, TREE_HASH_BYTES, base64, sizeof(base64));
	entry_time_text(ledger_now(s), when);
	snprintf(name, sizeof(name), "revoke-%s-%s-%s", s->product, ledger_channel(s), s->release);
	return ok && buf_printf(text,
			     "assay-entry/v1 revoke\nvendor %s\nproduct %s\nchannel %s\ntime %s\n"
			     "keyset %llu\nentry %s\nreason %s\n",
			     d->state->vendor, s->product, ledger_channel(s), when,
			     (unsigned long long)d->state->keys.number, base64, s->reason) &&
	       ledger_file_signed(s, s->args[0], name, text);
}

static int run_revoke(const struct settings *s)
{
	static struct ledger_dir d;
	struct buf text;
	bool ok;

	if (!s->reason) {
		say_error("--reason says why, in a sentence that customers see");
		return ledger_failed(s);
	}
	buf_init(&text, TEXT_BYTES);
	ok = ledger_enter(&d, s->args[0], false) && make_revoke(s, &d, &text);
	ledger_leave(&d);
	buf_release(&text);
	return ok ? print_exit(s) : ledger_failed(s);
}

const struct verb verb_ledger_revoke = {
	.name = "ledger revoke",
	.bit = VERB_LEDGER_REVOKE,
	.args = "DIR",
	.summary = "take a release back",
	.text = "One approver is enough, since stopping must be easier than shipping. Publish it "
		"afterwards.",
	.examples = "assay ledger revoke ledger --product agent --release 10.0.9 --reason \"built on a "
		    "stolen machine\" --key a.key\ttake it back\n",
	.min_args = 1,
	.max_args = 1,
	.run = run_revoke,
};

static int run_pulse(const struct settings *s)
{
	static struct ledger_dir d;
	char when[32], name[64];
	struct buf text;
	bool ok;

	buf_init(&text, TEXT_BYTES);
	ok = ledger_enter(&d, s->args[0], false);
	entry_time_text(ledger_now(s), when);
	snprintf(name, sizeof(name), "pulse-%llu", ok ? (unsigned long long)d.log.head : 0);
	ok = ok &&
	     buf_printf(&text,
		     "assay-entry/v1 pulse\nvendor %s\ntime %s\nkeyset %llu\nsize %llu\n",
		     d.state->vendor, when, (unsigned long long)d.state->keys.number,
		     (unsigned long long)d.log.head) &&
	     ledger_file_signed(s, s->args[0], name, &text);
	ledger_leave(&d);
	buf_release(&text);
	return ok ? print_exit(s) : ledger_failed(s);
}

const struct verb verb_ledger_pulse = {
	.name = "ledger pulse",
	.bit = VERB_LEDGER_PULSE,
	.args = "DIR",
	.summary = "say that the ledger is alive",
	.text = "At least once a day: a ledger that is frozen for somebody misses its pulse, and "
		"monitors tell. Publish it afterwards.",
	.examples = "assay ledger pulse ledger --key pulse.key\tevery day\n",
	.min_args = 1,
	.max_args = 1,
	.run = run_pulse,
};
