#include "read/front.h"

#include "util/hash.h"

const struct front *front_of(enum language lang)
{
	if (lang == LANGUAGE_PHP)
		return &front_php;
	if (lang == LANGUAGE_POWERSHELL)
		return &front_powershell;
	if (lang == LANGUAGE_GO)
		return &front_go;
	if (lang == LANGUAGE_RUBY)
		return &front_ruby;
	switch (language_family(lang)) {
	case FAMILY_JAVASCRIPT:
		return &front_javascript;
	case FAMILY_PYTHON:
		return &front_python;
	case FAMILY_C:
		return &front_c;
	default:
		return NULL;
	}
}

/* ---------- the table of the outer world ---------- */

static void table_fill(struct api_table *t)
{
	for (size_t i = 0; i < t->n_rows && i < API_SLOTS / 2; i++) {
		size_t at = fast_hash(t->rows[i].name, strlen(t->rows[i].name), 7) & (API_SLOTS - 1);

		while (t->slots[at])
			at = (at + 1) & (API_SLOTS - 1);
		t->slots[at] = (uint16_t)(i + 1);
	}
	t->ready = true;
}

static const struct js_api *row_of(const struct api_table *t, struct str name, uint32_t want)
{
	size_t at = fast_hash(name.p, name.len, 7) & (API_SLOTS - 1);

	for (; t->slots[at]; at = (at + 1) & (API_SLOTS - 1)) {
		const struct js_api *r = &t->rows[t->slots[at] - 1];

		if (str_is(name, r->name) && r->flags & want)
			return r;
	}
	return NULL;
}

const struct js_api *js_api_find(const struct js *j, struct str name, uint32_t want)
{
	struct api_table *t = j->front->api;
	const struct js_api *r;
	size_t dot;

	if (!t->ready)
		table_fill(t);
	if (!name.len || name.len > 100)
		return NULL;
	r = row_of(t, name, want);
	while (!r && (dot = str_rfind_char(name, '.')) != SIZE_MAX && dot) {
		char b[112];

		memcpy(b, name.p, dot);
		memcpy(b + dot, ".*", 2);
		r = row_of(t, (struct str){b, dot + 2}, want);
		name.len = dot;
	}
	return r;
}

bool js_global_known(const struct js *j, struct str n)
{
	if (!j->front->globals)
		return js_api_find(j, n, API_CALL | API_VALUE) != NULL;
	for (int i = 0; j->front->globals[i]; i++)
		if (str_is(n, j->front->globals[i]))
			return true;
	return false;
}

struct str front_shown(const struct js *j, struct str name)
{
	for (const struct front_alias *x = j->front->shown; x->from; x++) {
		size_t n = strlen(x->from);

		if (str_starts(name, x->from) && (name.len == n || name.p[n] == '.' || name.p[n] == '['))
			return arena_printf(j->a, "%s%.*s", x->to, STR_ARG(str_part(name, n, name.len)));
	}
	return name;
}
