/*
 * RECORD (PEP 376, 427): CSV lines "path,sha256=base64url,bytes"; its own line has no digest.
 *
 * META-INF/MANIFEST.MF (JAR specification): "Key: value" lines of at most 72 bytes, continued by a
 * line that begins with a blank; sections begin with "Name: path" and carry "SHA-256-Digest: base64".
 * META-INF/x.SF repeats that about the manifest: "SHA-256-Digest-Manifest: base64" in its first
 * section. Only signed archives have digests.
 *
 * AppxBlockMap.xml: <BlockMap HashMethod=".."><File Name="a\b" Size="n"><Block Hash="base64"/>.., a
 * block is 64 KiB of content.
 */
#include "formats/stated.h"
#include "formats/xml.h"

#include "util/base64.h"
#include "util/buf.h"

enum { APPX_BLOCK_BYTES = 64 << 10, SUMS_MAX_BYTES = 16 << 20 };

static bool is_record(struct str name)
{
	size_t slash = str_find_z(name, "/");

	return str_ends(name, ".dist-info/RECORD") && slash == str_rfind_char(name, '/');
}

static bool is_in_meta(struct str name, const char *ending)
{
	return name.len > 9 && str_equal_nocase(str_part(name, 0, 9), STR("META-INF/")) &&
	       str_ends_nocase(name, ending) && !str_has(str_part(name, 9, name.len), "/");
}

static bool is_jar_manifest(struct str name)
{
	return str_equal_nocase(name, STR("META-INF/MANIFEST.MF"));
}

bool stated_is_manifest(struct str name)
{
	return is_record(name) || is_jar_manifest(name) || is_in_meta(name, ".SF") ||
	       str_is(name, "AppxBlockMap.xml");
}

/* "SHA-256", "sha256", "SHA1", "SHA" */
static enum digest_kind digest_named(struct str s)
{
	static const struct {
		const char *name;
		enum digest_kind kind;
	} names[] = {{"sha1", DIGEST_SHA1},	{"sha-1", DIGEST_SHA1},	  {"sha", DIGEST_SHA1},
		     {"sha256", DIGEST_SHA256}, {"sha-256", DIGEST_SHA256}, {"sha384", DIGEST_SHA384},
		     {"sha-384", DIGEST_SHA384}, {"sha512", DIGEST_SHA512}, {"sha-512", DIGEST_SHA512}};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (str_equal_nocase(s, str_of(names[i].name)))
			return names[i].kind;
	return DIGEST_NONE;
}

/* ---- RECORD ---- */

/* One field of a CSV line, its quotes taken off. */
static struct str csv_field(struct arena *a, struct str *rest)
{
	size_t n = 0, i = 1;
	char *out;

	if (!str_starts(*rest, "\"")) {
		size_t comma = str_find_z(*rest, ",");
		struct str field = str_part(*rest, 0, comma == SIZE_MAX ? rest->len : comma);

		*rest = comma == SIZE_MAX ? STR_NONE : str_part(*rest, comma + 1, rest->len);
		return field;
	}
	out = arena_alloc(a, rest->len);
	for (; i < rest->len; i++) {
		if (rest->p[i] == '"' && (i + 1 == rest->len || rest->p[++i] != '"'))
			break;
		out[n++] = rest->p[i];
	}
	*rest = i + 1 < rest->len ? str_part(*rest, i + (rest->p[i] == ','), rest->len) : STR_NONE;
	return str_view(out, n);
}

static enum status record_read(struct stated *s, struct str name, struct str text)
{
	struct arena *a = stated_arena(s);
	struct str line;

	stated_note(s, STATED_RECORD, true);
	while (str_line(&text, &line)) {
		struct stated_line l = {.size = UINT64_MAX};
		struct str sum, size;
		size_t equals;

		if (!stated_step(s, 4 + line.len / 32))
			return STATUS_LIMIT;
		if (!line.len)
			continue;
		l.name = csv_field(a, &line);
		sum = csv_field(a, &line);
		size = csv_field(a, &line);
		equals = str_find_z(sum, "=");
		if (equals != SIZE_MAX)
			l.digest = digest_named(str_part(sum, 0, equals));
		if (l.digest != DIGEST_NONE &&
		    (!base64_decode(a, str_part(sum, equals + 1, sum.len), &l.sums) ||
		     l.sums.len != digest_bytes(l.digest))) {
			stated_damaged(s, name, "a digest is cut short");
			l.digest = DIGEST_NONE;
		}
		if (size.len && !str_to_u64(size, 10, &l.size))
			l.size = UINT64_MAX;
		stated_add(s, &l);
	}
	return STATUS_OK;
}

/* ---- MANIFEST.MF and .SF ---- */

/* The next line with what continues it. */
static bool jar_line(struct arena *a, struct str *rest, struct str *ret)
{
	struct str more;

	if (!str_line(rest, ret))
		return false;
	if (!rest->len || rest->p[0] != ' ')
		return true;
	{
		struct buf b;

		buf_init(&b, SUMS_MAX_BYTES);
		buf_add_str(&b, *ret);
		while (rest->len && rest->p[0] == ' ' && str_line(rest, &more))
			buf_add_str(&b, str_part(more, 1, more.len));
		*ret = arena_str(a, buf_str(&b));
		buf_release(&b);
	}
	return true;
}

