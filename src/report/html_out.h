/*
 * Pages in HTML: one file that asks for nothing. No script, no remote content, and a policy in its
 * head that forbids both; the only style sheet is src/report/page.css, named there by its digest.
 *
 * Markup is ours and goes out by html_put(); everything else goes through html_text() or
 * html_lines(), which leave no character that means something to a browser, act on a screen, or
 * turns the direction of text.
 */
#ifndef ASSAY_REPORT_HTML_OUT_H
#define ASSAY_REPORT_HTML_OUT_H

#include "report/report.h"

/* Everything before the page's own content; `title` is foreign. */
void html_begin(struct report_out *out, struct str title);
void html_end(struct report_out *out);

void html_put(struct report_out *out, const char *markup);
__attribute__((format(printf, 2, 3)))
void html_putf(struct report_out *out, const char *markup, ...); /* numbers and words of ours only */
void html_text(struct report_out *out, struct str s);  /* line breaks become spaces */
void html_lines(struct report_out *out, struct str s); /* line breaks and tabs stay: inside <pre> */
/* <tag>text</tag>; `tag` may carry attributes: "td class=num". */
void html_tag(struct report_out *out, const char *tag, struct str text);
void html_tag_z(struct report_out *out, const char *tag, const char *text);
/* A heading with an anchor: <section id=ID aria-labelledby=...><h2>. Ends with html_put("</section>"). */
void html_section(struct report_out *out, const char *id, const char *heading);

#endif
