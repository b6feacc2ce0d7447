#include "cli/reference.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/client.h"
#include "cli/common.h"
#include "cli/versions.h"

enum {
	ASK_SECONDS = 120,
	FETCH_SECONDS = 900,
	ANSWER_BYTES = 16 << 20, /* of an index about one package */
	NAME_BYTES = 214,        /* what npm allows */
};

/* ---- grammar --------------------------------------------------------------------------------- */

bool reference_is(const char *arg)
{
	static const char *const prefixes[] = {"npm:", "deb:", "sighting:"};

	for (size_t i = 0; i < sizeof(prefixes) / sizeof(prefixes[0]); i++)
		if (strncmp(arg, prefixes[i], strlen(prefixes[i])) == 0)
			return true;
	return false;
}

/* Letters, digits and `others`, not beginning with anything but a letter or digit. */
static bool word_valid(struct str s, const char *others, bool upper)
{
	for (size_t i = 0; i < s.len; i++) {
		char c = s.p[i];
		bool plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
			     (upper && c >= 'A' && c <= 'Z');

		if (!plain && (i == 0 || !c || !strchr(others, c)))
			return false;
	}
	return s.len > 0;
}

static bool npm_name_valid(struct str s)
{
	size_t slash = str_find(s, STR("/"));

	if (s.len > NAME_BYTES)
		return false;
	if (s.len && s.p[0] == '@')
		return slash != SIZE_MAX && word_valid(str_part(s, 1, slash - 1), "._~-", true) &&
		       word_valid(str_part(s, slash + 1, s.len), "._~-", true);
	return slash == SIZE_MAX && word_valid(s, "._~-", true); /* old names have capitals */
}

static bool deb_name_valid(struct str s)
{
	return s.len >= 2 && s.len <= NAME_BYTES && word_valid(s, "+.-", false);
}

static bool keep(struct reference *r, enum reference_kind kind, struct str name,
	struct str version)
{
	*r = (struct reference){.kind = kind};
	memcpy(r->name, name.p, name.len);
	memcpy(r->version, version.p, version.len);
	return true;
}

bool reference_parse(const char *arg, struct reference *ret, struct failure *why)
{
	struct str s = str_of(arg), name, version;
	struct semver v;
	size_t at;

	if (str_starts(s, "sighting:"))
		return failure_set(why, "%s: sightings need a store, which this version of assay "
					"does not have yet; give the file's path",
			shown(arg).text);
	if (str_starts(s, "npm:")) {
		s = str_part(s, 4, s.len);
		at = str_rfind_char(s, '@');
		at = at == SIZE_MAX || at == 0 ? s.len : at;
		name = str_part(s, 0, at);
		version = str_part(s, at + 1, s.len);
		if (npm_name_valid(name) && version.len < 256 && semver_parse(version, &v))
			return keep(ret, REFERENCE_NPM, name, version);
		return failure_set(why,
			"%s: not of the form npm:NAME@1.2.3 or npm:@SCOPE/NAME@1.2.3 (an exact "
			"version, no range and no tag)",
			shown(arg).text);
	}
	s = str_part(s, 4, s.len);
	at = str_find(s, STR("="));
	at = at == SIZE_MAX ? s.len : at;
	name = str_part(s, 0, at);
	version = str_part(s, at + 1, s.len);
	if (deb_name_valid(name) && deb_version_valid(version))
		return keep(ret, REFERENCE_DEB, name, version);
	return failure_set(why, "%s: not of the form deb:NAME=VERSION (the full version)",
		shown(arg).text);
}

/* ---- asking a client ------------------------------------------------------------------------- */

/* An empty folder to run in, and one beside it for what the client wants to keep. */
struct place {
	char work[560], cache[560];
};

static bool place_make(const struct folder *f, struct place *p, struct failure *why)
{
	snprintf(p->work, sizeof(p->work), "%s/package", f->path);
	snprintf(p->cache, sizeof(p->cache), "%s/cache", f->path);
	if (mkdir(p->work, 0700) == 0 && mkdir(p->cache, 0700) == 0)
		return true;
	return failure_set(why, "%s: %s", f->path, strerror(errno));
}

