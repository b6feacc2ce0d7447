/*
 * 1. Both texts are read in step as long as their tokens are the same; nothing is stored for that.
 * 2. From a little before the first difference on, tokens are stored; the equal end is cut off.
 * 3. Windows of 32 tokens of OLD are indexed; NEW is walked once, each hit is verified on the bytes
 *    and extended. The heaviest chain of hits in the order of OLD stays; of the others, long runs
 *    with balanced brackets stay as moved.
 * 4. Gaps of the chain are matched again with windows of 8 tokens, in order; what is still open and
 *    small is matched by a bounded table (longest common subsequence).
 * 5. Matched crumbs between fresh runs become fresh; insertions slide to the boundary of a statement.
 */
#include "read/align.h"
#include "read/lexer.h"

#include <stdlib.h>

enum {
	WIDE_WINDOW = 32,
	NARROW_WINDOW = 8,
	CANDIDATES = 4,     /* looked at on each side of the expected place */
	TABLE_CELLS = 16384,
	CRUMB_TOKENS = 4,
	CRUMB_WORDS = 2,
	SMALL_RUN_TOKENS = 16,
	SLIDE_TOKENS = 64,
	SNAPSHOT_TOKENS = 1024,
	STEP_TOKENS = 1024,
};

#define NOWHERE UINT32_MAX
#define MOVED 0x80000000u

/* --- tokens of either language, without the separators that formatters add and drop --- */

struct feed {
	bool is_js;
	struct lexer lexer;
	struct token held, before;
	bool has_held;
};

static void feed_init(struct feed *f, enum language lang, struct str text)
{
	memset(f, 0, sizeof(*f));
	f->is_js = language_is_js(lang);
	lexer_init(&f->lexer, lang, text, false);
}

static bool feed_raw(struct feed *f, struct token *t)
{
	return lexer_next(&f->lexer, t);
}

static bool is_punct(const struct token *t, int sub)
{
	return t->kind == TOKEN_PUNCT && t->sub == sub;
}

/* `;` before `}` and `,` before `}` or `)` or `]` mean nothing, with the exceptions tested here. */
static bool is_idle(const struct token *before, const struct token *t, const struct token *next)
{
	if (is_punct(t, ';'))
		return is_punct(next, '}') && !(before->flags & TOKEN_HEAD_END) &&
			before->kind != TOKEN_KEYWORD;
	if (is_punct(t, ','))
		return (is_punct(next, '}') || is_punct(next, ')') || is_punct(next, ']')) &&
			!is_punct(before, '[') && !is_punct(before, ',');
	return false;
}

static bool feed_next(struct feed *f, struct token *t)
{
	if (!f->has_held) {
		if (!feed_raw(f, t))
			return false;
	} else {
		*t = f->held;
		f->has_held = false;
	}
	while (f->is_js && (is_punct(t, ';') || is_punct(t, ','))) {
		f->has_held = feed_raw(f, &f->held);
		if (!is_idle(&f->before, t, &f->held))
			break;
		if (!f->has_held)
			return false;
		*t = f->held;
		f->has_held = false;
	}
	f->before = *t;
	return true;
}

/* --- the state of one alignment --- */

struct match {
	uint32_t a, b, len;
	bool in_chain;
};

struct work {
	struct read_in *in;
	struct str old, new_;
	struct token *a, *b;  /* of OLD, of NEW; both from the snapshot on */
	uint32_t na, nb;
	uint32_t *to_old, *to_new; /* partner or NOWHERE; MOVED bit set when not in order */
	bool is_code;              /* tokens of a programming language, not words */
	bool loose;                /* short locals are equal */
	bool limit;
	struct match *matches;
	size_t n_matches, room_matches;
	uint32_t *bucket, *places; /* index scratch */
	uint16_t *table;           /* TABLE_CELLS */
};

static bool work_spend(struct work *w, uint64_t n)
{
	if (!w->limit && !budget_step(w->in->budget, n))
		w->limit = true;
	return !w->limit;
}

/* The same string whatever its quotes: a backslash before a quote does not count. */
static bool string_equal(struct str x, struct str y)
{
	size_t i = 1, k = 1;

	for (;; i++, k++) {
		if (i + 2 < x.len && x.p[i] == '\\' && (x.p[i + 1] == '\'' || x.p[i + 1] == '"'))
			i++;
		if (k + 2 < y.len && y.p[k] == '\\' && (y.p[k + 1] == '\'' || y.p[k + 1] == '"'))
			k++;
		if (i + 1 >= x.len || k + 1 >= y.len)
			return i + 1 >= x.len && k + 1 >= y.len;
		if (x.p[i] != y.p[k])
			return false;
		if (x.p[i] == '\\' && i + 2 < x.len && k + 2 < y.len && x.p[++i] != y.p[++k])
			return false;
	}
}

