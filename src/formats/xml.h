/*
 * Elements of an XML document, one after the other: for the manifests and property lists that
 * containers carry. Document types are refused, so entities cannot grow; names lose their prefix.
 */
#ifndef ASSAY_FORMATS_XML_H
#define ASSAY_FORMATS_XML_H

#include "util/arena.h"
#include "util/budget.h"
#include "util/status.h"

enum { XML_DEPTH_MAX = 64, XML_TEXT_BYTES = 64 << 20 };

struct xml_handler {
	/* attributes: name, value, name, value ... NULL */
	void (*begin)(void *user, const char *name, const char *const *attributes);
	/* text: the characters since the last begin or end, trimmed; valid during the call */
	void (*end)(void *user, const char *name, struct str text);
	void *user;
};

/* OK; DAMAGED: not well-formed, a document type, too deep; LIMIT: steps; NOMEM. */
enum status xml_read(struct budget *b, struct str text, const struct xml_handler *h) MUST_CHECK;

/* In the zygote, before any job: a salt for the parser's tables that nobody can aim at. */
void xml_warm_up(void);

/* The value of an attribute; empty if there is none. */
struct str xml_attribute(const char *const *attributes, const char *name);

#endif
