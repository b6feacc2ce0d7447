#include "disclose/uuid.h"

#include <string.h>

#include "util/buf.h"
#include "util/hash.h"

const struct uuid uuid_stix = {{0x00, 0xab, 0xed, 0xb4, 0xaa, 0x42, 0x46, 0x6c, 0x9c, 0x01, 0xfe, 0xd2,
	0x33, 0x15, 0xa9, 0xb7}};
/* v5 of "https://assay.invalid/case" in the URL namespace of RFC 9562. */
const struct uuid uuid_assay = {{0x73, 0x8d, 0x78, 0xfd, 0xf7, 0x17, 0x56, 0x78, 0xac, 0x9e, 0xd2, 0x51,
	0xc7, 0x14, 0x1a, 0x75}};

struct uuid uuid_v5(struct uuid space, struct str name)
{
	struct uuid u = {{0}};
	uint8_t digest[20];
	struct buf b;

	buf_init(&b, name.len + sizeof(space.b));
	buf_add(&b, space.b, sizeof(space.b));
	buf_add_str(&b, name);
	if (hash_digest("SHA1", b.p, b.len, digest))
		memcpy(u.b, digest, sizeof(u.b));
	buf_release(&b);
	u.b[6] = (uint8_t)((u.b[6] & 0x0F) | 0x50);
	u.b[8] = (uint8_t)((u.b[8] & 0x3F) | 0x80);
	return u;
}

struct str uuid_text(struct arena *a, struct uuid u)
{
	const uint8_t *b = u.b;

	return arena_printf(a, "%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-%02x%02x%02x%02x%02x%02x", b[0],
		b[1], b[2], b[3], b[4], b[5], b[6], b[7], b[8], b[9], b[10], b[11], b[12], b[13], b[14],
		b[15]);
}
