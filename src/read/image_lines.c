/*
 * What a container image runs and how ("[image]", made by formats/oci.c): lines that OLD does not have.
 * Digests of layers change with every release and say nothing here.
 */
#include "read/fresh_lines.h"
#include "read/hook_script.h"
#include "read/read.h"
#include "read/readers.h"
#include "read/shell_command.h"

static int image_claim(const struct read_in *in)
{
	size_t bang = str_rfind_char(in->path, '!');
	struct str name = str_part(in->path, bang == SIZE_MAX ? 0 : bang + 2, in->path.len);

	return str_is(name, "[image]") ? 100 : 0;
}

/* "cmd nginx -g" -> "nginx -g", if the line is of this kind. */
static bool line_of(struct str line, const char *word, struct str *ret)
{
	size_t n = strlen(word);

	if (!str_starts(line, word) || line.len <= n || line.p[n] != ' ')
		return false;
	*ret = str_trim(str_part(line, n, line.len));
	return true;
}

/* Did OLD have a line of this kind, with another value? */
static bool had_line(const struct fresh_lines *f, const char *word, struct str *ret)
{
	struct str rest = f->old, line;

	while (str_line(&rest, &line))
		if (line_of(line, word, ret) || str_is(str_trim(line), word))
			return true;
	return false;
}

static enum status hook_line(struct fresh_lines *f, struct str line, const char *word, struct str command)
{
	struct fact fact = fresh_fact(f, FACT_HOOK, line);
	struct str was = STR_NONE;

	fact.key = arena_printf(f->in->arena, "image:%s", word);
	fact.value = command;
	fact.flags = had_line(f, word, &was) ? FACT_CHANGED_VALUE : 0;
	if (f->in->has_old)
		read_fact(f->in, &fact);
	return hook_script(f->in, f->text, f->shift, (size_t)(command.p - f->text.p), command.len, command);
}

/* Variables that make other programs load or skip something. */
static void env_line(struct fresh_lines *f, struct str line, struct str value)
{
	static const char *const loads[] = {"LD_PRELOAD=", "LD_AUDIT=", "NODE_OPTIONS=", "PYTHONSTARTUP=", "BASH_ENV=",
					    "PERL5OPT=", "RUBYOPT=", "JAVA_TOOL_OPTIONS="};
	static const char *const trusts[] = {"NODE_TLS_REJECT_UNAUTHORIZED=0", "GIT_SSL_NO_VERIFY=", "PYTHONHTTPSVERIFY=0"};
	struct fact fact;

	for (size_t i = 0; i < sizeof(loads) / sizeof(loads[0]); i++)
		if (str_starts(value, loads[i])) {
			fact = fresh_fact(f, FACT_HOOK, line);
			fact.key = STR("image:env");
			fact.value = value;
			read_fact(f->in, &fact);
		}
	for (size_t i = 0; i < sizeof(trusts) / sizeof(trusts[0]); i++)
		if (str_starts(value, trusts[i])) {
			fact = fresh_fact(f, FACT_TRUST, line);
			fact.key = STR("tls-verify-off");
			fact.value = value;
			read_fact(f->in, &fact);
		}
}

static bool is_root(struct str user)
{
	size_t colon = str_find_z(user, ":");

	user = str_trim(str_part(user, 0, colon == SIZE_MAX ? user.len : colon));
	return !user.len || str_is(user, "root") || str_is(user, "0");
}

static void user_line(struct fresh_lines *f, struct str line, struct str user)
{
	struct str was = STR_NONE;
	struct fact fact;

	if (!is_root(user) || !had_line(f, "user", &was) || is_root(was))
		return;
	fact = fresh_fact(f, FACT_TRUST, line);
	fact.key = STR("permission");
	fact.value = arena_printf(f->in->arena, "user %.*s -> %s", STR_ARG(was), user.len ? "root" : "root (none stated)");
	read_fact(f->in, &fact);
}

static enum status fresh_line(struct fresh_lines *f, struct str line)
{
	static const char *const runs[] = {"entrypoint", "cmd", "healthcheck", "shell", "onbuild"};
	struct str value = STR_NONE;

	for (size_t i = 0; i < sizeof(runs) / sizeof(runs[0]); i++)
		if (line_of(line, runs[i], &value))
			return hook_line(f, line, runs[i], value);
	if (line_of(line, "env", &value)) {
		env_line(f, line, value);
	} else if (line_of(line, "user", &value) || str_is(line, "user")) {
		user_line(f, line, value);
	} else if (line_of(line, "history, layer:", &value) || line_of(line, "history", &value)) {
		struct fact at = fresh_fact(f, FACT_COMMAND, line);

		/* What the publisher ran to build it: his layers say what came of it. */
		(void)command_facts(f->in, value, &at);
	}
	return STATUS_OK;
}

static enum status image_read(struct read_in *in)
{
	struct fresh_lines f;
	struct str line;
	enum status st = STATUS_OK;

	if (!fresh_begin(&f, in)) {
		read_cover(in, COVER_BLIND, in->new_.len, f.limit ? "over budget" : "not text");
		return f.limit ? STATUS_LIMIT : STATUS_DAMAGED;
	}
	while (st == STATUS_OK && fresh_next(&f, &line))
		st = fresh_line(&f, line);
	read_cover(in, f.limit || st == STATUS_LIMIT ? COVER_BLIND : COVER_PARSED, in->new_.len,
		   f.limit || st == STATUS_LIMIT ? "over budget" : "");
	return f.limit ? STATUS_LIMIT : st;
}

const struct reader reader_image_lines = {
	.name = "image",
	.summary = "what a container image runs, as whom, with which environment",
	.claim = image_claim,
	.read = image_read,
};
