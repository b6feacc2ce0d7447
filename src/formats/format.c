/* The table of formats and the question "what do these bytes look like?". */
#include "formats/format.h"

#define FORMAT(x) extern const struct format format_##x;
#include "formats/list.h"
#undef FORMAT

static const struct format *const formats[] = {
#define FORMAT(x) &format_##x,
#include "formats/list.h"
#undef FORMAT
};

enum { N_FORMATS = sizeof(formats) / sizeof(formats[0]) };

const struct format *const *format_list(size_t *ret_n)
{
	*ret_n = N_FORMATS;
	return formats;
}

const struct format *format_by_id(enum format_id id)
{
	if (id == FORMAT_NONE)
		return NULL;
	for (size_t i = 0; i < N_FORMATS; i++)
		if (formats[i]->id == id)
			return formats[i];
	return NULL;
}

const char *format_name(enum format_id id)
{
	const struct format *f = format_by_id(id);

	if (f)
		return f->name;
	switch (id) {
	/* Numbers without a row in the table still have to be printable. */
	case FORMAT_ASAR: return "asar";
	case FORMAT_NSIS: return "nsis";
	case FORMAT_PE: return "pe";
	case FORMAT_ELF: return "elf";
	case FORMAT_MACHO: return "macho";
	case FORMAT_DMG: return "dmg";
	case FORMAT_INNO: return "inno";
	case FORMAT_PE_OVERLAY: return "pe-overlay";
	case FORMAT_DIRECTORY: return "directory";
	default: return "unrecognised";
	}
}

const struct format *format_by_suffix(struct str name)
{
	for (size_t i = 0; i < N_FORMATS; i++)
		if (formats[i]->suffix && str_ends_nocase(name, formats[i]->suffix))
			return formats[i];
	return NULL;
}

/* Keeps the strongest claims sorted; among equals the earlier row of the table stays first. */
static size_t claim_insert(struct format_claim *claims, size_t n, struct format_claim c)
{
	enum { MAX_CLAIMS = 4 };
	size_t at = n;

	while (at > 0 && claims[at - 1].bits < c.bits)
		at--;
	if (at >= MAX_CLAIMS)
		return n;
	if (n < MAX_CLAIMS)
		n++;
	for (size_t i = n - 1; i > at; i--)
		claims[i] = claims[i - 1];
	claims[at] = c;
	return n;
}

size_t format_probe(struct cursor head, uint64_t total_bytes, struct format_claim ret_claims[4])
{
	size_t n = 0;

	for (size_t i = 0; i < N_FORMATS; i++) {
		struct cursor c = cursor_of(head.base, head.len);
		int bits = formats[i]->probe(c, total_bytes);

		if (bits > 0)
			n = claim_insert(ret_claims, n,
					 (struct format_claim){formats[i]->id, bits});
	}
	return n;
}

struct format_claim format_probe_tail(struct cursor tail, uint64_t total_bytes)
{
	struct format_claim best = {FORMAT_NONE, 0};

	for (size_t i = 0; i < N_FORMATS; i++) {
		int bits = formats[i]->probe_tail ? formats[i]->probe_tail(tail, total_bytes) : 0;

		if (bits > best.bits)
			best = (struct format_claim){formats[i]->id, bits};
	}
	return best;
}
