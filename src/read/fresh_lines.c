#include "read/fresh_lines.h"

#include "read/place.h"

bool fresh_begin(struct fresh_lines *f, struct read_in *in)
{
	struct str rest, line;
	size_t shift;

	memset(f, 0, sizeof(*f));
	f->in = in;
	keyset_init(&f->known, in->arena);
	if (!read_text(in->arena, in->new_, &f->text, &f->shift))
		return false;
	if (in->has_old && !read_text(in->arena, in->old, &f->old, &shift))
		f->old = STR_NONE;
	f->rest = f->text;
	for (rest = f->old; str_line(&rest, &line);) {
		if (!budget_step(in->budget, 2 + line.len / 32)) {
			f->limit = true;
			return false;
		}
		keyset_add(&f->known, key_of(str_trim(line), 0));
	}
	return true;
}

bool fresh_next(struct fresh_lines *f, struct str *ret_line)
{
	struct str line;

	while (str_line(&f->rest, &line)) {
		f->number++;
		f->at = (size_t)(line.p - f->text.p);
		if (!budget_step(f->in->budget, 2 + line.len / 32)) {
			f->limit = true;
			return false;
		}
		line = str_trim(line);
		if (line.len && !keyset_has(&f->known, key_of(line, 0))) {
			*ret_line = line;
			return true;
		}
	}
	return false;
}

struct fact fresh_fact(struct fresh_lines *f, enum fact_kind kind, struct str line)
{
	struct unit u = {.change = f->in->has_old ? UNIT_CHANGED : UNIT_ADDED, .line = f->number,
		.name = arena_printf(f->in->arena, "line %u", f->number)};
	struct fact x = {.kind = kind,
		.flags = FACT_TOP_LEVEL,
		.line = f->number,
		.excerpt = str_part(line, 0, FACT_EXCERPT_BYTES)};

	place_of(f->in, f->text, f->shift, f->at, line.len, &u.offset, &u.length);
	x.offset = u.offset;
	x.length = u.length;
	x.unit = read_unit(f->in, &u);
	return x;
}
