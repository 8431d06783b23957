/* A message as it came in. */
#ifndef REQUEST_H
#define REQUEST_H

#include "dhcp.h"
#include "netif.h"

struct request {
	struct dhcp_msg msg;
	size_t len;                  /* bytes it had on the wire */
	const struct netif *link;    /* the interface it came to */
	uint32_t src, dst;           /* of its IP header */
	uint16_t sport, dport;       /* dport: 67 or 4011 */
	bool unicast;                /* to an address of ours, not to all */
};

/* The address that the relay says stands for us (RFC 5107); false without. */
bool request_server_id(const struct request *q, uint32_t *addr);
/* Is this an address of the interface that the message came to, or the one
 * that the relay put in its place? */
bool request_is_ours(const struct request *q, uint32_t addr);

#endif
