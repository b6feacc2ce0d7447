#include "ledger/unsigned.h"

#include <errno.h>
#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>

#include "util/cursor.h"

enum {
	HEAD_BYTES = 4096, /* where the headers of an image must lie */
	CHUNK_BYTES = 64 << 10,
	MACHINE_32 = 0x10B,
	MACHINE_64 = 0x20B,
	CERTIFICATE_DIRECTORY = 4,
	CERTIFICATE_HEADER = 8, /* length, revision, type */
	RPM_LEAD_BYTES = 96,
	RPM_HEADER_BYTES = 16, /* mark, version, reserved, entries, bytes of data */
	RPM_ENTRY_BYTES = 16,
};

/* A file, or bytes that are in memory already. */
struct bytes {
	int fd;
	const uint8_t *p; /* NULL: in fd */
	uint64_t size;
};

/* Which bytes read as zero, which are left out, and where the unsigned file ends. */
struct cut {
	uint64_t checksum, directory; /* offsets of 4 and 8 bytes; 0: none */
	uint64_t skip_at, skip_bytes;
	uint64_t end;
	bool padded; /* zeros up to a multiple of 8 */
	bool whole;  /* nothing of all that: the file as it is */
};

static bool read_at(const struct bytes *b, uint64_t at, void *p, size_t n)
{
	uint8_t *to = p;

	if (at > b->size || n > b->size - at)
		return false;
	if (b->p) {
		if (n)
			memcpy(p, b->p + at, n);
		return true;
	}
	while (n) {
		ssize_t got = pread(b->fd, to, n, (off_t)at);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return false;
		to += got;
		at += (uint64_t)got;
		n -= (size_t)got;
	}
	return true;
}

/* Finds the fields in the headers; false when this is no image. */
static bool find_fields(struct cursor c, struct cut *cut, uint64_t *ret_at, uint64_t *ret_bytes)
{
	uint64_t optional;
	uint32_t directories;
	uint16_t magic;

	if (cursor_u16le(&c) != 0x5A4D)
		return false;
	cursor_seek(&c, 0x3C);
	optional = cursor_u32le(&c);
	cursor_seek(&c, optional);
	if (cursor_u32le(&c) != 0x4550)
		return false;
	optional += 24;
	cursor_seek(&c, optional);
	magic = cursor_u16le(&c);
	if (magic != MACHINE_32 && magic != MACHINE_64)
		return false;
	cut->checksum = optional + 64;
	cursor_seek(&c, optional + (magic == MACHINE_64 ? 108 : 92));
	directories = cursor_u32le(&c);
	if (directories <= CERTIFICATE_DIRECTORY)
		return false;
	cut->directory = optional + (magic == MACHINE_64 ? 112 : 96) + 8 * CERTIFICATE_DIRECTORY;
	cursor_seek(&c, cut->directory);
	*ret_at = cursor_u32le(&c);
	*ret_bytes = cursor_u32le(&c);
	return cursor_ok(&c);
}

/* Bytes of the value that begins here, by its own length: tag, then 1 to 5 bytes of length. */
static uint64_t own_length(const uint8_t *p, size_t n)
{
	uint64_t length = 0;
	size_t more;

	if (n < 2 || p[0] != 0x30)
		return 0;
	if (p[1] < 0x80)
		return 2 + (uint64_t)p[1];
	more = p[1] & 0x7F;
	if (more == 0 || more > 4 || n < 2 + more)
		return 0;
	for (size_t i = 0; i < more; i++)
		length = length << 8 | p[2 + i];
	return 2 + more + length;
}

/* Is [at, size) one entry, filled but for at most 7 zero bytes? */
static bool table_filled(const struct bytes *b, uint64_t at)
{
	uint8_t head[CERTIFICATE_HEADER + 6], tail[8] = {0};
	uint64_t entry = b->size - at, value, left;
	struct cursor c;

	if (entry < sizeof(head) || at % 8 != 0 || !read_at(b, at, head, sizeof(head)))
		return false;
	c = cursor_of(head, sizeof(head));
	if (((uint64_t)cursor_u32le(&c) + 7) / 8 * 8 != entry)
		return false;
	value = own_length(head + CERTIFICATE_HEADER, sizeof(head) - CERTIFICATE_HEADER);
	if (value == 0 || value > entry - CERTIFICATE_HEADER)
		return false;
	left = entry - CERTIFICATE_HEADER - value;
	if (left > 7 || !read_at(b, b->size - left, tail, (size_t)left))
		return false;
	for (size_t i = 0; i < left; i++)
		if (tail[i])
			return false;
	return true;
}

