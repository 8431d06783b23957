/* A message as it came in. */
#ifndef REQUEST_H
#define REQUEST_H

#include "dhcp.h"
#include "netif.h"
#include "rules/rules.h"

struct request {
	struct dhcp_msg msg;
	size_t len;                /* bytes it had on the wire */
	const struct netif *iface; /* the interface it came to */
	uint32_t src, dst;         /* of its IP header */
	uint16_t sport, dport;     /* dport: 67 or 4011 */
	bool unicast;              /* to an address of ours, not to all */
	bool late;                 /* it has waited for its delay= */
};

/* The address that the relay says stands for us (RFC 5107); false without. */
bool request_server_id(const struct request *q, uint32_t *addr);
/* The network that a client behind a relay asks an address of: one that asks for others
 * through itself, as a dial-in server does (RFC 3011); false without. */
bool request_subnet(const struct request *q, uint32_t *addr);
/* True if this is an address of the interface that the message came to, or the one
 * that the relay put in its place. */
bool request_is_ours(const struct request *q, uint32_t addr);
/* True if the client is on a network that the subnet line is for: by its relay, by
 * RFC 3527 or 3011, by its own address, or by the interface. */
bool request_is_on_link(const struct request *q, const struct subnet *s);
/* Our address as the client should see it: the one it sent to, one of its own
 * network, or the first. */
uint32_t request_self(const struct request *q, const struct subnet *s);

#endif
