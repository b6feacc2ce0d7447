/*
 * Which of a release's own files does changed script text load that it did not load before? A file that
 * lay unused in OLD and is loaded by one new line runs for the first time: whoever judges has to know.
 */
#ifndef ASSAY_READ_OWN_MODULES_H
#define ASSAY_READ_OWN_MODULES_H

#include "read/align.h"

/* Emits FACT_IMPORT for every relative path that a unit requires or imports and OLD does not name.
 * By words alone: scripts that reach nothing themselves are not analysed further. */
void own_module_facts(struct read_in *in, struct str text, struct str old, const struct unit_span *units,
	size_t n_units, const struct line_index *lines);

#endif
