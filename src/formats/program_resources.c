/*
 * Resources of a PE that are files of their own. The directory has three levels (type, name,
 * language) of { 12 bytes, u16 named, u16 by id, 8 bytes an entry: u32 id or name (top bit), u32
 * target (top bit: a directory) }; a leaf is { u32 rva, u32 bytes, u32 code page, u32 }. Handed
 * out: whatever looks like an archive, program, script or document, of any type, and large data of
 * types that no system call reads. What Windows itself shows (icons, bitmaps, menus, dialogs,
 * strings, versions, manifests) stays part of the program as long as it is that.
 */
#include <stdlib.h>

#include "formats/image.h"
#include "formats/program.h"

enum { RESOURCES_MAX = 8192, OPAQUE_MIN_BYTES = 4096, LEVELS = 3, NAME_UNITS_MAX = 64 };

struct resource {
	struct str type, name;
	uint32_t type_id, name_id; /* 0: it has a name */
	uint64_t offset, bytes;
};

struct walk {
	struct program *p;
	struct cursor dir;
	struct resource *list;
	size_t n, room;
	struct str type, name;
	uint32_t type_id, name_id;
	size_t seen; /* entries of all levels */
};

static struct str id_text(struct walk *w, uint32_t id)
{
	static const char *const types[] = {NULL, "CURSOR", "BITMAP", "ICON", "MENU", "DIALOG",
		"STRING", "FONTDIR",
		"FONT", "ACCELERATOR", "RCDATA", "MESSAGETABLE", "GROUP_CURSOR", NULL,
			"GROUP_ICON", NULL, "VERSION",
		"DLGINCLUDE", NULL, "PLUGPLAY", "VXD", "ANICURSOR", "ANIICON", "HTML", "MANIFEST"};
	struct cursor c = w->dir;
	char text[NAME_UNITS_MAX];
	uint32_t n;

	if (!(id >> 31)) {
		if (!w->type.len && id < sizeof(types) / sizeof(types[0]) && types[id])
			return str_of(types[id]);
		return arena_printf(w->p->arena, "%u", id);
	}
	cursor_seek(&c, id & 0x7fffffff);
	n = cursor_u16le(&c);
	n = n < NAME_UNITS_MAX ? n : NAME_UNITS_MAX;
	for (uint32_t i = 0; i < n; i++) {
		uint16_t u = cursor_u16le(&c);

		text[i] = u > 0x20 && u < 0x7f && u != '/' ? (char)u : '?';
	}
	return arena_str(w->p->arena, str_view(text, n));
}

static void leaf(struct walk *w, uint32_t at)
{
	struct cursor c = w->dir;
	uint32_t rva, bytes;
	uint64_t offset, left;

	cursor_seek(&c, at);
	rva = cursor_u32le(&c);
	bytes = cursor_u32le(&c);
	if (!cursor_ok(&c) || bytes == 0 || !pe_offset(&w->p->pe, rva, &offset, &left))
		return;
	*ARENA_PUSH(w->p->arena, w->list, w->n, w->room) = (struct resource){
		w->type, w->name, w->type_id, w->name_id, offset, bytes < left ? bytes : left};
}

/* One directory; depth is fixed, so one that points at itself ends here. */
static void directory(struct walk *w, uint32_t at, int level)
{
	struct cursor c = w->dir;
	uint32_t n;

	cursor_seek(&c, at);
	cursor_skip(&c, 12);
	n = cursor_u16le(&c);
	n += cursor_u16le(&c);
	for (uint32_t i = 0; i < n && w->seen++ < RESOURCES_MAX && budget_step(w->p->budget,
			4); i++) {
		uint32_t id = cursor_u32le(&c), target = cursor_u32le(&c);

		if (!cursor_ok(&c))
			return;
		if (level == 0) {
			w->type = STR_NONE;
			w->type_id = id >> 31 ? 0 : id;
			w->type = id_text(w, id);
		} else if (level == 1) {
			w->name_id = id >> 31 ? 0 : id;
			w->name = id_text(w, id);
		}
		if (target >> 31 && level + 1 < LEVELS)
			directory(w, target & 0x7fffffff, level + 1);
		else if (!(target >> 31))
			leaf(w, target);
	}
}

