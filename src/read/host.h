/* The host of a destination that is known in part: a URL, a "host:port", an address. */
#ifndef ASSAY_READ_HOST_H
#define ASSAY_READ_HOST_H

#include "util/arena.h"

/*
 * The host of a URL or bare host name in lower case (in the arena), "" if there is none. Holes
 * (\x01...\x02) before the host or inside its last two labels make it unknown; a hole in front of
 * ".host.example" leaves that.
 */
struct str host_of(struct arena *a, struct str destination);

/*
 * The IPv4 address that a URL, "host:port" or host names, in any spelling that resolvers take: dotted, one
 * number, parts in octal or hexadecimal, fewer than four parts. Host byte order.
 */
bool host_ipv4(struct str destination, uint32_t *ret);

/* In front of a text: it is a host, for it stands where only a host can stand. */
enum { HOST_MARK = 3 };

/* Holes for people: "\x01name#3\x02" becomes "${name}". */
struct str holes_shown(struct arena *a, struct str s, size_t max);
bool has_holes(struct str s);
/* Bytes that are known. */
size_t known_bytes(struct str s);

#endif
