/* How long this host's IPv6 addresses are to last, which getifaddrs(3) does not say. */
#ifndef IFADDR6_H
#define IFADDR6_H

#include <netinet/in.h>

/* The better one to name to others first. */
enum ifaddr6_kind {
	IFADDR6_STATIC,    /* that somebody gave it */
	IFADDR6_DYNAMIC,   /* by a router's prefix (SLAAC) or DHCPv6 */
	IFADDR6_TEMPORARY, /* one of its privacy addresses (RFC 8981), gone tomorrow */
	IFADDR6_UNUSABLE   /* deprecated, not tested yet, or somebody else's as well */
};

/* Asks the kernel (rtnetlink(7)) of the addresses of an interface, and calls `each` for
 * each.  -1 with errno. */
int ifaddr6_ask(int ifindex, void (*each)(void *arg, const struct in6_addr *addr, enum ifaddr6_kind kind), void *arg);

#endif
