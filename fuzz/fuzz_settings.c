/*
 * Who controls these bytes: whoever ships a configuration; OLD and NEW stand around the first byte 0xff. Truths: names and
 * values lie inside, in the order of the text; a file against itself loosens nothing.
 */
#include "fuzz.h"

#include <string.h>

#include "read/settings.h"
#include "read/trust_settings.h"
#include "tool_seeds.h"

static const char *const paths[] = {"etc/ssh/sshd_config", "lib/systemd/system/a.service", "docker-compose.yml", "a.config", "app.json",
	"deploy/values.yaml", "Info.plist", "etc/a.conf", "web.xml", "a.ini"};

static bool inside(struct str part, struct str text)
{
	return part.len == 0 || (part.p >= text.p && part.len <= text.len && part.p - text.p <= (ptrdiff_t)(text.len - part.len));
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	const uint8_t *mark = n ? memchr(bytes, 0xff, n) : NULL;
	struct str old = str_view((const char *)bytes, mark ? (size_t)(mark - bytes) : 0);
	struct str text = mark ? str_view((const char *)mark + 1, n - old.len - 1) : str_view((const char *)bytes, n);
	struct str path = str_of(paths[text.len % (sizeof(paths) / sizeof(paths[0]))]);
	struct trust_change *changes;
	struct setting *list;
	size_t n_list, n_changes, last = 0;
	struct arena a;

	arena_init(&a, 0);
	settings_read(&a, text, &list, &n_list);
	FUZZ_CHECK(n_list <= SETTINGS_MAX);
	for (size_t i = 0; i < n_list; i++) {
		FUZZ_CHECK(inside(list[i].name, text) && inside(list[i].value, text));
		FUZZ_CHECK(list[i].at >= last && list[i].at <= text.len);
		last = list[i].at;
	}
	trust_settings(&a, path, old, text, &changes, &n_changes);
	FUZZ_CHECK(n_changes <= TRUST_CHANGES_MAX);
	for (size_t i = 0; i < n_changes; i++)
		FUZZ_CHECK(changes[i].key && (changes[i].at == SIZE_MAX || (changes[i].at <= text.len && changes[i].len <= text.len - changes[i].at)));
	trust_settings(&a, path, text, text, &changes, &n_changes);
	FUZZ_CHECK(n_changes == 0);
	arena_release(&a);
	return 0;
}

void fuzz_seeds(void (*run)(const void *bytes, size_t n))
{
	literal_seeds("", "read/test_trust.c", run);
}
