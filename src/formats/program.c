/*
 * Programs with things inside: bundles and archives behind their end, resources that are files of
 * their own, data behind or under the padding of a certificate table. What a carrier knows becomes
 * its members; what is left behind the program becomes "[overlay]" or "[after signature]", so
 * whatever it is gets opened. Installer formats that know their own stub claim more and come first.
 */
#include "formats/program.h"

enum { PROGRAM_BITS = 40, PARTS_MAX = 4, PROBE_STEPS = 4 << 20 };

/* In the order in which they are asked; each sees the whole. */
static const struct carrier *const carriers[] = {
	&carrier_dotnet_bundle,
	&carrier_pyinstaller,
	&carrier_burn,
	&carrier_inno,
	&carrier_upx,
	&carrier_resources,
};

enum { N_CARRIERS = sizeof(carriers) / sizeof(carriers[0]) };

struct part {
	const char *name;
	uint64_t offset, bytes;
};

struct layout {
	struct part parts[PARTS_MAX]; /* ascending */
	size_t n;
};

static bool all_zero(const struct cursor *whole, uint64_t offset, uint64_t bytes)
{
	struct cursor c = cursor_clip(whole, offset, bytes);

	for (size_t i = 0; i < c.len; i++)
		if (c.base[i])
			return false;
	return true;
}

static void add_part(struct layout *l, const struct cursor *whole, const char *name,
	uint64_t offset, uint64_t bytes)
{
	uint64_t from = l->n ? l->parts[l->n - 1].offset + l->parts[l->n - 1].bytes : 0;

	if (offset < from) { /* a table that lies inside of what came before */
		bytes = bytes > from - offset ? bytes - (from - offset) : 0;
		offset = from;
	}
	if (bytes == 0 || l->n == PARTS_MAX || all_zero(whole, offset, bytes))
		return; /* alignment, or nothing */
	l->parts[l->n++] = (struct part){name, offset, bytes};
}

static void layout_pe(const struct program *p, struct layout *l)
{
	const struct pe_signature *s = &p->pe.signature;

	add_part(l, &p->whole, "[overlay]", p->pe.overlay_offset, p->pe.overlay_bytes);
	if (!s->present)
		return;
	if (s->padding_nonzero_bytes)
		add_part(l, &p->whole, "[after signature]", s->padding_offset,
			p->whole.len - s->padding_offset);
	else
		add_part(l, &p->whole, "[after signature]", s->offset + s->table_bytes,
			s->after_bytes);
}

static bool program_parse(struct program *p, struct arena *a, struct budget *b, struct cursor whole)
{
	memset(p, 0, sizeof(*p));
	p->arena = a;
	p->budget = b;
	p->whole = whole;
	if (pe_parse(a, b, whole, &p->pe) != STATUS_UNSUPPORTED)
		p->kind = FORMAT_PE;
	else if (elf_parse(a, b, whole, &p->elf) != STATUS_UNSUPPORTED)
		p->kind = FORMAT_ELF;
	else if (macho_parse(a, b, whole, &p->macho) != STATUS_UNSUPPORTED)
		p->kind = FORMAT_MACHO;
	return p->kind != FORMAT_NONE;
}

static void layout_of(const struct program *p, struct layout *l)
{
	memset(l, 0, sizeof(*l));
	if (p->kind == FORMAT_PE)
		layout_pe(p, l);
	else if (p->kind == FORMAT_ELF)
		add_part(l, &p->whole, "[overlay]", p->elf.overlay_offset, p->elf.overlay_bytes);
	else if (p->kind == FORMAT_MACHO)
		add_part(l, &p->whole, "[overlay]", p->macho.overlay_offset,
			p->macho.overlay_bytes);
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
	struct program *p;
	struct layout l;
	bool found = false;

	arena_init(&a, 0);
	p = ARENA_NEW(&a, struct program);
	if (program_parse(p, &a, &b, whole)) {
		layout_of(p, &l);
		found = l.n > 0;
		for (size_t i = 0; i < N_CARRIERS && !found; i++)
			found = carriers[i]->find(p);
	}
	arena_release(&a);
	return found ? PROGRAM_BITS : 0;
}

enum status program_span(struct archive *a, struct str name, uint64_t offset, uint64_t bytes)
{
	struct entry e = {
		.name = name,
		.flags = ENTRY_SPAN,
		.size_bytes = bytes,
		.span_offset = offset,
		.span_bytes = bytes,
	};

