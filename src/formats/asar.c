/*
 * asar, the archive of Electron programs (layout: electron/asar, README "Format").
 *
 *   0  u32  4, the size of the next field
 *   4  u32  H, size of the header pickle that follows
 *   8  u32  H - 4, payload of the pickle
 *  12  u32  J, bytes of JSON
 *  16  J    JSON: { "files": { NAME: ENTRY, ... } }, zero padded to 4
 *  8+H      data; an entry's offset is relative to this place
 *
 * ENTRY is a folder ("files"), a link ("link") or a file: "size" (number), "offset" (decimal
 * string), or "unpacked": true without offset (content in NAME.asar.unpacked/ beside the archive);
 * "executable": true; "integrity": {algorithm, hash, blockSize, blocks[]}. Electron compares the
 * integrity when it reads, so a mismatch means that somebody changed the bytes and not the header.
 */
#include <jansson.h>

#include "formats/format.h"
#include "util/hash.h"

enum {
	ASAR_HEADER_MAX = 32 << 20,
	ASAR_DEPTH_MAX = 256,
	ASAR_PATH_MAX = 4096,
	ASAR_ODDITIES_EACH = 64, /* of one kind; what is beyond is counted and said once */
};

enum asar_oddity {
	ODD_MISMATCH,
	ODD_MISSING,
	ODD_INTEGRITY,
	ODD_OUTSIDE,
	ODD_OVERLAP,
	ODD_NAME,
	ODD_KEY,
	ODD_ENTRY,
	ODD_LINK,
	ODD_N
};

static const char *const oddity_codes[ODD_N] = {
	"asar-integrity-mismatch", "asar-integrity-missing", "asar-integrity-malformed",
	"asar-offset-outside",     "asar-overlap",           "asar-unsafe-name",
	"asar-unknown-key",        "asar-malformed-entry",   "asar-link-outside",
};

struct asar_place {
	uint64_t from, to;
	struct str name;
};

struct asar_level {
	json_t *files;
	void *iter;
	size_t path_len; /* of the folder, in the shared path buffer */
};

struct asar {
	struct open_in *in;
	struct sink *sink;
	uint64_t data_at; /* where data begins */
	struct sha256_state *sha;
	char path[ASAR_PATH_MAX];
	size_t path_len;
	struct asar_level levels[ASAR_DEPTH_MAX];
	size_t n_levels;
	struct asar_place *places;
	size_t n_places, room_places;
	uint64_t odd[ODD_N];
	bool any_integrity, damaged, limit;
};

static int asar_probe(struct cursor head, uint64_t total_bytes)
{
	uint32_t four = cursor_u32le(&head), pickle = cursor_u32le(&head);
	uint32_t payload = cursor_u32le(&head), json = cursor_u32le(&head);
	uint8_t first = cursor_u8(&head);

	if (!cursor_ok(&head) || four != 4 || pickle < 8 || payload != pickle - 4 || first != '{')
		return 0;
	if (json > payload - 4 || payload - 4 - json > 3 || total_bytes < 17)
		return 0;
	return 88; /* three sizes that agree and the first byte of the JSON */
}

static void asar_odd(struct asar *a, enum asar_oddity what, uint64_t offset, struct str detail)
{
	if (a->odd[what]++ < ASAR_ODDITIES_EACH)
		a->sink->oddity(a->sink, oddity_codes[what], offset, detail);
}

static void asar_odd_rest(struct asar *a)
{
	for (int i = 0; i < ODD_N; i++)
		if (a->odd[i] > ASAR_ODDITIES_EACH)
			a->sink->oddity(a->sink, oddity_codes[i], 0,
				arena_printf(a->in->arena, "and %llu more of this kind",
					(unsigned long long)(a->odd[i] - ASAR_ODDITIES_EACH)));
}

