/* UDF images without a directory of ISO 9660 beside it (udf.h); with one, iso.c opens both. */
#include "formats/udf.h"

enum { NAMES_MAX = 32 };

static enum status pieces(struct udf *u)
{
	static const uint8_t zeros[1 << 16];

	for (size_t i = 0; i < u->extents.n; i++) {
		const struct udf_extent *e = &u->extents.list[i];

		if (!e->zeros) {
			archive_region(u->a, e->at, e->bytes, "member");
			TRY(archive_spend_stored(u->a, e->bytes));
			TRY(archive_step(u->a, e->bytes / 64));
			TRY(archive_data(u->a, u->c.base + e->at, (size_t)e->bytes));
			continue;
		}
		for (uint64_t left = e->bytes, n; left; left -= n) {
			n = left < sizeof(zeros) ? left : sizeof(zeros);
			TRY(archive_spend_stored(u->a, n));
			TRY(archive_step(u->a, n / 64));
			TRY(archive_data(u->a, zeros, (size_t)n));
		}
	}
	return STATUS_OK;
}

enum status udf_member(struct udf *u, const struct udf_file *f, struct str path)
{
	const struct udf_extent *first;
	struct udf_file again;
	struct entry e = {.name = path, .link = f->link, .type = f->type, .origin = ORIGIN_MEMBER, .mode = f->mode & 07777,
			  .uid = f->uid == UINT32_MAX ? 0 : f->uid, .gid = f->gid == UINT32_MAX ? 0 : f->gid, .mtime = f->mtime,
			  .size_bytes = f->type == ENTRY_FILE ? f->bytes : 0};
	enum status st;

	TRY(archive_step(u->a, 1 + path.len / 64));
	if (f->type != ENTRY_FILE)
		return archive_bare_child(u->a, &e, f->how, f->why);
	TRY(udf_entry_read(u, &f->entry, &again));
	first = u->extents.n ? &u->extents.list[0] : NULL;
	if (!first)
		return archive_bare_child(u->a, &e, f->how, f->why);
	if (u->extents.n == 1 && !first->zeros) {
		/* Many names may stand for the same bytes; each time costs. */
		if (archive_spend_stored(u->a, first->bytes) != STATUS_OK) {
			TRY(archive_bare_child(u->a, &e, STATUS_LIMIT, u->a->limit_why));
			return STATUS_LIMIT;
		}
		archive_region(u->a, first->at, first->bytes, "member");
		e.flags |= ENTRY_SPAN;
		e.span_offset = first->at;
		e.span_bytes = first->bytes;
		return archive_bare_child(u->a, &e, f->how, f->why);
	}
	TRY(archive_child(u->a, &e));
	st = pieces(u);
	if (st != STATUS_OK && !u->a->limit_why)
		return st; /* the sink's */
	TRY(archive_child_end(u->a, st != STATUS_OK ? st : f->how, st != STATUS_OK ? u->a->limit_why : f->why));
	return st;
}

enum status udf_read(struct udf *u, struct archive *a)
{
	enum status st;

	*u = (struct udf){.a = a, .c = a->in->bytes};
	st = udf_volume_read(u);
	if (st == STATUS_OK)
		st = udf_tree_read(u);
	return a->limit_why ? STATUS_LIMIT : st;
}

static enum status image(struct udf *u, struct archive *a)
{
	struct entry all = {.name = STR("[UDF volume]"), .type = ENTRY_FILE, .origin = ORIGIN_MEMBER, .size_bytes = UINT64_MAX};
	enum status st = udf_read(u, a);

	for (unsigned i = 0; i < NAMES_MAX; i++) { /* of the volume's kind, each in a sector or a block */
		struct cursor c = cursor_part(&u->c, (uint64_t)(UDF_FIRST_DESCRIPTOR + i) * UDF_SECTOR, 7);

		if (cursor_ok(&c) && (!memcmp(c.base + 1, "BEA01", 5) || !memcmp(c.base + 1, "NSR0", 4) || !memcmp(c.base + 1, "TEA01", 5)))
			archive_region(a, (uint64_t)(UDF_FIRST_DESCRIPTOR + i) * UDF_SECTOR, UDF_SECTOR, "descriptor");
	}
	if (u->unsupported)
		return archive_bare_child(a, &all, STATUS_UNSUPPORTED, u->unsupported);
	if (st != STATUS_OK && st != STATUS_DAMAGED && st != STATUS_LIMIT)
		return st;
	for (size_t i = 0; i < u->n_files; i++)
		TRY(udf_member(u, &u->files[i], u->files[i].path));
	return st;
}

static enum status udf_open(struct open_in *in)
{
	struct archive a;
	struct udf u;
	enum status st;

	archive_begin(&a, in);
	st = image(&u, &a);
	if (st != STATUS_OK && st != STATUS_LIMIT && st != STATUS_DAMAGED)
		return st;
	archive_regions_tell(&a);
	return st == STATUS_OK && a.damaged ? STATUS_DAMAGED : st;
}

static int udf_probe(struct cursor head, uint64_t total_bytes)
{
	const uint8_t *p;

	cursor_seek(&head, UDF_FIRST_DESCRIPTOR * UDF_SECTOR);
	p = cursor_peek(&head, 7);
	return p && memcmp(p + 1, "BEA01\1", 6) == 0 ? 48 : 0;
}

const struct format format_udf = {
	.id = FORMAT_UDF,
	.name = "udf",
	.summary = "UDF image of disks and DVDs, 1.02 to 2.60",
	.head_bytes = UDF_FIRST_DESCRIPTOR * UDF_SECTOR + 7,
	.probe = udf_probe,
	.open = udf_open,
};
