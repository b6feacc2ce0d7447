/*
 * Certificate table: entries of { u32 length, u16 revision, u16 type, content }, each on 8 bytes. The
 * directory's "rva" is a file offset. Bytes that neither the DER nor its alignment needs stay under
 * the signature unseen (Authenticode does not hash the table): they are measured.
 */
#include "formats/pe_int.h"

enum { CERT_HEADER_BYTES = 8, ENTRIES_MAX = 16 };

static uint64_t count_nonzero(struct cursor c)
{
	uint64_t n = 0;

	for (size_t i = 0; i < c.len; i++)
		n += c.base[i] != 0;
	return n;
}

/* What stands in the table at [from, to) belongs to no signature. */
static void add_padding(struct pe_parse *p, struct cursor table, uint64_t from, uint64_t to)
{
	struct pe_signature *s = &p->pe->signature;
	struct cursor rest = cursor_clip(&table, from, to > from ? to - from : 0);
	uint64_t nonzero;

	if (!cursor_ok(&rest) || !pe_step(p, rest.len / 64 + 1))
		return;
	nonzero = count_nonzero(rest);
	if (nonzero && !s->padding_nonzero_bytes)
		s->padding_offset = s->offset + from;
	s->padding_bytes += rest.len;
	s->padding_nonzero_bytes += nonzero;
}

/* One entry at `at`; returns where the next may stand, or `at` at the end. */
static uint64_t read_entry(struct pe_parse *p, struct cursor table, uint64_t at)
{
	struct pe_signature *s = &p->pe->signature;
	struct signed_data signer;
	struct cursor c = table;
	uint64_t next;
	uint32_t length;
	enum status status;

	cursor_seek(&c, at);
	length = cursor_u32le(&c);
	if (length <= CERT_HEADER_BYTES || length > table.len - at) {
		if (at == 0)
			pe_damage(p, "certificate longer than its table");
		return at;
	}
	status = signed_data_read(p->arena, p->budget,
		cursor_part(&table, at + CERT_HEADER_BYTES, length - CERT_HEADER_BYTES), &signer);
	if (s->n_certificates++ == 0) {
		s->cert_bytes = length;
		s->revision = cursor_u16le(&c);
		s->type = cursor_u16le(&c);
		s->status = status;
		s->signer = signer;
	}
	next = (at + length + 7) & ~7ull;
	add_padding(p, table, at + CERT_HEADER_BYTES + signer.der_bytes, next < table.len ? next : table.len);
	return next;
}

void pe_read_signature(struct pe_parse *p)
{
	struct pe_signature *s = &p->pe->signature;
	struct cursor table;
	uint64_t at = 0, next;

	s->offset = p->pe->directories[PE_DIR_SECURITY].rva;
	s->table_bytes = p->pe->directories[PE_DIR_SECURITY].bytes;
	if (s->offset >= p->in.len)
		return pe_damage(p, "certificate table outside the file");
	s->present = true;
	table = cursor_clip(&p->in, s->offset, s->table_bytes);
	if (table.len < s->table_bytes)
		pe_damage(p, "certificate table cut short");
	s->table_bytes = table.len;
	s->after_bytes = p->in.len - s->offset - table.len;
	s->status = STATUS_DAMAGED;
	while (at < table.len && table.len - at > CERT_HEADER_BYTES && s->n_certificates < ENTRIES_MAX && pe_step(p, 1)) {
		next = read_entry(p, table, at);
		if (next == at)
			break;
		at = next;
	}
	if (at < table.len)
		add_padding(p, table, at, table.len);
}