/* The header as JSON; duplicate keys are said and then read as JSON.parse does, last one wins. */
static json_t *asar_json(struct asar *a, struct str text)
{
	json_error_t error;
	json_t *root = json_loadb(text.p, text.len, JSON_REJECT_DUPLICATES, &error);

	if (!root && json_error_code(&error) == json_error_duplicate_key) {
		a->sink->oddity(a->sink, "asar-duplicate-key",
			16 + (uint64_t)(error.position > 0 ? error.position : 0),
			str_of(error.text));
		a->damaged = true;
		root = json_loadb(text.p, text.len, 0, &error);
	}
	if (!root)
		a->sink->oddity(a->sink, "asar-header-malformed",
			16 + (uint64_t)(error.position > 0 ? error.position : 0),
			str_of(error.text));
	return root;
}

static bool hex_digest(struct str s, struct sha256 *ret)
{
	if (s.len != 2 * SHA256_BYTES)
		return false;
	for (size_t i = 0; i < s.len; i++) {
		char c = s.p[i];
		int v = c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10
			: c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;

		if (v < 0)
			return false;
		ret->b[i / 2] = (uint8_t)(i % 2 ? ret->b[i / 2] | v : v << 4);
	}
	return true;
}

static bool digest_matches(struct asar *a, const json_t *stated, const uint8_t *p, size_t n,
	bool *ret_malformed)
{
	struct sha256 want, have;

	if (!json_is_string(stated) ||
	    !hex_digest(str_view(json_string_value(stated), json_string_length(stated)), &want)) {
		*ret_malformed = true;
		return true;
	}
	sha256_begin(a->sha);
	sha256_add(a->sha, p, n);
	have = sha256_end(a->sha);
	return sha256_equal(&want, &have);
}

/* Compares the bytes of one file with what its integrity block states: whole and by blocks. */
static void asar_integrity(struct asar *a, const json_t *block, struct str name, uint64_t at,
	const uint8_t *p, size_t n)
{
	const json_t *blocks = json_object_get(block, "blocks");
	const json_t *algorithm = json_object_get(block, "algorithm");
	json_int_t block_size = json_integer_value(json_object_get(block, "blockSize"));
	size_t n_blocks = json_array_size(blocks), needed;
	bool malformed = false, ok;

	if (!json_is_string(algorithm) || !str_is(str_of(json_string_value(algorithm)), "SHA256") ||
	    block_size <= 0 || !json_is_array(blocks)) {
		asar_odd(a, ODD_INTEGRITY, at, name);
		return;
	}
	ok = digest_matches(a, json_object_get(block, "hash"), p, n, &malformed);
	needed = n / (size_t)block_size + (n % (size_t)block_size != 0);
	/* Packers differ in whether an exact multiple is followed by the digest of nothing. */
	if (n_blocks < needed || n_blocks > n / (size_t)block_size + 1)
		malformed = true;
	if (n_blocks == 1 && needed <= 1) /* one block: the same digest again, no second pass */
		ok = ok && json_equal(json_array_get(blocks, 0), json_object_get(block, "hash"));
	else
		for (size_t i = 0; i < n_blocks && !malformed && ok; i++) {
			size_t from = i * (size_t)block_size;
			size_t len = n - from < (size_t)block_size ? n - from : (size_t)block_size;

			ok = digest_matches(
				a, json_array_get(blocks, i), p + from, len, &malformed);
		}
	if (malformed)
		asar_odd(a, ODD_INTEGRITY, at, name);
	if (!ok)
		asar_odd(a, ODD_MISMATCH, at, name);
}

static void asar_keys(struct asar *a, json_t *entry, struct str name)
{
	static const char *const known[] = {"files", "size", "offset", "unpacked", "executable",
		"link", "integrity"};

	for (void *it = json_object_iter(entry); it; it = json_object_iter_next(entry, it)) {
		struct str key = str_view(json_object_iter_key(it), json_object_iter_key_len(it));
		bool found = false;

		for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
			found = found || str_is(key, known[i]);
		if (!found)
			asar_odd(a, ODD_KEY, 16,
				arena_printf(a->in->arena, "%.*s: %.*s", STR_ARG(name),
					STR_ARG(str_part(key, 0, 200))));
	}
}

