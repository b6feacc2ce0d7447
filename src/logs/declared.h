/*
 * Columns that the user declares, for CSV and JSON lines of any kind. A small file:
 *
 *	# who downloaded what, from the customers' portal
 *	format   csv                  csv or jsonl
 *	act      delivered            delivered, contacted, installed or executed
 *	time     Downloaded at        what it is, blanks, the name of the column as it stands there
 *	account  Customer no.
 *	path     File
 *
 * What it is: time, date, clock; whom it is about: ip, user, host, agent_id, account, licence,
 * user_agent, domain; what it is about: hash, path, url, to_host, to_ip, file, registry_key, service,
 * package, version, site, request, purl, digests; and status, bytes, method.
 */
#ifndef ASSAY_LOGS_DECLARED_H
#define ASSAY_LOGS_DECLARED_H

#include "logs/log.h"

/*
 * Reads a declaration, for this process and those that it forks; names are kept in the arena. The
 * format that reads by it, or NULL with the line and the reason (static).
 */
const struct log_format *declared_read(struct arena *a, struct str text, unsigned *ret_line,
	const char **ret_why);

#endif
