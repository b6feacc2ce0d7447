/*
 * Countries of addresses, from a MaxMind database file that the user names (GeoLite2-Country.mmdb or
 * alike), by libmaxminddb, which is loaded at the first use. The file is the user's own and trusted as
 * such. Where an address is registered says little about where its users are: see docs/scope.md.
 */
#ifndef ASSAY_SCOPE_COUNTRY_H
#define ASSAY_SCOPE_COUNTRY_H

#include <stdbool.h>

#include "util/status.h"
#include "util/str.h"

struct countries;

enum { COUNTRY_WHY_BYTES = 200 };

/* UNSUPPORTED: the library is missing; DAMAGED: no such file, or none of that kind; *ret_why says. */
MUST_CHECK enum status countries_open(const char *path, struct countries **ret,
	char ret_why[COUNTRY_WHY_BYTES]);
void countries_close(struct countries *c); /* NULL is fine */

/* Two letters; false: not known. `user` is the struct countries: fits struct scope_input. */
bool countries_find(void *user, struct str address, char ret[3]);

#endif
