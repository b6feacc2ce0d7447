/*
 * Regular expressions for the interpreter: what decoders and packers use (classes, groups,
 * alternatives, greedy and lazy repeats, anchors, word boundaries, back references, look-ahead).
 * A backtracking matcher with a step budget; what it does not know makes the run give up.
 */
#include "js_int.h"

enum { RE_CHAR, RE_ANY, RE_CLASS, RE_GROUP, RE_ALT, RE_BEGIN, RE_END, RE_WORD, RE_NOT_WORD, RE_BACK, RE_LOOK, RE_EMPTY };
enum { RE_NODES_MAX = 2000, RE_DEPTH_MAX = 400, RE_GROUPS_MAX = 15, RE_STEPS_MAX = 2000000 };

struct re_node {
	uint8_t kind;
	bool lazy, negated;
	uint16_t c;
	uint32_t min, max;      /* repeat */
	int32_t next;           /* in sequence */
	int32_t first;          /* group, look: its alternatives (chain of RE_ALT) */
	int32_t group;          /* number, -1 = none */
	uint32_t set;           /* class: index into sets */
};

struct re_range {
	uint16_t from, to;
};

struct re_set {
	uint32_t first, n;
};

struct js_regex {
	struct re_node *nodes;
	size_t n_nodes, nodes_room;
	struct re_range *ranges;
	size_t n_ranges, ranges_room;
	struct re_set *sets;
	size_t n_sets, sets_room;
	unsigned groups;
	int32_t root;
	bool global, fold_case, multiline, dotall, bad;
};

struct re_parse {
	struct js *j;
	struct js_regex *r;
	const struct js_str *s;
	size_t pos;
	int depth;
};

static int32_t re_alternatives(struct re_parse *p);

static int32_t re_push(struct re_parse *p, uint8_t kind)
{
	struct js_regex *r = p->r;
	struct re_node *n;

	if (r->n_nodes >= RE_NODES_MAX) {
		r->bad = true;
		return 0;
	}
	n = ARENA_PUSH(p->j->a, r->nodes, r->n_nodes, r->nodes_room);
	n->kind = kind;
	n->min = n->max = 1;
	n->next = n->first = n->group = -1;
	return (int32_t)r->n_nodes - 1;
}

static void re_range(struct re_parse *p, uint16_t from, uint16_t to)
{
	*ARENA_PUSH(p->j->a, p->r->ranges, p->r->n_ranges, p->r->ranges_room) = (struct re_range){from, to};
	p->r->sets[p->r->n_sets - 1].n++;
}

static void re_set(struct re_parse *p)
{
	struct re_set *s = ARENA_PUSH(p->j->a, p->r->sets, p->r->n_sets, p->r->sets_room);

	s->first = (uint32_t)p->r->n_ranges;
}

static bool re_class_escape(struct re_parse *p, uint16_t c)
{
	switch (c) {
	case 'd':
		re_range(p, '0', '9');
		return true;
	case 'w':
		re_range(p, '0', '9');
		re_range(p, 'a', 'z');
		re_range(p, 'A', 'Z');
		re_range(p, '_', '_');
		return true;
	case 's':
		re_range(p, 9, 13);
		re_range(p, ' ', ' ');
		re_range(p, 0xa0, 0xa0);
		re_range(p, 0xfeff, 0xfeff);
		return true;
	case 'D':
		re_range(p, 0, '0' - 1);
		re_range(p, '9' + 1, 0xffff);
		return true;
	case 'S':
		re_range(p, 0, 8);
		re_range(p, 14, 31);
		re_range(p, 33, 0x9f);
		re_range(p, 0xa1, 0xfffe);
		return true;
	case 'W':
		re_range(p, 0, '0' - 1);
		re_range(p, '9' + 1, 'A' - 1);
		re_range(p, 'Z' + 1, '_' - 1);
		re_range(p, '`', '`');
		re_range(p, 'z' + 1, 0xffff);
		return true;
	default:
		return false;
	}
}

static int re_peek(const struct re_parse *p)
{
	return p->pos < p->s->len ? js_unit(p->s, p->pos) : -1;
}

static uint16_t re_hex(struct re_parse *p, int digits)
{
	unsigned v = 0;

	for (int i = 0; i < digits; i++) {
		int c = re_peek(p);
		int d = c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 87
							: c >= 'A' && c <= 'F' ? c - 55
									       : -1;

		if (d < 0)
			break;
		v = v * 16 + (unsigned)d;
		p->pos++;
	}
	return (uint16_t)v;
}

static uint16_t re_escape_char(struct re_parse *p, int c)
{
	switch (c) {
	case 'n':
		return '\n';
	case 'r':
		return '\r';
	case 't':
		return '\t';
	case 'f':
		return '\f';
	case 'v':
		return '\v';
	case '0':
		return 0;
	case 'x':
		return re_hex(p, 2);
	case 'u':
		return re_hex(p, 4);
	default:
		return (uint16_t)c;
	}
}

