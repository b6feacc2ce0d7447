#include "logs/records.h"

#include "logs/columns.h"

enum { SCRATCH_BYTES = 4 << 20 };

/* What a record is that nobody asks for. A record is large: it is emptied only where it is filled. */
static enum log_line judge_alone(const struct shape_walk *is, struct str record)
{
	struct log_record unused;

	if (!is->careful)
		return is->format->parse(is->format, is->state, is->scratch, record, NULL);
	unused = (struct log_record){0};
	return is->format->parse(is->format, is->state, is->scratch, record, &unused);
}

enum log_line record_judge(struct record_judge *j, struct str record, size_t end, bool quickly_fine)
{
	const struct shape_walk *is = j->is;
	bool wanted = *j->wanted < end;
	enum log_line what;

	while (*j->wanted < end)
		j->wanted++;
	if (!wanted && j->first_seen && !is->careful && quickly_fine)
		what = LINE_RECORD;
	else if (wanted || !j->first_seen)
		what = is->line(is->user, record, j->number, wanted);
	else
		what = judge_alone(is, record);
	j->first_seen |= what == LINE_RECORD;
	j->number++;
	if (is->scratch->used_bytes > SCRATCH_BYTES)
		arena_release(is->scratch);
	return what;
}

struct walk {
	struct record_judge judge;
	struct shape_count *count;
	struct str block;
	size_t at;    /* looked at so far */
	size_t used;  /* of what is done with */
};

static void record(struct walk *w, size_t from, size_t to)
{
	enum log_line is = record_judge(&w->judge, str_part(w->block, from, to - from), to, false);

	w->count->lines++;
	w->count->unreadable += is == LINE_UNREADABLE;
	w->count->asides += is == LINE_ASIDE;
	w->count->records += is == LINE_RECORD;
	w->at = w->used = to;
}

/* The rest of a line that belongs to nothing. False: it goes on behind the block. */
static bool strange_line(struct walk *w)
{
	const char *feed = memchr(w->block.p + w->at, '\n', w->block.len - w->at);

	if (!feed && !w->judge.is->at_end)
		return false;
	w->count->lines++;
	w->count->unreadable++;
	w->at = w->used = feed ? (size_t)(feed - w->block.p) + 1 : w->block.len;
	return true;
}

/* ---- JSON ---------------------------------------------------------------------------------------- */

/* Behind the string that begins at `at`; SIZE_MAX if it does not end in the block. */
static size_t string_end(struct str s, size_t at)
{
	for (size_t i = at + 1; i < s.len; i++) {
		if (s.p[i] == '\\')
			i++;
		else if (s.p[i] == '"')
			return i + 1;
	}
	return SIZE_MAX;
}

/* Behind the object that begins at `at`. */
static size_t object_end(struct str s, size_t at)
{
	uint64_t depth = 0;

	for (size_t i = at; i < s.len; i++) {
		char c = s.p[i];

		if (c == '"') {
			i = string_end(s, i);
			if (i == SIZE_MAX)
				return SIZE_MAX;
			i--;
		} else if (c == '{' || c == '[') {
			depth++;
		} else if ((c == '}' || c == ']') && --depth == 0) {
			return i + 1;
		}
	}
	return SIZE_MAX;
}

/*
 * Outside of records: brackets open and close, names are remembered. An object is a record when it
 * stands alone or in a list that holds records: the outermost one, or one of the format's name.
 */
static bool is_record(const struct shape_walk *is, const struct log_state *st)
{
	if (!is->format->within)
		return true;
	return st->depth && st->depth <= JSON_LEVELS && st->holds[st->depth - 1];
}

static void open_list(const struct shape_walk *is, struct log_state *st, char bracket)
{
	const char *p = is->format->within;
	bool holds = false;

	while (p && *p && bracket == '[') {
		size_t n = strcspn(p, "|");

		holds |= str_equal(str_of(st->key), str_view(p, n));
		p += n + (p[n] != '\0');
	}
	if (st->depth < JSON_LEVELS)
		st->holds[st->depth] = holds;
	st->depth++;
	st->key[0] = '\0';
}

static void remember(struct log_state *st, struct str key)
{
	key = str_part(key, 0, sizeof(st->key) - 1);
	memcpy(st->key, key.p, key.len);
	st->key[key.len] = '\0';
}

/* One step outside of records; false: the block has no more whole ones. */
static bool json_step(struct walk *w, struct log_state *st)
{
	const struct shape_walk *is = w->judge.is;
	char c = w->block.p[w->at];
	size_t end;

	if (c == '{' && is_record(is, st)) {
		end = object_end(w->block, w->at);
		if (end == SIZE_MAX && is->at_end)
			return strange_line(w);
		if (end == SIZE_MAX)
			return false;
		record(w, w->at, end);
		return true;
	}
	if (c == '"') {
		end = string_end(w->block, w->at);
		if (end == SIZE_MAX)
			return is->at_end && strange_line(w);
		remember(st, str_part(w->block, w->at + 1, end - w->at - 2));
		w->at = w->used = end;
		return true;
	}
	if (c == '{' || c == '[')
		open_list(is, st, c);
	else if (c == '}' || c == ']')
		st->depth -= st->depth > 0;
	else if (!strchr(" \t\r\n,:", c) && !st->depth)
		return strange_line(w);
	w->used = ++w->at;
	return true;
}

/* ---- XML ----------------------------------------------------------------------------------------- */

static size_t find(struct str s, size_t from, const char *what)
{
	const char *p = memmem(s.p + from, s.len - from, what, strlen(what));

	return p ? (size_t)(p - s.p) : SIZE_MAX;
}

/* <Event> and <Event xmlns=...>, but not <Events> or <EventData>. */
static size_t event_begin(struct str s, size_t from)
{
	for (size_t at = from; (at = find(s, at, "<Event")) != SIZE_MAX; at += 6)
		if (at + 6 < s.len && memchr(" \t\r\n>", s.p[at + 6], 5))
			return at;
	return SIZE_MAX;
}

static bool xml_step(struct walk *w)
{
	const struct shape_walk *is = w->judge.is;
	char c = w->block.p[w->at];
	size_t end;

	if (event_begin(str_part(w->block, 0, w->at + 8), w->at) == w->at) {
		end = find(w->block, w->at, "</Event>");
		if (end == SIZE_MAX)
			return is->at_end && strange_line(w);
		record(w, w->at, end + 8);
		return true;
	}
	if (c == '<') { /* a declaration, the list around the events */
		const char *close = memchr(w->block.p + w->at, '>', w->block.len - w->at);

		if (!close)
			return is->at_end && strange_line(w);
		w->at = w->used = (size_t)(close - w->block.p) + 1;
		return true;
	}
	if (!strchr(" \t\r\n", c) || !c)
		return strange_line(w);
	w->used = ++w->at;
	return true;
}

size_t records_walk(const struct shape_walk *is, struct str block, struct shape_count *count)
{
	struct walk w = {.judge = {.is = is, .wanted = is->wanted}, .count = count, .block = block};

	while (w.at < block.len) {
		bool goes_on = is->format->records == RECORDS_XML ? xml_step(&w)
								 : json_step(&w, is->state);

		if (!goes_on)
			break;
	}
	return w.used;
}