static bool ask(const struct place *p, const char *const *argv, unsigned seconds, struct buf *out,
	struct failure *why)
{
	const struct client_call call = {argv, p->work, p->cache, seconds};

	buf_init(out, ANSWER_BYTES);
	if (client_run(&call, out, why))
		return true;
	buf_release(out);
	return false;
}

static json_t *answer_json(struct buf *b)
{
	json_t *v = json_loadb(b->p ? b->p : "", b->len, JSON_DECODE_ANY | JSON_REJECT_DUPLICATES,
		NULL);

	buf_release(b);
	return v;
}

/* ---- npm ------------------------------------------------------------------------------------- */

/* --prefix keeps npm from looking for a project (and its settings) in the folders above. */
#define NPM_QUIET "--loglevel=error", "--logs-max=0", "--no-update-notifier", "--no-audit",        \
		"--no-fund", "--ignore-scripts", "--json"

static json_t *npm_view(const struct reference *r, const struct place *p, bool with_version,
	const char *field, struct failure *why)
{
	char what[520];
	const char *const argv[] = {"npm", "view", "--prefix", p->work, NPM_QUIET, "--", what, field,
		NULL};
	struct buf b;
	json_t *v;

	snprintf(what, sizeof(what), "%s%s%s", r->name, with_version ? "@" : "",
		with_version ? r->version : "");
	if (!ask(p, argv, ASK_SECONDS, &b, why))
		return NULL;
	v = answer_json(&b);
	if (!v)
		failure_set(why, "npm: no such package or version: %s", what);
	return v;
}

/* The one file of the folder whose name ends so. */
static bool find_file(const char *folder, const char *end, char *ret_path, size_t room)
{
	DIR *dir = opendir(folder);
	struct dirent *e;
	int n = 0;

	if (!dir)
		return false;
	while ((e = readdir(dir))) {
		struct stat st;

		if (!str_ends(str_of(e->d_name), end) ||
			fstatat(dirfd(dir), e->d_name, &st, AT_SYMLINK_NOFOLLOW) != 0 ||
			!S_ISREG(st.st_mode))
			continue;
		snprintf(ret_path, room, "%s/%s", folder, e->d_name);
		n++;
	}
	closedir(dir);
	return n == 1;
}

static bool digest_file(const char *path, const EVP_MD *kind, uint8_t *ret, unsigned *ret_n)
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	int fd = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	uint8_t *part = malloc(1 << 16);
	bool good = ctx && part && fd >= 0 && EVP_DigestInit_ex(ctx, kind, NULL) == 1;
	ssize_t n = 0;

	while (good && (n = read(fd, part, 1 << 16)) > 0)
		good = EVP_DigestUpdate(ctx, part, (size_t)n) == 1;
	good = good && n == 0 && EVP_DigestFinal_ex(ctx, ret, ret_n) == 1;
	if (fd >= 0)
		close(fd);
	free(part);
	EVP_MD_CTX_free(ctx);
	return good;
}

bool reference_integrity_known(struct str stated)
{
	return str_starts(stated, "sha512-") || str_starts(stated, "sha384-") ||
	       str_starts(stated, "sha256-");
}

/* "sha512-BASE64 sha1-BASE64": all that we know must match, and one at least must be there. */
bool reference_integrity_matches(const char *path, struct str stated)
{
	static const struct {
		const char *prefix;
		const EVP_MD *(*kind)(void);
	} kinds[] = {{"sha512-", EVP_sha512}, {"sha384-", EVP_sha384}, {"sha256-", EVP_sha256}};
	int matched = 0;

	while (stated.len) {
		size_t blank = str_find(stated, STR(" "));
		struct str one = str_part(stated, 0, blank);

		stated = blank == SIZE_MAX ? STR_NONE : str_part(stated, blank + 1, stated.len);
		for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
			uint8_t digest[EVP_MAX_MD_SIZE], text[2 * EVP_MAX_MD_SIZE];
			unsigned n = 0;

			if (!str_starts(one, kinds[i].prefix))
				continue;
			if (!digest_file(path, kinds[i].kind(), digest, &n))
				return false;
			EVP_EncodeBlock(text, digest, (int)n);
			if (!str_is(str_part(one, strlen(kinds[i].prefix), one.len),
				    (const char *)text))
				return false;
			matched++;
		}
	}
	return matched > 0;
}

