/* Outputs of reports, and what include/assay.h says about a document. */
#include "report/report.h"

#include "assay.h"

static bool put_file(void *user, const void *p, size_t n)
{
	return fwrite(p, 1, n, user) == n;
}

static bool put_buf(void *user, const void *p, size_t n)
{
	return buf_add(user, p, n);
}

struct report_out report_to_file(FILE *f)
{
	return (struct report_out){put_file, f, false};
}

struct report_out report_to_buf(struct buf *b)
{
	return (struct report_out){put_buf, b, false};
}

void report_put(struct report_out *out, struct str s)
{
	if (s.len && !out->failed && !out->put(out->user, s.p, s.len))
		out->failed = true;
}

void report_put_z(struct report_out *out, const char *z)
{
	report_put(out, str_of(z));
}

const char *assay_verdict_name(const struct document *d)
{
	return verdict_name(d->verdict);
}

int assay_verdict_rank(const struct document *d)
{
	return verdict_rank(d->verdict);
}

double assay_probability(const struct document *d)
{
	return d->probability;
}

enum { REPORT_MAX_BYTES = 1 << 30 };

/* Hands the buffer's memory over, terminated; NULL when something did not fit. */
static char *give(struct buf *b, const struct report_out *out, size_t *ret_bytes)
{
	char *text = NULL;

	if (!out->failed && buf_add_char(b, '\0')) {
		if (ret_bytes)
			*ret_bytes = b->len - 1;
		text = b->p;
		b->p = NULL;
	}
	buf_release(b);
	return text;
}

char *assay_json(const struct document *d, unsigned flags, size_t *ret_bytes)
{
	struct buf b;
	struct report_out out;

	buf_init(&b, REPORT_MAX_BYTES);
	out = report_to_buf(&b);
	report_json(d, flags & ASSAY_ONE_LINE ? REPORT_ONE_LINE : 0, &out);
	return give(&b, &out, ret_bytes);
}

char *assay_text(const struct document *d, unsigned flags, size_t *ret_bytes)
{
	struct text_style style = {.colour = flags & ASSAY_COLOUR};
	struct buf b;
	struct report_out out;

	buf_init(&b, REPORT_MAX_BYTES);
	out = report_to_buf(&b);
	report_text(d, style, &out);
	return give(&b, &out, ret_bytes);
}