static enum status asar_deliver(struct asar *a, struct entry *e, enum status how, const char *why)
{
	if (how != STATUS_OK && how != STATUS_UNSUPPORTED)
		a->damaged = true;
	TRY(a->sink->child_begin(a->sink, e));
	return a->sink->child_end(a->sink, how, why);
}

static enum status asar_link(struct asar *a, const json_t *link, struct entry *e)
{
	struct str target = str_view(json_string_value(link), json_string_length(link));

	e->type = ENTRY_SYMLINK;
	e->mode = 0777;
	e->link = arena_str(a->in->arena, target);
	/* Targets are relative to the archive's root, so any ".." or leading slash leaves it. */
	if (str_starts(target, "/") || str_starts(target, "..") || str_has(target, "/../") ||
	    str_has(target, "\\..\\") || str_starts(target, "\\"))
		asar_odd(a, ODD_LINK, 16,
			arena_printf(a->in->arena, "%.*s -> %.*s", STR_ARG(e->name),
				STR_ARG(str_part(target, 0, 300))));
	return asar_deliver(a, e, STATUS_OK, "");
}

static void asar_place_add(struct asar *a, const struct entry *e)
{
	struct asar_place *p;

	if (e->span_bytes == 0)
		return;
	p = ARENA_PUSH(a->in->arena, a->places, a->n_places, a->room_places);
	*p = (struct asar_place){e->span_offset, e->span_offset + e->span_bytes, e->name};
}

static enum status asar_file(struct asar *a, json_t *entry, struct entry *e)
{
	const json_t *size = json_object_get(entry, "size"),
		     *offset = json_object_get(entry, "offset");
	const json_t *integrity = json_object_get(entry, "integrity");
	uint64_t at, left = a->in->bytes.len - a->data_at;

	e->mode = json_is_true(json_object_get(entry, "executable")) ? 0755 : 0644;
	e->size_bytes = UINT64_MAX;
	if (json_is_integer(size) && json_integer_value(size) >= 0)
		e->size_bytes = (uint64_t)json_integer_value(size);
	if (json_is_true(json_object_get(entry, "unpacked"))) {
		e->flags |= ENTRY_UNPACKED;
		return asar_deliver(a, e, STATUS_UNSUPPORTED,
			"unpacked: the content lies beside the archive, in the folder of the same name with .unpacked");
	}
	if (!json_is_string(offset) || e->size_bytes == UINT64_MAX ||
	    !str_to_u64(str_view(json_string_value(offset), json_string_length(offset)), 10, &at)) {
		asar_odd(a, ODD_ENTRY, 16, e->name);
		return asar_deliver(
			a, e, STATUS_DAMAGED, "the header states no usable size and offset");
	}
	if (at > left || (at == left && e->size_bytes)) {
		asar_odd(a, ODD_OUTSIDE, 16, e->name);
		return asar_deliver(a, e, STATUS_DAMAGED, "the offset lies outside the archive");
	}
	e->flags |= ENTRY_SPAN;
	e->span_offset = a->data_at + at;
	e->span_bytes = e->size_bytes < left - at ? e->size_bytes : left - at;
	asar_place_add(a, e);
	if (!budget_step(a->in->budget, e->span_bytes / 64 + 1))
		return STATUS_LIMIT;
	if (e->span_bytes < e->size_bytes) {
		asar_odd(a, ODD_OUTSIDE, e->span_offset, e->name);
		return asar_deliver(a, e, STATUS_DAMAGED, "the archive ends inside this file");
	}
	if (integrity)
		asar_integrity(a, integrity, e->name, e->span_offset,
			a->in->bytes.base + e->span_offset, (size_t)e->span_bytes);
	else if (a->any_integrity)
		asar_odd(a, ODD_MISSING, e->span_offset, e->name);
	return asar_deliver(a, e, STATUS_OK, "");
}

