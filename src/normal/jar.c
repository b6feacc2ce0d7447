/*
 * What signing a jar adds: NAME.SF with digests of the manifest, a block with the signature, and in
 * the manifest a digest for each member. Nobody runs or shows any of it.
 */
#include "normal/normal_int.h"

enum { JAR_NAME_MAX = 255 };

/* META-INF/NAME, without further folders. */
static bool in_meta(struct str name, struct str *ret)
{
	if (!str_starts(name, "META-INF/"))
		return false;
	*ret = str_part(name, 9, name.len);
	return ret->len > 0 && ret->len <= JAR_NAME_MAX && !str_has(*ret, "/");
}

static bool is_digest_key(struct str key)
{
	return str_ends(key, "-Digest") || str_ends(key, "-Digest-Manifest") ||
	       str_ends(key, "-Digest-Manifest-Main-Attributes");
}

static bool is_sf_key(struct str key)
{
	return is_digest_key(key) || str_is(key, "Signature-Version") || str_is(key, "Created-By") ||
	       str_is(key, "Name");
}

/* "Key: value", or the rest of the value before, or nothing between sections. */
static bool is_signature_file(struct str text)
{
	struct str line;

	if (!str_starts(text, "Signature-Version: "))
		return false;
	while (str_line(&text, &line)) {
		size_t colon = str_find_z(line, ": ");

		if (line.len > 512)
			return false;
		if (line.len && line.p[0] != ' ' &&
			(colon == SIZE_MAX || !is_sf_key(str_part(line, 0, colon))))
			return false;
	}
	return true;
}

/* One DER SEQUENCE from end to end. */
static bool is_block(struct str b)
{
	const uint8_t *p = (const uint8_t *)b.p;
	uint64_t length = 0;
	size_t more;

	if (b.len < 2 || p[0] != 0x30 || p[1] < 0x81 || p[1] > 0x84)
		return false;
	more = p[1] & 0x7F;
	if (b.len < 2 + more)
		return false;
	for (size_t i = 0; i < more; i++)
		length = length << 8 | p[2 + i];
	return length == b.len - 2 - more;
}

bool jar_is_signature(struct str name, struct str content)
{
	struct str base;

	if (!in_meta(name, &base))
		return false;
	if (str_ends(base, ".SF"))
		return is_signature_file(content);
	return (str_ends(base, ".RSA") || str_ends(base, ".EC") || str_ends(base, ".DSA")) &&
	       is_block(content);
}

/* One section, up to its empty line: what remains of it without digests. */
static bool keep_section(struct str section, struct buf *ret)
{
	size_t before = ret->len, kept = 0;
	bool dropping = false, any_digest = false;
	struct str line;

	while (str_line(&section, &line)) {
		size_t colon = str_find_z(line, ": ");

		if (line.len && line.p[0] == ' ') {
			if (!dropping && (!buf_add_str(ret, line) || !buf_add_char(ret, '\n')))
				return false;
			continue;
		}
		if (colon == SIZE_MAX)
			return false;
		dropping = str_ends(str_part(line, 0, colon), "-Digest");
		any_digest |= dropping;
		if (dropping)
			continue;
		kept += !str_starts(line, "Name: ");
		if (!buf_add_str(ret, line) || !buf_add_char(ret, '\n'))
			return false;
	}
	/* A section that was there for its digest alone. */
	if (any_digest && kept == 0)
		ret->len = before;
	else if (!buf_add_char(ret, '\n'))
		return false;
	return true;
}

static bool strip(struct str text, struct buf *ret)
{
	struct str line, rest = text, section = {text.p, 0};

	if (!str_starts(text, "Manifest-Version: "))
		return false;
	while (str_line(&rest, &line)) {
		if (line.len) {
			section.len = (size_t)(rest.p - section.p);
			continue;
		}
		if (section.len && !keep_section(section, ret))
			return false;
		section = (struct str){rest.p, 0};
	}
	return section.len == 0 || keep_section(section, ret);
}

bool jar_manifest(struct normal *n, struct str content, struct normal_form *ret)
{
	struct buf text;
	struct mix m;
	bool ok;

	buf_init(&text, content.len + 64);
	ok = content.len > 0 && strip(content, &text);
	if (ok) {
		mix_begin(&m, "jar manifest");
		mix_str(&m, NORMAL_NEVER, buf_str(&text));
		mix_str(&m, NORMAL_JAR_SIGNATURE, content);
		mix_end(&m, ret);
	}
	buf_release(&text);
	return ok || normal_refuse(n, "jar: a manifest that cannot be read");
}
