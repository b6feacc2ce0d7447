/* The manual and the completions, from the same tables as the parser and the help. */
#include "cli/generate.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/common.h"
#include "cli/help.h"
#include "util/str.h"

#define MANUAL_DATE "November 23, 2026"

/* ---- mdoc ------------------------------------------------------------------------------------ */

enum { MAN_COLUMNS = 78 };

static void man_word(const char *word, size_t n, size_t *column)
{
	if (*column && *column + 1 + n > MAN_COLUMNS) {
		putchar('\n');
		*column = 0;
	}
	if (*column) {
		putchar(' ');
		++*column;
	} else if (*word == '.' || *word == '\'') {
		fputs("\\&", stdout);
	}
	for (size_t i = 0; i < n; i++) {
		if (word[i] == '\\')
			fputs("\\e", stdout);
		else
			putchar(word[i]);
	}
	*column += n;
}

/* Short lines, each sentence on a new one, as manuals want it; an empty line parts paragraphs. */
static void man_text(const char *text)
{
	size_t column = 0;

	while (*text) {
		size_t n = strcspn(text, " \n");

		man_word(text, n, &column);
		text += n;
		if (*text == '\n') {
			fputs("\n.Pp", stdout);
			text += strspn(text, "\n");
			column = MAN_COLUMNS;
		} else if (*text && strchr(".?!", text[-1])) {
			column = MAN_COLUMNS;
		}
		text += strspn(text, " ");
	}
	putchar('\n');
}

/* Ends with a full stop, whatever the text did. */
static void man_sentence(const char *text)
{
	size_t n = strlen(text);
	char line[400];

	if (n == 0)
		return;
	snprintf(line, sizeof(line), "%s%s", text, strchr(".?!", text[n - 1]) ? "" : ".");
	if (line[0] >= 'a' && line[0] <= 'z' && strncmp(line, "npm", 3) != 0)
		line[0] = (char)(line[0] - 'a' + 'A');
	man_text(line);
}

static void man_option(const struct option_row *row)
{
	printf(".It ");
	if (row->letter)
		printf("Fl %c , ", row->letter);
	printf("Fl -%s", row->name);
	if (row->value)
		printf(" Ar %s", row->value);
	putchar('\n');
	man_sentence(row->line);
	if (*row->text)
		man_text(row->text);
	if (row->choices) {
		char line[200];

		snprintf(line, sizeof(line), "One of: %s.", row->choices);
		man_text(line);
	}
	if (row->negation)
		printf(".Fl -%s\ntakes it back.\n", row->negation);
}

static void man_options(const struct verb *v)
{
	size_t n;
	const struct option_row *table = option_table(&n);

	printf(".Sh OPTIONS\n");
	for (int c = OPTION_RESULT; c <= OPTION_OTHER; c++) {
		bool first = true;

		for (size_t i = 0; i < n; i++) {
			if ((int)table[i].category != c || table[i].hidden ||
				(v ? !(table[i].verbs & v->bit) : table[i].verbs != (uint64_t)VERBS_ALL))
				continue;
			if (first)
				printf(".Ss %s\n.Bl -tag -width Ds\n", option_category_name(c));
			first = false;
			man_option(&table[i]);
		}
		if (!first)
			printf(".El\n");
	}
}

static void man_examples(const struct verb *v)
{
	struct str rest = str_of(v->examples), line;

	printf(".Sh EXAMPLES\n");
	while (str_line(&rest, &line)) {
		size_t tab = str_find_z(line, "\t");
		char text[200];

		snprintf(text, sizeof(text), "%.*s",
			STR_ARG(str_part(line, tab + 1, line.len)));
		man_sentence(text);
		printf(".Dl %.*s\n", STR_ARG(str_part(line, 0, tab)));
		if (rest.len)
			printf(".Pp\n");
	}
}

