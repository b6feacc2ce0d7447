/*
 * Tar: ustar, pax, GNU's long names. Every block is accounted for, what lies unused in a header is
 * zero, and so is all behind the end.
 */
#include "normal/normal_int.h"

#include "util/cursor.h"

enum { BLOCK = 512, PAX_BYTES_MAX = 1 << 20 };

/* What extension headers say about the next member. */
struct extension {
	struct str path, link;
	bool has_path, has_link, has_size, any;
	uint64_t size;
	/* What they say that is neither a place nor a size, and which way all of it is said. */
	struct buf times, owners, others, form;
};

struct tar {
	struct normal *n;
	struct cursor c;
	struct items items;
	struct extension x;
};

static bool all_zero(struct str s)
{
	for (size_t i = 0; i < s.len; i++)
		if (s.p[i])
			return false;
	return true;
}

/* Up to the first NUL; behind it nothing may hide. */
static bool text_field(struct str h, size_t at, size_t n, struct str *ret)
{
	struct str f = str_part(h, at, n);
	const char *nul = memchr(f.p, '\0', f.len);

	*ret = nul ? str_part(f, 0, (size_t)(nul - f.p)) : f;
	return all_zero(str_part(f, ret->len, f.len));
}

/* Octal digits with blanks or zeros around, or GNU's binary form; all zero bytes are 0. */
static bool number_field(struct str h, size_t at, size_t n, uint64_t *ret)
{
	struct str f = str_part(h, at, n);

	*ret = 0;
	if ((uint8_t)f.p[0] == 0x80) {
		for (size_t i = 1; i < f.len; i++) {
			if (*ret >> 56)
				return false;
			*ret = *ret << 8 | (uint8_t)f.p[i];
		}
		return true;
	}
	while (f.len && (f.p[0] == ' ' || f.p[f.len - 1] == ' ' || f.p[f.len - 1] == '\0'))
		f = f.p[0] == ' ' ? str_part(f, 1, f.len) : str_part(f, 0, f.len - 1);
	return f.len == 0 || str_to_u64(f, 8, ret);
}

static bool checksum_fits(struct str h)
{
	uint64_t stated, sum = 0;

	for (size_t i = 0; i < BLOCK; i++)
		sum += i >= 148 && i < 156 ? ' ' : (uint8_t)h.p[i];
	return number_field(h, 148, 8, &stated) && stated == sum;
}

/* The content and its zeros up to the next block. */
static bool take_content(struct tar *t, uint64_t size, struct str *ret)
{
	if (size > cursor_left(&t->c))
		return false;
	*ret = cursor_str(&t->c, (size_t)size);
	return all_zero(cursor_str(&t->c, (BLOCK - size % BLOCK) % BLOCK)) && cursor_ok(&t->c);
}

static bool keep_record(struct buf *b, struct str key, struct str value)
{
	return buf_printf(b, "%zu %zu ", key.len, value.len) && buf_add_str(b, key) &&
	       buf_add_str(b, value);
}

static bool pax_record(struct extension *x, struct str key, struct str value)
{
	if (!keep_record(&x->form, key, STR_NONE))
		return false;
	if (str_is(key, "path") && !x->has_path) {
		x->path = value;
		return x->has_path = true;
	}
	if (str_is(key, "linkpath") && !x->has_link) {
		x->link = value;
		return x->has_link = true;
	}
	if (str_is(key, "size") && !x->has_size)
		return x->has_size = str_to_u64(value, 10, &x->size);
	if (str_is(key, "path") || str_is(key, "linkpath") || str_is(key, "size"))
		return false; /* said twice */
	if (str_is(key, "mtime") || str_is(key, "atime") || str_is(key, "ctime"))
		return keep_record(&x->times, key, value);
	if (str_is(key, "uid") || str_is(key, "gid") || str_is(key, "uname") || str_is(key, "gname"))
		return keep_record(&x->owners, key, value);
	return keep_record(&x->others, key, value);
}

/* "LENGTH KEY=VALUE\n", one behind the other. */
static bool pax_records(struct extension *x, struct str text)
{
	while (text.len) {
		size_t space = str_find_z(str_part(text, 0, 8), " "), equals;
		struct str record;
		uint64_t n;

		if (space == SIZE_MAX || !str_to_u64(str_part(text, 0, space), 10, &n) ||
			n <= space + 1 || n > text.len || text.p[n - 1] != '\n')
			return false;
		record = str_part(text, space + 1, (size_t)n - space - 2);
		equals = str_find_z(record, "=");
		if (equals == SIZE_MAX || memchr(record.p, '\0', record.len) ||
			!pax_record(x, str_part(record, 0, equals),
				str_part(record, equals + 1, record.len)))
			return false;
		text = str_part(text, (size_t)n, text.len);
	}
	return true;
}

