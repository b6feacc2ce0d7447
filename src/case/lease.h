/*
 * An address of a customer as a list of customers has it: "192.0.2.7", a block "198.18.0.0/28", or either
 * for a time, "192.0.2.7@2022-09-20/2022-09-28T12:00:00Z", while the lease was theirs.
 */
#ifndef ASSAY_CASE_LEASE_H
#define ASSAY_CASE_LEASE_H

#include "util/address.h"
#include "util/utc.h"

struct lease {
	uint8_t address[ADDRESS_BYTES];
	unsigned bits;         /* of the block; ADDRESS_BITS: one address */
	struct utc_span span;  /* UTC_UNKNOWN at an end: always on that side */
};

/* Dates are whole days; either end may be empty. False: no such thing. */
bool lease_read(struct str value, struct lease *ret);

#endif
