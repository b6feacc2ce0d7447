/* Who controls these bytes: whoever may hand in an entry, and whoever serves a log. */
#include "fuzz.h"

#include <string.h>

#include "ledger/checkpoint.h"
#include "ledger/entry.h"
#include "ledger/keyset.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	static struct entry e, again;
	struct str all = str_view(bytes, n);
	struct checkpoint c;
	char text[32];

	if (!entry_parse(all, &e)) {
		FUZZ_CHECK(e.wrong);
		return 0;
	}
	/* No entry reads as a checkpoint. */
	FUZZ_CHECK(!checkpoint_parse(all, &c));
	FUZZ_CHECK(entry_parse(all, &again) && memcmp(&e, &again, sizeof(e)) == 0);
	FUZZ_CHECK(e.kind != ENTRY_RELEASE || (e.n_files > 0 && e.seq > 0));
	FUZZ_CHECK(e.kind != ENTRY_REBUILD || e.n_results > 0);
	FUZZ_CHECK(e.kind != ENTRY_KEYS || !keyset_wrong(&e.keys));
	entry_time_text(e.time_utc, text);
	FUZZ_CHECK(str_has(all, text));
	return 0;
}

#define ZERO_HASH "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
#define HEX64 "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

void fuzz_seeds(void (*run)(const void *bytes, size_t n))
{
	static const char *const seeds[] = {
		"assay-entry/v1 release\nvendor v.example\nproduct agent\nchannel stable windows-x64\n"
		"version 10.0.9\nseq 41\nprev " ZERO_HASH "\ntime 2026-11-23T05:00:00Z\nkeyset 3\n"
		"source git sha1:0123456789abcdef0123456789abcdef01234567 sha256:" HEX64
		" https://git.v.example/agent\nrecipe sha256:" HEX64 "\nfile 81234567 sha256:" HEX64
		" sha512:" HEX64 HEX64 " unsigned:none:" HEX64 " agent-10.0.9.exe\n"
		"policy rebuild 2 of 3\n",
		"assay-entry/v1 rebuild\nvendor v.example\nproduct agent\nchannel stable\nversion 1\n"
		"time 2026-11-23T05:00:00Z\nkeyset 1\nsource none\nrecipe none\nresult same none:" HEX64
		" - agent.exe\nresult equivalent none:" HEX64 " times,order agent.dll\n"
		"result failed - - agent.txt\n",
		"assay-entry/v1 revoke\nvendor v.example\nproduct agent\nchannel stable\n"
		"time 2026-11-23T05:00:00Z\nkeyset 1\nentry " ZERO_HASH "\nreason a stolen key\n",
		"assay-entry/v1 pulse\nvendor v.example\ntime 2024-02-29T23:59:59Z\nkeyset 1\nsize 0\n",
		"assay-entry/v1 keys\nvendor v.example\nkeyset 1\nprev " ZERO_HASH
		"\ntime 2026-11-23T05:00:00Z\nthreshold root 1\nthreshold approver 1\n"
		"root TEST+7997405c+AQcC+FTVKf0jlTdHDY3rbevmnKxxPjigCXlVtGe6RIr6\n"
		"approver PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW\n"};

	for (size_t i = 0; i < sizeof(seeds) / sizeof(seeds[0]); i++)
		run(seeds[i], strlen(seeds[i]));
}