/* "SHA-256-Digest: base64" with that ending of the key; keeps the strongest. */
static void jar_digest(struct stated *s, struct str key, struct str value, const char *ending,
		       struct stated_line *l)
{
	enum digest_kind kind;
	struct str sum;

	if (!str_ends_nocase(key, ending))
		return;
	kind = digest_named(str_part(key, 0, key.len - strlen(ending)));
	if (kind <= l->digest || !base64_decode(stated_arena(s), value, &sum) || sum.len != digest_bytes(kind))
		return;
	l->digest = kind;
	l->sums = sum;
}

static void jar_section_end(struct stated *s, struct stated_line *l)
{
	if (l->name.len && l->digest != DIGEST_NONE) {
		stated_note(s, STATED_JAR, false);
		stated_add(s, l);
	}
	*l = (struct stated_line){.size = UINT64_MAX};
}

static enum status jar_read(struct stated *s, struct str text, bool is_signature)
{
	struct stated_line l = {.size = UINT64_MAX};
	struct str line;
	bool first = true; /* the section about the whole */

	while (jar_line(stated_arena(s), &text, &line)) {
		size_t colon = str_find_z(line, ": ");
		struct str key, value;

		if (!stated_step(s, 4 + line.len / 32))
			return STATUS_LIMIT;
		if (!line.len) {
			if (first && is_signature && l.digest != DIGEST_NONE) {
				l.name = STR("META-INF/MANIFEST.MF");
				stated_note(s, STATED_JAR, true);
				stated_add(s, &l);
			} else {
				jar_section_end(s, &l);
			}
			if (is_signature)
				return STATUS_OK;
			first = false;
			continue;
		}
		if (colon == SIZE_MAX)
			continue;
		key = str_part(line, 0, colon);
		value = str_part(line, colon + 2, line.len);
		if (str_equal_nocase(key, STR("Name")))
			l.name = value;
		else
			jar_digest(s, key, value, is_signature ? "-Digest-Manifest" : "-Digest", &l);
	}
	jar_section_end(s, &l);
	return STATUS_OK;
}

/* ---- AppxBlockMap.xml ---- */

struct blocks {
	struct stated *s;
	struct stated_line line;
	enum digest_kind digest;
	struct buf sums;
	bool damaged;
};

static void blocks_begin(void *user, const char *name, const char *const *attributes)
{
	struct blocks *b = user;
	struct arena *a = stated_arena(b->s);
	struct str value;

	if (strcmp(name, "BlockMap") == 0) {
		value = xml_attribute(attributes, "HashMethod");
		value = str_part(value, str_rfind_char(value, '#') == SIZE_MAX ? 0 : str_rfind_char(value, '#') + 1,
				 value.len);
		b->digest = digest_named(value);
	} else if (strcmp(name, "File") == 0) {
		char *path;

		value = arena_str(a, xml_attribute(attributes, "Name"));
		path = arena_alloc(a, value.len + 1);
		for (size_t i = 0; i < value.len; i++)
			path[i] = value.p[i] == '\\' ? '/' : value.p[i];
		b->line = (struct stated_line){.name = str_view(path, value.len), .digest = b->digest, .size = UINT64_MAX,
					       .block_bytes = APPX_BLOCK_BYTES};
		value = xml_attribute(attributes, "Size");
		b->damaged |= value.len && !str_to_u64(value, 10, &b->line.size);
		buf_clear(&b->sums);
	} else if (strcmp(name, "Block") == 0) {
		value = xml_attribute(attributes, "Hash");
		b->damaged |= !base64_decode(a, value, &value) || value.len != digest_bytes(b->digest) ||
			      !buf_add_str(&b->sums, value);
	}
}

static void blocks_end(void *user, const char *name, struct str text)
{
	struct blocks *b = user;

	(void)text;
	if (strcmp(name, "File") != 0 || !b->line.name.len)
		return;
	b->line.sums = arena_str(stated_arena(b->s), buf_str(&b->sums));
	stated_add(b->s, &b->line);
	b->line = (struct stated_line){.size = UINT64_MAX};
}

static enum status blocks_read(struct stated *s, struct budget *budget, struct str name, struct str text)
{
	struct blocks b = {.s = s};
	struct xml_handler h = {blocks_begin, blocks_end, &b};
	enum status st;

	stated_note(s, STATED_BLOCKS, true);
	buf_init(&b.sums, SUMS_MAX_BYTES);
	st = xml_read(budget, text, &h);
	buf_release(&b.sums);
	if (st == STATUS_DAMAGED || b.damaged || b.digest == DIGEST_NONE)
		stated_damaged(s, name, "not a block map, or with digests that are none");
	return st == STATUS_DAMAGED ? STATUS_OK : st;
}

enum status stated_read(struct stated *s, struct budget *budget, struct str name, struct str text)
{
	if (is_record(name))
		return record_read(s, name, text);
	if (str_is(name, "AppxBlockMap.xml"))
		return blocks_read(s, budget, name, text);
	return jar_read(s, text, !is_jar_manifest(name));
}