static void man_exit(void)
{
	printf(".Sh EXIT STATUS\n"
	       "Of\n.Cm diff\nand\n.Cm inspect :\n"
	       ".Bl -tag -width Ds\n"
	       ".It 0\nClean, or better than\n.Fl -fail-on .\n"
	       ".It 1\nAny other verdict.\n"
	       ".It 2\nNo answer: usage, a path that is not there, an error of reading or\n"
	       "writing, no confinement.\n"
	       ".It 130\nInterrupted.\n"
	       ".El\n"
	       ".Pp\n"
	       "The status never depends on the format.\n"
	       "Whatever bytes could be read get a verdict: an empty, cut or unknown file is\n"
	       "a release with a blind spot, not an error.\n"
	       "The last line on standard error says the status in words.\n");
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void man_see_verbs(const struct verb *const *list, size_t n)
{
	const char *names[32];

	n = n < 32 ? n : 32;
	for (size_t i = 0; i < n; i++)
		names[i] = list[i]->name;
	qsort(names, n, sizeof(names[0]), by_name);
	printf(".Sh SEE ALSO\n");
	for (size_t i = 0; i < n; i++)
		printf(".Xr assay-%s 1%s\n", names[i], i + 1 < n ? " ," : "");
}

static void man_program(void)
{
	size_t n;
	const struct verb *const *list = verb_list(&n);

	printf(".Dd " MANUAL_DATE "\n.Dt ASSAY 1\n.Os\n.Sh NAME\n.Nm assay\n"
	       ".Nd tell whether a release was tampered with\n.Sh SYNOPSIS\n");
	printf(".Nm\n.Op Ar options\n.Ar OLD NEW\n");
	for (size_t i = 0; i < n; i++) {
		printf(".Nm\n.Cm %s\n.Op Ar options\n", list[i]->name);
		if (list[i]->args[0] == '[')
			printf(".Op Ar %.*s\n", (int)strlen(list[i]->args) - 2, list[i]->args + 1);
		else if (list[i]->args[0])
			printf(".Ar %s\n", list[i]->args);
	}
	printf(".Sh DESCRIPTION\n");
	man_text("assay opens two consecutive releases of a program all the way down, looks only at "
		 "what changed, and says whether the change is like an ordinary release or like "
		 "tampering: which member, which line, what it does and when it runs. Nothing of a "
		 "release is ever run.");
	printf(".Pp\nThe verbs:\n.Bl -tag -width Ds\n");
	for (size_t i = 0; i < n; i++) {
		printf(".It Cm %s%s%s\n", list[i]->name, list[i]->args[0] ? " Ar " : "",
			list[i]->args);
		man_sentence(list[i]->summary);
	}
	printf(".El\n");
	man_options(NULL);
	printf(".Sh ENVIRONMENT\n.Bl -tag -width Ds\n"
	       ".It Ev ASSAY_CONFIG\nThe configuration file; empty for none.\n"
	       ".It Ev NO_COLOR , FORCE_COLOR , CLICOLOR_FORCE\nSee\n.Fl -colour .\n"
	       ".It Ev TMPDIR\nWhere temporary files go.\n"
	       ".El\n"
	       ".Sh FILES\n.Bl -tag -width Ds\n"
	       ".It Pa $XDG_CONFIG_HOME/assay/config\nOptions, one a line, without quotes; "
	       "lines that begin with # are comments.\nThe command line wins.\n"
	       ".El\n");
	man_exit();
	man_examples(&verb_diff);
	man_see_verbs(list, n);
}

static void man_subs(const struct verb *v)
{
	printf(".Pp\nThe verbs of\n.Nm assay\n.Cm %s :\n.Bl -tag -width Ds\n", v->name);
	for (size_t i = 0; v->subs[i]; i++) {
		printf(".It Cm %s%s%s\n", v->subs[i]->name, v->subs[i]->args[0] ? " Ar " : "",
			v->subs[i]->args);
		man_sentence(v->subs[i]->summary);
		printf("See\n.Xr assay-%s-%s 1 .\n", v->name,
			v->subs[i]->name + strlen(v->name) + 1);
	}
	printf(".El\n");
}

static void man_verb(const struct verb *v)
{
	char upper[40], lower[40];
	size_t i = 0;

	for (; v->name[i] && i < sizeof(upper) - 1; i++) {
		lower[i] = v->name[i] == ' ' ? '-' : v->name[i];
		upper[i] = lower[i] == '-' ? '-' : (char)(v->name[i] - 'a' + 'A');
	}
	upper[i] = lower[i] = '\0';
	printf(".Dd " MANUAL_DATE "\n.Dt ASSAY-%s 1\n.Os\n.Sh NAME\n.Nm assay-%s\n.Nd %s\n", upper,
		lower, v->summary);
	printf(".Sh SYNOPSIS\n.Nm assay\n.Cm %s\n.Op Ar options\n", v->name);
	if (v->args[0] == '[')
		printf(".Op Ar %.*s\n", (int)strlen(v->args) - 2, v->args + 1);
	else if (v->args[0])
		printf(".Ar %s\n", v->args);
	printf(".Sh DESCRIPTION\n");
	man_sentence(v->summary);
	if (*v->text) {
		printf(".Pp\n");
		man_text(v->text);
	}
	if (v->subs)
		man_subs(v);
	man_options(v);
	if (v->bit & VERBS_ANALYSE)
		man_exit();
	man_examples(v);
	printf(".Sh SEE ALSO\n.Xr assay 1\n");
}

/* ---- completions ----------------------------------------------------------------------------- */

static void print_verbs(const char *between)
{
	size_t n;
	const struct verb *const *list = verb_list(&n);

	for (size_t i = 0; i < n; i++)
		printf("%s%s", i ? between : "", list[i]->name);
}

static void bash_options(uint64_t bit)
{
	size_t n;
	const struct option_row *table = option_table(&n);

	for (size_t i = 0; i < n; i++) {
		if (table[i].hidden || !(table[i].verbs & bit))
			continue;
		printf(" --%s", table[i].name);
		if (table[i].letter)
			printf(" -%c", table[i].letter);
		if (table[i].negation)
			printf(" --%s", table[i].negation);
	}
}

static void bash_values(void)
{
	size_t n;
	const struct option_row *table = option_table(&n);

	for (size_t i = 0; i < n; i++) {
		const struct option_row *row = &table[i];
		char letter[8] = "";

		if (row->hidden || row->kind == OPTION_FLAG)
			continue;
		if (row->letter)
			snprintf(letter, sizeof(letter), "|-%c", row->letter);
		printf("\t--%s%s)\n", row->name, letter);
		if (row->choices)
			printf("\t\tCOMPREPLY=($(compgen -W '%s' -- \"$cur\"))\n", row->choices);
		else if (row->kind == OPTION_FILE || row->kind == OPTION_FILES)
			printf("\t\tcompopt -o filenames\n"
			       "\t\tCOMPREPLY=($(compgen -f -- \"$cur\"))\n");
		else if (row->kind == OPTION_LIST)
			printf("\t\tCOMPREPLY=($(compgen -W 'text= json= json-v1=' -- \"$cur\"))\n"
			       "\t\tcompopt -o nospace\n");
		printf("\t\treturn\n\t\t;;\n");
	}
}

/* `assay ledger <TAB>`: the verbs of the verb. */
static void bash_subs(const struct verb *const *list, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (!list[i]->subs)
			continue;
		printf("\tif [[ $verb == %s && $prev == %s ]]; then\n"
		       "\t\tCOMPREPLY=($(compgen -W '",
			list[i]->name, list[i]->name);
		for (size_t k = 0; list[i]->subs[k]; k++)
			printf("%s%s", k ? " " : "",
				list[i]->subs[k]->name + strlen(list[i]->name) + 1);
		printf("' -- \"$cur\"))\n\t\treturn\n\tfi\n");
	}
}

