#include "ledger/keyset.h"

static unsigned of_role(const struct keyset *k, enum role role)
{
	unsigned n = 0;

	for (size_t i = 0; i < k->n; i++)
		n += k->roles[i] == role;
	return n;
}

static const char *threshold_wrong(const struct keyset *k, enum role role)
{
	if (k->need[role] == 0)
		return "a threshold of 0 would let everything pass";
	if (k->need[role] > of_role(k, role))
		return "a threshold above the number of keys";
	return NULL;
}

const char *keyset_wrong(const struct keyset *k)
{
	const char *why = threshold_wrong(k, ROLE_ROOT);

	if (!why)
		why = threshold_wrong(k, ROLE_APPROVER);
	for (size_t i = 0; !why && i < k->n; i++) {
		for (size_t j = 0; j < i; j++) {
			if (memcmp(k->keys[i].key, k->keys[j].key, ED25519_KEY_BYTES) == 0)
				return "one key twice";
			if (strcmp(k->keys[i].name, k->keys[j].name) == 0)
				return "two keys of one name";
		}
	}
	return why;
}

static bool has_key(const struct keyset *k, const struct vkey *key)
{
	for (size_t i = 0; i < k->n; i++)
		if (memcmp(k->keys[i].key, key->key, ED25519_KEY_BYTES) == 0)
			return true;
	return false;
}

bool keyset_apart(const struct keyset *k, const struct policy *p)
{
	for (size_t i = 0; i < p->n_logs; i++)
		if (has_key(k, &p->logs[i].key))
			return false;
	for (size_t i = 0; i < p->n_keys; i++)
		if (has_key(k, &p->keys[i]))
			return false;
	return true;
}

struct keyset_count keyset_count(const struct keyset *k, enum role role, const struct note *n)
{
	struct keyset_count c = {0};

	for (size_t i = 0; i < k->n; i++) {
		enum note_answer a;

		if (k->roles[i] != role)
			continue;
		a = note_check(n, &k->keys[i], NULL);
		c.forged |= a == NOTE_FORGED;
		if (a == NOTE_GOOD) {
			c.good++;
			c.which |= (uint64_t)1 << i;
		}
	}
	return c;
}

bool keyset_enough(const struct keyset *k, enum role role, const struct note *n)
{
	struct keyset_count c = keyset_count(k, role, n);

	return !c.forged && k->need[role] > 0 && c.good >= k->need[role];
}

bool keyset_only(const struct keyset *k, enum role role, const struct note *n)
{
	struct keyset_count c = keyset_count(k, role, n);

	return !c.forged && c.good == n->n;
}
