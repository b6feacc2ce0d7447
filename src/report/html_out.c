#include "report/html_out.h"

#include <stdarg.h>

#include "util/base64.h"
#include "util/escape.h"
#include "util/hash.h"

static const char style[] =
#include "page_css.inc"
	;

void html_put(struct report_out *out, const char *markup)
{
	report_put_z(out, markup);
}

void html_putf(struct report_out *out, const char *markup, ...)
{
	va_list args;
	char text[512];
	int n;

	va_start(args, markup);
	n = vsnprintf(text, sizeof(text), markup, args);
	va_end(args);
	if (n < 0 || (size_t)n >= sizeof(text))
		out->failed = true;
	else
		report_put(out, str_view(text, (size_t)n));
}

static const char *entity(uint32_t cp)
{
	switch (cp) {
	case '&':
		return "&amp;";
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '"':
		return "&quot;";
	case '\'':
		return "&#39;";
	case '`':
		return "&#96;";
	default:
		return NULL;
	}
}

static void put_point(struct report_out *out, uint32_t cp, struct str as_is, bool keep_lines)
{
	char text[16];
	const char *name = entity(cp);

	if (cp == '\r' && keep_lines)
		return;
	if ((cp == '\n' || cp == '\t') && keep_lines)
		report_put(out, as_is);
	else if (cp == '\n' || cp == '\r' || cp == '\t')
		report_put_z(out, " ");
	else if (name)
		report_put_z(out, name);
	else if (cp == 0xFFFD && as_is.len == 1) {
		snprintf(text, sizeof(text), "\\x%02x", (uint8_t)as_is.p[0]);
		report_put_z(out, text);
	} else if (utf8_shows(cp)) {
		report_put(out, as_is);
	} else {
		snprintf(text, sizeof(text), cp < 0x100 ? "\\x%02x" : "\\u{%x}", (unsigned)cp);
		report_put_z(out, text);
	}
}

static void put_text(struct report_out *out, struct str s, bool keep_lines)
{
	for (size_t i = 0; i < s.len;) {
		size_t at = i;
		uint32_t cp = utf8_next(s, &i);

		put_point(out, cp, str_part(s, at, i - at), keep_lines);
	}
}

void html_text(struct report_out *out, struct str s)
{
	put_text(out, s, false);
}

void html_lines(struct report_out *out, struct str s)
{
	put_text(out, s, true);
}

void html_tag(struct report_out *out, const char *tag, struct str text)
{
	struct str name = str_of(tag);

	name.len = strcspn(tag, " ");
	report_put_z(out, "<");
	report_put_z(out, tag);
	report_put_z(out, ">");
	html_text(out, text);
	report_put_z(out, "</");
	report_put(out, name);
	report_put_z(out, ">");
}

void html_tag_z(struct report_out *out, const char *tag, const char *text)
{
	html_tag(out, tag, str_of(text));
}

void html_section(struct report_out *out, const char *id, const char *heading)
{
	html_putf(out, "<section id=%s aria-labelledby=%s-h><h2 id=%s-h>", id, id, id);
	html_text(out, str_of(heading));
	html_put(out, "</h2>\n");
}

/* The policy names the style sheet by digest, so that no other can be slipped in. */
static void policy(struct report_out *out)
{
	struct sha256 h = sha256_of(style, sizeof(style) - 1);
	struct buf b;

	buf_init(&b, 256);
	base64_encode(&b, h.b, sizeof(h.b));
	html_put(out, "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
		      "style-src 'sha256-");
	report_put(out, buf_str(&b));
	html_put(out, "'; base-uri 'none'; form-action 'none'\">\n");
	buf_release(&b);
}

void html_begin(struct report_out *out, struct str title)
{
	html_put(out, "<!DOCTYPE html>\n<html lang=en>\n<head>\n<meta charset=utf-8>\n");
	policy(out);
	html_put(out, "<meta name=viewport content=\"width=device-width, initial-scale=1\">\n"
		      "<meta name=color-scheme content=\"light dark\">\n"
		      "<meta name=referrer content=no-referrer>\n"
		      "<meta name=robots content=noindex>\n");
	html_tag(out, "title", title);
	html_put(out, "\n<style>");
	html_put(out, style);
	html_put(out, "</style>\n</head>\n<body>\n");
}

void html_end(struct report_out *out)
{
	html_put(out, "</body>\n</html>\n");
}