static int32_t re_class(struct re_parse *p)
{
	int32_t n = re_push(p, RE_CLASS);
	int c;

	re_set(p);
	p->r->nodes[n].set = (uint32_t)p->r->n_sets - 1;
	if (re_peek(p) == '^') {
		p->r->nodes[n].negated = true;
		p->pos++;
	}
	while ((c = re_peek(p)) != ']') {
		int to;

		if (c < 0) {
			p->r->bad = true;
			return n;
		}
		p->pos++;
		if (c == '\\') {
			c = re_peek(p);
			p->pos++;
			if (re_class_escape(p, (uint16_t)c))
				continue;
			c = c == 'b' ? 8 : re_escape_char(p, c);
		}
		to = c;
		if (re_peek(p) == '-' && p->pos + 1 < p->s->len && js_unit(p->s, p->pos + 1) != ']') {
			p->pos++;
			to = re_peek(p);
			p->pos++;
			if (to == '\\') {
				to = re_peek(p);
				p->pos++;
				to = re_escape_char(p, to);
			}
		}
		re_range(p, (uint16_t)c, (uint16_t)to);
	}
	p->pos++;
	return n;
}

static int32_t re_group(struct re_parse *p)
{
	int32_t n = re_push(p, RE_GROUP), first;

	if (re_peek(p) == '?') {
		int c = p->pos + 1 < p->s->len ? js_unit(p->s, p->pos + 1) : -1;

		p->pos += 2;
		if (c == '=' || c == '!') {
			p->r->nodes[n].kind = RE_LOOK;
			p->r->nodes[n].negated = c == '!';
		} else if (c != ':') {
			p->r->bad = true;
		}
	} else if (p->r->groups < RE_GROUPS_MAX) {
		p->r->nodes[n].group = (int32_t)++p->r->groups;
	} else {
		p->r->bad = true;
	}
	if (++p->depth > 60) {
		p->r->bad = true;
		return n;
	}
	first = re_alternatives(p);
	p->depth--;
	p->r->nodes[n].first = first;
	if (re_peek(p) == ')')
		p->pos++;
	else
		p->r->bad = true;
	return n;
}

static int32_t re_escape(struct re_parse *p)
{
	int c = re_peek(p);
	int32_t n;

	p->pos++;
	if (c == 'b' || c == 'B')
		return re_push(p, c == 'b' ? RE_WORD : RE_NOT_WORD);
	if (c >= '1' && c <= '9') {
		n = re_push(p, RE_BACK);
		p->r->nodes[n].group = c - '0';
		return n;
	}
	if (c > 0 && strchr("dwsDWS", c)) {
		n = re_push(p, RE_CLASS);
		re_set(p);
		p->r->nodes[n].set = (uint32_t)p->r->n_sets - 1;
		re_class_escape(p, (uint16_t)c);
		return n;
	}
	n = re_push(p, RE_CHAR);
	p->r->nodes[n].c = re_escape_char(p, c);
	return n;
}

static int32_t re_atom(struct re_parse *p)
{
	int c = re_peek(p);
	int32_t n;

	p->pos++;
	switch (c) {
	case '.':
		return re_push(p, RE_ANY);
	case '[':
		return re_class(p);
	case '(':
		return re_group(p);
	case '^':
		return re_push(p, RE_BEGIN);
	case '$':
		return re_push(p, RE_END);
	case '\\':
		return re_escape(p);
	default:
		n = re_push(p, RE_CHAR);
		p->r->nodes[n].c = (uint16_t)c;
		return n;
	}
}

static uint32_t re_number(struct re_parse *p)
{
	uint32_t v = 0;

	while (re_peek(p) >= '0' && re_peek(p) <= '9' && v < 100000)
		v = v * 10 + (uint32_t)(js_unit(p->s, p->pos++) - '0');
	return v;
}

static void re_repeat(struct re_parse *p, int32_t at)
{
	struct re_node *n = &p->r->nodes[at];
	size_t back = p->pos;
	int c = re_peek(p);

	if (c == '*' || c == '+' || c == '?') {
		n->min = c == '+';
		n->max = c == '?' ? 1 : UINT32_MAX;
		p->pos++;
	} else if (c == '{') {
		p->pos++;
		n->min = re_number(p);
		n->max = n->min;
		if (re_peek(p) == ',') {
			p->pos++;
			n->max = re_peek(p) == '}' ? UINT32_MAX : re_number(p);
		}
		if (re_peek(p) != '}') { /* a plain brace */
			n->min = n->max = 1;
			p->pos = back;
			return;
		}
		p->pos++;
	} else {
		return;
	}
	if (re_peek(p) == '?') {
		n->lazy = true;
		p->pos++;
	}
}

