/*
 * Tar: ustar and pax (POSIX.1-2017), the older GNU and V7 forms, GNU sparse files.
 *
 *   0 name[100]  100 mode[8]  108 uid[8]  116 gid[8]  124 size[12]  136 mtime[12]  148 sum[8]
 * 156 type  157 link[100]  257 magic[6]  263 version[2]  265 user[32]  297 group[32]
 * 329 major[8]  337 minor[8]  345 prefix[155]
 * GNU sparse ('S'): 386 four pairs (offset[12], length[12])  482 more?  483 real size[12];
 *     then blocks of 21 pairs and 504 more?
 * Numbers are octal text, or big-endian binary when the first bit is set. A member is a header, its
 * bytes, and zeros up to a multiple of 512; two zero blocks end the archive.
 * 'x' and 'g' carry records "LENGTH KEY=VALUE\n" for the next or all following members; 'L' and 'K'
 * a long name and link.
 *
 * Readers disagree about damaged headers, sizes of links and what follows the end; so whatever one
 * of them would show is shown here, and the disagreement is said.
 */
#include "formats/tar.h"
#include "formats/tar_kin.h"

enum {
	EXTENSION_MAX_BYTES = 1 << 20, /* of one pax or long-name header */
	NAME_MAX_BYTES = 32 << 10,
	SPARSE_MAX_PIECES = 1 << 16,
	VALUE_SHORT_BYTES = 256,
};

/* Text that outlives the block it came from; the memory is used again for the next member. */
struct text {
	char *p;
	size_t len, room;
	bool set;
};

struct piece {
	uint64_t offset, length;
};

/* What extension headers say about a member. */
struct extra {
	struct text path, link, sparse_name;
	bool has_size, has_uid, has_gid, has_mtime, has_real_size;
	uint64_t size, uid, gid, real_size;
	int64_t mtime;
	bool sparse, sparse_map_in_body;
	struct piece *pieces;
	size_t n_pieces, pieces_room;
	bool piece_open; /* an offset came, its length did not yet */
};

struct tar {
	struct archive *a;
	struct source *s;
	bool plain; /* bytes of the container, not a decoder's output */
	enum entry_origin origin;
	struct extra next, global;
	struct text body;
	char name[100 + 155 + 1];
	bool limited; /* one member alone was over a limit */
};

struct header {
	const uint8_t *block;
	uint64_t at; /* where the block stands */
	uint64_t size;
	char type;
	bool posix; /* has a prefix */
};

/* ---- numbers and blocks ---- */

static bool block_is_zero(const uint8_t *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (p[i])
			return false;
	return true;
}

/* Octal with leading blanks, or binary; *ok is false when no number stands there. */
static uint64_t number(const uint8_t *p, size_t n, bool *ok)
{
	uint64_t v = 0;
	size_t i = 0, digits = 0;

	*ok = true;
	if (p[0] & 0x80) {
		bool minus = p[0] & 0x40;

		v = minus ? UINT64_MAX : 0;
		for (; i < n; i++) {
			*ok &= v >> 56 == (minus ? 0xff : 0);
			v = v << 8 | (i > 0 || minus ? p[i] : p[i] & 0x3f);
		}
		return v;
	}
	while (i < n && (p[i] == ' ' || p[i] == 0))
		i++;
	for (; i < n && p[i] >= '0' && p[i] <= '7'; i++, digits++) {
		*ok &= v >> 61 == 0;
		v = v << 3 | (uint64_t)(p[i] - '0');
	}
	*ok &= digits > 0 && (i == n || p[i] == ' ' || p[i] == 0);
	return v;
}

/* Both sums are in use: of unsigned bytes, and of signed ones by some old writers. */
static bool checksum_fits(const uint8_t *p)
{
	bool ok;
	uint64_t stated = number(p + 148, 8, &ok);
	int64_t plain = 0, minus = 0;

	if (!ok)
		return false;
	for (int i = 0; i < TAR_BLOCK; i++) {
		uint8_t b = i >= 148 && i < 156 ? ' ' : p[i];

		plain += b;
		minus += (int8_t)b;
	}
	return stated == (uint64_t)plain || (minus >= 0 && stated == (uint64_t)minus);
}

int tar_block_bits(const uint8_t *p)
{
	if (!checksum_fits(p))
		return 0;
	return memcmp(p + 257, "ustar", 5) == 0 ? 48 : 20;
}

