/* assay ledger rebuild: what a builder got from the same source, compared without signatures. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "cli/common.h"
#include "cli/ledger.h"
#include "ledger/unsigned.h"
#include "normal/normal.h"

/* The argument whose name without folders is that of the file; NULL: it was not built. */
static const char *built(const struct settings *s, struct str name)
{
	for (int i = 1; i < s->n_args; i++)
		if (str_equal(str_basename(str_of(s->args[i])), name))
			return s->args[i];
	return NULL;
}

/* What one file came to. */
struct outcome {
	enum rebuild_result result;
	const uint8_t *sha256; /* what stands in the entry; NULL: none */
	char normalisers[NORMAL_NAMES_BYTES];
	char why[NORMAL_NAMES_BYTES + 80]; /* said on stdout */
};

static int open_file(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);

	if (fd < 0)
		say_error("%s: %s", shown(path).text, strerror(errno));
	return fd;
}

/* Is this the file that the entry means? Without that no comparison says anything. */
static bool is_shipped(int fd, const struct entry_file *f)
{
	struct file_digests d;

	return file_digests(fd, STR("none"), &d) == DIGEST_OK && d.size_bytes == f->size_bytes &&
	       memcmp(d.sha256, f->sha256, sizeof(d.sha256)) == 0;
}

static bool normal_form(const struct settings *s, const char *path, int fd, struct normal_form *ret)
{
	enum status status = normal_of_file(fd, s->unconfined, ret);

	if (status == STATUS_DENIED)
		say_error("the kernel refused to confine the process that opens %s; --unconfined opens "
			  "it without",
			shown(path).text);
	else if (status != STATUS_OK)
		say(s, "%s: %s, compared as it is", shown(path).text,
			status == STATUS_LIMIT ? "too large or too deep" : "cannot be opened");
	return status == STATUS_OK;
}

/* Other bytes than the vendor's: are they equivalent? False only when the question cannot be asked. */
static bool look_inside(const struct settings *s, const struct entry_file *f, const char *path,
	int fd, struct outcome *o)
{
	static struct normal_form ours, theirs;
	char shipped[4096];
	int other;

	if (!s->shipped) {
		snprintf(o->why, sizeof(o->why), " (--shipped would say whether it is equivalent)");
		return true;
	}
	snprintf(shipped, sizeof(shipped), "%.3500s/%.*s", s->shipped, STR_ARG(f->name));
	other = open_file(shipped);
	if (other < 0)
		return false;
	if (!is_shipped(other, f)) {
		say_error("%s is not the file that the release names", shown(shipped).text);
		close(other);
		return false;
	}
	if (normal_form(s, path, fd, &ours) && normal_form(s, shipped, other, &theirs) &&
		normal_equal(&ours, &theirs, o->normalisers) && o->normalisers[0]) {
		o->result = REBUILD_EQUIVALENT;
		o->sha256 = f->unsigned_sha256;
		snprintf(o->why, sizeof(o->why), " after %s", o->normalisers);
	} else if (ours.note[0] || theirs.note[0]) {
		snprintf(o->why, sizeof(o->why), " (%s)", ours.note[0] ? ours.note : theirs.note);
	}
	close(other);
	return true;
}

/* The file against what the release says of it; *d is what o->sha256 points into. */
static bool judge(const struct settings *s, const struct entry_file *f, const char *path,
	struct file_digests *d, struct outcome *o)
{
	int fd = open_file(path);
	enum digest_answer answer;
	bool ok = fd >= 0;

	if (!ok)
		return false;
	answer = file_digests(fd, f->method, d);
	if (answer == DIGEST_IO) {
		say_error("%s: cannot be read", shown(path).text);
		ok = false;
	} else if (answer != DIGEST_OK) {
		snprintf(o->why, sizeof(o->why), ": not of the form %.*s",
			STR_ARG(str_part(f->method, 0, 40)));
	} else {
		o->sha256 = d->unsigned_sha256;
		o->result = REBUILD_SAME;
		if (memcmp(d->unsigned_sha256, f->unsigned_sha256, sizeof(d->unsigned_sha256)) != 0) {
			o->result = REBUILD_DIFFERS;
			ok = look_inside(s, f, path, fd, o);
		}
	}
	close(fd);
	return ok;
}

