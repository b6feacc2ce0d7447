#include "verify/ask.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "assay_verify.h"
#include "ledger/b64.h"
#include "ledger/checkpoint.h"
#include "ledger/entry.h"
#include "ledger/proof.h"
#include "ledger/trust.h"

enum { SEEN_BYTES_MAX = 256 << 10, PATH_BYTES = 4096 };

static char trust_bytes[TRUST_BYTES_MAX + 1], proof_bytes[PROOF_BYTES_MAX + 1],
	more_bytes[PROOF_BYTES_MAX + 1], seen_bytes[SEEN_BYTES_MAX + 1024];
static _Alignas(max_align_t) char work[ASSAY_VERIFY_WORK_BYTES];

static int trouble(const char *path, const char *why)
{
	fprintf(stderr, "assay-verify: %s: %s\n", path, why);
	return ASSAY_VERIFY_NO_ANSWER;
}

/* Whole, up to max bytes; -1 with errno. */
static ssize_t read_file(const char *path, char *to, size_t max)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	size_t n = 0;
	ssize_t got = 1;

	if (fd < 0)
		return -1;
	while (got > 0 && n <= max) {
		got = read(fd, to + n, max + 1 - n);
		n += got > 0 ? (size_t)got : 0;
	}
	close(fd);
	if (got < 0)
		return -1;
	if (n > max) {
		errno = EFBIG;
		return -1;
	}
	return (ssize_t)n;
}

/* ---- what was seen --------------------------------------------------------------------------- */

/* One line: product TAB channel TAB seq TAB base64 of the leaf. */
struct seen {
	struct str product, channel;
	uint64_t seq;
	struct tree_hash leaf;
};

static bool seen_line(struct str line, struct seen *ret)
{
	struct str part[4];

	for (int i = 0; i < 4; i++) {
		size_t n = i < 3 ? str_find_z(line, "\t") : line.len;

		if (n == SIZE_MAX)
			return false;
		part[i] = str_part(line, 0, n);
		line = str_part(line, n + 1, line.len);
	}
	ret->product = part[0];
	ret->channel = part[1];
	return decimal_parse(part[2], &ret->seq) &&
	       b64_decode_exact(part[3], ret->leaf.b, TREE_HASH_BYTES);
}

/* What the file says about this product and channel; seq 0 if nothing. False: damaged. */
static bool seen_find(struct str bytes, const char *product, const char *channel, struct seen *ret)
{
	struct str line;
	struct seen s;

	*ret = (struct seen){.seq = 0};
	while (str_line(&bytes, &line)) {
		if (!seen_line(line, &s))
			return false;
		if (str_is(s.product, product) && str_is(s.channel, channel))
			*ret = s;
	}
	return true;
}

static bool write_whole(int fd, const char *p, size_t n)
{
	while (n) {
		ssize_t done = write(fd, p, n);

		if (done <= 0)
			return false;
		p += done;
		n -= (size_t)done;
	}
	return fsync(fd) == 0;
}

/* Replaces the file, so that a crash leaves the old one or the new one. */
static bool seen_store(const char *path, struct str old, const struct assay_verify_result *r)
{
	static char fresh[SEEN_BYTES_MAX + 1024];
	char base64[B64_CHARS(TREE_HASH_BYTES) + 1], temporary[PATH_BYTES];
	struct str line;
	struct seen s;
	size_t n = 0;
	int fd, got;
	bool ok;

	while (str_line(&old, &line)) {
		if (seen_line(line, &s) && str_is(s.product, r->product) &&
			str_is(s.channel, r->channel))
			continue;
		memcpy(fresh + n, line.p, line.len);
		n += line.len;
		fresh[n++] = '\n';
	}
	b64_encode(r->leaf, TREE_HASH_BYTES, base64, sizeof(base64));
	got = snprintf(fresh + n, sizeof(fresh) - n, "%s\t%s\t%llu\t%s\n", r->product, r->channel,
		(unsigned long long)r->seq, base64);
	if (got < 0 || n + (size_t)got > SEEN_BYTES_MAX ||
		snprintf(temporary, sizeof(temporary), "%s.new", path) >= PATH_BYTES)
		return false;
	fd = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0)
		return false;
	ok = write_whole(fd, fresh, n + (size_t)got);
	ok &= close(fd) == 0;
	return ok && rename(temporary, path) == 0;
}

/* ---- words ----------------------------------------------------------------------------------- */

