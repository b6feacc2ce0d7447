/*
 * Zip and its kin (jar, whl, nupkg, vsix, apk, docx): delivers what the central directory names, in
 * its order, then what only local headers name. The layout is in zipcheck.c. Content is decoded by
 * our own streams and checked against the CRC; stored content is a span.
 */
#include "formats/zip_int.h"
#include "formats/stated.h"
#include "util/buf.h"

#include <stdio.h>
#include <zlib.h>

enum { METHOD_STORED = 0, METHOD_DEFLATE = 8, METHOD_BZIP2 = 12, METHOD_LZMA = 14,
       METHOD_ZSTD_OLD = 20, METHOD_ZSTD = 93, METHOD_XZ = 95, METHOD_AES = 99 };

enum { HOST_UNIX = 3, HOST_MACOS = 19, LINK_MAX_BYTES = 4096, LZMA_HEAD_BYTES = 9 };

static bool mark(const uint8_t *p, uint8_t a, uint8_t b)
{
	return p[0] == 'P' && p[1] == 'K' && p[2] == a && p[3] == b;
}

/* A small file is in the head with its end: something in front of the archive does not hide it. */
static int probe_end(const struct cursor *head, uint64_t total_bytes)
{
	if (head->len != total_bytes || head->len < ZIP_END_BYTES)
		return 0;
	for (size_t at = head->len - ZIP_END_BYTES + 1; at-- > 0;) {
		struct cursor c = cursor_clip(head, at, ZIP_END_BYTES);
		uint16_t comment;
		uint32_t bytes;

		if (!mark(head->base + at, 5, 6))
			continue;
		cursor_seek(&c, 12);
		bytes = cursor_u32le(&c);
		cursor_seek(&c, 20);
		comment = cursor_u16le(&c);
		if (comment > head->len - at - ZIP_END_BYTES || bytes > at)
			continue;
		if (bytes == 0 && at == 0)
			return 40;
		if (bytes >= ZIP_CENTRAL_BYTES && mark(head->base + at - bytes, 1, 2))
			return 40;
	}
	return 0;
}

/*
 * A local header further in: something stands in front of the archive, which readers that start at
 * the end do not mind. Below what counts as a second claim, since archives hold archives.
 */
static int probe_inside(const struct cursor *head)
{
	const uint8_t *p = head->base, *stop = p + head->len;

	while (stop - p > ZIP_LOCAL_BYTES &&
	       (p = memmem(p, (size_t)(stop - p), "PK\3\4", 4)) && stop - p > ZIP_LOCAL_BYTES) {
		unsigned name = (unsigned)(p[27] << 8 | p[26]);

		if (p[4] >= 10 && p[4] <= 63 && p[5] == 0 && p[8] < 100 && p[9] == 0 &&
		    p[7] < 0x10 && name > 0 && name <= 512 && p[ZIP_LOCAL_BYTES] >= 0x20)
			return 15;
		p += 4;
	}
	return 0;
}

static int zip_probe(struct cursor head, uint64_t total_bytes)
{
	const uint8_t *p = cursor_peek(&head, ZIP_LOCAL_BYTES);
	unsigned method;
	int bits;

	if (!p || !mark(p, 3, 4)) {
		bits = probe_end(&head, total_bytes);
		return bits ? bits : probe_inside(&head);
	}
	method = (unsigned)(p[9] << 8 | p[8]);
	return p[4] < 100 && method < 100 ? 48 : 32;
}

/* ---- content ---- */

static struct stream *content_stream(const struct zip *z, const struct zip_entry *e,
				     uint64_t *ret_lead)
{
	const uint8_t *p = z->c.base + e->data_at;
	size_t n = (size_t)e->packed;

	*ret_lead = 0;
	switch (e->method) {
	case METHOD_DEFLATE: return stream_open(STREAM_DEFLATE, p, n);
	case METHOD_BZIP2: return stream_open(STREAM_BZIP2, p, n);
	case METHOD_XZ: return stream_open(STREAM_XZ, p, n);
	case METHOD_ZSTD:
	case METHOD_ZSTD_OLD: return stream_open(STREAM_ZSTD, p, n);
	case METHOD_LZMA:
		/* u8[2] version, u16 5, 5 bytes of properties */
		*ret_lead = n < LZMA_HEAD_BYTES ? n : LZMA_HEAD_BYTES;
		if (n < LZMA_HEAD_BYTES || p[2] != 5 || p[3] != 0)
			return stream_open(STREAM_LZMA, p, 0);
		return stream_open_lzma1(p + 4,
					 e->flags & ZIP_FLAG_LZMA_END ? UINT64_MAX : e->size,
					 p + LZMA_HEAD_BYTES, n - LZMA_HEAD_BYTES);
	default: return NULL;
	}
}

