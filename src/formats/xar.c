/*
 * XAR archives, and so flat packages of macOS:
 *   0 "xar!"  4 u16 bytes of this header (28 or more)  6 u16 version 1  8 u64 bytes of the table of
 *   contents, packed  16 u64 unpacked  24 u32 digest of the table (0 none, 1 SHA-1, 2 MD5, 3 by name:
 *   the name follows, filled up with zeros)
 * All big-endian. Then the table (zlib, XML: xar_toc.c), then the heap, into which its offsets count.
 * In a package the installer runs the scripts of "Distribution"; they come as a child of their own,
 * "[distribution script].js".
 */
#include "formats/signed_data.h"
#include "formats/xar.h"
#include "util/buf.h"

enum {
	HEADER_MIN_BYTES = 28,
	HEADER_MAX_BYTES = 4096,
	TOC_MAX_BYTES = 64 << 20,
	PATH_MAX_BYTES = 32 << 10,
	DISTRIBUTION_MAX_BYTES = 8 << 20,
	DIGEST_BY_NAME = 3,
};

struct xar {
	struct archive *a;
	struct xar_toc toc;
	struct cursor packed_toc, heap;
	uint64_t heap_at;
	struct buf distribution; /* being collected */
	bool collects;
};

static int xar_probe(struct cursor head, uint64_t total_bytes)
{
	const uint8_t *p = cursor_peek(&head, 8);

	if (!p || memcmp(p, "xar!", 4))
		return 0;
	return p[4] == 0 && p[6] == 0 && p[7] == 1 ? 56 : 32;
}

/* ---- sums ---- */

static bool sum_fits(const struct xar_sum *stated, struct digest *d)
{
	static const char digits[] = "0123456789abcdef";
	uint8_t bytes[DIGEST_MAX_BYTES];
	char hex[2 * DIGEST_MAX_BYTES];
	size_t n = digest_end(d, bytes);

	for (size_t i = 0; i < n; i++) {
		hex[2 * i] = digits[bytes[i] >> 4];
		hex[2 * i + 1] = digits[bytes[i] & 15];
	}
	return str_equal_nocase(stated->hex, str_view(hex, 2 * n));
}

static void sum_check(struct xar *x, const struct xar_sum *stated, struct cursor bytes, struct str what)
{
	struct digest *d = stated->hex.len ? digest_open(stated->kind) : NULL;

	if (!d)
		return;
	digest_begin(d);
	digest_add(d, bytes.base, bytes.len);
	if (!sum_fits(stated, d))
		archive_odd(x->a, "xar-checksum-differs", x->heap_at, what);
	digest_close(d);
}

/* The digest of the packed table stands in the heap, as bytes. */
static void toc_checksum(struct xar *x)
{
	static const char digits[] = "0123456789abcdef";
	struct xar_toc *t = &x->toc;
	struct cursor stated = cursor_part(&x->heap, t->checksum_offset, t->checksum_bytes);
	char hex[2 * DIGEST_MAX_BYTES];

	if (!t->checksum_bytes)
		return;
	if (!cursor_ok(&stated) || stated.len > DIGEST_MAX_BYTES) {
		x->a->damaged = true;
		archive_odd_z(x->a, "xar-checksum-outside", x->heap_at, NULL);
		return;
	}
	archive_region(x->a, x->heap_at + t->checksum_offset, stated.len, "checksum");
	for (size_t i = 0; i < stated.len; i++) {
		hex[2 * i] = digits[stated.base[i] >> 4];
		hex[2 * i + 1] = digits[stated.base[i] & 15];
	}
	t->checksum.hex = str_view(hex, 2 * stated.len);
	sum_check(x, &t->checksum, x->packed_toc, STR("the table of contents"));
}

/* ---- members ---- */

static struct str path_of(struct xar *x, const struct xar_file *f, struct str name)
{
	struct str path = name.len ? name : STR("[no name]");

	for (f = f->parent; f && path.len < PATH_MAX_BYTES; f = f->parent)
		path = arena_printf(x->a->in->arena, "%.*s/%.*s", STR_ARG(f->name), STR_ARG(path));
	return path;
}

static struct stream *content_stream(const struct xar_data *d, struct cursor bytes)
{
	switch (d->encoding) {
	case XAR_ZLIB: return stream_open(STREAM_ZLIB, bytes.base, bytes.len);
	case XAR_BZIP2: return stream_open(STREAM_BZIP2, bytes.base, bytes.len);
	case XAR_XZ:
		return stream_open(bytes.len && bytes.base[0] == 0xfd ? STREAM_XZ : STREAM_LZMA, bytes.base,
				   bytes.len);
	case XAR_STORED:
	case XAR_OTHER: break;
	}
	return NULL;
}

