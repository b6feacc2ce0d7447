/*
 * The table of contents:
 *
 *   xar > toc > checksum[style] > offset, size
 *               signature[style], x-signature[style] > offset, size, KeyInfo > X509Data > X509Certificate*
 *               file[id]* > name, type[link], mode, uid, gid, mtime, link
 *                           data > length (in the heap), offset, size (unpacked), encoding[style],
 *                                  archived-checksum[style], extracted-checksum[style]
 *                           ea* > name, and what data has
 *                           file*
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "formats/xar.h"
#include "formats/xml.h"
#include "util/base64.h"
#include "util/buf.h"

enum { SCRIPT_MAX_BYTES = 16 << 20 };

enum place { IN_TOC, IN_CHECKSUM, IN_SIGNATURE, IN_FILE, IN_DATA, IN_ATTRIBUTE };

struct reading {
	struct archive *a;
	struct xar_toc *toc;
	struct xar_file *file; /* being read; NULL outside */
	struct xar_data *data; /* of it */
	struct xar_data *signature;
	enum place place;
	struct xar_sum *sum;
	bool damaged;
};

static struct str kept(struct reading *r, struct str s)
{
	return arena_str(r->a->in->arena, s);
}

static uint64_t number(struct reading *r, struct str s, int base)
{
	uint64_t v = 0;

	if (!str_to_u64(s, base, &v))
		r->damaged = true;
	return v;
}

static enum digest_kind digest_of_style(struct str style)
{
	if (str_equal_nocase(style, STR("sha1")))
		return DIGEST_SHA1;
	if (str_equal_nocase(style, STR("sha256")))
		return DIGEST_SHA256;
	return str_equal_nocase(style, STR("sha512")) ? DIGEST_SHA512 : DIGEST_NONE;
}

static enum xar_encoding encoding_of(struct str style)
{
	if (str_is(style, "application/octet-stream"))
		return XAR_STORED;
	if (str_is(style, "application/x-gzip"))
		return XAR_ZLIB;
	if (str_is(style, "application/x-bzip2"))
		return XAR_BZIP2;
	return str_is(style, "application/x-xz") || str_is(style, "application/x-lzma") ? XAR_XZ : XAR_OTHER;
}

static enum entry_type type_of(struct str s)
{
	static const struct {
		const char *name;
		enum entry_type type;
	} types[] = {{"file", ENTRY_FILE}, {"directory", ENTRY_DIR}, {"symlink", ENTRY_SYMLINK},
		     {"hardlink", ENTRY_HARDLINK}, {"fifo", ENTRY_FIFO}, {"socket", ENTRY_OTHER},
		     {"character special", ENTRY_DEVICE}, {"block special", ENTRY_DEVICE}};

	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		if (str_is(s, types[i].name))
			return types[i].type;
	return ENTRY_FILE;
}

/* "2026-11-26T15:04:36Z"; 0 when it is none. */
static int64_t time_of(struct str s)
{
	struct tm t = {0};
	char text[32];

	if (s.len >= sizeof(text))
		return 0;
	snprintf(text, sizeof(text), "%.*s", STR_ARG(s));
	return strptime(text, "%Y-%m-%dT%H:%M:%S", &t) ? (int64_t)timegm(&t) : 0;
}

/* ---- elements begin ---- */

static void file_begin(struct reading *r, struct str id)
{
	struct xar_toc *t = r->toc;
	struct xar_file *f = ARENA_NEW(r->a->in->arena, struct xar_file);

	f->parent = r->file;
	f->id = kept(r, id);
	f->type = ENTRY_FILE;
	*ARENA_PUSH(r->a->in->arena, t->files, t->n_files, t->room_files) = f;
	r->file = f;
	r->place = IN_FILE;
}

static void data_begin(struct reading *r, bool attribute)
{
	struct xar_file *f = r->file;

	r->data = attribute ? ARENA_PUSH(r->a->in->arena, f->attributes, f->n_attributes,
					 f->room_attributes)
			    : &f->data;
	if (!attribute && f->data.stated)
		r->damaged = true; /* which of two? */
	r->data->stated = true;
	r->place = attribute ? IN_ATTRIBUTE : IN_DATA;
}

static void signature_begin(struct reading *r, struct str style)
{
	struct xar_toc *t = r->toc;

	if (t->n_signatures == sizeof(t->signatures) / sizeof(t->signatures[0])) {
		r->damaged = true;
		return;
	}
	r->signature = &t->signatures[t->n_signatures++];
	r->signature->name = kept(r, style);
	r->place = IN_SIGNATURE;
}

static void on_begin(void *user, const char *name, const char *const *attributes)
{
	struct reading *r = user;
	struct str element = str_of(name), style = xml_attribute(attributes, "style");

	if (str_is(element, "file") && (r->place == IN_TOC || r->place == IN_FILE)) {
		file_begin(r, xml_attribute(attributes, "id"));
	} else if (r->place == IN_FILE && str_is(element, "type")) {
		r->file->link_id = kept(r, xml_attribute(attributes, "link"));
	} else if (r->place == IN_FILE && (str_is(element, "data") || str_is(element, "ea"))) {
		data_begin(r, str_is(element, "ea"));
	} else if (r->place == IN_TOC && str_is(element, "checksum")) {
		r->toc->checksum.kind = digest_of_style(style);
		r->place = IN_CHECKSUM;
	} else if (r->place == IN_TOC && (str_is(element, "signature") || str_is(element, "x-signature"))) {
		signature_begin(r, style);
	} else if (r->data && str_is(element, "encoding")) {
		r->data->encoding = encoding_of(style);
	} else if (r->data && (str_is(element, "archived-checksum") || str_is(element, "extracted-checksum"))) {
		r->sum = str_is(element, "archived-checksum") ? &r->data->archived : &r->data->extracted;
		r->sum->kind = digest_of_style(style);
	}
}