/* Options of the verb, and of all its verbs. */
static uint64_t all_bits(const struct verb *v)
{
	uint64_t bits = v->bit;

	for (size_t i = 0; v->subs && v->subs[i]; i++)
		bits |= v->subs[i]->bit;
	return bits;
}

static void complete_bash(void)
{
	size_t n;
	const struct verb *const *list = verb_list(&n);

	printf("# bash completion for assay\n_assay() {\n"
	       "\tlocal cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]}\n"
	       "\tlocal verb= word\n"
	       "\tCOMPREPLY=()\n"
	       "\tfor word in \"${COMP_WORDS[@]:1:COMP_CWORD-1}\"; do\n"
	       "\t\tcase $word in\n\t\t");
	print_verbs("|");
	printf(") verb=$word; break ;;\n\t\tesac\n\tdone\n\tcase $prev in\n");
	bash_values();
	printf("\tesac\n\tif [[ $cur == -* ]]; then\n\t\tcase $verb in\n");
	for (size_t i = 0; i < n; i++) {
		printf("\t\t%s) COMPREPLY=($(compgen -W '", list[i]->name);
		bash_options(all_bits(list[i]));
		printf("' -- \"$cur\")) ;;\n");
	}
	printf("\t\t*) COMPREPLY=($(compgen -W '");
	bash_options(VERB_DIFF);
	printf("' -- \"$cur\")) ;;\n\t\tesac\n\t\treturn\n\tfi\n"
	       "\tif [[ $verb == help ]]; then\n"
	       "\t\tCOMPREPLY=($(compgen -W '");
	print_verbs(" ");
	printf("' -- \"$cur\"))\n\t\treturn\n\tfi\n");
	bash_subs(list, n);
	printf("\tcompopt -o filenames\n"
	       "\tCOMPREPLY=($(compgen -f -- \"$cur\"))\n"
	       "\tif [[ -z $verb ]]; then\n"
	       "\t\tCOMPREPLY+=($(compgen -W '");
	print_verbs(" ");
	printf("' -- \"$cur\"))\n\tfi\n}\ncomplete -F _assay assay\n");
}

