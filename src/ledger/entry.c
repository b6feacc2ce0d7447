#include "ledger/entry.h"

#include <stdio.h>

#include "ledger/b64.h"
#include "ledger/checkpoint.h"
#include "ledger/keyset.h"

static const char *const kind_names[] = {"release", "rebuild", "revoke", "keys", "pulse"};
static const char *const role_names[] = {"root", "approver", "builder", "pulse"};
static const char *const result_names[] = {"same", "equivalent", "differs", "failed"};

const char *entry_kind_name(enum entry_kind k)
{
	return kind_names[k];
}

const char *role_name(enum role r)
{
	return role_names[r];
}

const char *rebuild_result_name(enum rebuild_result r)
{
	return result_names[r];
}

/* ---- values ---------------------------------------------------------------------------------- */

void hex_encode(const uint8_t *p, size_t n, char *ret)
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 0; i < n; i++) {
		ret[2 * i] = digits[p[i] >> 4];
		ret[2 * i + 1] = digits[p[i] & 15];
	}
	ret[2 * n] = '\0';
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool hex_decode(struct str s, uint8_t *ret, size_t n)
{
	if (s.len != 2 * n)
		return false;
	for (size_t i = 0; i < n; i++) {
		int high = hex_digit(s.p[2 * i]), low = hex_digit(s.p[2 * i + 1]);

		if (high < 0 || low < 0)
			return false;
		ret[i] = (uint8_t)(high << 4 | low);
	}
	return true;
}

/* Days since 1970-01-01 and back, Gregorian; after the well-known shift to years from March. */
static int64_t days_of(int64_t y, int64_t m, int64_t d)
{
	int64_t era, of_era;

	y -= m <= 2;
	era = y / 400;
	of_era = y - era * 400;
	return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 +
	       (153 * (m > 2 ? m - 3 : m + 9) + 2) / 5 + d - 1 - 719468;
}

void entry_time_text(int64_t utc, char ret[32])
{
	int64_t days = utc / 86400, second = utc % 86400, year = 1970, month = 1;

	while (days_of(year + 1, 1, 1) <= days)
		year++;
	while (month < 12 && days_of(year, month + 1, 1) <= days)
		month++;
	snprintf(ret, 32, "%04d-%02d-%02dT%02d:%02d:%02dZ", (int)(year % 10000), (int)month,
		(int)(days - days_of(year, month, 1) + 1), (int)(second / 3600),
		(int)(second / 60 % 60), (int)(second % 60));
}

bool entry_time_parse(struct str s, int64_t *ret_utc)
{
	static const char form[] = "0000-00-00T00:00:00Z";
	int64_t v[6] = {0};
	char again[32];
	int part = 0;

	if (s.len != sizeof(form) - 1)
		return false;
	for (size_t i = 0; i < s.len; i++) {
		if (form[i] != '0') {
			if (s.p[i] != form[i])
				return false;
			part++;
		} else if (s.p[i] < '0' || s.p[i] > '9') {
			return false;
		} else {
			v[part] = v[part] * 10 + s.p[i] - '0';
		}
	}
	if (v[0] < 1970 || v[1] < 1 || v[1] > 12 || v[2] < 1 || v[2] > 31)
		return false;
	*ret_utc = days_of(v[0], v[1], v[2]) * 86400 + v[3] * 3600 + v[4] * 60 + v[5];
	/* Whatever does not come out as it went in (February 30th, 24:00) is no time. */
	entry_time_text(*ret_utc, again);
	return str_is(s, again);
}

/* ---- lines ----------------------------------------------------------------------------------- */

struct reader {
	struct str rest;
	struct entry *e;
};

static bool wrong(struct reader *r, const char *why)
{
	if (!r->e->wrong)
		r->e->wrong = why;
	return false;
}

/* Does the next line begin with this word? */
static bool is_next(const struct reader *r, const char *word)
{
	size_t n = strlen(word);

	return str_starts(r->rest, word) && r->rest.len > n && r->rest.p[n] == ' ';
}

