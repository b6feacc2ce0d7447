/*
 * Who controls these bytes: whoever made the release; an asar is opened as it comes out of an
 * installer. Truths: the same input twice says the same; spans and stored children lie inside.
 */
#include "format_truths.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	format_truths(FORMAT_ASAR, data, size);
	return 0;
}
