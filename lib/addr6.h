/* IPv6 addresses as numbers and as text.  Pure. */
#ifndef ADDR6_H
#define ADDR6_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>

/* A whole C string, of which nothing may be left over; *out is written on success. */
bool addr6_parse(const char *s, struct in6_addr *out);
/* "fd00:77::/64"; the bits below the prefix must be 0. */
bool addr6_parse_net(const char *s, struct in6_addr *net, uint8_t *prefix);
/* As RFC 5952 says, into `out`, which is returned. */
const char *addr6_text(const struct in6_addr *a, char out[INET6_ADDRSTRLEN]);
/* Are the first `prefix` bits the same? */
bool addr6_in(const struct in6_addr *a, const struct in6_addr *net, unsigned prefix);
/* The address with the bits below the prefix 0. */
struct in6_addr addr6_mask(const struct in6_addr *a, unsigned prefix);
/* One that a machine can be given: unicast, and neither link-local nor ::1 nor a
 * mapped IPv4 address. */
bool addr6_can_be_given(const struct in6_addr *a);
/* Below, at or above 0, as a number. */
int addr6_cmp(const struct in6_addr *a, const struct in6_addr *b);
/* The address n further on. */
struct in6_addr addr6_add(const struct in6_addr *a, uint64_t n);
/* How far on `b` is from an `a` that is not above it; UINT64_MAX when that is more. */
uint64_t addr6_distance(const struct in6_addr *a, const struct in6_addr *b);

#endif
