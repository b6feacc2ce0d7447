/*
 * The sentences that every report for people says, whatever its format. They are safe text (control
 * bytes and the like made visible) without a full stop; a format still escapes them for itself. All
 * come from the arena. "" = there is nothing to say.
 */
#ifndef ASSAY_REPORT_PHRASES_H
#define ASSAY_REPORT_PHRASES_H

#include "report/document.h"
#include "util/arena.h"

struct str phrase_name(struct arena *a, const struct doc_release *r);
/* "agent-setup 10.0.8 → 10.0.9"; names that differ are both said. */
struct str phrase_title(struct arena *a, const struct document *d);
/* The summary and the notes as sentences with their full stops; as they came, not made safe. */
struct str phrase_summary(struct arena *a, const struct document *d);
struct str phrase_changes(struct arena *a, const struct document *d);
struct str phrase_signer(struct arena *a, const struct document *d);
/* What the publisher's ledger says, when it was asked. */
struct str phrase_approval(struct arena *a, const struct document *d);
struct str phrase_seen(struct arena *a, const struct document *d);
struct str phrase_next(struct arena *a, const struct document *d);
/* A member without the release's own name before it; not cut. */
struct str phrase_member(struct arena *a, const struct document *d, struct str member);

#endif
