/* Units of a language whose statements nest by indentation, braces or words. For units.c, which says what a unit is. */
#ifndef ASSAY_READ_UNITS_NESTED_H
#define ASSAY_READ_UNITS_NESTED_H

#include "read/units.h"

enum status units_find_nested(struct arena *a, struct budget *b, enum language lang, struct str text,
	const struct span *spans, size_t n_spans, struct unit_found **ret, size_t *ret_n);

#endif