static bool method_is_read(uint16_t method)
{
	return method == METHOD_DEFLATE || method == METHOD_BZIP2 || method == METHOD_XZ ||
	       method == METHOD_ZSTD || method == METHOD_ZSTD_OLD || method == METHOD_LZMA;
}

/* How a member's content came out. */
struct outcome {
	uint64_t bytes, used;
	uint32_t crc;
	enum status how;
	const char *why;
};

/* Decodes into the sink (deliver), or only to see what comes. */
static enum status decode(struct zip *z, const struct zip_entry *e, bool deliver,
			  struct outcome *ret)
{
	uint64_t lead;
	struct stream *stream = content_stream(z, e, &lead);
	struct source s;
	const uint8_t *p;
	enum status st = STATUS_OK;
	size_t n;

	memset(ret, 0, sizeof(*ret));
	source_of_stream(&s, z->a, stream);
	while (st == STATUS_OK && (n = source_take(&s, UINT64_MAX, &p)) > 0) {
		ret->crc = (uint32_t)crc32_z(ret->crc, p, n);
		ret->bytes += n;
		if (deliver)
			st = archive_data(z->a, p, n);
	}
	ret->how = s.how;
	ret->why = s.why;
	ret->used = stream ? lead + stream_used(stream) : 0;
	stream_close(stream);
	return st;
}

/* Compares what came with what was stated. */
static void settle(struct zip *z, const struct zip_entry *e, struct outcome *o)
{
	bool knows = !e->size_unknown;

	if (o->how != STATUS_OK)
		return;
	if (knows && o->bytes != e->size) {
		o->how = STATUS_DAMAGED;
		o->why = "size differs";
		archive_odd(z->a, "zip-sizes-differ", e->local_at, e->name);
	} else if (knows && o->crc != e->crc) {
		o->how = STATUS_DAMAGED;
		o->why = "CRC differs";
		archive_odd(z->a, "zip-crc", e->local_at, e->name);
	}
}

/* ---- one child ---- */

static enum entry_type entry_type_of(const struct zip_entry *e)
{
	unsigned kind = e->attributes >> 28;

	if (e->host == HOST_UNIX || e->host == HOST_MACOS) {
		switch (kind) {
		case 0xa: return ENTRY_SYMLINK;
		case 0x1: return ENTRY_FIFO;
		case 0x2:
		case 0x6: return ENTRY_DEVICE;
		default: break;
		}
	}
	/* A folder with content is a file that some readers pass over. */
	if (e->name.len && e->name.p[e->name.len - 1] == '/' && e->size == 0 && e->packed <= 2)
		return ENTRY_DIR;
	return ENTRY_FILE;
}

static void entry_fill(const struct zip_entry *e, struct entry *ret)
{
	memset(ret, 0, sizeof(*ret));
	ret->name = e->name;
	ret->type = entry_type_of(e);
	ret->origin = e->hidden ? ORIGIN_GAP : ORIGIN_MEMBER;
	if (e->host == HOST_UNIX || e->host == HOST_MACOS)
		ret->mode = e->attributes >> 16 & 07777;
	ret->mtime = e->mtime;
	ret->size_bytes = e->size_unknown ? UINT64_MAX : e->size;
}

/* The flag alone proves nothing: some programs ignore it and read the bytes as they are. */
static bool reads_as_plain(struct zip *z, const struct zip_entry *e)
{
	struct outcome o;

	if (e->method == METHOD_STORED)
		return e->packed == e->size && archive_spend(z->a, e->packed) == STATUS_OK &&
		       (uint32_t)crc32_z(0, z->c.base + e->data_at, (size_t)e->packed) == e->crc;
	if (!method_is_read(e->method) || decode(z, e, false, &o) != STATUS_OK)
		return false;
	return o.how == STATUS_OK && o.bytes == e->size && o.crc == e->crc;
}

static enum status child_stored(struct zip *z, struct zip_entry *e, struct entry *child)
{
	struct outcome o = {.bytes = e->packed, .used = e->packed};
	enum status st;

