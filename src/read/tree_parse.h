/* A text by a grammar of tree-sitter, within a budget. One at a time in a process. */
#ifndef ASSAY_READ_TREE_PARSE_H
#define ASSAY_READ_TREE_PARSE_H

#include "grammars.h"

#include "util/arena.h"
#include "util/budget.h"
#include "util/str.h"

/*
 * NULL when the budget ended, or the text took far more work than ordinary code of its size; else
 * it ends with tree_done(). When memory is refused, here or in what is asked of the tree until then, the
 * arena's hook ends the job.
 */
TSTree *tree_parse(const TSLanguage *grammar, struct str text, struct arena *arena, struct budget *budget);
void tree_done(TSTree *tree);

#endif
