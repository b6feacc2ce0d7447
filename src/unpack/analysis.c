#include "unpack/analysis.h"

#include <stdarg.h>
#include <stdio.h>

enum { JOB_WALL_MS = 20 * 20 * 1000 }; /* twenty times what the step budget takes at worst */

struct limits limits_default(void)
{
	return (struct limits){
		.bytes = (uint64_t)8 << 30,
		.member_bytes = (uint64_t)2 << 30,
		.members = 2000000,
		.depth = 32,
		.steps = 400000000,
		.memory_bytes = 236 << 20,
	};
}

enum status analysis_fail(struct analysis *a, enum status s, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(a->error, sizeof(a->error), format, args);
	va_end(args);
	return s;
}

struct pool_limits analysis_pool_limits(struct analysis *a)
{
	return (struct pool_limits){
		.max_running = a->jobs,
		.wall_ms = a->wall_ms ? a->wall_ms : JOB_WALL_MS,
		.interrupted = a->interrupted,
	};
}

enum status analysis_pool_end(struct analysis *a, enum status s)
{
	if (s == STATUS_IO)
		return analysis_fail(a, s, "the reader processes are gone");
	if (s == STATUS_LIMIT)
		return analysis_fail(a, STATUS_IO, "no file descriptors left to start a reader (ulimit -n)");
	if (s == STATUS_DENIED)
		return analysis_fail(a, s, "the kernel refused to confine a reader, so nothing was read; "
					   "--unconfined reads without");
	return s;
}
