/*
 * RPM packages (version 3 and 4 of the format):
 *   0 lead, 96 bytes: u8[4] ed ab ee db, u8 major, u8 minor, u16 type, u16 machine, name[66],
 *     u16 system, u16 5 (a header with signatures follows), u8[16]; nothing reads it any more
 *   the signatures, a header (rpm_header.c), filled up to a multiple of 8
 *   the main header
 *   the payload to the end of the file: a cpio, mostly compressed
 * Children: the scripts and the header as text (rpm_text.c), then the members of the payload, each held
 * against the header's list (rpm_files.c).
 */
#include "formats/codecs.h"
#include "formats/rpm_int.h"

enum { LEAD_BYTES = 96, LEAD_NAME_AT = 10, LEAD_NAME_BYTES = 66 };

static int rpm_probe(struct cursor head, uint64_t total_bytes)
{
	const uint8_t *p = cursor_peek(&head, 6);

	if (!p || memcmp(p, "\xed\xab\xee\xdb", 4) || (p[4] != 3 && p[4] != 4))
		return 0;
	return 40;
}

/* The lead's name may be anything since nobody reads it: what stands behind its end is left over. */
static void lead_regions(struct archive *a)
{
	struct cursor lead = cursor_part(&a->in->bytes, LEAD_NAME_AT, LEAD_NAME_BYTES);
	size_t name = strnlen((const char *)lead.base, LEAD_NAME_BYTES);

	archive_region(a, 0, LEAD_NAME_AT + name, "header");
	archive_region(a, LEAD_NAME_AT + LEAD_NAME_BYTES, 4, "header");
}

static void digest_check(struct archive *a, struct cursor bytes, struct str stated, const char *what)
{
	struct sha256 sum;
	char hex[65];

	if (!stated.len || !cursor_ok(&bytes) || archive_step(a, bytes.len / 64) != STATUS_OK)
		return;
	sum = sha256_of(bytes.base, bytes.len);
	sha256_hex(&sum, hex);
	if (!str_equal_nocase(stated, str_of(hex)))
		archive_odd_z(a, "rpm-digest-differs", 0, what);
}

static void digests(struct archive *a, struct rpm_header *sig, struct rpm_header *h, uint64_t payload_at)
{
	uint64_t algorithm = rpm_number(h, rpm_find(h, RPMTAG_PAYLOADDIGESTALGO), 0);
	struct cursor payload = cursor_part(&a->in->bytes, payload_at, a->in->bytes.len - payload_at);

	digest_check(a, cursor_part(&a->in->bytes, h->at, h->bytes),
		     rpm_first_string(sig, RPMSIG_SHA256), "the header");
	if (algorithm == RPM_DIGEST_SHA256)
		digest_check(a, payload, rpm_first_string(h, RPMTAG_PAYLOADDIGEST), "the payload");
}

/* By content, whatever the header names; NULL: not compressed. */
static struct stream *payload_stream(const uint8_t *p, size_t n)
{
	static const struct {
		const char *magic;
		size_t n;
		enum stream_kind kind;
	} kinds[] = {
		{"\x1f\x8b\x08", 3, STREAM_GZIP},
		{"BZh", 3, STREAM_BZIP2},
		{"\xfd" "7zXZ\0", 6, STREAM_XZ},
		{"\x28\xb5\x2f\xfd", 4, STREAM_ZSTD},
		{"\x5d\0\0", 3, STREAM_LZMA},
	};

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (n >= kinds[i].n && memcmp(p, kinds[i].magic, kinds[i].n) == 0)
			return stream_open(kinds[i].kind, p, n);
	return NULL;
}

static enum status payload_read(struct archive *a, struct source *s, struct rpm_files *f)
{
	struct cpio_watch watch = rpm_files_watch(f);
	enum status st = cpio_read(a, s, &watch);

	if (st == STATUS_OK && s->how == STATUS_OK)
		rpm_files_settle(f);
	return st;
}

static enum status payload(struct archive *a, struct rpm_header *h, uint64_t at)
{
	const uint8_t *p = a->in->bytes.base + at;
	size_t n = a->in->bytes.len - (size_t)at;
	struct stream *stream = payload_stream(p, n);
	struct rpm_files files;
	struct source s;
	enum status st;

	rpm_files_read(h, &files);
	if (stream)
		source_of_stream(&s, a, stream);
	else
		source_of_bytes(&s, a, p, n);
	st = payload_read(a, &s, &files);
	if (stream)
		archive_stream_regions(a, stream, at, n);
	if (st == STATUS_OK && s.how != STATUS_OK)
		st = s.how;
	stream_close(stream);
	rpm_files_release(&files);
	return st;
}

static enum status package(struct archive *a)
{
	struct rpm_header sig, h;
	uint64_t at = LEAD_BYTES;

	if (a->in->bytes.len < LEAD_BYTES || !rpm_header_read(a, at, &sig)) {
		archive_region(a, 0, 4, "header"); /* else the one gap would be this file again */
		return a->limit_why ? STATUS_LIMIT : STATUS_DAMAGED;
	}
	lead_regions(a);
	archive_region(a, sig.at, sig.bytes, "header");
	at = sig.at + (sig.bytes + 7) / 8 * 8;
	if (!rpm_header_read(a, at, &h))
		return a->limit_why ? STATUS_LIMIT : STATUS_DAMAGED;
	archive_region(a, h.at, h.bytes, "header");
	digests(a, &sig, &h, h.at + h.bytes);
	TRY(rpm_text_deliver(a, &sig, &h));
	return payload(a, &h, h.at + h.bytes);
}

static enum status rpm_open(struct open_in *in)
{
	struct archive a;
	enum status st;

	archive_begin(&a, in);
	st = package(&a);
	if (st != STATUS_OK && st != STATUS_LIMIT && st != STATUS_DAMAGED && st != STATUS_UNSUPPORTED)
		return st;
	archive_regions_tell(&a);
	if (st == STATUS_OK && a.limit_why)
		return STATUS_LIMIT;
	return st == STATUS_OK && a.damaged ? STATUS_DAMAGED : st;
}

const struct format format_rpm = {
	.id = FORMAT_RPM,
	.name = "rpm",
	.summary = "RPM package: payload, scripts, triggers, header held against the payload",
	.head_bytes = 6,
	.probe = rpm_probe,
	.open = rpm_open,
};