static enum digest_answer cut_none(const struct bytes *b, struct cut *ret)
{
	ret->end = b->size;
	ret->whole = true;
	return DIGEST_OK;
}

static bool image_fields(const struct bytes *b, struct cut *ret, uint64_t *ret_at,
	uint64_t *ret_bytes)
{
	uint8_t head[HEAD_BYTES];
	size_t n = b->size < HEAD_BYTES ? (size_t)b->size : HEAD_BYTES;

	return read_at(b, 0, head, n) && find_fields(cursor_of(head, n), ret, ret_at, ret_bytes);
}

static enum digest_answer cut_image(const struct bytes *b, struct cut *ret)
{
	uint64_t at, bytes;

	if (!image_fields(b, ret, &at, &bytes))
		return DIGEST_LEFTOVER;
	ret->padded = true;
	ret->end = b->size;
	if (at == 0 && bytes == 0)
		return DIGEST_OK;
	if (at < HEAD_BYTES / 8 || at > b->size || bytes != b->size - at || !table_filled(b, at))
		return DIGEST_LEFTOVER;
	ret->end = at;
	return DIGEST_OK;
}

/* The signature header behind the lead, with its zeros up to a multiple of 8. */
static bool rpm_signature(const struct bytes *b, uint64_t *ret_bytes)
{
	static const uint8_t lead_mark[4] = {0xED, 0xAB, 0xEE, 0xDB};
	static const uint8_t mark[8] = {0x8E, 0xAD, 0xE8, 1, 0, 0, 0, 0};
	uint8_t lead[4], head[RPM_HEADER_BYTES] = {0}, pad[8] = {0};
	struct cursor c = cursor_of(head, sizeof(head));
	uint64_t n, padding;

	if (!read_at(b, 0, lead, sizeof(lead)) || memcmp(lead, lead_mark, sizeof(lead)) != 0 ||
		!read_at(b, RPM_LEAD_BYTES, head, sizeof(head)) ||
		memcmp(head, mark, sizeof(mark)) != 0)
		return false;
	cursor_skip(&c, sizeof(mark));
	n = RPM_HEADER_BYTES + (uint64_t)cursor_u32be(&c) * RPM_ENTRY_BYTES;
	n += cursor_u32be(&c);
	padding = (8 - n % 8) % 8;
	if (!read_at(b, RPM_LEAD_BYTES + n, pad, (size_t)padding))
		return false;
	for (size_t i = 0; i < sizeof(pad); i++)
		if (pad[i])
			return false;
	/* The package's own header must follow. */
	if (!read_at(b, RPM_LEAD_BYTES + n + padding, head, sizeof(mark)) ||
		memcmp(head, mark, sizeof(mark)) != 0)
		return false;
	*ret_bytes = n + padding;
	return true;
}

static enum digest_answer cut_rpm(const struct bytes *b, struct cut *ret)
{
	ret->skip_at = RPM_LEAD_BYTES;
	ret->end = b->size;
	return rpm_signature(b, &ret->skip_bytes) ? DIGEST_OK : DIGEST_LEFTOVER;
}

static const struct method {
	const char *name;
	enum digest_answer (*cut)(const struct bytes *b, struct cut *ret);
} methods[] = {{"none", cut_none}, {"pe-authenticode-1", cut_image}, {"rpm-signature-1", cut_rpm}};

static const struct method *method_named(struct str name)
{
	for (size_t i = 0; i < sizeof(methods) / sizeof(methods[0]); i++)
		if (str_is(name, methods[i].name))
			return &methods[i];
	return NULL;
}

static void zero_field(uint8_t *p, uint64_t from, size_t n, uint64_t field, size_t field_bytes)
{
	for (size_t i = 0; field && i < field_bytes; i++)
		if (field + i >= from && field + i < from + n)
			p[field + i - from] = 0;
}

