#include "compare/sketch.h"

#include <stdlib.h>

enum {
	PIECE_MASK = 0x1f, /* a piece ends about every 32 bytes */
	PIECE_MIN_BYTES = 8,
	PIECE_MAX_BYTES = 256,
	LSH_HASHES = 16,
	BUCKET_MAX = 16,
	LONG_LINE_BYTES = 200, /* on an average */
	NAME_BYTES = 3,
};

static const double alike_enough = 0.5;

/* Keeps the smallest distinct hashes, as a sorted array: most candidates fail the first test. */
static void keep(struct sketch *s, uint64_t h)
{
	size_t lo = 0, hi = s->n;

	if (s->n == SKETCH_HASHES && h >= s->hashes[s->n - 1])
		return;
	while (lo < hi) {
		size_t mid = (lo + hi) / 2;

		if (s->hashes[mid] < h)
			lo = mid + 1;
		else
			hi = mid;
	}
	if (lo < s->n && s->hashes[lo] == h)
		return;
	if (s->n < SKETCH_HASHES)
		s->n++;
	memmove(s->hashes + lo + 1, s->hashes + lo, (s->n - 1 - lo) * sizeof(*s->hashes));
	s->hashes[lo] = h;
}

void sketch_of(struct str bytes, struct sketch *ret)
{
	size_t from = 0;
	uint32_t roll = 0;

	ret->n = 0;
	for (size_t i = 0; i < bytes.len; i++) {
		size_t len = i + 1 - from;

		/* the top bits see the last 32 bytes: boundaries find themselves again after an edit */
		roll = (roll << 1) + (((uint32_t)(uint8_t)bytes.p[i] + 1) * 0x9E3779B1u ^ 0x85EBCA6Bu);
		if (len < PIECE_MIN_BYTES || ((roll >> 27 & PIECE_MASK) != 0 && len < PIECE_MAX_BYTES))
			continue;
		keep(ret, fast_hash(bytes.p + from, len, 1));
		from = i + 1;
	}
	if (from < bytes.len)
		keep(ret, fast_hash(bytes.p + from, bytes.len - from, 1));
}

double sketch_alike(const struct sketch *a, const struct sketch *b)
{
	size_t i = 0, k = 0, seen = 0, both = 0;

	while (i < a->n && k < b->n && seen < SKETCH_HASHES) {
		seen++;
		if (a->hashes[i] == b->hashes[k]) {
			both++;
			i++;
			k++;
		} else if (a->hashes[i] < b->hashes[k]) {
			i++;
		} else {
			k++;
		}
	}
	if (seen < SKETCH_HASHES)
		seen += a->n - i + (b->n - k);
	if (seen > SKETCH_HASHES)
		seen = SKETCH_HASHES;
	return seen ? (double)both / (double)seen : 0;
}

static bool word_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '$';
}

/*
 * A minifier gives out other names when one function more is there, and a bundler names its files after what is in
 * them: of a script with long lines, names of up to three letters are alike. In place; the length that is left.
 */
static size_t without_names(const struct node *n, char *p, size_t len)
{
	bool script = str_ends_nocase(n->path, ".js") || str_ends_nocase(n->path, ".mjs") || str_ends_nocase(n->path, ".cjs");
	size_t lines = 1, to = 0;

	for (size_t i = 0; script && i < len; i++)
		lines += p[i] == '\n';
	if (!script || len / lines < LONG_LINE_BYTES)
		return len;
	for (size_t i = 0; i < len;) {
		size_t from = i;

		while (i < len && word_char(p[i]))
			i++;
		if (i == from) {
			p[to++] = p[i++];
		} else if (i - from <= NAME_BYTES) {
			p[to++] = '_';
		} else {
			memmove(p + to, p + from, i - from);
			to += i - from;
		}
	}
	return to;
}

void sketch_make(struct analysis *a, struct tree *t, struct node *n)
{
	struct sketch *s;
	uint64_t offset;
	char *bytes;

	if (n->sketch || !n->size_bytes || n->size_bytes > SKETCH_MAX_BYTES ||
	    unpack_bytes(a, t, n, &offset) != STATUS_OK)
		return;
	bytes = malloc((size_t)n->size_bytes);
	if (!bytes)
		return;
	if (scratch_read(a->scratch, offset, bytes, (size_t)n->size_bytes) == STATUS_OK) {
		s = ARENA_NEW(&a->arena, struct sketch);
		sketch_of(str_view(bytes, without_names(n, bytes, (size_t)n->size_bytes)), s);
		n->sketch = s;
	}
	free(bytes);
}

struct bucket_row {
	uint64_t hash;
	struct node *node;
};

static int bucket_cmp(const void *x, const void *y)
{
	const struct bucket_row *a = x, *b = y;

	if (a->hash != b->hash)
		return a->hash < b->hash ? -1 : 1;
	return a->node->index < b->node->index ? -1 : a->node->index > b->node->index;
}

static struct node *best_for(const struct node *n, const struct bucket_row *rows, size_t n_rows)
{
	const struct sketch *s = n->sketch;
	struct node *best = NULL;
	double best_score = alike_enough;

	for (size_t h = 0; h < s->n && h < LSH_HASHES; h++) {
		size_t lo = 0, hi = n_rows;

		while (lo < hi) {
			size_t mid = (lo + hi) / 2;

			if (rows[mid].hash < s->hashes[h])
				lo = mid + 1;
			else
				hi = mid;
		}
		for (size_t k = 0; k < BUCKET_MAX && lo + k < n_rows; k++) {
			const struct bucket_row *r = &rows[lo + k];
			double score;

			if (r->hash != s->hashes[h])
				break;
			if (r->node->mate || r->node->format != n->format || r->node == best)
				continue;
			score = sketch_alike(s, r->node->sketch);
			if (score > best_score || (score == best_score && best &&
							  r->node->index < best->index)) {
				best = r->node;
				best_score = score;
			}
		}
	}
	return best;
}

void sketch_pair(struct analysis *a, struct node **old, size_t n_old, struct node **new_,
	size_t n_new)
{
	struct bucket_row *rows = ARENA_ARRAY(&a->arena, n_old * LSH_HASHES + 1, struct bucket_row);
	size_t n_rows = 0;

	for (size_t i = 0; i < n_old; i++) {
		const struct sketch *s = old[i]->sketch;

		for (size_t h = 0; s && h < s->n && h < LSH_HASHES; h++)
			rows[n_rows++] = (struct bucket_row){s->hashes[h], old[i]};
	}
	qsort(rows, n_rows, sizeof(*rows), bucket_cmp);
	for (size_t i = 0; i < n_new; i++) {
		struct node *best = new_[i]->sketch ? best_for(new_[i], rows, n_rows) : NULL;

		if (best) {
			best->mate = new_[i];
			new_[i]->mate = best;
		}
	}
}