/* Joins the name to the folder in the shared buffer; false when the path would be too long. */
static bool asar_enter(struct asar *a, size_t folder_len, struct str name)
{
	size_t at = folder_len;

	a->path_len = folder_len;
	if (name.len + 1 > sizeof(a->path) - folder_len)
		return false;
	if (at)
		a->path[at++] = '/';
	memcpy(a->path + at, name.p, name.len);
	a->path_len = at + name.len;
	return true;
}

static bool name_unsafe(struct str name)
{
	return name.len == 0 || str_is(name, ".") || str_is(name, "..") ||
		memchr(name.p, '/', name.len) || memchr(name.p, '\\', name.len) ||
		memchr(name.p, 0, name.len);
}

static enum status asar_entry(struct asar *a, json_t *entry, struct str name, size_t folder_len)
{
	struct entry e = {.origin = ORIGIN_MEMBER};
	json_t *files = json_object_get(entry, "files"), *link = json_object_get(entry, "link");

	if (!budget_step(a->in->budget, 4 + (folder_len + name.len) / 64))
		return STATUS_LIMIT;
	if (!asar_enter(a, folder_len, name)) {
		asar_odd(a, ODD_NAME, 16, STR("path longer than 4096 bytes"));
		a->damaged = true;
		e.name = arena_printf(
			a->in->arena, "[long path %llu]", (unsigned long long)a->odd[ODD_NAME]);
	} else {
		e.name = arena_str(a->in->arena, str_view(a->path, a->path_len));
	}
	if (name_unsafe(name))
		asar_odd(a, ODD_NAME, 16, e.name);
	if (!json_is_object(entry)) {
		asar_odd(a, ODD_ENTRY, 16, e.name);
		return asar_deliver(a, &e, STATUS_DAMAGED, "the header entry is no object");
	}
	asar_keys(a, entry, e.name);
	if (json_is_string(link))
		return asar_link(a, link, &e);
	if (!files)
		return asar_file(a, entry, &e);
	e.type = ENTRY_DIR;
	e.mode = 0755;
	TRY(asar_deliver(a, &e, STATUS_OK, ""));
	if (!json_is_object(files)) {
		asar_odd(a, ODD_ENTRY, 16, e.name);
		return STATUS_OK;
	}
	if (a->n_levels == ASAR_DEPTH_MAX) {
		a->sink->oddity(a->sink, "asar-too-deep", 16, e.name);
		a->limit = true;
		return STATUS_OK;
	}
	a->levels[a->n_levels++] = (struct asar_level){files, json_object_iter(files), a->path_len};
	return STATUS_OK;
}

static enum status asar_walk(struct asar *a, json_t *root_files)
{
	a->levels[a->n_levels++] = (struct asar_level){root_files, json_object_iter(root_files), 0};
	while (a->n_levels) {
		struct asar_level *l = &a->levels[a->n_levels - 1];
		void *it = l->iter;

		if (!it) {
			a->n_levels--;
			continue;
		}
		l->iter = json_object_iter_next(l->files, it);
		TRY(asar_entry(a, json_object_iter_value(it),
			str_view(json_object_iter_key(it), json_object_iter_key_len(it)),
			l->path_len));
	}
	return STATUS_OK;
}

/* Does any file of the header carry an integrity block? Iterative, the same order as the walk. */
static bool asar_any_integrity(json_t *root_files)
{
	struct asar_level levels[ASAR_DEPTH_MAX];
	size_t n = 0;

	levels[n++] = (struct asar_level){root_files, json_object_iter(root_files), 0};
	while (n) {
		struct asar_level *l = &levels[n - 1];
		json_t *entry, *files;

		if (!l->iter) {
			n--;
			continue;
		}
		entry = json_object_iter_value(l->iter);
		l->iter = json_object_iter_next(l->files, l->iter);
		if (json_object_get(entry, "integrity"))
			return true;
		files = json_object_get(entry, "files");
		if (json_is_object(files) && n < ASAR_DEPTH_MAX)
			levels[n++] = (struct asar_level){files, json_object_iter(files), 0};
	}
	return false;
}

static int place_cmp(const void *x, const void *y)
{
	const struct asar_place *a = x, *b = y;

	if (a->from != b->from)
		return a->from < b->from ? -1 : 1;
	return a->to < b->to ? -1 : a->to > b->to;
}

