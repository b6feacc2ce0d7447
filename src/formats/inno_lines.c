/*
 * The header block of Inno Setup: texts are u32 bytes and UTF-16 (Unicode builds) or bytes. Entries
 * of one kind stand one behind the other: their texts, then numbers of which the first 20 bytes are
 * two versions of Windows. Up to 6.4: a file has 10 texts (source, target, ...), then i32 location;
 * a registry value 9 (key, name, data, ...), then u32 root 8000000x; a shortcut and a program to be
 * run 13, then i32 icon or i32 way to show (below 12) and u8 wait (below 3). A kind is only told
 * where these numbers fit.
 */
#include "formats/inno.h"
#include "formats/install_lines.h"
#include "util/escape.h"

enum { TEXTS_MAX = 13, VERSIONS_BYTES = 20, TEXT_MAX = 1 << 20, FILE_TEXTS = 10, VALUE_TEXTS = 9,
	RUN_TEXTS = 13 };

struct lines {
	struct archive *a;
	const struct inno_version *v;
	struct str *names;
	size_t n_files;
	struct buf *out;
	struct cursor *code;
};

/* Text of any installer: no control characters but tabs and line ends, no lone surrogates at the start. */
static bool is_text(const struct lines *l, struct cursor c)
{
	if (l->v->unicode) {
		if (c.len % 2)
			return false;
		while (cursor_left(&c) >= 2) {
			uint16_t u = cursor_u16le(&c);

			if ((u < 0x20 && u != '\t' && u != '\n' && u != '\r') || u == 0xffff)
				return false;
		}
		return true;
	}
	for (size_t i = 0; i < c.len; i++)
		if (c.base[i] < 0x20 && c.base[i] != '\t' && c.base[i] != '\n' && c.base[i] != '\r')
			return false;
	return true;
}

/* The raw text at the cursor; false when none stands there. Moves past it. */
static bool raw_next(struct lines *l, struct cursor *c, struct cursor *ret)
{
	uint32_t n = cursor_u32le(c);

	*ret = cursor_part(c, c->pos, n);
	cursor_skip(c, n);
	return cursor_ok(c) && n <= TEXT_MAX && archive_step(l->a, n / 64 + 1) == STATUS_OK &&
		is_text(l, *ret);
}

static struct str utf8(struct lines *l, struct cursor raw)
{
	struct buf b;
	struct str s;

	buf_init(&b, 2 * raw.len + 8);
	if (l->v->unicode)
		while (cursor_left(&raw) >= 2) {
			uint32_t u = cursor_u16le(&raw);

			if (u >= 0xd800 && u < 0xdc00 && cursor_left(&raw) >= 2)
				u = 0x10000 + ((u - 0xd800) << 10) + ((cursor_u16le(&raw) - 0xdc00u) & 0x3ff);
			utf8_put(&b, u);
		}
	else
		for (size_t i = 0; i < raw.len; i++)
			utf8_put(&b, raw.base[i]);
	s = arena_str(l->a->in->arena, buf_str(&b));
	buf_release(&b);
	return s;
}

/* n texts one behind the other; false when they are not that. */
static bool texts(struct lines *l, struct cursor *c, unsigned n, struct cursor raw[TEXTS_MAX])
{
	for (unsigned i = 0; i < n; i++)
		if (!raw_next(l, c, &raw[i]))
			return false;
	return true;
}

static struct str path_of(struct arena *arena, struct str s)
{
	struct str p = arena_str(arena, s);

	for (size_t i = 0; i < p.len; i++)
		if (p.p[i] == '\\')
			((char *)(uintptr_t)p.p)[i] = '/';
	return p;
}

static bool is_menu(struct str s)
{
	static const char *const places[] = {"{group}", "{commondesktop}", "{userdesktop}",
		"{autodesktop}", "{commonprograms}",
		"{userprograms}", "{autoprograms}", "{commonstartup}", "{userstartup}",
			"{autostartup}", "{commonstartmenu}",
		"{userstartmenu}", "{autostartmenu}", "{sendto}",
			"{userappdata}\\Microsoft\\Internet Explorer\\Quick Launch"};

	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++)
		if (str_starts(s, places[i]))
			return true;
	return false;
}

/* A shortcut or a program that the installer runs. */
struct command {
	struct str name, second, third;
	bool menu;
};

static bool command_at(struct lines *l, struct cursor *at, struct command *ret)
{
	struct cursor c = *at, raw[TEXTS_MAX];
	uint32_t number;

	if (!texts(l, &c, RUN_TEXTS, raw) || raw[0].len == 0)
		return false;
	ret->name = utf8(l, raw[0]);
	if (!str_starts(ret->name, "{") && !str_has(ret->name,
			":\\") && !str_ends_nocase(ret->name, ".exe"))
		return false;
	ret->second = utf8(l, raw[1]);
	ret->third = utf8(l, raw[2]);
	ret->menu = is_menu(ret->name) && ret->second.len;
	cursor_skip(&c, VERSIONS_BYTES);
	number = cursor_u32le(&c);
	if (!cursor_ok(&c) || (!ret->menu && (number > 11 || cursor_u8(&c) > 2)))
		return false;
	*at = c;
	return true;
}

