#include "watch/records.h"

void reading_emit(struct reading *r, enum record_kind kind, struct str digest, struct str name)
{
	struct record out;

	memset(&out, 0, sizeof(out));
	out.kind = (uint32_t)kind;
	out.index = r->index;
	if (r->entry.p) {
		out.at = (uint64_t)(r->entry.p - r->answer.p);
		out.len = r->entry.len;
	}
	if (digest.len <= RECORD_DIGEST_BYTES && digest.len) {
		out.digest_bytes = (uint32_t)digest.len;
		memcpy(out.digest, digest.p, digest.len);
	}
	name = str_part(name, 0, RECORD_NAME_BYTES);
	if (name.len) {
		out.name_bytes = (uint32_t)name.len;
		memcpy(out.name, name.p, name.len);
	}
	r->emit(r->user, &out);
}

enum status records_read(enum record_source source, struct str answer, const struct plan_names *own,
	record_fn *emit, void *user)
{
	struct reading r = {.own = own, .answer = answer, .emit = emit, .user = user};

	if (answer.len > RECORD_CHUNK_BYTES)
		return STATUS_LIMIT;
	if (!answer.p)
		r.answer = STR("");
	switch (source) {
	case SOURCE_CT_TILE:
	case SOURCE_CT_ENTRIES:
	case SOURCE_CT_HEAD:
	case SOURCE_CT_PROOF:
		return read_ct(&r, source);
	case SOURCE_BUNDLE:
		return read_rekor(&r);
	default:
		return read_registry(&r, source);
	}
}
