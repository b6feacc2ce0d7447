/*
 * Two readers of one package: rpm installs what its header lists, other tools unpack the payload. So
 * each member of the payload is held against its row in the header: name, size, mode, link, digest.
 */
#include <stdlib.h>

#include "formats/rpm_int.h"

enum {
	PATHS_MAX_BYTES = 64 << 20, /* all paths together */
	MODE_TYPE = 0170000,
	MODE_FOLDER = 0040000,
	MODE_FILE = 0100000,
	MODE_LINK = 0120000,
};

/* "./usr/x", "/usr/x" and "usr/x" are one file. */
static struct str key_of(struct str path)
{
	if (str_starts(path, "./"))
		return str_part(path, 2, path.len);
	return str_starts(path, "/") ? str_part(path, 1, path.len) : path;
}

static int by_path(const void *a, const void *b, void *files)
{
	const struct rpm_file *f = files;

	return str_cmp(key_of(f[*(const uint32_t *)a].path), key_of(f[*(const uint32_t *)b].path));
}

/* Paths from folders and names (since 1999), or whole (before). False when there is no list. */
static bool paths_read(struct rpm_header *h, struct rpm_files *f)
{
	struct rpm_entry *folders = rpm_find(h, RPMTAG_DIRNAMES), *names = rpm_find(h, RPMTAG_BASENAMES);
	struct rpm_entry *indexes = rpm_find(h, RPMTAG_DIRINDEXES);
	struct rpm_entry *whole = rpm_find(h, RPMTAG_OLDFILENAMES);
	struct str *folder = rpm_strings(h, folders), *name = rpm_strings(h, names ? names : whole);
	uint64_t bytes = 0;

	if (!name)
		return false;
	f->n = (size_t)(names ? names : whole)->count;
	f->files = ARENA_ARRAY(h->a->in->arena, f->n + 1, struct rpm_file);
	for (size_t i = 0; i < f->n; i++) {
		uint64_t in = rpm_number(h, indexes, i);
		struct str dir = names && folder && in < folders->count ? folder[in] : STR_NONE;

		bytes += dir.len + name[i].len;
		if (bytes > PATHS_MAX_BYTES || archive_step(h->a, 1) != STATUS_OK) {
			archive_odd_z(h->a, "rpm-file-list-large", h->at, NULL);
			h->a->damaged = true;
			f->n = i;
			break;
		}
		f->files[i].path = arena_printf(h->a->in->arena, "%.*s%.*s", STR_ARG(dir),
						STR_ARG(name[i]));
	}
	return true;
}

void rpm_files_read(struct rpm_header *h, struct rpm_files *ret)
{
	struct rpm_entry *sizes = rpm_find(h, RPMTAG_LONGFILESIZES);
	struct rpm_entry *modes = rpm_find(h, RPMTAG_FILEMODES), *flags = rpm_find(h, RPMTAG_FILEFLAGS);
	struct rpm_entry *mtimes = rpm_find(h, RPMTAG_FILEMTIMES);
	struct rpm_entry *digests = rpm_find(h, RPMTAG_FILEDIGESTS), *links = rpm_find(h, RPMTAG_FILELINKTOS);
	struct str *digest = rpm_strings(h, digests), *link = rpm_strings(h, links);

	*ret = (struct rpm_files){.a = h->a};
	if (!sizes)
		sizes = rpm_find(h, RPMTAG_FILESIZES);
	ret->sha256 = rpm_number(h, rpm_find(h, RPMTAG_FILEDIGESTALGO), 0) == RPM_DIGEST_SHA256;
	if (!paths_read(h, ret))
		return;
	ret->sorted = ARENA_ARRAY(h->a->in->arena, ret->n + 1, uint32_t);
	for (size_t i = 0; i < ret->n; i++) {
		struct rpm_file *x = &ret->files[i];

		x->size = rpm_number(h, sizes, i);
		x->mode = (uint32_t)rpm_number(h, modes, i);
		x->flags = rpm_number(h, flags, i);
		x->mtime = (int64_t)rpm_number(h, mtimes, i);
		x->digest = digest && i < digests->count ? digest[i] : STR_NONE;
		x->link = link && i < links->count ? link[i] : STR_NONE;
		ret->sorted[i] = (uint32_t)i;
	}
	if (ret->n)
		qsort_r(ret->sorted, ret->n, sizeof(*ret->sorted), by_path, ret->files);
	ret->sha = ret->sha256 ? sha256_open() : NULL;
}

static struct rpm_file *find(struct rpm_files *f, struct str name)
{
	size_t from = 0, to = f->n;

	while (from < to) {
		size_t middle = from + (to - from) / 2;
		struct rpm_file *x = &f->files[f->sorted[middle]];
		int order = str_cmp(key_of(name), key_of(x->path));

		if (order == 0)
			return x;
		if (order < 0)
			to = middle;
		else
			from = middle + 1;
	}
	return NULL;
}

static enum entry_type type_of(uint32_t mode)
{
	switch (mode & MODE_TYPE) {
	case MODE_FOLDER: return ENTRY_DIR;
	case MODE_LINK: return ENTRY_SYMLINK;
	case MODE_FILE: return ENTRY_FILE;
	default: return ENTRY_DEVICE;
	}
}

static bool on_member(void *user, uint32_t index, struct entry *e)
{
	struct rpm_files *f = user;
	struct rpm_file *x = index != UINT32_MAX ? (index < f->n ? &f->files[index] : NULL)
						 : find(f, e->name);

	f->now = x;
	f->now_has_content = false;
	if (!x) {
		if (f->n || e->type != ENTRY_DIR)
			archive_odd(f->a, "rpm-file-unlisted", 0, e->name);
		return false;
	}
	x->seen = true;
	if (index != UINT32_MAX) {
		e->name = x->path;
		e->size_bytes = x->size;
		e->mode = x->mode & 07777;
		e->mtime = x->mtime;
		e->type = type_of(x->mode);
		return true;
	}
	/* Of hard links only the last has a size. */
	if (type_of(x->mode) != e->type || (x->mode & 07777) != e->mode ||
	    (e->type == ENTRY_SYMLINK && !str_equal(x->link, e->link)) ||
	    (e->type == ENTRY_FILE && e->size_bytes && x->size != e->size_bytes))
		archive_odd(f->a, "rpm-files-differ", 0, x->path);
	return true;
}

static void on_content(void *user, const uint8_t *p, size_t n)
{
	struct rpm_files *f = user;

	if (!f->now || !f->sha)
		return;
	if (!f->now_has_content)
		sha256_begin(f->sha);
	f->now_has_content = true;
	sha256_add(f->sha, p, n);
}

static void on_end(void *user)
{
	struct rpm_files *f = user;
	struct sha256 sum;
	char hex[65];

	if (!f->now || !f->now_has_content)
		return;
	sum = sha256_end(f->sha);
	sha256_hex(&sum, hex);
	if (f->now->digest.len && !str_equal_nocase(f->now->digest, str_of(hex)))
		archive_odd(f->a, "rpm-digest-differs", 0, f->now->path);
}

struct cpio_watch rpm_files_watch(struct rpm_files *f)
{
	return (struct cpio_watch){on_member, on_content, on_end, f};
}

void rpm_files_settle(struct rpm_files *f)
{
	for (size_t i = 0; i < f->n; i++)
		if (!f->files[i].seen && !(f->files[i].flags & RPM_FILE_GHOST))
			archive_odd(f->a, "rpm-file-missing", 0, f->files[i].path);
}

void rpm_files_release(struct rpm_files *f)
{
	sha256_close(f->sha);
}
