#include "formats/stated.h"

#include "formats/archive.h"

struct stated {
	struct archive *a;
	struct stated_line *lines;
	size_t n_lines, room_lines;
	uint32_t *index; /* open addressing: 1 + line, 0 = empty */
	size_t room_index;
	unsigned kinds;  /* bits of enum stated_kind */
	unsigned n_exclusive;
	bool over;       /* a budget is gone: silence proves nothing */
	/* the child that passes */
	struct stated_line *line;
	struct digest *digests[DIGEST_N]; /* opened on first use */
	uint64_t passed;
	uint32_t in_block;
	size_t at; /* in line->sums */
	bool differs;
};

struct stated *stated_new(struct archive *a)
{
	struct stated *s = ARENA_NEW(a->in->arena, struct stated);

	s->a = a;
	return s;
}

struct arena *stated_arena(struct stated *s)
{
	return s->a->in->arena;
}

bool stated_step(struct stated *s, uint64_t n)
{
	s->over |= archive_step(s->a, n) != STATUS_OK;
	return !s->over;
}

void stated_note(struct stated *s, enum stated_kind kind, bool exclusive)
{
	s->kinds |= 1u << kind;
	s->n_exclusive += exclusive;
}

void stated_damaged(struct stated *s, struct str name, const char *why)
{
	archive_odd(s->a, "manifest-damaged", 0,
		    arena_printf(stated_arena(s), "%.*s: %s", STR_ARG(name), why));
}

/* ---- the table ---- */

static size_t place_of(const struct stated *s, struct str name)
{
	size_t i = fast_hash(name.p, name.len, 0) % s->room_index;

	while (s->index[i] && !str_equal(s->lines[s->index[i] - 1].name, name))
		i = (i + 1) % s->room_index;
	return i;
}

static void index_grow(struct stated *s)
{
	s->room_index = s->room_index ? s->room_index * 2 : 256;
	s->index = ARENA_ARRAY(stated_arena(s), s->room_index, uint32_t);
	for (size_t i = 0; i < s->n_lines; i++)
		s->index[place_of(s, s->lines[i].name)] = (uint32_t)i + 1;
}

void stated_add(struct stated *s, const struct stated_line *line)
{
	struct stated_line *known;
	size_t at;

	if (s->n_lines * 2 >= s->room_index)
		index_grow(s);
	at = place_of(s, line->name);
	if (s->index[at]) {
		known = &s->lines[s->index[at] - 1];
		if (known->digest == line->digest && !str_equal(known->sums, line->sums))
			archive_odd(s->a, "manifest-line-twice", 0, line->name);
		return;
	}
	*ARENA_PUSH(stated_arena(s), s->lines, s->n_lines, s->room_lines) = *line;
	s->index[at] = (uint32_t)s->n_lines;
}

/* ---- what passes ---- */

