/* The second parser of the hostile tests: jansson, strict, doubled keys refused. Says again what it read. */
#include <jansson.h>
#include <stdio.h>

int main(void)
{
	json_error_t why;
	json_t *document = json_loadf(stdin, JSON_REJECT_DUPLICATES, &why);
	int rc;

	if (!document) {
		fprintf(stderr, "line %d: %s\n", why.line, why.text);
		return 1;
	}
	rc = json_dumpf(document, stdout, JSON_COMPACT | JSON_REAL_PRECISION(17));
	json_decref(document);
	return rc != 0 || fflush(stdout) != 0;
}