/* One result line. False only when something cannot be read. */
static bool compare(const struct settings *s, const struct entry_file *f, struct buf *ret,
	bool *ret_good)
{
	const char *path = built(s, f->name);
	struct outcome o = {.result = REBUILD_FAILED};
	struct file_digests d;
	char hex[65];

	if (!path)
		snprintf(o.why, sizeof(o.why), ": not built");
	else if (!judge(s, f, path, &d, &o))
		return false;
	*ret_good = o.result == REBUILD_SAME || o.result == REBUILD_EQUIVALENT;
	printf("%.*s  %s%s\n", STR_ARG(f->name), rebuild_result_name(o.result), o.why);
	if (!o.sha256)
		return buf_printf(ret, "result failed - - %.*s\n", STR_ARG(f->name));
	hex_encode(o.sha256, sizeof(d.unsigned_sha256), hex);
	return buf_printf(ret, "result %s %.*s:%s %s %.*s\n", rebuild_result_name(o.result),
		STR_ARG(f->method), hex, o.normalisers[0] ? o.normalisers : "-", STR_ARG(f->name));
}

static bool make_rebuild(const struct settings *s, struct ledger_dir *d, struct str release,
	struct buf *ret, bool *ret_all_good)
{
	static struct entry e, check;
	struct note n;
	char when[32];

	if (!entry_parse(note_parse(release, &n) ? n.text : release, &e)) {
		say_error("the release cannot be read: line %u: %s", e.line, e.wrong);
		return false;
	}
	entry_time_text(ledger_now(s), when);
	buf_printf(ret,
		"assay-entry/v1 rebuild\nvendor %.*s\nproduct %.*s\nchannel %.*s\nversion %.*s\n"
		"time %s\nkeyset %llu\nsource %.*s\nrecipe %.*s\n",
		STR_ARG(e.vendor), STR_ARG(e.product), STR_ARG(e.channel), STR_ARG(e.version), when,
		(unsigned long long)d->state->keys.number, STR_ARG(e.source), STR_ARG(e.recipe));
	*ret_all_good = true;
	for (size_t i = 0; i < e.n_files; i++) {
		bool good;

		if (!compare(s, &e.files[i], ret, &good))
			return false;
		*ret_all_good &= good;
	}
	return entry_parse(buf_str(ret), &check);
}

static int run(const struct settings *s)
{
	static struct ledger_dir d;
	struct buf release, text;
	char name[1200];
	bool good = false, ok;
	uint64_t index;

	buf_init(&release, 2 * ENTRY_BYTES_MAX);
	buf_init(&text, 2 * ENTRY_BYTES_MAX);
	ok = ledger_enter(&d, s->args[0], false) &&
	     ledger_find_release(&d, s, s->args[0], &release, &index) &&
	     make_rebuild(s, &d, buf_str(&release), &text, &good);
	if (ok) {
		/* Each builder has a request of its own. */
		snprintf(name, sizeof(name), "rebuild-%.200s-%s-%s-%s",
			s->keys.n ? str_basename(str_of(s->keys.items[0])).p : "", s->product,
			ledger_channel(s), s->release);
		ok = ledger_file_signed(s, s->args[0], name, &text);
	}
	ledger_leave(&d);
	buf_release(&release);
	buf_release(&text);
	if (!ok)
		return ledger_failed(s);
	if (!good) {
		say(s, "exit 1: not what was released");
		return print_exit(s) == EXIT_CLEAN ? EXIT_VERDICT : EXIT_NO_ANSWER;
	}
	return print_exit(s);
}

const struct verb verb_ledger_rebuild = {
	.name = "ledger rebuild",
	.bit = VERB_LEDGER_REBUILD,
	.args = "DIR FILE...",
	.summary = "say what you got when you built a release yourself",
	.text = "The FILEs are what came out of your own build, from the source and recipe that the "
		"release names; what counts are their digests without embedded signatures. The result "
		"is signed and waits for publish. Equivalent: the same but for what named normalisers "
		"take off; it counts for customers who say so. Exit status 1: something differs or "
		"failed, which is logged as well.",
	.examples = "assay ledger rebuild ledger --product agent --release 10.0.9 --key b.key "
		    "out/agent.exe\tas a builder\n"
		    "assay ledger rebuild ledger --product agent --release 10.0.9 --key b.key "
		    "--shipped downloads out/agent.zip\tand what differs may not matter\n",
	.min_args = 1,
	.max_args = 1 + ENTRY_FILES_MAX,
	.run = run,
};
