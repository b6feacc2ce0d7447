#include "logs/sniff.h"

#include "logs/columns.h"
#include "logs/shape.h"

struct sniffing {
	const struct log_format *f;
	struct log_state *st;
	struct arena *a;
};

static enum log_line parse_line(void *user, struct str line, uint64_t number, bool is_wanted)
{
	struct sniffing *s = user;

	struct log_record unused = {0};

	return s->f->parse(s->f, s->st, s->a, line, &unused);
}

/* What the format is worth, times the share of the lines that it reads; half for a header alone. */
static unsigned score(struct arena *a, const struct log_format *f, struct str head, bool whole)
{
	struct arena keep;
	struct sniffing s = {f, NULL, a};
	const size_t none = SIZE_MAX;
	struct shape_walk w = {.format = f, .scratch = a, .wanted = &none, .line = parse_line,
		.user = &s, .at_end = whole, .careful = true};
	struct shape_count count = {0};
	bool header;

	arena_init(&keep, 0);
	keep.exhausted = a->exhausted;
	s.st = w.state = log_state_new(&keep, f);
	(void)shape_lines(&w, head, &count);
	header = s.st && s.st->ready && !count.unreadable;
	arena_release(&keep);
	if (!count.records)
		return header ? f->sure / 2 : 0;
	return (unsigned)(f->sure * count.records / (count.records + count.unreadable));
}

struct log_guess log_sniff(struct arena *scratch, struct str head, bool whole)
{
	struct log_guess g = {0};
	size_t n;
	const struct log_format *const *list = log_formats(&n);
	size_t feed = str_rfind_char(head, '\n');

	if (!whole && feed != SIZE_MAX)
		head.len = feed + 1;
	for (size_t i = 0; i < n; i++) {
		unsigned is = score(scratch, list[i], head, whole);

		if (is > g.score) {
			g.second = g.format;
			g.second_score = g.score;
			g.format = list[i];
			g.score = is;
		} else if (is > g.second_score) {
			g.second = list[i];
			g.second_score = is;
		}
	}
	if (g.score < SNIFF_LEAST)
		g.format = NULL;
	if (!g.format || g.second_score + SNIFF_NEAR < g.score)
		g.second = NULL;
	return g;
}
