/*
 * Who controls these bytes: whoever proposes a change to a lock file. Truths: the same input twice says
 * the same; every row has a name, a version and an ecosystem, and a line that the text has.
 */
#include "fuzz.h"

#include "read/locked.h"
#include "util/hash.h"

struct account {
	uint64_t digest;
	uint32_t lines;
	size_t n;
};

static bool on_row(void *user, const struct locked *row)
{
	struct account *a = user;

	FUZZ_CHECK(row->ecosystem && row->name.len && row->version.len);
	FUZZ_CHECK(row->line <= a->lines);
	a->digest = fast_hash(row->name.p, row->name.len, a->digest + row->line);
	a->digest = fast_hash(row->version.p, row->version.len, a->digest);
	return ++a->n < LOCKED_ROWS_MAX;
}

static uint64_t once(const uint8_t *bytes, size_t n)
{
	struct budget budget = {.max_steps = 1 << 22, .max_bytes = 64 << 20, .max_members = 1, .max_depth = 64};
	struct account a = {.lines = 1};
	struct arena arena;
	struct read_in in = {.new_ = cursor_of(bytes, n), .arena = &arena, .budget = &budget};
	const char *why = NULL;
	enum status s;

	arena_init(&arena, 0);
	for (size_t i = 0; i < n; i++)
		a.lines += bytes[i] == '\n' || bytes[i] == '\r' || bytes[i] == 0x85 || bytes[i] == 0x0a;
	s = locked_read(&in, on_row, &a, &why);
	FUZZ_CHECK(why && (s == STATUS_OK || s == STATUS_DAMAGED || s == STATUS_LIMIT || s == STATUS_UNSUPPORTED));
	arena_release(&arena);
	return a.digest + (uint64_t)s;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	FUZZ_CHECK(once(bytes, n) == once(bytes, n));
	return 0;
}

void fuzz_seeds(void (*run)(const void *bytes, size_t n))
{
	static const char *const seeds[] = {"[[package]]\nname = \"a\"\nversion = \"1\"\nsource = \"git+https://h.example\"\n",
		"GIT\n  remote: https://h.example\n  specs:\n    a (1.0)\n      b\nGEM\n  specs:\n    c (2)\n",
		"a.example/b v1.0.0 h1:x=\na.example/b v1.0.0/go.mod h1:y=\n", "g:a:1=runtimeClasspath\n",
		"a==1 \\\n --hash=sha256:00\nb[x]===2;y\n==\n", "lockfileVersion: 9\npackages:\n  a@1:\n    resolution: {integrity: x}\n",
		"# yarn lockfile v1\n\"@s/a@npm:b@1\":\n  version \"1\"\n",
		"{\"_meta\": 1, \"default\": {\"a\": {\"version\": \"==1\", \"hashes\": [\"x\"]}}}",
		"{\"lockfileVersion\": 3, \"packages\": {\"node_modules/a\": {\"version\": \"1\", \"name\": \"b\"}}}",
		"{\"lockfileVersion\": 1, \"dependencies\": {\"a\": {\"version\": \"npm:b@1\", \"dependencies\": {\"c\": {\"version\": \"2\"}}}}}",
		"", "{", "==", "\xff\xfe[\0[\0"};

	for (size_t i = 0; i < sizeof(seeds) / sizeof(seeds[0]); i++)
		run(seeds[i], strlen(seeds[i]));
}
