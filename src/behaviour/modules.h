/* Which member of a release do the words of an import name? Nothing outside of the release is looked at. */
#ifndef ASSAY_BEHAVIOUR_MODULES_H
#define ASSAY_BEHAVIOUR_MODULES_H

#include "compare/compare.h"

struct module_index {
	struct node **by_path;
	size_t n;
};

/* Of one side of a delta; OLD's is sorted anew, in the arena. */
struct module_index module_index_of(struct analysis *a, const struct delta *d, enum side side);

/* Languages whose imports are followed, by the ending of the path. */
enum module_language { MODULE_NONE, MODULE_SCRIPT, MODULE_PYTHON };
enum module_language module_language(struct str path);

/*
 * The member that `spec` means in the member at `from`, or NULL. Scripts: relative paths, with the endings
 * and index files that loaders add. Python: relative and dotted names, from the folder of `from` upwards;
 * as many parts of *name as are modules below it are taken off its front.
 */
struct node *module_find(struct arena *a, const struct module_index *x, struct str from, struct str spec, struct str *name);

#endif