static bool npm_fetch(const struct reference *r, const struct place *p, char *ret_path,
	size_t room, struct failure *why)
{
	char what[520];
	const char *const argv[] = {"npm", "pack", "--prefix", p->work, NPM_QUIET, "--", what, NULL};
	json_t *integrity;
	struct buf b;
	bool same;

	snprintf(what, sizeof(what), "%s@%s", r->name, r->version);
	integrity = npm_view(r, p, true, "dist.integrity", why);
	if (!integrity)
		return false;
	if (!json_is_string(integrity)) {
		json_decref(integrity);
		return failure_set(why, "npm:%s: the index states no integrity hash", what);
	}
	if (!ask(p, argv, FETCH_SECONDS, &b, why)) {
		json_decref(integrity);
		return false;
	}
	buf_release(&b); /* the index was asked before; what pack says of itself proves nothing */
	if (!find_file(p->work, ".tgz", ret_path, room)) {
		json_decref(integrity);
		return failure_set(why, "npm:%s: npm pack left no package behind", what);
	}
	same = reference_integrity_matches(ret_path, str_of(json_string_value(integrity)));
	json_decref(integrity);
	return same || failure_set(why, "npm:%s: the package does not match the integrity hash "
					"that the index states",
			       what);
}

static bool npm_previous(const struct reference *r, const struct place *p, char *ret_version,
	size_t room, struct failure *why)
{
	json_t *list = npm_view(r, p, false, "versions", why), *item;
	struct semver wanted = {0}, best = {0}, v;
	const char *found = NULL;
	size_t i;

	if (!list)
		return false;
	semver_parse(str_of(r->version), &wanted); /* cannot fail: the reference was parsed */
	json_array_foreach(list, i, item) {
		const char *text = json_string_value(item);

		if (!text || !semver_parse(str_of(text), &v) || v.major != wanted.major ||
			semver_cmp(&v, &wanted) >= 0)
			continue;
		if (v.pre.len && !wanted.pre.len) /* people who run releases ran a release before */
			continue;
		if (!found || semver_cmp(&v, &best) > 0) {
			found = text;
			best = v;
		}
	}
	if (found)
		snprintf(ret_version, room, "%s", found);
	json_decref(list);
	return found || failure_set(why, "npm:%s@%s: no lower version of its major line; name OLD",
				r->name, r->version);
}

/* ---- Debian ---------------------------------------------------------------------------------- */

/* Calls `each` with Version and SHA256 of every stanza about this package. */
static void stanzas(struct str text, const struct reference *r,
	bool (*each)(void *user, struct str version, struct str sha256), void *user)
{
	struct str line, package = STR_NONE, version = STR_NONE, sha256 = STR_NONE;
	bool more = true;

	while (more) {
		more = str_line(&text, &line);
		if (!more || line.len == 0) {
			if (str_is(package, r->name) && !each(user, version, sha256))
				return;
			package = version = sha256 = STR_NONE;
			continue;
		}
		if (str_starts(line, "Package: "))
			package = str_trim(str_part(line, 9, line.len));
		else if (str_starts(line, "Version: "))
			version = str_trim(str_part(line, 9, line.len));
		else if (str_starts(line, "SHA256: "))
			sha256 = str_trim(str_part(line, 8, line.len));
	}
}

static bool deb_show(const struct reference *r, const struct place *p, struct buf *out,
	struct failure *why)
{
	const char *const argv[] = {"apt-cache", "show", "--", r->name, NULL};

	return ask(p, argv, ASK_SECONDS, out, why);
}

