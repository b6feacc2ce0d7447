/* Attributes, places, oddities of containers, and what could not be seen. */
#include "behaviour/query.h"

#include "behaviour/aside.h"

/* Who unpacks these sets the modes by itself: what stands in the archive says nothing. */
static bool modes_are_ignored(const struct tree *t, struct str path)
{
	static const char *const endings[] = {".whl", ".zip", ".jar", ".nupkg", ".vsix", ".egg"};
	size_t slash = 0;
	struct str container = t->label;

	for (size_t i = 0; i + 1 < path.len; i++) /* the innermost */
		if (path.p[i] == '!' && path.p[i + 1] == '/')
			slash = i;
	if (slash)
		container = str_part(path, 0, slash);
	for (size_t i = 0; i < sizeof(endings) / sizeof(endings[0]); i++)
		if (str_ends_nocase(container, endings[i]))
			return true;
	return false;
}

static void attribute_findings(struct query *q, struct member *m)
{
	const struct node *o = m->old, *n = m->new_;
	struct finding *x = NULL;

	if (!n || q->b->first)
		return;
	/* What comes with rights of its own is said as much as what gains them. */
	if ((m->what & MEMBER_ADDED) && n->type == ENTRY_DEVICE)
		query_add(q, 43, FINDING_CARRYING, finding_weight(43), m, NULL)->subject = STR("a device");
	else if ((m->what & MEMBER_ADDED) && n->type == ENTRY_FILE && (n->mode & 06000) && !(o && (o->mode & 06000)))
		query_add(q, 43, FINDING_CARRYING, finding_weight(43), m, NULL)->subject =
			arena_printf(&q->a->arena, "added with mode %04o", n->mode);
	if (!o || !(m->what & MEMBER_ATTRIBUTES))
		return;
	if (n->mode & ~o->mode & 06000 && !modes_are_ignored(q->d->new_, n->path))
		x = query_add(q, 43, FINDING_CARRYING, finding_weight(43), m, NULL);
	else if ((n->mode & ~o->mode & 0002) && n->type == ENTRY_FILE && !modes_are_ignored(q->d->new_, n->path) &&
		 !str_starts(n->path, "package/")) /* clients of script packages set modes of their own */
		x = query_add(q, 43, FINDING_CARRYING, finding_weight(43), m, NULL);
	else if (n->type == ENTRY_SYMLINK && o->type == ENTRY_SYMLINK && !str_equal(n->link, o->link) &&
		 (str_starts(n->link, "/") || str_has(n->link, "..")) && !str_has(n->link, ".so"))
		x = query_add(q, 43, FINDING_SUPPORTING, 1.5, m, NULL);
	else if (n->type != o->type)
		x = query_add(q, 36, FINDING_CARRYING, 3.0, m, NULL);
	if (x)
		x->subject = m->attributes;
}

/* One more job of the vendor's build service beside those that were there. */
static bool has_elder(const struct query *q, const struct node *n)
{
	if (!vendor_ci_place(n->path))
		return false;
	for (size_t i = 0; i < q->d->old->n_nodes; i++)
		if (q->d->old->nodes[i]->type == ENTRY_FILE && vendor_ci_place(q->d->old->nodes[i]->path))
			return true;
	return false;
}

static bool lies_in_passing(struct str path)
{
	static const char *const places[] = {"var/tmp/", "tmp/", "dev/shm/"};

	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++)
		if (str_starts(path, places[i]) || (str_has(path, "data.tar") && str_has(path, places[i])))
			return true;
	return false;
}

static void place_findings(struct query *q, struct member *m)
{
	struct finding *x;

	if (q->b->first || !m->new_ || m->new_->type != ENTRY_FILE || m->new_->origin != ORIGIN_MEMBER)
		return;
	if ((m->what & MEMBER_ADDED) && lies_in_passing(m->new_->path) &&
	    (m->new_->format == FORMAT_ELF || m->new_->format == FORMAT_PE || m->new_->format == FORMAT_MACHO)) {
		query_add(q, 44, FINDING_CARRYING, finding_weight(44), m, NULL)->why = STR("A program is put where only passing files belong.");
		return;
	}
	if (!(m->what & (MEMBER_ADDED | MEMBER_RENAMED)) || !place_runs_itself(m->new_->path))
		return;
	if (m->old && place_runs_itself(m->old->path))
		return;
	if (str_is(when_it_runs(m->new_->path), "when the tests run"))
		return; /* new tests are what most releases have */
	if (str_has(m->new_->path, "control.tar") || (hook_of(q, m->new_) && hook_of(q, m->new_)->fresh))
		return; /* maintainer scripts and what else a manifest newly starts are hooks, and said as such */
	x = query_add(q, 44, FINDING_CARRYING,
		str_has(m->new_->path, "etc/ld.so.preload") || str_ends(m->new_->path, ".pth") ||
				str_has(m->new_->path, "sudoers.d")
			? 5.6
			: finding_weight(44) * (has_elder(q, m->new_) ? 0.3 : 0.6),
		m, NULL);
	x->runs = when_it_runs(m->new_->path);
	x->subject = m->new_->path;
}

