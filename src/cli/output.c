#include "cli/output.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/common.h"

static void print_json(const struct document *d, struct report_out *out)
{
	report_json(d, 0, out);
}

/* text is not among them: how it looks depends on where it goes. */
static const struct format_row {
	const char *name;
	void (*print)(const struct document *d, struct report_out *out);
} formats[] = {
	{"text", NULL},
	{"json", print_json},
	{"json-v1", print_json},
	{"jsonl", report_jsonl},
	{"html", report_html},
	{"md", report_markdown},
	{"sarif", report_sarif},
};

static const struct format_row *known_format(struct str name)
{
	for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++)
		if (str_is(name, formats[i].name))
			return &formats[i];
	return NULL;
}

/*
 * A file of ours, or a device or pipe that is there; a regular file that exists only by --force, and never
 * through a link: in a folder that others write to, somebody could have laid it there (ELOOP).
 */
static int open_target(struct output *o, bool force)
{
	int fd = open(o->path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666), refused = 0;
	struct stat st;
	bool link;

	o->created = fd >= 0;
	if (fd >= 0 || errno != EEXIST)
		return fd;
	fd = open(o->path, O_WRONLY | O_CLOEXEC | O_NOFOLLOW);
	link = fd < 0 && errno == ELOOP;
	if (link) /* "/dev/stderr" is one too */
		fd = open(o->path, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return fd;
	if (fstat(fd, &st) != 0)
		refused = errno;
	else if (S_ISREG(st.st_mode) && (link || !force))
		refused = link ? ELOOP : EEXIST;
	if (!refused)
		return fd;
	close(fd);
	errno = refused;
	return -1;
}

static bool open_one(struct output *o, const struct settings *s, const char *choices,
	const char *spec)
{
	size_t equal = str_find_z(str_of(spec), "=");
	int fd;

	if (equal < sizeof(o->format)) {
		memcpy(o->format, spec, equal);
		o->format[equal] = '\0';
	}
	if (equal == SIZE_MAX || !choice_has(choices, o->format) || !spec[equal + 1]) {
		say_error("--output %s: not FORMAT=FILE with FORMAT one of: %s", shown(spec).text, choices);
		return false;
	}
	o->path = spec + equal + 1;
	if (strcmp(o->path, "-") == 0) {
		say_error("--output %s: stdout is what --format is for", shown(spec).text);
		return false;
	}
	fd = open_target(o, s->force);
	if (fd < 0) {
		say_error("%s: %s%s", shown(o->path).text, errno == ELOOP ? "a link to a file" : strerror(errno),
			errno == EEXIST  ? "; --force replaces it"
			: errno == ELOOP ? "; name the file itself"
					 : "");
		return false;
	}
	o->file = fdopen(fd, "w");
	if (!o->file)
		close(fd);
	return o->file != NULL;
}

bool outputs_open(struct outputs *o, const struct settings *s, const char *choices)
{
	*o = (struct outputs){0};
	if (s->format && !choice_has(choices, s->format)) {
		say_error("--format %s is not for this; it is one of: %s", s->format, choices);
		return false;
	}
	for (size_t i = 0; i < s->outputs.n; i++) {
		if (!open_one(&o->items[o->n++], s, choices, s->outputs.items[i])) {
			outputs_close(o, false);
			return false;
		}
	}
	return true;
}

void outputs_close(struct outputs *o, bool has_result)
{
	for (size_t i = 0; i < o->n; i++) {
		if (o->items[i].file)
			fclose(o->items[i].file);
		if (o->items[i].created && !has_result)
			unlink(o->items[i].path);
	}
	o->n = 0;
}

/* As wide as the terminal, up to what the report is made for. */
static unsigned text_columns(int fd)
{
	struct winsize w;

	if (ioctl(fd, TIOCGWINSZ, &w) != 0 || w.ws_col == 0)
		return 0;
	return w.ws_col < 60 ? 60 : w.ws_col > 100 ? 100 : w.ws_col;
}

bool outputs_each(struct outputs *o, const struct settings *s, output_print print, void *user)
{
	bool good = true;

	for (size_t i = 0; i < o->n; i++) {
		struct output *x = &o->items[i];
		int fd = fileno(x->file);
		struct stat st;

		errno = 0;
		if ((!x->created && fstat(fd, &st) == 0 && S_ISREG(st.st_mode) &&
			    ftruncate(fd, 0) != 0) ||
			!print(user, x->file, x->format, false) || fflush(x->file) != 0) {
			if (errno)
				say_error("%s: %s", shown(x->path).text, strerror(errno));
			good = false;
		}
	}
	errno = 0;
	if (!print(user, stdout, s->format, true)) {
		if (errno)
			stdout_failed(errno);
		else
			good = false;
	}
	return stdout_done() && good;
}

/* ---- results --------------------------------------------------------------------------------- */

struct result {
	const struct settings *s;
	const struct document *d;
};

static bool print_result(void *user, FILE *f, const char *format, bool is_stdout)
{
	const struct result *r = user;
	struct report_out out = report_to_file(f);
	const struct format_row *row = known_format(str_of(format ? format : "text"));

	if (!row->print) {
		struct text_style style = {
			.colour = is_stdout && colour_wanted(r->s, STDOUT_FILENO),
			.columns = is_stdout ? text_columns(STDOUT_FILENO) : 0,
		};

		report_text(r->d, style, &out);
	} else {
		row->print(r->d, &out);
	}
	if (out.failed && errno == 0)
		errno = EIO;
	return !out.failed;
}

bool outputs_write(struct outputs *o, const struct settings *s, const struct document *d)
{
	return outputs_each(o, s, print_result, &(struct result){s, d});
}
