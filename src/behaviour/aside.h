/*
 * Members that stand aside: tests, examples, documents, benchmarks. Whoever uses the product does not
 * run them, unless something else of the release newly loads them.
 */
#ifndef ASSAY_BEHAVIOUR_ASIDE_H
#define ASSAY_BEHAVIOUR_ASIDE_H

#include "behaviour/behaviour.h"

/* Is this path a test's, an example's, a document's? */
bool aside_place(struct str path);
/* Does the vendor's own build service run it? Users do not; whoever takes it over has the vendor's secrets. */
bool vendor_ci_place(struct str path);

/* Lowers the weight of what was found in members that stand aside and that nothing newly loads. */
enum status aside_weigh(struct analysis *a, const struct delta *d, struct behaviours *b);

#endif
