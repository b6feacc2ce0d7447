/* assay ledger rebuild: what a builder got from the same source, compared without signatures. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "cli/common.h"
#include "cli/ledger.h"
#include "ledger/unsigned.h"

/* The argument whose name without folders is that of the file; NULL: it was not built. */
static const char *built(const struct settings *s, struct str name)
{
	for (int i = 1; i < s->n_args; i++)
		if (str_equal(str_basename(str_of(s->args[i])), name))
			return s->args[i];
	return NULL;
}

/* One result line. False only when something cannot be read. */
static bool compare(const struct settings *s, const struct entry_file *f, struct buf *ret,
	bool *ret_same)
{
	const char *path = built(s, f->name);
	struct file_digests d;
	enum digest_answer answer;
	char hex[65];
	int fd;

	*ret_same = false;
	if (!path) {
		printf("%.*s  failed: not built\n", STR_ARG(f->name));
		return buf_printf(ret, "result failed - - %.*s\n", STR_ARG(f->name));
	}
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (fd < 0) {
		say_error("%s: %s", shown(path).text, strerror(errno));
		return false;
	}
	answer = file_digests(fd, f->method, &d);
	close(fd);
	if (answer != DIGEST_OK) {
		printf("%.*s  failed: not of the form %.*s\n", STR_ARG(f->name), STR_ARG(f->method));
		return buf_printf(ret, "result failed - - %.*s\n", STR_ARG(f->name));
	}
	*ret_same = memcmp(d.unsigned_sha256, f->unsigned_sha256, sizeof(d.unsigned_sha256)) == 0;
	hex_encode(d.unsigned_sha256, sizeof(d.unsigned_sha256), hex);
	printf("%.*s  %s\n", STR_ARG(f->name), *ret_same ? "same" : "differs");
	return buf_printf(ret, "result %s %.*s:%s - %.*s\n", *ret_same ? "same" : "differs",
		STR_ARG(f->method), hex, STR_ARG(f->name));
}

static bool make_rebuild(const struct settings *s, struct ledger_dir *d, struct str release,
	struct buf *ret, bool *ret_all_same)
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
	*ret_all_same = true;
	for (size_t i = 0; i < e.n_files; i++) {
		bool same;

		if (!compare(s, &e.files[i], ret, &same))
			return false;
		*ret_all_same &= same;
	}
	return entry_parse(buf_str(ret), &check);
}

static int run(const struct settings *s)
{
	static struct ledger_dir d;
	struct buf release, text;
	char name[1200];
	bool same = false, ok;
	uint64_t index;

	buf_init(&release, 2 * ENTRY_BYTES_MAX);
	buf_init(&text, 2 * ENTRY_BYTES_MAX);
	ok = ledger_enter(&d, s->args[0], false) &&
	     ledger_find_release(&d, s, s->args[0], &release, &index) &&
	     make_rebuild(s, &d, buf_str(&release), &text, &same);
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
	if (!same) {
		say(s, "exit 1: not the same bytes");
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
		"is signed and waits for publish. Exit status 1: something differs or failed, which is "
		"logged as well.",
	.examples = "assay ledger rebuild ledger --product agent --release 10.0.9 --key b.key "
		    "out/agent.exe\tas a builder\n",
	.min_args = 1,
	.max_args = 1 + ENTRY_FILES_MAX,
	.run = run,
};