static int32_t re_sequence(struct re_parse *p)
{
	int32_t first = -1, last = -1;

	while (re_peek(p) >= 0 && re_peek(p) != '|' && re_peek(p) != ')' && !p->r->bad) {
		int32_t n = re_atom(p);

		re_repeat(p, n);
		if (last < 0)
			first = n;
		else
			p->r->nodes[last].next = n;
		last = n;
	}
	return first;
}

/* A chain of RE_ALT nodes; each one's first is a sequence. */
static int32_t re_alternatives(struct re_parse *p)
{
	int32_t first = -1, last = -1;

	for (;;) {
		int32_t n = re_push(p, RE_ALT), sequence;

		if (p->r->bad)
			return n;
		sequence = re_sequence(p);
		p->r->nodes[n].first = sequence;
		if (last < 0)
			first = n;
		else
			p->r->nodes[last].next = n;
		last = n;
		if (re_peek(p) != '|')
			return first;
		p->pos++;
	}
}

struct js_regex *js_regex_make(struct js *j, struct str source, struct str flags)
{
	struct js_regex *r = ARENA_NEW(j->a, struct js_regex);
	struct js_val s = js_str_utf8(j, source);
	struct re_parse p = {.j = j, .r = r, .s = s.s};

	for (size_t i = 0; i < flags.len; i++) {
		r->global |= flags.p[i] == 'g';
		r->fold_case |= flags.p[i] == 'i';
		r->multiline |= flags.p[i] == 'm';
		r->dotall |= flags.p[i] == 's';
	}
	r->root = re_alternatives(&p);
	if (r->bad || p.pos < p.s->len)
		return NULL;
	return r;
}

/* ---------- matching ---------- */

struct re_match {
	struct js *j;
	struct js_regex *r;
	const struct js_str *s;
	size_t *caps;
	uint64_t steps;
	int depth;
	bool over;
};

/* What comes after the part that is being matched. */
struct re_then {
	int32_t node;              /* next in the sequence, -1 = done */
	int32_t repeat;            /* >= 0: back in the repeat of this node */
	uint32_t count;
	size_t start;              /* where this round of the repeat began */
	int32_t group;             /* close this group first */
	size_t group_from;
	const struct re_then *then;
};

static bool re_run(struct re_match *m, int32_t node, size_t at, const struct re_then *then, size_t *ret_end);

static uint16_t re_fold(uint16_t c)
{
	return c >= 'A' && c <= 'Z' ? (uint16_t)(c + 32) : c;
}