static bool token_equal(struct str ta, const struct token *a, struct str tb, const struct token *b)
{
	if (a->hash != b->hash || a->kind != b->kind || (a->flags ^ b->flags) & TOKEN_AFTER_BREAK)
		return false;
	if (a->kind == TOKEN_NEWLINE)
		return true;
	if (a->kind == TOKEN_STRING)
		return string_equal(token_text(ta, a), token_text(tb, b));
	return a->len == b->len && memcmp(ta.p + a->at, tb.p + b->at, a->len) == 0;
}

/* Minifiers write a;b as a,b and back. */
static bool is_joint(const struct token *t)
{
	return t->kind == TOKEN_PUNCT && (t->sub == ';' || t->sub == ',');
}

static bool same(const struct work *w, uint32_t a, uint32_t b)
{
	const struct token *x = &w->a[a], *y = &w->b[b];

	if (w->loose && (x->flags & y->flags & TOKEN_SHORT || (is_joint(x) && is_joint(y))))
		return true;
	return token_equal(w->old, x, w->new_, y);
}

static uint64_t window_hash_of(const struct work *w, const struct token *t)
{
	if (w->loose && t->flags & TOKEN_SHORT)
		return 0x51ed;
	if (w->loose && is_joint(t))
		return 0x51ee;
	return t->hash;
}

/* --- step 3 and 4: windows --- */

static const uint64_t roll_base = 0x9e3779b97f4a7c15u;

struct roller {
	const struct work *w;
	const struct token *t;
	uint64_t hash, top; /* top = base ^ (window - 1) */
	uint32_t window;
};

static void roller_start(struct roller *r, const struct work *w, const struct token *t, uint32_t window)
{
	*r = (struct roller){.w = w, .t = t, .top = 1, .window = window};
	for (uint32_t i = 0; i < window; i++) {
		r->hash = r->hash * roll_base + window_hash_of(w, &t[i]);
		if (i)
			r->top *= roll_base;
	}
}

/* Moves from the window at t[i] to the one at t[i + 1]. */
static void roller_step(struct roller *r, uint32_t i)
{
	r->hash -= window_hash_of(r->w, &r->t[i]) * r->top;
	r->hash = r->hash * roll_base + window_hash_of(r->w, &r->t[i + r->window]);
}

static uint32_t bucket_of(uint64_t hash, uint32_t mask)
{
	return (uint32_t)((hash ^ hash >> 31) * roll_base >> 40) & mask;
}

struct range {
	uint32_t a0, a1, b0, b1;
	uint32_t window;
	bool in_order; /* only hits behind the last one */
};

/* Places of all windows of OLD in the range, bucket by bucket, ascending. Returns the mask. */
static uint32_t index_build(struct work *w, const struct range *g)
{
	uint32_t n = g->a1 - g->a0 - g->window + 1, size = 16, mask;
	struct roller r;

	while (size < n && size < 1u << 23)
		size *= 2;
	mask = size - 1;
	memset(w->bucket, 0, (size + 1) * sizeof(*w->bucket));
	roller_start(&r, w, w->a + g->a0, g->window);
	for (uint32_t i = 0; i < n; i++) {
		w->bucket[bucket_of(r.hash, mask) + 1]++;
		if (i + 1 < n)
			roller_step(&r, i);
	}
	for (uint32_t k = 0; k < size; k++)
		w->bucket[k + 1] += w->bucket[k];
	roller_start(&r, w, w->a + g->a0, g->window);
	for (uint32_t i = 0; i < n; i++) {
		w->places[w->bucket[bucket_of(r.hash, mask)]++] = g->a0 + i;
		if (i + 1 < n)
			roller_step(&r, i);
	}
	/* each bucket's start has become its end: shift back */
	memmove(w->bucket + 1, w->bucket, size * sizeof(*w->bucket));
	w->bucket[0] = 0;
	return mask;
}

static uint32_t run_length(const struct work *w, const struct range *g, uint32_t a, uint32_t b)
{
	uint32_t n = 0;

	while (a + n < g->a1 && b + n < g->b1 && same(w, a + n, b + n))
		n++;
	return n;
}