/* Two files on exactly the same bytes are a packer saving space; anything else overlapping is odd. */
static void asar_account(struct asar *a)
{
	uint64_t end = a->data_at;

	if (a->n_places)
		qsort(a->places, a->n_places, sizeof(*a->places), place_cmp);
	for (size_t i = 0; i < a->n_places; i++) {
		const struct asar_place *p = &a->places[i], *before = i ? p - 1 : NULL;
		uint64_t from;

		if (before && before->from == p->from && before->to == p->to)
			continue;
		from = p->from > end ? p->from : end;
		if (p->from < end)
			asar_odd(a, ODD_OVERLAP, p->from, p->name);
		else if (p->from > end)
			a->sink->oddity(a->sink, "asar-gap", end,
				arena_printf(a->in->arena, "%llu bytes before %.*s",
					(unsigned long long)(p->from - end), STR_ARG(p->name)));
		if (p->to > from)
			a->sink->span(a->sink, from, p->to - from, "member");
		end = p->to > end ? p->to : end;
	}
	if (end < a->in->bytes.len)
		a->sink->oddity(a->sink, "asar-trailing-data", end,
			arena_printf(a->in->arena, "%llu bytes after the last file",
				(unsigned long long)(a->in->bytes.len - end)));
}

static enum status asar_read(struct asar *a, uint64_t json_bytes)
{
	json_t *root, *files;
	enum status s;

	if (!budget_step(a->in->budget, json_bytes / 8 + 1))
		return STATUS_LIMIT;
	root = asar_json(a, str_view(a->in->bytes.base + 16, (size_t)json_bytes));
	if (!root)
		return STATUS_DAMAGED;
	files = json_object_get(root, "files");
	if (!json_is_object(files) || json_object_size(root) != 1) {
		asar_odd(a, ODD_KEY, 16, STR("the header is not one object with \"files\""));
		a->damaged = true;
	}
	a->sink->span(a->sink, 0, a->data_at, "header");
	if (!json_is_object(files)) {
		json_decref(root);
		return STATUS_DAMAGED;
	}
	a->any_integrity = asar_any_integrity(files);
	s = asar_walk(a, files);
	json_decref(root);
	if (s == STATUS_OK)
		asar_account(a);
	asar_odd_rest(a);
	if (s != STATUS_OK)
		return s;
	return a->limit ? STATUS_LIMIT : a->damaged ? STATUS_DAMAGED : STATUS_OK;
}

static enum status asar_open(struct open_in *in)
{
	struct cursor c = in->bytes;
	struct asar *a = ARENA_NEW(in->arena, struct asar);
	uint32_t pickle, json;
	enum status s;

	a->in = in;
	a->sink = in->sink;
	if (!asar_probe(c, c.len))
		return STATUS_UNSUPPORTED;
	cursor_skip(&c, 4);
	pickle = cursor_u32le(&c);
	cursor_skip(&c, 4);
	json = cursor_u32le(&c);
	if (json > ASAR_HEADER_MAX) {
		a->sink->oddity(a->sink, "asar-header-too-large", 12, STR(""));
		return STATUS_LIMIT;
	}
	if (!cursor_peek(&c, json)) {
		a->sink->oddity(a->sink, "asar-truncated", c.len,
			STR("the archive ends inside its header"));
		return STATUS_DAMAGED;
	}
	a->data_at = 8 + (uint64_t)pickle;
	if (a->data_at > in->bytes.len)
		a->data_at = in->bytes.len;
	a->sha = sha256_open();
	if (!a->sha)
		return STATUS_NOMEM;
	s = asar_read(a, json);
	sha256_close(a->sha);
	return s;
}

extern const struct format format_asar;
const struct format format_asar = {
	.id = FORMAT_ASAR,
	.name = "asar",
	.summary = "Electron archive, with its integrity block",
	.head_bytes = 17,
	.probe = asar_probe,
	.open = asar_open,
};
