#include "lib/accept.h"

#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { ACCEPT_ROWS = 10000, LINE_BYTES = 8192, FINGERPRINT_BYTES = 32 };

struct accepted {
	size_t n;
	char fingerprints[ACCEPT_ROWS][FINGERPRINT_BYTES + 1];
};

static int days_in(int y, int m)
{
	static const char days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

	return days[m - 1] + (m == 2 && (y % 4 == 0 && (y % 100 || y % 400 == 0)));
}

static bool is_fingerprint(const char *print)
{
	return strlen(print) == FINGERPRINT_BYTES && strspn(print, "0123456789abcdef") == FINGERPRINT_BYTES;
}

/* Days of a civil date since 1970, or -1 if the text is not YYYY-MM-DD. */
static int64_t days_of(const char *date)
{
	static const char shape[] = "dddd-dd-dd";
	int y, m, d;

	for (size_t i = 0; i < sizeof(shape); i++) /* with its NUL */
		if (shape[i] == 'd' ? date[i] < '0' || date[i] > '9' : date[i] != shape[i])
			return -1;
	if (sscanf(date, "%4d-%2d-%2d", &y, &m, &d) != 3 || m < 1 || m > 12 || d < 1 || d > days_in(y, m))
		return -1;
	y -= m <= 2;
	{
		int era = y / 400, yoe = y - era * 400;
		int doy = (153 * (m + (m > 2 ? -3 : 9)) + 2) / 5 + d - 1;

		return (int64_t)era * 146097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719468;
	}
}

static const char *row_add(struct accepted *a, const char *line, int64_t now_utc)
{
	json_error_t e;
	json_t *o = json_loads(line, JSON_REJECT_DUPLICATES, &e);
	const char *print = json_string_value(json_object_get(o, "fingerprint"));
	const char *reason = json_string_value(json_object_get(o, "reason"));
	const char *author = json_string_value(json_object_get(o, "author"));
	const char *expires = json_string_value(json_object_get(o, "expires"));
	const char *wrong = NULL;
	int64_t last = expires ? days_of(expires) : -1;

	if (!json_is_object(o))
		wrong = "not a JSON object";
	else if (!print || !is_fingerprint(print))
		wrong = "no \"fingerprint\" of 32 lower-case hexadecimal digits";
	else if (!reason || !*reason || !author || !*author)
		wrong = "no \"reason\" or no \"author\"";
	else if (last < 0)
		wrong = "no \"expires\" date (YYYY-MM-DD)";
	else if (a->n == ACCEPT_ROWS)
		wrong = "too many rows";
	else if ((last + 1) * 86400 > now_utc)
		memcpy(a->fingerprints[a->n++], print, FINGERPRINT_BYTES + 1);
	json_decref(o);
	return wrong;
}

enum status accepted_load(const char *path, int64_t now_utc, struct accepted **ret, char *error,
	size_t error_bytes)
{
	FILE *f = fopen(path, "re");
	char line[LINE_BYTES];
	unsigned number = 0;
	struct accepted *a;

	*ret = NULL;
	if (!f) {
		snprintf(error, error_bytes, "%s: %s", path, strerror(errno));
		return errno == ENOENT ? STATUS_NOT_FOUND : errno == EACCES ? STATUS_DENIED : STATUS_IO;
	}
	a = calloc(1, sizeof(*a));
	if (!a) {
		fclose(f);
		return STATUS_NOMEM;
	}
	while (fgets(line, sizeof(line), f)) {
		const char *wrong;

		number++;
		if ((line[0] && line[strspn(line, " \t\r\n")] == '\0') || line[0] == '#')
			continue;
		wrong = row_add(a, line, now_utc);
		if (wrong) {
			snprintf(error, error_bytes, "%s: line %u: %s", path, number, wrong);
			fclose(f);
			free(a);
			return STATUS_USAGE;
		}
	}
	if (ferror(f)) {
		snprintf(error, error_bytes, "%s: %s", path, strerror(errno));
		fclose(f);
		free(a);
		return STATUS_IO;
	}
	fclose(f);
	*ret = a;
	return STATUS_OK;
}

void accepted_free(struct accepted *a)
{
	free(a);
}

bool accepted_has(const struct accepted *a, struct str fingerprint)
{
	if (fingerprint.len != FINGERPRINT_BYTES)
		return false;
	for (size_t i = 0; i < a->n; i++)
		if (memcmp(a->fingerprints[i], fingerprint.p, FINGERPRINT_BYTES) == 0)
			return true;
	return false;
}