/* The best hit for NEW's window at b: the longest, those just behind the last hit preferred. */
static struct match hit_find(struct work *w, const struct range *g, uint32_t mask, uint64_t hash,
	uint32_t b, uint32_t expected)
{
	uint32_t k = bucket_of(hash, mask), lo = w->bucket[k], end = w->bucket[k + 1], first = lo;
	struct match best = {0};
	uint64_t best_score = 0;

	for (uint32_t hi = end; lo < hi;) {
		uint32_t mid = lo + (hi - lo) / 2;

		if (w->places[mid] < expected)
			lo = mid + 1;
		else
			hi = mid;
	}
	for (int i = -CANDIDATES; i < CANDIDATES; i++) {
		/* ahead first, then behind */
		int64_t at = (int64_t)lo + (i < 0 ? i + CANDIDATES : -(i + 1));
		uint32_t a, n, skip;
		uint64_t score;

		if (at < first || at >= end || (i >= 0 && g->in_order))
			continue;
		a = w->places[at];
		n = run_length(w, g, a, b);
		/* a hit that begins in what is matched already and leads out of it continues there */
		skip = a < expected && n >= expected - a + g->window ? expected - a : 0;
		score = (uint64_t)n * (i < 0 || skip ? 2 : 1);
		if (n >= g->window && score > best_score) {
			best_score = score;
			best = (struct match){.a = a + skip, .b = b + skip, .len = n - skip};
		}
	}
	return best;
}

/* Adds the matches between the two ranges to the list; charges the budget. */
static void range_match(struct work *w, const struct range *g)
{
	uint32_t last_b = g->b0, expected = g->a0, mask, b = g->b0;
	struct roller r;

	if (g->a1 - g->a0 < g->window || g->b1 - g->b0 < g->window)
		return;
	if (!work_spend(w, (uint64_t)(g->a1 - g->a0) + (g->b1 - g->b0)))
		return;
	mask = index_build(w, g);
	roller_start(&r, w, w->b + b, g->window);
	while (b + g->window <= g->b1) {
		struct match m = hit_find(w, g, mask, r.hash, b, expected);

		if (m.len == 0) {
			if (b + g->window < g->b1)
				roller_step(&r, b - last_b);
			b++;
			continue;
		}
		while (m.b > last_b && m.a > g->a0 && m.a != expected && same(w, m.a - 1, m.b - 1)) {
			m.a--;
			m.b--;
			m.len++;
		}
		*ARENA_PUSH(w->in->arena, w->matches, w->n_matches, w->room_matches) = m;
		b = last_b = m.b + m.len;
		expected = m.a + m.len;
		if (b + g->window <= g->b1)
			roller_start(&r, w, w->b + b, g->window);
	}
}

/* --- the heaviest chain of matches in the order of OLD --- */

static int match_cmp_end(const void *x, const void *y)
{
	uint32_t a = *(const uint32_t *)x, b = *(const uint32_t *)y;

	return a < b ? -1 : a > b;
}

