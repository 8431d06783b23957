/* Router advertisements as bytes (RFC 4861, 4.2; RFC 8106).  Pure. */
#ifndef RA_H
#define RA_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define RA_MAX 1232 /* what the smallest IPv6 link takes in one piece */
#define RA_INTERVAL_S 600
#define RA_DNS_S (3 * RA_INTERVAL_S) /* RFC 8106, 5.1 */

/* Of a link that has no router: how to get addresses there.  We are not one. */
struct ra {
	bool empty;         /* nothing at all: it only ends the wait for one */
	const uint8_t *mac; /* of the interface; NULL: it has none */
	struct in6_addr net;
	uint8_t prefix;
	const struct in6_addr *dns;
	size_t dns_n;
	const char *domain; /* NULL: none */
};

/* Without its checksum, which the kernel fills in; its length, 0 when it does not fit. */
size_t ra_write(const struct ra *ra, uint8_t out[RA_MAX]);

enum ra_kind { RA_NEITHER, RA_SOLICITATION, RA_ADVERTISEMENT };
/* What an ICMPv6 message is; of an advertisement, how long its router is one. */
enum ra_kind ra_read(const void *bytes, size_t len, uint16_t *lifetime_s);

#endif
