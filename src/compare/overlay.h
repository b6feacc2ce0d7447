/*
 * The layers of a container image lie over each other: what a container sees of a file is its topmost
 * copy, and "whiteouts" take files of lower layers away (image-spec 1.1, "Layer Filesystem Changeset").
 */
#ifndef ASSAY_COMPARE_OVERLAY_H
#define ASSAY_COMPARE_OVERLAY_H

#include "unpack/tree.h"

/*
 * Marks what no container sees: NODE_HIDDEN, in the images of the tree that overlay_pair() did not look at. Where
 * a rule could be read in two ways the file counts as seen: names with empty, "." or ".." steps, names that stand
 * twice in a layer, layers that several images share, files that a hard link goes on naming.
 */
void overlay_mark(struct arena *work, struct tree *t);

/*
 * Pairs an image of OLD with its successor and marks both: layers of the same bytes first, then what a container
 * sees at one path, whichever layers that stands in. NEW's layers that stand in OLD are not opened; OLD's files in
 * them are NODE_STAYS, unless NEW hides them. What no container saw and now one does, though its bytes stood in
 * OLD, is an oddity of the image.
 */
void overlay_pair(struct arena *a, struct arena *work, struct node *o, struct node *n);

#endif
