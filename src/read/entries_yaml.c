/*
 * YAML by libyaml's events. Aliases are followed to what they name, within bounds. Template marks that
 * stand where YAML has none ("{{ version }}", "{% if %}" of conda recipes and Jinja) are blanked first,
 * without moving anything.
 */
#include "read/entries_int.h"

#include <yaml.h>

#include "util/buf.h"

enum { EVENTS_MAX = 200000, ALIAS_STEPS = 100000 };

enum what { WHAT_SCALAR, WHAT_ALIAS, WHAT_LIST, WHAT_MAP, WHAT_END };

struct event {
	enum what what;
	struct str text, anchor; /* anchor: of a node, or the name of an alias */
	size_t at, len;
	bool own_lines;
};

struct yaml {
	struct maker *m;
	struct event *events;
	size_t n, room;
	size_t followed; /* events that were walked through aliases */
	size_t mark_index, mark_byte; /* the last mark whose place was asked for */
};

/* --- events --- */

static struct str anchor_of(struct yaml *y, const yaml_char_t *z)
{
	return z ? arena_str(y->m->arena, str_of((const char *)z)) : STR_NONE;
}

/* libyaml's marks count characters. They mostly grow, so counting goes on from the last one. */
static size_t byte_of(struct yaml *y, size_t index)
{
	struct str text = y->m->text;

	if (index < y->mark_index)
		y->mark_index = y->mark_byte = 0;
	if (!maker_step(y->m, index - y->mark_index))
		return y->mark_byte;
	while (y->mark_byte < text.len && y->mark_index < index) {
		y->mark_index++;
		for (y->mark_byte++; y->mark_byte < text.len &&
			((unsigned char)text.p[y->mark_byte] & 0xc0) == 0x80; y->mark_byte++)
			;
	}
	return y->mark_byte;
}

/* A block scalar is written from the line behind its mark. */
static size_t block_start(struct str text, size_t at)
{
	while (at < text.len && text.p[at] != '\n')
		at++;
	return at < text.len ? at + 1 : at;
}

static bool event_keep(struct yaml *y, const yaml_event_t *e)
{
	struct event *x;
	size_t end;

	if (e->type != YAML_SCALAR_EVENT && e->type != YAML_ALIAS_EVENT && e->type != YAML_SEQUENCE_START_EVENT &&
		e->type != YAML_MAPPING_START_EVENT && e->type != YAML_SEQUENCE_END_EVENT &&
		e->type != YAML_MAPPING_END_EVENT)
		return true;
	if (y->n >= EVENTS_MAX || !maker_step(y->m, 64))
		return false;
	x = ARENA_PUSH(y->m->arena, y->events, y->n, y->room);
	x->at = byte_of(y, e->start_mark.index);
	end = byte_of(y, e->end_mark.index);
	x->what = WHAT_END;
	if (e->type == YAML_SCALAR_EVENT) {
		yaml_scalar_style_t style = e->data.scalar.style;

		x->what = WHAT_SCALAR;
		x->text = arena_str(y->m->arena, str_view(e->data.scalar.value, e->data.scalar.length));
		x->anchor = anchor_of(y, e->data.scalar.anchor);
		if (style == YAML_LITERAL_SCALAR_STYLE || style == YAML_FOLDED_SCALAR_STYLE) {
			x->at = block_start(y->m->text, x->at);
			x->own_lines = style == YAML_LITERAL_SCALAR_STYLE;
		}
	} else if (e->type == YAML_ALIAS_EVENT) {
		x->what = WHAT_ALIAS;
		x->anchor = anchor_of(y, e->data.alias.anchor);
	} else if (e->type == YAML_SEQUENCE_START_EVENT) {
		x->what = WHAT_LIST;
		x->anchor = anchor_of(y, e->data.sequence_start.anchor);
	} else if (e->type == YAML_MAPPING_START_EVENT) {
		x->what = WHAT_MAP;
		x->anchor = anchor_of(y, e->data.mapping_start.anchor);
	}
	x->len = end > x->at ? end - x->at : 0;
	return true;
}

static void events_read(struct yaml *y, struct str text)
{
	yaml_parser_t parser;
	yaml_event_t event;
	unsigned depth = 0;
	bool more = true;

	if (!yaml_parser_initialize(&parser)) {
		y->m->out->limit = true;
		return;
	}
	yaml_parser_set_input_string(&parser, (const unsigned char *)text.p, text.len);
	while (more) {
		if (!yaml_parser_parse(&parser, &event)) {
			y->m->out->damaged = true;
			break;
		}
		more = event.type != YAML_STREAM_END_EVENT && event_keep(y, &event);
		depth += event.type == YAML_SEQUENCE_START_EVENT || event.type == YAML_MAPPING_START_EVENT;
		depth -= event.type == YAML_SEQUENCE_END_EVENT || event.type == YAML_MAPPING_END_EVENT;
		if (!more && event.type != YAML_STREAM_END_EVENT)
			y->m->out->limit = true;
		if (depth > MAKER_DEPTH) {
			y->m->out->limit = true;
			more = false;
		}
		yaml_event_delete(&event);
	}
	yaml_parser_delete(&parser);
}