/* The value of the next line, which must begin with this word. */
static bool value(struct reader *r, const char *word, struct str *ret)
{
	size_t n = str_find_z(r->rest, "\n");

	r->e->line++;
	if (!is_next(r, word))
		return wrong(r, "not the line that belongs here");
	*ret = str_part(r->rest, strlen(word) + 1, n - strlen(word) - 1);
	r->rest = str_part(r->rest, n + 1, r->rest.len);
	if (ret->len == 0 || ret->p[0] == ' ' || ret->p[ret->len - 1] == ' ')
		return wrong(r, "an empty value, or space at its ends");
	return true;
}

/* Takes the part up to the next space off *rest; the last part leaves it empty. */
static bool word(struct str *rest, struct str *ret)
{
	size_t n = str_find_z(*rest, " ");

	if (n == SIZE_MAX)
		n = rest->len;
	*ret = str_part(*rest, 0, n);
	*rest = str_part(*rest, n + 1, rest->len);
	return ret->len > 0 && ret->len <= ENTRY_WORD_MAX;
}

/* One to max words that are shown and compared as they are. */
static bool plain(struct reader *r, const char *key, unsigned max, struct str *ret)
{
	struct str rest, w;
	unsigned n = 0;

	if (!value(r, key, ret))
		return false;
	for (rest = *ret; rest.len; n++)
		if (n == max || !word(&rest, &w))
			return wrong(r, "too many words, or two spaces");
	for (size_t i = 0; i < ret->len; i++)
		if ((uint8_t)ret->p[i] < 0x20 || (uint8_t)ret->p[i] >= 0x7F)
			return wrong(r, "only printable ASCII stands here");
	return ret->len <= ENTRY_WORD_MAX || wrong(r, "too long");
}

static bool number(struct reader *r, const char *key, uint64_t least, uint64_t *ret)
{
	struct str v;

	return value(r, key, &v) && ((decimal_parse(v, ret) && *ret >= least) ||
					    wrong(r, "not a number that fits"));
}

static bool instant(struct reader *r)
{
	struct str v;

	return value(r, "time", &v) &&
	       (entry_time_parse(v, &r->e->time_utc) || wrong(r, "not a time"));
}

static bool leaf(struct reader *r, const char *key, struct tree_hash *ret)
{
	struct str v;

	return value(r, key, &v) &&
	       (b64_decode_exact(v, ret->b, TREE_HASH_BYTES) || wrong(r, "not a leaf hash"));
}

/* "sha256:HEX" */
static bool digest(struct str s, const char *name, uint8_t *ret, size_t n)
{
	size_t colon = strlen(name);

	return str_starts(s, name) && s.len > colon && s.p[colon] == ':' &&
	       hex_decode(str_part(s, colon + 1, s.len), ret, n);
}

/* git sha1:HEX|sha256:HEX sha256:HEX URL, or none */
static bool source(struct reader *r)
{
	struct str rest, w;
	uint8_t h[TREE_HASH_BYTES];

	if (!plain(r, "source", 4, &r->e->source))
		return false;
	rest = r->e->source;
	if (str_is(rest, "none"))
		return true;
	if (!word(&rest, &w) || !str_is(w, "git") || !word(&rest, &w) ||
		(!digest(w, "sha1", h, 20) && !digest(w, "sha256", h, 32)) || !word(&rest, &w) ||
		!digest(w, "sha256", h, 32) || rest.len == 0)
		return wrong(r, "it is: source git sha1:COMMIT sha256:TREE URL, or none");
	return true;
}

static bool recipe(struct reader *r)
{
	uint8_t h[TREE_HASH_BYTES];

	if (!plain(r, "recipe", 1, &r->e->recipe))
		return false;
	return str_is(r->e->recipe, "none") || digest(r->e->recipe, "sha256", h, sizeof(h)) ||
	       wrong(r, "it is: recipe sha256:HEX, or none");
}

static bool file_name_ok(struct str s)
{
	return s.len > 0 && s.len <= ENTRY_WORD_MAX && s.p[0] != ' ' && s.p[s.len - 1] != ' ' &&
	       !str_is(s, ".") && !str_is(s, "..") && !str_has(s, "/") && !str_has(s, "\\");
}