struct deb_match {
	const struct reference *r;
	char hex[2 * EVP_MAX_MD_SIZE + 1];
	bool known, same;
};

static bool match_hash(void *user, struct str version, struct str sha256)
{
	struct deb_match *m = user;

	if (!str_is(version, m->r->version))
		return true;
	m->known = true;
	m->same = m->same || str_equal_nocase(sha256, str_of(m->hex));
	return !m->same;
}

static bool deb_fetch(const struct reference *r, const struct place *p, char *ret_path,
	size_t room, struct failure *why)
{
	char what[520];
	const char *const argv[] = {"apt-get", "-q", "-y", "download", "--", what, NULL};
	struct deb_match m = {.r = r};
	uint8_t digest[EVP_MAX_MD_SIZE];
	unsigned n = 0;
	struct buf b;

	snprintf(what, sizeof(what), "%s=%s", r->name, r->version);
	if (!ask(p, argv, FETCH_SECONDS, &b, why))
		return false;
	buf_release(&b);
	if (!find_file(p->work, ".deb", ret_path, room))
		return failure_set(why, "deb:%s: apt-get left no package behind", what);
	if (!digest_file(ret_path, EVP_sha256(), digest, &n))
		return failure_set(why, "deb:%s: cannot read the package", what);
	for (unsigned i = 0; i < n; i++)
		snprintf(m.hex + 2 * i, 3, "%02x", digest[i]);
	if (!deb_show(r, p, &b, why))
		return false;
	stanzas(buf_str(&b), r, match_hash, &m);
	buf_release(&b);
	if (!m.known)
		return failure_set(why, "deb:%s: the index does not list this version", what);
	return m.same || failure_set(why, "deb:%s: the package does not match the SHA-256 that the "
					  "index states",
				 what);
}

struct deb_best {
	const struct reference *r;
	struct str version;
};

static bool best_lower(void *user, struct str version, struct str sha256)
{
	struct deb_best *b = user;
	struct str wanted = str_of(b->r->version);

	if (!deb_version_valid(version) || sha256.len == 0 || /* installed only: not to be had */
		!deb_version_same_line(version, wanted) || deb_version_cmp(version, wanted) >= 0)
		return true;
	if (!b->version.len || deb_version_cmp(version, b->version) > 0)
		b->version = version;
	return true;
}

static bool deb_previous(const struct reference *r, const struct place *p, char *ret_version,
	size_t room, struct failure *why)
{
	struct deb_best best = {.r = r};
	struct buf b;

	if (!deb_show(r, p, &b, why))
		return false;
	stanzas(buf_str(&b), r, best_lower, &best);
	if (best.version.len)
		snprintf(ret_version, room, "%.*s", STR_ARG(best.version));
	buf_release(&b);
	return best.version.len ||
	       failure_set(why, "deb:%s=%s: the index knows no lower version of its major line; "
				"name OLD",
		       r->name, r->version);
}

/* ---- both ------------------------------------------------------------------------------------ */

bool reference_fetch(const struct reference *r, struct folder *ret_folder, char *ret_path,
	size_t path_room, struct failure *why)
{
	struct place p;

	if (!folder_make(ret_folder, why) || !place_make(ret_folder, &p, why))
		return false;
	return r->kind == REFERENCE_NPM ? npm_fetch(r, &p, ret_path, path_room, why)
					: deb_fetch(r, &p, ret_path, path_room, why);
}

bool reference_previous(const struct reference *r, char *ret_arg, size_t room,
	struct failure *why)
{
	bool npm = r->kind == REFERENCE_NPM, found;
	struct reference old = *r;
	struct folder folder = {0};
	struct place p;

	found = folder_make(&folder, why) && place_make(&folder, &p, why) &&
		(npm ? npm_previous(r, &p, old.version, sizeof(old.version), why)
		     : deb_previous(r, &p, old.version, sizeof(old.version), why));
	folder_remove(&folder);
	if (found)
		snprintf(ret_arg, room, "%s:%s%c%s", npm ? "npm" : "deb", old.name,
			npm ? '@' : '=', old.version);
	return found;
}
