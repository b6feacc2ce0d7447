/* Notes about any member, whatever reads it: what it is, what it is called, what hangs behind it. */
#ifndef ASSAY_READ_DATA_NOTES_H
#define ASSAY_READ_DATA_NOTES_H

#include "read/read.h"

/* What kind of content a name promises, and a format is. */
enum content_class {
	CLASS_UNKNOWN,
	CLASS_IMAGE,
	CLASS_FONT,
	CLASS_MEDIA,
	CLASS_TEXT,
	CLASS_PROGRAM,
	CLASS_ARCHIVE,
	CLASS_DATA, /* databases, documents, unrecognised bytes */
};

/* NUL or many control bytes in the first part. */
bool looks_binary(struct cursor bytes);
enum content_class class_of_name(struct str path); /* UNKNOWN: the name promises nothing */
enum content_class class_of_format(enum format_id f);

/*
 * FACT_KIND: the type of content changed between OLD and NEW, or NEW is not what its name promises
 * (and OLD was, or there is none).
 */
void kind_facts(struct read_in *in, uint32_t unit);

/*
 * FACT_APPENDED: bytes behind the end of an image or other file with an own end, unless OLD carries
 * the same ones. Returns the status of image_end() for NEW.
 */
enum status appended_facts(struct read_in *in, uint32_t unit);

/* Texts for people ("README.md"): words in them are prose. */
bool is_prose(struct str path);
/* A file that tells language models what to do when they work in this folder. */
bool is_agent_file(struct str path);

#endif