static enum status stored(struct xar *x, struct xar_data *d, struct cursor bytes, struct entry *e)
{
	bool fits = d->length == d->size;

	e->flags |= ENTRY_SPAN;
	e->span_offset = x->heap_at + d->offset;
	e->span_bytes = bytes.len;
	/* Many files may name the same bytes; each time costs. */
	if (archive_spend(x->a, bytes.len) != STATUS_OK) {
		e->flags &= ~(uint32_t)ENTRY_SPAN;
		TRY(archive_bare_child(x->a, e, STATUS_LIMIT, x->a->limit_why));
		return STATUS_LIMIT;
	}
	sum_check(x, &d->extracted, bytes, e->name);
	if (x->collects)
		buf_add(&x->distribution, bytes.base, bytes.len);
	return archive_bare_child(x->a, e, fits ? STATUS_OK : STATUS_DAMAGED, fits ? NULL : "sizes differ");
}

static enum status pass_on(struct xar *x, struct source *s, struct digest *sum, uint64_t *ret_bytes)
{
	const uint8_t *p;
	size_t n;

	*ret_bytes = 0;
	while ((n = source_take(s, UINT64_MAX, &p)) > 0) {
		*ret_bytes += n;
		if (sum)
			digest_add(sum, p, n);
		if (x->collects)
			buf_add(&x->distribution, p, n);
		TRY(archive_data(x->a, p, n));
	}
	return STATUS_OK;
}

static enum status decoded(struct xar *x, struct xar_data *d, struct cursor bytes, const struct entry *e)
{
	struct stream *stream = content_stream(d, bytes);
	struct digest *sum = d->extracted.hex.len ? digest_open(d->extracted.kind) : NULL;
	enum status st, how;
	const char *why;
	struct source s;
	uint64_t got = 0;

	if (sum)
		digest_begin(sum);
	source_of_stream(&s, x->a, stream);
	st = archive_child(x->a, e);
	if (st == STATUS_OK)
		st = pass_on(x, &s, sum, &got);
	if (sum && st == STATUS_OK && s.how == STATUS_OK && !sum_fits(&d->extracted, sum))
		archive_odd(x->a, "xar-checksum-differs", e->span_offset, e->name);
	digest_close(sum);
	how = s.how;
	why = s.why;
	if (how == STATUS_OK && got != d->size) {
		how = STATUS_DAMAGED;
		why = "sizes differ";
	}
	if (stream && stream_used(stream) < bytes.len && how == STATUS_OK)
		archive_odd(x->a, "xar-data-slack", x->heap_at + d->offset, e->name);
	archive_region(x->a, x->heap_at + d->offset, stream ? stream_used(stream) : bytes.len, "member");
	stream_close(stream);
	if (st != STATUS_OK || how == STATUS_NOMEM)
		return st != STATUS_OK ? st : how;
	TRY(archive_child_end(x->a, how, why));
	return how == STATUS_LIMIT ? how : STATUS_OK;
}

static enum status content(struct xar *x, struct xar_data *d, struct entry *e)
{
	struct cursor bytes = cursor_part(&x->heap, d->offset, d->length);

	e->size_bytes = d->size;
	if (d->bad || !cursor_ok(&bytes)) {
		archive_odd(x->a, "xar-member-outside", x->heap_at, e->name);
		return archive_bare_child(x->a, e, STATUS_DAMAGED, "its bytes lie outside the archive");
	}
	TRY(archive_step(x->a, 1 + bytes.len / 256));
	sum_check(x, &d->archived, bytes, e->name);
	if (d->encoding == XAR_STORED || d->length == 0) {
		archive_region(x->a, x->heap_at + d->offset, bytes.len, "member");
		return stored(x, d, bytes, e);
	}
	if (d->encoding == XAR_OTHER) {
		archive_region(x->a, x->heap_at + d->offset, bytes.len, "member");
		return archive_bare_child(x->a, e, STATUS_UNSUPPORTED, "encoding without a reader");
	}
	return decoded(x, d, bytes, e);
}

static enum status attribute(struct xar *x, const struct xar_file *f, struct str path, struct xar_data *d)
{
	struct entry e = {.type = ENTRY_FILE, .origin = ORIGIN_MEMBER};

