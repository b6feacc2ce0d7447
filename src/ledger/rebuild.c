#include "ledger/rebuild.h"

enum rebuild_result rebuild_says(const struct entry *rebuild, const struct entry *release)
{
	enum rebuild_result worst = REBUILD_SAME;

	for (size_t i = 0; i < release->n_files; i++) {
		const struct entry_file *f = &release->files[i];
		const struct entry_result *r = NULL;

		for (size_t k = 0; k < rebuild->n_results; k++)
			if (str_equal(rebuild->results[k].name, f->name))
				r = &rebuild->results[k];
		if (!r || r->result == REBUILD_FAILED)
			return REBUILD_FAILED;
		if (r->result == REBUILD_DIFFERS || !str_equal(r->method, f->method) ||
			memcmp(r->sha256, f->unsigned_sha256, TREE_HASH_BYTES) != 0)
			worst = REBUILD_DIFFERS;
		else if (r->result == REBUILD_EQUIVALENT && worst == REBUILD_SAME)
			worst = REBUILD_EQUIVALENT;
	}
	return worst;
}

bool rebuild_is_of(const struct entry *rebuild, const struct entry *release)
{
	return str_equal(rebuild->vendor, release->vendor) &&
	       str_equal(rebuild->product, release->product) &&
	       str_equal(rebuild->channel, release->channel) &&
	       str_equal(rebuild->version, release->version) &&
	       str_equal(rebuild->source, release->source) &&
	       str_equal(rebuild->recipe, release->recipe);
}

static void builder_add(struct builders *b, const uint8_t key[ED25519_KEY_BYTES])
{
	for (size_t i = 0; i < b->n; i++)
		if (memcmp(b->keys[i], key, ED25519_KEY_BYTES) == 0)
			return;
	if (b->n < KEYSET_KEYS_MAX)
		memcpy(b->keys[b->n++], key, ED25519_KEY_BYTES);
}

bool rebuild_within(struct str normalisers, struct str allowed)
{
	if (str_is(allowed, "*"))
		return true;
	while (normalisers.len) {
		struct str name = str_part(normalisers, 0, str_find_z(normalisers, ",")), rest = allowed;
		bool found = false;

		while (rest.len && !found) {
			struct str one = str_part(rest, 0, str_find_z(rest, ","));

			found = str_equal(one, name);
			rest = str_part(rest, one.len + 1, rest.len);
		}
		if (!found)
			return false;
		normalisers = str_part(normalisers, name.len + 1, normalisers.len);
	}
	return true;
}

static bool all_within(const struct entry *rebuild, struct str allowed)
{
	for (size_t i = 0; i < rebuild->n_results; i++)
		if (rebuild->results[i].result == REBUILD_EQUIVALENT &&
			!rebuild_within(rebuild->results[i].normalisers, allowed))
			return false;
	return true;
}

void rebuild_count(struct rebuild_count *c, const struct entry *release,
	const struct entry *rebuild, const struct note *note, const struct keyset *k,
	struct str allowed)
{
	struct keyset_count signers;
	enum rebuild_result says;
	struct builders *to;

	if (rebuild->kind != ENTRY_REBUILD || !rebuild_is_of(rebuild, release))
		return;
	says = rebuild_says(rebuild, release);
	if (says == REBUILD_FAILED || (says == REBUILD_EQUIVALENT && !all_within(rebuild, allowed)))
		return;
	signers = keyset_count(k, ROLE_BUILDER, note);
	to = says == REBUILD_DIFFERS ? &c->differ : &c->agree;
	for (size_t i = 0; i < k->n && !signers.forged; i++)
		if (signers.which >> i & 1)
			builder_add(to, k->keys[i].key);
}
