/* assay ledger VERB, and what its verbs share. */
#include "cli/ledger.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include "cli/common.h"
#include "ledger/snapshot.h"
#include "util/cursor.h"

/* ---- the folder ------------------------------------------------------------------------------- */

bool ledger_enter(struct ledger_dir *d, const char *folder, bool write)
{
	char path[LEDGER_PATH_MAX + 64];
	enum status status;

	memset(d, 0, sizeof(*d));
	d->log.lock = -1;
	buf_init(&d->policy_text, TILE_BYTES * 16);
	if (sodium_init() < 0) {
		say_error("out of memory");
		return false;
	}
	status = log_open(&d->log, &ledger_io_real, folder, write);
	if (status == STATUS_NOT_FOUND) {
		say_error("%s: no ledger; assay ledger init makes one", shown(folder).text);
		return false;
	}
	if (status != STATUS_OK) {
		say_error("%s: %s", shown(folder).text, d->log.why);
		return false;
	}
	status = state_load(&d->log, &d->state, &d->read);
	if (status != STATUS_OK) {
		say_error("%s: entry %llu: %s", shown(folder).text,
			(unsigned long long)(d->state ? d->state->size : 0), status_name(status));
		return false;
	}
	snprintf(path, sizeof(path), "%s/private/policy", folder);
	if (!ledger_read(path, d->policy_text.max_bytes, false, &d->policy_text))
		return false;
	if (!policy_parse(buf_str(&d->policy_text), &d->policy)) {
		say_error("%s:%u: %s", shown(path).text, d->policy.line, d->policy.wrong);
		return false;
	}
	return true;
}

void ledger_leave(struct ledger_dir *d)
{
	log_close(&d->log);
	state_close(d->state);
	buf_release(&d->policy_text);
}

int64_t ledger_now(const struct settings *s)
{
	return s->has_now ? s->now_utc : (int64_t)time(NULL);
}

int ledger_failed(const struct settings *s)
{
	return say_exit(s, EXIT_NO_ANSWER, VERDICT_CLEAN);
}

const char *ledger_channel(const struct settings *s)
{
	return s->channel ? s->channel : "stable";
}

/* ---- files ------------------------------------------------------------------------------------ */

bool ledger_read(const char *path, size_t max, bool may_miss, struct buf *ret)
{
	enum status status = io_read_file(&ledger_io_real, path, max, ret);

	if (status == STATUS_OK)
		return true;
	if (status != STATUS_NOT_FOUND || !may_miss)
		say_error("%s: %s", shown(path).text, status_name(status));
	return false;
}

static bool write_with_mode(const char *path, const void *p, size_t n, int flags, mode_t mode)
{
	const char *from = p;
	int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | flags, mode);
	bool ok = fd >= 0;

	while (ok && n) {
		ssize_t done = write(fd, from, n);

		ok = done > 0;
		from += ok ? done : 0;
		n -= ok ? (size_t)done : 0;
	}
	ok = ok && fsync(fd) == 0;
	if (fd >= 0)
		ok &= close(fd) == 0;
	if (!ok)
		say_error("%s: %s", shown(path).text, strerror(errno));
	return ok;
}

bool ledger_write_secret(const char *path, const void *p, size_t n)
{
	return write_with_mode(path, p, n, O_EXCL, 0600);
}

bool ledger_write(const char *path, const void *p, size_t n)
{
	char folder[LEDGER_PATH_MAX];
	const char *slash = strrchr(path, '/');
	struct io_batch b;
	enum status status;

	snprintf(folder, sizeof(folder), "%.*s", slash ? (int)(slash - path) : 1,
		slash ? path : ".");
	status = io_batch_begin(&b, &ledger_io_real, folder);
	if (status == STATUS_OK)
		status = io_put(&b, slash ? slash + 1 : path, p, n);
	if (status == STATUS_OK)
		status = io_settle(&b);
	io_batch_end(&b);
	if (status != STATUS_OK)
		say_error("%s: cannot be written", shown(path).text);
	return status == STATUS_OK;
}

