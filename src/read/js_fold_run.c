/* Where the interpreter is started: an expression by itself, or with the statements that make its variables. */
#include "fold_int.h"

/* ---------- entries ---------- */

void js_fold_init(struct js *j)
{
	j->realm = ARENA_ARRAY(j->a, j->n_vars + 1, struct js_val);
	j->realm_state = ARENA_ARRAY(j->a, j->n_vars + 1, uint8_t);
	if (!j->n_consts)
		ARENA_PUSH(j->a, j->consts, j->n_consts, j->consts_room);
}

static void run_begin(struct js *j)
{
	j->run_steps = 0;
	j->max_run_steps = RUN_STEPS_MAX;
	j->run_schemes = 0;
	j->thrown = PENDING_NONE;
	j->fold_depth = 0;
	j->break_label = 0;
}

/* Steps of this run are paid from the job's budget. */
static bool run_end(struct js *j, bool ok, struct js_val *r)
{
	budget_step(j->in->budget, 1 + j->run_steps / 16);
	j->thrown = PENDING_NONE;
	if (ok && r->t == V_STR && j->run_schemes & ~(SCHEME_CONCAT)) {
		struct js_str *s = ARENA_NEW(j->a, struct js_str);

		*s = *r->s;
		s->scheme |= j->run_schemes;
		if (!s->depth && j->run_schemes & (SCHEME_XOR | SCHEME_CHARCODES | SCHEME_REVERSE | SCHEME_ARRAY))
			s->depth = 1;
		r->s = s;
	}
	return ok;
}

bool js_fold(struct js *j, uint32_t n, struct js_val *ret)
{
	bool ok;

	if (j->fold_steps >= j->max_fold_steps || j->fold_bytes >= j->max_fold_bytes)
		return false;
	run_begin(j);
	ok = fold_ev(j, NULL, n, ret);
	return run_end(j, ok, ret);
}

/* A function called where it stands, with a loop that rearranges an array: run before all else. */
static bool is_rotator(const struct js *j, uint32_t call)
{
	uint32_t f = js_kid(j, call, R_CALLEE);
	struct str t;

	if (!f || j->nodes[f].kind != J_FUNC)
		return false;
	t = js_text(j, f);
	if (t.len > 8192 || !js_kid(j, call, R_ARGS) || !j->nodes[js_kid(j, call, R_ARGS)].first)
		return false;
	return (str_has(t, "while") || str_has(t, "for")) && str_has(t, "push") && str_has(t, "shift");
}

void js_run_rotators(struct js *j)
{
	int runs = 0;

	for (uint32_t i = 1; i < j->n_nodes && runs < 16; i++) {
		struct js_val r;
		bool ok;

		if (j->nodes[i].kind != J_CALL || !is_rotator(j, i))
			continue;
		runs++;
		run_begin(j);
		j->max_run_steps = ROTATOR_STEPS_MAX;
		j->fold_tried[i] = 1; /* once */
		ok = fold_ev(j, NULL, i, &r);
		run_end(j, ok, &r);
	}
}

/* ---------- slices ---------- */

enum { SLICE_VARS = 24, SLICE_STATEMENTS = 400 };

struct slice {
	uint32_t vars[SLICE_VARS];
	size_t n;
};

static bool slice_has(const struct slice *s, uint32_t v)
{
	for (size_t i = 0; i < s->n; i++)
		if (s->vars[i] == v)
			return true;
	return false;
}

/* Nodes of a subtree are contiguous in post-order: from its first leaf to itself. */
static uint32_t subtree_start(const struct js *j, uint32_t n)
{
	while (j->nodes[n].first)
		n = j->nodes[n].first;
	return n;
}

static void slice_reads(struct js *j, struct slice *s, uint32_t n)
{
	for (uint32_t i = subtree_start(j, n); i <= n && s->n < SLICE_VARS; i++)
		if (j->nodes[i].kind == J_ID && j->nodes[i].y && !slice_has(s, j->nodes[i].y))
			s->vars[s->n++] = j->nodes[i].y;
}

/* True if the statement writes one of the variables. */
static bool slice_writes(struct js *j, const struct slice *s, uint32_t n)
{
	for (uint32_t i = subtree_start(j, n); i <= n; i++) {
		const struct js_node *me = &j->nodes[i];
		uint32_t l = 0;

		fold_step(j, 1);
		if (me->kind == J_ASSIGN || me->kind == J_AUG)
			l = js_kid(j, i, R_LEFT);
		else if (me->kind == J_UPDATE)
			l = me->first;
		else if (me->kind == J_DECLARATOR)
			l = js_kid(j, i, R_NAME);
		else if (me->kind == J_CALL && js_kid(j, i, R_CALLEE) && j->nodes[js_kid(j, i, R_CALLEE)].kind == J_MEMBER)
			l = js_kid(j, js_kid(j, i, R_CALLEE), R_OBJECT);
		for (int k = 0; l && k < 8 && (j->nodes[l].kind == J_MEMBER || j->nodes[l].kind == J_SUBSCRIPT); k++)
			l = js_kid(j, l, R_OBJECT);
		if (l && j->nodes[l].kind == J_ID && j->nodes[l].y && slice_has(s, j->nodes[l].y))
			return true;
	}
	return false;
}

/* The statement of the list `list` that holds n. */
static uint32_t statement_in(const struct js *j, uint32_t n, uint32_t list)
{
	for (int k = 0; n && k < 400; k++) {
		if (j->nodes[n].parent == list)
			return n;
		n = j->nodes[n].parent;
	}
	return 0;
}

bool js_fold_slice(struct js *j, uint32_t n, struct js_val *ret)
{
	const struct js_fn *f = &j->fns[j->nodes[n].fn];
	struct slice s = {.n = 0};
	uint32_t stmts[SLICE_STATEMENTS], at = 0, n_stmts = 0, last;
	struct js_env e = {.fn = j->nodes[n].fn};
	struct js_val r;
	bool ok = true;

	if (j->fold_steps >= j->max_fold_steps || !f->body)
		return false;
	last = statement_in(j, n, f->body);
	if (!last)
		return false;
	run_begin(j);
	slice_reads(j, &s, n);
	if (!s.n)
		return false;
	/* All statements before, newest first; those that matter are kept, and what they read matters. */
	{
		uint32_t *all = NULL;
		size_t n_all = 0, room = 0;

		for (uint32_t k = j->nodes[f->body].first; k && k != last; k = j->nodes[k].next)
			*ARENA_PUSH(j->a, all, n_all, room) = k;
		for (size_t i = n_all; i-- > 0 && !j->thrown;)
			if (slice_writes(j, &s, all[i])) {
				if (n_stmts >= SLICE_STATEMENTS || s.n >= SLICE_VARS)
					return run_end(j, false, ret);
				stmts[n_stmts++] = all[i];
				slice_reads(j, &s, all[i]);
			}
	}
	if (!n_stmts || j->thrown)
		return run_end(j, false, ret);
	e.slots = ARENA_ARRAY(j->a, f->n_slots + 1, struct js_val);
	for (at = n_stmts; at-- > 0 && ok;)
		ok = fold_exec(j, &e, stmts[at], &r) == DONE_NORMAL;
	ok = ok && fold_ev(j, &e, n, ret);
	return run_end(j, ok, ret);
}