/* METHOD:HEX */
static bool method(struct str s, struct str *ret_method, uint8_t ret[TREE_HASH_BYTES])
{
	size_t colon = str_find_z(s, ":");

	if (colon == SIZE_MAX || colon == 0)
		return false;
	*ret_method = str_part(s, 0, colon);
	return hex_decode(str_part(s, colon + 1, s.len), ret, TREE_HASH_BYTES);
}

static bool file(struct reader *r)
{
	struct entry_file *f = &r->e->files[r->e->n_files];
	struct str rest, w;

	if (!value(r, "file", &rest))
		return false;
	if (r->e->n_files == ENTRY_FILES_MAX)
		return wrong(r, "too many files");
	if (!word(&rest, &w) || !decimal_parse(w, &f->size_bytes) || !word(&rest, &w) ||
		!digest(w, "sha256", f->sha256, sizeof(f->sha256)) || !word(&rest, &w) ||
		!digest(w, "sha512", f->sha512, sizeof(f->sha512)) || !word(&rest, &w) ||
		!str_starts(w, "unsigned:") ||
		!method(str_part(w, 9, w.len), &f->method, f->unsigned_sha256) ||
		!file_name_ok(rest))
		return wrong(r, "it is: file SIZE sha256:HEX sha512:HEX unsigned:METHOD:HEX NAME");
	f->name = rest;
	for (size_t i = 0; i < r->e->n_files; i++)
		if (str_equal(r->e->files[i].name, f->name))
			return wrong(r, "two files of one name");
	r->e->n_files++;
	return true;
}

