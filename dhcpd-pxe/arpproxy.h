/*
 * Proxy ARP: a router that answers for every address, so that all of a range
 * look used.  It gives itself away by answering for an address that nobody can
 * have, or, where it has no route to that, by leaving none of our probes
 * unanswered.  Pure; of bounded size.
 */
#ifndef ARPPROXY_H
#define ARPPROXY_H

#include "arpprobe.h"

#define ARPPROXY_MACS 16   /* machines that are remembered */
#define ARPPROXY_CLAIMS 64 /* addresses that one has answered for */
#define ARPPROXY_MANY 8    /* so many at least, without that proof */
#define ARPPROXY_SETTLE_MS 200
#define ARPPROXY_AGE_MS 3600000 /* said, and taken to be so, for an hour */

struct arpproxy {
	struct arpproxy_mac {
		uint8_t mac[6];
		int ifindex;
		bool is; /* a proxy */
		uint64_t since_ms;
		uint32_t addr[ARPPROXY_CLAIMS];
		size_t claims;
	} of[ARPPROXY_MACS];
	size_t next;
};

/* An address of a network that is for documentation only (192.0.2.0/24, RFC 5737),
 * one for each interface. */
uint32_t arpproxy_nobodys(int ifindex);
/* The machine that answered, as remembered: NULL when it is not. */
struct arpproxy_mac *arpproxy_find(struct arpproxy *a, const struct arpprobe_reply *arp, uint64_t now_ms);
/* It answered for an address of ours, or for nobody's.  True when this shows that
 * it is a proxy, which was not known before: its claims are void. */
bool arpproxy_shows(struct arpproxy *a, const struct arpprobe *p, const struct arpprobe_reply *arp, uint64_t now_ms);

#endif