static const char *grade(enum assay_verify_grade g)
{
	return g == ASSAY_GRADE_YES ? "yes" : g == ASSAY_GRADE_NO ? "no" : "unknown";
}

static void print_answer(const struct assay_verify_result *r)
{
	char when[32] = "";

	if (r->cosigned_utc)
		entry_time_text(r->cosigned_utc, when);
	printf("intended         %-8s %u of %u approvers\n", grade(r->intended), r->approvers,
		r->approvers_need);
	printf("rebuilt          %-8s %u builder%s, %u wanted, %u got other bytes\n",
		grade(r->rebuilt), r->builders, r->builders == 1 ? "" : "s", r->builders_need,
		r->builders_differ);
	printf("witnessed        %-8s %u witness%s\n", grade(r->witnessed), r->witnesses,
		r->witnesses == 1 ? "" : "es");
	printf("fresh            %-8s %s%s\n", grade(r->fresh), *when ? "cosigned " : "", when);
	printf("platform-signed  %-8s\n", grade(r->platform_signed));
	if (r->status == ASSAY_VERIFY_OK)
		printf("VERIFIED  %s %s (%s), release %llu of %s\n", r->product, r->version,
			r->channel, (unsigned long long)r->seq, r->vendor);
	else
		printf("REFUSED   %s\n", r->why);
}

/* ---- the question ---------------------------------------------------------------------------- */

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

/* The answer once more, now that product and channel are known and authenticated. */
static int ask_seen(const struct ask *a, struct assay_verify_request *q,
	struct assay_verify_result *r)
{
	ssize_t n = read_file(a->seen, seen_bytes, SEEN_BYTES_MAX);
	struct str old = str_view(seen_bytes, n > 0 ? (size_t)n : 0);
	struct seen s;

	if (n < 0 && errno != ENOENT)
		return trouble(a->seen, strerror(errno));
	if (!seen_find(old, r->product, r->channel, &s))
		return trouble(a->seen, "damaged");
	if (s.seq) {
		q->seen_seq = s.seq;
		memcpy(q->seen_leaf, s.leaf.b, TREE_HASH_BYTES);
		assay_verify(q, work, sizeof(work), r);
	}
	if (r->status == ASSAY_VERIFY_OK && r->seq > s.seq && !seen_store(a->seen, old, r))
		return trouble(a->seen, strerror(errno));
	return r->status;
}

static bool load(const char *path, char *to, size_t max, const void **ret, size_t *ret_n)
{
	ssize_t n = read_file(path, to, max);

	*ret = to;
	*ret_n = n < 0 ? 0 : (size_t)n;
	return n >= 0;
}

int ask_verify(const struct ask *a)
{
	struct assay_verify_request q = {.product = a->product, .channel = a->channel,
		.version = a->version, .now_utc = a->now_utc,
		.name = a->name ? a->name : base_name(a->file)};
	static struct assay_verify_result r;
	char beside[PATH_BYTES];
	const char *proof = a->proof ? a->proof : beside;

	if (snprintf(beside, sizeof(beside), "%s.assay-proof", a->file) >= PATH_BYTES)
		return trouble(a->file, strerror(ENAMETOOLONG));
	if (!load(a->trust, trust_bytes, TRUST_BYTES_MAX, &q.trust, &q.trust_bytes))
		return trouble(a->trust, strerror(errno));
	if (!load(proof, proof_bytes, PROOF_BYTES_MAX, &q.proof, &q.proof_bytes) &&
		errno != ENOENT && errno != EFBIG)
		return trouble(proof, strerror(errno));
	if (a->more && !load(a->more, more_bytes, PROOF_BYTES_MAX, &q.more, &q.more_bytes))
		return trouble(a->more, strerror(errno));
	q.fd = open(a->file, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NOFOLLOW | O_NONBLOCK);
	if (q.fd < 0)
		return trouble(a->file, strerror(errno));
	assay_verify(&q, work, sizeof(work), &r);
	if (r.status == ASSAY_VERIFY_OK && a->seen && ask_seen(a, &q, &r) == ASSAY_VERIFY_NO_ANSWER)
		r.status = ASSAY_VERIFY_NO_ANSWER;
	close(q.fd);
	if (r.status == ASSAY_VERIFY_NO_ANSWER)
		return trouble(a->file, r.why);
	if (!a->quiet)
		print_answer(&r);
	if (fflush(stdout) != 0)
		return trouble("stdout", strerror(errno));
	return r.status;
}
