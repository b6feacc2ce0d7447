/*
 * A program with data behind its end: PE behind sections and symbols (installer stubs, self-extracting
 * archives), behind or under the padding of the certificate table; ELF (AppImage) and Mach-O behind
 * everything that a header accounts for. The data becomes children, so whatever it is gets opened.
 * Installer formats that know their own stub claim more and come first.
 */
#include "formats/elf.h"
#include "formats/format.h"
#include "formats/macho.h"
#include "formats/pe.h"

enum { OVERLAY_BITS = 40, PARTS_MAX = 3, PROBE_STEPS = 4 << 20 };

struct part {
	const char *name;
	uint64_t offset, bytes;
};

struct layout {
	struct part parts[PARTS_MAX]; /* ascending */
	size_t n;
	uint64_t table_offset, table_bytes; /* certificate table, without the part under it */
};

static bool all_zero(struct cursor whole, uint64_t offset, uint64_t bytes)
{
	struct cursor c = cursor_clip(&whole, offset, bytes);

	for (size_t i = 0; i < c.len; i++)
		if (c.base[i])
			return false;
	return true;
}

static void add_part(struct layout *l, struct cursor whole, const char *name, uint64_t offset, uint64_t bytes)
{
	uint64_t from = l->n ? l->parts[l->n - 1].offset + l->parts[l->n - 1].bytes : 0;

	if (offset < from) { /* a table that lies inside of what came before */
		bytes = bytes > from - offset ? bytes - (from - offset) : 0;
		offset = from;
	}
	if (bytes == 0 || all_zero(whole, offset, bytes))
		return; /* alignment, or nothing */
	l->parts[l->n++] = (struct part){name, offset, bytes};
}

static void layout_pe(struct arena *a, struct budget *b, struct cursor whole, struct layout *l)
{
	struct pe pe;
	const struct pe_signature *s = &pe.signature;

	if (pe_parse(a, b, whole, &pe) == STATUS_UNSUPPORTED)
		return;
	add_part(l, whole, "[overlay]", pe.overlay_offset, pe.overlay_bytes);
	if (!s->present)
		return;
	l->table_offset = s->offset;
	l->table_bytes = s->table_bytes;
	if (s->padding_nonzero_bytes) {
		l->table_bytes = s->padding_offset - s->offset;
		add_part(l, whole, "[after signature]", s->padding_offset, whole.len - s->padding_offset);
	} else {
		add_part(l, whole, "[after signature]", s->offset + s->table_bytes, s->after_bytes);
	}
}

static void layout_of(struct arena *a, struct budget *b, struct cursor whole, struct layout *l)
{
	struct elf elf;
	struct macho macho;

	memset(l, 0, sizeof(*l));
	layout_pe(a, b, whole, l);
	if (l->n || l->table_bytes)
		return;
	if (elf_parse(a, b, whole, &elf) != STATUS_UNSUPPORTED)
		add_part(l, whole, "[overlay]", elf.overlay_offset, elf.overlay_bytes);
	else if (macho_parse(a, b, whole, &macho) != STATUS_UNSUPPORTED)
		add_part(l, whole, "[overlay]", macho.overlay_offset, macho.overlay_bytes);
}

static int probe(struct cursor head, uint64_t total_bytes)
{
	(void)head;
	(void)total_bytes;
	return 0; /* the head does not tell */
}

static int probe_whole(struct cursor whole)
{
	struct arena a;
	struct budget b = {.max_steps = PROBE_STEPS};
	struct layout l;

	arena_init(&a, 0);
	layout_of(&a, &b, whole, &l);
	arena_release(&a);
	return l.n ? OVERLAY_BITS : 0;
}

static enum status deliver(struct sink *s, const struct part *p)
{
	struct entry e = {
		.name = str_of(p->name),
		.type = ENTRY_FILE,
		.origin = ORIGIN_MEMBER,
		.flags = ENTRY_SPAN,
		.size_bytes = p->bytes,
		.span_offset = p->offset,
		.span_bytes = p->bytes,
	};

	TRY(s->child_begin(s, &e));
	TRY(s->child_end(s, STATUS_OK, ""));
	s->span(s, p->offset, p->bytes, "member");
	return STATUS_OK;
}

/* The program itself is one span, or two around the data; the table another. */
static void cover(struct sink *s, const struct layout *l, uint64_t total)
{
	uint64_t at = 0;

	for (size_t i = 0; i < l->n; i++) {
		if (l->parts[i].offset > at)
			s->span(s, at, l->parts[i].offset - at, at ? "signature" : "program");
		at = l->parts[i].offset + l->parts[i].bytes;
	}
	if (at < total)
		s->span(s, at, total - at, at ? "signature" : "program");
}

static enum status open_overlay(struct open_in *in)
{
	struct layout l;

	layout_of(in->arena, in->budget, in->bytes, &l);
	if (l.n == 0)
		return STATUS_UNSUPPORTED;
	for (size_t i = 0; i < l.n; i++)
		TRY(deliver(in->sink, &l.parts[i]));
	cover(in->sink, &l, in->bytes.len);
	return STATUS_OK;
}

const struct format format_pe_overlay = {
	.id = FORMAT_PE_OVERLAY,
	.name = "overlay",
	.summary = "programs with data behind their end: self-extracting archives, AppImages, hidden data",
	.head_bytes = 0,
	.probe = probe,
	.probe_whole = probe_whole,
	.open = open_overlay,
};