/* A number that follows from what comes behind it: only what stands around its digits. */
struct around {
	char f[12];
};

static struct around around_digits(struct str h, size_t at, size_t n)
{
	struct around a = {{0}};

	for (size_t i = 0; i < n; i++)
		a.f[i] = h.p[at + i] >= '0' && h.p[at + i] <= '7' ? '0' : h.p[at + i];
	return a;
}

/* Its own name, owners and times mean nothing, but no byte is left out. */
static bool keep_header(struct extension *x, struct str h)
{
	return buf_add_str(&x->form, str_part(h, 0, 124)) &&
	       buf_add(&x->form, around_digits(h, 124, 12).f, 12) &&
	       buf_add_str(&x->form, str_part(h, 136, 12)) &&
	       buf_add(&x->form, around_digits(h, 148, 8).f, 8) &&
	       buf_add_str(&x->form, str_part(h, 156, BLOCK - 156));
}

/* A header that speaks of the next one. */
static bool extension(struct tar *t, struct str h, char type, uint64_t size)
{
	struct str content;

	t->x.any = true;
	if (size > PAX_BYTES_MAX || !take_content(t, size, &content) || !keep_header(&t->x, h))
		return false;
	if (type == 'x')
		return pax_records(&t->x, content);
	if (content.len == 0 || content.p[content.len - 1] != '\0' ||
		memchr(content.p, '\0', content.len) != content.p + content.len - 1)
		return false;
	content.len--;
	if (type == 'L' ? t->x.has_path : t->x.has_link)
		return false;
	*(type == 'L' ? &t->x.path : &t->x.link) = content;
	*(type == 'L' ? &t->x.has_path : &t->x.has_link) = true;
	return true;
}

static void extension_clear(struct extension *x)
{
	struct buf times = x->times, owners = x->owners, others = x->others, form = x->form;

	buf_clear(&times);
	buf_clear(&owners);
	buf_clear(&others);
	buf_clear(&form);
	*x = (struct extension){.times = times, .owners = owners, .others = others, .form = form};
}

/* Name and link as a reader sees them; the forms differ in where the first part stands. */
static bool places(struct tar *t, struct str h, bool gnu, struct str *ret_name, struct str *ret_link)
{
	struct str name, prefix = STR_NONE;

	if (!text_field(h, 0, 100, &name) || !text_field(h, 157, 100, ret_link))
		return false;
	if (gnu ? !all_zero(str_part(h, 345, 167))
		: !text_field(h, 345, 155, &prefix) || !all_zero(str_part(h, 500, 12)))
		return false;
	*ret_name = prefix.len ? arena_printf(&t->n->arena, "%.*s/%.*s", STR_ARG(prefix),
					 STR_ARG(name))
			       : name;
	if (t->x.has_path)
		*ret_name = t->x.path;
	if (t->x.has_link)
		*ret_link = t->x.link;
	return buf_printf(&t->x.form, "prefix %zu ", prefix.len);
}

/* As they are written, so that every byte of a header is in some field. */
static bool owners_and_times(struct str h, struct mix *m)
{
	uint64_t user, group, time;
	struct str user_name, group_name;

	if (!number_field(h, 108, 8, &user) || !number_field(h, 116, 8, &group) ||
		!number_field(h, 136, 12, &time) || !text_field(h, 265, 32, &user_name) ||
		!text_field(h, 297, 32, &group_name))
		return false;
	mix_str(m, NORMAL_OWNERS, str_part(h, 108, 16));
	mix_str(m, NORMAL_OWNERS, str_part(h, 265, 64));
	mix_str(m, NORMAL_TIMES, str_part(h, 136, 12));
	return true;
}

/* How numbers are written, and which form it is. */
static void form_of_header(struct str h, struct mix *m)
{
	mix_add(m, NORMAL_TAR_FORM, around_digits(h, 124, 12).f, 12);
	mix_add(m, NORMAL_TAR_FORM, around_digits(h, 148, 8).f, 8);
	mix_str(m, NORMAL_TAR_FORM, str_part(h, 100, 8));
	mix_str(m, NORMAL_TAR_FORM, str_part(h, 156, 1));
	mix_str(m, NORMAL_TAR_FORM, str_part(h, 257, 8));
	mix_str(m, NORMAL_TAR_FORM, str_part(h, 329, 16));
}