static bool has_oddity(const struct node *n, struct str code)
{
	for (const struct oddity *o = n ? n->oddities : NULL; o; o = o->next)
		if (str_equal(o->code, code))
			return true;
	return false;
}

struct oddity_rule {
	const char *code;
	unsigned finding;
	double weight;
};

static const struct oddity_rule oddity_rules[] = {
	{"image-manifests-differ", 34, 5.6}, {"image-layers-differ", 34, 5.6},
	{"image-blob-unnamed", 35, 2.0},     {"hfs-catalog-damaged", 34, 2.0},
	{"image-file-uncovered", 13, 5.6},
	{"manifest-digest-differs", 59, 5.6}, {"manifest-member-extra", 59, 5.6},
	{"manifest-member-missing", 59, 2.0}, {"manifest-line-twice", 59, 4.0},
	{"manifest-damaged", 59, 2.0},
	{"reader-attack", 32, 7.0},	    {"zip-names-differ", 34, 5.6},
	{"zip-sizes-differ", 34, 5.6},	    {"zip-entry-hidden", 34, 5.6},
	{"zip-two-ends", 34, 5.6},	    {"zip-overlap", 34, 5.6},
	{"zip-methods-differ", 34, 5.6},    {"zip-duplicate-name", 34, 3.0},
	{"tar-names-differ", 34, 5.6},	    {"tar-sizes-differ", 34, 5.6},	    {"asar-integrity-mismatch", 34, 5.6},
	{"asar-integrity-missing", 34, 4.0}, {"asar-duplicate-key", 34, 5.6},
	{"asar-overlap", 34, 4.0},	    {"asar-unknown-key", 34, 2.0},
	{"asar-trailing-data", 35, 3.0},    {"asar-gap", 35, 3.0},
	{"asar-unsafe-name", 34, 5.6},	    {"asar-link-outside", 34, 5.6},
	{"nsis-crc-mismatch", 34, 4.0},	    {"nsis-offset-between-blocks", 34, 4.0},
	{"nsis-opcodes-unknown", 34, 2.0},	    {"polyglot", 34, 4.0},
	{"ole-sector-shared", 34, 4.0},	    {"ole-entry-orphaned", 34, 4.0},
	{"msi-tables-damaged", 34, 5.6},
	{"rpm-file-unlisted", 34, 5.6},
	{"rpm-file-missing", 34, 4.0},
	{"rpm-files-differ", 34, 5.6},
	{"rpm-digest-differs", 34, 5.6},
	{"cab-overlap", 34, 4.0},
	{"iso-trees-differ", 34, 5.6},
	{"iso-numbers-differ", 34, 4.0},
	{"udf-anchors-differ", 34, 4.0},    {"udf-descriptors-differ", 34, 5.6},
	{"udf-folder-damaged", 34, 4.0},    {"hfs-two-contents", 34, 4.0},
	{"xar-checksum-differs", 34, 5.6},
	{"xar-checksum-outside", 34, 4.0},
	{"xar-member-outside", 34, 4.0},
	{"xar-distribution-damaged", 34, 4.0},
	{"duplicate-name", 34, 2.0},	    {"duplicate-name-differs", 34, 5.6},
	{"name-with-nul", 34, 5.6},	    {"name-leaves", 34, 5.6},	    {"name-below-link", 34, 5.6},
	{"link-leaves", 34, 5.6},	    {"hard-link-nowhere", 34, 4.0},
	{"names-fold", 34, 4.0},	    {"zip-encrypted-differs", 34, 5.6},
	{"zip-count-differs", 34, 5.6},	    {"zip-descriptor-differs", 34, 4.0},
	{"deb-part-missing", 34, 5.6},
	{"tar-pax-damaged", 34, 5.6},	    {"tar-no-end", 31, 5.6},
};