static int tar_probe(struct cursor head, uint64_t total_bytes)
{
	const uint8_t *p = cursor_peek(&head, TAR_BLOCK);

	return p ? tar_block_bits(p) : 0;
}

/* ---- text that stays ---- */

static void text_reserve(struct archive *a, struct text *t, size_t n)
{
	size_t room = t->room ? t->room : 256;

	if (n <= t->room)
		return;
	while (room < n)
		room *= 2;
	t->p = arena_alloc(a->in->arena, room);
	t->room = room;
}

static void text_set(struct archive *a, struct text *t, struct str s)
{
	text_reserve(a, t, s.len + 1);
	if (s.len)
		memcpy(t->p, s.p, s.len);
	t->len = s.len;
	t->set = true;
}

static struct str text_str(const struct text *t)
{
	return str_view(t->p, t->len);
}

/* The members' own records end with them; what memory they had stays. */
static void extra_clear(struct extra *x)
{
	struct text path = x->path, link = x->link, sparse_name = x->sparse_name;
	struct piece *pieces = x->pieces;
	size_t room = x->pieces_room;

	memset(x, 0, sizeof(*x));
	x->path = path;
	x->link = link;
	x->sparse_name = sparse_name;
	x->path.set = x->link.set = x->sparse_name.set = false;
	x->pieces = pieces;
	x->pieces_room = room;
}

/* ---- bytes nobody asked for ---- */

static void explain(struct tar *t, uint64_t at, uint64_t n)
{
	if (t->plain)
		archive_region(t->a, at, n, "member");
}

/* n bytes as a child of their own. *ret_short: the content ended before. */
static enum status gap(struct tar *t, uint64_t n, bool *ret_short)
{
	uint64_t missing = 0;

	TRY(source_gap(t->s, n, &missing));
	*ret_short = missing > 0;
	return STATUS_OK;
}

/* ---- extension headers ---- */

static void add_piece(struct tar *t, struct extra *x, uint64_t offset, uint64_t length)
{
	struct piece *p;

	if (x->n_pieces >= SPARSE_MAX_PIECES) {
		archive_odd_z(t->a, "tar-sparse-large", t->s->pos, "more pieces than are read");
		return;
	}
	p = ARENA_PUSH(t->a->in->arena, x->pieces, x->n_pieces, x->pieces_room);
	*p = (struct piece){offset, length};
}

/* "offset,length,offset,length" */
static void sparse_map(struct tar *t, struct extra *x, struct str v)
{
	while (v.len) {
		uint64_t pair[2] = {0, 0};

		for (int i = 0; i < 2; i++) {
			size_t comma = str_find_z(v, ",");
			struct str one = comma == SIZE_MAX ? v : str_part(v, 0, comma);

			if (!str_to_u64(one, 10, &pair[i])) {
				archive_odd(t->a, "tar-pax-damaged", t->s->pos, one);
				return;
			}
			v = comma == SIZE_MAX ? STR_NONE : str_part(v, comma + 1, v.len);
		}
		add_piece(t, x, pair[0], pair[1]);
	}
}

static bool sparse_record(struct tar *t, struct extra *x, struct str key, struct str v)
{
	uint64_t n = 0;
	bool is_number = str_to_u64(v, 10, &n);

	if (!str_starts(key, "GNU.sparse."))
		return false;
	x->sparse = true;
	if (str_is(key, "GNU.sparse.name")) {
		text_set(t->a, &x->sparse_name, v);
	} else if (str_is(key, "GNU.sparse.map")) {
		sparse_map(t, x, v);
	} else if (str_is(key, "GNU.sparse.major")) {
		x->sparse_map_in_body = is_number && n == 1;
	} else if (str_is(key, "GNU.sparse.size") || str_is(key, "GNU.sparse.realsize")) {
		x->real_size = n;
		x->has_real_size = is_number;
	} else if (str_is(key, "GNU.sparse.offset") && is_number) {
		add_piece(t, x, n, 0);
		x->piece_open = true;
	} else if (str_is(key, "GNU.sparse.numbytes") && is_number && x->piece_open) {
		x->pieces[x->n_pieces - 1].length = n;
		x->piece_open = false;
	}
	return true;
}