/* Regular files, links, folders, devices; everything else is not known. */
static bool member(struct tar *t, struct str h, char type, uint64_t size, bool gnu)
{
	bool file = type == '0' || type == '\0', device = type == '3' || type == '4';
	struct str name, link, content = STR_NONE;
	struct normal_form inside;
	uint64_t mode, major, minor;
	struct item *item;
	struct mix m;

	if (t->x.has_size)
		size = t->x.size;
	if ((!file && !device && type != '1' && type != '2' && type != '5' && type != '6') ||
		(!file && size != 0) || !take_content(t, size, &content) ||
		!places(t, h, gnu, &name, &link) || !number_field(h, 100, 8, &mode) ||
		mode > 07777 || !number_field(h, 329, 8, &major) ||
		!number_field(h, 337, 8, &minor) || (!device && (major || minor)) ||
		((file || type == '5' || type == '6') && link.len) ||
		(file && str_ends(name, "/")) || name.len == 0)
		return false;
	item = items_add(t->n, &t->items, name, type == '5');
	if (!item)
		return false;
	/* The other end of a hard link must stand before it. */
	t->items.ordered |= type == '1';
	mix_begin(&m, "tar member");
	mix_str(&m, NORMAL_NEVER, type == '5' && str_ends(name, "/") ? str_part(name, 0, name.len - 1)
								   : name);
	mix_u64(&m, NORMAL_NEVER, file ? '0' : (uint64_t)type);
	mix_u64(&m, NORMAL_NEVER, mode);
	mix_str(&m, NORMAL_NEVER, link);
	mix_u64(&m, NORMAL_NEVER, major);
	mix_u64(&m, NORMAL_NEVER, minor);
	mix_str(&m, NORMAL_NEVER, buf_str(&t->x.others));
	mix_str(&m, NORMAL_TIMES, buf_str(&t->x.times));
	mix_str(&m, NORMAL_OWNERS, buf_str(&t->x.owners));
	if (!owners_and_times(h, &m))
		return false;
	form_of_header(h, &m);
	mix_str(&m, NORMAL_TAR_FORM, name);
	mix_str(&m, NORMAL_TAR_FORM, buf_str(&t->x.form));
	normal_bytes(t->n, content, &inside);
	mix_form(&m, &inside);
	mix_end(&m, &item->form);
	extension_clear(&t->x);
	return true;
}

static bool one_header(struct tar *t, struct str h)
{
	bool gnu = memcmp(h.p + 257, "ustar  \0", 8) == 0;
	bool posix = memcmp(h.p + 257, "ustar\00000", 8) == 0;
	char type = h.p[156];
	uint64_t size;

	if (!checksum_fits(h) || (!gnu && !posix) || !number_field(h, 124, 12, &size))
		return false;
	if (type == 'x' || type == 'L' || type == 'K')
		return extension(t, h, type, size);
	return member(t, h, type, size, gnu);
}

static bool read_all(struct tar *t)
{
	while (cursor_left(&t->c) >= BLOCK) {
		struct str h = cursor_str(&t->c, BLOCK);

		if (!all_zero(h)) {
			if (!one_header(t, h))
				return false;
			continue;
		}
		/* The end: zeros, two blocks of them at least, and nothing else. */
		return !t->x.any && cursor_left(&t->c) >= BLOCK &&
		       all_zero(str_view(t->c.base + t->c.pos, cursor_left(&t->c)));
	}
	return false;
}

bool normal_tar(struct normal *n, struct str bytes, struct normal_form *ret)
{
	struct tar t = {.n = n, .c = cursor_of(bytes.p, bytes.len)};
	struct mix m;
	bool ok;

	if (bytes.len < 2 * BLOCK || memcmp(bytes.p + 257, "ustar", 5) != 0)
		return false;
	buf_init(&t.x.times, PAX_BYTES_MAX);
	buf_init(&t.x.owners, PAX_BYTES_MAX);
	buf_init(&t.x.others, PAX_BYTES_MAX);
	buf_init(&t.x.form, PAX_BYTES_MAX);
	ok = read_all(&t) || normal_refuse(n, "tar: a header or padding of a rare kind");
	if (ok) {
		mix_begin(&m, "tar");
		items_mix(n, &t.items, &m);
		mix_u64(&m, NORMAL_TAR_FORM, cursor_left(&t.c));
		mix_end(&m, ret);
	}
	buf_release(&t.x.times);
	buf_release(&t.x.owners);
	buf_release(&t.x.others);
	buf_release(&t.x.form);
	return ok;
}