	archive_region(z->a, e->data_at, e->packed, "member");
	child->flags |= ENTRY_SPAN;
	child->span_offset = e->data_at;
	child->span_bytes = e->packed;
	/* Many members may claim the same bytes; each time costs. */
	st = archive_spend(z->a, e->packed);
	if (st != STATUS_OK) {
		child->flags &= ~(uint32_t)ENTRY_SPAN;
		TRY(archive_bare_child(z->a, child, st, z->a->limit_why));
		return st;
	}
	o.crc = (uint32_t)crc32_z(0, z->c.base + e->data_at, (size_t)e->packed);
	if (e->size_unknown) {
		o.how = STATUS_DAMAGED;
		o.why = "length unknown";
	} else {
		settle(z, e, &o);
	}
	return archive_bare_child(z->a, child, o.how, o.why);
}

static enum status child_decoded(struct zip *z, struct zip_entry *e, const struct entry *child)
{
	struct outcome o;

	TRY(archive_child(z->a, child));
	TRY(decode(z, e, true, &o));
	settle(z, e, &o);
	archive_region(z->a, e->data_at, o.used, "member");
	if (o.used < e->packed && o.how == STATUS_OK && !e->size_unknown)
		archive_odd(z->a, "zip-data-slack", e->data_at + o.used, e->name);
	if (e->size_unknown)
		e->packed = o.used;
	if (o.how == STATUS_NOMEM)
		return STATUS_NOMEM;
	TRY(archive_child_end(z->a, o.how, o.why));
	return o.how == STATUS_LIMIT && z->a->limit_why ? STATUS_LIMIT : STATUS_OK;
}

/* A link's target is its content. */
static enum status child_link(struct zip *z, const struct zip_entry *e, struct entry *child)
{
	uint8_t target[LINK_MAX_BYTES];
	size_t n = 0;
	uint64_t lead, used = e->packed;

	if (e->method == METHOD_STORED) {
		n = (size_t)e->packed;
		memcpy(target, z->c.base + e->data_at, n);
	} else {
		struct stream *stream = content_stream(z, e, &lead);
		size_t got;

		if (!stream)
			return STATUS_NOMEM;
		while (n < sizeof(target) && (got = stream_read(stream, target + n, sizeof(target) - n)))
			n += got;
		used = lead + stream_used(stream);
		stream_close(stream);
		TRY(archive_spend(z->a, n));
	}
	archive_region(z->a, e->data_at, used < e->packed ? used : e->packed, "member");
	child->link = str_view(target, n);
	child->size_bytes = n;
	return archive_bare_child(z->a, child, n == e->size ? STATUS_OK : STATUS_DAMAGED,
				  n == e->size ? NULL : "size differs");
}

static enum status child_unread(struct zip *z, const struct zip_entry *e, const struct entry *child,
				const char *why)
{
	archive_region(z->a, e->data_at, e->packed, "member");
	return archive_bare_child(z->a, child, STATUS_UNSUPPORTED, why);
}

static enum status child_method(struct zip *z, struct zip_entry *e, struct entry *child)
{
	char why[32];

	if (child->type == ENTRY_SYMLINK && e->size <= LINK_MAX_BYTES &&
	    (e->method == METHOD_STORED ? e->packed <= LINK_MAX_BYTES : method_is_read(e->method)))
		return child_link(z, e, child);
	if (child->type == ENTRY_SYMLINK)
		child->type = ENTRY_FILE; /* its content has to be seen */
	if (e->method == METHOD_STORED)
		return child_stored(z, e, child);
	if (method_is_read(e->method))
		return child_decoded(z, e, child);
	snprintf(why, sizeof(why), "zip method %u", e->method);
	return child_unread(z, e, child, why);
}

static enum status child_read(struct zip *z, struct zip_entry *e)
{
	struct entry child;

	entry_fill(e, &child);
	if (!e->has_local)
		return archive_bare_child(z->a, &child, STATUS_DAMAGED, "no local header");
	if (!e->fits) {
		uint64_t have = z->c.len - e->data_at;

		/* The rest of the file is read as far as it goes. */
		e->packed = have;
		z->a->damaged = true;
		archive_odd(z->a, "zip-member-outside", e->local_at, e->name);
	}
	if (e->flags & ZIP_FLAG_ENCRYPTED || e->method == METHOD_AES) {
		if (!reads_as_plain(z, e)) {
			child.flags |= ENTRY_ENCRYPTED;
			TRY(child_unread(z, e, &child, "encrypted"));
			return z->a->limit_why ? STATUS_LIMIT : STATUS_OK;
		}
		archive_odd(z->a, "zip-encrypted-differs", e->local_at, e->name);
	}
	return child_method(z, e, &child);
}

