#include "read/fact.h"

const char *fact_kind_name(enum fact_kind k)
{
	static const char *const names[FACT_N] = {
		[FACT_NONE] = "none",
		[FACT_CALL] = "call",
		[FACT_FLOW] = "flow",
		[FACT_HOST] = "host",
		[FACT_IMPORT] = "import",
		[FACT_PATH] = "path",
		[FACT_STRING] = "string",
		[FACT_DECODED] = "decoded",
		[FACT_OBFUSCATED] = "obfuscated",
		[FACT_HIDDEN] = "hidden",
		[FACT_UNRESOLVED] = "unresolved",
		[FACT_GUARD_LOST] = "guard-lost",
		[FACT_TRUST] = "trust",
		[FACT_GATE] = "gate",
		[FACT_LOOP] = "loop",
		[FACT_REVIEWER] = "reviewer",
		[FACT_PARSE_ERROR] = "parse-error",
		[FACT_HOOK] = "hook",
		[FACT_DEP_ADDED] = "dependency-added",
		[FACT_DEP_CHANGED] = "dependency-changed",
		[FACT_MANIFEST] = "manifest",
		[FACT_LOCK] = "lock",
		[FACT_COMMAND] = "command",
		[FACT_EXE] = "exe",
		[FACT_EXE_IMPORT] = "exe-import",
		[FACT_EXE_EXPORT] = "exe-export",
		[FACT_EXE_SECTION] = "exe-section",
		[FACT_EXE_OVERLAY] = "exe-overlay",
		[FACT_EXE_SIGNER] = "exe-signer",
		[FACT_EXE_STRINGS] = "exe-strings",
		[FACT_KIND] = "kind",
		[FACT_APPENDED] = "appended",
		[FACT_LOST_REACH] = "lost-reach",
		[FACT_WIPE] = "wipe",
		[FACT_END] = "end",
		[FACT_TRACE] = "trace",
	};

	if ((unsigned)k >= FACT_N || !names[k])
		return "unknown";
	return names[k];
}