	e.name = arena_printf(x->a->in->arena, "%.*s/[attribute %.*s]", STR_ARG(path), STR_ARG(d->name));
	e.mtime = f->mtime;
	return content(x, d, &e);
}

/* The scripts in what was collected. */
static enum status distribution(struct xar *x)
{
	struct entry e = {.name = STR("[distribution script].js"), .type = ENTRY_FILE, .origin = ORIGIN_DERIVED};
	struct str script;
	enum status st = xar_distribution_script(x->a, buf_str(&x->distribution), &script);

	if (st == STATUS_DAMAGED || x->distribution.full) {
		x->a->damaged = true;
		archive_odd_z(x->a, "xar-distribution-damaged", x->heap_at, NULL);
		st = STATUS_OK;
	}
	if (st != STATUS_OK || !script.len)
		return st;
	e.size_bytes = script.len;
	TRY(archive_spend(x->a, script.len));
	TRY(archive_child(x->a, &e));
	TRY(archive_data(x->a, script.p, script.len));
	return archive_child_end(x->a, STATUS_OK, NULL);
}

/* The path of the file that a hard link shares its content with. */
static struct str hard_link(struct xar *x, const struct xar_file *f)
{
	if (archive_step(x->a, x->toc.n_files) != STATUS_OK)
		return STR_NONE;
	for (size_t i = 0; i < x->toc.n_files; i++)
		if (f->link_id.len && str_equal(x->toc.files[i]->id, f->link_id))
			return path_of(x, x->toc.files[i], x->toc.files[i]->name);
	return STR_NONE;
}

static enum status file(struct xar *x, struct xar_file *f)
{
	struct str path = path_of(x, f, f->name);
	struct entry e = {
		.name = path,
		.link = f->type == ENTRY_SYMLINK ? f->link : STR_NONE,
		.type = f->type,
		.origin = ORIGIN_MEMBER,
		.mode = f->mode,
		.uid = f->uid,
		.gid = f->gid,
		.mtime = f->mtime,
	};

	TRY(archive_step(x->a, 1 + path.len / 64));
	x->collects = str_is(path, "Distribution");
	if (f->data.stated && (f->data.length || f->data.size)) {
		e.type = ENTRY_FILE; /* whatever it says it is: there is something to look at */
		TRY(content(x, &f->data, &e));
	} else {
		if (e.type == ENTRY_HARDLINK)
			e.link = hard_link(x, f);
		TRY(archive_bare_child(x->a, &e, STATUS_OK, NULL));
	}
	for (size_t i = 0; i < f->n_attributes; i++) {
		x->collects = false;
		TRY(attribute(x, f, path, &f->attributes[i]));
	}
	if (str_is(path, "Distribution")) {
		TRY(distribution(x));
		buf_clear(&x->distribution);
	}
	return STATUS_OK;
}

/* ---- signatures ---- */

/* Who signed, as stated: one text, also for nobody, so that a lost signature is a change. */
static enum status signature_child(struct xar *x)
{
	struct cursor der = cursor_of(x->toc.certificate.p, x->toc.certificate.len);
	struct entry e = {.name = STR("[signature].txt"), .type = ENTRY_FILE, .origin = ORIGIN_DERIVED};
	struct str subject = STR("none"), key = STR_NONE, text;

	if (x->toc.n_signatures && !certificate_read(x->a->in->arena, der, &subject, &key))
		subject = STR("a certificate that cannot be read");
	text = arena_printf(x->a->in->arena, "Signature: %.*s\nKey: %.*s\nCertificates: %zu\n", STR_ARG(subject),
			    STR_ARG(key), x->toc.n_certificates);
	e.size_bytes = text.len;
	TRY(archive_spend(x->a, text.len));
	TRY(archive_child(x->a, &e));
	TRY(archive_data(x->a, text.p, text.len));
	return archive_child_end(x->a, STATUS_OK, NULL);
}

