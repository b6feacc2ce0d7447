/* Addresses and networks of IPv4 and IPv6 as text. IPv4 is kept as IPv6 ::ffff:a.b.c.d. */
#ifndef ASSAY_UTIL_ADDRESS_H
#define ASSAY_UTIL_ADDRESS_H

#include <stdbool.h>
#include <stdint.h>

#include "util/str.h"

enum { ADDRESS_BYTES = 16, ADDRESS_BITS = 128, ADDRESS_V4_BITS = 96 /* before an IPv4 address */ };

/* "192.0.2.1", "2001:db8::1", "fe80::1%eth0" (the zone is passed over). */
bool address_read(struct str text, uint8_t ret[ADDRESS_BYTES]);
/* The same, or a network: "192.0.2.0/24". *ret_bits counts from the front of all 16 bytes; an address
 * alone has 128. Bits of the host stay as they are written. */
bool address_block_read(struct str text, uint8_t ret[ADDRESS_BYTES], unsigned *ret_bits);
/* Zeros behind the first `bits`. */
void address_mask(uint8_t address[ADDRESS_BYTES], unsigned bits);
bool address_is_v4(const uint8_t address[ADDRESS_BYTES]);

#endif