/* ---- keys ------------------------------------------------------------------------------------- */

static bool first_line_of(const char *path, struct buf *ret)
{
	struct buf b;
	struct str rest, line;
	bool ok;

	buf_init(&b, PASSPHRASE_BYTES);
	ok = ledger_read(path, PASSPHRASE_BYTES, false, &b);
	rest = buf_str(&b);
	ok = ok && str_line(&rest, &line) && buf_add_str(ret, line);
	if (b.p)
		sodium_memzero(b.p, b.len);
	buf_release(&b);
	return ok;
}

/* From the terminal, without echo. */
static bool ask_passphrase(void *user, const char *name, struct buf *ret)
{
	const struct settings *s = user;
	struct termios before, quiet;
	char line[PASSPHRASE_BYTES];
	int fd;
	ssize_t n;

	if (s->passphrase_file)
		return first_line_of(s->passphrase_file, ret);
	fd = open("/dev/tty", O_RDWR | O_CLOEXEC);
	if (fd < 0)
		return false;
	if (tcgetattr(fd, &before) != 0) {
		close(fd);
		return false;
	}
	quiet = before;
	quiet.c_lflag &= ~(tcflag_t)ECHO;
	tcsetattr(fd, TCSAFLUSH, &quiet);
	dprintf(fd, "passphrase of %s: ", name);
	n = read(fd, line, sizeof(line));
	tcsetattr(fd, TCSAFLUSH, &before);
	dprintf(fd, "\n");
	close(fd);
	while (n > 0 && (line[n - 1] == '\n' || line[n - 1] == '\r'))
		n--;
	n = n > 0 && buf_add(ret, line, (size_t)n) ? n : 0;
	sodium_memzero(line, sizeof(line));
	return n > 0;
}

bool ledger_key(const struct settings *s, const char *spec, struct signer *ret)
{
	const struct key_asking ask = {
		.passphrase = ask_passphrase, .user = (void *)(uintptr_t)s};
	char why[KEY_WHY_BYTES] = "";

	if (key_open(spec, &ask, ret, why) == STATUS_OK)
		return true;
	say_error("key %s: %s", shown(spec).text, shown(why).text);
	return false;
}

bool ledger_new_passphrase(const struct settings *s, struct buf *ret)
{
	return !s->passphrase_file || first_line_of(s->passphrase_file, ret);
}

static bool has_signature(struct str note, const struct vkey *k)
{
	struct note n;

	return note_parse(note, &n) && note_check(&n, k, NULL) != NOTE_UNSIGNED;
}

bool ledger_sign(const struct settings *s, struct buf *note)
{
	bool ok = true;

	if (s->keys.n == 0) {
		say_error("--key says who signs");
		return false;
	}
	for (size_t i = 0; ok && i < s->keys.n; i++) {
		char line[NOTE_LINE_MAX];
		struct signer signer;
		struct note n;
		bool is_note = note_parse(buf_str(note), &n);
		struct str text = is_note ? n.text : buf_str(note);

		if (!ledger_key(s, s->keys.items[i], &signer))
			return false;
		if (has_signature(buf_str(note), &signer.key)) {
			say_error("%s has signed already", signer.key.name);
			ok = false;
		} else if (!note_sign(&signer, text, line)) {
			say_error("%s does not sign", signer.key.name);
			ok = false;
		} else {
			ok = (is_note || buf_add_char(note, '\n')) && buf_add_z(note, line);
		}
		signer_close(&signer);
	}
	return ok;
}

/* ---- requests --------------------------------------------------------------------------------- */