/* Seconds, perhaps negative, perhaps with a fraction. */
static bool pax_time(struct str v, int64_t *ret)
{
	bool minus = v.len && v.p[0] == '-';
	size_t dot;
	uint64_t n;

	v = str_part(v, minus, v.len);
	dot = str_find_z(v, ".");
	if (!str_to_u64(dot == SIZE_MAX ? v : str_part(v, 0, dot), 10, &n) || n > INT64_MAX)
		return false;
	*ret = minus ? -(int64_t)n : (int64_t)n;
	return true;
}

/* Long values of keys that mean nothing to us are a place to put things: read like a gap. */
static enum status pax_unknown(struct tar *t, struct str key, struct str v)
{
	struct entry e = {.type = ENTRY_FILE, .origin = ORIGIN_GAP, .size_bytes = v.len};

	if (str_ends(key, "security.capability"))
		archive_odd(t->a, "tar-capability", t->s->pos, key);
	if (v.len <= VALUE_SHORT_BYTES)
		return STATUS_OK;
	e.name = arena_printf(t->a->in->arena, "[pax %.*s]", STR_ARG(str_part(key, 0, 100)));
	TRY(archive_child(t->a, &e));
	TRY(archive_data(t->a, v.p, v.len));
	return archive_child_end(t->a, STATUS_OK, NULL);
}

static enum status pax_record(struct tar *t, struct extra *x, struct str key, struct str v)
{
	bool ok = true, names = true;

	if (sparse_record(t, x, key, v))
		return STATUS_OK;
	if (str_is(key, "path"))
		text_set(t->a, &x->path, v);
	else if (str_is(key, "linkpath"))
		text_set(t->a, &x->link, v);
	else if (str_is(key, "size"))
		ok = x->has_size = str_to_u64(v, 10, &x->size);
	else
		names = false;
	if (names && x == &t->global)
		archive_odd(t->a, "tar-global-name", t->s->pos, key);
	if (str_is(key, "uid"))
		ok = x->has_uid = str_to_u64(v, 10, &x->uid);
	else if (str_is(key, "gid"))
		ok = x->has_gid = str_to_u64(v, 10, &x->gid);
	else if (str_is(key, "mtime"))
		ok = x->has_mtime = pax_time(v, &x->mtime);
	else if (!names)
		return pax_unknown(t, key, v);
	if (!ok)
		archive_odd(t->a, "tar-pax-damaged", t->s->pos, key);
	return STATUS_OK;
}

/* "LENGTH KEY=VALUE\n", LENGTH counts all of it. */
static bool pax_next(struct cursor *c, struct str *ret_key, struct str *ret_value)
{
	size_t start = c->pos, eq;
	bool ok;
	uint64_t length = cursor_dec(c, 19, &ok);
	struct str rest;

	if (!ok || cursor_u8(c) != ' ' || length > c->len - start || length < c->pos - start + 2)
		return false;
	rest = cursor_str(c, (size_t)length - (c->pos - start));
	if (rest.len == 0 || rest.p[rest.len - 1] != '\n')
		return false;
	rest.len--;
	eq = str_find_z(rest, "=");
	if (eq == SIZE_MAX)
		return false;
	*ret_key = str_part(rest, 0, eq);
	*ret_value = str_part(rest, eq + 1, rest.len);
	return true;
}

static enum status pax_read(struct tar *t, struct extra *x, struct str body)
{
	struct cursor c = cursor_of(body.p, body.len);
	struct str key, value;

	while (cursor_left(&c) > 0) {
		size_t at = c.pos;

		if (!pax_next(&c, &key, &value)) {
			/* Zeros behind the last record are padding of a careless writer. */
			if (!block_is_zero((const uint8_t *)body.p + at, body.len - at))
				archive_odd_z(t->a, "tar-pax-damaged", t->s->pos, NULL);
			return STATUS_OK;
		}
		TRY(pax_record(t, x, key, value));
	}
	return STATUS_OK;
}

/* Reads the bytes of an extension header into t->body; *ret_ok is false if it was passed over. */
static enum status extension_body(struct tar *t, const struct header *h, bool *ret_ok)
{
	uint64_t left = h->size;