static int hex_of(char c)
{
	return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* App packages name their parts as URIs: "My%20File" is "My File". */
static struct str without_percent(struct arena *a, struct str name)
{
	char *out;
	size_t n = 0;

	if (!str_has(name, "%"))
		return name;
	out = arena_alloc(a, name.len + 1);
	for (size_t i = 0; i < name.len; i++) {
		int hi = name.p[i] == '%' && i + 2 < name.len ? hex_of(name.p[i + 1]) : -1;
		int lo = hi >= 0 ? hex_of(name.p[i + 2]) : -1;

		out[n++] = lo >= 0 ? (char)(hi << 4 | lo) : name.p[i];
		i += lo >= 0 ? 2 : 0;
	}
	return str_view(out, n);
}

/* Members that a manifest cannot or need not name: itself and its signatures. */
static bool is_apart(const struct stated *s, struct str name)
{
	if (s->kinds & 1u << STATED_RECORD)
		return str_has(name, ".dist-info/RECORD");
	if (s->kinds & 1u << STATED_JAR)
		return str_starts(name, "META-INF/") &&
		       (str_ends_nocase(name, ".MF") || str_ends_nocase(name, ".SF") ||
			str_ends_nocase(name, ".RSA") || str_ends_nocase(name, ".DSA") ||
			str_ends_nocase(name, ".EC") || str_starts(name, "META-INF/SIG-") ||
			str_starts(name, "META-INF/cose."));
	return str_is(name, "AppxBlockMap.xml") || str_is(name, "AppxSignature.p7x") ||
	       str_is(name, "[Content_Types].xml") || str_starts(name, "AppxMetadata/");
}

static bool means_all(const struct stated *s)
{
	/* Several lists of installed packages in one archive leave other files unsaid. */
	return s->n_exclusive == 1 || (s->n_exclusive > 1 && !(s->kinds & 1u << STATED_RECORD));
}

void stated_begin(struct stated *s, const struct entry *e)
{
	struct str name = s->kinds & 1u << STATED_BLOCKS ? without_percent(stated_arena(s), e->name) : e->name;
	size_t at;

	s->line = NULL;
	if (e->type != ENTRY_FILE || e->origin != ORIGIN_MEMBER || !s->n_lines)
		return;
	at = place_of(s, name);
	if (!s->index[at]) {
		if (means_all(s) && !is_apart(s, name) && !str_ends(name, "/"))
			archive_odd(s->a, "manifest-member-extra", e->span_offset, e->name);
		return;
	}
	s->line = &s->lines[s->index[at] - 1];
	s->line->met = true;
	s->passed = s->at = 0;
	s->in_block = 0;
	s->differs = false;
	if (s->line->digest == DIGEST_NONE)
		return;
	if (!s->digests[s->line->digest])
		s->digests[s->line->digest] = digest_open(s->line->digest);
	if (!s->digests[s->line->digest])
		s->line = NULL; /* out of memory, or a digest that the library refuses */
	else
		digest_begin(s->digests[s->line->digest]);
}

static void sum_end(struct stated *s)
{
	uint8_t sum[DIGEST_MAX_BYTES];
	size_t n = digest_end(s->digests[s->line->digest], sum);

	if (n > s->line->sums.len - s->at || memcmp(s->line->sums.p + s->at, sum, n) != 0)
		s->differs = true;
	else
		s->at += n;
	s->in_block = 0;
	digest_begin(s->digests[s->line->digest]);
}

enum status stated_data(struct stated *s, const void *p, size_t n)
{
	const uint8_t *from = p;

	if (!s->line)
		return STATUS_OK;
	s->passed += n;
	if (s->line->digest == DIGEST_NONE)
		return STATUS_OK;
	TRY(archive_step(s->a, n / 64));
	while (n) {
		uint32_t block = s->line->block_bytes;
		size_t k = block && n > block - s->in_block ? block - s->in_block : n;

		digest_add(s->digests[s->line->digest], from, k);
		from += k;
		n -= k;
		s->in_block += (uint32_t)(block ? k : 0);
		if (block && s->in_block == block)
			sum_end(s);
	}
	return STATUS_OK;
}

void stated_end(struct stated *s, enum status how)
{
	struct stated_line *l = s->line;

	s->line = NULL;
	if (!l || how != STATUS_OK)
		return; /* damage is said by itself */
	s->line = l;
	if (l->digest != DIGEST_NONE && (l->block_bytes ? s->in_block > 0 : true))
		sum_end(s);
	if (l->digest != DIGEST_NONE && s->at != l->sums.len)
		s->differs = true;
	s->line = NULL;
	if (s->differs || (l->size != UINT64_MAX && l->size != s->passed))
		archive_odd(s->a, "manifest-digest-differs", 0, l->name);
}

void stated_settle(struct stated *s, bool whole)
{
	for (size_t i = 0; i < DIGEST_N; i++) {
		digest_close(s->digests[i]);
		s->digests[i] = NULL;
	}
	for (size_t i = 0; whole && i < s->n_lines && !s->over; i++) {
		struct stated_line *l = &s->lines[i];

		/* Lists of installed files name what lies elsewhere, and what was compiled later. */
		if (l->met || str_ends(l->name, "/") || str_has(l->name, "..") || str_starts(l->name, "/") ||
		    str_ends(l->name, ".pyc"))
			continue;
		archive_odd(s->a, "manifest-member-missing", 0, l->name);
	}
}