/* [at, at + n) of the file, as far as it belongs to the unsigned one. */
static void add_bare(crypto_hash_sha256_state *s, const struct cut *cut, uint64_t at, uint8_t *p,
	size_t n)
{
	uint64_t stop = at + n < cut->end ? at + n : cut->end;
	uint64_t skip_end = cut->skip_at + cut->skip_bytes, from = at;

	zero_field(p, at, n, cut->checksum, 4);
	zero_field(p, at, n, cut->directory, 8);
	if (cut->skip_bytes && from < skip_end) {
		uint64_t before = cut->skip_at < stop ? cut->skip_at : stop;

		if (before > from)
			crypto_hash_sha256_update(s, p, before - from);
		from = skip_end;
	}
	if (from < stop)
		crypto_hash_sha256_update(s, p + (from - at), stop - from);
}

static bool digest_all(const struct bytes *b, const struct cut *cut, struct file_digests *ret)
{
	uint8_t chunk[CHUNK_BYTES];
	crypto_hash_sha256_state whole, bare;
	crypto_hash_sha512_state wide;

	crypto_hash_sha256_init(&whole);
	crypto_hash_sha256_init(&bare);
	crypto_hash_sha512_init(&wide);
	for (uint64_t at = 0; at < b->size;) {
		uint64_t left = b->size - at;
		size_t n = left < CHUNK_BYTES ? (size_t)left : CHUNK_BYTES;

		if (!read_at(b, at, chunk, n))
			return false;
		crypto_hash_sha256_update(&whole, chunk, n);
		crypto_hash_sha512_update(&wide, chunk, n);
		if (!cut->whole)
			add_bare(&bare, cut, at, chunk, n);
		at += n;
	}
	ret->size_bytes = b->size;
	crypto_hash_sha256_final(&whole, ret->sha256);
	crypto_hash_sha512_final(&wide, ret->sha512);
	if (cut->whole) {
		memcpy(ret->unsigned_sha256, ret->sha256, sizeof(ret->sha256));
		return true;
	}
	if (cut->padded)
		crypto_hash_sha256_update(&bare, (const uint8_t[8]){0}, (8 - cut->end % 8) % 8);
	crypto_hash_sha256_final(&bare, ret->unsigned_sha256);
	return true;
}

static enum digest_answer digest(const struct bytes *b, struct str method, struct file_digests *ret)
{
	const struct method *m = method_named(method);
	struct cut cut = {0};
	enum digest_answer a;

	if (!m)
		return DIGEST_METHOD;
	a = m->cut(b, &cut);
	if (a != DIGEST_OK)
		return a;
	return digest_all(b, &cut, ret) ? DIGEST_OK : DIGEST_IO;
}

enum digest_answer file_digests(int fd, struct str method, struct file_digests *ret)
{
	struct stat before, after;
	struct bytes b = {.fd = fd};
	enum digest_answer a;

	if (!method_named(method))
		return DIGEST_METHOD;
	if (fstat(fd, &before) != 0 || !S_ISREG(before.st_mode))
		return DIGEST_IO;
	b.size = (uint64_t)before.st_size;
	a = digest(&b, method, ret);
	if (fstat(fd, &after) != 0 || before.st_size != after.st_size ||
		before.st_mtim.tv_sec != after.st_mtim.tv_sec ||
		before.st_mtim.tv_nsec != after.st_mtim.tv_nsec)
		return DIGEST_IO;
	return a;
}

enum digest_answer bytes_digests(const void *p, size_t n, struct str method,
	struct file_digests *ret)
{
	const struct bytes b = {.fd = -1, .p = p, .size = n};

	return digest(&b, method, ret);
}

static const char *method_for(const struct bytes *b)
{
	struct cut cut = {0};
	uint64_t at, bytes;

	if (image_fields(b, &cut, &at, &bytes))
		return "pe-authenticode-1";
	return rpm_signature(b, &bytes) ? "rpm-signature-1" : "none";
}

const char *unsigned_method_for(int fd)
{
	struct bytes b = {.fd = fd};
	struct stat st;

	if (fstat(fd, &st) != 0 || st.st_size <= 0)
		return "none";
	b.size = (uint64_t)st.st_size;
	return method_for(&b);
}

const char *unsigned_method_of(const void *p, size_t n)
{
	const struct bytes b = {.fd = -1, .p = p, .size = n};

	return n ? method_for(&b) : "none";
}