	*ret_ok = false;
	t->body.len = 0;
	if (h->size > EXTENSION_MAX_BYTES) {
		bool cut;

		archive_odd_z(t->a, "tar-header-large", h->at, NULL);
		return gap(t, h->size, &cut);
	}
	text_reserve(t->a, &t->body, (size_t)h->size + 1);
	while (left > 0) {
		const uint8_t *p;
		size_t got = source_take(t->s, left, &p);

		if (got == 0) {
			t->a->damaged = true;
			return STATUS_OK;
		}
		memcpy(t->body.p + t->body.len, p, got);
		t->body.len += got;
		left -= got;
	}
	explain(t, h->at + TAR_BLOCK, h->size);
	*ret_ok = true;
	return STATUS_OK;
}

static enum status extension(struct tar *t, const struct header *h)
{
	struct str body;
	size_t nul;
	bool ok;

	TRY(extension_body(t, h, &ok));
	if (!ok)
		return STATUS_OK;
	body = text_str(&t->body);
	nul = str_find(body, str_view("", 1));
	if (h->type == 'x' || h->type == 'X')
		return pax_read(t, &t->next, body);
	if (h->type == 'g')
		return pax_read(t, &t->global, body);
	text_set(t->a, h->type == 'L' ? &t->next.path : &t->next.link,
		 nul == SIZE_MAX ? body : str_part(body, 0, nul));
	return STATUS_OK;
}

/* ---- members ---- */

static struct str field_text(const uint8_t *p, size_t n)
{
	const uint8_t *nul = memchr(p, 0, n);

	return str_view(p, nul ? (size_t)(nul - p) : n);
}

static struct str header_name(struct tar *t, const struct header *h)
{
	struct str name = field_text(h->block, 100);
	struct str prefix = STR_NONE;

	if (h->posix) {
		bool star = memcmp(h->block + 508, "tar", 4) == 0;

		prefix = field_text(h->block + 345, star ? 131 : 155);
	}
	if (prefix.len == 0)
		return name;
	memcpy(t->name, prefix.p, prefix.len);
	t->name[prefix.len] = '/';
	memcpy(t->name + prefix.len + 1, name.p, name.len);
	return str_view(t->name, prefix.len + 1 + name.len);
}

static enum entry_type type_of(char c, struct str name)
{
	switch (c) {
	case '1': return ENTRY_HARDLINK;
	case '2': return ENTRY_SYMLINK;
	case '3':
	case '4': return ENTRY_DEVICE;
	case '5': return ENTRY_DIR;
	case '6': return ENTRY_FIFO;
	case 'V':
	case 'N': return ENTRY_OTHER;
	case 0:
	case '0': return name.len && name.p[name.len - 1] == '/' ? ENTRY_DIR : ENTRY_FILE;
	default: return ENTRY_FILE;
	}
}

static struct str name_cut(struct tar *t, const struct header *h, struct str name)
{
	if (name.len <= NAME_MAX_BYTES)
		return name;
	archive_odd_z(t->a, "tar-name-large", h->at, NULL);
	return str_part(name, 0, NAME_MAX_BYTES);
}

/*
 * A record may name a member otherwise than its header, for those that cannot say it: too long, or not in ASCII.
 * Where both could, readers that pass over records see another archive.
 */
static void settle_name(struct tar *t, const struct header *h)
{
	const struct text *path = t->next.path.set ? &t->next.path : &t->global.path;
	struct str said = text_str(path), plain = header_name(t, h);
	bool ascii = true;

	if (!path->set || t->next.sparse || said.len > 100 || !plain.len)
		return;
	for (size_t i = 0; i < said.len && ascii; i++)
		ascii = (uint8_t)said.p[i] < 0x80;
	if (str_ends(said, "/") && !str_ends(plain, "/"))
		said.len--;
	if (ascii && !str_equal(said, plain))
		archive_odd(t->a, "tar-names-differ", h->at, plain);
}

static void entry_fill(struct tar *t, const struct header *h, struct entry *e)
{
	const struct extra *x = &t->next, *g = &t->global;
	const struct text *path = x->sparse_name.set ? &x->sparse_name
				  : x->path.set      ? &x->path
						     : &g->path;
	const struct text *link = x->link.set ? &x->link : &g->link;
	bool ok;

	memset(e, 0, sizeof(*e));
	e->origin = t->origin;
	e->name = name_cut(t, h, path->set ? text_str(path) : header_name(t, h));
	e->link = name_cut(t, h, link->set ? text_str(link) : field_text(h->block + 157, 100));
	e->type = type_of(h->type, e->name);
	if (e->type != ENTRY_SYMLINK && e->type != ENTRY_HARDLINK)
		e->link = STR_NONE;
	e->mode = (uint32_t)number(h->block + 100, 8, &ok) & 07777;
	e->uid = x->has_uid ? x->uid : g->has_uid ? g->uid : number(h->block + 108, 8, &ok);
	e->gid = x->has_gid ? x->gid : g->has_gid ? g->gid : number(h->block + 116, 8, &ok);
	e->mtime = x->has_mtime   ? x->mtime
		   : g->has_mtime ? g->mtime
				  : (int64_t)number(h->block + 136, 12, &ok);
}

