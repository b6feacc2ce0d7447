/*
 * What registries list. npm: versions.VERSION.dist {tarball, integrity}; PyPI: releases.VERSION[],
 * urls[] or files[] {filename, digests | hashes}; any other feed: objects that state a digest
 * (sha256, sha512, integrity, digest, or these under digests, hashes or checksums).
 */
#include <jansson.h>

#include "ledger/b64.h"
#include "ledger/entry.h"
#include "watch/records.h"

enum { FEED_DEPTH = 32 };

static struct str text_at(const json_t *o, const char *key)
{
	const json_t *v = json_object_get(o, key);

	return json_is_string(v) ? str_view(json_string_value(v), json_string_length(v)) : STR_NONE;
}

struct digest {
	uint8_t b[RECORD_DIGEST_BYTES];
	size_t n;
};

static bool from_hex(struct str hex, size_t n, struct digest *ret)
{
	char lower[2 * RECORD_DIGEST_BYTES];

	if (hex.len != 2 * n)
		return false;
	for (size_t i = 0; i < hex.len; i++)
		lower[i] = (char)(hex.p[i] >= 'A' && hex.p[i] <= 'F' ? hex.p[i] + 32 : hex.p[i]);
	ret->n = n;
	return hex_decode(str_view(lower, hex.len), ret->b, n);
}

/* "sha512-BASE64", the strongest of several; "sha256:HEX". */
static bool from_integrity(struct str s, struct digest *ret)
{
	ret->n = 0;
	while (s.len) {
		struct str one = str_part(s, 0, str_find_z(s, " "));

		if (str_starts(one, "sha512-") && b64_decode_exact(str_part(one, 7, one.len), ret->b, 64))
			ret->n = 64;
		else if (ret->n == 0 && str_starts(one, "sha256-") &&
			 b64_decode_exact(str_part(one, 7, one.len), ret->b, 32))
			ret->n = 32;
		s = str_part(s, one.len + 1, s.len);
	}
	return ret->n != 0;
}

static bool digest_of(const json_t *o, struct digest *ret)
{
	static const char *const inner[] = {"digests", "hashes", "checksums"};
	struct str s = text_at(o, "digest");

	if (from_integrity(text_at(o, "integrity"), ret) || from_hex(text_at(o, "sha256"), 32, ret) ||
		from_hex(text_at(o, "sha512"), 64, ret))
		return true;
	if (str_starts(s, "sha256:") && from_hex(str_part(s, 7, s.len), 32, ret))
		return true;
	if (str_starts(s, "sha512:") && from_hex(str_part(s, 7, s.len), 64, ret))
		return true;
	for (size_t i = 0; i < sizeof(inner) / sizeof(inner[0]); i++) {
		const json_t *in = json_object_get(o, inner[i]);

		if (from_hex(text_at(in, "sha256"), 32, ret) || from_hex(text_at(in, "sha512"), 64, ret))
			return true;
	}
	ret->n = 0;
	return false;
}

static void emit(struct reading *r, const struct digest *d, struct str name)
{
	reading_emit(r, RECORD_ARTIFACT, str_view(d->b, d->n), name);
	r->index++;
}

static enum status read_npm(struct reading *r, json_t *j)
{
	json_t *versions = json_object_get(j, "versions"), *one;
	const char *version;

	if (!json_is_object(versions))
		return STATUS_DAMAGED;
	json_object_foreach(versions, version, one) {
		struct digest d;

		digest_of(json_object_get(one, "dist"), &d);
		emit(r, &d, str_of(version));
	}
	return STATUS_OK;
}

static bool emit_files(struct reading *r, const json_t *files)
{
	json_t *one;
	size_t i;

	if (!json_is_array(files))
		return false;
	json_array_foreach(files, i, one) {
		struct digest d;

		digest_of(one, &d);
		emit(r, &d, text_at(one, "filename"));
	}
	return true;
}

static enum status read_pypi(struct reading *r, json_t *j)
{
	json_t *releases = json_object_get(j, "releases"), *files;
	bool any = emit_files(r, json_object_get(j, "urls"));
	const char *version;

	any |= emit_files(r, json_object_get(j, "files"));
	json_object_foreach(releases, version, files)
		any |= emit_files(r, files);
	return any ? STATUS_OK : STATUS_DAMAGED;
}

static struct str name_of(const json_t *o)
{
	static const char *const keys[] = {"filename", "name", "file", "path", "url",
		"browser_download_url", "version"};

	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		if (text_at(o, keys[i]).len)
			return text_at(o, keys[i]);
	return STR_NONE;
}

static enum status walk(struct reading *r, json_t *j, unsigned depth)
{
	const char *key;
	json_t *one;
	size_t i;

	if (depth > FEED_DEPTH)
		return STATUS_LIMIT;
	if (json_is_array(j))
		json_array_foreach(j, i, one)
			TRY(walk(r, one, depth + 1));
	if (json_is_object(j)) {
		struct digest d;

		if (digest_of(j, &d))
			emit(r, &d, name_of(j));
		json_object_foreach(j, key, one)
			TRY(walk(r, one, depth + 1));
	}
	return STATUS_OK;
}

enum status read_registry(struct reading *r, enum record_source source)
{
	json_t *j = json_loadb(r->answer.p, r->answer.len, JSON_REJECT_DUPLICATES, NULL);
	enum status status = STATUS_DAMAGED;

	if (!j)
		return STATUS_DAMAGED;
	if (source == SOURCE_NPM)
		status = read_npm(r, j);
	else if (source == SOURCE_PYPI)
		status = read_pypi(r, j);
	else
		status = walk(r, j, 0);
	/* A feed that states nothing is none that can be held against anything. */
	if (status == STATUS_OK && source == SOURCE_FEED && r->index == 0)
		status = STATUS_DAMAGED;
	json_decref(j);
	return status;
}
