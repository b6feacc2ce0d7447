/* Git tags beside the ledger: a release's tag stands at the commit that was logged, now and later. */
#include "ledger/monitor_int.h"

#include <stdio.h>
#include <stdlib.h>

#include "util/cursor.h"

struct tag {
	struct str name, commit;
	bool peeled; /* the commit behind an annotated tag */
};

struct tags {
	struct tag *list;
	size_t n, room;
};

void monitor_note_source(struct monitor *m, const struct entry *e)
{
	struct str commit = e->source;
	size_t colon;

	if (!str_starts(commit, "git "))
		return;
	commit = str_part(commit, 4, str_find_z(str_part(commit, 4, commit.len), " "));
	colon = str_find_z(commit, ":");
	commit = str_part(commit, colon + 1, commit.len);
	buf_printf(&m->sources, "%lld %.*s %.*s %.*s\n", (long long)e->time_utc, STR_ARG(e->product),
		STR_ARG(e->version), STR_ARG(commit));
}

/* By name; the peeled line of one tag first. */
static int by_name(const void *a, const void *b)
{
	const struct tag *x = a, *y = b;
	int order = str_cmp(x->name, y->name);

	return order ? order : y->peeled - x->peeled;
}

/* "COMMIT TAB refs/tags/NAME", and once more with "^{}" for what an annotated tag points at. */
static bool tags_parse(struct str text, struct tags *t)
{
	struct str line;

	while (str_line(&text, &line)) {
		size_t tab = str_find_z(line, "\t");
		struct str name = tab == SIZE_MAX ? STR_NONE : str_part(line, tab + 1, line.len);

		if (!str_starts(name, "refs/tags/"))
			continue;
		if (t->n == t->room) {
			size_t room = t->room ? 2 * t->room : 256;
			struct tag *more = realloc(t->list, room * sizeof(*more));

			if (!more)
				return false;
			t->list = more;
			t->room = room;
		}
		t->list[t->n] = (struct tag){.name = str_part(name, 10, name.len),
			.commit = str_part(line, 0, tab), .peeled = str_ends(name, "^{}")};
		if (t->list[t->n].peeled)
			t->list[t->n].name.len -= 3;
		t->n++;
	}
	if (t->n > 1)
		qsort(t->list, t->n, sizeof(t->list[0]), by_name);
	return true;
}

static const struct tag *tag_named(const struct tags *t, struct str name)
{
	size_t from = 0, to = t->n;

	while (from < to) {
		size_t mid = from + (to - from) / 2;

		if (str_cmp(t->list[mid].name, name) < 0)
			from = mid + 1;
		else
			to = mid;
	}
	return from < t->n && str_equal(t->list[from].name, name) ? &t->list[from] : NULL;
}

/* The usual names, the one with the product in it first. */
static const struct tag *tag_of(const struct tags *t, struct str product, struct str version)
{
	static const char *const forms[] = {"%.*s-%.*s", "%.*s-v%.*s", "%.*s@%.*s", "%.*s/%.*s",
		"%.*s/v%.*s"};
	char name[2 * ENTRY_WORD_MAX + 8];
	const struct tag *found = NULL;

	for (size_t i = 0; !found && i < sizeof(forms) / sizeof(forms[0]); i++) {
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
		snprintf(name, sizeof(name), forms[i], STR_ARG(product), STR_ARG(version));
#pragma GCC diagnostic pop
		found = tag_named(t, str_of(name));
	}
	if (!found)
		found = tag_named(t, version);
	if (!found) {
		snprintf(name, sizeof(name), "v%.*s", STR_ARG(version));
		found = tag_named(t, str_of(name));
	}
	return found;
}

static struct str word(struct str *rest)
{
	struct str w = str_part(*rest, 0, str_find_z(*rest, " "));

	*rest = str_part(*rest, w.len + 1, rest->len);
	return w;
}

static void check_release(struct monitor *m, const struct tags *t, struct str line, int64_t now)
{
	struct str time = word(&line), product = word(&line), version = word(&line), commit = line;
	const struct tag *tag = tag_of(t, product, version);
	uint64_t since;

	if (tag && !str_equal(tag->commit, commit))
		monitor_alert(m, ALERT_TAG, "%.*s %.*s was released from %.*s, its tag is at %.*s",
			STR_ARG(str_part(product, 0, 80)), STR_ARG(str_part(version, 0, 80)),
			STR_ARG(str_part(commit, 0, 64)), STR_ARG(str_part(tag->commit, 0, 64)));
	else if (!tag && str_to_u64(time, 10, &since) && now > (int64_t)since + MONITOR_TAG_SECONDS)
		monitor_alert(m, ALERT_TAG, "%.*s %.*s was released from %.*s, which has no tag of its name",
			STR_ARG(str_part(product, 0, 80)), STR_ARG(str_part(version, 0, 80)),
			STR_ARG(str_part(commit, 0, 64)));
}

void monitor_check_tags(struct monitor *m, int64_t now)
{
	struct str rest = buf_str(&m->sources), line;
	struct tags t = {.n = 0};
	struct buf text;

	if (!m->hooks->tags)
		return;
	buf_init(&text, MONITOR_TAGS_BYTES_MAX);
	if (m->sources.full)
		monitor_alert(m, ALERT_UNREACHABLE, "more releases than tags are compared for");
	if (!m->hooks->tags(m->hooks->user, &text) || !tags_parse(buf_str(&text), &t))
		monitor_alert(m, ALERT_UNREACHABLE, "the tags cannot be read");
	else
		while (str_line(&rest, &line))
			check_release(m, &t, line, now);
	free(t.list);
	buf_release(&text);
}