/* Which length holds? The extension's; but readers that skip it see another archive. */
static void settle_size(struct tar *t, struct header *h)
{
	const struct extra *x = t->next.has_size ? &t->next : &t->global;

	if (!x->has_size)
		return;
	/* Beyond 8 GiB the plain field cannot say it. */
	if (x->size != h->size && x->size < 1ull << 33)
		archive_odd(t->a, "tar-sizes-differ", h->at, header_name(t, h));
	h->size = x->size;
}

static enum status zeros(struct tar *t, uint64_t n)
{
	static const uint8_t none[64 << 10];

	while (n > 0) {
		size_t piece = n < sizeof(none) ? (size_t)n : sizeof(none);

		TRY(archive_spend(t->a, piece));
		TRY(archive_data(t->a, none, piece));
		n -= piece;
	}
	return STATUS_OK;
}

/* ---- sparse files ---- */

/* A decimal line of the map in front of the data (GNU sparse 1.0). */
static bool map_line(struct tar *t, uint64_t *left, uint64_t *ret)
{
	uint64_t v = 0;
	int digits = 0;

	while (*left > 0) {
		const uint8_t *p;

		if (source_take(t->s, 1, &p) == 0)
			return false;
		--*left;
		if (*p == '\n')
			break;
		if (*p < '0' || *p > '9' || ++digits > 18)
			return false;
		v = v * 10 + (uint64_t)(*p - '0');
	}
	*ret = v;
	return digits > 0;
}

static bool map_in_body(struct tar *t, uint64_t *left)
{
	uint64_t start = *left, n, offset, length, padding;

	if (!map_line(t, left, &n) || n > SPARSE_MAX_PIECES)
		return false;
	for (uint64_t i = 0; i < n; i++) {
		if (!map_line(t, left, &offset) || !map_line(t, left, &length))
			return false;
		add_piece(t, &t->next, offset, length);
	}
	padding = (TAR_BLOCK - (start - *left) % TAR_BLOCK) % TAR_BLOCK;
	if (padding > *left || !source_skip(t->s, padding))
		return false;
	*left -= padding;
	return true;
}

/* The pairs in an old GNU header and in the blocks that follow it. */
static bool map_in_header(struct tar *t, const struct header *h)
{
	const uint8_t *p = h->block + 386;
	int n = 4;
	bool more = h->block[482];
	bool ok;

	t->next.real_size = number(h->block + 483, 12, &ok);
	t->next.has_real_size = ok;
	for (;;) {
		for (int i = 0; i < n; i++, p += 24) {
			uint64_t offset, length;
			bool ok2;

			if (p[0] == 0)
				break;
			offset = number(p, 12, &ok);
			length = number(p + 12, 12, &ok2);
			if (!ok || !ok2)
				return false;
			add_piece(t, &t->next, offset, length);
		}
		if (!more)
			return true;
		if (archive_step(t->a, 1) != STATUS_OK)
			return false;
		p = source_peek(t->s, TAR_BLOCK);
		if (!p)
			return false;
		explain(t, t->s->pos, TAR_BLOCK);
		(void)source_skip(t->s, TAR_BLOCK);
		n = 21;
		more = p[504];
	}
}

/* Delivers data and holes. The hole that is over a limit ends this child only. */
static enum status sparse_content(struct tar *t, uint64_t *left, const char **ret_wrong)
{
	const struct extra *x = &t->next;
	uint64_t at = 0;