/* ---- manifests ---- */

/* The content of a member; nothing is said about what is wrong with it: that comes with its turn. */
static enum status content_read(struct zip *z, const struct zip_entry *e, struct buf *to)
{
	uint64_t lead;
	struct stream *stream;
	enum status st = STATUS_OK;
	uint8_t piece[16 << 10];
	size_t n;

	if (e->method == METHOD_STORED) {
		TRY(archive_spend(z->a, e->packed));
		buf_add(to, z->c.base + e->data_at, (size_t)e->packed);
		return STATUS_OK;
	}
	stream = content_stream(z, e, &lead);
	while (stream && st == STATUS_OK && !to->full && (n = stream_read(stream, piece, sizeof(piece))) > 0) {
		st = archive_spend(z->a, n);
		buf_add(to, piece, n);
	}
	stream_close(stream);
	return st;
}

static enum status manifest_read(struct zip *z, struct zip_entry e)
{
	struct buf text;
	enum status st;

	if (!zip_locate(z, &e) || (e.method != METHOD_STORED && !method_is_read(e.method)) ||
	    e.flags & ZIP_FLAG_ENCRYPTED)
		return STATUS_OK;
	if (!z->a->stated)
		z->a->stated = stated_new(z->a);
	buf_init(&text, STATED_TEXT_BYTES);
	st = content_read(z, &e, &text);
	if (text.full)
		stated_damaged(z->a->stated, e.name, "too large to be read");
	else if (st == STATUS_OK)
		st = stated_read(z->a->stated, z->a->in->budget, e.name,
				 arena_str(z->a->in->arena, buf_str(&text)));
	buf_release(&text);
	if (st == STATUS_LIMIT && !z->a->limit_why)
		z->a->limit_why = "steps";
	return st;
}

/* What the archive's own manifests state, before the members pass. */
static enum status read_manifests(struct zip *z)
{
	for (size_t i = 0; i < z->n_entries; i++)
		if (stated_is_manifest(z->entries[i].name))
			TRY(manifest_read(z, z->entries[i]));
	return STATUS_OK;
}

/* ---- the whole ---- */

static enum status read_named(struct zip *z)
{
	uint64_t first = UINT64_MAX;
	bool encrypted = false;

	for (size_t i = 0; i < z->n_entries; i++) {
		struct zip_entry *e = &z->entries[i];

		TRY(archive_step(z->a, 1));
		zip_check_local(z, e);
		TRY(child_read(z, e));
		if (e->has_local)
			zip_check_descriptor(z, e);
		if (e->has_local && e->local_at < first)
			first = e->local_at;
		encrypted |= e->flags & ZIP_FLAG_ENCRYPTED;
	}
	if (encrypted)
		archive_odd_z(z->a, "zip-encrypted", z->dir_at, NULL);
	for (uint64_t i = 0; first != UINT64_MAX && i < first; i++) {
		if (z->c.base[i]) {
			archive_odd_z(z->a, "zip-prefix-data", i, NULL);
			break;
		}
	}
	return STATUS_OK;
}

/* Stored data of unknown length ends at the descriptor that states its length and CRC. */
static void stored_length(struct zip *z, struct zip_entry *e)
{
	const uint8_t *p = z->c.base + e->data_at, *d = p, *stop = p + e->packed;
	uint32_t crc = 0;
	const uint8_t *summed = p;

	while ((d = memmem(d, (size_t)(stop - d), "PK\7\10", 4))) {
		struct cursor c = cursor_of(d, (size_t)(stop - d));
		uint32_t stated_crc, packed;

		cursor_skip(&c, 4);
		stated_crc = cursor_u32le(&c);
		packed = cursor_u32le(&c);
		crc = (uint32_t)crc32_z(crc, summed, (size_t)(d - summed));
		summed = d;
		if (cursor_ok(&c) && packed == (uint32_t)(d - p) && stated_crc == crc) {
			e->packed = e->size = (uint64_t)(d - p);
			e->crc = crc;
			e->size_unknown = false;
			archive_region(z->a, e->data_at + e->packed, 16, "member");
			return;
		}
		d += 4;
	}
}