static size_t ends_below(const uint32_t *ends, size_t n, uint32_t limit)
{
	size_t lo = 0;

	for (size_t hi = n; lo < hi;) {
		size_t mid = lo + (hi - lo) / 2;

		if (ends[mid] <= limit)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

static void chain_mark(struct work *w)
{
	size_t n = w->n_matches;
	uint32_t *ends = ARENA_ARRAY(w->in->arena, n + 1, uint32_t);
	uint64_t *weight = ARENA_ARRAY(w->in->arena, n + 1, uint64_t);
	uint32_t *from = ARENA_ARRAY(w->in->arena, n + 1, uint32_t);
	uint32_t *tree = ARENA_ARRAY(w->in->arena, n + 2, uint32_t); /* Fenwick: best match + 1 */
	uint32_t best = 0;

	if (!work_spend(w, n))
		n = 0;
	for (size_t i = 0; i < n; i++)
		ends[i] = w->matches[i].a + w->matches[i].len;
	qsort(ends, n, sizeof(*ends), match_cmp_end);
	for (size_t i = 0; i < n; i++) {
		struct match *m = &w->matches[i];
		uint32_t pick = 0;

		for (size_t k = ends_below(ends, n, m->a); k > 0; k &= k - 1)
			if (tree[k] && (!pick || weight[tree[k]] > weight[pick]))
				pick = tree[k];
		weight[i + 1] = m->len + (pick ? weight[pick] : 0);
		from[i + 1] = pick;
		for (size_t k = ends_below(ends, n, m->a + m->len - 1) + 1; k <= n; k += k & -k)
			if (!tree[k] || weight[i + 1] > weight[tree[k]])
				tree[k] = (uint32_t)i + 1;
		if (!best || weight[i + 1] > weight[best])
			best = (uint32_t)i + 1;
	}
	for (; best; best = from[best])
		w->matches[best - 1].in_chain = true;
}

static void map_set(struct work *w, const struct match *m, bool moved)
{
	for (uint32_t i = 0; i < m->len; i++) {
		if (w->to_old[m->b + i] != NOWHERE)
			continue;
		w->to_old[m->b + i] = (m->a + i) | (moved ? MOVED : 0);
		if (w->to_new[m->a + i] == NOWHERE)
			w->to_new[m->a + i] = (m->b + i) | (moved ? MOVED : 0);
	}
}

/* Whole statements move; stitched fragments of old code are new code. */
static bool run_is_balanced(const struct work *w, const struct match *m)
{
	int depth = 0, lowest = 0;

	for (uint32_t i = 0; i < m->len; i++) {
		const struct token *t = &w->b[m->b + i];

		if (t->kind != TOKEN_PUNCT)
			continue;
		if (t->sub == '(' || t->sub == '[' || t->sub == '{')
			depth++;
		else if (t->sub == ')' || t->sub == ']' || t->sub == '}')
			depth--;
		if (depth < lowest)
			lowest = depth;
	}
	return lowest >= -3 && depth - lowest <= 3;
}

/* --- step 4: what is open between two matches in order --- */

static void table_match(struct work *w, uint32_t a0, uint32_t a1, uint32_t b0, uint32_t b1)
{
	uint32_t n = a1 - a0, m = b1 - b0, i = 0, k = 0;
	uint16_t *t = w->table;
	size_t row = (size_t)m + 1;

	if (!n || !m || (uint64_t)(n + 1) * (m + 1) > TABLE_CELLS ||
		!work_spend(w, (uint64_t)n * m / 16 + 1))
		return;
	memset(t + n * row, 0, row * sizeof(*t));
	for (i = n; i-- > 0;) {
		t[i * row + m] = 0;
		for (k = m; k-- > 0;) {
			uint16_t down = t[(i + 1) * row + k], right = t[i * row + k + 1];

			t[i * row + k] = same(w, a0 + i, b0 + k) ?
				(uint16_t)(t[(i + 1) * row + k + 1] + 1) : (down > right ? down : right);
		}
	}
	for (i = k = 0; i < n && k < m;) {
		if (same(w, a0 + i, b0 + k)) {
			map_set(w, &(struct match){.a = a0 + i, .b = b0 + k, .len = 1}, false);
			i++;
			k++;
		} else if (t[(i + 1) * row + k] >= t[i * row + k + 1]) {
			i++;
		} else {
			k++;
		}
	}
}

/* Calls step for every run of NEW without a partner, with the open part of OLD beside it. */
static void gaps_walk(struct work *w, void (*step)(struct work *, uint32_t, uint32_t, uint32_t, uint32_t))
{
	uint32_t a0 = 0;

	for (uint32_t b = 0; b < w->nb && !w->limit;) {
		uint32_t end, a1 = w->na, next;

		if (w->to_old[b] != NOWHERE) {
			if (!(w->to_old[b] & MOVED))
				a0 = w->to_old[b] + 1;
			b++;
			continue;
		}
		for (end = b; end < w->nb && w->to_old[end] == NOWHERE; end++)
			;
		for (next = end; next < w->nb && w->to_old[next] & MOVED && w->to_old[next] != NOWHERE; next++)
			;
		if (next < w->nb && w->to_old[next] != NOWHERE)
			a1 = w->to_old[next];
		else if (next < w->nb)
			a1 = a0; /* more open runs of this gap follow: they share OLD's part; the first has had it */
		if (a1 > a0)
			step(w, a0, a1, b, end);
		b = end;
	}
}

static void gap_narrow(struct work *w, uint32_t a0, uint32_t a1, uint32_t b0, uint32_t b1)
{
	size_t before = w->n_matches;
	struct range g = {a0, a1, b0, b1, NARROW_WINDOW, true};

	if ((uint64_t)(a1 - a0 + 1) * (b1 - b0 + 1) <= TABLE_CELLS)
		return;
	range_match(w, &g);
	for (size_t i = before; i < w->n_matches; i++)
		map_set(w, &w->matches[i], false);
}

/* Equal ends of a gap are matched first: they are right more often than what a table finds. */
static void gap_table(struct work *w, uint32_t a0, uint32_t a1, uint32_t b0, uint32_t b1)
{
	while (a0 < a1 && b0 < b1 && same(w, a0, b0)) {
		map_set(w, &(struct match){.a = a0, .b = b0, .len = 1}, false);
		a0++;
		b0++;
	}
	while (a0 < a1 && b0 < b1 && same(w, a1 - 1, b1 - 1)) {
		a1--;
		b1--;
		map_set(w, &(struct match){.a = a1, .b = b1, .len = 1}, false);
	}
	table_match(w, a0, a1, b0, b1);
}

/* --- called names that change their meaning under a consistent renaming --- */

enum { NESTING = 512 };

struct rename {
	uint64_t key; /* block and name in NEW; 0 = empty */
	uint32_t old;
};

static uint32_t short_name(struct str text, const struct token *t)
{
	uint32_t v = t->len;

	for (uint32_t i = 0; i < t->len && i < 3; i++)
		v = v << 8 | (uint8_t)text.p[t->at + i];
	return v;
}

/*
 * Within one block a local has one name in OLD. A called local whose name maps to two of them in the
 * same block was exchanged for another function: its token is fresh.
 */
static void renames_check(struct work *w)
{
	uint32_t blocks[NESTING] = {0}, n_blocks = 0, depth = 0, block = 1, size = 64;
	struct rename *map;

	if (!w->loose || !work_spend(w, w->nb / 8 + 1))
		return;
	while (size < w->nb)
		size *= 2;
	map = ARENA_ARRAY(w->in->arena, size, struct rename);
	for (uint32_t b = 0; b + 1 < w->nb; b++) {
		const struct token *t = &w->b[b];
		uint32_t a = w->to_old[b] & ~MOVED, k, old;
		uint64_t key;

		if (is_punct(t, '{')) {
			if (depth < NESTING)
				blocks[depth] = block;
			depth++;
			block = ++n_blocks + 1;
		} else if (is_punct(t, '}') && depth) {
			depth--;
			block = depth < NESTING ? blocks[depth] : 0;
		}
		if (!(t->flags & TOKEN_SHORT) || !is_punct(&w->b[b + 1], '(') || w->to_old[b] == NOWHERE)
			continue;
		key = (uint64_t)block << 32 | short_name(w->new_, t);
		old = short_name(w->old, &w->a[a]);
		for (k = (uint32_t)(key * roll_base >> 33) & (size - 1); map[k].key && map[k].key != key;)
			k = (k + 1) & (size - 1);
		if (!map[k].key)
			map[k] = (struct rename){key, old};
		else if (map[k].old != old)
			w->to_old[b] = NOWHERE;
	}
}

/* --- step 5 --- */

static uint32_t run_end(const uint32_t *map, uint32_t n, uint32_t from)
{
	bool open = map[from] == NOWHERE;

	while (from < n && (map[from] == NOWHERE) == open)
		from++;
	return from;
}

static void crumbs_drop(struct work *w)
{
	uint32_t fresh_before = 0;

	for (uint32_t b = 0; b < w->nb;) {
		uint32_t end = run_end(w->to_old, w->nb, b), len = end - b, after;

		if (w->to_old[b] == NOWHERE) {
			fresh_before += len;
			b = end;
			continue;
		}
		after = end < w->nb ? run_end(w->to_old, w->nb, end) - end : 0;
		if (fresh_before && after &&
			(len < (w->is_code ? CRUMB_TOKENS : CRUMB_WORDS) || (len < SMALL_RUN_TOKENS && len * 4 < fresh_before && len * 4 < after))) {
			for (uint32_t i = b; i < end; i++)
				w->to_old[i] = NOWHERE;
			fresh_before += len;
		} else {
			fresh_before = 0;
		}
		b = end;
	}
	for (uint32_t a = 0; a < w->na; a++) /* both maps agree again */
		if (w->to_new[a] != NOWHERE && w->to_old[w->to_new[a] & ~MOVED] == NOWHERE)
			w->to_new[a] = NOWHERE;
}

struct side {
	struct str text;
	const struct token *t;
	uint32_t n;
	uint32_t *map, *back;
};

static int edge_score(const struct side *s, uint32_t from, uint32_t to)
{
	const struct token *before = from ? &s->t[from - 1] : NULL, *last = &s->t[to - 1];
	int score = 0;

	if (!before || is_punct(before, ';') || is_punct(before, '}') || is_punct(before, '{') ||
		before->kind == TOKEN_NEWLINE)
		score += 4;
	else if (is_punct(before, ','))
		score += 2;
	if (is_punct(last, ';') || is_punct(last, '}') || last->kind == TOKEN_NEWLINE)
		score += 4;
	else if (is_punct(last, ','))
		score += 2;
	if (s->t[from].flags & TOKEN_ON_NEW_LINE)
		score += 2;
	if (to == s->n || s->t[to].flags & TOKEN_ON_NEW_LINE)
		score += 2;
	return score;
}

static bool same_here(const struct side *s, uint32_t x, uint32_t y)
{
	return token_equal(s->text, &s->t[x], s->text, &s->t[y]);
}

/* How far the open run [from,to) can move left (dir -1) or right (1) without changing its sense. */
static uint32_t slide_room(const struct side *s, uint32_t from, uint32_t to, int dir)
{
	uint32_t k = 0;

	while (k < SLIDE_TOKENS) {
		uint32_t in = dir < 0 ? from - k - 1 : to + k;          /* token that joins the run */
		uint32_t out = dir < 0 ? to - k - 1 : from + k;         /* token that leaves it */
		uint32_t inner = dir < 0 ? in + 1 : in - 1;

		if (dir < 0 ? from - k == 0 : in >= s->n)
			break;
		if (s->map[in] == NOWHERE || s->map[in] & MOVED || !same_here(s, in, out))
			break;
		if (k && s->map[inner] + (uint32_t)dir != s->map[in])
			break;
		k++;
	}
	return k;
}

static void slide_by(struct side *s, uint32_t from, uint32_t to, int shift)
{
	for (; shift < 0; shift++, from--, to--) {
		s->map[to - 1] = s->map[from - 1];
		s->back[s->map[to - 1]] = to - 1;
		s->map[from - 1] = NOWHERE;
	}
	for (; shift > 0; shift--, from++, to++) {
		s->map[from] = s->map[to];
		s->back[s->map[from]] = from;
		s->map[to] = NOWHERE;
	}
}

static void slides(struct side *s)
{
	for (uint32_t from = 0; from < s->n;) {
		uint32_t to = run_end(s->map, s->n, from), left, right;
		int best = 0, best_score;

		if (s->map[from] != NOWHERE) {
			from = to;
			continue;
		}
		/* only where nothing was exchanged for it */
		if (from && to < s->n && s->map[from - 1] != NOWHERE && s->map[to] == s->map[from - 1] + 1) {
			left = slide_room(s, from, to, -1);
			right = slide_room(s, from, to, 1);
			best_score = edge_score(s, from, to);
			for (int k = 1; k <= (int)(left > right ? left : right); k++) {
				if (k <= (int)left && edge_score(s, from - (uint32_t)k, to - (uint32_t)k) > best_score) {
					best = -k;
					best_score = edge_score(s, from - (uint32_t)k, to - (uint32_t)k);
				}
				if (k <= (int)right && edge_score(s, from + (uint32_t)k, to + (uint32_t)k) > best_score) {
					best = k;
					best_score = edge_score(s, from + (uint32_t)k, to + (uint32_t)k);
				}
			}
			slide_by(s, from, to, best);
		}
		from = to + (best > 0 ? (uint32_t)best : 0);
	}
}

/* --- results --- */

static void spans_of(struct arena *a, const struct token *t, uint32_t n, const uint32_t *map,
	struct span **ret, size_t *ret_n)
{
	size_t room = 0;

	*ret = NULL;
	*ret_n = 0;
	for (uint32_t from = 0; from < n;) {
		uint32_t to = run_end(map, n, from);

		if (map[from] == NOWHERE) {
			struct span *s = ARENA_PUSH(a, *ret, *ret_n, room);

			/* the separator before an addition says nothing */
			s->from = t[from + (from + 1 < to && is_joint(&t[from]))].at;
			s->to = (size_t)t[to - 1].at + t[to - 1].len;
		}
		from = to;
	}
}

static void old_places(struct work *w, struct align *al)
{
	size_t i = 0;

	al->old_at = ARENA_ARRAY(w->in->arena, al->n_fresh, size_t);
	for (uint32_t from = 0; from < w->nb; from = run_end(w->to_old, w->nb, from)) {
		uint32_t to;

		if (w->to_old[from] != NOWHERE)
			continue;
		to = run_end(w->to_old, w->nb, from);
		al->old_at[i] = SIZE_MAX;
		if (from) {
			const struct token *t = &w->a[w->to_old[from - 1] & ~MOVED];

			al->old_at[i] = (size_t)t->at + t->len;
		} else if (to < w->nb) {
			al->old_at[i] = w->a[w->to_old[to] & ~MOVED].at;
		}
		al->fresh_tokens += to - from;
		i++;
	}
}

static void runs_of(struct work *w, struct align *al)
{
	size_t room = 0;

	/* what was read in step before the stored part */
	if (w->nb && w->na && w->b[0].at && w->a[0].at)
		*ARENA_PUSH(w->in->arena, al->runs, al->n_runs, room) =
			(struct align_run){0, w->b[0].at, 0, w->a[0].at, false};
	for (uint32_t b = 0; b < w->nb;) {
		uint32_t o = w->to_old[b], end = b + 1;
		const struct token *ta, *tb;

		if (o == NOWHERE) {
			b++;
			continue;
		}
		while (end < w->nb && w->to_old[end] == o + (end - b))
			end++;
		tb = &w->b[end - 1];
		ta = &w->a[(o & ~MOVED) + (end - b) - 1];
		*ARENA_PUSH(w->in->arena, al->runs, al->n_runs, room) = (struct align_run){
			w->b[b].at, (size_t)tb->at + tb->len, w->a[o & ~MOVED].at, (size_t)ta->at + ta->len,
			(o & MOVED) != 0};
		b = end;
	}
}

static struct token *tokens_of(struct work *w, const struct feed *start, uint32_t *ret_n)
{
	struct feed f = *start;
	struct token t, *list;
	uint32_t n = 0, i = 0;

	while (!w->limit && feed_next(&f, &t))
		if (++n % STEP_TOKENS == 0)
			work_spend(w, STEP_TOKENS);
	list = ARENA_ARRAY(w->in->arena, n, struct token);
	f = *start;
	while (i < n && feed_next(&f, &list[i]))
		i++;
	*ret_n = i;
	return list;
}

/*
 * Reads both in step. Leaves the feeds at least SNAPSHOT_TOKENS before the first difference (or at
 * the start). True if the texts have the same tokens to the end.
 */
static bool prefix_skip(struct work *w, struct feed *fa, struct feed *fb, struct align *al)
{
	struct feed older[2] = {*fa, *fb}, newer[2] = {*fa, *fb};
	uint64_t n = 0, n_older = 0, n_newer = 0;

	for (;;) {
		struct token a, b;
		bool more_a, more_b;

		if (n % SNAPSHOT_TOKENS == 0) {
			older[0] = newer[0];
			older[1] = newer[1];
			n_older = n_newer;
			newer[0] = *fa;
			newer[1] = *fb;
			n_newer = n;
			if (!work_spend(w, SNAPSHOT_TOKENS))
				break;
		}
		more_a = feed_next(fa, &a);
		more_b = feed_next(fb, &b);
		if (!more_a && !more_b) {
			al->old_tokens = al->new_tokens = n;
			return true;
		}
		if (!more_a || !more_b || !token_equal(w->old, &a, w->new_, &b))
			break;
		n++;
	}
	*fa = older[0];
	*fb = older[1];
	al->old_tokens = al->new_tokens = n_older;
	return false;
}

static void ends_match(struct work *w, uint32_t *ret_from, uint32_t *ret_a1, uint32_t *ret_b1)
{
	uint32_t from = 0, a1 = w->na, b1 = w->nb;

	while (from < w->na && from < w->nb && token_equal(w->old, &w->a[from], w->new_, &w->b[from])) {
		map_set(w, &(struct match){.a = from, .b = from, .len = 1}, false);
		from++;
	}
	while (a1 > from && b1 > from && token_equal(w->old, &w->a[a1 - 1], w->new_, &w->b[b1 - 1])) {
		a1--;
		b1--;
		map_set(w, &(struct match){.a = a1, .b = b1, .len = 1}, false);
	}
	*ret_from = from;
	*ret_a1 = a1;
	*ret_b1 = b1;
}

static uint32_t *map_make(struct arena *a, uint32_t n)
{
	uint32_t *map = ARENA_ARRAY(a, n + 1, uint32_t);

	memset(map, 0xff, ((size_t)n + 1) * sizeof(*map));
	return map;
}

static void work_match(struct work *w)
{
	struct range g = {.window = WIDE_WINDOW};
	uint32_t size = 16;

	ends_match(w, &g.a0, &g.a1, &g.b1);
	g.b0 = g.a0;
	if (g.a0 == g.a1 || g.b0 == g.b1)
		return;
	while (size < g.a1 - g.a0 && size < 1u << 23)
		size *= 2;
	w->bucket = ARENA_ARRAY(w->in->arena, size + 1, uint32_t);
	w->places = ARENA_ARRAY(w->in->arena, g.a1 - g.a0, uint32_t);
	w->table = ARENA_ARRAY(w->in->arena, TABLE_CELLS, uint16_t);
	range_match(w, &g);
	chain_mark(w);
	for (size_t i = 0; i < w->n_matches; i++)
		if (w->matches[i].in_chain)
			map_set(w, &w->matches[i], false);
	for (size_t i = 0; i < w->n_matches; i++)
		if (!w->matches[i].in_chain && run_is_balanced(w, &w->matches[i]))
			map_set(w, &w->matches[i], true);
	gaps_walk(w, gap_narrow);
	gaps_walk(w, gap_table);
}

static void work_finish(struct work *w)
{
	struct side new_side = {w->new_, w->b, w->nb, w->to_old, w->to_new};
	struct side old_side = {w->old, w->a, w->na, w->to_new, w->to_old};

	renames_check(w);
	crumbs_drop(w);
	slides(&new_side);
	slides(&old_side);
}

static enum status align_whole(struct read_in *in, enum language lang, struct str new_, struct align *al)
{
	struct work w = {.in = in, .new_ = new_};
	struct feed f;
	struct token t;

	if (new_.len) {
		al->fresh = ARENA_NEW(in->arena, struct span);
		al->fresh[0] = (struct span){0, new_.len};
		al->n_fresh = 1;
		al->old_at = ARENA_NEW(in->arena, size_t);
		al->old_at[0] = SIZE_MAX;
	}
	feed_init(&f, lang, new_);
	while (feed_next(&f, &t))
		if (++al->new_tokens % STEP_TOKENS == 0 && !work_spend(&w, STEP_TOKENS))
			return STATUS_LIMIT;
	al->fresh_tokens = al->new_tokens;
	return STATUS_OK;
}

/* The budget ended: everything from here on is fresh, and OLD's rest is lost. */
static void limit_rest(struct work *w, struct align *al, size_t from_old, size_t from_new)
{
	al->n_fresh = al->n_lost = al->n_runs = 0;
	if (from_new < w->new_.len) {
		al->fresh = ARENA_NEW(w->in->arena, struct span);
		al->fresh[0] = (struct span){from_new, w->new_.len};
		al->n_fresh = 1;
		al->old_at = ARENA_NEW(w->in->arena, size_t);
		al->old_at[0] = from_old;
	}
	if (from_old < w->old.len) {
		al->lost = ARENA_NEW(w->in->arena, struct span);
		al->lost[0] = (struct span){from_old, w->old.len};
		al->n_lost = 1;
	}
	if (from_old && from_new) {
		al->runs = ARENA_NEW(w->in->arena, struct align_run);
		al->runs[0] = (struct align_run){0, from_new, 0, from_old, false};
		al->n_runs = 1;
	}
}

static size_t feed_at(const struct feed *f)
{
	if (f->has_held)
		return f->held.at;
	return lexer_at(&f->lexer);
}

/* A text longer than tokens can count: what lies behind is fresh. */
static void add_uncounted(struct work *w, struct align *al)
{
	struct span *fresh;
	size_t *old_at;

	if (w->new_.len <= TOKEN_TEXT_MAX)
		return;
	fresh = ARENA_ARRAY(w->in->arena, al->n_fresh + 1, struct span);
	old_at = ARENA_ARRAY(w->in->arena, al->n_fresh + 1, size_t);
	if (al->n_fresh) {
		memcpy(fresh, al->fresh, al->n_fresh * sizeof(*fresh));
		memcpy(old_at, al->old_at, al->n_fresh * sizeof(*old_at));
	}
	fresh[al->n_fresh] = (struct span){TOKEN_TEXT_MAX, w->new_.len};
	old_at[al->n_fresh++] = SIZE_MAX;
	al->fresh = fresh;
	al->old_at = old_at;
}

enum status align_texts(struct read_in *in, enum language lang, struct str old, struct str new_,
	struct align *ret)
{
	struct work w = {.in = in, .old = old, .new_ = new_};
	struct feed fa, fb;

	memset(ret, 0, sizeof(*ret));
	feed_init(&fa, lang, old);
	feed_init(&fb, lang, new_);
	if (fa.is_js) {
		ret->minified_old = text_is_minified(old);
		ret->minified_new = text_is_minified(new_);
	}
	if (!old.p || !in->has_old)
		return align_whole(in, lang, new_, ret);
	w.is_code = language_family(lang) != FAMILY_WORDS;
	w.loose = ret->minified_old && ret->minified_new;
	if (prefix_skip(&w, &fa, &fb, ret)) {
		if (new_.len && old.len)
			limit_rest(&w, ret, old.len, new_.len);
		add_uncounted(&w, ret);
		return STATUS_OK;
	}
	if (!w.limit) {
		w.a = tokens_of(&w, &fa, &w.na);
		w.b = tokens_of(&w, &fb, &w.nb);
	}
	if (w.limit) {
		limit_rest(&w, ret, feed_at(&fa), feed_at(&fb));
		return STATUS_LIMIT;
	}
	ret->old_tokens += w.na;
	ret->new_tokens += w.nb;
	w.to_old = map_make(in->arena, w.nb);
	w.to_new = map_make(in->arena, w.na);
	work_match(&w);
	work_finish(&w);
	spans_of(in->arena, w.b, w.nb, w.to_old, &ret->fresh, &ret->n_fresh);
	spans_of(in->arena, w.a, w.na, w.to_new, &ret->lost, &ret->n_lost);
	old_places(&w, ret);
	runs_of(&w, ret);
	add_uncounted(&w, ret);
	return w.limit ? STATUS_LIMIT : STATUS_OK;
}

bool align_is_fresh(const struct align *al, size_t from, size_t to)
{
	size_t lo = 0;

	for (size_t hi = al->n_fresh; lo < hi;) { /* first span that ends behind `from` */
		size_t mid = lo + (hi - lo) / 2;

		if (al->fresh[mid].to <= from)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo < al->n_fresh && al->fresh[lo].from < to;
}