	for (size_t i = 0; i <= x->n_pieces; i++) {
		struct piece p = i < x->n_pieces ? x->pieces[i] : (struct piece){x->real_size, 0};
		const struct budget *b = t->a->in->budget;
		uint64_t missing = 0;

		if (i == x->n_pieces && !x->has_real_size)
			break;
		if (p.offset < at || p.length > *left) {
			*ret_wrong = "sparse map contradicts";
			return STATUS_OK;
		}
		if (p.offset - at > b->max_bytes - b->bytes) {
			*ret_wrong = "holes over the limit";
			t->limited = true;
			return STATUS_OK;
		}
		TRY(zeros(t, p.offset - at));
		TRY(source_pass(t->s, p.length, &missing));
		*left -= p.length - missing;
		if (missing) {
			*ret_wrong = "archive ends inside this member";
			return STATUS_OK;
		}
		at = p.offset + p.length;
	}
	return STATUS_OK;
}

static enum status file_sparse(struct tar *t, const struct header *h, struct entry *e)
{
	uint64_t left = h->size;
	const char *wrong = NULL;
	enum status how = STATUS_OK;
	bool was_limited = t->limited, cut;

	if (h->type == 'S' && !map_in_header(t, h))
		wrong = "sparse map damaged";
	if (t->next.sparse_map_in_body && !map_in_body(t, &left))
		wrong = "sparse map damaged";
	e->size_bytes = t->next.has_real_size ? t->next.real_size : UINT64_MAX;
	TRY(archive_child(t->a, e));
	if (!wrong)
		how = sparse_content(t, &left, &wrong);
	if (how != STATUS_OK && !t->a->limit_why)
		return how; /* the sink's */
	if (how != STATUS_OK)
		wrong = t->a->limit_why;
	if (how == STATUS_OK && wrong)
		how = t->limited && !was_limited ? STATUS_LIMIT : STATUS_DAMAGED;
	TRY(archive_child_end(t->a, how, wrong));
	if (wrong && t->a->limit_why)
		return STATUS_LIMIT;
	if (!wrong)
		explain(t, t->s->pos - (h->size - left), h->size - left);
	/* What the map does not name is still there. */
	return left ? gap(t, left, &cut) : STATUS_OK;
}

/* ---- the walk ---- */

/* A length on something that has no content: some writers mean it, some do not. */
static enum status body_of_link(struct tar *t, const struct header *h)
{
	const uint8_t *p = source_peek(t->s, TAR_BLOCK);
	bool cut;

	if (!p || h->size == 0 || tar_block_bits(p) || block_is_zero(p, TAR_BLOCK))
		return STATUS_OK;
	archive_odd(t->a, "tar-link-size", h->at, header_name(t, h));
	return gap(t, h->size, &cut);
}

static enum status padding(struct tar *t, uint64_t size)
{
	size_t n = (size_t)((TAR_BLOCK - size % TAR_BLOCK) % TAR_BLOCK);
	const uint8_t *p;
	bool cut;

	if (n > t->s->left && source_peek(t->s, n) == NULL)
		n = t->s->left;
	p = source_peek(t->s, n);
	if (n == 0 || !p)
		return STATUS_OK;
	if (block_is_zero(p, n)) {
		explain(t, t->s->pos, n);
		(void)source_skip(t->s, n);
		return STATUS_OK;
	}
	archive_odd_z(t->a, "tar-padding", t->s->pos, NULL);
	return gap(t, n, &cut);
}

static enum status member(struct tar *t, struct header *h)
{
	struct entry e;
	uint64_t start;

	settle_size(t, h);
	settle_name(t, h);
	entry_fill(t, h, &e);
	e.size_bytes = h->size;
	start = t->s->pos;
	if (e.type != ENTRY_FILE) {
		e.size_bytes = 0;
		TRY(archive_bare_child(t->a, &e, STATUS_OK, NULL));
		TRY(body_of_link(t, h));
		if (t->s->pos == start)
			return STATUS_OK;
	} else if (h->type == 'S' || t->next.sparse) {
		TRY(file_sparse(t, h, &e));
	} else {
		TRY(source_child(t->s, &e, h->size));
	}
	return padding(t, h->size);
}

static enum status header(struct tar *t, const uint8_t *block)
{
	uint8_t copy[TAR_BLOCK]; /* the view goes when the content moves on */
	struct header h = {.block = copy, .at = t->s->pos, .type = (char)block[156]};
	bool ok;