/* A device-independent bitmap as icons and bitmaps have it, or a picture that ends where it should. */
static bool is_shown(struct program *p, struct cursor data, enum format_id looks)
{
	uint64_t end;

	if (image_inert(looks))
		return image_end(looks, data, p->budget, &end) == STATUS_OK && end >= data.len;
	return data.len >= 40 && memcmp(data.base, "\x28\0\0\0", 4) == 0;
}

static bool worth_opening(struct program *p, const struct resource *r)
{
	struct cursor data = cursor_clip(&p->whole, r->offset, r->bytes),
		      head = cursor_clip(&data, 0, FORMAT_HEAD_BYTES);
	struct format_claim claims[4];
	enum format_id looks;

	if (!budget_step(p->budget, head.len / 64 + 8))
		return false;
	looks = format_probe(head, data.len, claims) ? claims[0].id : FORMAT_NONE;
	switch (r->type_id) {
	case 1: /* cursors: a hot spot in front */
	case 21:
	case 22:
		return looks != FORMAT_NONE && looks != FORMAT_TEXT && !image_inert(looks);
	case 2:
	case 3: return !is_shown(p, data, looks) && (looks != FORMAT_NONE ||
		r->bytes >= OPAQUE_MIN_BYTES);
	case 4:
	case 5:
	case 6:
	case 7:
	case 8:
	case 9:
	case 11:
	case 12:
	case 14:
	case 16:
	case 24: return looks != FORMAT_NONE && looks != FORMAT_TEXT && looks != FORMAT_FONT &&
		looks != FORMAT_ICO;
	default: return looks == FORMAT_NONE ? r->bytes >= OPAQUE_MIN_BYTES : !is_shown(p, data,
		looks);
	}
}

static int by_offset(const void *x, const void *y)
{
	const struct resource *a = x, *b = y;

	if (a->offset != b->offset)
		return a->offset < b->offset ? -1 : 1;
	return a->bytes > b->bytes ? -1 : a->bytes < b->bytes;
}

static bool walk_all(struct walk *w)
{
	uint64_t offset, left;
	struct program *p = w->p;

	if (p->kind != FORMAT_PE || !p->pe.directories[PE_DIR_RESOURCE].rva ||
		!pe_offset(&p->pe, p->pe.directories[PE_DIR_RESOURCE].rva, &offset, &left))
		return false;
	w->dir = cursor_clip(&p->whole, offset, left);
	directory(w, 0, 0);
	return true;
}

bool program_resource(struct program *p, uint32_t type, uint32_t name, struct cursor *ret,
	uint64_t *ret_at)
{
	struct walk w = {.p = p};

	if (!walk_all(&w))
		return false;
	for (size_t i = 0; i < w.n; i++)
		if (w.list[i].type_id == type && w.list[i].name_id == name) {
			*ret = cursor_part(&p->whole, w.list[i].offset, w.list[i].bytes);
			*ret_at = w.list[i].offset;
			return true;
		}
	return false;
}

/* Those worth opening, ascending, none inside another. */
static size_t resources_list(struct program *p, struct resource **ret)
{
	struct walk w = {.p = p};
	uint64_t end = 0;
	size_t kept = 0;

	if (!walk_all(&w))
		return 0;
	if (w.n)
		qsort(w.list, w.n, sizeof(*w.list), by_offset);
	for (size_t i = 0; i < w.n; i++) {
		if (w.list[i].offset < end || !worth_opening(p, &w.list[i]))
			continue;
		end = w.list[i].offset + w.list[i].bytes;
		w.list[kept++] = w.list[i];
	}
	*ret = w.list;
	return kept;
}

static bool resources_find(struct program *p)
{
	struct resource *list;

	return resources_list(p, &list) > 0;
}

static enum status resources_open(struct program *p, struct archive *a)
{
	struct resource *list = NULL;
	size_t n = resources_list(p, &list);

	for (size_t i = 0; i < n; i++)
		TRY(program_span(a, arena_printf(p->arena, "[resources]/%.*s/%.*s",
			STR_ARG(list[i].type),
			STR_ARG(list[i].name)), list[i].offset, list[i].bytes));
	return STATUS_OK;
}

const struct carrier carrier_resources = {"resources", resources_find, resources_open};
