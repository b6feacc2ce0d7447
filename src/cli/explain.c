/* assay explain ID [< result.json]: what a finding means, and what it was in this result. */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/common.h"
#include "cli/page.h"
#include "cli/verbs.h"
#include "cli/whole.h"
#include "util/arena.h"
#include "util/buf.h"
#include "util/escape.h"

enum { RESULT_BYTES = 64 << 20, TEXT_BYTES = 8192 };

/* A result comes from somewhere: its text is escaped again, whoever wrote it. */
static void print_text(const char *text)
{
	struct arena a;

	arena_init(&a, 0);
	printf("%.*s", STR_ARG(escape_text(&a, str_of(text), TEXT_BYTES)));
	arena_release(&a);
}

static void print_line(const char *name, const json_t *value)
{
	const char *text = json_string_value(value);

	if (!text || !*text)
		return;
	printf("  %-10s ", name);
	print_text(text);
	putchar('\n');
}

static void print_list(const char *name, const json_t *list)
{
	size_t i;
	json_t *item;

	json_array_foreach((json_t *)(uintptr_t)list, i, item)
		print_line(i ? "" : name, item);
}

static void print_number(const char *name, const json_t *value)
{
	if (json_is_integer(value) && json_integer_value(value) > 0)
		printf("  %-10s %" JSON_INTEGER_FORMAT "\n", name, json_integer_value(value));
}

static void print_finding(const json_t *f)
{
	const json_t *where = json_object_get(f, "where");
	const json_t *untrusted = json_object_get(f, "untrusted");

	print_line("title", json_object_get(f, "title"));
	print_line("member", json_object_get(where, "member"));
	print_line("unit", json_object_get(where, "unit"));
	print_number("line", json_object_get(where, "line"));
	print_number("offset", json_object_get(where, "offset"));
	print_number("length", json_object_get(where, "length"));
	print_line("runs", json_object_get(f, "runs"));
	print_list("flow", json_object_get(f, "flow"));
	print_line("why", json_object_get(f, "why"));
	if (json_is_number(json_object_get(f, "weight")))
		printf("  %-10s %.2f\n", "weight",
			json_number_value(json_object_get(f, "weight")));
	print_line("evidence", json_object_get(untrusted, "evidence"));
	print_list("decoded", json_object_get(untrusted, "decoded"));
}

static size_t print_findings(const json_t *result, const char *key, const char *id,
	const char *heading)
{
	size_t i, n = 0;
	json_t *f;

	json_array_foreach(json_object_get(result, key), i, f) {
		const char *its = json_string_value(json_object_get(f, "id"));

		if (!its || strcmp(its, id) != 0)
			continue;
		n++;
		printf("\n%s %zu\n", heading, n);
		print_finding(f);
	}
	return n;
}

/* Only when somebody gave something: a terminal and /dev/null did not. */
static bool stdin_given(void)
{
	struct stat st;

	return fstat(STDIN_FILENO, &st) == 0 && (S_ISREG(st.st_mode) || S_ISFIFO(st.st_mode));
}

static int explain_instance(const char *id)
{
	json_t *result;
	json_error_t error;
	struct buf b;
	size_t n;

	buf_init(&b, RESULT_BYTES);
	if (!whole_read("-", &b) || b.len == 0) {
		bool empty = b.len == 0 && !b.full && !interrupted;

		buf_release(&b);
		return interrupted ? EXIT_INTERRUPTED : empty ? EXIT_CLEAN : EXIT_NO_ANSWER;
	}
	result = json_loadb(b.p, b.len, JSON_REJECT_DUPLICATES, &error);
	buf_release(&b);
	if (!json_is_object(result) || !json_is_array(json_object_get(result, "findings"))) {
		if (result)
			say_error("stdin: not a result of assay");
		else
			say_error("stdin: not JSON (line %d): %s", error.line,
				shown(error.text).text);
		json_decref(result);
		return EXIT_NO_ANSWER;
	}
	n = print_findings(result, "findings", id, "In this result, finding");
	n += print_findings(result, "old_suspect", id, "In OLD of this result, finding");
	if (n == 0)
		printf("\nThis result does not have it.\n");
	json_decref(result);
	return EXIT_CLEAN;
}

static int run(const struct settings *s)
{
	const struct finding_kind *k = page_find_or_say(s->args[0]);
	int status = EXIT_CLEAN;

	if (!k)
		return say_exit(s, EXIT_NO_ANSWER, VERDICT_CLEAN);
	page_print(k);
	if (stdin_given())
		status = explain_instance(k->id);
	return status == EXIT_CLEAN ? print_exit(s) : say_exit(s, status, VERDICT_CLEAN);
}

const struct verb verb_explain = {
	.name = "explain",
	.bit = VERB_EXPLAIN,
	.args = "ID",
	.summary = "say what a finding means; with a result on stdin, what it was there",
	.text = "With a JSON result on stdin, every finding of that id in it is shown with all of "
		"its evidence.",
	.examples = "assay explain AS-0001\twhat it means\n"
		    "assay explain AS-0001 < result.json\tand what it was\n",
	.min_args = 1,
	.max_args = 1,
	.run = run,
};