static void oddity_findings(struct query *q, struct node *n, struct member *m)
{
	for (const struct oddity *o = n->oddities; o; o = o->next) {
		const struct oddity_rule *r = NULL;
		struct finding *x;

		if (n->mate && has_oddity(n->mate, o->code))
			continue; /* it was so before */
		/* Some writers leave it out; where OLD had it, members may be missing behind the last. */
		if (str_is(o->code, "tar-no-end") && (q->b->first || !n->mate))
			continue;
		for (size_t i = 0; i < sizeof(oddity_rules) / sizeof(oddity_rules[0]); i++)
			if (str_is(o->code, oddity_rules[i].code))
				r = &oddity_rules[i];
		if (!r)
			continue;
		x = query_add(q, r->finding, FINDING_CARRYING, r->weight, m, NULL);
		x->subject = arena_printf(&q->a->arena, "%.*s%s%.*s %.*s", STR_ARG(n->path),
			n->path.len ? ": " : "", STR_ARG(o->code), STR_ARG(o->detail));
	}
}

/* Bytes of a node that nobody saw: the container's own blindness, or the reader's. */
static bool is_blind(const struct node *n, const struct member *m)
{
	return n->blind.len || (m && m->cover[COVER_BLIND]);
}

static void sight_findings(struct query *q, struct node *n, struct member *m)
{
	struct finding *x;

	if (!is_blind(n, m) || !n->mate)
		return;
	/* Of another product only a container of the same kind is asked: cut, it may look like another one. */
	if (q->b->first && (!(n->mate->marks & NODE_OPENED) || n->mate->format != n->format))
		return;
	/* OLD could be read: it was opened, or it is not blind by what its own container said. Whether a
	 * reader would have managed OLD's bytes is asked of OLD by its own kind. */
	if (n->mate->blind.len || n->mate->damaged)
		return;
	if (!n->blind.len && m->outcome == OUTCOME_DONE && n->mate->format == n->format &&
	    !str_is(m->why[COVER_BLIND], "damaged"))
		return; /* a kind that has no reader, then as now */
	x = query_add(q, 31, FINDING_CARRYING, finding_weight(31), m, NULL);
	x->subject = n->blind.len ? n->blind : m->why[COVER_BLIND];
}

/*
 * A stream of Unix compress has neither an end nor a sum: cut after its first codes it is a small text, and the archive
 * that was in it is gone. Nothing is left that both have, so this is asked of what looks like another product too.
 */
static void cut_stream_findings(struct query *q, struct member *m)
{
	const struct node *n = m->new_, *in = n ? n->parent : NULL;
	const struct node *was = !in || !q->d->old ? NULL : in == q->d->new_->root ? q->d->old->root : in->mate;

	if (!was || in->format != FORMAT_COMPRESS || was->format != FORMAT_COMPRESS || was->n_children < 2 || in->n_children != 1 ||
		n->marks & NODE_OPENED)
		return;
	query_add(q, 31, FINDING_CARRYING, finding_weight(31), m, NULL)->subject = STR("the archive in it is none any more");
}

static bool has_signature(const struct node *container)
{
	for (const struct node *c = container->first_child; c; c = c->next)
		if (c->format == FORMAT_SIGNATURE)
			return true;
	return false;
}

/* A signature that stood beside what it signs is gone, and no other came. */
static void signature_findings(struct query *q, struct member *m)
{
	struct node *in_new = m->old && m->old->parent ? m->old->parent->mate : NULL;
	struct finding *x;

	if (q->b->first || !(m->what & MEMBER_REMOVED) || m->old->format != FORMAT_SIGNATURE || !in_new ||
	    !(in_new->marks & NODE_OPENED) || has_signature(in_new))
		return;
	x = query_add(q, 40, FINDING_CARRYING, finding_weight(40), delta_member(q->d, in_new), NULL);
	x->subject = arena_printf(&q->a->arena, "%.*s is gone", STR_ARG(m->old->path));
}

