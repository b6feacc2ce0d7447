/*
 * Which of many texts stand in another one? One pass, however many they are: each has its place in a table under
 * four bytes of it, those that the fewest others have, so that a list of names that end alike costs no more than one.
 */
#ifndef ASSAY_UTIL_WANTED_H
#define ASSAY_UTIL_WANTED_H

#include <stdbool.h>
#include <stdint.h>

#include "util/arena.h"
#include "util/str.h"

struct wanted;

/* Of the n needles; found has as many places, and where one is true the needle is not looked for. All are borrowed. */
struct wanted *wanted_make(struct arena *a, const struct str *needles, size_t n, bool *found);
size_t wanted_open(const struct wanted *w); /* how many were not found yet */
/* Sets found of those that stand in the text. Returns what it took: needles that were compared, and bytes passed over by 16. */
uint64_t wanted_look(struct wanted *w, struct str text);

#endif
