#include "util/status.h"

const char *status_name(enum status s)
{
	static const char *const names[STATUS_N] = {
		"ok",     "damaged", "limit reached", "unsupported", "not found",
		"denied", "i/o error", "out of memory", "usage", "interrupted",
	};

	return (unsigned)s < STATUS_N ? names[s] : "unknown status";
}