/* A text that other programs take for an archive now: each reads its own part. */
static void two_kinds_findings(struct query *q, struct member *m)
{
	if (q->b->first || !m->old || !m->new_ || m->new_ == q->d->new_->root || m->old->format != FORMAT_TEXT ||
		m->old->type != ENTRY_FILE || !(m->new_->marks & NODE_OPENED))
		return;
	query_add(q, 36, FINDING_CARRYING, finding_weight(36), m, NULL)->subject =
		arena_printf(&q->a->arena, "text -> %s", format_name(m->new_->format));
}

/* Bytes that nothing in the container or program accounts for. */
static bool is_over(const struct node *n)
{
	struct str name = str_basename(n->path);

	return n->origin == ORIGIN_GAP || str_is(name, "[overlay]") || str_is(name, "[after signature]");
}

/* There are some, where all of OLD's were accounted for. */
static void gap_findings(struct query *q, struct member *m)
{
	const struct node *n = m->new_, *container = n ? n->parent : NULL, *before = container ? container->mate : NULL;
	bool text = n && n->format == FORMAT_TEXT, spoilt;

	if (q->b->first || !before || !(m->what & MEMBER_ADDED) || !is_over(n))
		return;
	if (!text && (n->origin != ORIGIN_GAP || before->format != container->format || !(before->marks & NODE_OPENED) ||
		container->format == FORMAT_ASAR)) /* said by the reader of programs, of asar, or as a blind spot */
		return;
	for (const struct node *c = before->first_child; c; c = c->next)
		if (is_over(c))
			return;
	/* what could not be read as members is left over by itself */
	spoilt = container->damaged || container->blind.len || has_oddity(container, STR("tar-no-end"));
	query_add(q, 35, spoilt ? FINDING_SUPPORTING : FINDING_CARRYING, spoilt ? 1.0 : text ? 5.6 : 3.0, m, NULL)->subject = arena_printf(&q->a->arena,
		"%llu bytes that the %s does not account for", (unsigned long long)n->size_bytes, format_name(container->format));
}

/* A container that held something and holds nothing: cut behind its head, many kinds look like that. */
static void emptied_findings(struct query *q, struct node *n)
{
	if (q->b->first || n == q->d->new_->root || !n->mate || !(n->marks & NODE_OPENED) || !(n->mate->marks & NODE_OPENED) || n->first_child ||
		!n->mate->first_child || n->format != n->mate->format)
		return;
	query_add(q, 31, FINDING_CARRYING, 5.6, delta_member(q->d, n), NULL)->subject = arena_printf(&q->a->arena, "%.*s is empty", STR_ARG(n->path));
}

/* The list by which a package's installer checks what it unpacks is gone. */
static void manifest_findings(struct query *q, struct member *m)
{
	const struct node *in_new = m->old && m->old->parent ? m->old->parent->mate : NULL;

	if (q->b->first || !(m->what & MEMBER_REMOVED) || !in_new || !(in_new->marks & NODE_OPENED) || m->old->origin != ORIGIN_MEMBER ||
		!(str_ends(m->old->path, ".dist-info/RECORD") || str_is(str_basename(m->old->path), "AppxBlockMap.xml")))
		return;
	for (const struct node *c = in_new->first_child; c; c = c->next)
		if (str_ends(c->path, ".dist-info/RECORD") || str_is(str_basename(c->path), "AppxBlockMap.xml"))
			return;
	query_add(q, 59, FINDING_CARRYING, 5.6, m, NULL)->subject = arena_printf(&q->a->arena, "%.*s is gone", STR_ARG(m->old->path));
}

enum status shape_findings(struct query *q)
{
	for (size_t i = 0; i < q->d->new_->n_nodes; i++) {
		struct node *n = q->d->new_->nodes[i];
		struct member *m;

		emptied_findings(q, n);
		if (!n->oddities && !n->blind.len)
			continue;
		m = delta_member(q->d, n);
		if (!m && n->mate && node_same_bytes(n, n->mate))
			continue; /* identical */
		oddity_findings(q, n, m);
		if (!m)
			sight_findings(q, n, NULL);
	}
	for (size_t i = 0; i < q->d->n_members; i++) {
		struct member *m = &q->d->members[i];

		attribute_findings(q, m);
		signature_findings(q, m);
		place_findings(q, m);
		two_kinds_findings(q, m);
		cut_stream_findings(q, m);
		gap_findings(q, m);
		manifest_findings(q, m);
		if (m->new_)
			sight_findings(q, m->new_, m);
	}
	return STATUS_OK;
}
