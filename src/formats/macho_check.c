/*
 * What a Mach-O file says twice: commands that may stand once, segments and the sections in them, the table of a fat
 * file and the images it names. dyld goes by the one, tools that look by the other.
 */
#include "formats/macho_int.h"

#include <stdlib.h>

enum { OBJECT = 1, CORE_FILE = 4, DEBUG_FILE = 10, LEAST_BYTES = 16 };

static const char *const names[MACHO_ODD_N] = {
	[MACHO_ODD_TWICE] = "a load command stands twice that may stand once",
	[MACHO_ODD_ENTRIES] = "two commands say where it begins",
	[MACHO_ODD_ENTRY] = "the entry point is in no code",
	[MACHO_ODD_MEMORY] = "segments overlap in memory",
	[MACHO_ODD_SHARED] = "two segments share bytes of the file",
	[MACHO_ODD_PLACE] = "a section of code lies elsewhere than its segment",
	[MACHO_ODD_ARCHES] = "two images are for one processor",
	[MACHO_ODD_KIND] = "the table of images and an image name different processors",
	[MACHO_ODD_HOLE] = "data between the images of the file",
};

const char *macho_odd_name(unsigned n)
{
	return n < MACHO_ODD_N ? names[n] : "";
}

static void odd(struct macho_image *im, enum macho_odd what, bool is)
{
	if (is)
		im->odd |= 1u << what;
}

struct stretch {
	uint64_t from, bytes;
};

static int by_place(const void *a, const void *b)
{
	const struct stretch *x = a, *y = b;

	return x->from != y->from ? (x->from < y->from ? -1 : 1) : (x->bytes > y->bytes) - (x->bytes < y->bytes);
}

/* Do any two of them share a byte? */
static bool any_meet(struct stretch *s, size_t n)
{
	uint64_t last = 0, bytes = 0; /* of those before, the one that reaches furthest */

	qsort(s, n, sizeof(*s), by_place);
	for (size_t i = 0; i < n; i++) {
		if (bytes && s[i].from - last < bytes)
			return true;
		last = s[i].from;
		bytes = s[i].bytes;
	}
	return false;
}

static void check_segments(struct macho_parse *p)
{
	struct stretch *memory = ARENA_ARRAY(p->arena, p->n_segments + 1, struct stretch), *file = ARENA_ARRAY(p->arena, p->n_segments + 1, struct stretch);
	size_t n_memory = 0, n_file = 0;

	if (!macho_step(p, p->n_segments + 1))
		return;
	for (size_t i = 0; i < p->n_segments; i++) {
		const struct macho_segment *s = &p->segments[i];

		if (s->memory_bytes)
			memory[n_memory++] = (struct stretch){s->address, s->memory_bytes};
		if (s->bytes)
			file[n_file++] = (struct stretch){s->offset, s->bytes};
	}
	odd(p->image, MACHO_ODD_MEMORY, any_meet(memory, n_memory));
	odd(p->image, MACHO_ODD_SHARED, any_meet(file, n_file));
}

/* Where the entry point is counted from: the segment that holds the header. */
static void check_entry(struct macho_parse *p)
{
	for (size_t i = 0; i < p->n_segments; i++)
		if (p->segments[i].x && p->image->entry >= p->segments[i].offset && p->image->entry - p->segments[i].offset < p->segments[i].bytes)
			return;
	odd(p->image, MACHO_ODD_ENTRY, true);
}

void macho_check(struct macho_parse *p)
{
	struct macho_image *im = p->image;

	if (im->file_type == OBJECT || im->file_type == CORE_FILE || im->file_type == DEBUG_FILE)
		return;
	odd(im, MACHO_ODD_TWICE, p->twice);
	odd(im, MACHO_ODD_ENTRIES, im->has_entry && p->has_thread);
	odd(im, MACHO_ODD_PLACE, p->misplaced);
	if (im->has_entry)
		check_entry(p);
	check_segments(p);
}

void macho_check_fat(struct macho_image *im, const struct macho_image *before, size_t n, uint32_t cpu, uint32_t cpu_sub)
{
	for (size_t i = 0; i < n; i++)
		odd(im, MACHO_ODD_ARCHES, before[i].cpu == im->cpu && before[i].cpu_sub == im->cpu_sub);
	odd(im, MACHO_ODD_KIND, !im->damage && (im->cpu != cpu || im->cpu_sub != (cpu_sub & 0xffffff)));
}

bool macho_hole(struct budget *b, struct cursor whole, uint64_t from, uint64_t to)
{
	struct cursor c = cursor_clip(&whole, from, to > from ? to - from : 0);
	size_t other = 0;

	if (!budget_step(b, c.len / 64 + 1))
		return false;
	for (size_t i = 0; i < c.len && other < LEAST_BYTES; i++)
		other += c.base[i] != 0;
	return other >= LEAST_BYTES;
}
