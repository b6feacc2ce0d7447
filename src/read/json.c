#include "read/json.h"

#include <stdlib.h>

#include "read/keyset.h"
#include "util/buf.h"

enum status json_doc_read(struct read_in *in, struct cursor bytes, struct json_doc *ret)
{
	json_error_t error;

	memset(ret, 0, sizeof(*ret));
	ret->why = "";
	if (!read_text(in->arena, bytes, &ret->text, &ret->shift)) {
		ret->why = "not text";
		return STATUS_UNSUPPORTED;
	}
	if (ret->text.len > JSON_DOC_MAX || !budget_step(in->budget, ret->text.len / 8 + 1)) {
		ret->why = "document larger than 8 MiB";
		return STATUS_LIMIT;
	}
	ret->root = json_loadb(
		ret->text.p, ret->text.len, JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, &error);
	if (!ret->root && json_error_code(&error) == json_error_duplicate_key) {
		ret->duplicates = true;
		ret->duplicate_at = error.position > 0 ? (size_t)error.position : 0;
		ret->duplicate = arena_str(in->arena, str_of(error.text));
		ret->root = json_loadb(ret->text.p, ret->text.len, JSON_ALLOW_NUL, &error);
	}
	if (!ret->root) {
		ret->why = "malformed JSON";
		return STATUS_DAMAGED;
	}
	return STATUS_OK;
}

void json_doc_release(struct json_doc *d)
{
	json_decref(d->root);
	d->root = NULL;
}

static int add_part(const char *p, size_t n, void *user)
{
	struct buf *b = user;

	return buf_add(b, p, n) ? 0 : -1;
}

struct str json_text(struct arena *a, const json_t *j, size_t max)
{
	struct buf b;
	struct str s;

	if (!j)
		return STR_NONE;
	if (json_is_string(j))
		return arena_str(a, str_part(json_str(j), 0, max));
	buf_init(&b, max);
	(void)json_dump_callback(j, add_part, &b, JSON_COMPACT | JSON_ENCODE_ANY | JSON_SORT_KEYS);
	s = arena_str(a, buf_str(&b));
	buf_release(&b);
	return s;
}

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

size_t json_locate(struct str text, size_t from, struct str key)
{
	size_t at = from;

	if (from == SIZE_MAX || key.len == 0)
		return SIZE_MAX;
	for (;;) {
		size_t hit = str_find(str_part(text, at, text.len), key), end;

		if (hit == SIZE_MAX)
			return SIZE_MAX;
		hit += at;
		end = hit + key.len;
		at = end;
		if (hit == 0 || text.p[hit - 1] != '"' || end >= text.len || text.p[end] != '"')
			continue;
		for (end++; end < text.len && is_space(text.p[end]);)
			end++;
		if (end < text.len && text.p[end] == ':')
			return hit - 1;
	}
}

static int key_order(const void *a, const void *b)
{
	const struct json_key *x = a, *y = b;

	if (x->hash != y->hash)
		return x->hash < y->hash ? -1 : 1;
	return x->at < y->at ? -1 : x->at > y->at;
}

bool json_keys_read(struct read_in *in, struct str text, struct json_keys *ret)
{
	size_t open = SIZE_MAX; /* the quote before this one */

	*ret = (struct json_keys){.n = 0};
	if (!budget_step(in->budget, text.len / 16 + 1))
		return false;
	for (size_t i = 0; i < text.len; i++) {
		size_t end = i + 1;

		if (text.p[i] != '"')
			continue;
		while (end < text.len && is_space(text.p[end]))
			end++;
		if (open != SIZE_MAX && end < text.len && text.p[end] == ':' && i > open + 1)
			*ARENA_PUSH(in->arena, ret->items, ret->n, ret->room) =
				(struct json_key){key_of(str_part(text, open + 1, i - open - 1), 0), open};
		open = i;
		i = end - 1; /* blanks are passed over once */
	}
	if (ret->n)
		qsort(ret->items, ret->n, sizeof(*ret->items), key_order);
	return true;
}

size_t json_keys_locate(const struct json_keys *k, size_t from, struct str key)
{
	struct json_key like = {key_of(key, 0), from};
	size_t low = 0, high = k->n;

	if (from == SIZE_MAX || !key.len)
		return SIZE_MAX;
	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (key_order(&k->items[mid], &like) < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return low < k->n && k->items[low].hash == like.hash ? k->items[low].at : SIZE_MAX;
}