	if (offset > a->in->bytes.len || bytes > a->in->bytes.len - offset) {
		e.flags = 0;
		return archive_bare_child(a, &e, STATUS_DAMAGED, "it lies outside the program");
	}
	archive_region(a, offset, bytes, "member");
	return archive_bare_child(a, &e, STATUS_OK, "");
}

enum status program_packed(struct archive *a, struct entry *e, uint64_t offset, uint64_t bytes)
{
	struct cursor packed = cursor_part(&a->in->bytes, offset, bytes);
	struct stream *stream;
	struct source s;
	const uint8_t *p;
	uint64_t came = 0;
	enum status st;
	size_t n;

	if (!cursor_ok(&packed))
		return archive_bare_child(a, e, STATUS_DAMAGED, "it lies outside the program");
	archive_region(a, offset, bytes, "member");
	TRY(archive_child(a, e));
	stream = stream_open(STREAM_DEFLATE, packed.base, packed.len);
	source_of_stream(&s, a, stream);
	st = STATUS_OK;
	while (st == STATUS_OK && (n = source_take(&s, UINT64_MAX, &p)) > 0) {
		came += n;
		st = archive_data(a, p, n);
	}
	stream_close(stream);
	TRY(st);
	if (s.how == STATUS_OK && came != e->size_bytes) {
		s.how = STATUS_DAMAGED;
		s.why = "size differs";
	}
	TRY(archive_child_end(a, s.how, s.how == STATUS_OK ? "" : s.why));
	return s.how == STATUS_LIMIT ? STATUS_LIMIT : STATUS_OK;
}

bool program_find_last(const struct cursor *whole, uint64_t from, const char *needle, size_t n,
	uint64_t *ret_at)
{
	for (uint64_t at = whole->len >= n ? whole->len - n + 1 : 0; at > from; at--)
		if (whole->base[at - 1] == (uint8_t)needle[0] && memcmp(whole->base + at - 1,
				needle, n) == 0) {
			*ret_at = at - 1;
			return true;
		}
	return false;
}

/* What of a part no carrier explained, piece by piece. */
static enum status part_rest(struct archive *a, const struct part *part, size_t n_regions)
{
	uint64_t at = part->offset, end = part->offset + part->bytes;

	for (size_t i = 0; i <= n_regions && at < end; i++) {
		const struct region *r = i < n_regions ? &a->regions[i] : NULL;
		uint64_t to = r && r->offset < end ? r->offset : end;

		if (r && r->offset + r->length <= at)
			continue;
		if (to > at && !all_zero(&a->in->bytes, at, to - at))
			TRY(program_span(a, str_of(part->name), at, to - at));
		if (!r || r->offset >= end)
			break;
		at = r->offset + r->length;
	}
	return STATUS_OK;
}

/* All that has no other owner is the program itself. */
static void cover_rest(struct archive *a)
{
	size_t n;
	uint64_t at = 0, size = a->in->bytes.len;

	archive_regions_settle(a, NULL);
	n = a->n_regions;
	for (size_t i = 0; i <= n; i++) {
		uint64_t to = i < n ? a->regions[i].offset : size;

		if (to > at)
			archive_region(a, at, to - at, "program");
		if (i < n)
			at = a->regions[i].offset + a->regions[i].length;
	}
}

static enum status parts_open(struct program *p, struct archive *a)
{
	struct layout l;
	size_t n;

	for (size_t i = 0; i < N_CARRIERS; i++)
		if (carriers[i]->find(p))
			TRY(carriers[i]->open(p, a));
	layout_of(p, &l);
	archive_regions_settle(a, NULL);
	n = a->n_regions;
	for (size_t i = 0; i < l.n; i++)
		TRY(part_rest(a, &l.parts[i], n));
	return STATUS_OK;
}

static enum status program_open(struct open_in *in)
{
	struct program *p = ARENA_NEW(in->arena, struct program);
	struct archive a;
	enum status st;

	archive_begin(&a, in);
	if (!program_parse(p, in->arena, in->budget, in->bytes))
		return STATUS_UNSUPPORTED;
	st = parts_open(p, &a);
	if (st == STATUS_IO)
		return st;
	cover_rest(&a);
	archive_regions_tell(&a);
	return st != STATUS_OK ? st : a.damaged ? STATUS_DAMAGED : STATUS_OK;
}

const struct format format_pe_overlay = {
	.id = FORMAT_PE_OVERLAY,
	.name = "overlay",
	.summary =
		"programs with things inside: data behind their end, resources, .NET bundles, PyInstaller, Inno Setup, WiX bundles, UPX",
	.head_bytes = 0,
	.probe = probe,
	.probe_whole = probe_whole,
	.open = program_open,
};