static bool run(struct lines *l, struct cursor *at)
{
	struct command x;

	if (!command_at(l, at, &x))
		return false;
	if (x.menu) {
		install_line(l->out, "CreateShortCut");
		install_arg(l->out, str_has_nocase(x.name, "startup}")
			? arena_printf(l->a->in->arena, "$SMSTARTUP %.*s", STR_ARG(x.name))
				: x.name);
		install_arg(l->out, x.second);
		install_arg(l->out, x.third);
	} else {
		install_line(l->out, "Exec");
		install_arg(l->out, arena_printf(l->a->in->arena, "\"%.*s\" %.*s",
			STR_ARG(x.name), STR_ARG(x.second)));
	}
	install_line_end(l->out);
	return true;
}

static bool file(struct lines *l, struct cursor *at)
{
	struct cursor c = *at, raw[TEXTS_MAX], behind = *at;
	struct command x;
	struct str target;
	uint32_t location;
	int16_t permissions;

	/* The source is left out by the compiler; what has one is a shortcut or something else. */
	if (!texts(l, &c, FILE_TEXTS, raw) || raw[0].len || raw[1].len == 0)
		return false;
	cursor_skip(&c, VERSIONS_BYTES);
	location = cursor_u32le(&c);
	if (!cursor_ok(&c) || location >= l->n_files || cursor_u32le(&c) > 0xffff ||
			cursor_u64le(&c) != 0)
		return false; /* attributes, and the size of a file that is not packed */
	permissions = (int16_t)cursor_u16le(&c);
	target = utf8(l, raw[1]);
	if (!cursor_ok(&c) || permissions < -1 || permissions > 999 || !str_starts(target, "{"))
		return false;
	cursor_skip(&behind, 4); /* a shortcut or program, seen from a zero in front of it */
	if (command_at(l, &behind, &x))
		return false;
	target = path_of(l->a->in->arena, target);
	if (!l->names[location].len)
		l->names[location] = target;
	install_line(l->out, "File");
	install_arg(l->out, target);
	/* Check, AfterInstall, BeforeInstall: functions of the script */
	install_arg(l->out, utf8(l, raw[7]));
	install_arg(l->out, utf8(l, raw[8]));
	install_arg(l->out, utf8(l, raw[9]));
	install_line_end(l->out);
	*at = c;
	return true;
}

static bool value(struct lines *l, struct cursor *at)
{
	static const char *const roots[] = {"HKCR", "HKCU", "HKLM", "HKU", "HKPD", "HKCC"};
	struct cursor c = *at, raw[TEXTS_MAX];
	uint32_t root;

	if (!texts(l, &c, VALUE_TEXTS, raw) || raw[0].len == 0)
		return false;
	cursor_skip(&c, VERSIONS_BYTES);
	root = cursor_u32le(&c);
	if (!cursor_ok(&c) || root < 0x80000000u || root > 0x80000005u)
		return false;
	buf_printf(l->out, "WriteRegStr %s", roots[root - 0x80000000u]);
	for (int i = 0; i < 3; i++)
		install_arg(l->out, utf8(l, raw[i]));
	install_line_end(l->out);
	*at = c;
	return true;
}

/* Any text of two characters and more; the compiled script is known by its mark. */
static bool other(struct lines *l, struct cursor *at)
{
	struct cursor c = *at, raw;
	uint32_t n = cursor_u32le(&c);

	if (!cursor_ok(&c) || n < 4 || n > cursor_left(&c))
		return false;
	if (n > 8 && memcmp(c.base + c.pos, "IFPS", 4) == 0) {
		*l->code = cursor_part(&c, c.pos, n);
		cursor_skip(&c, n);
		install_line(l->out, "Code \"compiled script\"");
		install_line_end(l->out);
		*at = c;
		return true;
	}
	c = *at;
	if (!raw_next(l, &c, &raw))
		return false;
	install_line(l->out, "Text");
	install_arg(l->out, utf8(l, raw));
	install_line_end(l->out);
	*at = c;
	return true;
}

enum status inno_lines(struct archive *a, const struct inno_version *v, struct cursor header,
	struct str *names,
	size_t n_files, struct buf *out, struct cursor *ret_code)
{
	struct lines l = {a, v, names, n_files, out, ret_code};
	bool known = v->major == 5 ? v->minor >= 5 : v->major == 6 && v->minor <= 4;

	while (cursor_left(&header) >= 4 && !out->full) {
		TRY(archive_step(a, 1));
		if (known && (value(&l, &header) || file(&l, &header) || run(&l, &header)))
			continue;
		if (a->limit_why)
			return STATUS_LIMIT;
		if (!other(&l, &header))
			cursor_skip(&header, 1);
	}
	if (out->full)
		a->limit_why = "text of the header";
	return a->limit_why ? STATUS_LIMIT : STATUS_OK;
}

void inno_calls_restore(uint8_t *p, size_t n, bool flip)
{
	enum { BLOCK = 0x10000 };

	for (size_t i = 0; i + 5 <= n;) {
		size_t left = BLOCK - i % BLOCK;
		uint32_t target;

		if (p[i] != 0xe8 && p[i] != 0xe9) {
			i++;
			continue;
		}
		if (flip && left < 5) { /* a call never crosses a block */
			i++;
			continue;
		}
		if (p[i + 4] != 0 && p[i + 4] != 0xff) {
			i += 5;
			continue;
		}
		target = p[i + 1] | (uint32_t)p[i + 2] << 8 | (uint32_t)p[i + 3] << 16;
		target -= (uint32_t)(i + 5) & 0xffffff;
		p[i + 1] = (uint8_t)target;
		p[i + 2] = (uint8_t)(target >> 8);
		p[i + 3] = (uint8_t)(target >> 16);
		if (flip && (target & 0x800000))
			p[i + 4] = (uint8_t)~p[i + 4];
		i += 5;
	}
}
