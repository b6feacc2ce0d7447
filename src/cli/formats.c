/* assay formats: what can be opened and read, and how far. */
#include "formats/format.h"

#include "cli/common.h"
#include "cli/verbs.h"
#include "logs/log.h"
#include "read/read.h"

/* Containers that we only recognise: whatever they hold is a blind spot. */
static bool is_closed(const struct format *f)
{
	return !f->open && ((f->id >= FORMAT_RAR && f->id <= FORMAT_INNO) ||
				   (f->id >= FORMAT_APFS && f->id <= FORMAT_UEFI) ||
				   f->id == FORMAT_PE_OVERLAY ||
				   f->id == FORMAT_INSTALLSHIELD);
}

static void print_rows(const char *grade, const char *meaning,
	bool (*belongs)(const struct format *f))
{
	size_t n;
	const struct format *const *list = format_list(&n);
	bool first = true;

	for (size_t i = 0; i < n; i++) {
		if (!belongs(list[i]))
			continue;
		if (first)
			printf("%s: %s\n", grade, meaning);
		first = false;
		printf("  %-12s %s\n", list[i]->name, list[i]->summary);
	}
	if (!first)
		putchar('\n');
}

static void print_logs(void)
{
	size_t n;
	const struct log_format *const *logs = log_formats(&n);

	printf("Logs: read by assay scope scan\n");
	for (size_t i = 0; i < n; i++)
		printf("  %-12s %s\n", logs[i]->name, logs[i]->summary);
}

static bool is_opened(const struct format *f)
{
	return f->open != NULL;
}

static bool is_leaf(const struct format *f)
{
	return !f->open && !is_closed(f);
}

static int run(const struct settings *s)
{
	size_t n;
	const struct reader *const *readers = reader_list(&n);

	print_rows("Opened", "containers, taken apart member by member", is_opened);
	printf("Read: what changed inside a member is compared and understood\n");
	for (size_t i = 0; i < n; i++)
		printf("  %-12s %s\n", readers[i]->name, readers[i]->summary);
	putchar('\n');
	print_rows("Recognised", "a member of this kind is known by its content", is_leaf);
	print_rows("Closed", "recognised containers without a reader; always a blind spot",
		is_closed);
	print_logs();
	return print_exit(s);
}

const struct verb verb_formats = {
	.name = "formats",
	.bit = VERB_FORMATS,
	.args = "",
	.summary = "list what can be opened and read, and how far",
	.text = "Formats are told by content, never by name.",
	.examples = "assay formats\tthe list\n",
	.min_args = 0,
	.max_args = 0,
	.run = run,
};