/* "order-1,times-1" */
bool normaliser_names_ok(struct str names)
{
	char before = ',';

	for (size_t i = 0; i < names.len; i++) {
		char c = names.p[i];

		if (c == ',' ? before == ',' : !((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'))
			return false;
		before = c;
	}
	return before != ',' && names.len <= ENTRY_WORD_MAX;
}

static bool rebuild_policy(struct reader *r)
{
	struct str v, w, names = STR_NONE;
	uint64_t need, of;
	bool more = false;

	if (!value(r, "policy", &v))
		return false;
	if (!word(&v, &w) || !str_is(w, "rebuild") || !word(&v, &w) || !decimal_parse(w, &need) ||
		!word(&v, &w) || !str_is(w, "of"))
		return wrong(r, "it is: policy rebuild K of N");
	more = str_find_z(v, " ") != SIZE_MAX;
	w = v;
	if (more && (!word(&v, &w) || !str_starts(v, "equivalent ")))
		return wrong(r, "it is: policy rebuild K of N equivalent NAMES");
	if (!decimal_parse(w, &of) || need > of || of > KEYSET_KEYS_MAX)
		return wrong(r, "it is: policy rebuild K of N");
	if (more)
		names = str_part(v, 11, v.len);
	if (more && !normaliser_names_ok(names))
		return wrong(r, "normalisers are names parted by commas");
	r->e->rebuild_equivalent = names;
	r->e->rebuild_need = need;
	r->e->rebuild_of = of;
	return true;
}

/* RESULT METHOD:HEX NORMALISERS NAME; failed has - for METHOD:HEX */
static bool result(struct reader *r)
{
	struct entry_result *f = &r->e->results[r->e->n_results];
	struct str rest, w;
	int kind = 0;

	if (!value(r, "result", &rest))
		return false;
	if (r->e->n_results == ENTRY_FILES_MAX)
		return wrong(r, "too many results");
	if (!word(&rest, &w))
		return wrong(r, "no result");
	while (kind < REBUILD_RESULTS && !str_is(w, result_names[kind]))
		kind++;
	if (kind == REBUILD_RESULTS)
		return wrong(r, "not same, equivalent, differs or failed");
	f->result = (enum rebuild_result)kind;
	if (!word(&rest, &w) || (kind == REBUILD_FAILED ? !str_is(w, "-")
							 : !method(w, &f->method, f->sha256)))
		return wrong(r, "not METHOD:HEX");
	if (!word(&rest, &f->normalisers) ||
		(kind == REBUILD_EQUIVALENT) == str_is(f->normalisers, "-"))
		return wrong(r, "normalisers go with equivalent, and only with it");
	if (!file_name_ok(rest))
		return wrong(r, "not a file name");
	f->name = rest;
	for (size_t i = 0; i < r->e->n_results; i++)
		if (str_equal(r->e->results[i].name, f->name))
			return wrong(r, "two results for one name");
	r->e->n_results++;
	return true;
}

static bool what(struct reader *r)
{
	return plain(r, "product", 1, &r->e->product) && plain(r, "channel", 3, &r->e->channel);
}

static bool when_and_who(struct reader *r)
{
	return instant(r) && number(r, "keyset", 1, &r->e->keyset);
}

static bool read_release(struct reader *r)
{
	struct entry *e = r->e;

	if (!what(r) || !plain(r, "version", 1, &e->version) || !number(r, "seq", 1, &e->seq) ||
		!leaf(r, "prev", &e->prev) || !when_and_who(r) || !source(r) || !recipe(r) ||
		!file(r))
		return false;
	while (is_next(r, "file"))
		if (!file(r))
			return false;
	return rebuild_policy(r);
}

static bool read_rebuild(struct reader *r)
{
	if (!what(r) || !plain(r, "version", 1, &r->e->version) || !when_and_who(r) || !source(r) ||
		!recipe(r) || !result(r))
		return false;
	while (is_next(r, "result"))
		if (!result(r))
			return false;
	return true;
}

static bool read_revoke(struct reader *r)
{
	return what(r) && when_and_who(r) && leaf(r, "entry", &r->e->subject) &&
	       value(r, "reason", &r->e->reason);
}

static bool read_threshold(struct reader *r, enum role role)
{
	struct str v, w;
	uint64_t k;

	if (!value(r, "threshold", &v))
		return false;
	if (!word(&v, &w) || !str_is(w, role_name(role)) || !decimal_parse(v, &k) ||
		k > KEYSET_KEYS_MAX)
		return wrong(r, "it is: threshold root K, then threshold approver K");
	r->e->keys.need[role] = (unsigned)k;
	return true;
}

static bool read_keys(struct reader *r)
{
	struct keyset *k = &r->e->keys;
	struct str v;

	if (!number(r, "keyset", 1, &r->e->keyset) || !leaf(r, "prev", &r->e->prev) ||
		!instant(r) || !read_threshold(r, ROLE_ROOT) || !read_threshold(r, ROLE_APPROVER))
		return false;
	k->number = r->e->keyset;
	k->need[ROLE_BUILDER] = k->need[ROLE_PULSE] = 1;
	for (int role = 0; role < ROLES; role++) {
		while (is_next(r, role_names[role])) {
			if (!value(r, role_names[role], &v))
				return false;
			if (k->n == KEYSET_KEYS_MAX)
				return wrong(r, "too many keys");
			if (!vkey_parse(v, &k->keys[k->n]) || k->keys[k->n].type != KEY_ED25519)
				return wrong(r, "not an Ed25519 key");
			k->roles[k->n++] = (enum role)role;
		}
	}
	v.p = keyset_wrong(k);
	return !v.p || wrong(r, v.p);
}

static bool read_pulse(struct reader *r)
{
	return when_and_who(r) && number(r, "size", 0, &r->e->size);
}

static bool read_kind(struct reader *r)
{
	static bool (*const readers[])(struct reader *) = {
		read_release, read_rebuild, read_revoke, read_keys, read_pulse};
	struct str v;

	if (!value(r, "assay-entry/v1", &v))
		return false;
	for (int k = 0; k < ENTRY_KINDS; k++) {
		if (!str_is(v, kind_names[k]))
			continue;
		r->e->kind = (enum entry_kind)k;
		return plain(r, "vendor", 1, &r->e->vendor) && readers[k](r);
	}
	return wrong(r, "not a kind of entry");
}

bool entry_parse(struct str text, struct entry *ret)
{
	struct reader r = {.rest = text, .e = ret};

	memset(ret, 0, sizeof(*ret));
	ret->text = text;
	if (text.len == 0 || text.len > ENTRY_BYTES_MAX || text.p[text.len - 1] != '\n')
		return wrong(&r, "empty, too long, or not ended");
	if (!read_kind(&r))
		return false;
	ret->line++;
	return r.rest.len == 0 || wrong(&r, "more lines than belong here");
}
