#include "unpack/names.h"

#include <stdlib.h>
#include <utf8proc.h>

#include "util/escape.h"

struct name_slot {
	struct node *first; /* NULL = free */
	struct str key;     /* its name without a number; of the folded ones as systems compare it */
	uint32_t seen;
};

void names_release(struct names *s)
{
	free(s->exact);
	free(s->folded);
	*s = (struct names){0};
}

/* ---- the tables: plain names, and names as a Windows or macOS file system takes them ---- */

static char fold_char(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c == '\\' ? '/' : c;
}

/* Without the dots and blanks at its end, which Windows drops, and without the name of a file's own stream. */
static struct str fold_end(struct str s)
{
	if (str_ends_nocase(s, "::$data"))
		s = str_part(s, 0, s.len - 7);
	while (s.len > 1 && (s.p[s.len - 1] == '.' || s.p[s.len - 1] == ' '))
		s.len--;
	return s;
}

static bool fold_equal(struct str a, struct str b)
{
	a = fold_end(a);
	b = fold_end(b);
	if (a.len != b.len)
		return false;
	for (size_t i = 0; i < a.len; i++)
		if (fold_char(a.p[i]) != fold_char(b.p[i]))
			return false;
	return true;
}

static uint64_t fold_hash(struct str s)
{
	uint64_t h = 0;
	char part[64];

	s = fold_end(s);
	for (size_t i = 0; i < s.len; i += sizeof(part)) {
		size_t n = s.len - i < sizeof(part) ? s.len - i : sizeof(part);

		for (size_t k = 0; k < n; k++)
			part[k] = fold_char(s.p[i + k]);
		h = fast_hash(part, n, h);
	}
	return h;
}

/* Letters beyond ASCII without case and in one form: "é" may be one character or two. */
static struct str fold_unicode(struct arena *a, struct str name)
{
	utf8proc_uint8_t *folded = NULL;
	utf8proc_ssize_t n;
	struct str kept = name;
	bool ascii = true;

	for (size_t i = 0; i < name.len && ascii; i++)
		ascii = !(name.p[i] & 0x80);
	if (ascii)
		return name;
	n = utf8proc_map((const utf8proc_uint8_t *)name.p, (utf8proc_ssize_t)name.len, &folded,
			 UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_CASEFOLD | UTF8PROC_IGNORE);
	if (n > 0)
		kept = arena_str(a, str_view(folded, (size_t)n));
	free(folded);
	return kept;
}

static struct name_slot *find(struct name_slot *slots, size_t room, struct str name, bool fold)
{
	size_t i = (fold ? fold_hash(name) : fast_hash(name.p, name.len, 0)) & (room - 1);

	while (slots[i].first && !(fold ? fold_equal(slots[i].key, name) : str_equal(slots[i].key, name)))
		i = (i + 1) & (room - 1);
	return &slots[i];
}

static bool make_room(struct name_slot **slots, size_t n, size_t *room, bool fold)
{
	size_t wider = *room ? *room * 2 : 64;
	struct name_slot *bigger;

	if (n * 2 < *room)
		return true;
	bigger = calloc(wider, sizeof(*bigger));
	if (!bigger)
		return false;
	for (size_t i = 0; i < *room; i++)
		if ((*slots)[i].first)
			*find(bigger, wider, (*slots)[i].key, fold) = (*slots)[i];
	free(*slots);
	*slots = bigger;
	*room = wider;
	return true;
}

struct node *names_find(const struct names *s, struct str name)
{
	return s->room_exact ? find(s->exact, s->room_exact, name, false)->first : NULL;
}

/* ---- what a consumer would do with a name ---- */

static bool slash(char c)
{
	return c == '/' || c == '\\';
}

/* Has a step "..", or starts at a drive or a share. */
static bool leaves(struct str s)
{
	if (s.len >= 2 && s.p[0] == '\\' && s.p[1] == '\\')
		return true;
	if (s.len >= 3 && s.p[1] == ':' && slash(s.p[2]) &&
	    ((s.p[0] >= 'A' && s.p[0] <= 'Z') || (s.p[0] >= 'a' && s.p[0] <= 'z')))
		return true;
	for (size_t i = 0; i + 2 <= s.len; i++)
		if (s.p[i] == '.' && s.p[i + 1] == '.' && (i == 0 || slash(s.p[i - 1])) &&
		    (i + 2 == s.len || slash(s.p[i + 2])))
			return true;
	return false;
}