/* ---- elements end, with their text ---- */

static void file_text(struct reading *r, struct str element, struct str text)
{
	struct xar_file *f = r->file;

	if (str_is(element, "name")) {
		r->damaged |= f->name.len > 0;
		f->name = kept(r, text);
	} else if (str_is(element, "type")) {
		f->type = type_of(text);
	} else if (str_is(element, "link")) {
		f->link = kept(r, text);
	} else if (str_is(element, "mode")) {
		f->mode = (uint32_t)number(r, text, 8) & 07777;
	} else if (str_is(element, "uid")) {
		f->uid = number(r, text, 10);
	} else if (str_is(element, "gid")) {
		f->gid = number(r, text, 10);
	} else if (str_is(element, "mtime")) {
		f->mtime = time_of(text);
	} else if (str_is(element, "file")) {
		r->file = f->parent;
		r->place = r->file ? IN_FILE : IN_TOC;
	}
}

static void data_text(struct reading *r, struct str element, struct str text)
{
	struct xar_data *d = r->data;
	bool was = r->damaged;

	if (str_is(element, "offset"))
		d->offset = number(r, text, 10);
	else if (str_is(element, "length"))
		d->length = number(r, text, 10);
	else if (str_is(element, "size"))
		d->size = number(r, text, 10);
	else if (str_is(element, "name"))
		d->name = kept(r, text);
	d->bad |= r->damaged && !was;
	if (r->sum && (str_is(element, "archived-checksum") || str_is(element, "extracted-checksum"))) {
		r->sum->hex = kept(r, text);
		r->sum = NULL;
	}
	if (str_is(element, "data") || str_is(element, "ea")) {
		r->data = NULL;
		r->place = IN_FILE;
	}
}

static void signature_text(struct reading *r, struct str element, struct str text)
{
	struct xar_toc *t = r->toc;

	if (str_is(element, "offset")) {
		r->signature->offset = number(r, text, 10);
	} else if (str_is(element, "size")) {
		r->signature->length = number(r, text, 10);
	} else if (str_is(element, "X509Certificate")) {
		struct str der;

		if (t->n_certificates++ == 0 && base64_decode(r->a->in->arena, text, &der))
			t->certificate = der;
	} else if (str_is(element, "signature") || str_is(element, "x-signature")) {
		r->place = IN_TOC;
	}
}

static void checksum_text(struct reading *r, struct str element, struct str text)
{
	if (str_is(element, "offset"))
		r->toc->checksum_offset = number(r, text, 10);
	else if (str_is(element, "size"))
		r->toc->checksum_bytes = number(r, text, 10);
	else if (str_is(element, "checksum"))
		r->place = IN_TOC;
}

static void on_end(void *user, const char *name, struct str text)
{
	struct reading *r = user;
	struct str element = str_of(name);

	switch (r->place) {
	case IN_FILE: file_text(r, element, text); break;
	case IN_DATA:
	case IN_ATTRIBUTE: data_text(r, element, text); break;
	case IN_SIGNATURE: signature_text(r, element, text); break;
	case IN_CHECKSUM: checksum_text(r, element, text); break;
	case IN_TOC: break;
	}
}

enum status xar_toc_read(struct archive *a, struct str xml, struct xar_toc *ret)
{
	struct reading r = {.a = a, .toc = ret};
	struct xml_handler h = {on_begin, on_end, &r};
	enum status st;

	memset(ret, 0, sizeof(*ret));
	st = xml_read(a->in->budget, xml, &h);
	return st == STATUS_OK && r.damaged ? STATUS_DAMAGED : st;
}

/* ---- the installer's script ---- */

struct script {
	struct buf text, calls;
};

/* installation-check, volume-check, and choices with their selected, enabled, visible ... */
static void on_script_begin(void *user, const char *name, const char *const *attributes)
{
	static const char *const expressions[] = {"script", "selected", "enabled", "visible", "start_selected",
						  "start_enabled", "start_visible", "active"};
	struct script *s = user;

	(void)name;
	for (size_t i = 0; i < sizeof(expressions) / sizeof(expressions[0]); i++) {
		struct str value = xml_attribute(attributes, expressions[i]);

		if (value.len && (i == 0 || str_has(value, "(")))
			buf_printf(&s->calls, "%.*s;\n", STR_ARG(value));
	}
}

static void on_script_end(void *user, const char *name, struct str text)
{
	struct script *s = user;

	if (strcmp(name, "script") == 0 && text.len) {
		buf_add_str(&s->text, text);
		buf_add_char(&s->text, '\n');
	}
}

enum status xar_distribution_script(struct archive *a, struct str xml, struct str *ret)
{
	struct script s;
	struct xml_handler h = {on_script_begin, on_script_end, &s};
	enum status st;

	*ret = STR_NONE;
	buf_init(&s.text, SCRIPT_MAX_BYTES);
	buf_init(&s.calls, SCRIPT_MAX_BYTES);
	st = xml_read(a->in->budget, xml, &h);
	buf_add_str(&s.text, buf_str(&s.calls));
	if (s.text.full || s.calls.full)
		st = STATUS_LIMIT;
	if (s.text.len)
		*ret = arena_str(a->in->arena, buf_str(&s.text));
	buf_release(&s.text);
	buf_release(&s.calls);
	return st;
}
