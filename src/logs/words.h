/* Taking a line apart, shared by the formats. Each moves *rest behind what it took. */
#ifndef ASSAY_LOGS_WORDS_H
#define ASSAY_LOGS_WORDS_H

#include "logs/log.h"

/* Up to the next blank (which is taken too); false at the end of the line. */
bool word_take(struct str *rest, struct str *ret);
/* "..." with the quotes dropped and the blank behind it; \" does not end it. False if there is none. */
bool quoted_take(struct str *rest, struct str *ret);
/* A quoted word or a plain one. */
bool field_take(struct str *rest, struct str *ret);
bool char_take(struct str *rest, char c);

/* "GET /path HTTP/1.1" into the record: the path, and whether anything can have been handed out. */
void request_take(struct log_record *r, struct str request);
/* A status of HTTP; false when it is none ("-" is 0). Marks refusals as failed. */
bool status_take(struct log_record *r, struct str word);
/* A count of bytes or "-". */
bool bytes_take(struct log_record *r, struct str word);
bool digits_only(struct str s);

/* NAME:PORT, [v6]:PORT, or without a port: the name. */
struct str without_port(struct str s);
bool looks_like_ip(struct str s);

#endif
