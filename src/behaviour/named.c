#include "behaviour/named.h"

#include "behaviour/modules.h"

enum { NAMED_MAX = 512 }; /* files that are read again */

struct naming {
	struct query *q;
	struct module_index index;
	struct node *seen[NAMED_MAX];
	size_t n;
	bool over;
};

uint32_t named_hint(struct str program)
{
	static const char *const shells[] = {"sh", "bash", "dash", "ash", "zsh", "ksh", "mksh", ".", "source"};
	static const char *const engines[] = {"node", "nodejs", "deno", "bun", "tsx", "ts-node"};

	program = str_basename(program);
	for (size_t i = 0; i < sizeof(shells) / sizeof(shells[0]); i++)
		if (str_is(program, shells[i]))
			return READ_HINT_SCRIPT_SH;
	for (size_t i = 0; i < sizeof(engines) / sizeof(engines[0]); i++)
		if (str_is(program, engines[i]))
			return READ_HINT_SCRIPT_JS;
	if (str_is(program, IMPORT_AS_PROGRAM))
		return READ_HINT_PROGRAM_JS;
	return str_starts(program, "python") || str_starts(program, "pypy") ? READ_HINT_SCRIPT_PY : 0;
}

uint32_t named_hint_of_command(struct str command, struct str file)
{
	uint32_t hint = 0;

	while (command.len) {
		size_t n = 0;
		struct str word;

		command = str_trim(command);
		while (n < command.len && command.p[n] != ' ' && command.p[n] != '\t')
			n++;
		word = str_part(command, 0, n);
		command = str_part(command, n, command.len);
		if (str_equal(word, file))
			break;
		if (named_hint(word))
			hint = named_hint(word);
	}
	return hint;
}

/* What the name alone leads to. */
static bool is_read_so(struct str path, uint32_t hint)
{
	switch (hint) {
	case READ_HINT_SCRIPT_JS:
	case READ_HINT_PROGRAM_JS:
		return module_language(path) == MODULE_SCRIPT || str_ends(path, ".json") || str_ends(path, ".node") || str_ends(path, ".wasm");
	case READ_HINT_SCRIPT_PY:
		return str_ends(path, ".py");
	default:
		return str_ends(path, ".sh");
	}
}

/* An absolute path is one of the machine: a member whose own path ends so, from the top of its container. */
static struct node *on_machine(const struct delta *d, struct str path)
{
	for (size_t i = 0; i < d->new_->n_nodes; i++) {
		struct node *n = d->new_->nodes[i];
		size_t from = n->path.len - path.len;

		if (n->type != ENTRY_FILE || n->path.len + 1 < path.len)
			continue;
		if (n->path.len + 1 == path.len ? str_equal(n->path, str_part(path, 1, path.len))
						: from > 0 && n->path.len > path.len && n->path.p[from - 1] == '!' && str_equal(str_part(n->path, from, path.len), path))
			return n;
	}
	return NULL;
}

static struct node *named_node(struct naming *x, const struct member *by, struct str name)
{
	struct str none = STR_NONE;

	if (name.len > 1 && name.p[0] == '/')
		return on_machine(x->q->d, name);
	return name.len ? module_find(&x->q->a->arena, &x->index, by->new_->path, name, &none) : NULL;
}

static bool has_fact(const struct member *m, enum fact_kind kind)
{
	for (size_t i = 0; i < m->n_facts; i++)
		if (m->facts[i].kind == kind)
			return true;
	return false;
}

/* A style sheet or a text that a bundler takes is no JavaScript: node would refuse it, and it does nothing. */
static bool is_refused(const struct member *m, uint32_t hint)
{
	if (!(hint & (READ_HINT_SCRIPT_JS | READ_HINT_PROGRAM_JS)))
		return false;
	return has_fact(m, FACT_PARSE_ERROR) ||
	       !(has_fact(m, FACT_CALL) || has_fact(m, FACT_FLOW) || has_fact(m, FACT_UNRESOLVED) || has_fact(m, FACT_IMPORT));
}

/* of_old: OLD named it too, so what did not change is as it was. */
static enum status read_again(struct naming *x, struct node *n, uint32_t hint, bool of_old)
{
	struct query *q = x->q;
	struct member *m = delta_member(q->d, n), *again;

	if (n->type != ENTRY_FILE || is_read_so(n->path, hint) || (m ? !m->read : of_old))
		return STATUS_OK;
	for (size_t i = 0; i < x->n; i++)
		if (x->seen[i] == n)
			return STATUS_OK;
	if (x->n == NAMED_MAX) {
		if (!x->over)
			tree_blind(q->d->new_->root, STR("over budget: more than 512 files are run or loaded under another name, the others were not read as programs"), 1);
		x->over = true;
		return STATUS_OK;
	}
	x->seen[x->n++] = n;
	TRY(compare_read_as(q->a, q->d, n, hint, &again));
	if (!again || is_refused(again, hint))
		return STATUS_OK;
	if (m)
		*m = *again;
	else
		delta_add_member(q->a, q->d, again);
	return STATUS_OK;
}

enum status named_read(struct query *q)
{
	struct naming x = {.q = q, .index = module_index_of(q->a, q->d, SIDE_NEW)};
	size_t n_members = q->d->n_members;

	for (size_t i = 0; i < n_members; i++)
		for (size_t k = 0; q->d->members[i].new_ && k < q->d->members[i].n_facts; k++) {
			const struct member *m = &q->d->members[i];
			const struct fact *f = &m->facts[k];
			uint32_t hint = 0;
			struct node *n;

			if (f->flags & FACT_REMOVED || x.over)
				continue;
			if (f->kind == FACT_HOOK)
				hint = named_hint_of_command(f->value, f->detail);
			else if (f->kind == FACT_IMPORT && module_language(m->new_->path) == MODULE_SCRIPT && str_starts(f->key, "."))
				hint = READ_HINT_SCRIPT_JS;
			else if (f->kind == FACT_IMPORT)
				hint = named_hint(f->detail);
			n = hint ? named_node(&x, m, f->kind == FACT_HOOK ? f->detail : f->key) : NULL;
			if (n && n != m->new_)
				TRY(read_again(&x, n, hint, f->flags & FACT_OF_OLD));
		}
	return STATUS_OK;
}
