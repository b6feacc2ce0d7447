#include "unpack/directory.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "util/escape.h"

enum { DIRECTORY_DEPTH = 128 };

struct walker {
	struct analysis *a;
	struct tree *t;
	struct sha256_state *sha;
	char block[256 << 10];
};

static int name_cmp(const void *x, const void *y)
{
	return str_cmp(*(const struct str *)x, *(const struct str *)y);
}

static void node_unreadable(struct node *n, const char *why, uint64_t bytes)
{
	tree_blind(n, str_of(why), bytes ? bytes : 1);
}

static enum status read_file(struct walker *w, struct node *n, int fd, uint64_t size)
{
	uint64_t at, done = 0;

	if (size > w->a->limits.member_bytes) {
		node_unreadable(n, "over budget: larger than one member may be", size);
		return STATUS_OK;
	}
	TRY(scratch_reserve(w->a->scratch, w->t->side, size, &at));
	sha256_begin(w->sha);
	while (done < size) {
		uint64_t want = size - done < sizeof(w->block) ? size - done : sizeof(w->block);
		ssize_t k = read(fd, w->block, (size_t)want);

		if (k < 0 && errno == EINTR)
			continue;
		if (k <= 0)
			break;
		sha256_add(w->sha, w->block, (size_t)k);
		TRY(scratch_put(w->a->scratch, at + done, w->block, (size_t)k));
		done += (uint64_t)k;
	}
	scratch_settle(w->a->scratch, w->t->side, at, size, done);
	n->partial = done < size;
	if (n->partial)
		node_unreadable(n, "the file changed or could not be read to its end", size - done);
	n->sha256 = sha256_end(w->sha);
	n->has_sha256 = true;
	n->size_bytes = done;
	n->place = PLACE_SCRATCH;
	n->offset = at;
	n->marks |= NODE_KEPT | NODE_CONTAINER;
	w->a->bytes_read += done;
	w->t->size_bytes += done;
	return STATUS_OK;
}

static enum status read_folder(struct walker *w, int folder_fd, struct str prefix, int depth);

static enum status read_entry(struct walker *w, int folder_fd, struct str prefix, struct str name,
	int depth)
{
	struct arena *a = &w->a->arena;
	struct str path = prefix.len ? arena_printf(a, "%.*s/%.*s", STR_ARG(prefix), STR_ARG(name))
				     : name;
	struct stat st;
	struct node *n;
	enum status s = STATUS_OK;
	int fd;

	if (fstatat(folder_fd, name.p, &st, AT_SYMLINK_NOFOLLOW) != 0)
		return STATUS_OK; /* gone since it was listed */
	if (w->t->n_nodes >= w->a->limits.members) {
		node_unreadable(w->t->root, "over budget: members", 1);
		return STATUS_OK;
	}
	if (S_ISDIR(st.st_mode)) {
		fd = openat(folder_fd, name.p, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
		if (fd < 0 || depth >= DIRECTORY_DEPTH) {
			n = tree_add(a, w->t, w->t->root, path);
			n->type = ENTRY_DIR;
			node_unreadable(n, "folder that could not be read", 1);
			if (fd >= 0)
				close(fd);
			return STATUS_OK;
		}
		s = read_folder(w, fd, path, depth + 1);
		close(fd);
		return s;
	}
	n = tree_add(a, w->t, w->t->root, path);
	n->mode = st.st_mode & 07777;
	n->uid = st.st_uid;
	n->gid = st.st_gid;
	n->mtime = st.st_mtime;
	if (S_ISLNK(st.st_mode)) {
		char target[4096];
		ssize_t k = readlinkat(folder_fd, name.p, target, sizeof(target));

		n->type = ENTRY_SYMLINK;
		n->link = k > 0 ? escape_text(a, str_view(target, (size_t)k), sizeof(target)) : STR_NONE;
		return STATUS_OK;
	}
	if (!S_ISREG(st.st_mode)) {
		n->type = S_ISFIFO(st.st_mode) ? ENTRY_FIFO : ENTRY_DEVICE;
		return STATUS_OK;
	}
	fd = openat(folder_fd, name.p, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0) {
		node_unreadable(n, "file that could not be opened", (uint64_t)st.st_size);
		return STATUS_OK;
	}
	s = read_file(w, n, fd, (uint64_t)st.st_size);
	close(fd);
	return s;
}

static enum status read_folder(struct walker *w, int folder_fd, struct str prefix, int depth)
{
	struct str *names = NULL;
	size_t n = 0, room = 0;
	struct dirent *e;
	int copy = dup(folder_fd);
	DIR *d = copy >= 0 ? fdopendir(copy) : NULL;

	if (!d) {
		if (copy >= 0)
			close(copy);
		return STATUS_IO;
	}
	while ((e = readdir(d))) {
		struct str *slot;

		if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0)
			continue;
		slot = ARENA_PUSH(&w->a->arena, names, n, room);
		*slot = arena_str(&w->a->arena, str_of(e->d_name));
	}
	closedir(d);
	if (n)
		qsort(names, n, sizeof(*names), name_cmp);
	for (size_t i = 0; i < n; i++) {
		if (w->a->interrupted && *w->a->interrupted)
			return STATUS_INTERRUPTED;
		TRY(read_entry(w, folder_fd, prefix, names[i], depth));
	}
	return STATUS_OK;
}

/* Everything that makes a member what it is, but for its time. */
static void add_identity(struct sha256_state *sha, const struct node *n)
{
	char line[96];
	int k = snprintf(line, sizeof(line), "%d %o %llu %llu %d %zu %zu\n", (int)n->type, n->mode,
		(unsigned long long)n->uid, (unsigned long long)n->gid, n->has_sha256 && !n->partial,
		n->path.len, n->link.len);

	sha256_add(sha, line, (size_t)k);
	sha256_add(sha, n->path.p, n->path.len);
	sha256_add(sha, n->link.p, n->link.len);
	sha256_add(sha, n->sha256.b, SHA256_BYTES);
}

enum status directory_read(struct analysis *a, struct tree *t, int folder_fd)
{
	struct walker *w = calloc(1, sizeof(*w));
	enum status s;

	if (!w)
		return STATUS_NOMEM;
	w->a = a;
	w->t = t;
	w->sha = sha256_open();
	s = w->sha ? read_folder(w, folder_fd, STR_NONE, 0) : STATUS_NOMEM;
	if (s == STATUS_OK) { /* the release's own identity: its members, in order */
		sha256_begin(w->sha);
		for (size_t i = 0; i < t->n_nodes; i++)
			add_identity(w->sha, t->nodes[i]);
		t->sha256 = sha256_end(w->sha);
		t->root->sha256 = t->sha256;
	}
	sha256_close(w->sha);
	free(w);
	return s;
}
