/*
 * A property set ([MS-OLEPS]): u16 0xFFFE, u16, u32, clsid, u32 sections, then format id and u32
 * offset of the section: u32 size, u32 count, count x { u32 id, u32 offset in the section }, values
 * { u32 type, data }: 2 i16, 3 i32, 30 text { u32 bytes }, 64 time of 100 ns since 1601.
 */
#include "formats/msi.h"

#include "formats/install_lines.h"
#include "util/escape.h"

enum { PROPERTIES_MAX = 64, TEXT_MAX = 4096 };

static const char *property_name(uint32_t id)
{
	static const char *const names[] = {NULL, "Codepage", "Title", "Subject", "Author",
		"Keywords", "Comments",
		"Template", "LastAuthor", "PackageCode", NULL, "LastPrinted", "Created", "Saved",
			"Pages", "Words",
		"Characters", NULL, "Creator", "Security"};

	return id < sizeof(names) / sizeof(names[0]) && names[id] ? names[id] : "Other";
}

static struct str value_text(struct archive *a, struct cursor v)
{
	uint32_t type = cursor_u32le(&v), n;
	struct str s;

	switch (type) {
	case 2: return arena_printf(a->in->arena, "%d", (int)(int16_t)cursor_u16le(&v));
	case 3: return arena_printf(a->in->arena, "%d", (int)(int32_t)cursor_u32le(&v));
	case 64: return arena_printf(a->in->arena, "%lld",
			(long long)(cursor_u64le(&v) / 10000000) - 11644473600ll);
	case 30:
		n = cursor_u32le(&v);
		s = cursor_str(&v, n < TEXT_MAX ? n : TEXT_MAX);
		while (s.len && s.p[s.len - 1] == 0)
			s.len--;
		return s;
	default: return arena_printf(a->in->arena, "type %u", type);
	}
}

bool msi_summary_lines(struct archive *a, struct cursor set, struct str name, struct buf *out)
{
	struct cursor c = set, section;
	uint32_t n, at, end = 0;

	if (cursor_u16le(&c) != 0xfffe)
		return false;
	cursor_skip(&c, 22);
	if (cursor_u32le(&c) != 1) /* sets of installers have one section */
		return false;
	cursor_skip(&c, 16);
	at = cursor_u32le(&c);
	section = cursor_clip(&set, at, set.len);
	end = cursor_u32le(&section);
	n = cursor_u32le(&section);
	if (!cursor_ok(&c) || !cursor_ok(&section) || n > PROPERTIES_MAX || end > section.len)
		return false;
	for (uint32_t i = 0; i < n; i++) {
		uint32_t id = cursor_u32le(&section), offset = cursor_u32le(&section);
		struct cursor v = cursor_clip(&section, offset, end > offset ? end - offset : 0);

		if (!cursor_ok(&section) || !cursor_ok(&v))
			return false;
		install_line(out, "Summary");
		install_arg(out, name);
		install_arg_z(out, property_name(id));
		install_arg(out, value_text(a, v));
		install_line_end(out);
	}
	return true;
}