void ledger_file_path(const char *folder, const char *kind, const char *name, const char *suffix,
	char ret[LEDGER_PATH_MAX])
{
	char plain[256];
	size_t n = 0;

	for (; *name && n < sizeof(plain) - 1; name++) {
		bool keep = (*name >= 'a' && *name <= 'z') || (*name >= 'A' && *name <= 'Z') ||
			    (*name >= '0' && *name <= '9') || *name == '-' || *name == '.';

		plain[n++] = keep ? *name : '_';
	}
	plain[n] = '\0';
	snprintf(ret, LEDGER_PATH_MAX, "%.700s/%s/%s.%s", folder, kind, plain, suffix);
}

void ledger_request_path(const char *folder, const char *name, char ret[LEDGER_PATH_MAX])
{
	ledger_file_path(folder, "requests", name, "entry", ret);
}

bool ledger_file_signed(const struct settings *s, const char *folder, const char *name,
	struct buf *text)
{
	char path[LEDGER_PATH_MAX];

	ledger_request_path(folder, name, path);
	if (!ledger_sign(s, text) || !ledger_write(path, text->p, text->len))
		return false;
	printf("%s\n", path);
	return true;
}

bool ledger_find_release(struct ledger_dir *d, const struct settings *s, const char *folder,
	struct buf *ret, uint64_t *ret_index)
{
	char name[800], path[LEDGER_PATH_MAX];

	if (!s->product || !s->release) {
		say_error("--product and --release say which release is meant");
		return false;
	}
	*ret_index = UINT64_MAX;
	if (state_version(d->state, str_of(s->product), str_of(ledger_channel(s)),
		    str_of(s->release), ret_index)) {
		if (log_entry(&d->log, *ret_index, ret) == STATUS_OK)
			return true;
		say_error("%s", d->log.why);
		return false;
	}
	snprintf(name, sizeof(name), "%s-%s-%s", s->product, ledger_channel(s), s->release);
	ledger_request_path(folder, name, path);
	if (ledger_read(path, ENTRY_BYTES_MAX * 2, true, ret))
		return true;
	say_error("%s %s (%s) is neither in the ledger nor asked for", shown(s->product).text,
		shown(s->release).text, shown(ledger_channel(s)).text);
	return false;
}

/* ---- the verb --------------------------------------------------------------------------------- */

static const struct verb *const subs[] = {&verb_ledger_init, &verb_ledger_request,
	&verb_ledger_approve, &verb_ledger_publish, &verb_ledger_revoke, &verb_ledger_rebuild,
	&verb_ledger_pulse, &verb_ledger_keys, &verb_ledger_fsck, &verb_ledger_serve,
	&verb_ledger_witness, &verb_ledger_monitor, &verb_ledger_hammer, NULL};

static int run(const struct settings *s)
{
	const char *names[32], *near;
	size_t n = 0;

	if (s->n_args == 0) {
		say_error("which verb of the ledger? assay ledger -h lists them");
		return ledger_failed(s);
	}
	for (; subs[n] && n < 32; n++)
		names[n] = subs[n]->name + sizeof("ledger");
	near = nearest_name(s->args[0], names, n);
	if (near)
		say_error("no verb ledger %s; is it ledger %s?", shown(s->args[0]).text, near);
	else
		say_error("no verb ledger %s; assay ledger -h lists them", shown(s->args[0]).text);
	return ledger_failed(s);
}

const struct verb verb_ledger = {
	.name = "ledger",
	.bit = VERB_LEDGER,
	.args = "VERB",
	.summary = "keep the public log of what a vendor meant to release",
	.text = "A ledger is a folder. What lies in public/ can be hosted by any web server; private/ "
		"holds the head and the log's key; requests/ what waits for approval; proofs/ what "
		"customers get beside each file. docs/ledger-format.md describes every file.",
	.examples = "assay ledger init DIR roles.txt --origin ledger.vendor.example\tmake one\n"
		    "assay ledger publish DIR\tlog what is approved\n",
	.min_args = 0,
	.max_args = 1000,
	.run = run,
	.subs = subs,
};