/* A CMS signature is a member that is read as one; a bare RSA block says nothing but by its certificate. */
static enum status signatures(struct xar *x)
{
	for (size_t i = 0; i < x->toc.n_signatures; i++) {
		struct xar_data *d = &x->toc.signatures[i];
		struct cursor bytes = cursor_part(&x->heap, d->offset, d->length);
		struct entry e = {.type = ENTRY_FILE, .origin = ORIGIN_MEMBER, .flags = ENTRY_SPAN};

		if (!cursor_ok(&bytes)) {
			x->a->damaged = true;
			archive_odd_z(x->a, "xar-signature-outside", x->heap_at, NULL);
			continue;
		}
		archive_region(x->a, x->heap_at + d->offset, bytes.len, "signature");
		if (!str_is(d->name, "CMS"))
			continue;
		e.name = arena_printf(x->a->in->arena, "[signature %.*s]", STR_ARG(d->name));
		e.span_offset = x->heap_at + d->offset;
		e.span_bytes = e.size_bytes = bytes.len;
		TRY(archive_bare_child(x->a, &e, STATUS_OK, NULL));
	}
	return signature_child(x);
}

/* ---- the whole ---- */

/* The table, unpacked into the arena; DAMAGED leaves what could be read. */
static enum status toc_unpack(struct xar *x, uint64_t stated, struct str *ret)
{
	struct stream *stream = stream_open(STREAM_ZLIB, x->packed_toc.base, x->packed_toc.len);
	struct buf b;
	struct source s;
	const uint8_t *p;
	size_t n;

	buf_init(&b, TOC_MAX_BYTES);
	source_of_stream(&s, x->a, stream);
	while ((n = source_take(&s, UINT64_MAX, &p)) > 0 && buf_add(&b, p, n))
		continue;
	*ret = arena_str(x->a->in->arena, buf_str(&b));
	if (b.full) {
		x->a->limit_why = "table of contents";
		s.how = STATUS_LIMIT;
	}
	if (s.how == STATUS_OK && (ret->len != stated || stream_used(stream) != x->packed_toc.len))
		s.how = STATUS_DAMAGED;
	buf_release(&b);
	stream_close(stream);
	return s.how;
}

static enum status members(struct xar *x, uint64_t toc_bytes)
{
	struct str xml;
	enum status st = toc_unpack(x, toc_bytes, &xml), read;

	if (st != STATUS_OK && st != STATUS_DAMAGED)
		return st;
	read = xar_toc_read(x->a, xml, &x->toc);
	if (read != STATUS_OK && read != STATUS_DAMAGED)
		return read;
	x->a->damaged |= st != STATUS_OK || read != STATUS_OK;
	toc_checksum(x);
	for (size_t i = 0; i < x->toc.n_files; i++)
		TRY(file(x, x->toc.files[i]));
	return signatures(x);
}

static enum status header(struct xar *x)
{
	struct cursor c = x->a->in->bytes;
	uint64_t packed, unpacked;
	uint16_t bytes;
	uint32_t digest;

	cursor_skip(&c, 4);
	bytes = cursor_u16be(&c);
	(void)cursor_u16be(&c);
	packed = cursor_u64be(&c);
	unpacked = cursor_u64be(&c);
	digest = cursor_u32be(&c);
	archive_region(x->a, 0, HEADER_MIN_BYTES, "header");
	if (!cursor_ok(&c) || bytes < HEADER_MIN_BYTES || bytes > HEADER_MAX_BYTES)
		return STATUS_DAMAGED;
	if (digest == DIGEST_BY_NAME)
		archive_region(x->a, HEADER_MIN_BYTES, bytes - HEADER_MIN_BYTES, "header");
	x->packed_toc = cursor_part(&x->a->in->bytes, bytes, packed);
	if (!cursor_ok(&x->packed_toc))
		return STATUS_DAMAGED;
	archive_region(x->a, bytes, packed, "table");
	x->heap_at = bytes + packed;
	x->heap = cursor_part(&x->a->in->bytes, x->heap_at, x->a->in->bytes.len - x->heap_at);
	return members(x, unpacked);
}

static enum status xar_open(struct open_in *in)
{
	struct archive a;
	struct xar x = {.a = &a};
	enum status st;

	archive_begin(&a, in);
	buf_init(&x.distribution, DISTRIBUTION_MAX_BYTES);
	st = header(&x);
	buf_release(&x.distribution);
	if (st != STATUS_OK && st != STATUS_LIMIT && st != STATUS_DAMAGED)
		return st;
	archive_regions_tell(&a);
	if (st == STATUS_OK && a.limit_why)
		return STATUS_LIMIT;
	return st == STATUS_OK && a.damaged ? STATUS_DAMAGED : st;
}

const struct format format_xar = {
	.id = FORMAT_XAR,
	.name = "xar",
	.summary = "XAR archive, macOS package: members, sums, signatures, the installer's script",
	.head_bytes = 8,
	.probe = xar_probe,
	.open = xar_open,
};
