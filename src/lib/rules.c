#include "lib/rules.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "read/user_rules.h"

enum { RULES_BYTES = 1 << 20 };

/* The whole file, for free(). */
static enum status read_file(const char *path, struct str *ret, char *error, size_t error_bytes)
{
	FILE *f = fopen(path, "re");
	char *text = f ? malloc(RULES_BYTES + 1) : NULL;
	size_t n = text ? fread(text, 1, RULES_BYTES + 1, f) : 0;
	enum status s = STATUS_OK;

	if (!f || !text || ferror(f)) {
		snprintf(error, error_bytes, "%s: %s", path, strerror(errno));
		s = !f && errno == ENOENT ? STATUS_NOT_FOUND : !f && errno == EACCES ? STATUS_DENIED : STATUS_IO;
	} else if (n > RULES_BYTES) {
		snprintf(error, error_bytes, "%s: more than a megabyte of rules", path);
		s = STATUS_USAGE;
	}
	if (f)
		fclose(f);
	if (s != STATUS_OK) {
		free(text);
		return s;
	}
	*ret = (struct str){text, n};
	return STATUS_OK;
}

enum status rules_load(const char *const *files, size_t n, struct sha256 *ret, char *error, size_t error_bytes)
{
	struct sha256_state *h = n ? sha256_open() : NULL;
	enum status s = n && !h ? STATUS_NOMEM : STATUS_OK;

	if (h)
		sha256_begin(h);
	for (size_t i = 0; i < n && s == STATUS_OK; i++) {
		struct str text;

		s = read_file(files[i], &text, error, error_bytes);
		if (s != STATUS_OK)
			break;
		sha256_add(h, text.p, text.len);
		s = user_rules_add(str_of(files[i]), text, error, error_bytes);
		free((char *)(uintptr_t)text.p);
	}
	if (h && s == STATUS_OK)
		*ret = sha256_end(h);
	if (h)
		sha256_close(h);
	return s;
}
