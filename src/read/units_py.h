/* Units of a language whose blocks are indentation. For units.c, which says what a unit is. */
#ifndef ASSAY_READ_UNITS_PY_H
#define ASSAY_READ_UNITS_PY_H

#include "read/units.h"

enum status units_find_python(struct arena *a, struct budget *b, struct str text, const struct span *spans,
	size_t n_spans, struct unit_found **ret, size_t *ret_n);

#endif
