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
};

/* Which bytes read as zero, and where the unsigned file ends. */
struct cut {
	uint64_t checksum, directory; /* offsets of 4 and 8 bytes; 0: none */
	uint64_t end;
};

static bool read_at(int fd, uint64_t at, void *p, size_t n)
{
	uint8_t *to = p;

	while (n) {
		ssize_t got = pread(fd, to, n, (off_t)at);

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
static bool table_filled(int fd, uint64_t at, uint64_t size)
{
	uint8_t head[CERTIFICATE_HEADER + 6], tail[8] = {0};
	uint64_t entry = size - at, value, left;
	struct cursor c;

	if (entry < sizeof(head) || at % 8 != 0 || !read_at(fd, at, head, sizeof(head)))
		return false;
	c = cursor_of(head, sizeof(head));
	if (((uint64_t)cursor_u32le(&c) + 7) / 8 * 8 != entry)
		return false;
	value = own_length(head + CERTIFICATE_HEADER, sizeof(head) - CERTIFICATE_HEADER);
	if (value == 0 || value > entry - CERTIFICATE_HEADER)
		return false;
	left = entry - CERTIFICATE_HEADER - value;
	if (left > 7 || !read_at(fd, size - left, tail, (size_t)left))
		return false;
	for (size_t i = 0; i < left; i++)
		if (tail[i])
			return false;
	return true;
}

static enum digest_answer cut_image(int fd, uint64_t size, struct cut *ret)
{
	uint8_t head[HEAD_BYTES];
	size_t n = size < HEAD_BYTES ? (size_t)size : HEAD_BYTES;
	uint64_t at, bytes;

	if (!read_at(fd, 0, head, n))
		return DIGEST_IO;
	if (!find_fields(cursor_of(head, n), ret, &at, &bytes))
		return DIGEST_LEFTOVER;
	ret->end = size;
	if (at == 0 && bytes == 0)
		return DIGEST_OK;
	if (at < HEAD_BYTES / 8 || at > size || bytes != size - at || !table_filled(fd, at, size))
		return DIGEST_LEFTOVER;
	ret->end = at;
	return DIGEST_OK;
}

static void zero_field(uint8_t *p, uint64_t from, size_t n, uint64_t field, size_t field_bytes)
{
	for (size_t i = 0; field && i < field_bytes; i++)
		if (field + i >= from && field + i < from + n)
			p[field + i - from] = 0;
}

static bool digest_all(int fd, const struct cut *cut, struct file_digests *ret)
{
	uint8_t chunk[CHUNK_BYTES];
	crypto_hash_sha256_state whole, bare;
	crypto_hash_sha512_state wide;

	crypto_hash_sha256_init(&whole);
	crypto_hash_sha256_init(&bare);
	crypto_hash_sha512_init(&wide);
	for (uint64_t at = 0; at < ret->size_bytes;) {
		uint64_t left = ret->size_bytes - at;
		size_t n = left < CHUNK_BYTES ? (size_t)left : CHUNK_BYTES;

		if (!read_at(fd, at, chunk, n))
			return false;
		crypto_hash_sha256_update(&whole, chunk, n);
		crypto_hash_sha512_update(&wide, chunk, n);
		if (cut && at < cut->end) {
			zero_field(chunk, at, n, cut->checksum, 4);
			zero_field(chunk, at, n, cut->directory, 8);
			crypto_hash_sha256_update(&bare, chunk,
				cut->end - at < n ? (size_t)(cut->end - at) : n);
		}
		at += n;
	}
	crypto_hash_sha256_final(&whole, ret->sha256);
	crypto_hash_sha512_final(&wide, ret->sha512);
	if (!cut) {
		memcpy(ret->unsigned_sha256, ret->sha256, sizeof(ret->sha256));
		return true;
	}
	crypto_hash_sha256_update(&bare, (const uint8_t[8]){0}, (8 - cut->end % 8) % 8);
	crypto_hash_sha256_final(&bare, ret->unsigned_sha256);
	return true;
}

enum digest_answer file_digests(int fd, struct str method, struct file_digests *ret)
{
	bool image = str_is(method, "pe-authenticode-1");
	struct stat before, after;
	struct cut cut = {0};

	if (!image && !str_is(method, "none"))
		return DIGEST_METHOD;
	if (fstat(fd, &before) != 0 || !S_ISREG(before.st_mode))
		return DIGEST_IO;
	ret->size_bytes = (uint64_t)before.st_size;
	if (image) {
		enum digest_answer a = cut_image(fd, ret->size_bytes, &cut);

		if (a != DIGEST_OK)
			return a;
	}
	if (!digest_all(fd, image ? &cut : NULL, ret) || fstat(fd, &after) != 0)
		return DIGEST_IO;
	return before.st_size == after.st_size && before.st_mtim.tv_sec == after.st_mtim.tv_sec &&
			       before.st_mtim.tv_nsec == after.st_mtim.tv_nsec
		       ? DIGEST_OK
		       : DIGEST_IO;
}

const char *unsigned_method_for(int fd)
{
	uint8_t head[HEAD_BYTES];
	struct cut cut = {0};
	uint64_t at, bytes;
	struct stat st;
	size_t n;

	if (fstat(fd, &st) != 0 || st.st_size <= 0)
		return "none";
	n = st.st_size < HEAD_BYTES ? (size_t)st.st_size : HEAD_BYTES;
	if (read_at(fd, 0, head, n) && find_fields(cursor_of(head, n), &cut, &at, &bytes))
		return "pe-authenticode-1";
	return "none";
}
