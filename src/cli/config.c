#include "cli/config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/common.h"

enum { CONFIG_BYTES = 64 << 10, CONFIG_LINES = 256 };

/* Where it is; *ret_named when the user named it and it must exist. False: nowhere. */
static bool config_path(char *ret, size_t room, bool *ret_named)
{
	const char *named = getenv("ASSAY_CONFIG"), *xdg = getenv("XDG_CONFIG_HOME");
	const char *home = getenv("HOME");

	*ret_named = named != NULL;
	if (named)
		return *named && (size_t)snprintf(ret, room, "%s", named) < room;
	if (xdg && xdg[0] == '/') /* relative ones are invalid by the rules of XDG */
		return (size_t)snprintf(ret, room, "%s/assay/config", xdg) < room;
	if (home && home[0] == '/')
		return (size_t)snprintf(ret, room, "%s/.config/assay/config", home) < room;
	return false;
}

static char *read_whole(const char *path, bool named, bool *ret_good)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	char *text = NULL;
	ssize_t n = 0;

	*ret_good = true;
	if (fd < 0 && !named && (errno == ENOENT || errno == ENOTDIR || errno == EACCES))
		return NULL;
	if (fd >= 0)
		text = malloc(CONFIG_BYTES + 1);
	if (text)
		n = read(fd, text, CONFIG_BYTES + 1);
	if (fd < 0 || !text || n < 0) {
		say_error("configuration %s: %s", shown(path).text, strerror(errno));
		*ret_good = false;
	} else if (n > CONFIG_BYTES || memchr(text, '\0', (size_t)n)) {
		say_error("configuration %s: not a short text file", shown(path).text);
		*ret_good = false;
	} else {
		text[n] = '\0';
	}
	if (fd >= 0)
		close(fd);
	if (*ret_good)
		return text;
	free(text);
	return NULL;
}

/* "--jobs 4" and "--jobs=4" are both one line; "--quiet" is the other kind. */
static int line_args(char *line, const char **args)
{
	size_t name = strcspn(line, " \t=");

	args[0] = line;
	if (line[name] == '\0' || line[name] == '=')
		return 1;
	line[name] = '\0';
	args[1] = line + name + 1 + strspn(line + name + 1, " \t");
	return 2;
}

static bool take_line(struct settings *s, char *line, const char *where)
{
	const char *argv[3] = {"assay"};
	size_t n;

	line += strspn(line, " \t");
	n = strlen(line);
	while (n && strchr(" \t\r", line[n - 1]))
		line[--n] = '\0';
	if (n == 0 || line[0] == '#')
		return true;
	return options_parse(s, 1 + line_args(line, argv + 1), argv, where);
}

bool config_read(struct settings *s, char **ret_text)
{
	char path[4096], where[4200], *rest;
	bool named, good = true;

	*ret_text = NULL;
	if (!config_path(path, sizeof(path), &named))
		return true;
	*ret_text = read_whole(path, named, &good);
	rest = *ret_text;
	for (int line = 1; good && rest && *rest; line++) {
		char *end = strchr(rest, '\n');
		struct settings before = *s;

		if (end)
			*end = '\0';
		snprintf(where, sizeof(where), "%s:%d", shown(path).text, line);
		good = line <= CONFIG_LINES && take_line(s, rest, where);
		if (!good)
			say_error("%s: see the line above; --no-config leaves the file out", where);
		/* What asks for another job than the one on the command line stays there. */
		s->help_short = before.help_short;
		s->help_long = before.help_long;
		s->version = before.version;
		s->generate = before.generate;
		rest = end ? end + 1 : NULL;
	}
	return good;
}
