/*
 * Who controls these bytes: whoever hands a file of rules over. Its first line is the name of the file. Truth: what was
 * refused has a reason.
 */
#include "fuzz.h"

#include <string.h>

#include "read/user_rules.h"
#include "tool_seeds.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	const uint8_t *line = n ? memchr(bytes, '\n', n) : NULL;
	char error[256] = "";
	size_t head = line ? (size_t)(line - bytes) : 0;

	if (!line || n > 4096)
		return 0;
	if (user_rules_add(str_view((const char *)bytes, head), str_view((const char *)line + 1, n - head - 1), error, sizeof(error)) != STATUS_OK)
		FUZZ_CHECK(*error);
	user_rules_clear();
	return 0;
}

void fuzz_seeds(void (*run)(const void *bytes, size_t n))
{
	tool_seed("mkdir seeds; for l in javascript typescript python php powershell ruby go c bash; do for f in 1 2 3; do echo $l.scm >seeds/$l$f; done\n"
		  "echo '(call_expression function: (identifier) @source (#eq? @source \"ask\") (#set! kind \"network\"))' >>seeds/${l}1\n"
		  "echo '((identifier) @sanitizer (#match? @sanitizer \"^clean\"))' >>seeds/${l}2; echo '(' >>seeds/${l}3; done\n", run);
	literal_seeds("", "read/test_user_rules.c", run);
}