/* --- entries --- */

static const struct event *anchored(const struct yaml *y, struct str name)
{
	for (size_t i = 0; i < y->n; i++)
		if (y->events[i].what != WHAT_ALIAS && y->events[i].anchor.len &&
			str_equal(y->events[i].anchor, name))
			return &y->events[i];
	return NULL;
}

static size_t node(struct yaml *y, size_t i, struct joined *in_list, bool alias);

static size_t map(struct yaml *y, size_t i, bool alias)
{
	maker_group(y->m);
	for (i++; i < y->n && y->events[i].what != WHAT_END && !y->m->out->limit;) {
		const struct event *key = &y->events[i];
		bool scalar = key->what == WHAT_SCALAR;

		i = scalar ? i + 1 : node(y, i, NULL, alias); /* a key that is no scalar has no name */
		if (i >= y->n || y->events[i].what == WHAT_END)
			break;
		if (scalar && str_is(key->text, "<<")) { /* merged: its entries are this one's */
			i = node(y, i, NULL, alias);
			continue;
		}
		if (!maker_enter(y->m, scalar ? key->text : STR("?")))
			return y->n;
		i = node(y, i, NULL, alias);
		maker_leave(y->m);
	}
	return i + 1;
}

static size_t list(struct yaml *y, size_t i, bool alias)
{
	size_t from = y->events[i].at;
	struct joined j;
	struct buf b;

	if (!maker_enter(y->m, STR("[]")))
		return y->n;
	buf_init(&b, JOINED_BYTES);
	joined_begin(&j, &b);
	for (i++; i < y->n && y->events[i].what != WHAT_END && !y->m->out->limit;)
		i = node(y, i, &j, alias);
	maker_leave(y->m);
	joined_put(y->m, &j, STR_NONE, from, j.to);
	buf_release(&b);
	return i + 1;
}

/* Puts one node; returns the index behind it. */
static size_t node(struct yaml *y, size_t i, struct joined *in_list, bool alias)
{
	const struct event *e = &y->events[i], *target;

	if (alias && ++y->followed > ALIAS_STEPS) {
		y->m->out->limit = true;
		return y->n;
	}
	switch (e->what) {
	case WHAT_SCALAR:
		maker_put(y->m, STR_NONE, e->text, e->at, e->len, e->own_lines);
		if (in_list)
			joined_add(in_list, e->text, e->at, e->len);
		return i + 1;
	case WHAT_ALIAS:
		target = anchored(y, e->anchor);
		if (target && maker_step(y->m, y->n)) { /* depth ends it when it holds itself */
			if (!maker_enter(y->m, STR_NONE))
				return y->n;
			(void)node(y, (size_t)(target - y->events), in_list, true);
			maker_leave(y->m);
		}
		return i + 1;
	case WHAT_LIST:
		return list(y, i, alias);
	case WHAT_MAP:
		return map(y, i, alias);
	case WHAT_END:
		break;
	}
	return i + 1;
}

/* --- templates --- */

/* "{{ x }}" becomes letters where no "$" makes it a value of its own, lines of "{% %}" comments. */
static struct str without_templates(struct yaml *y, struct str text)
{
	struct str copy;
	char *p;

	if (!str_has(text, "{{") && !str_has(text, "{%"))
		return text;
	copy = arena_str(y->m->arena, text);
	p = (char *)(uintptr_t)copy.p;
	for (size_t i = 0; i + 1 < copy.len; i++) {
		if (p[i] == '{' && p[i + 1] == '%') {
			for (; i < copy.len && p[i] != '\n'; i++)
				p[i] = ' ';
		} else if (p[i] == '{' && p[i + 1] == '{' && (i == 0 || p[i - 1] != '$')) {
			size_t end = str_find_z(str_part(copy, i, 200), "}}");

			if (end == SIZE_MAX)
				continue;
			p[i] = p[i + 1] = p[i + end] = p[i + end + 1] = '_';
			for (size_t k = i + 2; k < i + end; k++)
				if (strchr("'\"[]{}|:#&*", p[k]))
					p[k] = '_';
			i += end + 1;
		}
	}
	return copy;
}

void entries_yaml(struct maker *m)
{
	struct yaml y = {.m = m};

	events_read(&y, without_templates(&y, m->text));
	for (size_t i = 0; i < y.n && !m->out->limit;)
		i = node(&y, i, NULL, false);
}