static bool re_is_word(const struct js_str *s, size_t at)
{
	uint16_t c;

	if (at >= s->len)
		return false;
	c = js_unit(s, at);
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static bool re_in_set(const struct js_regex *r, const struct re_node *n, uint16_t c)
{
	const struct re_set *s = &r->sets[n->set];
	bool hit = false;

	for (uint32_t i = 0; i < s->n && !hit; i++) {
		struct re_range g = r->ranges[s->first + i];

		hit = (c >= g.from && c <= g.to) ||
			(r->fold_case && ((re_fold(c) >= g.from && re_fold(c) <= g.to) ||
						 (c >= 'a' && c <= 'z' && c - 32 >= g.from && c - 32 <= g.to)));
	}
	return hit != n->negated;
}

static bool re_one(struct re_match *m, const struct re_node *n, size_t at)
{
	uint16_t c;

	if (at >= m->s->len)
		return false;
	c = js_unit(m->s, at);
	if (n->kind == RE_CHAR)
		return c == n->c || (m->r->fold_case && re_fold(c) == re_fold(n->c));
	if (n->kind == RE_ANY)
		return m->r->dotall || (c != '\n' && c != '\r');
	return re_in_set(m->r, n, c);
}

static bool re_continue(struct re_match *m, size_t at, const struct re_then *then, size_t *ret_end)
{
	if (!then) {
		*ret_end = at;
		return true;
	}
	if (then->group > 0) {
		size_t a = m->caps[2 * then->group], b = m->caps[2 * then->group + 1];
		struct re_then open = *then;

		m->caps[2 * then->group] = then->group_from;
		m->caps[2 * then->group + 1] = at;
		open.group = 0;
		if (re_continue(m, at, &open, ret_end))
			return true;
		m->caps[2 * then->group] = a;
		m->caps[2 * then->group + 1] = b;
		return false;
	}
	if (then->repeat >= 0) {
		const struct re_node *n = &m->r->nodes[then->repeat];
		bool more = then->count < n->max && at != then->start;
		struct re_then again = *then;

		again.count++;
		again.start = at;
		again.group = n->group > 0 ? n->group : 0;
		again.group_from = at;
		if (then->count < n->min && at == then->start)
			more = true;
		for (int round = 0; round < 2; round++) {
			bool try_more = (round == 0) != n->lazy;

			if (try_more && more) {
				for (int32_t alt = n->first; alt >= 0; alt = m->r->nodes[alt].next)
					if (re_run(m, m->r->nodes[alt].first, at, &again, ret_end))
						return true;
			} else if (!try_more && then->count >= n->min) {
				if (re_run(m, n->next, at, then->then, ret_end))
					return true;
			}
			if (m->over)
				return false;
		}
		return false;
	}
	return re_run(m, then->node, at, then->then, ret_end);
}

static bool re_simple(struct re_match *m, const struct re_node *n, size_t at, const struct re_then *then,
	size_t *ret_end)
{
	size_t count = 0, max = n->max;

	if (n->lazy) {
		for (;; count++) {
			if (count >= n->min && re_run(m, n->next, at + count, then, ret_end))
				return true;
			if (m->over || count >= max || !re_one(m, n, at + count))
				return false;
		}
	}
	while (count < max && re_one(m, n, at + count)) {
		count++;
		if (++m->steps > RE_STEPS_MAX) {
			m->over = true;
			return false;
		}
	}
	for (;; count--) {
		if (count < n->min || m->over)
			return false;
		if (re_run(m, n->next, at + count, then, ret_end))
			return true;
		if (!count)
			return false;
	}
}

static bool re_run(struct re_match *m, int32_t node, size_t at, const struct re_then *then, size_t *ret_end)
{
	const struct re_node *n;
	bool ok = false;

	if (++m->steps > RE_STEPS_MAX || m->depth > RE_DEPTH_MAX) {
		m->over = true;
		return false;
	}
	if (node < 0)
		return re_continue(m, at, then, ret_end);
	n = &m->r->nodes[node];
	m->depth++;
	switch (n->kind) {
	case RE_CHAR:
	case RE_ANY:
	case RE_CLASS:
		ok = re_simple(m, n, at, then, ret_end);
		break;
	case RE_BEGIN:
		ok = (at == 0 || (m->r->multiline && js_unit(m->s, at - 1) == '\n')) &&
			re_run(m, n->next, at, then, ret_end);
		break;
	case RE_END:
		ok = (at == m->s->len || (m->r->multiline && js_unit(m->s, at) == '\n')) &&
			re_run(m, n->next, at, then, ret_end);
		break;
	case RE_WORD:
	case RE_NOT_WORD:
		ok = ((at > 0 && re_is_word(m->s, at - 1)) != re_is_word(m->s, at)) == (n->kind == RE_WORD) &&
			re_run(m, n->next, at, then, ret_end);
		break;
	case RE_BACK: {
		size_t from = n->group <= (int32_t)m->r->groups ? m->caps[2 * n->group] : SIZE_MAX, len;

		len = from == SIZE_MAX ? 0 : m->caps[2 * n->group + 1] - from;
		ok = at + len <= m->s->len;
		for (size_t i = 0; ok && i < len; i++)
			ok = js_unit(m->s, from + i) == js_unit(m->s, at + i);
		ok = ok && re_run(m, n->next, at + len, then, ret_end);
		break;
	}
	case RE_LOOK: {
		size_t end;
		bool hit = false;

		for (int32_t alt = n->first; alt >= 0 && !hit; alt = m->r->nodes[alt].next)
			hit = re_run(m, m->r->nodes[alt].first, at, NULL, &end);
		ok = hit != n->negated && re_run(m, n->next, at, then, ret_end);
		break;
	}
	case RE_GROUP: {
		struct re_then round = {.node = -1, .repeat = node, .count = 0, .start = SIZE_MAX, .then = then};

		ok = re_continue(m, at, &round, ret_end);
		break;
	}
	default:
		m->over = true;
		break;
	}
	m->depth--;
	return ok;
}

int js_regex_exec(struct js *j, struct js_regex *r, const struct js_str *s, size_t from, size_t *caps)
{
	struct re_match m = {.j = j, .r = r, .s = s, .caps = caps};

	for (size_t at = from; at <= s->len; at++) {
		size_t end;
		bool hit = false;

		for (unsigned i = 0; i < 32; i++)
			caps[i] = SIZE_MAX;
		for (int32_t alt = r->root; alt >= 0 && !hit && !m.over; alt = r->nodes[alt].next)
			hit = re_run(&m, r->nodes[alt].first, at, NULL, &end);
		j->run_steps += m.steps / 8;
		if (m.over)
			return -1;
		if (hit) {
			caps[0] = at;
			caps[1] = end;
			return 1;
		}
	}
	return 0;
}

unsigned js_regex_groups(const struct js_regex *r)
{
	return r->groups;
}

bool js_regex_global(const struct js_regex *r)
{
	return r->global;
}
