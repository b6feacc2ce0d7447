#include "report/amount.h"

#include <inttypes.h>
#include <math.h>
#include <stddef.h>
#include <stdio.h>

struct amount amount_size(uint64_t bytes)
{
	static const char *const units[] = {"B", "kB", "MB", "GB", "TB", "PB", "EB"};
	struct amount a;
	uint64_t tenths = bytes;
	size_t u = 0;

	if (bytes < 1000) {
		snprintf(a.text, sizeof(a.text), "%" PRIu64 " B", bytes);
		return a;
	}
	for (tenths = bytes / 100, u = 1; tenths >= 10000; u++)
		tenths /= 1000;
	if (tenths < 100)
		snprintf(a.text, sizeof(a.text), "%" PRIu64 ".%" PRIu64 " %s", tenths / 10,
			tenths % 10, units[u]);
	else
		snprintf(a.text, sizeof(a.text), "%" PRIu64 " %s", tenths / 10, units[u]);
	return a;
}

struct amount amount_count(uint64_t n)
{
	struct amount a;
	char digits[24];
	size_t len = (size_t)snprintf(digits, sizeof(digits), "%" PRIu64, n), k = 0;

	for (size_t i = 0; i < len; i++) {
		if (i && (len - i) % 3 == 0)
			a.text[k++] = ',';
		a.text[k++] = digits[i];
	}
	a.text[k] = '\0';
	return a;
}

struct amount amount_probability(double p)
{
	struct amount a;
	long thousandths = isnan(p) ? 0 : lround(fmin(fmax(p, 0), 1) * 1000);

	if (p > 0.999)
		snprintf(a.text, sizeof(a.text), "> 0.999");
	else if (p < 0.001)
		snprintf(a.text, sizeof(a.text), "< 0.001");
	else
		snprintf(a.text, sizeof(a.text), "0.%03ld", thousandths > 999 ? 999 : thousandths);
	return a;
}

unsigned amount_percent(uint64_t part, uint64_t whole)
{
	double share = whole ? (double)part / (double)whole * 100 : 0;

	if (part && share < 1)
		return 1;
	if (part < whole && share > 99)
		return 99;
	return (unsigned)(share + 0.5);
}