/* Inside '...' of a zsh argument description: brackets, colons and quotes are its own. */
static void quoted(const char *text, const char *specials)
{
	for (; *text; text++) {
		if (*text == '\'') {
			fputs("'\\''", stdout);
			continue;
		}
		if (strchr(specials, *text))
			putchar('\\');
		putchar(*text);
	}
}

static void zsh_spec(const struct option_row *row, const char *name, char letter, const char *line)
{
	bool repeats = row->kind == OPTION_LIST || row->kind == OPTION_FILES;

	printf("\t\t'%s-", repeats ? "*" : "");
	if (letter)
		putchar(letter);
	else
		printf("-%s", name);
	if (row->kind != OPTION_FLAG)
		printf("%s", letter ? "+" : "=");
	putchar('[');
	quoted(line, "[]:\\");
	putchar(']');
	if (row->kind != OPTION_FLAG) {
		printf(":%s:", row->value);
		if (row->choices)
			printf("(%s)", row->choices);
		else if (row->kind == OPTION_FILE || row->kind == OPTION_FILES)
			printf("_files");
	}
	printf("'\n");
}

static void zsh_options(uint64_t bit)
{
	size_t n;
	const struct option_row *table = option_table(&n);

	for (size_t i = 0; i < n; i++) {
		const struct option_row *row = &table[i];

		if (row->hidden || !(row->verbs & bit))
			continue;
		zsh_spec(row, row->name, 0, row->line);
		if (row->letter)
			zsh_spec(row, row->name, row->letter, row->line);
		if (row->negation)
			zsh_spec(row, row->negation, 0, "take it back");
	}
}

static void zsh_subs(const struct verb *const *list, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (!list[i]->subs)
			continue;
		printf("\tif (( CURRENT == 3 )) && [[ ${words[2]} == %s ]]; then\n\t\tverbs=(\n",
			list[i]->name);
		for (size_t k = 0; list[i]->subs[k]; k++) {
			printf("\t\t\t'%s:", list[i]->subs[k]->name + strlen(list[i]->name) + 1);
			quoted(list[i]->subs[k]->summary, ":\\");
			printf("'\n");
		}
		printf("\t\t)\n\t\t_describe verb verbs\n\t\treturn\n\tfi\n");
	}
}

