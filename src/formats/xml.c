#include "formats/xml.h"

#include <expat.h>
#include <string.h>
#include <sys/random.h>

#include "util/buf.h"

enum { PIECE_BYTES = 64 << 10, CHARACTERS_MAX_BYTES = 32 << 20, STEPS_AN_ELEMENT = 8 };

static unsigned long salt = 1;

struct xml {
	XML_Parser parser;
	const struct xml_handler *h;
	struct budget *budget;
	struct buf text;
	unsigned depth;
	enum status how;
};

static void stop(struct xml *x, enum status how)
{
	if (x->how == STATUS_OK)
		x->how = how;
	XML_StopParser(x->parser, XML_FALSE);
}

static const char *without_prefix(const char *name)
{
	const char *colon = strrchr(name, ':');

	return colon ? colon + 1 : name;
}

static void XMLCALL on_begin(void *user, const char *name, const char **attributes)
{
	struct xml *x = user;

	if (++x->depth > XML_DEPTH_MAX) {
		stop(x, STATUS_DAMAGED);
		return;
	}
	if (!budget_step(x->budget, STEPS_AN_ELEMENT)) {
		stop(x, STATUS_LIMIT);
		return;
	}
	buf_clear(&x->text);
	x->h->begin(x->h->user, without_prefix(name), (const char *const *)attributes);
}

static void XMLCALL on_end(void *user, const char *name)
{
	struct xml *x = user;

	if (x->how != STATUS_OK)
		return;
	x->depth--;
	x->h->end(x->h->user, without_prefix(name), str_trim(buf_str(&x->text)));
	buf_clear(&x->text);
}

static void XMLCALL on_text(void *user, const char *p, int n)
{
	struct xml *x = user;

	if (n > 0 && !buf_add(&x->text, p, (size_t)n))
		stop(x, STATUS_LIMIT);
}

static void XMLCALL on_doctype(void *user, const char *name, const char *place, const char *public_id,
			       int internal)
{
	(void)name;
	(void)place;
	(void)public_id;
	/* Property lists name their type by an address; what is inside one could define entities. */
	if (internal)
		stop(user, STATUS_DAMAGED);
}

static void feed(struct xml *x, struct str text)
{
	for (size_t at = 0; at < text.len || at == 0; at += PIECE_BYTES) {
		struct str piece = str_part(text, at, PIECE_BYTES);
		bool last = at + PIECE_BYTES >= text.len;

		if (!budget_step(x->budget, 1 + piece.len / 64)) {
			stop(x, STATUS_LIMIT);
			return;
		}
		if (XML_Parse(x->parser, piece.p ? piece.p : "", (int)piece.len, last) != XML_STATUS_OK) {
			if (x->how == STATUS_OK)
				x->how = XML_GetErrorCode(x->parser) == XML_ERROR_NO_MEMORY ? STATUS_NOMEM
											    : STATUS_DAMAGED;
			return;
		}
	}
}

enum status xml_read(struct budget *b, struct str text, const struct xml_handler *h)
{
	struct xml x = {.h = h, .budget = b};

	if (text.len > XML_TEXT_BYTES)
		return STATUS_LIMIT;
	x.parser = XML_ParserCreate(NULL);
	if (!x.parser)
		return STATUS_NOMEM;
	XML_SetHashSalt(x.parser, salt); /* its own would cost a call that a confined child may not make */
	XML_SetUserData(x.parser, &x);
	XML_SetElementHandler(x.parser, on_begin, on_end);
	XML_SetCharacterDataHandler(x.parser, on_text);
	XML_SetStartDoctypeDeclHandler(x.parser, on_doctype);
	buf_init(&x.text, CHARACTERS_MAX_BYTES);
	feed(&x, text);
	buf_release(&x.text);
	XML_ParserFree(x.parser);
	return x.how;
}

void xml_warm_up(void)
{
	unsigned long fresh;

	if (getrandom(&fresh, sizeof(fresh), 0) == sizeof(fresh) && fresh)
		salt = fresh;
}

struct str xml_attribute(const char *const *attributes, const char *name)
{
	for (; *attributes; attributes += 2)
		if (strcmp(without_prefix(attributes[0]), name) == 0)
			return str_of(attributes[1]);
	return STR_NONE;
}
