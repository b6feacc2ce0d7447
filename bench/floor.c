/*
 * The physical floor: open two archives with libarchive, read every member, hash it with XXH3. What
 * any tool has to do that looks at all bytes, on one core. usage: floor OLD NEW
 */
#include <archive.h>
#include <archive_entry.h>
#include <stdio.h>
#define XXH_INLINE_ALL
#include <xxhash.h>

static int read_all(const char *path, unsigned long long *sum)
{
	struct archive *a = archive_read_new();
	struct archive_entry *e;
	const void *block;
	size_t n;
	la_int64_t at;
	int r;

	archive_read_support_filter_all(a);
	archive_read_support_format_tar(a);
	archive_read_support_format_zip(a);
	archive_read_support_format_7zip(a);
	if (archive_read_open_filename(a, path, 256 << 10) != ARCHIVE_OK) {
		fprintf(stderr, "floor: %s: %s\n", path, archive_error_string(a));
		return 1;
	}
	while ((r = archive_read_next_header(a, &e)) == ARCHIVE_OK || r == ARCHIVE_WARN) {
		XXH3_state_t *h = XXH3_createState();

		XXH3_64bits_reset(h);
		while (archive_read_data_block(a, &block, &n, &at) == ARCHIVE_OK)
			XXH3_64bits_update(h, block, n);
		*sum ^= XXH3_64bits_digest(h);
		XXH3_freeState(h);
	}
	archive_read_free(a);
	return r == ARCHIVE_EOF ? 0 : 1;
}

int main(int argc, char **argv)
{
	unsigned long long sum = 0;

	if (argc != 3) {
		fprintf(stderr, "usage: floor OLD NEW\n");
		return 2;
	}
	if (read_all(argv[1], &sum) || read_all(argv[2], &sum))
		return 1;
	printf("%016llx\n", sum);
	return 0;
}
