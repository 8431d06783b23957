/* A message as it came in. */
#ifndef REQUEST6_H
#define REQUEST6_H

#include "dhcp6.h"
#include "netif.h"
#include "rules/rules.h"

struct request {
	struct dhcp6_msg msg;
	const struct netif *iface; /* the interface it came to */
	struct in6_addr src, dst;  /* of its IP header */
	uint16_t sport;
};

/* True if the client is on a network that the subnet line is for: by its relays, else
 * by the interface. */
bool request6_is_on_link(const struct request *q, const struct subnet6 *s);
/* Our address as the client should see it: one of its own network, or another that is
 * not link-local, or the first. */
struct in6_addr request6_self(const struct request *q, const struct subnet6 *s);
/* To our own address, by a client that was not told to (RFC 8415, 18.4). */
bool request6_is_unicast(const struct request *q);
/* Where the answer goes. */
uint16_t request6_port(const struct request *q);

#endif
