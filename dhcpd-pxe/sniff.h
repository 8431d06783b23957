/*
 * What is heard on the links besides the questions to us: who answers our ARP,
 * and what other DHCP servers say.  Packet sockets; without the right to open
 * them (CAP_NET_RAW) nothing is heard.
 */
#ifndef SNIFF_H
#define SNIFF_H

#include <stdbool.h>
#include <stdint.h>

#include "netif.h"

struct sniff {
	int arp, replies; /* to poll; -1: not open */
};

void sniff_open(struct sniff *s);
void sniff_close(struct sniff *s);

/* Asks on a link who has an address; `fd` sends frames (struct net).  False
 * when it cannot be asked. */
bool sniff_ask(int fd, const struct netif *iface, uint32_t addr);
/* The next machine that answers such a question; false when there is none. */
struct sniff_arp {
	int ifindex;
	uint32_t addr;
	uint8_t mac[6];
};
bool sniff_arp(const struct sniff *s, struct sniff_arp *out);

/* The next reply of another server, as far as it was sent to all; false when
 * there is none.  Its bytes are a DHCP message that may be malformed. */
#define SNIFF_BYTES 1500
struct sniff_reply {
	int ifindex;
	uint32_t src;
	uint8_t bytes[SNIFF_BYTES];
	size_t len;
};
bool sniff_reply(const struct sniff *s, struct sniff_reply *out);

#endif
