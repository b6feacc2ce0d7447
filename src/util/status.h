/* How a call ended. Every function that can fail returns one of these; see status_name(). */
#ifndef ASSAY_UTIL_STATUS_H
#define ASSAY_UTIL_STATUS_H

enum status {
	STATUS_OK,          /* done, whole */
	STATUS_DAMAGED,     /* the input contradicts its format; the partial result is usable */
	STATUS_LIMIT,       /* a budget ran out; the partial result is usable */
	STATUS_UNSUPPORTED, /* recognised, but this part of the format has no reader */
	STATUS_NOT_FOUND,
	STATUS_DENIED,
	STATUS_IO,
	STATUS_NOMEM,
	STATUS_USAGE,       /* the caller asked for something that does not exist */
	STATUS_INTERRUPTED, /* the user asked to stop */
	STATUS_N
};

#define MUST_CHECK __attribute__((warn_unused_result))

/* Returns on failure; the call and its check sit on one line. */
#define TRY(call)                                                                                  \
	do {                                                                                       \
		enum status try_status_ = (call);                                                  \
		if (try_status_ != STATUS_OK)                                                      \
			return try_status_;                                                        \
	} while (0)

/* A static lower-case word for a status, for messages. Never NULL. */
const char *status_name(enum status s);

#endif