struct str name_taken(struct arena *a, struct node *container, struct str raw)
{
	const char *nul = raw.len ? memchr(raw.p, 0, raw.len) : NULL;
	size_t n = nul ? (size_t)(nul - raw.p) : raw.len, last = raw.len;

	if (n == 0 || n == raw.len)
		return raw;
	while (last > n && raw.p[last - 1] == 0)
		last--;
	if (last > n)
		tree_oddity(a, container, STR("name-with-nul"), 0, raw);
	return str_part(raw, 0, n);
}

static void check_leaving(struct arena *a, struct node *container, const struct entry *raw)
{
	/* An installer's script says where its files go; ".." and drives are ordinary there. */
	if (container->format == FORMAT_NSIS || container->format == FORMAT_OLE || container->format == FORMAT_INNO)
		return;
	if (leaves(raw->name))
		tree_oddity(a, container, STR("name-leaves"), 0, raw->name);
	else if (raw->type == ENTRY_HARDLINK && leaves(raw->link))
		tree_oddity(a, container, STR("link-leaves"), 0, raw->link);
}

/* "out" is a link and "out/file" a member: whoever unpacks in order writes where the link leads. */
static void check_below_link(const struct names *s, struct arena *a, struct node *container, const struct node *n)
{
	for (size_t i = 1; s->has_links && i < n->name.len; i++) {
		const struct node *above = n->name.p[i] == '/' ? names_find(s, str_part(n->name, 0, i)) : NULL;

		if (above && above->type == ENTRY_SYMLINK) {
			tree_oddity(a, container, STR("name-below-link"), 0, n->name);
			return;
		}
	}
}

/* A hard link is another name of a member before it, or of a file that was there already. */
static void check_hard_link(const struct names *s, struct arena *a, struct node *container, const struct node *n,
	const struct entry *raw)
{
	const struct node *target;

	if (raw->type != ENTRY_HARDLINK)
		return;
	target = names_find(s, escape_name(a, raw->link));
	if (!target || target == n)
		tree_oddity(a, container, STR("hard-link-nowhere"), 0, raw->link);
}

static enum status check_fold(struct names *s, struct arena *a, struct node *container, struct node *n)
{
	struct name_slot *slot;
	struct str key;

	if (n->type != ENTRY_FILE)
		return STATUS_OK;
	key = fold_unicode(a, n->name);
	if (!make_room(&s->folded, s->n_folded, &s->room_folded, true))
		return STATUS_NOMEM;
	slot = find(s->folded, s->room_folded, key, true);
	if (slot->first)
		tree_oddity(a, container, STR("names-fold"), 0, n->name);
	else
		*slot = (struct name_slot){.first = n, .key = key};
	s->n_folded += slot->seen++ == 0;
	return STATUS_OK;
}

enum status names_add(struct names *s, struct arena *a, struct node *container, struct node *n,
	const struct entry *raw)
{
	struct name_slot *slot;

	n->type = raw->type;
	if (!make_room(&s->exact, s->n_exact, &s->room_exact, false))
		return STATUS_NOMEM;
	slot = find(s->exact, s->room_exact, n->name, false);
	check_leaving(a, container, raw);
	if (slot->seen++ == 0) {
		slot->first = n;
		slot->key = n->name;
		s->n_exact++;
		s->has_links |= n->type == ENTRY_SYMLINK;
		check_below_link(s, a, container, n);
		check_hard_link(s, a, container, n, raw);
		return check_fold(s, a, container, n);
	}
	n->copy = slot->seen;
	n->name = arena_printf(a, "%.*s#%u", STR_ARG(n->name), slot->seen);
	n->path = container->path.len ? arena_printf(a, "%.*s!/%.*s", STR_ARG(container->path), STR_ARG(n->name))
				      : n->name;
	return STATUS_OK;
}
