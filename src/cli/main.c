/* Which verb is it? The only place that decides how the program ends. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/common.h"
#include "cli/config.h"
#include "cli/generate.h"
#include "cli/help.h"
#include "cli/reference.h"
#include "cli/verbs.h"

static bool wants_no_config(int argc, char **argv)
{
	for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++)
		if (strcmp(argv[i], "--no-config") == 0)
			return true;
	return false;
}

/* "assay A B" and "assay npm:x@1.0.0" ask for a diff. */
static bool is_bare_diff(const struct settings *s)
{
	const char *first = s->args[0];

	if (s->pairs && s->n_args == 0)
		return true;
	if (s->n_args == 1)
		return reference_is(first);
	return s->n_args == 2 && (reference_is(first) || strcmp(first, "-") == 0 ||
					 strpbrk(first, "/.") || access(first, F_OK) == 0);
}

static int no_verb(const struct settings *s)
{
	const char *word = s->args[0], *names[32], *near;
	size_t n;
	const struct verb *const *list = verb_list(&n);

	for (size_t i = 0; i < n && i < 32; i++)
		names[i] = list[i]->name;
	near = nearest_name(word, names, n);
	if (near)
		say_error("no verb %s; is it %s?", shown(word).text, near);
	else if (s->n_args == 1 && access(word, F_OK) == 0)
		say_error("%s alone cannot be compared; assay inspect looks at one release",
			shown(word).text);
	else
		say_error("no verb %s; assay -h lists them", shown(word).text);
	return say_exit(s, EXIT_NO_ANSWER, VERDICT_CLEAN);
}

/* Takes the verb off the arguments; NULL when there is none. */
static const struct verb *take_verb(struct settings *s)
{
	const struct verb *v = s->n_args ? verb_find(s->args[0]) : NULL;

	if (v) {
		const struct verb *sub;

		s->args++;
		s->n_args--;
		sub = s->n_args ? verb_sub(v, s->args[0]) : NULL;
		if (!sub)
			return v;
		s->args++;
		s->n_args--;
		return sub;
	}
	return is_bare_diff(s) ? &verb_diff : NULL;
}

static int run_verb(const struct settings *s, const struct verb *v)
{
	if (!options_check(s, v->bit, v->name))
		return say_exit(s, EXIT_NO_ANSWER, VERDICT_CLEAN);
	if (s->n_args < v->min_args || s->n_args > v->max_args) {
		const char *extra = s->n_args > v->max_args ? s->args[v->max_args] : NULL;

		if (extra)
			say_error("%s: one too many; it is assay %s %s", shown(extra).text, v->name,
				v->args);
		else
			say_error("it is assay %s %s; see assay %s -h", v->name, v->args, v->name);
		return say_exit(s, EXIT_NO_ANSWER, VERDICT_CLEAN);
	}
	return v->run(s);
}

static int run(struct settings *s)
{
	const struct verb *v;

	if (s->generate)
		return generate_run(s, s->generate);
	if (s->n_args == 0 && !s->pairs) {
		if (s->version)
			return verb_version.run(s);
		if (s->help_short || s->help_long) {
			help_print(NULL, s->help_long);
			return print_exit(s);
		}
		say_error("what shall I look at? assay OLD NEW compares; assay -h lists the rest");
		return say_exit(s, EXIT_NO_ANSWER, VERDICT_CLEAN);
	}
	v = take_verb(s);
	if (!v)
		return no_verb(s);
	if (s->version)
		return verb_version.run(s);
	if (s->help_short || s->help_long) {
		help_print(v, s->help_long);
		return print_exit(s);
	}
	return run_verb(s, v);
}

int main(int argc, char **argv)
{
	struct settings s;
	const char **args = calloc((size_t)argc + 1, sizeof(*args));
	char *config = NULL;
	int status = EXIT_NO_ANSWER;

	process_prepare();
	catch_signals();
	settings_init(&s);
	s.args = args;
	if (args && (wants_no_config(argc, argv) || config_read(&s, &config)) &&
		options_parse(&s, argc, (const char **)(uintptr_t)argv, NULL))
		status = run(&s);
	else
		say_exit(&s, status, VERDICT_CLEAN);
	free(config);
	free(args);
	return status;
}