static void complete_zsh(void)
{
	size_t n;
	const struct verb *const *list = verb_list(&n);

	printf("#compdef assay\n\n_assay() {\n\tlocal -a verbs options\n\tverbs=(\n");
	for (size_t i = 0; i < n; i++) {
		printf("\t\t'%s:", list[i]->name);
		quoted(list[i]->summary, ":\\");
		printf("'\n");
	}
	printf("\t)\n\tcase ${words[2]} in\n");
	for (size_t i = 0; i < n; i++) {
		printf("\t%s)\n\t\toptions=(\n", list[i]->name);
		zsh_options(all_bits(list[i]));
		printf("\t\t)\n\t\t;;\n");
	}
	printf("\t*)\n\t\toptions=(\n");
	zsh_options(VERB_DIFF);
	printf("\t\t)\n\t\t;;\n\tesac\n"
	       "\tif (( CURRENT == 2 )); then\n\t\t_describe verb verbs\n\tfi\n");
	zsh_subs(list, n);
	printf("\t_arguments -s $options '*:file:_files'\n}\n\n_assay \"$@\"\n");
}

static void fish_line(const struct option_row *row, const char *name, char letter, const char *line)
{
	size_t n;
	const struct verb *const *list = verb_list(&n);

	printf("complete -c assay");
	if (row->verbs != (uint64_t)VERBS_ALL) {
		printf(" -n 'not __fish_seen_subcommand_from");
		for (size_t i = 0; i < n; i++)
			if (!(row->verbs & all_bits(list[i])))
				printf(" %s", list[i]->name);
		putchar('\'');
	}
	if (letter)
		printf(" -s %c", letter);
	printf(" -l %s", name);
	if (row->kind != OPTION_FLAG)
		printf(row->kind == OPTION_FILE || row->kind == OPTION_FILES ? " -r -F" : " -x");
	if (row->choices)
		printf(" -a '%s'", row->choices);
	printf(" -d '");
	for (; *line; line++) {
		if (*line == '\'' || *line == '\\')
			putchar('\\');
		putchar(*line);
	}
	printf("'\n");
}

static void fish_subs(const struct verb *const *list, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		for (size_t k = 0; list[i]->subs && list[i]->subs[k]; k++) {
			printf("complete -c assay -n '__fish_seen_subcommand_from %s' -a %s -d '",
				list[i]->name,
				list[i]->subs[k]->name + strlen(list[i]->name) + 1);
			quoted(list[i]->subs[k]->summary, "");
			printf("'\n");
		}
	}
}

static void complete_fish(void)
{
	size_t n;
	const struct verb *const *list = verb_list(&n);
	const struct option_row *table;

	printf("# fish completion for assay\n");
	for (size_t i = 0; i < n; i++) {
		printf("complete -c assay -n __fish_use_subcommand -a %s -d '", list[i]->name);
		quoted(list[i]->summary, "");
		printf("'\n");
	}
	fish_subs(list, n);
	table = option_table(&n);
	for (size_t i = 0; i < n; i++) {
		if (table[i].hidden)
			continue;
		fish_line(&table[i], table[i].name, table[i].letter, table[i].line);
		if (table[i].negation)
			fish_line(&(struct option_row){.kind = OPTION_FLAG,
					  .verbs = table[i].verbs},
				table[i].negation, 0, "take it back");
	}
}

int generate_run(const struct settings *s, const char *what)
{
	const struct verb *v = strncmp(what, "man-", 4) == 0 ? verb_of_page(what + 4) : NULL;

	if (v) {
		man_verb(v);
	} else if (strcmp(what, "man") == 0) {
		man_program();
	} else if (strcmp(what, "complete-bash") == 0) {
		complete_bash();
	} else if (strcmp(what, "complete-zsh") == 0) {
		complete_zsh();
	} else if (strcmp(what, "complete-fish") == 0) {
		complete_fish();
	} else {
		say_error("--generate %s: not one of man, man-VERB, complete-bash, complete-zsh, "
			  "complete-fish",
			shown(what).text);
		return say_exit(s, EXIT_NO_ANSWER, VERDICT_CLEAN);
	}
	return print_exit(s);
}
