#include "provenance/approval.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "ledger/proof.h"
#include "ledger/trust.h"

/* k people off the build system, a log and its witnesses; then the same bytes from other builders. */
static const double APPROVED_NATS = 1.5;
static const double REBUILT_NATS = 1.5;

/* Review: the vendor's word is missing or does not fit. Tampered: the vendor or a builder says no. */
static const double REFUSED_NATS = 5.6;
static const double DENIED_NATS = 9.2;

static enum status file_bytes(struct arena *a, const char *path, size_t max, struct str *ret)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	char *to;
	size_t n = 0;
	ssize_t got = 1;

	*ret = STR_NONE;
	if (fd < 0)
		return errno == ENOENT ? STATUS_NOT_FOUND : STATUS_IO;
	to = arena_alloc(a, max + 1);
	while (got != 0 && n <= max) {
		got = read(fd, to + n, max + 1 - n);
		if (got < 0 && errno != EINTR)
			break;
		n += got > 0 ? (size_t)got : 0;
	}
	close(fd);
	if (got < 0)
		return STATUS_IO;
	if (n > max) {
		errno = EFBIG;
		return STATUS_LIMIT;
	}
	*ret = str_view(to, n);
	return STATUS_OK;
}

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

static enum status cannot(struct arena *a, const char *path, const char *why, struct str *ret_why)
{
	*ret_why = arena_printf(a, "%s: %s", path, why);
	return STATUS_IO;
}

enum status approval_ask(struct arena *a, const struct approval_question *q, struct approval *ret,
	struct str *ret_why)
{
	const char *proof = q->proof ? q->proof : arena_printf(a, "%s.assay-proof", q->path).p;
	struct assay_verify_request r = {.fd = q->fd, .name = base_name(q->path), .now_utc = q->now_utc};
	struct assay_verify_result *got = ARENA_NEW(a, struct assay_verify_result);
	void *work = arena_alloc(a, ASSAY_VERIFY_WORK_BYTES);
	struct str trust, bytes, more;
	enum status s;

	*ret = (struct approval){.status = ASSAY_VERIFY_PROOF};
	if (file_bytes(a, q->trust, TRUST_BYTES_MAX, &trust) != STATUS_OK)
		return cannot(a, q->trust, strerror(errno), ret_why);
	s = file_bytes(a, proof, PROOF_BYTES_MAX, &bytes);
	if (s == STATUS_IO || (s == STATUS_NOT_FOUND && q->proof))
		return cannot(a, proof, strerror(errno), ret_why);
	if (q->more && file_bytes(a, q->more, PROOF_BYTES_MAX, &more) != STATUS_OK)
		return cannot(a, q->more, strerror(errno), ret_why);
	if (q->fd < 0) {
		ret->why = STR("a folder has no proof: the publisher approves files");
		return STATUS_OK;
	}
	r.trust = trust.p;
	r.trust_bytes = trust.len;
	r.proof = bytes.p;
	r.proof_bytes = bytes.len;
	if (q->more) {
		r.more = more.p;
		r.more_bytes = more.len;
	}
	assay_verify(&r, work, ASSAY_VERIFY_WORK_BYTES, got);
	if (got->status == ASSAY_VERIFY_STALE && q->of_old) {
		r.now_utc = got->cosigned_utc;
		assay_verify(&r, work, ASSAY_VERIFY_WORK_BYTES, got);
	}
	if (got->status == ASSAY_VERIFY_NO_ANSWER)
		return cannot(a, q->trust, got->why, ret_why);
	ret->status = got->status;
	ret->approvers = got->approvers;
	ret->approvers_need = got->approvers_need;
	ret->builders = got->builders;
	ret->rebuilt = got->rebuilt == ASSAY_GRADE_YES;
	ret->why = arena_str(a, str_of(got->why));
	return STATUS_OK;
}

double approval_credit(const struct approval *x)
{
	if (!x || x->status != ASSAY_VERIFY_OK)
		return 0;
	return APPROVED_NATS + (x->rebuilt ? REBUILT_NATS : 0);
}

double approval_doubt(const struct approval *x, bool old_approved)
{
	switch (x->status) {
	case ASSAY_VERIFY_OK:
	case ASSAY_VERIFY_NO_ANSWER:
		return 0;
	case ASSAY_VERIFY_PROOF: /* absence speaks only where there was a word before */
		return old_approved ? REFUSED_NATS : 0;
	case ASSAY_VERIFY_STALE:
	case ASSAY_VERIFY_NOT_REBUILT:
		return 0; /* said: waiting may mend it */
	case ASSAY_VERIFY_REVOKED:
	case ASSAY_VERIFY_DIFFERS:
		return DENIED_NATS;
	default:
		return REFUSED_NATS;
	}
}
