/*
 * JSON documents for the readers: strict, bounded, duplicates said. Parsing forgets where things
 * stood, so json_locate() finds a key's place again in the text.
 */
#ifndef ASSAY_READ_JSON_H
#define ASSAY_READ_JSON_H

#include <jansson.h>

#include "read/read.h"

enum { JSON_DOC_MAX = 8 << 20 };

struct json_doc {
	json_t *root;           /* NULL unless OK; json_doc_release() */
	struct str text;        /* decoded; borrowed from the input or the arena */
	size_t shift;           /* offset correction, see read_text() */
	bool duplicates;        /* a key stands twice in one object; the last one counts, as for JSON.parse */
	size_t duplicate_at;    /* in text */
	struct str duplicate;   /* the parser's words about it */
	const char *why;        /* when not OK */
};

/* OK; DAMAGED: no well-formed JSON; LIMIT: too large or out of steps; UNSUPPORTED: no text. */
enum status json_doc_read(struct read_in *in, struct cursor bytes, struct json_doc *ret);
void json_doc_release(struct json_doc *d);

static inline struct str json_str(const json_t *j)
{
	return json_is_string(j) ? str_view(json_string_value(j), json_string_length(j)) : STR_NONE;
}

/* A value as compact JSON, cut to max bytes; a string without its quotes; "" for NULL. */
struct str json_text(struct arena *a, const json_t *j, size_t max);

/*
 * Where "key": stands in the text, at or behind `from`: offset of its quote, SIZE_MAX if nowhere
 * (escaped keys are not found). With from = the place of a parent key, the first one inside it.
 */
size_t json_locate(struct str text, size_t from, struct str key);

/* All places of keys, for those who ask about many: each question costs a few steps, not the text. */
struct json_keys {
	struct json_key {
		uint64_t hash;
		size_t at;
	} *items;
	size_t n, room;
};

/* Owned by the arena; false when the steps end (then nothing is found). */
bool json_keys_read(struct read_in *in, struct str text, struct json_keys *ret);
/* As json_locate(), in the text that was read. */
size_t json_keys_locate(const struct json_keys *k, size_t from, struct str key);

#endif
