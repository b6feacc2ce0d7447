/* A signature beside what it signs: who signed, and whether that is who signed OLD. As stated. */
#include "formats/signature.h"
#include "formats/signed_data.h"
#include "read/read.h"
#include "read/readers.h"

static int signature_claim(const struct read_in *in)
{
	return in->format == FORMAT_SIGNATURE ? 90 : 0;
}

static struct str shown(struct arena *a, const struct signature *s)
{
	return s->subject.len ? s->subject
			      : arena_printf(a, "key sha256:%.*s", STR_ARG(str_part(s->key_sha256, 0, 16)));
}

/* A renewed certificate keeps its publisher. Where there is a key alone, or where systems know a
 * publisher by the key (Android, extension stores), another key is another hand. */
static bool changed_hands(const struct signature *o, const struct signature *n)
{
	if (n->scheme != SIGNATURE_PKCS7 || !o->subject.len || !n->subject.len)
		return !str_equal(o->key_sha256, n->key_sha256);
	return !str_equal(signed_publisher(o->subject), signed_publisher(n->subject));
}

static void signer_fact(struct read_in *in, const struct signature *o, const struct signature *n)
{
	struct unit u = {.change = UNIT_CHANGED, .line = 1, .length = in->new_.len, .name = STR("signer")};
	struct fact f = {.kind = FACT_EXE_SIGNER, .key = STR("subject")};

	if (str_equal(o->key_sha256, n->key_sha256) && str_equal(o->subject, n->subject))
		return;
	f.unit = read_unit(in, &u);
	if (changed_hands(o, n)) {
		f.flags = FACT_CHANGED_VALUE;
		f.key = STR("identity");
	}
	f.value = arena_printf(in->arena, "%.*s -> %.*s", STR_ARG(shown(in->arena, o)), STR_ARG(shown(in->arena, n)));
	read_fact(in, &f);
}

static enum status signature_read_member(struct read_in *in)
{
	struct signature o, n;
	enum status st = signature_read(in->arena, in->budget, in->new_, &n);

	if (st != STATUS_OK) {
		read_cover(in, COVER_BLIND, in->new_.len, st == STATUS_LIMIT ? "over budget" : "damaged signature");
		return st;
	}
	if (in->has_old && signature_read(in->arena, in->budget, in->old, &o) == STATUS_OK)
		signer_fact(in, &o, &n);
	read_cover(in, COVER_SHALLOW, in->new_.len, "a signature, as stated");
	return STATUS_OK;
}

const struct reader reader_signature = {
	.name = "signature",
	.summary = "who signed, as stated",
	.claim = signature_claim,
	.read = signature_read_member,
};
