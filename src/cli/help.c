/* assay help [VERB], -h and --help. */
#include "cli/help.h"

#include <stdio.h>
#include <string.h>

#include "cli/common.h"
#include "util/str.h"

enum { HELP_COLUMNS = 100, NAME_COLUMN = 28 };

/* Words from column `at` on, further lines from `hang`. Our own text: no escaping needed. */
static void wrap(const char *text, size_t at, size_t hang)
{
	bool first = true; /* on this line */

	while (*text) {
		size_t n = strcspn(text, " \n");

		if (!first && at + 1 + n > HELP_COLUMNS) {
			printf("\n%*s", (int)hang, "");
			at = hang;
			first = true;
		}
		at += n + !first;
		printf("%s%.*s", first ? "" : " ", (int)n, text);
		first = false;
		text += n;
		text += strspn(text, " ");
		if (*text == '\n') {
			text++;
			printf("\n%*s", *text == '\n' ? 0 : (int)hang, "");
			at = hang;
			first = true;
		}
	}
	putchar('\n');
}

void help_option_name(const struct option_row *row, char *ret, size_t room)
{
	char letter[8] = "";

	if (row->letter)
		snprintf(letter, sizeof(letter), "-%c, ", row->letter);
	snprintf(ret, room, "%s--%s%s%s", letter, row->name, row->value ? " " : "",
		row->value ? row->value : "");
}

static void print_option_short(const struct option_row *row)
{
	char name[80];

	help_option_name(row, name, sizeof(name));
	printf("  %-*s %s\n", NAME_COLUMN, name, row->line);
}

static void print_option_long(const struct option_row *row)
{
	char name[80];

	help_option_name(row, name, sizeof(name));
	printf("  %s\n      ", name);
	wrap(row->line, 6, 6);
	if (*row->text) {
		printf("      ");
		wrap(row->text, 6, 6);
	}
	if (row->choices)
		printf("      One of: %s.\n", row->choices);
	if (row->negation)
		printf("      --%s takes it back.\n", row->negation);
}

/* Options that every verb has are shown once, in the help of the program. */
static bool belongs(const struct option_row *row, const struct verb *v, bool is_long)
{
	if (row->hidden)
		return false;
	if (!v)
		return is_long || row->verbs == (uint64_t)VERBS_ALL;
	return (row->verbs & v->bit) && (is_long || row->verbs != (uint64_t)VERBS_ALL);
}

static void print_options(const struct verb *v, bool is_long)
{
	size_t n;
	const struct option_row *table = option_table(&n);

	for (int c = OPTION_RESULT; c <= OPTION_OTHER; c++) {
		bool first = true;

		for (size_t i = 0; i < n; i++) {
			if ((int)table[i].category != c || !belongs(&table[i], v, is_long))
				continue;
			if (first && is_long)
				printf("%s\n", option_category_name(c));
			first = false;
			if (is_long)
				print_option_long(&table[i]);
			else
				print_option_short(&table[i]);
		}
		if (!first && is_long)
			putchar('\n');
	}
}

static void print_examples(const struct verb *v)
{
	struct str rest = str_of(v->examples), line;

	while (str_line(&rest, &line)) {
		size_t tab = str_find_z(line, "\t");

		printf("  %-52.*s %.*s\n", STR_ARG(str_part(line, 0, tab)),
			STR_ARG(str_part(line, tab + 1, line.len)));
	}
}

static void print_exit_statuses(void)
{
	printf("Exit status of diff and inspect: 0 clean, 1 any other verdict (see --fail-on), 2 no "
	       "answer,\n130 interrupted.\n");
}

static void print_program(bool is_long)
{
	size_t n;
	const struct verb *const *list = verb_list(&n);

	printf("assay: was this release tampered with?\n\n"
	       "  assay OLD NEW               the same as assay diff OLD NEW\n");
	for (size_t i = 0; i < n; i++) {
		char usage[80];

		snprintf(usage, sizeof(usage), "assay %s %s", list[i]->name, list[i]->args);
		printf("  %-27s %s\n", usage, list[i]->summary);
	}
	printf("\nOLD and NEW are files, directories, - for stdin, npm:NAME@VERSION or "
	       "deb:NAME=VERSION.\n\n");
	print_options(NULL, is_long);
	if (!is_long)
		printf("\nassay VERB -h shows the options of a verb, assay --help everything.\n");
	print_exit_statuses();
}

void help_print(const struct verb *v, bool is_long)
{
	if (!v) {
		print_program(is_long);
		return;
	}
	printf("assay %s [OPTIONS] %s\n  %s.\n\n", v->name, v->args, v->summary);
	if (is_long && *v->text) {
		wrap(v->text, 0, 0);
		putchar('\n');
	}
	for (size_t i = 0; v->subs && v->subs[i]; i++) {
		char usage[80];

		snprintf(usage, sizeof(usage), "assay %s %s", v->subs[i]->name, v->subs[i]->args);
		printf("  %-43s %s\n%s", usage, v->subs[i]->summary, v->subs[i + 1] ? "" : "\n");
	}
	print_options(v, is_long);
	printf(is_long ? "Examples\n" : "\nExamples\n");
	print_examples(v);
	if (v->bit & VERBS_ANALYSE) {
		putchar('\n');
		print_exit_statuses();
	}
	if (!is_long)
		printf("\nassay %s --help says more; assay -h lists verbs and common options.\n",
			v->name);
}

static int run(const struct settings *s)
{
	const struct verb *v = NULL;

	if (s->n_args >= 1) {
		v = verb_find(s->args[0]);
		if (v && s->n_args == 2)
			v = verb_sub(v, s->args[1]);
		if (!v) {
			say_error("no verb %s; assay -h lists them",
				shown(s->args[s->n_args - 1]).text);
			return say_exit(s, EXIT_NO_ANSWER, VERDICT_CLEAN);
		}
	}
	help_print(v, true);
	return print_exit(s);
}

const struct verb verb_help = {
	.name = "help",
	.bit = VERB_HELP,
	.args = "[VERB...]",
	.summary = "show help at length, of the program or of a verb",
	.text = "",
	.examples = "assay help diff\tthe same as assay diff --help\n",
	.min_args = 0,
	.max_args = 2,
	.run = run,
};