static enum status read_hidden_in(struct zip *z, uint64_t from, uint64_t to)
{
	struct zip_entry e;

	while (zip_next_local(z, &from, to, &e)) {
		TRY(archive_step(z->a, 1));
		e.hidden = z->has_dir;
		if (e.hidden)
			archive_odd(z->a, "zip-entry-hidden", e.local_at, e.name);
		if (e.size_unknown && e.method == METHOD_STORED)
			stored_length(z, &e);
		zip_local_region(z, e.local_at);
		TRY(child_read(z, &e));
		from = e.data_at + e.packed;
	}
	return STATUS_OK;
}

/* Looks for local headers wherever nothing is explained yet. An archive in front of this one is
 * left to be opened as an archive of its own. */
static enum status read_hidden(struct zip *z)
{
	size_t n = z->a->n_regions;
	struct region *known = ARENA_ARRAY(z->a->in->arena, n + 1, struct region);
	uint64_t at = z->base;

	if (n)
		memcpy(known, z->a->regions, n * sizeof(*known));
	known[n] = (struct region){z->c.len, 0, ""};
	for (size_t i = 0; i <= n; i++) {
		if (known[i].offset > at)
			TRY(read_hidden_in(z, at, known[i].offset));
		if (known[i].offset + known[i].length > at)
			at = known[i].offset + known[i].length;
	}
	return STATUS_OK;
}

/* Android's signatures stand in a block of their own in front of the directory. */
static enum status read_signing_block(struct zip *z)
{
	enum { MAGIC_BYTES = 16, SIZE_BYTES = 8 };
	struct entry e = {.name = STR("[apk signing block]"), .type = ENTRY_FILE, .origin = ORIGIN_MEMBER,
			  .flags = ENTRY_SPAN};
	struct cursor c = z->c;
	uint64_t first, last;

	if (!z->has_dir || z->dir_at < z->base + 2 * SIZE_BYTES + MAGIC_BYTES ||
	    memcmp(z->c.base + z->dir_at - MAGIC_BYTES, "APK Sig Block 42", MAGIC_BYTES) != 0)
		return STATUS_OK;
	cursor_seek(&c, z->dir_at - MAGIC_BYTES - SIZE_BYTES);
	last = cursor_u64le(&c);
	if (last < SIZE_BYTES + MAGIC_BYTES || last > z->dir_at - z->base - SIZE_BYTES)
		return STATUS_OK; /* stays unexplained */
	e.span_offset = z->dir_at - last - SIZE_BYTES;
	e.span_bytes = e.size_bytes = last + SIZE_BYTES;
	cursor_seek(&c, e.span_offset);
	first = cursor_u64le(&c);
	if (first != last)
		return STATUS_OK;
	archive_region(z->a, e.span_offset, e.span_bytes, "member");
	TRY(apk_check_digests(z, e.span_offset, e.span_bytes));
	return archive_bare_child(z->a, &e, STATUS_OK, NULL);
}

static enum status zip_read(struct zip *z)
{
	uint64_t overlap, at;

	TRY(zip_read_directory(z));
	TRY(read_manifests(z));
	TRY(read_named(z));
	TRY(read_signing_block(z));
	zip_check_duplicates(z);
	overlap = archive_regions_settle(z->a, &at);
	if (overlap)
		archive_odd(z->a, "zip-overlap", at,
			    arena_printf(z->a->in->arena, "%llu bytes", (unsigned long long)overlap));
	zip_check_ends(z);
	return read_hidden(z);
}

static enum status zip_open(struct open_in *in)
{
	struct archive a;
	struct zip z = {.a = &a, .c = in->bytes};
	enum status st;

	archive_begin(&a, in);
	st = zip_read(&z);
	if (a.stated)
		stated_settle(a.stated, st == STATUS_OK);
	if (st != STATUS_OK && st != STATUS_LIMIT)
		return st;
	if (a.n_regions == 0)
		archive_region(&a, 0, 4, "header"); /* else the one gap would be this file again */
	archive_regions_tell(&a);
	return st != STATUS_OK ? st : a.damaged ? STATUS_DAMAGED : STATUS_OK;
}

const struct format format_zip = {
	.id = FORMAT_ZIP,
	.name = "zip",
	.summary = "zip and kin (jar, whl, nupkg, vsix, msix, apk, xpi): both directories, manifests",
	.head_bytes = FORMAT_HEAD_BYTES,
	.probe = zip_probe,
	.open = zip_open,
};