	memcpy(copy, block, TAR_BLOCK);
	h.size = number(copy + 124, 12, &ok);
	if (!ok && !block_is_zero(copy + 124, 12)) {
		archive_odd_z(t->a, "tar-size-damaged", h.at, NULL);
		t->a->damaged = true;
	}
	h.posix = memcmp(copy + 257, "ustar", 6) == 0;
	explain(t, h.at, TAR_BLOCK);
	(void)source_skip(t->s, TAR_BLOCK);
	if (memchr("xXgLK", h.type, 5)) {
		TRY(extension(t, &h));
		return padding(t, h.size);
	}
	TRY(member(t, &h));
	extra_clear(&t->next);
	return STATUS_OK;
}

/* Passes over blocks that are no headers; some readers stop here, others go on behind them. */
static enum status damaged_part(struct tar *t)
{
	const uint8_t *p;

	archive_odd_z(t->a, "tar-header-damaged", t->s->pos, NULL);
	t->a->damaged = true;
	if (!t->plain)
		TRY(source_gap_begin(t->s));
	while ((p = source_peek(t->s, TAR_BLOCK)) && tar_block_bits(p) == 0) {
		size_t n = TAR_BLOCK;

		while (t->s->left - n >= TAR_BLOCK && tar_block_bits(p + n) == 0)
			n += TAR_BLOCK;
		if (!t->plain)
			TRY(archive_data(t->a, p, n));
		(void)source_skip(t->s, n);
	}
	return t->plain ? STATUS_OK : archive_child_end(t->a, STATUS_OK, NULL);
}

/* Behind the end mark: zeros are usual; headers are members that only some readers show. */
static enum status after_end(struct tar *t)
{
	const uint8_t *p;
	bool cut;

	while ((p = source_peek(t->s, TAR_BLOCK)) && block_is_zero(p, TAR_BLOCK)) {
		explain(t, t->s->pos, TAR_BLOCK);
		(void)source_skip(t->s, TAR_BLOCK);
	}
	if (!p && (t->s->left == 0 || block_is_zero(t->s->p, t->s->left)))
		return STATUS_OK;
	archive_odd_z(t->a, "tar-data-after-end", t->s->pos, NULL);
	t->origin = ORIGIN_GAP;
	if (p && tar_block_bits(p))
		return STATUS_OK;
	return gap(t, UINT64_MAX, &cut);
}

/* Fewer than 512 bytes are left, or none. */
static enum status last_bytes(struct tar *t, bool ended)
{
	bool cut;

	if (!ended && t->s->how == STATUS_OK)
		archive_odd_z(t->a, "tar-no-end", t->s->pos, NULL);
	if (t->s->left == 0 || block_is_zero(t->s->p, t->s->left))
		return STATUS_OK;
	t->a->damaged = true;
	return gap(t, t->s->left, &cut);
}

enum status tar_read(struct archive *a, struct source *s)
{
	struct tar t = {.a = a, .s = s, .plain = s->stream == NULL, .origin = ORIGIN_MEMBER};
	const uint8_t *p;
	bool ended = false;

	while ((p = source_peek(s, TAR_BLOCK))) {
		TRY(archive_step(a, 1));
		if (block_is_zero(p, TAR_BLOCK)) {
			TRY(after_end(&t));
			ended = true;
		} else if (tar_block_bits(p) == 0) {
			TRY(damaged_part(&t));
		} else {
			TRY(header(&t, p));
		}
	}
	TRY(last_bytes(&t, ended));
	return t.limited ? STATUS_LIMIT : STATUS_OK;
}

static enum status tar_open(struct open_in *in)
{
	struct tar_members members;
	struct archive a;
	struct source s;
	enum status st;

	archive_begin(&a, in);
	st = tar_kin_begin(&a, &members);
	source_of_bytes(&s, &a, in->bytes.base, in->bytes.len);
	if (st == STATUS_OK)
		st = tar_read(&a, &s);
	if (st == STATUS_OK || a.stated)
		st = tar_kin_end(&a, &members, st);
	if (st != STATUS_OK && st != STATUS_LIMIT)
		return st;
	archive_regions_tell(&a);
	return st != STATUS_OK ? st : a.damaged ? STATUS_DAMAGED : STATUS_OK;
}

const struct format format_tar = {
	.id = FORMAT_TAR,
	.name = "tar",
	.summary = "tape archive: ustar, pax, GNU, V7, sparse files",
	.head_bytes = TAR_BLOCK,
	.probe = tar_probe,
	.open = tar_open,
};
