/*
 * XML by expat: "project/build/plugins/plugin/artifactId" for the text of an element, "target/exec/@executable"
 * for an attribute. Property lists are told by their keys instead: "ProgramArguments/[]". Nothing is
 * loaded from elsewhere; entities that a document declares are expanded within bounds.
 */
#include "read/entries_int.h"

#include <expat.h>

#include "util/buf.h"
#include "util/hash.h"

enum { TEXT_MAX = 256 << 10 };

struct level { /* of a property list */
	struct str key;
	bool is_list, entered;
};

struct xml {
	struct maker *m;
	XML_Parser parser;
	bool plist, in_plist;
	struct buf text;
	size_t text_at;
	uint64_t expanded; /* bytes of text that came out */
	unsigned skipped;  /* levels too deep to be entered */
	struct level levels[MAKER_DEPTH + 1];
	unsigned n_levels;
	struct buf list; /* the innermost list's values as a command line */
	struct joined joined;
};

static size_t here(struct xml *x)
{
	XML_Index at = XML_GetCurrentByteIndex(x->parser);

	return at < 0 ? 0 : (size_t)at;
}

static void stop(struct xml *x)
{
	x->m->out->limit = true;
	(void)XML_StopParser(x->parser, XML_FALSE);
}

/* "{uri}name" and "prefix:name" by their own name alone. */
static struct str local_name(const char *name)
{
	struct str s = str_of(name);
	size_t colon = str_rfind_char(s, ':');

	return colon == SIZE_MAX ? s : str_part(s, colon + 1, s.len);
}

static void take_text(struct xml *x, struct str *ret)
{
	*ret = arena_str(x->m->arena, str_trim(buf_str(&x->text)));
	buf_clear(&x->text);
}

/* --- property lists --- */

static void plist_start(struct xml *x, struct str name)
{
	struct level *up = &x->levels[x->n_levels];
	bool list = str_is(name, "array");

	if (!list && !str_is(name, "dict"))
		return;
	if (x->n_levels >= MAKER_DEPTH ||
		!maker_enter(x->m, up->is_list ? STR("[]") : up->key)) {
		stop(x);
		return;
	}
	up->key = STR_NONE;
	maker_group(x->m);
	x->levels[++x->n_levels] = (struct level){.is_list = list};
	if (list)
		joined_begin(&x->joined, &x->list);
}

static void plist_end(struct xml *x, struct str name)
{
	struct level *l = &x->levels[x->n_levels];
	struct str text;

	if (str_is(name, "dict") || str_is(name, "array")) {
		if (!x->n_levels)
			return;
		if (l->is_list)
			joined_put(x->m, &x->joined, STR_NONE, x->joined.from, x->joined.to);
		x->n_levels--;
		maker_leave(x->m);
		return;
	}
	if (str_is(name, "plist"))
		return;
	take_text(x, &text);
	if (str_is(name, "key")) {
		l->key = text;
		return;
	}
	if (str_is(name, "true") || str_is(name, "false"))
		text = str_is(name, "true") ? STR("true") : STR("false");
	if (!x->n_levels)
		return;
	maker_put(x->m, l->is_list ? STR("[]") : l->key, text, x->text_at, here(x) > x->text_at ? here(x) - x->text_at : 0,
		true);
	if (l->is_list)
		joined_add(&x->joined, text, x->text_at, text.len);
	l->key = STR_NONE;
}

/* --- elements --- */

static void XMLCALL on_start(void *user, const XML_Char *name, const XML_Char **attributes)
{
	struct xml *x = user;
	struct str local = local_name(name);

	if (!maker_step(x->m, 32 + local.len)) {
		stop(x);
		return;
	}
	if (x->plist && str_is(local, "plist"))
		x->in_plist = true;
	buf_clear(&x->text);
	x->text_at = here(x) + strlen(name) + 2;
	if (x->in_plist) {
		plist_start(x, local);
		return;
	}
	if (x->skipped || x->m->depth >= MAKER_DEPTH - 1 || !maker_enter(x->m, arena_str(x->m->arena, local))) {
		x->skipped++;
		x->m->out->limit = true;
		return;
	}
	maker_group(x->m);
	for (size_t i = 0; attributes[i] && attributes[i + 1]; i += 2) {
		struct str value = arena_str(x->m->arena, str_of(attributes[i + 1]));

		x->expanded += value.len;
		if (x->expanded > 4 * (uint64_t)x->m->text.len + TEXT_MAX) {
			stop(x);
			return;
		}
		maker_put(x->m, arena_printf(x->m->arena, "@%.*s", STR_ARG(local_name(attributes[i]))), value,
			here(x), value.len, false);
	}
}

/* Text belongs to the element around it and is a sibling of its other elements' text. */
static void XMLCALL on_end(void *user, const XML_Char *name)
{
	struct xml *x = user;
	struct str text;
	size_t end = here(x);

	if (x->in_plist) {
		plist_end(x, local_name(name));
		return;
	}
	if (x->skipped) {
		x->skipped--;
		return;
	}
	take_text(x, &text);
	maker_leave(x->m);
	if (text.len)
		maker_put(x->m, arena_str(x->m->arena, local_name(name)), text, x->text_at,
			end > x->text_at ? end - x->text_at : 0, true);
	x->text_at = end;
}

static void XMLCALL on_text(void *user, const XML_Char *s, int n)
{
	struct xml *x = user;

	if (n <= 0)
		return;
	if (!x->text.len)
		x->text_at = here(x);
	x->expanded += (unsigned)n;
	if (x->expanded > 4 * (uint64_t)x->m->text.len + TEXT_MAX || !buf_add(&x->text, s, (size_t)n))
		stop(x);
}

void entries_xml(struct maker *m, bool plist)
{
	struct xml x = {.m = m, .plist = plist, .parser = XML_ParserCreate(NULL)};

	if (!x.parser) {
		m->out->limit = true;
		return;
	}
	buf_init(&x.text, TEXT_MAX);
	buf_init(&x.list, TEXT_MAX);
	joined_begin(&x.joined, &x.list);
	/* Its own choice would ask the system for random bytes, which no reader may; the content's hash
	 * makes results repeat. */
	(void)XML_SetHashSalt(x.parser, (unsigned long)fast_hash(m->text.p, m->text.len, 7) | 1);
	XML_SetUserData(x.parser, &x);
	XML_SetElementHandler(x.parser, on_start, on_end);
	XML_SetCharacterDataHandler(x.parser, on_text);
	if (XML_Parse(x.parser, m->text.p ? m->text.p : "", (int)m->text.len, 1) != XML_STATUS_OK)
		m->out->damaged = true;
	XML_ParserFree(x.parser);
	buf_release(&x.text);
	buf_release(&x.list);
}
